//! Distributions ready to be drawn from.
//!
//! A [`Sampler`] is made once from a valid [`Dist`]. Its values are the same on every platform: only
//! plain arithmetic and functions of libm are used, never those of the standard library, which may
//! differ between systems. A release that changes values says so in the changelog.
//!
//! Uniform, triangular, Weibull, Pareto, discrete and empirical invert the distribution function at
//! one word, so that a what-if that changes a shape moves every draw only a little. A mixture's first
//! word chooses the part. Exponential and normal come from ziggurats, gamma (and Erlang with many
//! stages) from the method of Marsaglia and Tsang (2000), beta and PERT from two gammas, Erlang with
//! few stages from a sum of exponentials, the truncated normal from rejection (Robert 1995).

use rand::distr::Distribution;
use rand_core::Rng;

use super::dist::{Dist, Quantity};
use super::exp::exp;
use super::keyed::{Words, unit};
use super::moments::sorted;
use super::params::{self, given};
use super::truncated::TruncatedNormal;
use super::ziggurat::{exponential, exponential_from, normal, normal_from};
use crate::error::{Defect, Error, Result};

/// A distribution ready to be drawn from: see [`Dist::sampler`].
///
/// Values are in ticks (not rounded) or plain numbers, as the distribution was; never NaN, never
/// negative. Those of a heavy tail may exceed any [`Span`](crate::time::Span).
#[derive(Clone, Debug)]
pub struct Sampler(Kind);

#[derive(Clone, Debug)]
enum Kind {
    // The commonest first: they are asked for in this order.
    Exponential {
        mean: f64,
    },
    Lognormal {
        median: f64,
        sigma: f64,
    },
    Constant(f64),
    Uniform {
        low: f64,
        width: f64,
    },
    Triangular {
        low: f64,
        width: f64,
        mode: f64,
    },
    /// The sum of a few exponentials.
    Erlang {
        stages: u32,
        stage_mean: f64,
    },
    Gamma {
        scale: f64,
        unit: UnitGamma,
    },
    Weibull {
        scale: f64,
        power: f64,
    },
    Pareto {
        minimum: f64,
        power: f64,
    },
    TruncatedNormal(Box<TruncatedNormal>),
    Beta(Box<Beta>),
    /// Cumulative probabilities and means.
    Hyperexponential(Box<(Choice, Box<[f64]>)>),
    Mixture(Box<(Choice, Box<[Sampler]>)>),
    Discrete(Box<(Choice, Box<[f64]>)>),
    Resampled(Box<[f64]>),
    /// At least two values, in order.
    Interpolated(Box<[f64]>),
    /// offset + factor * draw.
    Affine(Box<(f64, f64, Sampler)>),
}

/// Up to so many stages, a sum of exponentials is faster than a gamma variate.
const FEW_STAGES: u32 = 4;

impl<T: Quantity> Dist<T> {
    /// This distribution, ready to be drawn from.
    ///
    /// # Errors
    ///
    /// The defects of the distribution, if it has any (see [`Dist::defects`]).
    pub fn sampler(&self) -> Result<Sampler> {
        let defects = self.defects();
        if defects.is_empty() {
            Ok(self.prepare())
        } else {
            let defect = |rule| Defect::new("distribution", rule);
            Err(Error::from_defects(defects.into_iter().map(defect).collect()))
        }
    }

    /// The sampler of a distribution without defects.
    fn prepare(&self) -> Sampler {
        Sampler(match *self {
            Dist::Constant { value } => Kind::Constant(value.value()),
            Dist::Uniform { low, high } => {
                Kind::Uniform { low: low.value(), width: high.value() - low.value() }
            }
            Dist::Triangular { low, mode, high } => {
                let (low, width) = (low.value(), high.value() - low.value());
                let mode = if width > 0.0 { (mode.value() - low) / width } else { 0.0 };
                Kind::Triangular { low, width, mode }
            }
            Dist::Pert { low, mode, high, shape } => {
                Beta::kind(low, high, params::pert(low, mode, high, shape))
            }
            Dist::Exponential { mean } => Kind::Exponential { mean: mean.value() },
            Dist::Erlang { stages, mean } if stages <= FEW_STAGES => {
                Kind::Erlang { stages, stage_mean: mean.value() / f64::from(stages) }
            }
            Dist::Erlang { stages, mean } => UnitGamma::kind(f64::from(stages), mean.value()),
            Dist::Gamma { mean, cv } => UnitGamma::kind(1.0 / (cv.0 * cv.0), mean.value()),
            Dist::Lognormal { mean, cv } => {
                let (median, sigma) = params::lognormal(mean, cv);
                Kind::Lognormal { median, sigma }
            }
            Dist::Weibull { scale, shape, mean, cv } => {
                let (scale, shape) = params::weibull(given(scale, shape, mean, cv));
                Kind::Weibull { scale, power: 1.0 / shape }
            }
            Dist::Pareto { minimum, shape, mean, cv } => {
                let (minimum, shape) = params::pareto(given(minimum, shape, mean, cv));
                Kind::Pareto { minimum, power: -1.0 / shape }
            }
            Dist::TruncatedNormal { .. } => match self.truncated() {
                Some(kept) => Kind::TruncatedNormal(Box::new(kept)),
                None => Kind::Constant(0.0),
            },
            Dist::Beta { low, high, alpha, beta, mean, cv } => {
                Beta::kind(low, high, params::beta(low, high, given(alpha, beta, mean, cv)))
            }
            Dist::Hyperexponential { ref branches, mean, cv } => {
                let branches = params::hyperexponential(branches, mean, cv);
                let means = branches.iter().map(|&(_, mean)| mean).collect();
                Kind::Hyperexponential(Box::new((Choice::new(branches.iter().map(|b| b.0)), means)))
            }
            Dist::Mixture { ref parts } => {
                let samplers = parts.iter().map(|part| part.dist.prepare()).collect();
                Kind::Mixture(Box::new((Choice::new(parts.iter().map(|part| part.weight)), samplers)))
            }
            Dist::Shifted { by, ref dist } => return dist.prepare().affine(by.value(), 1.0),
            Dist::Scaled { factor, ref dist } => return dist.prepare().affine(0.0, factor),
            Dist::Discrete { ref values } => {
                let choice = Choice::new(values.iter().map(|chance| chance.probability));
                let values = values.iter().map(|chance| chance.value.value()).collect();
                Kind::Discrete(Box::new((choice, values)))
            }
            Dist::Empirical { ref sample, interpolate } => {
                let values = sorted(sample);
                match *values {
                    [only] => Kind::Constant(only),
                    _ if interpolate => Kind::Interpolated(values),
                    _ => Kind::Resampled(values),
                }
            }
        })
    }
}

impl Sampler {
    /// offset + factor * this. The commonest kinds absorb it and stay as fast as they were.
    fn affine(self, offset: f64, factor: f64) -> Sampler {
        Sampler(match self.0 {
            Kind::Constant(value) => Kind::Constant((offset + factor * value).max(0.0)),
            Kind::Exponential { mean } if offset == 0.0 => Kind::Exponential { mean: factor * mean },
            Kind::Lognormal { median, sigma } if offset == 0.0 => {
                Kind::Lognormal { median: factor * median, sigma }
            }
            _ => Kind::Affine(Box::new((offset, factor, self))),
        })
    }

    /// A value drawn from the first of `words`: the same as [`Distribution::sample`] gives, but the words
    /// stay in registers.
    #[inline(always)]
    pub(crate) fn draw(&self, words: Words) -> f64 {
        match self.0 {
            Kind::Constant(value) => value,
            Kind::Exponential { mean } => mean * exponential_from(words),
            Kind::Lognormal { median, sigma } => median * exp(sigma * normal_from(words)),
            _ => {
                let [high, low, counter] = words.into_parts();
                self.draw_rare(high, low, counter)
            }
        }
    }

    #[inline(never)]
    fn draw_rare(&self, high: u64, low: u64, counter: u64) -> f64 {
        self.sample_rare(&mut Words::from_parts([high, low, counter]))
    }

    /// All kinds but the commonest.
    #[inline(never)]
    fn sample_rare<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        match self.0 {
            Kind::Constant(_) | Kind::Exponential { .. } | Kind::Lognormal { .. } => self.sample(rng),
            Kind::Uniform { low, width } => low + width * unit(rng.next_u64()),
            Kind::Triangular { low, width, mode } => {
                let u = unit(rng.next_u64());
                let place =
                    if u < mode { libm::sqrt(u * mode) } else { 1.0 - libm::sqrt((1.0 - u) * (1.0 - mode)) };
                low + width * place
            }
            Kind::Erlang { stages, stage_mean } => {
                stage_mean * (0..stages).map(|_| exponential(rng)).sum::<f64>()
            }
            Kind::Gamma { scale, ref unit } => scale * unit.sample(rng),
            Kind::Weibull { scale, power } => scale * power_of(-libm::log(positive_unit(rng)), power),
            Kind::Pareto { minimum, power } => minimum * power_of(positive_unit(rng), power),
            Kind::TruncatedNormal(ref kept) => kept.sample(rng),
            Kind::Beta(ref beta) => beta.low + beta.width * beta.sample_unit(rng),
            Kind::Hyperexponential(ref boxed) => {
                let (choice, means) = &**boxed;
                means[choice.at(unit(rng.next_u64()))] * exponential(rng)
            }
            Kind::Mixture(ref boxed) => {
                let (choice, parts) = &**boxed;
                parts[choice.at(unit(rng.next_u64()))].sample(rng)
            }
            Kind::Discrete(ref boxed) => {
                let (choice, values) = &**boxed;
                values[choice.at(unit(rng.next_u64()))]
            }
            Kind::Resampled(ref values) => values[place(rng, values.len()).0],
            Kind::Interpolated(ref values) => {
                let (index, fraction) = place(rng, values.len() - 1);
                values[index] + fraction * (values[index + 1] - values[index])
            }
            Kind::Affine(ref boxed) => {
                let (offset, factor, inner) = &**boxed;
                (offset + factor * inner.sample(rng)).max(0.0)
            }
        }
    }
}

impl Distribution<f64> for Sampler {
    #[inline(always)]
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        match self.0 {
            Kind::Constant(value) => value,
            Kind::Exponential { mean } => mean * exponential(rng),
            Kind::Lognormal { median, sigma } => median * exp(sigma * normal(rng)),
            _ => self.sample_rare(rng),
        }
    }
}

/// A uniform number in (0, 1].
fn positive_unit<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    1.0 - unit(rng.next_u64())
}

/// base^power for base >= 0 (and -0) and power not 0; faster than libm's, and good enough here: the
/// relative error is the rounding error times the logarithm of the result.
fn power_of(base: f64, power: f64) -> f64 {
    exp(power * libm::log(base))
}

/// A uniform place in 0..count: the whole number and the rest.
fn place<R: Rng + ?Sized>(rng: &mut R, count: usize) -> (usize, f64) {
    let at = unit(rng.next_u64()) * count as f64;
    let index = (at as usize).min(count - 1);
    (index, at - index as f64)
}

/// Probabilities, summed up; the last sum is exactly 1.
#[derive(Clone, Debug)]
struct Choice(Box<[f64]>);

impl Choice {
    fn new(weights: impl Iterator<Item = f64>) -> Choice {
        let running = |sum: &mut f64, weight: f64| {
            *sum += weight;
            Some(*sum)
        };
        let mut sums: Box<[f64]> = weights.scan(0.0, running).collect();
        let total = sums.last().copied().unwrap_or(1.0);
        sums.iter_mut().for_each(|sum| *sum /= total);
        Choice(sums)
    }

    /// The first whose sum exceeds `u`, which is in [0, 1).
    fn at(&self, u: f64) -> usize {
        self.0.partition_point(|&sum| sum <= u)
    }
}

/// A gamma distribution with scale 1, by Marsaglia and Tsang (2000).
#[derive(Clone, Debug)]
struct UnitGamma {
    d: f64,
    c: f64,
    /// 1 / shape if the shape is below 1, else 0. Such a variate is one of shape + 1, times
    /// u^(1 / shape) (their section 6).
    boost: f64,
}

impl UnitGamma {
    fn new(shape: f64) -> UnitGamma {
        let (shape, boost) = if shape < 1.0 { (shape + 1.0, 1.0 / shape) } else { (shape, 0.0) };
        let d = shape - 1.0 / 3.0;
        UnitGamma { d, c: 1.0 / libm::sqrt(9.0 * d), boost }
    }

    /// The gamma distribution with this shape and mean.
    fn kind(shape: f64, mean: f64) -> Kind {
        Kind::Gamma { scale: mean / shape, unit: UnitGamma::new(shape) }
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let value = self.sample_unboosted(rng);
        if self.boost == 0.0 { value } else { value * power_of(positive_unit(rng), self.boost) }
    }

    /// The logarithm of a variate; finite where the variate itself would be too small for a number.
    fn sample_log<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let log = libm::log(self.sample_unboosted(rng));
        if self.boost == 0.0 { log } else { log + libm::log(positive_unit(rng)) * self.boost }
    }

    fn sample_unboosted<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        loop {
            let z = normal(rng);
            let root = 1.0 + self.c * z;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = positive_unit(rng);
            let square = z * z;
            if u < 1.0 - 0.0331 * square * square
                || libm::log(u) < 0.5 * square + self.d * (1.0 - v + libm::log(v))
            {
                return self.d * v;
            }
        }
    }
}

/// A beta distribution on [low, low + width]: a / (a + b) of two gamma variates.
#[derive(Clone, Debug)]
struct Beta {
    low: f64,
    width: f64,
    alpha: UnitGamma,
    beta: UnitGamma,
}

impl Beta {
    fn kind<T: Quantity>(low: T, high: T, (alpha, beta): (f64, f64)) -> Kind {
        let (low, width) = (low.value(), high.value() - low.value());
        let (alpha, beta) = (UnitGamma::new(alpha), UnitGamma::new(beta));
        Kind::Beta(Box::new(Beta { low, width, alpha, beta }))
    }

    fn sample_unit<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        if self.alpha.boost == 0.0 && self.beta.boost == 0.0 {
            let (a, b) = (self.alpha.sample(rng), self.beta.sample(rng));
            return a / (a + b);
        }
        // With a small shape both variates may vanish; their logarithms do not.
        let (a, b) = (self.alpha.sample_log(rng), self.beta.sample_log(rng));
        1.0 / (1.0 + exp(b - a))
    }
}
