//! Where the variance of a figure comes from: parameters, or draws.

use crate::stats::{Estimate, Regression};

/// A figure by parameter set and replication, and the components of its variance. All sets are run on the same draws, so
/// parameters and replications are crossed: y = mean + parameters + draws + both together, four parts without
/// covariance (Hoeffding 1948; Searle, Casella and McCulloch, *Variance Components*, 1992, section 4.7).
pub(super) struct Crossed {
    /// By set: the values of its replications.
    values: Vec<Vec<f64>>,
}

impl Crossed {
    /// As many replications as all sets have. `None` with fewer than two of either.
    pub fn of(mut values: Vec<Vec<f64>>) -> Option<Crossed> {
        let replications = values.iter().map(Vec::len).min()?;
        values.iter_mut().for_each(|set| set.truncate(replications));
        (values.len() > 2 && replications > 1).then_some(Crossed { values })
    }

    fn replications(&self) -> usize {
        self.values[0].len()
    }

    /// The figure of each set.
    pub fn set_means(&self) -> Vec<f64> {
        self.values.iter().map(|set| average(set)).collect()
    }

    /// The mean over all sets, with the interval of simulation noise: every replication is one value.
    pub fn mean(&self, level: f64) -> Option<Estimate> {
        let column = |at: usize| average(&self.column(at));
        Estimate::of_means(&(0..self.replications()).map(column).collect::<Vec<_>>(), level)
    }

    fn column(&self, at: usize) -> Vec<f64> {
        self.values.iter().map(|set| set[at]).collect()
    }

    /// The variance of the figure's expectation due to the parameters: the mean covariance, over parameter sets, of two
    /// different replications. Noise has no part in it. It is (MSB - MSW)/n of the random effects model where sets are
    /// independent, with the mean square of the interaction for MSW where they share draws; and it may come out below zero. With a jackknife
    /// interval over parameter sets.
    pub fn input_variance(&self, level: f64) -> Option<Estimate> {
        let (sets, replications) = (self.values.len() as f64, self.replications() as f64);
        let sums: Vec<f64> = self.values.iter().map(|set| set.iter().sum()).collect();
        let own = Spread::of(&sums);
        let each: Vec<Spread> = (0..self.replications()).map(|at| Spread::of(&self.column(at))).collect();
        let pairs = replications * (replications - 1.0);
        let all = (own.variance - each.iter().map(|of| of.variance).sum::<f64>()) / pairs;
        let without =
            |set: usize| (own.without(set) - each.iter().map(|of| of.without(set)).sum::<f64>()) / pairs;
        let pseudo = |set: usize| sets * all - (sets - 1.0) * without(set);
        let pseudo: Vec<f64> = (0..self.values.len()).map(pseudo).collect();
        // The pseudo-values of an unbiased variance average to it.
        Estimate::of_means(&pseudo, level)
    }

    /// The line through the sets' means, by the values of the parameters that vary; those are told by place.
    pub fn lines(&self, drawn: &[Vec<f64>]) -> Option<(Vec<usize>, Regression)> {
        let varies = |&at: &usize| drawn[at].iter().any(|&value| value != drawn[at][0]);
        let varying: Vec<usize> = (0..drawn.len()).filter(varies).collect();
        let columns: Vec<&[f64]> = varying.iter().map(|&at| drawn[at].as_slice()).collect();
        let fit = Regression::of(&self.set_means(), &columns)?;
        Some((varying, fit))
    }
}

/// A variance, and what it is without one of the values.
struct Spread {
    variance: f64,
    deviations: Vec<f64>,
}

impl Spread {
    fn of(values: &[f64]) -> Spread {
        let mean = average(values);
        let deviations: Vec<f64> = values.iter().map(|value| value - mean).collect();
        Spread { variance: variance(values), deviations }
    }

    fn without(&self, at: usize) -> f64 {
        let count = self.deviations.len() as f64;
        let squares = (count - 1.0) * self.variance;
        (squares - count / (count - 1.0) * self.deviations[at].powi(2)) / (count - 2.0)
    }
}

/// Of equal values exactly that value.
fn average(values: &[f64]) -> f64 {
    let first = values[0];
    first + values.iter().map(|value| value - first).sum::<f64>() / values.len() as f64
}

pub(super) fn variance(values: &[f64]) -> f64 {
    let mean = average(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// The fewest draws of which some lie outside an interval of that level on either side, on average.
pub(super) fn fewest(level: f64) -> u32 {
    (2.0 / (1.0 - level) - 1.0 - 1e-9).ceil().max(3.0) as u32
}

/// The interval that holds one more independent draw with that probability, whatever the distribution: between the
/// order statistics numbered (k + 1)(1 - level)/2 from either end, or between two of them (Wilks 1941; Hyndman and Fan 1996,
/// definition 6).
pub(super) fn percentile_interval(values: &[f64], level: f64) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |place: f64| {
        let place = place.clamp(1.0, sorted.len() as f64);
        let below = place.floor();
        let (low, high) = (sorted[below as usize - 1], sorted[(below as usize).min(sorted.len() - 1)]);
        low + (place - below) * (high - low)
    };
    let tail = (1.0 - level) / 2.0 * (sorted.len() as f64 + 1.0);
    (at(tail), at(sorted.len() as f64 + 1.0 - tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definitions, term by term: mean squares of the crossed layout, and the jackknife that leaves out a set.
    #[test]
    fn components_are_those_of_the_mean_squares() {
        let mut uniform = crate::stats::tests::uniforms(5);
        let values: Vec<Vec<f64>> =
            (0..6).map(|set| (0..4).map(|_| f64::from(set) * uniform() + uniform()).collect()).collect();
        let by_mean_squares = |values: &[Vec<f64>]| {
            let (k, n) = (values.len() as f64, values[0].len() as f64);
            let rows: Vec<f64> = values.iter().map(|set| average(set)).collect();
            let columns: Vec<f64> =
                (0..4).map(|at| average(&values.iter().map(|set| set[at]).collect::<Vec<_>>())).collect();
            let grand = average(&rows);
            let between = n * rows.iter().map(|row| (row - grand).powi(2)).sum::<f64>() / (k - 1.0);
            let mut rest = 0.0;
            for (set, row) in values.iter().zip(&rows) {
                for (value, column) in set.iter().zip(&columns) {
                    rest += (value - row - column + grand).powi(2);
                }
            }
            (between - rest / ((k - 1.0) * (n - 1.0))) / n
        };
        let all = by_mean_squares(&values);
        let found = Crossed::of(values.clone()).unwrap().input_variance(0.9).unwrap();
        assert!((found.mean - all).abs() < 1e-12, "{found} {all}");
        let pseudo: Vec<f64> = (0..6)
            .map(|left_out| {
                let mut others = values.clone();
                others.remove(left_out);
                6.0 * all - 5.0 * by_mean_squares(&others)
            })
            .collect();
        let expected = Estimate::of_means(&pseudo, 0.9).unwrap();
        assert!((found.std_error().unwrap() - expected.std_error().unwrap()).abs() < 1e-12);
    }

    #[test]
    fn percentiles_are_order_statistics() {
        let values: Vec<f64> = (1..=39).rev().map(f64::from).collect();
        for (level, low, high) in [(0.95, 1.0, 39.0), (0.9, 2.0, 38.0), (0.925, 1.5, 38.5)] {
            let found = percentile_interval(&values, level);
            assert!((found.0 - low).abs() < 1e-9 && (found.1 - high).abs() < 1e-9, "{found:?}");
        }
        assert_eq!((fewest(0.95), fewest(0.9), fewest(0.99), fewest(0.5)), (39, 19, 199, 3));
    }
}
