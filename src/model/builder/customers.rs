//! Describing customers.

use crate::model::{Arrivals, Class, InitialWork, RateStep, Share, Stream, TraceCase};
use crate::random::Dist;
use crate::time::{Rate, Span};

/// Describes a class. See [`Class`].
#[derive(Clone, Debug)]
pub struct ClassBuilder(pub(super) Class);

impl ClassBuilder {
    /// Its rank in every queue: 0, the default, is the most urgent.
    pub fn priority(mut self, rank: u32) -> ClassBuilder {
        self.0.priority = rank;
        self
    }

    /// What each hour of the lead time costs, in money.
    pub fn delay_cost(mut self, money: f64) -> ClassBuilder {
        self.0.delay_cost = money;
        self
    }

    /// What each lost customer costs, in money.
    pub fn lost_cost(mut self, money: f64) -> ClassBuilder {
        self.0.lost_cost = money;
        self
    }
}

/// Describes a customer stream. See [`Stream`].
#[derive(Clone, Debug)]
pub struct StreamBuilder {
    pub(super) stream: Stream,
    pub(super) arrives: bool,
}

impl StreamBuilder {
    /// The department where its cases enter.
    pub fn enter(mut self, department: impl Into<String>) -> StreamBuilder {
        self.stream.enter = department.into();
        self
    }

    fn arrivals(mut self, arrivals: Arrivals) -> StreamBuilder {
        self.stream.arrivals = arrivals;
        self.arrives = true;
        self
    }

    /// Cases arrive as a Poisson process.
    pub fn poisson(self, rate: Rate) -> StreamBuilder {
        self.arrivals(Arrivals::Poisson { rate })
    }

    /// Cases arrive with independent times between them.
    pub fn renewal(self, interarrival: impl Into<Dist>) -> StreamBuilder {
        self.arrivals(Arrivals::Renewal { interarrival: interarrival.into() })
    }

    /// Cases arrive as a Poisson process whose rate repeats every `period`: each step is a time in
    /// the period, the first one zero, and the rate from then on.
    pub fn pattern(self, period: Span, steps: impl IntoIterator<Item = (Span, Rate)>) -> StreamBuilder {
        let steps = steps.into_iter().map(|(from, rate)| RateStep { from, rate }).collect();
        self.arrivals(Arrivals::Pattern { period, steps })
    }

    /// Cases arrive at these times since the start of the run.
    pub fn schedule(self, times: impl IntoIterator<Item = Span>) -> StreamBuilder {
        self.arrivals(Arrivals::Schedule { times: times.into_iter().collect() })
    }

    /// There is always one more: a case arrives whenever somebody who may serve it has nothing else to do.
    pub fn saturated(self) -> StreamBuilder {
        self.arrivals(Arrivals::Saturated)
    }

    /// Cases arrive as recorded.
    pub fn trace(self, cases: impl IntoIterator<Item = TraceCase>) -> StreamBuilder {
        self.arrivals(Arrivals::Trace { cases: cases.into_iter().collect() })
    }

    /// Their class.
    pub fn class(mut self, class: impl Into<String>) -> StreamBuilder {
        self.stream.class = Some(class.into());
        self
    }

    /// Several classes, each with its share; the shares sum to 1.
    pub fn mix<C: Into<String>>(mut self, shares: impl IntoIterator<Item = (C, f64)>) -> StreamBuilder {
        let shares = shares.into_iter();
        self.stream.mix = shares.map(|(class, share)| Share { class: class.into(), share }).collect();
        self
    }

    /// How many arrive together. See [`Stream::batch`].
    pub fn batch(mut self, cases: Dist<f64>) -> StreamBuilder {
        self.stream.batch = Some(cases);
        self
    }

    /// After how many cases the stream ends.
    pub fn limit(mut self, cases: u64) -> StreamBuilder {
        self.stream.limit = Some(cases);
        self
    }

    /// The lead time that the customer was told to expect.
    pub fn promise(mut self, lead_time: Span) -> StreamBuilder {
        self.stream.promise = Some(lead_time);
        self
    }

    /// A factor drawn once per case, which multiplies its service times everywhere.
    pub fn size(mut self, factor: Dist<f64>) -> StreamBuilder {
        self.stream.size = Some(factor);
        self
    }
}

/// Describes work in place when the run starts. See [`InitialWork`].
#[derive(Clone, Debug)]
pub struct InitialBuilder(pub(super) InitialWork);

impl InitialBuilder {
    /// The class of the cases.
    pub fn class(mut self, class: impl Into<String>) -> InitialBuilder {
        self.0.class = class.into();
        self
    }

    /// How many there are.
    pub fn cases(mut self, count: u64) -> InitialBuilder {
        self.0.cases = count;
        self
    }

    /// The rest of the work that the department has to do on each; a full service time if not said.
    pub fn remaining(mut self, time: impl Into<Dist>) -> InitialBuilder {
        self.0.remaining = Some(time.into());
        self
    }
}
