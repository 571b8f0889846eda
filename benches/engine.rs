//! The engine beside hand-written programs for the same workloads (`limit`), so that the ratio is
//! what is read.
//!
//! `cargo bench --bench engine` times everything with criterion and then prints the ratios from
//! interleaved runs; `cargo bench --bench engine -- ratios` prints the ratios only. With
//! `-- ledger` it prints what the ledger costs only, and with `-- count WORKLOAD CUSTOMERS limit|knockon|ledger` or
//! `-- count FILE.toml WEEKS knockon|ledger` it makes one run, for counting instructions.

#[allow(dead_code, unused_imports)]
mod limit;
mod workloads;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use knockon::prelude::*;
use limit::layered::Network;

/// One replication from empty until the last customer has left; gives its events.
fn run(model: &Model, seed: u64) -> u64 {
    let results = Experiment::new(model).until_all_done().replications(1).threads(1).seed(seed).run();
    results.expect("a run without limits").manifest.events
}

/// The same with the ledger.
fn run_with_ledger(model: &Model, seed: u64) -> u64 {
    let run = Experiment::new(model).until_all_done().replications(1).threads(1).seed(seed).ledger().run();
    run.expect("a run without limits").manifest.events
}

/// One replication of the model that uses everything, until so many customers have left; gives its events. It never
/// comes to an end: shifts, pickups and absences go on.
fn run_everything(model: &Model, customers: u64, with_ledger: bool) -> u64 {
    let experiment = Experiment::new(model).until_cases(customers).replications(1).threads(1).seed(1);
    let experiment = if with_ledger { experiment.ledger() } else { experiment };
    experiment.run().expect("a run without limits").manifest.events
}

/// A workload: the model and the program written for it alone.
struct Workload {
    name: String,
    model: Model,
    limit: Box<dyn Fn(u64) -> u64>,
}

impl Workload {
    fn mm1(customers: u64) -> Workload {
        Workload {
            name: "mm1".into(),
            model: workloads::mm1(customers),
            limit: Box::new(move |seed| limit::mm1::run(customers, seed).events),
        }
    }

    fn billing(customers: u64) -> Workload {
        Workload {
            name: "billing".into(),
            model: workloads::billing(customers, 3),
            limit: Box::new(move |seed| limit::billing::run(customers, seed).events),
        }
    }

    fn layered(n: usize, customers: u64) -> Workload {
        let network: Network = limit::layered::network(n, 1);
        Workload {
            name: format!("layered-{n}"),
            model: workloads::layered(&network, customers),
            limit: Box::new(move |seed| limit::layered::run(&network, customers, seed).events),
        }
    }

    fn named(name: &str, customers: u64) -> Option<Workload> {
        match name.strip_prefix("layered-") {
            Some(n) => Some(Workload::layered(n.parse().ok()?, customers)),
            None if name == "mm1" => Some(Workload::mm1(customers)),
            None if name == "billing" => Some(Workload::billing(customers)),
            None => None,
        }
    }

    fn all() -> Vec<Workload> {
        let layered = [10, 100, 1_000, 10_000].map(|n| Workload::layered(n, 200_000));
        [Workload::mm1(1_000_000), Workload::billing(200_000)].into_iter().chain(layered).collect()
    }
}

fn beside_the_limit(criterion: &mut Criterion) {
    for workload in Workload::all() {
        let mut group = criterion.benchmark_group(&workload.name);
        group.sample_size(10).throughput(Throughput::Elements((workload.limit)(1)));
        group.bench_function("limit", |bencher| bencher.iter(|| (workload.limit)(black_box(1))));
        group.bench_function("knockon", |bencher| bencher.iter(|| run(&workload.model, black_box(1))));
    }
}

/// 64 replications of the billing network on one and on two threads.
fn replications(criterion: &mut Criterion) {
    let model = workloads::billing(20_000, 3);
    let mut group = criterion.benchmark_group("replications");
    group.sample_size(10);
    for threads in [1, 2] {
        group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
            bencher.iter(|| many(&model, threads));
        });
    }
}

fn many(model: &Model, threads: usize) -> u64 {
    let run = Experiment::new(model).until_all_done().replications(64).threads(threads).run();
    run.expect("a run without limits").manifest.events
}

/// What a what-if costs: the base and one more biller, on the same draws.
fn what_if(criterion: &mut Criterion) {
    let pair = [3, 4].map(|billers| workloads::billing(20_000, billers));
    let mut group = criterion.benchmark_group("what_if");
    group.sample_size(10);
    group.bench_function("one-more-biller", |bencher| {
        bencher.iter(|| pair.each_ref().map(|model| run(model, black_box(1))));
    });
}

/// Interleaved pairs of runs: the ratio of the two times, pair by pair.
fn ratio(a: impl Fn(), b: impl Fn()) -> [f64; 3] {
    let time = |run: &dyn Fn()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    let mut ratios: Vec<f64> = (0..11).map(|_| time(&a).as_secs_f64() / time(&b).as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    [ratios[0], ratios[5], ratios[10]]
}

/// What the ledger costs.
fn print_ledger_ratios() {
    for workload in Workload::all() {
        let [least, median, most] = ratio(
            || _ = black_box(run_with_ledger(&workload.model, 1)),
            || _ = black_box(run(&workload.model, 1)),
        );
        println!("{:<14} with ledger / without {median:.2} ({least:.2} to {most:.2})", workload.name);
    }
}

/// What an event costs in a model that uses everything, beside the plain billing network. The limit is 3.
fn print_everything() {
    let customers = 20_000;
    let (everything, billing) = (workloads::everything(), workloads::billing(customers, 3));
    let everything = || run_everything(&everything, customers, false);
    let billing = || run(&billing, 1);
    let by_event = billing() as f64 / everything() as f64;
    let times = ratio(|| _ = black_box(everything()), || _ = black_box(billing()));
    let [least, median, most] = times.map(|ratio| ratio * by_event);
    println!("{:<14} an event / of billing {median:.2} ({least:.2} to {most:.2})", "everything");
}

fn print_ratios() {
    println!("\nratio of times, median of 11 interleaved pairs (least, most)");
    for workload in Workload::all() {
        let [least, median, most] =
            ratio(|| _ = black_box(run(&workload.model, 1)), || _ = black_box((workload.limit)(1)));
        println!("{:<14} knockon / limit      {median:.2} ({least:.2} to {most:.2})", workload.name);
    }
    let model = workloads::billing(20_000, 3);
    let [least, median, most] = ratio(|| _ = many(&model, 1), || _ = many(&model, 2));
    println!("{:<14} 1 thread / 2 threads {median:.2} ({least:.2} to {most:.2})", "replications");
    print_everything();
    print_ledger_ratios();
}

/// One replication of the model in a file, for so many weeks, with or without the ledger; gives its events.
fn run_file(path: &str, weeks: u32, with_ledger: bool) -> Result<u64> {
    let model = Model::read(path)?;
    let experiment = Experiment::new(&model).horizon(knockon::time::weeks(weeks)).replications(1).threads(1);
    let experiment = if with_ledger { experiment.ledger() } else { experiment };
    Ok(experiment.seed(1).run()?.manifest.events)
}

/// One run of one workload.
fn count(name: &str, customers: &str, program: &str) {
    if name.ends_with(".toml") {
        let events = customers.parse().map(|weeks: u32| run_file(name, weeks, program == "ledger"));
        return println!("{events:?} events");
    }
    if name == "everything"
        && let Ok(customers) = customers.parse()
    {
        let events = run_everything(&workloads::everything(), customers, program == "ledger");
        return println!("{events} events");
    }
    let workload = customers.parse().ok().and_then(|customers| Workload::named(name, customers));
    let Some(workload) = workload else {
        eprintln!(
            "count WORKLOAD CUSTOMERS limit|knockon|ledger, where WORKLOAD is mm1, billing, everything or layered-N; \
             or count FILE.toml WEEKS knockon|ledger"
        );
        std::process::exit(2);
    };
    let events = match program {
        "limit" => (workload.limit)(1),
        "ledger" => run_with_ledger(&workload.model, 1),
        _ => run(&workload.model, 1),
    };
    println!("{events} events");
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["count", name, customers, program] => return count(name, customers, program),
        ["ratios"] => return print_ratios(),
        ["ledger"] => return print_ledger_ratios(),
        ["everything"] => return print_everything(),
        _ => {}
    }
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    beside_the_limit(&mut criterion);
    replications(&mut criterion);
    what_if(&mut criterion);
    criterion.final_summary();
    if args.is_empty() {
        print_ratios();
    }
}
