//! What must hold in every run of a full model.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::constructs::ALL;
use super::ledger::{Account, Act, Whose, accounts};
use super::trace::{Does, Record, Trace, Who};
use super::{Given, check, check_with, recorder};
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

/// When each item waited in a line: the item, its department, from when to when.
fn waits(plan: &Plan, trace: &Trace) -> Vec<(Who, usize, Tick, Tick)> {
    let mut open: BTreeMap<Who, (usize, Tick)> = BTreeMap::new();
    let mut all = Vec::new();
    for (at, record) in trace.records() {
        match *record {
            Record::Joined { who, row } | Record::Requeued { who, row } => {
                open.insert(who, (plan.department_of(row), at));
            }
            Record::Started { who, .. }
            | Record::Continued { who, .. }
            | Record::SetsUp { who, .. }
            | Record::IsShort { who, .. }
            | Record::Reneged { who, .. }
            | Record::Withdrawn { part: who }
            | Record::GivenUp { request: who, begun: false, .. } => {
                all.extend(open.remove(&who).map(|(department, from)| (who, department, from, at)));
            }
            _ => {}
        }
    }
    all.extend(open.into_iter().map(|(who, (department, from))| (who, department, from, trace.end)));
    all.retain(|wait| wait.2 < wait.3);
    all
}

#[test]
fn nobody_idle_may_serve_who_waits() {
    check("no idle staff", |given| {
        let trace = run(given);
        let full = given.plan.full.as_ref().expect("a full plan");
        let people = segments(&given.plan, &trace);
        for (who, department, from, to) in waits(&given.plan, &trace) {
            // There people are idle until a batch is complete, or a slot comes.
            if full.departments[department].slots.is_some() || full.departments[department].batch.is_some() {
                continue;
            }
            for eligible in &full.departments[department].eligible {
                let home = &full.homes[eligible.home as usize];
                for person in home.first_person..home.first_person + home.staff {
                    let idle = people[person as usize].iter().filter(|segment| segment.2 == Does::Idle);
                    for &(start, end, _) in idle {
                        prop_assert!(
                            end.min(to) <= start.max(from),
                            "{person} is idle from {start} to {end}, {who:?} waits from {from} to {to}"
                        );
                    }
                }
            }
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
    check_with(ALL, "the ledger balances", |given| {
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
