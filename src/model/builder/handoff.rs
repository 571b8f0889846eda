//! Describing handoffs.

use crate::model::{Handoff, Pickup, ProbabilityFor};
use crate::random::Dist;
use crate::time::Span;

/// Describes a handoff. See [`Handoff`].
#[derive(Clone, Debug)]
pub struct HandoffBuilder(pub(super) Handoff);

impl HandoffBuilder {
    /// The probability for every class that [`HandoffBuilder::probability_for`] does not name.
    pub fn probability(mut self, probability: f64) -> HandoffBuilder {
        self.0.probability = Some(probability);
        self
    }

    /// The probability for `class`.
    pub fn probability_for(mut self, class: impl Into<String>, probability: f64) -> HandoffBuilder {
        self.0.probability_for.push(ProbabilityFor { class: class.into(), probability });
        self
    }

    /// It may lead to this department too: to where the fewest wait.
    pub fn or_shorter(mut self, department: impl Into<String>) -> HandoffBuilder {
        self.0.or_shorter.push(department.into());
        self
    }

    /// What waits there is taken along at these times only, which repeat every `period` from the start of the run
    /// on.
    pub fn pickup(mut self, period: Span, times: impl IntoIterator<Item = Span>) -> HandoffBuilder {
        self.0.pickup = Some(Pickup { period, times: times.into_iter().collect() });
        self
    }

    /// How many may be under way at once. Others wait, first in, first out.
    pub fn capacity(mut self, cases: u32) -> HandoffBuilder {
        self.0.capacity = Some(cases);
        self
    }

    /// How long the way takes.
    pub fn transfer(mut self, time: impl Into<Dist>) -> HandoffBuilder {
        self.0.transfer = Some(time.into());
        self
    }

    /// The class that the case has from here on.
    pub fn becomes(mut self, class: impl Into<String>) -> HandoffBuilder {
        self.0.becomes = Some(class.into());
        self
    }

    /// Cases go this way because they have to be put right there: all work on them from then on, until the
    /// department they came from has served them again, counts as rework that the target caused.
    pub fn rework(mut self) -> HandoffBuilder {
        self.0.rework = true;
        self
    }
}
