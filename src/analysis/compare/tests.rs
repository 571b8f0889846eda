//! Comparisons against schedules worked by hand, and against what they must be.

use super::*;
use crate::analysis::{Fate, Study};
use crate::experiment::Experiment;
use crate::interventions::Intervention;
use crate::model::Model;
use crate::random::{Dist, cv};
use crate::time::{days, hours, minutes, per_hour, weeks};

/// Four customers at 0, 10, 20 and 50 minutes; one member of staff takes 20 minutes for each.
fn scheduled() -> Model {
    Model::builder("schedule")
        .department("desk", |d| d.staff(1).service(Dist::constant(minutes(20))))
        .customers("c", |c| {
            c.schedule([minutes(0), minutes(10), minutes(20), minutes(50)]).enter("desk").promise(minutes(30))
        })
        .build()
        .unwrap()
}

#[test]
fn customers_are_compared_one_by_one() {
    // Alone: 0-20, 20-40, 40-60, 60-80, lead times 20, 30, 40, 30. With two: 20 each, but the second 20, too.
    let model = scheduled();
    let study = Study::new(Experiment::new(&model).horizon(hours(3)).replications(2));
    let hired = Scenario::new("hired", [Intervention::add_staff("desk", 1)]);
    let slower = Scenario::new("slower", [Intervention::scale_service("desk", 1.25)]);
    let nothing = Scenario::new("nothing", []);
    let comparison = study.compare(&[hired, slower, nothing]).unwrap();

    let hired = comparison.scenario("hired").unwrap().class("c").unwrap();
    assert_eq!(hired.both, 8);
    assert!((hired.gain.unwrap().mean - 40.0 / 4.0 / 60.0).abs() < 1e-12);
    assert_eq!(hired.faster.share.unwrap().mean, 0.75);
    assert_eq!(hired.slower.share.unwrap().mean, 0.0);
    let most = hired.faster.most.as_ref().unwrap();
    assert_eq!((most.by, most.replication), (minutes(20), 0));
    assert!(hired.slower.most.is_none());
    let [only] = &hired.transitions[..] else { panic!("all are completed") };
    assert_eq!((only.without, only.with, only.customers), (Fate::Completed, Fate::Completed, 8));

    // 0-25, 25-50, 50-75, 75-100: lead times 25, 40, 55, 50.
    let slower = comparison.scenario("slower").unwrap();
    assert!((slower.system.gain.unwrap().mean + 50.0 / 4.0 / 60.0).abs() < 1e-12);
    assert_eq!(slower.system.slower.share.unwrap().mean, 1.0);
    assert_eq!(slower.system.slower.most.as_ref().unwrap().by, minutes(20));
    let lead_time = slower.figure(&Figure::lead_time("c")).unwrap();
    assert!((lead_time.difference.mean - 12.5 / 60.0).abs() < 1e-12);
    assert_eq!(lead_time.variance_reduction, None, "nothing varies");
    let kept = slower.figure(&Figure::promise_kept("c")).unwrap();
    assert_eq!((kept.before.mean, kept.after.mean, kept.difference.mean), (0.75, 0.25, -0.5));

    let nothing = comparison.scenario("nothing").unwrap();
    assert_eq!(nothing.system.faster.share.unwrap().mean + nothing.system.slower.share.unwrap().mean, 0.0);
    assert!(nothing.figures.iter().all(|of| of.difference.mean == 0.0));
    assert_eq!((hired.all(), hired.count(Fate::Completed, Fate::Completed)), (8, 8));

    // What may be best: the desk that takes ten minutes less, and keeps all promises; where little is wanted, not even that.
    let best = |goal| comparison.may_be_best(&goal);
    assert_eq!(best(Goal::least(Figure::lead_time("c"))), ["hired"]);
    assert_eq!(best(Goal::most(Figure::lead_time("c"))), ["slower"]);
    assert_eq!(best(Goal::most(Figure::promise_kept("c"))), ["hired"]);
    assert_eq!(best(Goal::least(Figure::lost_share("c"))), [""; 0], "nobody is lost");
    assert_eq!(best(Goal::least(Figure::lead_time("nobody"))), [""; 0]);
    let table = comparison.table(&[
        ("lead time", Figure::lead_time("c")),
        ("kept", Figure::promise_kept("c")),
        ("none", Figure::lead_time("nobody")),
    ]);
    let table = table.to_string();
    let cells =
        |line: &str| line.split("  ").map(str::trim).filter(|of| !of.is_empty()).map(str::to_owned).collect();
    let lines: Vec<Vec<String>> = table.lines().map(cells).collect();
    assert_eq!(lines[0], ["scenario", "lead time", "kept", "none"], "{table}");
    assert_eq!(lines[2], ["hired", "-10.00 min", "+25.00 points", "-"], "{table}");
    assert_eq!(lines[3], ["slower", "+12.50 min", "-50.00 points", "-"], "{table}");

    let said = comparison.to_string();
    assert!(said.contains("c: the mean lead time of 30.0 min gets shorter by 10.0 min"), "{said}");
    assert!(said.contains("75.0 % of 8 customers are faster"), "{said}");
    assert!(said.contains("of 8 customers nobody is faster or slower"), "{said}");
}

#[test]
fn who_is_lost_or_unfinished_is_told_apart() {
    // Patience of 15: alone, the third and the fourth... at 10 begins at 20, at 20 would begin at 40 and leaves at 35, at 50
    // begins at once. Twice as slow: 0-40, the second leaves at 25, the third at 35; the fourth is unfinished at 80.
    let model = Model::builder("schedule")
        .department("desk", |d| d.staff(1).service(Dist::constant(minutes(20))).patience(minutes(15)))
        .customers("c", |c| c.schedule([0, 10, 20, 50].map(minutes)).enter("desk"))
        .build()
        .unwrap();
    let study = Study::new(Experiment::new(&model).horizon(minutes(80)).replications(1));
    let slower = [Scenario::new("slower", [Intervention::scale_service("desk", 2.0)])];
    let comparison = study.compare(&slower).unwrap();
    let change = &comparison.scenarios[0].system;
    let found: Vec<_> = change.transitions.iter().map(|of| (of.without, of.with, of.customers)).collect();
    let expected = [
        (Fate::Completed, Fate::Completed, 1),
        (Fate::Completed, Fate::Lost, 1),
        (Fate::Completed, Fate::Unfinished, 1),
        (Fate::Lost, Fate::Lost, 1),
    ];
    assert_eq!(found, expected);
    assert_eq!((change.both, change.all()), (1, 4));
    assert_eq!(
        (change.count(Fate::Completed, Fate::Lost), change.count(Fate::Lost, Fate::Completed)),
        (1, 0)
    );
    let said = format!("{comparison:200}");
    let sentence = "0.0 % were lost before and are completed now, 25.0 % the other way round";
    assert!(said.contains(sentence), "{said}");
}

fn two_desks() -> Model {
    Model::builder("two desks")
        .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
        .department("back", |d| d.staff(1).service(Dist::exponential(minutes(20))))
        .handoff("front", "back", |h| h)
        .customers("a", |c| c.poisson(per_hour(1.5)).enter("front").promise(hours(1)))
        .customers("b", |c| c.poisson(per_hour(0.8)).enter("back"))
        .build()
        .unwrap()
}

/// The results of a comparison are those of the scenarios run alone, and its gain is the difference of the figures where all are
/// completed.
#[test]
fn a_comparison_agrees_with_its_runs() {
    let model = two_desks();
    let experiment =
        || Experiment::new(&model).horizon(days(10)).warm_up(days(1)).replications(40).threads(2);
    let changes = [Intervention::scale_service("back", 0.95)];
    let study = Study::new(experiment());
    let comparison = study.compare(&[Scenario::new("faster", changes.clone())]).unwrap();
    let faster = &comparison.scenarios[0];
    let changed = model.with(&changes).unwrap();
    let [before, after] = [experiment().run().unwrap(), experiment().on(&changed).run().unwrap()];
    assert_eq!(study.with(&changes).unwrap().replications, after.replications);
    for change in &faster.figures {
        assert_eq!(Some(change.before), change.figure.of(&before).unwrap(), "{}", change.figure);
        assert_eq!(Some(change.after), change.figure.of(&after).unwrap(), "{}", change.figure);
        let reduction = change.variance_reduction;
        if let Some(VarianceReduction { times, at_most: Some(most) }) = reduction {
            assert!(times <= most * (1.0 + 1e-9), "{}: {times}, {most}", change.figure);
        }
    }
    // Common draws cut the variance of a change of 5 % at least three times.
    let lead_time = faster.figure(&Figure::lead_time(Customers::All)).unwrap();
    assert!(lead_time.variance_reduction.unwrap().times > 3.0);
    assert!(lead_time.difference.high().unwrap() < 0.0);
    // Percentiles lie around the difference of what each run has.
    let percentile = faster.figure(&Figure::lead_time_percentile("a", 0.9)).unwrap();
    assert!(percentile.difference.interval.unwrap().high < 0.0, "{}", percentile.difference);
    // Everybody is completed or unfinished, none is new.
    for of in &faster.system.transitions {
        assert!(of.without != Fate::Absent && of.with != Fate::Absent && of.with != Fate::Lost);
    }
    // Whose work is shorter is not slower where lines are first in, first out.
    assert_eq!(faster.system.slower.share.unwrap().mean, 0.0);
}

#[test]
fn a_department_that_is_added_moves_nobody_else() {
    let builder = |audit: bool| {
        let model = Model::builder("audit")
            .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(20))))
            .customers("a", |c| c.poisson(per_hour(2.0)).enter("desk"));
        let model = if audit {
            model
                .department("audit", |d| d.staff(1).service(Dist::exponential(minutes(5))))
                .customers("auditor", |c| c.poisson(per_hour(1.0)).enter("audit"))
        } else {
            model
        };
        model.build().unwrap()
    };
    let (model, audited) = (builder(false), builder(true));
    let experiment = Experiment::new(&model).horizon(weeks(1)).replications(3);
    let digests = experiment.beside(&audited).run(Digest::of).unwrap();
    for digest in digests {
        let own = digest.of_class(Some("a")).unwrap();
        assert_eq!((own.faster.customers, own.slower.customers), (0, 0));
        assert!(own.both > 100);
        let new = digest.of_class(Some("auditor")).unwrap();
        assert_eq!(new.both, 0);
        assert!(new.fates[Fate::Absent as usize][Fate::Completed as usize] > 50);
    }
}

/// Simultaneous intervals of two scenarios are those of half the error each.
#[test]
fn simultaneous_intervals_are_wider() {
    let model = two_desks();
    let study = |level| Study::new(Experiment::new(&model).horizon(days(5)).replications(10).level(level));
    let scenarios = [0.9, 0.95]
        .map(|factor| Scenario::new(factor.to_string(), [Intervention::scale_service("back", factor)]));
    let (both, alone) =
        (study(0.95).compare(&scenarios).unwrap(), study(0.975).compare(&scenarios[..1]).unwrap());
    let figure = Figure::lead_time("a");
    let together = both.scenarios[0].figure(&figure).unwrap();
    let alone = alone.scenarios[0].figure(&figure).unwrap();
    assert_eq!(together.simultaneous.unwrap(), alone.difference.interval.unwrap());
    assert!(together.simultaneous.unwrap().low < together.difference.low().unwrap());
}

#[test]
fn scenarios_that_cannot_be_told_apart_are_refused() {
    let model = scheduled();
    let study = Study::new(Experiment::new(&model).horizon(hours(3)).replications(2));
    let two = [Scenario::new("same", []), Scenario::new("same", [])];
    let error = study.compare(&two).unwrap_err().to_string();
    assert!(error.contains("scenario `same`: the name is not unique"), "{error}");
    assert!(study.compare(&[]).unwrap_err().to_string().contains("there are none"));
    let wrong = [Scenario::new("wrong", [Intervention::add_staff("nowhere", 1)])];
    assert!(study.compare(&wrong).is_err());
}
