//! Active periods: which department was the bottleneck when.

use serde::{Deserialize, Serialize};

use super::{PartyKind, TimeEstimate};
use crate::stats::Estimate;

/// Whose people have been at work the longest without a break, at any time (Roser, Nakano and Tanaka 2001, 2002). If asked for
/// ([`Experiment::active_periods`](crate::experiment::Experiment::active_periods)).
///
/// Periods are those of single members of staff, wherever they work; a department, or a pool, has the longest of those of its
/// people. Who works, sets up or is absent (as a machine under repair) is active; who waits for work, an answer, room or
/// colleagues is not, nor who is on a vacation for want of work. Off shift is neither: a period goes on over it where work is
/// on both sides of it, and is as long as the active time in it. What the figures mean, the definition for traces says:
/// [`ActivePeriods`](crate::analysis::ActivePeriods). Where there are always enough people, there are no periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivePeriodResults {
    /// Departments with people of their own in their order, then pools.
    pub staff: Vec<StaffActivity>,
    /// The share of time in which nobody is active.
    pub nobody: Estimate,
    /// How long each stretch of [`StaffActivity::over_time`] is, in hours; `None` where the horizon is not a time.
    pub stretch: Option<f64>,
}

/// The active periods of the people of a department or pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffActivity {
    /// The department or pool.
    pub name: String,
    /// Which of the two it is.
    pub kind: PartyKind,
    /// The share of time in which it is the momentary bottleneck: one of its people has the longest period.
    pub momentary: Estimate,
    /// The share of time in which it is the only one in the chain of bottleneck periods.
    pub sole: Estimate,
    /// The share of time in which the bottleneck shifts from it or to it.
    pub shifting: Estimate,
    /// How long an active period is on average, as far as it lies in the window; `None` without any.
    pub average: Option<TimeEstimate>,
    /// The share of time on shift in which its people are active.
    pub active: Option<Estimate>,
    /// The share of each of fifty equal stretches of the run in which it is the momentary bottleneck, warm-up included. Empty
    /// where the horizon is not a time, and in models of more than 200 departments and pools.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over_time: Vec<Estimate>,
    /// The same by hour of the week, from Monday, midnight; `None` for hours that do not occur. Empty in models of more than 200
    /// departments and pools.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hour_of_week: Vec<Option<Estimate>>,
}

impl ActivePeriodResults {
    /// The active periods of a department or pool.
    ///
    /// # Errors
    ///
    /// When no department or pool of that name has people of its own; the error lists those that do.
    pub fn of(&self, name: &str) -> crate::Result<&StaffActivity> {
        super::named("department or pool", name, &self.staff, |staff| &staff.name)
    }
}
