//! Defects: made, found, put right; those that reach the customer may come back as complaints.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::item::{Next, Rework};
use super::joining::Coming;
use super::{Engine, Observer};
use crate::engine::Identity;
use crate::engine::observer::Action;
use crate::plan::{FoundPlan, NONE, to_ticks};
use crate::random::{Purpose, item_key, unit};
use crate::time::Tick;

/// The complaints of one stream that are still to come, by time, then in the order in which they were
/// made.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    coming: BinaryHeap<Reverse<(Tick, u64)>>,
    /// What each is: by its number, less those that have come.
    made: std::collections::BTreeMap<u64, Complaint>,
    count: u64,
}

#[derive(Clone, Copy, Debug)]
struct Complaint {
    first: Identity,
    row: u32,
    key: u64,
}

impl Complaints {
    pub fn is_empty(&self) -> bool {
        self.coming.is_empty()
    }

    fn next(&self) -> Option<Tick> {
        self.coming.peek().map(|Reverse((time, _))| *time)
    }
}

impl<O: Observer> Engine<'_, O> {
    /// The service of a case is done: what was made well or badly, what is found, and where it goes.
    #[inline(always)]
    pub(super) fn judge(&mut self, now: Tick, id: u32, department: u32) -> Next {
        let full = &mut self.full;
        let (item, ward) = (&full.items[id as usize], &full.wards[department as usize]);
        if ward.errs || item.is_defective() {
            self.judge_quality(now, id, department)
        } else if ward.judges {
            self.way_on(id, department)
        } else {
            Next::Route(self.cases[id].route)
        }
    }

    #[inline(always)]
    fn judge_quality(&mut self, now: Tick, id: u32, department: u32) -> Next {
        let full = &mut self.full;
        let plan = &full.plan.departments[department as usize];
        let item = &mut full.items[id as usize];
        let own = plan.errors.as_ref().map_or(0, |errors| 1 << errors.maker);
        if item.repairs == department {
            item.repairs = NONE;
            item.defects &= !own;
        }
        if let Some(rework) = item.reworks.last_mut()
            && rework.maker == department
            && !rework.repaired
        {
            rework.repaired = true;
            item.defects &= !own;
        }
        // Here the defect was found that was put right: that rework is over.
        let is_over = |rework: &Rework| rework.repaired && rework.detector == department;
        while item.reworks.last().is_some_and(is_over) {
            item.reworks.pop();
            self.observer.reworked(now, id);
        }
        let defective = item.defects != 0;
        let found = if defective { self.finds(id, department) } else { None };
        if let Some(maker) = found {
            return self.acts_on(now, id, department, maker);
        }
        self.may_err(now, id, department, defective);
        match self.full.items[id as usize].reworks.last() {
            Some(&Rework { repaired: true, direct: true, detector, .. }) => {
                Next::Back(self.row_at(id, detector))
            }
            _ => self.way_on(id, department),
        }
    }

    /// The row of a case in another department.
    fn row_at(&self, id: u32, department: u32) -> u32 {
        let classes = self.plan.classes.len() as u32;
        department * classes + self.cases[id].row % classes
    }

    /// The first of the case's defects that the department finds.
    fn finds(&mut self, id: u32, department: u32) -> Option<u32> {
        let full = &mut self.full;
        let item = &full.items[id as usize];
        let keys = self.departments[department as usize].keys;
        let detects = &full.plan.departments[department as usize].detects;
        detects.iter().zip(0..).find_map(|(detect, maker)| {
            let detect = detect.as_ref().filter(|_| item.defects >> maker & 1 == 1)?;
            let maker_key = self.plan.departments[full.plan.makers[maker as usize] as usize].key;
            let words = keys.words(item_key(self.cases[id].key, maker_key, 0), item.visit);
            (unit(words.of(Purpose::Detection).next()) < detect.probability).then_some(maker)
        })
    }

    #[inline(never)]
    fn acts_on(&mut self, now: Tick, id: u32, department: u32, maker: u32) -> Next {
        let row = self.cases[id].row;
        let full = &mut self.full;
        let made_by = full.plan.makers[maker as usize];
        let Some(detect) = &full.plan.departments[department as usize].detects[maker as usize] else {
            return Next::Route(self.cases[id].route);
        };
        let words = self.departments[department as usize]
            .keys
            .words(self.cases[id].key, full.items[id as usize].visit);
        let transfer = detect.transfer.as_ref().map(|way| to_ticks(way.draw(words.of(Purpose::Transfer))));
        match detect.then {
            FoundPlan::TurnAway => {
                self.observer.found(now, id, row, maker, Action::TurnedAway);
                Next::TurnedAway
            }
            FoundPlan::SendTo(to) => {
                self.observer.found(now, id, row, maker, Action::Sent(to));
                self.full.items[id as usize].repairs = if to == made_by { to } else { NONE };
                Next::Sent { row: self.row_at(id, to), transfer }
            }
            FoundPlan::Return => {
                self.observer.found(now, id, row, maker, Action::Returned);
                self.is_reworked(now, id, made_by, department, detect.direct);
                Next::Sent { row: self.row_at(id, made_by), transfer }
            }
        }
    }

    /// From here on the service of a case is rework.
    pub(super) fn is_reworked(&mut self, now: Tick, id: u32, maker: u32, detector: u32, direct: bool) {
        self.full.items[id as usize].reworks.push(Rework { maker, detector, repaired: false, direct });
        self.observer.rework(now, id, maker);
    }

    /// The service may have made the case defective; it had come `defective` or not.
    fn may_err(&mut self, now: Tick, id: u32, department: u32, defective: bool) {
        let full = &mut self.full;
        let Some(errors) = &full.plan.departments[department as usize].errors else { return };
        let item = &mut full.items[id as usize];
        let case = &self.cases[id];
        let usual = errors.probability[case.row as usize % self.plan.classes.len()];
        let special =
            [errors.if_defective.filter(|_| defective), errors.after_guess.filter(|_| item.guessed)];
        let probability = special.into_iter().flatten().reduce(f64::max).unwrap_or(usual);
        let words = self.departments[department as usize].keys.words(case.key, item.visit);
        let maker = errors.maker;
        let probability = match full.wards[department as usize].periods {
            true => (probability * self.error_factor(department, case.begun)).min(1.0),
            false => probability,
        };
        let case = &self.cases[id];
        let item = &mut self.full.items[id as usize];
        if unit(words.of(Purpose::Error).next()) < probability && item.defects >> maker & 1 == 0 {
            item.defects |= 1 << maker;
            self.observer.erred(now, id, case.row);
        }
    }

    /// A completed case reaches the customer, with the defects that it has.
    pub(super) fn defects_reach(&mut self, now: Tick, id: u32) {
        let mut defects = std::mem::take(&mut self.full.items[id as usize].defects);
        while defects != 0 {
            let maker = defects.trailing_zeros();
            defects &= defects - 1;
            self.observer.reached(now, id, maker);
            self.may_complain(now, id, maker);
        }
    }

    fn may_complain(&mut self, now: Tick, id: u32, maker: u32) {
        let full = &mut self.full;
        let department = full.plan.makers[maker as usize];
        let errors = full.plan.departments[department as usize].errors.as_ref();
        let Some(plan) = errors.and_then(|errors| errors.complaint.as_ref()) else { return };
        let case = &self.cases[id];
        let words = self.departments[department as usize].keys.words(case.key, 0);
        if unit(words.of(Purpose::Complaint).next()) >= plan.probability {
            return;
        }
        let time = now.saturating_add(to_ticks(plan.after.draw(words.of(Purpose::ComplaintTime))));
        let classes = self.plan.classes.len() as u32;
        let class = if plan.class == NONE { case.row % classes } else { plan.class };
        let complaint = Complaint {
            first: case.who,
            row: plan.department * classes + class,
            key: item_key(case.key, self.plan.departments[department as usize].key, 0),
        };
        let complaints = &mut full.complaints[plan.stream as usize];
        complaints.coming.push(Reverse((time, complaints.count)));
        complaints.made.insert(complaints.count, complaint);
        complaints.count += 1;
        let next = complaints.next();
        self.set_stream(plan.stream, next);
    }

    /// A customer comes back with a complaint.
    #[inline(never)]
    pub(super) fn complaint_arrives(&mut self, now: Tick, index: u32) {
        let complaints = &mut self.full.complaints[index as usize];
        let Some(Reverse((_, number))) = complaints.coming.pop() else { return };
        let Some(complaint) = complaints.made.remove(&number) else { return };
        let next = complaints.next();
        self.set_stream(index, next);
        let Complaint { first, row, key } = complaint;
        let class = row % self.plan.classes.len() as u32;
        let due = now.saturating_add(self.streams[index as usize].plan.promise);
        let who = Identity { size: first.size, due, number, stream: index, member: 0, class, previous: NONE };
        let id = self.admit_case(now, who, key, row);
        self.observer.complains(now, id, &first);
        self.joins(now, id, row, Coming::Outside);
    }
}
