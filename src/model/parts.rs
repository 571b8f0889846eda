//! Work in parallel: a case goes on in parts, which meet again.

use serde::{Deserialize, Serialize};

use crate::random::Dist;

/// That cases go on in parts from a department, until the parts meet in another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a fork with its fields by name")]
pub struct Fork {
    /// The department after whose service the case goes on in parts, in place of its handoffs.
    pub from: String,
    /// The classes for which it does; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// The ways of the parts.
    #[serde(default, rename = "branch")]
    pub branches: Vec<Branch>,
    /// The department where the parts meet: a part that is handed to it waits there until enough have come.
    pub join: String,
    /// How many must come; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed: Option<u32>,
    /// In which order the parts set out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: ForkOrder,
    /// What becomes of parts that are not there when enough have come.
    #[serde(default, skip_serializing_if = "is_default")]
    pub late: Late,
}

impl Fork {
    /// How many parts must come.
    #[must_use]
    pub fn required(&self) -> u32 {
        self.needed.unwrap_or(self.branches.len() as u32)
    }

    /// What it is called: `"FROM to JOIN"`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} to {}", self.from, self.join)
    }
}

/// The way of one part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a branch with its fields by name")]
pub struct Branch {
    /// The department it goes to first.
    pub to: String,
    /// The class of the part; that of the case if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub becomes: Option<String>,
    /// How long the way there takes; no time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Dist>,
}

/// In which order parts set out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ForkOrder {
    /// As the branches are listed.
    #[default]
    Listed,
    /// Drawn for each case.
    Random,
}

/// What becomes of parts that are not there when enough have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Late {
    /// They are withdrawn; a service that has begun is finished first.
    #[default]
    Withdrawn,
    /// They go on to the end, as work for nobody.
    Finished,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
