//! A figure by replication.

use super::Estimate;
use super::estimate::{Ratio, jackknife};

/// A figure by replication, as totals divided by counts: the sum of lead times by the number of cases. A figure over time has
/// its average as the total, and counts of 1.
///
/// ```
/// use knockon::stats::Series;
///
/// let (before, after) = (Series::of_means(vec![4.0, 6.0, 8.0]), Series::of_means(vec![3.0, 5.0, 6.0]));
/// assert_eq!(before.estimate(0.95).unwrap().mean, 6.0);
/// // Replication by replication: 1, 1 and 2 less.
/// assert!((after.less(&before, 0.95).unwrap().mean + 4.0 / 3.0).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    totals: Vec<f64>,
    counts: Vec<f64>,
}

impl FromIterator<(f64, f64)> for Series {
    /// From totals and counts.
    fn from_iter<I: IntoIterator<Item = (f64, f64)>>(replications: I) -> Series {
        let (totals, counts) = replications.into_iter().unzip();
        Series { totals, counts }
    }
}

impl Series {
    /// Of a figure that each replication has for itself.
    pub fn of_means(values: Vec<f64>) -> Series {
        Series { counts: vec![1.0; values.len()], totals: values }
    }

    /// Totals and counts of the first so many replications, or of all if there are fewer.
    pub fn first(&self, replications: usize) -> (&[f64], &[f64]) {
        let some = replications.min(self.totals.len());
        (&self.totals[..some], &self.counts[..some])
    }

    /// How many replications there are.
    pub fn replications(&self) -> usize {
        self.totals.len()
    }

    /// The figure in each replication; not a number where its count is zero.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.totals.iter().zip(&self.counts).map(|(total, count)| total / count)
    }

    /// The figure itself: the sum of the totals over the sum of the counts, as [`Estimate::of_ratio`].
    pub fn estimate(&self, level: f64) -> Option<Estimate> {
        Estimate::of_ratio(&self.totals, &self.counts, level)
    }

    /// The figure as a mean: a value for each replication, of which the mean is the figure and the spread that of the
    /// jackknife's pseudo-values. `None` where one of them is not finite.
    ///
    /// ```
    /// use knockon::stats::Series;
    ///
    /// let lead_time: Series = [(31.0, 10.0), (64.0, 15.0), (12.0, 4.0)].into_iter().collect();
    /// let values = lead_time.linearized().unwrap();
    /// assert!((values.iter().sum::<f64>() / 3.0 - 107.0 / 29.0).abs() < 1e-12);
    /// ```
    pub fn linearized(&self) -> Option<Vec<f64>> {
        let pairs: Vec<_> = self.totals.iter().copied().zip(self.counts.iter().copied()).collect();
        let (figure, deviations) = jackknife(&pairs);
        let bias = deviations.iter().sum::<f64>() / deviations.len() as f64;
        let values: Vec<f64> = deviations.iter().map(|deviation| figure + deviation - bias).collect();
        (!values.is_empty() && values.iter().all(|value| value.is_finite())).then_some(values)
    }

    /// This figure less another one, replication by replication, as [`Estimate::of_ratio_difference`]; of the replications
    /// that both have.
    pub fn less(&self, other: &Series, level: f64) -> Option<Estimate> {
        let (own, others) = self.together(other);
        Estimate::of_ratio_difference(own, others, level)
    }

    /// The logarithm of this figure over another one, as [`Estimate::of_log_ratio`]; of the replications that both have.
    pub fn growth_from(&self, other: &Series, level: f64) -> Option<Estimate> {
        let (own, others) = self.together(other);
        Estimate::of_log_ratio(own, others, level)
    }

    fn together<'s>(&'s self, other: &'s Series) -> (Ratio<'s>, Ratio<'s>) {
        let both = self.replications().min(other.replications());
        (self.first(both), other.first(both))
    }
}
