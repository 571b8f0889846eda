//! What is due at a time of its own, whoever works then: pickups, slots of services, the next end where people
//! share their time.

use super::{Engine, NEVER, Observer};
use crate::plan::{FullPlan, Timetable};
use crate::time::Tick;

/// What is due.
#[derive(Clone, Copy, Debug)]
pub(super) enum Appointment {
    /// A pickup at a handoff.
    Pickup(u32),
    /// Services may begin in a department.
    Slot(u32),
    /// The first of the items that share the people of a department is done.
    Shared(u32),
}

/// All appointments of a model, each with a slot in the calendar behind those of the homes.
pub(super) fn appointments(plan: &FullPlan) -> Vec<Appointment> {
    let departments = || plan.departments.iter().zip(0..);
    let pickups = plan.ways.iter().zip(0..).filter(|(way, _)| way.pickup.is_some());
    let mut all: Vec<Appointment> = pickups.map(|(_, at)| Appointment::Pickup(at)).collect();
    all.extend(departments().filter(|(plan, _)| plan.slots.is_some()).map(|(_, at)| Appointment::Slot(at)));
    all.extend(departments().filter(|(plan, _)| plan.sharing).map(|(_, at)| Appointment::Shared(at)));
    all
}

/// The next of times that repeat.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Round {
    /// When its period began, and its place in it.
    cycle: Tick,
    pub place: u32,
}

impl Round {
    /// When it comes.
    pub fn time(&self, table: &Timetable) -> Tick {
        table.times.get(self.place as usize).map_or(NEVER, |&time| self.cycle.saturating_add(time))
    }

    /// Goes on to the one after it.
    pub fn go_on(&mut self, table: &Timetable) {
        self.place += 1;
        if self.place as usize == table.times.len() {
            self.place = 0;
            self.cycle = self.cycle.saturating_add(table.period);
        }
    }
}

impl<O: Observer> Engine<'_, O> {
    /// Sets what repeats for the first time.
    pub(super) fn open_appointments(&mut self) {
        for at in 0..self.full.appointments.len() {
            match self.full.appointments[at] {
                Appointment::Pickup(handoff) => self.expects_pickup(at as u32, handoff),
                Appointment::Slot(department) => self.expects_slot(at as u32, department),
                Appointment::Shared(_) => {}
            }
        }
    }

    /// Sets the slot of an appointment.
    pub(super) fn set_appointment(&mut self, at: u32, time: Tick) {
        let slot = self.full.first_appointment + at;
        self.set_slot(slot, time);
    }

    #[inline(never)]
    pub(super) fn appointment_is_due(&mut self, now: Tick, at: u32) {
        match self.full.appointments[at as usize] {
            Appointment::Pickup(handoff) => self.picks_up(now, at, handoff),
            Appointment::Slot(department) => self.slot_opens(now, at, department),
            Appointment::Shared(department) => self.shared_ends(now, department),
        }
    }
}
