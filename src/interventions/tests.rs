//! What interventions make of a model, field by field; what does not fit; and that they are plain values.

use super::{Intervention, Introduction};
use crate::model::{Acts, Asking, Model, Outage, Policy, Source, Staff, Supply};
use crate::prelude::*;
use crate::random::Dist;

fn model() -> Model {
    Model::builder("orders")
        .department("reps", |d| d.staff(2).service(Dist::gamma(minutes(10), cv(0.5))))
        .department("engineering", |d| d.staff(1).service(Dist::exponential(minutes(30))))
        .request("reps", "engineering", |r| r.probability(0.3).at(0.5))
        .customers("orders", |c| c.poisson(per_hour(3.0)).enter("reps"))
        .build()
        .unwrap()
}

fn changed(change: Intervention) -> Model {
    model().with(&[change]).unwrap()
}

fn refused(change: Intervention) -> String {
    model().with(&[change]).unwrap_err().to_string()
}

#[test]
fn people_come_and_go() {
    assert_eq!(changed(Intervention::add_staff("reps", 3)).departments[0].staff, Staff::Count(5));
    assert_eq!(changed(Intervention::add_staff("reps", -1)).departments[0].staff, Staff::Count(1));
    assert!(refused(Intervention::add_staff("reps", -3)).contains("has not so many people"));
    assert!(
        refused(Intervention::add_staff("nobody", 1)).contains("no department or pool is called `nobody`")
    );
    let hired = Intervention::AddStaff { to: "reps".into(), count: 1, cost: 500.0 };
    assert_eq!(changed(hired).expenses[0].amount, 500.0);
    let outage = changed(Intervention::outage("reps", days(1), hours(4))).departments[0].outages.clone();
    assert_eq!(outage, [Outage { at: days(1), lasts: hours(4), staff: None }]);
}

#[test]
fn a_course_takes_people_and_then_has_its_effect() {
    let introduction = Introduction { at: days(2), lasts: days(3), staff: 1, cost: 900.0 };
    let course = Intervention::Training {
        department: "reps".into(),
        service_factor: 0.8,
        cv_factor: 0.5,
        error_factor: 0.5,
        introduction,
    };
    let reps = &changed(course).departments[0];
    let period = &reps.periods[0];
    assert_eq!((period.from, period.until), (days(5), None));
    assert_eq!((period.service_factor, period.error_factor), (0.8, 0.5));
    assert_eq!(period.service, Some(Dist::gamma(minutes(10), cv(0.25))));
    assert_eq!(reps.outages, [Outage { at: days(2), lasts: days(3), staff: Some(1) }]);
    let wrong = Intervention::Training {
        department: "engineering".into(),
        service_factor: 1.0,
        cv_factor: 0.5,
        error_factor: 1.0,
        introduction,
    };
    assert!(refused(wrong).contains("no coefficient of variation"));
    let twice = [
        Intervention::training("reps", 0.9, introduction),
        Intervention::training("reps", 0.9, introduction),
    ];
    assert!(model().with(&twice).unwrap_err().to_string().contains("another period"));
}

/// Whatever people do in a service is faster: cases, answers and orders. Setups are no services.
#[test]
fn all_services_of_a_department_are_scaled() {
    let model = Model::builder("orders")
        .department("reps", |d| d.staff(2).service(Dist::constant(minutes(10))))
        .department("engineering", |d| d.staff(1).service(Dist::constant(minutes(30))).setup(minutes(4)))
        .request("reps", "engineering", |r| r.probability(0.3).service(Dist::constant(minutes(5))))
        .request("engineering", "reps", |r| r.probability(0.1).service(Dist::constant(minutes(5))))
        .customers("orders", |c| c.poisson(per_hour(3.0)).enter("reps"))
        .build()
        .unwrap();
    let changed = model.with(&[Intervention::scale_service("engineering", 0.5)]).unwrap();
    let [reps, engineering] = &changed.departments[..] else { panic!("two departments") };
    let half = |time: u32| Some(Dist::constant(minutes(time)).scaled(0.5));
    assert_eq!((&engineering.service, &changed.requests[0].service), (&half(30), &half(5)));
    assert_eq!(engineering.setup, model.departments[1].setup);
    assert_eq!((reps, &changed.requests[1]), (&model.departments[0], &model.requests[1]));
}

#[test]
fn errors_become_fewer() {
    let model = Model::builder("forms")
        .department("desk", |d| {
            d.staff(1).service(Dist::constant(minutes(5))).errors(|e| e.probability(0.2).if_defective(0.8))
        })
        .department("check", |d| {
            d.staff(1).service(Dist::constant(minutes(5))).detects(|d| d.made_by("desk"))
        })
        .handoff("desk", "check", |h| h)
        .customers("forms", |c| c.poisson(per_hour(3.0)).enter("desk"))
        .build()
        .unwrap();
    let errors = |factor: f64| {
        let changed = model.with(&[Intervention::scale_errors("desk", factor)]).unwrap();
        let errors = changed.departments[0].errors.clone().unwrap();
        (errors.probability.unwrap(), errors.if_defective.unwrap(), errors.after_guess)
    };
    assert_eq!(errors(0.5), (0.1, 0.4, None));
    assert_eq!(errors(2.0), (0.4, 1.0, None));
    for (change, rule) in [
        (Intervention::scale_errors("check", 0.5), "`check` makes no errors"),
        (Intervention::scale_errors("desk", -0.5), "the factor is -0.5, must be finite and at least 0"),
        (Intervention::scale_errors("desks", 0.5), "no department is called `desks`"),
    ] {
        let error = model.with(&[change]).unwrap_err().to_string();
        assert!(error.contains(rule), "{error}");
    }
}

#[test]
fn requests_change() {
    let request = "reps asks engineering";
    let freed = changed(Intervention::FreeWhileWaiting { request: request.into() });
    assert_eq!(freed.requests[0].staff, Asking::Freed);
    let acts = Some(Acts { before: hours(1), priority: 0, compliance: 1.0 });
    let standard =
        Intervention::RequestStandard { request: request.into(), within: hours(4), acts, cost: 0.0 };
    let both = [standard, Intervention::SetCompliance { of: request.into(), compliance: 0.5, cost: 0.0 }];
    let changed = model().with(&both).unwrap();
    assert_eq!(changed.requests[0].standard, Some(hours(4)));
    assert_eq!(changed.requests[0].acts.as_ref().unwrap().compliance, 0.5);
    let none = Intervention::SetCompliance { of: "reps".into(), compliance: 0.5, cost: 0.0 };
    assert!(refused(none).contains("has a standard that acts"));
}

#[test]
fn a_surge_is_a_stream_of_its_own() {
    let surge = changed(Intervention::surge("orders", days(1), days(2), 1.5));
    let stream = &surge.streams[1];
    assert_eq!((stream.name.as_str(), stream.class.as_deref()), ("orders (surge)", Some("orders")));
    assert_eq!((stream.from, stream.until), (Some(days(1)), Some(days(3))));
    assert!(matches!(&stream.arrivals, crate::model::Arrivals::Poisson { rate } if rate.per_hour() == 1.5));
    assert!(refused(Intervention::surge("orders", days(1), days(2), 0.5)).contains("must be above 1"));
}

#[test]
fn places_are_changed_both_ways() {
    let introduction = Introduction { at: days(1), lasts: days(1), staff: 1, cost: 0.0 };
    let change = Intervention::ChangePlaces {
        between: ["reps".into(), "engineering".into()],
        speed: 0.5,
        service_factor: 0.9,
        error_factor: 1.0,
        introduction,
    };
    let changed = changed(change);
    for (department, other) in [(0, "engineering"), (1, "reps")] {
        let department = &changed.departments[department];
        assert_eq!(department.helpers[0].from, other);
        assert_eq!(department.periods[0].from, days(2));
        assert_eq!(department.outages.len(), 1);
    }
}

#[test]
fn all_that_does_not_fit_is_told_at_once() {
    let supply = Supply {
        policy: Policy::Alert { at: 1, quantity: 5 },
        source: Source::Outside { lead_time: Dist::constant(hours(1)) },
    };
    let changes = [
        Intervention::AddSupply { stock: "gowns".into(), supply },
        Intervention::scale_service("back", 0.5),
        Intervention::SetPriority { class: "vip".into(), priority: 0 },
    ];
    let error = model().with(&changes).unwrap_err();
    assert_eq!(error.defects().len(), 3);
    // And what the changed model breaks is told as of any model.
    assert!(refused(Intervention::scale_service("reps", -1.0)).contains("reps"));
}

#[test]
fn interventions_are_plain_values() {
    let text = r#"[{ "add-staff": { "to": "reps", "count": 1 } },
        { "service-standard": { "department": "engineering", "within": "4h", "acts": { "before": "1h" } } },
        { "outage": { "of": "reps", "at": "1d", "lasts": "2h" } }]"#;
    let changes: Vec<Intervention> = serde_json::from_str(text).unwrap();
    let again = serde_json::to_string(&changes).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Intervention>>(&again).unwrap(), changes);
    assert_eq!(model().with(&changes).unwrap().departments[1].standards[0].within, hours(4));
}
