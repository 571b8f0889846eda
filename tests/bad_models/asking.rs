//! Requests.

use knockon::model::{During, Model, ModelBuilder};
use knockon::random::Dist;
use knockon::time::{Span, minutes, per_hour};

use super::lines;

/// Reps whose cases wait for answers of engineering, which has nothing else to do.
fn orders() -> ModelBuilder {
    Model::builder("orders")
        .department("reps", |d| d.staff(1).service(minutes(5)))
        .department("engineering", |d| d.staff(1).service(minutes(5)))
        .customers("orders", |c| c.poisson(per_hour(1.0)).enter("reps"))
}

#[test]
fn a_department_that_only_answers_is_fine() {
    orders().request("reps", "engineering", |r| r).build().unwrap();
    assert_eq!(lines(orders().build()), ["department `engineering`: no case ever comes here"]);
    // However likely it is: scenarios may set the probability to 0.
    orders().request("reps", "engineering", |r| r.probability(0.0)).build().unwrap();
    // Not even a service time is needed where every request has its own.
    let own = |needs: bool| {
        Model::builder("own")
            .department("reps", |d| d.staff(1).service(minutes(5)))
            .department("experts", |d| d.staff(1))
            .customers("orders", |c| c.poisson(per_hour(1.0)).enter("reps"))
            .request("reps", "experts", |r| r.service(minutes(3)))
            .request("reps", "experts", |r| {
                let second = r.name("second").at(1.0);
                if needs { second } else { second.service(minutes(1)) }
            })
            .build()
    };
    own(false).unwrap();
    let never = |needs: bool| {
        Model::builder("never")
            .department("reps", |d| d.staff(1).service(minutes(5)))
            .department("experts", |d| d.staff(1))
            .customers("orders", |c| c.poisson(per_hour(1.0)).enter("reps"))
            .request("reps", "experts", |r| {
                let never = r.probability(0.0);
                if needs { never } else { never.service(minutes(3)) }
            })
            .build()
    };
    never(false).unwrap();
    assert_eq!(lines(never(true)), ["department `experts`: it has no service time"]);
    assert_eq!(lines(own(true)), ["department `experts`: it has no service time"]);
}

#[test]
fn names_of_requests() {
    let model = orders()
        .request("reps", "engineering", |r| r.probability(0.1))
        .request("reps", "engineering", |r| r.probability(0.1).at(1.0))
        .request("reps", "engineering", |r| r.name("help").probability(0.1))
        .request("reps", "reps", |r| r.name("help").probability(0.1))
        .request("reps", "engineering", |r| r.name("").probability(0.1))
        .request("reps", "engineering", |r| r.name(" ").probability(0.1));
    assert_eq!(
        lines(model.build()),
        [
            "request `reps asks engineering`: there is another of this name; give each a name of its own",
            "request `help`: there is another of this name; give each a name of its own",
            "request ``: the name is empty",
            "request ` `: the name is blank",
        ]
    );
}

#[test]
fn unknown_names_in_requests() {
    let model = orders()
        .request("rep", "enginering", |r| r.class("query").probability_for("order", 0.5))
        .request("reps", "engineering", |r| r);
    assert_eq!(
        lines(model.build()),
        [
            "request `rep asks enginering`: there is no department `rep`; did you mean `reps`?",
            "request `rep asks enginering`: there is no department `enginering`; did you mean `engineering`?",
            "request `rep asks enginering`: there is no class `order`; did you mean `orders`?",
            "request `rep asks enginering`: there is no class `query`",
        ]
    );
}

#[test]
fn numbers_of_requests_out_of_range() {
    let broken = || Dist::Constant { value: Span::INVALID };
    let model = orders().request("reps", "engineering", |r| {
        r.probability(1.1)
            .probability_for("orders", -0.1)
            .probability_for("orders", 0.1)
            .at(1.5)
            .priority(64)
            .standard(Span::ZERO)
            .service(broken())
            .transfer(broken())
            .answer_transfer(broken())
            .longest_wait(broken())
    });
    let lines = lines(model.build());
    let expected = [
        "request `reps asks engineering`: the probability is 1.1, must be between 0 and 1",
        "request `reps asks engineering`: the probability for class `orders` is -0.1, must be between 0 and 1",
        "request `reps asks engineering`: the probability for class `orders` is given more than once",
        "request `reps asks engineering`: the share of the service before it is 1.5, must be between 0 and 1",
        "request `reps asks engineering`: the priority is 64, must be at most 63",
        "request `reps asks engineering`, service time: ",
        "request `reps asks engineering`, transfer time: ",
        "request `reps asks engineering`, transfer time of the answer: ",
        "request `reps asks engineering`, longest wait: ",
        "request `reps asks engineering`: the standard is 0s, must be positive and at most ",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    lines.iter().zip(expected).for_each(|(line, start)| assert!(line.starts_with(start), "{line}"));
}

#[test]
fn answers_without_a_service_time_for_the_class() {
    let model = Model::builder("classes")
        .class("query", |c| c)
        .department("reps", |d| d.staff(1).service(minutes(5)))
        .department("experts", |d| d.staff(1).service_for("a", minutes(5)))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("reps"))
        .customers("b", |c| c.poisson(per_hour(1.0)).enter("reps"))
        .request("reps", "experts", |r| r.probability_for("a", 1.0).probability_for("b", 0.5))
        .request("reps", "experts", |r| r.name("own time").class("query").service(minutes(1)))
        .request("experts", "reps", |r| r.during(During::Requests).probability_for("query", 0.5).class("b"))
        .request("experts", "experts", |r| r.during(During::Both).probability_for("query", 0.1));
    assert_eq!(
        lines(model.build()),
        ["department `experts`: no service time for the first visit of classes `query`, `b`"]
    );
}

#[test]
fn questions_that_never_end() {
    let circle = |probability: f64, during: During| {
        orders()
            .request("reps", "engineering", |r| r.during(During::Both))
            .request("engineering", "reps", move |r| r.during(during).probability(probability))
            .build()
    };
    let endless = |more: &str| {
        format!(
            "departments `reps`, `engineering`: requests of class `orders` without end: each that is answered \
             brings on {more} more on average, must be less than 1"
        )
    };
    assert_eq!(lines(circle(1.0, During::Both)), [endless("1")]);
    assert_eq!(lines(circle(1.0, During::Requests)), [endless("1")]);
    circle(0.99, During::Both).unwrap();
    circle(1.0, During::Cases).unwrap();

    // To itself: twice with 0.6, and once.
    let itself = |probability: f64| {
        orders()
            .request("reps", "engineering", |r| r)
            .request("engineering", "engineering", move |r| {
                r.name("first").during(During::Both).probability(probability)
            })
            .request("engineering", "engineering", move |r| {
                r.name("second").during(During::Requests).probability(probability)
            })
            .build()
    };
    assert_eq!(
        lines(itself(0.6)),
        [
            "department `engineering`: requests of class `orders` without end: each that is answered brings on \
             1.2 more on average, must be less than 1"
        ]
    );
    itself(0.49).unwrap();
}
