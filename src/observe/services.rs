//! How services come about: batches, setups, interruptions. By department, whatever is worked on.

use crate::engine::{End, Observer, Stay};
use crate::plan::Plan;
use crate::stats::Tally;
use crate::time::Tick;

/// What is kept of the services of one department.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServiceCounts {
    /// How often work, or a setup, was interrupted for something more urgent.
    pub interruptions: u64,
    /// Services that began, and the items that were served in them.
    pub services: u64,
    pub items: u64,
    /// Setups that have ended or were lost, one for each that began in the window.
    pub setups: Tally,
}

/// What is done about an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Doing {
    #[default]
    Nothing,
    SettingUp,
    /// A setup that lies on a desk.
    LeftSetUp,
    Working,
}

#[derive(Clone, Copy, Debug, Default)]
struct Item {
    doing: Doing,
    /// Served together with another, who counts for both.
    member: bool,
    department: u32,
    /// Of a setup: whether it began in the window, how long it took until it went on, and since when it has.
    counts: bool,
    took: Tick,
    since: Tick,
}

/// Keeps how services come about.
#[derive(Debug)]
pub(crate) struct ServiceStatistics {
    from: Tick,
    classes: u32,
    items: Vec<Item>,
    pub departments: Vec<ServiceCounts>,
}

impl ServiceStatistics {
    /// Statistics of a plan, from `warm_up` on.
    pub fn new(plan: &Plan, warm_up: Tick) -> ServiceStatistics {
        ServiceStatistics {
            from: warm_up,
            classes: plan.classes.len() as u32,
            items: Vec::new(),
            departments: vec![ServiceCounts::default(); plan.departments.len()],
        }
    }

    #[inline(always)]
    fn item(&mut self, item: u32) -> &mut Item {
        let at = item as usize;
        if self.items.len() <= at {
            self.grow(at + 1);
        }
        &mut self.items[at]
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, items: usize) {
        self.items.resize(items, Item::default());
    }

    /// Something else is done about an item. A setup ends with that. Gives whether the item is served with another.
    #[inline(always)]
    fn does(&mut self, now: Tick, id: u32, doing: Doing) -> bool {
        let item = self.item(id);
        let (before, member) = (std::mem::replace(&mut item.doing, doing), item.member);
        if matches!(before, Doing::SettingUp | Doing::LeftSetUp) {
            self.setup_ends(now, id, before);
        }
        member
    }

    #[inline(never)]
    fn setup_ends(&mut self, now: Tick, id: u32, before: Doing) {
        let Item { counts, took, since, department, .. } = *self.item(id);
        let more = if before == Doing::SettingUp { now - since } else { 0 };
        if counts {
            self.departments[department as usize].setups.record(took + more);
        }
    }

    fn is_gone(&mut self, now: Tick, item: u32) {
        self.item(item).member = false;
        self.does(now, item, Doing::Nothing);
    }
}

impl Observer for ServiceStatistics {
    fn batched(&mut self, _now: Tick, member: u32, leader: u32) {
        self.item(member).member = true;
        self.item(leader).member = false;
    }

    fn sets_up(&mut self, now: Tick, item: u32, row: u32, _person: u32) {
        let (from, department) = (self.from, row / self.classes);
        let item = self.item(item);
        if item.member {
            return;
        }
        if item.doing != Doing::LeftSetUp {
            (item.department, item.counts, item.took) = (department, now >= from, 0);
        }
        (item.doing, item.since) = (Doing::SettingUp, now);
    }

    #[inline(never)]
    fn started(&mut self, now: Tick, case: u32, row: u32, _staff: u32) {
        let member = self.does(now, case, Doing::Working);
        if now >= self.from {
            let counts = &mut self.departments[(row / self.classes) as usize];
            counts.items += 1;
            counts.services += u64::from(!member);
        }
    }

    #[inline(never)]
    fn continued(&mut self, now: Tick, item: u32, _row: u32, _person: u32) {
        self.does(now, item, Doing::Working);
    }

    #[inline(never)]
    fn suspended(&mut self, now: Tick, item: u32) {
        let item = self.item(item);
        match item.doing {
            Doing::SettingUp => {
                item.doing = Doing::LeftSetUp;
                item.took += now - item.since;
            }
            Doing::Working => item.doing = Doing::Nothing,
            Doing::Nothing | Doing::LeftSetUp => {}
        }
    }

    #[inline(never)]
    fn asked(&mut self, now: Tick, item: u32, _request: u32, _ask: u32) {
        self.does(now, item, Doing::Nothing);
    }

    fn waits_along(&mut self, now: Tick, member: u32, _request: u32) {
        self.does(now, member, Doing::Nothing);
    }

    fn interrupted(&mut self, now: Tick, _item: u32, row: u32) {
        let counts = &mut self.departments[(row / self.classes) as usize];
        counts.interruptions += u64::from(now >= self.from);
    }

    /// A setup is lost.
    #[inline(never)]
    fn requeued(&mut self, now: Tick, item: u32, _row: u32) {
        self.does(now, item, Doing::Nothing);
    }

    #[inline(never)]
    fn stayed(&mut self, item: u32, stay: &Stay) {
        self.is_gone(stay.ended, item);
    }

    #[inline(never)]
    fn reneged(&mut self, now: Tick, case: u32, _row: u32, _joined: Tick) {
        self.is_gone(now, case);
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.is_gone(now, part);
    }

    fn forgotten(&mut self, now: Tick, item: u32) {
        self.is_gone(now, item);
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, _decides: bool) {
        self.is_gone(now, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics(from: Tick) -> ServiceStatistics {
        let departments = vec![ServiceCounts::default(); 2];
        ServiceStatistics { from, classes: 1, items: Vec::new(), departments }
    }

    /// Item 0 takes 1 with it. Their setup lies on a desk from 5 to 9, and they are interrupted at 20, when 2 comes.
    #[test]
    fn a_batch_is_set_up_interrupted_and_counted_once() {
        let mut services = statistics(0);
        services.batched(3, 1, 0);
        (0..2).for_each(|item| services.sets_up(3, item, 1, 7));
        (0..2).for_each(|item| services.suspended(5, item));
        (0..2).for_each(|item| services.sets_up(9, item, 1, 7));
        (0..2).for_each(|item| services.started(12, item, 1, 7));
        services.interrupted(20, 0, 1);
        (0..2).for_each(|item| services.suspended(20, item));
        (0..2).for_each(|item| services.requeued(20, item, 1));
        services.started(20, 2, 1, 7);
        // The setup before they go on is lost when somebody interrupts that.
        (0..2).for_each(|item| services.sets_up(25, item, 1, 7));
        services.interrupted(26, 0, 1);
        (0..2).for_each(|item| services.requeued(26, item, 1));
        let of = services.departments[1];
        assert_eq!((of.interruptions, of.services, of.items), (2, 2, 3));
        assert_eq!((of.setups.count(), of.setups.sums().sum), (2, 5 + 1));
        assert_eq!(services.departments[0], ServiceCounts::default());
    }

    #[test]
    fn what_began_before_the_window_does_not_count() {
        let mut services = statistics(10);
        services.sets_up(8, 0, 0, 1);
        services.started(12, 0, 0, 1);
        services.sets_up(13, 2, 0, 1);
        let of = services.departments[0];
        assert_eq!((of.services, of.items, of.setups.count()), (1, 1, 0));
    }
}
