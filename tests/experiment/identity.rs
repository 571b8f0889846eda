//! The same experiment gives the same results, however it is run.

use knockon::prelude::*;

use super::models::{counter, office};
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

#[test]
fn results_read_back_from_json_the_same() {
    let office = office();
    let experiment = Experiment::new(&office).horizon(hours(60)).warm_up(hours(1)).replications(4);
    let all = experiment.presence().sample_at([hours(0), hours(7)]).longer_than([minutes(20)]);
    let results = all.run().unwrap();
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
