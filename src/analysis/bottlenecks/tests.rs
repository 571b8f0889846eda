use super::serial::{Line, Place};
use super::*;
use crate::experiment::Experiment;
use crate::model::Model;
use crate::random::Dist;
use crate::time::{days, hours, minutes, per_hour, weeks};

/// A saturated line of single servers with so much room before all but the first.
fn line(means: &[f64], room: &[u32]) -> Model {
    let mut model = Model::builder("line").customers("work", |c| c.saturated().enter("M1"));
    for (at, &mean) in means.iter().enumerate() {
        let name = format!("M{}", at + 1);
        model = model.department(&name, |d| {
            let d = d.staff(1).service(Dist::exponential(hours(mean)));
            if at == 0 { d } else { d.queue_capacity(room[at - 1]) }
        });
        if at > 0 {
            model = model.handoff(format!("M{at}"), &name, |h| h);
        }
    }
    model.build().unwrap()
}

/// The exact shares of time of lines in the literature's style, and what each definition makes of them. The last has equal
/// departments: the sums of both are equal.
#[test]
fn arrows_and_turning_points_of_exact_shares() {
    type Case = (&'static [f64], &'static [f64], &'static str, &'static str);
    let cases: [Case; 4] = [
        (&[0.4142345024, 0.1158661123, 0.0], &[0.0, 0.1031132243, 0.4142345024], "M2", "M2"),
        (
            &[0.3916468566, 0.4385584389, 0.2436582625, 0.0],
            &[0.0, 0.008393248904, 0.2032934253, 0.4206160539],
            "M3",
            "M4",
        ),
        (&[0.6616972395, 0.310073835, 0.0], &[0.0, 0.01332064404, 0.3556137896], "M2", "M2"),
        (
            &[0.3924167139, 0.2866410209, 0.2110149634, 0.1300471157, 0.0],
            &[0.0, 0.105775693, 0.1814017505, 0.2623695982, 0.3924167139],
            "M3",
            "M3",
        ),
    ];
    for (blocked, starved, by_arrows, by_turning_point) in cases {
        let model = line(&vec![1.0; blocked.len()], &vec![2; blocked.len() - 1]);
        // Replications that differ a little, in opposite ways.
        let shares = |share: f64, by: f64| vec![share, share + by, share - by];
        let places = blocked.iter().zip(starved).enumerate().map(|(department, (&blocked, &starved))| {
            let by = 1e-6 * (1.0 + department as f64);
            let blocked = shares(blocked, by);
            let starved = shares(starved, by).into_iter().rev().collect();
            Place { department, blocked, starved }
        });
        let line = Line::from_places(&model, 0.95, places.collect());
        assert_eq!(line.arrows().set, [by_arrows], "{blocked:?}");
        assert_eq!(line.turning_point().set, [by_turning_point], "{blocked:?}");
        assert_eq!(line.arrows().figures[0].department, by_arrows);
    }
}

/// Where an arrow may point either way, both its ends may be the bottleneck.
#[test]
fn what_replications_do_not_tell_is_a_set() {
    let model = line(&[1.0, 1.0], &[2]);
    let places = [vec![0.2, 0.3, 0.4], vec![0.0; 3]].into_iter().zip([vec![0.0; 3], vec![0.3, 0.2, 0.4]]);
    let places =
        places.enumerate().map(|(department, (blocked, starved))| Place { department, blocked, starved });
    let line = Line::from_places(&model, 0.95, places.collect());
    let sorted = |mut set: Vec<String>| {
        set.sort();
        set
    };
    assert_eq!(sorted(line.arrows().set), ["M1", "M2"]);
    assert_eq!(sorted(line.turning_point().set), ["M1", "M2"]);
}

/// Buzacott and Shanthikumar's kind of line whose slowest department hides behind a large buffer: case
/// `bn-line4-buffer-hides` of the reference cases. 99 % intervals, one seed.
#[test]
fn the_slowest_is_not_the_bottleneck_of_a_line() {
    let model = line(&[1.0, 0.9090909091, 0.9090909091, 0.9523809524], &[4, 0, 0]);
    let experiment = Experiment::new(&model).horizon(hours(4000)).warm_up(hours(200)).replications(12);
    let bottlenecks = Study::new(experiment.level(0.99).seed(3)).bottlenecks().unwrap();
    assert_eq!(bottlenecks.by(Definition::LowestCapacity).unwrap().set, ["M1"]);
    assert_eq!(bottlenecks.by(Definition::Utilization).unwrap().set, ["M1"]);
    assert_eq!(bottlenecks.by(Definition::BlockingAndStarving).unwrap().set, ["M3"]);
    assert_eq!(bottlenecks.by(Definition::TurningPoint).unwrap().set, ["M4"]);
    let sensitivity = bottlenecks.by(Definition::Sensitivity).unwrap();
    assert!(!sensitivity.set.contains(&"M1".to_owned()) && sensitivity.set.contains(&"M3".to_owned()));
    for (name, exact) in [("M1", 0.0373), ("M2", 0.2906), ("M3", 0.3521), ("M4", 0.3200)] {
        let figure = sensitivity.department(name).unwrap().figure;
        assert!((figure.mean - exact).abs() < 0.03 + figure.half_width().unwrap(), "{name}: {figure}");
    }
    // Two of M1 at its best rate: one case an hour.
    let most = bottlenecks.by(Definition::LowestCapacity).unwrap().figures[0].beside[0];
    assert!(most.0 == Aside::MostCases && (most.1.mean - 1.0).abs() < 1e-9);
    assert!(format!("{bottlenecks:400}").contains("`M1`"), "{bottlenecks}");
}

/// Case `bn-jackson-rework` of the reference cases: all of product form. 99 % intervals, one seed.
#[test]
fn a_jackson_network_has_the_figures_of_theory() {
    let model = Model::builder("jackson")
        .department("intake", |d| d.staff(1).service(Dist::exponential(hours(0.5))))
        .department("production", |d| d.staff(2).service(Dist::exponential(hours(1))))
        .department("check", |d| d.staff(1).service(Dist::exponential(hours(0.4))))
        .handoff("intake", "production", |h| h)
        .handoff("production", "check", |h| h)
        .handoff("check", "production", |h| h.probability(0.3))
        .handoff("check", "exit", |h| h.probability(0.7))
        .customers("work", |c| c.poisson(per_hour(1.0)).enter("intake"))
        .build()
        .unwrap();
    let experiment = Experiment::new(&model).horizon(hours(6000)).warm_up(hours(200)).replications(20);
    let bottlenecks = Study::new(experiment.level(0.99).seed(11)).bottlenecks().unwrap();
    let exact = [
        (Definition::Sensitivity, [0.3810, 1.7130, 0.5926]),
        (Definition::Utilization, [0.5, 5.0 / 7.0, 4.0 / 7.0]),
        (Definition::WaitPerVisit, [0.5, 1.041667, 0.533333]),
        (Definition::WaitPerCase, [0.5, 1.488095, 0.761905]),
        (Definition::NumberWaiting, [0.5, 1.488095, 0.761905]),
        (Definition::LowestCapacity, [0.5, 5.0 / 7.0, 4.0 / 7.0]),
    ];
    for (definition, exact) in exact {
        let verdict = bottlenecks.by(definition).unwrap();
        assert_eq!(verdict.set, ["production"], "{definition}");
        for (name, exact) in ["intake", "production", "check"].into_iter().zip(exact) {
            let figure = verdict.department(name).unwrap().figure;
            let allowed = figure.half_width().unwrap_or(0.0) + 0.02 * exact;
            assert!((figure.mean - exact).abs() <= allowed, "{definition}, {name}: {figure} not {exact}");
        }
    }
    let most = bottlenecks.by(Definition::LowestCapacity).unwrap().figures[0].beside[0].1;
    assert!((most.mean - 1.4).abs() < 1e-9);
    let one_more =
        bottlenecks.by(Definition::Sensitivity).unwrap().department("production").unwrap().beside[0];
    let allowed = one_more.1.half_width().unwrap() + 0.02;
    assert!((one_more.1.mean - (5.25 - 3.954590415)).abs() < allowed, "{}", one_more.1);
    for definition in [Definition::BlockingAndStarving, Definition::TurningPoint] {
        let verdict = bottlenecks.by(definition).unwrap();
        assert!(verdict.reason.as_ref().unwrap().contains("no saturated line"), "{verdict:?}");
    }
    // Shares of delay: of everybody's together they are all, as nobody else is charged.
    let shares = &bottlenecks.by(Definition::LedgerShare).unwrap().figures;
    assert!((shares.iter().map(|own| own.figure.mean).sum::<f64>() - 1.0).abs() < 1e-9);
    let expected = "1 % more rate helps customers most at `production`: so say the ledger, ";
    assert!(format!("{bottlenecks:400}").starts_with(expected), "{bottlenecks}");
}

/// Who serves requests only has no visits of cases: its waits are those of requests. A pool stands for its departments.
#[test]
fn requests_wait_and_pools_are_busy() {
    let model = Model::builder("help")
        .pool("clerks", |p| p.staff(2))
        .department("desk", |d| d.pool("clerks").service(Dist::exponential(minutes(30))))
        .department("mail", |d| d.pool("clerks").service(Dist::exponential(minutes(10))))
        .department("expert", |d| d.staff(1).service(Dist::exponential(minutes(50))))
        .request("desk", "expert", |r| r.probability(0.4).at(0.5))
        .customers("callers", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("letters", |c| c.poisson(per_hour(1.0)).enter("mail"))
        .build()
        .unwrap();
    let experiment = Experiment::new(&model).horizon(weeks(8)).warm_up(days(7)).replications(6);
    let study = Study::new(experiment);
    let bottlenecks = study.bottlenecks().unwrap();
    let base = study.base().unwrap();
    let asked = base.requests[0].waiting.as_ref().unwrap().mean.mean;
    let waits = bottlenecks.by(Definition::WaitPerVisit).unwrap().department("expert").unwrap().figure;
    assert!((waits.mean - asked).abs() < 1e-9, "{waits} {asked}");
    for definition in [Definition::Utilization, Definition::Momentary, Definition::AverageActivePeriod] {
        let verdict = bottlenecks.by(definition).unwrap();
        let of = |name: &str| verdict.department(name).unwrap().figure;
        assert_eq!(of("desk"), of("mail"));
        assert_eq!(verdict.figures.len(), 3);
    }
    assert_eq!(
        bottlenecks.by(Definition::Utilization).unwrap().department("desk").unwrap().figure,
        base.pool("clerks").unwrap().utilization.unwrap()
    );
}

#[test]
fn a_sentence_says_who_agrees() {
    let verdict = |definition, set: &[&str]| Verdict {
        definition,
        figures: Vec::new(),
        set: set.iter().map(|&name| name.to_owned()).collect(),
        reason: None,
    };
    let mut bottlenecks = Bottlenecks {
        verdicts: vec![
            verdict(Definition::Sensitivity, &["back"]),
            verdict(Definition::LedgerShare, &["back"]),
            verdict(Definition::Utilization, &["front", "back"]),
            verdict(Definition::WaitPerVisit, &["back"]),
            verdict(Definition::NumberWaiting, &["front"]),
            verdict(Definition::LowestCapacity, &["back", "front"]),
            verdict(Definition::TurningPoint, &[]),
        ],
        active_periods: None,
    };
    assert_eq!(
        format!("{bottlenecks:400}"),
        "1 % more rate helps customers most at `back`: so say the ledger and the wait per visit, but utilization \
         and the lowest capacity name `front` or `back`, and the number waiting names `front`."
    );
    bottlenecks.verdicts.truncate(2);
    assert_eq!(
        format!("{bottlenecks:400}"),
        "1 % more rate helps customers most at `back`: so say the ledger."
    );
    bottlenecks.verdicts[0].set.clear();
    assert_eq!(
        format!("{bottlenecks:400}"),
        "No department is known where 1 % more rate would help customers; the ledger names `back`."
    );
}
