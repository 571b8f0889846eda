//! A check that a file gives fields by name. Serde's formats also take a list in place of a table,
//! its fields in the order of the Rust code; nobody should depend on that.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The fields that hold lists.
const LISTS: [&str; 45] = [
    "class",
    "department",
    "handoff",
    "customers",
    "initial",
    "pool",
    "calendar",
    "shift",
    "holiday",
    "request",
    "fork",
    "branch",
    "classes",
    "stock",
    "supply",
    "expense",
    "outage",
    "standard",
    "use",
    "raids",
    "period",
    "rise",
    "or_shorter",
    "time_for",
    "sizes",
    "join",
    "on",
    "absences",
    "helpers",
    "detects",
    "service_for",
    "probability_for",
    "mix",
    "steps",
    "times",
    "cases",
    "branches",
    "parts",
    "values",
    "sample",
    // Of files of scenarios.
    "scenario",
    "changes",
    "departments",
    "between",
    "supplies",
];

/// What is read from the text of a model or of scenarios (one that can be read as such) whose fields are all
/// given by name; an error where one has a list in the place of a table.
#[derive(Debug)]
pub(super) struct FieldsByName;

impl<'de> Deserialize<'de> for FieldsByName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FieldsByName, D::Error> {
        Place { is_list: false, is_source: false }.deserialize(deserializer)
    }
}

/// A place in the text.
#[derive(Clone, Copy)]
struct Place {
    /// Whether a list belongs there.
    is_list: bool,
    /// Whether it says who delivers: a `department` there is one, with its fields.
    is_source: bool,
}

impl<'de> DeserializeSeed<'de> for Place {
    type Value = FieldsByName;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FieldsByName, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place {
    type Value = FieldsByName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields by name")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<FieldsByName, E> {
        Ok(FieldsByName)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<FieldsByName, E> {
        Ok(FieldsByName)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<FieldsByName, E> {
        Ok(FieldsByName)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<FieldsByName, E> {
        Ok(FieldsByName)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<FieldsByName, E> {
        Ok(FieldsByName)
    }

    fn visit_unit<E: Error>(self) -> Result<FieldsByName, E> {
        Ok(FieldsByName)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<FieldsByName, A::Error> {
        if !self.is_list {
            return Err(A::Error::custom("a list, expected fields by name"));
        }
        while list.next_element_seed(Place { is_list: false, is_source: false })?.is_some() {}
        Ok(FieldsByName)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<FieldsByName, A::Error> {
        while let Some(field) = table.next_key::<String>()? {
            let is_list = LISTS.contains(&field.as_str()) && !self.is_source;
            table.next_value_seed(Place { is_list, is_source: field == "source" })?;
        }
        Ok(FieldsByName)
    }
}
