//! Names and rules, looked up.

use super::*;
use crate::time::{days, hours, minutes, per_hour};

fn example() -> Model {
    Model::builder("example")
        .class("urgent", |c| c.priority(0))
        .class("routine", |c| c.priority(1))
        .department("desk", |d| {
            d.staff(1)
                .service(minutes(10))
                .service_from_visit(2, minutes(5))
                .service_from_visit(5, minutes(1))
                .service_for_from_visit("urgent", 3, minutes(3))
        })
        .handoff("desk", "desk", |h| h.probability(0.1).probability_for("urgent", 0.25))
        .handoff("desk", "exit", |h| h.probability(0.9).probability_for("urgent", 0.75))
        .customers("walk-in", |c| {
            c.poisson(per_hour(4.0)).enter("desk").mix([("urgent", 0.25), ("own", 0.75)])
        })
        .customers("own", |c| {
            c.enter("desk").pattern(days(1), [(hours(0), per_hour(0.0)), (hours(8), per_hour(3.0))])
        })
        .build()
        .unwrap()
}

#[test]
fn classes_are_the_declared_ones_then_the_streams_own() {
    let model = example();
    let resolved = Resolved::new(&model);
    let names: Vec<_> = resolved.classes.iter().map(|class| class.name).collect();
    assert_eq!(names, ["urgent", "routine", "own"]);
    assert_eq!(resolved.shares(&model.streams[0]), [(0, 0.25), (2, 0.75)]);
    assert_eq!(resolved.shares(&model.streams[1]), [(2, 1.0)]);
}

#[test]
fn a_rule_for_the_class_comes_before_the_general_one() {
    let model = example();
    let resolved = Resolved::new(&model);
    let means = |class| -> Vec<_> {
        let rules = resolved.services_for(0, class);
        rules.iter().map(|(visit, service)| (*visit, service.mean() / 6e7)).collect()
    };
    assert_eq!(means(0), [(1, 10.0), (2, 5.0), (3, 3.0)]);
    assert_eq!(means(1), [(1, 10.0), (2, 5.0), (5, 1.0)]);
    assert_eq!(resolved.routes_for(0, 0).collect::<Vec<_>>(), [(0, 0.25), (1, 0.75)]);
    assert_eq!(resolved.routes_for(0, 2).collect::<Vec<_>>(), [(0, 0.1), (1, 0.9)]);
}

#[test]
fn the_rate_of_a_pattern_is_its_average() {
    let model = example();
    assert_eq!(model.streams[0].rate(), Some(4.0));
    assert_eq!(model.streams[1].rate(), Some(2.0));
}
