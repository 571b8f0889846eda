//! Departments that begin services at given times only.

use super::{Rank, What, World};
use crate::plan::Timetable;
use crate::time::Tick;

/// The first time of a timetable that is not before `earliest`, and its place in the list.
pub(super) fn next_time(timetable: &Timetable, earliest: Tick) -> Option<(Tick, usize)> {
    let period = timetable.period.max(1);
    let in_period = |nth: Tick| {
        let times = timetable.times.iter().enumerate();
        times.map(move |(place, time)| (nth * period + time, place))
    };
    let nth = earliest / period;
    in_period(nth).chain(in_period(nth + 1)).filter(|&(time, _)| time >= earliest).min()
}

impl World<'_> {
    /// Whether services of a department begin at its slots only.
    pub fn has_slots(&self, department: usize) -> bool {
        self.full_department(department).slots.is_some()
    }

    /// Puts the first slot that is not before `earliest` among what will happen.
    pub fn expect_slot(&mut self, department: usize, earliest: Tick) {
        let Some(slots) = &self.full_department(department).slots else { return };
        if let Some((at, _)) = next_time(&slots.times, earliest) {
            self.expect(at, Rank::Slot, [department as u64, 0, 0, 0, 0, 0, 0], What::Slot(department));
        }
    }

    /// As many services begin as the slot, the people and the line allow.
    pub fn slot(&mut self, department: usize) {
        self.expect_slot(department, self.now + 1);
        let slots = self.full_department(department).slots.as_ref().expect("a department with slots");
        let (_, place) = next_time(&slots.times, self.now).expect("the time of the slot");
        for _ in 0..slots.sizes[place] {
            let free = self.free_for(department);
            let Some(&person) = free.first() else { return };
            if free.len() < self.needed(department) || !self.take(department, person) {
                return;
            }
        }
    }

    /// Whether an item has joined early enough for the services that begin now.
    pub fn is_in_time(&self, item: usize) -> bool {
        !self.has_slots(self.department(item)) || self.items[item].joined < self.now
    }
}
