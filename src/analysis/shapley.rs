//! Shapley shares: who is to be thanked for what several improvements save together.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Study;
use super::game::{Coalition, Game, MOST_EXACT, MOST_PLAYERS, Marginal};
use super::sensitivity::RankedBy;
use crate::error::{Defect, Error, Result};
use crate::interventions::Intervention;
use crate::results::TimeEstimate;
use crate::stats::{Estimate, Series};

/// How much faster a department is made if nothing else is said, as a share of its rate.
const FASTER: f64 = 0.25;

/// How many permutations are drawn if nothing else is said.
const PERMUTATIONS: u32 = 24;

/// Improvements that come together or not at all, with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Player {
    /// What it is called.
    pub name: String,
    /// What is done.
    pub changes: Vec<Intervention>,
}

impl Player {
    /// Improvements with a name.
    #[must_use]
    pub fn new(name: impl Into<String>, changes: impl Into<Vec<Intervention>>) -> Player {
        Player { name: name.into(), changes: changes.into() }
    }
}

/// What several improvements save together, and the share of each in it.
///
/// Displayed it has one line for each, and the total:
///
/// ```text
/// back: 21 min (19 to 23) of the mean lead time
/// front: 4.2 min (3.9 to 4.5) of the mean lead time
/// together: 25 min (23 to 28) of the mean lead time
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shapley {
    /// Of which figure: hours of the mean lead time saved, or cases per hour more.
    pub ranked_by: RankedBy,
    /// What all save together. The shares sum to it.
    pub together: Estimate,
    /// The shares, in the order of the players.
    pub shares: Vec<ShapleyShare>,
    /// How many permutations of the players were drawn, and their reverses counted; `None` where all coalitions were run.
    pub permutations: Option<u32>,
}

/// The share of a player.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShapleyShare {
    /// The player.
    pub name: String,
    /// Its share, with an interval over replications, and over the permutations where they were drawn.
    pub share: Estimate,
    /// What it saves alone.
    pub alone: Estimate,
    /// What it saves when all others are there.
    pub last: Estimate,
    /// The part of the standard error that comes from not having run all permutations; `None` where all coalitions were run, or
    /// a single pair of permutations.
    pub sampling_error: Option<f64>,
}

impl Study<'_> {
    /// The Shapley shares of all departments, each 25 % faster. See [`Study::shapley_of`].
    ///
    /// # Errors
    ///
    /// As [`Study::shapley_of`].
    pub fn shapley(&self) -> Result<Shapley> {
        let departments = self.model().departments.iter();
        let faster = |name: &String| vec![Intervention::scale_service(name, 1.0 / (1.0 + FASTER))];
        let players = departments.map(|of| Player::new(of.name.clone(), faster(&of.name)));
        self.shapley_of(&players.collect::<Vec<_>>())
    }

    /// What several improvements save together, and the share of each in it (Shapley, *A Value for n-Person Games*, 1953).
    ///
    /// Savings overlap: two improvements may save less together than each alone, or more. The Shapley share of one is what
    /// it adds to those before it, averaged over all orders in which they may come. The value of some improvements is
    /// the mean lead time saved when these are made (where a stream is saturated, the throughput won). All coalitions are
    /// run where there are up to 8 players; beyond, 24 orders are drawn, as [`Study::shapley_sampled`] does.
    ///
    /// ```
    /// use knockon::analysis::{Player, Study};
    /// use knockon::interventions::Intervention;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(2)).warm_up(days(1)).replications(5));
    /// let tool = Player::new("a tool for the back", [Intervention::scale_service("back", 0.9)]);
    /// let person = Player::new("one more at the back", [Intervention::add_staff("back", 1)]);
    /// let shapley = study.shapley_of(&[tool, person])?;
    /// println!("{shapley}");
    ///
    /// // Whoever has one of them hardly needs the other.
    /// let [tool, person] = &shapley.shares[..] else { unreachable!() };
    /// assert!(tool.last.mean < tool.share.mean && tool.share.mean < tool.alone.mean);
    /// assert!((tool.share.mean + person.share.mean - shapley.together.mean).abs() < 1e-12);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Without players, or with more than 64; when changes do not fit the model or each other, as [`Study::with`]; when
    /// no case is completed; else as [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn shapley_of(&self, players: &[Player]) -> Result<Shapley> {
        match check(players.len())? {
            count if count <= MOST_EXACT => self.play(players, &Game::exact(count), None),
            _ => self.shapley_sampled(players, PERMUTATIONS, 1),
        }
    }

    /// As [`Study::shapley_of`], from permutations drawn at random, each with its reverse (so an even number, rounded up): the
    /// two err in opposite directions. The shares sum to what all save together all the same. The seed decides which
    /// permutations.
    ///
    /// # Errors
    ///
    /// As [`Study::shapley_of`]; and without permutations.
    pub fn shapley_sampled(&self, players: &[Player], permutations: u32, seed: u64) -> Result<Shapley> {
        let count = check(players.len())?;
        if permutations == 0 {
            return Err(refused("there are no permutations, must be at least 2"));
        }
        let pairs = permutations.div_ceil(2);
        self.play(players, &Game::sampled(count, pairs, seed), Some(pairs.saturating_mul(2)))
    }

    fn play(&self, players: &[Player], game: &Game, permutations: Option<u32>) -> Result<Shapley> {
        let coalitions = game.coalitions();
        let scenario = |coalition: &Coalition| -> Vec<Intervention> {
            let members = players.iter().enumerate().filter(|(at, _)| coalition >> at & 1 == 1);
            members.flat_map(|(_, player)| player.changes.clone()).collect()
        };
        let scenarios: Vec<_> = coalitions.iter().map(scenario).collect();
        let results = self.all(&scenarios)?;
        let by = RankedBy::of(self.model());
        let level = results[0].manifest.level;
        let series: Vec<Series> = results.iter().map(|results| by.series(results)).collect();
        let common = series.iter().map(Series::replications).min().unwrap_or(0);
        let estimate = |marginals: &[Marginal]| {
            let of = |coalition: Coalition| {
                let at = coalitions.binary_search(&coalition).expect("every coalition of a game is run");
                series[at].first(common)
            };
            let terms = marginals.iter().map(|&(weight, with, without)| match by {
                RankedBy::LeadTime => (weight, of(without), of(with)),
                RankedBy::Throughput => (weight, of(with), of(without)),
            });
            let estimate = Estimate::of_weighted_differences(&terms.collect::<Vec<_>>(), level);
            estimate.ok_or_else(|| refused("no case is completed, so there is nothing to share"))
        };
        let all = game.everybody();
        let share = |(at, player): (usize, &Player)| {
            let own: Coalition = 1 << at;
            let terms = game.marginals(at).into_iter().map(|marginal| estimate(&marginal));
            let points: Vec<f64> = terms.map(|term| Ok(term?.mean)).collect::<Result<_>>()?;
            let sampling_error = Estimate::of_means(&points, level).and_then(|mean| mean.std_error());
            let share = estimate(&game.share(at))?;
            Ok(ShapleyShare {
                name: player.name.clone(),
                share: sampling_error.map_or(share, |error| share.with_error(error, points.len() as u32)),
                alone: estimate(&[(1.0, own, 0)])?,
                last: estimate(&[(1.0, all, all & !own)])?,
                sampling_error,
            })
        };
        Ok(Shapley {
            ranked_by: by,
            together: estimate(&[(1.0, all, 0)])?,
            shares: players.iter().enumerate().map(share).collect::<Result<_>>()?,
            permutations,
        })
    }
}

fn check(players: usize) -> Result<usize> {
    match players {
        0 => Err(refused("there are no players, must be at least 1")),
        count if count <= MOST_PLAYERS => Ok(count),
        count => Err(refused(&format!("there are {count} players, must be at most {MOST_PLAYERS}"))),
    }
}

fn refused(rule: &str) -> Error {
    Error::from_defects(vec![Defect::new("Shapley shares", rule)])
}

impl fmt::Display for Shapley {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |estimate: &Estimate| match self.ranked_by {
            RankedBy::LeadTime => format!("{:#} of the mean lead time", TimeEstimate(*estimate)),
            RankedBy::Throughput => format!("{estimate:#} cases more per hour"),
        };
        for share in &self.shares {
            writeln!(f, "{}: {}", share.name, told(&share.share))?;
        }
        write!(f, "together: {}", told(&self.together))
    }
}

#[cfg(test)]
mod tests;
