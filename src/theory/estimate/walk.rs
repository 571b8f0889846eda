//! The states that cases and requests go through, and the ways between them.

use std::collections::HashMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::{During, Request, Resolved, Staff, Target};
use crate::random::Dist;
use crate::theory::traffic::Routes;

use super::faults::{FaultRules, Faults, Next};
use super::rules;
use super::service::hours;

/// So many states are told apart where errors are found and put right.
const MOST_FAULTY_STATES: usize = 20_000;

/// So many states are told apart where cases go on in parts of parts.
const MOST_FORKED_STATES: usize = 1_000_000;

/// Where a case or a request stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct At {
    pub department: usize,
    pub class: u32,
    /// Which request of the model it is; `None` for a case.
    pub request: Option<u32>,
    /// What is wrong with it; `None` where nothing is.
    pub faults: Option<Box<Faults>>,
    /// The forks that it is a part by, the last one last.
    pub parts: Vec<u32>,
}

impl At {
    pub fn case(department: usize, class: u32) -> At {
        At { department, class, request: None, faults: None, parts: Vec::new() }
    }

    /// An order for stock: work like a request, but none of the model's.
    pub fn order(department: usize, class: u32) -> At {
        At { request: Some(u32::MAX), ..At::case(department, class) }
    }

    /// A case, or a part of one, that goes on from here.
    fn onward(&self, department: u32, class: u32, faults: Option<&Faults>) -> At {
        let faults = faults.cloned().map(Box::new);
        At { department: department as usize, class, request: None, faults, parts: self.parts.clone() }
    }

    pub fn is_case(&self) -> bool {
        self.request.is_none()
    }
}

/// A way on from a state.
pub(super) struct Step {
    /// The next state; `None` where the case leaves.
    pub to: Option<usize>,
    pub probability: f64,
    /// Mean transfer time in hours.
    pub transfer: f64,
    /// Whether who leaves is turned away.
    pub lost: bool,
}

/// A question that may come up in a state.
pub(super) struct Ask {
    /// Which request of the model.
    pub request: u32,
    /// The state of the request.
    pub to: usize,
    pub probability: f64,
}

/// The states that cases and their requests reach, numbered, and the ways between them.
#[derive(Default)]
pub(super) struct Walk {
    pub states: Vec<At>,
    pub steps: Vec<Vec<Step>>,
    /// By state; empty where nothing is asked in the whole walk.
    pub asks: Vec<Vec<Ask>>,
    /// By state, where those who lose patience go on; empty where nobody does in the whole walk.
    pub reneging: Vec<Option<usize>>,
    /// Why the ways are not known, where they are not.
    pub unclear: Option<&'static str>,
    /// The states to which no formula says how many come, and why.
    pub uncounted: Vec<(usize, String)>,
    /// The states to which work does not come as formulas have it, and why.
    pub uneven: Vec<(usize, String)>,
    /// Why times on the way are not known, where they are not.
    pub untimed: Option<String>,
    numbers: HashMap<At, usize>,
}

/// What decides the ways of a model.
pub(super) struct Ways<'r, 'm> {
    resolved: &'r Resolved<'m>,
    faults: Option<FaultRules<'m>>,
    /// By department, its requests and where they go.
    asks: HashMap<usize, Vec<(u32, usize)>>,
}

impl<'r, 'm> Ways<'r, 'm> {
    pub fn of(resolved: &'r Resolved<'m>) -> Ways<'r, 'm> {
        let mut asks: HashMap<usize, Vec<(u32, usize)>> = HashMap::new();
        for (index, request) in (0..).zip(&resolved.model.requests) {
            if let (Some(from), Some(to)) =
                (resolved.department(&request.from), resolved.department(&request.to))
            {
                asks.entry(from as usize).or_default().push((index, to as usize));
            }
        }
        Ways { resolved, faults: FaultRules::of(resolved), asks }
    }

    /// The states of a case of `class` that an error has just been made on in `department`.
    pub fn after_error(&self, department: usize, class: u32) -> Option<At> {
        let faults = self.faults.as_ref()?.error_of(department)?;
        Some(At { faults: Some(Box::new(faults)), ..At::case(department, class) })
    }
}

/// The probability that a request comes up in work of a class.
fn arises(request: &Request, class: &str) -> f64 {
    let named = request.probability_for.iter().find(|row| row.class == class).map(|row| row.probability);
    let otherwise = request.probability.unwrap_or(if request.probability_for.is_empty() { 1.0 } else { 0.0 });
    named.unwrap_or(otherwise)
}

impl Walk {
    /// The number of a state, given now if it has none yet.
    pub fn number(&mut self, state: At) -> usize {
        let next = self.states.len();
        *self.numbers.entry(state).or_insert_with_key(|state| {
            self.states.push(state.clone());
            next
        })
    }

    /// Follows all ways from the states numbered so far.
    pub fn complete(&mut self, ways: &Ways) {
        while let Some(state) = self.states.get(self.steps.len()).cloned() {
            let mut steps = Vec::new();
            if state.is_case() {
                match ways.faults.as_ref() {
                    Some(rules) if self.states.len() <= MOST_FAULTY_STATES => {
                        self.faulty_steps(ways, rules, &state, &mut steps);
                    }
                    Some(_) => self.unclear = Some("Errors can come together in too many ways to follow."),
                    None => self.add_ways(ways.resolved, &state, 1.0, None, &mut steps),
                }
                self.add_turning(ways.resolved, &state, &mut steps);
            }
            if steps.is_empty() {
                steps.push(Step { to: None, probability: 1.0, transfer: 0.0, lost: false });
            }
            self.steps.push(steps);
            self.add_asks(ways, &state);
            self.add_reneging(ways.resolved, state);
        }
    }

    /// The ways on of a case with these faults, together with `probability`: in parts, or by handoffs.
    fn add_ways(
        &mut self,
        resolved: &Resolved,
        state: &At,
        probability: f64,
        faults: Option<&Faults>,
        steps: &mut Vec<Step>,
    ) {
        match resolved.fork(state.department as u32, state.class) {
            None => self.add_handoffs(resolved, state, probability, faults, steps),
            Some(fork) => self.add_parts(resolved, state, (fork, probability), faults, steps),
        }
    }

    /// The parts of a case, and what goes on after the join, each as often as the case comes.
    fn add_parts(
        &mut self,
        resolved: &Resolved,
        state: &At,
        (fork, probability): (u32, f64),
        faults: Option<&Faults>,
        steps: &mut Vec<Step>,
    ) {
        if state.parts.contains(&fork) || self.states.len() > MOST_FORKED_STATES {
            self.unclear = Some("How parts of parts go on, no formula says.");
            return;
        }
        let parting = &resolved.forks[fork as usize];
        let (from, join) = (&parting.fork.from, &parting.fork.join);
        let why = format!("Cases go on in parts from department `{from}`, and meet in department `{join}`.");
        let mut go = |to: At, transfer: Option<&Dist>| {
            let to = self.number(to);
            self.uneven.push((to, why.clone()));
            let transfer = transfer.map_or(0.0, |time| hours(time.mean()));
            steps.push(Step { to: Some(to), probability, transfer, lost: false });
        };
        for (&(to, becomes), branch) in parting.branches.iter().zip(&parting.fork.branches) {
            let mut part = state.onward(to, becomes.unwrap_or(state.class), faults);
            part.parts.push(fork);
            go(part, branch.transfer.as_ref());
        }
        go(state.onward(parting.join, state.class, faults), None);
    }

    /// What a class may turn into while it waits. How often it does is not known.
    fn add_turning(&mut self, resolved: &Resolved, state: &At, steps: &mut Vec<Step>) {
        let turn = resolved.listed_class(state.class).and_then(|class| class.turns.as_ref());
        let Some(class) = turn.and_then(|turn| resolved.class(&turn.into)) else { return };
        if resolved.model.departments[state.department].staff == Staff::Infinite {
            return;
        }
        let from = resolved.classes[state.class as usize].name;
        let into = resolved.classes[class as usize].name;
        let why = format!("How often cases of class `{from}` turn into `{into}`, no formula says.");
        let to = self.number(At { class, ..state.clone() });
        self.uncounted.extend([(self.steps.len(), why.clone()), (to, why)]);
        steps.push(Step { to: Some(to), probability: 0.0, transfer: 0.0, lost: false });
    }

    /// The handoffs of a case with these faults, together with `probability`.
    fn add_handoffs(
        &mut self,
        resolved: &Resolved,
        state: &At,
        probability: f64,
        faults: Option<&Faults>,
        steps: &mut Vec<Step>,
    ) {
        let ways: Vec<(u32, f64)> = resolved.routes_for(state.department as u32, state.class).collect();
        let known = steps.len();
        for (handoff, share) in ways.into_iter().filter(|way| way.1 > 0.0) {
            let (route, way) =
                (&resolved.routes[handoff as usize], &resolved.model.handoffs[handoff as usize]);
            let targets: Vec<u32> = match route.target {
                Target::Department(to) => [&[to], &route.or_shorter[..]].concat(),
                Target::Exit | Target::Unknown => Vec::new(),
            };
            let transfer = way.transfer.as_ref().map_or(0.0, |time| hours(time.mean()));
            let held_up = rules::of_handoff(way);
            let probability = probability * share / targets.len().max(1) as f64;
            // Where the shortest queue counts, each is taken as equally often the one.
            for &to in &targets {
                if state.parts.last().is_some_and(|&fork| resolved.forks[fork as usize].join == to) {
                    // A part has come to its join.
                    steps.push(Step { to: None, probability, transfer, lost: false });
                    continue;
                }
                let next = self.number(state.onward(to, route.becomes.unwrap_or(state.class), faults));
                if targets.len() > 1 {
                    let why = format!("Where cases go on from department `{}`, the queues decide.", way.from);
                    self.uncounted.push((next, why));
                }
                self.uneven.extend(held_up.clone().map(|why| (next, why)));
                steps.push(Step { to: Some(next), probability, transfer, lost: false });
            }
            if targets.is_empty() {
                steps.push(Step { to: None, probability, transfer, lost: false });
            }
            self.untimed = self.untimed.take().or(held_up);
        }
        if steps.len() == known {
            steps.push(Step { to: None, probability, transfer: 0.0, lost: false });
        }
    }

    fn faulty_steps(&mut self, ways: &Ways, rules: &FaultRules, state: &At, steps: &mut Vec<Step>) {
        let class = ways.resolved.classes[state.class as usize].name;
        for outcome in rules.outcomes(state.department, class, state.faults.as_deref()) {
            let faults = (outcome.faults != Faults::default()).then_some(&outcome.faults);
            match outcome.next {
                Next::Handoffs => {
                    self.add_ways(ways.resolved, state, outcome.probability, faults, steps);
                }
                Next::Department(department, transfer) => {
                    let to = self.number(state.onward(department as u32, state.class, faults));
                    steps.push(Step {
                        to: Some(to),
                        probability: outcome.probability,
                        transfer: transfer.map_or(0.0, |time| hours(time.mean())),
                        lost: false,
                    });
                }
                Next::TurnedAway => {
                    steps.push(Step {
                        to: None,
                        probability: outcome.probability,
                        transfer: 0.0,
                        lost: true,
                    });
                }
                Next::Unclear => {
                    self.unclear = Some("How returns within returns go on, no formula says.");
                }
            }
        }
    }

    fn add_asks(&mut self, ways: &Ways, state: &At) {
        if ways.asks.is_empty() {
            return;
        }
        let mut asks = Vec::new();
        for &(index, to) in ways.asks.get(&state.department).into_iter().flatten() {
            let request = &ways.resolved.model.requests[index as usize];
            let applies = match request.during {
                During::Cases => state.is_case(),
                During::Requests => !state.is_case(),
                During::Both => true,
            };
            let probability = arises(request, ways.resolved.classes[state.class as usize].name);
            if applies && probability > 0.0 {
                let named = request.class.as_ref().and_then(|name| ways.resolved.class(name));
                let class = named.unwrap_or(state.class);
                let to = self.number(At { request: Some(index), ..At::case(to, class) });
                asks.push(Ask { request: index, to, probability });
            }
        }
        self.asks.push(asks);
    }

    fn add_reneging(&mut self, resolved: &Resolved, state: At) {
        let model = resolved.model;
        let from = &model.departments[state.department];
        let target = from.renege_to.as_ref().filter(|_| state.is_case());
        let Some(to) = target.and_then(|name| resolved.department(name)) else {
            if !self.reneging.is_empty() {
                self.reneging.push(None);
            }
            return;
        };
        self.reneging.resize(self.steps.len() - 1, None);
        let to = self.number(At { department: to as usize, ..state });
        self.reneging.push(Some(to));
    }

    /// The questions that may come up in a state.
    pub fn asks_in(&self, state: usize) -> &[Ask] {
        self.asks.get(state).map_or(&[], |asks| asks)
    }

    /// The state to which those go who lose patience in a state.
    pub fn reneging_from(&self, state: usize) -> Option<usize> {
        self.reneging.get(state).copied().flatten()
    }

    /// All states that may come directly after a state: the next of a case, and its requests.
    pub fn successors(&self, state: usize) -> impl Iterator<Item = usize> + '_ {
        let onward = self.steps[state].iter().filter_map(|step| step.to);
        onward.chain(self.reneging_from(state)).chain(self.asks_in(state).iter().map(|ask| ask.to))
    }

    /// Of each of `departments` departments, whether a case can come back to it.
    pub fn revisited(&self, departments: usize) -> Vec<bool> {
        let mut graph = DiGraph::<(), (), usize>::default();
        (0..departments).for_each(|_| {
            graph.add_node(());
        });
        let mut revisited = vec![false; departments];
        for state in (0..self.steps.len()).filter(|&state| self.states[state].is_case()) {
            let from = self.states[state].department;
            let onward = self.steps[state].iter().filter_map(|step| step.to);
            for to in onward.chain(self.reneging_from(state)) {
                let to = self.states[to].department;
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
                revisited[from] |= from == to;
            }
        }
        for members in kosaraju_scc(&graph).into_iter().filter(|members| members.len() > 1) {
            members.into_iter().for_each(|department| revisited[department.index()] = true);
        }
        revisited
    }

    /// The share of what comes to a state that is served there, given the shares of the departments.
    pub fn served(&self, state: usize, served: &[f64]) -> f64 {
        if self.states[state].is_case() { served[self.states[state].department] } else { 1.0 }
    }

    /// The ways of cases on from a state, weighted.
    pub fn onward(&self, state: usize, served: &[f64]) -> Vec<(usize, f64)> {
        let share = self.served(state, served);
        let steps = self.steps[state].iter().filter_map(|step| Some((step.to?, share * step.probability)));
        let reneging = self.reneging_from(state).map(|to| (to, 1.0 - share));
        steps.chain(reneging.filter(|way| way.1 > 0.0)).collect()
    }

    /// The ways of cases and requests on from each state, weighted.
    pub fn routes(&self, served: &[f64]) -> Routes {
        let asked = |state: usize| {
            let share = self.served(state, served);
            self.asks_in(state).iter().map(move |ask| (ask.to, share * ask.probability))
        };
        (0..self.states.len())
            .map(|state| self.onward(state, served).into_iter().chain(asked(state)).collect())
            .collect()
    }
}
