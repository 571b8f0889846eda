//! Numerical integration, for what has no closed form or one that cancels.

use super::exp::exp;

/// Nodes and weights of the five-point Gauss-Legendre rule on [-1, 1].
const GAUSS: [(f64, f64); 5] = [
    (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
    (0.906_179_845_938_664, 0.236_926_885_056_189_1),
];

/// With so many panels over a bell of 24 standard deviations, or an exponential of 45 means, the error
/// is about that of rounding.
const PANELS: u32 = 64;

/// The integrals of smooth functions over [from, to]; 0 if the interval is empty.
pub(super) fn integrate<const N: usize>(from: f64, to: f64, f: impl Fn(f64) -> [f64; N]) -> [f64; N] {
    let half = (to - from).max(0.0) / f64::from(2 * PANELS);
    let mut sums = [0.0; N];
    for panel in 0..PANELS {
        let centre = from + f64::from(2 * panel + 1) * half;
        for (node, weight) in GAUSS {
            let values = f(centre + half * node);
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += half * weight * value;
            }
        }
    }
    sums
}

/// The distribution function of a nearly normal density at `t` from its mode. `log_density` is the
/// logarithm of the density relative to that at the mode.
pub(super) fn bell_cdf(t: f64, sd: f64, log_density: impl Fn(f64) -> f64) -> f64 {
    let reach = 12.0 * sd;
    let mass = |to| integrate(-reach, to, |t| [exp(log_density(t))])[0];
    mass(t.clamp(-reach, reach)) / mass(reach)
}
