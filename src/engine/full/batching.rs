//! Work that begins otherwise than one after the other: batches, setups and stock decide what is taken.
//!
//! A batch is its leader, who stands for all: the people are with the leader, and the others ride along.

use super::item::State;
use super::{Engine, Observer};
use crate::engine::observer::Room;
use crate::plan::NONE;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// An item that is ready for its visit is served at once, or stands in line and is taken if that is due.
    pub(super) fn enters_specially(&mut self, now: Tick, id: u32, department: u32, kept: bool) {
        let ward = &self.full.wards[department as usize];
        if ward.slotted {
            self.waits_for_slot(now, id, department);
        } else if ward.batch.1 > 1 || ward.gathering != NONE || self.has_line(department) {
            // Behind others it waits for the idle people who are about to look for work.
            let worked = self.has_work(department);
            self.push_line(id, department);
            if !worked || self.idle_person(now, department).is_none() {
                self.serve(now, department);
            }
        } else {
            let infinite = self.departments[department as usize].infinite;
            let person = self.idle_person(now, department).unwrap_or(NONE);
            if infinite || person != NONE {
                self.is_taken_at_once(now, id, department, person, kept);
            } else {
                self.push_line(id, department);
                self.may_interrupt(now, department);
            }
        }
        let item = &self.full.items[id as usize];
        if item.is_in_line() && !item.taken && !item.timed && self.cases[id].joined == now {
            self.sets_alarms(now, id, department);
            self.check_standstill(id);
        }
    }

    /// People who are idle, among them `person`, take an item that joins where nobody stands in line.
    fn is_taken_at_once(&mut self, now: Tick, id: u32, department: u32, person: u32, kept: bool) {
        let ward = &self.full.wards[department as usize];
        let needed = ward.needed;
        if ward.uses && !self.obtains(now, id, department) {
            return;
        }
        if needed > 1 {
            self.gathers_at_once(now, id, department, needed, kept);
            return self.may_interrupt(now, department);
        }
        if person == NONE {
            self.full.items[id as usize].apart = true;
        } else {
            self.assign(now, person, id);
        }
        if kept {
            self.notes_place(department, Room::Taken { person, item: id });
        }
        self.prepares(now, id, department, person);
        self.begins(now, id, person);
        if kept {
            self.may_have_room(department);
        }
    }

    /// The item of a department that is served next, with the stock that it uses; none if it lacks some, and waits for that
    /// beside the line.
    pub(super) fn next_ready(&mut self, now: Tick, department: u32) -> Option<u32> {
        let item = self.pop_line(department);
        let ready = !self.full.wards[department as usize].uses || self.obtains(now, item, department);
        ready.then_some(item)
    }

    /// A person takes the next item of a department, or is reserved for it; false where that lacks stock.
    #[inline(never)]
    pub(super) fn takes_otherwise(&mut self, now: Tick, person: u32, department: u32) -> bool {
        if self.full.wards[department as usize].needed > 1 {
            return self.is_one_of_several(now, person, department);
        }
        let Some(item) = self.next_ready(now, department) else { return false };
        self.assign(now, person, item);
        self.notes_place(department, Room::Taken { person, item });
        self.prepares(now, item, department, person);
        self.begins(now, item, person);
        self.may_have_room(department);
        true
    }

    /// The next item of a department with infinite staff is taken.
    pub(super) fn takes_apart(&mut self, now: Tick, department: u32) -> bool {
        let Some(item) = self.next_ready(now, department) else { return false };
        self.full.items[item as usize].apart = true;
        self.notes_place(department, Room::Taken { person: NONE, item });
        self.prepares(now, item, department, NONE);
        self.begins(now, item, NONE);
        self.may_have_room(department);
        true
    }

    /// An item has been taken out of its line by people, of whom `person` came last: its batch is filled, and a setup
    /// may be due.
    #[inline(always)]
    pub(super) fn prepares(&mut self, now: Tick, item: u32, department: u32, person: u32) {
        let ward = &self.full.wards[department as usize];
        if !ward.special {
            return;
        }
        let sets_up = ward.sets_up;
        if ward.batch.0 > 1 {
            self.fills_batch(now, item, department, person);
        }
        let entry = &mut self.full.items[item as usize];
        (entry.taken, entry.ripe) = (true, false);
        if sets_up {
            self.is_set_up(item, department);
        }
    }

    /// Those who are next in line join the batch of an item, unless that was served before.
    #[inline(never)]
    fn fills_batch(&mut self, now: Tick, leader: u32, department: u32, person: u32) {
        let full = &mut self.full;
        if full.items[leader as usize].taken {
            return;
        }
        let (mut last, most) = (leader, full.wards[department as usize].batch.0);
        for _ in 1..most {
            let Some((_, next)) = self.peek_line(department) else { return };
            if self.full.items[next as usize].taken {
                return;
            }
            let Some(member) = self.next_new(now, department) else { return };
            self.notes_place(department, Room::Taken { person, item: leader });
            self.stop_waiting(member);
            let items = &mut self.full.items;
            items[last as usize].fellow = member;
            let entry = &mut items[member as usize];
            (entry.leader, entry.state) = (leader, State::Riding);
            (entry.taken, entry.ripe) = (true, false);
            last = member;
            self.observer.batched(now, member, leader);
        }
    }

    /// The next in line that has its stock, up to one that was served before.
    fn next_new(&mut self, now: Tick, department: u32) -> Option<u32> {
        while let Some((_, next)) = self.peek_line(department) {
            if self.full.items[next as usize].taken {
                return None;
            }
            let item = self.pop_line(department);
            if !self.full.wards[department as usize].uses || self.obtains(now, item, department) {
                return Some(item);
            }
        }
        None
    }

    /// Does something for each who rides with an item.
    pub(super) fn each_fellow(&mut self, leader: u32, mut what: impl FnMut(&mut Self, u32)) {
        let mut next = self.full.items[leader as usize].fellow;
        while next != NONE {
            let fellow = next;
            next = self.full.items[fellow as usize].fellow;
            what(self, fellow);
        }
    }

    /// The service of a batch has ended: each moves on, in the order in which they were taken. The people are free with the last.
    #[inline(never)]
    pub(super) fn batch_is_done(&mut self, now: Tick, leader: u32, department: u32) {
        let people = self.dissolve(leader);
        let (worked, asking, guessed) = {
            let item = &self.full.items[leader as usize];
            (item.worked, item.asking, item.guessed)
        };
        let (mut next, mut holder, mut last) = (leader, NONE, NONE);
        while next != NONE {
            let id = next;
            let item = &mut self.full.items[id as usize];
            next = std::mem::replace(&mut item.fellow, NONE);
            (item.worked, item.asking, item.guessed) = (worked, asking, guessed);
            (item.leader, item.state, item.left, item.finished) = (NONE, State::Working, 0, now);
            self.is_done(now, id, department);
            let items = &mut self.full.items;
            if items[id as usize].state != State::Blocked {
                continue;
            }
            if holder == NONE {
                holder = id;
            } else {
                items[last as usize].fellow = id;
                items[id as usize].leader = holder;
            }
            last = id;
        }
        if holder == NONE {
            return self.free_those(now, people);
        }
        self.hold(people, holder);
        self.late_ones_go(now, holder);
        self.tell_crew(now, holder);
    }

    /// People who were with one item are with another from now on.
    fn hold(&mut self, first: u32, item: u32) {
        let full = &mut self.full;
        full.items[item as usize].crew = first;
        let mut next = first;
        while let Some(who) = full.people.get_mut(next as usize) {
            who.item = item;
            next = who.mate;
        }
    }

    /// Takes everybody from an item that goes on, and gives the first to be freed, like [`Engine::dissolve`]; nobody where
    /// others of its batch are blocked still: the people stay with the first of those.
    #[inline(always)]
    pub(super) fn releases(&mut self, now: Tick, id: u32) -> u32 {
        if self.full.items[id as usize].is_alone() { self.dissolve(id) } else { self.passes_on(now, id) }
    }

    #[inline(never)]
    fn passes_on(&mut self, now: Tick, id: u32) -> u32 {
        let items = &mut self.full.items;
        let next = std::mem::replace(&mut items[id as usize].fellow, NONE);
        let leader = std::mem::replace(&mut items[id as usize].leader, NONE);
        if leader != NONE {
            let mut before = leader;
            while items[before as usize].fellow != id {
                before = items[before as usize].fellow;
            }
            items[before as usize].fellow = next;
            return NONE;
        }
        items[next as usize].leader = NONE;
        let mut behind = items[next as usize].fellow;
        while behind != NONE {
            items[behind as usize].leader = next;
            behind = items[behind as usize].fellow;
        }
        let people = self.dissolve(id);
        self.hold(people, next);
        self.tell_crew(now, next);
        NONE
    }
}
