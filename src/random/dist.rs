//! Distributions as data: what an analyst says.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Span;

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::time::Span {}
    impl Sealed for f64 {}
}

/// What a distribution is of: a [`Span`] of time, counted in ticks, or a plain `f64`.
pub trait Quantity: Copy + fmt::Debug + PartialEq + sealed::Sealed {
    /// The largest value a parameter or a mean may have: [`Span::MAX`], or 2^52.
    const LIMIT: Self;

    /// The value as a number: ticks, or the number itself. NaN for [`Span::INVALID`].
    fn value(self) -> f64;

    /// As messages show it: a span with its units; a number without long rows of zeros.
    fn text(self) -> String;
}

impl Quantity for Span {
    const LIMIT: Span = Span::MAX;

    fn value(self) -> f64 {
        if self == Span::INVALID { f64::NAN } else { self.ticks() as f64 }
    }

    fn text(self) -> String {
        self.to_string()
    }
}

impl Quantity for f64 {
    const LIMIT: f64 = (1u64 << 52) as f64;

    fn value(self) -> f64 {
        self
    }

    fn text(self) -> String {
        let plain = self == 0.0 || (1e-6..1e12).contains(&self.abs()) || !self.is_finite();
        if plain { self.to_string() } else { format!("{self:e}") }
    }
}

/// A coefficient of variation: the standard deviation divided by the mean. Make one with [`cv`].
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Cv(pub f64);

/// The coefficient of variation `ratio`: the standard deviation divided by the mean.
pub const fn cv(ratio: f64) -> Cv {
    Cv(ratio)
}

impl fmt::Display for Cv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.text())
    }
}

/// A distribution of spans of time (`Dist`), or of plain numbers (`Dist<f64>`: case sizes, batch
/// sizes).
///
/// A `Dist` is data: it may hold nonsense until it is validated, which happens with the model
/// ([`Dist::defects`] lists every broken rule). All parameters are of the variable itself, never of
/// its logarithm. No distribution here can yield a negative value. Drawn times are rounded to the
/// microsecond, which biases distributions with means below about 100 us.
///
/// Some distributions can be given in two ways, for instance by scale and shape or by mean and
/// coefficient of variation: exactly one of the two pairs must then be complete, the other absent.
///
/// ```
/// use knockon::random::{Dist, cv};
/// use knockon::time::minutes;
/// let service = Dist::lognormal(minutes(12), cv(0.6));
/// assert_eq!(service.mean(), 12.0 * 60e6);
///
/// let text = r#"{"weibull": {"mean": "12m", "cv": 0.6}}"#;
/// assert_eq!(serde_json::from_str::<Dist>(text).unwrap(), Dist::weibull(minutes(12), cv(0.6)));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "{T}Distribution"))]
#[cfg_attr(
    test,
    schemars(
        description = "A distribution by its parameters, which are of the variable itself, never of its logarithm. No value is negative. Where there are two ways to give it, exactly one of them must be complete."
    )
)]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    expecting = "a distribution with its parameters by name, like { exponential = { mean = ... } }"
)]
pub enum Dist<T = Span> {
    /// Always the same value.
    Constant {
        /// The value.
        value: T,
    },
    /// Every value between two bounds is equally likely.
    Uniform {
        /// The lower bound.
        low: T,
        /// The upper bound.
        high: T,
    },
    /// A density that rises in a straight line from `low` to `mode`, and falls to `high`.
    Triangular {
        /// The lower bound.
        low: T,
        /// The most likely value.
        mode: T,
        /// The upper bound.
        high: T,
    },
    /// The smooth relative of the triangular: a beta distribution with mean
    /// (low + shape * mode + high) / (shape + 2) (Malcolm and others 1959; Vose 2000 for `shape`).
    Pert {
        /// The lower bound.
        low: T,
        /// The most likely value.
        mode: T,
        /// The upper bound.
        high: T,
        /// The weight of the mode: 0 makes it uniform; 4 is customary.
        #[serde(default = "customary_pert_shape")]
        shape: f64,
    },
    /// Exponential: without memory, coefficient of variation 1.
    Exponential {
        /// The mean.
        mean: T,
    },
    /// The sum of independent exponential stages with equal means.
    Erlang {
        /// The number of stages; the coefficient of variation is 1 / sqrt(stages).
        stages: u32,
        /// The mean of the sum.
        mean: T,
    },
    /// Gamma, with shape 1 / cv^2.
    Gamma {
        /// The mean.
        mean: T,
        /// The coefficient of variation.
        cv: Cv,
    },
    /// Lognormal. Mean and coefficient of variation are of the variable, not of its logarithm.
    Lognormal {
        /// The mean.
        mean: T,
        /// The coefficient of variation.
        cv: Cv,
    },
    /// Weibull, by scale and shape, or by mean and coefficient of variation.
    Weibull {
        /// The value not exceeded with probability 1 - 1/e.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        scale: Option<T>,
        /// The exponent: 1 is exponential, less has a heavier tail.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        shape: Option<f64>,
        /// The mean.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        mean: Option<T>,
        /// The coefficient of variation.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        cv: Option<Cv>,
    },
    /// Pareto (type I: P(X > x) = (minimum / x)^shape), by minimum and shape, or by mean and
    /// coefficient of variation.
    Pareto {
        /// The least value.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        minimum: Option<T>,
        /// The tail exponent; more than 1. The variance is infinite up to 2.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        shape: Option<f64>,
        /// The mean.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        mean: Option<T>,
        /// The coefficient of variation.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        cv: Option<Cv>,
    },
    /// A normal distribution of which only the part between two bounds is kept.
    TruncatedNormal {
        /// The mean of the normal distribution *before* truncation; [`Dist::mean`] gives the true one.
        mean: T,
        /// The standard deviation of the normal distribution before truncation.
        sd: T,
        /// The lower bound.
        low: T,
        /// The upper bound; none if absent.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        high: Option<T>,
    },
    /// Beta, stretched over [low, high]; by its two shapes, or by mean and coefficient of variation
    /// of the stretched variable.
    Beta {
        /// The lower bound.
        low: T,
        /// The upper bound.
        high: T,
        /// The shape at the lower bound.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        alpha: Option<f64>,
        /// The shape at the upper bound.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        beta: Option<f64>,
        /// The mean.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        mean: Option<T>,
        /// The coefficient of variation.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        cv: Option<Cv>,
    },
    /// One of several exponentials; by its branches, or by mean and a coefficient of variation of at
    /// least 1: then two branches with balanced means, p1 m1 = p2 m2 (Whitt 1982).
    Hyperexponential {
        /// The exponentials and their probabilities, which sum to 1.
        #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, schemars(default))]
        branches: Vec<Branch<T>>,
        /// The mean.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        mean: Option<T>,
        /// The coefficient of variation.
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(default))]
        cv: Option<Cv>,
    },
    /// One of several distributions.
    Mixture {
        /// The distributions and their weights.
        parts: Vec<Part<T>>,
    },
    /// Another distribution, plus a fixed amount.
    Shifted {
        /// What is added; it may be negative as long as no value becomes so.
        by: T,
        /// The distribution.
        dist: Box<Dist<T>>,
    },
    /// Another distribution, times a fixed factor.
    Scaled {
        /// The factor.
        factor: f64,
        /// The distribution.
        dist: Box<Dist<T>>,
    },
    /// One of several values.
    Discrete {
        /// The values and their probabilities, which sum to 1.
        values: Vec<Chance<T>>,
    },
    /// Observed values.
    Empirical {
        /// The observations, in any order.
        sample: Vec<T>,
        /// False: one of the observations, each equally likely. True: also what lies between them;
        /// the distribution function is then a straight line from each ordered observation to the
        /// next (Law, Simulation Modeling and Analysis, section 6.2.4).
        #[serde(default)]
        interpolate: bool,
    },
}

fn customary_pert_shape() -> f64 {
    4.0
}

/// `Option::default` without asking `T` for a default.
fn none<T>() -> Option<T> {
    None
}

/// One exponential of a [`Dist::Hyperexponential`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "{T}Branch"))]
#[serde(deny_unknown_fields, expecting = "a branch with its fields by name")]
pub struct Branch<T> {
    /// Its probability.
    pub probability: f64,
    /// Its mean.
    pub mean: T,
}

/// One distribution of a [`Dist::Mixture`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "{T}Part"))]
#[serde(deny_unknown_fields, expecting = "a part with its fields by name")]
pub struct Part<T> {
    /// Its weight: its probability is its share in the sum of all weights.
    pub weight: f64,
    /// The distribution.
    pub dist: Dist<T>,
}

/// One value of a [`Dist::Discrete`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "{T}Chance"))]
#[serde(deny_unknown_fields, expecting = "a value with its probability, by name")]
pub struct Chance<T> {
    /// The value.
    pub value: T,
    /// Its probability.
    pub probability: f64,
}

/// Constructors. None of them fails; what makes no sense is found by [`Dist::defects`].
impl<T> Dist<T> {
    /// Always `value`.
    pub const fn constant(value: T) -> Dist<T> {
        Dist::Constant { value }
    }

    /// Uniform between `low` and `high`.
    pub const fn uniform(low: T, high: T) -> Dist<T> {
        Dist::Uniform { low, high }
    }

    /// Triangular between `low` and `high`, most likely `mode`.
    pub const fn triangular(low: T, mode: T, high: T) -> Dist<T> {
        Dist::Triangular { low, mode, high }
    }

    /// PERT between `low` and `high`, most likely `mode`, with the customary shape 4.
    pub fn pert(low: T, mode: T, high: T) -> Dist<T> {
        Dist::Pert { low, mode, high, shape: customary_pert_shape() }
    }

    /// Exponential with this mean.
    pub const fn exponential(mean: T) -> Dist<T> {
        Dist::Exponential { mean }
    }

    /// The sum of `stages` exponentials; `mean` is that of the sum.
    pub const fn erlang(stages: u32, mean: T) -> Dist<T> {
        Dist::Erlang { stages, mean }
    }

    /// Gamma with this mean and coefficient of variation.
    pub const fn gamma(mean: T, cv: Cv) -> Dist<T> {
        Dist::Gamma { mean, cv }
    }

    /// Lognormal with this mean and coefficient of variation.
    pub const fn lognormal(mean: T, cv: Cv) -> Dist<T> {
        Dist::Lognormal { mean, cv }
    }

    /// Weibull with this mean and coefficient of variation.
    pub const fn weibull(mean: T, cv: Cv) -> Dist<T> {
        Dist::Weibull { scale: None, shape: None, mean: Some(mean), cv: Some(cv) }
    }

    /// Weibull with this scale and shape.
    pub const fn weibull_shape(scale: T, shape: f64) -> Dist<T> {
        Dist::Weibull { scale: Some(scale), shape: Some(shape), mean: None, cv: None }
    }

    /// Pareto with this mean and coefficient of variation.
    pub const fn pareto(mean: T, cv: Cv) -> Dist<T> {
        Dist::Pareto { minimum: None, shape: None, mean: Some(mean), cv: Some(cv) }
    }

    /// Pareto with this least value and tail exponent.
    pub const fn pareto_shape(minimum: T, shape: f64) -> Dist<T> {
        Dist::Pareto { minimum: Some(minimum), shape: Some(shape), mean: None, cv: None }
    }

    /// The part above `low` of a normal distribution with this mean and standard deviation.
    pub const fn truncated_normal(mean: T, sd: T, low: T) -> Dist<T> {
        Dist::TruncatedNormal { mean, sd, low, high: None }
    }

    /// The part between `low` and `high` of a normal distribution with this mean and standard
    /// deviation.
    pub const fn truncated_normal_between(mean: T, sd: T, low: T, high: T) -> Dist<T> {
        Dist::TruncatedNormal { mean, sd, low, high: Some(high) }
    }

    /// Beta between `low` and `high` with this mean and coefficient of variation.
    pub const fn beta(low: T, high: T, mean: T, cv: Cv) -> Dist<T> {
        Dist::Beta { low, high, alpha: None, beta: None, mean: Some(mean), cv: Some(cv) }
    }

    /// Beta between `low` and `high` with these shapes.
    pub const fn beta_shapes(low: T, high: T, alpha: f64, beta: f64) -> Dist<T> {
        Dist::Beta { low, high, alpha: Some(alpha), beta: Some(beta), mean: None, cv: None }
    }

    /// One of several exponentials, given as (probability, mean).
    pub fn hyperexponential(branches: impl IntoIterator<Item = (f64, T)>) -> Dist<T> {
        let branch = |(probability, mean)| Branch { probability, mean };
        Dist::Hyperexponential { branches: branches.into_iter().map(branch).collect(), mean: None, cv: None }
    }

    /// Two exponentials with balanced means that have this mean and coefficient of variation, which
    /// is at least 1.
    pub const fn hyperexponential_cv(mean: T, cv: Cv) -> Dist<T> {
        Dist::Hyperexponential { branches: Vec::new(), mean: Some(mean), cv: Some(cv) }
    }

    /// One of several distributions, given as (weight, distribution).
    pub fn mixture(parts: impl IntoIterator<Item = (f64, Dist<T>)>) -> Dist<T> {
        let part = |(weight, dist)| Part { weight, dist };
        Dist::Mixture { parts: parts.into_iter().map(part).collect() }
    }

    /// One of several values, given as (value, probability).
    pub fn discrete(values: impl IntoIterator<Item = (T, f64)>) -> Dist<T> {
        let chance = |(value, probability)| Chance { value, probability };
        Dist::Discrete { values: values.into_iter().map(chance).collect() }
    }

    /// One of these observations, each equally likely.
    pub fn empirical(sample: impl IntoIterator<Item = T>) -> Dist<T> {
        Dist::Empirical { sample: sample.into_iter().collect(), interpolate: false }
    }

    /// These observations and what lies between them.
    pub fn interpolated(sample: impl IntoIterator<Item = T>) -> Dist<T> {
        Dist::Empirical { sample: sample.into_iter().collect(), interpolate: true }
    }

    /// This distribution plus `by`.
    pub fn shifted(self, by: T) -> Dist<T> {
        Dist::Shifted { by, dist: Box::new(self) }
    }

    /// This distribution times `factor`.
    pub fn scaled(self, factor: f64) -> Dist<T> {
        Dist::Scaled { factor, dist: Box::new(self) }
    }
}
