//! Every answer fits on a terminal: lines are at most 80 columns wide, where names are short.

use crate::analysis::{
    Allocation, Design, Factor, Goal, Problem, Requirement, Scenario, Selection, Structure, Study, Uncertain,
};
use crate::experiment::{Customers, Figure};
use crate::interventions::Intervention;
use crate::prelude::*;
use crate::text::WIDTH;

fn model() -> Model {
    Model::builder("two desks")
        .class("visitors", |c| c.delay_cost(3.0))
        .class("callers", |c| c.priority(1))
        .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
        .department("back", |d| d.staff(1).service(Dist::gamma(minutes(10), cv(0.8))))
        .handoff("front", "back", |h| h)
        .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front").promise(hours(1)))
        .customers("callers", |c| c.poisson(per_hour(0.5)).enter("back").promise(hours(1)))
        .build()
        .unwrap()
}

#[test]
fn answers_fit_on_a_terminal() {
    let model = model();
    let experiment =
        || Experiment::new(&model).horizon(days(6)).warm_up(hours(12)).replications(3).threads(1);
    let study = Study::new(experiment());
    let lead_time = Figure::lead_time(Customers::All);
    let goal = || Goal::least(lead_time.clone());
    let scenarios = [
        Scenario::new("as it is", []),
        Scenario::new("one more at the back", [Intervention::add_staff("back", 1)]),
        Scenario::new("a tool at the back", [Intervention::scale_service("back", 0.9)]),
    ];
    let factors = || [Factor::added_staff("back", 0..=1), Factor::service("front", [1.0, 0.8])];
    let figures = [lead_time.clone(), Figure::promise_kept(Customers::All)];
    let selection = Selection { first: 3, at_most: 20, ..Selection::new(goal(), 1.0) };
    let problem = Problem::new(goal())
        .factor(Factor::added_staff("back", 0..=1))
        .require(Requirement::at_least(Figure::promise_kept("visitors"), 0.5));
    let uncertain = [Uncertain::service("front", 0.8, 1.2), Uncertain::arrivals("visitors", 0.9, 1.1)];
    let answers = [
        ("results", study.base().unwrap().to_string()),
        ("ledger", study.base().unwrap().ledger.as_ref().unwrap().to_string()),
        ("bottlenecks", study.bottlenecks().unwrap().to_string()),
        ("sensitivity", study.sensitivity().unwrap().to_string()),
        ("ranking", study.sensitivity().unwrap().ranking_for("visitors").unwrap().to_string()),
        ("speed-up", study.speed_up("front").unwrap().to_string()),
        ("shapley", study.shapley().unwrap().to_string()),
        ("capacity", study.capacity(0.3).unwrap().to_string()),
        ("comparison", study.compare(&scenarios).unwrap().to_string()),
        ("choice", study.best(&scenarios, &selection).unwrap().to_string()),
        ("likely best", study.best_within(&scenarios, &Allocation::new(goal(), 30)).unwrap().to_string()),
        ("exploration", study.explore(&Design::grid(factors()), &figures).unwrap().to_string()),
        ("tornado", study.tornado(&factors(), &lead_time).unwrap().to_string()),
        ("optimum", study.optimise(&problem).unwrap().to_string()),
        ("uncertainty", study.uncertain(&figures, &uncertain, 39).unwrap().to_string()),
        ("influence", study.influence(days(2), hours(4)).unwrap().to_string()),
        (
            "disturbance",
            study
                .disturb(&[Intervention::Outage {
                    of: "back".into(),
                    at: days(2),
                    lasts: hours(4),
                    staff: None,
                }])
                .unwrap()
                .to_string(),
        ),
        ("controlled", study.controlled(&lead_time).unwrap().to_string()),
        ("structure", Structure::of(&model).unwrap().to_string()),
        ("estimate", crate::theory::estimate(&model).unwrap().to_string()),
        ("long run", experiment().horizon(weeks(20)).one_long_run().unwrap().to_string()),
    ];
    let mut wide = Vec::new();
    for (name, text) in answers {
        assert!(text.len() > 20, "{name}: {text}");
        let lines = text.lines().filter(|line| line.chars().count() > WIDTH);
        wide.extend(lines.map(|line| format!("{name}: {line}")));
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}
