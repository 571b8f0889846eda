//! One counter, one person, random arrivals: simulated, and by the formula.
//!
//! `cargo run --release --example quickstart`

use knockon::prelude::*;
use knockon::theory;

fn main() -> Result<()> {
    let model = Model::builder("counter")
        .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
        .customers("walk-in", |c| c.poisson(per_hour(8.0)).enter("counter"))
        .build()?;
    let results = Experiment::new(&model).horizon(weeks(20)).warm_up(days(2)).seed(7).run()?;
    println!("simulated lead time: {}", results.class("walk-in")?.lead_time.as_ref().unwrap().mean);
    Ok(())
}
