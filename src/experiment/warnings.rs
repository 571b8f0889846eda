//! What the reader of results should know before trusting them.

use crate::results::{Results, display_unit};

/// The pilot replications of a chosen warm-up never settled.
pub(super) fn not_settled() -> String {
    "the number of cases in the system had not settled within the horizon: the run is too short for a \
     steady state, or there is none"
        .to_owned()
}

/// Warnings where cases that were left over make the mean lead time of a class too short.
///
/// A case with lead time T is completed only if it arrives before the last T of the window of length
/// W. So the mean over completed cases is, with mean m and variance v of T and m much less than W,
/// (m - (m^2 + v) / W) / (1 - m / W), or about v / W less than m.
pub(super) fn left_over(results: &Results) -> Vec<String> {
    let windows: f64 = results.replications.iter().map(|replication| replication.window).sum();
    let window = windows / results.replications.len() as f64;
    let too_short = results.classes.iter().filter_map(|class| {
        let times = class.lead_time.as_ref().filter(|_| class.unfinished.mean > 0.0)?;
        let missing = times.standard_deviation?.mean.powi(2) / window;
        let share = class.unfinished.mean / class.arrived.mean;
        (share > 0.05 || missing > times.mean.half_width()?).then(|| {
            format!(
                "the mean lead time of `{}` leaves out the {:.1} % of its cases that were unfinished at \
                 the end: it is too short by about {}; a longer horizon makes this less",
                class.name,
                100.0 * share,
                approximate(missing)
            )
        })
    });
    too_short.collect()
}

/// A time in hours, to two digits.
fn approximate(hours: f64) -> String {
    let (unit, size) = display_unit(hours);
    format!("{:.1} {unit}", hours / size)
}
