//! How requests fared: what departments asked of each other.

use serde::{Deserialize, Serialize};

use super::{Moments, TimeEstimate, TimeStatistics};
use crate::stats::Estimate;

/// How a request of one department to another fared. Those count that were asked after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestResults {
    /// The request.
    pub name: String,
    /// The department that asks.
    pub from: String,
    /// The department that answers.
    pub to: String,
    /// How often it was asked, per replication.
    pub asked: Estimate,
    /// Of these, answered.
    pub answered: Estimate,
    /// Of these, given up: the work went on without the answer.
    pub given_up: Estimate,
    /// Those given up when somebody was already at work on them, or had been: they were finished for nobody.
    pub for_nobody: Estimate,
    /// Of those asked, open at the end.
    pub unfinished: Estimate,
    /// From asking until the answer was back, of those answered.
    pub response_time: Option<TimeStatistics>,
    /// The service standard, in hours.
    pub standard: Option<f64>,
    /// Those answered within the standard, as a share of those asked. The others all count against it, those
    /// open at the end too.
    pub standard_kept: Option<Estimate>,
    /// How long they waited in the department that answers, before the first start. No percentiles.
    pub waiting: Option<TimeStatistics>,
    /// How long somebody worked on them. No percentiles.
    pub service: Option<TimeStatistics>,
    /// How many were open, averaged over time.
    pub open: Option<Estimate>,
    /// How many people were held for the answer, averaged over time.
    pub held: Option<Estimate>,
    /// Staff time lost holding, in person-hours per replication.
    pub held_hours: Estimate,
    /// Staff time lost holding, for each that was asked.
    pub held_per_request: Option<TimeEstimate>,
}

/// The totals of a request in one replication. Those count that were asked in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestTotals {
    /// How often it was asked: they are answered, given up or unfinished.
    pub asked: u64,
    /// Given up.
    pub given_up: u64,
    /// Of those given up, begun before.
    pub for_nobody: u64,
    /// Open at the end.
    pub unfinished: u64,
    /// Answered within the standard; where there is none, all that were answered.
    pub kept: u64,
    /// From asking to the answer, of those answered.
    pub response_time: Moments,
    /// Waiting times in the department that answers, of requests that joined in the window.
    pub waiting: Moments,
    /// How long somebody worked on these.
    pub service: Moments,
    /// Request-hours from asking to the answer or to giving up, in the window.
    pub open_hours: f64,
    /// Person-hours held, in the window.
    pub held_hours: f64,
}
