//! What an item is, and how far its work has come.

use super::NEVER;
use super::alarms::Alarms;
use crate::engine::observer::ORDER;
use crate::plan::NONE;
use crate::time::Tick;

/// Where an item stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// There is no such item.
    #[default]
    Gone,
    /// On its way to a department.
    Moving,
    /// On its way out.
    Leaving,
    /// In line.
    Waiting,
    /// The first of its department, for which people are reserved.
    Gathering,
    /// Somebody works on it.
    Working,
    /// On a desk, and somebody of its crew is away.
    Suspended,
    /// It waits for an answer.
    Asking,
    /// Finished, and without room where it goes.
    Blocked,
    /// A request that has been served and is on its way back; an order, on its way to the shelf.
    Replying,
    /// At a handoff, until it is taken along.
    AtHandoff,
    /// Its people prepare for the work on it.
    SettingUp,
    /// With the leader of its batch.
    Riding,
    /// Beside its line, for want of stock.
    Short,
    /// Between a fork and its join.
    Forked,
    /// A part that has not set out yet.
    Unborn,
    /// A part that waits for the others.
    Joining,
    /// Lost, and coming back.
    Away,
}

/// Where a finished case goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Next {
    /// By a route.
    Route(u32),
    /// Sent to a row by the department that found a defect, which takes time.
    Sent { row: u32, transfer: Option<Tick> },
    /// Straight back to the row where the defect was found.
    Back(u32),
    /// On as parts.
    Fork(u32),
    #[default]
    TurnedAway,
}

/// Work that has to be done again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rework {
    /// The department that made the defect, and that which found it.
    pub maker: u32,
    pub detector: u32,
    /// Whether the maker has served it again.
    pub repaired: bool,
    /// Whether the case comes straight back.
    pub direct: bool,
}

/// What an item is beside its record in the table of cases.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    pub state: State,
    /// Whether service has begun in this visit.
    pub begun: bool,
    /// Whether it is worked on apart from the people of the homes: by infinite staff, or by a crew that has
    /// been relieved.
    pub apart: bool,
    /// Whether an answer was given up in this visit.
    pub guessed: bool,
    /// Whether its work was given, and not drawn.
    pub given: bool,
    /// Whether it stands at the head of its line, before those in order.
    pub front: bool,
    /// Whether it was taken out of the line before in this visit (noted where work may begin otherwise than one after the
    /// other; see [`Item::was_taken`]); whether it has waited long enough for a batch; whether it
    /// has the stock that the visit uses.
    pub taken: bool,
    pub ripe: bool,
    pub supplied: bool,
    /// Whether a timer of patience, or of the longest wait, is running.
    pub timed: bool,
    /// Of a part: whether it is withdrawn when its service ends.
    pub last_service: bool,
    /// Whether it leaves with all its patience lost.
    pub for_good: bool,
    /// Whether it is on the way back to where a defect was made, or to where one is put right.
    pub returned: bool,
    pub rank: u8,
    /// The number of the visit at the department; the next of the department's questions; how often it was interrupted in
    /// this visit.
    pub visit: u32,
    pub question: u32,
    pub interruptions: u32,
    /// What is left of the requirement when the present stretch begins, and when it ends.
    pub left: Tick,
    pub stop: Tick,
    /// When the present stretch began, and from when on it has not been counted as touched.
    pub since: Tick,
    pub mark: Tick,
    pub speed: f64,
    /// How long it was worked on in this visit, and how long it waited for answers; what is left of the setup before the
    /// work.
    pub worked: Tick,
    pub asking: Tick,
    pub setup: Tick,
    /// When the present question was asked, and when the service was done.
    pub asked: Tick,
    pub finished: Tick,
    /// The people at it: the first, who names the next.
    pub crew: u32,
    /// The open request.
    pub request: u32,
    /// Of a request: who asked, which request of the plan it is, and its number.
    pub asker: u32,
    pub ask: u32,
    pub born: u64,
    /// The department in which a place is kept for it.
    pub kept: u32,
    /// The handoff on which it is under way, where so many may be.
    pub way: u32,
    /// How often it was lost and has come back.
    pub attempt: u32,
    /// Where it goes, when it is blocked.
    pub next: Next,
    /// The defects it has, a bit per maker.
    pub defects: u64,
    /// The department to which it was sent as the maker of one of them, until that has served it, or [`NONE`].
    pub repairs: u32,
    /// The reworks under way, the latest last.
    pub reworks: Vec<Rework>,
    /// What happens when it waits for long; and when its overall patience ends.
    pub alarms: Alarms,
    pub leaves: Tick,
    /// Who came last for the setup before the work.
    pub comer: u32,
    /// The next of its batch, and the one that leads it.
    pub fellow: u32,
    pub leader: u32,
    /// The stock that it lacks.
    pub lacks: u32,
    /// Of a case that has forked: its first part, how many have come, and how many are lost.
    pub first_part: u32,
    pub come: u32,
    pub lost: u32,
    /// Of a part: the fork, its branch, and the next part; the case is its `asker`.
    pub fork: u32,
    pub branch: u32,
    pub sibling: u32,
}

impl Item {
    /// Makes a record ready for a new item.
    pub fn renew(&mut self) {
        let mut reworks = std::mem::take(&mut self.reworks);
        reworks.clear();
        *self = Item {
            state: State::Moving,
            crew: NONE,
            request: NONE,
            asker: NONE,
            ask: NONE,
            kept: NONE,
            way: NONE,
            speed: 1.0,
            reworks,
            leaves: NEVER,
            fellow: NONE,
            leader: NONE,
            lacks: NONE,
            first_part: NONE,
            fork: NONE,
            sibling: NONE,
            repairs: NONE,
            ..Item::default()
        };
    }

    /// A visit begins.
    pub fn enter(&mut self, visit: u32, requirement: Tick, rank: u8) {
        self.begun = false;
        self.apart = false;
        self.guessed = false;
        self.given = false;
        self.front = false;
        self.taken = false;
        self.ripe = false;
        self.supplied = false;
        self.setup = 0;
        self.interruptions = 0;
        self.speed = 1.0;
        self.rank = rank;
        self.visit = visit;
        self.left = requirement;
        self.worked = 0;
        self.asking = 0;
        self.question = 0;
    }

    /// How long it was worked on in this visit, the present stretch included as far as it has been counted.
    pub fn worked_in_all(&self) -> Tick {
        self.worked + if self.state == State::Working { self.mark - self.since } else { 0 }
    }

    /// Whether it is a case or a part, neither served with others, nor apart, nor withdrawn when its service ends.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        self.ask & self.fellow & self.leader == NONE && !(self.apart | self.last_service)
    }

    /// Whether it has a defect, or one is being put right.
    #[inline(always)]
    pub fn is_defective(&self) -> bool {
        self.defects != 0 || !self.reworks.is_empty()
    }

    /// Whether it is in no batch.
    #[inline(always)]
    pub fn is_alone(&self) -> bool {
        self.fellow & self.leader == NONE
    }

    /// A request, or an order for stock.
    pub fn is_request(&self) -> bool {
        self.ask != NONE
    }

    pub fn is_order(&self) -> bool {
        self.ask == ORDER
    }

    pub fn is_part(&self) -> bool {
        self.fork != NONE
    }

    /// Whether it was taken out of the line before in this visit, be it only to be set up for.
    pub fn was_taken(&self) -> bool {
        self.begun || self.taken
    }

    /// Whether it waits for people, service not begun or to go on.
    pub fn is_in_line(&self) -> bool {
        matches!(self.state, State::Waiting | State::Gathering | State::Short)
    }

    /// Whether people are at work on it, or prepare for it.
    pub fn is_at_work(&self) -> bool {
        matches!(self.state, State::Working | State::SettingUp)
    }

    /// Breaks off the stretch: takes what has been done from what is left, and gives how long it was.
    pub fn break_off(&mut self, now: Tick) -> Tick {
        let elapsed = now - self.since;
        let most = self.left - self.stop;
        let done =
            if self.speed == 1.0 { elapsed } else { ((elapsed as f64 * self.speed) as Tick).min(most) };
        self.left -= done;
        self.worked += elapsed;
        elapsed
    }

    /// How long the stretch from `left` to `stop` takes.
    pub fn stretch(&self) -> Tick {
        let work = self.left - self.stop;
        if self.speed == 1.0 { work } else { crate::plan::to_ticks(work as f64 / self.speed) }
    }
}
