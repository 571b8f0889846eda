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
