//! Standstill: waits that nothing can end any more.
//!
//! From an item that begins to wait, everything is followed that could end its wait. Where that comes to
//! work under way, a timer, a change of staff, or somebody idle, all is well. Where it
//! comes to an end without, those it has met are in a standstill.

use super::item::State;
use super::{Engine, Full, Observer};
use crate::model::Crew;
use crate::plan::NONE;

/// Something that waits, or that a wait is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Item(u32),
    Person(u32),
}

impl<O: Observer> Engine<'_, O> {
    /// Looks whether the wait of an item that has begun is part of a standstill.
    pub(super) fn check_standstill(&mut self, item: u32) {
        let Some(full) = &self.full else { return };
        if !full.plan.may_stand_still || !full.standstill.is_empty() {
            return;
        }
        let mut met = vec![Node::Item(item)];
        let mut at = 0;
        while at < met.len() {
            let Some(next) = self.leads_to(full, met[at]) else { return };
            for node in next {
                if !met.contains(&node) {
                    met.push(node);
                }
            }
            at += 1;
        }
        let lines = met.iter().map(|&node| self.describe(full, node)).collect();
        if let Some(full) = &mut self.full {
            full.standstill = lines;
        }
    }

    /// What the wait is for; `None` where something goes on that will end it.
    fn leads_to(&self, full: &Full, node: Node) -> Option<Vec<Node>> {
        match node {
            Node::Item(id) => self.item_leads_to(full, id),
            Node::Person(person) => {
                let who = &full.people[person as usize];
                let home = &full.homes[who.home as usize];
                if who.absent > 0 {
                    return None;
                }
                if !(who.on || who.late) {
                    let plan = &full.plan.homes[who.home as usize];
                    let replaced = plan.crew == Crew::Replaced && home.change.is_some();
                    let rises = plan.levels.as_ref().is_some_and(|levels| levels.ever_rises(self.now));
                    return if rises || replaced { None } else { Some(Vec::new()) };
                }
                if who.item != NONE {
                    return Some(vec![Node::Item(who.item)]);
                }
                if who.reserved != NONE {
                    return Some(vec![Node::Item(full.wards[who.reserved as usize].gathering)]);
                }
                None
            }
        }
    }

    fn item_leads_to(&self, full: &Full, id: u32) -> Option<Vec<Node>> {
        let item = &full.items[id as usize];
        if item.timed {
            return None;
        }
        let department = self.plan.rows[self.cases[id].row as usize].department;
        match item.state {
            State::Gone | State::Moving | State::Leaving | State::Replying | State::Working => None,
            State::Waiting | State::Gathering => Some(self.who_may_serve(full, department, id)),
            State::Suspended => {
                let away = self.crew(id).filter(|&person| !full.people[person as usize].is_there());
                Some(away.map(Node::Person).collect())
            }
            State::Asking => Some(vec![Node::Item(item.request)]),
            State::Blocked => {
                let Some(target) = self.blocked_by(full, id) else { return None };
                let mut next = self.who_may_serve(full, target, id);
                // Somebody who waits there may lose patience; somebody on the way keeps a place.
                if full.wards[target as usize].kept > 0 {
                    return None;
                }
                next.extend(self.everybody_in_line(target).into_iter().map(Node::Item));
                Some(next)
            }
        }
    }

    /// Those who may serve in a department and are not reserved for the item.
    fn who_may_serve(&self, full: &Full, department: u32, id: u32) -> Vec<Node> {
        let eligible = full.plan.departments[department as usize].eligible.iter();
        let people = eligible.flat_map(|eligible| {
            let home = &full.homes[eligible.home as usize];
            home.first..home.first + home.staff
        });
        let reserved_for_it = |person: &u32| {
            let reserved = full.people[*person as usize].reserved;
            reserved != NONE && full.wards[reserved as usize].gathering == id
        };
        people.filter(|person| !reserved_for_it(person)).map(Node::Person).collect()
    }

    fn describe(&self, full: &Full, node: Node) -> String {
        match node {
            Node::Item(id) => self.describe_item(full, id),
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
                    format!("person {name} is {how} {}", self.name_of(full, who.item))
                } else {
                    let gathering = full.wards[who.reserved as usize].gathering;
                    format!("person {name} is reserved for {}", self.name_of(full, gathering))
                }
            }
        }
    }

    fn describe_item(&self, full: &Full, id: u32) -> String {
        let name = self.name_of(full, id);
        let item = &full.items[id as usize];
        match item.state {
            State::Asking => format!("{name} waits for {}", self.name_of(full, item.request)),
            State::Blocked => {
                let target = self.blocked_by(full, id).unwrap_or_default();
                format!("{name} waits for room in `{}`", self.plan.departments[target as usize].name)
            }
            State::Gathering => format!("{name} waits for more people"),
            _ => format!("{name} waits for somebody to serve it"),
        }
    }

    /// What an item is called in messages.
    fn name_of(&self, full: &Full, id: u32) -> String {
        let (case, item) = (&self.cases[id], &full.items[id as usize]);
        let place = self.plan.rows[case.row as usize].department;
        let place = &self.plan.departments[place as usize].name;
        let stream = &self.plan.streams[case.who.stream as usize].name;
        let whose = format!("case {} of `{stream}`", case.who.number + 1);
        if item.is_request() {
            let ask = &full.plan.asks[item.ask as usize].name;
            format!("request {} (`{ask}`, for {whose}) at `{place}`", item.born)
        } else {
            format!("{whose} at `{place}`")
        }
    }

    /// The department that an item is blocked by.
    fn blocked_by(&self, full: &Full, id: u32) -> Option<u32> {
        full.wards.iter().zip(0..).find(|(ward, _)| ward.blocked.contains(&id)).map(|(_, at)| at)
    }

    /// Everybody who waits in a department.
    fn everybody_in_line(&self, department: u32) -> Vec<u32> {
        let full = self.full.as_ref().expect("a full model");
        let mut found = self.queues.waiting(&self.departments[department as usize], &self.cases);
        found.extend(full.wards[department as usize].at_the_head());
        found
    }
}
