//! The engine against a slow and obvious one, on random models and on schedules worked by hand.

mod full;
mod invariants;
mod log;
mod models;
mod recorder;
mod reference;
mod schedules;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::Limits;
use crate::model::{Arrivals, Discipline, Model, Staff, Stream};
use crate::plan::{NONE, Plan, Route, compile};
use crate::random::Dist;
use crate::time::{Span, Tick};
use log::{Log, Record};
use recorder::Recorder;

/// Ends a run at `horizon` only.
fn until(horizon: Tick) -> Limits {
    Limits { horizon, ended: u64::MAX, in_system: u32::MAX }
}

/// The log of the real engine.
fn real(plan: &Plan, seed: u64, replication: u64, limits: Limits) -> Log {
    Recorder::run(plan, seed, replication, limits, 0, u64::MAX).log
}

/// What a test is given: a valid model compiled, the unit of its times, a seed and a replication.
struct Given {
    plan: Plan,
    unit: Tick,
    seed: u64,
    replication: u64,
}

/// Checks `property` on as many random models as `PROPTEST_CASES` says, always the same ones.
fn check(name: &str, property: impl Fn(&Given) -> Result<(), TestCaseError>) {
    check_changed(name, |_, _| {}, property);
}

/// The same, with each model changed first; the change is told the unit of its times.
fn check_changed(
    name: &str,
    change: impl Fn(&mut Model, i64),
    property: impl Fn(&Given) -> Result<(), TestCaseError>,
) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let config = Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_240_229),
        max_global_rejects: cases,
        ..Config::default()
    };
    let (valid, all) = (Cell::new(0_u32), Cell::new(0_u32));
    let given = (models::models(), any::<u64>(), 0..3_u64);
    let outcome = TestRunner::new(config).run(&given, |((mut model, unit), seed, replication)| {
        all.set(all.get() + 1);
        change(&mut model, unit);
        let plan = compile(&model).map_err(|defects| TestCaseError::reject(defects.to_string()))?;
        valid.set(valid.get() + 1);
        property(&Given { plan, unit: unit as Tick, seed, replication })
    });
    if let Err(failure) = outcome {
        panic!("{name}: {failure}");
    }
    assert!(valid.get() * 10 > all.get() * 9, "only {} of {} models are valid", valid.get(), all.get());
}

/// The first difference of two logs.
fn difference(real: &Log, reference: &Log) -> String {
    let most = real.records.len().max(reference.records.len());
    let pairs = (0..most).map(|at| (real.records.get(at), reference.records.get(at)));
    match pairs.into_iter().find(|(a, b)| a != b) {
        Some((a, b)) => format!("engine {a:?}, reference {b:?}"),
        None => {
            let last = |log: &Log| format!("{} {:?}", log.end, log.unfinished);
            format!("engine {}, reference {}", last(real), last(reference))
        }
    }
}

/// Runs both engines and compares their logs; returns the log.
fn compared(given: &Given, plan: &Plan, limits: Limits) -> Result<Log, TestCaseError> {
    let real = real(plan, given.seed, given.replication, limits);
    let reference = reference::run(plan, given.seed, given.replication, limits);
    prop_assert!(real == reference, "{:?}: {}", limits, difference(&real, &reference));
    Ok(real)
}

#[test]
fn both_engines_tell_the_same() {
    check("the same log", |given| {
        for horizon in [1, 7, 40, 150, 400] {
            compared(given, &given.plan, until(horizon * given.unit))?;
        }
        Ok(())
    });
}

/// Plain models have a loop of their own: it must tell what the reference and the other loop tell.
#[test]
fn both_loops_tell_the_same() {
    let seen = Cell::new(0);
    check_changed("plain models", make_plain, |given| {
        seen.set(seen.get() + u32::from(given.plan.plain));
        let other = Plan { plain: false, ..given.plan.clone() };
        for limits in [until(150 * given.unit), Limits { ended: 20, ..until(150 * given.unit) }] {
            let log = compared(given, &given.plan, limits)?;
            prop_assert!(log == real(&other, given.seed, given.replication, limits));
        }
        Ok(())
    });
    assert!(seen.get() > 50, "only {} models are plain", seen.get());
}

/// Takes out of a model what a plain one does not have.
fn make_plain(model: &mut Model, unit: i64) {
    // Work in place becomes a stream, so that cases still come wherever they did.
    if let Some(stream) = model.streams.first().cloned() {
        let streams = model.initial.drain(..).zip(0..).map(|(work, at)| Stream {
            name: format!("instead {at}"),
            enter: work.department,
            class: Some(work.class),
            mix: Vec::new(),
            ..stream.clone()
        });
        model.streams.extend(streams);
    }
    model.handoffs.iter_mut().for_each(|handoff| handoff.transfer = None);
    for department in &mut model.departments {
        if !matches!(department.staff, Staff::Count(1..=64)) {
            department.staff = Staff::Count(2);
        }
        department.discipline = Discipline::Fifo;
        department.patience = None;
        department.service_for.retain(|rule| rule.from_visit <= 1);
        department.service.get_or_insert_with(|| Dist::constant(Span::from_ticks(2 * unit)));
    }
    for stream in &mut model.streams {
        (stream.batch, stream.size) = (None, None);
        if matches!(stream.arrivals, Arrivals::Schedule { .. } | Arrivals::Trace { .. }) {
            stream.arrivals = Arrivals::Renewal { interarrival: Dist::constant(Span::from_ticks(3 * unit)) };
        }
    }
}

#[test]
fn a_run_may_end_with_a_number_of_cases() {
    check("so many cases", |given| {
        for ended in [1, 2, 5, 30] {
            compared(given, &given.plan, Limits { ended, ..until(150 * given.unit) })?;
        }
        Ok(())
    });
}

#[test]
fn a_run_may_go_on_until_all_are_done() {
    check("until all are done", |given| {
        let mut plan = given.plan.clone();
        plan.streams.iter_mut().for_each(|stream| stream.limit = stream.limit.min(25));
        prop_assert!(compared(given, &plan, until(Tick::MAX))?.unfinished.is_empty());
        Ok(())
    });
}

#[test]
fn pauses_change_nothing() {
    check("pauses", |given| {
        let limits = until(150 * given.unit);
        let run = |stride| Recorder::run(&given.plan, given.seed, given.replication, limits, 0, stride).log;
        let whole = run(u64::MAX);
        prop_assert_eq!(&whole, &run(1));
        prop_assert_eq!(&whole, &run(7));
        Ok(())
    });
}

#[test]
fn a_shorter_run_is_the_beginning_of_a_longer_one() {
    check("a beginning", |given| {
        let run = |horizon| real(&given.plan, given.seed, given.replication, until(horizon));
        let (short, long) = (37 * given.unit, 200 * given.unit);
        let beginning: Vec<_> = run(long).records.into_iter().filter(|record| record.at() < short).collect();
        prop_assert_eq!(run(short).records, beginning);
        Ok(())
    });
}

#[test]
fn a_run_is_given_up_when_it_is_too_crowded() {
    check("crowded", |given| {
        let run = |in_system| {
            let limits = Limits { in_system, ..until(100 * given.unit) };
            Recorder::run(&given.plan, given.seed, given.replication, limits, 0, u64::MAX)
        };
        let free = run(u32::MAX);
        let peak = free.peak as u32;
        let (enough, short) = (run(peak), run(peak.saturating_sub(1)));
        prop_assert!(!enough.crowded && enough.log == free.log);
        prop_assert!(short.crowded || peak == 0);
        let same = short.log.records.iter().zip(&free.log.records).all(|(a, b)| a == b);
        prop_assert!(same && short.log.records.len() <= free.log.records.len());
        Ok(())
    });
}

/// The random models prove nothing about what never happens in them.
#[test]
fn everything_happens_in_some_random_model() {
    let seen = RefCell::new(BTreeMap::new());
    check("everything happens", |given| {
        let log = real(&given.plan, given.seed, given.replication, until(150 * given.unit));
        for what in happenings(&given.plan, &log) {
            *seen.borrow_mut().entry(what).or_insert(0) += 1;
        }
        Ok(())
    });
    let expected = [
        "Completed",
        "Rejected",
        "Reneged",
        "infinite staff",
        "initial work waits",
        "on the way",
        "on the way in no time",
        "on the way out",
        "served with others",
        "waits at rank 0",
        "waits at rank 1",
        "waits at rank 2",
        "waits for EarliestDueDate",
        "waits for Fifo",
        "waits for Lifo",
        "waits for Random",
        "waits for ShortestJob",
        "waits for one of many",
    ];
    let seen = seen.into_inner();
    for what in expected {
        let times = seen.get(what).copied().unwrap_or(0);
        assert!(times >= 10, "`{what}` happens {times} times only: {seen:#?}");
    }
}

/// What a log has to offer.
fn happenings(plan: &Plan, log: &Log) -> Vec<String> {
    let mut found: Vec<String> = log.wholes().map(|case| format!("{:?}", case.end)).collect();
    for stay in log.stays() {
        let department = &plan.departments[plan.department_of(stay.row)];
        if department.staff.is_none() {
            found.push("infinite staff".into());
        } else if stay.begun.is_some_and(|begun| begun > stay.joined) {
            found.push(format!("waits for {:?}", department.discipline));
            found.push(format!("waits at rank {}", plan.rows[stay.row as usize].rank));
            if department.staff > Some(64) {
                found.push("waits for one of many".into());
            }
            if plan.streams[stay.who.0 as usize].initial.is_some() {
                found.push("initial work waits".into());
            }
        }
        if stay.who.2 > 0 {
            found.push("served with others".into());
        }
    }
    for record in &log.records {
        if let Record::Handover(handover) = record
            && let Route { row, transfer, .. } = plan.routes[handover.route as usize]
            && transfer != NONE
        {
            found.push(match (row, handover.transfer) {
                (NONE, _) => "on the way out".into(),
                (_, 0) => "on the way in no time".into(),
                _ => "on the way".into(),
            });
        }
    }
    found
}
