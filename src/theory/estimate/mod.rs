//! The analytic twin of a model: what formulas say of it before anything runs.

mod dispatch;
mod flow;
mod service;
mod settle;
mod station;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::dispatch::Dispatch;
use self::flow::{Group, Traffic};
use self::settle::Settled;
use self::station::{Answer, Station, reason};
use super::error::TheoryError;
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
    /// Visits per hour, those lost included; `None` where there is no long-run rate.
    pub arrival_rate: Option<f64>,
    /// Visits per hour times the mean service time in hours: how many people the work would keep busy.
    pub offered_load: Option<f64>,
    /// Offered load over staff; `None` also where the staff is infinite.
    pub traffic_intensity: Option<f64>,
    /// All visits together, per visit: times in hours, rates per hour.
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

/// A department with at least as much work as its staff can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overload {
    /// The department.
    pub department: String,
    /// Offered load over staff; 1 or more.
    pub traffic_intensity: f64,
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
}

impl fmt::Display for Overload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Overload { department, traffic_intensity, consequence } = self;
        let consequence = match consequence {
            Consequence::QueueGrows => "its queue grows as long as the run lasts",
            Consequence::CustomersLost => "customers are lost, the queue stays in bounds",
        };
        write!(f, "department `{department}` has {traffic_intensity:.3} of the work it can do: {consequence}")
    }
}

/// What formulas say of `model`, each department by the best that applies to it.
///
/// Exact are: all delays; M/M/c, M/G/1 and both with priorities (M/M/c only with one service rate),
/// behind departments that leave the flow Poisson; networks of exponential departments with loops
/// (Jackson 1963); limited queues (M/M/c/K, M/G/c/c) and patience (Erlang A); one stream of batches to
/// one server, and one stream with independent times between arrivals to one exponential server. The
/// rest of the network is approximate, by two moments of each flow ([`qna`](super::qna())); times that
/// vary count with their average rate. Where no formula applies, the estimate says why.
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
    let settled = Settled::of(Traffic::of(model));
    let answers = Dispatch::of(&settled).answers();
    let departments = settled.stations.iter().zip(&settled.traffic.unknown).zip(&answers);
    let departments = departments.map(|((station, unknown), answer)| {
        department_estimate(&settled, station, unknown.is_none(), answer)
    });
    Ok(ModelEstimate {
        departments: departments.collect(),
        classes: (0..settled.traffic.resolved.classes.len() as u32)
            .filter_map(|class| class_estimate(&settled, &answers, class))
            .collect(),
        overloads: overloads_of(&settled),
    })
}

/// Every department of `model` that gets at least as much work in the long run as its staff can do:
/// the [`overloads`](ModelEstimate::overloads) of [`estimate`] alone. Streams without a long-run rate
/// (a schedule, a trace, a limit) are left out.
///
/// # Errors
/// The defects of the model, if it has any.
pub fn overloads(model: &Model) -> Result<Vec<Overload>> {
    model.validate()?;
    Ok(overloads_of(&Settled::of(Traffic::of(model))))
}

fn overloads_of(settled: &Settled) -> Vec<Overload> {
    let full = settled.stations.iter().filter(|station| station.is_full());
    full.map(|station| Overload {
        department: station.department.name.clone(),
        traffic_intensity: station.intensity().unwrap_or(1.0),
        consequence: if station.loses() { Consequence::CustomersLost } else { Consequence::QueueGrows },
    })
    .collect()
}

fn department_estimate(
    settled: &Settled,
    station: &Station,
    known: bool,
    answer: &std::result::Result<Answer, String>,
) -> DepartmentEstimate {
    let load = station.rate * station.service.mean;
    let (figures, classes) = match answer {
        Ok(answer) => (Estimated::Value(answer.figures.clone()), by_class(settled, station, &answer.waits)),
        Err(why) => (Estimated::NotApplicable(why.clone()), Vec::new()),
    };
    DepartmentEstimate {
        department: station.department.name.clone(),
        arrival_rate: known.then_some(station.rate),
        offered_load: known.then_some(load),
        traffic_intensity: station.intensity().filter(|_| known),
        figures,
        classes,
    }
}

fn by_class(settled: &Settled, station: &Station, waits: &[f64]) -> Vec<ClassAtDepartment> {
    let mut loads: Vec<_> = station.loads.iter().zip(waits).collect();
    loads.sort_by_key(|(load, _)| load.class);
    let classes = loads.chunk_by(|a, b| a.0.class == b.0.class);
    classes
        .map(|loads| {
            let rate: f64 = loads.iter().map(|(load, _)| load.rate).sum();
            let mean = |of: &dyn Fn(&station::Load, f64) -> f64| -> f64 {
                loads.iter().map(|(load, wait)| load.rate / rate * of(load, **wait)).sum()
            };
            ClassAtDepartment {
                class: settled.traffic.resolved.classes[loads[0].0.class as usize].name.to_owned(),
                arrival_rate: rate,
                wait_mean: mean(&|_, wait| wait),
                sojourn_mean: mean(&|load, wait| wait + load.work.service.mean),
            }
        })
        .collect()
}

/// `None` where no case arrives in the class.
fn class_estimate(
    settled: &Settled,
    answers: &[std::result::Result<Answer, String>],
    class: u32,
) -> Option<ClassEstimate> {
    let traffic = &settled.traffic;
    let name = traffic.resolved.classes[class as usize].name.to_owned();
    let groups = traffic.groups.iter().zip(&settled.visits).filter(|(group, _)| group.class == class);
    let groups: Vec<_> = groups.collect();
    if traffic.unknown_classes[class as usize] {
        let why = "Not all of its cases have a long-run rate.".to_owned();
        let completed = Estimated::NotApplicable(why);
        return Some(ClassEstimate { class: name, arrival_rate: None, visits: Vec::new(), completed });
    }
    if groups.is_empty() {
        return None;
    }
    let arrival_rate: f64 = groups.iter().flat_map(|(group, _)| group.entering()).sum();
    let mut visits = vec![0.0; settled.stations.len()];
    for (group, rates) in &groups {
        for (&(department, _), (rate, _)) in group.walk.states.iter().zip(*rates) {
            visits[department] += rate / arrival_rate;
        }
    }
    let here: Vec<usize> = (0..visits.len()).filter(|&department| visits[department] > 0.0).collect();
    let departments = &traffic.resolved.model.departments;
    let visit = |&department: &usize| MeanVisits {
        department: departments[department].name.clone(),
        mean: visits[department],
    };
    let refused = here.iter().find_map(|&at| {
        let why = answers[at].as_ref().err()?;
        Some(format!("Department `{}` has no figures: {why}", departments[at].name))
    });
    let solved = groups.iter().all(|(group, rates)| rates.len() == group.walk.states.len());
    let completed = match refused {
        Some(why) => Estimated::NotApplicable(why),
        None if !solved => Estimated::NotApplicable("The traffic equations did not settle.".to_owned()),
        None => match completed(settled, answers, &groups) {
            Ok((throughput, lead_time_mean)) => {
                let exactness = together(here.iter().filter_map(|&at| answers[at].as_ref().ok()));
                Estimated::Value(Completed { exactness, throughput, lead_time_mean })
            }
            Err(error) => Estimated::NotApplicable(reason(error)),
        },
    };
    Some(ClassEstimate {
        class: name,
        arrival_rate: Some(arrival_rate),
        visits: here.iter().map(visit).collect(),
        completed,
    })
}

/// Cases completed per hour and their mean lead time: the time spent at all states per hour by cases
/// that will be completed, over their number (Little 1961).
///
/// Losses at different visits of a case count as independent of its times.
fn completed(
    settled: &Settled,
    answers: &[std::result::Result<Answer, String>],
    groups: &[(&Group, &Vec<(f64, service::Work)>)],
) -> std::result::Result<(f64, f64), TheoryError> {
    let (mut throughput, mut time) = (0.0, 0.0);
    for (group, visits) in groups {
        let completion = group.completion(&settled.served)?;
        let entering = group.entering();
        throughput += entering.iter().zip(&completion).map(|(rate, share)| rate * share).sum::<f64>();
        for (state, &(rate, work)) in visits.iter().enumerate().filter(|(_, visit)| visit.0 > 0.0) {
            let (department, class) = group.walk.states[state];
            let Ok(answer) = &answers[department] else { continue };
            let loads = &settled.stations[department].loads;
            // Waits are the same for all of one class.
            let wait = loads.iter().zip(&answer.waits).find(|(load, _)| load.class == class);
            let stay = wait.map_or(0.0, |(_, wait)| *wait) + work.service.mean;
            time += rate * completion[state] * stay;
            for step in &group.walk.steps[state] {
                let onward = step.to.map_or(1.0, |to| completion[to]);
                time += rate * settled.served[department] * step.probability * onward * step.transfer;
            }
        }
    }
    let lead_time = super::error::in_range(time / throughput)?;
    Ok((throughput, lead_time))
}

/// Exact if all are; else everything that makes them approximate.
fn together<'a>(answers: impl Iterator<Item = &'a Answer>) -> Exactness {
    let mut sources: Vec<&str> = Vec::new();
    for answer in answers {
        if let Exactness::Approximate { source } = &answer.figures.exactness
            && !sources.contains(&source.as_ref())
        {
            sources.push(source);
        }
    }
    if sources.is_empty() {
        Exactness::Exact
    } else {
        Exactness::Approximate { source: sources.join(" ").into() }
    }
}
