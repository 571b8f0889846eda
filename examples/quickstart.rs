//! One counter, one person, random arrivals: by the formula, and simulated.
//!
//! `cargo run --release --example quickstart`

use knockon::prelude::*;
use knockon::{stats::Estimate, theory};

/// What is compared, what theory says of it, and what came out.
pub fn compare(replications: u32) -> Result<[(&'static str, f64, Option<Estimate>); 4]> {
    let model = Model::builder("counter")
        .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
        .customers("walk-in", |c| c.poisson(per_hour(8.0)).enter("counter"))
        .build()?;
    let run = Experiment::new(&model).horizon(weeks(20)).warm_up(days(2)).replications(replications);
    let results = run.seed(7).run()?;
    let exact = theory::mm1(8.0, 10.0).expect("8 arrivals and 10 services an hour are stable").figures;
    let (counter, customers) = (results.department("counter")?, results.class("walk-in")?);
    let wait = counter.visits.waiting.as_ref().map(|times| times.mean.times(60.0));
    let lead_time = customers.lead_time.as_ref().map(|times| times.mean.times(60.0));
    Ok([
        ("wait, minutes", 60.0 * exact.wait_mean, wait),
        ("lead time, minutes", 60.0 * exact.sojourn_mean, lead_time),
        ("utilization", exact.utilization, counter.utilization),
        ("queue length", exact.queue_mean, counter.visits.queue_length),
    ])
}

fn main() -> Result<()> {
    println!("{:<20}{:>6}   simulated", "M/M/1, load 0.8", "exact");
    for (figure, exact, simulated) in compare(30)? {
        println!("{figure:<20}{exact:>6.2}   {}", simulated.expect("customers were served"));
    }
    Ok(())
}
