//! Staffing choices with a known best. Seeds are fixed; a fraction of experiments is compared at level 1e-3, one-sided.

use crate::analysis::{Allocation, Choice, Goal, LikelyBest, Scenario, Selection, Study};
use crate::experiment::{Customers, Figure};
use crate::interventions::Intervention;
use crate::prelude::*;
use crate::theory::mmc;

/// The quantile of the standard normal distribution for level 1e-3.
const Z: f64 = 3.09;

fn desk(staff: u32, service: Span, per_hour_arriving: f64) -> Model {
    Model::builder("desk")
        .class("visitors", |c| c.delay_cost(DELAY_COST))
        .department("desk", |d| d.staff(staff).service(Dist::exponential(service)).cost(1.0, 1.0, 1.0))
        .customers("visitors", |c| c.poisson(per_hour(per_hour_arriving)).enter("desk"))
        .build()
        .unwrap()
}

const DELAY_COST: f64 = 2.0;

fn hired(count: i32) -> Scenario {
    Scenario::new(format!("{} at the desk", 2 + count), [Intervention::add_staff("desk", count)])
}

/// What an hour of M/M/c costs at two arrivals an hour who take an hour each.
fn cost(staff: u32) -> f64 {
    f64::from(staff) + DELAY_COST * 2.0 * mmc(2.0, 1.0, staff).unwrap().figures.sojourn_mean
}

/// So many choices from 3 people on: 4 cost least.
fn staffing(choices: i32) -> (Model, Vec<Scenario>) {
    (desk(2, hours(1), 2.0), (1..=choices).map(hired).collect())
}

/// After six relaxation times of three people at two thirds of their load: fewer would take from what they cost.
fn staffing_study(model: &Model, window: f64, seed: u64) -> Study<'_> {
    Study::new(Experiment::new(model).horizon(hours(window + 60.0)).warm_up(hours(60)).seed(seed))
}

fn least_cost() -> Goal {
    Goal::least(Figure::cost(Customers::All))
}

/// The share of so many experiments in which the least cost is found, where the second costs more by the indifference zone; and
/// that in which one fast server is found to be faster than several slow ones with the same capacity.
fn shares_correct(experiments: u64) -> [f64; 2] {
    const WINDOW: f64 = 100.0;
    let by_cost: Vec<f64> = (3..=5).map(cost).collect();
    assert!(by_cost[1] + 0.4 < by_cost[0] && by_cost[1] + 0.4 < by_cost[2], "{by_cost:?}");
    let (model, scenarios) = staffing(3);
    // Averages are a little shorter than in steady state: cases not completed are left out.
    let difference = 0.9 * (by_cost[0].min(by_cost[2]) - by_cost[1]) * WINDOW;
    let selection = Selection { first: 20, ..Selection::new(least_cost(), difference) };
    let cheapest = |seed: &u64| {
        let choice = staffing_study(&model, WINDOW, *seed).best(&scenarios, &selection).unwrap();
        assert!(choice.decided);
        choice.best == "4 at the desk"
    };

    let fast = desk(1, minutes(40), 1.0);
    let slower = |count: i32| {
        let changes = [
            Intervention::add_staff("desk", count),
            Intervention::scale_service("desk", f64::from(count + 1)),
        ];
        Scenario::new(format!("{} slow", count + 1), changes)
    };
    let speeds = [slower(1), Scenario::new("one fast", []), slower(2)];
    let lead_time = |staff: u32| mmc(1.0, 1.5 / f64::from(staff), staff).unwrap().figures.sojourn_mean;
    let selection = Selection {
        first: 10,
        ..Selection::new(Goal::least(Figure::lead_time("visitors")), 0.9 * (lead_time(2) - lead_time(1)))
    };
    let fastest = |seed: &u64| {
        let choice = staffing_study(&fast, 2.0 * WINDOW, *seed).best(&speeds, &selection).unwrap();
        assert!(choice.decided);
        choice.best == "one fast"
    };
    let share = |correct: usize| correct as f64 / experiments as f64;
    [(1..=experiments).filter(cheapest).count(), (1..=experiments).filter(fastest).count()].map(share)
}

fn check_the_promise(experiments: u64) {
    let shares = shares_correct(experiments);
    println!("{experiments} experiments each: {shares:?} correct");
    let error = (0.95 * 0.05 / experiments as f64).sqrt();
    assert!(shares.iter().all(|&share| share >= 0.95 - Z * error), "{shares:?}");
}

#[test]
fn the_best_staffing_is_selected_with_the_probability_promised() {
    check_the_promise(20);
}

#[test]
#[ignore = "long: cargo test --release --lib -- --ignored choose"]
fn the_best_staffing_is_selected_in_many_experiments() {
    check_the_promise(1000);
}

/// Experiments that find the least cost of ten choices within a budget, against equal allocation. The difference of the shares must
/// be so many standard errors above 0.
fn check_the_budget(experiments: u64, z: f64) {
    let (model, scenarios) = staffing(10);
    let correct = |first: u32| {
        let allocation = Allocation { first, step: Some(10), ..Allocation::new(least_cost(), 100) };
        let found = |seed: &u64| -> bool {
            let study = staffing_study(&model, 60.0, *seed);
            study.best_within(&scenarios, &allocation).unwrap().best == "4 at the desk"
        };
        (1..=experiments).filter(found).count() as f64 / experiments as f64
    };
    // With as many at first as all of the budget allows, all is spent equally.
    let (spent, equal) = (correct(4), correct(10));
    println!("{experiments} experiments: {spent:.3} correct, {equal:.3} with equal allocation");
    let error = ((spent * (1.0 - spent) + equal * (1.0 - equal)) / experiments as f64).sqrt();
    assert!(spent - equal > z * error, "{spent}, {equal}");
}

/// Level 0.05, one-sided.
#[test]
fn a_budget_is_better_spent_than_equally_on_staffing() {
    check_the_budget(100, 1.645);
}

#[test]
#[ignore = "long: cargo test --release --lib -- --ignored choose"]
fn a_budget_is_better_spent_than_equally_in_many_experiments() {
    check_the_budget(2000, Z);
}

#[test]
fn a_choice_tells_all_and_does_not_depend_on_threads() {
    let (model, scenarios) = staffing(6);
    let selection = Selection { first: 10, ..Selection::new(least_cost(), 60.0) };
    let study = |threads| {
        let experiment = Experiment::new(&model).horizon(hours(150)).choose_warm_up();
        Study::new(experiment.first_replication(7).threads(threads))
    };
    let choice = study(1).best(&scenarios, &selection).unwrap();
    assert_eq!(study(3).best(&scenarios, &selection).unwrap(), choice);
    println!("{choice}");
    let text = format!("{choice:400}");
    assert!(choice.decided && choice.left().count() == 1);
    assert!(text.starts_with("the cost of everything, the less the better:\n\nscenario "), "{text}");
    let end = "the best of 6, with a probability of at least 95 % if the best is better than all others by 60 or more.";
    assert!(text.ends_with(end), "{text}");
    for of in &choice.candidates {
        assert_eq!(of.eliminated.is_none(), of.name == choice.best);
        assert_eq!(of.worse_by.is_none(), of.name == choice.best);
        assert!(of.worse_by.is_none_or(|by| by.mean > 0.0));
        assert_eq!(of.figure.replications, of.replications);
    }
    let file = serde_json::to_string(&choice).unwrap();
    assert_eq!(serde_json::from_str::<Choice>(&file).unwrap(), choice);

    // The more the better; and a limit.
    let most = Goal::most(Figure::throughput("visitors"));
    let selection = Selection { first: 10, at_most: 10, ..Selection::new(most, 0.001) };
    let choice = study(2).best(&scenarios, &selection).unwrap();
    assert!(!choice.decided && choice.left().count() > 1 && choice.replications == 60);
    assert!(format!("{choice:400}").contains("After 10 replications, the most allowed, `"), "{choice}");

    let allocation = Allocation::new(least_cost(), 100);
    let found = study(1).best_within(&scenarios, &allocation).unwrap();
    assert_eq!(study(3).best_within(&scenarios, &allocation).unwrap(), found);
    println!("{found}");
    let better: f64 = found.scenarios.iter().map(|of| of.better).sum();
    assert!((found.probability + better - 1.0).abs() < 1e-12);
    assert!(format!("{found:400}").contains("looks best after 100 replications"), "{found}");
    let file = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<LikelyBest>(&file).unwrap(), found);
    // Each scenario meets draws of its own, by its name.
    let same = |name: &str| Scenario::new(name, []);
    let (one, other) = ([same("a"), same("b")], [same("b"), same("c")]);
    let within = |scenarios: &[Scenario]| {
        let allocation = Allocation { budget: 20, ..allocation.clone() };
        study(2).best_within(scenarios, &allocation).unwrap().scenarios
    };
    assert_ne!(within(&one)[0].figure, within(&one)[1].figure);
    assert_eq!(within(&one)[1].figure, within(&other)[0].figure);
}

#[test]
fn all_that_is_wrong_is_told() {
    let (model, scenarios) = staffing(6);
    let study = Study::new(Experiment::new(&model).horizon(hours(20)));
    let wrong = Selection {
        goal: Goal::least(Figure::lead_time("nobody")),
        indifference: 0.0,
        probability: 0.1,
        first: 1,
        at_most: 0,
    };
    let error = study.best(&scenarios, &wrong).unwrap_err();
    assert_eq!(error.defects().len(), 4 + scenarios.len(), "{error}");
    assert!(error.to_string().contains("there is no class `nobody`"), "{error}");
    let percentile = Goal::least(Figure::lead_time_percentile("visitors", 0.9));
    let error = study.best(&scenarios[..1], &Selection::new(percentile, 0.1)).unwrap_err();
    assert!(error.to_string().contains("scenarios: there is 1, must be 2 or more"), "{error}");
    assert!(error.to_string().contains("is not known by replication"), "{error}");
    let same = [scenarios[0].clone(), scenarios[0].clone()];
    let error = study.best(&same, &Selection::new(least_cost(), 1.0)).unwrap_err();
    assert!(error.to_string().contains("the name is not unique"), "{error}");
    let error = study.best_within(&scenarios, &Allocation::new(least_cost(), 59)).unwrap_err();
    assert!(error.to_string().contains("must be at least 60: 10 of each of 6 scenarios"), "{error}");

    // Nobody comes in most replications.
    let quiet = desk(2, hours(1), 0.01);
    let study = Study::new(Experiment::new(&quiet).horizon(hours(20)));
    let goal = Goal::least(Figure::lead_time(Customers::All));
    let error = study.best(&scenarios, &Selection::new(goal, 0.1)).unwrap_err();
    assert_eq!(error.defects().len(), scenarios.len(), "{error}");
    assert!(
        error.to_string().contains("of 30 replications, as there is nothing to average in them"),
        "{error}"
    );
}
