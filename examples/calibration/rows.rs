//! What is estimated, and what it truly is.

use knockon::experiment::Customers;
use knockon::prelude::*;
use knockon::results::{LongerThan, TimeStatistics};
use knockon::stats::Estimate;
use knockon::theory::ExponentialWait;

use super::day::Day;
use super::models::{DESK, network_figures};

/// Between which bounds the coverage of a 95 % interval is demanded to be.
pub type Range = [f64; 2];
const MEANS: Range = [0.935, 0.965];
const PERCENTILES: Range = [0.93, 0.97];
pub const STOPPING: Range = [0.92, 0.97];

/// Of a rare outcome so many are demanded.
const OF_EACH_OUTCOME: f64 = 20.0;

/// A figure and its true value, in hours where it is a time.
#[derive(Clone)]
pub struct Row {
    pub name: &'static str,
    pub truth: f64,
    pub range: Range,
    pub asked: Asked,
}

impl Row {
    /// Whether it is an average over time.
    pub fn is_over_time(&self) -> bool {
        let (Asked::Figure(figure) | Asked::Difference(figure)) = &self.asked else { return false };
        matches!(figure, Figure::QueueLength { .. } | Figure::Utilization { .. } | Figure::Throughput { .. })
    }
}

/// Where a figure stands in results.
#[derive(Clone)]
pub enum Asked {
    Figure(Figure),
    /// With a change less without it.
    Difference(Figure),
    /// The share of times longer than the first that was asked for, of lead times or of waiting times at a department;
    /// only if there are enough of each outcome.
    Longer(Option<&'static str>),
    /// Of waiting times at a department.
    WaitingPercentile(&'static str, f64),
}

impl Asked {
    /// What an experiment says, given its results and those with the change; `None` where it does not count.
    pub fn of(&self, results: &Results, changed: Option<&Results>) -> Result<Option<Estimate>> {
        Ok(match self {
            Asked::Figure(figure) => figure.of(results)?,
            Asked::Difference(figure) => match changed {
                Some(changed) => {
                    figure.series(changed)?.less(&figure.series(results)?, results.manifest.level)
                }
                None => None,
            },
            Asked::Longer(at) => times(results, *at)?.and_then(|times| {
                let &LongerThan { share, .. } = times.longer_than.first()?;
                let fewer = share.mean.min(1.0 - share.mean) * times.count as f64;
                (fewer >= OF_EACH_OUTCOME).then_some(share)
            }),
            Asked::WaitingPercentile(at, share) => {
                times(results, Some(at))?.and_then(|times| times.percentile(*share)).map(|value| value.0)
            }
        })
    }
}

/// Lead times, or waiting times at a department.
fn times<'r>(results: &'r Results, at: Option<&str>) -> Result<Option<&'r TimeStatistics>> {
    Ok(match at {
        None => results.system.lead_time.as_ref(),
        Some(department) => results.department(department)?.visits.waiting.as_ref(),
    })
}

fn row(name: &'static str, asked: Asked, truth: f64) -> Row {
    let percentile =
        matches!(asked, Asked::WaitingPercentile(..) | Asked::Figure(Figure::LeadTimePercentile { .. }));
    Row { name, truth, range: if percentile { PERCENTILES } else { MEANS }, asked }
}

fn figure(name: &'static str, figure: Figure, truth: f64) -> Row {
    row(name, Asked::Figure(figure), truth)
}

fn difference(name: &'static str, figure: Figure, truth: f64) -> Row {
    row(name, Asked::Difference(figure), truth)
}

/// Rows that an interval of another kind is demanded for.
pub fn demanding(range: Range, rows: Vec<Row>) -> Vec<Row> {
    rows.into_iter().map(|row| Row { range, ..row }).collect()
}

fn lead_time() -> Figure {
    Figure::lead_time(Customers::All)
}

fn kept() -> Figure {
    Figure::promise_kept(Customers::All)
}

fn percentile(share: f64) -> Figure {
    Figure::lead_time_percentile(Customers::All, share)
}

/// Figures of M/M/c that also a long run has.
pub fn steady(queue: &ExponentialWait, promise: f64) -> Vec<Row> {
    let known = &queue.figures;
    vec![
        figure("mean lead time", lead_time(), known.sojourn_mean),
        figure("mean waiting time", Figure::waiting_time(DESK), known.wait_mean),
        figure("mean queue length", Figure::queue_length(DESK), known.queue_mean),
        figure("utilization", Figure::utilization(DESK), known.utilization),
        figure("throughput", Figure::throughput(Customers::All), known.throughput),
        figure("promise kept", kept(), 1.0 - queue.sojourn_gt(promise)),
    ]
}

/// Percentiles of M/M/c.
pub fn percentiles(queue: &ExponentialWait) -> Vec<Row> {
    let known = |share| queue.sojourn_quantile(share).expect("a share");
    vec![
        figure("median lead time", percentile(0.5), known(0.5)),
        figure("90 % lead time", percentile(0.9), known(0.9)),
    ]
}

/// All figures of M/M/c, and what a change does to them. Rare lead times are longer than `rare` hours.
pub fn all(queue: &ExponentialWait, changed: &ExponentialWait, promise: f64, rare: f64) -> Vec<Row> {
    let (before, after) = (&queue.figures, &changed.figures);
    let promises = queue.sojourn_gt(promise) - changed.sojourn_gt(promise);
    let mut rows = steady(queue, promise);
    rows.push(row("share of long lead times", Asked::Longer(None), queue.sojourn_gt(rare)));
    rows.extend(percentiles(queue));
    rows.extend([
        difference("difference of lead times", lead_time(), after.sojourn_mean - before.sojourn_mean),
        difference("difference of queues", Figure::queue_length(DESK), after.queue_mean - before.queue_mean),
        difference("difference of promises", kept(), promises),
    ]);
    rows
}

/// Figures of the network that also a long run has, with reviews so many an hour.
pub fn steady_network(reviews: f64) -> Vec<Row> {
    let known = network_figures(reviews);
    let review = &known.stations[1].figures;
    vec![
        figure("mean lead time", lead_time(), known.lead_mean),
        figure("mean waiting time", Figure::waiting_time("review"), review.wait_mean),
        figure("mean queue length", Figure::queue_length("review"), review.queue_mean),
        figure("utilization", Figure::utilization("review"), review.utilization),
        figure("throughput", Figure::throughput(Customers::All), known.throughput),
    ]
}

/// All figures of the network, and what faster reviews do to them. Each wait is that of M/M/1 (Jackson).
pub fn all_network(reviews: f64, faster: f64, rare: f64) -> Vec<Row> {
    let (before, after) = (network_figures(reviews), network_figures(faster));
    let review = &before.stations[1].figures;
    let wait = knockon::theory::mm1(review.arrival_rate, reviews).expect("stable");
    let queue = |of: &knockon::theory::NetworkFigures| of.stations[1].figures.queue_mean;
    let quantile = wait.wait_quantile(0.9).expect("a share");
    let mut rows = steady_network(reviews);
    rows.extend([
        row("share of long waits", Asked::Longer(Some("review")), wait.wait_gt(rare)),
        row("90 % waiting time", Asked::WaitingPercentile("review", 0.9), quantile),
        difference("difference of lead times", lead_time(), after.lead_mean - before.lead_mean),
        difference("difference of queues", Figure::queue_length("review"), queue(&after) - queue(&before)),
    ]);
    rows
}

/// All figures of a terminating model, and what faster services do to them.
pub fn all_of_day(day: &Day, faster: &Day, promise: f64, rare: f64) -> Vec<Row> {
    vec![
        figure("mean lead time", lead_time(), day.lead_time()),
        figure("mean waiting time", Figure::waiting_time(DESK), day.waiting()),
        figure("promise kept", kept(), 1.0 - day.longer(promise)),
        row("share of long lead times", Asked::Longer(None), day.longer(rare)),
        figure("median lead time", percentile(0.5), day.exceeded_by(0.5)),
        figure("90 % lead time", percentile(0.9), day.exceeded_by(0.1)),
        difference("difference of lead times", lead_time(), faster.lead_time() - day.lead_time()),
        difference("difference of promises", kept(), day.longer(promise) - faster.longer(promise)),
    ]
}
