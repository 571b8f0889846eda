//! Requests: asked, answered, given up.

use super::{Item, Rank, State, What, World};
use crate::engine::tests::full::trace::{Made, Record};
use crate::model::Asking;
use crate::plan::{NONE, to_ticks};
use crate::random::{Purpose, Words, item_key};
use crate::time::Tick;
use rand_distr::Distribution;

impl World<'_> {
    /// The random words of a question that an item with this key asks at this visit to a department.
    pub fn request_words(&self, key: u64, department: usize, visit: u32, ask: usize) -> Words {
        let key = item_key(key, self.full.asks[ask].key, visit);
        self.department_keys[department].words(key, visit)
    }

    /// The work on an item stops, and a request comes to be.
    pub fn ask(&mut self, item: usize, ask: usize) {
        let plan = &self.full.asks[ask];
        let department = self.department(item);
        let Item { who, key, row, .. } = self.items[item];
        let words = self.request_words(key, department, self.visit(item), ask);
        self.made += 1;
        let request_who = (who.0, who.1, who.2, self.made);
        let to_row = self.plan.row_of_request(plan, row % self.plan.classes.len() as u32);
        let request_key = item_key(key, plan.key, self.visit(item));
        let request = Item {
            size: self.items[item].size,
            due: self.items[item].due,
            asker: Some(item),
            ask,
            asked: self.now,
            ..self.new_item(request_who, request_key, to_row)
        };
        let request_place = self.items.len();
        self.items.push(request);
        self.items[item].state = State::Asking;
        self.items[item].request = Some(request_place);
        self.tell(Record::Asked { who, request: request_who, ask: ask as u32 });
        for member in self.items[item].members.clone() {
            self.tell(Record::WaitsAlong { member: self.items[member].who, request: request_who });
        }
        if let Some(longest) = &plan.longest_wait {
            let time = to_ticks(longest.sample(&mut words.of(Purpose::LongestWait)));
            let order = Self::order(self.now, department as u32, NONE, who);
            self.expect(self.now + time, Rank::Timer, order, What::LongestWait(item));
        }
        match &plan.transfer {
            None => self.join(request_place),
            Some(transfer) => {
                let time = to_ticks(transfer.sample(&mut words.of(Purpose::Transfer)));
                let order = Self::order(self.now, plan.to, NONE, request_who);
                self.expect(self.now + time, Rank::Ending, order, What::Transfer(request_place));
            }
        }
        if plan.staff == Asking::Freed {
            let crew = std::mem::take(&mut self.items[item].crew);
            self.items[item].apart = false;
            self.release(crew);
        }
    }

    /// A request has been served.
    pub fn reply(&mut self, request: usize) {
        self.tell_stay(request);
        self.items[request].state = State::Moving;
        let Item { who, asker, ask, orphan, .. } = self.items[request];
        let asker = asker.expect("a request has an asker");
        if orphan {
            self.items[request].state = State::Gone;
            self.tell(Record::Forgotten { request: who });
        } else if let Some(transfer) = &self.full.asks[ask].answer_transfer {
            let department = self.department(asker);
            let words = self.request_words(self.items[asker].key, department, self.visit(asker), ask);
            let transfer = to_ticks(transfer.sample(&mut words.of(Purpose::AnswerTransfer)));
            self.tell(Record::Replied { request: who, transfer });
            let order = Self::order(self.now, department as u32, NONE, who);
            self.expect(self.now + transfer, Rank::Answer, order, What::Answer(request));
        } else {
            self.answer(request);
        }
    }

    /// The answer is back.
    pub fn answer(&mut self, request: usize) {
        let Item { who: request_who, asker, ask, asked, .. } = self.items[request];
        let item = asker.expect("a request has an asker");
        self.items[request].state = State::Gone;
        self.forget(What::LongestWait(item));
        self.items[item].request = None;
        self.has_asked_since(item, asked);
        let who = self.items[item].who;
        self.tell(Record::Answered { who, request: request_who, ask: ask as u32, asked });
        self.proceed(item);
    }

    /// An item and those with it have waited for an answer.
    fn has_asked_since(&mut self, item: usize, asked: Tick) {
        for each in self.together(item) {
            self.items[each].asking += self.now - asked;
        }
    }

    /// An item need not wait for an answer any more.
    fn proceed(&mut self, item: usize) {
        let Item { apart, .. } = self.items[item];
        let crew = self.items[item].crew.clone();
        let infinite = self.is_infinite(self.department(item));
        if crew.is_empty() && !apart && !infinite {
            self.put_at_head(item);
        } else if crew.iter().all(|&person| self.is_there(person)) {
            let person = crew.last().copied().unwrap_or(NONE);
            self.continue_by(item, person);
            self.may_interrupt(self.department(item));
        } else {
            self.items[item].state = State::Stopped;
            self.tell_each(item, |each| Record::Suspended { who: each.who });
        }
    }

    /// The longest wait of an item has ended: it goes on without the answer.
    pub fn give_up(&mut self, item: usize) {
        let request = self.items[item].request.take().expect("the request that is waited for");
        // What has been done until now was for the case.
        let mut working = Some(request);
        while let Some(at) = working {
            self.count_stretch(self.leader(at));
            working = self.items[at].request;
        }
        let Item { who: request_who, ask, asked, begun, state, .. } = self.items[request];
        let taken = begun.is_some() || self.items[request].taken;
        let begun = taken && state != State::Moving;
        let who = self.items[item].who;
        for each in self.together(item) {
            self.items[each].guessed = true;
        }
        self.has_asked_since(item, asked);
        self.tell(Record::GivenUp { who, request: request_who, ask: ask as u32, asked, begun });
        if begun {
            self.items[request].orphan = true;
        } else {
            self.withdraw(request);
        }
        self.proceed(item);
    }

    /// An item is not wanted any more on which no work has begun in this visit, or which is on its way.
    pub fn withdraw(&mut self, item: usize) {
        let Item { who, state, leader, kept, .. } = self.items[item];
        match state {
            _ if leader.is_some() => self.leave_batch(item),
            State::Waiting | State::SettingUp | State::Stopped if !self.items[item].members.is_empty() => {
                self.leave_the_lead(item);
            }
            State::Waiting => {
                let department = self.department(item);
                let reserved = self.leave_line(item);
                self.release(reserved);
                self.made_room(department, Made::Left(who));
            }
            State::SettingUp | State::Stopped => {
                self.forget(What::Stretch(item));
                let crew = std::mem::take(&mut self.items[item].crew);
                self.release(crew);
            }
            State::Moving if kept => {
                let department = self.department(item);
                self.desks[department].kept -= 1;
                self.made_room(department, Made::Left(who));
            }
            _ => {}
        }
        self.withdraw_from_way(item);
        for what in [What::Transfer(item), What::Answer(item), What::Patience(item)] {
            self.forget(what);
        }
        self.forget_changes(item);
        self.items[item].state = State::Gone;
    }
}
