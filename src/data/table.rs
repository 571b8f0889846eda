//! The waiting split as text.

use std::fmt;

use super::split::{Waiting, WaitingSplit};
use crate::text::Table;

/// How many of each are shown.
const MOST_SHOWN: usize = 10;

/// The longest name that is shown whole, in characters.
const NAME_WIDTH: usize = 34;

/// The columns of numbers.
const HEADS: [&str; 7] =
    ["waits", "hours", "batching", "contention", "priority", "unavailable", "extraneous"];

impl fmt::Display for WaitingSplit {
    /// The waiting in hours, by activity, resource and handoff, of each the ten with most of it.
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
    let row = |(name, waiting): (String, Waiting)| (fitting(&name), waiting);
    let shown = rows.into_iter().take(MOST_SHOWN).map(row).chain(all.map(|all| ("all".to_owned(), *all)));
    let header: Vec<&str> = [title].into_iter().chain(HEADS).collect();
    let lines = shown.map(|(name, waiting)| [name].into_iter().chain(numbers(&waiting)).collect());
    fmt::Display::fmt(&Table::new(&header, lines), f)?;
    if more > 0 { writeln!(f, "and {more} more") } else { Ok(()) }
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
