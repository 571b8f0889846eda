//! Models that are one line of single exponential servers with limited room: exact by their Markov chain.

use crate::model::{Arrivals, Department, Discipline, Model, Resolved, Staff, Stream, Target};
use crate::theory::error::TheoryError;
use crate::theory::figures::{Exactness, Figures};
use crate::theory::line::{LineFigures, open_line, saturated_line};

use super::flow::{poisson_moments, single};
use super::rules;
use super::service::{hours, is_exponential};
use super::{ClassAtDepartment, Completed, Estimated, MeanVisits, ModelEstimate};

/// A model that is one line.
struct Line<'m> {
    stream: &'m Stream,
    /// In the order of the way through them.
    departments: Vec<usize>,
    /// Services per hour.
    rates: Vec<f64>,
    /// Who may wait in front of each but the first.
    room: Vec<u32>,
    first_room: Option<u32>,
}

/// Puts in the figures of the line, if the model is one that other formulas do not describe.
pub(super) fn fill_in(model: &Model, resolved: &Resolved, estimate: &mut ModelEstimate) {
    let Some(line) = Line::of(model, resolved) else { return };
    let figures = match line.figures() {
        Ok(figures) => figures,
        Err(error) => {
            let why = super::station::reason(error);
            for &department in &line.departments {
                estimate.departments[department].figures = Estimated::NotApplicable(why.clone());
            }
            return;
        }
    };
    let Some(class) = estimate.classes.first_mut() else { return };
    let arrival_rate = figures.throughput / (1.0 - figures.loss_probability);
    class.arrival_rate = Some(arrival_rate);
    let admitted = 1.0 - figures.loss_probability;
    class.visits.clear();
    for (place, &at) in line.departments.iter().enumerate() {
        let department = &mut estimate.departments[at];
        let found = line.station(&figures, place);
        department.arrival_rate = Some(found.arrival_rate);
        department.request_rate = Some(0.0);
        department.offered_load = Some(found.arrival_rate / line.rates[place]);
        department.traffic_intensity = department.offered_load;
        department.classes = vec![ClassAtDepartment {
            class: class.class.clone(),
            arrival_rate: found.arrival_rate,
            wait_mean: found.wait_mean,
            sojourn_mean: found.sojourn_mean,
        }];
        department.figures = Estimated::Value(found);
        let mean = if place == 0 { 1.0 } else { admitted };
        class.visits.push(MeanVisits { department: department.department.clone(), mean });
    }
    class.visits.sort_by_key(|visits| model.departments.iter().position(|one| one.name == visits.department));
    let present: f64 = figures.stations.iter().map(|station| station.number_mean).sum();
    class.completed = Estimated::Value(Completed {
        exactness: Exactness::Exact,
        throughput: figures.throughput,
        lead_time_mean: present / figures.throughput,
    });
}

impl<'m> Line<'m> {
    fn of(model: &'m Model, resolved: &Resolved) -> Option<Line<'m>> {
        let [stream] = model.streams.as_slice() else { return None };
        if !rules::none(model) {
            return None;
        }
        let saturated = matches!(stream.arrivals, Arrivals::Saturated);
        let plain = single(stream) && stream.limit.is_none() && stream.size.is_none();
        let steady = !matches!(stream.arrivals, Arrivals::Pattern { .. }) && poisson_moments(stream);
        if !(plain && model.requests.is_empty() && (saturated || steady)) {
            return None;
        }
        let [(class, _)] = resolved.shares(stream)[..] else { return None };
        let departments = path(resolved, class, resolved.department(&stream.enter)? as usize)?;
        if departments.len() != model.departments.len() {
            return None;
        }
        let mut rates = Vec::with_capacity(departments.len());
        for &at in &departments {
            let [(1, service)] = resolved.services_for(at as u32, class)[..] else { return None };
            if !(single_server(&model.departments[at]) && is_exponential(service)) {
                return None;
            }
            rates.push(1.0 / hours(service.mean()));
        }
        let room = departments.iter().skip(1).map(|&at| model.departments[at].queue_capacity);
        let room: Vec<u32> = room.collect::<Option<_>>()?;
        // Others describe one station that is not saturated.
        if room.is_empty() && !saturated {
            return None;
        }
        let first_room = model.departments[departments[0]].queue_capacity;
        Some(Line { stream, departments, rates, room, first_room })
    }

    fn figures(&self) -> Result<LineFigures, TheoryError> {
        match self.stream.rate() {
            Some(rate) => open_line(rate, &self.rates, &self.room, self.first_room),
            None => saturated_line(&self.rates, &self.room),
        }
    }

    /// A station's figures. Blocked time counts in the sojourn and not in the wait.
    fn station(&self, figures: &LineFigures, place: usize) -> Figures {
        let station = &figures.stations[place];
        let throughput = figures.throughput;
        let loss_probability = if place == 0 { figures.loss_probability } else { 0.0 };
        let arrival_rate = throughput / (1.0 - loss_probability);
        Figures {
            exactness: Exactness::Exact,
            arrival_rate,
            traffic_intensity: arrival_rate / self.rates[place],
            utilization: station.busy,
            no_wait_probability: None,
            wait_mean: station.queue_mean / throughput,
            wait_variance: None,
            sojourn_mean: station.number_mean / throughput,
            sojourn_variance: None,
            queue_mean: station.queue_mean,
            number_mean: station.number_mean,
            throughput,
            loss_probability,
        }
    }
}

/// The departments that a case passes, if there is but one way, each but once and without transfers.
fn path(resolved: &Resolved, class: u32, first: usize) -> Option<Vec<usize>> {
    let mut passed = vec![first];
    loop {
        let here = *passed.last()? as u32;
        let mut ways = resolved.routes_for(here, class).filter(|way| way.1 > 0.0);
        let Some((handoff, _)) = ways.next() else { return Some(passed) };
        let route = &resolved.routes[handoff as usize];
        let transfer = resolved.model.handoffs[handoff as usize].transfer.is_some();
        if ways.next().is_some() || route.becomes.is_some_and(|becomes| becomes != class) {
            return None;
        }
        match route.target {
            Target::Department(next) if !transfer && passed.len() < resolved.model.departments.len() => {
                passed.push(next as usize);
            }
            // What takes time on the way out is no station's.
            Target::Exit if !transfer => return Some(passed),
            _ => return None,
        }
    }
}

fn single_server(department: &Department) -> bool {
    let plain = Department {
        service: department.service.clone(),
        service_for: department.service_for.clone(),
        queue_capacity: department.queue_capacity,
        ignore_priority: department.ignore_priority,
        discipline: Discipline::Fifo,
        ..Department::new(department.name.clone(), Staff::Count(1))
    };
    *department == plain
}
