//! What changes would do, in sentences.

use std::fmt;

use super::{Comparison, CustomerChange, FigureChange, MovedCustomers, ScenarioChange};
use crate::analysis::disturbance::Fate;
use crate::analysis::shown::shown;
use crate::experiment::{Customers, Figure};
use crate::results::display_unit;
use crate::stats::Interval;
use crate::text::Table;

crate::text::displayed_as_prose!(Comparison);

impl Comparison {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = (self.level * 1e8).round() / 1e6;
        let together = if self.scenarios.len() > 1 { ", which hold for all scenarios together" } else { "" };
        let replications = self.replications;
        writeln!(
            f,
            "({replications} replications of each, on the same draws; ranges are {percent} % intervals{together})"
        )?;
        self.scenarios.iter().try_for_each(|scenario| {
            writeln!(f)?;
            fmt::Display::fmt(scenario, f)
        })
    }

    /// What the scenarios do to some figures, side by side: a row for each scenario, a column for each figure under its heading.
    /// Times are in units that suit them, shares in percentage points, money per replication. Intervals are those that hold
    /// for all scenarios together.
    #[must_use]
    pub fn table(&self, figures: &[(&str, Figure)]) -> Table {
        let rows = self.scenarios.iter().map(|scenario| {
            let cell =
                |(_, figure): &(&str, Figure)| scenario.figure(figure).map_or("-".to_owned(), difference);
            [scenario.scenario.name.clone()].into_iter().chain(figures.iter().map(cell)).collect()
        });
        let headings: Vec<&str> = ["scenario"].into_iter().chain(figures.iter().map(|of| of.0)).collect();
        Table::new(&headings, rows)
    }
}

/// "+1.9 h (1.7 to 2.1)".
fn difference(change: &FigureChange) -> String {
    let (points, scale) = if change.figure.is_share() { (" points", 100.0) } else { ("", 1.0) };
    let estimate = change.together().times(scale);
    let text = shown(&change.figure, &estimate);
    let (number, range) = text
        .split_once(" (")
        .map_or((&*text, String::new()), |(number, range)| (number, format!(" ({range}")));
    format!("{}{number}{points}{range}", if estimate.mean > 0.0 { "+" } else { "" })
}

crate::text::displayed_as_prose!(ScenarioChange);

impl ScenarioChange {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.scenario.name)?;
        let mut customers: Vec<(Customers, &CustomerChange)> =
            self.classes.iter().map(|class| (class.class.as_str().into(), class)).collect();
        if customers.len() != 1 {
            customers.push((Customers::All, &self.system));
        }
        for (of, change) in customers {
            let said: Vec<String> = [
                self.figure(&Figure::lead_time(of.clone())).map(lead_time),
                faster_and_slower(change),
                self.figure(&Figure::promise_kept(of.clone())).map(|change| points(change, "promises kept")),
                self.figure(&Figure::lost_share(of.clone()))
                    .filter(|change| change.before.mean > 0.0 || change.after.mean > 0.0)
                    .map(|change| points(change, "customers lost")),
                won_and_lost(change),
            ]
            .into_iter()
            .flatten()
            .collect();
            if !said.is_empty() {
                writeln!(f, "  {}: {}", change.class, said.join("\n    "))?;
            }
        }
        match self.figure(&Figure::cost(Customers::All)) {
            Some(change) => writeln!(f, "  {}.", cost(change)),
            None => Ok(()),
        }
    }
}

/// The interval that holds for all scenarios together.
fn interval(change: &FigureChange) -> Option<Interval> {
    change.together().interval
}

/// Which way a figure surely goes, and between which changes, both positive.
fn surely(change: &FigureChange) -> Option<(bool, f64, f64)> {
    let Interval { low, high, .. } = interval(change)?;
    match (low > 0.0, high < 0.0) {
        (true, _) => Some((true, low, high)),
        (_, true) => Some((false, -high, -low)),
        _ => None,
    }
}

/// "1.9 to 2.4 d".
fn hours(low: f64, high: f64) -> String {
    let (unit, hours) = display_unit(high.abs().max(low.abs()));
    format!("{} {unit}", range(low / hours, high / hours))
}

/// Two numbers with the digits that tell them apart; one where they are the same.
fn range(low: f64, high: f64) -> String {
    if (high - low).abs() <= 1e-9 * high.abs() {
        return format!("{:.1}", high);
    }
    let apart = (high - low).abs().max(high.abs().max(low.abs()) * 1e-3).max(1e-9);
    let decimals = (1.0 - apart.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{low:.decimals$} to {high:.decimals$}")
}

/// "30.0 min".
fn time(hours: f64) -> String {
    let (unit, length) = display_unit(hours);
    format!("{:.1} {unit}", hours / length)
}

fn lead_time(change: &FigureChange) -> String {
    let before = time(change.before.mean);
    match (surely(change), interval(change)) {
        (Some((longer, low, high)), _) => {
            let longer = if longer { "longer" } else { "shorter" };
            format!("the mean lead time of {before} gets {longer} by {}", hours(low, high))
        }
        (None, Some(Interval { low, high, .. })) if low < high => {
            format!(
                "the mean lead time of {before} changes by {}: it may not change at all",
                hours(low, high)
            )
        }
        _ => format!("the mean lead time stays {before}"),
    }
}

/// What becomes of a share, in percentage points.
fn points(change: &FigureChange, what: &str) -> String {
    let (before, after) = (100.0 * change.before.mean, 100.0 * change.after.mean);
    match surely(change) {
        Some((more, low, high)) => {
            let (more, points) = (if more { "more" } else { "less" }, range(100.0 * low, 100.0 * high));
            format!("{what} {before:.1} % -> {after:.1} % ({points} points {more})")
        }
        None if before == after => format!("{what} {before:.1} %, as before"),
        None => format!("{what} {before:.1} % -> {after:.1} % (not told from no change)"),
    }
}

fn cost(change: &FigureChange) -> String {
    match (surely(change), interval(change)) {
        (Some((more, low, high)), _) => {
            let more = if more { "more" } else { "less" };
            format!("Everything costs {} {more} a replication", range(low, high))
        }
        (None, Some(Interval { low, high, .. })) if low < high => {
            format!(
                "The cost of everything changes by {} a replication: not told from no change",
                range(low, high)
            )
        }
        _ => "The cost of everything stays".to_owned(),
    }
}

/// "81 % of 12034 customers are faster, half of them by 1.8 h or more; 3 % are slower, none by more than 2 h".
fn faster_and_slower(change: &CustomerChange) -> Option<String> {
    let share = |moved: &MovedCustomers| Some(100.0 * moved.share?.mean);
    let (faster, slower) = (share(&change.faster)?, share(&change.slower)?);
    if faster == 0.0 && slower == 0.0 {
        return Some(format!("of {} customers nobody is faster or slower", change.both));
    }
    let median =
        change.faster.median.map(|median| format!(" (half of them by {} or more)", time(median.mean)));
    let most = change.slower.most.as_ref().map(|most| {
        let hours = super::digest::in_hours(most.by.ticks());
        format!(", none by more than {}", time(hours))
    });
    Some(format!(
        "{faster:.1} % of {} customers are faster{}, {slower:.1} % slower{}",
        change.both,
        median.unwrap_or_default(),
        most.unwrap_or_default()
    ))
}

/// "5.2 % were lost before and are completed now, 0.0 % the other way round".
fn won_and_lost(change: &CustomerChange) -> Option<String> {
    let (won, lost) = (change.count(Fate::Lost, Fate::Completed), change.count(Fate::Completed, Fate::Lost));
    let share = |customers: u64| 100.0 * customers as f64 / change.all() as f64;
    (won + lost > 0).then(|| {
        let (won, lost) = (share(won), share(lost));
        format!("{won:.1} % were lost before and are completed now, {lost:.1} % the other way round")
    })
}
