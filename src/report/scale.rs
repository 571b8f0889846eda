//! Axes: from figures to places, and where to put marks.

use super::svg::{El, line, word};
use super::text::{Unit, short};

/// Half the width of a digit of the numbers at an axis.
const HALF_DIGIT: f64 = 3.5;

/// A straight axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From `low`, drawn at `from`, to `high`, drawn at `to`.
    pub fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Scale {
        let high = if high > low { high } else { low + 1.0 };
        Scale { low, high, from, to }
    }

    /// Where a figure is drawn; what is outside, at the end.
    pub fn at(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.from + share * (self.to - self.from)
    }

    /// Round figures along the axis, in a unit of so much, about so many, in steps of 1, 2 or 5.
    pub fn ticks_in(&self, unit: f64, about: usize) -> Vec<f64> {
        let step = round_step((self.high - self.low) / unit / about.max(1) as f64) * unit;
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|at| at as f64 * step).collect()
    }

    /// Marks of a horizontal axis, with lines up to `top`.
    pub fn across(&self, unit: Unit, top: f64, bottom: f64, about: usize) -> Vec<El> {
        let (size, name) = unit.axis(self.low.abs().max(self.high.abs()));
        let ticks = self.ticks_in(size, about);
        let marks = ticks.iter().flat_map(|&tick| {
            let x = self.at(tick);
            // The first and the last number begin and end where the axis does, if they would stick out.
            let number = short(tick / size);
            let half = number.len() as f64 * HALF_DIGIT;
            let (x_of_number, class) = match (x - half < self.from, x + half > self.to) {
                (true, _) => (self.from, "m small"),
                (_, true) => (self.to, "m small end"),
                _ => (x, "m small mid"),
            };
            [line((x, top), (x, bottom)).class("grid"), word(x_of_number, bottom + 15.0, class, number)]
        });
        let name = word(self.to, bottom + 29.0, "m small end", name);
        marks.chain([name]).collect()
    }

    /// Marks of an upright axis, with lines from `left` to `right`.
    pub fn upright(&self, unit: Unit, left: f64, right: f64, about: usize) -> Vec<El> {
        let (size, name) = unit.axis(self.low.abs().max(self.high.abs()));
        let ticks = self.ticks_in(size, about);
        let marks = ticks.iter().flat_map(|&tick| {
            let y = self.at(tick);
            let number = word(left - 6.0, y + 4.0, "m small end", short(tick / size));
            [line((left, y), (right, y)).class("grid"), number]
        });
        let name = word(left - 6.0, self.to.min(self.from) - 8.0, "m small end", name);
        marks.chain([name]).collect()
    }
}

/// The next of 1, 2 and 5 times a power of ten.
pub(super) fn round_step(least: f64) -> f64 {
    if !(least > 0.0 && least.is_finite()) {
        return 1.0;
    }
    let power = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power >= least * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

/// The step, of so many, for a figure between nothing and the most.
pub(super) fn step(value: f64, most: f64, steps: usize) -> usize {
    if most > 0.0 && value > 0.0 { ((value / most * steps as f64) as usize).min(steps - 1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let scale = Scale::new((0.0, 9.7), (100.0, 200.0));
        assert_eq!(scale.ticks_in(1.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(Scale::new((-1.0, 1.0), (0.0, 1.0)).ticks_in(1.0, 4), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        // In days of 24 hours.
        assert_eq!(
            Scale::new((0.0, 240.0), (0.0, 1.0)).ticks_in(24.0, 5),
            [0.0, 48.0, 96.0, 144.0, 192.0, 240.0]
        );
        assert_eq!(scale.at(4.85), 150.0);
        assert_eq!((scale.at(-5.0), scale.at(20.0)), (100.0, 200.0));
    }

    #[test]
    fn steps_cover_all() {
        assert_eq!([0.0, 0.1, 0.5, 1.0, 2.0].map(|value| step(value, 1.0, 8)), [0, 0, 4, 7, 7]);
        assert_eq!(step(1.0, 0.0, 8), 0);
    }
}
