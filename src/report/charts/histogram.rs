//! How times are distributed.

use super::{Key, is_narrow, legend, nothing};
use crate::report::chart::{Draw, Drawing};
use crate::report::scale::{Scale, round_step};
use crate::report::svg::{line, rect, word};
use crate::report::text::{Unit, hours, width};
use crate::results::{Bin, Percentile};

/// About so many bars are drawn.
const BARS: f64 = 48.0;

/// This share of times is drawn; the others are so long that they would make all bars thin.
const SHOWN: f64 = 0.995;

/// A distribution of times, in hours.
#[derive(Clone, Debug)]
pub(in crate::report) struct Histogram {
    pub bins: Vec<Bin>,
    /// What was promised, the shortest first.
    pub promises: Vec<f64>,
    pub percentiles: Vec<Percentile>,
}

/// A bar: from when to when, and the share of times in it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bar {
    from: f64,
    to: f64,
    share: f64,
}

impl Histogram {
    fn count(&self) -> f64 {
        self.bins.iter().map(|bin| bin.count as f64).sum()
    }

    /// Bars of equal width, with the promise, where there is one, between two of them; and the share that is longer than all.
    fn bars(&self) -> (Vec<Bar>, f64) {
        let count = self.count();
        let mut below = 0.0;
        let end = self.bins.iter().find(|bin| {
            below += bin.count as f64;
            below >= SHOWN * count
        });
        let end = end.map_or(0.0, |bin| bin.to);
        let promise = self.promises.first().copied().filter(|&promise| promise > 0.0 && promise < 1.5 * end);
        let end = promise.map_or(end, |promise| end.max(1.05 * promise));
        // Times of one length alone: a bar around it.
        let first = self.bins.first().map_or(0.0, |bin| bin.from);
        let narrowest = if end > first { (end - first) / BARS } else { end.max(1e-9) / BARS };
        let wide = promise.map_or_else(
            || (end / BARS).max(narrowest),
            |promise| promise / (promise / (end / BARS)).round().max(1.0),
        );
        let bars = (end / wide - 1e-9).ceil().max(1.0) as usize;
        let mut shares = vec![0.0; bars];
        let mut longer = 0.0;
        for bin in &self.bins {
            let share = bin.count as f64 / count;
            let long = bin.to - bin.from;
            let last = (bin.to / wide).floor() as usize;
            for at in (bin.from / wide).floor() as usize..=last {
                let (from, to) = (at as f64 * wide, (at + 1) as f64 * wide);
                let inside = (bin.to.min(to) - bin.from.max(from)).max(0.0);
                let part = if long > 0.0 { share * (inside / long).min(1.0) } else { share };
                match shares.get_mut(at) {
                    Some(sum) => *sum += part,
                    None => longer += part,
                }
            }
        }
        let bar =
            |(at, share): (usize, f64)| Bar { from: at as f64 * wide, to: (at + 1) as f64 * wide, share };
        (shares.into_iter().enumerate().map(bar).collect(), longer)
    }
}

impl Draw for Histogram {
    fn draw(&self, room: f64) -> Drawing {
        if self.count() == 0.0 {
            return nothing(room, "No case was completed.");
        }
        let (bars, longer) = self.bars();
        let narrow = is_narrow(room);
        let promise = self.promises.first().copied();
        let late = promise.is_some() && self.promises.len() == 1;
        let entries = match late {
            true => vec![
                (Key::Fill("f1"), "within the promise".to_owned()),
                (Key::Fill("f2"), "later".to_owned()),
            ],
            false => Vec::new(),
        };
        let (mut marks, top) = legend(&entries, room);
        let (left, right) = (44.0, room - 8.0);
        let (labels, height) = (16.0 * self.lines().len() as f64, if narrow { 150.0 } else { 220.0 });
        let (roof, floor) = (top + labels + 24.0, top + labels + 24.0 + height);
        let end = bars.last().map_or(1.0, |bar| bar.to);
        let most = bars.iter().map(|bar| bar.share).fold(0.0, f64::max);
        let most = (most / round_step(most / 4.0)).ceil() * round_step(most / 4.0);
        let across = Scale::new((0.0, end), (left, right));
        let upright = Scale::new((0.0, most), (floor, roof));
        marks.extend(upright.upright(Unit::Share, left, right, 4));
        marks.extend(across.across(Unit::Time, floor, floor, if narrow { 5 } else { 10 }));
        for bar in &bars {
            let is_late = late && promise.is_some_and(|promise| bar.from >= promise * (1.0 - 1e-9));
            let (x, y) = (across.at(bar.from), upright.at(bar.share));
            let name = format!("{} to {}", hours(bar.from), hours(bar.to));
            let told = format!("{name}: {}", Unit::Share.number(bar.share));
            let wide = (across.at(bar.to) - x - 1.0).max(0.6);
            let class = if is_late { "f2" } else { "f1" };
            let mark = rect(x + 0.5, y, wide, floor - y).class(class);
            marks.push(mark.stands_for(&name, bar.share).tip(told));
        }
        marks.push(line((left, floor), (right, floor)).class("line"));
        let mut words = Vec::new();
        for (at, (time, what, class)) in self.lines().into_iter().enumerate() {
            let (x, y) = (across.at(time), top + 12.0 + 16.0 * at as f64);
            marks.push(line((x, y + 2.0), (x, floor)).class(class).stands_for(&what, time).tip(&what));
            let long = width(&what, 11.0) + 4.0;
            let (x, side) = match (x + long <= room, x >= long) {
                (true, _) => (x + 4.0, ""),
                (false, true) => (x - 4.0, " end"),
                (false, false) => (room, " end"),
            };
            words.push(word(x, y + 4.0, &format!("t small halo{side}"), what));
        }
        // Above all lines.
        marks.extend(words);
        if longer > 0.0 {
            let told = format!("{} are longer than {}.", Unit::Share.number(longer), hours(end));
            marks.push(word(left, floor + 29.0, "m small", told));
        }
        Drawing { width: room, height: floor + 34.0, marks }
    }
}

impl Histogram {
    /// What is marked along the axis, the nearest first and highest: no line goes through the words of another then.
    fn lines(&self) -> Vec<(f64, String, &'static str)> {
        let promises = self
            .promises
            .iter()
            .map(|&promise| (promise, format!("promise: {}", hours(promise)), "inkline promise"));
        let kept = |share: f64| self.percentiles.iter().find(|kept| kept.share == share);
        let percentiles =
            [(0.5, "half within"), (0.9, "90 % within")].into_iter().filter_map(|(share, what)| {
                let value = kept(share)?.value;
                Some((value.mean, format!("{what} {value:#}"), "inkline dash"))
            });
        let mut lines: Vec<_> = promises.chain(percentiles).collect();
        lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(bins: &[(f64, f64, u64)], promises: &[f64]) -> Histogram {
        let bins = bins.iter().map(|&(from, to, count)| Bin { from, to, count }).collect();
        Histogram { bins, promises: promises.to_vec(), percentiles: Vec::new() }
    }

    #[test]
    fn every_time_is_in_a_bar_or_longer() {
        let histogram = histogram(&[(0.0, 1.0, 30), (1.0, 4.0, 60), (4.0, 5.0, 9), (90.0, 91.0, 1)], &[]);
        let (bars, longer) = histogram.bars();
        let sum: f64 = bars.iter().map(|bar| bar.share).sum();
        assert!((sum + longer - 1.0).abs() < 1e-9, "{sum} {longer}");
        // Evenly over its bin: a third of the 60 lies below 2.
        let below: f64 = bars.iter().filter(|bar| bar.to <= 2.0 + 1e-9).map(|bar| bar.share).sum();
        assert!((below - 0.5).abs() < 0.03, "{below}");
    }

    #[test]
    fn the_promise_lies_between_bars() {
        let histogram = histogram(&[(0.0, 1.0, 50), (1.0, 2.0, 50)], &[1.3]);
        let (bars, _) = histogram.bars();
        assert!(bars.iter().any(|bar| (bar.to - 1.3).abs() < 1e-9), "{bars:?}");
        let kept: f64 = bars.iter().filter(|bar| bar.to < 1.3 + 1e-9).map(|bar| bar.share).sum();
        assert!((kept - 0.65).abs() < 1e-9, "{kept}");
    }

    #[test]
    fn one_length_alone_can_be_drawn() {
        let drawing = histogram(&[(2.0, 2.0, 5)], &[]).draw(400.0);
        assert!(drawing.height.is_finite() && drawing.marks.len() > 3);
        assert!(histogram(&[], &[]).draw(400.0).marks[0].written().contains("No case"));
    }
}
