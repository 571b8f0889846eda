//! Full models: the engine and the ledger against slow and obvious ones, on random models and on schedules
//! worked by hand.

mod adorn;
mod agreement;
mod assemble;
mod batches_worked;
mod chains;
mod conserved;
mod constructs;
mod constructs_charged;
mod customers;
mod extras;
mod history;
mod interruption_worked;
mod invariants;
mod ledger;
mod meets;
mod models;
mod open_ends;
mod overlaps;
mod partings;
mod parts_worked;
mod rare_worked;
mod reading;
mod recorder;
mod reference;
mod rhythms;
mod schedule;
mod shares;
mod stock_worked;
mod tidy;
mod trace;

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::until;
use crate::engine::Limits;
use crate::plan::{Plan, compile};
use crate::time::Tick;
use constructs::{ALL, Construct, chosen};
use trace::Trace;

/// What a test is given: a valid full model compiled, the unit of its times, a seed and a replication.
struct Given {
    plan: Plan,
    unit: Tick,
    seed: u64,
    replication: u64,
}

/// Checks `property` on as many random models as `PROPTEST_CASES` says, always the same ones, or others by
/// `PROPTEST_RNG_SEED`.
fn check(name: &str, property: impl Fn(&Given) -> Result<(), TestCaseError>) {
    check_with(chosen(), name, property);
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let seed = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|text| text.parse().ok());
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed.unwrap_or(20_240_229)),
        max_global_rejects: cases,
        max_shrink_iters: 3000,
        ..Config::default()
    }
}

/// The same, on models that may have these of the constructs that can be left out.
fn check_with(
    constructs: &'static [Construct],
    name: &str,
    property: impl Fn(&Given) -> Result<(), TestCaseError>,
) {
    let config = config();
    let (valid, all) = (Cell::new(0_u32), Cell::new(0_u32));
    let given = (models::sketch(constructs), any::<u64>(), 0..3_u64);
    let outcome = TestRunner::new(config).run(&given, |(sketch, seed, replication)| {
        all.set(all.get() + 1);
        let mut plan =
            compile(&sketch.model()).map_err(|defects| TestCaseError::reject(defects.to_string()))?;
        valid.set(valid.get() + 1);
        if plan.full.is_none() {
            return Ok(());
        }
        sketch.change_levels(&mut plan);
        property(&Given { plan, unit: sketch.unit as Tick, seed, replication })
    });
    if let Err(failure) = outcome {
        panic!("{name}: {failure}");
    }
    assert!(valid.get() * 5 > all.get() * 4, "only {} of {} models are valid", valid.get(), all.get());
}

/// Runs both engines and compares their traces; returns the trace of the real one.
fn compared(given: &Given, limits: Limits) -> Result<Trace, TestCaseError> {
    let reference = reference::run(&given.plan, given.seed, given.replication, limits);
    let real = recorder::run(&given.plan, given.seed, given.replication, limits, u64::MAX);
    if let Some(difference) = real.difference(&reference) {
        return Err(TestCaseError::fail(format!("engine, then reference: {difference}")));
    }
    Ok(real)
}

#[test]
fn both_engines_tell_the_same() {
    check("the same trace", |given| {
        for horizon in [7, 60, 150] {
            compared(given, until(horizon * given.unit))?;
        }
        Ok(())
    });
}

#[test]
fn the_slow_engine_has_an_end_to_every_run() {
    check_with(constructs::ALL, "runs", |given| {
        let trace = reference::run(&given.plan, given.seed, given.replication, until(60 * given.unit));
        prop_assert_eq!(trace.end, 60 * given.unit);
        Ok(())
    });
}

#[test]
fn random_models_of_the_whole_language_are_valid() {
    check_with(ALL, "valid", |_| Ok(()));
}

#[test]
fn random_models_keep_the_schema_of_files() {
    let schema = serde_json::from_str(include_str!("../../../../schema/model.schema.json")).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let outcome = TestRunner::new(config()).run(&models::sketch(ALL), |sketch| {
        let file = serde_json::to_value(sketch.model()).unwrap();
        let refused =
            schema.iter_errors(&file).next().map(|error| format!("{}: {error}", error.instance_path));
        prop_assert_eq!(refused, None, "{}", file);
        Ok(())
    });
    outcome.unwrap();
}
