//! People who come and go with their shifts.

use std::cmp::Reverse;

use super::{Home, Item, Rank, State, Todo, What, World};
use crate::engine::tests::full::trace::Record;
use crate::model::{Crew, ShiftEnd};
use crate::plan::NONE;

impl World<'_> {
    /// The people of a home, in the order of their numbers.
    pub fn people_of(&self, home: usize) -> std::ops::Range<u32> {
        let plan = &self.full.homes[home];
        plan.first_person..plan.first_person + plan.staff
    }

    /// Whether at every change of the pattern another crew comes.
    pub fn is_replaced(&self, home: usize) -> bool {
        let plan = &self.full.homes[home];
        plan.at_end == ShiftEnd::Finish && plan.crew == Crew::Replaced
    }

    /// Puts the next change of the level among what will happen.
    pub fn expect_shift(&mut self, home: usize) {
        let next = self.full.homes[home].levels.as_ref().and_then(|levels| levels.next_change(self.now));
        if let Some((at, _)) = next {
            let order = [self.homes[home].changed, home as u64, 0, 0, 0, 0, 0];
            self.expect(at, Rank::Staff, order, What::Shift(home));
        }
    }

    pub fn shift(&mut self, home: usize) {
        let levels = self.full.homes[home].levels.as_ref().expect("levels that change");
        let (old, new) = (self.homes[home].level, levels.level_at(self.now));
        self.homes[home] = Home { level: new, changed: self.now };
        self.expect_shift(home);
        if self.is_replaced(home) {
            self.replace(home, new);
        } else if new < old {
            self.fall(home, new);
        } else if new > old {
            self.rise(home, new);
        }
        if new < old || self.is_replaced(home) {
            self.after_fall(home);
        }
    }

    /// After a fall everybody idle may find work again.
    fn after_fall(&mut self, home: usize) {
        let serves = &self.full.homes[home].serves;
        let mut departments: Vec<usize> = serves.iter().map(|serves| serves.department as usize).collect();
        departments.sort_unstable();
        self.agenda.extend(departments.into_iter().map(|department| Todo::Serve { department }));
        let idle = self.people_of(home).filter(|&person| self.is_idle(person));
        let free: Vec<Todo> = idle.map(|person| Todo::Free { person }).collect();
        self.agenda.extend(free);
    }

    fn fall(&mut self, home: usize, level: u32) {
        let mut there: Vec<u32> =
            self.people_of(home).filter(|&person| self.people[person as usize].on).collect();
        let excess = there.len().saturating_sub(level as usize);
        there.sort_by_key(|&person| {
            let Some(item) = self.people[person as usize].item else {
                return (0, Reverse(0), Reverse(person));
            };
            match self.items[item].state {
                State::Waiting => (1, Reverse(0), Reverse(person)),
                _ => (2, Reverse(self.people[person as usize].since), Reverse(person)),
            }
        });
        there.truncate(excess);
        there.into_iter().for_each(|person| self.go(person));
        self.mark_late(home);
    }

    /// Late are those who started last, so many as are there beyond the level.
    pub fn mark_late(&mut self, home: usize) {
        if self.is_replaced(home) {
            return;
        }
        let mut there: Vec<u32> =
            self.people_of(home).filter(|&person| self.people[person as usize].on).collect();
        let excess = there.len().saturating_sub(self.homes[home].level as usize);
        there.sort_by_key(|&person| {
            let place = &self.people[person as usize];
            // Who is only reserved has not started.
            let at = place.item.filter(|&item| self.items[item].state != State::Waiting);
            (Reverse(at.map(|_| place.since)), Reverse(person))
        });
        for (at, person) in there.into_iter().enumerate() {
            self.people[person as usize].late = at < excess;
        }
    }

    /// A person's shift ends.
    fn go(&mut self, person: u32) {
        let place = person as usize;
        let Some(item) = self.people[place].item else {
            self.people[place].on = false;
            return;
        };
        match (self.items[item].state, self.full.homes[self.people[place].home].at_end) {
            (State::Waiting, _) => {
                self.unreserve(person);
                self.people[place].on = false;
            }
            (State::Blocked, _) => self.people[place].on = false,
            (_, ShiftEnd::Finish) => self.people[place].late = true,
            (_, ShiftEnd::Pause) => {
                self.people[place].on = false;
                self.suspend(item);
            }
            (_, ShiftEnd::HandOver) => {
                self.people[place].on = false;
                self.hand_over(item);
            }
        }
    }

    pub fn unreserve(&mut self, person: u32) {
        if let Some(item) = self.people[person as usize].item.take() {
            self.items[item].reserved.retain(|&other| other != person);
            let department = self.department(item);
            self.agenda.push_back(Todo::Serve { department });
        }
    }

    /// An item loses its people, and comes to the head of its line unless it waits for an answer.
    fn hand_over(&mut self, item: usize) {
        self.suspend(item);
        let crew = std::mem::take(&mut self.items[item].crew);
        self.items[item].apart = false;
        if self.items[item].state == State::Stopped {
            self.put_at_head(item);
        }
        self.release(crew);
    }

    fn rise(&mut self, home: usize, level: u32) {
        let there = self.people_of(home).filter(|&person| self.people[person as usize].on).count();
        self.mark_late(home);
        let Some(more) = (level as usize).checked_sub(there) else { return };
        let mut away: Vec<u32> =
            self.people_of(home).filter(|&person| !self.people[person as usize].on).collect();
        away.sort_by_key(|&person| match &self.people[person as usize] {
            left if left.item.is_some() => (0, left.since, person),
            _ => (1, 0, person),
        });
        away.truncate(more);
        away.into_iter().for_each(|person| self.come(person));
    }

    /// A person's shift begins.
    fn come(&mut self, person: u32) {
        self.people[person as usize].on = true;
        self.be_back(person);
    }

    /// A person may be there again: they go on with what is on their desk, or look for work.
    pub fn be_back(&mut self, person: u32) {
        if !self.is_there(person) {
            return;
        }
        match self.people[person as usize].item {
            Some(item) => self.resume(item, person),
            None => self.look_for_work(person),
        }
    }

    /// Another crew comes: whoever has work finishes it apart from them.
    fn replace(&mut self, home: usize, level: u32) {
        for person in self.people_of(home) {
            let place = person as usize;
            let item = self.people[place].item;
            if item.is_some_and(|item| self.items[item].state == State::Waiting) {
                self.unreserve(person);
            }
            let busy = self.people[place].item.is_some_and(|item| self.items[item].state != State::Blocked);
            if busy && self.people[place].absent > 0 {
                self.people[place].late = self.people[place].number >= level;
                continue;
            }
            if let Some(item) = self.people[place].item.take() {
                self.relieve(person, item);
            }
            self.tell(Record::Replaced { person });
            (self.people[place].on, self.people[place].late) = (false, false);
            if self.people[place].number < level {
                self.come(person);
            }
        }
    }

    fn relieve(&mut self, person: u32, item: usize) {
        let Item { who, .. } = self.items[item];
        self.items[item].crew.retain(|&other| other != person);
        self.items[item].apart = true;
        let first = self.items[item].crew.first().copied().unwrap_or(NONE);
        for event in self.events.iter_mut().filter(|event| event.what == What::Stretch(item)) {
            event.order[2] = first.into();
        }
        self.tell(Record::Relieved { person, who });
        self.resume(item, NONE);
    }
}
