//! Averages over time of a small whole number, such as how many are waiting.

use super::tally::squared_deviations;

/// Values from this on are counted together in the distribution.
const SEPARATE: usize = 256;

/// The average over time of a whole number that changes in steps, and the share of time at each
/// value.
///
/// Sums of value times ticks are exact. The distribution keeps values below 256 apart and takes
/// memory up to the largest of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeAverage {
    value: u32,
    /// When the value took hold.
    since: u64,
    elapsed: u64,
    area: u128,
    area_of_squares: u128,
    /// Ticks at each value below [`SEPARATE`].
    ticks_at: Vec<u64>,
}

impl TimeAverage {
    /// Starts at tick `from` with `value`.
    pub fn new(from: u64, value: u32) -> TimeAverage {
        TimeAverage { value, since: from, ..TimeAverage::default() }
    }

    /// The value is another from tick `now` on. A time before the last change counts as that one.
    #[inline]
    pub fn change(&mut self, now: u64, value: u32) {
        self.advance(now);
        self.value = value;
    }

    /// Counts the time until tick `now`, at which the value stays what it is: the end of a run.
    #[inline]
    pub fn advance(&mut self, now: u64) {
        let ticks = now.saturating_sub(self.since);
        if ticks == 0 {
            return;
        }
        self.since = now;
        self.elapsed += ticks;
        let area = u128::from(self.value) * u128::from(ticks);
        self.area += area;
        self.area_of_squares += u128::from(self.value) * area;
        let at = self.value as usize;
        match self.ticks_at.get_mut(at) {
            Some(sum) => *sum += ticks,
            None if at < SEPARATE => self.first_time_at(at, ticks),
            None => {}
        }
    }

    #[cold]
    fn first_time_at(&mut self, at: usize, ticks: u64) {
        self.ticks_at.resize(at + 1, 0);
        self.ticks_at[at] = ticks;
    }

    /// The value now.
    pub fn value(&self) -> u32 {
        self.value
    }

    /// How many ticks were counted.
    pub fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// The sum of value times ticks.
    pub fn area(&self) -> u128 {
        self.area
    }

    /// The average over time; `None` if no time was counted.
    pub fn mean(&self) -> Option<f64> {
        (self.elapsed > 0).then(|| self.area as f64 / self.elapsed as f64)
    }

    /// The variance over time (the mean squared distance from the average); `None` if no time was
    /// counted.
    pub fn variance(&self) -> Option<f64> {
        let squares = || squared_deviations(self.elapsed, self.area, self.area_of_squares);
        (self.elapsed > 0).then(|| squares() / self.elapsed as f64)
    }

    /// The share of time at `value`; `None` if no time was counted or the value is above 255, where
    /// values are not kept apart.
    pub fn share_at(&self, value: u32) -> Option<f64> {
        let ticks = self.ticks_at.get(value as usize).copied().unwrap_or(0);
        (self.elapsed > 0 && (value as usize) < SEPARATE).then(|| ticks as f64 / self.elapsed as f64)
    }

    /// The share of time at 0, 1, 2 and so on; what is missing to 1 was spent above 255.
    pub fn shares(&self) -> impl Iterator<Item = f64> {
        self.ticks_at.iter().map(|&ticks| ticks as f64 / self.elapsed as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::uniforms;

    #[test]
    fn a_day_by_hand() {
        let mut queue = TimeAverage::new(10, 2);
        queue.change(14, 0);
        queue.change(14, 3);
        queue.change(16, 0);
        queue.advance(20);
        assert_eq!((queue.elapsed(), queue.area(), queue.value()), (10, 14, 0));
        assert_eq!(queue.mean(), Some(1.4));
        assert!((queue.variance().unwrap() - (3.4 - 1.96)).abs() < 1e-15);
        assert_eq!(queue.shares().collect::<Vec<_>>(), [0.4, 0.0, 0.4, 0.2]);
        assert_eq!(
            (queue.share_at(2), queue.share_at(200), queue.share_at(256)),
            (Some(0.4), Some(0.0), None)
        );
    }

    #[test]
    fn no_time_has_no_average() {
        let mut queue = TimeAverage::new(10, 2);
        queue.change(5, 7);
        assert_eq!((queue.mean(), queue.variance(), queue.share_at(7)), (None, None, None));
        assert_eq!(queue.shares().count(), 0);
    }

    #[test]
    fn the_largest_numbers_are_exact() {
        let mut queue = TimeAverage::new(0, u32::MAX);
        queue.change(1 << 51, u32::MAX - 2);
        queue.advance(1 << 52);
        assert_eq!(queue.variance(), Some(1.0));
        assert_eq!(queue.shares().count(), 0);
    }

    #[test]
    fn agrees_with_looking_at_every_tick() {
        let mut words = uniforms(5);
        let (mut queue, mut seen, mut now) = (TimeAverage::new(0, 0), vec![], 0);
        for _ in 0..200 {
            let ticks = (words() * 20.0) as u64;
            seen.extend((0..ticks).map(|_| f64::from(queue.value())));
            now += ticks;
            queue.change(now, (words() * words() * 300.0) as u32);
        }
        let count = seen.len() as f64;
        let mean = seen.iter().sum::<f64>() / count;
        let variance = seen.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        assert!((queue.mean().unwrap() - mean).abs() < 1e-9);
        assert!((queue.variance().unwrap() - variance).abs() < 1e-6);
        for value in 0..256 {
            let share = seen.iter().filter(|&&seen| seen == f64::from(value)).count() as f64 / count;
            assert_eq!(queue.share_at(value), Some(share));
        }
    }
}
