//! Goodness of fit: samplers against distribution functions, and these against rand_distr.

use rand::distr::Distribution;

use super::{draws, every_kind, words};
use crate::random::ziggurat::{exponential, normal};
use crate::random::{Dist, cv};

const DRAWS: u64 = 10_000;

/// The critical value of sqrt(n) times the Kolmogorov-Smirnov distance at level 1e-4:
/// sqrt(-ln(level / 2) / 2). For distributions with jumps the true level is lower.
const CRITICAL: f64 = 2.2253;

/// sqrt(n) times the greatest distance between the distribution function and the draws'.
fn kolmogorov_smirnov(dist: &Dist<f64>, mut draws: Vec<f64>) -> f64 {
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let mut greatest = 0.0_f64;
    let mut seen = 0.0;
    for equal in draws.chunk_by(|a, b| a == b) {
        let at = dist.cdf(equal[0]);
        // A value that comes only once is no step.
        let below = if equal.len() > 1 { dist.cdf(equal[0].next_down()) } else { at };
        greatest = greatest.max((below - seen / n).abs());
        seen += equal.len() as f64;
        greatest = greatest.max((at - seen / n).abs());
    }
    greatest * n.sqrt()
}

#[test]
fn draws_follow_the_distribution_function() {
    for (name, dist) in every_kind() {
        let distance = kolmogorov_smirnov(&dist, draws(&dist, DRAWS));
        assert!(distance < CRITICAL, "{name}: {distance}");
    }
}

#[test]
fn a_wrong_distribution_is_noticed() {
    let distance = kolmogorov_smirnov(&Dist::exponential(3.0), draws(&Dist::exponential(3.2), DRAWS));
    assert!(distance > CRITICAL, "{distance}");
}

/// Our distribution function against draws of rand_distr.
fn follows(dist: Dist<f64>, oracle: impl Distribution<f64>) {
    let theirs = (0..DRAWS).map(|number| oracle.sample(&mut words(number))).collect();
    let distance = kolmogorov_smirnov(&dist, theirs);
    assert!(distance < CRITICAL, "{dist:?}: {distance}");
}

#[test]
fn distribution_functions_agree_with_rand_distr() {
    use rand_distr::{Beta, Exp, Gamma, LogNormal, Pareto, Pert, Triangular, Uniform, Weibull};
    follows(Dist::exponential(3.0), Exp::new(1.0 / 3.0).unwrap());
    follows(Dist::uniform(1.0, 4.0), Uniform::new(1.0, 4.0).unwrap());
    follows(Dist::triangular(1.0, 2.0, 5.0), Triangular::new(1.0, 5.0, 2.0).unwrap());
    follows(Dist::pert(1.0, 2.0, 5.0), Pert::new(1.0, 5.0).with_mode(2.0).unwrap());
    follows(Dist::erlang(7, 3.0), Gamma::new(7.0, 3.0 / 7.0).unwrap());
    follows(Dist::gamma(3.0, cv(0.5)), Gamma::new(4.0, 0.75).unwrap());
    follows(Dist::gamma(3.0, cv(2.0)), Gamma::new(0.25, 12.0).unwrap());
    follows(Dist::lognormal(3.0, cv(0.6)), LogNormal::from_mean_cv(3.0, 0.6).unwrap());
    follows(Dist::weibull_shape(3.0, 1.7), Weibull::new(3.0, 1.7).unwrap());
    follows(Dist::pareto_shape(2.0, 1.3), Pareto::new(2.0, 1.3).unwrap());
    follows(Dist::beta_shapes(0.0, 1.0, 0.4, 2.5), Beta::new(0.4, 2.5).unwrap());
}

/// A standard normal variate moved and cut off by plain rejection.
struct Rejection {
    mean: f64,
    low: f64,
    high: f64,
}

impl Distribution<f64> for Rejection {
    fn sample<R: rand::Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let normal = rand_distr::Normal::new(self.mean, 1.0).unwrap();
        loop {
            let x = normal.sample(rng);
            if self.low <= x && x <= self.high {
                return x;
            }
        }
    }
}

#[test]
fn truncated_normals_agree_with_plain_rejection() {
    for (mean, low, high) in [
        (3.0, 0.0, f64::INFINITY),
        (3.0, 4.0, f64::INFINITY),
        (3.0, 2.5, 4.0),
        (3.0, 0.0, 1.5),
        (3.0, 4.0, 4.5),
    ] {
        let dist = match high {
            f64::INFINITY => Dist::truncated_normal(mean, 1.0, low),
            _ => Dist::truncated_normal_between(mean, 1.0, low, high),
        };
        follows(dist, Rejection { mean, low, high });
    }
}

#[test]
fn ziggurats_have_the_right_tails() {
    // Of a million draws, the number beyond a far point is Poisson: within 4.5 standard errors.
    let count = 1_000_000;
    let upper_tail = |x: f64| 0.5 * libm::erfc(x * std::f64::consts::FRAC_1_SQRT_2);
    let (mut seen, expected) = (
        [0.0; 5],
        [(-7.75_f64).exp(), (-10.0_f64).exp(), upper_tail(3.7), upper_tail(3.7), 2.0 * upper_tail(4.2)],
    );
    for i in 0..count {
        let wait = exponential(&mut words(i));
        let z = normal(&mut words(count + i));
        let beyond = [wait > 7.75, wait > 10.0, z > 3.7, z < -3.7, z.abs() > 4.2];
        seen.iter_mut().zip(beyond).for_each(|(seen, beyond)| *seen += f64::from(u8::from(beyond)));
    }
    for (seen, probability) in seen.into_iter().zip(expected) {
        let expected = probability * count as f64;
        assert!((seen - expected).abs() < 4.5 * expected.sqrt(), "{seen} {expected}");
    }
}

#[test]
fn normal_draws_follow_the_normal_distribution() {
    // Through a truncation that keeps everything.
    let dist = Dist::truncated_normal(50.0, 1.0, 0.0);
    let moved = (0..DRAWS).map(|i| 50.0 + normal(&mut words(i))).collect();
    let distance = kolmogorov_smirnov(&dist, moved);
    assert!(distance < CRITICAL, "{distance}");
}
