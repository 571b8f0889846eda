//! The run: rounds of replications, until enough are made or something cuts them short.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use rayon::prelude::*;

use super::digest::{Digest, in_hours};
use super::present::{presences, samples};
use super::progress::Progress;
use super::replication::{Bounds, Cut, replicate};
use super::settings::{Horizon, Precision, Stopping, WarmUp};
use super::summary::Pool;
use super::warnings::{left_over, not_settled};
use super::{Experiment, warm_up};
use crate::engine::Limits;
use crate::error::{Error, ErrorKind};
use crate::observe::{PresenceObserver, Recorder, Records, SelfCheck};
use crate::plan::{Plan, compile};
use crate::random::name_key;
use crate::results::{Manifest, Results};
use crate::time::Tick;

/// A run that did not come to its end, with the results so far.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Interrupted {
    /// Why.
    #[source]
    pub error: Error,
    /// The results of the replications up to the first, by number, that was not finished; or, when
    /// that is the first of all, of that one as far as it came. `None` when nothing ran.
    pub partial: Option<Box<Results>>,
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

/// Fewer replications than this say little about their own spread.
const FIRST_ROUND: u32 = 30;

/// Observers beyond the default statistics.
type Extras<'p, R> = (Option<PresenceObserver>, (Option<SelfCheck<'p>>, Option<Recorder<R>>));

pub(super) fn run<R: Records, F: Fn(u64) -> R + Sync>(
    experiment: &Experiment,
    records: Option<F>,
) -> Result<Results, Interrupted> {
    let started = Instant::now();
    let plan = checked_plan(experiment)?;
    let threads = match experiment.settings.threads {
        Some(threads) => threads,
        None => rayon::current_num_threads(),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| {
        let message = format!("cannot start {threads} threads: {error}");
        Error::from(ErrorKind::Budget(message))
    })?;
    let run = Run { experiment, plan: &plan, records, started, threads };
    pool.install(|| run.run())
}

/// Validates model and settings together and compiles the model.
fn checked_plan(experiment: &Experiment) -> Result<Plan, Error> {
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
    records: Option<F>,
    started: Instant,
    threads: usize,
}

/// What the replications gave.
struct Gathered {
    pool: Pool,
    presence: Vec<PresenceObserver>,
    warm_up: Tick,
    warnings: Vec<String>,
}

impl<R: Records, F: Fn(u64) -> R + Sync> Run<'_, F> {
    fn run(&self) -> Result<Results, Interrupted> {
        let settings = &self.experiment.settings;
        let mut bounds = self.bounds();
        let mut gathered =
            Gathered { pool: Pool::new(self.plan), presence: Vec::new(), warm_up: 0, warnings: Vec::new() };
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

    fn bounds(&self) -> Bounds<'_> {
        let settings = &self.experiment.settings;
        let (horizon, ended) = match settings.horizon {
            Some(Horizon::Time(end)) => (end.ticks() as Tick, u64::MAX),
            Some(Horizon::Cases(cases)) => (Tick::MAX, cases),
            Some(Horizon::AllDone) | None => (Tick::MAX, u64::MAX),
        };
        Bounds {
            limits: Limits { horizon, ended, in_system: settings.max_in_system },
            warm_up: 0,
            max_events: settings.max_events,
            deadline: settings.max_wall.and_then(|wall| self.started.checked_add(wall)),
            cancelled: self.experiment.cancelled.as_deref(),
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
            let numbers = first..planned.min(first.saturating_add(chunk));
            let digests: Vec<_> = numbers
                .into_par_iter()
                .map(|index| self.replication(index, bounds, &done, planned))
                .collect();
            for digest in digests {
                let cut = digest.cut;
                if cut.is_some() && !gathered.pool.replications.is_empty() {
                    return Ok(cut.map_or(Ok(()), Err));
                }
                let (presence, (check, _)) = gathered.pool.absorb(digest);
                gathered.presence.extend(presence);
                if let Some(violation) = check.and_then(|check| check.violation) {
                    return Err(Error::from(ErrorKind::SelfCheck(violation)).into());
                }
                if let Some(cut) = cut {
                    return Ok(Err(cut));
                }
            }
        }
        Ok(Ok(()))
    }

    fn replication(
        &self,
        index: u32,
        bounds: &Bounds,
        done: &AtomicU32,
        planned: u32,
    ) -> Digest<Extras<'_, R>> {
        let settings = &self.experiment.settings;
        let number = settings.first_replication.wrapping_add(index.into());
        let plain = self.records.is_none()
            && !settings.presence
            && settings.sample_at.is_empty()
            && !settings.self_check;
        let digest = if plain {
            let observed = replicate(self.plan, settings.seed, number, bounds, ());
            Digest::new(self.plan, observed, bounds.warm_up).with((None, (None, None)))
        } else {
            let mut observed =
                replicate(self.plan, settings.seed, number, bounds, self.extras(number, bounds));
            if let Some(presence) = &mut observed.other.0 {
                presence.finish(observed.end);
            }
            Digest::new(self.plan, observed, bounds.warm_up)
        };
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(call) = &self.experiment.progress {
            call(&Progress { done, planned });
        }
        digest
    }

    fn extras(&self, number: u64, bounds: &Bounds) -> Extras<'_, R> {
        let settings = &self.experiment.settings;
        let mut times: Vec<Tick> = settings.sample_at.iter().map(|time| time.ticks() as Tick).collect();
        times.sort_unstable();
        let presence = settings.presence || !times.is_empty();
        (
            presence.then(|| PresenceObserver::new(self.plan, bounds.warm_up, times)),
            (
                settings.self_check.then(|| SelfCheck::new(self.plan)),
                self.records.as_ref().map(|make| Recorder::new(self.plan, number, make(number))),
            ),
        )
    }

    fn interrupted(&self, gathered: &Gathered, cut: Cut) -> Interrupted {
        let settings = &self.experiment.settings;
        let so_far = gathered.pool.replications.len();
        let error = match cut {
            Cut::Cancelled => ErrorKind::Cancelled,
            Cut::Events => ErrorKind::Budget(format!(
                "a replication was ended by the budget of {} events",
                settings.max_events
            )),
            Cut::Crowded => ErrorKind::Budget(format!(
                "a replication was ended because more than {} cases were in the system",
                settings.max_in_system
            )),
            Cut::WallTime => ErrorKind::Budget("the run was ended by the budget of wall time".to_owned()),
        };
        let partial = (so_far > 0).then(|| {
            let mut results = self.results(gathered);
            results.warnings.insert(0, format!("{error}: these results are partial"));
            Box::new(results)
        });
        Interrupted { error: error.into(), partial }
    }

    fn results(&self, gathered: &Gathered) -> Results {
        let settings = &self.experiment.settings;
        let manifest = self.manifest(gathered);
        let mut results = gathered.pool.results(self.plan, settings, manifest);
        results.samples = samples(&settings.sample_at, &gathered.presence, settings.level);
        if settings.presence {
            results.presence = presences(self.plan, &gathered.presence, settings.level);
        }
        results.warnings = gathered.warnings.clone();
        results.warnings.extend(left_over(&results));
        results
    }

    fn manifest(&self, gathered: &Gathered) -> Manifest {
        let settings = &self.experiment.settings;
        let replications = &gathered.pool.replications;
        let json = serde_json::to_string(self.experiment.model).unwrap_or_default();
        Manifest {
            model: self.experiment.model.name.clone(),
            model_hash: format!("{:016x}", name_key("model", &json)),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: settings.seed,
            level: settings.level,
            horizon: match settings.horizon {
                Some(Horizon::Time(end)) => end.to_string(),
                Some(Horizon::Cases(cases)) => format!("{cases} cases ended"),
                Some(Horizon::AllDone) | None => "all cases done".to_owned(),
            },
            warm_up: in_hours(gathered.warm_up.into()),
            warm_up_rule: match settings.warm_up {
                WarmUp::Given(_) => "given".to_owned(),
                WarmUp::Chosen => "MSER-5".to_owned(),
            },
            replications: replications.len() as u32,
            first_replication: settings.first_replication,
            stopping_rule: match &settings.stopping {
                Stopping::Fixed(_) => "fixed number".to_owned(),
                Stopping::Precision(precision) => format!("{:?}", precision.half_width),
            },
            events: replications.iter().map(|replication| replication.events).sum(),
            wall_seconds: self.started.elapsed().as_secs_f64(),
            threads: self.threads,
        }
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
