//! The ledger: because of whom customers spent their time.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::observe::{Cause, PartyKind, What, Whose};

use super::TimeEstimate;
use crate::CaseId;
use crate::stats::{Estimate, Series};

/// Because of whom customers spent their time, to the tick: see [`semantics`](crate::semantics). If asked for
/// ([`Experiment::ledger`](crate::experiment::Experiment::ledger)).
///
/// What a department is charged with is not what would be saved if it did better: where one cause goes, another
/// may come to light. What would be saved, a run of the changed model tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerResults {
    /// All customers together.
    pub system: ClassLedger,
    /// By customer class, as the cases were when they arrived, in the order of
    /// [`Results::classes`](super::Results::classes).
    pub classes: Vec<ClassLedger>,
}

/// The ledger of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassLedger {
    /// The class.
    pub name: String,
    /// Completed cases.
    pub completed: GroupLedger,
    /// Lost ones: what made them leave. Those rejected on arrival are among them, with no time at all.
    pub lost: GroupLedger,
    /// Those that had not ended when the run did, until then.
    pub unfinished: GroupLedger,
}

/// The ledger of the cases of a class that ended in one way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupLedger {
    /// How many cases, by replication.
    pub cases: Vec<u64>,
    /// Time in the system per case: the sum of the entries. `None` without cases.
    pub time: Option<TimeEstimate>,
    /// The entries, the largest first.
    pub entries: Vec<LedgerEntry>,
    /// The propagation matrix: who is responsible, and where it was felt; the largest first. Entries summed over
    /// what and whose.
    pub propagation: Vec<PropagationCell>,
}

/// Time charged to somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Who is responsible.
    pub who: Party,
    /// What they did.
    pub what: What,
    /// Whose work that was.
    pub whose: Whose,
    /// Where the cases were meanwhile.
    pub felt: Party,
    /// How much.
    #[serde(flatten)]
    pub amount: Amount,
}

/// Time charged to somebody, felt somewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PropagationCell {
    /// Who is responsible.
    pub who: Party,
    /// Where the cases were meanwhile.
    pub felt: Party,
    /// How much.
    #[serde(flatten)]
    pub amount: Amount,
}

/// How much of the time of the cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// Hours per case of the group, those with none of it included.
    pub time: TimeEstimate,
    /// The share of the time of the cases of the group.
    pub share: Option<Estimate>,
    /// What it costs per case: the hours times the
    /// [cost of delay](crate::model::Class::delay_cost) of each case's class. `None` where delay costs nothing.
    pub money: Option<Estimate>,
    /// Hours in all, by replication.
    pub hours: Vec<f64>,
}

/// Somebody who is charged, or a place where delay is felt.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    /// What it is.
    pub kind: PartyKind,
    /// Its name; of a handoff, `FROM to TO`.
    pub name: String,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// A case that stands out, or was drawn: to be looked at by
/// [`Experiment::timeline`](crate::experiment::Experiment::timeline).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotableCase {
    /// The replication.
    pub replication: u64,
    /// The case.
    pub case: CaseId,
    /// Its stream and number in words.
    pub name: String,
    /// Its class at arrival.
    pub class: String,
    /// Its lead time, in hours.
    pub lead_time: f64,
}

impl LedgerResults {
    /// The ledger of a class.
    ///
    /// # Errors
    ///
    /// When there is no class of that name; the error lists those there are.
    pub fn class(&self, name: &str) -> crate::Result<&ClassLedger> {
        super::named("class", name, &self.classes, |class| &class.name)
    }
}

impl LedgerEntry {
    /// Whether it is the case's own work or way, and not somebody else's that it waits for.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.whose == Whose::Own
    }
}

impl GroupLedger {
    /// Hours per case that are charged to the entries that `pick` takes, by replication; of some groups of cases together.
    ///
    /// ```
    /// use knockon::prelude::*;
    /// use knockon::results::{GroupLedger, LedgerEntry};
    ///
    /// let model = Model::builder("desk")
    ///     .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(10))))
    ///     .customers("visitors", |c| c.poisson(per_hour(5.0)).enter("desk"))
    ///     .build()?;
    /// let experiment = Experiment::new(&model).horizon(weeks(1)).warm_up(days(1)).replications(4);
    /// let results = experiment.ledger().run()?;
    /// let visitors = &results.ledger.as_ref().unwrap().class("visitors")?.completed;
    /// let work = GroupLedger::charged(&[visitors], LedgerEntry::is_own).estimate(0.95).unwrap();
    /// assert!((work.mean - 1.0 / 6.0).abs() < 0.02, "{work}");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    #[must_use]
    pub fn charged(groups: &[&GroupLedger], pick: impl Fn(&LedgerEntry) -> bool) -> Series {
        let cases = (0..).map(|at| groups.iter().filter_map(|of| of.cases.get(at)).sum::<u64>() as f64);
        GroupLedger::hours(groups, pick).into_iter().zip(cases).collect()
    }

    /// The time charged to the entries that `pick` takes as a share of that charged to those that `of` takes, by replication; of
    /// some groups of cases together.
    #[must_use]
    pub fn charged_share(
        groups: &[&GroupLedger],
        pick: impl Fn(&LedgerEntry) -> bool,
        of: impl Fn(&LedgerEntry) -> bool,
    ) -> Series {
        let whole = GroupLedger::hours(groups, of);
        GroupLedger::hours(groups, pick).into_iter().zip(whole).collect()
    }

    /// Hours in all that are charged to the entries that `pick` takes, by replication.
    fn hours(groups: &[&GroupLedger], pick: impl Fn(&LedgerEntry) -> bool) -> Vec<f64> {
        let entries = || groups.iter().flat_map(|group| &group.entries).filter(|entry| pick(entry));
        let replications = groups.iter().map(|group| group.cases.len()).max().unwrap_or(0);
        let hours = |at: usize| entries().filter_map(|entry| entry.amount.hours.get(at)).sum();
        (0..replications).map(hours).collect()
    }

    /// Hours per case that somebody is responsible for, wherever they were felt.
    #[must_use]
    pub fn charged_to(&self, name: &str) -> f64 {
        let cells = self.propagation.iter().filter(|cell| cell.who.name == name);
        cells.map(|cell| cell.amount.time.mean).sum()
    }

    /// Hours per case that were felt at a place, whoever is responsible.
    #[must_use]
    pub fn felt_at(&self, name: &str) -> f64 {
        let cells = self.propagation.iter().filter(|cell| cell.felt.name == name);
        cells.map(|cell| cell.amount.time.mean).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    fn close(what: &str, found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{what}: {found}, expected {expected}");
    }

    /// All that is charged to completed cases is their lead time, as the statistics have it: of a class, and of two together.
    #[test]
    fn what_is_charged_sums_to_the_lead_time() {
        let text = include_str!("../../examples/models/engineering_clarification.toml");
        let model = Model::from_toml(text).unwrap();
        let results = Experiment::new(&model).horizon(weeks(3)).replications(4).ledger().run().unwrap();
        let ledger = results.ledger.as_ref().unwrap();
        let groups = ["standard", "custom"].map(|class| &ledger.class(class).unwrap().completed);
        for (some, classes) in [(&groups[..1], 0..1), (&groups[1..], 1..2), (&groups[..], 0..2)] {
            let lead_time = |of: &crate::results::Replication| {
                let totals = of.classes[classes.clone()].iter();
                totals.fold((0.0, 0.0), |(sum, count), class| {
                    (sum + class.lead_time.sum, count + class.lead_time.count as f64)
                })
            };
            let expected: Series = results.replications.iter().map(lead_time).collect();
            let found = GroupLedger::charged(some, |_| true);
            for (found, expected) in found.values().zip(expected.values()) {
                close("a replication", found, expected);
            }
            let [found, expected] = [found, expected].map(|series| series.estimate(0.95).unwrap());
            close("mean", found.mean, expected.mean);
            close("error", found.std_error().unwrap(), expected.std_error().unwrap());

            // Own time and that of others are all there is, and of the whole the share that they are.
            let others = |of: &LedgerEntry| !of.is_own();
            let time = |series: Series| series.estimate(0.95).unwrap().mean;
            let [own, rest] = [
                time(GroupLedger::charged(some, LedgerEntry::is_own)),
                time(GroupLedger::charged(some, others)),
            ];
            close("parts", own + rest, expected.mean);
            assert!(own > 0.0 && rest > 0.0);
            close("share", time(GroupLedger::charged_share(some, others, |_| true)), rest / (own + rest));
        }
        assert_eq!(GroupLedger::charged(&[], |_| true), Series::default());
    }
}
