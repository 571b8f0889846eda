//! The accounts of plain models: there, a case has at each department its own work, others ahead, and others let
//! past, and on each handoff its own transfer.

use super::account::{Balance, FATES, Fate, LedgerTotals};
use super::codes::{Codes, What, Whose};
use super::slots::Key;
use crate::engine::{Identity, Life};
use crate::plan::Plan;
use crate::time::Tick;

/// One stay at a department, or one way by a handoff. In ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    /// The code of the department or handoff.
    pub code: u32,
    pub own: Tick,
    pub ahead: Tick,
    pub past: Tick,
}

/// The stays of one case.
pub(super) struct Sheet<'a>(pub &'a mut Vec<Stay>);

/// Up to so many stays are left as they are.
const SHORT: usize = 32;

impl Sheet<'_> {
    #[inline(always)]
    pub fn add(&mut self, stay: Stay) {
        if self.0.len() == self.0.capacity() {
            self.make_room();
        }
        self.0.push(stay);
    }

    /// Takes off the end of the latest way what goes beyond `age`.
    pub fn cut(&mut self, age: Tick) {
        let sum: Tick = self.0.iter().map(|stay| stay.own + stay.ahead + stay.past).sum();
        if let Some(last) = self.0.last_mut() {
            last.own = last.own.saturating_sub(sum.saturating_sub(age));
        }
    }

    /// The list is full. Where it is long, stays at one place are put together first; it grows only if that does
    /// not make much room. So it stays as short as there are places, however long a case goes round.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        let list = &mut *self.0;
        if list.len() >= SHORT {
            list.sort_unstable_by_key(|stay| stay.code);
            list.dedup_by(|next, kept| {
                let same = next.code == kept.code;
                if same {
                    kept.own += next.own;
                    kept.ahead += next.ahead;
                    kept.past += next.past;
                }
                same
            });
        }
        if list.len() * 2 > list.capacity() {
            list.reserve(list.capacity().max(4));
        }
    }
}

/// The cases of one class that ended in one way.
#[derive(Clone, Debug, Default)]
struct Group {
    cases: u64,
    /// By code: own, ahead, let past.
    sums: Vec<[u128; 3]>,
}

/// What the stays of all cases come to.
#[derive(Clone, Debug)]
pub(super) struct Sheets {
    from: Tick,
    departments: u32,
    codes: usize,
    /// By class and fate; the last is for cases that do not count.
    groups: Vec<Group>,
    balance: Balance,
    /// Every case that has been closed.
    #[cfg(test)]
    pub closed: Vec<super::account::Closed>,
}

impl Sheets {
    /// Sheets of which those count of cases that arrive at `from` or later.
    pub fn new(plan: &Plan, codes: &Codes, from: Tick) -> Sheets {
        Sheets {
            from,
            departments: codes.departments,
            codes: codes.count() as usize,
            groups: vec![Group::default(); plan.classes.len() * FATES + 1],
            balance: Balance::default(),
            #[cfg(test)]
            closed: Vec::new(),
        }
    }

    /// A case ends, or the run does: its stays must balance.
    #[inline(always)]
    pub fn close(&mut self, now: Tick, stays: &mut Vec<Stay>, who: &Identity, life: &Life, fate: Fate) {
        #[cfg(test)]
        self.closed.push((who.order(), fate, self.entries(stays)));
        let counts = life.arrived >= self.from;
        let group = if counts { who.class as usize * FATES + fate as usize } else { self.groups.len() - 1 };
        let group = &mut self.groups[group];
        if group.sums.is_empty() {
            group.sums.resize(self.codes, [0; 3]);
        }
        group.cases += 1;
        let (mut total, mut touch) = (0, 0);
        for stay in stays.iter() {
            let sums = &mut group.sums[stay.code as usize];
            sums[0] += u128::from(stay.own);
            sums[1] += u128::from(stay.ahead);
            sums[2] += u128::from(stay.past);
            total += stay.own + stay.ahead + stay.past;
            touch += if stay.code < self.departments { stay.own } else { 0 };
        }
        stays.clear();
        self.balance.check(now, life, total, touch);
    }

    fn keys(&self, code: u32) -> [Key; 3] {
        let key = |what, whose| Key { felt: code, who: code, what, whose };
        let what = if code < self.departments { What::Service } else { What::Transfer };
        [key(what, Whose::Own), key(what, Whose::Ahead), key(what, Whose::LetPast)]
    }

    pub fn totals(&self) -> LedgerTotals {
        let of = |group: &Group| {
            let cells =
                group.sums.iter().zip(0..).flat_map(|(sums, code)| self.keys(code).into_iter().zip(*sums));
            (group.cases, cells.filter(|&(_, ticks)| ticks > 0).collect())
        };
        let counted = &self.groups[..self.groups.len() - 1];
        LedgerTotals { groups: counted.iter().map(of).collect(), violation: self.balance.violation.clone() }
    }

    #[cfg(test)]
    fn entries(&self, stays: &[Stay]) -> std::collections::BTreeMap<Key, Tick> {
        let mut entries = std::collections::BTreeMap::new();
        for stay in stays {
            for (key, ticks) in self.keys(stay.code).into_iter().zip([stay.own, stay.ahead, stay.past]) {
                *entries.entry(key).or_default() += ticks;
            }
        }
        entries.retain(|_, ticks| *ticks > 0);
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_as_long_as_there_are_places() {
        let mut list = Vec::new();
        let mut expected = [0; 40];
        for at in 0..100_000_u64 {
            let code = (at * 7 % 40) as u32;
            Sheet(&mut list).add(Stay { code, own: at, ahead: 1, past: 2 });
            expected[code as usize] += at + 3;
        }
        assert!(list.capacity() <= 256, "{}", list.capacity());
        let mut sums = [0; 40];
        list.iter().for_each(|stay| sums[stay.code as usize] += stay.own + stay.ahead + stay.past);
        assert_eq!(sums, expected);
    }
}
