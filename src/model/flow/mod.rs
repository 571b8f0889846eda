//! How cases can move: the states (department, class) that they reach, and the moves between them.

mod explore;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use self::explore::Explorer;
use super::resolve::{MOST_MAKERS, Resolved};
use crate::random::Dist;

/// The largest number of (departments + handoffs + requests + detections) x classes that a model may have, so that a small
/// file cannot ask for endless memory.
pub(crate) const MOST_STATES: u64 = 50_000_000;

/// The largest number of departments x classes: the engine keeps about 1 KB for every pair.
pub(crate) const MOST_PAIRS: u64 = 2_000_000;

/// The largest number of classes.
pub(crate) const MOST_CLASSES: usize = 1_000;

/// A case of a class in a department, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// A way on that is no handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Detour {
    pub from: u32,
    /// The next state; `None` where the case is lost.
    pub to: Option<u32>,
    pub why: Why,
    /// Whose defect was found, as a place in [`Resolved::makers`].
    pub maker: Option<u8>,
    pub takes_time: bool,
}

/// Why a case takes a detour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// A defect was found: the case goes back to its maker.
    Returned,
    /// It comes straight back from the maker.
    Back,
    /// A defect was found: the case is sent elsewhere.
    Sent,
    /// A defect was found: the customer is turned away.
    TurnedAway,
    /// It has lost patience, before it was served.
    Reneged,
}

/// Requests of a class that a department answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub state: State,
    /// Whether any of them has no service time of its own.
    pub needs_service: bool,
}

/// That answering one request brings on another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Follows {
    /// Index of the answer in whose work it comes up.
    pub from: u32,
    /// Index of its own answer.
    pub to: u32,
    pub probability: f64,
}

/// The states that can be reached, numbered from the starts outwards, and their moves.
#[derive(Debug)]
pub(crate) struct Flow {
    pub states: Vec<State>,
    /// Where the moves of each state begin; one more at the end.
    first: Vec<u32>,
    moves: Vec<Move>,
    /// In the order of the states they start from.
    detours: Vec<Detour>,
    /// Per state, whose defects a case may bring along, as bits in the order of [`Resolved::makers`]. Of more
    /// than 64 makers the rest is left out.
    pub brings: Vec<u64>,
    /// The requests that can come up, by the department that answers and their class there.
    pub answers: Vec<Answer>,
    pub follows: Vec<Follows>,
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

/// (Departments + handoffs + requests + detections) x classes.
pub(crate) fn states(resolved: &Resolved) -> u64 {
    let model = resolved.model;
    let parts = model.departments.len() + model.handoffs.len() + model.requests.len();
    (parts + detections(resolved)) as u64 * resolved.classes.len() as u64
}

/// In how many departments errors of how many others are found.
pub(crate) fn detections(resolved: &Resolved) -> usize {
    let finders = resolved.model.departments.iter().filter(|department| !department.detects.is_empty());
    finders.count() * resolved.makers.len().min(MOST_MAKERS)
}

/// Whether a time is certainly none.
pub(crate) fn is_zero(times: &Dist) -> bool {
    times.defects().is_empty() && times.mean() == 0.0
}

impl Flow {
    /// All that cases reach from `starts`. The model must fit ([`fits`]). Moves to unknown places
    /// count as leaving.
    pub fn from(resolved: &Resolved, starts: impl IntoIterator<Item = State>) -> Flow {
        Explorer::new(resolved, false).explore(starts)
    }

    /// All that cases of the model reach, those that come back as complaints included.
    pub fn of_all(resolved: &Resolved) -> Flow {
        Explorer::new(resolved, true).explore(resolved.starts())
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

    /// The detours from state `number`.
    pub fn detours(&self, number: u32) -> &[Detour] {
        let from = self.detours.partition_point(|detour| detour.from < number);
        let length = self.detours[from..].partition_point(|detour| detour.from == number);
        &self.detours[from..from + length]
    }

    /// Whether there are any detours.
    pub fn has_detours(&self) -> bool {
        !self.detours.is_empty()
    }

    /// Where cases can go from state `number`, by moves and by detours.
    pub fn ways(&self, number: u32) -> impl Iterator<Item = Option<u32>> {
        let moves = self.moves(number).iter().map(|step| step.to);
        moves.chain(self.detours(number).iter().map(|detour| detour.to))
    }

    /// The numbers of all states.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        0..self.states.len() as u32
    }

    /// The strongly connected components of the states under the moves and the detours that are kept;
    /// what is kept leads from later components to earlier ones, or stays inside.
    ///
    /// By the algorithm of Kosaraju and Sharir (1981), which petgraph implements without recursion.
    pub fn components(
        &self,
        keep_move: impl Fn(u32, &Move) -> bool,
        keep_detour: impl Fn(&Detour) -> bool,
    ) -> Vec<Vec<u32>> {
        let mut graph =
            DiGraph::<(), ()>::with_capacity(self.states.len(), self.moves.len() + self.detours.len());
        for _ in &self.states {
            graph.add_node(());
        }
        for from in self.numbers() {
            let moves = self.moves(from).iter().filter(|step| keep_move(from, step)).map(|step| step.to);
            let detours = self.detours(from).iter().filter(|&detour| keep_detour(detour));
            for to in moves.chain(detours.map(|detour| detour.to)).flatten() {
                graph.add_edge(from.into(), to.into(), ());
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
