//! The accounts of the cases in the system, and what is kept of those that have ended.

use super::slots::{Key, Slots};
use crate::engine::{End, Identity, Life};
use crate::plan::Plan;
use crate::time::Tick;

use super::codes::Codes;

/// How a case ended, as the ledger keeps them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Completed,
    Lost,
    Unfinished,
}

/// How many fates there are.
pub(crate) const FATES: usize = 3;

impl From<End> for Fate {
    fn from(end: End) -> Fate {
        if end == End::Completed { Fate::Completed } else { Fate::Lost }
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    ticks: Tick,
    slot: u32,
}

/// The cases of one class that ended in one way.
#[derive(Clone, Debug, Default)]
struct Group {
    cases: u64,
    /// By slot.
    sums: Vec<u128>,
}

/// What the ledger of one replication comes to.
#[derive(Clone, Debug, Default)]
pub(crate) struct LedgerTotals {
    /// By class, then by [`Fate`]: how many counted cases, and the ticks of every entry that occurs, by key.
    pub groups: Vec<(u64, Vec<(Key, u128)>)>,
    /// What does not balance: the first that was found.
    pub violation: Option<String>,
}

/// Whether all accounts balance.
#[derive(Clone, Debug, Default)]
pub(super) struct Balance {
    /// The first that does not.
    pub violation: Option<String>,
}

impl Balance {
    /// Entries must sum to the lead time, and the case's own work to the touch time.
    #[inline(always)]
    pub fn check(&mut self, now: Tick, life: &Life, total: Tick, touch: Tick) {
        if total != now - life.arrived || touch != life.touch {
            self.does_not_hold(now, life, total, touch);
        }
    }

    #[cold]
    #[inline(never)]
    fn does_not_hold(&mut self, now: Tick, life: &Life, total: Tick, touch: Tick) {
        let Life { arrived, touch: expected } = life;
        self.violation.get_or_insert_with(|| {
            format!(
                "the ledger of a case from tick {arrived} to {now} sums to {total} ticks, {touch} of them its own \
                 work, of which there were {expected}"
            )
        });
    }
}

/// An account for every case in the system, by its place in the engine's table.
#[derive(Clone, Debug)]
pub(super) struct Accounts {
    pub slots: Slots,
    from: Tick,
    /// The lists keep their room when a place gets another case: nothing is allocated once all places have
    /// been used.
    lists: Vec<Vec<Entry>>,
    groups: Vec<Group>,
    balance: Balance,
    /// Every case that has been closed.
    #[cfg(test)]
    pub closed: Vec<Closed>,
}

/// A case, by its order, with its entries.
#[cfg(test)]
pub(crate) type Closed = ((u32, u64, u32), Fate, std::collections::BTreeMap<Key, Tick>);

/// Up to so many entries a list is left as it is.
const SHORT: usize = 32;

impl Accounts {
    /// Accounts of which those count that are opened at `from` or later.
    pub fn new(plan: &Plan, codes: &Codes, from: Tick) -> Accounts {
        Accounts {
            slots: Slots::new(codes),
            from,
            lists: Vec::new(),
            groups: vec![Group::default(); plan.classes.len() * FATES],
            balance: Balance::default(),
            #[cfg(test)]
            closed: Vec::new(),
        }
    }

    /// There is a case at a place, which may never have had one.
    #[inline(always)]
    pub fn open(&mut self, case: u32) {
        if self.lists.len() <= case as usize {
            self.lists.resize_with(case as usize + 1, Vec::new);
        }
    }

    #[inline(always)]
    pub fn add(&mut self, case: u32, slot: u32, ticks: Tick) {
        let list = &mut self.lists[case as usize];
        if let Some(last) = list.last_mut()
            && last.slot == slot
        {
            last.ticks += ticks;
            return;
        }
        if list.len() == list.capacity() {
            make_room(list);
        }
        list.push(Entry { ticks, slot });
    }

    /// Adds by key.
    pub fn charge(&mut self, case: u32, key: Key, ticks: Tick) {
        if ticks > 0 {
            let slot = self.slots.slot(key);
            self.add(case, slot, ticks);
        }
    }

    /// What stands in one account goes to another.
    pub fn take_over(&mut self, case: u32, part: u32) {
        let mut list = std::mem::take(&mut self.lists[part as usize]);
        for entry in list.drain(..) {
            self.add(case, entry.slot, entry.ticks);
        }
        self.lists[part as usize] = list;
    }

    /// An account is of no use any more.
    pub fn drop(&mut self, part: u32) {
        self.lists[part as usize].clear();
    }

    /// Closes the account of a case: it must balance.
    #[inline(always)]
    pub fn close(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, fate: Fate) {
        #[cfg(test)]
        self.closed.push((who.order(), fate, self.entries(case)));
        let Accounts { slots, from, lists, groups, .. } = self;
        let list = &mut lists[case as usize];
        let (mut total, mut touch) = (0, 0);
        let group = &mut groups[who.class as usize * FATES + fate as usize];
        if group.sums.len() < slots.count() {
            group.sums.resize(slots.count(), 0);
        }
        let counts = life.arrived >= *from;
        for entry in list.iter() {
            total += entry.ticks;
            touch += if slots.is_touch(entry.slot) { entry.ticks } else { 0 };
            group.sums[entry.slot as usize] += if counts { u128::from(entry.ticks) } else { 0 };
        }
        group.cases += u64::from(counts);
        list.clear();
        self.balance.check(now, life, total, touch);
    }

    pub fn totals(&self) -> LedgerTotals {
        let of = |group: &Group| {
            let entries = group.sums.iter().zip(0..).filter(|&(&ticks, _)| ticks > 0);
            (group.cases, entries.map(|(&ticks, slot)| (self.slots.key(slot), ticks)).collect())
        };
        LedgerTotals {
            groups: self.groups.iter().map(of).collect(),
            violation: self.balance.violation.clone(),
        }
    }

    /// The entries of a case so far, added up.
    #[cfg(test)]
    fn entries(&self, case: u32) -> std::collections::BTreeMap<Key, Tick> {
        let mut sums = std::collections::BTreeMap::new();
        for entry in self.lists.get(case as usize).into_iter().flatten() {
            *sums.entry(self.slots.key(entry.slot)).or_default() += entry.ticks;
        }
        sums.retain(|_, ticks| *ticks > 0);
        sums
    }
}

/// A list is full. Where it is long, equal entries are put together first; it grows only if that does not
/// make much room. So it stays as short as there are kinds of entries, however long a case goes round.
#[cold]
#[inline(never)]
fn make_room(list: &mut Vec<Entry>) {
    if list.len() >= SHORT {
        list.sort_unstable_by_key(|entry| entry.slot);
        list.dedup_by(|next, kept| {
            let same = next.slot == kept.slot;
            kept.ticks += if same { next.ticks } else { 0 };
            same
        });
    }
    if list.len() * 2 > list.capacity() {
        list.reserve(list.capacity().max(4));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_as_long_as_there_are_kinds_of_entries() {
        let mut list = Vec::new();
        let mut expected = [0; 40];
        for at in 0..100_000_u64 {
            if list.len() == list.capacity() {
                make_room(&mut list);
            }
            list.push(Entry { ticks: at, slot: (at * 7 % 40) as u32 });
            expected[(at * 7 % 40) as usize] += at;
        }
        assert!(list.capacity() <= 256, "{}", list.capacity());
        let mut sums = [0; 40];
        list.iter().for_each(|entry| sums[entry.slot as usize] += entry.ticks);
        assert_eq!(sums, expected);
    }
}
