//! Due dates and money, worked out by hand on schedules without chance.

use knockon::model::ModelBuilder;
use knockon::prelude::*;
use knockon::results::{Costs, Replication};
use knockon::stats::Estimate;

#[track_caller]
fn assert_is(estimate: Estimate, expected: f64) {
    assert!(
        (estimate.mean - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{estimate:?}, expected {expected}"
    );
}

/// Services of 8 minutes from 0 and from 8; due after 10, or with notice after 5.
fn desk(notice: bool) -> ModelBuilder {
    Model::builder("desk")
        .class("a", |c| c.delay_cost(60.0).lost_cost(9.0).broken_promise_cost(7.0))
        .department("desk", |d| d.staff(1).service(minutes(8)).cost(6.0, 12.0, 30.0))
        .customers("a", |c| {
            let c = c.schedule([minutes(0), minutes(1)]).enter("desk").promise(minutes(10));
            if notice { c.notice(minutes(5)) } else { c }
        })
}

fn run(model: ModelBuilder) -> Results {
    let model = model.build().unwrap();
    Experiment::new(&model).horizon(hours(1)).replications(1).run().unwrap()
}

#[test]
fn lateness_is_against_the_due_date_and_promises_are_promises() {
    // Lead times of 8 and 15.
    for (notice, due) in [(false, 10.0), (true, 5.0)] {
        let results = run(desk(notice));
        let class = results.class("a").unwrap();
        let lateness = class.lateness.as_ref().unwrap();
        assert_is(lateness.mean.0, (23.0 / 2.0 - due) / 60.0);
        assert_is(lateness.late_share, if notice { 1.0 } else { 0.5 });
        assert_is(lateness.tardiness.mean.0, if notice { 13.0 / 2.0 } else { 5.0 / 2.0 } / 60.0);
        assert_is(lateness.earliness.mean.0, if notice { 0.0 } else { 2.0 / 2.0 } / 60.0);
        assert_is(class.promise_kept.unwrap(), 0.5);
        assert_eq!(results.system.lateness, class.lateness);
    }
}

#[test]
fn every_part_is_counted_once() {
    let model = || desk(false).expense("training", 100.0).expense_at("later", 1000.0, hours(1));
    let results = run(model());
    let costs = results.costs.as_ref().unwrap();
    let staff = costs.staff[0].cost;
    assert_is(staff.busy, 12.0 * 16.0 / 60.0);
    assert_is(staff.idle, 6.0 * 44.0 / 60.0);
    assert_is(staff.overtime, 0.0);
    let class = &costs.classes[0].cost;
    assert_is(class.delay, 23.0);
    assert_is(class.promises, 7.0);
    assert_is(class.lost, 0.0);
    assert_is(costs.expenses[0].cost, 100.0);
    // It falls on the horizon, and does not happen.
    assert_is(costs.expenses[1].cost, 0.0);
    assert_is(costs.total, 3.2 + 4.4 + 23.0 + 7.0 + 100.0);
    assert_is(costs.per_hour.unwrap(), 137.6);
    let lines = [
        "staff of desk: 7.600 (no interval)",
        "customers, a: 30.00 (no interval)",
        "expense, training: 100.0 (no interval)",
        "total: 137.6 (no interval, 1 replication), 137.60 an hour",
    ];
    assert_eq!(costs.to_string(), lines.join("\n"));
    let json = serde_json::to_string(costs).unwrap();
    assert_eq!(serde_json::from_str::<Costs>(&json).unwrap(), *costs);

    // What was spent before the warm-up was over is not counted.
    let model = model().build().unwrap();
    let experiment = Experiment::new(&model).horizon(hours(2)).warm_up(minutes(30)).replications(1);
    let costs = experiment.run().unwrap().costs.unwrap();
    assert_is(costs.all_expenses, 1000.0);
    assert_is(costs.total, 1000.0 + 6.0 * 1.5);
}

/// The shift ends at 10 of every 60 minutes; work from 5 on takes 10.
#[test]
fn overtime_has_a_price_of_its_own() {
    let results = run(Model::builder("overtime")
        .calendar("short", |c| c.cycle(hours(1), [(minutes(0), 1), (minutes(10), 0)]))
        .pool("clerks", |p| p.staff(1).shifts("short", |s| s.finish()).cost(6.0, 12.0, 30.0))
        .department("desk", |d| d.pool("clerks").service(minutes(10)))
        .customers("a", |c| c.schedule([minutes(5)]).enter("desk")));
    let costs = results.costs.unwrap();
    assert!(costs.staff[0].pool && costs.classes.is_empty());
    let staff = costs.staff[0].cost;
    assert_is(staff.idle, 6.0 * 5.0 / 60.0);
    assert_is(staff.busy, 12.0 * 5.0 / 60.0);
    assert_is(staff.overtime, 30.0 * 5.0 / 60.0);
    assert_is(costs.total, 0.5 + 1.0 + 2.5);
}

/// What a replication cost, part by part.
fn parts(replication: &Replication) -> f64 {
    let money = replication.money.as_ref().unwrap();
    let staff: f64 = money.staff.iter().map(|home| home.idle + home.busy + home.overtime).sum();
    let of = |class: &knockon::results::ClassTotals| {
        let cost = class.cost;
        cost.delay + cost.lost + cost.defects + cost.promises
    };
    staff + replication.classes.iter().map(of).sum::<f64>() + money.expenses.iter().sum::<f64>()
}

#[test]
fn the_parts_sum_to_the_total() {
    // Prices in halves and times in whole hours: sums of floating-point numbers are exact.
    let model = Model::builder("exact")
        .class("a", |c| c.delay_cost(1.5).lost_cost(2.5))
        .class("b", |c| c.broken_promise_cost(0.5))
        .department("one", |d| d.staff(2).service(hours(2)).cost(0.5, 1.5, 4.0).patience(hours(1)))
        .department("two", |d| {
            d.staff(1).service(hours(1)).cost(1.0, 2.0, 4.0).errors(|e| e.probability(1.0).cost(3.5))
        })
        .handoff("one", "two", |h| h)
        .customers("a", |c| c.schedule([0, 0, 0, 0, 5].map(hours)).enter("one"))
        .customers("b", |c| c.schedule([7, 8, 8, 9].map(hours)).enter("one").promise(hours(3)))
        .expense("training", 12.5)
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(hours(24)).replications(3).run().unwrap();
    let costs = results.costs.as_ref().unwrap();
    for replication in &results.replications {
        assert_eq!(parts(replication), costs.total.mean);
    }
    let sum = |of: &dyn Fn(&Costs) -> Vec<f64>| of(costs).into_iter().sum::<f64>();
    let staff = sum(&|costs| costs.staff.iter().map(|staff| staff.cost.total.mean).collect());
    let classes = sum(&|costs| costs.classes.iter().map(|class| class.cost.total.mean).collect());
    let expenses = sum(&|costs| costs.expenses.iter().map(|expense| expense.cost.mean).collect());
    assert_eq!((staff, classes), (costs.all_staff.total.mean, costs.all_customers.total.mean));
    assert_eq!(staff + classes + expenses, costs.total.mean);
    assert!(costs.all_customers.defects.mean > 0.0 && costs.all_customers.lost.mean > 0.0);
}
