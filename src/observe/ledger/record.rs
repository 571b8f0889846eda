//! What items were charged with, as far back as somebody who waits now may have to know it.
//!
//! A wait of many pieces is kept as a wait for a person, in whose past the pieces are found: of a backlog, all wait for
//! the same few people, whose long past is remembered only once.

use super::codes::Cause;
use super::trail::{Mark, Piece};
use crate::plan::NONE;
use crate::time::Tick;

/// How the work of others stands to the one that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub joined: u64,
    /// When the wait began.
    pub order: u64,
    /// The department for whose people it waits, and whether for room there.
    pub department: u32,
    pub for_room: bool,
}

/// A wait for a person: it is charged with what they did meanwhile, all of which is settled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait {
    pub from: Tick,
    pub to: Tick,
    pub person: u32,
    pub standing: Standing,
    /// What the item itself saw, if that is not what the person did.
    pub cause: Option<Cause>,
    /// From when on it is a wait for several people.
    pub several: Tick,
}

/// A part of what an item was charged with.
#[derive(Clone, Debug)]
pub(super) enum Part<M> {
    Piece(Piece<M>),
    /// There are few of them, and they are larger than pieces.
    Wait(Box<Wait>),
}

impl<M> Part<M> {
    pub fn from(&self) -> Tick {
        match self {
            Part::Piece(piece) => piece.from,
            Part::Wait(wait) => wait.from,
        }
    }

    pub fn to(&self) -> Tick {
        match self {
            Part::Piece(piece) => piece.to,
            Part::Wait(wait) => wait.to,
        }
    }
}

/// What charges are written to, in order of time.
pub(super) trait Charges<M: Mark> {
    /// Whether a wait for a person is written as one, as far as it is settled what they did.
    const BRIEF: bool;

    /// Whether only sums of pieces count, and not when they were.
    const SUMS: bool = false;

    /// Adds a piece, to the one before it if that goes on.
    fn piece(&mut self, piece: Piece<M>);

    /// Adds a wait, where [`Charges::BRIEF`].
    fn wait(&mut self, wait: Wait);

    /// Of how many parts they are.
    fn count(&self) -> usize;
}

impl<M: Mark> Charges<M> for Vec<Piece<M>> {
    const BRIEF: bool = false;

    fn piece(&mut self, piece: Piece<M>) {
        if piece.from != piece.to && !self.last_mut().is_some_and(|last| last.goes_on(&piece)) {
            self.push(piece);
        }
    }

    fn wait(&mut self, _wait: Wait) {}

    fn count(&self) -> usize {
        self.len()
    }
}

impl<M: Mark> Charges<M> for Vec<Part<M>> {
    const BRIEF: bool = true;

    fn piece(&mut self, piece: Piece<M>) {
        let alike = |part: &mut Part<M>| match part {
            Part::Piece(last) => last.goes_on(&piece),
            Part::Wait(_) => false,
        };
        if piece.from != piece.to && !self.last_mut().is_some_and(alike) {
            self.push(Part::Piece(piece));
        }
    }

    fn wait(&mut self, wait: Wait) {
        if wait.from != wait.to {
            self.push(Part::Wait(Box::new(wait)));
        }
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// What an item was charged with while others may have depended on it.
#[derive(Clone, Debug)]
pub(super) struct Record<M> {
    /// In order of time.
    pub parts: Vec<Part<M>>,
    /// The item, or [`NONE`] when it is gone.
    pub item: u32,
    /// Whether what people did may lead to it.
    held: bool,
    /// When the item has last asked while people were with it, the last happening before that event, and when it had
    /// asked before.
    asked: (Tick, u64, Tick),
    /// When it went.
    end: Tick,
}

/// More parts than this are not kept room for.
const ROOM: usize = 64;

impl<M> Record<M> {
    /// Makes it ready for another item.
    fn clear(&mut self) {
        (self.held, self.asked) = (false, (0, 0, 0));
        self.parts.clear();
        self.parts.shrink_to(ROOM);
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

    pub fn parts_mut(&mut self, record: u32) -> &mut Vec<Part<M>> {
        &mut self.list[record as usize].parts
    }

    /// A record for an item.
    pub fn open(&mut self, item: u32) -> u32 {
        if let Some(record) = self.free.pop() {
            self.list[record as usize].item = item;
            return record;
        }
        self.list.push(Record { parts: Vec::new(), item, held: false, asked: (0, 0, 0), end: 0 });
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

    /// An item asks, in the event whose first happening comes after `event`.
    pub fn asks(&mut self, now: Tick, record: u32, event: u64) {
        let (last, during, before) = self.list[record as usize].asked;
        let before = if during == event { before } else { last };
        self.list[record as usize].asked = (now, event, before);
    }

    /// When an item had asked what it waited for before an event, if people were with it already; else 0.
    pub fn asked_before(&self, record: u32, event: u64) -> Tick {
        let (last, during, before) = self.list[record as usize].asked;
        if during == event { before } else { last }
    }

    /// Forgets those to which nothing leads, at the end of an event.
    pub fn settle(&mut self) {
        while let Some(record) = self.fresh.pop() {
            self.list[record as usize].clear();
            self.free.push(record);
        }
    }

    /// Forgets what ended before or at a time; tells how many parts are left.
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
            let old = record.parts.partition_point(|part| part.to() <= oldest);
            record.parts.drain(..old);
            left += record.parts.len();
        }
        left
    }
}
