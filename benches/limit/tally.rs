//! Sums and histograms of spans of time.

/// Exact sums over the visits to a department, in ticks.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    /// Sum of waiting times.
    pub wait: u64,
    /// Sum of service times.
    pub service: u64,
    /// Sum of squares of waiting times.
    pub wait_squares: u128,
    /// Sum of squares of service times.
    pub service_squares: u128,
    /// Sum of squares of sojourn times.
    pub sojourn_squares: u128,
    /// The longest wait.
    pub longest_wait: u64,
}

impl Tally {
    /// One visit, recorded when its service starts: its end is known then.
    #[inline(always)]
    pub fn record(&mut self, wait: u64, service: u64) {
        let square = |x: u64| u128::from(x) * u128::from(x);
        self.wait += wait;
        self.service += service;
        self.wait_squares += square(wait);
        self.service_squares += square(service);
        self.sojourn_squares += square(wait + service);
        self.longest_wait = self.longest_wait.max(wait);
    }
}

/// Buckets in a doubling of the value.
const OCTAVE: usize = 64;

/// How far a value must be shifted so that 64 to 127 is left; below 128 not at all.
#[inline(always)]
const fn shift(value: u64) -> u32 {
    57 - (value | OCTAVE as u64).leading_zeros()
}

/// A log-linear histogram: 64 buckets to the octave; values below 128 have one each.
#[derive(Clone)]
pub struct Histogram {
    counts: Box<[u32; 4096]>,
}

impl Default for Histogram {
    fn default() -> Histogram {
        let counts = vec![0; 4096].into_boxed_slice();
        Histogram { counts: counts.try_into().expect("the length is the array's") }
    }
}

impl Histogram {
    /// Counts a value.
    #[inline(always)]
    pub fn record(&mut self, value: u64) {
        let shift = shift(value);
        let bucket = (shift as usize) * OCTAVE + (value >> shift) as usize;
        // The highest bucket is 57 * 64 + 127: the remainder only removes the check of bounds.
        self.counts[bucket % 4096] += 1;
    }

    /// The number of values.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).sum()
    }

    /// The smallest value in the bucket that holds the given share of the values.
    pub fn quantile(&self, share: f64) -> u64 {
        let mut rest = (share * self.total() as f64) as i64;
        let bucket = self.counts.iter().position(|&count| {
            rest -= i64::from(count);
            rest < 0
        });
        match bucket.unwrap_or(0) {
            bucket @ 0..128 => bucket as u64,
            bucket => ((bucket % OCTAVE + OCTAVE) as u64) << (bucket / OCTAVE - 1),
        }
    }
}

/// Many histograms whose octaves are stored together, so that memory which no value ever needs is
/// never touched.
pub struct Histograms {
    number: usize,
    counts: Vec<u32>,
}

impl Histograms {
    pub fn new(number: usize) -> Histograms {
        Histograms { number, counts: vec![0; number * OCTAVE * 59] }
    }

    /// Counts a value in one of the histograms.
    #[inline(always)]
    pub fn record(&mut self, histogram: usize, value: u64) {
        let shift = shift(value);
        let place = (value >> shift) as usize;
        let octave = shift as usize + place / OCTAVE;
        self.counts[(octave * self.number + histogram) * OCTAVE + place % OCTAVE] += 1;
    }

    /// The number of values in all the histograms.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_within_a_64th_and_exact_below_128() {
        for value in (0..200).chain([1_000, 123_456_789, u64::MAX / 3, u64::MAX]) {
            let mut histogram = Histogram::default();
            histogram.record(value);
            let found = histogram.quantile(0.5);
            assert!(found <= value && value - found <= value / 64, "{found} for {value}");
            assert!(value >= 128 || found == value);
        }
    }

    #[test]
    fn the_two_forms_of_histogram_put_values_into_the_same_buckets() {
        let mut many = Histograms::new(3);
        let mut one = Histogram::default();
        for value in (0..64).map(|digit| 1u64 << digit).chain(0..1000) {
            many.record(1, value);
            one.record(value);
        }
        let second = many.counts.chunks(OCTAVE).skip(1).step_by(3).flatten();
        assert!(second.eq(one.counts.iter().take(59 * OCTAVE)));
        assert_eq!(many.total(), one.total());
    }
}
