//! Replications of full models, in which departments depend on each other's people: pools, helpers,
//! shifts, absence, requests, blocking, defects.
//!
//! What everything means stands in [`semantics`](crate::semantics); here it is done. Cases and requests are
//! *items*: both have a record in the table of cases, and one beside it here ([`item`]). People have
//! numbers over all homes, and the slot of the same number in the calendar: the end of the stretch of work
//! they are at. Behind theirs come the streams' slots, those of absences, and those of shift changes.
//!
//! Whatever an event makes possible stands on an *agenda* and is done before the next event.

mod absence;
mod agenda;
mod alarms;
mod appointments;
mod asking;
mod batching;
mod blocking;
mod changes;
mod gathering;
mod interruption;
mod item;
mod joining;
mod leaving;
mod lines;
mod order;
mod parts;
mod people;
mod population;
mod quality;
mod setups;
mod sharing;
mod shifts;
mod slots;
mod standstill;
mod stock;
mod telling;
mod unfinished;
mod ways;
mod work;

use super::calendar::{Event, NEVER};
use super::table::Table;
use super::timers::{Timer, TimerKind};
use super::{Engine, Observer, Pause};
use crate::plan::{ArrivalPlan, FullPlan, NONE, Plan};
use crate::random::KeyPair;
use crate::time::Tick;

use absence::Clock;
use agenda::{Agenda, Task};
use appointments::Appointment;
use item::Item;
use leaving::Source;
use lines::Ward;
use people::{Home, Person};
use quality::Complaints;
use sharing::Shares;
use standstill::Search;
use stock::{OpenOrder, Shelf, Take, Usage};
use ways::Way;

/// What the others have.
static NOT_FULL: FullPlan = FullPlan::NONE;

/// The state of a full model, beside what every engine has.
#[derive(Debug)]
pub(super) struct Full<'p> {
    plan: &'p FullPlan,
    items: Table<Item>,
    people: Table<Person>,
    homes: Table<Home>,
    wards: Table<Ward>,
    clocks: Vec<Clock>,
    /// By handoff; and whether any is marked as rework, has to be waited for, or leads to the shortest of several queues.
    ways: Table<Way>,
    has_ways: bool,
    /// By route: whether it is one on which nobody waits, nor for it.
    plain_routes: Table<bool>,
    shares: Shares,
    appointments: Vec<Appointment>,
    /// The slots in the calendar of the first clock, the first home, and the first appointment.
    first_clock: u32,
    first_home: u32,
    /// The first slots of deliveries (one per stock), of reviews (one per stock and supply), and of appointments.
    first_stock: u32,
    first_review: u32,
    first_appointment: u32,
    complaints: Vec<Complaints>,
    /// By stream: who comes back to it.
    sources: Vec<Source>,
    shelves: Vec<Shelf>,
    usages: Vec<Usage>,
    /// By item: the order that it is.
    orders: Vec<Option<OpenOrder>>,
    /// Whether people set up anywhere.
    sets_up: bool,
    /// Who has got what they lacked: room to work in.
    supplied: Vec<u32>,
    /// What a visit takes off the shelves: room to work in.
    takes: Vec<Take>,
    agenda: Agenda,
    /// How many requests were made.
    requests: u64,
    /// People to be freed, and branches in order: room to work in.
    freed: Vec<u32>,
    order: Vec<u32>,
    /// Whose stretch has ended in this event, while their slot of the calendar is still to be set or emptied; else
    /// [`NONE`].
    ended: u32,
    begun: bool,
    standstill: Vec<String>,
    search: Search,
    /// Items that have begun to wait in this event.
    doubts: Vec<u32>,
}

/// Whether requests to a department have a standard of their own that acts.
fn rises_by_request(plan: &FullPlan, department: u32) -> bool {
    plan.asks.iter().any(|ask| ask.to == department && ask.rise.is_some())
}

impl<'p> Full<'p> {
    /// The state at the start, with nothing in it where the model is not full.
    pub fn new(plan: &'p Plan, seed: u64, replication: u64) -> Full<'p> {
        let full = plan.full.as_ref().unwrap_or(&NOT_FULL);
        let first_clock = plan.staff + plan.streams.len() as u32;
        let homes: Table<Home> = full
            .homes
            .iter()
            .map(|home| {
                let served = || home.serves.iter().map(|serves| serves.department as usize);
                let lets_in = served().any(|at| plan.departments[at].capacity != u32::MAX);
                let feeds = served().any(|at| !full.departments[at].saturated.is_empty());
                Home::new(home, KeyPair::new(seed, replication, home.key), lets_in, feeds)
            })
            .collect();
        let people = homes.iter().zip(0..).flat_map(|(home, at)| home.people(at)).collect();
        let clocks = absence::clocks(full);
        let first_home = first_clock + clocks.len() as u32;
        let first_stock = first_home + homes.len() as u32;
        let first_review = first_stock + full.stocks.len() as u32;
        let reviews: usize = full.stocks.iter().map(|stock| stock.supplies.len()).sum();
        let ways = ways::ways(plan, &full.ways);
        let mut state = Full {
            plan: full,
            items: Table::new(),
            people,
            has_ways: !ways.iter().all(Way::is_plain),
            plain_routes: ways::plain_routes(plan, &ways),
            ways,
            shares: Shares::default(),
            appointments: appointments::appointments(full),
            first_stock,
            first_review,
            first_appointment: first_review + reviews as u32,
            first_clock,
            first_home,
            homes,
            wards: plan
                .departments
                .iter()
                .zip(&full.departments)
                .zip(0..)
                .map(|((plan, of), at)| Ward::new(plan, of, rises_by_request(full, at)))
                .collect(),
            clocks,
            shelves: stock::shelves(full, seed, replication),
            usages: stock::usages(full),
            orders: Vec::new(),
            sets_up: full.departments.iter().any(|of| of.setup.is_some()),
            supplied: Vec::new(),
            takes: Vec::new(),
            complaints: full.streams.iter().map(|_| Complaints::default()).collect(),
            sources: plan.streams.iter().zip(&full.streams).map(|(of, more)| Source::new(of, more)).collect(),
            agenda: Agenda::default(),
            requests: 0,
            freed: Vec::new(),
            order: Vec::new(),
            ended: NONE,
            begun: false,
            standstill: Vec::new(),
            search: Search::default(),
            doubts: Vec::new(),
        };
        sharing::shares(plan, &mut state);
        state
    }

    /// How many slots of the calendar it takes, beside people and streams.
    pub fn slots(&self) -> usize {
        (self.first_appointment - self.first_clock) as usize + self.appointments.len()
    }
}

impl<O: Observer> Engine<'_, O> {
    /// Who waits for whom, where the run has come to a standstill.
    pub fn standstill(&self) -> &[String] {
        &self.full.standstill
    }

    /// The same as [`Engine::run`] of a full model.
    pub fn run_full(&mut self, events: &mut u64) -> Pause {
        if !self.full.begun {
            self.open();
            self.observer.settled(0);
        }
        let mut left = *events;
        let pause = loop {
            if !self.full.standstill.is_empty() {
                break Pause::Standstill;
            }
            if left == 0 {
                break Pause::Events;
            }
            let first = self.first_slot();
            let timer = if self.timers.next() <= first.time { self.timer_before(first) } else { None };
            let time = timer.map_or(first.time, |timer| timer.time);
            if time >= self.limits.horizon {
                break self.close(time);
            }
            self.now = time;
            match timer {
                Some(timer) => self.timer_rings(timer),
                None => self.slot_is_due(first),
            }
            self.work_off(time);
            self.empty_ended();
            if !self.full.doubts.is_empty() {
                self.settle_doubts();
            }
            self.observer.settled(time);
            if self.cases.in_system() == 0 && !self.timed && self.nobody_comes() {
                break self.close(NEVER);
            }
            left = left.saturating_sub(1 + std::mem::take(&mut self.batched));
        };
        *events = left;
        pause
    }

    /// Whether no case will ever arrive again.
    fn nobody_comes(&self) -> bool {
        let streams = self.plan.staff..self.full.first_clock;
        streams.into_iter().all(|slot| !self.calendar.is_set(slot))
    }

    /// The first slot of the calendar.
    fn first_slot(&mut self) -> Event {
        match self.calendar.first() {
            Some(first) => first,
            None => self.first_beyond_reach(),
        }
    }

    #[cold]
    #[inline(never)]
    fn first_beyond_reach(&mut self) -> Event {
        self.calendar.first_beyond(order::before!(self, of_slot))
    }

    /// The first timer, if it comes before a slot that is due.
    #[inline(never)]
    fn timer_before(&self, first: Event) -> Option<Timer> {
        self.timers.first().copied().filter(|timer| {
            timer.time < first.time || timer.time == first.time && self.timer_precedes(timer, first.slot)
        })
    }

    /// The start of the run: who is there, and what is due to happen.
    fn open(&mut self) {
        self.full.begun = true;
        self.open_shifts();
        self.open_absences();
        self.open_appointments();
        self.open_stocks();
        self.work_off(0);
        for index in 0..self.streams.len() as u32 {
            let plan = self.streams[index as usize].plan;
            if matches!(plan.arrivals, ArrivalPlan::Saturated) && plan.from < plan.until {
                self.expects_own(index, plan.from);
                self.set_slot(self.plan.staff + index, plan.from);
            }
        }
        self.open_populations();
    }

    #[inline(never)]
    fn timer_rings(&mut self, timer: Timer) {
        let now = timer.time;
        self.timers.pop(order::before!(self, of_timer));
        let id = timer.case;
        match timer.kind {
            TimerKind::Transfer => self.transfer_ends(now, id),
            TimerKind::WayOut => self.leaves(now, id),
            TimerKind::Service => self.stretch_ends(now, id),
            TimerKind::Waiting => self.alarm_rings(now, id),
            TimerKind::Answer => self.answered(now, id),
            TimerKind::LongestWait => self.gives_up(now, id),
            TimerKind::Delivery => self.order_is_delivered(now, id),
        }
    }

    fn slot_is_due(&mut self, event: Event) {
        let (now, slot) = (event.time, event.slot);
        let full = &mut self.full;
        if slot < self.plan.staff {
            let id = full.people[slot as usize].item;
            full.ended = slot;
            self.stretch_ends(now, id);
        } else if slot < full.first_clock {
            self.stream_is_due(now, slot - self.plan.staff);
        } else if slot < full.first_home {
            let clock = slot - full.first_clock;
            self.clock_strikes(now, clock);
        } else if slot < full.first_stock {
            let home = slot - full.first_home;
            self.level_changes(now, home);
        } else if slot < full.first_review {
            let stock = slot - full.first_stock;
            self.delivery_comes(now, stock);
        } else if slot < full.first_appointment {
            let review = slot - full.first_review;
            self.is_reviewed(now, review);
        } else {
            let at = slot - full.first_appointment;
            self.appointment_is_due(now, at);
        }
    }

    fn stream_is_due(&mut self, now: Tick, index: u32) {
        let slot = self.plan.staff + index;
        let plan = self.streams[index as usize].plan;
        if self.full.sources[index as usize].returns {
            self.source_is_due(now, index);
        } else if matches!(plan.arrivals, ArrivalPlan::Saturated) {
            self.clear_slot(slot);
            self.feed_from(now, index);
        } else if self.full.complaints[index as usize].is_empty() {
            self.batch_comes(now, index);
            let time = self.streams[index as usize].next_time_after(now);
            self.set_slot(slot, time);
        } else {
            self.complaint_arrives(now, index);
        }
    }

    /// Does what the last event has made possible.
    #[inline(always)]
    fn work_off(&mut self, now: Tick) {
        while let Some(task) = self.full.agenda.pop() {
            match task {
                Task::Free(person) => self.free(now, person),
                Task::Room(department) => self.fill_room(now, department),
                Task::Serve(department) => self.serve(now, department),
                Task::Feed(person) => self.feed(now, person),
                Task::Rest(person) => self.rests(now, person),
                Task::Look(stock) => self.looks_after(now, stock),
            }
        }
    }

    #[inline(always)]
    fn put_on_agenda(&mut self, task: Task) {
        self.full.agenda.push(task);
    }

    /// Frees those who were with an item, in the order of their numbers; [`Engine::dissolve`] gave the first.
    #[inline(always)]
    fn free_those(&mut self, now: Tick, first: u32) {
        let full = &mut self.full;
        match full.people.get(first as usize) {
            None => {}
            Some(who) if who.mate == NONE => self.is_freed(now, first),
            Some(_) => self.free_several(now, first),
        }
    }

    #[inline(never)]
    fn free_several(&mut self, now: Tick, first: u32) {
        let full = &mut self.full;
        let mut freed = std::mem::take(&mut full.freed);
        freed.extend(people::chain(&full.people, first));
        freed.sort_unstable();
        freed.drain(..).for_each(|person| self.is_freed(now, person));
        self.full.freed = freed;
    }

    #[inline(always)]
    fn is_freed(&mut self, now: Tick, person: u32) {
        if self.stays(now, person) {
            self.put_on_agenda(Task::Free(person));
        }
    }
}
