//! What changes would do: every figure, and every customer, with a change and without it.

mod digest;
mod display;
mod settle;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(super) use digest::Digest;
pub(super) use settle::Compared;

use super::choose::Goal;
use super::disturbance::{Fate, Transition};
use super::scenario::{Scenario, models};
use super::study::Study;
use crate::error::{Defect, Error, Result};
use crate::experiment::{Customers, Figure};
use crate::results::TimeEstimate;
use crate::stats::{Estimate, Interval};
use crate::time::Span;

/// What some scenarios would change, each against the model as it is, on the same draws.
///
/// Displayed it is some sentences for each scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How many replications of the model and of each scenario.
    pub replications: u32,
    /// The confidence level of single intervals, and of all simultaneous intervals of one figure together.
    pub level: f64,
    /// The scenarios, in the order given.
    pub scenarios: Vec<ScenarioChange>,
}

/// What a scenario would change.
///
/// Displayed it is some sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioChange {
    /// The scenario.
    pub scenario: Scenario,
    /// Every figure of the results of the model as it is: see [`Figure::every`].
    pub figures: Vec<FigureChange>,
    /// All customers, one by one.
    pub system: CustomerChange,
    /// The customers of each class at arrival, one by one.
    pub classes: Vec<CustomerChange>,
}

/// What a scenario does to a figure, in the figure's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureChange {
    /// The figure.
    pub figure: Figure,
    /// Without the change.
    pub before: Estimate,
    /// With it.
    pub after: Estimate,
    /// With it less without it, replication by replication (Law, *Simulation Modeling and Analysis*, section 10.2). Of
    /// percentiles, with an interval from sections of the replications.
    pub difference: Estimate,
    /// The interval that holds for all scenarios together: with the comparison's level, those of this figure in all
    /// scenarios cover what is true (Bonferroni; Law, section 10.4.1).
    pub simultaneous: Option<Interval>,
    /// What common draws bring; `None` where nothing varies, and of percentiles.
    pub variance_reduction: Option<VarianceReduction>,
}

/// How much smaller the variance of a difference is on common draws than between independent runs.
///
/// Measured on the billing cycle of the examples (100 replications of 20 weeks after 10; `cargo bench --bench what_if --
/// reductions`): how many times smaller, and in brackets the bound.
///
/// | what-if | mean lead time | promises kept |
/// | --- | --- | --- |
/// | billing 1 % faster | 384 (1,891) | 268 (4,578) |
/// | billing 5 % faster | 44 (229) | 71 (1,768) |
/// | registration 5 % faster | 583 (16,123) | 244 (137,752) |
/// | coding 5 % faster | 1,827 (287,519) | 403 (210,534) |
/// | 5 % fewer errors at registration | 1,125 (7,145) | 393 (60,839) |
/// | one more at registration | 178 (3,302) | 121 (35,214) |
/// | one more at coding | 797 (3,136,014) | 277 (38,715) |
/// | one more biller | 19 (113) | 43 (2,411) |
/// | one more at collections | 413 (6,000) | 140 (66,121) |
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VarianceReduction {
    /// So many times: the sum of the variances of both figures over the variance of the difference.
    pub times: f64,
    /// No more is possible with these two standard deviations, which is reached when both figures rise and fall together:
    /// (s1^2 + s2^2) / (s1 - s2)^2. `None` where they are equal.
    pub at_most: Option<f64>,
}

/// How the customers of a class fare with a change, each against themselves without it. Those count that arrived
/// after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerChange {
    /// The class at arrival; `all` for all customers.
    pub class: String,
    /// Customers who are completed with the change and without it, in all replications together. What follows is
    /// about them.
    pub both: u64,
    /// By how much their lead time is shorter with the change, on average; below zero where it is longer.
    pub gain: Option<TimeEstimate>,
    /// Whose lead time is shorter.
    pub faster: MovedCustomers,
    /// Whose lead time is longer.
    pub slower: MovedCustomers,
    /// What became of all customers without the change and with it.
    pub transitions: Vec<Transition>,
}

/// Customers whose lead time changes in one direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedCustomers {
    /// Their share of the customers who are completed in both runs; `None` without any of these.
    pub share: Option<Estimate>,
    /// Half of them move by no more than this.
    pub median: Option<TimeEstimate>,
    /// Nine in ten of them move by no more than this.
    pub most_of_them: Option<TimeEstimate>,
    /// The one who moves the most.
    pub most: Option<MovedMost>,
}

/// A customer whose lead time changes the most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedMost {
    /// The replication.
    pub replication: u64,
    /// The customer.
    pub name: String,
    /// By how much.
    pub by: Span,
}

impl Comparison {
    /// What a scenario would change.
    ///
    /// # Errors
    ///
    /// When there is no scenario of that name; the error lists those there are.
    pub fn scenario(&self, name: &str) -> Result<&ScenarioChange> {
        crate::results::named("scenario", name, &self.scenarios, |of| &of.scenario.name)
    }

    /// The names of the scenarios that may be the best by a figure: that of the one with the best estimate, and those whose intervals overlap with
    /// its own. None, where the best is not told from the model as it is. Intervals are those that hold for all scenarios
    /// together; [`Study::best`] decides, with as many replications as that takes.
    #[must_use]
    pub fn may_be_best(&self, goal: &Goal) -> Vec<&str> {
        let better = |of: &ScenarioChange| Some(of.figure(&goal.figure)?.together().times(goal.sign()));
        let told = self.scenarios.iter().filter_map(|of| Some((of, better(of)?)));
        let told: Vec<(&ScenarioChange, Estimate)> = told.collect();
        let Some((_, best)) = told.iter().max_by(|a, b| a.1.mean.total_cmp(&b.1.mean)) else {
            return Vec::new();
        };
        if best.low().is_none_or(|low| low <= 0.0) {
            return Vec::new();
        }
        let close = |of: &Estimate| of.interval.zip(best.interval).is_some_and(|(a, b)| a.overlaps(&b));
        told.iter().filter(|(_, of)| close(of)).map(|(of, _)| of.scenario.name.as_str()).collect()
    }
}

impl FigureChange {
    /// The difference, with the interval that holds for all scenarios together.
    pub(super) fn together(&self) -> Estimate {
        Estimate { interval: self.simultaneous.or(self.difference.interval), ..self.difference }
    }
}

impl CustomerChange {
    /// How many customers there are, in all replications together.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.transitions.iter().map(|of| of.customers).sum()
    }

    /// What became of how many customers, in all replications together: without the change and with it.
    #[must_use]
    pub fn count(&self, without: Fate, with: Fate) -> u64 {
        let these = self.transitions.iter().filter(|of| of.without == without && of.with == with);
        these.map(|of| of.customers).sum()
    }
}

impl ScenarioChange {
    /// How the customers of a class fare.
    ///
    /// # Errors
    ///
    /// When there is no class of that name; the error lists those there are.
    pub fn class(&self, name: &str) -> Result<&CustomerChange> {
        crate::results::named("class", name, &self.classes, |of| &of.class)
    }

    /// What becomes of a figure; `None` where the model as it is has no such figure.
    #[must_use]
    pub fn figure(&self, figure: &Figure) -> Option<&FigureChange> {
        self.figures.iter().find(|of| of.figure == *figure)
    }

    /// How the customers of a class fare, or all.
    #[must_use]
    pub fn customers(&self, of: &Customers) -> Option<&CustomerChange> {
        match of {
            Customers::All => Some(&self.system),
            Customers::Class(class) => self.classes.iter().find(|of| of.class == *class),
        }
    }
}

impl Study<'_> {
    /// What some scenarios would change: every figure, and every customer, against the model as it is, on the same draws.
    ///
    /// Changes of structure are allowed: what a scenario adds moves nobody else's draws. Only the records of the
    /// replication that a thread looks at are kept.
    ///
    /// ```
    /// use knockon::analysis::{Scenario, Study};
    /// use knockon::experiment::Figure;
    /// use knockon::interventions::Intervention;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(2)).warm_up(days(1)).replications(10));
    /// let comparison = study.compare(&[
    ///     Scenario::new("one more at the back", [Intervention::add_staff("back", 1)]),
    ///     Scenario::new("a faster front", [Intervention::scale_service("front", 0.9)]),
    /// ])?;
    /// let hired = comparison.scenario("one more at the back")?;
    /// let lead_time = hired.figure(&Figure::lead_time("visitors")).unwrap();
    /// assert!(lead_time.difference.high().unwrap() < 0.0);
    /// assert!(hired.class("visitors")?.faster.share.unwrap().mean > 0.5);
    /// println!("{comparison}");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// No scenarios, two of one name, and all changes that do not fit the model; else as
    /// [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn compare(&self, scenarios: &[Scenario]) -> Result<Comparison> {
        if scenarios.is_empty() {
            return Err(Error::from_defects(vec![Defect::new(
                "scenarios",
                "there are none, must be at least one",
            )]));
        }
        let pairs = self.compared(&models(self.model(), scenarios)?)?;
        Ok(settle::settle(scenarios, &*self.base()?, &pairs))
    }
}
