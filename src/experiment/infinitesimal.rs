//! Derivatives of the mean lead time from the run of a model alone.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::conditions::obstacles;
use super::hand_out::hand_out;
use super::replication::{Bounds, Cut, replicate};
use super::run::{FIRST_ROUND, bounds, checked_plan, error_of, threads};
use super::{Experiment, Progress, warm_up};
use crate::engine::Engine;
use crate::error::{Defect, Error, Result};
use crate::observe::{Perturbation, PerturbationSums};
use crate::plan::Plan;
use crate::results::{Derivative, Infinitesimal, TimeEstimate};
use crate::settings::{Stopping, WarmUp};
use crate::stats::Estimate;
use crate::time::{Tick, hours};

pub(super) fn infinitesimal(experiment: &Experiment) -> Result<Infinitesimal> {
    let started = Instant::now();
    let plan = checked_plan(experiment)?;
    let obstacles = obstacles(experiment.model, &plan);
    if !obstacles.is_empty() {
        return Err(Error::from_defects(obstacles));
    }
    let (_, pool) = threads(&experiment.settings)?;
    let mut bounds = bounds(experiment, started);
    let sums = pool.install(|| replications(experiment, &plan, &mut bounds));
    let sums = sums.map_err(|cut| Error::from(error_of(&experiment.settings, cut)))?;
    summary(&plan, &sums, experiment.settings.level).ok_or_else(|| {
        Error::from_defects(vec![Defect::new(
            format!("model `{}`", experiment.model.name),
            "no case is completed, so there is no lead time",
        )])
    })
}

/// The sums of all replications, in order.
fn replications(
    experiment: &Experiment,
    plan: &Plan,
    bounds: &mut Bounds,
) -> Result<Vec<PerturbationSums>, Cut> {
    let settings = &experiment.settings;
    bounds.warm_up = match settings.warm_up {
        WarmUp::Given(span) => span.ticks() as Tick,
        WarmUp::Chosen => warm_up::choose(plan, settings, bounds)?.warm_up,
    };
    let planned = match &settings.stopping {
        Stopping::Fixed(count) => *count,
        Stopping::Precision(precision) => FIRST_ROUND.min(precision.at_most),
    };
    let done = AtomicU32::new(0);
    let bounds = &*bounds;
    let stop = || bounds.interruption().map(Err);
    let all = hand_out(0..planned, stop, |index| {
        let number = settings.first_replication.wrapping_add(index.into());
        let observer = || Perturbation::new(plan, bounds.warm_up);
        let observed = replicate(plan, settings.seed, number, bounds, observer, Engine::run_plain);
        if let Some(cut) = observed.cut {
            return ControlFlow::Break(Err(cut));
        }
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(call) = &experiment.progress {
            call(&Progress { done, planned });
        }
        ControlFlow::Continue(Ok(observed.other.sums))
    });
    all.into_iter().collect()
}

fn summary(plan: &Plan, sums: &[PerturbationSums], level: f64) -> Option<Infinitesimal> {
    let hour = hours(1).ticks() as f64;
    let completed: Vec<f64> = sums.iter().map(|sums| sums.completed as f64).collect();
    let lead_times: Vec<f64> = sums.iter().map(|sums| sums.lead_time as f64 / hour).collect();
    let derivative = |(at, department): (usize, &crate::plan::DepartmentPlan)| {
        let derivatives: Vec<f64> = sums.iter().map(|sums| sums.derivatives[at] / hour).collect();
        Some(Derivative {
            department: department.name.clone(),
            lead_time: TimeEstimate(Estimate::of_ratio(&derivatives, &completed, level)?),
            lead_time_elasticity: Estimate::of_ratio(&derivatives, &lead_times, level)?,
        })
    };
    Some(Infinitesimal {
        lead_time: TimeEstimate(Estimate::of_ratio(&lead_times, &completed, level)?),
        departments: plan.departments.iter().enumerate().map(derivative).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests;
