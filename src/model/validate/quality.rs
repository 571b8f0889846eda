//! The rules for errors and how they are found.

use std::collections::HashSet;
use std::fmt::Display;

use super::{Check, shown};
use crate::model::resolve::MOST_MAKERS;
use crate::model::{Department, Found};

impl<'m> Check<'m> {
    /// Checks the errors that a department makes.
    pub(super) fn errors(&mut self, place: impl Display + Copy, department: &'m Department) {
        let Some(errors) = &department.errors else { return };
        let place = format!("{place}, errors");
        let special = [
            ("probability of a defective case", errors.if_defective),
            ("probability after a guess", errors.after_guess),
        ];
        let general = errors.probability.is_some() || !errors.probability_for.is_empty();
        if !general && special.iter().all(|(_, probability)| probability.is_none()) {
            self.add(&place, "no probability is given");
        }
        self.probabilities(place.as_str(), errors.probability, &errors.probability_for);
        for (what, probability) in special {
            if let Some(probability) = probability {
                self.probability(&place, what, probability);
            }
        }
        self.money(&place, "cost of a defect", errors.cost);
        let Some(complaint) = &errors.complaint else { return };
        self.probability(&place, "probability of a complaint", complaint.probability);
        self.times(&place, "time to a complaint", &complaint.after);
        self.department_exists(&place, &complaint.enter);
        if let Some(class) = &complaint.class {
            self.class_exists(&place, class);
        }
    }

    /// Checks how a department finds errors.
    pub(super) fn detections(&mut self, place: impl Display + Copy, department: &'m Department) {
        let mut seen = HashSet::new();
        for detection in &department.detects {
            if !seen.insert(&detection.made_by) {
                let whose = match &detection.made_by {
                    Some(maker) => format!("of {}", shown(maker)),
                    None => "of everybody else".into(),
                };
                self.add(place, format!("the detection of errors {whose} is given more than once"));
            }
            if let Some(maker) = &detection.made_by {
                self.department_exists(place, maker);
                let at = self.resolved.department(maker);
                if at.is_some_and(|at| self.model().departments[at as usize].errors.is_none()) {
                    self.add(place, format!("it finds errors of {}, which makes none", shown(maker)));
                }
            }
            if detection.made_by.is_none() && !self.others_make_errors(department) {
                self.add(place, "it finds the errors of everybody else, but nobody else makes any");
            }
            self.probability(place, "probability of a detection", detection.probability);
            if let Found::SendTo(target) = &detection.then {
                self.department_exists(place, target);
            }
            if let Some(transfer) = &detection.transfer {
                self.times(place, "transfer time of what is found", transfer);
            }
        }
    }

    /// Whether any department makes errors whose detections here do not name it.
    fn others_make_errors(&self, department: &Department) -> bool {
        let named: HashSet<_> =
            department.detects.iter().filter_map(|detection| detection.made_by.as_deref()).collect();
        let mut makers = self.model().departments.iter().filter(|maker| maker.errors.is_some());
        makers.any(|maker| !named.contains(maker.name.as_str()))
    }

    /// Checks how many departments make errors.
    pub(super) fn makers(&mut self) {
        let makers = self.resolved.makers.len();
        if makers > MOST_MAKERS {
            self.add("model", format!("{makers} departments make errors, must be at most {MOST_MAKERS}"));
        }
    }
}
