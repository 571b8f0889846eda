//! Errors: made, found, put right or not.

use knockon::model::{DepartmentBuilder, DetectionBuilder, ErrorsBuilder, Model, ModelBuilder};
use knockon::random::Dist;
use knockon::time::{Span, days, minutes, per_hour};

use super::lines;

/// Registration, whose errors billing may find.
fn billing(
    registration: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder,
    billing: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder,
) -> ModelBuilder {
    Model::builder("billing")
        .department("registration", |d| registration(d.staff(1).service(minutes(5))))
        .department("billing", |d| billing(d.staff(1).service(minutes(5))))
        .handoff("registration", "billing", |h| h)
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("registration"))
}

#[test]
fn errors_out_of_range_or_left_out() {
    let model = billing(
        |d| {
            d.errors(|e| {
                e.probability(-0.1)
                    .probability_for("poeple", 0.5)
                    .if_defective(1.5)
                    .after_guess(f64::NAN)
                    .cost(-1.0)
                    .complaint("registrations", |c| c.class("anger").after(days(1)))
            })
        },
        |d| d.errors(|e| e),
    );
    assert_eq!(
        lines(model.build()),
        [
            "department `registration`: nothing is said about a complaint: give `probability`",
            "department `registration`, errors: the probability is -0.1, must be between 0 and 1",
            "department `registration`, errors: there is no class `poeple`; did you mean `people`?",
            "department `registration`, errors: the probability of a defective case is 1.5, must be between 0 and 1",
            "department `registration`, errors: the probability after a guess is NaN, must be between 0 and 1",
            "department `registration`, errors: the cost of a defect is -1, must be a number that is not negative",
            "department `registration`, errors: there is no department `registrations`; did you mean `registration`?",
            "department `registration`, errors: there is no class `anger`",
            "department `billing`, errors: no probability is given",
        ]
    );
}

#[test]
fn complaints_out_of_range() {
    let broken = Dist::Constant { value: Span::INVALID };
    let model = billing(
        |d| d.errors(|e| e.probability(0.1).complaint("registration", |c| c.probability(2.0).after(broken))),
        |d| d.errors(|e| e.probability(0.1).complaint("billing", |c| c.probability(0.5))),
    );
    let lines = lines(model.build());
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert_eq!(lines[0], "department `billing`: nothing is said about a complaint: give `after`");
    assert_eq!(
        lines[1],
        "department `registration`, errors: the probability of a complaint is 2, must be between 0 and 1"
    );
    assert!(lines[2].starts_with("department `registration`, errors, time to a complaint: "), "{}", lines[2]);
}

#[test]
fn detections_of_nothing_twice_and_out_of_range() {
    let broken = Dist::Constant { value: Span::INVALID };
    let model = billing(
        |d| d.detects(|f| f).errors(|e| e.probability(0.1)),
        |d| {
            d.detects(|f| f.made_by("billing"))
                .detects(|f| f.made_by("registration").probability(1.1))
                .detects(|f| f.made_by("registration").send_to("audit"))
                .detects(|f| f.made_by("registry"))
                .detects(|f| f.transfer(broken))
                .detects(|f| f.turn_away())
        },
    );
    let lines = lines(model.build());
    let expected = [
        "department `billing`: it finds errors of `billing`, which makes none",
        "department `billing`: the probability of a detection is 1.1, must be between 0 and 1",
        "department `billing`: the detection of errors of `registration` is given more than once",
        "department `billing`: there is no department `audit`",
        "department `billing`: there is no department `registry`",
        "department `billing`: it finds the errors of everybody else, but nobody else makes any",
        "department `billing`, transfer time of what is found: ",
        "department `billing`: the detection of errors of everybody else is given more than once",
        "department `billing`: it finds the errors of everybody else, but nobody else makes any",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    lines.iter().zip(expected).for_each(|(line, start)| assert!(line.starts_with(start), "{line}"));
}

#[test]
fn detections_where_nobody_makes_errors() {
    let model = billing(|d| d, |d| d.detects(|f| f));
    assert_eq!(
        lines(model.build()),
        ["department `billing`: it finds the errors of everybody else, but nobody else makes any"]
    );
}

#[test]
fn more_makers_of_errors_than_allowed() {
    let mut builder = Model::builder("many");
    for number in 0..65 {
        builder = builder.department(format!("{number}"), |d| {
            d.staff(1).service(minutes(5)).errors(|e| e.probability(0.1)).detects(|f| f)
        });
        if number > 0 {
            builder = builder.handoff(format!("{}", number - 1), format!("{number}"), |h| h);
        }
    }
    let model = builder.customers("a", |c| c.poisson(per_hour(1.0)).enter("0"));
    assert_eq!(lines(model.build()), ["model: 65 departments make errors, must be at most 64"]);
}

/// Errors of registration that are always made with this probability, found with that, and then so.
fn found(
    made: f64,
    probability: f64,
    then: impl FnOnce(DetectionBuilder) -> DetectionBuilder,
) -> Result<Model, knockon::Error> {
    billing(
        |d| d.errors(|e| e.probability(made)),
        |d| d.detects(|f| then(f.made_by("registration").probability(probability))),
    )
    .build()
}

#[test]
fn errors_that_are_made_and_found_for_ever() {
    let endless = [
        "department `billing`: an error of `registration` on cases of class `people` is found here for certain, \
         again and again: they never leave",
    ];
    assert_eq!(lines(found(1.0, 1.0, |f| f)), endless);
    assert_eq!(lines(found(1.0, 1.0, |f| f.along())), endless);
    assert_eq!(lines(found(1.0, 1.0, |f| f.send_to("registration"))), endless);
    // Nobody puts it right here, and it is found again.
    assert_eq!(lines(found(0.1, 1.0, |f| f.send_to("billing"))), endless);
    found(0.9, 1.0, |f| f).unwrap();
    found(1.0, 0.9, |f| f).unwrap();
    found(1.0, 1.0, |f| f.turn_away()).unwrap();
    found(0.1, 0.9, |f| f.send_to("billing")).unwrap();
}

#[test]
fn errors_that_are_found_for_ever_but_not_by_all_ways() {
    let audited = |back_to: &str, rework: bool| {
        billing(
            |d| d.errors(|e| e.probability(0.1)),
            |d| d.detects(|f| f.made_by("registration").send_to("audit")),
        )
        .department("audit", |d| d.staff(1).service(minutes(5)))
        .handoff("audit", back_to, |h| if rework { h.rework() } else { h })
        .build()
    };
    assert_eq!(lines(audited("billing", false)).len(), 1);
    audited("exit", false).unwrap();
    // Served by registration, it still has the defect, unless it came back for that.
    assert_eq!(lines(audited("registration", false)).len(), 1);
    audited("registration", true).unwrap();
}

#[test]
fn returns_and_lost_patience_without_time() {
    let instant = |then: fn(DetectionBuilder) -> DetectionBuilder, patience: u32| {
        Model::builder("instant")
            .department("maker", |d| d.staff(1).service(minutes(0)).errors(|e| e.probability(0.5)))
            .department("finder", |d| {
                d.staff(1).service(minutes(0)).detects(|f| then(f.made_by("maker").probability(0.5)))
            })
            .department("a", |d| d.staff(1).service(minutes(5)).patience(minutes(patience)).renege_to("b"))
            .department("b", |d| d.staff(1).service(minutes(5)).patience(minutes(0)).renege_to("a"))
            .handoff("maker", "finder", |h| h)
            .handoff("finder", "a", |h| h)
            .customers("people", |c| c.poisson(per_hour(1.0)).enter("maker"))
            .build()
    };
    let rule = "a loop without time for class `people`: neither service nor transfer takes any";
    let mut both =
        [format!("departments `maker`, `finder`: {rule}"), format!("departments `a`, `b`: {rule}")];
    let mut found = lines(instant(|f| f, 0));
    both.sort();
    found.sort();
    assert_eq!(found, both);
    assert_eq!(lines(instant(|f| f, 1)), [format!("departments `maker`, `finder`: {rule}")]);
    assert_eq!(
        lines(instant(|f| f.transfer(minutes(1)).along(), 0)),
        [format!("departments `a`, `b`: {rule}")]
    );
    instant(|f| f.turn_away(), 1).unwrap();
}

#[test]
fn complaints_that_never_end() {
    let complaining = |errors: fn(ErrorsBuilder) -> ErrorsBuilder, finds: f64| {
        billing(|d| d.errors(errors), |d| d.detects(|f| f.probability(finds).turn_away())).build()
    };
    let certain: fn(ErrorsBuilder) -> ErrorsBuilder =
        |e| e.probability(1.0).complaint("registration", |c| c.probability(1.0).after(days(1)));
    assert_eq!(
        lines(complaining(certain, 0.0)),
        [
            "department `registration`: complaints without end: each of class `people` is certain to bring on another"
        ]
    );
    complaining(certain, 0.1).unwrap();
    complaining(|e| e.probability(0.9).complaint("registration", |c| c.probability(1.0).after(days(1))), 0.0)
        .unwrap();
    complaining(|e| e.probability(1.0).complaint("registration", |c| c.probability(0.9).after(days(1))), 0.0)
        .unwrap();
    // Billing makes no errors: the complaint ends there.
    complaining(|e| e.probability(1.0).complaint("billing", |c| c.probability(1.0).after(days(1))), 0.0)
        .unwrap();
}

#[test]
fn classes_that_only_come_by_returns_and_complaints() {
    // Cases come to registration as new ones only; billing sees them as old.
    let model = Model::builder("classes")
        .class("old", |c| c)
        .class("angry", |c| c)
        .department("registration", |d| {
            d.staff(1).service_for("new", minutes(5)).errors(|e| {
                e.probability(0.1).complaint("desk", |c| c.probability(0.5).after(days(1)).class("angry"))
            })
        })
        .department("billing", |d| {
            d.staff(1)
                .service(minutes(5))
                .detects(|f| f.probability(0.5))
                .patience(minutes(30))
                .renege_to("helpline")
        })
        .department("desk", |d| d.staff(1).service_for("new", minutes(5)))
        .department("helpline", |d| d.staff(1).service_for("new", minutes(5)))
        .handoff("registration", "billing", |h| h.becomes("old"))
        .customers("new", |c| c.poisson(per_hour(1.0)).enter("registration"));
    assert_eq!(
        lines(model.build()),
        [
            "department `registration`: no service time for the first visit of class `old`",
            "department `desk`: no service time for the first visit of class `angry`",
            "department `helpline`: no service time for the first visit of class `old`",
        ]
    );
}
