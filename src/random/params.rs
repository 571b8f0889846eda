//! From what an analyst gives (mean and coefficient of variation) to the parameters of formulas.

use super::dist::{Branch, Cv, Quantity};

/// Which of two pairs of parameters was given.
pub(super) enum Given<A, B> {
    Natural(A),
    MeanCv(B),
}

/// The pair that is complete, if the other is wholly absent.
pub(super) fn given<A, B, T>(
    first: Option<A>,
    second: Option<B>,
    mean: Option<T>,
    cv: Option<Cv>,
) -> Option<Given<(A, B), (T, Cv)>> {
    match (first, second, mean, cv) {
        (Some(first), Some(second), None, None) => Some(Given::Natural((first, second))),
        (None, None, Some(mean), Some(cv)) => Some(Given::MeanCv((mean, cv))),
        _ => None,
    }
}

/// Scale and shape of a Weibull distribution.
pub(super) fn weibull<T: Quantity>(given: Option<Given<(T, f64), (T, Cv)>>) -> (f64, f64) {
    match given {
        Some(Given::Natural((scale, shape))) => (scale.value(), shape),
        Some(Given::MeanCv((mean, cv))) => {
            let shape = weibull_shape(cv.0);
            (mean.value() / libm::tgamma(1.0 + 1.0 / shape), shape)
        }
        None => (f64::NAN, f64::NAN),
    }
}

/// The shape of a Weibull distribution with this coefficient of variation: the solution of
/// [`weibull_log_ratio`] = ln(1 + cv^2), by bisection of the logarithm of 1 / shape.
fn weibull_shape(cv: f64) -> f64 {
    let target = libm::log1p(cv * cv);
    let (mut low, mut high) = (1e-9, 1e3);
    // 60 halvings of a range of 28 in the logarithm leave less than one rounding error.
    for _ in 0..60 {
        let middle = libm::sqrt(low * high);
        if weibull_log_ratio(middle) < target {
            low = middle;
        } else {
            high = middle;
        }
    }
    1.0 / high
}

/// ln of (second moment / mean^2) of a Weibull distribution of shape 1 / t:
/// ln Gamma(1 + 2t) - 2 ln Gamma(1 + t).
pub(super) fn weibull_log_ratio(t: f64) -> f64 {
    if t > 1e-3 {
        return libm::lgamma(1.0 + 2.0 * t) - 2.0 * libm::lgamma(1.0 + t);
    }
    // The difference cancels here; its series has the terms zeta(n) (-t)^n (2^n - 2) / n.
    const ZETA: [f64; 4] =
        [1.644_934_066_848_226_4, 1.202_056_903_159_594_3, 1.082_323_233_711_138, 1.036_927_755_143_37];
    t * t * (ZETA[0] - t * (2.0 * ZETA[1] - t * (3.5 * ZETA[2] - t * 6.0 * ZETA[3])))
}

/// Minimum and shape of a Pareto distribution: cv^2 = 1 / (shape (shape - 2)).
pub(super) fn pareto<T: Quantity>(given: Option<Given<(T, f64), (T, Cv)>>) -> (f64, f64) {
    match given {
        Some(Given::Natural((minimum, shape))) => (minimum.value(), shape),
        Some(Given::MeanCv((mean, cv))) => {
            let excess = libm::sqrt(1.0 + 1.0 / (cv.0 * cv.0));
            (mean.value() * excess / (1.0 + excess), 1.0 + excess)
        }
        None => (f64::NAN, f64::NAN),
    }
}

/// The two shapes of a beta distribution on [low, high], by matching mean and variance.
pub(super) fn beta<T: Quantity>(low: T, high: T, given: Option<Given<(f64, f64), (T, Cv)>>) -> (f64, f64) {
    match given {
        Some(Given::Natural(shapes)) => shapes,
        Some(Given::MeanCv((mean, cv))) => {
            let width = high.value() - low.value();
            let centre = (mean.value() - low.value()) / width;
            let sd = cv.0 * mean.value() / width;
            // Not divided by sd * sd, which may underflow.
            let sum = (centre / sd) * ((1.0 - centre) / sd) - 1.0;
            (centre * sum, (1.0 - centre) * sum)
        }
        None => (f64::NAN, f64::NAN),
    }
}

/// The two shapes of a PERT distribution; their sum is `shape` + 2.
pub(super) fn pert<T: Quantity>(low: T, mode: T, high: T, shape: f64) -> (f64, f64) {
    let width = high.value() - low.value();
    let centre = if width > 0.0 { (mode.value() - low.value()) / width } else { 0.5 };
    (1.0 + shape * centre, 1.0 + shape * (1.0 - centre))
}

/// Median and standard deviation of the logarithm of a lognormal distribution:
/// sigma^2 = ln(1 + cv^2).
pub(super) fn lognormal<T: Quantity>(mean: T, cv: Cv) -> (f64, f64) {
    let square = cv.0 * cv.0;
    (mean.value() / libm::sqrt(1.0 + square), libm::sqrt(libm::log1p(square)))
}

/// Probabilities and means of the branches of a hyperexponential distribution. From mean and cv: two
/// with balanced means (Whitt 1982, Approximating a point process by a renewal process I, eq. 3.7).
pub(super) fn hyperexponential<T: Quantity>(
    branches: &[Branch<T>],
    mean: Option<T>,
    cv: Option<Cv>,
) -> Vec<(f64, f64)> {
    let (Some(mean), Some(cv)) = (mean, cv) else {
        return branches.iter().map(|branch| (branch.probability, branch.mean.value())).collect();
    };
    let square = cv.0 * cv.0;
    let spread = libm::sqrt((square - 1.0) / (square + 1.0));
    // (1 - spread) / 2, without the cancellation.
    let rare = 1.0 / (square + 1.0) / (1.0 + spread);
    [1.0 - rare, rare].map(|probability| (probability, mean.value() / (2.0 * probability))).to_vec()
}
