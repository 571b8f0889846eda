//! What people are told to be doing, at every change.

use super::item::State;
use super::{Engine, NEVER, Observer};
use crate::engine::observer::Occupation;
use crate::plan::NONE;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// Tells of everybody at an item.
    pub(super) fn tell_crew(&mut self, now: Tick, item: u32) {
        let mut next = self.full.items[item as usize].crew;
        while next != NONE {
            self.tell(now, next);
            next = self.full.people[next as usize].mate;
        }
    }

    /// Tells what a person does, if that has changed, and lets the clocks run that run while they serve.
    pub(super) fn tell(&mut self, now: Tick, person: u32) {
        let occupation = self.occupation(person);
        self.tell_occupation(now, person, occupation);
    }

    /// The people at an item, of whom the `first` names the next, and who are all there, serve from now on. Gives the one
    /// in whose slot the end of the stretch is to stand; [`NONE`] if there is nobody.
    #[inline(always)]
    pub(super) fn crew_serves(&mut self, now: Tick, item: u32, first: u32) -> u32 {
        let (mut next, mut lead) = (first, NONE);
        while next != NONE {
            let person = next;
            next = self.full.people[person as usize].mate;
            self.is_at(now, person, Occupation::Serving { item });
            lead = lead.min(person);
        }
        lead
    }

    /// What a person does.
    fn occupation(&self, person: u32) -> Occupation {
        let full = &self.full;
        let who = &full.people[person as usize];
        if !(who.on || who.late) {
            Occupation::Off
        } else if who.absent > 0 {
            Occupation::Absent
        } else if who.item != NONE {
            match full.items[who.item as usize].state {
                State::Working => Occupation::Serving { item: who.item },
                State::SettingUp => Occupation::SettingUp { item: who.item },
                State::Blocked => Occupation::Blocked { item: who.item },
                _ => Occupation::Held { item: who.item },
            }
        } else if who.reserved != NONE {
            Occupation::Reserved { item: full.wards[who.reserved as usize].gathering }
        } else {
            Occupation::Idle
        }
    }

    #[inline(never)]
    pub(super) fn tell_occupation(&mut self, now: Tick, person: u32, occupation: Occupation) {
        self.is_at(now, person, occupation);
    }

    #[inline(always)]
    fn is_at(&mut self, now: Tick, person: u32, occupation: Occupation) {
        let full = &mut self.full;
        let who = &mut full.people[person as usize];
        let late = who.late;
        let before = std::mem::replace(&mut who.told, (occupation, late));
        if !std::mem::take(&mut who.new) && before == (occupation, late) {
            return;
        }
        if full.sets_up {
            who.idle = match (before.0, occupation) {
                (Occupation::Idle, Occupation::Idle) => who.idle.min(now),
                (_, Occupation::Idle) => now,
                _ => NEVER,
            };
        }
        let worn = who.worn;
        self.observer.occupied(now, person, occupation, late);
        if worn {
            self.serving_changes(now, person, before.0, occupation);
        }
    }

    /// Lets the clocks run that run while a person serves, whom absences may strike.
    #[inline(never)]
    fn serving_changes(&mut self, now: Tick, person: u32, before: Occupation, occupation: Occupation) {
        let serves = |occupation| matches!(occupation, Occupation::Serving { .. });
        match (serves(before), serves(occupation)) {
            (false, true) => self.serving_begins(now, person),
            (true, false) => self.serving_ends(now, person),
            _ => {}
        }
    }
}
