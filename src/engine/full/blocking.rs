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
    /// A finished case leaves its department, or blocks.
    pub(super) fn tries_to_leave(&mut self, now: Tick, id: u32, from: u32, next: Next) {
        if let Next::Route(route) = next {
            return self.tries_to_go(now, id, from, route);
        }
        match self.full_department(now, id, next) {
            Some(department) => self.blocks(now, id, next, department),
            None => self.goes_away(now, id, from, next),
        }
    }

    /// The same, by a route.
    #[inline(always)]
    pub(super) fn tries_to_go(&mut self, now: Tick, id: u32, from: u32, index: u32) {
        if !self.full.plain_routes[index as usize] {
            return self.tries_another_way(now, id, from, index);
        }
        let freed = self.ends_visit(now, id, from);
        let row = self.plan.routes[index as usize].row;
        self.goes_by_route(now, id, from, index, row);
        self.free_those(now, freed);
    }

    /// The same, by a route on which it may have to wait, or to a department where room is limited.
    #[inline(never)]
    fn tries_another_way(&mut self, now: Tick, id: u32, from: u32, index: u32) {
        self.chooses_queue(id, index);
        let next = Next::Route(index);
        match self.full_department(now, id, next) {
            Some(department) => self.blocks(now, id, next, department),
            None => self.goes_away(now, id, from, next),
        }
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
        if !self.full.wards[department as usize].limited {
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
        self.waits_for_room(now, id, next, department);
        self.late_ones_go(now, id);
        self.tell_crew(now, id);
    }

    /// A case is blocked, or is so still, by a department.
    fn waits_for_room(&mut self, now: Tick, id: u32, next: Next, department: u32) {
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        item.next = next;
        item.state = State::Blocked;
        full.wards[department as usize].blocked.push_back(id);
        self.observer.blocked(now, id, department);
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
                Some(other) => self.waits_for_room(now, id, next, other),
                None => {
                    let from = self.rows[self.cases[id].row as usize].department;
                    self.goes_away(now, id, from, next);
                }
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
    fn goes_away(&mut self, now: Tick, id: u32, from: u32, next: Next) {
        let freed = self.ends_visit(now, id, from);
        match next {
            Next::Fork(fork) => self.forks(now, id, fork),
            Next::TurnedAway => self.ends(now, id, End::TurnedAway),
            Next::Back(row) => self.joins(now, id, row, Coming::Returned),
            Next::Route(route) => self.takes_route(now, id, from, route),
            Next::Sent { row, transfer } => self.is_sent(now, id, row, transfer),
        }
        self.free_those(now, freed);
    }

    /// A case ends its visit. Gives the first of those who served it, like [`Engine::releases`].
    #[inline(always)]
    fn ends_visit(&mut self, now: Tick, id: u32, from: u32) -> u32 {
        self.has_stayed(now, id, from);
        self.full.items[id as usize].state = State::Moving;
        self.releases(now, id)
    }

    fn takes_route(&mut self, now: Tick, id: u32, from: u32, index: u32) {
        let route = &self.plan.routes[index as usize];
        let row = self.row_by(id, index);
        let full = &mut self.full;
        if full.has_ways
            && let Some(way) = full.ways.get(route.handoff as usize)
        {
            let waits = way.waits;
            if way.rework && row != NONE {
                let maker = self.rows[row as usize].department;
                self.is_reworked(now, id, maker, from, false);
            }
            if waits {
                return self.goes_by_way(now, id, index, row);
            }
        }
        self.goes_by_route(now, id, from, index, row);
    }

    /// A case goes by a route for which it need not wait.
    #[inline(always)]
    fn goes_by_route(&mut self, now: Tick, id: u32, from: u32, index: u32, row: u32) {
        if self.plan.routes[index as usize].transfer != NONE {
            return self.is_under_way(now, id, from, index, row);
        }
        self.observer.handed_over(now, id, index, 0);
        match row {
            NONE => self.ends(now, id, End::Completed),
            row => self.joins(now, id, row, Coming::Inside),
        }
    }

    /// A case is on its way for a while.
    #[inline(never)]
    fn is_under_way(&mut self, now: Tick, id: u32, from: u32, index: u32, row: u32) {
        let route = &self.plan.routes[index as usize];
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
        let to = self.rows[row as usize].department;
        if self.full.wards[to as usize].limited && !self.is_joined_in(id, to) {
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
