//! Periods in which the work of a department takes another time than usual, or is done worse.

use super::{Engine, Observer};
use crate::engine::observer::ORDER;
use crate::plan::{NONE, PeriodPlan, SourcePlan, to_ticks};
use crate::random::{Purpose, Sampler, Words};
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// The period of a department that counts for services that begin at `time`: the last of those that last then.
    fn period_at(&self, department: u32, time: Tick) -> Option<&PeriodPlan> {
        let periods = &self.full.plan.departments[department as usize].periods;
        periods.iter().rev().find(|period| period.from <= time && time < period.until)
    }

    /// The factor on the probability of errors in a service that began at `begun`.
    pub(super) fn error_factor(&self, department: u32, begun: Tick) -> f64 {
        self.period_at(department, begun).map_or(1.0, |period| period.error_factor)
    }

    /// The service of an item begins, for the first time in this visit: where a period lasts, that decides how much there
    /// is to do.
    #[inline(never)]
    pub(super) fn begins_in_period(&mut self, now: Tick, id: u32, department: u32) {
        if self.period_at(department, now).is_none() {
            return;
        }
        let (case, item) = (&self.cases[id], &self.full.items[id as usize]);
        let words = match item.given {
            true => self.streams[case.who.stream as usize].case(case.who.number, case.who.member).1,
            false => self.departments[department as usize].keys.words(case.key, item.visit),
        };
        let work = self.work_drawn(now, id, department, words);
        self.cases[id].service = work;
        self.full.items[id as usize].left = work;
    }

    /// How much there is to do in a service that began at `begun`, by these words.
    pub(super) fn work_drawn(&self, begun: Tick, id: u32, department: u32, words: Words) -> Tick {
        let period = self.period_at(department, begun);
        let case = &self.cases[id];
        let rest = || self.streams[case.who.stream as usize].plan.initial.as_ref()?.remaining.as_ref();
        let given = if self.full.items[id as usize].given { rest() } else { None };
        let sampler = given.or_else(|| period.and_then(|period| period.service.as_ref()));
        let time = sampler.unwrap_or_else(|| self.usual_service(id)).draw(words.of(Purpose::Service));
        to_ticks(time * case.who.size * period.map_or(1.0, |period| period.service_factor))
    }

    /// How long the work on an item usually takes where it is: by the request or the order that it is, or by its row.
    fn usual_service(&self, id: u32) -> &Sampler {
        let full = &self.full;
        let item = &full.items[id as usize];
        let own = match item.ask {
            NONE => None,
            ORDER => match full.source_of(id) {
                SourcePlan::Department { service, .. } => service.as_ref(),
                SourcePlan::Outside { .. } => None,
            },
            ask => full.plan.asks[ask as usize].service.as_ref(),
        };
        own.unwrap_or_else(|| self.plan.service(&self.plan.rows[self.cases[id].row as usize], item.visit))
    }
}
