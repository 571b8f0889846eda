//! Normal figures with known means. Seeds are fixed; a fraction of experiments is compared at level 1e-3, one-sided.

use crate::analysis::choose::kim_nelson::{Promise, Selected, select};
use crate::analysis::choose::ocba::{Budget, Known, spend};
use crate::analysis::choose::{Wanted, best_of};
use crate::error::Result;
use crate::random::{splitmix, unit};

const EXPERIMENTS: u64 = 1000;

/// The quantile of the standard normal distribution for level 1e-3.
const Z: f64 = 3.09;

/// Scenarios whose figures are normal: means, standard deviations, and the correlation of any two in a replication.
#[derive(Clone)]
struct Scenarios {
    means: Vec<f64>,
    deviations: Vec<f64>,
    correlation: f64,
}

/// A standard normal number of its own for every key (Box and Muller 1958).
fn normal(seed: u64, scenario: u64, replication: u32) -> f64 {
    let mut words = splitmix(splitmix(seed)() ^ (scenario << 32) ^ u64::from(replication));
    let (one, other) = (1.0 - unit(words()), unit(words()));
    (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos()
}

impl Scenarios {
    fn value(&self, seed: u64, scenario: usize, replication: u32) -> f64 {
        let own = normal(seed, scenario as u64 + 1, replication);
        let common = if self.correlation > 0.0 { normal(seed, 0, replication) } else { 0.0 };
        let mixed = self.correlation.sqrt() * common + (1.0 - self.correlation).sqrt() * own;
        self.means[scenario] + self.deviations[scenario] * mixed
    }

    fn feed(&self, seed: u64) -> impl FnMut(&[Wanted]) -> Result<Vec<Vec<f64>>> {
        move |wanted: &[Wanted]| {
            let numbers = |wanted: &Wanted| wanted.from..wanted.from + wanted.count;
            let values = |of: &Wanted| numbers(of).map(|at| self.value(seed, of.scenario, at)).collect();
            Ok(wanted.iter().map(values).collect())
        }
    }

    fn select(&self, promise: &Promise, seed: u64) -> Selected {
        select(self.means.len(), promise, &mut self.feed(seed)).unwrap()
    }
}

/// The best at one indifference above all others, which are equal: the hardest case (the slippage configuration).
fn slippage(deviations: [f64; 5], correlation: f64) -> Scenarios {
    let mut means = vec![0.0; 5];
    means[3] = PROMISE.indifference;
    Scenarios { means, deviations: deviations.to_vec(), correlation }
}

const PROMISE: Promise = Promise { indifference: 0.5, probability: 0.95, first: 12, at_most: 10_000 };

/// The share of experiments that select the best, and how many replications they look at on average.
fn outcome(scenarios: &Scenarios, promise: &Promise) -> (f64, f64) {
    let best = best_of(scenarios.means.iter().copied());
    let (mut correct, mut looked_at) = (0, 0);
    for seed in 0..EXPERIMENTS {
        let selected = scenarios.select(promise, seed);
        correct += u64::from(selected.best == best);
        looked_at += selected.looked_at.iter().sum::<u32>();
    }
    (correct as f64 / EXPERIMENTS as f64, f64::from(looked_at) / EXPERIMENTS as f64)
}

/// At a difference of the indifference zone the best is selected with the probability promised, whatever the variances and however
/// figures depend on each other; and dependence saves replications.
#[test]
fn the_best_is_selected_with_the_probability_promised() {
    let equal = slippage([1.0; 5], 0.0);
    let cases = [
        ("equal", equal.clone()),
        ("the best varies most", slippage([0.5, 0.7, 1.0, 2.0, 0.6], 0.0)),
        ("the best varies least", slippage([1.5, 1.0, 2.0, 0.4, 1.2], 0.0)),
        ("dependent", slippage([1.0; 5], 0.6)),
        ("dependent and unequal", slippage([0.5, 1.0, 1.5, 1.0, 0.7], 0.6)),
    ];
    for probability in [0.95, 0.75] {
        let promise = Promise { probability, ..PROMISE };
        let error = (probability * (1.0 - probability) / EXPERIMENTS as f64).sqrt();
        for (name, scenarios) in &cases {
            let (correct, looked_at) = outcome(scenarios, &promise);
            println!("{name}, {probability}: {correct:.3} correct, {looked_at:.0} replications");
            assert!(correct >= probability - Z * error, "{name}, {probability}: {correct}");
        }
        let dependent = outcome(&slippage([1.0; 5], 0.6), &promise).1;
        assert!(dependent < 0.75 * outcome(&equal, &promise).1, "{probability}: {dependent}");
    }
}

/// h^2 = 2 c eta (n0 - 1) with c = 1, and eta solves the equation that defines it: k = 4, n0 = 10, 95 %.
#[test]
fn the_constant_solves_its_equation() {
    let h_squared = Promise { first: 10, ..PROMISE }.h_squared(4);
    assert!((h_squared - 9.0 * ((0.1f64 / 3.0).powf(-2.0 / 9.0) - 1.0)).abs() < 1e-12);
    let eta = h_squared / 18.0;
    assert!(((1.0 + 2.0 * eta).powf(-4.5) / 2.0 - 0.05 / 3.0).abs() < 1e-12);
}

/// The procedure as the paper says it, one replication at a time: the best, and after how many each was put out.
fn as_written(scenarios: &Scenarios, promise: &Promise, seed: u64) -> (usize, Vec<Option<u32>>) {
    let k = scenarios.means.len();
    let values = |of: usize, r: u32| (0..r).map(move |at| scenarios.value(seed, of, at));
    let mean = |of: usize, r: u32| values(of, r).sum::<f64>() / f64::from(r);
    let first = promise.first;
    let variance = |i: usize, l: usize| {
        let center = mean(i, first) - mean(l, first);
        let squares = values(i, first).zip(values(l, first)).map(|(i, l)| (i - l - center).powi(2));
        squares.sum::<f64>() / f64::from(first - 1)
    };
    let (h_squared, delta) = (promise.h_squared(k), promise.indifference);
    let variances: Vec<Vec<f64>> =
        (0..k).map(|i| (0..k).map(|l| if i == l { 0.0 } else { variance(i, l) }).collect()).collect();
    let limit = variances.iter().flatten().map(|s| (h_squared * s / delta.powi(2)) as u32).max().unwrap();
    let mut out = vec![None; k];
    let mut left: Vec<usize> = (0..k).collect();
    let mut r = first;
    loop {
        let w = |i: usize, l: usize| {
            (delta / (2.0 * f64::from(r)) * (h_squared * variances[i][l] / delta.powi(2) - f64::from(r)))
                .max(0.0)
        };
        let stays = |&i: &usize| left.iter().all(|&l| mean(i, r) >= mean(l, r) - w(i, l));
        let new: Vec<usize> = left.iter().copied().filter(stays).collect();
        left.iter().filter(|i| !new.contains(i)).for_each(|&i| out[i] = Some(r));
        left = new;
        if left.len() == 1 || r > limit {
            return (left[0], out);
        }
        r += 1;
    }
}

#[test]
fn rounds_of_replications_change_nothing() {
    let easy = Scenarios { means: vec![1.0, 0.0, 1.4, -2.0], ..slippage([1.0; 5], 0.3) };
    for scenarios in [slippage([1.0; 5], 0.0), slippage([0.5, 1.0, 1.5, 1.0, 0.7], 0.6), easy] {
        for seed in 0..20 {
            let selected = scenarios.select(&PROMISE, seed);
            let (best, out) = as_written(&scenarios, &PROMISE, seed);
            assert_eq!(selected.best, best);
            for (at, out) in out.iter().enumerate() {
                assert_eq!(selected.put_out_by[at].is_some(), out.is_some());
                out.iter().for_each(|&out| assert_eq!(selected.looked_at[at], out));
                assert!(selected.put_out_by[at].is_none_or(|by| by != at));
            }
        }
    }
}

#[test]
fn the_limit_equal_scenarios_and_those_that_do_not_vary() {
    let scenarios = slippage([1.0; 5], 0.0);
    let selected = scenarios.select(&Promise { at_most: 20, ..PROMISE }, 4);
    let left = selected.put_out_by.iter().filter(|by| by.is_none()).count();
    assert!(left > 1 && selected.looked_at[selected.best] == 20, "{selected:?}");
    assert!(selected.values.iter().all(|values| values.len() <= 20));
    // No differences at all: the first is as good as any.
    let same = Scenarios { means: vec![1.0; 3], deviations: vec![0.0; 3], correlation: 0.0 };
    let selected = same.select(&PROMISE, 1);
    assert_eq!((selected.best, &selected.put_out_by[..]), (0, &[None, Some(0), Some(0)][..]));
    // Differences that do not vary are known after the first stage, also those below the indifference zone.
    let apart = Scenarios { means: vec![1.0, 1.1, 1.05], ..same };
    let selected = apart.select(&PROMISE, 1);
    assert_eq!((selected.best, &selected.looked_at[..]), (1, &[12, 12, 12][..]));
}

/// The first experiment of Chen et al. (2000): ten designs with means 0 to 9 and standard deviation 6. A budget of 1,000 selects
/// the best more often than equal allocation does.
#[test]
fn a_budget_is_better_spent_than_equally() {
    let decreasing = (0..10).map(|at| -f64::from(at)).collect();
    let scenarios = Scenarios { means: decreasing, deviations: vec![6.0; 10], correlation: 0.0 };
    let correct = |first: u32| {
        let budget = Budget { total: 1000, first, step: 20 };
        let best = |seed| {
            let values = spend(10, &budget, &mut scenarios.feed(seed)).unwrap();
            assert_eq!(values.iter().map(Vec::len).sum::<usize>(), 1000);
            best_of(values.iter().map(|values| Known::of(values).mean))
        };
        (0..EXPERIMENTS).filter(|&seed| best(seed) == 0).count() as f64 / EXPERIMENTS as f64
    };
    let (spent, equal) = (correct(10), correct(100));
    println!("{spent:.3} correct, {equal:.3} with equal allocation");
    let error = ((spent * (1.0 - spent) + equal * (1.0 - equal)) / EXPERIMENTS as f64).sqrt();
    assert!(spent - equal > Z * error, "{spent}, {equal}");
}
