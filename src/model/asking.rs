//! Requests: what a department asks of another while its own case stands still.

use serde::{Deserialize, Serialize};

use super::{Acts, ProbabilityFor};
use crate::random::Dist;
use crate::time::Span;

/// A question that comes up during the service of a department and is put to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a request with its fields by name")]
pub struct Request {
    /// What it is called; `"FROM asks TO"` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The department that asks.
    pub from: String,
    /// The department that answers.
    pub to: String,
    /// The probability that the question comes up in a service, for the classes that `probability_for` does
    /// not name. Absent means 1 where `probability_for` is empty; where it is not, 0. With 0 it never comes up,
    /// and a department to which nothing else comes may stay in the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Probabilities by class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probability_for: Vec<ProbabilityFor>,
    /// In which work it comes up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub during: During,
    /// The share of the service that is done when it comes up: 0 before the service, 1 after it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at: f64,
    /// What the people who serve do until the answer comes.
    #[serde(default)]
    pub staff: Asking,
    /// The class that the request has in the department that answers; the asker's class if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Its rank in the queue there, 0 the most urgent; that of its class if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// How long it takes to answer; the department's service time for the class if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Dist>,
    /// How long the question is on its way; no time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Dist>,
    /// How long the answer is on its way back; no time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_transfer: Option<Dist>,
    /// After how long the work goes on without the answer; never if absent. The department may make more
    /// errors then ([`Errors::after_guess`](super::Errors::after_guess)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_wait: Option<Dist>,
    /// The service standard: the response time that the department that answers owes the one that asks.
    /// It is measured, and acts if `acts` says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<Span>,
    /// What is done about requests that are about to miss the standard: they rise in the queue of the department that
    /// answers, so long before the time is up that runs from their joining it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts: Option<Acts>,
}

impl Request {
    /// A request about which nothing else is said yet.
    #[must_use]
    pub fn new(from: impl Into<String>, to: impl Into<String>) -> Request {
        Request {
            name: None,
            from: from.into(),
            to: to.into(),
            probability: None,
            probability_for: Vec::new(),
            during: During::default(),
            at: 0.0,
            staff: Asking::default(),
            class: None,
            priority: None,
            service: None,
            transfer: None,
            answer_transfer: None,
            longest_wait: None,
            standard: None,
            acts: None,
        }
    }

    /// Its name, given or made.
    #[must_use]
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{} asks {}", self.from, self.to))
    }
}

/// What the people who serve do while they wait for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Asking {
    /// They are held: they wait for the answer, and nobody else is served by them.
    #[default]
    Held,
    /// They are freed for other work. The answered case goes to the head of the queue, and whoever is
    /// free goes on with it.
    Freed,
}

/// In which work a question comes up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum During {
    /// In work on cases.
    #[default]
    Cases,
    /// In answering the requests of others.
    Requests,
    /// In both.
    Both,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
