//! How finished items go on: handoffs, blocking, leaving a line, the end of a case.

use super::{Item, Rank, State, Todo, Way, What, World};
use crate::engine::End;
use crate::engine::tests::full::trace::{Made, Record, Times};
use crate::plan::{NONE, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;
use rand_distr::Distribution;

impl World<'_> {
    /// A service is done, and all its questions.
    pub fn finish(&mut self, item: usize) {
        self.items[item].finished = self.now;
        if self.items[item].asker.is_some() {
            return self.reply(item);
        }
        let way = self.after_service(item);
        match self.wants_room(way) {
            Some((department, place)) if !self.has_room(department, place) => {
                self.block(item, way, department)
            }
            _ => self.depart(item, way),
        }
    }

    /// The way that a case is handed on.
    pub fn route(&self, item: usize) -> Way {
        let row = &self.plan.rows[self.items[item].row as usize];
        let (first, last) = (row.routes.0, row.routes.1 - 1);
        let word = self.visit_words(item).of(Purpose::Routing).next();
        let route = (first..last).find(|&route| word <= self.plan.routes[route as usize].last_word);
        self.way_by(item, route.unwrap_or(last))
    }

    fn is_rework(&self, route: u32) -> bool {
        let handoff = self.plan.routes[route as usize].handoff;
        handoff != NONE && self.plan.handoffs[handoff as usize].rework
    }

    /// The department in which there has to be room for this way, and whether it has to be a place in the line.
    fn wants_room(&self, way: Way) -> Option<(usize, bool)> {
        let Way::Route(route, row) = way else { return None };
        let takes_time = self.plan.routes[route as usize].transfer != NONE;
        (row != NONE).then(|| (self.plan.department_of(row), takes_time || self.has_pickup(route)))
    }

    /// Whether a department has room; `place`: room in the line.
    pub fn has_room(&self, department: usize, place: bool) -> bool {
        self.has_place(department) || !place && self.could_start(department).is_some()
    }

    pub fn has_place(&self, department: usize) -> bool {
        let capacity = self.plan.departments[department].capacity as usize;
        self.is_infinite(department) || self.waiting_at(department) < capacity
    }

    /// How many wait at a department.
    pub fn waiting(&self, department: usize) -> usize {
        self.desks[department].line.len()
    }

    /// The same, with the places kept for those on their way.
    pub fn waiting_at(&self, department: usize) -> usize {
        self.waiting(department) + self.desks[department].kept as usize
    }

    /// Who would be the first to start on an item that joins now, if work on it could start at once.
    fn could_start(&self, department: usize) -> Option<u32> {
        let free = self.free_for(department);
        let enough = free.len() >= self.needed(department) && self.desks[department].line.is_empty();
        free.first().copied().filter(|_| enough && !self.has_slots(department))
    }

    fn block(&mut self, item: usize, way: Way, department: usize) {
        self.items[item].state = State::Blocked;
        self.items[item].way = Some(way);
        self.desks[department].blocked.push(item);
        self.tell(Record::Blocked { who: self.items[item].who, department: department as u32 });
        for person in self.items[item].crew.clone() {
            self.go_or_stay(person);
        }
    }

    /// An item came out of a line, or needs the place no more that was kept for it. Where there was no place
    /// before, whoever did that made one.
    pub fn made_room(&mut self, department: usize, made: Made) {
        self.note_room(department, made);
        self.agenda.push_back(Todo::Room { department });
    }

    pub fn note_room(&mut self, department: usize, made: Made) {
        if self.waiting_at(department) + 1 == self.plan.departments[department].capacity as usize {
            self.desks[department].made = Some(made);
        }
    }

    /// While there is room and somebody is blocked, the first blocked moves in.
    pub fn room(&mut self, department: usize) {
        while let Some(&item) = self.desks[department].blocked.first() {
            let way = self.items[item].way.expect("a blocked item knows its way");
            let place = self.wants_room(way).is_some_and(|(_, place)| place);
            let starter = self.could_start(department);
            let made = if self.has_place(department) {
                self.desks[department].made.or(starter.map(Made::Free)).expect("somebody made the place")
            } else if let Some(starter) = starter.filter(|_| !place) {
                Made::Free(starter)
            } else {
                break;
            };
            self.desks[department].blocked.retain(|&other| other != item);
            self.tell(Record::LetIn { who: self.items[item].who, made });
            self.depart(item, way);
        }
    }

    /// Tells of a visit that ends.
    pub fn tell_stay(&mut self, item: usize) {
        let Item { who, row, asker, ask, joined, begun, finished, worked, asking, .. } = self.items[item];
        let ask = if asker.is_some() { ask as u32 } else { NONE };
        let begun = begun.expect("whoever was served was begun");
        let times = Times { joined, begun, finished, ended: self.now, worked, asking };
        self.tell(Record::Stayed { who, row, ask, times });
    }

    /// A case leaves the department where it was served; then those who served it look for other work.
    fn depart(&mut self, item: usize, way: Way) {
        self.tell_stay(item);
        let crew = std::mem::take(&mut self.items[item].crew);
        self.items[item].apart = false;
        self.items[item].state = State::Moving;
        let who = self.items[item].who;
        match way {
            Way::Route(route, row) => self.hand_over_by(item, route, row),
            Way::Sent { row, transfer, timed } => {
                let from = self.items[item].row;
                self.tell(Record::SentBack { who, row: from, transfer });
                self.set_out(item, row, timed.then_some(transfer), false);
            }
            Way::Back { row } => self.set_out(item, row, None, false),
            Way::TurnedAway => self.lose(item, End::TurnedAway),
        }
        self.release(crew);
    }

    fn hand_over_by(&mut self, item: usize, route: u32, row: u32) {
        let transfer = self.plan.routes[route as usize].transfer;
        let time = (transfer != NONE).then(|| {
            let words = &mut self.visit_words(item).of(Purpose::Transfer);
            to_ticks(self.plan.transfers[transfer as usize].sample(words))
        });
        if self.is_rework(route) && row != NONE {
            self.return_by_handoff(item, self.plan.department_of(row) as u32);
        }
        let limited = self.wants_room(Way::Route(route, row)).is_some_and(|(department, _)| {
            !self.is_infinite(department) && self.plan.departments[department].capacity != u32::MAX
        });
        self.go_by(item, route, row, time, limited);
    }

    /// A case sets out to a row, or out; `keep`: a place in the line is kept for it if that takes time.
    pub fn set_out(&mut self, item: usize, row: u32, time: Option<Tick>, keep: bool) {
        self.items[item].left = self.items[item].row;
        self.items[item].row = row;
        match time {
            Some(time) => self.be_under_way(item, time, keep),
            None => self.arrive_at(item),
        }
    }

    /// An item is under way to the department of its row, or out, for so long.
    pub fn be_under_way(&mut self, item: usize, time: Tick, keep: bool) {
        let mut department = NONE;
        if self.items[item].row != NONE {
            department = self.department(item) as u32;
            self.items[item].kept |= keep;
            self.desks[department as usize].kept += u32::from(keep);
        }
        let order = Self::order(self.now, department, NONE, self.items[item].who);
        self.expect(self.now + time, Rank::Ending, order, What::Transfer(item));
    }

    /// An item comes to the department of its row, or out of the organization.
    pub fn arrive_at(&mut self, item: usize) {
        if self.items[item].row != NONE {
            return self.join(item);
        }
        self.reach_the_customer(item);
        self.end_case(item, End::Completed);
    }

    /// A waiting case loses its patience.
    pub fn renege(&mut self, item: usize) {
        let Item { who, row, joined, .. } = self.items[item];
        let reserved = self.leave_line(item);
        self.tell(Record::Reneged { who, row, joined });
        let department = self.plan.department_of(row);
        let to = self.full_department(department).renege_to;
        if to == NONE {
            self.lose(item, End::Reneged);
        } else {
            let classes = self.plan.classes.len() as u32;
            self.set_out(item, to * classes + row % classes, None, false);
        }
        self.release(reserved);
        self.made_room(department, Made::Left(who));
    }

    /// An item leaves its line without having been served. Gives those who were reserved for it.
    pub fn leave_line(&mut self, item: usize) -> Vec<u32> {
        let department = self.department(item);
        self.desks[department].line.retain(|&other| other != item);
        self.items[item].gathering = false;
        self.items[item].state = State::Moving;
        self.forget(What::Patience(item));
        self.forget(What::OverallPatience(item));
        std::mem::take(&mut self.items[item].reserved)
    }
}
