//! The model as a graph.

use knockon::model::Model;
use knockon::time::{minutes, per_hour};

use super::{GOOD, lines, spoiled};

#[test]
fn sums_off_by_class() {
    assert_eq!(
        spoiled(&[(
            "probability = 0.1",
            "probability = 0.1\nprobability_for = [{ class = \"urgent\", probability = 0.17 }]"
        )]),
        ["department `coding`: handoffs out of `coding` for class `urgent` sum to 1.07, must be 1"]
    );
    assert_eq!(
        spoiled(&[("probability = 0.9", "probability = 0.8")]),
        [
            "department `coding`: handoffs out of `coding` for classes `urgent`, `routine` sum to 0.9, must be 1"
        ]
    );
}

#[test]
fn sums_of_classes_that_never_come_do_not_matter() {
    let text = GOOD.replace("name = \"urgent\"", "name = \"urgent\"\n[[class]]\nname = \"idle\"").replace(
        "probability = 0.1",
        "probability = 0.1\nprobability_for = [{ class = \"idle\", probability = 0.9 }]",
    );
    Model::from_toml(&text).unwrap();
}

#[test]
fn a_department_that_nobody_reaches() {
    assert_eq!(
        spoiled(&[("enter = \"desk\"", "enter = \"coding\""), ("to = \"desk\"", "to = \"coding\"")]),
        ["department `desk`: no case ever comes here"]
    );
}

#[test]
fn cases_that_can_never_leave() {
    let model = Model::builder("trap")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .department("legal", |d| d.staff(1).service(minutes(5)))
        .department("audit", |d| d.staff(1).service(minutes(5)))
        .handoff("desk", "legal", |h| h.probability_for("b", 0.5))
        .handoff("desk", "exit", |h| h.probability(1.0).probability_for("b", 0.5))
        .handoff("legal", "audit", |h| h)
        .handoff("audit", "legal", |h| h)
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("b", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        ["departments `legal`, `audit`: cases of class `b` that come here can never leave"]
    );
}

#[test]
fn a_loop_without_time() {
    let model = Model::builder("instant")
        .class("b", |c| c)
        .department("desk", |d| d.staff(1).service(minutes(0)))
        .department("back", |d| d.staff(1).service(minutes(0)).service_for("b", minutes(1)))
        .handoff("desk", "back", |h| h)
        .handoff("back", "desk", |h| h.probability(0.5))
        .handoff("back", "exit", |h| h.probability(0.5))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("c", |c| c.poisson(per_hour(1.0)).enter("desk").class("b"))
        .build();
    assert_eq!(
        lines(model),
        [
            "departments `desk`, `back`: a loop without time for class `a`: neither service nor transfer takes any"
        ]
    );
}

#[test]
fn rounds_without_number() {
    let model = Model::builder("round and round")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .handoff("desk", "desk", |h| h.probability(0.9999999))
        .handoff("desk", "exit", |h| h.probability(0.0000001))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `desk`: cases of class `a` come here 10000000 times on average, must be at most 1000000"
        ]
    );
}

#[test]
fn more_classes_than_allowed() {
    let mut builder = Model::builder("many").department("desk", |d| d.staff(1).service(minutes(5)));
    for number in 0..1001 {
        builder = builder.customers(format!("{number}"), |c| c.poisson(per_hour(1.0)).enter("desk"));
    }
    assert_eq!(
        lines(builder.build()),
        ["model: it has 1001 classes (streams' own included), must be at most 1000"]
    );
}

#[test]
fn more_departments_by_class_than_allowed() {
    let many = |departments: usize, handoffs: usize| {
        let mut builder = Model::builder("many");
        for number in 0..1000 {
            builder = builder.class(format!("{number}"), |c| c);
        }
        for number in 0..departments {
            builder = builder.department(format!("{number}"), |d| d.staff(1).service(minutes(5)));
        }
        for number in 0..handoffs {
            builder = builder.handoff("0", "0", |h| h.probability_for(format!("{}", number % 1000), 0.0));
        }
        builder.customers("a", |c| c.poisson(per_hour(1.0)).enter("0").class("0")).build()
    };
    assert_eq!(lines(many(2001, 0)), ["model: 2001 departments x 1000 classes must be at most 2000000"]);
    assert_eq!(
        lines(many(1, 50_000)).last().unwrap(),
        "model: (1 departments + 50000 handoffs + 0 requests + 0 detections) x 1000 classes must be at most 50000000"
    );
}

#[test]
fn lost_patience_is_a_way_out_of_a_circle() {
    let circle = |leave: bool| {
        Model::builder("circle")
            .department("a", |d| {
                let d = d.staff(1).service(minutes(5)).patience(minutes(5));
                if leave { d.renege_to("desk") } else { d.renege_to("b") }
            })
            .department("b", |d| d.staff(1).service(minutes(5)))
            .department("desk", |d| d.staff(1).service(minutes(5)))
            .handoff("a", "b", |h| h)
            .handoff("b", "a", |h| h)
            .customers("x", |c| c.poisson(per_hour(1.0)).enter("a"))
            .customers("y", |c| c.poisson(per_hour(1.0)).enter("desk"))
            .build()
    };
    circle(true).unwrap();
    assert_eq!(
        lines(circle(false)),
        ["departments `a`, `b`: cases of class `x` that come here can never leave"]
    );
}
