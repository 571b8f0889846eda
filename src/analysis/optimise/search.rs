//! Local search over combinations of levels. It knows nothing of models.

use crate::error::Result;

/// A level of each factor.
pub(super) type Plan = Vec<usize>;

/// How bad a plan is: first by how far it is from what is required, then by what is to be small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score {
    pub violation: f64,
    pub loss: f64,
}

impl Score {
    /// Nothing is known of such a plan.
    pub const NONE: Score = Score { violation: f64::INFINITY, loss: f64::INFINITY };

    pub fn is_better_than(&self, other: &Score) -> bool {
        (self.violation, self.loss) < (other.violation, other.loss)
    }
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// Every plan that was looked at, in order.
    pub tried: Vec<(Plan, Score)>,
    /// The plans that it went along from the start that led to the best.
    pub path: Vec<Plan>,
    /// It stopped because no more plans were to be looked at.
    pub cut_short: bool,
}

impl Search {
    pub fn score(&self, plan: &Plan) -> Option<Score> {
        self.tried.iter().find(|(known, _)| known == plan).map(|(_, score)| *score)
    }

    /// The best plans, the best first; of equals, that looked at first.
    pub fn best(&self, count: usize) -> Vec<&Plan> {
        let mut order: Vec<&(Plan, Score)> = self.tried.iter().collect();
        order.sort_by(|(_, a), (_, b)| a.violation.total_cmp(&b.violation).then(a.loss.total_cmp(&b.loss)));
        order.into_iter().take(count).map(|(plan, _)| plan).collect()
    }
}

/// Plans next to one: a factor one level up or down, or one up and another down.
fn neighbours(plan: &Plan, levels: &[usize]) -> Vec<Plan> {
    let up = |at: usize| plan[at] + 1 < levels[at];
    let moved = |ups: Option<usize>, downs: Option<usize>| {
        let mut moved = plan.clone();
        ups.into_iter().for_each(|at| moved[at] += 1);
        downs.into_iter().for_each(|at| moved[at] -= 1);
        moved
    };
    let all = 0..plan.len();
    let rising: Vec<usize> = all.clone().filter(|&at| up(at)).collect();
    let falling: Vec<usize> = all.filter(|&at| plan[at] > 0).collect();
    let single = rising.iter().map(|&at| moved(Some(at), None));
    let single = single.chain(falling.iter().map(|&at| moved(None, Some(at))));
    let exchanges = rising.iter().flat_map(|&one| {
        let others = falling.iter().filter(move |&&other| other != one);
        others.map(move |&other| moved(Some(one), Some(other)))
    });
    single.chain(exchanges).collect()
}

/// Goes from each start to the best plan next to it, again and again until none is better. Plans next to each other are scored
/// together, and none twice.
pub(super) fn descend(
    levels: &[usize],
    starts: &[Plan],
    at_most: usize,
    mut score: impl FnMut(&[Plan]) -> Result<Vec<Score>>,
) -> Result<Search> {
    let mut search = Search::default();
    let mut best: Option<Score> = None;
    let mut look = |search: &mut Search, plans: Vec<Plan>| -> Result<()> {
        let mut new: Vec<Plan> = Vec::new();
        for plan in plans {
            if search.score(&plan).is_none() && !new.contains(&plan) {
                new.push(plan);
            }
        }
        let room = at_most.saturating_sub(search.tried.len());
        search.cut_short |= new.len() > room;
        new.truncate(room);
        if !new.is_empty() {
            let scores = score(&new)?;
            search.tried.extend(new.into_iter().zip(scores));
        }
        Ok(())
    };
    for start in starts {
        look(&mut search, vec![start.clone()])?;
        let Some(mut own) = search.score(start) else { break };
        let mut path = vec![start.clone()];
        loop {
            let next = neighbours(&path[path.len() - 1], levels);
            look(&mut search, next.clone())?;
            let mut better: Option<(Plan, Score)> = None;
            for plan in next {
                let Some(score) = search.score(&plan) else { continue };
                if score.is_better_than(better.as_ref().map_or(&own, |(_, score)| score)) {
                    better = Some((plan, score));
                }
            }
            match better {
                Some((plan, score)) => (path, own) = ([path, vec![plan]].concat(), score),
                None => break,
            }
        }
        if best.is_none_or(|best| own.is_better_than(&best)) {
            (best, search.path) = (Some(own), path);
        }
    }
    Ok(search)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Staff of two desks: the cheapest of all 100 pairs is found from any corner, with a third of them looked at.
    #[test]
    fn the_cheapest_feasible_pair_is_found() {
        let score = |plan: &Plan| {
            let [a, b] = [plan[0] as f64 + 1.0, plan[1] as f64 + 1.0];
            let wait = 6.0 / a + 10.0 / b;
            Score { violation: (wait - 5.0).max(0.0), loss: 2.0 * a + 3.0 * b }
        };
        let all: Vec<Plan> = (0..100).map(|at| vec![at / 10, at % 10]).collect();
        let best = all.iter().map(score).reduce(|a, b| if b.is_better_than(&a) { b } else { a }).unwrap();
        for start in [vec![0, 0], vec![9, 9], vec![0, 9], vec![9, 0]] {
            let many = |plans: &[Plan]| Ok(plans.iter().map(score).collect());
            let search = descend(&[10, 10], &[start], 100, many).unwrap();
            let found = search.best(1)[0].clone();
            assert_eq!(score(&found), best, "{found:?}");
            assert_eq!(search.path.last(), Some(&found));
            assert!(!search.cut_short && search.tried.len() < 70, "{}", search.tried.len());
        }
    }

    #[test]
    fn no_more_plans_are_looked_at_than_may_be() {
        let mut looked = 0;
        let search = descend(&[10, 10], &[vec![5, 5]], 4, |plans| {
            looked += plans.len();
            Ok(plans.iter().map(|plan| Score { violation: 0.0, loss: plan[0] as f64 }).collect())
        });
        assert!(search.unwrap().cut_short);
        assert_eq!(looked, 4);
    }

    #[test]
    fn what_is_required_comes_first() {
        let [fits, cheap] = [Score { violation: 0.0, loss: 9.0 }, Score { violation: 0.1, loss: 1.0 }];
        assert!(fits.is_better_than(&cheap) && !cheap.is_better_than(&fits));
        assert!(cheap.is_better_than(&Score::NONE) && !fits.is_better_than(&fits));
    }
}
