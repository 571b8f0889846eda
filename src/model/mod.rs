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
mod customers;
mod department;
mod diagram;
mod fields;
mod file;
mod flow;
mod graph;
mod handoff;
mod quality;
mod resolve;
mod staffing;
mod validate;
mod visits;
mod written;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

pub use asking::{Asking, During, Request};
pub use builder::{
    AbsenceBuilder, CalendarBuilder, ClassBuilder, ComplaintBuilder, DepartmentBuilder, DetectionBuilder,
    ErrorsBuilder, HandoffBuilder, InitialBuilder, ModelBuilder, PoolBuilder, RequestBuilder, ShiftsBuilder,
    StreamBuilder,
};
pub use customers::{Arrivals, Class, InitialWork, RateStep, Share, Stream, TraceCase};
pub use department::{Department, Discipline, ServiceFor, Staff};
pub use graph::Graph;
pub use handoff::{Handoff, ProbabilityFor};
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
    #[serde(
        default,
        deserialize_with = "written::deserialize_option",
        skip_serializing_if = "Option::is_none"
    )]
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
