//! How cases can move: the states (department, class) that they reach, and the moves between them.
//!
//! The parts of a forked case have states of their own, by the fork that they come from. A part that is handed to
//! where it meets the others ends there; from the fork a move leads straight to where the case goes on. So the
//! states of parts do not depend on how deep forks are nested.

mod explore;

use std::collections::HashMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use self::explore::Explorer;
use super::resolve::{MOST_MAKERS, Resolved};
use crate::model::{Late, Source, Stream};
use crate::random::Dist;

/// The largest number of (departments + handoffs + requests + detections) x classes that a model may have, times one
/// more than its forks, so that a small file cannot ask for endless memory.
pub(crate) const MOST_STATES: u64 = 50_000_000;

/// The largest number of departments x classes: the engine keeps about 1 KB for every pair.
pub(crate) const MOST_PAIRS: u64 = 2_000_000;

/// The largest number of classes.
pub(crate) const MOST_CLASSES: usize = 1_000;

/// The largest number of forks.
pub(crate) const MOST_FORKS: usize = 1_000;

/// A case, or a part of one, of a class in a department, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct State {
    pub department: u32,
    pub class: u32,
    /// The fork that it is a part of, as a place in [`Resolved::forks`]; of nested ones the inmost.
    pub part_of: Option<u32>,
    /// Of a part: it was returned with a defect and goes straight back. A case in such a state counts as any other.
    pub straight_back: bool,
}

impl State {
    pub fn of_case(department: u32, class: u32) -> State {
        State { department, class, part_of: None, straight_back: false }
    }

    /// The state in another department, to which it does not return.
    pub fn at(self, department: u32) -> State {
        State { department, straight_back: false, ..self }
    }
}

/// A way out of a state that has a positive probability.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub probability: f64,
    /// The next state; `None` where the case leaves, or the part meets the others.
    pub to: Option<u32>,
    pub by: By,
}

/// How a case moves on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// By the handoff of this index.
    Handoff(u32),
    /// There is no handoff for the class: it just leaves.
    Leaving,
    /// As a part, one for each branch of the fork. The probability is 1 for all of them.
    Branch { fork: u32, branch: u32 },
    /// From the fork straight to where its parts meet.
    Join(u32),
    /// As a part, by the handoff of this index to where it meets the others.
    Meeting(u32),
    /// As a part that was returned, straight to where its defect was found: by a detour.
    Back,
}

impl Move {
    /// The handoff, if it is one.
    pub fn handoff(&self) -> Option<u32> {
        match self.by {
            By::Handoff(handoff) | By::Meeting(handoff) => Some(handoff),
            By::Leaving | By::Branch { .. } | By::Join(_) | By::Back => None,
        }
    }

    /// Whether it is a part that sets out, beside the case that it is a part of.
    pub fn is_branch(&self) -> bool {
        matches!(self.by, By::Branch { .. })
    }

    /// Whether it leads to a state, out, or as a part by a handoff to the others: not straight from the fork to where
    /// the parts meet, and not where a detour leads.
    pub fn leads_on(&self) -> bool {
        self.to.is_some() || !matches!(self.by, By::Branch { .. } | By::Back)
    }
}

/// A way on that is no handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Detour {
    pub from: u32,
    /// The next state; `None` where the case is lost, or the part meets the others.
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
    /// It has lost patience, and meets the others of which it is a part.
    Met,
    /// It has turned into another class while it waited.
    Turned,
}

/// Requests of a class that a department answers, or orders for stock.
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
    /// Per fork, the states in which its cases go on when their parts have met.
    joined: Vec<Vec<u32>>,
    /// The number of each state of a case, department by department; `UNREACHED` for the others.
    numbers: Vec<u32>,
    /// The numbers of the states of parts.
    parts: HashMap<State, u32>,
    classes: u32,
}

const UNREACHED: u32 = u32::MAX;

/// Whether `resolved` is small enough for [`Flow::from`].
pub(crate) fn fits(resolved: &Resolved) -> bool {
    resolved.classes.len() <= MOST_CLASSES
        && resolved.model.forks.len() <= MOST_FORKS
        && pairs(resolved) <= MOST_PAIRS
        && states(resolved) <= MOST_STATES
}

/// Departments x classes.
pub(crate) fn pairs(resolved: &Resolved) -> u64 {
    resolved.model.departments.len() as u64 * resolved.classes.len() as u64
}

/// (Departments + handoffs + requests + detections) x classes x (forks + 1). Handoffs count with each department that
/// they may lead to, and branches like handoffs.
pub(crate) fn states(resolved: &Resolved) -> u64 {
    let model = resolved.model;
    let shorter: usize = model.handoffs.iter().map(|handoff| handoff.or_shorter.len()).sum();
    let branches: usize = model.forks.iter().map(|fork| fork.branches.len()).sum();
    let parts = model.departments.len() + model.handoffs.len() + shorter + branches + model.requests.len();
    let of_a_case = (parts + detections(resolved)) as u64 * resolved.classes.len() as u64;
    of_a_case.saturating_mul(model.forks.len() as u64 + 1)
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
        Flow::of_those(resolved, |_| true)
    }

    /// All that cases reach of the streams that count, of the initial work, and of complaints.
    pub fn of_those(resolved: &Resolved, counts: impl Fn(&Stream) -> bool) -> Flow {
        Explorer::new(resolved, true).explore(resolved.starts(counts))
    }

    /// The number of `state`, if it can be reached.
    pub fn find(&self, state: State) -> Option<u32> {
        if state.part_of.is_some() {
            return self.parts.get(&state).copied();
        }
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

    /// The states to which work in state `number` can lead, by moves and by detours; a part that meets the others
    /// leads to where its case goes on.
    pub fn ways(&self, number: u32) -> impl Iterator<Item = u32> {
        let moves = self.moves(number);
        let detours = self.detours(number).iter();
        let meets = moves.iter().any(|step| matches!(step.by, By::Meeting(_)))
            || detours.clone().any(|detour| detour.why == Why::Met);
        let fork = self.states[number as usize].part_of.filter(|_| meets);
        let joined = fork.map_or(&[][..], |fork| &self.joined[fork as usize]).iter().copied();
        moves.iter().filter_map(|step| step.to).chain(detours.filter_map(|detour| detour.to)).chain(joined)
    }

    /// The moves whose share depends on time: to the shortest queue, and of parts that may be withdrawn before.
    pub fn uncertain_moves<'f>(&'f self, resolved: &'f Resolved) -> impl Iterator<Item = &'f Move> {
        let withdrawn = |fork: u32| {
            let fork = resolved.forks[fork as usize].fork;
            fork.late == Late::Withdrawn && (fork.required() as usize) < fork.branches.len()
        };
        let on_the_way = move |step: &Move| match step.by {
            By::Branch { fork, branch } => {
                let branch = &resolved.forks[fork as usize].fork.branches[branch as usize];
                withdrawn(fork) && branch.transfer.is_some()
            }
            _ => false,
        };
        let shortest = |step: &Move| {
            step.handoff().is_some_and(|handoff| !resolved.routes[handoff as usize].or_shorter.is_empty())
        };
        self.numbers().flat_map(move |number| {
            let of_part = self.states[number as usize].part_of.is_some_and(withdrawn);
            self.moves(number).iter().filter(move |step| of_part || on_the_way(step) || shortest(step))
        })
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
    /// The states in which cases of the streams that count enter from outside, or are in place when the run starts.
    pub(crate) fn starts(&self, counts: impl Fn(&Stream) -> bool) -> Vec<State> {
        let streams = self.model.streams.iter().filter(|stream| counts(stream));
        let entering = streams.filter_map(|stream| {
            let department = self.department(&stream.enter)?;
            let positive = self.arriving_shares(stream).into_iter().filter(|&(_, share)| share > 0.0);
            Some(positive.map(move |(class, _)| State::of_case(department, class)))
        });
        let in_place = self.model.initial.iter().filter_map(|work| {
            let (department, class) = (self.department(&work.department)?, self.class(&work.class)?);
            Some(State::of_case(department, class))
        });
        entering.flatten().chain(in_place).collect()
    }
}
