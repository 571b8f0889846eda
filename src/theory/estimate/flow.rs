//! Where the cases of a model go, and how often.

use std::collections::HashMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::{Arrivals, Model, Resolved, Stream, Target};
use crate::random::Dist;
use crate::theory::error::TheoryError;
use crate::theory::traffic::{Routes, solve};

use super::service::{hours, is_exponential};

pub(super) const VARYING: &str = "Arrival rates vary over time, their average is used";
const ROUNDED: &str = "Batch sizes are taken before they are rounded";

/// A way on from a state.
pub(super) struct Step {
    /// The next state; `None` where the case leaves.
    pub to: Option<usize>,
    pub probability: f64,
    /// Mean transfer time in hours.
    pub transfer: f64,
}

/// The states (department, class) that cases reach, numbered, and the ways between them.
#[derive(Default)]
pub(super) struct Walk {
    pub states: Vec<(usize, u32)>,
    pub steps: Vec<Vec<Step>>,
    numbers: HashMap<(usize, u32), usize>,
}

impl Walk {
    /// The number of a state, given now if it has none yet.
    fn number(&mut self, state: (usize, u32)) -> usize {
        let next = self.states.len();
        let number = *self.numbers.entry(state).or_insert(next);
        if number == next {
            self.states.push(state);
        }
        number
    }

    /// Follows all handoffs from the states numbered so far.
    fn complete(&mut self, resolved: &Resolved) {
        while let Some(&(department, class)) = self.states.get(self.steps.len()) {
            let ways: Vec<(u32, f64)> = resolved.routes_for(department as u32, class).collect();
            let mut steps = Vec::with_capacity(ways.len());
            for (handoff, probability) in ways.into_iter().filter(|way| way.1 > 0.0) {
                let route = &resolved.routes[handoff as usize];
                let to = match route.target {
                    Target::Department(to) => {
                        Some(self.number((to as usize, route.becomes.unwrap_or(class))))
                    }
                    Target::Exit | Target::Unknown => None,
                };
                let transfer = resolved.model.handoffs[handoff as usize].transfer.as_ref();
                steps.push(Step {
                    to,
                    probability,
                    transfer: transfer.map_or(0.0, |time| hours(time.mean())),
                });
            }
            if steps.is_empty() {
                steps.push(Step { to: None, probability: 1.0, transfer: 0.0 });
            }
            self.steps.push(steps);
        }
    }

    /// Of each of `departments` departments, whether a case can come back to it.
    pub fn revisited(&self, departments: usize) -> Vec<bool> {
        let mut graph = DiGraph::<(), (), usize>::default();
        (0..departments).for_each(|_| {
            graph.add_node(());
        });
        let mut revisited = vec![false; departments];
        for (steps, &(from, _)) in self.steps.iter().zip(&self.states) {
            for to in steps.iter().filter_map(|step| step.to) {
                let to = self.states[to].0;
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
                revisited[from] |= from == to;
            }
        }
        for members in kosaraju_scc(&graph).into_iter().filter(|members| members.len() > 1) {
            members.into_iter().for_each(|department| revisited[department.index()] = true);
        }
        revisited
    }

    /// The ways between states, weighted: `weight(state)` of what comes there goes on.
    fn routes(&self, weight: impl Fn(usize) -> f64) -> Routes {
        let row = |(state, steps): (usize, &Vec<Step>)| {
            let weight = weight(state);
            steps.iter().filter_map(|step| Some((step.to?, weight * step.probability))).collect()
        };
        self.steps.iter().enumerate().map(row).collect()
    }
}

/// Cases that arrive in one class, their sizes from one distribution.
pub(super) struct Group<'m> {
    pub class: u32,
    pub size: Option<&'m Dist<f64>>,
    pub walk: Walk,
    /// Arrivals from outside per hour, by state; those behind the end have none.
    entering: Vec<f64>,
}

impl<'m> Group<'m> {
    /// Arrivals from outside per hour, by state.
    pub fn entering(&self) -> Vec<f64> {
        let mut entering = self.entering.clone();
        entering.resize(self.walk.states.len(), 0.0);
        entering
    }

    /// Visits per hour by state, where of those who come to a department `served` go on.
    pub fn visits(&self, served: &[f64]) -> Result<Vec<f64>, TheoryError> {
        solve(&self.entering(), &self.walk.routes(|state| served[self.walk.states[state].0]))
    }

    /// Visits per hour by visit number to `department` and state: first visits, second visits, and so
    /// on for at most `most` numbers or until hardly any are left.
    pub fn visits_by_number(
        &self,
        department: usize,
        served: &[f64],
        most: u32,
    ) -> Result<Vec<Vec<f64>>, TheoryError> {
        let here = |state: usize| self.walk.states[state].0 == department;
        // Nobody goes on from the department: all visits are then first ones since it was left.
        let away =
            self.walk.routes(|state| if here(state) { 0.0 } else { served[self.walk.states[state].0] });
        let mut inflow = self.entering();
        let mut numbers: Vec<Vec<f64>> = Vec::new();
        let mut first = 0.0;
        for number in 0..most {
            let mut visits = solve(&inflow, &away)?;
            (0..visits.len()).filter(|&state| !here(state)).for_each(|state| visits[state] = 0.0);
            let total: f64 = visits.iter().sum();
            if number == 0 {
                first = total;
            }
            if total <= 1e-12 * first {
                break;
            }
            inflow = vec![0.0; visits.len()];
            for (steps, visits) in self.walk.steps.iter().zip(&visits) {
                for step in steps {
                    step.to.into_iter().for_each(|to| {
                        inflow[to] += visits * served[department] * step.probability;
                    });
                }
            }
            numbers.push(visits);
        }
        Ok(numbers)
    }

    /// The probability that a case that comes to a state is completed in the end.
    pub fn completion(&self, served: &[f64]) -> Result<Vec<f64>, TheoryError> {
        if served.iter().all(|&share| share == 1.0) {
            return Ok(vec![1.0; self.walk.states.len()]);
        }
        let share = |state: usize| served[self.walk.states[state].0];
        let mut backwards: Routes = vec![Vec::new(); self.walk.states.len()];
        let mut leaving = vec![0.0; self.walk.states.len()];
        for (from, steps) in self.walk.steps.iter().enumerate() {
            for step in steps {
                match step.to {
                    Some(to) => backwards[to].push((from, share(from) * step.probability)),
                    None => leaving[from] += share(from) * step.probability,
                }
            }
        }
        solve(&leaving, &backwards)
    }
}

/// All cases of a model.
pub(super) struct Traffic<'m> {
    pub resolved: Resolved<'m>,
    /// Those with a long-run rate.
    pub groups: Vec<Group<'m>>,
    /// Why the long-run rate of a department is not known, where it is not.
    pub unknown: Vec<Option<String>>,
    /// Classes in which cases of streams without a long-run rate arrive.
    pub unknown_classes: Vec<bool>,
}

impl<'m> Traffic<'m> {
    pub fn of(model: &'m Model) -> Traffic<'m> {
        let resolved = Resolved::new(model);
        let mut unknown = vec![None; model.departments.len()];
        let mut unknown_classes = vec![false; resolved.classes.len()];
        // All states that cases of streams without a rate reach, each walked on from once.
        let mut without_rate = Walk::default();
        let mut groups: Vec<Group> = Vec::new();
        let mut groups_of: HashMap<u32, Vec<usize>> = HashMap::new();
        for stream in &model.streams {
            let Some(department) = resolved.department(&stream.enter) else { continue };
            let shares = resolved.arriving_shares(stream);
            let shares = shares.into_iter().filter(|&(_, share)| share > 0.0);
            let Some(rate) = stream.rate() else {
                let known = without_rate.states.len();
                for (class, _) in shares {
                    unknown_classes[class as usize] = true;
                    without_rate.number((department as usize, class));
                }
                without_rate.complete(&resolved);
                for &(department, _) in &without_rate.states[known..] {
                    unknown[department].get_or_insert_with(|| no_rate(stream));
                }
                continue;
            };
            for (class, share) in shares {
                let same = groups_of.entry(class).or_default();
                let size = stream.size.as_ref();
                let found = same.iter().copied().find(|&group| groups[group].size == size);
                let group = found.unwrap_or_else(|| {
                    groups.push(Group { class, size, walk: Walk::default(), entering: Vec::new() });
                    same.push(groups.len() - 1);
                    groups.len() - 1
                });
                let group = &mut groups[group];
                let state = group.walk.number((department as usize, class));
                group.entering.resize(group.walk.states.len(), 0.0);
                group.entering[state] += rate * share;
            }
        }
        groups.iter_mut().for_each(|group| group.walk.complete(&resolved));
        Traffic { resolved, groups, unknown, unknown_classes }
    }
}

fn no_rate(stream: &Stream) -> String {
    let what = match stream.arrivals {
        _ if stream.limit.is_some() => "end after a number of cases",
        Arrivals::Schedule { .. } => "come by a schedule",
        _ => "come as recorded",
    };
    format!("Customers `{}` {what}. There is no steady state.", stream.name)
}

/// All streams that enter one department.
#[derive(Clone, Default)]
pub(super) struct Outside<'m> {
    pub streams: Vec<&'m Stream>,
}

impl<'m> Outside<'m> {
    pub fn of(traffic: &Traffic<'m>) -> Vec<Outside<'m>> {
        let model = traffic.resolved.model;
        let mut outside = vec![Outside::default(); model.departments.len()];
        for stream in model.streams.iter().filter(|stream| stream.rate().is_some()) {
            if let Some(department) = traffic.resolved.department(&stream.enter) {
                outside[department as usize].streams.push(stream);
            }
        }
        outside
    }

    /// Whether all of them are Poisson processes of single cases, the average taken of varying rates.
    pub fn is_poisson(&self) -> bool {
        self.streams.iter().all(|stream| single(stream) && poisson_moments(stream))
    }

    /// What is not as the formulas want it.
    pub fn caveats(&self) -> impl Iterator<Item = &'static str> + '_ {
        let varying = |stream: &&&Stream| {
            let Arrivals::Pattern { steps, .. } = &stream.arrivals else { return false };
            steps.iter().any(|step| step.rate.per_tick() != steps[0].rate.per_tick())
        };
        let rounded = |stream: &&&Stream| stream.batch.as_ref().is_some_and(|batch| !is_whole(batch));
        let varying = self.streams.iter().find(varying).map(|_| VARYING);
        let rounded = self.streams.iter().find(rounded).map(|_| ROUNDED);
        varying.into_iter().chain(rounded)
    }

    /// Whether all customers were promised the same.
    pub fn one_promise(&self) -> bool {
        self.streams.windows(2).all(|pair| pair[0].promise == pair[1].promise)
    }
}

/// Whether the batches of a stream arrive in a Poisson process, at least on average.
pub(super) fn poisson_moments(stream: &Stream) -> bool {
    match &stream.arrivals {
        Arrivals::Poisson { .. } | Arrivals::Pattern { .. } => true,
        Arrivals::Renewal { interarrival } => is_exponential(interarrival),
        Arrivals::Schedule { .. } | Arrivals::Saturated | Arrivals::Trace { .. } => false,
    }
}

/// Whether cases arrive one at a time.
pub(super) fn single(stream: &Stream) -> bool {
    matches!(stream.batch, None | Some(Dist::Constant { value: 1.0 }))
}

/// The variability of a stream: variance over mean of the number of arrivals in a long time. For single
/// arrivals it is the squared coefficient of variation of the time between them.
pub(super) fn arrival_scv(stream: &Stream) -> f64 {
    let between = match &stream.arrivals {
        Arrivals::Renewal { interarrival } => interarrival.cv().powi(2),
        _ => 1.0,
    };
    let (mean, cv) = stream.batch.as_ref().map_or((1.0, 0.0), |batch| (batch.mean(), batch.cv()));
    mean * (between + cv * cv)
}

/// Whether all values are whole numbers of at least 1, so that rounding changes nothing.
fn is_whole(batch: &Dist<f64>) -> bool {
    let whole = |value: f64| value >= 1.0 && value.fract() == 0.0;
    match batch {
        Dist::Constant { value } => whole(*value),
        Dist::Discrete { values } => values.iter().all(|chance| whole(chance.value)),
        Dist::Empirical { sample, interpolate: false } => sample.iter().copied().all(whole),
        _ => false,
    }
}
