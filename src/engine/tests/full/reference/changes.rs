//! What changes over time: periods with other service times and errors, and outages.

use super::{Rank, State, What, World};
use crate::plan::{OutagePlan, PeriodPlan, to_ticks};
use crate::random::{Purpose, Words};
use crate::time::Tick;
use rand_distr::Distribution;

impl World<'_> {
    /// The period of a department that counts at a time.
    pub fn period(&self, department: usize, at: Tick) -> Option<&PeriodPlan> {
        let periods = self.full_department(department).periods.iter();
        periods.rev().find(|period| period.from <= at && at < period.until)
    }

    /// How long an item has to be served whose service begins now, if that is not what it was on joining.
    pub fn requirement_in_period(&self, item: usize) -> Option<Tick> {
        self.period(self.department(item), self.now)?;
        Some(self.requirement_at(item, self.now, None))
    }

    /// How long an item has to be served whose service begins at a time; drawn `again` by other words.
    pub fn requirement_at(&self, item: usize, begun: Tick, again: Option<Words>) -> Tick {
        let (time, in_place) = self.time_drawn(item, again);
        let words = again.unwrap_or(self.visit_words(item));
        let period = self.period(self.department(item), begun);
        let time = match period.and_then(|period| period.service.as_ref()) {
            Some(service) if !in_place => service.sample(&mut words.of(Purpose::Service)),
            _ => time,
        };
        to_ticks(time * self.items[item].size * period.map_or(1.0, |period| period.service_factor))
    }

    /// Lists all outages.
    pub fn expect_outages(&mut self) {
        let full = self.full;
        for (home, plan) in full.homes.iter().enumerate() {
            for (place, outage) in plan.outages.iter().enumerate() {
                self.outages.push((home, place));
                let order = self.outage_order(self.outages.len() - 1, 0);
                self.expect(outage.at, Rank::Staff, order, What::Outage(self.outages.len() - 1));
            }
        }
    }

    fn outage_plan(&self, outage: usize) -> OutagePlan {
        let (home, place) = self.outages[outage];
        self.full.homes[home].outages[place]
    }

    fn outage_order(&self, outage: usize, since: Tick) -> [u64; 7] {
        let (home, place) = self.outages[outage];
        let first = self.full.homes[home].first_person + self.outage_plan(outage).first;
        [since, home as u64, 3, first.into(), place as u64, 0, 0]
    }

    /// Whom an outage strikes.
    pub fn struck_by_outage(&self, outage: usize) -> Vec<u32> {
        let (home, _) = self.outages[outage];
        let first = self.outage_plan(outage).first;
        self.people_of(home).filter(|&person| self.people[person as usize].number >= first).collect()
    }

    /// An outage begins.
    pub fn begin_outage(&mut self, outage: usize) {
        let order = self.outage_order(outage, self.now);
        self.expect(self.now + self.outage_plan(outage).lasts, Rank::Staff, order, What::OutageEnds(outage));
        self.struck_by_outage(outage).into_iter().for_each(|person| self.be_absent(person));
    }

    pub fn end_outage(&mut self, outage: usize) {
        for person in self.struck_by_outage(outage) {
            self.people[person as usize].absent -= 1;
            self.be_back(person);
        }
    }

    /// Something keeps a person from work from now on.
    pub fn be_absent(&mut self, person: u32) {
        self.people[person as usize].absent += 1;
        let Some(item) = self.people[person as usize].item else { return };
        if self.items[item].state == State::Waiting {
            self.unreserve(person);
        } else {
            self.suspend(item);
        }
    }
}
