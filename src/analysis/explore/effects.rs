//! Designs that are run, and the effects they show.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fraction::{Relation, Word};
use super::{Design, without_noise};
use crate::analysis::scenario::models;
use crate::analysis::shown::{shown, shown_or_dash};
use crate::analysis::{Factor, Study};
use crate::error::{Defect, Error, ErrorKind, Result};
use crate::experiment::Figure;
use crate::stats::{Estimate, Series};
use crate::text::Table;

/// What some factors do, alone and in pairs, to some figures.
///
/// Displayed it has a table of effects for each figure, the largest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exploration {
    /// The figures.
    pub figures: Vec<Figure>,
    /// Which combinations were run.
    pub design: Design,
    /// The resolution of a fraction; `None` of a full design, in which nothing is aliased.
    pub resolution: Option<u32>,
    /// The runs, in the order of [`Design::runs`].
    pub points: Vec<DesignPoint>,
    /// Main effects, then interactions of two factors.
    pub effects: Vec<FactorialEffect>,
    /// How many replications of each run.
    pub replications: u32,
}

/// A combination of levels that was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DesignPoint {
    /// The level of each factor.
    pub levels: Vec<String>,
    /// The figures, in their units; `None` where there is nothing to average.
    pub figures: Vec<Option<Estimate>>,
}

/// What a factor does when it goes from its first level to another, on average over all that was run of the others; or of two
/// factors, half of what the effect of one changes when the other goes from its first level to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactorialEffect {
    /// One factor, or two, with their levels.
    pub of: Vec<LevelStep>,
    /// Effects of one or two factors that the design cannot tell from it: the estimate is that of the sum, of those with a minus
    /// sign of the difference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The effect on each figure, in its unit.
    pub on: Vec<Option<Estimate>>,
}

/// A factor that goes from one level to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelStep {
    /// The factor.
    pub factor: String,
    /// From its first level.
    pub from: String,
    /// To this one.
    pub to: String,
}

/// Factors with the levels to which they go.
type Term = Vec<(usize, usize)>;

impl Study<'_> {
    /// Runs all combinations of a design on the same draws, and estimates main effects and interactions of two factors on some
    /// figures (Box, Hunter and Hunter, *Statistics for Experimenters*, 2nd edition, 2005, chapters 5 and 6; for simulation
    /// Law, *Simulation Modeling and Analysis*, 5th edition, 2015, chapter 12).
    ///
    /// Effects are differences of averages of the figure, taken replication by replication with the jackknife, so that their intervals
    /// use that all runs met the same draws. They are sound as long as no interaction of three or more factors matters.
    ///
    /// ```
    /// use knockon::analysis::{Design, Factor, Study};
    /// use knockon::experiment::{Customers, Figure};
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(1)).warm_up(days(1)).replications(20));
    /// let factors = [
    ///     Factor::added_staff("back", [0, 1]),
    ///     Factor::service("back", [1.0, 0.9]),
    ///     Factor::service("front", [1.0, 0.9]),
    /// ];
    /// let lead_time = Figure::lead_time(Customers::All);
    /// let explored = study.explore(&Design::grid(factors), &[lead_time.clone()])?;
    /// println!("{explored}");
    /// // Whoever has one more person gains less from faster work.
    /// let together = explored.effect(&["staff of back", "service at back"])?.on[0].unwrap();
    /// assert!(together.low().unwrap() > 0.0);
    /// assert!(explored.effect(&["staff of back"])?.on[0].unwrap().mean < 0.0);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All that is wrong with the design, as [`Design::runs`]; levels that do not fit the model or each other; figures that
    /// are not known by replication; else as [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn explore(&self, design: &Design, figures: &[Figure]) -> Result<Exploration> {
        let (generators, relation) = design.checked()?;
        let runs = design.runs_of(&generators);
        let scenarios: Vec<_> = runs.iter().map(|run| design.scenario(run)).collect();
        check_figures(figures, &models(self.model(), &scenarios)?)?;
        let results = self.all(&scenarios)?;
        let level = self.experiment().confidence();
        let series_of = |figure: &Figure| -> Result<Vec<Series>> {
            results.iter().map(|results| figure.series(results)).collect()
        };
        let series: Vec<Vec<Series>> = figures.iter().map(series_of).collect::<Result<_>>()?;
        let point = |(at, run): (usize, &Vec<usize>)| DesignPoint {
            levels: run.iter().zip(&design.factors).map(|(&at, of)| of.levels[at].name.clone()).collect(),
            figures: series.iter().map(|of| of[at].estimate(level)).collect(),
        };
        let effect = |(term, aliases): (Term, Vec<String>)| {
            let weights = weights(&term, &runs);
            let step = |&(factor, to): &(usize, usize)| {
                let Factor { name, levels } = &design.factors[factor];
                LevelStep { factor: name.clone(), from: levels[0].name.clone(), to: levels[to].name.clone() }
            };
            FactorialEffect {
                of: term.iter().map(step).collect(),
                aliases,
                on: series.iter().map(|of| contrast(&weights, of, level)).collect(),
            }
        };
        Ok(Exploration {
            figures: figures.to_vec(),
            design: design.clone(),
            resolution: relation.resolution(),
            points: runs.iter().enumerate().map(point).collect(),
            effects: terms(&design.factors, &relation).into_iter().map(effect).collect(),
            replications: results.first().map_or(0, |results| results.manifest.replications),
        })
    }
}

/// # Errors
///
/// When some model does not have one of the figures by replication.
pub(super) fn check_figures(figures: &[Figure], models: &[crate::model::Model]) -> Result<()> {
    let mut defects: Vec<Defect> = Vec::new();
    for figure in figures {
        let refused = models.iter().find_map(|model| figure.refused_by(model));
        defects.extend(refused.map(|rule| Defect::new("figure", rule)));
    }
    if defects.is_empty() { Ok(()) } else { Err(Error::from_defects(defects)) }
}

/// All main effects, and then all interactions of two factors, each with its aliases among these. Of those that cannot be told
/// apart the first stands for all.
fn terms(factors: &[Factor], relation: &Relation) -> Vec<(Term, Vec<String>)> {
    let steps = |factor: usize| (1..factors[factor].levels.len()).map(move |to| (factor, to));
    let all: Vec<usize> = (0..factors.len()).collect();
    let mut terms: Vec<Term> = all.iter().flat_map(|&at| steps(at).map(|step| vec![step])).collect();
    for &one in &all {
        for &other in &all[one + 1..] {
            terms.extend(steps(one).flat_map(|step| steps(other).map(move |second| vec![step, second])));
        }
    }
    if relation.resolution().is_none() {
        return terms.into_iter().map(|term| (term, Vec::new())).collect();
    }
    // In a fraction every factor has one step.
    let word = |term: &Term| -> Word { term.iter().map(|&(factor, _)| 1 << factor).sum() };
    let name = |term: &Term| {
        let names: Vec<&str> = term.iter().map(|&(factor, _)| factors[factor].name.as_str()).collect();
        names.join(" x ")
    };
    let mut apart: Vec<(Term, Vec<String>)> = Vec::new();
    for term in terms {
        let alias = |(other, _): &(Term, Vec<String>)| relation.aliased(word(other), word(&term));
        let found = apart.iter_mut().find_map(|first| alias(first).map(|negative| (first, negative)));
        match found {
            Some((first, negative)) => {
                first.1.push(format!("{} {}", if negative { "-" } else { "+" }, name(&term)));
            }
            None => apart.push((term, Vec::new())),
        }
    }
    apart
}

/// The weights of the runs in an effect. They add up to nothing.
///
/// Of one factor: the average of those at the level less that of those at the first. Of two: half of the same difference of
/// differences.
fn weights(term: &[(usize, usize)], runs: &[Vec<usize>]) -> Vec<f64> {
    // Whether the run counts, and whether it is added: where an even number of the factors are at their first levels.
    let place = |run: &Vec<usize>| -> Option<Vec<bool>> {
        let place = |&(factor, to): &(usize, usize)| match run[factor] {
            0 => Some(false),
            level => (level == to).then_some(true),
        };
        term.iter().map(place).collect()
    };
    let places: Vec<Option<Vec<bool>>> = runs.iter().map(place).collect();
    let alike = |one: &Vec<bool>| places.iter().filter(|other| other.as_ref() == Some(one)).count() as f64;
    let of = |place: &Option<Vec<bool>>| {
        place.as_ref().map_or(0.0, |place| {
            let low = place.iter().filter(|&&high| !high).count();
            let sign = if low.is_multiple_of(2) { 1.0 } else { -1.0 };
            sign / alike(place) / term.len() as f64
        })
    };
    places.iter().map(of).collect()
}

/// The sum of the figure in all runs, each times its weight. As the weights add up to nothing, it is that of the differences from the
/// first.
fn contrast(weights: &[f64], series: &[Series], level: f64) -> Option<Estimate> {
    let first = totals(series.first()?);
    let pairs = weights.iter().zip(series).filter(|&(&weight, _)| weight != 0.0);
    let differences: Vec<_> = pairs.map(|(&weight, of)| (weight, totals(of), first)).collect();
    let size = |of: &Series| of.estimate(level).map_or(0.0, |figure| figure.mean.abs());
    let largest = series.iter().map(size).fold(0.0, f64::max);
    Some(without_noise(Estimate::of_weighted_differences(&differences, level)?, largest))
}

/// Totals and counts of all replications.
fn totals(series: &Series) -> (&[f64], &[f64]) {
    series.first(series.replications())
}

impl FactorialEffect {
    /// The factors: "staff of back x service at back".
    #[must_use]
    pub fn name(&self) -> String {
        let names: Vec<&str> = self.of.iter().map(|step| step.factor.as_str()).collect();
        names.join(" x ")
    }
}

impl Exploration {
    /// The effect of one factor, or of two together; where they have more than two levels, of the second.
    ///
    /// # Errors
    ///
    /// When there is no such effect, or it is only an alias of another; the error lists those there are.
    pub fn effect(&self, factors: &[&str]) -> Result<&FactorialEffect> {
        let same = |effect: &&FactorialEffect| {
            effect.of.len() == factors.len() && effect.of.iter().all(|step| factors.contains(&&*step.factor))
        };
        self.effects.iter().find(same).ok_or_else(|| {
            let mut known: Vec<String> = self.effects.iter().map(FactorialEffect::name).collect();
            known.dedup();
            ErrorKind::UnknownName { kind: "effect", name: factors.join(" x "), known }.into()
        })
    }
}

/// Whether an effect can be told from none.
fn told(effect: &Estimate) -> bool {
    effect.interval.is_some_and(|interval| interval.low > 0.0 || interval.high < 0.0)
}

crate::text::displayed_as_prose!(Exploration);

impl Exploration {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.points.len();
        let kind = match self.resolution {
            Some(resolution) => format!("a fraction of resolution {resolution}"),
            None => "all combinations".to_owned(),
        };
        write!(f, "{runs} runs of {} replications on the same draws: {kind}.", self.replications)?;
        for (at, figure) in self.figures.iter().enumerate() {
            write!(f, "\n\n{figure}:\n\n")?;
            self.write_effects(f, at, figure)?;
        }
        Ok(())
    }
}

impl Exploration {
    fn write_effects(&self, f: &mut fmt::Formatter<'_>, at: usize, figure: &Figure) -> fmt::Result {
        let size = |effect: &FactorialEffect| effect.on[at].map_or(0.0, |effect| effect.mean.abs());
        let mut effects: Vec<&FactorialEffect> = self.effects.iter().collect();
        effects.sort_by(|a, b| size(b).total_cmp(&size(a)));
        let row = |effect: &&FactorialEffect| {
            let step = |step: &LevelStep| format!("{} to {}", step.from, step.to);
            let steps: Vec<String> = effect.of.iter().map(step).collect();
            let aliases = effect.aliases.join(" ");
            let estimate = shown_or_dash(figure, effect.on[at].as_ref());
            vec![effect.name(), steps.join(", "), estimate, aliases]
        };
        let mut header = vec!["effect of", "from its first level", "on the figure", "aliased with"];
        header.truncate(if self.resolution.is_some() { 4 } else { 3 });
        let mut rows: Vec<Vec<String>> = effects.iter().map(row).collect();
        rows.iter_mut().for_each(|row| row.truncate(header.len()));
        fmt::Display::fmt(&Table::new(&header, rows), f)?;
        let first = effects.first().and_then(|first| Some((first, first.on[at].filter(told)?)));
        match first {
            Some((first, effect)) => {
                write!(f, "\n{} does most: {}.", first.name(), shown(figure, &effect))
            }
            None => write!(f, "\nNo effect can be told from none."),
        }
    }
}
