//! How many cases are present in each department: at given times, and as a distribution over time.
//!
//! Blocked cases are present where they are blocked. Parts count as cases do. Requests and orders are not cases and
//! do not count.

use crate::engine::{End, Identity, Observer, Order, Stay, Visit};
use crate::plan::{NONE, Plan};
use crate::stats::TimeAverage;
use crate::time::Tick;

/// Follows the number of cases present in every department.
#[derive(Debug)]
pub(crate) struct PresenceObserver {
    classes: u32,
    warm_up: Tick,
    /// The number present in each department, from the warm-up on.
    pub departments: Vec<TimeAverage>,
    /// The same from the start, up to the last change.
    whole: Vec<TimeAverage>,
    times: Vec<Tick>,
    /// By time asked for: the number present in each department just before, and its integral until
    /// then.
    pub samples: Vec<Vec<(u32, u128)>>,
    /// By item.
    places: Vec<Place>,
}

/// Where an item of a full model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Nowhere,
    At(u32),
    /// It is a request or an order.
    NoCase,
}

impl PresenceObserver {
    /// Follows a plan from the warm-up on, and looks at the given times, which rise.
    pub fn new(plan: &Plan, warm_up: Tick, times: Vec<Tick>) -> PresenceObserver {
        let empty = vec![TimeAverage::new(0, 0); plan.departments.len()];
        PresenceObserver {
            classes: plan.classes.len() as u32,
            warm_up,
            departments: empty.clone(),
            whole: empty,
            times,
            samples: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Takes the samples of all times up to `now`.
    fn take_samples(&mut self, now: Tick) {
        while let Some(&time) = self.times.get(self.samples.len()).filter(|&&time| time <= now) {
            let sample = |present: &mut TimeAverage| {
                present.advance(time);
                (present.value(), present.area())
            };
            self.samples.push(self.whole.iter_mut().map(sample).collect());
        }
    }

    /// Takes the samples up to `now`, and starts the window when the warm-up is over.
    fn catch_up(&mut self, now: Tick) {
        self.take_samples(now);
        if now >= self.warm_up && self.warm_up > 0 {
            for (window, whole) in self.departments.iter_mut().zip(&self.whole) {
                *window = TimeAverage::new(self.warm_up, whole.value());
            }
            self.warm_up = 0;
        }
    }

    fn change(&mut self, now: Tick, row: u32, by: i32) {
        self.catch_up(now);
        let department = (row / self.classes) as usize;
        let present = self.whole[department].value().wrapping_add_signed(by);
        self.whole[department].change(now, present);
        if self.warm_up == 0 {
            self.departments[department].change(now, present);
        }
    }

    fn set(&mut self, item: u32, place: Place) {
        let at = item as usize;
        if self.places.len() <= at {
            self.places.resize(at + 1, Place::Nowhere);
        }
        self.places[at] = place;
    }

    /// An item is not in a department any more, if it was counted in one.
    fn leaves(&mut self, now: Tick, item: u32) {
        if let Some(&Place::At(row)) = self.places.get(item as usize) {
            self.places[item as usize] = Place::Nowhere;
            self.change(now, row, -1);
        }
    }

    /// The run is over. Where it was not cut short, nothing changes any more: the samples that are
    /// left are of what is present now.
    pub fn finish(&mut self, now: Tick, cut_short: bool) {
        self.catch_up(now);
        // Otherwise the run was over before the warm-up was.
        if self.warm_up == 0 {
            self.departments.iter_mut().for_each(|present| present.advance(now));
        }
        if !cut_short {
            self.take_samples(Tick::MAX);
        }
    }
}

impl Observer for PresenceObserver {
    fn arrived(&mut self, _now: Tick, case: u32, _who: &Identity, _row: u32) {
        self.set(case, Place::Nowhere);
    }

    fn asked(&mut self, _now: Tick, _item: u32, request: u32, _ask: u32) {
        self.set(request, Place::NoCase);
    }

    fn ordered(&mut self, _now: Tick, order: &Order) {
        if order.item != NONE {
            self.set(order.item, Place::NoCase);
        }
    }

    fn parted(&mut self, _now: Tick, _case: u32, part: u32, _fork: u32, _branch: u32, _transfer: Tick) {
        self.set(part, Place::Nowhere);
    }

    fn joined(&mut self, now: Tick, case: u32, row: u32) {
        if self.places[case as usize] != Place::NoCase {
            self.places[case as usize] = Place::At(row);
            self.change(now, row, 1);
        }
    }

    fn served(&mut self, case: u32, visit: &Visit) {
        self.leaves(visit.ended, case);
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        self.leaves(stay.ended, item);
    }

    fn reneged(&mut self, now: Tick, case: u32, _row: u32, _joined: Tick) {
        self.leaves(now, case);
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, _decides: bool) {
        self.leaves(now, part);
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.leaves(now, part);
    }

    fn forgotten(&mut self, now: Tick, item: u32) {
        self.leaves(now, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::plan::compile;
    use crate::time::{Span, minutes};

    #[test]
    fn blocked_cases_are_present_and_requests_are_not() {
        let model = Model::builder("two")
            .department("asks", |d| d.staff(2).service(minutes(1)))
            .department("answers", |d| d.staff(1).service(minutes(1)))
            .request("asks", "answers", |r| r)
            .customers("a", |c| c.schedule([Span::ZERO]).enter("asks"));
        let plan = compile(&model.build().unwrap()).unwrap();
        let mut presence = PresenceObserver::new(&plan, 0, vec![9]);
        let stay = |row, ask, joined, ended| {
            let (begun, finished) = (joined, joined + 1);
            Stay { row, ask, joined, begun, finished, ended, worked: 1, asking: 0 }
        };
        presence.arrived(0, 0, &Identity::default(), 0);
        presence.joined(0, 0, 0);
        presence.asked(2, 0, 1, 0);
        presence.joined(2, 1, 1);
        presence.stayed(1, &stay(1, 0, 2, 4));
        // The place of the request is a case now.
        presence.arrived(5, 1, &Identity::default(), 1);
        presence.joined(5, 1, 1);
        presence.stayed(0, &stay(0, NONE, 0, 8));
        presence.stayed(1, &stay(1, NONE, 5, 10));
        presence.finish(10, false);
        let areas: Vec<u128> = presence.departments.iter().map(TimeAverage::area).collect();
        assert_eq!(areas, [8, 5]);
        assert_eq!(presence.samples, [vec![(0, 8), (1, 4)]]);
    }

    #[test]
    fn parts_are_present_and_orders_are_not() {
        let model = Model::builder("one").department("desk", |d| d.staff(1).service(minutes(1)));
        let model = model.customers("a", |c| c.schedule([Span::ZERO]).enter("desk"));
        let plan = compile(&model.build().unwrap()).unwrap();
        let mut presence = PresenceObserver::new(&plan, 0, Vec::new());
        presence.ordered(0, &Order { stock: 0, number: 1, quantity: 1, item: 2 });
        presence.joined(0, 2, 0);
        presence.parted(1, 0, 1, 0, 0, 0);
        presence.joined(1, 1, 0);
        presence.withdrawn(4, 1);
        // It had not set out.
        presence.withdrawn(4, 9);
        presence.finish(10, false);
        assert_eq!(presence.departments[0].area(), 3);
    }
}
