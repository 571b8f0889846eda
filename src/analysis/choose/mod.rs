//! Which of several scenarios is best: with a stated probability, or within a budget.

mod best;
mod kim_nelson;
mod ocba;
mod source;
#[cfg(test)]
mod tests;
mod within;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Defect, Result};
use crate::experiment::Figure;

pub use best::{Candidate, Choice, Elimination, Selection};
pub use within::{Allocated, Allocation, LikelyBest};

/// A figure, and whether little of it is good or much.
///
/// ```
/// use knockon::analysis::Goal;
/// use knockon::experiment::Figure;
///
/// let goal = Goal::least(Figure::lead_time("insured"));
/// assert_eq!(goal.to_string(), "the mean lead time of `insured`, the less the better");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// The figure; one that is known by replication, as all are but percentiles.
    pub figure: Figure,
    /// What is good.
    pub aim: Aim,
}

/// Whether little or much is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// The less the better.
    Least,
    /// The more the better.
    Most,
}

impl Goal {
    /// The less of the figure, the better.
    #[must_use]
    pub fn least(figure: Figure) -> Goal {
        Goal { figure, aim: Aim::Least }
    }

    /// The more of the figure, the better.
    #[must_use]
    pub fn most(figure: Figure) -> Goal {
        Goal { figure, aim: Aim::Most }
    }

    /// The factor that makes more the better.
    pub(super) fn sign(&self) -> f64 {
        match self.aim {
            Aim::Least => -1.0,
            Aim::Most => 1.0,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let aim = match self.aim {
            Aim::Least => "less",
            Aim::Most => "more",
        };
        write!(f, "{}, the {aim} the better", self.figure)
    }
}

/// Replications that a procedure asks for: those of a scenario that are numbered `from`, from 0, and so many more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    scenario: usize,
    from: u32,
    count: u32,
}

/// Makes replications, and returns the figure in each: the more, the better.
type Feed<'f> = dyn FnMut(&[Wanted]) -> Result<Vec<Vec<f64>>> + 'f;

/// The best of some averages: the first, if several are.
fn best_of(averages: impl Iterator<Item = f64>) -> usize {
    let first = (0, f64::NEG_INFINITY);
    averages.enumerate().fold(first, |best, one| if one.1 > best.1 { one } else { best }).0
}

/// Rules that are broken, as they are found.
#[derive(Default)]
struct Rules(Vec<Defect>);

impl Rules {
    fn broken_if(&mut self, broken: bool, place: &str, rule: String) {
        if broken {
            self.0.push(Defect::new(place, rule));
        }
    }
}
