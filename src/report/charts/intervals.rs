//! Estimates with their intervals, one below the other.

use super::{Key, is_narrow, legend, nothing, series_class};
use crate::report::chart::{Draw, Drawing};
use crate::report::scale::Scale;
use crate::report::svg::{El, el, line, word};
use crate::report::text::{Unit, fit, width};
use crate::stats::Estimate;

/// No more rows are drawn than this.
pub(in crate::report) const MOST_ROWS: usize = 40;

/// Rows of estimates.
#[derive(Clone, Debug)]
pub(in crate::report) struct Intervals {
    pub unit: Unit,
    /// What is drawn of each row; one needs no name.
    pub series: Vec<&'static str>,
    pub rows: Vec<Row>,
    /// A line to compare with, and what it is.
    pub line: Option<(f64, String)>,
    /// Whether the axis begins at nothing, or includes it.
    pub from_zero: bool,
}

/// A row: its name, and an estimate for each series that has one.
#[derive(Clone, Debug)]
pub(in crate::report) struct Row {
    pub name: String,
    pub estimates: Vec<Option<Estimate>>,
    /// What else is told of it.
    pub note: String,
}

impl Row {
    pub fn new(name: impl Into<String>, estimate: Option<Estimate>) -> Row {
        Row { name: name.into(), estimates: vec![estimate], note: String::new() }
    }
}

impl Intervals {
    fn bounds(&self) -> Option<(f64, f64)> {
        let ends = |of: &Estimate| [of.low().unwrap_or(of.mean), of.high().unwrap_or(of.mean), of.mean];
        let all = self.rows.iter().flat_map(|row| row.estimates.iter().flatten()).flat_map(ends);
        let more = self.line.iter().map(|(at, _)| *at).chain(self.from_zero.then_some(0.0));
        let bounds = all.chain(more).filter(|end| end.is_finite()).fold(None, |bounds, end| {
            let (low, high) = bounds.unwrap_or((end, end));
            Some((end.min(low), end.max(high)))
        });
        let (low, high): (f64, f64) = bounds?;
        let room = 0.04 * (high - low).max(high.abs() * 1e-6).max(1e-12);
        let away = |end: f64, by: f64| if self.from_zero && end == 0.0 { 0.0 } else { end + by };
        Some((away(low, -room), away(high, room)))
    }
}

impl Draw for Intervals {
    fn draw(&self, room: f64) -> Drawing {
        let Some(bounds) = self.bounds() else { return nothing(room, "There is nothing to show.") };
        let narrow = is_narrow(room);
        let shown = &self.rows[..self.rows.len().min(MOST_ROWS)];
        let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
        let figures =
            |row: &Row| row.estimates.iter().flatten().map(|of| self.unit.show(of)).collect::<Vec<_>>();
        let names = widest(&mut shown.iter().map(|row| width(&row.name, 12.0))).min(220.0);
        let long = widest(&mut shown.iter().flat_map(figures).map(|text| width(&text, 11.0)));
        let (left, right) =
            if narrow { (4.0, room - 4.0) } else { (names + 14.0, room - long.min(190.0) - 14.0) };

        let entries: Vec<_> = match self.series.len() {
            0 | 1 => Vec::new(),
            _ => self.series.iter().enumerate().map(|(at, name)| (at, (*name).to_owned())).collect(),
        };
        let classes: Vec<String> = entries.iter().map(|(at, _)| format!("l{}", series_class(*at))).collect();
        let entries: Vec<_> =
            entries.into_iter().zip(&classes).map(|((_, name), class)| (Key::Stroke(class), name)).collect();
        let (mut marks, top) = legend(&entries, room);

        let each = |row: &Row| row.estimates.len().max(1) as f64 * 14.0 + if narrow { 22.0 } else { 12.0 };
        let line_room = if self.line.is_some() { 16.0 } else { 0.0 };
        let first = top + line_room + 4.0;
        let bottom = first + shown.iter().map(each).sum::<f64>();
        let scale = Scale::new(bounds, (left, right));
        marks.extend(scale.across(self.unit, first - 4.0, bottom, if narrow { 4 } else { 7 }));
        if bounds.0 < 0.0 && bounds.1 > 0.0 {
            let x = scale.at(0.0);
            marks.push(line((x, first - 4.0), (x, bottom)).class("inkline"));
        }
        if let Some((at, what)) = &self.line {
            let x = scale.at(*at);
            marks.push(line((x, first - 6.0), (x, bottom)).class("inkline dash"));
            let (x, class) = if x > room / 2.0 { (x + 2.0, "m small end") } else { (x - 2.0, "m small") };
            marks.push(word(x, first - 10.0, class, what));
        }
        let mut y = first;
        for row in shown {
            let height = each(row);
            let text = figures(row).pop().unwrap_or("-".to_owned());
            let label = if narrow { y + 14.0 } else { y + height / 2.0 + 4.0 };
            let cut = if narrow { room - width(&text, 11.0) - 16.0 } else { names + 4.0 };
            let name = fit(&row.name, cut, 12.0);
            marks.push(word(0.0, label, "t halo", name));
            if narrow && row.estimates.len() == 1 {
                marks.push(word(room, label, "m small end halo", text));
            }
            let mut at = if narrow { y + 26.0 } else { y + 12.0 };
            for (series, estimate) in row.estimates.iter().enumerate() {
                marks.extend(estimate.iter().map(|of| self.mark(row, series, of, &scale, at)));
                if let Some(estimate) = estimate.filter(|_| !narrow) {
                    marks.push(word(room, at + 4.0, "m small end", self.unit.show(&estimate)));
                }
                at += 14.0;
            }
            y += height;
        }
        let more = self.rows.len() - shown.len();
        if more > 0 {
            let text = format!("{more} more are in the table.");
            marks.push(word(0.0, bottom + 29.0, "m small", text));
        }
        Drawing { width: room, height: bottom + 36.0, marks }
    }
}

impl Intervals {
    fn mark(&self, row: &Row, series: usize, of: &Estimate, scale: &Scale, y: f64) -> El {
        let colour = series_class(series);
        let name = match self.series.get(series).filter(|_| self.series.len() > 1) {
            Some(series) => format!("{}, {series}", row.name),
            None => row.name.clone(),
        };
        let note = if row.note.is_empty() { String::new() } else { format!("; {}", row.note) };
        let x = scale.at(of.mean);
        let mut mark = el("g").estimates(&name, of).tip(format!("{name}: {}{note}", self.unit.show(of)));
        if let Some((low, high)) = of.low().zip(of.high()) {
            let (low, high) = (scale.at(low), scale.at(high));
            let bar = |x: f64, half: f64| line((x, y - half), (x, y + half));
            let class = format!("l{colour}");
            let whiskers = [line((low, y), (high, y)), bar(low, 4.0), bar(high, 4.0)];
            mark = mark.with_all(whiskers.map(|line| line.class(&class).set("stroke-width", "2")));
        }
        let dot = el("circle").at("cx", x).at("cy", y).set("r", "4.5").class(format!("f{colour}"));
        // A place to point at that is not too small.
        let reach = el("circle").at("cx", x).at("cy", y).set("r", "10").set("fill-opacity", "0");
        mark.with(dot).with(reach)
    }
}
