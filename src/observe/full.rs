//! What is kept of full models beside the default statistics.

use super::people::PeopleStatistics;
use super::quality::QualityStatistics;
use super::requests::RequestStatistics;
use super::visit_parts::VisitParts;
use crate::plan::{FullPlan, Plan};
use crate::time::Tick;

/// What is kept of full models beside the default statistics.
pub(crate) type FullStatistics = ((VisitParts, PeopleStatistics), (RequestStatistics, QualityStatistics));

/// Statistics of a full plan, from `warm_up` on.
pub(crate) fn full_statistics(plan: &Plan, full: &FullPlan, warm_up: Tick) -> FullStatistics {
    (
        (VisitParts::new(plan, warm_up), PeopleStatistics::new(plan, full, warm_up)),
        (RequestStatistics::new(full, warm_up), QualityStatistics::new(plan, full, warm_up)),
    )
}

/// The run is over: what was still going on is taken in.
pub(crate) fn finish_full(statistics: &mut FullStatistics, now: Tick) {
    let ((visits, people), (requests, _)) = statistics;
    visits.finish(now);
    people.finish(now);
    requests.finish(now);
}
