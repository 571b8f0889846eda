//! Cases that go on in parts, until the parts meet again.

use super::{Item, State, World};
use crate::engine::End;
use crate::engine::tests::full::trace::{Place, Record, Who};
use crate::plan::{ForkPlan, NONE, to_ticks};
use crate::random::{Purpose, item_key};
use crate::time::Tick;
use rand_distr::Distribution;

/// What a part is a part of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Nobody's, if it came too late.
    pub case: Option<usize>,
    fork: u32,
    /// If it is nobody's: it goes on until it leaves or is handed to the join, not only until its service ends.
    pub until_join: bool,
}

/// The parts of a case, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Forked {
    fork: u32,
    parts: Vec<usize>,
    since: Tick,
}

impl World<'_> {
    fn fork_plan(&self, fork: u32) -> &ForkPlan {
        &self.full.forks[fork as usize]
    }

    /// The fork by which an item goes on from the department where it is.
    pub fn fork_of(&self, item: usize) -> Option<u32> {
        let class = self.items[item].row as usize % self.plan.classes.len();
        Some(self.full_department(self.department(item)).fork[class]).filter(|&fork| fork != NONE)
    }

    /// Whether a row is in the department where an item meets its other parts.
    pub fn is_at_its_join(&self, item: usize, row: u32) -> bool {
        let join = self.items[item].part.map(|part| self.fork_plan(part.fork).join as usize);
        join == Some(self.plan.department_of(row))
    }

    /// The departments that parts go to of a fork, to stand in line there; whether they need a place at once.
    pub fn branches_in_line(&self, fork: u32) -> Vec<(usize, bool)> {
        let plan = self.fork_plan(fork);
        let branches = plan.branches.iter().filter(|branch| branch.department != plan.join);
        branches.map(|branch| (branch.department as usize, branch.transfer.is_some())).collect()
    }

    /// A case goes on in parts.
    pub fn fork(&mut self, case: usize, fork: u32) {
        let plan = self.full.forks[fork as usize].clone();
        let department = self.department(case);
        let visit = self.visit(case);
        let keys = self.department_keys[department];
        self.items[case].state = State::Forked;
        let branch_key = |branch: usize| item_key(self.items[case].key, plan.key, branch as u32);
        let mut order: Vec<usize> = (0..plan.branches.len()).collect();
        if plan.random {
            order.sort_by_key(|&at| keys.words(branch_key(at), visit).of(Purpose::ForkOrder).next());
        }
        let part_keys: Vec<u64> =
            (0..plan.branches.len()).map(|at| item_key(branch_key(at), visit.into(), 0)).collect();
        let mut parts = vec![0; plan.branches.len()];
        let mut ways = Vec::new();
        for &branch in &order {
            let key = part_keys[branch];
            let transfer = plan.branches[branch].transfer.as_ref();
            let time =
                transfer.map(|time| to_ticks(time.sample(&mut keys.words(key, 1).of(Purpose::Transfer))));
            parts[branch] = self.new_part(case, Part { case: Some(case), fork, until_join: false }, key);
            let part = self.items[parts[branch]].who;
            let who = self.items[case].who;
            let way = (fork, branch as u32);
            self.tell(Record::Parted { who, part, way, transfer: time.unwrap_or(0) });
            ways.push((parts[branch], branch, time));
        }
        self.items[case].forked = Some(Forked { fork, parts, since: self.now });
        for (part, branch, time) in ways {
            let to = plan.branches[branch].department;
            let row = to * self.plan.classes.len() as u32 + self.class_of_branch(case, fork, branch);
            // An earlier one may have come to the join already, and made this one late.
            if self.items[part].state == State::Moving {
                self.set_out(part, row, time, self.is_limited(to as usize) && to != plan.join);
            }
        }
    }

    fn class_of_branch(&self, case: usize, fork: u32, branch: usize) -> u32 {
        match self.fork_plan(fork).branches[branch].class {
            NONE => self.items[case].row % self.plan.classes.len() as u32,
            class => class,
        }
    }

    fn new_part(&mut self, case: usize, part: Part, key: u64) -> usize {
        self.made += 1;
        let Item { who, row, size, due, defects, repair, ref reworks, .. } = self.items[case];
        let reworks = reworks.clone();
        let who = (who.0, who.1, who.2, self.made);
        let part =
            Item { size, due, defects, reworks, repair, part: Some(part), ..self.new_item(who, key, row) };
        self.items.push(part);
        self.items.len() - 1
    }

    fn is_gone(&self, item: usize) -> bool {
        self.items[item].state == State::Gone
    }

    /// A part is handed to the department where it meets the others.
    pub fn come_to_join(&mut self, item: usize) {
        let Item { who, part, touch, .. } = self.items[item];
        let Some(case) = part.and_then(|part| part.case) else {
            self.items[item].state = State::Gone;
            return self.tell(Record::Forgotten { request: who });
        };
        self.items[item].state = State::Joining;
        let Forked { fork, parts, since } =
            self.items[case].forked.clone().expect("the case of a part is forked");
        let come: Vec<usize> =
            parts.iter().copied().filter(|&part| self.items[part].state == State::Joining).collect();
        if come.len() < self.fork_plan(fork).needed as usize {
            return self.tell(Record::AwaitsOthers { part: who });
        }
        self.tell(Record::Rejoined { who: self.items[case].who, part: who });
        for &each in &come {
            self.items[each].state = State::Gone;
        }
        let class = self.items[case].row % self.plan.classes.len() as u32;
        let defects = come.iter().fold(0, |all, &part| all | self.items[part].defects);
        self.items[case] = Item {
            row: self.fork_plan(fork).join * self.plan.classes.len() as u32 + class,
            left: self.items[case].row,
            defects,
            reworks: self.items[item].reworks.clone(),
            repair: self.items[item].repair,
            touch: self.items[case].touch + touch,
            // It stood still in between.
            overall: self.items[case].overall.map(|until| until + (self.now - since)),
            forked: None,
            ..self.items[case].clone()
        };
        self.join(case);
        let late = parts.into_iter().filter(|part| !come.contains(part));
        late.for_each(|part| self.be_late(part, self.fork_plan(fork).finishes));
    }

    /// A part is lost, or has left elsewhere than by its join.
    pub fn lose_part(&mut self, item: usize, end: End) {
        let Item { who, part, touch, row, left, .. } = self.items[item];
        self.items[item].state = State::Gone;
        let Some(case) = part.and_then(|part| part.case) else {
            return self.tell(Record::Forgotten { request: who });
        };
        let Forked { fork, parts, since, .. } =
            self.items[case].forked.clone().expect("the case of a part is forked");
        let may_come = parts.iter().filter(|&&part| !self.is_gone(part)).count();
        let decides = may_come < self.fork_plan(fork).needed as usize;
        self.tell(Record::PartLost { part: who, end, decides });
        if !decides {
            return;
        }
        self.items[case].row = if row == NONE { left } else { row };
        self.items[case].touch += touch;
        self.items[case].forked = None;
        self.items[case].overall = self.items[case].overall.map(|until| until + (self.now - since));
        self.lose(case, if end == End::Completed { End::TurnedAway } else { end });
        parts.into_iter().for_each(|part| self.be_late(part, self.fork_plan(fork).finishes));
    }

    /// A part is not needed any more; `finishes`: it goes on for nobody.
    fn be_late(&mut self, item: usize, finishes: bool) {
        let Item { who, state, taken, .. } = self.items[item];
        let goes_on = match state {
            State::Gone => return,
            State::Joining => false,
            State::Forked => {
                let Forked { parts, .. } = self.items[item].forked.take().expect("a forked part has parts");
                parts.into_iter().for_each(|part| self.be_late(part, finishes));
                false
            }
            State::Moving | State::Blocked => finishes,
            _ => finishes || taken,
        };
        if goes_on {
            return self.disown(item, finishes);
        }
        if state == State::Blocked {
            self.leave_blocked(item);
        }
        self.withdraw(item);
        self.tell(Record::Withdrawn { part: who });
    }

    /// A part is nobody's from now on.
    fn disown(&mut self, item: usize, until_join: bool) {
        self.count_stretch(self.leader(item));
        self.items[item].orphan = true;
        let part = self.items[item].part.as_mut().expect("a part");
        (part.case, part.until_join) = (None, until_join);
        self.tell(Record::Disowned { part: self.items[item].who });
    }

    /// A finished part need not wait for room any more: its visit ends.
    fn leave_blocked(&mut self, item: usize) {
        for desk in &mut self.desks {
            desk.blocked.retain(|&other| other != item);
        }
        self.tell_stay(item);
        let desktop = self.clear_desk(item);
        self.leave_desk(desktop);
    }

    /// How long somebody has worked on a case: also on its parts that are followed.
    pub fn touch_of(&self, case: usize) -> Tick {
        let next = self.items[case].forked.as_ref().and_then(|forked| {
            let may_come = |part: usize| !matches!(self.items[part].state, State::Gone | State::Joining);
            forked.parts.iter().copied().find(|&part| may_come(part))
        });
        self.items[case].touch + next.map_or(0, |part| self.touch_of(part))
    }

    /// The parts that have not ended, of cases that have not.
    pub fn unfinished_parts(&self) -> Vec<(Who, Place)> {
        let parts = (0..self.items.len()).filter(|&at| self.items[at].part.is_some() && !self.is_gone(at));
        let mut parts: Vec<(Who, Place)> = parts.map(|at| (self.items[at].who, self.place(at))).collect();
        parts.sort_by_key(|part| part.0);
        parts
    }

    /// Whether enough parts of a case may come; `items` says of which items something may still become.
    pub fn parts_live(&self, case: usize, items: &[bool]) -> bool {
        let Some(Forked { fork, parts, .. }) = &self.items[case].forked else { return true };
        let may = |&&part: &&usize| {
            let item = &self.items[part];
            item.state == State::Joining || item.state != State::Gone && items[part]
        };
        parts.iter().filter(may).count() >= self.fork_plan(*fork).needed as usize
    }

    /// Whether a part will be withdrawn when the others have come.
    pub fn may_be_withdrawn(&self, item: usize, items: &[bool]) -> bool {
        let Item { part, taken, state, .. } = self.items[item];
        let Some(Part { case: Some(case), fork, .. }) = part else { return false };
        let stops = !taken || state == State::Blocked;
        items[case] && stops && !self.fork_plan(fork).finishes
    }
}
