//! What is drawn is what the results say.

use super::*;
use crate::model::EXIT;
use crate::report::Chart;
use crate::stats::Estimate;

fn of_chart(chart: &Chart) -> Vec<Mark> {
    let svg = chart.svg();
    marks(parsed(&svg).root())
}

fn one(marks: &[Mark], name: &str) -> (f64, Option<(f64, f64)>) {
    let found: Vec<_> = marks.iter().filter(|mark| mark.0 == name).collect();
    assert_eq!(found.len(), 1, "{name} in {marks:?}");
    (found[0].1, found[0].2)
}

fn with_ends(estimate: &Estimate) -> (f64, Option<(f64, f64)>) {
    (estimate.mean, estimate.low().zip(estimate.high()))
}

#[test]
fn estimates_are_drawn_as_they_are() {
    let model = model();
    let results = results(&model);
    let load = of_chart(&Chart::utilization(&results));
    for name in ["reps", NASTY] {
        let expected = results.department(name).unwrap().utilization.unwrap();
        assert_eq!(one(&load, name), with_ends(&expected));
    }
    assert_eq!(load.len(), 2);
    let response = results.requests[0].response_time.as_ref().unwrap().mean;
    assert_eq!(
        of_chart(&Chart::response_times(&results)),
        [(results.requests[0].name.clone(), response.mean, response.low().zip(response.high()))]
    );
    let costs = results.costs.as_ref().unwrap();
    let bars = of_chart(&Chart::costs(costs));
    let reps = &costs.staff[0].cost;
    assert_eq!(one(&bars, "staff of reps, people at work"), with_ends(&reps.busy));
    assert_eq!(one(&bars, "staff of reps, people not at work"), with_ends(&reps.idle));
    let drawn: f64 = bars.iter().map(|bar| bar.1).sum();
    assert!((drawn - costs.total.mean).abs() < 1e-9 * drawn, "{drawn}, {}", costs.total);
}

/// The bars within the promise sum to the share for which it is kept, as the classes' sketch has it.
#[test]
fn lead_times_keep_the_promise_as_often_as_counted() {
    let model = model();
    let results = results(&model);
    let class = results.class("order").unwrap();
    assert_eq!(class.promises, [2.0]);
    let chart = Chart::lead_times(class);
    let svg = chart.svg();
    let document = parsed(&svg);
    let bars = |class: &str| -> f64 {
        let bars = document.descendants().filter(|node| {
            node.has_tag_name("rect")
                && node.attribute("class") == Some(class)
                && node.attribute("data-value").is_some()
        });
        bars.filter_map(|bar| bar.attribute("data-value")?.parse::<f64>().ok()).sum()
    };
    let (kept, late) = (bars("f1"), bars("f2"));
    let expected = class.promise_kept.unwrap().mean;
    assert!(0.1 < expected && expected < 0.99, "{expected}");
    // The half per cent of the longest is not drawn; a bin of the sketch is at most 1/64 of its times wide.
    assert!((kept - expected).abs() < 0.01, "{kept} is not {expected}");
    assert!(kept + late <= 1.0 + 1e-9 && kept + late >= 0.99, "{kept} {late}");
    assert!(document.descendants().any(|node| node.attribute("data-name") == Some("promise: 2 h")));
}

/// The cells are those of the propagation matrix, where no case is worked on by who is responsible.
#[test]
fn the_matrix_is_that_of_the_ledger() {
    let model = model();
    let results = results(&model);
    let group = &results.ledger.as_ref().unwrap().class("order").unwrap().completed;
    let cells = of_chart(&Chart::propagation(group));
    let mut passed_on = 0;
    for cell in group.propagation.iter().filter(|cell| cell.who != cell.felt) {
        let expected = cell.amount.time.0;
        let (value, ends) = one(&cells, &format!("{}, {}", cell.who.name, cell.felt.name));
        assert!((value - expected.mean).abs() < 1e-9 * expected.mean, "{value} is not {expected}");
        let (low, high) = ends.unwrap();
        assert!(
            (low - expected.low().unwrap()).abs() < 1e-9 && (high - expected.high().unwrap()).abs() < 1e-9
        );
        passed_on += 1;
    }
    assert!(passed_on > 0, "engineering holds up the reps");
    let bands = of_chart(&Chart::propagation_flow(group));
    let sum = |marks: &[Mark]| marks.iter().map(|mark| mark.1).sum::<f64>();
    assert!((sum(&bands) - sum(&cells)).abs() < 1e-9);
    // With the cases' own work and ways, all of their time.
    let own: f64 = group
        .entries
        .iter()
        .filter(|entry| entry.whose == crate::results::Whose::Own && entry.who == entry.felt)
        .map(|entry| entry.amount.time.mean)
        .sum();
    assert!((sum(&cells) + own - group.time.unwrap().mean).abs() < 1e-9);
}

#[test]
fn the_map_has_every_department_and_way() {
    let model = model();
    let results = results(&model);
    let chart = Chart::map(&model, &results).unwrap();
    let svg = chart.svg();
    let document = parsed(&svg);
    for department in &results.departments {
        let found: Vec<_> = document
            .descendants()
            .filter(|node| {
                node.attribute("class") == Some("place")
                    && node.attribute("data-name") == Some(&department.name)
            })
            .collect();
        assert_eq!(found.len(), 1);
        let queue = found[0].attribute("data-queue").unwrap().parse::<f64>().unwrap();
        assert_eq!(queue, department.visits.queue_length.unwrap().mean);
    }
    let ways = of_chart(&chart);
    let handoff = results.handoff("reps", "shipping").unwrap();
    assert_eq!(one(&ways, "reps to shipping"), with_ends(&handoff.count));
    assert_eq!(one(&ways, &format!("reps asks {NASTY}")), with_ends(&results.requests[0].asked));
    let returned = &results.defects_of("reps").unwrap().found[0].returned;
    assert_eq!(one(&ways, "shipping to reps"), with_ends(returned));
    assert_eq!(one(&ways, "customers to reps"), with_ends(&results.class("order").unwrap().arrived));
    // Departments without a handoff let their cases go.
    assert!(
        one(&ways, &format!("shipping to {EXIT}")).0 > 0.0
            && one(&ways, &format!("{NASTY} to {EXIT}")).0 > 0.0
    );
    assert_eq!(ways.len(), 7);
}

#[test]
fn differences_are_those_of_the_comparison() {
    let model = model();
    let comparison = comparison(&model);
    let figure = Figure::lead_time("order");
    let rows = of_chart(&Chart::differences(&comparison, &figure));
    for scenario in &comparison.scenarios {
        let change = scenario.figure(&figure).unwrap();
        let together = change.simultaneous.unwrap();
        let expected = (change.difference.mean, Some((together.low, together.high)));
        assert_eq!(one(&rows, &scenario.scenario.name), expected);
    }
}

/// Of stretches nothing is lost between the ends of what is shown.
#[test]
fn the_delay_of_a_disturbance_is_drawn_stretch_by_stretch() {
    let model = model();
    let study = Study::new(experiment(&model));
    let disturbance = study.disturb(&[Intervention::outage(NASTY, days(2), hours(4))]).unwrap();
    let drawn = of_chart(&Chart::disturbance(&disturbance));
    let bars: Vec<_> = drawn.iter().filter(|mark| mark.0.starts_with("customers, ")).collect();
    assert!(bars.len() > 4);
    let stretches = &disturbance.system.stretches;
    let all: f64 = stretches.iter().map(|stretch| stretch.hours.mean).sum();
    let shown: f64 = bars.iter().map(|bar| bar.1).sum();
    assert!((shown - all).abs() < 0.05 * all.abs(), "{shown} of {all}");
    let peak = disturbance.system.peak.unwrap();
    assert!(
        bars.iter().any(|bar| bar.1 == peak.hours.mean && bar.2 == peak.hours.low().zip(peak.hours.high()))
    );
    assert_eq!(one(&drawn, "event").0, 48.0);
}

/// People of a pool are as busy as the pool, parts and loops are ways, and rework is told apart.
#[test]
fn the_map_knows_pools_parts_loops_and_rework() {
    let model = Model::builder("parts")
        .pool("runners", |p| p.staff(1))
        .department("split", |d| d.staff(2).service(minutes(20)))
        .department("own", |d| d.staff(2).service(minutes(10)))
        .department("shared", |d| d.pool("runners").service(minutes(15)))
        .department("join", |d| d.staff(1).service(minutes(10)))
        .fork("split", "join", |f| f.branch("own", |b| b).branch("shared", |b| b))
        .handoff("own", "own", |h| h.probability(0.2))
        .handoff("own", "join", |h| h.probability(0.8))
        .handoff("shared", "join", |h| h)
        .handoff("join", "split", |h| h.probability(0.1).rework())
        .handoff("join", EXIT, |h| h.probability(0.9))
        .customers("x", |c| c.poisson(per_hour(2.0)).enter("split"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(days(3)).replications(2).run().unwrap();
    let chart = Chart::map(&model, &results).unwrap();
    let svg = chart.svg();
    let document = parsed(&svg);
    let of = |name: &str, value: &str| {
        let found = document.descendants().find(|node| node.attribute("data-name") == Some(name)).unwrap();
        found.attribute(value).map(|text| text.parse::<f64>().unwrap())
    };
    assert_eq!(of("shared", "data-load"), results.pool("runners").unwrap().utilization.map(|load| load.mean));
    let forked = results.fork("split to join").unwrap().forked.mean;
    assert_eq!(of("split to own", "data-value"), Some(forked));
    assert_eq!(of("split to shared", "data-value"), Some(forked));
    assert!(of("own to own", "data-value") > Some(0.0));
    let rework =
        document.descendants().find(|node| node.attribute("data-name") == Some("join to split")).unwrap();
    assert!(rework.children().any(|node| node.attribute("class").is_some_and(|class| class.contains("l2"))));
}
