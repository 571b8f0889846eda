//! Control variates: figures corrected by what is known of arrivals, of service times, and of queues with a formula.

mod known;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use known::Known;

use super::study::Study;
use crate::error::{Defect, Error, Result};
use crate::experiment::Figure;
use crate::model::Model;
use crate::results::Results;
use crate::stats::Estimate;

/// A figure, plain and corrected by control variates.
///
/// Displayed it is a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Controlled {
    /// The figure.
    pub figure: Figure,
    /// As the results have it.
    pub plain: Estimate,
    /// Corrected. Where no control shortens the interval it is the plain one.
    pub estimate: Estimate,
    /// The controls that are used, the most useful first.
    pub controls: Vec<Control>,
    /// How many were to choose from.
    pub offered: usize,
    /// So many times the replications would be needed for an interval as short without controls: the square of the ratio of the
    /// half widths. 1 without controls; `None` where there is no interval.
    pub gain: Option<f64>,
}

/// Something whose expectation is known, and how a figure follows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// What is known.
    pub known: Known,
    /// By how much it was off in the run, on average over replications; zero is expected.
    pub off: Estimate,
    /// How much the figure changes with each unit.
    pub slope: Estimate,
}

impl Study<'_> {
    /// A figure of the model as it is, corrected by what is known beforehand: chance brought more customers than are to be expected,
    /// say, or longer services, and the lead time is corrected for it. See
    /// [`Series::controlled`](crate::stats::Series::controlled) for the statistics, and for how controls are chosen; [`Known`] lists
    /// what is offered. The expectation of the figure stays that of the run: what its length and its start do
    /// to it is not corrected.
    ///
    /// ```
    /// use knockon::analysis::Study;
    /// use knockon::experiment::Figure;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("counter")
    ///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
    ///     .customers("walk-in", |c| c.poisson(per_hour(6.0)).enter("counter"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(2)).warm_up(days(1)).replications(60));
    /// let lead_time = study.controlled(&Figure::lead_time("walk-in"))?;
    /// assert!(lead_time.gain.unwrap() > 1.5);
    /// println!("{lead_time}");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A figure that the results do not have, or that is not known by replication; else as
    /// [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn controlled(&self, figure: &Figure) -> Result<Controlled> {
        correct(self.model(), figure, &*self.base()?)
    }
}

/// A figure of some results of a model, corrected.
fn correct(model: &Model, figure: &Figure, results: &Results) -> Result<Controlled> {
    let series = figure.series(results)?;
    let level = results.manifest.level;
    let offered = known::offered(model, figure, results)?;
    let (known, columns): (Vec<Known>, Vec<Vec<f64>>) = offered.into_iter().unzip();
    let Some((plain, controlled)) = figure.of(results)?.zip(series.controlled(&columns, level)) else {
        let rule = format!("the results say nothing of {figure}");
        return Err(Error::from_defects(vec![Defect::new("figure", rule)]));
    };
    let control = |(at, slope): &(usize, Estimate)| {
        let off = Estimate::of_means(&columns[*at], level)?;
        Some(Control { known: known[*at].clone(), off, slope: *slope })
    };
    let controls: Vec<Control> = controlled.used.iter().filter_map(control).collect();
    let estimate = if controls.is_empty() { plain } else { controlled.estimate };
    let widths = plain.half_width().zip(estimate.half_width());
    let gain = widths.map(|(plain, own)| if plain == own { 1.0 } else { (plain / own).powi(2) });
    Ok(Controlled { figure: figure.clone(), plain, estimate, controls, offered: columns.len(), gain })
}

crate::text::displayed_as_prose!(Controlled);

impl Controlled {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Controlled { figure, plain, estimate, .. } = self;
        let unit = figure.unit();
        if self.controls.is_empty() {
            return write!(f, "{figure}: {plain:#}{unit}; no control shortens the interval");
        }
        let names: Vec<String> = self.controls.iter().map(|control| control.known.to_string()).collect();
        write!(f, "{figure}: {estimate:#}{unit}, corrected by {}; ", names.join(" and "))?;
        write!(f, "{plain:#}{unit} without")?;
        let Some(gain) = self.gain else { return Ok(()) };
        let decimals = usize::from(gain < 10.0);
        write!(f, ", which would take {gain:.decimals$} times the replications to be as precise")
    }
}
