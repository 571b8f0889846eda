//! What everybody has had who shares people with others, counted once more by the rule.

use std::collections::BTreeMap;

use super::history::Point;
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

/// The time between two changes of the number who share, of one item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub from: Tick,
    pub to: Tick,
    /// The block that ends it.
    pub ended: Point,
    /// What it had had of its stretch before, in units.
    before: u128,
    people: u128,
    count: u128,
}

impl Share {
    fn gained(&self, ticks: Tick) -> u128 {
        let units = u128::from(ticks) * UNITS;
        if self.count <= self.people { units } else { units * self.people / self.count }
    }

    /// Until when somebody works on the item, of the time until `to`.
    pub fn own_until(&self, to: Tick) -> Tick {
        let after = self.before + self.gained(to - self.from);
        self.from + (after / UNITS - self.before / UNITS) as Tick
    }
}

#[derive(Debug)]
pub(super) struct Shares {
    departments: BTreeMap<u32, Shared>,
    pub all: BTreeMap<Who, Vec<Share>>,
}

impl Shares {
    pub fn new(plan: &FullPlan) -> Shares {
        let shared = plan.departments.iter().zip(0..).filter(|(department, _)| department.sharing);
        let departments = shared.map(|(department, at)| {
            let homes = department.eligible.iter().map(|eligible| &plan.homes[eligible.home as usize]);
            let people = homes.map(|home| u128::from(home.staff)).sum();
            (at, Shared { people, since: 0, attained: BTreeMap::new() })
        });
        Shares { departments: departments.collect(), all: BTreeMap::new() }
    }

    pub fn all(&self) -> Vec<u32> {
        self.departments.keys().copied().collect()
    }

    /// The departments in which some of these share.
    pub fn departments_of(&self, items: impl Iterator<Item = Who>) -> Vec<u32> {
        let items: Vec<Who> = items.collect();
        let meets = |shared: &Shared| items.iter().any(|item| shared.attained.contains_key(item));
        self.departments.iter().filter(|(_, shared)| meets(shared)).map(|(&at, _)| at).collect()
    }

    /// An item begins a stretch, in a department where it shares people or not.
    pub fn begins(&mut self, department: u32, who: Who, at: Tick) {
        if let Some(shared) = self.departments.get_mut(&department) {
            // Beside others it is told when their number changes: not if this one asks at once.
            if shared.attained.is_empty() {
                shared.since = at;
            }
            shared.attained.insert(who, 0);
        }
    }

    pub fn ends(&mut self, who: Who) {
        self.departments.values_mut().for_each(|shared| {
            shared.attained.remove(&who);
        });
    }

    /// The number of those who share changes.
    pub fn advance(&mut self, department: u32, to: Tick, ended: Point) {
        let shared = self.departments.get_mut(&department).expect("a department that shares");
        let from = std::mem::replace(&mut shared.since, to);
        let (people, count) = (shared.people, shared.attained.len() as u128);
        for (&who, units) in &mut shared.attained {
            let share = Share { from, to, ended, before: *units, people, count };
            *units += share.gained(to - from);
            self.all.entry(who).or_default().push(share);
        }
    }

    /// How many ticks an item has had of its stretch.
    pub fn attained(&self, who: Who) -> Option<Tick> {
        let mut all = self.departments.values();
        all.find_map(|shared| shared.attained.get(&who)).map(|units| (units / UNITS) as Tick)
    }

    /// The share that an item has at a time.
    pub fn at(&self, who: Who, at: Tick) -> Option<Share> {
        self.all.get(&who)?.iter().find(|share| share.from <= at && at < share.to).copied()
    }
}
