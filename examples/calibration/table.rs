//! Counting, and the table.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use knockon::Result;
use knockon::stats::Estimate;

use super::rows::{Range, Row};
use super::suites::Suite;

/// The head of the table.
pub const HEAD: &str = "\
| model | method | figure | experiments | replications | half width | coverage | demanded | |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |";

/// A line of the table: how often the intervals of a figure have covered it.
pub struct Line<'s> {
    model: &'s str,
    method: &'s str,
    row: &'s Row,
    count: Count,
}

/// What was counted of one figure.
#[derive(Clone, Copy, Default)]
struct Count {
    experiments: u64,
    covered: u64,
    /// The sum of the half widths.
    half_widths: f64,
    /// The sum of the numbers of replications.
    replications: u64,
}

impl Count {
    fn add(&mut self, estimate: &Estimate, truth: f64) {
        self.experiments += 1;
        self.replications += u64::from(estimate.replications);
        if let Some(interval) = estimate.interval {
            self.covered += u64::from(interval.low <= truth && truth <= interval.high);
            self.half_widths += (interval.high - interval.low) / 2.0;
        }
    }

    fn merge(&mut self, other: &Count) {
        self.experiments += other.experiments;
        self.covered += other.covered;
        self.half_widths += other.half_widths;
        self.replications += other.replications;
    }
}

/// Makes so many experiments, on all processors. An experiment without an interval has not covered anything.
pub fn measure(suite: &Suite, experiments: u64) -> Result<Vec<Line<'_>>> {
    let next = AtomicU64::new(1);
    let counts = Mutex::new(vec![Count::default(); suite.rows.len()]);
    let work = || -> Result<()> {
        let mut own = vec![Count::default(); suite.rows.len()];
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > experiments {
                break;
            }
            for ((count, row), estimate) in own.iter_mut().zip(&suite.rows).zip(suite.experiment(seed)?) {
                if let Some(estimate) = estimate {
                    count.add(&estimate, row.truth);
                }
            }
        }
        let mut counts = counts.lock().expect("nobody panics");
        counts.iter_mut().zip(&own).for_each(|(count, own)| count.merge(own));
        Ok(())
    };
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
    })?;
    let counts = counts.into_inner().expect("nobody panics");
    let line = |(row, count)| Line { model: suite.model, method: suite.method, row, count };
    Ok(suite.rows.iter().zip(counts).map(line).collect())
}

impl Line<'_> {
    /// The share of experiments in which the interval has covered.
    pub fn coverage(&self) -> f64 {
        self.count.covered as f64 / self.count.experiments as f64
    }

    /// How many experiments counted, and in how many the interval has covered.
    pub fn counts(&self) -> (u64, u64) {
        (self.count.experiments, self.count.covered)
    }

    /// Between which bounds the coverage is demanded to be.
    pub fn range(&self) -> Range {
        self.row.range
    }

    /// Whether the coverage is in the range demanded.
    pub fn in_range(&self) -> bool {
        let [low, high] = self.row.range;
        (low..=high).contains(&self.coverage())
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line { model, method, row, count } = self;
        let half_width = count.half_widths / count.experiments as f64 / row.truth.abs();
        let [low, high] = row.range.map(|bound| 100.0 * bound);
        let verdict = if self.in_range() { "in" } else { "**out**" };
        let replications = count.replications as f64 / count.experiments as f64;
        write!(f, "| {model} | {method} | {} | {} | {replications:.0} ", row.name, count.experiments)?;
        write!(f, "| {:.1} % | {:.1} % ", 100.0 * half_width, 100.0 * self.coverage())?;
        write!(f, "| {low} to {high} % | {verdict} |")
    }
}
