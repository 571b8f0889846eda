//! The load of every department, those who are lost on the way taken out.

use crate::theory::error::TheoryError;

use super::flow::{Outside, Traffic};
use super::service::{Work, work_of};
use super::station::{Answer, Load, Station, reason};

/// Rounds after which losses that depend on each other count as settled.
const MOST_ROUNDS: u32 = 200;

/// A model with its traffic equations solved.
pub(super) struct Settled<'m> {
    pub traffic: Traffic<'m>,
    pub outside: Vec<Outside<'m>>,
    /// In the order of the departments.
    pub stations: Vec<Station<'m>>,
    /// Where customers can be lost: the figures, or why there are none.
    pub losses: Vec<Option<Result<Answer, String>>>,
    /// The share of those who come to a department that is served.
    pub served: Vec<f64>,
    /// By group and state, visits per hour and the work on each.
    pub visits: Vec<Vec<(f64, Work)>>,
}

impl<'m> Settled<'m> {
    /// Solves the traffic equations, again and again where losses change them: with each round the
    /// share served moves towards what the formulas say of the last one's rates.
    pub fn of(mut traffic: Traffic<'m>) -> Settled<'m> {
        let mut served = vec![1.0; traffic.resolved.model.departments.len()];
        let (mut pace, mut last_gap) = (1.0, f64::INFINITY);
        let mut round = 0;
        loop {
            let visits = all_visits(&mut traffic, &served);
            let stations = stations(&traffic, &visits);
            let losses: Vec<_> =
                stations.iter().map(|station| lossy(station).then(|| station.losing())).collect();
            let target = |at: usize| match &losses[at] {
                None => 1.0,
                Some(Ok(answer)) => 1.0 - answer.figures.loss_probability,
                // As much as the staff can do.
                Some(Err(_)) => 1.0 / stations[at].intensity().unwrap_or(0.0).max(1.0),
            };
            let gaps: Vec<f64> = (0..served.len()).map(|at| target(at) - served[at]).collect();
            let gap = gaps.iter().fold(0.0, |most: f64, gap| most.max(gap.abs()));
            round += 1;
            if gap <= 1e-13 || round == MOST_ROUNDS {
                let outside = Outside::of(&traffic);
                return Settled { outside, traffic, stations, losses, served, visits };
            }
            // Rates and losses may chase each other round a loop: then more slowly.
            if gap >= last_gap {
                pace = f64::max(pace / 2.0, 1.0 / 64.0);
            }
            last_gap = gap;
            served.iter_mut().zip(gaps).for_each(|(served, gap)| *served += pace * gap);
        }
    }
}

fn lossy(station: &Station) -> bool {
    station.rate > 0.0 && station.loses()
}

/// Visits and work of all groups. Where the equations have no solution, no rate is known.
fn all_visits(traffic: &mut Traffic, served: &[f64]) -> Vec<Vec<(f64, Work)>> {
    let solved: Vec<Result<_, TheoryError>> = traffic
        .groups
        .iter()
        .map(|group| {
            let visits = group.visits(served)?;
            let work = work_of(traffic, group, served, &visits)?;
            Ok(visits.into_iter().zip(work).collect())
        })
        .collect();
    let mut all = Vec::with_capacity(solved.len());
    for (group, solved) in traffic.groups.iter().zip(solved) {
        all.push(solved.unwrap_or_else(|error| {
            let why = reason(error);
            for &(department, _) in &group.walk.states {
                traffic.unknown[department].get_or_insert_with(|| why.clone());
            }
            Vec::new()
        }));
    }
    all
}

fn stations<'m>(traffic: &Traffic<'m>, visits: &[Vec<(f64, Work)>]) -> Vec<Station<'m>> {
    let departments = &traffic.resolved.model.departments;
    let mut loads: Vec<Vec<Load>> = vec![Vec::new(); departments.len()];
    for (group, visits) in traffic.groups.iter().zip(visits) {
        for (&(department, class), &(rate, work)) in group.walk.states.iter().zip(visits) {
            if rate > 0.0 {
                let rank = traffic.resolved.classes[class as usize].priority;
                loads[department].push(Load { class, rank, rate, work });
            }
        }
    }
    departments.iter().zip(loads).map(|(department, loads)| Station::new(department, loads)).collect()
}
