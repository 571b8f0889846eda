//! The calibration program, with few and small experiments.
//!
//! A row fails if it would be rarer than 1 in 1,000 (0.05 % on either side) whatever its coverage is in the range demanded.

#![allow(dead_code)] // The program brings its `main`.

#[path = "../examples/calibration/main.rs"]
mod calibration;

use calibration::{suites, table};
use statrs::distribution::{Binomial, DiscreteCDF};

const REPLICATIONS: u32 = 20;
/// An optimised build makes more of them.
const EXPERIMENTS: u64 = if cfg!(debug_assertions) { 15 } else { 200 };

#[test]
fn intervals_cover() {
    let mut lines = 0;
    for suite in suites::suites(REPLICATIONS).unwrap() {
        for line in table::measure(&suite, EXPERIMENTS).unwrap() {
            let (experiments, covered) = line.counts();
            let [low, high] = line.range().map(|bound| Binomial::new(bound, experiments).unwrap());
            let too_few = low.cdf(covered) < 5e-4;
            let too_many = covered > 0 && high.sf(covered - 1) < 5e-4;
            assert!(!too_few && !too_many, "{line}");
            lines += 1;
        }
    }
    assert!(lines > 50, "{lines}");
}
