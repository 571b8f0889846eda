//! What the reader of results should know before trusting them.

use super::settings::Settings;
use crate::results::{ClassResults, Results, TimeStatistics, display_unit};
use crate::settings::{Horizon, Precision, Stopping};
use crate::stats::Estimate;

/// How replications came to their ends.
pub(super) struct Ends {
    /// How many did not come to the end that was asked for.
    pub fell_short: usize,
    /// How many ended with nothing left to happen.
    pub ran_out: usize,
    /// Whether some queue grows as long as the run lasts.
    pub grows: bool,
}

impl Ends {
    /// What there is to do about cases that were unfinished at the end.
    fn advice(&self, results: &Results, settings: &Settings) -> &'static str {
        match settings.horizon {
            _ if self.ran_out == results.replications.len() => {
                "; nothing was left to happen that could end their waits, so a longer run does not help"
            }
            _ if self.grows => "; as queues grow, a longer run does not help",
            Some(Horizon::Time(_)) => "; a longer horizon makes this less",
            Some(Horizon::Cases(_)) => "; a run of more cases makes this less",
            Some(Horizon::AllDone) | None => "",
        }
    }
}

/// Everything that the results themselves tell.
pub(super) fn warnings(results: &Results, settings: &Settings, ends: &Ends) -> Vec<String> {
    let mut warnings: Vec<String> = [
        short_runs(results, settings, ends.fell_short),
        no_window(results),
        precision_missed(results, settings),
    ]
    .into_iter()
    .flatten()
    .collect();
    warnings.extend(left_over(results, ends.advice(results, settings)));
    warnings.extend(never_asked(results));
    warnings.extend(never_spent(results));
    warnings
}

/// Expenses that no replication has.
fn never_spent(results: &Results) -> impl Iterator<Item = String> {
    let expenses = results.costs.iter().flat_map(|costs| &costs.expenses);
    expenses.filter(|expense| expense.cost.mean == 0.0).map(|expense| {
        format!(
            "`{}` is not among the costs: it is spent before the warm-up is over, or after the end",
            expense.name
        )
    })
}

/// Standards of which nothing is known.
fn never_asked(results: &Results) -> impl Iterator<Item = String> {
    let unknown = results
        .requests
        .iter()
        .filter(|request| request.standard.is_some() && request.standard_kept.is_none());
    unknown.map(|request| {
        format!("nothing is known of the standard of `{}`: nobody asked after the warm-up", request.name)
    })
}

/// The pilot replications of a chosen warm-up never settled.
pub(super) fn not_settled() -> String {
    "the number of cases in the system had not settled within the horizon: the run is too short for a \
     steady state, or there is none"
        .to_owned()
}

/// Replications did not come to the end that was asked for.
fn short_runs(results: &Results, settings: &Settings, fell_short: usize) -> Option<String> {
    let of = format!("{fell_short} of {} replications", results.replications.len());
    let text = match settings.horizon? {
        Horizon::Cases(cases) => format!(
            "{of} ended with fewer than {cases} cases: their streams had come to an end, or the longest \
             time there is (142 years) was over"
        ),
        Horizon::AllDone | Horizon::Time(_) => {
            format!("{of} were ended by the longest time there is (142 years), before all cases were done")
        }
    };
    (fell_short > 0).then_some(text)
}

/// Replications have nothing to average over time.
fn no_window(results: &Results) -> Option<String> {
    let without = results.replications.iter().filter(|replication| replication.window == 0.0).count();
    (without > 0).then(|| {
        format!(
            "{without} of {} replications have no time after the warm-up: averages over time leave them out",
            results.replications.len()
        )
    })
}

/// As many replications as were allowed do not give the precision.
fn precision_missed(results: &Results, settings: &Settings) -> Option<String> {
    let Stopping::Precision(Precision { figure, half_width, at_most }) = &settings.stopping else {
        return None;
    };
    if results.manifest.replications < *at_most {
        return None;
    }
    let unit = figure.unit();
    let estimate = figure.of(results).ok()?;
    if estimate.is_some_and(|estimate| half_width.reached(&estimate)) {
        return None;
    }
    let known = |estimate: Estimate| Some((estimate.half_width()?, half_width.target(&estimate)));
    Some(match estimate.and_then(known) {
        Some((reached, target)) => format!(
            "{figure} is known to {}{unit} only, not to {}{unit} as asked for: {at_most} replications were \
             the most allowed",
            three_digits(reached),
            three_digits(target)
        ),
        None => format!(
            "nothing is known of the precision of {figure}: in {at_most} replications, the most allowed, \
             it was not seen often enough"
        ),
    })
}

/// Warnings where cases that were left over make the mean lead time of a class too short.
fn left_over(results: &Results, advice: &str) -> Vec<String> {
    let windows: f64 = results.replications.iter().map(|replication| replication.window).sum();
    let window = windows / results.replications.len() as f64;
    let left = results.classes.iter().filter(|class| class.unfinished.mean > 0.0);
    left.filter_map(|class| too_short(class, window, advice)).collect()
}

fn too_short(class: &ClassResults, window: f64, advice: &str) -> Option<String> {
    let share = class.unfinished.mean / class.arrived.mean;
    let (name, percent, many) = (&class.name, 100.0 * share, share > 0.05);
    let Some(times) = &class.lead_time else {
        return many.then(|| {
            format!(
                "nothing is known of the lead time of `{name}`: no case was completed, and {percent:.1} % \
                 were unfinished at the end{advice}"
            )
        });
    };
    let missing = missing(times, window);
    let beyond = missing.zip(times.mean.half_width()).is_some_and(|(missing, half)| missing > half);
    // The formula is for few cases left over. Of many, nobody knows how long they will take.
    let about = match missing {
        _ if many => ", nobody knows by how much".to_owned(),
        Some(hours) if beyond => format!(" by about {}", approximate(hours)),
        _ => return None,
    };
    Some(format!(
        "the mean lead time of `{name}` leaves out the {percent:.1} % of its cases that were unfinished \
         at the end: it is too short{about}{advice}"
    ))
}

/// By how much the mean over completed cases is too short, where few are left over.
///
/// A case with lead time T is completed only if it arrives before the last T of the window of length
/// W. So the mean over completed cases is, with mean m and variance v of T and m much less than W,
/// (m - (m^2 + v) / W) / (1 - m / W), or about v / W less than m.
fn missing(times: &TimeStatistics, window: f64) -> Option<f64> {
    times.standard_deviation.map(|deviation| deviation.mean.powi(2) / window)
}

/// A time in hours, to two digits.
fn approximate(hours: f64) -> String {
    let (unit, size) = display_unit(hours);
    format!("{:.1} {unit}", hours / size)
}

/// A number rounded to three digits.
fn three_digits(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}
