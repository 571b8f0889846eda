//! Departments with a rhythm of their own, and customers who come as they find it, against formulas. Estimates lie within 5
//! standard errors of what is expected; the seed is fixed.

use knockon::model::{Discipline, Model};
use knockon::prelude::*;
use knockon::results::{ClassResults, Results};
use knockon::theory::{Figures, Service};
use knockon::theory::{balking_mmc, finite_population, processor_sharing, single_vacation_mg1, vacation_mg1};

use super::assert_estimates;

fn run(model: &Model) -> Results {
    let experiment = Experiment::new(model).horizon(hours(1200)).warm_up(hours(100)).replications(16);
    experiment.seed(5).run().unwrap()
}

fn class(results: &Results) -> &ClassResults {
    results.class("callers").unwrap()
}

/// The number there, and how long a visit takes; in hours.
fn assert_agrees(results: &Results, theory: &Figures) {
    let lead_time = class(results).lead_time.as_ref().unwrap();
    assert_estimates(lead_time.mean.0, theory.sojourn_mean);
    assert_estimates(class(results).in_system, theory.number_mean);
}

#[test]
fn sharing_depends_on_the_mean_alone() {
    let model = |service: Dist| {
        Model::builder("line")
            .department("line", |d| d.staff(2).service(service).discipline(Discipline::ProcessorSharing))
            .customers("callers", |c| c.poisson(per_hour(7.0)).enter("line"))
            .build()
            .unwrap()
    };
    let theory = processor_sharing(7.0, &Service::new(0.2, 1.0), 2).unwrap();
    for service in [Dist::constant(minutes(12)), Dist::lognormal(minutes(12), cv(1.5))] {
        assert_agrees(&run(&model(service)), &theory);
    }
}

#[test]
fn vacations_add_to_the_wait() {
    let model = |once: bool| {
        Model::builder("line")
            .department("line", |d| {
                let line = d.staff(1).service(Dist::gamma(minutes(10), cv(0.5)));
                let away = Dist::exponential(minutes(15));
                if once { line.vacation_once(away) } else { line.vacation(away) }
            })
            .customers("callers", |c| c.poisson(per_hour(3.0)).enter("line"))
            .build()
            .unwrap()
    };
    let (service, away) = (Service::new(1.0 / 6.0, 0.25), Service::exponential(0.25));
    assert_agrees(&run(&model(false)), &vacation_mg1(3.0, &service, &away).unwrap());
    // Nobody comes in a vacation with a probability of 4 / (4 + 3).
    assert_agrees(&run(&model(true)), &single_vacation_mg1(3.0, &service, &away, 4.0 / 7.0).unwrap());
}

#[test]
fn a_population_comes_the_less_the_more_are_there() {
    let model = |away: Dist| {
        Model::builder("repairs")
            .department("repairs", |d| d.staff(2).service(Dist::exponential(hours(1))))
            .customers("callers", |c| c.population(9, away).enter("repairs"))
            .build()
            .unwrap()
    };
    let theory = finite_population(9, 0.25, 1.0, 2).unwrap();
    for away in [Dist::exponential(hours(4)), Dist::uniform(hours(2), hours(6))] {
        assert_agrees(&run(&model(away)), &theory);
    }
}

#[test]
fn customers_balk_by_how_many_are_there() {
    let model = Model::builder("shop")
        .department("shop", |d| {
            d.staff(1).service(Dist::exponential(minutes(6))).balking(|b| b.join([1.0]).harmonic())
        })
        .customers("callers", |c| c.poisson(per_hour(12.0)).enter("shop"))
        .build()
        .unwrap();
    let results = run(&model);
    let theory = balking_mmc(12.0, 10.0, 1, 0, |present| 1.0 / (present as f64 + 1.0)).unwrap();
    assert_estimates(class(&results).in_system, theory.number_mean);
}
