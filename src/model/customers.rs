//! Customers: their classes, the streams they come in, and those who are there at the start.

use serde::{Deserialize, Serialize};

use crate::random::Dist;
use crate::time::{Rate, Span};

/// A customer class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a class with its fields by name")]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its rank in every queue: 0, the default, is the most urgent. Equal ranks share one line. A service
    /// that has begun is never interrupted.
    #[serde(default)]
    pub priority: u32,
    /// What each hour of the lead time costs, in money.
    #[serde(default, skip_serializing_if = "is_free")]
    pub delay_cost: f64,
    /// What each lost customer costs, in money.
    #[serde(default, skip_serializing_if = "is_free")]
    pub lost_cost: f64,
}

fn is_free(cost: &f64) -> bool {
    *cost == 0.0
}

/// A customer stream: where cases come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "customers with their fields by name")]
pub struct Stream {
    /// Its name.
    pub name: String,
    /// The department where its cases enter.
    pub enter: String,
    /// When they arrive.
    pub arrivals: Arrivals,
    /// Their class; a class of the stream's own name if absent and `mix` is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Several classes with their shares, drawn at arrival, instead of `class`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mix: Vec<Share>,
    /// How many arrive together; 1 if absent. Values are rounded to whole numbers of at least 1, and
    /// cut to at most 2^23 (8,388,608).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Dist<f64>>,
    /// After how many cases the stream ends; never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The lead time that the customer was told to expect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<Span>,
    /// A factor drawn once per case, which multiplies its service times in every department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Dist<f64>>,
}

/// The share of a class in a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a share with its fields by name")]
pub struct Share {
    /// The class.
    pub class: String,
    /// Its share; the shares of a stream sum to 1.
    pub share: f64,
}

/// When the cases of a stream arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    expecting = "arrivals with their fields by name, like { poisson = { rate = \"9/h\" } }"
)]
pub enum Arrivals {
    /// A Poisson process.
    Poisson {
        /// Arrivals per time.
        rate: Rate,
    },
    /// Independent times between arrivals, the first one from the start of the run.
    Renewal {
        /// The time between arrivals.
        interarrival: Dist,
    },
    /// A Poisson process whose rate follows a pattern that repeats.
    Pattern {
        /// After how long the pattern repeats.
        #[serde(default = "one_week", skip_serializing_if = "is_one_week")]
        period: Span,
        /// The rates, each from its time in the pattern until the next; the first starts at zero.
        steps: Vec<RateStep>,
    },
    /// Arrivals at given times since the start of the run, in order.
    Schedule {
        /// The times.
        times: Vec<Span>,
    },
    /// Always one more: a case arrives whenever somebody who may serve it has nothing else to do. In
    /// files, `"saturated"`.
    Saturated,
    /// A recorded trace: arrivals in order, each with what is known about it.
    Trace {
        /// The cases.
        cases: Vec<TraceCase>,
    },
}

fn one_week() -> Span {
    crate::time::weeks(1)
}

fn is_one_week(span: &Span) -> bool {
    *span == one_week()
}

/// One step of a rate pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a step with its fields by name")]
pub struct RateStep {
    /// Where in the pattern the rate starts to hold.
    pub from: Span,
    /// The rate.
    pub rate: Rate,
}

/// One recorded arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a case with its fields by name")]
pub struct TraceCase {
    /// When it arrived, since the start of the run.
    pub at: Span,
    /// Its class, if not the stream's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Its size, if not drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<f64>,
}

/// Cases that are in a department when the run starts. They count as arrived at time 0, before
/// any stream's cases, and are never refused by a full queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "initial work with its fields by name")]
pub struct InitialWork {
    /// Where they are.
    pub department: String,
    /// Their class.
    pub class: String,
    /// How many.
    pub cases: u64,
    /// The rest of the work that this department has to do on each; a full service time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Dist>,
}
