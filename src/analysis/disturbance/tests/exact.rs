//! Against exact transients. Seeds are fixed; every one of a few dozen figures may be off by four and a half of its own
//! standard errors, which happens to any of fifty in one of 3,000 seeds.

use crate::analysis::{DelayStretch, Disturbance, Following, Study};
use crate::interventions::Intervention;
use crate::prelude::*;
use crate::stats::Estimate;

fn assert_near(what: &str, estimate: &Estimate, exact: f64) {
    let error = estimate.std_error().unwrap();
    let off = (estimate.mean - exact) / error;
    assert!(off.abs() < 4.5, "{what}: {estimate}, exact {exact}, {off:.1} standard errors off");
}

fn follow(model: &Model, horizon: Span, replications: u32, disturbance: Intervention) -> Disturbance {
    let study = Study::new(Experiment::new(model).horizon(horizon).replications(replications).seed(11));
    let following = Following { stretch: Some(minutes(30)), ..Following::default() };
    study.disturb_by(&[disturbance], &following).unwrap()
}

/// The stretch that begins so many half hours after the start.
fn at(result: &Disturbance, half_hours: i64) -> Option<&DelayStretch> {
    result.system.stretches.iter().find(|of| of.from == minutes(30.0 * half_hours as f64))
}

const LAMBDA: f64 = 3.0;
const MU: f64 = 5.0;
/// More customers than this are there with a probability below 1e-12.
const STATES: usize = 120;
/// Steps an hour.
const STEPS: usize = 4000;

/// One step of the classical Runge-Kutta method for the probabilities of the number present, with a server who serves
/// at a rate.
fn step(p: &[f64], mu: f64) -> Vec<f64> {
    let slope = |p: &[f64]| -> Vec<f64> {
        (0..STATES)
            .map(|n| {
                let from_below = if n > 0 { LAMBDA * p[n - 1] } else { 0.0 };
                let from_above = if n + 1 < STATES { mu * p[n + 1] } else { 0.0 };
                let out = if n + 1 < STATES { LAMBDA } else { 0.0 } + if n > 0 { mu } else { 0.0 };
                from_below + from_above - out * p[n]
            })
            .collect()
    };
    let h = 1.0 / STEPS as f64;
    let moved = |k: &[f64], by: f64| -> Vec<f64> { p.iter().zip(k).map(|(p, k)| p + by * k).collect() };
    let k1 = slope(p);
    let k2 = slope(&moved(&k1, h / 2.0));
    let k3 = slope(&moved(&k2, h / 2.0));
    let k4 = slope(&moved(&k3, h));
    (0..STATES).map(|n| p[n] + h / 6.0 * (k1[n] + 2.0 * k2[n] + 2.0 * k3[n] + k4[n])).collect()
}

fn mean(p: &[f64]) -> f64 {
    p.iter().enumerate().map(|(n, p)| n as f64 * p).sum()
}

/// The probability that so many and one more services take longer than a time.
fn longer(n: usize, time: f64) -> f64 {
    let mut term = (-MU * time).exp();
    let mut sum = term;
    for k in 1..=n {
        term *= MU * time / k as f64;
        sum += term;
    }
    sum
}

/// M/M/1 whose server is away from 6 to 8 o'clock, from an empty start: the extra number present is the difference of
/// the two solutions of the forward equations. In order of arrival, with n present at t, who comes
/// - before is delayed by the whole of it if n + 1 services take longer than until 6;
/// - later by what is left of it, and by the services of those who are there more.
///
/// Arrivals see time averages (Wolff 1982), so a stretch has the mean over it.
#[test]
fn an_outage_of_a_single_server() {
    let (begins, ends, horizon) = (6.0, 8.0, 20);
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(60.0 / MU))))
        .customers("visitors", |c| c.poisson(per_hour(LAMBDA)).enter("desk"))
        .build()
        .unwrap();
    let result = follow(
        &model,
        hours(horizon),
        2000,
        Intervention::outage("desk", hours(begins), hours(ends - begins)),
    );

    let empty: Vec<f64> = (0..STATES).map(|n| if n == 0 { 1.0 } else { 0.0 }).collect();
    let (mut without, mut with) = (empty.clone(), empty);
    let (mut delay, mut present) = (vec![0.0; 2 * horizon as usize], vec![0.0; 2 * horizon as usize]);
    for now in 0..horizon as usize * STEPS {
        // In the middle of the step.
        let time = (now as f64 + 0.5) / STEPS as f64;
        let away = begins < time && time < ends;
        let more = mean(&with) - mean(&without);
        let (then_without, then_with) = (step(&without, MU), step(&with, if away { 0.0 } else { MU }));
        let more = (more + mean(&then_with) - mean(&then_without)) / 2.0;
        let extra = if time < begins {
            let hit: f64 = without.iter().enumerate().map(|(n, p)| p * longer(n, begins - time)).sum();
            (ends - begins) * hit
        } else {
            more / MU + (ends - time).max(0.0)
        };
        let stretch = 2 * now / STEPS;
        delay[stretch] += extra / (STEPS / 2) as f64;
        present[stretch] += more / (STEPS / 2) as f64;
        (without, with) = (then_without, then_with);
    }
    // Who comes in the last hours may not be done: the delay is compared until 17.
    let mut compared = 0;
    for (stretch, &exact) in delay.iter().enumerate().take(34).skip(8) {
        let found = at(&result, stretch as i64).unwrap();
        assert_near(&format!("delay, half hour {stretch}"), found.mean.as_ref().unwrap(), exact);
        compared += 1;
    }
    for (stretch, &exact) in present.iter().enumerate().take(40).skip(12) {
        let found = at(&result, stretch as i64).unwrap();
        assert_near(&format!("present, half hour {stretch}"), &found.present, exact);
        compared += 1;
    }
    assert_eq!(compared, 54);
    // All customer-hours lost are those of all who are there more, to the end.
    let all: f64 = present.iter().sum::<f64>() / 2.0;
    assert_near("customer-hours", &result.system.hours, all);
    assert_eq!(result.department_hours.mean, ends - begins);
    // The worst is to come early in the outage, whether just before it or just after: to within a stretch.
    let worst = (0..delay.len()).max_by(|&a, &b| delay[a].total_cmp(&delay[b])).unwrap() as i64;
    let peak = result.system.peak.unwrap().from.ticks() / minutes(30).ticks();
    assert!((peak - worst).abs() <= 1, "{peak}, {worst}");
}

/// M/G/infinity with twice the customers from 2 to 5: nobody waits for anybody, and the extra number present is
/// E[rate(t - S_e)] E[S] (Eick, Massey and Whitt 1993, *The physics of the M_t/G/infinity queue*, theorem 1): the rate of
/// the surge times the integral of P(S > u) over the ages u of those who came in it. Services are gamma of shape 2,
/// with a mean of an hour: the integral of P(S > u) from 0 to x is 1 - (1 + x) e^(-2x).
#[test]
fn a_surge_where_nobody_waits() {
    let (begins, ends, rate) = (2.0, 5.0, 20.0);
    let model = Model::builder("wards")
        .department("wards", |d| d.infinite_staff().service(Dist::gamma(hours(1), cv(0.5f64.sqrt()))))
        .customers("patients", |c| c.poisson(per_hour(rate)).enter("wards"))
        .build()
        .unwrap();
    let surge = Intervention::surge("patients", hours(begins), hours(ends - begins), 2.0);
    let result = follow(&model, hours(20), 400, surge);
    let until = |x: f64| if x > 0.0 { 1.0 - (1.0 + x) * (-2.0 * x).exp() } else { 0.0 };
    let exact = |time: f64| rate * (until(time - begins) - until(time - ends));
    for stretch in 4..20 {
        // Simpson's rule over the half hour, between the ends of which it is smooth.
        let from = 0.5 * f64::from(stretch);
        let mean = (exact(from) + 4.0 * exact(from + 0.25) + exact(from + 0.5)) / 6.0;
        let middle = [0.125, 0.375].map(|at| exact(from + at));
        let fine =
            (exact(from) + 4.0 * middle[0] + 2.0 * exact(from + 0.25) + 4.0 * middle[1] + exact(from + 0.5))
                / 12.0;
        assert!((mean - fine).abs() < 2e-2);
        let found = at(&result, stretch.into()).unwrap();
        assert_near(&format!("half hour {stretch}"), &found.present, fine);
        // In the department as well.
        let there = &result.department("wards").unwrap().stretches;
        assert_eq!(there.iter().find(|of| of.from == found.from).unwrap().present, found.present);
    }
    // All the hours that it brings: so many, for an hour each.
    let hours_of = |of: &DelayStretch| of.present.mean / 2.0;
    let all: f64 = result.system.stretches.iter().map(hours_of).sum();
    let exact = rate * (ends - begins);
    // Their standard deviation: the square root of the mean number times the second moment, 1.5.
    let error = (exact * 1.5 / 400.0).sqrt();
    assert!((all - exact).abs() < 4.5 * error, "{all}, exact {exact}, standard error {error}");
    // Nobody else feels anything, and no hour of a department that lacks people is lost.
    assert_eq!((result.system.hours.mean, result.system.touched.mean), (0.0, 0.0));
    assert_eq!(result.amplification, None);
}
