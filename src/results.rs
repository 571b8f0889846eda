//! What a run hands out: plain serde structs.
//!
//! All times are in hours, all rates per hour. Every estimate carries its confidence interval over
//! replications; the totals of the single replications stay beside them in [`Results::replications`].
//! Figures over cases and visits are customer averages: total over all replications divided by their
//! number, with jackknife intervals. Figures over time average the replications.
//!
//! A case counts if it arrived, a visit if it joined, in the window from the warm-up to the end. Those
//! that are unfinished at the end have no lead time, wait or service time yet, and they tend to be the
//! long ones: means over cases and visits are too short by about the variance of the time over the
//! length of the window. Where that is more than a lead time's interval is wide, there is a warning.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result};
use crate::settings::{Horizon, Stopping, WarmUp};
use crate::stats::Estimate;
use crate::time::Span;

/// An estimated time, in hours. It is displayed in the unit that suits it.
///
/// ```
/// use knockon::results::TimeEstimate;
/// use knockon::stats::Estimate;
/// let time = TimeEstimate(Estimate::of_means(&[0.2, 0.25, 0.3], 0.95).unwrap());
/// assert_eq!(time.to_string(), "15 min (8 to 22, 95 %, 3 replications)");
/// assert_eq!(format!("{time:#}"), "15 min (8 to 22)");
/// assert_eq!(format!("{time:#.1}"), "15.0 min (7.5 to 22.5)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeEstimate(pub Estimate);

impl Deref for TimeEstimate {
    type Target = Estimate;

    fn deref(&self) -> &Estimate {
        &self.0
    }
}

impl fmt::Display for TimeEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, hours) = display_unit(self.mean);
        let scaled = self.times(1.0 / hours);
        let scaled = match (f.alternate(), f.precision()) {
            (true, Some(decimals)) => format!("{scaled:#.decimals$}"),
            (true, None) => format!("{scaled:#}"),
            (false, Some(decimals)) => format!("{scaled:.decimals$}"),
            (false, None) => scaled.to_string(),
        };
        let (number, rest) = scaled.split_once(' ').unwrap_or((&scaled, ""));
        let text = format!("{number} {unit} {rest}");
        write!(f, "{text:>0$}", f.width().unwrap_or(0))
    }
}

/// The unit in which to show a time, and its length in hours.
pub(crate) fn display_unit(hours: f64) -> (&'static str, f64) {
    match hours.abs() {
        size if size >= 48.0 => ("d", 24.0),
        size if size >= 1.0 => ("h", 1.0),
        size if size >= 1.0 / 60.0 || size == 0.0 => ("min", 1.0 / 60.0),
        _ => ("s", 1.0 / 3600.0),
    }
}

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
    /// The names of the streams, by [`CaseId::stream`](crate::CaseId::stream): the work in place at the
    /// start, as "initial: CLASS at DEPARTMENT (n)", then the customer streams. A name stays when
    /// another scenario has more streams; the number does not.
    pub streams: Vec<String>,
    /// How many cases were present at the times asked for. Of a run cut short, those that were reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Sample>,
    /// How many cases were present, by department, as shares of the time. If asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presence: Vec<Presence>,
    /// The totals of every replication, in order.
    pub replications: Vec<Replication>,
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

/// How the cases of a class fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassResults {
    /// The class.
    pub name: String,
    /// Cases that arrived, per replication.
    pub arrived: Estimate,
    /// Of these, completed.
    pub completed: Estimate,
    /// Of these, lost because they found a queue full on arrival.
    pub rejected: Estimate,
    /// Of these, lost because their patience ended in a queue.
    pub reneged: Estimate,
    /// Of these, still in the system at the end.
    pub unfinished: Estimate,
    /// Rejected and reneged cases as a share of those that arrived.
    pub lost_share: Option<Estimate>,
    /// The lead time of completed cases: arrival to end.
    pub lead_time: Option<TimeStatistics>,
    /// The part of the lead time in which someone worked on the case.
    pub touch_time: Option<TimeEstimate>,
    /// Touch time over lead time, of all completed cases together.
    pub flow_efficiency: Option<Estimate>,
    /// Completed cases within the promise, as a share of completed cases that were promised something.
    /// Those lost are not among them.
    pub promise_kept: Option<Estimate>,
    /// Cases in the system, averaged over time.
    pub in_system: Option<Estimate>,
    /// Cases completed per hour, averaged over time.
    pub throughput: Option<Estimate>,
    /// The age of unfinished cases at the end.
    pub unfinished_age: Option<TimeEstimate>,
    /// The age of the oldest unfinished case, in hours.
    pub oldest_unfinished: Option<f64>,
}

/// The distribution of a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeStatistics {
    /// How many times were observed, in all replications together.
    pub count: u64,
    /// Their mean.
    pub mean: TimeEstimate,
    /// Their standard deviation.
    pub standard_deviation: Option<TimeEstimate>,
    /// The longest, in hours; `None` for service times, where it is not kept.
    pub longest: Option<f64>,
    /// The share of times that were zero; `None` for service times, where it is not kept.
    pub zero_share: Option<Estimate>,
    /// Percentiles: those asked for instead of 10, 25, 50, 75, 90, 95 and 99. Empty where no
    /// distribution is kept: for service times, for the visits of single classes to a department, and
    /// by department in models of more than 500 departments.
    #[serde(default)]
    pub percentiles: Vec<Percentile>,
    /// The shares of times longer than those asked for, counted exactly. Not for service times, nor for
    /// the visits of single classes to a department.
    #[serde(default)]
    pub longer_than: Vec<LongerThan>,
    /// The histogram, the shortest first; empty bins are left out.
    #[serde(default)]
    pub histogram: Vec<Bin>,
}

impl TimeStatistics {
    /// The percentile for a share, if it is among those kept.
    pub fn percentile(&self, share: f64) -> Option<TimeEstimate> {
        self.percentiles.iter().find(|kept| kept.share == share).map(|kept| kept.value)
    }
}

/// A percentile of a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Percentile {
    /// The share of times that are no longer, between 0 and 1.
    pub share: f64,
    /// The time, with Woodruff's interval. It is read off a histogram whose bins are at most 1/64 of
    /// their times wide, and interpolated: where many times are equal, it may be off by so much.
    pub value: TimeEstimate,
}

/// The share of times longer than a given one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LongerThan {
    /// The time, in hours.
    pub time: f64,
    /// The share of longer ones.
    pub share: Estimate,
}

/// A bin of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Its lower end, in hours, inclusive.
    pub from: f64,
    /// Its upper end, in hours, exclusive.
    pub to: f64,
    /// How many times fell into it, in all replications together.
    pub count: u64,
}

/// How a department fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentResults {
    /// The department.
    pub name: String,
    /// How many people it has; `None` for always enough.
    pub staff: Option<u32>,
    /// Visits of all classes.
    #[serde(flatten)]
    pub visits: VisitResults,
    /// Visits by class of the case at the visit, for the classes that came.
    pub classes: Vec<ClassVisits>,
    /// People serving over people there, averaged over time; `None` where staff is infinite.
    pub utilization: Option<Estimate>,
}

/// Visits of one class to a department. Of their times no distribution is kept: no percentiles, no
/// histogram.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassVisits {
    /// The class.
    pub class: String,
    /// Its visits.
    #[serde(flatten)]
    pub visits: VisitResults,
}

/// Visits to a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitResults {
    /// Visits that joined, per replication; those rejected are not among them.
    pub joined: Estimate,
    /// Visits that were served to the end, per replication.
    pub served: Estimate,
    /// Cases rejected because the queue was full, per replication.
    pub rejected: Estimate,
    /// Rejected cases as a share of those who came.
    pub rejected_share: Option<Estimate>,
    /// Visits that ended in a lost patience, per replication.
    pub reneged: Estimate,
    /// Those as a share of visits that ended.
    pub reneged_share: Option<Estimate>,
    /// The waiting time of served visits.
    pub waiting: Option<TimeStatistics>,
    /// The mean waiting time of all visits that ended, those who gave up included.
    pub waiting_including_reneged: Option<TimeEstimate>,
    /// The service time of served visits.
    pub service: Option<TimeStatistics>,
    /// Waiting and service of served visits together.
    pub sojourn: Option<TimeStatistics>,
    /// Cases waiting, averaged over time.
    pub queue_length: Option<Estimate>,
    /// Cases in service, averaged over time.
    pub in_service: Option<Estimate>,
    /// Cases present, averaged over time.
    pub present: Option<Estimate>,
    /// Services ended per hour, averaged over time.
    pub throughput: Option<Estimate>,
}

/// How a handoff was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoffResults {
    /// The department that hands off.
    pub from: String,
    /// The department that receives, or `exit`.
    pub to: String,
    /// The class that cases have from then on; `None` where they keep theirs. It tells apart handoffs
    /// with the same ends.
    pub becomes: Option<String>,
    /// How often, per replication.
    pub count: Estimate,
    /// How long the way took.
    pub transfer_time: Option<TimeEstimate>,
}

/// The totals of one replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replication {
    /// Its number. The same number and seed give the same replication again.
    pub number: u64,
    /// Its events.
    pub events: u64,
    /// When it ended, in hours from its start.
    pub end: f64,
    /// The length of the window from the warm-up to the end, in hours.
    pub window: f64,
    /// By class, in the order of [`Results::classes`].
    pub classes: Vec<ClassTotals>,
    /// By department, in the order of [`Results::departments`].
    pub departments: Vec<DepartmentTotals>,
    /// By handoff, in the order of [`Results::handoffs`].
    pub handoffs: Vec<HandoffTotals>,
}

/// Sums of times, in hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// How many.
    pub count: u64,
    /// Their sum, in hours.
    pub sum: f64,
    /// The sum of their squared deviations from their own mean, in hours squared.
    pub squared_deviations: f64,
    /// The longest, in hours; `None` without any, or where it is not kept.
    pub longest: Option<f64>,
    /// How many were zero, where that is kept.
    pub zero: u64,
}

/// The totals of a class in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClassTotals {
    /// Cases that arrived in the window. They are completed, rejected, reneged or unfinished.
    pub arrived: u64,
    /// Lost on arrival.
    pub rejected: u64,
    /// Lead times of completed cases.
    pub lead_time: Moments,
    /// Ages of reneged cases when they left.
    pub reneged: Moments,
    /// Ages of unfinished cases at the end.
    pub unfinished: Moments,
    /// Touch time of completed cases, in hours.
    pub touch_time: f64,
    /// Completed cases that were promised something.
    pub promised: u64,
    /// Those for whom it was kept.
    pub kept: u64,
    /// Cases completed in the window, whenever they arrived.
    pub departures: u64,
    /// Case-hours in the system in the window, whenever they arrived.
    pub case_hours: f64,
}

/// The totals of a department in one replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DepartmentTotals {
    /// By class, in the order of [`Results::classes`].
    pub classes: Vec<VisitTotals>,
}

/// The totals of the visits of one class to a department in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VisitTotals {
    /// Arrivals from outside that found the queue full.
    pub rejected: u64,
    /// Visits that joined in the window and had not ended at the end.
    pub unfinished: u64,
    /// Waiting times of served visits.
    pub waiting: Moments,
    /// Service times of served visits.
    pub service: Moments,
    /// Sojourn times of served visits.
    pub sojourn: Moments,
    /// Waiting times of visits that ended in a lost patience.
    pub reneged: Moments,
    /// Services ended in the window, whenever the visit began.
    pub departures: u64,
    /// Hours spent waiting in the window, by everybody.
    pub waiting_hours: f64,
    /// Hours spent in service in the window, by everybody.
    pub service_hours: f64,
}

/// The totals of a handoff in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HandoffTotals {
    /// How often it was used in the window.
    pub count: u64,
    /// The time spent on the way, in hours.
    pub transfer_hours: f64,
}

/// The longest of some times, where any is known.
pub(crate) fn longest(times: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    times.into_iter().flatten().reduce(f64::max)
}

impl Moments {
    fn add(&mut self, other: &Moments) {
        if self.count > 0 && other.count > 0 {
            // Chan, Golub and LeVeque (1979).
            let (n, m) = (self.count as f64, other.count as f64);
            let apart = other.sum / m - self.sum / n;
            self.squared_deviations += apart * apart * n * m / (n + m);
        }
        self.count += other.count;
        self.sum += other.sum;
        self.squared_deviations += other.squared_deviations;
        self.longest = longest([self.longest, other.longest]);
        self.zero += other.zero;
    }
}

impl ClassTotals {
    /// Adds the totals of another class.
    pub fn add(&mut self, other: &ClassTotals) {
        self.arrived += other.arrived;
        self.rejected += other.rejected;
        self.lead_time.add(&other.lead_time);
        self.reneged.add(&other.reneged);
        self.unfinished.add(&other.unfinished);
        self.touch_time += other.touch_time;
        self.promised += other.promised;
        self.kept += other.kept;
        self.departures += other.departures;
        self.case_hours += other.case_hours;
    }
}

impl VisitTotals {
    /// Adds the totals of another class.
    pub fn add(&mut self, other: &VisitTotals) {
        self.rejected += other.rejected;
        self.unfinished += other.unfinished;
        self.waiting.add(&other.waiting);
        self.service.add(&other.service);
        self.sojourn.add(&other.sojourn);
        self.reneged.add(&other.reneged);
        self.departures += other.departures;
        self.waiting_hours += other.waiting_hours;
        self.service_hours += other.service_hours;
    }

    /// Those who came in the window, those rejected included.
    pub fn came(&self) -> u64 {
        self.rejected + self.unfinished + self.waiting.count + self.reneged.count
    }
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
}

impl DepartmentResults {
    /// The visits of a class.
    ///
    /// # Errors
    ///
    /// When no case of that class came; the error lists the classes that did.
    pub fn class(&self, name: &str) -> Result<&VisitResults> {
        named("class", name, &self.classes, |class| &class.class).map(|class| &class.visits)
    }
}

fn named<'r, T, N: AsRef<str>>(
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
