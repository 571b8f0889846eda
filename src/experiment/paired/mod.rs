//! Two models side by side: replication by replication on the same draws, customer by customer.

mod numbering;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::digest::Digest;
use super::hand_out::hand_out;
use super::prices::Prices;
use super::progress::Progress;
use super::replication::{Bounds, replicate};
use super::run::{bounds, checked_plan, error_of, threads};
use super::settings::Settings;
use super::{Experiment, warm_up};
use crate::engine::Engine;
use crate::error::Result;
use crate::model::Model;
use crate::observe::{
    CaseId, CaseRecord, PartId, Recorder, Records, RequestRecord, VisitRecord, full_statistics,
};
use crate::plan::Plan;
use crate::results::Replication;
use crate::settings::{Stopping, WarmUp};
use crate::time::Span;
use numbering::Numbering;

/// An experiment beside another model; see [`Experiment::beside`].
#[derive(Debug)]
pub struct Beside<'e, 'm> {
    experiment: &'e Experiment<'m>,
    changed: &'e Model,
}

/// An experiment beside several other models; see [`Experiment::beside_each`].
#[derive(Debug)]
pub struct BesideEach<'e, 'm> {
    experiment: &'e Experiment<'m>,
    changed: &'e [Model],
}

impl<'e, 'm> Beside<'e, 'm> {
    pub(super) fn new(experiment: &'e Experiment<'m>, changed: &'e Model) -> Beside<'e, 'm> {
        Beside { experiment, changed }
    }
}

impl<'e, 'm> BesideEach<'e, 'm> {
    pub(super) fn new(experiment: &'e Experiment<'m>, changed: &'e [Model]) -> BesideEach<'e, 'm> {
        BesideEach { experiment, changed }
    }
}

/// One replication of two models on the same draws, with the records of both. The numbers in the records of both mean
/// the same things: those of [`Pair::names`]. So the same customer has the same [`CaseId`] in both.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'p> {
    /// The replication.
    pub replication: u64,
    /// Which of the other models it is: an index into those given.
    pub scenario: usize,
    /// The warm-up. Records of the time before it are included.
    pub warm_up: Span,
    /// What the numbers in the records mean.
    pub names: &'p PairNames,
    /// The experiment's own model.
    pub base: &'p PairedRun,
    /// The other model.
    pub changed: &'p PairedRun,
}

/// What the numbers in the records of a pair mean: first what the experiment's own model has, then what only the other
/// has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairNames {
    /// Streams, by [`CaseId::stream`]; called as in [`Results::streams`](crate::results::Results::streams).
    pub streams: Vec<String>,
    /// How many of the streams the experiment's own model has.
    pub streams_of_base: usize,
    /// Classes.
    pub classes: Vec<String>,
    /// Departments.
    pub departments: Vec<String>,
    /// Requests.
    pub requests: Vec<String>,
    /// By request: the department that answers it.
    pub answered_by: Vec<u32>,
    /// Forks. Their branches are numbered as in the model itself.
    pub forks: Vec<String>,
}

/// What happened in one replication of one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairedRun {
    /// When it ended.
    pub end: Span,
    /// All cases, by [`CaseId`]. The complaint about the same customer is the same complaint, whatever its number was.
    pub cases: Vec<CaseRecord>,
    /// All visits, by case, part, department and time.
    pub visits: Vec<VisitRecord>,
    /// All requests, by case, request and time.
    pub requests: Vec<RequestRecord>,
    /// Its totals, in the order of its own model, from the warm-up on.
    pub totals: Replication,
}

/// What there is of one thing in the first run, and in the second.
pub type Both<'p, R> = (Option<&'p R>, Option<&'p R>);

impl<'p> Pair<'p> {
    /// Every customer of either run, in the order of their names.
    #[must_use]
    pub fn cases(&self) -> Vec<Both<'p, CaseRecord>> {
        let of = |run: &'p PairedRun| run.cases.iter().map(|case| (case.case, case)).collect();
        together(of(self.base), of(self.changed))
    }

    /// Every visit of either run: the n-th visit of the same customer, or of the same part of the case, to the same
    /// department.
    #[must_use]
    pub fn visits(&self) -> Vec<Both<'p, VisitRecord>> {
        let of = |run: &'p PairedRun| numbered(&run.visits, place_of_visit);
        together(of(self.base), of(self.changed))
    }

    /// Every request of either run that was made for a customer: the n-th request of the same kind.
    #[must_use]
    pub fn requests(&self) -> Vec<Both<'p, RequestRecord>> {
        let of = |run: &'p PairedRun| {
            let mut all = numbered(&run.requests, |request| (request.case, request.request));
            all.retain(|(_, request)| request.case.is_some());
            all
        };
        together(of(self.base), of(self.changed))
    }
}

fn place_of_visit(visit: &VisitRecord) -> (CaseId, Option<PartId>, u32) {
    (visit.case, visit.part, visit.department)
}

/// Records in order, each with its place and its number there.
fn numbered<R, K: Ord + Copy>(records: &[R], place: impl Fn(&R) -> K) -> Vec<((K, u32), &R)> {
    let mut last: Option<(K, u32)> = None;
    let of = |record| {
        let place = place(record);
        let number = last.filter(|last| last.0 == place).map_or(0, |last| last.1 + 1);
        last = Some((place, number));
        ((place, number), record)
    };
    records.iter().map(of).collect()
}

/// Two lists in order, put together by their keys.
fn together<'p, K: Ord, R>(one: Vec<(K, &'p R)>, other: Vec<(K, &'p R)>) -> Vec<Both<'p, R>> {
    let mut both = Vec::with_capacity(one.len().max(other.len()));
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let (first, second) = match (one.peek(), other.peek()) {
            (Some((a, _)), Some((b, _))) => (a <= b, b <= a),
            (a, b) => (a.is_some(), b.is_some()),
        };
        let pair = (
            one.next_if(|_| first).map(|(_, record)| record),
            other.next_if(|_| second).map(|(_, record)| record),
        );
        if pair.0.is_none() && pair.1.is_none() {
            return both;
        }
        both.push(pair);
    }
}

impl Beside<'_, '_> {
    /// Runs both models, and looks at every replication of the two together. What `look` made of them comes back in the
    /// order of the replications, whatever the number of threads. Only the replication that a thread looks at is
    /// kept.
    ///
    /// # Errors
    ///
    /// All defects of the models and the settings; or what cut a run short.
    pub fn run<T: Send>(&self, look: impl Fn(&Pair<'_>) -> T + Sync) -> Result<Vec<T>> {
        let Beside { experiment, changed } = *self;
        let each = BesideEach { experiment, changed: std::slice::from_ref(changed) };
        Ok(each.run(look)?.into_iter().next().unwrap_or_default())
    }
}

impl BesideEach<'_, '_> {
    /// As [`Beside::run`], for each of the other models. The experiment's own model runs once for all of them.
    ///
    /// # Errors
    ///
    /// As [`Beside::run`].
    pub fn run<T: Send>(&self, look: impl Fn(&Pair<'_>) -> T + Sync) -> Result<Vec<Vec<T>>> {
        let started = Instant::now();
        let base = Side::new(self.experiment)?;
        let others: Vec<Experiment> = self.changed.iter().map(|model| self.experiment.on(model)).collect();
        let others: Vec<Side> = others.iter().map(Side::new).collect::<Result<_>>()?;
        let settings = &self.experiment.settings;
        let (_, pool) = threads(settings)?;
        let names: Vec<(PairNames, Numbering)> =
            others.iter().map(|other| Numbering::new(&base.plan, &other.plan)).collect();
        let count = self.replications()?;
        let mut bounds = bounds(self.experiment, started);
        let by_replication = pool.install(|| -> Result<Vec<Vec<T>>> {
            bounds.warm_up = match settings.warm_up {
                WarmUp::Given(span) => span.ticks() as u64,
                WarmUp::Chosen => {
                    let choice = warm_up::choose(&base.plan, settings, &bounds);
                    choice.map_err(|cut| error_of(settings, cut))?.warm_up
                }
            };
            let planned = count.saturating_mul(1 + others.len() as u32);
            let round =
                Round { experiment: self.experiment, bounds: &bounds, done: AtomicU32::new(0), planned };
            let all = hand_out(0..count, |index| {
                let looked = round.replication(&base, &others, &names, index, &look);
                if looked.is_ok() { ControlFlow::Continue(looked) } else { ControlFlow::Break(looked) }
            });
            all.into_iter().collect()
        })?;
        let mut by_model: Vec<Vec<T>> = others.iter().map(|_| Vec::with_capacity(count as usize)).collect();
        for looked in by_replication {
            by_model.iter_mut().zip(looked).for_each(|(model, value)| model.push(value));
        }
        Ok(by_model)
    }

    /// How many: as many as the experiment's own model makes where a figure decides.
    fn replications(&self) -> Result<u32> {
        match self.experiment.settings.stopping {
            Stopping::Fixed(count) => Ok(count),
            Stopping::Precision(_) => {
                let alone = self.experiment.on(self.experiment.model).usual_figures();
                Ok(alone.run()?.manifest.replications)
            }
        }
    }
}

/// A model, ready to run.
struct Side {
    plan: Plan,
    prices: Prices,
}

impl Side {
    fn new(experiment: &Experiment) -> Result<Side> {
        let plan = checked_plan(experiment)?;
        let prices = Prices::of(experiment.model, &plan);
        Ok(Side { plan, prices })
    }

    /// Makes one replication.
    fn run(&self, settings: &Settings, number: u64, bounds: &Bounds) -> Result<PairedRun> {
        let Side { plan, prices } = self;
        let observers = || {
            let full = plan.full.as_ref().map(|full| full_statistics(plan, full, bounds.warm_up));
            (full, Recorder::new(plan, number, Keep::default()))
        };
        let observed = replicate(plan, settings.seed, number, bounds, observers, Engine::run);
        let observed = observed.map_err(|cut| error_of(settings, cut))?;
        if let Some(cut) = observed.cut {
            return Err(error_of(settings, cut).into());
        }
        let end = observed.end;
        let (observed, (statistics, recorder)) = observed.split();
        let mut digest = Digest::new(plan, prices, observed, bounds.warm_up);
        if let Some((statistics, full)) = statistics.zip(plan.full.as_ref()) {
            digest.add_full(plan, full, prices, statistics, end);
        }
        let totals = digest.charged(prices, bounds.warm_up).totals;
        let Keep { cases, visits, requests } = recorder.into_records();
        Ok(PairedRun { end: Span::from_ticks(end as i64), cases, visits, requests, totals })
    }
}

/// Pairs that are being made.
struct Round<'r, 'm> {
    experiment: &'r Experiment<'m>,
    bounds: &'r Bounds<'r>,
    done: AtomicU32,
    planned: u32,
}

impl Round<'_, '_> {
    fn replication<T>(
        &self,
        base: &Side,
        others: &[Side],
        names: &[(PairNames, Numbering)],
        index: u32,
        look: impl Fn(&Pair<'_>) -> T,
    ) -> Result<Vec<T>> {
        let number = self.experiment.settings.first_replication.wrapping_add(index.into());
        let mut before = self.run(base, number)?;
        before.sort();
        let beside = others.iter().zip(names).enumerate().map(|(scenario, (other, (names, numbering)))| {
            let mut after = self.run(other, number)?;
            numbering.apply(&before, &mut after);
            after.sort();
            let warm_up = Span::from_ticks(self.bounds.warm_up as i64);
            let (base, changed) = (&before, &after);
            Ok(look(&Pair { replication: number, scenario, warm_up, names, base, changed }))
        });
        beside.collect()
    }

    fn run(&self, side: &Side, number: u64) -> Result<PairedRun> {
        let run = side.run(&self.experiment.settings, number, self.bounds)?;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(call) = &self.experiment.progress {
            call(&Progress { done, planned: self.planned });
        }
        Ok(run)
    }
}

impl PairedRun {
    fn sort(&mut self) {
        self.cases.sort_by_key(|case| case.case);
        self.visits.sort_by_key(|visit| (place_of_visit(visit), visit.joined));
        self.requests.sort_by_key(|request| (request.case, request.request, request.asked));
    }
}

/// Keeps the records of a replication.
#[derive(Debug, Default)]
struct Keep {
    cases: Vec<CaseRecord>,
    visits: Vec<VisitRecord>,
    requests: Vec<RequestRecord>,
}

impl Records for Keep {
    fn visit(&mut self, record: &VisitRecord) {
        self.visits.push(record.clone());
    }

    fn case(&mut self, record: &CaseRecord) {
        self.cases.push(record.clone());
    }

    fn request(&mut self, record: &RequestRecord) {
        self.requests.push(record.clone());
    }
}
