//! One server, Poisson arrivals at rate 0.9, exponential service at rate 1.
//!
//! Two events at most are pending, so the calendar is two variables. A customer makes one visit:
//! lead time is sojourn time.

use super::random::{Buffer, Exponential, Xoshiro, scale, scale_of};
use super::tally::{Histogram, Tally};
use super::{HOUR, Lead, Outcome, Visits};

const BETWEEN_ARRIVALS: u64 = scale_of(HOUR * 10 / 9);
const SERVICE: u64 = scale_of(HOUR);
const NEVER: u64 = u64::MAX;

/// The times of arrival of those who wait, in a ring that grows as needed.
struct Line {
    arrivals: Vec<u64>,
    first: usize,
    length: usize,
}

impl Line {
    #[inline(always)]
    fn push(&mut self, arrival: u64) {
        if self.length == self.arrivals.len() {
            self.grow();
        }
        let mask = self.arrivals.len() - 1;
        self.arrivals[(self.first + self.length) & mask] = arrival;
        self.length += 1;
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<u64> {
        self.length = self.length.checked_sub(1)?;
        let arrival = self.arrivals[self.first & (self.arrivals.len() - 1)];
        self.first += 1;
        Some(arrival)
    }

    #[cold]
    fn grow(&mut self) {
        let size = self.arrivals.len();
        self.arrivals.rotate_left(self.first % size);
        self.arrivals.resize(size * 2, 0);
        self.first = 0;
    }
}

/// Where random numbers come from.
struct Draws {
    rng: Xoshiro,
    exponential: Exponential,
    gaps: Buffer<u64>,
    services: Buffer<u64>,
    to_come: u64,
}

impl Draws {
    /// The time of the next arrival, if one is to come.
    #[inline(always)]
    fn arrival(&mut self, now: u64) -> u64 {
        if self.to_come == 0 {
            return NEVER;
        }
        self.to_come -= 1;
        let Draws { rng, exponential, gaps, .. } = self;
        now + gaps.take(|out| exponential.fill(rng, out, |unit| scale(unit, BETWEEN_ARRIVALS)))
    }

    #[inline(always)]
    fn service(&mut self) -> u64 {
        let Draws { rng, exponential, services, .. } = self;
        services.take(|out| exponential.fill(rng, out, |unit| scale(unit, SERVICE)))
    }
}

/// What is recorded of the visits.
#[derive(Default)]
struct Record {
    tally: Tally,
    longest_sojourn: u64,
    waits: Histogram,
    sojourns: Histogram,
}

impl Record {
    #[inline(always)]
    fn visit(&mut self, wait: u64, service: u64) {
        let sojourn = wait + service;
        self.tally.record(wait, service);
        self.longest_sojourn = self.longest_sojourn.max(sojourn);
        self.waits.record(wait);
        self.sojourns.record(sojourn);
    }
}

/// Simulates `customers` customers.
pub fn run(customers: u64, seed: u64) -> Outcome {
    let mut draws = Draws {
        rng: Xoshiro::new(seed),
        exponential: Exponential::new(),
        gaps: Buffer::new(),
        services: Buffer::new(),
        to_come: customers,
    };
    let mut record = Record::default();
    let mut line = Line { arrivals: vec![0; 1024], first: 0, length: 0 };
    let (mut events, mut end) = (0, 0);
    let mut arrival = draws.arrival(0);
    // One round is one busy period, which the arrival begins.
    while arrival != NEVER {
        let mut joined = arrival;
        let mut now = arrival;
        arrival = draws.arrival(now);
        events += 1;
        loop {
            let service = draws.service();
            record.visit(now - joined, service);
            let departure = now + service;
            while arrival < departure {
                line.push(arrival);
                arrival = draws.arrival(arrival);
                events += 1;
            }
            now = departure;
            events += 1;
            match line.pop() {
                Some(first) => joined = first,
                None => break,
            }
        }
        end = now;
    }
    let Record { tally, longest_sojourn, waits, sojourns } = record;
    let lead = Lead {
        completed: customers,
        sum: tally.wait + tally.service,
        squares: tally.sojourn_squares,
        longest: longest_sojourn,
        histogram: sojourns.clone(),
    };
    Outcome {
        events,
        end,
        visits: vec![Visits { tally, handoffs: vec![customers] }],
        waits: vec![waits],
        sojourns: vec![sojourns],
        lead: vec![lead],
    }
}
