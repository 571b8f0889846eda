//! Ways from department to department that one has to wait for, or that lead to the shortest queue.

use std::collections::VecDeque;

use super::appointments::Round;
use super::item::{Next, State};
use super::{Engine, Observer};
use crate::engine::table::Table;
use crate::engine::timers::TimerKind;
use crate::plan::{HandoffPlan, NONE, Plan, Route, Row, WayPlan, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;

impl Way {
    /// Whether nothing but its target and its time are to be known of it.
    pub fn is_plain(&self) -> bool {
        !(self.rework || self.waits || self.shortest)
    }
}

/// The state of a handoff.
#[derive(Debug)]
pub(super) struct Way {
    /// Whether it is marked as rework; whether one may have to wait for it; whether it leads to the shortest of
    /// several queues.
    pub rework: bool,
    pub waits: bool,
    pub shortest: bool,
    /// The department it leads to, the first of several; [`NONE`] out of the organization.
    pub department: u32,
    /// The next pickup, and when the last was.
    next: Round,
    pub since: Tick,
    /// How many are under way, and how many may be.
    under_way: u32,
    capacity: u32,
    /// Who waits to set out.
    queue: VecDeque<u32>,
}

/// The handoffs of a model.
pub(super) fn ways(plan: &Plan, ways: &[WayPlan]) -> Table<Way> {
    let way = |(handoff, way): (&HandoffPlan, &WayPlan)| Way {
        rework: handoff.rework,
        waits: way.pickup.is_some(),
        shortest: !way.shortest.is_empty(),
        department: way.department,
        next: Round::default(),
        since: 0,
        under_way: 0,
        capacity: way.capacity,
        queue: VecDeque::new(),
    };
    let mut all: Table<Way> = plan.handoffs.iter().zip(ways).map(way).collect();
    // Where a way takes no time, nobody is under way.
    for route in plan.routes.iter().filter(|route| route.transfer != NONE) {
        if let Some(way) = all.get_mut(route.handoff as usize) {
            way.waits |= way.capacity != u32::MAX;
        }
    }
    all
}

/// By route: whether nobody has to wait for it, and it leads to one department at most, in which room is not limited.
pub(super) fn plain_routes(plan: &Plan, ways: &[Way]) -> Table<bool> {
    let is_limited = |row: &Row| plan.departments[row.department as usize].capacity != u32::MAX;
    let is_plain = |route: &Route| {
        ways.get(route.handoff as usize).is_none_or(Way::is_plain)
            && !plan.rows.get(route.row as usize).is_some_and(is_limited)
    };
    plan.routes.iter().map(is_plain).collect()
}

impl<O: Observer> Engine<'_, O> {
    /// Whether a case that goes by a route may have to wait for it.
    pub(super) fn waits_for_way(&self, handoff: u32) -> bool {
        self.full.ways.get(handoff as usize).is_some_and(|way| way.waits)
    }

    /// The row to which a case goes by a route, or [`NONE`] out of the organization.
    #[inline(always)]
    pub(super) fn row_by(&self, id: u32, route: u32) -> u32 {
        let route = &self.plan.routes[route as usize];
        if self.full.has_ways { self.row_by_way(id, route) } else { route.row }
    }

    #[inline(never)]
    fn row_by_way(&self, id: u32, route: &Route) -> u32 {
        let shortest = self.full.ways.get(route.handoff as usize).is_some_and(|way| way.shortest);
        if shortest { self.cases[id].target } else { route.row }
    }

    /// The service of a case has ended: where its handoff leads to the shortest of several queues, that is
    /// chosen now.
    pub(super) fn chooses_queue(&mut self, id: u32, route: u32) {
        if let Some(way) = self.full.ways.get(self.plan.routes[route as usize].handoff as usize)
            && way.shortest
        {
            self.chooses_shortest(id, route);
        }
    }

    fn chooses_shortest(&mut self, id: u32, index: u32) {
        let route = &self.plan.routes[index as usize];
        let full = &self.full;
        let candidates = &full.plan.ways[route.handoff as usize].shortest;
        let waiting = |&department: &u32| self.waiting_at(department);
        let fewest = candidates.iter().map(waiting).min().unwrap_or(0);
        let mut equals = candidates.iter().filter(|department| waiting(department) == fewest);
        let count = equals.clone().count();
        let at = if count > 1 {
            let case = &self.cases[id];
            let from = self.plan.rows[case.row as usize].department;
            let keys = self.departments[from as usize].keys;
            let words = keys.words(case.key, full.items[id as usize].visit);
            ((u128::from(words.of(Purpose::Shortest).next()) * count as u128) >> 64) as usize
        } else {
            0
        };
        let classes = self.plan.classes.len() as u32;
        let chosen = equals.nth(at).map(|&department| department * classes + route.row % classes);
        self.cases[id].target = chosen.unwrap_or(route.row);
    }

    /// A case leaves its department by a handoff that it may have to wait for, to `row`.
    #[inline(never)]
    pub(super) fn goes_by_way(&mut self, now: Tick, id: u32, index: u32, row: u32) {
        let route = &self.plan.routes[index as usize];
        let from = self.plan.rows[self.cases[id].row as usize].department;
        let item = &mut self.full.items[id as usize];
        let words = self.departments[from as usize].keys.words(self.cases[id].key, item.visit);
        // How long it will be under way is kept where its work was.
        let transfer = self.plan.transfers.get(route.transfer as usize);
        item.left = transfer.map_or(0, |transfer| to_ticks(transfer.draw(words.of(Purpose::Transfer))));
        item.next = Next::Route(index);
        if row != NONE {
            self.cases[id].row = row;
            self.keeps_place(now, id, row);
        }
        let full = &mut self.full;
        let way = &mut full.ways[route.handoff as usize];
        let picked_up = full.plan.ways[route.handoff as usize].pickup.is_some();
        if !picked_up && way.under_way < way.capacity {
            return self.is_taken_along(now, id, index);
        }
        way.queue.push_back(id);
        full.items[id as usize].state = State::AtHandoff;
        self.observer.awaits_way(now, id, index);
    }

    /// A case that may have waited for its way sets out.
    fn is_taken_along(&mut self, now: Tick, id: u32, index: u32) {
        let route = &self.plan.routes[index as usize];
        let leaves = route.row == NONE;
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        let time = item.left;
        item.state = if leaves { State::Leaving } else { State::Moving };
        self.cases[id].joined = now;
        self.observer.handed_over(now, id, index, time);
        if route.transfer != NONE {
            item.way = route.handoff;
            full.ways[route.handoff as usize].under_way += 1;
            let kind = if leaves { TimerKind::WayOut } else { TimerKind::Transfer };
            self.set_timer(now + time, id, kind);
        } else if leaves {
            self.leaves(now, id);
        } else {
            self.transfer_ends(now, id);
        }
    }

    /// Somebody is no longer under way: without pickups, the next may set out.
    #[inline(never)]
    pub(super) fn way_is_free(&mut self, now: Tick, handoff: u32) {
        let full = &mut self.full;
        full.ways[handoff as usize].under_way -= 1;
        if full.plan.ways[handoff as usize].pickup.is_none() {
            self.next_sets_out(now, handoff);
        }
    }

    /// The first who waits at a handoff sets out, if anybody does and a place under way is free.
    fn next_sets_out(&mut self, now: Tick, handoff: u32) {
        let full = &mut self.full;
        let way = &mut full.ways[handoff as usize];
        if way.under_way < way.capacity
            && let Some(id) = way.queue.pop_front()
            && let Next::Route(index) = full.items[id as usize].next
        {
            self.is_taken_along(now, id, index);
        }
    }

    pub(super) fn expects_pickup(&mut self, at: u32, handoff: u32) {
        let full = &mut self.full;
        let time = full.plan.ways[handoff as usize]
            .pickup
            .as_ref()
            .map_or(super::NEVER, |table| full.ways[handoff as usize].next.time(table));
        self.set_appointment(at, time);
    }

    /// A pickup comes to a handoff.
    pub(super) fn picks_up(&mut self, now: Tick, at: u32, handoff: u32) {
        self.observer.picks_up(now, handoff);
        let full = &mut self.full;
        let way = &mut full.ways[handoff as usize];
        way.since = now;
        if let Some(table) = &full.plan.ways[handoff as usize].pickup {
            way.next.go_on(table);
        }
        for _ in 0..way.queue.len() {
            self.next_sets_out(now, handoff);
        }
        self.expects_pickup(at, handoff);
    }

    /// An item that is withdrawn is no longer under way, nor waits to be.
    pub(super) fn leaves_way(&mut self, now: Tick, id: u32) {
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        let way = std::mem::replace(&mut item.way, NONE);
        if item.state == State::AtHandoff
            && let Next::Route(index) = item.next
        {
            let handoff = self.plan.routes[index as usize].handoff;
            full.ways[handoff as usize].queue.retain(|&other| other != id);
        }
        if way != NONE {
            self.way_is_free(now, way);
        }
    }
}
