//! Experiments as a caller sees them.
//!
//! Seeds are fixed. A statistical test compares an estimate with its formula and allows 5 of the
//! estimate's own standard errors, which for 20 or more replications has a level below 1e-4.

mod any_construct;
mod any_dependence;
mod constructs;
mod dependence;
mod dependence_theory;
mod figures;
mod identity;
mod late;
mod ledger;
mod long_run;
mod models;
mod money;
mod records;
mod refusals;
mod rhythms;
mod scenarios;
mod stopping;
mod theory;
mod warnings;

use std::sync::Mutex;

use knockon::prelude::*;
use knockon::stats::Estimate;
use knockon::{CaseRecord, OrderRecord, Records, RequestRecord, VisitRecord};

/// Everything recorded in all replications.
#[derive(Default)]
struct Taken {
    visits: Vec<VisitRecord>,
    cases: Vec<CaseRecord>,
    requests: Vec<RequestRecord>,
    orders: Vec<OrderRecord>,
}

struct Recorder<'t>(&'t Mutex<Taken>);

impl Records for Recorder<'_> {
    fn visit(&mut self, record: &VisitRecord) {
        self.0.lock().unwrap().visits.push(record.clone());
    }

    fn case(&mut self, record: &CaseRecord) {
        self.0.lock().unwrap().cases.push(record.clone());
    }

    fn request(&mut self, record: &RequestRecord) {
        self.0.lock().unwrap().requests.push(record.clone());
    }

    fn order(&mut self, record: &OrderRecord) {
        self.0.lock().unwrap().orders.push(record.clone());
    }
}

/// Runs with records. Those of one replication are in the order in which visits and cases end.
fn recorded(experiment: &Experiment) -> (Results, Taken) {
    let taken = Mutex::new(Taken::default());
    let results = experiment.run_recorded(|_| Recorder(&taken)).unwrap();
    (results, taken.into_inner().unwrap())
}

/// What must be the same whenever the same thing is run.
fn reproducible(results: &Results) -> String {
    let mut results = results.clone();
    results.manifest.wall_seconds = 0.0;
    results.manifest.threads = 0;
    serde_json::to_string(&results).unwrap()
}

#[track_caller]
fn assert_estimates(estimate: impl Into<Option<Estimate>>, expected: f64) {
    let estimate = estimate.into().unwrap();
    let allowed = 5.0 * estimate.std_error().unwrap();
    assert!((estimate.mean - expected).abs() <= allowed, "{estimate:.6}, expected {expected}");
}
