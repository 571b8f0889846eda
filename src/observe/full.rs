//! What is kept of full models beside the default statistics.

use super::forks::ForkStatistics;
use super::people::PeopleStatistics;
use super::quality::QualityStatistics;
use super::requests::RequestStatistics;
use super::retries::RetryStatistics;
use super::services::ServiceStatistics;
use super::stocks::StockStatistics;
use super::visit_parts::VisitParts;
use super::ways::WayStatistics;
use crate::model::Preemption;
use crate::plan::{FullPlan, Plan};
use crate::time::Tick;

/// What is kept of full models beside the default statistics.
pub(crate) type FullStatistics =
    (((VisitParts, PeopleStatistics), (RequestStatistics, QualityStatistics)), FlowStatistics);

/// What is kept of those full models that have such.
pub(crate) type FlowStatistics = (
    (Option<ServiceStatistics>, Option<ForkStatistics>),
    (Option<StockStatistics>, (Option<WayStatistics>, Option<RetryStatistics>)),
);

/// Statistics of a full plan, from `warm_up` on.
pub(crate) fn full_statistics(plan: &Plan, full: &FullPlan, warm_up: Tick) -> FullStatistics {
    let visits = VisitParts::new(plan, full, warm_up);
    let people = PeopleStatistics::new(plan, full, warm_up);
    let requests = RequestStatistics::new(full, warm_up);
    let quality = QualityStatistics::new(plan, full, warm_up);
    let services = has_services(full).then(|| ServiceStatistics::new(plan, warm_up));
    let forks = (!full.forks.is_empty()).then(|| ForkStatistics::new(full, warm_up));
    let stocks = (!full.stocks.is_empty()).then(|| StockStatistics::new(full, warm_up));
    let ways = has_ways(full).then(|| WayStatistics::new(plan, warm_up));
    let retries = has_retries(full).then(|| RetryStatistics::new(plan, warm_up));
    (((visits, people), (requests, quality)), ((services, forks), (stocks, (ways, retries))))
}

/// Whether work is interrupted, batched or set up for.
fn has_services(full: &FullPlan) -> bool {
    full.departments.iter().any(|department| {
        department.preemption != Preemption::None || department.batch.is_some() || department.setup.is_some()
    })
}

fn has_ways(full: &FullPlan) -> bool {
    full.ways.iter().any(|way| way.pickup.is_some() || way.capacity != u32::MAX)
}

fn has_retries(full: &FullPlan) -> bool {
    full.streams.iter().any(|stream| stream.retry.is_some())
}

/// The run is over: what was still going on is taken in.
pub(crate) fn finish_full(statistics: &mut FullStatistics, now: Tick) {
    let (((visits, people), (requests, _)), ((_, forks), (stocks, (ways, retries)))) = statistics;
    visits.finish(now);
    people.finish(now);
    requests.finish(now);
    forks.iter_mut().for_each(|forks| forks.finish(now));
    stocks.iter_mut().for_each(|stocks| stocks.finish(now));
    ways.iter_mut().for_each(|ways| ways.finish(now));
    retries.iter_mut().for_each(|retries| retries.finish(now));
}
