//! Ways with places kept at their end, and waits at handoffs.

use super::follow::To;
use super::full::FullLedger;
use super::idle::Coming;
use super::item::State;
use super::trail::Mark;
use crate::plan::NONE;
use crate::time::Tick;

impl<M: Mark> FullLedger<'_, M> {
    /// An item has a place kept in a department from now on.
    pub(super) fn is_coming(&mut self, now: Tick, id: u32, department: u32) {
        let item = self.item(id);
        item.kept = department;
        let way = Coming { item: id, from: now, to: Tick::MAX, picked: now, who: NONE, mark: item.mark };
        self.world.coming[department as usize].push(way);
        self.remembered += 1;
    }

    /// The way of an item.
    fn way_of(&mut self, id: u32) -> Option<&mut Coming<M>> {
        let department = self.world.items[id as usize].kept;
        let ways = self.world.coming.get_mut(department as usize)?;
        ways.iter_mut().rev().find(|way| way.item == id && way.to == Tick::MAX)
    }

    /// An item has come to the place that was kept, or needs it no longer.
    pub(super) fn has_come(&mut self, now: Tick, id: u32) {
        let felt = self.item(id).felt;
        if let Some(way) = self.way_of(id) {
            (way.to, way.who) = (now, felt);
        }
        self.item(id).kept = NONE;
    }

    /// A case waits at a handoff: until the next pickup for nobody, if there are pickups.
    pub(super) fn waits_at_handoff(&mut self, now: Tick, case: u32, route: u32) {
        let handoff = self.world.plan.routes[route as usize].handoff;
        let who = self.codes.handoff(handoff);
        let ways = self.world.plan.full.iter().flat_map(|full| full.ways.get(handoff as usize));
        let passed = ways.into_iter().all(|way| way.pickup.is_none());
        self.turn(now, case, State::AtHandoff { who, passed }, To::Open);
        self.item(case).felt = who;
        if !passed {
            self.unpicked[handoff as usize].push(case);
            if let Some(way) = self.way_of(case) {
                way.picked = Tick::MAX;
            }
        }
    }

    /// A pickup comes to a handoff: who stays there waits for others from now on.
    pub(super) fn is_picked_up(&mut self, now: Tick, handoff: u32) {
        let who = self.codes.handoff(handoff);
        let mut waiting = std::mem::take(&mut self.unpicked[handoff as usize]);
        for id in waiting.drain(..) {
            if self.item(id).state != (State::AtHandoff { who, passed: false }) {
                continue;
            }
            self.settle(now, id, To::Open);
            self.item(id).state = State::AtHandoff { who, passed: true };
            if let Some(way) = self.way_of(id) {
                way.picked = now;
            }
        }
        self.unpicked[handoff as usize] = waiting;
    }
}
