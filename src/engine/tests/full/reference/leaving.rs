//! Customers who do not join, lose their patience, or try again.

use super::{Item, Rank, State, What, World};
use crate::engine::End;
use crate::engine::tests::full::trace::{Made, Record};
use crate::model::{Beyond, Loss};
use crate::plan::{ArrivalPlan, to_ticks};
use crate::random::{Purpose, Words, unit};
use rand_distr::Distribution;

impl World<'_> {
    /// The random words of a case for one of its attempts.
    pub fn attempt_words(&self, case: usize, attempt: u32) -> Words {
        let Item { who, key, .. } = self.items[case];
        self.stream_keys[who.0 as usize].words(key, attempt)
    }

    /// A case comes in from outside, for the first time or again: it joins, is rejected, or balks.
    pub fn enter(&mut self, case: usize) {
        if !self.has_room(self.department(case), false) {
            self.lose(case, End::Rejected);
        } else if self.balks(case) {
            self.lose(case, End::Balked);
        } else {
            self.arrive_at(case);
        }
    }

    fn balks(&self, case: usize) -> bool {
        let department = self.department(case);
        let Some(balking) = &self.full_department(department).balking else { return false };
        let stream = &self.plan.streams[self.items[case].who.0 as usize];
        if matches!(stream.arrivals, ArrivalPlan::Saturated) {
            return false;
        }
        let there = if balking.waiting { self.waiting(department) } else { self.present(department) };
        let joins = match (balking.join.get(there), balking.beyond) {
            (Some(&joins), _) | (None, Beyond::Probability(joins)) => joins,
            (None, Beyond::Harmonic) => 1.0 / (there + 1) as f64,
        };
        let words = self.attempt_words(case, self.items[case].attempt);
        unit(words.of(Purpose::Balking).next()) >= joins
    }

    /// How many have joined a department and not left it.
    fn present(&self, department: usize) -> usize {
        let here = |item: &&Item| {
            let there = matches!(
                item.state,
                State::Waiting
                    | State::SettingUp
                    | State::Working
                    | State::Stopped
                    | State::Asking
                    | State::Blocked
                    | State::Along
            );
            there && self.plan.department_of(item.row) == department
        };
        self.items.iter().filter(here).count()
    }

    /// A case is lost, and with some luck tries again later.
    pub fn lose(&mut self, case: usize, end: End) {
        if self.items[case].part.is_some() {
            return self.end_case(case, end);
        }
        let Item { who, row, key, attempt, .. } = self.items[case];
        let retry = self.full.streams.get(who.0 as usize).and_then(|extras| extras.retry.as_ref());
        let way = match end {
            End::Rejected => Loss::Rejected,
            End::Balked => Loss::Balked,
            End::Reneged => Loss::Reneged,
            _ => Loss::TurnedAway,
        };
        let words = self.stream_keys[who.0 as usize].words(key, attempt);
        let retry = retry.filter(|retry| {
            let wants = unit(words.of(Purpose::Retry).next()) < retry.probability;
            attempt < retry.most && retry.on.contains(&way) && wants
        });
        let Some(retry) = retry else { return self.end_case(case, end) };
        let after = to_ticks(retry.after.sample(&mut words.of(Purpose::RetryTime)));
        self.items[case].state = State::Away;
        self.tell(Record::IsAway { who, row, end });
        self.expect_return(case, after);
    }

    fn expect_return(&mut self, case: usize, after: u64) {
        let Item { who, first_row, .. } = self.items[case];
        let department = self.plan.department_of(first_row) as u32;
        let order = Self::order(0, department, u32::MAX, (who.0, who.1, who.2, 1));
        self.expect(self.now + after, Rank::Arrival, order, What::Retry(case));
    }

    /// A lost case tries again.
    pub fn try_again(&mut self, case: usize) {
        let Item { who, first_row, attempt, .. } = self.items[case];
        self.items[case] = Item {
            row: first_row,
            attempt: attempt + 1,
            state: State::Moving,
            defects: 0,
            reworks: Vec::new(),
            repair: None,
            ..self.items[case].clone()
        };
        self.tell(Record::Returns { who, row: first_row });
        self.enter(case);
    }

    /// When a case that stands in a line will have lost all its patience, not only that of the line.
    pub fn expect_overall_patience(&mut self, case: usize) {
        let Item { who, joined, overall, .. } = self.items[case];
        let Some(until) = overall else { return };
        let order = Self::order(joined, self.department(case) as u32, u32::MAX, who);
        self.expect(until.max(self.now), Rank::Timer, order, What::OverallPatience(case));
    }

    /// A case in a line has lost all its patience, and does not come back.
    pub fn leave_for_good(&mut self, case: usize) {
        let Item { who, row, joined, .. } = self.items[case];
        let department = self.department(case);
        let reserved = self.leave_line(case);
        self.release(reserved);
        self.made_room(department, Made::Left(who));
        self.tell(Record::Reneged { who, row, joined });
        self.end_case(case, End::Reneged);
    }
}
