//! Errors made, found and put right, as ways of cases.

use crate::model::{Detection, Errors, Found, Resolved, WayBack};
use crate::random::Dist;

/// One bit for each maker.
const MOST_MAKERS: usize = 64;

/// What is wrong with a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Faults {
    /// The makers of its defects, as bits.
    pub defects: u64,
    /// Whether it was sent to where it is to be put right.
    pub returned: bool,
    /// The departments to which it goes straight back, the next one last.
    back: Vec<usize>,
}

/// What may happen at the end of a service.
pub(super) struct Outcome<'m> {
    pub probability: f64,
    pub faults: Faults,
    pub next: Next<'m>,
}

/// Where a case goes then.
pub(super) enum Next<'m> {
    Handoffs,
    /// To a department, after a transfer.
    Department(usize, Option<&'m Dist>),
    TurnedAway,
    /// More than is followed here.
    Unclear,
}

/// How a department finds the defects of one maker.
#[derive(Clone, Copy)]
struct Finding<'m> {
    detection: &'m Detection,
    /// Where the case is sent, if elsewhere.
    sent_to: Option<usize>,
}

/// How errors are made and found in a model.
pub(super) struct FaultRules<'m> {
    /// The departments that make errors, in their order.
    makers: Vec<(usize, &'m Errors)>,
    /// By department and maker; empty where a department finds nothing.
    findings: Vec<Vec<Option<Finding<'m>>>>,
}

impl<'m> FaultRules<'m> {
    /// `None` where no error is ever found, so that errors change no way.
    pub fn of(resolved: &Resolved<'m>) -> Option<FaultRules<'m>> {
        let departments = &resolved.model.departments;
        let makers = departments.iter().enumerate();
        let makers: Vec<_> = makers.filter_map(|(at, maker)| Some((at, maker.errors.as_ref()?))).collect();
        let finds = |detection: &Detection| detection.probability > 0.0;
        if makers.is_empty() || !departments.iter().any(|department| department.detects.iter().any(finds)) {
            return None;
        }
        let few = makers.len() <= MOST_MAKERS;
        let findings = departments.iter().filter(|_| few).map(|department| {
            let detects = department.detects.as_slice();
            let of = |&(maker, _): &(usize, &Errors)| {
                let name = Some(departments[maker].name.as_str());
                let named = detects.iter().find(|detection| detection.made_by.as_deref() == name);
                let detection = named.or_else(|| detects.iter().find(|other| other.made_by.is_none()))?;
                let sent_to = match &detection.then {
                    Found::SendTo(name) => resolved.department(name).map(|at| at as usize),
                    Found::Return | Found::TurnAway => None,
                };
                Some(Finding { detection, sent_to })
            };
            if detects.is_empty() { Vec::new() } else { makers.iter().map(of).collect() }
        });
        let findings = findings.collect();
        Some(FaultRules { makers, findings })
    }

    /// The defect that a department makes.
    pub fn error_of(&self, department: usize) -> Option<Faults> {
        let place = self.makers.iter().position(|maker| maker.0 == department)?;
        Some(Faults { defects: 1_u64.checked_shl(place as u32)?, ..Faults::default() })
    }

    /// The ends of a service of a case of `class` in `department`: repair, detection, making, in this order.
    pub fn outcomes(&self, department: usize, class: &str, faults: Option<&Faults>) -> Vec<Outcome<'m>> {
        let mut faults = faults.cloned().unwrap_or_default();
        if self.makers.len() > MOST_MAKERS {
            return vec![Outcome { probability: 1.0, faults, next: Next::Unclear }];
        }
        let own = self.makers.iter().position(|maker| maker.0 == department);
        let own = own.map(|place| (1_u64 << place, self.makers[place].1));
        if std::mem::take(&mut faults.returned) {
            faults.defects &= !own.map_or(0, |own| own.0);
        }
        let mut outcomes = Vec::new();
        let mut unseen = 1.0;
        let findings = self.findings[department].iter().enumerate();
        for (place, finding) in findings.filter(|&(place, _)| faults.defects >> place & 1 == 1) {
            let Some(finding) = finding else { continue };
            let probability = unseen * finding.detection.probability;
            unseen -= probability;
            if probability > 0.0 {
                let maker = self.makers[place].0;
                outcomes.push(finding.outcome(maker, department, probability, faults.clone()));
            }
        }
        if let Some((bit, errors)) = own {
            let probability = unseen * made(errors, class, faults.defects != 0);
            unseen -= probability;
            if probability > 0.0 {
                let defects = faults.defects | bit;
                outcomes.push(onward(probability, Faults { defects, ..faults.clone() }));
            }
        }
        if unseen > 0.0 {
            outcomes.push(onward(unseen, faults));
        }
        outcomes
    }
}

impl<'m> Finding<'m> {
    /// A defect of `maker` is found in `department`.
    fn outcome(self, maker: usize, department: usize, probability: f64, mut faults: Faults) -> Outcome<'m> {
        let Finding { detection, sent_to } = self;
        let target = match detection.then {
            Found::TurnAway => return Outcome { probability, faults, next: Next::TurnedAway },
            Found::Return => maker,
            Found::SendTo(_) => sent_to.unwrap_or(maker),
        };
        if detection.then == Found::Return && detection.back == WayBack::Direct {
            faults.back.push(department);
        } else if !faults.back.is_empty() {
            return Outcome { probability, faults, next: Next::Unclear };
        }
        faults.returned = target == maker;
        Outcome { probability, faults, next: Next::Department(target, detection.transfer.as_ref()) }
    }
}

/// Nothing was found: straight back to who found something before, or along the handoffs.
fn onward<'m>(probability: f64, mut faults: Faults) -> Outcome<'m> {
    let next = faults.back.pop().map_or(Next::Handoffs, |detector| Next::Department(detector, None));
    Outcome { probability, faults, next }
}

/// The probability of an error in a service, where no answer was given up.
fn made(errors: &Errors, class: &str, defective: bool) -> f64 {
    let named = errors.probability_for.iter().find(|row| row.class == class).map(|row| row.probability);
    let plain = named.or(errors.probability).unwrap_or(0.0);
    errors.if_defective.filter(|_| defective).unwrap_or(plain)
}
