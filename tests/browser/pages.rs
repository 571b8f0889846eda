//! The pages that are looked at, with what must be read on them.

use knockon::analysis::{Factor, Scenario, Study};
use knockon::experiment::Customers;
use knockon::interventions::Intervention;
use knockon::prelude::*;
use knockon::report::Report;

/// A page, the titles of its charts in order, and some figures: of which chart, what, and how much.
pub struct Page {
    pub report: Report,
    pub charts: Vec<&'static str>,
    pub values: Vec<(&'static str, String, f64)>,
}

/// Reps ask engineers, whose own designs come first.
fn model() -> Model {
    Model::builder("orders & designs")
        .class("order", |c| c.delay_cost(2.0).lost_cost(50.0))
        .class("design", |c| c)
        .department("reps", |d| {
            d.staff(3)
                .service(Dist::exponential(minutes(10)))
                .cost(20.0, 30.0, 40.0)
                .errors(|e| e.probability(0.1))
        })
        .department("engineering, with a long name", |d| d.staff(1).service(Dist::exponential(minutes(60))))
        .department("shipping", |d| {
            d.infinite_staff().service(minutes(30)).detects(|t| t.made_by("reps").probability(0.5))
        })
        .handoff("reps", "shipping", |h| h.transfer(minutes(5)))
        .request("reps", "engineering, with a long name", |r| {
            r.probability(0.5).at(0.5).priority(1).service(Dist::exponential(minutes(5)))
        })
        .customers("order", |c| c.poisson(per_hour(4.0)).enter("reps").promise(hours(2)))
        .customers("design", |c| c.poisson(per_hour(0.5)).enter("engineering, with a long name"))
        .build()
        .expect("a valid model")
}

/// A bit of everything.
pub fn everything() -> Page {
    let model = model();
    let experiment = || Experiment::new(&model).horizon(days(6)).warm_up(days(1)).replications(4).seed(5);
    let results = experiment().ledger().active_periods().worst_cases(1).run().expect("it runs");
    let study = Study::new(experiment());
    let engineering = "engineering, with a long name";
    let ideas = [
        Scenario::new("one more engineer", [Intervention::add_staff(engineering, 1)]),
        Scenario::new("faster reps", [Intervention::scale_service("reps", 0.8)]),
    ];
    let comparison = study.compare(&ideas).expect("it runs");
    let disturbance =
        study.disturb(&[Intervention::outage(engineering, days(2), hours(4))]).expect("it runs");
    let influence = study.influence(days(2), hours(4)).expect("it runs");
    let bottlenecks = study.bottlenecks().expect("it runs");
    let speed_ups = study.speed_ups().expect("it runs");
    let factors = [Factor::added_staff("reps", -1..=1), Factor::service(engineering, [0.9, 1.1])];
    let tornado = study.tornado(&factors, &Figure::lead_time(Customers::All)).expect("it runs");
    let worst = &results.worst_cases[0];
    let timeline = experiment().timeline(worst.replication, worst.case).expect("it is there");

    let mean = |department: &str| {
        results.department(department).expect("it is there").utilization.expect("people").mean
    };
    let ledger =
        &results.ledger.as_ref().expect("it was asked for").class("order").expect("it is there").completed;
    let held =
        ledger.propagation.iter().find(|cell| cell.who.name == engineering && cell.felt.name == "reps");
    let change = comparison.scenarios[0].figure(&Figure::lead_time("order")).expect("it is there");
    let costs = results.costs.as_ref().expect("there are prices");
    let curve = speed_ups.iter().find(|curve| curve.department == "reps").expect("it is there");
    let saved = curve.points[3].effect.system.lead_time.expect("it is there");
    let by = bottlenecks
        .verdicts
        .iter()
        .find(|of| of.definition.to_string() == "utilization")
        .expect("it is there");
    let handed = results.handoff("reps", "shipping").expect("it is there").count.mean;
    let values = vec![
        ("Map of orders & designs", "reps to shipping".to_owned(), handed),
        ("Map of orders & designs", format!("reps asks {engineering}"), results.requests[0].asked.mean),
        ("Lead times of order", "promise: 2 h".to_owned(), 2.0),
        ("Utilization", "reps".to_owned(), mean("reps")),
        ("Utilization", engineering.to_owned(), mean(engineering)),
        (
            "Because of whom, and where it is felt: completed cases of order",
            format!("{engineering}, reps"),
            held.expect("engineers hold up reps").amount.time.mean,
        ),
        ("Change of the mean lead time of order", "one more engineer".to_owned(), change.difference.mean),
        ("What it costs", "staff of reps, people at work".to_owned(), costs.staff[0].cost.busy.mean),
        ("Speed-up curves", "reps, 100 %".to_owned(), -saved.mean),
        (
            "The bottleneck by every definition",
            "reps, utilization".to_owned(),
            by.department("reps").expect("it has people").figure.mean,
        ),
        ("How the delay travels", "event".to_owned(), 48.0),
        (
            "Who delays whom",
            "reps, all customers".to_owned(),
            influence.of("reps").expect("it was disturbed").customers.hours.mean,
        ),
    ];
    let charts = vec![
        "Map of orders & designs",
        "Lead times of order",
        "Lead times of design",
        "Lead times of all customers",
        "Utilization",
        "Waiting time by department",
        "What people do",
        "Response times of internal requests",
        "From cause to where it was felt: completed cases",
        "Because of whom, and where it is felt: completed cases",
        "From cause to where it was felt: completed cases of order",
        "Because of whom, and where it is felt: completed cases of order",
        "From cause to where it was felt: completed cases of design",
        "Because of whom, and where it is felt: completed cases of design",
        "The bottleneck over time",
        "How often each is the bottleneck",
        "When engineering, with a long name is the bottleneck",
        "What it costs",
        "Change of the mean lead time of order",
        "Change of the mean lead time of design",
        "Change of the mean lead time of all customers",
        "Change of the share of promises kept to order",
        "Change of the share of promises kept to all customers",
        "Change of the cost of everything",
        "How the delay travels",
        "Who delays whom",
        "The bottleneck by every definition",
        "The bottleneck over time",
        "How often each is the bottleneck",
        "When engineering, with a long name is the bottleneck",
        "Speed-up curves",
        "What moves the mean lead time of all customers",
        "The life of order 247",
    ];
    let report = Report::new("Orders & designs")
        .text("Reps who take orders need an engineer's word now and then.")
        .map(&model, &results)
        .add(&results)
        .add(&comparison)
        .add(&disturbance)
        .add(&influence)
        .add(&bottlenecks)
        .add(&speed_ups)
        .add(&tornado)
        .add(&timeline);
    Page { report, charts, values }
}

/// A line of a thousand departments, with ways that leave some out.
pub fn large() -> Page {
    let count = 1000;
    let name = |at: usize| format!("department {at:04}");
    let mut model = Model::builder("a thousand departments");
    for at in 0..count {
        let service = Dist::exponential(minutes(20.0 + (at * 7919 % 27) as f64));
        model = model.department(name(at), |d| d.staff(1).service(service));
    }
    for at in 0..count - 20 {
        model = model
            .handoff(name(at), name(at + 10), |h| h.probability(0.6))
            .handoff(name(at), name(at + 20), |h| h.probability(0.3))
            .handoff(name(at), EXIT, |h| h.probability(0.1));
    }
    for at in 0..10 {
        model = model.customers(format!("stream {at}"), |c| {
            c.poisson(per_hour(1.2)).enter(name(at)).promise(hours(40))
        });
    }
    let model = model.build().expect("a valid model");
    let results = Experiment::new(&model).horizon(hours(40)).replications(2).ledger().run().expect("it runs");
    let report = Report::new("A thousand departments").map(&model, &results).add(&results);
    let busiest = results.departments.iter().filter_map(|of| Some((of.name.clone(), of.utilization?.mean)));
    let busiest = busiest.max_by(|a, b| a.1.total_cmp(&b.1)).expect("there are some");
    let mut charts = vec!["Map of a thousand departments"];
    // Of ten classes and all, the eight with most cases.
    let drawn = {
        let mut classes: Vec<_> = results.classes.iter().chain([&results.system]).collect();
        classes.sort_by(|a, b| b.arrived.mean.total_cmp(&a.arrived.mean));
        classes.truncate(8);
        classes
            .iter()
            .map(|class| {
                if class.name == "all" {
                    "Lead times of all customers".to_owned()
                } else {
                    format!("Lead times of {}", class.name)
                }
            })
            .collect::<Vec<_>>()
    };
    charts.extend(drawn.into_iter().map(|title| &*title.leak()));
    charts.extend(["Promises kept", "Utilization", "Waiting time by department", "What people do"]);
    for whose in ["completed cases".to_owned()]
        .into_iter()
        .chain((0..6).map(|at| format!("completed cases of stream {at}")))
    {
        charts.push(format!("From cause to where it was felt: {whose}").leak());
        charts.push(format!("Because of whom, and where it is felt: {whose}").leak());
    }
    Page { report, charts, values: vec![("Utilization", busiest.0, busiest.1)] }
}
