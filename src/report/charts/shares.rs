//! How something was shared over time.

use super::{Key, is_narrow, legend, nothing};
use crate::report::chart::{Draw, Drawing};
use crate::report::scale::Scale;
use crate::report::svg::{rect, word};
use crate::report::text::{Unit, hours};
use crate::stats::Estimate;

/// Shares of equal stretches of time, stacked.
#[derive(Clone, Debug)]
pub(in crate::report) struct Shares {
    /// How long a stretch is, in hours.
    pub stretch: f64,
    /// Each with the class it is drawn in, the lowest first.
    pub parts: Vec<(String, String, Vec<Estimate>)>,
}

impl Draw for Shares {
    fn draw(&self, room: f64) -> Drawing {
        let count = self.parts.iter().map(|part| part.2.len()).max().unwrap_or(0);
        if count == 0 {
            return nothing(room, "There is nothing to show.");
        }
        let narrow = is_narrow(room);
        let entries: Vec<_> = self.parts.iter().map(|part| (Key::Fill(&part.1), part.0.clone())).collect();
        let (mut marks, top) = legend(&entries, room);
        let (left, right) = (44.0, room - 8.0);
        let (roof, floor) = (top + 18.0, top + 18.0 + if narrow { 160.0 } else { 220.0 });
        let end = self.stretch * count as f64;
        let along = Scale::new((0.0, end), (left, right));
        let up = Scale::new((0.0, 1.0), (floor, roof));
        marks.extend(up.upright(Unit::Share, left, right, 4));
        let across = along.across(Unit::Time, floor, floor, if narrow { 5 } else { 10 });
        marks.extend(across);
        marks.push(word(left, floor + 29.0, "m small", "time since the start of the run"));
        for at in 0..count {
            let from = self.stretch * at as f64;
            let (x, to) = (along.at(from), along.at(from + self.stretch));
            let mut sum = 0.0;
            for (name, class, shares) in &self.parts {
                let Some(share) = shares.get(at).filter(|share| share.mean > 0.0) else { continue };
                let (low, high) = (up.at(sum), up.at(sum + share.mean));
                let name = format!("{name}, {} to {}", hours(from), hours(from + self.stretch));
                let told = format!("{name}: {}", Unit::Share.show(share));
                let mark = rect(x, high, to - x - 0.6, low - high).class(class);
                marks.push(mark.estimates(&name, share).tip(told));
                sum += share.mean;
            }
        }
        Drawing { width: room, height: floor + 34.0, marks }
    }
}
