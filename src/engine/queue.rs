//! The queues of the departments.
//!
//! A department has one line per priority rank. First and last in, first out are intrusive linked
//! lists through the table of cases; the other disciplines keep their lines in vectors of their own, from
//! which somebody who loses patience, and anybody in random order, is taken in time linear in the line.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::select_unpredictable;

use super::case::Cases;
use super::department::Department;
use crate::model::Discipline;
use crate::plan::{DepartmentPlan, NONE};
use crate::random::{Purpose, item_key};

/// The lines of all departments.
#[derive(Clone, Debug, Default)]
pub(super) struct Queues {
    lines: Vec<Line>,
    keyed: Vec<KeyedLine>,
    /// Lines from which anybody may be chosen, in the order of joining.
    bags: Vec<Vec<u32>>,
    /// How often each department has chosen at random, at the place of its first bag.
    choices: Vec<u64>,
}

impl Queues {
    /// Makes the lines of a department and tells where the first is.
    pub fn add(&mut self, plan: &DepartmentPlan) -> u32 {
        let ranks = plan.ranks as usize;
        let end = match plan.discipline {
            Discipline::Fifo | Discipline::ProcessorSharing | Discipline::Lifo => {
                self.lines.resize(self.lines.len() + ranks, Line::EMPTY);
                self.lines.len()
            }
            Discipline::ShortestJob | Discipline::EarliestDueDate => {
                self.keyed.resize_with(self.keyed.len() + ranks, KeyedLine::default);
                self.keyed.len()
            }
            Discipline::Random => {
                self.bags.resize_with(self.bags.len() + ranks, Vec::new);
                self.choices.resize(self.bags.len(), 0);
                self.bags.len()
            }
        };
        (end - ranks) as u32
    }

    /// A case joins the queue of a plain department: first in, first out, and nobody gives up. It has
    /// nobody behind it.
    #[inline(always)]
    pub fn push_plain(&mut self, department: &mut Department, cases: &mut Cases, rank: u8, case: u32) {
        department.waiting += 1;
        department.ranks |= 1 << (rank & 63);
        self.lines[department.lines as usize + usize::from(rank)].push_back(cases, case);
    }

    /// A case joins the queue of a department.
    #[inline(always)]
    pub fn push(&mut self, department: &mut Department, cases: &mut Cases, rank: u8, case: u32) {
        if !matches!(department.discipline, Discipline::Fifo | Discipline::ProcessorSharing) {
            return self.push_elsewhere(department, cases, rank, case);
        }
        department.waiting += 1;
        department.ranks |= 1 << rank;
        let line = &mut self.lines[department.lines as usize + usize::from(rank)];
        let before = line.last();
        line.push_back(cases, case);
        cases[case].who.previous = before;
    }

    #[inline(never)]
    fn push_elsewhere(&mut self, department: &mut Department, cases: &mut Cases, rank: u8, case: u32) {
        department.waiting += 1;
        department.ranks |= 1 << rank;
        let line = department.lines as usize + usize::from(rank);
        match department.discipline {
            Discipline::Fifo | Discipline::ProcessorSharing => {}
            Discipline::Lifo => {
                self.lines[line].push_front(cases, case);
                self.lines[line].link_back(cases, case, NONE);
            }
            Discipline::Random => self.bags[line].push(case),
            Discipline::ShortestJob => self.keyed[line].push(cases[case].service, case),
            Discipline::EarliestDueDate => self.keyed[line].push(cases[case].who.due, case),
        }
    }

    /// Takes the case that is served next; somebody must be waiting.
    #[inline(always)]
    pub fn pop(&mut self, department: &mut Department, cases: &Cases) -> u32 {
        if matches!(department.discipline, Discipline::Fifo | Discipline::Lifo) {
            let case = self.first_linked(department);
            self.advance_linked(department, cases[case].next);
            case
        } else {
            self.pop_elsewhere(department)
        }
    }

    /// The case that is served next in a department whose lines are linked lists; somebody must be
    /// waiting. [`Queues::advance_linked`] takes it out.
    #[inline(always)]
    pub fn first_linked(&self, department: &Department) -> u32 {
        self.lines[(department.lines + department.ranks.trailing_zeros()) as usize].head
    }

    /// Takes the case that is served next out of its line; `next` stands behind it.
    #[inline(always)]
    pub fn advance_linked(&mut self, department: &mut Department, next: u32) {
        department.waiting -= 1;
        let ranks = department.ranks;
        self.lines[(department.lines + ranks.trailing_zeros()) as usize].head = next;
        department.ranks = select_unpredictable(next == NONE, ranks & (ranks - 1), ranks);
    }

    #[inline(never)]
    fn pop_elsewhere(&mut self, department: &mut Department) -> u32 {
        department.waiting -= 1;
        let ranks = department.ranks;
        let (case, left) = self.choose(department, (department.lines + ranks.trailing_zeros()) as usize);
        department.ranks = if left { ranks } else { ranks & (ranks - 1) };
        case
    }

    /// Takes a case out of a line that is no linked list, and tells whether any is left.
    fn choose(&mut self, department: &Department, line: usize) -> (u32, bool) {
        if department.discipline != Discipline::Random {
            let case = self.keyed[line].pop();
            return (case, !self.keyed[line].is_empty());
        }
        // The department's n-th choice, over all its ranks.
        let choices = &mut self.choices[department.lines as usize];
        let word = department.keys.words(item_key(0, *choices, 0), 0).of(Purpose::Choice).next();
        *choices += 1;
        let bag = &mut self.bags[line];
        let at = ((u128::from(word) * bag.len() as u128) >> 64) as usize;
        (bag.remove(at), !bag.is_empty())
    }

    /// The case that is served next; the first to have joined where it is yet to be drawn. Somebody must
    /// be waiting.
    pub fn peek(&self, department: &Department) -> u32 {
        let line = (department.lines + department.ranks.trailing_zeros()) as usize;
        match department.discipline {
            Discipline::Fifo | Discipline::ProcessorSharing | Discipline::Lifo => self.lines[line].head,
            Discipline::Random => self.bags[line][0],
            Discipline::ShortestJob | Discipline::EarliestDueDate => self.keyed[line].peek(),
        }
    }

    /// Takes a case that gives up waiting out of its line.
    pub fn remove(&mut self, department: &mut Department, cases: &mut Cases, rank: u8, case: u32) {
        department.waiting -= 1;
        let line = department.lines as usize + usize::from(rank);
        let left = match department.discipline {
            Discipline::Fifo | Discipline::ProcessorSharing | Discipline::Lifo => {
                self.lines[line].remove(cases, case);
                self.lines[line].head != NONE
            }
            Discipline::Random => {
                self.bags[line].retain(|&other| other != case);
                !self.bags[line].is_empty()
            }
            Discipline::ShortestJob | Discipline::EarliestDueDate => {
                self.keyed[line].remove(case);
                !self.keyed[line].is_empty()
            }
        };
        if !left {
            department.ranks &= !(1 << rank);
        }
    }

    /// Everybody who waits in a department, in no particular order.
    pub fn waiting(&self, department: &Department, cases: &Cases) -> Vec<u32> {
        let mut found = Vec::with_capacity(department.waiting as usize);
        for rank in (0..64).filter(|rank| department.ranks >> rank & 1 == 1) {
            let line = department.lines as usize + rank;
            match department.discipline {
                Discipline::Fifo | Discipline::ProcessorSharing | Discipline::Lifo => {
                    let head = self.lines[line].head;
                    let behind = |&case: &u32| Some(cases[case].next).filter(|&next| next != NONE);
                    found.extend(std::iter::successors(Some(head), behind));
                }
                Discipline::Random => found.extend_from_slice(&self.bags[line]),
                Discipline::ShortestJob | Discipline::EarliestDueDate => {
                    found.extend(self.keyed[line].iter())
                }
            }
        }
        found
    }
}

/// An intrusive list of cases.
#[derive(Clone, Copy, Debug)]
struct Line {
    head: u32,
    tail: u32,
}

impl Line {
    const EMPTY: Line = Line { head: NONE, tail: NONE };

    /// Adds a case, with nobody behind it, at the end.
    #[inline(always)]
    fn push_back(&mut self, cases: &mut Cases, case: u32) {
        // Selected rather than branched on: whether somebody waits already is hard to predict.
        let empty = self.head == NONE;
        let last = select_unpredictable(empty, case, self.tail);
        *select_unpredictable(empty, &mut self.head, &mut cases[last].next) = case;
        self.tail = case;
    }

    /// Adds a case at the head.
    fn push_front(&mut self, cases: &mut Cases, case: u32) {
        cases[case].next = self.head;
        if self.head == NONE {
            self.tail = case;
        }
        self.head = case;
    }

    /// Notes, for a case just pushed, who stands before whom.
    fn link_back(&self, cases: &mut Cases, case: u32, before: u32) {
        cases[case].who.previous = before;
        let behind = cases[case].next;
        if behind != NONE {
            cases[behind].who.previous = case;
        }
    }

    /// The last case of the line, or [`NONE`].
    fn last(&self) -> u32 {
        if self.head == NONE { NONE } else { self.tail }
    }

    /// Takes a case out of the middle. All cases of the line were linked back when pushed.
    fn remove(&mut self, cases: &mut Cases, case: u32) {
        let behind = cases[case].next;
        if self.head == case {
            self.head = behind;
        } else {
            let before = cases[case].who.previous;
            cases[before].next = behind;
            if behind == NONE {
                self.tail = before;
            } else {
                cases[behind].who.previous = before;
            }
        }
    }
}

/// A line in the order of a key, ties in the order of joining.
#[derive(Clone, Debug, Default)]
struct KeyedLine {
    heap: BinaryHeap<Reverse<(u64, u64, u32)>>,
    joined: u64,
}

impl KeyedLine {
    fn push(&mut self, key: u64, case: u32) {
        self.heap.push(Reverse((key, self.joined, case)));
        self.joined += 1;
    }

    fn pop(&mut self) -> u32 {
        let Reverse((_, _, case)) = self.heap.pop().expect("a line that is asked has somebody waiting");
        case
    }

    fn peek(&self) -> u32 {
        self.heap.peek().map_or(NONE, |Reverse((_, _, case))| *case)
    }

    fn remove(&mut self, case: u32) {
        self.heap.retain(|Reverse((_, _, other))| *other != case);
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.heap.iter().map(|Reverse((_, _, case))| *case)
    }

    fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}
