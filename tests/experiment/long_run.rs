//! The steady state from one long run.

use knockon::experiment::Customers;
use knockon::prelude::*;
use knockon::results::LongRun;

use super::models::{counter, office};

/// Stories of many kinds: people that are shared, come and go, ask, and are blocked.
fn stories() -> Vec<Model> {
    let texts = [
        include_str!("../../examples/models/billing_cycle.toml"),
        include_str!("../../examples/models/engineering_clarification.toml"),
        include_str!("../../examples/models/gown_hoarding.toml"),
    ];
    texts.map(|text| Model::from_toml(text).unwrap()).into()
}

/// Whatever the model, figures are those of a replication of the same length; only a rest of at most 2,000 microseconds
/// is not in a block.
#[test]
fn figures_are_those_of_a_replication() {
    let mut compared = 0;
    for model in [counter(8.0), office()].into_iter().chain(stories()) {
        let experiment = Experiment::new(&model).horizon(weeks(8)).warm_up(weeks(1)).seed(4);
        let (results, run) =
            (experiment.on(&model).replications(1).run().unwrap(), experiment.one_long_run().unwrap());
        assert_eq!((run.manifest.replications, run.manifest.events), (1, results.manifest.events));
        assert_eq!((run.manifest.warm_up, run.blocks), (168.0, 2000));
        for figure in &run.figures {
            let (found, expected) =
                (figure.batch_means.estimate, figure.figure.of(&results).unwrap().unwrap());
            let close = (found.mean - expected.mean).abs() <= 1e-6 * expected.mean.abs();
            assert!(close, "{} {}: {found:.9}, {expected:.9}", model.name, figure.figure);
            compared += 1;
        }
        // Nothing of what it is meant to have is missing.
        let meant = |figure: &&Figure| {
            matches!(
                figure,
                Figure::LeadTime { .. }
                    | Figure::PromiseKept { .. }
                    | Figure::Throughput { .. }
                    | Figure::LostShare { .. }
                    | Figure::WaitingTime { .. }
                    | Figure::QueueLength { .. }
                    | Figure::Utilization { .. }
                    | Figure::PoolUtilization { .. }
            )
        };
        for figure in Figure::every(&results).iter().filter(meant) {
            assert!(run.of(figure).is_ok(), "{} {figure}", model.name);
        }
    }
    assert!(compared > 60, "{compared}");
}

fn busy(horizon: Span) -> LongRun {
    Experiment::new(&counter(8.0)).horizon(horizon).choose_warm_up().one_long_run().unwrap()
}

/// 1,000 busy periods of a counter at half load, 100 runs: mean wait, queue, utilization and promise. So short a run has intervals
/// of 95 % that cover a little less. Level 2e-3 each, for a coverage of 90 %: at least 81 are covered.
#[test]
fn intervals_cover() {
    let model = counter(5.0);
    let known = [
        (Figure::waiting_time("counter"), 0.1),
        (Figure::queue_length("counter"), 0.5),
        (Figure::utilization("counter"), 0.5),
        (Figure::promise_kept(Customers::All), 1.0 - (-1.25f64).exp()),
    ];
    let mut covered = [0; 4];
    for seed in 1..=100 {
        let run = Experiment::new(&model).horizon(hours(400)).choose_warm_up().seed(seed);
        let run = run.one_long_run().unwrap();
        for (count, (figure, truth)) in covered.iter_mut().zip(&known) {
            let interval = run.of(figure).unwrap().interval.unwrap();
            *count += u32::from(interval.low <= *truth && *truth <= interval.high);
        }
    }
    assert!(covered.iter().all(|&covered| covered >= 81), "{covered:?}");
}

#[test]
fn a_run_that_is_too_short_says_so() {
    let short = busy(days(4));
    assert!(short.warnings.iter().any(|warning| warning.contains("depend on each other")), "{short}");
    let long = busy(weeks(100));
    assert!(long.warnings.is_empty(), "{long}");
    let few = Experiment::new(&counter(8.0)).horizon(hours(9)).one_long_run().unwrap();
    assert!(few.warnings.iter().any(|warning| warning.contains("cases of `walk-in`")), "{few}");
    let overloaded = Experiment::new(&counter(11.0)).horizon(weeks(2)).choose_warm_up().one_long_run();
    let overloaded = overloaded.unwrap();
    assert!(overloaded.warnings.len() > 1, "{overloaded}");
}

#[test]
fn what_it_says_can_be_read_and_kept() {
    let run = busy(weeks(4));
    let text = run.to_string();
    assert!(text.contains("the mean lead time of `walk-in`: "), "{text}");
    assert!(text.contains("the throughput of all customers per hour: 7.9 ("), "{text}");
    let kept: LongRun = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
    assert_eq!(kept, run);
    let unknown = run.of(&Figure::waiting_time("nobody")).unwrap_err().to_string();
    assert!(unknown.contains("nobody") && unknown.contains("`counter`"), "{unknown}");
}

#[test]
fn all_defects_are_told() {
    let model = counter(8.0);
    let refused = Experiment::new(&model).until_cases(100).level(2.0).one_long_run().unwrap_err();
    let places: Vec<_> = refused.defects().iter().map(|defect| defect.place.as_str()).collect();
    assert_eq!(places, ["confidence level", "horizon"]);
    let refused = Experiment::new(&model).one_long_run().unwrap_err();
    assert_eq!(refused.defects().len(), 1);
    let cut = Experiment::new(&model).horizon(weeks(9)).max_events(100).one_long_run().unwrap_err();
    assert!(cut.to_string().contains("budget of 100 events"), "{cut}");
}
