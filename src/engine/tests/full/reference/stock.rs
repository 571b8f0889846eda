//! What work uses up: shelves, orders, and those who wait for them.

use super::{Item, Rank, State, Todo, What, World};
use crate::engine::tests::full::trace::{Record, Who};
use crate::plan::{FullPlan, HoardingPlan, NONE, PolicyPlan, SourcePlan, StockPlan, UsePlan, to_ticks};
use crate::random::{KeyPair, Purpose, Sampler, item_key};
use crate::time::Tick;
use rand_distr::Distribution;

#[derive(Clone, Debug)]
pub(super) struct Shelf {
    on_hand: u32,
    keys: KeyPair,
    /// How many orders there have been.
    orders: u64,
    told: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    stock: usize,
    supply: usize,
    number: u64,
    quantity: u32,
    open: bool,
    /// The item that it is, unless it comes from outside.
    item: Option<usize>,
}

/// Whether a department trusts that what it uses is there.
#[derive(Clone, Debug, Default)]
pub(super) struct Trust {
    hoarding: Option<HoardingPlan>,
    hidden: u32,
    told: u32,
    let_down: Option<Tick>,
}

/// Where a use takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Shelf,
    Hoard,
    Raid(u32),
}

/// What is on the shelves and hidden.
#[derive(Clone, Debug)]
struct Goods {
    shelves: Vec<u32>,
    hidden: Vec<u32>,
}

impl Shelf {
    pub fn new(seed: u64, replication: u64, plan: &StockPlan) -> Shelf {
        let keys = KeyPair::new(seed, replication, plan.key);
        Shelf { on_hand: plan.initial, keys, orders: 0, told: None }
    }
}

impl Trust {
    /// One for each use of a plan.
    pub fn of(full: &FullPlan) -> Vec<Trust> {
        let mut all = Vec::new();
        for using in full.departments.iter().flat_map(|department| department.uses.iter().flatten()) {
            let place = using.index as usize;
            all.resize(all.len().max(place + 1), Trust::default());
            all[place].hoarding = using.hoarding;
        }
        all
    }

    fn trusts(&self, now: Tick) -> bool {
        let since = self.let_down.zip(self.hoarding);
        since.is_none_or(|(since, hoarding)| now - since >= hoarding.trust_after)
    }
}

impl World<'_> {
    /// The run starts: shelves are full, reviews are set.
    pub fn open_shelves(&mut self) {
        for (stock, plan) in self.full.stocks.iter().enumerate() {
            for (supply, plan) in plan.supplies.iter().enumerate() {
                if let PolicyPlan::Periodic { first, .. } = plan.policy {
                    self.expect_review(stock, supply, first);
                }
            }
        }
        (0..self.shelves.len()).for_each(|stock| self.look_later(stock));
    }

    /// Tells of what has changed on the shelves, and what is hidden.
    pub fn tell_shelves(&mut self) {
        for stock in 0..self.shelves.len() {
            let Shelf { on_hand, told, .. } = self.shelves[stock];
            if told != Some(on_hand) {
                self.shelves[stock].told = Some(on_hand);
                self.tell(Record::Stocked { stock: stock as u32, on_hand });
            }
        }
        for usage in 0..self.trusts.len() {
            let Trust { hidden, told, .. } = self.trusts[usage];
            if hidden != told {
                self.trusts[usage].told = hidden;
                self.tell(Record::Hoards { usage: usage as u32, hidden });
            }
        }
    }

    /// Whether to order for a stock is looked at.
    fn look_later(&mut self, stock: usize) {
        self.agenda.push_back(Todo::Look { stock });
    }

    /// What a visit of an item uses.
    fn uses(&self, item: usize) -> Vec<UsePlan> {
        let class = self.items[item].row as usize % self.plan.classes.len();
        self.full_department(self.department(item)).uses[class].clone()
    }

    /// Where each use of an item would take from, or the first that finds nothing.
    fn sources(&self, item: usize) -> Result<Vec<(UsePlan, From)>, UsePlan> {
        let mut goods = Goods {
            shelves: self.shelves.iter().map(|shelf| shelf.on_hand).collect(),
            hidden: self.trusts.iter().map(|trust| trust.hidden).collect(),
        };
        let mut all = Vec::new();
        for using in self.uses(item) {
            let Some(from) = self.source(&using, &goods) else { return Err(using) };
            self.take_from(&using, from, &mut goods);
            all.push((using, from));
        }
        Ok(all)
    }

    fn source(&self, using: &UsePlan, goods: &Goods) -> Option<From> {
        let UsePlan { stock, index, quantity, ref raids, .. } = *using;
        let hidden = goods.hidden[index as usize] >= quantity;
        if hidden && self.trusts[index as usize].trusts(self.now) {
            return Some(From::Hoard);
        }
        if goods.shelves[stock as usize] >= quantity {
            return Some(From::Shelf);
        }
        if hidden {
            return Some(From::Hoard);
        }
        let raid = raids.iter().copied().find(|&stock| goods.shelves[stock as usize] >= quantity);
        raid.map(From::Raid)
    }

    /// What a use leaves, when it has hidden something, too.
    fn take_from(&self, using: &UsePlan, from: From, goods: &mut Goods) {
        let trust = &self.trusts[using.index as usize];
        let hidden = &mut goods.hidden[using.index as usize];
        match from {
            From::Shelf => goods.shelves[using.stock as usize] -= using.quantity,
            From::Hoard => *hidden -= using.quantity,
            From::Raid(stock) => goods.shelves[stock as usize] -= using.quantity,
        }
        let shelf = &mut goods.shelves[using.stock as usize];
        if let Some(hoarding) = trust.hoarding
            && (!trust.trusts(self.now) || self.lets_down(using, from))
        {
            let extra = hoarding.extra.min(hoarding.most.saturating_sub(*hidden));
            if *shelf >= extra {
                *shelf -= extra;
                *hidden += extra;
            }
        }
    }

    /// Whether the shelf did not have what a use needed that takes it from there.
    fn lets_down(&self, using: &UsePlan, from: From) -> bool {
        match from {
            From::Shelf => false,
            From::Hoard => !self.trusts[using.index as usize].trusts(self.now),
            From::Raid(_) => true,
        }
    }

    /// Whether an item that has not its stock would not find it now.
    pub fn lacks_stock(&self, item: usize) -> bool {
        !self.items[item].stocked && self.sources(item).is_err()
    }

    /// An item that is about to be taken takes its stock; false if it has to wait for that, beside the line.
    pub fn find_stock(&mut self, item: usize) -> bool {
        if self.items[item].stocked {
            return true;
        }
        match self.sources(item) {
            Ok(sources) => self.use_up(item, &sources),
            Err(using) => {
                let department = self.department(item);
                self.desks[department].line.retain(|&other| other != item);
                self.wait_for_stock(item, &using);
            }
        }
        self.items[item].stocked
    }

    fn use_up(&mut self, item: usize, sources: &[(UsePlan, From)]) {
        self.items[item].stocked = true;
        let before: Vec<u32> = self.shelves.iter().map(|shelf| shelf.on_hand).collect();
        for (using, from) in sources {
            let mut goods = Goods {
                shelves: self.shelves.iter().map(|shelf| shelf.on_hand).collect(),
                hidden: self.trusts.iter().map(|trust| trust.hidden).collect(),
            };
            self.take_from(using, *from, &mut goods);
            if self.lets_down(using, *from) {
                let raided = if let From::Raid(stock) = *from { stock } else { NONE };
                self.let_down(item, using, raided);
            }
            for (shelf, on_hand) in self.shelves.iter_mut().zip(goods.shelves) {
                shelf.on_hand = on_hand;
            }
            for (trust, hidden) in self.trusts.iter_mut().zip(goods.hidden) {
                trust.hidden = hidden;
            }
        }
        let taken = (0..before.len()).filter(|&stock| self.shelves[stock].on_hand != before[stock]);
        taken.collect::<Vec<_>>().into_iter().for_each(|stock| self.look_later(stock));
    }

    fn let_down(&mut self, item: usize, using: &UsePlan, raided: u32) {
        self.trusts[using.index as usize].let_down = Some(self.now);
        self.tell(Record::LetDown { row: self.items[item].row, usage: using.index, raided });
    }

    /// An item waits for stock, after all who do.
    fn wait_for_stock(&mut self, item: usize, using: &UsePlan) {
        self.let_down(item, using, NONE);
        self.items[item].short_of = Some(using.stock as usize);
        self.short.retain(|&other| other != item);
        self.short.push(item);
        self.tell(Record::IsShort { who: self.items[item].who, stock: using.stock });
        self.look_later(using.stock as usize);
    }

    pub fn lacks_stock_at(&self, department: usize) -> bool {
        self.short.iter().any(|&item| self.department(item) == department)
    }

    /// Looks at every supply of a stock whether it has to order.
    pub fn look(&mut self, stock: usize) {
        for supply in 0..self.full.stocks[stock].supplies.len() {
            if let Some(quantity) = self.has_to_order(stock, supply) {
                self.order_stock(stock, supply, quantity);
            }
        }
    }

    fn has_to_order(&self, stock: usize, supply: usize) -> Option<u32> {
        match self.full.stocks[stock].supplies[supply].policy {
            PolicyPlan::Periodic { .. } => None,
            PolicyPlan::Reorder { at, quantity } => {
                let lacks = i64::from(at) - self.position(stock);
                (lacks >= 0).then(|| (lacks as u32 / quantity + 1) * quantity)
            }
            PolicyPlan::Alert { at, quantity } => {
                let open = self.orders.iter().any(|o| o.open && o.stock == stock && o.supply == supply);
                (!open && self.shelves[stock].on_hand <= at).then_some(quantity)
            }
        }
    }

    /// What is on the shelf and ordered, less what is owed.
    fn position(&self, stock: usize) -> i64 {
        let open = self.orders.iter().filter(|order| order.open && order.stock == stock);
        let ordered: i64 = open.map(|order| i64::from(order.quantity)).sum();
        let waiting = self.short.iter().filter(|&&item| self.items[item].short_of == Some(stock));
        let uses = waiting.flat_map(|&item| self.uses(item)).filter(|using| using.stock as usize == stock);
        let owed: i64 = uses.map(|using| i64::from(using.quantity)).sum();
        i64::from(self.shelves[stock].on_hand) + ordered - owed
    }

    /// An order as it is told of.
    fn order_of(&self, order: usize) -> (u32, u64, u32, Option<Who>) {
        let Order { stock, number, quantity, item, .. } = self.orders[order];
        (stock as u32, number, quantity, item.map(|item| self.items[item].who))
    }

    fn order_stock(&mut self, stock: usize, supply: usize, quantity: u32) {
        self.shelves[stock].orders += 1;
        let number = self.shelves[stock].orders;
        let order = self.orders.len();
        let key = item_key(self.full.stocks[stock].key, number, 0);
        self.orders.push(Order { stock, supply, number, quantity, open: true, item: None });
        let words = self.shelves[stock].keys.words(key, 0);
        match &self.full.stocks[stock].supplies[supply].source {
            SourcePlan::Outside { lead_time } => {
                let time = to_ticks(lead_time.sample(&mut words.of(Purpose::LeadTime)));
                self.tell(Record::Ordered { order: self.order_of(order) });
                self.expect_delivery(order, time);
            }
            &SourcePlan::Department { row, .. } => {
                self.made += 1;
                let who = (NONE, stock as u64, 0, self.made);
                let item = Item { order: Some(order), ..self.new_item(who, key, row) };
                self.items.push(item);
                let item = self.items.len() - 1;
                self.orders[order].item = Some(item);
                self.tell(Record::Ordered { order: self.order_of(order) });
                self.join(item);
            }
        }
    }

    /// The service time of an order's own.
    pub fn order_service(&self, order: usize) -> Option<&Sampler> {
        let Order { stock, supply, .. } = self.orders[order];
        match &self.full.stocks[stock].supplies[supply].source {
            SourcePlan::Department { service, .. } => service.as_ref(),
            SourcePlan::Outside { .. } => None,
        }
    }

    fn expect_delivery(&mut self, order: usize, time: Tick) {
        let Order { stock, number, .. } = self.orders[order];
        let place = Self::order(self.now, NONE, NONE, (NONE, stock as u64, 0, number));
        self.expect(self.now + time, Rank::Ending, place, What::Delivery(order));
    }

    /// A department has done the work on an order.
    pub fn send_off(&mut self, item: usize, order: usize) {
        self.tell_stay(item);
        self.items[item].state = State::Moving;
        let Order { stock, supply, .. } = self.orders[order];
        let SourcePlan::Department { transfer, .. } = &self.full.stocks[stock].supplies[supply].source else {
            unreachable!("an item is ordered from a department");
        };
        let Some(transfer) = transfer else { return self.deliver(order) };
        let words = self.shelves[stock].keys.words(self.items[item].key, 0);
        let time = to_ticks(transfer.sample(&mut words.of(Purpose::Transfer)));
        self.tell(Record::Replied { request: self.items[item].who, transfer: time });
        self.expect_delivery(order, time);
    }

    /// What was ordered goes on the shelf; those who wait for it take what they need.
    pub fn deliver(&mut self, order: usize) {
        let Order { stock, quantity, item, .. } = self.orders[order];
        self.orders[order].open = false;
        self.shelves[stock].on_hand += quantity;
        self.tell(Record::Delivered { order: self.order_of(order) });
        if let Some(item) = item {
            self.items[item].state = State::Gone;
        }
        let mut supplied = Vec::new();
        while let Some(item) =
            self.short.iter().copied().find(|&item| self.items[item].short_of == Some(stock))
        {
            // It is this that they find, not what they have hidden.
            let found = |using: &UsePlan| self.shelves[using.stock as usize].on_hand >= using.quantity;
            if !self.uses(item).iter().filter(|using| using.stock as usize == stock).all(found) {
                break;
            }
            match self.sources(item) {
                Ok(sources) => {
                    self.supply(item, order, &sources);
                    supplied.push(item);
                }
                Err(using) if using.stock as usize == stock => break,
                Err(using) => self.wait_for_stock(item, &using),
            }
        }
        self.look_later(stock);
        // The one who began to wait first comes to stand first.
        supplied.into_iter().rev().for_each(|item| self.come_with_stock(item));
    }

    /// An item takes its stock that it has waited for.
    fn supply(&mut self, item: usize, order: usize, sources: &[(UsePlan, From)]) {
        self.short.retain(|&other| other != item);
        self.items[item].short_of = None;
        self.tell(Record::Supplied { who: self.items[item].who, order: self.order_of(order) });
        self.use_up(item, sources);
    }

    /// An item that has its stock now comes to the head of its line.
    fn come_with_stock(&mut self, item: usize) {
        if self.is_infinite(self.department(item)) {
            self.begin(item, Vec::new(), NONE, false);
        } else {
            self.put_at_head(item);
        }
    }

    fn expect_review(&mut self, stock: usize, supply: usize, at: Tick) {
        let place = Self::order(self.now, NONE, NONE, (NONE, stock as u64, 1 + supply as u32, 0));
        self.expect(at, Rank::Ending, place, What::Review(stock, supply));
    }

    pub fn review(&mut self, stock: usize, supply: usize) {
        let PolicyPlan::Periodic { every, up_to, .. } = self.full.stocks[stock].supplies[supply].policy
        else {
            unreachable!("a periodic supply is reviewed");
        };
        self.expect_review(stock, supply, self.now + every);
        let missing = i64::from(up_to) - self.position(stock);
        if missing > 0 {
            self.order_stock(stock, supply, missing as u32);
        }
    }

    /// Whether stock that somebody waits for may come; `items` says of which items something may still become.
    pub fn may_be_supplied(&self, stock: usize, items: &[bool]) -> bool {
        let comes = |order: &Order| order.open && order.item.is_none_or(|item| items[item]);
        let supplies = self.full.stocks[stock].supplies.iter();
        let reviewed = |policy| matches!(policy, PolicyPlan::Periodic { .. });
        self.orders.iter().any(|order| order.stock == stock && comes(order))
            || supplies.into_iter().any(|supply| reviewed(supply.policy))
    }
}
