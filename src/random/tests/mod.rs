//! What the tests of distributions share: one of each kind, and draws from them.

mod defects;
mod files;
mod fit;
mod golden;
mod keyed;
mod moments;
mod properties;

use rand::distr::Distribution;

use super::keyed::{KeyPair, Purpose, Words, item_key, name_key};
use super::{Dist, cv};

/// The words of the `number`-th item of a fixed department, seed and replication.
fn words(number: u64) -> Words {
    let keys = KeyPair::new(7, 0, name_key("department", "goodness of fit"));
    keys.words(item_key(1, number, 0), 0).of(Purpose::Service)
}

/// `count` draws, each with the words of an item of its own, as in a simulation.
fn draws(dist: &Dist<f64>, count: u64) -> Vec<f64> {
    let sampler = dist.sampler().unwrap();
    (0..count).map(|number| sampler.sample(&mut words(number))).collect()
}

/// Every kind of distribution, and every method a kind has, by name. Tails are light enough for all
/// four moments to exist.
fn every_kind() -> Vec<(&'static str, Dist<f64>)> {
    let sample = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
    let nested = Dist::mixture([
        (3.0, Dist::gamma(2.0, cv(0.5))),
        (0.0, Dist::constant(1e9)),
        (1.0, Dist::uniform(0.0, 1.0).scaled(4.0).shifted(6.0)),
    ]);
    vec![
        ("constant", Dist::constant(2.5)),
        ("uniform", Dist::uniform(1.0, 4.0)),
        ("uniform, one point", Dist::uniform(3.0, 3.0)),
        ("triangular", Dist::triangular(1.0, 2.0, 5.0)),
        ("triangular, rising", Dist::triangular(1.0, 5.0, 5.0)),
        ("triangular, falling", Dist::triangular(1.0, 1.0, 5.0)),
        ("pert", Dist::pert(1.0, 2.0, 5.0)),
        ("pert, flat", Dist::Pert { low: 1.0, mode: 4.0, high: 5.0, shape: 1.5 }),
        ("exponential", Dist::exponential(3.0)),
        ("erlang, few", Dist::erlang(3, 3.0)),
        ("erlang, many", Dist::erlang(12, 3.0)),
        ("gamma", Dist::gamma(3.0, cv(0.8))),
        ("gamma, shape below 1", Dist::gamma(3.0, cv(1.6))),
        ("lognormal", Dist::lognormal(3.0, cv(0.6))),
        ("weibull", Dist::weibull(3.0, cv(0.6))),
        ("weibull, by shape", Dist::weibull_shape(3.0, 0.8)),
        ("pareto", Dist::pareto(3.0, cv(0.2))),
        ("pareto, by shape", Dist::pareto_shape(2.0, 5.5)),
        ("truncated normal, centre", Dist::truncated_normal(3.0, 1.5, 0.0)),
        ("truncated normal, middle", Dist::truncated_normal_between(3.0, 1.0, 2.0, 3.5)),
        ("truncated normal, upper tail", Dist::truncated_normal(3.0, 1.0, 12.0)),
        ("truncated normal, strip", Dist::truncated_normal_between(3.0, 1.0, 4.0, 4.2)),
        ("truncated normal, lower tail", Dist::truncated_normal_between(60.0, 1.0, 0.0, 50.0)),
        ("truncated normal, negative mean", Dist::truncated_normal(-1.0, 2.0, 0.0)),
        ("beta", Dist::beta(1.0, 5.0, 2.0, cv(0.3))),
        ("beta, two humps", Dist::beta_shapes(1.0, 5.0, 0.4, 0.7)),
        ("hyperexponential", Dist::hyperexponential([(0.25, 1.0), (0.75, 4.0)])),
        ("hyperexponential, by cv", Dist::hyperexponential_cv(3.0, cv(1.5))),
        ("mixture", nested.clone()),
        ("shifted", Dist::erlang(2, 3.0).shifted(1.0)),
        ("shifted down", Dist::uniform(2.0, 3.0).shifted(-2.0)),
        ("scaled", Dist::lognormal(3.0, cv(0.6)).scaled(0.5)),
        ("scaled mixture", nested.scaled(0.5).shifted(1.0).scaled(3.0)),
        ("discrete", Dist::discrete([(1.0, 0.5), (4.0, 0.2), (2.0, 0.3), (9.0, 0.0)])),
        ("empirical", Dist::empirical(sample)),
        ("empirical, one value", Dist::empirical([2.0])),
        ("interpolated", Dist::interpolated(sample)),
        ("interpolated, one value", Dist::interpolated([2.0])),
    ]
}

#[test]
fn a_sampler_is_small() {
    assert!(size_of::<super::Sampler>() <= 40);
}
