//! Stock: what work uses up, how it is replenished, and what people do who do not trust that.

use serde::{Deserialize, Serialize};

use crate::random::Dist;
use crate::time::Span;

/// A shelf with things of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a stock with its fields by name")]
pub struct Stock {
    /// What it is called.
    pub name: String,
    /// How many are there when the run starts.
    #[serde(default)]
    pub initial: u32,
    /// Who brings more, and when.
    #[serde(default, rename = "supply", skip_serializing_if = "Vec::is_empty")]
    pub supplies: Vec<Supply>,
}

/// A way in which a stock is replenished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a supply with its fields by name")]
pub struct Supply {
    /// When it orders, and how many.
    pub policy: Policy,
    /// Who delivers.
    pub source: Source,
}

/// When a supply orders, and how many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    expecting = "a policy, like { reorder = { at = 5, quantity = 20 } }"
)]
pub enum Policy {
    /// At given times, what is missing up to a level, counting what is ordered and what is owed.
    Periodic {
        /// The time from one review to the next.
        every: Span,
        /// The time of the first review, since the start of the run; `every` if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first: Option<Span>,
        /// The level.
        up_to: u32,
    },
    /// As soon as the level is reached, counting what is ordered and what is owed.
    Reorder {
        /// The level.
        at: u32,
        /// How many.
        quantity: u32,
    },
    /// As soon as so few are on the shelf, and no order of this supply is open.
    Alert {
        /// The level.
        at: u32,
        /// How many.
        quantity: u32,
    },
}

/// Who delivers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    expecting = "a source, like { outside = { lead_time = { constant = { value = \"1d\" } } } }"
)]
pub enum Source {
    /// A supplier outside of the model.
    Outside {
        /// The time from the order to the delivery.
        lead_time: Dist,
    },
    /// A department, for which the order is work.
    Department {
        /// The department.
        department: String,
        /// The class that the order has there.
        class: String,
        /// How long the work on an order takes; the department's service time for the class if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<Dist>,
        /// How long the way to the shelf takes; no time if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transfer: Option<Dist>,
    },
}

/// That the work of a department uses up stock.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a use of stock with its fields by name")]
pub struct Use {
    /// The stock.
    pub stock: String,
    /// The class whose work uses it; all classes if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// How many each visit needs; 1 if absent.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub quantity: u32,
    /// Other stocks from which the department fetches what its own lacks, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raids: Vec<String>,
    /// How the department hides a reserve when it has been let down; it does not if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hoarding: Option<Hoarding>,
}

/// How a department that has been let down hides a reserve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "hoarding with its fields by name")]
pub struct Hoarding {
    /// How many more it takes at every use.
    pub extra: u32,
    /// How many it hides at most.
    pub most: u32,
    /// How long it has to be well supplied before it trusts again.
    pub trust_after: Span,
}

fn one() -> u32 {
    1
}

fn is_one(count: &u32) -> bool {
    *count == 1
}

/// An amount of money that is spent once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "an expense with its fields by name")]
pub struct Expense {
    /// What for.
    pub name: String,
    /// How much.
    pub amount: f64,
    /// When, since the start of the run; at its start if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Span>,
}
