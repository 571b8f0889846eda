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
use super::observers::{Observers, Takers, observers, recorded};
use super::present::{presences, samples};
use super::prices::Prices;
use super::progress::Progress;
use super::replication::{Bounds, Cut, replicate};
use super::settings::Settings;
use super::summary::Pool;
use super::warnings::{Ends, not_settled, warnings};
use super::{Experiment, warm_up};
use crate::engine::{Engine, Limits, Observer, Pause};
use crate::error::{Error, ErrorKind};
use crate::observe::{
    ActiveTotals, FullLedger, FullStatistics, LedgerTotals, Notable, PlainLedger, PresenceObserver, Record,
    Recorder, Statistics, Thresholds, WorkingHours, full_statistics,
};
use crate::plan::{Plan, compile};
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

/// What is kept of a replication beyond its totals.
#[derive(Default)]
pub(super) struct Extras {
    presence: Option<PresenceObserver>,
    thresholds: Option<Thresholds>,
    active: Option<ActiveTotals>,
    ledger: Option<LedgerTotals>,
    worst: Vec<Notable>,
    random: Vec<Notable>,
    /// Records that nobody took.
    pub records: Vec<Record>,
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

pub(super) fn run(experiment: &Experiment, records: Option<&Takers>) -> Result<Results, Interrupted> {
    let (threads, pool) = threads(&experiment.settings)?;
    let run = Run { records, ..Run::new(experiment, threads)? };
    pool.install(|| run.run())
}

/// Runs several experiments together, on the threads of the first. Where one has no more replications to hand out,
/// whoever is free begins another, or helps with one. What comes of each is what comes of it alone.
pub(super) fn run_each(experiments: &[Experiment]) -> Result<Vec<Results>, Interrupted> {
    let Some(first) = experiments.first() else { return Ok(Vec::new()) };
    checked_plan(first)?;
    let (threads, pool) = threads(&first.settings)?;
    let all = experiments.par_iter().map(|experiment| Run::new(experiment, threads)?.run());
    // The first that failed, whichever failed first.
    let all: Vec<Result<Results, Interrupted>> = pool.install(|| all.collect());
    all.into_iter().collect()
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

/// An experiment on its model, ready to run.
pub(super) struct Run<'a, 't> {
    pub experiment: &'a Experiment<'a>,
    pub plan: Plan,
    prices: Prices,
    records: Option<&'a Takers<'t>>,
    started: Instant,
    threads: usize,
}

/// What the replications gave.
pub(super) struct Gathered {
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

impl Gathered {
    /// Nothing yet.
    fn new(run: &Run, overloads: &[Overload]) -> Gathered {
        Gathered {
            pool: Pool::new(&run.plan),
            presence: Vec::new(),
            thresholds: Vec::new(),
            active: Vec::new(),
            ledgers: Vec::new(),
            worst: Vec::new(),
            random: Vec::new(),
            fell_short: 0,
            ran_out: 0,
            grows: overloads.iter().any(grows),
            warm_up: 0,
            warnings: overloads.iter().map(ToString::to_string).collect(),
        }
    }

    /// Takes in a replication.
    pub fn absorb(&mut self, digest: Digest<Extras>) -> Result<(), Error> {
        self.fell_short += usize::from(digest.fell_short);
        self.ran_out += usize::from(digest.ran_out);
        let extras = self.pool.absorb(digest);
        self.presence.extend(extras.presence);
        self.thresholds.extend(extras.thresholds);
        self.active.extend(extras.active);
        self.ledgers.extend(extras.ledger);
        self.worst.push(extras.worst);
        self.random.push(extras.random);
        extras.violation.map_or(Ok(()), |violation| Err(ErrorKind::SelfCheck(violation).into()))
    }
}

impl<'a> Run<'a, '_> {
    /// A run without takers of records.
    ///
    /// # Errors
    ///
    /// All defects of the model and the settings.
    pub fn new(experiment: &'a Experiment, threads: usize) -> Result<Run<'a, 'static>, Error> {
        let started = Instant::now();
        let plan = checked_plan(experiment)?;
        let prices = Prices::of(experiment.model, &plan);
        Ok(Run { experiment, plan, prices, records: None, started, threads })
    }

    /// What bounds replications, and nothing gathered yet, with the warm-up of another run of the same experiment or with
    /// its own.
    pub fn begin(&self, warm_up: Option<Tick>) -> Result<(Bounds<'a>, Gathered), Interrupted> {
        let settings = &self.experiment.settings;
        let mut bounds = bounds(self.experiment, self.started);
        let overloads = crate::theory::overloads(self.experiment.model)?;
        let mut gathered = Gathered::new(self, &overloads);
        bounds.warm_up = match (warm_up, settings.warm_up) {
            (Some(warm_up), _) => warm_up,
            (None, WarmUp::Given(span)) => span.ticks() as Tick,
            (None, WarmUp::Chosen) => match warm_up::choose(&self.plan, settings, &bounds) {
                Ok(choice) => {
                    let unsettled = (!choice.settled).then(not_settled);
                    gathered.warnings.splice(0..0, unsettled);
                    choice.warm_up
                }
                Err(cut) => return Err(self.interrupted(&gathered, cut)),
            },
        };
        gathered.warm_up = bounds.warm_up;
        Ok((bounds, gathered))
    }

    fn run(&self) -> Result<Results, Interrupted> {
        let settings = &self.experiment.settings;
        let (bounds, mut gathered) = self.begin(None)?;
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
            let stop = || bounds.interruption().map(Err);
            let digests = hand_out(first..planned.min(first.saturating_add(chunk)), stop, |index| {
                let digest = self.replication(index, bounds);
                if digest.cut.is_some() {
                    return ControlFlow::Break(Ok(digest));
                }
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                if let Some(call) = &self.experiment.progress {
                    call(&Progress { done, planned });
                }
                ControlFlow::Continue(Ok(digest))
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
                gathered.absorb(digest)?;
                if cut.is_err() {
                    return Ok(cut);
                }
            }
        }
        Ok(Ok(()))
    }

    /// Makes one replication. Whoever took its records is gone when this returns.
    fn replication(&self, index: u32, bounds: &Bounds) -> Digest<Extras> {
        let (plan, settings, warm_up) = (&self.plan, &self.experiment.settings, bounds.warm_up);
        let number = self.number(index);
        // The commonest uses have ways of their own, which ask for nothing else.
        match &plan.full {
            _ if self.wants_more() => self
                .observed(number, bounds, || observers(self.experiment, plan, number, bounds, self.records)),
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

    /// Makes one replication with all that is asked for, and keeps its records.
    ///
    /// # Errors
    ///
    /// What cut it short.
    pub fn recorded(&self, index: u32, bounds: &Bounds) -> Result<(Digest<Extras>, Vec<Record>), Cut> {
        let number = self.number(index);
        let all = || recorded(self.experiment, &self.plan, number, bounds);
        let mut digest = self.observed(number, bounds, all);
        let records = std::mem::take(&mut digest.other.records);
        digest.cut.clone().map_or(Ok((digest, records)), Err)
    }

    /// The number of a replication.
    pub fn number(&self, index: u32) -> u64 {
        self.experiment.settings.first_replication.wrapping_add(index.into())
    }

    /// Makes one replication with all that may be asked for.
    fn observed<'k>(
        &'k self,
        number: u64,
        bounds: &Bounds,
        observers: impl FnOnce() -> Observers<'k, 'k>,
    ) -> Digest<Extras> {
        self.digest(number, bounds, observers, Engine::run, |observers, end, whole| {
            let ((full, working), (((mut presence, (thresholds, active)), (check, recorder)), (ledgers, _))) =
                observers;
            if let Some(presence) = &mut presence {
                presence.finish(end, !whole);
            }
            let violation = check.and_then(|check| check.violation);
            let ((plain, chains), notable) = ledgers;
            let ledger = plain.map(|ledger| ledger.totals()).or(chains.map(|ledger| ledger.totals()));
            let (worst, random) =
                notable.map(|cases| (cases.worst.kept, cases.random.kept)).unwrap_or_default();
            let active = active.map(|active| active.finish(end));
            let records = recorder.map(Recorder::into_kept).unwrap_or_default();
            let extras =
                Extras { presence, thresholds, active, worst, random, records, violation, ledger: None };
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
    ) -> Digest<Extras> {
        let (plan, prices) = (&self.plan, &self.prices);
        let observed = replicate(plan, self.experiment.settings.seed, number, bounds, other, run);
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
        digest.charged(prices, bounds.warm_up).map(|()| kept.extras)
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

    /// The results of what was gathered.
    pub fn results(&self, gathered: &Gathered) -> Results {
        let settings = &self.experiment.settings;
        let manifest = manifest(
            self.experiment,
            &gathered.pool.replications,
            gathered.warm_up,
            self.started.elapsed().as_secs_f64(),
            self.threads,
        );
        let mut results = gathered.pool.results(&self.plan, &self.prices, settings, manifest);
        results.samples = samples(&settings.sample_at, &gathered.presence, settings.level);
        add_longer(&mut results, &settings.longer_than, &gathered.thresholds);
        if settings.ledger {
            results.ledger = Some(ledger(&self.plan, &self.prices, &gathered.ledgers, settings.level));
        }
        results.worst_cases = notable(&self.plan, &results.streams, &gathered.worst, settings.worst_cases);
        results.random_cases = notable(&self.plan, &results.streams, &gathered.random, settings.random_cases);
        if settings.active_periods {
            results.active_periods = active_periods(&self.plan, &gathered.active, settings.level);
        }
        if settings.presence {
            results.presence = presences(&self.plan, &gathered.presence, settings.level);
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
pub(super) fn bounds<'e>(experiment: &'e Experiment<'_>, started: Instant) -> Bounds<'e> {
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
