//! Optimal computing budget allocation (Chen, Lin, Yücesan and Chick, *Simulation budget allocation for further enhancing the
//! efficiency of ordinal optimization*, Discrete Event Dynamic Systems 10, 2000). It knows nothing of simulation: it asks for
//! replications that are independent of each other, and the more their figure, the better.

use super::{Feed, Wanted, best_of};
use crate::error::Result;
use crate::stats::normal_below;

/// Differences from the best below this share of the largest count as so much: equals would get everything.
const SMALLEST: f64 = 1e-4;

/// How many replications there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Of all scenarios together.
    pub total: u32,
    /// Of each, at first.
    pub first: u32,
    /// How many are given out at a time.
    pub step: u32,
}

/// What is known of a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Known {
    pub mean: f64,
    pub variance: f64,
    pub replications: u32,
}

impl Known {
    pub fn of(values: &[f64]) -> Known {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Known { mean, variance: squares / (values.len() as f64 - 1.0), replications: values.len() as u32 }
    }
}

/// The figure by scenario in all replications that the budget allows, given out step by step to where they tell most.
pub(super) fn spend(scenarios: usize, budget: &Budget, feed: &mut Feed<'_>) -> Result<Vec<Vec<f64>>> {
    let all: Vec<Wanted> =
        (0..scenarios).map(|scenario| Wanted { scenario, from: 0, count: budget.first }).collect();
    let mut values = feed(&all)?;
    loop {
        let known: Vec<Known> = values.iter().map(|values| Known::of(values)).collect();
        let made: Vec<u32> = known.iter().map(|of| of.replications).collect();
        let spent: u32 = made.iter().sum();
        if spent >= budget.total {
            return Ok(values);
        }
        let more = divide(&weights(&known), &made, budget.step.clamp(1, budget.total - spent));
        let wanted: Vec<Wanted> = (made.iter().zip(&more).enumerate())
            .map(|(scenario, (&from, &count))| Wanted { scenario, from, count })
            .filter(|wanted| wanted.count > 0)
            .collect();
        for (wanted, new) in wanted.iter().zip(feed(&wanted)?) {
            values[wanted.scenario].extend(new);
        }
    }
}

/// In which proportion replications tell most of which scenario is best: with b the best and d the differences from it,
/// N_i / N_j = ((s_i / d_i) / (s_j / d_j))^2, and N_b = s_b sqrt(sum of N_i^2 / s_i^2) (theorem 1). All zero where
/// nothing varies.
pub(super) fn weights(known: &[Known]) -> Vec<f64> {
    let best = best_of(known.iter().map(|of| of.mean));
    let largest = known.iter().map(|of| known[best].mean - of.mean).fold(0.0, f64::max);
    let difference = |of: &Known| match largest > 0.0 {
        true => (known[best].mean - of.mean).max(SMALLEST * largest) / largest,
        false => 1.0,
    };
    let mut weights: Vec<f64> = known.iter().map(|of| of.variance / difference(of).powi(2)).collect();
    // N_i^2 / s_i^2 = s_i^2 / d_i^4.
    let others = known.iter().enumerate().filter(|&(at, _)| at != best);
    let sum: f64 = others.map(|(_, of)| of.variance / difference(of).powi(4)).sum();
    weights[best] = (known[best].variance * sum).sqrt();
    weights
}

/// Gives out `more` replications, so that all together come as near to the proportion of the weights as those made allow.
fn divide(weights: &[f64], made: &[u32], more: u32) -> Vec<u32> {
    let usable = weights.iter().sum::<f64>();
    let equal = vec![1.0; weights.len()];
    let weights = if usable > 0.0 && usable.is_finite() { weights } else { &equal };
    // Whoever has more than its share gets nothing, and the others share what is left.
    let mut open: Vec<usize> = (0..made.len()).collect();
    let shares = loop {
        let of_open = |sum: f64, &at: &usize| sum + weights[at];
        let weight = open.iter().fold(0.0, of_open);
        let total: u32 = open.iter().map(|&at| made[at]).sum::<u32>() + more;
        let share = |at: usize| weights[at] / weight * f64::from(total) - f64::from(made[at]);
        let some: Vec<usize> = open.iter().copied().filter(|&at| share(at) > 0.0).collect();
        if some.len() == open.len() {
            break open.iter().map(|&at| (at, share(at))).collect::<Vec<_>>();
        }
        open = some;
    };
    // Whole replications first, then one each for the largest rests.
    let mut given = vec![0; made.len()];
    for &(at, share) in &shares {
        given[at] = share.floor() as u32;
    }
    let mut by_rest = shares;
    by_rest.sort_by(|a, b| b.1.fract().total_cmp(&a.1.fract()));
    let rest = more.saturating_sub(given.iter().sum());
    for &(at, _) in by_rest.iter().cycle().take(rest as usize) {
        given[at] += 1;
    }
    given
}

/// The probability that another scenario is better than the best looking one, by normal distributions of the means.
pub(super) fn may_be_better(best: &Known, other: &Known) -> f64 {
    let error = (best.variance / f64::from(best.replications)
        + other.variance / f64::from(other.replications))
    .sqrt();
    match best.mean - other.mean {
        difference if error > 0.0 => normal_below(-difference / error),
        difference if difference > 0.0 => 0.0,
        _ => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(mean: f64, deviation: f64) -> Known {
        Known { mean, variance: deviation * deviation, replications: 10 }
    }

    /// Differences of 1 and 2 with equal variances: 4 to 1, and sqrt(16 + 1) for the best. Four times the variance of the
    /// second: 4 to 4, and sqrt(16 + 4).
    #[test]
    fn weights_are_those_worked_out_by_hand() {
        let close = |found: Vec<f64>, expected: [f64; 3]| {
            let scale = found[2] / expected[2];
            found.iter().zip(expected).all(|(found, expected)| (found / scale - expected).abs() < 1e-9)
        };
        let best = known(7.0, 1.0);
        assert!(close(weights(&[best, known(6.0, 1.0), known(5.0, 1.0)]), [17f64.sqrt(), 4.0, 1.0]));
        assert!(close(weights(&[best, known(6.0, 1.0), known(5.0, 2.0)]), [20f64.sqrt(), 4.0, 4.0]));
        // Nothing varies, or nothing differs.
        assert_eq!(weights(&[known(1.0, 0.0), known(2.0, 0.0)]), [0.0, 0.0]);
        assert_eq!(weights(&[known(1.0, 2.0), known(1.0, 2.0)]), [4.0, 4.0]);
    }

    #[test]
    fn what_is_given_out_is_all_and_comes_near_to_the_weights() {
        assert_eq!(divide(&[3.0, 1.0], &[10, 10], 20), [20, 0]);
        // The second has more than its share: the others divide all by 3 to 1.
        assert_eq!(divide(&[3.0, 0.1, 1.0], &[10, 20, 10], 20), [20, 0, 0]);
        assert_eq!(divide(&[3.0, 0.1, 1.0], &[10, 20, 10], 60), [50, 0, 10]);
        assert_eq!(divide(&[0.0, 0.0, 0.0], &[10, 10, 10], 6), [2, 2, 2]);
        assert_eq!(divide(&[1.0, 1.0, 1.0], &[10, 10, 10], 4).iter().sum::<u32>(), 4);
        assert_eq!(divide(&[f64::NAN, 1.0], &[5, 5], 4), [2, 2]);
    }

    #[test]
    fn the_probability_of_being_better_is_that_of_normal_means() {
        let (best, other) = (known(2.0, 1.0), known(1.0, 1.0));
        assert!((may_be_better(&best, &other) - normal_below(-1.0 / 0.2f64.sqrt())).abs() < 1e-15);
        assert_eq!(may_be_better(&known(2.0, 0.0), &known(1.0, 0.0)), 0.0);
        assert_eq!(may_be_better(&known(1.0, 0.0), &known(1.0, 0.0)), 0.5);
    }
}
