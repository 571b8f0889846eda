//! Shares of times longer than those asked for.

use crate::observe::Thresholds;
use crate::results::{LongerThan, Results, TimeStatistics};
use crate::stats::Estimate;
use crate::time::Span;

/// Adds the shares of lead, waiting and sojourn times longer than `times`, counted by one observer for
/// each replication.
pub(super) fn add_longer(results: &mut Results, times: &[Span], counted: &[Thresholds]) {
    let Results { manifest, system, classes, departments, replications, .. } = results;
    let level = manifest.level;
    for (index, &time) in times.iter().enumerate() {
        let add = |to: &mut Option<TimeStatistics>, longer: Vec<u64>, of: Vec<u64>| {
            let in_f64 = |counts: Vec<u64>| counts.into_iter().map(|count| count as f64).collect::<Vec<_>>();
            let share = Estimate::of_ratio(&in_f64(longer), &in_f64(of), level).map(Estimate::as_share);
            if let (Some(statistics), Some(share)) = (to, share) {
                statistics.longer_than.push(LongerThan { time: time.as_hours(), share });
            }
        };
        let all = 0..classes.len();
        let completed = |class: usize| {
            replications.iter().map(move |replication| replication.classes[class].lead_time.count)
        };
        for (class, to) in classes.iter_mut().enumerate() {
            let longer = counted.iter().map(|counted| counted.lead(class, index)).collect();
            add(&mut to.lead_time, longer, completed(class).collect());
        }
        let longer = counted.iter().map(|counted| all.clone().map(|class| counted.lead(class, index)).sum());
        let of = replications
            .iter()
            .map(|replication| replication.classes.iter().map(|class| class.lead_time.count).sum());
        add(&mut system.lead_time, longer.collect(), of.collect());
        for (department, to) in departments.iter_mut().enumerate() {
            let visits = || counted.iter().map(|counted| counted.visits(department, index));
            let of = || {
                let served = replications.iter().map(|replication| &replication.departments[department]);
                served.map(|totals| totals.classes.iter().map(|class| class.waiting.count).sum()).collect()
            };
            add(&mut to.visits.waiting, visits().map(|(waited, _)| waited).collect(), of());
            add(&mut to.visits.sojourn, visits().map(|(_, stayed)| stayed).collect(), of());
        }
    }
}
