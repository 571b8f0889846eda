//! Departments whose people share their time among all items.
//!
//! In nearly everything they are like departments with infinite staff. What an item has had of its stretch is counted in
//! units of which a tick has 2^20, piece by piece between two changes of the number who share.

use super::{Rank, State, What, World};
use crate::engine::tests::full::trace::Record;
use crate::plan::NONE;
use crate::time::Tick;

const UNITS: u128 = 1 << 20;

impl World<'_> {
    pub fn is_shared(&self, department: usize) -> bool {
        self.full_department(department).sharing
    }

    /// Who shares in a department: the items that are at a stretch there.
    fn sharers(&self, department: usize) -> Vec<usize> {
        let here =
            |&item: &usize| self.items[item].state == State::Working && self.department(item) == department;
        (0..self.items.len()).filter(here).collect()
    }

    /// How many people a shared department has.
    fn sharing_people(&self, department: usize) -> u128 {
        let people = self
            .full_department(department)
            .eligible
            .iter()
            .map(|home| self.full.homes[home.home as usize].staff);
        people.sum::<u32>().into()
    }

    /// Whether a person is at work in a shared department: as many of the first as there are items.
    pub fn works_shared(&self, person: u32) -> bool {
        let home = &self.full.homes[self.people[person as usize].home];
        let number = self.people[person as usize].number as usize;
        let own = home.serves.iter().find(|serves| serves.own).map(|serves| serves.department as usize);
        own.is_some_and(|own| self.is_shared(own) && number < self.sharers(own).len())
    }

    /// The units that each item has had since the number changed last.
    fn gained(&self, department: usize) -> u128 {
        let (here, people) = (self.sharers(department).len() as u128, self.sharing_people(department));
        let units = u128::from(self.now - self.desks[department].changed) * UNITS;
        if here <= people { units } else { units * people / here }
    }

    /// The units that an item has had of its present stretch.
    fn attained(&self, item: usize) -> u128 {
        self.items[item].attained + self.gained(self.department(item))
    }

    /// How many ticks somebody has worked on an item since its stretch began.
    pub fn worked_in_stretch(&self, item: usize) -> Tick {
        if self.is_shared(self.department(item)) {
            (self.attained(item) / UNITS) as Tick
        } else {
            self.now - self.items[item].stretch
        }
    }

    /// The number of those who share is about to change: a piece of everybody's stretch is over.
    pub fn end_piece(&mut self, department: usize) {
        for item in self.sharers(department) {
            let (who, attained) = (self.items[item].who, (self.attained(item) / UNITS) as Tick);
            self.tell(Record::Shares { who, attained });
        }
        let gained = self.gained(department);
        for item in self.sharers(department) {
            self.items[item].attained += gained;
        }
        self.desks[department].changed = self.now;
    }

    /// The number of those who share has changed: all end at another time.
    pub fn begin_piece(&mut self, department: usize) {
        let sharers = self.sharers(department);
        let (here, people) = (sharers.len() as u128, self.sharing_people(department));
        for item in sharers {
            let place = &self.items[item];
            let left = (u128::from(place.goal - place.done) * UNITS).saturating_sub(place.attained);
            let time =
                if here <= people { left.div_ceil(UNITS) } else { (left * here).div_ceil(UNITS * people) };
            let order = Self::order(place.stretch, department as u32, NONE, place.who);
            self.forget(What::Stretch(item));
            self.expect(self.now + time as Tick, Rank::Ending, order, What::Stretch(item));
        }
    }
}
