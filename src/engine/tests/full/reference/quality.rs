//! Defects: repaired, found, made, reaching the customer.

use super::{Item, Way, World};
use crate::engine::tests::full::trace::{Done, Record};
use crate::plan::{DetectPlan, FoundPlan, NONE, to_ticks};
use crate::random::{Purpose, item_key, unit};
use rand_distr::Distribution;

/// A case that was returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rework {
    /// The department that it was returned to.
    maker: u32,
    detector: u32,
    /// Whether the maker has served it again.
    repaired: bool,
    /// Whether it goes straight back then.
    direct: bool,
}

impl World<'_> {
    /// What a service of a case that has ended does to its defects, and where the case goes.
    pub fn after_service(&mut self, item: usize) -> Way {
        let department = self.department(item) as u32;
        self.repair(item, department);
        let had_defects = self.items[item].defects != 0;
        if let Some(way) = self.detect(item, department) {
            return way;
        }
        self.err(item, department, had_defects);
        match self.items[item].reworks.last() {
            Some(rework) if rework.repaired && rework.direct => {
                Way::Back { row: self.row_at(item, rework.detector) }
            }
            _ => self.route(item),
        }
    }

    /// The row of a department for the class that a case has now.
    fn row_at(&self, item: usize, department: u32) -> u32 {
        let classes = self.plan.classes.len() as u32;
        department * classes + self.items[item].row % classes
    }

    /// Puts the department's own defect right if the case was returned here, and ends what rework ends here.
    fn repair(&mut self, item: usize, department: u32) {
        let maker = self.full.makers.iter().position(|&maker| maker == department);
        let own = maker.map_or(0, |maker| 1 << maker);
        let who = self.items[item].who;
        let case = &mut self.items[item];
        if case.repair == Some(department) {
            case.repair = None;
            case.defects &= !own;
        }
        if let Some(rework) = case.reworks.last_mut()
            && rework.maker == department
            && !rework.repaired
        {
            rework.repaired = true;
            case.defects &= !own;
        }
        while let Some(rework) = self.items[item].reworks.last()
            && rework.repaired
            && rework.repaired
            && rework.detector == department
        {
            self.items[item].reworks.pop();
            self.tell(Record::Reworked { who });
        }
    }

    /// The first defect that is found decides where the case goes.
    fn detect(&mut self, item: usize, department: u32) -> Option<Way> {
        let full = self.full;
        let Item { who, row, key, defects, .. } = self.items[item];
        for (maker, detect) in full.departments[department as usize].detects.iter().enumerate() {
            let Some(detect) = detect else { continue };
            let by = full.makers[maker];
            let words = self.department_keys[department as usize]
                .words(item_key(key, self.plan.departments[by as usize].key, 0), self.visit(item));
            let found = unit(words.of(Purpose::Detection).next()) < detect.probability;
            if defects >> maker & 1 == 0 || !found {
                continue;
            }
            let done = match detect.then {
                FoundPlan::Return => Done::Returned,
                FoundPlan::SendTo(to) => Done::Sent(to),
                FoundPlan::TurnAway => Done::TurnedAway,
            };
            self.tell(Record::Found { who, row, maker: maker as u32, done });
            return Some(self.act(item, department, by, detect));
        }
        None
    }

    fn act(&mut self, item: usize, department: u32, by: u32, detect: &DetectPlan) -> Way {
        let to = match detect.then {
            FoundPlan::Return => {
                let rework =
                    Rework { maker: by, detector: department, repaired: false, direct: detect.direct };
                self.items[item].reworks.push(rework);
                self.tell(Record::Rework { who: self.items[item].who, maker: by });
                by
            }
            FoundPlan::SendTo(to) => {
                self.items[item].repair = Some(to).filter(|&to| to == by);
                to
            }
            FoundPlan::TurnAway => return Way::TurnedAway,
        };
        let words = self.visit_words(item);
        let time =
            detect.transfer.as_ref().map(|time| to_ticks(time.sample(&mut words.of(Purpose::Transfer))));
        Way::Sent { row: self.row_at(item, to), transfer: time.unwrap_or(0), timed: time.is_some() }
    }

    /// A handoff marked as rework is a return to its target.
    pub fn return_by_handoff(&mut self, item: usize, maker: u32) {
        let detector = self.department(item) as u32;
        self.items[item].reworks.push(Rework { maker, detector, repaired: false, direct: false });
        self.tell(Record::Rework { who: self.items[item].who, maker });
    }

    /// The service may have made the case defective.
    fn err(&mut self, item: usize, department: u32, had_defects: bool) {
        let Some(errors) = &self.full.departments[department as usize].errors else { return };
        let Item { who, row, guessed, defects, .. } = self.items[item];
        let class = row as usize % self.plan.classes.len();
        let special = [
            errors.if_defective.filter(|_| had_defects), //
            errors.after_guess.filter(|_| guessed),
        ];
        let probability = special.into_iter().flatten().reduce(f64::max).unwrap_or(errors.probability[class]);
        let begun = self.items[item].begun.expect("whoever was served was begun");
        let factor = self.period(department as usize, begun).map_or(1.0, |period| period.error_factor);
        let probability = (probability * factor).min(1.0);
        let erred = unit(self.visit_words(item).of(Purpose::Error).next()) < probability;
        if erred && defects >> errors.maker & 1 == 0 {
            self.items[item].defects |= 1 << errors.maker;
            self.tell(Record::Erred { who, row });
        }
    }

    /// A completed case reaches the customer with its defects; some come back as complaints.
    pub fn reach_the_customer(&mut self, item: usize) {
        let full = self.full;
        let Item { who, left, key, size, defects, .. } = self.items[item];
        for (maker, &department) in full.makers.iter().enumerate() {
            if defects >> maker & 1 == 0 {
                continue;
            }
            self.tell(Record::Reached { who, maker: maker as u32 });
            let errors = full.departments[department as usize].errors.as_ref();
            let Some(complaint) = errors.and_then(|errors| errors.complaint.as_ref()) else { continue };
            let words = self.department_keys[department as usize].words(key, 0);
            if unit(words.of(Purpose::Complaint).next()) < complaint.probability {
                let after = to_ticks(complaint.after.sample(&mut words.of(Purpose::ComplaintTime)));
                let own = left % self.plan.classes.len() as u32;
                let class = if complaint.class == NONE { own } else { complaint.class };
                let key = item_key(key, self.plan.departments[department as usize].key, 0);
                self.expect_complaint(complaint, after, who, class, key, size);
            }
        }
    }
}
