//! Which active period is the longest at every instant, decided as soon as it can be.
//!
//! The length of a period is known when it ends, so what it decides lies in the past. Undecided is only the time since the
//! oldest open period began: of what has ended, only what began before it and is longer than it has become matters then,
//! one stretch a person. Where shifts part periods, also what was carried over into later shifts, until the open one is longer.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::totals::Totals;
use crate::time::Tick;

/// Active time without a break that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub home: u32,
    pub person: u32,
    pub from: Tick,
    /// When the period would have begun without the shifts' ends in it: the length until `until` counts from here.
    pub since: Tick,
    pub until: Tick,
}

/// Greater is the one that is the bottleneck: the longer, then the earlier, then the first in order.
type Rank = (Tick, Reverse<(Tick, u32, u32)>);

impl Stretch {
    fn rank(&self) -> Rank {
        (self.until - self.since, Reverse((self.since, self.home, self.person)))
    }
}

/// The present link of the chain of bottleneck periods.
#[derive(Clone, Copy, Debug)]
struct Link {
    home: u32,
    from: Tick,
    /// Until when it overlaps the one before.
    sole_from: Tick,
    until: Tick,
}

/// Decides, and tells the totals.
#[derive(Debug)]
pub(super) struct Envelope {
    pub totals: Totals,
    /// Stretches that have ended and may matter yet.
    ended: Vec<Stretch>,
    /// Those under way while the decision goes through time; kept for its room.
    under_way: BinaryHeap<(Rank, u32)>,
    decided: Tick,
    /// How many may have ended before it is decided again.
    limit: usize,
    link: Option<Link>,
    /// All links there were.
    #[cfg(test)]
    pub chain: Vec<(u32, Tick, Tick)>,
}

impl Envelope {
    /// For so many people.
    pub fn new(totals: Totals, people: usize) -> Envelope {
        let limit = (2 * people).max(64);
        Envelope {
            totals,
            ended: Vec::with_capacity(limit + 1),
            under_way: BinaryHeap::with_capacity(limit + 1),
            decided: 0,
            limit,
            link: None,
            #[cfg(test)]
            chain: Vec::new(),
        }
    }

    #[cfg(test)]
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    #[cfg(test)]
    pub fn room(&self) -> (usize, usize, usize) {
        (self.ended.capacity(), self.under_way.capacity(), self.limit)
    }

    /// A stretch has ended. True when it is time to [decide](Envelope::decide).
    pub fn end(&mut self, stretch: Stretch) -> bool {
        self.ended.push(stretch);
        self.ended.len() >= self.limit
    }

    /// Decides what can be decided at `now`, given when the earliest of the open stretches began, and since when it counts.
    pub fn decide(&mut self, now: Tick, oldest: Option<(Tick, Tick)>) {
        let until = oldest.map_or(now, |(from, _)| from);
        self.sweep(until);
        let open = oldest.map(|(_, since)| now - since);
        self.ended.retain(|stretch| {
            stretch.until > until && open.is_none_or(|open| stretch.until - stretch.since >= open)
        });
        if self.ended.len() > self.limit / 2 {
            self.limit *= 2;
        }
    }

    /// The run is over, and nothing is open.
    pub fn finish(&mut self, now: Tick) {
        self.decide(now, None);
        if let Some(link) = self.link.take() {
            self.close(link, link.until);
        }
    }

    /// Goes through the time that is decided now, from one longest stretch to the next.
    fn sweep(&mut self, until: Tick) {
        self.ended.sort_unstable_by_key(|stretch| (stretch.from, stretch.home, stretch.person));
        self.under_way.clear();
        let (mut now, mut next) = (self.decided, 0);
        while now < until {
            while let Some(stretch) = self.ended.get(next).filter(|stretch| stretch.from <= now) {
                self.under_way.push((stretch.rank(), next as u32));
                next += 1;
            }
            while self.under_way.peek().is_some_and(|&(_, at)| self.ended[at as usize].until <= now) {
                self.under_way.pop();
            }
            let longest = self.under_way.peek().map(|&(_, at)| self.ended[at as usize]);
            let begins = self.ended.get(next).map_or(until, |stretch| stretch.from);
            let end = begins.min(until).min(longest.map_or(until, |stretch| stretch.until));
            self.totals.momentary(longest.map(|stretch| stretch.home), now, end);
            self.follow(longest, now, end);
            now = end;
        }
        self.decided = self.decided.max(until);
    }

    /// The chain goes on where the longest stretch from `now` to `end` is this one.
    fn follow(&mut self, longest: Option<Stretch>, now: Tick, end: Tick) {
        match (self.link, longest) {
            (Some(link), _) if link.until >= end => {}
            (Some(link), None) => {
                self.close(link, link.until);
                self.link = None;
            }
            (Some(link), Some(next)) if next.home == link.home => {
                self.link = Some(Link { until: next.until, ..link });
            }
            (Some(link), Some(next)) => {
                let overlap = next.from.max(link.from);
                self.close(link, overlap);
                self.totals.shifting(next.home, overlap, link.until);
                let Stretch { home, until, .. } = next;
                self.link = Some(Link { home, from: overlap, sole_from: link.until, until });
            }
            (None, Some(next)) => {
                let Stretch { home, until, .. } = next;
                self.link = Some(Link { home, from: now, sole_from: now, until });
            }
            (None, None) => {}
        }
    }

    /// A link is over, which overlaps the next from `overlap` on.
    fn close(&mut self, link: Link, overlap: Tick) {
        let sole_until = overlap.max(link.sole_from);
        self.totals.sole(link.home, link.sole_from, sole_until);
        self.totals.shifting(link.home, sole_until, link.until);
        #[cfg(test)]
        self.chain.push((link.home, link.from, link.until));
    }
}
