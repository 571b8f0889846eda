//! The buckets that the sketches share: which value falls where, and reading shares and quantiles
//! off counted buckets.

/// Buckets in one octave (one doubling of the value).
pub(super) const PER_OCTAVE: usize = 64;

/// How many buckets cover all of `u64`.
pub(super) const BUCKETS: usize = index_of(u64::MAX) + 1;

/// The bucket of `value`: the value itself below 128, then 64 buckets to the octave (the layout of
/// G. Tene's HdrHistogram, 2012).
#[inline(always)]
pub(super) const fn index_of(value: u64) -> usize {
    let shift = 57 - (value | 64).leading_zeros();
    shift as usize * PER_OCTAVE + (value >> shift) as usize
}

/// The lowest and the highest value of bucket `index`.
pub(super) const fn range_of(index: usize) -> (u64, u64) {
    let shift = (index / PER_OCTAVE).saturating_sub(1);
    let low = ((index - shift * PER_OCTAVE) as u64) << shift;
    (low, low + ((1 << shift) - 1))
}

/// One bar of a histogram: so many values from `low` to `high`, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The lowest value that falls here.
    pub low: u64,
    /// The highest value that falls here; equal to `low` below 128.
    pub high: u64,
    /// How many values fell here.
    pub count: u64,
}

impl Bucket {
    pub(super) fn new(index: usize, count: u64) -> Bucket {
        let (low, high) = range_of(index);
        Bucket { low, high, count }
    }
}

/// A point of an interpolated distribution function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    /// The value there.
    pub value: f64,
    /// The share of all values at or below it.
    pub share: f64,
    /// The bucket it lies in.
    pub index: usize,
    /// The share of that bucket's count at or below it.
    pub fraction: f64,
}

/// An interpolated distribution function: within a bucket, values are taken to be spread evenly
/// between its lowest and its highest value, or the maximum if that is less.
pub(super) struct Distribution<I> {
    /// Non-empty buckets in rising order.
    pub buckets: I,
    /// The sum of their counts.
    pub total: u64,
    /// The largest value.
    pub max: u64,
}

impl<I: Iterator<Item = Bucket>> Distribution<I> {
    /// The smallest point with a share of `q` at or below it; `None` without values or if `q` is not
    /// between 0 and 1.
    pub fn at_share(self, q: f64) -> Option<Position> {
        if !(0.0..=1.0).contains(&q) {
            return None;
        }
        let total = self.total as f64;
        let rank = snapped(q * total);
        let mut below = 0;
        for bucket in self.buckets {
            let count = bucket.count as f64;
            if (below + bucket.count) as f64 >= rank {
                let fraction = (rank - below as f64) / count;
                let reach = (bucket.high.min(self.max) - bucket.low) as f64;
                let value = bucket.low as f64 + fraction * reach;
                return Some(Position { value, share: q, index: index_of(bucket.low), fraction });
            }
            below += bucket.count;
        }
        None
    }

    /// The point at `value`; `None` without values or if `value` is NaN.
    pub fn at_value(self, value: f64) -> Option<Position> {
        if self.total == 0 || value.is_nan() {
            return None;
        }
        let mut below = 0;
        let mut last = Position { value, share: 1.0, index: 0, fraction: 1.0 };
        for bucket in self.buckets {
            let (low, high) = (bucket.low as f64, bucket.high.min(self.max) as f64);
            last.index = index_of(bucket.low);
            if value < high {
                last.fraction = ((value - low) / (high - low)).max(0.0);
                last.share = (below as f64 + last.fraction * bucket.count as f64) / self.total as f64;
                return Some(last);
            }
            below += bucket.count;
        }
        Some(last)
    }
}

/// `rank`, or the whole number it misses by rounding only, so that 0.07 of 100 is 7.
fn snapped(rank: f64) -> f64 {
    let whole = rank.round();
    if (rank - whole).abs() <= 1e-12 * whole { whole } else { rank }
}

/// A stretch of whole octaves of buckets, grown on either side when a bucket outside is needed.
///
/// Which octaves it covers depends only on which buckets were asked for, not on the order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Window<T> {
    first: usize,
    slots: Vec<T>,
}

impl<T: Copy> Window<T> {
    /// The slot of bucket `index`, if the window covers it.
    #[inline(always)]
    pub fn slot(&mut self, index: usize) -> Option<&mut T> {
        self.at_offset(self.offset(index))
    }

    /// Where the slot of bucket `index` is, or would be.
    #[inline(always)]
    pub fn offset(&self, index: usize) -> usize {
        index.wrapping_sub(self.first)
    }

    /// The slot there, if the window covers it.
    #[inline(always)]
    pub fn at_offset(&mut self, offset: usize) -> Option<&mut T> {
        self.slots.get_mut(offset)
    }

    /// What bucket `index` holds, if the window covers it.
    pub fn get(&self, index: usize) -> Option<T> {
        self.slots.get(index.wrapping_sub(self.first)).copied()
    }

    /// A window of the same buckets, with each slot turned into another, in rising order.
    pub fn map<U>(&self, turned: impl FnMut(T) -> U) -> Window<U> {
        Window { first: self.first, slots: self.slots.iter().copied().map(turned).collect() }
    }

    /// The covered buckets, in rising order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut T)> {
        (self.first..).zip(&mut self.slots)
    }

    /// The covered buckets, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = (usize, T)> {
        (self.first..).zip(self.slots.iter().copied())
    }

    /// The buckets covered.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.slots.len()
    }

    /// Grows until it covers bucket `index`; new slots hold `below` or `above`, by the side they
    /// are on.
    #[cold]
    pub fn reach(&mut self, index: usize, below: T, above: T) {
        let octave = index / PER_OCTAVE * PER_OCTAVE;
        if self.slots.is_empty() {
            self.first = octave;
        }
        let missing = self.first.saturating_sub(octave);
        let length = (octave + PER_OCTAVE).max(self.range().end) - self.first;
        let held = self.slots.len();
        self.slots.reserve_exact(missing + length - held);
        self.slots.resize(missing + length, above);
        self.slots.copy_within(..held, missing);
        self.slots[..missing].fill(below);
        self.first -= missing;
    }

    /// Grows until it covers all that `other` covers.
    pub fn cover<U: Copy>(&mut self, other: &Window<U>, below: T, above: T) {
        let range = other.range();
        if !range.is_empty() {
            self.reach(range.start, below, above);
            self.reach(range.end - 1, below, above);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_without_gap_up_to_the_last() {
        let mut next = 0;
        for index in 0..BUCKETS {
            let (low, high) = range_of(index);
            assert_eq!(low, next);
            assert_eq!((index_of(low), index_of(high)), (index, index));
            assert!(if low < 128 { high == low } else { (high - low + 1) * 64 <= low });
            next = high.wrapping_add(1);
        }
        assert_eq!(next, 0);
    }

    #[test]
    fn a_window_grows_on_either_side() {
        let mut window = Window::default();
        assert_eq!(window.slot(0), None);
        window.reach(700, 1, 2);
        assert_eq!(window.range(), 640..704);
        window.reach(800, 3, 4);
        window.reach(500, 5, 6);
        window.reach(500, 7, 8);
        assert_eq!(window.range(), 448..832);
        let at = |index| window.iter().find(|slot| slot.0 == index).unwrap().1;
        assert_eq!((at(448), at(639), at(640), at(703), at(704), at(831)), (5, 5, 2, 2, 4, 4));
        assert_eq!(window.slots.capacity(), window.slots.len());
    }
}
