//! Handoffs: how finished work moves on.

use serde::{Deserialize, Serialize};

use crate::random::Dist;
use crate::time::Span;

/// A way for finished work to move on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a handoff with its fields by name")]
pub struct Handoff {
    /// The department that finished the work.
    pub from: String,
    /// The department it goes to, or [`EXIT`](super::EXIT).
    pub to: String,
    /// The probability, for the classes that `probability_for` does not name. All handoffs out of a
    /// department that apply to a class must sum to 1. Absent means 1 where `probability_for` is
    /// empty; where it is not, the handoff does not apply to the other classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Probabilities by class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probability_for: Vec<ProbabilityFor>,
    /// Other departments that it may lead to: of these and `to`, the one where the fewest wait.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or_shorter: Vec<String>,
    /// When what waits there is taken along; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup: Option<Pickup>,
    /// How many may be under way at once; as many as come if absent. Others wait, first in, first out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// How long the way takes; no time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Dist>,
    /// The class that the case has from here on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub becomes: Option<String>,
    /// Whether a case goes this way because it has to be put right there. All work on it from then on, until the
    /// department it came from has served it again, counts as rework that the target caused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rework: bool,
}

impl Handoff {
    /// A handoff about which nothing else is said yet.
    #[must_use]
    pub fn new(from: impl Into<String>, to: impl Into<String>) -> Handoff {
        Handoff { from: from.into(), to: to.into(), ..Handoff::default() }
    }
}

/// When a handoff takes along what waits there: a mail run, a lorry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a pickup with its fields by name")]
pub struct Pickup {
    /// After how long the times repeat; a day if absent. The first period starts when the run does.
    #[serde(default = "one_day", skip_serializing_if = "is_one_day")]
    pub period: Span,
    /// The times in the period.
    pub times: Vec<Span>,
}

pub(super) fn one_day() -> Span {
    crate::time::days(1)
}

pub(super) fn is_one_day(span: &Span) -> bool {
    *span == one_day()
}

/// The probability of something for one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a probability with its fields by name")]
pub struct ProbabilityFor {
    /// The class.
    pub class: String,
    /// Its probability.
    pub probability: f64,
}
