//! Waits for stock, and the orders that end them.

use super::follow::{OpenOrder, To};
use super::full::FullLedger;
use super::idle::Lack;
use super::item::State;
use super::trail::Mark;
use crate::engine::{ORDER, Order};
use crate::plan::NONE;
use crate::time::Tick;

impl<M: Mark> FullLedger<'_, M> {
    /// A department orders; where another makes that, there is an item to follow.
    pub(super) fn places(&mut self, now: Tick, order: &Order) {
        let (stock, supplier) = (self.codes.stock(order.stock), self.codes.supplier(order.stock));
        let mut record = NONE;
        if order.item != NONE {
            self.create(order.item, ORDER, M::default());
            record = self.record_of(order.item);
            self.item(order.item).since = now;
            self.enter(order.item, State::Moving { who: stock });
        }
        let (number, placed) = (order.number, now);
        self.world.orders.push(OpenOrder { stock, supplier, number, placed, record, is_there: false });
    }

    /// The code of the stock for which an item is an order.
    pub(super) fn stock_of(&mut self, id: u32) -> u32 {
        let record = self.item(id).record;
        let order = self.world.orders.iter().find(|order| order.record == record && !order.is_there);
        order.map_or(NONE, |order| order.stock)
    }

    /// An order is on the shelf. Those who have waited for it are told of next.
    pub(super) fn delivers(&mut self, now: Tick, order: &Order) {
        self.world.orders.retain(|other| !other.is_there);
        let stock = self.codes.stock(order.stock);
        let is_this = |other: &&mut OpenOrder| other.stock == stock && other.number == order.number;
        if let Some(open) = self.world.orders.iter_mut().find(is_this) {
            open.is_there = true;
        }
        if order.item != NONE {
            self.turn(now, order.item, State::Passing, To::Open);
            self.close_record(now, order.item);
        }
    }

    /// The delivery that ends the wait of an item for stock.
    pub(super) fn delivery_for(&mut self, id: u32) -> To {
        let State::Short { stock } = self.item(id).state else { return To::Open };
        let mut orders = self.world.orders.iter();
        orders.position(|order| order.is_there && order.stock == stock).map_or(To::Open, To::Order)
    }

    /// An item waits for a stock, out of its line, or after a delivery of another.
    pub(super) fn lacks(&mut self, now: Tick, id: u32, stock: u32) {
        let to = self.delivery_for(id);
        let stock = self.codes.stock(stock);
        self.lacks_no_more(now, id);
        self.turn(now, id, State::Short { stock }, to);
        let department = self.item(id).department;
        if self.limited(department) {
            self.world.lacks[department as usize].push(Lack { item: id, stock, from: now, to: Tick::MAX });
            self.remembered += 1;
        }
    }

    /// The stock for which an item has waited, if for one, is there; or it leaves.
    pub(super) fn lacks_no_more(&mut self, now: Tick, id: u32) {
        let State::Short { .. } = self.item(id).state else { return };
        let department = self.item(id).department;
        let waits = |lack: &&mut Lack| lack.item == id && lack.to == Tick::MAX;
        if let Some(lack) = self.world.lacks[department as usize].iter_mut().find(waits) {
            lack.to = now;
        }
    }
}
