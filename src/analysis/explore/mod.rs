//! What several factors do, alone and together: factorial designs, and one factor at a time.

mod design;
mod effects;
mod fraction;
#[cfg(test)]
mod tests;
mod tornado;

use crate::stats::{Estimate, Interval};

pub use design::{Design, Factor};
pub use effects::{DesignPoint, Exploration, FactorialEffect, LevelStep};
pub use tornado::{Tornado, TornadoBar, TornadoEnd};

/// An estimate of a difference of figures of about a size, without what rounding left of nothing.
fn without_noise(estimate: Estimate, size: f64) -> Estimate {
    let nothing = |value: f64| value.abs() <= 1e-12 * size;
    let mean = if nothing(estimate.mean) { 0.0 } else { estimate.mean };
    match estimate.half_width() {
        Some(half) if nothing(half) => {
            let point = |of: Interval| Interval { std_error: 0.0, low: mean, high: mean, ..of };
            Estimate { mean, interval: estimate.interval.map(point), ..estimate }
        }
        _ => estimate,
    }
}
