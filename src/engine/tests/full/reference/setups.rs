//! What people do before the work on an item.

use super::{Rank, State, What, World};
use crate::engine::tests::full::trace::Record;
use crate::plan::{NONE, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;
use rand_distr::Distribution;

impl World<'_> {
    /// People have taken an item: they set up for it if they have to, and work on it then.
    pub fn prepare(&mut self, item: usize, last: u32) {
        let crew = self.items[item].crew.iter();
        let time = crew.map(|&person| self.setup_time(item, person)).max().unwrap_or(0);
        if time == 0 {
            return self.start(item, last);
        }
        self.items[item].setup = time;
        self.set_up(item, last);
    }

    fn setup_time(&self, item: usize, person: u32) -> Tick {
        let Some(setup) = &self.full_department(self.department(item)).setup else { return 0 };
        let classes = self.plan.classes.len();
        let to = self.items[item].row as usize % classes;
        let person = &self.people[person as usize];
        let change = person.class.filter(|&from| from as usize != to);
        let change = change.map(|from| setup.change[from as usize * classes + to]).filter(|&at| at != NONE);
        let samplers = [
            change.map(|at| &setup.times[at as usize]), //
            setup.after_idle.as_ref().filter(|_| person.rested),
        ];
        let words = self.visit_words(item);
        let times = samplers.into_iter().flatten().map(|time| time.sample(&mut words.of(Purpose::Setup)));
        times.map(to_ticks).max().unwrap_or(0)
    }

    /// People begin to set up, or go on with it.
    pub fn set_up(&mut self, item: usize, last: u32) {
        self.items[item].state = State::SettingUp;
        self.items[item].comer = last;
        self.items[item].stretch = self.now;
        self.tell_each(item, |each| Record::SetsUp { who: each.who, row: each.row, person: last });
        self.expect_setup(item);
    }

    /// Puts the end of a setup that has begun among what will happen.
    pub fn expect_setup(&mut self, item: usize) {
        let person = self.items[item].crew.first().copied().unwrap_or(NONE);
        let (since, who) = (self.items[item].stretch, self.items[item].who);
        let order = Self::order(since, self.department(item) as u32, person, who);
        self.expect(since + self.items[item].setup, Rank::Ending, order, What::Stretch(item));
    }

    pub fn end_setup(&mut self, item: usize) {
        self.items[item].setup = 0;
        // Who was relieved meanwhile has no number any more.
        let relieved = self.items[item].crew.is_empty();
        self.start(item, if relieved { NONE } else { self.items[item].comer });
    }
}
