//! What people and items did, as far back as somebody who waits now may have to know it.

use super::codes::{Cause, What, Whose};
use super::sums::Sums;
use crate::engine::Identity;
use crate::observe::CaseId;
use crate::plan::NONE;
use crate::time::Tick;

/// What a ledger remembers of whose work it was: nothing, or which case's.
pub(crate) trait Mark: Copy + Default + PartialEq + std::fmt::Debug {
    fn of(who: &Identity) -> Self;
}

impl Mark for () {
    fn of(_who: &Identity) {}
}

impl Mark for Option<CaseId> {
    fn of(who: &Identity) -> Option<CaseId> {
        Some(CaseId { stream: who.stream, number: who.number, member: who.member })
    }
}

/// A stretch of time and what it is charged to, as seen by one item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Piece<M> {
    pub from: Tick,
    pub to: Tick,
    pub who: u32,
    pub what: What,
    pub whose: Whose,
    /// What the item itself saw.
    pub cause: Cause,
    /// Whose work it was.
    pub mark: M,
}

impl<M: Mark> Piece<M> {
    /// Makes it longer by the one after it, if that is charged alike; tells whether it is.
    pub fn goes_on(&mut self, next: &Piece<M>) -> bool {
        let alike = self.to == next.from
            && (Piece { from: self.from, to: next.to, ..*next }) == (Piece { to: next.to, ..*self });
        if alike {
            self.to = next.to;
        }
        alike
    }
}

/// What a person does for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Doing<M> {
    Off,
    Absent,
    Idle,
    /// At work, which is charged so; on an item that joined as the `joined`th.
    Serving {
        who: u32,
        what: What,
        joined: u64,
        mark: M,
    },
    /// With an item that waits: what it is charged with, they are. `cause` says why they are with it.
    With {
        record: u32,
        joined: u64,
        cause: Cause,
    },
}

/// One occupation of a person: it ends where the next begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Segment<M> {
    pub from: Tick,
    /// The number of the occupation among all that happened.
    pub order: u64,
    pub doing: Doing<M>,
}

/// A person's past and present.
#[derive(Clone, Debug)]
pub(super) struct Person<M> {
    /// In order of time, the present occupation last.
    pub past: Vec<Segment<M>>,
    /// The item that is in their hands; of somebody who has gone, the one left on their desk; else [`NONE`].
    pub item: u32,
    /// When they took it, in the order of events.
    pub took: u64,
    /// Since when the number is theirs. The past before is that of others, who had it earlier; they
    /// themselves were off shift.
    pub came: Tick,
    pub sums: Sums,
}

impl<M: Mark> Person<M> {
    pub fn new(doing: Doing<M>) -> Person<M> {
        let past = vec![Segment { from: 0, order: 0, doing }];
        Person { past, item: NONE, took: 0, came: 0, sums: Sums::default() }
    }

    pub fn present(&self) -> &Segment<M> {
        // There is always one.
        &self.past[self.past.len() - 1]
    }

    /// What they did before the present event, the first of whose happenings comes after `event`; since tick 0
    /// if they have been off shift ever since.
    pub fn before(&self, event: u64) -> Segment<M> {
        let earlier = self.past.iter().rev().find(|segment| segment.order <= event);
        let segment = *earlier.unwrap_or(&self.past[0]);
        let from = if segment.order == 0 { 0 } else { segment.from };
        Segment { from, ..segment }
    }

    /// Something else from now on, or the same `anew`. What was only begun in the present event is forgotten.
    pub fn turn_to(&mut self, now: Tick, order: u64, event: u64, doing: Doing<M>, anew: bool) {
        if self.present().doing == doing && !anew {
            return;
        }
        if self.present().from == now && self.present().order > event {
            self.past.pop();
        }
        // With no item they are again what they were; with one they are with it anew.
        let alone = matches!(doing, Doing::Off | Doing::Absent | Doing::Idle);
        if !alone || self.past.last().is_none_or(|present| present.doing != doing) {
            self.past.push(Segment { from: now, order, doing });
        }
    }

    /// The number is somebody else's from now on, who was off shift before.
    pub fn is_another(&mut self, now: Tick, order: u64) {
        let present = *self.present();
        if present.from == now {
            self.past.pop();
        }
        self.past.push(Segment { from: now, order: 0, doing: Doing::Off });
        if present.doing != Doing::Off {
            self.past.push(Segment { from: now, order, ..present });
        }
        self.came = now;
    }

    /// The number is free from now on: whoever had it has left.
    pub fn is_nobody(&mut self, now: Tick) {
        self.past.push(Segment { from: now, order: 0, doing: Doing::Off });
        (self.item, self.took, self.came) = (NONE, 0, now);
    }

    /// The place in the past of what they did at a time.
    pub fn at(&self, time: Tick) -> usize {
        // Most ask for what was lately.
        let late = self.past.len().saturating_sub(LATELY);
        let (earlier, lately) = self.past.split_at(late);
        let begun = match lately.iter().rposition(|segment| segment.from <= time) {
            Some(at) => return late + at,
            None => earlier.partition_point(|segment| segment.from <= time),
        };
        begun.saturating_sub(1)
    }
}

/// So many of the last occupations are looked at before the others.
const LATELY: usize = 8;
