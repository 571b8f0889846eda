//! The cases in the system.
//!
//! What every event needs is on one cache line per case; who the case is, which few events ask, is
//! in a table beside it. Places are reused: memory follows the cases in the system.

use crate::plan::NONE;
use crate::time::Tick;

/// What happens to a case now.
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
    /// The uniform word that decides where it goes from here, drawn on joining.
    pub way: u64,
    /// The time in which somebody has worked on it, up to the last visit.
    pub touch: Tick,
    /// The key of its random numbers.
    pub key: u64,
    /// The row it is in, or on its way to.
    pub row: u32,
    /// The case behind it in the queue, or the next free place.
    pub next: u32,
}

/// Who a case is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Identity {
    /// The factor on its service times.
    pub size: f64,
    /// When it was promised to be done; `Tick::MAX` where nothing was promised.
    pub due: Tick,
    /// Its stream, the number of its arrival there, and its place in the batch.
    pub stream: u32,
    pub member: u32,
    pub number: u64,
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
    pub now: Vec<Case>,
    pub who: Vec<Identity>,
    free: u32,
    in_system: u32,
}

impl Cases {
    pub fn new() -> Cases {
        Cases { now: Vec::new(), who: Vec::new(), free: NONE, in_system: 0 }
    }

    /// How many cases are in the system.
    pub fn in_system(&self) -> u32 {
        self.in_system
    }

    /// Gives a case a place.
    #[inline(always)]
    pub fn add(&mut self, case: Case, who: Identity) -> u32 {
        self.in_system += 1;
        let place = self.free;
        if place == NONE {
            return self.grow(case, who);
        }
        self.free = self.now[place as usize].next;
        self.now[place as usize] = case;
        self.who[place as usize] = who;
        place
    }

    #[cold]
    fn grow(&mut self, case: Case, who: Identity) -> u32 {
        self.now.push(case);
        self.who.push(who);
        self.now.len() as u32 - 1
    }

    /// Frees the place of a case that has ended.
    #[inline(always)]
    pub fn remove(&mut self, place: u32) {
        self.in_system -= 1;
        self.now[place as usize].next = self.free;
        self.free = place;
    }
}

/// How often each case has visited each department that lies on a loop. (At all others every visit
/// is the first.)
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
            if random() % 50 == 0 {
                dense.reset(case);
                sparse.reset(case);
            }
            assert_eq!(dense.next(case, index), sparse.next(case, index));
        }
    }

    #[test]
    fn places_are_reused() {
        let mut cases = Cases::new();
        let places: Vec<u32> = (0..3).map(|_| cases.add(Case::default(), Identity::default())).collect();
        cases.remove(places[1]);
        assert_eq!(cases.in_system(), 2);
        assert_eq!(cases.add(Case::default(), Identity::default()), places[1]);
        assert_eq!(cases.now.len(), 3);
    }
}
