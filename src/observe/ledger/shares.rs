//! How much of their work items have had that share people.
//!
//! The engine tells whole ticks, at every change of the number of those who share. A chain that is followed in between has
//! to know how much an item has had by then.

use super::item::{Item, State};
use super::trail::Mark;
use crate::plan::Plan;
use crate::time::Tick;

/// A tick has 2^20 units of attained work.
const UNIT: u32 = 20;

/// How much an item has had.
#[derive(Clone, Copy, Debug, Default)]
struct Had {
    /// When the number of those who share last changed.
    since: Tick,
    /// How many units of its stretch it had had by then.
    units: u128,
}

/// A department whose people share their time.
#[derive(Clone, Debug)]
struct Share {
    department: u32,
    staff: u128,
    /// The items; some may have ceased to share.
    sharers: Vec<u32>,
    /// The last change, and how many shared before it.
    changed: Tick,
    before: u128,
}

impl Share {
    fn has<M: Mark>(&self, items: &[Item<M>], item: u32) -> bool {
        let item = &items[item as usize];
        item.state == State::Sharing && item.department == self.department
    }
}

/// All such departments.
#[derive(Clone, Debug, Default)]
pub(super) struct Shares {
    list: Vec<Share>,
    /// By item.
    had: Vec<Had>,
}

impl Shares {
    pub fn new(plan: &Plan) -> Shares {
        let departments = plan.full.iter().flat_map(|full| full.departments.iter().zip(0..));
        let share = |department: u32| {
            let staff = plan.departments[department as usize].staff.map_or(u128::MAX, u128::from);
            Share { department, staff, sharers: Vec::new(), changed: Tick::MAX, before: 0 }
        };
        let list = departments.filter(|(of, _)| of.sharing).map(|(_, department)| share(department));
        Shares { list: list.collect(), had: Vec::new() }
    }

    /// Whether people share their time in a department.
    #[inline(always)]
    pub fn has(&self, department: u32) -> bool {
        !self.list.is_empty() && self.place(department).is_some()
    }

    fn place(&self, department: u32) -> Option<usize> {
        self.list.iter().position(|share| share.department == department)
    }

    /// An item shares the people of a department from now on.
    pub fn begins(&mut self, now: Tick, item: u32, department: u32) {
        let Some(place) = self.place(department) else { return };
        let sharers = &mut self.list[place].sharers;
        sharers.retain(|&other| other != item);
        sharers.push(item);
        if self.had.len() <= item as usize {
            self.had.resize(item as usize + 1, Had::default());
        }
        self.had[item as usize] = Had { since: now, units: 0 };
    }

    /// How many have shared since the last change before `now`.
    fn count<M: Mark>(&self, items: &[Item<M>], share: &Share, now: Tick) -> u128 {
        if share.changed == now {
            return share.before;
        }
        let shares = |&&item: &&u32| self.had[item as usize].since < now && share.has(items, item);
        share.sharers.iter().filter(shares).count() as u128
    }

    /// How many units an item has had by `now`.
    fn units<M: Mark>(&self, items: &[Item<M>], id: u32, now: Tick) -> u128 {
        let Some(place) = self.place(items[id as usize].department) else { return 0 };
        let (share, had) = (&self.list[place], self.had[id as usize]);
        let (units, count) = (u128::from(now - had.since) << UNIT, self.count(items, share, now));
        had.units + if count <= share.staff { units } else { units * share.staff / count }
    }

    /// How many whole ticks an item has had since the last change.
    pub fn gained<M: Mark>(&self, items: &[Item<M>], id: u32, now: Tick) -> Tick {
        ((self.units(items, id, now) >> UNIT) - (self.had[id as usize].units >> UNIT)) as Tick
    }

    /// The number of those who share is about to change.
    pub fn changes<M: Mark>(&mut self, items: &[Item<M>], now: Tick, department: u32) {
        let Some(place) = self.place(department) else { return };
        if self.list[place].changed != now {
            let before = self.count(items, &self.list[place], now);
            let mut sharers = std::mem::take(&mut self.list[place].sharers);
            sharers.retain(|&item| self.list[place].has(items, item));
            let share = &mut self.list[place];
            (share.sharers, share.before, share.changed) = (sharers, before, now);
        }
    }

    /// What an item has had is told of at a change.
    pub fn has_had<M: Mark>(&mut self, items: &[Item<M>], now: Tick, id: u32, ticks: Tick) {
        let units = self.units(items, id, now);
        debug_assert_eq!((units >> UNIT) as Tick, ticks);
        self.had[id as usize] = Had { since: now, units };
    }
}
