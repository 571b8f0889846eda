//! What happens to items that wait for long: another rank, another class, a batch that need not be full.

use super::{Rank, State, Todo, What, World};
use crate::engine::tests::full::trace::Record;
use crate::plan::RisePlan;
use crate::random::{Purpose, unit};
use crate::time::Tick;

impl World<'_> {
    /// The rises of an item in its line.
    fn rises(&self, item: usize) -> Vec<RisePlan> {
        let row = self.items[item].row as usize;
        let own =
            self.items[item].asker.and(self.full.asks[..].get(self.items[item].ask)).and_then(|ask| ask.rise);
        let here = &self.full_department(self.department(item)).rises[row % self.plan.classes.len()];
        let mut rises = own.map_or_else(|| here.clone(), |own| vec![own]);
        let word = self.visit_words(item).of(Purpose::Compliance).next();
        rises.retain(|rise| unit(word) < rise.compliance);
        rises.sort_by_key(|rise| rise.after);
        rises
    }

    /// An item has just begun to wait: what will become of that.
    pub fn expect_changes(&mut self, item: usize) {
        let now = self.now;
        self.expect_turn(item, now);
        self.expect_rises(item, now);
        let batch = self.full_department(self.department(item)).batch;
        if let Some(batch) = batch
            && batch.longest_wait != Tick::MAX
        {
            self.expect_change(item, now.saturating_add(batch.longest_wait), What::Ripe(item));
        }
    }

    pub fn forget_changes(&mut self, item: usize) {
        self.events.retain(|event| match event.what {
            What::Turn(other) | What::Rise(other, _) | What::Ripe(other) => other != item,
            _ => true,
        });
    }

    fn expect_change(&mut self, item: usize, at: Tick, what: What) {
        let department = self.department(item) as u32;
        let order = Self::order(self.items[item].joined, department, u32::MAX, self.items[item].who);
        self.expect(at, Rank::Timer, order, what);
    }

    /// Requests and orders do not turn.
    fn expect_turn(&mut self, item: usize, since: Tick) {
        let class = self.items[item].row as usize % self.plan.classes.len();
        let turns = self.items[item].asker.is_none() && self.items[item].order.is_none();
        let turn = self.full_department(self.department(item)).turns[class].filter(|_| turns);
        if let Some((after, _)) = turn {
            self.expect_change(item, since.saturating_add(after), What::Turn(item));
        }
    }

    fn expect_rises(&mut self, item: usize, earliest: Tick) {
        for (number, rise) in self.rises(item).into_iter().enumerate() {
            let at = self.items[item].joined.saturating_add(rise.after);
            if at >= earliest {
                self.expect_change(item, at, What::Rise(item, number));
            }
        }
    }

    /// An item rises, if that is more urgent.
    pub fn rise_by(&mut self, item: usize, number: usize) {
        let rise = self.rises(item)[number];
        if u32::from(rise.rank) < self.rank(item) {
            self.items[item].risen = Some(rise.rank.into());
            let (who, row) = (self.items[item].who, self.items[item].row);
            self.tell(Record::Rose { who, row });
            self.go_to_the_end(item);
            self.agenda.push_back(Todo::Serve { department: self.department(item) });
        }
    }

    /// An item that has another rank goes to the end of the line of that, unless it gathers or waits for stock.
    fn go_to_the_end(&mut self, item: usize) {
        if !self.items[item].gathering && self.items[item].short_of.is_none() {
            self.turns += 1;
            self.items[item].turn = self.turns;
            self.items[item].length = self.items[item].requirement;
            self.items[item].headed = None;
        }
    }

    /// An item is of another class from now on, as if it had joined with it.
    pub fn turn(&mut self, item: usize) {
        let classes = self.plan.classes.len() as u32;
        let row = self.items[item].row;
        let turn = self.full_department(self.department(item)).turns[(row % classes) as usize];
        let (_, class) = turn.expect("a class that turns");
        let rank = self.rank(item);
        self.items[item].row = row - row % classes + class;
        self.items[item].risen = None;
        let (joined, now) = (self.items[item].joined, self.now);
        let rises = self.rises(item).into_iter();
        let past =
            rises.filter(|rise| joined.saturating_add(rise.after) <= now).map(|rise| rise.rank.into()).min();
        self.items[item].risen = past.filter(|&past| past < self.rank(item));
        self.items[item].requirement = self.requirement(item);
        self.tell(Record::Turned { who: self.items[item].who, row: self.items[item].row });
        self.events.retain(|event| !matches!(event.what, What::Rise(other, _) if other == item));
        if self.rank(item) != rank {
            self.go_to_the_end(item);
        }
        if self.rank(item) < rank {
            self.agenda.push_back(Todo::Serve { department: self.department(item) });
        }
        self.expect_turn(item, self.now);
        self.expect_rises(item, self.now + 1);
    }

    /// An item has waited long enough for any batch.
    pub fn ripen(&mut self, item: usize) {
        self.items[item].ripe = true;
        if self.items[item].state == State::Waiting {
            self.agenda.push_back(Todo::Serve { department: self.department(item) });
        }
    }
}
