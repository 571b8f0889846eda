//! The best of several scenarios, as well as a budget tells.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ocba::{Budget, Known, may_be_better, spend};
use super::source::{Draws, Source};
use super::{Goal, Rules, best_of};
use crate::analysis::shown::shown;
use crate::analysis::{Scenario, Study};
use crate::error::Result;
use crate::stats::Estimate;
use crate::text::Table;

/// What is asked for when the best of several scenarios is to be found within a budget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// What is good.
    pub goal: Goal,
    /// How many replications may be made, of all scenarios together.
    pub budget: u32,
    /// How many of them are made of each scenario at first.
    #[serde(default = "first")]
    pub first: u32,
    /// How many are given out at a time after that; a twentieth of those left if absent.
    #[serde(default)]
    pub step: Option<u32>,
}

fn first() -> u32 {
    10
}

/// In how many steps replications are given out, if nothing else is said.
const STEPS: u32 = 20;

impl Allocation {
    /// So many replications of all scenarios together, 10 of each at first.
    #[must_use]
    pub fn new(goal: Goal, budget: u32) -> Allocation {
        Allocation { goal, budget, first: first(), step: None }
    }

    /// What it breaks, for so many scenarios.
    fn rules(&self, scenarios: usize) -> Rules {
        let Allocation { budget, first, step, .. } = *self;
        let mut rules = Rules::default();
        rules.broken_if(first < 2, "first replications", format!("are {first}, must be 2 or more"));
        rules.broken_if(step == Some(0), "step", "is 0 replications, must be 1 or more".to_owned());
        let least = scenarios as u64 * u64::from(first);
        let rule = format!(
            "is {budget} replications, must be at least {least}: {first} of each of {scenarios} scenarios"
        );
        rules.broken_if(u64::from(budget) < least, "budget", rule);
        rules
    }

    fn budget(&self, scenarios: usize) -> Budget {
        let left = self.budget - scenarios as u32 * self.first;
        Budget { total: self.budget, first: self.first, step: self.step.unwrap_or(left.div_ceil(STEPS)) }
    }
}

/// Which of several scenarios looks best within a budget.
///
/// Displayed it is a table and a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LikelyBest {
    /// What was asked for.
    pub allocation: Allocation,
    /// The scenario that looks best.
    pub best: String,
    /// About the probability that no other is better: 1 less the sum of the probabilities that one is
    /// (the Bonferroni inequality; Chen et al. 2000), from normal distributions with the variances measured.
    pub probability: f64,
    /// The scenarios, in the order given.
    pub scenarios: Vec<Allocated>,
}

/// A scenario that was given a part of the budget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Allocated {
    /// What it is called.
    pub name: String,
    /// How many replications of it were made.
    pub replications: u32,
    /// The mean of the figure over them, in its unit.
    pub figure: Estimate,
    /// About the probability that it is better than the one that looks best; 0 for that itself.
    pub better: f64,
}

impl Study<'_> {
    /// The best of several scenarios, as surely as a budget of replications allows: optimal computing budget allocation
    /// (Chen, Lin, Yücesan and Chick, *Simulation budget allocation for further enhancing the efficiency of ordinal
    /// optimization*, Discrete Event Dynamic Systems 10, 2000).
    ///
    /// After some first replications of each scenario, the others go step by step to where they tell most: to those near
    /// the best, and to those that vary much. Each scenario meets draws of its own, which its name decides, as the
    /// allocation is for independent figures. Figures are averages over replications, as for [`Study::best`].
    ///
    /// ```
    /// use knockon::analysis::{Allocation, Goal, Scenario, Study};
    /// use knockon::experiment::{Customers, Figure};
    /// use knockon::interventions::Intervention;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(1)).warm_up(days(1)));
    /// let scenarios = [
    ///     Scenario::new("as it is", []),
    ///     Scenario::new("one more at the front", [Intervention::add_staff("front", 1)]),
    ///     Scenario::new("one more at the back", [Intervention::add_staff("back", 1)]),
    ///     Scenario::new("a tool at the back", [Intervention::scale_service("back", 0.8)]),
    /// ];
    /// let goal = Goal::least(Figure::lead_time(Customers::All));
    /// let found = study.best_within(&scenarios, &Allocation::new(goal, 80))?;
    /// println!("{found}");
    /// assert_eq!(found.best, "one more at the back");
    /// assert_eq!(found.scenarios.iter().map(|of| of.replications).sum::<u32>(), 80);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A budget that is too small for the first replications; else as [`Study::best`].
    pub fn best_within(&self, scenarios: &[Scenario], allocation: &Allocation) -> Result<LikelyBest> {
        let rules = allocation.rules(scenarios.len());
        let mut source = Source::new(self, scenarios, &allocation.goal, Draws::Independent, rules)?;
        let budget = allocation.budget(scenarios.len());
        let values = spend(scenarios.len(), &budget, &mut |wanted| source.feed(wanted))?;

        let (level, sign) = (self.experiment().confidence(), allocation.goal.sign());
        let known: Vec<Known> = values.iter().map(|values| Known::of(values)).collect();
        let best = best_of(known.iter().map(|of| of.mean));
        let allocated = |(at, scenario): (usize, &Scenario)| Allocated {
            name: scenario.name.clone(),
            replications: known[at].replications,
            figure: Estimate::of_means(&values[at], level).expect("finite values").times(sign),
            better: if at == best { 0.0 } else { may_be_better(&known[best], &known[at]) },
        };
        let scenarios: Vec<Allocated> = scenarios.iter().enumerate().map(allocated).collect();
        let another = scenarios.iter().map(|of| of.better).sum::<f64>();
        Ok(LikelyBest {
            allocation: allocation.clone(),
            best: scenarios[best].name.clone(),
            probability: (1.0 - another).max(0.0),
            scenarios,
        })
    }
}

crate::text::displayed_as_prose!(LikelyBest);

impl LikelyBest {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = &self.allocation.goal.figure;
        let header = ["scenario", "figure", "replications", "better"];
        let row = |of: &Allocated| {
            let better = if of.name == self.best { "-".to_owned() } else { percent(of.better) };
            vec![of.name.clone(), shown(figure, &of.figure), of.replications.to_string(), better]
        };
        writeln!(f, "{}:\n", self.allocation.goal)?;
        fmt::Display::fmt(&Table::new(&header, self.scenarios.iter().map(row)), f)?;
        write!(
            f,
            "\n`{}` looks best after {} replications; with a probability of about {} no other is better.",
            self.best,
            self.scenarios.iter().map(|of| of.replications).sum::<u32>(),
            percent(self.probability)
        )
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
