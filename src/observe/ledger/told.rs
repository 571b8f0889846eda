//! What the ledger makes of what it is told.

use super::follow::To;
use super::full::FullLedger;
use super::item::{State, Trace};
use super::trail::Mark;
use crate::engine::{End, Identity, Life, ORDER, Observer, Occupation, Order, Room, Standing, Stay, Visit};
use crate::plan::NONE;
use crate::time::Tick;

impl<M: Mark> Observer for FullLedger<'_, M> {
    fn wants_shares(&self) -> bool {
        true
    }

    fn arrived(&mut self, now: Tick, case: u32, who: &Identity, row: u32) {
        self.accounts.open(case);
        let mark = M::of(who);
        self.create(case, NONE, mark);
        let department = self.department(row);
        let item = self.item(case);
        (item.since, item.department, item.felt, item.counts) = (now, department, department, true);
        if self.watched.contains(&mark) {
            self.item(case).watched = self.traces.len() as u32;
            let (class, arrived) = (who.class, now);
            self.traces.push(Trace { mark, class, arrived, stretches: Vec::new(), ended: now, end: None });
        }
    }

    fn joined(&mut self, now: Tick, case: u32, row: u32) {
        self.turn(now, case, State::Line, To::Open);
        if self.item(case).ask == NONE {
            self.close_record(now, case);
        }
        if self.item(case).kept != NONE {
            self.has_come(now, case);
        }
        let department = self.department(row);
        let item = self.item(case);
        (item.department, item.felt, item.joined, item.leader) = (department, department, item.order, NONE);
    }

    fn started(&mut self, now: Tick, case: u32, row: u32, staff: u32) {
        let mut person = staff;
        if !self.is_told() && staff != NONE {
            person += self.world.plan.departments[self.department(row) as usize].first_slot;
        }
        self.works(now, case, person);
        if !self.is_told() && staff != NONE {
            self.occupy(now, person, Occupation::Serving { item: case });
        }
        self.item(case).server = person;
        self.takes_again(now, person, case);
    }

    fn served(&mut self, case: u32, visit: &Visit) {
        self.turn(visit.ended, case, State::Passing, To::Open);
        let person = self.item(case).server;
        if person != NONE {
            self.occupy(visit.ended, person, Occupation::Idle);
        }
    }

    fn handed_over(&mut self, now: Tick, case: u32, route: u32, transfer: Tick) {
        if transfer == 0 {
            return;
        }
        let route = self.world.plan.routes[route as usize];
        let who = self.codes.handoff(route.handoff);
        self.turn(now, case, State::Moving { who }, To::Open);
        self.item(case).felt = who;
    }

    fn reneged(&mut self, now: Tick, case: u32, _row: u32, _joined: Tick) {
        self.leave(now, case);
    }

    fn ended(&mut self, now: Tick, case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        self.turn(now, case, State::Passing, To::Open);
        self.close_record(now, case);
        self.close_case(now, case, who, life, Some(end));
    }

    fn occupied(&mut self, now: Tick, person: u32, occupation: Occupation, _late: bool) {
        self.occupy(now, person, occupation);
    }

    fn relieved(&mut self, now: Tick, person: u32, _item: u32) {
        self.world.people[person as usize].is_nobody(now);
        self.remembered += 1;
    }

    fn replaced(&mut self, now: Tick, person: u32) {
        let order = self.next_order();
        self.world.people[person as usize].is_another(now, order);
        self.remembered += 1;
    }

    fn requeued(&mut self, now: Tick, item: u32, _row: u32) {
        self.turn(now, item, State::Line, To::Open);
    }

    fn continued(&mut self, now: Tick, item: u32, _row: u32, person: u32) {
        self.works(now, item, person);
        self.takes_again(now, person, item);
    }

    fn suspended(&mut self, now: Tick, item: u32) {
        if !self.item(item).state.waits() {
            self.turn(now, item, State::Desk, To::Open);
        }
    }

    fn asked(&mut self, now: Tick, item: u32, request: u32, ask: u32) {
        let mark = self.item(item).mark;
        self.turn(now, item, State::Asking { request }, To::Open);
        if self.item(item).record != NONE {
            let record = self.item(item).record;
            self.world.records.asks(now, record, self.world.event);
        }
        self.create(request, ask, mark);
        self.record_of(request);
        self.item(request).since = now;
        let who = self.codes.request(ask);
        self.enter(request, State::Moving { who });
    }

    fn replied(&mut self, now: Tick, request: u32, transfer: Tick) {
        if transfer > 0 {
            let who = match self.item(request).ask {
                ORDER => self.stock_of(request),
                ask => self.codes.request(ask),
            };
            self.turn(now, request, State::Moving { who }, To::Open);
        }
    }

    /// The work goes on, unless something else is told at the same instant.
    fn answered(&mut self, now: Tick, item: u32, request: u32, _ask: u32, _asked: Tick) {
        self.turn(now, request, State::Passing, To::Open);
        self.turn(now, item, State::Working, To::Open);
        self.close_record(now, request);
    }

    /// The work goes on, unless something else is told at the same instant.
    fn given_up(&mut self, now: Tick, item: u32, request: u32, _ask: u32, _asked: Tick, begun: bool) {
        if !begun {
            self.leave(now, request);
        }
        self.turn(now, item, State::Working, To::Open);
        if !begun {
            self.close_record(now, request);
        }
    }

    fn forgotten(&mut self, now: Tick, request: u32) {
        self.turn(now, request, State::Passing, To::Open);
        self.close_record(now, request);
    }

    fn blocked(&mut self, now: Tick, item: u32, department: u32) {
        self.turn(now, item, State::Blocked { department }, To::Open);
    }

    fn let_in(&mut self, now: Tick, item: u32, room: Room) {
        let to = match room {
            // Who took it may have let go of it at once, to ask.
            Room::Taken { person: NONE, item } => Self::ended_by(self.item(item).server),
            Room::Taken { person, .. } | Room::Free { person } => To::Person(person),
            Room::Left { item: leaver } => self.charge_before_left(now, item, leaver),
        };
        self.turn(now, item, State::Passing, to);
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        self.turn(stay.ended, item, State::Passing, To::Open);
    }

    /// The work so far is none of it.
    fn rework(&mut self, now: Tick, case: u32, maker: u32) {
        self.settle(now, case, To::Open);
        self.item(case).makers.push(maker);
    }

    /// The work so far is part of it.
    fn reworked(&mut self, now: Tick, case: u32) {
        self.settle(now, case, To::Open);
        self.item(case).makers.pop();
    }

    fn sent_back(&mut self, now: Tick, case: u32, row: u32, transfer: Tick) {
        if transfer > 0 {
            let who = self.department(row);
            self.turn(now, case, State::Moving { who }, To::Open);
            self.item(case).felt = who;
        }
    }

    fn sets_up(&mut self, now: Tick, item: u32, _row: u32, person: u32) {
        self.turn(now, item, State::SettingUp, Self::ended_by(person));
    }

    fn batched(&mut self, _now: Tick, member: u32, leader: u32) {
        self.item(member).leader = leader;
    }

    /// When the answer is there, the work goes on, unless something else is told at the same instant.
    fn waits_along(&mut self, now: Tick, member: u32, request: u32) {
        let state = if request == NONE { State::Working } else { State::Asking { request } };
        self.turn(now, member, state, To::Open);
    }

    fn shares(&mut self, now: Tick, item: u32, attained: Tick) {
        let department = self.item(item).department;
        self.world.shares.changes(&self.world.items, now, department);
        self.settle(now, item, To::Open);
        self.world.shares.has_had(&self.world.items, now, item, attained);
    }

    fn parted(&mut self, now: Tick, case: u32, part: u32, _fork: u32, branch: u32, _transfer: Tick) {
        self.parts(now, case, part, branch);
    }

    fn awaits_others(&mut self, now: Tick, part: u32) {
        self.awaits(now, part);
    }

    fn rejoined(&mut self, now: Tick, case: u32, part: u32) {
        self.rejoins(now, case, part);
    }

    fn disowned(&mut self, _now: Tick, part: u32) {
        self.disowns(part);
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, decides: bool) {
        self.loses(now, part, decides);
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.withdraws(now, part);
    }

    fn ordered(&mut self, now: Tick, order: &Order) {
        self.places(now, order);
    }

    fn delivered(&mut self, now: Tick, order: &Order) {
        self.delivers(now, order);
    }

    fn is_short(&mut self, now: Tick, item: u32, stock: u32) {
        self.lacks(now, item, stock);
    }

    fn supplied(&mut self, now: Tick, item: u32, _order: &Order) {
        let to = self.delivery_for(item);
        self.lacks_no_more(now, item);
        self.turn(now, item, State::Passing, to);
    }

    fn keeps_place(&mut self, now: Tick, item: u32, department: u32) {
        self.is_coming(now, item, department);
    }

    fn awaits_way(&mut self, now: Tick, case: u32, route: u32) {
        self.waits_at_handoff(now, case, route);
    }

    fn picks_up(&mut self, now: Tick, handoff: u32) {
        self.is_picked_up(now, handoff);
    }

    fn is_away(&mut self, now: Tick, case: u32, row: u32, _end: End) {
        let who = self.department(row);
        self.turn(now, case, State::Away { who }, To::Open);
        self.item(case).felt = who;
    }

    fn returns(&mut self, now: Tick, case: u32, row: u32) {
        self.turn(now, case, State::Passing, To::Open);
        let department = self.department(row);
        let item = self.item(case);
        (item.department, item.felt) = (department, department);
        item.makers.clear();
    }

    fn settled(&mut self, now: Tick) {
        self.left.clear();
        self.world.records.settle();
        self.world.event = self.order;
        if self.remembered > self.most {
            let oldest = self.world.oldest_wait().unwrap_or(now);
            self.remembered = self.world.forget(oldest);
            self.most = 2 * self.remembered + self.slack;
        }
    }

    fn unfinished(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, _at: Standing) {
        let since = self.item(case).since;
        self.charge(since, now, case, To::Open);
        if self.item(case).state == State::Forked {
            self.follows_parts(now, case);
        }
        self.close_case(now, case, who, life, None);
    }
}
