//! Absence: people, or all people of a home, are away for a while and come back. Outages and vacations are absences, too.

use super::{Engine, NEVER, Observer};
use crate::plan::{FullPlan, NONE, to_ticks};
use crate::random::{Purpose, item_key};
use crate::time::Tick;

/// Why somebody is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An absence of all people of the home, or of each.
    All,
    Each,
    /// Once, at a given time.
    Outage,
    /// As there is nothing to do.
    Vacation,
}

/// When somebody is away next, or comes back.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub home: u32,
    pub kind: Kind,
    /// Whom it strikes; [`NONE`] for all; of an outage, this person and all with a higher number.
    pub person: u32,
    /// Its place in the home's list of the kind.
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

/// The clocks of a model, by home: those of all first, then by person, each in the order of the list; then those of
/// outages; then those of vacations, by person.
pub(super) fn clocks(plan: &FullPlan) -> Vec<Clock> {
    let mut clocks = Vec::new();
    for (home, at) in plan.homes.iter().zip(0..) {
        let clock = |kind: Kind, person: u32, place: u32| Clock {
            home: at,
            kind,
            person,
            place,
            since: 0,
            number: 1,
            away: false,
            working: matches!(kind, Kind::All | Kind::Each) && home.absences[place as usize].working,
            due: NEVER,
            left: 0,
            running: NEVER,
        };
        let end = home.first_person + home.staff;
        let of = |all: bool| {
            (0..home.absences.len() as u32).filter(move |&place| home.absences[place as usize].all == all)
        };
        clocks.extend(of(true).map(|place| clock(Kind::All, NONE, place)));
        for person in home.first_person..end {
            clocks.extend(of(false).map(|place| clock(Kind::Each, person, place)));
        }
        for (outage, place) in home.outages.iter().zip(0..) {
            clocks.push(clock(Kind::Outage, home.first_person + outage.first, place));
        }
        if home.vacation.is_some() {
            let place = home.absences.len() as u32;
            clocks.extend((home.first_person..end).map(|person| clock(Kind::Vacation, person, place)));
        }
    }
    clocks
}

impl<O: Observer> Engine<'_, O> {
    pub(super) fn open_absences(&mut self) {
        let full = &mut self.full;
        for (at, clock) in full.clocks.iter().enumerate().rev() {
            full.homes[clock.home as usize].first_clock = at as u32;
        }
        for at in 0..full.clocks.len() as u32 {
            let full = &mut self.full;
            let clock = &mut full.clocks[at as usize];
            match clock.kind {
                Kind::All | Kind::Each => self.is_wound(0, at),
                Kind::Outage => {
                    clock.due = full.plan.homes[clock.home as usize].outages[clock.place as usize].at;
                    let due = clock.due;
                    self.set_clock(at, due);
                }
                Kind::Vacation => {}
            }
        }
        self.open_vacations();
    }

    /// At the start there is nothing to do.
    fn open_vacations(&mut self) {
        for home in 0..self.full.homes.len() as u32 {
            if self.full.homes[home as usize].vacations {
                let idle: Vec<u32> = self.full.homes[home as usize].idle().collect();
                idle.into_iter().for_each(|person| self.rests(0, person));
            }
        }
    }

    /// The clocks of a home that strike all, and how many strike each.
    fn counts(&self, home: u32) -> (u32, u32) {
        self.full.homes[home as usize].clocks
    }

    /// The clocks of absences that strike a person: of all, and of their own.
    fn clocks_of(&self, person: u32) -> impl Iterator<Item = u32> + use<O> {
        let full = &self.full;
        let at = full.people[person as usize].home;
        let home = &full.homes[at as usize];
        let (all, each) = self.counts(at);
        let own = home.first_clock + all + (person - home.first) * each;
        (home.first_clock..home.first_clock + all).chain(own..own + each)
    }

    /// The first of the clocks of a home that are not of its absences: those of outages, then those of vacations.
    fn first_of_others(&self, home: u32) -> u32 {
        let (all, each) = self.counts(home);
        let home = &self.full.homes[home as usize];
        home.first_clock + all + each * home.staff
    }

    /// The clocks of the outages that strike a person.
    fn outages_of(&self, person: u32) -> impl Iterator<Item = u32> {
        let full = &self.full;
        let at = full.people[person as usize].home;
        let number = person - full.homes[at as usize].first;
        let outages = full.plan.homes[at as usize].outages.iter().zip(self.first_of_others(at)..);
        outages.filter(move |(outage, _)| outage.first <= number).map(|(_, clock)| clock)
    }

    /// The clock of a person's vacations.
    fn vacation_of(&self, person: u32) -> u32 {
        let full = &self.full;
        let at = full.people[person as usize].home;
        let outages = full.plan.homes[at as usize].outages.len() as u32;
        self.first_of_others(at) + outages + person - full.homes[at as usize].first
    }

    /// A duration drawn for a clock.
    fn draw_of(&self, clock: u32, purpose: Purpose) -> Tick {
        let full = &self.full;
        let clock = &full.clocks[clock as usize];
        let plan = &full.plan.homes[clock.home as usize];
        let number = if clock.person == NONE { NONE } else { clock.person - plan.first_person };
        let item = item_key(plan.key, clock.place.into(), number);
        let words = full.homes[clock.home as usize].keys.words(item, clock.number);
        let sampler = match (plan.absences.get(clock.place as usize), &plan.vacation) {
            (Some(absence), _) if purpose == Purpose::AbsenceBetween => &absence.between,
            (Some(absence), _) => &absence.duration,
            (None, Some(vacation)) => &vacation.duration,
            (None, None) => unreachable!("only absences and vacations are drawn"),
        };
        to_ticks(sampler.draw(words.of(purpose)))
    }

    /// The time to the next absence begins to run.
    fn is_wound(&mut self, now: Tick, at: u32) {
        let between = self.draw_of(at, Purpose::AbsenceBetween);
        let full = &mut self.full;
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
        let full = &mut self.full;
        let home = full.clocks[at as usize].home;
        let entry = &mut full.homes[home as usize];
        if entry.soonest <= self.now {
            let clocks = full.clocks[entry.first_clock as usize..].iter();
            let coming = clocks.take_while(|clock| clock.home == home).filter(|clock| !clock.away);
            entry.soonest = coming.map(|clock| clock.due).min().unwrap_or(NEVER);
        }
        entry.soonest = entry.soonest.min(time);
        let slot = full.first_clock + at;
        self.set_slot(slot, time);
    }

    /// Whether an absence of a person is due to begin now.
    #[inline(never)]
    pub(super) fn is_due_to_go(&self, now: Tick, person: u32) -> bool {
        let full = &self.full;
        self.clocks_of(person).chain(self.outages_of(person)).any(|clock| {
            let clock = &full.clocks[clock as usize];
            !clock.away && clock.due == now
        })
    }

    /// An absence begins, or ends.
    #[inline(never)]
    pub(super) fn clock_strikes(&mut self, now: Tick, at: u32) {
        let full = &mut self.full;
        let clock = &mut full.clocks[at as usize];
        let (home, kind, person) = (clock.home, clock.kind, clock.person);
        clock.away = !clock.away;
        let away = clock.away;
        if away {
            clock.since = now;
            (clock.due, clock.running) = (NEVER, NEVER);
            let lasts = match kind {
                Kind::Outage => full.plan.homes[home as usize].outages[clock.place as usize].lasts,
                _ => self.draw_of(at, Purpose::AbsenceDuration),
            };
            self.set_clock(at, now.saturating_add(lasts));
        } else {
            clock.number += 1;
            match kind {
                Kind::All | Kind::Each => self.is_wound(now, at),
                Kind::Outage | Kind::Vacation => self.set_clock(at, NEVER),
            }
        }
        let entry = &self.full.homes[home as usize];
        let all = match kind {
            Kind::All => entry.first..entry.first + entry.staff,
            Kind::Outage => person..entry.first + entry.staff,
            Kind::Each | Kind::Vacation => person..person + 1,
        };
        for person in all {
            if away { self.is_away(now, person) } else { self.is_no_longer_away(now, person) }
        }
    }

    /// A person who is idle, and may have a vacation now, is absent for a while.
    #[inline(never)]
    pub(super) fn rests(&mut self, now: Tick, person: u32) {
        let full = &mut self.full;
        let home = full.people[person as usize].home;
        let Some(plan) = &full.plan.homes[home as usize].vacation else { return };
        let due = plan.repeated || full.people[person as usize].worked;
        if !due || !full.homes[home as usize].is_idle(person) || !self.may_start(now, person) {
            return;
        }
        let at = self.vacation_of(person);
        let end = now.saturating_add(self.draw_of(at, Purpose::AbsenceDuration));
        let full = &mut self.full;
        full.people[person as usize].worked = false;
        let clock = &mut full.clocks[at as usize];
        (clock.away, clock.since) = (true, now);
        self.set_clock(at, end);
        self.is_away(now, person);
    }

    fn is_away(&mut self, now: Tick, person: u32) {
        let full = &mut self.full;
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
        if item != NONE && self.full.items[item as usize].is_at_work() {
            self.breaks_off(now, item);
            return self.tell_crew(now, item);
        }
        self.tell(now, person);
    }

    fn is_no_longer_away(&mut self, now: Tick, person: u32) {
        let who = &mut self.full.people[person as usize];
        who.absent -= 1;
        if who.absent == 0 && (who.on || who.late) {
            self.is_back(now, person);
        }
    }

    /// A person begins to serve, whom absences may strike: the clocks run that run while they work.
    pub(super) fn serving_begins(&mut self, now: Tick, person: u32) {
        let full = &mut self.full;
        let home = full.people[person as usize].home;
        full.homes[home as usize].serving += 1;
        for at in self.clocks_of(person) {
            let full = &mut self.full;
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
        let full = &mut self.full;
        let home = full.people[person as usize].home;
        full.homes[home as usize].serving -= 1;
        let nobody = full.homes[home as usize].serving == 0;
        for at in self.clocks_of(person) {
            let full = &mut self.full;
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
