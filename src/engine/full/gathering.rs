//! Work for several people: they are reserved until enough have come.

use super::item::State;
use super::{Engine, Observer, Task};
use crate::engine::observer::Room;
use crate::plan::NONE;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// A person is reserved for the next item of a department, which needs several people.
    pub(super) fn is_one_of_several(&mut self, now: Tick, person: u32, department: u32) -> bool {
        if self.full.wards[department as usize].gathering == NONE {
            let Some(item) = self.next_ready(now, department) else { return false };
            self.gathers(item, department);
        }
        self.reserve(now, person, department);
        let last = self.reserves_the_idle(now, department, person);
        self.starts_if_complete(now, department, last, true);
        true
    }

    /// Reserves so many idle people as the gathering item of a department still needs. Gives the highest number
    /// among them and `last`.
    pub(super) fn reserves_the_idle(&mut self, now: Tick, department: u32, mut last: u32) -> u32 {
        while self.has_work(department)
            && let Some(person) = self.idle_person(now, department)
        {
            self.reserve(now, person, department);
            last = last.max(person);
        }
        last
    }

    /// An item becomes the one that people are reserved for.
    pub(super) fn gathers(&mut self, item: u32, department: u32) {
        let full = &mut self.full;
        full.items[item as usize].state = State::Gathering;
        let ward = &mut full.wards[department as usize];
        (ward.gathering, ward.reserved) = (item, 0);
    }

    pub(super) fn reserve(&mut self, now: Tick, person: u32, department: u32) {
        let full = &mut self.full;
        let who = &mut full.people[person as usize];
        // Anew, even if it is for the same item, which has come from another department.
        (who.reserved, who.new) = (department, true);
        who.rested = who.idle < now;
        full.wards[department as usize].reserved += 1;
        let home = full.people[person as usize].home;
        full.homes[home as usize].set_idle(person, false);
        self.tell(now, person);
    }

    /// Starts the gathering item if all people that it needs are there and may start; `last` came last.
    /// `moves`: it has waited, and its place in the line is free.
    pub(super) fn starts_if_complete(&mut self, now: Tick, department: u32, last: u32, moves: bool) -> bool {
        let full = &mut self.full;
        let ward = &full.wards[department as usize];
        let item = ward.gathering;
        if ward.reserved < full.plan.departments[department as usize].needed {
            self.check_standstill(item);
            return false;
        }
        let people = self.reserved_for(department);
        if !people.iter().all(|&person| self.may_start(now, person)) {
            return false;
        }
        for person in people {
            self.assign(now, person, item);
        }
        let ward = &mut self.full.wards[department as usize];
        (ward.gathering, ward.reserved) = (NONE, 0);
        if moves {
            self.notes_place(department, Room::Taken { person: last, item });
        }
        self.prepares(now, item, department, last);
        self.begins(now, item, last);
        if moves {
            self.may_have_room(department);
        }
        true
    }

    /// Those reserved for the gathering item of a department, in the order of their numbers.
    pub(super) fn reserved_for(&self, department: u32) -> Vec<u32> {
        let full = &self.full;
        let homes = full.plan.departments[department as usize].eligible.iter().map(|eligible| eligible.home);
        let people = homes.flat_map(|home| {
            let home = &full.homes[home as usize];
            home.first..home.first + home.staff
        });
        let mut reserved: Vec<u32> =
            people.filter(|&person| full.people[person as usize].reserved == department).collect();
        reserved.sort_unstable();
        reserved
    }

    /// The gathering item goes: those reserved for it are free.
    pub(super) fn stops_gathering(&mut self, department: u32) {
        for person in self.reserved_for(department) {
            self.full.people[person as usize].reserved = NONE;
            self.put_on_agenda(Task::Free(person));
        }
        let ward = &mut self.full.wards[department as usize];
        (ward.gathering, ward.reserved) = (NONE, 0);
    }

    /// A reserved person goes: the item gathers on, with who is idle.
    pub(super) fn withdraw_reservation(&mut self, person: u32) {
        let full = &mut self.full;
        let department = std::mem::replace(&mut full.people[person as usize].reserved, NONE);
        full.wards[department as usize].reserved -= 1;
        full.agenda.push(Task::Serve(department));
    }
}
