//! Defects: where errors are made, found, put right, or reach the customer.

use serde::{Deserialize, Serialize};

use super::ProbabilityFor;
use crate::random::Dist;

/// The errors that a department makes. A case has at most one defect of each department.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "errors with their fields by name")]
pub struct Errors {
    /// The probability that a service makes the case defective, for the classes that `probability_for` does
    /// not name; 0 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Probabilities by class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probability_for: Vec<ProbabilityFor>,
    /// The probability where the case came with a defect; the same as otherwise if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_defective: Option<f64>,
    /// The probability where an answer was given up during the service; the same as otherwise if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_guess: Option<f64>,
    /// What each defect that reaches the customer costs, in money.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cost: f64,
    /// How customers whom a defect has reached come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<Complaint>,
}

/// A customer whom a defect has reached comes back: as a new case, linked to the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a complaint with its fields by name")]
pub struct Complaint {
    /// The probability that the customer does.
    pub probability: f64,
    /// After how long, from the end of the first case.
    pub after: Dist,
    /// The department where the complaint arrives.
    pub enter: String,
    /// The class of the complaint; that of the first case if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// Where a department finds the errors of others, or its own on a case that it sees again. What is found
/// is found at the end of the service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a detection with its fields by name")]
pub struct Detection {
    /// Whose errors it finds; everybody's that no other detection of the department names if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// The probability that a defect is found; 1 if absent.
    #[serde(default = "certain")]
    pub probability: f64,
    /// What happens then.
    #[serde(default)]
    pub then: Found,
    /// How long the way to where the case is sent takes; no time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Dist>,
    /// How a returned case comes back.
    #[serde(default)]
    pub back: WayBack,
}

fn certain() -> f64 {
    1.0
}

fn is_zero(cost: &f64) -> bool {
    *cost == 0.0
}

/// What happens to a case when a defect is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// It goes back to the department that made the error.
    #[default]
    Return,
    /// It goes to another department, and on from there.
    SendTo(String),
    /// The customer is turned away: the case is lost.
    TurnAway,
}

/// How a returned case goes on from the department that made the error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WayBack {
    /// Straight back to the department that found it.
    #[default]
    Direct,
    /// Along the handoffs, like any case that is served there.
    Along,
}
