//! What an analyst says: departments, handoffs, customer streams and classes, as plain data.
//!
//! A [`Model`] is serde data. It comes from [`Model::builder`], from a TOML or JSON file
//! ([`Model::from_toml`], [`Model::from_json`], [`Model::read`]), or field by field, and is validated
//! as a whole by [`Model::validate`] before anything runs. Things refer to each other by name.
//! [`Model::graph`] answers questions about its structure.
//!
//! # Files
//!
//! A file has the fields of the structs below under their own names, but for five lists: `class`,
//! `department`, `handoff`, `customers` ([`Model::streams`]) and `initial`. Kinds are written in lower
//! case with hyphens: `shortest-job`, `truncated-normal`. This one uses nearly everything:
//!
//! ```
//! # let text = r#"
//! name = "practice"
//!
//! [[class]]                        # needed where a class is not a stream's own
//! name = "pain"                    # priority 0: served first, but nobody is interrupted
//! [[class]]
//! name = "check-up"
//! priority = 1
//!
//! [[department]]
//! name = "reception"
//! staff = 1                        # or "infinite"
//! service = { constant = { value = "3m" } }
//!
//! [[department]]
//! name = "dentist"
//! staff = 2
//! discipline = "fifo"              # lifo, random, shortest-job, earliest-due-date
//! service = { lognormal = { mean = "20m", cv = 0.5 } }
//! service_for = [                  # other times for a class, or from a visit number on
//!     { class = "pain", service = { gamma = { mean = "25m", cv = 0.7 } } },
//!     { from_visit = 2, service = { uniform = { low = "5m", high = "10m" } } },
//! ]
//! patience = { exponential = { mean = "2h" } }
//!
//! [[department]]
//! name = "x-ray"
//! staff = 1
//! service = { triangular = { low = "4m", mode = "5m", high = "9m" } }
//!
//! [[handoff]]
//! from = "reception"
//! to = "dentist"
//! transfer = { constant = { value = "1m" } }
//! [[handoff]]
//! from = "dentist"
//! to = "x-ray"
//! probability = 0.2
//! probability_for = [{ class = "pain", probability = 0.4 }]
//! [[handoff]]
//! from = "dentist"
//! to = "exit"                      # completed
//! probability = 0.8
//! probability_for = [{ class = "pain", probability = 0.6 }]
//! [[handoff]]
//! from = "x-ray"
//! to = "dentist"
//!
//! [[customers]]
//! name = "patients"
//! enter = "reception"
//! mix = [{ class = "pain", share = 0.3 }, { class = "check-up", share = 0.7 }]
//! promise = "2h"
//! size = { gamma = { mean = 1.0, cv = 0.3 } }      # hard cases are hard everywhere
//! arrivals = { pattern = { period = "1d", steps = [ # a week if no period is given
//!     { from = "0h", rate = "0/h" }, { from = "8h", rate = "4/h" }, { from = "18h", rate = "0/h" },
//! ] } }
//!
//! [[customers]]
//! name = "referred"                # a class of the same name, as none is given
//! enter = "x-ray"
//! limit = 500
//! batch = { discrete = { values = [{ value = 1, probability = 0.9 }, { value = 2, probability = 0.1 }] } }
//! arrivals = { poisson = { rate = "3/d" } }        # or renewal, schedule, trace
//!
//! [[initial]]                      # work in place when the run starts
//! department = "dentist"
//! class = "check-up"
//! cases = 2
//! # "#;
//! # let model = knockon::model::Model::from_toml(text)?;
//! # assert_eq!((model.classes.len(), model.departments.len(), model.handoffs.len()), (2, 3, 4));
//! # Ok::<(), knockon::Error>(())
//! ```

mod asking;
mod builder;
mod diagram;
mod fields;
mod file;
mod flow;
mod graph;
mod quality;
mod resolve;
mod staffing;
mod validate;
mod visits;

use std::fmt;

use jiff::civil::DateTime;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::random::Dist;
use crate::time::{Rate, Span};

pub use asking::{Asking, During, Request};
pub use builder::{
    ClassBuilder, DepartmentBuilder, HandoffBuilder, InitialBuilder, ModelBuilder, StreamBuilder,
};
pub use graph::Graph;
pub use quality::{Complaint, Detection, Errors, Found, WayBack};
pub(crate) use resolve::{Resolved, Target};
pub use staffing::{
    Absence, Calendar, Clock, Crew, Cycle, Days, Helpers, Holiday, LevelStep, Pool, Shift, ShiftEnd, Shifts,
    Struck,
};

/// The name that a handoff gives as its target when the case leaves: it is completed.
pub const EXIT: &str = "exit";

/// An organization: its departments, the handoffs between them, and its customers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a model with its fields by name")]
pub struct Model {
    /// What the model is called.
    pub name: String,
    /// The date and time at which a run starts, like `2026-01-05T00:00`. Calendars with a week of shifts
    /// take a Monday at midnight if absent. Days have 24 hours throughout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<DateTime>,
    /// The calendar by which lead times are told in working hours as well: those in which it has
    /// anybody on shift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_hours: Option<String>,
    /// Customer classes. A stream that names no class has a class of its own name, which need not
    /// be listed here.
    #[serde(default, rename = "class", skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class>,
    /// The departments; their order decides ties.
    #[serde(default, rename = "department")]
    pub departments: Vec<Department>,
    /// People who serve several departments.
    #[serde(default, rename = "pool", skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<Pool>,
    /// Calendars, for the people of departments and pools.
    #[serde(default, rename = "calendar", skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<Calendar>,
    /// What departments ask of each other while a case stands still.
    #[serde(default, rename = "request", skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Request>,
    /// The handoffs. A department without any for a class lets its cases go: they are completed.
    #[serde(default, rename = "handoff", skip_serializing_if = "Vec::is_empty")]
    pub handoffs: Vec<Handoff>,
    /// The customer streams.
    #[serde(default, rename = "customers")]
    pub streams: Vec<Stream>,
    /// Work in place when the run starts.
    #[serde(default, rename = "initial", skip_serializing_if = "Vec::is_empty")]
    pub initial: Vec<InitialWork>,
}

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

/// How many people a department has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Staff {
    /// So many of its own.
    Count(u32),
    /// Always enough: nobody waits. In files, `"infinite"`.
    Infinite,
    /// Those of a pool, which other departments may share. In files, `{ pool = "NAME" }`.
    Pool(String),
}

impl Serialize for Staff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Staff::Count(count) => serializer.serialize_u32(*count),
            Staff::Infinite => serializer.serialize_str("infinite"),
            Staff::Pool(pool) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("pool", pool)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Staff {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Staff, D::Error> {
        struct StaffVisitor;
        impl<'de> de::Visitor<'de> for StaffVisitor {
            type Value = Staff;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number of people, \"infinite\", or { pool = \"NAME\" }")
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Staff, E> {
                let count = u32::try_from(count)
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(count), &self))?;
                Ok(Staff::Count(count))
            }

            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Staff, E> {
                let count = u32::try_from(count)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(count), &self))?;
                Ok(Staff::Count(count))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Staff, E> {
                match text {
                    "infinite" => Ok(Staff::Infinite),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Staff, A::Error> {
                let pool = match map.next_entry::<String, String>()? {
                    Some((key, pool)) if key == "pool" => pool,
                    _ => return Err(de::Error::invalid_value(de::Unexpected::Map, &self)),
                };
                match map.next_key::<String>()? {
                    None => Ok(Staff::Pool(pool)),
                    Some(_) => Err(de::Error::invalid_value(de::Unexpected::Map, &self)),
                }
            }
        }
        deserializer.deserialize_any(StaffVisitor)
    }
}

/// Who is served next among those waiting with the same priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Discipline {
    /// First in, first out.
    #[default]
    Fifo,
    /// Last in, first out; nobody is interrupted.
    Lifo,
    /// Anybody, with equal chances, drawn at the moment of the choice.
    Random,
    /// The shortest service requirement; ties by arrival in the queue.
    ShortestJob,
    /// The earliest due date (arrival plus promise; no promise comes last); ties by arrival in the
    /// queue.
    EarliestDueDate,
}

/// A department: staff, a queue, and the work it does on each case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a department with its fields by name")]
pub struct Department {
    /// Its name.
    pub name: String,
    /// How many people serve.
    pub staff: Staff,
    /// How many of them one piece of work needs at the same time; 1 if absent. They begin together and work at
    /// the speed of the slowest.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub staff_needed: u32,
    /// When its own people are there; round the clock if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shifts: Option<Shifts>,
    /// What keeps its own people from work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
    /// People of other departments and of pools who help out here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub helpers: Vec<Helpers>,
    /// The service time of one visit, for every class and visit that `service_for` does not name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Dist>,
    /// Service times by class and visit number. A rule that names the class comes before one that
    /// does not; among those, the one with the highest visit number reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_for: Vec<ServiceFor>,
    /// Who is next among equal priorities.
    #[serde(default)]
    pub discipline: Discipline,
    /// Whether the priorities of the classes count here (they do unless this is set).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignore_priority: bool,
    /// How many may wait, those in service not counted. A customer from outside who finds the queue
    /// full is lost (rejected). A case that another department has finished stays there, and holds who served it,
    /// until there is room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_capacity: Option<u32>,
    /// How long a case waits in this queue before it leaves (reneges), if service has not begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<Dist>,
    /// The department to which those who leave the queue go, instead of out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renege_to: Option<String>,
    /// The errors that it makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Errors>,
    /// The errors that it finds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detects: Vec<Detection>,
}

fn one() -> u32 {
    1
}

fn is_one(count: &u32) -> bool {
    *count == 1
}

impl Department {
    /// A department with so many people, about which nothing else is said yet.
    #[must_use]
    pub fn new(name: impl Into<String>, staff: Staff) -> Department {
        Department {
            name: name.into(),
            staff,
            staff_needed: 1,
            shifts: None,
            absences: Vec::new(),
            helpers: Vec::new(),
            service: None,
            service_for: Vec::new(),
            discipline: Discipline::default(),
            ignore_priority: false,
            queue_capacity: None,
            patience: None,
            renege_to: None,
            errors: None,
            detects: Vec::new(),
        }
    }
}

/// A service time for one class, or from one visit on, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a service time with its fields by name")]
pub struct ServiceFor {
    /// The class it is for; every class if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The visit number to this department from which it holds; 1 is the first visit.
    #[serde(default = "first_visit")]
    pub from_visit: u32,
    /// The service time.
    pub service: Dist,
}

fn first_visit() -> u32 {
    1
}

/// A way for finished work to move on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a handoff with its fields by name")]
pub struct Handoff {
    /// The department that finished the work.
    pub from: String,
    /// The department it goes to, or [`EXIT`].
    pub to: String,
    /// The probability, for the classes that `probability_for` does not name. All handoffs out of a
    /// department that apply to a class must sum to 1. Absent means 1 where `probability_for` is
    /// empty; where it is not, the handoff does not apply to the other classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Probabilities by class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probability_for: Vec<ProbabilityFor>,
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

/// The probability of something for one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a probability with its fields by name")]
pub struct ProbabilityFor {
    /// The class.
    pub class: String,
    /// Its probability.
    pub probability: f64,
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
