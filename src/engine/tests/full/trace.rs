//! Everything that an observer sees of a run, as flat records in blocks: one block for each event.
//!
//! Within a block the order of the records is the writer's own affair: two traces are compared with the
//! records of each block sorted.

use crate::engine::End;
use crate::time::Tick;

/// An item: stream, number of the arrival, place in the batch, and the number of the request, part or order in the
/// order in which they are made; 0 for the case itself. An order has the number of its stock, and no stream.
pub(super) type Who = (u32, u64, u32, u64);

/// What a member of staff does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Off,
    Absent,
    Idle,
    Serving(Who),
    Held(Who),
    Blocked(Who),
    Reserved(Who),
    SettingUp(Who),
    Sharing,
}

/// What made room for a blocked item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// A person took the next item out of the line.
    Taken(u32),
    Free(u32),
    Left(Who),
}

/// What was done about a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Returned,
    Sent(u32),
    TurnedAway,
}

/// The records have the names and the fields of the observer's hooks. Numbers without a meaning are
/// `NONE`, as there. Of what changes on a shelf or in a hoard in one block, only the last is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    Arrived { who: Who, row: u32, due: Tick },
    Joined { who: Who, row: u32 },
    Started { who: Who, row: u32, person: u32 },
    HandedOver { who: Who, route: u32, transfer: Tick },
    Reneged { who: Who, row: u32, joined: Tick },
    Ended { who: Who, row: u32, arrived: Tick, touch: Tick, end: End },
    Occupied { person: u32, does: Does, late: bool },
    Requeued { who: Who, row: u32 },
    Continued { who: Who, row: u32, person: u32 },
    Suspended { who: Who },
    Asked { who: Who, request: Who, ask: u32 },
    Replied { request: Who, transfer: Tick },
    Answered { who: Who, request: Who, ask: u32, asked: Tick },
    GivenUp { who: Who, request: Who, ask: u32, asked: Tick, begun: bool },
    Forgotten { request: Who },
    Blocked { who: Who, department: u32 },
    LetIn { who: Who, made: Made },
    Relieved { person: u32, who: Who },
    Replaced { person: u32 },
    Stayed { who: Who, row: u32, ask: u32, times: Times },
    Erred { who: Who, row: u32 },
    Found { who: Who, row: u32, maker: u32, done: Done },
    Rework { who: Who, maker: u32 },
    Reworked { who: Who },
    SentBack { who: Who, row: u32, transfer: Tick },
    Reached { who: Who, maker: u32 },
    Complains { who: Who, first: Who },
    AwaitsWay { who: Who, route: u32 },
    PicksUp { handoff: u32 },
    IsAway { who: Who, row: u32, end: End },
    Returns { who: Who, row: u32 },
    Shares { who: Who, attained: Tick },
    Parted { who: Who, part: Who, way: (u32, u32), transfer: Tick },
    AwaitsOthers { part: Who },
    Rejoined { who: Who, part: Who },
    Disowned { part: Who },
    PartLost { part: Who, end: End, decides: bool },
    Withdrawn { part: Who },
    SetsUp { who: Who, row: u32, person: u32 },
    Batched { member: Who, leader: Who },
    WaitsAlong { member: Who, request: Who },
    Turned { who: Who, row: u32 },
    Rose { who: Who, row: u32 },
    IsShort { who: Who, stock: u32 },
    Supplied { who: Who, order: Ordered },
    Ordered { order: Ordered },
    Delivered { order: Ordered },
    Stocked { stock: u32, on_hand: u32 },
    LetDown { row: u32, usage: u32, raided: u32 },
    Hoards { usage: u32, hidden: u32 },
}

/// An order: its stock, its number there, how many, and the item that it is.
pub(super) type Ordered = (u32, u64, u32, Option<Who>);

/// The times of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub joined: Tick,
    pub begun: Tick,
    pub finished: Tick,
    pub ended: Tick,
    pub worked: Tick,
    pub asking: Tick,
}

/// Where an unfinished case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Waiting { row: u32, joined: Tick },
    Begun { row: u32, joined: Tick, begun: Tick, worked: Tick },
    Moving { row: u32 },
    Forked { row: u32 },
    Joining { row: u32 },
    Away { row: u32 },
}

/// A case that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfinished {
    pub who: Who,
    pub arrived: Tick,
    pub touch: Tick,
    pub place: Place,
}

/// One event, and all that it made possible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub at: Tick,
    pub records: Vec<Record>,
}

/// A whole run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trace {
    /// The first tells what everybody does at time 0, and what is on the shelves. None is empty.
    pub blocks: Vec<Block>,
    /// By case.
    pub unfinished: Vec<Unfinished>,
    /// The parts of those, by item.
    pub parts: Vec<(Who, Place)>,
    /// When the run ended.
    pub end: Tick,
    /// After so many blocks some people wait for each other for ever. The engine ends its run when it finds that;
    /// the reference goes on.
    pub standstill: Option<usize>,
}

impl Trace {
    /// Ends a block. What an item has had of the people who share their time is noted once.
    pub fn close(&mut self, at: Tick, mut records: Vec<Record>) {
        let mut shares = Vec::new();
        records.retain(|record| {
            let again = shares.contains(record);
            if matches!(record, Record::Shares { .. }) {
                shares.push(record.clone());
            }
            !again
        });
        if !records.is_empty() {
            self.blocks.push(Block { at, records });
        }
    }

    /// All records with their times.
    pub fn records(&self) -> impl Iterator<Item = (Tick, &Record)> {
        self.blocks.iter().flat_map(|block| block.records.iter().map(|record| (block.at, record)))
    }

    /// The same with the records of each block in a fixed order.
    pub fn sorted(&self) -> Trace {
        let mut trace = self.clone();
        for block in &mut trace.blocks {
            block.records.sort_by_cached_key(|record| format!("{record:?}"));
        }
        trace.unfinished.sort_by_key(|case| case.who);
        trace.parts.sort_by_key(|part| part.0);
        trace
    }

    /// The first difference of a trace of the engine from one of the reference, in words.
    pub fn difference(&self, reference: &Trace) -> Option<String> {
        let (one, mut two) = (self.sorted(), reference.sorted());
        if let Some(found) = self.standstill {
            // What the reference goes on with does not count.
            two.blocks.truncate(found);
            (two.unfinished, two.parts, two.end) = (one.unfinished.clone(), one.parts.clone(), one.end);
            if reference.standstill.is_none_or(|since| since > found) {
                return Some(format!(
                    "the engine finds a standstill, the reference {:?}",
                    reference.standstill
                ));
            }
        }
        two.standstill = one.standstill;
        let most = one.blocks.len().max(two.blocks.len());
        let at = (0..most).find(|&at| one.blocks.get(at) != two.blocks.get(at));
        if let Some(at) = at {
            let only = |block: Option<&Block>, other: Option<&Block>| {
                let empty = Block::default();
                let (block, other) = (block.unwrap_or(&empty), other.unwrap_or(&empty));
                let all = block.records.iter().map(|record| format!("    {record:?}"));
                let new = |(line, record): (String, &Record)| {
                    let mark = if other.records.contains(record) { "   " } else { ">> " };
                    format!("{mark}{line}")
                };
                let lines: Vec<String> = all.zip(&block.records).map(new).collect();
                format!("at {}:\n{}", block.at, lines.join("\n"))
            };
            let (a, b) = (one.blocks.get(at), two.blocks.get(at));
            let rest = |trace: &Trace| format!("{} {:?}", trace.end, trace.standstill);
            let before = at.checked_sub(1).and_then(|before| one.blocks.get(before));
            return Some(format!(
                "block {at}:\nboth {}\nfirst {}\nsecond {}\nends {}, {}",
                only(before, before),
                only(a, b),
                only(b, a),
                rest(&one),
                rest(&two)
            ));
        }
        let rest = |trace: &Trace| format!("{} {:?} {:?}", trace.end, trace.unfinished, trace.parts);
        (one != two).then(|| format!("first ends {}\nsecond ends {}", rest(&one), rest(&two)))
    }
}
