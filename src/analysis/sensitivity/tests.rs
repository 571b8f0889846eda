//! Sensitivities against derivatives of formulas, and against schedules worked out by hand.

use super::*;
use crate::experiment::Experiment;
use crate::model::{EXIT, Model};
use crate::random::Dist;
use crate::stats::Interval;
use crate::time::{days, hours, minutes, per_hour};

/// A Jackson network: one enters per hour; of those who leave the check, three of ten go back to production.
fn network() -> Model {
    Model::builder("network")
        .department("intake", |d| d.staff(1).service(Dist::exponential(minutes(30))))
        .department("production", |d| d.staff(1).service(Dist::exponential(minutes(24))))
        .department("check", |d| d.staff(1).service(Dist::exponential(minutes(20))))
        .handoff("intake", "production", |h| h)
        .handoff("production", "check", |h| h)
        .handoff("check", "production", |h| h.probability(0.3))
        .handoff("check", EXIT, |h| h.probability(0.7))
        .customers("orders", |c| c.poisson(per_hour(1.0)).enter("intake"))
        .build()
        .unwrap()
}

/// Visits per customer, and services per hour, of the three departments.
const VISITS_AND_RATES: [(f64, f64); 3] = [(1.0, 2.0), (1.0 / 0.7, 2.5), (1.0 / 0.7, 3.0)];

/// With v visits of customers who come at rate 1, the lead time is the sum of v / (mu - v) (Jackson 1957), and its derivative
/// by ln mu is -v mu / (mu - v)^2.
fn elasticity_by_formula(department: usize) -> f64 {
    let lead_time: f64 = VISITS_AND_RATES.iter().map(|(visits, rate)| visits / (rate - visits)).sum();
    let (visits, rate) = VISITS_AND_RATES[department];
    -visits * rate / (rate - visits).powi(2) / lead_time
}

fn covers(estimate: &Estimate, value: f64) -> bool {
    estimate.interval.is_some_and(|interval| interval.low <= value && value <= interval.high)
}

/// Intervals of 99 %, seed 1; each may leave the value out once in a hundred seeds.
#[test]
fn elasticities_of_a_jackson_network_are_those_of_the_formula() {
    let model = network();
    let experiment = Experiment::new(&model).horizon(days(60)).warm_up(days(5)).replications(30).level(0.99);
    let sensitivity = Study::new(experiment).sensitivity().unwrap();
    for (at, department) in sensitivity.departments.iter().enumerate() {
        let change = &department.rate.system;
        let elasticity = change.lead_time_elasticity.unwrap();
        let expected = elasticity_by_formula(at);
        assert!(covers(&elasticity, expected), "{}: {elasticity}, not {expected}", department.department);
        // On the same draws: an interval of the difference of two runs apart would be several times as wide.
        assert!(elasticity.half_width().unwrap() < 0.4 * expected.abs(), "{elasticity}");
        // Whoever comes is served: the throughput is that of the arrivals.
        assert!(change.throughput_elasticity.unwrap().mean.abs() < 0.01);
        // The only class is everybody.
        assert_eq!(department.rate.classes[0].change, *change);
    }
    let ranking = sensitivity.ranking();
    assert_eq!((ranking.by, ranking.departments[0].department.as_str()), (RankedBy::LeadTime, "production"));
    assert_eq!(ranking, sensitivity.ranking_for("orders").unwrap());
}

/// How many of so many experiments have an interval that contains the elasticity.
fn covered(experiments: u64) -> u64 {
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(30))))
        .customers("visitors", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build()
        .unwrap();
    let covers = |seed: &u64| {
        let experiment = Experiment::new(&model).horizon(hours(400)).warm_up(hours(40));
        let study = Study::new(experiment.replications(20).seed(*seed));
        let sensitivity = study.sensitivity().unwrap();
        // T = 1 / (mu - lambda): d ln T / d ln mu = -mu / (mu - lambda).
        covers(&sensitivity.departments[0].rate.system.lead_time_elasticity.unwrap(), -2.0)
    };
    (1..=experiments).filter(covers).count() as u64
}

/// 95 % intervals, 40 seeds: with a true coverage of 95 %, less than 33 happen with a probability of 0.4 %.
#[test]
fn intervals_of_elasticities_cover() {
    let covered = covered(40);
    assert!(covered >= 33, "{covered}");
}

/// 95 % intervals, 400 seeds: with a true coverage of 95 %, shares outside of 91 to 98.5 % happen with a probability of 0.2 %.
#[test]
#[ignore = "takes a minute"]
fn intervals_of_elasticities_cover_at_their_level() {
    let covered = covered(400);
    assert!((364..=394).contains(&covered), "{covered}");
}

/// Two customers at the start, one person, two hours each: lead times of 2 and 4. Both are 1 % shorter with 1 % more rate; with
/// one more person, both are 2.
#[test]
fn a_schedule_by_hand() {
    let model = Model::builder("desk")
        .class("orders", |c| c.delay_cost(10.0))
        .department("desk", |d| d.staff(1).service(hours(2)))
        .customers("orders", |c| c.schedule([hours(0), hours(0)]).enter("desk").promise(hours(3)))
        .build()
        .unwrap();
    let sensitivity =
        Study::new(Experiment::new(&model).until_all_done().replications(2)).sensitivity().unwrap();
    let desk = sensitivity.department("desk").unwrap();
    let (rate, one_more) = (&desk.rate.system, &desk.one_more.as_ref().unwrap().system);
    let is = |estimate: Option<Estimate>, value: f64| (estimate.unwrap().mean - value).abs() < 1e-6;
    assert!(is(rate.lead_time.map(|time| time.0), 3.0 / 1.01 - 3.0));
    assert!(is(rate.lead_time_elasticity, -1.0));
    assert!(is(rate.throughput_elasticity, 1.0));
    assert!(is(rate.cost, 60.0 / 1.01 - 60.0));
    assert!(is(rate.promise_kept, 0.0));
    assert!(is(one_more.lead_time.map(|time| time.0), -1.0));
    assert!(is(one_more.promise_kept, 0.5));
    assert!(is(one_more.throughput, 1.0 - 0.5));
    assert!(is(one_more.cost, -20.0));
    assert_eq!(one_more.lead_time_elasticity, None);
    assert_eq!(desk.fewer_errors, None);
    assert!(is(desk.one_more.as_ref().unwrap().classes[0].change.cost, -20.0));
    assert!(sensitivity.department("desks").unwrap_err().to_string().contains("desks"));
    assert!(sensitivity.ranking_for("order").unwrap_err().to_string().contains("orders"));
    let text = serde_json::to_string(&sensitivity).unwrap();
    assert_eq!(serde_json::from_str::<Sensitivity>(&text).unwrap(), sensitivity);
}

/// A calendar that says how many people come does not know of one more; work that takes no time is no faster: the
/// differences are nothing, with intervals of no width.
#[test]
fn where_nothing_changes_the_difference_is_exactly_nothing() {
    let model = Model::builder("desks")
        .calendar("office", |c| c.cycle(hours(24), [(hours(0), 1), (hours(16), 0)]))
        .pool("clerks", |p| p.staff(3).shifts("office", |s| s))
        .department("desk", |d| d.pool("clerks").service(Dist::exponential(minutes(30))))
        .department("side", |d| d.infinite_staff().service(minutes(0)))
        .handoff("desk", "side", |h| h)
        .customers("visitors", |c| c.poisson(per_hour(1.0)).enter("desk").promise(hours(2)))
        .build()
        .unwrap();
    let study = Study::new(Experiment::new(&model).horizon(days(20)).replications(5));
    let sensitivity = study.sensitivity().unwrap();
    let none = |estimate: &Estimate| (estimate.mean, estimate.half_width()) == (0.0, Some(0.0));
    let nothing = |change: &Change| {
        let figures = [change.lead_time.map(|time| time.0), change.promise_kept, change.throughput];
        let elasticities = [change.lead_time_elasticity, change.throughput_elasticity].into_iter().flatten();
        figures.iter().all(|figure| figure.as_ref().is_some_and(none))
            && elasticities.into_iter().all(|of| none(&of))
    };
    let [desk, side] = &sensitivity.departments[..] else { panic!("two departments") };
    assert!(nothing(&desk.one_more.as_ref().unwrap().system));
    assert!(nothing(&side.rate.system) && side.one_more.is_none());
    assert!(!nothing(&desk.rate.system));
    let base = study.base().unwrap();
    assert!(nothing(&Effect::between(&base, &base).system));
    // And nobody is best where nothing is won.
    let gain = |of: &DepartmentSensitivity| RankedBy::LeadTime.gain(&of.rate.system).unwrap();
    assert!(none(&gain(side)) && gain(side).mean.is_sign_positive());
}

/// Half of what is made is made again: with fewer errors, less.
#[test]
fn fewer_errors_save_rework() {
    let model = Model::builder("forms")
        .department("desk", |d| {
            d.staff(1).service(Dist::exponential(minutes(15))).errors(|e| e.probability(0.5))
        })
        .department("check", |d| d.staff(1).service(Dist::exponential(minutes(10))).detects(|d| d))
        .handoff("desk", "check", |h| h)
        .customers("forms", |c| c.poisson(per_hour(1.5)).enter("desk"))
        .build()
        .unwrap();
    let study = Study::new(Experiment::new(&model).horizon(days(20)).warm_up(days(2)).replications(5));
    let sensitivity = study.sensitivity().unwrap();
    let [desk, check] = &sensitivity.departments[..] else { panic!("two departments") };
    let saved = desk.fewer_errors.as_ref().unwrap().system.lead_time.unwrap();
    assert!(saved.high().unwrap() < 0.0, "{saved}");
    assert_eq!(check.fewer_errors, None);
}

#[test]
fn steps_that_mean_nothing_are_refused() {
    let model = network();
    let study = Study::new(Experiment::new(&model).horizon(days(1)).replications(2));
    for step in [0.0, -0.01, 1.5, f64::NAN, f64::INFINITY] {
        let error = study.sensitivity_with(step).unwrap_err().to_string();
        assert!(error.contains("must be above 0 and at most 1"), "{error}");
    }
}

/// The best are those that may be it, and nobody where the first is not known to do anything.
#[test]
fn the_best_are_a_set() {
    let ranked = |name: &str, low: f64, high: f64| Ranked {
        department: name.into(),
        gain: Estimate {
            mean: (low + high) / 2.0,
            interval: Some(Interval { std_error: (high - low) / 4.0, low, high, level: 0.95 }),
            replications: 10,
        },
    };
    let best = |all: Vec<Ranked>| Ranking::of(0.01, RankedBy::LeadTime, all).best;
    assert_eq!(best(vec![ranked("a", 0.1, 0.3), ranked("b", 0.5, 0.7), ranked("c", 0.2, 0.55)]), ["b", "c"]);
    assert_eq!(best(vec![ranked("a", 0.1, 0.3), ranked("b", 0.5, 0.7)]), ["b"]);
    assert!(best(vec![ranked("a", -0.1, 0.3), ranked("b", 0.0, 0.0)]).is_empty());
    assert!(best(vec![]).is_empty());
    let ranking = Ranking::of(0.01, RankedBy::LeadTime, vec![ranked("a", 0.1, 0.3), ranked("b", 0.5, 0.7)]);
    let lines = "1 % more rate saves of the mean lead time:\n  b: 36 min (30 to 42)\n  a: 12 min (6 to 18)\n\
                 it does most in b";
    assert_eq!(ranking.to_string(), lines);
}
