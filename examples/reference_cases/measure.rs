//! Runs a case until its figures are precise, within a budget.

use std::collections::BTreeMap;

use knockon::experiment::Interrupted;
use knockon::model::Model;
use knockon::prelude::{Experiment, hours};
use knockon::results::Results;
use knockon::stats::Estimate;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arrival_windows::ByArrival;
use crate::by_replication::ByReplication;
use crate::cases::{Case, Horizon};
use crate::changes::{self, Changes};
use crate::day::Day;
use crate::labels::{self, Labels};
use crate::metrics::{Asked, Runs};
use crate::plan::{Plan, plan};
use crate::process;
use crate::schema;

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

/// ... and where that takes many long runs: of processes, and of changed models ...
const PRECISION_OF_MANY: f64 = 0.04;

/// ... or of this, where the figure is smaller.
const LEAST: f64 = 0.002;

/// The level of all intervals.
const LEVEL: f64 = 0.99;

/// What the overhead of one replication is worth, in events.
const EVENTS_PER_REPLICATION: f64 = 1000.0;

/// What came of a case.
#[derive(Debug)]
pub struct Measured {
    /// By metric: the figure and half the width of its 99 % interval.
    pub figures: BTreeMap<String, (f64, f64)>,
    /// Answers that are names.
    pub labels: Labels,
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
    let metrics: Vec<&str> = case.expected.keys().map(String::as_str).collect();
    let mut measured = if !case.trace.is_null() {
        of_trace(case)?
    } else if process::is_process(&case.model) {
        of_process(case, &metrics, effort)?
    } else {
        of_network(case, &metrics, effort)?
    };
    let names = case.expected_labels.keys();
    measured.unanswered.extend(names.filter(|name| !measured.labels.contains_key(*name)).cloned());
    Ok(measured)
}

impl Measured {
    /// Figures and names.
    pub fn answers(&self) -> BTreeMap<&str, Value> {
        let figures = self.figures.iter().map(|(metric, figure)| (metric.as_str(), json!(figure)));
        figures.chain(self.labels.iter().map(|(name, label)| (name.as_str(), label.clone()))).collect()
    }
}

/// A trace of machines: its figures are exact.
fn of_trace(case: &Case) -> Result<Measured, String> {
    let (all, labels) = labels::of_trace(&case.trace, case.expected_labels.keys().map(String::as_str))?;
    let known = |metric: &String| Some((metric.clone(), (*all.get(metric)?, 0.0)));
    let figures: BTreeMap<String, (f64, f64)> = case.expected.keys().filter_map(known).collect();
    let unanswered = case.expected.keys().filter(|metric| !all.contains_key(*metric)).cloned().collect();
    Ok(Measured { figures, labels, unanswered, vague: false, replications: 0, events: 0.0 })
}

/// A business process, run until all cases are done.
fn of_process(case: &Case, metrics: &[&str], effort: &Effort) -> Result<Measured, String> {
    let plan = process::plan(&case.id, &case.model, metrics)?;
    until_precise(effort, effort.first.1, PRECISION_OF_MANY, metrics, |replications| {
        let experiment = base(&plan.model, replications, effort.seed).until_cases(plan.cases);
        let (figures, results) = plan.run(&experiment, LEVEL)?;
        Ok((cost(&results), move |metric: &str| figures.get(metric).copied()))
    })
}

/// A model of the neutral schema.
fn of_network(case: &Case, metrics: &[&str], effort: &Effort) -> Result<Measured, String> {
    let horizon = case.horizon()?;
    let neutral = schema::Model::deserialize(&case.model).map_err(|error| error.to_string())?;
    // The first run should take no more than half of what may be spent.
    let labels = case.expected_labels.keys().filter(|_| horizon == Horizon::Steady).cloned().collect();
    let changed = changes::Asked::of(metrics.iter().copied(), labels);
    let runs = 1.0 + changed.runs(neutral.nodes.len()) as f64;
    let precision = if runs > 1.0 { PRECISION_OF_MANY } else { PRECISION };
    let most_events = effort.events / 2.0 / f64::from(effort.first.1) / runs;
    let plan = plan(&case.id, &neutral, horizon, effort.window, most_events)?;
    let asked = Asked::of(metrics.iter().copied());
    let first = match horizon {
        Horizon::Until(_) => {
            let affordable = effort.events / 2.0 / (plan.events + EVENTS_PER_REPLICATION);
            effort.first.0.min(affordable as u32).max(effort.first.1)
        }
        Horizon::Steady | Horizon::AllDone => effort.first.1,
    };
    let mut labels = Labels::new();
    let measured = until_precise(effort, first, precision, metrics, |replications| {
        let (mut runs, cost) = run(&plan, &asked, metrics, replications, effort.seed)?;
        runs.changes = changed.run(long_run(&plan, replications, effort.seed))?;
        labels.clone_from(&runs.changes.labels);
        let cost = cost * (1.0 + changed.runs(neutral.nodes.len()) as f64);
        Ok((cost, move |metric: &str| runs.figure(metric)))
    })?;
    Ok(Measured { labels, ..measured })
}

/// Runs more and more replications until the figures are precise, or the budget is spent. A run gives its cost and
/// its figures.
fn until_precise<F: Fn(&str) -> Option<Estimate>>(
    effort: &Effort,
    first: u32,
    precision: f64,
    metrics: &[&str],
    mut run: impl FnMut(u32) -> Result<(f64, F), String>,
) -> Result<Measured, String> {
    let (mut replications, mut spent) = (first, 0.0);
    loop {
        let (cost, figure) = run(replications)?;
        let measured = collect(figure, metrics);
        spent += cost;
        // So many times as many replications are needed, by the law of large numbers, and affordable.
        let needed = 1.1 * shortfall(&measured, precision).powi(2);
        let growth = needed.min((effort.events - spent) / cost).min(50.0);
        if needed <= 1.1 || growth <= 1.1 {
            return Ok(Measured { replications, events: spent, ..measured });
        }
        replications = (f64::from(replications) * growth).ceil() as u32;
    }
}

fn base(model: &Model, replications: u32, seed: u64) -> Experiment<'_> {
    Experiment::new(model).replications(replications).seed(seed).level(LEVEL)
}

/// The long run of a plan, and nothing but the usual figures.
fn long_run(plan: &Plan, replications: u32, seed: u64) -> Experiment<'_> {
    base(&plan.model, replications, seed).warm_up(hours(plan.warm_up)).horizon(hours(plan.length))
}

/// All runs of a plan, and what they cost. Those of changed models come apart.
fn run<'p>(
    plan: &'p Plan,
    asked: &Asked,
    metrics: &[&str],
    replications: u32,
    seed: u64,
) -> Result<(Runs<'p>, f64), String> {
    let told = |error: Interrupted| error.to_string();
    let span = |time: f64| hours(time * plan.unit);
    let base = || base(&plan.model, replications, seed);
    let mut main = base()
        .percentiles(asked.percentiles.iter().copied())
        .longer_than(asked.longer_than.iter().map(|&time| span(time)));
    if asked.presence {
        main = main.presence();
    }
    if asked.ledger {
        main = main.ledger();
    }
    let main = match plan.horizon {
        Horizon::Steady => main.warm_up(hours(plan.warm_up)).horizon(hours(plan.length)),
        Horizon::AllDone => main.until_all_done(),
        Horizon::Until(to) => {
            let end = asked.sample_at.last().map_or(to, |last| last.max(to));
            main.horizon(span(end)).sample_at(asked.sample_at.iter().map(|&time| span(time)))
        }
    };
    let (mut spent, mut windows, mut day) = (0.0, Vec::new(), BTreeMap::new());
    if let Horizon::Until(end) = plan.horizon {
        for &(from, to) in &asked.windows {
            let results = base().warm_up(span(from)).horizon(span(to)).run().map_err(told)?;
            spent += cost(&results);
            windows.push(((from, to), results));
        }
        if let Some(asked) = Day::of(metrics, &plan.model, end, plan.unit) {
            let (figures, cost) = run_day(&asked, &plan.model, replications, seed)?;
            spent += cost;
            day = figures;
        }
    }
    let arrival_windows = plan.arrival_windows(&asked.arrival_windows);
    let taker =
        ByArrival::new(arrival_windows.iter().map(|(_, window)| *window).collect(), hours(plan.warm_up));
    let main = match arrival_windows.is_empty() {
        true => main.run(),
        false => main.run_recorded(|number| taker.of_replication(number)),
    }
    .map_err(told)?;
    spent += cost(&main);
    let names = arrival_windows.into_iter().map(|(name, _)| name);
    let by_arrival = names.zip(taker.means(LEVEL)).collect();
    Ok((Runs { plan, main, windows, day, by_arrival, changes: Changes::default() }, spent))
}

/// The figures of days, and what they cost.
fn run_day(
    asked: &Day,
    model: &Model,
    replications: u32,
    seed: u64,
) -> Result<(BTreeMap<String, Estimate>, f64), String> {
    let model = asked.model(model);
    let taker = ByReplication::new(|recorded| asked.figures(recorded));
    let experiment = base(&model, replications, seed).until_all_done();
    let results = experiment.run_recorded(|number| taker.of_replication(number));
    let results = results.map_err(|error| error.to_string())?;
    let means = asked.names().map(str::to_owned).zip(taker.means(LEVEL));
    Ok((means.filter_map(|(name, mean)| Some((name, mean?))).collect(), cost(&results)))
}

/// What a run cost, in events.
fn cost(results: &Results) -> f64 {
    let manifest = &results.manifest;
    manifest.events as f64 + EVENTS_PER_REPLICATION * f64::from(manifest.replications)
}

/// A figure without an interval is no answer; it may have one after more replications.
fn collect(figure: impl Fn(&str) -> Option<Estimate>, metrics: &[&str]) -> Measured {
    let (mut figures, mut unanswered, mut vague) = (BTreeMap::new(), Vec::new(), false);
    for &metric in metrics {
        let figure = figure(metric);
        vague |= figure.is_some_and(|estimate| estimate.interval.is_none());
        match figure.and_then(|estimate| Some((estimate.mean, estimate.half_width()?))) {
            Some(figure) => drop(figures.insert(metric.to_owned(), figure)),
            None => unanswered.push(metric.to_owned()),
        }
    }
    Measured { figures, labels: Labels::new(), unanswered, vague, replications: 0, events: 0.0 }
}

/// By how much the widest interval is too wide, as a factor.
fn shortfall(measured: &Measured, precision: f64) -> f64 {
    let ratio = |&(mean, half): &(f64, f64)| half / (precision * mean.abs().max(LEAST));
    let least = if measured.vague { 2.0 } else { 0.0 };
    measured.figures.values().map(ratio).fold(least, f64::max)
}
