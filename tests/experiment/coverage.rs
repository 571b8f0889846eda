//! Intervals of 95 % contain what they estimate in 95 of 100 experiments.

use knockon::prelude::*;
use knockon::stats::Estimate;
use statrs::distribution::{Binomial, DiscreteCDF};

use super::models::counter;

/// How many of so many experiments on M/M/1 at half load, each with its own seed, cover mean wait,
/// utilization, promise kept, and 90th percentile of the lead time. Level 1e-3 each, two-sided.
fn check_coverage(experiments: u64) {
    let model = counter(5.0);
    let mut covered = [0; 4];
    for seed in 1..=experiments {
        let experiment = Experiment::new(&model).horizon(hours(125)).warm_up(hours(5)).replications(10);
        let results = experiment.percentiles([0.9]).seed(seed).run().unwrap();
        let (class, counter) = (&results.classes[0], &results.departments[0]);
        let waiting = counter.visits.waiting.as_ref().unwrap().mean.0;
        let percentile = class.lead_time.as_ref().unwrap().percentiles[0].value.0;
        let estimates = [waiting, counter.utilization.unwrap(), class.promise_kept.unwrap(), percentile];
        let truths = [0.1, 0.5, 1.0 - (-1.25f64).exp(), 10f64.ln() / 5.0];
        for (count, (estimate, truth)) in covered.iter_mut().zip(estimates.iter().zip(truths)) {
            *count += u64::from(covers(estimate, truth));
        }
    }
    let binomial = Binomial::new(0.95, experiments).unwrap();
    for count in covered {
        assert!(binomial.cdf(count) > 5e-4 && binomial.sf(count - 1) > 5e-4, "{covered:?} of {experiments}");
    }
}

fn covers(estimate: &Estimate, truth: f64) -> bool {
    let interval = estimate.interval.unwrap();
    interval.low <= truth && truth <= interval.high
}

#[test]
fn intervals_cover() {
    check_coverage(200);
}

#[test]
#[ignore = "long: cargo test --release --test experiment -- --ignored coverage"]
fn intervals_cover_in_many_experiments() {
    check_coverage(2000);
}
