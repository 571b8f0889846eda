//! People: who is idle, who takes what, and what they are told to be doing.

use super::{Engine, NEVER, Observer, Task};
use crate::engine::observer::{Occupation, Room};
use crate::model::{Crew, ShiftEnd};
use crate::plan::{HomePlan, NONE};
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
    /// Whether absences may strike them.
    pub struck: bool,
    /// How many serve, where absences may strike them.
    pub serving: u32,
    /// Whether another crew comes at every change.
    pub replaced: bool,
    /// The department that they serve, if it is one only.
    only: Option<u32>,
    /// Whether they take vacations.
    pub vacations: bool,
    /// Whether they serve a department with a saturated stream.
    pub feeds: bool,
    /// The first of its absences among the clocks; how many of these strike all, and how many strike each.
    pub first_clock: u32,
    pub clocks: (u32, u32),
    idle: Idle,
}

/// Those of a home with nothing to do, a bit each; and a bit for each word of these that is not zero, as homes may
/// have very many people.
#[derive(Clone, Debug)]
struct Idle {
    bits: Vec<u64>,
    words: Vec<u64>,
}

impl Idle {
    fn new(staff: u32) -> Idle {
        let words = staff.div_ceil(64) as usize;
        Idle { bits: vec![0; words], words: vec![0; words.div_ceil(64)] }
    }

    fn set(&mut self, at: u32, idle: bool) {
        let at = at as usize;
        let word = &mut self.bits[at / 64];
        *word = *word & !(1 << (at % 64)) | u64::from(idle) << (at % 64);
        let (any, at) = (*word != 0, at / 64);
        let word = &mut self.words[at / 64];
        *word = *word & !(1 << (at % 64)) | u64::from(any) << (at % 64);
    }

    fn has(&self, at: u32) -> bool {
        self.bits[at as usize / 64] >> (at % 64) & 1 == 1
    }

    fn first(&self) -> Option<u32> {
        let word = self.words.iter().position(|&word| word != 0)?;
        let word = word * 64 + self.words[word].trailing_zeros() as usize;
        Some(word as u32 * 64 + self.bits[word].trailing_zeros())
    }

    /// All, in order.
    fn iter(&self) -> impl Iterator<Item = u32> {
        self.bits.iter().zip(0..).flat_map(move |(&word, at)| {
            let more = |&rest: &u64| Some(rest & (rest - 1)).filter(|&rest| rest != 0);
            let bits = std::iter::successors(Some(word).filter(|&word| word != 0), more);
            bits.map(move |rest| at * 64 + rest.trailing_zeros())
        })
    }
}

impl Home {
    pub fn new(plan: &HomePlan, keys: KeyPair, feeds: bool) -> Home {
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
            struck: !plan.absences.is_empty() || !plan.outages.is_empty(),
            serving: 0,
            replaced: plan.crew == Crew::Replaced && plan.at_end == ShiftEnd::Finish,
            only: if let [only] = &plan.serves[..] { Some(only.department) } else { None },
            vacations: plan.vacation.is_some(),
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
            class: NONE,
            idle: NEVER,
            rested: false,
        };
        std::iter::repeat_n(person, self.staff as usize)
    }

    pub fn set_idle(&mut self, person: u32, idle: bool) {
        self.idle.set(person - self.first, idle);
    }

    pub fn is_idle(&self, person: u32) -> bool {
        self.idle.has(person - self.first)
    }

    fn first_idle(&self) -> Option<u32> {
        self.idle.first().map(|at| self.first + at)
    }

    /// The idle people, in the order of their numbers.
    pub fn idle(&self) -> impl Iterator<Item = u32> {
        self.idle.iter().map(|at| self.first + at)
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
        !(home.is_falling(now) || home.struck && self.is_due_to_go(now, person))
    }

    /// The idle person who takes the next item of a department.
    pub(super) fn idle_person(&self, now: Tick, department: u32) -> Option<u32> {
        let full = &self.full;
        // Equally good homes stand side by side in the order of their people's numbers.
        let eligible = &full.plan.departments[department as usize].eligible;
        eligible.iter().find_map(|eligible| {
            let first = full.homes[eligible.home as usize].first_idle()?;
            if self.may_start(now, first) {
                return Some(first);
            }
            full.homes[eligible.home as usize].idle().find(|&person| self.may_start(now, person))
        })
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
        let full = &mut self.full;
        let who = &full.people[person as usize];
        if !who.is_there() || who.item != NONE || who.reserved != NONE {
            return;
        }
        if self.may_start(now, person) {
            while let Some(department) = self.next_department(person) {
                if self.takes_next(now, person, department) {
                    return;
                }
            }
        }
        let full = &mut self.full;
        let home = full.people[person as usize].home;
        full.homes[home as usize].set_idle(person, true);
        self.tell(now, person);
        let full = &mut self.full;
        for serves in &full.plan.homes[home as usize].serves {
            if !full.wards[serves.department as usize].blocked.is_empty() {
                full.agenda.push_back(Task::Room(serves.department));
            }
        }
        if full.homes[home as usize].feeds {
            full.agenda.push_back(Task::Feed(person));
        }
        if full.homes[home as usize].vacations {
            full.agenda.push_back(Task::Rest(person));
        }
    }

    /// The department from which a person takes the next item.
    fn next_department(&self, person: u32) -> Option<u32> {
        let full = &self.full;
        let home = full.people[person as usize].home;
        if let Some(only) = full.homes[home as usize].only {
            return self.has_work(only).then_some(only);
        }
        let serves = &full.plan.homes[home as usize].serves;
        let urgency = |department: u32| {
            let gathering = full.wards[department as usize].gathering;
            let (rank, item) = match gathering {
                _ if !self.has_work(department) => return None,
                NONE => self.peek_line(department)?,
                item => (full.items[item as usize].rank.into(), item),
            };
            Some((rank, self.cases[item].joined, department))
        };
        let best = |own: bool| {
            let some = serves.iter().filter(|serves| serves.own == own);
            some.filter_map(|serves| urgency(serves.department)).min()
        };
        best(true).or_else(|| best(false)).map(|(_, _, department)| department)
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
            _ => ward.reserved < full.plan.departments[department as usize].needed,
        }
    }

    /// A person takes the next item of a department, or is reserved for it.
    /// False where that lacks stock.
    #[inline(always)]
    pub(super) fn takes_next(&mut self, now: Tick, person: u32, department: u32) -> bool {
        let ward = &self.full.wards[department as usize];
        if ward.special {
            return self.takes_specially(now, person, department);
        }
        if ward.needed > 1 {
            return self.is_one_of_several(now, person, department);
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
            if ward.gathering != NONE && ward.reserved == full.plan.departments[department as usize].needed {
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
