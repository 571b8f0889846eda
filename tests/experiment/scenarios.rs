//! The same case meets the same service time in every scenario, whatever else changed.

use std::collections::HashMap;

use knockon::VisitRecord;
use knockon::model::{Discipline, InitialWork, Model};
use knockon::prelude::*;

use super::recorded;

fn base() -> Model {
    Model::builder("base")
        .class("plain", |c| c)
        .class("tricky", |c| c)
        .department("intake", |d| d.staff(2).service(Dist::exponential(minutes(10))))
        .department("work", |d| d.staff(3).service(Dist::lognormal(minutes(15), cv(1.2))))
        .handoff("intake", "work", |h| h.transfer(minutes(5)))
        .handoff("work", "intake", |h| h.probability(0.2))
        .handoff("work", "exit", |h| h.probability(0.8))
        .customers("walk-in", |c| {
            c.poisson(per_hour(6.0)).enter("intake").mix([("plain", 0.6), ("tricky", 0.4)])
        })
        .customers("post", |c| {
            c.renewal(Dist::gamma(hours(2), cv(0.5)))
                .enter("work")
                .class("plain")
                .batch(Dist::discrete([(2.0, 0.5), (5.0, 0.5)]))
                .size(Dist::gamma(1.0, cv(0.7)))
        })
        .build()
        .unwrap()
}

/// A request that never comes up changes nothing, and who might have been asked has nothing to do.
#[test]
fn a_request_of_probability_0_is_as_none() {
    let reps = || {
        Model::builder("orders")
            .department("reps", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
            .customers("orders", |c| c.poisson(per_hour(8.0)).enter("reps"))
    };
    let asks = |probability: f64| {
        let model = reps().department("engineering", |d| d.staff(1).service(minutes(5)));
        model.request("reps", "engineering", |r| r.probability(probability)).build().unwrap()
    };
    let run = |model: &Model| {
        Experiment::new(model).horizon(weeks(1)).replications(3).seed(4).self_check().ledger().run().unwrap()
    };
    let (never, without) = (run(&asks(0.0)), run(&reps().build().unwrap()));
    let cases = |results: &knockon::results::Results| -> Vec<_> {
        results.replications.iter().map(|one| (one.classes[0].arrived, one.classes[0].lead_time)).collect()
    };
    assert_eq!(cases(&never), cases(&without));
    assert!(cases(&never) != cases(&run(&asks(0.1))));
    let engineering = never.department("engineering").unwrap();
    assert_eq!((engineering.visits.joined.mean, engineering.utilization.unwrap().mean), (0.0, 0.0));
    assert_eq!(never.request("reps asks engineering").unwrap().asked.mean, 0.0);
}

/// A case, by the names of things: stream, number, place in the batch.
type Case = (String, u64, u32);

/// What belongs to cases: when each arrived, and how long each of its services took, by department
/// and visit there.
struct Draws {
    arrivals: HashMap<Case, Span>,
    services: HashMap<(Case, String, usize), i64>,
}

fn draws(model: &Model) -> Draws {
    let experiment = Experiment::new(model).horizon(hours(60)).replications(1).first_replication(2);
    let (_, taken) = recorded(&experiment);
    let name = |id: knockon::CaseId| -> Option<Case> {
        let stream = (id.stream as usize).checked_sub(model.initial.len())?;
        Some((model.streams[stream].name.clone(), id.number, id.member))
    };
    let mut services = HashMap::new();
    for visit in &taken.visits {
        let (Some(case), Some(begun), Some(ended)) = (name(visit.case), visit.begun, visit.ended) else {
            continue;
        };
        let department = model.departments[visit.department as usize].name.clone();
        let earlier = (1..).find(|&n| !services.contains_key(&(case.clone(), department.clone(), n)));
        services.insert((case, department, earlier.unwrap()), ended.ticks() - begun.ticks());
    }
    let arrivals = taken.cases.iter().filter_map(|case| Some((name(case.case)?, case.arrived))).collect();
    Draws { arrivals, services }
}

/// Compares what both scenarios have, which must be almost all of the base.
fn assert_same_draws(changed: &Model) {
    changed.validate().unwrap();
    let (base, changed) = (draws(&base()), draws(changed));
    let mut common = 0;
    for (case, arrived) in &base.arrivals {
        assert_eq!(changed.arrivals.get(case), Some(arrived), "{case:?}");
    }
    for (visit, service) in &base.services {
        if let Some(same) = changed.services.get(visit) {
            assert_eq!(same, service, "{visit:?}");
            common += 1;
        }
    }
    assert!(common * 10 > base.services.len() * 8, "{common} of {}", base.services.len());
}

#[test]
fn the_number_of_staff_moves_no_draws() {
    let mut changed = base();
    changed.departments[1].staff = knockon::model::Staff::Count(1);
    changed.departments[0].staff = knockon::model::Staff::Infinite;
    let (before, after) = (draws(&base()), draws(&changed));
    let common = before.services.iter().filter(|(visit, _)| after.services.contains_key(*visit)).count();
    assert!(common > 200);
    assert!(before.services.iter().all(|(visit, time)| after.services.get(visit).is_none_or(|t| t == time)));
    changed.departments[1].staff = knockon::model::Staff::Count(4);
    assert_same_draws(&changed);
}

#[test]
fn the_discipline_moves_no_draws() {
    for discipline in
        [Discipline::Lifo, Discipline::Random, Discipline::ShortestJob, Discipline::EarliestDueDate]
    {
        let mut changed = base();
        changed.departments.iter_mut().for_each(|department| department.discipline = discipline);
        changed.classes[1].priority = 3;
        assert_same_draws(&changed);
    }
}

#[test]
fn the_order_of_things_moves_no_draws() {
    let mut changed = base();
    changed.departments.reverse();
    changed.streams.reverse();
    changed.handoffs.rotate_left(1);
    assert_same_draws(&changed);
}

#[test]
fn another_stream_moves_no_draws() {
    let other = Model::builder("other")
        .department("intake", |d| d.staff(1).service(minutes(1)))
        .customers("surge", |c| c.poisson(per_hour(0.5)).enter("intake").class("plain").promise(hours(1)))
        .class("plain", |c| c)
        .build()
        .unwrap();
    let mut changed = base();
    changed.streams.insert(0, other.streams[0].clone());
    assert_same_draws(&changed);
}

#[test]
fn another_department_moves_no_draws() {
    let extra = Model::builder("extra")
        .department("audit", |d| d.staff(1).service(Dist::exponential(minutes(5))))
        .department("work", |d| d.staff(1).service(minutes(1)))
        .handoff("intake", "audit", |h| h.probability(0.5))
        .handoff("audit", "work", |h| h)
        .department("intake", |d| d.staff(1).service(minutes(1)))
        .handoff("intake", "work", |h| h.probability(0.5))
        .customers("x", |c| c.poisson(per_hour(1.0)).enter("intake"))
        .build()
        .unwrap();
    let mut changed = base();
    changed.departments.insert(0, extra.departments[0].clone());
    changed.handoffs[0].probability = Some(0.5);
    changed.handoffs.splice(1..1, extra.handoffs[..2].iter().cloned());
    assert_same_draws(&changed);
}

#[test]
fn work_in_place_moves_no_draws() {
    let mut changed = base();
    changed.initial.push(InitialWork {
        department: "work".into(),
        class: "tricky".into(),
        cases: 4,
        remaining: None,
    });
    assert_same_draws(&changed);
}

/// Patience, a full queue and a service time by visit take draws of their own or none.
#[test]
fn features_move_no_draws() {
    let mut changed = base();
    changed.departments[0].patience = Some(Dist::exponential(hours(9)));
    changed.departments[0].queue_capacity = None;
    changed.streams[0].promise = Some(hours(2));
    changed.departments[1].ignore_priority = true;
    changed.handoffs[1].transfer = Some(Dist::exponential(minutes(20)));
    assert_same_draws(&changed);
}

/// Work in place is known by its department and class, and by how many say the same before it.
#[test]
fn other_work_in_place_moves_no_draws() {
    let work = |department: &str| InitialWork {
        department: department.into(),
        class: "plain".into(),
        cases: 3,
        remaining: Some(Dist::exponential(minutes(30))),
    };
    let services = |initial: Vec<InitialWork>| -> HashMap<_, i64> {
        let stream = initial.len() as u32 - 1;
        let model = Model { initial, ..base() };
        let (_, taken) = recorded(&Experiment::new(&model).horizon(hours(60)).replications(1));
        let visits = taken.visits.iter().rev().filter(|visit| visit.case.stream == stream);
        // The first visit to each department, as the records are read from the last.
        let time = |visit: &VisitRecord| Some(visit.ended?.ticks() - visit.begun?.ticks());
        visits.filter_map(|visit| Some(((visit.case.member, visit.department), time(visit)?))).collect()
    };
    let alone = services(vec![work("work")]);
    assert_eq!(alone, services(vec![work("intake"), work("work")]));
    assert_ne!(alone, services(vec![work("work"), work("work")]));
}
