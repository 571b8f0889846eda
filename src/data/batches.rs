//! What one person has done in batches.

use super::occupation::Job;
use crate::time::Tick;

/// A batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// When its last item was enabled.
    pub ready: Tick,
    /// When its first item began.
    pub begins: Tick,
}

/// The batch of each of one person's jobs, which come in the order of their starts.
pub(super) fn batches(jobs: &[Job]) -> Vec<Option<Batch>> {
    let mut found = Vec::with_capacity(jobs.len());
    while let Some(first) = jobs.get(found.len()) {
        let run = run_length(&jobs[found.len()..]);
        let ready = jobs[found.len()..][..run].iter().map(|job| job.enabled).max().unwrap_or(0);
        let batch = Batch { ready, begins: first.start };
        found.extend(std::iter::repeat_n((run > 1 && ready <= first.start).then_some(batch), run));
    }
    found
}

/// How many of these jobs are the same activity without a gap.
fn run_length(jobs: &[Job]) -> usize {
    let (activity, mut until) = (jobs[0].activity, jobs[0].end);
    let goes_on = |job: &&Job| {
        let goes_on = job.activity == activity && job.start <= until;
        until = until.max(job.end);
        goes_on
    };
    1 + jobs[1..].iter().take_while(goes_on).count()
}
