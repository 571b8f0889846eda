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

    /// Fills an empty slot: as [`Tree::set`], but a deep tree is climbed only as far as the key
    /// wins. In one that is not deep, a guess where to stop would cost more than it saves.
    #[inline(always)]
    pub fn insert(&mut self, slot: usize, key: u64) {
        if Self::LEVELS <= 12 {
            return self.set(slot, key);
        }
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

    /// Compares a tree with a search through all of 16 slots that lie `apart`.
    fn assert_like_a_list<const N: usize>(apart: usize) {
        let mut tree = Tree::<N>::new();
        let mut list = [NEVER; 16];
        let mut rng = super::super::random::Xoshiro::new(1);
        for _ in 0..10_000 {
            let word = rng.next();
            let (number, slot) = (word as usize % 16, word as usize % 16 * apart);
            let key = if word >> 63 == 0 { Tree::<N>::key((word >> 8) % 1000, slot) } else { NEVER };
            if list[number] == NEVER {
                tree.insert(slot, key)
            } else {
                tree.set(slot, key)
            }
            list[number] = key;
            let first = *list.iter().min().expect("16 slots");
            let slots = N as u64 / 2;
            let expected = (first != NEVER).then_some((first / slots, (first % slots) as usize));
            assert_eq!(tree.next(), expected);
        }
    }

    #[test]
    fn a_tree_finds_what_a_plain_search_finds() {
        assert_like_a_list::<32>(1);
        assert_like_a_list::<65536>(2047);
    }
}
