//! What must hold in every run of a full model.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::ledger::{Account, Act, Whose, accounts};
use super::trace::{Does, Record, Trace, Who};
use super::{Given, check, recorder};
use crate::engine::tests::until;
use crate::plan::Plan;
use crate::time::Tick;

fn run(given: &Given) -> Trace {
    recorder::run(&given.plan, given.seed, given.replication, until(100 * given.unit), u64::MAX)
}

/// What each person did: from when to when.
fn segments(plan: &Plan, trace: &Trace) -> Vec<Vec<(Tick, Tick, Does)>> {
    let full = plan.full.as_ref().expect("a full plan");
    let people: u32 = full.homes.iter().map(|home| home.staff).sum();
    let mut all: Vec<Vec<(Tick, Tick, Does)>> = vec![Vec::new(); people as usize];
    for (at, record) in trace.records() {
        if let Record::Occupied { person, does, .. } = *record {
            let own = &mut all[person as usize];
            if let Some(last) = own.last_mut() {
                last.1 = at;
            }
            own.push((at, trace.end, does));
        }
    }
    all
}

#[test]
fn states_of_staff_make_up_all_their_time() {
    check("time by state", |given| {
        let trace = run(given);
        for own in segments(&given.plan, &trace) {
            prop_assert_eq!(own.first().map(|first| first.0), Some(0), "nothing is told from the start");
            prop_assert_eq!(own.iter().map(|(from, to, _)| to - from).sum::<Tick>(), trace.end);
        }
        Ok(())
    });
}

#[test]
fn no_case_and_no_request_is_lost_or_made_up() {
    check("conservation", |given| {
        let trace = run(given);
        let mut cases = BTreeSet::new();
        let mut open = BTreeSet::new();
        for (_, record) in trace.records() {
            match *record {
                Record::Arrived { who, .. } => prop_assert!(cases.insert(who), "{:?} arrives twice", who),
                Record::Ended { who, .. } => prop_assert!(cases.remove(&who), "{:?} ends unknown", who),
                Record::Asked { request, .. } => prop_assert!(open.insert(request)),
                Record::Answered { request, .. } | Record::GivenUp { request, .. } => {
                    prop_assert!(open.remove(&request), "{:?} was not asked", request);
                }
                _ => {}
            }
        }
        let left: BTreeSet<Who> = trace.unfinished.iter().map(|case| case.who).collect();
        prop_assert_eq!(&cases, &left);
        Ok(())
    });
}

/// The time in which somebody worked on each case.
fn touch(trace: &Trace) -> BTreeMap<Who, Tick> {
    let ended = trace.records().filter_map(|(_, record)| match *record {
        Record::Ended { who, touch, .. } => Some((who, touch)),
        _ => None,
    });
    ended.chain(trace.unfinished.iter().map(|case| (case.who, case.touch))).collect()
}

#[test]
fn the_ledger_balances() {
    check("the ledger balances", |given| {
        let trace = run(given);
        let touch = touch(&trace);
        for Account { who, arrived, ended, entries, .. } in accounts(&given.plan, &trace) {
            prop_assert_eq!(entries.values().sum::<Tick>(), ended - arrived);
            let works = |act| matches!(act, Act::Service | Act::Rework | Act::Answering);
            let own = entries.iter().filter(|(entry, _)| entry.whose == Whose::Own && works(entry.what));
            prop_assert_eq!(own.map(|(_, ticks)| ticks).sum::<Tick>(), touch[&who], "touch of {:?}", who);
            let nobody = |entry: &super::ledger::Entry| {
                let idle = matches!(entry.what, Act::Closed | Act::Absent | Act::Batching);
                idle == (entry.whose == Whose::Nobody)
            };
            let special =
                |what| matches!(what, Act::SeveralStaff | Act::Standstill | Act::StockOut | Act::Transfer);
            prop_assert!(entries.keys().all(|entry| special(entry.what) || nobody(entry)), "{:?}", entries);
        }
        Ok(())
    });
}

#[test]
fn services_begin_at_slots_where_there_are_slots() {
    check("slots", |given| {
        let trace = run(given);
        let full = given.plan.full.as_ref().expect("a full plan");
        let mut begun: BTreeMap<(usize, Tick), u32> = BTreeMap::new();
        // Where people set up first, that is what begins.
        let mut prepared = BTreeSet::new();
        for (at, record) in trace.records() {
            let row = match *record {
                Record::SetsUp { who, row, .. } if prepared.insert(who) => row,
                Record::Started { who, row, .. } if !prepared.remove(&who) => row,
                Record::Requeued { who, .. } => {
                    prepared.remove(&who);
                    continue;
                }
                _ => continue,
            };
            let department = given.plan.department_of(row);
            let Some(slots) = &full.departments[department].slots else { continue };
            let in_period = at % slots.times.period;
            let place = slots.times.times.iter().position(|&time| time == in_period);
            prop_assert!(place.is_some(), "a service begins at {at}");
            let count = begun.entry((department, at)).or_default();
            *count += 1;
            let size = place.map_or(0, |place| slots.sizes[place]);
            let each = full.departments[department].batch.as_ref().map_or(1, |batch| batch.size);
            prop_assert!(*count <= size.saturating_mul(each), "{count} services begin at {at}");
        }
        Ok(())
    });
}

#[test]
fn no_more_are_under_way_than_may_be() {
    check("ways", |given| {
        let trace = run(given);
        let full = given.plan.full.as_ref().expect("a full plan");
        let mut under_way: BTreeMap<Who, u32> = BTreeMap::new();
        for (at, record) in trace.records() {
            match *record {
                Record::HandedOver { who, route, .. } => {
                    let route = given.plan.routes[route as usize];
                    let Some(way) = full.ways.get(route.handoff as usize) else { continue };
                    if let Some(pickup) = &way.pickup {
                        prop_assert!(
                            pickup.times.contains(&(at % pickup.period)),
                            "{who:?} sets out at {at}"
                        );
                    }
                    if way.capacity != u32::MAX {
                        under_way.insert(who, route.handoff);
                        let there = under_way.values().filter(|&&handoff| handoff == route.handoff);
                        prop_assert!(there.count() as u32 <= way.capacity, "{who:?} sets out at {at}");
                    }
                }
                Record::Joined { who, .. }
                | Record::Ended { who, .. }
                | Record::AwaitsOthers { part: who }
                | Record::Rejoined { part: who, .. }
                | Record::PartLost { part: who, .. }
                | Record::Withdrawn { part: who } => {
                    under_way.remove(&who);
                }
                _ => {}
            }
        }
        Ok(())
    });
}
