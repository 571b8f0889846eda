//! Ways on: pickups, places under way, the shortest queue.

use super::slots::next_time;
use super::{Rank, Way, What, World};
use crate::engine::tests::full::trace::Record;
use crate::plan::{NONE, WayPlan};
use crate::random::Purpose;
use crate::time::Tick;

/// Who is at a handoff.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    /// Who waits there, in the order of coming.
    waiting: Vec<usize>,
    under_way: u32,
    /// When the last pickup was.
    before: Tick,
}

impl World<'_> {
    /// The handoff of a route, if it does not take everything along at once.
    fn limited_way(&self, route: u32) -> Option<(usize, &WayPlan)> {
        let handoff = self.plan.routes[route as usize].handoff as usize;
        let way = self.full.ways.get(handoff)?;
        (way.pickup.is_some() || way.capacity != u32::MAX).then_some((handoff, way))
    }

    /// Whether what goes by a route waits for a pickup.
    pub fn has_pickup(&self, route: u32) -> bool {
        self.limited_way(route).is_some_and(|(_, way)| way.pickup.is_some())
    }

    /// Puts the first pickup that is not before `earliest` among what will happen.
    pub fn expect_pickup(&mut self, handoff: usize, earliest: Tick) {
        let Some(pickup) = self.full.ways.get(handoff).and_then(|way| way.pickup.as_ref()) else { return };
        let Some((at, _)) = next_time(pickup, earliest) else { return };
        let routes = self.plan.routes.iter();
        let target = routes.filter(|route| route.handoff as usize == handoff).map(|route| route.row).next();
        let department = match target {
            Some(row) if row != NONE => self.plan.department_of(row) as u32,
            _ => NONE,
        };
        let order = Self::order(self.lanes[handoff].before, department, NONE, (NONE, handoff as u64, 0, 0));
        self.expect(at, Rank::Ending, order, What::Pickup(handoff));
    }

    /// What waits at a handoff is taken along.
    pub fn pick_up(&mut self, handoff: usize) {
        self.lanes[handoff].before = self.now;
        self.expect_pickup(handoff, self.now + 1);
        self.tell(Record::PicksUp { handoff: handoff as u32 });
        self.let_set_out(handoff);
    }

    /// An item has left its department by a route, to `row`; `place`: the line there is limited.
    pub fn go_by(&mut self, item: usize, route: u32, row: u32, time: Option<Tick>, place: bool) {
        let Some((handoff, way)) = self.limited_way(route) else {
            self.tell(Record::HandedOver { who: self.items[item].who, route, transfer: time.unwrap_or(0) });
            return self.set_out(item, row, time, place);
        };
        let (pickup, full) = (way.pickup.is_some(), self.lanes[handoff].under_way >= way.capacity);
        self.items[item].left = self.items[item].row;
        self.items[item].row = row;
        self.items[item].lane = Some((handoff, route, time));
        if pickup || full && time.is_some() {
            if place {
                self.items[item].kept = true;
                let department = self.department(item);
                self.desks[department].kept += 1;
            }
            self.lanes[handoff].waiting.push(item);
            self.tell(Record::AwaitsWay { who: self.items[item].who, route });
        } else {
            self.leave_lane(item, place);
        }
    }

    /// Those who wait at a handoff set out, while there is a place.
    fn let_set_out(&mut self, handoff: usize) {
        while self.lanes[handoff].under_way < self.full.ways[handoff].capacity
            && !self.lanes[handoff].waiting.is_empty()
        {
            let item = self.lanes[handoff].waiting.remove(0);
            self.leave_lane(item, false);
        }
    }

    /// An item sets out from a handoff; `keep`: a place in the line is to be kept for it.
    fn leave_lane(&mut self, item: usize, keep: bool) {
        let (handoff, route, time) = self.items[item].lane.expect("an item at a handoff");
        self.tell(Record::HandedOver { who: self.items[item].who, route, transfer: time.unwrap_or(0) });
        match time {
            Some(time) => {
                self.lanes[handoff].under_way += 1;
                self.be_under_way(item, time, keep);
            }
            None => {
                self.items[item].lane = None;
                self.arrive_at(item);
            }
        }
    }

    /// A transfer has ended, and the item has joined: there is a place under way.
    pub fn end_of_way(&mut self, item: usize) {
        let Some((handoff, ..)) = self.items[item].lane.take() else { return };
        self.lanes[handoff].under_way -= 1;
        if self.full.ways[handoff].pickup.is_none() {
            self.let_set_out(handoff);
        }
    }

    /// An item is withdrawn that is at a handoff or under way by it.
    pub fn withdraw_from_way(&mut self, item: usize) {
        let Some((handoff, ..)) = self.items[item].lane else { return };
        if self.lanes[handoff].waiting.contains(&item) {
            self.lanes[handoff].waiting.retain(|&other| other != item);
            self.items[item].lane = None;
        } else {
            self.end_of_way(item);
        }
    }

    /// Where an item goes that is handed on by a route.
    pub fn way_by(&self, item: usize, route: u32) -> Way {
        let plan = &self.plan.routes[route as usize];
        let departments = self.full.ways.get(plan.handoff as usize).map_or(&[][..], |way| &way.shortest);
        let fewest = departments.iter().map(|&at| self.waiting_at(at as usize)).min();
        let equal: Vec<u32> =
            departments.iter().copied().filter(|&at| Some(self.waiting_at(at as usize)) == fewest).collect();
        let row = match *equal {
            [] => plan.row,
            [department] => self.row_in(department, plan.row),
            _ => {
                let word = self.visit_words(item).of(Purpose::Shortest).next();
                let place = ((u128::from(word) * equal.len() as u128) >> 64) as usize;
                self.row_in(equal[place], plan.row)
            }
        };
        Way::Route(route, row)
    }

    /// The row of a department for the class of another row.
    fn row_in(&self, department: u32, row: u32) -> u32 {
        let classes = self.plan.classes.len() as u32;
        department * classes + row % classes
    }
}
