//! Departments: who serves, whom next, for how long.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{
    Absence, Balking, Batch, Detection, Errors, Helpers, Outage, Period, Preemption, Setup, Shifts, Slots,
    StaffCost, Standard, Use, Vacation,
};
use crate::random::Dist;

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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// Everybody at once: the people share their time equally among all items, each of which gets at most
    /// one person's.
    ProcessorSharing,
}

/// A department: staff, a queue, and the work it does on each case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// When people are away on one occasion.
    #[serde(default, rename = "outage", skip_serializing_if = "Vec::is_empty")]
    pub outages: Vec<Outage>,
    /// That people are away for a while when there is nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vacation: Option<Vacation>,
    /// What its own people cost.
    #[serde(default, skip_serializing_if = "StaffCost::is_none")]
    pub cost: StaffCost,
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
    /// What happens to work in service when more urgent work comes.
    #[serde(default, skip_serializing_if = "Preemption::is_none")]
    pub preemption: Preemption,
    /// How many are served together; each alone if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// What has to be done before a service of another class, or after idleness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<Setup>,
    /// The only times at which services begin; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slots: Option<Slots>,
    /// Customers from outside who do not join, as too many are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balking: Option<Balking>,
    /// The service standards: how long a visit may take, from joining to the end of the service.
    #[serde(default, rename = "standard", skip_serializing_if = "Vec::is_empty")]
    pub standards: Vec<Standard>,
    /// The stock that its work uses up.
    #[serde(default, rename = "use", skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
    /// When its work takes another time than usual.
    #[serde(default, rename = "period", skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<Period>,
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
    /// Where nobody ever waits in the line: why, in words.
    pub(super) fn nobody_waits(&self) -> Option<&'static str> {
        let gathers = self.batch.as_ref().is_some_and(|batch| batch.size > 1);
        if self.discipline == Discipline::ProcessorSharing {
            Some("where everybody is served at once")
        } else if self.staff == Staff::Infinite && !gathers && self.slots.is_none() && self.uses.is_empty() {
            Some("where the staff is infinite")
        } else {
            None
        }
    }

    /// A department with so many people, about which nothing else is said yet.
    #[must_use]
    pub fn new(name: impl Into<String>, staff: Staff) -> Department {
        Department {
            name: name.into(),
            staff,
            staff_needed: 1,
            shifts: None,
            absences: Vec::new(),
            outages: Vec::new(),
            vacation: None,
            cost: StaffCost::default(),
            helpers: Vec::new(),
            service: None,
            service_for: Vec::new(),
            discipline: Discipline::default(),
            preemption: Preemption::default(),
            batch: None,
            setup: None,
            slots: None,
            balking: None,
            standards: Vec::new(),
            uses: Vec::new(),
            periods: Vec::new(),
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a service time with its fields by name")]
pub struct ServiceFor {
    /// The class it is for; every class if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The visit number to this department from which it holds; 1, the first visit, if absent.
    #[serde(default = "first_visit")]
    pub from_visit: u32,
    /// The service time.
    pub service: Dist,
}

fn first_visit() -> u32 {
    1
}
