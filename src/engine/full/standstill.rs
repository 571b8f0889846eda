//! Standstill: waits that nothing can end any more.
//!
//! From an item that begins to wait, everything is followed that could end its wait. Where that comes to
//! work under way, a timer, a change of staff, or somebody idle, all is well. Where it
//! comes to an end without, those it has met are in a standstill.

use super::item::State;
use super::{Engine, Observer};
use crate::model::ShiftEnd;
use crate::plan::NONE;

/// Something that waits, or that a wait is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node {
    Item(u32),
    Person(u32),
}

/// What a search has met: a list, and marks at those on it, which are those of the present search.
#[derive(Debug, Default)]
pub(super) struct Search {
    number: u64,
    met: Vec<Node>,
    items: Vec<u64>,
    people: Vec<u64>,
}

impl Search {
    fn start(&mut self) {
        self.number += 1;
        self.met.clear();
    }

    pub fn meets(&mut self, node: Node) {
        let (marks, at) = match node {
            Node::Item(item) => (&mut self.items, item as usize),
            Node::Person(person) => (&mut self.people, person as usize),
        };
        if marks.len() <= at {
            marks.resize(at + 1, 0);
        }
        if std::mem::replace(&mut marks[at], self.number) != self.number {
            self.met.push(node);
        }
    }
}

impl<O: Observer> Engine<'_, O> {
    /// Notes that an item begins to wait: at the end of the event it may be in a standstill.
    pub(super) fn check_standstill(&mut self, item: u32) {
        let full = &mut self.full;
        // Many people who come for one item in one event are one doubt.
        if full.plan.may_stand_still && full.doubts.last() != Some(&item) {
            full.doubts.push(item);
        }
    }

    /// Looks for standstills among the waits that have begun.
    pub(super) fn settle_doubts(&mut self) {
        while let Some(item) = self.full.doubts.pop() {
            if self.full.standstill.is_empty() {
                self.look_for_standstill(item);
            }
        }
    }

    /// Looks whether the wait of an item is part of a standstill.
    fn look_for_standstill(&mut self, item: u32) {
        let full = &mut self.full;
        let mut search = std::mem::take(&mut full.search);
        search.start();
        search.meets(Node::Item(item));
        let mut at = 0;
        let mut goes_on = false;
        while let (Some(&node), false) = (search.met.get(at), goes_on) {
            goes_on = match node {
                Node::Item(item) => self.item_leads_to(item, &mut search),
                Node::Person(person) => self.person_leads_to(person, &mut search),
            };
            at += 1;
        }
        let lines = match goes_on {
            true => Vec::new(),
            false => search.met.iter().map(|&node| self.describe(node)).collect(),
        };
        let full = &mut self.full;
        (full.standstill, full.search) = (lines, search);
    }

    /// Adds what a person who is wanted waits for; true where they do not, or something goes on that will
    /// end it.
    fn person_leads_to(&self, person: u32, search: &mut Search) -> bool {
        let full = &self.full;
        let who = &full.people[person as usize];
        let (home, plan) = (&full.homes[who.home as usize], &full.plan.homes[who.home as usize]);
        let (lowest, highest) = match &plan.levels {
            Some(levels) => (levels.lowest_from(self.now), levels.highest_from(self.now)),
            None => (home.level, home.level),
        };
        if home.replaced && home.change.is_some() && highest > 0 {
            return true;
        }
        let falls = lowest < home.level;
        if who.item != NONE {
            let blocked = full.items[who.item as usize].state == State::Blocked;
            search.meets(Node::Item(who.item));
            return falls && plan.at_end == ShiftEnd::HandOver && !blocked;
        }
        if who.reserved != NONE {
            search.meets(Node::Item(full.wards[who.reserved as usize].gathering));
            let outage = plan.outages.iter().any(|outage| outage.at >= self.now);
            return falls || outage || !plan.absences.is_empty();
        }
        // Those come first who have something on their desks.
        let busy =
            (home.first..home.first + home.staff).filter(|&other| full.people[other as usize].item != NONE);
        who.on || who.late || highest as usize > busy.count()
    }

    /// Adds what the wait of an item is for; true where something goes on that will end it.
    fn item_leads_to(&self, id: u32, search: &mut Search) -> bool {
        let full = &self.full;
        let item = &full.items[id as usize];
        let withdrawn = item.asker != NONE && !item.was_taken() && full.items[item.asker as usize].timed;
        if item.timed || withdrawn {
            return true;
        }
        if item.is_part() && (item.state == State::Blocked || item.is_in_line() && !item.was_taken()) {
            self.others_of_part(id, search);
        }
        match item.state {
            State::Gone
            | State::Moving
            | State::Leaving
            | State::Replying
            | State::Working
            | State::SettingUp
            | State::Forked
            | State::Unborn
            | State::Joining
            | State::AtHandoff
            | State::Away => true,
            State::Riding => {
                search.meets(Node::Item(item.leader));
                false
            }
            State::Short => self.stock_leads_to(item.lacks, search),
            State::Waiting | State::Gathering => {
                let department = self.plan.rows[self.cases[id].row as usize].department;
                self.departments[department as usize].infinite || self.who_may_serve(department, search)
            }
            State::Suspended => {
                let mut away = self.crew(id).filter(|&person| !full.people[person as usize].is_there());
                away.all(|person| self.is_to_come_back(person))
            }
            State::Asking => {
                search.meets(Node::Item(item.request));
                false
            }
            State::Blocked => {
                let Some(target) = self.blocked_by(id) else { return true };
                if self.who_may_serve(target, search) {
                    return true;
                }
                // Somebody who waits there may lose patience.
                self.everybody_in_line(target).into_iter().for_each(|item| search.meets(Node::Item(item)));
                false
            }
        }
    }

    /// Whether somebody who is away from their desk comes back.
    fn is_to_come_back(&self, person: u32) -> bool {
        let full = &self.full;
        let who = &full.people[person as usize];
        let levels = full.plan.homes[who.home as usize].levels.as_ref();
        who.on || who.late || levels.is_none_or(|levels| levels.highest_from(self.now) > 0)
    }

    /// Adds those who may serve in a department; true where one is at work or idle.
    fn who_may_serve(&self, department: u32, search: &mut Search) -> bool {
        let full = &self.full;
        if self.departments[department as usize].infinite {
            return true;
        }
        for eligible in &full.plan.departments[department as usize].eligible {
            let home = &full.homes[eligible.home as usize];
            for person in home.first..home.first + home.staff {
                let who = &full.people[person as usize];
                let free = who.item == NONE && who.reserved == NONE
                    || who.item != NONE && full.items[who.item as usize].is_at_work();
                if free && who.is_there() {
                    return true;
                }
                search.meets(Node::Person(person));
            }
        }
        false
    }

    /// Looks at the waits that a change of a home's level may have left without an end.
    pub(super) fn check_home(&mut self, home: u32) {
        let full = &mut self.full;
        if !full.plan.may_stand_still {
            return;
        }
        let plan = full.plan;
        for serves in &plan.homes[home as usize].serves {
            let ward = &self.full.wards[serves.department as usize];
            let (gathering, blocked) = (ward.gathering, ward.blocked.front().copied());
            let first = self.peek_line(serves.department).map(|(_, item)| item);
            let waits = [Some(gathering).filter(|&item| item != NONE), first, blocked];
            waits.into_iter().flatten().for_each(|item| self.check_standstill(item));
        }
    }

    fn describe(&self, node: Node) -> String {
        let full = &self.full;
        match node {
            Node::Item(id) => self.describe_item(id),
            Node::Person(person) => {
                let who = &full.people[person as usize];
                let plan = &full.plan.homes[who.home as usize];
                let name = format!("{} of `{}`", person - plan.first_person + 1, plan.name);
                if !(who.on || who.late) {
                    format!("person {name} is never on shift again")
                } else if who.item != NONE {
                    let how = match full.items[who.item as usize].state {
                        State::Blocked => "blocked with",
                        _ => "held by",
                    };
                    format!("person {name} is {how} {}", self.name_of(who.item))
                } else {
                    let gathering = full.wards[who.reserved as usize].gathering;
                    format!("person {name} is reserved for {}", self.name_of(gathering))
                }
            }
        }
    }

    fn describe_item(&self, id: u32) -> String {
        let name = self.name_of(id);
        let full = &self.full;
        let item = &full.items[id as usize];
        match item.state {
            State::Asking => format!("{name} waits for {}", self.name_of(item.request)),
            State::Blocked => {
                let target = self.blocked_by(id).unwrap_or_default();
                format!("{name} waits for room in `{}`", self.plan.departments[target as usize].name)
            }
            State::Gathering => format!("{name} waits for more people"),
            State::Short => {
                format!("{name} waits for `{}`", full.plan.stocks[item.lacks as usize].name)
            }
            _ => format!("{name} waits for somebody to serve it"),
        }
    }

    /// What an item is called in messages.
    fn name_of(&self, id: u32) -> String {
        let full = &self.full;
        let (case, item) = (&self.cases[id], &full.items[id as usize]);
        let place = self.plan.rows[case.row as usize].department;
        let place = &self.plan.departments[place as usize].name;
        let stream = self.plan.streams.get(case.who.stream as usize).map_or("", |stream| &stream.name);
        let whose = format!("case {} of `{stream}`", case.who.number + 1);
        if item.is_order() {
            let stock = &full.plan.stocks[case.who.number as usize].name;
            format!("an order of `{stock}` at `{place}`")
        } else if item.is_request() {
            let ask = &full.plan.asks[item.ask as usize].name;
            format!("request {} (`{ask}`, for {whose}) at `{place}`", item.born)
        } else {
            format!("{whose} at `{place}`")
        }
    }

    /// The department that an item is blocked by.
    fn blocked_by(&self, id: u32) -> Option<u32> {
        let full = &self.full;
        full.wards.iter().zip(0..).find(|(ward, _)| ward.blocked.contains(&id)).map(|(_, at)| at)
    }

    /// Everybody who waits in a department, in line or for stock.
    fn everybody_in_line(&self, department: u32) -> Vec<u32> {
        let full = &self.full;
        let mut found = self.queues.waiting(&self.departments[department as usize], &self.cases);
        found.extend(full.wards[department as usize].at_the_head());
        found.extend(self.short_at(department));
        found
    }
}
