//! Bars made of parts, one below the other.

use super::{Key, is_narrow, legend, nothing};
use crate::report::chart::{Draw, Drawing};
use crate::report::scale::Scale;
use crate::report::svg::{line, rect, word};
use crate::report::text::{Unit, fit, width};
use crate::stats::Estimate;

/// No more bars are drawn than this.
pub(in crate::report) const MOST_BARS: usize = 40;

/// Bars of parts.
#[derive(Clone, Debug)]
pub(in crate::report) struct Bars {
    pub unit: Unit,
    /// What the parts are, and the class of each.
    pub parts: Vec<(&'static str, &'static str)>,
    pub rows: Vec<Bar>,
}

/// A bar.
#[derive(Clone, Debug)]
pub(in crate::report) struct Bar {
    pub name: String,
    pub parts: Vec<Option<Estimate>>,
    /// All of it, where that is to be told.
    pub total: Option<Estimate>,
}

impl Bar {
    fn length(&self) -> f64 {
        self.parts.iter().flatten().map(|part| part.mean.max(0.0)).sum()
    }
}

impl Draw for Bars {
    fn draw(&self, room: f64) -> Drawing {
        let shown = &self.rows[..self.rows.len().min(MOST_BARS)];
        let most = shown.iter().map(Bar::length).fold(0.0, f64::max);
        if most <= 0.0 {
            return nothing(room, "There is nothing to show.");
        }
        let narrow = is_narrow(room);
        let used =
            |at: &usize| self.rows.iter().any(|row| row.parts[*at].is_some_and(|part| part.mean > 0.0));
        let used: Vec<usize> = (0..self.parts.len()).filter(used).collect();
        let entries: Vec<_> =
            used.iter().map(|&at| (Key::Fill(self.parts[at].1), self.parts[at].0.to_owned())).collect();
        let (mut marks, top) = legend(&entries, room);
        let total = |row: &Bar| row.total.map_or(String::new(), |total| self.unit.show(&total));
        let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
        let names = widest(&mut shown.iter().map(|row| width(&row.name, 12.0))).min(220.0);
        let totals = widest(&mut shown.iter().map(|row| width(&total(row), 11.0)));
        let (left, right) =
            if narrow { (4.0, room - 14.0) } else { (names + 14.0, room - totals.min(200.0) - 14.0) };
        let most = if self.unit == Unit::Share && most > 0.97 { 1.0 } else { most };
        let scale = Scale::new((0.0, most), (left, right));
        let each = if narrow { 42.0 } else { 28.0 };
        let bottom = top + each * shown.len() as f64 + 2.0;
        marks.extend(scale.across(self.unit, top, bottom, if narrow { 4 } else { 7 }));
        for (at, row) in shown.iter().enumerate() {
            let y = top + each * at as f64;
            let (label, bar) = if narrow { (y + 14.0, y + 20.0) } else { (y + 18.0, y + 5.0) };
            let cut = if narrow { room - width(&total(row), 11.0) - 16.0 } else { names + 4.0 };
            marks.push(word(0.0, label, "t halo", fit(&row.name, cut, 12.0)));
            marks.push(word(room, label, "m small end halo", total(row)));
            let mut from = 0.0;
            for &part in &used {
                let Some(estimate) = row.parts[part].filter(|estimate| estimate.mean > 0.0) else { continue };
                let (x, end) = (scale.at(from), scale.at(from + estimate.mean));
                let name = format!("{}, {}", row.name, self.parts[part].0);
                let told = format!("{name}: {}", self.unit.show(&estimate));
                let gap = if end - x > 3.0 { 0.7 } else { 0.0 };
                let mark = rect(x, bar, end - x - gap, 18.0).class(self.parts[part].1);
                marks.push(mark.estimates(&name, &estimate).tip(told));
                from += estimate.mean;
            }
        }
        marks.push(line((left, top), (left, bottom)).class("line"));
        let more = self.rows.len() - shown.len();
        if more > 0 {
            marks.push(word(0.0, bottom + 29.0, "m small", format!("{more} more are in the table.")));
        }
        Drawing { width: room, height: bottom + 36.0, marks }
    }
}
