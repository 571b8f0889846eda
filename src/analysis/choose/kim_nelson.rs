//! The fully sequential procedure of Kim and Nelson, *A fully sequential procedure for indifference-zone selection in
//! simulation*, ACM TOMACS 11(3), 2001, with c = 1. It knows nothing of simulation: it asks for replications, and the more
//! their figure, the better.
//!
//! Where the figures of replications are normal (dependent on each other within a replication in any way), it selects the best
//! of k with at least the probability asked for, if the best is better than every other by at least the indifference zone.

use super::{Feed, Wanted, best_of};
use crate::error::Result;

/// The fewest replications of each scenario that are made at a time, and by how much of those made the number grows.
const ROUND: u32 = 16;
const GROWTH: u32 = 4;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Promise {
    /// The smallest difference that matters: delta.
    pub indifference: f64,
    /// The probability with which the best is selected: 1 - alpha.
    pub probability: f64,
    /// Replications of the first stage: n0.
    pub first: u32,
    /// The most replications of a scenario.
    pub at_most: u32,
}

/// What was selected.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Selected {
    /// By scenario, the figure in all replications that were made.
    pub values: Vec<Vec<f64>>,
    /// By scenario, how many of them were looked at.
    pub looked_at: Vec<u32>,
    /// By scenario, because of which other one it was put out.
    pub put_out_by: Vec<Option<usize>>,
    /// The best of those that are left.
    pub best: usize,
}

impl Promise {
    /// h^2 = 2 c eta (n0 - 1), where g(eta) = (1 + 2 eta)^(-(n0 - 1) / 2) / 2 = alpha / (k - 1) for c = 1.
    pub fn h_squared(&self, scenarios: usize) -> f64 {
        let freedom = f64::from(self.first) - 1.0;
        let alpha = (1.0 - self.probability) / (scenarios as f64 - 1.0);
        let eta = ((2.0 * alpha).powf(-2.0 / freedom) - 1.0) / 2.0;
        2.0 * eta * freedom
    }
}

/// Selects the best of some scenarios, or goes on until no more replications are allowed.
pub(super) fn select(scenarios: usize, promise: &Promise, feed: &mut Feed<'_>) -> Result<Selected> {
    let first = promise.first;
    let all: Vec<Wanted> =
        (0..scenarios).map(|scenario| Wanted { scenario, from: 0, count: first }).collect();
    let mut race = Race::new(*promise, feed(&all)?);
    loop {
        race.screen();
        if race.looked_at >= race.last_look() {
            // Only scenarios that are equal are left.
            race.put_out_equals();
        }
        if race.left.len() == 1 || race.looked_at >= promise.at_most {
            break;
        }
        let wanted = race.wanted();
        if !wanted.is_empty() {
            race.take_in(&wanted, feed(&wanted)?);
        }
        race.look();
    }
    let best = race.best();
    let looked_at = race.put_out.iter().map(|out| out.map_or(race.looked_at, |(after, _)| after)).collect();
    let put_out_by = race.put_out.iter().map(|out| out.map(|(_, by)| by)).collect();
    Ok(Selected { values: race.values, looked_at, put_out_by, best })
}

struct Race {
    promise: Promise,
    values: Vec<Vec<f64>>,
    /// How many replications of those that are left were looked at: r.
    looked_at: u32,
    /// Sums over them.
    sums: Vec<f64>,
    /// Who is left, in order.
    left: Vec<usize>,
    /// After how many replications, and because of whom.
    put_out: Vec<Option<(u32, usize)>>,
    /// By pair, h^2 S^2 / delta^2: from so many replications on, the smaller sum is out.
    ends: Vec<Vec<f64>>,
}

impl Race {
    fn new(promise: Promise, values: Vec<Vec<f64>>) -> Race {
        let scale = promise.h_squared(values.len()) / promise.indifference.powi(2);
        let end = |one: &Vec<f64>, other: &Vec<f64>| scale * variance_of_difference(one, other);
        Race {
            looked_at: promise.first,
            sums: values.iter().map(|of| of.iter().sum()).collect(),
            left: (0..values.len()).collect(),
            put_out: vec![None; values.len()],
            ends: values.iter().map(|one| values.iter().map(|other| end(one, other)).collect()).collect(),
            promise,
            values,
        }
    }

    /// Puts out whoever is behind one of the others by more than r W = delta / (2 c) (h^2 S^2 / delta^2 - r), if that is
    /// positive, else by anything.
    fn screen(&mut self) {
        let room = |one: usize, other: usize| {
            (self.promise.indifference / 2.0 * (self.ends[one][other] - f64::from(self.looked_at))).max(0.0)
        };
        let too_far = |one: usize, other: usize| self.sums[other] - self.sums[one] - room(one, other);
        let out_by = |&one: &usize| {
            let others = self.left.iter().filter(|&&other| other != one);
            let furthest = others.map(|&other| (other, too_far(one, other)));
            let furthest = furthest.max_by(|a, b| a.1.total_cmp(&b.1))?;
            (furthest.1 > 0.0).then_some((one, furthest.0))
        };
        let out: Vec<(usize, usize)> = self.left.iter().filter_map(out_by).collect();
        for (one, by) in out {
            self.put_out[one] = Some((self.looked_at, by));
        }
        self.left.retain(|&one| self.put_out[one].is_none());
    }

    /// After so many replications at most a difference of those left decides.
    fn last_look(&self) -> u32 {
        let pairs = self.left.iter().flat_map(|&one| self.left.iter().map(move |&other| (one, other)));
        let last = pairs.map(|(one, other)| self.ends[one][other]).fold(0.0, f64::max);
        // As a number of replications, which does not wrap around.
        (last.floor() as u32).saturating_add(1)
    }

    fn put_out_equals(&mut self) {
        let best = self.best();
        for &one in self.left.iter().filter(|&&one| one != best) {
            self.put_out[one] = Some((self.looked_at, best));
        }
        self.left = vec![best];
    }

    /// The next replications of those left, where all were looked at.
    fn wanted(&self) -> Vec<Wanted> {
        let made = self.looked_at;
        if self.left.iter().any(|&one| self.values[one].len() > made as usize) {
            return Vec::new();
        }
        let useful = self.last_look().min(self.promise.at_most) - made;
        let count = useful.min(ROUND.max(made / GROWTH));
        self.left.iter().map(|&scenario| Wanted { scenario, from: made, count }).collect()
    }

    fn take_in(&mut self, wanted: &[Wanted], values: Vec<Vec<f64>>) {
        for (wanted, values) in wanted.iter().zip(values) {
            self.values[wanted.scenario].extend(values);
        }
    }

    /// Looks at one more replication.
    fn look(&mut self) {
        for &one in &self.left {
            self.sums[one] += self.values[one][self.looked_at as usize];
        }
        self.looked_at += 1;
    }

    fn best(&self) -> usize {
        self.left[best_of(self.left.iter().map(|&one| self.sums[one]))]
    }
}

/// The sample variance of differences, replication by replication.
fn variance_of_difference(one: &[f64], other: &[f64]) -> f64 {
    let differences: Vec<f64> = one.iter().zip(other).map(|(one, other)| one - other).collect();
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    let squares: f64 = differences.iter().map(|difference| (difference - mean).powi(2)).sum();
    squares / (differences.len() as f64 - 1.0)
}
