//! What the programs of the stories have in common: their models, figures of their own, and what hangs on what is assumed.

#![allow(dead_code)] // Every example uses a part of it.

use std::fmt;
use std::fs;
use std::path::Path;

use knockon::ErrorKind;
use knockon::analysis::{Scenario, Study};
use knockon::prelude::*;
use knockon::report::{Report, Reportable};
use knockon::results::{ClassTotals, Replication, TimeEstimate};
use knockon::stats::{Estimate, Interval, Series};

#[path = "tables.rs"]
pub mod tables;

/// Prints what a program has to say, which begins with its question, and writes a page about it: that, the model, its
/// results, and what else there is.
pub fn tell(
    name: &str,
    answer: &str,
    (model, results): (&Model, &Results),
    more: &[&dyn Reportable],
) -> Result<()> {
    let (question, said) = answer.split_once('\n').expect("the question stands in a line of its own");
    let page = Report::new(question).printed(said.trim()).map(model, results).add(results);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/reports");
    let path = folder.join(name).with_extension("html");
    fs::create_dir_all(&folder).map_err(|source| ErrorKind::File { path: folder, source })?;
    more.iter().fold(page, |page, &more| page.add(more)).write(path)?;
    println!("{answer}");
    results.warnings.iter().for_each(|warning| println!("warning: {warning}"));
    println!("\nThe page about it: target/reports/{name}.html");
    Ok(())
}

/// The level of all intervals.
pub const LEVEL: f64 = 0.95;

/// The model of a story, as its file has it.
pub fn model(name: &str) -> Result<Model> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models");
    Model::read(format!("{folder}/{name}.toml"))
}

/// What could be done in a story, as its file has it.
pub fn ideas(name: &str) -> Result<Vec<Scenario>> {
    Scenario::read(format!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ideas/{}.toml"), name))
}

/// A figure that a story is about, from totals and counts of every replication.
pub fn figure(results: &Results, of: impl Fn(&Replication) -> (f64, f64)) -> Series {
    results.replications.iter().map(of).collect()
}

/// The same of a class.
pub fn class_figure(
    results: &Results,
    class: &str,
    of: impl Fn(&ClassTotals) -> (f64, f64),
) -> Result<Series> {
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

/// A figure as text.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The estimate; `None` where there was nothing to average.
    pub estimate: Option<Estimate>,
    text: String,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

fn shown(estimate: Option<Estimate>, text: impl Fn(Estimate) -> String) -> Shown {
    let exact = |estimate: &Estimate| estimate.half_width() == Some(0.0);
    let said = |estimate: Estimate| match text(estimate) {
        // A point needs no interval.
        text if exact(&estimate) => text.split(" (").next().unwrap_or_default().to_owned(),
        text => text,
    };
    Shown { estimate, text: tables::or_dash(estimate, said) }
}

/// A share in percent: "87.8 % (87.6 to 88.0)".
pub fn share(estimate: Option<Estimate>) -> Shown {
    shown(estimate, |share| tables::percent(&share))
}

/// A number of hours: "12.3 d (12.1 to 12.5)".
pub fn time(estimate: Option<Estimate>) -> Shown {
    shown(estimate, |hours| tables::brief(TimeEstimate(hours)))
}

/// A number: "12.3 (12.1 to 12.5)".
pub fn number(estimate: Option<Estimate>) -> Shown {
    shown(estimate, tables::brief)
}

/// Anything else.
pub fn text(text: impl Into<String>) -> Shown {
    Shown { estimate: None, text: text.into() }
}

/// The share that a figure is: of cases to which something happens.
pub fn share_of(figure: &Series) -> Shown {
    share(figure.estimate(LEVEL).map(Estimate::as_share))
}

/// The hours that a figure is.
pub fn time_of(figure: &Series) -> Shown {
    time(figure.estimate(LEVEL))
}

/// The number that a figure is.
pub fn number_of(figure: &Series) -> Shown {
    number(figure.estimate(LEVEL))
}

/// Rows of figures under a header.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = (String, Vec<Shown>)>) -> String {
    let row = |(name, figures): (String, Vec<Shown>)| {
        [name].into_iter().chain(figures.iter().map(Shown::to_string)).collect()
    };
    tables::table(header, rows.into_iter().map(row))
}

/// Figures of the model as it is, and with one scenario after the other.
pub fn by_scenario(
    study: &Study<'_>,
    header: &[&str],
    scenarios: &[Scenario],
    figures: impl Fn(&Results) -> Result<Vec<Shown>>,
) -> Result<String> {
    let as_it_is = Scenario::new("as it is", []);
    let row = |of: &Scenario| Ok((of.name.clone(), figures(&*study.with(&of.changes)?)?));
    let rows: Result<Vec<_>> = [as_it_is].iter().chain(scenarios).map(row).collect();
    Ok(table(&[&["what is done"], header].concat(), rows?))
}

/// Something assumed, as in "a promise of {} weeks", two other values of it, and how the model gets them.
pub type Otherwise = (&'static str, [f64; 2], fn(&mut Model, f64) -> Result<()>);

/// What the answer is as assumed, and if one thing after the other is otherwise: a row for each, and a sentence about what
/// moves the last column the most.
pub fn by_assumption(
    model: &Model,
    header: &[&str],
    otherwise: &[Otherwise],
    answer: impl Fn(&Model) -> Result<Vec<Shown>>,
) -> Result<String> {
    let mut rows = vec![("as assumed".to_owned(), answer(model)?)];
    for &(what, values, set) in otherwise {
        for value in values {
            let mut model = model.clone();
            set(&mut model, value)?;
            rows.push((what.replace("{}", &value.to_string()), answer(&model)?));
        }
    }
    let last = |row: &(String, Vec<Shown>)| row.1.last().cloned().expect("there are columns");
    let ends = rows[1..].chunks(2).map(|ends| [last(&ends[0]), last(&ends[1])]);
    let swing = |[low, high]: &[Shown; 2]| match (low.estimate, high.estimate) {
        (Some(low), Some(high)) => (high.mean - low.mean).abs(),
        _ => 0.0,
    };
    let most = otherwise.iter().zip(ends).max_by(|a, b| swing(&a.1).total_cmp(&swing(&b.1)));
    let ((what, [low, high], _), figures) = most.expect("something is assumed");
    let sentence = format!(
        "Most hangs on this: with {}\n\"{}\" is {} or {}.\n",
        what.replace("{}", &format!("{low} or {high}")),
        header.last().expect("there are columns"),
        figures[0],
        figures[1]
    );
    Ok(table(&[&["with"], header].concat(), rows) + &sentence)
}
