//! Customers who were lost and try again.

use super::statistics::clip;
use crate::engine::{End, Identity, Observer};
use crate::plan::Plan;
use crate::time::Tick;

/// What is kept of one class, as the cases were when they arrived. Those count that arrived in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RetryCounts {
    /// How many came back at least once, and how often all of them did.
    pub cases: u64,
    pub returns: u64,
    /// Case-ticks in the window of everybody who is away.
    pub away_area: u128,
}

#[derive(Clone, Copy, Debug, Default)]
struct Case {
    class: u32,
    counts: bool,
    returned: bool,
    away_since: Option<Tick>,
}

/// Keeps the statistics of retries.
#[derive(Debug)]
pub(crate) struct RetryStatistics {
    from: Tick,
    cases: Vec<Case>,
    pub classes: Vec<RetryCounts>,
}

impl RetryStatistics {
    /// Statistics of a plan, from `warm_up` on.
    pub fn new(plan: &Plan, warm_up: Tick) -> RetryStatistics {
        let classes = vec![RetryCounts::default(); plan.classes.len()];
        RetryStatistics { from: warm_up, cases: Vec::new(), classes }
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        for case in 0..self.cases.len() {
            self.is_back(now, case);
        }
    }

    fn is_back(&mut self, now: Tick, case: usize) {
        let Case { class, away_since, .. } = self.cases[case];
        self.cases[case].away_since = None;
        let away = away_since.map_or(0, |since| clip(self.from, since, now));
        self.classes[class as usize].away_area += away;
    }
}

impl Observer for RetryStatistics {
    #[inline(never)]
    fn arrived(&mut self, now: Tick, case: u32, who: &Identity, _row: u32) {
        let at = case as usize;
        if self.cases.len() <= at {
            self.cases.resize(at + 1, Case::default());
        }
        let counts = now >= self.from;
        self.cases[at] = Case { class: who.class, counts, returned: false, away_since: None };
    }

    fn is_away(&mut self, now: Tick, case: u32, _row: u32, _end: End) {
        self.cases[case as usize].away_since = Some(now);
    }

    fn returns(&mut self, now: Tick, case: u32, _row: u32) {
        let at = case as usize;
        self.is_back(now, at);
        let Case { class, counts, .. } = self.cases[at];
        let before = std::mem::replace(&mut self.cases[at].returned, true);
        if counts {
            let class = &mut self.classes[class as usize];
            class.returns += 1;
            class.cases += u64::from(!before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_by_hand() {
        let classes = vec![RetryCounts::default(); 2];
        let mut retries = RetryStatistics { from: 10, cases: Vec::new(), classes };
        let who = |class| Identity { class, ..Identity::default() };
        retries.arrived(5, 0, &who(0), 0);
        retries.is_away(6, 0, 0, End::Rejected);
        retries.arrived(10, 2, &who(0), 0);
        retries.is_away(10, 2, 0, End::Balked);
        retries.returns(14, 0, 0);
        retries.returns(15, 2, 0);
        retries.is_away(20, 2, 0, End::Reneged);
        retries.returns(23, 2, 0);
        retries.arrived(24, 1, &who(1), 0);
        retries.is_away(25, 1, 0, End::Rejected);
        retries.finish(30);
        assert_eq!(retries.classes[0], RetryCounts { cases: 1, returns: 2, away_area: 4 + 5 + 3 });
        assert_eq!(retries.classes[1], RetryCounts { cases: 0, returns: 0, away_area: 5 });
    }
}
