//! The rules against what takes no time and never ends: loops, and customers who come and go.

use super::circles::escapes;
use super::{Check, shown, stream_place};
use crate::model::flow::{By, Detour, Flow, Move, State, Why, is_zero};
use crate::model::resolve::Resolved;
use crate::model::{Arrivals, Department, Model, Stream};
use crate::random::Dist;

/// Which ways through a model may take no time.
struct Timeless<'a, 'm> {
    resolved: &'a Resolved<'m>,
    flow: &'a Flow,
    /// Per state: whether the service may take none.
    service: Vec<bool>,
    /// Per state that forks: whether enough parts may meet in no time.
    join: Vec<bool>,
}

impl<'a, 'm> Timeless<'a, 'm> {
    fn of(resolved: &'a Resolved<'m>, flow: &'a Flow) -> Timeless<'a, 'm> {
        let smallest = smallest_size(resolved.model);
        let is_timeless = |state| service_is_timeless(resolved, state, smallest);
        let service = flow.states.iter().map(is_timeless).collect();
        let join = vec![false; flow.states.len()];
        let mut timeless = Timeless { resolved, flow, service, join };
        timeless.joins();
        timeless
    }

    /// Finds where enough parts may meet in no time. Nested forks first.
    fn joins(&mut self) {
        if self.resolved.forks.is_empty() {
            return;
        }
        loop {
            let meets = escapes(self.flow.states.len(), |state, way| {
                if self.flow.states[state as usize].part_of.is_some() {
                    self.ways(state, |step| matches!(step.by, By::Meeting(_)), way);
                    let detours = self.flow.detours(state).iter();
                    let met = |detour: &&Detour| detour.why == Why::Met && self.detour_is(detour);
                    detours.filter(met).for_each(|_| way(None));
                }
            });
            let mut more = Vec::new();
            for state in self.flow.numbers().filter(|&state| !self.join[state as usize]) {
                let moves = self.flow.moves(state);
                let Some(&Move { by: By::Join(fork), .. }) = moves.last() else { continue };
                let in_time = |step: &&Move| step.to.is_none_or(|to| meets[to as usize]);
                let branches = moves.iter().filter(|step| step.is_branch() && self.is(state, step));
                let needed = self.resolved.forks[fork as usize].fork.required();
                if branches.filter(in_time).count() as u64 >= needed.into() {
                    more.push(state);
                }
            }
            if more.is_empty() {
                return;
            }
            more.into_iter().for_each(|state| self.join[state as usize] = true);
        }
    }

    /// Whether a case may be served in state `from` and take this move in no time.
    fn is(&self, from: u32, step: &Move) -> bool {
        let model = self.resolved.model;
        self.service[from as usize]
            && match step.by {
                By::Leaving => true,
                By::Handoff(handoff) | By::Meeting(handoff) => {
                    // Whoever comes to a pickup waits for the next one.
                    let handoff = &model.handoffs[handoff as usize];
                    handoff.pickup.is_none() && no_time(handoff.transfer.as_ref())
                }
                By::Branch { fork, branch } => {
                    let fork = self.resolved.forks[fork as usize].fork;
                    no_time(fork.branches[branch as usize].transfer.as_ref())
                }
                By::Join(_) => self.join[from as usize],
                By::Back => false,
            }
    }

    fn detour_is(&self, detour: &Detour) -> bool {
        let unserved = matches!(detour.why, Why::Reneged | Why::Met);
        !detour.takes_time && (unserved || self.service[detour.from as usize])
    }

    /// The ways out of state `from` in no time, but for those of its parts; `None` where it is `out`.
    fn ways(&self, from: u32, out: impl Fn(&Move) -> bool, way: &mut dyn FnMut(Option<u32>)) {
        for step in self.flow.moves(from).iter().filter(|step| !step.is_branch() && self.is(from, step)) {
            if out(step) {
                way(None);
            } else if step.to.is_some() {
                way(step.to);
            }
        }
        let detours = self.flow.detours(from).iter().filter(|&detour| self.detour_is(detour));
        detours.filter(|detour| detour.to.is_some()).for_each(|detour| way(detour.to));
    }
}

/// Whether the service of a state may take no time.
fn service_is_timeless(resolved: &Resolved, state: &State, smallest: f64) -> bool {
    let department = &resolved.model.departments[state.department as usize];
    if department.slots.is_some() {
        // Whoever comes waits for the next slot.
        return false;
    }
    let of_class = |class| services_are_timeless(resolved, state.department, class, smallest);
    // In a batch, a case of another class may lead.
    let in_batch = || (0..resolved.classes.len() as u32).any(of_class);
    of_class(state.class) || (department.batch.as_ref().is_some_and(|batch| batch.size > 1) && in_batch())
}

/// Whether all services of a class in a department, or those of a period, may take no time.
pub(super) fn services_are_timeless(resolved: &Resolved, department: u32, class: u32, smallest: f64) -> bool {
    let services = resolved.services_for(department, class);
    let department = &resolved.model.departments[department as usize];
    let share = smallest * shortest_share(department);
    let none = |service: &Dist| service.defects().is_empty() && service.mean() * share < 1.0;
    (!services.is_empty() && services.iter().all(|(_, service)| none(service)))
        || department.periods.iter().any(|period| period.service.as_ref().is_some_and(none))
}

/// The mean size of the smallest cases, at most 1: times that are less than a tick on average are no time.
pub(super) fn smallest_size(model: &Model) -> f64 {
    let sizes = model.streams.iter().flat_map(|stream| {
        let listed = match &stream.arrivals {
            Arrivals::Trace { cases } => cases.as_slice(),
            _ => &[],
        };
        let drawn = stream.size.iter().map(|size| size.mean());
        drawn.chain(listed.iter().filter_map(|case| case.size))
    });
    sizes.filter(|&size| size > 0.0).fold(1.0, f64::min)
}

/// The least share of a usual service time that one may take: in a period, by the fastest helper.
fn shortest_share(department: &Department) -> f64 {
    let factors = department.periods.iter().map(|period| period.service_factor);
    let speeds = department.helpers.iter().map(|helpers| helpers.speed);
    factors.filter(|&factor| factor > 0.0).fold(1.0, f64::min) / speeds.fold(1.0, f64::max)
}

fn no_time(times: Option<&Dist>) -> bool {
    times.is_none_or(is_zero)
}

impl<'m> Check<'m> {
    /// Finds ways round that take no time at all, and customers who come and go in no time.
    pub(super) fn endless_in_no_time(&mut self, flow: &Flow) {
        let mut rules: Vec<(String, String)> = Vec::new();
        let timeless = Timeless::of(&self.resolved, flow);
        let kept = |from: u32, step: &Move| timeless.is(from, step);
        for members in flow.components(kept, |detour| timeless.detour_is(detour)) {
            let first = members[0];
            let by_move = |step: &Move| step.to == Some(first) && timeless.is(first, step);
            let by_detour = |detour: &Detour| detour.to == Some(first) && timeless.detour_is(detour);
            let to_itself =
                flow.moves(first).iter().any(by_move) || flow.detours(first).iter().any(by_detour);
            if members.len() > 1 || to_itself {
                let (departments, classes) = self.who_and_where(flow, &members);
                let rule =
                    format!("a loop without time for {classes}: neither service nor transfer takes any");
                rules.push((departments, rule));
            }
        }
        for stream in &self.model().streams {
            if let Some(how) = comes_and_goes(&timeless, stream) {
                let rule =
                    format!("its customers are away for no time, and {how}: they would come without end");
                rules.push((stream_place(&stream.name).to_string(), rule));
            }
        }
        rules.into_iter().for_each(|(place, rule)| self.add(place, rule));
    }
}

/// How customers of a population who are never away can come and go in no time, if they can.
fn comes_and_goes(timeless: &Timeless, stream: &Stream) -> Option<String> {
    let Arrivals::Population { away, .. } = &stream.arrivals else { return None };
    if !no_time(away.as_ref()) {
        return None;
    }
    let Timeless { resolved, flow, .. } = timeless;
    let department = resolved.department(&stream.enter)?;
    let entered = &resolved.model.departments[department as usize];
    let there = shown(&entered.name);
    if entered.queue_capacity.is_some() {
        return Some(format!("are rejected where the queue of {there} is full"));
    }
    if entered.balking.is_some() {
        return Some(format!("may not join {there}"));
    }
    let patience = [&entered.patience, &stream.patience].into_iter().flatten();
    if patience.clone().any(is_zero) {
        return Some(format!("lose patience at once in {there}"));
    }
    let passes = escapes(flow.states.len(), |state, way| {
        timeless.ways(state, |step| step.to.is_none(), way);
        let turned_away = |detour: &&Detour| detour.to.is_none() && timeless.detour_is(detour);
        flow.detours(state).iter().filter(turned_away).for_each(|_| way(None));
    });
    let mut shares = resolved.arriving_shares(stream).into_iter().filter(|&(_, share)| share > 0.0);
    let (class, _) = shares.find(|&(class, _)| {
        flow.find(State::of_case(department, class)).is_some_and(|state| passes[state as usize])
    })?;
    let class = shown(resolved.classes[class as usize].name);
    Some(format!("those of class {class} may pass the departments in no time"))
}
