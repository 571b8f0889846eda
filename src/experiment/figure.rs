//! Figures in results, and whether they are precise enough.

use crate::error::Result;
use crate::results::{Results, TimeStatistics};
use crate::settings::{Figure, HalfWidth};
use crate::stats::Estimate;

impl Figure {
    /// The figure in some results; `None` where they have no such figure (nobody came, say).
    ///
    /// # Errors
    ///
    /// When the results have no class, department, pool or request of that name.
    pub fn of(&self, results: &Results) -> Result<Option<Estimate>> {
        let mean = |times: &Option<TimeStatistics>| times.as_ref().map(|times| times.mean.0);
        Ok(match self {
            Figure::LeadTime { class } => mean(&results.class(class)?.lead_time),
            Figure::LeadTimePercentile { class, share } => {
                let lead_time = results.class(class)?.lead_time.as_ref();
                lead_time.and_then(|times| times.percentile(*share)).map(|value| value.0)
            }
            Figure::PromiseKept { class } => results.class(class)?.promise_kept,
            Figure::WaitingTime { department } => mean(&results.department(department)?.visits.waiting),
            Figure::QueueLength { department } => results.department(department)?.visits.queue_length,
            Figure::Utilization { department } => results.department(department)?.utilization,
            Figure::PoolUtilization { pool } => results.pool(pool)?.utilization,
            Figure::ResponseTime { request } => mean(&results.request(request)?.response_time),
            Figure::StandardKept { request } => results.request(request)?.standard_kept,
            Figure::WorkingLeadTime { class } => mean(&results.class(class)?.lead_time_working),
            Figure::DefectiveShare { class } => results.class(class)?.defective_share,
            Figure::Throughput { class } => results.class(class)?.throughput,
            Figure::LostShare { class } => results.class(class)?.lost_share,
        })
    }
}

impl HalfWidth {
    /// Whether an estimate is precise enough.
    pub(super) fn reached(self, estimate: &Estimate) -> bool {
        estimate.half_width().is_some_and(|half| half <= self.target(estimate))
    }

    /// The half width that is wanted of an estimate.
    pub(super) fn target(self, estimate: &Estimate) -> f64 {
        match self {
            HalfWidth::Relative(share) => share * estimate.mean.abs(),
            HalfWidth::Absolute(width) => width,
        }
    }
}
