//! Stock: what work takes off the shelves, who orders more, and what comes.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::item::State;
use super::standstill::{Node, Search};
use super::{Engine, Full, NEVER, Observer, Task};
use crate::engine::Identity;
use crate::engine::observer::{ORDER, Order};
use crate::engine::timers::TimerKind;
use crate::plan::{FullPlan, NONE, PolicyPlan, SourcePlan, StockPlan, UsePlan, to_ticks};
use crate::random::{KeyPair, Purpose, item_key};
use crate::time::Tick;

/// The state of a stock.
#[derive(Debug)]
pub(super) struct Shelf {
    keys: KeyPair,
    on_hand: u32,
    /// What is ordered, and what those who wait for it need.
    ordered: u64,
    owed: u64,
    /// How many orders there were.
    orders: u64,
    /// Those who wait for it, in the order in which they began to.
    waiting: VecDeque<u32>,
    /// What comes from outside.
    coming: BinaryHeap<Reverse<Delivery>>,
    /// By supply: open orders, and the last review.
    open: Vec<(u32, Tick)>,
    first_review: u32,
}

impl Shelf {
    /// When the next delivery from outside was ordered, and its number.
    pub fn next_order(&self) -> (Tick, u64) {
        self.coming.peek().map_or((0, 0), |Reverse(next)| (next.ordered, next.number))
    }

    /// What is there, and what is on its way, less what is owed.
    fn position(&self) -> i64 {
        i64::from(self.on_hand) + self.ordered as i64 - self.owed as i64
    }
}

/// An order that comes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Delivery {
    due: Tick,
    ordered: Tick,
    number: u64,
    quantity: u32,
    supply: u32,
}

/// The state of a use.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    hidden: u32,
    /// Until when the department does not trust the stock.
    distrust: Tick,
}

/// An order that a department makes.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenOrder {
    order: Order,
    supply: u32,
}

/// What a visit takes, from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Take {
    /// The place of the use in the list.
    place: usize,
    /// The shelf, or [`NONE`] for the hoard.
    stock: u32,
    /// The stock that is usually taken.
    usual: u32,
    /// Whether the department was let down.
    let_down: bool,
    /// How many more it hides.
    extra: u32,
}

pub(super) fn shelves(plan: &FullPlan, seed: u64, replication: u64) -> Vec<Shelf> {
    let mut first_review = 0;
    let shelf = |stock: &StockPlan| {
        let shelf = Shelf {
            keys: KeyPair::new(seed, replication, stock.key),
            on_hand: stock.initial,
            ordered: 0,
            owed: 0,
            orders: 0,
            waiting: VecDeque::new(),
            coming: BinaryHeap::new(),
            open: vec![(0, 0); stock.supplies.len()],
            first_review,
        };
        first_review += stock.supplies.len() as u32;
        shelf
    };
    plan.stocks.iter().map(shelf).collect()
}

pub(super) fn usages(plan: &FullPlan) -> Vec<Usage> {
    let uses = plan.departments.iter().flat_map(|of| of.uses.iter().flatten());
    let count = uses.map(|usage| usage.index + 1).max().unwrap_or(0);
    vec![Usage::default(); count as usize]
}

impl Full<'_> {
    /// Which supply of which stock a review is of, and when the one before was.
    pub fn review(&self, number: u32) -> (u32, u32, Tick) {
        let stock = self.shelves.partition_point(|shelf| shelf.first_review <= number) - 1;
        let place = number - self.shelves[stock].first_review;
        (stock as u32, place, self.shelves[stock].open[place as usize].1)
    }
}

impl<'p, O: Observer> Engine<'p, O> {
    /// What is on the shelves at the start, and the first orders.
    pub(super) fn open_stocks(&mut self) {
        let plan = self.full.plan;
        for (stock, of) in (0..).zip(&plan.stocks) {
            self.observer.stocked(0, stock, of.initial);
            for (place, supply) in (0..).zip(&of.supplies) {
                if let PolicyPlan::Periodic { first, .. } = supply.policy {
                    let full = &mut self.full;
                    let slot = full.first_review + full.shelves[stock as usize].first_review + place;
                    self.set_slot(slot, first);
                }
            }
        }
        (0..plan.stocks.len() as u32).for_each(|stock| self.put_on_agenda(Task::Look(stock)));
    }

    /// An item takes the stock that its visit uses, if all of it can be had; if not, it waits for what it lacks.
    pub(super) fn obtains(&mut self, now: Tick, id: u32, department: u32) -> bool {
        match self.takes_stock(now, id, department) {
            Ok(()) => true,
            Err(lacking) => {
                self.lacks(now, id, department, lacking);
                false
            }
        }
    }

    /// Whether an item could have the stock that its visit uses.
    pub(super) fn could_obtain(&mut self, now: Tick, id: u32, department: u32) -> bool {
        if !self.full.wards[department as usize].uses || self.full.items[id as usize].supplied {
            return true;
        }
        let found = self.finds_stock(now, self.uses_of(id, department));
        self.full.takes.clear();
        found.is_ok()
    }

    /// The uses of an item's visit.
    fn uses_of(&self, id: u32, department: u32) -> &'p [UsePlan] {
        let class = self.cases[id].row as usize % self.plan.classes.len();
        &self.full.plan.departments[department as usize].uses[class]
    }

    /// Finds out where to take what a visit uses, all of it; or which use cannot be had.
    fn finds_stock(&mut self, now: Tick, uses: &[UsePlan]) -> Result<(), usize> {
        let Full { shelves, usages, takes, .. } = &mut self.full;
        for (place, usage) in uses.iter().enumerate() {
            let left = |stock: u32, takes: &[Take]| {
                let taken = |take: &Take| {
                    let (own, usage) = (take.stock == stock, &uses[take.place]);
                    let hidden = if usage.stock == stock { take.extra } else { 0 };
                    (if own { usage.quantity } else { 0 }) + hidden
                };
                // All that was taken was there.
                shelves[stock as usize].on_hand - takes.iter().map(taken).sum::<u32>()
            };
            let has = |stock: u32, takes: &[Take]| left(stock, takes) >= usage.quantity;
            let state = usages[usage.index as usize];
            let (hidden, trusts) = (state.hidden >= usage.quantity, now >= state.distrust);
            let lacks = !has(usage.stock, takes);
            let stock = if hidden && (lacks || trusts) {
                NONE
            } else if !lacks {
                usage.stock
            } else {
                let raided = usage.raids.iter().find(|&&stock| has(stock, takes));
                *raided.ok_or(place)?
            };
            let let_down = lacks && !(hidden && trusts);
            takes.push(Take { place, stock, usual: usage.stock, let_down, extra: 0 });
            if let Some(hoarding) = usage.hoarding
                && (let_down || !trusts)
            {
                let kept = state.hidden - if stock == NONE { usage.quantity } else { 0 };
                let extra = hoarding.extra.min(hoarding.most.saturating_sub(kept));
                if left(usage.stock, takes) >= extra
                    && let Some(take) = takes.last_mut()
                {
                    take.extra = extra;
                }
            }
        }
        Ok(())
    }

    fn takes_stock(&mut self, now: Tick, id: u32, department: u32) -> Result<(), usize> {
        if self.full.items[id as usize].supplied {
            return Ok(());
        }
        let uses = self.uses_of(id, department);
        if !uses.is_empty() {
            let found = self.finds_stock(now, uses);
            let mut takes = std::mem::take(&mut self.full.takes);
            if found.is_ok() {
                takes.iter().for_each(|take| self.takes_one(now, id, &uses[take.place], *take));
                self.looks_after_those(&takes);
            }
            takes.clear();
            self.full.takes = takes;
            found?;
        }
        self.full.items[id as usize].supplied = true;
        Ok(())
    }

    /// The stocks that a visit takes from are to be looked after, in their order.
    fn looks_after_those(&mut self, takes: &[Take]) {
        let mut from = 0;
        loop {
            let mut next = NONE;
            for take in takes {
                let hidden = if take.extra > 0 { take.usual } else { NONE };
                for stock in [take.stock, hidden] {
                    next = if stock >= from { next.min(stock) } else { next };
                }
            }
            if next == NONE {
                return;
            }
            self.put_on_agenda(Task::Look(next));
            from = next + 1;
        }
    }

    /// Takes what one use needs.
    fn takes_one(&mut self, now: Tick, id: u32, usage: &UsePlan, take: Take) {
        if take.let_down {
            let raided = if take.stock == usage.stock { NONE } else { take.stock };
            self.is_let_down(now, id, usage, raided);
        }
        if take.stock == NONE {
            let state = &mut self.full.usages[usage.index as usize];
            state.hidden -= usage.quantity;
            let hidden = state.hidden;
            self.observer.hoards(now, usage.index, hidden);
        } else {
            self.takes_off(now, take.stock, usage.quantity);
        }
        if take.extra > 0 {
            self.hoards(now, usage, take.extra);
        }
    }

    fn takes_off(&mut self, now: Tick, stock: u32, quantity: u32) {
        let shelf = &mut self.full.shelves[stock as usize];
        shelf.on_hand -= quantity;
        let left = shelf.on_hand;
        self.observer.stocked(now, stock, left);
    }

    /// The shelf did not have what a department needed.
    fn is_let_down(&mut self, now: Tick, id: u32, usage: &UsePlan, raided: u32) {
        if let Some(hoarding) = usage.hoarding {
            self.full.usages[usage.index as usize].distrust = now.saturating_add(hoarding.trust_after);
        }
        self.observer.let_down(now, self.cases[id].row, usage.index, raided);
    }

    /// A department that does not trust its stock hides some more of it.
    fn hoards(&mut self, now: Tick, usage: &UsePlan, extra: u32) {
        let state = &mut self.full.usages[usage.index as usize];
        state.hidden += extra;
        let hidden = state.hidden;
        self.takes_off(now, usage.stock, extra);
        self.observer.hoards(now, usage.index, hidden);
    }

    /// An item waits for stock, beside its line.
    fn lacks(&mut self, now: Tick, id: u32, department: u32, place: usize) {
        let class = self.cases[id].row as usize % self.plan.classes.len();
        let usage = &self.full.plan.departments[department as usize].uses[class][place];
        self.is_let_down(now, id, usage, NONE);
        let full = &mut self.full;
        full.wards[department as usize].short += 1;
        let item = &mut full.items[id as usize];
        (item.state, item.lacks) = (State::Short, usage.stock);
        self.waits_for(now, id, usage);
        self.put_on_agenda(Task::Look(usage.stock));
        self.check_standstill(id);
    }

    /// An item is the last of those who wait for a stock.
    fn waits_for(&mut self, now: Tick, id: u32, usage: &UsePlan) {
        let full = &mut self.full;
        full.items[id as usize].lacks = usage.stock;
        let shelf = &mut full.shelves[usage.stock as usize];
        shelf.owed += u64::from(usage.quantity);
        shelf.waiting.push_back(id);
        self.observer.is_short(now, id, usage.stock);
    }

    /// What an item needs that waits for stock.
    fn needs(&self, id: u32, department: u32) -> u32 {
        let lacks = self.full.items[id as usize].lacks;
        let uses = self.uses_of(id, department).iter();
        uses.filter(|usage| usage.stock == lacks).map(|usage| usage.quantity).next().unwrap_or(0)
    }

    /// An item that waits for stock turns into the class of another row, which may need more or less of it.
    pub(super) fn needs_as(&mut self, id: u32, department: u32, row: u32) {
        let before = self.needs(id, department);
        let own = std::mem::replace(&mut self.cases[id].row, row);
        let after = self.needs(id, department);
        self.cases[id].row = own;
        let full = &mut self.full;
        let shelf = &mut full.shelves[full.items[id as usize].lacks as usize];
        shelf.owed = shelf.owed - u64::from(before) + u64::from(after);
    }

    /// An item that waits for stock leaves.
    pub(super) fn needs_no_stock(&mut self, id: u32, department: u32) {
        let needs = self.needs(id, department);
        let full = &mut self.full;
        full.wards[department as usize].short -= 1;
        let shelf = &mut full.shelves[full.items[id as usize].lacks as usize];
        shelf.owed -= u64::from(needs);
        shelf.waiting.retain(|&item| item != id);
    }

    /// Orders of a stock that are due after something has changed.
    #[inline(never)]
    pub(super) fn looks_after(&mut self, now: Tick, stock: u32) {
        let plan = &self.full.plan.stocks[stock as usize];
        for (place, supply) in (0..).zip(&plan.supplies) {
            let shelf = &self.full.shelves[stock as usize];
            let quantity = match supply.policy {
                PolicyPlan::Periodic { .. } => 0,
                PolicyPlan::Reorder { at, quantity } => multiples(i64::from(at) - shelf.position(), quantity),
                PolicyPlan::Alert { at, quantity } => {
                    let due = shelf.on_hand <= at && shelf.open[place as usize].0 == 0;
                    if due { quantity } else { 0 }
                }
            };
            self.orders(now, stock, place, quantity);
        }
    }

    /// A review of a stock.
    #[inline(never)]
    pub(super) fn is_reviewed(&mut self, now: Tick, number: u32) {
        let (stock, place, _) = self.full.review(number);
        let full = &mut self.full;
        let shelf = &mut full.shelves[stock as usize];
        shelf.open[place as usize].1 = now;
        let position = shelf.position();
        let slot = full.first_review + number;
        let PolicyPlan::Periodic { every, up_to, .. } =
            full.plan.stocks[stock as usize].supplies[place as usize].policy
        else {
            return;
        };
        self.set_slot(slot, now.saturating_add(every));
        let missing = i64::from(up_to) - position;
        self.orders(now, stock, place, u32::try_from(missing.max(0)).unwrap_or(u32::MAX));
    }

    /// Orders so many of a supply, if any.
    fn orders(&mut self, now: Tick, stock: u32, place: u32, quantity: u32) {
        if quantity == 0 {
            return;
        }
        let full = &mut self.full;
        let plan = &full.plan.stocks[stock as usize];
        let shelf = &mut full.shelves[stock as usize];
        shelf.orders += 1;
        shelf.ordered += u64::from(quantity);
        shelf.open[place as usize].0 += 1;
        let number = shelf.orders;
        let key = item_key(plan.key, number, 0);
        let mut order = Order { stock, number, quantity, item: NONE };
        match &plan.supplies[place as usize].source {
            SourcePlan::Outside { lead_time } => {
                let words = shelf.keys.words(key, 0);
                let due = now.saturating_add(to_ticks(lead_time.draw(words.of(Purpose::LeadTime))));
                shelf.coming.push(Reverse(Delivery { due, ordered: now, number, quantity, supply: place }));
                self.observer.ordered(now, &order);
                self.set_delivery(stock);
            }
            SourcePlan::Department { row, .. } => {
                let row = *row;
                order.item = self.new_order(now, stock, key, row);
                self.opens(OpenOrder { order, supply: place });
                self.observer.ordered(now, &order);
                self.order_joins(now, order.item);
            }
        }
    }

    /// Notes an order under its item.
    fn opens(&mut self, open: OpenOrder) {
        let (full, at) = (&mut self.full, open.order.item as usize);
        if full.orders.len() <= at {
            full.orders.resize(at + 1, None);
        }
        full.orders[at] = Some(open);
    }

    /// The work on an order comes to be.
    fn new_order(&mut self, now: Tick, stock: u32, key: u64, row: u32) -> u32 {
        let class = row % self.plan.classes.len() as u32;
        let who = Identity {
            size: 1.0,
            due: Tick::MAX,
            number: stock.into(),
            stream: NONE,
            member: 0,
            class,
            previous: NONE,
        };
        let id = self.new_item(now, who, key);
        if self.cases.in_system() > self.limits.in_system {
            self.is_crowded(now);
        }
        self.cases[id].row = row;
        let full = &mut self.full;
        full.requests += 1;
        let item = &mut full.items[id as usize];
        (item.ask, item.born) = (ORDER, full.requests);
        id
    }

    /// The work on an order joins the department that makes it.
    pub(super) fn order_joins(&mut self, now: Tick, id: u32) {
        let case = &self.cases[id];
        let row = &self.plan.rows[case.row as usize];
        let words = self.departments[row.department as usize].keys.words(case.key, 1);
        let full = &mut self.full;
        let SourcePlan::Department { service, .. } = full.source_of(id) else { return };
        let sampler = service.as_ref().unwrap_or_else(|| self.plan.service(row, 1));
        let requirement = to_ticks(sampler.draw(words.of(Purpose::Service)));
        full.items[id as usize].enter(1, requirement, row.rank);
        self.enters(now, id, case.row, row.department, requirement, false);
    }

    /// The work on an order is done: it goes to the shelf.
    pub(super) fn order_is_made(&mut self, now: Tick, id: u32) {
        let full = &mut self.full;
        let SourcePlan::Department { transfer, .. } = full.source_of(id) else { return };
        let stock = self.cases[id].who.number as usize;
        let Some(transfer) = transfer else { return self.order_is_delivered(now, id) };
        let keys = full.shelves[stock].keys;
        let time = to_ticks(transfer.draw(keys.words(self.cases[id].key, 0).of(Purpose::Transfer)));
        full.items[id as usize].state = State::Replying;
        self.cases[id].joined = now;
        self.observer.replied(now, id, time);
        self.set_timer(now + time, id, TimerKind::Delivery);
    }

    /// An order that a department has made is on the shelf.
    pub(super) fn order_is_delivered(&mut self, now: Tick, id: u32) {
        let open = self.full.orders.get_mut(id as usize).and_then(Option::take);
        let Some(OpenOrder { order, supply }) = open else { return };
        self.is_delivered(now, &order, supply);
        self.forget(id);
    }

    /// A delivery comes from outside.
    #[inline(never)]
    pub(super) fn delivery_comes(&mut self, now: Tick, stock: u32) {
        let Some(Reverse(delivery)) = self.full.shelves[stock as usize].coming.pop() else { return };
        self.set_delivery(stock);
        let Delivery { number, quantity, supply, .. } = delivery;
        self.is_delivered(now, &Order { stock, number, quantity, item: NONE }, supply);
    }

    fn set_delivery(&mut self, stock: u32) {
        let full = &mut self.full;
        let next = full.shelves[stock as usize].coming.peek();
        let time = next.map_or(NEVER, |Reverse(next)| next.due);
        let slot = full.first_stock + stock;
        self.set_slot(slot, time);
    }

    /// What was ordered is on the shelf: those who wait take what they need.
    fn is_delivered(&mut self, now: Tick, order: &Order, supply: u32) {
        let shelf = &mut self.full.shelves[order.stock as usize];
        shelf.open[supply as usize].0 -= 1;
        shelf.ordered -= u64::from(order.quantity);
        shelf.on_hand = shelf.on_hand.saturating_add(order.quantity);
        let on_hand = shelf.on_hand;
        self.observer.delivered(now, order);
        self.observer.stocked(now, order.stock, on_hand);
        let mut supplied = std::mem::take(&mut self.full.supplied);
        while let Some(&id) = self.full.shelves[order.stock as usize].waiting.front() {
            let department = self.plan.rows[self.cases[id].row as usize].department;
            let needs = self.needs(id, department);
            if self.full.shelves[order.stock as usize].on_hand < needs {
                break;
            }
            let taken = self.takes_stock(now, id, department);
            if let Err(place) = taken
                && self.uses_of(id, department)[place].stock == order.stock
            {
                break;
            }
            let shelf = &mut self.full.shelves[order.stock as usize];
            shelf.waiting.pop_front();
            shelf.owed -= u64::from(needs);
            match taken {
                Ok(()) => {
                    self.observer.supplied(now, id, order);
                    supplied.push(id);
                }
                Err(place) => self.lacks_another(now, id, department, place),
            }
        }
        self.put_on_agenda(Task::Look(order.stock));
        // The one who began to wait first comes to stand first.
        while let Some(id) = supplied.pop() {
            self.comes_with_stock(now, id);
        }
        self.full.supplied = supplied;
    }

    /// An item has what it lacked, and lacks something else.
    fn lacks_another(&mut self, now: Tick, id: u32, department: u32, place: usize) {
        let class = self.cases[id].row as usize % self.plan.classes.len();
        let usage = &self.full.plan.departments[department as usize].uses[class][place];
        self.is_let_down(now, id, usage, NONE);
        self.waits_for(now, id, usage);
        self.put_on_agenda(Task::Look(usage.stock));
    }

    /// An item that has its stock now comes to the head of its line, or is served.
    fn comes_with_stock(&mut self, now: Tick, id: u32) {
        let department = self.plan.rows[self.cases[id].row as usize].department;
        self.full.wards[department as usize].short -= 1;
        if self.departments[department as usize].infinite {
            let item = &mut self.full.items[id as usize];
            (item.apart, item.taken) = (true, true);
            return self.begins(now, id, NONE);
        }
        self.goes_to_head(now, id);
    }
}

impl<O: Observer> Engine<'_, O> {
    /// Those who wait for stock at a department.
    pub(super) fn short_at(&self, department: u32) -> impl Iterator<Item = u32> {
        let waiting = self.full.shelves.iter().flat_map(|shelf| shelf.waiting.iter().copied());
        waiting.filter(move |&id| self.plan.rows[self.cases[id].row as usize].department == department)
    }

    /// Adds the orders that may end a wait for a stock; true where something comes from outside, or is looked at again.
    pub(super) fn stock_leads_to(&self, stock: u32, search: &mut Search) -> bool {
        let full = &self.full;
        let reviewed = full.plan.stocks[stock as usize]
            .supplies
            .iter()
            .any(|supply| matches!(supply.policy, PolicyPlan::Periodic { .. }));
        let made = full.orders.iter().flatten().filter(|open| open.order.stock == stock);
        made.for_each(|open| search.meets(Node::Item(open.order.item)));
        reviewed || !full.shelves[stock as usize].coming.is_empty()
    }
}

impl Full<'_> {
    /// The number of the order that an item is, among those of its stock.
    pub(super) fn order_number(&self, item: u32) -> u64 {
        self.orders.get(item as usize).and_then(Option::as_ref).map_or(0, |open| open.order.number)
    }

    /// Where an order comes from.
    pub(super) fn source_of(&self, item: u32) -> &SourcePlan {
        let open = self.orders.get(item as usize).and_then(Option::as_ref);
        let open = open.expect("an order is open until it is delivered");
        &self.plan.stocks[open.order.stock as usize].supplies[open.supply as usize].source
    }
}

/// How many to order, in multiples of a quantity, so that more than `missing` are on their way.
fn multiples(missing: i64, quantity: u32) -> u32 {
    if missing < 0 {
        return 0;
    }
    let times = missing as u64 / u64::from(quantity) + 1;
    u32::try_from(times.saturating_mul(quantity.into())).unwrap_or(u32::MAX)
}
