//! The ledger of models in which departments do not depend on each other's people.
//!
//! Whoever waits there waits for a member of the department's own staff, who does nothing but serve. So
//! all waiting is charged to the department where it is felt, and the only question is how much of it went
//! to others who were let past: to those whom the same person served meanwhile though they had joined later.

use super::account::{Accounts, Fate, LedgerTotals};
use super::codes::{Codes, Whose};
use super::slots::service_slot;
use crate::engine::{End, Identity, Life, Observer, Standing, Visit};
use crate::model::Discipline;
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// Who is remembered as having been served, because they may have been let past somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Nobody: they are served as they come, or wait for nobody.
    AsTheyCome,
    /// Those of more urgent ranks than the last, in which this is the number of the last. Within a rank they
    /// are served as they come.
    ByRank { last: u8 },
    /// Everybody.
    Any,
}

/// A service by one person.
#[derive(Clone, Copy, Debug)]
struct Past {
    from: Tick,
    to: Tick,
    /// When the one who was served had joined.
    joined: u32,
}

/// What one person serves now. Kept up to date where a wait may end without a start and the order is not
/// simple.
#[derive(Clone, Copy, Debug, Default)]
struct Present {
    from: Tick,
    joined: u32,
}

/// A case in the system.
#[derive(Clone, Copy, Debug, Default)]
struct Item {
    since: Tick,
    /// The number of the joining among all.
    joined: u32,
    /// Who serves it, if that is to be remembered; else [`NONE`].
    person: u32,
    waiting: bool,
}

/// The ledger of one replication of a plan without people whom departments share.
#[derive(Debug)]
pub(crate) struct PlainLedger<'p> {
    plan: &'p Plan,
    accounts: Accounts,
    /// By row: the department, the first of its people, and whom it remembers.
    rows: Vec<(u32, u32, Order, u8)>,
    items: Vec<Item>,
    joinings: u32,
    histories: Vec<Vec<Past>>,
    present: Vec<Present>,
    /// How many services are remembered, and at how many the oldest are forgotten.
    remembered: usize,
    most: usize,
}

/// So many services may be remembered beyond twice what has to be.
const SLACK: usize = 1024;

impl<'p> PlainLedger<'p> {
    /// The ledger of the cases that arrive at `from` or later.
    pub fn new(plan: &'p Plan, from: Tick) -> PlainLedger<'p> {
        let rows = plan.rows.iter().map(|row| {
            let department = &plan.departments[row.department as usize];
            let order = match (department.staff, department.discipline) {
                (None, _) => Order::AsTheyCome,
                (Some(_), Discipline::Fifo) if department.ranks <= 1 => Order::AsTheyCome,
                (Some(_), Discipline::Fifo) => Order::ByRank { last: (department.ranks - 1) as u8 },
                (Some(_), _) => Order::Any,
            };
            (row.department, department.first_slot, order, row.rank)
        });
        PlainLedger {
            plan,
            accounts: Accounts::new(plan, &Codes::new(plan), from),
            rows: rows.collect(),
            items: Vec::new(),
            joinings: 0,
            histories: vec![Vec::new(); plan.staff as usize],
            present: vec![Present::default(); plan.staff as usize],
            remembered: 0,
            most: SLACK,
        }
    }

    /// What the ledger comes to.
    pub fn totals(&self) -> LedgerTotals {
        self.accounts.totals()
    }

    #[cfg(test)]
    pub fn closed(&self) -> &[super::account::Closed] {
        &self.accounts.closed
    }

    /// Charges a wait that ends now with what `person` did meanwhile.
    #[inline(always)]
    fn charge_wait(&mut self, now: Tick, case: u32, department: u32, past: Tick) {
        let waited = now - self.items[case as usize].since;
        if waited > past {
            self.accounts.add(case, service_slot(department, Whose::Ahead), waited - past);
        }
        if past > 0 {
            self.accounts.add(case, service_slot(department, Whose::LetPast), past);
        }
    }

    /// How long a person has served others who joined after this one did, up to their present work.
    #[inline(always)]
    fn let_past(&self, item: Item, person: u32) -> Tick {
        let since = |past: &&Past| past.from >= item.since;
        let later = self.histories[person as usize].iter().rev().take_while(since);
        later.map(|past| if past.joined > item.joined { past.to - past.from } else { 0 }).sum()
    }

    /// A wait ends without a start, or has not ended when the run does: it is charged to whoever serves
    /// the same case for the longest time.
    #[inline(never)]
    fn charge_in_vain(&mut self, now: Tick, case: u32, row: u32) {
        let (department, first, order, rank) = self.rows[row as usize];
        let item = self.items[case as usize];
        let past = if may_be_overtaken(order, rank) {
            let staff = self.plan.departments[department as usize].staff.unwrap_or(0);
            let since = |&person: &u32| (self.present[person as usize].from, person);
            (first..first + staff).min_by_key(since).map_or(0, |person| {
                let present = self.present[person as usize];
                let past = if present.joined > item.joined { now - present.from } else { 0 };
                past + self.let_past(item, person)
            })
        } else {
            0
        };
        self.charge_wait(now, case, department, past);
    }

    /// Forgets what no case that waits now can need.
    #[cold]
    #[inline(never)]
    fn forget(&mut self, now: Tick) {
        let waiting = self.items.iter().filter(|item| item.waiting);
        let oldest = waiting.map(|item| item.since).min().unwrap_or(now);
        self.remembered = 0;
        for history in &mut self.histories {
            let old = history.partition_point(|past| past.from < oldest);
            history.drain(..old);
            self.remembered += history.len();
        }
        self.most = 2 * self.remembered + SLACK + self.items.len();
    }
}

/// Whether somebody of a rank may see others taken who joined later.
#[inline(always)]
fn may_be_overtaken(order: Order, rank: u8) -> bool {
    match order {
        Order::AsTheyCome => false,
        Order::ByRank { .. } => rank > 0,
        Order::Any => true,
    }
}

/// Whether somebody of a rank may be taken before others who joined earlier.
#[inline(always)]
fn may_overtake(order: Order, rank: u8) -> bool {
    match order {
        Order::AsTheyCome => false,
        Order::ByRank { last } => rank < last,
        Order::Any => true,
    }
}

impl Observer for PlainLedger<'_> {
    #[inline(always)]
    fn arrived(&mut self, _now: Tick, case: u32, _who: &Identity, _row: u32) {
        self.accounts.open(case);
        if self.items.len() <= case as usize {
            self.items.resize(case as usize + 1, Item::default());
        }
    }

    #[inline(always)]
    fn joined(&mut self, now: Tick, case: u32, _row: u32) {
        self.joinings += 1;
        self.items[case as usize] = Item { since: now, joined: self.joinings, person: NONE, waiting: true };
    }

    #[inline(always)]
    fn started(&mut self, now: Tick, case: u32, row: u32, staff: u32) {
        let (department, first, order, rank) = self.rows[row as usize];
        let item = &mut self.items[case as usize];
        item.waiting = false;
        if order != Order::AsTheyCome {
            let person = first + staff;
            self.present[person as usize] = Present { from: now, joined: item.joined };
            if may_overtake(order, rank) {
                item.person = person;
            }
        }
        let item = *item;
        if now > item.since {
            let past = if may_be_overtaken(order, rank) { self.let_past(item, first + staff) } else { 0 };
            self.charge_wait(now, case, department, past);
        }
    }

    #[inline(always)]
    fn served(&mut self, case: u32, visit: &Visit) {
        let worked = visit.ended - visit.begun;
        let department = self.rows[visit.row as usize].0;
        if worked > 0 {
            self.accounts.add(case, service_slot(department, Whose::Own), worked);
        }
        let item = self.items[case as usize];
        if item.person != NONE && worked > 0 {
            let past = Past { from: visit.begun, to: visit.ended, joined: item.joined };
            self.histories[item.person as usize].push(past);
            self.remembered += 1;
            if self.remembered > self.most {
                self.forget(visit.ended);
            }
        }
    }

    /// The whole way is charged now; what of it lies beyond the end of the run is taken off there.
    #[inline(always)]
    fn handed_over(&mut self, _now: Tick, case: u32, route: u32, transfer: Tick) {
        if transfer > 0 {
            let slot = self.accounts.slots.transfer(self.plan.routes[route as usize].handoff);
            self.accounts.add(case, slot, transfer);
        }
    }

    fn reneged(&mut self, now: Tick, case: u32, row: u32, _joined: Tick) {
        self.charge_in_vain(now, case, row);
        self.items[case as usize].waiting = false;
    }

    #[inline(always)]
    fn ended(&mut self, now: Tick, case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        self.accounts.close(now, case, who, life, end.into());
    }

    fn unfinished(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, at: Standing) {
        match at {
            Standing::Waiting { row, .. } => self.charge_in_vain(now, case, row),
            Standing::Served { row, begun, .. } | Standing::Begun { row, begun, .. } => {
                if now > begun {
                    let slot = service_slot(self.rows[row as usize].0, Whose::Own);
                    self.accounts.add(case, slot, now - begun);
                }
            }
            Standing::Moving { .. } => self.accounts.cut(case, now - life.arrived),
        }
        self.accounts.close(now, case, who, life, Fate::Unfinished);
    }
}
