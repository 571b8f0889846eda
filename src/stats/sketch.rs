//! A histogram of times, for percentiles.

use std::hint::select_unpredictable;

use serde::{Deserialize, Serialize};

use super::buckets::{BUCKETS, Bucket, Distribution, Position, Window, index_of};

/// A histogram of whole numbers (times in ticks) from which quantiles and shares are read.
///
/// Values below 128 are kept exactly; above, each octave has 64 buckets, so that a bucket is at most
/// 1/64 of its values wide (the layout of G. Tene's HdrHistogram, 2012). Memory is 256 bytes for each
/// octave between the smallest and the largest value other than zero, and none before the first.
/// What it holds does not depend on the order of recording or merging.
///
/// A bucket counts to `u32::MAX`: a sketch is for fewer than 4 thousand million values. A merge that
/// would exceed it stays there.
///
/// As data it is `{"max": 9, "counts": [2, -3, 1]}`: the counts of the buckets from the lowest, where
/// `-3` stands for three empty ones. Bucket i below 128 is the value i; from there on, with s = i / 64
/// rounded down, less 1, it begins at (i - 64 s) 2^s.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Packed", try_from = "Packed")]
pub struct Sketch {
    /// Zeros are counted apart: they are common, and would stretch the window.
    zeros: u32,
    window: Window<u32>,
    max: u64,
}

impl Sketch {
    /// Takes in one value, of a kind that is hardly ever zero: [`Sketch::record`], but faster.
    #[inline(always)]
    pub(crate) fn record_rarely_zero(&mut self, value: u64) {
        if value > self.max {
            self.max = value;
        }
        match self.window.slot(index_of(value)) {
            Some(slot) if value > 0 => *slot += 1,
            _ => self.record_outside(value),
        }
    }

    /// Takes in one value.
    #[inline(always)]
    pub fn record(&mut self, value: u64) {
        if value > self.max {
            self.max = value;
        }
        // Selected rather than branched on: whether a wait is zero is hard to predict. A zero looks
        // up any slot, and counts elsewhere.
        let zero = value == 0;
        let offset = select_unpredictable(zero, 0, self.window.offset(index_of(value)));
        match self.window.at_offset(offset) {
            Some(slot) => *select_unpredictable(zero, &mut self.zeros, slot) += 1,
            None => self.record_outside(value),
        }
    }

    #[cold]
    #[inline(never)]
    fn record_outside(&mut self, value: u64) {
        match value {
            0 => self.zeros += 1,
            _ => self.add_outside(index_of(value), 1),
        }
    }

    #[inline]
    fn add(&mut self, index: usize, count: u32) {
        match self.window.slot(index) {
            Some(slot) => *slot = slot.saturating_add(count),
            None => self.add_outside(index, count),
        }
    }

    #[cold]
    fn add_outside(&mut self, index: usize, count: u32) {
        self.window.reach(index, 0, 0);
        if let Some(slot) = self.window.slot(index) {
            *slot = count;
        }
    }

    /// Takes in everything that `other` took in.
    pub fn merge(&mut self, other: &Sketch) {
        self.zeros = self.zeros.saturating_add(other.zeros);
        self.max = self.max.max(other.max);
        self.window.cover(&other.window, 0, 0);
        for (index, count) in other.window.iter() {
            self.add(index, count);
        }
    }

    /// How many values there were.
    pub fn count(&self) -> u64 {
        self.counts().map(|(_, count)| u64::from(count)).sum()
    }

    /// How many of them were zero.
    pub fn zero_count(&self) -> u64 {
        self.zeros.into()
    }

    /// The largest; `None` without values.
    pub fn max(&self) -> Option<u64> {
        (self.count() > 0).then_some(self.max)
    }

    /// The non-empty buckets, in rising order.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> {
        self.counts().map(|(index, count)| Bucket::new(index, count.into()))
    }

    /// The value with a share `q` of all values at or below it, interpolated within its bucket and
    /// never beyond the largest; `None` without values or if `q` is not between 0 and 1.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.distribution().at_share(q).map(|Position { value, .. }| value)
    }

    /// The share of values that are at most `value`, interpolated; `None` without values or for NaN.
    pub fn cdf(&self, value: f64) -> Option<f64> {
        self.distribution().at_value(value).map(|Position { share, .. }| share)
    }

    /// The share of values above `value`, interpolated; `None` without values or for NaN.
    pub fn share_above(&self, value: f64) -> Option<f64> {
        self.cdf(value).map(|share| 1.0 - share)
    }

    fn distribution(&self) -> Distribution<impl Iterator<Item = Bucket>> {
        Distribution { buckets: self.buckets(), total: self.count(), max: self.max }
    }

    /// The counts of the buckets other than zero.
    pub(super) fn window(&self) -> &Window<u32> {
        &self.window
    }

    /// The indices and counts of the non-empty buckets.
    fn counts(&self) -> impl Iterator<Item = (usize, u32)> {
        std::iter::once((0, self.zeros)).chain(self.window.iter()).filter(|&(_, count)| count > 0)
    }
}

/// The form in files; see [`Sketch`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Packed {
    max: u64,
    counts: Vec<i64>,
}

impl From<Sketch> for Packed {
    fn from(sketch: Sketch) -> Packed {
        let mut counts = Vec::new();
        let mut next = 0;
        for (index, count) in sketch.counts() {
            if index > next {
                counts.push(-((index - next) as i64));
            }
            counts.push(count.into());
            next = index + 1;
        }
        Packed { max: sketch.max, counts }
    }
}

impl TryFrom<Packed> for Sketch {
    type Error = &'static str;

    fn try_from(packed: Packed) -> Result<Sketch, &'static str> {
        let mut sketch = Sketch { max: packed.max, ..Sketch::default() };
        let (mut index, mut top) = (0, 0);
        for number in packed.counts {
            if number <= 0 {
                index += usize::try_from(number.unsigned_abs()).unwrap_or(BUCKETS).min(BUCKETS);
                continue;
            }
            let count = u32::try_from(number).map_err(|_| "the count of a bucket is above 2^32 - 1")?;
            if index >= BUCKETS {
                return Err("the histogram has more buckets than there are");
            }
            if index == 0 {
                sketch.zeros = count;
            } else {
                sketch.add(index, count);
            }
            top = index;
            index += 1;
        }
        if index_of(packed.max) == top { Ok(sketch) } else { Err("`max` is not in the last bucket") }
    }
}

#[cfg(test)]
mod tests {
    use hdrhistogram::Histogram;
    use proptest::prelude::*;

    use super::super::buckets::range_of;
    use super::*;

    fn sketch(values: &[u64]) -> Sketch {
        let mut sketch = Sketch::default();
        values.iter().for_each(|&value| sketch.record(value));
        sketch
    }

    /// Values of all magnitudes up to 2^52, zeros among them.
    fn values() -> impl Strategy<Value = Vec<u64>> {
        let value = (0..=1u64 << 52, 0..54u32).prop_map(|(value, shift)| value >> shift);
        prop::collection::vec(value, 1..300)
    }

    #[test]
    fn small_values_are_exact() {
        let sketch = sketch(&[0, 0, 3, 3, 3, 5, 100, 127, 2, 0]);
        assert_eq!((sketch.count(), sketch.zero_count(), sketch.max()), (10, 3, Some(127)));
        for (q, value) in
            [(0.0, 0.0), (0.3, 0.0), (0.4, 2.0), (0.41, 3.0), (0.7, 3.0), (0.9, 100.0), (1.0, 127.0)]
        {
            assert_eq!(sketch.quantile(q), Some(value), "{q}");
        }
        for (value, share) in [(-1.0, 0.0), (0.0, 0.3), (1.9, 0.3), (2.0, 0.4), (126.0, 0.9), (127.0, 1.0)] {
            assert_eq!(sketch.cdf(value), Some(share), "{value}");
        }
        assert_eq!(sketch.share_above(3.0), Some(1.0 - 0.7));
        let bars: Vec<_> = sketch.buckets().map(|Bucket { low, high, count }| (low, high, count)).collect();
        assert_eq!(bars, [(0, 0, 3), (2, 2, 1), (3, 3, 3), (5, 5, 1), (100, 100, 1), (127, 127, 1)]);
    }

    #[test]
    fn a_whole_rank_is_not_missed_by_rounding() {
        let sketch = sketch(&(0..100).collect::<Vec<_>>());
        for rank in 1..=100 {
            assert_eq!(sketch.quantile(f64::from(rank) / 100.0), Some(f64::from(rank - 1)));
        }
    }

    #[test]
    fn wide_buckets_are_interpolated_up_to_the_maximum() {
        // 1,024 to 1,039 is one bucket; the largest value in it is 1,034.
        let sketch = sketch(&[1024, 1034, 1030, 1026]);
        assert_eq!(sketch.quantile(0.0), Some(1024.0));
        assert_eq!(sketch.quantile(0.5), Some(1029.0));
        assert_eq!(sketch.quantile(1.0), Some(1034.0));
        assert_eq!(sketch.cdf(1029.0), Some(0.5));
        assert_eq!(sketch.cdf(1034.0), Some(1.0));
        assert_eq!(sketch.cdf(1000.0), Some(0.0));
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let empty = Sketch::default();
        assert_eq!((empty.quantile(0.5), empty.cdf(1.0), empty.max()), (None, None, None));
        let one = sketch(&[1 << 52]);
        assert_eq!((one.quantile(0.5), one.quantile(1.0)), (Some((1u64 << 52) as f64), one.quantile(0.1)));
        assert_eq!((one.quantile(1.1), one.quantile(f64::NAN), one.cdf(f64::NAN)), (None, None, None));
    }

    #[test]
    fn the_largest_number_and_full_buckets_do_no_harm() {
        let mut full = sketch(&[u64::MAX, 0]);
        for _ in 0..40 {
            full.merge(&full.clone());
        }
        assert_eq!(full.count(), 2 * u64::from(u32::MAX));
        assert_eq!(full.quantile(1.0), Some(u64::MAX as f64));
    }

    #[test]
    fn files_are_compact_and_checked() {
        let small = sketch(&[0, 0, 4, 9]);
        let text = serde_json::to_string(&small).unwrap();
        assert_eq!(text, r#"{"max":9,"counts":[2,-3,1,-4,1]}"#);
        for wrong in [
            r#"{"max":9,"counts":[2]}"#,
            r#"{"max":9,"counts":[-9,4294967296]}"#,
            r#"{"max":9,"counts":[-9,1,-9223372036854775808,1]}"#,
            r#"{"max":9,"counts":[-9,1,1]}"#,
            r#"{"max":9,"counts":[]}"#,
        ] {
            assert!(serde_json::from_str::<Sketch>(wrong).is_err(), "{wrong}");
        }
    }

    /// An independent histogram: hdrhistogram with 2 significant digits has 128 buckets to the octave
    /// or 256 to the first two, so its quantile is within 1/128 of the value.
    #[test]
    fn agrees_with_hdrhistogram() {
        let mut other = Histogram::<u64>::new_with_bounds(1, 1 << 53, 2).unwrap();
        let mut sketch = Sketch::default();
        let mut state = 1u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = (state >> 12) >> (state >> 59);
            other.record(value).unwrap();
            sketch.record(value);
        }
        assert_eq!(sketch.count(), other.len());
        for step in 1..200 {
            let q = f64::from(step) / 200.0;
            let (ours, theirs) = (sketch.quantile(q).unwrap(), other.value_at_quantile(q) as f64);
            assert!((ours - theirs).abs() <= theirs * (1.0 / 64.0 + 1.0 / 128.0), "{q}: {ours} {theirs}");
        }
    }

    proptest! {
        #[test]
        fn quantiles_lie_in_the_bucket_of_the_exact_one(mut values in values(), q in 0.0..=1.0f64) {
            let sketch = sketch(&values);
            values.sort_unstable();
            let rank = ((q * values.len() as f64).ceil() as usize).max(1);
            let exact = values[rank - 1];
            let (low, high) = range_of(index_of(exact));
            let quantile = sketch.quantile(q).unwrap();
            prop_assert!(low as f64 <= quantile && quantile <= high.min(values[values.len() - 1]) as f64);
            let at_least = sketch.cdf(quantile).unwrap();
            prop_assert!(at_least >= q - 1e-9);
        }

        #[test]
        fn shares_are_exact_at_bucket_edges(values in values(), threshold in 0..=1u64 << 52, shift in 0..54u32) {
            let (_, edge) = range_of(index_of(threshold >> shift));
            let above = values.iter().filter(|&&value| value > edge).count() as f64 / values.len() as f64;
            let share = sketch(&values).share_above(edge as f64).unwrap();
            prop_assert!((share - above).abs() < 1e-12);
        }

        #[test]
        fn neither_order_nor_split_matters(mut values in values(), split in 0..300usize) {
            let whole = sketch(&values);
            let (left, right) = values.split_at(split.min(values.len()));
            let mut merged = sketch(right);
            merged.merge(&sketch(left));
            prop_assert_eq!(&merged, &whole);
            values.reverse();
            prop_assert_eq!(&sketch(&values), &whole);
            prop_assert_eq!(whole.count(), values.len() as u64);
        }

        #[test]
        fn files_read_back_the_same(values in values()) {
            let whole = sketch(&values);
            let text = serde_json::to_string(&whole).unwrap();
            prop_assert_eq!(serde_json::from_str::<Sketch>(&text).unwrap(), whole);
        }
    }
}
