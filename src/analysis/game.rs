//! Cooperative games: which coalitions have to be played, and how their values make the Shapley shares.

use std::collections::{BTreeMap, BTreeSet};

use crate::random::splitmix;

/// Some of the players: the n-th bit stands for the n-th player.
pub(super) type Coalition = u64;

/// What the first coalition is worth more than the second, with a weight.
pub(super) type Marginal = (f64, Coalition, Coalition);

/// Up to so many players all coalitions are played.
pub(super) const MOST_EXACT: usize = 8;

/// A coalition has no room for more.
pub(super) const MOST_PLAYERS: usize = 64;

/// How the shares of a game are found.
pub(super) struct Game {
    players: usize,
    /// Pairs of permutations, each with its reverse; none where all coalitions are played.
    drawn: Vec<Vec<usize>>,
}

impl Game {
    /// All coalitions are played.
    pub fn exact(players: usize) -> Game {
        Game { players, drawn: Vec::new() }
    }

    /// So many permutations are drawn, and reversed. At least one.
    pub fn sampled(players: usize, pairs: u32, seed: u64) -> Game {
        let mut words = splitmix(seed);
        let drawn = (0..pairs.max(1)).map(|_| permutation(players, &mut words)).collect();
        Game { players, drawn }
    }

    /// All players.
    pub fn everybody(&self) -> Coalition {
        if self.players == 0 { 0 } else { u64::MAX >> (MOST_PLAYERS - self.players) }
    }

    /// The coalitions that are played, in order: nobody first. Among them everybody, everybody alone, and everybody but one.
    pub fn coalitions(&self) -> Vec<Coalition> {
        if self.drawn.is_empty() {
            return (0..=self.everybody()).collect();
        }
        let all = self.everybody();
        let mut played: BTreeSet<Coalition> = [0, all].into();
        for player in 0..self.players {
            played.extend([1 << player, all & !(1 << player)]);
            played.extend(
                self.marginals(player).into_iter().flatten().flat_map(|(_, with, without)| [with, without]),
            );
        }
        played.into_iter().collect()
    }

    /// The share of a player: a sum of what it adds to others, each with its weight.
    pub fn share(&self, player: usize) -> Vec<Marginal> {
        if self.drawn.is_empty() {
            return self.exact_share(player);
        }
        let mut sum: BTreeMap<(Coalition, Coalition), f64> = BTreeMap::new();
        for (weight, with, without) in self.marginals(player).into_iter().flatten() {
            *sum.entry((with, without)).or_default() += weight / self.drawn.len() as f64;
        }
        sum.into_iter().map(|((with, without), weight)| (weight, with, without)).collect()
    }

    /// What a player adds to those before it, in each pair of permutations drawn: the mean of the two.
    pub fn marginals(&self, player: usize) -> Vec<[Marginal; 2]> {
        let own: Coalition = 1 << player;
        let of = |order: &Vec<usize>| {
            let before: Coalition =
                order.iter().take_while(|&&other| other != player).map(|&other| 1 << other).sum();
            let behind = self.everybody() & !before & !own;
            [before, behind].map(|others| (0.5, others | own, others))
        };
        self.drawn.iter().map(of).collect()
    }

    /// The sum over all coalitions S without the player of |S|! (n - |S| - 1)! / n! times what it adds to S.
    fn exact_share(&self, player: usize) -> Vec<Marginal> {
        let own: Coalition = 1 << player;
        let weight = |others: Coalition| {
            1.0 / (self.players as f64 * choose(self.players - 1, others.count_ones() as usize))
        };
        let without_it = (0..=self.everybody()).filter(|coalition| coalition & own == 0);
        without_it.map(|others| (weight(others), others | own, others)).collect()
    }
}

fn choose(of: usize, so_many: usize) -> f64 {
    (0..so_many).fold(1.0, |product, taken| product * (of - taken) as f64 / (taken + 1) as f64)
}

/// A random order (Fisher and Yates; Durstenfeld 1964).
fn permutation(players: usize, words: &mut impl FnMut() -> u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..players).collect();
    for last in (1..players).rev() {
        // Of at most 64 places: that the remainder of 2^64 is a little uneven does not show.
        order.swap(last, (words() % (last as u64 + 1)) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shares of a game given by the values of its coalitions.
    fn shares(game: &Game, value: impl Fn(Coalition) -> f64) -> Vec<f64> {
        let worth = |(weight, with, without): Marginal| weight * (value(with) - value(without));
        (0..game.players).map(|player| game.share(player).into_iter().map(worth).sum()).collect()
    }

    fn close(shares: &[f64], expected: &[f64]) -> bool {
        shares.iter().zip(expected).all(|(share, expected)| (share - expected).abs() < 1e-12)
    }

    /// The glove game: who has a left glove needs one of the two who have a right one (4/6, 1/6, 1/6). The airport game
    /// (Littlechild and Owen 1973): runways of costs 8, 11 and 13 cost everybody the longest one.
    #[test]
    fn shares_are_those_of_known_games() {
        let game = Game::exact(3);
        let gloves = |of: Coalition| f64::from(u8::from(of & 1 != 0 && of & 6 != 0));
        assert!(close(&shares(&game, gloves), &[4.0 / 6.0, 1.0 / 6.0, 1.0 / 6.0]));
        let costs = [8.0, 11.0, 13.0];
        let airport =
            |of: Coalition| (0..3).filter(|at| of >> at & 1 == 1).map(|at| costs[at]).fold(0.0, f64::max);
        assert!(close(&shares(&game, airport), &[8.0 / 3.0, 8.0 / 3.0 + 1.5, 8.0 / 3.0 + 3.5]));
    }

    /// The four axioms, for games with random values: efficiency, symmetry, the null player, additivity.
    #[test]
    fn shares_keep_the_axioms() {
        for players in 1..=MOST_EXACT {
            let game = Game::exact(players);
            let value = |of: Coalition, salt: u64| match of {
                0 => 0.0,
                of => splitmix(of.wrapping_mul(977).wrapping_add(salt))() as f64 / u64::MAX as f64,
            };
            let one = shares(&game, |of| value(of, 1));
            assert!((one.iter().sum::<f64>() - value(game.everybody(), 1)).abs() < 1e-12);
            // The first player adds nothing to anybody: the share is nothing.
            assert_eq!(shares(&game, |of| value(of & !1, 1))[0], 0.0);
            let two = shares(&game, |of| value(of, 2));
            let both = shares(&game, |of| value(of, 1) + value(of, 2));
            let sum: Vec<f64> = one.iter().zip(&two).map(|(one, two)| one + two).collect();
            assert!(close(&both, &sum));
            if players >= 2 {
                // The value depends on how many of the first two are there: their shares are the same.
                let alike = |of: Coalition| value(of >> 2 | u64::from((of & 3).count_ones()) << 40, 1);
                let shares = shares(&game, |of| if of == 0 { 0.0 } else { alike(of) });
                assert!((shares[0] - shares[1]).abs() < 1e-12);
            }
        }
    }

    /// Shares drawn sum to the value of everybody, tend to the exact ones, and are exact where one order and its reverse
    /// say all: in games in which players meet in pairs.
    #[test]
    fn shares_drawn_tend_to_the_exact_ones() {
        let players = 7;
        let pairs = |of: Coalition| {
            let there = |at: u32| of >> at & 1 == 1;
            let met = (0..7).flat_map(|one| (0..one).map(move |other| (one, other)));
            met.filter(|&(one, other)| there(one) && there(other))
                .map(|(one, other)| f64::from(one * one + other))
                .sum()
        };
        let exact = shares(&Game::exact(players), pairs);
        assert!(close(&shares(&Game::sampled(players, 1, 5), pairs), &exact));
        let cubes =
            |of: Coalition| f64::from(of.count_ones()).powi(3) + pairs(of) * f64::from(of.count_ones());
        let exact = shares(&Game::exact(players), cubes);
        let error = |pairs: u32| {
            let drawn = shares(&Game::sampled(players, pairs, 5), cubes);
            let everybody = cubes((1 << players) - 1);
            assert!((drawn.iter().sum::<f64>() - everybody).abs() < 1e-9 * everybody);
            drawn.iter().zip(&exact).map(|(drawn, exact)| (drawn / exact - 1.0).abs()).fold(0.0, f64::max)
        };
        assert!(error(2000) < 0.02, "{}", error(2000));
        assert!(error(2000) < error(2));
    }

    #[test]
    fn coalitions_are_in_order_and_complete() {
        assert_eq!(Game::exact(2).coalitions(), [0, 1, 2, 3]);
        let game = Game::sampled(64, 1, 1);
        let coalitions = game.coalitions();
        assert!(coalitions.is_sorted() && coalitions[0] == 0 && *coalitions.last().unwrap() == u64::MAX);
        // Prefixes of the order and of its reverse; nobody and everybody, alone and all but one.
        assert!(coalitions.len() <= 2 * 63 + 2 + 2 * 64);
    }
}
