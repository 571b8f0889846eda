//! How schedules worked by hand are written and checked.
//!
//! A stay is `a1 desk 2 10-14`: case 1 of stream a joined at 2 and was served from 10 to 14; `10-14-20`: it was
//! blocked until 20. `a1?3` is a request that was asked for it, the third of all. `a1 Reneged 9` is an end that
//! is none of a case served; `a1 Reneged 9, away`: it will
//! come again. `a1/2` is a part of it. An account is `a1: 2-10 desk service ahead @desk; ...`: from when to when, who, what,
//! whose, where it is felt.

use super::agreement::agree;
use super::ledger::{Account, Entry, Party, Place, accounts};
use super::trace::{Ordered, Record, Trace, Who};
use super::{recorder, reference};
use crate::engine::End;
use crate::engine::tests::until;
use crate::model::{DepartmentBuilder, Model, ModelBuilder, StreamBuilder};
use crate::plan::{Plan, compile};
use crate::time::{Span, Tick};

pub(super) fn ticks(count: i64) -> Span {
    Span::from_ticks(count)
}

/// A model called "schedule".
pub(super) fn model() -> ModelBuilder {
    Model::builder("schedule")
}

/// A department with one member of staff who takes `time` for each case.
pub(super) fn one(time: i64) -> impl FnOnce(DepartmentBuilder) -> DepartmentBuilder {
    some(1, time)
}

pub(super) fn some(staff: u32, time: i64) -> impl FnOnce(DepartmentBuilder) -> DepartmentBuilder {
    move |d| d.staff(staff).service(ticks(time))
}

/// A stream that enters a department at given times.
pub(super) fn at(department: &str, times: &[i64]) -> impl FnOnce(StreamBuilder) -> StreamBuilder {
    move |c| c.enter(department).schedule(times.iter().map(|&time| ticks(time)))
}

/// Both engines must tell these stays and ends in the order of time, and the slow ledger these accounts; the
/// library's must agree with it.
#[track_caller]
pub(super) fn expect(model: ModelBuilder, horizon: Tick, stays: &[&str], charged: &[&str]) {
    let plan = compile(&model.build().expect("a valid model")).expect("a valid model");
    let reference = reference::run(&plan, 1, 0, until(horizon));
    let real = recorder::run(&plan, 1, 0, until(horizon), u64::MAX);
    for (trace, by) in [(&reference, "reference"), (&real, "engine")] {
        assert_eq!(lines(&plan, trace), stays, "stays by the {by}");
        let accounts: Vec<String> = accounts(&plan, trace).iter().map(|case| account(&plan, case)).collect();
        assert_eq!(accounts, charged, "accounts of what the {by} tells");
    }
    assert_eq!(real.difference(&reference), None);
    agree(&plan, (1, 0), horizon, &real).expect("the ledgers agree");
}

/// Both engines must tell these stays and ends.
#[track_caller]
pub(super) fn told(model: ModelBuilder, horizon: Tick, stays: &[&str]) {
    let plan = compile(&model.build().expect("a valid model")).expect("a valid model");
    let reference = reference::run(&plan, 1, 0, until(horizon));
    assert_eq!(lines(&plan, &reference), stays, "stays by the reference");
    let real = recorder::run(&plan, 1, 0, until(horizon), u64::MAX);
    assert_eq!(lines(&plan, &real), stays, "stays by the engine");
    assert_eq!(real.difference(&reference), None);
}

/// Both engines must tell the same.
#[track_caller]
pub(super) fn agreed(model: ModelBuilder, horizon: Tick) {
    let plan = compile(&model.build().expect("a valid model")).expect("a valid model");
    let reference = reference::run(&plan, 1, 0, until(horizon));
    let real = recorder::run(&plan, 1, 0, until(horizon), u64::MAX);
    assert_eq!(real.difference(&reference), None);
}

/// The slow ledger must make these accounts of what both engines tell; the library's must agree with it.
#[track_caller]
pub(super) fn charges(model: ModelBuilder, horizon: Tick, charged: &[&str]) {
    let plan = compile(&model.build().expect("a valid model")).expect("a valid model");
    let reference = reference::run(&plan, 1, 0, until(horizon));
    let real = recorder::run(&plan, 1, 0, until(horizon), u64::MAX);
    for (trace, by) in [(&real, "engine"), (&reference, "reference")] {
        let accounts: Vec<String> = accounts(&plan, trace).iter().map(|case| account(&plan, case)).collect();
        assert_eq!(accounts, charged, "accounts of what the {by} tells");
    }
    agree(&plan, (1, 0), horizon, &real).expect("the ledgers agree");
}

/// Both engines must find that people wait for each other for ever, at this time.
#[track_caller]
pub(super) fn expect_standstill(model: ModelBuilder, time: Tick) {
    let plan = compile(&model.build().expect("a valid model")).expect("a valid model");
    let reference = reference::run(&plan, 1, 0, until(1000));
    let found = reference.standstill.expect("a standstill");
    assert_eq!(reference.blocks[found - 1].at, time, "reference");
    let real = recorder::run(&plan, 1, 0, until(1000), u64::MAX);
    assert_eq!((real.end, real.standstill), (time, Some(found)), "engine");
}

/// What an item is called: also a part, or an order for stock.
fn item(plan: &Plan, trace: &Trace, who: Who) -> String {
    let told = |wanted: &dyn Fn(&Record) -> Option<String>| {
        trace.records().find_map(|(_, record)| wanted(record)).unwrap_or_else(|| name(plan, who))
    };
    told(&|record| match *record {
        Record::Parted { part, .. } if part == who => {
            Some(format!("{}/{}", name(plan, (who.0, who.1, who.2, 0)), who.3))
        }
        Record::Ordered { order } if order.3 == Some(who) => Some(order_name(plan, order)),
        _ => None,
    })
}

fn order_name(plan: &Plan, (stock, number, ..): Ordered) -> String {
    format!("{}#{number}", stock_name(plan, stock))
}

fn stock_name(plan: &Plan, stock: u32) -> &str {
    &plan.full.as_ref().expect("a full plan").stocks[stock as usize].name
}

fn name(plan: &Plan, (stream, number, member, request): Who) -> String {
    let mut text = format!("{}{number}", plan.streams[stream as usize].name);
    if member > 0 {
        text += &format!(".{member}");
    }
    if request > 0 {
        text += &format!("?{request}");
    }
    text
}

fn lines(plan: &Plan, trace: &Trace) -> Vec<String> {
    let mut lines: Vec<(Tick, String)> = Vec::new();
    for (at, record) in trace.records() {
        match *record {
            Record::Stayed { who, row, times, .. } => {
                let department = &plan.departments[plan.department_of(row)].name;
                let blocked =
                    if times.ended > times.finished { format!("-{}", times.ended) } else { String::new() };
                let (joined, begun, finished) = (times.joined, times.begun, times.finished);
                lines.push((
                    at,
                    format!("{} {department} {joined} {begun}-{finished}{blocked}", item(plan, trace, who)),
                ));
            }
            Record::Ended { who, end, .. } if end != End::Completed => {
                lines.push((at, format!("{} {end:?} {at}", item(plan, trace, who))));
            }
            Record::IsAway { who, end, .. } => {
                lines.push((at, format!("{} {end:?} {at}, away", item(plan, trace, who))));
            }
            Record::PartLost { part, end, .. } => {
                lines.push((at, format!("{} {end:?} {at}", item(plan, trace, part))));
            }
            Record::Withdrawn { part } => {
                lines.push((at, format!("{} Withdrawn {at}", item(plan, trace, part))));
            }
            Record::Forgotten { request } if item(plan, trace, request).contains('/') => {
                lines.push((at, format!("{} Forgotten {at}", item(plan, trace, request))));
            }
            Record::IsShort { who, stock } => {
                lines.push((
                    at,
                    format!("{} short of {} {at}", item(plan, trace, who), stock_name(plan, stock)),
                ));
            }
            Record::Delivered { order } => {
                lines.push((at, format!("{} delivered {at}: {}", order_name(plan, order), order.2)));
            }
            _ => {}
        }
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

fn account(plan: &Plan, account: &Account) -> String {
    let handoff = |at: u32| {
        let handoff = &plan.handoffs[at as usize];
        format!("{}>{}", handoff.from, handoff.to)
    };
    let department = |at: u32| plan.departments[at as usize].name.clone();
    let full = plan.full.as_ref().expect("a full plan");
    let piece = |&(from, to, Entry { who, what, whose, felt }): &(Tick, Tick, Entry)| {
        let who = match who {
            Party::Department(at) => department(at),
            Party::Home(at) => full.homes[at as usize].name.clone(),
            Party::Handoff(at) => handoff(at),
            Party::Request(at) => full.asks[at as usize].name.clone(),
            Party::Stock(at) => full.stocks[at as usize].name.clone(),
            Party::Supplier(at) => format!("supplier of {}", full.stocks[at as usize].name),
        };
        let felt = match felt {
            Place::Department(at) => department(at),
            Place::Handoff(at) => handoff(at),
        };
        let (what, whose) = (format!("{what:?}").to_lowercase(), format!("{whose:?}").to_lowercase());
        format!("{from}-{to} {who} {what} {whose} @{felt}")
    };
    let pieces: Vec<String> = account.pieces.iter().map(piece).collect();
    format!("{}: {}", name(plan, account.who), pieces.join("; "))
}
