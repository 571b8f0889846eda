//! Scenarios of one model on the same draws, each run once.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::compare::{self, Compared};
use super::disturbance::Digest;
use crate::error::{Error, Result};
use crate::experiment::{Experiment, Pair, PairedResults, Progress};
use crate::interventions::Intervention;
use crate::model::Model;
use crate::results::{Infinitesimal, Results};
use crate::time::{Span, hours};

/// Called after every replication.
type OnProgress<'m> = Box<dyn Fn(&Progress) + Send + Sync + 'm>;

/// Disturbances, by how long a stretch is, with what they did in each replication.
type Disturbed = (Vec<Intervention>, Span, Arc<Vec<Digest>>);

/// Questions about a model, answered by running it and changed models on the same draws. What one question has run
/// is there for the next: no scenario runs twice. Only where customers are compared one by one
/// ([`Study::disturb`], [`Study::influence`]) the model as it is runs beside the changed ones once more, as the records of a
/// replication are not kept for longer than it is looked at.
///
/// A warm-up that is to be chosen ([`Experiment::choose_warm_up`]) is chosen once, for the model as it is; all scenarios
/// have that, so that they differ in nothing but the model.
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
    infinitesimal: Mutex<Option<Infinitesimal>>,
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
            infinitesimal: Mutex::default(),
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

    /// Shows a progress bar for every question that takes longer than a second: see
    /// [`Experiment::progress_bar`].
    #[cfg(feature = "progress")]
    #[must_use]
    pub fn progress_bar(self) -> Study<'m> {
        self.on_progress(crate::experiment::progress_bar())
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
        if let Some(known) = &*locked(&self.infinitesimal) {
            return Ok(known.clone());
        }
        let found = self.told(self.on(self.model())).infinitesimal()?;
        *locked(&self.infinitesimal) = Some(found.clone());
        Ok(found)
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
        // The model as it is chooses the warm-up for all.
        let chooses = self.experiment.given_warm_up().is_none() && !new.is_empty();
        let first = if chooses && self.known(self.model()).is_none() { &[self.model()][..] } else { &[] };
        new.retain(|&model| first.is_empty() || model != self.model());
        let runs = (first.len() + new.len()) as u32;
        let made = self.run_new(first, 0, runs)?;
        self.run_new(&new, made, runs)?;
        Ok(models.iter().filter_map(|model| self.known(model)).collect())
    }

    /// Looks at the results of some models on the same draws, one after the other, and keeps none of them.
    pub(super) fn each<T>(
        &self,
        models: &[Model],
        mut look: impl FnMut(&Results) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (runs, mut before) = (models.len() as u32, 0);
        let one = |model: &Model| {
            let experiments = vec![self.on(model).usual_figures()];
            let results = self.together(experiments, before, |one| one.saturating_mul(runs))?.remove(0);
            before += results.manifest.replications;
            look(&results)
        };
        models.iter().map(one).collect()
    }

    /// The experiment that the study makes with every model: by it single replications and cases are looked at again.
    #[must_use]
    pub fn experiment(&self) -> &Experiment<'m> {
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
                locked(&self.disturbed).push((changes.clone(), stretch, Arc::new(digests)));
            }
        }
        Ok(scenarios.iter().filter_map(|changes| self.known_disturbed(changes, stretch)).collect())
    }

    /// The results of some scenarios, and how every customer fares in them. Those that are not known yet run together.
    pub(super) fn compared(&self, models: &[Model]) -> Result<Vec<Compared>> {
        let mut new: Vec<Model> = Vec::new();
        for model in models {
            if self.known_compared(model).is_none() && !new.contains(model) {
                new.push(model.clone());
            }
        }
        if !new.is_empty() {
            let looked = self.pairs(&new, compare::Digest::of)?;
            locked(&self.compared).extend(new.into_iter().zip(looked.into_iter().map(Arc::new)));
        }
        let of = |model: &Model| Some((self.known(model)?, self.known_compared(model)?));
        Ok(models.iter().filter_map(of).collect())
    }

    /// Looks at every replication of the model as it is beside those of other models. The results of all of them are known
    /// afterwards.
    fn pairs<T: Send>(&self, models: &[Model], look: impl Fn(&Pair<'_>) -> T + Sync) -> Result<Vec<Vec<T>>> {
        let mut experiment = self.told(self.on(self.model()));
        if let Some(base) = self.known(self.model()) {
            experiment = experiment.replications(base.manifest.replications);
        }
        let PairedResults { base, changed, looked } = experiment.beside_each(models).run_all(look)?;
        let models = std::iter::once(self.model()).chain(models);
        for (model, results) in models.zip(std::iter::once(base).chain(changed)) {
            if self.known(model).is_none() {
                locked(&self.runs).push((model.clone(), Arc::new(results)));
            }
        }
        Ok(looked)
    }

    fn known_compared(&self, model: &Model) -> Option<Arc<Vec<compare::Digest>>> {
        let compared = locked(&self.compared);
        compared.iter().find(|(known, _)| known == model).map(|(_, digests)| digests.clone())
    }

    fn known_disturbed(&self, changes: &[Intervention], stretch: Span) -> Option<Arc<Vec<Digest>>> {
        let disturbed = locked(&self.disturbed);
        let same = |known: &&Disturbed| known.0 == changes && known.1 == stretch;
        disturbed.iter().find(same).map(|known| known.2.clone())
    }

    fn known(&self, model: &Model) -> Option<Arc<Results>> {
        let runs = locked(&self.runs);
        runs.iter().find(|(known, _)| known == model).map(|(_, results)| results.clone())
    }

    /// The experiment on a model. If a warm-up was chosen for the model as it is, with that.
    fn on<'o>(&self, model: &'o Model) -> Experiment<'o> {
        let experiment = self.experiment.on(model);
        let chooses = self.experiment.given_warm_up().is_none();
        match self.known(self.model()).filter(|_| chooses) {
            Some(base) => experiment.warm_up(hours(base.manifest.warm_up)),
            None => experiment,
        }
    }

    /// The same experiment, whose progress is told.
    fn told<'s>(&'s self, experiment: Experiment<'s>) -> Experiment<'s> {
        match &self.progress {
            Some(call) => experiment.on_progress(call),
            None => experiment,
        }
    }

    /// Runs models that have not been run, of so many in all, of which so many replications are made before. Gives how
    /// many were made.
    fn run_new(&self, models: &[&Model], before: u32, runs: u32) -> Result<u32> {
        let experiments = models.iter().map(|&model| match self.on(model) {
            // Only the model as it is has a ledger and active periods: nobody asks for those of others.
            experiment if model != self.model() => experiment.usual_figures(),
            experiment => experiment,
        });
        let results = self.together(experiments.collect(), before, |one| one.saturating_mul(runs))?;
        let made = results.iter().map(|results| results.manifest.replications).sum();
        let results = models.iter().map(|&model| model.clone()).zip(results.into_iter().map(Arc::new));
        locked(&self.runs).extend(results);
        Ok(made)
    }

    /// Several runs together. So many replications are done before; how many are planned is told from those that one
    /// run plans.
    pub(super) fn together<'e>(
        &'e self,
        experiments: Vec<Experiment<'e>>,
        before: u32,
        planned: impl Fn(u32) -> u32 + Copy + Send + Sync + 'e,
    ) -> Result<Vec<Results>> {
        let done = Arc::new(AtomicU32::new(before));
        let told = |experiment: Experiment<'e>| -> Experiment<'e> {
            let Some(call) = &self.progress else { return experiment };
            let done = done.clone();
            experiment.on_progress(move |progress: &Progress| {
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                call(&Progress { done, planned: planned(progress.planned) });
            })
        };
        Experiment::run_each(&experiments.into_iter().map(told).collect::<Vec<_>>())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::WarmUp;
    use crate::random::Dist;
    use crate::time::{days, minutes, per_hour};

    /// Of 3 departments: sensitivities take the model as it is and 3 scenarios of each, and bottlenecks no more; curves take
    /// 4 of each. Of the 8 coalitions of three that are 25 % faster, the empty one and those of one are known by then.
    /// An outage of each runs beside the model as it is, and one of them alone is known. Derivatives take the model alone.
    #[test]
    fn analyses_share_their_runs() {
        let model = Model::builder("three desks")
            .department("a", |d| d.staff(1).service(Dist::exponential(minutes(20))))
            .department("b", |d| d.staff(2).service(Dist::exponential(minutes(40))))
            .department("c", |d| d.staff(1).service(Dist::exponential(minutes(15))))
            .handoff("a", "b", |h| h)
            .handoff("b", "c", |h| h)
            .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("a"))
            .build()
            .unwrap();
        let made = AtomicU32::new(0);
        let study = Study::new(Experiment::new(&model).horizon(days(2)).replications(2)).on_progress(|_| {
            made.fetch_add(1, Ordering::Relaxed);
        });
        let mut before = 0;
        let mut scenarios = || {
            let now = made.load(Ordering::Relaxed);
            (now - std::mem::replace(&mut before, now)) / 2
        };
        let outage = Intervention::outage("b", days(1), hours(2));
        for expected in [[1 + 3 * 3, 0, 3 * 4, 8 - 1 - 3, 1 + 3, 0, 1], [0; 7]] {
            let sensitivity = study.sensitivity().unwrap();
            let of_sensitivity = scenarios();
            let bottlenecks = study.bottlenecks().unwrap();
            let of_bottlenecks = scenarios();
            let curves = study.speed_ups().unwrap();
            let of_curves = scenarios();
            study.shapley().unwrap();
            let of_shapley = scenarios();
            study.influence(days(1), hours(2)).unwrap();
            let of_influence = scenarios();
            study.disturb(std::slice::from_ref(&outage)).unwrap();
            let of_disturbance = scenarios();
            study.infinitesimal().unwrap();
            let found = [
                of_sensitivity,
                of_bottlenecks,
                of_curves,
                of_shapley,
                of_influence,
                of_disturbance,
                scenarios(),
            ];
            assert_eq!(found, expected);
            assert_eq!((sensitivity.departments.len(), curves.len(), bottlenecks.verdicts.len()), (3, 3, 11));
        }
    }

    /// A desk that is full for 19 hours in 20, and one that is hardly ever: alone, each chooses for itself.
    #[test]
    fn the_warm_up_is_chosen_once() {
        let model = Model::builder("desk")
            .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(19))))
            .customers("visitors", |c| c.poisson(per_hour(3.0)).enter("desk"))
            .build()
            .unwrap();
        let experiment = || Experiment::new(&model).horizon(days(10)).replications(4).choose_warm_up();
        let own = experiment().run().unwrap();
        let faster = [Intervention::scale_service("desk", 0.2)];
        let changed = model.with(&faster).unwrap();
        let alone = experiment().on(&changed).run().unwrap();
        assert!(own.manifest.warm_up > 0.0 && alone.manifest.warm_up != own.manifest.warm_up);

        let told = Mutex::new(Vec::new());
        let study = Study::new(experiment().threads(1))
            .on_progress(|progress| told.lock().unwrap().push((progress.done, progress.planned)));
        let with = study.with(&faster).unwrap();
        assert_eq!(with.manifest.warm_up, own.manifest.warm_up);
        // The model as it is has run first, as it must choose.
        assert_eq!(*told.lock().unwrap(), (1..=8).map(|done| (done, 8)).collect::<Vec<_>>());
        assert_eq!(study.base().unwrap().manifest.warm_up_rule, WarmUp::Chosen);
        assert_eq!(told.lock().unwrap().len(), 8);
        let window = |results: &Results| results.replications[0].window;
        assert_eq!(window(&with), window(&study.base().unwrap()));
        assert_eq!(window(&with), window(&own));

        // Likewise of disturbances, with the model run before them or not.
        let outage = || vec![Intervention::outage("desk", days(8), hours(2))];
        for study in [study, Study::new(experiment())] {
            let digests = study.digests(&[outage()], hours(1)).unwrap();
            let warm_ups: Vec<f64> = digests[0].iter().map(|digest| digest.warm_up.as_hours()).collect();
            assert_eq!(warm_ups, [own.manifest.warm_up; 4]);
        }
    }

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
