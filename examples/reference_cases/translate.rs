//! From the neutral schema to a model of the library.

use std::collections::BTreeSet;
use std::f64::consts::TAU;

use knockon::model::{AbsenceBuilder, DepartmentBuilder, Model, ShiftsBuilder, StreamBuilder};
use knockon::prelude::{Discipline, EXIT, Rate, Span, cv, hours};
use knockon::random::{Dist, Quantity};

use crate::schema::{AtShiftEnd, Clock, Crew, Servers, Service};
use crate::{limits, schema};

/// How many steps stand for one period of a sinusoid.
const SINUSOID_STEPS: u32 = 480;

/// A geometric distribution is cut off where no more than this is left.
const GEOMETRIC_REST: f64 = 1e-12;

/// The model, with one model unit of time lasting `unit` hours; or what cannot be said.
pub fn translate(name: &str, neutral: &schema::Model, unit: f64) -> Result<Model, String> {
    limits::check(neutral)?;
    let span = |time: f64| hours(time * unit);
    let mut model = Model::builder(name);
    for class in &neutral.classes {
        model = model.class(&class.name, |c| c.priority(class.priority));
    }
    for pool in &neutral.pools {
        model = model.pool(&pool.name, |p| p.staff(pool.servers));
    }
    for node in &neutral.nodes {
        if let Some(calendar) = &node.calendar {
            let steps = calendar.steps.iter().map(|&(from, servers)| (span(from), servers));
            model = model.calendar(&node.name, |c| c.cycle(span(calendar.period), steps));
        }
        let describe = department(node, &span).map_err(|reason| format!("node {}: {reason}", node.name))?;
        model = model.department(&node.name, describe);
    }
    for (from, to, class, probability, becomes) in handoffs(neutral)? {
        model = model.handoff(from, to, |h| {
            let h = h.probability_for(class, probability);
            if let Some(becomes) = becomes { h.becomes(becomes) } else { h }
        });
    }
    for (number, arrival) in neutral.arrivals.iter().enumerate() {
        let describe =
            stream(arrival, unit).map_err(|reason| format!("arrivals at {}: {reason}", arrival.node))?;
        model = model.customers(format!("arrivals {}", number + 1), describe);
    }
    model.build().map_err(|error| error.to_string())
}

/// What to tell the builder of a department.
fn department(
    node: &schema::Node,
    span: &impl Fn(f64) -> Span,
) -> Result<impl FnOnce(DepartmentBuilder) -> DepartmentBuilder, String> {
    let services: Vec<(Option<&String>, Dist)> = match &node.service {
        Service::All(service) => vec![(None, dist(service, span)?)],
        Service::ByClass(services) => services
            .iter()
            .map(|(class, service)| Ok((Some(class), dist(service, span)?)))
            .collect::<Result<_, String>>()?,
    };
    let patience = node.patience.as_ref().map(|patience| dist(patience, span)).transpose()?;
    let staffing = staffing(node)?;
    let breakdown = node.breakdown.as_ref().map(|breakdown| absence(breakdown, span)).transpose()?;
    let room = match (node.capacity, &node.servers) {
        (None, _) => None,
        (Some(capacity), Some(Servers::Count(servers))) => {
            Some(capacity.checked_sub(*servers).ok_or("capacity below the number of servers")?)
        }
        (Some(_), _) => return Err("capacity without a number of servers".into()),
    };
    let discipline = match node.discipline {
        schema::Discipline::Fifo => Discipline::Fifo,
        schema::Discipline::Lifo => Discipline::Lifo,
        schema::Discipline::Random => Discipline::Random,
    };
    Ok(move |d: DepartmentBuilder| {
        let d =
            services.into_iter().fold(
                staffing(d).discipline(discipline),
                |d, (class, service)| match class {
                    Some(class) => d.service_for(class, service),
                    None => d.service(service),
                },
            );
        let d = if let Some(breakdown) = breakdown { d.absence(breakdown) } else { d };
        let d = if let Some(room) = room { d.queue_capacity(room) } else { d };
        let d = if let Some(patience) = patience { d.patience(patience) } else { d };
        if let Some(refuge) = &node.abandon_to { d.renege_to(refuge) } else { d }
    })
}

/// Who serves at a node.
fn staffing(node: &schema::Node) -> Result<impl FnOnce(DepartmentBuilder) -> DepartmentBuilder, String> {
    let shifts = |calendar: &schema::Calendar| {
        let (at_end, crew) = (calendar.at_shift_end, calendar.crew);
        move |s: ShiftsBuilder| match (at_end, crew) {
            (AtShiftEnd::PreemptResume, _) => s.hand_over(),
            (AtShiftEnd::FinishCurrent, Some(Crew::Replaced)) => s.finish().replaced_crew(),
            (AtShiftEnd::FinishCurrent, _) => s.finish(),
        }
    };
    let known: Box<dyn FnOnce(DepartmentBuilder) -> DepartmentBuilder + '_> =
        match (&node.servers, &node.calendar, &node.pool) {
            (&Some(Servers::Count(count)), None, None) => Box::new(move |d| d.staff(count)),
            (Some(Servers::Infinite(_)), None, None) => Box::new(|d| d.infinite_staff()),
            (None, Some(calendar), None) => {
                let all = calendar.steps.iter().map(|step| step.1).max().unwrap_or(0);
                let shifts = shifts(calendar);
                Box::new(move |d| d.staff(all).shifts(&node.name, shifts))
            }
            (None, None, Some(pool)) => Box::new(move |d| d.pool(pool)),
            _ => return Err("must have one of servers, calendar and pool".into()),
        };
    Ok(known)
}

/// A breakdown as an absence.
fn absence(
    breakdown: &schema::Breakdown,
    span: &impl Fn(f64) -> Span,
) -> Result<impl FnOnce(AbsenceBuilder) -> AbsenceBuilder, String> {
    let (between, duration) = (dist(&breakdown.time_to_failure, span)?, dist(&breakdown.repair, span)?);
    let clock = breakdown.clock;
    Ok(move |a: AbsenceBuilder| {
        let a = a.between(between).duration(duration);
        if clock == Clock::BusyTime { a.working_time() } else { a }
    })
}

/// A way on: from, to, class, probability, new class.
pub type Way<'n> = (&'n str, &'n str, &'n str, f64, Option<&'n str>);

/// Every way on.
pub fn handoffs(neutral: &schema::Model) -> Result<Vec<Way<'_>>, String> {
    let mut ways = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in &neutral.routing {
        if !seen.insert((&rule.from, &rule.class)) {
            return Err(format!("two routing entries from {} for class {}", rule.from, rule.class));
        }
        let own_entry =
            |class: &str| neutral.routing.iter().any(|other| other.from == rule.from && other.class == class);
        let classes: Vec<&str> = match rule.class.as_str() {
            "*" => {
                neutral.classes.iter().map(|c| c.name.as_str()).filter(|class| !own_entry(class)).collect()
            }
            class => vec![class],
        };
        let probabilities: Vec<f64> = rule.to.iter().map(|target| target.parts().1).collect();
        let probabilities = to_one(&probabilities);
        for (target, probability) in rule.to.iter().zip(probabilities) {
            let (to, _, becomes) = target.parts();
            let to = if to == "exit" { EXIT } else { to };
            ways.extend(classes.iter().map(|&class| (rule.from.as_str(), to, class, probability, becomes)));
        }
    }
    Ok(ways)
}

/// Probabilities in files are rounded to ten digits: corrects the sum where it is nearly 1.
fn to_one(probabilities: &[f64]) -> Vec<f64> {
    let sum: f64 = probabilities.iter().sum();
    let divisor = if (sum - 1.0).abs() < 1e-8 { sum } else { 1.0 };
    probabilities.iter().map(|probability| probability / divisor).collect()
}

/// What to tell the builder of a stream.
fn stream(
    arrival: &schema::Arrival,
    unit: f64,
) -> Result<impl FnOnce(StreamBuilder) -> StreamBuilder, String> {
    let span = move |time: f64| hours(time * unit);
    let rate = move |per_unit: f64| Rate::new(per_unit / unit, hours(1));
    let batch = arrival.batch_size.as_ref().map(|size| dist(size, &|cases| cases)).transpose()?;
    let arrivals: Box<dyn FnOnce(StreamBuilder) -> StreamBuilder + '_> =
        match (&arrival.interarrival, &arrival.rate, &arrival.times, arrival.saturated) {
            (&Some(schema::Dist::Exponential { mean }), None, None, false) => {
                Box::new(move |s| s.poisson(rate(1.0 / mean)))
            }
            (Some(interarrival), None, None, false) => {
                let interarrival = dist(interarrival, &span)?;
                Box::new(move |s| s.renewal(interarrival))
            }
            (None, Some(pattern), None, false) => {
                let (period, steps) = rate_steps(pattern)?;
                Box::new(move |s| {
                    s.pattern(span(period), steps.iter().map(|&(from, level)| (span(from), rate(level))))
                })
            }
            (None, None, Some(times), false) => {
                Box::new(move |s| s.schedule(times.iter().map(|&time| span(time))))
            }
            (None, None, None, true) => Box::new(StreamBuilder::saturated),
            _ => return Err("must have one of interarrival, rate, times and saturated".into()),
        };
    Ok(move |s: StreamBuilder| {
        let s = arrivals(s.enter(&arrival.node).class(&arrival.class));
        if let Some(batch) = batch { s.batch(batch) } else { s }
    })
}

/// The period of a pattern, and the times in it from which each rate holds.
fn rate_steps(pattern: &schema::Rate) -> Result<(f64, Vec<(f64, f64)>), String> {
    match *pattern {
        schema::Rate::Piecewise { period, ref steps } => Ok((period, steps.clone())),
        schema::Rate::Sinusoid { mean, amplitude, .. } if amplitude.abs() > mean => {
            Err("a sinusoid that goes below zero".into())
        }
        schema::Rate::Sinusoid { mean, amplitude, period } => {
            Ok((period, sinusoid(mean, amplitude).map(|(from, level)| (from * period, level)).collect()))
        }
    }
}

/// `mean + amplitude sin(2 pi x)` for x from 0 to 1 in equal steps, each with its exact average.
fn sinusoid(mean: f64, amplitude: f64) -> impl Iterator<Item = (f64, f64)> {
    let width = 1.0 / f64::from(SINUSOID_STEPS);
    (0..SINUSOID_STEPS).map(move |step| {
        let from = f64::from(step) * width;
        let area = ((TAU * from).cos() - (TAU * (from + width)).cos()) / TAU;
        (from, mean + amplitude * area / width)
    })
}

/// A distribution of times or of numbers; `value` makes one from what the file says.
pub fn dist<T: Quantity>(neutral: &schema::Dist, value: &impl Fn(f64) -> T) -> Result<Dist<T>, String> {
    use schema::Dist as Neutral;
    let pairs = |left: &[f64], right: &[f64]| -> Result<Vec<(f64, T)>, String> {
        if left.len() != right.len() {
            return Err("a distribution with lists of different lengths".into());
        }
        Ok(to_one(left).into_iter().zip(right.iter().map(|&x| value(x))).collect())
    };
    Ok(match *neutral {
        Neutral::Exponential { mean } => Dist::exponential(value(mean)),
        Neutral::Deterministic { value: only } => Dist::constant(value(only)),
        Neutral::Erlang { k, mean } => Dist::erlang(k, value(mean)),
        Neutral::Hyperexponential { ref probs, ref means } => Dist::hyperexponential(pairs(probs, means)?),
        Neutral::Uniform { low, high } => Dist::uniform(value(low), value(high)),
        Neutral::Lognormal { mean, sd } => Dist::lognormal(value(mean), cv(sd / mean)),
        Neutral::Gamma { mean, sd } => Dist::gamma(value(mean), cv(sd / mean)),
        Neutral::Weibull { shape, scale } => Dist::weibull_shape(value(scale), shape),
        Neutral::Discrete { ref values, ref probs } => {
            Dist::discrete(pairs(probs, values)?.into_iter().map(|(probability, value)| (value, probability)))
        }
        Neutral::Geometric { p } => geometric(p, value)?,
    })
}

/// 1, 2, ... up to where hardly anything is left, which the last value takes.
fn geometric<T: Quantity>(p: f64, value: &impl Fn(f64) -> T) -> Result<Dist<T>, String> {
    let last = (GEOMETRIC_REST.ln() / (1.0 - p).ln()).ceil().max(1.0);
    if !(p > 0.0 && p <= 1.0 && last <= 10_000.0) {
        return Err(format!("a geometric distribution with p = {p}"));
    }
    let chance = |n: u32| match n {
        n if f64::from(n) < last => p * (1.0 - p).powi(n as i32 - 1),
        n => (1.0 - p).powi(n as i32 - 1),
    };
    Ok(Dist::discrete((1..=last as u32).map(|n| (value(f64::from(n)), chance(n)))))
}
