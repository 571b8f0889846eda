//! The calendar of pending events with a fixed place each: one per member of staff, one per stream.
//!
//! A member of staff has at most one service going on and a stream at most one next arrival, so
//! each owns a *slot*, and the earliest of all slots is kept by a winner tree (Knuth, The Art of
//! Computer Programming, vol. 3, section 5.4.1): setting a slot replays the matches on its way to
//! the root, without allocation, and a cancellation is one more setting.
//!
//! A node is one word: the time since an *epoch*, followed by the slot. Times further from the epoch
//! than the word can tell (146 years with up to 4,000 slots, 4 months with a million) are *far*: they
//! lie behind all others, and when nothing else is left the epoch moves.
//!
//! Matches are selected, not branched on. Equal times are rare, so they are only *noted* on the way
//! up; when there were any, the caller is told, and has the way replayed in the order of equals that
//! it knows.

use std::hint::select_unpredictable;

use crate::time::Tick;

/// Later than any event.
pub(crate) const NEVER: Tick = 1 << 62;

/// In a tree with more levels, a slot that was empty is climbed only as far as it wins; in one with
/// fewer, to guess where to stop costs more than it saves.
const SHALLOW: u32 = 12;

/// The nodes of the upper levels, on the way through which no index needs a check. Every calendar has
/// at least so many: 32 KiB.
const UPPER: usize = 1 << 12;

/// A slot and its time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub time: Tick,
    pub slot: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// The winner of all.
    root: u64,
    /// The root is node 1, the children of `k` are `2k` and `2k + 1`, the slots come last.
    nodes: Vec<u64>,
    /// At least two.
    leaves: usize,
    /// The logarithm of `leaves`: so many bits of a node are the slot.
    bits: u32,
    epoch: Tick,
    /// Nothing from here on is to happen.
    horizon: Tick,
    /// Keys from here on need a closer look: they are far, or not before the horizon.
    bound: u64,
    /// Times from here on after the epoch are far. An empty or far slot has this, plus its number: so
    /// two of them never look like a tie.
    reach: Tick,
    /// By slot: times that are far, else [`NEVER`]. Empty until there are any.
    far: Vec<Tick>,
}

impl Calendar {
    /// A calendar of `slots` slots, all empty.
    pub fn new(slots: usize) -> Calendar {
        let leaves = slots.max(2).next_power_of_two();
        let bits = leaves.trailing_zeros();
        let reach = (u64::MAX >> bits) - (leaves as u64 - 1);
        let nodes = vec![u64::MAX; UPPER.max(2 * leaves)];
        let mut calendar = Calendar {
            root: 0,
            nodes,
            leaves,
            bits,
            epoch: 0,
            horizon: NEVER,
            bound: 0,
            reach,
            far: Vec::new(),
        };
        calendar.rebuild(&vec![NEVER; leaves], |a, b| a < b);
        calendar
    }

    /// From now on, [`Calendar::first`] does not tell of events at or after `horizon`.
    pub fn end_at(&mut self, horizon: Tick) {
        self.horizon = horizon;
        self.bound = horizon.saturating_sub(self.epoch).min(self.reach) << self.bits;
    }

    /// The earliest slot, if it is before the horizon and not far: else [`Calendar::first_beyond`] tells.
    #[inline(always)]
    pub fn first(&self) -> Option<Event> {
        (self.root < self.bound).then(|| self.event(self.root))
    }

    #[inline(always)]
    fn event(&self, key: u64) -> Event {
        Event { time: self.epoch + (key >> self.bits), slot: (key & (self.leaves as u64 - 1)) as u32 }
    }

    /// True when a slot holds an event.
    pub fn is_set(&self, slot: u32) -> bool {
        self.time_of(slot as usize) < NEVER
    }

    fn time_of(&self, slot: usize) -> Tick {
        match self.nodes[self.leaves + slot] >> self.bits {
            offset if offset < self.reach => self.epoch + offset,
            _ => self.far.get(slot).copied().unwrap_or(NEVER),
        }
    }

    /// Sets a slot. If it gives false, [`Calendar::settle`] must follow.
    #[inline(always)]
    #[must_use]
    pub fn replace(&mut self, slot: u32, time: Tick) -> bool {
        let offset = time.wrapping_sub(self.epoch);
        offset < self.reach && self.set(slot, offset << self.bits | u64::from(slot))
    }

    /// Empties a slot. If it gives false, [`Calendar::settle`] with [`NEVER`] must follow.
    #[inline(always)]
    #[must_use]
    pub fn clear(&mut self, slot: u32) -> bool {
        if let Some(time) = self.far.get_mut(slot as usize) {
            *time = NEVER;
        }
        self.set(slot, self.empty(slot))
    }

    /// Sets a slot that is empty. If it gives false, [`Calendar::settle`] must follow.
    #[inline(always)]
    #[must_use]
    pub fn fill(&mut self, slot: u32, time: Tick) -> bool {
        let offset = time.wrapping_sub(self.epoch);
        if self.bits <= SHALLOW || offset >= self.reach {
            return self.replace(slot, time);
        }
        let key = offset << self.bits | u64::from(slot);
        let mut node = self.leaves + slot as usize;
        while node > 1 {
            self.nodes[node] = key;
            let rival = self.nodes[node ^ 1];
            if rival <= key | (self.leaves as u64 - 1) {
                return rival >> self.bits != offset;
            }
            node >>= 1;
        }
        self.root = key;
        true
    }

    /// Plays the matches of a slot; false if there were equals among them.
    #[inline(always)]
    fn set(&mut self, slot: u32, key: u64) -> bool {
        let leaves = self.leaves as u64;
        let mut node = self.leaves + slot as usize;
        let mut winner = key;
        let mut ties = 0;
        let mut play = |nodes: &mut [u64], node: usize| {
            nodes[node] = winner;
            let rival = nodes[node ^ 1];
            // Counted rather than branched on: an addition with carry.
            ties += u32::from((rival ^ winner) < leaves);
            winner = select_unpredictable(rival < winner, rival, winner);
        };
        while node >= UPPER {
            play(&mut self.nodes, node);
            node >>= 1;
        }
        if let Some(upper) = self.nodes.first_chunk_mut::<UPPER>() {
            loop {
                play(upper, node);
                node >>= 1;
                if node == 1 {
                    break;
                }
            }
        }
        self.root = winner;
        ties == 0
    }

    /// Completes the setting of a slot where equals met or the time is far. `before(a, b)` orders slots
    /// of equal times.
    #[inline(always)]
    pub fn settle(&mut self, slot: u32, time: Tick, before: impl Fn(u32, u32) -> bool) {
        if time.wrapping_sub(self.epoch) < self.reach {
            self.replay(slot, before);
        } else {
            self.replace_far(slot, time, before);
        }
    }

    /// Plays the matches of a slot again, with the order of equals.
    fn replay(&mut self, slot: u32, before: impl Fn(u32, u32) -> bool) {
        let mut node = self.leaves + slot as usize;
        while node > 1 {
            node >>= 1;
            self.nodes[node] = self.match_of(node, &before);
        }
        self.root = self.nodes[1];
    }

    /// The winner among the children of a node.
    fn match_of(&self, node: usize, before: impl Fn(u32, u32) -> bool) -> u64 {
        let (left, right) = (self.nodes[2 * node], self.nodes[2 * node + 1]);
        let leaves = self.leaves as u64;
        if (left ^ right) >= leaves {
            return left.min(right);
        }
        let slot_of = |key: u64| (key & (leaves - 1)) as u32;
        if before(slot_of(right), slot_of(left)) { right } else { left }
    }

    /// What an empty slot holds.
    #[inline(always)]
    fn empty(&self, slot: u32) -> u64 {
        (self.reach + u64::from(slot)) << self.bits | u64::from(slot)
    }

    fn replace_far(&mut self, slot: u32, time: Tick, before: impl Fn(u32, u32) -> bool) {
        self.far.resize(self.leaves, NEVER);
        self.far[slot as usize] = time;
        if !self.set(slot, self.empty(slot)) {
            self.replay(slot, &before);
        }
        if time < self.epoch {
            self.start_epoch(time, before);
        }
    }

    /// The earliest slot, whenever it is. `before(a, b)` orders slots of equal times.
    #[inline(always)]
    pub fn first_beyond(&mut self, before: impl Fn(u32, u32) -> bool) -> Event {
        if self.root >> self.bits < self.reach {
            return self.event(self.root);
        }
        match self.far.iter().min() {
            Some(&first) if first < NEVER => {
                self.start_epoch(first, before);
                self.event(self.root)
            }
            _ => Event { time: NEVER, slot: 0 },
        }
    }

    fn start_epoch(&mut self, epoch: Tick, before: impl Fn(u32, u32) -> bool) {
        let times: Vec<Tick> = (0..self.leaves).map(|slot| self.time_of(slot)).collect();
        self.epoch = epoch;
        self.rebuild(&times, before);
    }

    /// Sets all slots.
    fn rebuild(&mut self, times: &[Tick], before: impl Fn(u32, u32) -> bool) {
        for (slot, &time) in times.iter().enumerate() {
            let near = time < NEVER && time - self.epoch < self.reach;
            if !self.far.is_empty() || !near && time < NEVER {
                self.far.resize(self.leaves, NEVER);
                self.far[slot] = if near { NEVER } else { time };
            }
            self.nodes[self.leaves + slot] =
                if near { (time - self.epoch) << self.bits | slot as u64 } else { self.empty(slot as u32) };
        }
        for node in (1..self.leaves).rev() {
            self.nodes[node] = self.match_of(node, &before);
        }
        self.root = self.nodes[1];
        self.end_at(self.horizon);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::splitmix;

    #[test]
    fn the_first_is_the_earliest_and_ties_follow_the_order() {
        // Without far times, and with steps so long that most are far from the epoch.
        for (slots, step) in [1usize, 2, 3, 7, 64, 100, 5000].into_iter().flat_map(|n| [(n, 1), (n, 1 << 57)])
        {
            let mut calendar = Calendar::new(slots);
            let mut times: Vec<Option<Tick>> = vec![None; slots];
            let mut random = splitmix(slots as u64);
            // An order that is not the slots' own: by the slot's bits reversed.
            let before = |a: u32, b: u32| a.reverse_bits() < b.reverse_bits();
            for _ in 0..if slots > 1000 { 300 } else { 20_000 } {
                let slot = (random() % slots as u64) as usize;
                // Few different times, so that ties abound.
                match random() % 3 {
                    0 => {
                        if !calendar.clear(slot as u32) {
                            calendar.settle(slot as u32, NEVER, before);
                        }
                        times[slot] = None;
                    }
                    1 => {
                        let time = random() % 16 * step;
                        if !calendar.replace(slot as u32, time) {
                            calendar.settle(slot as u32, time, before);
                        }
                        times[slot] = Some(time);
                    }
                    _ if times[slot].is_none() => {
                        let time = random() % 16 * step;
                        if !calendar.fill(slot as u32, time) {
                            calendar.settle(slot as u32, time, before);
                        }
                        times[slot] = Some(time);
                    }
                    _ => {}
                }
                let expected = (0..slots)
                    .filter_map(|s| times[s].map(|time| (time, (s as u32).reverse_bits(), s as u32)))
                    .min();
                let first = calendar.first().unwrap_or_else(|| calendar.first_beyond(before));
                match expected {
                    Some((time, _, slot)) => assert_eq!((first.time, first.slot), (time, slot)),
                    None => assert!(first.time >= NEVER),
                }
            }
        }
    }
}
