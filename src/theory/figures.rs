//! The figures of a station, and what is known of its service times.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::error::{TheoryError, at_least, in_range, not_negative};

/// Whether figures are what theory proves or what a formula guesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exactness {
    /// Exact under the assumptions of the formula.
    Exact,
    /// An approximation.
    Approximate {
        /// Whose: author and year.
        source: Cow<'static, str>,
    },
}

impl Exactness {
    pub(super) const fn approximate(source: &'static str) -> Exactness {
        Exactness::Approximate { source: Cow::Borrowed(source) }
    }
}

/// The steady state of a station, or of one class of customers there, first come first served
/// unless a function says otherwise.
///
/// Times are per visit. Times and rates are in the unit of the input. `None` means that the formula
/// does not say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Are these figures exact?
    pub exactness: Exactness,
    /// Arrivals per time, those lost included.
    pub arrival_rate: f64,
    /// Offered load over capacity; of one class, its own load. May exceed 1 where customers are
    /// lost. 0 where servers are unlimited.
    pub traffic_intensity: f64,
    /// Mean share of the servers that is busy; of one class, with its customers. 0 where servers are
    /// unlimited.
    pub utilization: f64,
    /// Probability that one who is served need not wait.
    pub no_wait_probability: Option<f64>,
    /// Mean wait of those served.
    pub wait_mean: f64,
    /// Variance of that wait.
    pub wait_variance: Option<f64>,
    /// Mean time from arrival to end of service, of those served.
    pub sojourn_mean: f64,
    /// Variance of that time.
    pub sojourn_variance: Option<f64>,
    /// Mean number waiting.
    pub queue_mean: f64,
    /// Mean number present, in service included.
    pub number_mean: f64,
    /// Served customers per time.
    pub throughput: f64,
    /// Probability that an arrival is turned away or leaves unserved.
    pub loss_probability: f64,
}

/// What a formula says of the wait.
pub(super) struct Wait {
    pub mean: f64,
    pub variance: Option<f64>,
    pub none: Option<f64>,
}

impl Figures {
    /// The figures that follow from the wait by Little's law where everybody is served.
    pub(super) fn lossless(
        exactness: Exactness,
        arrival_rate: f64,
        service: &Service,
        servers: Option<u32>,
        wait: Wait,
    ) -> Result<Figures, TheoryError> {
        let load = arrival_rate * service.mean;
        let intensity = servers.map_or(0.0, |servers| load / f64::from(servers));
        let queue_mean = arrival_rate * wait.mean;
        Figures {
            exactness,
            arrival_rate,
            traffic_intensity: intensity,
            utilization: intensity,
            no_wait_probability: wait.none,
            wait_mean: wait.mean,
            wait_variance: wait.variance,
            sojourn_mean: wait.mean + service.mean,
            sojourn_variance: wait.variance.map(|variance| variance + service.variance()),
            queue_mean,
            number_mean: queue_mean + load,
            throughput: arrival_rate,
            loss_probability: 0.0,
        }
        .checked()
    }

    /// These figures, if all of them are finite.
    pub(super) fn checked(self) -> Result<Figures, TheoryError> {
        let optional = [self.no_wait_probability, self.wait_variance, self.sojourn_variance];
        [
            self.arrival_rate,
            self.traffic_intensity,
            self.utilization,
            self.wait_mean,
            self.sojourn_mean,
            self.queue_mean,
            self.number_mean,
            self.throughput,
            self.loss_probability,
        ]
        .into_iter()
        .chain(optional.into_iter().flatten())
        .try_for_each(|figure| in_range(figure).map(|_| ()))?;
        Ok(self)
    }
}

/// The moments of a service time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Mean; may be 0.
    pub mean: f64,
    /// Squared coefficient of variation: variance over mean squared.
    pub scv: f64,
    /// The mean of the third power, where known; the variance of a wait needs it.
    pub third_moment: Option<f64>,
}

impl Service {
    /// A service time of which mean and squared coefficient of variation are known.
    pub const fn new(mean: f64, scv: f64) -> Service {
        Service { mean, scv, third_moment: None }
    }

    /// Exponential service.
    pub const fn exponential(mean: f64) -> Service {
        Service { mean, scv: 1.0, third_moment: Some(6.0 * mean * mean * mean) }
    }

    /// Service that always takes the same time.
    pub const fn constant(mean: f64) -> Service {
        Service { mean, scv: 0.0, third_moment: Some(mean * mean * mean) }
    }

    /// The same service time with its third moment.
    pub const fn with_third_moment(self, third_moment: f64) -> Service {
        Service { third_moment: Some(third_moment), ..self }
    }

    /// The service time of a customer who is of one of several kinds, with probability proportional
    /// to the kind's weight (its arrival rate, say). All weights zero gives a service time of 0.
    ///
    /// # Errors
    /// A weight or a moment is outside its domain.
    pub fn mixture(kinds: &[(f64, Service)]) -> Result<Service, TheoryError> {
        for (weight, service) in kinds {
            not_negative("a weight of the mixture", *weight)?;
            service.check()?;
        }
        let total: f64 = kinds.iter().map(|kind| kind.0).sum();
        if total == 0.0 {
            return Ok(Service::constant(0.0));
        }
        let average =
            |of: &dyn Fn(&Service) -> f64| -> f64 { kinds.iter().map(|(w, s)| w / total * of(s)).sum() };
        let mean = average(&|service| service.mean);
        let variance = average(&|service| service.variance() + (service.mean - mean).powi(2));
        let known = kinds.iter().all(|(_, service)| service.third_moment.is_some());
        Ok(Service {
            mean: in_range(mean)?,
            scv: if mean > 0.0 { in_range(variance / (mean * mean))? } else { 0.0 },
            third_moment: known.then(|| average(&|service| service.third_moment.unwrap_or(0.0))),
        })
    }

    /// The sum of this time and another that is independent of it.
    #[must_use]
    pub fn plus(&self, other: &Service) -> Service {
        let mean = self.mean + other.mean;
        let variance = self.variance() + other.variance();
        let third = self.third_moment.zip(other.third_moment).map(|(a, b)| {
            a + 3.0 * self.second_moment() * other.mean + 3.0 * self.mean * other.second_moment() + b
        });
        let scv = if mean > 0.0 { variance / (mean * mean) } else { 0.0 };
        Service { mean, scv, third_moment: third }
    }

    /// This time with a probability, and otherwise none at all.
    ///
    /// # Errors
    /// The probability or a moment is outside its domain.
    pub fn sometimes(&self, probability: f64) -> Result<Service, TheoryError> {
        super::error::probability("the probability of the time", probability)?;
        Service::mixture(&[(probability, *self), (1.0 - probability, Service::constant(0.0))])
    }

    pub(super) fn variance(&self) -> f64 {
        self.scv * self.mean * self.mean
    }

    /// The mean of the square.
    pub(super) fn second_moment(&self) -> f64 {
        (1.0 + self.scv) * self.mean * self.mean
    }

    pub(super) fn check(&self) -> Result<(), TheoryError> {
        not_negative("the mean service time", self.mean)?;
        not_negative("the squared coefficient of variation of service", self.scv)?;
        match self.third_moment {
            // Cauchy and Schwarz: E[S^2]^2 <= E[S] E[S^3]; the slack is for rounding.
            Some(third) => {
                let least = (1.0 + self.scv).powi(2) * self.mean.powi(3);
                let rule = "at least the square of the second moment over the mean";
                at_least("the third moment of service", third, least * (1.0 - 1e-9), rule)
            }
            None => Ok(()),
        }
    }
}
