//! Absence: people, or all people of a home, are away for a while and come back.

use super::{Engine, NEVER, Observer, full};
use crate::plan::{FullPlan, NONE, to_ticks};
use crate::random::{Purpose, item_key};
use crate::time::Tick;

/// When somebody is away next, or comes back.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub home: u32,
    /// Whom it strikes; [`NONE`] for all.
    pub person: u32,
    /// Its place in the home's list.
    pub place: u32,
    /// When the present phase began.
    pub since: Tick,
    /// Which absence comes, or lasts: from 1.
    number: u32,
    away: bool,
    working: bool,
    /// When it strikes, if that is known.
    due: Tick,
    /// Of one that runs while people work: how much is left; and since when it runs, or [`NEVER`].
    left: Tick,
    running: Tick,
}

/// The clocks of a model, by home, those of all first, then by person; each in the order of the list.
pub(super) fn clocks(plan: &FullPlan) -> Vec<Clock> {
    let mut clocks = Vec::new();
    for (home, at) in plan.homes.iter().zip(0..) {
        let clock = |person: u32, place: u32| Clock {
            home: at,
            person,
            place,
            since: 0,
            number: 1,
            away: false,
            working: home.absences[place as usize].working,
            due: NEVER,
            left: 0,
            running: NEVER,
        };
        let of = |all: bool| {
            (0..home.absences.len() as u32).filter(move |&place| home.absences[place as usize].all == all)
        };
        clocks.extend(of(true).map(|place| clock(NONE, place)));
        for person in home.first_person..home.first_person + home.staff {
            clocks.extend(of(false).map(|place| clock(person, place)));
        }
    }
    clocks
}

impl<O: Observer> Engine<'_, O> {
    pub(super) fn open_absences(&mut self) {
        let full = full!(self);
        for (at, clock) in full.clocks.iter().enumerate().rev() {
            full.homes[clock.home as usize].first_clock = at as u32;
        }
        for clock in 0..full.clocks.len() as u32 {
            self.is_wound(0, clock);
        }
    }

    /// The clocks of a home that strike all, and how many strike each.
    fn counts(&self, home: u32) -> (u32, u32) {
        let full = self.full_state();
        let absences = &full.plan.homes[home as usize].absences;
        let all = absences.iter().filter(|absence| absence.all).count() as u32;
        (all, absences.len() as u32 - all)
    }

    /// The clocks that strike a person: of all, and of their own.
    fn clocks_of(&self, person: u32) -> impl Iterator<Item = u32> + use<O> {
        let full = self.full_state();
        let at = full.people[person as usize].home;
        let home = &full.homes[at as usize];
        let (all, each) = self.counts(at);
        let own = home.first_clock + all + (person - home.first) * each;
        (home.first_clock..home.first_clock + all).chain(own..own + each)
    }

    /// A duration drawn for a clock.
    fn draw_of(&self, clock: u32, purpose: Purpose) -> Tick {
        let full = self.full_state();
        let clock = &full.clocks[clock as usize];
        let plan = &full.plan.homes[clock.home as usize];
        let number = if clock.person == NONE { NONE } else { clock.person - plan.first_person };
        let item = item_key(plan.key, clock.place.into(), number);
        let words = full.homes[clock.home as usize].keys.words(item, clock.number);
        let absence = &plan.absences[clock.place as usize];
        let sampler = if purpose == Purpose::AbsenceBetween { &absence.between } else { &absence.duration };
        to_ticks(sampler.draw(words.of(purpose)))
    }

    /// The time to the next absence begins to run.
    fn is_wound(&mut self, now: Tick, at: u32) {
        let between = self.draw_of(at, Purpose::AbsenceBetween);
        let full = full!(self);
        let clock = &mut full.clocks[at as usize];
        clock.since = now;
        if !clock.working {
            clock.due = now + between;
            let due = clock.due;
            return self.set_clock(at, due);
        }
        clock.left = between;
        clock.due = NEVER;
        let slot = full.first_clock + at;
        self.clear_slot(slot);
    }

    fn set_clock(&mut self, at: u32, time: Tick) {
        let slot = full!(self).first_clock + at;
        self.set_slot(slot, time);
    }

    /// Whether an absence of a person is due to begin now.
    pub(super) fn is_due_to_go(&self, now: Tick, person: u32) -> bool {
        let full = self.full_state();
        self.clocks_of(person).any(|clock| {
            let clock = &full.clocks[clock as usize];
            !clock.away && clock.due == now
        })
    }

    /// An absence begins, or ends.
    pub(super) fn clock_strikes(&mut self, now: Tick, at: u32) {
        let full = full!(self);
        let clock = &mut full.clocks[at as usize];
        let (home, person) = (clock.home, clock.person);
        clock.away = !clock.away;
        let away = clock.away;
        if away {
            clock.since = now;
            (clock.due, clock.running) = (NEVER, NEVER);
            let end = now + self.draw_of(at, Purpose::AbsenceDuration);
            self.set_clock(at, end);
        } else {
            clock.number += 1;
            self.is_wound(now, at);
        }
        let entry = &full!(self).homes[home as usize];
        let all = if person == NONE { entry.first..entry.first + entry.staff } else { person..person + 1 };
        for person in all {
            if away { self.is_away(now, person) } else { self.is_no_longer_away(now, person) }
        }
    }

    fn is_away(&mut self, now: Tick, person: u32) {
        let full = full!(self);
        let who = &mut full.people[person as usize];
        who.absent += 1;
        if who.absent > 1 || !(who.on || who.late) {
            return;
        }
        let item = who.item;
        full.homes[who.home as usize].set_idle(person, false);
        if who.reserved != NONE {
            self.withdraw_reservation(person);
        }
        if item != NONE && full!(self).items[item as usize].is_at_work() {
            self.breaks_off(now, item);
            return self.tell_crew(now, item);
        }
        self.tell(now, person);
    }

    fn is_no_longer_away(&mut self, now: Tick, person: u32) {
        let who = &mut full!(self).people[person as usize];
        who.absent -= 1;
        if who.absent == 0 && (who.on || who.late) {
            self.is_back(now, person);
        }
    }

    /// A person begins to serve, whom absences may strike: the clocks run that run while they work.
    pub(super) fn serving_begins(&mut self, now: Tick, person: u32) {
        let full = full!(self);
        let home = full.people[person as usize].home;
        full.homes[home as usize].serving += 1;
        for at in self.clocks_of(person) {
            let full = full!(self);
            let clock = &mut full.clocks[at as usize];
            if clock.working && !clock.away && clock.running == NEVER {
                clock.running = now;
                clock.due = now + clock.left;
                let due = clock.due;
                self.set_clock(at, due);
            }
        }
    }

    /// A person no longer serves, whom absences may strike: the clocks stand still, those of all if nobody serves.
    pub(super) fn serving_ends(&mut self, now: Tick, person: u32) {
        let full = full!(self);
        let home = full.people[person as usize].home;
        full.homes[home as usize].serving -= 1;
        let nobody = full.homes[home as usize].serving == 0;
        for at in self.clocks_of(person) {
            let full = full!(self);
            let clock = &mut full.clocks[at as usize];
            if clock.running == NEVER || clock.person == NONE && !nobody {
                continue;
            }
            clock.left -= now - clock.running;
            clock.running = NEVER;
            // What is due now strikes now.
            if clock.left > 0 {
                clock.due = NEVER;
                let slot = full.first_clock + at;
                self.clear_slot(slot);
            }
        }
    }
}
