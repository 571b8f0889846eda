//! Choosing the warm-up by MSER-5.

use rayon::prelude::*;

use super::observers::counted;
use super::replication::{Bounds, Cut, replicate};
use super::settings::Settings;
use crate::engine::Engine;
use crate::observe::Population;
use crate::plan::Plan;
use crate::stats::mser5;
use crate::time::Tick;

/// Into how many observations a run is divided, and how many replications are averaged.
const OBSERVATIONS: usize = 1000;
const PILOTS: u64 = 10;

/// A warm-up that was chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub warm_up: Tick,
    pub settled: bool,
}

/// Chooses from the number of cases in the system, averaged over pilot replications: those numbered
/// from 0, whichever is the first of the experiment, so that one looked at alone is cut like the whole.
pub(super) fn choose(plan: &Plan, settings: &Settings, bounds: &Bounds) -> Result<Choice, Cut> {
    bounds.interruption().map_or(Ok(()), Err)?;
    let horizon = bounds.limits.horizon;
    let observations = OBSERVATIONS.min(horizon.try_into().unwrap_or(OBSERVATIONS));
    let averages = (0..PILOTS).into_par_iter().map(|number| {
        let (population, end, cut) = match &plan.full {
            None => {
                let population = || Population::new(horizon, observations);
                let pilot = replicate(plan, settings.seed, number, bounds, population, Engine::run_plain);
                (Some(pilot.other), pilot.end, pilot.cut)
            }
            Some(_) => {
                let all = || counted(Population::new(horizon, observations));
                let pilot = replicate(plan, settings.seed, number, bounds, all, Engine::run_full);
                let (_, (_, (_, (population, _)))) = pilot.other;
                (population, pilot.end, pilot.cut)
            }
        };
        let population = population.expect("counted");
        cut.map_or_else(|| Ok((population.stretch(), population.averages(end))), Err)
    });
    let averages: Vec<(Tick, Vec<f64>)> = averages.collect::<Result<_, Cut>>()?;
    let mut series = vec![0.0; observations];
    for (_, average) in &averages {
        series.iter_mut().zip(average).for_each(|(sum, value)| *sum += value);
    }
    let truncation = mser5(&series);
    let stretch = averages.first().map_or(0, |&(stretch, _)| stretch);
    Ok(Choice { warm_up: truncation.cut as Tick * stretch, settled: truncation.settled })
}
