//! Point estimates with confidence intervals over replications.

use std::cell::Cell;
use std::fmt;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// A figure estimated from replications, with its confidence interval where there is one.
///
/// Displayed it reads `11.2 (10.9 to 11.5, 95 %, 100 replications)`, with `{:#}` shorter
/// `11.2 (10.9 to 11.5)`, with the digits that the
/// interval supports, or as many as the format asks for (`{:.3}`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The point estimate: a mean, a ratio, a share or a percentile, in the unit of the figure.
    pub mean: f64,
    /// The interval; `None` where the replications do not give one, as when there is only one.
    pub interval: Option<Interval>,
    /// How many replications had something to say.
    pub replications: u32,
}

/// A confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The estimated standard error of the point estimate, in the same unit.
    pub std_error: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The confidence level, between 0 and 1.
    pub level: f64,
}

/// Totals and counts, one of each per replication.
pub(super) type Ratio<'r> = (&'r [f64], &'r [f64]);

impl Interval {
    /// True when the two intervals have a point in common.
    pub fn overlaps(&self, other: &Interval) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

impl Estimate {
    /// The mean of one figure per replication, with Student's t interval.
    ///
    /// `None` without values, or if one of them is not finite.
    pub fn of_means(values: &[f64], level: f64) -> Option<Estimate> {
        let mean = average(values);
        let deviations: Vec<f64> = values.iter().map(|value| value - mean).collect();
        Estimate::around(mean, &deviations, level)
    }

    /// The mean of `a` less `b`, replication by replication: a paired comparison, for two scenarios
    /// run on the same draws (Law, *Simulation Modeling and Analysis*, section 10.2).
    ///
    /// `None` without values, if one of them is not finite, or if there are not equally many.
    pub fn of_difference(a: &[f64], b: &[f64], level: f64) -> Option<Estimate> {
        let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        if a.len() == b.len() { Estimate::of_means(&differences, level) } else { None }
    }

    /// The sum of all totals divided by the sum of all counts, one of each per replication, as in a
    /// mean over customers. The interval is the jackknife's (Quenouille 1956, Tukey 1958; Law,
    /// section 9.5), around the plain ratio.
    ///
    /// Replications whose total and count are zero are left out. `None` if all counts are zero, if a
    /// number is not finite, or if there are not equally many; no interval if the counts of all
    /// replications but one are zero.
    pub fn of_ratio(totals: &[f64], counts: &[f64], level: f64) -> Option<Estimate> {
        if totals.len() != counts.len() {
            return None;
        }
        let used = totals.iter().zip(counts).map(|(&total, &count)| (total, count));
        let used: Vec<_> = used.filter(|&pair| pair != (0.0, 0.0)).collect();
        let (ratio, deviations) = jackknife(&used);
        Estimate::around(ratio, &deviations, level)
    }

    /// The ratio of `a` less the ratio of `b`, each a pair (totals, counts) as in
    /// [`Estimate::of_ratio`], paired: the jackknife leaves the same replication out of both.
    ///
    /// Replications in which all four numbers are zero are left out. `None` where either ratio is.
    pub fn of_ratio_difference(a: Ratio<'_>, b: Ratio<'_>, level: f64) -> Option<Estimate> {
        let [a, b]: [Vec<_>; 2] = together(&[a, b])?.try_into().ok()?;
        let ((ratio_a, deviations_a), (ratio_b, deviations_b)) = (jackknife(&a), jackknife(&b));
        let deviations: Vec<f64> = deviations_a.iter().zip(&deviations_b).map(|(a, b)| a - b).collect();
        Estimate::around(ratio_a - ratio_b, &deviations, level)
    }

    /// The logarithm of the ratio of `a` over the ratio of `b`, each a pair (totals, counts) as in
    /// [`Estimate::of_ratio`], paired as in [`Estimate::of_ratio_difference`]: for growth rates and elasticities.
    ///
    /// Replications in which all four numbers are zero are left out. `None` where either ratio is, or is not positive.
    ///
    /// ```
    /// # use knockon::stats::Estimate;
    /// let (twice, once, counts) = ([2.0, 4.0, 6.0], [1.0, 2.0, 3.0], [1.0; 3]);
    /// let growth = Estimate::of_log_ratio((&twice, &counts), (&once, &counts), 0.95).unwrap();
    /// assert!((growth.mean - 2f64.ln()).abs() < 1e-12 && growth.half_width().unwrap() < 1e-12);
    /// ```
    pub fn of_log_ratio(a: Ratio<'_>, b: Ratio<'_>, level: f64) -> Option<Estimate> {
        let [a, b]: [Vec<_>; 2] = together(&[a, b])?.try_into().ok()?;
        let ((ratio_a, deviations_a), (ratio_b, deviations_b)) = (jackknife(&a), jackknife(&b));
        let others = a.len() as f64 - 1.0;
        // Of a ratio r, the logarithm without a replication is ln r + ln(1 - d / (others r)), d its deviation.
        let log = |deviation: f64, ratio: f64| -others * (-deviation / (others * ratio)).ln_1p();
        let deviations: Vec<f64> = deviations_a
            .iter()
            .zip(&deviations_b)
            .map(
                |(&a, &b)| if a == b && ratio_a == ratio_b { 0.0 } else { log(a, ratio_a) - log(b, ratio_b) },
            )
            .collect();
        Estimate::around((ratio_a / ratio_b).ln(), &deviations, level)
    }

    /// The same for a ratio that is a share, as a promise that is kept or not: the interval is made on the scale of
    /// log odds (delta method; Brown, Cai and DasGupta, *Statistical Science* 16, 2001). It lies between 0 and 1, and reaches
    /// further towards one half, which is where the truth may be when an outcome is rare. A share that is not inside
    /// stays as it is.
    ///
    /// ```
    /// # use knockon::stats::Estimate;
    /// let rare = Estimate::of_ratio(&[0.0, 1.0, 0.0, 2.0], &[40.0; 4], 0.95).unwrap();
    /// assert!(rare.low().unwrap() < 0.0);
    /// let [low, high] = [rare.as_share().low(), rare.as_share().high()].map(Option::unwrap);
    /// assert!(0.0 < low && low < rare.mean && rare.high().unwrap() < high && high < 1.0);
    /// ```
    #[must_use]
    pub fn as_share(self) -> Estimate {
        let share = self.mean;
        let on_odds = |interval: Interval| {
            let reach = (interval.high - interval.low) / 2.0 / (share * (1.0 - share));
            let at = |odds: f64| 1.0 / (1.0 + (-odds).exp());
            let odds = (share / (1.0 - share)).ln();
            Interval { low: at(odds - reach), high: at(odds + reach), ..interval }
        };
        let inside = share > 0.0 && share < 1.0;
        let interval = if inside { self.interval.map(on_odds) } else { self.interval };
        Estimate { interval, ..self }
    }

    /// The sum of several differences of ratios, each times its weight, paired: the jackknife leaves the same replication out
    /// of all. Each is told as (weight, a, b), as in [`Estimate::of_ratio_difference`]; differences of equal ratios add
    /// exactly nothing.
    ///
    /// Replications in which all totals and counts are zero are left out. `None` without any, or where one of the ratios is.
    ///
    /// ```
    /// # use knockon::stats::Estimate;
    /// let (a, b, counts) = ([2.0, 4.0, 9.0], [1.0, 2.0, 3.0], [1.0; 3]);
    /// let (a, b) = ((&a[..], &counts[..]), (&b[..], &counts[..]));
    /// let sum = Estimate::of_weighted_differences(&[(0.75, a, b), (0.25, b, a)], 0.95).unwrap();
    /// let difference = Estimate::of_ratio_difference(a, b, 0.95).unwrap();
    /// assert_eq!(sum.mean, difference.mean / 2.0);
    /// ```
    pub fn of_weighted_differences(
        differences: &[(f64, Ratio<'_>, Ratio<'_>)],
        level: f64,
    ) -> Option<Estimate> {
        let ratios: Vec<_> = differences.iter().flat_map(|&(_, a, b)| [a, b]).collect();
        let used = together(&ratios)?;
        let mut point = 0.0;
        let mut deviations = vec![0.0; used.first()?.len()];
        for (&(weight, ..), pair) in differences.iter().zip(used.chunks(2)) {
            let ((ratio_a, own_a), (ratio_b, own_b)) = (jackknife(&pair[0]), jackknife(&pair[1]));
            point += weight * (ratio_a - ratio_b);
            let own = own_a.iter().zip(&own_b).map(|(a, b)| a - b);
            deviations.iter_mut().zip(own).for_each(|(sum, own)| *sum += weight * own);
        }
        Estimate::around(point, &deviations, level)
    }

    /// A figure of all replications together, with an interval from its values in sections of them (sectioning: Asmussen
    /// and Glynn, *Stochastic Simulation*, 2007, section III.5a), for figures that are no sums over replications, as
    /// percentiles are none.
    ///
    /// No interval with fewer than two sections; `None` if a number is not finite.
    ///
    /// ```
    /// # use knockon::stats::Estimate;
    /// let estimate = Estimate::of_sections(5.0, &[4.0, 6.0, 5.0, 5.0], 20, 0.95).unwrap();
    /// assert_eq!(estimate.std_error(), Some((2.0_f64 / 3.0 / 4.0).sqrt()));
    /// ```
    pub fn of_sections(point: f64, sections: &[f64], replications: u32, level: f64) -> Option<Estimate> {
        let squares: f64 = sections.iter().map(|value| (value - point).powi(2)).sum();
        let estimate = Estimate::with_squares(point, squares, sections.len(), level)?;
        Some(Estimate { replications, ..estimate })
    }

    /// The estimate `point`, with the interval of the mean of pseudo-values that differ from it by
    /// `deviations`, one per replication. `None` if the point is not finite; no interval if the
    /// standard error is not, or if the level is not between 0 and 1.
    fn around(point: f64, deviations: &[f64], level: f64) -> Option<Estimate> {
        let mean = average(deviations);
        let squares: f64 = deviations.iter().map(|deviation| (deviation - mean).powi(2)).sum();
        Estimate::with_squares(point, squares, deviations.len(), level)
    }

    /// The estimate `point`, with the interval of the mean of so many values with this sum of squared deviations.
    fn with_squares(point: f64, squares: f64, values: usize, level: f64) -> Option<Estimate> {
        let std_error = (squares / (values as f64 - 1.0) / values as f64).sqrt();
        let interval = student_t(level, values as u64).map(|t| Interval {
            std_error,
            low: point - t * std_error,
            high: point + t * std_error,
            level,
        });
        point.is_finite().then_some(Estimate {
            mean: point,
            interval: interval.filter(|interval| interval.low.is_finite() && interval.high.is_finite()),
            replications: values.try_into().unwrap_or(u32::MAX),
        })
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> Option<f64> {
        self.interval.map(|interval| (interval.high - interval.low) / 2.0)
    }

    /// The standard error.
    pub fn std_error(&self) -> Option<f64> {
        self.interval.map(|interval| interval.std_error)
    }

    /// The lower end of the interval.
    pub fn low(&self) -> Option<f64> {
        self.interval.map(|interval| interval.low)
    }

    /// The upper end of the interval.
    pub fn high(&self) -> Option<f64> {
        self.interval.map(|interval| interval.high)
    }

    /// The same figure in another unit: everything times `factor`.
    ///
    /// ```
    /// # use knockon::stats::Estimate;
    /// let seconds = Estimate::of_means(&[60.0, 120.0], 0.95).unwrap();
    /// assert_eq!(seconds.times(1.0 / 60.0).mean, 1.5);
    /// ```
    pub fn times(&self, factor: f64) -> Estimate {
        let scaled = |interval: Interval| {
            let (one, other) = (interval.low * factor, interval.high * factor);
            Interval {
                std_error: interval.std_error * factor.abs(),
                low: one.min(other),
                high: one.max(other),
                level: interval.level,
            }
        };
        Estimate { mean: self.mean * factor, interval: self.interval.map(scaled), ..*self }
    }
}

impl Estimate {
    /// The same figure with one more error, independent of that over replications and estimated from so many draws: the
    /// squares of the standard errors add up, and the interval is that of the fewer of replications and draws.
    pub(crate) fn with_error(self, std_error: f64, draws: u32) -> Estimate {
        let wider = |own: Interval| {
            let std_error = own.std_error.hypot(std_error);
            let t = student_t(own.level, self.replications.min(draws).into())?;
            let (low, high) = (self.mean - t * std_error, self.mean + t * std_error);
            Some(Interval { std_error, low, high, ..own })
        };
        Estimate { interval: self.interval.and_then(wider), ..self }
    }
}

/// Several totals and counts by replication, without the replications in which all of them are zero; `None` if there are
/// not equally many of all.
fn together(ratios: &[Ratio<'_>]) -> Option<Vec<Vec<(f64, f64)>>> {
    let replications = ratios.first()?.0.len();
    if ratios.iter().any(|(totals, counts)| totals.len() != replications || counts.len() != replications) {
        return None;
    }
    let said = |&at: &usize| ratios.iter().any(|(totals, counts)| (totals[at], counts[at]) != (0.0, 0.0));
    let used: Vec<usize> = (0..replications).filter(said).collect();
    let of = |(totals, counts): &Ratio<'_>| used.iter().map(|&at| (totals[at], counts[at])).collect();
    Some(ratios.iter().map(of).collect())
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The ratio of totals to counts, and how far the jackknife's pseudo-values are from it.
///
/// With R replications, the ratio r and r_i, the ratio without replication i, the pseudo-value is
/// R r - (R - 1) r_i. It differs from r by (R - 1) (r - r_i), and r - r_i is (total_i - r count_i) /
/// (sum of the other counts), which does not cancel.
pub(super) fn jackknife(replications: &[(f64, f64)]) -> (f64, Vec<f64>) {
    let total: f64 = replications.iter().map(|&(total, _)| total).sum();
    let count: f64 = replications.iter().map(|&(_, count)| count).sum();
    let ratio = total / count;
    let others = replications.len() as f64 - 1.0;
    let deviation =
        |&(own_total, own_count): &(f64, f64)| others * (own_total - ratio * own_count) / (count - own_count);
    (ratio, replications.iter().map(deviation).collect())
}

/// How many standard errors a two-sided interval of that level reaches to either side: the quantile
/// of Student's t with one degree of freedom less than there are replications. `None` with fewer than
/// two, or if the level is not between 0 and 1.
///
/// Above 1,000 degrees of freedom it is the first correction to the normal quantile (Abramowitz and
/// Stegun 1964, 26.7.5), exact to six digits there; the iteration for the quantile of Student's t does
/// not always end when there are many.
pub(super) fn student_t(level: f64, replications: u64) -> Option<f64> {
    thread_local! {
        // Figures come by the thousand with the same level and number, and the iteration is slow.
        static LAST: Cell<(u64, u64, Option<f64>)> = const { Cell::new((0, 0, None)) };
    }
    let (last_level, last_replications, last) = LAST.get();
    if (last_level, last_replications) == (level.to_bits(), replications) {
        return last;
    }
    let freedom = replications.saturating_sub(1) as f64;
    let quantile = quantile_of_t(level, freedom);
    LAST.set((level.to_bits(), replications, quantile));
    quantile
}

/// The quantile of Student's t that a two-sided interval of that level reaches to. `None` without degrees of freedom, or if
/// the level is not between 0 and 1.
pub(super) fn quantile_of_t(level: f64, freedom: f64) -> Option<f64> {
    if freedom <= 0.0 || !(0.0 < level && level < 1.0) {
        return None;
    }
    let p = 0.5 + level / 2.0;
    let quantile = if freedom <= 1000.0 {
        StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(p)
    } else {
        let z = Normal::standard().inverse_cdf(p);
        z + (z.powi(3) + z) / (4.0 * freedom)
    };
    quantile.is_finite().then_some(quantile)
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.replications == 1 { "" } else { "s" };
        let decimals = f.precision().unwrap_or_else(|| {
            decimals(self.half_width().filter(|&half| half > 0.0).unwrap_or(self.mean / 1e3))
        });
        let number = |value: f64| format!("{value:.decimals$}");
        let interval = match self.interval {
            Some(Interval { low, high, .. }) => format!("{} to {}", number(low), number(high)),
            None => "no interval".to_owned(),
        };
        let percent = self.interval.map(|interval| (interval.level * 1e8).round() / 1e6);
        let level = percent.map_or(String::new(), |percent| format!(", {percent} %"));
        let made_of = match f.alternate() {
            true => String::new(),
            false => format!("{level}, {} replication{plural}", self.replications),
        };
        let text = format!("{} ({interval}{made_of})", number(self.mean));
        write!(f, "{text:>0$}", f.width().unwrap_or(0))
    }
}

/// How many decimals show the first digit of `size`.
fn decimals(size: f64) -> usize {
    let magnitude = size.abs().log10().floor();
    if magnitude.is_finite() { (-magnitude).clamp(0.0, 12.0) as usize } else { 0 }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::Continuous;

    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * b.abs().max(1.0)
    }

    /// A standard error of 3 and one of 4 make 5; of 11 draws the interval reaches 2.228 of them to either side.
    #[test]
    fn errors_add_up() {
        let own = Estimate::around(1.0, &[3.0 * 20f64.sqrt(), -3.0 * 20f64.sqrt()].repeat(11), 0.95).unwrap();
        let error = own.std_error().unwrap();
        let both = own.with_error(error * 4.0 / 3.0, 11);
        assert!(close(both.std_error().unwrap(), error * 5.0 / 3.0));
        assert!((both.high().unwrap() - 1.0 - 2.228 * error * 5.0 / 3.0).abs() < 1e-3);
        assert_eq!((both.mean, both.replications), (1.0, 22));
        assert_eq!(own.with_error(0.1, 1).interval, None);
    }

    /// Two-sided 95 % and 99 % points from printed tables.
    #[test]
    fn students_t_is_that_of_the_tables() {
        for (replications, at_95, at_99) in [
            (2, 12.706, 63.657),
            (6, 2.571, 4.032),
            (11, 2.228, 3.169),
            (31, 2.042, 2.750),
            (121, 1.980, 2.617),
        ] {
            assert!((student_t(0.95, replications).unwrap() - at_95).abs() < 6e-4);
            assert!((student_t(0.99, replications).unwrap() - at_99).abs() < 6e-4);
        }
        assert!((student_t(0.95, 1 << 40).unwrap() - 1.959_964).abs() < 1e-3);
        for level in [0.0, 1.0, -1.0, 2.0, f64::NAN, f64::INFINITY] {
            assert_eq!(student_t(level, 10), None, "{level}");
        }
        for level in [1e-300, 1e-12, 0.5, 1.0 - 1e-12, 1.0 - f64::EPSILON / 2.0] {
            for replications in [2, 3, 1000, u64::MAX] {
                assert!(student_t(level, replications).is_none_or(|t| t >= 0.0), "{level} {replications}");
            }
        }
    }

    /// Law's example 4.27 style, by hand: mean 1.2, sample variance 0.025, t(0.95, 4) = 2.776.
    #[test]
    fn a_mean_by_hand() {
        let estimate = Estimate::of_means(&[1.0, 1.1, 1.2, 1.3, 1.4], 0.95).unwrap();
        assert!(close(estimate.mean, 1.2));
        assert!(close(estimate.std_error().unwrap(), 0.005f64.sqrt()));
        assert!((estimate.half_width().unwrap() - 2.776 * 0.005f64.sqrt()).abs() < 1e-4);
        assert_eq!(estimate.replications, 5);
    }

    #[test]
    fn the_difference_is_paired() {
        let estimate = Estimate::of_difference(&[11.0, 22.0, 33.0], &[10.0, 20.0, 30.0], 0.95).unwrap();
        assert_eq!(estimate, Estimate::of_means(&[1.0, 2.0, 3.0], 0.95).unwrap());
        assert_eq!(Estimate::of_difference(&[1.0, 2.0], &[1.0], 0.95), None);
    }

    /// The pseudo-values as they are defined, leaving out one replication at a time.
    fn pseudo_values(figure: impl Fn(&[usize]) -> f64, replications: usize) -> Vec<f64> {
        let all: Vec<usize> = (0..replications).collect();
        let one = |left_out| {
            let others: Vec<usize> = all.iter().copied().filter(|&i| i != left_out).collect();
            replications as f64 * figure(&all) - (replications as f64 - 1.0) * figure(&others)
        };
        all.iter().copied().map(one).collect()
    }

    #[test]
    fn ratios_are_those_of_the_defined_jackknife() {
        let (totals_a, counts_a) = ([31.0, 0.5, 64.0, 12.0, 0.0], [10.0, 1.0, 15.0, 4.0, 0.0]);
        let (totals_b, counts_b) = ([20.0, 7.5, 31.0, 30.0, 0.0], [9.0, 3.0, 11.0, 12.0, 0.0]);
        let ratio = |totals: &[f64; 5], counts: &[f64; 5], of: &[usize]| {
            of.iter().map(|&i| totals[i]).sum::<f64>() / of.iter().map(|&i| counts[i]).sum::<f64>()
        };
        let a = |of: &[usize]| ratio(&totals_a, &counts_a, of);
        let difference = |of: &[usize]| a(of) - ratio(&totals_b, &counts_b, of);

        let estimate = Estimate::of_ratio(&totals_a, &counts_a, 0.9).unwrap();
        let expected = Estimate::of_means(&pseudo_values(a, 4), 0.9).unwrap();
        assert!(close(estimate.mean, 107.5 / 30.0));
        assert!(close(estimate.std_error().unwrap(), expected.std_error().unwrap()));
        assert!(close(estimate.half_width().unwrap(), expected.half_width().unwrap()));
        assert_eq!(estimate.replications, 4);

        let estimate =
            Estimate::of_ratio_difference((&totals_a, &counts_a), (&totals_b, &counts_b), 0.9).unwrap();
        let expected = Estimate::of_means(&pseudo_values(difference, 4), 0.9).unwrap();
        assert!(close(estimate.mean, 107.5 / 30.0 - 88.5 / 35.0));
        assert!(close(estimate.half_width().unwrap(), expected.half_width().unwrap()));

        let growth = |of: &[usize]| (a(of) / ratio(&totals_b, &counts_b, of)).ln();
        let estimate = Estimate::of_log_ratio((&totals_a, &counts_a), (&totals_b, &counts_b), 0.9).unwrap();
        let expected = Estimate::of_means(&pseudo_values(growth, 4), 0.9).unwrap();
        assert!(close(estimate.mean, (107.5_f64 / 30.0 / (88.5 / 35.0)).ln()));
        assert!(close(estimate.half_width().unwrap(), expected.half_width().unwrap()));

        let (pair_a, pair_b) = ((&totals_a[..], &counts_a[..]), (&totals_b[..], &counts_b[..]));
        let sum = |of: &[usize]| 0.25 * difference(of) - 2.0 * difference(of);
        let weighted = [(0.25, pair_a, pair_b), (2.0, pair_b, pair_a)];
        let estimate = Estimate::of_weighted_differences(&weighted, 0.9).unwrap();
        let expected = Estimate::of_means(&pseudo_values(sum, 4), 0.9).unwrap();
        assert!(close(estimate.mean, -1.75 * (107.5 / 30.0 - 88.5 / 35.0)));
        assert!(close(estimate.half_width().unwrap(), expected.half_width().unwrap()));
    }

    #[test]
    fn equal_counts_make_a_ratio_a_mean() {
        let ratio = Estimate::of_ratio(&[10.0, 30.0, 20.0], &[10.0; 3], 0.95).unwrap();
        let mean = Estimate::of_means(&[1.0, 3.0, 2.0], 0.95).unwrap();
        assert!(close(ratio.low().unwrap(), mean.low().unwrap()));
        assert!(close(ratio.high().unwrap(), mean.high().unwrap()));
    }

    /// The expected length of exponential clusters of random size: 95 % intervals cover between 93
    /// and 97 % of 1,000 experiments. A true 95 % leaves these bounds with probability 0.4 %.
    #[test]
    fn ratio_intervals_cover() {
        let mut words = crate::stats::tests::uniforms(2);
        let mut covered = 0;
        for _ in 0..1000 {
            let (mut totals, mut counts) = (vec![], vec![]);
            for _ in 0..30 {
                let count = 1.0 + (words() * 20.0).floor();
                totals.push((0..count as u32).map(|_| -(1.0 - words()).ln()).sum::<f64>());
                counts.push(count);
            }
            let interval = Estimate::of_ratio(&totals, &counts, 0.95).unwrap().interval.unwrap();
            covered += u32::from(interval.low <= 1.0 && 1.0 <= interval.high);
        }
        assert!((930..=970).contains(&covered), "{covered}");
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let one = Estimate::of_means(&[3.5], 0.95).unwrap();
        assert_eq!((one.mean, one.interval, one.replications), (3.5, None, 1));
        assert_eq!(Estimate::of_means(&[], 0.95), None);
        assert_eq!(Estimate::of_means(&[1.0, f64::NAN], 0.95), None);
        assert_eq!(Estimate::of_means(&[1.0, f64::INFINITY], 0.95), None);
        assert_eq!(Estimate::of_means(&[1.0, 2.0], 1.0).unwrap().interval, None);
        assert_eq!(Estimate::of_ratio(&[], &[], 0.95), None);
        assert_eq!(Estimate::of_ratio(&[0.0, 0.0], &[0.0, 0.0], 0.95), None);
        assert_eq!(Estimate::of_ratio(&[1.0, 2.0], &[0.0, 0.0], 0.95), None);
        assert_eq!(Estimate::of_ratio(&[1.0], &[1.0, 2.0], 0.95), None);
        let lonely = Estimate::of_ratio(&[8.0, 1.0], &[2.0, 0.0], 0.95).unwrap();
        assert_eq!((lonely.mean, lonely.interval), (4.5, None));
    }

    #[test]
    fn json_reads_back_the_same() {
        for values in [&[3.5][..], &[3.5, 4.25, 0.1]] {
            let estimate = Estimate::of_means(values, 0.95).unwrap();
            let text = serde_json::to_string(&estimate).unwrap();
            assert_eq!(serde_json::from_str::<Estimate>(&text).unwrap(), estimate, "{text}");
        }
    }

    #[test]
    fn displayed_with_the_digits_it_supports() {
        let interval = |low, high| Some(Interval { std_error: 0.1, low, high, level: 0.95 });
        let estimate = Estimate { mean: 11.2345, interval: interval(10.9345, 11.5345), replications: 100 };
        assert_eq!(estimate.to_string(), "11.2 (10.9 to 11.5, 95 %, 100 replications)");
        assert_eq!(format!("{estimate:.2}"), "11.23 (10.93 to 11.53, 95 %, 100 replications)");
        assert_eq!(estimate.times(-100.0).to_string(), "-1123 (-1153 to -1093, 95 %, 100 replications)");
        let alone = Estimate { interval: None, replications: 1, ..estimate };
        assert_eq!(alone.to_string(), "11.23 (no interval, 1 replication)");
        let nought = Estimate { mean: 0.0, interval: interval(0.0, 0.0), replications: 2 };
        assert_eq!(nought.to_string(), "0 (0 to 0, 95 %, 2 replications)");
    }

    /// With many replications Student's t is the normal distribution: its quantile inverts an
    /// integral of the normal density.
    #[test]
    fn student_t_tends_to_the_normal() {
        let t = student_t(0.9, 1_000_000).unwrap();
        let normal = Normal::standard();
        let step = t / 2000.0;
        let area: f64 = (0..4000).map(|i| normal.pdf(-t + (f64::from(i) + 0.5) * step) * step).sum();
        assert!((area - 0.9).abs() < 1e-6);
        let (few, many) = (student_t(0.95, 1001).unwrap(), student_t(0.95, 1002).unwrap());
        assert!(many < few && few - many < 1e-5);
    }
}
