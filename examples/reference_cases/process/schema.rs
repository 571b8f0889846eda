//! The schema of business processes. Every word that is not understood is an error.

use serde::Deserialize;

use crate::schema::Dist;

/// A process. Times in seconds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// When the first day begins, in UTC.
    pub start: String,
    /// How many cases there are.
    pub cases: u64,
    pub arrival: Arrival,
    pub pools: Vec<Pool>,
    pub tasks: Vec<Task>,
    pub gates: Vec<Gate>,
    pub flows: Vec<Flow>,
}

/// When cases come.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    pub interarrival: Dist,
    pub calendar: Vec<Hours>,
    /// Accepted only as `shift_to_next_opening`.
    #[serde(rename = "outside_calendar")]
    pub _outside_calendar: OutsideCalendar,
}

/// What becomes of an arrival outside the calendar.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsideCalendar {
    /// It comes when the calendar opens; the time to the next runs from there.
    ShiftToNextOpening,
}

/// The first and the last day of the week, and from when to when on each.
#[derive(Debug, Deserialize)]
pub struct Hours(pub Day, pub Day, pub String, pub String);

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// People, first come first served over all of their tasks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    pub name: String,
    pub servers: u32,
    pub calendar: Vec<Hours>,
    /// Accepted only as `preempt_resume`.
    #[serde(rename = "at_shift_end")]
    pub _at_shift_end: AtShiftEnd,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtShiftEnd {
    PreemptResume,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub name: String,
    pub pool: String,
    pub service: Dist,
}

/// Where ways part or meet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    pub name: String,
    pub kind: GateKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GateKind {
    /// All ways at once; it waits for all that come together.
    And,
    /// One of the ways.
    Xor,
}

/// A way from one task, gate or `start` to another or `end`, and perhaps a probability.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a flow must be [from, to] or [from, to, probability]")]
pub enum Flow {
    Plain(String, String),
    Chance(String, String, f64),
}

impl Flow {
    /// From where to where, with what probability.
    pub fn parts(&self) -> (&str, &str, f64) {
        match self {
            Flow::Plain(from, to) => (from, to, 1.0),
            Flow::Chance(from, to, probability) => (from, to, *probability),
        }
    }
}
