//! Departments, handoffs and work in place.

use knockon::model::Model;
use knockon::random::Dist;
use knockon::time::{Span, hours, minutes, per_hour};

use super::{lines, spoiled};

#[test]
fn staff_and_priority_out_of_range() {
    assert_eq!(
        spoiled(&[
            ("staff = 2", "staff = 0"),
            ("staff = 3", "staff = 100001"),
            ("priority = 1", "priority = 64")
        ]),
        [
            "class `routine`: the priority is 64, must be at most 63",
            "department `desk`: the staff is 0, must be from 1 to 100000, or infinite",
            "department `coding`: the staff is 100001, must be from 1 to 100000, or infinite",
        ]
    );
}

#[test]
fn probabilities_out_of_range() {
    assert_eq!(
        spoiled(&[
            ("probability = 0.1", "probability = -0.1"),
            (
                "probability = 0.9",
                "probability_for = [{ class = \"urgent\", probability = nan }, \
                { class = \"urgent\", probability = inf }]"
            ),
            ("share = 0.2", "share = 1.2"),
        ]),
        [
            "handoff `coding` to `desk`: the probability is -0.1, must be between 0 and 1",
            "handoff `coding` to `exit`: the probability for class `urgent` is NaN, must be between 0 and 1",
            "handoff `coding` to `exit`: the probability for class `urgent` is given more than once",
            "handoff `coding` to `exit`: the probability for class `urgent` is inf, must be between 0 and 1",
            "customers `patients`: the share of class `urgent` is 1.2, must be between 0 and 1",
        ]
    );
}

#[test]
fn two_handoffs_the_same_way() {
    assert_eq!(
        spoiled(&[(
            "to = \"exit\"\nprobability = 0.9",
            "to = \"desk\"\nprobability = 0.2\n[[handoff]]\nfrom = \"coding\"\nto = \"exit\"\nprobability = 0.7"
        )]),
        [
            "handoff `coding` to `desk`: there is an earlier handoff the same way for the same class; make them one"
        ]
    );
    let apart = Model::builder("by class")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .department("back", |d| d.staff(1).service(minutes(5)))
        .handoff("desk", "back", |h| h.probability_for("a", 1.0).transfer(hours(1)))
        .handoff("desk", "back", |h| h.probability_for("b", 1.0).transfer(hours(2)))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("b", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    apart.unwrap();
}

#[test]
fn services_missing_twice_or_for_visit_0() {
    let model = Model::builder("services")
        .department("desk", |d| {
            d.staff(1)
                .service_for("a", minutes(1))
                .service_for("a", minutes(2))
                .service_for_from_visit("b", 2, minutes(1))
                .service_from_visit(0, minutes(1))
                .service_from_visit(3, minutes(1))
        })
        .department("back", |d| d.staff(1).service_from_visit(2, minutes(1)))
        .handoff("desk", "back", |h| h.probability_for("a", 1.0))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("b", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `desk`, service time of class `a` from visit 1: it is given more than once",
            "department `desk`, service time from visit 0: visits are counted from 1",
            "department `back`: no service time for the first visit of class `a`",
        ]
    );
}

#[test]
fn broken_distributions_are_told_with_their_place() {
    let broken = || Dist::Constant { value: Span::INVALID };
    let model = Model::builder("broken")
        .department("desk", |d| {
            d.staff(1).service(broken()).service_for("people", broken()).patience(broken())
        })
        .handoff("desk", "exit", |h| h.transfer(broken()))
        .customers("people", |c| {
            c.renewal(broken())
                .enter("desk")
                .batch(Dist::Constant { value: f64::NAN })
                .size(Dist::Exponential { mean: f64::INFINITY })
        })
        .initial("desk", |w| w.class("people").remaining(broken()))
        .build();
    let lines = lines(model);
    let places = [
        "department `desk`, service time: ",
        "department `desk`, service time of class `people` from visit 1: ",
        "department `desk`, patience: ",
        "handoff `desk` to `exit`, transfer time: ",
        "initial work in `desk`, remaining time: ",
        "customers `people`, time between arrivals: ",
        "customers `people`, batch: ",
        "customers `people`, size: ",
    ];
    assert_eq!(lines.len(), places.len(), "{lines:#?}");
    for (line, place) in lines.iter().zip(places) {
        assert!(line.starts_with(place), "{line}");
    }
}

#[test]
fn capacity_and_patience_where_they_mean_nothing() {
    let model = Model::builder("queues")
        .department("desk", |d| d.staff(1).service(minutes(5)).queue_capacity(3))
        .department("back", |d| d.staff(1).service(minutes(5)).queue_capacity(3))
        .department("mail", |d| d.infinite_staff().service(minutes(5)).queue_capacity(3).patience(minutes(1)))
        .handoff("desk", "back", |h| h)
        .handoff("back", "mail", |h| h)
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `mail`: a queue capacity has no effect where the staff is infinite",
            "department `mail`: patience has no effect where the staff is infinite",
        ]
    );
}

#[test]
fn more_staff_and_more_work_in_place_than_allowed_in_all() {
    let mut builder = Model::builder("many").department("0", |d| d.infinite_staff().service(minutes(5)));
    for number in 1..=42_950 {
        builder = builder.department(format!("{number}"), |d| d.staff(100_000).service(minutes(5)));
        builder = builder.handoff(format!("{}", number - 1), format!("{number}"), |h| h);
    }
    builder = builder.customers("a", |c| c.poisson(per_hour(1.0)).enter("0"));
    for _ in 0..3 {
        builder = builder.initial("0", |w| w.class("a").cases(1 << 22));
    }
    assert_eq!(
        lines(builder.build()),
        [
            "model: all departments together have 4295000000 people, must be at most 10000000",
            "model: all initial work together has 12582912 cases, must be at most 8388608",
        ]
    );
}

#[test]
fn money_that_is_none() {
    let model = Model::builder("money")
        .class("a", |c| c.delay_cost(-1.0).lost_cost(f64::INFINITY))
        .class("b", |c| c.delay_cost(f64::NAN))
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "class `a`: the cost of delay is -1, must be a number that is not negative",
            "class `a`: the cost of a lost customer is inf, must be a number that is not negative",
            "class `b`: the cost of delay is NaN, must be a number that is not negative",
        ]
    );
}

#[test]
fn ways_out_of_a_queue_that_lead_nowhere() {
    let model = Model::builder("renege")
        .department("desk", |d| d.staff(1).service(minutes(5)).patience(minutes(1)).renege_to("desk"))
        .department("back", |d| d.staff(1).service(minutes(5)).renege_to("desk"))
        .department("last", |d| d.staff(1).service(minutes(5)).patience(minutes(1)).renege_to("bakc"))
        .handoff("desk", "back", |h| h)
        .handoff("back", "last", |h| h)
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `desk`: those who lose patience here cannot go here",
            "department `back`: nobody leaves the queue for another department without a patience",
            "department `last`: there is no department `bakc`; did you mean `back`?",
        ]
    );
}

#[test]
fn handoffs_without_a_place_or_a_purpose() {
    let model = Model::builder("blocking")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .department("back", |d| d.staff(1).service(minutes(5)).queue_capacity(0))
        .department("last", |d| d.staff(1).service(minutes(5)).queue_capacity(0))
        .handoff("desk", "back", |h| h.transfer(Dist::Exponential { mean: minutes(1) }))
        .handoff("back", "last", |h| h.transfer(minutes(0)))
        .handoff("last", "exit", |h| h.rework())
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "handoff `desk` to `back`: it takes time, so a place has to be kept in the queue of `back`, whose \
             capacity is 0",
            "handoff `last` to `exit`: who leaves is not put right: it cannot be for rework",
        ]
    );
}
