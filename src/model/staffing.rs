//! Who works, and when: pools, helpers, calendars, absence.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Outage, StaffCost, Vacation, written};
use crate::random::Dist;
use crate::time::Span;

/// Interchangeable people who serve several departments. A department takes its staff from a pool by
/// [`Staff::Pool`](super::Staff::Pool).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a pool with its fields by name")]
pub struct Pool {
    /// Its name. No department has the same.
    pub name: String,
    /// How many people it has.
    pub staff: u32,
    /// When they are there; round the clock if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shifts: Option<Shifts>,
    /// What keeps them from work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
    /// When they are away on one occasion.
    #[serde(default, rename = "outage", skip_serializing_if = "Vec::is_empty")]
    pub outages: Vec<Outage>,
    /// That they are away for a while when there is nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vacation: Option<Vacation>,
    /// What they cost.
    #[serde(default, skip_serializing_if = "StaffCost::is_none")]
    pub cost: StaffCost,
}

impl Pool {
    /// A pool about which nothing else is said yet.
    #[must_use]
    pub fn new(name: impl Into<String>, staff: u32) -> Pool {
        Pool {
            name: name.into(),
            staff,
            shifts: None,
            absences: Vec::new(),
            outages: Vec::new(),
            vacation: None,
            cost: StaffCost::default(),
        }
    }
}

/// People of another department or pool who help out in a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "helpers with their fields by name")]
pub struct Helpers {
    /// The department or pool that is their home. Their own work comes first.
    pub from: String,
    /// How fast they work here: 1, if absent, is as fast as the department's own people, 0.5 takes twice the time.
    #[serde(default = "full_speed")]
    pub speed: f64,
}

fn full_speed() -> f64 {
    1.0
}

/// By which calendar people work, and what they do when their shift ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "shifts with their fields by name")]
pub struct Shifts {
    /// The name of the calendar.
    pub calendar: String,
    /// What somebody does who is serving when their shift ends.
    #[serde(default)]
    pub at_end: ShiftEnd,
    /// With [`ShiftEnd::Finish`]: whether who stays late counts against the new level.
    #[serde(default)]
    pub crew: Crew,
}

/// What somebody does who is serving when their shift ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ShiftEnd {
    /// The work stays on the desk until they are back.
    #[default]
    Pause,
    /// They finish what they have begun, in overtime.
    Finish,
    /// The work goes back to the head of the queue, and whoever is free goes on with it.
    HandOver,
}

/// Who is there after a shift, with [`ShiftEnd::Finish`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Crew {
    /// The same people: who stays late counts against the new level.
    #[default]
    Same,
    /// Others: the new crew comes in full, in addition to those who stay late.
    Replaced,
}

/// How many people are on shift when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a calendar with its fields by name")]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// A week of shifts. Those that overlap add up, and never to more than the staff.
    #[serde(default, rename = "shift", skip_serializing_if = "Vec::is_empty")]
    pub week: Vec<Shift>,
    /// Levels that repeat after a period of any length, instead of a week of shifts. The period starts
    /// when the run does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle: Option<Cycle>,
    /// Days with a level of their own. They need the model's start date. Where some overlap, the last one
    /// counts.
    #[serde(default, rename = "holiday", skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
}

/// A shift that comes every week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a shift with its fields by name")]
pub struct Shift {
    /// On which days it begins.
    pub days: Days,
    /// When it begins.
    #[serde(deserialize_with = "written::deserialize")]
    #[cfg_attr(test, schemars(schema_with = "super::schema::written::<Time>"))]
    pub from: Time,
    /// When it ends; on the next day if that is not later than `from`. `00:00` is midnight.
    #[serde(deserialize_with = "written::deserialize")]
    #[cfg_attr(test, schemars(schema_with = "super::schema::written::<Time>"))]
    pub to: Time,
    /// How many people are on it; everybody if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<u32>,
}

/// Levels that repeat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a cycle with its fields by name")]
pub struct Cycle {
    /// After how long the levels repeat.
    pub period: Span,
    /// The levels, each from its time in the period until the next; the first starts at zero.
    pub steps: Vec<LevelStep>,
}

/// One step of a cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a step with its fields by name")]
pub struct LevelStep {
    /// Where in the period the level starts to hold.
    pub from: Span,
    /// How many people are on shift; everybody if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<u32>,
}

/// Days with a level of their own, from midnight to midnight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a holiday with its fields by name")]
pub struct Holiday {
    /// The first day.
    #[serde(deserialize_with = "written::deserialize")]
    #[cfg_attr(test, schemars(schema_with = "super::schema::written::<Date>"))]
    pub date: Date,
    /// How many days; 1 if absent.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub days: u32,
    /// How many people are there; nobody if absent.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub staff: u32,
}

fn one() -> u32 {
    1
}

fn is_one(days: &u32) -> bool {
    *days == 1
}

fn is_zero(staff: &u32) -> bool {
    *staff == 0
}

/// Days of the week. In files `"mon-fri"`, `"sat"`, `"mon, wed, fri"`, `"daily"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Days {
    /// Every day.
    pub const DAILY: Days = Days(0x7F);
    /// Monday to Friday.
    pub const WEEKDAYS: Days = Days(0x1F);

    /// Days of the week, 0 for Monday to 6 for Sunday; other numbers count as their rest by 7.
    #[must_use]
    pub fn of(days: &[u8]) -> Days {
        Days(days.iter().fold(0, |set, day| set | 1 << (day % 7)))
    }

    /// The days, 0 for Monday to 6 for Sunday.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..7).filter(move |day| self.0 >> day & 1 == 1)
    }

    /// What a text says, if it names days.
    pub(super) fn parse(text: &str) -> Option<Days> {
        let day = |name: &str| {
            let name = name.trim().to_ascii_lowercase();
            NAMES.iter().position(|&short| name == short)
        };
        if text.trim().eq_ignore_ascii_case("daily") {
            return Some(Days::DAILY);
        }
        let mut set = 0;
        for part in text.split(',') {
            let (first, last) = match part.split_once('-') {
                Some((first, last)) => (day(first)?, day(last)?),
                None => (day(part)?, day(part)?),
            };
            // From Friday to Monday goes over the end of the week.
            let length = (last + 7 - first) % 7;
            (first..=first + length).for_each(|day| set |= 1 << (day % 7));
        }
        Some(Days(set))
    }
}

impl std::fmt::Display for Days {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Days::DAILY => f.write_str("daily"),
            Days::WEEKDAYS => f.write_str("mon-fri"),
            _ => {
                let names: Vec<&str> = self.iter().map(|day| NAMES[usize::from(day)]).collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Days, D::Error> {
        written::deserialize(deserializer)
    }
}

/// What keeps people from work: a breakdown of their system, illness, a meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "an absence with its fields by name")]
pub struct Absence {
    /// Whom it strikes.
    #[serde(default)]
    pub who: Struck,
    /// By which clock the time to the next one runs.
    #[serde(default)]
    pub clock: Clock,
    /// The time from the end of one to the beginning of the next, and from the start of the run to the
    /// first.
    pub between: Dist,
    /// How long it lasts.
    pub duration: Dist,
}

/// Whom an absence strikes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Struck {
    /// Each person for themself.
    #[default]
    Each,
    /// All people of the department or pool at once.
    All,
}

/// By which clock the time to the next absence runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// Always.
    #[default]
    Calendar,
    /// While the person serves; where it strikes all, while at least one of them serves.
    Working,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written() {
        for (text, days, written) in [
            ("mon-fri", Days::WEEKDAYS, "mon-fri"),
            ("Daily", Days::DAILY, "daily"),
            ("mon, wed-thu", Days::of(&[0, 2, 3]), "mon, wed, thu"),
            ("sat-mon", Days::of(&[5, 6, 0]), "mon, sat, sun"),
            ("sun", Days::of(&[6]), "sun"),
        ] {
            let read = Days::parse(text);
            assert_eq!(read, Some(days), "{text}");
            assert_eq!(days.to_string(), written);
            assert_eq!(Days::parse(written), Some(days));
        }
        for text in ["", "monday to friday", "mon-", "1-5", "mon;tue"] {
            assert_eq!(Days::parse(text), None, "{text}");
        }
    }
}
