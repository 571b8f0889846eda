//! How figures are estimated, of which models.
//!
//! Models begin empty. A steady state is measured after a warm-up of about nine relaxation times (of M/M/c, 1 / (sqrt(c mu)
//! - sqrt(lambda))^2: Cohen, *The Single Server Queue*, 1982, section II.2), which leaves 0.01 % of the start.
//! Cases that are unfinished at the end are not among the lead times, as in every run to a horizon: windows are so
//! long that this bias is a sixth of a standard error, which costs 0.3 % of coverage.

use knockon::experiment::{Stopping, WarmUp};
use knockon::model::Model;
use knockon::prelude::*;
use knockon::stats::Estimate;
use knockon::theory::{mm1, mmc, mmc_number_probability};

use super::day::Day;
use super::models::{DAY, NETWORK, ONE, PROMISE, REVIEWS, THREE, day, desk, network, network_figures};
use super::rows::{self, Asked, Row, STOPPING, demanding};

/// Figures of a model that come from the same experiments.
pub struct Suite {
    pub model: &'static str,
    pub method: &'static str,
    pub rows: Vec<Row>,
    base: Model,
    /// Where differences are asked for.
    changed: Option<Model>,
    design: Design,
}

/// How an experiment is set.
#[derive(Clone)]
enum Design {
    Replications {
        /// Until all are done, if absent.
        horizon: Option<Span>,
        warm_up: WarmUp,
        stopping: Stopping,
        /// The share of times longer than this is asked for.
        rare: Option<Span>,
    },
    OneLongRun {
        horizon: Span,
    },
}

impl Suite {
    /// What the experiment with this seed says of each row.
    pub fn experiment(&self, seed: u64) -> Result<Vec<Option<Estimate>>> {
        let experiment = Experiment::new(&self.base).percentiles([0.5, 0.9]).seed(seed).threads(1);
        match &self.design {
            Design::Replications { horizon, warm_up, stopping, rare } => {
                let experiment = match horizon {
                    Some(end) => experiment.horizon(*end),
                    None => experiment.until_all_done(),
                };
                let experiment = match warm_up {
                    WarmUp::Given(span) => experiment.warm_up(*span),
                    WarmUp::Chosen => experiment.choose_warm_up(),
                };
                let experiment = match stopping {
                    Stopping::Fixed(count) => experiment.replications(*count),
                    Stopping::Precision(precision) => experiment.precision(precision.clone()),
                };
                let experiment = experiment.longer_than(*rare);
                let results = experiment.run()?;
                let changed =
                    self.changed.as_ref().map(|changed| experiment.on(changed).run()).transpose()?;
                self.rows.iter().map(|row| row.asked.of(&results, changed.as_ref())).collect()
            }
            Design::OneLongRun { horizon } => {
                let run = experiment.horizon(*horizon).choose_warm_up().one_long_run()?;
                let of = |row: &Row| match &row.asked {
                    Asked::Figure(figure) => run.of(figure).map(Some),
                    _ => Ok(None),
                };
                self.rows.iter().map(of).collect()
            }
        }
    }
}

/// A model with what is known of it.
struct Known {
    name: &'static str,
    base: Model,
    /// So many hours are measured; until all are done, if absent.
    window: Option<f64>,
    warm_up: f64,
}

impl Known {
    fn suite(&self, method: &'static str, design: Design, rows: Vec<Row>) -> Suite {
        Suite { model: self.name, method, rows, base: self.base.clone(), changed: None, design }
    }

    fn horizon(&self) -> Option<Span> {
        self.window.map(|window| hours(self.warm_up + window))
    }

    /// A fixed number of replications, also on a changed model with the same draws.
    fn replications(&self, count: u32, changed: Model, rare: f64, rows: Vec<Row>) -> Suite {
        let (horizon, warm_up) = (self.horizon(), WarmUp::Given(hours(self.warm_up)));
        let (stopping, rare) = (Stopping::Fixed(count), Some(hours(rare)));
        let design = Design::Replications { horizon, warm_up, stopping, rare };
        Suite { changed: Some(changed), ..self.suite("replications", design, rows) }
    }

    /// As many as one figure needs.
    fn until_precise(&self, half_width: HalfWidth, row: Row) -> Suite {
        let Asked::Figure(figure) = &row.asked else { panic!("only a figure can be asked for") };
        let precision = Precision { figure: figure.clone(), half_width, at_most: 100_000 };
        let (horizon, warm_up) = (self.horizon(), WarmUp::Given(hours(self.warm_up)));
        let design =
            Design::Replications { horizon, warm_up, stopping: Stopping::Precision(precision), rare: None };
        self.suite("until precise", design, demanding(STOPPING, vec![row]))
    }

    /// A fixed number, after a warm-up that is chosen.
    fn mser(&self, count: u32, rows: Vec<Row>) -> Suite {
        let stopping = Stopping::Fixed(count);
        let horizon = self.horizon();
        let design = Design::Replications { horizon, warm_up: WarmUp::Chosen, stopping, rare: None };
        self.suite("replications, MSER-5", design, demanding(STOPPING, rows))
    }

    /// As long as 1,000 busy periods take, of which so many begin in an hour.
    fn one_long_run(&self, busy_periods: f64, rows: Vec<Row>) -> Suite {
        let horizon = hours(1000.0 / busy_periods);
        self.suite("one long run, MSER-5", Design::OneLongRun { horizon }, rows)
    }
}

/// All suites, with so many replications where their number is fixed.
pub fn suites(replications: u32) -> Result<Vec<Suite>> {
    let all = [one_desk, three_desks, jackson_network, terminating].map(|suites| suites(replications));
    Ok(all.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The row of that name.
fn named(name: &str, rows: &[Row]) -> Row {
    rows.iter().find(|row| row.name == name).expect("a row").clone()
}

/// One person at half load. The change: services a tenth shorter.
fn one_desk(replications: u32) -> Result<Vec<Suite>> {
    let (arrivals, services) = ONE;
    let queue = mm1(arrivals, services).expect("stable");
    let faster = mm1(arrivals, services / 0.9).expect("stable");
    let known = Known { name: "M/M/1", base: desk(ONE, 1)?, window: Some(100.0), warm_up: 10.0 };
    let changed = desk((arrivals, services / 0.9), 1)?;
    let rare = 1.3;
    let steady = rows::steady(&queue, PROMISE);
    let busy_periods = arrivals * (1.0 - queue.figures.utilization);
    Ok(vec![
        known.replications(replications, changed, rare, rows::all(&queue, &faster, PROMISE, rare)),
        known.until_precise(HalfWidth::Relative(0.02), named("mean lead time", &steady)),
        known.until_precise(HalfWidth::Absolute(0.008), named("promise kept", &steady)),
        known.until_precise(HalfWidth::Relative(0.025), named("90 % lead time", &rows::percentiles(&queue))),
        known.mser(replications, steady.clone()),
        known.one_long_run(busy_periods, steady),
    ])
}

/// Three people at two thirds of their load. The change: one person more.
fn three_desks(replications: u32) -> Result<Vec<Suite>> {
    let (arrivals, services) = THREE;
    let queue = mmc(arrivals, services, 3).expect("stable");
    let more = mmc(arrivals, services, 4).expect("stable");
    let known = Known { name: "M/M/3", base: desk(THREE, 3)?, window: Some(100.0), warm_up: 30.0 };
    let changed = desk(THREE, 4)?;
    let rare = 2.4;
    let steady = rows::steady(&queue, PROMISE);
    let busy_periods = arrivals * mmc_number_probability(arrivals, services, 3, 0).expect("stable");
    Ok(vec![
        known.replications(replications, changed, rare, rows::all(&queue, &more, PROMISE, rare)),
        known.until_precise(HalfWidth::Relative(0.02), named("mean lead time", &steady)),
        known.mser(replications, steady.clone()),
        known.one_long_run(busy_periods, steady),
    ])
}

/// Three departments with a way back. The change: reviews a tenth shorter.
fn jackson_network(replications: u32) -> Result<Vec<Suite>> {
    let name = "Jackson network";
    let known = Known { name, base: network(REVIEWS)?, window: Some(150.0), warm_up: 20.0 };
    let changed = network(REVIEWS / 0.9)?;
    let rare = 1.8;
    let steady = rows::steady_network(REVIEWS);
    // Of M/M/1 the share of time without anybody; of the archive, with two people at load a, (1 - a/2) / (1 + a/2).
    let stations = network_figures(REVIEWS).stations;
    let [desk, review, archive] = [0, 1, 2].map(|at: usize| stations[at].figures.utilization);
    let empty = (1.0 - desk) * (1.0 - review) * (1.0 - archive) / (1.0 + archive);
    Ok(vec![
        known.replications(replications, changed, rare, rows::all_network(REVIEWS, REVIEWS / 0.9, rare)),
        known.until_precise(HalfWidth::Relative(0.02), named("mean lead time", &steady)),
        known.mser(replications, steady.clone()),
        known.one_long_run(NETWORK * empty, steady),
    ])
}

/// So many customers, and then no more. The change: services a tenth shorter.
fn terminating(replications: u32) -> Result<Vec<Suite>> {
    let (arrivals, services, customers) = DAY;
    let exact = Day::new(arrivals, services, customers as usize);
    let faster = Day::new(arrivals, services / 0.9, customers as usize);
    let known = Known { name: "terminating", base: day(DAY)?, window: None, warm_up: 0.0 };
    let changed = day((arrivals, services / 0.9, customers))?;
    let rare = 1.0;
    let rows = rows::all_of_day(&exact, &faster, PROMISE, rare);
    let lead_time = named("mean lead time", &rows);
    Ok(vec![
        known.replications(replications, changed, rare, rows),
        known.until_precise(HalfWidth::Relative(0.05), lead_time),
    ])
}
