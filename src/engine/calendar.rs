//! The calendar of pending events with a fixed place each: one per member of staff, one per stream.
//!
//! A member of staff has at most one service going on and a stream at most one next arrival, so
//! each owns a *slot*, and the earliest of all slots is kept by a winner tree (Knuth, The Art of
//! Computer Programming, vol. 3, section 5.4.1): setting a slot replays the matches on its way to
//! the root, without allocation, and a cancellation is one more setting.
//!
//! Matches are selected, not branched on. Equal times are rare, so they are only *noted* on the way
//! up; when there were any, the way is replayed in a cold function that asks the caller for the
//! order of equals.

use std::hint::select_unpredictable;

use crate::time::Tick;

/// Later than any event. Every empty slot has a time of its own from here on, so that two empty
/// slots never look like a tie.
pub(crate) const NEVER: Tick = 1 << 62;

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub time: Tick,
    pub slot: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// Node `k` of the tree (root 1, children `2k` and `2k + 1`) is half `k & 1` of pair `k >> 1`:
    /// two rivals share a cache line and a bounds check.
    pairs: Vec<[Node; 2]>,
    leaves: usize,
}

impl Calendar {
    /// A calendar of `slots` slots, all empty.
    pub fn new(slots: usize) -> Calendar {
        let leaves = slots.max(1).next_power_of_two();
        let empty = |slot: usize| Node { time: NEVER | slot as Tick, slot: slot as u32 };
        let mut nodes: Vec<Node> = (0..2 * leaves).map(|k| empty(k.saturating_sub(leaves))).collect();
        for k in (1..leaves).rev() {
            nodes[k] = nodes[2 * k];
        }
        Calendar { pairs: nodes.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect(), leaves }
    }

    /// The earliest slot.
    #[inline(always)]
    pub fn first(&self) -> Node {
        self.pairs[0][1]
    }

    /// True when a slot holds an event.
    pub fn is_set(&self, slot: u32) -> bool {
        let node = self.leaves + slot as usize;
        self.pairs[node >> 1][node & 1].time < NEVER
    }

    /// Sets a slot that may be the earliest one. `before(a, b)` orders slots of equal times.
    #[inline(always)]
    pub fn replace(&mut self, slot: u32, time: Tick, before: impl Fn(u32, u32) -> bool) {
        let mut node = self.leaves + slot as usize;
        let mut winner = Node { time, slot };
        let mut tied = false;
        while node > 1 {
            let pair = &mut self.pairs[node >> 1];
            pair[node & 1] = winner;
            let rival = pair[node & 1 ^ 1];
            tied |= rival.time == winner.time;
            let lost = rival.time < winner.time;
            winner.time = select_unpredictable(lost, rival.time, winner.time);
            winner.slot = select_unpredictable(lost, rival.slot, winner.slot);
            node >>= 1;
        }
        self.pairs[0][1] = winner;
        if tied {
            self.replay(slot, before);
        }
    }

    /// Empties a slot that may be the earliest one.
    #[inline(always)]
    pub fn clear(&mut self, slot: u32, before: impl Fn(u32, u32) -> bool) {
        self.replace(slot, NEVER | slot as Tick, before);
    }

    /// Sets a slot that is empty: it is climbed only as far as it wins.
    #[inline(always)]
    pub fn fill(&mut self, slot: u32, time: Tick, before: impl Fn(u32, u32) -> bool) {
        let mut node = self.leaves + slot as usize;
        let winner = Node { time, slot };
        while node > 1 {
            let pair = &mut self.pairs[node >> 1];
            pair[node & 1] = winner;
            let rival = pair[node & 1 ^ 1];
            if rival.time <= time {
                if rival.time == time {
                    self.replay(slot, before);
                }
                return;
            }
            node >>= 1;
        }
        self.pairs[0][1] = winner;
    }

    /// Plays the matches of a slot again, with the order of equals.
    #[cold]
    #[inline(never)]
    fn replay(&mut self, slot: u32, before: impl Fn(u32, u32) -> bool) {
        let mut node = self.leaves + slot as usize;
        while node > 1 {
            let [left, right] = self.pairs[node >> 1];
            let right_wins =
                right.time < left.time || right.time == left.time && before(right.slot, left.slot);
            node >>= 1;
            self.pairs[node >> 1][node & 1] = if right_wins { right } else { left };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::splitmix;

    #[test]
    fn the_first_is_the_earliest_and_ties_follow_the_order() {
        for slots in [1usize, 2, 3, 7, 64, 100] {
            let mut calendar = Calendar::new(slots);
            let mut times: Vec<Option<Tick>> = vec![None; slots];
            let mut random = splitmix(slots as u64);
            // An order that is not the slots' own: by the slot's bits reversed.
            let before = |a: u32, b: u32| a.reverse_bits() < b.reverse_bits();
            for _ in 0..20_000 {
                let slot = (random() % slots as u64) as usize;
                // Few different times, so that ties abound.
                match random() % 3 {
                    0 => {
                        calendar.clear(slot as u32, before);
                        times[slot] = None;
                    }
                    1 => {
                        let time = random() % 16;
                        calendar.replace(slot as u32, time, before);
                        times[slot] = Some(time);
                    }
                    _ if times[slot].is_none() => {
                        let time = random() % 16;
                        calendar.fill(slot as u32, time, before);
                        times[slot] = Some(time);
                    }
                    _ => {}
                }
                let expected = (0..slots)
                    .filter_map(|s| times[s].map(|time| (time, (s as u32).reverse_bits(), s as u32)))
                    .min();
                let first = calendar.first();
                match expected {
                    Some((time, _, slot)) => assert_eq!((first.time, first.slot), (time, slot)),
                    None => assert!(first.time >= NEVER),
                }
            }
        }
    }
}
