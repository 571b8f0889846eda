//! Work in parallel: how cases go on in parts, and how long the parts wait for each other.

use super::statistics::clip;
use crate::engine::{End, Identity, Observer};
use crate::plan::{FullPlan, NONE};
use crate::stats::Tally;
use crate::time::Tick;

/// What is kept of one fork. Those count that happened in the window, with all that became of their parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ForkCounts {
    pub forked: u64,
    /// Cases that were lost because too few parts could still come.
    pub failed: u64,
    pub parts: u64,
    /// Of the parts: lost, withdrawn, and work for nobody.
    pub lost: u64,
    pub withdrawn: u64,
    pub disowned: u64,
    /// From the fork to the join.
    pub duration: Tally,
    /// How long each part that was joined waited for the others, and how many did not: the last ones.
    pub delay: Tally,
    pub delay_zero: u64,
    /// Part-ticks in the window of those who wait for others.
    pub waiting_area: u128,
}

/// It does not wait.
const NEVER: Tick = Tick::MAX;

/// What is known of a case or a part.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// Of a part: the fork, whether that counts, whose part it is (or [`NONE`] when it is late), and the next part of
    /// that.
    fork: u32,
    counts: bool,
    of: u32,
    next: u32,
    waits_since: Tick,
    /// Of one that has forked: its parts that may still come, and when.
    first_part: u32,
    forked_at: Tick,
}

const BLANK: Item = Item {
    fork: NONE,
    counts: false,
    of: NONE,
    next: NONE,
    waits_since: NEVER,
    first_part: NONE,
    forked_at: 0,
};

/// Keeps the statistics of forks.
#[derive(Debug)]
pub(crate) struct ForkStatistics {
    from: Tick,
    items: Vec<Item>,
    pub forks: Vec<ForkCounts>,
}

impl ForkStatistics {
    /// Statistics of a full plan, from `warm_up` on.
    pub fn new(full: &FullPlan, warm_up: Tick) -> ForkStatistics {
        let forks = vec![ForkCounts::default(); full.forks.len()];
        ForkStatistics { from: warm_up, items: Vec::new(), forks }
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        for part in 0..self.items.len() as u32 {
            self.stops_waiting(now, part);
        }
    }

    fn item(&mut self, item: u32) -> &mut Item {
        let at = item as usize;
        if self.items.len() <= at {
            self.items.resize(at + 1, BLANK);
        }
        &mut self.items[at]
    }

    /// How long a part has waited for others, if it has.
    fn stops_waiting(&mut self, now: Tick, part: u32) -> Option<Tick> {
        let Item { fork, waits_since, .. } = *self.item(part);
        self.item(part).waits_since = NEVER;
        if waits_since == NEVER {
            return None;
        }
        self.forks[fork as usize].waiting_area += clip(self.from, waits_since, now);
        Some(now - waits_since)
    }

    /// The parts of a case that may still have come are parts of nothing from now on. Calls back for each that
    /// counts, with how long it has waited for the others, to know whether it is gone.
    fn take_parts(
        &mut self,
        now: Tick,
        case: u32,
        mut each: impl FnMut(&mut ForkCounts, u32, Option<Tick>) -> bool,
    ) {
        let mut next = std::mem::replace(&mut self.item(case).first_part, NONE);
        while next != NONE {
            let part = next;
            let waited = self.stops_waiting(now, part);
            let Item { fork, counts, next: behind, .. } = *self.item(part);
            (self.item(part).of, next) = (NONE, behind);
            if counts && each(&mut self.forks[fork as usize], part, waited) {
                *self.item(part) = BLANK;
            }
        }
    }

    /// A part is gone. Gives its fork, if that counts.
    fn is_gone(&mut self, now: Tick, part: u32) -> Option<&mut ForkCounts> {
        self.stops_waiting(now, part);
        let Item { fork, counts, of, next, .. } = *self.item(part);
        if of != NONE {
            let mut before = self.item(of).first_part;
            if before == part {
                self.item(of).first_part = next;
            } else {
                while before != NONE && self.item(before).next != part {
                    before = self.item(before).next;
                }
                if before != NONE {
                    self.item(before).next = next;
                }
            }
        }
        *self.item(part) = BLANK;
        if counts { self.forks.get_mut(fork as usize) } else { None }
    }
}

impl Observer for ForkStatistics {
    #[inline(never)]
    fn arrived(&mut self, _now: Tick, case: u32, _who: &Identity, _row: u32) {
        *self.item(case) = BLANK;
    }

    fn parted(&mut self, now: Tick, case: u32, part: u32, fork: u32, _branch: u32, _transfer: Tick) {
        let counts = now >= self.from;
        let first = self.item(case).first_part == NONE;
        let next = std::mem::replace(&mut self.item(case).first_part, part);
        self.item(case).forked_at = now;
        *self.item(part) = Item { fork, counts, of: case, next, ..BLANK };
        let statistics = &mut self.forks[fork as usize];
        statistics.forked += u64::from(counts && first);
        statistics.parts += u64::from(counts);
    }

    fn awaits_others(&mut self, now: Tick, part: u32) {
        self.item(part).waits_since = now;
    }

    fn rejoined(&mut self, now: Tick, case: u32, part: u32) {
        let Item { fork, counts, .. } = *self.item(part);
        let duration = now - self.item(case).forked_at;
        self.take_parts(now, case, |fork, one, waited| {
            let waited = waited.or((one == part).then_some(0));
            if let Some(waited) = waited {
                fork.delay.record(waited);
                fork.delay_zero += u64::from(waited == 0);
            }
            waited.is_some()
        });
        if counts {
            self.forks[fork as usize].duration.record(duration);
        }
    }

    fn disowned(&mut self, _now: Tick, part: u32) {
        let Item { fork, counts, .. } = *self.item(part);
        if counts {
            self.forks[fork as usize].disowned += 1;
        }
    }

    /// What has been disowned before is counted as that.
    fn forgotten(&mut self, now: Tick, item: u32) {
        self.is_gone(now, item);
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, decides: bool) {
        let case = self.item(part).of;
        if let Some(fork) = self.is_gone(now, part) {
            fork.lost += 1;
            fork.failed += u64::from(decides);
        }
        if decides && case != NONE {
            self.take_parts(now, case, |_, _, _| false);
        }
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        if let Some(fork) = self.is_gone(now, part) {
            fork.withdrawn += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics(from: Tick) -> ForkStatistics {
        ForkStatistics { from, items: Vec::new(), forks: vec![ForkCounts::default()] }
    }

    fn forks(forks: &mut ForkStatistics, now: Tick, case: u32, parts: [u32; 3]) {
        for (part, branch) in parts.into_iter().zip(0..) {
            forks.parted(now, case, part, 0, branch, 0);
        }
    }

    /// The first two of three: the third is withdrawn.
    #[test]
    fn parts_wait_for_each_other() {
        let mut all = statistics(0);
        forks(&mut all, 2, 0, [1, 2, 3]);
        all.awaits_others(5, 3);
        all.rejoined(9, 0, 1);
        all.withdrawn(9, 2);
        forks(&mut all, 9, 0, [2, 3, 1]);
        all.awaits_others(11, 2);
        all.rejoined(11, 0, 1);
        all.disowned(11, 3);
        all.forgotten(30, 3);
        all.finish(40);
        let fork = &all.forks[0];
        assert_eq!((fork.forked, fork.parts, fork.withdrawn, fork.disowned), (2, 6, 1, 1));
        assert_eq!((fork.duration.count(), fork.duration.sums().sum), (2, 7 + 2));
        assert_eq!((fork.delay.count(), fork.delay.sums().sum, fork.delay_zero), (4, 4, 3));
        assert_eq!(fork.waiting_area, 4);
    }

    /// Two are lost; with the second the case is, and the third waits in vain. Another is unfinished.
    #[test]
    fn a_case_is_lost_with_its_parts() {
        let mut all = statistics(4);
        forks(&mut all, 3, 0, [1, 2, 3]);
        forks(&mut all, 4, 9, [6, 7, 8]);
        all.awaits_others(5, 3);
        all.part_lost(6, 1, End::Reneged, false);
        all.part_lost(8, 2, End::Reneged, true);
        all.withdrawn(8, 3);
        all.part_lost(6, 7, End::Reneged, false);
        all.part_lost(7, 6, End::Reneged, true);
        all.withdrawn(7, 8);
        forks(&mut all, 10, 4, [1, 2, 3]);
        all.awaits_others(12, 2);
        all.finish(20);
        let fork = &all.forks[0];
        assert_eq!((fork.forked, fork.failed, fork.lost, fork.withdrawn), (2, 1, 2, 1));
        assert_eq!((fork.delay.count(), fork.duration.count(), fork.waiting_area), (0, 0, 3 + 8));
    }
}
