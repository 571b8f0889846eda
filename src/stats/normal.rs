//! The normal distribution.

use statrs::distribution::{ContinuousCDF, Normal};

/// The probability that a standard normal variable is below `z`.
pub(crate) fn normal_below(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_tables() {
        for (z, below) in [(0.0, 0.5), (1.0, 0.841_345), (-1.959_964, 0.025), (3.0, 0.998_650)] {
            assert!((normal_below(z) - below).abs() < 1e-6, "{z}");
        }
    }
}
