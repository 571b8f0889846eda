//! Describing how departments serve beyond one after the other.

use crate::model::{Acts, Balking, Batch, Beyond, Counts, Period, Standard};
use crate::random::Dist;
use crate::time::Span;

/// Describes work that is done on several items together. See [`Batch`].
#[derive(Clone, Debug)]
pub struct BatchBuilder(pub(super) Batch);

impl BatchBuilder {
    /// How many must be there before a service begins; as many as are served together if not said.
    pub fn at_least(mut self, items: u32) -> BatchBuilder {
        self.0.at_least = Some(items);
        self
    }

    /// After so long an item has waited enough: then a service begins with those who are there.
    pub fn longest_wait(mut self, time: Span) -> BatchBuilder {
        self.0.longest_wait = Some(time);
        self
    }
}

/// Describes when customers do not join. See [`Balking`].
#[derive(Clone, Debug)]
pub struct BalkingBuilder(pub(super) Balking);

impl BalkingBuilder {
    pub(super) fn new() -> BalkingBuilder {
        BalkingBuilder(Balking { counts: Counts::default(), join: Vec::new(), beyond: Beyond::default() })
    }

    /// They count those who wait, not all who are present.
    pub fn counts_waiting(mut self) -> BalkingBuilder {
        self.0.counts = Counts::Waiting;
        self
    }

    /// The probability to join when none, one, two, ... are there.
    pub fn join(mut self, probabilities: impl IntoIterator<Item = f64>) -> BalkingBuilder {
        self.0.join = probabilities.into_iter().collect();
        self
    }

    /// The probability to join when more are there than [`BalkingBuilder::join`] has numbers for; 0 if not said.
    pub fn beyond(mut self, probability: f64) -> BalkingBuilder {
        self.0.beyond = Beyond::Probability(probability);
        self
    }

    /// When `n` are there, more than [`BalkingBuilder::join`] has numbers for, the probability is `1 / (n + 1)`.
    pub fn harmonic(mut self) -> BalkingBuilder {
        self.0.beyond = Beyond::Harmonic;
        self
    }
}

/// Describes a service standard. See [`Standard`].
#[derive(Clone, Debug)]
pub struct StandardBuilder(pub(super) Standard);

impl StandardBuilder {
    /// The class that it is for, instead of every class that no other standard names.
    pub fn class(mut self, class: impl Into<String>) -> StandardBuilder {
        self.0.class = Some(class.into());
        self
    }

    /// So long before the time is up, the work gets another rank: 0, the most urgent, unless the [`ActsBuilder`] is
    /// told otherwise. If not said, the standard is only measured.
    pub fn acts(
        mut self,
        before: Span,
        describe: impl FnOnce(ActsBuilder) -> ActsBuilder,
    ) -> StandardBuilder {
        self.0.acts = Some(describe(ActsBuilder::new(before)).0);
        self
    }
}

/// Describes what is done about work that is about to miss a standard. See [`Acts`].
#[derive(Clone, Debug)]
pub struct ActsBuilder(pub(super) Acts);

impl ActsBuilder {
    pub(super) fn new(before: Span) -> ActsBuilder {
        ActsBuilder(Acts { before, priority: 0, compliance: 1.0 })
    }

    /// The rank from then on, if it is more urgent.
    pub fn priority(mut self, rank: u32) -> ActsBuilder {
        self.0.priority = rank;
        self
    }

    /// The share of the work for which the rule is followed; all if not said.
    pub fn compliance(mut self, share: f64) -> ActsBuilder {
        self.0.compliance = share;
        self
    }
}

/// Describes a time in which work takes another time than usual. See [`Period`].
#[derive(Clone, Debug)]
pub struct PeriodBuilder(pub(super) Period);

impl PeriodBuilder {
    pub(super) fn new(from: Span) -> PeriodBuilder {
        PeriodBuilder(Period { from, until: None, service: None, service_factor: 1.0, error_factor: 1.0 })
    }

    /// When it ends, since the start of the run; never if not said.
    pub fn until(mut self, time: Span) -> PeriodBuilder {
        self.0.until = Some(time);
        self
    }

    /// The service time of services that begin in it, for every class and visit.
    pub fn service(mut self, time: impl Into<Dist>) -> PeriodBuilder {
        self.0.service = Some(time.into());
        self
    }

    /// A factor on their service time.
    pub fn service_factor(mut self, factor: f64) -> PeriodBuilder {
        self.0.service_factor = factor;
        self
    }

    /// A factor on the probability of errors.
    pub fn error_factor(mut self, factor: f64) -> PeriodBuilder {
        self.0.error_factor = factor;
        self
    }
}
