//! Single cases worth looking at: those that took longest, and some drawn at random.

use super::CaseId;
use crate::engine::{End, Identity, Life, Observer};
use crate::time::Tick;

/// A case that stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Notable {
    /// The less, the sooner it is kept.
    pub score: u64,
    pub replication: u64,
    pub case: CaseId,
    pub class: u32,
    pub lead: Tick,
}

/// The best of all that are shown to it.
#[derive(Clone, Debug)]
pub(crate) struct Best {
    most: usize,
    /// In order.
    pub kept: Vec<Notable>,
}

impl Best {
    /// Keeps so many.
    pub fn new(most: usize) -> Best {
        Best { most, kept: Vec::new() }
    }

    /// Keeps one more, if it is good enough. Of equals, the one of the earlier replication and stream, with the
    /// lower number.
    pub fn consider(&mut self, one: Notable) {
        let rank = |of: &Notable| (of.score, of.replication, of.case);
        if self.kept.len() == self.most && self.kept.last().is_none_or(|last| rank(last) <= rank(&one)) {
            return;
        }
        let at = self.kept.partition_point(|kept| rank(kept) < rank(&one));
        self.kept.insert(at, one);
        self.kept.truncate(self.most);
    }
}

/// Keeps some completed cases of a replication.
#[derive(Clone, Debug)]
pub(crate) struct NotableCases {
    replication: u64,
    from: Tick,
    /// The longest lead times.
    pub worst: Best,
    /// Some at random: by a hash of who they are, the same for any number of threads.
    pub random: Best,
}

impl NotableCases {
    /// Keeps cases of a replication that arrived at `from` or later.
    pub fn new(replication: u64, from: Tick, worst: usize, random: usize) -> NotableCases {
        NotableCases { replication, from, worst: Best::new(worst), random: Best::new(random) }
    }
}

impl Observer for NotableCases {
    fn ended(&mut self, now: Tick, _case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        if end != End::Completed || life.arrived < self.from {
            return;
        }
        let lead = now - life.arrived;
        let case = CaseId { stream: who.stream, number: who.number, member: who.member };
        let replication = self.replication;
        let score = Tick::MAX - lead;
        self.worst.consider(Notable { score, replication, case, class: who.class, lead });
        let words = [replication, u64::from(case.stream) << 32 | u64::from(case.member), case.number];
        let score = words.into_iter().fold(0, |hash, word| mixed(hash ^ word));
        self.random.consider(Notable { score, replication, case, class: who.class, lead });
    }
}

/// A word whose bits depend on all of the given one's: the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
fn mixed(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_kept_in_order() {
        let mut best = Best::new(3);
        let scores = [5, 9, 1, 5, 7, 5, 2];
        for (number, score) in (0..).zip(scores) {
            let case = CaseId { stream: 0, number, member: 0 };
            best.consider(Notable { score, replication: 0, case, class: 0, lead: 0 });
        }
        let kept: Vec<_> = best.kept.iter().map(|kept| (kept.score, kept.case.number)).collect();
        assert_eq!(kept, [(1, 2), (2, 6), (5, 0)]);
        let mut none = Best::new(0);
        none.consider(best.kept[0]);
        assert!(none.kept.is_empty());
    }
}
