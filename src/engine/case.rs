//! The cases in the system.
//!
//! Places are reused: memory follows the cases in the system.

use std::ops::{Index, IndexMut};

use super::table::Table;
use crate::plan::{FEW_LOOPED, NONE};
use crate::time::Tick;

/// One case: what every event needs on the first cache line, who it is on the second.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct Case {
    pub arrived: Tick,
    /// When it joined the department it is in, or set out to it.
    pub joined: Tick,
    /// When its service began. Meaningful while it is served.
    pub begun: Tick,
    /// The work of this visit, drawn on joining.
    pub service: Tick,
    /// The row it goes to from here, or [`NONE`] out of the organization, and the route there, or
    /// [`NONE`] where there is one way only that takes no time. Decided on joining: when the visit ends,
    /// nothing has to be looked up before it is known where to look next.
    pub target: u32,
    pub route: u32,
    /// The time in which somebody has worked on it, up to the last visit.
    pub touch: Tick,
    /// The key of its random numbers.
    pub key: u64,
    /// The row it is in, or on its way to.
    pub row: u32,
    /// The case behind it in the queue, or the next free place.
    pub next: u32,
    pub who: Identity,
    /// How often it has visited each of the first departments that lie on a loop.
    pub visits: [u32; NEAR],
}

/// How many departments on loops have their counters in the case itself: as many as fill its lines.
pub(super) const NEAR: usize = FEW_LOOPED as usize;

/// Who a case is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Identity {
    /// The factor on its service times.
    pub size: f64,
    /// When it was promised to be done; `Tick::MAX` where nothing was promised.
    pub due: Tick,
    /// The number of its arrival in its stream.
    pub number: u64,
    /// Its stream, and its place in the batch.
    pub stream: u32,
    pub member: u32,
    /// Its class at arrival.
    pub class: u32,
    /// The case before it in the queue. Kept only where cases may leave a queue from the middle.
    pub previous: u32,
}

impl Identity {
    /// The order of cases: by stream, arrival, and place in the batch.
    pub fn order(&self) -> (u32, u64, u32) {
        (self.stream, self.number, self.member)
    }
}

/// The table of cases.
#[derive(Clone, Debug)]
pub(super) struct Cases {
    places: Table<Case>,
    free: u32,
    in_system: u32,
}

impl Index<u32> for Cases {
    type Output = Case;

    #[inline(always)]
    fn index(&self, place: u32) -> &Case {
        &self.places[place as usize]
    }
}

impl IndexMut<u32> for Cases {
    #[inline(always)]
    fn index_mut(&mut self, place: u32) -> &mut Case {
        &mut self.places[place as usize]
    }
}

impl Cases {
    pub fn new() -> Cases {
        Cases { places: Table::new(), free: NONE, in_system: 0 }
    }

    /// How many cases are in the system.
    #[inline(always)]
    pub fn in_system(&self) -> u32 {
        self.in_system
    }

    /// Gives a new case a place. Its fields are what the last case there left: the caller sets them.
    #[inline(always)]
    pub fn add(&mut self) -> (u32, &mut Case) {
        self.in_system += 1;
        if self.free == NONE {
            self.grow();
        }
        let place = self.free;
        let case = &mut self.places[place as usize];
        self.free = case.next;
        (place, case)
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        self.free = self.places.len() as u32;
        self.places.push(Case { next: NONE, ..Case::default() });
    }

    /// Frees the place of a case that has ended. The case stays as it was until the next is added.
    #[inline(always)]
    pub fn remove(&mut self, place: u32) -> &Case {
        self.in_system -= 1;
        let case = &mut self.places[place as usize];
        case.next = self.free;
        self.free = place;
        case
    }
}

/// How often each case has visited each department that lies on a loop, after the first [`NEAR`] of
/// them. (At departments on no loop every visit is the first.)
#[derive(Clone, Debug)]
pub(super) enum VisitCounts {
    /// So many counters a case, side by side.
    Dense { counts: Vec<u32>, looped: usize },
    /// Where loops are many: only the departments that a case has visited.
    Sparse(Vec<Vec<(u32, u32)>>),
}

/// Up to so many departments on loops, a case has a counter for each.
const DENSE_LIMIT: u32 = 32;

impl VisitCounts {
    pub fn new(looped: u32) -> VisitCounts {
        if looped <= DENSE_LIMIT {
            VisitCounts::Dense { counts: Vec::new(), looped: looped as usize }
        } else {
            VisitCounts::Sparse(Vec::new())
        }
    }

    /// Forgets the visits of the case that had this place before.
    #[inline(always)]
    pub fn reset(&mut self, case: u32) {
        match self {
            VisitCounts::Dense { looped: 0, .. } => {}
            VisitCounts::Dense { counts, looped } => {
                let first = case as usize * *looped;
                if let Some(own) = counts.get_mut(first..first + *looped) {
                    own.fill(0);
                } else {
                    counts.resize(first + *looped, 0);
                }
            }
            VisitCounts::Sparse(lists) => match lists.get_mut(case as usize) {
                Some(list) => list.clear(),
                None => lists.resize_with(case as usize + 1, Vec::new),
            },
        }
    }

    /// Counts one more visit and gives its number, from 1.
    #[inline(always)]
    pub fn next(&mut self, case: u32, loop_index: u32) -> u32 {
        match self {
            VisitCounts::Dense { counts, looped } => {
                let count = &mut counts[case as usize * *looped + loop_index as usize];
                *count += 1;
                *count
            }
            VisitCounts::Sparse(lists) => sparse_next(&mut lists[case as usize], loop_index),
        }
    }

    /// The number of the visit that was counted last.
    pub fn current(&self, case: u32, loop_index: u32) -> u32 {
        match self {
            VisitCounts::Dense { counts, looped } => counts[case as usize * *looped + loop_index as usize],
            VisitCounts::Sparse(lists) => lists[case as usize]
                .iter()
                .find(|(index, _)| *index == loop_index)
                .map_or(0, |&(_, count)| count),
        }
    }
}

#[inline(never)]
fn sparse_next(list: &mut Vec<(u32, u32)>, loop_index: u32) -> u32 {
    if let Some((_, count)) = list.iter_mut().find(|(index, _)| *index == loop_index) {
        *count += 1;
        return *count;
    }
    list.push((loop_index, 1));
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_and_dense_counts_agree() {
        let mut dense = VisitCounts::new(DENSE_LIMIT);
        let mut sparse = VisitCounts::new(DENSE_LIMIT + 1);
        let mut random = crate::random::splitmix(5);
        for case in 0..10 {
            dense.reset(case);
            sparse.reset(case);
        }
        for _ in 0..10_000 {
            let (case, index) = ((random() % 10) as u32, (random() % u64::from(DENSE_LIMIT)) as u32);
            if random().is_multiple_of(50) {
                dense.reset(case);
                sparse.reset(case);
            }
            assert_eq!(dense.next(case, index), sparse.next(case, index));
        }
    }

    #[test]
    fn places_are_reused() {
        let mut cases = Cases::new();
        let places: Vec<u32> = (0..3).map(|_| cases.add().0).collect();
        cases.remove(places[1]);
        assert_eq!(cases.in_system(), 2);
        assert_eq!(cases.add().0, places[1]);
        assert_eq!(cases.places.len(), 3);
    }
}
