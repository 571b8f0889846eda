//! How many cases came and went: whether a run came to the end that it was meant to.

use crate::engine::{End, Identity, Life, Observer};
use crate::plan::{ArrivalPlan, Plan, StreamPlan};
use crate::time::Tick;

/// Counts cases, those of the warm-up included.
#[derive(Debug)]
pub(crate) struct Census {
    streams: Vec<Arrived>,
    /// Cases that ended, completed or lost.
    pub ended: u64,
}

/// What came from a stream: so many arrivals, with so many cases.
#[derive(Clone, Copy, Debug, Default)]
struct Arrived {
    arrivals: u64,
    cases: u64,
}

impl Census {
    /// Counts the cases of a plan.
    pub fn new(plan: &Plan) -> Census {
        Census { streams: vec![Arrived::default(); plan.streams.len()], ended: 0 }
    }

    /// Whether everybody came who was to come, and is gone again.
    pub fn all_done(&self, plan: &Plan) -> bool {
        let exhausted = |(arrived, stream): (&Arrived, &StreamPlan)| {
            let listed = match &stream.arrivals {
                ArrivalPlan::Listed(list) => list.len() as u64,
                ArrivalPlan::Renewal(_) | ArrivalPlan::Pattern(_) => u64::MAX,
            };
            arrived.cases == stream.limit || arrived.arrivals == listed
        };
        let cases: u64 = self.streams.iter().map(|arrived| arrived.cases).sum();
        self.ended == cases && self.streams.iter().zip(&plan.streams).all(exhausted)
    }
}

impl Observer for Census {
    fn arrived(&mut self, _now: Tick, _case: u32, who: &Identity, _row: u32) {
        let stream = &mut self.streams[who.stream as usize];
        stream.cases += 1;
        stream.arrivals = who.number + 1;
    }

    fn ended(&mut self, _now: Tick, _case: u32, _who: &Identity, _row: u32, _life: &Life, _end: End) {
        self.ended += 1;
    }
}
