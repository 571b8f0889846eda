//! Whether a set of waits will never end.

use super::{State, What, World};
use crate::model::ShiftEnd;

/// The calendars of the tests have fewer changes in a period, exceptions included.
const MANY_CHANGES: usize = 20;

impl World<'_> {
    /// Whether some item waits for ever. An item or a person is *alive* if something can still happen to
    /// them; that is found step by step from what is sure to happen, until nothing new is found.
    pub fn stands_still(&self) -> bool {
        let mut items = vec![false; self.items.len()];
        let mut people = vec![false; self.people.len()];
        loop {
            let before = (items.clone(), people.clone());
            for (person, lives) in people.iter_mut().enumerate() {
                *lives |= self.person_lives(person, &items);
            }
            for item in 0..items.len() {
                items[item] |= self.item_lives(item, &items, &people);
            }
            if before == (items.clone(), people.clone()) {
                return items.contains(&false);
            }
        }
    }

    fn item_lives(&self, at: usize, items: &[bool], people: &[bool]) -> bool {
        let item = &self.items[at];
        let somebody = |department: usize| {
            self.who_may_serve(department).into_iter().any(|person| people[person as usize])
        };
        match item.state {
            State::Moving | State::Working | State::SettingUp | State::Away | State::Gone => true,
            State::Along => items[self.leader(at)],
            State::Forked => self.parts_live(at, items),
            State::Joining => item.part.and_then(|part| part.case).is_none_or(|case| items[case]),
            _ if self.may_be_withdrawn(at, items) => true,
            State::Waiting => {
                // Once taken, it is finished, whoever gives up.
                let withdrawn = item.asker.filter(|_| !item.orphan && !item.taken);
                self.is_expected(What::Patience(at))
                    || self.is_expected(What::OverallPatience(at))
                    || withdrawn.is_some_and(|asker| self.is_expected(What::LongestWait(asker)))
                    || match item.short_of {
                        Some(stock) => self.may_be_supplied(stock, items),
                        None => somebody(self.department(at)),
                    }
            }
            State::Stopped => item.crew.iter().all(|&person| self.comes_back(person)),
            State::Asking => {
                self.is_expected(What::LongestWait(at)) || item.request.is_some_and(|request| items[request])
            }
            State::Blocked => self.desks.iter().enumerate().any(|(department, desk)| {
                let stay = desk.line.iter().filter(|&&other| !items[other]).count() + desk.kept as usize;
                let leaves = stay < self.plan.departments[department].capacity as usize;
                desk.blocked.contains(&at) && (leaves || somebody(department))
            }),
        }
    }

    /// Whether somebody of a crew is there or comes back.
    fn comes_back(&self, person: u32) -> bool {
        let person = &self.people[person as usize];
        let levels = self.full.homes[person.home].levels.as_ref();
        person.on || levels.is_none_or(|levels| levels.highest_from(self.now) > 0)
    }

    fn person_lives(&self, person: usize, items: &[bool]) -> bool {
        let place = &self.people[person];
        let plan = &self.full.homes[place.home];
        let levels = plan.levels.as_ref();
        let changes = self.coming_levels(place.home);
        let falls = changes.iter().any(|&level| level < self.homes[place.home].level);
        let replaced = self.is_replaced(place.home) && !changes.is_empty();
        let highest = levels.map_or(plan.staff, |levels| levels.highest_from(self.now)) as usize;
        let Some(item) = place.item else {
            // They come when there are not enough others who come first, with what is on their desks.
            let stuck = self.people_of(place.home).filter(|&other| {
                let item = self.people[other as usize].item;
                item.is_some_and(|item| !items[item])
            });
            return place.on || highest > stuck.count() || replaced && highest > 0;
        };
        let reserved = self.items[item].state == State::Waiting;
        let blocked = self.items[item].state == State::Blocked;
        let let_go = falls && (reserved || plan.at_end == ShiftEnd::HandOver && !blocked);
        items[item] || let_go || replaced && highest > 0 || reserved && !plan.absences.is_empty()
    }

    /// The levels of the changes to come: enough of them for those of a whole pattern to be among them.
    fn coming_levels(&self, home: usize) -> Vec<u32> {
        let Some(levels) = &self.full.homes[home].levels else { return Vec::new() };
        let changes = std::iter::successors(levels.next_change(self.now), |last| levels.next_change(last.0));
        changes.map(|(_, level)| level).take(MANY_CHANGES).collect()
    }
}
