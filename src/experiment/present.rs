//! From what was seen of the number of cases present to estimates.

use crate::observe::PresenceObserver;
use crate::plan::Plan;
use crate::results::{Presence, Sample};
use crate::stats::{Estimate, TimeAverage};
use crate::time::Span;

/// How many were present at the times asked for. Those that no replication reached are left out.
pub(super) fn samples(asked: &[Span], observers: &[PresenceObserver], level: f64) -> Vec<Sample> {
    let mut times = asked.to_vec();
    times.sort_unstable();
    let at = |index: usize, time: Span| {
        let taken: Vec<_> = observers.iter().filter_map(|observer| observer.samples.get(index)).collect();
        let departments = 0..taken.first()?.len();
        let estimate = |of: &dyn Fn(&(u32, u128)) -> f64| -> Vec<Estimate> {
            let one = |department: usize| {
                let values: Vec<f64> = taken.iter().map(|sample| of(&sample[department])).collect();
                Estimate::of_means(&values, level)
            };
            departments.clone().filter_map(one).collect()
        };
        Some(Sample {
            time: time.as_hours(),
            present: estimate(&|&(present, _)| f64::from(present)),
            average: estimate(&|&(present, area)| match time.ticks() {
                0 => f64::from(present),
                ticks => area as f64 / ticks as f64,
            }),
        })
    };
    times.iter().enumerate().filter_map(|(index, &time)| at(index, time)).collect()
}

/// How the number present was distributed over time.
pub(super) fn presences(plan: &Plan, observers: &[PresenceObserver], level: f64) -> Vec<Presence> {
    let of = |(department, name): (usize, &String)| {
        let kept = observers.iter().map(|observer| &observer.departments[department]);
        let kept: Vec<_> = kept.filter(|kept| kept.elapsed() > 0).collect();
        let means: Vec<f64> = kept.iter().filter_map(|kept| kept.mean()).collect();
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        // Around the mean of all replications, not each around its own.
        let around = |kept: &&&TimeAverage| Some(kept.variance()? + (kept.mean()? - mean).powi(2));
        let variances: Vec<f64> = kept.iter().filter_map(|kept| around(&kept)).collect();
        let most = kept.iter().map(|kept| kept.shares().count()).max().unwrap_or(0);
        let share = |value: usize| {
            let shares: Vec<f64> =
                kept.iter().map(|kept| kept.share_at(value as u32).unwrap_or(0.0)).collect();
            Estimate::of_means(&shares, level)
        };
        Some(Presence {
            department: name.clone(),
            variance: Estimate::of_means(&variances, level)?,
            shares: (0..most).filter_map(share).collect(),
        })
    };
    plan.departments.iter().map(|department| &department.name).enumerate().filter_map(of).collect()
}
