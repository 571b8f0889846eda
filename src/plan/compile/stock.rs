//! From a model to the tables of what work uses up.

use super::rules::sampler;
use super::ticks;
use crate::error::Result;
use crate::model::{Department, Policy, Resolved, Source, Stock, Supply, Use};
use crate::plan::{HoardingPlan, PolicyPlan, SourcePlan, StockPlan, SupplyPlan, UsePlan};
use crate::random::name_key;

/// All stocks, in file order.
pub(super) fn stocks(names: &Resolved) -> Result<Vec<StockPlan>> {
    let plan = |stock: &Stock| {
        let supplies = stock.supplies.iter().filter_map(|supply| supply_plan(names, supply).transpose());
        Ok(StockPlan {
            name: stock.name.clone(),
            key: name_key("stock", &stock.name),
            initial: stock.initial,
            supplies: supplies.collect::<Result<_>>()?,
        })
    };
    names.model.stocks.iter().map(plan).collect()
}

/// `None` where names do not exist.
fn supply_plan(names: &Resolved, supply: &Supply) -> Result<Option<SupplyPlan>> {
    let policy = match supply.policy {
        Policy::Periodic { every, first, up_to } => {
            PolicyPlan::Periodic { every: ticks(every), first: ticks(first.unwrap_or(every)), up_to }
        }
        Policy::Reorder { at, quantity } => PolicyPlan::Reorder { at, quantity },
        Policy::Alert { at, quantity } => PolicyPlan::Alert { at, quantity },
    };
    let source = match &supply.source {
        Source::Outside { lead_time } => SourcePlan::Outside { lead_time: lead_time.sampler()? },
        Source::Department { department, class, service, transfer } => {
            let (Some(department), Some(class)) = (names.department(department), names.class(class)) else {
                return Ok(None);
            };
            SourcePlan::Department {
                row: department * names.classes.len() as u32 + class,
                service: sampler(service)?,
                transfer: sampler(transfer)?,
            }
        }
    };
    Ok(Some(SupplyPlan { policy, source }))
}

/// What a visit of each class uses at a department, whose first use is number `first` of the model.
pub(super) fn uses(names: &Resolved, first: u32, department: &Department) -> Vec<Vec<UsePlan>> {
    let mut by_class = vec![Vec::new(); names.classes.len()];
    for (index, used) in (first..).zip(&department.uses) {
        let Some(plan) = use_plan(names, index, used) else { continue };
        match &used.class {
            None => by_class.iter_mut().for_each(|uses| uses.push(plan.clone())),
            Some(name) => {
                if let Some(class) = names.class(name) {
                    by_class[class as usize].push(plan);
                }
            }
        }
    }
    by_class
}

fn use_plan(names: &Resolved, index: u32, used: &Use) -> Option<UsePlan> {
    let hoarding = used.hoarding.as_ref().map(|hoarding| HoardingPlan {
        extra: hoarding.extra,
        most: hoarding.most,
        trust_after: ticks(hoarding.trust_after),
    });
    Some(UsePlan {
        stock: names.stock(&used.stock)?,
        index,
        quantity: used.quantity,
        raids: used.raids.iter().filter_map(|stock| names.stock(stock)).collect(),
        hoarding,
    })
}
