//! Distributions of the neutral schema as those of the library.

use knockon::prelude::cv;
use knockon::random::{Dist, Quantity};

use crate::schema;

/// A geometric distribution is cut off where no more than this is left.
const GEOMETRIC_REST: f64 = 1e-12;

/// A distribution of times or of numbers; `value` makes one from what the file says.
pub fn dist<T: Quantity>(neutral: &schema::Dist, value: &impl Fn(f64) -> T) -> Result<Dist<T>, String> {
    use schema::Dist as Neutral;
    let pairs = |left: &[f64], right: &[f64]| -> Result<Vec<(f64, T)>, String> {
        if left.len() != right.len() {
            return Err("a distribution with lists of different lengths".into());
        }
        Ok(to_one(left).into_iter().zip(right.iter().map(|&x| value(x))).collect())
    };
    Ok(match *neutral {
        Neutral::Exponential { mean } => Dist::exponential(value(mean)),
        Neutral::Deterministic { value: only } => Dist::constant(value(only)),
        Neutral::Erlang { k, mean } => Dist::erlang(k, value(mean)),
        Neutral::Hyperexponential { ref probs, ref means } => Dist::hyperexponential(pairs(probs, means)?),
        Neutral::Uniform { low, high } => Dist::uniform(value(low), value(high)),
        Neutral::Lognormal { mean, sd } => Dist::lognormal(value(mean), cv(sd / mean)),
        Neutral::Gamma { mean, sd } => Dist::gamma(value(mean), cv(sd / mean)),
        Neutral::Weibull { shape, scale } => Dist::weibull_shape(value(scale), shape),
        Neutral::Discrete { ref values, ref probs } => {
            Dist::discrete(pairs(probs, values)?.into_iter().map(|(probability, value)| (value, probability)))
        }
        Neutral::Geometric { p } => geometric(p, value)?,
        Neutral::NormalTruncated { mean, sd, min } => {
            Dist::truncated_normal(value(mean), value(sd), value(min))
        }
    })
}

/// 1, 2, ... up to where hardly anything is left, which the last value takes.
fn geometric<T: Quantity>(p: f64, value: &impl Fn(f64) -> T) -> Result<Dist<T>, String> {
    let last = (GEOMETRIC_REST.ln() / (1.0 - p).ln()).ceil().max(1.0);
    if !(p > 0.0 && p <= 1.0 && last <= 10_000.0) {
        return Err(format!("a geometric distribution with p = {p}"));
    }
    let chance = |n: u32| match n {
        n if f64::from(n) < last => p * (1.0 - p).powi(n as i32 - 1),
        n => (1.0 - p).powi(n as i32 - 1),
    };
    Ok(Dist::discrete((1..=last as u32).map(|n| (value(f64::from(n)), chance(n)))))
}

/// Probabilities in files are rounded to ten digits: corrects the sum where it is nearly 1.
pub fn to_one(probabilities: &[f64]) -> Vec<f64> {
    let sum: f64 = probabilities.iter().sum();
    let divisor = if (sum - 1.0).abs() < 1e-8 { sum } else { 1.0 };
    probabilities.iter().map(|probability| probability / divisor).collect()
}
