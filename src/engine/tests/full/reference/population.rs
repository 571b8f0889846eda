//! Customers of a finite population, who come again and again.

use super::{Rank, What, World};
use crate::engine::tests::full::trace::Who;
use crate::plan::to_ticks;
use crate::random::Purpose;
use crate::time::Tick;
use rand_distr::Distribution;

impl World<'_> {
    /// All members are away until they come for the first time.
    pub fn expect_members(&mut self, stream: usize) {
        let plan = self.full.streams[stream].population.as_ref().expect("a population");
        let from = self.plan.streams[stream].from;
        for member in 0..u64::from(plan.customers) {
            self.expect_member((stream as u32, member, 0, 0), from);
        }
    }

    /// A member is away from a time on, and comes then with this case.
    fn expect_member(&mut self, who: Who, from: Tick) {
        let stream = who.0 as usize;
        let Some(plan) = self.full.streams.get(stream).and_then(|extras| extras.population.as_ref()) else {
            return;
        };
        let words = &mut self.stream_words(stream, who.1, who.2).of(Purpose::Away);
        let away = plan.away.as_ref().map_or(0, |away| to_ticks(away.sample(words)));
        if from + away >= self.plan.streams[stream].until {
            return;
        }
        let department = self.plan.streams[stream].department;
        let order = Self::order(0, department, u32::MAX, (who.0, who.1, who.2, 1));
        self.members.push(who);
        self.expect(from + away, Rank::Arrival, order, What::Member(self.members.len() - 1));
    }

    /// The case of a member has ended: they come again.
    pub fn expect_again(&mut self, who: Who) {
        self.expect_member((who.0, who.1, who.2 + 1, 0), self.now);
    }

    /// A member comes.
    pub fn come_again(&mut self, member: usize) {
        let (stream, number, times, _) = self.members[member];
        let stream = stream as usize;
        if self.sources[stream].cases < self.plan.streams[stream].limit {
            self.sources[stream].cases += 1;
            let case = self.new_case(stream, number, times);
            self.items.push(case);
            self.come_in(self.items.len() - 1, false);
        }
    }
}
