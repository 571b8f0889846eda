//! One counter, one person, random arrivals: simulated, and by the formula.
//!
//! `cargo run --release --example quickstart`

use knockon::prelude::*;
use knockon::stats::Estimate;
use knockon::theory;

#[path = "shared/tables.rs"]
mod tables;

/// What is compared, what theory says of it, and what came out.
pub type Comparison = (&'static str, f64, Option<Estimate>);

pub fn compare(replications: u32) -> Result<Vec<Comparison>> {
    let model = Model::builder("counter")
        .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
        .customers("walk-in", |c| c.poisson(per_hour(8.0)).enter("counter"))
        .build()?;
    let results = Experiment::new(&model)
        .horizon(weeks(20))
        .warm_up(days(2))
        .replications(replications)
        .seed(7)
        .run()?;

    let exact = theory::mm1(8.0, 10.0).expect("8 arrivals and 10 services an hour are stable").figures;
    let counter = results.department("counter")?;
    let lead_time = results.class("walk-in")?.lead_time.as_ref();
    let in_minutes = |hours: Estimate| hours.times(60.0);
    Ok(vec![
        (
            "wait, minutes",
            60.0 * exact.wait_mean,
            counter.visits.waiting.as_ref().map(|wait| in_minutes(*wait.mean)),
        ),
        ("lead time, minutes", 60.0 * exact.sojourn_mean, lead_time.map(|time| in_minutes(*time.mean))),
        ("utilization", exact.utilization, counter.utilization),
        ("queue length", exact.queue_mean, counter.visits.queue_length),
    ])
}

fn main() -> Result<()> {
    let rows = compare(30)?.into_iter().map(|(name, exact, simulated)| {
        vec![name.to_owned(), format!("{exact:.2}"), tables::or_dash(simulated, |value| value.to_string())]
    });
    println!("{}", tables::table(&["M/M/1, load 0.8", "exact", "simulated"], rows));
    Ok(())
}
