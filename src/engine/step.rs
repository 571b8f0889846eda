//! The steps an event is made of: a case arrives, joins a department, is served, goes on, ends.
//!
//! Steps on the way of every case are compiled twice, by `PLAIN`: see [`Plan::plain`].

use super::calendar::{Event, NEVER};
use super::case::NEAR;
use super::timers::{Timer, TimerKind};
use super::{End, Engine, Identity, Life, Observer, Seat, Visit, order};
use crate::plan::{InitialPlan, MANY, NONE, Row, StreamPlan, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;

/// The order of equals in the calendar.
macro_rules! slot_order {
    ($engine:ident) => {
        |a, b| {
            order::of_slot($engine.plan, &$engine.seats, &$engine.cases, a)
                < order::of_slot($engine.plan, &$engine.seats, &$engine.cases, b)
        }
    };
}

/// The order of equals among the timers.
macro_rules! timer_order {
    ($engine:ident) => {
        |a, b| {
            order::of_timer($engine.plan, &$engine.cases, a)
                < order::of_timer($engine.plan, &$engine.cases, b)
        }
    };
}

/// How a case comes to a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coming {
    /// It was handed on by another.
    Inside,
    /// It arrives in the system.
    Outside,
    /// It was there at the start, where nobody is refused; with the rest of its work, where that is not
    /// a whole service.
    InPlace { rest: Option<Tick> },
}

/// The start of a service, to be told of.
struct Start {
    case: u32,
    row: u32,
    member: u32,
}

/// A visit has ended, and a handoff without delay by `route`, unless that is [`NONE`].
#[inline(always)]
fn tell_of_visit(observer: &mut impl Observer, id: u32, visit: &Visit, route: u32) {
    observer.served(id, visit);
    if route != NONE {
        observer.handed_over(visit.ended, id, route, 0);
    }
}

impl<'p, O: Observer> Engine<'p, O> {
    /// The first slot of the calendar, where it is far or beyond the horizon; and whether it is beyond.
    #[cold]
    #[inline(never)]
    pub(super) fn first_beyond(&mut self) -> (Event, bool) {
        let first = self.calendar.first_beyond(slot_order!(self));
        (first, first.time >= self.limits.horizon)
    }

    /// Nothing more happens from `now` on.
    #[cold]
    #[inline(never)]
    fn stop(&mut self, now: Tick) {
        self.limits.horizon = now;
        self.calendar.end_at(now);
    }

    /// Sets an empty slot of the calendar.
    #[inline(always)]
    pub(super) fn schedule(&mut self, slot: u32, time: Tick) {
        if !self.calendar.fill(slot, time) {
            self.settle(slot, time);
        }
    }

    /// Sets a slot of the calendar; [`NEVER`] if it has no next event.
    #[inline(always)]
    fn reschedule(&mut self, slot: u32, time: Tick) {
        if !self.calendar.replace(slot, time) {
            self.settle(slot, time);
        }
    }

    /// Empties a slot of the calendar.
    #[inline(always)]
    fn unschedule(&mut self, slot: u32) {
        if !self.calendar.clear(slot) {
            self.settle(slot, NEVER);
        }
    }

    #[cold]
    #[inline(never)]
    fn settle(&mut self, slot: u32, time: Tick) {
        self.calendar.settle(slot, time, slot_order!(self));
    }

    /// True when a timer comes before the first slot, which is not earlier.
    pub(super) fn timer_is_first(&self, timer: &Timer, slot: Event) -> bool {
        timer.time < slot.time
            || order::of_timer(self.plan, &self.cases, timer)
                < order::of_slot(self.plan, &self.seats, &self.cases, slot.slot)
    }

    /// An arrival from outside.
    #[inline(always)]
    pub(super) fn arrival<const PLAIN: bool>(&mut self, now: Tick, slot: u32) {
        let index = slot - self.seats.len() as u32;
        let stream = &mut self.streams[index as usize];
        let plan = stream.plan;
        if PLAIN || plan.plain {
            let (number, class, key) = (stream.number, stream.class(), stream.key);
            let time = stream.next_time_after(now);
            self.reschedule(slot, time);
            let who = Identity { size: 1.0, number, stream: index, class, ..Identity::default() };
            self.admit::<PLAIN>(now, plan, who, key, None);
        } else {
            self.batch_arrives(now, index);
            let time = self.streams[index as usize].next_time_after(now);
            self.reschedule(slot, time);
        }
    }

    /// An arrival with something special about it: several cases, sizes, or something given.
    #[inline(never)]
    fn batch_arrives(&mut self, now: Tick, index: u32) {
        let plan = self.streams[index as usize].plan;
        let count = self.streams[index as usize].batch();
        for member in 0..count as u32 {
            if self.crowded {
                break;
            }
            let stream = &self.streams[index as usize];
            let (key, words) = stream.member(member);
            let (class, size) = stream.class_and_size(words);
            let who =
                Identity { size, number: stream.number, stream: index, member, class, ..Identity::default() };
            self.admit::<false>(now, plan, who, key, plan.initial.as_ref());
        }
        self.streams[index as usize].left -= count - 1;
        self.batched = count - 1;
    }

    /// One case arrives from outside.
    #[inline(always)]
    fn admit<const PLAIN: bool>(
        &mut self,
        now: Tick,
        plan: &StreamPlan,
        who: Identity,
        key: u64,
        initial: Option<&InitialPlan>,
    ) {
        let row = plan.first_row + who.class;
        let (id, case) = self.cases.add();
        case.arrived = now;
        case.touch = 0;
        case.key = key;
        case.who = Identity { due: now.saturating_add(plan.promise), ..who };
        case.visits = [0; NEAR];
        self.observer.arrived(now, id, &case.who, row);
        if !PLAIN && self.plan.looped > NEAR as u32 {
            self.visits.reset(id);
        }
        let coming = match initial {
            None => Coming::Outside,
            Some(initial) => Coming::InPlace { rest: self.remaining_work(id, initial) },
        };
        self.join::<PLAIN>(now, id, row, coming);
    }

    #[inline(never)]
    fn reject(&mut self, now: Tick, id: u32, row: u32) {
        self.end(now, id, row, End::Rejected, None);
    }

    /// The work that is left on a case in place at the start, where that is not a whole service.
    #[inline(never)]
    fn remaining_work(&self, id: u32, initial: &InitialPlan) -> Option<Tick> {
        let case = &self.cases[id];
        let sampler = initial.remaining.as_ref()?;
        let (_, words) = self.streams[case.who.stream as usize].member(case.who.member);
        Some(to_ticks(sampler.draw(words.of(Purpose::Service))))
    }

    /// A case joins the department of `row`.
    #[inline(always)]
    fn join<const PLAIN: bool>(&mut self, now: Tick, id: u32, row_id: u32, coming: Coming) {
        let row = &self.rows[row_id as usize];
        let department = &mut self.departments[row.department as usize];
        if coming == Coming::Outside && department.is_full() {
            return self.reject(now, id, row_id);
        }
        if coming != Coming::Inside && self.cases.in_system() > self.limits.in_system {
            self.crowded = true;
            self.limits.horizon = now;
            self.calendar.end_at(now);
        }
        let case = &mut self.cases[id];
        let visit = match case.visits.get_mut(department.loop_index as usize) {
            Some(count) => {
                *count += 1;
                *count
            }
            None if PLAIN || department.loop_index == NONE => 1,
            None => self.visits.next(id, department.loop_index),
        };
        let words = department.keys.words(case.key, visit);
        let sampler = if PLAIN { &row.service } else { self.plan.service(row, visit) };
        let mut service = sampler.draw(words.of(Purpose::Service));
        if !PLAIN && self.plan.sized {
            service *= case.who.size;
        }
        let service = match coming {
            Coming::InPlace { rest: Some(rest) } => rest,
            _ => to_ticks(service),
        };
        case.joined = now;
        case.row = row_id;
        (case.target, case.route) = (row.way, NONE);
        if row.way == MANY {
            case.route = self.plan.route_of(row, words.of(Purpose::Routing).next());
            case.target = self.plan.routes[case.route as usize].row;
        }
        self.observer.joined(now, id, row_id);
        if department.idle != 0 {
            case.begun = now;
            let member = if PLAIN { department.take_idle() } else { department.take_any(&mut self.crowds) };
            let slot = department.first_slot + member;
            self.seats[slot as usize].case = id;
            self.observer.started(now, id, row_id, member);
            self.schedule(slot, now + service);
            return;
        }
        case.service = service;
        case.next = NONE;
        if PLAIN || department.plain {
            self.queues.push_plain(department, &mut self.cases, row.rank, id);
        } else {
            self.wait_elsewhere(now, id, row, visit);
        }
    }

    /// A case has joined where nobody waits in the common way.
    #[inline(never)]
    fn wait_elsewhere(&mut self, now: Tick, id: u32, row: &Row, visit: u32) {
        let department = &mut self.departments[row.department as usize];
        if department.infinite {
            self.serve_at_once(now, id);
            return;
        }
        self.queues.push(department, &mut self.cases, row.rank, id);
        if department.patience {
            self.set_patience(now, id, row, visit);
        }
    }

    /// Infinite staff starts to serve a case.
    fn serve_at_once(&mut self, now: Tick, id: u32) {
        let case = &mut self.cases[id];
        case.begun = now;
        self.observer.started(now, id, case.row, NONE);
        let timer = Timer { time: now + case.service, case: id, kind: TimerKind::Service };
        self.timers.set(timer, timer_order!(self));
    }

    fn set_patience(&mut self, now: Tick, id: u32, row: &Row, visit: u32) {
        let words = self.departments[row.department as usize].keys.words(self.cases[id].key, visit);
        if let Some(patience) = &self.plan.departments[row.department as usize].patience {
            let time = now + to_ticks(patience.draw(words.of(Purpose::Patience)));
            self.timers.set(Timer { time, case: id, kind: TimerKind::Waiting }, timer_order!(self));
        }
    }

    /// A service by the one at `slot` ends: the case moves on, then the next is served.
    ///
    /// Unless the case comes straight back, neither sees the other. The next service is then begun first,
    /// as the next event waits for it, but told of in its place. (To ask where the case goes also brings
    /// near, while there is time, what [`Engine::move_on`] needs.)
    #[inline(always)]
    pub(super) fn service_ends<const PLAIN: bool>(&mut self, now: Tick, slot: u32, seat: Seat) {
        if PLAIN && !self.comes_back(seat) {
            let start = self.serve_next::<PLAIN>(now, slot, seat.department);
            self.move_on::<PLAIN>(now, seat.case);
            self.tell_of_start(now, start);
        } else {
            self.service_ends_in_order::<PLAIN>(now, slot, seat);
        }
    }

    #[inline(never)]
    fn service_ends_in_order<const PLAIN: bool>(&mut self, now: Tick, slot: u32, seat: Seat) {
        self.move_on::<PLAIN>(now, seat.case);
        let start = self.serve_next::<PLAIN>(now, slot, seat.department);
        self.tell_of_start(now, start);
    }

    /// Whether the case served at a seat joins the same department next.
    #[inline(always)]
    fn comes_back(&self, seat: Seat) -> bool {
        let target = self.cases[seat.case].target;
        self.rows.get(target as usize).is_some_and(|row| row.department == seat.department)
    }

    #[inline(always)]
    fn tell_of_start(&mut self, now: Tick, start: Option<Start>) {
        if let Some(Start { case, row, member }) = start {
            self.observer.started(now, case, row, member);
        }
    }

    /// The one at `slot`, who is free, serves the next case of the department, if anybody waits.
    #[inline(always)]
    fn serve_next<const PLAIN: bool>(&mut self, now: Tick, slot: u32, department: u32) -> Option<Start> {
        let department = &mut self.departments[department as usize];
        let member = slot - department.first_slot;
        if department.ranks == 0 {
            if PLAIN {
                department.set_idle(member)
            } else {
                department.set_any_idle(member, &mut self.crowds)
            }
            self.unschedule(slot);
            return None;
        }
        let next = if PLAIN {
            self.queues.first_linked(department)
        } else {
            self.queues.pop(department, &self.cases)
        };
        if !PLAIN && department.patience {
            self.timers.cancel(next, timer_order!(self));
        }
        let case = &mut self.cases[next];
        if PLAIN {
            self.queues.advance_linked(department, case.next);
        }
        case.begun = now;
        let end = now + case.service;
        let start = Start { case: next, row: case.row, member };
        self.seats[slot as usize].case = next;
        self.reschedule(slot, end);
        Some(start)
    }

    /// A case whose service has ended goes where it goes.
    #[inline(always)]
    fn move_on<const PLAIN: bool>(&mut self, now: Tick, id: u32) {
        let case = &mut self.cases[id];
        let visit = Visit { row: case.row, joined: case.joined, begun: case.begun, ended: now };
        case.touch += now - case.begun;
        let (target, route) = (case.target, case.route);
        if !PLAIN && route != NONE && self.plan.routes[route as usize].transfer != NONE {
            self.observer.served(id, &visit);
            return self.transfer(now, id, route);
        }
        if target == NONE {
            self.end(now, id, visit.row, End::Completed, Some((&visit, route)));
        } else {
            tell_of_visit(&mut self.observer, id, &visit, route);
            self.join::<PLAIN>(now, id, target, Coming::Inside);
        }
    }

    /// A case sets out on a handoff that takes time.
    #[inline(never)]
    fn transfer(&mut self, now: Tick, id: u32, route_id: u32) {
        let route = &self.plan.routes[route_id as usize];
        let case = &mut self.cases[id];
        let department = &self.departments[self.rows[case.row as usize].department as usize];
        let visit = match case.visits.get(department.loop_index as usize) {
            Some(&count) => count,
            None if department.loop_index == NONE => 1,
            None => self.visits.current(id, department.loop_index),
        };
        let words = department.keys.words(case.key, visit);
        let sampler = &self.plan.transfers[route.transfer as usize];
        let time = to_ticks(sampler.draw(words.of(Purpose::Transfer)));
        case.joined = now;
        let kind = if route.row == NONE { TimerKind::WayOut } else { TimerKind::Transfer };
        if route.row != NONE {
            case.row = route.row;
        }
        self.observer.handed_over(now, id, route_id, time);
        let timer = Timer { time: now + time, case: id, kind };
        self.timers.set(timer, timer_order!(self));
    }

    #[inline(never)]
    pub(super) fn timer_ends(&mut self, timer: Timer) {
        let now = timer.time;
        self.timers.pop(timer_order!(self));
        let case = &self.cases[timer.case];
        let (row_id, joined) = (case.row, case.joined);
        match timer.kind {
            TimerKind::Transfer => self.join::<false>(now, timer.case, row_id, Coming::Inside),
            TimerKind::WayOut => self.end(now, timer.case, row_id, End::Completed, None),
            TimerKind::Service => self.move_on::<false>(now, timer.case),
            TimerKind::Answer | TimerKind::LongestWait | TimerKind::Delivery => {
                unreachable!("only full models have requests")
            }
            TimerKind::Waiting => {
                let row = &self.rows[row_id as usize];
                let department = &mut self.departments[row.department as usize];
                self.queues.remove(department, &mut self.cases, row.rank, timer.case);
                self.observer.reneged(now, timer.case, row_id, joined);
                self.end(now, timer.case, row_id, End::Reneged, None);
            }
        }
    }

    /// A case ends in the department of `row`; `after` the visit that ends with it and the route out, if
    /// it was served until now.
    #[inline(always)]
    fn end(&mut self, now: Tick, id: u32, row: u32, end: End, after: Option<(&Visit, u32)>) {
        let case = self.cases.remove(id);
        if let Some((visit, route)) = after {
            tell_of_visit(&mut self.observer, id, visit, route);
        }
        let life = Life { arrived: case.arrived, touch: case.touch };
        self.observer.ended(now, id, &case.who, row, &life, end);
        // Below zero it means nothing: the horizon is set already.
        self.limits.ended = self.limits.ended.wrapping_sub(1);
        if self.limits.ended == 0 {
            self.stop(now);
        }
    }
}
