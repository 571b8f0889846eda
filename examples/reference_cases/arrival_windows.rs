//! Mean waiting times by the time of day at which a case joined, from the records of visits.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use knockon::stats::Estimate;
use knockon::time::Span;
use knockon::{Records, VisitRecord};

/// The visits to a department that join in a part of the day: in `[from, to)`, modulo the length of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// An index into the model's departments.
    pub department: u32,
    /// How long a day is.
    pub day: Span,
    /// From this time of day on.
    pub from: Span,
    /// Until this.
    pub to: Span,
}

/// Ticks waited, and visits, by window.
type Sums = Vec<(i64, u64)>;

/// Takes the records of all replications.
#[derive(Debug)]
pub struct ByArrival {
    windows: Vec<Window>,
    /// Visits that join before do not count.
    warm_up: Span,
    /// By replication.
    sums: Mutex<BTreeMap<u64, Sums>>,
}

impl ByArrival {
    pub fn new(windows: Vec<Window>, warm_up: Span) -> ByArrival {
        ByArrival { windows, warm_up, sums: Mutex::default() }
    }

    /// Takes the records of one replication.
    pub fn of_replication(&self, number: u64) -> OfReplication<'_> {
        OfReplication { all: self, number, sums: vec![(0, 0); self.windows.len()] }
    }

    /// The mean waiting times of the windows, in hours.
    pub fn means(&self, level: f64) -> Vec<Option<Estimate>> {
        let hour = knockon::prelude::hours(1).ticks() as f64;
        let sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |window: usize| {
            let totals: Vec<f64> = sums.values().map(|sums| sums[window].0 as f64 / hour).collect();
            let counts: Vec<f64> = sums.values().map(|sums| sums[window].1 as f64).collect();
            Estimate::of_ratio(&totals, &counts, level)
        };
        (0..self.windows.len()).map(of).collect()
    }
}

/// Takes the records of one replication.
#[derive(Debug)]
pub struct OfReplication<'a> {
    all: &'a ByArrival,
    number: u64,
    sums: Sums,
}

impl Records for OfReplication<'_> {
    /// A visit counts if it has ended, as everywhere.
    fn visit(&mut self, record: &VisitRecord) {
        let Some(begun) =
            record.begun.filter(|_| record.ended.is_some() && record.joined >= self.all.warm_up)
        else {
            return;
        };
        for (window, (waited, visits)) in self.all.windows.iter().zip(&mut self.sums) {
            let time = record.joined.ticks() % window.day.ticks();
            if window.department == record.department
                && (window.from.ticks()..window.to.ticks()).contains(&time)
            {
                *waited += begun.ticks() - record.joined.ticks();
                *visits += 1;
            }
        }
    }

    fn finished(&mut self) {
        let mut sums = self.all.sums.lock().unwrap_or_else(PoisonError::into_inner);
        sums.insert(self.number, std::mem::take(&mut self.sums));
    }
}
