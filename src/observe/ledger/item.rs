//! The items in the system, as the ledger sees them.

use super::codes::{Cause, What, Whose};
use super::trail::{Mark, Piece};
use crate::engine::{End, ORDER};
use crate::plan::NONE;
use crate::time::Tick;

/// What an item does, or waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Between two states, which takes no time.
    Passing,
    /// On the way; charged to this code.
    Moving {
        who: u32,
    },
    /// In a line.
    Line,
    /// On the desk of people who have gone.
    Desk,
    Working,
    /// For the answer to a request.
    Asking {
        request: u32,
    },
    /// For room in a department.
    Blocked {
        department: u32,
    },
    /// People prepare for the work on it.
    SettingUp,
    /// At work together with others in a department whose people share their time.
    Sharing,
    /// For stock.
    Short {
        stock: u32,
    },
    /// At a handoff, to be taken along; charged to this code. The first pickup since it came is still to come, or
    /// has been, or there are none.
    AtHandoff {
        who: u32,
        passed: bool,
    },
    /// Lost by this department, to come again.
    Away {
        who: u32,
    },
    /// Between a fork and its join: its parts tell what it did.
    Forked,
    /// A part that waits for the others.
    Joining,
}

impl State {
    /// Whether it waits.
    pub fn waits(self) -> bool {
        matches!(
            self,
            State::Line | State::Desk | State::Asking { .. } | State::Blocked { .. } | State::Short { .. }
        )
    }
}

/// A case, a part of one, a request, or an order for stock.
#[derive(Clone, Debug)]
pub(super) struct Item<M> {
    pub state: State,
    /// Since when, and in the order of events.
    pub since: Tick,
    pub order: u64,
    /// From when on somebody was reserved for it, in the present wait; `Tick::MAX` if nobody was.
    pub gathers: Tick,
    /// The request that it is, or [`ORDER`], or [`NONE`].
    pub ask: u32,
    /// Whether it has an account: it is a case, or a part that may be wanted.
    pub counts: bool,
    /// Of a part that may be wanted: the case, and by which branch it came to be; else [`NONE`].
    pub parent: u32,
    pub branch: u32,
    /// With which item it is served, if it does not lead its batch; else [`NONE`].
    pub leader: u32,
    /// The department in whose line a place is kept for it, or [`NONE`].
    pub kept: u32,
    /// Where it stands, or [`NONE`] before it has joined.
    pub department: u32,
    /// The code of where it is felt.
    pub felt: u32,
    /// The number of its joining among all that happened.
    pub joined: u64,
    /// When it last came to a line, in the order of events.
    pub lined: u64,
    /// The makers of the defects for which it is put right, the present one last.
    pub makers: Vec<u32>,
    /// Who began to serve it, of several the last to come; [`NONE`] where the staff is infinite.
    pub server: u32,
    /// Its record, or [`NONE`].
    pub record: u32,
    /// Whether its open wait is being followed at the moment.
    pub followed: bool,
    /// Its place among the cases that are watched, or [`NONE`].
    pub watched: u32,
    pub mark: M,
}

impl<M: Mark> Item<M> {
    pub fn new() -> Item<M> {
        Item {
            state: State::Passing,
            since: 0,
            order: 0,
            gathers: Tick::MAX,
            ask: NONE,
            counts: false,
            parent: NONE,
            branch: NONE,
            leader: NONE,
            kept: NONE,
            department: NONE,
            felt: NONE,
            joined: 0,
            lined: 0,
            makers: Vec::new(),
            server: NONE,
            record: NONE,
            followed: false,
            watched: NONE,
            mark: M::default(),
        }
    }

    /// To whom and as what work on it is charged.
    pub fn work(&self) -> (u32, What) {
        if self.ask < ORDER {
            return (self.department, What::Answering);
        }
        self.makers.last().map_or((self.department, What::Service), |&maker| (maker, What::Rework))
    }

    /// What it does by itself, where it does not wait for somebody: to whom that is charged, as what, and whose it
    /// is.
    pub fn activity(&self) -> Option<(u32, What, Whose, Cause)> {
        match self.state {
            State::Moving { who } => Some((who, What::Transfer, Whose::Own, Cause::Transfer)),
            State::Working => {
                let (who, what) = self.work();
                Some((who, what, Whose::Own, Cause::Work))
            }
            State::SettingUp => Some((self.department, What::Setup, Whose::Own, Cause::Setup)),
            State::AtHandoff { who, passed } => {
                let whose = if passed { Whose::Ahead } else { Whose::Nobody };
                Some((who, What::Transfer, whose, Cause::Pickup))
            }
            State::Away { who } => Some((who, What::Away, Whose::Own, Cause::Away)),
            _ => None,
        }
    }
}

/// A stretch of the life of a case that is watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch<M> {
    /// The code of where it was.
    pub felt: u32,
    /// The code of the request for whose answer, of the department for whose room, or of the stock for which it waited.
    pub toward: u32,
    pub piece: Piece<M>,
}

/// The life of a case that is watched.
#[derive(Clone, Debug)]
pub(crate) struct Trace<M> {
    pub mark: M,
    pub class: u32,
    pub arrived: Tick,
    pub stretches: Vec<Stretch<M>>,
    /// When it ended, or the run; and how, if it has.
    pub ended: Tick,
    pub end: Option<End>,
}

impl<M: Mark> Trace<M> {
    /// The same for a part of the case, until the case takes it over.
    pub fn of_part(&self) -> Trace<M> {
        Trace { mark: M::default(), stretches: Vec::new(), ..*self }
    }
}
