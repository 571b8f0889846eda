//! How the cases of a class fared.

use serde::{Deserialize, Serialize};

use super::{TimeEstimate, TimeStatistics};
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
