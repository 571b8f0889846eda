//! The engine: one replication of a plan, event by event.
//!
//! Time is an integer. Services by finite staff and the arrivals of the streams have fixed places in
//! the [`calendar`]; everything else that ends at some time is among the [`timers`]. The engine calls
//! an [`Observer`] and knows no statistics.
//!
//! Equal times have one fixed order ([`order`]). After each event, everything that it makes possible
//! is done before the next: a finished case moves on first, then the person who served it takes the
//! next one, which may be the same case come back. The steps an event is made of are in [`step`].

mod calendar;
mod case;
mod department;
mod full;
mod observer;
mod order;
mod queue;
mod step;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod timers;

pub(crate) use case::Identity;
pub(crate) use observer::{
    Action, End, Life, ORDER, Observer, Occupation, Order, Room, Standing, Stay, Visit,
};

use calendar::{Calendar, NEVER};
use case::{Cases, VisitCounts};
use department::{Crowds, Department};
use full::Full;
use queue::Queues;
use stream::Stream;
use table::Table;
use timers::{TimerKind, Timers};

use crate::plan::{NONE, Plan, Row};
use crate::random::KeyPair;
use crate::time::{Span, Tick};

/// When a replication ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Nothing happens at or after this time; `Tick::MAX` for no such time.
    pub horizon: Tick,
    /// The run ends when so many cases have ended; `u64::MAX` for no such number.
    pub ended: u64,
    /// More cases than this in the system at a time are refused.
    pub in_system: u32,
}

/// Why [`Engine::run`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// The replication is over.
    Done,
    /// It is over without having come to the end that was asked for: nothing is left to do, or the
    /// longest time there is has passed.
    Short,
    /// So many events as asked for have happened.
    Events,
    /// More cases are in the system than allowed.
    Crowded,
    /// People wait for each other, and nothing will end it: see [`Engine::standstill`].
    Standstill,
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
    rows: &'p [Row],
    pub observer: O,
    now: Tick,
    limits: Limits,
    crowded: bool,
    /// Whether the run has ended with nothing left to happen.
    ran_out: bool,
    /// Whether the run was given a horizon in time, or a number of cases.
    timed: bool,
    counted: bool,
    /// Cases beyond the first that the last arrival brought: each counts as an event.
    batched: u64,
    calendar: Calendar,
    timers: Timers,
    seats: Vec<Seat>,
    departments: Table<Department>,
    crowds: Crowds,
    queues: Queues,
    streams: Vec<Stream<'p>>,
    cases: Cases,
    visits: VisitCounts,
    /// What full models have beside: empty for others.
    full: Full<'p>,
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
        let full = Full::new(plan, seed, replication);
        let more = full.slots();
        let mut engine = Engine {
            plan,
            rows: &plan.rows,
            observer,
            now: 0,
            limits: Limits {
                horizon: limits.horizon.min(Span::MAX.ticks() as Tick),
                ended: limits.ended.max(1),
                ..limits
            },
            crowded: false,
            ran_out: false,
            timed: limits.horizon != Tick::MAX,
            counted: limits.ended != u64::MAX,
            batched: 0,
            calendar: Calendar::new(plan.staff as usize + plan.streams.len() + more),
            timers: Timers::new(),
            seats: seats.collect(),
            departments: departments.collect(),
            crowds,
            queues,
            streams: plan.streams.iter().map(|stream| Stream::new(stream, seed, replication)).collect(),
            cases: Cases::new(),
            visits: VisitCounts::new(plan.looped),
            full,
        };
        engine.calendar.end_at(engine.limits.horizon);
        for slot in plan.staff..plan.staff + plan.streams.len() as u32 {
            let time = engine.streams[(slot - plan.staff) as usize].next_time(0);
            if time < NEVER {
                engine.schedule(slot, time);
            }
            if plan.full.is_some() {
                engine.expects_own(slot - plan.staff, time);
            }
        }
        engine
    }

    /// The present time.
    pub fn now(&self) -> Tick {
        self.now
    }

    /// Whether the run has ended with nothing left to happen: whoever waits then waits for ever.
    pub fn ran_out(&self) -> bool {
        self.ran_out
    }

    /// Runs until the end, or until `events` more events have happened; counts `events` down.
    pub fn run(&mut self, events: &mut u64) -> Pause {
        if self.plan.full.is_some() { self.run_full(events) } else { self.run_plain(events) }
    }

    /// The same of a model that is not full.
    pub fn run_plain(&mut self, events: &mut u64) -> Pause {
        if self.plan.plain { self.run_shape::<true>(events) } else { self.run_shape::<false>(events) }
    }

    /// The loop over the events, compiled twice: a `PLAIN` model has nothing but what [`Plan::plain`]
    /// lists, and the code for everything else is left out.
    #[inline(never)]
    fn run_shape<const PLAIN: bool>(&mut self, events: &mut u64) -> Pause {
        let mut left = *events;
        let pause = loop {
            if left == 0 {
                break Pause::Events;
            }
            let (first, beyond) = match self.calendar.first() {
                Some(first) => (first, false),
                None => self.first_beyond(),
            };
            if !PLAIN
                && self.timers.next() <= first.time
                && let Some(&timer) = self.timers.first()
                && self.timer_is_first(&timer, first)
            {
                if timer.time >= self.limits.horizon {
                    break self.close(timer.time);
                }
                self.now = timer.time;
                self.timer_ends(timer);
            } else if beyond {
                break self.close(first.time);
            } else {
                self.now = first.time;
                match self.seats.get(first.slot as usize) {
                    Some(&seat) => self.service_ends::<PLAIN>(first.time, first.slot, seat),
                    None => self.arrival::<PLAIN>(first.time, first.slot),
                }
            }
            self.observer.settled(self.now);
            left -= 1;
            if !PLAIN {
                left = left.saturating_sub(std::mem::take(&mut self.batched));
            }
        };
        *events = left;
        pause
    }

    /// The end of the run, with the next event at `next`. The clock stands at the horizon, if there is
    /// one.
    fn close(&mut self, next: Tick) -> Pause {
        if self.crowded {
            return Pause::Crowded;
        }
        self.ran_out = next == NEVER;
        if self.timed {
            self.now = self.limits.horizon;
        }
        let counting = self.counted && self.limits.ended > 0;
        if !self.timed && (counting || self.limits.ended > 0 && next < NEVER) {
            Pause::Short
        } else {
            Pause::Done
        }
    }

    /// Tells the observer of every case that is still in the system, and that the run is over. Call it
    /// once, at the end.
    pub fn report_unfinished(&mut self) {
        if self.plan.full.is_some() {
            self.tell_unfinished();
            return self.observer.closed();
        }
        let mut found = Vec::with_capacity(self.cases.in_system() as usize);
        for (plan, department) in self.plan.departments.iter().zip(self.departments.iter()) {
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
                TimerKind::Waiting | TimerKind::Answer | TimerKind::LongestWait | TimerKind::Delivery => {}
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
