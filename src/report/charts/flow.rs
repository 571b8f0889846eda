//! What goes from some to others, in bands as wide as it is much.

use super::{is_narrow, nothing, series_class};
use crate::report::chart::{Draw, Drawing};
use crate::report::svg::{el, push, rect, word};
use crate::report::text::{Unit, fit};
use crate::stats::Estimate;

/// No more are drawn on a side; the others are together.
pub(in crate::report) const MOST: usize = 9;

/// Bands from the left to the right.
#[derive(Clone, Debug)]
pub(in crate::report) struct Flow {
    pub unit: Unit,
    /// What stands on the left and on the right.
    pub sides: (&'static str, &'static str),
    pub left: Vec<String>,
    pub right: Vec<String>,
    /// By left and right.
    pub bands: Vec<Vec<Option<Estimate>>>,
}

impl Flow {
    fn much(&self, left: usize, right: usize) -> f64 {
        self.bands[left][right].map_or(0.0, |band| band.mean.max(0.0))
    }
}

impl Draw for Flow {
    fn draw(&self, room: f64) -> Drawing {
        let lefts: Vec<f64> = (0..self.left.len())
            .map(|left| (0..self.right.len()).map(|right| self.much(left, right)).sum())
            .collect();
        let rights: Vec<f64> = (0..self.right.len())
            .map(|right| (0..self.left.len()).map(|left| self.much(left, right)).sum())
            .collect();
        let all: f64 = lefts.iter().sum();
        if all <= 0.0 {
            return nothing(room, "Nobody waited.");
        }
        let narrow = is_narrow(room);
        let label = if narrow { 96.0 } else { 190.0 };
        const BAR: f64 = 10.0;
        const TOP: f64 = 24.0;
        let gap = 24.0;
        let most = self.left.len().max(self.right.len()) as f64;
        let body = if narrow { 260.0 } else { 320.0 };
        let high = |much: f64| (much / all * body).max(0.6);
        let height = body + gap * most;
        let places = |sizes: &[f64]| {
            let used: f64 = sizes.iter().map(|&size| high(size) + gap).sum();
            let mut y = TOP + (height - used) / 2.0 + gap / 2.0;
            let place = |&size: &f64| {
                let own = y;
                y += high(size) + gap;
                own
            };
            sizes.iter().map(place).collect::<Vec<f64>>()
        };
        let (from, to) = (places(&lefts), places(&rights));
        let (x0, x1) = (label + BAR, room - label - BAR);
        let mut marks =
            vec![word(0.0, 12.0, "m small", self.sides.0), word(room, 12.0, "m small end", self.sides.1)];
        let mut taken = to.clone();
        for (left, &start) in from.iter().enumerate() {
            let mut y0 = start;
            for (right, arrived) in taken.iter_mut().enumerate() {
                let Some(band) = self.bands[left][right].filter(|band| band.mean > 0.0) else { continue };
                let (thick, y1) = (high(band.mean), *arrived);
                let bend = (x0 + x1) / 2.0;
                let mut path = String::new();
                push(
                    &mut path,
                    format_args!("M{x0:.1} {y0:.1}C{bend:.1} {y0:.1} {bend:.1} {y1:.1} {x1:.1} {y1:.1}"),
                );
                let (y2, y3) = (y1 + thick, y0 + thick);
                push(
                    &mut path,
                    format_args!("V{y2:.1}C{bend:.1} {y2:.1} {bend:.1} {y3:.1} {x0:.1} {y3:.1}Z"),
                );
                let name = format!("{}, felt at {}", self.left[left], self.right[right]);
                let told = format!("{name}: {}", self.unit.show(&band));
                let class = format!("f{} band", series_class(left));
                marks.push(el("path").set("d", path).class(class).estimates(&name, &band).tip(told));
                y0 += thick;
                *arrived += thick;
            }
        }
        let ends = lefts.iter().zip(&from).zip(&self.left).enumerate();
        for (at, ((&size, &y), name)) in ends {
            marks.push(rect(label, y, BAR, high(size)).class(format!("f{}", series_class(at))));
            marks.extend(self.labels(name, size, (label - 6.0, y + high(size) / 2.0), "end", label));
        }
        for ((&size, &y), name) in rights.iter().zip(&to).zip(&self.right) {
            marks.push(rect(x1, y, BAR, high(size)).class("f0"));
            marks.extend(self.labels(name, size, (x1 + BAR + 6.0, y + high(size) / 2.0), "", label));
        }
        Drawing { width: room, height: TOP + height + 6.0, marks }
    }
}

impl Flow {
    /// A name, and how much, one below the other.
    fn labels(
        &self,
        name: &str,
        size: f64,
        (x, y): (f64, f64),
        side: &str,
        room: f64,
    ) -> [crate::report::svg::El; 2] {
        [
            word(x, y - 1.0, &format!("t {side}"), fit(name, room - 8.0, 12.0)),
            word(x, y + 12.0, &format!("m small {side}"), self.unit.number(size)),
        ]
    }
}
