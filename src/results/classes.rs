//! How the cases of a class fared.

use serde::{Deserialize, Serialize};

use super::{CostResults, TimeEstimate, TimeStatistics};
use crate::stats::Estimate;

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
    /// Of these, lost because a defect was found on them and they were turned away.
    pub turned_away: Estimate,
    /// Of these, lost because they saw how many were there, and did not join; `None` where nobody balks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balked: Option<Estimate>,
    /// Of these, still in the system at the end.
    pub unfinished: Estimate,
    /// Cases lost, rejected, balked, reneged or turned away, as a share of those that arrived.
    pub lost_share: Option<Estimate>,
    /// The lead time of completed cases: arrival to end.
    pub lead_time: Option<TimeStatistics>,
    /// The lead time in working hours, where the model says which those are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_time_working: Option<TimeStatistics>,
    /// The part of the lead time in which someone worked on the case.
    pub touch_time: Option<TimeEstimate>,
    /// Touch time over lead time, of all completed cases together.
    pub flow_efficiency: Option<Estimate>,
    /// What the customers of the class were promised, in hours, the shortest first: one time for each promise that the
    /// streams make from which cases of the class come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<f64>,
    /// Completed cases within the promise, as a share of completed cases that were promised something.
    /// Those lost are not among them.
    pub promise_kept: Option<Estimate>,
    /// When completed cases were done, against their due dates; `None` without those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<LatenessResults>,
    /// How often lost customers tried again; `None` where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<RetryResults>,
    /// Completed cases with a defect, as a share of completed cases; `None` where nobody makes errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defective_share: Option<Estimate>,
    /// What the cases cost, where the model has prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostResults>,
    /// Cases in the system, averaged over time. Those that are away and will try again are among them.
    pub in_system: Option<Estimate>,
    /// Cases completed per hour, averaged over time.
    pub throughput: Option<Estimate>,
    /// The age of unfinished cases at the end.
    pub unfinished_age: Option<TimeEstimate>,
    /// The age of the oldest unfinished case, in hours.
    pub oldest_unfinished: Option<f64>,
}

/// When cases were done, against their due dates: the arrival and the notice where notice is given, else the arrival
/// and the promise. Of completed cases that have one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatenessResults {
    /// The mean lateness: the end less the due date, negative for who is done before.
    pub mean: TimeEstimate,
    /// The share of cases that were done after their due date.
    pub late_share: Estimate,
    /// Tardiness: how long after the due date, no time for who is done before. Its percentiles are those of the lateness
    /// where that is positive.
    pub tardiness: TimeStatistics,
    /// Earliness: how long before the due date, no time for who is late. A share of 0.9 has this earliness at most
    /// where a share of 0.1 has at most this lateness, below zero.
    pub earliness: TimeStatistics,
}

/// How often lost customers tried again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RetryResults {
    /// How often a case arrived, the first time included, per case.
    pub attempts: Estimate,
    /// The share of cases that tried again at least once.
    pub share: Estimate,
    /// How many were away and would try again, averaged over time.
    pub away: Option<Estimate>,
}
