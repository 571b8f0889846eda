//! The ledger against brute force, and on schedules worked by hand.

mod extras;
mod plain;
mod random;
mod schedules;

use std::collections::BTreeMap;

use super::account::Closed;
use super::{Codes, FullLedger, PlainLedger};
use crate::engine::{Engine, Limits, Observer, Pause};
use crate::plan::Plan;
use crate::time::Tick;

/// Runs a plan until `horizon`, and gives back who listened.
fn run<O: Observer>(plan: &Plan, seed: u64, horizon: Tick, observer: O) -> O {
    let limits = Limits { horizon, ended: u64::MAX, in_system: 1 << 20 };
    let mut engine = Engine::new(plan, seed, 0, limits, observer);
    while engine.run(&mut { u64::MAX }) == Pause::Events {}
    engine.report_unfinished();
    engine.observer
}

/// The closed accounts of a run, by both ledgers where both apply; they must balance, and be the same.
fn accounts(plan: &Plan, seed: u64, horizon: Tick) -> Vec<Closed> {
    let ledger = run(plan, seed, horizon, FullLedger::<()>::new(plan, 0, Vec::new()));
    assert_eq!(ledger.totals().violation, None);
    let closed = sorted(ledger.closed());
    if plan.full.is_none() {
        let plain = run(plan, seed, horizon, PlainLedger::new(plan, 0));
        assert_eq!(plain.totals().violation, None);
        assert_eq!(sorted(plain.closed()), closed);
        let sums = |totals: super::LedgerTotals| -> Vec<(u64, BTreeMap<_, _>)> {
            totals.groups.into_iter().map(|(cases, entries)| (cases, entries.into_iter().collect())).collect()
        };
        assert_eq!(sums(plain.totals()), sums(ledger.totals()));
    }
    closed
}

fn sorted(closed: &[Closed]) -> Vec<Closed> {
    let mut closed = closed.to_vec();
    closed.sort_by_key(|&(who, ..)| who);
    closed
}

/// The entries of a case in words: `10 desk service own`, and where else it was felt: `5 back service ahead at
/// desk`.
fn lines(plan: &Plan, closed: &Closed) -> Vec<String> {
    let codes = Codes::new(plan);
    let line = |(key, ticks): (&super::Key, &Tick)| {
        let name = |code| codes.name(plan, code).1;
        let at = if key.felt == key.who { String::new() } else { format!(" at {}", name(key.felt)) };
        let word = |word: String| word.to_lowercase();
        let (what, whose) = (word(format!("{:?}", key.what)), word(format!("{:?}", key.whose)));
        format!("{ticks} {} {what} {whose}{at}", name(key.who))
    };
    closed.2.iter().map(line).collect()
}
