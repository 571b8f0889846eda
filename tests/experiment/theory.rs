//! Figures against formulas.

use knockon::model::{EXIT, Model};
use knockon::prelude::*;
use knockon::theory::mm1;

use super::models::{counter, counter_with_work};
use super::{assert_estimates, recorded};

/// M/M/1 at half load: 5 an hour come, 10 could be served.
#[test]
fn a_counter_at_half_load_agrees_with_its_formulas() {
    let model = counter(5.0);
    let experiment = Experiment::new(&model).horizon(hours(600)).warm_up(hours(20)).replications(24);
    let results = experiment
        .presence()
        .longer_than([minutes(15)])
        .percentiles([0.25, 0.5, 0.9, 0.99])
        .sample_at([hours(500)])
        .run()
        .unwrap();
    let theory = mm1(5.0, 10.0).unwrap();
    let class = results.class("walk-in").unwrap();
    let counter = results.department("counter").unwrap();
    let visits = &counter.visits;

    let lead_time = class.lead_time.as_ref().unwrap();
    assert_estimates(lead_time.mean.0, theory.figures.sojourn_mean);
    // The lead time is exponential, with a mean of 1/5 hour.
    assert_estimates(lead_time.standard_deviation.unwrap().0, 0.2);
    for share in [0.25, 0.5, 0.9, 0.99] {
        assert_estimates(lead_time.percentile(share).unwrap().0, -(1.0 - share).ln() / 5.0);
    }
    assert_estimates(lead_time.longer_than[0].share, (-1.25f64).exp());
    assert_estimates(class.promise_kept, 1.0 - (-1.25f64).exp());
    assert_estimates(class.in_system, 1.0);
    assert_estimates(class.throughput, 5.0);
    assert_estimates(class.arrived, 5.0 * 580.0);
    assert_estimates(class.touch_time.unwrap().0, 0.1);
    assert_estimates(class.flow_efficiency, 0.5);

    let waiting = visits.waiting.as_ref().unwrap();
    assert_estimates(waiting.mean.0, theory.figures.wait_mean);
    assert_estimates(waiting.zero_share, 0.5);
    assert_estimates(waiting.standard_deviation.unwrap().0, theory.figures.wait_variance.unwrap().sqrt());
    assert_estimates(waiting.percentile(0.9).unwrap().0, theory.wait_quantile(0.9).unwrap());
    assert_estimates(visits.queue_length, theory.figures.queue_mean);
    assert_estimates(visits.in_service, 0.5);
    assert_estimates(counter.utilization, 0.5);

    let presence = &results.presence[0];
    assert_estimates(presence.variance, 2.0);
    for number in 0..6 {
        assert_estimates(presence.shares[number], 0.5f64.powi(number as i32 + 1));
    }
    assert_estimates(results.samples[0].present[0], 1.0);
    assert_estimates(results.samples[0].average[0], 1.0);
}

/// Infinite staff (M/M/infinity) from any start: those in place are there with probability exp(-t),
/// and the others are Poisson with mean 6 (1 - exp(-t)), in hours.
#[test]
fn samples_follow_a_transient() {
    let model = Model::builder("lab")
        .department("lab", |d| d.infinite_staff().service(Dist::exponential(hours(1))))
        .customers("samples", |c| c.poisson(per_hour(6.0)).enter("lab"))
        .initial("lab", |i| i.class("samples").cases(20))
        .build()
        .unwrap();
    let times = [0.1, 0.5, 1.0, 3.0];
    let experiment = Experiment::new(&model).horizon(hours(3)).sample_at(times.map(hours)).replications(400);
    let samples = experiment.run().unwrap().samples;
    for (sample, time) in samples.iter().zip(times) {
        assert_eq!(sample.time, time);
        assert_estimates(sample.present[0], 6.0 + 14.0 * (-time).exp());
        assert_estimates(sample.average[0], 6.0 - 14.0 * (-time).exp_m1() / time);
    }
}

/// Work in place counts as arrived at 0: it is there from the first instant.
#[test]
fn work_in_place_arrives_at_zero() {
    let model = counter_with_work(5.0, 7);
    let (results, taken) = recorded(&Experiment::new(&model).horizon(hours(9)).replications(3));
    let in_place = taken.cases.iter().filter(|case| case.case.stream == 0);
    assert_eq!(in_place.filter(|case| case.arrived == Span::ZERO).count(), 21);
    for replication in &results.replications {
        let came = taken.cases.iter().filter(|case| case.replication == replication.number);
        assert_eq!(replication.classes[0].arrived, came.count() as u64);
    }
    // Nothing was promised to them.
    let promised: u64 = results.replications.iter().map(|replication| replication.classes[0].promised).sum();
    let completed: u64 =
        results.replications.iter().map(|replication| replication.classes[0].lead_time.count).sum();
    let in_place_done = taken
        .cases
        .iter()
        .filter(|case| case.case.stream == 0 && case.outcome == knockon::Outcome::Completed)
        .count() as u64;
    assert_eq!(promised + in_place_done, completed);
    let later = Experiment::new(&model).horizon(hours(9)).warm_up(minutes(1)).replications(3).run().unwrap();
    assert!(later.system.arrived.mean + 7.0 <= results.system.arrived.mean + 1e-9);
}

/// Traffic equations by hand: x = 10 + y / 4 cases an hour at the first, y = 0.6 x at the second.
#[test]
fn handoffs_are_as_frequent_as_the_traffic_equations_say() {
    let model = Model::builder("loop")
        .department("a", |d| d.staff(2).service(Dist::exponential(minutes(6))))
        .department("b", |d| d.staff(1).service(Dist::exponential(minutes(4))))
        .handoff("a", "b", |h| h.probability(0.6))
        .handoff("a", EXIT, |h| h.probability(0.4))
        .handoff("b", "a", |h| h.probability(0.25).transfer(Dist::exponential(minutes(30))))
        .handoff("b", EXIT, |h| h.probability(0.75))
        .customers("all", |c| c.poisson(per_hour(10.0)).enter("a"))
        .build()
        .unwrap();
    let experiment = Experiment::new(&model).horizon(hours(110)).warm_up(hours(10)).replications(30);
    let results = experiment.run().unwrap();
    let x = 10.0 / 0.85;
    for (handoff, rate) in results.handoffs.iter().zip([0.6 * x, 0.4 * x, 0.15 * x, 0.45 * x]) {
        assert_estimates(handoff.count, 100.0 * rate);
    }
    assert_estimates(results.handoffs[2].transfer_time.unwrap().0, 0.5);
    assert_eq!(results.handoffs[0].transfer_time.unwrap().mean, 0.0);
    for (name, rate) in model.graph().unwrap().arrival_rates() {
        assert_estimates(results.department(name).unwrap().visits.throughput, rate.unwrap());
    }
}
