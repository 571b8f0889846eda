//! How a disturbance travels.

use super::intervals_of;
use crate::analysis::{Delays, Disturbance, in_words};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::stretches::{Stretches, Strip};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, capital, listed, since_start};
use crate::stats::Estimate;
use crate::time::Span;

/// So many departments have strips.
const MOST_STRIPS: usize = 14;

/// No more stretches than this are drawn; they are put together.
const MOST_STRETCHES: usize = 180;

/// Stretches in which customers lose less than this share of what they lose at the peak are left out at both ends.
const LITTLE: f64 = 0.02;

/// From which stretch to which there is something to see: from the disturbance on, or before it where that has an effect.
fn to_see(disturbance: &Disturbance) -> std::ops::Range<usize> {
    let stretches = &disturbance.system.stretches;
    let most = stretches.iter().map(|own| own.hours.mean.abs()).fold(0.0, f64::max);
    let much = |at: &usize| stretches[*at].hours.mean.abs() >= LITTLE * most;
    let first = (0..stretches.len()).find(much).unwrap_or(0);
    let last = (0..stretches.len()).rev().find(much).map_or(0, |last| last + 1);
    let begins = stretches.partition_point(|own| own.from < disturbance.begins);
    first.min(begins.saturating_sub(1))..last.max(begins).min(stretches.len())
}

/// Extra hours by stretch, where anybody feels anything.
fn strip(delays: &Delays, seen: std::ops::Range<usize>, together: usize) -> Strip {
    let seen = delays.stretches.get(seen).unwrap_or(&delays.stretches);
    let figures = seen.chunks(together).map(|stretches| {
        let first = stretches[0];
        let sum = |of: fn(&Estimate) -> Option<f64>| {
            stretches.iter().map(|own| of(&own.hours)).sum::<Option<f64>>()
        };
        // Of several together the interval is not known.
        let one = stretches.len() == 1;
        let mean = sum(|of| Some(of.mean)).unwrap_or(0.0);
        (first.from, Estimate { mean, interval: first.hours.interval.filter(|_| one), ..first.hours })
    });
    Strip { name: delays.name.clone(), figures: figures.collect() }
}

impl Chart {
    /// The extra delay of customers by when they came, with its interval; and below, by when visits joined, that in each
    /// department that is surely delayed, in the order in which the disturbance reaches them.
    #[must_use]
    pub fn disturbance(disturbance: &Disturbance) -> Chart {
        let seen = to_see(disturbance);
        let together = seen.len().div_ceil(MOST_STRETCHES).max(1);
        let path = disturbance.path.iter().filter_map(|step| disturbance.department(&step.department).ok());
        let strips: Vec<Strip> =
            path.take(MOST_STRIPS).map(|delays| strip(delays, seen.clone(), together)).collect();
        let words: Vec<String> = disturbance.disturbances.iter().map(in_words).collect();
        let stretch = disturbance.following.stretch.unwrap_or_default();
        let stretch = Span::from_ticks(stretch.ticks().saturating_mul(together as i64));
        let times = [
            ("died out", disturbance.system.died_out),
            ("the last to feel it is done", disturbance.system.last),
        ];
        let drawn = Stretches {
            unit: Unit::Number("hours"),
            stretch,
            event: Some((disturbance.begins, disturbance.ends, listed(&words))),
            times: times.into_iter().filter_map(|(what, at)| Some((at?, what.to_owned()))).collect(),
            bars: Some(Strip {
                name: "customers".to_owned(),
                ..strip(&disturbance.system, seen.clone(), together)
            }),
            strips,
            compare: false,
        };
        let says = format!(
            "Above: hours that customers lose, by when they came, in stretches of {stretch}, per replication, with {}. Below: the \
             same of visits to each department that it surely reaches, in that order; each strip is darkest at its own peak.",
            intervals_of(disturbance.level)
        );
        Chart::new("How the delay travels", says, drawn)
    }
}

impl Reportable for Disturbance {}

impl Sections for Disturbance {
    fn sections(&self) -> Vec<Section> {
        let words: Vec<String> = self.disturbances.iter().map(in_words).collect();
        let mut section = Section::new("A disturbance");
        section.text(format!("{}.", capital(&listed(&words))));
        section.text(told(self));
        section.chart(Chart::disturbance(self));
        section.table(delays_table("Customers", "class", self.classes.iter().chain([&self.system])));
        section.table(delays_table("Departments", "department", self.departments.iter()));
        let path = self.path.iter().map(|step| {
            vec![
                step.department.as_str().into(),
                time(Some(step.reached)),
                time(Some(step.peak.from)),
                Cell::time(step.peak.mean),
                Cell::estimate(Some(&step.hours), Unit::Number("h")),
            ]
        });
        let table = Table::new("Its path", "department")
            .figures("reached")
            .figures("peak")
            .figures("a visit loses there");
        section.table(table.figures("hours lost in all").rows(path));
        let moved = self.transitions.iter().filter(|of| of.without != of.with).map(|of| {
            let (without, with) = (of.without.to_string(), of.with.to_string());
            vec![without.into(), with.into(), Cell::count(&of.per_replication)]
        });
        let table = Table::new("Customers who fare otherwise", "without it").words("with it");
        section.table(table.figures("customers per replication").rows(moved));
        vec![section]
    }
}

/// What it costs, and until when.
fn told(of: &Disturbance) -> String {
    const HOURS: Unit = Unit::Number("hours");
    let mut text = format!(
        "{} replications with it and without, on the same draws. Customers lose {} in a replication",
        of.replications,
        HOURS.show(&of.system.hours)
    );
    if let Some(amplification) = &of.amplification {
        text += &format!(
            ": {} for each of the {} department-hours lost",
            Unit::Number("").show(amplification),
            Unit::Number("").show(&of.department_hours)
        );
    }
    text += ".";
    if let Some(peak) = &of.system.peak {
        let mean = peak.mean.map_or(String::new(), |mean| format!(", {mean:#} each"));
        text += &format!(" It is worst for those who come from {} on{mean}.", since_start(peak.from));
    }
    if let Some(died_out) = of.system.died_out {
        text += &format!(" By {} it has died out.", since_start(died_out));
    }
    if let Some(last) = &of.last {
        text += &format!(
            " The last to feel it, in all replications, is {}: it is over {} after the start.",
            last.name,
            since_start(last.ended)
        );
    }
    if of.unsettled.mean > 0.0 {
        text += &format!(
            " {} customers a replication were not done with it when the run ended: the horizon is too short.",
            Unit::Number("").show(&of.unsettled)
        );
    }
    text
}

fn time(at: Option<Span>) -> Cell {
    at.map_or("-".into(), |at| Cell::number(at.as_hours(), since_start(at)))
}

fn delays_table<'d>(caption: &str, names: &str, all: impl Iterator<Item = &'d Delays>) -> Table {
    let rows = all.map(|of| {
        vec![
            of.name.as_str().into(),
            Cell::estimate(Some(&of.hours), Unit::Number("h")),
            Cell::count(&of.touched),
            time(of.peak.map(|peak| peak.from)),
            Cell::time(of.peak.and_then(|peak| peak.mean)),
            time(of.died_out),
            time(of.last),
        ]
    });
    let table = Table::new(caption, names).figures("hours lost").figures("touched").figures("peak at");
    table.figures("mean there").figures("died out by").figures("last felt").rows(rows)
}
