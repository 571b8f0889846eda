//! The best plan: the cheapest that keeps what is promised, or the best service within a budget.

mod display;
mod search;
#[cfg(test)]
mod tests;
mod twin;

use serde::{Deserialize, Serialize};

use self::search::{Plan, Score, Search, descend};
use super::choose::Goal;
use super::explore::{Factor, defects_of};
use super::scenario::Scenario;
use super::study::Study;
use crate::error::{Defect, Error, Result};
use crate::experiment::Figure;
use crate::interventions::Intervention;
use crate::results::Results;
use crate::stats::Estimate;

/// What is to be decided, what is wanted, and what is required.
///
/// ```
/// use knockon::analysis::{Factor, Goal, Problem, Requirement};
/// use knockon::experiment::{Customers, Figure};
///
/// // The cheapest plan that keeps 95 % of promises to the insured.
/// let problem = Problem::new(Goal::least(Figure::cost(Customers::All)))
///     .factor(Factor::added_staff("billing", -1..=3))
///     .factor(Factor::added_staff("coding", -1..=3))
///     .require(Requirement::at_least(Figure::promise_kept("insured"), 0.95));
/// assert_eq!(problem.plans(), 25);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// What there should be little or much of.
    pub goal: Goal,
    /// What can be decided: a plan is a level of each. Levels should be in order, as of staff: the search goes from
    /// level to level.
    pub factors: Vec<Factor>,
    /// What every plan must keep.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
    /// No more plans are run in the search than this.
    #[serde(default = "most_plans")]
    pub at_most: u32,
    /// How many replications confirm the best plan, on draws that had no part in the search; as many as the study makes
    /// if absent.
    #[serde(default)]
    pub confirm: Option<u32>,
}

fn most_plans() -> u32 {
    500
}

/// A figure that must be on one side of a bound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The figure.
    pub figure: Figure,
    /// The bound, in the figure's unit.
    pub bound: Bound,
}

/// A bound of a figure, in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// No less than this.
    AtLeast(f64),
    /// No more than this.
    AtMost(f64),
}

impl Requirement {
    /// The figure is no less than a value, in its unit: shares between 0 and 1.
    #[must_use]
    pub fn at_least(figure: Figure, value: f64) -> Requirement {
        Requirement { figure, bound: Bound::AtLeast(value) }
    }

    /// The figure is no more than a value, in its unit: hours for times.
    #[must_use]
    pub fn at_most(figure: Figure, value: f64) -> Requirement {
        Requirement { figure, bound: Bound::AtMost(value) }
    }
}

impl Problem {
    /// A problem in which nothing can be decided yet.
    #[must_use]
    pub fn new(goal: Goal) -> Problem {
        Problem { goal, factors: Vec::new(), requirements: Vec::new(), at_most: most_plans(), confirm: None }
    }

    /// Something that can be decided.
    #[must_use]
    pub fn factor(mut self, factor: Factor) -> Problem {
        self.factors.push(factor);
        self
    }

    /// Something that every plan must keep.
    #[must_use]
    pub fn require(mut self, requirement: Requirement) -> Problem {
        self.requirements.push(requirement);
        self
    }

    /// The most plans to run in the search.
    #[must_use]
    pub fn at_most(mut self, plans: u32) -> Problem {
        self.at_most = plans;
        self
    }

    /// How many replications confirm the best plan.
    #[must_use]
    pub fn confirm(mut self, replications: u32) -> Problem {
        self.confirm = Some(replications);
        self
    }

    /// How many plans there are.
    #[must_use]
    pub fn plans(&self) -> u64 {
        self.factors.iter().fold(1, |product, factor| product.saturating_mul(factor.levels.len() as u64))
    }

    fn defects(&self) -> Vec<Defect> {
        let mut found = defects_of(&self.factors);
        for requirement in &self.requirements {
            let (Bound::AtLeast(bound) | Bound::AtMost(bound)) = requirement.bound;
            if !bound.is_finite() {
                let place = format!("requirement of {}", requirement.figure);
                found.push(Defect::new(place, format!("the bound is {bound}, must be finite")));
            }
        }
        if self.at_most == 0 {
            found.push(Defect::new("problem", "at most 0 plans may be run, must be at least 1"));
        }
        if self.confirm.is_some_and(|replications| replications < 2) {
            found.push(Defect::new(
                "problem",
                "fewer than 2 replications confirm the plan, must be 2 or more",
            ));
        }
        found
    }

    fn changes(&self, plan: &Plan) -> Vec<Intervention> {
        let levels = self.factors.iter().zip(plan).map(|(factor, &level)| &factor.levels[level]);
        levels.flat_map(|level| level.changes.clone()).collect()
    }

    fn levels(&self, plan: &Plan) -> Vec<ChosenLevel> {
        let level = |(factor, &level): (&Factor, &usize)| {
            let Scenario { name, changes } = &factor.levels[level];
            ChosenLevel { factor: factor.name.clone(), level: name.clone(), as_it_is: changes.is_empty() }
        };
        self.factors.iter().zip(plan).map(level).collect()
    }

    fn score(&self, results: &Results) -> Result<Score> {
        let Some(goal) = self.goal.figure.of(results)? else { return Ok(Score::NONE) };
        let mut violation = 0.0;
        for requirement in &self.requirements {
            let value = requirement.figure.of(results)?;
            violation += value.map_or(f64::INFINITY, |value| requirement.bound.missed_by(value.mean));
        }
        Ok(Score { violation, loss: -self.goal.sign() * goal.mean })
    }
}

/// The best plan that was found.
///
/// Displayed it is some sentences and a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Optimum {
    /// The plan: a level of each factor.
    pub plan: Vec<ChosenLevel>,
    /// The same as changes to the model.
    pub changes: Vec<Intervention>,
    /// What there should be little or much of.
    pub goal: Goal,
    /// The plan's figure on fresh draws, which had no part in choosing it: as good as it will be.
    pub confirmed: Estimate,
    /// The same figure on the draws of the search. The best of many looks better than it is.
    pub in_search: Estimate,
    /// What must be kept, on the fresh draws.
    pub requirements: Vec<Kept>,
    /// How many plans were run in the search.
    pub plans_run: u32,
    /// How many plans there are.
    pub plans: u64,
    /// Whether the search had to stop before it was at its end, as no more plans were to be run.
    pub cut_short: bool,
    /// The plans that the search went along, with the figure of the goal on its draws.
    pub path: Vec<SearchStep>,
}

/// A level of a factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenLevel {
    /// The factor.
    pub factor: String,
    /// Its level.
    pub level: String,
    /// Whether this level leaves the model as it is.
    pub as_it_is: bool,
}

/// A plan on the way of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchStep {
    /// The plan.
    pub plan: Vec<ChosenLevel>,
    /// The figure of the goal.
    pub goal: Estimate,
    /// Whether all that is required is kept, by the estimates.
    pub kept: bool,
}

/// Whether something required is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What is required.
    pub requirement: Requirement,
    /// The figure, on fresh draws.
    pub figure: Estimate,
    /// How sure it is.
    pub verdict: KeptVerdict,
}

/// How sure it is that something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptVerdict {
    /// The whole interval is on the right side of the bound.
    Surely,
    /// The bound is within the interval, and the estimate on the right side.
    Probably,
    /// The estimate is on the wrong side.
    No,
}

impl Kept {
    fn of(requirement: &Requirement, figure: Estimate) -> Kept {
        let right = |value: f64| requirement.bound.missed_by(value) == 0.0;
        let sure = figure.interval.is_some_and(|interval| right(interval.low) && right(interval.high));
        let verdict = match (right(figure.mean), sure) {
            (true, true) => KeptVerdict::Surely,
            (true, false) => KeptVerdict::Probably,
            (false, _) => KeptVerdict::No,
        };
        Kept { requirement: requirement.clone(), figure, verdict }
    }
}

/// So many of the best plans of the search are compared on fresh draws.
const FINALISTS: usize = 5;

/// So many plans are looked at by formulas before any is run.
const MOST_BY_FORMULA: u64 = 2000;

impl Study<'_> {
    /// The plan with the best figure among those that keep what is required: as the cheapest staff that keeps a promise, or the
    /// shortest lead time within a budget.
    ///
    /// The search begins at the model as it is, or the first levels, and at the plan that the analytic twin
    /// ([`theory::estimate`](crate::theory::estimate())) likes best, where it says something; it goes to the best plan next
    /// to it (a factor one level up or down, or one up and another down) until none is better. All plans
    /// run on the same draws, so that small differences are seen. It finds the best of all plans where there is no other that is
    /// better than all next to it, as with staff; it is not sure to elsewhere. The best five are then compared on draws of
    /// their own, and the best of these is confirmed on draws that had no part in choosing it.
    ///
    /// ```
    /// use knockon::analysis::{Factor, Goal, Problem, Requirement, Study};
    /// use knockon::experiment::{Customers, Figure};
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("counter")
    ///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(20))).cost(30.0, 30.0, 30.0))
    ///     .customers("walk-in", |c| c.poisson(per_hour(6.0)).enter("counter").promise(minutes(45)))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(1)).warm_up(days(1)).replications(10));
    /// let problem = Problem::new(Goal::least(Figure::cost(Customers::All)))
    ///     .factor(Factor::added_staff("counter", 0..=5))
    ///     .require(Requirement::at_least(Figure::promise_kept("walk-in"), 0.8));
    /// let best = study.optimise(&problem)?;
    /// assert_eq!(best.plan[0].level, "+3"); // with "+2", 78.9 % are kept
    /// println!("{best}");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All defects of the problem; changes that do not fit, as [`Model::with`](crate::model::Model::with); no plan with such a figure;
    /// else as [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn optimise(&self, problem: &Problem) -> Result<Optimum> {
        let defects = problem.defects();
        if !defects.is_empty() {
            return Err(Error::from_defects(defects));
        }
        let levels: Vec<usize> = problem.factors.iter().map(|factor| factor.levels.len()).collect();
        let starts = self.starts(problem, &levels)?;
        let search = descend(&levels, &starts, problem.at_most as usize, |plans| {
            let changes: Vec<_> = plans.iter().map(|plan| problem.changes(plan)).collect();
            self.all(&changes)?.iter().map(|results| problem.score(results)).collect()
        })?;
        let made = self.base()?.manifest.replications;
        let finalists: Vec<&Plan> = search
            .best(FINALISTS)
            .into_iter()
            .filter(|plan| search.score(plan).is_some_and(|score| score.loss.is_finite()))
            .collect();
        let scored = self.fresh(problem, &finalists, made, made)?;
        let scores: Vec<Score> =
            scored.iter().map(|results| problem.score(results)).collect::<Result<_>>()?;
        // Of equals, the first.
        let best = (0..scores.len())
            .reduce(|best, at| if scores[at].is_better_than(&scores[best]) { at } else { best });
        let Some(plan) = best.map(|best| finalists[best]) else {
            let place = problem.goal.figure.to_string();
            return Err(Error::from_defects(vec![Defect::new(place, "no plan has such a figure")]));
        };
        let confirm = problem.confirm.unwrap_or(made);
        let results = self.fresh(problem, &[plan], made.saturating_mul(2), confirm)?.remove(0);
        self.settle(problem, plan, &search, &results)
    }

    /// Where the search begins.
    fn starts(&self, problem: &Problem, levels: &[usize]) -> Result<Vec<Plan>> {
        // The model as it is, where that is a plan.
        let as_it_is = |factor: &Factor| factor.levels.iter().position(|level| level.changes.is_empty());
        let first: Plan = problem.factors.iter().map(|factor| as_it_is(factor).unwrap_or(0)).collect();
        let mut starts = Vec::new();
        if problem.plans() <= MOST_BY_FORMULA {
            let mut best: Option<(Plan, Score)> = None;
            for number in 0..problem.plans() {
                let plan = numbered(number, levels);
                let model = self.model().with(&problem.changes(&plan))?;
                let Some(score) = twin::score(problem, &model) else { continue };
                if best.as_ref().is_none_or(|(_, best)| score.is_better_than(best)) {
                    best = Some((plan, score));
                }
            }
            starts.extend(best.map(|(plan, _)| plan));
        }
        if !starts.contains(&first) {
            starts.push(first);
        }
        Ok(starts)
    }

    /// Results of plans on draws of replications from a number on, counted from the study's first.
    fn fresh(&self, problem: &Problem, plans: &[&Plan], from: u32, count: u32) -> Result<Vec<Results>> {
        let changed = plans.iter().map(|plan| self.model().with(&problem.changes(plan)));
        let models = changed.collect::<Result<Vec<_>>>()?;
        let first = self.experiment().numbered_from().wrapping_add(from.into());
        let experiments = models.iter().map(|model| {
            self.experiment().on(model).usual_figures().first_replication(first).replications(count)
        });
        self.together(experiments.collect(), 0, |one| one.saturating_mul(plans.len() as u32))
    }

    fn settle(&self, problem: &Problem, plan: &Plan, search: &Search, results: &Results) -> Result<Optimum> {
        let changes = problem.changes(plan);
        let none = || Error::from_defects(vec![Defect::new(problem.goal.figure.to_string(), "has no value")]);
        let of = |plan: &Plan| -> Result<Estimate> {
            problem.goal.figure.of(&*self.with(&problem.changes(plan))?)?.ok_or_else(none)
        };
        let mut path = Vec::new();
        for plan in &search.path {
            let kept = search.score(plan).is_some_and(|score| score.violation == 0.0);
            if let Ok(goal) = of(plan) {
                path.push(SearchStep { plan: problem.levels(plan), goal, kept });
            }
        }
        let mut requirements = Vec::new();
        for requirement in &problem.requirements {
            let figure = requirement.figure.of(results)?.ok_or_else(none)?;
            requirements.push(Kept::of(requirement, figure));
        }
        Ok(Optimum {
            plan: problem.levels(plan),
            changes,
            goal: problem.goal.clone(),
            confirmed: problem.goal.figure.of(results)?.ok_or_else(none)?,
            in_search: of(plan)?,
            requirements,
            plans_run: search.tried.len() as u32,
            plans: problem.plans(),
            cut_short: search.cut_short,
            path,
        })
    }
}

/// The plan of a number, the last factor counting fastest.
fn numbered(number: u64, levels: &[usize]) -> Plan {
    let mut left = number;
    let mut plan: Plan = levels
        .iter()
        .rev()
        .map(|&count| {
            let level = left % count as u64;
            left /= count as u64;
            level as usize
        })
        .collect();
    plan.reverse();
    plan
}

impl Optimum {
    /// The plan as a scenario, to be compared with others.
    #[must_use]
    pub fn scenario(&self, name: impl Into<String>) -> Scenario {
        Scenario::new(name, self.changes.clone())
    }

    /// Whether all that is required is kept, at least by the estimates.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.requirements.iter().all(|kept| kept.verdict != KeptVerdict::No)
    }
}
