//! Business processes: tasks of pools of people with calendars, gates, and so many cases until all are done.

mod figures;
mod schema;
mod translate;

use std::collections::BTreeMap;

use knockon::prelude::{Experiment, Model};
use knockon::stats::Estimate;
use serde::Deserialize;
use serde_json::Value;

use crate::by_replication::ByReplication;
use figures::Asked;
use schema::Process;

/// A process, ready to run, and what is asked about it.
#[derive(Debug)]
pub struct Plan {
    pub model: Model,
    /// How many cases there are.
    pub cases: u64,
    asked: Asked,
}

/// Whether a model is a business process.
pub fn is_process(model: &Value) -> bool {
    model.get("tasks").is_some()
}

/// Plans a run, or says what cannot be said of the process.
pub fn plan(name: &str, model: &Value, metrics: &[&str]) -> Result<Plan, String> {
    let process = Process::deserialize(model).map_err(|error| error.to_string())?;
    let model = translate::translate(name, &process)?;
    let asked = Asked::of(metrics, &model, process.cases);
    Ok(Plan { model, cases: process.cases, asked })
}

impl Plan {
    /// Runs it. The figures by metric, in seconds, and the results.
    pub fn run(
        &self,
        experiment: &Experiment<'_>,
        level: f64,
    ) -> Result<(BTreeMap<String, Estimate>, knockon::prelude::Results), String> {
        let taker = ByReplication::new(|recorded| self.asked.figures(recorded));
        let run = experiment.run_recorded(|number| taker.of_replication(number));
        let results = run.map_err(|error| error.to_string())?;
        let means = self.asked.names().map(str::to_owned).zip(taker.means(level));
        let mut figures: BTreeMap<String, Estimate> =
            means.filter_map(|(name, mean)| Some((name, mean?))).collect();
        for pool in &results.pools {
            if let Some(utilization) = pool.utilization {
                figures.insert(format!("pool/{}/util", pool.name), utilization);
            }
        }
        Ok((figures, results))
    }
}
