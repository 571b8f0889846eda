//! Requests: how many were asked, what became of them, how long the answers took, and what the waiting cost
//! the people who asked.

use super::statistics::clip;
use crate::engine::{Observer, Occupation, Stay};
use crate::plan::{FullPlan, NONE};
use crate::stats::{Sketch, Sums, Tally};
use crate::time::Tick;

/// What is kept of one request of the plan. Those count that were asked in the window. Times in ticks.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskStatistics {
    /// They are answered, given up, or open.
    pub asked: u64,
    pub answered: u64,
    pub given_up: u64,
    pub open: u64,
    /// Answered within the standard.
    pub kept: u64,
    /// Of those given up: begun before, and finished for nobody.
    pub for_nobody: u64,
    /// From asking to the answer.
    pub response: Sums,
    pub response_sketch: Sketch,
    /// Of visits to the department that answers, which joined in the window.
    pub waiting: Tally,
    pub service: Tally,
    /// Request-ticks in the window from asking to the answer, or to giving up.
    pub open_area: u128,
    /// Person-ticks in the window of those who were held.
    pub held: u128,
}

/// What an item waits for, and who with it.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// The request of the plan, or [`NONE`].
    ask: u32,
    asked: Tick,
    /// How many people it holds, since when.
    people: u32,
    since: Tick,
}

impl Default for Waiting {
    fn default() -> Waiting {
        Waiting { ask: NONE, asked: 0, people: 0, since: 0 }
    }
}

/// Keeps the statistics of requests.
#[derive(Debug)]
pub(crate) struct RequestStatistics {
    from: Tick,
    /// By request of the plan.
    standards: Vec<Tick>,
    items: Vec<Waiting>,
    /// By person: the item that holds them, or [`NONE`].
    held_by: Vec<u32>,
    /// By request of the plan.
    pub asks: Vec<AskStatistics>,
}

impl RequestStatistics {
    /// Statistics of a full plan, from `warm_up` on.
    pub fn new(full: &FullPlan, warm_up: Tick) -> RequestStatistics {
        let people = full.homes.iter().map(|home| home.staff as usize).sum();
        RequestStatistics {
            from: warm_up,
            standards: full.asks.iter().map(|ask| ask.standard).collect(),
            items: Vec::new(),
            held_by: vec![NONE; people],
            asks: vec![AskStatistics::default(); full.asks.len()],
        }
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        for item in 0..self.items.len() as u32 {
            let Waiting { ask, asked, .. } = *self.item(item);
            if ask != NONE {
                self.close(now, item, ask, asked);
                self.asks[ask as usize].open += u64::from(asked >= self.from);
            }
        }
    }

    fn item(&mut self, item: u32) -> &mut Waiting {
        let at = item as usize;
        if self.items.len() <= at {
            self.items.resize(at + 1, Waiting::default());
        }
        &mut self.items[at]
    }

    /// Counts the time that people were held by an item until now.
    fn count_held(&mut self, now: Tick, item: u32) {
        let from = self.from;
        let waiting = self.item(item);
        let (ask, people) = (waiting.ask, waiting.people);
        let ticks = clip(from, std::mem::replace(&mut waiting.since, now), now);
        if ask != NONE {
            self.asks[ask as usize].held += u128::from(people) * ticks;
        }
    }

    /// A person is held by an item from now on, or by none, and was held before, or by none.
    #[inline(never)]
    fn is_held(&mut self, now: Tick, person: u32, item: u32) {
        let before = std::mem::replace(&mut self.held_by[person as usize], item);
        if before != NONE {
            self.count_held(now, before);
            self.item(before).people -= 1;
        }
        if item != NONE {
            self.count_held(now, item);
            self.item(item).people += 1;
        }
    }

    /// The wait of an item for an answer is over.
    fn close(&mut self, now: Tick, item: u32, ask: u32, asked: Tick) {
        self.count_held(now, item);
        self.item(item).ask = NONE;
        self.asks[ask as usize].open_area += clip(self.from, asked, now);
    }
}

impl Observer for RequestStatistics {
    #[inline(always)]
    fn occupied(&mut self, now: Tick, person: u32, occupation: Occupation, _late: bool) {
        let item = match occupation {
            Occupation::Held { item } => item,
            _ => NONE,
        };
        if item != NONE || self.held_by[person as usize] != NONE {
            self.is_held(now, person, item);
        }
    }

    fn asked(&mut self, now: Tick, item: u32, _request: u32, ask: u32) {
        self.count_held(now, item);
        let waiting = self.item(item);
        (waiting.ask, waiting.asked) = (ask, now);
        self.asks[ask as usize].asked += u64::from(now >= self.from);
    }

    fn answered(&mut self, now: Tick, item: u32, _request: u32, ask: u32, asked: Tick) {
        self.close(now, item, ask, asked);
        if asked >= self.from {
            let (statistics, time) = (&mut self.asks[ask as usize], now - asked);
            statistics.answered += 1;
            statistics.kept += u64::from(time <= self.standards[ask as usize]);
            statistics.response.record(time);
            statistics.response_sketch.record(time);
        }
    }

    fn given_up(&mut self, now: Tick, item: u32, _request: u32, ask: u32, asked: Tick, begun: bool) {
        self.close(now, item, ask, asked);
        if asked >= self.from {
            let statistics = &mut self.asks[ask as usize];
            statistics.given_up += 1;
            statistics.for_nobody += u64::from(begun);
        }
    }

    fn stayed(&mut self, _item: u32, stay: &Stay) {
        if stay.joined < self.from {
            return;
        }
        // Neither a case nor an order has an index in the plan.
        if let Some(statistics) = self.asks.get_mut(stay.ask as usize) {
            statistics.waiting.record(stay.begun - stay.joined);
            statistics.service.record(stay.worked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::plan::compile;
    use crate::time::{Span, minutes};

    /// One request, with a standard of 10 ticks; three people.
    fn statistics(from: Tick) -> RequestStatistics {
        let model = Model::builder("requests")
            .department("asks", |d| d.staff(2).service(minutes(1)))
            .department("answers", |d| d.staff(1).service(minutes(1)))
            .request("asks", "answers", |r| r.standard(Span::from_ticks(10)))
            .customers("a", |c| c.schedule([Span::ZERO]).enter("asks"));
        let plan = compile(&model.build().unwrap()).unwrap();
        RequestStatistics::new(plan.full.as_ref().unwrap(), from)
    }

    /// A crew of two is held by two questions, one after the other, without being told again between them; one
    /// of them goes home meanwhile.
    #[test]
    fn people_are_held_by_the_open_question() {
        let mut requests = statistics(0);
        let held = Occupation::Held { item: 4 };
        requests.asked(10, 4, 5, 0);
        requests.occupied(10, 0, held, false);
        requests.occupied(10, 1, held, false);
        requests.answered(20, 4, 5, 0, 10);
        requests.asked(20, 4, 5, 0);
        requests.occupied(25, 1, Occupation::Off, false);
        requests.answered(31, 4, 5, 0, 20);
        // Waiting for colleagues is not waiting for an answer.
        requests.occupied(40, 0, Occupation::Serving { item: 4 }, false);
        requests.finish(50);
        let of = &requests.asks[0];
        assert_eq!((of.asked, of.answered, of.kept, of.open), (2, 2, 1, 0));
        assert_eq!((of.held, of.open_area, of.response.sum), (20 + 10 + 6, 21, 21));
    }

    #[test]
    fn the_window_cuts_times_and_leaves_out_who_asked_before() {
        let mut requests = statistics(15);
        let held = |item| Occupation::Held { item };
        requests.asked(10, 1, 2, 0);
        requests.occupied(10, 0, held(1), false);
        requests.answered(20, 1, 2, 0, 10);
        requests.occupied(20, 0, held(3), false);
        requests.asked(20, 3, 2, 0);
        requests.given_up(28, 3, 2, 0, 20, true);
        requests.occupied(28, 0, Occupation::Idle, false);
        requests.asked(30, 3, 6, 0);
        requests.finish(33);
        let of = &requests.asks[0];
        assert_eq!((of.asked, of.answered, of.given_up, of.for_nobody, of.open), (2, 0, 1, 1, 1));
        assert_eq!((of.held, of.open_area, of.response.sum), (5 + 8, 5 + 8 + 3, 0));
    }
}
