//! Parts: a case forks, its parts go their ways, and it goes on when enough of them have come.

use super::item::State;
use super::joining::Coming;
use super::standstill::{Node, Search};
use super::{Engine, NEVER, Observer};
use crate::engine::full::item::Next;
use crate::engine::observer::Room;
use crate::engine::timers::TimerKind;
use crate::engine::{End, Identity};
use crate::plan::{NONE, to_ticks};
use crate::random::{Purpose, item_key};
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// Where a case goes from a department in which nothing was found.
    #[inline(always)]
    pub(super) fn way_on(&self, id: u32, department: u32) -> Next {
        let case = &self.cases[id];
        let forks = &self.full.plan.departments[department as usize].fork;
        match forks.get(case.row as usize % self.plan.classes.len()) {
            None | Some(&NONE) => Next::Route(case.route),
            Some(&fork) => Next::Fork(fork),
        }
    }

    /// Whether an item is a part that is joined in a department.
    #[inline(always)]
    pub(super) fn is_joined_in(&self, id: u32, department: u32) -> bool {
        let full = &self.full;
        let fork = full.items[id as usize].fork;
        fork != NONE && full.plan.forks[fork as usize].join == department
    }

    /// A case goes on as parts.
    #[inline(never)]
    pub(super) fn forks(&mut self, now: Tick, case: u32, fork: u32) {
        let full = &mut self.full;
        let plan = &full.plan.forks[fork as usize];
        let item = &mut full.items[case as usize];
        (item.state, item.first_part, item.come, item.lost) = (State::Forked, NONE, 0, 0);
        item.mark = now;
        let mut order = std::mem::take(&mut full.order);
        order.extend(0..plan.branches.len() as u32);
        if plan.random {
            let department = self.plan.rows[self.cases[case].row as usize].department;
            let (key, visit) = (self.cases[case].key, self.full.items[case as usize].visit);
            let keys = self.departments[department as usize].keys;
            order.sort_by_key(|&branch| {
                keys.words(item_key(key, plan.key, branch), visit).of(Purpose::ForkOrder).next()
            });
        }
        for &branch in &order {
            self.parts(now, case, fork, branch);
        }
        order.clear();
        self.full.order = order;
        // All are there before the first sets out: a part that is lost at once knows the others.
        let mut number = self.full.requests - plan.branches.len() as u64;
        let last = self.full.requests;
        while number < last {
            number += 1;
            if let Some(part) = self.part_born(case, number) {
                self.sets_out(now, part, fork);
            }
        }
    }

    /// The parts of a case that has forked, in the order of their branches.
    fn parts_of(&self, case: u32) -> impl Iterator<Item = u32> {
        let items = &self.full.items;
        let present = |part: u32| Some(part).filter(|&part| part != NONE);
        let next = move |&part: &u32| present(items[part as usize].sibling);
        std::iter::successors(present(items[case as usize].first_part), next)
    }

    /// The part of a case with a number, if it is still there.
    fn part_born(&self, case: u32, number: u64) -> Option<u32> {
        let full = &self.full;
        let mut parts = self.parts_of(case);
        parts.find(|&part| full.items[part as usize].born == number)
    }

    /// A part of a case comes to be.
    fn parts(&mut self, now: Tick, case: u32, fork: u32, branch: u32) {
        let full = &mut self.full;
        let plan = &full.plan.forks[fork as usize];
        let visit = full.items[case as usize].visit;
        let key = item_key(item_key(self.cases[case].key, plan.key, branch), visit.into(), 0);
        let who = Identity { previous: NONE, ..self.cases[case].who };
        let row = self.cases[case].row;
        let (defects, repairs, reworks) = {
            let item = &mut full.items[case as usize];
            (item.defects, item.repairs, std::mem::take(&mut item.reworks))
        };
        let part = self.new_item(now, who, key);
        self.visits.reset(part);
        if self.cases.in_system() > self.limits.in_system {
            self.is_crowded(now);
        }
        self.cases[part].row = row;
        let full = &mut self.full;
        full.requests += 1;
        let born = full.requests;
        let entry = &mut full.items[part as usize];
        entry.state = State::Unborn;
        (entry.fork, entry.branch, entry.asker, entry.born) = (fork, branch, case, born);
        (entry.defects, entry.repairs) = (defects, repairs);
        entry.reworks.extend_from_slice(&reworks);
        full.items[case as usize].reworks = reworks;
        self.is_sibling(case, part);
    }

    /// A part takes its place among the others, which stand in the order of their branches.
    fn is_sibling(&mut self, case: u32, part: u32) {
        let items = &mut self.full.items;
        let branch = items[part as usize].branch;
        let (mut before, mut next) = (NONE, items[case as usize].first_part);
        while next != NONE && items[next as usize].branch < branch {
            (before, next) = (next, items[next as usize].sibling);
        }
        items[part as usize].sibling = next;
        if before == NONE {
            items[case as usize].first_part = part;
        } else {
            items[before as usize].sibling = part;
        }
    }

    /// A part is no longer among the others.
    fn is_no_sibling(&mut self, case: u32, part: u32) {
        let items = &mut self.full.items;
        let behind = items[part as usize].sibling;
        let mut before = items[case as usize].first_part;
        if before == part {
            items[case as usize].first_part = behind;
            return;
        }
        while items[before as usize].sibling != part {
            before = items[before as usize].sibling;
        }
        items[before as usize].sibling = behind;
    }

    /// A part sets out from the fork.
    fn sets_out(&mut self, now: Tick, part: u32, fork: u32) {
        let full = &mut self.full;
        let plan = &full.plan.forks[fork as usize];
        let (case, branch) = (full.items[part as usize].asker, full.items[part as usize].branch);
        let way = &plan.branches[branch as usize];
        let (from, key) = (self.cases[part].row, self.cases[part].key);
        let classes = self.plan.classes.len() as u32;
        let class = if way.class == NONE { from % classes } else { way.class };
        let row = way.department * classes + class;
        let keys = self.departments[self.plan.rows[from as usize].department as usize].keys;
        let time =
            way.transfer.as_ref().map(|way| to_ticks(way.draw(keys.words(key, 1).of(Purpose::Transfer))));
        self.full.items[part as usize].state = State::Moving;
        self.observer.parted(now, case, part, fork, branch, time.unwrap_or(0));
        let Some(time) = time else { return self.joins(now, part, row, Coming::Inside) };
        (self.cases[part].row, self.cases[part].joined) = (row, now);
        self.keeps_place(now, part, row);
        self.set_timer(now + time, part, TimerKind::Transfer);
    }

    /// A part has come to where it is joined.
    #[inline(never)]
    pub(super) fn comes_to_join(&mut self, now: Tick, part: u32) {
        let full = &mut self.full;
        let item = &mut full.items[part as usize];
        let case = item.asker;
        if case == NONE {
            return self.vanishes(now, part);
        }
        item.state = State::Joining;
        let plan = &full.plan.forks[item.fork as usize];
        let entry = &mut full.items[case as usize];
        entry.come += 1;
        if entry.come < plan.needed {
            return self.observer.awaits_others(now, part);
        }
        let (join, classes) = (plan.join, self.plan.classes.len() as u32);
        let late = self.rejoins(now, case, part);
        let row = join * classes + self.cases[case].row % classes;
        self.joins(now, case, row, Coming::Inside);
        self.are_late(now, late);
    }

    /// Enough parts have come: those are one case again. Gives the first of the others.
    fn rejoins(&mut self, now: Tick, case: u32, part: u32) -> u32 {
        let items = &mut self.full.items;
        let reworks = std::mem::take(&mut items[part as usize].reworks);
        let own = &mut items[case as usize].reworks;
        own.clear();
        own.extend_from_slice(&reworks);
        items[part as usize].reworks = reworks;
        let mut next = std::mem::replace(&mut items[case as usize].first_part, NONE);
        items[case as usize].state = State::Moving;
        (items[case as usize].defects, items[case as usize].repairs) = (0, items[part as usize].repairs);
        self.is_one_again(now, case);
        self.cases[case].touch += self.cases[part].touch;
        self.observer.rejoined(now, case, part);
        let (mut late, mut last) = (NONE, NONE);
        while next != NONE {
            let items = &mut self.full.items;
            let one = next;
            next = std::mem::replace(&mut items[one as usize].sibling, NONE);
            if items[one as usize].state == State::Joining {
                items[case as usize].defects |= items[one as usize].defects;
                self.forget(one);
                continue;
            }
            if late == NONE {
                late = one;
            } else {
                items[last as usize].sibling = one;
            }
            last = one;
        }
        late
    }

    /// A case that was forked is one again: its overall patience has stood still meanwhile.
    fn is_one_again(&mut self, now: Tick, case: u32) {
        let item = &mut self.full.items[case as usize];
        item.leaves = item.leaves.saturating_add(now - item.mark).min(NEVER);
    }

    /// Parts that are not wanted any more, of which `first` names the next.
    fn are_late(&mut self, now: Tick, first: u32) {
        let Some(item) = self.full.items.get(first as usize) else { return };
        let fork = item.fork;
        let finishes = self.full.plan.forks[fork as usize].finishes;
        self.all_late(now, first, finishes);
    }

    fn all_late(&mut self, now: Tick, first: u32, finishes: bool) {
        let mut next = first;
        while next != NONE {
            let part = next;
            next = std::mem::replace(&mut self.full.items[part as usize].sibling, NONE);
            self.is_late(now, part, finishes);
        }
    }

    /// A part is not wanted any more: it is withdrawn, now or when its service ends, or goes on for nobody.
    fn is_late(&mut self, now: Tick, part: u32, finishes: bool) {
        let department = self.plan.rows[self.cases[part].row as usize].department;
        let item = &mut self.full.items[part as usize];
        item.asker = NONE;
        match item.state {
            State::Unborn => return self.forget(part),
            State::Forked => {
                let first = std::mem::replace(&mut item.first_part, NONE);
                self.all_late(now, first, finishes);
            }
            State::Joining => {}
            _ if finishes => return self.observer.disowned(now, part),
            State::Moving | State::Leaving | State::AtHandoff => return self.turns_back(now, part),
            State::Waiting | State::Gathering | State::Short if !item.was_taken() => {
                self.stop_waiting(part);
                self.leaves_line(part, department);
            }
            State::Blocked => return self.leaves_blocked(now, part),
            _ => {
                item.last_service = true;
                return self.observer.disowned(now, part);
            }
        }
        self.observer.withdrawn(now, part);
        self.forget(part);
    }

    /// A part that is on its way, or waits at a handoff, is withdrawn.
    fn turns_back(&mut self, now: Tick, part: u32) {
        self.observer.withdrawn(now, part);
        let item = &mut self.full.items[part as usize];
        let kept = std::mem::replace(&mut item.kept, NONE);
        if item.state != State::AtHandoff {
            self.stop_timer(part);
        }
        if kept != NONE {
            self.full.wards[kept as usize].kept -= 1;
            self.notes_place(kept, Room::Left { item: part });
            self.may_have_room(kept);
        }
        self.leaves_way(now, part);
        self.forget(part);
    }

    /// A part that is finished and blocked is withdrawn: its visit ends.
    fn leaves_blocked(&mut self, now: Tick, part: u32) {
        self.stops_blocking(part);
        let department = self.rows[self.cases[part].row as usize].department;
        self.has_stayed(now, part, department);
        let people = self.releases(now, part);
        self.observer.withdrawn(now, part);
        self.forget(part);
        self.free_those(now, people);
    }

    /// A part that is blocked is so no more.
    fn stops_blocking(&mut self, part: u32) {
        for ward in self.full.wards.iter_mut() {
            ward.blocked.retain(|&item| item != part);
        }
    }

    /// The last service of a part that is withdrawn has ended.
    pub(super) fn is_over(&mut self, now: Tick, part: u32, department: u32) {
        self.has_stayed(now, part, department);
        let people = self.releases(now, part);
        self.vanishes(now, part);
        self.free_those(now, people);
    }

    /// A part that was work for nobody is gone.
    fn vanishes(&mut self, now: Tick, part: u32) {
        self.observer.forgotten(now, part);
        self.forget(part);
    }

    /// A part is lost, or leaves elsewhere than by its join.
    pub(super) fn part_ends(&mut self, now: Tick, part: u32, end: End) {
        let full = &mut self.full;
        let (case, row) = (full.items[part as usize].asker, self.cases[part].row);
        if case == NONE {
            return self.vanishes(now, part);
        }
        let plan = &full.plan.forks[full.items[part as usize].fork as usize];
        let entry = &mut full.items[case as usize];
        entry.lost += 1;
        let decides = plan.branches.len() as u32 - entry.lost < plan.needed;
        self.is_no_sibling(case, part);
        self.observer.part_lost(now, part, end, decides);
        if decides {
            self.cases[case].touch += self.cases[part].touch;
        }
        self.forget(part);
        if !decides {
            return;
        }
        self.cases[case].row = row;
        self.is_one_again(now, case);
        let others = std::mem::replace(&mut self.full.items[case as usize].first_part, NONE);
        let end = if end == End::Completed { End::TurnedAway } else { end };
        self.ends(now, case, end);
        self.are_late(now, others);
    }

    /// Adds the other parts of a case, which may end the wait of one: it is withdrawn when enough of them have come.
    pub(super) fn others_of_part(&self, part: u32, search: &mut Search) {
        let full = &self.full;
        let mut one = part;
        while full.items[one as usize].is_part() && full.items[one as usize].asker != NONE {
            let case = full.items[one as usize].asker;
            let parts = self.parts_of(case);
            let out = |&part: &u32| part != one && full.items[part as usize].state != State::Joining;
            let finishes = full.plan.forks[full.items[one as usize].fork as usize].finishes;
            parts.filter(out).filter(|_| !finishes).for_each(|part| search.meets(Node::Item(part)));
            one = case;
        }
    }

    /// The part that an open fork is told of by: the first that has not come.
    pub(super) fn part_to_follow(&self, case: u32) -> Option<u32> {
        let full = &self.full;
        let mut parts = self.parts_of(case);
        parts.find(|&part| full.items[part as usize].state != State::Joining)
    }
}
