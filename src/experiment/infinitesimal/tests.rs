//! Derivatives against formulas, and against finite differences on the same draws; and models that are refused.

use crate::analysis::Study;
use crate::error::Error;
use crate::experiment::Experiment;
use crate::model::{Discipline, EXIT, Model};
use crate::random::{Dist, cv};
use crate::stats::Estimate;
use crate::time::{days, hours, minutes, per_hour};

fn covers(estimate: &Estimate, value: f64) -> bool {
    estimate.interval.is_some_and(|interval| interval.low <= value && value <= interval.high)
}

/// T = 1 / (mu - lambda), with mu = 2 and lambda = 1. Intervals of 99 %, seed 1.
#[test]
fn the_derivative_of_a_queue_is_that_of_the_formula() {
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(30))))
        .customers("visitors", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build()
        .unwrap();
    let experiment = Experiment::new(&model).horizon(days(100)).warm_up(days(5)).replications(40).level(0.99);
    let derivatives = experiment.infinitesimal().unwrap();
    let desk = derivatives.department("desk").unwrap();
    assert!(covers(&derivatives.lead_time, 1.0));
    assert!(covers(&desk.lead_time, -2.0), "{}", desk.lead_time);
    assert!(covers(&desk.lead_time_elasticity, -2.0), "{}", desk.lead_time_elasticity);
    assert!(desk.lead_time.half_width().unwrap() < 0.3, "{}", desk.lead_time);
    assert!(derivatives.department("dest").unwrap_err().to_string().contains("dest"));
    let text = serde_json::to_string(&derivatives).unwrap();
    assert_eq!(serde_json::from_str::<crate::results::Infinitesimal>(&text).unwrap(), derivatives);
    // The mean itself is that of the usual statistics.
    let usual = experiment.run().unwrap().system.lead_time.unwrap().mean;
    assert!((usual.mean - derivatives.lead_time.mean).abs() < 1e-12);
}

/// A loop and two members of staff, whose order changes all the time: product form, elasticities by central differences of
/// it. Intervals of 99 %, seed 1.
#[test]
fn the_derivatives_of_a_jackson_network_are_those_of_the_formula() {
    let model = Model::builder("network")
        .department("intake", |d| d.staff(1).service(Dist::exponential(minutes(30))))
        .department("production", |d| d.staff(2).service(Dist::exponential(minutes(60))))
        .department("check", |d| d.staff(1).service(Dist::exponential(minutes(24))))
        .handoff("intake", "production", |h| h)
        .handoff("production", "check", |h| h)
        .handoff("check", "production", |h| h.probability(0.3))
        .handoff("check", EXIT, |h| h.probability(0.7))
        .customers("orders", |c| c.poisson(per_hour(1.0)).enter("intake"))
        .build()
        .unwrap();
    let experiment =
        Experiment::new(&model).horizon(days(120)).warm_up(days(10)).replications(40).level(0.99);
    let derivatives = Study::new(experiment).infinitesimal().unwrap();
    assert!(covers(&derivatives.lead_time, 5.25), "{}", derivatives.lead_time);
    let expected = [-0.380_952_381_1, -1.712_962_965, -0.592_592_592_9];
    for (department, expected) in derivatives.departments.iter().zip(expected) {
        let elasticity = &department.lead_time_elasticity;
        assert!(covers(elasticity, expected), "{}: {elasticity}, not {expected}", department.department);
        assert!(elasticity.half_width().unwrap() < 0.2 * expected.abs(), "{elasticity}");
    }
}

/// On the same draws, a step of a thousandth of a per cent hardly changes the order of anything: the derivatives of the run are its
/// finite differences. With arrivals that are not Poisson, services that are not exponential, batches, and handoffs that
/// take time.
#[test]
fn derivatives_are_finite_differences_on_the_same_draws() {
    let model = Model::builder("line")
        .department("first", |d| d.staff(2).service(Dist::gamma(minutes(50), cv(0.5))))
        .department("always", |d| d.infinite_staff().service(Dist::uniform(minutes(10), minutes(20))))
        .department("last", |d| d.staff(1).service(Dist::lognormal(minutes(20), cv(1.2))))
        .handoff("first", "always", |h| h.transfer(minutes(15)))
        .handoff("always", "last", |h| h)
        .customers("orders", |c| {
            c.renewal(Dist::gamma(hours(1), cv(0.7))).batch(Dist::constant(2.0)).enter("first")
        })
        .build()
        .unwrap();
    let study = Study::new(Experiment::new(&model).horizon(days(20)).replications(5));
    let (derivatives, sensitivity) = (study.infinitesimal().unwrap(), study.sensitivity_with(1e-5).unwrap());
    for (own, other) in derivatives.departments.iter().zip(&sensitivity.departments) {
        let (own, other) = (own.lead_time_elasticity, other.rate.system.lead_time_elasticity.unwrap());
        assert!((own.mean / other.mean - 1.0).abs() < 2e-3, "{own}, {other}");
        assert!(
            (own.half_width().unwrap() / other.half_width().unwrap() - 1.0).abs() < 0.02,
            "{own}, {other}"
        );
    }
}

/// With staff for everybody, a lead time is the service itself.
#[test]
fn where_nobody_waits_one_per_cent_of_rate_is_one_per_cent_of_time() {
    let model = Model::builder("door")
        .department("door", |d| d.infinite_staff().service(Dist::exponential(minutes(20))))
        .customers("visitors", |c| c.poisson(per_hour(3.0)).enter("door"))
        .build()
        .unwrap();
    let derivatives = Experiment::new(&model).horizon(days(5)).replications(3).infinitesimal().unwrap();
    let elasticity = derivatives.departments[0].lead_time_elasticity;
    assert!(
        (elasticity.mean + 1.0).abs() < 1e-12 && elasticity.half_width().unwrap() < 1e-12,
        "{elasticity}"
    );
}

fn refused(model: &Model) -> Error {
    Experiment::new(model).horizon(days(1)).replications(2).infinitesimal().unwrap_err()
}

/// Every reason is told, with the thing.
#[test]
fn models_that_do_not_meet_the_conditions_are_refused() {
    let model = Model::builder("desks")
        .class("urgent", |c| c)
        .class("other", |c| c.priority(1))
        .department("front", |d| d.staff(1).service(minutes(3)).queue_capacity(5).patience(minutes(20)))
        .department("back", |d| {
            d.staff(1).service(Dist::exponential(minutes(3))).discipline(Discipline::Lifo)
        })
        .department("side", |d| d.staff(1).service(Dist::exponential(minutes(3))))
        .handoff("front", "back", |h| h.or_shorter("side"))
        .customers("urgent", |c| c.poisson(per_hour(1.0)).enter("front").size(Dist::gamma(1.0, cv(0.5))))
        .customers("other", |c| c.saturated().enter("front"))
        .build()
        .unwrap();
    let error = refused(&model);
    let told = error.to_string();
    for (thing, rule) in [
        ("classes", "there are several (`urgent`, `other`)"),
        ("department `front`", "one more or less decides"),
        ("department `front`", "who waits for too long leaves"),
        ("department `front`", "events coincide"),
        ("department `back`", "is not served first in, first out"),
        ("handoff from `front` to `back`", "goes where the fewest wait"),
        ("customers `urgent`", "cases have sizes"),
        ("customers `other`", "arrivals depend on when others are served"),
    ] {
        assert!(
            told.lines().any(|line| line.contains(thing) && line.contains(rule)),
            "{thing}: {rule}\n{told}"
        );
    }
    assert_eq!(error.defects().len(), 8, "{told}");
}

#[test]
fn who_depends_on_others_or_is_never_served_is_refused() {
    let asks = Model::builder("asks")
        .department("reps", |d| d.staff(1).service(Dist::exponential(minutes(3))))
        .department("engineering", |d| d.staff(1).service(Dist::exponential(minutes(3))))
        .request("reps", "engineering", |r| r.probability(0.5))
        .customers("orders", |c| c.poisson(per_hour(1.0)).enter("reps"))
        .build()
        .unwrap();
    assert!(refused(&asks).to_string().contains("requests: who asks stands still"));
    let late = Model::builder("late")
        .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(3))))
        .customers("orders", |c| c.schedule([days(2)]).enter("desk"))
        .build()
        .unwrap();
    assert!(refused(&late).to_string().contains("model `late`: no case is completed"), "{}", refused(&late));
}
