//! The lines of a department: those in order of the discipline, before them those who have come to the
//! head, and before all the item that people are reserved for.

use std::collections::VecDeque;

use super::item::State;
use super::slots::Slots;
use super::{Engine, Observer};
use crate::engine::observer::Room;
use crate::model::{Discipline, Preemption};
use crate::plan::{DepartmentPlan, FullDepartment, NONE};
use crate::time::Tick;

/// The state of a department, beside [`Department`](crate::engine::department::Department).
#[derive(Debug)]
pub(super) struct Ward {
    /// The item that people are reserved for, or [`NONE`], and how many are.
    pub gathering: u32,
    pub reserved: u32,
    /// How many people a piece of work needs.
    pub needed: u32,
    /// Whether everything here is a piece of work for one person, begun one after the other.
    pub simple: bool,
    /// Whether room in the line is limited.
    pub limited: bool,
    /// The homes of those who may serve here: own before helpers, then the faster, then in order.
    pub homes: Box<[u32]>,
    /// Whether everybody who may serve here does it at speed 1.
    pub alike: bool,
    /// How many questions may come up in a service here.
    pub asks: u32,
    /// Whether services here make cases defective; whether that, or any class goes on in parts from here.
    pub errs: bool,
    pub judges: bool,
    /// Whether customers from outside may see too many here.
    pub balks: bool,
    /// How many are here: waiting, in service, or blocked here.
    pub present: u32,
    /// Whether services begin in slots only; and whether none may begin now.
    pub slotted: bool,
    pub shut: bool,
    pub slots: Slots,
    /// Where its people share their time: its place among such departments, else [`NONE`].
    pub share: u32,
    /// Whether its work takes another time in some periods.
    pub periods: bool,
    /// Whether something happens to items that wait here for long.
    pub alarms: bool,
    /// Whether items rise here, or turn into another class.
    pub rises: bool,
    /// Whether work begins here otherwise than one after the other: batches, setups, stock, interruption, slots.
    pub special: bool,
    /// Whether more urgent work interrupts; whether work uses stock.
    pub preempts: bool,
    pub uses: bool,
    /// Whether people set up here.
    pub sets_up: bool,
    /// Where batches are served: how many at most, and how many there must be; else 1 and 1.
    pub batch: (u32, u32),
    /// In line, of those: who waited long enough; at the head, who was served before.
    pub ripe: u32,
    formed: u32,
    /// Items that wait for stock.
    pub short: u32,
    /// Places kept in the line for cases on their way.
    pub kept: u32,
    /// What made the last free place, where there was none.
    pub made: Room,
    /// Items elsewhere that find no room here, the first blocked first.
    pub blocked: VecDeque<u32>,
    /// By rank: items at the head of the line.
    fronts: Vec<VecDeque<u32>>,
    /// Ranks with items at the head, and how many there are.
    front_ranks: u64,
    front: u32,
}

impl Ward {
    pub fn new(plan: &DepartmentPlan, full: &FullDepartment, rises_by_request: bool) -> Ward {
        let rises = full.turns.iter().any(Option::is_some)
            || full.rises.iter().any(|rises| !rises.is_empty())
            || rises_by_request;
        let special = full.slots.is_some()
            || full.preemption != Preemption::None
            || full.batch.is_some()
            || full.setup.is_some()
            || full.uses.iter().any(|uses| !uses.is_empty());
        let infinite = plan.staff.is_none() || plan.discipline == Discipline::ProcessorSharing;
        let errs = full.errors.is_some();
        Ward {
            gathering: NONE,
            reserved: 0,
            needed: full.needed,
            simple: !special && full.needed == 1 && !infinite,
            limited: plan.capacity != u32::MAX,
            homes: full.eligible.iter().map(|eligible| eligible.home).collect(),
            alike: full.eligible.iter().all(|eligible| eligible.speed == 1.0),
            asks: full.asks.len() as u32,
            errs,
            judges: errs || full.fork.iter().any(|&fork| fork != NONE),
            balks: full.balking.is_some(),
            present: 0,
            slotted: full.slots.is_some(),
            shut: full.slots.is_some(),
            slots: Slots::default(),
            share: NONE,
            periods: !full.periods.is_empty(),
            alarms: plan.patience.is_some()
                || full.batch.is_some_and(|batch| batch.longest_wait < Tick::MAX)
                || rises,
            rises,
            special,
            preempts: full.preemption != Preemption::None,
            uses: full.uses.iter().any(|uses| !uses.is_empty()),
            sets_up: full.setup.is_some(),
            batch: full.batch.map_or((1, 1), |batch| (batch.size, batch.least)),
            ripe: 0,
            formed: 0,
            short: 0,
            kept: 0,
            made: Room::Free { person: NONE },
            blocked: VecDeque::new(),
            fronts: (0..plan.ranks).map(|_| VecDeque::new()).collect(),
            front_ranks: 0,
            front: 0,
        }
    }

    /// The items beside those in order.
    pub fn at_the_head(&self) -> impl Iterator<Item = u32> {
        let gathering = Some(self.gathering).filter(|&item| item != NONE);
        gathering.into_iter().chain(self.fronts.iter().flatten().copied()).chain(self.slots.late())
    }

    fn push_front(&mut self, rank: u8, item: u32) {
        self.fronts[usize::from(rank)].push_front(item);
        self.front_ranks |= 1 << rank;
        self.front += 1;
    }

    fn settle_front(&mut self, rank: u32) {
        self.front -= 1;
        if self.fronts[rank as usize].is_empty() {
            self.front_ranks &= !(1 << rank);
        }
    }
}

impl<O: Observer> Engine<'_, O> {
    /// How many wait in a department, places kept included.
    pub(super) fn waiting_at(&self, department: u32) -> u32 {
        let ward = &self.full.wards[department as usize];
        let gathering = u32::from(ward.gathering != NONE);
        let beside = ward.front + gathering + ward.kept + ward.short + ward.slots.late_count();
        self.departments[department as usize].waiting + beside
    }

    /// Whether anybody stands in line, the gathering one not counted.
    #[inline(always)]
    pub(super) fn has_line(&self, department: u32) -> bool {
        let ward = &self.full.wards[department as usize];
        self.departments[department as usize].ranks | ward.front_ranks != 0
    }

    /// Whether enough stand in line for a batch, one has waited long enough, or one was served before.
    pub(super) fn has_batch(&self, department: u32) -> bool {
        let ward = &self.full.wards[department as usize];
        let standing = self.departments[department as usize].waiting + ward.front - ward.formed;
        ward.formed > 0 || ward.ripe > 0 || standing >= ward.batch.1
    }

    /// An item goes to the end of its line.
    #[inline(always)]
    pub(super) fn push_line(&mut self, item: u32, department: u32) {
        let full = &mut self.full;
        let entry = &mut full.items[item as usize];
        entry.state = State::Waiting;
        let rank = entry.rank;
        if entry.ripe {
            full.wards[department as usize].ripe += 1;
        }
        self.cases[item].next = NONE;
        self.queues.push(&mut self.departments[department as usize], &mut self.cases, rank, item);
    }

    /// An item goes to the very head of its line.
    pub(super) fn push_head(&mut self, item: u32, department: u32) {
        let full = &mut self.full;
        let entry = &mut full.items[item as usize];
        entry.state = State::Waiting;
        entry.front = true;
        let ward = &mut full.wards[department as usize];
        ward.ripe += u32::from(entry.ripe);
        ward.formed += u32::from(entry.taken);
        ward.push_front(entry.rank, item);
    }

    /// Takes the item that is served next out of its line; there must be one.
    #[inline(always)]
    pub(super) fn pop_line(&mut self, department: u32) -> u32 {
        let full = &mut self.full;
        let ward = &mut full.wards[department as usize];
        let lines = &mut self.departments[department as usize];
        let (front, line) = (ward.front_ranks.trailing_zeros(), lines.ranks.trailing_zeros());
        if front > line {
            let item = self.queues.pop(lines, &self.cases);
            if ward.ripe > 0 {
                ward.ripe -= u32::from(full.items[item as usize].ripe);
            }
            return item;
        }
        let item = ward.fronts[front as usize].pop_front().expect("the rank has items at the head");
        ward.settle_front(front);
        let entry = &mut full.items[item as usize];
        ward.ripe -= u32::from(entry.ripe);
        ward.formed -= u32::from(entry.taken);
        entry.front = false;
        item
    }

    /// The rank of the item that is served next, and the item; the first in line where it is yet to be
    /// drawn.
    pub(super) fn peek_line(&self, department: u32) -> Option<(u32, u32)> {
        let ward = &self.full.wards[department as usize];
        let lines = &self.departments[department as usize];
        let (front, line) = (ward.front_ranks.trailing_zeros(), lines.ranks.trailing_zeros());
        if front.min(line) == u64::BITS {
            return None;
        }
        let item =
            if front > line { self.queues.peek(lines) } else { *ward.fronts[front as usize].front()? };
        Some((front.min(line), item))
    }

    /// An item has come out of a line: that may have made a free place.
    #[inline(always)]
    pub(super) fn notes_place(&mut self, department: u32, room: Room) {
        if self.full.wards[department as usize].limited {
            self.notes_limited_place(department, room);
        }
    }

    #[inline(never)]
    fn notes_limited_place(&mut self, department: u32, room: Room) {
        if self.waiting_at(department) + 1 == self.departments[department as usize].capacity {
            self.full.wards[department as usize].made = room;
        }
    }

    /// Takes an item out of the middle of its line.
    pub(super) fn remove_from_line(&mut self, item: u32, department: u32) {
        let full = &mut self.full;
        let entry = &mut full.items[item as usize];
        let rank = entry.rank;
        let ward = &mut full.wards[department as usize];
        ward.ripe -= u32::from(entry.ripe);
        if std::mem::take(&mut entry.front) {
            ward.formed -= u32::from(entry.taken);
            ward.fronts[usize::from(rank)].retain(|&other| other != item);
            ward.settle_front(rank.into());
        } else if !full.wards[department as usize].slots.forgets(item) {
            self.queues.remove(&mut self.departments[department as usize], &mut self.cases, rank, item);
        }
    }
}
