//! The traffic equations: how often a case visits each state on average.
//!
//! With `b` the share of cases that start in each state and `P` the probabilities of moving, the
//! expected visits `x` solve `x = b + x P` (Jackson 1957). The strongly connected components are
//! solved one after the other in the direction of the flow. A small one is eliminated state by state
//! without any subtraction (Grassmann, Taksar and Heyman 1985), so that loops that cases hardly ever
//! leave lose no digits. In a large one the flow is pushed round until all of it has left.
//!
//! The parts of a forked case come on top of the case, which goes on where they meet; they lead out of its component,
//! unless they may fork again before they meet, which is not solved.

use super::flow::Flow;

/// Components up to this size are eliminated: the work grows with its third power.
const LARGEST_ELIMINATED: usize = 100;

/// The fraction of the flow that may still be inside a large component when it counts as solved.
const LEFT_OVER: f64 = 1e-13;

/// How many moves may be followed in large components before giving up.
const MOST_PUSHES: u64 = 50_000_000;

/// What [`expected_visits`] found, per state.
pub(crate) struct Visits {
    /// Expected visits.
    pub visits: Vec<f64>,
    /// Expected visits of a case that comes into the state's strongly connected component: how often
    /// it goes round.
    pub rounds: Vec<f64>,
}

/// The expected visits of the states of `flow` by what starts with the given weights.
///
/// `None` where some cannot leave, where parts may come through their fork again, or where a loop of more than a
/// hundred states is left so rarely that the iteration does not end in bounded time.
pub(crate) fn expected_visits(flow: &Flow, starts: &[(u32, f64)]) -> Option<Visits> {
    solve(flow, starts, LARGEST_ELIMINATED)
}

fn solve(flow: &Flow, starts: &[(u32, f64)], largest_eliminated: usize) -> Option<Visits> {
    let size = flow.states.len();
    let mut solver =
        Solver { flow, inflow: vec![0.0; size], visits: vec![0.0; size], position: vec![OUTSIDE; size] };
    let mut rounds = vec![0.0; size];
    let mut pushes = MOST_PUSHES;
    starts.iter().for_each(|&(state, weight)| solver.inflow[state as usize] += weight);
    for mut members in flow.components(|_, _| true, |_| false).into_iter().rev() {
        members.sort_unstable();
        let entering: f64 = members.iter().map(|&state| solver.inflow[state as usize]).sum();
        if entering <= 0.0 {
            continue;
        }
        members.iter().zip(0..).for_each(|(&state, at)| solver.position[state as usize] = at);
        let mut steps = members.iter().flat_map(|&state| flow.moves(state));
        if steps.any(|step| step.is_branch() && solver.inside(step.to).is_some()) {
            return None;
        }
        if members.len() <= largest_eliminated {
            solver.eliminate(&members)?;
        } else {
            solver.push(&members, entering, &mut pushes)?;
        }
        solver.pass_on(&members);
        for state in members {
            rounds[state as usize] = solver.visits[state as usize] / entering;
            solver.position[state as usize] = OUTSIDE;
        }
    }
    Some(Visits { visits: solver.visits, rounds })
}

/// The position of a state that is not in the component being solved.
const OUTSIDE: u32 = u32::MAX;

struct Solver<'f> {
    flow: &'f Flow,
    /// What comes into each state from outside its component.
    inflow: Vec<f64>,
    visits: Vec<f64>,
    /// The place of each state in the component being solved.
    position: Vec<u32>,
}

impl Solver<'_> {
    /// The place of the state that a move leads to, if it is in the component being solved.
    fn inside(&self, to: Option<u32>) -> Option<usize> {
        let position = self.position[to? as usize];
        (position != OUTSIDE).then_some(position as usize)
    }

    /// Solves one component by elimination from the last state to the first.
    fn eliminate(&mut self, members: &[u32]) -> Option<()> {
        let size = members.len();
        let mut inner = vec![0.0; size * size];
        let mut leaving = vec![0.0; size];
        for (at, &state) in members.iter().enumerate() {
            for step in self.flow.moves(state).iter().filter(|step| !step.is_branch()) {
                match self.inside(step.to) {
                    Some(to) => inner[at * size + to] += step.probability,
                    None => leaving[at] += step.probability,
                }
            }
        }
        let mut source: Vec<f64> = members.iter().map(|&state| self.inflow[state as usize]).collect();
        let mut onward = vec![0.0; size];
        for k in (0..size).rev() {
            onward[k] = leaving[k] + inner[k * size..k * size + k].iter().sum::<f64>();
            if onward[k].is_nan() || onward[k] <= 0.0 {
                return None;
            }
            let (before, row) = inner.split_at_mut(k * size);
            for i in 0..k {
                let share = before[i * size + k] / onward[k];
                if share > 0.0 {
                    leaving[i] += share * leaving[k];
                    (0..k).for_each(|j| before[i * size + j] += share * row[j]);
                }
            }
            (0..k).for_each(|j| source[j] += source[k] / onward[k] * row[j]);
        }
        let mut solved: Vec<f64> = Vec::with_capacity(size);
        for k in 0..size {
            let coming: f64 = solved.iter().enumerate().map(|(i, visits)| visits * inner[i * size + k]).sum();
            solved.push((source[k] + coming) / onward[k]);
        }
        members.iter().zip(solved).for_each(|(&state, visits)| self.visits[state as usize] = visits);
        Some(())
    }

    /// Solves one component by pushing what is in it onwards, state by state, until it has left:
    /// Gauss-Seidel on the residual, which only ever adds.
    fn push(&mut self, members: &[u32], entering: f64, pushes: &mut u64) -> Option<()> {
        let mut waiting: Vec<f64> = members.iter().map(|&state| self.inflow[state as usize]).collect();
        while waiting.iter().sum::<f64>() > entering * LEFT_OVER {
            for (at, &state) in members.iter().enumerate() {
                let moves = self.flow.moves(state);
                *pushes = pushes.checked_sub(moves.len() as u64)?;
                let moves = moves.iter().filter(|step| step.to != Some(state) && !step.is_branch());
                let onward: f64 = moves.clone().map(|step| step.probability).sum();
                let visits = std::mem::take(&mut waiting[at]) / onward;
                self.visits[state as usize] += visits;
                for step in moves {
                    if let Some(to) = self.inside(step.to) {
                        waiting[to] += visits * step.probability;
                    }
                }
            }
        }
        Some(())
    }

    /// Hands what leaves a solved component to those after it.
    fn pass_on(&mut self, members: &[u32]) {
        for &state in members {
            for step in self.flow.moves(state) {
                if let Some(to) = step.to.filter(|&to| self.position[to as usize] == OUTSIDE) {
                    self.inflow[to as usize] += self.visits[state as usize] * step.probability;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Model;
    use super::super::resolve::Resolved;
    use super::*;
    use crate::time::{minutes, per_hour};

    /// A fair walk on a row of departments that cases leave at either end, from department `start`.
    fn walk(size: usize, start: usize, largest_eliminated: usize) -> Vec<f64> {
        let mut builder = Model::builder("walk");
        for at in 0..size {
            builder = builder.department(format!("{at}"), |d| d.staff(1).service(minutes(1)));
            let name = |to: Option<usize>| match to.filter(|&to| to < size) {
                Some(to) => to.to_string(),
                None => "exit".into(),
            };
            for to in [at.checked_sub(1), Some(at + 1)] {
                builder = builder.handoff(format!("{at}"), name(to), |h| h.probability(0.5));
            }
        }
        let model =
            builder.customers("c", |c| c.poisson(per_hour(1.0)).enter(format!("{start}"))).build().unwrap();
        let resolved = Resolved::new(&model);
        let flow = Flow::from(&resolved, resolved.starts(|_| true));
        let visits = solve(&flow, &[(0, 1.0)], largest_eliminated).unwrap();
        let mut by_department = vec![0.0; size];
        for (state, visits) in flow.states.iter().zip(visits.visits) {
            by_department[state.department as usize] = visits;
        }
        by_department
    }

    /// The gambler's ruin: from the k-th of n places (from 1), place j is visited
    /// 2 min(j, k) (n + 1 - max(j, k)) / (n + 1) times (Feller 1968, chapter XIV).
    #[test]
    fn both_ways_to_solve_a_component_give_the_gamblers_ruin() {
        let (size, start) = (40, 13);
        for (largest_eliminated, tolerance) in [(size, 1e-13), (0, 1e-10)] {
            for (at, found) in walk(size, start, largest_eliminated).into_iter().enumerate() {
                let (near, far) = (at.min(start) + 1, at.max(start) + 1);
                let exact = 2.0 * near as f64 * (size + 1 - far) as f64 / (size + 1) as f64;
                assert!((found - exact).abs() < tolerance * exact, "{at}: {found}, not {exact}");
            }
        }
    }
}
