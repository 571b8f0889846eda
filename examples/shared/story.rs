//! What the programs of the stories have in common: their models, figures of their own, and what hangs on what is assumed.

#![allow(dead_code)] // Every example uses a part of it.

use knockon::prelude::*;
use knockon::results::{ClassTotals, Replication, TimeEstimate};
use knockon::stats::{Estimate, Interval, Series};

use super::tables::{self, brief, or_dash, percent, table};

/// The level of all intervals.
pub const LEVEL: f64 = 0.95;

/// The model of a story, as its file has it.
pub fn model(name: &str) -> Result<Model> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models");
    Model::read(format!("{folder}/{name}.toml"))
}

/// A figure that a story is about, from totals and counts of every replication.
pub fn figure(results: &Results, of: impl Fn(&Replication) -> (f64, f64)) -> Series {
    results.replications.iter().map(of).collect()
}

/// The same of a class.
pub fn class_figure(results: &Results, class: &str, of: impl Fn(&ClassTotals) -> (f64, f64)) -> Result<Series> {
    let name = &results.class(class)?.name;
    let at = results.classes.iter().position(|known| known.name == *name).expect("it is one of them");
    Ok(figure(results, |replication| of(&replication.classes[at])))
}

/// The share of a figure that is gone in another run on the same draws: 1 less the ratio, whose interval is made on the
/// scale of logarithms.
pub fn share_gone(before: &Series, after: &Series) -> Option<Estimate> {
    let growth = after.growth_from(before, LEVEL)?;
    let share = |log: f64| 1.0 - log.exp();
    let around = |interval: Interval| Interval {
        std_error: interval.std_error * growth.mean.exp(),
        low: share(interval.high),
        high: share(interval.low),
        ..interval
    };
    Some(Estimate { mean: share(growth.mean), interval: growth.interval.map(around), ..growth })
}

/// Something assumed, as in "a promise of {} weeks", two other values of it, and how the model gets them.
pub type Otherwise = (&'static str, [f64; 2], fn(&mut Model, f64) -> Result<()>);

/// What the answer is as assumed, and if one thing after the other is otherwise: a row for each.
pub fn by_assumption(
    model: &Model,
    header: &[&str],
    otherwise: &[Otherwise],
    answer: impl Fn(&Model) -> Result<Vec<String>>,
) -> Result<String> {
    let row = |name: String, model: &Model| Ok::<_, Error>([vec![name], answer(model)?].concat());
    let mut rows = vec![row("as assumed".to_owned(), model)?];
    for &(what, values, set) in otherwise {
        for value in values {
            let mut model = model.clone();
            set(&mut model, value)?;
            rows.push(row(what.replace("{}", &value.to_string()), &model)?);
        }
    }
    Ok(table(&[&["if it is otherwise"], header].concat(), rows))
}

/// A share in percent: "87.8 % (87.6 to 88.0)".
pub fn share(figure: &Series) -> String {
    or_dash(figure.estimate(LEVEL).map(Estimate::as_share).as_ref(), percent)
}

/// A time: "12.3 d (12.1 to 12.5)".
pub fn time(figure: &Series) -> String {
    or_dash(figure.estimate(LEVEL).map(TimeEstimate), tables::time)
}

/// A number: "12.3 (12.1 to 12.5)".
pub fn number(figure: &Series) -> String {
    or_dash(figure.estimate(LEVEL), brief)
}
