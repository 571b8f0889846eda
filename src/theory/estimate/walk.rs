//! The states that cases and requests go through, and the ways between them.

use std::collections::HashMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::{During, Request, Resolved, Target};
use crate::theory::traffic::Routes;

use super::faults::{FaultRules, Faults, Next};
use super::service::hours;

/// So many states are told apart where errors are found and put right.
const MOST_FAULTY_STATES: usize = 20_000;

/// Where a case or a request stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct At {
    pub department: usize,
    pub class: u32,
    /// Which request of the model it is; `None` for a case.
    pub request: Option<u32>,
    /// What is wrong with it; `None` where nothing is.
    pub faults: Option<Box<Faults>>,
}

impl At {
    pub fn case(department: usize, class: u32) -> At {
        At { department, class, request: None, faults: None }
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
                    None => self.add_handoffs(ways.resolved, &state, 1.0, None, &mut steps),
                }
            }
            if steps.is_empty() {
                steps.push(Step { to: None, probability: 1.0, transfer: 0.0, lost: false });
            }
            self.steps.push(steps);
            self.add_asks(ways, &state);
            self.add_reneging(ways.resolved, state);
        }
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
            let route = &resolved.routes[handoff as usize];
            let to = match route.target {
                Target::Department(to) => Some(self.number(At {
                    department: to as usize,
                    class: route.becomes.unwrap_or(state.class),
                    request: None,
                    faults: faults.cloned().map(Box::new),
                })),
                Target::Exit | Target::Unknown => None,
            };
            let transfer = resolved.model.handoffs[handoff as usize].transfer.as_ref();
            let transfer = transfer.map_or(0.0, |time| hours(time.mean()));
            steps.push(Step { to, probability: probability * share, transfer, lost: false });
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
                    self.add_handoffs(ways.resolved, state, outcome.probability, faults, steps);
                }
                Next::Department(department, transfer) => {
                    let faults = faults.cloned().map(Box::new);
                    let to = self.number(At { department, class: state.class, request: None, faults });
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
                let to = self.number(At { department: to, class, request: Some(index), faults: None });
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
