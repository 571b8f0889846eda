//! Active periods: whose people have been at work the longest without a break, at any time (Roser, Nakano and Tanaka 2001, 2002).
//!
//! Who works, sets up or is absent is active: absence is the repair of a machine. Who is absent on a vacation is
//! not, as those are taken when there is nothing to do. Who is held, blocked, reserved or idle is not; an idle time of no length
//! ends no period. Off shift is neither: a period goes on where somebody is active up to the end of a shift and again from
//! the next beginning on. Periods are of people, and people of their home, wherever they work.

mod envelope;
mod totals;

#[cfg(test)]
mod tests;

use crate::engine::{Observer, Occupation, Room, Stay, Visit};
use crate::plan::{FullPlan, NONE, Plan};
use crate::time::Tick;
use envelope::{Envelope, Stretch};

pub(crate) use totals::{HOURS, HomeActivity, STRETCHES, Totals, Window};

/// What counts of what somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Active,
    Inactive,
    Off,
    /// With nobody: a place for somebody relieved.
    Gone,
}

/// Somebody. What they do from `at` on is `next`; until then it was `state`, since `since`.
#[derive(Clone, Copy, Debug)]
struct Person {
    home: u32,
    state: State,
    since: Tick,
    next: State,
    /// Told of at the present time.
    told: bool,
    /// Somebody else from then on.
    replaced: bool,
    /// A period is under way, which off shift does not end: how long it was before the present stretch.
    carried: Option<Tick>,
    /// The period has been counted.
    counted: bool,
    /// The item that somebody relieved goes on with.
    item: u32,
}

/// Follows the active periods of a run.
#[derive(Debug)]
pub(crate) struct ActivePeriods {
    envelope: Envelope,
    classes: u32,
    full: bool,
    /// By home: whether who is absent is active.
    absent_is_active: Vec<bool>,
    /// By department: its first person, in other models.
    firsts: Vec<u32>,
    /// Everybody, then those who were relieved.
    people: Vec<Person>,
    staff: usize,
    /// By case: who serves it, in other models.
    served_by: Vec<u32>,
    /// Those told of at `at`.
    changed: Vec<u32>,
    at: Tick,
}

impl ActivePeriods {
    /// Follows a plan in a window.
    pub fn new(plan: &Plan, window: Window) -> ActivePeriods {
        let homes = homes(plan);
        let mut people = Vec::with_capacity(plan.staff as usize);
        for (home, &(_, staff)) in homes.iter().enumerate() {
            let state = if plan.full.is_some() { State::Off } else { State::Inactive };
            people.extend(std::iter::repeat_n(Person::new(home as u32, state), staff as usize));
        }
        let calls = |full: &FullPlan| full.homes.iter().map(|home| home.vacation.is_none()).collect();
        ActivePeriods {
            envelope: Envelope::new(Totals::new(homes.len(), window), people.len()),
            classes: plan.classes.len() as u32,
            full: plan.full.is_some(),
            absent_is_active: plan.full.as_ref().map_or_else(Vec::new, calls),
            firsts: plan.departments.iter().map(|department| department.first_slot).collect(),
            staff: people.len(),
            changed: Vec::with_capacity(people.len()),
            people,
            served_by: Vec::new(),
            at: 0,
        }
    }

    /// The run is over.
    pub fn finish(mut self, now: Tick) -> Totals {
        self.close(now);
        self.envelope.totals
    }

    fn close(&mut self, now: Tick) {
        self.catch_up(now);
        for at in 0..self.people.len() as u32 {
            self.set(now, at, State::Gone);
        }
        self.settle();
        self.envelope.finish(now);
    }

    fn state_of(&self, home: u32, occupation: Occupation) -> State {
        match occupation {
            Occupation::Serving { .. } | Occupation::SettingUp { .. } | Occupation::Sharing => State::Active,
            Occupation::Absent if self.absent_is_active[home as usize] => State::Active,
            Occupation::Off => State::Off,
            _ => State::Inactive,
        }
    }

    /// Time has come to `now`: what was told of before holds.
    #[inline(always)]
    fn catch_up(&mut self, now: Tick) {
        if now > self.at {
            if !self.changed.is_empty() {
                self.settle();
            }
            self.at = now;
        }
    }

    fn set(&mut self, now: Tick, person: u32, next: State) {
        self.catch_up(now);
        let who = &mut self.people[person as usize];
        who.next = next;
        if !std::mem::replace(&mut who.told, true) {
            self.changed.push(person);
        }
    }

    /// Takes in what people do since the present time.
    fn settle(&mut self) {
        let now = self.at;
        let mut decide = false;
        for at in 0..self.changed.len() {
            decide |= self.change(now, self.changed[at]);
        }
        self.changed.clear();
        if decide {
            let open = self.people.iter().filter(|who| who.state == State::Active);
            let oldest = open.map(|who| (who.since, who.since - who.carried.unwrap_or(0))).min();
            self.envelope.decide(now, oldest);
        }
    }

    /// Takes in what somebody does since `now`. True when it is time to decide.
    fn change(&mut self, now: Tick, person: u32) -> bool {
        let who = &mut self.people[person as usize];
        who.told = false;
        let replaced = std::mem::take(&mut who.replaced);
        if who.state == who.next && !replaced {
            return false;
        }
        let Person { home, state, since, next, carried, .. } = *who;
        let totals = &mut self.envelope.totals;
        if matches!(state, State::Active | State::Inactive) {
            totals.on_shift(home, since, now);
        }
        let mut ended = None;
        if state == State::Active {
            let before = carried.unwrap_or(0);
            if totals.active(home, since, now) && !std::mem::replace(&mut who.counted, true) {
                totals.homes[home as usize].periods += 1;
            }
            who.carried = Some(before + (now - since));
            let stretch = Stretch { home, person, from: since, since: since - before, until: now };
            ended = (since < now).then_some(stretch);
        }
        if replaced || matches!(next, State::Inactive | State::Gone) {
            (who.carried, who.counted) = (None, false);
        }
        if next == State::Active && who.carried.is_none() {
            who.carried = Some(0);
        }
        (who.state, who.since) = (next, now);
        ended.is_some_and(|stretch| self.envelope.end(stretch))
    }

    /// Those who go on apart with an item do something else from now on.
    #[inline(always)]
    fn relieved_do(&mut self, now: Tick, item: u32, next: State) {
        if self.people.len() > self.staff {
            self.some_relieved_do(now, item, next);
        }
    }

    fn some_relieved_do(&mut self, now: Tick, item: u32, next: State) {
        for at in self.staff..self.people.len() {
            if self.people[at].item == item {
                self.set(now, at as u32, next);
                if next == State::Gone {
                    self.people[at].item = NONE;
                }
            }
        }
    }
}

impl Person {
    fn new(home: u32, state: State) -> Person {
        let (carried, counted, told, replaced) = (None, false, false, false);
        Person { home, state, since: 0, next: state, told, replaced, carried, counted, item: NONE }
    }

    /// Whether somebody relieved can have this place.
    fn is_free(&self) -> bool {
        self.item == NONE && self.state == State::Gone && !self.told
    }
}

/// The homes of a plan, and how many people each has: of models that are not full, its departments with people.
fn homes(plan: &Plan) -> Vec<(u32, u32)> {
    match &plan.full {
        Some(full) => full.homes.iter().map(|home| (home.department, home.staff)).collect(),
        None => {
            let departments = plan.departments.iter().zip(0..);
            departments.filter_map(|(department, at)| Some((at, department.staff?))).collect()
        }
    }
}

impl Observer for ActivePeriods {
    #[inline(always)]
    fn started(&mut self, now: Tick, case: u32, row: u32, staff: u32) {
        if self.full {
            return self.relieved_do(now, case, State::Active);
        }
        let at = case as usize;
        if self.served_by.len() <= at {
            self.served_by.resize(at + 1, NONE);
        }
        self.served_by[at] = NONE;
        if staff != NONE {
            let first = self.firsts[(row / self.classes) as usize];
            self.served_by[at] = first + staff;
            self.set(now, first + staff, State::Active);
        }
    }

    #[inline(always)]
    fn served(&mut self, case: u32, visit: &Visit) {
        let person = self.served_by[case as usize];
        if person != NONE {
            self.set(visit.ended, person, State::Inactive);
        }
    }

    fn occupied(&mut self, now: Tick, person: u32, occupation: Occupation, _late: bool) {
        let home = self.people[person as usize].home;
        let state = self.state_of(home, occupation);
        self.set(now, person, state);
    }

    fn relieved(&mut self, now: Tick, person: u32, item: u32) {
        self.catch_up(now);
        let places = self.people[self.staff..].iter();
        let at = match places.zip(self.staff..).find(|(place, _)| place.is_free()) {
            Some((_, at)) => at,
            None => {
                self.people.push(Person::new(0, State::Gone));
                self.people.len() - 1
            }
        };
        let who = self.people[person as usize];
        self.people[at] = Person { item, told: false, replaced: false, ..who };
        let (state, carried) = (State::Inactive, None);
        self.people[person as usize] = Person { state, carried, since: now, counted: false, ..who };
        if who.told {
            self.set(now, at as u32, who.next);
        }
    }

    fn replaced(&mut self, now: Tick, person: u32) {
        let next = self.people[person as usize].next;
        self.set(now, person, next);
        self.people[person as usize].replaced = true;
    }

    fn asked(&mut self, now: Tick, item: u32, _request: u32, _ask: u32) {
        self.relieved_do(now, item, State::Inactive);
    }

    fn continued(&mut self, now: Tick, item: u32, _row: u32, _person: u32) {
        self.relieved_do(now, item, State::Active);
    }

    fn blocked(&mut self, now: Tick, item: u32, _department: u32) {
        self.relieved_do(now, item, State::Gone);
    }

    fn let_in(&mut self, now: Tick, item: u32, _room: Room) {
        self.relieved_do(now, item, State::Gone);
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        self.relieved_do(stay.ended, item, State::Gone);
    }
}
