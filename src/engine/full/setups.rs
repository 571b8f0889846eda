//! Setups: what people do before they work on an item of another class, or after idleness.

use super::item::State;
use super::{Engine, Observer};
use crate::engine::timers::TimerKind;
use crate::plan::{NONE, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// Draws the setup that is due before the work on an item that its people have just taken: the longest of theirs.
    #[inline(never)]
    pub(super) fn is_set_up(&mut self, item: u32, department: u32) {
        let full = &self.full;
        let Some(setup) = &full.plan.departments[department as usize].setup else { return };
        let classes = self.plan.classes.len() as u32;
        let class = self.cases[item].row % classes;
        let words = self.departments[department as usize]
            .keys
            .words(self.cases[item].key, full.items[item as usize].visit)
            .of(Purpose::Setup);
        let times = self.crew(item).map(|person| {
            let who = &full.people[person as usize];
            let change = match who.class {
                NONE => NONE,
                before => setup.change[(before * classes + class) as usize],
            };
            let change = setup.times.get(change as usize).map_or(0, |time| to_ticks(time.draw(words)));
            let rested = setup.after_idle.as_ref().filter(|_| who.rested);
            change.max(rested.map_or(0, |time| to_ticks(time.draw(words))))
        });
        let longest = times.max().unwrap_or(0);
        self.full.items[item as usize].setup = longest;
    }

    /// People work on an item: its class is what they are set up for.
    #[inline(always)]
    pub(super) fn notes_class(&mut self, id: u32) {
        let class = self.cases[id].row % self.plan.classes.len() as u32;
        let full = &mut self.full;
        let mut next = full.items[id as usize].crew;
        while let Some(who) = full.people.get_mut(next as usize) {
            who.class = class;
            next = who.mate;
        }
    }

    /// People begin to prepare for the work on an item, or go on with that; `person` came last.
    #[inline(never)]
    pub(super) fn sets_up(&mut self, now: Tick, id: u32, person: u32) {
        let row = self.cases[id].row;
        // Who is relieved before the work begins is at it at their speed all the same.
        let speed = self.crew_speed(id, self.plan.rows[row as usize].department);
        let item = &mut self.full.items[id as usize];
        item.speed = speed.unwrap_or(item.speed);
        (item.state, item.since, item.comer) = (State::SettingUp, now, person);
        let end = now + item.setup;
        self.observer.sets_up(now, id, row, person);
        self.each_fellow(id, |engine, fellow| {
            let row = engine.cases[fellow].row;
            engine.observer.sets_up(now, fellow, row, person);
        });
        self.tell_crew(now, id);
        match self.lead(id) {
            Some(lead) => self.set_slot(lead, end),
            None => self.set_timer(end, id, TimerKind::Service),
        }
    }

    /// The setup before the work on an item ends: the work begins, or goes on.
    pub(super) fn is_ready(&mut self, now: Tick, id: u32) {
        let item = &mut self.full.items[id as usize];
        item.setup = 0;
        // Who was relieved meanwhile has no number any more.
        let person = if item.crew == NONE { NONE } else { item.comer };
        self.begins(now, id, person);
    }
}
