//! What active periods come to, in ticks.

use crate::time::Tick;

/// So many equal stretches of the horizon are told apart.
pub(crate) const STRETCHES: usize = 50;

/// Hours of a week.
pub(crate) const HOURS: usize = 168;

const HOUR: Tick = 3_600_000_000;

/// Models of more homes than this are not told of over time, which takes much room.
const MOST_OVER_TIME: usize = 200;

/// When the window is, and how time is divided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The warm-up.
    pub from: Tick,
    /// How long a run is, if that is known.
    pub horizon: Option<Tick>,
    /// How long after the beginning of a week it begins.
    pub in_week: Tick,
}

/// What the people of a home come to in the window, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HomeActivity {
    pub momentary: Tick,
    pub sole: Tick,
    pub shifting: Tick,
    /// Of all its people.
    pub active: u128,
    pub on_shift: u128,
    /// Active periods of which some lies in the window.
    pub periods: u64,
}

/// What active periods come to in one replication.
#[derive(Clone, Debug)]
pub(crate) struct Totals {
    window: Window,
    pub homes: Vec<HomeActivity>,
    /// How long nobody was active, in the window.
    pub nobody: Tick,
    /// By home, and last nobody, and stretch of the horizon: how long its people were the momentary bottleneck. Empty if
    /// not kept.
    pub stretches: Vec<Tick>,
    /// The same by home and hour of the week, in the window.
    pub hours: Vec<Tick>,
}

impl Totals {
    pub fn new(homes: usize, window: Window) -> Totals {
        let kept =
            |times: usize| if homes > MOST_OVER_TIME { Vec::new() } else { vec![0; (homes + 1) * times] };
        Totals {
            window,
            homes: vec![HomeActivity::default(); homes],
            nobody: 0,
            stretches: window.horizon.map_or_else(Vec::new, |_| kept(STRETCHES)),
            hours: kept(HOURS),
        }
    }

    /// How long a stretch of the horizon is, where that is known.
    pub fn stretch(&self) -> Option<Tick> {
        self.window.horizon.map(|horizon| horizon.div_ceil(STRETCHES as Tick))
    }

    fn clip(&self, from: Tick, until: Tick) -> Tick {
        until.saturating_sub(from.max(self.window.from))
    }

    /// Somebody of a home was active, and on shift.
    pub fn active(&mut self, home: u32, from: Tick, until: Tick) -> bool {
        let ticks = self.clip(from, until);
        self.homes[home as usize].active += u128::from(ticks);
        ticks > 0
    }

    pub fn on_shift(&mut self, home: u32, from: Tick, until: Tick) {
        self.homes[home as usize].on_shift += u128::from(self.clip(from, until));
    }

    pub fn sole(&mut self, home: u32, from: Tick, until: Tick) {
        self.homes[home as usize].sole += self.clip(from, until);
    }

    pub fn shifting(&mut self, home: u32, from: Tick, until: Tick) {
        self.homes[home as usize].shifting += self.clip(from, until);
    }

    /// This home, or nobody, was the momentary bottleneck.
    pub fn momentary(&mut self, home: Option<u32>, from: Tick, until: Tick) {
        let ticks = self.clip(from, until);
        let at = home.map_or(self.homes.len(), |home| home as usize);
        *self.homes.get_mut(at).map_or(&mut self.nobody, |home| &mut home.momentary) += ticks;
        if let Some(width) = self.stretch().filter(|_| !self.stretches.is_empty()) {
            spread(&mut self.stretches[at * STRETCHES..][..STRETCHES], width, from, until);
        }
        if !self.hours.is_empty() && ticks > 0 {
            let (from, until) = (until - ticks + self.window.in_week, until + self.window.in_week);
            spread(&mut self.hours[at * HOURS..][..HOURS], HOUR, from, until);
        }
    }
}

/// Adds a time to the bins that it falls into; after the last they begin anew.
fn spread(bins: &mut [Tick], width: Tick, mut from: Tick, until: Tick) {
    while from < until {
        let bin = from / width;
        let end = until.min((bin + 1) * width);
        bins[bin as usize % bins.len()] += end - from;
        from = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_falls_into_its_bins() {
        let mut bins = [0; 4];
        spread(&mut bins, 10, 25, 61);
        // From 25 to 30, 30 to 40, then anew 40 to 50, 50 to 60, and a tick.
        assert_eq!(bins, [10, 10, 6, 10]);
    }
}
