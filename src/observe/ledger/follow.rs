//! Following the chain of waits to what is really going on.
//!
//! A wait is charged with what the person who ends it did meanwhile. Where they served, were off shift or
//! absent, that is the answer. Where they were with an item that waited itself, the chain goes on with
//! what that item was charged with: from its record where its waits have ended, and by the rule for open
//! ends where they have not. Chains may be as long as there are departments: they are followed with a
//! stack of their own.

use super::codes::{Cause, What, Whose};
use super::idle::{Coming, Lack, idle_for};
use super::item::{Item, State};
use super::record::{Charges, Part, Records, Standing, Wait};
use super::shares::Shares;
use super::trail::{Doing, Mark, Person, Piece, Segment};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// An order for stock.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenOrder {
    /// The codes of the stock, and of its supplier.
    pub stock: u32,
    pub supplier: u32,
    pub number: u64,
    pub placed: Tick,
    /// The record of its item, or [`NONE`] where it comes from outside.
    pub record: u32,
    /// Delivered in the present event, or before.
    pub is_there: bool,
}

/// All that a chain may lead through.
#[derive(Debug)]
pub(super) struct World<'p, M> {
    pub plan: &'p Plan,
    /// By person: the code of their home.
    pub homes: Vec<u32>,
    pub items: Vec<Item<M>>,
    pub people: Vec<Person<M>>,
    pub records: Records<M>,
    /// By department: the cases that were on their way to it with a place kept, in order of setting out.
    pub coming: Vec<Vec<Coming<M>>>,
    /// By department with room for few: the waits for stock there, in the order in which they began.
    pub lacks: Vec<Vec<Lack>>,
    /// Orders for stock, in the order in which they were placed.
    pub orders: Vec<OpenOrder>,
    pub shares: Shares,
    /// By department: for what its people stand idle though somebody waits; [`None`] if they never do.
    pub(super) idle: Vec<Option<What>>,
    stack: Vec<Frame>,
    /// The last happening before the present event.
    pub event: u64,
    /// The time of the present event.
    pub now: Tick,
    /// A chain that nobody could follow: there must be none.
    pub lost: Option<String>,
    /// How many steps chains have been followed for.
    #[cfg(test)]
    pub steps: u64,
}

/// So many steps are taken for each part that there may be.
const STEPS: usize = 4;

/// Where a part of a chain leads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// To what a person did.
    Person { person: u32, at: usize },
    /// To what an item was charged with, and is, if it is still there.
    Record { record: u32, at: usize },
}

/// A part of the chain that is being followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// The time that is left to charge.
    pub from: Tick,
    pub to: Tick,
    pub source: Source,
    pub standing: Standing,
    /// What is the item's own becomes this.
    pub own: Whose,
    /// From when on it is a wait for several people.
    pub several: Tick,
    /// What the one that waits saw; of the first frame, it is what the person did.
    pub cause: Option<Cause>,
    /// The item whose open wait this is, or [`NONE`].
    pub waits: u32,
}

/// Where a wait is followed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// What a person did, who has ended it.
    Person(u32),
    /// What the person did who has been longest in their present occupation.
    Open,
    /// What another item was charged with.
    Record(u32),
    /// An order for stock, by its place among all.
    Order(usize),
}

impl<'p, M: Mark> World<'p, M> {
    pub fn new(plan: &'p Plan, homes: Vec<u32>) -> World<'p, M> {
        World {
            plan,
            people: vec![Person::new(Doing::Idle); homes.len()],
            homes,
            items: Vec::new(),
            records: Records::new(),
            coming: vec![Vec::new(); plan.departments.len()],
            lacks: vec![Vec::new(); plan.departments.len()],
            orders: Vec::new(),
            shares: Shares::new(plan),
            idle: plan.full.iter().flat_map(|full| full.departments.iter().map(idle_for)).collect(),
            stack: Vec::new(),
            lost: None,
            event: 0,
            now: 0,
            #[cfg(test)]
            steps: 0,
        }
    }

    /// What the present state of an item is charged with, from `from` to `until`; given up when that has
    /// more than `most` parts, or takes many more steps. Tells whether it is all there.
    pub fn charges<O: Charges<M>>(
        &mut self,
        id: u32,
        (from, until): (Tick, Tick),
        to: To,
        most: usize,
        out: &mut O,
    ) -> bool {
        if from >= until {
            return true;
        }
        let item = &self.items[id as usize];
        if let Some((who, what, whose, cause)) = item.activity() {
            let mark = if whose == Whose::Own { item.mark } else { M::default() };
            out.piece(Piece { from, to: until, who, what, whose, cause, mark });
            return true;
        }
        let cause = match item.state {
            State::Passing | State::Forked | State::Joining => return true,
            State::Sharing => {
                self.charge_shared((id, Whose::Own, Tick::MAX, None), (from, until), out);
                return true;
            }
            State::Short { .. } => Some(Cause::Stock),
            State::Asking { .. } => Some(Cause::Answer),
            State::Blocked { .. } => Some(Cause::Room),
            _ => None,
        };
        self.push_wait(id, from, until, to, (Whose::Own, Tick::MAX, cause), out);
        self.run(most, out)
    }

    /// Puts the wait of an item on the stack: what is its own becomes `own`.
    fn push_wait<O: Charges<M>>(
        &mut self,
        id: u32,
        from: Tick,
        until: Tick,
        to: To,
        (own, several, cause): (Whose, Tick, Option<Cause>),
        out: &mut O,
    ) {
        let item = &self.items[id as usize];
        let (department, for_room) = match item.state {
            State::Blocked { department } => (department, true),
            _ => (item.department, false),
        };
        let standing = Standing { joined: item.joined, order: item.order, department, for_room };
        let several = several.min(item.gathers);
        // The way of somebody who left, whose place it was, is theirs.
        let own = if matches!(to, To::Record(_)) { Whose::Ahead } else { self.own_of_wait(id, own) };
        let mut from = from;
        let mut source = match (to, item.state) {
            (_, State::Short { stock }) => {
                let cause = cause.unwrap_or(Cause::Stock);
                from = self.charge_shelf(stock, (from, until), to, (several, cause), out);
                let made = self.order_of(stock, to).filter(|order| order.record != NONE);
                made.map(|order| self.told_by(order.record, from))
            }
            (To::Record(record), _) => Some(self.told_by(record, from)),
            (_, State::Asking { request }) => {
                let record = self.items[request as usize].record;
                Some(self.told_by(record, from))
            }
            (To::Person(person), _) => Some(self.past_of(person, from)),
            (To::Open | To::Order(_), _) => self.longest(id).map(|person| self.past_of(person, from)),
        };
        if from >= until {
            return;
        }
        if let Some(Source::Person { person, .. }) = source
            && from < self.people[person as usize].came
        {
            let came = self.people[person as usize].came.min(until);
            let cause = cause.unwrap_or(Cause::Closed);
            emit(out, several, self.away(person, from, came, What::Closed, cause));
            (from, source) = (came, Some(self.past_of(person, came)));
        }
        match source {
            Some(source) => {
                let frame = Frame { from, to: until, source, standing, own, several, cause, waits: id };
                self.items[id as usize].followed = true;
                self.stack.push(frame);
            }
            // Nobody will ever come.
            None => {
                let who = self.items[id as usize].department;
                let nobody = standstill(from, until, who, cause.unwrap_or(Cause::Closed));
                emit(out, several, self.idle_in(department, from, until, cause).unwrap_or(nobody));
            }
        }
    }

    /// What becomes of what is the own of what an item waits for.
    #[inline(always)]
    fn own_of_wait(&self, id: u32, own: Whose) -> Whose {
        let item = &self.items[id as usize];
        match item.state {
            // It is the question of another, with which it is served.
            State::Asking { .. } if item.leader != NONE => {
                let ahead = self.items[item.leader as usize].joined < item.joined;
                if ahead { Whose::Ahead } else { Whose::LetPast }
            }
            State::Short { .. } => Whose::Ahead,
            _ => own,
        }
    }

    /// The order that ends a wait for stock, or would: the oldest.
    fn order_of(&self, stock: u32, to: To) -> Option<&OpenOrder> {
        match to {
            To::Order(place) => self.orders.get(place),
            _ => self.orders.iter().find(|order| order.stock == stock && !order.is_there),
        }
    }

    /// Charges what of a wait for stock is not told by the work on an order; gives when that begins.
    #[inline(never)]
    fn charge_shelf<O: Charges<M>>(
        &self,
        stock: u32,
        (from, until): (Tick, Tick),
        to: To,
        (several, cause): (Tick, Cause),
        out: &mut O,
    ) -> Tick {
        let order = self.order_of(stock, to);
        let placed = order.map_or(until, |order| order.placed).clamp(from, until);
        let (what, whose, mark) = (What::StockOut, Whose::Nobody, M::default());
        emit(out, several, Piece { from, to: placed, who: stock, what, whose, cause, mark });
        match order {
            Some(&OpenOrder { supplier, record: NONE, .. }) => {
                emit(
                    out,
                    several,
                    Piece { from: placed, to: until, who: supplier, what, whose, cause, mark },
                );
                until
            }
            _ => placed,
        }
    }

    /// Charges an item that shares people, in its present state, its own work first, as much as it has had by now: that
    /// becomes `own`.
    #[inline(never)]
    fn charge_shared<O: Charges<M>>(
        &self,
        (id, own, several, cause): (u32, Whose, Tick, Option<Cause>),
        (from, until): (Tick, Tick),
        out: &mut O,
    ) {
        let item = &self.items[id as usize];
        let middle = (item.since + self.shares.gained(&self.items, id, self.now)).clamp(from, until);
        let ((who, what), seen) = (item.work(), cause.unwrap_or(Cause::Work));
        let work = Piece { from, to: middle, who, what, whose: own, cause: seen, mark: item.mark };
        emit(out, several, work);
        let (who, what, whose) = (item.department, What::Sharing, Whose::LetPast);
        let (cause, mark) = (cause.unwrap_or(Cause::Sharing), M::default());
        emit(out, several, Piece { from: middle, to: until, who, what, whose, cause, mark });
    }

    /// Somebody is not there.
    fn away(&self, person: u32, from: Tick, to: Tick, what: What, cause: Cause) -> Piece<M> {
        let who = self.homes[person as usize];
        Piece { from, to, who, what, whose: Whose::Nobody, cause, mark: M::default() }
    }

    fn past_of(&self, person: u32, from: Tick) -> Source {
        Source::Person { person, at: self.people[person as usize].at(from) }
    }

    pub(super) fn told_by(&self, record: u32, from: Tick) -> Source {
        let at = self.records.get(record).parts.partition_point(|part| part.to() <= from);
        Source::Record { record, at }
    }

    /// Follows one chain.
    pub(super) fn follow<O: Charges<M>>(&mut self, frame: Frame, out: &mut O) {
        self.stack.push(frame);
        self.run(usize::MAX, out);
    }

    /// Follows until the stack is empty, or there are more than `most` parts, or many more steps: parts that are
    /// alike are one. Tells whether it has come to the end.
    fn run<O: Charges<M>>(&mut self, most: usize, out: &mut O) -> bool {
        let mut left = most.saturating_mul(STEPS);
        let mut ends = true;
        while let Some(&frame) = self.stack.last() {
            ends &= frame.from >= frame.to || left > 0 && out.count() <= most;
            if frame.from >= frame.to || !ends {
                if frame.waits != NONE {
                    self.items[frame.waits as usize].followed = false;
                }
                self.stack.pop();
                continue;
            }
            left -= 1;
            #[cfg(test)]
            {
                self.steps += 1;
            }
            match frame.source {
                Source::Person { person, at } => self.follow_person(frame, person, at, out),
                Source::Record { record, at } => self.follow_record(frame, record, at, out),
            }
        }
        ends && out.count() <= most
    }

    /// The next part of a chain is charged: the latest frame goes on at `to`, and with what comes then.
    fn advance(&mut self, to: Tick, source: Source) {
        if let Some(frame) = self.stack.last_mut() {
            (frame.from, frame.source) = (to, source);
        }
    }

    fn follow_person<O: Charges<M>>(&mut self, frame: Frame, person: u32, at: usize, out: &mut O) {
        if O::BRIEF {
            let Frame { from, to, standing, several, cause, .. } = frame;
            let to = self.settled_until(person, at, from, to);
            if from < to {
                self.advance(to, self.past_of(person, to));
                return out.wait(Wait { from, to, person, standing, cause, several });
            }
        }
        if O::SUMS
            && let Some(end) = self.follow_sums(&frame, person, at, out)
        {
            return self.advance(end, self.past_of(person, end));
        }
        let past = &self.people[person as usize].past;
        let Segment { doing, order, .. } = past[at];
        let end = past.get(at + 1).map_or(Tick::MAX, |next| next.from).min(frame.to);
        self.advance(end, Source::Person { person, at: at + 1 });
        let stand = |joined: u64| {
            let ahead =
                frame.standing.for_room || joined < frame.standing.joined || order < frame.standing.order;
            if ahead { Whose::Ahead } else { Whose::LetPast }
        };
        let Frame { from, several, .. } = frame;
        let gone = |what, cause| self.away(person, from, end, what, frame.cause.unwrap_or(cause));
        match doing {
            Doing::Off => emit(out, several, gone(What::Closed, Cause::Closed)),
            Doing::Absent => emit(out, several, gone(What::Absent, Cause::Absent)),
            Doing::Idle => {
                let idle = self.idle_in(frame.standing.department, from, end, frame.cause);
                let idle = idle.unwrap_or_else(|| gone(What::Closed, Cause::Closed));
                self.charge_idle(frame, idle, out);
            }
            Doing::Serving { who, what, joined, mark } => {
                let (whose, cause) = (stand(joined), frame.cause.unwrap_or(Cause::Busy));
                emit(out, several, Piece { from, to: end, who, what, whose, cause, mark });
            }
            Doing::With { record, joined, cause } => {
                let source = self.told_by(record, from);
                let cause = Some(frame.cause.unwrap_or(cause));
                let own = stand(joined);
                self.stack.push(Frame { to: end, source, own, cause, waits: NONE, ..frame });
            }
        }
    }

    /// Until when it is settled, between two times, what somebody did: not while they were with an item in a
    /// state in which it still is.
    fn settled_until(&self, person: u32, at: usize, from: Tick, to: Tick) -> Tick {
        let of = &self.people[person as usize];
        let past = &of.past[at.max(of.sums.next).min(of.past.len())..];
        for (place, segment) in past.iter().enumerate().take_while(|(_, segment)| segment.from < to) {
            let Doing::With { record, .. } = segment.doing else {
                continue;
            };
            let end = past.get(place + 1).map_or(to, |next| next.from.min(to));
            let since = self.items.get(self.records.get(record).item as usize).map_or(end, |item| item.since);
            if since < end {
                return since.max(segment.from).max(from);
            }
        }
        to
    }

    fn follow_record<O: Charges<M>>(&mut self, frame: Frame, record: u32, at: usize, out: &mut O) {
        let Frame { from, to, own, several, .. } = frame;
        let of = self.records.get(record);
        let owner = of.item;
        let next = match of.parts.get(at) {
            Some(&Part::Piece(piece)) if piece.from <= from => {
                let end = piece.to.min(to);
                self.advance(end, Source::Record { record, at: at + 1 });
                let whose = if piece.whose == Whose::Own { own } else { piece.whose };
                let cause = frame.cause.unwrap_or(piece.cause);
                return emit(out, several, Piece { from, to: end, whose, cause, ..piece });
            }
            Some(Part::Wait(wait)) if wait.from <= from => {
                let (end, several) = (wait.to.min(to), several.min(wait.several));
                let wait = Wait { from, to: end, several, cause: frame.cause.or(wait.cause), ..**wait };
                self.advance(end, Source::Record { record, at: at + 1 });
                return if O::BRIEF { out.wait(wait) } else { self.push_settled(wait) };
            }
            next => next.map(Part::from),
        };
        let end = next.map_or(to, |next| next.min(to));
        self.advance(end, Source::Record { record, at });
        if owner != NONE && next.is_none() {
            return self.follow_open(frame, owner, out);
        }
        self.lost.get_or_insert_with(|| {
            format!("the ledger does not know what a person waited for from tick {from} to {end}")
        });
        let who = self.standing_still(frame.waits);
        emit(out, several, standstill(from, end, who, frame.cause.unwrap_or(Cause::Held)));
    }

    /// Puts a wait on the stack that was settled before. What it is charged with is nothing of the item's own.
    fn push_settled(&mut self, wait: Wait) {
        let Wait { from, to, person, standing, cause, several } = wait;
        let source = self.past_of(person, from);
        self.stack.push(Frame { from, to, source, standing, own: Whose::Own, several, cause, waits: NONE });
    }

    /// The present state of an item is met on the way.
    fn follow_open<O: Charges<M>>(&mut self, frame: Frame, id: u32, out: &mut O) {
        let Frame { from, to, own, several, cause, .. } = frame;
        let item = &self.items[id as usize];
        if let Some((who, what, whose, activity)) = item.activity() {
            let whose = if whose == Whose::Own { own } else { whose };
            let cause = cause.unwrap_or(activity);
            return emit(out, several, Piece { from, to, who, what, whose, cause, mark: item.mark });
        }
        if item.state == State::Sharing {
            return self.charge_shared((id, own, several, cause), (from, to), out);
        }
        if item.followed || !item.state.waits() {
            let who = self.standing_still(id);
            return emit(out, several, standstill(from, to, who, cause.unwrap_or(Cause::Held)));
        }
        self.push_wait(id, from, to, To::Open, (own, several, cause), out);
    }

    /// The department of the earliest wait of the circle that closes with an item.
    fn standing_still(&self, id: u32) -> u32 {
        let circle = self.stack.iter().skip_while(|frame| frame.waits != id);
        let waits = circle.filter(|frame| frame.waits != NONE).map(|frame| &self.items[frame.waits as usize]);
        let first = waits.min_by_key(|item| item.order).or_else(|| self.items.get(id as usize));
        first.map_or(0, |item| item.department)
    }

    /// The start of the oldest wait there is.
    pub fn oldest_wait(&self) -> Option<Tick> {
        self.items.iter().filter(|item| item.state.waits()).map(|item| item.since).min()
    }

    /// Forgets what ended before a time; tells how much is left.
    pub fn forget(&mut self, oldest: Tick) -> usize {
        let mut left = self.records.forget(oldest);
        for person in &mut self.people {
            let old = person.at(oldest);
            person.past.drain(..old);
            person.sums.forget(old, oldest);
            left += person.past.len();
        }
        for coming in &mut self.coming {
            coming.retain(|way| way.to > oldest);
            left += coming.len();
        }
        for lacks in &mut self.lacks {
            lacks.retain(|lack| lack.to > oldest);
            left += lacks.len();
        }
        left
    }
}

fn standstill<M: Mark>(from: Tick, to: Tick, who: u32, cause: Cause) -> Piece<M> {
    Piece { from, to, who, what: What::Standstill, whose: Whose::Nobody, cause, mark: M::default() }
}

/// Charges a piece; what of it lies at `several` or later is waiting for several people.
pub(super) fn emit<M: Mark, O: Charges<M>>(out: &mut O, several: Tick, piece: Piece<M>) {
    let split = several.clamp(piece.from, piece.to);
    out.piece(Piece { to: split, ..piece });
    out.piece(Piece { from: split, what: What::SeveralStaff, ..piece });
}
