//! Populations: customers who are away, come, and when their case has ended, are away again.

use super::leaving::Return;
use super::{Engine, Observer};
use crate::plan::{ArrivalPlan, NONE, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// The members of populations are away at first.
    pub(super) fn open_populations(&mut self) {
        for index in 0..self.streams.len() as u32 {
            let extras = self.full.plan.streams.get(index as usize);
            let Some(plan) = extras.and_then(|extras| extras.population.as_ref()) else { continue };
            let from = self.streams[index as usize].plan.from;
            for number in 0..u64::from(plan.customers) {
                self.is_away_from(from, index, number, 0);
            }
        }
    }

    /// A member of a population is away from now on, before its case with this number.
    fn is_away_from(&mut self, now: Tick, index: u32, number: u64, member: u32) {
        let extras = self.full.plan.streams.get(index as usize);
        let Some(plan) = extras.and_then(|extras| extras.population.as_ref()) else { return };
        let stream = &self.streams[index as usize];
        let away = plan.away.as_ref().map_or(0, |away| {
            let (_, words) = stream.case(number, member);
            to_ticks(away.draw(words.of(Purpose::Away)))
        });
        let time = now.saturating_add(away);
        if time < stream.until {
            self.expects(index, Return { time, number, member, item: NONE });
        }
    }

    /// A member of a population arrives.
    pub(super) fn member_arrives(&mut self, now: Tick, index: u32, customer: Return) {
        let stream = &mut self.streams[index as usize];
        if stream.left > 0 {
            stream.left -= 1;
            let Return { number, member, .. } = customer;
            self.case_comes(now, index, number, member, None);
        }
    }

    /// The case of a customer has ended: a member of a population is away again.
    #[inline(always)]
    pub(super) fn may_be_away_again(&mut self, now: Tick, (stream, number, member): (u32, u64, u32)) {
        if self.full.sources[stream as usize].returns
            && matches!(self.streams[stream as usize].plan.arrivals, ArrivalPlan::Population)
        {
            self.is_away_from(now, stream, number, member.wrapping_add(1));
        }
    }
}
