//! Parameters that are not known for certain.

use std::fmt;

use crate::error::{Defect, Result};
use crate::interventions::Intervention;
use crate::model::{Arrivals, Model, RateStep};
use crate::random::{KeyPair, name_key, unit};
use crate::time::{Rate, Span};

/// What a closure does to a model with a drawn value.
type Apply = Box<dyn Fn(&mut Model, f64) + Send + Sync>;

/// A parameter of a model that is not known for certain: what it may be, and how a model gets a value of it.
///
/// What is known is an interval, from which values are drawn uniformly: every value in it counts as equally likely;
/// or a sample, of which the mean is drawn by resampling with replacement (the bootstrap; Efron 1979; for inputs of
/// simulations Barton and Schruben, *Proceedings of the Winter Simulation Conference*, 1993). Parameters are drawn
/// independently of each other.
///
/// ```
/// use knockon::analysis::Uncertain;
/// use knockon::random::Dist;
/// use knockon::time::{hours, minutes};
///
/// // Billing takes between 0.9 and 1.3 times what the model says; ten services of coding were timed.
/// let billing = Uncertain::service("billing", 0.9, 1.3);
/// let coding = Uncertain::timed("coding", [9, 14, 11, 30, 8, 12, 10, 17, 22, 13].map(minutes));
/// // Anything else is told by a function.
/// let patience = Uncertain::interval("the mean patience in hours", 0.5, 2.0, |model, mean| {
///     model.departments[0].patience = Some(Dist::exponential(hours(mean)));
/// });
/// assert_eq!(billing.name(), "the service of `billing`");
/// ```
pub struct Uncertain {
    name: String,
    pub(super) source: Source,
    effect: Effect,
}

/// Where values come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// Uniform between two.
    Interval { low: f64, high: f64 },
    /// Means of resamples.
    Sample(Vec<f64>),
}

enum Effect {
    Service(String),
    Errors(String),
    Arrivals(String),
    Function(Apply),
}

impl fmt::Debug for Uncertain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Uncertain { name, source, .. } = self;
        f.debug_struct("Uncertain").field("name", name).field("source", source).finish_non_exhaustive()
    }
}

impl Uncertain {
    /// All service times of a department are what the model says times a factor between these two, as
    /// with [`Intervention::ScaleService`].
    #[must_use]
    pub fn service(department: impl Into<String>, low: f64, high: f64) -> Uncertain {
        let department = department.into();
        let name = format!("the service of `{department}`");
        Uncertain { name, source: Source::Interval { low, high }, effect: Effect::Service(department) }
    }

    /// The mean service time of a department is known from so many timed services: all its service times are those of the model times
    /// the mean of a resample over the mean of the sample. Their distribution keeps its shape.
    #[must_use]
    pub fn timed(department: impl Into<String>, times: impl IntoIterator<Item = Span>) -> Uncertain {
        let department = department.into();
        let name = format!("the service of `{department}`");
        let sample = times.into_iter().map(|time| if time.is_valid() { time.as_hours() } else { f64::NAN });
        let mut sample: Vec<f64> = sample.collect();
        let mean = sample.iter().sum::<f64>() / sample.len() as f64;
        sample.iter_mut().for_each(|time| *time /= mean);
        Uncertain { name, source: Source::Sample(sample), effect: Effect::Service(department) }
    }

    /// All probabilities of the errors of a department are what the model says times a factor between these two, and at most
    /// 1, as with [`Intervention::ScaleErrors`].
    #[must_use]
    pub fn errors(department: impl Into<String>, low: f64, high: f64) -> Uncertain {
        let department = department.into();
        let name = format!("the errors of `{department}`");
        Uncertain { name, source: Source::Interval { low, high }, effect: Effect::Errors(department) }
    }

    /// The arrival rate of customers is what the model says times a factor between these two. Their arrivals are Poisson, with
    /// one rate or a pattern, or have independent times between them.
    #[must_use]
    pub fn arrivals(customers: impl Into<String>, low: f64, high: f64) -> Uncertain {
        let customers = customers.into();
        let name = format!("the arrivals of `{customers}`");
        Uncertain { name, source: Source::Interval { low, high }, effect: Effect::Arrivals(customers) }
    }

    /// Something of that name that lies in an interval, and what the model is if it has a value. The name tells which draws
    /// it gets.
    #[must_use]
    pub fn interval(
        name: impl Into<String>,
        low: f64,
        high: f64,
        apply: impl Fn(&mut Model, f64) + Send + Sync + 'static,
    ) -> Uncertain {
        let (source, effect) = (Source::Interval { low, high }, Effect::Function(Box::new(apply)));
        Uncertain { name: name.into(), source, effect }
    }

    /// Something of that name whose mean is known from a sample, and what the model is if it has a mean.
    #[must_use]
    pub fn sampled(
        name: impl Into<String>,
        sample: impl IntoIterator<Item = f64>,
        apply: impl Fn(&mut Model, f64) + Send + Sync + 'static,
    ) -> Uncertain {
        let source = Source::Sample(sample.into_iter().collect());
        Uncertain { name: name.into(), source, effect: Effect::Function(Box::new(apply)) }
    }

    /// What it is called in results: "the service of `billing`".
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value in the so many-th parameter set of a study with that seed.
    pub(super) fn draw(&self, seed: u64, set: u32) -> f64 {
        let mut words = KeyPair::new(seed, 0, name_key("uncertain", &self.name)).words(u64::from(set), 0);
        match &self.source {
            Source::Interval { low, high } => low + (high - low) * unit(words.next()),
            Source::Sample(sample) => {
                let one =
                    |_| sample[((unit(words.next()) * sample.len() as f64) as usize).min(sample.len() - 1)];
                (0..sample.len()).map(one).sum::<f64>() / sample.len() as f64
            }
        }
    }

    /// The model with a value of this parameter.
    pub(super) fn applied(&self, model: &Model, value: f64) -> Result<Model> {
        match &self.effect {
            Effect::Service(department) => model.with(&[Intervention::scale_service(department, value)]),
            Effect::Errors(department) => model.with(&[Intervention::scale_errors(department, value)]),
            Effect::Arrivals(customers) => self.with_rate(model, customers, value),
            Effect::Function(apply) => {
                let mut changed = model.clone();
                apply(&mut changed, value);
                changed.validate()?;
                Ok(changed)
            }
        }
    }

    fn with_rate(&self, model: &Model, customers: &str, factor: f64) -> Result<Model> {
        let refuse =
            |rule: String| Err(crate::error::Error::from_defects(vec![Defect::new(&self.name, rule)]));
        let mut changed = model.clone();
        let Some(stream) = changed.streams.iter_mut().find(|stream| stream.name == customers) else {
            return refuse(format!("no customers are called `{customers}`"));
        };
        if factor <= 0.0 {
            return refuse(format!("the factor is {factor}, must be positive"));
        }
        let times = |rate: Rate| Rate::new(rate.per_hour() * factor, crate::time::hours(1));
        match &mut stream.arrivals {
            Arrivals::Poisson { rate } => *rate = times(*rate),
            Arrivals::Pattern { steps, .. } => {
                steps.iter_mut().for_each(|step: &mut RateStep| step.rate = times(step.rate));
            }
            Arrivals::Renewal { interarrival } => *interarrival = interarrival.clone().scaled(1.0 / factor),
            Arrivals::Schedule { .. }
            | Arrivals::Saturated
            | Arrivals::Population { .. }
            | Arrivals::Trace { .. } => {
                return refuse(format!("the arrivals of `{customers}` have no rate"));
            }
        }
        changed.validate()?;
        Ok(changed)
    }

    /// What is wrong with it.
    pub(super) fn defects(&self, model: &Model) -> Vec<Defect> {
        let ends = match &self.source {
            Source::Interval { low, high } => {
                let sound = low.is_finite() && high.is_finite() && low <= high;
                if !sound {
                    let rule = format!("from {low} to {high}, must be finite and in order");
                    return vec![Defect::new(&self.name, rule)];
                }
                [*low, *high]
            }
            Source::Sample(sample) => {
                if sample.len() < 2 {
                    let rule = format!("the sample has size {}, must be at least 2", sample.len());
                    return vec![Defect::new(&self.name, rule)];
                }
                if !sample.iter().all(|value| value.is_finite()) {
                    let rule = "the sample has values that are not finite, or a mean of zero";
                    return vec![Defect::new(&self.name, rule)];
                }
                let ends = sample.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| {
                    (low.min(value), high.max(value))
                });
                // Resamples hardly ever have a mean of zero, which a sample may have as its least value.
                let mean = sample.iter().sum::<f64>() / sample.len() as f64;
                [if ends.0 == 0.0 { mean } else { ends.0 }, ends.1]
            }
        };
        let mut defects: Vec<Defect> = Vec::new();
        for end in ends {
            if let Err(error) = self.applied(model, end) {
                let found = match error.defects() {
                    [] => vec![Defect::new(&self.name, error.to_string())],
                    found => found.to_vec(),
                };
                for defect in found {
                    let place = format!("{} at {end}: {}", self.name, defect.place);
                    defects.push(Defect::new(place, defect.rule));
                }
            }
        }
        defects.dedup();
        defects
    }
}
