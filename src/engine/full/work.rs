//! Work: it begins, goes on, is broken off, and is done.

use super::item::State;
use super::{Engine, Observer, Task};
use crate::engine::timers::TimerKind;
use crate::plan::NONE;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// Work on an item is taken up by its crew, of whom `person` came last.
    pub(super) fn begins(&mut self, now: Tick, id: u32, person: u32) {
        self.stop_waiting(id);
        let (case, full) = (&mut self.cases[id], &mut self.full);
        let item = &mut full.items[id as usize];
        if item.setup > 0 {
            return self.sets_up(now, id, person);
        }
        let row = case.row;
        let department = self.rows[row as usize].department;
        let ward = &full.wards[department as usize];
        let (asks, alike, periods) = (ward.asks > 0, ward.alike, ward.periods);
        item.state = State::Working;
        let (begun, fellow) = (std::mem::replace(&mut item.begun, true), item.fellow);
        if !begun {
            case.begun = now;
        }
        if !alike && let Some(speed) = self.crew_speed(id, department) {
            self.full.items[id as usize].speed = speed;
        }
        if begun {
            self.observer.continued(now, id, row, person);
        } else {
            if periods {
                self.begins_in_period(now, id, department);
            }
            self.observer.started(now, id, row, person);
        }
        if self.full.sets_up {
            self.notes_class(id);
        }
        if fellow != NONE {
            self.fellows_begin(now, id, person);
        }
        let question = if asks { self.draw_question(id, department) } else { None };
        match question {
            Some((ask, stop)) if stop == self.full.items[id as usize].left => self.asks(now, id, ask),
            question => self.goes_on(now, id, department, question.map_or(0, |(_, stop)| stop)),
        }
    }

    /// Those who ride with an item are served from now on.
    #[inline(never)]
    fn fellows_begin(&mut self, now: Tick, leader: u32, person: u32) {
        self.each_fellow(leader, |engine, id| {
            let row = engine.cases[id].row;
            if std::mem::replace(&mut engine.full.items[id as usize].begun, true) {
                engine.observer.continued(now, id, row, person);
            } else {
                engine.cases[id].begun = now;
                engine.observer.started(now, id, row, person);
            }
        });
    }

    /// The speed of the slowest at an item, if anybody is.
    #[inline(never)]
    pub(super) fn crew_speed(&self, id: u32, department: u32) -> Option<f64> {
        let full = &self.full;
        let eligible = &full.plan.departments[department as usize].eligible;
        let speed_of = |person: u32| {
            let home = full.people[person as usize].home;
            eligible.iter().find(|eligible| eligible.home == home).map_or(1.0, |eligible| eligible.speed)
        };
        self.crew(id).map(speed_of).reduce(f64::min)
    }

    /// A stretch of work begins, until so much is left of the requirement.
    #[inline(always)]
    fn goes_on(&mut self, now: Tick, id: u32, department: u32, stop: Tick) {
        let item = &mut self.full.items[id as usize];
        (item.stop, item.since, item.mark) = (stop, now, now);
        let (end, crew) = (now + item.stretch(), item.crew);
        match self.crew_serves(now, id, crew) {
            NONE => match self.full.wards[department as usize].share {
                NONE => self.set_timer(end, id, TimerKind::Service),
                share => self.begins_to_share(now, id, share),
            },
            lead => self.set_slot(lead, end),
        }
    }

    /// A stretch of work ends: with the first question that comes up, or with the service.
    pub(super) fn stretch_ends(&mut self, now: Tick, id: u32) {
        let (case, full) = (&mut self.cases[id], &mut self.full);
        let item = &mut full.items[id as usize];
        if item.state == State::SettingUp {
            return self.is_ready(now, id);
        }
        let department = self.rows[case.row as usize].department;
        if !item.is_plain() {
            return self.other_stretch_ends(now, id, department);
        }
        case.touch += now - std::mem::replace(&mut item.mark, now);
        item.worked += now - item.since;
        item.left = item.stop;
        let (question, route) = (item.question, case.route);
        let ward = &full.wards[department as usize];
        if question < ward.asks
            && let Some((ask, _)) = self.draw_question(id, department)
        {
            return self.asks(now, id, ask);
        }
        let full = &mut self.full;
        let (item, ward) = (&mut full.items[id as usize], &full.wards[department as usize]);
        item.finished = now;
        if ward.judges || item.is_defective() {
            return self.is_judged(now, id, department);
        }
        self.tries_to_go(now, id, department, route);
    }

    /// The same, where others are served with the item, it is none of a case, or nobody of the homes works on it.
    #[inline(never)]
    fn other_stretch_ends(&mut self, now: Tick, id: u32, department: u32) {
        self.count_touch(now, id);
        let full = &mut self.full;
        let item = &mut full.items[id as usize];
        item.worked += item.mark - item.since;
        item.left = item.stop;
        if item.question < full.wards[department as usize].asks
            && let Some((ask, _)) = self.draw_question(id, department)
        {
            return self.asks(now, id, ask);
        }
        let item = &mut self.full.items[id as usize];
        item.finished = now;
        if item.fellow == NONE {
            self.is_done(now, id, department);
        } else {
            self.batch_is_done(now, id, department);
        }
    }

    /// The service of an item has ended.
    pub(super) fn is_done(&mut self, now: Tick, id: u32, department: u32) {
        let item = &self.full.items[id as usize];
        if item.is_request() {
            self.replies(now, id, department);
        } else if item.last_service {
            self.is_over(now, id, department);
        } else {
            self.is_judged(now, id, department);
        }
    }

    /// The service of a case has ended: it goes on as its work turns out.
    #[inline(never)]
    fn is_judged(&mut self, now: Tick, id: u32, department: u32) {
        let next = self.judge(now, id, department);
        self.tries_to_leave(now, id, department, next);
    }

    /// Somebody of the crew goes: the work stops, and stays on the desk.
    pub(super) fn breaks_off(&mut self, now: Tick, id: u32) {
        let setting_up = self.full.items[id as usize].state == State::SettingUp;
        if !setting_up {
            self.count_touch(now, id);
        }
        match self.lead(id) {
            Some(person) => self.clear_slot(person),
            None => self.stop_timer(id),
        }
        let item = &mut self.full.items[id as usize];
        if setting_up {
            item.setup -= now - item.since;
        } else {
            item.break_off(now);
        }
        self.lies_on_desk(now, id);
    }

    /// The work on an item is not going on, though its people are at it.
    fn lies_on_desk(&mut self, now: Tick, id: u32) {
        self.full.items[id as usize].state = State::Suspended;
        self.observer.suspended(now, id);
        self.each_fellow(id, |engine, fellow| engine.observer.suspended(now, fellow));
        self.check_standstill(id);
    }

    /// Work stops, and the item goes to the head of its line.
    pub(super) fn hands_over(&mut self, now: Tick, id: u32) {
        if self.full.items[id as usize].is_at_work() {
            self.breaks_off(now, id);
        }
        let freed = self.dissolve(id);
        let item = &mut self.full.items[id as usize];
        (item.apart, item.setup) = (false, 0);
        self.goes_to_head(now, id);
        self.free_those(now, freed);
    }

    /// An item goes to the head of its line.
    pub(super) fn goes_to_head(&mut self, now: Tick, id: u32) {
        let department = self.heads_line(now, id);
        self.put_on_agenda(Task::Serve(department));
    }

    /// The same, where who is to take it is settled elsewhere. Gives the department.
    pub(super) fn heads_line(&mut self, now: Tick, id: u32) -> u32 {
        let row = self.cases[id].row;
        let department = self.plan.rows[row as usize].department;
        self.push_head(id, department);
        self.observer.requeued(now, id, row);
        self.each_fellow(id, |engine, fellow| {
            let row = engine.cases[fellow].row;
            engine.observer.requeued(now, fellow, row);
        });
        self.check_standstill(id);
        department
    }

    /// An item on a desk goes on if its whole crew is there; `person` has come back.
    pub(super) fn resumes(&mut self, now: Tick, id: u32, person: u32) {
        let full = &mut self.full;
        if full.items[id as usize].state == State::Suspended && self.crew_is_there(id) {
            self.begins(now, id, person);
            self.work_here_may_be_interrupted(id);
        } else {
            self.tell(now, person);
        }
    }

    /// Work has gone on that had stopped, where more urgent work may wait.
    fn work_here_may_be_interrupted(&mut self, id: u32) {
        let department = self.plan.rows[self.cases[id].row as usize].department;
        self.may_be_interrupted(department);
    }

    pub(super) fn crew_is_there(&self, id: u32) -> bool {
        let full = &self.full;
        self.crew(id).all(|person| full.people[person as usize].is_there())
    }

    /// An item goes on that had stood still for an answer.
    pub(super) fn goes_on_without(&mut self, now: Tick, id: u32) {
        let item = &self.full.items[id as usize];
        if item.crew == NONE && !item.apart {
            return self.goes_to_head(now, id);
        }
        if self.crew_is_there(id) {
            let person = self.crew(id).max().unwrap_or(NONE);
            self.begins(now, id, person);
            return self.work_here_may_be_interrupted(id);
        }
        self.lies_on_desk(now, id);
        self.tell_crew(now, id);
    }

    /// Counts the present stretch so far as touch time of the case that it is for.
    pub(super) fn count_touch(&mut self, now: Tick, id: u32) {
        let item = &mut self.full.items[id as usize];
        let touched = match item.apart {
            false => now - std::mem::replace(&mut item.mark, now),
            true => self.touched_apart(now, id),
        };
        let mut one = id;
        while one != NONE {
            if let Some(case) = self.case_of(one) {
                self.cases[case].touch += touched;
            }
            one = self.full.items[one as usize].fellow;
        }
    }

    /// The case or part that an item is work for, if there is any.
    #[inline(always)]
    fn case_of(&self, id: u32) -> Option<u32> {
        let items = &self.full.items;
        let mut root = id;
        while root != NONE && items[root as usize].is_request() {
            root = items[root as usize].asker;
        }
        (root != NONE).then_some(root)
    }

    /// There may be room in a department.
    #[inline(always)]
    pub(super) fn may_have_room(&mut self, department: u32) {
        if self.full.wards[department as usize].limited {
            self.put_on_agenda(Task::Room(department));
        }
    }
}
