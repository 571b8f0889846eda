//! Finished cases go where they go, or find no room there.

use super::item::{Next, State};
use super::joining::Coming;
use super::{Engine, Observer};
use crate::engine::End;
use crate::engine::observer::Room;
use crate::engine::timers::TimerKind;
use crate::plan::{BranchPlan, NONE, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// A finished case leaves, or blocks.
    #[inline(always)]
    pub(super) fn tries_to_leave(&mut self, now: Tick, id: u32, next: Next) {
        if self.full.has_ways {
            self.chooses_queue(id, next);
        }
        if let Some(department) = self.full_department(now, id, next) {
            return self.blocks(now, id, next, department);
        }
        self.goes_away(now, id, next);
    }

    /// The department that a case cannot go to, for want of room.
    #[inline(always)]
    fn full_department(&self, now: Tick, id: u32, next: Next) -> Option<u32> {
        let index = match next {
            Next::Route(route) => route,
            Next::Fork(fork) => return self.full_branch(now, fork),
            _ => return None,
        };
        let row = self.row_by(id, index);
        if row == NONE {
            return None;
        }
        let department = self.rows[row as usize].department;
        if self.departments[department as usize].capacity == u32::MAX {
            return None;
        }
        self.limited_department(now, id, index, department)
    }

    /// The same, where it goes to a department with limited room.
    #[inline(never)]
    fn limited_department(&self, now: Tick, id: u32, index: u32, department: u32) -> Option<u32> {
        let route = &self.plan.routes[index as usize];
        if self.is_joined_in(id, department) {
            return None;
        }
        let takes_time = || route.transfer != NONE || self.waits_for_way(route.handoff);
        let room = self.has_place(department) || !takes_time() && self.has_room(now, department);
        (!room).then_some(department)
    }

    /// The first department to which a branch of a fork leads, and which has no room.
    fn full_branch(&self, now: Tick, fork: u32) -> Option<u32> {
        let fork = &self.full.plan.forks[fork as usize];
        let others = fork.branches.iter().filter(|branch| branch.department != fork.join);
        let mut full = others.filter(|branch| !self.has_room_by(now, branch));
        full.next().map(|branch| branch.department)
    }

    fn has_room_by(&self, now: Tick, branch: &BranchPlan) -> bool {
        let department = branch.department;
        self.has_place(department) || branch.transfer.is_none() && self.has_room(now, department)
    }

    /// Whether one more may wait in a department.
    pub(super) fn has_place(&self, department: u32) -> bool {
        let capacity = self.departments[department as usize].capacity;
        capacity == u32::MAX || self.waiting_at(department) < capacity
    }

    /// Whether one more may wait in a department, or be served at once.
    pub(super) fn has_room(&self, now: Tick, department: u32) -> bool {
        self.has_place(department)
            || !self.full.wards[department as usize].slotted
                && (self.departments[department as usize].infinite
                    || self.full.wards[department as usize].gathering == NONE
                        && !self.has_work(department)
                        && self.has_people(now, department)
                        && self.full.wards[department as usize].batch.1 == 1)
    }

    /// Whether so many idle people may start in a department as a piece of work needs.
    fn has_people(&self, now: Tick, department: u32) -> bool {
        let needed = self.full.plan.departments[department as usize].needed;
        self.idle_people(now, department, needed) == needed
    }

    #[inline(never)]
    fn blocks(&mut self, now: Tick, id: u32, next: Next, department: u32) {
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        item.next = next;
        item.state = State::Blocked;
        full.wards[department as usize].blocked.push_back(id);
        self.observer.blocked(now, id, department);
        self.late_ones_go(now, id);
        self.tell_crew(now, id);
        self.check_standstill(id);
    }

    /// There may be room: those blocked are let in, the first blocked first.
    #[inline(never)]
    pub(super) fn fill_room(&mut self, now: Tick, department: u32) {
        while let Some(&id) = self.full.wards[department as usize].blocked.front() {
            let next = self.full.items[id as usize].next;
            if !self.may_move_in(now, id, next, department) {
                return;
            }
            self.full.wards[department as usize].blocked.pop_front();
            let room = match self.idle_person(now, department) {
                Some(person) if !self.has_place(department) => Room::Free { person },
                _ => self.full.wards[department as usize].made,
            };
            self.observer.let_in(now, id, room);
            match self.full_department(now, id, next) {
                Some(other) => self.blocks(now, id, next, other),
                None => self.goes_away(now, id, next),
            }
        }
    }

    /// Whether a blocked case finds room in a department, whatever other branches of its fork lead to.
    fn may_move_in(&self, now: Tick, id: u32, next: Next, department: u32) -> bool {
        let Next::Fork(fork) = next else { return self.full_department(now, id, next).is_none() };
        let branches = &self.full.plan.forks[fork as usize].branches;
        let mut here = branches.iter().filter(|branch| branch.department == department);
        here.all(|branch| self.has_room_by(now, branch))
    }

    /// A case ends its visit and sets out, and those who served it are free.
    fn goes_away(&mut self, now: Tick, id: u32, next: Next) {
        self.has_stayed(now, id);
        let freed = self.releases(now, id);
        self.full.items[id as usize].state = State::Moving;
        match next {
            Next::Fork(fork) => self.forks(now, id, fork),
            Next::TurnedAway => self.ends(now, id, End::TurnedAway),
            Next::Back(row) => self.joins(now, id, row, Coming::Returned),
            Next::Route(route) => self.takes_route(now, id, route),
            Next::Sent { row, transfer } => self.is_sent(now, id, row, transfer),
        }
        self.free_those(now, freed);
    }

    fn takes_route(&mut self, now: Tick, id: u32, index: u32) {
        let route = &self.plan.routes[index as usize];
        let from = self.plan.rows[self.cases[id].row as usize].department;
        let row = self.row_by(id, index);
        let full = &mut self.full;
        if full.has_ways
            && let Some(way) = full.ways.get(route.handoff as usize)
        {
            let waits = way.waits;
            if way.rework && row != NONE {
                let maker = self.plan.rows[row as usize].department;
                self.is_reworked(now, id, maker, from, false);
            }
            if waits {
                return self.goes_by_way(now, id, index, row);
            }
        }
        if route.transfer == NONE {
            self.observer.handed_over(now, id, index, 0);
            return match row {
                NONE => self.ends(now, id, End::Completed),
                row => self.joins(now, id, row, Coming::Inside),
            };
        }
        let item = &mut self.full.items[id as usize];
        let words = self.departments[from as usize].keys.words(self.cases[id].key, item.visit);
        let time = to_ticks(self.plan.transfers[route.transfer as usize].draw(words.of(Purpose::Transfer)));
        self.observer.handed_over(now, id, index, time);
        self.cases[id].joined = now;
        if row == NONE {
            item.state = State::Leaving;
            return self.set_timer(now + time, id, TimerKind::WayOut);
        }
        self.cases[id].row = row;
        self.keeps_place(now, id, row);
        self.set_timer(now + time, id, TimerKind::Transfer);
    }

    /// A place is kept for an item in the line that it goes to, where that is limited.
    pub(super) fn keeps_place(&mut self, now: Tick, id: u32, row: u32) {
        let to = self.plan.rows[row as usize].department;
        if self.departments[to as usize].capacity != u32::MAX && !self.is_joined_in(id, to) {
            let full = &mut self.full;
            full.items[id as usize].kept = to;
            full.wards[to as usize].kept += 1;
            self.observer.keeps_place(now, id, to);
        }
    }

    /// A case goes where the department that found a defect sends it.
    #[inline(never)]
    fn is_sent(&mut self, now: Tick, id: u32, row: u32, transfer: Option<Tick>) {
        let from = self.cases[id].row;
        self.observer.sent_back(now, id, from, transfer.unwrap_or(0));
        let Some(transfer) = transfer else { return self.joins(now, id, row, Coming::Returned) };
        self.full.items[id as usize].returned = true;
        self.cases[id].joined = now;
        self.cases[id].row = row;
        self.set_timer(now + transfer, id, TimerKind::Transfer);
    }
}
