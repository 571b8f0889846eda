//! How long to run: the unit of time, the warm-up and the length of a replication.

use knockon::model::{Department, Model};
use knockon::prelude::hours;

use crate::arrival_windows::Window;
use crate::cases::Horizon;
use crate::dists::dist;
use crate::load::{loads, relaxation};
use crate::metrics::ArrivalWindow;
use crate::schema;
use crate::schema::{Node, Service};
use crate::translate::translate;

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
    /// By node: the length of a day for figures by time of arrival, in model units.
    days: Vec<Option<f64>>,
}

impl Plan {
    /// Those of the windows that can be answered: where everybody is served. With their names.
    pub fn arrival_windows(&self, asked: &[ArrivalWindow]) -> Vec<(ArrivalWindow, Window)> {
        let span = |time: f64| hours(time * self.unit);
        let known = |window: &ArrivalWindow| {
            let named = |department: &Department| department.name == window.node;
            let at = self.model.departments.iter().position(named)?;
            let day = self.days[at].filter(|_| self.model.departments[at].patience.is_none())?;
            let (from, to) = (span(window.from), span(window.to));
            let within = Window { department: at as u32, day: span(day), from, to };
            (window.to <= day).then(|| (window.clone(), within))
        };
        asked.iter().filter_map(known).collect()
    }
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
    // One when a visit begins and one when it ends.
    let events_per_hour = loads(neutral, &model)?.iter().map(|load| 2.0 * load.visits).sum::<f64>();
    let (warm_up, length) = match horizon {
        Horizon::Until(time) => (0.0, time * unit),
        Horizon::AllDone => (0.0, 0.0),
        Horizon::Steady => {
            let warm_up = WARM_UP * relaxation(neutral, &model)?;
            let window = (warm_up * window / WARM_UP).min(most_events / events_per_hour).max(warm_up);
            (warm_up, warm_up + window)
        }
    };
    let day = |node: &Node| Some(node.station()?.windows.as_ref()?.period);
    let days = neutral.nodes.iter().map(day).collect();
    let mut plan = Plan { model, horizon, unit, warm_up, length, events: events_per_hour * length, days };
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

fn power_of_ten_from(ratio: f64) -> f64 {
    10f64.powi(ratio.log10().ceil() as i32)
}

/// The shortest mean service time or time between arrivals, in model units.
fn shortest_mean(neutral: &schema::Model) -> Result<f64, String> {
    let services = neutral.stations().flat_map(|node| match &node.service {
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

/// The common period of all rates, calendars and slots, in model units. A window must be made of whole ones.
fn period(neutral: &schema::Model) -> Result<Option<f64>, String> {
    let rates = neutral.arrivals.iter().filter_map(|arrival| arrival.rate.as_ref());
    let calendars = neutral.stations().filter_map(|node| Some(node.calendar.as_ref()?.period));
    let slots = neutral.stations().filter_map(|node| Some(node.slots.as_ref()?.period()));
    let mut periods = rates.map(schema::Rate::period).chain(calendars).chain(slots);
    let first = periods.next();
    match periods.all(|period| Some(period) == first) {
        true => Ok(first),
        false => Err("rates, calendars and slots with different periods".into()),
    }
}
