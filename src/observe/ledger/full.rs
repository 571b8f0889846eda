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
use super::sums::ToAccount;
use super::trail::{Doing, Mark, Piece};
use crate::engine::{End, Identity, Life, Occupation};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// The ledger of one replication.
#[derive(Debug)]
pub(crate) struct FullLedger<'p, M> {
    pub(super) world: World<'p, M>,
    pub(super) codes: Codes,
    pub(super) accounts: Accounts,
    /// What happens is numbered.
    pub(super) order: u64,
    /// Who has left a line since the last event: the item, since when it waited, its record.
    pub(super) left: Vec<(u32, Tick, u32)>,
    scratch: Vec<Piece<M>>,
    /// Whether that is all of what was charged last.
    is_brief: bool,
    brief: Vec<Part<M>>,
    /// The cases that are watched, and those of them that have arrived.
    pub(super) watched: Vec<M>,
    pub traces: Vec<Trace<M>>,
    /// How much is remembered, about, and at how much the oldest is forgotten.
    pub(super) remembered: usize,
    pub(super) most: usize,
    pub(super) slack: usize,
    /// A wait of more pieces is remembered by who did them.
    few: usize,
    /// A wait of more pieces is charged by sums.
    many: usize,
    /// By handoff: who has come there since the last pickup.
    pub(super) unpicked: Vec<Vec<u32>>,
    /// At the end of the run: the parts that have not come, by case and branch.
    pub(super) open_parts: Option<Vec<(u32, u32, u32)>>,
}

/// So much may be remembered beyond twice what has to be.
const SLACK: usize = 1024;

/// Of a wait, so many pieces are remembered as they are: that is quick to read.
const FEW: usize = 8;

/// A wait of so many pieces is charged piece by piece: that is quicker than by sums.
const MANY: usize = 64;

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
            is_brief: true,
            brief: Vec::new(),
            watched,
            traces: Vec::new(),
            remembered: 0,
            most: SLACK,
            slack: SLACK,
            few: FEW,
            many: MANY,
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

    pub(super) fn next_order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    pub(super) fn item(&mut self, id: u32) -> &mut Item<M> {
        if self.world.items.len() <= id as usize {
            self.world.items.resize_with(id as usize + 1, Item::new);
        }
        &mut self.world.items[id as usize]
    }

    pub(super) fn department(&self, row: u32) -> u32 {
        self.world.plan.rows[row as usize].department
    }

    /// A new item at a place.
    pub(super) fn create(&mut self, id: u32, ask: u32, mark: M) {
        let mut makers = std::mem::take(&mut self.item(id).makers);
        makers.clear();
        *self.item(id) = Item { ask, mark, makers, ..Item::new() };
    }

    /// Charges the state of an item from `from` to `now`; the state stays. Of what has many pieces only few are followed
    /// one by one, unless it is watched.
    pub(super) fn charge(&mut self, from: Tick, now: Tick, id: u32, to: To) {
        self.scratch.clear();
        self.world.now = self.world.now.max(now);
        let item = &self.world.items[id as usize];
        let is_watched = self.traces.get(item.watched as usize).is_some();
        let most = match (item.counts, is_watched) {
            (true, true) => usize::MAX,
            (true, false) => self.many,
            (false, _) => self.few,
        };
        self.is_brief = self.world.charges(id, (from, now), to, most, &mut self.scratch);
        if !self.is_brief {
            return self.charge_many(from, now, id, to);
        }
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

    /// Charges a state of many pieces, by sums where it may. What has no account only others may have to know of.
    #[inline(never)]
    fn charge_many(&mut self, from: Tick, now: Tick, id: u32, to: To) {
        let item = &self.world.items[id as usize];
        let (counts, felt) = (item.counts, item.felt);
        let person = match (to, item.state) {
            (To::Person(person), _) => Some(person),
            (To::Open, State::Line | State::Desk | State::Blocked { .. }) => self.world.longest(id),
            _ => None,
        };
        if let Some(person) = person {
            self.world.sum_up(person, now);
        }
        if counts {
            let accounts = &mut self.accounts;
            self.world.charges(id, (from, now), to, usize::MAX, &mut ToAccount { accounts, id, felt });
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
        if self.is_brief && self.scratch.len() <= self.few {
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

    #[inline]
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
    #[inline]
    pub(super) fn works(&mut self, now: Tick, id: u32, person: u32) {
        let department = self.item(id).department;
        if self.world.shares.has(department) {
            self.turn(now, id, State::Sharing, Self::ended_by(person));
            self.world.shares.begins(now, id, department);
        } else {
            self.turn(now, id, State::Working, Self::ended_by(person));
        }
    }

    /// Who ends a wait; those who always serve at once never had anybody wait.
    pub(super) fn ended_by(person: u32) -> To {
        if person == NONE { To::Open } else { To::Person(person) }
    }

    /// An item leaves its line without having been served, or its way there.
    pub(super) fn leave(&mut self, now: Tick, id: u32) {
        let item = self.item(id);
        let (since, comes) = (item.since, item.kept != NONE);
        let department = if comes { item.kept } else { item.department };
        let waits = matches!(item.state, State::Line | State::Short { .. });
        if (waits || comes) && self.limited(department) {
            let record = self.record_of(id);
            self.left.push((id, since, record));
        }
        self.lacks_no_more(now, id);
        self.turn(now, id, State::Passing, To::Open);
    }

    /// Somebody's leaving has made room: before they came, the wait of a blocked item is charged like one that
    /// has not ended. From then on, it is as theirs.
    pub(super) fn charge_before_left(&mut self, now: Tick, id: u32, leaver: u32) -> To {
        let left = self.left.iter().rev().find(|left| left.0 == leaver);
        let Some(&(_, since, record)) = left else {
            return To::Open;
        };
        self.world.now = now;
        let came = since.clamp(self.item(id).since, now);
        self.settle(came, id, To::Open);
        To::Record(record)
    }

    pub(super) fn limited(&self, department: u32) -> bool {
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

    pub(super) fn occupy(&mut self, now: Tick, person: u32, occupation: Occupation) {
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
    pub(super) fn takes_again(&mut self, now: Tick, person: u32, item: u32) {
        if let Some(of) = self.world.people.get(person as usize)
            && of.item == item
            && matches!(of.present().doing, Doing::Serving { .. })
        {
            self.occupy(now, person, Occupation::Serving { item });
        }
    }

    pub(super) fn close_case(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, end: Option<End>) {
        self.accounts.close(now, case, who, life, end.map_or(Fate::Unfinished, Fate::from));
        let watched = self.item(case).watched;
        if let Some(trace) = self.traces.get_mut(watched as usize) {
            (trace.ended, trace.end) = (now, end);
        }
    }

    /// In models without people whom departments share, they are told of by what they serve.
    pub(super) fn is_told(&self) -> bool {
        self.world.plan.full.is_some()
    }

    #[cfg(test)]
    pub fn closed(&self) -> &[super::account::Closed] {
        &self.accounts.closed
    }

    /// The same, which forgets as soon as it may, and remembers every wait by who ended it.
    #[cfg(test)]
    pub fn forgetful(self) -> Self {
        FullLedger { most: 0, slack: 0, few: 0, many: 0, ..self }
    }

    /// The same, which takes sums wherever there are more than few pieces.
    #[cfg(test)]
    pub fn summing(self) -> Self {
        FullLedger { many: FEW, ..self }
    }

    /// The same, which goes through all pieces one by one.
    #[cfg(test)]
    pub fn thorough(self) -> Self {
        FullLedger { few: usize::MAX, many: usize::MAX, ..self }
    }

    /// How many steps chains have been followed for.
    #[cfg(test)]
    pub fn steps(&self) -> u64 {
        self.world.steps
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
