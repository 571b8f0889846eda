//! From the neutral schema to a model of the library.

use std::f64::consts::TAU;

use knockon::model::{
    AbsenceBuilder, BalkingBuilder, DepartmentBuilder, Model, ModelBuilder, Preemption, ShiftsBuilder,
    StreamBuilder,
};
use knockon::prelude::{Discipline, EXIT, Rate, Span, hours};
use knockon::random::Dist;

use crate::dists::dist;
use crate::routing::{Way, ways};
use crate::schema::{
    AtShiftEnd, Clock, Crew, Formula, Gate, Node, RateUnit, Servers, Service, Station, TimeUnit, Vacations,
};
use crate::{limits, schema};

/// How many steps stand for one period of a sinusoid.
const SINUSOID_STEPS: u32 = 480;

/// The model, with one model unit of time lasting `unit` hours; or what cannot be said.
pub fn translate(name: &str, neutral: &schema::Model, unit: f64) -> Result<Model, String> {
    limits::check(neutral)?;
    let span = |time: f64| hours(time * unit);
    let mut model = Model::builder(name);
    for class in &neutral.classes {
        let upgrade = neutral.class_upgrade.iter().find(|upgrade| upgrade.from == class.name);
        model = model.class(&class.name, |c| {
            let c = c.priority(class.priority);
            if let Some(upgrade) = upgrade { c.turns(span(upgrade.after), &upgrade.to) } else { c }
        });
    }
    for pool in &neutral.pools {
        model = model.pool(&pool.name, |p| p.staff(pool.servers));
    }
    for node in &neutral.nodes {
        model = match node {
            Node::Station(node) => station(model, node, &span),
            Node::Gate(own) => Ok(gate(model, own)),
        }
        .map_err(|reason| format!("node {}: {reason}", node.name()))?;
    }
    for Way { from, to, or_shorter, class, probability, becomes } in ways(neutral)? {
        model = model.handoff(from, if to == "exit" { EXIT } else { to }, |h| {
            let h =
                or_shorter.iter().fold(h.probability_for(class, probability), |h, other| h.or_shorter(other));
            if let Some(becomes) = becomes { h.becomes(becomes) } else { h }
        });
    }
    for (number, arrival) in neutral.arrivals.iter().enumerate() {
        let describe = stream(arrival, neutral.time_unit, unit)
            .map_err(|reason| format!("arrivals at {}: {reason}", arrival.node))?;
        model = model.customers(format!("arrivals {}", number + 1), describe);
    }
    if let (Some(population), [class]) = (&neutral.population, neutral.classes.as_slice()) {
        model = model.customers("population", |s| {
            s.population(population.customers, Span::ZERO).enter(&population.start).class(&class.name)
        });
    }
    model.build().map_err(|error| error.to_string())
}

/// Where jobs part or meet: departments that pass them on at once.
fn gate(model: ModelBuilder, gate: &Gate) -> ModelBuilder {
    let at_once = |d: DepartmentBuilder| d.infinite_staff().service(Span::ZERO);
    match gate {
        Gate::Fork { name, branches, join } => model
            .department(name, at_once)
            .fork(name, join, |f| branches.iter().fold(f, |f, branch| f.branch(branch, |b| b))),
        Gate::Join { name, .. } => model.department(name, at_once),
    }
}

/// Adds a department, and the calendar of its people.
fn station(
    mut model: ModelBuilder,
    node: &Station,
    span: &impl Fn(f64) -> Span,
) -> Result<ModelBuilder, String> {
    if let Some(calendar) = &node.calendar {
        let steps = calendar.steps.iter().map(|&(from, servers)| (span(from), servers));
        model = model.calendar(&node.name, |c| c.cycle(span(calendar.period), steps));
    }
    let (staffing, rules, services) = (staffing(node)?, rules(node, span)?, services(node, span)?);
    let patience = node.patience.as_ref().map(|patience| dist(patience, span)).transpose()?;
    let room = match (node.capacity, &node.servers) {
        (None, _) => None,
        (Some(capacity), Some(Servers::Count(servers))) => {
            Some(capacity.checked_sub(*servers).ok_or("capacity below the number of servers")?)
        }
        (Some(_), _) => return Err("capacity without a number of servers".into()),
    };
    Ok(model.department(&node.name, |d| {
        let d = services.into_iter().fold(rules(staffing(d)), |d, (class, service)| match class {
            Some(class) => d.service_for(class, service),
            None => d.service(service),
        });
        let d = if let Some(room) = room { d.queue_capacity(room) } else { d };
        let d = if let Some(patience) = patience { d.patience(patience) } else { d };
        if let Some(refuge) = &node.abandon_to { d.renege_to(refuge) } else { d }
    }))
}

/// Service times, of one class or of all.
fn services<'n>(
    node: &'n Station,
    span: &impl Fn(f64) -> Span,
) -> Result<Vec<(Option<&'n String>, Dist)>, String> {
    match &node.service {
        Service::All(service) => Ok(vec![(None, dist(service, span)?)]),
        Service::ByClass(services) => {
            services.iter().map(|(class, service)| Ok((Some(class), dist(service, span)?))).collect()
        }
    }
}

/// What to tell the builder of a department.
type Describe<'n> = Box<dyn FnOnce(DepartmentBuilder) -> DepartmentBuilder + 'n>;

/// Who serves at a node.
fn staffing(node: &Station) -> Result<Describe<'_>, String> {
    let shifts = |calendar: &schema::Calendar| {
        let (at_end, crew) = (calendar.at_shift_end, calendar.crew);
        move |s: ShiftsBuilder| match (at_end, crew) {
            (AtShiftEnd::PreemptResume, _) => s.hand_over(),
            (AtShiftEnd::FinishCurrent, Some(Crew::Replaced)) => s.finish().replaced_crew(),
            (AtShiftEnd::FinishCurrent, _) => s.finish(),
        }
    };
    Ok(match (&node.servers, &node.calendar, &node.pool, &node.slots) {
        (&Some(Servers::Count(count)), None, None, None) => Box::new(move |d| d.staff(count)),
        (Some(Servers::Infinite(_)), None, None, None) => Box::new(|d| d.infinite_staff()),
        (None, Some(calendar), None, None) => {
            let all = calendar.steps.iter().map(|step| step.1).max().unwrap_or(0);
            let shifts = shifts(calendar);
            Box::new(move |d| d.staff(all).shifts(&node.name, shifts))
        }
        (None, None, Some(pool), None) => Box::new(move |d| d.pool(pool)),
        // So many at once, wherever they began: as many people.
        (None, None, None, Some(slots)) if slots.capacitated => {
            let most = slots.sizes.iter().copied().max().unwrap_or(0);
            if slots.sizes.iter().any(|&size| size != most) {
                return Err("slots of different sizes that those in service take up".into());
            }
            Box::new(move |d| d.staff(most))
        }
        (None, None, None, Some(_)) => Box::new(|d| d.infinite_staff()),
        _ => return Err("must have one of servers, calendar, pool and slots".into()),
    })
}

/// How they serve.
fn rules<'n>(node: &'n Station, span: &impl Fn(f64) -> Span) -> Result<Describe<'n>, String> {
    let time = |time: &Option<schema::Dist>| time.as_ref().map(|time| dist(time, span)).transpose();
    let breakdown = node.breakdown.as_ref().map(|breakdown| absence(breakdown, span)).transpose()?;
    let setup = time(&node.setup_when_idle)?;
    let vacation = node.vacation.as_ref();
    let vacation = vacation.map(|own| Ok::<_, String>((own.kind, dist(&own.duration, span)?))).transpose()?;
    let balking = node.balking.as_ref().map(balking).transpose()?;
    let slots = node.slots.as_ref().map(|slots| timetable(slots, span)).transpose()?;
    let discipline = match node.discipline {
        schema::Discipline::Fifo => Discipline::Fifo,
        schema::Discipline::Lifo => Discipline::Lifo,
        schema::Discipline::Random => Discipline::Random,
        schema::Discipline::Ps => Discipline::ProcessorSharing,
    };
    let preemption = match node.preemption {
        schema::Preemption::None => Preemption::None,
        schema::Preemption::Resume => Preemption::Resume,
        schema::Preemption::RepeatSame => Preemption::Restart,
        schema::Preemption::RepeatNew => Preemption::Resample,
    };
    Ok(Box::new(move |d| {
        let d = d.discipline(discipline).preemption(preemption);
        let d = if let Some(breakdown) = breakdown { d.absence(breakdown) } else { d };
        let d = match vacation {
            Some((Vacations::Multiple, duration)) => d.vacation(duration),
            Some((Vacations::Single, duration)) => d.vacation_once(duration),
            None => d,
        };
        let d = if let Some(setup) = setup { d.setup_after_idle(setup) } else { d };
        let d = if let Some(balking) = balking { d.balking(balking) } else { d };
        if let Some((period, slots)) = slots { d.slots_of(period, slots) } else { d }
    }))
}

/// Who does not join.
fn balking(balking: &schema::Balking) -> Result<impl FnOnce(BalkingBuilder) -> BalkingBuilder, String> {
    match (balking.join_prob, &balking.join_prob_by_number, balking.beyond) {
        (Some(Formula::Harmonic), None, None) => Ok((Vec::new(), None)),
        (None, Some(probabilities), Some(beyond)) => Ok((probabilities.clone(), Some(beyond))),
        _ => Err("balking must have one of join_prob, and join_prob_by_number with beyond".to_owned()),
    }
    .map(|(probabilities, beyond)| {
        move |b: BalkingBuilder| match beyond {
            Some(beyond) => b.join(probabilities).beyond(beyond),
            None => b.harmonic(),
        }
    })
}

/// The period of slots, and their times in it. The last is where the next period begins.
fn timetable(slots: &schema::Slots, span: &impl Fn(f64) -> Span) -> Result<(Span, Vec<(Span, u32)>), String> {
    let (times, sizes) = (&slots.times, &slots.sizes);
    let Some((last, before)) = times.split_last().filter(|_| times.len() == sizes.len()) else {
        return Err("slots must have as many times as sizes".into());
    };
    let period = span(*last);
    let starts = std::iter::once(Span::ZERO).chain(before.iter().map(|&time| span(time)));
    let first = sizes.len() - 1;
    Ok((period, starts.zip(sizes[first..].iter().chain(&sizes[..first]).copied()).collect()))
}

/// A breakdown as an absence.
fn absence(
    breakdown: &schema::Breakdown,
    span: &impl Fn(f64) -> Span,
) -> Result<Box<dyn FnOnce(AbsenceBuilder) -> AbsenceBuilder>, String> {
    let (between, duration) = (dist(&breakdown.time_to_failure, span)?, dist(&breakdown.repair, span)?);
    let clock = breakdown.clock;
    Ok(Box::new(move |a| {
        let a = a.between(between).duration(duration);
        if clock == Clock::BusyTime { a.working_time() } else { a }
    }))
}

/// What to tell the builder of a stream.
fn stream(
    arrival: &schema::Arrival,
    time_unit: Option<TimeUnit>,
    unit: f64,
) -> Result<impl FnOnce(StreamBuilder) -> StreamBuilder, String> {
    let span = move |time: f64| hours(time * unit);
    let rate = move |per_unit: f64| Rate::new(per_unit / unit, hours(1));
    let shares = arrival.shares()?;
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
                let (period, steps) = rate_steps(pattern, time_unit)?;
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
        let s = arrivals(s.enter(&arrival.node));
        let s = match shares.as_slice() {
            [(class, _)] => s.class(*class),
            _ => s.mix(shares),
        };
        if let Some(batch) = batch { s.batch(batch) } else { s }
    })
}

/// The period of a pattern, and the times in it from which each rate holds.
fn rate_steps(pattern: &schema::Rate, time_unit: Option<TimeUnit>) -> Result<(f64, Vec<(f64, f64)>), String> {
    match *pattern {
        schema::Rate::Piecewise { period, unit, ref steps } => {
            let in_an_hour = match (unit, time_unit) {
                (None, _) | (Some(RateUnit::PerHour), Some(TimeUnit::Hour)) => 1.0,
                (Some(RateUnit::PerHour), Some(TimeUnit::Minute)) => 60.0,
                (Some(RateUnit::PerHour), Some(TimeUnit::Second)) => 3600.0,
                (Some(RateUnit::PerHour), None) => return Err("rates per hour, and no unit of time".into()),
            };
            Ok((period, steps.iter().map(|&(from, rate)| (from, rate / in_an_hour)).collect()))
        }
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
