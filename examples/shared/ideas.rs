//! What the billing cycle could change: four ideas, and the cheapest plan.

use knockon::analysis::{
    Comparison, Factor, Goal, Optimum, Problem, Requirement, Scenario, ScenarioChange, Study,
};
use knockon::experiment::{Customers, Figure};
use knockon::interventions::{Intervention, Introduction};
use knockon::prelude::*;
use knockon::results::TimeEstimate;
use knockon::stats::Estimate;

use super::tables::{brief, or_dash, table};

/// What the hospital has thought of. What a course or a team brings and costs is assumed: half of registration's errors after
/// three days of training; 7 % shorter services and two in five errors after the work of a team.
pub fn ideas() -> Vec<Scenario> {
    let introduction = |lasts, cost| Introduction { at: super::WARM_UP, lasts, staff: 1, cost };
    let helps = |from: &str, to: &str| Intervention::CrossTrain {
        from: from.into(),
        to: to.into(),
        speed: 0.8,
        introduction: introduction(weeks(1), 3000.0),
    };
    let training = Intervention::Training {
        department: "registration".into(),
        service_factor: 1.0,
        cv_factor: 1.0,
        error_factor: 0.5,
        introduction: introduction(days(3), 6000.0),
    };
    let team = Intervention::ImprovementTeam {
        departments: vec!["registration".into(), "billing".into()],
        service_factor: 0.93,
        error_factor: 0.6,
        introduction: introduction(weeks(8), 10_000.0),
    };
    vec![
        Scenario::new("cross-training", [helps("registration", "billing"), helps("billing", "registration")]),
        Scenario::new("training at registration", [training]),
        Scenario::new("one more biller", [Intervention::add_staff("billing", 1)]),
        Scenario::new("the joint team", [team]),
    ]
}

/// What each idea would change, and what it costs more in one replication, for people and courses.
pub fn compare(study: &Study<'_>) -> Result<(Comparison, Vec<Estimate>)> {
    let ideas = ideas();
    let comparison = study.compare(&ideas)?;
    let spent = |changes: &[Intervention]| -> Result<Vec<f64>> {
        let results = study.with(changes)?;
        let money = results.replications.iter().filter_map(|one| one.money.as_ref());
        Ok(money.map(|money| money.all_staff().total() + money.all_expenses()).collect())
    };
    let before = spent(&[])?;
    let more = ideas.iter().map(|idea| {
        let more = Estimate::of_difference(&spent(&idea.changes)?, &before, comparison.level);
        Ok(more.expect("there are replications"))
    });
    let more = more.collect::<Result<_>>()?;
    Ok((comparison, more))
}

/// The cheapest plan that keeps the promises to so many of the insured.
pub fn cheapest(study: &Study<'_>, kept: f64) -> Result<Optimum> {
    let training = ideas().swap_remove(1);
    let problem = Problem::new(Goal::least(Figure::cost(Customers::All)))
        .factor(Factor::added_staff("registration", -1..=1))
        .factor(Factor::added_staff("coding", -1..=1))
        .factor(Factor::added_staff("billing", -1..=2))
        .factor(Factor::added_staff("collections", -1..=1))
        .factor(Factor::either(training.name, training.changes))
        .require(Requirement::at_least(Figure::promise_kept("insured"), kept));
    study.optimise(&problem)
}

/// How much sooner customers are done with each idea, and what it costs.
pub fn compared(comparison: &Comparison, more: &[Estimate], years: f64) -> String {
    let sooner = |idea: &ScenarioChange, of: &str| {
        let change = idea.figure(&Figure::lead_time(of)).expect("patients are served");
        TimeEstimate(change.difference.times(-1.0))
    };
    let rows = comparison.scenarios.iter().enumerate().map(|(at, idea)| {
        let everything = idea.figure(&Figure::cost(Customers::All)).map(|change| change.difference);
        let kept = idea.figure(&Figure::promise_kept("insured"));
        let thousand = |money: Estimate| {
            let money = money.times(1e-3 / years);
            if money.half_width() < Some(0.01) { format!("{:.1}", money.mean) } else { brief(money) }
        };
        vec![
            idea.scenario.name.clone(),
            brief(sooner(idea, "insured")),
            brief(sooner(idea, "self-pay")),
            or_dash(kept, |change| format!("{:+.1}", 100.0 * change.difference.mean)),
            thousand(more[at]),
            or_dash(everything, thousand),
        ]
    });
    let header =
        ["idea", "insured sooner by", "self-pay sooner by", "promise, points", "it costs", "with delay"];
    let best = |of: &str| {
        let all: Vec<TimeEstimate> = comparison.scenarios.iter().map(|idea| sooner(idea, of)).collect();
        let first = all.iter().max_by(|a, b| a.mean.total_cmp(&b.mean)).and_then(|best| best.interval);
        let close =
            |time: &TimeEstimate| time.interval.zip(first).is_none_or(|(own, best)| own.overlaps(&best));
        let named = comparison.scenarios.iter().zip(&all).filter(|(_, time)| close(time));
        named.map(|(idea, _)| idea.scenario.name.clone()).collect::<Vec<_>>().join(" or ")
    };
    format!(
        "{}(\"Promise\" is to the insured; money is in thousand USD a year, for people and courses, and with what\n\
         open bills cost.)\n\nBest for the insured: {}. Best for those who pay themselves: {}.\n",
        table(&header, rows),
        best("insured"),
        best("self-pay")
    )
}
