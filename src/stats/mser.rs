//! Where the warm-up of a series ends.

/// Observations in one batch.
const BATCH: usize = 5;

/// Batches at the end of the series that are always kept: the statistic of fewer is too erratic to
/// be compared (Hoad, Robinson and Davies 2010).
const KEPT: usize = 5;

/// Where to cut a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// How many observations to cut off at the start: a multiple of 5, at most half of the series.
    pub cut: usize,
    /// True when what is left looks steady. If it is false, the statistic is least in the second half
    /// of the series (or the series has fewer than 50 observations): it is too short, and a cut
    /// cannot mend it.
    pub settled: bool,
}

/// The MSER-5 rule (White 1997; White, Cobb and Spratt 2000): cut where the standard error of the
/// mean of what is left, computed over means of 5 observations as if they were independent, is least.
///
/// `series` is one replication in order of time or, better, the average of several, observation by
/// observation (Hoad, Robinson and Davies, *Journal of the Operational Research Society* 61, 2010).
/// Observations at the end that do not fill a batch of 5 are not looked at. Of equal minima the first
/// counts. Numbers that are not finite are never part of what is left if that can be avoided.
pub fn mser5(series: &[f64]) -> Truncation {
    let batches = series.len() / BATCH;
    let half = batches / 2;
    if batches < 2 * KEPT {
        return Truncation { cut: 0, settled: false };
    }
    let statistics = statistics(series);
    let least = |range: &[f64]| {
        let smaller = |best: usize, i: usize| if range[i] < range[best] { i } else { best };
        (1..range.len()).fold(0, smaller)
    };
    let cut = least(&statistics[..=half]);
    let settled = statistics[cut].is_finite() && cut == least(&statistics[..=batches - KEPT]);
    Truncation { cut: cut * BATCH, settled }
}

/// For each number of batches cut off, the squared standard error of the mean of the others:
/// the sum of their squared deviations from their mean, divided by their number squared. Infinite
/// where it is not a number.
///
/// One pass from the end, with Welford's update (*Technometrics* 4, 1962), which does not cancel.
fn statistics(series: &[f64]) -> Vec<f64> {
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    let mut statistics: Vec<f64> = series
        .as_chunks::<BATCH>()
        .0
        .iter()
        .rev()
        .map(|batch| {
            let value = batch.iter().sum::<f64>() / BATCH as f64;
            count += 1.0;
            let off = value - mean;
            mean += off / count;
            squares += off * (value - mean);
            let statistic: f64 = squares / (count * count);
            if statistic.is_nan() { f64::INFINITY } else { statistic }
        })
        .collect();
    statistics.reverse();
    statistics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::uniforms;

    /// The definition, without any running sums.
    fn by_definition(series: &[f64]) -> Truncation {
        let means: Vec<f64> = series.chunks_exact(5).map(|batch| batch.iter().sum::<f64>() / 5.0).collect();
        let statistic = |cut: usize| {
            let left = &means[cut..];
            let mean = left.iter().sum::<f64>() / left.len() as f64;
            left.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (left.len() as f64).powi(2)
        };
        let best = |last: usize| (0..=last).min_by(|&a, &b| statistic(a).total_cmp(&statistic(b))).unwrap();
        let cut = best(means.len() / 2);
        Truncation { cut: cut * 5, settled: cut == best(means.len() - 5) }
    }

    /// An autoregressive series around 10 that starts far away.
    fn autoregressive(length: usize, start: f64, memory: f64, seed: u64) -> Vec<f64> {
        let mut words = uniforms(seed);
        let mut value = start;
        let step = |_| {
            value = 10.0 + memory * (value - 10.0) + words() - 0.5;
            value
        };
        (0..length).map(step).collect()
    }

    /// Waiting times in an M/M/1 queue (Lindley 1952) that starts with work for 200 mean services.
    fn overloaded_start(length: usize, seed: u64) -> Vec<f64> {
        let mut words = uniforms(seed);
        let mut wait = 200.0;
        let step = |_| {
            wait = f64::max(wait - (1.0 - words()).ln() + (1.0 - words()).ln() / 0.5, 0.0);
            wait
        };
        (0..length).map(step).collect()
    }

    #[test]
    fn agrees_with_the_definition() {
        for seed in 0..40 {
            let start = [10.0, 30.0, 300.0, -50.0][seed as usize % 4];
            let series = autoregressive(50 + 13 * seed as usize, start, 0.9, seed);
            assert_eq!(mser5(&series), by_definition(&series), "{seed}");
            let series = overloaded_start(100 + 20 * seed as usize, seed);
            assert_eq!(mser5(&series), by_definition(&series), "{seed}");
        }
    }

    /// Of 20 series all are cut after 100, and most before 400. A chance low at the very end may make
    /// the rule doubt one or two.
    fn check_cuts(series: impl Fn(u64) -> Vec<f64>) {
        let found: Vec<_> = (0..20).map(|seed| mser5(&series(seed))).collect();
        assert!(found.iter().all(|found| found.cut > 100), "{found:?}");
        assert!(found.iter().filter(|found| found.settled).count() >= 18, "{found:?}");
        assert!(found.iter().filter(|found| found.cut < 400).count() >= 15, "{found:?}");
    }

    /// The start decays by 0.95 a step: from 1,000 away to the noise (standard deviation 0.9) in 137.
    #[test]
    fn a_known_transient_is_cut_and_little_more() {
        check_cuts(|seed| autoregressive(2000, 1010.0, 0.95, seed));
    }

    /// At half load the work of 200 mean services is gone after about 200 customers, as one comes
    /// every 2 and leaves 1.
    #[test]
    fn a_queue_with_a_backlog_is_cut_when_it_is_gone() {
        check_cuts(|seed| overloaded_start(4000, seed));
    }

    #[test]
    fn a_steady_series_is_hardly_cut() {
        let cuts: usize = (0..20).map(|seed| mser5(&autoregressive(1000, 10.0, 0.0, seed)).cut).sum();
        assert!(cuts / 20 < 200, "{cuts}");
        assert_eq!(mser5(&[3.7; 100]), Truncation { cut: 0, settled: true });
    }

    #[test]
    fn a_series_that_never_settles_says_so() {
        let rising: Vec<f64> = (0..500).map(f64::from).collect();
        assert_eq!(mser5(&rising), by_definition(&rising));
        assert!(!mser5(&rising).settled);
        assert!(!mser5(&autoregressive(100, 1010.0, 0.95, 1)).settled);
    }

    #[test]
    fn nothing_is_too_short_or_too_strange() {
        for length in 0..50 {
            assert_eq!(mser5(&vec![1.0; length]), Truncation { cut: 0, settled: false });
        }
        assert_eq!(mser5(&[f64::NAN; 100]), Truncation { cut: 0, settled: false });
        let mut series = autoregressive(200, 10.0, 0.5, 1);
        series[33] = f64::INFINITY;
        assert!(mser5(&series).cut >= 35);
    }
}
