//! Distributions as data: what an analyst says.

use serde::{Deserialize, Serialize};

use crate::time::Span;

/// A distribution of spans of time (`Dist`), or of plain numbers (`Dist<f64>`: case sizes, batch
/// sizes).
///
/// A `Dist` is data: it may hold nonsense until it is validated, which happens with the model.
/// All parameters are of the variable itself, never of its logarithm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Dist<T = Span> {
    /// Always the same value.
    Constant {
        /// The value.
        value: T,
    },
    /// Exponential.
    Exponential {
        /// The mean.
        mean: T,
    },
}

impl Dist<Span> {
    /// Every broken rule, in words.
    pub fn defects(&self) -> Vec<String> {
        let (what, value, positive) = match self {
            Dist::Constant { value } => ("value", *value, false),
            Dist::Exponential { mean } => ("mean", *mean, true),
        };
        if !value.is_valid() || value < Span::ZERO || (positive && value == Span::ZERO) {
            let must = if positive { "positive" } else { "at least 0s" };
            return vec![format!("the {what} is {value}, must be {must}")];
        }
        Vec::new()
    }

    /// The mean, in ticks.
    pub fn mean(&self) -> f64 {
        match self {
            Dist::Constant { value } | Dist::Exponential { mean: value } => value.ticks() as f64,
        }
    }
}

impl Dist<f64> {
    /// Every broken rule, in words.
    pub fn defects(&self) -> Vec<String> {
        if self.mean().is_finite() && self.mean() >= 0.0 {
            Vec::new()
        } else {
            vec![format!("the mean is {}, must be positive", self.mean())]
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match self {
            Dist::Constant { value } | Dist::Exponential { mean: value } => *value,
        }
    }
}
