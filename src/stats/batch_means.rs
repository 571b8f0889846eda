//! Figures of one long run, by overlapping batch means.

use serde::{Deserialize, Serialize};

use super::estimate::{Estimate, Interval, quantile_of_t};

/// A figure of one long run in its steady state, with an interval.
///
/// The run is given as blocks, short pieces of equal length, with a total and a count each: the lead times of the
/// cases that arrived in the block and their number, or an area and a length. The figure is the sum of the totals over the
/// sum of the counts. Blocks depend on each other, so the variance is that of the means of *batches* of
/// blocks, at every place where a batch can begin (overlapping batch means: Meketon and Schmeiser, *Proceedings of the
/// Winter Simulation Conference*, 1984). Of a ratio, these are batches of its linear part: what a total is above the
/// figure times the count (Cochran, *Sampling Techniques*, 1977, section 6.3).
///
/// A batch is a thirtieth of the run: with more of them little is gained, and longer ones are less dependent
/// (Schmeiser, *Operations Research* 30, 1982). What is missing because they are dependent all the same falls off
/// with the inverse of their length, and is taken out by comparing with batches of half the length: the variance is
/// twice that of batches less that of half batches (Aktaran-Kalaycı, Alexopoulos, Goldsman and Wilson, *INFORMS Journal on
/// Computing* 21, 2009), but not less than that of batches. That doubles the variance of the variance: Student's t has 0.75 (n/m - 1)
/// degrees of freedom instead of 1.5 (n/m - 1), for n blocks in batches of m. Queues are more variable when they
/// are long, so the interval is corrected for skewness (Willink, *Communications in Statistics: Theory and Methods* 34, 2005),
/// and reaches further up.
///
/// ```
/// use knockon::stats::BatchMeans;
///
/// let blocks: Vec<f64> = (0..1000).map(|block| f64::from(block * 7919 % 1000)).collect();
/// let figure = BatchMeans::of_means(&blocks, 0.95).unwrap();
/// assert_eq!(figure.estimate.mean, 499.5);
/// assert!(!figure.too_short());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchMeans {
    /// The figure, of one replication.
    pub estimate: Estimate,
    /// How many blocks make a batch; 0 where there are fewer than 120 blocks, and no interval.
    pub batch: usize,
    /// The correlation of one quarter of a batch with the next; not known where nothing varies.
    pub correlation: Option<f64>,
}

/// Into how many batches a run is divided.
const BATCHES: usize = 30;

/// Into how many pieces a batch is, where it is asked whether they depend on each other.
const QUARTERS: usize = 4;

impl BatchMeans {
    /// A figure over time, given its average in each block.
    ///
    /// `None` without blocks, or if a number is not finite.
    pub fn of_means(values: &[f64], level: f64) -> Option<BatchMeans> {
        BatchMeans::of_ratio(values, &vec![1.0; values.len()], level)
    }

    /// A figure over cases, given a total and a count for each block.
    ///
    /// `None` if all counts are zero, if a number is not finite, or if there are not equally many.
    pub fn of_ratio(totals: &[f64], counts: &[f64], level: f64) -> Option<BatchMeans> {
        if totals.len() != counts.len() {
            return None;
        }
        let blocks = totals.len();
        let count: f64 = counts.iter().sum();
        let mean = totals.iter().sum::<f64>() / count;
        if !mean.is_finite() {
            return None;
        }
        let per_block = count / blocks as f64;
        let parts = totals.iter().zip(counts).map(|(total, count)| (total - mean * count) / per_block);
        let run = Run::new(parts);
        let batch = if blocks < BATCHES * QUARTERS { 0 } else { blocks / BATCHES };
        let interval = run.interval(batch, level).map(|(below, above, std_error)| Interval {
            std_error,
            low: mean - below,
            high: mean + above,
            level,
        });
        let interval = interval.filter(|interval| interval.low.is_finite() && interval.high.is_finite());
        let correlation = run.correlation(batch / QUARTERS);
        Some(BatchMeans { estimate: Estimate { mean, interval, replications: 1 }, batch, correlation })
    }

    /// Whether batches are so short that they depend on each other more than what the interval can take out: quarters of them
    /// are correlated, at level 0.01 (one-sided; von Neumann, *Annals of Mathematical Statistics* 12, 1941).
    pub fn too_short(&self) -> bool {
        let quarters = (BATCHES * QUARTERS) as f64;
        self.correlation.is_some_and(|correlation| correlation > 2.326 / quarters.sqrt() - 1.0 / quarters)
    }
}

/// What each block adds to a mean of zero.
struct Run {
    /// The sums of the first 0, 1, 2, ... blocks.
    sums: Vec<f64>,
}

impl Run {
    fn new(parts: impl Iterator<Item = f64>) -> Run {
        let mut sum = 0.0;
        let first = std::iter::once(0.0);
        let sums = first.chain(parts.map(|part| {
            sum += part;
            sum
        }));
        Run { sums: sums.collect() }
    }

    fn blocks(&self) -> usize {
        self.sums.len() - 1
    }

    /// The sums of all batches of so many blocks, one beginning at each block.
    fn batches(&self, batch: usize) -> impl Iterator<Item = f64> {
        self.sums[batch..].iter().zip(&self.sums).map(|(end, start)| end - start)
    }

    /// The variance of the mean of the run by batches of `batch` blocks.
    ///
    /// With batch means Y_j, that is n m / ((n - m + 1) (n - m)) times the sum of (Y_j - Y)^2, over n.
    fn variance(&self, batch: usize) -> f64 {
        let (n, m) = (self.blocks() as f64, batch as f64);
        let squares: f64 = self.batches(batch).map(|sum| sum * sum).sum();
        squares / (m * (n - m + 1.0) * (n - m))
    }

    /// The skewness of the sums of batches.
    fn skewness(&self, batch: usize) -> f64 {
        let batches = self.batches(batch).count() as f64;
        let power = |power| self.batches(batch).map(|sum| sum.powi(power)).sum::<f64>() / batches;
        power(3) / power(2).powf(1.5)
    }

    /// How far an interval reaches below and above the mean, and the standard error.
    fn interval(&self, batch: usize, level: f64) -> Option<(f64, f64, f64)> {
        let half = batch / 2;
        if half == 0 {
            return None;
        }
        let (whole, halved) = (self.variance(batch), self.variance(half));
        let std_error = (2.0 * whole - halved).max(whole).sqrt();
        if std_error == 0.0 {
            return Some((0.0, 0.0, 0.0));
        }
        let t = quantile_of_t(level, 0.75 * (self.blocks() as f64 / batch as f64 - 1.0))?;
        let skewness = self.skewness(half) / (self.blocks() as f64 / half as f64).sqrt();
        let below = without_skewness(t, skewness / 6.0) * std_error;
        let above = -without_skewness(-t, skewness / 6.0) * std_error;
        Some((below, above, std_error))
    }

    /// The correlation of the sum of so many blocks with that of the next.
    fn correlation(&self, piece: usize) -> Option<f64> {
        if piece == 0 {
            return None;
        }
        let sums: Vec<f64> = self.batches(piece).step_by(piece).collect();
        let products: f64 = sums.iter().zip(&sums[1..]).map(|(one, next)| one * next).sum();
        let correlation = products / sums.iter().map(|sum| sum * sum).sum::<f64>();
        correlation.is_finite().then_some(correlation)
    }
}

/// Willink's correction of the standard value `t` for a sixth of the skewness of the mean.
fn without_skewness(t: f64, sixth: f64) -> f64 {
    if sixth.abs() < 1e-6 {
        return t;
    }
    ((1.0 + 6.0 * sixth * (t - sixth)).cbrt() - 1.0) / (2.0 * sixth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::uniforms;

    /// Exponential numbers of mean 1.
    fn exponentials(seed: u64) -> impl FnMut() -> f64 {
        let mut words = uniforms(seed);
        move || -(1.0 - words()).ln()
    }

    /// An autoregressive series of mean 0 that starts in its steady state, nearly: 200 steps are not shown.
    fn autoregressive(blocks: usize, memory: f64, seed: u64) -> Vec<f64> {
        let (mut next, mut value) = (exponentials(seed), 0.0);
        let step = |_| {
            value = memory * value + next() - 1.0;
            value
        };
        (0..blocks + 200).map(step).skip(200).collect()
    }

    /// The definition, one batch after the other.
    #[test]
    fn the_variance_is_that_of_the_definition() {
        let values = autoregressive(101, 0.6, 3);
        let (n, m) = (101, 7);
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares = values.windows(m).map(|batch| (batch.iter().sum::<f64>() / m as f64 - mean).powi(2));
        let expected = squares.sum::<f64>() * (n * m) as f64 / ((n - m + 1) * (n - m)) as f64 / n as f64;
        let found = Run::new(values.iter().map(|value| value - mean)).variance(m);
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    /// Independent numbers of variance 1: over 400 runs of 1,000, the variance of the mean is 1/1,000. The estimate by
    /// whole batches is unbiased, with a standard error of 0.3 over 20 (1.3 %): 5 % off is four of these.
    #[test]
    fn independent_blocks_have_their_known_variance() {
        let variance = |seed| {
            let values = autoregressive(1000, 0.0, seed);
            let mean = values.iter().sum::<f64>() / 1000.0;
            Run::new(values.iter().map(|value| value - mean)).variance(50)
        };
        let average = (0..400).map(variance).sum::<f64>() / 400.0;
        assert!((average * 1000.0 - 1.0).abs() < 0.05, "{average}");
    }

    /// How many of 1,000 runs have the mean of 0 in their interval.
    fn covered(memory: f64, blocks: usize, first_seed: u64) -> u32 {
        let covers = |seed| {
            let found = BatchMeans::of_means(&autoregressive(blocks, memory, seed), 0.95).unwrap();
            let interval = found.estimate.interval.unwrap();
            u32::from(interval.low <= 0.0 && 0.0 <= interval.high)
        };
        (first_seed..first_seed + 1000).map(covers).sum()
    }

    /// 95 % intervals cover in 93 to 97 % of 1,000 runs: a true 95 % leaves these bounds with probability 0.4 %.
    #[test]
    fn intervals_cover() {
        for memory in [0.0, 0.5, 0.9] {
            let covered = covered(memory, 2000, 1);
            assert!((930..=970).contains(&covered), "{memory}: {covered}");
        }
    }

    /// The variance of the mean of an autoregressive series of n is near 1 / (n (1 - memory)^2): 4 times 1/2,000 at
    /// a memory of 0.5. Over 400 runs, within 8 % (four standard errors of 1.9 %; the least allowed is the whole
    /// batches' own, which adds about 3 %).
    #[test]
    fn an_autoregressive_series_has_its_known_variance() {
        let square = |seed| {
            let found = BatchMeans::of_means(&autoregressive(2000, 0.5, seed), 0.95).unwrap();
            found.estimate.std_error().unwrap().powi(2)
        };
        let average = (0..400).map(square).sum::<f64>() / 400.0;
        assert!((average / (4.0 / 2000.0) - 1.03).abs() < 0.08, "{average}");
    }

    /// At level 0.01, of 400 runs of independent blocks 0 to 12 are called too short; nearly all are where a batch is
    /// about as long as the memory.
    #[test]
    fn batches_that_are_too_short_are_noticed() {
        let noticed = |memory: f64| {
            let short =
                |seed| BatchMeans::of_means(&autoregressive(800, memory, seed), 0.95).unwrap().too_short();
            (0..400).filter(|&seed| short(seed)).count()
        };
        let (independent, dependent) = (noticed(0.0), noticed(0.98));
        assert!(independent <= 12, "{independent}");
        assert!(dependent > 360, "{dependent}");
    }

    #[test]
    fn a_ratio_of_equal_counts_is_a_mean() {
        let values = autoregressive(500, 0.3, 5);
        let totals: Vec<f64> = values.iter().map(|value| 8.0 * value).collect();
        let (mean, ratio) =
            (BatchMeans::of_means(&values, 0.9), BatchMeans::of_ratio(&totals, &[8.0; 500], 0.9));
        assert_eq!(mean, ratio);
        // Totals that are their counts have a ratio of 1 that does not vary.
        let counts: Vec<f64> = (0..500).map(|block| f64::from(block % 3)).collect();
        let ratio = BatchMeans::of_ratio(&counts, &counts, 0.9).unwrap().estimate;
        assert_eq!((ratio.mean, ratio.half_width()), (1.0, Some(0.0)));
    }

    #[test]
    fn what_does_not_exist_is_none() {
        assert_eq!(BatchMeans::of_means(&[], 0.95), None);
        assert_eq!(BatchMeans::of_ratio(&[1.0], &[0.0], 0.95), None);
        assert_eq!(BatchMeans::of_ratio(&[1.0], &[1.0, 2.0], 0.95), None);
        assert_eq!(BatchMeans::of_means(&[1.0, f64::NAN], 0.95), None);
        for blocks in [1, 119] {
            let few = BatchMeans::of_means(&vec![3.0; blocks], 0.95).unwrap();
            assert_eq!((few.estimate.mean, few.estimate.interval, few.batch), (3.0, None, 0));
        }
        let level = BatchMeans::of_means(&autoregressive(150, 0.0, 1), 1.0).unwrap();
        assert_eq!(level.estimate.interval, None);
        let constant = BatchMeans::of_means(&[3.0; 150], 0.95).unwrap();
        assert_eq!((constant.estimate.half_width(), constant.correlation), (Some(0.0), None));
        assert!(!constant.too_short());
    }
}
