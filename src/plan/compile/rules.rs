//! From a model to the tables of how departments serve beyond one after the other.

use super::ticks;
use crate::error::Result;
use crate::model::{
    Acts, Balking, Batch, Counts, Department, Outage, Period, Request, Resolved, Setup, Slots, Vacation,
    Vacations,
};
use crate::plan::{
    BalkingPlan, BatchPlan, NONE, OutagePlan, PeriodPlan, RisePlan, SetupPlan, SlotsPlan, Timetable,
    VacationPlan,
};
use crate::random::{Dist, Sampler};
use crate::time::{Span, Tick};

pub(super) fn batch(batch: &Batch) -> BatchPlan {
    BatchPlan {
        size: batch.size,
        least: batch.least(),
        longest_wait: batch.longest_wait.map_or(Tick::MAX, ticks),
    }
}

/// The setup times: those of `time_for` in their order, then that of all other changes.
pub(super) fn setup(names: &Resolved, setup: &Setup) -> Result<SetupPlan> {
    let times = setup.time_for.iter().map(|rule| &rule.time).chain(&setup.time);
    let classes = names.classes.len();
    let general = if setup.time.is_some() { setup.time_for.len() as u32 } else { NONE };
    let mut change = vec![general; classes * classes];
    // What names both classes comes last, and stays; of equals the first in the list does.
    let (both, one): (Vec<_>, Vec<_>) = (0..).zip(&setup.time_for).partition(|(_, rule)| rule.from.is_some());
    for &(time, rule) in one.iter().rev().chain(both.iter().rev()) {
        let Some(to) = names.class(&rule.class) else { continue };
        let from = match &rule.from {
            None => 0..classes,
            Some(name) => match names.class(name) {
                Some(from) => from as usize..from as usize + 1,
                None => continue,
            },
        };
        from.for_each(|from| change[from * classes + to as usize] = time);
    }
    (0..classes).for_each(|class| change[class * classes + class] = NONE);
    Ok(SetupPlan {
        times: times.map(Dist::sampler).collect::<Result<_>>()?,
        change,
        after_idle: sampler(&setup.after_idle)?,
    })
}

/// Slots in the order of their times.
pub(super) fn slots(slots: &Slots) -> SlotsPlan {
    let size = |at: usize| match *slots.sizes {
        [] => u32::MAX,
        [all] => all,
        ref sizes => sizes.get(at).copied().unwrap_or(u32::MAX),
    };
    let mut sized: Vec<_> =
        slots.times.iter().enumerate().map(|(at, &time)| (ticks(time), size(at))).collect();
    sized.sort_by_key(|&(time, _)| time);
    let (times, sizes) = sized.into_iter().unzip();
    SlotsPlan { times: Timetable { period: ticks(slots.period), times }, sizes }
}

pub(super) fn timetable(period: Span, times: &[Span]) -> Timetable {
    let mut times: Vec<_> = times.iter().map(|&time| ticks(time)).collect();
    times.sort_unstable();
    Timetable { period: ticks(period), times }
}

pub(super) fn balking(balking: &Balking) -> BalkingPlan {
    BalkingPlan {
        waiting: balking.counts == Counts::Waiting,
        join: balking.join.clone(),
        beyond: balking.beyond,
    }
}

/// The standard of each class at a department.
pub(super) fn standards(names: &Resolved, department: u32) -> Vec<Tick> {
    let within =
        |class| names.standard(department, class).map_or(Tick::MAX, |standard| ticks(standard.within));
    (0..names.classes.len() as u32).map(within).collect()
}

/// How each class rises, whatever the department: `priorities` are all there are, in order.
pub(super) fn class_rises(names: &Resolved, priorities: &[u32]) -> Vec<Vec<RisePlan>> {
    let of = |class| -> Vec<_> {
        let rises = names.listed_class(class).into_iter().flat_map(|listed| &listed.rises);
        let rises = rises.map(|rise| RisePlan {
            after: ticks(rise.after),
            rank: rank(priorities, rise.priority),
            compliance: 1.0,
        });
        rises.collect()
    };
    (0..names.classes.len() as u32).map(of).collect()
}

/// How each class rises at a department: as it does everywhere, and by its standard there. Where priorities do not
/// count, there is only one line.
pub(super) fn rises(
    names: &Resolved,
    priorities: &[u32],
    everywhere: &[Vec<RisePlan>],
    department: u32,
) -> Vec<Vec<RisePlan>> {
    if names.model.departments[department as usize].ignore_priority {
        return vec![Vec::new(); everywhere.len()];
    }
    let here = (0..).zip(everywhere).map(|(class, rises)| {
        let standard = names.standard(department, class);
        let acting = standard.and_then(|standard| Some((standard.within, standard.acts.as_ref()?)));
        let acting = acting.map(|(within, acts)| acting_rise(priorities, within, acts));
        rises.iter().copied().chain(acting).collect()
    });
    here.collect()
}

/// How a request rises by its own standard, where priorities count.
pub(super) fn request_rise(priorities: &[u32], request: &Request, to: &Department) -> Option<RisePlan> {
    let (standard, acts) = (request.standard?, request.acts.as_ref()?);
    (!to.ignore_priority).then(|| acting_rise(priorities, standard, acts))
}

fn acting_rise(priorities: &[u32], within: Span, acts: &Acts) -> RisePlan {
    RisePlan {
        after: ticks(within).saturating_sub(ticks(acts.before)),
        rank: rank(priorities, acts.priority),
        compliance: acts.compliance,
    }
}

/// The place of a priority among all there are.
pub(super) fn rank(priorities: &[u32], priority: u32) -> u8 {
    priorities.partition_point(|&other| other < priority) as u8
}

/// What each class turns into, and after how long.
pub(super) fn turns(names: &Resolved) -> Vec<Option<(Tick, u32)>> {
    let of = |class| {
        let turn = names.listed_class(class)?.turns.as_ref()?;
        Some((ticks(turn.after), names.class(&turn.into)?))
    };
    (0..names.classes.len() as u32).map(of).collect()
}

pub(super) fn periods(periods: &[Period]) -> Result<Vec<PeriodPlan>> {
    let plan = |period: &Period| {
        Ok(PeriodPlan {
            from: ticks(period.from),
            until: period.until.map_or(Tick::MAX, ticks),
            service: sampler(&period.service)?,
            service_factor: period.service_factor,
            error_factor: period.error_factor,
        })
    };
    periods.iter().map(plan).collect()
}

/// When people of a home of `staff` are away: those with the highest numbers.
pub(super) fn outages(outages: &[Outage], staff: u32) -> Vec<OutagePlan> {
    let plan = |outage: &Outage| OutagePlan {
        first: staff.saturating_sub(outage.staff.unwrap_or(staff)),
        at: ticks(outage.at),
        lasts: ticks(outage.lasts),
    };
    outages.iter().map(plan).collect()
}

pub(super) fn vacation(vacation: &Option<Vacation>) -> Result<Option<VacationPlan>> {
    let plan = |vacation: &Vacation| {
        let repeated = vacation.kind == Vacations::Repeated;
        Ok(VacationPlan { repeated, duration: vacation.duration.sampler()? })
    };
    vacation.as_ref().map(plan).transpose()
}

pub(super) fn sampler(dist: &Option<Dist>) -> Result<Option<Sampler>> {
    dist.as_ref().map(Dist::sampler).transpose()
}
