//! What a department has that no formula describes, or only some do.

use std::collections::BTreeSet;

use crate::model::{Asking, Clock, Discipline, Resolved};
use crate::theory::figures::Service;
use crate::theory::interrupted::completion_time;

use super::flow::Traffic;
use super::held::Held;
use super::home::Home;
use super::rules;
use super::service::{hours, is_exponential, mixture};
use super::station::{Load, Station};

/// The absences of one person that formulas describe.
#[derive(Clone, Debug)]
pub(super) struct Interruptions {
    /// How often per hour, at work or by the calendar.
    rate: f64,
    /// How long.
    duration: Service,
    by_calendar: bool,
    /// Why formulas do not describe them, where they do not.
    why_not: Option<&'static str>,
}

impl Interruptions {
    pub fn of(home: &Home) -> Interruptions {
        let mut found = Interruptions {
            rate: 0.0,
            duration: Service::constant(0.0),
            by_calendar: home.absences.iter().any(|absence| absence.clock == Clock::Calendar),
            why_not: None,
        };
        if home.absences.is_empty() {
            return found;
        }
        if home.staff != Some(1) {
            found.why_not = Some("There is no formula for absences where several people work.");
        } else if home.absences.iter().any(|absence| !is_exponential(&absence.between)) {
            found.why_not = Some("There is no formula for absences unless the time between is exponential.");
        } else if found.by_calendar && home.absences.len() > 1 {
            found.why_not = Some("There is no formula for several kinds of absence by the calendar.");
        } else {
            let rates = home.absences.iter().map(|absence| 1.0 / hours(absence.between.mean()));
            let durations = home.absences.iter().map(|absence| &absence.duration);
            let durations = durations.map(|time| Service::new(hours(time.mean()), time.cv().powi(2)));
            let kinds: Vec<_> = rates.zip(durations).collect();
            found.rate = kinds.iter().map(|kind| kind.0).sum();
            found.duration = mixture(&kinds);
            if !(found.rate.is_finite() && found.duration.scv.is_finite()) {
                found.why_not = Some("The variance of absences is infinite.");
            }
        }
        found
    }

    pub fn is_none(&self) -> bool {
        self.rate == 0.0 && self.why_not.is_none()
    }

    /// Rate and duration, where they run by the calendar.
    pub fn by_calendar(&self) -> Option<(f64, &Service)> {
        (self.by_calendar && self.why_not.is_none()).then_some((self.rate, &self.duration))
    }

    /// The time from the beginning of a service to its end, as far as it is known.
    pub fn occupancy(&self, work: &Service, held: &Held) -> Service {
        let stretched = if self.rate > 0.0 && self.why_not.is_none() {
            let infinite = Service::new(work.mean * (1.0 + self.rate * self.duration.mean), f64::INFINITY);
            completion_time(work, self.rate, &self.duration).unwrap_or(infinite)
        } else {
            *work
        };
        match &held.time {
            Ok(time) if time.mean > 0.0 => stretched.plus(time),
            _ => stretched,
        }
    }
}

/// What departments do to each other's people in a whole model.
pub(super) struct Entanglements {
    /// By department, why it is not described because of those that hand it work, or take work from it.
    among: Vec<Option<String>>,
    /// The homes whose people help out elsewhere, by name.
    helping: BTreeSet<String>,
    /// The departments whose staff is freed while it waits for an answer.
    freed: BTreeSet<String>,
}

impl Entanglements {
    pub fn of(traffic: &Traffic) -> Entanglements {
        let model = traffic.resolved.model;
        let mut among = traffic.leaving.clone();
        for walk in traffic.walks() {
            for (state, why) in &walk.uneven {
                among[walk.states[*state].department].get_or_insert_with(|| why.clone());
            }
            for (state, at) in walk.states.iter().enumerate().filter(|(_, at)| at.is_case()) {
                let onward = walk.steps[state].iter().filter_map(|step| step.to);
                for to in onward.chain(walk.reneging_from(state)) {
                    let to = walk.states[to].department;
                    if model.departments[to].balking.is_some() {
                        let name = &model.departments[to].name;
                        let others = || format!("Only some of those balk who come to department `{name}`.");
                        among[to].get_or_insert_with(others);
                    }
                    if model.departments[to].queue_capacity.is_some() {
                        let name = &model.departments[to].name;
                        let full =
                            || format!("The limited queue of department `{name}` may hold up work here.");
                        among[at.department].get_or_insert_with(full);
                        let why = "Its limited queue holds up departments that hand work to it.";
                        among[to] = Some(why.to_owned());
                    }
                }
            }
        }
        let helpers = model.departments.iter().flat_map(|department| &department.helpers);
        let freed = model.requests.iter().filter(|request| request.staff == Asking::Freed);
        Entanglements {
            among,
            helping: helpers.map(|helpers| helpers.from.clone()).collect(),
            freed: freed.map(|request| request.from.clone()).collect(),
        }
    }

    /// Why no formula describes a station, whatever comes to it, if so.
    pub fn obstacle(&self, resolved: &Resolved, station: &Station) -> Option<String> {
        let home = &station.home;
        let members = || home.departments.iter().map(|&at| &resolved.model.departments[at]);
        let among = home.departments.iter().find_map(|&at| self.among[at].clone());
        let special = station.special.is_some();
        let rule = || members().find_map(|department| rules::of_department(department, special));
        let why = among.or_else(rule).or_else(|| rules::of_home(home, special));
        if why.is_some() || home.staff.is_none() {
            return why.or_else(|| unanswered(station));
        }
        if let Some(why) = urgent(resolved, station) {
            return Some(why);
        }
        let shared = home.departments.len() > 1;
        let why = if home.shifts.is_some() {
            "Its staff works in shifts."
        } else if members().any(|department| !department.helpers.is_empty()) {
            "Staff of other departments helps out here."
        } else if self.helping.contains(home.name) {
            "Its staff helps out in other departments."
        } else if let Some(why) = station.interruptions.why_not {
            why
        } else if station.interruptions.by_calendar && station.ranked {
            "There is no formula for absences by the calendar with priorities."
        } else if station.loads.iter().any(|load| load.request.is_some()) {
            "It answers requests, which come while other work stands still."
        } else if members().any(|department| self.freed.contains(&department.name)) {
            "Its staff is free while work waits for an answer, and that work goes on before the rest."
        } else if station.interruptions.by_calendar
            && station.loads.iter().any(|load| !load.held.is_nothing())
        {
            "There is no formula for absences by the calendar while answers are awaited."
        } else if home.staff.is_some_and(|staff| staff < station.needed) {
            "It never has as many people as its work needs."
        } else if station.needed > 1 && (station.ranked || shared) {
            "There is no formula for work that gathers several people, with priorities or in a pool."
        } else if shared && members().any(|department| department.discipline != Discipline::Fifo) {
            "There is no formula for a shared pool unless all is first come, first served."
        } else if shared
            && members()
                .any(|department| department.patience.is_some() || department.queue_capacity.is_some())
        {
            "There is no formula for a shared pool where customers can be lost."
        } else {
            return unanswered(station);
        };
        Some(why.to_owned())
    }
}

/// Why some work is more urgent than formulas have it, if so.
fn urgent(resolved: &Resolved, station: &Station) -> Option<String> {
    let name = |load: &Load| &resolved.model.departments[load.department].name;
    let rises = |load: &&Load| {
        rules::risen(resolved, load.department, load.class).is_some_and(|rank| rank < load.rank)
    };
    if let Some(load) = station.loads.iter().find(rises) {
        let class = resolved.classes[load.class as usize].name;
        return Some(format!("Work of class `{class}` rises in the line of department `{}`.", name(load)));
    }
    let interrupts = |load: &&Load| !resolved.model.departments[load.department].preemption.is_none();
    let described = station.special.is_some() || !station.ranked;
    let interrupted = station.loads.iter().find(interrupts).filter(|_| !described);
    interrupted.map(|load| format!("More urgent work interrupts other work in department `{}`.", name(load)))
}

/// Why the time in which work stands still for answers is not known, if so.
fn unanswered(station: &Station) -> Option<String> {
    station.loads.iter().find_map(|load| load.held.time.as_ref().err().cloned())
}
