//! What is known beforehand, and how far a run is off it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::experiment::{Customers, Figure, Horizon};
use crate::model::{Arrivals, Department, Discipline, Model, Staff, Stream};
use crate::random::Dist;
use crate::results::{Replication, Results};
use crate::theory::{DepartmentEstimate, Estimated, Exactness, ModelEstimate, estimate};
use crate::time::{Span, hours};

/// Something whose expectation is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// Cases of a class that arrive in the window, less their expectation: the integral of the rates of its streams. Exact. For
    /// streams of single cases that are Poisson, with one rate or a pattern, have no limit, and a horizon that is a time.
    Arrivals {
        /// The class.
        class: String,
    },
    /// Hours of service in the window, less the visits served in it times their mean service time. The rest of a service that
    /// straddles an end of the window is expected to be as long as a whole one where services are exponential: the expectation
    /// is then zero exactly. For other distributions both ends are off by the same amount in the steady
    /// state, so these need a warm-up. Sums of ended services alone would not do: ended services are too short on average. For
    /// departments whose people work alone, at one speed and on one case at a time, and whose service times depend on the class
    /// at most.
    Service {
        /// The department.
        department: String,
    },
    /// Cases waiting, averaged over the window, less what the analytic twin says, for departments where that is exact (M/M/c
    /// first come first served), after a warm-up of at least ten relaxation times. Not for
    /// figures that the twin knows exactly itself, as a run can only add its own ends to them. Where the twin is
    /// approximate it is no known mean, and is not used.
    Queue {
        /// The department.
        department: String,
    },
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Known::Arrivals { class } => write!(f, "the arrivals of `{class}`"),
            Known::Service { department } => write!(f, "the service times of `{department}`"),
            Known::Queue { department } => write!(f, "the queue of `{department}`"),
        }
    }
}

/// After so many relaxation times nothing is left of the start: exp(-10).
const RELAXED: f64 = 10.0;

/// All that is known of a model, with how far each replication is off.
pub(super) fn offered(model: &Model, figure: &Figure, results: &Results) -> Result<Vec<(Known, Vec<f64>)>> {
    let mut offered = Vec::new();
    for (at, class) in results.classes.iter().enumerate() {
        if let Some(expected) = expected_arrivals(model, results, &class.name) {
            let off = |of: &Replication| of.classes[at].arrived as f64 - expected;
            let known = Known::Arrivals { class: class.name.clone() };
            offered.push((known, results.replications.iter().map(off).collect()));
        }
    }
    for (at, department) in model.departments.iter().enumerate() {
        if let Some(means) = mean_services(model, results, department) {
            let off = |of: &Replication| {
                let classes = of.departments[at].classes.iter().zip(&means);
                classes.map(|(of, mean)| of.service_hours - mean * of.departures as f64).sum()
            };
            let known = Known::Service { department: department.name.clone() };
            offered.push((known, results.replications.iter().map(off).collect()));
        }
    }
    let twin = estimate(model)?;
    if !is_known(&twin, figure) {
        for (at, department) in model.departments.iter().enumerate() {
            if let Some(expected) = expected_queue(department, &twin.departments[at], results) {
                let off = |of: &Replication| {
                    let hours: f64 = of.departments[at].classes.iter().map(|of| of.waiting_hours).sum();
                    hours / of.window - expected
                };
                let known = Known::Queue { department: department.name.clone() };
                offered.push((known, results.replications.iter().map(off).collect()));
            }
        }
    }
    Ok(offered)
}

/// The expected number of arrivals of a class in the window, where it is known.
fn expected_arrivals(model: &Model, results: &Results, class: &str) -> Option<f64> {
    let Horizon::Time(end) = results.manifest.horizon else { return None };
    let warm_up = hours(results.manifest.warm_up);
    let complaints = model
        .departments
        .iter()
        .any(|of| of.errors.as_ref().is_some_and(|errors| errors.complaint.is_some()));
    let initial = model.initial.iter().any(|work| work.class == class) && warm_up == Span::ZERO;
    if complaints || initial {
        return None;
    }
    let mut expected = 0.0;
    for stream in &model.streams {
        let share = share(stream, class);
        if share > 0.0 {
            expected += share * expected_of(stream, warm_up, end)?;
        }
    }
    (expected > 0.0).then_some(expected)
}

/// The share of a stream's cases that arrive in a class.
fn share(stream: &Stream, class: &str) -> f64 {
    let certain = |same: bool| f64::from(u8::from(same));
    match (&stream.class, &stream.mix[..]) {
        (Some(own), _) => certain(own == class),
        (None, []) => certain(stream.name == class),
        (None, mix) => mix.iter().filter(|of| of.class == class).map(|of| of.share).sum(),
    }
}

fn expected_of(stream: &Stream, warm_up: Span, end: Span) -> Option<f64> {
    if stream.batch.is_some() || stream.limit.is_some() {
        return None;
    }
    let from = warm_up.max(stream.from.unwrap_or(Span::ZERO)).as_hours();
    let until = end.min(stream.until.unwrap_or(Span::MAX)).as_hours();
    match &stream.arrivals {
        Arrivals::Poisson { rate } => Some(rate.per_hour() * (until - from).max(0.0)),
        Arrivals::Pattern { period, steps } => {
            let period = period.as_hours();
            let ends = steps.iter().skip(1).map(|step| step.from.as_hours()).chain([period]);
            let pieces: Vec<(f64, f64, f64)> = steps
                .iter()
                .zip(ends)
                .map(|(step, end)| (step.from.as_hours(), end, step.rate.per_hour()))
                .collect();
            // Expected from the start of the pattern to a time.
            let to = |time: f64| -> f64 {
                let (cycles, rest) = ((time / period).floor(), time.rem_euclid(period));
                let within = |time: f64| -> f64 {
                    pieces.iter().map(|&(from, end, rate)| rate * (time.min(end) - from).max(0.0)).sum()
                };
                cycles * within(period) + within(rest)
            };
            Some((to(until) - to(from)).max(0.0))
        }
        Arrivals::Renewal { .. }
        | Arrivals::Schedule { .. }
        | Arrivals::Saturated
        | Arrivals::Population { .. }
        | Arrivals::Trace { .. } => None,
    }
}

/// The mean service time of each class at a department, in hours, where services are as [`Known::Service`] wants them.
fn mean_services(model: &Model, results: &Results, department: &Department) -> Option<Vec<f64>> {
    let sized = |stream: &Stream| {
        let given = match &stream.arrivals {
            Arrivals::Trace { cases } => cases.iter().any(|case| case.size.is_some()),
            _ => false,
        };
        given || stream.size.is_some()
    };
    let name = &department.name;
    let plain = department.staff_needed == 1
        && department.helpers.is_empty()
        && department.preemption.is_none()
        && department.batch.is_none()
        && department.setup.is_none()
        && department.periods.is_empty()
        && department.discipline != Discipline::ProcessorSharing
        && department.service_for.iter().all(|rule| rule.from_visit <= 1)
        && !model.departments.iter().any(|other| other.helpers.iter().any(|helpers| helpers.from == *name))
        && !model.requests.iter().any(|request| request.from == *name)
        && !model.initial.iter().any(|work| work.department == *name && work.remaining.is_some())
        && model.forks.is_empty()
        && !model.streams.iter().any(sized);
    if !plain {
        return None;
    }
    let settled = results.manifest.warm_up > 0.0;
    let hour = hours(1).ticks() as f64;
    let mean = |class: &str| -> Option<f64> {
        let own = department.service_for.iter().find(|rule| rule.class.as_deref() == Some(class));
        let rule = own.or_else(|| department.service_for.iter().find(|rule| rule.class.is_none()));
        let service = rule.map(|rule| &rule.service).or(department.service.as_ref())?;
        (settled || memoryless(service)).then(|| service.mean() / hour)
    };
    // A class that never comes here needs no service time.
    let visits = &results.department(name).ok()?.classes;
    let comes = |class: &str| visits.iter().any(|of| of.class == class);
    let classes = results.classes.iter().map(|class| class.name.as_str());
    classes.map(|class| if comes(class) { mean(class) } else { Some(0.0) }).collect()
}

fn memoryless(service: &Dist) -> bool {
    match service {
        Dist::Exponential { .. } => true,
        Dist::Scaled { dist, .. } => memoryless(dist),
        _ => false,
    }
}

/// The mean number waiting at a department, where the twin knows it and the run has forgotten its start.
fn expected_queue(department: &Department, twin: &DepartmentEstimate, results: &Results) -> Option<f64> {
    let Estimated::Value(figures) = &twin.figures else { return None };
    let Staff::Count(staff) = department.staff else { return None };
    let service =
        department.service.as_ref().filter(|of| department.service_for.is_empty() && memoryless(of))?;
    let plain = figures.exactness == Exactness::Exact
        && department.queue_capacity.is_none()
        && department.patience.is_none()
        && department.balking.is_none()
        && department.absences.is_empty()
        && department.staff_needed == 1;
    if !plain || !matches!(results.manifest.horizon, Horizon::Time(_)) {
        return None;
    }
    // Of M/M/c the slowest mode decays at (sqrt(c mu) - sqrt(lambda))^2 or, of many servers, at most at mu
    // (Karlin and McGregor 1958; van Doorn 1985).
    let rate = hours(1).ticks() as f64 / service.mean();
    let spare = (f64::from(staff) * rate).sqrt() - figures.arrival_rate.sqrt();
    let relaxation = (spare * spare).min(rate);
    (results.manifest.warm_up * relaxation >= RELAXED).then_some(figures.queue_mean)
}

/// Whether the twin knows a figure exactly.
fn is_known(twin: &ModelEstimate, figure: &Figure) -> bool {
    match figure {
        Figure::LeadTime { of } => twin.classes.iter().all(|class| {
            let asked = matches!(of, Customers::All) || *of == Customers::from(class.class.as_str());
            !asked || class.completed.value().is_some_and(|known| known.exactness == Exactness::Exact)
        }),
        Figure::WaitingTime { department } | Figure::QueueLength { department } => {
            twin.departments.iter().any(|of| {
                let exact = of.figures.value().is_some_and(|known| known.exactness == Exactness::Exact);
                of.department == *department && exact
            })
        }
        _ => false,
    }
}
