//! Two wards do not trust the restocking of gowns: who has found the closet empty takes extra and hides it, and who runs out
//! raids the other's closet. Agreed was to restock more often, to take a couple of gowns at a time, and to warn the supply team
//! before a closet is empty. Which of the three ends the stock-outs, and how long until trust returns?
//!
//! The wards are described in `models/gown_hoarding.toml`, with its assumptions.
//!
//! `cargo run --release --example gown_hoarding`

use knockon::model::{Arrivals, Policy, Supply};
use knockon::prelude::*;
use knockon::results::{Replication, UseTotals};
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
use story::Otherwise;

const HEADER: [&str; 5] =
    ["agreed", "closet empty, a week", "patients wait", "no trust", "trust returns after"];

/// What was agreed, in the order of the story: more often, a couple at a time, a warning.
pub const AGREED: [(&str, [bool; 3]); 5] = [
    ("as it was", [false, false, false]),
    ("more often", [true, false, false]),
    ("a couple at a time", [false, true, false]),
    ("a warning", [false, false, true]),
    ("all three", [true, true, true]),
];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 2] = [
    ("{} gowns in a full closet", [45.0, 65.0], |model, full| {
        let policy = Policy::Periodic { every: days(1), first: None, up_to: full as u32 };
        model.stocks.iter_mut().for_each(|stock| stock.supplies[0].policy = policy.clone());
        Ok(())
    }),
    ("other work of the supply team at {} an hour", [0.5, 1.2], |model, rate| {
        model.stream_mut("linen").map(|of| of.arrivals = Arrivals::Poisson { rate: per_hour(rate) })
    }),
];

/// The wards after some of what was agreed.
pub fn with(model: &Model, [often, couple, warning]: [bool; 3]) -> Result<Model> {
    let mut model = model.clone();
    for stock in &mut model.stocks {
        let source = stock.supplies[0].source.clone();
        if let (true, Policy::Periodic { every, .. }) = (often, &mut stock.supplies[0].policy) {
            *every = hours(12);
        }
        let alert = Supply { policy: Policy::Alert { at: 12, quantity: 20 }, source };
        stock.supplies.extend(warning.then_some(alert));
    }
    for one in model.departments.iter_mut().flat_map(|ward| &mut ward.uses).filter(|_| couple) {
        one.hoarding.iter_mut().for_each(|of| (of.extra, of.most) = (2, 4));
    }
    Ok(model)
}

/// Half a year, from a day on which everybody trusts.
pub fn run(model: &Model, replications: u32) -> Result<Results> {
    Ok(Experiment::new(model).horizon(weeks(26)).replications(replications).seed(1).run()?)
}

fn wards(results: &Results, of: fn(&UseTotals) -> f64, by: impl Fn(&Replication) -> f64) -> Series {
    story::figure(results, |one| (one.uses.iter().map(of).sum(), by(one)))
}

pub fn short(results: &Results) -> Series {
    wards(results, |of| of.let_downs as f64, |one| 2.0 * one.window / 168.0)
}

pub fn answer(model: &Model, replications: u32) -> Result<String> {
    let row = |(name, agreed): (&str, [bool; 3])| {
        let results = run(&with(model, agreed)?, replications)?;
        let waits = |one: &Replication| one.stocks.iter().map(|of| of.waiting.count as f64).sum();
        let lost = |one: &Replication| one.uses.iter().map(|of| of.lost_trust as f64).sum();
        let figures = vec![
            story::number_of(&short(&results)),
            story::number_of(&story::figure(&results, |one| (waits(one), one.window / 168.0))),
            story::share_of(&wards(&results, |of| of.mistrust_hours, |one| 2.0 * one.window)),
            story::time_of(&wards(&results, |of| of.mistrust_hours, lost)),
        ];
        Ok((name.to_owned(), figures))
    };
    let rows = AGREED.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    let often = |at: usize| rows[at].1[0].estimate.map_or(f64::INFINITY, |of| of.mean);
    let best = [1, 2, 3].into_iter().min_by(|&a, &b| often(a).total_cmp(&often(b))).unwrap_or(0);
    let otherwise = story::by_assumption(model, &["closet empty, a week"], &OTHERWISE, |model| {
        Ok(vec![story::number_of(&short(&run(&with(model, AGREED[best].1)?, replications)?))])
    })?;
    Ok(format!(
        "Which of the three agreed changes ends the stock-outs, and how long until trust returns?

{table}
(Patients of both wards. Trust: from its loss until a week without a let-down is over, or half a year.)
Of the three, \"{name}\" brings most: closets are found empty {after} times a week
instead of {before}. Trust that is lost returns after {returns} instead of {returned}.
Whether stock-outs come to an end hangs on what else the supply team has to do.

What hangs on what is assumed, with this change:

{otherwise}",
        name = AGREED[best].0,
        after = rows[best].1[0],
        before = rows[0].1[0],
        returns = rows[best].1[3],
        returned = rows[0].1[3],
        table = story::table(&HEADER, rows.clone()),
    ))
}

fn main() -> Result<()> {
    let model = story::model("gown_hoarding")?;
    story::tell("gown_hoarding", &answer(&model, 20)?, (&model, &run(&model, 20)?), &[])
}
