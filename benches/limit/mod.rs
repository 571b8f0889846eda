//! The limit: hand-written programs, one per speed workload, to which the library is compared.
//!
//! Each program simulates one model and nothing else: fixed arrays, no options, no model data to
//! interpret. Each keeps the statistics that the library keeps by default: per department and class
//! the number of visits, sums, sums of squares and a histogram of waiting time and sojourn time, the
//! longest wait and the sums of service time; per handoff a count; per class the lead times. Areas
//! under queue length and busy staff are those sums again, and so is touch time, because a run goes
//! on until the last customer has left.
//!
//! Time is an integer number of microseconds; the workloads' unit of time is one hour.

pub mod billing;
pub mod layered;
pub mod mm1;
mod random;
mod tally;
mod tree;

pub use tally::{Histogram, Tally};

/// Ticks (microseconds) in the workloads' unit of time.
pub const HOUR: u64 = 3_600_000_000;

/// No customer.
const NOBODY: u32 = u32::MAX;

/// What a run produced. `H` holds one histogram per department and class.
pub struct Outcome<H = Vec<Histogram>> {
    /// Model events: arrivals from outside and service completions.
    pub events: u64,
    /// When the last customer left, in ticks.
    pub end: u64,
    /// What was recorded about visits, per department and class.
    pub visits: Vec<Visits>,
    /// Waiting times, in the order of `visits`.
    pub waits: H,
    /// Sojourn times, in the order of `visits`.
    pub sojourns: H,
    /// Lead times, per class.
    pub lead: Vec<Lead>,
}

/// The visits of one class to one department.
pub struct Visits {
    /// Sums over the visits.
    pub tally: Tally,
    /// How many went on to each target, in the order of the department's handoffs.
    pub handoffs: Vec<u64>,
}

impl Visits {
    /// How many visits were made. Each ends with a handoff.
    pub fn count(&self) -> u64 {
        self.handoffs.iter().sum()
    }
}

/// The lead times of one class.
#[derive(Default)]
pub struct Lead {
    /// Customers completed.
    pub completed: u64,
    /// Sum of lead times.
    pub sum: u64,
    /// Sum of their squares.
    pub squares: u128,
    /// The longest.
    pub longest: u64,
    /// Their histogram.
    pub histogram: Histogram,
}

impl Lead {
    #[inline(always)]
    fn record(&mut self, lead: u64) {
        self.completed += 1;
        self.sum += lead;
        self.squares += u128::from(lead) * u128::from(lead);
        self.longest = self.longest.max(lead);
        self.histogram.record(lead);
    }
}

/// A customer in the system.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
struct Customer {
    /// When the customer came in from outside.
    arrival: u64,
    /// When the customer joined the present department.
    joined: u64,
    class: u32,
    /// The next in the same queue, or in the list of free records.
    next: u32,
}

/// Records of the customers in the system; those of customers who have left are used again.
struct Customers {
    records: Vec<Customer>,
    free: u32,
}

impl Customers {
    fn new() -> Customers {
        Customers { records: Vec::with_capacity(1024), free: NOBODY }
    }

    #[inline(always)]
    fn enter(&mut self, now: u64, class: u32) -> u32 {
        let record = Customer { arrival: now, joined: now, class, next: 0 };
        let customer = self.free;
        match self.records.get_mut(customer as usize) {
            Some(slot) => {
                self.free = slot.next;
                *slot = record;
                customer
            }
            None => {
                self.records.push(record);
                self.records.len() as u32 - 1
            }
        }
    }

    #[inline(always)]
    fn leave(&mut self, customer: u32) {
        self.records[customer as usize].next = self.free;
        self.free = customer;
    }
}

/// A first-in first-out line, linked through the records of those who stand in it.
#[derive(Clone, Copy, Default)]
struct Line {
    first: u32,
    last: u32,
    length: u32,
}

impl Line {
    #[inline(always)]
    fn push(&mut self, customers: &mut Customers, customer: u32) {
        let empty = self.length == 0;
        // In an empty line the link is written to the newcomer's own record, where it means nothing.
        let link = std::hint::select_unpredictable(empty, customer, self.last);
        customers.records[link as usize].next = customer;
        self.first = std::hint::select_unpredictable(empty, customer, self.first);
        self.last = customer;
        self.length += 1;
    }

    /// Takes the first out of a line that is not empty.
    #[inline(always)]
    fn pop(&mut self, customers: &Customers) -> u32 {
        let first = self.first;
        self.first = customers.records[first as usize].next;
        self.length -= 1;
        first
    }
}
