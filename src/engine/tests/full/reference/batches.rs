//! Items that are served together.

use super::{State, Todo, What, World};
use crate::engine::tests::full::trace::{Made, Record};

impl World<'_> {
    /// Whether there is something to take in a department's line.
    pub fn has_work(&self, department: usize) -> bool {
        let in_time = self.desks[department].line.iter().copied().filter(|&item| self.is_in_time(item));
        let line: Vec<usize> = in_time.collect();
        let Some(batch) = &self.full_department(department).batch else { return !line.is_empty() };
        let at_once = |&item: &usize| {
            let item = &self.items[item];
            item.ripe || item.gathering || item.taken
        };
        !line.is_empty() && (line.len() >= batch.least as usize || line.iter().any(at_once))
    }

    /// Whether one item is enough for a batch.
    pub fn is_enough_alone(&self, department: usize) -> bool {
        self.full_department(department).batch.as_ref().is_none_or(|batch| batch.least <= 1)
    }

    /// Those who have taken an item that has just left the line take others with it. `last` came last of them.
    pub fn take_along(&mut self, leader: usize, last: u32) {
        let department = self.department(leader);
        let size = self.full_department(department).batch.as_ref().map_or(1, |batch| batch.size as usize);
        while self.items[leader].members.len() + 1 < size {
            let Some(member) = self.choose_next(department) else { break };
            if self.items[member].taken {
                break;
            }
            if !self.find_stock(member) {
                continue;
            }
            self.desks[department].line.retain(|&other| other != member);
            self.note_room(department, Made::Taken(last));
            self.forget(What::Patience(member));
            self.forget(What::OverallPatience(member));
            self.forget_changes(member);
            self.forget(What::OverallPatience(member));
            self.lead(leader, member);
        }
    }

    fn lead(&mut self, leader: usize, member: usize) {
        self.items[leader].members.push(member);
        self.items[member].leader = Some(leader);
        self.items[member].state = State::Along;
        self.items[member].taken = true;
        let (member, leader) = (self.items[member].who, self.items[leader].who);
        self.tell(Record::Batched { member, leader });
    }

    /// Items are apart again that were served together.
    pub fn disband(&mut self, leader: usize) -> Vec<usize> {
        let members = std::mem::take(&mut self.items[leader].members);
        for &member in &members {
            self.items[member].leader = None;
        }
        members
    }

    /// An item leaves the batch that another leads.
    pub fn leave_batch(&mut self, member: usize) {
        if let Some(leader) = self.items[member].leader.take() {
            self.items[leader].members.retain(|&other| other != member);
        }
    }

    /// The first of a batch leaves it, before its service has begun: the next one leads.
    pub fn leave_the_lead(&mut self, old: usize) {
        let department = self.department(old);
        let mut members = self.disband(old);
        let new = members.remove(0);
        let first = self.items[old].clone();
        let next = &mut self.items[new];
        (next.state, next.headed, next.apart, next.speed) =
            (first.state, first.headed, first.apart, first.speed);
        (next.setup, next.stretch, next.comer) = (first.setup, first.stretch, first.comer);
        (next.crew, next.reserved, next.gathering) = (first.crew, first.reserved, first.gathering);
        for person in &mut self.people {
            person.item = if person.item == Some(old) { Some(new) } else { person.item };
        }
        for place in &mut self.desks[department].line {
            *place = if *place == old { new } else { *place };
        }
        (self.items[old].crew, self.items[old].reserved) = (Vec::new(), Vec::new());
        members.into_iter().for_each(|member| self.lead(new, member));
        if self.items[new].state == State::SettingUp {
            self.forget(What::Stretch(old));
            self.expect_setup(new);
        }
        // Its rank may be another.
        self.agenda.push_back(Todo::Serve { department });
    }
}
