//! How something went over time: bars with their intervals, and a strip for each of several others.

use super::{is_narrow, nothing};
use crate::report::chart::{Draw, Drawing};
use crate::report::palette::{HEAT_STEPS, WON_STEPS};
use crate::report::scale::{Scale, round_step, step};
use crate::report::svg::{El, el, line, rect, word};
use crate::report::text::{Unit, fit, since_start, width};
use crate::stats::Estimate;
use crate::time::Span;

/// Figures by stretches of time.
#[derive(Clone, Debug)]
pub(in crate::report) struct Stretches {
    pub unit: Unit,
    /// How long a stretch is.
    pub stretch: Span,
    /// When it began and ended, what it is about; and times to be marked.
    pub event: Option<(Span, Span, String)>,
    pub times: Vec<(Span, String)>,
    /// The bars on top.
    pub bars: Option<Strip>,
    /// Strips below; each is as dark as it can be where it is largest, or all compare.
    pub strips: Vec<Strip>,
    pub compare: bool,
}

/// Figures of one thing, by stretch.
#[derive(Clone, Debug)]
pub(in crate::report) struct Strip {
    pub name: String,
    pub figures: Vec<(Span, Estimate)>,
}

impl Stretches {
    fn all(&self) -> impl Iterator<Item = &(Span, Estimate)> {
        self.bars.iter().chain(&self.strips).flat_map(|strip| &strip.figures)
    }

    /// From when to when, in hours.
    fn period(&self) -> Option<(f64, f64)> {
        let first = self.all().map(|of| of.0).min()?;
        let last = self.all().map(|of| of.0).max()?;
        let begins = self.event.iter().map(|event| event.0).fold(first, Span::min);
        let near = |time: Span| time.as_hours() < 1.15 * last.as_hours() - 0.15 * first.as_hours();
        let marked = self.times.iter().map(|time| time.0).filter(|&time| near(time));
        let last = marked.fold(last, Span::max);
        Some((begins.as_hours(), last.as_hours() + self.stretch.as_hours()))
    }

    /// Marks of a time axis in days or hours since the start of the run.
    fn clock(scale: &Scale, (from, to): (f64, f64), top: f64, bottom: f64, about: usize) -> Vec<El> {
        let (unit, name) = if to - from >= 48.0 { (24.0, "day") } else { (1.0, "hour") };
        let each = round_step((to - from) / unit / about as f64).max(if unit == 24.0 { 1.0 } else { 1e-9 });
        let first = (from / unit / each).ceil() as i64;
        let last = (to / unit / each).floor() as i64;
        let mut marks = Vec::new();
        for at in first..=last {
            let time = at as f64 * each;
            let x = scale.at(time * unit);
            marks.push(line((x, top), (x, bottom)).class("grid"));
            marks.push(word(x, bottom + 15.0, "m small mid", crate::report::text::short(time)));
        }
        marks.push(word(scale.at(to), bottom + 29.0, "m small end", format!("{name} of the run")));
        marks
    }
}

impl Draw for Stretches {
    fn draw(&self, room: f64) -> Drawing {
        let Some(period) = self.period() else { return nothing(room, "Nobody felt anything.") };
        let narrow = is_narrow(room);
        let names = self.strips.iter().map(|strip| width(&strip.name, 12.0)).fold(0.0, f64::max);
        let left = if narrow { 46.0 } else { (names + 12.0).clamp(56.0, 190.0) };
        let right = room - 12.0;
        let along = Scale::new(period, (left, right));
        let mut marks = Vec::new();
        let mut top = 14.0 + 15.0 * self.times.len() as f64 + if self.event.is_some() { 15.0 } else { 0.0 };
        let floor = if self.bars.is_some() { top + if narrow { 150.0 } else { 200.0 } } else { top };
        let each = if narrow { 36.0 } else { 24.0 };
        let strips = floor + if self.bars.is_some() { 14.0 } else { 0.0 };
        let bottom = strips + each * self.strips.len() as f64 + 4.0;
        if let Some((begins, ends, what)) = &self.event {
            let (from, to) = (along.at(begins.as_hours()), along.at(ends.as_hours()));
            let band = rect(from, 16.0, (to - from).max(2.0), bottom - 16.0).class("f0 soft");
            marks.push(band.stands_for("event", begins.as_hours()).tip(what));
            let (x, side) = if from > room / 2.0 { (to, "t small halo end") } else { (from, "t small halo") };
            marks.push(word(
                x,
                11.0,
                side,
                fit(what, room - if side == "t small halo" { from } else { 0.0 }, 11.0),
            ));
        }
        marks.extend(Stretches::clock(&along, period, top, bottom, if narrow { 5 } else { 12 }));
        let seen = self.times.iter().filter(|(time, _)| time.as_hours() <= period.1);
        for (at, (time, what)) in seen.enumerate() {
            let (x, y) = (along.at(time.as_hours()), 28.0 + 15.0 * at as f64);
            let mark = line((x, y - 8.0), (x, bottom)).class("inkline dash");
            marks.push(mark.stands_for(what, time.as_hours()).tip(format!("{what}: {}", since_start(*time))));
            let side = if x + width(what, 11.0) + 8.0 > room {
                (x - 4.0, "t small halo end")
            } else {
                (x + 4.0, "t small halo")
            };
            marks.push(word(side.0, y, side.1, what));
        }
        top = top.max(16.0);
        if let Some(bars) = &self.bars {
            marks.extend(self.drawn(bars, &along, (left, right), (top, floor)));
        }
        for (at, strip) in self.strips.iter().enumerate() {
            marks.extend(self.strip(strip, &along, left, strips + each * at as f64, narrow));
        }
        Drawing { width: room, height: bottom + 36.0, marks }
    }
}

impl Stretches {
    fn drawn(
        &self,
        bars: &Strip,
        along: &Scale,
        (left, right): (f64, f64),
        (top, floor): (f64, f64),
    ) -> Vec<El> {
        let ends = |of: &Estimate| [of.low().unwrap_or(of.mean), of.high().unwrap_or(of.mean)];
        let ends = || bars.figures.iter().flat_map(|(_, of)| ends(of));
        let (least, most) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
        let up = Scale::new((least, most + 0.02 * (most - least)), (floor, top + 12.0));
        let mut marks = up.upright(self.unit, left, right, 5);
        for (time, of) in &bars.figures {
            let name = format!("{}, {}", bars.name, since_start(*time));
            let told = format!("{name}: {}", self.unit.show(of));
            let x = along.at(time.as_hours());
            let wide = (along.at(time.as_hours() + self.stretch.as_hours()) - x).max(0.8);
            let gap = if wide > 3.0 { 0.8 } else { 0.0 };
            let (high, low) = (up.at(of.mean.max(0.0)), up.at(of.mean.min(0.0)));
            let class = if of.mean < 0.0 { "f3" } else { "f1" };
            let reach = rect(x, top, wide, floor - top).set("fill-opacity", "0");
            let bar = rect(x, high, wide - gap, (low - high).max(0.4)).class(class);
            let mut mark = el("g").estimates(&name, of).tip(told).with(reach).with(bar);
            if let Some((low, high)) = of.low().zip(of.high()).filter(|(low, high)| high > low) {
                let middle = x + (wide - gap) / 2.0;
                mark = mark.with(line((middle, up.at(low)), (middle, up.at(high))).class("inkline"));
            }
            marks.push(mark);
        }
        marks.push(line((left, up.at(0.0)), (right, up.at(0.0))).class("line"));
        marks
    }

    fn strip(&self, strip: &Strip, along: &Scale, left: f64, y: f64, narrow: bool) -> Vec<El> {
        let most = |strips: &[Strip]| {
            let means = strips.iter().flat_map(|strip| &strip.figures).map(|(_, of)| of.mean);
            means.fold((0.0, 0.0), |(most, least): (f64, f64), mean| (most.max(mean), least.min(mean)))
        };
        let (most, least) = if self.compare { most(&self.strips) } else { most(std::slice::from_ref(strip)) };
        let (y, high) = if narrow { (y + 15.0, 18.0) } else { (y, 20.0) };
        let label = match narrow {
            true => word(left, y - 3.0, "t small halo", &strip.name),
            false => word(left - 8.0, y + 14.0, "t end", fit(&strip.name, left - 8.0, 12.0)),
        };
        let right = along.at(f64::MAX);
        let mut marks = vec![label, rect(left, y, right - left, high).class("none")];
        for (time, of) in &strip.figures {
            let shade = match of.mean {
                0.0 => continue,
                mean if mean > 0.0 => format!("h{}", step(mean, most, HEAT_STEPS)),
                mean => format!("n{}", step(-mean, -least, WON_STEPS)),
            };
            let name = format!("{}, {}", strip.name, since_start(*time));
            let told = format!("{name}: {}", self.unit.show(of));
            let (from, to) =
                (along.at(time.as_hours()), along.at((time.as_hours()) + self.stretch.as_hours()));
            marks.push(rect(from, y, to - from, high).class(shade).estimates(&name, of).tip(told));
        }
        marks
    }
}
