//! The ledger of models in which departments do not depend on each other's people.
//!
//! Whoever waits there waits for a member of the department's own staff, who does nothing but serve. So
//! all waiting is charged to the department where it is felt, and the only question is how much of it went
//! to others who were let past: to those whom the same person served meanwhile though they had joined later.

use super::account::{Fate, LedgerTotals};
use super::codes::Codes;
use super::stays::{Sheet, Sheets, Stay};
use crate::engine::{End, Identity, Life, Observer, Standing, Visit};
use crate::model::Discipline;
use crate::plan::{NONE, Plan, Row};
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

/// A case in the system: a cache line.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Item {
    stays: Vec<Stay>,
    /// Since when it waits; `Tick::MAX` if it does not.
    since: Tick,
    /// How much of the wait that has ended last went to those let past.
    past: Tick,
    /// The number of the joining among all.
    joined: u32,
    /// Who serves it, if that is to be remembered; else [`NONE`].
    person: u32,
}

/// How a department serves those of a row. Small, as there may be many rows.
#[derive(Clone, Copy, Debug)]
struct Manner {
    /// Not as they come.
    in_any_order: bool,
    /// They may see others taken who joined later.
    is_overtaken: bool,
    /// They may be taken before others who joined earlier.
    overtakes: bool,
}

impl Manner {
    fn new(plan: &Plan, row: &Row) -> Manner {
        let department = &plan.departments[row.department as usize];
        let order = match (department.staff, department.discipline) {
            (None, _) => Order::AsTheyCome,
            (Some(_), Discipline::Fifo) if department.ranks <= 1 => Order::AsTheyCome,
            (Some(_), Discipline::Fifo) => Order::ByRank { last: (department.ranks - 1) as u8 },
            (Some(_), _) => Order::Any,
        };
        let (is_overtaken, overtakes) = match order {
            Order::AsTheyCome => (false, false),
            Order::ByRank { last } => (row.rank > 0, row.rank < last),
            Order::Any => (true, true),
        };
        Manner { in_any_order: order != Order::AsTheyCome, is_overtaken, overtakes }
    }
}

/// The ledger of one replication of a plan without people whom departments share.
#[derive(Debug)]
pub(crate) struct PlainLedger<'p> {
    plan: &'p Plan,
    codes: Codes,
    sheets: Sheets,
    /// By row.
    manners: Vec<Manner>,
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
        let codes = Codes::new(plan);
        PlainLedger {
            plan,
            codes,
            sheets: Sheets::new(plan, &codes, from),
            manners: plan.rows.iter().map(|row| Manner::new(plan, row)).collect(),
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
        self.sheets.totals()
    }

    #[cfg(test)]
    pub fn closed(&self) -> &[super::account::Closed] {
        &self.sheets.closed
    }

    /// How long a person has served others since a time who joined after this one did, up to their present work.
    #[inline(always)]
    fn let_past(&self, since: Tick, joined: u32, person: u32) -> Tick {
        let mut sum = 0;
        for past in self.histories[person as usize].iter().rev() {
            if past.from < since {
                break;
            }
            sum += if past.joined > joined { past.to - past.from } else { 0 };
        }
        sum
    }

    /// A wait ends without a start, or has not ended when the run does: it is charged to whoever serves
    /// the same case for the longest time.
    #[inline(never)]
    fn charge_in_vain(&mut self, now: Tick, case: u32, row: u32) {
        let code = self.plan.rows[row as usize].department;
        let Item { since, joined, .. } = self.items[case as usize];
        let past = if self.manners[row as usize].is_overtaken {
            let department = &self.plan.departments[code as usize];
            let (first, staff) = (department.first_slot, department.staff.unwrap_or(0));
            let begun = |&person: &u32| (self.present[person as usize].from, person);
            (first..first + staff).min_by_key(begun).map_or(0, |person| {
                let present = self.present[person as usize];
                let past = if present.joined > joined { now - present.from } else { 0 };
                past + self.let_past(since, joined, person)
            })
        } else {
            0
        };
        let stay = Stay { code, own: 0, ahead: now - since - past, past };
        let item = &mut self.items[case as usize];
        item.since = Tick::MAX;
        Sheet(&mut item.stays).add(stay);
    }

    /// Forgets what no case that waits now can need.
    #[cold]
    #[inline(never)]
    fn forget(&mut self, now: Tick) {
        let oldest = self.items.iter().map(|item| item.since).min().unwrap_or(now);
        self.remembered = 0;
        for history in &mut self.histories {
            let old = history.partition_point(|past| past.from < oldest);
            history.drain(..old);
            self.remembered += history.len();
        }
        self.most = 2 * self.remembered + SLACK + self.items.len();
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, case: u32) {
        let item = Item { stays: Vec::new(), since: Tick::MAX, past: 0, joined: 0, person: NONE };
        self.items.resize(case as usize + 1, item);
    }
}

impl Observer for PlainLedger<'_> {
    #[inline(always)]
    fn arrived(&mut self, _now: Tick, case: u32, _who: &Identity, _row: u32) {
        if self.items.len() <= case as usize {
            self.grow(case);
        }
    }

    #[inline(always)]
    fn joined(&mut self, now: Tick, case: u32, _row: u32) {
        self.joinings += 1;
        let item = &mut self.items[case as usize];
        (item.since, item.past, item.joined, item.person) = (now, 0, self.joinings, NONE);
    }

    #[inline(always)]
    fn started(&mut self, now: Tick, case: u32, row: u32, staff: u32) {
        let manner = self.manners[row as usize];
        let item = &mut self.items[case as usize];
        let (since, joined) = (item.since, item.joined);
        item.since = Tick::MAX;
        if manner.in_any_order {
            let department = self.plan.rows[row as usize].department;
            let person = self.plan.departments[department as usize].first_slot + staff;
            self.present[person as usize] = Present { from: now, joined };
            if manner.overtakes {
                item.person = person;
            }
            if manner.is_overtaken && since < now {
                self.items[case as usize].past = self.let_past(since, joined, person);
            }
        }
    }

    #[inline(always)]
    fn served(&mut self, case: u32, visit: &Visit) {
        let item = &mut self.items[case as usize];
        let own = visit.ended - visit.begun;
        let ahead = visit.begun - visit.joined - item.past;
        Sheet(&mut item.stays).add(Stay {
            code: self.plan.rows[visit.row as usize].department,
            own,
            ahead,
            past: item.past,
        });
        if item.person != NONE && own > 0 {
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
            let code = self.codes.handoff(self.plan.routes[route as usize].handoff);
            Sheet(&mut self.items[case as usize].stays).add(Stay { code, own: transfer, ahead: 0, past: 0 });
        }
    }

    fn reneged(&mut self, now: Tick, case: u32, row: u32, _joined: Tick) {
        self.charge_in_vain(now, case, row);
    }

    #[inline(always)]
    fn ended(&mut self, now: Tick, case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        self.sheets.close(now, &mut self.items[case as usize].stays, who, life, end.into());
    }

    fn unfinished(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, at: Standing) {
        match at {
            Standing::Waiting { row, .. } => self.charge_in_vain(now, case, row),
            Standing::Served { row, joined, begun } | Standing::Begun { row, joined, begun, .. } => {
                self.served(case, &Visit { row, joined, begun, ended: now });
            }
            Standing::Moving { .. }
            | Standing::Forked { .. }
            | Standing::Joining { .. }
            | Standing::Away { .. } => Sheet(&mut self.items[case as usize].stays).cut(now - life.arrived),
        }
        self.sheets.close(now, &mut self.items[case as usize].stays, who, life, Fate::Unfinished);
    }
}
