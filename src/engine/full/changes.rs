//! Periods in which the work of a department takes another time than usual, or is done worse.

use super::{Engine, Observer};
use crate::engine::observer::ORDER;
use crate::plan::{NONE, PeriodPlan, SourcePlan, to_ticks};
use crate::random::{Purpose, Sampler};
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
        let Some(period) = self.period_at(department, now) else { return };
        let (case, item) = (&self.cases[id], &self.full.items[id as usize]);
        let work = if item.given {
            item.left as f64
        } else {
            let words = self.departments[department as usize].keys.words(case.key, item.visit);
            let sampler = period.service.as_ref().unwrap_or_else(|| self.usual_service(id));
            sampler.draw(words.of(Purpose::Service)) * case.who.size
        };
        let work = to_ticks(work * period.service_factor);
        self.cases[id].service = work;
        self.full.items[id as usize].left = work;
    }

    /// How long the work on an item usually takes where it is: by the request or the order that it is, or by its row.
    pub(super) fn usual_service(&self, id: u32) -> &Sampler {
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
