//! What an experiment is asked for, and which askings are refused.

use serde::{Deserialize, Serialize};

use crate::error::{Defect, Result};
use crate::model::{Arrivals, Model};
use crate::results::{Results, TimeStatistics};
use crate::stats::Estimate;
use crate::time::Span;

/// When a replication ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Horizon {
    /// At a time. Nothing that falls on it happens.
    Time(Span),
    /// When so many cases have ended, completed or lost.
    Cases(u64),
    /// When all cases are done. For models whose streams all come to an end.
    AllDone,
}

/// How long the start of a replication is left out of the results.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarmUp {
    /// So long.
    Given(Span),
    /// As long as MSER-5 finds necessary, from the number of cases in the system averaged over pilot
    /// replications.
    Chosen,
}

/// How many replications are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopping {
    /// So many.
    Fixed(u32),
    /// As many as a figure needs.
    Precision(Precision),
}

/// A figure, and how precisely it is wanted.
///
/// The run ends when half the width of the figure's confidence interval is at most `half_width`
/// (Law, Simulation Modeling and Analysis, section 9.4.1), looked at after at least 30 replications
/// and then in growing steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// The figure.
    pub figure: Figure,
    /// The half width to reach.
    pub half_width: HalfWidth,
    /// The most replications to make, reached or not.
    pub at_most: u32,
}

/// Half the width of a confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HalfWidth {
    /// As a share of the figure: 0.02 is 2 %.
    Relative(f64),
    /// In the figure's own unit: hours for times.
    Absolute(f64),
}

/// A figure of the results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// The mean lead time of a class, in hours.
    LeadTime {
        /// The class.
        class: String,
    },
    /// A percentile of the lead time of a class, in hours.
    LeadTimePercentile {
        /// The class.
        class: String,
        /// The share of cases that take no longer; one of those in the results.
        share: f64,
    },
    /// The share of a class for which the promise is kept.
    PromiseKept {
        /// The class.
        class: String,
    },
    /// The mean waiting time at a department, in hours.
    WaitingTime {
        /// The department.
        department: String,
    },
    /// The mean number waiting at a department.
    QueueLength {
        /// The department.
        department: String,
    },
}

impl Figure {
    /// The mean lead time of a class.
    pub fn lead_time(class: impl Into<String>) -> Figure {
        Figure::LeadTime { class: class.into() }
    }

    /// The mean waiting time at a department.
    pub fn waiting_time(department: impl Into<String>) -> Figure {
        Figure::WaitingTime { department: department.into() }
    }

    /// The figure in some results; `None` where they have no such figure (nobody came, say).
    ///
    /// # Errors
    ///
    /// When the results have no class or department of that name.
    pub fn of(&self, results: &Results) -> Result<Option<Estimate>> {
        let mean = |times: &Option<TimeStatistics>| times.as_ref().map(|times| times.mean.0);
        Ok(match self {
            Figure::LeadTime { class } => mean(&results.class(class)?.lead_time),
            Figure::LeadTimePercentile { class, share } => {
                let lead_time = results.class(class)?.lead_time.as_ref();
                lead_time.and_then(|times| times.percentile(*share)).map(|value| value.0)
            }
            Figure::PromiseKept { class } => results.class(class)?.promise_kept,
            Figure::WaitingTime { department } => mean(&results.department(department)?.visits.waiting),
            Figure::QueueLength { department } => results.department(department)?.visits.queue_length,
        })
    }
}

impl HalfWidth {
    /// Whether an estimate is precise enough.
    pub(super) fn reached(self, estimate: &Estimate) -> bool {
        estimate.half_width().is_some_and(|half| half <= self.target(estimate))
    }

    /// The half width that is wanted of an estimate.
    pub(super) fn target(self, estimate: &Estimate) -> f64 {
        match self {
            HalfWidth::Relative(share) => share * estimate.mean.abs(),
            HalfWidth::Absolute(width) => width,
        }
    }
}

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
    pub self_check: bool,
}

/// A bucket of a histogram counts no further than this.
pub(super) const MOST_EVENTS: u64 = u32::MAX as u64;

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
            self_check: false,
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
                    let text = format!("until all are done, but `{stream}` never ends; give it a limit");
                    rule(true, "horizon", text);
                }
            }
        }
        if let WarmUp::Given(span) = self.warm_up {
            let valid = span.is_valid() && span >= Span::ZERO;
            rule(!valid, "warm-up", format!("is {span}, must not be negative"));
            if let Some(Horizon::Time(end)) = self.horizon {
                let late = valid && span >= end;
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
        rule(!inside(self.level), "confidence level", format!("is {}, must be between 0 and 1", self.level));
        rule(self.threads == Some(0), "threads", "are 0, must be at least 1".into());
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
    let ends = |arrivals: &Arrivals| matches!(arrivals, Arrivals::Schedule { .. } | Arrivals::Trace { .. });
    let endless =
        model.streams.iter().filter(move |stream| stream.limit.is_none() && !ends(&stream.arrivals));
    endless.map(|stream| stream.name.as_str())
}

/// What is wrong with the names in a figure, if anything is.
fn unknown_figure(figure: &Figure, model: &Model) -> Option<String> {
    match figure {
        Figure::LeadTime { class }
        | Figure::LeadTimePercentile { class, .. }
        | Figure::PromiseKept { class } => {
            let declared = model.classes.iter().any(|known| known.name == *class);
            let own = model
                .streams
                .iter()
                .any(|stream| stream.name == *class && stream.class.is_none() && stream.mix.is_empty());
            (!declared && !own).then(|| format!("there is no class `{class}`"))
        }
        Figure::WaitingTime { department } | Figure::QueueLength { department } => {
            let known = model.departments.iter().any(|known| known.name == *department);
            (!known).then(|| format!("there is no department `{department}`"))
        }
    }
}
