//! Means, variances and distribution functions against numerical integration, samples and formulas.

use super::{draws, every_kind};
use crate::random::{Dist, cv};

/// Whether a and b agree to this relative tolerance.
fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs())
}

/// Where the distribution function reaches `p`, by bisection.
fn quantile(dist: &Dist<f64>, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if dist.cdf(middle) < p { low = middle } else { high = middle }
    }
    high
}

/// The integrals of 1 - F and of 2 x (1 - F) over all positive x: first and second moment. Simpson's
/// rule between quantiles, so that steps and kinks are met.
fn integrated(dist: &Dist<f64>) -> (f64, f64) {
    const STEPS: i32 = 100;
    let levels = [1e-12, 1e-6, 1e-3, 0.01, 0.1, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75, 0.8, 0.9, 0.99];
    let rare = (3..13).map(|digits| 1.0 - 10.0_f64.powi(-digits));
    let mut from = quantile(dist, levels[0]);
    let (mut first, mut second) = (from, from * from);
    for level in levels.into_iter().skip(1).chain(rare) {
        let to = quantile(dist, level);
        let width = (to - from) / f64::from(2 * STEPS);
        for i in 0..=2 * STEPS {
            let x = from + width * f64::from(i);
            let weight = if i == 0 || i == 2 * STEPS { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
            // Just below the upper end, in case it is a step.
            let x = if i == 2 * STEPS { to.next_down().max(from) } else { x };
            let beyond = (1.0 - dist.cdf(x)) * weight * width / 3.0;
            first += beyond;
            second += 2.0 * x * beyond;
        }
        from = to;
    }
    (first, second)
}

#[test]
fn moments_are_the_integrals_of_the_distribution_function() {
    for (name, dist) in every_kind() {
        let (first, second) = integrated(&dist);
        let (mean, variance) = (dist.mean(), dist.variance());
        assert!(close(first, mean, 1e-5), "{name}: {first} {mean}");
        assert!(close(second, variance + mean * mean, 1e-5), "{name}: {second}");
    }
}

#[test]
fn samples_have_the_moments() {
    // Each within 4.5 standard errors: level 7e-6 where the central limit theorem holds.
    let count = 10_000;
    for (name, dist) in every_kind() {
        let n = count as f64;
        let values = draws(&dist, count);
        let (mean, variance) = (dist.mean(), dist.variance());
        let central = |power: i32| values.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / n;
        let rounding = 1e-14 * mean * mean;
        assert!(central(1).abs() <= 4.5 * (variance / n).sqrt() + rounding, "{name}: mean {}", central(1));
        let error = ((central(4) - variance * variance).max(0.0) / n).sqrt();
        let difference = (central(2) - variance).abs();
        assert!(difference <= 4.5 * error + rounding, "{name}: variance {} {variance}", central(2));
    }
}

#[test]
fn distribution_functions_rise_from_0_to_1() {
    for (name, dist) in every_kind() {
        let mut before = 0.0;
        for i in -10..2_000 {
            let now = dist.cdf(f64::from(i) * 0.01);
            assert!((0.0..=1.0).contains(&now) && now >= before - 1e-14, "{name} at {i}: {before} {now}");
            before = now;
        }
        assert_eq!(dist.cdf(-1.0), 0.0, "{name}");
        assert_eq!(dist.cdf(f64::NEG_INFINITY), 0.0, "{name}");
        assert!(dist.cdf(1e9) > 1.0 - 1e-12, "{name}");
        assert_eq!(dist.cdf(f64::INFINITY), 1.0, "{name}");
    }
}

#[test]
fn known_values() {
    // (distribution, mean, variance) from textbook formulas with round results.
    let pi = std::f64::consts::PI;
    for (dist, mean, variance) in [
        (Dist::triangular(0.0, 3.0, 6.0), 3.0, 1.5),
        (Dist::pert(0.0, 3.0, 6.0), 3.0, 9.0 / 7.0),
        (Dist::erlang(4, 2.0), 2.0, 1.0),
        (Dist::weibull_shape(1.0, 2.0), (pi / 4.0).sqrt(), 1.0 - pi / 4.0),
        (Dist::weibull_shape(1.0, 0.5), 2.0, 20.0),
        (Dist::pareto_shape(2.0, 3.0), 3.0, 3.0),
        (Dist::pareto_shape(2.0, 1.5), 6.0, f64::INFINITY),
        (Dist::beta_shapes(1.0, 3.0, 1.0, 1.0), 2.0, 1.0 / 3.0),
        // The half normal.
        (Dist::truncated_normal(0.0, 1.0, 0.0), (2.0 / pi).sqrt(), 1.0 - 2.0 / pi),
        (Dist::hyperexponential([(0.5, 1.0), (0.5, 3.0)]), 2.0, 6.0),
        (Dist::hyperexponential_cv(2.0, cv(2.0)), 2.0, 16.0),
        (Dist::discrete([(0.0, 0.5), (2.0, 0.5)]), 1.0, 1.0),
        (Dist::empirical([1.0, 3.0]), 2.0, 1.0),
        (Dist::interpolated([1.0, 3.0]), 2.0, 1.0 / 3.0),
        (Dist::exponential(2.0).scaled(3.0).shifted(1.0), 7.0, 36.0),
        (Dist::mixture([(1.0, Dist::constant(1.0)), (3.0, Dist::constant(5.0))]), 4.0, 3.0),
    ] {
        assert!(close(dist.mean(), mean, 1e-12), "{dist:?}: {} {mean}", dist.mean());
        let found = dist.variance();
        assert!(found == variance || close(found, variance, 1e-12), "{dist:?}: {found} {variance}");
    }
    assert_eq!(Dist::pareto_shape(2.0, 1.0).mean(), f64::INFINITY);
    assert_eq!(Dist::constant(0.0).cv(), 0.0);
}

#[test]
fn mean_and_cv_survive_the_way_through_natural_parameters() {
    use crate::random::params::{self, Given};
    for ratio in [1e-6, 1e-3, 0.02, 0.1, 0.5, 0.9999, 1.0, 1.5, 4.0, 30.0, 1000.0] {
        let given = || Some(Given::MeanCv((5.0, cv(ratio))));
        let (scale, shape) = params::weibull(given());
        let (minimum, tail) = params::pareto(given());
        for dist in [Dist::weibull_shape(scale, shape), Dist::pareto_shape(minimum, tail)] {
            assert!(close(dist.mean(), 5.0, 1e-11), "{dist:?}: {}", dist.mean());
            assert!(close(dist.cv(), ratio, 1e-8), "{dist:?}: {} {ratio}", dist.cv());
        }
    }
    for ratio in [1e-6, 0.1, 0.5] {
        let (alpha, beta) = params::beta(1.0, 9.0, Some(Given::MeanCv((3.0, cv(ratio)))));
        let dist = Dist::beta_shapes(1.0, 9.0, alpha, beta);
        assert!(close(dist.mean(), 3.0, 1e-12) && close(dist.cv(), ratio, 1e-9), "{dist:?}");
    }
    for ratio in [1.0, 1.001, 2.0, 50.0, 1000.0] {
        let branches = params::hyperexponential(&[], Some(5.0), Some(cv(ratio)));
        let [(p, m), (q, n)] = branches[..] else { panic!("two branches") };
        let dist = Dist::hyperexponential(branches.clone());
        assert!(close(p * m, q * n, 1e-12) && dist.defects().is_empty());
        assert!(close(dist.mean(), 5.0, 1e-12) && close(dist.cv(), ratio, 1e-9), "{ratio}");
    }
}

#[test]
fn a_truncated_normal_has_its_mean_from_the_textbook() {
    // mean + sd * phi(a) / Q(a), where a is the bound in standard deviations (Johnson, Kotz and
    // Balakrishnan 1994, section 10.1); far out, from the asymptotic series of Mills' ratio.
    for bound in [-3.0_f64, -1.0, 0.5, 2.0, 5.0] {
        let density = (-0.5 * bound * bound).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let beyond = 0.5 * libm::erfc(bound * std::f64::consts::FRAC_1_SQRT_2);
        let found = Dist::truncated_normal(10.0, 2.0, 10.0 + 2.0 * bound).mean();
        assert!(close(found, 10.0 + 2.0 * density / beyond, 1e-12), "{bound}: {found}");
    }
    let far = 1e4;
    let found = Dist::truncated_normal(0.0, 1.0, far);
    assert!(close(found.mean() - far, 1.0 / far, 1e-6) && close(found.variance(), 1e-8, 1e-6));
}

#[test]
fn distribution_functions_of_large_shapes_are_right() {
    use statrs::function::{beta::beta_reg, gamma::gamma_lr};
    // Where statrs is still good, against statrs.
    for x in [0.99, 0.995, 1.0, 1.003, 1.01] {
        let found = Dist::gamma(1.0, cv(2e5_f64.powf(-0.5))).cdf(x);
        assert!((found - gamma_lr(2e5, 2e5 * x)).abs() < 1e-8, "{x}");
        let found = Dist::beta_shapes(0.0, 2.0, 1_500.0, 2_500.0).cdf(0.75 * x);
        assert!((found - beta_reg(1_500.0, 2_500.0, 0.375 * x)).abs() < 1e-9, "{x}");
    }
    // Beyond, against the first terms of the Edgeworth expansion at the mean and one deviation off it.
    let far = Dist::gamma(1.0, cv(1e-6));
    assert!((far.cdf(1.0) - 0.5 - 1e-6 / (3.0 * (2.0 * std::f64::consts::PI).sqrt())).abs() < 1e-9);
    assert!((far.cdf(1.0 - 1e-6) - 0.158_655_253_931_457).abs() < 1e-7);
    let symmetric = Dist::beta_shapes(0.0, 1.0, 1e12, 1e12);
    assert!((symmetric.cdf(0.5) - 0.5).abs() < 1e-9);
}
