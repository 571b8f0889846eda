//! Whom a wait is charged to that nobody has ended: the rule for open ends.

use super::history::{Kind, Point};
use super::ledger::Ledger;
use super::trace::{Does, Who};
use crate::plan::NONE;

impl Ledger<'_> {
    /// Those who may serve in a department and are not reserved for an item.
    pub fn candidates(&self, department: u32, item: Who, known: Point) -> Vec<u32> {
        let eligible = &self.full.departments[department as usize].eligible;
        let homes = eligible.iter().map(|eligible| &self.full.homes[eligible.home as usize]);
        let all: Vec<u32> =
            homes.flat_map(|home| home.first_person..home.first_person + home.staff).collect();
        let reserved =
            |person: &u32| self.history.segment_before(*person, known).does == Does::Reserved(item);
        let others: Vec<u32> = all.iter().copied().filter(|person| !reserved(person)).collect();
        if others.is_empty() { all } else { others }
    }

    /// Those who have had an item since it was last in line, and are away.
    pub fn away_with(&self, item: Who, known: Point) -> Vec<u32> {
        let leader = self.history.leader(item, known);
        // All of a batch are taken with the one who leads it.
        let before = self.history.block_of(known);
        let mut phases = self.history.items[&leader].iter().rev();
        let line = phases.find(|phase| phase.began < before && matches!(phase.kind, Kind::Line { .. }));
        let taken = line.expect("whoever is served was in line").ended;
        let people = 0..self.history.people.len() as u32;
        let away = |person: &u32| {
            let now = self.history.segment_before(*person, known);
            let before = self.history.people[*person as usize].iter().rev().filter(|segment| {
                segment.began <= now.began && !matches!(segment.does, Does::Off | Does::Absent)
            });
            let since = taken.max(self.history.came(*person, known).map_or(0, |came| came.0));
            let had = before.take_while(|segment| segment.began >= since).map(|segment| segment.does).next();
            matches!(now.does, Does::Off | Does::Absent)
                && had.is_some_and(|does| {
                    [Does::Serving(leader), Does::Held(leader), Does::SettingUp(leader)].contains(&does)
                })
        };
        people.filter(away).collect()
    }

    /// Who has been longest in their present occupation at a point: on shift before off shift, the lowest number.
    pub fn longest_occupied(&self, people: Vec<u32>, known: Point) -> u32 {
        let before = self.history.block_of(known);
        let key = |&person: &u32| {
            let segment = self.history.segment_before(person, known);
            let mut from = segment.from;
            if let Does::Held(item) = segment.does {
                // Held by one request after the other.
                let phases = self.history.items[&item].iter().rev();
                let asking =
                    phases.filter(|phase| phase.began < before && matches!(phase.kind, Kind::Asking { .. }));
                from = from.max(asking.map(|phase| phase.from).next().unwrap_or(0));
            }
            // Of a new crew, whoever is off has never been on, and nobody did anything before.
            if let Some((_, came)) = self.history.came(person, before) {
                from = if segment.does == Does::Off && from <= came { 0 } else { from.max(came) };
            }
            (segment.does == Does::Off, from, person)
        };
        people.into_iter().min_by_key(key).unwrap_or(NONE)
    }
}
