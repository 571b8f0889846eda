//! Items come to departments: from outside, handed on, or asked; and they leave.

use super::item::{Item, State};
use super::{Engine, NEVER, Observer};
use crate::engine::case::NEAR;
use crate::engine::observer::Room;
use crate::engine::{End, Identity, Life};
use crate::plan::{InitialPlan, MANY, NONE, to_ticks};
use crate::random::Purpose;
use crate::time::Tick;

/// How an item comes to a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    /// It was handed on, and is never refused here: whether there is room was asked before.
    Inside,
    /// It has been on its way to a place that was kept for it.
    Kept,
    /// It was returned, or sent, by a department that found a defect.
    Returned,
    /// It arrives in the system, and may be rejected.
    Outside,
    /// It was there at the start, with the rest of its work where that is not a whole service.
    InPlace { rest: Option<Tick> },
}

impl<O: Observer> Engine<'_, O> {
    /// An arrival from a stream, of one case or several.
    #[inline(always)]
    pub(super) fn batch_comes(&mut self, now: Tick, index: u32) {
        let plan = self.streams[index as usize].plan;
        let count = self.streams[index as usize].batch();
        for member in 0..count as u32 {
            if self.crowded {
                break;
            }
            let number = self.streams[index as usize].number;
            self.case_comes(now, index, number, member, plan.initial.as_ref());
        }
        self.streams[index as usize].left -= count - 1;
        self.batched = count - 1;
    }

    /// A case of a stream arrives, by its number and its place in the batch.
    pub(super) fn case_comes(
        &mut self,
        now: Tick,
        index: u32,
        number: u64,
        member: u32,
        initial: Option<&InitialPlan>,
    ) {
        let stream = &self.streams[index as usize];
        let (key, words) = stream.case(number, member);
        let (class, size) = stream.class_and_size(words);
        let mut due = now.saturating_add(stream.plan.promise);
        let extras = self.full.sources[index as usize].extras;
        if extras {
            due = self.due_with_notice(now, index, words).unwrap_or(due);
        }
        let who = Identity { size, due, number, stream: index, member, class, previous: NONE };
        let row = stream.plan.first_row + class;
        let id = self.admit_case(now, who, key, row);
        if extras {
            self.sets_overall_patience(now, id, words);
        }
        let coming = match initial {
            None => Coming::Outside,
            Some(initial) => {
                let rest = initial.remaining.as_ref();
                Coming::InPlace { rest: rest.map(|rest| to_ticks(rest.draw(words.of(Purpose::Service)))) }
            }
        };
        self.joins(now, id, row, coming);
    }

    /// One case of a saturated stream arrives.
    pub(super) fn saturated_arrival(&mut self, now: Tick, index: u32) {
        let number = self.streams[index as usize].number;
        self.case_comes(now, index, number, 0, None);
        self.streams[index as usize].next_time_after(now);
        self.batched += 1;
    }

    /// A case comes into the system.
    pub(super) fn admit_case(&mut self, now: Tick, who: Identity, key: u64, row: u32) -> u32 {
        let id = self.new_item(now, who, key);
        if self.plan.looped > NEAR as u32 {
            self.visits.reset(id);
        }
        let case = &self.cases[id];
        self.observer.arrived(now, id, &case.who, row);
        if self.cases.in_system() > self.limits.in_system {
            self.is_crowded(now);
        }
        id
    }

    pub(super) fn is_crowded(&mut self, now: Tick) {
        self.crowded = true;
        self.limits.horizon = now;
        self.calendar.end_at(now);
    }

    /// Makes records for a case or a request.
    pub(super) fn new_item(&mut self, now: Tick, who: Identity, key: u64) -> u32 {
        let (id, case) = self.cases.add();
        case.arrived = now;
        case.joined = now;
        case.touch = 0;
        case.key = key;
        case.who = who;
        case.visits = [0; NEAR];
        let items = &mut self.full.items;
        if items.len() <= id as usize {
            items.reach(id as usize, Item::default);
        }
        items[id as usize].renew();
        id
    }

    /// A case joins the department of `row`.
    pub(super) fn joins(&mut self, now: Tick, id: u32, row_id: u32, coming: Coming) {
        let row = &self.rows[row_id as usize];
        let at = row.department;
        if self.is_joined_in(id, at) && !matches!(coming, Coming::Returned) {
            self.cases[id].row = row_id;
            return self.comes_to_join(now, id);
        }
        if matches!(coming, Coming::Outside)
            && let Some(end) = self.refuses(now, id, at)
        {
            self.cases[id].row = row_id;
            return self.ends(now, id, end);
        }
        let department = &self.departments[at as usize];
        let case = &mut self.cases[id];
        let visit = match case.visits.get_mut(department.loop_index as usize) {
            Some(count) => {
                *count += 1;
                *count
            }
            None if department.loop_index == NONE => 1,
            None => self.visits.next(id, department.loop_index),
        };
        let words = department.keys.words(case.key, visit);
        let (requirement, given) = match coming {
            Coming::InPlace { rest: Some(rest) } => (rest, true),
            _ => {
                let service = self.plan.service(row, visit).draw(words.of(Purpose::Service));
                (to_ticks(service * case.who.size), false)
            }
        };
        case.route = match row.way {
            MANY => self.plan.route_of(row, words.of(Purpose::Routing).next()),
            _ => row.routes.0,
        };
        let item = &mut self.full.items[id as usize];
        item.enter(visit, requirement, row.rank);
        item.given = given;
        self.enters(now, id, row_id, at, requirement, matches!(coming, Coming::Kept));
    }

    /// An item has turned into another class: its requirement and its way on are as if it had joined so.
    pub(super) fn draws_visit(&mut self, id: u32, row_id: u32) {
        let row = &self.plan.rows[row_id as usize];
        let item = &mut self.full.items[id as usize];
        let case = &mut self.cases[id];
        let words = self.departments[row.department as usize].keys.words(case.key, item.visit);
        // What was given of work in place stays.
        if !item.given {
            let service = self.plan.service(row, item.visit).draw(words.of(Purpose::Service));
            case.service = to_ticks(service * case.who.size);
            item.left = case.service;
        }
        case.route = match row.way {
            MANY => self.plan.route_of(row, words.of(Purpose::Routing).next()),
            _ => row.routes.0,
        };
    }

    /// An item that is ready for its visit to the department of `row` is served at once, or waits. `kept`: its place in
    /// the line was kept, and is free when it does not wait.
    #[inline(always)]
    pub(super) fn enters(
        &mut self,
        now: Tick,
        id: u32,
        row: u32,
        department: u32,
        requirement: Tick,
        kept: bool,
    ) {
        let case = &mut self.cases[id];
        (case.row, case.joined, case.service) = (row, now, requirement);
        let ward = &mut self.full.wards[department as usize];
        ward.present += 1;
        let simple = ward.simple;
        self.observer.joined(now, id, row);
        if !simple {
            return self.enters_otherwise(now, id, department, kept);
        }
        if !self.has_line(department)
            && let Some(person) = self.idle_person(now, department)
        {
            self.assign(now, person, id);
            if kept {
                self.notes_place(department, Room::Taken { person, item: id });
            }
            self.begins(now, id, person);
            if kept {
                self.may_have_room(department);
            }
            return;
        }
        self.waits(now, id, department);
    }

    /// An item waits in line.
    fn waits(&mut self, now: Tick, id: u32, department: u32) {
        self.push_line(id, department);
        self.sets_alarms(now, id, department);
        self.check_standstill(id);
    }

    /// The same as [`Engine::enters`], where work is not just for one person, one after the other.
    #[inline(never)]
    fn enters_otherwise(&mut self, now: Tick, id: u32, department: u32, kept: bool) {
        let ward = &self.full.wards[department as usize];
        if ward.special {
            return self.enters_specially(now, id, department, kept);
        }
        if self.departments[department as usize].infinite {
            self.full.items[id as usize].apart = true;
            return self.begins(now, id, NONE);
        }
        let (needed, gathering) = (ward.needed, ward.gathering);
        let free = gathering == NONE && !self.has_line(department);
        if free && self.idle_person(now, department).is_some() {
            return self.gathers_at_once(now, id, department, needed, kept);
        }
        self.waits(now, id, department);
    }

    /// The first item that needs several people reserves those who are idle.
    pub(super) fn gathers_at_once(&mut self, now: Tick, id: u32, department: u32, needed: u32, kept: bool) {
        self.gathers(id, department);
        let last = self.reserves_the_idle(now, department, 0);
        if self.full.wards[department as usize].reserved < needed {
            self.sets_alarms(now, id, department);
        }
        self.starts_if_complete(now, department, last, kept);
    }

    /// The patience of a waiting case ends.
    pub(super) fn patience_ends(&mut self, now: Tick, id: u32) {
        let (row, joined) = (self.cases[id].row, self.cases[id].joined);
        let department = self.plan.rows[row as usize].department;
        let full = &mut self.full;
        full.items[id as usize].timed = false;
        let target = full.plan.departments[department as usize].renege_to;
        self.leaves_line(id, department);
        self.observer.reneged(now, id, row, joined);
        // Who has lost all patience does not come back.
        let item = &mut self.full.items[id as usize];
        item.for_good = item.leaves <= now;
        if target == NONE || item.for_good {
            self.ends(now, id, End::Reneged);
        } else {
            let class = row % self.plan.classes.len() as u32;
            self.joins(now, id, target * self.plan.classes.len() as u32 + class, Coming::Inside);
        }
    }

    /// A waiting item leaves without having been served.
    pub(super) fn leaves_line(&mut self, id: u32, department: u32) {
        let full = &mut self.full;
        match full.items[id as usize].state {
            State::Gathering => self.stops_gathering(department),
            State::Short => self.needs_no_stock(id, department),
            _ => self.remove_from_line(id, department),
        }
        self.full.items[id as usize].state = State::Moving;
        self.full.wards[department as usize].present -= 1;
        self.notes_place(department, Room::Left { item: id });
        self.may_have_room(department);
        if let Some(&blocked) = self.full.wards[department as usize].blocked.front() {
            self.check_standstill(blocked);
        }
    }

    /// A transfer of a case or of a request ends.
    pub(super) fn transfer_ends(&mut self, now: Tick, id: u32) {
        let item = &mut self.full.items[id as usize];
        let row = self.cases[id].row;
        if item.is_request() {
            return self.request_joins(now, id);
        }
        let kept = std::mem::replace(&mut item.kept, NONE);
        let way = std::mem::replace(&mut item.way, NONE);
        if kept != NONE {
            self.full.wards[kept as usize].kept -= 1;
        }
        let coming = match kept {
            _ if std::mem::take(&mut self.full.items[id as usize].returned) => Coming::Returned,
            NONE => Coming::Inside,
            _ => Coming::Kept,
        };
        self.joins(now, id, row, coming);
        if way != NONE {
            self.way_is_free(now, way);
        }
    }

    /// The way out ends.
    pub(super) fn leaves(&mut self, now: Tick, id: u32) {
        let way = std::mem::replace(&mut self.full.items[id as usize].way, NONE);
        self.ends(now, id, End::Completed);
        if way != NONE {
            self.way_is_free(now, way);
        }
    }

    /// A case ends in the department of its row.
    pub(super) fn ends(&mut self, now: Tick, id: u32, end: End) {
        if self.full.items[id as usize].is_part() {
            return self.part_ends(now, id, end);
        }
        if end == End::Completed {
            self.defects_reach(now, id);
        } else if self.goes_for_a_while(now, id, end) {
            return;
        }
        self.full.items[id as usize].state = State::Gone;
        let case = self.cases.remove(id);
        let (who, life) = (case.who.order(), Life { arrived: case.arrived, touch: case.touch });
        self.observer.ended(now, id, &case.who, case.row, &life, end);
        self.may_be_away_again(now, who);
        self.limits.ended = self.limits.ended.wrapping_sub(1);
        if self.limits.ended == 0 {
            self.limits.horizon = now;
            self.calendar.end_at(now);
        }
    }

    /// When the next case of a stream with complaints comes.
    pub(super) fn set_stream(&mut self, index: u32, time: Option<Tick>) {
        self.set_slot(self.plan.staff + index, time.unwrap_or(NEVER));
    }
}
