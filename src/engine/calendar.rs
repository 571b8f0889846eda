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
//! up; when there were any, the way is replayed in a cold function that asks the caller for the
//! order of equals.

use std::cmp::Ordering;
use std::hint::select_unpredictable;

use crate::time::Tick;

/// Later than any event.
pub(crate) const NEVER: Tick = 1 << 62;

/// In a tree with more levels, a slot that was empty is climbed only as far as it wins; in one with
/// fewer, to guess where to stop costs more than it saves.
const SHALLOW: u32 = 12;

/// A slot and its time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub time: Tick,
    pub slot: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// The root is node 1, the children of `k` are `2k` and `2k + 1`, the slots come last.
    nodes: Vec<u64>,
    leaves: usize,
    /// The logarithm of `leaves`: so many bits of a node are the slot.
    bits: u32,
    epoch: Tick,
    /// Times from here on after the epoch are far. An empty or far slot has this, plus its number: so
    /// two of them never look like a tie.
    reach: Tick,
    /// By slot: times that are far, else [`NEVER`]. Empty until there are any.
    far: Vec<Tick>,
}

impl Calendar {
    /// A calendar of `slots` slots, all empty.
    pub fn new(slots: usize) -> Calendar {
        let leaves = slots.max(1).next_power_of_two();
        let bits = leaves.trailing_zeros();
        let reach = (u64::MAX >> bits) - (leaves as u64 - 1);
        let nodes = vec![u64::MAX; 2 * leaves];
        let mut calendar = Calendar { nodes, leaves, bits, epoch: 0, reach, far: Vec::new() };
        calendar.rebuild(&vec![NEVER; leaves], |a, b| a < b);
        calendar
    }

    /// The earliest slot. `before(a, b)` orders slots of equal times.
    #[inline(always)]
    pub fn first(&mut self, before: impl Fn(u32, u32) -> bool) -> Event {
        let key = self.nodes[1];
        if key >> self.bits >= self.reach {
            return self.first_far(before);
        }
        self.event(key)
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

    /// Sets a slot. `before(a, b)` orders slots of equal times.
    #[inline(always)]
    pub fn replace(&mut self, slot: u32, time: Tick, before: impl Fn(u32, u32) -> bool) {
        let offset = time.wrapping_sub(self.epoch);
        if offset < self.reach {
            self.set(slot, offset << self.bits | u64::from(slot), before);
        } else {
            self.replace_far(slot, time, before);
        }
    }

    /// Empties a slot.
    #[inline(always)]
    pub fn clear(&mut self, slot: u32, before: impl Fn(u32, u32) -> bool) {
        if let Some(time) = self.far.get_mut(slot as usize) {
            *time = NEVER;
        }
        self.set(slot, self.empty(slot), before);
    }

    /// Sets a slot that is empty.
    #[inline(always)]
    pub fn fill(&mut self, slot: u32, time: Tick, before: impl Fn(u32, u32) -> bool) {
        let offset = time.wrapping_sub(self.epoch);
        if self.bits <= SHALLOW || offset >= self.reach {
            return self.replace(slot, time, before);
        }
        let key = offset << self.bits | u64::from(slot);
        let mut node = self.leaves + slot as usize;
        while node > 1 {
            self.nodes[node] = key;
            let rival = self.nodes[node ^ 1];
            if rival <= key | (self.leaves as u64 - 1) {
                if rival >> self.bits == offset {
                    self.replay(slot, before);
                }
                return;
            }
            node >>= 1;
        }
        self.nodes[1] = key;
    }

    #[inline(always)]
    fn set(&mut self, slot: u32, key: u64, before: impl Fn(u32, u32) -> bool) {
        let nodes = &mut self.nodes[..];
        let mut node = self.leaves + slot as usize;
        let mut winner = key;
        let mut closest = u64::MAX;
        while node > 1 {
            nodes[node] = winner;
            let rival = nodes[node ^ 1];
            closest = closest.min(rival ^ winner);
            winner = select_unpredictable(rival < winner, rival, winner);
            node >>= 1;
        }
        nodes[1] = winner;
        if closest < self.leaves as u64 {
            self.replay(slot, before);
        }
    }

    /// Plays the matches of a slot again, with the order of equals.
    #[cold]
    #[inline(never)]
    fn replay(&mut self, slot: u32, before: impl Fn(u32, u32) -> bool) {
        let mut node = self.leaves + slot as usize;
        while node > 1 {
            node >>= 1;
            self.nodes[node] = self.match_of(node, &before);
        }
    }

    /// The winner among the children of a node.
    fn match_of(&self, node: usize, before: impl Fn(u32, u32) -> bool) -> u64 {
        let (left, right) = (self.nodes[2 * node], self.nodes[2 * node + 1]);
        let slot_of = |key: u64| (key & (self.leaves as u64 - 1)) as u32;
        let right_wins = match (left >> self.bits).cmp(&(right >> self.bits)) {
            Ordering::Less => false,
            Ordering::Equal => before(slot_of(right), slot_of(left)),
            Ordering::Greater => true,
        };
        if right_wins { right } else { left }
    }

    /// What an empty slot holds.
    #[inline(always)]
    fn empty(&self, slot: u32) -> u64 {
        (self.reach + u64::from(slot)) << self.bits | u64::from(slot)
    }

    #[cold]
    #[inline(never)]
    fn replace_far(&mut self, slot: u32, time: Tick, before: impl Fn(u32, u32) -> bool) {
        self.far.resize(self.leaves, NEVER);
        self.far[slot as usize] = time;
        self.set(slot, self.empty(slot), &before);
        if time < self.epoch {
            self.start_epoch(time, before);
        }
    }

    /// The earliest slot, when nothing is left but what is far, if that.
    #[cold]
    #[inline(never)]
    fn first_far(&mut self, before: impl Fn(u32, u32) -> bool) -> Event {
        match self.far.iter().min() {
            Some(&first) if first < NEVER => {
                self.start_epoch(first, before);
                self.event(self.nodes[1])
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
                        calendar.clear(slot as u32, before);
                        times[slot] = None;
                    }
                    1 => {
                        let time = random() % 16 * step;
                        calendar.replace(slot as u32, time, before);
                        times[slot] = Some(time);
                    }
                    _ if times[slot].is_none() => {
                        let time = random() % 16 * step;
                        calendar.fill(slot as u32, time, before);
                        times[slot] = Some(time);
                    }
                    _ => {}
                }
                let expected = (0..slots)
                    .filter_map(|s| times[s].map(|time| (time, (s as u32).reverse_bits(), s as u32)))
                    .min();
                let first = calendar.first(before);
                match expected {
                    Some((time, _, slot)) => assert_eq!((first.time, first.slot), (time, slot)),
                    None => assert!(first.time >= NEVER),
                }
            }
        }
    }
}
