//! The ledger of several groups of customers together.

#![allow(dead_code)] // Every example uses a part of it.

use knockon::results::{GroupLedger, LedgerEntry, TimeEstimate, Whose};
use knockon::stats::Estimate;

use super::tables::WIDTH;

/// The ledgers of some groups of customers, taken together.
pub struct Charges<'r>(pub Vec<&'r GroupLedger>);

impl Charges<'_> {
    /// How many cases, by replication.
    fn cases(&self) -> Vec<f64> {
        let groups = self.0.iter().map(|group| group.cases.iter().map(|&cases| cases as f64));
        groups.fold(Vec::new(), added)
    }

    /// Hours charged to the entries that `pick` takes, by replication.
    fn hours(&self, pick: impl Fn(&LedgerEntry) -> bool) -> Vec<f64> {
        let entries = self.0.iter().flat_map(|group| &group.entries).filter(|entry| pick(entry));
        let none = vec![0.0; self.0.first().map_or(0, |group| group.cases.len())];
        entries.map(|entry| entry.amount.hours.iter().copied()).fold(none, added)
    }

    fn level(&self) -> f64 {
        let intervals = self.0.iter().filter_map(|group| group.time?.interval);
        intervals.map(|interval| interval.level).next().unwrap_or(0.95)
    }

    /// Hours per case in the entries that `pick` takes.
    pub fn time(&self, pick: impl Fn(&LedgerEntry) -> bool) -> Option<TimeEstimate> {
        Estimate::of_ratio(&self.hours(pick), &self.cases(), self.level()).map(TimeEstimate)
    }

    /// The time in the entries that `pick` takes, as a share of that in those that `of` takes.
    pub fn share(
        &self,
        pick: impl Fn(&LedgerEntry) -> bool,
        of: impl Fn(&LedgerEntry) -> bool,
    ) -> Option<Estimate> {
        Estimate::of_ratio(&self.hours(pick), &self.hours(of), self.level())
    }

    /// Who is responsible for what was felt at some places.
    pub fn matrix(&self, places: &[&str]) -> String {
        format!("{:WIDTH$}", GroupLedger::matrix(&self.0, places))
    }
}

/// Whether it is the case's own work or way, and not somebody else's that it waits for.
pub fn is_own(entry: &LedgerEntry) -> bool {
    entry.whose == Whose::Own
}

/// Sums by place, of two rows of numbers.
fn added(sums: Vec<f64>, more: impl Iterator<Item = f64>) -> Vec<f64> {
    if sums.is_empty() { more.collect() } else { sums.into_iter().zip(more).map(|(a, b)| a + b).collect() }
}
