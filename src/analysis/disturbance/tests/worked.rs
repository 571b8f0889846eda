//! Schedules worked by hand: arrivals and services are given to the minute.

use crate::analysis::{Delays, Disturbance, Fate, Following, Study};
use crate::interventions::Intervention;
use crate::model::EXIT;
use crate::prelude::*;

/// Minutes of hours.
fn in_minutes(hours: f64) -> f64 {
    (hours * 60.0 * 1e6).round() / 1e6
}

/// By stretch: when it begins, and the extra delay in it, where there is any.
fn extra(delays: &Delays) -> Vec<(i64, f64)> {
    let all =
        delays.stretches.iter().map(|of| (of.from.ticks() / minutes(1).ticks(), in_minutes(of.hours.mean)));
    all.filter(|of| of.1 != 0.0).collect()
}

/// Cases come every ten minutes from 0 to 60, and two more much later. 8 minutes at the desk, then 9 at the back.
fn model() -> Model {
    let times = [0, 10, 20, 30, 40, 50, 60, 200, 210].map(minutes);
    Model::builder("two desks")
        .department("desk", |d| d.staff(1).service(minutes(8)))
        .department("back", |d| d.staff(1).service(minutes(9)))
        .handoff("desk", "back", |h| h)
        .handoff("back", EXIT, |h| h)
        .customers("visitors", |c| c.schedule(times).enter("desk"))
        .build()
        .unwrap()
}

fn disturbed(model: &Model, disturbance: Intervention) -> Disturbance {
    let study = Study::new(Experiment::new(model).until_all_done().replications(2));
    let following = Following { stretch: Some(minutes(10)), ..Following::default() };
    study.disturb_by(&[disturbance], &following).unwrap()
}

/// The desk is empty from 12 to 42.
///
/// | case | desk, without | back, without | desk, with | back, with | extra |
/// |---|---|---|---|---|---|
/// | 0 | 0-8 | 8-17 | 0-8 | 8-17 | 0 |
/// | 1 | 10-18 | 18-27 | 10-12, 42-48 | 48-57 | 30 |
/// | 2 | 20-28 | 28-37 | 48-56 | 57-66 | 29: 28 at the desk, 1 at the back |
/// | 3 | 30-38 | 38-47 | 56-64 | 66-75 | 28: 26 and 2 |
/// | 4 | 40-48 | 48-57 | 64-72 | 75-84 | 27: 24 and 3 |
/// | 5 | 50-58 | 58-67 | 72-80 | 84-93 | 26: 22 and 4 |
/// | 6 | 60-68 | 68-77 | 80-88 | 93-102 | 25: 20 and 5 |
#[test]
fn an_outage() {
    let result = disturbed(&model(), Intervention::outage("desk", minutes(12), minutes(30)));
    let arrived = [(10, 30.0), (20, 29.0), (30, 28.0), (40, 27.0), (50, 26.0), (60, 25.0)];
    assert_eq!(extra(&result.system), arrived);
    assert_eq!(extra(result.class("visitors").unwrap()), arrived);
    let desk = result.department("desk").unwrap();
    assert_eq!(extra(desk), [(10, 30.0), (20, 28.0), (30, 26.0), (40, 24.0), (50, 22.0), (60, 20.0)]);
    // Case 1 had begun; the others waited.
    let waiting = desk.stretches.iter().filter_map(|of| of.waiting).map(|of| in_minutes(of.mean));
    assert_eq!(waiting.take(7).collect::<Vec<_>>(), [0.0, 28.0, 26.0, 24.0, 22.0, 20.0]);
    // At the back they joined at 48, 56, 64, 72, 80 and 88.
    let back = result.department("back").unwrap();
    assert_eq!(extra(back), [(50, 1.0), (60, 2.0), (70, 3.0), (80, 9.0)]);
    assert_eq!(in_minutes(back.hours.mean), 15.0);
    assert_eq!(in_minutes(result.system.hours.mean), 165.0);

    assert_eq!(in_minutes(result.department_hours.mean), 30.0);
    assert!((result.amplification.unwrap().mean - 5.5).abs() < 1e-12);
    let peak = result.system.peak.unwrap();
    assert_eq!((peak.from, in_minutes(peak.hours.mean)), (minutes(10), 30.0));
    assert_eq!(result.system.died_out, Some(minutes(70)));
    assert_eq!(result.system.last, Some(minutes(102)));
    assert_eq!(result.system.touched.mean, 6.0);
    let last = result.last.as_ref().unwrap();
    assert_eq!((last.name.as_str(), last.replication), ("visitors 6", 0));
    assert_eq!((last.arrived, last.ended, last.extra), (minutes(60), minutes(102), minutes(25)));
    // A tenth of the nine minutes is reached at the back with the first one.
    let path: Vec<_> = result.path.iter().map(|step| (step.department.as_str(), step.reached)).collect();
    assert_eq!(path, [("desk", minutes(10)), ("back", minutes(50))]);
    let [only] = &result.transitions[..] else { panic!("{:?}", result.transitions) };
    assert_eq!((only.without, only.with, only.customers), (Fate::Completed, Fate::Completed, 18));
    assert_eq!(result.unsettled.mean, 0.0);

    // From 20 to 30, 17 minutes were spent by cases 1 and 2; now it is 20.
    let present =
        |from: Span| result.system.stretches.iter().find(|of| of.from == from).unwrap().present.mean;
    assert!((present(minutes(20)) - 0.3).abs() < 1e-12);
    let all: f64 = result.system.stretches.iter().map(|of| of.present.mean / 6.0).sum();
    assert_eq!(in_minutes(all), 165.0);
}

/// Services at the desk that begin from 12 to 32 take twice as long: that of case 2, from 20 to 36.
///
/// | case | desk, with | back, with | extra |
/// |---|---|---|---|
/// | 2 | 20-36 | 36-45 | 8 |
/// | 3 | 36-44 | 45-54 | 7: 6 at the desk, 1 at the back |
/// | 4 | 44-52 | 54-63 | 6: 4 and 2 |
/// | 5 | 52-60 | 63-72 | 5: 2 and 3 |
/// | 6 | 60-68 | 72-81 | 4: 0 and 4 |
#[test]
fn a_slow_down() {
    let slow = |factor| Intervention::SlowDown {
        department: "desk".into(),
        at: minutes(12),
        lasts: minutes(20),
        factor,
    };
    let result = disturbed(&model(), slow(2.0));
    assert_eq!(extra(&result.system), [(20, 8.0), (30, 7.0), (40, 6.0), (50, 5.0), (60, 4.0)]);
    assert_eq!(extra(result.department("desk").unwrap()), [(20, 8.0), (30, 6.0), (40, 4.0), (50, 2.0)]);
    assert_eq!(in_minutes(result.department_hours.mean), 8.0);
    assert!((result.amplification.unwrap().mean - 30.0 / 8.0).abs() < 1e-12);
}

/// One customer more, at 35: the surge brings one every ten minutes from 25 to 45.
///
/// They are served from 38 to 46, after who came at 30; so 40 waits until 46, 50 until 54, 60 until 62.
#[test]
fn a_surge() {
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(minutes(8)))
        .customers("visitors", |c| c.renewal(Dist::constant(minutes(10))).limit(8).enter("desk"))
        .build()
        .unwrap();
    let result = {
        let study = Study::new(Experiment::new(&model).horizon(hours(2)).replications(2));
        let following = Following { stretch: Some(minutes(10)), ..Following::default() };
        study
            .disturb_by(&[Intervention::surge("visitors", minutes(25), minutes(20), 2.0)], &following)
            .unwrap()
    };
    assert_eq!(extra(&result.system), [(40, 6.0), (50, 4.0), (60, 2.0)]);
    assert_eq!(in_minutes(result.department_hours.mean), 8.0);
    assert!((result.amplification.unwrap().mean - 1.5).abs() < 1e-12);
    // They themselves are there from 35 to 46.
    let all: f64 = result.system.stretches.iter().map(|of| of.present.mean / 6.0).sum();
    assert_eq!(in_minutes(all), 12.0 + 11.0);
    let came: Vec<_> = result.transitions.iter().map(|of| (of.without, of.with, of.customers)).collect();
    assert_eq!(came, [(Fate::Completed, Fate::Completed, 16), (Fate::Absent, Fate::Completed, 2)]);
    assert_eq!(result.system.died_out, Some(minutes(70)));
}

/// Three people from 9 to 17 are away from noon to eight in the evening: five hours each.
#[test]
fn an_absence_counts_during_the_shift() {
    let model = Model::builder("office")
        .calendar("day", |c| c.shift("mon-fri", "09:00", "17:00"))
        .department("office", |d| d.staff(3).shifts("day", |s| s).service(minutes(30)))
        .customers("letters", |c| c.renewal(Dist::constant(minutes(20))).enter("office"))
        .build()
        .unwrap();
    let study = Study::new(Experiment::new(&model).horizon(days(7)).replications(1));
    let noon = study.disturb(&[Intervention::outage("office", hours(36), hours(8))]).unwrap();
    assert_eq!(noon.department_hours.mean, 15.0);
    assert!(noon.amplification.unwrap().mean > 0.0);
    // On Saturday nobody is away who was there.
    let idle = study.disturb(&[Intervention::outage("office", hours(5.5 * 24.0), hours(8))]).unwrap();
    assert_eq!((idle.department_hours.mean, idle.amplification, idle.last), (0.0, None, None));
    assert!(idle.system.stretches.is_empty() && idle.path.is_empty());
    // Both at once are one scenario.
    let both = [
        Intervention::outage("office", hours(36), hours(4)),
        Intervention::outage("office", hours(40), hours(4)),
    ];
    let both = study.disturb(&both).unwrap();
    assert_eq!((both.system.hours, both.department_hours.mean), (noon.system.hours, 15.0));
}

/// However short the stretches, there is an end to them.
#[test]
fn stretches_are_not_without_end() {
    let model = model();
    let study = Study::new(Experiment::new(&model).until_all_done().replications(2));
    let following = Following { stretch: Some(seconds(0.2)), ..Following::default() };
    let result =
        study.disturb_by(&[Intervention::outage("desk", minutes(12), minutes(30))], &following).unwrap();
    // Those who come until 33 minutes and 20 seconds are told apart, and the others are not lost.
    assert_eq!(result.system.stretches.last().unwrap().from, seconds(2000));
    assert_eq!(extra(&result.system), [(10, 30.0), (20, 29.0), (30, 28.0), (33, 78.0)]);
}

/// Who loses patience because of it is lost, and has no extra delay.
#[test]
fn who_is_lost_is_counted_apart() {
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(minutes(8)).patience(minutes(15)))
        .customers("visitors", |c| c.schedule([0, 10, 20, 30, 40, 60].map(minutes)).enter("desk"))
        .build()
        .unwrap();
    // Case 1 is held up until 36 and then served until 42, 2 would have waited for 22, 3 waits 12, and 4 waits 10.
    let result = disturbed(&model, Intervention::outage("desk", minutes(12), minutes(24)));
    let fates: Vec<_> = result.transitions.iter().map(|of| (of.without, of.with, of.customers)).collect();
    assert_eq!(fates, [(Fate::Completed, Fate::Completed, 10), (Fate::Completed, Fate::Lost, 2)]);
    assert_eq!(extra(&result.system), [(10, 24.0), (30, 12.0), (40, 10.0)]);
    assert!(
        result.to_string().contains("completed without it, lost with it: 1.000 a replication."),
        "{result}"
    );
}

/// The department that only answers is on the path, and so are those who ask it.
#[test]
fn requests_carry_it() {
    let model = Model::builder("questions")
        .department("reps", |d| d.staff(2).service(minutes(10)))
        .department("experts", |d| d.staff(1).service(minutes(5)))
        .request("reps", "experts", |r| r.at(0.5))
        .customers("orders", |c| c.schedule([0, 20, 60].map(minutes)).enter("reps"))
        .build()
        .unwrap();
    // The second asks at 25, is answered at 45 instead of 30; the outage is over at 40.
    let result = disturbed(&model, Intervention::outage("experts", minutes(15), minutes(25)));
    assert_eq!(extra(result.department("experts").unwrap()), [(20, 15.0)]);
    assert_eq!(extra(result.department("reps").unwrap()), [(20, 15.0)]);
    assert_eq!(extra(&result.system), [(20, 15.0)]);
    let path: Vec<_> = result.path.iter().map(|step| step.department.as_str()).collect();
    assert_eq!(path, ["reps", "experts"]);
}

#[test]
fn what_cannot_be_followed_is_told() {
    let model = model();
    let told = |experiment: Experiment, disturbances: &[Intervention], following: Following| {
        Study::new(experiment).disturb_by(disturbances, &following).unwrap_err().to_string()
    };
    let timed = || Experiment::new(&model).horizon(hours(5)).warm_up(hours(1)).replications(2);
    let hire = Intervention::add_staff("desk", 1);
    let early = Intervention::outage("desk", minutes(30), minutes(5));
    let late = Intervention::outage("desk", hours(5), minutes(5));
    let following = Following { stretch: Some(Span::ZERO), died_out: 1.5, reached: 0.0 };
    let error = told(timed(), &[hire, early, late], following);
    for part in [
        "6 defects",
        "disturbance 1: is none: must be an outage, a surge or a slow-down",
        "disturbance 2: begins at 30m, must not begin before the warm-up of 1h is over",
        "disturbance 3: begins at 5h, must begin before the horizon of 5h",
        "stretch: is 0s, must be positive",
        "died-out: is 1.5",
        "reached: is 0",
    ] {
        assert!(error.contains(part), "{error}");
    }
    let fine = Following { stretch: Some(seconds(1)), ..Following::default() };
    assert!(
        told(timed(), &[Intervention::outage("desk", hours(2), hours(1))], fine).contains("at most 10000")
    );
    let cases = Experiment::new(&model).until_cases(3);
    assert!(told(cases, &[], Following::default()).contains("horizon: is a number of cases"));
    let unknown = told(timed(), &[Intervention::outage("attic", hours(2), hours(1))], Following::default());
    assert!(unknown.contains("no department or pool is called `attic`"), "{unknown}");
}
