//! Count, mean, variance and maximum of recorded values.

/// Sum and sum of squares of recorded whole numbers (times in ticks), exact.
///
/// The sums depend neither on the order of recording nor on how recordings were split and merged.
/// They hold 2^24 values of up to 2^52 ticks (142 years), or more if they are shorter: the sum of squares
/// is at most the longest value times the sum. Beyond that they overflow (a panic in debug builds).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// The sum.
    pub sum: u128,
    /// The sum of squares.
    pub squares: u128,
}

impl Sums {
    /// Takes in one value.
    #[inline(always)]
    pub fn record(&mut self, value: u64) {
        let wide = u128::from(value);
        self.sum += wide;
        self.squares += wide * wide;
    }

    /// Takes in everything that `other` took in.
    pub fn merge(&mut self, other: &Sums) {
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// The sample variance (divisor: count less one) of `count` recorded values, in squared units of
    /// the values; `None` with fewer than two values.
    pub fn variance(&self, count: u64) -> Option<f64> {
        (count > 1).then(|| squared_deviations(count, self.sum, self.squares) / (count - 1) as f64)
    }
}

/// Count, sums and maximum of recorded whole numbers (times in ticks): see [`Sums`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    count: u64,
    sums: Sums,
    max: u64,
}

impl Tally {
    /// What `count` values of these sums with this maximum make.
    pub(crate) fn of(count: u64, sums: Sums, max: u64) -> Tally {
        Tally { count, sums, max }
    }

    /// Takes in one value.
    #[inline(always)]
    pub fn record(&mut self, value: u64) {
        self.count += 1;
        self.sums.record(value);
        self.max = self.max.max(value);
    }

    /// Takes in everything that `other` took in.
    pub fn merge(&mut self, other: &Tally) {
        self.count += other.count;
        self.sums.merge(&other.sums);
        self.max = self.max.max(other.max);
    }

    /// How many values there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sums.
    pub fn sums(&self) -> Sums {
        self.sums
    }

    /// The largest; `None` without values.
    pub fn max(&self) -> Option<u64> {
        (self.count > 0).then_some(self.max)
    }

    /// The mean; `None` without values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sums.sum as f64 / self.count as f64)
    }

    /// The sample variance (divisor: count less one), in squared units of the values; `None` with
    /// fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        self.sums.variance(self.count)
    }
}

/// The sum of squared deviations from the mean of `count > 0` whole numbers, from their exact sums.
///
/// With m the mean rounded down and sum = count m + r, the squared deviations from m add up to
/// sum_of_squares - m (sum + r), a whole number that never leaves 128 bits; moving from m to the
/// true mean takes r^2 / count off. Only the result is rounded, so nothing cancels.
pub(super) fn squared_deviations(count: u64, sum: u128, sum_of_squares: u128) -> f64 {
    let count = u128::from(count);
    let (floor, rest) = (sum / count, sum % count);
    let from_floor = sum_of_squares - floor * (sum + rest);
    let (whole, part) = (rest * rest / count, rest * rest % count);
    (from_floor - whole) as f64 - part as f64 / count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tally(values: &[u64]) -> Tally {
        let mut tally = Tally::default();
        values.iter().for_each(|&value| tally.record(value));
        tally
    }

    #[test]
    fn a_small_sample_by_hand() {
        let tally = tally(&[2, 4, 4, 4, 5, 5, 7, 9]);
        assert_eq!((tally.count(), tally.sums().sum, tally.max()), (8, 40, Some(9)));
        assert_eq!(tally.mean(), Some(5.0));
        assert_eq!(tally.variance(), Some(32.0 / 7.0));
    }

    #[test]
    fn what_does_not_exist_is_none() {
        assert_eq!(tally(&[]).mean(), None);
        assert_eq!(tally(&[]).max(), None);
        assert_eq!(tally(&[3]).mean(), Some(3.0));
        assert_eq!(tally(&[3]).variance(), None);
    }

    #[test]
    fn nothing_cancels_far_from_zero() {
        let far = 1 << 52;
        assert_eq!(tally(&[far, far, far]).variance(), Some(0.0));
        assert_eq!(tally(&[far - 1, far, far + 1]).variance(), Some(1.0));
        assert_eq!(tally(&[far, far, far, far + 2]).variance(), Some(1.0));
    }

    proptest! {
        #[test]
        fn agrees_with_two_passes_and_with_any_split(
            values in prop::collection::vec(0..=1u64 << 52, 2..100),
            shift in 0..50u32,
            split in 0..100usize,
        ) {
            let values: Vec<u64> = values.iter().map(|value| value >> shift).collect();
            let whole = tally(&values);
            let (left, right) = values.split_at(split.min(values.len()));
            let mut merged = tally(right);
            merged.merge(&tally(left));
            prop_assert_eq!(merged, whole);

            let count = values.len() as f64;
            let mean = values.iter().map(|&value| value as f64).sum::<f64>() / count;
            let variance =
                values.iter().map(|&value| (value as f64 - mean).powi(2)).sum::<f64>() / (count - 1.0);
            prop_assert!((whole.mean().unwrap() - mean).abs() <= 1e-12 * mean);
            prop_assert!((whole.variance().unwrap() - variance).abs() <= 1e-9 * variance + 1e-9);
        }
    }
}
