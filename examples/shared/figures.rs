//! Figures made from the totals of the replications.

#![allow(dead_code)] // Every example uses a part of it.

use knockon::results::{
    DepartmentResults, DepartmentTotals, PartTotals, Replication, Results, TimeEstimate, VisitTotals,
};
use knockon::stats::Estimate;

/// By how much the mean lead time of some classes is shorter in `after` than in `before`, two runs on
/// the same draws: the difference is taken replication by replication.
pub fn saving(before: &Results, after: &Results, classes: impl Fn(&str) -> bool) -> Option<TimeEstimate> {
    let lead_times = |results: &Results| -> (Vec<f64>, Vec<f64>) {
        let of = |replication: &Replication| {
            let named = results.classes.iter().zip(&replication.classes);
            let picked = named.filter(|(class, _)| classes(&class.name)).map(|(_, totals)| totals.lead_time);
            picked.fold((0.0, 0.0), |(sum, count), lead| (sum + lead.sum, count + lead.count as f64))
        };
        results.replications.iter().map(of).unzip()
    };
    let (before_times, after_times) = (lead_times(before), lead_times(after));
    let (before_pair, after_pair) =
        ((&*before_times.0, &*before_times.1), (&*after_times.0, &*after_times.1));
    Estimate::of_ratio_difference(before_pair, after_pair, before.manifest.level).map(TimeEstimate)
}

/// All the hours of visits to a department.
pub fn present(visits: &VisitTotals, parts: &PartTotals) -> f64 {
    let standing = parts.asking_hours + parts.suspended_hours + parts.blocked_hours;
    visits.waiting_hours + visits.service_hours + standing
}

/// The hours that a case spends in some departments, over all its visits: all, or a part of them.
pub fn per_case(
    results: &Results,
    departments: impl Fn(&str) -> bool,
    hours: fn(&VisitTotals, &PartTotals) -> f64,
) -> Option<TimeEstimate> {
    let of = |replication: &Replication| {
        let named = results.departments.iter().zip(&replication.departments);
        let picked = named.filter(|(department, _)| departments(&department.name));
        let hours: f64 = picked.map(|(_, totals)| of_all_classes(totals, hours)).sum();
        (hours, replication.classes.iter().map(|class| class.arrived as f64).sum::<f64>())
    };
    let (hours, cases): (Vec<f64>, Vec<f64>) = results.replications.iter().map(of).unzip();
    Estimate::of_ratio(&hours, &cases, results.manifest.level).map(TimeEstimate)
}

fn of_all_classes(totals: &DepartmentTotals, hours: fn(&VisitTotals, &PartTotals) -> f64) -> f64 {
    let none = PartTotals::default();
    let parts = |class: usize| totals.detail.as_ref().and_then(|detail| detail.parts.get(class));
    let visits = totals.classes.iter().enumerate();
    visits.map(|(class, visits)| hours(visits, parts(class).unwrap_or(&none))).sum()
}

/// The department with the highest figure, and those whose intervals overlap with its own.
pub fn highest<'r>(
    results: &'r Results,
    figure: impl Fn(&DepartmentResults) -> Option<Estimate>,
) -> Vec<(&'r str, Estimate)> {
    let named = |department: &'r DepartmentResults| Some((&*department.name, figure(department)?));
    let mut ranked: Vec<_> = results.departments.iter().filter_map(named).collect();
    ranked.sort_by(|a, b| b.1.mean.total_cmp(&a.1.mean));
    let first = ranked.first().and_then(|first| first.1.interval);
    let close = |of: &Estimate| of.interval.zip(first).is_none_or(|(a, b)| a.overlaps(&b));
    ranked.into_iter().filter(|(_, estimate)| close(estimate)).collect()
}

/// The share of their time on shift that the people of a department have something on their desks: at work,
/// or held until an answer comes.
pub fn busy(results: &Results, department: &str) -> Option<Estimate> {
    let at = results.departments.iter().position(|of| of.name == department)?;
    let share = |replication: &Replication| {
        let staff = replication.departments[at].detail.as_ref()?.staff?;
        Some((staff.serving + staff.held) / staff.on_shift())
    };
    let shares: Vec<f64> = results.replications.iter().map(share).collect::<Option<_>>()?;
    Estimate::of_means(&shares, results.manifest.level)
}
