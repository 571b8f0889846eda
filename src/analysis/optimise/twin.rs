//! Where the search begins: the plan that formulas like best.

use super::search::Score;
use super::{Bound, Problem};
use crate::experiment::{Customers, Figure};
use crate::model::{Model, Staff};
use crate::theory::{Consequence, ModelEstimate, estimate};

/// What formulas say of a plan, as far as they say anything; `None` where they say nothing, or where a queue grows without
/// end.
pub(super) fn score(problem: &Problem, model: &Model) -> Option<Score> {
    let twin = estimate(model).ok()?;
    let grows = |of: Consequence| matches!(of, Consequence::QueueGrows | Consequence::SendersBlocked);
    if twin.overloads.iter().any(|overload| grows(overload.consequence)) {
        return None;
    }
    let loss = -problem.goal.sign() * figure(&problem.goal.figure, model, &twin)?;
    let violation = problem.requirements.iter().filter_map(|requirement| {
        let value = figure(&requirement.figure, model, &twin)?;
        Some(requirement.bound.missed_by(value))
    });
    Some(Score { violation: violation.sum(), loss })
}

/// A figure by formulas: lead times; and costs an hour, of people who are there all the time, and of delay.
fn figure(figure: &Figure, model: &Model, twin: &ModelEstimate) -> Option<f64> {
    match figure {
        Figure::LeadTime { of } => lead_time(of, twin),
        Figure::Cost { of: Customers::All } => {
            let staff = model.departments.iter().zip(&twin.departments).map(|(department, twin)| {
                let Staff::Count(staff) = department.staff else { return 0.0 };
                let busy = twin.traffic_intensity.unwrap_or(0.0).min(1.0);
                f64::from(staff) * (department.cost.idle * (1.0 - busy) + department.cost.busy * busy)
            });
            let pools = model.pools.iter().map(|pool| f64::from(pool.staff) * pool.cost.idle);
            let delay = model.classes.iter().map(|class| {
                let known = twin.classes.iter().find(|known| known.class == class.name)?;
                let completed = known.completed.value()?;
                Some(class.delay_cost * completed.throughput * completed.lead_time_mean)
            });
            let delay: f64 = delay.map(|cost| cost.unwrap_or(0.0)).sum();
            Some(staff.sum::<f64>() + pools.sum::<f64>() + delay)
        }
        _ => None,
    }
}

fn lead_time(of: &Customers, twin: &ModelEstimate) -> Option<f64> {
    let mut sum = (0.0, 0.0);
    for class in &twin.classes {
        if matches!(of, Customers::Class(name) if *name != class.class) {
            continue;
        }
        let completed = class.completed.value()?;
        sum.0 += completed.throughput * completed.lead_time_mean;
        sum.1 += completed.throughput;
    }
    (sum.1 > 0.0).then(|| sum.0 / sum.1)
}

impl Bound {
    /// By how much a value is on the wrong side, as a share of the bound.
    pub(super) fn missed_by(self, value: f64) -> f64 {
        let (missed, bound) = match self {
            Bound::AtLeast(bound) => (bound - value, bound),
            Bound::AtMost(bound) => (value - bound, bound),
        };
        let scale = if bound == 0.0 { 1.0 } else { bound.abs() };
        (missed / scale).max(0.0)
    }
}
