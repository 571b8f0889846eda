//! Reports against the results that they show.

mod pages;
mod values;

use roxmltree::{Document, Node, ParsingOptions};

use crate::analysis::{Comparison, Scenario, Study};
use crate::interventions::Intervention;
use crate::prelude::*;

/// A name that would be markup, if it could.
const NASTY: &str = "R&D <\"clarify\" 'it'>";

/// Reps ask engineering, whose own designs come first; half of what reps get wrong is found at shipping.
fn model() -> Model {
    Model::builder(format!("orders of {NASTY}"))
        .class("order", |c| c.delay_cost(2.0).lost_cost(50.0))
        .class("design", |c| c)
        .department("reps", |d| {
            d.staff(3)
                .service(Dist::exponential(minutes(10)))
                .cost(20.0, 30.0, 40.0)
                .errors(|e| e.probability(0.1))
        })
        .department(NASTY, |d| d.staff(1).service(Dist::exponential(minutes(60))))
        .department("shipping", |d| {
            d.infinite_staff().service(minutes(30)).detects(|t| t.made_by("reps").probability(0.5))
        })
        .handoff("reps", "shipping", |h| h.transfer(minutes(5)))
        .request("reps", NASTY, |r| {
            r.probability(0.5).at(0.5).priority(1).service(Dist::exponential(minutes(5)))
        })
        .customers("order", |c| c.poisson(per_hour(4.0)).enter("reps").promise(hours(2)))
        .customers("design", |c| c.poisson(per_hour(0.5)).enter(NASTY))
        .build()
        .unwrap()
}

fn experiment(model: &Model) -> Experiment<'_> {
    Experiment::new(model).horizon(days(6)).warm_up(days(1)).replications(4).seed(5)
}

fn results(model: &Model) -> Results {
    experiment(model).ledger().active_periods().worst_cases(2).run().unwrap()
}

fn comparison(model: &Model) -> Comparison {
    let ideas = [
        Scenario::new(NASTY, [Intervention::add_staff(NASTY, 1)]),
        Scenario::new("faster reps", [Intervention::scale_service("reps", 0.8)]),
    ];
    Study::new(experiment(model)).compare(&ideas).unwrap()
}

fn parsed(text: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap()
}

/// Name, value, and ends of the interval where there is one.
type Mark = (String, f64, Option<(f64, f64)>);

/// What marks say.
fn marks<'d>(root: Node<'d, '_>) -> Vec<Mark> {
    let number = |node: &Node, name: &str| node.attribute(name).and_then(|text| text.parse::<f64>().ok());
    root.descendants()
        .filter_map(|node| {
            let ends = number(&node, "data-low").zip(number(&node, "data-high"));
            Some((node.attribute("data-name")?.to_owned(), number(&node, "data-value")?, ends))
        })
        .collect()
}
