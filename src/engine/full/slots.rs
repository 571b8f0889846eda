//! Departments that begin services at given times only.

use super::appointments::Round;
use super::item::State;
use super::{Engine, NEVER, Observer};
use crate::plan::SlotsPlan;
use crate::time::Tick;

/// The slots of a department.
#[derive(Debug, Default)]
pub(super) struct Slots {
    next: Round,
    /// When the next comes.
    due: Tick,
    /// Who has joined at its very instant, and is too late for it.
    late: Vec<u32>,
}

impl Slots {
    pub fn late(&self) -> impl Iterator<Item = u32> {
        self.late.iter().copied()
    }

    pub fn late_count(&self) -> u32 {
        self.late.len() as u32
    }

    /// Takes an item out of those that are too late, if it is one of them.
    pub fn forgets(&mut self, item: u32) -> bool {
        let before = self.late.len();
        self.late.retain(|&other| other != item);
        self.late.len() < before
    }
}

impl<O: Observer> Engine<'_, O> {
    fn slots_plan(&self, department: u32) -> Option<&SlotsPlan> {
        self.full.plan.departments[department as usize].slots.as_ref()
    }

    pub(super) fn expects_slot(&mut self, at: u32, department: u32) {
        let next = self.full.wards[department as usize].slots.next;
        let time = self.slots_plan(department).map_or(NEVER, |plan| next.time(&plan.times));
        self.full.wards[department as usize].slots.due = time;
        self.set_appointment(at, time);
    }

    /// An item joins the line of a department with slots; at the instant of a slot it is too late for it.
    pub(super) fn waits_for_slot(&mut self, now: Tick, id: u32, department: u32) {
        let full = &mut self.full;
        let slots = &mut full.wards[department as usize].slots;
        if slots.due == now {
            slots.late.push(id);
            full.items[id as usize].state = State::Waiting;
        } else {
            self.push_line(id, department);
        }
    }

    /// Services may begin in a department.
    pub(super) fn slot_opens(&mut self, now: Tick, at: u32, department: u32) {
        let place = self.full.wards[department as usize].slots.next.place as usize;
        let mut left =
            self.slots_plan(department).and_then(|plan| plan.sizes.get(place)).copied().unwrap_or(u32::MAX);
        self.full.wards[department as usize].shut = false;
        while left > 0 && self.has_work(department) && self.could_begin(now, department) {
            left -= u32::from(self.begins_in_slot(now, department));
        }
        let full = &mut self.full;
        let ward = &mut full.wards[department as usize];
        ward.shut = true;
        if let Some(plan) = &full.plan.departments[department as usize].slots {
            ward.slots.next.go_on(&plan.times);
        }
        let mut late = std::mem::take(&mut ward.slots.late);
        late.drain(..).for_each(|id| self.push_line(id, department));
        self.full.wards[department as usize].slots.late = late;
        self.expects_slot(at, department);
    }

    /// Whether enough people are free for the next item of a department.
    fn could_begin(&self, now: Tick, department: u32) -> bool {
        let needed = self.full.wards[department as usize].needed;
        let infinite = self.departments[department as usize].infinite;
        infinite || self.idle_people(now, department, needed) == needed
    }

    /// The next item of a department is taken. False where it lacks stock.
    fn begins_in_slot(&mut self, now: Tick, department: u32) -> bool {
        match self.idle_person(now, department) {
            Some(person) => self.takes_next(now, person, department),
            None => self.takes_apart(now, department),
        }
    }

    /// Whether items stand in the line of a department that begins services in slots only.
    pub(super) fn waits_for_slots(&self, department: u32) -> bool {
        let ward = &self.full.wards[department as usize];
        ward.slotted && (ward.slots.late_count() > 0 || self.has_line(department))
    }
}
