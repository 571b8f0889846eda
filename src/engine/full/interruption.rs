//! Interruption: more urgent work takes the people of less urgent work.

use super::item::Item;
use super::{Engine, Observer, Task};
use crate::model::Preemption;
use crate::plan::NONE;
use crate::random::item_key;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// An item in line may have become more urgent than one in service.
    pub(super) fn may_interrupt(&mut self, now: Tick, department: u32) {
        if self.full.wards[department as usize].preempts {
            self.serve(now, department);
        }
    }

    /// Work goes on that had stopped: it may be less urgent than what waits.
    #[inline(always)]
    pub(super) fn may_be_interrupted(&mut self, department: u32) {
        if self.full.wards[department as usize].preempts {
            self.put_on_agenda(Task::Serve(department));
        }
    }

    /// The next item of a department, for which nobody is idle, interrupts the least urgent work there, if that is less
    /// urgent. Tells whether it did.
    pub(super) fn interrupts(&mut self, now: Tick, department: u32) -> bool {
        if !self.full.wards[department as usize].preempts {
            return false;
        }
        let Some((rank, item)) = self.next_to_serve(department) else { return false };
        let Some(victim) = self.least_urgent(now, department, rank) else { return false };
        if !self.could_obtain(now, item, department) {
            return false;
        }
        self.is_interrupted(now, victim, item, department);
        true
    }

    /// The item that is served next in a department with work, and its rank.
    fn next_to_serve(&self, department: u32) -> Option<(u8, u32)> {
        let full = &self.full;
        match full.wards[department as usize].gathering {
            NONE => self.peek_line(department).map(|(rank, item)| (rank as u8, item)),
            item => Some((full.items[item as usize].rank, item)),
        }
    }

    /// The item in service in a department that would be interrupted by one of a rank, if any: the least urgent, then
    /// the one that was taken last, then that of the highest person.
    fn least_urgent(&self, now: Tick, department: u32, rank: u8) -> Option<u32> {
        let full = &self.full;
        let homes = full.plan.departments[department as usize].eligible.iter().map(|eligible| eligible.home);
        let people = homes.flat_map(|home| {
            let home = &full.homes[home as usize];
            home.first..home.first + home.staff
        });
        let served = people.filter_map(|person| {
            let who = &full.people[person as usize];
            let less_urgent = |item: &&Item| item.is_at_work() && !item.apart && item.rank > rank;
            let item = full.items.get(who.item as usize).filter(less_urgent)?;
            let here = self.plan.rows[self.cases[who.item].row as usize].department == department;
            here.then_some((item.rank, who.since, person, who.item))
        });
        let free = |person: u32| !full.people[person as usize].late && self.may_start(now, person);
        let all_free = served.filter(|&(.., item)| self.crew(item).all(free));
        all_free.max().map(|(.., item)| item)
    }

    /// The work on an item is interrupted: it goes to the head of its line, and its people take the `urgent` one.
    fn is_interrupted(&mut self, now: Tick, id: u32, urgent: u32, department: u32) {
        self.observer.interrupted(now, id, self.cases[id].row);
        self.breaks_off(now, id);
        let mut first = self.dissolve(id);
        self.is_to_be_done_again(id, department);
        self.heads_line(now, id);
        let mut people = std::mem::take(&mut self.full.freed);
        while first != NONE {
            people.push(first);
            first = self.full.people[first as usize].mate;
        }
        people.sort_unstable();
        for &person in &people {
            let mut taken = false;
            while !taken && self.full.items[urgent as usize].is_in_line() && self.has_work(department) {
                taken = self.takes_next(now, person, department);
            }
            if !taken {
                self.put_on_agenda(Task::Free(person));
            }
        }
        for person in people.drain(..) {
            let home = self.full.people[person as usize].home;
            self.look_who_is_late(now, home);
        }
        self.full.freed = people;
    }

    /// How much is left to do of what was interrupted.
    fn is_to_be_done_again(&mut self, id: u32, department: u32) {
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        item.setup = 0;
        item.interruptions += 1;
        if !item.begun {
            return;
        }
        match full.plan.departments[department as usize].preemption {
            Preemption::None | Preemption::Resume => {}
            Preemption::Restart => item.left = self.cases[id].service,
            Preemption::Resample => {
                let case = &self.cases[id];
                let key = item_key(case.key, item.interruptions.into(), 0);
                let words = self.departments[department as usize].keys.words(key, item.visit);
                // Of the law by which the service began.
                let work = self.work_drawn(case.begun, id, department, words);
                self.cases[id].service = work;
                self.full.items[id as usize].left = work;
            }
        }
    }
}
