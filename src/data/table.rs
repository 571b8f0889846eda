//! The waiting split as text.

use std::fmt;

use super::split::{Waiting, WaitingSplit};

/// How many of each are shown.
const MOST_SHOWN: usize = 10;

/// The longest name that is shown whole, in characters.
const NAME_WIDTH: usize = 34;

/// The columns of numbers.
const HEADS: [&str; 7] =
    ["waits", "hours", "batching", "contention", "priority", "unavailable", "extraneous"];

impl fmt::Display for WaitingSplit {
    /// The waiting in hours, by activity, resource and handoff, of each the ten with most of it; about 110 characters
    /// wide at most.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let activities = self.activities.iter().map(|own| (own.name.clone(), own.waiting)).collect();
        let resources = self.resources.iter().map(|own| (or_nobody(&own.name), own.waiting)).collect();
        let handoffs = self.handoffs.iter().map(|own| (own.name(), own.waiting)).collect();
        table(f, "activity", activities, Some(&self.all))?;
        writeln!(f)?;
        table(f, "resource", resources, None)?;
        writeln!(f)?;
        table(f, "handoff", handoffs, None)
    }
}

fn or_nobody(name: &str) -> String {
    if name.is_empty() { "(nobody)".to_owned() } else { name.to_owned() }
}

fn table(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    rows: Vec<(String, Waiting)>,
    all: Option<&Waiting>,
) -> fmt::Result {
    let more = rows.len().saturating_sub(MOST_SHOWN);
    let mut lines: Vec<(String, [String; 7])> = rows
        .into_iter()
        .take(MOST_SHOWN)
        .map(|(name, waiting)| (fitting(&name), numbers(&waiting)))
        .collect();
    lines.extend(all.map(|all| ("all".to_owned(), numbers(all))));
    let lengths = lines.iter().map(|(name, _)| name.chars().count());
    let name_width = lengths.chain([title.len()]).max().unwrap_or(0);
    let width = |column: usize| {
        let lengths = lines.iter().map(|(_, cells)| cells[column].len());
        lengths.chain([HEADS[column].len()]).max().unwrap_or(0)
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    let heads = HEADS.map(str::to_owned);
    line(f, title, name_width, &heads, &widths)?;
    writeln!(f, "{}", "-".repeat(name_width + widths.iter().map(|width| width + 2).sum::<usize>()))?;
    lines.iter().try_for_each(|(name, cells)| line(f, name, name_width, cells, &widths))?;
    if more > 0 { writeln!(f, "and {more} more") } else { Ok(()) }
}

fn line(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    name_width: usize,
    cells: &[String; 7],
    widths: &[usize; 7],
) -> fmt::Result {
    write!(f, "{name:name_width$}")?;
    cells.iter().zip(widths).try_for_each(|(cell, &width)| write!(f, "  {cell:>width$}"))?;
    writeln!(f)
}

/// A name on one line that is not too long.
fn fitting(name: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let start: String = name.chars().take(NAME_WIDTH).map(plain).collect();
    if name.chars().nth(NAME_WIDTH).is_none() {
        return start;
    }
    start.chars().take(NAME_WIDTH - 3).chain("...".chars()).collect()
}

fn numbers(waiting: &Waiting) -> [String; 7] {
    let [batching, contention, prioritization, unavailability, extraneous] =
        waiting.parts().map(|(_, part)| hours(part.as_hours()));
    let (count, total) = (waiting.count.to_string(), hours(waiting.total().as_hours()));
    [count, total, batching, contention, prioritization, unavailability, extraneous]
}

/// Hours, with more digits where they are few. None is a dash.
fn hours(hours: f64) -> String {
    match hours {
        0.0 => "-".to_owned(),
        ..100.0 => format!("{hours:.2}"),
        _ => format!("{hours:.0}"),
    }
}
