//! The normal distribution cut off at one or two bounds.
//!
//! Everything is measured from the *anchor*, the kept point nearest to the normal's mean, where the
//! density is highest: x = anchor + sd * t. Far out in a tail nothing then cancels or underflows.

use rand_core::Rng;

use super::exp::exp;
use super::keyed::unit;
use super::quadrature::integrate;
use super::ziggurat::{exponential, normal};

/// A truncated normal distribution; see the module's text for `anchor`.
#[derive(Clone, Debug)]
pub(super) struct TruncatedNormal {
    anchor: f64,
    sd: f64,
    /// The anchor in standard deviations above the normal's mean.
    offset: f64,
    /// The bounds, as values of t: from <= 0 <= to.
    from: f64,
    to: f64,
    method: Method,
}

/// How to sample; the conditions are those of Robert (1995), Simulation of truncated normal variables.
#[derive(Clone, Copy, Debug)]
enum Method {
    /// Draw normal variates until one is within the bounds.
    Normal,
    /// Draw uniformly between the bounds, accept by the density.
    Uniform,
    /// Draw an exponential from the anchor outwards, accept by the density. `shift` is rate - |offset|.
    Exponential { rate: f64, shift: f64 },
}

impl TruncatedNormal {
    /// The part between `low` and `high` (which may be infinite) of a normal distribution.
    pub(super) fn new(mean: f64, sd: f64, low: f64, high: f64) -> TruncatedNormal {
        let anchor = mean.max(low).min(high);
        let offset = (anchor - mean) / sd;
        let (from, to) = ((low - anchor) / sd, (high - anchor) / sd);
        let method = Method::fitting(offset.abs(), to - from);
        TruncatedNormal { anchor, sd, offset, from, to, method }
    }

    /// The density at t, relative to that at the anchor.
    fn density(&self, t: f64) -> f64 {
        exp(-t * (0.5 * t + self.offset))
    }

    /// The integrals of 1, t and t^2 times the density, from the lower bound to `to`.
    ///
    /// By quadrature: the closed forms cancel far out in a tail.
    fn integrals(&self, to: f64) -> [f64; 3] {
        // Beyond this distance the density is below e^-45.
        let reach = 90.0 / (libm::sqrt(self.offset * self.offset + 90.0) + self.offset.abs());
        integrate(self.from.max(-reach), to.min(reach), |t| {
            let density = self.density(t);
            [density, density * t, density * t * t]
        })
    }

    /// Mean and variance after truncation.
    pub(super) fn moments(&self) -> (f64, f64) {
        let [mass, first, second] = self.integrals(self.to);
        let mean = first / mass;
        let variance = (second / mass - mean * mean).max(0.0);
        (self.anchor + self.sd * mean, self.sd * self.sd * variance)
    }

    /// The probability of a value up to `x`.
    pub(super) fn cdf(&self, x: f64) -> f64 {
        let t = ((x - self.anchor) / self.sd).min(self.to);
        (self.integrals(t)[0] / self.integrals(self.to)[0]).clamp(0.0, 1.0)
    }

    pub(super) fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let t = loop {
            let t = match self.method {
                Method::Normal => normal(rng),
                Method::Uniform => {
                    let t = self.from + (self.to - self.from) * unit(rng.next_u64());
                    if unit(rng.next_u64()) >= self.density(t) {
                        continue;
                    }
                    t
                }
                Method::Exponential { rate, shift } => {
                    let distance = exponential(rng) / rate;
                    let miss = distance - shift;
                    if unit(rng.next_u64()) >= exp(-0.5 * miss * miss) {
                        continue;
                    }
                    if self.offset > 0.0 { distance } else { -distance }
                }
            };
            if self.from <= t && t <= self.to {
                break t;
            }
        };
        (self.anchor + self.sd * t).max(0.0)
    }
}

impl Method {
    fn fitting(offset: f64, width: f64) -> Method {
        if offset == 0.0 {
            let enough = libm::sqrt(2.0 * std::f64::consts::PI);
            return if width > enough { Method::Normal } else { Method::Uniform };
        }
        let root = libm::sqrt(offset * offset + 4.0);
        let (rate, shift) = (0.5 * (offset + root), 2.0 / (offset + root));
        if width > libm::exp(0.5 - 0.5 * offset * shift) / rate {
            Method::Exponential { rate, shift }
        } else {
            Method::Uniform
        }
    }
}
