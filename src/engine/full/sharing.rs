//! Departments whose people share their time equally among all items.
//!
//! All items there gain the same from instant to instant, so one *level* says how much an item has gained that was
//! there always, and each has a *goal*: the level at which its stretch ends (Parekh and Gallager 1993, virtual time). When
//! their number changes, only the pace of the level does.

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
    /// The goals of those who share, a heap, and who they are.
    heap: Vec<(u128, u32)>,
    /// Where in the heap the item stands that is done first.
    first: usize,
}

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
        let (level, since, heap, first) = (0, 0, Vec::new(), 0);
        self.all.push(Share { appointment, person, staff, level, since, heap, first });
        self.all.len() as u32 - 1
    }

    /// The item that is done first in a department, if any is there.
    pub fn first(&self, share: u32) -> Option<u32> {
        let share = &self.all[share as usize];
        share.heap.get(share.first).map(|&(_, item)| item)
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
        let (staff, sharing) = (u128::from(self.staff), self.heap.len() as u128);
        self.level + if sharing <= staff { units } else { units * staff / sharing }
    }

    fn goes_to(&mut self, now: Tick) {
        self.level = self.level_at(now);
        self.since = now;
    }

    /// The first tick at which the level has come to a goal.
    fn time_of(&self, goal: u128) -> Tick {
        let units = goal.saturating_sub(self.level);
        let (staff, sharing) = (u128::from(self.staff), self.heap.len() as u128);
        let ticks = if sharing <= staff {
            units.div_ceil(1 << UNIT)
        } else {
            (units * sharing).div_ceil(staff << UNIT)
        };
        ticks.checked_add(self.since.into()).map_or(NEVER, |time| time.min(NEVER.into()) as Tick)
    }

    fn push(&mut self, entry: (u128, u32)) {
        self.heap.push(entry);
        self.rise(self.heap.len() - 1);
    }

    /// Takes out who is done first.
    fn pop_first(&mut self) {
        self.heap.swap_remove(self.first);
        if self.first < self.heap.len() {
            self.rise(self.first);
            self.sink(self.first);
        }
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.heap[at] < self.heap[(at - 1) / 2] {
            self.heap.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let children = (2 * at + 1..self.heap.len()).take(2);
            let Some(least) = children.min_by_key(|&child| self.heap[child]) else { return };
            if self.heap[at] <= self.heap[least] {
                return;
            }
            self.heap.swap(at, least);
            at = least;
        }
    }

    /// Looks for the item that is done first, of several in one tick the first in the order of events; gives that tick.
    fn finds_first(&mut self, cases: &Cases, items: &[Item]) -> Tick {
        let Some(&(least, _)) = self.heap.first() else { return NEVER };
        let time = self.time_of(least);
        if time == NEVER {
            return NEVER;
        }
        let level = self.level_at(time);
        self.first = self.first_below(level, 0, cases, items).unwrap_or(0);
        time
    }

    /// The first in the order of events from a place of the heap on, among those whose goal is reached at a level.
    fn first_below(&self, level: u128, at: usize, cases: &Cases, items: &[Item]) -> Option<usize> {
        self.heap.get(at).filter(|&&(goal, _)| goal <= level)?;
        let order = |&at: &usize| order(cases, items, self.heap[at].1);
        let below = [2 * at + 1, 2 * at + 2].map(|child| self.first_below(level, child, cases, items));
        below.into_iter().flatten().chain([at]).min_by_key(order)
    }
}

/// The order of items of one department whose stretches end at one time.
fn order(cases: &Cases, items: &[Item], id: u32) -> (Tick, (u32, u64, u32), u64) {
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
        entry.push((goal, id));
        let (count, staff, person) = (entry.heap.len() as u32, entry.staff, entry.person);
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
        entry.pop_first();
        let (count, staff, person) = (entry.heap.len() as u32, entry.staff, entry.person);
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
        let time = entry.finds_first(&self.cases, &full.items);
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
        told.extend(full.shares.all[share as usize].heap.iter().map(|&(_, item)| item));
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
