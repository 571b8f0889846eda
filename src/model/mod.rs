//! What an analyst says: departments, handoffs, customer streams and classes, as plain data.
//!
//! A [`Model`] is serde data. It comes from [`Model::builder`], from a TOML or JSON file
//! ([`Model::from_toml`], [`Model::from_json`], [`Model::read`]), or field by field, and is validated
//! as a whole by [`Model::validate`] before anything runs. Things refer to each other by name.
//! [`Model::graph`] answers questions about its structure.
//!
#![doc = include_str!("files.md")]

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
mod location;
mod named;
mod parts;
mod quality;
mod resolve;
mod rules;
#[cfg(test)]
mod schema;
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
pub(crate) use file::{parse_toml, read_as};
pub use graph::{FlowKind, Graph};
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    #[cfg_attr(test, schemars(schema_with = "schema::written::<DateTime>"))]
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
