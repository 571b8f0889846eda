//! The same customers in two runs, one by one.

use std::collections::BTreeMap;
use std::sync::Mutex;

use knockon::prelude::*;
use knockon::results::TimeEstimate;
use knockon::stats::Estimate;
use knockon::{CaseId, CaseRecord, Outcome, Records};

/// Which replication, and which case of it.
pub type Who = (u64, CaseId);

/// What came out, and what became of every customer.
pub struct Run {
    pub results: Results,
    /// Those who came after the warm-up.
    pub customers: BTreeMap<Who, CaseRecord>,
}

/// Keeps what became of the cases of a replication, and hands it on when that is over.
struct Keep<'k>(Vec<CaseRecord>, &'k Mutex<Vec<CaseRecord>>);

impl Records for Keep<'_> {
    fn case(&mut self, record: &CaseRecord) {
        self.0.push(record.clone());
    }

    fn finished(&mut self) {
        self.1.lock().expect("nobody panics").append(&mut self.0);
    }
}

impl Run {
    /// Runs an experiment, and keeps the customers of these classes.
    pub fn of(experiment: &Experiment, classes: &[&str]) -> Result<Run> {
        let records = Mutex::new(Vec::new());
        let results = experiment.run_recorded(|_| Keep(Vec::new(), &records))?;
        let customers = records.into_inner().expect("nobody panics").into_iter().filter(|record| {
            record.arrived.as_hours() >= results.manifest.warm_up
                && classes.contains(&&*results.classes[record.class as usize].name)
        });
        let customers = customers.map(|record| ((record.replication, record.case), record)).collect();
        Ok(Run { results, customers })
    }
}

/// The same customers in two runs. Of those who are still there at the end of either, nothing is said.
#[derive(Default)]
pub struct Comparison {
    /// By how many hours they were served faster in the second, of those served in both; the most first.
    pub gains: Vec<(f64, Who)>,
    /// Lost in the first and served in the second.
    pub won: usize,
    /// Served in the first and lost in the second.
    pub lost: usize,
}

impl Comparison {
    /// Two runs on the same draws: whoever came in one came in the other.
    pub fn of(before: &Run, after: &Run) -> Comparison {
        let mut comparison = Comparison::default();
        for (&who, was) in &before.customers {
            let is = &after.customers[&who];
            match (was.outcome, is.outcome) {
                (Outcome::Completed, Outcome::Completed) => {
                    comparison.gains.push((lead_time(was) - lead_time(is), who));
                }
                (Outcome::Completed, Outcome::Unfinished) | (Outcome::Unfinished, _) => {}
                (Outcome::Completed, _) => comparison.lost += 1,
                (_, Outcome::Completed) => comparison.won += 1,
                _ => {}
            }
        }
        comparison.gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        comparison
    }

    /// How many gain so much that `which` holds.
    pub fn count(&self, which: impl Fn(f64) -> bool) -> usize {
        self.gains.iter().filter(|gain| which(gain.0)).count()
    }

    /// The mean gain of those served in both, with an interval over replications.
    pub fn mean_gain(&self, level: f64) -> Option<TimeEstimate> {
        let mut sums: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
        for &(gain, (replication, _)) in &self.gains {
            let (hours, cases) = sums.entry(replication).or_default();
            *hours += gain;
            *cases += 1.0;
        }
        let (hours, cases): (Vec<f64>, Vec<f64>) = sums.into_values().unzip();
        Estimate::of_ratio(&hours, &cases, level).map(TimeEstimate)
    }
}

/// In hours.
pub fn lead_time(case: &CaseRecord) -> f64 {
    case.ended.as_hours() - case.arrived.as_hours()
}
