//! The calendar of pending events whose number is not fixed: cases under way between departments,
//! cases served where staff is infinite, and the patience of those who wait.
//!
//! A heap with four children a node (Johnson 1975: fewer levels, siblings side by side), and with
//! the place of every case's event kept, so that a timer that is no longer wanted is removed at once:
//! the heap never holds more than one event per case in the system.

use super::calendar::NEVER;
use crate::time::Tick;

/// What happens when the timer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimerKind {
    /// A case arrives at the department it was handed to.
    Transfer,
    /// A transfer out of the organization ends.
    WayOut,
    /// A service by infinite staff ends.
    Service,
    /// A waiting case loses its patience; in full models, whatever happens first to an item that waits.
    Waiting,
    /// An answer is back at who asked.
    Answer,
    /// An item has waited for an answer as long as it would.
    LongestWait,
    /// An order for stock comes from the department that made it.
    Delivery,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Timer {
    pub time: Tick,
    pub case: u32,
    pub kind: TimerKind,
}

const CHILDREN: usize = 4;

#[derive(Clone, Debug)]
pub(super) struct Timers {
    heap: Vec<Timer>,
    /// By case: where its timer stands in the heap. Meaningful only while it has one.
    place: Vec<u32>,
    next: Tick,
}

impl Timers {
    pub fn new() -> Timers {
        Timers { heap: Vec::new(), place: Vec::new(), next: NEVER }
    }

    fn note_next(&mut self) {
        self.next = self.heap.first().map_or(NEVER, |timer| timer.time);
    }

    /// When the first timer ends; [`NEVER`] if there is none.
    #[inline(always)]
    pub fn next(&self) -> Tick {
        self.next
    }

    pub fn first(&self) -> Option<&Timer> {
        self.heap.first()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Timer> {
        self.heap.iter()
    }

    /// Adds a timer for a case that has none. `before(a, b)` orders timers of equal times.
    pub fn set(&mut self, timer: Timer, before: impl Fn(&Timer, &Timer) -> bool) {
        if self.place.len() <= timer.case as usize {
            self.place.resize(timer.case as usize + 1, 0);
        }
        self.heap.push(timer);
        self.rise(self.heap.len() - 1, timer, before);
        self.note_next();
    }

    /// Removes the first timer.
    pub fn pop(&mut self, before: impl Fn(&Timer, &Timer) -> bool) {
        self.remove_at(0, before);
    }

    /// Removes the timer of `case`, which has one.
    pub fn cancel(&mut self, case: u32, before: impl Fn(&Timer, &Timer) -> bool) {
        self.remove_at(self.place[case as usize] as usize, before);
    }

    fn remove_at(&mut self, hole: usize, before: impl Fn(&Timer, &Timer) -> bool) {
        let Some(last) = self.heap.pop() else { return };
        if hole < self.heap.len() {
            let up = hole > 0 && earlier(&last, &self.heap[(hole - 1) / CHILDREN], &before);
            if up { self.rise(hole, last, before) } else { self.sink(hole, last, before) }
        }
        self.note_next();
    }

    fn rise(&mut self, mut hole: usize, timer: Timer, before: impl Fn(&Timer, &Timer) -> bool) {
        while hole > 0 {
            let parent = (hole - 1) / CHILDREN;
            if !earlier(&timer, &self.heap[parent], &before) {
                break;
            }
            self.put(hole, self.heap[parent]);
            hole = parent;
        }
        self.put(hole, timer);
    }

    fn sink(&mut self, mut hole: usize, timer: Timer, before: impl Fn(&Timer, &Timer) -> bool) {
        loop {
            let first = CHILDREN * hole + 1;
            let children = first..self.heap.len().min(first + CHILDREN);
            let Some(least) =
                children.reduce(|a, b| if earlier(&self.heap[b], &self.heap[a], &before) { b } else { a })
            else {
                break;
            };
            if !earlier(&self.heap[least], &timer, &before) {
                break;
            }
            self.put(hole, self.heap[least]);
            hole = least;
        }
        self.put(hole, timer);
    }

    #[inline(always)]
    fn put(&mut self, at: usize, timer: Timer) {
        self.heap[at] = timer;
        self.place[timer.case as usize] = at as u32;
    }
}

#[inline(always)]
fn earlier(a: &Timer, b: &Timer, before: impl Fn(&Timer, &Timer) -> bool) -> bool {
    if a.time == b.time { before(a, b) } else { a.time < b.time }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::splitmix;

    #[test]
    fn the_heap_agrees_with_a_sorted_list() {
        let mut timers = Timers::new();
        let mut list: Vec<(Tick, u32)> = Vec::new();
        let before = |a: &Timer, b: &Timer| a.case < b.case;
        let mut random = splitmix(1);
        for _ in 0..20_000 {
            let case = (random() % 50) as u32;
            match list.iter().position(|&(_, c)| c == case) {
                None => {
                    let time = random() % 40;
                    timers.set(Timer { time, case, kind: TimerKind::Waiting }, before);
                    list.push((time, case));
                }
                Some(at) if random().is_multiple_of(2) => {
                    timers.cancel(case, before);
                    list.remove(at);
                }
                Some(_) => {
                    timers.pop(before);
                    list.sort_unstable();
                    list.remove(0);
                }
            }
            let first = timers.first().map(|timer| (timer.time, timer.case));
            assert_eq!(first, list.iter().min().copied());
            assert_eq!(timers.iter().count(), list.len());
        }
    }
}
