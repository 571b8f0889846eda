//! From the active periods of replications to estimates.

use super::digest::in_hours;
use crate::observe::{ActiveTotals, HomeActivity, PartyKind, STRETCHES, WEEK_HOURS};
use crate::plan::{NONE, Plan};
use crate::results::{ActivePeriodResults, StaffActivity, TimeEstimate};
use crate::stats::Estimate;
use crate::time::Tick;

/// The active periods of all replications together; `None` where none had come to the window.
pub(super) fn active_periods(
    plan: &Plan,
    totals: &[ActiveTotals],
    level: f64,
) -> Option<ActivePeriodResults> {
    let of = Replications { totals, level };
    let names = names(plan);
    let staff = names.into_iter().enumerate().map(|(at, (name, kind))| of.home(at, name, kind));
    let stretch = totals.first().and_then(ActiveTotals::stretch);
    Some(ActivePeriodResults {
        nobody: of.share_of_window(|totals| totals.nobody)?,
        staff: staff.collect::<Option<_>>()?,
        stretch: stretch.map(|ticks| in_hours(ticks.into())),
    })
}

struct Replications<'a> {
    totals: &'a [ActiveTotals],
    level: f64,
}

impl Replications<'_> {
    /// What part of something, averaged over those replications that have it.
    fn share(&self, part_of_all: impl Fn(&ActiveTotals) -> (f64, f64)) -> Option<Estimate> {
        let shares = self.totals.iter().map(part_of_all).filter(|&(_, all)| all > 0.0);
        Estimate::of_means(&shares.map(|(part, all)| part / all).collect::<Vec<_>>(), self.level)
    }

    fn share_of_window(&self, part: impl Fn(&ActiveTotals) -> Tick) -> Option<Estimate> {
        self.share(|totals| {
            let all = totals.nobody + totals.homes.iter().map(|home| home.momentary).sum::<Tick>();
            (part(totals) as f64, all as f64)
        })
    }

    /// The share of one of so many times in which a home was the momentary bottleneck.
    fn share_of(
        &self,
        kept: fn(&ActiveTotals) -> &[Tick],
        (home, times, at): (usize, usize, usize),
    ) -> Option<Estimate> {
        self.share(|totals| {
            let all = kept(totals);
            let sum: Tick = all[at..].iter().step_by(times).sum();
            (all[home * times + at] as f64, sum as f64)
        })
    }

    fn home(&self, at: usize, name: String, kind: PartyKind) -> Option<StaffActivity> {
        let of = |part: fn(&HomeActivity) -> Tick| self.share_of_window(|totals| part(&totals.homes[at]));
        let hours: Vec<f64> = self.totals.iter().map(|totals| in_hours(totals.homes[at].active)).collect();
        let periods: Vec<f64> = self.totals.iter().map(|totals| totals.homes[at].periods as f64).collect();
        let kept = |kept: fn(&ActiveTotals) -> &[Tick], times: usize| {
            let any = self.totals.first().is_some_and(|totals| !kept(totals).is_empty());
            let times_kept = if any { times } else { 0 };
            (0..times_kept).map(move |time| self.share_of(kept, (at, times, time)))
        };
        Some(StaffActivity {
            name,
            kind,
            momentary: of(|home| home.momentary)?,
            sole: of(|home| home.sole)?,
            shifting: of(|home| home.shifting)?,
            average: Estimate::of_ratio(&hours, &periods, self.level).map(TimeEstimate),
            active: self.share(|totals| {
                let home = &totals.homes[at];
                (home.active as f64, home.on_shift as f64)
            }),
            over_time: kept(|totals| &totals.stretches, STRETCHES).map_while(|share| share).collect(),
            by_hour_of_week: kept(|totals| &totals.hours, WEEK_HOURS).collect(),
        })
    }
}

/// What the homes are called, and what they are.
fn names(plan: &Plan) -> Vec<(String, PartyKind)> {
    let kind = |department| if department == NONE { PartyKind::Pool } else { PartyKind::Department };
    match &plan.full {
        Some(full) => full.homes.iter().map(|home| (home.name.clone(), kind(home.department))).collect(),
        None => {
            let staffed = plan.departments.iter().filter(|department| department.staff.is_some());
            staffed.map(|department| (department.name.clone(), PartyKind::Department)).collect()
        }
    }
}

#[cfg(test)]
mod tests;
