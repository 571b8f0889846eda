//! Cases that arrive from outside.

use super::{Item, Rank, What, World};
use crate::engine::tests::full::trace::{Record, Who};
use crate::plan::{ArrivalPlan, ComplaintPlan, NONE, StreamPlan, to_ticks};
use crate::random::{Purpose, Words, exponential, item_key};
use crate::time::Tick;
use rand_distr::Distribution;

#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    arrivals: u64,
    pub cases: u64,
    time: Tick,
    /// How far a stream with a rate pattern has come: periods over, and arrivals expected in this one.
    periods: u64,
    level: f64,
}

impl Source {
    /// A stream that has not begun.
    pub fn new(plan: &StreamPlan) -> Source {
        let mut source = Source { time: plan.from, ..Source::default() };
        if let ArrivalPlan::Pattern(pattern) = &plan.arrivals {
            let offset = plan.from % pattern.period;
            source.periods = plan.from / pattern.period;
            let step = pattern.steps.iter().rev().find(|step| step.0 <= offset);
            source.level = step.map_or(0.0, |&(from, rate, before)| before + (offset - from) as f64 * rate);
        }
        source
    }
}

/// A complaint that will come.
#[derive(Clone, Debug)]
pub(super) struct Complaint {
    first: Who,
    who: Who,
    row: u32,
    key: u64,
    size: f64,
}

impl World<'_> {
    pub fn stream_words(&self, stream: usize, number: u64, member: u32) -> Words {
        self.stream_keys[stream].words(item_key(self.plan.streams[stream].key, number, member), 0)
    }

    /// Puts the next arrival of a stream among what will happen, if there is one.
    pub fn expect_arrival(&mut self, stream: usize) {
        let plan = &self.plan.streams[stream];
        let number = self.sources[stream].arrivals;
        let words = &mut self.stream_words(stream, number, 0).of(Purpose::Interarrival);
        let source = &mut self.sources[stream];
        if source.cases >= plan.limit {
            return;
        }
        let mut what = What::Arrival(stream);
        source.time = match &plan.arrivals {
            ArrivalPlan::Renewal(gap) => source.time + to_ticks(gap.sample(words)),
            ArrivalPlan::Pattern(pattern) => {
                source.level += exponential(words);
                while source.level >= pattern.total {
                    source.level -= pattern.total;
                    source.periods += 1;
                }
                source.periods * pattern.period + pattern.invert(source.level)
            }
            ArrivalPlan::Listed(list) => match list.get(number as usize) {
                Some(listed) => listed.at,
                None => return,
            },
            // Whoever gets idle later brings the next one.
            ArrivalPlan::Saturated if number > 0 => return,
            ArrivalPlan::Saturated => {
                what = What::Saturated(stream);
                plan.from
            }
            ArrivalPlan::Population => return self.expect_members(stream),
        };
        if source.time >= plan.until {
            return;
        }
        let rank = if plan.initial.is_some() { Rank::InPlace } else { Rank::Arrival };
        let order = Self::order(0, plan.department, NONE, (stream as u32, 0, 0, 0));
        let time = source.time;
        self.expect(time, rank, order, what);
    }

    /// A batch arrives, member by member.
    pub fn arrive(&mut self, stream: usize) {
        let plan = &self.plan.streams[stream];
        let number = self.sources[stream].arrivals;
        let batch = match &plan.batch {
            Some(batch) => batch.sample(&mut self.stream_words(stream, number, 0).of(Purpose::Batch)).round(),
            None => 1.0,
        };
        let batch = (batch.max(1.0) as u64).min(plan.limit - self.sources[stream].cases);
        self.sources[stream].cases += batch;
        self.sources[stream].arrivals += 1;
        for member in 0..batch as u32 {
            let case = self.new_case(stream, number, member);
            self.items.push(case);
            let in_place = plan.initial.is_some();
            self.come_in(self.items.len() - 1, in_place);
        }
        self.expect_arrival(stream);
    }

    /// A new case comes in; without room it is rejected, unless it is in place at the start.
    pub fn come_in(&mut self, case: usize, in_place: bool) {
        let Item { who, row, .. } = self.items[case];
        let due = self.items[case].due.unwrap_or(Tick::MAX);
        self.tell(Record::Arrived { who, row, due });
        if in_place {
            self.arrive_at(case);
        } else {
            self.enter(case);
        }
    }

    pub fn new_case(&self, stream: usize, number: u64, member: u32) -> Item {
        let plan = &self.plan.streams[stream];
        let words = self.stream_words(stream, number, member);
        let listed = match &plan.arrivals {
            ArrivalPlan::Listed(list) => Some(list[number as usize]),
            _ => None,
        };
        let class = match listed {
            Some(listed) if listed.class != NONE => listed.class,
            _ => {
                let word = words.of(Purpose::Class).next();
                let last = plan.mix.len() - 1;
                let chosen = plan.mix[..last].iter().position(|&(last_word, _)| word <= last_word);
                plan.mix[chosen.unwrap_or(last)].1
            }
        };
        let size = match (listed, &plan.size) {
            (Some(listed), _) if !listed.size.is_nan() => listed.size,
            (_, Some(size)) => size.sample(&mut words.of(Purpose::Size)),
            _ => 1.0,
        };
        let row = plan.department * self.plan.classes.len() as u32 + class;
        let item = self.new_item((stream as u32, number, member, 0), item_key(plan.key, number, member), row);
        let extras = self.full.streams.get(stream);
        let patience = extras.and_then(|extras| extras.patience.as_ref());
        let overall =
            patience.map(|time| self.now + to_ticks(time.sample(&mut words.of(Purpose::OverallPatience))));
        let notice = extras.and_then(|extras| extras.notice.as_ref());
        let notice = notice.map(|time| self.now + to_ticks(time.sample(&mut words.of(Purpose::Notice))));
        Item { size, overall, due: notice.or(self.promised(stream)), ..item }
    }

    /// What is promised to a case that arrives now.
    fn promised(&self, stream: usize) -> Option<Tick> {
        let promise = self.plan.streams[stream].promise;
        (promise != Tick::MAX).then(|| self.now + promise)
    }

    /// Cases of a saturated stream arrive while somebody idle may serve them.
    pub fn saturate(&mut self, stream: usize) {
        let plan = &self.plan.streams[stream];
        let department = plan.department as usize;
        while self.sources[stream].cases < plan.limit
            && (plan.from..plan.until).contains(&self.now)
            && self.has_room(department, false)
            && !self.has_work(department)
            && !self.lacks_stock_at(department)
            && !self.free_for(department).is_empty()
        {
            self.arrive(stream);
        }
    }

    /// The customer of a completed case will come back.
    pub fn expect_complaint(
        &mut self,
        plan: &ComplaintPlan,
        after: Tick,
        first: Who,
        class: u32,
        key: u64,
        size: f64,
    ) {
        let source = &mut self.sources[plan.stream as usize];
        let who = (plan.stream, source.arrivals, 0, 0);
        source.arrivals += 1;
        let row = plan.department * self.plan.classes.len() as u32 + class;
        let order = Self::order(0, plan.department, NONE, who);
        let what = What::Complaint(self.complaints.len());
        self.complaints.push(Complaint { first, who, row, key, size });
        self.expect(self.now + after, Rank::Arrival, order, what);
    }

    pub fn complain(&mut self, complaint: usize) {
        let Complaint { first, who, row, key, size } = self.complaints[complaint];
        let item = Item { size, due: self.promised(who.0 as usize), ..self.new_item(who, key, row) };
        self.items.push(item);
        self.tell(Record::Complains { who, first });
        self.come_in(self.items.len() - 1, false);
    }
}
