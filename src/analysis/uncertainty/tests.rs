use super::*;
use crate::experiment::{Customers, Experiment};
use crate::model::{Arrivals, Staff};
use crate::random::Dist;
use crate::time::{days, hours, minutes, per_hour};

fn desk() -> Model {
    Model::builder("desk")
        .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(30))))
        .customers("visitors", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build()
        .unwrap()
}

fn holds(interval: Option<Interval>, expected: f64) -> bool {
    interval.is_some_and(|interval| interval.low <= expected && expected <= interval.high)
}

/// M/M/1 with a service rate mu that is uniform over [1.6, 2.4] and one arrival an hour. The lead time 1/(mu - 1) has mean
/// ln(1.4/0.6)/0.8 and second moment (1/0.6 - 1/1.4)/0.8. Intervals of 99 %, seed 1.
#[test]
fn the_input_variance_of_a_queue_is_that_of_the_formula() {
    let model = desk();
    let experiment = Experiment::new(&model).horizon(days(40)).warm_up(days(4)).replications(10).level(0.99);
    let study = Study::new(experiment);
    let rate = Uncertain::interval("the service rate", 1.6, 2.4, |model, rate| {
        model.departments[0].service = Some(Dist::exponential(hours(1.0 / rate)));
    });
    let figures = [Figure::lead_time("visitors"), Figure::throughput(Customers::All)];
    let known = study.uncertain(&figures, &[rate], 200).unwrap();
    let mean = (1.4_f64 / 0.6).ln() / 0.8;
    let variance = (1.0 / 0.6 - 1.0 / 1.4) / 0.8 - mean * mean;
    let lead_time = &known.figures[0];
    assert!(holds(lead_time.input_variance.interval, variance), "{} {variance}", lead_time.input_variance);
    assert!(lead_time.input_variance.half_width().unwrap() < 0.5 * variance);
    // Of the mean over 200 sets, both variances count.
    let error = (variance / 200.0 + lead_time.simulation_variance).sqrt();
    assert!((lead_time.mean.mean - mean).abs() < 2.6 * error, "{} {mean}", lead_time.mean);
    assert!(holds(lead_time.as_given.interval, 1.0), "{}", lead_time.as_given);
    // The quantiles of 1/(mu - 1) at 0.5 and 99.5 %.
    let (low, high) = (1.0 / (1.396), 1.0 / 0.604);
    assert!(lead_time.interval.low < low && low - lead_time.interval.low < 0.15, "{:?}", lead_time.interval);
    assert!(high < lead_time.interval.high && lead_time.interval.high - high < 0.35);
    assert!(lead_time.told() && lead_time.input_share.unwrap() > 0.8);
    let most = lead_time.foremost().unwrap();
    assert!(most.name == "the service rate" && most.slope.high().unwrap() < 0.0);
    assert!((0.8..=1.0).contains(&most.share), "{}", most.share);
    // The throughput does not depend on it, but for the cases that are there at the ends.
    let throughput = &known.figures[1];
    assert!(throughput.input_share.unwrap() < 0.01, "{throughput:?}");
    let text = format!("{known:400}");
    assert!(
        text.contains("is simulation noise alone; what is not known about the service rate adds"),
        "{text}"
    );
    let json = serde_json::to_string(&known).unwrap();
    assert_eq!(serde_json::from_str::<InputUncertainty>(&json).unwrap().draws, 200);
}

/// A parameter that only renames gives every set draws of its own, and no input variance: of 20 studies, at the 95 %
/// level, at least 16 intervals hold zero (fewer with probability 0.3 %; a jackknife of variances is a little short).
#[test]
fn without_uncertainty_the_input_variance_is_noise() {
    let model = desk();
    let mut held = 0;
    let mut sum = 0.0;
    for seed in 1..=20 {
        let experiment = Experiment::new(&model).horizon(days(5)).warm_up(days(1)).replications(4).seed(seed);
        let name = Uncertain::interval("the name", 0.0, 1.0, |model, value| {
            model.departments[0].name = format!("desk {value}");
            model.streams[0].enter = model.departments[0].name.clone();
            model.streams[0].class = Some("visitors".into());
            model.classes = vec![crate::model::Class { name: "visitors".into(), ..Default::default() }];
            model.streams[0].name = format!("visitors {value}");
        });
        let known = Study::new(experiment).uncertain(&[Figure::lead_time("visitors")], &[name], 40).unwrap();
        let of = &known.figures[0];
        held += u32::from(holds(of.input_variance.interval, 0.0));
        sum += of.input_variance.mean / variance(&of.sets);
    }
    assert!(held >= 16, "{held}");
    // The mean share of 20, each with a standard deviation of about sqrt(2/39) of what noise makes.
    assert!((sum / 20.0).abs() < 3.0 * (2.0_f64 / 39.0 / 20.0).sqrt(), "{}", sum / 20.0);
}

/// On common draws a parameter that is certain adds exactly nothing.
#[test]
fn what_is_certain_adds_nothing() {
    let model = desk();
    let study = Study::new(Experiment::new(&model).horizon(days(5)).replications(4).level(0.8));
    let figure = Figure::lead_time("visitors");
    let known =
        study.uncertain(std::slice::from_ref(&figure), &[Uncertain::service("desk", 1.0, 1.0)], 9).unwrap();
    let of = known.figure(&figure).unwrap();
    assert!((of.mean.mean - of.as_given.mean).abs() < 1e-12);
    assert!((of.interval.low - of.mean.low().unwrap()).abs() < 1e-12);
    assert!(of.input_variance.mean.abs() < 1e-12 && of.parameters.is_empty() && !of.told());
    assert!(format!("{known:400}").contains("is not told from it"), "{known}");
}

/// The mean of a resample of n values has their mean and their variance (divided by n) over n. 2,000 draws, 4 standard errors.
#[test]
fn resamples_are_those_of_the_bootstrap() {
    let times = [10, 20, 30, 60].map(minutes);
    let timed = Uncertain::timed("desk", times);
    let draws: Vec<f64> = (0..2000).map(|set| timed.draw(7, set)).collect();
    let mean = draws.iter().sum::<f64>() / 2000.0;
    // Deviations from 30 minutes: -2/3, -1/3, 0, 1 of it; squares 14/9, over 4, over 4.
    let expected = 14.0 / 9.0 / 16.0;
    assert!((mean - 1.0).abs() < 4.0 * (expected / 2000.0_f64).sqrt(), "{mean}");
    assert!((variance(&draws) / expected - 1.0).abs() < 4.0 * (2.0_f64 / 2000.0).sqrt());
    let uniform: Vec<f64> = (0..2000).map(|set| Uncertain::service("desk", 0.5, 2.0).draw(7, set)).collect();
    assert!(uniform.iter().all(|value| (0.5..2.0).contains(value)));
    assert!((variance(&uniform) / (2.25 / 12.0) - 1.0).abs() < 4.0 * (0.8_f64 / 2000.0).sqrt());
}

/// Two parameters: arrivals and service, each with what the formula says to first order. 1/(mu - lambda) at mu 2 and lambda 1
/// falls by 1 for each unit of mu and rises by 1 for each of lambda; service factor f makes mu 2/f, which falls by 2.
#[test]
fn shares_are_those_of_the_slopes() {
    let model = desk();
    let study = Study::new(
        Experiment::new(&model).horizon(days(30)).warm_up(days(3)).replications(8).level(0.95).seed(3),
    );
    let uncertain = [Uncertain::service("desk", 0.97, 1.03), Uncertain::arrivals("visitors", 0.97, 1.03)];
    let known = study.uncertain(&[Figure::lead_time("visitors")], &uncertain, 60).unwrap();
    let [service, arrivals] = &known.figures[0].parameters[..] else { panic!("two parameters") };
    // The slope holds the noise of the draws that all sets share.
    assert!((service.slope.mean - 2.0).abs() < 0.5, "{}", service.slope);
    assert!((arrivals.slope.mean - 1.0).abs() < 0.5, "{}", arrivals.slope);
    assert!(service.share > 0.6 && (0.05..0.4).contains(&arrivals.share), "{known}");
    assert_eq!(known.figures[0].foremost().unwrap().name, "the service of `desk`");
    assert!(format!("{known:400}").contains("most of all the service of `desk`, adds"), "{known}");
}

#[test]
fn what_does_not_fit_is_refused_all_at_once() {
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(30))))
        .customers("visitors", |c| c.schedule([minutes(5), minutes(9)]).enter("desk"))
        .build()
        .unwrap();
    assert!(matches!(model.streams[0].arrivals, Arrivals::Schedule { .. }));
    assert_eq!(model.departments[0].staff, Staff::Count(1));
    let study = Study::new(Experiment::new(&model).horizon(days(5)).replications(4));
    let uncertain = [
        Uncertain::service("desks", 0.9, 1.1),
        Uncertain::service("desk", -1.0, 1.1),
        Uncertain::errors("desk", 0.9, 1.1),
        Uncertain::arrivals("visitors", 0.9, 1.1),
        Uncertain::interval("order", 2.0, 1.0, |_, _| {}),
        Uncertain::interval("order", 0.0, f64::NAN, |_, _| {}),
        Uncertain::timed("desk", [minutes(4)]),
    ];
    let error = study.uncertain(&[], &uncertain, 20).unwrap_err();
    let text = error.to_string();
    for part in [
        "figures: there are none",
        "draws: are 20, must be at least 39 for intervals of 95 %",
        "no department is called `desks`",
        "the service of `desk` at -1",
        "makes no errors",
        "the arrivals of `visitors` have no rate",
        "order: from 2 to 1, must be finite and in order",
        "order: comes twice",
        "the sample has size 1",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let percentile = [Figure::lead_time_percentile("visitors", 0.9)];
    let one = [Uncertain::service("desk", 0.9, 1.1)];
    assert!(
        study.uncertain(&percentile, &one, 39).unwrap_err().to_string().contains("not known by replication")
    );
    let study = Study::new(Experiment::new(&model).horizon(days(5)).replications(1));
    let error = study.uncertain(&[Figure::lead_time("visitors")], &one, 39).unwrap_err();
    assert!(error.to_string().contains("two replications"), "{error}");
}
