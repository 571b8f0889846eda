//! How stocks fared, and those who use them.

use serde::{Deserialize, Serialize};

use super::{Moments, TimeEstimate, TimeStatistics};
use crate::stats::Estimate;

/// How a stock fared. Numbers are per replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StockResults {
    /// The stock.
    pub name: String,
    /// How many were on the shelf, averaged over time.
    pub on_hand: Option<Estimate>,
    /// The share of time for which the shelf was empty.
    pub empty: Option<Estimate>,
    /// Orders that were made.
    pub orders: Estimate,
    /// How many were ordered with them.
    pub ordered: Estimate,
    /// How many were delivered.
    pub delivered: Estimate,
    /// From an order to its delivery, of orders that were made after the warm-up. No percentiles.
    pub lead_time: Option<TimeStatistics>,
    /// How often it did not have what a visit needed.
    pub let_downs: Estimate,
    /// How often a department fetched from it that does not use it: raids.
    pub raided: Estimate,
    /// How many are hidden from it in the reserves of departments, averaged over time.
    pub hidden: Option<Estimate>,
    /// How many items waited for it, those that left before they got it included.
    pub waits: Estimate,
    /// How long items waited for it that got it. No percentiles.
    pub waiting_time: Option<TimeStatistics>,
    /// How many items waited for it, averaged over time.
    pub waiting: Option<Estimate>,
}

/// How a department fared that uses a stock. Numbers are per replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UseResults {
    /// The department.
    pub department: String,
    /// The stock.
    pub stock: String,
    /// The class, where it is for one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// How often the shelf did not have what a visit needed.
    pub let_downs: Estimate,
    /// Of these, taken from another shelf.
    pub raids: Estimate,
    /// How many the department hides, averaged over time.
    pub hidden: Option<Estimate>,
    /// How often it lost its trust.
    pub lost_trust: Estimate,
    /// The share of time for which it did not trust.
    pub mistrust: Option<Estimate>,
    /// How long it took until trust returned: the time without it, for each time that it was lost.
    pub until_trust: Option<TimeEstimate>,
}

/// The totals of a stock in one replication, in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StockTotals {
    /// What is on the shelf, times hours.
    pub on_hand_hours: f64,
    /// The hours for which the shelf was empty.
    pub empty_hours: f64,
    /// Orders that were made.
    pub orders: u64,
    /// How many were ordered with them.
    pub ordered: u64,
    /// How many were delivered.
    pub delivered: u64,
    /// From an order to its delivery, of orders that were made in the window.
    pub lead_time: Moments,
    /// How often others fetched from it.
    pub raided: u64,
    /// How long items waited for it that began to wait in the window and got it.
    pub waiting: Moments,
    /// How many of those that began to wait in the window left before.
    pub left: u64,
    /// How many of those that began to wait in the window still did at its end.
    pub open: u64,
    /// Item-hours of waiting for it, by everybody.
    pub waiting_hours: f64,
}

/// The totals of a use of a stock in one replication, in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UseTotals {
    /// How often the shelf did not have what a visit needed.
    pub let_downs: u64,
    /// Of these, taken from another shelf.
    pub raids: u64,
    /// What is hidden, times hours.
    pub hidden_hours: f64,
    /// How often trust was lost.
    pub lost_trust: u64,
    /// The hours without trust.
    pub mistrust_hours: f64,
}

impl UseTotals {
    /// Adds the totals of another use.
    pub fn add(&mut self, other: &UseTotals) {
        self.let_downs += other.let_downs;
        self.raids += other.raids;
        self.hidden_hours += other.hidden_hours;
        self.lost_trust += other.lost_trust;
        self.mistrust_hours += other.mistrust_hours;
    }
}
