//! What everybody has had who shares people with others, counted once more by the rule.

use std::collections::BTreeMap;

use super::trace::Who;
use crate::plan::FullPlan;
use crate::time::Tick;

/// A tick is so many units.
const UNITS: u128 = 1 << 20;

/// A department whose people share their time among all items.
#[derive(Debug)]
struct Shared {
    people: u128,
    /// Since when so many share there.
    since: Tick,
    /// What each has had of its stretch, in units.
    attained: BTreeMap<Who, u128>,
}

#[derive(Debug)]
pub(super) struct Shares(BTreeMap<u32, Shared>);

impl Shares {
    pub fn new(plan: &FullPlan) -> Shares {
        let shared = plan.departments.iter().zip(0..).filter(|(department, _)| department.sharing);
        let all = shared.map(|(department, at)| {
            let homes = department.eligible.iter().map(|eligible| &plan.homes[eligible.home as usize]);
            let people = homes.map(|home| u128::from(home.staff)).sum();
            (at, Shared { people, since: 0, attained: BTreeMap::new() })
        });
        Shares(all.collect())
    }

    pub fn all(&self) -> Vec<u32> {
        self.0.keys().copied().collect()
    }

    /// The departments in which some of these share.
    pub fn departments_of(&self, items: impl Iterator<Item = Who>) -> Vec<u32> {
        let items: Vec<Who> = items.collect();
        let meets = |shared: &Shared| items.iter().any(|item| shared.attained.contains_key(item));
        self.0.iter().filter(|(_, shared)| meets(shared)).map(|(&at, _)| at).collect()
    }

    /// An item begins a stretch, in a department where it shares people or not.
    pub fn begins(&mut self, department: u32, who: Who, at: Tick) {
        if let Some(shared) = self.0.get_mut(&department) {
            // Beside others it is told when their number changes: not if this one asks at once.
            if shared.attained.is_empty() {
                shared.since = at;
            }
            shared.attained.insert(who, 0);
        }
    }

    pub fn ends(&mut self, who: Who) {
        self.0.values_mut().for_each(|shared| {
            shared.attained.remove(&who);
        });
    }

    /// Counts on to a time. Gives how many ticks each has had since the number changed last.
    pub fn advance(&mut self, department: u32, at: Tick) -> Vec<(Who, u32, Tick)> {
        let shared = self.0.get_mut(&department).expect("a department that shares");
        let count = shared.attained.len() as u128;
        let ticks = u128::from(at - std::mem::replace(&mut shared.since, at));
        let gained =
            if count <= shared.people { ticks * UNITS } else { ticks * UNITS * shared.people / count };
        let attained = shared.attained.iter_mut().map(|(&who, units)| {
            let before = *units / UNITS;
            *units += gained;
            (who, department, (*units / UNITS - before) as Tick)
        });
        attained.collect()
    }

    /// How many ticks an item has had of its stretch.
    pub fn attained(&self, who: Who) -> Option<Tick> {
        self.0.values().find_map(|shared| shared.attained.get(&who)).map(|units| (units / UNITS) as Tick)
    }
}
