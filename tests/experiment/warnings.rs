//! What a run warns of, and what it does not.

use knockon::model::Model;
use knockon::prelude::*;
use knockon::results::TimeStatistics;

use super::models::{counter, office};

fn warnings(experiment: Experiment) -> Vec<String> {
    experiment.run().unwrap().warnings
}

#[track_caller]
fn assert_warns(experiment: Experiment, parts: &[&str]) {
    let warnings = warnings(experiment);
    assert_eq!(warnings.len(), parts.len(), "{warnings:#?}");
    for (warning, part) in warnings.iter().zip(parts) {
        assert!(warning.contains(part), "{part}: {warnings:#?}");
    }
}

/// Services of an hour, and so many customers, one every so often.
fn every(gap: Span, limit: u64) -> Model {
    Model::builder("every")
        .department("desk", |d| d.staff(1).service(hours(1)))
        .customers("some", |c| c.renewal(gap).enter("desk").limit(limit))
        .build()
        .unwrap()
}

#[test]
fn a_class_of_which_nobody_is_done_is_named() {
    let mut model = counter(5.0);
    model.departments[0].service = Some(Dist::constant(weeks(9)));
    let experiment = Experiment::new(&model).horizon(days(1)).replications(3);
    assert_warns(experiment, &["7560", "`walk-in`: no case was completed, and 100.0 %"]);
    // One only: its lead time has no spread.
    let model = every(minutes(50), 2);
    let experiment = Experiment::new(&model).horizon(hours(2)).replications(1);
    assert_warns(
        experiment,
        &[
            "the 50.0 % of its cases that were unfinished at the end: it is too short, nobody knows by how much;",
        ],
    );
}

/// What would make the cases that are left over fewer: nothing where nothing is left to happen, or queues grow.
#[test]
fn what_is_advised_about_cases_left_over_is_true() {
    let left = |experiment: Experiment| -> String {
        let warnings = warnings(experiment);
        warnings.into_iter().find(|warning| warning.contains("unfinished")).unwrap()
    };
    // A batch of three of which two come: however long the run, they wait.
    let batch = Model::builder("batch")
        .department("bus", |d| d.staff(1).service(hours(1)).batch(3, |b| b))
        .customers("some", |c| c.schedule([hours(1), hours(2), hours(3), hours(4), hours(5)]).enter("bus"))
        .build()
        .unwrap();
    for horizon in [days(1), weeks(500)] {
        let experiment = Experiment::new(&batch).horizon(horizon).replications(2);
        let results = experiment.run().unwrap();
        assert_eq!(results.system.unfinished.mean, 2.0);
        assert!(left(experiment).ends_with(
            "; nothing was left to happen that could end their waits, so a longer run does not help"
        ));
    }
    // In a run until all are done there is no horizon to lengthen.
    let until = left(Experiment::new(&batch).until_all_done().replications(2));
    assert!(until.contains("nothing was left to happen") && !until.contains("horizon"), "{until}");
    // Of twice as many as can be served, half are left over in runs of any length.
    let model = counter(20.0);
    for horizon in [weeks(1), weeks(8)] {
        let experiment = Experiment::new(&model).horizon(horizon).replications(3);
        let share = experiment.run().unwrap().system;
        assert!((share.unfinished.mean / share.arrived.mean - 0.5).abs() < 0.05);
        assert!(left(experiment).ends_with("; as queues grow, a longer run does not help"));
    }
    // Somebody is still to come.
    let model = every(minutes(50), 9);
    let experiment = || Experiment::new(&model).replications(1);
    assert!(left(experiment().horizon(hours(2))).ends_with("; a longer horizon makes this less"));
    assert!(left(experiment().until_cases(2)).ends_with("; a run of more cases makes this less"));
}

#[test]
fn a_precision_that_was_not_reached_is_named() {
    let model = counter(7.0);
    let of = |figure, half_width, at_most| {
        Experiment::new(&model).horizon(hours(600)).precision(Precision { figure, half_width, at_most })
    };
    let wait = || Figure::waiting_time("counter");
    let experiment = of(wait(), HalfWidth::Absolute(2e-6), 33);
    let results = experiment.run().unwrap();
    let reached = wait().of(&results).unwrap().unwrap().half_width().unwrap();
    assert_warns(
        experiment,
        &[&format!("`counter` is known to {reached:.5} h only, not to 0.000002 h as asked for: 33")],
    );
    assert_warns(of(wait(), HalfWidth::Relative(0.5), 30), &[]);
    let unseen = of(Figure::lead_time("walk-in"), HalfWidth::Relative(0.5), 2).horizon(seconds(1));
    assert_warns(unseen, &["nothing is known of the precision of the mean lead time of `walk-in`"]);
    assert_warns(of(Figure::throughput("walk-in"), HalfWidth::Relative(1e-9), 2), &[" per hour only"]);
}

#[test]
fn streams_that_bring_too_few_are_noticed() {
    let model = every(hours(2), 5);
    let until = |cases| Experiment::new(&model).until_cases(cases).replications(3);
    assert_warns(until(5), &[]);
    assert_warns(until(6), &["3 of 3 replications ended with fewer than 6 cases"]);
    // Those of the warm-up are among the cases.
    assert_warns(until(5).warm_up(hours(3)), &[]);
    assert_warns(until(5).warm_up(hours(3)).self_check(), &[]);
    assert_warns(until(6).warm_up(hours(3)).self_check(), &["fewer than 6 cases"]);
}

#[test]
fn the_longest_time_there_is_does_not_end_a_run_in_silence() {
    let century = days(36_525);
    let model = every(century, 3);
    let experiment = || Experiment::new(&model).replications(2);
    assert_warns(experiment().until_all_done(), &["2 of 2 replications were ended by the longest time"]);
    assert_warns(experiment().until_cases(3), &["fewer than 3 cases"]);
    assert_warns(experiment().until_cases(1), &[]);
    let mut model = every(hours(1), 1);
    model.departments[0].service = Some(Dist::constant(days(51_000)));
    model.streams[0].limit = Some(2);
    assert!(warnings(Experiment::new(&model).until_all_done())[0].contains("the longest time"));
}

#[test]
fn a_run_until_all_are_done_has_nothing_to_warn_of() {
    let mut model = office();
    for stream in &mut model.streams {
        stream.limit = Some(stream.limit.unwrap_or(30));
    }
    // The schedule is shorter than its limit.
    let experiment = || Experiment::new(&model).until_all_done().replications(4);
    assert_warns(experiment(), &[]);
    assert_warns(experiment().presence(), &[]);
}

/// One customer comes after about an hour, and the run is over when they have gone.
#[test]
fn replications_that_end_in_the_warm_up_are_left_out_of_averages_over_time() {
    let mut model = counter(1.0);
    model.streams[0].limit = Some(1);
    let results = Experiment::new(&model).until_all_done().warm_up(hours(1)).replications(40).run().unwrap();
    let whole: Vec<_> = results.replications.iter().filter(|one| one.window > 0.0).collect();
    assert!(5 < whole.len() && whole.len() < 35, "{}", whole.len());
    let start = format!("{} of 40 replications have no time after the warm-up", 40 - whole.len());
    assert!(results.warnings[0].starts_with(&start), "{:?}", results.warnings);
    let mean = |of: &dyn Fn(&knockon::results::Replication) -> f64| {
        whole.iter().map(|one| of(one) / one.window).sum::<f64>() / whole.len() as f64
    };
    let in_system = results.system.in_system.unwrap();
    assert!((in_system.mean - mean(&|one| one.classes[0].case_hours)).abs() < 1e-12);
    assert_eq!(in_system.replications as usize, whole.len());
    let utilization = results.departments[0].utilization.unwrap();
    let busy = mean(&|one| one.departments[0].classes[0].service_hours);
    assert!((utilization.mean - busy).abs() < 1e-12);
}

/// What the shares of longer times are when they are read off a histogram would be far off here: all
/// times are equal, or a minute apart.
#[test]
fn longer_times_are_counted_one_by_one() {
    let after = |ticks| Span::from_ticks(days(10).ticks() + ticks);
    let minute = Dist::discrete([(days(10), 0.5), (after(60_000_000), 0.5)]);
    let model = Model::builder("delay")
        .department("delay", |d| d.infinite_staff().service(minute))
        .customers("all", |c| c.poisson(per_hour(1.0)).enter("delay").limit(1000).promise(days(10)))
        .build()
        .unwrap();
    let times = [after(-1), days(10), after(60_000_000)];
    let results = Experiment::new(&model).until_all_done().replications(3).longer_than(times).run().unwrap();
    let all = results.class("all").unwrap();
    let shares = |statistics: &Option<TimeStatistics>| -> Vec<f64> {
        statistics.as_ref().unwrap().longer_than.iter().map(|longer| longer.share.mean).collect()
    };
    let late = 1.0 - all.promise_kept.unwrap().mean;
    let stayed = shares(&results.department("delay").unwrap().visits.sojourn);
    for shares in [shares(&all.lead_time), shares(&results.system.lead_time), stayed] {
        assert!(
            (shares[0], shares[2]) == (1.0, 0.0) && (shares[1] - late).abs() < 1e-12,
            "{shares:?} {late}"
        );
    }
    assert_eq!(shares(&results.department("delay").unwrap().visits.waiting), [0.0; 3]);
}

/// The clock of a run with the longest horizon goes on to its end.
#[test]
fn the_longest_horizon_is_a_horizon() {
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(hours(1)))
        .customers("all", |c| c.schedule([hours(0)]).enter("desk"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(Span::MAX).replications(1).run().unwrap();
    assert_eq!(results.replications[0].end, Span::MAX.as_hours());
}
