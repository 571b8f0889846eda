//! What is refused before anything runs: every defect of model and settings at once.

use std::error::Error;

use knockon::ErrorKind;
use knockon::prelude::*;

use super::models::{counter, workshop};

fn defects(experiment: &Experiment) -> Vec<String> {
    let interrupted = experiment.run().unwrap_err();
    assert!(interrupted.partial.is_none());
    assert!(matches!(interrupted.error.kind(), ErrorKind::Defects(_)));
    interrupted.error.defects().iter().map(|defect| format!("{defect}")).collect()
}

#[track_caller]
fn assert_names(defects: &[String], parts: &[&str]) {
    for part in parts {
        assert!(defects.iter().any(|defect| defect.contains(part)), "{part}: {defects:#?}");
    }
    assert_eq!(defects.len(), parts.len(), "{defects:#?}");
}

#[test]
fn defects_of_model_and_settings_are_listed_together() {
    let mut model = counter(5.0);
    model.departments[0].service = Some(Dist::exponential(minutes(-3)));
    model.streams[0].enter = "nowhere".into();
    let experiment = Experiment::new(&model)
        .warm_up(minutes(-1))
        .replications(0)
        .level(1.0)
        .threads(0)
        .percentiles([0.5, 1.0, f64::NAN])
        .sample_at([hours(-1)])
        .longer_than([hours(f64::NAN)])
        .max_events(0)
        .max_cases_in_system(0);
    let found = defects(&experiment);
    let of_settings = [
        "horizon: not given",
        "warm-up: is -1m",
        "replications: are 0",
        "confidence level: is 1",
        "threads: are 0",
        "percentile: 1 must",
        "percentile: NaN must",
        "time asked for: -1h",
        "time asked for: invalid",
        "event budget: is 0",
        "cases in the system: is 0",
    ];
    let of_model = model.validate().unwrap_err().defects().len();
    assert!(of_model >= 2);
    assert_eq!(found.len(), of_model + of_settings.len(), "{found:#?}");
    assert_names(&found[of_model..], &of_settings);
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let model = counter(5.0);
    let experiment = || Experiment::new(&model);
    let end = hours(9);
    assert_names(&defects(&experiment().horizon(end).warm_up(end)), &["must end before the horizon of 9h"]);
    assert_names(&defects(&experiment().horizon(hours(0))), &["horizon: is 0s"]);
    assert_names(&defects(&experiment().horizon(Span::INVALID)), &["horizon: is invalid"]);
    assert_names(&defects(&experiment().horizon(end).threads(1025)), &["threads: are 1025"]);
    assert_names(&defects(&experiment().until_cases(0)), &["horizon: is 0 cases"]);
    assert_names(&defects(&experiment().until_cases(9).sample_at([end])), &["times to sample at"]);
    assert_names(&defects(&experiment().until_all_done()), &["`walk-in` never ends"]);
    assert_names(&defects(&experiment().until_cases(9).choose_warm_up()), &["horizon is a time"]);
    assert_names(&defects(&experiment().horizon(end).sample_at([end, hours(9.1)])), &["9h 6m is after"]);
    assert_names(&defects(&experiment().horizon(end).max_cases_in_system(u32::MAX)), &["must be from 1 to"]);
    assert_names(&defects(&experiment().horizon(end).max_events(u64::MAX)), &["must be from 1 to"]);
}

#[test]
fn a_precision_that_cannot_be_is_refused() {
    let model = counter(5.0);
    let of = |figure, half_width, at_most| {
        let precision = Precision { figure, half_width, at_most };
        defects(&Experiment::new(&model).horizon(hours(9)).precision(precision))
    };
    let lead_time = || Figure::lead_time("walk-in");
    assert_names(
        &of(Figure::lead_time("walkin"), HalfWidth::Relative(0.0), 1),
        &["half width is 0", "at most 1", "no class `walkin`"],
    );
    assert_names(&of(lead_time(), HalfWidth::Absolute(f64::NAN), 100), &["half width is NaN"]);
    assert_names(&of(Figure::waiting_time("desk"), HalfWidth::Relative(0.1), 100), &["department `desk`"]);
    assert_names(&of(Figure::lost_share("nobody"), HalfWidth::Relative(0.1), 100), &["class `nobody`"]);
    let percentile = Figure::lead_time_percentile("walk-in", 0.42);
    assert_names(&of(percentile, HalfWidth::Relative(0.1), 100), &["percentile 0.42"]);

    let mut model = counter(5.0);
    model.departments[0].staff = knockon::model::Staff::Infinite;
    let precision = Precision {
        figure: Figure::utilization("counter"),
        half_width: HalfWidth::Relative(0.1),
        at_most: 50,
    };
    let found = defects(&Experiment::new(&model).horizon(hours(9)).precision(precision));
    assert_names(&found, &["`counter` has infinite staff"]);
}

#[test]
fn figures_that_a_model_does_not_have_are_refused() {
    let (plain, mut workshop) = (counter(5.0), workshop());
    workshop.requests[1].standard = None;
    let of = |model: &Model, figure| {
        let precision = Precision { figure, half_width: HalfWidth::Relative(0.1), at_most: 50 };
        defects(&Experiment::new(model).horizon(hours(9)).precision(precision))
    };
    for (figure, text) in [
        (Figure::pool_utilization("clerks"), "there is no pool `clerks`"),
        (Figure::response_time("advice"), "there is no request `advice`"),
        (Figure::working_lead_time("walk-in"), "does not say what working hours are"),
        (Figure::working_lead_time("nobody"), "no class `nobody`"),
        (Figure::defective_share("walk-in"), "no department makes errors"),
    ] {
        assert_names(&of(&plain, figure), &[text]);
    }
    assert_names(&of(&workshop, Figure::utilization("intake")), &["those of the pool `clerks`"]);
    assert_names(&of(&workshop, Figure::standard_kept("price")), &["`price` has no standard"]);
}

#[test]
fn work_without_end_is_never_all_done() {
    let endless = |limit: Option<u64>| {
        let model = Model::builder("endless").department("desk", |d| d.staff(1).service(minutes(1)));
        let customers = |c: knockon::model::StreamBuilder| match limit {
            Some(limit) => c.saturated().enter("desk").limit(limit),
            None => c.saturated().enter("desk"),
        };
        model.customers("always", customers).build().unwrap()
    };
    let (without, with) = (endless(None), endless(Some(9)));
    assert_names(&defects(&Experiment::new(&without).until_all_done()), &["`always` never ends"]);
    let results = Experiment::new(&with).until_all_done().replications(1).run().unwrap();
    assert_eq!((results.replications[0].end, results.system.completed.mean), (0.15, 9.0));
}

#[test]
fn a_stream_that_ends_is_all_done_without_a_limit() {
    let model = Model::builder("day")
        .department("desk", |d| d.staff(1).service(minutes(1)))
        .customers("steady", |c| c.renewal(minutes(2)).enter("desk").until(minutes(9)))
        .customers("always", |c| c.saturated().enter("desk").from(minutes(20)).until(minutes(25)))
        .build()
        .unwrap();
    let results = Experiment::new(&model).until_all_done().replications(1).run().unwrap();
    assert_eq!(results.system.completed.mean, 4.0 + 5.0);
}

#[test]
fn a_mixed_stream_is_no_class() {
    let model = Model::builder("mixed")
        .class("a", |c| c)
        .class("b", |c| c)
        .department("desk", |d| d.staff(1).service(minutes(1)))
        .customers("both", |c| c.poisson(per_hour(5.0)).enter("desk").mix([("a", 0.5), ("b", 0.5)]))
        .build()
        .unwrap();
    let precision =
        Precision { figure: Figure::lead_time("both"), half_width: HalfWidth::Relative(0.1), at_most: 50 };
    let experiment = Experiment::new(&model).horizon(hours(9)).precision(precision);
    assert_names(&defects(&experiment), &["no class `both`"]);
}

#[test]
fn unknown_names_are_answered_with_those_there_are() {
    let model = counter(5.0);
    let results = Experiment::new(&model).horizon(hours(9)).replications(2).run().unwrap();
    let error = results.department("desk").unwrap_err();
    assert_eq!(error.to_string(), "there is no department `desk`; there is counter");
    assert!(results.class("desk").is_err() && results.class("walk-in").is_ok());
    assert!(results.departments[0].class("walk-in").is_ok());
    let error = results.departments[0].class("nobody").unwrap_err();
    assert_eq!(error.to_string(), "there is no class `nobody`; there is walk-in");
}

#[test]
fn unknown_names_of_dependence_are_answered_too() {
    let (plain, workshop) = (counter(5.0), workshop());
    let of = |model| Experiment::new(model).horizon(hours(9)).replications(1).run().unwrap();
    let (plain, workshop) = (of(&plain), of(&workshop));
    for (error, text) in [
        (plain.pool("clerks").unwrap_err(), "there is no pool `clerks`; there is none"),
        (workshop.pool("clerk").unwrap_err(), "there is no pool `clerk`; there is clerks"),
        (workshop.request("advise").unwrap_err(), "there is no request `advise`; there is advice, price"),
        (
            workshop.defects_of("check").unwrap_err(),
            "there is no department that makes errors `check`; there is craft",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn threads_that_cannot_start_are_no_budget() {
    let error = knockon::Error::from(ErrorKind::Threads { threads: 9, reason: "too many".into() });
    assert_eq!(error.to_string(), "cannot start 9 threads: too many");
}

#[test]
fn an_interruption_says_why_once() {
    let model = counter(5.0);
    let interrupted = Experiment::new(&model).run().unwrap_err();
    assert_eq!(interrupted.to_string(), interrupted.error.to_string());
    assert!(interrupted.source().is_some());
    assert_eq!(knockon::Error::from(interrupted).defects().len(), 1);
}
