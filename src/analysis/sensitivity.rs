//! What a little more of a department would change.

use serde::{Deserialize, Serialize};

use crate::results::TimeEstimate;
use crate::stats::Estimate;

/// What a little more of every department would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// By how much rates were changed, as a share: 0.01 is 1 %.
    pub step: f64,
    /// The figure by which departments are ranked.
    pub ranked_by: RankedBy,
    /// The departments, in the order of the model.
    pub departments: Vec<DepartmentSensitivity>,
}

/// A figure by which departments are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankedBy {
    /// The mean lead time of customers.
    LeadTime,
    /// Customers completed per hour: where a stream is saturated, lead times mean nothing.
    Throughput,
}

/// What a little more of a department would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentSensitivity {
    /// The department.
    pub department: String,
    /// All its service times divided by 1 and the step.
    pub rate: Effect,
    /// The probability of its errors a tenth lower; `None` where it makes none.
    pub fewer_errors: Option<Effect>,
    /// One more member of staff, or of the pool that it takes its staff from; `None` where there are always enough.
    pub one_more: Option<Effect>,
}

/// What a change of a model does to customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// All customers together.
    pub system: Change,
    /// By customer class, in the order of [`Results::classes`](crate::results::Results::classes).
    pub classes: Vec<ClassChange>,
}

/// What a change of a model does to the customers of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassChange {
    /// The class.
    pub class: String,
    /// What changes.
    #[serde(flatten)]
    pub change: Change,
}

/// What a change of a model does to some customers: after it less before it, replication by replication on the same draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The mean lead time.
    pub lead_time: Option<TimeEstimate>,
    /// By how many per cent the mean lead time changes for each per cent of rate; `None` where it is not the rate that
    /// changes.
    pub lead_time_elasticity: Option<Estimate>,
    /// The share of promises kept.
    pub promise_kept: Option<Estimate>,
    /// What everything costs per replication, in money; of a class, what its customers cost. `None` without prices.
    pub cost: Option<Estimate>,
    /// Cases completed per hour.
    pub throughput: Option<Estimate>,
    /// By how many per cent the throughput changes for each per cent of rate; `None` where it is not the rate that
    /// changes.
    pub throughput_elasticity: Option<Estimate>,
}

/// Departments ranked by what a little more rate does for customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// By which figure.
    pub by: RankedBy,
    /// All departments, the one where it does most first.
    pub departments: Vec<Ranked>,
    /// Those that may be the best one: the first, and all whose intervals overlap with its own. Empty where the first one's
    /// interval does not lie above nothing: then no department is known to matter.
    pub best: Vec<String>,
}

/// A department and what a little more of its rate does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// The department.
    pub department: String,
    /// By how much customers fare better: hours of the mean lead time saved, or cases more per hour.
    pub gain: Estimate,
}
