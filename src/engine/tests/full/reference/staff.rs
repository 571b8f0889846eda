//! Who takes what: idle people, the next item, gathering.

use super::{Event, Person, State, Todo, What, World};
use crate::engine::tests::full::trace::Does;
use crate::model::Discipline;
use crate::model::ShiftEnd;
use crate::plan::Eligible;
use crate::random::{Purpose, item_key};
use crate::time::Tick;

impl World<'_> {
    /// What a person does.
    pub fn does(&self, number: u32) -> Does {
        let person = &self.people[number as usize];
        if !person.on {
            return Does::Off;
        }
        if person.absent > 0 {
            return Does::Absent;
        }
        let Some(item) = person.item else {
            return if self.works_shared(number) { Does::Sharing } else { Does::Idle };
        };
        let who = self.items[item].who;
        match self.items[item].state {
            State::Waiting => Does::Reserved(who),
            State::Working => Does::Serving(who),
            State::SettingUp => Does::SettingUp(who),
            State::Stopped | State::Asking => Does::Held(who),
            State::Blocked => Does::Blocked(who),
            state => unreachable!("{who:?} is {state:?} and somebody has it"),
        }
    }

    /// Whether a person is at work: on shift or late, and not absent.
    pub fn is_there(&self, person: u32) -> bool {
        let person = &self.people[person as usize];
        person.on && person.absent == 0
    }

    /// Whether a person may start work now: nobody does who is due to go at this instant.
    pub fn may_start(&self, person: u32) -> bool {
        self.is_there(person) && !self.people[person as usize].late && !self.is_due(person)
    }

    fn is_due(&self, person: u32) -> bool {
        let home = self.people[person as usize].home;
        let absent = self.absences.iter().enumerate().any(|(at, absence)| {
            let struck = absence.home == home && absence.person.is_none_or(|only| only == person);
            let leave = |event: &Event| event.what == What::Leave(at) && event.at == self.now;
            struck && self.events.iter().any(leave)
        });
        let out = (0..self.outages.len()).any(|outage| {
            let begins = |event: &Event| event.what == What::Outage(outage) && event.at == self.now;
            self.struck_by_outage(outage).contains(&person) && self.events.iter().any(begins)
        });
        absent || out || self.falls_now(home)
    }

    /// Whether the level of a home is to fall at this instant, or its crew to be replaced.
    fn falls_now(&self, home: usize) -> bool {
        let due = |event: &Event| event.what == What::Shift(home) && event.at == self.now;
        let Some(levels) = &self.full.homes[home].levels else { return false };
        let fall = levels.level_at(self.now) < self.homes[home].level || self.is_replaced(home);
        fall && self.events.iter().any(due)
    }

    /// Whether a person is there with nothing to do, and not about to look for it.
    pub fn is_idle(&self, person: u32) -> bool {
        let Person { item, looking, late, .. } = self.people[person as usize];
        item.is_none() && !looking && !late && self.is_there(person)
    }

    pub fn is_free(&self, person: u32) -> bool {
        let Person { item, looking, .. } = self.people[person as usize];
        item.is_none() && !looking && self.may_start(person)
    }

    /// Everybody who may serve a department, in the order in which idle people are chosen: own before helpers,
    /// then the faster, then the lowest number.
    pub fn who_may_serve(&self, department: usize) -> Vec<u32> {
        let mut all: Vec<(bool, f64, u32)> = Vec::new();
        for &Eligible { home, own, speed } in &self.full_department(department).eligible {
            let home = &self.full.homes[home as usize];
            all.extend(
                (home.first_person..home.first_person + home.staff).map(|person| (!own, speed, person)),
            );
        }
        all.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        all.into_iter().map(|(_, _, person)| person).collect()
    }

    pub fn speed(&self, person: u32, department: usize) -> f64 {
        let home = self.people[person as usize].home as u32;
        let eligible = &self.full_department(department).eligible;
        eligible.iter().find(|eligible| eligible.home == home).map_or(1.0, |eligible| eligible.speed)
    }

    /// The idle people who may start in a department, the one who is chosen first.
    pub fn free_for(&self, department: usize) -> Vec<u32> {
        let mut people = self.who_may_serve(department);
        people.retain(|&person| self.is_free(person));
        people
    }

    /// A person looks for work.
    pub fn free(&mut self, person: u32) {
        self.people[person as usize].looking = false;
        if !self.is_free(person) {
            return;
        }
        while let Some(department) = self.next_department(person) {
            match self.try_to_take(department, person) {
                Some(false) => {}
                _ => return,
            }
        }
        let home = &self.full.homes[self.people[person as usize].home];
        let departments: Vec<usize> = home.serves.iter().map(|serves| serves.department as usize).collect();
        let blocking = departments.into_iter().filter(|&at| !self.desks[at].blocked.is_empty());
        let rooms: Vec<Todo> = blocking.map(|department| Todo::Room { department }).collect();
        self.agenda.extend(rooms);
        self.agenda.push_back(Todo::Feed { person });
        self.agenda.push_back(Todo::Rest { person });
    }

    /// Cases of saturated streams arrive where an idle person may serve.
    pub fn feed(&mut self, person: u32) {
        let home = &self.full.homes[self.people[person as usize].home];
        for serves in &home.serves {
            for &stream in &self.full_department(serves.department as usize).saturated {
                self.saturate(stream as usize);
            }
        }
    }

    /// The department whose next item a freed person takes.
    fn next_department(&self, person: u32) -> Option<usize> {
        let serves = &self.full.homes[self.people[person as usize].home].serves;
        let candidates = serves.iter().filter_map(|serves| {
            let department = serves.department as usize;
            let next = self.next_in_line(department).filter(|_| !self.has_slots(department))?;
            let complete = self.items[next].reserved.len() >= self.needed(department);
            let key = (!serves.own, self.rank(next), self.items[next].joined, department);
            (!complete).then_some(key)
        });
        candidates.min().map(|(.., department)| department)
    }

    pub fn needed(&self, department: usize) -> usize {
        self.full_department(department).needed.max(1) as usize
    }

    /// Those of a line who might be next: those of the most urgent rank, in the order of joining.
    fn most_urgent(&self, line: &[usize]) -> Vec<usize> {
        let mut line = line.to_vec();
        line.retain(|&item| self.is_in_time(item));
        let Some(best) = line.iter().map(|&item| self.rank(item)).min() else { return Vec::new() };
        let mut items: Vec<usize> = line.iter().copied().filter(|&item| self.rank(item) == best).collect();
        items.sort_by_key(|&item| self.items[item].turn);
        items
    }

    /// Who is next without a draw: who gathers, or who came to the head of the most urgent line last.
    fn certainly_next(&self, department: usize) -> Option<usize> {
        let gathers = self.desks[department].line.iter().copied().find(|&item| self.items[item].gathering);
        let headed = || {
            let urgent = self.most_urgent(&self.desks[department].line);
            let headed = urgent.into_iter().filter(|&item| self.items[item].headed.is_some());
            headed.max_by_key(|&item| self.items[item].headed)
        };
        gathers.or_else(headed)
    }

    /// The item that stands for a department among others; in random order the first that joined.
    pub fn next_in_line(&self, department: usize) -> Option<usize> {
        if !self.has_work(department) {
            return None;
        }
        self.certainly_next(department).or_else(|| self.by_rule(department, &self.desks[department].line))
    }

    /// The one of these in line that the discipline chooses; in random order the first that joined.
    fn by_rule(&self, department: usize, line: &[usize]) -> Option<usize> {
        let items = self.most_urgent(line);
        let item = |item: &usize| &self.items[*item];
        match self.plan.departments[department].discipline {
            Discipline::Fifo | Discipline::ProcessorSharing | Discipline::Random => items.first().copied(),
            Discipline::Lifo => items.last().copied(),
            // Of equals, the first that joined.
            Discipline::ShortestJob => items.into_iter().min_by_key(|at| item(at).length),
            Discipline::EarliestDueDate => {
                items.into_iter().min_by_key(|at| item(at).due.unwrap_or(Tick::MAX))
            }
        }
    }

    /// Chooses the next item of a department, drawing if need be.
    pub fn choose(&mut self, department: usize) -> Option<usize> {
        if self.has_work(department) { self.choose_next(department) } else { None }
    }

    /// The same, whether or not there are enough for a batch.
    pub fn choose_next(&mut self, department: usize) -> Option<usize> {
        let certain = self.certainly_next(department);
        if certain.is_some() {
            return certain;
        }
        let line = self.desks[department].line.clone();
        let by_rule = self.by_rule(department, &line)?;
        let choice = self.desks[department].choices;
        self.desks[department].choices += 1;
        if self.plan.departments[department].discipline != Discipline::Random {
            return Some(by_rule);
        }
        let items = self.most_urgent(&line);
        let words = self.department_keys[department].words(item_key(0, choice, 0), 0);
        let word = words.of(Purpose::Choice).next();
        Some(items[((u128::from(word) * items.len() as u128) >> 64) as usize])
    }

    /// A free person takes the next item of a department; false if it is short of stock, nothing if there is none.
    fn try_to_take(&mut self, department: usize, person: u32) -> Option<bool> {
        let item = self.choose(department)?;
        let found = self.find_stock(item);
        if found {
            self.take_item(item, person, true);
        }
        Some(found)
    }

    /// A free person takes the next item of a department that has its stock, if there is one.
    pub fn take(&mut self, department: usize, person: u32) -> bool {
        loop {
            match self.try_to_take(department, person) {
                Some(false) => {}
                taken => return taken.is_some(),
            }
        }
    }

    /// A free person takes an item: work on it starts, or it gathers. `from_line`: not at the moment of joining.
    pub fn take_item(&mut self, item: usize, person: u32, from_line: bool) {
        let department = self.department(item);
        let needed = self.needed(department);
        if needed == 1 {
            return self.begin(item, vec![person], person, from_line);
        }
        let others = self.free_for(department).into_iter().filter(|&other| other != person);
        let mut comers: Vec<u32> = std::iter::once(person).chain(others).collect();
        comers.truncate(needed - self.items[item].reserved.len());
        self.items[item].gathering = true;
        for &comer in &comers {
            self.reserve(item, comer);
        }
        if let Some(&last) = comers.iter().max() {
            self.begin_if_complete(item, last, from_line);
        }
    }

    pub fn reserve(&mut self, item: usize, person: u32) {
        self.items[item].reserved.push(person);
        self.has_taken(person, item);
    }

    /// A person has an item from now on.
    pub fn has_taken(&mut self, person: u32, item: usize) {
        let now = self.now;
        let person = &mut self.people[person as usize];
        if person.item != Some(item) {
            person.rested = person.idle.take().is_some_and(|since| since < now);
        }
        person.item = Some(item);
        person.since = now;
    }

    /// Work on a gathering item starts if all have come and may start.
    pub fn begin_if_complete(&mut self, item: usize, last: u32, from_line: bool) -> bool {
        let crew = self.items[item].reserved.clone();
        let complete = crew.len() == self.needed(self.department(item));
        let start = complete && crew.iter().all(|&person| self.may_start(person));
        if start {
            self.begin(item, crew, last, from_line);
        }
        start
    }

    /// While there is work at a department and an idle person may serve there, that person takes the next item; then
    /// whoever is less urgent is interrupted.
    pub fn serve(&mut self, department: usize) {
        self.serve_by_the_idle(department);
        self.interrupt(department);
    }

    fn serve_by_the_idle(&mut self, department: usize) {
        while !self.has_slots(department) {
            let gathers =
                self.desks[department].line.iter().copied().find(|&item| self.items[item].gathering);
            if let Some(item) = gathers
                && self.items[item].reserved.len() == self.needed(department)
            {
                let last = self.items[item].reserved.iter().copied().max().unwrap_or(0);
                if self.begin_if_complete(item, last, true) {
                    continue;
                }
                break;
            }
            let free = self.free_for(department);
            match free.first() {
                Some(&person) if self.take(department, person) => {}
                _ => break,
            }
        }
    }

    pub fn look_for_work(&mut self, person: u32) {
        self.people[person as usize].looking = true;
        self.agenda.push_back(Todo::Free { person });
    }

    /// People have nothing to do with an item any more. Those whose shift is over go; the others look for work.
    pub fn release(&mut self, mut people: Vec<u32>) {
        people.sort_unstable();
        for person in people {
            self.people[person as usize].item = None;
            self.go_or_stay(person);
            if self.people[person as usize].on {
                self.look_for_work(person);
            }
        }
    }

    /// Somebody is done: they go if more people than the level are there, late ones included.
    pub fn go_or_stay(&mut self, person: u32) {
        let place = person as usize;
        let home = self.people[place].home;
        let goes = match self.is_replaced(home) {
            _ if self.full.homes[home].at_end != ShiftEnd::Finish => false,
            true => self.people[place].late,
            false => {
                let there = self.people_of(home).filter(|&other| self.people[other as usize].on).count();
                self.people[place].on && there > self.homes[home].level as usize
            }
        };
        if goes {
            self.people[place].late = false;
            self.people[place].on = false;
            self.mark_late(home);
        }
    }
}
