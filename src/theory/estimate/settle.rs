//! The load of every department, those who are lost on the way taken out.

use std::collections::HashMap;

use crate::theory::error::TheoryError;

use super::flow::{Outside, Traffic};
use super::held::{Answers, Held};
use super::home::{Home, homes};
use super::obstacles::Entanglements;
use super::service::{Work, work_of};
use super::special::Special;
use super::station::{Answer, Load, Station, reason};

/// Rounds after which losses that depend on each other count as settled.
const MOST_ROUNDS: u32 = 200;

/// A model with its traffic equations solved.
pub(super) struct Settled<'m> {
    pub traffic: Traffic<'m>,
    /// What comes to each station from outside.
    pub outside: Vec<Outside<'m>>,
    /// Departments with people of their own in their order, then pools.
    pub stations: Vec<Station<'m>>,
    /// The station of each department.
    pub station_of: Vec<usize>,
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
        let (homes, station_of) = homes(&traffic.resolved);
        let entanglements = Entanglements::of(&traffic);
        let parts = Parts { homes, station_of, entanglements, losing: traffic.losing() };
        let (mut pace, mut last_gap) = (1.0, f64::INFINITY);
        let mut round = 0;
        loop {
            let visits = all_visits(&mut traffic, &served);
            let stations = parts.stations(&traffic, &visits);
            let losses: Vec<_> =
                stations.iter().map(|station| lossy(station).then(|| station.losing())).collect();
            let target = |department: usize| {
                let at = parts.station_of[department];
                match &losses[at] {
                    None => 1.0,
                    Some(Ok(answer)) => 1.0 - answer.figures.loss_probability,
                    Some(Err(_)) if !parts.losing[department] => 1.0,
                    // As much as the staff can do.
                    Some(Err(_)) => 1.0 / stations[at].intensity().unwrap_or(0.0).max(1.0),
                }
            };
            let gaps: Vec<f64> = (0..served.len()).map(|at| target(at) - served[at]).collect();
            let gap = gaps.iter().fold(0.0, |most: f64, gap| most.max(gap.abs()));
            round += 1;
            if gap <= 1e-13 || round == MOST_ROUNDS {
                let outside = Outside::of(&traffic, &parts.station_of, stations.len());
                let station_of = parts.station_of;
                return Settled { outside, traffic, stations, station_of, losses, served, visits };
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
            for state in &group.walk.states {
                traffic.unknown[state.department].get_or_insert_with(|| why.clone());
            }
            Vec::new()
        }));
    }
    all
}

/// What stations are made of.
struct Parts<'m> {
    homes: Vec<Home<'m>>,
    station_of: Vec<usize>,
    entanglements: Entanglements,
    /// By department, whether customers may be lost there.
    losing: Vec<bool>,
}

impl<'m> Parts<'m> {
    fn stations(&self, traffic: &Traffic<'m>, visits: &[Vec<(f64, Work)>]) -> Vec<Station<'m>> {
        let model = traffic.resolved.model;
        let mut loads: Vec<Vec<Load>> = vec![Vec::new(); self.homes.len()];
        let answers = Answers { resolved: &traffic.resolved, homes: &self.homes, home_of: &self.station_of };
        for (group, visits) in traffic.groups.iter().zip(visits) {
            if visits.is_empty() {
                continue;
            }
            let work: Vec<Work> = visits.iter().map(|visit| visit.1).collect();
            let mut held = answers.held(&group.walk, &work).into_iter();
            for (at, &(rate, work)) in group.walk.states.iter().zip(visits) {
                let held = held.next().unwrap_or_else(Held::nothing);
                if rate > 0.0 {
                    let request = at.request.map(|request| &model.requests[request as usize]);
                    let own = request.and_then(|request| request.priority);
                    let rank = own.unwrap_or(traffic.resolved.classes[at.class as usize].priority);
                    let ignored = model.departments[at.department].ignore_priority;
                    loads[self.station_of[at.department]].push(Load {
                        department: at.department,
                        class: at.class,
                        rank: if ignored { 0 } else { rank },
                        together: model.departments[at.department].batch.as_ref().map_or(1, |of| of.size),
                        request: at.request,
                        given_up: request.is_some_and(|request| request.longest_wait.is_some()),
                        rate,
                        work,
                        held,
                        occupancy: work.service,
                    });
                }
            }
        }
        let homes = self.homes.iter().zip(loads);
        let mut stations: Vec<Station> =
            homes.map(|(home, loads)| Station::new(model, home.clone(), loads, &self.losing)).collect();
        for station in &mut stations {
            station.special = Special::of(&traffic.resolved, station);
            station.obstacle = self.entanglements.obstacle(&traffic.resolved, station);
        }
        self.add_helpers(traffic, &mut stations);
        stations
    }

    /// Adds to each capacity what helpers have to spare at most: of people who are never helped
    /// themselves, what their own work leaves.
    fn add_helpers(&self, traffic: &Traffic, stations: &mut [Station]) {
        let model = traffic.resolved.model;
        if model.departments.iter().all(|department| department.helpers.is_empty()) {
            return;
        }
        let places: HashMap<&str, usize> = self.homes.iter().map(|home| home.name).zip(0..).collect();
        let helped = |station: &Station| {
            station.home.departments.iter().any(|&at| !model.departments[at].helpers.is_empty())
        };
        let spare: Vec<f64> = stations
            .iter()
            .map(|station| {
                let own = if helped(station) { 0.0 } else { station.load(true) };
                (station.capacity - own).max(0.0)
            })
            .collect();
        for station in stations.iter_mut().filter(|station| helped(station)) {
            let departments = station.home.departments.iter();
            let mut helpers: Vec<(usize, f64)> = departments
                .flat_map(|&at| &model.departments[at].helpers)
                .filter_map(|helpers| Some((*places.get(helpers.from.as_str())?, helpers.speed)))
                .collect();
            // Once for each home, at its best speed.
            helpers.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            helpers.dedup_by_key(|helpers| helpers.0);
            station.capacity += helpers.iter().map(|&(home, speed)| spare[home] * speed).sum::<f64>();
        }
    }
}
