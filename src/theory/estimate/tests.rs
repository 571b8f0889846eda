//! Known queues as models, and models at random.

mod entangled;
mod properties;
mod ruled;
mod rules;
mod special;
mod twisted;

use super::*;
use crate::model::{DepartmentBuilder, Discipline, ModelBuilder};
use crate::random::{Dist, cv};
use crate::theory::tests::near;
use crate::time::{hours, per_hour};

fn exponential(mean: f64) -> Dist {
    Dist::exponential(hours(mean))
}

/// One department that customers come to at `rate` per hour.
fn desk(rate: f64, describe: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder) -> Model {
    let builder = Model::builder("desk").department("desk", describe);
    builder.customers("all", |c| c.poisson(per_hour(rate)).enter("desk")).build().unwrap()
}

/// The figures of a department.
#[track_caller]
fn figures(model: &Model, department: usize) -> Figures {
    let estimate = estimate(model).unwrap();
    match &estimate.departments[department].figures {
        Estimated::Value(figures) => figures.clone(),
        Estimated::NotApplicable(why) => panic!("{why}"),
    }
}

#[track_caller]
fn exact(model: &Model, department: usize) -> Figures {
    let figures = figures(model, department);
    assert_eq!(figures.exactness, Exactness::Exact);
    figures
}

/// What makes figures approximate.
#[track_caller]
fn source(exactness: &Exactness) -> &str {
    match exactness {
        Exactness::Exact => panic!("exact"),
        Exactness::Approximate { source } => source,
    }
}

#[track_caller]
fn refused(model: &Model, department: usize) -> String {
    let estimate = estimate(model).unwrap();
    estimate.departments[department].figures.reason().expect("figures").to_owned()
}

#[track_caller]
fn lead(model: &Model, class: usize) -> Completed {
    estimate(model).unwrap().classes[class].completed.value().expect("no lead time").clone()
}

/// Kleinrock, Queueing Systems vol. 1 (1975) ch. 3 and 5; Gross and others for M/M/3.
#[test]
fn one_department_without_losses() {
    let mm1 = exact(&desk(0.8, |d| d.staff(1).service(exponential(1.0))), 0);
    near(mm1.wait_mean, 4.0, 1e-9);
    near(mm1.wait_variance.unwrap(), 24.0, 1e-9);
    near(mm1.no_wait_probability.unwrap(), 0.2, 1e-9);
    near(mm1.number_mean, 4.0, 1e-9);
    let mm3 = exact(&desk(2.4, |d| d.staff(3).service(exponential(1.0))), 0);
    near(mm3.wait_mean, 1.078651685, 1e-9);
    let uniform = exact(&desk(0.25, |d| d.staff(1).service(Dist::uniform(hours(1), hours(5)))), 0);
    near(uniform.wait_mean, 5.166666667, 1e-9);
    let gamma = exact(&desk(0.02, |d| d.staff(1).service(Dist::gamma(hours(40), cv(0.75)))), 0);
    near(gamma.wait_mean, 125.0, 1e-9);
    for discipline in [Discipline::Lifo, Discipline::Random, Discipline::EarliestDueDate] {
        let other =
            exact(&desk(0.7, |d| d.staff(1).service(Dist::erlang(2, hours(1))).discipline(discipline)), 0);
        near(other.wait_mean, 1.75, 1e-9);
        assert_eq!(other.wait_variance, None);
    }
    let delay = exact(&desk(4.0, |d| d.infinite_staff().service(Dist::lognormal(hours(2.5), cv(0.8)))), 0);
    near(delay.number_mean, 10.0, 1e-9);
    let several = figures(&desk(1.6, |d| d.staff(2).service(Dist::constant(hours(1)))), 0);
    // Crommelin (1932).
    near(several.wait_mean, 0.9032838794, 0.02);
    assert_eq!(source(&several.exactness), "Whitt (1983, 1993).");
}

/// Gross and others, finite queues and loss systems; Palm (1957) and Garnett and others (2002).
#[test]
fn one_department_with_losses() {
    let limited = exact(&desk(2.5, |d| d.staff(2).service(exponential(1.0)).queue_capacity(3)), 0);
    near(limited.loss_probability, 0.283652537, 1e-9);
    near(limited.wait_mean, 0.8299543842, 1e-9);
    near(limited.utilization, 0.8954343288, 1e-9);
    let service = Dist::lognormal(hours(1), cv(1.5));
    let none_wait = exact(&desk(4.0, |d| d.staff(6).service(service).queue_capacity(0)), 0);
    near(none_wait.loss_probability, 0.1171624714, 1e-9);
    near(none_wait.number_mean, 3.531350114, 1e-9);
    near(none_wait.sojourn_variance.unwrap(), 2.25, 1e-9);
    let impatient = desk(3.5, |d| d.staff(3).service(exponential(1.0)).patience(exponential(2.0)));
    let figures = exact(&impatient, 0);
    near(figures.loss_probability, 0.2471821677, 1e-9);
    near(figures.wait_mean, 0.4768692727, 1e-9);
    near(figures.number_mean, 4.365137587, 1e-9);
    let completed = lead(&impatient, 0);
    near(completed.throughput, 2.634862413, 1e-9);
    near(completed.lead_time_mean, 1.4768692727, 1e-9);
    let overload = &overloads(&impatient).unwrap()[0];
    near(overload.traffic_intensity.unwrap(), 3.5 / 3.0, 1e-9);
    assert_eq!(overload.consequence, Consequence::CustomersLost);
}

/// Kleinrock (1975) ch. 6; Gross and others, bulk arrivals.
#[test]
fn one_stream_that_is_not_poisson() {
    let fed = |describe: fn(crate::model::StreamBuilder) -> crate::model::StreamBuilder| {
        let builder = Model::builder("m").department("desk", |d| d.staff(1).service(exponential(1.0)));
        builder.customers("all", |c| describe(c.enter("desk"))).build().unwrap()
    };
    let constant = exact(&fed(|c| c.renewal(hours(1.25))), 0);
    near(constant.wait_mean, 1.69273084, 1e-8);
    near(constant.no_wait_probability.unwrap(), 0.3713702035, 1e-9);
    let branches = [(0.8, hours(0.6)), (0.2, hours(4))];
    let mixed = fed(|c| c.renewal(Dist::hyperexponential([(0.8, hours(0.6)), (0.2, hours(4))])));
    near(exact(&mixed, 0).wait_mean, 7.828071611, 1e-8);
    let as_mixture = branches.map(|(weight, mean)| (weight, Dist::exponential(mean)));
    let mut same = mixed.clone();
    same.streams[0].arrivals = crate::model::Arrivals::Renewal { interarrival: Dist::mixture(as_mixture) };
    near(exact(&same, 0).wait_mean, 7.828071611, 1e-8);
    let erlang_1 = exact(&fed(|c| c.renewal(Dist::erlang(1, hours(1.25)))), 0);
    near(erlang_1.wait_mean, 4.0, 1e-9);
    let lognormal = figures(&fed(|c| c.renewal(Dist::lognormal(hours(1.25), cv(0.5)))), 0);
    assert!((1.69..4.0).contains(&lognormal.wait_mean));
    source(&lognormal.exactness);
    let threes = exact(&fed(|c| c.poisson(per_hour(0.25)).batch(Dist::constant(3.0))), 0);
    near(threes.wait_mean, 7.0, 1e-9);
    near(threes.number_mean, 6.0, 1e-9);
    let rounded = figures(&fed(|c| c.poisson(per_hour(0.25)).batch(Dist::uniform(1.0, 4.0))), 0);
    assert_eq!(source(&rounded.exactness), "Burke (1975). Batch sizes are taken before they are rounded.");
}

/// Transforms against numerical integration of s exp(-s x) F(x).
#[test]
fn transforms_are_those_of_the_distribution_function() {
    let (low, high) = (crate::time::Span::from_ticks(2_000), crate::time::Span::from_ticks(9_000));
    let each = [
        Dist::uniform(low, high),
        Dist::exponential(high),
        Dist::erlang(3, high),
        Dist::gamma(high, cv(0.7)),
        Dist::hyperexponential_cv(high, cv(2.0)),
        Dist::mixture([(2.0, Dist::exponential(low)), (1.0, Dist::uniform(low, high))]),
        Dist::exponential(low).shifted(high),
        Dist::erlang(2, low).scaled(1.7),
    ];
    for dist in each {
        for s in [1e-5, 1e-4, 5e-4] {
            let step = 5e-4;
            let integral: f64 = (0..80_000)
                .map(|i| (f64::from(i) + 0.5) * step)
                .map(|u| step * (-u).exp() * dist.cdf(u / s))
                .sum();
            near(service::transform(&dist, s).unwrap(), integral, 1e-6);
        }
    }
    let discrete = service::transform(&Dist::discrete([(low, 0.25), (high, 0.75)]), 1e-4).unwrap();
    near(discrete, 0.25 * (-0.2_f64).exp() + 0.75 * (-0.9_f64).exp(), 1e-12);
}

fn two_ranks() -> ModelBuilder {
    Model::builder("ranks")
        .class("p0", |c| c.priority(0))
        .class("p1", |c| c.priority(1))
        .customers("p0", |c| c.poisson(per_hour(0.3)).enter("desk"))
        .customers("p1", |c| c.poisson(per_hour(0.4)).enter("desk"))
}

/// Cobham (1954); Kleinrock, Queueing Systems vol. 2 (1976) ch. 3.
#[test]
fn ranks() {
    let service = |d: DepartmentBuilder| d.service(exponential(1.0)).service_for("p1", hours(1.2));
    let one = two_ranks().department("desk", |d| service(d.staff(1))).build().unwrap();
    assert_eq!(exact(&one, 0).utilization, exact(&one, 0).traffic_intensity);
    let classes = estimate(&one).unwrap().departments[0].classes.clone();
    near(classes[0].wait_mean, 0.84, 1e-9);
    near(classes[1].wait_mean, 3.818181818, 1e-9);
    near(lead(&one, 0).lead_time_mean, 1.84, 1e-9);
    near(lead(&one, 1).lead_time_mean, 5.018181818, 1e-9);
    assert_eq!(lead(&one, 1).exactness, Exactness::Exact);

    let mut two = two_ranks().department("desk", |d| d.staff(2).service(exponential(1.0))).build().unwrap();
    for (stream, rate) in two.streams.iter_mut().zip([0.5, 1.1]) {
        stream.arrivals = crate::model::Arrivals::Poisson { rate: per_hour(rate) };
    }
    near(lead(&two, 0).lead_time_mean, 1.4740740741, 1e-9);
    near(lead(&two, 1).lead_time_mean, 3.37037037, 1e-9);
    two.departments[0].ignore_priority = true;
    near(lead(&two, 0).lead_time_mean, lead(&two, 1).lead_time_mean, 1e-12);
    two.departments[0].ignore_priority = false;
    two.departments[0].service = Some(Dist::constant(hours(1)));
    assert_eq!(source(&figures(&two, 0).exactness), "Whitt (1983), Bondi and Buzen (1984).");
}

/// Jackson (1957, 1963): three departments with rework.
fn intake_production_check() -> ModelBuilder {
    Model::builder("jackson")
        .department("intake", |d| d.staff(1).service(exponential(0.5)))
        .department("production", |d| d.staff(2).service(exponential(1.0)))
        .department("check", |d| d.staff(1).service(exponential(0.4)))
        .handoff("intake", "production", |h| h)
        .handoff("production", "check", |h| h.probability(0.9))
        .handoff("production", "exit", |h| h.probability(0.1))
        .handoff("check", "exit", |h| h.probability(0.8))
        .customers("all", |c| c.poisson(per_hour(1.0)).enter("intake"))
}

#[test]
fn jackson_networks() {
    let back = |transfer: f64| {
        let model = intake_production_check();
        model
            .handoff("check", "production", |h| h.probability(0.2).transfer(hours(transfer)))
            .build()
            .unwrap()
    };
    let model = back(0.0);
    for (department, wait, number) in
        [(0, 0.5, 1.0), (1, 0.5918560606, 1.941287879), (2, 0.3130434783, 0.7826086957)]
    {
        let figures = exact(&model, department);
        near(figures.wait_mean, wait, 1e-9);
        near(figures.number_mean, number, 1e-9);
    }
    near(lead(&model, 0).lead_time_mean, 3.723896574, 1e-9);
    assert_eq!(lead(&model, 0).exactness, Exactness::Exact);
    let visits = estimate(&model).unwrap().classes[0].visits[1].mean;
    near(visits, 1.219512195, 1e-9);
    near(lead(&back(3.0), 0).lead_time_mean, 3.723896574 + 3.0 * 0.2 * 1.097560976, 1e-9);

    let tandem = Model::builder("tandem")
        .department("first", |d| d.staff(1).service(exponential(1.0)))
        .department("second", |d| d.staff(1).service(Dist::exponential(crate::time::minutes(50))))
        .handoff("first", "second", |h| h)
        .customers("all", |c| c.poisson(per_hour(0.7)).enter("first"));
    near(lead(&tandem.build().unwrap(), 0).lead_time_mean, 5.333333333, 1e-9);

    let feedback = desk(0.5, |d| d.staff(1).service(exponential(1.0)));
    let feedback = with_rework(feedback, 0.3);
    near(exact(&feedback, 0).sojourn_mean, 3.5, 1e-9);
    near(lead(&feedback, 0).lead_time_mean, 5.0, 1e-9);
}

/// The same, but a share of what leaves the first department comes back to it.
fn with_rework(mut model: Model, share: f64) -> Model {
    let desk = model.departments[0].name.clone();
    for (to, probability) in [(desk.as_str(), share), ("exit", 1.0 - share)] {
        model.handoffs.push(crate::model::Handoff {
            probability: Some(probability),
            ..crate::model::Handoff::new(&desk, to)
        });
    }
    model
}

/// Burke (1956): the second department still sees Poisson arrivals; the third does not.
#[test]
fn exact_as_far_as_flows_are_poisson() {
    let model = Model::builder("line")
        .department("first", |d| d.staff(2).service(exponential(1.0)).discipline(Discipline::Random))
        .department("second", |d| d.staff(1).service(Dist::erlang(2, hours(1))))
        .department("third", |d| d.staff(1).service(Dist::erlang(2, hours(1))))
        .department("fourth", |d| d.infinite_staff().service(hours(5)))
        .handoff("first", "second", |h| h)
        .handoff("second", "third", |h| h)
        .handoff("third", "fourth", |h| h)
        .customers("all", |c| c.poisson(per_hour(0.7)).enter("first"))
        .build()
        .unwrap();
    near(exact(&model, 1).wait_mean, 1.75, 1e-9);
    let third = figures(&model, 2);
    assert!(third.wait_mean > 0.5 && third.wait_mean < 1.75);
    assert_eq!(source(&third.exactness), "Whitt (1983, 1993).");
    near(exact(&model, 3).number_mean, 3.5, 1e-9);
    assert_eq!(source(&lead(&model, 0).exactness), "Whitt (1983, 1993).");
}

/// Size and service are independent at one visit: E[S] E[D] and E[S^2] E[D^2].
#[test]
fn sizes_multiply_moments() {
    let mut model = desk(0.5, |d| d.staff(1).service(exponential(1.0)));
    model.streams[0].size = Some(Dist::discrete([(0.5, 0.5), (1.5, 0.5)]));
    // Pollaczek and Khinchine by hand: the second moment is 2 times 1.25.
    near(exact(&model, 0).wait_mean, 0.5 * 2.5 / (2.0 * 0.5), 1e-9);
    let again = with_rework(model, 0.2);
    assert!(source(&figures(&again, 0).exactness).contains("Sizes of cases are drawn for each visit"));
}

/// A third of cases come again; first visits take 1 h, second ones 0.4 h, later ones 0.1 h.
#[test]
fn service_by_visit_number_counts_visits() {
    let model = |infinite: bool| {
        let staff = |d: DepartmentBuilder| if infinite { d.infinite_staff() } else { d.staff(1) };
        let service = |d: DepartmentBuilder| {
            d.service(exponential(1.0)).service_from_visit(2, hours(0.4)).service_from_visit(3, hours(0.1))
        };
        with_rework(desk(0.3, |d| service(staff(d))), 0.25)
    };
    let (first, second, later) = (1.0, 0.25, 0.0625 / 0.75);
    let work = first * 1.0 + second * 0.4 + later * 0.1;
    near(exact(&model(true), 0).number_mean, 0.3 * work, 1e-9);
    near(lead(&model(true), 0).lead_time_mean, work, 1e-9);
    let staffed = figures(&model(false), 0);
    near(staffed.utilization, 0.3 * work, 1e-9);
    assert_eq!(source(&staffed.exactness), "Whitt (1983, 1993). Visits of all numbers are mixed.");
}

/// Handoffs that change the class: the lead time belongs to the class of arrival.
#[test]
fn cases_that_change_class() {
    let model = Model::builder("change")
        .class("raw", |c| c)
        .class("done", |c| c)
        .department("desk", |d| d.infinite_staff().service(hours(2)).service_for("done", hours(1)))
        .handoff("desk", "desk", |h| h.probability_for("raw", 0.5).becomes("done"))
        .handoff("desk", "exit", |h| h.probability_for("raw", 0.5).probability_for("done", 1.0))
        .customers("in", |c| c.poisson(per_hour(3.0)).enter("desk").class("raw"))
        .build()
        .unwrap();
    let found = estimate(&model).unwrap();
    assert_eq!(found.classes.len(), 1);
    near(found.classes[0].visits[0].mean, 1.5, 1e-12);
    near(lead(&model, 0).lead_time_mean, 2.5, 1e-12);
    near(found.departments[0].classes[1].arrival_rate, 1.5, 1e-12);
    near(found.departments[0].classes[1].sojourn_mean, 1.0, 1e-12);
}

/// Customers lost in front do not come to the back; those who come see what a delay adds.
#[test]
fn losses_thin_the_flow() {
    let model = Model::builder("thin")
        .department("front", |d| d.staff(2).service(exponential(1.0)).queue_capacity(3))
        .department("back", |d| d.staff(2).service(exponential(1.0)))
        .department("store", |d| d.infinite_staff().service(hours(4)))
        .handoff("front", "back", |h| h.probability(0.5))
        .handoff("front", "store", |h| h.probability(0.5).transfer(hours(2)))
        .customers("all", |c| c.poisson(per_hour(2.5)).enter("front"))
        .build()
        .unwrap();
    let through = 2.5 * (1.0 - 0.283652537);
    near(exact(&model, 2).number_mean, 4.0 * through / 2.0, 1e-8);
    let back = figures(&model, 1);
    near(back.arrival_rate, through / 2.0, 1e-8);
    source(&back.exactness);
    let completed = lead(&model, 0);
    near(completed.throughput, through, 1e-8);
    near(completed.lead_time_mean, 1.8299543842 + 0.5 * back.sojourn_mean + 0.5 * 6.0, 1e-8);
}

/// Losses in a loop: the rate and the loss it causes agree with each other in the end.
#[test]
fn losses_in_a_loop_settle() {
    for (rate, share) in [(1.0, 0.5), (8.0, 0.9), (30.0, 0.99)] {
        let service = |d: DepartmentBuilder| d.staff(2).service(exponential(1.0)).patience(exponential(3.0));
        let model = with_rework(desk(rate, service), share);
        let figures = figures(&model, 0);
        near(figures.arrival_rate, rate + share * figures.throughput, 1e-9);
        assert!(source(&figures.exactness).contains("Arrivals are taken as Poisson"));
        near(lead(&model, 0).throughput, (1.0 - share) * figures.throughput, 1e-9);
    }
}

#[test]
fn what_no_formula_describes_is_said() {
    let service = || Dist::lognormal(hours(1), cv(2.0));
    let mut model = desk(0.5, |d| d.staff(1).service(service()).discipline(Discipline::ShortestJob));
    assert_eq!(refused(&model, 0), "There is no formula for the shortest job first.");
    let completed = estimate(&model).unwrap().classes[0].completed.clone();
    let why = "Department `desk` has no figures: There is no formula for the shortest job first.";
    assert_eq!(completed, Estimated::NotApplicable(why.to_owned()));
    model.streams[0].limit = Some(7);
    assert_eq!(refused(&model, 0), "Customers `all` end after a number of cases. There is no steady state.");
    assert_eq!(estimate(&model).unwrap().departments[0].arrival_rate, None);

    let patience = desk(0.5, |d| d.staff(1).service(exponential(1.0)).patience(hours(1)));
    assert_eq!(refused(&patience, 0), "There is no formula for patience that is not exponential.");
    let heavy = desk(0.5, |d| d.staff(1).service(Dist::pareto_shape(hours(0.5), 1.5)));
    assert_eq!(refused(&heavy, 0), "The variance of the service time is infinite.");
    near(
        exact(&desk(0.5, |d| d.infinite_staff().service(Dist::pareto_shape(hours(1), 1.5))), 0).number_mean,
        1.5,
        1e-9,
    );
    let in_place = Model::builder("work in place")
        .department("desk", |d| d.staff(1).service(hours(1)))
        .initial("desk", |w| w.class("old").cases(3))
        .class("old", |c| c)
        .build()
        .unwrap();
    assert_eq!(refused(&in_place, 0), "No customers come here in the long run.");
}

#[test]
fn overloads_are_named() {
    let model = Model::builder("busy")
        .department("first", |d| d.staff(1).service(hours(1.25)))
        .department("second", |d| d.staff(2).service(hours(1)))
        .department("third", |d| d.staff(1).service(hours(1)))
        .handoff("first", "second", |h| h)
        .handoff("second", "third", |h| h)
        .customers("all", |c| {
            c.pattern(hours(2), [(hours(0), per_hour(2.0)), (hours(1), per_hour(0.0))]).enter("first")
        })
        .build()
        .unwrap();
    let found = overloads(&model).unwrap();
    assert_eq!(found, estimate(&model).unwrap().overloads);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].to_string(),
        "department `first` has 1.250 of the work it can do: its queue grows as long as the run lasts"
    );
    assert_eq!(found[1].department, "third");
    assert_eq!(refused(&model, 1), "The flow out of department `first` is not known.");
    let mut steady = model.clone();
    steady.departments[0].service = Some(Dist::constant(hours(0.5)));
    let first = figures(&steady, 0);
    near(first.wait_mean, 0.25, 1e-9);
    assert!(source(&first.exactness).ends_with("Arrival rates vary over time, their average is used."));
}

#[test]
fn estimates_survive_serde() {
    let model = intake_production_check().handoff("check", "exit", |h| h.probability(0.2).becomes("all"));
    let found = estimate(&model.build().unwrap()).unwrap();
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<ModelEstimate>(&text).unwrap(), found);
}
