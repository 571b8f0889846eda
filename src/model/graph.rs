//! A model as a graph, and the questions one asks of it before anything runs.

use std::collections::BTreeSet;

use petgraph::algo::{dominators, kosaraju_scc};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};

use super::flow::{By, Detour, Flow, State, Why};
use super::resolve::Resolved;
use super::visits::expected_visits;
use super::{Model, Stream};
use crate::error::{ErrorKind, Result};

/// The departments of a valid model, where cases come from, where they leave, and every handoff that
/// some class can take. From [`Model::graph`].
///
/// ```
/// use knockon::model::Model;
/// use knockon::time::{minutes, per_hour};
///
/// let model = Model::builder("claims")
///     .department("intake", |d| d.staff(1).service(minutes(2)))
///     .department("review", |d| d.staff(1).service(minutes(3)))
///     .handoff("intake", "review", |h| h)
///     .handoff("review", "intake", |h| h.probability(0.5))
///     .handoff("review", "exit", |h| h.probability(0.5))
///     .customers("claims", |c| c.poisson(per_hour(6.0)).enter("intake"))
///     .build()?;
/// let graph = model.graph()?;
/// assert_eq!(graph.cycles(), [["intake", "review"]]);
/// assert_eq!(graph.expected_visits("claims")?, Some(vec![("intake", 2.0), ("review", 2.0)]));
/// # Ok::<(), knockon::Error>(())
/// ```
#[derive(Debug)]
pub struct Graph<'m> {
    resolved: Resolved<'m>,
    flow: Flow,
    /// The departments in their order, then [`Graph::entry`], then [`Graph::exit`].
    network: DiGraph<(), Link>,
}

/// Why there is an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// The stream of this index enters.
    Enters(u32),
    /// The initial work of this index is in place.
    InPlace(u32),
    /// The handoff of this index can be taken.
    Handoff(u32),
    /// Some class has no handoff here and leaves.
    Leaves,
    /// The part of this branch of this fork sets out.
    Part(u32, u32),
    /// Some cases go another way than by a handoff.
    Detour(Why),
}

/// How work comes from one department to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowKind {
    /// It is handed on.
    Handoff,
    /// It sets out as a part of a case.
    Part,
    /// An error was found: it goes back to who made it.
    Returned,
    /// It comes straight back from who made the error.
    Back,
    /// An error was found: it is sent elsewhere.
    Sent,
    /// It lost its patience, and goes elsewhere, or meets the others of which it is a part.
    Left,
}

impl FlowKind {
    fn of(link: Link) -> Option<FlowKind> {
        Some(match link {
            Link::Handoff(_) => FlowKind::Handoff,
            Link::Part(..) => FlowKind::Part,
            Link::Detour(Why::Returned) => FlowKind::Returned,
            Link::Detour(Why::Back) => FlowKind::Back,
            Link::Detour(Why::Sent) => FlowKind::Sent,
            Link::Detour(Why::Reneged | Why::Met) => FlowKind::Left,
            Link::Detour(Why::TurnedAway | Why::Turned)
            | Link::Enters(_)
            | Link::InPlace(_)
            | Link::Leaves => return None,
        })
    }
}

impl Model {
    /// The model as a graph.
    ///
    /// # Errors
    ///
    /// The defects of the model, if it has any.
    pub fn graph(&self) -> Result<Graph<'_>> {
        self.validate()?;
        let resolved = Resolved::new(self);
        let flow = Flow::of_all(&resolved);
        let mut graph = Graph { resolved, flow, network: DiGraph::new() };
        graph.network = graph.connect(&graph.flow, true);
        Ok(graph)
    }
}

impl<'m> Graph<'m> {
    /// The departments that work done in `department` can lead to, in their order; itself only if
    /// cases can come back. Returns of defective cases, where those who lose patience go, and where parts meet are
    /// among them; requests are not.
    ///
    /// # Errors
    ///
    /// If there is no such department.
    pub fn reachable_from(&self, department: &str) -> Result<Vec<&'m str>> {
        let start = self.department(department)?;
        let mut seen = vec![false; self.flow.states.len()];
        let is_there = |&number: &u32| self.flow.states[number as usize].department == start;
        let mut open: Vec<u32> = self.flow.numbers().filter(is_there).collect();
        let mut reached = BTreeSet::new();
        while let Some(from) = open.pop() {
            for to in self.flow.ways(from) {
                reached.insert(self.flow.states[to as usize].department);
                if !std::mem::replace(&mut seen[to as usize], true) {
                    open.push(to);
                }
            }
        }
        Ok(reached.into_iter().map(|department| self.name(department)).collect())
    }

    /// How work can come directly from one department to another: from, to, and how, each once.
    ///
    /// Only ways that some case can take. Requests and orders for stock are not among them.
    pub fn flows(&self) -> Vec<(&'m str, &'m str, FlowKind)> {
        let departments = self.model().departments.len();
        let flows: BTreeSet<(usize, usize, FlowKind)> = self
            .network
            .edge_references()
            .filter_map(|edge| {
                let ends = (edge.source().index(), edge.target().index());
                let inside = ends.0 < departments && ends.1 < departments;
                Some((ends.0, ends.1, FlowKind::of(*edge.weight()).filter(|_| inside)?))
            })
            .collect();
        let named = |(from, to, kind)| (self.name(from as u32), self.name(to as u32), kind);
        flows.into_iter().map(named).collect()
    }

    /// The groups of departments that can all pass cases to each other, over however many handoffs and
    /// returns: rework loops. A department that hands work to itself is a group of its own.
    ///
    /// The handoffs in a loop may belong to different classes; then no single case need go round,
    /// but delay does.
    pub fn cycles(&self) -> Vec<Vec<&'m str>> {
        let to_itself = |node: NodeIndex| self.network.find_edge(node, node).is_some();
        let mut cycles: Vec<Vec<NodeIndex>> = kosaraju_scc(&self.network);
        cycles.retain(|members| members.len() > 1 || to_itself(members[0]));
        cycles.iter_mut().for_each(|members| members.sort_unstable());
        cycles.sort_unstable();
        let names = |members: Vec<NodeIndex>| {
            members.into_iter().map(|node| self.name(node.index() as u32)).collect()
        };
        cycles.into_iter().map(names).collect()
    }

    /// The departments that every case passes that arrives in `class` and is not lost, in the order in which it
    /// passes them first: the dominators of the exit (Prosser 1959).
    ///
    /// Where handoffs change the class, every department listed is certain, but one that only a
    /// change of class makes certain is left out, and so are those that parts of a case pass between fork and join.
    /// Empty if no stream's cases arrive in the class.
    ///
    /// # Errors
    ///
    /// If there is no such class.
    pub fn departments_every_case_passes(&self, class: &str) -> Result<Vec<&'m str>> {
        let class = self.class(class)?;
        let starts = self.model().streams.iter().filter_map(|stream| {
            let arrives = |&(drawn, share): &(u32, f64)| drawn == class && share > 0.0;
            let department = self.resolved.department(&stream.enter)?;
            let any = self.resolved.arriving_shares(stream).iter().any(arrives);
            any.then_some(State::of_case(department, class))
        });
        let starts: Vec<_> = starts.collect();
        let flow = Flow::from(&self.resolved, starts.iter().copied());
        let mut network = self.connect(&flow, false);
        for start in starts {
            network.add_edge(self.entry(), NodeIndex::new(start.department as usize), Link::Leaves);
        }
        let dominators = dominators::simple_fast(&network, self.entry());
        let passed = dominators.strict_dominators(self.exit()).into_iter().flatten();
        let mut passed: Vec<_> =
            passed.filter(|&node| node != self.entry()).map(|node| self.name(node.index() as u32)).collect();
        passed.reverse();
        Ok(passed)
    }

    /// How often a case of `stream` visits each department on average, in the departments' order.
    ///
    /// Visits of its parts are visits of a case; requests are not. `None` where the visits depend on more than where a
    /// case is: on the defects that it has, where some are found, or on how long work waits, where those who lose
    /// patience go elsewhere, a case turns into another class or goes to the shortest queue, or parts are withdrawn
    /// as enough others have come. Also where a loop of more than a hundred departments is left so rarely that the figures
    /// cannot be had in bounded time.
    ///
    /// # Errors
    ///
    /// If there is no such stream.
    pub fn expected_visits(&self, stream: &str) -> Result<Option<Vec<(&'m str, f64)>>> {
        let streams = &self.model().streams;
        let stream = streams
            .iter()
            .find(|candidate| candidate.name == stream)
            .ok_or_else(|| unknown("customer stream", stream, streams.iter().map(|stream| &stream.name)))?;
        let starts = self.starts_of(stream, 1.0);
        let uncertain =
            |flow: &Flow| flow.has_detours() || flow.uncertain_moves(&self.resolved).next().is_some();
        if uncertain(&self.flow) {
            let states = starts.iter().map(|&(state, _)| self.flow.states[state as usize]);
            if uncertain(&Flow::from(&self.resolved, states)) {
                return Ok(None);
            }
        }
        let Some(visits) = expected_visits(&self.flow, &starts) else { return Ok(None) };
        Ok(Some(self.by_department(&visits.visits)))
    }

    /// The long-run arrivals per hour at each department, from outside and from handoffs, in the
    /// departments' order.
    ///
    /// `None` for a department that is visited by a stream without a long-run rate (see
    /// [`Stream::rate`]), or that comes after a place where errors are found or cases turn into another class, gets
    /// complaints or those who have lost patience elsewhere, or has one of the queues of which the shortest is
    /// chosen, or parts that may have been withdrawn; and everywhere if the visits cannot be had
    /// ([`Graph::expected_visits`]). A part counts as an arrival, requests and orders do not. Assumes that nobody is
    /// rejected, balks or loses patience.
    pub fn arrival_rates(&self) -> Vec<(&'m str, Option<f64>)> {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for stream in &self.model().streams {
            match stream.rate() {
                Some(rate) => known.extend(self.starts_of(stream, rate)),
                None => unknown.extend(self.starts_of(stream, 1.0)),
            }
        }
        let unknown = unknown.into_iter().map(|(state, _)| self.flow.states[state as usize]);
        let unknown = Flow::from(&self.resolved, unknown.chain(self.uncertain()));
        let mut has_rate = vec![true; self.model().departments.len()];
        unknown.states.iter().for_each(|state| has_rate[state.department as usize] = false);
        let Some(visits) = expected_visits(&self.flow, &known) else {
            return self
                .model()
                .departments
                .iter()
                .map(|department| (department.name.as_str(), None))
                .collect();
        };
        let rates = self.by_department(&visits.visits).into_iter().zip(has_rate);
        rates.map(|((name, rate), known)| (name, known.then_some(rate))).collect()
    }

    /// The states whose arrivals depend on defects or on time, but for those that follow them.
    fn uncertain(&self) -> impl Iterator<Item = State> + '_ {
        let detours = self.flow.numbers().flat_map(|state| self.flow.detours(state));
        let turned = detours.flat_map(|detour| {
            let lost = matches!(detour.why, Why::Reneged | Why::Met);
            let left = if lost { &[][..] } else { self.flow.moves(detour.from) };
            // One that turns into another class does not arrive again, but goes on in its way.
            let turned = detour.to.filter(|_| detour.why == Why::Turned);
            let goes_on = turned.map_or(&[][..], |to| self.flow.moves(to));
            let left = left.iter().chain(goes_on).filter_map(|step| step.to);
            left.chain(detour.to.filter(|_| detour.why != Why::Turned))
        });
        let moved = self.flow.uncertain_moves(&self.resolved).filter_map(|step| step.to);
        let makers = self.resolved.makers.iter();
        let complaints = makers.filter_map(|maker| {
            let errors = self.model().departments[maker.department as usize].errors.as_ref()?;
            self.resolved.department(&errors.complaint.as_ref()?.enter)
        });
        let complaints = complaints.flat_map(|department| self.states_of(department));
        turned.chain(moved).chain(complaints).map(|state| self.flow.states[state as usize])
    }

    pub(super) fn model(&self) -> &'m Model {
        self.resolved.model
    }

    pub(super) fn resolved(&self) -> &Resolved<'m> {
        &self.resolved
    }

    pub(super) fn network(&self) -> &DiGraph<(), Link> {
        &self.network
    }

    /// The node where cases come from.
    pub(super) fn entry(&self) -> NodeIndex {
        NodeIndex::new(self.model().departments.len())
    }

    /// The node where cases leave.
    pub(super) fn exit(&self) -> NodeIndex {
        NodeIndex::new(self.model().departments.len() + 1)
    }

    /// The departments with the moves and detours of `flow`. With ends: also where cases come from and are
    /// turned away, from where they come straight back, and their parts.
    fn connect(&self, flow: &Flow, with_ends: bool) -> DiGraph<(), Link> {
        let departments = self.model().departments.len();
        let mut edges = BTreeSet::new();
        let department_of = |state: u32| flow.states[state as usize].department;
        let join_of = |fork: u32| self.resolved.forks[fork as usize].join;
        let exit = self.exit().index() as u32;
        for state in
            flow.numbers().filter(|&state| with_ends || flow.states[state as usize].part_of.is_none())
        {
            let from = department_of(state);
            for step in flow.moves(state) {
                let to = step.to.map_or(exit, department_of);
                let way = match step.by {
                    By::Handoff(handoff) => (to, Link::Handoff(handoff)),
                    By::Leaving => (exit, Link::Leaves),
                    By::Branch { fork, branch } if with_ends => {
                        let branches = &self.resolved.forks[fork as usize].branches;
                        (branches[branch as usize].0, Link::Part(fork, branch))
                    }
                    // Its parts lead there, which are not looked at.
                    By::Join(_) if !with_ends => (to, Link::Leaves),
                    By::Branch { .. } | By::Join(_) | By::Back => continue,
                    By::Meeting(handoff) => match flow.states[state as usize].part_of {
                        Some(fork) => (join_of(fork), Link::Handoff(handoff)),
                        None => continue,
                    },
                };
                edges.insert((from, way.0, way.1));
            }
            for detour in flow.detours(state).iter().filter(|detour| with_ends || is_onward(detour)) {
                let to = match (detour.why, flow.states[state as usize].part_of) {
                    (Why::Met, Some(fork)) => join_of(fork),
                    _ => detour.to.map_or(exit, department_of),
                };
                edges.insert((from, to, Link::Detour(detour.why)));
            }
        }
        if with_ends {
            let streams = self.model().streams.iter().map(|stream| &stream.enter);
            let entering = streams.zip(0..).map(|(name, at)| (name, Link::Enters(at)));
            let initial = self.model().initial.iter().map(|work| &work.department);
            let in_place = initial.zip(0..).map(|(name, at)| (name, Link::InPlace(at)));
            let entry = self.entry().index() as u32;
            edges.extend(
                entering
                    .chain(in_place)
                    .filter_map(|(name, link)| Some((entry, self.resolved.department(name)?, link))),
            );
        }
        let mut network = DiGraph::with_capacity(departments + 2, edges.len());
        (0..departments + 2).for_each(|_| {
            network.add_node(());
        });
        edges.into_iter().for_each(|(from, to, link)| {
            network.add_edge(from.into(), to.into(), link);
        });
        network
    }

    fn name(&self, department: u32) -> &'m str {
        &self.model().departments[department as usize].name
    }

    fn department(&self, name: &str) -> Result<u32> {
        let known = self.model().departments.iter().map(|department| &department.name);
        self.resolved.department(name).ok_or_else(|| unknown("department", name, known).into())
    }

    fn class(&self, name: &str) -> Result<u32> {
        let known = self.resolved.classes.iter().map(|class| class.name);
        self.resolved.class(name).ok_or_else(|| unknown("class", name, known).into())
    }

    fn states_of(&self, department: u32) -> impl Iterator<Item = u32> + '_ {
        let classes = 0..self.resolved.classes.len() as u32;
        classes.filter_map(move |class| self.flow.find(State::of_case(department, class)))
    }

    /// The states in which cases of `stream` enter, with their shares of `weight`.
    fn starts_of(&self, stream: &Stream, weight: f64) -> Vec<(u32, f64)> {
        let Some(department) = self.resolved.department(&stream.enter) else { return Vec::new() };
        let shares = self.resolved.arriving_shares(stream).into_iter();
        shares
            .filter_map(|(class, share)| {
                Some((self.flow.find(State::of_case(department, class))?, share * weight))
            })
            .collect()
    }

    /// Sums over the classes.
    fn by_department(&self, per_state: &[f64]) -> Vec<(&'m str, f64)> {
        let departments = self.model().departments.iter();
        let mut sums: Vec<_> = departments.map(|department| (department.name.as_str(), 0.0)).collect();
        for (state, value) in self.flow.states.iter().zip(per_state) {
            sums[state.department as usize].1 += value;
        }
        sums
    }
}

/// Whether cases that are not lost come further by a detour: not by coming straight back to where they were.
fn is_onward(detour: &Detour) -> bool {
    !matches!(detour.why, Why::TurnedAway | Why::Back)
}

fn unknown(kind: &'static str, name: &str, known: impl Iterator<Item = impl Into<String>>) -> ErrorKind {
    ErrorKind::UnknownName { kind, name: name.into(), known: known.map(Into::into).collect() }
}
