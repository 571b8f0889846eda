//! The ledger of several groups of customers together, and as a table.

#![allow(dead_code)] // Every example uses a part of it.

use std::collections::BTreeMap;

use knockon::results::{GroupLedger, LedgerEntry, Results, TimeEstimate, What, Whose};
use knockon::stats::Estimate;

use super::tables;

/// Rows with less of the time than this are shown as one.
const SMALL: f64 = 0.005;

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

    /// All places where something was felt: departments in their order, then handoffs.
    pub fn places<'r>(&'r self, results: &'r Results) -> Vec<&'r str> {
        let felt = || self.0.iter().flat_map(|group| &group.propagation).map(|cell| &cell.felt);
        let departments = results.departments.iter().map(|department| &*department.name);
        let mut places: Vec<&str> =
            departments.filter(|name| felt().any(|party| party.name == *name)).collect();
        for party in felt() {
            if !places.contains(&&*party.name) {
                places.push(&party.name);
            }
        }
        places
    }

    /// Who is responsible, by row, for what was felt at some places, by column: hours per case, and the share
    /// of all that was felt there. What a case takes with its own work has a row of its own, the first.
    pub fn matrix(&self, places: &[&str]) -> String {
        let at = |place: &str| places.iter().position(|name| *name == place);
        let mut rows: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for entry in self.0.iter().flat_map(|group| &group.entries) {
            if let Some(column) = at(&entry.felt.name) {
                let row = rows.entry(responsible(entry)).or_insert_with(|| vec![0.0; places.len()]);
                row[column] += entry.amount.hours.iter().sum::<f64>();
            }
        }
        let sum = |cells: &[f64]| cells.iter().sum::<f64>();
        let all: f64 = rows.values().map(|cells| sum(cells)).sum();
        let (mut large, small): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|(_, cells)| sum(cells) >= SMALL * all);
        large.sort_by(|a, b| (b.0 == OWN).cmp(&(a.0 == OWN)).then(sum(&b.1).total_cmp(&sum(&a.1))));
        let total = large.iter().chain(&small).map(|(_, cells)| cells.iter().copied()).fold(vec![], added);
        if !small.is_empty() {
            let cells = small.into_iter().map(|(_, cells)| cells.into_iter()).fold(vec![], added);
            large.push(("all others".to_owned(), cells));
        }
        large.push(("all".to_owned(), total));

        let cases = sum(&self.cases());
        let hours = |hours: f64| if hours == 0.0 { "-".to_owned() } else { format!("{:.2}", hours / cases) };
        let rows = large.into_iter().map(|(name, cells)| {
            let (total, share) = (hours(sum(&cells)), format!("{:.1} %", 100.0 * sum(&cells) / all));
            [vec![name], cells.iter().map(|&cell| hours(cell)).collect(), vec![total, share]].concat()
        });
        tables::table(&[&["hours per case"], places, &["all", "share"]].concat(), rows)
    }
}

const OWN: &str = "its own work";

/// Whether it is the case's own work or way, and not somebody else's that it waits for.
pub fn is_own(entry: &LedgerEntry) -> bool {
    entry.whose == Whose::Own
}

/// Who is responsible, and for what.
fn responsible(entry: &LedgerEntry) -> String {
    let doing = match entry.what {
        What::Service if is_own(entry) => return OWN.to_owned(),
        What::Service => "work for others",
        What::Rework => "its errors",
        What::Answering => "answering",
        What::Transfer => "on the way",
        What::Closed => "closed",
        What::Absent => "absent",
        What::SeveralStaff => "crew not complete",
        What::Standstill => "standstill",
        What::Setup => "setting up",
        What::Batching => "batch not complete",
        What::StockOut => "not in stock",
        What::Sharing => "serving others too",
        What::Away => "away",
    };
    format!("{}: {doing}", entry.who)
}

/// Sums by place, of two rows of numbers.
fn added(sums: Vec<f64>, more: impl Iterator<Item = f64>) -> Vec<f64> {
    if sums.is_empty() { more.collect() } else { sums.into_iter().zip(more).map(|(a, b)| a + b).collect() }
}
