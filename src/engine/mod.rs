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
mod timers;

pub(crate) use case::Identity;
pub(crate) use observer::{End, Life, Observer, Standing, Visit};

use calendar::{Calendar, NEVER};
use case::{Case, Cases, VisitCounts};
use department::Departments;
use stream::Stream;
use timers::{Timer, TimerKind, Timers};

use rand_distr::Distribution;

use crate::plan::{NONE, Plan, Row, to_ticks};
use crate::random::{Purpose, Words};
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
    departments: Departments,
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
        let seat = |department| Seat { case: NONE, department };
        let seats = plan.departments.iter().enumerate();
        let seats = seats.flat_map(|(d, plan)| (0..plan.staff.unwrap_or(0)).map(move |_| seat(d as u32)));
        let mut engine = Engine {
            plan,
            observer,
            now: 0,
            limits: Limits { horizon: limits.horizon.min(Span::MAX.ticks() as Tick), ..limits },
            crowded: false,
            calendar: Calendar::new(plan.staff as usize + plan.streams.len()),
            timers: Timers::default(),
            seats: seats.collect(),
            departments: Departments::new(&plan.departments, seed, replication),
            streams: plan.streams.iter().map(|stream| Stream::new(stream, seed, replication)).collect(),
            cases: Cases::new(),
            visits: VisitCounts::new(plan.looped),
        };
        for index in 0..plan.streams.len() as u32 {
            let time = engine.streams[index as usize].next_time(&plan.streams[index as usize], 0);
            if time < NEVER {
                engine.calendar.fill(plan.staff + index, time, slot_order!(engine));
            }
        }
        engine
    }

    /// The present time.
    pub fn now(&self) -> Tick {
        self.now
    }

    /// How many cases are in the system.
    pub fn in_system(&self) -> u32 {
        self.cases.in_system()
    }

    /// Runs until the end, or until `events` more events have happened.
    pub fn run(&mut self, events: &mut u64) -> Pause {
        while *events > 0 {
            let first = self.calendar.first();
            if let Some(&timer) = self.timers.first()
                && timer.time <= first.time
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
                    self.service_ends(first.slot);
                } else {
                    self.arrival(first.slot);
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
    fn timer_is_first(&self, timer: &Timer, slot: calendar::Node) -> bool {
        timer.time < slot.time
            || order::of_timer(self.plan, &self.cases, timer)
                < order::of_slot(self.plan, &self.seats, &self.cases, slot.slot)
    }

    /// An arrival from outside.
    fn arrival(&mut self, slot: u32) {
        let index = slot - self.plan.staff;
        let plan = &self.plan.streams[index as usize];
        let stream = &self.streams[index as usize];
        let count = stream.batch(plan);
        self.admit(index, 0, stream.key, stream.words);
        for member in 1..count as u32 {
            let (key, words) = self.streams[index as usize].member(plan, member);
            self.admit(index, member, key, words);
        }
        let stream = &mut self.streams[index as usize];
        stream.left -= count;
        stream.advance(plan);
        let time = stream.next_time(plan, self.now);
        let time = if time < NEVER { time } else { NEVER | Tick::from(slot) };
        self.calendar.replace(slot, time, slot_order!(self));
    }

    /// One case arrives from outside.
    #[inline(always)]
    fn admit(&mut self, index: u32, member: u32, key: u64, words: Words) {
        let plan = &self.plan.streams[index as usize];
        let stream = &self.streams[index as usize];
        let mut class = match plan.mix.as_slice() {
            [(_, only)] => *only,
            mix => {
                let word = words.of(Purpose::Class).next();
                mix[mix[..mix.len() - 1].iter().filter(|(threshold, _)| *threshold <= word).count()].1
            }
        };
        let mut size = match &plan.size {
            None => 1.0,
            Some(sampler) => sampler.sample(&mut words.of(Purpose::Size)),
        };
        if let Some(listed) = stream.listed(plan) {
            class = if listed.class == NONE { class } else { listed.class };
            size = if listed.size.is_nan() { size } else { listed.size };
        }
        let due = plan.promise.map_or(Tick::MAX, |promise| self.now + promise);
        let who = Identity { size, due, stream: index, member, number: stream.number, class, previous: NONE };
        let row = plan.department * self.plan.classes.len() as u32 + class;
        let case = Case { arrived: self.now, key, ..Case::default() };
        let case = self.cases.add(case, who);
        self.observer.arrived(self.now, case, &who, row);
        if plan.initial.is_none() && self.departments.is_full(plan.department) {
            self.end(case, row, End::Rejected);
            return;
        }
        if self.cases.in_system() > self.limits.in_system {
            self.crowded = true;
            self.limits.horizon = self.now;
        }
        self.visits.reset(case);
        let remaining = plan.initial.as_ref().and_then(|initial| initial.remaining.as_ref());
        let remaining = remaining.map(|sampler| to_ticks(sampler.sample(&mut words.of(Purpose::Service))));
        self.join(case, row, remaining);
    }

    /// A case joins the department of `row`, with its service time drawn or given.
    #[inline(always)]
    fn join(&mut self, id: u32, row_id: u32, given: Option<Tick>) {
        let row = &self.plan.rows[row_id as usize];
        let department = &self.departments.each[row.department as usize];
        let case = &mut self.cases.now[id as usize];
        let visit =
            if department.loop_index == NONE { 1 } else { self.visits.next(id, department.loop_index) };
        let words = department.keys.words(case.key, visit);
        let drawn = self.plan.service(row, visit, &mut words.of(Purpose::Service));
        case.service = given.unwrap_or_else(|| to_ticks(drawn * self.cases.who[id as usize].size));
        case.joined = self.now;
        case.row = row_id;
        if row.routes.1 - row.routes.0 > 1 {
            case.way = words.of(Purpose::Routing).next();
        }
        self.observer.joined(self.now, id, row_id);
        if department.infinite {
            self.serve_at_once(id);
        } else if let Some(member) = self.departments.take_idle(row.department) {
            let slot = self.departments.each[row.department as usize].first_slot + member;
            self.start(slot, id);
            let end = self.now + self.cases.now[id as usize].service;
            self.calendar.fill(slot, end, slot_order!(self));
        } else {
            self.departments.push(&mut self.cases, row.department, row.rank, id);
            if self.departments.each[row.department as usize].patience {
                self.set_patience(id, row, words);
            }
        }
    }

    /// The one at `slot` starts to serve a case. The caller puts the end into the calendar.
    #[inline(always)]
    fn start(&mut self, slot: u32, id: u32) {
        let seat = &mut self.seats[slot as usize];
        seat.case = id;
        let case = &mut self.cases.now[id as usize];
        case.begun = self.now;
        let first = self.departments.each[seat.department as usize].first_slot;
        self.observer.started(self.now, id, case.row, slot - first);
    }

    /// Infinite staff starts to serve a case.
    #[inline(never)]
    fn serve_at_once(&mut self, id: u32) {
        let case = &mut self.cases.now[id as usize];
        case.begun = self.now;
        self.observer.started(self.now, id, case.row, NONE);
        let timer = Timer { time: self.now + case.service, case: id, kind: TimerKind::Service };
        self.timers.set(timer, timer_order!(self));
    }

    #[inline(never)]
    fn set_patience(&mut self, id: u32, row: &Row, words: Words) {
        if let Some(patience) = &self.plan.departments[row.department as usize].patience {
            let time = self.now + to_ticks(patience.sample(&mut words.of(Purpose::Patience)));
            self.timers.set(Timer { time, case: id, kind: TimerKind::Patience }, timer_order!(self));
        }
    }

    /// A service by the one at `slot` ends.
    fn service_ends(&mut self, slot: u32) {
        let Seat { case, department } = self.seats[slot as usize];
        self.move_on(case);
        match self.departments.pop(&self.cases, department) {
            Some(next) => {
                if self.departments.each[department as usize].patience {
                    self.timers.cancel(next, timer_order!(self));
                }
                self.start(slot, next);
                let end = self.now + self.cases.now[next as usize].service;
                self.calendar.replace(slot, end, slot_order!(self));
            }
            None => {
                let member = slot - self.departments.each[department as usize].first_slot;
                self.departments.set_idle(department, member);
                self.calendar.clear(slot, slot_order!(self));
            }
        }
    }

    /// A case whose service has ended goes where it goes.
    #[inline(always)]
    fn move_on(&mut self, id: u32) {
        let case = &mut self.cases.now[id as usize];
        let visit = Visit { row: case.row, joined: case.joined, begun: case.begun, ended: self.now };
        case.touch += self.now - case.begun;
        self.observer.served(id, &self.cases.who[id as usize], &visit);
        let row = &self.plan.rows[case.row as usize];
        let routes = self.plan.routes_of(row);
        let others = &routes[..routes.len() - 1];
        let pick: usize = others.iter().map(|route| usize::from(route.threshold <= case.way)).sum();
        let route = routes[pick];
        let route_id = row.routes.0 + pick as u32;
        if route.transfer != NONE {
            self.transfer(id, route_id);
            return;
        }
        self.observer.handed_over(self.now, id, route_id, 0);
        if route.row == NONE {
            self.end(id, visit.row, End::Completed);
        } else {
            self.join(id, route.row, None);
        }
    }

    /// A case sets out on a handoff that takes time.
    #[inline(never)]
    fn transfer(&mut self, id: u32, route_id: u32) {
        let route = &self.plan.routes[route_id as usize];
        let case = &mut self.cases.now[id as usize];
        let department = &self.departments.each[self.plan.rows[case.row as usize].department as usize];
        let visit =
            if department.loop_index == NONE { 1 } else { self.visits.current(id, department.loop_index) };
        let words = department.keys.words(case.key, visit);
        let time =
            to_ticks(self.plan.transfers[route.transfer as usize].sample(&mut words.of(Purpose::Transfer)));
        case.joined = self.now;
        case.row = route.row;
        self.observer.handed_over(self.now, id, route_id, time);
        let timer = Timer { time: self.now + time, case: id, kind: TimerKind::Transfer };
        self.timers.set(timer, timer_order!(self));
    }

    #[inline(never)]
    fn timer_ends(&mut self, timer: Timer) {
        self.timers.pop(timer_order!(self));
        let row_id = self.cases.now[timer.case as usize].row;
        match timer.kind {
            TimerKind::Transfer => self.join(timer.case, row_id, None),
            TimerKind::Service => self.move_on(timer.case),
            TimerKind::Patience => {
                let row = &self.plan.rows[row_id as usize];
                self.departments.remove(&mut self.cases, row.department, row.rank, timer.case);
                let joined = self.cases.now[timer.case as usize].joined;
                let who = &self.cases.who[timer.case as usize];
                self.observer.reneged(self.now, timer.case, who, row_id, joined);
                self.end(timer.case, row_id, End::Reneged);
            }
        }
    }

    /// A case ends in the department of `row`.
    #[inline(always)]
    fn end(&mut self, id: u32, row: u32, end: End) {
        let case = &self.cases.now[id as usize];
        let life = Life { arrived: case.arrived, touch: case.touch };
        self.observer.ended(self.now, id, &self.cases.who[id as usize], row, &life, end);
        self.cases.remove(id);
        self.limits.ended -= 1;
        if self.limits.ended == 0 {
            self.limits.horizon = self.now;
        }
    }

    /// Tells the observer of every case that is still in the system. Call it once, at the end.
    pub fn report_unfinished(&mut self) {
        let mut found = Vec::with_capacity(self.cases.in_system() as usize);
        for (index, department) in self.plan.departments.iter().enumerate() {
            for id in self.departments.waiting(&self.cases, index as u32) {
                let case = &self.cases.now[id as usize];
                found.push((id, Standing::Waiting { row: case.row, joined: case.joined }));
            }
            let seats = department.first_slot..department.first_slot + department.staff.unwrap_or(0);
            for slot in seats.filter(|&slot| self.calendar.is_set(slot)) {
                found.push(self.served_now(self.seats[slot as usize].case));
            }
        }
        for timer in self.timers.iter() {
            match timer.kind {
                TimerKind::Service => found.push(self.served_now(timer.case)),
                TimerKind::Transfer => {
                    let row = self.cases.now[timer.case as usize].row;
                    found.push((timer.case, Standing::Moving { row }));
                }
                TimerKind::Patience => {}
            }
        }
        debug_assert_eq!(found.len(), self.cases.in_system() as usize);
        for (id, standing) in found {
            let case = &self.cases.now[id as usize];
            let served = match standing {
                Standing::Served { begun, .. } => self.now - begun,
                _ => 0,
            };
            let life = Life { arrived: case.arrived, touch: case.touch + served };
            self.observer.unfinished(self.now, id, &self.cases.who[id as usize], &life, standing);
        }
    }

    fn served_now(&self, id: u32) -> (u32, Standing) {
        let case = &self.cases.now[id as usize];
        (id, Standing::Served { row: case.row, joined: case.joined, begun: case.begun })
    }
}
