//! The rules for requests.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Display;

use super::parts::LAST_PRIORITY;
use super::{Check, place, tidy};
use crate::model::flow::{Flow, Follows};
use crate::model::{Acts, Request};

/// How many times a follow-up may be looked at in search of the growth rate of requests.
const MOST_STEPS: usize = 20_000_000;

/// How near to 1 a growth rate counts as 1.
const AS_GOOD_AS: f64 = 1e-9;

impl<'m> Check<'m> {
    /// Checks that requests have names of their own, given or made.
    pub(super) fn request_names(&mut self) {
        let mut seen = HashSet::new();
        for request in &self.model().requests {
            let title = request.title();
            let place = place("request", &title);
            match &request.name {
                Some(name) if name.is_empty() => self.add(place, "the name is empty"),
                Some(name) => self.own_name(place, name),
                None => {}
            }
            if !seen.insert(title.clone()) {
                self.add(place, "there is another of this name; give each a name of its own");
            }
        }
    }

    /// Checks every request by itself.
    pub(super) fn requests(&mut self) {
        for request in &self.model().requests {
            let title = request.title();
            let place = place("request", &title);
            self.department_exists(place, &request.from);
            self.department_exists(place, &request.to);
            self.probabilities(place, request.probability, &request.probability_for);
            self.probability(place, "share of the service before it", request.at);
            if let Some(class) = &request.class {
                self.class_exists(place, class);
            }
            if let Some(priority) = request.priority.filter(|&priority| priority > LAST_PRIORITY) {
                self.add(place, format!("the priority is {priority}, must be at most {LAST_PRIORITY}"));
            }
            for (what, times) in [
                ("service time", &request.service),
                ("transfer time", &request.transfer),
                ("transfer time of the answer", &request.answer_transfer),
                ("longest wait", &request.longest_wait),
            ] {
                if let Some(times) = times {
                    self.times(place, what, times);
                }
            }
            if let Some(standard) = request.standard {
                self.positive(place, "standard", standard);
            }
            if let Some(acts) = &request.acts {
                self.request_acts(place, request, acts);
            }
        }
    }

    fn request_acts(&mut self, place: impl Display + Copy, request: &'m Request, acts: &'m Acts) {
        match request.standard {
            None => self.add(place, "it acts before it misses a standard, but has none"),
            Some(standard) => self.acts(place, "standard", acts, standard),
        }
        let Some(to) = self.resolved.department(&request.to) else { return };
        let answers = &self.model().departments[to as usize];
        self.rank_counts(place, "what the standard does has", answers);
        if let Some(there) = answers.nobody_waits() {
            self.add(place, format!("what the standard does has no effect {there}"));
        }
    }

    /// Finds requests whose answers bring on at least one more request on average, so that they never end.
    ///
    /// Requests, and orders for stock, by (department, class) are the types of a branching process; it dies out for certain where the
    /// largest eigenvalue of the matrix of expected follow-ups is below 1 (Harris 1963, chapter II).
    pub(super) fn asks_without_end(&mut self, flow: &Flow) {
        let mut endless: BTreeMap<BTreeSet<u32>, (BTreeSet<u32>, f64)> = BTreeMap::new();
        for Circle { members, follows } in circles(flow) {
            let rate = growth_rate(members.len(), &follows);
            if rate > 1.0 - AS_GOOD_AS {
                let states = members.iter().map(|&member| flow.answers[member as usize].state);
                let departments = states.clone().map(|state| state.department).collect();
                let (classes, highest) = endless.entry(departments).or_default();
                classes.extend(states.map(|state| state.class));
                *highest = rate.max(*highest);
            }
        }
        for (departments, (classes, rate)) in endless {
            let rule = format!(
                "requests of {} without end: each that is answered brings on {} more on average, must be less than 1",
                self.classes(classes.into_iter()),
                tidy(rate)
            );
            self.add(self.departments(departments.into_iter()), rule);
        }
    }
}

/// Answers that bring on each other.
#[derive(Debug, Default)]
struct Circle {
    members: Vec<u32>,
    /// The follow-ups inside, by the places of the members.
    follows: Vec<Follows>,
}

/// The groups of answers that bring on each other or themselves.
fn circles(flow: &Flow) -> Vec<Circle> {
    let edges = flow.follows.iter().map(|follows| (follows.from, follows.to));
    let graph = petgraph::graph::DiGraph::<(), ()>::from_edges(edges);
    let mut circles: Vec<Circle> = Vec::new();
    let mut place_of = vec![(0, 0); graph.node_count()];
    for (members, number) in petgraph::algo::kosaraju_scc(&graph).into_iter().zip(0..) {
        let members: Vec<u32> = members.into_iter().map(|node| node.index() as u32).collect();
        members.iter().zip(0..).for_each(|(&member, at)| place_of[member as usize] = (number, at));
        circles.push(Circle { members, follows: Vec::new() });
    }
    for follows in &flow.follows {
        let ((circle, from), (other, to)) = (place_of[follows.from as usize], place_of[follows.to as usize]);
        if circle == other {
            circles[circle].follows.push(Follows { from, to, ..*follows });
        }
    }
    circles.retain(|circle| !circle.follows.is_empty());
    circles
}

/// The largest eigenvalue of an irreducible matrix of `size` rows with these entries, as near as is needed to
/// compare it with 1.
///
/// By the power method. The mean of the matrix and the identity is iterated, which is aperiodic, and the smallest and
/// largest growth of a component bound the eigenvalue (Collatz 1942).
pub(super) fn growth_rate(size: usize, entries: &[Follows]) -> f64 {
    let mut x = vec![1.0; size];
    let mut steps = MOST_STEPS / (entries.len() + size);
    loop {
        let mut next = vec![0.0; size];
        for entry in entries {
            next[entry.from as usize] += entry.probability * x[entry.to as usize];
        }
        let growths = next.iter().zip(&x).map(|(next, x)| next / x);
        let (low, high) =
            growths.fold((f64::INFINITY, 0.0_f64), |(low, high), growth| (low.min(growth), high.max(growth)));
        steps = steps.saturating_sub(1);
        let close = high - low <= AS_GOOD_AS * high;
        if close || (high < 1.0 - AS_GOOD_AS && low < 1.0) || steps == 0 {
            return 0.5 * (low + high);
        }
        let sum: f64 = next.iter().chain(&x).sum();
        x.iter_mut().zip(next).for_each(|(x, next)| *x = (*x + next) / sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(size: usize, entries: &[(u32, u32, f64)]) -> f64 {
        let entry = |&(from, to, probability): &(u32, u32, f64)| Follows { from, to, probability };
        growth_rate(size, &entries.iter().map(entry).collect::<Vec<_>>())
    }

    #[test]
    fn the_growth_rate_is_the_largest_eigenvalue() {
        // Round a circle: the geometric mean. By itself and the other: (1 + sqrt 5) / 2 times 0.8.
        assert!((rate(2, &[(0, 1, 0.5), (1, 0, 2.0)]) - 1.0).abs() < 1e-8);
        assert!((rate(3, &[(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0)]) - 1.0).abs() < 1e-12);
        assert!((rate(2, &[(0, 0, 0.8), (0, 1, 0.8), (1, 0, 0.8)]) - 1.294_427_191).abs() < 1e-8);
        // Below 1 it is only told to be so.
        assert!(rate(2, &[(0, 1, 0.9), (1, 0, 0.9)]) < 0.95);
        assert!(rate(2, &[(0, 1, 0.1), (1, 0, 9.0)]) < 1.0);
    }
}
