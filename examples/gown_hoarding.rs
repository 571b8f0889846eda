//! Two wards do not trust the restocking of gowns: who has found the closet empty takes extra and hides it, and who runs out
//! raids the other's closet. Agreed was to restock more often, to take a couple of gowns at a time, and to warn the supply team
//! before a closet is empty. Which of the three ends the stock-outs, and how long until trust returns?
//!
//! The wards are described in `models/gown_hoarding.toml`, with its assumptions.
//!
//! `cargo run --release --example gown_hoarding`

use knockon::interventions::Intervention;
use knockon::model::{Arrivals, Policy, Supply};
use knockon::prelude::*;
use knockon::results::UseTotals;
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
#[path = "shared/tables.rs"]
mod tables;
use story::{LEVEL, Otherwise};
use tables::table;

/// What was agreed, in the order of the story: more often, a couple at a time, a warning.
pub const AGREED: [(&str, [bool; 3]); 5] = [
    ("as it was", [false, false, false]),
    ("more often", [true, false, false]),
    ("a couple at a time", [false, true, false]),
    ("a warning", [false, false, true]),
    ("all three", [true, true, true]),
];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 3] = [
    ("gowns in a full closet: {}", [45.0, 65.0], |model, full| {
        for stock in &mut model.stocks {
            if let Policy::Periodic { up_to, .. } = &mut stock.supplies[0].policy {
                *up_to = full as u32;
            }
        }
        Ok(())
    }),
    ("trust needs {} days without a let-down", [3.0, 14.0], |model, needed| {
        let uses = model.departments.iter_mut().flat_map(|ward| &mut ward.uses);
        uses.filter_map(|one| one.hoarding.as_mut()).for_each(|one| one.trust_after = days(needed));
        Ok(())
    }),
    ("the supply team's other work, {} an hour", [0.5, 1.2], |model, rate| {
        model.stream_mut("linen").map(|of| of.arrivals = Arrivals::Poisson { rate: per_hour(rate) })
    }),
];

/// The wards after some of what was agreed.
pub fn with(model: &Model, [often, couple, warning]: [bool; 3]) -> Result<Model> {
    let supply = |policy| Supply { policy, source: model.stocks[0].supplies[0].source.clone() };
    let mut changed = model.clone();
    for stock in ["closet A", "closet B"].map(str::to_owned) {
        let alert = Intervention::AddSupply { stock, supply: supply(Policy::Alert { at: 12, quantity: 20 }) };
        changed = if warning { changed.with(&[alert])? } else { changed };
    }
    for stock in changed.stocks.iter_mut().filter(|_| often) {
        if let Policy::Periodic { every, .. } = &mut stock.supplies[0].policy {
            *every = hours(12);
        }
    }
    let uses = changed.departments.iter_mut().flat_map(|ward| &mut ward.uses);
    for hoarding in uses.filter_map(|one| one.hoarding.as_mut()).filter(|_| couple) {
        (hoarding.extra, hoarding.most) = (2, 4);
    }
    Ok(changed)
}

/// Eight weeks after two that do not count.
pub fn run(model: &Model, replications: u32) -> Result<Results> {
    let experiment = Experiment::new(model).horizon(weeks(10)).warm_up(weeks(2)).seed(1);
    Ok(experiment.replications(replications).run()?)
}

/// A figure of both wards, for so many hours of each.
fn wards(results: &Results, of: fn(&UseTotals) -> f64, each: f64) -> Series {
    story::figure(results, |one| (one.uses.iter().map(of).sum(), one.window / each * one.uses.len() as f64))
}

/// How often a ward finds its closet empty, a week.
pub fn short(results: &Results) -> Series {
    wards(results, |of| of.let_downs as f64, 168.0)
}

/// The share of the time for which a ward does not trust.
pub fn mistrust(results: &Results) -> Series {
    wards(results, |of| of.mistrust_hours, 1.0)
}

/// Patients of both wards who have to wait for a gown, a week.
fn waits(results: &Results) -> Series {
    story::figure(results, |one| {
        let waits = one.stocks.iter().map(|of| of.waiting.count + of.left + of.open);
        (waits.sum::<u64>() as f64, one.window / 168.0)
    })
}

/// The first week in which wards trust for nine tenths of the time, if all closets are empty when it is introduced.
pub fn trusted_from(model: &Model, replications: u32) -> Result<Option<u32>> {
    let mut model = model.clone();
    model.stocks.iter_mut().for_each(|stock| stock.initial = 0);
    for week in 0..8 {
        let experiment = Experiment::new(&model).warm_up(weeks(week)).horizon(weeks(week + 1)).seed(1);
        let results = experiment.replications(replications).run()?;
        if mistrust(&results).estimate(LEVEL).is_some_and(|share| share.mean < 0.1) {
            return Ok(Some(week + 1));
        }
    }
    Ok(None)
}

pub fn answer(model: &Model, replications: u32) -> Result<String> {
    let row = |(name, agreed): (&str, [bool; 3])| {
        let changed = with(model, agreed)?;
        let results = run(&changed, replications)?;
        let returns = trusted_from(&changed, replications)?;
        let returns = returns.map_or("not in 8 weeks".to_owned(), |week| format!("in week {week}"));
        let [short, waits, mistrust] = [story::number(&short(&results)), story::number(&waits(&results)), story::share(&mistrust(&results))];
        Ok(vec![name.to_owned(), short, waits, mistrust, returns])
    };
    let rows = AGREED.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    let otherwise = story::by_assumption(model, &AGREED.map(|(name, _)| name), &OTHERWISE, |model| {
        let short = |(_, agreed)| Ok(story::number(&short(&run(&with(model, agreed)?, replications / 2)?)));
        AGREED.into_iter().map(short).collect()
    })?;
    Ok(format!(
        "Which of the three ends the stock-outs, and how long until trust returns?

{rows}
{otherwise}",
        rows = table(&["agreed", "closet empty, a week", "patients wait, a week", "no trust", "trust is back"], rows),
    ))
}

fn main() -> Result<()> {
    let model = story::model("gown_hoarding")?;
    print!("{}", answer(&model, 40)?);
    // The report is written here.
    Ok(())
}
