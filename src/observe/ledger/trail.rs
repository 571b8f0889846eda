//! What people and items did, as far back as somebody who waits now may have to know it.

use super::codes::{Cause, What, Whose};
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

/// Adds a piece, to the one before it if that goes on.
pub(super) fn append<M: Mark>(pieces: &mut Vec<Piece<M>>, piece: Piece<M>) {
    if piece.from == piece.to {
        return;
    }
    if let Some(last) = pieces.last_mut()
        && last.to == piece.from
        && (Piece { from: last.from, to: piece.to, ..piece }) == (Piece { to: piece.to, ..*last })
    {
        last.to = piece.to;
        return;
    }
    pieces.push(piece);
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
}

impl<M: Mark> Person<M> {
    pub fn new(doing: Doing<M>) -> Person<M> {
        Person { past: vec![Segment { from: 0, order: 0, doing }], item: NONE, took: 0 }
    }

    pub fn present(&self) -> &Segment<M> {
        // There is always one.
        &self.past[self.past.len() - 1]
    }

    /// What they did before the present event, the first of whose happenings comes after `event`.
    pub fn before(&self, event: u64) -> &Segment<M> {
        let earlier = self.past.iter().rev().find(|segment| segment.order <= event);
        earlier.unwrap_or(&self.past[0])
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
        self.past.truncate(1);
        self.past[0] = Segment { from: 0, order: 0, doing: Doing::Off };
        if present.doing != Doing::Off {
            self.past.push(Segment { from: now, order, ..present });
        }
    }

    /// The place in the past of what they did at a time.
    pub fn at(&self, time: Tick) -> usize {
        let later = self.past.iter().rev().take_while(|segment| segment.from > time).count();
        (self.past.len() - later).saturating_sub(1)
    }
}

/// What an item was charged with while others may have depended on it: its pieces, in order of time.
#[derive(Clone, Debug)]
pub(super) struct Record<M> {
    pub pieces: Vec<Piece<M>>,
    /// The item, or [`NONE`] when it is gone.
    pub item: u32,
    /// Whether what people did may lead to it.
    held: bool,
    /// When it went.
    end: Tick,
}

/// More pieces than this are not kept room for.
const ROOM: usize = 64;

impl<M> Record<M> {
    /// Makes it ready for another item.
    fn clear(&mut self) {
        self.held = false;
        self.pieces.clear();
        self.pieces.shrink_to(ROOM);
    }
}

/// The records of items that are there, and of others as long as somebody may ask for them.
#[derive(Clone, Debug)]
pub(super) struct Records<M> {
    list: Vec<Record<M>>,
    free: Vec<u32>,
    /// Of items that are gone, and to which what people did may lead.
    gone: Vec<u32>,
    /// Of items that have gone in the present event, and to which nothing leads.
    fresh: Vec<u32>,
}

impl<M: Mark> Records<M> {
    pub fn new() -> Records<M> {
        Records { list: Vec::new(), free: Vec::new(), gone: Vec::new(), fresh: Vec::new() }
    }

    pub fn get(&self, record: u32) -> &Record<M> {
        &self.list[record as usize]
    }

    pub fn pieces_mut(&mut self, record: u32) -> &mut Vec<Piece<M>> {
        &mut self.list[record as usize].pieces
    }

    /// A record for an item.
    pub fn open(&mut self, item: u32) -> u32 {
        if let Some(record) = self.free.pop() {
            self.list[record as usize].item = item;
            return record;
        }
        self.list.push(Record { pieces: Vec::new(), item, held: false, end: 0 });
        self.list.len() as u32 - 1
    }

    /// The item is gone.
    pub fn close(&mut self, now: Tick, record: u32) {
        let of = &mut self.list[record as usize];
        (of.item, of.end) = (NONE, now);
        if of.held { self.gone.push(record) } else { self.fresh.push(record) }
    }

    /// What people do leads to a record from now on.
    pub fn hold(&mut self, record: u32) {
        self.list[record as usize].held = true;
    }

    /// Forgets those to which nothing leads, at the end of an event.
    pub fn settle(&mut self) {
        while let Some(record) = self.fresh.pop() {
            self.list[record as usize].clear();
            self.free.push(record);
        }
    }

    /// Forgets what ended before or at a time; tells how many pieces are left.
    pub fn forget(&mut self, oldest: Tick) -> usize {
        let Records { list, free, gone, .. } = self;
        gone.retain(|&record| {
            let of = &mut list[record as usize];
            let needed = of.end > oldest;
            if !needed {
                of.clear();
                free.push(record);
            }
            needed
        });
        let mut left = 0;
        for record in list {
            let old = record.pieces.partition_point(|piece| piece.to <= oldest);
            record.pieces.drain(..old);
            left += record.pieces.len();
        }
        left
    }
}
