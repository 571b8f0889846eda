//! The rules for cases that go on in parts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Display;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::{Check, place, shown};
use crate::model::flow::{By, Flow, MOST_FORKS, State, is_zero};
use crate::model::{Branch, Fork};

/// The most branches of one fork.
const MOST_BRANCHES: usize = 1_000;

/// The most parts that a case may be in at one time, over nested forks.
const MOST_PARTS: u64 = 100_000;

impl<'m> Check<'m> {
    /// Checks every fork by itself.
    pub(super) fn forks(&mut self) {
        let forks = self.model().forks.len();
        if forks > MOST_FORKS {
            return self.add("model", format!("it has {forks} forks, must be at most {MOST_FORKS}"));
        }
        for fork in &self.model().forks {
            let title = fork.title();
            let place = place("fork", &title);
            self.department_exists(place, &fork.from);
            self.department_exists(place, &fork.join);
            if fork.join == fork.from && !fork.from.is_empty() {
                self.add(place, "the parts cannot meet where they set out");
            }
            let mut seen = HashSet::new();
            for class in &fork.classes {
                self.class_exists(place, class);
                if !seen.insert(class) {
                    self.add(place, format!("class {} is named more than once", shown(class)));
                }
            }
            let branches = fork.branches.len();
            if !(2..=MOST_BRANCHES).contains(&branches) {
                self.add(place, format!("it has {branches} branches, must be from 2 to {MOST_BRANCHES}"));
            }
            if let Some(needed) = fork.needed.filter(|&needed| needed == 0 || needed as usize > branches) {
                let rule = format!("{needed} parts are needed, must be from 1 to the {branches} there are");
                self.add(place, rule);
            }
            fork.branches.iter().for_each(|branch| self.branch(place, branch));
        }
        self.forks_of_one_class();
        self.handoffs_beside_forks();
    }

    fn branch(&mut self, fork: impl Display, branch: &'m Branch) {
        let place = format!("{fork}, branch to {}", shown(&branch.to));
        self.department_exists(&place, &branch.to);
        if let Some(class) = &branch.becomes {
            self.class_exists(&place, class);
        }
        if let Some(transfer) = &branch.transfer {
            self.times(&place, "transfer time", transfer);
            self.place_kept(&place, &branch.to, !is_zero(transfer));
        }
    }

    /// Finds forks of a class that forks there already.
    fn forks_of_one_class(&mut self) {
        /// The classes that fork after one department.
        #[derive(Default)]
        struct Taken<'m> {
            every: bool,
            named: HashSet<&'m str>,
        }
        let mut departments: HashMap<&str, Taken> = HashMap::new();
        for fork in &self.model().forks {
            let taken = departments.entry(&fork.from).or_default();
            let every = fork.classes.is_empty();
            let own: HashSet<_> = fork.classes.iter().map(String::as_str).collect();
            let again = taken.every
                || (every && !taken.named.is_empty())
                || own.iter().any(|class| taken.named.contains(class));
            taken.every |= every;
            taken.named.extend(own);
            if again {
                let title = fork.title();
                let rule = format!("cases of the same class fork after {} already", shown(&fork.from));
                self.add(place("fork", &title), rule);
            }
        }
    }

    /// Finds handoffs that no case takes, as it forks.
    fn handoffs_beside_forks(&mut self) {
        if self.flow.is_none() {
            return;
        }
        for fork in &self.model().forks {
            let Some(from) = self.resolved.department(&fork.from) else { continue };
            let named = fork.classes.iter().filter_map(|class| self.resolved.class(class));
            let all = (0..self.resolved.classes.len() as u32).filter(|_| fork.classes.is_empty());
            let classes: BTreeSet<u32> = named
                .chain(all)
                .filter(|&class| self.resolved.routes_for(from, class).next().is_some())
                .collect();
            if !classes.is_empty() {
                let rule = format!(
                    "handoffs out of {} for {} have no effect: they go on in parts",
                    shown(&fork.from),
                    self.classes(classes.into_iter())
                );
                let title = fork.title();
                self.add(place("fork", &title), rule);
            }
        }
    }

    /// Checks that the parts of every fork meet.
    pub(super) fn meetings(&mut self, flow: &Flow) {
        if self.resolved.forks.is_empty() {
            return;
        }
        self.parts_that_leave(flow);
        self.parts_inside_others(flow);
        self.parts_of_parts(flow);
    }

    /// Finds parts that leave and do not meet the others.
    fn parts_that_leave(&mut self, flow: &Flow) {
        let mut leaving: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for state in flow.numbers() {
            let Some(fork) = flow.states[state as usize].part_of else { continue };
            let leaves = |by: By| matches!(by, By::Handoff(_) | By::Leaving);
            if flow.moves(state).iter().any(|step| step.to.is_none() && leaves(step.by)) {
                leaving.entry(fork).or_default().push(state);
            }
        }
        for (fork, states) in leaving {
            let (departments, classes) = self.who_and_where(flow, &states);
            let Fork { join, .. } = self.resolved.forks[fork as usize].fork;
            let rule = format!(
                "parts of {classes} may leave from {departments}, and not meet the others at {}",
                shown(join)
            );
            self.add_to_fork(fork, rule);
        }
    }

    /// Finds parts that come to where those meet that they are parts of.
    fn parts_inside_others(&mut self, flow: &Flow) {
        let mut outer: HashMap<u32, BTreeSet<u32>> = HashMap::new();
        for State { department, class, part_of, .. } in &flow.states {
            if let (Some(outside), Some(inside)) = (part_of, self.resolved.fork(*department, *class)) {
                outer.entry(inside).or_default().insert(*outside);
            }
        }
        let mut early = BTreeSet::new();
        for State { department, part_of, .. } in &flow.states {
            let Some(fork) = *part_of else { continue };
            let join = |fork: &u32| self.resolved.forks[*fork as usize].join;
            if join(&fork) != *department
                && let Some(outer) = outer.get(&fork)
            {
                let meets = outer.iter().filter(|&outside| join(outside) == *department);
                early.extend(meets.map(|&outside| (fork, outside)));
            }
        }
        for (fork, outside) in early {
            let outside = self.resolved.forks[outside as usize].fork;
            let rule = format!(
                "its parts come to {}, where the parts of fork {} meet, before they have met themselves",
                shown(&outside.join),
                shown(&outside.title())
            );
            self.add_to_fork(fork, rule);
        }
    }

    /// Finds parts that fork again without end, and cases in too many parts at one time.
    fn parts_of_parts(&mut self, flow: &Flow) {
        let mut component_of = vec![0; flow.states.len()];
        for (number, members) in flow.components(|_, _| true, |_| false).into_iter().enumerate() {
            members.into_iter().for_each(|state| component_of[state as usize] = number);
        }
        let (mut again, mut nested) = (BTreeSet::new(), BTreeSet::new());
        for state in flow.numbers() {
            let part_of = flow.states[state as usize].part_of;
            for step in flow.moves(state) {
                let By::Branch { fork, .. } = step.by else { continue };
                nested.extend(part_of.map(|outside| (outside, fork)));
                if step.to.is_some_and(|to| component_of[to as usize] == component_of[state as usize]) {
                    again.insert(fork);
                }
            }
        }
        for fork in again {
            self.add_to_fork(
                fork,
                "its parts may come through it again before they meet, more and more of them",
            );
        }
        let mut graph = DiGraph::<(), ()>::new();
        self.resolved.forks.iter().for_each(|_| {
            graph.add_node(());
        });
        graph.extend_with_edges(&nested);
        // From the inmost outwards: how many parts a case may be in. What returns make of it is not known.
        let mut parts = vec![0_u64; self.resolved.forks.len()];
        for members in kosaraju_scc(&graph) {
            for fork in members {
                let inside = graph.neighbors(fork).map(|inside| parts[inside.index()]).max();
                let branches = self.resolved.forks[fork.index()].branches.len() as u64;
                parts[fork.index()] = branches.saturating_mul(inside.unwrap_or(1).max(1));
            }
        }
        let most = parts.iter().zip(0..).max_by_key(|&(parts, _)| *parts);
        if let Some((parts, fork)) = most.filter(|&(&parts, _)| parts > MOST_PARTS) {
            let rule = format!(
                "with the forks inside, a case may be in {parts} parts at one time, must be at most {MOST_PARTS}"
            );
            self.add_to_fork(fork, rule);
        }
    }

    fn add_to_fork(&mut self, fork: u32, rule: impl Into<String>) {
        let title = self.resolved.forks[fork as usize].fork.title();
        self.add(place("fork", &title), rule);
    }
}
