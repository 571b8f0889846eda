//! How cases went on in parts.

use serde::{Deserialize, Serialize};

use super::{Moments, TimeEstimate, TimeStatistics};
use crate::stats::Estimate;

/// How cases went on in parts after one fork. Those count that forked after the warm-up; all numbers are per
/// replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForkResults {
    /// The fork: `"FROM to JOIN"`.
    pub name: String,
    /// How often cases, or parts of them, went on in parts.
    pub forked: Estimate,
    /// Of these, joined again.
    pub joined: Estimate,
    /// Of these, lost because too few parts could still come.
    pub failed: Estimate,
    /// Parts that were lost, or left elsewhere than by the join.
    pub parts_lost: Estimate,
    /// Parts that came too late to be needed, and were withdrawn where they stood.
    pub parts_withdrawn: Estimate,
    /// Parts that came too late to be needed, and went on as work for nobody.
    pub parts_for_nobody: Estimate,
    /// From the fork to the join. No percentiles.
    pub duration: Option<TimeStatistics>,
    /// The synchronization delay: how long each part that was joined had waited for the others; no time for the last
    /// to come. No percentiles.
    pub synchronization: Option<TimeStatistics>,
    /// Parts that wait for others, averaged over time.
    pub waiting: Option<Estimate>,
    /// How long parts waited for others, for each fork that was joined.
    pub waiting_per_case: Option<TimeEstimate>,
}

/// The totals of a fork in one replication. Those count that forked in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ForkTotals {
    /// How often cases, or parts of them, went on in parts.
    pub forked: u64,
    /// Of these, lost because too few parts could still come.
    pub failed: u64,
    /// The parts.
    pub parts: u64,
    /// Of these, lost, or left elsewhere than by the join.
    pub parts_lost: u64,
    /// Of these, too late and withdrawn.
    pub parts_withdrawn: u64,
    /// Of these, too late and work for nobody.
    pub parts_for_nobody: u64,
    /// From the fork to the join.
    pub duration: Moments,
    /// How long each part that was joined had waited for the others.
    pub synchronization: Moments,
    /// Part-hours of waiting for others, in the window, by everybody.
    pub waiting_hours: f64,
}
