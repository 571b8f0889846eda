//! The ledger of models in which departments depend on each other's people; and of any model, piece by
//! piece, for single cases.
//!
//! It follows two kinds of things: what every person does, and what every item does or waits for. When a
//! wait ends, it is charged at once with what was going on meanwhile ([`World::charges`]).

use super::account::{Accounts, Fate, LedgerTotals};
use super::codes::{Cause, Codes, What};
use super::follow::{To, World};
use super::item::{Item, State, Stretch, Trace};
use super::record::{Charges, Part};
use super::slots::Key;
use super::trail::{Doing, Mark, Piece};
use crate::engine::{End, Identity, Life, ORDER, Observer, Occupation, Order, Room, Standing, Stay, Visit};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// The ledger of one replication.
#[derive(Debug)]
pub(crate) struct FullLedger<'p, M> {
    pub(super) world: World<'p, M>,
    pub(super) codes: Codes,
    pub(super) accounts: Accounts,
    /// What happens is numbered.
    order: u64,
    /// Who has left a line since the last event: the item, since when it waited, its record.
    left: Vec<(u32, Tick, u32)>,
    scratch: Vec<Piece<M>>,
    brief: Vec<Part<M>>,
    /// The cases that are watched, and those of them that have arrived.
    watched: Vec<M>,
    pub traces: Vec<Trace<M>>,
    /// How much is remembered, about, and at how much the oldest is forgotten.
    pub(super) remembered: usize,
    most: usize,
    slack: usize,
    /// A wait of more pieces is remembered by who did them.
    few: usize,
    /// By handoff: who has come there since the last pickup.
    pub(super) unpicked: Vec<Vec<u32>>,
    /// At the end of the run: the parts that have not come, by case and branch.
    pub(super) open_parts: Option<Vec<(u32, u32, u32)>>,
}

/// So much may be remembered beyond twice what has to be.
const SLACK: usize = 1024;

/// Of a wait, so many pieces are remembered as they are: that is quick to read.
const FEW: usize = 8;

impl<'p, M: Mark> FullLedger<'p, M> {
    /// The ledger of the cases that arrive at `from` or later; it watches some cases.
    pub fn new(plan: &'p Plan, from: Tick, watched: Vec<M>) -> FullLedger<'p, M> {
        let codes = Codes::new(plan);
        FullLedger {
            world: World::new(plan, codes.of_people(plan)),
            codes,
            accounts: Accounts::new(plan, &codes, from),
            order: 0,
            left: Vec::new(),
            scratch: Vec::new(),
            brief: Vec::new(),
            watched,
            traces: Vec::new(),
            remembered: 0,
            most: SLACK,
            slack: SLACK,
            few: FEW,
            unpicked: vec![Vec::new(); plan.full.as_ref().map_or(0, |full| full.ways.len())],
            open_parts: None,
        }
    }

    /// What the ledger comes to.
    pub fn totals(&self) -> LedgerTotals {
        let totals = self.accounts.totals();
        let violation = totals.violation.or_else(|| self.world.lost.clone());
        LedgerTotals { violation, ..totals }
    }

    fn next_order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    pub(super) fn item(&mut self, id: u32) -> &mut Item<M> {
        if self.world.items.len() <= id as usize {
            self.world.items.resize_with(id as usize + 1, Item::new);
        }
        &mut self.world.items[id as usize]
    }

    fn department(&self, row: u32) -> u32 {
        self.world.plan.rows[row as usize].department
    }

    /// A new item at a place.
    pub(super) fn create(&mut self, id: u32, ask: u32, mark: M) {
        let mut makers = std::mem::take(&mut self.item(id).makers);
        makers.clear();
        *self.item(id) = Item { ask, mark, makers, ..Item::new() };
    }

    /// Charges the state of an item from `from` to `now`; the state stays. What has no account only others may have to
    /// know of: of theirs, only few pieces are followed.
    pub(super) fn charge(&mut self, from: Tick, now: Tick, id: u32, to: To) {
        self.scratch.clear();
        let most = if self.world.items[id as usize].counts { usize::MAX } else { self.few };
        self.world.charges(id, (from, now), to, most, &mut self.scratch);
        let item = &self.world.items[id as usize];
        if item.counts {
            for piece in &self.scratch {
                let key = Key { felt: item.felt, who: piece.who, what: piece.what, whose: piece.whose };
                self.accounts.charge(id, key, piece.to - piece.from);
            }
        }
        if let Some(trace) = self.traces.get_mut(item.watched as usize) {
            let toward = match item.state {
                State::Asking { request } => self.codes.request(self.world.items[request as usize].ask),
                State::Blocked { department } => department,
                State::Short { stock } => stock,
                _ => NONE,
            };
            let felt = item.felt;
            trace.stretches.extend(self.scratch.iter().map(|&piece| Stretch { felt, toward, piece }));
        }
    }

    /// Charges the state of an item up to now, and keeps what others may have to know of it.
    pub(super) fn settle(&mut self, now: Tick, id: u32, to: To) {
        let from = self.item(id).since;
        self.charge(from, now, id, to);
        let record = self.world.items[id as usize].record;
        if record != NONE {
            self.keep((from, now), id, record, to);
        }
        self.world.items[id as usize].since = now;
    }

    /// Adds what was charged last, in a stretch of time, to the record of the item.
    fn keep(&mut self, time: (Tick, Tick), id: u32, record: u32, to: To) {
        if self.scratch.len() <= self.few {
            self.remembered += self.scratch.len();
            let parts = self.world.records.parts_mut(record);
            return self.scratch.iter().for_each(|&piece| parts.piece(piece));
        }
        self.world.charges(id, time, to, usize::MAX, &mut self.brief);
        self.remembered += self.brief.len();
        self.world.records.parts_mut(record).append(&mut self.brief);
    }

    /// An item does something else from now on, or waits for something else; its last wait is charged to
    /// `to`.
    pub(super) fn turn(&mut self, now: Tick, id: u32, state: State, to: To) {
        self.settle(now, id, to);
        self.enter(id, state);
    }

    pub(super) fn enter(&mut self, id: u32, state: State) {
        let order = self.next_order();
        let item = self.item(id);
        (item.state, item.order, item.gathers) = (state, order, Tick::MAX);
        if state == State::Line {
            item.lined = order;
        }
    }

    /// The record of an item, which others are going to depend on.
    pub(super) fn record_of(&mut self, id: u32) -> u32 {
        if self.item(id).record == NONE {
            self.item(id).record = self.world.records.open(id);
        }
        self.item(id).record
    }

    /// Nobody depends on an item any more.
    pub(super) fn close_record(&mut self, now: Tick, id: u32) {
        let record = std::mem::replace(&mut self.item(id).record, NONE);
        if record != NONE {
            self.world.records.close(now, record);
        }
    }

    /// Work on an item begins or goes on, by `person` who came last.
    fn works(&mut self, now: Tick, id: u32, person: u32) {
        let department = self.item(id).department;
        if self.world.shares.has(department) {
            self.turn(now, id, State::Sharing, Self::ended_by(person));
            self.world.shares.begins(now, id, department);
        } else {
            self.turn(now, id, State::Working, Self::ended_by(person));
        }
    }

    /// Who ends a wait; those who always serve at once never had anybody wait.
    fn ended_by(person: u32) -> To {
        if person == NONE { To::Open } else { To::Person(person) }
    }

    /// An item leaves its line without having been served.
    pub(super) fn leave(&mut self, now: Tick, id: u32) {
        let (since, department) = (self.item(id).since, self.item(id).department);
        if matches!(self.item(id).state, State::Line | State::Short { .. }) && self.limited(department) {
            let record = self.record_of(id);
            self.left.push((id, since, record));
        }
        self.turn(now, id, State::Passing, To::Open);
    }

    /// Somebody's leaving has made room: before they came, the wait of a blocked item is charged like one that
    /// has not ended. From then on, it is as theirs.
    fn charge_before_left(&mut self, now: Tick, id: u32, leaver: u32) -> To {
        let left = self.left.iter().rev().find(|left| left.0 == leaver);
        let Some(&(_, since, record)) = left else {
            return To::Open;
        };
        let came = since.clamp(self.item(id).since, now);
        self.settle(came, id, To::Open);
        To::Record(record)
    }

    fn limited(&self, department: u32) -> bool {
        self.world.plan.departments[department as usize].capacity != u32::MAX
    }

    fn doing(&mut self, occupation: Occupation) -> (Doing<M>, u32) {
        let (item, cause) = match occupation {
            Occupation::Off => return (Doing::Off, NONE),
            Occupation::Absent => return (Doing::Absent, NONE),
            Occupation::Idle => return (Doing::Idle, NONE),
            // Nobody waits for people who share their time.
            Occupation::Sharing => return (Doing::Idle, NONE),
            Occupation::Serving { item } | Occupation::SettingUp { item } => {
                let of = self.item(item);
                let sets_up = matches!(occupation, Occupation::SettingUp { .. });
                let (who, what) = if sets_up { (of.department, What::Setup) } else { of.work() };
                return (Doing::Serving { who, what, joined: of.joined, mark: of.mark }, item);
            }
            Occupation::Held { item } => (item, Cause::Held),
            Occupation::Blocked { item } => (item, Cause::Blocked),
            Occupation::Reserved { item } => (item, Cause::Reserved),
        };
        let record = self.record_of(item);
        self.world.records.hold(record);
        (Doing::With { record, joined: self.item(item).joined, cause }, item)
    }

    fn occupy(&mut self, now: Tick, person: u32, occupation: Occupation) {
        let (doing, item) = self.doing(occupation);
        let order = self.next_order();
        let event = self.world.event;
        let lined = self.world.items.get(item as usize).map_or(0, |item| item.lined);
        let of = &mut self.world.people[person as usize];
        let anew = of.item == item && of.took < lined;
        of.turn_to(now, order, event, doing, anew);
        if !matches!(occupation, Occupation::Off | Occupation::Absent) {
            (of.item, of.took) = (item, order);
        }
        if let Occupation::Reserved { item } = occupation {
            // It is on nobody's desk yet.
            of.item = NONE;
            let item = self.item(item);
            item.gathers = item.gathers.min(now);
        }
        self.remembered += 1;
    }

    /// A person who goes from work to work is not told of where the next item has the number of the last: it
    /// may be the same case, come back at once, or a new one in its place.
    fn takes_again(&mut self, now: Tick, person: u32, item: u32) {
        if let Some(of) = self.world.people.get(person as usize)
            && of.item == item
            && matches!(of.present().doing, Doing::Serving { .. })
        {
            self.occupy(now, person, Occupation::Serving { item });
        }
    }

    fn close_case(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, end: Option<End>) {
        self.accounts.close(now, case, who, life, end.map_or(Fate::Unfinished, Fate::from));
        let watched = self.item(case).watched;
        if let Some(trace) = self.traces.get_mut(watched as usize) {
            (trace.ended, trace.end) = (now, end);
        }
    }

    /// In models without people whom departments share, they are told of by what they serve.
    fn is_told(&self) -> bool {
        self.world.plan.full.is_some()
    }

    #[cfg(test)]
    pub fn closed(&self) -> &[super::account::Closed] {
        &self.accounts.closed
    }

    /// The same, which forgets as soon as it may, and remembers every wait by who ended it.
    #[cfg(test)]
    pub fn forgetful(self) -> Self {
        FullLedger { most: 0, slack: 0, few: 0, ..self }
    }

    /// How much has to be remembered.
    #[cfg(test)]
    pub fn needed(&mut self) -> usize {
        self.world.oldest_wait().map_or(0, |oldest| self.world.forget(oldest))
    }

    /// About how much is remembered.
    #[cfg(test)]
    pub fn remembered(&self) -> usize {
        self.remembered
    }
}

impl<M: Mark> Observer for FullLedger<'_, M> {
    const SHARES: bool = true;

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
