//! Describing customers.

use crate::model::{
    Arrivals, Class, InitialWork, Loss, RateStep, Retry, Rise, Share, Stream, TraceCase, Turn,
};
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

    /// What each promise that is not kept costs, in money.
    pub fn broken_promise_cost(mut self, money: f64) -> ClassBuilder {
        self.0.broken_promise_cost = money;
        self
    }

    /// A case that has waited so long in one line has this rank there, if it is more urgent.
    pub fn rise(mut self, after: Span, priority: u32) -> ClassBuilder {
        self.0.rises.push(Rise { after, priority });
        self
    }

    /// A case that has waited so long in one line turns into this class.
    pub fn turns(mut self, after: Span, into: impl Into<String>) -> ClassBuilder {
        self.0.turns = Some(Turn { after, into: into.into() });
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

    /// So many customers, each of whom is away for a while, comes, and is away again when the case has ended. `away`
    /// may be no time at all.
    pub fn population(self, customers: u32, away: impl Into<Dist>) -> StreamBuilder {
        self.arrivals(Arrivals::Population { customers, away: Some(away.into()) })
    }

    /// When the stream begins, since the start of the run.
    pub fn from(mut self, time: Span) -> StreamBuilder {
        self.stream.from = Some(time);
        self
    }

    /// When it ends, since the start of the run.
    pub fn until(mut self, time: Span) -> StreamBuilder {
        self.stream.until = Some(time);
        self
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

    /// How long before they need it customers ask: it is due so long after the arrival.
    pub fn notice(mut self, time: impl Into<Dist>) -> StreamBuilder {
        self.stream.notice = Some(time.into());
        self
    }

    /// How long customers stay overall: when it has run out, one who waits in a line leaves.
    pub fn patience(mut self, time: impl Into<Dist>) -> StreamBuilder {
        self.stream.patience = Some(time.into());
        self
    }

    /// A lost customer comes back with this probability, after so long: without end and after every kind of loss,
    /// unless the [`RetryBuilder`] is told otherwise.
    pub fn retry(
        mut self,
        probability: f64,
        after: impl Into<Dist>,
        describe: impl FnOnce(RetryBuilder) -> RetryBuilder,
    ) -> StreamBuilder {
        let blank = Retry { probability, after: after.into(), most: None, on: Vec::new() };
        self.stream.retry = Some(describe(RetryBuilder(blank)).0);
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

/// Describes how lost customers come back. See [`Retry`].
#[derive(Clone, Debug)]
pub struct RetryBuilder(pub(super) Retry);

impl RetryBuilder {
    /// How often a customer comes back at most.
    pub fn most(mut self, times: u32) -> RetryBuilder {
        self.0.most = Some(times);
        self
    }

    /// After which losses; all if not said.
    pub fn on(mut self, losses: impl IntoIterator<Item = Loss>) -> RetryBuilder {
        self.0.on = losses.into_iter().collect();
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
