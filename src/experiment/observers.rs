//! One set of observers for all that may be asked for beside the usual figures and the ledger: the engine is compiled
//! for every set, which takes long.

use super::Experiment;
use super::replication::Bounds;
use crate::observe::{
    ActivePeriods, ActiveWindow, FullLedger, FullStatistics, NotableCases, PlainLedger, Population,
    PresenceObserver, Recorder, SelfCheck, TakeBatches, Thresholds, TimeBlocks, WorkingHours,
    full_statistics,
};
use crate::plan::{Plan, place_in_week};
use crate::time::Tick;

/// Makes those who take the records of replications, by their numbers.
pub(super) type Takers<'t> = dyn Fn(u64) -> Box<dyn TakeBatches + 't> + Sync + 't;

/// Observers that are there if the model needs them, or if asked for. By default none is.
pub(super) type Observers<'p, 't> = (
    (Option<FullStatistics>, Option<WorkingHours<'p>>),
    (
        (
            (Option<PresenceObserver>, (Option<Thresholds>, Option<ActivePeriods>)),
            (Option<SelfCheck<'p>>, Option<Recorder<'t>>),
        ),
        (Ledgers<'p>, (Option<Population>, Option<TimeBlocks>)),
    ),
);

/// What tells because of whom, and of whom to tell more.
pub(super) type Ledgers<'p> = ((Option<PlainLedger<'p>>, Option<FullLedger<'p, ()>>), Option<NotableCases>);

/// Those that an experiment asks for.
pub(super) fn observers<'p, 't>(
    experiment: &Experiment,
    plan: &'p Plan,
    number: u64,
    bounds: &Bounds,
    takers: Option<&Takers<'t>>,
) -> Observers<'p, 't> {
    let (settings, warm_up) = (&experiment.settings, bounds.warm_up);
    let mut times: Vec<Tick> = settings.sample_at.iter().map(|time| time.ticks() as Tick).collect();
    times.sort_unstable();
    let presence = settings.presence || !times.is_empty();
    let thresholds = (!settings.longer_than.is_empty()).then(|| {
        let times = settings.longer_than.iter().map(|time| time.ticks() as Tick);
        Thresholds::new(plan, warm_up, times.collect())
    });
    let full = plan.full.as_ref().map(|full| full_statistics(plan, full, warm_up));
    let working = plan.working_hours.as_ref().map(|levels| WorkingHours::new(plan, levels, warm_up));
    let presence = presence.then(|| PresenceObserver::new(plan, warm_up, times));
    let active = settings.active_periods.then(|| {
        let horizon = Some(bounds.limits.horizon).filter(|&horizon| horizon < Tick::MAX);
        let in_week = experiment.model.start.map_or(0, place_in_week);
        ActivePeriods::new(plan, ActiveWindow { from: warm_up, horizon, in_week })
    });
    let check = settings.self_check.then(|| SelfCheck::new(plan));
    let recorder = takers.map(|taker| Recorder::new(plan, number, Some(taker(number))));
    let ledger = settings.ledger.then_some(plan);
    let plain = ledger.filter(|plan| plan.full.is_none()).map(|plan| PlainLedger::new(plan, warm_up));
    let chains =
        ledger.filter(|plan| plan.full.is_some()).map(|plan| FullLedger::new(plan, warm_up, Vec::new()));
    let (worst, random) = (settings.worst_cases as usize, settings.random_cases as usize);
    let notable = (worst + random > 0).then(|| NotableCases::new(number, warm_up, worst, random));
    let ledgers = ((plain, chains), notable);
    ((full, working), (((presence, (thresholds, active)), (check, recorder)), (ledgers, (None, None))))
}

/// The same, with all records, which are kept.
pub(super) fn recorded<'p, 't>(
    experiment: &Experiment,
    plan: &'p Plan,
    number: u64,
    bounds: &Bounds,
) -> Observers<'p, 't> {
    let mut all = observers(experiment, plan, number, bounds, None);
    all.1.0.1.1 = Some(Recorder::new(plan, number, None));
    all
}

/// How many cases there are.
pub(super) fn counted<'p>(population: Population) -> Observers<'p, 'static> {
    (Default::default(), (Default::default(), (Default::default(), (Some(population), None))))
}

/// What there is in each block of time.
pub(super) fn cut<'p>(blocks: TimeBlocks) -> Observers<'p, 'static> {
    (Default::default(), (Default::default(), (Default::default(), (None, Some(blocks)))))
}
