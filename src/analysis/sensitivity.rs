//! What a little more of a department would change.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Study;
use crate::error::{Defect, Error, ErrorKind, Result};
use crate::interventions::Intervention;
use crate::model::{Department, Staff};
use crate::results::TimeEstimate;
use crate::stats::Estimate;

/// What a little more of every department would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// By how much rates were changed, as a share: 0.01 is 1 %.
    pub step: f64,
    /// The figure by which departments are ranked.
    pub ranked_by: RankedBy,
    /// The departments, in the order of the model.
    pub departments: Vec<DepartmentSensitivity>,
}

/// A figure by which departments are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankedBy {
    /// The mean lead time of customers.
    LeadTime,
    /// Customers completed per hour: where a stream is saturated, lead times mean nothing.
    Throughput,
}

/// What a little more of a department would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentSensitivity {
    /// The department.
    pub department: String,
    /// All its service times divided by 1 and the step.
    pub rate: Effect,
    /// The probability of its errors a tenth lower; `None` where it makes none.
    pub fewer_errors: Option<Effect>,
    /// One more member of staff, or of the pool that it takes its staff from; `None` where there are always enough.
    pub one_more: Option<Effect>,
}

/// What a change of a model does to customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// All customers together.
    pub system: Change,
    /// By customer class, in the order of [`Results::classes`](crate::results::Results::classes).
    pub classes: Vec<ClassChange>,
}

/// What a change of a model does to the customers of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassChange {
    /// The class.
    pub class: String,
    /// What changes.
    #[serde(flatten)]
    pub change: Change,
}

/// What a change of a model does to some customers: after it less before it, replication by replication on the same draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The mean lead time.
    pub lead_time: Option<TimeEstimate>,
    /// By how many per cent the mean lead time changes for each per cent of rate; `None` where it is not the rate that
    /// changes.
    pub lead_time_elasticity: Option<Estimate>,
    /// The share of promises kept.
    pub promise_kept: Option<Estimate>,
    /// What everything costs per replication, in money; of a class, what its customers cost. `None` without prices.
    pub cost: Option<Estimate>,
    /// Cases completed per hour.
    pub throughput: Option<Estimate>,
    /// By how many per cent the throughput changes for each per cent of rate; `None` where it is not the rate that
    /// changes.
    pub throughput_elasticity: Option<Estimate>,
}

/// Departments ranked by what a little more rate does for customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// How much more rate, as a share.
    pub step: f64,
    /// By which figure.
    pub by: RankedBy,
    /// All departments, the one where it does most first.
    pub departments: Vec<Ranked>,
    /// Those that may be the best one: the first, and all whose intervals overlap with its own. Empty where the first one's
    /// interval does not lie above nothing: then no department is known to matter.
    pub best: Vec<String>,
}

/// A department and what a little more of its rate does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// The department.
    pub department: String,
    /// By how much customers fare better: hours of the mean lead time saved, or cases more per hour.
    pub gain: Estimate,
}

/// How much less likely errors are made for [`DepartmentSensitivity::fewer_errors`].
const FEWER_ERRORS: f64 = 0.9;

/// By how much rates are changed if nothing else is said.
const STEP: f64 = 0.01;

/// The scenarios of a department, by their places among all.
struct Planned {
    higher: usize,
    lower: usize,
    fewer_errors: Option<usize>,
    one_more: Option<usize>,
}

impl Study<'_> {
    /// What a little more of every department would change: 1 % of its rate, fewer errors, one more member of staff.
    ///
    /// More rate means that all services of the department are shorter
    /// ([`Intervention::ScaleService`]): those of cases, of requests that it answers and of orders that it works on; setups
    /// are no services, and take as long as before. Each scenario is run on the same draws as the model itself, and
    /// compared with it replication by replication, so that small changes are seen. Elasticities are central differences
    /// of logarithms, from the rates times and over 1.01: their error is of the order of the square of the step.
    ///
    /// One more member of staff comes to the department's own people or to the pool that it takes them from. Calendars with
    /// levels of their own do not know of them: then nothing changes.
    ///
    /// ```
    /// use knockon::analysis::Study;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(4)).warm_up(days(1)).replications(10));
    /// let sensitivity = study.sensitivity()?;
    /// println!("{}", sensitivity.ranking());
    /// assert_eq!(sensitivity.ranking().best, ["back"]);
    ///
    /// // At the back, 1 % more rate makes lead times several per cent shorter.
    /// let back = &sensitivity.department("back")?.rate.system;
    /// assert!(back.lead_time_elasticity.unwrap().mean < -2.0);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn sensitivity(&self) -> Result<Sensitivity> {
        self.sensitivity_with(STEP)
    }

    /// As [`Study::sensitivity`], with rates changed by another share than 0.01. A larger step is seen more clearly where
    /// figures are counts, like the throughput of a saturated line; the error of elasticities grows with its square.
    ///
    /// # Errors
    ///
    /// When the step is not above 0 and at most 1; else as [`Study::sensitivity`].
    pub fn sensitivity_with(&self, step: f64) -> Result<Sensitivity> {
        if !(step > 0.0 && step <= 1.0) {
            let rule = format!("the step is {step}, must be above 0 and at most 1");
            return Err(Error::from_defects(vec![Defect::new("sensitivity", rule)]));
        }
        let mut scenarios = vec![Vec::new()];
        let model = self.model();
        let planned: Vec<Planned> =
            model.departments.iter().map(|department| plan(department, step, &mut scenarios)).collect();
        let results = self.all(&scenarios)?;
        let effect = |of: usize| Effect::between(&results[0], &results[of]);
        let departments = model.departments.iter().zip(&planned).map(|(department, planned)| {
            let (higher, lower) = (&results[planned.higher], &results[planned.lower]);
            DepartmentSensitivity {
                department: department.name.clone(),
                rate: effect(planned.higher).with_elasticities(higher, lower, step.ln_1p()),
                fewer_errors: planned.fewer_errors.map(effect),
                one_more: planned.one_more.map(effect),
            }
        });
        Ok(Sensitivity { step, ranked_by: RankedBy::of(model), departments: departments.collect() })
    }
}

fn plan(department: &Department, step: f64, scenarios: &mut Vec<Vec<Intervention>>) -> Planned {
    let mut add = |change: Intervention| {
        scenarios.push(vec![change]);
        scenarios.len() - 1
    };
    let name = &department.name;
    let people = match &department.staff {
        Staff::Count(_) => Some(name),
        Staff::Pool(pool) => Some(pool),
        Staff::Infinite => None,
    };
    Planned {
        higher: add(Intervention::scale_service(name, 1.0 / (1.0 + step))),
        lower: add(Intervention::scale_service(name, 1.0 + step)),
        fewer_errors: department.errors.as_ref().map(|_| add(Intervention::scale_errors(name, FEWER_ERRORS))),
        one_more: people.map(|people| add(Intervention::add_staff(people, 1))),
    }
}

impl Sensitivity {
    /// What a little more of a department would change.
    ///
    /// # Errors
    ///
    /// When there is no department of that name; the error lists those there are.
    pub fn department(&self, name: &str) -> Result<&DepartmentSensitivity> {
        let found = self.departments.iter().find(|department| department.department == name);
        found.ok_or_else(|| {
            let known = self.departments.iter().map(|department| department.department.clone()).collect();
            ErrorKind::UnknownName { kind: "department", name: name.to_owned(), known }.into()
        })
    }

    /// The departments by what a little more rate does for all customers.
    #[must_use]
    pub fn ranking(&self) -> Ranking {
        self.ranked(|effect| Some(&effect.system))
    }

    /// The departments by what a little more rate does for the customers of a class.
    ///
    /// # Errors
    ///
    /// When there is no class of that name; the error lists those there are.
    pub fn ranking_for(&self, class: &str) -> Result<Ranking> {
        let classes = || self.departments.iter().take(1).flat_map(|department| &department.rate.classes);
        if !classes().any(|of| of.class == class) {
            let known = classes().map(|of| of.class.clone()).collect();
            return Err(ErrorKind::UnknownName { kind: "class", name: class.to_owned(), known }.into());
        }
        Ok(self.ranked(|effect| effect.classes.iter().find(|of| of.class == class).map(|of| &of.change)))
    }

    fn ranked(&self, change: impl Fn(&Effect) -> Option<&Change>) -> Ranking {
        let gain = |of: &DepartmentSensitivity| self.ranked_by.gain(change(&of.rate)?);
        let all = self.departments.iter();
        let gains = all
            .filter_map(|of| Some(Ranked { department: of.department.clone(), gain: gain(of)? }))
            .collect();
        Ranking::of(self.step, self.ranked_by, gains)
    }
}

impl Ranking {
    fn of(step: f64, by: RankedBy, mut departments: Vec<Ranked>) -> Ranking {
        departments.sort_by(|a, b| b.gain.mean.total_cmp(&a.gain.mean));
        let first = departments.first().and_then(|first| first.gain.interval);
        let matters = first.filter(|first| first.low > 0.0);
        let may_be_best =
            |of: &&Ranked| matters.zip(of.gain.interval).is_some_and(|(first, own)| own.overlaps(&first));
        let best = departments.iter().filter(may_be_best).map(|of| of.department.clone()).collect();
        Ranking { step, by, departments, best }
    }
}

impl fmt::Display for Ranking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = (self.step * 1e10).round() / 1e8;
        let what = match self.by {
            RankedBy::LeadTime => "saves of the mean lead time",
            RankedBy::Throughput => "adds to the cases completed per hour",
        };
        writeln!(f, "{percent} % more rate {what}:")?;
        for Ranked { department, gain } in &self.departments {
            match self.by {
                RankedBy::LeadTime => writeln!(f, "  {department}: {:#}", TimeEstimate(*gain))?,
                RankedBy::Throughput => writeln!(f, "  {department}: {gain:#}")?,
            }
        }
        match &self.best[..] {
            [] => write!(f, "no department is known to matter"),
            [best] => write!(f, "it does most in {best}"),
            several => write!(f, "it does most in one of {}", several.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests;
