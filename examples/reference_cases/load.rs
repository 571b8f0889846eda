//! Roughly how much work a model has, and how long it takes to forget how it started. Only the lengths of
//! runs depend on it.

use knockon::model::{Absence, Arrivals, Department, Model, ServiceFor, Staff, Stream};
use knockon::prelude::{Dist, hours};
use knockon::theory::erlang_b;

use crate::routing::{Flow, flows};
use crate::schema;
use crate::schema::{Node, Population};

/// What is known of the load of a department.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    /// Visits per hour.
    pub visits: f64,
    /// People busy on average.
    demand: f64,
    /// The longest mean service time of a class that comes, in hours.
    service: f64,
    /// The largest squared coefficient of variation of those service times.
    scv: f64,
}

impl Load {
    fn add(&mut self, visits: f64, department: &Department, class: &str) {
        let Some(service) = service_of(department, class).filter(|_| visits > 0.0) else { return };
        let (mean, scv) = completion(service, &department.absences);
        self.visits += visits;
        self.demand += visits * mean;
        self.service = self.service.max(mean);
        if mean > 0.0 {
            self.scv = self.scv.max(scv);
        }
    }

    /// With that of another department of the same people.
    fn and(self, other: Load) -> Load {
        Load {
            visits: self.visits + other.visits,
            demand: self.demand + other.demand,
            service: self.service.max(other.service),
            scv: self.scv.max(other.scv),
        }
    }
}

/// How often the visits that visits lead to are added up: cases that come again more often are left out.
const ROUNDS: u32 = 1000;

/// The loads of the departments. Streams that come to an end bring none. In a closed network everybody is
/// taken to be busy all the time.
pub fn loads(neutral: &schema::Model, model: &Model) -> Result<Vec<Load>, String> {
    if let Some(population) = &neutral.population {
        let busy = |department| busy(neutral, department, population);
        return Ok(model.departments.iter().map(busy).collect());
    }
    let classes = neutral.classes.len();
    let department = |name: &str| model.departments.iter().position(|department| department.name == name);
    // Visits are told by department and class.
    let state = |node: &str, class: &str| {
        let class = neutral.classes.iter().position(|own| own.name == class)?;
        Some(department(node)? * classes + class)
    };
    let ways: Vec<(usize, usize, f64)> = flows(neutral)?
        .into_iter()
        .filter_map(|Flow { from, to, class, number, becomes }| {
            Some((state(from, class)?, state(to, becomes.unwrap_or(class))?, number))
        })
        .collect();
    let refuges =
        model.departments.iter().map(|own| own.renege_to.as_ref().and_then(|refuge| department(refuge)));
    let refuges: Vec<Option<usize>> = refuges.collect();
    let mut outside = vec![0.0; model.departments.len() * classes];
    for (arrival, stream) in neutral.arrivals.iter().zip(&model.streams) {
        let Some(rate) = rate(model, stream) else { continue };
        for (class, share) in arrival.shares()? {
            if let Some(at) = state(&arrival.node, class) {
                outside[at] += rate * share;
            }
        }
    }
    let mut visits = outside.clone();
    for _ in 0..ROUNDS {
        let lost = lost_shares(model, &loads_of(neutral, model, &visits))?;
        let mut next = outside.clone();
        for &(from, to, number) in &ways {
            next[to] += visits[from] * (1.0 - lost[from / classes]) * number;
        }
        for (from, visits) in visits.iter().enumerate() {
            if let Some(refuge) = refuges[from / classes] {
                next[refuge * classes + from % classes] += visits * lost[from / classes];
            }
        }
        let settled = next.iter().zip(&visits).all(|(next, visits)| (next - visits).abs() <= 1e-9 * next);
        visits = next;
        if settled {
            break;
        }
    }
    Ok(loads_of(neutral, model, &visits))
}

/// As many visits as the people of a department, or else the population, can have.
fn busy(neutral: &schema::Model, department: &Department, population: &Population) -> Load {
    let people = match department.staff {
        Staff::Count(count) => count,
        Staff::Infinite | Staff::Pool(_) => population.customers,
    };
    let mut load = Load::default();
    for class in &neutral.classes {
        let service = service_of(department, &class.name).map_or(0.0, mean_hours);
        if service > 0.0 {
            load.add(f64::from(people) / service, department, &class.name);
        }
    }
    load
}

fn loads_of(neutral: &schema::Model, model: &Model, visits: &[f64]) -> Vec<Load> {
    let by_department = model.departments.iter().zip(visits.chunks(neutral.classes.len()));
    by_department
        .map(|(department, visits)| {
            let mut load = Load::default();
            for (class, &visits) in neutral.classes.iter().zip(visits) {
                load.add(visits, department, &class.name);
            }
            load
        })
        .collect()
}

/// The shares of those who go elsewhere when they lose patience: as many as leave when nobody has any.
fn lost_shares(model: &Model, loads: &[Load]) -> Result<Vec<f64>, String> {
    let share = |(department, load): (&Department, &Load)| match department.staff {
        Staff::Count(staff) if department.renege_to.is_some() => erlang_b(staff, load.demand),
        _ => Ok(0.0),
    };
    let shares: Result<_, _> = model.departments.iter().zip(loads).map(share).collect();
    shares.map_err(|error| error.to_string())
}

/// Arrivals of a stream per hour in the long run; of a saturated one as many as can be served.
fn rate(model: &Model, stream: &Stream) -> Option<f64> {
    if !matches!(stream.arrivals, Arrivals::Saturated) {
        return stream.rate();
    }
    let department = model.departments.iter().find(|department| department.name == stream.enter)?;
    let (service, _) = completion(service_of(department, stream.class.as_deref()?)?, &department.absences);
    Some(mean_level(model, department)? / service)
}

fn service_of<'d>(department: &'d Department, class: &str) -> Option<&'d Dist> {
    let own = |rule: &&ServiceFor| rule.class.as_deref() == Some(class);
    let rule = department.service_for.iter().find(own).map(|rule| &rule.service);
    rule.or(department.service.as_ref())
}

/// The mean in hours and the squared coefficient of variation of the time from the start of a service to its
/// end, breakdowns included (Gaver, Journal of the Royal Statistical Society B 24, 1962, 73-90).
fn completion(service: &Dist, breakdowns: &[Absence]) -> (f64, f64) {
    let (mut mean, mut scv) = (mean_hours(service), service.cv().powi(2));
    for breakdown in breakdowns {
        let (between, repair) = (mean_hours(&breakdown.between), mean_hours(&breakdown.duration));
        let longer = mean * (1.0 + repair / between);
        if longer > 0.0 {
            scv += mean / between * repair.powi(2) * (1.0 + breakdown.duration.cv().powi(2)) / longer.powi(2);
        }
        mean = longer;
    }
    (mean, scv)
}

/// How many people of its own are on shift on average.
fn mean_level(model: &Model, department: &Department) -> Option<f64> {
    let Staff::Count(staff) = department.staff else { return None };
    let Some(shifts) = &department.shifts else { return Some(staff.into()) };
    let calendar = model.calendars.iter().find(|calendar| calendar.name == shifts.calendar)?;
    let cycle = calendar.cycle.as_ref()?;
    let ends = cycle.steps.iter().skip(1).map(|step| step.from).chain([cycle.period]);
    let people =
        cycle.steps.iter().zip(ends).map(|(step, end)| {
            f64::from(step.staff.unwrap_or(staff)) * (end.ticks() - step.from.ticks()) as f64
        });
    Some(people.sum::<f64>() / cycle.period.ticks() as f64)
}

/// About how long the model takes to forget how it started, in hours.
///
/// For each department one service time, and, by heavy-traffic theory (Whitt, Operations Research 37,
/// 1989, 1341-1387), a service time times (ca^2 + cs^2) / (c (1 - rho)^2) for a queue that can grow; a
/// limited queue forgets sooner. For each calendar one period.
pub fn relaxation(neutral: &schema::Model, model: &Model) -> Result<f64, String> {
    let loads = loads(neutral, model)?;
    if let Some(population) = &neutral.population {
        let round: f64 = loads.iter().map(|load| load.service * (1.0 + load.scv)).sum();
        return Ok(f64::from(population.customers) * round);
    }
    if model.streams.iter().any(|stream| rate(model, stream).is_none()) {
        return Err("a steady state of arrivals that come to an end".into());
    }
    let arrival_scv = model.streams.iter().map(arrival_scv).fold(0.0, f64::max);
    let stays =
        |node: &schema::Station| node.capacity.is_none() && node.patience.is_none() && node.balking.is_none();
    let known =
        neutral.stations().all(stays) && model.handoffs.iter().all(|handoff| handoff.becomes.is_none());
    // A queue of these people grows for ever, or takes so long to settle.
    let queue = |name: &str, load: Load, people: f64| {
        let intensity = load.demand / people;
        if known && intensity >= 1.0 {
            return Err(format!("no steady state: `{name}` is overloaded"));
        }
        let slack = 1.0 - intensity.min(0.95);
        Ok(load.service * spread(arrival_scv, load) / (people * slack * slack))
    };
    let mut total: f64 = loads.iter().map(|load| load.service * (1.0 + load.scv)).sum();
    for cycle in model.calendars.iter().filter_map(|calendar| calendar.cycle.as_ref()) {
        total += in_hours(cycle.period.ticks() as f64);
    }
    for pool in &model.pools {
        let of_pool = |staff: &Staff| matches!(staff, Staff::Pool(name) if *name == pool.name);
        let members = model.departments.iter().zip(&loads).filter(|(member, _)| of_pool(&member.staff));
        let load = members.fold(Load::default(), |sum, (_, &load)| sum.and(load));
        total += queue(&pool.name, load, pool.staff.into())?;
    }
    for ((node, department), &load) in neutral.nodes.iter().zip(&model.departments).zip(&loads) {
        let Node::Station(node) = node else { continue };
        let pauses = department.vacation.iter().map(|vacation| &vacation.duration);
        let setups = department.setup.iter().filter_map(|setup| setup.after_idle.as_ref());
        total += pauses.chain(setups).map(mean_hours).sum::<f64>();
        if let Some(slots) = &department.slots {
            let places: u32 = slots.sizes.iter().sum();
            let period = slots.period.as_hours();
            let slots = Load { demand: load.visits * period, service: load.service.max(period), ..load };
            total += queue(&node.name, slots, places.into())?;
        }
        // What never lacks work has no queue that comes and goes.
        let saturated = neutral.arrivals.iter().any(|arrival| arrival.saturated && arrival.node == node.name);
        let Some(people) = mean_level(model, department).filter(|_| !saturated) else { continue };
        let mut settling = queue(&node.name, load, people)?;
        let spread = spread(arrival_scv, load);
        if let Some(capacity) = node.capacity {
            settling = settling.min(load.service * spread * f64::from(capacity).powi(2) / people);
        }
        if let Some(patience) = &department.patience {
            settling = settling.min(spread * load.service.max(mean_hours(patience)));
        }
        total += settling;
    }
    if total > 0.0 { Ok(total) } else { Err("services that take no time".into()) }
}

/// How irregular the arrivals of a stream are.
fn arrival_scv(stream: &Stream) -> f64 {
    let between = match &stream.arrivals {
        Arrivals::Renewal { interarrival } => interarrival.cv().powi(2),
        _ => 1.0,
    };
    stream.batch.as_ref().map_or(between, |batch| between + batch.mean() * (1.0 + batch.cv().powi(2)))
}

fn spread(arrival_scv: f64, load: Load) -> f64 {
    (arrival_scv + load.scv).max(1.0)
}

fn mean_hours(dist: &Dist) -> f64 {
    in_hours(dist.mean())
}

fn in_hours(ticks: f64) -> f64 {
    ticks / hours(1).ticks() as f64
}
