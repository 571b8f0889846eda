//! Every broken rule is found, and named.

use super::every_kind;
use crate::random::{Dist, cv};
use crate::time::{Span, hours, minutes, weeks};

#[test]
fn valid_distributions_have_none() {
    for (name, dist) in every_kind() {
        assert_eq!(dist.defects(), [""; 0], "{name}");
    }
    assert_eq!(Dist::constant(minutes(0)).defects(), [""; 0]);
    assert_eq!(Dist::pareto_shape(minutes(1), 1.5).defects(), [""; 0]);
    assert_eq!(Dist::constant(minutes(2)).shifted(minutes(-2)).defects(), [""; 0]);
    assert_eq!(Dist::exponential(Span::MAX).defects(), [""; 0]);
}

#[test]
fn broken_rules_are_named() {
    let nan = f64::NAN;
    for (dist, rules) in [
        (Dist::constant(-1.0), &["the value is -1, must not be negative"][..]),
        (Dist::constant(nan), &["the value is NaN, must not be negative"]),
        (Dist::constant(1e16), &["the value is 1e16, must be at most 4.503599627370496e15"]),
        (Dist::uniform(3.0, 2.0), &["the lower bound is 3, must not be above the upper bound, 2"]),
        (
            Dist::uniform(-3.0, f64::INFINITY),
            &[
                "the lower bound is -3, must not be negative",
                "the upper bound is inf, must be at most 4.503599627370496e15",
            ],
        ),
        (Dist::triangular(1.0, 0.5, 2.0), &["the lower bound is 1, must not be above the mode, 0.5"]),
        (Dist::triangular(1.0, 5.0, 2.0), &["the mode is 5, must not be above the upper bound, 2"]),
        (
            Dist::Pert { low: 1.0, mode: 2.0, high: 3.0, shape: -1.0 },
            &["the shape is -1, must be between 0 and 1e12"],
        ),
        (Dist::exponential(0.0), &["the mean is 0, must be positive"]),
        (
            Dist::erlang(0, -1.0),
            &["the number of stages is 0, must be at least 1", "the mean is -1, must be positive"],
        ),
        (Dist::gamma(1.0, cv(0.0)), &["the cv is 0, must be positive"]),
        (Dist::gamma(1.0, cv(nan)), &["the cv is NaN, must be positive"]),
        (Dist::lognormal(1.0, cv(5000.0)), &["the cv is 5000, must be between 0.000001 and 1000"]),
        (
            Dist::Weibull { scale: Some(1.0), shape: None, mean: Some(1.0), cv: None },
            &["give either scale and shape, or mean and cv"],
        ),
        (
            Dist::Weibull { scale: Some(1.0), shape: Some(1.0), mean: Some(1.0), cv: Some(cv(-1.0)) },
            &["give either scale and shape, or mean and cv", "the cv is -1, must be positive"],
        ),
        (
            Dist::weibull_shape(0.0, nan),
            &["the scale is 0, must be positive", "the shape is NaN, must be positive"],
        ),
        (Dist::pareto_shape(1.0, 1e13), &["the shape is 1e13, must be between 1e-12 and 1e12"]),
        (
            Dist::beta(0.0, 1.0, 1e-300, cv(1e160)).scaled(1.0),
            &["the cv is 1e160, must be between 0.000001 and 1000"],
        ),
        (
            Dist::beta(0.0, 4e15, 1e-320, cv(0.5)),
            &["the mean is 1e-320, too close to a bound for this cv, 0.5"],
        ),
        (Dist::weibull_shape(1.0, 0.001), &["the mean is infinite, must be finite"]),
        (
            Dist::truncated_normal(0.0, 1e-200, 1.0),
            &["the parameters are too extreme for the mean to be computed"],
        ),
        (Dist::pareto_shape(1.0, 1.0), &["the mean is infinite, must be finite"]),
        (Dist::pareto(1.0, cv(-0.5)), &["the cv is -0.5, must be positive"]),
        (
            Dist::Pareto { minimum: None, shape: None, mean: None, cv: None },
            &["give either minimum and shape, or mean and cv"],
        ),
        (
            Dist::truncated_normal_between(nan, 0.0, 3.0, 3.0),
            &[
                "the mean is NaN, must be a number",
                "the standard deviation is 0, must be positive",
                "the lower bound is 3, must be below the upper bound, 3",
            ],
        ),
        (Dist::truncated_normal(5.0, 1.0, -1.0), &["the lower bound is -1, must not be negative"]),
        (
            Dist::beta_shapes(1.0, 1.0, 0.0, 1.0),
            &["the lower bound is 1, must be below the upper bound, 1", "the alpha is 0, must be positive"],
        ),
        (Dist::beta(1.0, 3.0, 3.0, cv(0.1)), &["the mean is 3, must be below the upper bound, 3"]),
        (
            Dist::beta(0.0, 2.0, 1.0, cv(1.0)),
            &["the cv is 1, must be less than 1 (no beta distribution with this mean has more)"],
        ),
        (Dist::hyperexponential([]), &["give either branches, or mean and cv"]),
        (
            Dist::hyperexponential([(0.5, 1.0), (1.5, 0.0)]),
            &[
                "the mean of branch no. 2 is 0, must be positive",
                "probability no. 2 is 1.5, must be between 0 and 1",
                "the probabilities of the branches sum to 2, must be 1",
            ],
        ),
        (
            Dist::hyperexponential_cv(1.0, cv(0.6)),
            &["the cv is 0.6, must be at least 1 for a hyperexponential distribution"],
        ),
        (Dist::mixture([]), &["the list of parts is empty"]),
        (
            Dist::mixture([(-1.0, Dist::exponential(0.0)), (1.0, Dist::constant(1.0))]),
            &[
                "part 1: the weight is -1, must be between 0 and 2^52",
                "part 1: the mean is 0, must be positive",
            ],
        ),
        (Dist::mixture([(0.0, Dist::constant(1.0))]), &["all weights are 0"]),
        (Dist::uniform(1.0, 2.0).shifted(-1.5), &["the shift is -1.5, which makes values negative"]),
        (
            Dist::lognormal(5.0, cv(0.5)).scaled(2.0).shifted(-0.1),
            &["the shift is -0.1, which makes values negative"],
        ),
        (
            Dist::constant(-1.0).scaled(0.0),
            &["the factor is 0, must be positive", "the value is -1, must not be negative"],
        ),
        (
            Dist::constant(1e15).scaled(1e3),
            &["the mean is 222.0446049250313 times 4.503599627370496e15, which is the most allowed"],
        ),
        (Dist::discrete([]), &["the list of values is empty"]),
        (
            Dist::discrete([(1.0, 0.5), (-2.0, 0.6)]),
            &[
                "the value no. 2 is -2, must not be negative",
                "the probabilities of the values sum to 1.1, must be 1",
            ],
        ),
        (Dist::empirical([]), &["the sample is empty"]),
        (
            Dist::interpolated([1.0, nan, -1.0]),
            &[
                "the observation no. 2 is NaN, must not be negative",
                "the observation no. 3 is -1, must not be negative",
            ],
        ),
    ] {
        assert_eq!(dist.defects(), rules, "{dist:?}");
        assert_eq!(dist.sampler().unwrap_err().defects().len(), rules.len());
    }
}

#[test]
fn spans_are_named_with_their_units() {
    assert_eq!(Dist::exponential(hours(-2)).defects(), ["the mean is -2h, must be positive"]);
    assert_eq!(Dist::exponential(hours(f64::NAN)).defects(), ["the mean is invalid, must be positive"]);
    let [rule] = &Dist::constant(weeks(10_000)).defects()[..] else { panic!("one rule") };
    assert!(rule.starts_with("the value is 10000w, must be at most 7446w"), "{rule}");
}

#[test]
fn the_largest_possible_cv_of_a_beta_is_the_limit() {
    // On [0, 10] with mean 2 the variance is below 2 * 8.
    assert_eq!(Dist::beta(0.0, 10.0, 2.0, cv(1.999)).defects(), [""; 0]);
    assert_eq!(Dist::beta(0.0, 10.0, 2.0, cv(2.0)).defects().len(), 1);
}

#[test]
fn deep_nesting_is_refused() {
    let nest = |depth: u32| (0..depth).fold(Dist::exponential(1.0), |dist, _| dist.scaled(1.0));
    assert_eq!(nest(16).defects(), [""; 0]);
    for depth in [17, 2_000] {
        assert_eq!(nest(depth).defects(), ["distributions are nested more than 16 deep"]);
    }
}
