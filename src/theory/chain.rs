//! The steady state of a finite Markov chain whose moves go between near states.

use super::error::TheoryError;

/// The most multiplications that an elimination may take.
const MOST_WORK: u64 = 500_000_000;

/// The most numbers that it may keep.
const MOST_NUMBERS: u64 = 50_000_000;

/// The stationary probabilities of a continuous-time chain on `0..states` with moves (from, to, rate).
///
/// By elimination from the last state to the first, without any subtraction (Grassmann, Taksar and Heyman
/// 1985), within the band of the moves: the work grows with the states times the square of the longest
/// move. Every state must reach state 0 by way of lower ones or of what is eliminated before it, as it
/// does in an irreducible chain.
///
/// # Errors
/// [`TheoryError::OutOfRange`] where the chain is too large, or is not irreducible.
pub(super) fn stationary(states: usize, moves: &[(usize, usize, f64)]) -> Result<Vec<f64>, TheoryError> {
    let band = moves.iter().map(|&(from, to, _)| from.abs_diff(to)).max().unwrap_or(0);
    let (rows, width) = (states as u64, 2 * band as u64 + 1);
    let numbers = rows.saturating_mul(width);
    if numbers > MOST_NUMBERS || numbers.saturating_mul(band as u64) > MOST_WORK {
        return Err(TheoryError::OutOfRange);
    }
    // The rate from i to j stands in row i, column j + band - i.
    let width = 2 * band + 1;
    let mut rates = vec![0.0; states * width];
    for &(from, to, rate) in moves.iter().filter(|step| step.0 != step.1) {
        rates[from * width + to + band - from] += rate;
    }
    let place = |from: usize, to: usize| from * width + to + band - from;
    let mut out = vec![0.0; states];
    for last in (1..states).rev() {
        let low = last.saturating_sub(band);
        out[last] = rates[place(last, low)..place(last, last)].iter().sum();
        if out[last].is_nan() || out[last] <= 0.0 {
            return Err(TheoryError::OutOfRange);
        }
        for from in low..last {
            let share = rates[place(from, last)] / out[last];
            if share > 0.0 {
                for to in low..last {
                    rates[place(from, to)] += share * rates[place(last, to)];
                }
            }
        }
    }
    let mut weights = vec![1.0; states];
    let mut total = 1.0;
    for state in 1..states {
        let low = state.saturating_sub(band);
        let inflow: f64 = (low..state).map(|from| weights[from] * rates[place(from, state)]).sum();
        weights[state] = inflow / out[state];
        total += weights[state];
    }
    if !f64::is_finite(total) {
        return Err(TheoryError::OutOfRange);
    }
    weights.iter_mut().for_each(|weight| *weight /= total);
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::{BirthDeath, near};

    #[test]
    fn a_birth_death_chain() {
        let moves: Vec<_> =
            (0..50).flat_map(|n| [(n, n + 1, 2.0), (n + 1, n, (n + 1).min(3) as f64)]).collect();
        let found = stationary(51, &moves).unwrap();
        let chain = BirthDeath::new(50, |_| 2.0, |n| n.min(3) as f64);
        found.iter().zip(&chain.probability).for_each(|(a, b)| near(*a, *b, 1e-13));
    }

    /// What comes into each state leaves it, in a chain without any symmetry.
    #[test]
    fn flows_balance() {
        let mut state = 7_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1_u64 << 24) as f64
        };
        let moves: Vec<_> = (0..60_usize)
            .flat_map(|from| (from.saturating_sub(6)..(from + 6).min(60)).map(move |to| (from, to)))
            .map(|(from, to)| (from, to, random()))
            .collect();
        let found = stationary(60, &moves).unwrap();
        let mut net = vec![0.0; 60];
        for &(from, to, rate) in &moves {
            net[from] -= found[from] * rate;
            net[to] += found[from] * rate;
        }
        net.iter().for_each(|flow| near(*flow, 0.0, 1e-14));
        near(found.iter().sum(), 1.0, 1e-14);
    }

    #[test]
    fn what_is_too_large_or_never_left_is_refused() {
        assert_eq!(stationary(2, &[(0, 1, 1.0)]), Err(TheoryError::OutOfRange));
        assert_eq!(stationary(100_000, &[(0, 99_999, 1.0)]), Err(TheoryError::OutOfRange));
    }
}
