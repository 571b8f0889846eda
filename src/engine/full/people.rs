//! People: who is idle, who takes what, and what they are told to be doing.

use super::{Engine, NEVER, Observer, Task};
use crate::engine::observer::{Occupation, Room};
use crate::model::{Crew, ShiftEnd};
use crate::plan::{HomePlan, NONE, Serves};
use crate::random::KeyPair;
use crate::time::Tick;

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub home: u32,
    /// The item at their desk, or [`NONE`], and since when.
    pub item: u32,
    pub since: Tick,
    /// The next person of the crew.
    pub mate: u32,
    /// The department for whose first item they are reserved, or [`NONE`].
    pub reserved: u32,
    /// Absences that last.
    pub absent: u32,
    /// Whether they are on shift; whether they are there though their shift is over.
    pub on: bool,
    pub late: bool,
    /// What was last told; and whether they have a new item since.
    pub told: (Occupation, bool),
    pub new: bool,
    /// Whether they have been at work since their last vacation.
    pub worked: bool,
    /// Whether absences strike them that come of work.
    pub worn: bool,
    /// The class that they have worked on last; [`NONE`] at first. Kept where there are setups.
    pub class: u32,
    /// Since when they are idle, or [`NEVER`]; and whether they were before they took what they are at. Kept where
    /// there are setups.
    pub idle: Tick,
    pub rested: bool,
}

impl Person {
    /// Whether they could work.
    pub fn is_there(&self) -> bool {
        (self.on || self.late) && self.absent == 0
    }
}

#[derive(Debug)]
pub(super) struct Home {
    pub keys: KeyPair,
    pub first: u32,
    pub staff: u32,
    /// How many are on shift, and how many late.
    pub on: u32,
    pub late: u32,
    /// How many should be, and since when.
    pub level: u32,
    pub since: Tick,
    /// The next change: when, and to what.
    pub change: Option<(Tick, u32)>,
    /// No absence begins before.
    pub soonest: Tick,
    /// Whether absences strike them that come of work; then, how many serve.
    worn: bool,
    pub serving: u32,
    /// Whether another crew comes at every change.
    pub replaced: bool,
    /// The department that they serve, if it is one only; else [`NONE`].
    only: u32,
    /// Whether they take vacations.
    pub vacations: bool,
    /// Whether they serve a department with limited room, or with a saturated stream.
    pub lets_in: bool,
    pub feeds: bool,
    /// The first of its absences among the clocks; how many of these strike all, and how many strike each.
    pub first_clock: u32,
    pub clocks: (u32, u32),
    idle: Idle,
}

/// Those of a home with nothing to do, a bit each: the first 64, and the others, with a bit for each word of these that is
/// not zero, as homes may have very many people.
#[derive(Clone, Debug)]
struct Idle {
    first: u64,
    others: Vec<u64>,
    words: Vec<u64>,
}

/// Sets a bit of a word, or clears it.
#[inline(always)]
fn set_bit(word: &mut u64, at: u32, on: bool) {
    *word = *word & !(1 << (at % 64)) | u64::from(on) << (at % 64);
}

impl Idle {
    fn new(staff: u32) -> Idle {
        let words = (staff.div_ceil(64) as usize).saturating_sub(1);
        Idle { first: 0, others: vec![0; words], words: vec![0; words.div_ceil(64)] }
    }

    #[inline(always)]
    fn set(&mut self, at: u32, idle: bool) {
        if at < 64 { set_bit(&mut self.first, at, idle) } else { self.set_other(at - 64, idle) }
    }

    #[inline(never)]
    fn set_other(&mut self, at: u32, idle: bool) {
        let word = &mut self.others[at as usize / 64];
        set_bit(word, at, idle);
        let any = *word != 0;
        set_bit(&mut self.words[at as usize / 4096], at / 64, any);
    }

    fn has(&self, at: u32) -> bool {
        let word = if at < 64 { self.first } else { self.others[at as usize / 64 - 1] };
        word >> (at % 64) & 1 == 1
    }

    #[inline(always)]
    fn first(&self) -> Option<u32> {
        if self.first != 0 { Some(self.first.trailing_zeros()) } else { self.first_other() }
    }

    fn first_other(&self) -> Option<u32> {
        let word = self.words.iter().position(|&word| word != 0)?;
        let word = word * 64 + self.words[word].trailing_zeros() as usize;
        Some((word as u32 + 1) * 64 + self.others[word].trailing_zeros())
    }

    /// All, in order.
    fn iter(&self) -> impl Iterator<Item = u32> {
        [self.first].into_iter().chain(self.others.iter().copied()).zip(0..).flat_map(|(word, at)| {
            let more = |&rest: &u64| Some(rest & (rest - 1)).filter(|&rest| rest != 0);
            let bits = std::iter::successors(Some(word).filter(|&word| word != 0), more);
            bits.map(move |rest| at * 64 + rest.trailing_zeros())
        })
    }
}

impl Home {
    pub fn new(plan: &HomePlan, keys: KeyPair, lets_in: bool, feeds: bool) -> Home {
        let all = plan.absences.iter().filter(|absence| absence.all).count() as u32;
        Home {
            keys,
            first: plan.first_person,
            staff: plan.staff,
            on: 0,
            late: 0,
            level: 0,
            since: 0,
            change: None,
            soonest: NEVER,
            worn: plan.absences.iter().any(|absence| absence.working),
            serving: 0,
            replaced: plan.crew == Crew::Replaced && plan.at_end == ShiftEnd::Finish,
            only: if let [only] = &plan.serves[..] { only.department } else { NONE },
            vacations: plan.vacation.is_some(),
            lets_in,
            feeds,
            first_clock: 0,
            clocks: (all, plan.absences.len() as u32 - all),
            idle: Idle::new(plan.staff),
        }
    }

    /// Its people, none of them there yet.
    pub fn people(&self, home: u32) -> impl Iterator<Item = Person> + use<> {
        let person = Person {
            home,
            item: NONE,
            since: 0,
            mate: NONE,
            reserved: NONE,
            absent: 0,
            on: false,
            late: false,
            told: (Occupation::Off, false),
            new: false,
            worked: false,
            worn: self.worn,
            class: NONE,
            idle: NEVER,
            rested: false,
        };
        std::iter::repeat_n(person, self.staff as usize)
    }

    #[inline(always)]
    pub fn set_idle(&mut self, person: u32, idle: bool) {
        self.idle.set(person - self.first, idle);
    }

    pub fn is_idle(&self, person: u32) -> bool {
        self.idle.has(person - self.first)
    }

    #[inline(always)]
    fn first_idle(&self) -> Option<u32> {
        self.idle.first().map(|at| self.first + at)
    }

    /// The idle people, in the order of their numbers.
    pub fn idle(&self) -> impl Iterator<Item = u32> {
        self.idle.iter().map(|at| self.first + at)
    }

    /// Whether an absence may be due to begin now.
    #[inline(always)]
    fn may_strike(&self, now: Tick) -> bool {
        now >= self.soonest
    }

    /// Whether people go now, and have not gone yet: all of them, where a crew is replaced.
    fn is_falling(&self, now: Tick) -> bool {
        self.change.is_some_and(|(time, level)| time == now && (self.replaced || level < self.level))
    }
}

/// The people of a crew, of whom `first` names the next.
pub(super) fn chain(people: &[Person], first: u32) -> impl Iterator<Item = u32> {
    let present = |person: u32| Some(person).filter(|&person| person != NONE);
    std::iter::successors(present(first), move |&person| present(people[person as usize].mate))
}

impl<O: Observer> Engine<'_, O> {
    /// Whether an idle person may start work now: nobody does at the instant at which they go.
    #[inline(always)]
    pub(super) fn may_start(&self, now: Tick, person: u32) -> bool {
        let full = &self.full;
        let home = &full.homes[full.people[person as usize].home as usize];
        !self.goes_now(now, person, home)
    }

    /// Whether a person of a home goes at this instant, or is about to.
    #[inline(always)]
    fn goes_now(&self, now: Tick, person: u32, home: &Home) -> bool {
        home.is_falling(now) || home.may_strike(now) && self.is_due_to_go(now, person)
    }

    /// The idle person who takes the next item of a department.
    pub(super) fn idle_person(&self, now: Tick, department: u32) -> Option<u32> {
        let full = &self.full;
        // Equally good homes stand side by side in the order of their people's numbers.
        for &home in &full.wards[department as usize].homes {
            let home = &full.homes[home as usize];
            if let Some(first) = home.first_idle()
                && !home.is_falling(now)
            {
                if !home.may_strike(now) {
                    return Some(first);
                }
                let next = home.idle().find(|&person| !self.is_due_to_go(now, person));
                if next.is_some() {
                    return next;
                }
            }
        }
        None
    }

    /// How many idle people may start in a department; more than `most` are not counted.
    pub(super) fn idle_people(&self, now: Tick, department: u32, most: u32) -> u32 {
        let full = &self.full;
        let homes = full.plan.departments[department as usize].eligible.iter().map(|eligible| eligible.home);
        let idle = homes.flat_map(|home| full.homes[home as usize].idle());
        idle.filter(|&person| self.may_start(now, person)).take(most as usize).count() as u32
    }

    /// A person who has nothing to do takes the next item, or is idle.
    pub(super) fn free(&mut self, now: Tick, person: u32) {
        let full = &self.full;
        let who = &full.people[person as usize];
        if !who.is_there() || who.item & who.reserved != NONE {
            return;
        }
        let at = who.home;
        let home = &full.homes[at as usize];
        let only = home.only;
        if !self.goes_now(now, person, home) {
            while let Some(department) = self.next_department(at, only) {
                if self.takes_next(now, person, department) {
                    return;
                }
            }
        }
        self.finds_nothing(now, person, at);
    }

    /// A person finds nothing to do.
    fn finds_nothing(&mut self, now: Tick, person: u32, home: u32) {
        self.full.homes[home as usize].set_idle(person, true);
        self.tell_occupation(now, person, Occupation::Idle);
        let full = &mut self.full;
        let plan = &full.plan.homes[home as usize];
        let home = &full.homes[home as usize];
        if home.lets_in {
            for serves in &plan.serves {
                if !full.wards[serves.department as usize].blocked.is_empty() {
                    full.agenda.push(Task::Room(serves.department));
                }
            }
        }
        if home.feeds {
            full.agenda.push(Task::Feed(person));
        }
        if home.vacations {
            full.agenda.push(Task::Rest(person));
        }
    }

    /// The department from which people of a home take the next item; `only`: the only one that they serve.
    #[inline(always)]
    fn next_department(&self, home: u32, only: u32) -> Option<u32> {
        match only {
            NONE => self.most_urgent_department(home),
            only => self.has_work(only).then_some(only),
        }
    }

    /// Of several departments: one of their own before others, then that with the most urgent item.
    #[inline(never)]
    fn most_urgent_department(&self, home: u32) -> Option<u32> {
        let mut best: Option<&Serves> = None;
        for serves in &self.full.plan.homes[home as usize].serves {
            if best.is_some_and(|best| best.own && !serves.own) {
                break;
            }
            let precedes = |best: &Serves| self.urgency(serves.department) < self.urgency(best.department);
            if self.has_work(serves.department) && best.is_none_or(precedes) {
                best = Some(serves);
            }
        }
        best.map(|best| best.department)
    }

    /// The rank of the item that is served next in a department with work, and when it joined.
    fn urgency(&self, department: u32) -> (u32, Tick) {
        let full = &self.full;
        let next = match full.wards[department as usize].gathering {
            NONE => self.peek_line(department),
            item => Some((full.items[item as usize].rank.into(), item)),
        };
        next.map_or((u32::MAX, Tick::MAX), |(rank, item)| (rank, self.cases[item].joined))
    }

    /// Whether a department wants one more person: nobody overtakes an item that people are reserved for.
    #[inline(always)]
    pub(super) fn has_work(&self, department: u32) -> bool {
        let full = &self.full;
        let ward = &full.wards[department as usize];
        match ward.gathering {
            _ if ward.shut => false,
            NONE if ward.batch.1 > 1 => self.has_batch(department),
            NONE => self.has_line(department),
            _ => ward.reserved < ward.needed,
        }
    }

    /// A person takes the next item of a department, or is reserved for it.
    /// False where that lacks stock.
    #[inline(always)]
    pub(super) fn takes_next(&mut self, now: Tick, person: u32, department: u32) -> bool {
        if !self.full.wards[department as usize].simple {
            return self.takes_otherwise(now, person, department);
        }
        let item = self.pop_line(department);
        self.assign(now, person, item);
        self.notes_place(department, Room::Taken { person, item });
        self.begins(now, item, person);
        self.may_have_room(department);
        true
    }

    /// Puts a person at an item.
    #[inline(always)]
    pub(super) fn assign(&mut self, now: Tick, person: u32, item: u32) {
        let full = &mut self.full;
        let who = &mut full.people[person as usize];
        if full.sets_up && who.reserved == NONE {
            // Also if this is over before it is told.
            who.rested = std::mem::replace(&mut who.idle, NEVER) < now;
        }
        who.reserved = NONE;
        who.item = item;
        who.since = now;
        who.new = true;
        who.worked = true;
        who.mate = std::mem::replace(&mut full.items[item as usize].crew, person);
        full.homes[who.home as usize].set_idle(person, false);
    }

    /// The people at an item.
    pub(super) fn crew(&self, item: u32) -> impl Iterator<Item = u32> {
        let full = &self.full;
        chain(&full.people, full.items[item as usize].crew)
    }

    /// The one of the people at an item in whose slot the end of the stretch stands: the lowest number.
    pub(super) fn lead(&self, item: u32) -> Option<u32> {
        let full = &self.full;
        let first = full.items[item as usize].crew;
        match full.people.get(first as usize)?.mate {
            NONE => Some(first),
            _ => self.crew(item).min(),
        }
    }

    /// Takes everybody from an item. Gives the first of them, who still names the next, or [`NONE`]: they are to be
    /// freed with [`Engine::free_those`].
    #[inline(always)]
    pub(super) fn dissolve(&mut self, item: u32) -> u32 {
        let full = &mut self.full;
        let first = std::mem::replace(&mut full.items[item as usize].crew, NONE);
        let mut next = first;
        while let Some(who) = full.people.get_mut(next as usize) {
            who.item = NONE;
            next = who.mate;
        }
        first
    }

    /// Takes a person from an item that others may still be with.
    pub(super) fn takes_leave(&mut self, person: u32) {
        let full = &mut self.full;
        let who = &mut full.people[person as usize];
        let (item, mate) = (std::mem::replace(&mut who.item, NONE), std::mem::replace(&mut who.mate, NONE));
        let crew = &mut full.items[item as usize].crew;
        if *crew == person {
            *crew = mate;
            return;
        }
        let mut before = *crew;
        while full.people[before as usize].mate != person {
            before = full.people[before as usize].mate;
        }
        full.people[before as usize].mate = mate;
    }

    /// Somebody waits, and idle people may serve.
    pub(super) fn serve(&mut self, now: Tick, department: u32) {
        loop {
            let full = &mut self.full;
            let ward = &full.wards[department as usize];
            if ward.gathering != NONE && ward.reserved == ward.needed {
                let last = self.reserved_for(department).last().copied().unwrap_or(NONE);
                if self.starts_if_complete(now, department, last, true) {
                    continue;
                }
                return;
            }
            if !self.has_work(department) {
                return;
            }
            if let Some(person) = self.idle_person(now, department) {
                self.takes_next(now, person, department);
            } else if self.departments[department as usize].infinite {
                self.takes_apart(now, department);
            } else if !self.interrupts(now, department) {
                return;
            }
        }
    }

    /// An idle person gives rise to an arrival from a saturated stream.
    #[inline(never)]
    pub(super) fn feed(&mut self, now: Tick, person: u32) {
        let full = &mut self.full;
        let home = full.people[person as usize].home;
        for at in 0..full.plan.homes[home as usize].serves.len() {
            let full = &mut self.full;
            let department = full.plan.homes[home as usize].serves[at].department;
            if !full.homes[home as usize].is_idle(person) {
                return;
            }
            self.feed_department(now, department);
        }
    }

    /// Cases of the saturated streams of a department arrive while somebody idle may serve them.
    fn feed_department(&mut self, now: Tick, department: u32) {
        for at in 0..self.full.plan.departments[department as usize].saturated.len() {
            let stream = self.full.plan.departments[department as usize].saturated[at];
            self.feed_from(now, stream);
        }
    }

    /// Cases of a saturated stream arrive while somebody idle may serve them.
    pub(super) fn feed_from(&mut self, now: Tick, stream: u32) {
        let plan = self.streams[stream as usize].plan;
        if now < plan.from || now >= plan.until {
            return;
        }
        let department = plan.department;
        while self.streams[stream as usize].left > 0
            && !self.crowded
            && self.full.wards[department as usize].gathering == NONE
            && self.full.wards[department as usize].short == 0
            && self.has_room(now, department)
            && !self.has_work(department)
            && !self.waits_for_slots(department)
            && self.idle_person(now, department).is_some()
            && self.has_room(now, department)
        {
            self.saturated_arrival(now, stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Idle;

    proptest! {
        /// What is remembered in bits is what a set has.
        #[test]
        fn idle_people_are_a_set(staff in 1..9000_u32, changes in prop::collection::vec((any::<u32>(), any::<bool>()), 0..200)) {
            let (mut idle, mut set) = (Idle::new(staff), BTreeSet::new());
            for (person, is_idle) in changes {
                let person = person % staff;
                idle.set(person, is_idle);
                if is_idle { set.insert(person) } else { set.remove(&person) };
                prop_assert_eq!(idle.first(), set.first().copied());
                prop_assert_eq!(idle.has(person), is_idle);
            }
            prop_assert!(idle.iter().eq(set));
        }
    }
}
