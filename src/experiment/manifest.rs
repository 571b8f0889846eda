//! What made the results.

use super::Experiment;
use super::digest::in_hours;
use crate::random::name_key;
use crate::results::{Manifest, Replication};
use crate::settings::Horizon;
use crate::time::Tick;

/// The manifest of a run that has lasted so long, with a horizon and a warm-up that were settled.
pub(super) fn manifest(
    experiment: &Experiment,
    replications: &[Replication],
    warm_up: Tick,
    wall_seconds: f64,
    threads: usize,
) -> Manifest {
    let (model, settings) = (experiment.model, &experiment.settings);
    let json = serde_json::to_string(model).unwrap_or_default();
    Manifest {
        model: model.name.clone(),
        model_hash: format!("{:016x}", name_key("model", &json)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: settings.seed,
        level: settings.level,
        // Without a horizon no run begins.
        horizon: settings.horizon.unwrap_or(Horizon::AllDone),
        warm_up: in_hours(warm_up.into()),
        warm_up_rule: settings.warm_up,
        replications: replications.len() as u32,
        first_replication: settings.first_replication,
        stopping: settings.stopping.clone(),
        percentiles: settings.percentiles.clone(),
        longer_than: settings.longer_than.clone(),
        sample_at: settings.sample_at.clone(),
        presence: settings.presence,
        max_events: settings.max_events,
        max_cases_in_system: settings.max_in_system,
        events: replications.iter().map(|replication| replication.events).sum(),
        wall_seconds,
        threads,
    }
}
