//! How many times were longer than thresholds given before the run: counted one by one, not read off a
//! histogram. Requests are not cases: their visits do not count.

use crate::engine::{End, Identity, Life, Observer, Stay, Visit};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// Counts lead, waiting and sojourn times longer than given ones.
#[derive(Debug)]
pub(crate) struct Thresholds {
    classes: usize,
    warm_up: Tick,
    times: Vec<Tick>,
    /// By class and threshold: completed cases that took longer.
    lead: Vec<u64>,
    /// By department and threshold: served visits that waited longer, and that stayed longer.
    visits: Vec<(u64, u64)>,
}

impl Thresholds {
    /// Counts the cases that arrive and the visits that join from the warm-up on.
    pub fn new(plan: &Plan, warm_up: Tick, times: Vec<Tick>) -> Thresholds {
        Thresholds {
            classes: plan.classes.len(),
            warm_up,
            lead: vec![0; plan.classes.len() * times.len()],
            visits: vec![(0, 0); plan.departments.len() * times.len()],
            times,
        }
    }

    /// Completed cases of a class that took longer than the threshold at `index`.
    pub fn lead(&self, class: usize, index: usize) -> u64 {
        self.lead[class * self.times.len() + index]
    }

    /// Served visits to a department that waited, and that stayed, longer than the threshold at `index`.
    pub fn visits(&self, department: usize, index: usize) -> (u64, u64) {
        self.visits[department * self.times.len() + index]
    }
}

impl Observer for Thresholds {
    fn stayed(&mut self, item: u32, stay: &Stay) {
        let Stay { row, ask, joined, begun, ended, .. } = *stay;
        if ask == NONE {
            self.served(item, &Visit { row, joined, begun, ended });
        }
    }

    fn served(&mut self, _case: u32, visit: &Visit) {
        if visit.joined < self.warm_up {
            return;
        }
        let first = visit.row as usize / self.classes * self.times.len();
        for (time, (waited, stayed)) in self.times.iter().zip(&mut self.visits[first..]) {
            *waited += u64::from(visit.begun - visit.joined > *time);
            *stayed += u64::from(visit.ended - visit.joined > *time);
        }
    }

    fn ended(&mut self, now: Tick, _case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        if life.arrived < self.warm_up || end != End::Completed {
            return;
        }
        let first = who.class as usize * self.times.len();
        for (time, longer) in self.times.iter().zip(&mut self.lead[first..]) {
            *longer += u64::from(now - life.arrived > *time);
        }
    }
}
