use super::*;
use crate::experiment::Experiment;
use crate::model::{Arrivals, Model, RateStep};
use crate::random::{Dist, cv};
use crate::time::{Span, days, hours, minutes, per_hour};

fn queue(staff: u32, service: Dist, rate: f64) -> Model {
    Model::builder("desk")
        .department("desk", |d| d.staff(staff).service(service))
        .customers("visitors", |c| c.poisson(per_hour(rate)).enter("desk"))
        .build()
        .unwrap()
}

/// How far every known expectation is off, in standard errors.
fn off(model: &Model, figure: &Figure, results: &Results) -> Vec<(Known, f64)> {
    let offered = known::offered(model, figure, results).unwrap();
    let errors = |values: &[f64]| {
        let estimate = Estimate::of_means(values, 0.95).unwrap();
        estimate.mean / estimate.std_error().unwrap()
    };
    offered.into_iter().map(|(known, values)| (known, errors(&values))).collect()
}

/// Expectations are what they are said to be: 400 replications each, 3.5 standard errors, seed 1. Without a warm-up only
/// exponential services are offered; the sum of ended services would be off by 10 here.
#[test]
fn expectations_are_known() {
    let exponential = queue(2, Dist::exponential(minutes(30)), 3.0);
    let gamma = queue(1, Dist::gamma(minutes(30), cv(1.8)), 1.4);
    let mut pattern = queue(1, Dist::exponential(minutes(30)), 1.0);
    pattern.streams[0].arrivals = Arrivals::Pattern {
        period: hours(24),
        steps: vec![
            RateStep { from: hours(0), rate: per_hour(0.5) },
            RateStep { from: hours(9), rate: per_hour(2.5) },
            RateStep { from: hours(15), rate: per_hour(1.0) },
        ],
    };
    pattern.streams[0].from = Some(hours(3));
    pattern.streams[0].until = Some(hours(77));
    for (model, warm_up, expected) in [
        (&exponential, hours(0), 2),
        (&exponential, days(2), 2),
        (&gamma, hours(0), 1),
        (&gamma, days(10), 2),
        (&pattern, hours(10), 2),
    ] {
        let horizon = Span::from_ticks(warm_up.ticks() + days(4).ticks());
        let experiment = Experiment::new(model).horizon(horizon).warm_up(warm_up).replications(400);
        let results = experiment.run().unwrap();
        let off = off(model, &Figure::lead_time("visitors"), &results);
        assert_eq!(off.len(), expected, "{off:?}");
        for (known, errors) in off {
            assert!(errors.abs() < 3.5, "{known}: {errors}");
        }
    }
}

/// 95 % intervals of the mean lead time of M/M/1 and M/M/3 over so many seeds, where the expectation is the formula's less what the
/// horizon cuts off: how many of 60 replications each cover, and the variance of the plain point over that of the corrected one.
fn covered(seeds: u64, staff: u32, rate: f64) -> (u32, f64) {
    let model = queue(staff, Dist::exponential(minutes(30)), rate);
    let twin = crate::theory::mmc(rate, 2.0, staff).unwrap().figures;
    // The variance of a lead time over the window is cut off.
    let expected = twin.sojourn_mean - twin.sojourn_variance.unwrap() / 240.0;
    let (mut covered, mut plain_squares, mut squares) = (0, 0.0, 0.0);
    for seed in 1..=seeds {
        let experiment =
            Experiment::new(&model).horizon(days(11)).warm_up(days(1)).replications(60).seed(seed);
        let lead_time = correct(&model, &Figure::lead_time("visitors"), &experiment.run().unwrap()).unwrap();
        let interval = lead_time.estimate.interval.unwrap();
        covered += u32::from(interval.low <= expected && expected <= interval.high);
        squares += (lead_time.estimate.mean - expected).powi(2);
        plain_squares += (lead_time.plain.mean - expected).powi(2);
        assert_eq!(lead_time.controls.is_empty(), lead_time.estimate == lead_time.plain);
    }
    println!("{staff}: {covered} of {seeds}, variance {:.2} times less", plain_squares / squares);
    (covered, plain_squares / squares)
}

/// Over 100 seeds at least 89 intervals cover: fewer of a true 95 % with probability 1 %.
#[test]
fn intervals_cover_and_are_shorter() {
    let (covered, gain) = covered(100, 1, 1.0);
    assert!(covered >= 89 && gain > 1.3, "{covered} {gain}");
}

/// Over 2,000 seeds each between 93.5 and 96.5 %: a true 95 % leaves these bounds with probability 0.2 %.
#[test]
#[ignore = "takes minutes"]
fn coverage_of_controlled_intervals() {
    for (staff, rate) in [(1, 1.0), (3, 4.0)] {
        let (covered, gain) = covered(2000, staff, rate);
        assert!((1870..=1930).contains(&covered) && gain > 1.3, "{staff}: {covered} {gain}");
    }
}

/// What has nothing to do with chance in arrivals and services stays as it is: constant service without anybody waiting.
#[test]
fn without_use_the_estimate_is_the_plain_one() {
    let model = queue(50, Dist::constant(minutes(30)), 2.0);
    let experiment = Experiment::new(&model).horizon(days(4)).warm_up(days(1)).replications(20);
    let controlled = Study::new(experiment).controlled(&Figure::lead_time("visitors")).unwrap();
    assert_eq!(controlled.estimate, controlled.plain);
    assert_eq!((controlled.gain, controlled.controls.len()), (Some(1.0), 0));
    assert!(format!("{controlled:400}").ends_with("no control shortens the interval"), "{controlled}");
}

/// The twin's queue is used for a line whose second desk has no exact formula, and not for what it knows itself. The estimate
/// agrees with the one of ten times the replications without it, at 3.3 standard errors of both.
#[test]
fn the_twin_helps_where_it_is_exact() {
    let model = Model::builder("two desks")
        .department("front", |d| d.staff(1).service(Dist::exponential(minutes(20))))
        .department("back", |d| d.staff(2).service(Dist::gamma(minutes(12), cv(0.5))))
        .handoff("front", "back", |h| h)
        .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("front"))
        .build()
        .unwrap();
    let experiment = || Experiment::new(&model).horizon(days(15)).warm_up(days(5)).replications(60);
    let study = Study::new(experiment());
    let front = Known::Queue { department: "front".into() };
    let lead_time = study.controlled(&Figure::lead_time("visitors")).unwrap();
    assert!(lead_time.controls.iter().any(|control| control.known == front), "{lead_time}");
    assert!(lead_time.gain.unwrap() > 4.0, "{lead_time}");
    let many = experiment().replications(400).seed(2).run().unwrap();
    let many = Figure::lead_time("visitors").of(&many).unwrap().unwrap();
    let errors = many.std_error().unwrap().hypot(lead_time.estimate.std_error().unwrap());
    assert!((many.mean - lead_time.estimate.mean).abs() < 3.3 * errors, "{many} {lead_time}");
    let waiting = study.controlled(&Figure::waiting_time("front")).unwrap();
    assert!(waiting.controls.iter().all(|control| control.known != front), "{waiting}");
    assert!(waiting.offered > 0 && lead_time.offered == waiting.offered + 1);
    let text = serde_json::to_string(&lead_time).unwrap();
    assert_eq!(serde_json::from_str::<Controlled>(&text).unwrap().controls.len(), lead_time.controls.len());
    let percentile = Figure::lead_time_percentile("visitors", 0.9);
    assert!(study.controlled(&percentile).unwrap_err().to_string().contains("not known by replication"));
    assert!(study.controlled(&Figure::lead_time("nobody")).is_err());
}
