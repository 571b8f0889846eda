//! Optima against enumeration by formulas, and confirmed figures against the truth.

use super::*;
use crate::experiment::{Customers, Experiment};
use crate::model::Model;
use crate::random::Dist;
use crate::theory::mmc;
use crate::time::{days, hours, minutes, per_hour};

/// Two desks in line, each exponential, 30 and 20 minutes; a person costs 30 an hour at the first, 40 at the second; an hour of a
/// customer's time costs 25.
fn line(first: u32, second: u32) -> Model {
    Model::builder("line")
        .class("c", |c| c.delay_cost(25.0))
        .department("first", |d| {
            d.staff(first).service(Dist::exponential(minutes(30))).cost(30.0, 30.0, 30.0)
        })
        .department("second", |d| {
            d.staff(second).service(Dist::exponential(minutes(20))).cost(40.0, 40.0, 40.0)
        })
        .handoff("first", "second", |h| h)
        .customers("stream", |c| c.class("c").poisson(per_hour(5.0)).enter("first").promise(hours(2)))
        .build()
        .unwrap()
}

/// By formula: lead time, and cost an hour; `None` where a queue grows.
fn exact(first: u32, second: u32) -> Option<(f64, f64)> {
    let lead =
        mmc(5.0, 2.0, first).ok()?.figures.sojourn_mean + mmc(5.0, 3.0, second).ok()?.figures.sojourn_mean;
    Some((lead, 30.0 * f64::from(first) + 40.0 * f64::from(second) + 25.0 * 5.0 * lead))
}

fn problem(goal: Goal) -> Problem {
    Problem::new(goal)
        .factor(Factor::added_staff("first", 0..=5))
        .factor(Factor::added_staff("second", 0..=5))
}

fn pairs() -> impl Iterator<Item = (u32, u32)> {
    (1..=6).flat_map(|first| (1..=6).map(move |second| (first, second)))
}

fn staff(optimum: &Optimum) -> (u32, u32) {
    let count = |at: usize| 1 + optimum.plan[at].level.parse::<u32>().unwrap();
    (count(0), count(1))
}

/// Of 36 plans the cheapest by formula is found, and the next is 5 % dearer; so is the cheapest with a lead time of at most 58
/// minutes, and the fastest that costs at most a tenth more than the cheapest. No other plan is within 2 % of any of these bounds. Seed 1.
#[test]
fn known_optima_are_found() {
    let model = line(1, 1);
    let study =
        || Study::new(Experiment::new(&model).horizon(days(40)).warm_up(days(2)).replications(10).seed(1));
    let hours_counted = 38.0 * 24.0;
    let cost = || Figure::cost(Customers::All);
    let lead_time = || Figure::lead_time("c");

    let costs = |plan: &(u32, u32)| exact(plan.0, plan.1).map_or(f64::INFINITY, |(_, cost)| cost);
    let leads = |plan: &(u32, u32)| exact(plan.0, plan.1).map_or(f64::INFINITY, |(lead, _)| lead);
    let least = |of: &dyn Fn(&(u32, u32)) -> f64| pairs().min_by(|a, b| of(a).total_cmp(&of(b))).unwrap();

    let cheapest = study().optimise(&problem(Goal::least(cost()))).unwrap();
    assert_eq!(staff(&cheapest), least(&costs));
    let truth = costs(&staff(&cheapest)) * hours_counted;
    assert!((cheapest.confirmed.mean / truth - 1.0).abs() < 0.02, "{}, {truth}", cheapest.confirmed);
    assert!(cheapest.plans_run < 36 && cheapest.plans == 36, "{}", cheapest.plans_run);

    let soon = problem(Goal::least(cost())).require(Requirement::at_most(lead_time(), 58.0 / 60.0));
    let soon = study().optimise(&soon).unwrap();
    assert_eq!(
        staff(&soon),
        least(&|plan| if leads(plan) <= 58.0 / 60.0 { costs(plan) } else { f64::INFINITY })
    );
    assert!(soon.is_kept(), "{soon}");

    let budget = 1.1 * costs(&least(&costs));
    let within =
        problem(Goal::least(lead_time())).require(Requirement::at_most(cost(), budget * hours_counted));
    let within = study().optimise(&within).unwrap();
    assert_eq!(
        staff(&within),
        least(&|plan| if costs(plan) <= budget { leads(plan) } else { f64::INFINITY })
    );
    let said = within.to_string();
    assert!(said.starts_with("Best plan: staff of first +"), "{said}");
}

/// Between plans that are about as good, the one that looks best looks better than it is. What is confirmed does not: over 60 seeds
/// its mean error is within 3 standard errors of none.
#[test]
fn what_is_confirmed_is_unbiased() {
    let model = line(3, 2);
    let truth = |optimum: &Optimum| {
        let count = |at: usize| optimum.plan[at].level.parse::<i32>().unwrap();
        exact((3 + count(0)) as u32, (2 + count(1)) as u32).unwrap().0
    };
    let errors: Vec<f64> = (0..60)
        .map(|seed| {
            let experiment =
                Experiment::new(&model).horizon(days(8)).warm_up(days(2)).replications(4).seed(seed);
            let problem = Problem::new(Goal::least(Figure::lead_time("c")))
                .factor(Factor::added_staff("first", 0..=2))
                .factor(Factor::added_staff("second", 0..=2))
                .require(Requirement::at_most(Figure::cost(Customers::All), 300.0 * 6.0 * 24.0));
            let optimum = Study::new(experiment).optimise(&problem).unwrap();
            optimum.confirmed.mean - truth(&optimum)
        })
        .collect();
    let error = Estimate::of_means(&errors, 0.95).unwrap();
    assert!(error.mean.abs() < 3.0 * error.std_error().unwrap(), "{error}");
}

#[test]
fn problems_that_cannot_be_solved_are_refused() {
    let model = line(3, 2);
    let study = Study::new(Experiment::new(&model).horizon(days(2)).replications(2));
    let nothing = Problem::new(Goal::least(Figure::lead_time("c"))).at_most(0).confirm(1);
    let error = study.optimise(&nothing).unwrap_err();
    assert_eq!(error.defects().len(), 3, "{error}");
    let unknown = problem(Goal::least(Figure::lead_time("nobody")));
    assert!(study.optimise(&unknown).unwrap_err().to_string().contains("nobody"));
    // Where nothing can keep it, the plan that comes closest is said to be that.
    let hopeless = Problem::new(Goal::least(Figure::cost(Customers::All)))
        .factor(Factor::added_staff("first", 0..=1))
        .require(Requirement::at_most(Figure::lead_time("c"), 0.1));
    let closest = study.optimise(&hopeless).unwrap();
    assert!(!closest.is_kept());
    assert_eq!(closest.plan[0].level, "+1");
    assert!(closest.to_string().contains("comes closest"), "{closest}");
}
