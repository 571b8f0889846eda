//! The first shipment of a shop is held at customs for two weeks, and when one day is left to unpack it, the price tags are
//! missing. On the opening day half the team tags in the back room; the others, without a night's sleep, look up prices. What
//! do the missing tags cost in customers' waiting and lost sales, beside the customs delay alone?
//!
//! The shop is described in `models/store_opening.toml`, with its assumptions.
//!
//! `cargo run --release --example store_opening`

use knockon::interventions::Intervention;
use knockon::model::Arrivals;
use knockon::prelude::*;
use knockon::results::{ClassTotals, TimeEstimate};
use knockon::stats::Series;

#[path = "shared/ledger.rs"]
mod ledger;
#[path = "shared/story.rs"]
pub mod story;
#[path = "shared/tables.rs"]
mod tables;
use ledger::Charges;
use story::{LEVEL, Otherwise};
use tables::{brief, or_dash, percent, table};

const HEADER: [&str; 3] = ["lost with tags", "lost without", "the tags cost, USD"];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 4] = [
    ("of customers {} ask for a price", [0.25, 0.75], |model, share| {
        model.request_mut("what does it cost")?.probability = Some(share);
        Ok(())
    }),
    ("customers, {} an hour", [30.0, 50.0], |model, rate| {
        model.stream_mut("customer")?.arrivals = Arrivals::Poisson { rate: per_hour(rate) };
        Ok(())
    }),
    ("the mean patience is {} minutes", [8.0, 30.0], |model, mean| {
        model.department_mut("shop")?.patience = Some(Dist::exponential(minutes(mean)));
        Ok(())
    }),
    ("a price takes {} minutes", [1.0, 3.0], |model, mean| {
        model.department_mut("terminal")?.service = Some(Dist::gamma(minutes(mean), cv(0.5)));
        Ok(())
    }),
];

/// The customs delay alone: the tags are on, so that hardly anybody asks, and the back room helps in the shop.
pub fn tagged(model: &Model) -> Result<Model> {
    let mut model = model.with(&[Intervention::cross_train("half for the back room", "shop", 1.0)])?;
    model.request_mut("what does it cost")?.probability = Some(0.02);
    model.department_mut("tagging")?.service = Some(Dist::constant(Span::ZERO));
    Ok(model)
}

/// Nor was there a customs delay: nobody has worked through the night.
pub fn in_time(model: &Model) -> Result<Model> {
    let mut model = tagged(model)?;
    model.department_mut("shop")?.periods.clear();
    Ok(model)
}

/// Opening days: in time, after the customs delay alone, and without tags as well. The same customers come.
pub fn run(model: &Model, replications: u32) -> Result<[Results; 3]> {
    let experiment = Experiment::new(model).horizon(weeks(3)).replications(replications).seed(1).ledger();
    let run = |model: &Model| experiment.on(model).run();
    Ok([run(&in_time(model)?)?, run(&tagged(model)?)?, run(model)?])
}

fn customers(results: &Results, of: fn(&ClassTotals) -> (f64, f64)) -> Series {
    story::class_figure(results, "customer", of).expect("there are customers")
}

/// What the customers of a day cost.
pub fn cost(results: &Results) -> Series {
    customers(results, |of| (of.cost.total(), 1.0))
}

pub fn answer(model: &Model, replications: u32) -> Result<String> {
    let days = run(model, replications)?;
    let [in_time, alone, without] = &days;
    let lost = |results: &Results| Ok::<_, Error>(or_dash(results.class("customer")?.lost_share.as_ref(), percent));
    let stay: fn(&ClassTotals) -> (f64, f64) = |of| (of.lead_time.sum, of.lead_time.count as f64);
    let row = |(name, results): (&str, &Results)| {
        let money = |of| or_dash(customers(results, of).estimate(LEVEL), brief);
        Ok(vec![
            name.to_owned(),
            lost(results)?,
            or_dash(customers(results, stay).estimate(LEVEL).map(TimeEstimate), brief),
            money(|of| (of.cost.lost, 1.0)),
            money(|of| (of.cost.delay, 1.0)),
        ])
    };
    let rows: Result<Vec<_>> =
        ["in time, with tags", "customs delay alone", "and no tags"].into_iter().zip(&days).map(row).collect();
    let more = |of: fn(&ClassTotals) -> (f64, f64)| customers(without, of).less(&customers(alone, of), LEVEL);
    let served = &without.ledger.as_ref().expect("it was asked for").class("customer")?.completed;
    let otherwise = story::by_assumption(model, &HEADER, &OTHERWISE, |model| {
        let [_, alone, without] = run(model, replications / 2)?;
        Ok(vec![lost(&alone)?, lost(&without)?, or_dash(cost(&without).less(&cost(&alone), LEVEL), brief)])
    })?;
    Ok(format!(
        "What do the missing tags cost on opening day, beside the customs delay alone?

{table}
Without tags {lost} more customers of a day leave, who would have bought for {sales} USD; those who
are served stay {longer} longer. Of their time {terminal} each are charged to the terminal.
All in all the missing tags cost {tags} USD, the customs delay alone {customs} USD.
(Both are against what a day without them would have been; who came back another day is not in the model.)

What hangs on what is assumed:

{otherwise}",
        table = table(&["opening day", "customers lost", "each stays", "lost sales, USD", "goodwill, USD"], rows?),
        lost = or_dash(more(|of| (of.lost() as f64, 1.0)), brief),
        sales = or_dash(more(|of| (of.cost.lost, 1.0)), brief),
        longer = or_dash(more(stay).map(TimeEstimate), brief),
        terminal = or_dash(Charges(vec![served]).time(|entry| entry.who.name == "terminal"), brief),
        tags = or_dash(cost(without).less(&cost(alone), LEVEL), brief),
        customs = or_dash(cost(alone).less(&cost(in_time), LEVEL), brief),
    ))
}

fn main() -> Result<()> {
    let model = story::model("store_opening")?;
    print!("{}", answer(&model, 400)?);
    // The report is written here.
    Ok(())
}
