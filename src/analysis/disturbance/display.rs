//! Disturbances as text.

use std::fmt;

use super::{Delays, Disturbance, Fate, Peak};
use crate::interventions::Intervention;
use crate::stats::Estimate;
use crate::text::Table;
use crate::time::Span;

/// A number: "79.3 (78.9 to 79.7)"; without the interval where that is a point.
pub(in crate::analysis) fn brief(estimate: &Estimate) -> String {
    let text = format!("{estimate:#}");
    let alone = || text.split(" (").next().map(str::to_owned);
    if estimate.half_width() == Some(0.0) { alone().unwrap_or_default() } else { text }
}

/// What a disturbance is, in words.
pub(crate) fn in_words(disturbance: &Intervention) -> String {
    match disturbance {
        Intervention::Outage { of, at, lasts, staff: None } => {
            format!("an outage of all of {of}, from {at}, for {lasts}")
        }
        Intervention::Outage { of, at, lasts, staff: Some(staff) } => {
            format!("an outage of {staff} of {of}, from {at}, for {lasts}")
        }
        Intervention::Surge { customers, at, lasts, factor } => {
            format!("a surge of {customers} to {factor} times their rate, from {at}, for {lasts}")
        }
        Intervention::SlowDown { department, at, lasts, factor } => {
            format!("a slow-down of {department} to {factor} times the usual work, from {at}, for {lasts}")
        }
        other => format!("{other:?}"),
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Fate::Completed => "completed",
            Fate::Lost => "lost",
            Fate::Unfinished => "unfinished",
            Fate::Absent => "not there",
        })
    }
}

fn or_dash(time: Option<Span>) -> String {
    time.map_or("-".to_owned(), |time| time.to_string())
}

fn row(delays: &Delays) -> Vec<String> {
    let mean = delays.peak.and_then(|peak| peak.mean).map_or("-".to_owned(), |mean| format!("{mean:#}"));
    vec![
        delays.name.clone(),
        brief(&delays.hours),
        format!("{:.1}", delays.touched.mean),
        or_dash(delays.peak.map(|peak: Peak| peak.from)),
        mean,
        or_dash(delays.died_out),
        or_dash(delays.last.map(to_the_second)),
    ]
}

/// Microseconds are no help to a reader.
fn to_the_second(time: Span) -> Span {
    let second = crate::time::TICKS_PER_SECOND;
    Span::from_ticks(time.ticks() / second * second)
}

crate::text::displayed_as_prose!(Disturbance);

impl Disturbance {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stretch = self.following.stretch.unwrap_or_default();
        for disturbance in &self.disturbances {
            writeln!(f, "{}", in_words(disturbance))?;
        }
        let level = (self.level * 1e8).round() / 1e6;
        writeln!(
            f,
            "({} replications with it and without, on the same draws; in brackets {level} % intervals;\n\
             times since the start of the run, in stretches of {stretch})\n",
            self.replications
        )?;
        let header =
            ["customers", "hours lost", "touched", "peak at", "mean there", "died out by", "last felt"];
        let customers: Vec<&Delays> = match &self.classes[..] {
            [_] => vec![&self.system],
            classes => classes.iter().chain([&self.system]).collect(),
        };
        fmt::Display::fmt(&Table::new(&header, customers.into_iter().map(row)), f)?;
        writeln!(f)?;
        let header =
            ["visits to", "hours lost", "touched", "peak at", "mean there", "died out by", "last felt"];
        fmt::Display::fmt(&Table::new(&header, self.departments.iter().map(row)), f)?;
        writeln!(f, "\nDepartment-hours lost: {}.", brief(&self.department_hours))?;
        match &self.amplification {
            Some(amplification) => {
                writeln!(f, "Customer-hours lost for each of them: {}.", brief(amplification))?;
            }
            None => writeln!(f, "It costs no department an hour.")?,
        }
        if !self.path.is_empty() {
            let step = |step: &super::PathStep| format!("{} ({})", step.department, step.reached);
            let path: Vec<String> = self.path.iter().map(step).collect();
            writeln!(f, "Its path: {}.", path.join(", then "))?;
        }
        if self.unsettled.mean > 0.0 {
            writeln!(
                f,
                "{} customers a replication were not done with it when the run ended: the horizon is too short.",
                brief(&self.unsettled)
            )?;
        }
        let moved = self.transitions.iter().filter(|of| of.without != of.with);
        moved.into_iter().try_for_each(|of| {
            let number = brief(&of.per_replication);
            writeln!(f, "{} without it, {} with it: {number} a replication.", of.without, of.with)
        })
    }
}
