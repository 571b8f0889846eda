//! Everything that can be set, and which settings are refused.

use crate::error::Defect;
use crate::model::{Arrivals, Department, Model, Request, Staff};
use crate::settings::{Customers, Figure, HalfWidth, Horizon, Stopping, WarmUp};
use crate::time::Span;

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    pub horizon: Option<Horizon>,
    pub warm_up: WarmUp,
    pub stopping: Stopping,
    pub first_replication: u64,
    pub seed: u64,
    pub level: f64,
    pub threads: Option<usize>,
    pub max_events: u64,
    pub max_in_system: u32,
    pub max_wall: Option<std::time::Duration>,
    pub percentiles: Vec<f64>,
    pub longer_than: Vec<Span>,
    pub presence: bool,
    pub sample_at: Vec<Span>,
    pub active_periods: bool,
    pub self_check: bool,
    pub ledger: bool,
    pub worst_cases: u32,
    pub random_cases: u32,
}

/// A bucket of a histogram counts no further than this.
pub(super) const MOST_EVENTS: u64 = u32::MAX as u64;

/// More only wait for each other.
const MOST_THREADS: usize = 1024;

/// Exact sums of squares hold for no more than this.
pub(super) const MOST_IN_SYSTEM: u32 = 1 << 23;

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            horizon: None,
            warm_up: WarmUp::Given(Span::ZERO),
            stopping: Stopping::Fixed(30),
            first_replication: 0,
            seed: 1,
            level: 0.95,
            threads: None,
            max_events: MOST_EVENTS,
            max_in_system: 1 << 20,
            max_wall: None,
            percentiles: vec![0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99],
            longer_than: Vec::new(),
            presence: false,
            sample_at: Vec::new(),
            active_periods: false,
            self_check: false,
            ledger: false,
            worst_cases: 0,
            random_cases: 0,
        }
    }
}

impl Settings {
    /// Every broken rule.
    pub fn defects(&self, model: &Model) -> Vec<Defect> {
        let mut found = Vec::new();
        let mut rule = |broken: bool, place: &str, rule: String| {
            if broken {
                found.push(Defect::new(place, rule));
            }
        };
        let positive = |span: Span| span.is_valid() && span > Span::ZERO;
        match self.horizon {
            None => rule(true, "horizon", "not given: say how long a replication lasts".into()),
            Some(Horizon::Time(end)) => {
                rule(
                    !positive(end),
                    "horizon",
                    format!("is {end}, must be positive and at most {}", Span::MAX),
                );
            }
            Some(Horizon::Cases(cases)) => {
                rule(cases == 0, "horizon", "is 0 cases, must be at least 1".into())
            }
            Some(Horizon::AllDone) => {
                for stream in endless(model) {
                    let text =
                        format!("until all are done, but `{stream}` never ends; give it a limit or an end");
                    rule(true, "horizon", text);
                }
            }
        }
        if let WarmUp::Given(span) = self.warm_up {
            let valid = span.is_valid() && span >= Span::ZERO;
            rule(!valid, "warm-up", format!("is {span}, must not be negative"));
            if let Some(Horizon::Time(end)) = self.horizon {
                let late = valid && positive(end) && span >= end;
                rule(late, "warm-up", format!("is {span}, must end before the horizon of {end}"));
            }
        } else {
            let timed = matches!(self.horizon, Some(Horizon::Time(_)));
            rule(!timed, "warm-up", "can be chosen only where the horizon is a time".into());
        }
        match &self.stopping {
            Stopping::Fixed(count) => rule(*count == 0, "replications", "are 0, must be at least 1".into()),
            Stopping::Precision(precision) => {
                let (HalfWidth::Relative(width) | HalfWidth::Absolute(width)) = precision.half_width;
                let valid = width > 0.0 && width.is_finite();
                rule(!valid, "precision", format!("the half width is {width}, must be positive"));
                let few = precision.at_most < 2;
                rule(
                    few,
                    "precision",
                    format!("at most {} replications, must be 2 or more", precision.at_most),
                );
                if let Figure::LeadTimePercentile { share, .. } = precision.figure {
                    let kept = self.percentiles.contains(&share);
                    rule(!kept, "precision", format!("the percentile {share} is not among those asked for"));
                }
                if let Some(defect) = unknown_figure(&precision.figure, model) {
                    rule(true, "precision", defect);
                }
            }
        }
        let inside = |share: f64| share > 0.0 && share < 1.0;
        let level = (0.01..=0.999_999).contains(&self.level);
        let text = format!("is {}, must be from 0.01 to 0.999999", self.level);
        rule(!level, "confidence level", text);
        let threads = self.threads.unwrap_or(1);
        let some = (1..=MOST_THREADS).contains(&threads);
        rule(!some, "threads", format!("are {threads}, must be from 1 to {MOST_THREADS}"));
        for &share in &self.percentiles {
            rule(!inside(share), "percentile", format!("{share} must be between 0 and 1"));
        }
        for &span in self.sample_at.iter().chain(&self.longer_than) {
            let valid = span.is_valid() && span >= Span::ZERO;
            rule(!valid, "time asked for", format!("{span} must not be negative"));
        }
        if let Some(Horizon::Time(end)) = self.horizon {
            for &span in self.sample_at.iter().filter(|&&span| span > end) {
                rule(true, "time asked for", format!("{span} is after the horizon of {end}"));
            }
        }
        if matches!(self.horizon, Some(Horizon::Cases(_))) && !self.sample_at.is_empty() {
            let text = "where so many cases end a run, the state after it is not known: give a time instead";
            rule(true, "times to sample at", text.into());
        }
        let events = (1..=MOST_EVENTS).contains(&self.max_events);
        rule(!events, "event budget", format!("is {}, must be from 1 to {MOST_EVENTS}", self.max_events));
        let cases = (1..=MOST_IN_SYSTEM).contains(&self.max_in_system);
        let text = format!("is {}, must be from 1 to {MOST_IN_SYSTEM}", self.max_in_system);
        rule(!cases, "budget of cases in the system", text);
        found
    }
}

/// The streams that go on for ever.
fn endless(model: &Model) -> impl Iterator<Item = &str> {
    let endless = model.streams.iter().filter(|stream| {
        let listed = matches!(stream.arrivals, Arrivals::Schedule { .. } | Arrivals::Trace { .. });
        !listed && stream.limit.is_none() && stream.until.is_none()
    });
    endless.map(|stream| stream.name.as_str())
}

impl Figure {
    /// Why a model has no such figure by replication, if it has none.
    pub(crate) fn refused_by(&self, model: &Model) -> Option<String> {
        match self {
            Figure::LeadTimePercentile { .. } => Some(self.not_by_replication()),
            _ => unknown_figure(self, model),
        }
    }

    pub(super) fn not_by_replication(&self) -> String {
        format!("{self} is not known by replication")
    }
}

/// What is wrong with a figure, if anything is: a name that the model does not have, or something that
/// is not measured there.
fn unknown_figure(figure: &Figure, model: &Model) -> Option<String> {
    match figure {
        Figure::LeadTime { of }
        | Figure::LeadTimePercentile { of, .. }
        | Figure::PromiseKept { of }
        | Figure::Throughput { of }
        | Figure::LostShare { of }
        | Figure::Cost { of } => unknown_customers(of, model),
        Figure::WorkingLeadTime { of } => unknown_customers(of, model).or_else(|| {
            model.working_hours.is_none().then(|| "the model does not say what working hours are".to_owned())
        }),
        Figure::DefectiveShare { of } => unknown_customers(of, model).or_else(|| {
            let none = model.departments.iter().all(|department| department.errors.is_none());
            none.then(|| "no department makes errors".to_owned())
        }),
        Figure::WaitingTime { department } | Figure::QueueLength { department } => {
            find_department(department, model).err()
        }
        Figure::Utilization { department } => match find_department(department, model).map(|of| &of.staff) {
            Err(unknown) => Some(unknown),
            Ok(Staff::Count(_)) => None,
            Ok(Staff::Infinite) => Some(format!("`{department}` has infinite staff, and so no utilization")),
            Ok(Staff::Pool(pool)) => {
                Some(format!("the people of `{department}` are those of the pool `{pool}`"))
            }
        },
        Figure::PoolUtilization { pool } => {
            let known = model.pools.iter().any(|known| known.name == *pool);
            (!known).then(|| format!("there is no pool `{pool}`"))
        }
        Figure::ResponseTime { request } => find_request(request, model).err(),
        Figure::StandardKept { request } => match find_request(request, model) {
            Err(unknown) => Some(unknown),
            Ok(known) => known.standard.is_none().then(|| format!("the request `{request}` has no standard")),
        },
    }
}

fn unknown_customers(customers: &Customers, model: &Model) -> Option<String> {
    let Customers::Class(class) = customers else { return None };
    let declared = model.classes.iter().any(|known| known.name == *class);
    let own = model
        .streams
        .iter()
        .any(|stream| stream.name == *class && stream.class.is_none() && stream.mix.is_empty());
    (!declared && !own).then(|| format!("there is no class `{class}`"))
}

fn find_department<'m>(name: &str, model: &'m Model) -> Result<&'m Department, String> {
    let known = model.departments.iter().find(|known| known.name == name);
    known.ok_or_else(|| format!("there is no department `{name}`"))
}

fn find_request<'m>(name: &str, model: &'m Model) -> Result<&'m Request, String> {
    let known = model.requests.iter().find(|known| known.title() == name);
    known.ok_or_else(|| format!("there is no request `{name}`"))
}
