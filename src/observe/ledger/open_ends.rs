//! Whom a wait is charged to that nobody has ended.

use super::codes::Cause;
use super::follow::World;
use super::item::State;
use super::trail::{Doing, Mark};
use crate::plan::NONE;
use crate::time::Tick;

impl<M: Mark> World<'_, M> {
    /// Who has been longest in their present occupation, among those who may end the wait of an item: the
    /// occupation that they had before the present event.
    pub(super) fn longest(&self, id: u32) -> Option<u32> {
        let item = &self.items[id as usize];
        let department = match item.state {
            State::Blocked { department } => department,
            _ => item.department,
        };
        // People are with the one that leads a batch.
        let on_desk = if item.leader == NONE { id } else { item.leader };
        let mut best: Option<(bool, Tick, u32)> = None;
        let mut consider = |people: std::ops::Range<u32>| {
            for person in people {
                let of = &self.people[person as usize];
                let present = of.before(self.event);
                let mut since = present.from;
                match present.doing {
                    Doing::With { record, cause: Cause::Reserved, .. } if record == item.record => continue,
                    // Held by one request straight after another.
                    Doing::With { record, cause: Cause::Held, .. } => {
                        since = since.max(self.records.asked_before(record, self.event));
                    }
                    _ => {}
                }
                let gone = matches!(present.doing, Doing::Off | Doing::Absent);
                // What lies on a desk waits for whose desk it is.
                if item.state == State::Desk && !(gone && of.item == on_desk && of.took > item.lined) {
                    continue;
                }
                let candidate = (present.doing == Doing::Off, since, person);
                if best.is_none_or(|best| candidate < best) {
                    best = Some(candidate);
                }
            }
        };
        match &self.plan.full {
            None => {
                let of = &self.plan.departments[department as usize];
                consider(of.first_slot..of.first_slot + of.staff.unwrap_or(0));
            }
            Some(full) => {
                for eligible in &full.departments[department as usize].eligible {
                    let home = &full.homes[eligible.home as usize];
                    consider(home.first_person..home.first_person + home.staff);
                }
            }
        }
        best.map(|(_, _, person)| person)
    }
}
