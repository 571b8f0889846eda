//! The part of the neutral model schema that is understood. Every other word in a model is an error.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Needed only where rates are not per unit of time.
    pub time_unit: Option<TimeUnit>,
    pub classes: Vec<Class>,
    #[serde(default)]
    pub pools: Vec<Pool>,
    pub nodes: Vec<Node>,
    pub arrivals: Vec<Arrival>,
    #[serde(default)]
    pub routing: Vec<Routing>,
    /// Makes the network a closed one.
    pub population: Option<Population>,
    #[serde(default)]
    pub class_upgrade: Vec<Upgrade>,
}

impl Model {
    /// The nodes that serve.
    pub fn stations(&self) -> impl Iterator<Item = &Station> {
        self.nodes.iter().filter_map(Node::station)
    }

    /// The nodes where jobs part, and where they meet again.
    pub fn gates(&self) -> impl Iterator<Item = &Gate> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Gate(gate) => Some(gate),
            Node::Station(_) => None,
        })
    }
}

/// What one unit of time of a model is.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub enum TimeUnit {
    #[serde(rename = "s")]
    Second,
    #[serde(rename = "min")]
    Minute,
    #[serde(rename = "h")]
    Hour,
}

/// Customers who are always there, at first all at one node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    pub customers: u32,
    pub start: String,
}

/// Another class for those who have waited so long.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upgrade {
    pub from: String,
    pub to: String,
    pub after: f64,
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

/// A node: what names its `kind` is a gate.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
pub enum Node {
    Station(Box<Station>),
    Gate(Gate),
}

impl TryFrom<Value> for Node {
    type Error = serde_json::Error;

    fn try_from(value: Value) -> Result<Node, serde_json::Error> {
        if value.get("kind").is_some() {
            serde_json::from_value(value).map(Node::Gate)
        } else {
            serde_json::from_value(value).map(Node::Station)
        }
    }
}

impl Node {
    pub fn name(&self) -> &str {
        match self {
            Node::Station(station) => &station.name,
            Node::Gate(Gate::Fork { name, .. } | Gate::Join { name, .. }) => name,
        }
    }

    pub fn station(&self) -> Option<&Station> {
        match self {
            Node::Station(station) => Some(station),
            Node::Gate(_) => None,
        }
    }
}

/// Where a job parts into one for each branch, and where these meet again. Neither takes any time.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Gate {
    Fork { name: String, branches: Vec<String>, join: String },
    Join { name: String, of: String },
}

/// A station: with one of `servers`, `calendar` and `pool`, or with `slots` and no limit to its servers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    pub name: String,
    pub servers: Option<Servers>,
    pub calendar: Option<Calendar>,
    pub pool: Option<String>,
    pub breakdown: Option<Breakdown>,
    pub service: Service,
    #[serde(default)]
    pub discipline: Discipline,
    #[serde(default)]
    pub preemption: Preemption,
    /// The most who may be present, in service included.
    pub capacity: Option<u32>,
    /// Makes a difference only where work arrives from other nodes.
    #[serde(default)]
    pub when_full: WhenFull,
    pub patience: Option<Dist>,
    /// Where those go who lose patience, instead of out.
    pub abandon_to: Option<String>,
    pub balking: Option<Balking>,
    pub slots: Option<Slots>,
    pub vacation: Option<Vacation>,
    /// What a server does before work that comes while it is idle.
    pub setup_when_idle: Option<Dist>,
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

/// Who does not join: `join_prob` by a formula, or probabilities by number present and `beyond` for more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balking {
    pub join_prob: Option<Formula>,
    pub join_prob_by_number: Option<Vec<f64>>,
    pub beyond: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub enum Formula {
    #[serde(rename = "1/(n+1)")]
    Harmonic,
}

/// The only times at which services start, which repeat after the last.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slots {
    pub times: Vec<f64>,
    pub sizes: Vec<u32>,
    /// Whether those still in service take up places.
    #[serde(default)]
    pub capacitated: bool,
}

impl Slots {
    /// After how long the times repeat.
    pub fn period(&self) -> f64 {
        self.times.last().copied().unwrap_or(0.0)
    }
}

/// What a server without work does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vacation {
    pub kind: Vacations,
    pub duration: Dist,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vacations {
    Single,
    Multiple,
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
    /// All at once, in equal shares.
    Ps,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preemption {
    #[default]
    None,
    Resume,
    RepeatSame,
    RepeatNew,
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
    /// The class; or instead of it the shares of several.
    pub class: Option<String>,
    pub class_probabilities: Option<BTreeMap<String, f64>>,
    pub interarrival: Option<Dist>,
    pub rate: Option<Rate>,
    pub times: Option<Vec<f64>>,
    /// The node never lacks work.
    #[serde(default)]
    pub saturated: bool,
    pub batch_size: Option<Dist>,
}

impl Arrival {
    /// The classes that come, with their shares.
    pub fn shares(&self) -> Result<Vec<(&str, f64)>, String> {
        match (&self.class, &self.class_probabilities) {
            (Some(class), None) => Ok(vec![(class, 1.0)]),
            (None, Some(shares)) => {
                Ok(shares.iter().map(|(class, share)| (class.as_str(), *share)).collect())
            }
            _ => Err("must have one of class and class_probabilities".into()),
        }
    }
}

/// The rate of a Poisson process over a period that repeats.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Rate {
    Piecewise { period: f64, unit: Option<RateUnit>, steps: Vec<(f64, f64)> },
    Sinusoid { mean: f64, amplitude: f64, period: f64 },
}

impl Rate {
    pub fn period(&self) -> f64 {
        match *self {
            Rate::Piecewise { period, .. } | Rate::Sinusoid { period, .. } => period,
        }
    }
}

/// What rates are per, if not per unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub enum RateUnit {
    #[serde(rename = "per hour")]
    PerHour,
}

/// Where a class goes from a node: with `to`, or with a policy `among` some.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    pub from: String,
    /// A class, or `*` for those without an entry of their own.
    #[serde(default = "any")]
    pub class: String,
    #[serde(default)]
    pub to: Vec<Target>,
    pub policy: Option<Policy>,
    #[serde(default)]
    pub among: Vec<String>,
}

fn any() -> String {
    "*".into()
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Where the fewest wait; ties at random.
    JoinShortestQueue,
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
    Exponential {
        mean: f64,
    },
    Deterministic {
        value: f64,
    },
    Erlang {
        k: u32,
        mean: f64,
    },
    Hyperexponential {
        probs: Vec<f64>,
        means: Vec<f64>,
    },
    Uniform {
        low: f64,
        high: f64,
    },
    Lognormal {
        mean: f64,
        sd: f64,
    },
    Gamma {
        mean: f64,
        sd: f64,
    },
    Weibull {
        shape: f64,
        scale: f64,
    },
    Discrete {
        values: Vec<f64>,
        probs: Vec<f64>,
    },
    Geometric {
        p: f64,
    },
    #[serde(rename = "normal_truncated")]
    NormalTruncated {
        mean: f64,
        sd: f64,
        min: f64,
    },
}
