//! The analytic twin of a model: what formulas say of it before anything runs.

mod classes;
mod dispatch;
mod display;
mod faults;
mod flow;
mod held;
mod home;
mod line;
mod obstacles;
mod rules;
mod service;
mod settle;
mod special;
mod station;
#[cfg(test)]
mod tests;
mod walk;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::classes::class_estimate;
use self::dispatch::Dispatch;
use self::flow::Traffic;
use self::settle::Settled;
use self::station::{Answer, Load, Station};
use super::figures::{Exactness, Figures};
use crate::error::Result;
use crate::model::Model;

/// What formulas say of a model in the long run. Times are in hours, rates per hour.
///
/// It is about the steady state: work in place at the start is forgotten. Arrival rates are those of
/// the traffic equations, as if every department kept up with its work; customers who are lost are
/// taken out where a formula knows how many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelEstimate {
    /// The departments, in their order.
    pub departments: Vec<DepartmentEstimate>,
    /// The classes in which cases arrive, in their order.
    pub classes: Vec<ClassEstimate>,
    /// Every department with more work than its staff can do.
    pub overloads: Vec<Overload>,
}

/// Something that formulas say, or why they do not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimated<T> {
    /// They say this.
    Value(T),
    /// No formula applies; the reason is a sentence or two.
    NotApplicable(String),
}

impl<T> Estimated<T> {
    /// What the formulas say, if they say something.
    pub fn value(&self) -> Option<&T> {
        match self {
            Estimated::Value(value) => Some(value),
            Estimated::NotApplicable(_) => None,
        }
    }

    /// Why they say nothing, if so.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Estimated::Value(_) => None,
            Estimated::NotApplicable(reason) => Some(reason),
        }
    }
}

/// What formulas say of a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentEstimate {
    /// The department.
    pub department: String,
    /// Visits of cases per hour, those lost included; `None` where there is no long-run rate.
    pub arrival_rate: Option<f64>,
    /// Requests per hour that it is to answer; `None` where there is no long-run rate.
    pub request_rate: Option<f64>,
    /// How many people the work on cases and requests would keep busy: visits per hour times the mean service time in hours, times the
    /// people that each needs, over the size of a batch. Time held for answers is part of it, as long as these take at least.
    pub offered_load: Option<f64>,
    /// Offered load over the people who are at work on average, see [`overloads`]; in a pool, both of all its
    /// departments. `None` also where the staff is infinite.
    pub traffic_intensity: Option<f64>,
    /// All visits of cases together, per visit: times in hours, rates per hour.
    pub figures: Estimated<Figures>,
    /// The same by class of the case at the visit; empty where there are no figures.
    pub classes: Vec<ClassAtDepartment>,
}

/// What formulas say of the visits of one class to a department, as exactly as of all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassAtDepartment {
    /// The class.
    pub class: String,
    /// Visits per hour.
    pub arrival_rate: f64,
    /// Mean wait of those served, in hours.
    pub wait_mean: f64,
    /// Mean wait and service of those served, in hours.
    pub sojourn_mean: f64,
}

/// What formulas say of the cases that arrive in a class, whatever class they have later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassEstimate {
    /// The class.
    pub class: String,
    /// Cases that arrive per hour; `None` where there is no long-run rate.
    pub arrival_rate: Option<f64>,
    /// The mean number of visits of a case to each department that it can come to, losses taken into
    /// account; empty where there is no long-run rate.
    pub visits: Vec<MeanVisits>,
    /// Completed cases and their lead time.
    pub completed: Estimated<Completed>,
}

/// How often a case comes to a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanVisits {
    /// The department.
    pub department: String,
    /// Visits per case that arrives.
    pub mean: f64,
}

/// What formulas say of the completed cases of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completed {
    /// Is the lead time exact?
    pub exactness: Exactness,
    /// Cases completed per hour.
    pub throughput: f64,
    /// Mean time from arrival to completion, in hours: waits, services and transfers of all visits.
    pub lead_time_mean: f64,
}

/// A department or pool with at least as much work as its people can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overload {
    /// The department, or the pool.
    pub department: String,
    /// Whether it is a pool: then the work is that of all its departments.
    pub pool: bool,
    /// Offered load over what they can do, 1 or more; `None` where nobody is ever there.
    pub traffic_intensity: Option<f64>,
    /// What comes of it.
    pub consequence: Consequence,
}

/// What comes of too much work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consequence {
    /// The queue grows as long as the run lasts: what a run says depends on its length.
    QueueGrows,
    /// A limited queue or patience keeps the queue in bounds: customers are lost.
    CustomersLost,
    /// The queue is limited, and those who hand work to it wait, and their queues grow.
    SendersBlocked,
    /// Without requests that are given up after a while, the work could be done: many are given up.
    RequestsGivenUp,
}

impl fmt::Display for Overload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Overload { department, pool, traffic_intensity, consequence } = self;
        let consequence = match consequence {
            Consequence::QueueGrows => "its queue grows as long as the run lasts",
            Consequence::CustomersLost => "customers are lost, the queue stays in bounds",
            Consequence::SendersBlocked => "those who hand work to it are held up, and their queues grow",
            Consequence::RequestsGivenUp => "requests are given up, the queue stays in bounds",
        };
        let kind = if *pool { "pool" } else { "department" };
        match traffic_intensity {
            Some(intensity) => {
                write!(f, "{kind} `{department}` has {intensity:.3} of the work it can do: {consequence}")
            }
            None => write!(f, "{kind} `{department}` has work but never anybody to do it: {consequence}"),
        }
    }
}

/// What formulas say of `model`, each department by the best that applies to it.
///
/// A pool is one queue for all its departments. Exact are: all delays; M/M/c, M/G/1 and both with priorities (M/M/c only with one service rate),
/// behind departments that leave the flow Poisson; networks of exponential departments with loops
/// (Jackson 1963); limited queues (M/M/c/K, M/G/c/c) and patience (Erlang A); one stream of batches to
/// one server, and one stream with independent times between arrivals to one exponential server; work for
/// several people at once, as work for crews; one person with absences at exponential times (Avi-Itzhak and
/// Naor 1963), or held for answers that never wait for staff; visits where errors are found and put right; a
/// model that is one line of single exponential servers with limited room ([`open_line`](super::open_line())); and
/// behind Poisson arrivals, each by itself: people who share their time, interruption by more urgent work that
/// resumes, one person who goes away when idle or sets up after it, and customers who balk. The
/// rest of the network is approximate, by two moments of each flow ([`qna`](super::qna())); times that
/// vary count with their average rate. Where no formula applies, the estimate says why: to shifts, helpers,
/// staff that is freed while it waits for an answer, requests that wait for staff, blocking elsewhere, batches, other
/// setups, slots, rising, stock, parts, pickups, the shortest queue, retries and populations, none does.
///
/// ```
/// use knockon::model::Model;
/// use knockon::random::Dist;
/// use knockon::theory::estimate;
/// use knockon::time::{minutes, per_hour};
///
/// let model = Model::builder("desk")
///     .department("desk", |d| d.staff(3).service(Dist::exponential(minutes(20))))
///     .customers("walk-in", |c| c.poisson(per_hour(7.2)).enter("desk"))
///     .build()?;
/// let estimate = estimate(&model)?;
/// let desk = estimate.departments[0].figures.value().unwrap();
/// assert!((desk.wait_mean * 60.0 - 21.57).abs() < 0.01);
/// assert!(estimate.overloads.is_empty());
/// # Ok::<(), knockon::Error>(())
/// ```
///
/// # Errors
/// The defects of the model, if it has any.
pub fn estimate(model: &Model) -> Result<ModelEstimate> {
    model.validate()?;
    Ok(estimate_valid(model))
}

fn estimate_valid(model: &Model) -> ModelEstimate {
    let settled = Settled::of(Traffic::of(model));
    let answers = Dispatch::of(&settled).answers();
    let departments = 0..model.departments.len();
    let mut estimate = ModelEstimate {
        departments: departments.map(|at| department_estimate(&settled, at, &answers)).collect(),
        classes: (0..settled.traffic.resolved.classes.len() as u32)
            .filter_map(|class| class_estimate(&settled, &answers, class))
            .collect(),
        overloads: overloads_of(&settled),
    };
    line::fill_in(model, &settled.traffic.resolved, &mut estimate);
    estimate
}

/// Every department or pool of `model` that gets at least as much work in the long run as its people can do:
/// the [`overloads`](ModelEstimate::overloads) of [`estimate`] alone. Streams without a long-run rate
/// (a schedule, a trace, a population, a limit or an end, saturated ones) are left out.
///
/// What people can do is the average level of their calendar, times the share of the time in which they are
/// not absent, and all that helpers have to spare. The work is that on cases, that on requests, and the
/// time in which people are held for answers, at least as long as these take if nobody has to wait for them; a batch
/// counts as full, and where the shortest queue is chosen, each is taken as equally often the one. Setups, stock,
/// slots and what happens at certain times only are left out.
///
/// # Errors
/// The defects of the model, if it has any.
pub fn overloads(model: &Model) -> Result<Vec<Overload>> {
    model.validate()?;
    Ok(overloads_of(&Settled::of(Traffic::of(model))))
}

fn overloads_of(settled: &Settled) -> Vec<Overload> {
    let full = settled.stations.iter().filter(|station| station.is_full(true));
    full.map(|station| Overload {
        department: station.home.name.to_owned(),
        pool: station.home.pool,
        traffic_intensity: station.intensity(),
        consequence: consequence(station),
    })
    .collect()
}

fn consequence(station: &Station) -> Consequence {
    if station.loses() {
        Consequence::CustomersLost
    } else if !station.is_full(false) {
        Consequence::RequestsGivenUp
    } else if station.queue_capacity.is_some() {
        Consequence::SendersBlocked
    } else {
        Consequence::QueueGrows
    }
}

fn department_estimate(
    settled: &Settled,
    department: usize,
    answers: &[std::result::Result<Answer, String>],
) -> DepartmentEstimate {
    let at = settled.station_of[department];
    let station = &settled.stations[at];
    let loads = || station.loads.iter().filter(|load| load.department == department);
    let known = settled.traffic.unknown[department].is_none();
    let people = settled.traffic.resolved.model.departments[department].staff_needed.max(1);
    let (figures, classes) = match &answers[at] {
        Ok(answer) => {
            let waits = station.loads.iter().zip(&answer.waits);
            let cases = |load: &Load| load.department == department && load.request.is_none();
            let waits: Vec<_> = waits.filter(|(load, _)| cases(load)).collect();
            match figures_of(station, answer, &waits) {
                Some(figures) => (Estimated::Value(figures), by_class(settled, waits, answer.stretch)),
                None => (Estimated::NotApplicable(NO_CUSTOMERS.to_owned()), Vec::new()),
            }
        }
        Err(why) => (Estimated::NotApplicable(why.clone()), Vec::new()),
    };
    let rate = |requests: bool| -> f64 {
        loads().filter(|load| load.request.is_some() == requests).map(|load| load.rate).sum()
    };
    let load: f64 = loads().map(|load| load.work() + load.rate * load.held.least_held).sum();
    DepartmentEstimate {
        department: settled.traffic.resolved.model.departments[department].name.clone(),
        arrival_rate: known.then(|| rate(false)),
        request_rate: known.then(|| rate(true)),
        offered_load: known.then_some(load * f64::from(people)),
        traffic_intensity: station.intensity().filter(|_| known),
        figures,
        classes,
    }
}

const NO_CUSTOMERS: &str = "No cases come here in the long run.";

/// The part of a station's figures that is that of a department's cases; `None` where none comes.
fn figures_of(station: &Station, answer: &Answer, waits: &[(&Load, &f64)]) -> Option<Figures> {
    let all = &answer.figures;
    if waits.len() == station.loads.len() {
        return Some(all.clone());
    }
    let rate: f64 = waits.iter().map(|(load, _)| load.rate).sum();
    if rate == 0.0 {
        return None;
    }
    let kinds: Vec<_> = waits.iter().map(|(load, _)| (load.rate, load.occupancy)).collect();
    let occupancy = service::mixture(&kinds);
    let work: f64 = waits.iter().map(|(load, _)| load.rate * load.work.service.mean).sum();
    let share = |people: f64| station.home.staff.map_or(0.0, |staff| people / f64::from(staff));
    let wait_mean = waits.iter().map(|(load, wait)| load.rate / rate * **wait).sum();
    let wait_variance = all.wait_variance.filter(|_| !station.ranked);
    let sojourn_variance = wait_variance.filter(|_| all.sojourn_variance.is_some());
    let queue_mean = rate * wait_mean;
    Some(Figures {
        exactness: all.exactness.clone(),
        arrival_rate: rate,
        traffic_intensity: share(rate * occupancy.mean),
        utilization: share(work),
        no_wait_probability: all.no_wait_probability,
        wait_mean,
        wait_variance,
        sojourn_mean: wait_mean + occupancy.mean,
        sojourn_variance: sojourn_variance.map(|variance| variance + occupancy.variance()),
        queue_mean,
        number_mean: queue_mean + rate * occupancy.mean,
        throughput: rate,
        loss_probability: 0.0,
    })
}

fn by_class(settled: &Settled, mut loads: Vec<(&Load, &f64)>, stretch: f64) -> Vec<ClassAtDepartment> {
    loads.sort_by_key(|(load, _)| load.class);
    let classes = loads.chunk_by(|a, b| a.0.class == b.0.class);
    classes
        .map(|loads| {
            let rate: f64 = loads.iter().map(|(load, _)| load.rate).sum();
            let mean = |of: &dyn Fn(&Load, f64) -> f64| -> f64 {
                loads.iter().map(|(load, wait)| load.rate / rate * of(load, **wait)).sum()
            };
            ClassAtDepartment {
                class: settled.traffic.resolved.classes[loads[0].0.class as usize].name.to_owned(),
                arrival_rate: rate,
                wait_mean: mean(&|_, wait| wait),
                sojourn_mean: mean(&|load, wait| wait + load.occupancy.mean * stretch),
            }
        })
        .collect()
}
