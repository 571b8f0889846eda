//! What must hold in every run of a full model, of the constructs that are told of one by one: nothing is lost, and nobody
//! waits in vain. Checked on the slow engine with all constructs, and on the other with those that are compared.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::constructs::ALL;
use super::trace::{Does, Record, Trace, Who};
use super::{check_with, recorder, reference};
use crate::engine::tests::until;
use crate::model::Preemption;
use crate::plan::{FullPlan, NONE, Plan};
use crate::time::Tick;

fn holds(name: &str, property: impl Fn(&Plan, &Trace) -> Result<(), TestCaseError>) {
    check_with(ALL, name, |given| {
        let horizon = until(60 * given.unit);
        property(&given.plan, &reference::run(&given.plan, given.seed, given.replication, horizon))
    });
    check_with(ALL, name, |given| {
        let horizon = until(60 * given.unit);
        property(&given.plan, &recorder::run(&given.plan, given.seed, given.replication, horizon, u64::MAX))
    });
}

fn full(plan: &Plan) -> &FullPlan {
    plan.full.as_ref().expect("a full plan")
}

#[test]
fn every_part_ends_or_is_unfinished() {
    holds("parts", |_, trace| {
        // Each part with its case; those at a join; those that are nobody's.
        let (mut open, mut joining, mut nobodys) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        for (_, record) in trace.records() {
            match *record {
                Record::Parted { who, part, .. } => {
                    prop_assert!(open.insert(part, who).is_none(), "{part:?} comes to be twice");
                    if nobodys.contains(&who) {
                        nobodys.insert(part);
                    }
                }
                Record::AwaitsOthers { part } => {
                    prop_assert!(open.contains_key(&part) && joining.insert(part))
                }
                Record::Rejoined { who, part } => {
                    prop_assert_eq!(open.remove(&part), Some(who));
                    open.retain(|part, case| *case != who || !joining.contains(part));
                }
                Record::Withdrawn { part } | Record::PartLost { part, .. } => {
                    prop_assert!(open.remove(&part).is_some(), "{part:?} ends unknown");
                }
                Record::Forgotten { request } => {
                    let part = open.remove(&request).is_some();
                    prop_assert!(!part || nobodys.contains(&request), "{request:?} is somebody's");
                }
                Record::Disowned { part } => {
                    nobodys.insert(part);
                    nobodys.extend(open.iter().filter(|(_, case)| **case == part).map(|(part, _)| *part));
                }
                _ => {}
            }
        }
        if trace.standstill.is_none() {
            let left: BTreeSet<Who> = open.into_keys().collect();
            prop_assert_eq!(left, trace.parts.iter().map(|part| part.0).collect::<BTreeSet<_>>());
        }
        Ok(())
    });
}

/// How much a visit uses in a row.
fn used(plan: &Plan, row: u32) -> u32 {
    let class = row as usize % plan.classes.len();
    full(plan).departments[plan.department_of(row)].uses[class].iter().map(|using| using.quantity).sum()
}

#[test]
fn stock_is_used_hidden_or_on_the_shelf() {
    holds("stock", |plan, trace| {
        let mut stock: u32 = full(plan).stocks.iter().map(|stock| stock.initial).sum();
        let (mut shelves, mut hidden) = (BTreeMap::new(), BTreeMap::new());
        // Those who have joined, and not started: what they need may be taken.
        let mut waiting: BTreeMap<Who, u32> = BTreeMap::new();
        let (mut surely, mut maybe) = (0, 0);
        for (_, record) in trace.records() {
            match *record {
                Record::Delivered { order } => stock += order.2,
                Record::Stocked { stock, on_hand } => {
                    shelves.insert(stock, on_hand);
                }
                Record::Hoards { usage, hidden: count } => {
                    hidden.insert(usage, count);
                }
                Record::Joined { who, row } => maybe += waiting.insert(who, used(plan, row)).unwrap_or(0),
                // What was taken before was taken for the other class.
                Record::Turned { who, row } => {
                    let used = waiting.entry(who).or_default();
                    *used = (*used).max(self::used(plan, row));
                    maybe += *used;
                }
                Record::Started { who, row, .. } => {
                    waiting.remove(&who);
                    surely += used(plan, row);
                }
                _ => {}
            }
        }
        maybe += waiting.into_values().sum::<u32>();
        if shelves.is_empty() {
            return Ok(());
        }
        let left = shelves.into_values().sum::<u32>() + hidden.into_values().sum::<u32>();
        prop_assert!(left <= stock, "{left} are left of {stock}");
        let gone = stock - left;
        let turns = trace.records().any(|(_, record)| matches!(record, Record::Turned { .. }));
        prop_assert!(turns || surely <= gone, "{gone} are gone, {surely} used");
        prop_assert!(gone <= surely + maybe, "{gone} are gone, {surely} to {} used", surely + maybe);
        Ok(())
    });
}

/// When each item waited for people in a line: the item, its row, from when to when.
fn waits(trace: &Trace) -> Vec<(Who, u32, Tick, Tick)> {
    let mut open: BTreeMap<Who, (u32, Tick)> = BTreeMap::new();
    let mut all = Vec::new();
    for (at, record) in trace.records() {
        match *record {
            Record::Joined { who, row } | Record::Requeued { who, row } => {
                open.insert(who, (row, at));
            }
            Record::Turned { who, row } => {
                open.entry(who).and_modify(|wait| wait.0 = row);
            }
            Record::Started { who, .. }
            | Record::Continued { who, .. }
            | Record::SetsUp { who, .. }
            | Record::IsShort { who, .. }
            | Record::Reneged { who, .. }
            | Record::Withdrawn { part: who }
            | Record::GivenUp { request: who, begun: false, .. } => {
                all.extend(open.remove(&who).map(|(row, from)| (who, row, from, at)));
            }
            _ => {}
        }
    }
    all.extend(open.into_iter().map(|(who, (row, from))| (who, row, from, trace.end)));
    all.retain(|wait| wait.2 < wait.3);
    all
}

/// What each person did, from when to when, and whether they were late.
fn segments(plan: &Plan, trace: &Trace) -> Vec<Vec<(Tick, Tick, Does, bool)>> {
    let people: u32 = full(plan).homes.iter().map(|home| home.staff).sum();
    let mut all = vec![Vec::<(Tick, Tick, Does, bool)>::new(); people as usize];
    for (at, record) in trace.records() {
        if let Record::Occupied { person, does, late } = *record {
            let own = &mut all[person as usize];
            if let Some(last) = own.last_mut() {
                last.1 = at;
            }
            own.push((at, trace.end, does, late));
        }
    }
    all
}

#[test]
fn nobody_is_idle_where_enough_wait() {
    holds("no idle staff", |plan, trace| {
        let people = segments(plan, trace);
        let waits = waits(trace);
        for (at, department) in full(plan).departments.iter().enumerate() {
            if department.slots.is_some() || department.sharing {
                continue;
            }
            let enough = department.batch.as_ref().map_or(1, |batch| batch.least as usize);
            let here = waits.iter().filter(|wait| plan.department_of(wait.1) == at);
            let here: Vec<(Tick, Tick)> = here.map(|wait| (wait.2, wait.3)).collect();
            let homes = department.eligible.iter().map(|eligible| &full(plan).homes[eligible.home as usize]);
            for person in homes.flat_map(|home| home.first_person..home.first_person + home.staff) {
                let idle = people[person as usize].iter().filter(|segment| segment.2 == Does::Idle);
                for &(start, end, ..) in idle {
                    for &(from, to) in &here {
                        let since = from.max(start);
                        let there = here.iter().filter(|other| other.0 <= since && since < other.1).count();
                        let some = since < to.min(end);
                        prop_assert!(!some || there < enough, "{person} is idle at {since}, {there} wait");
                    }
                }
            }
        }
        Ok(())
    });
}

/// Whether ranks are those of the rows in a department that interrupts for one item, and at once.
fn interrupts_plainly(plan: &Plan, department: usize) -> bool {
    let here = &full(plan).departments[department];
    let asks = full(plan).asks.iter().filter(|ask| ask.to as usize == department);
    here.preemption != Preemption::None
        && here.needed <= 1
        && here.batch.is_none()
        && here.slots.is_none()
        && here.uses.iter().all(Vec::is_empty)
        && here.rises.iter().all(Vec::is_empty)
        && asks.into_iter().all(|ask| ask.rank == NONE && ask.rise.is_none())
}

#[test]
fn nobody_more_urgent_waits_than_is_served_where_that_is_interrupted() {
    holds("interruption", |plan, trace| {
        let waits = waits(trace);
        let mut rows: BTreeMap<Who, Vec<(Tick, u32)>> = BTreeMap::new();
        for (at, record) in trace.records() {
            if let Record::Joined { who, row } | Record::Turned { who, row } = *record {
                rows.entry(who).or_default().push((at, row));
            }
        }
        let rank = |row: u32| plan.rows[row as usize].rank;
        for own in segments(plan, trace) {
            // Who is late is interrupted no more, also when others have gone and they are late no more.
            let mut late = false;
            let mut last = None;
            for (start, end, does, is_late) in own {
                let (Does::Serving(item) | Does::SettingUp(item)) = does else { continue };
                late = is_late || late && last == Some(item);
                last = Some(item);
                let row = rows[&item].iter().rev().find(|(at, _)| *at <= start).map_or(0, |at| at.1);
                let department = plan.department_of(row);
                if late || !interrupts_plainly(plan, department) {
                    continue;
                }
                for &(who, other, from, to) in &waits {
                    let here = plan.department_of(other) == department;
                    let both = from.max(start) < to.min(end);
                    prop_assert!(
                        !here || !both || rank(other) >= rank(row),
                        "{who:?} waits from {from} to {to}, {item:?} is served from {start} to {end}"
                    );
                }
            }
        }
        Ok(())
    });
}
