//! From totals to estimates: what everything cost.

use super::prices::{ExpensePlan, HomePrices};
use super::summary::Summary;
use crate::results::{
    ClassCosts, ClassTotals, CostResults, CostTotals, Costs, ExpenseCosts, MoneyTotals, Replication,
    StaffCostResults, StaffCostTotals, StaffCosts,
};

/// What a replication cost: the sum of its parts, in their order.
fn total(replication: &Replication) -> f64 {
    let money = replication.money.as_ref();
    let staff = money.map_or(0.0, |money| money.all_staff().total());
    staff + customers(replication).cost.total() + money.map_or(0.0, MoneyTotals::all_expenses)
}

/// All customers of a replication.
fn customers(replication: &Replication) -> ClassTotals {
    let mut sum = ClassTotals::default();
    replication.classes.iter().for_each(|class| sum.add(class));
    sum
}

impl Summary<'_> {
    /// What the cases of a class cost, where those of any class cost anything.
    pub fn cost(&self, totals: &[ClassTotals]) -> Option<CostResults> {
        self.prices.of_customers().then(|| self.cost_results(totals))
    }

    fn cost_results(&self, totals: &[ClassTotals]) -> CostResults {
        let mean = |of: fn(&CostTotals) -> f64| self.mean(totals, |total| of(&total.cost));
        let total = |total: &ClassTotals| total.cost.total();
        CostResults {
            delay: mean(|cost| cost.delay),
            lost: mean(|cost| cost.lost),
            defects: mean(|cost| cost.defects),
            promises: mean(|cost| cost.promises),
            total: self.mean(totals, total),
            per_case: self.ratio(totals, total, |total| total.arrived as f64),
        }
    }

    fn staff_cost(&self, totals: &[StaffCostTotals]) -> StaffCostResults {
        StaffCostResults {
            idle: self.mean(totals, |total| total.idle),
            busy: self.mean(totals, |total| total.busy),
            overtime: self.mean(totals, |total| total.overtime),
            total: self.mean(totals, StaffCostTotals::total),
        }
    }

    /// What everything cost, where anything costs anything.
    pub fn costs(&self, classes: &[String]) -> Option<Costs> {
        let prices = self.prices;
        if !prices.any() {
            return None;
        }
        let homes = prices.homes.iter().enumerate().filter(|(_, home)| home.costs());
        let staff = homes.map(|(at, home): (usize, &HomePrices)| {
            let of = |replication: &Replication| replication.money.as_ref().map(|money| money.staff[at]);
            let totals = self.values(|replication| of(replication).unwrap_or_default());
            StaffCosts { home: home.name.clone(), pool: home.pool, cost: self.staff_cost(&totals) }
        });
        let priced = |class: usize| prices.has_class(class) || prices.of_defects();
        let class = |(at, name): (usize, &String)| {
            let totals = self.values(|replication| replication.classes[at]);
            priced(at).then(|| ClassCosts { class: name.clone(), cost: self.cost_results(&totals) })
        };
        let expense = |(at, expense): (usize, &ExpensePlan)| {
            let of = |replication: &Replication| {
                replication.money.as_ref().map_or(0.0, |money| money.expenses[at])
            };
            ExpenseCosts { name: expense.name.clone(), cost: self.mean(&self.values(of), |&cost| cost) }
        };
        let money = |of: &dyn Fn(&MoneyTotals) -> f64| {
            let value = |replication: &Replication| replication.money.as_ref().map_or(0.0, of);
            self.mean(&self.values(value), |&cost| cost)
        };
        let all_staff = self.values(|replication| {
            replication.money.as_ref().map_or_else(StaffCostTotals::default, MoneyTotals::all_staff)
        });
        let totals = self.values(total);
        Some(Costs {
            staff: staff.collect(),
            classes: classes.iter().enumerate().filter_map(class).collect(),
            expenses: prices.expenses.iter().enumerate().map(expense).collect(),
            all_staff: self.staff_cost(&all_staff),
            all_customers: self.cost_results(&self.values(customers)),
            all_expenses: money(&MoneyTotals::all_expenses),
            total: self.mean(&totals, |&total| total),
            per_hour: self.over_time(&totals, |&total| total),
        })
    }
}
