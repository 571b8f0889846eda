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
    /// Of these, still in the system at the end.
    pub unfinished: Estimate,
    /// Cases lost, rejected, reneged or turned away, as a share of those that arrived.
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
    /// Completed cases within the promise, as a share of completed cases that were promised something.
    /// Those lost are not among them.
    pub promise_kept: Option<Estimate>,
    /// Completed cases with a defect, as a share of completed cases; `None` where nobody makes errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defective_share: Option<Estimate>,
    /// What the cases cost, where the model has prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostResults>,
    /// Cases in the system, averaged over time.
    pub in_system: Option<Estimate>,
    /// Cases completed per hour, averaged over time.
    pub throughput: Option<Estimate>,
    /// The age of unfinished cases at the end.
    pub unfinished_age: Option<TimeEstimate>,
    /// The age of the oldest unfinished case, in hours.
    pub oldest_unfinished: Option<f64>,
}
