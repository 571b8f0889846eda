//! What things cost.
//!
//! Money is counted over the window of a replication, from the warm-up to the end, in the unit of the model's prices;
//! [`Costs::per_hour`] makes it a rate. What customers cost is counted for cases that arrived in the window; staff by
//! the hours in it; expenses if they are made in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;

/// What everything cost, in money per replication. Every part is counted once: they sum to the total.
///
/// Displayed it has one line for each part that costs anything, and the total:
///
/// ```text
/// staff of desk: 130.0 (118.2 to 141.8)
/// customers, walk-in: 75.5 (61.0 to 90.0)
/// expense, training: 500.0 (500.0 to 500.0)
/// total: 705.5 (680.1 to 730.9, 95 %, 30 replications), 4.20 an hour
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// People, by department that has people of its own, then by pool; those without prices are left out.
    pub staff: Vec<StaffCosts>,
    /// Customers, by class; those without prices are left out, but where errors cost.
    pub classes: Vec<ClassCosts>,
    /// What was spent once.
    pub expenses: Vec<ExpenseCosts>,
    /// All people.
    pub all_staff: StaffCostResults,
    /// All customers.
    pub all_customers: CostResults,
    /// All that was spent once.
    pub all_expenses: Estimate,
    /// Everything.
    pub total: Estimate,
    /// Everything, for each hour of the window.
    pub per_hour: Option<Estimate>,
}

/// What the people of a department or pool cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffCosts {
    /// The department or the pool.
    pub home: String,
    /// Whether it is a pool.
    pub pool: bool,
    /// What its people cost.
    #[serde(flatten)]
    pub cost: StaffCostResults,
}

/// What people cost, in money per replication.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffCostResults {
    /// On shift and not at work: idle, held, blocked, reserved, absent.
    pub idle: Estimate,
    /// At work within the shift, setups included.
    pub busy: Estimate,
    /// After the end of the shift.
    pub overtime: Estimate,
    /// All of these.
    pub total: Estimate,
}

/// What the customers of a class cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassCosts {
    /// The class, as the cases were when they arrived.
    pub class: String,
    /// What they cost.
    #[serde(flatten)]
    pub cost: CostResults,
}

/// What was spent once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpenseCosts {
    /// What for.
    pub name: String,
    /// How much, in the window: nothing where it was spent before the warm-up was over, or is spent after the end.
    pub cost: Estimate,
}

/// What the cases of a class cost, in money per replication.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostResults {
    /// The lead time of completed cases, at the class's cost of delay.
    pub delay: Estimate,
    /// Customers lost: rejected, balked, reneged and turned away for good.
    pub lost: Estimate,
    /// Defects that reached the customer.
    pub defects: Estimate,
    /// Promises to completed cases that were not kept.
    pub promises: Estimate,
    /// All of these.
    pub total: Estimate,
    /// All of these, for each case that arrived.
    pub per_case: Option<Estimate>,
}

/// What the cases of a class cost in one replication, in money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CostTotals {
    /// The lead time of completed cases.
    pub delay: f64,
    /// Customers lost.
    pub lost: f64,
    /// Defects that reached the customer.
    pub defects: f64,
    /// Promises that were not kept.
    #[serde(default)]
    pub promises: f64,
}

impl CostTotals {
    /// All of it.
    pub fn total(&self) -> f64 {
        self.delay + self.lost + self.defects + self.promises
    }

    /// Adds the costs of another class.
    pub fn add(&mut self, other: &CostTotals) {
        self.delay += other.delay;
        self.lost += other.lost;
        self.defects += other.defects;
        self.promises += other.promises;
    }
}

/// What people cost, and what was spent, in the window of one replication, in money. What customers cost stands with
/// the [totals of their classes](super::ClassTotals::cost).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MoneyTotals {
    /// By department that has people of its own, in their order, then by pool.
    pub staff: Vec<StaffCostTotals>,
    /// By expense, in the order of the model.
    pub expenses: Vec<f64>,
}

impl MoneyTotals {
    /// All people.
    pub fn all_staff(&self) -> StaffCostTotals {
        let mut sum = StaffCostTotals::default();
        self.staff.iter().for_each(|home| sum.add(home));
        sum
    }

    /// All that was spent once.
    pub fn all_expenses(&self) -> f64 {
        self.expenses.iter().fold(0.0, |sum, expense| sum + expense)
    }
}

/// What the people of a department or pool cost in the window of one replication, in money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StaffCostTotals {
    /// On shift and not at work.
    pub idle: f64,
    /// At work within the shift.
    pub busy: f64,
    /// After the end of the shift.
    pub overtime: f64,
}

impl StaffCostTotals {
    /// All of it.
    pub fn total(&self) -> f64 {
        self.idle + self.busy + self.overtime
    }

    /// Adds the costs of others.
    pub fn add(&mut self, other: &StaffCostTotals) {
        self.idle += other.idle;
        self.busy += other.busy;
        self.overtime += other.overtime;
    }
}

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: String, cost: &Estimate| match cost.mean {
            0.0 => Ok(()),
            _ => writeln!(f, "{what}: {cost:#}"),
        };
        for staff in &self.staff {
            line(format!("staff of {}", staff.home), &staff.cost.total)?;
        }
        for class in &self.classes {
            line(format!("customers, {}", class.class), &class.cost.total)?;
        }
        for expense in &self.expenses {
            line(format!("expense, {}", expense.name), &expense.cost)?;
        }
        write!(f, "total: {}", self.total)?;
        match self.per_hour {
            Some(rate) => write!(f, ", {:.2} an hour", rate.mean),
            None => Ok(()),
        }
    }
}
