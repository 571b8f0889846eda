//! Experiments: replications in parallel, and when to stop.
//!
//! The only place that knows threads. Replications are numbered; each depends on the seed and its
//! number alone, and their totals are taken in by number. So the results are the same to the bit for
//! any number of threads, and any single replication can be run again alone
//! ([`Experiment::first_replication`]).

mod active;
mod conditions;
mod digest;
mod figure;
mod flow_digest;
mod flow_summary;
mod full_digest;
mod full_summary;
mod hand_out;
mod infinitesimal;
mod ledger;
mod long_run;
mod longer;
mod manifest;
mod money;
mod observers;
mod paired;
mod present;
mod prices;
mod progress;
mod replication;
mod run;
mod settings;
mod summary;
mod timelines;
mod warm_up;
mod warnings;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub(crate) use paired::PairedResults;
pub use paired::{Beside, BesideEach, Both, Pair, PairNames, PairedRun};
pub use progress::Progress;
#[cfg(feature = "progress")]
pub(crate) use progress::bar as progress_bar;
pub use run::Interrupted;

pub use crate::settings::{Customers, Figure, HalfWidth, Horizon, Precision, Stopping, WarmUp};

use crate::error::Result;
use crate::model::Model;
use crate::observe::{CaseId, Records};
use crate::results::{Infinitesimal, LongRun, Results, Timeline};
use crate::time::Span;
use settings::Settings;

/// More cases than this are not kept apart.
const MOST_CASES: u32 = 1000;

/// Called after every replication.
type OnProgress<'m> = Box<dyn Fn(&Progress) + Send + Sync + 'm>;

/// An experiment on a model: how long, how often, and what is wanted.
///
/// ```
/// use knockon::prelude::*;
///
/// let model = Model::builder("counter")
///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
///     .customers("walk-in", |c| c.poisson(per_hour(8.0)).enter("counter"))
///     .build()?;
/// let results = Experiment::new(&model)
///     .horizon(weeks(4))
///     .warm_up(days(2))
///     .replications(20)
///     .seed(7)
///     .run()?;
/// let waiting = results.department("counter")?.visits.waiting.as_ref().unwrap();
/// assert!((waiting.mean.mean - 0.4).abs() < 0.05); // 24 minutes: Pollaczek-Khinchine
/// # Ok::<(), knockon::Error>(())
/// ```
pub struct Experiment<'m> {
    model: &'m Model,
    settings: Settings,
    progress: Option<OnProgress<'m>>,
    cancelled: Option<Arc<AtomicBool>>,
}

impl std::fmt::Debug for Experiment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Experiment")
            .field("model", &self.model.name)
            .field("settings", &self.settings)
            .finish()
    }
}

impl<'m> Experiment<'m> {
    /// An experiment on `model`: 30 replications, seed 1, no warm-up, 95 % intervals. The horizon must
    /// be given.
    pub fn new(model: &'m Model) -> Experiment<'m> {
        Experiment { model, settings: Settings::default(), progress: None, cancelled: None }
    }

    /// The same experiment on another model: the same replications, on the same draws. Without a callback.
    ///
    /// ```
    /// use knockon::interventions::Intervention;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("counter")
    ///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
    ///     .customers("walk-in", |c| c.poisson(per_hour(8.0)).enter("counter"))
    ///     .build()?;
    /// let experiment = Experiment::new(&model).horizon(weeks(1)).replications(10);
    /// let hired = model.with(&[Intervention::add_staff("counter", 1)])?;
    /// let (before, after) = (experiment.run()?, experiment.on(&hired).run()?);
    /// assert_eq!(before.system.arrived, after.system.arrived);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    #[must_use]
    pub fn on<'o>(&self, model: &'o Model) -> Experiment<'o> {
        let (settings, cancelled) = (self.settings.clone(), self.cancelled.clone());
        Experiment { model, settings, progress: None, cancelled }
    }

    /// This experiment beside the same one on another model: every replication of the two is looked at together, on the
    /// same draws, customer by customer.
    ///
    /// ```
    /// use knockon::interventions::Intervention;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("counter")
    ///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
    ///     .customers("walk-in", |c| c.poisson(per_hour(8.0)).enter("counter"))
    ///     .build()?;
    /// let hired = model.with(&[Intervention::add_staff("counter", 1)])?;
    /// let experiment = Experiment::new(&model).horizon(weeks(1)).replications(10);
    /// // The share of customers, replication by replication, who gain nothing.
    /// let shares = experiment.beside(&hired).run(|pair| {
    ///     let both: Vec<_> = pair.cases().into_iter().filter_map(|(before, after)| before.zip(after)).collect();
    ///     let same = both.iter().filter(|(before, after)| before.ended == after.ended).count();
    ///     same as f64 / both.len() as f64
    /// })?;
    /// assert_eq!(shares.len(), 10);
    /// assert!(shares.iter().all(|&share| 0.1 < share && share < 0.4)); // 20 % find it empty
    /// # Ok::<(), knockon::Error>(())
    /// ```
    #[must_use]
    pub fn beside<'e>(&'e self, changed: &'e Model) -> Beside<'e, 'm> {
        Beside::new(self, changed)
    }

    /// This experiment beside the same one on each of some models. The experiment's own model runs once for all.
    #[must_use]
    pub fn beside_each<'e>(&'e self, changed: &'e [Model]) -> BesideEach<'e, 'm> {
        BesideEach::new(self, changed)
    }

    /// The model.
    pub(crate) fn model(&self) -> &'m Model {
        self.model
    }

    /// When a replication ends.
    pub(crate) fn until(&self) -> Option<Horizon> {
        self.settings.horizon
    }

    /// The warm-up, where it was given.
    pub(crate) fn given_warm_up(&self) -> Option<Span> {
        match self.settings.warm_up {
            WarmUp::Given(span) => Some(span),
            WarmUp::Chosen => None,
        }
    }

    /// The confidence level of all intervals.
    pub(crate) fn confidence(&self) -> f64 {
        self.settings.level
    }

    /// The seed of all random numbers.
    pub(crate) fn seeded(&self) -> u64 {
        self.settings.seed
    }

    /// The number of the first replication.
    pub(crate) fn numbered_from(&self) -> u64 {
        self.settings.first_replication
    }

    /// Asks for nothing but the usual figures.
    pub(crate) fn usual_figures(self) -> Experiment<'m> {
        self.set(|settings| {
            settings.longer_than.clear();
            settings.sample_at.clear();
            settings.presence = false;
            settings.active_periods = false;
            settings.self_check = false;
            settings.ledger = false;
            (settings.worst_cases, settings.random_cases) = (0, 0);
        })
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Experiment<'m> {
        change(&mut self.settings);
        self
    }

    /// Every replication covers the time from 0 to `end`. Nothing that falls on the end happens.
    pub fn horizon(self, end: Span) -> Experiment<'m> {
        self.set(|settings| settings.horizon = Some(Horizon::Time(end)))
    }

    /// Every replication ends when so many cases have ended, completed or lost. It may be more: where a
    /// batch is turned away, all of it ends in the same event. It is fewer, with a warning, where the
    /// streams bring fewer.
    pub fn until_cases(self, cases: u64) -> Experiment<'m> {
        self.set(|settings| settings.horizon = Some(Horizon::Cases(cases)))
    }

    /// Every replication ends when all cases are done. All streams must come to an end.
    pub fn until_all_done(self) -> Experiment<'m> {
        self.set(|settings| settings.horizon = Some(Horizon::AllDone))
    }

    /// Leaves out the start: cases that arrive, and visits that join, before `span` do not count, and
    /// averages over time begin there.
    pub fn warm_up(self, span: Span) -> Experiment<'m> {
        self.set(|settings| settings.warm_up = WarmUp::Given(span))
    }

    /// Chooses the warm-up by MSER-5 from pilot replications, and warns when the run does not settle.
    pub fn choose_warm_up(self) -> Experiment<'m> {
        self.set(|settings| settings.warm_up = WarmUp::Chosen)
    }

    /// Makes so many replications.
    pub fn replications(self, count: u32) -> Experiment<'m> {
        self.set(|settings| settings.stopping = Stopping::Fixed(count))
    }

    /// Makes as many replications as a figure needs.
    pub fn precision(self, precision: Precision) -> Experiment<'m> {
        self.set(|settings| settings.stopping = Stopping::Precision(precision))
    }

    /// The number of the first replication (0 if not set): with `replications(1)`, looks at any single
    /// one again.
    pub fn first_replication(self, number: u64) -> Experiment<'m> {
        self.set(|settings| settings.first_replication = number)
    }

    /// The seed of all random numbers.
    pub fn seed(self, seed: u64) -> Experiment<'m> {
        self.set(|settings| settings.seed = seed)
    }

    /// The confidence level of all intervals, 0.95 if not set.
    pub fn level(self, level: f64) -> Experiment<'m> {
        self.set(|settings| settings.level = level)
    }

    /// How many threads, up to 1024; as many as there are processors if not set. Results do not depend
    /// on it.
    pub fn threads(self, threads: usize) -> Experiment<'m> {
        self.set(|settings| settings.threads = Some(threads))
    }

    /// Which percentiles of times to report, as shares between 0 and 1, instead of 0.1, 0.25, 0.5, 0.75,
    /// 0.9, 0.95 and 0.99. In models of more than 500 departments they are reported of lead times only,
    /// not by department.
    pub fn percentiles(self, shares: impl IntoIterator<Item = f64>) -> Experiment<'m> {
        self.set(|settings| settings.percentiles = shares.into_iter().collect())
    }

    /// Reports the shares of lead, waiting and sojourn times longer than these, counted one by one.
    pub fn longer_than(self, times: impl IntoIterator<Item = Span>) -> Experiment<'m> {
        self.set(|settings| settings.longer_than = times.into_iter().collect())
    }

    /// Reports the distribution over time of the number present in each department.
    pub fn presence(self) -> Experiment<'m> {
        self.set(|settings| settings.presence = true)
    }

    /// Reports the [active periods](crate::results::ActivePeriodResults): whose people have been at work the longest without
    /// a break, at any time, and how that moves.
    ///
    /// ```
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(1).service(Dist::exponential(minutes(6))))
    ///     .department("back", |d| d.staff(1).service(Dist::exponential(minutes(7))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("walk-in", |c| c.poisson(per_hour(8.0)).enter("front"))
    ///     .build()?;
    /// let results = Experiment::new(&model).horizon(weeks(4)).warm_up(days(1)).active_periods().run()?;
    /// let periods = results.active_periods.as_ref().unwrap();
    /// let (front, back) = (periods.of("front")?, periods.of("back")?);
    /// assert!(back.momentary.mean > front.momentary.mean && front.momentary.mean > 0.1);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    pub fn active_periods(self) -> Experiment<'m> {
        self.set(|settings| settings.active_periods = true)
    }

    /// Reports how many are present at these times since the start, and on average until then. Not
    /// with [`Experiment::until_cases`], as nobody knows what is present after such a run.
    pub fn sample_at(self, times: impl IntoIterator<Item = Span>) -> Experiment<'m> {
        self.set(|settings| settings.sample_at = times.into_iter().collect())
    }

    /// Checks while running that no member of staff is idle while a case or a request waits that they
    /// could serve. Slow where departments share people and are many.
    pub fn self_check(self) -> Experiment<'m> {
        self.set(|settings| settings.self_check = true)
    }

    /// Keeps the [ledger](crate::results::LedgerResults): because of whom customers spent their time, to the
    /// tick. The run takes about 1.3 times as long.
    ///
    /// ```
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("counter")
    ///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
    ///     .customers("walk-in", |c| c.poisson(per_hour(8.0)).enter("counter"))
    ///     .build()?;
    /// let experiment = Experiment::new(&model).horizon(weeks(1)).replications(10).ledger().worst_cases(1);
    /// let results = experiment.run()?;
    /// let walk_in = &results.ledger.as_ref().unwrap().class("walk-in")?.completed;
    /// for entry in &walk_in.entries {
    ///     println!("{} {:?} {:?} felt at {}: {}", entry.who, entry.what, entry.whose, entry.felt, entry.amount.time);
    /// }
    /// // Nobody else is there to be responsible.
    /// assert!((walk_in.charged_to("counter") - walk_in.time.unwrap().mean).abs() < 1e-9);
    ///
    /// // The longest of all lead times, piece by piece.
    /// let worst = &results.worst_cases[0];
    /// println!("{}", experiment.timeline(worst.replication, worst.case)?);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    pub fn ledger(self) -> Experiment<'m> {
        self.set(|settings| settings.ledger = true)
    }

    /// Reports the completed cases with the longest lead times, so many of all replications together (1000 at
    /// most).
    pub fn worst_cases(self, count: u32) -> Experiment<'m> {
        self.set(|settings| settings.worst_cases = count.min(MOST_CASES))
    }

    /// Reports some completed cases drawn at random, so many of all replications together (1000 at most).
    pub fn random_cases(self, count: u32) -> Experiment<'m> {
        self.set(|settings| settings.random_cases = count.min(MOST_CASES))
    }

    /// Runs a replication again, and tells what happened to a case: what it did, what it waited for, and because
    /// of whom.
    ///
    /// # Errors
    ///
    /// As [`Experiment::timelines`].
    pub fn timeline(&self, replication: u64, case: CaseId) -> Result<Timeline> {
        let found = self.timelines(replication, &[case])?;
        Ok(found.into_iter().next().expect("one for each case"))
    }

    /// Runs a replication again, and tells what happened to some cases, in the order given.
    ///
    /// # Errors
    ///
    /// All defects of the model and the settings; cases that do not arrive in that replication; or what cut the
    /// run short.
    pub fn timelines(&self, replication: u64, cases: &[CaseId]) -> Result<Vec<Timeline>> {
        timelines::timelines(self, replication, cases)
    }

    /// How the mean lead time depends on the rate of every department, from the run of the model alone: its derivatives, by
    /// infinitesimal perturbation analysis (Glasserman, *Gradient Estimation via Perturbation Analysis*, 1991).
    ///
    /// It costs one run whatever the number of departments, and no step has to be chosen; but it holds for few models. All
    /// customers are alike, lines have room for everybody and are served first in, first out, nobody leaves, and
    /// services have continuous distributions: then a case that comes a little earlier than another, and not a little later,
    /// changes places with it and nothing else. All other models are refused, each reason named; ask
    /// [`Study::sensitivity`](crate::analysis::Study::sensitivity) about those. Batches of arrivals, several members
    /// of staff, always enough of them, loops, and handoffs that take time are allowed. Where a precision decides how many
    /// replications are made, 30 are, or as many as it allows.
    ///
    /// ```
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("counter")
    ///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
    ///     .customers("walk-in", |c| c.poisson(per_hour(5.0)).enter("counter"))
    ///     .build()?;
    /// let experiment = Experiment::new(&model).horizon(weeks(4)).warm_up(days(1)).replications(20);
    /// let derivatives = experiment.infinitesimal()?;
    /// // The mean lead time is 1 / (mu - lambda), with mu = 10 per hour: its derivative by ln mu is -mu / (mu - lambda)^2.
    /// let counter = derivatives.department("counter")?;
    /// assert!((counter.lead_time.mean + 0.4).abs() < 0.05);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All defects of the model and the settings; all reasons for which the model is refused; when no case is
    /// completed; or what cut the run short.
    pub fn infinitesimal(&self) -> Result<Infinitesimal> {
        infinitesimal::infinitesimal(self)
    }

    /// The steady state from one long run instead of many replications: the warm-up is paid once. The figures are lead times,
    /// promises kept, throughput and losses of all customers and of each class, waiting times, queue lengths and
    /// utilization of each department, and the utilization of pools, with intervals by overlapping
    /// batch means ([`BatchMeans`](crate::stats::BatchMeans)).
    ///
    /// The run is the first replication, whatever number of them is set. A warm-up to be chosen is chosen by MSER-5 from
    /// ten pilot replications of a tenth of its length, which together take as long. The run is cut into 2,000 blocks (in
    /// large models, fewer), in which totals are kept: memory does not grow with its length. There is a warning where
    /// the model has not settled, where a department is overloaded, and where batches are so short that they depend on
    /// each other. A thousand busy periods, from an empty system to the next empty one, are long enough.
    ///
    /// ```
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("counter")
    ///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
    ///     .customers("walk-in", |c| c.poisson(per_hour(5.0)).enter("counter").promise(minutes(15)))
    ///     .build()?;
    /// let run = Experiment::new(&model).horizon(weeks(20)).choose_warm_up().one_long_run()?;
    /// assert!(run.warnings.is_empty());
    /// let lead_time = run.of(&Figure::lead_time("walk-in"))?; // hours
    /// assert!((lead_time.mean - 0.2).abs() < 0.02 && lead_time.half_width().unwrap() < 0.02);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All defects of the model and the settings, a horizon that is no time among them; or what cut the run short.
    pub fn one_long_run(&self) -> Result<LongRun> {
        long_run::one_long_run(self)
    }

    /// Ends a replication with an error after so many events (at most, and if not set, 2^32 - 1).
    pub fn max_events(self, events: u64) -> Experiment<'m> {
        self.set(|settings| settings.max_events = events)
    }

    /// Ends a replication with an error when more cases than this are in the system (2^20 if not set,
    /// 2^23 at most).
    pub fn max_cases_in_system(self, cases: u32) -> Experiment<'m> {
        self.set(|settings| settings.max_in_system = cases)
    }

    /// Ends the run with an error after so much wall time.
    pub fn max_wall_time(self, time: Duration) -> Experiment<'m> {
        self.set(|settings| settings.max_wall = Some(time))
    }

    /// Calls back after every replication, from the thread that ran it.
    pub fn on_progress(mut self, call: impl Fn(&Progress) + Send + Sync + 'm) -> Experiment<'m> {
        self.progress = Some(Box::new(call));
        self
    }

    /// Shows a progress bar with the time remaining on the standard error, if that is a terminal, from the second second
    /// on. It has no colours.
    #[cfg(feature = "progress")]
    pub fn progress_bar(self) -> Experiment<'m> {
        self.on_progress(progress::bar())
    }

    /// Stops with an error soon after the flag is set.
    pub fn cancel_by(mut self, flag: Arc<AtomicBool>) -> Experiment<'m> {
        self.cancelled = Some(flag);
        self
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// All defects of the model and the settings; or what cut the run short (a budget, a standstill, the
    /// caller), with the results so far.
    pub fn run(&self) -> Result<Results, Interrupted> {
        run::run(self, None)
    }

    /// Runs several together: while one comes to its end, threads that have nothing left to do there work on others. The
    /// threads are those of the first.
    ///
    /// # Errors
    ///
    /// As [`Experiment::run`], of the first that has one.
    pub(crate) fn run_each(experiments: &[Experiment<'_>]) -> Result<Vec<Results>> {
        Ok(run::run_each(experiments)?)
    }

    /// Runs it, and hands every visit, every case and every request to the records of its replication, which `records`
    /// makes. Nothing is collected: memory does not grow with the cases served. The records of a
    /// replication are dropped when it is over.
    ///
    /// # Errors
    ///
    /// As [`Experiment::run`].
    pub fn run_recorded<R: Records>(
        &self,
        records: impl Fn(u64) -> R + Sync,
    ) -> Result<Results, Interrupted> {
        run::run(self, Some(&|number| Box::new(records(number))))
    }
}
