//! Curves with intervals.

use super::{Key, is_narrow, legend, nothing, series_class};
use crate::report::chart::{Draw, Drawing};
use crate::report::scale::Scale;
use crate::report::svg::{El, el, line, through};
use crate::report::text::Unit;
use crate::stats::Estimate;

/// Curves over the same figures.
#[derive(Clone, Debug)]
pub(in crate::report) struct Curves {
    /// In what is told along and upwards.
    pub units: (Unit, Unit),
    pub curves: Vec<Curve>,
}

/// A curve.
#[derive(Clone, Debug)]
pub(in crate::report) struct Curve {
    pub name: String,
    pub points: Vec<(f64, Estimate)>,
    /// Without a colour of its own.
    pub grey: bool,
}

impl Draw for Curves {
    fn draw(&self, room: f64) -> Drawing {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let ends = |of: &Estimate| [of.low().unwrap_or(of.mean), of.high().unwrap_or(of.mean)];
        let most = points().flat_map(|(_, of)| ends(of)).fold(0.0, f64::max);
        let least = points().flat_map(|(_, of)| ends(of)).fold(0.0, f64::min);
        let last = points().map(|(x, _)| *x).fold(0.0, f64::max);
        if last <= 0.0 || most <= least {
            return nothing(room, "There is nothing to show.");
        }
        let narrow = is_narrow(room);
        let mut colour = 0;
        let classes: Vec<usize> = self
            .curves
            .iter()
            .map(|curve| match curve.grey {
                true => 0,
                false => {
                    colour += 1;
                    series_class(colour - 1)
                }
            })
            .collect();
        let strokes: Vec<String> = classes.iter().map(|class| format!("l{class}")).collect();
        let coloured = self.curves.iter().zip(&strokes).filter(|(curve, _)| !curve.grey);
        let mut entries: Vec<_> =
            coloured.map(|(curve, class)| (Key::Stroke(class), curve.name.clone())).collect();
        if self.curves.iter().any(|curve| curve.grey) {
            entries.push((Key::Stroke("l0"), "others".to_owned()));
        }
        let (mut marks, top) = legend(&entries, room);
        let (left, right) = (52.0, room - 14.0);
        let (roof, floor) = (top + 18.0, top + 18.0 + if narrow { 200.0 } else { 260.0 });
        let along = Scale::new((0.0, last), (left, right));
        let up = Scale::new((least, most + 0.03 * (most - least)), (floor, roof));
        marks.extend(up.upright(self.units.1, left, right, 5));
        marks.extend(along.across(self.units.0, roof, floor, 5));
        marks.push(line((left, up.at(0.0)), (right, up.at(0.0))).class("line"));
        // Those that matter on top.
        let mut order: Vec<usize> = (0..self.curves.len()).collect();
        order.sort_by_key(|&at| !self.curves[at].grey);
        for at in order {
            let (curve, class) = (&self.curves[at], classes[at]);
            let way: Vec<_> = curve.points.iter().map(|(x, of)| (along.at(*x), up.at(of.mean))).collect();
            marks.push(
                el("path").set("d", through(&way)).class(format!("l{class} open")).set("stroke-width", "2.2"),
            );
            let points = curve.points.iter().filter(|(x, _)| *x > 0.0);
            marks.extend(points.map(|(x, of)| self.point(curve, class, *x, of, (along.at(*x), &up))));
        }
        Drawing { width: room, height: floor + 34.0, marks }
    }
}

impl Curves {
    fn point(&self, curve: &Curve, class: usize, at: f64, of: &Estimate, (x, up): (f64, &Scale)) -> El {
        let name = format!("{}, {}", curve.name, self.units.0.number(at));
        let told = format!("{name}: {}", self.units.1.show(of));
        let mut mark = el("g").estimates(&name, of).tip(told);
        if let Some((low, high)) = of.low().zip(of.high()) {
            let stroke = format!("l{class}");
            let (low, high) = (up.at(low), up.at(high));
            let bar = |y: f64| line((x - 4.0, y), (x + 4.0, y));
            let whiskers = [line((x, low), (x, high)), bar(low), bar(high)];
            mark = mark.with_all(whiskers.map(|line| line.class(&stroke).set("stroke-width", "1.5")));
        }
        let dot = el("circle").at("cx", x).at("cy", up.at(of.mean));
        mark.with(dot.set("r", "4").class(format!("f{class}")))
    }
}
