//! Which department is the bottleneck, by every definition, and what the definitions agree on.

mod figures;
mod serial;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Study;
use crate::error::{ErrorKind, Result};
use crate::results::ActivePeriodResults;
use crate::stats::Estimate;

/// What makes a department the bottleneck. There are several definitions, and they disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Definition {
    /// Where more rate helps customers most: by how many per cent the mean lead time falls for each per cent of rate, or
    /// where a stream is saturated, the throughput grows. The one people mean.
    Sensitivity,
    /// Who is charged with the largest share of the delay of customers: of all that the ledger of completed cases holds but work
    /// on the case itself and its ways. A retrospect: what is charged is not what would be saved.
    LedgerShare,
    /// Whose people are most often at work the longest without a break: the share of time as the momentary bottleneck (Roser, Nakano
    /// and Tanaka 2002), sole and shifting beside it. Departments of a pool have that of the pool.
    Momentary,
    /// Whose people are at work the longest without a break on average, in hours (Roser, Nakano and Tanaka 2001).
    AverageActivePeriod,
    /// Whose people are busiest: time at work over time on shift. Departments of a pool have that of the pool.
    Utilization,
    /// Where a visit or a request waits the longest for its first start, in hours.
    WaitPerVisit,
    /// Where most is waited per completed case, by visits and requests, in hours.
    WaitPerCase,
    /// Where the most wait: visits, and requests that come to be answered, averaged over time.
    NumberWaiting,
    /// Who is the nearest to its capacity: offered load over what its people can do, from the model alone; beside it, the cases per hour
    /// at which that is all they can do.
    LowestCapacity,
    /// In a serial line: where no arrow leads away. One leads down a line from who is blocked more than the next is starved, else up
    /// (Kuo, Lim and Meerkov 1996). Of several, the one with the highest severity, which is the figure.
    BlockingAndStarving,
    /// In a serial line: where it turns from more blocked to more starved (Li, Chang and Ni 2009). The figure is the share of time in
    /// which it is neither.
    TurningPoint,
}

/// What stands beside a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aside {
    /// What one more member of staff does: hours of the mean lead time saved, or cases more per hour.
    OneMore,
    /// The share of time as the only one in the chain of bottleneck periods.
    Sole,
    /// The share of time in which the bottleneck shifts from it or to it.
    Shifting,
    /// The cases per hour at which its people are fully loaded.
    MostCases,
    /// The share of time in which it is blocked.
    Blocked,
    /// The share of time in which it is starved.
    Starved,
}

/// A department by one definition. The larger the figure, the more it is the bottleneck.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentFigure {
    /// The department.
    pub department: String,
    /// The figure of the definition; without an interval where it is exact.
    pub figure: Estimate,
    /// What else belongs to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<(Aside, Estimate)>,
}

/// What one definition says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The definition.
    pub definition: Definition,
    /// The departments that have such a figure, the first the most of a bottleneck.
    pub figures: Vec<DepartmentFigure>,
    /// Those that may be the bottleneck: the first, and all whose intervals overlap with its own. Empty where there is none.
    pub set: Vec<String>,
    /// Why the definition says nothing here, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Which department is the bottleneck, by every definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bottlenecks {
    /// One for each definition, in their order: the honest one first.
    pub verdicts: Vec<Verdict>,
    /// How the momentary bottleneck moves over time, and over the week.
    pub active_periods: Option<ActivePeriodResults>,
}

impl Study<'_> {
    /// Which department is the bottleneck, by every definition.
    ///
    /// ```
    /// use knockon::analysis::{Definition, Study};
    /// use knockon::prelude::*;
    ///
    /// // Most applications are settled at the desk. The few that go to the expert are worked on there for long.
    /// let model = Model::builder("permits")
    ///     .department("desk", |d| d.staff(4).service(Dist::exponential(minutes(25))))
    ///     .department("expert", |d| d.staff(1).service(Dist::gamma(hours(2.5), cv(2.0))))
    ///     .handoff("desk", "expert", |h| h.probability(0.03))
    ///     .handoff("desk", EXIT, |h| h.probability(0.97))
    ///     .customers("applicants", |c| c.poisson(per_hour(7.8)).enter("desk"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(10)).warm_up(weeks(1)).replications(10));
    /// let bottlenecks = study.bottlenecks()?;
    /// println!("{bottlenecks}");
    /// assert_eq!(bottlenecks.by(Definition::Utilization)?.set, ["desk"]);
    /// assert_eq!(bottlenecks.by(Definition::WaitPerVisit)?.set, ["expert"]);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn bottlenecks(&self) -> Result<Bottlenecks> {
        let sensitivity = self.sensitivity()?;
        let base = self.base()?;
        let model = self.model();
        let (arrows, turning_point) = match serial::Line::of(model, &base) {
            Ok(line) => (line.arrows(), line.turning_point()),
            Err(reason) => (
                Verdict::none(Definition::BlockingAndStarving, reason),
                Verdict::none(Definition::TurningPoint, reason),
            ),
        };
        let verdicts = vec![
            figures::sensitivity(&sensitivity),
            figures::ledger_share(model, &base),
            figures::momentary(&base),
            figures::average_period(&base),
            figures::utilization(&base),
            figures::wait_per_visit(model, &base),
            figures::wait_per_case(model, &base),
            figures::number_waiting(model, &base),
            figures::lowest_capacity(model)?,
            arrows,
            turning_point,
        ];
        Ok(Bottlenecks { verdicts, active_periods: base.active_periods.clone() })
    }
}

impl Verdict {
    fn none(definition: Definition, reason: impl Into<String>) -> Verdict {
        Verdict { definition, figures: Vec::new(), set: Vec::new(), reason: Some(reason.into()) }
    }

    /// Of the figures, with the set of those that may be the largest.
    fn of(definition: Definition, mut figures: Vec<DepartmentFigure>) -> Verdict {
        // Stable: equal ones stay in the order of the model.
        figures.sort_by(|a, b| b.figure.mean.total_cmp(&a.figure.mean));
        let first = figures.first().map(|first| first.figure).filter(|first| first.mean > 0.0);
        let may_be = |own: &&DepartmentFigure| first.is_some_and(|first| overlap(&own.figure, &first));
        let set = figures.iter().filter(may_be).map(|own| own.department.clone()).collect();
        Verdict { definition, figures, set, reason: None }
    }

    /// The figure of a department, where it has one.
    #[must_use]
    pub fn department(&self, name: &str) -> Option<&DepartmentFigure> {
        self.figures.iter().find(|own| own.department == name)
    }
}

/// Whether the intervals of two figures overlap; of those that are exact, whether they are equal but for rounding.
fn overlap(a: &Estimate, b: &Estimate) -> bool {
    match (a.interval, b.interval) {
        (Some(a), Some(b)) => a.overlaps(&b),
        _ => (a.mean - b.mean).abs() <= 1e-9 * b.mean.abs(),
    }
}

impl Bottlenecks {
    /// What a definition says.
    ///
    /// # Errors
    ///
    /// When it is not among [`Bottlenecks::verdicts`], where [`Study::bottlenecks`] has put all; the error lists those that are.
    pub fn by(&self, definition: Definition) -> Result<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.definition == definition).ok_or_else(|| {
            let known = self.verdicts.iter().map(|verdict| verdict.definition.to_string()).collect();
            ErrorKind::UnknownName { kind: "definition", name: definition.to_string(), known }.into()
        })
    }

    /// What the other definitions say beside the first.
    fn others(&self, of: impl Fn(&Verdict) -> bool) -> Vec<&Verdict> {
        self.verdicts.iter().skip(1).filter(|verdict| !verdict.set.is_empty() && of(verdict)).collect()
    }
}

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Definition::Sensitivity => "1 % more rate",
            Definition::LedgerShare => "the ledger",
            Definition::Momentary => "the longest active period at a time",
            Definition::AverageActivePeriod => "the average active period",
            Definition::Utilization => "utilization",
            Definition::WaitPerVisit => "the wait per visit",
            Definition::WaitPerCase => "the wait per case",
            Definition::NumberWaiting => "the number waiting",
            Definition::LowestCapacity => "the lowest capacity",
            Definition::BlockingAndStarving => "blocking and starving",
            Definition::TurningPoint => "the turning point",
        })
    }
}

/// Things one after the other, with a word before the last.
fn list<T: fmt::Display>(things: impl IntoIterator<Item = T>, word: &str) -> String {
    let things: Vec<String> = things.into_iter().map(|thing| thing.to_string()).collect();
    match &things[..] {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}

fn names(set: &[String], word: &str) -> String {
    list(set.iter().map(|name| format!("`{name}`")), word)
}

crate::text::displayed_as_prose!(Bottlenecks);

impl Bottlenecks {
    /// What the definitions agree and disagree on, in a sentence.
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.verdicts.first() else { return Ok(()) };
        let definitions = |verdicts: &[&Verdict]| list(verdicts.iter().map(|own| own.definition), "and");
        let same = self.others(|own| same_set(&own.set, &first.set));
        if first.set.is_empty() {
            write!(f, "No department is known where 1 % more rate would help customers")?;
        } else {
            write!(f, "1 % more rate helps customers most at {}", names(&first.set, "or"))?;
        }
        if !same.is_empty() {
            write!(f, ": so say {}", definitions(&same))?;
        }
        let mut others = self.others(|own| !same_set(&own.set, &first.set));
        let mut word = if same.is_empty() { "; " } else { ", but " };
        while let Some(&next) = others.first() {
            let alike: Vec<&Verdict> =
                others.iter().copied().filter(|own| same_set(&own.set, &next.set)).collect();
            others.retain(|own| !same_set(&own.set, &next.set));
            let verb = if alike.len() == 1 { "names" } else { "name" };
            write!(f, "{word}{} {verb} {}", definitions(&alike), names(&next.set, "or"))?;
            word = ", and ";
        }
        write!(f, ".")
    }
}

fn same_set(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().all(|name| b.contains(name))
}
