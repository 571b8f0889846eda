//! When a replication ends, when a run does, and what cuts it short.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use knockon::experiment::{Horizon, Interrupted, Progress, WarmUp};
use knockon::prelude::*;
use knockon::{ErrorKind, Outcome, Records};

use super::models::{counter, counter_with_work, office};
use super::recorded;

/// Services of an hour, and arrivals at these hours.
fn scheduled(arrivals: &[f64]) -> Model {
    Model::builder("scheduled")
        .department("desk", |d| d.staff(1).service(hours(1)))
        .customers("listed", |c| c.schedule(arrivals.iter().map(|&at| hours(at))).enter("desk"))
        .build()
        .unwrap()
}

#[test]
fn nothing_that_falls_on_the_horizon_happens() {
    let model = scheduled(&[0.0, 1.0, 2.0]);
    let results = Experiment::new(&model).horizon(hours(2)).replications(1).run().unwrap();
    let replication = &results.replications[0];
    let class = &replication.classes[0];
    assert_eq!(replication.end, 2.0);
    assert_eq!((class.arrived, class.lead_time.count, class.unfinished.count), (2, 1, 1));
    assert_eq!(class.unfinished.sum, 1.0);
    // Arrivals at 0 and 1, and the service that ended at 1.
    assert_eq!(replication.events, 3);
}

#[test]
fn a_run_until_all_are_done_ends_with_the_last() {
    let model = scheduled(&[0.0, 0.5, 7.0]);
    let results = Experiment::new(&model).until_all_done().replications(1).run().unwrap();
    assert_eq!(results.replications[0].end, 8.0);
    assert_eq!(results.system.completed.mean, 3.0);
    assert_eq!(results.manifest.horizon, Horizon::AllDone);

    let mut model = counter(9.0);
    model.streams[0].limit = Some(200);
    let results = Experiment::new(&model).until_all_done().replications(3).run().unwrap();
    for replication in &results.replications {
        let class = &replication.classes[0];
        assert_eq!((class.arrived, class.lead_time.count, class.unfinished.count), (200, 200, 0));
        // Little's law without any ends: everybody is inside the window.
        let visits = &replication.departments[0].classes[0];
        assert_eq!(visits.waiting_hours, visits.waiting.sum);
        assert_eq!(class.case_hours, class.lead_time.sum);
    }
}

/// After the last has gone nobody is there.
#[test]
fn samples_go_on_after_all_are_done() {
    let model = scheduled(&[0.0, 0.5]);
    let times = [0.75, 1.5, 2.0, 5.0];
    let experiment = Experiment::new(&model).until_all_done().replications(3);
    let results = experiment.sample_at(times.map(hours)).presence().run().unwrap();
    let found: Vec<_> =
        results.samples.iter().map(|s| (s.time, s.present[0].mean, s.average[0].mean)).collect();
    // The case-hours until then are 0.75 + 0.25, 2, 2.5 and 2.5.
    assert_eq!(found, [(0.75, 2.0, 1.0 / 0.75), (1.5, 1.0, 2.0 / 1.5), (2.0, 1.0, 1.25), (5.0, 0.0, 0.5)]);
    assert!(results.samples.iter().all(|sample| sample.present[0].replications == 3));
    // The presence is that of the run alone.
    assert_eq!(
        results.presence[0].shares.iter().map(|share| share.mean).collect::<Vec<_>>(),
        [0.0, 0.75, 0.25]
    );

    // Of a run cut short only what it reached is told.
    let experiment = Experiment::new(&model).horizon(hours(9)).max_events(2).replications(3);
    let partial = interrupted(&experiment.sample_at([minutes(15), hours(8)])).partial.unwrap();
    assert_eq!(partial.samples.len(), 1);
    assert_eq!((partial.samples[0].time, partial.samples[0].present.len()), (0.25, 1));
}

#[test]
fn a_run_until_so_many_cases_ends_with_that_case() {
    let office = office();
    let (results, taken) = recorded(&Experiment::new(&office).until_cases(40).replications(5));
    for replication in &results.replications {
        let cases = taken.cases.iter().filter(|case| case.replication == replication.number);
        let ended: Vec<_> = cases.filter(|case| case.outcome != Outcome::Unfinished).collect();
        assert_eq!(ended.len(), 40);
        assert_eq!(ended[39].ended.as_hours(), replication.end);
    }
    let short = scheduled(&[0.0, 3.0]);
    let results = Experiment::new(&short).until_cases(9).replications(1).run().unwrap();
    assert_eq!((results.replications[0].end, results.system.completed.mean), (4.0, 2.0));
}

/// Three cases an hour for someone who needs half an hour for each.
fn overloaded() -> Model {
    let mut model = counter(3.0);
    model.departments[0].service = Some(Dist::exponential(minutes(30)));
    model
}

fn interrupted(experiment: &Experiment) -> Interrupted {
    experiment.run().unwrap_err()
}

#[test]
fn the_budget_of_events_ends_a_replication() {
    let model = overloaded();
    let cut = interrupted(&Experiment::new(&model).horizon(weeks(5000)).max_events(10_000));
    assert!(matches!(cut.error.kind(), ErrorKind::Budget(text) if text.contains("10000 events")));
    let partial = cut.partial.unwrap();
    assert_eq!((partial.manifest.events, partial.manifest.replications), (10_000, 1));
    assert!(partial.warnings[0].contains("partial"), "{:?}", partial.warnings);
    assert!(partial.system.unfinished.mean > 1000.0);
}

#[test]
fn the_budget_of_cases_in_the_system_ends_a_replication() {
    let model = overloaded();
    let cut = interrupted(&Experiment::new(&model).horizon(weeks(5000)).max_cases_in_system(100));
    assert!(matches!(cut.error.kind(), ErrorKind::Budget(text) if text.contains("more than 100 cases")));
    assert_eq!(cut.partial.unwrap().system.unfinished.mean, 101.0);

    let crowd = counter_with_work(5.0, 50);
    let experiment = || Experiment::new(&crowd).horizon(hours(1)).replications(2);
    assert_eq!(interrupted(&experiment().max_cases_in_system(49)).partial.unwrap().manifest.replications, 1);
    assert!(experiment().max_cases_in_system(80).run().is_ok());
}

/// The replications before the one that was cut are there, however many threads there were.
#[test]
fn what_was_finished_before_the_cut_is_handed_out() {
    let model = counter(9.0);
    let experiment = || Experiment::new(&model).horizon(hours(100)).replications(200).max_cases_in_system(60);
    let count = |threads| {
        let partial = interrupted(&experiment().threads(threads)).partial.unwrap();
        assert_eq!(partial.replications.len() as u32, partial.manifest.replications);
        assert!(partial.replications.iter().all(|replication| replication.end == 100.0));
        partial.manifest.replications
    };
    let one = count(1);
    assert!(1 < one && one < 200, "{one}");
    assert_eq!((count(2), count(7)), (one, one));
}

#[test]
fn wall_time_ends_a_run_of_any_shape() {
    let (long, short) = (overloaded(), counter(5.0));
    let one_long = Experiment::new(&long).horizon(weeks(5000)).replications(1);
    let many_short = Experiment::new(&short).horizon(hours(1)).replications(u32::MAX);
    for experiment in [one_long, many_short] {
        let cut = interrupted(&experiment.max_wall_time(Duration::from_millis(30)));
        assert!(matches!(cut.error.kind(), ErrorKind::Budget(text) if text.contains("wall time")));
        assert!(cut.partial.is_some());
    }
}

#[test]
fn the_caller_can_stop_a_run_of_any_shape() {
    let (long, short) = (overloaded(), counter(5.0));
    let one_long = || Experiment::new(&long).horizon(weeks(5000)).replications(1);
    let many_short = || Experiment::new(&short).horizon(hours(1)).replications(u32::MAX);
    let set = Arc::new(AtomicBool::new(true));
    for experiment in [one_long(), many_short(), many_short().horizon(hours(9)).choose_warm_up()] {
        let cut = interrupted(&experiment.cancel_by(set.clone()));
        assert!(matches!(cut.error.kind(), ErrorKind::Cancelled));
    }
    let flag = Arc::new(AtomicBool::new(false));
    let raise = |progress: &Progress| {
        if progress.done >= 50 {
            flag.store(true, Ordering::Relaxed);
        }
    };
    let cut = interrupted(&many_short().on_progress(raise).cancel_by(flag.clone()));
    assert!(matches!(cut.error.kind(), ErrorKind::Cancelled));
    assert!(cut.partial.unwrap().manifest.replications >= 50);
}

/// These replications are too short to be cut: what was begun is finished, and nothing of it is lost.
#[test]
fn what_was_done_when_the_caller_stopped_a_run_is_handed_out() {
    let model = counter(5.0);
    for threads in [1, 2, 7] {
        let (flag, told) = (Arc::new(AtomicBool::new(false)), AtomicU32::new(0));
        let raise = |progress: &Progress| {
            told.fetch_max(progress.done, Ordering::Relaxed);
            flag.fetch_or(progress.done >= 50, Ordering::Relaxed);
        };
        let many = Experiment::new(&model).horizon(hours(1)).replications(3000).threads(threads);
        let cut = interrupted(&many.on_progress(raise).cancel_by(flag.clone()));
        let partial = cut.partial.unwrap();
        let made = partial.manifest.replications;
        assert!((50..50 + threads as u32).contains(&made), "{made} on {threads} threads");
        assert_eq!(made, told.into_inner());
        let whole = Experiment::new(&model).horizon(hours(1)).replications(made).run().unwrap();
        assert_eq!(partial.replications, whole.replications);
    }
}

#[test]
fn a_run_that_was_stopped_before_it_began_makes_nothing() {
    let model = counter(5.0);
    let told = AtomicU32::new(0);
    let count = |_: &Progress| _ = told.fetch_add(1, Ordering::Relaxed);
    let experiment = Experiment::new(&model).horizon(hours(1)).cancel_by(Arc::new(AtomicBool::new(true)));
    let made = AtomicU32::new(0);
    let cut = experiment.on_progress(count).run_recorded(|_| {
        made.fetch_add(1, Ordering::Relaxed);
        Nobody
    });
    assert!(cut.unwrap_err().partial.is_none());
    assert_eq!((made.into_inner(), told.into_inner()), (0, 0));

    // One that was cut is not told as done.
    let cut =
        Experiment::new(&model).horizon(hours(9)).max_events(3).replications(1).on_progress(|progress| {
            panic!("{progress:?}");
        });
    assert!(interrupted(&cut).partial.is_some());
}

struct Nobody;

impl Records for Nobody {}

#[test]
fn as_many_replications_are_made_as_a_figure_needs() {
    let model = counter(7.0);
    let run = |half_width, at_most| {
        let figure = Figure::lead_time("walk-in");
        let precision = Precision { figure: figure.clone(), half_width, at_most };
        let results = Experiment::new(&model).horizon(hours(60)).precision(precision).run().unwrap();
        (figure.of(&results).unwrap().unwrap(), results.manifest.replications)
    };
    let (estimate, count) = run(HalfWidth::Relative(0.06), 2000);
    assert!(estimate.half_width().unwrap() <= 0.06 * estimate.mean, "{estimate}");
    assert!(30 < count && count < 2000, "{count}");
    let (estimate, more) = run(HalfWidth::Absolute(0.01), 2000);
    assert!(estimate.half_width().unwrap() <= 0.01 && more > count, "{estimate}");
    let (estimate, count) = run(HalfWidth::Absolute(1e-6), 47);
    assert!(estimate.half_width().unwrap() > 1e-6 && count == 47);
    assert_eq!(run(HalfWidth::Relative(0.5), 2000).1, 30);
    assert_eq!(run(HalfWidth::Relative(0.01), 7).1, 7);
}

#[test]
fn progress_is_told_once_a_replication() {
    let calls = std::sync::Mutex::new(Vec::new());
    let model = counter(5.0);
    let tell = |progress: &Progress| calls.lock().unwrap().push(*progress);
    Experiment::new(&model).horizon(hours(5)).replications(9).on_progress(tell).run().unwrap();
    let mut calls = calls.into_inner().unwrap();
    calls.sort_by_key(|progress| progress.done);
    assert_eq!(calls, (1..=9).map(|done| Progress { done, planned: 9 }).collect::<Vec<_>>());
}

/// At 90 % load a queue forgets its start with a time constant of 1 / (10 (1 - sqrt 0.9)^2) = 38
/// hours (Cohen 1982, relaxation time). From an empty start the noise is soon larger than what is
/// left of the bias: the rule cuts little, though it may be misled.
#[test]
fn the_chosen_warm_up_of_an_empty_start_is_short() {
    let model = counter(9.0);
    let warm_up = |seed| {
        let experiment = Experiment::new(&model).horizon(hours(300)).choose_warm_up().seed(seed);
        let results = experiment.replications(1).run().unwrap();
        let warm_up = results.manifest.warm_up;
        assert_eq!(results.manifest.warm_up_rule, WarmUp::Chosen);
        assert_eq!(results.replications[0].window, 300.0 - warm_up);
        warm_up
    };
    let mut found: Vec<f64> = (1..10).map(warm_up).collect();
    found.sort_by(f64::total_cmp);
    assert!(found[0] > 0.0 && (1.0..76.0).contains(&found[4]) && found[8] <= 150.0, "{found:?}");
}

/// 500 cases are gone after about 500 hours, as one more leaves an hour than comes.
#[test]
fn the_chosen_warm_up_of_a_backlog_is_as_long_as_the_backlog_lasts() {
    let model = counter_with_work(9.0, 500);
    let experiment = Experiment::new(&model).horizon(hours(2500)).choose_warm_up().replications(1);
    let results = experiment.run().unwrap();
    assert!((400.0..1000.0).contains(&results.manifest.warm_up), "{}", results.manifest.warm_up);
    assert!(results.warnings.is_empty(), "{:?}", results.warnings);
}

#[test]
fn a_run_that_does_not_settle_says_so() {
    let model = overloaded();
    let experiment = Experiment::new(&model).horizon(hours(300)).choose_warm_up().replications(2);
    let warnings = experiment.run().unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.contains("not settled")), "{warnings:?}");
    assert!(warnings.iter().any(|warning| warning.contains("unfinished")), "{warnings:?}");
}

#[test]
fn the_shortest_window_does_no_harm() {
    let model = counter(5.0);
    let tick = Span::from_ticks(1);
    let results = Experiment::new(&model).horizon(tick).choose_warm_up().presence().run().unwrap();
    assert_eq!(results.system.arrived.mean, 0.0);
    let results = Experiment::new(&model).until_cases(5).warm_up(weeks(9)).presence().run().unwrap();
    assert_eq!((results.system.arrived.mean, results.presence.len()), (0.0, 0));
    assert_eq!(results.system.in_system, None);
}

/// Everyone of a batch that is turned away ends in the same event.
#[test]
fn a_batch_may_end_more_cases_than_asked_for() {
    let model = Model::builder("batches")
        .department("desk", |d| d.staff(1).service(hours(1)).queue_capacity(0))
        .customers("together", |c| c.renewal(hours(1)).enter("desk").batch(Dist::constant(10.0)))
        .build()
        .unwrap();
    let results = Experiment::new(&model).until_cases(3).replications(1).run().unwrap();
    assert_eq!((results.replications[0].end, results.system.rejected.mean), (1.0, 9.0));
}
