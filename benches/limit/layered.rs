//! A layered random network of any size.

use super::random::{Buffer, Exponential, Xoshiro, fill_words, scale, scale_of, threshold};
use super::tally::{Histograms, Tally};
use super::tree::{NEVER, Tree};
use super::{Customers, HOUR, Lead, Line, NOBODY, Outcome, Visits};

const LAYERS: usize = 10;
/// Members of staff of each department.
const STAFF: usize = 2;

/// A network of `n` departments in 10 layers of `n / 10`, which are numbered layer by layer, with
/// `n` customer streams, of which stream `i` is Poisson with rate 1 into department `i % (n / 10)`.
pub struct Network {
    /// Where a department hands off to. Those of the last layer let their customers go: their own
    /// number is entered, with no meaning.
    pub targets: Vec<[usize; 3]>,
    /// With which probabilities.
    pub probabilities: Vec<[f64; 3]>,
    /// Mean of the exponential service time, in hours, such that every load is 0.8.
    pub mean_service: Vec<f64>,
}

impl Network {
    /// The number of departments.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// The number of departments in a layer.
    pub fn width(&self) -> usize {
        self.len() / LAYERS
    }
}

/// Draws a network of `n` departments; `n` is a multiple of 10.
///
/// The first targets of a layer are a permutation of the next one, so that no department is without
/// customers. A department's targets differ where the layer is wide enough.
pub fn network(n: usize, seed: u64) -> Network {
    assert!(n > 0 && n.is_multiple_of(LAYERS), "10 layers of equal width");
    let mut rng = Xoshiro::new(seed);
    let mut below = |bound: usize| (rng.unit() * bound as f64) as usize;
    let width = n / LAYERS;
    let mut network = Network { targets: vec![], probabilities: vec![], mean_service: vec![f64::NAN; n] };
    let mut order: Vec<usize> = (0..width).collect();
    for from in 0..n {
        let next = (from / width + 1) * width;
        if next == n {
            network.targets.push([from; 3]);
            continue;
        }
        if from % width == 0 {
            (1..width).for_each(|last| order.swap(last, below(last + 1)));
        }
        let mut targets = [next + order[from % width]; 3];
        for i in 1..3.min(width) {
            while targets[..i].contains(&targets[i]) {
                targets[i] = next + below(width);
            }
        }
        network.targets.push(targets);
    }
    for _ in 0..n {
        let weights: [f64; 3] = std::array::from_fn(|_| rng.unit());
        let sum: f64 = weights.iter().sum();
        network.probabilities.push(weights.map(|weight| weight / sum));
    }
    let mut rate = vec![0.0; n];
    rate[..width].fill(LAYERS as f64);
    for from in 0..n {
        network.mean_service[from] = 0.8 * STAFF as f64 / rate[from];
        if from < n - width {
            for (&to, &probability) in network.targets[from].iter().zip(&network.probabilities[from]) {
                rate[to] += rate[from] * probability;
            }
        }
    }
    network
}

/// What an event needs to know of a department: one line of cache.
#[repr(align(64))]
struct Department {
    mean: u64,
    line: Line,
    targets: [u32; 3],
    /// The first target is taken below the first threshold, the second below the second.
    thresholds: [u32; 2],
    handoffs: [u32; 3],
    in_service: [u32; STAFF],
    /// One bit per member of staff who has nothing to do.
    idle: u8,
}

/// What the statistics are told of a visit.
#[derive(Clone, Copy, Default)]
struct Visit {
    wait: u64,
    service: u64,
    department: usize,
}

/// Statistics of the visits.
struct Book {
    tallies: Vec<Tally>,
    waits: Histograms,
    sojourns: Histograms,
}

impl Book {
    #[inline(always)]
    fn enter(&mut self, visits: &[Visit]) {
        for &Visit { wait, service, department } in visits {
            self.tallies[department].record(wait, service);
        }
        for &Visit { wait, department, .. } in visits {
            self.waits.record(department, wait);
        }
        for &Visit { wait, service, department } in visits {
            self.sojourns.record(department, wait + service);
        }
    }
}

/// The visits that are not in the book yet.
///
/// The book of a large network is far larger than the caches. There a visit is first noted, and
/// notes are entered many at a time, when nothing waits for the memory of one before that of the
/// next is asked for.
struct Notes {
    visits: [Visit; 512],
    length: usize,
}

impl Notes {
    #[inline(always)]
    fn add(&mut self, visit: Visit, book: &mut Book) {
        if self.length == self.visits.len() {
            self.clear(book);
        }
        self.visits[self.length % 512] = visit;
        self.length += 1;
    }

    #[inline(never)]
    fn clear(&mut self, book: &mut Book) {
        book.enter(&self.visits[..self.length]);
        self.length = 0;
    }
}

struct Simulation<const N: usize> {
    tree: Tree<N>,
    departments: Vec<Department>,
    book: Book,
    notes: Notes,
    customers: Customers,
    rng: Xoshiro,
    exponential: Exponential,
    units: Buffer<u64>,
    words: Buffer<u32>,
}

impl<const N: usize> Simulation<N> {
    /// Whether the book is larger than the near caches.
    const LARGE: bool = N >= 8192;

    #[inline(always)]
    fn unit(&mut self) -> u64 {
        self.units.take(|out| self.exponential.fill(&mut self.rng, out, |unit| unit))
    }

    /// A member of staff starts to serve a customer. `set` puts the end into the calendar.
    #[inline(always)]
    fn start(
        &mut self,
        now: u64,
        department: usize,
        slot: usize,
        customer: u32,
        set: impl FnOnce(&mut Tree<N>, usize, u64),
    ) {
        let unit = self.unit();
        let here = &mut self.departments[department];
        let service = scale(unit, here.mean);
        set(&mut self.tree, slot, Tree::<N>::key(now + service, slot));
        here.in_service[slot % STAFF] = customer;
        let wait = now - self.customers.records[customer as usize].joined;
        let visit = Visit { wait, service, department };
        if Self::LARGE { self.notes.add(visit, &mut self.book) } else { self.book.enter(&[visit]) }
    }

    /// A customer comes to a department.
    #[inline(always)]
    fn join(&mut self, now: u64, department: usize, customer: u32) {
        let here = &mut self.departments[department];
        if here.idle == 0 {
            here.line.push(&mut self.customers, customer);
        } else {
            let slot = department * STAFF + here.idle.trailing_zeros() as usize;
            here.idle &= here.idle - 1;
            self.start(now, department, slot, customer, Tree::insert);
        }
    }

    /// A member of staff has finished and takes the next customer, if there is one.
    #[inline(always)]
    fn next(&mut self, now: u64, department: usize, slot: usize) {
        let here = &mut self.departments[department];
        if here.line.length == 0 {
            here.idle |= 1 << (slot % STAFF);
            self.tree.set(slot, NEVER);
        } else {
            let customer = here.line.pop(&self.customers);
            self.start(now, department, slot, customer, Tree::set);
        }
    }
}

/// Simulates `customers` customers, the same number from each stream (the first ones bring one more
/// where the division leaves a rest). At most 10,922 departments; the calendar of the largest holds 17
/// years.
pub fn run(network: &Network, customers: u64, seed: u64) -> Outcome<Histograms> {
    match 3 * network.len() {
        0..=32 => run_with::<64>(network, customers, seed),
        33..=512 => run_with::<1024>(network, customers, seed),
        513..=4096 => run_with::<8192>(network, customers, seed),
        4097..=32768 => run_with::<65536>(network, customers, seed),
        _ => panic!("too many departments for the calendar"),
    }
}

fn run_with<const N: usize>(network: &Network, customers: u64, seed: u64) -> Outcome<Histograms> {
    let (n, width) = (network.len(), network.width());
    let first_stream = n * STAFF;
    let hour = const { scale_of(HOUR) };
    let mut simulation = Simulation::<N> {
        tree: Tree::new(),
        departments: (0..n).map(|number| department(network, number)).collect(),
        book: Book {
            tallies: vec![Tally::default(); n],
            waits: Histograms::new(n),
            sojourns: Histograms::new(n),
        },
        notes: Notes { visits: [Visit::default(); 512], length: 0 },
        customers: Customers::new(),
        rng: Xoshiro::new(seed),
        exponential: Exponential::new(),
        units: Buffer::new(),
        words: Buffer::new(),
    };
    let mut to_come = vec![0u32; n];
    for (stream, to_come) in to_come.iter_mut().enumerate() {
        *to_come = (customers / n as u64) as u32 + u32::from((stream as u64) < customers % n as u64);
        if *to_come > 0 {
            let slot = first_stream + stream;
            let first = scale(simulation.unit(), hour);
            simulation.tree.set(slot, Tree::<N>::key(first, slot));
        }
    }
    let mut lead = Lead::default();
    let (mut events, mut end) = (0, 0);
    while let Some((now, slot)) = simulation.tree.next() {
        events += 1;
        end = now;
        if slot >= first_stream {
            let stream = slot - first_stream;
            to_come[stream] -= 1;
            let gap = scale(simulation.unit(), hour);
            let key = if to_come[stream] > 0 { Tree::<N>::key(now + gap, slot) } else { NEVER };
            simulation.tree.set(slot, key);
            let customer = simulation.customers.enter(now, 0);
            simulation.join(now, stream % width, customer);
            continue;
        }
        let department = slot / STAFF;
        let customer = simulation.departments[department].in_service[slot % STAFF];
        let record = &mut simulation.customers.records[customer as usize];
        record.joined = now;
        let arrival = record.arrival;
        simulation.next(now, department, slot);

        let Simulation { words, rng, .. } = &mut simulation;
        let word = words.take(|out| fill_words(rng, out));
        let here = &mut simulation.departments[department];
        let handoff = here.thresholds.iter().filter(|&&threshold| word >= threshold).count();
        here.handoffs[handoff] += 1;
        if department >= n - width {
            lead.record(now - arrival);
            simulation.customers.leave(customer);
        } else {
            let target = here.targets[handoff] as usize;
            simulation.join(now, target, customer);
        }
    }
    let Simulation { mut book, mut notes, departments, .. } = simulation;
    notes.clear(&mut book);
    let visits = departments
        .iter()
        .zip(book.tallies)
        .map(|(department, tally)| Visits { tally, handoffs: department.handoffs.map(u64::from).into() });
    Outcome {
        events,
        end,
        visits: visits.collect(),
        waits: book.waits,
        sojourns: book.sojourns,
        lead: vec![lead],
    }
}

fn department(network: &Network, number: usize) -> Department {
    let [first, second, _] = network.probabilities[number];
    Department {
        mean: scale_of((network.mean_service[number] * HOUR as f64) as u64),
        line: Line::default(),
        targets: network.targets[number].map(|target| target as u32),
        thresholds: [threshold(first), threshold(first + second)],
        handoffs: [0; 3],
        in_service: [NOBODY; STAFF],
        idle: (1 << STAFF) - 1,
    }
}
