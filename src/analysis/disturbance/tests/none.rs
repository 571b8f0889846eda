//! Where nothing happens nothing differs, whatever the model has; and threads make no difference.

use crate::analysis::{Following, Study};
use crate::interventions::Intervention;
use crate::model::Staff;
use crate::prelude::*;

/// The story models, but for the one that is made to end in a standstill. Together they have every construct.
const STORIES: [&str; 9] = [
    "barrier_effect",
    "billing_cycle",
    "engineering_clarification",
    "gown_hoarding",
    "it_ticket_blocks_sales",
    "new_hire_computer",
    "purchasing_waits_for_order",
    "reception_without_answers",
    "store_opening",
];

fn story(name: &str) -> Model {
    Model::read(format!("{}/examples/models/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Work that takes 1 times as long as usual, for some days, wherever it can be disturbed: no record differs.
#[test]
fn nothing_comes_of_nothing() {
    for name in STORIES {
        let model = story(name);
        let slow = |department: &crate::model::Department| Intervention::SlowDown {
            department: department.name.clone(),
            at: days(2),
            lasts: days(3),
            factor: 1.0,
        };
        let fits = |change: &Intervention| model.with(std::slice::from_ref(change)).is_ok();
        let changes: Vec<Intervention> = model.departments.iter().map(slow).filter(fits).collect();
        assert!(!changes.is_empty(), "{name}");
        let changed = model.with(&changes).unwrap();
        let experiment = Experiment::new(&model).horizon(weeks(3)).replications(2);
        let cases = experiment.beside(&changed).run(|pair| {
            assert_eq!(pair.base.cases, pair.changed.cases, "{name}");
            assert_eq!(pair.base.visits, pair.changed.visits, "{name}");
            assert_eq!(pair.base.requests, pair.changed.requests, "{name}");
            pair.cases().len()
        });
        assert!(cases.unwrap().into_iter().all(|cases| cases > 0), "{name}");
        let result = Study::new(experiment).disturb(&changes).unwrap();
        assert_eq!((result.system.hours.mean, result.system.touched.mean), (0.0, 0.0), "{name}");
        assert_eq!((result.department_hours.mean, result.amplification), (0.0, None), "{name}");
        assert!(result.system.stretches.is_empty() && result.last.is_none(), "{name}");
        assert!(result.transitions.iter().all(|of| of.without == of.with), "{name}");
    }
}

/// Who ended before it began feels nothing of it; and what it does does not depend on threads.
#[test]
fn threads_make_no_difference() {
    for (name, of) in [("billing_cycle", "coding"), ("it_ticket_blocks_sales", "")] {
        let model = story(name);
        let own = |department: &&crate::model::Department| matches!(department.staff, Staff::Count(_));
        let of = if of.is_empty() { &model.departments.iter().find(own).unwrap().name } else { of };
        let surge = |name: &str| Intervention::surge(name, days(9), days(2), 1.5);
        let fits = |change: &Intervention| model.with(std::slice::from_ref(change)).is_ok();
        let surge = model.streams.iter().map(|stream| surge(&stream.name)).find(fits).unwrap();
        let disturbances = [Intervention::outage(of, hours(10 * 24 + 9), hours(6)), surge];
        let on = |threads: usize| {
            let experiment = Experiment::new(&model).horizon(weeks(4)).replications(5).threads(threads);
            let study = Study::new(experiment);
            let following = Following { stretch: Some(hours(8)), ..Following::default() };
            let disturbance = study.disturb_by(&disturbances, &following).unwrap();
            (disturbance, study.influence(hours(10 * 24 + 9), hours(2)).unwrap())
        };
        let one = on(1);
        assert_eq!(one, on(2), "{name}");
        assert_eq!(one, on(7), "{name}");
        let first = one.0.system.stretches[0];
        assert!(one.0.system.touched.mean > 0.0, "{name}");
        assert!(first.from < hours(9 * 24 + 8), "{name}");
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(
            serde_json::from_str::<(super::super::Disturbance, crate::analysis::Influence)>(&text).unwrap(),
            one
        );
        println!("{}\n{}", one.0, one.1);
    }
}
