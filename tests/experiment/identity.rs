//! The same experiment gives the same results, however it is run.

use knockon::experiment::{Horizon, Stopping, WarmUp};
use knockon::prelude::*;
use knockon::results::Manifest;

use super::models::{counter, office, workshop};
use super::{recorded, reproducible};

fn assert_same_for_any_threads(experiment: impl Fn() -> Experiment<'static>) {
    let of = |threads| reproducible(&experiment().threads(threads).run().unwrap());
    let one = of(1);
    assert!(one == of(2) && one == of(7));
}

#[test]
fn threads_do_not_matter() {
    let office: &'static Model = Box::leak(Box::new(office()));
    let counter: &'static Model = Box::leak(Box::new(counter(7.0)));
    assert_same_for_any_threads(|| {
        Experiment::new(office)
            .horizon(hours(60))
            .warm_up(hours(5))
            .replications(9)
            .presence()
            .sample_at([hours(3), hours(50)])
            .longer_than([hours(1)])
    });
    assert_same_for_any_threads(|| {
        Experiment::new(counter).horizon(hours(100)).precision(Precision {
            figure: Figure::waiting_time("counter"),
            half_width: HalfWidth::Relative(0.08),
            at_most: 500,
        })
    });
    assert_same_for_any_threads(|| {
        Experiment::new(counter).horizon(hours(200)).choose_warm_up().replications(12)
    });
    assert_same_for_any_threads(|| Experiment::new(office).until_cases(200).replications(9).self_check());
    let workshop: &'static Model = Box::leak(Box::new(workshop()));
    assert_same_for_any_threads(|| {
        Experiment::new(workshop).horizon(weeks(1)).precision(Precision {
            figure: Figure::response_time("advice"),
            half_width: HalfWidth::Relative(0.1),
            at_most: 60,
        })
    });
}

#[test]
fn observers_and_seeds_of_others_do_not_matter() {
    let office = office();
    let plain = || Experiment::new(&office).horizon(hours(60)).replications(5).seed(3);
    let replications = plain().run().unwrap().replications;
    let (with_records, _) = recorded(&plain().presence().self_check());
    assert_eq!(with_records.replications, replications);
    assert_ne!(plain().seed(4).run().unwrap().replications, replications);
}

#[test]
fn observers_of_dependence_do_not_matter() {
    let workshop = workshop();
    let plain = || Experiment::new(&workshop).horizon(weeks(1)).warm_up(days(1)).replications(3);
    let replications = plain().run().unwrap().replications;
    let (with_records, taken) = recorded(&plain().presence().longer_than([hours(1)]).self_check());
    assert_eq!(with_records.replications, replications);
    assert!(!taken.requests.is_empty());
    for (department, presence) in with_records.departments.iter().zip(&with_records.presence) {
        let shares = presence.shares.iter().enumerate();
        let mean: f64 = shares.map(|(number, share)| number as f64 * share.mean).sum();
        let present = department.visits.present.unwrap().mean;
        assert!((mean - present).abs() < 1e-9, "{}: {mean}, {present}", department.name);
    }
}

#[test]
fn any_replication_can_be_looked_at_alone() {
    let office = office();
    let experiment = || Experiment::new(&office).horizon(hours(60)).warm_up(hours(5)).seed(11);
    let whole = experiment().replications(10).run().unwrap();
    for number in [0, 3, 9] {
        let alone = experiment().first_replication(number).replications(1).run().unwrap();
        assert_eq!(alone.replications, whole.replications[number as usize..=number as usize]);
        assert_eq!(alone.manifest.first_replication, number);
    }
    let chosen = || Experiment::new(&office).horizon(hours(60)).choose_warm_up();
    let whole_chosen = chosen().replications(6).run().unwrap();
    let alone = chosen().first_replication(5).replications(1).run().unwrap();
    assert_eq!(alone.replications, whole_chosen.replications[5..]);

    let last = experiment().first_replication(u64::MAX).replications(2).run().unwrap();
    assert_eq!(last.replications[0].number, u64::MAX);
    assert_eq!(last.replications[1], whole.replications[0]);
}

#[test]
fn a_longer_run_with_a_precision_begins_like_a_fixed_one() {
    let model = counter(7.0);
    let precision = Precision {
        figure: Figure::QueueLength { department: "counter".into() },
        half_width: HalfWidth::Relative(0.08),
        at_most: 500,
    };
    let precise = Experiment::new(&model).horizon(hours(50)).precision(precision).run().unwrap();
    let count = precise.manifest.replications;
    assert!(count > 30, "{count}");
    let fixed = Experiment::new(&model).horizon(hours(50)).replications(count).run().unwrap();
    assert_eq!(fixed.replications, precise.replications);
    assert_eq!(fixed.departments, precise.departments);
}

/// With the model, the manifest says all that is needed.
#[test]
fn a_manifest_is_enough_to_make_the_results_again() {
    fn again<'m>(model: &'m Model, made: &Manifest) -> Experiment<'m> {
        let experiment = Experiment::new(model)
            .seed(made.seed)
            .level(made.level)
            .first_replication(made.first_replication)
            .percentiles(made.percentiles.iter().copied())
            .longer_than(made.longer_than.iter().copied())
            .sample_at(made.sample_at.iter().copied())
            .max_events(made.max_events)
            .max_cases_in_system(made.max_cases_in_system);
        let experiment = if made.presence { experiment.presence() } else { experiment };
        let experiment = match made.horizon {
            Horizon::Time(end) => experiment.horizon(end),
            Horizon::Cases(cases) => experiment.until_cases(cases),
            Horizon::AllDone => experiment.until_all_done(),
        };
        let experiment = match made.warm_up_rule {
            WarmUp::Given(span) => experiment.warm_up(span),
            WarmUp::Chosen => experiment.choose_warm_up(),
        };
        match made.stopping.clone() {
            Stopping::Fixed(count) => experiment.replications(count),
            Stopping::Precision(precision) => experiment.precision(precision),
        }
    }
    let (office, counter) = (office(), counter(7.0));
    let precision = Precision {
        figure: Figure::lead_time_percentile("walk-in", 0.8),
        half_width: HalfWidth::Relative(0.2),
        at_most: 60,
    };
    let of_counter = Experiment::new(&counter).horizon(hours(50)).precision(precision).percentiles([0.8]);
    let of_office = || Experiment::new(&office).seed(5).first_replication(3).level(0.9).replications(4);
    for (model, experiment) in [
        (&counter, of_counter.choose_warm_up().longer_than([minutes(4)])),
        (&office, of_office().horizon(hours(60)).warm_up(hours(2)).sample_at([hours(3)]).presence()),
        (&office, of_office().until_cases(90).max_events(100_000).max_cases_in_system(5000)),
    ] {
        let results = experiment.run().unwrap();
        let text = serde_json::to_string(&results.manifest).unwrap();
        let made: Manifest = serde_json::from_str(&text).unwrap();
        assert_eq!(reproducible(&again(model, &made).run().unwrap()), reproducible(&results));
    }
}

#[test]
fn results_read_back_from_json_the_same() {
    let office = office();
    let experiment = Experiment::new(&office).horizon(hours(60)).warm_up(hours(1)).replications(4);
    let all = experiment.presence().sample_at([hours(0), hours(7)]).longer_than([minutes(20)]);
    let results = all.run().unwrap();
    let text = serde_json::to_string(&results).unwrap();
    assert_eq!(serde_json::from_str::<Results>(&text).unwrap(), results);

    let workshop = workshop();
    let results = Experiment::new(&workshop).horizon(weeks(1)).replications(2).run().unwrap();
    let text = serde_json::to_string(&results).unwrap();
    assert_eq!(serde_json::from_str::<Results>(&text).unwrap(), results);

    let idle = Model::builder("idle")
        .department("desk", |d| d.staff(1).service(minutes(1)))
        .customers("nobody", |c| c.schedule([days(9)]).enter("desk").promise(hours(1)))
        .build()
        .unwrap();
    let nothing = Experiment::new(&idle).horizon(days(1)).replications(1).run().unwrap();
    let text = serde_json::to_string(&nothing).unwrap();
    assert_eq!(serde_json::from_str::<Results>(&text).unwrap(), nothing);
}
