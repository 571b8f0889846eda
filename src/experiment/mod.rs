//! Experiments.
mod replication;

/// probe
pub fn probe(model: &crate::model::Model, seed: u64) -> (u64, f64, u64) {
    let plan = crate::plan::compile(model).unwrap();
    let bounds = replication::Bounds { limits: crate::engine::Limits { horizon: u64::MAX, ended: u64::MAX, in_system: 1 << 24 }, warm_up: 0, max_events: u64::MAX, deadline: None, cancelled: None };
    let start = std::time::Instant::now();
    let o = replication::replicate(&plan, seed, 0, &bounds, ());
    let ns = start.elapsed().as_nanos() as f64;
    if std::env::var("V").is_ok() { eprintln!("events {} ns/event {:.2} wait {:?}", o.events, ns / o.events as f64, o.statistics.rows[0].waiting.sum); }
    (o.events, ns, o.end)
}
