//! Shifts: people come and go by a calendar.

use super::item::State;
use super::people::Person;
use super::{Engine, Observer, Task};
use crate::engine::observer::Occupation;
use crate::engine::timers::TimerKind;
use crate::model::ShiftEnd;
use crate::plan::NONE;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// The people who are on shift at the start.
    pub(super) fn open_shifts(&mut self) {
        for at in 0..self.full.homes.len() as u32 {
            let full = &mut self.full;
            let levels = full.plan.homes[at as usize].levels.as_ref();
            let home = &mut full.homes[at as usize];
            home.level = levels.map_or(home.staff, |levels| levels.level_at(0).min(home.staff));
            home.on = home.level;
            let (first, level, staff) = (home.first, home.level, home.staff);
            for person in first..first + level {
                self.full.people[person as usize].on = true;
                self.full.homes[at as usize].set_idle(person, true);
                self.tell(0, person);
            }
            for person in first + level..first + staff {
                self.observer.occupied(0, person, Occupation::Off, false);
            }
            self.expect_change(0, at);
        }
    }

    /// Notes the next change of a home's level.
    fn expect_change(&mut self, now: Tick, home: u32) {
        let full = &mut self.full;
        let levels = full.plan.homes[home as usize].levels.as_ref();
        let change = levels.and_then(|levels| levels.next_change(now));
        let entry = &mut full.homes[home as usize];
        entry.change = change;
        entry.since = now;
        let slot = full.first_home + home;
        if let Some((time, _)) = change {
            self.set_slot(slot, time);
        } else {
            self.clear_slot(slot);
        }
    }

    /// The level of a home changes.
    #[inline(never)]
    pub(super) fn level_changes(&mut self, now: Tick, home: u32) {
        let full = &mut self.full;
        let entry = &mut full.homes[home as usize];
        let Some((_, level)) = entry.change else { return };
        let level = level.min(entry.staff);
        let falls = level < entry.level;
        entry.level = level;
        self.expect_change(now, home);
        self.check_home(home);
        if self.full.homes[home as usize].replaced {
            self.is_replaced(now, home);
            return self.may_start_again(home);
        }
        let on = self.full.homes[home as usize].on;
        if level < on {
            self.go(now, home, on - level);
        } else {
            let again = self.are_on_again(now, home, level - on);
            self.come(now, home, level - on - again);
        }
        if falls {
            self.may_start_again(home);
        }
    }

    /// After a fall: those who are still there may start.
    fn may_start_again(&mut self, home: u32) {
        let full = &mut self.full;
        let departments: Vec<u32> = {
            let mut all: Vec<u32> =
                full.plan.homes[home as usize].serves.iter().map(|serves| serves.department).collect();
            all.sort_unstable();
            all
        };
        let idle: Vec<u32> = full.homes[home as usize].idle().collect();
        departments.into_iter().for_each(|department| full.agenda.push(Task::Serve(department)));
        idle.into_iter().for_each(|person| full.agenda.push(Task::Free(person)));
    }

    /// So many people of a home go.
    fn go(&mut self, now: Tick, home: u32, count: u32) {
        let full = &mut self.full;
        let entry = &full.homes[home as usize];
        let people = &full.people;
        let mut on: Vec<u32> =
            (entry.first..entry.first + entry.staff).filter(|&person| people[person as usize].on).collect();
        on.sort_unstable_by_key(|&person| {
            let who = &people[person as usize];
            let latest = std::cmp::Reverse(if who.item == NONE { 0 } else { who.since });
            (who.item != NONE, who.reserved != NONE, latest, std::cmp::Reverse(person))
        });
        on.truncate(count as usize);
        for person in on {
            // Who was with the same item may have gone with it.
            self.goes(now, person);
        }
    }

    /// The shift of a person ends.
    fn goes(&mut self, now: Tick, person: u32) {
        let full = &mut self.full;
        let who = &mut full.people[person as usize];
        let (home, item) = (who.home as usize, who.item);
        full.homes[home].on -= 1;
        who.on = false;
        if item == NONE {
            full.homes[home].set_idle(person, false);
            if full.people[person as usize].reserved != NONE {
                self.withdraw_reservation(person);
            }
            return self.tell(now, person);
        }
        let state = full.items[item as usize].state;
        match full.plan.homes[home].at_end {
            _ if state == State::Blocked => {}
            ShiftEnd::Pause if matches!(state, State::Working | State::SettingUp) => {
                self.breaks_off(now, item);
                return self.tell_crew(now, item);
            }
            ShiftEnd::Pause => {}
            ShiftEnd::Finish => {
                full.people[person as usize].late = true;
                full.homes[home].late += 1;
            }
            ShiftEnd::HandOver if state == State::Asking => {
                let freed = self.dissolve(item);
                self.free_those(now, freed);
            }
            ShiftEnd::HandOver => self.hands_over(now, item),
        }
        self.tell(now, person);
    }

    /// So many people of a home come: first who left something on their desk.
    fn come(&mut self, now: Tick, home: u32, count: u32) {
        let full = &mut self.full;
        let entry = &full.homes[home as usize];
        let people = &full.people;
        let mut off: Vec<u32> = (entry.first..entry.first + entry.staff)
            .filter(|&person| !people[person as usize].on && !people[person as usize].late)
            .collect();
        off.sort_unstable_by_key(|&person| {
            let who = &people[person as usize];
            (who.item == NONE, if who.item == NONE { 0 } else { who.since }, person)
        });
        off.truncate(count as usize);
        for person in off {
            let full = &mut self.full;
            full.people[person as usize].on = true;
            full.homes[home as usize].on += 1;
            self.is_back(now, person);
        }
    }

    /// A person who was off or absent goes on with what is on the desk, or is free.
    pub(super) fn is_back(&mut self, now: Tick, person: u32) {
        let who = &self.full.people[person as usize];
        match who.item {
            _ if !who.is_there() => self.tell(now, person),
            NONE => {
                self.tell(now, person);
                self.put_on_agenda(Task::Free(person));
            }
            item => self.resumes(now, item, person),
        }
    }

    /// So many late people at most have a shift again, who began first what they are at. Gives how many.
    fn are_on_again(&mut self, now: Tick, home: u32, most: u32) -> u32 {
        let full = &mut self.full;
        let entry = &mut full.homes[home as usize];
        let count = most.min(entry.late);
        if count == 0 {
            return 0;
        }
        entry.late -= count;
        entry.on += count;
        let people = &full.people;
        let mut late: Vec<u32> =
            (entry.first..entry.first + entry.staff).filter(|&person| people[person as usize].late).collect();
        late.sort_unstable_by_key(|&person| (people[person as usize].since, person));
        for &person in &late[..count as usize] {
            let who = &mut self.full.people[person as usize];
            (who.on, who.late) = (true, false);
            self.tell(now, person);
        }
        count
    }

    /// Some of a home have begun something else than they were at: late are those who began last.
    pub(super) fn look_who_is_late(&mut self, now: Tick, home: u32) {
        let full = &mut self.full;
        let entry = &full.homes[home as usize];
        if entry.late == 0 || entry.replaced {
            return;
        }
        let people = &full.people;
        let busy = |who: &Person| (who.on || who.late) && who.item != NONE;
        let mut busy: Vec<u32> = (entry.first..entry.first + entry.staff)
            .filter(|&person| busy(&people[person as usize]))
            .collect();
        busy.sort_unstable_by_key(|&person| std::cmp::Reverse((people[person as usize].since, person)));
        for (place, person) in (0..).zip(busy) {
            let full = &mut self.full;
            let late = place < full.homes[home as usize].late;
            let who = &mut full.people[person as usize];
            if std::mem::replace(&mut who.late, late) != late {
                who.on = !late;
                self.tell(now, person);
            }
        }
    }

    /// Whether a person whose work is done stays: not where more people than the level are there, late ones
    /// included; of a crew that was replaced, not who is late.
    #[inline(always)]
    pub(super) fn stays(&mut self, now: Tick, person: u32) -> bool {
        let full = &mut self.full;
        let home = full.people[person as usize].home;
        full.homes[home as usize].late == 0 || self.stays_with_late_ones(now, person)
    }

    /// The same, of a home with late people.
    fn stays_with_late_ones(&mut self, now: Tick, person: u32) -> bool {
        let full = &mut self.full;
        let who = &mut full.people[person as usize];
        let at = who.home;
        let home = &mut full.homes[at as usize];
        let goes = who.late || who.on && !home.replaced;
        if !goes {
            return true;
        }
        home.late -= u32::from(who.late);
        home.on -= u32::from(who.on);
        (who.on, who.late) = (false, false);
        let (replaced, missing) = (home.replaced, home.level.saturating_sub(home.on));
        self.tell(now, person);
        if !replaced {
            self.are_on_again(now, at, missing);
        }
        self.check_home(at);
        false
    }

    /// Those of a crew whose finished case finds no room go, if there are more people than the level.
    pub(super) fn late_ones_go(&mut self, now: Tick, id: u32) {
        let mut crew: Vec<u32> = self.crew(id).collect();
        crew.sort_unstable();
        for person in crew {
            self.stays(now, person);
        }
    }

    /// Another crew comes: what the old one is at, it finishes apart. Who is absent keeps what is on the desk,
    /// late if the new crew is too small for them.
    fn is_replaced(&mut self, now: Tick, home: u32) {
        let entry = &mut self.full.homes[home as usize];
        let (first, staff, level) = (entry.first, entry.staff, entry.level);
        (entry.on, entry.late) = (level, 0);
        for person in first..first + staff {
            let full = &mut self.full;
            full.homes[home as usize].set_idle(person, false);
            let who = &mut full.people[person as usize];
            let (item, in_crew) = (who.item, person - first < level);
            let unfinished = item != NONE && full.items[item as usize].state != State::Blocked;
            if unfinished && who.absent > 0 {
                (who.on, who.late) = (in_crew, !in_crew);
                full.homes[home as usize].late += u32::from(!in_crew);
                self.tell(now, person);
                continue;
            }
            if who.reserved != NONE {
                self.withdraw_reservation(person);
            }
            if item != NONE {
                self.is_relieved(now, person, item);
            }
            self.observer.replaced(now, person);
            let who = &mut self.full.people[person as usize];
            (who.on, who.late) = (in_crew, false);
            self.is_back(now, person);
        }
    }

    /// Somebody of the old crew goes on with what they are at, apart.
    fn is_relieved(&mut self, now: Tick, person: u32, id: u32) {
        let item = &self.full.items[id as usize];
        let (state, at_work) = (item.state, item.is_at_work());
        // Who is held has no stretch that ends: what is left may be less than when it was asked, as it was drawn again.
        let end = match state {
            State::SettingUp => item.since + item.setup,
            State::Working => item.since + item.stretch(),
            _ => now,
        };
        if at_work {
            let lead = self.crew(id).min().unwrap_or(person);
            self.clear_slot(lead);
        }
        self.takes_leave(person);
        self.full.items[id as usize].apart = true;
        self.observer.relieved(now, person, id);
        match self.crew(id).min() {
            Some(lead) if at_work => self.set_slot(lead, end),
            None if at_work => self.set_timer(end, id, TimerKind::Service),
            _ if state == State::Suspended && self.crew_is_there(id) => self.begins(now, id, NONE),
            _ => {}
        }
    }
}
