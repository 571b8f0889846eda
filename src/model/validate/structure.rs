//! The rules for the model as a graph: what cases of each class can reach, and how they leave.

use std::collections::BTreeSet;

use super::{Check, department_place, is_one, is_probability, listed, shown, tidy};
use crate::model::flow::{self, Detour, Flow, MOST_CLASSES, MOST_PAIRS, MOST_STATES, State, Why};
use crate::model::visits::expected_visits;
use crate::model::{Arrivals, Stream};

/// The most often that a case may visit a department on average.
const MOST_VISITS: f64 = 1e6;

impl<'m> Check<'m> {
    /// Checks the structure as far as the names allow.
    pub(super) fn structure(&mut self) {
        let Some(flow) = self.flow.take() else {
            return self.too_large();
        };
        if !self.names_unknown {
            self.unreached(&flow);
        }
        self.services_missing(&flow);
        self.sums(&flow);
        self.meetings(&flow);
        self.endless_in_no_time(&flow);
        self.asks_without_end(&flow);
        // Cases of a population need never leave.
        let is_population = |stream: &Stream| matches!(stream.arrivals, Arrivals::Population { .. });
        let flow = if self.model().streams.iter().any(is_population) {
            Flow::of_those(&self.resolved, |stream| !is_population(stream))
        } else {
            flow
        };
        let off = self.off(&flow);
        let trapped = self.trapped(&flow, &off);
        if !trapped && !off.contains(&true) {
            self.endless_rounds(&flow);
            self.errors_without_end(&flow);
            self.complaints_without_end(&flow);
        }
    }

    fn too_large(&mut self) {
        let model = self.model();
        let (classes, departments) = (self.resolved.classes.len(), model.departments.len());
        let (handoffs, requests) = (model.handoffs.len(), model.requests.len());
        let detections = flow::detections(&self.resolved);
        if classes > MOST_CLASSES {
            let rule =
                format!("it has {classes} classes (streams' own included), must be at most {MOST_CLASSES}");
            return self.add("model", rule);
        }
        if flow::pairs(&self.resolved) > MOST_PAIRS {
            let rule = format!("{departments} departments x {classes} classes must be at most {MOST_PAIRS}");
            self.add("model", rule);
        }
        if flow::states(&self.resolved) > MOST_STATES {
            let forks = match model.forks.len() {
                0 => String::new(),
                forks => format!(" x ({forks} forks + 1)"),
            };
            let rule = format!(
                "({departments} departments + {handoffs} handoffs + {requests} requests + {detections} detections) x {classes} classes{forks} must be at most {MOST_STATES}"
            );
            self.add("model", rule);
        }
    }

    fn unreached(&mut self, flow: &Flow) {
        let mut reached = vec![false; self.model().departments.len()];
        let asked = flow.answers.iter().map(|answer| &answer.state);
        flow.states.iter().chain(asked).for_each(|state| reached[state.department as usize] = true);
        self.reach_by_requests(&mut reached);
        for (department, reached) in self.model().departments.iter().zip(reached) {
            // Of two with the same name nothing leads to the second; that is told already.
            let first =
                self.resolved.department(&department.name).map(|at| &self.model().departments[at as usize]);
            if !reached && first.is_some_and(|first| std::ptr::eq(first, department)) {
                self.add(department_place(&department.name), "no case ever comes here");
            }
        }
    }

    /// Who might be asked counts as reached, how likely that may be: scenarios set probabilities to 0.
    fn reach_by_requests(&self, reached: &mut [bool]) {
        let mut open: Vec<u32> = (0..reached.len() as u32).filter(|&at| reached[at as usize]).collect();
        while let Some(department) = open.pop() {
            for question in self.resolved.questions_of(department) {
                if !std::mem::replace(&mut reached[question.to as usize], true) {
                    open.push(question.to);
                }
            }
        }
    }

    /// Finds the classes without a service time for their first visit.
    fn services_missing(&mut self, flow: &Flow) {
        let asked = flow.answers.iter().filter(|answer| answer.needs_service).map(|answer| answer.state);
        // Of a part as of a case.
        let states = flow.states.iter().map(|state| State::of_case(state.department, state.class));
        let mut missing: Vec<State> = states.chain(asked).collect();
        missing.retain(|state| {
            let department = &self.model().departments[state.department as usize];
            let told = department.service.is_none() && department.service_for.is_empty();
            let of_first_visit = |&(visit, _): &(u32, _)| visit <= 1;
            let services = self.resolved.services_for(state.department, state.class);
            !told && !services.first().is_some_and(of_first_visit)
        });
        missing.sort_unstable();
        missing.dedup();
        for same in missing.chunk_by(|a, b| a.department == b.department) {
            let classes = self.classes(same.iter().map(|state| state.class));
            let place = self.department_name(same[0].department);
            self.add(department_place(place), format!("no service time for the first visit of {classes}"));
        }
    }

    /// Checks the sums of the handoffs.
    fn sums(&mut self, flow: &Flow) {
        let mut wrong: Vec<(State, f64)> = Vec::new();
        for state in &flow.states {
            wrong.extend(
                self.sum(state).filter(|sum| sum.is_finite() && !is_one(*sum)).map(|sum| (*state, sum)),
            );
        }
        let key = |&(state, sum): &(State, f64)| (state.department, sum.to_bits());
        wrong.sort_unstable_by_key(|row| (key(row), row.0.class));
        wrong.dedup_by_key(|row| (key(row), row.0.class));
        for same in wrong.chunk_by(|a, b| key(a) == key(b)) {
            let name = self.department_name(same[0].0.department);
            let classes = self.classes(same.iter().map(|(state, _)| state.class));
            let rule = format!(
                "handoffs out of {} for {classes} sum to {}, must be 1",
                shown(name),
                tidy(same[0].1)
            );
            self.add(department_place(name), rule);
        }
    }

    /// The sum of the handoffs that apply in a state, if there are any; NaN where one is no probability.
    fn sum(&self, state: &State) -> Option<f64> {
        if state.straight_back || self.resolved.fork(state.department, state.class).is_some() {
            return None;
        }
        let mut sum = None;
        for (_, probability) in self.resolved.routes_for(state.department, state.class) {
            let proper = if is_probability(probability) { probability } else { f64::NAN };
            sum = Some(sum.unwrap_or(0.0) + proper);
        }
        sum
    }

    /// For each state, whether the sum of its handoffs, or one of the probabilities, is off.
    fn off(&self, flow: &Flow) -> Vec<bool> {
        flow.states.iter().map(|state| self.sum(state).is_some_and(|sum| !is_one(sum))).collect()
    }

    /// Finds closed sets: states that lead to each other and nowhere else. True if there are any.
    fn trapped(&mut self, flow: &Flow, off: &[bool]) -> bool {
        let mut component_of = vec![0; flow.states.len()];
        // What happens to defective cases does not help the others.
        let by_patience = |detour: &Detour| matches!(detour.why, Why::Reneged | Why::Met | Why::Turned);
        let components = flow.components(|_, _| true, by_patience);
        for (number, members) in components.iter().enumerate() {
            members.iter().for_each(|&state| component_of[state as usize] = number);
        }
        let mut found = false;
        for (number, members) in components.iter().enumerate() {
            let stays = |to: Option<u32>| to.is_some_and(|to| component_of[to as usize] == number);
            let closed = members.iter().all(|&state| {
                // Parts set out beside the case.
                let moves = flow.moves(state).iter().filter(|step| !step.is_branch()).map(|step| step.to);
                let detours = flow.detours(state).iter().filter(|&detour| by_patience(detour));
                !off[state as usize] && moves.chain(detours.map(|detour| detour.to)).all(stays)
            });
            if closed {
                found = true;
                let (departments, classes) = self.who_and_where(flow, members);
                let rule = match flow.states[members[0] as usize].part_of {
                    None => format!("cases of {classes} that come here can never leave"),
                    Some(fork) => format!(
                        "parts of {classes} that come here can never meet the others at {}",
                        shown(&self.resolved.forks[fork as usize].fork.join)
                    ),
                };
                self.add(departments, rule);
            }
        }
        found
    }

    fn endless_rounds(&mut self, flow: &Flow) {
        let starts = self.resolved.starts(|_| true).into_iter().filter_map(|state| flow.find(state));
        let turned = flow.numbers().flat_map(|state| flow.detours(state)).filter_map(|detour| detour.to);
        let starts: Vec<_> = starts.chain(turned).map(|state| (state, 1.0)).collect();
        let Some(visits) = expected_visits(flow, &starts) else { return };
        for (state, rounds) in flow.states.iter().zip(visits.rounds) {
            if rounds > MOST_VISITS {
                let classes = self.classes([state.class].into_iter());
                let rule = format!(
                    "cases of {classes} come here {rounds:.0} times on average, must be at most {MOST_VISITS}"
                );
                self.add(department_place(self.department_name(state.department)), rule);
            }
        }
    }

    fn department_name(&self, department: u32) -> &'m str {
        &self.model().departments[department as usize].name
    }

    /// Departments in words.
    pub(super) fn departments(&self, departments: impl ExactSizeIterator<Item = u32>) -> String {
        listed("department", "departments", departments.map(|department| self.department_name(department)))
    }

    /// Classes in words.
    pub(super) fn classes(&self, classes: impl ExactSizeIterator<Item = u32>) -> String {
        listed("class", "classes", classes.map(|class| self.resolved.classes[class as usize].name))
    }

    /// The departments and the classes of some states, in words.
    pub(super) fn who_and_where(&self, flow: &Flow, members: &[u32]) -> (String, String) {
        let states = members.iter().map(|&state| flow.states[state as usize]);
        let departments: BTreeSet<_> = states.clone().map(|state| state.department).collect();
        let classes: BTreeSet<_> = states.map(|state| state.class).collect();
        (self.departments(departments.into_iter()), self.classes(classes.into_iter()))
    }
}
