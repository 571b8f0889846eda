//! The rules against going round for ever: errors made and found again and again, complaints that bring on
//! complaints.

use std::collections::BTreeSet;

use super::{Check, department_place, shown};
use crate::model::flow::{By, Detour, Flow, Move, State};
use crate::model::resolve::MOST_MAKERS;
use crate::model::{Found, WayBack};

impl<'m> Check<'m> {
    /// Finds errors that are certain to be made and found again, so that cases with one never leave.
    ///
    /// For each maker: where can a case with its defect get out of its reach? The rest is closed.
    pub(super) fn errors_without_end(&mut self, flow: &Flow) {
        for maker in 0..self.resolved.makers.len().min(MOST_MAKERS) {
            let finds = |state: &State| {
                let detection = self.resolved.detection(state.department, maker)?;
                (detection.probability >= 1.0 && detection.then != Found::TurnAway).then_some(())
            };
            let found = flow.numbers().filter(|&state| {
                let brings = flow.brings[state as usize] >> maker & 1 == 1;
                brings && finds(&flow.states[state as usize]).is_some()
            });
            let found: Vec<u32> = found.collect();
            if found.is_empty() {
                continue;
            }
            let escapes = escapes(flow.states.len(), |state, way| self.with_defect(flow, maker, state, way));
            let endless = found.into_iter().filter(|&state| !escapes[state as usize]);
            let endless: Vec<u32> = endless.collect();
            if endless.is_empty() {
                continue;
            }
            let (departments, classes) = self.who_and_where(flow, &endless);
            let made_by = &self.model().departments[self.resolved.makers[maker].department as usize].name;
            let rule = format!(
                "an error of {} on cases of {classes} is found here for certain, again and again: they never leave",
                shown(made_by)
            );
            self.add(departments, rule);
        }
    }

    /// The ways of a case that comes to `state` with the defect of `maker`: to states to which it brings the
    /// defect, and `None` where it may lose it, or leave.
    fn with_defect(&self, flow: &Flow, maker: usize, state: u32, way: &mut dyn FnMut(Option<u32>)) {
        let here @ State { department, class, .. } = flow.states[state as usize];
        let made_by = self.resolved.makers[maker].department;
        let to = |department| flow.find(here.at(department));
        // What other defects, and patience, do to it.
        let others = |detour: &&Detour| detour.maker != Some(maker as u8);
        flow.detours(state).iter().filter(others).for_each(|detour| way(detour.to));
        if self.may_give_up(department) {
            way(None);
        }
        let detection = self.resolved.detection(department, maker);
        if detection.is_none_or(|detection| detection.probability < 1.0) {
            for step in flow.moves(state).iter().filter(|step| step.leads_on()) {
                // Handed back to be put right.
                let put_right = step.handoff().is_some_and(|at| self.model().handoffs[at as usize].rework)
                    && step.to.map(|to| flow.states[to as usize]).is_some_and(|to| {
                        to.department == made_by && self.resolved.makers[maker].probability(to.class) < 1.0
                    });
                way(if put_right { None } else { step.to });
            }
        }
        let Some(detection) = detection.filter(|detection| detection.probability > 0.0) else { return };
        let sent_to = match &detection.then {
            Found::Return => Some(made_by),
            Found::SendTo(target) => self.resolved.department(target),
            Found::TurnAway => None,
        };
        if sent_to != Some(made_by) {
            return way(sent_to.and_then(to));
        }
        if self.resolved.makers[maker].probability(class) < 1.0 {
            way(None);
        } else if (&detection.then, detection.back) != (&Found::Return, WayBack::Direct) {
            // Served there, and defective again, it goes on like any other.
            let Some(served) = to(made_by) else { return };
            flow.moves(served).iter().filter(|step| step.leads_on()).for_each(|step| way(step.to));
            flow.detours(served).iter().filter(others).for_each(|detour| way(detour.to));
        }
    }

    /// Whether customers may lose patience in `department` and leave.
    fn may_give_up(&self, department: u32) -> bool {
        let department = &self.model().departments[department as usize];
        department.patience.is_some() && department.renege_to.is_none() && department.nobody_waits().is_none()
    }

    /// Finds complaints that are certain to bring on another of the same maker.
    pub(super) fn complaints_without_end(&mut self, flow: &Flow) {
        for maker in 0..self.resolved.makers.len().min(MOST_MAKERS) {
            let made_by = self.resolved.makers[maker].department;
            let department = &self.model().departments[made_by as usize];
            let complaint = department.errors.as_ref().and_then(|errors| errors.complaint.as_ref());
            let Some(complaint) = complaint.filter(|complaint| complaint.probability >= 1.0) else {
                continue;
            };
            let Some(enter) = self.resolved.department(&complaint.enter) else { continue };
            let named = complaint.class.as_ref().and_then(|name| self.resolved.class(name));
            let count = flow.states.len() as u32;
            let escapes = escapes(2 * count as usize, |node, way| {
                let (state, defective) = (node % count, node >= count);
                self.of_complaint(flow, maker, state, defective, &mut |to, defective| {
                    let entered = |class| flow.find(State::of_case(enter, class));
                    way(match to {
                        Some(to) if defective => Some(to + count),
                        Some(to) => Some(to),
                        // The next complaint.
                        None if defective => entered(named.unwrap_or(flow.states[state as usize].class)),
                        None => None,
                    });
                });
            });
            let endless: BTreeSet<u32> = flow
                .numbers()
                .filter(|&state| !escapes[state as usize])
                .map(|state| flow.states[state as usize])
                .filter(|state| state.department == enter && named.is_none_or(|class| class == state.class))
                .map(|state| state.class)
                .collect();
            if !endless.is_empty() {
                let rule = format!(
                    "complaints without end: each of {} is certain to bring on another",
                    self.classes(endless.into_iter())
                );
                self.add(department_place(&department.name), rule);
            }
        }
    }

    /// The ways of a case of a complaint in `state`, with the defect of `maker` or not: where it goes and
    /// whether with the defect, or `None` where it ends. It ends without one where that is not certain.
    fn of_complaint(
        &self,
        flow: &Flow,
        maker: usize,
        state: u32,
        defective: bool,
        way: &mut dyn FnMut(Option<u32>, bool),
    ) {
        let State { department, class, .. } = flow.states[state as usize];
        let model = &self.model().departments[department as usize];
        let found = self.resolved.detection(department, maker).is_some_and(|found| found.probability > 0.0);
        let made = &self.resolved.makers[maker];
        let sound_again = model.errors.as_ref().and_then(|errors| errors.if_defective);
        let makes = made.department == department
            && made.probability(class) >= 1.0
            && sound_again.is_none_or(|probability| probability >= 1.0);
        let lost = self.may_give_up(department) || (model.queue_capacity.is_some() && !defective);
        if lost || (defective && found) {
            way(None, false);
        }
        flow.detours(state).iter().for_each(|detour| way(detour.to, detour.to.is_some() && defective));
        // A part ends where it meets the others; its case goes on from the fork.
        let leads_on = |step: &&Move| step.leads_on() && !matches!(step.by, By::Meeting(_));
        let moves = flow.moves(state).iter().filter(leads_on);
        moves.for_each(|step| way(step.to, defective || makes));
    }
}

/// For each of `count` nodes: whether a way out can be reached. `ways` tells where a node leads, `None` being
/// out.
pub(super) fn escapes(count: usize, ways: impl Fn(u32, &mut dyn FnMut(Option<u32>))) -> Vec<bool> {
    let mut escapes = vec![false; count];
    let mut backwards: Vec<(u32, u32)> = Vec::new();
    for from in 0..count as u32 {
        ways(from, &mut |to| match to {
            // Ways are told in order, those for several defects one after the other.
            Some(to) if backwards.last() == Some(&(to, from)) => {}
            Some(to) => backwards.push((to, from)),
            None => escapes[from as usize] = true,
        });
    }
    backwards.sort_unstable();
    let mut open: Vec<u32> = (0..count as u32).filter(|&node| escapes[node as usize]).collect();
    while let Some(node) = open.pop() {
        let first = backwards.partition_point(|&(to, _)| to < node);
        for &(_, from) in backwards[first..].iter().take_while(|&&(to, _)| to == node) {
            if !std::mem::replace(&mut escapes[from as usize], true) {
                open.push(from);
            }
        }
    }
    escapes
}
