//! Requests: what comes up during a service, is asked of another department, and answered or given up.

use super::item::State;
use super::{Engine, Observer};
use crate::engine::Identity;
use crate::engine::observer::Stay;
use crate::engine::timers::TimerKind;
use crate::model::Asking;
use crate::plan::{NONE, to_ticks};
use crate::random::{Purpose, Words, item_key, unit};
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// The next question that comes up in the service of an item in its department: which request of the plan it
    /// is, and how much of the requirement is left then.
    #[inline(never)]
    pub(super) fn draw_question(&mut self, id: u32, department: u32) -> Option<(u32, Tick)> {
        let (plan, case) = (self.plan, &self.cases[id]);
        let class = case.row as usize % plan.classes.len();
        let full = &mut self.full;
        let asks = &full.plan.departments[department as usize].asks;
        loop {
            let item = &mut full.items[id as usize];
            let &index = asks.get(item.question as usize)?;
            let ask = &full.plan.asks[index as usize];
            let during = if item.is_request() { &ask.during_requests } else { &ask.during_cases };
            let probability = during[class];
            if probability > 0.0 {
                let keys = self.departments[department as usize].keys;
                let words = keys.words(item_key(case.key, ask.key, item.visit), item.visit);
                if probability >= 1.0 || unit(words.of(Purpose::Question).next()) < probability {
                    let before = to_ticks(ask.at * case.service as f64);
                    // Never more than is left: some work in place at the start was done before.
                    return Some((index, case.service.saturating_sub(before).min(item.left)));
                }
            }
            item.question += 1;
        }
    }

    /// An item asks: a request comes to be.
    pub(super) fn asks(&mut self, now: Tick, id: u32, index: u32) {
        let plan = self.plan;
        let ask = &self.full.plan.asks[index as usize];
        let (row, asker_key, who) = {
            let case = &self.cases[id];
            (case.row, case.key, Identity { previous: NONE, ..case.who })
        };
        let class = row % plan.classes.len() as u32;
        let key = item_key(asker_key, ask.key, self.full.items[id as usize].visit);
        let request = self.new_item(now, who, key);
        if self.cases.in_system() > self.limits.in_system {
            self.is_crowded(now);
        }
        let full = &mut self.full;
        full.requests += 1;
        let entry = &mut full.items[request as usize];
        (entry.asker, entry.ask, entry.born) = (id, index, full.requests);
        let item = &mut full.items[id as usize];
        item.question += 1;
        item.state = State::Asking;
        item.asked = now;
        item.request = request;
        self.cases[request].row = plan.row_of_request(ask, class);
        self.observer.asked(now, id, request, index);
        self.each_fellow(id, |engine, fellow| engine.observer.waits_along(now, fellow, request));
        let words = self.words_of_request(request);
        if let Some(longest) = &ask.longest_wait {
            self.full.items[id as usize].timed = true;
            let end = now + to_ticks(longest.draw(words.of(Purpose::LongestWait)));
            self.set_timer(end, id, TimerKind::LongestWait);
        }
        let mut freed = NONE;
        let department = self.plan.rows[row as usize].department;
        if ask.staff == Asking::Freed && !self.departments[department as usize].infinite {
            freed = self.dissolve(id);
            self.full.items[id as usize].apart = false;
        }
        self.tell_crew(now, id);
        match &ask.transfer {
            None => self.request_joins(now, request),
            Some(transfer) => {
                let end = now + to_ticks(transfer.draw(words.of(Purpose::Transfer)));
                self.set_timer(end, request, TimerKind::Transfer);
            }
        }
        self.free_those(now, freed);
    }

    /// The random numbers of a request that belong to the department that asks.
    fn words_of_request(&self, request: u32) -> Words {
        let full = &self.full;
        let item = &full.items[request as usize];
        let asker = &self.cases[item.asker];
        let department = self.plan.rows[asker.row as usize].department;
        let visit = full.items[item.asker as usize].visit;
        self.departments[department as usize].keys.words(self.cases[request].key, visit)
    }

    /// A request joins the department that answers.
    pub(super) fn request_joins(&mut self, now: Tick, id: u32) {
        let case = &self.cases[id];
        let row = &self.plan.rows[case.row as usize];
        let department = &self.departments[row.department as usize];
        let ranks = self.plan.departments[row.department as usize].ranks;
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        let ask = &full.plan.asks[item.ask as usize];
        let words = department.keys.words(case.key, 1);
        let sampler = ask.service.as_ref().unwrap_or_else(|| self.plan.service(row, 1));
        let requirement = to_ticks(sampler.draw(words.of(Purpose::Service)) * case.who.size);
        let rank = if ask.rank != NONE && ranks > 1 { ask.rank as u8 } else { row.rank };
        item.enter(1, requirement, rank);
        self.enters(now, id, case.row, row.department, requirement, false);
    }

    /// A request has been served: the answer goes back.
    pub(super) fn replies(&mut self, now: Tick, id: u32, department: u32) {
        self.has_stayed(now, id, department);
        let freed = self.dissolve(id);
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        if item.is_order() {
            self.order_is_made(now, id);
            return self.free_those(now, freed);
        }
        let ask = &full.plan.asks[item.ask as usize];
        if item.asker == NONE {
            self.observer.forgotten(now, id);
            self.forget(id);
        } else if let Some(transfer) = &ask.answer_transfer {
            item.state = State::Replying;
            let words = self.words_of_request(id);
            let time = to_ticks(transfer.draw(words.of(Purpose::AnswerTransfer)));
            self.cases[id].joined = now;
            self.observer.replied(now, id, time);
            self.set_timer(now + time, id, TimerKind::Answer);
        } else {
            self.answered(now, id);
        }
        self.free_those(now, freed);
    }

    /// The answer is back.
    pub(super) fn answered(&mut self, now: Tick, request: u32) {
        let full = &mut self.full;
        let (id, ask) = (full.items[request as usize].asker, full.items[request as usize].ask);
        self.stop_waiting(id);
        let item = &mut self.full.items[id as usize];
        item.asking += now - item.asked;
        item.request = NONE;
        let asked = item.asked;
        self.each_fellow(id, |engine, fellow| engine.observer.waits_along(now, fellow, NONE));
        self.observer.answered(now, id, request, ask, asked);
        self.forget(request);
        self.goes_on_without(now, id);
    }

    /// The longest wait for an answer ends: the item goes on without it.
    pub(super) fn gives_up(&mut self, now: Tick, id: u32) {
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        item.timed = false;
        item.guessed = true;
        item.asking += now - item.asked;
        let asked = item.asked;
        let request = std::mem::replace(&mut item.request, NONE);
        self.count_open_work(now, request);
        let item = &mut self.full.items[request as usize];
        let ask = item.ask;
        let finishing = item.was_taken() && item.state != State::Replying;
        if finishing {
            item.asker = NONE;
        }
        let state = item.state;
        let department = self.plan.rows[self.cases[request].row as usize].department;
        if !finishing {
            match state {
                State::Moving | State::Replying => self.stop_timer(request),
                _ => {
                    self.stop_waiting(request);
                    self.leaves_line(request, department);
                }
            }
        }
        self.each_fellow(id, |engine, fellow| engine.observer.waits_along(now, fellow, NONE));
        self.observer.given_up(now, id, request, ask, asked, finishing);
        if !finishing {
            self.forget(request);
        }
        self.goes_on_without(now, id);
    }

    /// The record of a request that is gone is free.
    pub(super) fn forget(&mut self, request: u32) {
        self.full.items[request as usize].state = State::Gone;
        self.cases.remove(request);
    }

    /// A visit to a department has ended.
    #[inline(always)]
    pub(super) fn has_stayed(&mut self, now: Tick, id: u32, department: u32) {
        let (case, full) = (&self.cases[id], &mut self.full);
        full.wards[department as usize].present -= 1;
        let item = &full.items[id as usize];
        let stay = Stay {
            row: case.row,
            ask: item.ask,
            joined: case.joined,
            begun: case.begun,
            finished: item.finished,
            ended: now,
            worked: item.worked,
            asking: item.asking,
        };
        self.observer.stayed(id, &stay);
    }
}
