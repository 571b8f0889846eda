//! Stock: what is on the shelf, what is ordered, who waits for it, and who no longer trusts it.

use super::statistics::clip;
use crate::engine::{End, Observer, Order};
use crate::plan::{FullPlan, NONE};
use crate::stats::Tally;
use crate::time::Tick;

/// A whole number in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Level {
    now: u32,
    since: Tick,
    /// Its integral, and the time for which it was zero.
    pub area: u128,
    pub empty: u128,
}

impl Level {
    fn change(&mut self, from: Tick, now: Tick, value: u32) {
        let ticks = clip(from, self.since, now);
        self.area += u128::from(self.now) * ticks;
        self.empty += if self.now == 0 { ticks } else { 0 };
        (self.now, self.since) = (value, now);
    }

    fn finish(&mut self, from: Tick, now: Tick) {
        self.change(from, now, self.now);
    }
}

/// What is kept of one stock. Orders count that were made in the window, waits that began in it. Times in ticks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StockCounts {
    pub on_hand: Level,
    pub orders: u64,
    pub ordered: u64,
    /// Deliveries in the window, and what they brought.
    pub deliveries: u64,
    pub delivered: u64,
    /// From order to delivery.
    pub lead: Tally,
    /// How often others than those who use it fetched from it.
    pub raided: u64,
    /// How long items waited for it that got it; how many left before, and how many still wait at the end; and
    /// item-ticks of everybody in the window.
    pub waits: Tally,
    pub left: u64,
    pub open: u64,
    pub waiting_area: u128,
}

/// What is kept of one use of a stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UseCounts {
    pub stock: u32,
    pub department: u32,
    /// The class that it is for, or [`NONE`] for several.
    pub class: u32,
    pub let_downs: u64,
    /// Of these: taken from another shelf.
    pub raids: u64,
    pub hidden: Level,
    /// How often trust was lost, and for how long it was in the window.
    pub lost_trust: u64,
    pub mistrust: u128,
    trust_after: Option<Tick>,
    /// Without trust: since when, and until when if nothing else happens.
    without: Option<(Tick, Tick)>,
}

impl UseCounts {
    /// Takes in how long there was no trust, until `now`.
    fn trusts(&mut self, from: Tick, now: Tick) {
        if let Some((since, until)) = self.without.take() {
            self.mistrust += clip(from, since, until.min(now));
        }
    }
}

/// Keeps the statistics of stock.
#[derive(Debug)]
pub(crate) struct StockStatistics {
    from: Tick,
    pub stocks: Vec<StockCounts>,
    pub uses: Vec<UseCounts>,
    /// By item: the stock that it waits for, or [`NONE`], and since when.
    waiting: Vec<(u32, Tick)>,
    /// Orders under way: stock, number, and when.
    open: Vec<(u32, u64, Tick)>,
}

impl StockStatistics {
    /// Statistics of a full plan, from `warm_up` on.
    pub fn new(full: &FullPlan, warm_up: Tick) -> StockStatistics {
        let stocks = full.stocks.iter().map(|stock| {
            let on_hand = Level { now: stock.initial, ..Level::default() };
            StockCounts { on_hand, ..StockCounts::default() }
        });
        StockStatistics {
            from: warm_up,
            stocks: stocks.collect(),
            uses: uses(full),
            waiting: Vec::new(),
            open: Vec::new(),
        }
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        for item in 0..self.waiting.len() as u32 {
            if let Some((stock, _)) = self.stops_waiting(now, item) {
                self.stocks[stock].open += 1;
            }
        }
        self.stocks.iter_mut().for_each(|stock| stock.on_hand.finish(self.from, now));
        for one in &mut self.uses {
            one.hidden.finish(self.from, now);
            one.trusts(self.from, now);
        }
    }

    /// An item does not wait for stock any more. Gives the stock that it waited for, and since when.
    fn stops_waiting(&mut self, now: Tick, item: u32) -> Option<(usize, Tick)> {
        let (stock, since) =
            self.waiting.get_mut(item as usize).map(|of| std::mem::replace(of, (NONE, 0)))?;
        let statistics = self.stocks.get_mut(stock as usize)?;
        statistics.waiting_area += clip(self.from, since, now);
        (since >= self.from).then_some((stock as usize, since))
    }

    fn is_gone(&mut self, now: Tick, item: u32) {
        if let Some((stock, _)) = self.stops_waiting(now, item) {
            self.stocks[stock].left += 1;
        }
    }
}

/// The uses of a plan, by their numbers.
pub(crate) fn uses(full: &FullPlan) -> Vec<UseCounts> {
    let mut uses: Vec<Option<UseCounts>> = Vec::new();
    for (department, at) in full.departments.iter().zip(0..) {
        for (list, class) in department.uses.iter().zip(0..) {
            for one in list {
                let index = one.index as usize;
                if uses.len() <= index {
                    uses.resize(index + 1, None);
                }
                if let Some(known) = &mut uses[index] {
                    known.class = NONE;
                    continue;
                }
                uses[index] = Some(UseCounts {
                    stock: one.stock,
                    department: at,
                    class,
                    let_downs: 0,
                    raids: 0,
                    hidden: Level::default(),
                    lost_trust: 0,
                    mistrust: 0,
                    trust_after: one.hoarding.map(|hoarding| hoarding.trust_after),
                    without: None,
                });
            }
        }
    }
    uses.into_iter().flatten().collect()
}

impl Observer for StockStatistics {
    fn stocked(&mut self, now: Tick, stock: u32, on_hand: u32) {
        self.stocks[stock as usize].on_hand.change(self.from, now, on_hand);
    }

    fn ordered(&mut self, now: Tick, order: &Order) {
        self.open.push((order.stock, order.number, now));
        if now >= self.from {
            let stock = &mut self.stocks[order.stock as usize];
            stock.orders += 1;
            stock.ordered += u64::from(order.quantity);
        }
    }

    fn delivered(&mut self, now: Tick, order: &Order) {
        let stock = &mut self.stocks[order.stock as usize];
        if now >= self.from {
            stock.deliveries += 1;
            stock.delivered += u64::from(order.quantity);
        }
        let same = |&(stock, number, _): &(u32, u64, Tick)| (stock, number) == (order.stock, order.number);
        if let Some(at) = self.open.iter().position(same) {
            let (_, _, ordered) = self.open.swap_remove(at);
            if ordered >= self.from {
                stock.lead.record(now - ordered);
            }
        }
    }

    fn let_down(&mut self, now: Tick, _row: u32, usage: u32, raided: u32) {
        let (from, counts) = (self.from, u64::from(now >= self.from));
        let one = &mut self.uses[usage as usize];
        one.let_downs += counts;
        if raided != NONE {
            one.raids += counts;
            self.stocks[raided as usize].raided += counts;
        }
        let Some(trust_after) = one.trust_after else { return };
        let until = now.saturating_add(trust_after);
        match &mut one.without {
            Some((_, end)) if now < *end => *end = until,
            _ => {
                one.trusts(from, now);
                one.without = Some((now, until));
                one.lost_trust += counts;
            }
        }
    }

    fn hoards(&mut self, now: Tick, usage: u32, hidden: u32) {
        self.uses[usage as usize].hidden.change(self.from, now, hidden);
    }

    fn is_short(&mut self, now: Tick, item: u32, stock: u32) {
        self.stops_waiting(now, item);
        let at = item as usize;
        if self.waiting.len() <= at {
            self.waiting.resize(at + 1, (NONE, 0));
        }
        self.waiting[at] = (stock, now);
    }

    fn supplied(&mut self, now: Tick, item: u32, _order: &Order) {
        if let Some((stock, since)) = self.stops_waiting(now, item) {
            self.stocks[stock].waits.record(now - since);
        }
    }

    fn reneged(&mut self, now: Tick, case: u32, _row: u32, _joined: Tick) {
        self.is_gone(now, case);
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.is_gone(now, part);
    }

    fn given_up(&mut self, now: Tick, _item: u32, request: u32, _ask: u32, _asked: Tick, begun: bool) {
        if !begun {
            self.is_gone(now, request);
        }
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, _decides: bool) {
        self.is_gone(now, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics(from: Tick) -> StockStatistics {
        let on_hand = Level { now: 5, ..Level::default() };
        let stock = StockCounts { on_hand, ..StockCounts::default() };
        let one = UseCounts {
            stock: 0,
            department: 0,
            class: NONE,
            let_downs: 0,
            raids: 0,
            hidden: Level::default(),
            lost_trust: 0,
            mistrust: 0,
            trust_after: Some(10),
            without: None,
        };
        let stocks = vec![stock.clone(), stock];
        StockStatistics { from, stocks, uses: vec![one], waiting: Vec::new(), open: Vec::new() }
    }

    /// The shelf is empty from 10 to 30; an item waits for it from 12, another leaves.
    #[test]
    fn a_shelf_by_hand() {
        let mut stocks = statistics(4);
        let order = Order { stock: 0, number: 1, quantity: 6, item: NONE };
        stocks.stocked(8, 0, 3);
        stocks.stocked(10, 0, 0);
        stocks.ordered(10, &order);
        stocks.is_short(12, 1, 0);
        stocks.is_short(15, 2, 0);
        stocks.reneged(21, 2, 0, 15);
        stocks.delivered(30, &order);
        stocks.stocked(30, 0, 6);
        stocks.supplied(30, 1, &order);
        stocks.is_short(35, 3, 0);
        stocks.finish(40);
        let of = &stocks.stocks[0];
        assert_eq!((of.on_hand.area, of.on_hand.empty), (5 * 4 + 3 * 2 + 6 * 10, 20));
        assert_eq!((of.orders, of.ordered, of.deliveries, of.delivered), (1, 6, 1, 6));
        assert_eq!((of.lead.sums().sum, of.waits.sums().sum, of.left, of.open), (20, 18, 1, 1));
        assert_eq!(of.waiting_area, 18 + 6 + 5);
    }

    #[test]
    fn trust_is_lost_once_until_it_returns() {
        let mut stocks = statistics(0);
        stocks.let_down(5, 0, 0, NONE);
        stocks.hoards(6, 0, 4);
        stocks.let_down(12, 0, 0, 1);
        // Back at 22.
        stocks.hoards(26, 0, 0);
        stocks.let_down(30, 0, 0, NONE);
        stocks.finish(36);
        let one = &stocks.uses[0];
        assert_eq!((one.let_downs, one.raids, stocks.stocks[1].raided), (3, 1, 1));
        assert_eq!((one.lost_trust, one.mistrust), (2, 17 + 6));
        assert_eq!(one.hidden.area, 4 * 20);
    }
}
