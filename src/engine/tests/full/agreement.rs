//! The ledger of the library charges what the slow one charges, case by case.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::ledger::{Account, Act, Entry, Party, Place, Whose, accounts};
use super::{Given, check, recorder};
use crate::engine::tests::until;
use crate::engine::{Engine, Pause};
use crate::observe::{Codes, FullLedger, Key, What};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// How many of the compared cases may have been part of a standstill. Those are left out: where several happenings of
/// one event break a circle of waits, the library follows the chains while it is told of them, one by one, and
/// the slow ledger when all have been told.
const MOST_STANDSTILLS: f64 = 0.1;

/// What the library charges, by case.
fn charged(given: &Given, horizon: Tick) -> BTreeMap<(u32, u64, u32), BTreeMap<Key, Tick>> {
    let ledger = FullLedger::<()>::new(&given.plan, 0, Vec::new());
    let mut engine = Engine::new(&given.plan, given.seed, given.replication, until(horizon), ledger);
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

#[test]
fn both_ledgers_charge_the_same() {
    let (all, standstills) = (Cell::new(0_u32), Cell::new(0_u32));
    check("the same entries", |given| {
        for horizon in [60, 150].map(|units| units * given.unit) {
            let trace = recorder::run(&given.plan, given.seed, given.replication, until(horizon), u64::MAX);
            if trace.standstill.is_some() {
                continue;
            }
            let real = charged(given, horizon);
            let words = |account: &Account| -> BTreeMap<Key, Tick> {
                let mut sums = BTreeMap::new();
                for (entry, &ticks) in account.entries.iter().filter(|(_, ticks)| **ticks > 0) {
                    *sums.entry(key(&given.plan, entry)).or_default() += ticks;
                }
                sums
            };
            let slow = accounts(&given.plan, &trace);
            let slow: BTreeMap<_, _> = slow
                .iter()
                .map(|account| ((account.who.0, account.who.1, account.who.2), words(account)))
                .filter(|(_, entries)| !entries.is_empty())
                .collect();
            for (who, entries) in &slow {
                let other = real.get(who);
                let stood =
                    |entries: &BTreeMap<Key, Tick>| entries.keys().any(|key| key.what == What::Standstill);
                all.set(all.get() + 1);
                if stood(entries) || other.is_some_and(stood) {
                    standstills.set(standstills.get() + 1);
                    continue;
                }
                if other != Some(entries) {
                    let none = BTreeMap::new();
                    let other = other.unwrap_or(&none);
                    let only = |a: &BTreeMap<Key, Tick>, b: &BTreeMap<Key, Tick>| -> Vec<(Key, Tick)> {
                        let some = a.iter().filter(|(key, ticks)| b.get(key) != Some(ticks));
                        some.map(|(key, ticks)| (*key, *ticks)).collect()
                    };
                    return Err(TestCaseError::fail(format!(
                        "{who:?}: library {:?}\nslow {:?}",
                        only(other, entries),
                        only(entries, other)
                    )));
                }
            }
            prop_assert_eq!(real.len(), slow.len());
        }
        Ok(())
    });
    let share = f64::from(standstills.get()) / f64::from(all.get());
    assert!(share < MOST_STANDSTILLS, "{} of {} cases were in a standstill", standstills.get(), all.get());
}
