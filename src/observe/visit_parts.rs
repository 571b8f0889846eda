//! Visits of full models: what they consist of, and how many cases stand how.
//!
//! A visit is waiting until its first start, then work, waits for answers, waits in line again (with an
//! answer, or handed over), time on the desk of somebody who is away, and at last a wait for room. Requests
//! are not cases: their visits are counted elsewhere ([`super::RequestStatistics`]) and are left out here.

use super::statistics::{RowStatistics, clip};
use crate::engine::{Identity, Observer, Room, Stay};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// How a case stands in its department.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Standing {
    /// In none.
    #[default]
    Away,
    /// In line, for the first time or again.
    InLine,
    Served,
    Asking,
    Suspended,
    Blocked,
}

#[derive(Clone, Copy, Debug, Default)]
struct Item {
    standing: Standing,
    since: Tick,
    row: u32,
    /// Whether its service has begun in this visit.
    begun: bool,
    /// Whether it waits for an answer, whatever else happens meanwhile.
    asking: bool,
    /// How long it has been in line again in this visit.
    again: Tick,
    request: bool,
}

/// What visits of a class to a department consist of, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub again: u128,
    pub asking: u128,
    pub suspended: u128,
    pub blocked: u128,
}

/// Case-ticks in the window, by everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Areas {
    pub in_line: u128,
    pub served: u128,
    pub asking: u128,
    pub suspended: u128,
    pub blocked: u128,
}

/// Keeps the statistics of visits of a full model.
#[derive(Debug)]
pub(crate) struct VisitParts {
    from: Tick,
    items: Vec<Item>,
    /// By row: counted visits that were served. Service is the time in which somebody worked.
    pub rows: Vec<RowStatistics>,
    /// By row: visits that ended served in the window, and joined before it.
    pub early_served: Vec<u64>,
    /// By row: sums over counted visits that were served.
    pub parts: Vec<Parts>,
    /// By row.
    pub areas: Vec<Areas>,
}

impl VisitParts {
    /// Statistics of a plan, from `warm_up` on.
    pub fn new(plan: &Plan, warm_up: Tick) -> VisitParts {
        let rows = plan.rows.len();
        VisitParts {
            from: warm_up,
            items: Vec::new(),
            rows: vec![RowStatistics::default(); rows],
            early_served: vec![0; rows],
            parts: vec![Parts::default(); rows],
            areas: vec![Areas::default(); rows],
        }
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        for item in 0..self.items.len() as u32 {
            self.stands(now, item, Standing::Away);
        }
    }

    fn item(&mut self, item: u32) -> &mut Item {
        let at = item as usize;
        if self.items.len() <= at {
            self.items.resize(at + 1, Item::default());
        }
        &mut self.items[at]
    }

    /// A case stands otherwise from now on.
    fn stands(&mut self, now: Tick, item: u32, standing: Standing) {
        let from = self.from;
        let item = self.item(item);
        if item.request {
            return;
        }
        let (before, row) = (std::mem::replace(&mut item.standing, standing), item.row);
        let time = now - item.since;
        let area = clip(from, std::mem::replace(&mut item.since, now), now);
        if before == Standing::InLine && item.begun {
            item.again += time;
        }
        // Nobody stands anywhere before the first joining.
        let Some(areas) = self.areas.get_mut(row as usize) else { return };
        match before {
            Standing::Away => {}
            Standing::InLine => areas.in_line += area,
            Standing::Served => areas.served += area,
            Standing::Asking => areas.asking += area,
            Standing::Suspended => areas.suspended += area,
            Standing::Blocked => areas.blocked += area,
        }
    }

    fn has_answer(&mut self, now: Tick, item: u32) {
        self.item(item).asking = false;
        if self.item(item).standing == Standing::Asking {
            self.stands(now, item, Standing::Suspended);
        }
    }
}

impl Observer for VisitParts {
    fn arrived(&mut self, now: Tick, case: u32, _who: &Identity, _row: u32) {
        *self.item(case) = Item { since: now, ..Item::default() };
    }

    fn joined(&mut self, now: Tick, case: u32, row: u32) {
        self.stands(now, case, Standing::InLine);
        let item = self.item(case);
        *item = Item { row, begun: false, asking: false, again: 0, ..*item };
    }

    fn started(&mut self, now: Tick, case: u32, _row: u32, _staff: u32) {
        self.stands(now, case, Standing::Served);
        self.item(case).begun = true;
    }

    fn requeued(&mut self, now: Tick, item: u32, _row: u32) {
        self.stands(now, item, Standing::InLine);
    }

    fn continued(&mut self, now: Tick, item: u32, _row: u32, _person: u32) {
        self.stands(now, item, Standing::Served);
    }

    /// A wait for an answer remains one, whoever goes meanwhile.
    fn suspended(&mut self, now: Tick, item: u32) {
        if !self.item(item).asking {
            self.stands(now, item, Standing::Suspended);
        }
    }

    fn asked(&mut self, now: Tick, item: u32, request: u32, _ask: u32) {
        self.stands(now, item, Standing::Asking);
        self.item(item).asking = true;
        *self.item(request) = Item { request: true, ..Item::default() };
    }

    fn answered(&mut self, now: Tick, item: u32, _request: u32, _ask: u32, _asked: Tick) {
        self.has_answer(now, item);
    }

    fn given_up(&mut self, now: Tick, item: u32, _request: u32, _ask: u32, _asked: Tick, _begun: bool) {
        self.has_answer(now, item);
    }

    fn blocked(&mut self, now: Tick, item: u32, _department: u32) {
        self.stands(now, item, Standing::Blocked);
    }

    fn let_in(&mut self, now: Tick, item: u32, _room: Room) {
        self.stands(now, item, Standing::Away);
    }

    fn reneged(&mut self, now: Tick, case: u32, _row: u32, _joined: Tick) {
        self.stands(now, case, Standing::Away);
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        if stay.ask != NONE {
            return;
        }
        self.stands(stay.ended, item, Standing::Away);
        let again = self.item(item).again;
        let at = stay.row as usize;
        if stay.joined < self.from {
            self.early_served[at] += u64::from(stay.ended >= self.from);
            return;
        }
        let (row, parts) = (&mut self.rows[at], &mut self.parts[at]);
        let (waiting, sojourn) = (stay.begun - stay.joined, stay.ended - stay.joined);
        row.served += 1;
        row.waiting.record(waiting);
        row.service.record(stay.worked);
        row.sojourn.record(sojourn);
        row.waiting_sketch.record(waiting);
        row.sojourn_sketch.record(sojourn);
        parts.again += u128::from(again);
        parts.asking += u128::from(stay.asking);
        parts.blocked += u128::from(stay.ended - stay.finished);
        let rest = stay.finished - stay.begun - stay.worked - stay.asking - again;
        parts.suspended += u128::from(rest);
    }
}
