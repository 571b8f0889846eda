//! Lead times in working hours.

use crate::engine::{End, Identity, Life, Observer};
use crate::plan::{Levels, Plan};
use crate::stats::{Sketch, Sums};
use crate::time::Tick;

/// Keeps lead times of completed cases by the working hours of a calendar.
#[derive(Debug)]
pub(crate) struct WorkingHours<'p> {
    from: Tick,
    levels: &'p Levels,
    /// By class at arrival.
    pub classes: Vec<(Sums, Sketch)>,
}

impl<'p> WorkingHours<'p> {
    /// Lead times of cases that arrive from `warm_up` on.
    pub fn new(plan: &Plan, levels: &'p Levels, warm_up: Tick) -> WorkingHours<'p> {
        WorkingHours { from: warm_up, levels, classes: vec![Default::default(); plan.classes.len()] }
    }
}

impl Observer for WorkingHours<'_> {
    fn ended(&mut self, now: Tick, _case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        if end == End::Completed && life.arrived >= self.from {
            let lead = self.levels.working_time(now) - self.levels.working_time(life.arrived);
            let (sums, sketch) = &mut self.classes[who.class as usize];
            sums.record(lead);
            sketch.record(lead);
        }
    }
}
