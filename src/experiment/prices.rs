//! What things cost.

use crate::model::{Model, Staff, StaffCost};
use crate::plan::Plan;
use crate::results::{ClassTotals, MoneyTotals, Replication, StaffCostTotals, StaffTotals};
use crate::time::Tick;

/// What things cost, in money.
#[derive(Debug)]
pub(super) struct Prices {
    /// By class.
    classes: Vec<ClassPrices>,
    /// By department that makes errors: each defect that reaches the customer.
    makers: Vec<f64>,
    /// By department that has people of its own, in their order, then by pool.
    pub homes: Vec<HomePrices>,
    pub expenses: Vec<ExpensePlan>,
}

/// What customers of a class cost: each hour of the lead time, each lost one, each broken promise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ClassPrices {
    delay: f64,
    lost: f64,
    promise: f64,
}

/// What the people of a home cost.
#[derive(Debug)]
pub(super) struct HomePrices {
    pub name: String,
    /// A place in the list of departments, or of pools.
    place: usize,
    pub pool: bool,
    staff: u32,
    pub cost: StaffCost,
}

/// What is spent once.
#[derive(Debug)]
pub(super) struct ExpensePlan {
    pub name: String,
    amount: f64,
    at: Tick,
}

impl Prices {
    /// The prices in a model, in the order of its plan.
    pub fn of(model: &Model, plan: &Plan) -> Prices {
        let class = |name: &String| {
            let class = model.classes.iter().find(|class| class.name == *name);
            class.map_or(ClassPrices::default(), |class| ClassPrices {
                delay: class.delay_cost,
                lost: class.lost_cost,
                promise: class.broken_promise_cost,
            })
        };
        let makers = plan.full.iter().flat_map(|full| {
            let errors = |&maker: &u32| full.departments[maker as usize].errors.as_ref();
            full.makers.iter().map(move |maker| errors(maker).map_or(0.0, |errors| errors.cost))
        });
        let expense = |expense: &crate::model::Expense| ExpensePlan {
            name: expense.name.clone(),
            amount: expense.amount,
            at: expense.at.map_or(0, |at| at.ticks() as Tick),
        };
        Prices {
            classes: plan.classes.iter().map(class).collect(),
            makers: makers.collect(),
            homes: homes(model),
            expenses: model.expenses.iter().map(expense).collect(),
        }
    }

    /// Whether customers of any class cost anything.
    pub fn of_customers(&self) -> bool {
        self.classes.iter().any(|&prices| prices != ClassPrices::default()) || self.of_defects()
    }

    /// Whether any defect costs anything.
    pub fn of_defects(&self) -> bool {
        self.makers.iter().any(|&price| price != 0.0)
    }

    /// Whether customers of a class have prices of their own.
    pub fn has_class(&self, class: usize) -> bool {
        self.classes[class] != ClassPrices::default()
    }

    /// Whether people cost anything, or something is spent.
    fn of_others(&self) -> bool {
        self.homes.iter().any(HomePrices::costs) || !self.expenses.is_empty()
    }

    /// Whether anything costs anything.
    pub fn any(&self) -> bool {
        self.of_customers() || self.of_others()
    }

    /// What a defect of a maker costs that reaches the customer.
    pub fn of_defect(&self, maker: usize) -> f64 {
        self.makers[maker]
    }

    /// What an hour of delay costs a class.
    pub fn of_delay(&self, class: usize) -> f64 {
        self.classes[class].delay
    }

    /// Charges all classes with their delays, with those who were lost, and with broken promises.
    pub fn charge(&self, classes: &mut [ClassTotals]) {
        for (class, prices) in classes.iter_mut().zip(&self.classes) {
            class.cost.delay = prices.delay * class.lead_time.sum;
            class.cost.lost = prices.lost * class.lost() as f64;
            class.cost.promises = prices.promise * class.broken() as f64;
        }
    }

    /// Charges a replication, whose totals are complete, with people and expenses, if they cost anything.
    pub fn charge_others(&self, totals: &mut Replication, warm_up: Tick, end: Tick) {
        if self.of_others() {
            let staff = self.homes.iter().map(|home| home.charge(totals)).collect();
            let spent = |expense: &ExpensePlan| {
                if (warm_up..end).contains(&expense.at) { expense.amount } else { 0.0 }
            };
            totals.money = Some(MoneyTotals { staff, expenses: self.expenses.iter().map(spent).collect() });
        }
    }
}

/// Departments that have people of their own, then pools.
fn homes(model: &Model) -> Vec<HomePrices> {
    let own = |(place, department): (usize, &crate::model::Department)| match department.staff {
        Staff::Count(staff) => {
            let (name, cost) = (department.name.clone(), department.cost);
            Some(HomePrices { name, place, pool: false, staff, cost })
        }
        Staff::Infinite | Staff::Pool(_) => None,
    };
    let pool = |(place, pool): (usize, &crate::model::Pool)| {
        let (name, cost) = (pool.name.clone(), pool.cost);
        HomePrices { name, place, pool: true, staff: pool.staff, cost }
    };
    let departments = model.departments.iter().enumerate().filter_map(own);
    departments.chain(model.pools.iter().enumerate().map(pool)).collect()
}

impl HomePrices {
    /// Whether its people cost anything.
    pub fn costs(&self) -> bool {
        self.cost != StaffCost::default()
    }

    /// What its people cost in a replication.
    fn charge(&self, totals: &Replication) -> StaffCostTotals {
        let time = self.time(totals);
        let overtime_idle = time.overtime - time.overtime_at_work;
        StaffCostTotals {
            idle: self.cost.idle * (time.on_shift() - time.at_work() - overtime_idle),
            busy: self.cost.busy * (time.at_work() - time.overtime_at_work),
            overtime: self.cost.overtime * time.overtime,
        }
    }

    /// What its people did.
    fn time(&self, totals: &Replication) -> StaffTotals {
        if self.pool {
            return totals.pools.get(self.place).copied().unwrap_or_default();
        }
        let department = &totals.departments[self.place];
        match &department.detail {
            Some(detail) => detail.staff.unwrap_or_default(),
            None => {
                let serving = department.classes.iter().map(|class| class.service_hours).sum();
                StaffTotals::plain(self.staff, serving, totals.window)
            }
        }
    }
}
