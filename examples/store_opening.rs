//! The first shipment of a shop is held at customs for two weeks, and when one day is left to unpack it, the price tags are
//! missing. On the opening day half the team tags in the back room; the others, without a night's sleep, look up prices. What
//! do the missing tags cost on opening day in customer waiting and lost sales, compared with the customs delay alone?
//!
//! The shop is described in `models/store_opening.toml`, with its assumptions.
//!
//! `cargo run --release --example store_opening`

use knockon::interventions::Intervention;
use knockon::model::Arrivals;
use knockon::prelude::*;
use knockon::results::{ClassTotals, GroupLedger};
use knockon::stats::{Estimate, Series};

#[path = "shared/story.rs"]
pub mod story;
use story::{LEVEL, Otherwise};

const HEADER: [&str; 4] = ["opening day", "customers lost", "each stays", "cost, USD"];
const COLUMNS: [&str; 3] = ["lost with tags", "lost without", "the tags cost, USD"];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 3] = [
    ("a share of {} who ask for a price", [0.25, 0.75], |model, share| {
        model.request_mut("what does it cost").map(|of| of.probability = Some(share))
    }),
    ("customers at {} an hour", [30.0, 50.0], |model, rate| {
        model.stream_mut("customer").map(|of| of.arrivals = Arrivals::Poisson { rate: per_hour(rate) })
    }),
    ("a look-up of {} min", [1.0, 3.0], |model, mean| {
        model.department_mut("terminal").map(|of| of.service = Some(Dist::gamma(minutes(mean), cv(0.5))))
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

/// A figure of the customers of a day.
pub type Of = fn(&ClassTotals) -> (f64, f64);
const LOST: Of = |of| (of.lost() as f64, of.arrived as f64);
const STAY: Of = |of| (of.lead_time.sum, of.lead_time.count as f64);
const SALES: Of = |of| (of.cost.lost, 1.0);
const COST: Of = |of| (of.cost.total(), 1.0);

pub fn customers(results: &Results, of: Of) -> Series {
    story::class_figure(results, "customer", of).expect("there are customers")
}

fn more(after: &Results, before: &Results, of: Of) -> Option<Estimate> {
    customers(after, of).less(&customers(before, of), LEVEL)
}

pub fn answer(model: &Model, replications: u32) -> Result<String> {
    let days = run(model, replications)?;
    let [in_time, alone, without] = &days;
    let row = |(name, day): (&str, &Results)| {
        let [lost, stay, cost] = [LOST, STAY, COST].map(|of| customers(day, of));
        (name.to_owned(), vec![story::share_of(&lost), story::time_of(&stay), story::number_of(&cost)])
    };
    let rows = ["in time, with tags", "customs delay alone", "and no tags"].into_iter().zip(&days).map(row);
    let served = &without.ledger.as_ref().expect("it was asked for").class("customer")?.completed;
    let terminal = GroupLedger::charged(&[served], |entry| entry.who.name == "terminal");
    let otherwise = story::by_assumption(model, &COLUMNS, &OTHERWISE, |model| {
        let [_, alone, without] = run(model, replications.div_ceil(2))?;
        let [with, without_tags] = [&alone, &without].map(|day| story::share_of(&customers(day, LOST)));
        Ok(vec![with, without_tags, story::number(more(&without, &alone, COST))])
    })?;
    Ok(format!(
        "What do the missing tags cost on opening day, compared with the customs delay alone?

{table}
Without tags {lost} more customers of a day leave, who would have bought for {sales} USD.
Who is served stays {longer} longer; {terminal} a customer are charged to the terminal.
With what waiting costs, the missing tags cost {tags} USD, the customs delay alone {customs} USD.
(Who leaves is lost: whether they come back another day the model does not say.)

What hangs on what is assumed:

{otherwise}",
        table = story::table(&HEADER, rows),
        lost = story::number(more(without, alone, |of| (of.lost() as f64, 1.0))),
        sales = story::number(more(without, alone, SALES)),
        longer = story::time(more(without, alone, STAY)),
        terminal = story::time_of(&terminal),
        tags = story::number(more(without, alone, COST)),
        customs = story::number(more(alone, in_time, COST)),
    ))
}

fn main() -> Result<()> {
    let model = story::model("store_opening")?;
    let [_, _, without] = run(&model, 300)?;
    story::tell("store_opening", &answer(&model, 300)?, (&model, &without), &[])
}
