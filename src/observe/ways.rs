//! Handoffs on which cases wait: for a pickup, or for a place under way.

use super::statistics::clip;
use crate::engine::{End, Observer};
use crate::plan::{NONE, Plan};
use crate::stats::Tally;
use crate::time::Tick;

/// What is kept of one handoff. Times in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WayCounts {
    /// How long those waited who set out in the window, and had to wait.
    pub waits: Tally,
    /// Case-ticks in the window of everybody who waits.
    pub waiting_area: u128,
    pub pickups: u64,
}

/// Keeps how long cases wait at handoffs.
#[derive(Debug)]
pub(crate) struct WayStatistics {
    from: Tick,
    /// By route.
    handoffs: Vec<u32>,
    /// By case: the handoff where it waits, or [`NONE`], and since when.
    waiting: Vec<(u32, Tick)>,
    pub ways: Vec<WayCounts>,
}

impl WayStatistics {
    /// Statistics of a plan, from `warm_up` on.
    pub fn new(plan: &Plan, warm_up: Tick) -> WayStatistics {
        WayStatistics {
            from: warm_up,
            handoffs: plan.routes.iter().map(|route| route.handoff).collect(),
            waiting: Vec::new(),
            ways: vec![WayCounts::default(); plan.handoffs.len()],
        }
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        for case in 0..self.waiting.len() as u32 {
            self.stops_waiting(now, case);
        }
    }

    /// A case does not wait at a handoff any more. Gives how it has waited, if it has.
    fn stops_waiting(&mut self, now: Tick, case: u32) -> Option<(&mut WayCounts, Tick)> {
        let (handoff, since) =
            self.waiting.get_mut(case as usize).map(|of| std::mem::replace(of, (NONE, 0)))?;
        let way = self.ways.get_mut(handoff as usize)?;
        way.waiting_area += clip(self.from, since, now);
        Some((way, now - since))
    }
}

impl Observer for WayStatistics {
    fn awaits_way(&mut self, now: Tick, case: u32, route: u32) {
        let at = case as usize;
        if self.waiting.len() <= at {
            self.waiting.resize(at + 1, (NONE, 0));
        }
        self.waiting[at] = (self.handoffs[route as usize], now);
    }

    #[inline(never)]
    fn handed_over(&mut self, now: Tick, case: u32, _route: u32, _transfer: Tick) {
        let counts = now >= self.from;
        if let Some((way, waited)) = self.stops_waiting(now, case).filter(|_| counts) {
            way.waits.record(waited);
        }
    }

    fn picks_up(&mut self, now: Tick, handoff: u32) {
        self.ways[handoff as usize].pickups += u64::from(now >= self.from);
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.stops_waiting(now, part);
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, _decides: bool) {
        self.stops_waiting(now, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_at_a_handoff_by_hand() {
        let ways = vec![WayCounts::default(); 2];
        let mut at = WayStatistics { from: 10, handoffs: vec![1, 0], waiting: Vec::new(), ways };
        at.awaits_way(5, 0, 0);
        at.awaits_way(12, 1, 0);
        at.picks_up(20, 1);
        at.handed_over(20, 0, 0, 3);
        at.handed_over(20, 1, 0, 3);
        // It need not wait.
        at.handed_over(22, 1, 0, 3);
        at.awaits_way(25, 3, 1);
        at.withdrawn(27, 3);
        at.awaits_way(28, 3, 1);
        at.finish(30);
        let way = at.ways[1];
        assert_eq!((way.waits.count(), way.waits.sums().sum), (2, 15 + 8));
        assert_eq!((way.waiting_area, way.pickups), (10 + 8, 1));
        assert_eq!((at.ways[0].waits.count(), at.ways[0].waiting_area), (0, 2 + 2));
    }
}
