//! Joining a department, and the stretches of work there.

use super::{Event, Item, Rank, State, Todo, What, World};
use crate::engine::tests::full::trace::{Made, Record};
use crate::plan::{NONE, to_ticks};
use crate::random::{Purpose, Words, unit};
use crate::time::Tick;
use rand_distr::Distribution;
use std::collections::VecDeque;

impl World<'_> {
    /// How long an item that joins has to be served.
    pub fn requirement(&self, item: usize) -> Tick {
        to_ticks(self.time_drawn(item, None).0 * self.items[item].size)
    }

    /// The same for an item of size 1, not rounded; and whether that is what is left of work in place at the start. It
    /// may be drawn `again` by other words.
    pub fn time_drawn(&self, item: usize, again: Option<Words>) -> (f64, bool) {
        let words = &mut again.unwrap_or(self.visit_words(item)).of(Purpose::Service);
        let Item { row, who, asker, ask, order, ref visits, .. } = self.items[item];
        let row = &self.plan.rows[row as usize];
        let visit = self.visit(item);
        let rules = self.plan.visit_rules.get(row.visit_rules as usize);
        let reached = rules.into_iter().flatten().filter(|rule| rule.from_visit <= visit);
        let rule = reached.max_by_key(|rule| rule.from_visit);
        let usual = rule.map_or(&row.service, |rule| &rule.service);
        if asker.is_some() {
            (self.full.asks[ask].service.as_ref().unwrap_or(usual).sample(words), false)
        } else if let Some(order) = order {
            (self.order_service(order).unwrap_or(usual).sample(words), false)
        } else {
            let initial = self.plan.streams[who.0 as usize].initial.as_ref();
            let first_anywhere = visits.iter().sum::<u32>() == 1 && self.is_case(item);
            match initial.and_then(|initial| initial.remaining.as_ref()) {
                // What is left of work in place is drawn with the work, not with a visit.
                Some(remaining) if first_anywhere => {
                    let words = again.unwrap_or(self.stream_words(who.0 as usize, who.1, who.2));
                    (remaining.sample(&mut words.of(Purpose::Service)), true)
                }
                _ => (usual.sample(words), false),
            }
        }
    }

    /// An item joins the department of its row.
    pub fn join(&mut self, item: usize) {
        let department = self.department(item);
        let had_place = std::mem::take(&mut self.items[item].kept);
        self.desks[department].kept -= u32::from(had_place);
        self.turns += 1;
        self.items[item].visits[department] += 1;
        let requirement = self.requirement(item);
        self.items[item] = Item {
            state: State::Waiting,
            joined: self.now,
            turn: self.turns,
            requirement,
            length: requirement,
            done: 0,
            questions: VecDeque::new(),
            begun: None,
            finished: 0,
            worked: 0,
            asking: 0,
            guessed: false,
            headed: None,
            gathering: false,
            way: None,
            risen: None,
            interruptions: 0,
            ripe: false,
            setup: 0,
            taken: false,
            stocked: false,
            ..self.items[item].clone()
        };
        let Item { who, row, .. } = self.items[item];
        self.tell(Record::Joined { who, row });
        if self.is_infinite(department) {
            if self.find_stock(item) {
                return self.begin(item, Vec::new(), NONE, false);
            }
        } else {
            let worked = self.has_work(department);
            self.desks[department].line.push(item);
            let free = self.free_for(department).first().copied();
            let begins = !self.has_slots(department) && !worked && self.has_work(department);
            if let Some(person) = free.filter(|_| begins) {
                self.take_at_joining(item, person, had_place);
            }
            self.interrupt(department);
        }
        if self.items[item].state == State::Waiting {
            if self.is_case(item) || self.items[item].part.is_some() {
                self.expect_patience(item);
                self.expect_overall_patience(item);
            }
            self.expect_changes(item);
        }
    }

    /// There is work since an item has joined: a person takes the next, which is the same if nobody else waits.
    fn take_at_joining(&mut self, item: usize, person: u32, had_place: bool) {
        let department = self.department(item);
        if self.desks[department].line.len() > 1 {
            self.take(department, person);
        } else if self.find_stock(item) {
            self.take_item(item, person, had_place);
        }
    }

    fn expect_patience(&mut self, item: usize) {
        let department = self.department(item);
        let Some(patience) = &self.plan.departments[department].patience else { return };
        let words = &mut self.visit_words(item).of(Purpose::Patience);
        let order = Self::order(self.now, department as u32, NONE, self.items[item].who);
        self.expect(self.now + to_ticks(patience.sample(words)), Rank::Timer, order, What::Patience(item));
    }

    /// People begin to work on an item or go on with it, having taken it from the line or on its joining; nobody
    /// where the staff is infinite. `last` is the last of them to come.
    pub fn begin(&mut self, item: usize, mut crew: Vec<u32>, last: u32, from_line: bool) {
        let department = self.department(item);
        self.desks[department].line.retain(|&other| other != item);
        self.forget(What::Patience(item));
        self.forget_changes(item);
        self.forget(What::OverallPatience(item));
        crew.sort_unstable();
        let mut speed = f64::INFINITY;
        for &person in &crew {
            self.has_taken(person, item);
            self.people[person as usize].worked = true;
            speed = speed.min(self.speed(person, department));
        }
        let before = std::mem::replace(&mut self.items[item].taken, true);
        self.items[item] = Item {
            speed: if crew.is_empty() { 1.0 } else { speed },
            crew,
            reserved: Vec::new(),
            gathering: false,
            headed: None,
            ..self.items[item].clone()
        };
        if from_line {
            self.note_room(department, Made::Taken(last));
        }
        if !before {
            self.take_along(item, last);
        }
        self.prepare(item, last);
        if from_line {
            self.agenda.push_back(Todo::Room { department });
        }
    }

    /// Those who have taken an item start to work on it, or go on. `last` is the last of them to come.
    pub fn start(&mut self, item: usize, last: u32) {
        let class = self.items[item].row % self.plan.classes.len() as u32;
        for &person in &self.items[item].crew {
            self.people[person as usize].class = Some(class);
        }
        if self.items[item].begun.is_some() {
            return self.continue_by(item, last);
        }
        for each in self.together(item) {
            self.items[each].begun = Some(self.now);
        }
        let changed = self.requirement_in_period(item);
        self.items[item].requirement = changed.unwrap_or(self.items[item].requirement);
        self.items[item].questions = self.questions(item);
        self.tell_each(item, |each| Record::Started { who: each.who, row: each.row, person: last });
        self.go_on(item);
    }

    /// Work goes on that had begun before.
    pub fn continue_by(&mut self, item: usize, person: u32) {
        self.tell_each(item, |each| Record::Continued { who: each.who, row: each.row, person });
        self.go_on(item);
    }

    /// The questions that arise in a service, each with how much of the requirement is done then.
    fn questions(&self, item: usize) -> VecDeque<(usize, Tick)> {
        let department = self.department(item);
        let Item { key, row, requirement, asker, order, .. } = self.items[item];
        let class = row as usize % self.plan.classes.len();
        let mut questions = VecDeque::new();
        for &ask in &self.full_department(department).asks {
            let plan = &self.full.asks[ask as usize];
            let during =
                if asker.is_some() || order.is_some() { &plan.during_requests } else { &plan.during_cases };
            let words = self.request_words(key, department, self.visit(item), ask as usize);
            if unit(words.of(Purpose::Question).next()) < during[class] {
                questions.push_back((ask as usize, to_ticks(plan.at * requirement as f64)));
            }
        }
        questions
    }

    /// All who serve an item are there: they ask, or work until the next question or the end.
    pub fn go_on(&mut self, item: usize) {
        let Item { done, requirement, speed, who, .. } = self.items[item];
        let goal = match self.items[item].questions.front() {
            Some(&(ask, point)) if point <= done => {
                self.items[item].questions.pop_front();
                return self.ask(item, ask);
            }
            Some(&(_, point)) => point,
            None => requirement,
        };
        let department = self.department(item);
        if self.is_shared(department) {
            self.end_piece(department);
        }
        let time = to_ticks((goal - done) as f64 / speed);
        let person = self.items[item].crew.first().copied().unwrap_or(NONE);
        let order = Self::order(self.now, department as u32, person, who);
        self.items[item] = Item {
            state: State::Working,
            stretch: self.now,
            counted: 0,
            goal,
            attained: 0,
            ..self.items[item].clone()
        };
        self.expect(self.now + time, Rank::Ending, order, What::Stretch(item));
        if self.is_shared(department) {
            self.begin_piece(department);
        }
    }

    pub fn end_stretch(&mut self, item: usize) {
        if self.items[item].state == State::SettingUp {
            return self.end_setup(item);
        }
        let department = self.department(item);
        self.count_stretch(item);
        self.has_worked(item);
        if self.is_shared(department) {
            self.end_piece(department);
        }
        self.items[item].done = self.items[item].goal;
        self.items[item].state = State::Stopped;
        if self.is_shared(department) {
            self.begin_piece(department);
        }
        if self.items[item].questions.is_empty() && self.items[item].done == self.items[item].requirement {
            self.finish(item);
        } else {
            self.go_on(item);
        }
    }

    /// Counts what has been worked on an item as touch of the case that it is for.
    pub fn count_stretch(&mut self, item: usize) {
        if self.items[item].state != State::Working {
            return;
        }
        let worked = self.worked_in_stretch(item);
        let time = worked - self.items[item].counted;
        self.items[item].counted = worked;
        self.together(item).into_iter().for_each(|each| self.count_touch(each, time));
    }

    fn count_touch(&mut self, item: usize, time: Tick) {
        let mut root = item;
        while let Some(asker) = self.items[root].asker {
            if self.items[root].orphan {
                return;
            }
            root = asker;
        }
        self.items[root].touch += time;
    }

    /// A stretch of work on an item and those with it is over.
    fn has_worked(&mut self, item: usize) {
        let elapsed = self.worked_in_stretch(item);
        for each in self.together(item) {
            self.items[each].worked += elapsed;
        }
    }

    /// A stretch of work is broken off, or a setup.
    pub fn break_off(&mut self, item: usize) {
        self.events.retain(|event: &Event| event.what != What::Stretch(item));
        let Item { stretch, goal, done, speed, .. } = self.items[item];
        let elapsed = self.now - stretch;
        if self.items[item].state == State::SettingUp {
            self.items[item].setup -= elapsed;
            self.items[item].state = State::Stopped;
            return;
        }
        self.count_stretch(item);
        self.has_worked(item);
        self.items[item].done = done + (goal - done).min((elapsed as f64 * speed).floor() as Tick);
        self.items[item].state = State::Stopped;
    }

    /// Somebody of the crew goes: work stops, and stays on the desk.
    pub fn suspend(&mut self, item: usize) {
        if matches!(self.items[item].state, State::Working | State::SettingUp) {
            self.break_off(item);
            self.tell_each(item, |each| Record::Suspended { who: each.who });
        }
    }

    /// A person is back at the item on their desk: work goes on if all are there and it does not wait for more.
    pub fn resume(&mut self, item: usize, person: u32) {
        let all = self.items[item].crew.iter().all(|&member| self.is_there(member));
        if self.items[item].state != State::Stopped || !all {
            return;
        }
        if self.items[item].setup > 0 {
            self.set_up(item, person);
        } else {
            self.continue_by(item, person);
        }
        self.may_interrupt(self.department(item));
    }

    /// An item comes to the very head of its line. Nobody serves it.
    pub fn put_at_head(&mut self, item: usize) {
        let department = self.department(item);
        self.turns += 1;
        self.items[item].state = State::Waiting;
        self.items[item].setup = 0;
        self.items[item].headed = Some(self.turns);
        self.desks[department].line.push(item);
        self.tell_each(item, |each| Record::Requeued { who: each.who, row: each.row });
        self.agenda.push_back(Todo::Serve { department });
    }
}
