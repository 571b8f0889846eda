//! The steady state from one long run.

use std::time::Instant;

use super::digest::in_hours;
use super::manifest::manifest;
use super::observers::cut;
use super::replication::{Bounds, Cut, replicate};
use super::run::{bounds, checked_plan, error_of, threads};
use super::settings::Settings;
use super::{Experiment, warm_up};
use crate::engine::{Engine, Limits};
use crate::error::{Defect, Error, Result};
use crate::observe::TimeBlocks;
use crate::plan::{FullPlan, NONE, Plan};
use crate::results::{LongRun, LongRunFigure};
use crate::settings::{Customers, Figure, Horizon, Stopping, WarmUp};
use crate::stats::BatchMeans;
use crate::time::{Span, Tick};

/// Into how many blocks a run is cut: batches can begin at so many places.
const BLOCKS: usize = 2000;

/// Large models have fewer, but no fewer than these: so many times a department or a class.
const LEAST_BLOCKS: usize = 200;
const MOST_CELLS: usize = 1 << 21;

/// So much shorter than the run are the pilot replications from which its warm-up is chosen; there are ten.
const PILOTS: Tick = 10;

/// With fewer cases, an interval says little.
const FEW_CASES: f64 = 200.0;

pub(super) fn one_long_run(experiment: &Experiment) -> Result<LongRun> {
    let started = Instant::now();
    let plan = timed_plan(experiment)?;
    let settings = &experiment.settings;
    let (threads, pool) = threads(settings)?;
    let bounds = bounds(experiment, started);
    let mut warnings: Vec<String> =
        crate::theory::overloads(experiment.model)?.iter().map(ToString::to_string).collect();
    let cells = plan.departments.len() + plan.classes.len();
    let count = (MOST_CELLS / cells).clamp(LEAST_BLOCKS, BLOCKS);
    let run = pool.install(|| {
        bounds.interruption().map_or(Ok(()), Err)?;
        let (warm_up, settled) = warm_up(&plan, settings, &bounds)?;
        let bounds = Bounds { warm_up, ..bounds };
        let blocks = || cut(TimeBlocks::new(&plan, warm_up, bounds.limits.horizon, count));
        let run = replicate(&plan, settings.seed, settings.first_replication, &bounds, blocks, Engine::run);
        let (end, ran_out, events) = (run.end, run.ran_out, run.events);
        let (_, (_, (_, (_, blocks)))) = run.other;
        let mut blocks = blocks.expect("asked for");
        blocks.finish(end);
        run.cut.map_or(Ok((warm_up, settled, blocks, ran_out.then_some(end), events)), Err)
    });
    let (warm_up, settled, blocks, ran_out, events) =
        run.map_err(|cut: Cut| Error::from(error_of(settings, cut)))?;

    let cut = Blocks { plan: &plan, blocks: &blocks, level: settings.level };
    let figures = cut.figures();
    warnings.extend((!settled).then(|| {
        "the number of cases in the system had not settled within a tenth of the horizon: the run is too short for a \
         steady state, or there is none"
            .to_owned()
    }));
    warnings.extend(ran_out.map(|end| {
        let end = Span::from_ticks(end as i64);
        format!("nothing was left to happen after {end}: there is no steady state")
    }));
    warnings.extend(cut.few_cases());
    warnings.extend(too_short(&figures, blocks.length()));

    let wall_seconds = started.elapsed().as_secs_f64();
    let mut manifest = manifest(experiment, &[], warm_up, wall_seconds, threads);
    (manifest.replications, manifest.stopping, manifest.events) = (1, Stopping::Fixed(1), events);
    Ok(LongRun { manifest, warnings, blocks: count, figures })
}

/// The warm-up, and whether the model has settled after it. One that is chosen from the run itself would favour what looks
/// steady by chance.
fn warm_up(plan: &Plan, settings: &Settings, bounds: &Bounds) -> Result<(Tick, bool), Cut> {
    if let WarmUp::Given(span) = settings.warm_up {
        return Ok((span.ticks() as Tick, true));
    }
    let limits = Limits { horizon: (bounds.limits.horizon / PILOTS).max(1), ..bounds.limits };
    let pilots = Bounds { limits, ..*bounds };
    warm_up::choose(plan, settings, &pilots).map(|choice| (choice.warm_up, choice.settled))
}

/// The plan of an experiment whose runs end at a time.
fn timed_plan(experiment: &Experiment) -> Result<Plan> {
    let plan = checked_plan(experiment);
    if matches!(experiment.settings.horizon, Some(Horizon::Time(_)) | None) {
        return plan;
    }
    let mut defects = plan.err().map_or_else(Vec::new, |error| error.defects().to_vec());
    defects.push(Defect::new("horizon", "must be a time where there is one long run"));
    Err(Error::from_defects(defects))
}

/// What a run has kept.
struct Blocks<'r> {
    plan: &'r Plan,
    blocks: &'r TimeBlocks,
    level: f64,
}

impl Blocks<'_> {
    /// Every figure that there is.
    fn figures(&self) -> Vec<LongRunFigure> {
        let mut figures = Vec::new();
        let classes = 0..self.plan.classes.len();
        self.of_customers(Customers::All, classes.clone(), &mut figures);
        for class in classes {
            let name = self.plan.classes[class].as_str().into();
            self.of_customers(name, class..class + 1, &mut figures);
        }
        for department in 0..self.plan.departments.len() {
            self.of_department(department, &mut figures);
        }
        if let Some(full) = &self.plan.full {
            for (home, of) in full.homes.iter().enumerate().filter(|(_, of)| of.department == NONE) {
                let figure = Figure::pool_utilization(of.name.clone());
                figures.extend(self.figure(figure, self.at_work(home)));
            }
        }
        figures
    }

    fn of_customers(&self, of: Customers, classes: std::ops::Range<usize>, figures: &mut Vec<LongRunFigure>) {
        let mut totals = vec![CaseTotals::default(); self.blocks.count()];
        for class in classes {
            for (total, block) in totals.iter_mut().zip(self.blocks.cases(class)) {
                total.lead += in_hours(block.lead);
                total.completed += block.completed as f64;
                total.kept += block.kept as f64;
                total.promised += block.promised as f64;
                total.departed += block.departed as f64;
                total.lost += block.lost as f64;
                total.arrived += block.arrived as f64;
            }
        }
        let length = in_hours(self.blocks.length().into());
        let mut add = |figure: fn(Customers) -> Figure, of_block: &dyn Fn(&CaseTotals) -> (f64, f64)| {
            let blocks = totals.iter().map(of_block).collect();
            figures.extend(self.figure(figure(of.clone()), blocks));
        };
        add(Figure::lead_time, &|block| (block.lead, block.completed));
        add(Figure::promise_kept, &|block| (block.kept, block.promised));
        add(Figure::throughput, &|block| (block.departed, length));
        add(Figure::lost_share, &|block| (block.lost, block.arrived));
    }

    fn of_department(&self, department: usize, figures: &mut Vec<LongRunFigure>) {
        let plan = &self.plan.departments[department];
        let name = || plan.name.clone();
        let visits = self.blocks.visits(department);
        let waiting = visits.map(|block| (in_hours(block.waiting), block.served as f64)).collect();
        figures.extend(self.figure(Figure::waiting_time(name()), waiting));
        let length = self.blocks.length() as f64;
        let in_line = self.blocks.in_line(department).iter().map(|&area| (area as f64, length)).collect();
        figures.extend(self.figure(Figure::queue_length(name()), in_line));
        let own = |full: &FullPlan| full.homes.iter().position(|home| home.department == department as u32);
        let at_work = match (&self.plan.full, plan.staff) {
            (Some(full), _) => own(full).map(|home| self.at_work(home)),
            (None, Some(staff)) => self.blocks.busy(department).map(|busy| {
                let there = f64::from(staff) * length;
                busy.iter().map(|&area| (area as f64, there)).collect()
            }),
            (None, None) => None,
        };
        figures.extend(at_work.and_then(|blocks| self.figure(Figure::utilization(name()), blocks)));
    }

    /// Time serving and on shift of the people of a home.
    fn at_work(&self, home: usize) -> Vec<(f64, f64)> {
        self.blocks.staff(home).map(|block| (block.serving as f64, block.on_shift as f64)).collect()
    }

    /// A figure, given a total and a count for each block; `None` where nothing counts.
    fn figure(&self, figure: Figure, blocks: Vec<(f64, f64)>) -> Option<LongRunFigure> {
        let (totals, counts): (Vec<f64>, Vec<f64>) = blocks.into_iter().unzip();
        let batch_means = BatchMeans::of_ratio(&totals, &counts, self.level)?;
        Some(LongRunFigure { figure, batch_means })
    }

    /// Classes of which little is known.
    fn few_cases(&self) -> impl Iterator<Item = String> {
        self.plan.classes.iter().enumerate().filter_map(|(class, name)| {
            let completed = self.blocks.cases(class).map(|block| block.completed as f64);
            let completed: f64 = completed.sum();
            (completed < FEW_CASES).then(|| {
                format!("{completed} cases of `{name}` were completed: intervals from so few say little")
            })
        })
    }
}

/// What is kept of some customers in one block. Times in hours.
#[derive(Clone, Debug, Default)]
struct CaseTotals {
    lead: f64,
    completed: f64,
    kept: f64,
    promised: f64,
    departed: f64,
    lost: f64,
    arrived: f64,
}

/// Batches that depend on each other.
fn too_short(figures: &[LongRunFigure], block: Tick) -> Option<String> {
    let dependent: Vec<_> = figures.iter().filter(|of| of.batch_means.too_short()).collect();
    let correlation = |of: &LongRunFigure| of.batch_means.correlation.unwrap_or(0.0);
    let most = dependent.iter().max_by(|one, other| correlation(one).total_cmp(&correlation(other)))?;
    let batch = Span::from_ticks((most.batch_means.batch as Tick * block) as i64);
    Some(format!(
        "batches of {batch} depend on each other in {} of {} figures, most of all in {}: the intervals of these may be \
         too narrow; a longer horizon mends this",
        dependent.len(),
        figures.len(),
        most.figure
    ))
}
