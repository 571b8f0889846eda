//! Customers: their classes, the streams they come in, and those who are there at the start.

use serde::{Deserialize, Serialize};

use crate::random::Dist;
use crate::time::{Rate, Span};

/// A customer class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a class with its fields by name")]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its rank in every queue: 0, the default, is the most urgent. Equal ranks share one line. A service
    /// that has begun is interrupted only by departments whose `preemption` says so.
    #[serde(default)]
    pub priority: u32,
    /// What each hour of the lead time costs, in money.
    #[serde(default, skip_serializing_if = "is_free")]
    pub delay_cost: f64,
    /// What each lost customer costs, in money.
    #[serde(default, skip_serializing_if = "is_free")]
    pub lost_cost: f64,
    /// What each promise that is not kept costs, in money.
    #[serde(default, skip_serializing_if = "is_free")]
    pub broken_promise_cost: f64,
    /// Ranks that its cases have when they have waited for long.
    #[serde(default, rename = "rise", skip_serializing_if = "Vec::is_empty")]
    pub rises: Vec<Rise>,
    /// The class that its cases turn into when they have waited for long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<Turn>,
}

/// A case that has waited so long in one line has another rank there, if that is more urgent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a rise with its fields by name")]
pub struct Rise {
    /// How long it has waited.
    pub after: Span,
    /// The rank from then on.
    pub priority: u32,
}

/// A case that has waited so long in one line is of another class from then on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a turn with its fields by name")]
pub struct Turn {
    /// How long it has waited.
    pub after: Span,
    /// The class.
    pub into: String,
}

fn is_free(cost: &f64) -> bool {
    *cost == 0.0
}

/// A customer stream: where cases come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// How long before they need it customers ask: their due date is the arrival plus this. If absent, it is the
    /// arrival plus the promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Dist>,
    /// How long customers stay overall: when it has run out, one who waits in a line leaves. For ever if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<Dist>,
    /// Whether those who were lost come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// When the stream begins; with the run if absent. Not for schedules and traces, which have times of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Span>,
    /// When it ends: later arrivals do not happen. Never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Span>,
    /// The lead time that the customer was told to expect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<Span>,
    /// A factor drawn once per case, which multiplies its service times in every department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Dist<f64>>,
}

impl Stream {
    /// A stream about which nothing else is said yet.
    #[must_use]
    pub fn new(name: impl Into<String>, enter: impl Into<String>, arrivals: Arrivals) -> Stream {
        Stream {
            name: name.into(),
            enter: enter.into(),
            arrivals,
            class: None,
            mix: Vec::new(),
            batch: None,
            limit: None,
            notice: None,
            patience: None,
            retry: None,
            from: None,
            until: None,
            promise: None,
            size: None,
        }
    }
}

impl Stream {
    /// Whether its arrivals come to an end: they have times of their own, or the stream has a limit or an end.
    #[must_use]
    pub fn ends(&self) -> bool {
        let listed = matches!(self.arrivals, Arrivals::Schedule { .. } | Arrivals::Trace { .. });
        listed || self.limit.is_some() || self.until.is_some()
    }
}

/// That customers who were lost come back: the same case, later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a retry with its fields by name")]
pub struct Retry {
    /// The probability that the customer comes back.
    pub probability: f64,
    /// After how long.
    pub after: Dist,
    /// How often at most; without end if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
    /// After which losses; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Loss>,
}

/// How a customer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Found the queue full.
    Rejected,
    /// Found too many there.
    Balked,
    /// Lost patience.
    Reneged,
    /// Was turned away with a defect.
    TurnedAway,
}

/// The share of a class in a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a share with its fields by name")]
pub struct Share {
    /// The class.
    pub class: String,
    /// Its share; the shares of a stream sum to 1.
    pub share: f64,
}

/// When the cases of a stream arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
        /// After how long the pattern repeats; a week if absent.
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
    /// A finite population: each customer is away, comes, and when the case has ended, is away again. Their cases need
    /// never leave the organization.
    Population {
        /// How many customers there are.
        customers: u32,
        /// How long each is away, also before the first time. No time if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        away: Option<Dist>,
    },
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a step with its fields by name")]
pub struct RateStep {
    /// Where in the pattern the rate starts to hold.
    pub from: Span,
    /// The rate.
    pub rate: Rate,
}

/// One recorded arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
