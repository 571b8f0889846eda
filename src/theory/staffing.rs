//! How many people a department needs: the square-root rule.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use super::error::{TheoryError, in_range, inside_unit, not_negative, positive};

/// The probability that an arrival waits at an M/M/c queue with many servers and c = a + beta sqrt(a), where a is the
/// offered load: 1 / (1 + beta Phi(beta) / phi(beta)) (Halfin and Whitt, *Operations Research* 29, 1981). Exact in
/// the limit of large loads.
///
/// # Errors
/// `beta` is not positive and finite.
///
/// ```
/// use knockon::theory::{erlang_c, halfin_whitt};
/// // 100 people would be busy, 110 are there.
/// assert!((halfin_whitt(1.0)? - erlang_c(110, 100.0)?).abs() < 0.02);
/// # Ok::<(), knockon::theory::TheoryError>(())
/// ```
pub fn halfin_whitt(beta: f64) -> Result<f64, TheoryError> {
    positive("the spare capacity in square roots of the load", beta)?;
    let normal = Normal::standard();
    in_range(1.0 / (1.0 + beta * normal.cdf(beta) / normal.pdf(beta)))
}

/// The staff that the square-root rule gives for an offered load a (mean number busy) and a probability of having to
/// wait: the least whole number of at least a + beta sqrt(a), with the beta for which [`halfin_whitt`] is that probability.
///
/// # Errors
/// A negative or infinite load, a probability that is not between 0 and 1, or a result beyond the numbers of people that can
/// be counted.
///
/// ```
/// use knockon::theory::{erlang_c, square_root_staffing};
/// let staff = square_root_staffing(20.0, 0.2)?;
/// assert_eq!(staff, 25);
/// assert!(erlang_c(25, 20.0)? < 0.21 && erlang_c(24, 20.0)? > 0.2);
/// # Ok::<(), knockon::theory::TheoryError>(())
/// ```
pub fn square_root_staffing(offered_load: f64, waiting: f64) -> Result<u32, TheoryError> {
    not_negative("the offered load", offered_load)?;
    inside_unit("the probability of waiting", waiting)?;
    // The probability falls from 1 to below 1e-300 between these.
    let (mut low, mut high) = (0.0, 37.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if halfin_whitt(middle)? > waiting { low = middle } else { high = middle }
    }
    let staff = (offered_load + high * offered_load.sqrt()).ceil().max(1.0);
    if staff > f64::from(u32::MAX) {
        return Err(TheoryError::OutOfRange);
    }
    Ok(staff as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::erlang_c;

    /// For large loads the rule is Erlang's formula: with beta 0.5, 1 and 2 the probabilities are 0.504, 0.223 and 0.0268,
    /// from tables of the normal distribution.
    #[test]
    fn the_limit_is_that_of_erlang() {
        for (beta, expected) in [(0.5_f64, 0.5045), (1.0, 0.2234), (2.0, 0.02690)] {
            assert!((halfin_whitt(beta).unwrap() - expected).abs() < 1e-3, "{beta}");
            let load = 1e6;
            let staff = (load + beta * 1e3) as u32;
            assert!((erlang_c(staff, load).unwrap() / expected - 1.0).abs() < 5e-3, "{beta}");
        }
    }

    /// The rule is off by no more than one from the least number that Erlang's formula gives (Borst, Mandelbaum and Reiman,
    /// *Operations Research* 52, 2004).
    #[test]
    fn the_rule_is_off_by_one_at_most() {
        for load in [0.3, 1.0, 2.7, 5.0, 12.0, 40.0, 150.0, 1000.0] {
            for waiting in [0.05, 0.1, 0.2, 0.5, 0.8] {
                let least = load as u32 + 1;
                let exact = (least..).find(|&staff| erlang_c(staff, load).unwrap() <= waiting).unwrap();
                let rule = square_root_staffing(load, waiting).unwrap();
                assert!(rule.abs_diff(exact) <= 1, "{load} {waiting}: {rule} {exact}");
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for beta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(halfin_whitt(beta).is_err(), "{beta}");
        }
        for (load, waiting) in [(-1.0, 0.2), (f64::NAN, 0.2), (2.0, 0.0), (2.0, 1.0), (2.0, 1.5), (1e12, 0.2)]
        {
            assert!(square_root_staffing(load, waiting).is_err(), "{load} {waiting}");
        }
        assert_eq!(square_root_staffing(0.0, 0.2).unwrap(), 1);
    }
}
