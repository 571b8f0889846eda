//! The rules for customer streams, each by itself.

use std::collections::HashSet;
use std::fmt::Display;

use super::timeless::services_are_timeless;
use super::{Check, is_one, is_probability, shown, stream_place, tidy};
use crate::model::flow::is_zero;
use crate::model::{Arrivals, RateStep, Retry, Staff, Stream, TraceCase};
use crate::random::Dist;
use crate::time::{Rate, Span};

/// The lowest rate, per tick: one in about 32 years.
const LOWEST_RATE: f64 = 1e-15;

/// The highest rate, per tick. Rounding to ticks distorts rates long before.
const HIGHEST_RATE: f64 = 1.0;

/// The highest limit, 2^53: what every file format holds exactly.
const HIGHEST_LIMIT: u64 = 1 << 53;

const LARGEST_BATCH: f64 = 1e6;

/// Each is a record of the engine.
const LARGEST_POPULATION: u32 = 1 << 23;

/// How often customers may come back at one instant on average, where it is not known that they are let in.
const MOST_RETRIES_AT_ONCE: f64 = 1e3;

impl<'m> Check<'m> {
    /// Checks every stream.
    pub(super) fn streams(&mut self) {
        for stream in &self.model().streams {
            let place = stream_place(&stream.name);
            self.department_exists(place, &stream.enter);
            self.arrivals(place, stream);
            self.stream_classes(place, stream);
            self.batch_and_size(place, stream);
            if let Some(limit) = stream.limit.filter(|limit| !(1..=HIGHEST_LIMIT).contains(limit)) {
                self.add(place, format!("the limit is {limit}, must be from 1 to {HIGHEST_LIMIT}"));
            }
            if let Some(promise) = stream.promise {
                self.positive(place, "promise", promise);
            }
            for (what, times) in [("notice", &stream.notice), ("patience", &stream.patience)] {
                if let Some(times) = times {
                    self.times(place, what, times);
                }
            }
            if let Some(retry) = &stream.retry {
                self.retry(place, retry);
            }
            self.lifetime(place, stream);
        }
        self.populations_in_all();
    }

    /// Adds up what is in range; the rest is told already.
    fn populations_in_all(&mut self) {
        let most = u64::from(LARGEST_POPULATION);
        let customers = self.model().streams.iter().filter_map(|stream| match stream.arrivals {
            Arrivals::Population { customers, .. } => Some(u64::from(customers)),
            _ => None,
        });
        let in_all: u64 = customers.filter(|&customers| customers <= most).sum();
        if in_all > most {
            let rule = format!("all populations together have {in_all} customers, must be at most {most}");
            self.add("model", rule);
        }
    }

    fn retry(&mut self, place: impl Display + Copy, retry: &'m Retry) {
        let Retry { probability, after, most, on } = retry;
        self.probability(place, "probability of a retry", *probability);
        let proper = self.times(place, "time to a retry", after);
        if *most == Some(0) {
            self.add(place, "customers come back at most 0 times, must be at least 1");
        }
        for (loss, number) in on.iter().zip(0..) {
            if on[..number].contains(loss) {
                self.add(place, format!("retries after one kind of loss are given more than once: {loss:?}"));
            }
        }
        let often = most.map_or(f64::INFINITY, f64::from).min(1.0 / (1.0 - probability).max(0.0));
        if proper && is_zero(after) && often > MOST_RETRIES_AT_ONCE {
            let rule = format!(
                "customers who are lost come back at once, and without end: retries that take no time need a most of at most {MOST_RETRIES_AT_ONCE}, or a probability below {}",
                1.0 - 1.0 / MOST_RETRIES_AT_ONCE
            );
            self.add(place, rule);
        }
    }

    /// Checks when a stream begins and ends.
    fn lifetime(&mut self, place: impl Display + Copy, stream: &'m Stream) {
        for (what, time) in [("beginning", stream.from), ("end", stream.until)] {
            if let Some(time) = time {
                self.time_of_run(place, what, time);
            }
        }
        if let (from, Some(until)) = (stream.from.unwrap_or(Span::ZERO), stream.until)
            && until <= from
        {
            self.add(place, format!("it ends at {until}, must be later than {from}"));
        }
        let has_times = matches!(stream.arrivals, Arrivals::Schedule { .. } | Arrivals::Trace { .. });
        if stream.from.is_some() && has_times {
            self.add(place, "it has times of its own, and no beginning");
        }
    }

    fn population(
        &mut self,
        place: impl Display + Copy,
        stream: &'m Stream,
        customers: u32,
        away: Option<&'m Dist>,
    ) {
        if !(1..=LARGEST_POPULATION).contains(&customers) {
            let rule = format!("the population is {customers}, must be from 1 to {LARGEST_POPULATION}");
            self.add(place, rule);
        }
        if let Some(away) = away {
            self.times(place, "time away", away);
        }
        if stream.batch.is_some() {
            self.add(place, "customers of a population come one by one, without a batch");
        }
    }

    fn stream_classes(&mut self, place: impl Display + Copy, stream: &'m Stream) {
        if let Some(class) = &stream.class {
            self.class_exists(place, class);
            if !stream.mix.is_empty() {
                self.add(place, "it has both a class and a mix");
            }
        }
        if stream.mix.is_empty() {
            return;
        }
        let mut seen = HashSet::new();
        for share in &stream.mix {
            self.class_exists(place, &share.class);
            if !seen.insert(&share.class) {
                self.add(place, format!("class {} is in the mix more than once", shown(&share.class)));
            }
            self.probability(place, format!("share of class {}", shown(&share.class)), share.share);
        }
        let sum: f64 = stream.mix.iter().map(|share| share.share).sum();
        if stream.mix.iter().all(|share| is_probability(share.share)) && !is_one(sum) {
            self.add(place, format!("shares of the mix sum to {}, must be 1", tidy(sum)));
        }
    }

    fn batch_and_size(&mut self, place: impl Display + Copy, stream: &'m Stream) {
        if let Some(batch) = &stream.batch
            && self.numbers(place, "batch", batch)
            && !(1.0..=LARGEST_BATCH).contains(&batch.mean())
        {
            let rule = format!("the mean is {}, must be from 1 to {LARGEST_BATCH}", batch.mean());
            self.add(format_args!("{place}, batch"), rule);
        }
        if let Some(size) = &stream.size
            && self.numbers(place, "size", size)
            && !(size.mean() > 0.0 && size.mean().is_finite())
        {
            self.add(format_args!("{place}, size"), format!("the mean is {}, must be positive", size.mean()));
        }
    }

    fn arrivals(&mut self, place: impl Display + Copy, stream: &'m Stream) {
        match &stream.arrivals {
            Arrivals::Poisson { rate } => {
                self.rate(place, *rate);
            }
            Arrivals::Renewal { interarrival } => {
                let what = "time between arrivals";
                if self.times(place, what, interarrival) && interarrival.mean() < 1.0 / HIGHEST_RATE {
                    self.add(format_args!("{place}, {what}"), "the mean is less than 1us");
                }
            }
            Arrivals::Saturated => self.saturated(place, stream),
            Arrivals::Pattern { period, steps } => self.pattern(place, *period, steps),
            Arrivals::Schedule { times } => self.in_order(place, times.iter().copied()),
            Arrivals::Trace { cases } => self.trace(place, cases),
            Arrivals::Population { customers, away } => {
                self.population(place, stream, *customers, away.as_ref());
            }
        }
    }

    /// Checks a rate that must be positive.
    fn rate(&mut self, place: impl Display + Copy, rate: Rate) {
        let per_tick = rate.per_tick();
        let must = if !per_tick.is_finite() || per_tick <= 0.0 {
            "must be a positive number per positive time"
        } else if per_tick > HIGHEST_RATE {
            "must be at most 1/us"
        } else if per_tick < LOWEST_RATE {
            "must be at least one in 32 years"
        } else {
            return;
        };
        self.add(place, format!("the rate is {rate}, {must}"));
    }

    fn saturated(&mut self, place: impl Display + Copy, stream: &'m Stream) {
        if stream.batch.is_some() {
            self.add(place, "saturated arrivals come one by one, without a batch");
        }
        let Some(department) = self.resolved.department(&stream.enter) else { return };
        let entered = &self.model().departments[department as usize];
        if entered.staff == Staff::Infinite {
            let rule = format!(
                "saturated arrivals would never end in {}, whose staff is infinite",
                shown(&entered.name)
            );
            return self.add(place, rule);
        }
        let timeless = |&(class, share): &(u32, f64)| {
            share > 0.0 && services_are_timeless(&self.resolved, department, class, self.smallest_size)
        };
        let shares = self.resolved.arriving_shares(stream);
        if stream.limit.is_none() && !shares.is_empty() && shares.iter().all(timeless) {
            let rule = format!(
                "saturated arrivals would never end in {}, where they take no time",
                shown(&entered.name)
            );
            self.add(place, rule);
        }
    }

    fn pattern(&mut self, place: impl Display + Copy, period: Span, steps: &'m [RateStep]) {
        let starts: Vec<Span> = steps.iter().map(|step| step.from).collect();
        self.steps(place, "pattern", period, &starts);
        // A rate of zero is a time without arrivals, but its unit must still be one.
        let is_zero = |step: &&RateStep| step.rate.per_tick() == 0.0;
        for step in steps.iter().filter(|step| !is_zero(step)) {
            self.rate(format_args!("{place}, pattern from {}", step.from), step.rate);
        }
        if !steps.is_empty() && steps.iter().all(|step| is_zero(&step)) {
            self.add(place, "all rates of the pattern are 0");
        }
    }

    fn trace(&mut self, place: impl Display + Copy, cases: &'m [TraceCase]) {
        self.in_order(place, cases.iter().map(|case| case.at));
        for (case, number) in cases.iter().zip(1..) {
            if let Some(class) = &case.class {
                self.class_exists(format_args!("{place}, arrival {number}"), class);
            }
            if let Some(size) = case.size.filter(|size| !(size.is_finite() && *size > 0.0)) {
                let rule = format!("the size is {size}, must be positive");
                self.add(format_args!("{place}, arrival {number}"), rule);
            }
        }
    }

    /// Checks times of arrival.
    fn in_order(&mut self, place: impl Display + Copy, times: impl ExactSizeIterator<Item = Span>) {
        if times.len() == 0 {
            self.add(place, "it has no arrivals");
        }
        let mut before = Span::ZERO;
        for (time, number) in times.zip(1..) {
            let place = format_args!("{place}, arrival {number}");
            if !time.is_valid() || time < Span::ZERO {
                self.add(place, format!("the time is {time}, must be from 0s to {}", Span::MAX));
                continue;
            }
            if time < before {
                self.add(place, format!("it is at {time}, before the one at {before}"));
            }
            before = before.max(time);
        }
    }
}
