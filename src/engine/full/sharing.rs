//! Departments whose people share their time equally among all items.
//!
//! All items there gain the same from instant to instant, so one *level* says how much an item has gained that was
//! there always, and each has a *goal*: the level at which its stretch ends (Parekh and Gallager 1993, virtual time). When
//! their number changes, only the pace of the level does.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Engine, NEVER, Observer, Task};
use crate::engine::case::Cases;
use crate::engine::observer::Occupation;
use crate::plan::Plan;
use crate::time::Tick;

use super::item::Item;

/// A tick has 2^20 units of attained work.
const UNIT: u32 = 20;

/// The people of one department, and those who share them.
#[derive(Clone, Debug)]
pub(super) struct Share {
    /// Its place among the appointments.
    appointment: u32,
    /// The first of its people, and how many there are.
    person: u32,
    staff: u32,
    /// How many units each item had gained that was there always, and when.
    level: u128,
    since: Tick,
    /// The goals of those who share and are not due next, and who they are.
    later: BinaryHeap<Reverse<(u128, u32)>>,
    /// Those who are done in the first tick in which anybody is, in the order of events; and between which goals they
    /// are. Those of one tick are many where many came at once: they are looked at once, not again for each that ends.
    due: BinaryHeap<Reverse<(Order, u32)>>,
    goals: (u128, u128),
}

/// The order of items of one department whose stretches end at one time.
type Order = (Tick, (u32, u64, u32), u64);

/// All such departments.
#[derive(Debug, Default)]
pub(super) struct Shares {
    all: Vec<Share>,
    /// By item: the goal of its stretch.
    goals: Vec<u128>,
    /// Room to work in.
    told: Vec<u32>,
}

impl Shares {
    /// Adds a department and gives its place.
    pub fn add(&mut self, appointment: u32, person: u32, staff: u32) -> u32 {
        let (later, due) = (BinaryHeap::new(), BinaryHeap::new());
        let goals = (u128::MAX, 0);
        self.all.push(Share { appointment, person, staff, level: 0, since: 0, later, due, goals });
        self.all.len() as u32 - 1
    }

    /// The item that is done first in a department, if any is there.
    pub fn first(&self, share: u32) -> Option<u32> {
        self.all[share as usize].due.peek().map(|&Reverse((_, item))| item)
    }

    /// How many whole ticks of its stretch an item has had.
    fn attained(&self, now: Tick, share: u32, id: u32, item: &Item) -> Tick {
        let work = item.left - item.stop;
        let start = self.goals[id as usize] - (u128::from(work) << UNIT);
        (((self.all[share as usize].level_at(now) - start) >> UNIT) as Tick).min(work)
    }
}

impl Share {
    fn level_at(&self, now: Tick) -> u128 {
        let units = u128::from(now - self.since) << UNIT;
        let (staff, sharing) = (u128::from(self.staff), u128::from(self.count()));
        self.level + if sharing <= staff { units } else { units * staff / sharing }
    }

    fn goes_to(&mut self, now: Tick) {
        self.level = self.level_at(now);
        self.since = now;
    }

    /// The first tick at which the level has come to a goal.
    fn time_of(&self, goal: u128) -> Tick {
        let units = goal.saturating_sub(self.level);
        let (staff, sharing) = (u128::from(self.staff), u128::from(self.count()));
        let ticks = if sharing <= staff {
            units.div_ceil(1 << UNIT)
        } else {
            (units * sharing).div_ceil(staff << UNIT)
        };
        ticks.checked_add(self.since.into()).map_or(NEVER, |time| time.min(NEVER.into()) as Tick)
    }

    /// How many share.
    fn count(&self) -> u32 {
        (self.later.len() + self.due.len()) as u32
    }

    fn items(&self) -> impl Iterator<Item = u32> {
        let later = self.later.iter().map(|&Reverse((_, item))| item);
        later.chain(self.due.iter().map(|&Reverse((_, item))| item))
    }

    /// Looks for those who are done first, of several in one tick all; gives that tick.
    fn finds_first(&mut self, goals: &[u128], order: impl Fn(u32) -> Order) -> Tick {
        let first = self.later.peek().map_or(u128::MAX, |&Reverse((goal, _))| goal);
        // Of those due either nobody has come to the goal, or all have.
        let least = if self.due.is_empty() { first } else { first.min(self.goals.0) };
        if least == u128::MAX {
            return NEVER;
        }
        let time = self.time_of(least);
        let level = self.level_at(time.min(Tick::MAX >> 1));
        if self.due.is_empty() || self.goals.1 > level {
            let back = self.due.drain().map(|Reverse((_, item))| Reverse((goals[item as usize], item)));
            self.later.extend(back);
            self.goals = (u128::MAX, 0);
        }
        while let Some(&Reverse((goal, item))) = self.later.peek()
            && goal <= level
        {
            self.later.pop();
            self.due.push(Reverse((order(item), item)));
            self.goals = (self.goals.0.min(goal), self.goals.1.max(goal));
        }
        time
    }
}

fn order(cases: &Cases, items: &[Item], id: u32) -> Order {
    let item = &items[id as usize];
    (item.since, cases[id].who.order(), item.born)
}

/// The departments of a model whose people share their time: each ward is told its place.
pub(super) fn shares(plan: &Plan, full: &mut super::Full) {
    for at in 0..full.appointments.len() {
        let super::Appointment::Shared(department) = full.appointments[at] else { continue };
        let home = full.plan.homes.iter().find(|home| home.department == department);
        let (person, staff) = home.map_or((0, 0), |home| (home.first_person, home.staff));
        debug_assert_eq!(plan.departments[department as usize].staff, Some(staff));
        full.wards[department as usize].share = full.shares.add(at as u32, person, staff);
    }
}

impl<O: Observer> Engine<'_, O> {
    /// A stretch of work on an item begins that shares the people of its department.
    #[inline(never)]
    pub(super) fn begins_to_share(&mut self, now: Tick, id: u32, share: u32) {
        self.tells_shares(now, share);
        let full = &mut self.full;
        let item = &full.items[id as usize];
        let entry = &mut full.shares.all[share as usize];
        entry.goes_to(now);
        let goal = entry.level + (u128::from(item.left - item.stop) << UNIT);
        entry.later.push(Reverse((goal, id)));
        let (count, staff, person) = (entry.count(), entry.staff, entry.person);
        if full.shares.goals.len() <= id as usize {
            full.shares.goals.resize(id as usize + 1, 0);
        }
        full.shares.goals[id as usize] = goal;
        if count <= staff {
            self.shares_in(now, person + count - 1, true);
        }
        self.expects_end(share);
    }

    /// The first stretch of work ends in a department whose people share their time.
    pub(super) fn shared_ends(&mut self, now: Tick, department: u32) {
        let share = self.full.wards[department as usize].share;
        let Some(id) = self.full.shares.first(share) else { return };
        self.tells_shares(now, share);
        let entry = &mut self.full.shares.all[share as usize];
        entry.goes_to(now);
        entry.due.pop();
        let (count, staff, person) = (entry.count(), entry.staff, entry.person);
        if count < staff {
            self.shares_in(now, person + count, false);
        }
        self.expects_end(share);
        self.stretch_ends(now, id);
        if count < staff {
            let full = &mut self.full;
            let home = full.people[(person + count) as usize].home;
            if full.homes[home as usize].feeds {
                full.agenda.push(Task::Feed(person + count));
            }
        }
    }

    fn expects_end(&mut self, share: u32) {
        let full = &mut self.full;
        let entry = &mut full.shares.all[share as usize];
        let time = entry.finds_first(&full.shares.goals, |item| order(&self.cases, &full.items, item));
        let appointment = entry.appointment;
        self.set_appointment(appointment, time);
    }

    /// A person begins or ceases to work on what is shared.
    fn shares_in(&mut self, now: Tick, person: u32, works: bool) {
        let full = &mut self.full;
        let home = full.people[person as usize].home;
        full.homes[home as usize].set_idle(person, !works);
        let occupation = if works { Occupation::Sharing } else { Occupation::Idle };
        self.tell_occupation(now, person, occupation);
    }

    /// Tells how much those have had who share the people of a department.
    pub(super) fn tells_shares(&mut self, now: Tick, share: u32) {
        if !self.observer.wants_shares() {
            return;
        }
        let full = &mut self.full;
        let mut told = std::mem::take(&mut full.shares.told);
        told.extend(full.shares.all[share as usize].items());
        told.sort_unstable_by_key(|&id| order(&self.cases, &full.items, id));
        for id in told.drain(..) {
            let attained = full.shares.attained(now, share, id, &full.items[id as usize]);
            self.observer.shares(now, id, attained);
        }
        full.shares.told = told;
    }

    /// Tells the same of all departments, at the end of the run.
    pub(super) fn tells_all_shares(&mut self, now: Tick) {
        for share in 0..self.full.shares.all.len() as u32 {
            self.tells_shares(now, share);
        }
    }

    /// How much of the present stretch of an item apart has not been counted yet; it is counted from now on.
    #[inline(never)]
    pub(super) fn touched_apart(&mut self, now: Tick, id: u32) -> Tick {
        let full = &mut self.full;
        if full.shares.all.is_empty() {
            return now - std::mem::replace(&mut full.items[id as usize].mark, now);
        }
        let department = self.plan.rows[self.cases[id].row as usize].department;
        let (share, item) = (full.wards[department as usize].share, &full.items[id as usize]);
        let until = match share {
            crate::plan::NONE => now,
            _ => item.since + full.shares.attained(now, share, id, item),
        };
        until - std::mem::replace(&mut full.items[id as usize].mark, until)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    fn share(staff: u32) -> Share {
        let mut shares = Shares::default();
        shares.add(0, 0, staff);
        shares.all.remove(0)
    }

    fn shuffled(item: u32) -> Order {
        (0, (0, u64::from(item.wrapping_mul(0x9E37_79B1)), 0), item.into())
    }

    proptest! {
        /// Who is first is found as by going through all whose goals are reached in that tick.
        #[test]
        fn the_first_is_the_first_of_all(
            staff in 1..4_u32,
            work in prop::collection::vec((0..4_u64, 0..3_u64), 1..60),
        ) {
            let (mut share, mut goals, mut there, mut now) = (share(staff), Vec::new(), Vec::new(), 0);
            let mut coming = work.into_iter();
            loop {
                let time = share.finds_first(&goals, shuffled);
                let least = there.iter().map(|&item: &u32| goals[item as usize]).min();
                prop_assert_eq!(time, least.map_or(NEVER, |goal| share.time_of(goal)));
                let level = share.level_at(time.min(now + 1000));
                let reached = there.iter().copied().filter(|&item| goals[item as usize] <= level);
                let first = reached.min_by_key(|&item| shuffled(item));
                prop_assert_eq!(share.due.peek().map(|&Reverse((_, item))| item), first);
                match (coming.next(), first) {
                    // Somebody comes before the first is done.
                    (Some((gap, work)), _) if now + gap <= time => {
                        now += gap;
                        share.goes_to(now);
                        let item = goals.len() as u32;
                        goals.push(share.level + (u128::from(work) << UNIT));
                        share.later.push(Reverse((goals[item as usize], item)));
                        there.push(item);
                    }
                    (_, Some(first)) => {
                        now = time;
                        share.goes_to(now);
                        share.due.pop();
                        there.retain(|&item| item != first);
                    }
                    (_, None) => break,
                }
            }
            prop_assert!(there.is_empty() && share.count() == 0);
        }
    }

    /// Of very many who come at once and are done at once, each is put in order once.
    #[test]
    fn those_done_at_once_are_looked_at_once() {
        let (mut share, looks, count) = (share(2), Cell::new(0), 5000);
        let goals = vec![1_u128 << 30; count];
        let order = |item| {
            looks.set(looks.get() + 1);
            shuffled(item)
        };
        for item in 0..count as u32 {
            share.later.push(Reverse((goals[item as usize], item)));
            share.finds_first(&goals, order);
        }
        let mut last = None;
        for _ in 0..count {
            let time = share.finds_first(&goals, order);
            share.goes_to(time);
            let Some(Reverse((order, _))) = share.due.pop() else { panic!("somebody is there") };
            assert!(last < Some(order));
            last = Some(order);
        }
        assert_eq!((share.count(), looks.get()), (0, count));
    }
}
