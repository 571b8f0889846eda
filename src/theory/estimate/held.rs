//! How long work stands still for the answers to its questions.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::{Asking, Model, Resolved};
use crate::random::Dist;
use crate::theory::figures::Service;

use super::home::Home;
use super::rules;
use super::service::{Work, hours};
use super::walk::{Ask, Walk};

/// What a state waits for answers, in one visit.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// At least so many hours on average: the answers' own work and transfers.
    pub least: f64,
    /// That part of it in which people are held.
    pub least_held: f64,
    /// The whole time, all questions together, or why it is not known.
    pub time: Result<Service, String>,
}

impl Held {
    pub fn nothing() -> Held {
        Held { least: 0.0, least_held: 0.0, time: Ok(Service::constant(0.0)) }
    }

    /// Whether there is nothing to wait for.
    pub fn is_nothing(&self) -> bool {
        self.time.as_ref().is_ok_and(|time| time.mean == 0.0) && self.least == 0.0
    }
}

/// What decides how long answers take.
pub(super) struct Answers<'a, 'm> {
    pub resolved: &'a Resolved<'m>,
    pub homes: &'a [Home<'m>],
    pub home_of: &'a [usize],
}

impl Answers<'_, '_> {
    /// What each state of a walk waits for answers; empty where nothing is asked. `work` is by state.
    pub fn held(&self, walk: &Walk, work: &[Work]) -> Vec<Held> {
        if walk.asks.iter().all(Vec::is_empty) {
            return Vec::new();
        }
        let mut graph = DiGraph::<(), (), usize>::default();
        walk.states.iter().for_each(|_| {
            graph.add_node(());
        });
        for (state, asks) in walk.asks.iter().enumerate() {
            for ask in asks {
                graph.add_edge(NodeIndex::new(state), NodeIndex::new(ask.to), ());
            }
        }
        let mut held = vec![Held::nothing(); walk.states.len()];
        let mut known = vec![false; walk.states.len()];
        // Those that ask nobody come first, then those that ask them.
        for component in kosaraju_scc(&graph) {
            for state in component.iter().map(|state| state.index()) {
                held[state] = self.of_state(walk, work, state, &held, &known);
            }
            component.iter().for_each(|state| known[state.index()] = true);
        }
        held
    }

    fn of_state(&self, walk: &Walk, work: &[Work], state: usize, held: &[Held], known: &[bool]) -> Held {
        let mut all = Held::nothing();
        for ask in walk.asks_in(state) {
            let department = walk.states[ask.to].department;
            let one = self.one(ask, department, &work[ask.to].service, &held[ask.to], known[ask.to]);
            all.least += one.least;
            all.least_held += one.least_held;
            all.time = match (all.time, one.time) {
                (Ok(time), Ok(more)) => Ok(time.plus(&more)),
                (Err(why), _) | (_, Err(why)) => Err(why),
            };
        }
        all
    }

    fn one(&self, ask: &Ask, department: usize, work: &Service, nested: &Held, known: bool) -> Held {
        let model: &Model = self.resolved.model;
        let request = &model.requests[ask.request as usize];
        let (answerer, name) = (&model.departments[department], &model.departments[department].name);
        if request.longest_wait.is_some() {
            let why = format!("Answers from department `{name}` are not waited for at any length.");
            return Held { time: Err(why), ..Held::nothing() };
        }
        let travel = moments(request.transfer.as_ref()).plus(&moments(request.answer_transfer.as_ref()));
        let fastest = answerer.helpers.iter().map(|helpers| helpers.speed).fold(1.0, f64::max);
        let least = ask.probability * (travel.mean + work.mean / fastest + nested.least);
        let time = if !known {
            Err("Requests go round in a circle.".to_owned())
        } else if self.homes[self.home_of[department]].staff.is_some() {
            Err(format!("Answers have to wait for staff of department `{name}`."))
        } else if let Some(why) = rules::of_department(answerer, false) {
            Err(why)
        } else {
            nested.time.clone().map(|nested| sometimes(&travel.plus(work).plus(&nested), ask.probability))
        };
        let least_held = if request.staff == Asking::Held { least } else { 0.0 };
        Held { least, least_held, time }
    }
}

fn moments(time: Option<&Dist>) -> Service {
    time.map_or(Service::constant(0.0), |time| Service::new(hours(time.mean()), time.cv().powi(2)))
}

/// Infinite variances allowed.
fn sometimes(time: &Service, probability: f64) -> Service {
    let infinite = Service::new(time.mean * probability, f64::INFINITY);
    time.sometimes(probability).unwrap_or(infinite)
}
