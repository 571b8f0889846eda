//! Two wards do not trust the restocking of gowns: who has found the closet empty takes extra and hides it, and who runs out
//! raids the other's closet. Agreed was to restock more often, to take a couple of gowns at a time, and to warn the supply team
//! before a closet is empty. Which of the three ends the stock-outs, and how long until trust returns?
//!
//! The wards are described in `models/gown_hoarding.toml`, with its assumptions.
//!
//! `cargo run --release --example gown_hoarding`

use knockon::model::{Arrivals, Policy, Supply};
use knockon::prelude::*;
use knockon::results::UseTotals;
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
#[path = "shared/tables.rs"]
mod tables;
use story::{LEVEL, Otherwise};

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
        for stock in &mut model.stocks {
            if let Policy::Periodic { up_to, .. } = &mut stock.supplies[0].policy {
                *up_to = full as u32;
            }
        }
        Ok(())
    }),
    ("other work of the supply team, {} an hour", [0.5, 1.2], |model, rate| {
        model.stream_mut("linen").map(|of| of.arrivals = Arrivals::Poisson { rate: per_hour(rate) })
    }),
];

/// Which of these the last table has: as it was, more often, all three.
const COMPARED: [usize; 3] = [0, 1, 4];

/// The wards after some of what was agreed.
pub fn with(model: &Model, [often, couple, warning]: [bool; 3]) -> Result<Model> {
    let mut model = model.clone();
    for stock in &mut model.stocks {
        let source = stock.supplies[0].source.clone();
        match &mut stock.supplies[0].policy {
            Policy::Periodic { every, .. } if often => *every = hours(12),
            _ => {}
        }
        let alert = Supply { policy: Policy::Alert { at: 12, quantity: 20 }, source };
        stock.supplies.extend(warning.then_some(alert));
    }
    for one in model.departments.iter_mut().flat_map(|ward| &mut ward.uses).filter(|_| couple) {
        one.hoarding.iter_mut().for_each(|of| (of.extra, of.most) = (2, 4));
    }
    Ok(model)
}

/// Eight weeks after two that do not count.
pub fn run(model: &Model, replications: u32) -> Result<Results> {
    let experiment = Experiment::new(model).horizon(weeks(10)).warm_up(weeks(2)).seed(1);
    Ok(experiment.replications(replications).run()?)
}

/// A figure of both wards, for so many hours of each.
fn wards(results: &Results, of: fn(&UseTotals) -> f64, hours: f64) -> Series {
    story::figure(results, |one| (one.uses.iter().map(of).sum(), one.window / hours * one.uses.len() as f64))
}

/// How often a ward finds its closet empty, a week.
pub fn short(results: &Results) -> Series {
    wards(results, |of| of.let_downs as f64, 168.0)
}

/// The share of the time for which a ward does not trust.
pub fn mistrust(results: &Results) -> Series {
    wards(results, |of| of.mistrust_hours, 1.0)
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
        let waits = story::figure(&results, |one| {
            (one.stocks.iter().map(|of| of.waiting.count).sum::<u64>() as f64, one.window / 168.0)
        });
        let figures = [story::number_of(&short(&results)), story::number_of(&waits)];
        let back = match trusted_from(&changed, replications)? {
            Some(week) => format!("{name}, trust is back in week {week}"),
            None => format!("{name}, no trust in 8 weeks"),
        };
        Ok((back, [figures.to_vec(), vec![story::share_of(&mistrust(&results))]].concat()))
    };
    let rows = AGREED.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    let empty = |at: usize| &rows[at].1[0];
    let often = |at: &usize| empty(*at).estimate.map_or(f64::INFINITY, |of| of.mean);
    let best = (1..4).min_by(|a, b| often(a).total_cmp(&often(b))).expect("there are three");
    let otherwise = story::by_assumption(model, &COMPARED.map(|at| AGREED[at].0), &OTHERWISE, |model| {
        let short = |at: usize| Ok(short(&run(&with(model, AGREED[at].1)?, replications.div_ceil(2))?));
        COMPARED.into_iter().map(|at| short(at).map(|of| story::number_of(&of))).collect()
    })?;
    Ok(format!(
        "Which of the three agreed changes ends the stock-outs, and how long until trust returns?

{table}
(\"Trust is back\": the first week in which wards trust for nine tenths of the time, if closets are empty at first.)
\"{name}\" brings most: closets are found empty {after} times a week instead of {before};
all three together, {all}. {verdict}

What hangs on what is assumed: how often a ward finds its closet empty, a week.

{otherwise}",
        name = AGREED[best].0,
        after = empty(best),
        before = empty(0),
        all = empty(4),
        verdict = if often(&best) < 0.5 { "That is the end of stock-outs." } else { "Stock-outs are fewer, not gone." },
        table = story::table(&["agreed", "closet empty, a week", "patients wait, a week", "no trust"], rows.clone()),
    ))
}

fn main() -> Result<()> {
    let model = story::model("gown_hoarding")?;
    print!("{}", answer(&model, 40)?);
    // The report is written here.
    Ok(())
}
