//! Figures and tables as text. Shared by the examples.

#![allow(dead_code)] // Every example uses a part of it.

use std::fmt::Display;

use knockon::results::TimeEstimate;
use knockon::stats::Estimate;
use knockon::text::Table;

/// How wide a table may be, in columns: the examples are read in files as often as on terminals.
pub const WIDTH: usize = 120;

/// The figure and its interval: "12.3 d (12.1 to 12.5)", without level and number of replications.
pub fn brief(figure: impl Display) -> String {
    format!("{figure:#}")
}

/// The figure without its interval: "12.3 d".
pub fn point(figure: impl Display) -> String {
    let text = figure.to_string();
    text.split_once(" (").map_or(text.clone(), |(start, _)| start.to_owned())
}

/// A share in percent, with its interval: "87.8 % (87.6 to 88.0)".
pub fn percent(share: &Estimate) -> String {
    brief(share.times(100.0)).replacen(" (", " % (", 1)
}

/// What there is to show of a figure that may not exist.
pub fn or_dash<T>(figure: Option<T>, show: impl Fn(T) -> String) -> String {
    figure.map_or("-".to_owned(), show)
}

/// Rows under a header: the first column to the left, the others to the right.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    format!("{:WIDTH$}", Table::new(header, rows))
}

/// A mean time, or "none" where it never takes any.
pub fn time(mean: TimeEstimate) -> String {
    if mean.mean == 0.0 { "none".to_owned() } else { brief(mean) }
}
