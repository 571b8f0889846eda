//! How finished items go on: handoffs, blocking, leaving a line, the end of a case.

use super::{Item, Rank, State, Todo, Way, What, World};
use crate::engine::End;
use crate::engine::observer::ORDER;
use crate::engine::tests::full::trace::{Made, Record, Times};
use crate::plan::{NONE, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;
use rand_distr::Distribution;

/// Who was with a blocked item.
pub(super) struct Desktop {
    crew: Vec<u32>,
    apart: bool,
    /// The others of its batch that are blocked, too.
    mates: Vec<usize>,
}

impl World<'_> {
    /// A service is done, and all its questions: the item, and all that were served with it, go on. Their people stay
    /// with the first that is blocked.
    pub fn finish(&mut self, item: usize) {
        let crew = std::mem::take(&mut self.items[item].crew);
        let apart = std::mem::take(&mut self.items[item].apart);
        let mut batch = vec![item];
        batch.extend(self.disband(item));
        batch.retain(|&each| !self.moves_on(each));
        let Some(&first) = batch.first() else { return self.release(crew) };
        self.items[first].mates = batch[1..].to_vec();
        self.leave_people_with(first, crew, apart);
        for person in self.items[first].crew.clone() {
            self.go_or_stay(person);
        }
    }

    /// The people who served a blocked item stay with it.
    fn leave_people_with(&mut self, item: usize, crew: Vec<u32>, apart: bool) {
        for &person in &crew {
            self.people[person as usize].item = Some(item);
        }
        self.items[item].crew = crew;
        self.items[item].apart = apart;
    }

    /// A blocked item is about to go on: the people who are with it, and the others of its batch.
    pub fn clear_desk(&mut self, item: usize) -> Desktop {
        for other in &mut self.items {
            other.mates.retain(|&mate| mate != item);
        }
        let item = &mut self.items[item];
        Desktop {
            crew: std::mem::take(&mut item.crew),
            apart: std::mem::take(&mut item.apart),
            mates: std::mem::take(&mut item.mates),
        }
    }

    /// It has gone on: its people stay with the next of its batch, or look for work.
    pub fn leave_desk(&mut self, desktop: Desktop) {
        let Desktop { crew, apart, mut mates } = desktop;
        if mates.is_empty() {
            return self.release(crew);
        }
        let next = mates.remove(0);
        self.items[next].mates = mates;
        self.leave_people_with(next, crew, apart);
    }

    /// An item that has been served goes on; false if it is blocked.
    fn moves_on(&mut self, item: usize) -> bool {
        self.items[item].finished = self.now;
        let Item { who, asker, orphan, order, ref part, .. } = self.items[item];
        if asker.is_some() {
            self.reply(item);
            return true;
        }
        if let Some(order) = order {
            self.send_off(item, order);
            return true;
        }
        if orphan && part.as_ref().is_some_and(|part| !part.until_join) {
            self.tell_stay(item);
            self.items[item].state = State::Gone;
            self.tell(Record::Forgotten { request: who });
            return true;
        }
        let way = self.after_service(item);
        let full = self.lacks_room(item, way);
        match full {
            Some(department) => self.block(item, way, department),
            None => self.depart(item, way),
        }
        full.is_none()
    }

    /// The way that a case is handed on.
    pub fn route(&self, item: usize) -> Way {
        if let Some(fork) = self.fork_of(item) {
            return Way::Fork(fork);
        }
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

    /// The departments in which there has to be room for this way, and whether it has to be a place in the line.
    fn wants_room(&self, item: usize, way: Way) -> Vec<(usize, bool)> {
        match way {
            Way::Route(route, row) => {
                let takes_time = self.plan.routes[route as usize].transfer != NONE;
                let outside = row == NONE || self.is_at_its_join(item, row);
                let wanted = || (self.plan.department_of(row), takes_time || self.has_pickup(route));
                if outside { Vec::new() } else { vec![wanted()] }
            }
            Way::Fork(fork) => self.branches_in_line(fork),
            Way::Sent { .. } | Way::Back { .. } | Way::TurnedAway => Vec::new(),
        }
    }

    /// The first department without the room that an item needs to go this way.
    fn lacks_room(&self, item: usize, way: Way) -> Option<usize> {
        let wanted = self.wants_room(item, way).into_iter();
        wanted
            .map(|(department, place)| (department, self.has_room(department, place)))
            .find(|at| !at.1)
            .map(|at| at.0)
    }

    /// Whether a department has room; `place`: room in the line.
    pub fn has_room(&self, department: usize, place: bool) -> bool {
        self.has_place(department) || !place && self.could_start(department).is_some()
    }

    pub fn has_place(&self, department: usize) -> bool {
        let capacity = self.plan.departments[department].capacity as usize;
        self.is_infinite(department) || self.waiting_at(department) < capacity
    }

    /// How many wait at a department, in line or for stock.
    pub fn waiting(&self, department: usize) -> usize {
        let short = self.short.iter().filter(|&&item| self.department(item) == department);
        self.desks[department].line.len() + short.count()
    }

    /// The same, with the places kept for those on their way.
    pub fn waiting_at(&self, department: usize) -> usize {
        self.waiting(department) + self.desks[department].kept as usize
    }

    /// Who would be the first to start on an item that joins now, if work on it could start at once.
    fn could_start(&self, department: usize) -> Option<u32> {
        let free = self.free_for(department);
        let enough = free.len() >= self.needed(department)
            && self.desks[department].line.is_empty()
            && self.is_enough_alone(department);
        free.first().copied().filter(|_| enough && !self.has_slots(department))
    }

    fn block(&mut self, item: usize, way: Way, department: usize) {
        self.items[item].state = State::Blocked;
        self.items[item].way = Some(way);
        self.desks[department].blocked.push(item);
        self.tell(Record::Blocked { who: self.items[item].who, department: department as u32 });
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
            let place = self.wants_room(item, way).contains(&(department, true));
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
            if let Some(other) = self.lacks_room(item, way) {
                self.block(item, way, other);
                continue;
            }
            let desktop = self.clear_desk(item);
            self.depart(item, way);
            self.leave_desk(desktop);
        }
    }

    /// Tells of a visit that ends.
    pub fn tell_stay(&mut self, item: usize) {
        let Item { who, row, asker, ask, order, joined, begun, finished, worked, asking, .. } =
            self.items[item];
        let ask = match (asker, order) {
            (Some(_), _) => ask as u32,
            (None, Some(_)) => ORDER,
            (None, None) => NONE,
        };
        let begun = begun.expect("whoever was served was begun");
        let times = Times { joined, begun, finished, ended: self.now, worked, asking };
        self.tell(Record::Stayed { who, row, ask, times });
    }

    /// A case leaves the department where it was served.
    fn depart(&mut self, item: usize, way: Way) {
        self.tell_stay(item);
        self.items[item].state = State::Moving;
        self.items[item].handed = matches!(way, Way::Route(..));
        let who = self.items[item].who;
        match way {
            Way::Route(route, row) => self.hand_over_by(item, route, row),
            Way::Sent { row, transfer, timed } => {
                let from = self.items[item].row;
                self.tell(Record::SentBack { who, row: from, transfer });
                self.set_out(item, row, timed.then_some(transfer), false);
            }
            Way::Back { row } => self.set_out(item, row, None, false),
            Way::Fork(fork) => self.fork(item, fork),
            Way::TurnedAway => self.lose(item, End::TurnedAway),
        }
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
        let wanted = self.wants_room(item, Way::Route(route, row));
        let limited = wanted.first().is_some_and(|&(department, _)| self.is_limited(department));
        self.go_by(item, route, row, time, limited);
    }

    /// Whether the line of a department has so many places only.
    pub fn is_limited(&self, department: usize) -> bool {
        !self.is_infinite(department) && self.plan.departments[department].capacity != u32::MAX
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
        let row = self.items[item].row;
        if row != NONE && self.items[item].handed && self.is_at_its_join(item, row) {
            return self.come_to_join(item);
        }
        if row != NONE {
            return self.join(item);
        }
        if self.items[item].part.is_none() {
            self.reach_the_customer(item);
        }
        self.end_case(item, End::Completed);
    }

    /// A waiting case loses its patience.
    pub fn renege(&mut self, item: usize) {
        let Item { who, row, joined, .. } = self.items[item];
        let department = self.plan.department_of(row);
        let reserved = self.leave_line(item);
        self.release(reserved);
        self.made_room(department, Made::Left(who));
        self.tell(Record::Reneged { who, row, joined });
        let to = self.full_department(department).renege_to;
        if to == NONE {
            self.lose(item, End::Reneged);
        } else {
            let classes = self.plan.classes.len() as u32;
            self.items[item].handed = true;
            self.set_out(item, to * classes + row % classes, None, false);
        }
    }

    /// An item leaves its line without having been served. Gives those who were reserved for it.
    pub fn leave_line(&mut self, item: usize) -> Vec<u32> {
        let department = self.department(item);
        self.desks[department].line.retain(|&other| other != item);
        self.short.retain(|&other| other != item);
        self.forget_changes(item);
        self.items[item].short_of = None;
        self.items[item].gathering = false;
        self.items[item].state = State::Moving;
        self.forget(What::Patience(item));
        self.forget(What::OverallPatience(item));
        std::mem::take(&mut self.items[item].reserved)
    }
}
