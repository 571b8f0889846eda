//! Entries as numbers: what is charged most often has a fixed place, the rest is numbered as it comes.

use super::codes::{Codes, What, Whose};

/// One entry of the ledger, without its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub felt: u32,
    pub who: u32,
    pub what: What,
    pub whose: Whose,
}

impl Key {
    /// Whether this is work on the case itself.
    fn is_touch(&self) -> bool {
        self.whose == Whose::Own && matches!(self.what, What::Service | What::Rework | What::Answering)
    }
}

/// Numbers the keys that occur.
///
/// Service felt in the department that does it has four fixed slots per department, by whose it is; its
/// own transfer has one per handoff. All other keys are found in a sorted list per place where they are
/// felt: there are as many as there are ways in which a delay comes to that place.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    services: u32,
    transfers: u32,
    others: Vec<Vec<(u32, What, Whose, u32)>>,
    keys: Vec<Key>,
}

/// The slot of service of a department that is felt there.
#[inline(always)]
fn service_slot(department: u32, whose: Whose) -> u32 {
    department * 4 + whose as u32
}

impl Slots {
    pub fn new(codes: &Codes) -> Slots {
        Slots {
            services: codes.departments * 4,
            transfers: codes.departments * 4 + codes.handoffs,
            others: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// The slot of a handoff's own transfer.
    fn transfer(&self, handoff: u32) -> u32 {
        self.services + handoff
    }

    /// How many slots there are by now.
    pub fn count(&self) -> usize {
        self.transfers as usize + self.keys.len()
    }

    pub fn slot(&mut self, key: Key) -> u32 {
        if key.felt == key.who {
            if key.what == What::Service && key.who * 4 < self.services {
                return service_slot(key.who, key.whose);
            }
            if key.what == What::Transfer && key.whose == Whose::Own && key.who * 4 >= self.services {
                return self.transfer(key.who - self.services / 4);
            }
        }
        self.other(key)
    }

    fn other(&mut self, key: Key) -> u32 {
        if self.others.len() <= key.felt as usize {
            self.others.resize_with(key.felt as usize + 1, Vec::new);
        }
        let row = &mut self.others[key.felt as usize];
        let wanted = (key.who, key.what, key.whose);
        match row.binary_search_by_key(&wanted, |&(who, what, whose, _)| (who, what, whose)) {
            Ok(at) => row[at].3,
            Err(at) => {
                let slot = self.transfers + self.keys.len() as u32;
                row.insert(at, (key.who, key.what, key.whose, slot));
                self.keys.push(key);
                slot
            }
        }
    }

    pub fn key(&self, slot: u32) -> Key {
        if slot < self.services {
            let whose = [Whose::Own, Whose::Ahead, Whose::LetPast, Whose::Nobody][slot as usize % 4];
            return Key { felt: slot / 4, who: slot / 4, what: What::Service, whose };
        }
        if slot < self.transfers {
            let code = self.services / 4 + slot - self.services;
            return Key { felt: code, who: code, what: What::Transfer, whose: Whose::Own };
        }
        self.keys[(slot - self.transfers) as usize]
    }

    /// Whether a slot is of work on the case itself.
    #[inline(always)]
    pub fn is_touch(&self, slot: u32) -> bool {
        if slot < self.transfers {
            slot < self.services && slot.is_multiple_of(4)
        } else {
            self.keys[(slot - self.transfers) as usize].is_touch()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::plan::compile;
    use crate::random::Dist;
    use crate::time::minutes;

    #[test]
    fn every_key_has_one_slot() {
        let model = Model::builder("two")
            .department("a", |d| d.staff(1).service(Dist::constant(minutes(1))))
            .department("b", |d| d.staff(1).service(Dist::constant(minutes(1))))
            .handoff("a", "b", |h| h)
            .customers("c", |c| c.poisson(crate::time::per_hour(1.0)).enter("a"))
            .build()
            .unwrap();
        let codes = Codes::new(&compile(&model).unwrap());
        let mut slots = Slots::new(&codes);
        let whats = [What::Service, What::Rework, What::Answering, What::Transfer, What::Closed];
        let whoses = [Whose::Own, Whose::Ahead, Whose::LetPast, Whose::Nobody];
        let mut seen = std::collections::BTreeMap::new();
        for round in 0..2 {
            for (felt, who) in
                (0..codes.count()).flat_map(|felt| (0..codes.count()).map(move |who| (felt, who)))
            {
                for (what, whose) in whats.iter().flat_map(|&what| whoses.map(|whose| (what, whose))) {
                    let key = Key { felt, who, what, whose };
                    let slot = slots.slot(key);
                    assert_eq!(slots.key(slot), key);
                    assert_eq!(slots.is_touch(slot), key.is_touch(), "{key:?}");
                    let first = *seen.entry(slot).or_insert(key);
                    assert_eq!((first, round < 2), (key, true));
                    assert!((slot as usize) < slots.count());
                }
            }
        }
        assert_eq!(seen.len(), 3 * 3 * 5 * 4);
    }
}
