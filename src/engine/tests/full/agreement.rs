//! The ledger of the library charges what the slow one charges, case by case.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::ledger::{Account, Act, Entry, Party, Place, Whose, accounts};
use super::trace::Trace;
use super::{check, recorder};
use crate::engine::tests::until;
use crate::engine::{Engine, Pause};
use crate::observe::{Codes, FullLedger, Key, What};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// What the library charges, by case.
fn charged(
    plan: &Plan,
    seed: u64,
    replication: u64,
    horizon: Tick,
) -> BTreeMap<(u32, u64, u32), BTreeMap<Key, Tick>> {
    let ledger = FullLedger::<()>::new(plan, 0, Vec::new());
    let mut engine = Engine::new(plan, seed, replication, until(horizon), ledger);
    while engine.run(&mut { u64::MAX }) == Pause::Events {}
    engine.report_unfinished();
    let closed = engine.observer.closed().iter();
    let some = closed.map(|(who, _, entries)| (*who, entries.clone()));
    some.filter(|(_, entries)| !entries.is_empty()).collect()
}

/// An entry of the slow ledger, in the words of the library.
fn key(plan: &Plan, entry: &Entry) -> Key {
    let codes = Codes::new(plan);
    let who = match entry.who {
        Party::Department(department) => department,
        Party::Handoff(handoff) => codes.handoff(handoff),
        Party::Request(ask) => codes.request(ask),
        Party::Stock(stock) => codes.stock(stock),
        Party::Supplier(stock) => codes.supplier(stock),
        Party::Home(home) => {
            let homes = &plan.full.as_ref().expect("a full plan").homes;
            match homes[home as usize].department {
                NONE => codes.of_people(plan)[homes[home as usize].first_person as usize],
                department => department,
            }
        }
    };
    let what = match entry.what {
        Act::Service => What::Service,
        Act::Rework => What::Rework,
        Act::Answering => What::Answering,
        Act::Transfer => What::Transfer,
        Act::Closed => What::Closed,
        Act::Absent => What::Absent,
        Act::SeveralStaff => What::SeveralStaff,
        Act::Standstill => What::Standstill,
        Act::Setup => What::Setup,
        Act::Batching => What::Batching,
        Act::StockOut => What::StockOut,
        Act::Sharing => What::Sharing,
        Act::Away => What::Away,
    };
    let whose = match entry.whose {
        Whose::Own => crate::observe::Whose::Own,
        Whose::Ahead => crate::observe::Whose::Ahead,
        Whose::LetPast => crate::observe::Whose::LetPast,
        Whose::Nobody => crate::observe::Whose::Nobody,
    };
    let felt = match entry.felt {
        Place::Department(department) => department,
        Place::Handoff(handoff) => codes.handoff(handoff),
    };
    Key { felt, who, what, whose }
}

/// Compares what the library charges in a run with what the slow ledger makes of its trace. Gives how many of the cases
/// were part of a standstill.
pub(super) fn agree(
    plan: &Plan,
    (seed, replication): (u64, u64),
    horizon: Tick,
    trace: &Trace,
) -> Result<u32, String> {
    let real = charged(plan, seed, replication, horizon);
    let words = |account: &Account| -> BTreeMap<Key, Tick> {
        let mut sums = BTreeMap::new();
        for (entry, &ticks) in account.entries.iter().filter(|(_, ticks)| **ticks > 0) {
            *sums.entry(key(plan, entry)).or_default() += ticks;
        }
        sums
    };
    let (mut all, mut standstills) = (0, 0);
    let none = BTreeMap::new();
    for account in accounts(plan, trace) {
        let slow = words(&account);
        let other = real.get(&(account.who.0, account.who.1, account.who.2)).unwrap_or(&none);
        all += 1;
        standstills += u32::from(slow.keys().any(|key| key.what == What::Standstill));
        if slow != *other {
            return Err(format!(
                "{:?}: the library charges {other:#?}\nthe slow ledger {slow:#?}\npiece by piece {:?}",
                account.who, account.pieces
            ));
        }
    }
    let charged = real.len();
    if charged as u32 > all { Err(format!("{charged} cases are charged, of {all}")) } else { Ok(standstills) }
}

#[test]
fn both_ledgers_charge_the_same() {
    let standstills = Cell::new(0_u32);
    check("the same entries", |given| {
        for horizon in [60, 150].map(|units| units * given.unit) {
            let trace = recorder::run(&given.plan, given.seed, given.replication, until(horizon), u64::MAX);
            // A run that ends because all stand still for ever has no results.
            if trace.standstill.is_none() {
                let stood = agree(&given.plan, (given.seed, given.replication), horizon, &trace);
                standstills.set(standstills.get() + stood.map_err(TestCaseError::fail)?);
            }
        }
        Ok(())
    });
    assert!(standstills.get() > 0, "no case was part of a standstill");
}
