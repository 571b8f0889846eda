//! The calendar of pending events: a winner tree over fixed slots.

use std::hint::select_unpredictable;

/// A calendar with `N / 2` slots, of which each holds at most one pending event. `N` is a power of 2.
///
/// A key is the time followed by the number of the slot, in one word: the smallest key is the next
/// event, and equal times are decided by the slot. Node 1 is the root, node `i` the smaller of nodes
/// `2 i` and `2 i + 1`, and the slots are the nodes from `N / 2`.
pub struct Tree<const N: usize> {
    nodes: Box<[u64; N]>,
}

/// The key of an empty slot.
pub const NEVER: u64 = u64::MAX;

impl<const N: usize> Tree<N> {
    const LEVELS: u32 = N.trailing_zeros() - 1;

    pub fn new() -> Tree<N> {
        let nodes = vec![NEVER; N].into_boxed_slice();
        Tree { nodes: nodes.try_into().expect("the length is the array's") }
    }

    /// The next event as time and slot, unless none is pending.
    #[inline(always)]
    pub fn next(&self) -> Option<(u64, usize)> {
        let key = self.nodes[1];
        (key != NEVER).then_some((key >> Self::LEVELS, key as usize % (N / 2)))
    }

    #[inline(always)]
    pub fn key(time: u64, slot: usize) -> u64 {
        debug_assert!(time >> (64 - Self::LEVELS) == 0, "the run is too long for this calendar");
        (time << Self::LEVELS) | slot as u64
    }

    /// Replaces the key of a slot.
    #[inline(always)]
    pub fn set(&mut self, slot: usize, key: u64) {
        let mut node = N / 2 + slot % (N / 2);
        let mut winner = key;
        self.nodes[node] = key;
        for _ in 0..Self::LEVELS {
            let other = self.nodes[node ^ 1];
            winner = select_unpredictable(other < winner, other, winner);
            node /= 2;
            self.nodes[node] = winner;
        }
    }

    /// Fills an empty slot: as [`Tree::set`], but stops where the key does not win.
    #[inline(always)]
    pub fn insert(&mut self, slot: usize, key: u64) {
        let mut node = N / 2 + slot % (N / 2);
        while node > 0 && key < self.nodes[node] {
            self.nodes[node] = key;
            node /= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a search through all slots.
    #[test]
    fn the_tree_holds_what_a_plain_list_holds() {
        let mut tree = Tree::<32>::new();
        let mut list = [NEVER; 16];
        let mut rng = super::super::random::Xoshiro::new(1);
        for _ in 0..10_000 {
            let word = rng.next();
            let slot = (word % 16) as usize;
            let key = if word >> 63 == 0 { Tree::<32>::key((word >> 8) % 1000, slot) } else { NEVER };
            if list[slot] == NEVER {
                tree.insert(slot, key)
            } else {
                tree.set(slot, key)
            }
            list[slot] = key;
            let first = *list.iter().min().expect("16 slots");
            let expected = (first != NEVER).then_some((first / 16, (first % 16) as usize));
            assert_eq!(tree.next(), expected);
        }
    }
}
