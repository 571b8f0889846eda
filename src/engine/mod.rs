//! The engine: one replication of a plan, event by event.
//!
//! Time is an integer. Services by finite staff and the arrivals of the streams have fixed places in
//! the [`calendar`]; everything else that ends at some time is among the [`timers`]. The engine calls
//! an [`Observer`] and knows no statistics.
//!
//! Equal times have one fixed order ([`order`]). After each event, everything that it makes possible
//! is done before the next: a finished case moves on first, then the person who served it takes the
//! next one, which may be the same case come back.

mod calendar;
mod case;
mod department;
mod observer;
mod order;
mod queue;
mod stream;
#[cfg(test)]
mod tests;
mod timers;

pub(crate) use case::Identity;
pub(crate) use observer::{End, Life, Observer, Standing, Visit};

use calendar::{Calendar, NEVER};
use case::{Cases, NEAR, VisitCounts};
use department::{Crowds, Department};
use queue::Queues;
use stream::Stream;
use timers::{Timer, TimerKind, Timers};

use crate::plan::{InitialPlan, MANY, NONE, Plan, Row, StreamPlan, to_ticks};
use crate::random::{KeyPair, Purpose};
use crate::time::{Span, Tick};

/// When a replication ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Nothing happens at or after this time.
    pub horizon: Tick,
    /// The run ends when so many cases have ended.
    pub ended: u64,
    /// More cases than this in the system at a time are refused.
    pub in_system: u32,
}

/// Why [`Engine::run`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// The replication is over.
    Done,
    /// So many events as asked for have happened.
    Events,
    /// More cases are in the system than allowed.
    Crowded,
}

/// What a member of staff works on.
#[derive(Clone, Copy, Debug)]
struct Seat {
    case: u32,
    department: u32,
}

/// One replication, under way.
#[derive(Debug)]
pub(crate) struct Engine<'p, O> {
    plan: &'p Plan,
    pub observer: O,
    now: Tick,
    limits: Limits,
    crowded: bool,
    calendar: Calendar,
    timers: Timers,
    seats: Vec<Seat>,
    departments: Vec<Department>,
    crowds: Crowds,
    queues: Queues,
    streams: Vec<Stream>,
    cases: Cases,
    visits: VisitCounts,
}

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

impl<'p, O: Observer> Engine<'p, O> {
    /// A replication about to start.
    pub fn new(plan: &'p Plan, seed: u64, replication: u64, limits: Limits, observer: O) -> Self {
        let seats = plan.departments.iter().zip(0..).flat_map(|(department_plan, department)| {
            (0..department_plan.staff.unwrap_or(0)).map(move |_| Seat { case: NONE, department })
        });
        let (mut crowds, mut queues) = (Crowds::default(), Queues::default());
        let departments = plan.departments.iter().map(|department| {
            let keys = KeyPair::new(seed, replication, department.key);
            Department::new(department, keys, queues.add(department), &mut crowds)
        });
        let mut engine = Engine {
            plan,
            observer,
            now: 0,
            limits: Limits { horizon: limits.horizon.min(Span::MAX.ticks() as Tick), ..limits },
            crowded: false,
            calendar: Calendar::new(plan.staff as usize + plan.streams.len()),
            timers: Timers::new(),
            seats: seats.collect(),
            departments: departments.collect(),
            crowds,
            queues,
            streams: plan.streams.iter().map(|stream| Stream::new(stream, seed, replication)).collect(),
            cases: Cases::new(),
            visits: VisitCounts::new(plan.looped),
        };
        for (index, stream) in plan.streams.iter().enumerate() {
            let time = engine.streams[index].next_time(stream, 0);
            if time < NEVER {
                engine.calendar.fill(plan.staff + index as u32, time, slot_order!(engine));
            }
        }
        engine
    }

    /// The present time.
    pub fn now(&self) -> Tick {
        self.now
    }

    /// Runs until the end, or until `events` more events have happened; counts `events` down.
    pub fn run(&mut self, events: &mut u64) -> Pause {
        while *events > 0 {
            let first = self.calendar.first(slot_order!(self));
            if self.timers.next() <= first.time
                && let Some(&timer) = self.timers.first()
                && self.timer_is_first(&timer, first)
            {
                if timer.time >= self.limits.horizon {
                    return self.close();
                }
                self.now = timer.time;
                self.timer_ends(timer);
            } else if first.time >= self.limits.horizon {
                return self.close();
            } else {
                self.now = first.time;
                if first.slot < self.plan.staff {
                    self.service_ends(first.time, first.slot);
                } else {
                    self.arrival(first.time, first.slot);
                }
            }
            self.observer.settled(self.now);
            *events -= 1;
        }
        Pause::Events
    }

    /// The end of the run: the clock stands at the horizon, if there is one.
    fn close(&mut self) -> Pause {
        if self.crowded {
            return Pause::Crowded;
        }
        if self.limits.horizon < Span::MAX.ticks() as Tick {
            self.now = self.limits.horizon;
        }
        Pause::Done
    }

    /// True when a timer comes before the first slot, which is not earlier.
    fn timer_is_first(&self, timer: &Timer, slot: calendar::Event) -> bool {
        timer.time < slot.time
            || order::of_timer(self.plan, &self.cases, timer)
                < order::of_slot(self.plan, &self.seats, &self.cases, slot.slot)
    }

    /// An arrival from outside.
    #[inline(always)]
    fn arrival(&mut self, now: Tick, slot: u32) {
        let index = slot - self.plan.staff;
        let plan = &self.plan.streams[index as usize];
        if plan.plain {
            let stream = &mut self.streams[index as usize];
            let (number, class, key) = (stream.number, stream.class(plan), stream.key);
            let time = stream.next_time_after(plan, now);
            self.set_arrival(slot, time);
            let who = Identity { size: 1.0, number, stream: index, class, ..Identity::default() };
            self.admit(now, plan, who, key, None);
        } else {
            self.batch_arrives(now, index);
            let time = self.streams[index as usize].next_time_after(plan, now);
            self.set_arrival(slot, time);
        }
    }

    /// The next arrival of a stream comes at `time`; [`NEVER`] if there is none.
    #[inline(always)]
    fn set_arrival(&mut self, slot: u32, time: Tick) {
        if time < NEVER {
            self.calendar.replace(slot, time, slot_order!(self));
        } else {
            self.calendar.clear(slot, slot_order!(self));
        }
    }

    /// An arrival with something special about it: several cases, sizes, or something given.
    #[inline(never)]
    fn batch_arrives(&mut self, now: Tick, index: u32) {
        let plan = &self.plan.streams[index as usize];
        let count = self.streams[index as usize].batch(plan);
        for member in 0..count as u32 {
            let stream = &self.streams[index as usize];
            let (key, words) = stream.member(plan, member);
            let (class, size) = stream.class_and_size(plan, words);
            let who =
                Identity { size, number: stream.number, stream: index, member, class, ..Identity::default() };
            self.admit(now, plan, who, key, plan.initial.as_ref());
        }
        self.streams[index as usize].left -= count - 1;
    }

    /// One case arrives from outside.
    #[inline(always)]
    fn admit(
        &mut self,
        now: Tick,
        plan: &StreamPlan,
        who: Identity,
        key: u64,
        initial: Option<&InitialPlan>,
    ) {
        let row = plan.department * self.plan.classes.len() as u32 + who.class;
        let (id, case) = self.cases.add();
        case.arrived = now;
        case.touch = 0;
        case.key = key;
        case.who = Identity { due: plan.promise.map_or(Tick::MAX, |promise| now + promise), ..who };
        case.visits = [0; NEAR];
        self.observer.arrived(now, id, &case.who, row);
        if self.departments[plan.department as usize].is_full() && initial.is_none() {
            self.reject(now, id, row);
            return;
        }
        if self.cases.in_system() > self.limits.in_system {
            self.crowded = true;
            self.limits.horizon = now;
        }
        if self.plan.looped > NEAR as u32 {
            self.visits.reset(id);
        }
        let given = initial.and_then(|initial| self.remaining_work(id, plan, initial));
        self.join(now, id, row, given);
    }

    #[inline(never)]
    fn reject(&mut self, now: Tick, id: u32, row: u32) {
        self.end(now, id, row, End::Rejected);
    }

    /// The work that is left on a case in place at the start, where that is not a whole service.
    #[inline(never)]
    fn remaining_work(&self, id: u32, plan: &StreamPlan, initial: &InitialPlan) -> Option<Tick> {
        let case = &self.cases[id];
        let sampler = initial.remaining.as_ref()?;
        let (_, words) = self.streams[case.who.stream as usize].member(plan, case.who.member);
        Some(to_ticks(sampler.draw(words.of(Purpose::Service))))
    }

    /// A case joins the department of `row`, with its service time drawn or given.
    #[inline(always)]
    fn join(&mut self, now: Tick, id: u32, row_id: u32, given: Option<Tick>) {
        let row = &self.plan.rows[row_id as usize];
        let department = &mut self.departments[row.department as usize];
        let case = &mut self.cases[id];
        let visit = match case.visits.get_mut(department.loop_index as usize) {
            Some(count) => {
                *count += 1;
                *count
            }
            None if department.loop_index == NONE => 1,
            None => self.visits.next(id, department.loop_index),
        };
        let words = department.keys.words(case.key, visit);
        let mut service = self.plan.service(row, visit).draw(words.of(Purpose::Service));
        if self.plan.sized {
            service *= case.who.size;
        }
        let service = given.unwrap_or(to_ticks(service));
        case.joined = now;
        case.row = row_id;
        if row.way == MANY {
            case.way = words.of(Purpose::Routing).next();
        }
        self.observer.joined(now, id, row_id);
        if department.idle != 0 {
            case.begun = now;
            let member = department.take_idle(&mut self.crowds);
            let slot = department.first_slot + member;
            self.seats[slot as usize].case = id;
            self.observer.started(now, id, row_id, member);
            self.calendar.fill(slot, now + service, slot_order!(self));
            return;
        }
        case.service = service;
        if department.plain {
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
            self.timers.set(Timer { time, case: id, kind: TimerKind::Patience }, timer_order!(self));
        }
    }

    /// A service by the one at `slot` ends: the case moves on, then the next is served.
    #[inline(always)]
    fn service_ends(&mut self, now: Tick, slot: u32) {
        let Seat { case, department } = self.seats[slot as usize];
        self.move_on(now, case);
        let department = &mut self.departments[department as usize];
        if department.ranks == 0 {
            department.set_idle(slot - department.first_slot, &mut self.crowds);
            self.calendar.clear(slot, slot_order!(self));
            return;
        }
        let next = self.queues.pop(department, &self.cases);
        if department.patience {
            self.timers.cancel(next, timer_order!(self));
        }
        let case = &mut self.cases[next];
        case.begun = now;
        let end = now + case.service;
        self.observer.started(now, next, case.row, slot - department.first_slot);
        self.seats[slot as usize].case = next;
        self.calendar.replace(slot, end, slot_order!(self));
    }

    /// A case whose service has ended goes where it goes.
    #[inline(always)]
    fn move_on(&mut self, now: Tick, id: u32) {
        let case = &mut self.cases[id];
        let visit = Visit { row: case.row, joined: case.joined, begun: case.begun, ended: now };
        case.touch += now - case.begun;
        self.observer.served(id, &visit);
        let row = &self.plan.rows[visit.row as usize];
        let target = if row.way == MANY {
            let route_id = self.plan.route_of(row, case.way);
            let route = &self.plan.routes[route_id as usize];
            if route.transfer != NONE {
                self.transfer(now, id, route_id);
                return;
            }
            self.observer.handed_over(now, id, route_id, 0);
            route.row
        } else {
            row.way
        };
        if target == NONE {
            self.end(now, id, visit.row, End::Completed);
        } else {
            self.join(now, id, target, None);
        }
    }

    /// A case sets out on a handoff that takes time.
    #[inline(never)]
    fn transfer(&mut self, now: Tick, id: u32, route_id: u32) {
        let route = &self.plan.routes[route_id as usize];
        let case = &mut self.cases[id];
        let department = &self.departments[self.plan.rows[case.row as usize].department as usize];
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
    fn timer_ends(&mut self, timer: Timer) {
        let now = timer.time;
        self.timers.pop(timer_order!(self));
        let case = &self.cases[timer.case];
        let (row_id, joined) = (case.row, case.joined);
        match timer.kind {
            TimerKind::Transfer => self.join(now, timer.case, row_id, None),
            TimerKind::WayOut => self.end(now, timer.case, row_id, End::Completed),
            TimerKind::Service => self.move_on(now, timer.case),
            TimerKind::Patience => {
                let row = &self.plan.rows[row_id as usize];
                let department = &mut self.departments[row.department as usize];
                self.queues.remove(department, &mut self.cases, row.rank, timer.case);
                self.observer.reneged(now, timer.case, row_id, joined);
                self.end(now, timer.case, row_id, End::Reneged);
            }
        }
    }

    /// A case ends in the department of `row`.
    #[inline(always)]
    fn end(&mut self, now: Tick, id: u32, row: u32, end: End) {
        let case = self.cases.remove(id);
        let life = Life { arrived: case.arrived, touch: case.touch };
        self.observer.ended(now, id, &case.who, row, &life, end);
        self.limits.ended = self.limits.ended.saturating_sub(1);
        if self.limits.ended == 0 {
            self.limits.horizon = now;
        }
    }

    /// Tells the observer of every case that is still in the system, and that the run is over. Call it
    /// once, at the end.
    pub fn report_unfinished(&mut self) {
        let mut found = Vec::with_capacity(self.cases.in_system() as usize);
        for (plan, department) in self.plan.departments.iter().zip(&self.departments) {
            for id in self.queues.waiting(department, &self.cases) {
                let case = &self.cases[id];
                found.push((id, Standing::Waiting { row: case.row, joined: case.joined }));
            }
            let slots = plan.first_slot..plan.first_slot + plan.staff.unwrap_or(0);
            let busy = slots.filter(|&slot| self.calendar.is_set(slot));
            found.extend(busy.map(|slot| self.served_now(self.seats[slot as usize].case)));
        }
        for timer in self.timers.iter() {
            match timer.kind {
                TimerKind::Service => found.push(self.served_now(timer.case)),
                TimerKind::Transfer => {
                    let row = self.cases[timer.case].row;
                    found.push((timer.case, Standing::Moving { row }));
                }
                TimerKind::WayOut => found.push((timer.case, Standing::Moving { row: NONE })),
                TimerKind::Patience => {}
            }
        }
        debug_assert_eq!(found.len(), self.cases.in_system() as usize);
        for (id, standing) in found {
            let case = &self.cases[id];
            let served = match standing {
                Standing::Served { begun, .. } => self.now - begun,
                _ => 0,
            };
            let life = Life { arrived: case.arrived, touch: case.touch + served };
            self.observer.unfinished(self.now, id, &case.who, &life, standing);
        }
        self.observer.closed();
    }

    fn served_now(&self, id: u32) -> (u32, Standing) {
        let case = &self.cases[id];
        (id, Standing::Served { row: case.row, joined: case.joined, begun: case.begun })
    }
}
