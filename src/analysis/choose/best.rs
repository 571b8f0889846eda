//! The best of several scenarios, with a stated probability.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::kim_nelson::{Promise, select};
use super::source::{Draws, Source};
use super::{Goal, Rules};
use crate::analysis::shown::{listed, number, shown, shown_or_dash};
use crate::analysis::{Scenario, Study};
use crate::error::Result;
use crate::stats::Estimate;
use crate::text::Table;

/// What is asked for when the best of several scenarios is to be found with a stated probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// What is good.
    pub goal: Goal,
    /// The smallest difference from the best that matters, in the unit of the figure: hours for times.
    pub indifference: f64,
    /// With which probability the best is to be found, if it is better than every other by at least that difference.
    #[serde(default = "probability")]
    pub probability: f64,
    /// How many replications of each scenario are made before any is put out.
    #[serde(default = "first")]
    pub first: u32,
    /// The most replications of a scenario.
    #[serde(default = "at_most")]
    pub at_most: u32,
}

fn probability() -> f64 {
    0.95
}

fn first() -> u32 {
    30
}

fn at_most() -> u32 {
    10_000
}

impl Selection {
    /// The best is to be found with a probability of 95 %, from 30 replications at first to 10,000 at most.
    #[must_use]
    pub fn new(goal: Goal, indifference: f64) -> Selection {
        let (probability, first, at_most) = (probability(), first(), at_most());
        Selection { goal, indifference, probability, first, at_most }
    }

    /// What it breaks, for so many scenarios.
    fn rules(&self, scenarios: usize) -> Rules {
        let Selection { indifference, probability, first, at_most, .. } = *self;
        let mut rules = Rules::default();
        let positive = indifference > 0.0 && indifference.is_finite();
        rules.broken_if(!positive, "indifference", format!("is {indifference}, must be positive"));
        let guess = 1.0 / scenarios.max(2) as f64;
        let between = guess < probability && probability < 1.0;
        let rule = format!("is {probability}, must be above {guess:.3}, as for a guess, and below 1");
        rules.broken_if(!between, "probability", rule);
        rules.broken_if(first < 2, "first replications", format!("are {first}, must be 2 or more"));
        let rule = format!("are {at_most}, must be as many as the first {first} or more");
        rules.broken_if(at_most < first, "replications at most", rule);
        rules
    }
}

/// Which of several scenarios is best.
///
/// Displayed it is a table and a sentence:
///
/// ```text
/// the cost of everything, the less the better:
///
/// scenario                    figure          worse by  replications  out because of
/// ----------------------------------------------------------------------------------
/// 3 at the desk  1276 (1173 to 1378)     45 (-9 to 98)            10   4 at the desk
/// 4 at the desk  1231 (1176 to 1286)                 -            10
/// 5 at the desk  1337 (1296 to 1378)   106 (89 to 123)            10   4 at the desk
///
/// `4 at the desk` is the best of 3, with a probability of at least 95 % if the best is better than all others by 60 or more.
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What was asked for.
    pub selection: Selection,
    /// The best; while it is not decided, the one that looks best.
    pub best: String,
    /// Whether one scenario alone was left. If not, the limit on replications was reached before.
    pub decided: bool,
    /// The scenarios, in the order given.
    pub candidates: Vec<Candidate>,
    /// How many replications were made of all together, also of those that were not looked at in the end.
    pub replications: u32,
}

/// A scenario that may be the best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// What it is called.
    pub name: String,
    /// The mean of the figure over the replications looked at, in its unit.
    pub figure: Estimate,
    /// How much worse it is than the best, replication by replication; positive where it is worse. `None` for the best itself.
    pub worse_by: Option<Estimate>,
    /// How many of its replications were looked at.
    pub replications: u32,
    /// After how many it was put out and because of whom, if it was.
    pub eliminated: Option<Elimination>,
}

/// How a scenario came to be out of the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elimination {
    /// After so many replications of each.
    pub after: u32,
    /// Because it was too far behind this one.
    pub by: String,
}

impl Study<'_> {
    /// The best of several scenarios, with a stated probability: the fully sequential procedure of Kim and Nelson (*A fully
    /// sequential procedure for indifference-zone selection in simulation*, ACM TOMACS 11(3), 2001).
    ///
    /// All scenarios meet the same draws, those of the study. After some first replications, those that are too far behind another are put
    /// out, one look for each replication, until one is left. With the probability asked for that is the best, if the best
    /// is better than every other by at least the indifference. Figures are compared by their averages over replications,
    /// which must be close to normal: replications should not be short. A figure over cases is averaged in each
    /// replication first, so each replication has the same weight.
    ///
    /// The model as it is takes part where it is given, as a scenario without changes. The number of replications of the study
    /// does not matter.
    ///
    /// ```
    /// use knockon::analysis::{Goal, Scenario, Selection, Study};
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
    ///     Scenario::new("one more at the back", [Intervention::add_staff("back", 1)]),
    ///     Scenario::new("a tool at the back", [Intervention::scale_service("back", 0.9)]),
    /// ];
    /// // Six minutes of lead time matter.
    /// let goal = Goal::least(Figure::lead_time(Customers::All));
    /// let choice = study.best(&scenarios, &Selection::new(goal, 0.1))?;
    /// println!("{choice}");
    /// assert_eq!(choice.best, "one more at the back");
    /// assert!(choice.decided && choice.candidates[0].eliminated.is_some());
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fewer than two scenarios, names that several have, changes that do not fit the model, a figure that is not known by
    /// replication or has no value in one, settings out of range, each named; else as
    /// [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn best(&self, scenarios: &[Scenario], selection: &Selection) -> Result<Choice> {
        let rules = selection.rules(scenarios.len());
        let mut source = Source::new(self, scenarios, &selection.goal, Draws::Common, rules)?;
        let Selection { indifference, probability, first, at_most, .. } = *selection;
        let promise = Promise { indifference, probability, first, at_most };
        let selected = select(scenarios.len(), &promise, &mut |wanted| source.feed(wanted))?;

        let (level, sign) = (self.experiment().confidence(), selection.goal.sign());
        let seen = |at: usize| &selected.values[at][..selected.looked_at[at] as usize];
        let estimate = |values: &[f64]| Estimate::of_means(values, level).expect("finite values");
        let candidate = |(at, scenario): (usize, &Scenario)| {
            let both = seen(at).len().min(seen(selected.best).len());
            let worse_by = Estimate::of_difference(&seen(selected.best)[..both], &seen(at)[..both], level);
            let by = selected.put_out_by[at].map(|by| scenarios[by].name.clone());
            let replications = selected.looked_at[at];
            Candidate {
                name: scenario.name.clone(),
                figure: estimate(seen(at)).times(sign),
                worse_by: worse_by.filter(|_| at != selected.best),
                replications,
                eliminated: by.map(|by| Elimination { after: replications, by }),
            }
        };
        Ok(Choice {
            selection: selection.clone(),
            best: scenarios[selected.best].name.clone(),
            decided: selected.put_out_by.iter().filter(|by| by.is_none()).count() == 1,
            candidates: scenarios.iter().enumerate().map(candidate).collect(),
            replications: source.made,
        })
    }
}

impl Choice {
    /// The scenarios that were not put out: the best alone, once it is decided.
    pub fn left(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|candidate| candidate.eliminated.is_none())
    }
}

crate::text::displayed_as_prose!(Choice);

impl Choice {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = &self.selection.goal.figure;
        let header = ["scenario", "figure", "worse by", "replications", "out because of"];
        let row = |of: &Candidate| {
            vec![
                of.name.clone(),
                shown(figure, &of.figure),
                shown_or_dash(figure, of.worse_by.as_ref()),
                of.replications.to_string(),
                of.eliminated.as_ref().map_or(String::new(), |out| out.by.clone()),
            ]
        };
        writeln!(f, "{}:\n", self.selection.goal)?;
        fmt::Display::fmt(&Table::new(&header, self.candidates.iter().map(row)), f)?;
        writeln!(f)?;
        let percent = (100.0 * self.selection.probability * 1e6).round() / 1e6;
        let indifference = number(figure, self.selection.indifference);
        if self.decided {
            write!(
                f,
                "`{}` is the best of {}, with a probability of at least {percent} % if the best is better than all others \
                 by {indifference} or more.",
                self.best,
                self.candidates.len()
            )
        } else {
            write!(
                f,
                "After {} replications, the most allowed, {} are left. `{}` looks best, but that is not as sure as \
                 was asked for.",
                self.selection.at_most,
                listed(self.left().map(|of| of.name.as_str())),
                self.best
            )
        }
    }
}
