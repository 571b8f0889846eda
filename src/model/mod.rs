//! What an analyst says: departments, handoffs, customer streams and classes, as plain data.
//!
//! A [`Model`] is serde data. It comes from [`Model::builder`], from a TOML or JSON file
//! ([`Model::from_toml`], [`Model::from_json`], [`Model::read`]), or field by field, and is validated
//! as a whole by [`Model::validate`] before anything runs. Things refer to each other by name.
//! [`Model::graph`] answers questions about its structure.
//!
//! # Files
//!
//! A file has the fields of the structs below under their own names, but for lists of parts, which are named
//! for one: `class`, `department`, `pool`, `calendar` with its `shift` and `holiday`, `request`, `handoff`,
//! `customers` ([`Model::streams`]) and `initial`. Kinds are written in lower case with hyphens:
//! `shortest-job`, `truncated-normal`. This one uses nearly everything that a model has whose departments do
//! not depend on each other's people:
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
//!
//! And this one the rest: shared people, shifts, absence, questions on which work waits, errors.
//!
//! ```
//! # let text = r#"
//! name = "orders"
//! start = "2026-01-05T00:00"       # days, times and dates are in quotes
//! working_hours = "office"         # lead times are told in office hours as well
//!
//! [[class]]
//! name = "orders"
//! delay_cost = 4.0                 # for each hour of the lead time
//! lost_cost = 250.0
//!
//! [[calendar]]
//! name = "office"
//! shift = [
//!     { days = "mon-fri", from = "08:00", to = "17:00" },           # everybody
//!     { days = "sat", from = "09:00", to = "12:00", staff = 1 },
//! ]
//! holiday = [{ date = "2026-12-24", days = 3 }]                     # nobody, unless `staff` is given
//! [[calendar]]
//! name = "two crews"                # in place of a week: levels that repeat from the start of the run on
//! cycle = { period = "1d", steps = [{ from = "0h" }, { from = "8h", staff = 1 }, { from = "16h", staff = 0 }] }
//!
//! [[pool]]                         # people whom departments share
//! name = "clerks"
//! staff = 2
//! shifts = { calendar = "two crews", at_end = "finish", crew = "replaced" }     # or pause, hand-over; same
//! absences = [{ between = { exponential = { mean = "4w" } }, duration = { constant = { value = "2d" } } }]
//!
//! [[department]]
//! name = "reps"
//! staff = 3
//! shifts = { calendar = "office" }                                  # work pauses overnight
//! service = { exponential = { mean = "10m" } }
//! [department.errors]
//! probability = 0.02
//! probability_for = [{ class = "rush", probability = 0.1 }]
//! if_defective = 0.05              # where the case came with a defect
//! after_guess = 0.3                # where an answer was given up
//! cost = 80.0                      # of each defect that reaches the customer
//! complaint = { probability = 0.5, after = { exponential = { mean = "3d" } }, enter = "reps", class = "orders" }
//!
//! [[department]]
//! name = "engineering"
//! staff = 1
//! service = { constant = { value = "1h" } }
//! [[department.absences]]          # a breakdown of their system
//! who = "all"                      # or each
//! clock = "working"                # or calendar
//! between = { exponential = { mean = "2w" } }
//! duration = { constant = { value = "4h" } }
//!
//! [[department]]
//! name = "entry"
//! staff = { pool = "clerks" }
//! helpers = [{ from = "reps", speed = 0.7 }]
//! service = { constant = { value = "6m" } }
//! queue_capacity = 10              # those who hand over wait when it is full
//! patience = { constant = { value = "2d" } }
//! renege_to = "filing"
//!
//! [[department]]
//! name = "filing"
//! staff = { pool = "clerks" }
//! staff_needed = 2
//! service = { constant = { value = "4m" } }
//! detects = [                      # then = "return", "turn-away" or { send-to = "entry" }
//!     { made_by = "reps", probability = 0.8, then = "return", back = "along" },       # or direct
//! ]
//!
//! [[request]]                      # its name is "reps asks engineering"
//! from = "reps"
//! to = "engineering"
//! probability = 0.4
//! probability_for = [{ class = "rush", probability = 0.1 }]
//! at = 0.5                         # half way through the service
//! staff = "held"                   # or freed
//! during = "cases"                 # or requests, both
//! priority = 5
//! service = { constant = { value = "20m" } }
//! transfer = { constant = { value = "5m" } }
//! answer_transfer = { constant = { value = "5m" } }
//! longest_wait = { constant = { value = "8h" } }
//! standard = "4h"
//!
//! [[handoff]]
//! from = "reps"
//! to = "entry"
//! [[handoff]]
//! from = "entry"
//! to = "filing"
//! probability = 0.9
//! [[handoff]]
//! from = "entry"
//! to = "reps"
//! probability = 0.1
//! rework = true                    # the work there counts as rework that the reps caused
//!
//! [[customers]]
//! name = "orders"
//! enter = "reps"
//! arrivals = { poisson = { rate = "6/h" } }
//! [[customers]]
//! name = "rush"
//! enter = "reps"
//! arrivals = { poisson = { rate = "1/d" } }
//! [[customers]]
//! name = "catalogues"
//! enter = "engineering"
//! arrivals = "saturated"           # always one more when somebody is free
//! # "#;
//! # let model = knockon::model::Model::from_toml(text)?;
//! # assert_eq!((model.pools.len(), model.calendars.len(), model.requests.len()), (1, 2, 1));
//! # assert_eq!(knockon::model::Model::from_json(&model.to_json()?)?, model);
//! # assert_eq!(knockon::model::Model::from_toml(&model.to_toml()?)?, model);
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
mod parts;
mod quality;
mod resolve;
mod rules;
mod staffing;
mod stock;
mod validate;
mod visits;
mod written;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

pub use asking::{Asking, During, Request};
pub use builder::{
    AbsenceBuilder, ActsBuilder, BalkingBuilder, BatchBuilder, BranchBuilder, CalendarBuilder, ClassBuilder,
    ComplaintBuilder, DepartmentBuilder, DetectionBuilder, ErrorsBuilder, ForkBuilder, HandoffBuilder,
    InitialBuilder, ModelBuilder, OrderBuilder, PeriodBuilder, PoolBuilder, RequestBuilder, RetryBuilder,
    ShiftsBuilder, StandardBuilder, StockBuilder, StreamBuilder, SupplyBuilder, UseBuilder,
};
pub use customers::{
    Arrivals, Class, InitialWork, Loss, RateStep, Retry, Rise, Share, Stream, TraceCase, Turn,
};
pub use department::{Department, Discipline, ServiceFor, Staff};
pub use graph::Graph;
pub use handoff::{Handoff, Pickup, ProbabilityFor};
pub use parts::{Branch, Fork, ForkOrder, Late};
pub use quality::{Complaint, Detection, Errors, Found, WayBack};
pub(crate) use resolve::{Resolved, Target};
pub use rules::{
    Acts, Balking, Batch, Beyond, Counts, Outage, Period, Preemption, Setup, SetupFor, Slots, StaffCost,
    Standard, Vacation, Vacations,
};
pub use staffing::{
    Absence, Calendar, Clock, Crew, Cycle, Days, Helpers, Holiday, LevelStep, Pool, Shift, ShiftEnd, Shifts,
    Struck,
};
pub use stock::{Expense, Hoarding, Policy, Source, Stock, Supply, Use};

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
    /// Where cases go on in parts.
    #[serde(default, rename = "fork", skip_serializing_if = "Vec::is_empty")]
    pub forks: Vec<Fork>,
    /// What work uses up.
    #[serde(default, rename = "stock", skip_serializing_if = "Vec::is_empty")]
    pub stocks: Vec<Stock>,
    /// Money that is spent once.
    #[serde(default, rename = "expense", skip_serializing_if = "Vec::is_empty")]
    pub expenses: Vec<Expense>,
    /// The customer streams.
    #[serde(default, rename = "customers")]
    pub streams: Vec<Stream>,
    /// Work in place when the run starts.
    #[serde(default, rename = "initial", skip_serializing_if = "Vec::is_empty")]
    pub initial: Vec<InitialWork>,
}
