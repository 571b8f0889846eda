//! The steady state from one long run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Manifest, TimeEstimate, named};
use crate::error::Result;
use crate::settings::Figure;
use crate::stats::{BatchMeans, Estimate};

/// Figures of the steady state, from one long run.
///
/// Displayed it is a line for each figure, after the warnings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LongRun {
    /// What made it.
    pub manifest: Manifest,
    /// What the reader should know before trusting it.
    pub warnings: Vec<String>,
    /// Into how many blocks the run after its warm-up is cut.
    pub blocks: usize,
    /// The figures: of all customers and by class, by department, and by pool.
    pub figures: Vec<LongRunFigure>,
}

/// A figure of the steady state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LongRunFigure {
    /// The figure.
    pub figure: Figure,
    /// What the run says of it, in the figure's unit.
    #[serde(flatten)]
    pub batch_means: BatchMeans,
}

impl LongRun {
    /// A figure, in its unit.
    ///
    /// # Errors
    ///
    /// When the run does not have it; the error lists those it has.
    pub fn of(&self, figure: &Figure) -> Result<Estimate> {
        let found = named("figure", &figure.to_string(), &self.figures, |of| of.figure.to_string())?;
        Ok(found.batch_means.estimate)
    }
}

crate::text::displayed_as_prose!(LongRun);

impl LongRun {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.warnings.iter().try_for_each(|warning| writeln!(f, "warning: {warning}"))?;
        self.figures.iter().try_for_each(|of| writeln!(f, "{of}"))
    }
}

impl fmt::Display for LongRunFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (figure, estimate) = (&self.figure, self.batch_means.estimate);
        match figure.unit() {
            " h" => write!(f, "{figure}: {}", TimeEstimate(estimate)),
            unit => write!(f, "{figure}{unit}: {estimate}"),
        }
    }
}
