//! Visits of full models: what they consist of, and how many cases stand how.
//!
//! A visit is waiting until its first start, then work, waits for answers, waits in line again (with an
//! answer, handed over, or interrupted), time on the desk of somebody who is away, and at last a wait for room.
//! While somebody sets up for an item, it waits. Parts count as cases do. Requests and orders are not cases: they
//! are counted elsewhere ([`super::RequestStatistics`], [`super::StockStatistics`]) and are left out here.

use super::statistics::RowStatistics;
use crate::engine::{End, Identity, Observer, Order, Room, Stay};
use crate::plan::{FullPlan, NONE, Plan};
use crate::time::Tick;

/// How a case stands in its department.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Standing {
    /// In none.
    #[default]
    Away = 0,
    /// In line, for the first time or again.
    InLine,
    Served,
    Asking,
    Suspended,
    Blocked,
}

/// How many ways there are to stand.
const STANDINGS: usize = 6;

#[derive(Clone, Copy, Debug, Default)]
struct Item {
    standing: Standing,
    /// A request or an order.
    no_case: bool,
    /// It joined in the window.
    counts: bool,
    row: u32,
    since: Tick,
    /// By standing: the time of this visit in the window, but for what comes after `since`.
    spent: [Tick; STANDINGS],
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
    /// By row: the longest time that visits may take.
    standards: Vec<Tick>,
    /// By row: counted visits that were served within that.
    pub kept: Vec<u64>,
    /// By row: counted visits of parts that were withdrawn.
    pub withdrawn: Vec<u64>,
    /// By row: sums over counted visits that were served.
    pub parts: Vec<Parts>,
    /// By row. Until the end, without what is in `rows` and `parts`; less the waits as another class of visits that
    /// are still to come, and below zero with that.
    pub areas: Vec<Areas>,
}

impl VisitParts {
    /// Statistics of a plan, from `warm_up` on.
    pub fn new(plan: &Plan, full: &FullPlan, warm_up: Tick) -> VisitParts {
        let rows = plan.rows.len();
        let standards = full.departments.iter().flat_map(|department| department.standards.iter().copied());
        VisitParts {
            from: warm_up,
            items: Vec::new(),
            rows: vec![RowStatistics::default(); rows],
            early_served: vec![0; rows],
            standards: standards.collect(),
            kept: vec![0; rows],
            withdrawn: vec![0; rows],
            parts: vec![Parts::default(); rows],
            areas: vec![Areas::default(); rows],
        }
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        for item in 0..self.items.len() as u32 {
            let Item { standing, no_case, .. } = *self.item(item);
            if standing != Standing::Away && !no_case {
                self.ends_uncounted(now, item);
            }
        }
        for ((areas, row), parts) in self.areas.iter_mut().zip(&self.rows).zip(&self.parts) {
            areas.in_line = areas.in_line.wrapping_add(row.waiting.sum + parts.again);
            areas.served += row.service.sum;
            areas.asking += parts.asking;
            areas.suspended += parts.suspended;
            areas.blocked += parts.blocked;
        }
    }

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

    /// A case stands otherwise from now on.
    fn stands(&mut self, now: Tick, item: u32, standing: Standing) {
        let from = self.from;
        let item = self.item(item);
        item.spent[item.standing as usize] += now.saturating_sub(item.since.max(from));
        (item.standing, item.since) = (standing, now);
    }

    /// A visit ends now that is not among those counted in `rows`, or with the run.
    #[inline(never)]
    fn ends_uncounted(&mut self, now: Tick, item: u32) {
        self.stands(now, item, Standing::Away);
        let Item { row, spent, .. } = *self.item(item);
        let areas = &mut self.areas[row as usize];
        let [_, in_line, served, asking, suspended, blocked] = spent.map(u128::from);
        areas.in_line = areas.in_line.wrapping_add(in_line);
        areas.served += served;
        areas.asking += asking;
        areas.suspended += suspended;
        areas.blocked += blocked;
    }

    /// Until its work goes on.
    fn has_answer(&mut self, now: Tick, item: u32) {
        if self.item(item).standing == Standing::Asking {
            self.stands(now, item, Standing::Suspended);
        }
    }

    /// An item is gone, wherever it was.
    fn is_gone(&mut self, now: Tick, item: u32) {
        let Item { standing, no_case, counts, row, .. } = *self.item(item);
        if standing != Standing::Away && !no_case {
            self.withdrawn[row as usize] += u64::from(counts);
            self.ends_uncounted(now, item);
        }
    }

    /// A counted visit was not just a wait and a service: adds what else it was, and its time in line.
    #[inline(never)]
    fn adds_parts(&mut self, stay: &Stay, in_line: Tick) {
        let parts = &mut self.parts[stay.row as usize];
        let again = in_line - (stay.begun - stay.joined);
        parts.again += u128::from(again);
        parts.asking += u128::from(stay.asking);
        parts.blocked += u128::from(stay.ended - stay.finished);
        let rest = stay.finished - stay.begun - stay.worked - stay.asking - again;
        parts.suspended += u128::from(rest);
    }
}

impl Observer for VisitParts {
    fn arrived(&mut self, _now: Tick, case: u32, _who: &Identity, _row: u32) {
        *self.item(case) = Item::default();
    }

    fn joined(&mut self, now: Tick, case: u32, row: u32) {
        let counts = now >= self.from;
        let item = self.item(case);
        let no_case = item.no_case;
        *item = Item { standing: Standing::InLine, no_case, counts, row, since: now, ..Item::default() };
    }

    fn started(&mut self, now: Tick, case: u32, _row: u32, _staff: u32) {
        self.stands(now, case, Standing::Served);
    }

    fn requeued(&mut self, now: Tick, item: u32, _row: u32) {
        self.stands(now, item, Standing::InLine);
    }

    fn continued(&mut self, now: Tick, item: u32, _row: u32, _person: u32) {
        self.stands(now, item, Standing::Served);
    }

    /// A wait for an answer remains one, whoever goes meanwhile; so does one for the end of a setup.
    fn suspended(&mut self, now: Tick, item: u32) {
        if self.item(item).standing == Standing::Served {
            self.stands(now, item, Standing::Suspended);
        }
    }

    fn asked(&mut self, now: Tick, item: u32, request: u32, _ask: u32) {
        self.stands(now, item, Standing::Asking);
        *self.item(request) = Item { no_case: true, ..Item::default() };
    }

    fn waits_along(&mut self, now: Tick, member: u32, request: u32) {
        match request {
            NONE => self.has_answer(now, member),
            _ => self.stands(now, member, Standing::Asking),
        }
    }

    fn answered(&mut self, now: Tick, item: u32, _request: u32, _ask: u32, _asked: Tick) {
        self.has_answer(now, item);
    }

    fn given_up(&mut self, now: Tick, item: u32, _request: u32, _ask: u32, _asked: Tick, _begun: bool) {
        self.has_answer(now, item);
    }

    fn ordered(&mut self, _now: Tick, order: &Order) {
        if order.item != NONE {
            *self.item(order.item) = Item { no_case: true, ..Item::default() };
        }
    }

    fn parted(&mut self, _now: Tick, _case: u32, part: u32, _fork: u32, _branch: u32, _transfer: Tick) {
        *self.item(part) = Item::default();
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, _decides: bool) {
        self.is_gone(now, part);
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.is_gone(now, part);
    }

    fn forgotten(&mut self, now: Tick, item: u32) {
        self.is_gone(now, item);
    }

    /// The visit is one of its last class. What it has waited until now is length of the former queue.
    fn turned(&mut self, now: Tick, item: u32, row: u32) {
        let standing = self.item(item).standing;
        self.stands(now, item, standing);
        let Item { no_case, spent, row: before, .. } = *self.item(item);
        self.item(item).row = row;
        if !no_case {
            let waited = u128::from(spent[Standing::InLine as usize]);
            let (former, next) = (before as usize, row as usize);
            self.areas[former].in_line = self.areas[former].in_line.wrapping_add(waited);
            self.areas[next].in_line = self.areas[next].in_line.wrapping_sub(waited);
        }
    }

    fn blocked(&mut self, now: Tick, item: u32, _department: u32) {
        self.stands(now, item, Standing::Blocked);
    }

    fn let_in(&mut self, now: Tick, item: u32, _room: Room) {
        self.stands(now, item, Standing::Away);
    }

    fn reneged(&mut self, now: Tick, case: u32, _row: u32, _joined: Tick) {
        self.ends_uncounted(now, case);
    }

    #[inline(always)]
    fn stayed(&mut self, item: u32, stay: &Stay) {
        if stay.ask != NONE {
            return;
        }
        let at = stay.row as usize;
        if stay.joined < self.from {
            self.early_served[at] += u64::from(stay.ended >= self.from);
            return self.ends_uncounted(stay.ended, item);
        }
        let entry = self.item(item);
        entry.standing = Standing::Away;
        let in_line = entry.spent[Standing::InLine as usize];
        let row = &mut self.rows[at];
        let (waiting, sojourn) = (stay.begun - stay.joined, stay.ended - stay.joined);
        row.served += 1;
        row.waiting.record(waiting);
        row.service.record(stay.worked);
        row.sojourn.record(sojourn);
        row.waiting_sketch.record(waiting);
        row.sojourn_sketch.record(sojourn);
        self.kept[at] += u64::from(stay.finished - stay.joined <= self.standards[at]);
        if sojourn != waiting + stay.worked {
            self.adds_parts(stay, in_line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::plan::compile;
    use crate::time::{Span, minutes};

    /// A department with two classes, rows 0 and 1; the first has a standard of 10 ticks.
    fn statistics(from: Tick) -> VisitParts {
        let model = Model::builder("visits")
            .department("desk", |d| {
                let d = d.staff(2).service(minutes(1));
                d.standard(Span::from_ticks(10), |s| s.class("a"))
                    .absence(|a| a.between(minutes(9)).duration(minutes(1)))
            })
            .customers("a", |c| c.schedule([Span::ZERO]).enter("desk"))
            .customers("b", |c| c.schedule([Span::ZERO]).enter("desk"));
        let plan = compile(&model.build().unwrap()).unwrap();
        VisitParts::new(&plan, plan.full.as_ref().unwrap(), from)
    }

    fn stay(row: u32, [joined, begun, finished]: [Tick; 3], worked: Tick) -> Stay {
        Stay { row, ask: NONE, joined, begun, finished, ended: finished, worked, asking: 0 }
    }

    /// It turns at 4 and at 6, is set up for from 9 to 11, with a desk left from 10, works until 13, is interrupted,
    /// and goes on at 16 after another setup.
    #[test]
    fn waits_belong_to_the_class_that_waits() {
        let mut visits = statistics(0);
        visits.joined(1, 0, 0);
        visits.turned(4, 0, 1);
        visits.turned(6, 0, 0);
        visits.sets_up(9, 0, 0, 0);
        visits.suspended(10, 0);
        visits.sets_up(10, 0, 0, 0);
        visits.started(11, 0, 0, 0);
        visits.suspended(13, 0);
        visits.requeued(13, 0, 0);
        visits.sets_up(15, 0, 0, 0);
        visits.continued(16, 0, 0, 0);
        visits.stayed(0, &stay(0, [1, 11, 20], 2 + 4));
        // Another is still there.
        visits.joined(18, 1, 0);
        visits.turned(19, 1, 1);
        visits.finish(25);
        let lines: Vec<u128> = visits.areas.iter().map(|areas| areas.in_line).collect();
        assert_eq!(lines, [3 + 5 + 3 + 1, 2 + 6]);
        assert_eq!((visits.parts[0].again, visits.parts[0].suspended), (3, 0));
        assert_eq!((visits.rows[0].served, visits.rows[1].served, visits.kept[0]), (1, 0, 0));
    }

    #[test]
    fn parts_count_and_orders_do_not() {
        let mut visits = statistics(5);
        let order = Order { stock: 0, number: 1, quantity: 1, item: 3 };
        visits.ordered(0, &order);
        visits.joined(0, 3, 0);
        visits.parted(1, 0, 1, 0, 0, 0);
        visits.joined(1, 1, 0);
        visits.parted(1, 0, 2, 0, 1, 0);
        visits.joined(6, 2, 0);
        visits.withdrawn(8, 1);
        visits.withdrawn(9, 2);
        // Its place is that of another part.
        visits.parted(9, 7, 2, 0, 0, 0);
        visits.joined(9, 2, 0);
        visits.started(10, 2, 0, 0);
        visits.stayed(2, &stay(0, [9, 10, 15], 5));
        visits.forgotten(15, 2);
        visits.finish(20);
        assert_eq!((visits.withdrawn[0], visits.kept[0], visits.rows[0].served), (1, 1, 1));
        assert_eq!((visits.areas[0].in_line, visits.areas[0].served), (3 + 3 + 1, 5));
    }

    #[test]
    fn members_of_a_batch_wait_along() {
        let mut visits = statistics(0);
        for item in [0, 1] {
            visits.joined(0, item, 1);
            visits.started(0, item, 1, 0);
        }
        visits.asked(2, 0, 5, 0);
        visits.waits_along(2, 1, 5);
        visits.suspended(3, 1);
        visits.waits_along(7, 1, NONE);
        visits.answered(7, 0, 5, 0, 2);
        visits.finish(9);
        let areas = visits.areas[1];
        assert_eq!((areas.served, areas.asking, areas.suspended), (4, 10, 4));
    }
}
