//! The queues of the departments.
//!
//! A department has one line per priority rank. First and last in, first out are intrusive linked
//! lists through the table of cases; the other disciplines keep their lines in vectors of their own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::case::Cases;
use crate::plan::NONE;

/// An intrusive list of cases.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub head: u32,
    tail: u32,
}

impl Line {
    pub const EMPTY: Line = Line { head: NONE, tail: NONE };

    /// Adds a case at the end.
    #[inline(always)]
    pub fn push_back(&mut self, cases: &mut Cases, case: u32) {
        cases.now[case as usize].next = NONE;
        if self.head == NONE {
            self.head = case;
        } else {
            cases.now[self.tail as usize].next = case;
        }
        self.tail = case;
    }

    /// Adds a case at the head.
    pub fn push_front(&mut self, cases: &mut Cases, case: u32) {
        cases.now[case as usize].next = self.head;
        if self.head == NONE {
            self.tail = case;
        }
        self.head = case;
    }

    /// Takes the case at the head; there must be one.
    #[inline(always)]
    pub fn pop(&mut self, cases: &Cases) -> u32 {
        let case = self.head;
        self.head = cases.now[case as usize].next;
        case
    }

    /// Notes, for a case just pushed, who stands before whom.
    pub fn link_back(&self, cases: &mut Cases, case: u32, before: u32) {
        cases.who[case as usize].previous = before;
        let behind = cases.now[case as usize].next;
        if behind != NONE {
            cases.who[behind as usize].previous = case;
        }
    }

    /// The last case of the line, or [`NONE`].
    pub fn last(&self) -> u32 {
        if self.head == NONE { NONE } else { self.tail }
    }

    /// Takes a case out of the middle. All cases of the line were linked back when pushed.
    pub fn remove(&mut self, cases: &mut Cases, case: u32) {
        let behind = cases.now[case as usize].next;
        if self.head == case {
            self.head = behind;
        } else {
            let before = cases.who[case as usize].previous;
            cases.now[before as usize].next = behind;
            if behind == NONE {
                self.tail = before;
            } else {
                cases.who[behind as usize].previous = before;
            }
        }
    }
}

/// A line in the order of a key, ties in the order of joining.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyedLine {
    heap: BinaryHeap<Reverse<(u64, u64, u32)>>,
    joined: u64,
}

impl KeyedLine {
    pub fn push(&mut self, key: u64, case: u32) {
        self.heap.push(Reverse((key, self.joined, case)));
        self.joined += 1;
    }

    pub fn pop(&mut self) -> u32 {
        let Reverse((_, _, case)) = self.heap.pop().expect("a line that is asked has somebody waiting");
        case
    }

    pub fn remove(&mut self, case: u32) {
        self.heap.retain(|Reverse((_, _, other))| *other != case);
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.heap.iter().map(|Reverse((_, _, case))| *case)
    }

    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}
