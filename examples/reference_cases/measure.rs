//! Runs a case until its figures are precise, within a budget.

use std::collections::BTreeMap;

use knockon::prelude::{Error, Experiment, hours};
use knockon::results::Results;
use serde::Deserialize;

use crate::arrival_windows::ByArrival;
use crate::metrics::{Asked, Runs};
use crate::plan::{Plan, plan};
use crate::schema;
use crate::schema::{Case, Horizon};

/// How much work to do on a case.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The seed of all random numbers.
    pub seed: u64,
    /// About how many events to spend.
    pub events: f64,
    /// How long a replication of a steady state lasts, in relaxation times of the model. Visits that
    /// are unfinished at the end are in no mean, and they are long ones: the longer, the less that
    /// matters.
    pub window: f64,
    /// How many replications to begin with: until a given time, and otherwise.
    pub first: (u32, u32),
}

/// Half an interval should be no wider than this share of its figure ...
const PRECISION: f64 = 0.02;

/// ... or of this, where the figure is smaller.
const LEAST: f64 = 0.002;

/// What the overhead of one replication is worth, in events.
const EVENTS_PER_REPLICATION: f64 = 1000.0;

/// What came of a case.
#[derive(Debug)]
pub struct Measured {
    /// By metric: the figure and half the width of its 99 % interval.
    pub figures: BTreeMap<String, (f64, f64)>,
    /// Metrics that the library does not answer.
    pub unanswered: Vec<String>,
    /// Whether some of these are known, but not how precisely.
    vague: bool,
    /// Replications of the last run.
    pub replications: u32,
    /// Events of all runs.
    pub events: f64,
}

/// Measures a case, or says why the library cannot.
pub fn measure(case: &Case, effort: &Effort) -> Result<Measured, String> {
    let horizon = case.horizon()?;
    let neutral = schema::Model::deserialize(&case.model).map_err(|error| error.to_string())?;
    // The first run should take no more than half of what may be spent.
    let most_events = effort.events / 2.0 / f64::from(effort.first.1);
    let plan = plan(&case.id, &neutral, horizon, effort.window, most_events)?;
    let metrics: Vec<&str> =
        case.expected.keys().chain(case.expected_labels.keys()).map(String::as_str).collect();
    let asked = Asked::of(metrics.iter().copied());
    let mut replications = match horizon {
        Horizon::Until(_) => {
            let affordable = effort.events / 2.0 / (plan.events + EVENTS_PER_REPLICATION);
            effort.first.0.min(affordable as u32).max(effort.first.1)
        }
        Horizon::Steady | Horizon::AllDone => effort.first.1,
    };
    let mut spent = 0.0;
    loop {
        let runs = run(&plan, &asked, replications, effort.seed).map_err(|error| error.to_string())?;
        let measured = collect(&runs, &metrics);
        let cost = cost(&runs);
        spent += cost;
        // So many times as many replications are needed, by the law of large numbers, and affordable.
        let needed = 1.1 * shortfall(&measured).powi(2);
        let growth = needed.min((effort.events - spent) / cost).min(50.0);
        if needed <= 1.1 || growth <= 1.1 {
            return Ok(Measured { replications, events: spent, ..measured });
        }
        replications = (f64::from(replications) * growth).ceil() as u32;
    }
}

fn run<'p>(plan: &'p Plan, asked: &Asked, replications: u32, seed: u64) -> Result<Runs<'p>, Error> {
    let span = |time: f64| hours(time * plan.unit);
    let base = || Experiment::new(&plan.model).replications(replications).seed(seed).level(0.99);
    let mut main = base()
        .percentiles(asked.percentiles.iter().copied())
        .longer_than(asked.longer_than.iter().map(|&time| span(time)));
    if asked.presence {
        main = main.presence();
    }
    let main = match plan.horizon {
        Horizon::Steady => main.warm_up(hours(plan.warm_up)).horizon(hours(plan.length)),
        Horizon::AllDone => main.until_all_done(),
        Horizon::Until(to) => {
            let end = asked.sample_at.last().map_or(to, |last| last.max(to));
            main.horizon(span(end)).sample_at(asked.sample_at.iter().map(|&time| span(time)))
        }
    };
    let mut windows = Vec::new();
    if let Horizon::Until(_) = plan.horizon {
        for &(from, to) in &asked.windows {
            windows.push(((from, to), base().warm_up(span(from)).horizon(span(to)).run()?));
        }
    }
    let arrival_windows = plan.arrival_windows(&asked.arrival_windows);
    if arrival_windows.is_empty() {
        return Ok(Runs { plan, main: main.run()?, windows, by_arrival: Vec::new() });
    }
    let taker =
        ByArrival::new(arrival_windows.iter().map(|(_, window)| *window).collect(), hours(plan.warm_up));
    let main = main.run_recorded(|number| taker.of_replication(number))?;
    let names = arrival_windows.into_iter().map(|(name, _)| name);
    let by_arrival = names.zip(taker.means(main.manifest.level)).collect();
    Ok(Runs { plan, main, windows, by_arrival })
}

fn cost(runs: &Runs) -> f64 {
    let of = |results: &Results| {
        let manifest = &results.manifest;
        manifest.events as f64 + EVENTS_PER_REPLICATION * f64::from(manifest.replications)
    };
    of(&runs.main) + runs.windows.iter().map(|(_, results)| of(results)).sum::<f64>()
}

/// A figure without an interval is no answer; it may have one after more replications.
fn collect(runs: &Runs, metrics: &[&str]) -> Measured {
    let (mut figures, mut unanswered, mut vague) = (BTreeMap::new(), Vec::new(), false);
    for &metric in metrics {
        let figure = runs.figure(metric);
        vague |= figure.is_some_and(|estimate| estimate.interval.is_none());
        match figure.and_then(|estimate| Some((estimate.mean, estimate.half_width()?))) {
            Some(figure) => drop(figures.insert(metric.to_owned(), figure)),
            None => unanswered.push(metric.to_owned()),
        }
    }
    Measured { figures, unanswered, vague, replications: 0, events: 0.0 }
}

/// By how much the widest interval is too wide, as a factor.
fn shortfall(measured: &Measured) -> f64 {
    let ratio = |&(mean, half): &(f64, f64)| half / (PRECISION * mean.abs().max(LEAST));
    let least = if measured.vague { 2.0 } else { 0.0 };
    measured.figures.values().map(ratio).fold(least, f64::max)
}
