//! What a run hands out: plain serde structs.
//!
//! All times are in hours, all rates per hour. Every estimate carries its confidence interval over
//! replications; the totals of the single replications stay beside them in [`Results::replications`].
//! Figures over cases and visits are customer averages: total over all replications divided by their
//! number, with jackknife intervals; those of shares of cases are made on the scale of log odds, and lie between 0 and 1.
//! Figures over time average the replications.
//!
//! A case counts if it arrived, a visit if it joined, a request if it was asked, in the window from the
//! warm-up to the end. Times of staff are those in the window, whatever they worked on. Cases, visits and
//! requests that are unfinished at the end have no lead time, wait or service time yet, and they tend to be the
//! long ones: means over cases and visits are too short by about the variance of the time over the
//! length of the window. Where that is more than a lead time's interval is wide, there is a warning.

mod active;
mod classes;
mod defects;
mod departments;
mod display;
mod forks;
mod infinitesimal;
mod ledger;
mod long_run;
mod money;
mod requests;
mod staff;
mod stocks;
mod timeline;
mod times;
mod totals;

use serde::{Deserialize, Serialize};

pub use active::{ActivePeriodResults, StaffActivity};
pub use classes::{ClassResults, LatenessResults, RetryResults};
pub use defects::{DefectResults, DefectTotals, DetectionResults, DetectionTotals};
pub use departments::{
    BatchResults, ClassVisits, DepartmentResults, HandoffResults, SetupResults, VisitParts, VisitResults,
    WayResults,
};
pub use forks::{ForkResults, ForkTotals};
pub use infinitesimal::{Derivative, Infinitesimal};
pub use ledger::{
    Amount, Cause, ClassLedger, GroupLedger, LedgerEntry, LedgerResults, NotableCase, Party, PartyKind,
    PropagationCell, What, Whose,
};
pub use long_run::{LongRun, LongRunFigure};
pub use money::{
    ClassCosts, CostResults, CostTotals, Costs, ExpenseCosts, MoneyTotals, StaffCostResults, StaffCostTotals,
    StaffCosts,
};
pub use requests::{RequestResults, RequestTotals};
pub use staff::{PoolResults, StaffResults, StaffState, StaffStateResults, StaffTotals};
pub use stocks::{StockResults, StockTotals, UseResults, UseTotals};
pub use timeline::{Timeline, TimelinePiece};
pub(crate) use times::display_unit;
pub use times::{Bin, LongerThan, Percentile, TimeEstimate, TimeStatistics};
pub(crate) use totals::longest;
pub use totals::{
    ClassTotals, DepartmentDetail, DepartmentTotals, HandoffTotals, Moments, PartTotals, Replication,
    VisitTotals,
};

use crate::error::{ErrorKind, Result};
use crate::settings::{Horizon, Stopping, WarmUp};
use crate::stats::Estimate;
use crate::time::Span;
use crate::{CaseId, PersonId};

/// The results of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// What made them.
    pub manifest: Manifest,
    /// What the reader should know before trusting them: overload, cases left over, a run that has
    /// not settled, a precision not reached.
    pub warnings: Vec<String>,
    /// All customers together.
    pub system: ClassResults,
    /// By customer class, as the cases were when they arrived.
    pub classes: Vec<ClassResults>,
    /// By department.
    pub departments: Vec<DepartmentResults>,
    /// By handoff.
    pub handoffs: Vec<HandoffResults>,
    /// By pool of people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<PoolResults>,
    /// By request of one department to another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestResults>,
    /// By department that makes errors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<DefectResults>,
    /// By fork, after which cases go on in parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forks: Vec<ForkResults>,
    /// By stock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stocks: Vec<StockResults>,
    /// By use of a stock, in the order of the model: of its departments, and of their uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<UseResults>,
    /// What everything cost, where the model has prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// The names of the streams, by [`CaseId::stream`](crate::CaseId::stream): the work in place at the
    /// start, as "initial: CLASS at DEPARTMENT (n)", then the customer streams, then complaints. A name stays when
    /// another scenario has more streams; the number does not.
    pub streams: Vec<String>,
    /// How many cases were present at the times asked for. Of a run cut short, those that were reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Sample>,
    /// How many cases were present, by department, as shares of the time. If asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presence: Vec<Presence>,
    /// Whose people have been at work the longest without a break, at any time. If asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_periods: Option<ActivePeriodResults>,
    /// Because of whom customers spent their time. If asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerResults>,
    /// The completed cases with the longest lead times of all replications, the longest first. If asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worst_cases: Vec<NotableCase>,
    /// Some completed cases drawn from all replications, each as likely as any other. If asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub random_cases: Vec<NotableCase>,
    /// The totals of every replication, in order.
    pub replications: Vec<Replication>,
}

impl Results {
    /// The results of a class.
    ///
    /// # Errors
    ///
    /// When there is no class of that name; the error lists those there are.
    pub fn class(&self, name: &str) -> Result<&ClassResults> {
        named("class", name, &self.classes, |class| &class.name)
    }

    /// The results of a department.
    ///
    /// # Errors
    ///
    /// When there is no department of that name; the error lists those there are.
    pub fn department(&self, name: &str) -> Result<&DepartmentResults> {
        named("department", name, &self.departments, |department| &department.name)
    }

    /// The results of the handoff between two departments, or from one to `exit`; the first, where there
    /// are several.
    ///
    /// # Errors
    ///
    /// When there is no such handoff; the error lists those there are.
    pub fn handoff(&self, from: &str, to: &str) -> Result<&HandoffResults> {
        let ends = |from: &str, to: &str| format!("{from} to {to}");
        named("handoff", &ends(from, to), &self.handoffs, |handoff| ends(&handoff.from, &handoff.to))
    }

    /// The results of a pool.
    ///
    /// # Errors
    ///
    /// When there is no pool of that name; the error lists those there are.
    pub fn pool(&self, name: &str) -> Result<&PoolResults> {
        named("pool", name, &self.pools, |pool| &pool.name)
    }

    /// The results of a request, by its name: `"FROM asks TO"` where the model gives none.
    ///
    /// # Errors
    ///
    /// When there is no request of that name; the error lists those there are.
    pub fn request(&self, name: &str) -> Result<&RequestResults> {
        named("request", name, &self.requests, |request| &request.name)
    }

    /// What became of the errors of a department.
    ///
    /// # Errors
    ///
    /// When no department of that name makes errors; the error lists those that do.
    pub fn defects_of(&self, department: &str) -> Result<&DefectResults> {
        named("department that makes errors", department, &self.defects, |defects| &defects.department)
    }

    /// How the parts of cases fared after a fork, by its name: `"FROM to JOIN"`.
    ///
    /// # Errors
    ///
    /// When there is no fork of that name; the error lists those there are.
    pub fn fork(&self, name: &str) -> Result<&ForkResults> {
        named("fork", name, &self.forks, |fork| &fork.name)
    }

    /// The results of a stock.
    ///
    /// # Errors
    ///
    /// When there is no stock of that name; the error lists those there are.
    pub fn stock(&self, name: &str) -> Result<&StockResults> {
        named("stock", name, &self.stocks, |stock| &stock.name)
    }

    /// What a case of a record is called: its stream and number, `orders 311`; in a batch also its place there,
    /// `orders 311.2`.
    #[must_use]
    pub fn case_name(&self, case: CaseId) -> String {
        case_name(&self.streams, case)
    }

    /// What a person of a record is called: their department or pool and number, `billing 0`.
    #[must_use]
    pub fn person_name(&self, person: PersonId) -> String {
        let departments = self.departments.iter().map(|department| &department.name);
        let home = departments.chain(self.pools.iter().map(|pool| &pool.name)).nth(person.home as usize);
        person_name(home.map_or("person", String::as_str), person.number)
    }
}

/// What a person of a department or pool is called: `billing 0`.
pub(crate) fn person_name(home: &str, number: u32) -> String {
    format!("{home} {number}")
}

/// What a case is called: `orders 311`, in a batch `orders 311.2`.
pub(crate) fn case_name(streams: &[String], case: CaseId) -> String {
    let stream = streams.get(case.stream as usize).map_or("stream", String::as_str);
    let member = if case.member > 0 { format!(".{}", case.member) } else { String::new() };
    format!("{stream} {}{member}", case.number)
}

/// How many cases are present in the departments at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The time, in hours from the start of a replication.
    pub time: f64,
    /// By department, in the order of [`Results::departments`]: cases present just before that time.
    pub present: Vec<Estimate>,
    /// By department: cases present, averaged over the time from the start until then.
    pub average: Vec<Estimate>,
}

/// The distribution over time of the number of cases present in a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    /// The department.
    pub department: String,
    /// The variance over time of the number present.
    pub variance: Estimate,
    /// The share of time with 0, 1, 2, ... cases present, up to the last that is not zero and at most
    /// 255.
    pub shares: Vec<Estimate>,
}

/// What made the results: with the model and this version of the library, enough to make them again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The name of the model.
    pub model: String,
    /// A hash of the whole model.
    pub model_hash: String,
    /// The version of this library.
    pub version: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// The confidence level of the intervals.
    pub level: f64,
    /// When a replication ends.
    pub horizon: Horizon,
    /// The warm-up that was cut, in hours.
    pub warm_up: f64,
    /// How the warm-up was found.
    pub warm_up_rule: WarmUp,
    /// How many replications were made.
    pub replications: u32,
    /// The number of the first.
    pub first_replication: u64,
    /// What decided the number of replications.
    pub stopping: Stopping,
    /// The percentiles asked for, as shares.
    pub percentiles: Vec<f64>,
    /// The times for which the share of longer ones was asked for.
    pub longer_than: Vec<Span>,
    /// The times at which it was looked how many were present.
    pub sample_at: Vec<Span>,
    /// Whether the distribution of the number present was asked for.
    pub presence: bool,
    /// The most events of a replication.
    pub max_events: u64,
    /// The most cases in the system at a time.
    pub max_cases_in_system: u32,
    /// Events in all replications together: arrivals, services, transfers and patience that ended.
    pub events: u64,
    /// Seconds of wall time.
    pub wall_seconds: f64,
    /// Threads used. Results do not depend on them.
    pub threads: usize,
}

/// What has that name in a list.
pub(crate) fn named<'r, T, N: AsRef<str>>(
    kind: &'static str,
    name: &str,
    list: &'r [T],
    of: impl Fn(&'r T) -> N,
) -> Result<&'r T> {
    list.iter().find(|item| of(item).as_ref() == name).ok_or_else(|| {
        let known = list.iter().map(|item| of(item).as_ref().to_owned()).collect();
        ErrorKind::UnknownName { kind, name: name.to_owned(), known }.into()
    })
}
