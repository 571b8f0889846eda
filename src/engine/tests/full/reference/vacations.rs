//! People who are away when there is nothing to do.

use super::{Rank, What, World};
use crate::plan::to_ticks;
use crate::random::{Purpose, item_key};
use rand_distr::Distribution;

impl World<'_> {
    /// A person who has become idle goes away for a while, if that is how it is at their home.
    pub fn go_on_vacation(&mut self, person: u32) {
        let place = person as usize;
        let home = self.people[place].home;
        let plan = &self.full.homes[home];
        let Some(vacation) = &plan.vacation else { return };
        if !self.is_free(person) || !(vacation.repeated || self.people[place].worked) {
            return;
        }
        self.people[place].worked = false;
        self.people[place].vacations += 1;
        self.people[place].absent += 1;
        let (number, nth) = (self.people[place].number, self.people[place].vacations);
        let words = self.home_keys[home].words(item_key(plan.key, plan.absences.len() as u64, number), nth);
        let time = to_ticks(vacation.duration.sample(&mut words.of(Purpose::AbsenceDuration)));
        let order = [self.now, home as u64, 4, person.into(), 0, 0, 0];
        self.expect(self.now + time, Rank::Staff, order, What::VacationEnds(person));
    }

    pub fn end_vacation(&mut self, person: u32) {
        self.people[person as usize].absent -= 1;
        self.be_back(person);
    }
}
