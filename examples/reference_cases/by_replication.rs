//! Figures of single replications, from the records of their visits and cases, and the means of these.
//!
//! Where a case asks for the mean over days, each as the observer of that day sees it, a mean over all visits of all
//! days is another figure: full days would count for more.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use knockon::stats::Estimate;
use knockon::{CaseRecord, Records, VisitRecord};

/// The records of one replication.
#[derive(Debug, Default)]
pub struct Recorded {
    pub visits: Vec<VisitRecord>,
    pub cases: Vec<CaseRecord>,
}

/// The figures of one replication; `None` where there is nothing to take the mean of.
pub type Figures = Vec<Option<f64>>;

/// Takes the records of all replications, and makes figures of them.
#[derive(Debug)]
pub struct ByReplication<F> {
    figures: F,
    found: Mutex<BTreeMap<u64, Figures>>,
}

impl<F: Fn(&Recorded) -> Figures + Sync> ByReplication<F> {
    pub fn new(figures: F) -> ByReplication<F> {
        ByReplication { figures, found: Mutex::default() }
    }

    /// Takes the records of one replication.
    pub fn of_replication(&self, number: u64) -> OfReplication<'_, F> {
        OfReplication { all: self, number, recorded: Recorded::default() }
    }

    /// The means over those replications that have the figure.
    pub fn means(&self, level: f64) -> Vec<Option<Estimate>> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let figures = found.values().map(Vec::len).max().unwrap_or(0);
        let of = |figure: usize| {
            let values: Vec<f64> = found.values().filter_map(|figures| figures[figure]).collect();
            Estimate::of_means(&values, level)
        };
        (0..figures).map(of).collect()
    }
}

/// Takes the records of one replication.
#[derive(Debug)]
pub struct OfReplication<'a, F> {
    all: &'a ByReplication<F>,
    number: u64,
    recorded: Recorded,
}

impl<F: Fn(&Recorded) -> Figures + Sync> Records for OfReplication<'_, F> {
    fn visit(&mut self, record: &VisitRecord) {
        self.recorded.visits.push(record.clone());
    }

    fn case(&mut self, record: &CaseRecord) {
        self.recorded.cases.push(record.clone());
    }

    fn finished(&mut self) {
        let figures = (self.all.figures)(&self.recorded);
        let mut found = self.all.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(self.number, figures);
    }
}

/// The mean of some numbers; `None` without any.
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u64);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / count as f64)
}
