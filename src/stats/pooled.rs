//! Percentiles over replications, with intervals.

use std::ops::AddAssign;

use super::buckets::{Bucket, Distribution, Position, Window};
use super::estimate::student_t;
use super::{Estimate, Interval, Sketch};

/// The sketches of all replications together: percentiles and shares with confidence intervals.
///
/// Values inside one replication depend on each other, so a replication is one cluster of a sample,
/// and the share of values up to some point is a ratio of cluster totals; its standard error is the
/// ratio estimator's (Cochran, *Sampling Techniques*, 1977, section 6.3). The interval of a quantile
/// is Woodruff's (*Journal of the American Statistical Association* 47, 1952): the interval of the
/// distribution function, inverted.
///
/// Nothing is kept per replication. With C_i(b) the number of values of replication i up to the upper
/// edge of bucket b, and n_i the number of all its values, the exact sums over i of C_i, C_i^2 and
/// C_i n_i are kept for each bucket, at 48 bytes: these are all that the standard errors need. The
/// order of replications does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PooledSketch {
    replications: u32,
    /// At zero. Everywhere below the window is the same.
    zero: Edge,
    /// At infinity. Everywhere above the window is the same.
    total: Edge,
    window: Window<Edge>,
    max: u64,
}

/// Sums over the replications i at the upper edge of one bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Edge {
    /// Of C_i.
    count: u64,
    /// Of C_i^2.
    squares: u128,
    /// Of C_i n_i.
    products: u128,
}

impl Edge {
    /// One replication with `count` of its `size` values up to here.
    fn new(count: u64, size: u64) -> Edge {
        let wide = u128::from(count);
        Edge { count, squares: wide * wide, products: wide * u128::from(size) }
    }
}

impl AddAssign for Edge {
    fn add_assign(&mut self, other: Edge) {
        self.count += other.count;
        self.squares += other.squares;
        self.products += other.products;
    }
}

impl From<&Sketch> for PooledSketch {
    /// One replication; none if the sketch is empty.
    fn from(sketch: &Sketch) -> PooledSketch {
        let size = sketch.count();
        let mut pooled = PooledSketch {
            replications: u32::from(size > 0),
            zero: Edge::new(sketch.zero_count(), size),
            total: Edge::new(size, size),
            max: sketch.max().unwrap_or(0),
            window: Window::default(),
        };
        let mut below = sketch.zero_count();
        pooled.window = sketch.window().map(|count| {
            below += u64::from(count);
            Edge::new(below, size)
        });
        pooled
    }
}

impl PooledSketch {
    /// Takes in one more replication. An empty sketch does not count as one.
    pub fn absorb(&mut self, sketch: &Sketch) {
        self.merge(&PooledSketch::from(sketch));
    }

    /// Takes in the replications of `other`.
    pub fn merge(&mut self, other: &PooledSketch) {
        self.window.cover(&other.window, self.zero, self.total);
        for (index, edge) in self.window.iter_mut() {
            *edge += other.edge(index);
        }
        self.zero += other.zero;
        self.total += other.total;
        self.max = self.max.max(other.max);
        self.replications = self.replications.saturating_add(other.replications);
    }

    /// How many replications there are, empty ones not counted.
    pub fn replications(&self) -> u32 {
        self.replications
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.total.count
    }

    /// The largest value; `None` without values.
    pub fn max(&self) -> Option<u64> {
        (self.count() > 0).then_some(self.max)
    }

    /// The non-empty buckets of all replications together, in rising order.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let mut below = 0;
        std::iter::once((0, self.zero)).chain(self.window.iter()).filter_map(move |(index, edge)| {
            let count = edge.count - below;
            below = edge.count;
            (count > 0).then(|| Bucket::new(index, count))
        })
    }

    /// The value with a share `q` of all values at or below it, with Woodruff's interval.
    ///
    /// The standard error is the width of the interval divided by twice Student's t. `None` without
    /// values or if `q` is not between 0 and 1; no interval with fewer than two replications, or where
    /// its upper end is beyond what was seen. A lower end beyond what was seen is 0.
    pub fn quantile(&self, q: f64, level: f64) -> Option<Estimate> {
        let position = self.distribution().at_share(q)?;
        let interval = student_t(level, self.replications.into()).and_then(|t| {
            let reach = t * self.std_error(&position);
            let low = if q > reach { self.distribution().at_share(q - reach)?.value } else { 0.0 };
            let high = if q + reach < 1.0 { self.distribution().at_share(q + reach)?.value } else { None? };
            Some(Interval { std_error: (high - low) / (2.0 * t), low, high, level })
        });
        Some(Estimate { mean: position.value, interval, replications: self.replications })
    }

    /// The share of values above `value`, with the interval of a ratio, cut off at 0 and 1.
    ///
    /// `None` without values or if `value` is NaN; no interval with fewer than two replications.
    pub fn share_above(&self, value: f64, level: f64) -> Option<Estimate> {
        let position = self.distribution().at_value(value)?;
        let share = 1.0 - position.share;
        let interval = student_t(level, self.replications.into()).map(|t| {
            let std_error = self.std_error(&position);
            let (low, high) = ((share - t * std_error).max(0.0), (share + t * std_error).min(1.0));
            Interval { std_error, low, high, level }
        });
        Some(Estimate { mean: share, interval, replications: self.replications })
    }

    /// The sums at the upper edge of bucket `index`.
    fn edge(&self, index: usize) -> Edge {
        let outside = if index < self.window.range().start { self.zero } else { self.total };
        self.window.get(index).unwrap_or(outside)
    }

    fn distribution(&self) -> Distribution<impl Iterator<Item = Bucket>> {
        Distribution { buckets: self.buckets(), total: self.count(), max: self.max }
    }

    /// The standard error of the distribution function at a point in a bucket: interpolated between
    /// the edges, which is never too small, because a standard deviation is convex.
    fn std_error(&self, position: &Position) -> f64 {
        let lower = position.index.checked_sub(1).map_or(0.0, |index| self.std_error_at(index));
        let upper = self.std_error_at(position.index);
        lower + (upper - lower) * position.fraction
    }

    /// The standard error of p = (sum of C_i) / (sum of n_i) at the upper edge of bucket `index`:
    /// the root of R / (R - 1) times the sum of (C_i - p n_i)^2, divided by the sum of n_i.
    fn std_error_at(&self, index: usize) -> f64 {
        let edge = self.edge(index);
        let (size, replications) = (self.count() as f64, f64::from(self.replications));
        let p = edge.count as f64 / size;
        let residuals =
            edge.squares as f64 - 2.0 * p * edge.products as f64 + p * p * self.total.squares as f64;
        (replications / (replications - 1.0) * residuals.max(0.0)).sqrt() / size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::uniforms;

    fn sketch(values: &[u64]) -> Sketch {
        let mut sketch = Sketch::default();
        values.iter().for_each(|&value| sketch.record(value));
        sketch
    }

    fn pooled(replications: &[Vec<u64>]) -> PooledSketch {
        let mut pooled = PooledSketch::default();
        replications.iter().for_each(|values| pooled.absorb(&sketch(values)));
        pooled
    }

    /// Replications of all sizes and magnitudes: some empty, some all zero.
    fn mixed(seed: u64) -> Vec<Vec<u64>> {
        let mut words = uniforms(seed);
        let mut replications = vec![vec![], vec![0, 0, 0]];
        for i in 0..12 {
            let scale = 10f64.powi(i % 7);
            let size = (words() * 40.0) as usize;
            replications.push((0..size).map(|_| (scale * (words() * 4.0 - 1.0).max(0.0)) as u64).collect());
        }
        replications
    }

    #[test]
    fn points_are_those_of_all_values_in_one_sketch() {
        let replications = mixed(1);
        let (pooled, all) = (pooled(&replications), sketch(&replications.concat()));
        assert_eq!((pooled.count(), pooled.max()), (all.count(), all.max()));
        assert!(pooled.buckets().eq(all.buckets()));
        for step in 0..=40 {
            let q = f64::from(step) / 40.0;
            assert_eq!(pooled.quantile(q, 0.95).unwrap().mean, all.quantile(q).unwrap());
            let value = all.quantile(q).unwrap();
            assert_eq!(pooled.share_above(value, 0.95).unwrap().mean, all.share_above(value).unwrap());
        }
    }

    #[test]
    fn neither_order_nor_split_matters() {
        let mut replications = mixed(2);
        let whole = pooled(&replications);
        let (left, right) = replications.split_at(6);
        let mut merged = pooled(right);
        merged.merge(&pooled(left));
        assert_eq!(merged, whole);
        replications.reverse();
        assert_eq!(pooled(&replications), whole);
        assert_eq!(whole.replications() as usize, replications.iter().filter(|r| !r.is_empty()).count());
    }

    /// The ratio estimator with every replication at hand, where edges are exact.
    #[test]
    fn standard_errors_are_those_of_the_ratio_estimator() {
        let replications: Vec<_> = mixed(3).into_iter().filter(|values| !values.is_empty()).collect();
        let pooled = pooled(&replications);
        let count = replications.len() as f64;
        for threshold in [0, 1, 5, 60, 127, 1023, 65_535, 1 << 20] {
            let sizes = replications.iter().map(|values| values.len() as f64);
            let above = replications
                .iter()
                .map(|values| values.iter().filter(|&&value| value > threshold).count() as f64);
            let size: f64 = sizes.clone().sum();
            let share = above.clone().sum::<f64>() / size;
            let residuals: f64 = sizes.zip(above).map(|(size, above)| (above - share * size).powi(2)).sum();
            let expected = (count / (count - 1.0) * residuals).sqrt() / size;
            let estimate = pooled.share_above(threshold as f64, 0.95).unwrap();
            assert!((estimate.mean - share).abs() < 1e-12);
            assert!((estimate.std_error().unwrap() - expected).abs() < 1e-7, "{threshold}");
        }
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let none = pooled(&[vec![], vec![]]);
        assert_eq!(
            (none.replications(), none.quantile(0.5, 0.95), none.share_above(1.0, 0.95)),
            (0, None, None)
        );
        let one = pooled(&[vec![], vec![10, 20, 30]]);
        let median = one.quantile(0.5, 0.95).unwrap();
        assert_eq!((median.mean, median.interval, median.replications), (20.0, None, 1));
        let two = pooled(&[vec![10, 20, 30], vec![10, 10, 40]]);
        assert!(two.quantile(0.3, 0.5).unwrap().interval.is_some());
        assert_eq!(two.quantile(0.95, 0.95).unwrap().interval, None);
        assert_eq!(two.quantile(f64::NAN, 0.95), None);
        assert_eq!(two.share_above(f64::NAN, 0.95), None);
        assert_eq!(two.quantile(0.5, 1.0).unwrap().interval, None);
    }

    #[test]
    fn constants_have_intervals_of_no_width() {
        let zeros = pooled(&[vec![0; 5], vec![0; 9]]);
        let interval = zeros.quantile(0.9, 0.95).unwrap().interval.unwrap();
        assert_eq!((interval.low, interval.high), (0.0, 0.0));
        let interval = zeros.share_above(0.0, 0.95).unwrap().interval.unwrap();
        assert_eq!((interval.low, interval.high), (0.0, 0.0));
    }

    /// How many of 1,000 intervals cover, for quantile `q` and for the share above the true quantile.
    ///
    /// Values are exponential, in 40 replications of 10 to 60. A value is with probability
    /// `common` its replication's own common value, so that the marginal stays exponential.
    fn covered(q: f64, common: f64, seed: u64) -> (u32, u32) {
        let ticks = |u: f64| (16_384.0 - 20_000.0 * (1.0 - u).ln()) as u64;
        let truth = ticks(q) as f64;
        let mut words = uniforms(seed);
        let mut covered = (0, 0);
        for _ in 0..1000 {
            let mut pooled = PooledSketch::default();
            for _ in 0..40 {
                let (shared, mut sketch) = (words(), Sketch::default());
                for _ in 0..10 + (words() * 51.0) as u32 {
                    let own = words();
                    sketch.record(ticks(if words() < common { shared } else { own }));
                }
                pooled.absorb(&sketch);
            }
            let covers = |estimate: Estimate, truth: f64| {
                u32::from(estimate.interval.is_some_and(|i| i.low <= truth && truth <= i.high))
            };
            covered.0 += covers(pooled.quantile(q, 0.95).unwrap(), truth);
            covered.1 += covers(pooled.share_above(truth, 0.95).unwrap(), 1.0 - q);
        }
        covered
    }

    /// 95 % intervals cover between 93 and 97 % of 1,000 experiments; a true 95 % leaves these bounds
    /// with probability 0.4 %.
    #[test]
    fn intervals_cover_when_values_are_independent() {
        for (q, seed) in [(0.5, 1), (0.9, 2)] {
            let (quantile, share) = covered(q, 0.0, seed);
            assert!(
                (930..=970).contains(&quantile) && (930..=970).contains(&share),
                "{q} {quantile} {share}"
            );
        }
    }

    /// The same bounds. Taken as independent, these values would have intervals a quarter as wide.
    #[test]
    fn intervals_cover_when_replications_are_clusters() {
        for (q, seed) in [(0.5, 1), (0.75, 2)] {
            let (quantile, share) = covered(q, 0.7, seed);
            assert!(
                (930..=970).contains(&quantile) && (930..=970).contains(&share),
                "{q} {quantile} {share}"
            );
        }
    }
}
