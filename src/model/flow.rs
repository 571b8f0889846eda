//! How cases can move: the states (department, class) that they reach, and the moves between them.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::resolve::{Resolved, Target};

/// The largest number of (departments + handoffs) x classes that a model may have, so that a small
/// file cannot ask for endless memory.
pub(crate) const MOST_STATES: u64 = 50_000_000;

/// The largest number of departments x classes: the engine keeps about 1 KB for every pair.
pub(crate) const MOST_PAIRS: u64 = 2_000_000;

/// The largest number of classes.
pub(crate) const MOST_CLASSES: usize = 1_000;

/// A case of a class in a department, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub department: u32,
    pub class: u32,
}

/// A way out of a state that has a positive probability.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub probability: f64,
    /// The next state; `None` where the case leaves.
    pub to: Option<u32>,
    /// The handoff; `None` where there is no handoff for the class and the case just leaves.
    pub handoff: Option<u32>,
}

/// The states that can be reached, numbered from the starts outwards, and their moves.
#[derive(Debug)]
pub(crate) struct Flow {
    pub states: Vec<State>,
    /// Where the moves of each state begin; one more at the end.
    first: Vec<u32>,
    moves: Vec<Move>,
    /// The number of each state, department by department; `UNREACHED` for the others.
    numbers: Vec<u32>,
    classes: u32,
}

const UNREACHED: u32 = u32::MAX;

/// Whether `resolved` is small enough for [`Flow::from`].
pub(crate) fn fits(resolved: &Resolved) -> bool {
    resolved.classes.len() <= MOST_CLASSES && pairs(resolved) <= MOST_PAIRS && states(resolved) <= MOST_STATES
}

/// Departments x classes.
pub(crate) fn pairs(resolved: &Resolved) -> u64 {
    resolved.model.departments.len() as u64 * resolved.classes.len() as u64
}

/// (Departments + handoffs) x classes.
pub(crate) fn states(resolved: &Resolved) -> u64 {
    let model = resolved.model;
    (model.departments.len() + model.handoffs.len()) as u64 * resolved.classes.len() as u64
}

impl Flow {
    /// All that cases reach from `starts`. The model must fit ([`fits`]). Moves to unknown places
    /// count as leaving.
    pub fn from(resolved: &Resolved, starts: impl IntoIterator<Item = State>) -> Flow {
        let classes = resolved.classes.len() as u32;
        let mut flow = Flow {
            states: Vec::new(),
            first: Vec::new(),
            moves: Vec::new(),
            numbers: vec![UNREACHED; resolved.model.departments.len() * classes as usize],
            classes,
        };
        starts.into_iter().for_each(|state| {
            flow.number(state);
        });
        let mut next = 0;
        while let Some(&state) = flow.states.get(next) {
            flow.first.push(flow.moves.len() as u32);
            flow.add_moves(resolved, state);
            next += 1;
        }
        flow.first.push(flow.moves.len() as u32);
        flow
    }

    fn add_moves(&mut self, resolved: &Resolved, state: State) {
        let mut applies = false;
        for (handoff, probability) in resolved.routes_for(state.department, state.class) {
            applies = true;
            if probability.is_nan() || probability <= 0.0 {
                continue;
            }
            let route = &resolved.routes[handoff as usize];
            let to = match route.target {
                Target::Exit | Target::Unknown => None,
                Target::Department(department) => {
                    let class = route.becomes.unwrap_or(state.class);
                    Some(self.number(State { department, class }))
                }
            };
            self.moves.push(Move { probability, to, handoff: Some(handoff) });
        }
        if !applies {
            self.moves.push(Move { probability: 1.0, to: None, handoff: None });
        }
    }

    /// The number of `state`, given now if it has none yet.
    fn number(&mut self, state: State) -> u32 {
        let slot = &mut self.numbers[(state.department * self.classes + state.class) as usize];
        if *slot == UNREACHED {
            *slot = self.states.len() as u32;
            self.states.push(state);
        }
        *slot
    }

    /// The number of `state`, if it can be reached.
    pub fn find(&self, state: State) -> Option<u32> {
        let number = self.numbers[(state.department * self.classes + state.class) as usize];
        (number != UNREACHED).then_some(number)
    }

    /// The moves out of state `number`.
    pub fn moves(&self, number: u32) -> &[Move] {
        let at = number as usize;
        &self.moves[self.first[at] as usize..self.first[at + 1] as usize]
    }

    /// The numbers of all states.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        0..self.states.len() as u32
    }

    /// The strongly connected components of the states under the moves that `keep(state, move)`
    /// admits; moves lead from later components to earlier ones, or stay inside.
    ///
    /// By the algorithm of Kosaraju and Sharir (1981), which petgraph implements without recursion.
    pub fn components(&self, keep: impl Fn(u32, &Move) -> bool) -> Vec<Vec<u32>> {
        let mut graph = DiGraph::<(), ()>::with_capacity(self.states.len(), self.moves.len());
        for _ in &self.states {
            graph.add_node(());
        }
        for from in self.numbers() {
            for step in self.moves(from) {
                if let Some(to) = step.to.filter(|_| keep(from, step)) {
                    graph.add_edge(from.into(), to.into(), ());
                }
            }
        }
        let components = kosaraju_scc(&graph).into_iter();
        components.map(|members| members.into_iter().map(|node| node.index() as u32).collect()).collect()
    }
}

impl Resolved<'_> {
    /// The states in which cases enter from outside or are in place when the run starts.
    pub(crate) fn starts(&self) -> Vec<State> {
        let entering = self.model.streams.iter().filter_map(|stream| {
            let department = self.department(&stream.enter)?;
            let positive = self.arriving_shares(stream).into_iter().filter(|&(_, share)| share > 0.0);
            Some(positive.map(move |(class, _)| State { department, class }))
        });
        let in_place = self.model.initial.iter().filter_map(|work| {
            let (department, class) = (self.department(&work.department)?, self.class(&work.class)?);
            Some(State { department, class })
        });
        entering.flatten().chain(in_place).collect()
    }
}
