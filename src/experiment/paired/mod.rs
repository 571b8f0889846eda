//! Two models side by side: replication by replication on the same draws, customer by customer.

mod numbering;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Experiment;
use super::digest::Digest;
use super::hand_out::hand_out;
use super::progress::Progress;
use super::replication::Bounds;
use super::run::{Extras, Run, error_of, threads};
use crate::error::Result;
use crate::model::Model;
use crate::observe::{CaseId, CaseRecord, PartId, Record, RequestRecord, VisitRecord};
use crate::results::{Replication, Results};
use crate::settings::Stopping;
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
        Ok(self.run_all(look)?.looked)
    }

    /// The same, with the results of all models: of the others only the usual figures.
    pub(crate) fn run_all<T: Send>(&self, look: impl Fn(&Pair<'_>) -> T + Sync) -> Result<PairedResults<T>> {
        let settings = &self.experiment.settings;
        let (threads, pool) = threads(settings)?;
        let base = Run::new(self.experiment, threads)?;
        let others: Vec<Experiment> =
            self.changed.iter().map(|model| self.experiment.on(model).usual_figures()).collect();
        let others: Vec<Run> =
            others.iter().map(|experiment| Run::new(experiment, threads)).collect::<Result<_>>()?;
        let names: Vec<(PairNames, Numbering)> =
            others.iter().map(|other| Numbering::new(&base.plan, &other.plan)).collect();
        let count = self.replications()?;
        pool.install(|| {
            let (bounds, gathered) = base.begin(None)?;
            let warm_up = Some(bounds.warm_up);
            let mut gathered = vec![gathered];
            for other in &others {
                gathered.push(other.begin(warm_up)?.1);
            }
            let planned = count.saturating_mul(1 + others.len() as u32);
            let round = Round { base: &base, others: &others, names: &names, bounds: &bounds, planned };
            let done = AtomicU32::new(0);
            let mut looked: Vec<Vec<T>> = others.iter().map(|_| Vec::with_capacity(count as usize)).collect();
            // In chunks, so that what waits to be taken in stays small.
            let chunk = (50_000 / base.plan.rows.len() / (1 + others.len())).clamp(threads, 4096) as u32;
            for first in (0..count).step_by(chunk as usize) {
                let stop = || bounds.interruption().map(|cut| Err(error_of(settings, cut).into()));
                let all = hand_out(first..count.min(first.saturating_add(chunk)), stop, |index| {
                    let made = round.replication(index, &done, &look);
                    if made.is_ok() { ControlFlow::Continue(made) } else { ControlFlow::Break(made) }
                });
                for made in all {
                    let (base, changed) = made?;
                    gathered[0].absorb(base)?;
                    for (at, (digest, value)) in changed.into_iter().enumerate() {
                        gathered[1 + at].absorb(digest)?;
                        looked[at].push(value);
                    }
                }
            }
            let base = base.results(&gathered[0]);
            let changed = others.iter().zip(&gathered[1..]).map(|(other, gathered)| other.results(gathered));
            Ok(PairedResults { base, changed: changed.collect(), looked })
        })
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

/// What pairs gave.
#[derive(Debug)]
pub(crate) struct PairedResults<T> {
    /// Of the experiment's own model.
    pub base: Results,
    /// Of the other models.
    pub changed: Vec<Results>,
    /// By other model and replication, what was made of the pair.
    pub looked: Vec<Vec<T>>,
}

/// Pairs that are being made.
struct Round<'r> {
    base: &'r Run<'r, 'static>,
    others: &'r [Run<'r, 'static>],
    names: &'r [(PairNames, Numbering)],
    bounds: &'r Bounds<'r>,
    planned: u32,
}

/// One replication of a model, and of others with what was made of them.
type Made<T> = (Digest<Extras>, Vec<(Digest<Extras>, T)>);

impl Round<'_> {
    fn replication<T>(&self, index: u32, done: &AtomicU32, look: impl Fn(&Pair<'_>) -> T) -> Result<Made<T>> {
        let (digest, mut before) = self.run(self.base, index, done)?;
        before.sort();
        let beside = self.others.iter().zip(self.names).enumerate();
        let beside = beside.map(|(scenario, (other, (names, numbering)))| {
            let (digest, mut after) = self.run(other, index, done)?;
            numbering.apply(&before, &mut after);
            after.sort();
            let (replication, warm_up) =
                (self.base.number(index), Span::from_ticks(self.bounds.warm_up as i64));
            let (base, changed) = (&before, &after);
            Ok((digest, look(&Pair { replication, scenario, warm_up, names, base, changed })))
        });
        let beside = beside.collect::<Result<_>>()?;
        Ok((digest, beside))
    }

    fn run(&self, run: &Run, index: u32, done: &AtomicU32) -> Result<(Digest<Extras>, PairedRun)> {
        let made = run.recorded(index, self.bounds);
        let (digest, records) = made.map_err(|cut| error_of(&run.experiment.settings, cut))?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(call) = &self.base.experiment.progress {
            call(&Progress { done, planned: self.planned });
        }
        let end = Span::from_ticks(digest.end as i64);
        let mut paired = PairedRun { end, totals: digest.totals.clone(), ..PairedRun::default() };
        for record in records {
            match record {
                Record::Case(case) => paired.cases.push(case),
                Record::Visit(visit) => paired.visits.push(visit),
                Record::Request(request) => paired.requests.push(request),
                Record::Order(_) => (),
            }
        }
        Ok((digest, paired))
    }
}

impl PairedRun {
    fn sort(&mut self) {
        self.cases.sort_by_key(|case| case.case);
        self.visits.sort_by_key(|visit| (place_of_visit(visit), visit.joined));
        self.requests.sort_by_key(|request| (request.case, request.request, request.asked));
    }
}
