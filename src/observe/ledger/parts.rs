//! Parts of cases: each has an account of its own, from the fork on, which its case takes over if the part completes the
//! join.

use super::follow::To;
use super::full::FullLedger;
use super::item::State;
use super::trail::Mark;
use crate::plan::NONE;
use crate::time::Tick;

impl<M: Mark> FullLedger<'_, M> {
    /// A part comes to be. Its way from the fork is charged to the department that it leaves.
    pub(super) fn parts(&mut self, now: Tick, case: u32, part: u32, branch: u32) {
        self.turn(now, case, State::Forked, To::Open);
        self.accounts.open(part);
        let of = &self.world.items[case as usize];
        let (mark, department, counts, watched) = (of.mark, of.department, of.counts, of.watched);
        let makers = of.makers.clone();
        self.create(part, NONE, mark);
        let item = self.item(part);
        (item.since, item.department, item.felt, item.counts) = (now, department, department, counts);
        (item.parent, item.branch, item.makers) = (case, branch, makers);
        if watched != NONE {
            self.item(part).watched = self.traces.len() as u32;
            let trace = self.traces[watched as usize].of_part();
            self.traces.push(trace);
        }
        self.enter(part, State::Moving { who: department });
    }

    /// A part waits for the others: it is not the one that completes the join.
    pub(super) fn awaits(&mut self, now: Tick, part: u32) {
        self.turn(now, part, State::Joining, To::Open);
        self.close_record(now, part);
        self.disowns(part);
    }

    /// A case goes on as the part that has completed the join.
    pub(super) fn rejoins(&mut self, now: Tick, case: u32, part: u32) {
        let makers = std::mem::take(&mut self.item(part).makers);
        self.goes_on_as(now, case, part);
        self.item(case).makers = makers;
    }

    /// What a part was charged with is what its case was.
    fn goes_on_as(&mut self, now: Tick, case: u32, part: u32) {
        self.turn(now, part, State::Passing, To::Open);
        self.close_record(now, part);
        self.takes_over(case, part);
        self.turn(now, case, State::Passing, To::Open);
    }

    fn takes_over(&mut self, case: u32, part: u32) {
        if self.item(case).counts && self.item(part).counts {
            self.accounts.take_over(case, part);
            let (to, from) = (self.item(case).watched, self.item(part).watched);
            if from != NONE {
                let stretches = std::mem::take(&mut self.traces[from as usize].stretches);
                self.traces[to as usize].stretches.extend(stretches);
            }
        }
        self.disowns(part);
    }

    /// A part is nobody's: what it was charged with does not count.
    pub(super) fn disowns(&mut self, part: u32) {
        let item = self.item(part);
        let watched = std::mem::replace(&mut item.watched, NONE);
        (item.counts, item.parent) = (false, NONE);
        self.accounts.drop(part);
        if let Some(trace) = self.traces.get_mut(watched as usize) {
            trace.stretches = Vec::new();
        }
    }

    /// A part is lost, and with it its case if it `decides`.
    pub(super) fn loses(&mut self, now: Tick, part: u32, decides: bool) {
        let case = self.item(part).parent;
        if decides && case != NONE {
            return self.goes_on_as(now, case, part);
        }
        self.turn(now, part, State::Passing, To::Open);
        self.close_record(now, part);
        self.disowns(part);
    }

    /// A part is withdrawn where it is.
    pub(super) fn withdraws(&mut self, now: Tick, part: u32) {
        self.leave(now, part);
        if self.item(part).kept != NONE {
            self.has_come(now, part);
        }
        self.close_record(now, part);
        self.disowns(part);
    }

    /// The run ends with a case between a fork and its join: it is told of by the first part that has not come.
    pub(super) fn follows_parts(&mut self, now: Tick, case: u32) {
        let parts = self.open_parts.take().unwrap_or_else(|| self.finds_open_parts());
        let mut at = case;
        while self.item(at).state == State::Forked {
            let first = parts.partition_point(|&(parent, ..)| parent < at);
            let next = parts.get(first).filter(|&&(parent, ..)| parent == at);
            let Some(&(.., part)) = next else { break };
            let since = self.item(part).since;
            self.charge(since, now, part, To::Open);
            self.takes_over(case, part);
            at = part;
        }
        self.open_parts = Some(parts);
    }

    fn finds_open_parts(&self) -> Vec<(u32, u32, u32)> {
        let parts = self.world.items.iter().zip(0..).filter(|(item, _)| item.parent != NONE);
        let mut parts: Vec<_> = parts.map(|(item, id)| (item.parent, item.branch, id)).collect();
        parts.sort_unstable();
        parts
    }
}
