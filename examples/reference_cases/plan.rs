//! How long to run: the unit of time, the warm-up and the length of a replication.

use knockon::model::{Arrivals, Model, Staff};
use knockon::prelude::{Dist, hours};

use crate::schema;
use crate::schema::{Horizon, Service};
use crate::translate::{dist, stream_name, translate};

/// A model ready to run.
#[derive(Debug)]
pub struct Plan {
    pub model: Model,
    pub horizon: Horizon,
    /// How many hours of simulated time stand for one unit of the model.
    pub unit: f64,
    /// How much to leave out, and how long a replication lasts if that is known, in hours.
    pub warm_up: f64,
    pub length: f64,
    /// About how many events a replication has.
    pub events: f64,
}

/// The shortest mean time should not be below this many hours, or rounding to ticks would show.
const SHORTEST: f64 = 1e-4;

/// A replication should not be longer than this many hours, to stay well inside the range of times.
const LONGEST: f64 = 1e6;

/// The start of a steady-state run that is left out, in relaxation times.
const WARM_UP: f64 = 20.0;

/// Plans a run whose window in the long run is `window` relaxation times, or less where a replication
/// would have more than `most_events`.
pub fn plan(
    name: &str,
    neutral: &schema::Model,
    horizon: Horizon,
    window: f64,
    most_events: f64,
) -> Result<Plan, String> {
    let shortest = shortest_mean(neutral)?;
    let unit =
        if (SHORTEST..=1000.0).contains(&shortest) { 1.0 } else { power_of_ten_from(SHORTEST / shortest) };
    let model = translate(name, neutral, unit)?;
    let events_per_hour = events_per_hour(&model)?;
    let (warm_up, length) = match horizon {
        Horizon::Until(time) => (0.0, time * unit),
        Horizon::AllDone => (0.0, 0.0),
        Horizon::Steady => {
            let warm_up = WARM_UP * relaxation(neutral, &model)?;
            let window = (warm_up * window / WARM_UP).min(most_events / events_per_hour).max(warm_up);
            (warm_up, warm_up + window)
        }
    };
    let mut plan = Plan { model, horizon, unit, warm_up, length, events: events_per_hour * length };
    if length > LONGEST {
        let shrink = 1.0 / power_of_ten_from(length / LONGEST);
        let shrink = shrink.max(SHORTEST / (shortest * unit)).min(1.0);
        plan.unit *= shrink;
        plan.model = translate(name, neutral, plan.unit)?;
        plan.warm_up *= shrink;
        plan.length = (length * shrink).min(LONGEST);
    }
    if let (Horizon::Steady, Some(period)) = (horizon, period(neutral)?) {
        let period = period * plan.unit;
        let whole = |time: f64| (time / period).ceil() * period;
        (plan.warm_up, plan.length) =
            (whole(plan.warm_up), whole(plan.warm_up) + whole(plan.length - plan.warm_up));
    }
    Ok(plan)
}

/// About how many events there are in an hour: one when a visit begins and one when it ends.
fn events_per_hour(model: &Model) -> Result<f64, String> {
    let graph = model.graph().map_err(|error| error.to_string())?;
    Ok(graph.arrival_rates().into_iter().filter_map(|(_, rate)| rate).map(|rate| 2.0 * rate).sum())
}

fn power_of_ten_from(ratio: f64) -> f64 {
    10f64.powi(ratio.log10().ceil() as i32)
}

/// The shortest mean service time or time between arrivals, in model units.
fn shortest_mean(neutral: &schema::Model) -> Result<f64, String> {
    let services = neutral.nodes.iter().flat_map(|node| match &node.service {
        Service::All(service) => vec![service],
        Service::ByClass(services) => services.values().collect(),
    });
    let arrivals = neutral.arrivals.iter().filter_map(|arrival| arrival.interarrival.as_ref());
    let mut shortest = f64::INFINITY;
    for time in services.chain(arrivals) {
        let mean = dist(time, &|time| time)?.mean();
        if mean > 0.0 {
            shortest = shortest.min(mean);
        }
    }
    Ok(if shortest.is_finite() { shortest } else { 1.0 })
}

/// The common period of all rates that vary, in model units. A window must be made of whole ones.
fn period(neutral: &schema::Model) -> Result<Option<f64>, String> {
    let mut periods =
        neutral.arrivals.iter().filter_map(|arrival| arrival.rate.as_ref()).map(|rate| match *rate {
            schema::Rate::Piecewise { period, .. } | schema::Rate::Sinusoid { period, .. } => period,
        });
    let first = periods.next();
    match periods.all(|period| Some(period) == first) {
        true => Ok(first),
        false => Err("rates with different periods".into()),
    }
}

/// What is known of the load of a department.
#[derive(Clone, Copy, Default)]
struct Load {
    /// People busy on average.
    demand: f64,
    /// The longest mean service time of a class that comes, in hours.
    service: f64,
    /// The largest squared coefficient of variation of those service times.
    scv: f64,
}

/// About how long the model takes to forget how it started, in hours.
///
/// For each department one service time, and, by heavy-traffic theory (Whitt, Operations Research 37,
/// 1989, 1341-1387), a service time times (ca^2 + cs^2) / (c (1 - rho)^2) for a queue that can grow; a
/// limited queue forgets sooner. Only lengths of runs depend on it.
fn relaxation(neutral: &schema::Model, model: &Model) -> Result<f64, String> {
    let arrivals = model.streams.iter().map(|stream| {
        let between = match &stream.arrivals {
            Arrivals::Renewal { interarrival } => interarrival.cv().powi(2),
            _ => 1.0,
        };
        stream.batch.as_ref().map_or(between, |batch| between + batch.mean() * (1.0 + batch.cv().powi(2)))
    });
    let arrival_scv = arrivals.fold(0.0, f64::max);
    let known = neutral.nodes.iter().all(|node| node.capacity.is_none() && node.patience.is_none())
        && model.handoffs.iter().all(|handoff| handoff.becomes.is_none());
    let mut total = 0.0;
    for (index, (department, load)) in model.departments.iter().zip(loads(model)?).enumerate() {
        total += load.service * (1.0 + load.scv);
        let Staff::Count(staff) = department.staff else { continue };
        let staff = f64::from(staff);
        let intensity = load.demand / staff;
        if known && intensity >= 1.0 {
            return Err(format!("no steady state: `{}` is overloaded", department.name));
        }
        let slack = 1.0 - intensity.min(0.95);
        let spread = (arrival_scv + load.scv).max(1.0);
        let mut queue = load.service * spread / (staff * slack * slack);
        if let Some(capacity) = neutral.nodes[index].capacity {
            queue = queue.min(load.service * spread * f64::from(capacity).powi(2) / staff);
        }
        if let Some(patience) = &department.patience {
            queue = queue.min(spread * load.service.max(mean_hours(patience)));
        }
        total += queue;
    }
    if total > 0.0 { Ok(total) } else { Err("services that take no time".into()) }
}

fn loads(model: &Model) -> Result<Vec<Load>, String> {
    let graph = model.graph().map_err(|error| error.to_string())?;
    let mut loads = vec![Load::default(); model.departments.len()];
    for stream in 0..model.streams.len() {
        let of = &model.streams[stream];
        let rate = of.rate().ok_or("a steady state of arrivals that come to an end")?;
        let visits = graph.expected_visits(&stream_name(stream)).map_err(|error| error.to_string())?;
        let visits = visits.ok_or("visits that cannot be computed")?;
        for ((load, department), (_, visits)) in loads.iter_mut().zip(&model.departments).zip(visits) {
            let own = |rule: &&knockon::model::ServiceFor| rule.class.is_none() || rule.class == of.class;
            let service = department.service_for.iter().find(own).map(|rule| &rule.service);
            let service = service.or(department.service.as_ref());
            let Some(service) = service.filter(|_| visits > 0.0) else { continue };
            let mean = mean_hours(service);
            load.demand += rate * visits * mean;
            load.service = load.service.max(mean);
            if mean > 0.0 {
                load.scv = load.scv.max(service.cv().powi(2));
            }
        }
    }
    Ok(loads)
}

fn mean_hours(dist: &Dist) -> f64 {
    dist.mean() / hours(1).ticks() as f64
}
