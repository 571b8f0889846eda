//! Times, and how they are distributed.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;

/// An estimated time, in hours. It is displayed in the unit that suits it.
///
/// ```
/// use knockon::results::TimeEstimate;
/// use knockon::stats::Estimate;
/// let time = TimeEstimate(Estimate::of_means(&[0.2, 0.25, 0.3], 0.95).unwrap());
/// assert_eq!(time.to_string(), "15 min (8 to 22, 95 %, 3 replications)");
/// assert_eq!(format!("{time:#}"), "15 min (8 to 22)");
/// assert_eq!(format!("{time:#.1}"), "15.0 min (7.5 to 22.5)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeEstimate(pub Estimate);

impl Deref for TimeEstimate {
    type Target = Estimate;

    fn deref(&self) -> &Estimate {
        &self.0
    }
}

impl fmt::Display for TimeEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, hours) = display_unit(self.mean);
        let scaled = self.times(1.0 / hours);
        let scaled = match (f.alternate(), f.precision()) {
            (true, Some(decimals)) => format!("{scaled:#.decimals$}"),
            (true, None) => format!("{scaled:#}"),
            (false, Some(decimals)) => format!("{scaled:.decimals$}"),
            (false, None) => scaled.to_string(),
        };
        let (number, rest) = scaled.split_once(' ').unwrap_or((&scaled, ""));
        let text = format!("{number} {unit} {rest}");
        write!(f, "{text:>0$}", f.width().unwrap_or(0))
    }
}

/// The unit in which to show a time, and its length in hours.
pub(crate) fn display_unit(hours: f64) -> (&'static str, f64) {
    match hours.abs() {
        size if size >= 48.0 => ("d", 24.0),
        size if size >= 1.0 => ("h", 1.0),
        size if size >= 1.0 / 60.0 || size == 0.0 => ("min", 1.0 / 60.0),
        _ => ("s", 1.0 / 3600.0),
    }
}

/// The distribution of a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeStatistics {
    /// How many times were observed, in all replications together.
    pub count: u64,
    /// Their mean.
    pub mean: TimeEstimate,
    /// Their standard deviation.
    pub standard_deviation: Option<TimeEstimate>,
    /// The longest, in hours; `None` for service times, where it is not kept.
    pub longest: Option<f64>,
    /// The share of times that were zero; `None` for service times, where it is not kept.
    pub zero_share: Option<Estimate>,
    /// Percentiles: those asked for instead of 10, 25, 50, 75, 90, 95 and 99. Empty where no
    /// distribution is kept: for service times, for the visits of single classes to a department, and
    /// by department in models of more than 500 departments.
    #[serde(default)]
    pub percentiles: Vec<Percentile>,
    /// The shares of times longer than those asked for, counted exactly: of lead times, and of waiting and
    /// sojourn times by department. Empty for all others.
    #[serde(default)]
    pub longer_than: Vec<LongerThan>,
    /// The histogram, the shortest first; empty bins are left out.
    #[serde(default)]
    pub histogram: Vec<Bin>,
}

impl TimeStatistics {
    /// The percentile for a share, if it is among those kept.
    pub fn percentile(&self, share: f64) -> Option<TimeEstimate> {
        self.percentiles.iter().find(|kept| kept.share == share).map(|kept| kept.value)
    }
}

/// A percentile of a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Percentile {
    /// The share of times that are no longer, between 0 and 1.
    pub share: f64,
    /// The time, with Woodruff's interval. It is read off a histogram whose bins are at most 1/64 of
    /// their times wide, and interpolated: where many times are equal, it may be off by so much.
    pub value: TimeEstimate,
}

/// The share of times longer than a given one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LongerThan {
    /// The time, in hours.
    pub time: f64,
    /// The share of longer ones.
    pub share: Estimate,
}

/// A bin of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Its lower end, in hours, inclusive.
    pub from: f64,
    /// Its upper end, in hours, exclusive.
    pub to: f64,
    /// How many times fell into it, in all replications together.
    pub count: u64,
}
