//! The cost of a draw: ours from keyed words, beside rand_distr's from a sequential generator.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use knockon::random::{Dist, cv};
use rand::distr::Distribution;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use rand_distr::StandardNormal;

/// The generator itself: its keys are private to the library.
#[allow(dead_code, missing_docs)]
#[path = "../src/random/keyed.rs"]
mod keyed;

use keyed::{KeyPair, Purpose, Words};

/// How many draws one measurement makes, so that the loop around them hardly counts.
const DRAWS: u64 = 1_000;

/// The sum of draws that are made as in a simulation: each with the words of its own item.
fn keyed_sum(mut draw: impl FnMut(&mut Words) -> f64) -> f64 {
    let keys = KeyPair::new(black_box(1), 0, 0);
    (0..DRAWS).map(|item| draw(&mut keys.words(item, 0).of(Purpose::Service))).sum()
}

fn sequential_sum(rng: &mut SmallRng, mut draw: impl FnMut(&mut SmallRng) -> f64) -> f64 {
    (0..DRAWS).map(|_| draw(rng)).sum()
}

fn pair(c: &mut Criterion, name: &str, dist: Dist<f64>, theirs: impl Distribution<f64>) {
    let sampler = dist.sampler().expect("a valid distribution");
    let mut rng = SmallRng::seed_from_u64(1);
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(DRAWS));
    group.bench_function("keyed", |b| {
        b.iter(|| {
            let sampler = black_box(&sampler);
            keyed_sum(|words| sampler.sample(words))
        });
    });
    group.bench_function("rand_distr", |b| {
        b.iter(|| {
            let theirs = black_box(&theirs);
            sequential_sum(&mut rng, |rng| theirs.sample(rng))
        });
    });
    group.finish();
}

fn words(c: &mut Criterion) {
    let mut rng = SmallRng::seed_from_u64(1);
    let mut group = c.benchmark_group("word");
    group.throughput(Throughput::Elements(DRAWS));
    group.bench_function("keyed", |b| b.iter(|| keyed_sum(|words| keyed::unit(words.next()))));
    group.bench_function("rand_distr", |b| {
        b.iter(|| sequential_sum(&mut rng, |rng| keyed::unit(rng.next_u64())));
    });
    group.finish();
}

fn draws(c: &mut Criterion) {
    use rand_distr::{Beta, Exp, Gamma, LogNormal, Pareto, Triangular, Uniform, Weibull};
    words(c);
    pair(c, "exponential", Dist::exponential(3.0), Exp::new(1.0 / 3.0).unwrap());
    pair(c, "lognormal", Dist::lognormal(3.0, cv(0.6)), LogNormal::from_mean_cv(3.0, 0.6).unwrap());
    // A truncation that keeps everything: a normal variate and two comparisons.
    pair(c, "normal", Dist::truncated_normal(50.0, 1.0, 0.0), StandardNormal);
    pair(c, "gamma", Dist::gamma(3.0, cv(0.5)), Gamma::new(4.0, 0.75).unwrap());
    pair(c, "gamma, shape below 1", Dist::gamma(3.0, cv(2.0)), Gamma::new(0.25, 12.0).unwrap());
    pair(c, "erlang 2", Dist::erlang(2, 3.0), Gamma::new(2.0, 1.5).unwrap());
    pair(c, "weibull", Dist::weibull_shape(3.0, 1.7), Weibull::new(3.0, 1.7).unwrap());
    pair(c, "pareto", Dist::pareto_shape(2.0, 2.5), Pareto::new(2.0, 2.5).unwrap());
    pair(c, "uniform", Dist::uniform(1.0, 4.0), Uniform::new(1.0, 4.0).unwrap());
    pair(c, "triangular", Dist::triangular(1.0, 2.0, 5.0), Triangular::new(1.0, 5.0, 2.0).unwrap());
    pair(c, "beta", Dist::beta_shapes(0.0, 1.0, 2.0, 3.0), Beta::new(2.0, 3.0).unwrap());
}

criterion_group!(benches, draws);
criterion_main!(benches);
