//! The order of events at equal times, and the setting of slots and timers by it.
//!
//! These functions run only when times are equal.

use super::super::calendar::NEVER;
use super::super::timers::{Timer, TimerKind};
use super::super::{Engine, Observer};
use super::absence::Kind;
use super::{Appointment, Full};
use crate::engine::case::Cases;
use crate::plan::{NONE, Plan};
use crate::time::Tick;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Ending,
    Answer,
    Staff,
    Slot,
    Timer,
    InPlace,
    Arrival,
}

/// A key by which equals are ordered. Of staff events, `department` is the home, `person` the kind, and
/// `case` the person and the place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    rank: Rank,
    begun: Tick,
    department: u32,
    person: u32,
    case: (u32, u64, u32),
    born: u64,
}

/// The order of equals in the calendar (`of_slot`) or among the timers (`of_timer`).
macro_rules! before {
    ($engine:expr, $of:ident) => {{
        let (plan, cases, full) = ($engine.plan, &$engine.cases, &$engine.full);
        move |a, b| {
            crate::engine::full::order::$of(plan, cases, full, a)
                < crate::engine::full::order::$of(plan, cases, full, b)
        }
    }};
}
pub(super) use before;

pub(super) fn of_slot(plan: &Plan, cases: &Cases, full: &Full, slot: u32) -> Order {
    if slot < plan.staff {
        // Who has just ended a stretch may have no item. Any order will do: this slot is still to be set or emptied.
        let id = if slot == full.ended { 0 } else { full.people[slot as usize].item };
        let item = &full.items[id as usize];
        Order {
            rank: Rank::Ending,
            begun: item.since,
            department: plan.rows[cases[id].row as usize].department,
            person: slot,
            case: cases[id].who.order(),
            born: item.born,
        }
    } else if slot < full.first_clock {
        let stream = slot - plan.staff;
        let stream_plan = &plan.streams[stream as usize];
        let rank = if stream_plan.initial.is_some() { Rank::InPlace } else { Rank::Arrival };
        Order {
            rank,
            begun: 0,
            department: stream_plan.department,
            person: NONE,
            case: (stream, 0, 0),
            born: 0,
        }
    } else if slot < full.first_home {
        let clock = &full.clocks[(slot - full.first_clock) as usize];
        let (kind, person) = match clock.kind {
            Kind::All => (1, 0),
            Kind::Each => (2, clock.person),
            Kind::Outage => (3, clock.person),
            Kind::Vacation => (4, clock.person),
        };
        Order {
            rank: Rank::Staff,
            begun: clock.since,
            department: clock.home,
            person: kind,
            case: (person, clock.place.into(), 0),
            born: 0,
        }
    } else if slot >= full.first_appointment {
        of_appointment(cases, full, slot - full.first_appointment)
    } else if slot < full.first_stock {
        let home = slot - full.first_home;
        let begun = full.homes[home as usize].since;
        Order { rank: Rank::Staff, begun, department: home, person: 0, case: (0, 0, 0), born: 0 }
    } else if slot < full.first_review {
        let stock = slot - full.first_stock;
        let (begun, born) = full.shelves[stock as usize].next_order();
        Order {
            rank: Rank::Ending,
            begun,
            department: NONE,
            person: NONE,
            case: (NONE, stock.into(), 0),
            born,
        }
    } else {
        let (stock, place, begun) = full.review(slot - full.first_review);
        let case = (NONE, stock.into(), 1 + place);
        Order { rank: Rank::Ending, begun, department: NONE, person: NONE, case, born: 0 }
    }
}

fn of_appointment(cases: &Cases, full: &Full, at: u32) -> Order {
    let none =
        Order { rank: Rank::Ending, begun: 0, department: 0, person: NONE, case: (NONE, 0, 0), born: 0 };
    match full.appointments[at as usize] {
        Appointment::Pickup(handoff) => {
            let way = &full.ways[handoff as usize];
            Order { begun: way.since, department: way.department, case: (NONE, handoff.into(), 0), ..none }
        }
        Appointment::Slot(department) => Order { rank: Rank::Slot, department, ..none },
        Appointment::Shared(department) => {
            let first = full.shares.first(full.wards[department as usize].share);
            first.map_or(none, |id| {
                let item = &full.items[id as usize];
                Order { begun: item.since, department, case: cases[id].who.order(), born: item.born, ..none }
            })
        }
    }
}

pub(super) fn of_timer(plan: &Plan, cases: &Cases, full: &Full, timer: &Timer) -> Order {
    let (case, item) = (&cases[timer.case], &full.items[timer.case as usize]);
    let here = plan.rows[case.row as usize].department;
    let (rank, begun, department) = match timer.kind {
        TimerKind::Transfer => (Rank::Ending, case.joined, here),
        TimerKind::WayOut => (Rank::Ending, case.joined, NONE),
        TimerKind::Service => (Rank::Ending, item.since, here),
        TimerKind::Answer => (Rank::Answer, case.joined, full.plan.asks[item.ask as usize].from),
        TimerKind::Waiting => (Rank::Timer, case.joined, here),
        TimerKind::LongestWait => (Rank::Timer, item.asked, here),
        TimerKind::Delivery => (Rank::Ending, case.joined, NONE),
    };
    let born = match timer.kind {
        TimerKind::Delivery => full.order_number(timer.case),
        _ => item.born,
    };
    Order { rank, begun, department, person: NONE, case: case.who.order(), born }
}

impl<O: Observer> Engine<'_, O> {
    /// True when a timer comes before a slot that is due at the same time.
    pub(super) fn timer_precedes(&self, timer: &Timer, slot: u32) -> bool {
        let (plan, cases, full) = (self.plan, &self.cases, &self.full);
        of_timer(plan, cases, full, timer) < of_slot(plan, cases, full, slot)
    }

    /// Sets a slot of the calendar; [`NEVER`] if it has no next event.
    pub(super) fn set_slot(&mut self, slot: u32, time: Tick) {
        self.forget_ended(slot);
        if time >= NEVER {
            self.clear_slot(slot);
        } else if !self.calendar.replace(slot, time) {
            self.settle_slot(slot, time);
        }
    }

    /// Empties a slot of the calendar.
    pub(super) fn clear_slot(&mut self, slot: u32) {
        self.forget_ended(slot);
        if !self.calendar.clear(slot) {
            self.settle_slot(slot, NEVER);
        }
    }

    #[cold]
    #[inline(never)]
    fn settle_slot(&mut self, slot: u32, time: Tick) {
        self.calendar.settle(slot, time, before!(self, of_slot));
    }

    fn forget_ended(&mut self, slot: u32) {
        let full = &mut self.full;
        if full.ended == slot {
            full.ended = NONE;
        }
    }

    /// Empties the slot of who has ended a stretch, and has begun no other in the same event.
    pub(super) fn empty_ended(&mut self) {
        let slot = self.full.ended;
        if slot != NONE {
            self.clear_slot(slot);
        }
    }

    /// Sets the timer of an item that has none.
    pub(super) fn set_timer(&mut self, time: Tick, item: u32, kind: TimerKind) {
        self.timers.set(Timer { time, case: item, kind }, before!(self, of_timer));
    }

    /// Stops the timer of an item, which has one.
    pub(super) fn stop_timer(&mut self, item: u32) {
        self.timers.cancel(item, before!(self, of_timer));
    }

    /// Stops the timer of waiting, for service or for an answer, if it is running.
    pub(super) fn stop_waiting(&mut self, item: u32) {
        if std::mem::take(&mut self.full.items[item as usize].timed) {
            self.stop_timer(item);
        }
    }
}
