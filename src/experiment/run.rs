//! The run: rounds of replications, until enough are made or something cuts them short.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use rayon::prelude::*;

use super::active::active_periods;
use super::digest::Digest;
use super::hand_out::hand_out;
use super::ledger::{ledger, notable};
use super::longer::add_longer;
use super::manifest::manifest;
use super::present::{presences, samples};
use super::prices::Prices;
use super::progress::Progress;
use super::replication::{Bounds, Cut, replicate};
use super::settings::Settings;
use super::summary::Pool;
use super::warnings::{Ends, not_settled, warnings};
use super::{Experiment, Silent, warm_up};
use crate::engine::{Engine, Limits, Observer, Pause};
use crate::error::{Error, ErrorKind};
use crate::observe::{
    ActivePeriods, ActiveTotals, ActiveWindow, FullLedger, FullStatistics, LedgerTotals, Notable,
    NotableCases, PlainLedger, PresenceObserver, Recorder, Records, SelfCheck, Statistics, Thresholds,
    WorkingHours, full_statistics,
};
use crate::plan::{Plan, compile, place_in_week};
use crate::results::Results;
use crate::settings::{Horizon, Precision, Stopping, WarmUp};
use crate::theory::{Consequence, Overload};
use crate::time::Tick;

/// A run that did not come to its end, with the results so far.
#[derive(thiserror::Error)]
#[error("{error}")]
pub struct Interrupted {
    /// Why.
    #[source]
    pub error: Error,
    /// The results of the replications up to the first, by number, that was not finished; or, when
    /// that is the first of all, of that one as far as it came. `None` when nothing ran.
    pub partial: Option<Box<Results>>,
}

impl fmt::Debug for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Error> for Interrupted {
    fn from(error: Error) -> Interrupted {
        Interrupted { error, partial: None }
    }
}

impl From<Interrupted> for Error {
    fn from(interrupted: Interrupted) -> Error {
        interrupted.error
    }
}

/// Bytes of stack for each thread, which are taken as they are needed: questions that are asked one in the other at one
/// instant are followed by recursion.
const STACK: usize = 1 << 26;

/// Fewer replications than this say little about their own spread.
pub(super) const FIRST_ROUND: u32 = 30;

/// Observers that are there if the model needs them, or if asked for.
type Observers<'p, R> = (
    (Option<FullStatistics>, Option<WorkingHours<'p>>),
    (
        (
            (Option<PresenceObserver>, (Option<Thresholds>, Option<ActivePeriods>)),
            (Option<SelfCheck<'p>>, Option<Recorder<R>>),
        ),
        Ledgers<'p>,
    ),
);

/// What tells because of whom, and of whom to tell more.
type Ledgers<'p> = ((Option<PlainLedger<'p>>, Option<FullLedger<'p, ()>>), Option<NotableCases>);

/// What is kept of a replication beyond its totals.
#[derive(Default)]
struct Extras {
    presence: Option<PresenceObserver>,
    thresholds: Option<Thresholds>,
    active: Option<ActiveTotals>,
    ledger: Option<LedgerTotals>,
    worst: Vec<Notable>,
    random: Vec<Notable>,
    /// What the self-check found, or what does not balance.
    violation: Option<String>,
}

impl Extras {
    /// With a ledger. One that was cut off in the middle of an event need not balance.
    fn with_ledger(mut self, ledger: Option<LedgerTotals>, whole: bool) -> Extras {
        let found = || ledger.as_ref().filter(|_| whole).and_then(|ledger| ledger.violation.clone());
        self.violation = self.violation.or_else(found);
        Extras { ledger, ..self }
    }
}

/// What is kept of the observers of a replication.
#[derive(Default)]
struct Kept<'p> {
    full: Option<FullStatistics>,
    working: Option<WorkingHours<'p>>,
    extras: Extras,
}

pub(super) fn run<R: Records, F: Fn(u64) -> R + Sync>(
    experiment: &Experiment,
    records: Option<F>,
) -> Result<Results, Interrupted> {
    let plan = checked_plan(experiment)?;
    let (threads, pool) = threads(&experiment.settings)?;
    pool.install(|| run_here(experiment, &plan, records.as_ref(), threads))
}

/// Runs several experiments together, on the threads of the first. Where one has no more replications to hand out,
/// whoever is free begins another, or helps with one. What comes of each is what comes of it alone.
pub(super) fn run_each(experiments: &[Experiment]) -> Result<Vec<Results>, Interrupted> {
    let Some(first) = experiments.first() else { return Ok(Vec::new()) };
    let one = |experiment: &Experiment, threads| {
        let plan = checked_plan(experiment)?;
        run_here(experiment, &plan, None::<&fn(u64) -> Silent>, threads)
    };
    checked_plan(first)?;
    let (threads, pool) = threads(&first.settings)?;
    let all = experiments.par_iter().map(|experiment| one(experiment, threads));
    // The first that failed, whichever failed first.
    let all: Vec<Result<Results, Interrupted>> = pool.install(|| all.collect());
    all.into_iter().collect()
}

/// Runs it on the threads of the present pool.
fn run_here<R: Records, F: Fn(u64) -> R + Sync>(
    experiment: &Experiment,
    plan: &Plan,
    records: Option<F>,
    threads: usize,
) -> Result<Results, Interrupted> {
    let prices = Prices::of(experiment.model, plan);
    Run { experiment, plan, prices, records, started: Instant::now(), threads }.run()
}

/// How many threads, and those.
pub(super) fn threads(settings: &Settings) -> Result<(usize, rayon::ThreadPool), Error> {
    let threads = settings.threads.unwrap_or_else(rayon::current_num_threads);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    let pool = pool.map_err(|error| ErrorKind::Threads { threads, reason: error.to_string() })?;
    Ok((threads, pool))
}

/// Validates model and settings together and compiles the model.
pub(super) fn checked_plan(experiment: &Experiment) -> Result<Plan, Error> {
    let settings = experiment.settings.defects(experiment.model);
    match compile(experiment.model) {
        Ok(plan) if settings.is_empty() => Ok(plan),
        Ok(_) => Err(Error::from_defects(settings)),
        Err(error) => Err(Error::from_defects([error.defects(), &settings].concat())),
    }
}

struct Run<'a, F> {
    experiment: &'a Experiment<'a>,
    plan: &'a Plan,
    prices: Prices,
    records: Option<F>,
    started: Instant,
    threads: usize,
}

/// What the replications gave.
struct Gathered {
    pool: Pool,
    presence: Vec<PresenceObserver>,
    thresholds: Vec<Thresholds>,
    active: Vec<ActiveTotals>,
    ledgers: Vec<LedgerTotals>,
    worst: Vec<Vec<Notable>>,
    random: Vec<Vec<Notable>>,
    /// How many replications did not come to the end that was asked for.
    fell_short: usize,
    /// How many ended with nothing left to happen.
    ran_out: usize,
    /// Whether some queue grows as long as the run lasts.
    grows: bool,
    warm_up: Tick,
    warnings: Vec<String>,
}

impl<R: Records, F: Fn(u64) -> R + Sync> Run<'_, F> {
    fn run(&self) -> Result<Results, Interrupted> {
        let settings = &self.experiment.settings;
        let mut bounds = bounds(self.experiment, self.started);
        let mut gathered = Gathered {
            pool: Pool::new(self.plan),
            presence: Vec::new(),
            thresholds: Vec::new(),
            active: Vec::new(),
            ledgers: Vec::new(),
            worst: Vec::new(),
            random: Vec::new(),
            fell_short: 0,
            ran_out: 0,
            grows: false,
            warm_up: 0,
            warnings: Vec::new(),
        };
        match settings.warm_up {
            WarmUp::Given(span) => bounds.warm_up = span.ticks() as Tick,
            WarmUp::Chosen => match warm_up::choose(self.plan, settings, &bounds) {
                Ok(choice) => {
                    bounds.warm_up = choice.warm_up;
                    gathered.warnings.extend((!choice.settled).then(not_settled));
                }
                Err(cut) => return Err(self.interrupted(&gathered, cut)),
            },
        }
        let overloads = crate::theory::overloads(self.experiment.model)?;
        gathered.grows = overloads.iter().any(grows);
        gathered.warnings.extend(overloads.iter().map(ToString::to_string));
        gathered.warm_up = bounds.warm_up;
        let mut planned = match &settings.stopping {
            Stopping::Fixed(count) => *count,
            Stopping::Precision(precision) => FIRST_ROUND.min(precision.at_most),
        };
        loop {
            if let Err(cut) = self.round(&mut gathered, &bounds, planned)? {
                return Err(self.interrupted(&gathered, cut));
            }
            let results = self.results(&gathered);
            match &settings.stopping {
                Stopping::Precision(precision) => match next_round(precision, &results, planned)? {
                    Some(more) => planned = more,
                    None => return Ok(results),
                },
                Stopping::Fixed(_) => return Ok(results),
            }
        }
    }

    /// Makes replications until there are `planned`. In chunks, so that what waits to be taken in
    /// stays small; how large they are does not change the results.
    fn round(
        &self,
        gathered: &mut Gathered,
        bounds: &Bounds,
        planned: u32,
    ) -> Result<Result<(), Cut>, Interrupted> {
        let done = AtomicU32::new(gathered.pool.replications.len() as u32);
        let chunk = (50_000 / self.plan.rows.len()).min(4096).max(self.threads) as u32;
        while gathered.pool.replications.len() < planned as usize {
            let first = gathered.pool.replications.len() as u32;
            let digests = hand_out(first..planned.min(first.saturating_add(chunk)), |index| {
                let digest = self.replication(index, bounds);
                if !matches!(digest, Ok(Digest { cut: None, .. })) {
                    return ControlFlow::Break(digest);
                }
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                if let Some(call) = &self.experiment.progress {
                    call(&Progress { done, planned });
                }
                ControlFlow::Continue(digest)
            });
            for digest in digests {
                let digest = match digest {
                    Ok(digest) => digest,
                    Err(cut) => return Ok(Err(cut)),
                };
                let cut = digest.cut.clone().map_or(Ok(()), Err);
                if cut.is_err() && !gathered.pool.replications.is_empty() {
                    return Ok(cut);
                }
                gathered.fell_short += usize::from(digest.fell_short);
                gathered.ran_out += usize::from(digest.ran_out);
                let extras = gathered.pool.absorb(digest);
                gathered.presence.extend(extras.presence);
                gathered.thresholds.extend(extras.thresholds);
                gathered.active.extend(extras.active);
                gathered.ledgers.extend(extras.ledger);
                gathered.worst.push(extras.worst);
                gathered.random.push(extras.random);
                if let Some(violation) = extras.violation {
                    return Err(Error::from(ErrorKind::SelfCheck(violation)).into());
                }
                if cut.is_err() {
                    return Ok(cut);
                }
            }
        }
        Ok(Ok(()))
    }

    /// Makes one replication. Whoever took its records is gone when this returns.
    fn replication(&self, index: u32, bounds: &Bounds) -> Result<Digest<Extras>, Cut> {
        let (plan, settings, warm_up) = (self.plan, &self.experiment.settings, bounds.warm_up);
        let number = settings.first_replication.wrapping_add(index.into());
        // The commonest uses have ways of their own, which ask for nothing else.
        match &plan.full {
            _ if self.wants_more() => self.observed(number, bounds),
            None if settings.ledger => {
                let ledger = || PlainLedger::new(plan, warm_up);
                self.digest(number, bounds, ledger, Engine::run_plain, |ledger, _, whole| {
                    let extras = Extras::default().with_ledger(Some(ledger.totals()), whole);
                    Kept { extras, ..Kept::default() }
                })
            }
            None => self.digest(number, bounds, || (), Engine::run_plain, |(), _, _| Kept::default()),
            // Optional, so that what they are told is not compiled into each place that tells it.
            Some(full) if settings.ledger => {
                let statistics = || Some(full_statistics(plan, full, warm_up));
                let ledger = || Some(FullLedger::<()>::new(plan, warm_up, Vec::new()));
                let both = || (statistics(), ledger());
                self.digest(number, bounds, both, Engine::run_full, |(full, ledger), _, whole| {
                    let ledger = ledger.map(|ledger| ledger.totals());
                    let extras = Extras::default().with_ledger(ledger, whole);
                    Kept { full, extras, ..Kept::default() }
                })
            }
            Some(full) => {
                let statistics = || Some(full_statistics(plan, full, warm_up));
                let keep = |full, _, _| Kept { full, ..Kept::default() };
                self.digest(number, bounds, statistics, Engine::run_full, keep)
            }
        }
    }

    /// Whether anything is asked for beside the usual figures and the ledger.
    fn wants_more(&self) -> bool {
        let settings = &self.experiment.settings;
        self.plan.working_hours.is_some()
            || self.records.is_some()
            || settings.presence
            || settings.active_periods
            || !settings.sample_at.is_empty()
            || !settings.longer_than.is_empty()
            || settings.self_check
            || settings.worst_cases > 0
            || settings.random_cases > 0
    }

    /// Makes one replication with all that may be asked for.
    fn observed(&self, number: u64, bounds: &Bounds) -> Result<Digest<Extras>, Cut> {
        let all = || self.observers(number, bounds);
        self.digest(number, bounds, all, Engine::run, |observers, end, whole| {
            let ((full, working), (((mut presence, (thresholds, active)), (check, _)), ledgers)) = observers;
            if let Some(presence) = &mut presence {
                presence.finish(end, !whole);
            }
            let violation = check.and_then(|check| check.violation);
            let ((plain, chains), notable) = ledgers;
            let ledger = plain.map(|ledger| ledger.totals()).or(chains.map(|ledger| ledger.totals()));
            let (worst, random) =
                notable.map(|cases| (cases.worst.kept, cases.random.kept)).unwrap_or_default();
            let active = active.map(|active| active.finish(end));
            let extras = Extras { presence, thresholds, active, worst, random, violation, ledger: None };
            let extras = extras.with_ledger(ledger, whole);
            Kept { full, working, extras }
        })
    }

    /// Makes one replication with one more observer, of which `keep` says what is kept, given when the run ended and
    /// whether it was not cut short.
    fn digest<'k, O: Observer>(
        &'k self,
        number: u64,
        bounds: &Bounds,
        other: impl FnOnce() -> O,
        run: impl Fn(&mut Engine<'k, (Statistics, O)>, &mut u64) -> Pause,
        keep: impl FnOnce(O, Tick, bool) -> Kept<'k>,
    ) -> Result<Digest<Extras>, Cut> {
        let (plan, prices) = (self.plan, &self.prices);
        let observed = replicate(plan, self.experiment.settings.seed, number, bounds, other, run)?;
        let (end, whole) = (observed.end, observed.cut.is_none());
        let (observed, other) = observed.split();
        let kept = keep(other, end, whole);
        let mut digest = Digest::new(plan, prices, observed, bounds.warm_up);
        if let Some((statistics, full)) = kept.full.zip(plan.full.as_ref()) {
            digest.add_full(plan, full, prices, statistics, end);
        }
        if let Some(working) = kept.working {
            digest.add_working_hours(working);
        }
        Ok(digest.charged(prices, bounds.warm_up).map(|()| kept.extras))
    }

    fn observers(&self, number: u64, bounds: &Bounds) -> Observers<'_, R> {
        let settings = &self.experiment.settings;
        let mut times: Vec<Tick> = settings.sample_at.iter().map(|time| time.ticks() as Tick).collect();
        times.sort_unstable();
        let presence = settings.presence || !times.is_empty();
        let thresholds = (!settings.longer_than.is_empty()).then(|| {
            let times = settings.longer_than.iter().map(|time| time.ticks() as Tick);
            Thresholds::new(self.plan, bounds.warm_up, times.collect())
        });
        let (plan, warm_up) = (self.plan, bounds.warm_up);
        let full = plan.full.as_ref().map(|full| full_statistics(plan, full, warm_up));
        let working = plan.working_hours.as_ref().map(|levels| WorkingHours::new(plan, levels, warm_up));
        let presence = presence.then(|| PresenceObserver::new(plan, warm_up, times));
        let active = settings.active_periods.then(|| {
            let horizon = Some(bounds.limits.horizon).filter(|&horizon| horizon < Tick::MAX);
            let in_week = self.experiment.model.start.map_or(0, place_in_week);
            ActivePeriods::new(plan, ActiveWindow { from: warm_up, horizon, in_week })
        });
        let check = settings.self_check.then(|| SelfCheck::new(plan));
        let recorder = self.records.as_ref().map(|make| Recorder::new(plan, number, make(number)));
        let ledger = settings.ledger.then_some(plan);
        let plain = ledger.filter(|plan| plan.full.is_none()).map(|plan| PlainLedger::new(plan, warm_up));
        let chains =
            ledger.filter(|plan| plan.full.is_some()).map(|plan| FullLedger::new(plan, warm_up, Vec::new()));
        let (worst, random) = (settings.worst_cases as usize, settings.random_cases as usize);
        let notable = (worst + random > 0).then(|| NotableCases::new(number, warm_up, worst, random));
        ((full, working), (((presence, (thresholds, active)), (check, recorder)), ((plain, chains), notable)))
    }

    fn interrupted(&self, gathered: &Gathered, cut: Cut) -> Interrupted {
        let so_far = gathered.pool.replications.len();
        let error = error_of(&self.experiment.settings, cut);
        let partial = (so_far > 0).then(|| {
            let mut results = self.results(gathered);
            results.warnings.insert(0, format!("{error}: these results are partial"));
            Box::new(results)
        });
        Interrupted { error: error.into(), partial }
    }

    fn results(&self, gathered: &Gathered) -> Results {
        let settings = &self.experiment.settings;
        let manifest = manifest(
            self.experiment,
            &gathered.pool.replications,
            gathered.warm_up,
            self.started.elapsed().as_secs_f64(),
            self.threads,
        );
        let mut results = gathered.pool.results(self.plan, &self.prices, settings, manifest);
        results.samples = samples(&settings.sample_at, &gathered.presence, settings.level);
        add_longer(&mut results, &settings.longer_than, &gathered.thresholds);
        if settings.ledger {
            results.ledger = Some(ledger(self.plan, &self.prices, &gathered.ledgers, settings.level));
        }
        results.worst_cases = notable(self.plan, &results.streams, &gathered.worst, settings.worst_cases);
        results.random_cases = notable(self.plan, &results.streams, &gathered.random, settings.random_cases);
        if settings.active_periods {
            results.active_periods = active_periods(self.plan, &gathered.active, settings.level);
        }
        if settings.presence {
            results.presence = presences(self.plan, &gathered.presence, settings.level);
        }
        results.warnings = gathered.warnings.clone();
        let Gathered { fell_short, ran_out, grows, .. } = *gathered;
        let ends = Ends { fell_short, ran_out, grows };
        results.warnings.extend(warnings(&results, settings, &ends));
        results
    }
}

/// Whether too much work makes a queue longer and longer.
fn grows(overload: &Overload) -> bool {
    matches!(overload.consequence, Consequence::QueueGrows | Consequence::SendersBlocked)
}

/// What bounds a replication of an experiment, the warm-up left out.
pub(super) fn bounds<'e>(experiment: &'e Experiment, started: Instant) -> Bounds<'e> {
    let settings = &experiment.settings;
    let (horizon, ended) = match settings.horizon {
        Some(Horizon::Time(end)) => (end.ticks() as Tick, u64::MAX),
        Some(Horizon::Cases(cases)) => (Tick::MAX, cases),
        Some(Horizon::AllDone) | None => (Tick::MAX, u64::MAX),
    };
    Bounds {
        limits: Limits { horizon, ended, in_system: settings.max_in_system },
        warm_up: 0,
        max_events: settings.max_events,
        deadline: settings.max_wall.and_then(|wall| started.checked_add(wall)),
        cancelled: experiment.cancelled.as_deref(),
    }
}

/// The error that a cut means.
pub(super) fn error_of(settings: &Settings, cut: Cut) -> ErrorKind {
    match cut {
        Cut::Cancelled => ErrorKind::Cancelled,
        Cut::Events => ErrorKind::Budget(format!(
            "a replication was ended by the budget of {} events",
            settings.max_events
        )),
        Cut::Crowded => ErrorKind::Budget(format!(
            "a replication was ended because more than {} cases were in the system",
            settings.max_in_system
        )),
        Cut::Standstill { replication, time, waits } => ErrorKind::Standstill { replication, time, waits },
        Cut::WallTime => ErrorKind::Budget("the run was ended by the budget of wall time".to_owned()),
    }
}

/// How many replications there should be next, if the precision is not reached: as many as the
/// present spread asks for, but no more than twice as many at a step.
fn next_round(precision: &Precision, results: &Results, made: u32) -> Result<Option<u32>, Interrupted> {
    let estimate = precision.figure.of(results).map_err(Interrupted::from)?;
    let reached = estimate.is_some_and(|estimate| precision.half_width.reached(&estimate));
    if reached || made >= precision.at_most {
        return Ok(None);
    }
    let ratio =
        estimate.and_then(|estimate| Some(estimate.half_width()? / precision.half_width.target(&estimate)));
    let wanted = f64::from(made) * ratio.map_or(2.0, |ratio| (ratio * ratio).clamp(1.1, 2.0));
    Ok(Some((wanted.ceil() as u32).clamp(made + 1, precision.at_most)))
}
