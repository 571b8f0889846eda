//! How departments serve beyond one after the other: interruption, batches, setups, slots, standards, balking,
//! and what changes over time.

use serde::{Deserialize, Serialize};

use super::handoff::{is_one_day, one_day};
use crate::random::Dist;
use crate::time::Span;

/// What happens to work in service when more urgent work comes and nobody is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Preemption {
    /// It goes on: nobody is interrupted.
    #[default]
    None,
    /// It is interrupted, and goes on later where it stopped.
    Resume,
    /// It is interrupted, and has to be done all over again.
    Restart,
    /// It is interrupted, and its service time is drawn anew.
    Resample,
}

impl Preemption {
    pub(crate) fn is_none(&self) -> bool {
        *self == Preemption::None
    }
}

/// Work that is done on several items together, in one service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a batch with its fields by name")]
pub struct Batch {
    /// How many are served together at most.
    pub size: u32,
    /// How many must be there before a service begins; `size` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// After how long an item has waited enough: then a service begins with those who are there. Never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_wait: Option<Span>,
}

impl Batch {
    /// How many must be there before a service begins.
    #[must_use]
    pub fn least(&self) -> u32 {
        self.at_least.unwrap_or(self.size)
    }
}

/// What people do before a service whose class is another than that of their last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a setup with its fields by name")]
pub struct Setup {
    /// How long it takes to change to another class, for the changes that `time_for` does not name; no time if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Dist>,
    /// Setup times by class. One that names both classes comes before one that names one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time_for: Vec<SetupFor>,
    /// How long it takes to begin again after idleness; no time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_idle: Option<Dist>,
}

/// A setup time for a change of class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a setup time with its fields by name")]
pub struct SetupFor {
    /// The class that is served next.
    pub class: String,
    /// The class that was served last; any other if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How long it takes.
    pub time: Dist,
}

/// The only times at which services begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "slots with their fields by name")]
pub struct Slots {
    /// After how long the times repeat; a day if absent. The first period starts when the run does.
    #[serde(default = "one_day", skip_serializing_if = "is_one_day")]
    pub period: Span,
    /// The times in the period.
    pub times: Vec<Span>,
    /// How many services begin at most at each of the times, one number for each or one for all; without limit if
    /// empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<u32>,
}

/// Customers from outside who see how many are there, and do not join.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "balking with its fields by name")]
pub struct Balking {
    /// Whom they count.
    #[serde(default)]
    pub counts: Counts,
    /// The probability to join when none, one, two, ... are there.
    pub join: Vec<f64>,
    /// The probability to join when more are there than `join` has numbers for.
    #[serde(default)]
    pub beyond: Beyond,
}

/// Whom a customer counts who may balk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// Everybody at the department: waiting, in service, or blocked there.
    #[default]
    Present,
    /// Those waiting.
    Waiting,
}

/// The probability to join when many are there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Beyond {
    /// Always the same.
    Probability(f64),
    /// `1 / (n + 1)` where `n` are there.
    Harmonic,
}

impl Default for Beyond {
    fn default() -> Beyond {
        Beyond::Probability(0.0)
    }
}

/// A service standard: how long a visit may take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a standard with its fields by name")]
pub struct Standard {
    /// The class it is for; every class that no other standard names if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The longest time from joining to the end of the service.
    pub within: Span,
    /// What is done about work that is about to miss it; it is only measured if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts: Option<Acts>,
}

/// Work that is about to miss its standard gets another rank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "what a standard does with its fields by name")]
pub struct Acts {
    /// How long before the time is up.
    pub before: Span,
    /// The rank from then on, if more urgent.
    #[serde(default)]
    pub priority: u32,
    /// The share of the work for which the rule is followed; 1 if absent.
    #[serde(default = "always", skip_serializing_if = "is_always")]
    pub compliance: f64,
}

fn always() -> f64 {
    1.0
}

fn is_always(share: &f64) -> bool {
    *share == 1.0
}

/// A time in which work takes another time than usual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a period with its fields by name")]
pub struct Period {
    /// When it begins, since the start of the run.
    pub from: Span,
    /// When it ends; never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Span>,
    /// The service time of services that begin in it, for every class and visit; the usual if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Dist>,
    /// A factor on their service time; 1 if absent.
    #[serde(default = "always", skip_serializing_if = "is_always")]
    pub service_factor: f64,
    /// A factor on the probability of errors; 1 if absent. The result is at most 1.
    #[serde(default = "always", skip_serializing_if = "is_always")]
    pub error_factor: f64,
}

/// That people are away on one occasion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "an outage with its fields by name")]
pub struct Outage {
    /// When it begins, since the start of the run.
    pub at: Span,
    /// How long it lasts.
    pub lasts: Span,
    /// How many are away, those with the highest numbers; everybody if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<u32>,
}

/// That people are away for a while when there is nothing to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a vacation with its fields by name")]
pub struct Vacation {
    /// How often.
    #[serde(default)]
    pub kind: Vacations,
    /// How long.
    pub duration: Dist,
}

/// How often people are away when there is nothing to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Vacations {
    /// Again and again, until there is something to do when they come back.
    #[default]
    Repeated,
    /// Once after each time at work.
    Once,
}

/// What each person costs, in money per hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, expecting = "costs with their fields by name")]
pub struct StaffCost {
    /// On shift and not at work: idle, held, blocked, reserved, absent.
    pub idle: f64,
    /// At work within the shift, setups included.
    pub busy: f64,
    /// After the end of the shift, whatever they do.
    pub overtime: f64,
}

impl StaffCost {
    pub(crate) fn is_none(&self) -> bool {
        *self == StaffCost::default()
    }
}
