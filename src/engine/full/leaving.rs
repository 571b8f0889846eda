//! Customers who do not join, or are lost and come back.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::item::State;
use super::joining::Coming;
use super::{Engine, NEVER, Observer};
use crate::engine::End;
use crate::model::{Beyond, Loss};
use crate::plan::{ArrivalPlan, BalkingPlan, NONE, StreamExtras, StreamPlan, to_ticks};
use crate::random::{Purpose, Words, unit};
use crate::time::Tick;

/// A customer who comes back to a stream: the earliest first, then in the order of their cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Return {
    pub time: Tick,
    pub number: u64,
    pub member: u32,
    /// Who tries again, or [`NONE`] for a new case of a member of a population.
    pub item: u32,
}

/// What a stream has to come.
#[derive(Debug)]
pub(super) struct Source {
    /// Whether anybody ever comes back to it.
    pub returns: bool,
    /// Whether its customers have something of their own: notice, or a patience overall.
    pub extras: bool,
    /// The next arrival of its own, where somebody comes back.
    own: Tick,
    coming: BinaryHeap<Reverse<Return>>,
}

impl Source {
    pub fn new(plan: &StreamPlan, extras: &StreamExtras) -> Source {
        Source {
            returns: extras.retry.is_some() || matches!(plan.arrivals, ArrivalPlan::Population),
            extras: extras.notice.is_some() || extras.patience.is_some(),
            own: NEVER,
            coming: BinaryHeap::new(),
        }
    }

    fn next(&self) -> Tick {
        self.coming.peek().map_or(self.own, |Reverse(first)| self.own.min(first.time))
    }
}

impl<O: Observer> Engine<'_, O> {
    /// The next arrival of a stream's own comes at `time`.
    pub(in crate::engine) fn expects_own(&mut self, index: u32, time: Tick) {
        self.full.sources[index as usize].own = time;
    }

    /// Somebody comes back to a stream.
    pub(super) fn expects(&mut self, index: u32, customer: Return) {
        self.full.sources[index as usize].coming.push(Reverse(customer));
        self.set_source(index);
    }

    fn set_source(&mut self, index: u32) {
        let next = self.full.sources[index as usize].next();
        self.set_slot(self.plan.staff + index, next);
    }

    /// A stream to which customers come back is due: what it brings itself comes first.
    #[inline(never)]
    pub(super) fn source_is_due(&mut self, now: Tick, index: u32) {
        let source = &mut self.full.sources[index as usize];
        if source.own <= now {
            source.own = NEVER;
            if matches!(self.streams[index as usize].plan.arrivals, ArrivalPlan::Saturated) {
                self.feed_from(now, index);
            } else {
                self.batch_comes(now, index);
                let time = self.streams[index as usize].next_time_after(now);
                self.expects_own(index, time);
            }
        } else if let Some(Reverse(customer)) = source.coming.pop() {
            match customer.item {
                NONE => self.member_arrives(now, index, customer),
                id => self.tries_again(now, index, id),
            }
        }
        self.set_source(index);
    }

    /// How long a customer stays overall.
    #[inline(never)]
    pub(super) fn sets_overall_patience(&mut self, now: Tick, id: u32, words: Words) {
        let full = &mut self.full;
        let stream = self.cases[id].who.stream as usize;
        if let Some(patience) = &full.plan.streams[stream].patience {
            let patience = to_ticks(patience.draw(words.of(Purpose::OverallPatience)));
            full.items[id as usize].leaves = now.saturating_add(patience);
        }
    }

    /// How a case that arrives from outside is lost at once, if it finds no room, or sees too many there.
    pub(super) fn refuses(&self, now: Tick, id: u32, department: u32) -> Option<End> {
        if !self.has_room(now, department) {
            return Some(End::Rejected);
        }
        self.balks(id, department).then_some(End::Balked)
    }

    fn balks(&self, id: u32, department: u32) -> bool {
        let full = &self.full;
        full.wards[department as usize].balks && self.may_balk(id, department)
    }

    #[inline(never)]
    fn may_balk(&self, id: u32, department: u32) -> bool {
        let full = &self.full;
        let ward = &full.wards[department as usize];
        let stream = &self.streams[self.cases[id].who.stream as usize];
        if matches!(stream.plan.arrivals, ArrivalPlan::Saturated) {
            return false;
        }
        let Some(plan) = &full.plan.departments[department as usize].balking else { return false };
        let count = if plan.waiting { self.waiting_at(department) - ward.kept } else { ward.present };
        let words = stream.attempt(self.cases[id].key, full.items[id as usize].attempt);
        unit(words.of(Purpose::Balking).next()) >= probability_to_join(plan, count)
    }

    /// When a customer who gives notice needs it.
    #[inline(never)]
    pub(super) fn due_with_notice(&self, now: Tick, index: u32, words: Words) -> Option<Tick> {
        let notice = self.full.plan.streams[index as usize].notice.as_ref()?;
        Some(now.saturating_add(to_ticks(notice.draw(words.of(Purpose::Notice)))))
    }

    /// Whether a case that is lost will come back. Then it is away from now on.
    #[inline(always)]
    pub(super) fn goes_for_a_while(&mut self, now: Tick, id: u32, end: End) -> bool {
        let stream = self.cases[id].who.stream;
        self.full.sources[stream as usize].returns && self.may_try_again(now, id, end)
    }

    #[inline(never)]
    fn may_try_again(&mut self, now: Tick, id: u32, end: End) -> bool {
        let (key, row, who) = (self.cases[id].key, self.cases[id].row, self.cases[id].who);
        let full = &mut self.full;
        let extras = full.plan.streams.get(who.stream as usize);
        let Some(plan) = extras.and_then(|extras| extras.retry.as_ref()) else { return false };
        let loss = match end {
            End::Completed => return false,
            End::Rejected => Loss::Rejected,
            End::Balked => Loss::Balked,
            End::Reneged => Loss::Reneged,
            End::TurnedAway => Loss::TurnedAway,
        };
        let item = &mut full.items[id as usize];
        let words = self.streams[who.stream as usize].attempt(key, item.attempt);
        if item.for_good {
            return false;
        }
        if !plan.on.contains(&loss)
            || item.attempt >= plan.most
            || unit(words.of(Purpose::Retry).next()) >= plan.probability
        {
            return false;
        }
        item.state = State::Away;
        let time = now.saturating_add(to_ticks(plan.after.draw(words.of(Purpose::RetryTime))));
        self.observer.is_away(now, id, row, end);
        self.expects(who.stream, Return { time, number: who.number, member: who.member, item: id });
        true
    }

    /// A case that was lost arrives again.
    fn tries_again(&mut self, now: Tick, index: u32, id: u32) {
        let item = &mut self.full.items[id as usize];
        item.state = State::Moving;
        item.attempt += 1;
        (item.defects, item.repairs) = (0, NONE);
        item.reworks.clear();
        let row = self.streams[index as usize].plan.first_row + self.cases[id].who.class;
        self.observer.returns(now, id, row);
        self.joins(now, id, row, Coming::Outside);
    }
}

fn probability_to_join(plan: &BalkingPlan, count: u32) -> f64 {
    match (plan.join.get(count as usize), plan.beyond) {
        (Some(&probability), _) | (None, Beyond::Probability(probability)) => probability,
        (None, Beyond::Harmonic) => 1.0 / (f64::from(count) + 1.0),
    }
}
