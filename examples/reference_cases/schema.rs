//! The part of the neutral model schema that is understood. Every other word in a model is an error.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A file of cases.
#[derive(Debug, Deserialize)]
pub struct CaseFile {
    /// The cases, in order.
    pub cases: Vec<Case>,
}

impl CaseFile {
    /// Those of `ids` that no case has.
    pub fn lacks<'a>(&self, ids: &'a [String]) -> Vec<&'a str> {
        let known = |id: &str| self.cases.iter().any(|case| case.id == id);
        ids.iter().map(String::as_str).filter(|id| !known(id)).collect()
    }
}

/// A model with known answers.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// The model, in the neutral schema; null for cases that are not models.
    #[serde(default)]
    pub model: Value,
    /// Over what time the answers hold.
    #[serde(default)]
    pub horizon: Value,
    /// The answers, by metric.
    pub expected: Map<String, Value>,
    /// Answers that are names rather than numbers.
    #[serde(default)]
    pub expected_labels: Map<String, Value>,
}

/// Over what time answers hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Horizon {
    /// The long run.
    Steady,
    /// From an empty start until this time, in model units.
    Until(f64),
    /// From an empty start until everybody has left.
    AllDone,
}

impl Case {
    /// The horizon. A case without one was run for so long that its answers are those of the long run.
    pub fn horizon(&self) -> Result<Horizon, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct FromStart {
            start: String,
            to: Value,
        }
        match &self.horizon {
            Value::Null => return Ok(Horizon::Steady),
            Value::String(text) if text == "steady_state" => return Ok(Horizon::Steady),
            _ => {}
        }
        let other = || format!("the horizon {}", self.horizon);
        let horizon = FromStart::deserialize(&self.horizon).map_err(|_| other())?;
        match (horizon.start.as_str(), &horizon.to) {
            ("empty", Value::String(to)) if to == "all_done" => Ok(Horizon::AllDone),
            ("empty", to) => to.as_f64().map(Horizon::Until).ok_or_else(other),
            _ => Err(other()),
        }
    }
}

/// A model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub classes: Vec<Class>,
    #[serde(default)]
    pub pools: Vec<Pool>,
    pub nodes: Vec<Node>,
    pub arrivals: Vec<Arrival>,
    #[serde(default)]
    pub routing: Vec<Routing>,
}

/// A customer class; priority 0 is the most urgent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    pub name: String,
    #[serde(default)]
    pub priority: u32,
}

/// Servers that several nodes share, first come first served over all of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    pub name: String,
    pub servers: u32,
}

/// A station: with exactly one of `servers`, `calendar` and `pool`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    pub name: String,
    pub servers: Option<Servers>,
    pub calendar: Option<Calendar>,
    pub pool: Option<String>,
    pub breakdown: Option<Breakdown>,
    pub service: Service,
    #[serde(default)]
    pub discipline: Discipline,
    /// Accepted only as `none`.
    #[serde(default, rename = "preemption")]
    pub _preemption: Preemption,
    /// The most who may be present, in service included.
    pub capacity: Option<u32>,
    /// Makes a difference only where work arrives from other nodes.
    #[serde(default)]
    pub when_full: WhenFull,
    pub patience: Option<Dist>,
    /// Where those go who lose patience, instead of out.
    pub abandon_to: Option<String>,
    /// The times of day for which figures by arrival are asked for.
    pub windows: Option<Windows>,
}

/// Numbers of servers that repeat after a period: each from its time on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    pub period: f64,
    pub steps: Vec<(f64, u32)>,
    pub at_shift_end: AtShiftEnd,
    /// Must be said where work is finished.
    pub crew: Option<Crew>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtShiftEnd {
    PreemptResume,
    FinishCurrent,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Crew {
    Same,
    Replaced,
}

/// What keeps a server from work; the job in hand waits for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breakdown {
    pub time_to_failure: Dist,
    pub clock: Clock,
    pub repair: Dist,
    /// Accepted only as `resume`.
    #[serde(rename = "job")]
    pub _job: Interrupted,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    BusyTime,
    CalendarTime,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interrupted {
    Resume,
}

/// Parts of a day of any length.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    pub period: f64,
    /// For the reader; the figures asked for say the same.
    #[serde(rename = "bins")]
    pub _bins: Vec<(f64, f64)>,
}

/// A number, or `"inf"`.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "`servers` must be a whole number or \"inf\"")]
pub enum Servers {
    Count(u32),
    Infinite(Infinite),
}

#[derive(Debug, Deserialize)]
pub enum Infinite {
    #[serde(rename = "inf")]
    Inf,
}

/// One distribution for all classes, or one for each.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
pub enum Service {
    All(Dist),
    ByClass(BTreeMap<String, Dist>),
}

impl TryFrom<Value> for Service {
    type Error = serde_json::Error;

    fn try_from(value: Value) -> Result<Service, serde_json::Error> {
        if value.get("dist").is_some_and(Value::is_string) {
            serde_json::from_value(value).map(Service::All)
        } else {
            serde_json::from_value(value).map(Service::ByClass)
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Discipline {
    #[default]
    Fifo,
    Lifo,
    Random,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preemption {
    #[default]
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    #[default]
    Lose,
    BlockAfterService,
}

/// Where customers come from: exactly one of `interarrival`, `rate`, `times` and `saturated`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    pub node: String,
    pub class: String,
    pub interarrival: Option<Dist>,
    pub rate: Option<Rate>,
    pub times: Option<Vec<f64>>,
    /// The node never lacks work.
    #[serde(default)]
    pub saturated: bool,
    pub batch_size: Option<Dist>,
}

/// The rate of a Poisson process over a period that repeats.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Rate {
    Piecewise { period: f64, steps: Vec<(f64, f64)> },
    Sinusoid { mean: f64, amplitude: f64, period: f64 },
}

/// Where a class goes from a node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    pub from: String,
    /// A class, or `*` for those without an entry of their own.
    pub class: String,
    pub to: Vec<Target>,
}

/// A node or `exit`, a probability, and perhaps a new class.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a target must be [node, probability] or [node, probability, class]")]
pub enum Target {
    Plain(String, f64),
    Changed(String, f64, String),
}

impl Target {
    pub fn parts(&self) -> (&str, f64, Option<&str>) {
        match self {
            Target::Plain(node, probability) => (node, *probability, None),
            Target::Changed(node, probability, class) => (node, *probability, Some(class)),
        }
    }
}

/// A distribution. All parameters are of the variable itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "dist", rename_all = "lowercase", deny_unknown_fields)]
pub enum Dist {
    Exponential { mean: f64 },
    Deterministic { value: f64 },
    Erlang { k: u32, mean: f64 },
    Hyperexponential { probs: Vec<f64>, means: Vec<f64> },
    Uniform { low: f64, high: f64 },
    Lognormal { mean: f64, sd: f64 },
    Gamma { mean: f64, sd: f64 },
    Weibull { shape: f64, scale: f64 },
    Discrete { values: Vec<f64>, probs: Vec<f64> },
    Geometric { p: f64 },
}
