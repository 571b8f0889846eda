//! Describing requests.

use super::ActsBuilder;
use crate::model::{Asking, During, ProbabilityFor, Request};
use crate::random::Dist;
use crate::time::Span;

/// Describes a request. See [`Request`].
#[derive(Clone, Debug)]
pub struct RequestBuilder(pub(super) Request);

impl RequestBuilder {
    pub(super) fn new(from: String, to: String) -> RequestBuilder {
        RequestBuilder(Request::new(from, to))
    }

    /// What it is called, instead of `"FROM asks TO"`.
    pub fn name(mut self, name: impl Into<String>) -> RequestBuilder {
        self.0.name = Some(name.into());
        self
    }

    /// The probability for every class that [`RequestBuilder::probability_for`] does not name.
    pub fn probability(mut self, probability: f64) -> RequestBuilder {
        self.0.probability = Some(probability);
        self
    }

    /// The probability for `class`.
    pub fn probability_for(mut self, class: impl Into<String>, probability: f64) -> RequestBuilder {
        self.0.probability_for.push(ProbabilityFor { class: class.into(), probability });
        self
    }

    /// In which work it comes up: in work on cases if not said.
    pub fn during(mut self, work: During) -> RequestBuilder {
        self.0.during = work;
        self
    }

    /// The share of the service that is done when it comes up: 0, the default, before the service, 1 after
    /// it.
    pub fn at(mut self, share: f64) -> RequestBuilder {
        self.0.at = share;
        self
    }

    /// The people who serve are free for other work until the answer comes; otherwise they are held.
    pub fn freed(mut self) -> RequestBuilder {
        self.0.staff = Asking::Freed;
        self
    }

    /// The class that it has in the department that answers, instead of the asker's.
    pub fn class(mut self, class: impl Into<String>) -> RequestBuilder {
        self.0.class = Some(class.into());
        self
    }

    /// Its rank in the queue of the department that answers, 0 the most urgent, instead of that of its
    /// class.
    pub fn priority(mut self, rank: u32) -> RequestBuilder {
        self.0.priority = Some(rank);
        self
    }

    /// How long it takes to answer, instead of the department's service time.
    pub fn service(mut self, time: impl Into<Dist>) -> RequestBuilder {
        self.0.service = Some(time.into());
        self
    }

    /// How long the question is on its way.
    pub fn transfer(mut self, time: impl Into<Dist>) -> RequestBuilder {
        self.0.transfer = Some(time.into());
        self
    }

    /// How long the answer is on its way back.
    pub fn answer_transfer(mut self, time: impl Into<Dist>) -> RequestBuilder {
        self.0.answer_transfer = Some(time.into());
        self
    }

    /// After how long the work goes on without the answer.
    pub fn longest_wait(mut self, time: impl Into<Dist>) -> RequestBuilder {
        self.0.longest_wait = Some(time.into());
        self
    }

    /// The service standard: the response time that is owed. It is measured, and acts if
    /// [`RequestBuilder::acts`] says so.
    pub fn standard(mut self, response_time: Span) -> RequestBuilder {
        self.0.standard = Some(response_time);
        self
    }

    /// So long before it misses the standard, the request rises in the queue of the department that answers.
    pub fn acts(mut self, before: Span, describe: impl FnOnce(ActsBuilder) -> ActsBuilder) -> RequestBuilder {
        self.0.acts = Some(describe(ActsBuilder::new(before)).0);
        self
    }
}
