//! W1: one server, Poisson arrivals at rate 0.9, exponential service at rate 1.
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

/// Simulates `customers` customers.
pub fn run(customers: u64, seed: u64) -> Outcome {
    let exponential = Exponential::new();
    let mut rng = Xoshiro::new(seed);
    let (mut gaps, mut services) = (Buffer::new(), Buffer::new());
    let mut gap =
        |rng: &mut Xoshiro| gaps.take(|out| exponential.fill(rng, out, |unit| scale(unit, BETWEEN_ARRIVALS)));
    let mut tally = Tally::default();
    let (mut waits, mut sojourns) = (Histogram::default(), Histogram::default());
    let mut longest = 0;
    let mut line = Line { arrivals: vec![0; 1024], first: 0, length: 0 };

    let (mut events, mut end) = (0, 0);
    let mut to_come = customers;
    let mut arrival = if customers > 0 { gap(&mut rng) } else { NEVER };
    let mut departure = NEVER;
    loop {
        let now;
        let joined;
        if arrival < departure {
            now = arrival;
            to_come -= 1;
            arrival = if to_come > 0 { now + gap(&mut rng) } else { NEVER };
            events += 1;
            if departure != NEVER {
                line.push(now);
                continue;
            }
            joined = now;
        } else {
            if departure == NEVER {
                break;
            }
            now = departure;
            end = now;
            events += 1;
            match line.pop() {
                Some(first) => joined = first,
                None => {
                    departure = NEVER;
                    continue;
                }
            }
        }
        let wait = now - joined;
        let service = services.take(|out| exponential.fill(&mut rng, out, |unit| scale(unit, SERVICE)));
        departure = now + service;
        tally.record(wait, service);
        longest = longest.max(wait + service);
        waits.record(wait);
        sojourns.record(wait + service);
    }
    let lead = Lead {
        completed: customers,
        sum: tally.wait + tally.service,
        squares: tally.sojourn_squares,
        longest,
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
