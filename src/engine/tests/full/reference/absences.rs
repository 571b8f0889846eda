//! People who are kept from work.

use super::{Rank, What, World};
use crate::engine::tests::full::trace::Does;
use crate::plan::{AbsencePlan, to_ticks};
use crate::random::{Purpose, Words, item_key};
use crate::time::Tick;
use rand_distr::Distribution;

/// One absence of a home, of one person or of all: what comes again and again.
#[derive(Clone, Debug)]
pub(super) struct Absence {
    pub home: usize,
    /// Its place in the home's list.
    place: usize,
    /// Whom it strikes; everybody of the home if nobody.
    pub person: Option<u32>,
    /// The number of the present one, from 1.
    nth: u32,
    /// When the one before it ended, or when this one began.
    since: Tick,
    under_way: bool,
    /// Where its time runs while they serve: what is left until the next, and since when it runs.
    left: Tick,
    runs_since: Option<Tick>,
}

impl World<'_> {
    /// Lists all absences, and when each comes for the first time.
    pub fn expect_absences(&mut self) {
        let full = self.full;
        for (home, plan) in full.homes.iter().enumerate() {
            for (place, absence) in plan.absences.iter().enumerate() {
                let struck: Vec<Option<u32>> =
                    if absence.all { vec![None] } else { self.people_of(home).map(Some).collect() };
                for person in struck {
                    self.absences.push(Absence {
                        home,
                        place,
                        person,
                        nth: 0,
                        since: 0,
                        under_way: false,
                        left: 0,
                        runs_since: None,
                    });
                    self.expect_leave(self.absences.len() - 1);
                }
            }
        }
    }

    fn absence_plan(&self, at: usize) -> &AbsencePlan {
        let Absence { home, place, .. } = self.absences[at];
        &self.full.homes[home].absences[place]
    }

    fn absence_words(&self, at: usize) -> Words {
        let Absence { home, place, person, nth, .. } = self.absences[at];
        let number = person.map_or(u32::MAX, |person| self.people[person as usize].number);
        self.home_keys[home].words(item_key(self.full.homes[home].key, place as u64, number), nth)
    }

    fn absence_order(&self, at: usize) -> [u64; 7] {
        let Absence { home, place, person, since, .. } = self.absences[at];
        let kind = if person.is_none() { 1 } else { 2 };
        [since, home as u64, kind, person.unwrap_or(0).into(), place as u64, 0, 0]
    }

    /// Waits for the next absence from now on.
    fn expect_leave(&mut self, at: usize) {
        self.absences[at].nth += 1;
        self.absences[at].since = self.now;
        self.absences[at].under_way = false;
        let words = &mut self.absence_words(at).of(Purpose::AbsenceBetween);
        let between = to_ticks(self.absence_plan(at).between.sample(words));
        if self.absence_plan(at).working {
            self.absences[at].left = between;
            self.absences[at].runs_since = None;
        } else {
            self.expect(self.now + between, Rank::Staff, self.absence_order(at), What::Leave(at));
        }
    }

    /// Where the time to the next absence runs while people serve, it runs or stops now.
    pub fn run_working_clocks(&mut self) {
        for at in 0..self.absences.len() {
            if self.absences[at].under_way || !self.absence_plan(at).working {
                continue;
            }
            let serving =
                self.struck(at).into_iter().any(|person| matches!(self.does(person), Does::Serving(_)));
            match self.absences[at].runs_since {
                None if serving => {
                    self.absences[at].runs_since = Some(self.now);
                    let due = self.now + self.absences[at].left;
                    self.expect(due, Rank::Staff, self.absence_order(at), What::Leave(at));
                }
                Some(since) if !serving => {
                    self.absences[at].runs_since = None;
                    self.absences[at].left -= self.now - since;
                    self.forget(What::Leave(at));
                }
                _ => {}
            }
            // Nobody needs to serve any longer for one that is due.
            if self.absences[at].left == 0 && !self.is_expected(What::Leave(at)) {
                self.expect(self.now, Rank::Staff, self.absence_order(at), What::Leave(at));
            }
        }
    }

    fn struck(&self, at: usize) -> Vec<u32> {
        let Absence { home, person, .. } = self.absences[at];
        person.map_or_else(|| self.people_of(home).collect(), |person| vec![person])
    }

    /// An absence begins.
    pub fn leave(&mut self, at: usize) {
        self.absences[at].since = self.now;
        self.absences[at].under_way = true;
        let words = &mut self.absence_words(at).of(Purpose::AbsenceDuration);
        let duration = to_ticks(self.absence_plan(at).duration.sample(words));
        self.expect(self.now + duration, Rank::Staff, self.absence_order(at), What::Return(at));
        for person in self.struck(at) {
            self.be_absent(person);
        }
    }

    /// An absence ends.
    pub fn come_back(&mut self, at: usize) {
        for person in self.struck(at) {
            self.people[person as usize].absent -= 1;
            self.be_back(person);
        }
        self.expect_leave(at);
    }
}
