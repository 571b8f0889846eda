//! From a model to the tables of how cases come and go on: in parts, with pickups, once more, after being away.

use super::rules::{sampler, timetable};
use crate::error::Result;
use crate::model::{Arrivals, ForkOrder, Handoff, Late, Loss, Resolved, Retry, Stream, Target};
use crate::plan::{
    BranchPlan, ForkPlan, FullDepartment, NONE, PopulationPlan, RetryPlan, StreamExtras, WayPlan,
};
use crate::random::name_key;

/// The forks, in file order, and where they begin and end.
pub(super) fn forks(names: &Resolved, departments: &mut [FullDepartment]) -> Result<Vec<ForkPlan>> {
    let mut forks = Vec::with_capacity(names.forks.len());
    for (number, parting) in (0..).zip(&names.forks) {
        departments[parting.join as usize].joins.push(number);
        let branches = parting.branches.iter().zip(&parting.fork.branches);
        let branches = branches.map(|(&(department, becomes), branch)| {
            Ok(BranchPlan {
                department,
                class: becomes.unwrap_or(NONE),
                transfer: sampler(&branch.transfer)?,
            })
        });
        let name = parting.fork.title();
        forks.push(ForkPlan {
            key: name_key("fork", &name),
            name,
            join: parting.join,
            needed: parting.fork.required(),
            random: parting.fork.order == ForkOrder::Random,
            finishes: parting.fork.late == Late::Finished,
            branches: branches.collect::<Result<_>>()?,
        });
    }
    for (at, department) in (0..).zip(departments) {
        let classes = 0..names.classes.len() as u32;
        department.fork = classes.map(|class| names.fork(at, class).unwrap_or(NONE)).collect();
    }
    Ok(forks)
}

/// Whether a handoff takes everything along at once, to one department.
pub(super) fn is_plain(way: &Handoff) -> bool {
    way.or_shorter.is_empty() && way.pickup.is_none() && way.capacity.is_none()
}

/// How each handoff takes along what goes that way.
pub(super) fn ways(names: &Resolved) -> Vec<WayPlan> {
    let ways = names.model.handoffs.iter().zip(&names.routes).map(|(way, route)| WayPlan {
        department: match route.target {
            Target::Department(to) => to,
            Target::Exit | Target::Unknown => NONE,
        },
        pickup: way.pickup.as_ref().map(|pickup| timetable(pickup.period, &pickup.times)),
        capacity: way.capacity.unwrap_or(u32::MAX),
        shortest: match route.target {
            Target::Department(to) if !route.or_shorter.is_empty() => [&[to], &route.or_shorter[..]].concat(),
            Target::Department(_) | Target::Exit | Target::Unknown => Vec::new(),
        },
    });
    ways.collect()
}

/// What a customer stream has besides its arrivals.
pub(super) fn extras(stream: &Stream) -> Result<StreamExtras> {
    let population = match &stream.arrivals {
        Arrivals::Population { customers, away } => {
            Some(PopulationPlan { customers: *customers, away: sampler(away)? })
        }
        _ => None,
    };
    Ok(StreamExtras {
        notice: sampler(&stream.notice)?,
        patience: sampler(&stream.patience)?,
        retry: stream.retry.as_ref().map(retry).transpose()?,
        population,
    })
}

fn retry(retry: &Retry) -> Result<RetryPlan> {
    const ALL: [Loss; 4] = [Loss::Rejected, Loss::Balked, Loss::Reneged, Loss::TurnedAway];
    Ok(RetryPlan {
        probability: retry.probability,
        after: retry.after.sampler()?,
        most: retry.most.unwrap_or(u32::MAX),
        on: if retry.on.is_empty() { ALL.to_vec() } else { retry.on.clone() },
    })
}
