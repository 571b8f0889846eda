//! The programs of the stories: their figures agree with formulas and with what must be, and what they print is complete.
//!
//! Statistical tests compare with exact figures at four standard errors, and the seeds are fixed.

#![allow(dead_code, clippy::duplicate_mod)] // Every example brings its `main` and the shared tables.

#[path = "../examples/barrier_effect.rs"]
mod barrier_effect;
#[path = "../examples/gown_hoarding.rs"]
mod gown_hoarding;
#[path = "../examples/it_ticket_blocks_sales.rs"]
mod it_ticket_blocks_sales;
#[path = "../examples/mutual_service.rs"]
mod mutual_service;
#[path = "../examples/new_hire_computer.rs"]
mod new_hire_computer;
#[path = "../examples/purchasing_waits_for_order.rs"]
mod purchasing_waits_for_order;
#[path = "../examples/reception_without_answers.rs"]
mod reception_without_answers;
#[path = "../examples/store_opening.rs"]
mod store_opening;

use knockon::interventions::Intervention;
use knockon::model::{Model, Policy, Staff};
use knockon::random::Dist;
use knockon::results::Results;
use knockon::stats::{Estimate, Series};
use knockon::time::{hours, per_day, seconds, weeks};
use statrs::distribution::{ContinuousCDF, Gamma};

fn story(name: &str) -> Model {
    barrier_effect::story::model(name).unwrap()
}

fn estimate(series: &Series) -> Estimate {
    series.estimate(0.95).unwrap()
}

fn assert_close(what: &str, series: &Series, exact: f64) {
    let estimate = estimate(series);
    let error = estimate.std_error().expect("there are several replications");
    let off = (estimate.mean - exact) / error;
    assert!(off.abs() < 4.0, "{what}: {estimate}, exact {exact}, {off:.1} standard errors off");
    assert!(error < 0.1 * exact, "{what}: {estimate} says little");
}

/// The question is asked as the story asks it, and nothing is missing that the answer should have.
fn assert_answers(text: &str, parts: &[&str]) {
    for part in
        parts.iter().chain(&["What hangs on what is assumed", "as assumed", "Most hangs on this: with"])
    {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
    assert_readable(text);
}

fn assert_readable(text: &str) {
    assert!(text.lines().all(|line| line.chars().count() <= 120 && line == line.trim_end()), "{text}");
}

/// Half is gone in every replication, and the interval is a point.
#[test]
fn the_share_that_is_gone_is_one_less_the_ratio() {
    let before: Series = [(10.0, 4.0), (20.0, 5.0), (12.0, 3.0)].into_iter().collect();
    let half: Series = [(5.0, 4.0), (10.0, 5.0), (6.0, 3.0)].into_iter().collect();
    let gone = barrier_effect::story::share_gone(&before, &half).unwrap();
    assert!((gone.mean - 0.5).abs() < 1e-12 && gone.half_width().unwrap() < 1e-9, "{gone}");
    let less: Series = [(4.0, 4.0), (12.0, 5.0), (6.0, 3.0)].into_iter().collect();
    let gone = barrier_effect::story::share_gone(&before, &less).unwrap();
    assert!((gone.mean - (1.0 - 22.0 / 42.0)).abs() < 1e-12, "{gone}");
    assert!(
        gone.low().unwrap() < gone.mean && gone.mean < gone.high().unwrap() && gone.high().unwrap() < 1.0
    );
}

/// Where the department has hardly any work of its own, no lateness starts there; as it is, most does.
#[test]
fn lateness_starts_with_requests_that_lie_behind_other_work() {
    use purchasing_waits_for_order::{answer, ideas, lateness, study};
    let model = story("purchasing_waits_for_order");
    let as_it_is = study(&model, 3);
    let [first, _] = ideas();
    let gone = lateness(&as_it_is, &first).unwrap()[2].estimate.unwrap();
    assert!(gone.low().unwrap() > 0.8, "{gone}");
    assert_answers(
        &answer(&as_it_is).unwrap(),
        &[
            "How much of the customer's lateness starts with the late request?",
            "requests first",
            "By the ledger",
        ],
    );

    let mut alone = model.clone();
    alone.stream_mut("own work").unwrap().arrivals =
        knockon::model::Arrivals::Poisson { rate: per_day(0.001) };
    alone.stream_mut("machine").unwrap().promise = Some(weeks(7));
    let gone = lateness(&study(&alone, 3), &first).unwrap()[2].estimate.unwrap();
    assert!(gone.mean.abs() < 0.01, "{gone}");
}

/// With tags and twelve people hardly anybody waits: a customer stays for 5 minutes, after a night without sleep 1.3 times as
/// long, and one in fifty asks for what takes 2 minutes.
#[test]
fn opening_days_cost_what_they_must() {
    use store_opening::{answer, customers, run};
    let model = story("store_opening");
    let days = run(&model, 40).unwrap();
    for (results, exact) in days.iter().zip([5.0 + 0.02 * 2.0, 1.3 * 5.0 + 0.02 * 2.0]) {
        let stay =
            estimate(&customers(results, |of| (of.lead_time.sum, of.lead_time.count as f64))).times(60.0);
        assert!(stay.mean > exact - 0.1 && stay.mean < exact + 0.1, "{stay}, exact {exact}");
    }
    // 40 an hour for 11 hours, the same on all days.
    assert_close("customers", &customers(&days[2], |of| (of.arrived as f64, 1.0)), 440.0);
    let came =
        |results: &Results| results.replications.iter().map(|one| one.classes[1].arrived).collect::<Vec<_>>();
    assert!(days.iter().all(|results| came(results) == came(&days[0])));
    for class in days.iter().flat_map(|results| &results.replications).map(|one| one.classes[1]) {
        let cost = 60.0 * class.lost() as f64 + 10.0 * class.lead_time.sum;
        assert!((class.cost.total() - cost).abs() < 1e-6 * cost, "{cost}, {:?}", class.cost);
    }
    let [_, alone, without] =
        days.map(|results| estimate(&customers(&results, |of| (of.lost() as f64, of.arrived as f64))));
    assert!(without.low() > alone.high(), "{alone}, without tags {without}");
    assert_answers(
        &answer(&model, 8).unwrap(),
        &["What do the missing tags cost on opening day", "customs delay alone", "charged to the terminal"],
    );
}

/// The race between the car and the pass, where nobody waits in line for a pass: the car comes first with probability
/// 1 - E exp(-S/m), with m the mean time before the arrival and S the work on the pass. Nine in ten are then refused.
#[test]
fn the_loss_is_that_of_a_race() {
    use barrier_effect::{answer, ideas, lost, study, with};
    let model = story("barrier_effect");
    let (spread, steps) = (1.64f64.ln().sqrt(), 4000);
    for (change, issue) in [(30.0, 20.0), (90.0, 60.0), (180.0, 20.0)] {
        let mut alone = with(&model, change, issue).unwrap();
        alone.department_mut("pass office").unwrap().staff = Staff::Infinite;
        alone.department_mut("gate").unwrap().patience = None;
        let pass_first: f64 = (0..steps)
            .map(|at| -8.0 + 16.0 * (f64::from(at) + 0.5) / f64::from(steps))
            .map(|z: f64| {
                let work = issue * (spread * z - spread * spread / 2.0).exp();
                (-z * z / 2.0 - work / change).exp() * 16.0 / f64::from(steps)
            })
            .sum();
        let exact = 0.9 * (1.0 - pass_first / (2.0 * std::f64::consts::PI).sqrt());
        let results = study(&alone, 12).base().unwrap();
        assert_close("the loss", &lost(&results), exact);
    }

    // The file has 90 and 20 minutes.
    let as_it_is = study(&model, 3);
    let same = with(&model, 90.0, 20.0).unwrap();
    assert_eq!(lost(&study(&same, 3).base().unwrap()), lost(&as_it_is.base().unwrap()));
    let likely = |results: &Results| estimate(&lost(results)).mean;
    let base = likely(&as_it_is.base().unwrap());
    let [first, office, guard] = ideas().map(|idea| likely(&as_it_is.with(&idea.changes).unwrap()));
    assert!(
        office < first && first < base && (guard - base).abs() < 0.03,
        "{base}: {first}, {office}, {guard}"
    );
    assert_answers(
        &answer(&as_it_is).unwrap(),
        &["How likely is the loss, by how late plans change", "90 min before", "one more in the pass office"],
    );
}

/// Nobody can be ready before the maker, or the dealer, has delivered; and hardly anybody waits for IT for more than a week.
#[test]
fn a_computer_is_ready_when_it_has_been_delivered() {
    use new_hire_computer::{FLEXIBLE, NOTICE, answer, ready, run, with};
    let model = story("new_hire_computer");
    assert_eq!(with(&model, 1, None).unwrap(), model);
    let gamma = |mean: f64, cv: f64| Gamma::new(1.0 / (cv * cv), 1.0 / (cv * cv) / mean).unwrap();
    for (dealer, share) in [(None, 0.05), (Some(FLEXIBLE), FLEXIBLE)] {
        let mut before = 0.0;
        for notice in NOTICE {
            let delivered =
                |days: f64| (1.0 - share) * gamma(19.0, 0.15).cdf(days) + share * gamma(3.0, 0.3).cdf(days);
            let days = 7.0 * f64::from(notice);
            let share = estimate(&ready(&run(&with(&model, notice, dealer).unwrap(), 3).unwrap()).unwrap());
            let noise = 4.0 * share.std_error().unwrap() + 0.01;
            assert!(share.mean < delivered(days) + noise, "{notice} weeks: {share}");
            assert!(share.mean > delivered(days - 7.0) - noise, "{notice} weeks: {share}");
            assert!(share.mean >= before, "{notice} weeks: {share}, less notice {before}");
            before = share.mean;
        }
    }
    assert_answers(&answer(&model, 2).unwrap(), &["Ready on day one: how often?", "1 week ", "5 weeks"]);
}

/// Where a closet has gowns for months, nobody finds it empty, and trust is never lost.
#[test]
fn trust_hangs_on_full_closets() {
    use gown_hoarding::{AGREED, answer, run, short, with};
    let model = story("gown_hoarding");
    assert_eq!(with(&model, AGREED[0].1).unwrap(), model);
    let all = with(&model, AGREED[4].1).unwrap();
    for (stock, ward) in all.stocks.iter().zip(&all.departments) {
        assert!(matches!(stock.supplies[0].policy, Policy::Periodic { every, .. } if every == hours(12)));
        assert_eq!(stock.supplies[1].policy, Policy::Alert { at: 12, quantity: 20 });
        let hoarding = ward.uses[0].hoarding.as_ref().unwrap();
        assert_eq!((hoarding.extra, hoarding.most), (2, 4));
    }
    let [was, often] =
        [0, 1].map(|at| estimate(&short(&run(&with(&model, AGREED[at].1).unwrap(), 3).unwrap())).mean);
    assert!(was > 20.0 && often < 0.5 * was, "{was}, more often {often}");
    let mut full = model.clone();
    for stock in &mut full.stocks {
        stock.initial = 20_000;
    }
    let results = run(&full, 2).unwrap();
    assert_eq!(estimate(&short(&results)).mean, 0.0);
    assert!(results.uses.iter().all(|one| one.mistrust.as_ref().unwrap().mean == 0.0));
    assert_answers(
        &answer(&model, 2).unwrap(),
        &["Which of the three agreed changes ends the stock-outs", "a warning", "\"more often\" brings most"],
    );
}

/// What an hour inside costs is what customers cost less, for the hours that nobody waits any more.
#[test]
fn an_hour_inside_costs_customers_what_they_do_not_lose_without_it() {
    use it_ticket_blocks_sales::{SUPPORT, answer, internal, per_hour_of_waiting, study};
    let model = story("it_ticket_blocks_sales");
    let as_it_is = study(&model, 3);
    let many = SUPPORT.map(|of| Intervention::add_staff(of, 20));
    let (base, without) = (as_it_is.base().unwrap(), as_it_is.with(&many).unwrap());
    assert_eq!(estimate(&internal(&without)).mean, 0.0);
    let cost = |results: &Results| -> f64 {
        let customers = results.replications.iter().map(|one| one.classes[0]);
        customers.map(|of| 300.0 * of.lost() as f64 + 8.0 * of.lead_time.sum).sum()
    };
    // Every wait of a request, from the results of the requests.
    let waits = base.requests.iter().filter_map(|of| of.waiting.as_ref());
    let waited: f64 = waits.map(|of| of.count as f64 * of.mean.mean).sum();
    let expected = (cost(&base) - cost(&without)) / waited;
    let found = estimate(&per_hour_of_waiting(&as_it_is, &SUPPORT, |of| of.cost.total()).unwrap()).mean;
    assert!((found - expected).abs() < 1e-6 * expected && found > 20.0, "{found}, expected {expected}");
    assert_answers(
        &answer(&as_it_is).unwrap(),
        &[
            "What does each hour of internal waiting cost the external customer?",
            "accounting",
            "a spare computer",
        ],
    );
}

/// If no call brings an answer, each customer calls 1 + 0.7 + ... + 0.7^4 times, and then stops.
#[test]
fn calls_are_repeated_as_often_as_callers_try() {
    use reception_without_answers::{answer, ideas, repeats, stop, study};
    let model = story("reception_without_answers");
    let mut never = model.clone();
    let question = never.request_mut("what the caller wants to know").unwrap();
    question.probability = Some(1.0);
    question.longest_wait = Some(Dist::constant(seconds(1)));
    let reception = never.department_mut("reception").unwrap();
    (reception.staff, reception.patience) = (Staff::Count(40), None);
    reception.errors.as_mut().unwrap().after_guess = Some(1.0);
    let results = study(&never, 3).base().unwrap();
    let attempts: f64 = (0..=4).map(|times| 0.7f64.powi(times)).sum();
    let repeated = estimate(&repeats(&results).unwrap()).mean;
    assert!((repeated - (1.0 - 1.0 / attempts)).abs() < 0.01, "{repeated}, {attempts} calls each");
    let stopped = estimate(&stop(&results).unwrap()).mean;
    assert!(stopped > 0.98, "{stopped}");

    let as_it_is = study(&model, 2);
    let share = |results: &Results| estimate(&repeats(results).unwrap()).mean;
    let base = share(&as_it_is.base().unwrap());
    let gains = ideas().map(|idea| base - share(&as_it_is.with(&idea.changes).unwrap()));
    assert!(gains.iter().all(|gain| *gain > 0.0) && gains[0] < 0.5 * gains[1], "{base}: {gains:?}");
    assert_answers(
        &answer(&as_it_is).unwrap(),
        &["How many calls are repeats, and how many customers stop calling?", "one more receptionist"],
    );
}

/// Only a circle of people who are held can stand still: not if those who ask are freed, nor if one side never asks.
#[test]
fn only_circles_of_held_people_stand_still() {
    use mutual_service::{answer, freed, standstills, study, with};
    let model = story("mutual_service");
    assert_eq!(with(&model, 0.5, false).unwrap(), model);
    assert!(model.requests.iter().all(|of| of.longest_wait == Some(Dist::constant(hours(4)))));
    let often = with(&model, 0.7, true).unwrap();
    let found = standstills(&often, 4).unwrap();
    assert!(found.iter().all(|time| time.is_some_and(|time| time < hours(2000))), "{found:?}");
    let released = often.with(&freed().changes).unwrap();
    assert_eq!(standstills(&released, 2).unwrap(), [None, None]);
    let mut one_way = often.clone();
    one_way.request_mut("what was meant").unwrap().probability = Some(0.0);
    assert_eq!(standstills(&one_way, 2).unwrap(), [None, None]);
    let rarely = standstills(&with(&model, 0.1, true).unwrap(), 2).unwrap();
    assert_eq!(rarely, [None, None]);

    let text = answer(&study(&model, 2), 2).unwrap();
    for part in ["When does mutual waiting turn into a standstill", "70 %", "freed while they wait"] {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
    assert_readable(&text);
}
