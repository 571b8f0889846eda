//! The billing network. Five departments, 14 members of staff, two classes, a loop of rework.

use super::random::{
    Buffer, Exponential, Lognormal, Normal, Xoshiro, fill_words, powers, scale, scale_of, threshold,
};
use super::tally::{Histogram, Tally};
use super::tree::{NEVER, Tree};
use super::{Customers, HOUR, Lead, Line, NOBODY, Outcome, Visits};

const DEPARTMENTS: usize = 5;
/// Customer classes: 0 is urgent, 1 routine.
const CLASSES: usize = 2;
const URGENT: f64 = 0.2;
/// The department of each member of staff; the slot of the customer stream comes last.
const DEPARTMENT_OF: [u8; 16] = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 0, 0];
const STREAM: usize = 15;
const EXIT: u8 = DEPARTMENTS as u8;

/// What can be said of a department beforehand: mean service time in hours, its coefficient of
/// variation where it is lognormal, and the two targets with the probability of the first.
type Fixed = (f64, Option<f64>, [u8; 2], f64);
const FIXED: [Fixed; DEPARTMENTS] = [
    (2.15, None, [1, 1], 1.0),
    (3.05, Some(0.75), [2, 2], 1.0),
    (2.35, None, [0, 3], 0.10),
    (1.60, Some(0.5), [4, EXIT], 0.30),
    (5.00, Some(1.5), [2, EXIT], 0.05),
];

enum Service {
    Exponential(u64),
    Lognormal(Lognormal),
}

struct Department {
    /// Waiting customers, per class.
    lines: [Line; CLASSES],
    /// Members of staff who have nothing to do, one bit per slot.
    idle: u32,
    first_target: u32,
    targets: [u8; 2],
    services: Buffer<u64>,
    service: Service,
}

#[derive(Default)]
struct Record {
    tally: Tally,
    handoffs: [u64; 2],
    waits: Histogram,
    sojourns: Histogram,
}

/// Where random numbers come from.
struct Draws {
    rng: Xoshiro,
    exponential: Exponential,
    normal: Normal,
    powers: [u64; 128],
    gaps: Buffer<u64>,
    words: Buffer<u32>,
}

impl Draws {
    #[inline(always)]
    fn gap(&mut self) -> u64 {
        let Draws { gaps, exponential, rng, .. } = self;
        gaps.take(|out| exponential.fill(rng, out, |unit| scale(unit, const { scale_of(HOUR) })))
    }

    #[inline(always)]
    fn word(&mut self) -> u32 {
        let Draws { words, rng, .. } = self;
        words.take(|out| fill_words(rng, out))
    }

    /// Draws service times ahead.
    #[inline(never)]
    fn services(&mut self, service: &Service, out: &mut [u64; 64]) {
        match service {
            Service::Exponential(mean) => {
                self.exponential.fill(&mut self.rng, out, |unit| scale(unit, *mean));
            }
            Service::Lognormal(lognormal) => {
                self.normal.fill(&mut self.rng, out, |z| lognormal.ticks(&self.powers, z));
            }
        }
    }
}

struct Simulation {
    tree: Tree<32>,
    departments: [Department; DEPARTMENTS],
    records: [[Record; CLASSES]; DEPARTMENTS],
    customers: Customers,
    in_service: [u32; 16],
    draws: Draws,
}

impl Simulation {
    /// A member of staff starts to serve a customer.
    #[inline(always)]
    fn start(&mut self, now: u64, department: usize, slot: usize, customer: u32) {
        let here = &mut self.departments[department];
        let service = here.services.take(|out| self.draws.services(&here.service, out));
        self.tree.set(slot, Tree::<32>::key(now + service, slot));
        self.in_service[slot] = customer;
        let customer = self.customers.records[customer as usize];
        let wait = now - customer.joined;
        let record = &mut self.records[department][customer.class as usize % CLASSES];
        record.tally.record(wait, service);
        record.waits.record(wait);
        record.sojourns.record(wait + service);
    }

    /// A customer comes to a department.
    #[inline(always)]
    fn join(&mut self, now: u64, department: usize, customer: u32, class: usize) {
        let here = &mut self.departments[department];
        if here.idle == 0 {
            here.lines[class].push(&mut self.customers, customer);
        } else {
            let slot = here.idle.trailing_zeros() as usize % 16;
            here.idle &= here.idle - 1;
            self.start(now, department, slot, customer);
        }
    }

    /// A member of staff has finished: takes the next of the most urgent class that waits.
    #[inline(always)]
    fn next(&mut self, now: u64, department: usize, slot: usize) {
        let here = &mut self.departments[department];
        let class = usize::from(here.lines[0].length == 0);
        if here.lines[class].length == 0 {
            here.idle |= 1 << slot;
            self.tree.set(slot, NEVER);
        } else {
            let customer = here.lines[class].pop(&self.customers);
            self.start(now, department, slot, customer);
        }
    }
}

/// Simulates `customers` customers.
pub fn run(customers: u64, seed: u64) -> Outcome {
    let mut simulation = Simulation {
        tree: Tree::new(),
        departments: std::array::from_fn(department),
        records: Default::default(),
        customers: Customers::new(),
        in_service: [NOBODY; 16],
        draws: Draws {
            rng: Xoshiro::new(seed),
            exponential: Exponential::new(),
            normal: Normal::new(),
            powers: powers(),
            gaps: Buffer::new(),
            words: Buffer::new(),
        },
    };
    let urgent = threshold(URGENT);
    let mut lead: [Lead; CLASSES] = Default::default();
    let (mut events, mut end) = (0, 0);
    let mut to_come = customers;
    if to_come > 0 {
        let first = simulation.draws.gap();
        simulation.tree.set(STREAM, Tree::<32>::key(first, STREAM));
    }
    while let Some((now, slot)) = simulation.tree.next() {
        events += 1;
        end = now;
        if slot == STREAM {
            to_come -= 1;
            let gap = simulation.draws.gap();
            let key = if to_come > 0 { Tree::<32>::key(now + gap, STREAM) } else { NEVER };
            simulation.tree.set(STREAM, key);
            let class = u32::from(simulation.draws.word() >= urgent);
            let customer = simulation.customers.enter(now, class);
            simulation.join(now, 0, customer, class as usize);
            continue;
        }
        let department = usize::from(DEPARTMENT_OF[slot]);
        let customer = simulation.in_service[slot];
        let Some(record) = simulation.customers.records.get_mut(customer as usize) else { break };
        record.joined = now;
        let (arrival, class) = (record.arrival, record.class as usize % CLASSES);
        simulation.next(now, department, slot);

        let word = simulation.draws.word();
        let here = &simulation.departments[department];
        let handoff = usize::from(word >= here.first_target);
        let target = here.targets[handoff];
        simulation.records[department][class].handoffs[handoff] += 1;
        if target == EXIT {
            lead[class].record(now - arrival);
            simulation.customers.leave(customer);
        } else {
            simulation.join(now, usize::from(target), customer, class);
        }
    }
    outcome(events, end, simulation.records, lead)
}

fn department(number: usize) -> Department {
    let (mean, cv, targets, first) = FIXED[number];
    let ticks = mean * HOUR as f64;
    let staff = (0..STREAM - 1).filter(|&slot| usize::from(DEPARTMENT_OF[slot]) == number);
    Department {
        lines: Default::default(),
        idle: staff.map(|slot| 1 << slot).sum(),
        first_target: threshold(first),
        targets,
        services: Buffer::new(),
        service: match cv {
            None => Service::Exponential(scale_of(ticks as u64)),
            Some(cv) => Service::Lognormal(Lognormal::new(ticks, cv)),
        },
    }
}

fn outcome(
    events: u64,
    end: u64,
    records: [[Record; CLASSES]; DEPARTMENTS],
    lead: [Lead; CLASSES],
) -> Outcome {
    let mut outcome =
        Outcome { events, end, visits: vec![], waits: vec![], sojourns: vec![], lead: lead.into() };
    for Record { tally, handoffs, waits, sojourns } in records.into_iter().flatten() {
        outcome.visits.push(Visits { tally, handoffs: handoffs.into() });
        outcome.waits.push(waits);
        outcome.sojourns.push(sojourns);
    }
    outcome
}
