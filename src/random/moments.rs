//! Mean, variance and distribution function.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::gamma_lr;

use super::dist::{Dist, Quantity};
use super::params::{self, Given, given};
use super::quadrature::bell_cdf;
use super::truncated::TruncatedNormal;

/// All of these want a distribution without defects; of another they may return anything. The unit
/// is the distribution's own: ticks for spans.
impl<T: Quantity> Dist<T> {
    /// The mean.
    pub fn mean(&self) -> f64 {
        self.moments().0
    }

    /// The variance, in squared units; infinite where it does not exist (Pareto with a shape of up
    /// to 2).
    pub fn variance(&self) -> f64 {
        self.moments().1
    }

    /// The coefficient of variation: standard deviation divided by mean. 0 if the value is always 0.
    pub fn cv(&self) -> f64 {
        let (mean, variance) = self.moments();
        if variance == 0.0 { 0.0 } else { libm::sqrt(variance) / mean }
    }

    /// Mean and variance.
    fn moments(&self) -> (f64, f64) {
        let by_cv = |mean: f64, cv: f64| (mean, mean * mean * cv * cv);
        match *self {
            Dist::Constant { value } => (value.value(), 0.0),
            Dist::Uniform { low, high } => {
                let width = high.value() - low.value();
                (low.value() + 0.5 * width, width * width / 12.0)
            }
            Dist::Triangular { low, mode, high } => {
                let low = low.value();
                let (a, b) = (mode.value() - low, high.value() - low);
                (low + (a + b) / 3.0, (a * a + b * b - a * b) / 18.0)
            }
            Dist::Pert { low, mode, high, shape } => {
                beta_moments(low.value(), high.value(), params::pert(low, mode, high, shape))
            }
            Dist::Exponential { mean } => by_cv(mean.value(), 1.0),
            Dist::Erlang { stages, mean } => (mean.value(), mean.value() * mean.value() / f64::from(stages)),
            Dist::Gamma { mean, cv } | Dist::Lognormal { mean, cv } => by_cv(mean.value(), cv.0),
            Dist::Weibull { scale, shape, mean, cv } => match given(scale, shape, mean, cv) {
                Some(Given::MeanCv((mean, cv))) => by_cv(mean.value(), cv.0),
                given => {
                    let (scale, shape) = params::weibull(given);
                    let mean = scale * libm::tgamma(1.0 + 1.0 / shape);
                    (mean, mean * mean * libm::expm1(params::weibull_log_ratio(1.0 / shape)))
                }
            },
            Dist::Pareto { minimum, shape, mean, cv } => match given(minimum, shape, mean, cv) {
                Some(Given::MeanCv((mean, cv))) => by_cv(mean.value(), cv.0),
                given => pareto_moments(params::pareto(given)),
            },
            Dist::TruncatedNormal { .. } => {
                self.truncated().map_or((f64::NAN, f64::NAN), |kept| kept.moments())
            }
            Dist::Beta { low, high, alpha, beta, mean, cv } => match given(alpha, beta, mean, cv) {
                Some(Given::MeanCv((mean, cv))) => by_cv(mean.value(), cv.0),
                given => beta_moments(low.value(), high.value(), params::beta(low, high, given)),
            },
            Dist::Hyperexponential { mean: Some(mean), cv: Some(cv), .. } => by_cv(mean.value(), cv.0),
            Dist::Hyperexponential { ref branches, mean, cv } => {
                mixed(params::hyperexponential(branches, mean, cv).into_iter().map(|(p, m)| (p, m, m * m)))
            }
            Dist::Mixture { ref parts } => mixed(parts.iter().map(|part| {
                let (mean, variance) = part.dist.moments();
                (part.weight, mean, variance)
            })),
            Dist::Shifted { by, ref dist } => {
                let (mean, variance) = dist.moments();
                (by.value() + mean, variance)
            }
            Dist::Scaled { factor, ref dist } => {
                let (mean, variance) = dist.moments();
                (factor * mean, factor * (factor * variance))
            }
            Dist::Discrete { ref values } => {
                mixed(values.iter().map(|chance| (chance.probability, chance.value.value(), 0.0)))
            }
            Dist::Empirical { ref sample, interpolate: false } => {
                mixed(sample.iter().map(|value| (1.0, value.value(), 0.0)))
            }
            Dist::Empirical { ref sample, interpolate: true } => match *sorted(sample) {
                [only] => (only, 0.0),
                ref sorted => mixed(sorted.windows(2).map(|pair| {
                    let width = pair[1] - pair[0];
                    (1.0, pair[0] + 0.5 * width, width * width / 12.0)
                })),
            },
        }
    }

    /// The probability of a value up to `x`.
    ///
    /// Most are exact to rounding; gamma, Erlang, beta and PERT to about 1e-9, except where one shape of
    /// a beta is small and the other above some millions.
    pub fn cdf(&self, x: f64) -> f64 {
        let step = |at: f64| if x < at { 0.0 } else { 1.0 };
        match *self {
            Dist::Constant { value } => step(value.value()),
            Dist::Uniform { low, high } if low == high => step(low.value()),
            Dist::Uniform { low, high } => ((x - low.value()) / (high.value() - low.value())).clamp(0.0, 1.0),
            Dist::Triangular { low, mode, high } => {
                triangular_cdf(low.value(), mode.value(), high.value(), x)
            }
            Dist::Pert { low, mode, high, shape } => {
                beta_cdf(low.value(), high.value(), params::pert(low, mode, high, shape), x)
            }
            Dist::Exponential { mean } => exponential_cdf(mean.value(), x),
            Dist::Erlang { stages, mean } => gamma_cdf(mean.value(), f64::from(stages), x),
            Dist::Gamma { mean, cv } => gamma_cdf(mean.value(), 1.0 / (cv.0 * cv.0), x),
            Dist::Lognormal { mean, cv } => {
                let (median, sigma) = params::lognormal(mean, cv);
                if x <= 0.0 {
                    return 0.0;
                }
                let z = libm::log(x / median) / sigma;
                0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
            }
            Dist::Weibull { scale, shape, mean, cv } => {
                let (scale, shape) = params::weibull(given(scale, shape, mean, cv));
                -libm::expm1(-libm::pow(x.max(0.0) / scale, shape))
            }
            Dist::Pareto { minimum, shape, mean, cv } => {
                let (minimum, shape) = params::pareto(given(minimum, shape, mean, cv));
                if x < minimum { 0.0 } else { 1.0 - libm::pow(minimum / x, shape) }
            }
            Dist::TruncatedNormal { .. } => self.truncated().map_or(f64::NAN, |kept| kept.cdf(x)),
            Dist::Beta { low, high, alpha, beta, mean, cv } => {
                let shapes = params::beta(low, high, given(alpha, beta, mean, cv));
                beta_cdf(low.value(), high.value(), shapes, x)
            }
            Dist::Hyperexponential { ref branches, mean, cv } => weighted(
                params::hyperexponential(branches, mean, cv)
                    .into_iter()
                    .map(|(probability, mean)| (probability, exponential_cdf(mean, x))),
            ),
            Dist::Mixture { ref parts } => weighted(parts.iter().map(|part| (part.weight, part.dist.cdf(x)))),
            Dist::Shifted { by, ref dist } => dist.cdf(x - by.value()),
            Dist::Scaled { factor, ref dist } => dist.cdf(x / factor),
            Dist::Discrete { ref values } => {
                weighted(values.iter().map(|chance| (chance.probability, step(chance.value.value()))))
            }
            Dist::Empirical { ref sample, interpolate: false } => {
                weighted(sample.iter().map(|value| (1.0, step(value.value()))))
            }
            Dist::Empirical { ref sample, interpolate: true } => interpolated_cdf(&sorted(sample), x),
        }
    }

    /// The truncated normal that this is, if it is one.
    pub(super) fn truncated(&self) -> Option<TruncatedNormal> {
        let Dist::TruncatedNormal { mean, sd, low, high } = *self else { return None };
        let high = high.map_or(f64::INFINITY, Quantity::value);
        Some(TruncatedNormal::new(mean.value(), sd.value(), low.value(), high))
    }
}

/// The observations as numbers, in order.
pub(super) fn sorted<T: Quantity>(sample: &[T]) -> Box<[f64]> {
    let mut values: Box<[f64]> = sample.iter().map(|value| value.value()).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Mean and variance of a mixture of (weight, mean, variance).
fn mixed(parts: impl Iterator<Item = (f64, f64, f64)> + Clone) -> (f64, f64) {
    let parts = parts.filter(|&(weight, ..)| weight > 0.0);
    let mean = weighted(parts.clone().map(|(weight, mean, _)| (weight, mean)));
    let spread = |(weight, m, variance): (f64, f64, f64)| (weight, variance + (m - mean) * (m - mean));
    (mean, weighted(parts.map(spread)))
}

/// The weighted mean of (weight, value).
fn weighted(parts: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (weights, sum) = parts.fold((0.0, 0.0), |(weights, sum), (w, value)| (weights + w, sum + w * value));
    sum / weights
}

fn pareto_moments((minimum, shape): (f64, f64)) -> (f64, f64) {
    let mean = if shape > 1.0 { minimum * shape / (shape - 1.0) } else { f64::INFINITY };
    let variance = if shape > 2.0 { mean * mean / (shape * (shape - 2.0)) } else { f64::INFINITY };
    (mean, variance)
}

fn beta_moments(low: f64, high: f64, (alpha, beta): (f64, f64)) -> (f64, f64) {
    let (width, sum) = (high - low, alpha + beta);
    let (share, rest) = (alpha / sum, beta / sum);
    (low + width * share, width * width * share * rest / (sum + 1.0))
}

fn exponential_cdf(mean: f64, x: f64) -> f64 {
    -libm::expm1(-x.max(0.0) / mean)
}

/// From this shape on, statrs's series for the gamma distribution loses digits.
const BELL_GAMMA: f64 = 1e5;
/// If both shapes are above this, its continued fraction for the beta distribution is too short.
const BELL_BETA: f64 = 1e3;

fn gamma_cdf(mean: f64, shape: f64, x: f64) -> f64 {
    let x = shape * (x / mean);
    match x {
        _ if x <= 0.0 => 0.0,
        f64::INFINITY => 1.0,
        _ if shape > BELL_GAMMA => {
            let mode = shape - 1.0;
            bell_cdf(x - mode, libm::sqrt(shape), |t| mode * libm::log1p(t / mode) - t)
        }
        _ => gamma_lr(shape, x),
    }
}

fn beta_cdf(low: f64, high: f64, (alpha, beta): (f64, f64), x: f64) -> f64 {
    match x {
        _ if x < low => 0.0,
        _ if x >= high => 1.0,
        _ if alpha.min(beta) > BELL_BETA => {
            let (a, b) = (alpha - 1.0, beta - 1.0);
            let (mode, rest) = (a / (a + b), b / (a + b));
            let place = (x - low) / (high - low);
            let sd = libm::sqrt(mode * rest / (a + b));
            bell_cdf(place - mode, sd, |t| a * libm::log1p(t / mode) + b * libm::log1p(-t / rest))
        }
        _ => beta_reg(alpha, beta, (x - low) / (high - low)).clamp(0.0, 1.0),
    }
}

fn triangular_cdf(low: f64, mode: f64, high: f64, x: f64) -> f64 {
    match x {
        _ if x < low => 0.0,
        _ if x >= high => 1.0,
        _ if x < mode => (x - low) / (high - low) * ((x - low) / (mode - low)),
        _ => 1.0 - (high - x) / (high - low) * ((high - x) / (high - mode)),
    }
}

fn interpolated_cdf(sorted: &[f64], x: f64) -> f64 {
    let below = sorted.partition_point(|&value| value <= x);
    if below == 0 {
        return 0.0;
    }
    if below == sorted.len() {
        return 1.0;
    }
    let (left, right) = (sorted[below - 1], sorted[below]);
    ((below - 1) as f64 + (x - left) / (right - left)) / (sorted.len() - 1) as f64
}
