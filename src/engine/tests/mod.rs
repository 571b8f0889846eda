//! The engine against a slow and obvious one, on random models and on schedules worked by hand.

mod invariants;
mod log;
mod models;
mod recorder;
mod reference;
mod schedules;

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::Limits;
use crate::plan::{Plan, compile};
use crate::time::Tick;
use log::Log;
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
    let outcome = TestRunner::new(config).run(&given, |((model, unit), seed, replication)| {
        all.set(all.get() + 1);
        let plan = compile(&model).map_err(|defects| { eprintln!("REJ {defects}"); TestCaseError::reject(defects.to_string()) })?;
        valid.set(valid.get() + 1);
        property(&Given { plan, unit: unit as Tick, seed, replication })
    });
    if let Err(failure) = outcome {
        panic!("{name}: {failure}");
    }
    assert!(valid.get() * 10 > all.get() * 9, "only {} of {} models are valid", valid.get(), all.get());
}

/// The first difference of two logs, in words.
fn difference(plan: &Plan, real: &Log, reference: &Log) -> String {
    let differs = |(at, pair): (usize, _)| {
        let (a, b): (Option<&log::Record>, Option<&log::Record>) = pair;
        (a != b).then(|| format!("record {at}: engine {a:?}, reference {b:?}"))
    };
    let most = real.records.len().max(reference.records.len());
    let pairs = (0..most).map(|at| (real.records.get(at), reference.records.get(at)));
    pairs.enumerate().find_map(differs).unwrap_or_else(|| {
        let lines = |log: &Log| log.lines(plan)[log.records.len().min(log.lines(plan).len())..].join("\n");
        format!("ends {} {}\nengine\n{}\nreference\n{}", real.end, reference.end, lines(real), lines(reference))
    })
}

#[test]
fn both_engines_tell_the_same() {
    check("the same log", |given| {
        let Given { plan, unit, seed, replication } = given;
        for horizon in [1, 7, 40, 150, 400] {
            let limits = until(horizon * unit);
            let (a, b) = (real(plan, *seed, *replication, limits), reference::run(plan, *seed, *replication, limits));
            prop_assert!(a == b, "horizon {}: {}", horizon, difference(plan, &a, &b));
        }
        Ok(())
    });
}

#[test]
fn a_run_may_end_with_a_number_of_cases() {
    check("so many cases", |given| {
        let Given { plan, unit, seed, replication } = given;
        for ended in [1, 2, 5, 30] {
            let limits = Limits { ended, ..until(150 * unit) };
            let (a, b) = (real(plan, *seed, *replication, limits), reference::run(plan, *seed, *replication, limits));
            prop_assert!(a == b, "{} cases: {}", ended, difference(plan, &a, &b));
        }
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
