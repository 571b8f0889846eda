//! What is said of each kind of result: sentences, charts and tables; and the charts by themselves.

mod active;
mod bottlenecks;
mod capacity;
mod cases;
mod choices;
mod compare;
mod departments;
mod disturbance;
mod effects;
mod figures;
mod influence;
mod ledger;
mod map;
mod money;
mod optimum;
mod others;
mod results;
mod sensitivity;
mod structure;
mod uncertainty;

use super::charts::intervals::{Intervals, Row};
use super::text::Unit;
use crate::stats::Estimate;

/// Rows with one estimate each.
fn simple(
    unit: Unit,
    rows: impl IntoIterator<Item = (String, Option<Estimate>)>,
    from_zero: bool,
) -> Intervals {
    let rows = rows.into_iter().map(|(name, estimate)| Row::new(name, estimate)).collect();
    Intervals { unit, series: vec![""], rows, line: None, from_zero }
}

/// "95 % intervals".
fn intervals_of(level: f64) -> String {
    format!("{} % intervals", super::text::percent(level))
}

/// Whether an interval leaves out nothing.
fn told(estimate: &Estimate) -> bool {
    estimate.interval.is_some_and(|interval| interval.low > 0.0 || interval.high < 0.0)
}
