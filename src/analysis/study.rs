//! Scenarios of one model on the same draws, each run once.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::compare::{self, Compared};
use super::disturbance::Digest;
use super::scenario::Scenario;
use crate::error::{Error, Result};
use crate::experiment::{Experiment, Pair, PairedResults, Progress};
use crate::interventions::Intervention;
use crate::model::Model;
use crate::results::{Infinitesimal, Results};
use crate::time::Span;

/// Called after every replication.
type OnProgress<'m> = Box<dyn Fn(&Progress) + Send + Sync + 'm>;

/// Disturbances, by how long a stretch is, with what they did in each replication.
type Disturbed = (Vec<Intervention>, Span, Arc<Vec<Digest>>);

/// Questions about a model, answered by running it and changed models on the same draws. What one question has run
/// is there for the next.
///
/// ```
/// use knockon::analysis::Study;
/// use knockon::interventions::Intervention;
/// use knockon::prelude::*;
///
/// let model = Model::builder("two desks")
///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
///     .handoff("front", "back", |h| h)
///     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
///     .build()?;
/// let study = Study::new(Experiment::new(&model).horizon(weeks(2)).warm_up(days(1)).replications(10));
/// let (base, hired) = (study.base()?, study.with(&[Intervention::add_staff("back", 1)])?);
/// let lead_time = |results: &Results| results.system.lead_time.as_ref().unwrap().mean.mean;
/// assert!(lead_time(&hired) < lead_time(&base));
/// # Ok::<(), knockon::Error>(())
/// ```
pub struct Study<'m> {
    experiment: Experiment<'m>,
    runs: Mutex<Vec<(Model, Arc<Results>)>>,
    disturbed: Mutex<Vec<Disturbed>>,
    compared: Mutex<Vec<(Model, Arc<Vec<compare::Digest>>)>>,
    progress: Option<OnProgress<'m>>,
}

impl fmt::Debug for Study<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Study").field("experiment", &self.experiment).finish_non_exhaustive()
    }
}

impl<'m> Study<'m> {
    /// A study of the model of an experiment, with the horizon, warm-up, replications, seed and level of that.
    #[must_use]
    pub fn new(experiment: Experiment<'m>) -> Study<'m> {
        let experiment = experiment.ledger().active_periods();
        Study {
            experiment,
            runs: Mutex::default(),
            disturbed: Mutex::default(),
            compared: Mutex::default(),
            progress: None,
        }
    }

    /// Calls back after every replication, from the thread that ran it. What is planned is all that the present
    /// question needs and that has not been run.
    #[must_use]
    pub fn on_progress(mut self, call: impl Fn(&Progress) + Send + Sync + 'm) -> Study<'m> {
        self.progress = Some(Box::new(call));
        self
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &'m Model {
        self.experiment.model()
    }

    /// The model as it is, with the ledger and the active periods.
    ///
    /// # Errors
    ///
    /// As [`Experiment::run`].
    pub fn base(&self) -> Result<Arc<Results>> {
        self.with(&[])
    }

    /// The model with some changes, one after the other.
    ///
    /// # Errors
    ///
    /// Changes that do not fit, as [`Model::with`]; else as [`Experiment::run`].
    pub fn with(&self, changes: &[Intervention]) -> Result<Arc<Results>> {
        Ok(self.all(&[changes])?.remove(0))
    }

    /// Derivatives of the mean lead time by the rate of every department, from the run of the model alone, where that is
    /// possible: see [`Experiment::infinitesimal`].
    ///
    /// # Errors
    ///
    /// As [`Experiment::infinitesimal`].
    pub fn infinitesimal(&self) -> Result<Infinitesimal> {
        self.experiment.infinitesimal()
    }

    /// Several scenarios, in the order given.
    pub(super) fn all<C: AsRef<[Intervention]>>(&self, scenarios: &[C]) -> Result<Vec<Arc<Results>>> {
        let changed = scenarios.iter().map(|changes| self.model().with(changes.as_ref()));
        let models: Vec<Model> = changed.collect::<Result<_>>()?;
        let mut new: Vec<&Model> = Vec::new();
        for model in &models {
            if self.known(model).is_none() && !new.contains(&model) {
                new.push(model);
            }
        }
        let (runs, done) = (new.len() as u32, AtomicU32::new(0));
        for model in new {
            let results = Arc::new(self.run(model, runs, &done)?);
            self.runs.lock().unwrap_or_else(PoisonError::into_inner).push((model.clone(), results));
        }
        Ok(models.iter().filter_map(|model| self.known(model)).collect())
    }

    /// Looks at the results of some models on the same draws, one after the other, and keeps none of them.
    pub(super) fn each<T>(
        &self,
        models: &[Model],
        mut look: impl FnMut(&Results) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (runs, done) = (models.len() as u32, AtomicU32::new(0));
        models.iter().map(|model| look(&self.run(model, runs, &done)?)).collect()
    }

    pub(super) fn experiment(&self) -> &Experiment<'m> {
        &self.experiment
    }

    /// What each of some sets of disturbances does, replication by replication. Those that are not known yet run
    /// together, and the model as it is runs once for them.
    pub(super) fn digests(
        &self,
        scenarios: &[Vec<Intervention>],
        stretch: Span,
    ) -> Result<Vec<Arc<Vec<Digest>>>> {
        let mut new: Vec<&Vec<Intervention>> = Vec::new();
        for changes in scenarios {
            if self.known_disturbed(changes, stretch).is_none() && !new.contains(&changes) {
                new.push(changes);
            }
        }
        if !new.is_empty() {
            let models = new.iter().map(|changes| self.model().with(changes));
            let models: Vec<Model> = models.collect::<Result<_>>()?;
            let looked =
                self.pairs(&models, |pair| Digest::of(pair, stretch, new[pair.scenario], self.model()))?;
            for (changes, digests) in new.into_iter().zip(looked) {
                let warm_up = digests.first().map(|digest| digest.warm_up);
                let defects = self.misplaced(changes, warm_up);
                if !defects.is_empty() {
                    return Err(Error::from_defects(defects));
                }
                let mut disturbed = self.disturbed.lock().unwrap_or_else(PoisonError::into_inner);
                disturbed.push((changes.clone(), stretch, Arc::new(digests)));
            }
        }
        Ok(scenarios.iter().filter_map(|changes| self.known_disturbed(changes, stretch)).collect())
    }

    /// The results of some scenarios, and how every customer fares in them. Those that are not known yet run together.
    pub(super) fn compared(&self, scenarios: &[Scenario]) -> Result<Vec<Compared>> {
        let models = scenarios.iter().map(|scenario| self.model().with(&scenario.changes));
        let models: Vec<Model> = models.collect::<Result<_>>()?;
        let mut new: Vec<Model> = Vec::new();
        for model in &models {
            if self.known_compared(model).is_none() && !new.contains(model) {
                new.push(model.clone());
            }
        }
        if !new.is_empty() {
            let looked = self.pairs(&new, compare::Digest::of)?;
            let mut compared = self.compared.lock().unwrap_or_else(PoisonError::into_inner);
            compared.extend(new.into_iter().zip(looked.into_iter().map(Arc::new)));
        }
        let of = |model: &Model| Some((self.known(model)?, self.known_compared(model)?));
        Ok(models.iter().filter_map(of).collect())
    }

    /// Looks at every replication of the model as it is beside those of other models. The results of all of them are known
    /// afterwards.
    fn pairs<T: Send>(&self, models: &[Model], look: impl Fn(&Pair<'_>) -> T + Sync) -> Result<Vec<Vec<T>>> {
        let mut experiment = self.experiment.on(self.model());
        if let Some(base) = self.known(self.model()) {
            experiment = experiment.replications(base.manifest.replications);
        }
        if let Some(call) = &self.progress {
            experiment = experiment.on_progress(call);
        }
        let PairedResults { base, changed, looked } = experiment.beside_each(models).run_all(look)?;
        let models = std::iter::once(self.model()).chain(models);
        for (model, results) in models.zip(std::iter::once(base).chain(changed)) {
            if self.known(model).is_none() {
                let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
                runs.push((model.clone(), Arc::new(results)));
            }
        }
        Ok(looked)
    }

    fn known_compared(&self, model: &Model) -> Option<Arc<Vec<compare::Digest>>> {
        let compared = self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        compared.iter().find(|(known, _)| known == model).map(|(_, digests)| digests.clone())
    }

    fn known_disturbed(&self, changes: &[Intervention], stretch: Span) -> Option<Arc<Vec<Digest>>> {
        let disturbed = self.disturbed.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &&Disturbed| known.0 == changes && known.1 == stretch;
        disturbed.iter().find(same).map(|known| known.2.clone())
    }

    fn known(&self, model: &Model) -> Option<Arc<Results>> {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.iter().find(|(known, _)| known == model).map(|(_, results)| results.clone())
    }

    /// One of so many scenarios, of all of which so many replications are done.
    fn run(&self, model: &Model, runs: u32, done: &AtomicU32) -> Result<Results> {
        let mut experiment = self.experiment.on(model);
        // Only the model as it is has a ledger and active periods: nobody asks for those of others.
        if model != self.model() {
            experiment = experiment.usual_figures();
        }
        if let Some(call) = &self.progress {
            experiment = experiment.on_progress(|progress: &Progress| {
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                call(&Progress { done, planned: progress.planned.saturating_mul(runs) });
            });
        }
        Ok(experiment.run()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Dist;
    use crate::time::{days, minutes, per_hour};

    #[test]
    fn no_scenario_runs_twice_and_progress_counts_those_that_run() {
        let model = Model::builder("desk")
            .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(20))))
            .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("desk"))
            .build()
            .unwrap();
        let told = Mutex::new(Vec::new());
        let study = Study::new(Experiment::new(&model).horizon(days(2)).replications(3).threads(1))
            .on_progress(|progress| told.lock().unwrap().push((progress.done, progress.planned)));
        let base = study.base().unwrap();
        assert!(base.ledger.is_some());
        let faster = || Intervention::scale_service("desk", 0.9);
        let hired = Intervention::add_staff("desk", 1);
        let all = study.all(&[vec![], vec![faster()], vec![hired], vec![faster()]]).unwrap();
        assert!(Arc::ptr_eq(&all[0], &base) && Arc::ptr_eq(&all[1], &all[3]));
        assert!(all[1].ledger.is_none());
        assert!(Arc::ptr_eq(&study.with(&[faster()]).unwrap(), &all[1]));
        let first = (1..=3).map(|done| (done, 3));
        assert_eq!(*told.lock().unwrap(), first.chain((1..=6).map(|done| (done, 6))).collect::<Vec<_>>());
        // A change that does not fit is an error before anything runs.
        let error = study.with(&[Intervention::add_staff("desks", 1)]).unwrap_err();
        assert!(error.to_string().contains("no department or pool is called `desks`"), "{error}");
    }
}
