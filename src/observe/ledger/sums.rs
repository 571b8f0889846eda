//! What people did, summed up: who has waited for long need not go through all of it.
//!
//! Of a backlog all wait for the same few people, each as long as the line is. Where nobody was let past, what
//! somebody did is charged alike to everybody who waited meanwhile: then the difference of two sums tells as much as
//! all that lies between, which is looked at once and not again for each who waits.

use super::account::Accounts;
use super::codes::{Cause, What, Whose};
use super::follow::{Frame, World};
use super::record::{Charges, Standing, Wait};
use super::slots::Key;
use super::trail::{Doing, Mark, Piece, Segment};
use crate::plan::NONE;
use crate::time::Tick;

/// What time is charged to, wherever it is felt.
type Kind = (u32, What, Whose);

/// The past of a person, summed up until some time, as it is charged to those who let nobody past.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    /// The place in the past of the first stretch that is not in the sums: those before are settled.
    pub next: usize,
    /// When it begins.
    until: Tick,
    /// By kind: how much there was of it until the ends of some stretches.
    kinds: Vec<(Kind, Vec<(Tick, Tick)>)>,
    /// The beginnings of stretches of work, and as which the item had joined: those after which comes none that had
    /// joined later.
    latest: Vec<(Tick, u64)>,
    /// Until when what they did is charged to everybody in a way of their own.
    differs: Tick,
}

/// Of more kinds there are no sums: that there are so many is rare.
const MOST_KINDS: usize = 64;

impl Sums {
    fn add(&mut self, to: Tick, kind: Kind, ticks: Tick) {
        let at = self.kinds.iter().position(|of| of.0 == kind).unwrap_or_else(|| {
            self.kinds.push((kind, Vec::new()));
            self.kinds.len() - 1
        });
        let sums = &mut self.kinds[at].1;
        let sum = sums.last().map_or(0, |last| last.1) + ticks;
        match sums.last_mut() {
            Some(last) if last.0 == to => last.1 = sum,
            _ => sums.push((to, sum)),
        }
    }

    fn works(&mut self, from: Tick, joined: u64) {
        while self.latest.last().is_some_and(|last| last.1 <= joined) {
            self.latest.pop();
        }
        self.latest.push((from, joined));
    }

    /// Whether no stretch that begins at a time or later is of an item that had joined at `joined` or later.
    fn all_joined_before(&self, from: Tick, joined: u64) -> bool {
        let first = self.latest.partition_point(|&(begun, _)| begun < from);
        self.latest.get(first).is_none_or(|latest| latest.1 < joined)
    }

    /// What there was between the ends of two stretches.
    fn between(&self, from: Tick, to: Tick) -> impl Iterator<Item = (Kind, Tick)> {
        let until = |sums: &[(Tick, Tick)], time| {
            let place = sums.partition_point(|&(end, _)| end <= time);
            place.checked_sub(1).map_or(0, |last| sums[last].1)
        };
        let kinds = self.kinds.iter();
        kinds.map(move |(kind, sums)| (*kind, until(sums, to) - until(sums, from)))
    }

    /// So many of the first stretches of the past are forgotten: who asks, does so from `oldest` on.
    pub fn forget(&mut self, stretches: usize, oldest: Tick) {
        self.next = self.next.saturating_sub(stretches);
        for (_, sums) in &mut self.kinds {
            let old = sums.partition_point(|&(end, _)| end <= oldest);
            sums.drain(..old.saturating_sub(1));
        }
        let old = self.latest.partition_point(|&(begun, _)| begun < oldest);
        self.latest.drain(..old);
        self.until = self.until.max(oldest);
    }
}

/// What is charged at the end of a stretch is added to sums.
struct Adds<'s> {
    sums: &'s mut Sums,
    to: Tick,
}

impl<M: Mark> Charges<M> for Adds<'_> {
    const BRIEF: bool = false;
    const SUMS: bool = true;

    fn piece(&mut self, piece: Piece<M>) {
        if piece.from < piece.to {
            self.sums.add(self.to, (piece.who, piece.what, piece.whose), piece.to - piece.from);
        }
    }

    fn wait(&mut self, _wait: Wait) {}

    fn count(&self) -> usize {
        0
    }
}

/// The account of an item that is felt at a place.
pub(super) struct ToAccount<'a> {
    pub accounts: &'a mut Accounts,
    pub id: u32,
    pub felt: u32,
}

impl<M: Mark> Charges<M> for ToAccount<'_> {
    const BRIEF: bool = false;
    const SUMS: bool = true;

    fn piece(&mut self, piece: Piece<M>) {
        let key = Key { felt: self.felt, who: piece.who, what: piece.what, whose: piece.whose };
        self.accounts.charge(self.id, key, piece.to - piece.from);
    }

    fn wait(&mut self, _wait: Wait) {}

    fn count(&self) -> usize {
        0
    }
}

impl<M: Mark> World<'_, M> {
    /// Sums up what a person did, as far as it is settled: not the last that ended now, which may go on yet.
    pub fn sum_up(&mut self, person: u32, now: Tick) {
        let mut sums = std::mem::take(&mut self.people[person as usize].sums);
        while let Some((Segment { from, doing, .. }, to)) = self.settled(person, sums.next, now) {
            // Of what began before, no more may be known.
            let from = from.max(sums.until);
            if from < to && sums.kinds.len() <= MOST_KINDS {
                match doing {
                    Doing::Idle => sums.differs = to,
                    Doing::Off => self.adds_away(&mut sums, person, from, to, What::Closed),
                    Doing::Absent => self.adds_away(&mut sums, person, from, to, What::Absent),
                    Doing::Serving { who, what, joined, .. } => {
                        sums.works(from, joined);
                        sums.add(to, (who, what, Whose::Ahead), to - from);
                    }
                    Doing::With { record, joined, .. } => {
                        sums.works(from, joined);
                        self.adds_record(&mut sums, record, from, to);
                    }
                }
            }
            sums.next += 1;
            sums.until = to;
        }
        self.people[person as usize].sums = sums;
    }

    fn adds_away(&self, sums: &mut Sums, person: u32, from: Tick, to: Tick, what: What) {
        sums.add(to, (self.homes[person as usize], what, Whose::Nobody), to - from);
    }

    fn adds_record(&mut self, sums: &mut Sums, record: u32, from: Tick, to: Tick) {
        let standing = Standing { joined: 0, order: 0, department: NONE, for_room: false };
        let frame = Frame {
            from,
            to,
            source: self.told_by(record, from),
            standing,
            own: Whose::Ahead,
            several: Tick::MAX,
            cause: None,
            waits: NONE,
        };
        self.follow(frame, &mut Adds { sums, to });
    }

    /// A stretch of what a person did, if it has ended before `now` and what they did is settled; and its end.
    fn settled(&self, person: u32, at: usize, now: Tick) -> Option<(Segment<M>, Tick)> {
        let past = &self.people[person as usize].past;
        let (segment, to) = (*past.get(at)?, past.get(at + 1)?.from);
        let is_settled = match segment.doing {
            Doing::With { record, .. } => {
                let item = self.items.get(self.records.get(record).item as usize);
                item.is_none_or(|item| item.since >= to)
            }
            _ => true,
        };
        (to < now && is_settled).then_some((segment, to))
    }

    /// Charges many stretches at once of what a person did, where the frame begins with one of them; gives until when.
    pub(super) fn follow_sums<O: Charges<M>>(
        &self,
        frame: &Frame,
        person: u32,
        at: usize,
        out: &mut O,
    ) -> Option<Tick> {
        let of = &self.people[person as usize];
        let Frame { from, to, standing, several, cause, .. } = *frame;
        let sums = &of.sums;
        if of.past[at].from != from || sums.until <= from || from < sums.differs {
            return None;
        }
        let last = of.at(to.min(sums.until).min(several));
        let end = of.past[last].from;
        let kinds = sums.kinds.len();
        let alike = standing.for_room || sums.all_joined_before(from, standing.joined);
        if last < at + kinds + 2 || kinds > MOST_KINDS || !alike {
            return None;
        }
        let (cause, mark) = (cause.unwrap_or(Cause::Busy), M::default());
        for ((who, what, whose), ticks) in sums.between(from, end) {
            out.piece(Piece { from: end - ticks, to: end, who, what, whose, cause, mark });
        }
        Some(end)
    }
}
