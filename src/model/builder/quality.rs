//! Describing errors, and how they are found.

use super::Gaps;
use crate::model::{Complaint, Detection, Errors, Found, ProbabilityFor, WayBack};
use crate::random::Dist;

/// Describes the errors that a department makes. See [`Errors`].
#[derive(Clone, Debug, Default)]
pub struct ErrorsBuilder {
    pub(super) errors: Errors,
    pub(super) gaps: Gaps,
}

impl ErrorsBuilder {
    /// The probability for every class that [`ErrorsBuilder::probability_for`] does not name.
    pub fn probability(mut self, probability: f64) -> ErrorsBuilder {
        self.errors.probability = Some(probability);
        self
    }

    /// The probability for `class`.
    pub fn probability_for(mut self, class: impl Into<String>, probability: f64) -> ErrorsBuilder {
        self.errors.probability_for.push(ProbabilityFor { class: class.into(), probability });
        self
    }

    /// The probability where the case came with a defect.
    pub fn if_defective(mut self, probability: f64) -> ErrorsBuilder {
        self.errors.if_defective = Some(probability);
        self
    }

    /// The probability where an answer was given up during the service.
    pub fn after_guess(mut self, probability: f64) -> ErrorsBuilder {
        self.errors.after_guess = Some(probability);
        self
    }

    /// What each defect that reaches the customer costs, in money.
    pub fn cost(mut self, money: f64) -> ErrorsBuilder {
        self.errors.cost = money;
        self
    }

    /// Customers whom a defect has reached come back to the department `enter`.
    pub fn complaint(
        mut self,
        enter: impl Into<String>,
        describe: impl FnOnce(ComplaintBuilder) -> ComplaintBuilder,
    ) -> ErrorsBuilder {
        let blank = ComplaintBuilder { enter: enter.into(), probability: None, after: None, class: None };
        self.errors.complaint = Some(describe(blank).finish(&mut self.gaps));
        self
    }
}

/// Describes how customers complain. See [`Complaint`].
#[derive(Clone, Debug)]
pub struct ComplaintBuilder {
    enter: String,
    probability: Option<f64>,
    after: Option<Dist>,
    class: Option<String>,
}

impl ComplaintBuilder {
    /// The probability that the customer complains.
    pub fn probability(mut self, probability: f64) -> ComplaintBuilder {
        self.probability = Some(probability);
        self
    }

    /// After how long, from the end of the first case.
    pub fn after(mut self, time: impl Into<Dist>) -> ComplaintBuilder {
        self.after = Some(time.into());
        self
    }

    /// The class of the complaint, instead of that of the first case.
    pub fn class(mut self, class: impl Into<String>) -> ComplaintBuilder {
        self.class = Some(class.into());
        self
    }

    fn finish(self, gaps: &mut Gaps) -> Complaint {
        if self.probability.is_none() {
            gaps.push("nothing is said about a complaint: give `probability`".into());
        }
        if self.after.is_none() {
            gaps.push("nothing is said about a complaint: give `after`".into());
        }
        // What is missing is filled in, so that the rest can be checked.
        Complaint {
            probability: self.probability.unwrap_or(0.0),
            after: self.after.unwrap_or_else(|| crate::time::hours(1).into()),
            enter: self.enter,
            class: self.class,
        }
    }
}

/// Describes which errors a department finds, and what happens then. See [`Detection`].
#[derive(Clone, Debug)]
pub struct DetectionBuilder(pub(super) Detection);

impl DetectionBuilder {
    pub(super) fn new() -> DetectionBuilder {
        DetectionBuilder(Detection {
            made_by: None,
            probability: 1.0,
            then: Found::default(),
            transfer: None,
            back: WayBack::default(),
        })
    }

    /// It finds the errors of this department, instead of everybody's.
    pub fn made_by(mut self, department: impl Into<String>) -> DetectionBuilder {
        self.0.made_by = Some(department.into());
        self
    }

    /// The probability that a defect is found; 1 if not said.
    pub fn probability(mut self, probability: f64) -> DetectionBuilder {
        self.0.probability = probability;
        self
    }

    /// The case goes to this department, instead of back to the one that made the error.
    pub fn send_to(mut self, department: impl Into<String>) -> DetectionBuilder {
        self.0.then = Found::SendTo(department.into());
        self
    }

    /// The customer is turned away, instead of the case going back.
    pub fn turn_away(mut self) -> DetectionBuilder {
        self.0.then = Found::TurnAway;
        self
    }

    /// How long the way to where the case is sent takes.
    pub fn transfer(mut self, time: impl Into<Dist>) -> DetectionBuilder {
        self.0.transfer = Some(time.into());
        self
    }

    /// A returned case comes back along the handoffs, instead of directly.
    pub fn along(mut self) -> DetectionBuilder {
        self.0.back = WayBack::Along;
        self
    }
}
