//! More urgent work breaks off less urgent work.

use super::{State, Todo, World};
use crate::model::Preemption;
use crate::plan::to_ticks;
use crate::random::item_key;

impl World<'_> {
    fn interrupts(&self, department: usize) -> bool {
        self.full_department(department).preemption != Preemption::None
    }

    /// Something goes on, or has another rank, in a department that may have to interrupt.
    pub fn may_interrupt(&mut self, department: usize) {
        if self.interrupts(department) {
            self.agenda.push_back(Todo::Serve { department });
        }
    }

    /// While the next item of a department is more urgent than the least urgent in service there, that is broken
    /// off for it.
    pub fn interrupt(&mut self, department: usize) {
        while let Some(item) = self.to_interrupt(department) {
            self.interrupt_item(item);
        }
    }

    /// The item whose service gives way.
    fn to_interrupt(&self, department: usize) -> Option<usize> {
        if !self.interrupts(department) || self.has_slots(department) || !self.free_for(department).is_empty()
        {
            return None;
        }
        let next = self.next_in_line(department)?;
        let complete = self.items[next].reserved.len() >= self.needed(department);
        if complete || self.lacks_stock(next) {
            return None;
        }
        let served = (0..self.items.len()).filter(|&item| {
            let working = matches!(self.items[item].state, State::Working | State::SettingUp);
            let here = working && self.department(item) == department;
            let crew = &self.items[item].crew;
            here && !self.items[item].apart && crew.iter().all(|&person| self.may_start(person))
        });
        let least = served.max_by_key(|&item| {
            let crew = &self.items[item].crew;
            let since = crew.iter().map(|&person| self.people[person as usize].since).max();
            (self.rank(item), since, crew.iter().max())
        })?;
        (self.rank(next) < self.rank(least)).then_some(least)
    }

    /// An item's people take the next item in its place.
    fn interrupt_item(&mut self, item: usize) {
        let department = self.department(item);
        let urgent = self.next_in_line(department).expect("an item that interrupts");
        self.suspend(item);
        self.items[item].interruptions += 1;
        match self.full_department(department).preemption {
            Preemption::None | Preemption::Resume => {}
            Preemption::Restart => self.items[item].done = 0,
            Preemption::Resample => self.draw_again(item),
        }
        let crew = std::mem::take(&mut self.items[item].crew);
        self.put_at_head(item);
        for &person in &crew {
            self.people[person as usize].item = None;
        }
        let mut unneeded = crew.clone();
        unneeded.retain(|&person| {
            let wanted = self.items[urgent].state == State::Waiting;
            !(wanted && self.take_by_interruption(department, person))
        });
        for &person in &crew {
            self.mark_late(self.people[person as usize].home);
        }
        unneeded.into_iter().for_each(|person| self.look_for_work(person));
    }

    /// A person takes the next item, or is reserved for it, if it needs them.
    fn take_by_interruption(&mut self, department: usize, person: u32) -> bool {
        if self.people[person as usize].item.is_some() {
            return true;
        }
        if self.needed(department) == 1 {
            return self.take(department, person);
        }
        while let Some(item) = self.choose(department) {
            if !self.find_stock(item) {
                continue;
            }
            let needs = self.items[item].reserved.len() < self.needed(department);
            if needs {
                self.items[item].gathering = true;
                self.reserve(item, person);
                self.begin_if_complete(item, person, true);
            }
            return needs;
        }
        false
    }

    /// The work on an item is another after an interruption, all of it.
    fn draw_again(&mut self, item: usize) {
        // Where only a setup was broken off, there is nothing to draw again.
        let Some(begun) = self.items[item].begun else { return };
        let department = self.department(item);
        let key = item_key(self.items[item].key, self.items[item].interruptions.into(), 0);
        let words = self.department_keys[department].words(key, self.visit(item));
        // Of the law by which the service began.
        let requirement = self.requirement_at(item, begun, Some(words));
        self.items[item].requirement = requirement;
        self.items[item].done = 0;
        for question in &mut self.items[item].questions {
            question.1 = to_ticks(self.full.asks[question.0].at * requirement as f64);
        }
    }
}
