//! Where the cases of a model go, and how often.

use std::collections::HashMap;

use crate::model::{Arrivals, Department, Model, Resolved, Source, Staff, Stream};
use crate::random::Dist;
use crate::theory::error::TheoryError;
use crate::theory::traffic::{Routes, solve};

use super::rules;
use super::service::is_exponential;
use super::walk::{At, Walk, Ways};

pub(super) const VARYING: &str = "Arrival rates vary over time, their average is used";
const ROUNDED: &str = "Batch sizes are taken before they are rounded";

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
        solve(&self.entering(), &self.walk.routes(served))
    }

    /// Visits per hour by visit number to `department` and state: first visits, second visits, and so
    /// on for at most `most` numbers or until hardly any are left.
    pub fn visits_by_number(
        &self,
        department: usize,
        served: &[f64],
        most: u32,
    ) -> Result<Vec<Vec<f64>>, TheoryError> {
        let states = &self.walk.states;
        let here = |state: usize| states[state].department == department && states[state].is_case();
        // Nobody goes on from the department: all visits are then first ones since it was left.
        let ways = (0..states.len()).map(|state| self.walk.onward(state, served));
        let away: Routes =
            ways.enumerate().map(|(state, ways)| if here(state) { Vec::new() } else { ways }).collect();
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
            for (state, visits) in visits.iter().enumerate().filter(|visit| *visit.1 > 0.0) {
                for (to, share) in self.walk.onward(state, served) {
                    inflow[to] += visits * share;
                }
            }
            numbers.push(visits);
        }
        Ok(numbers)
    }

    /// The probability that a case that comes to a state is completed in the end.
    pub fn completion(&self, served: &[f64]) -> Result<Vec<f64>, TheoryError> {
        let turned_away = self.walk.steps.iter().flatten().any(|step| step.lost);
        if !turned_away && served.iter().all(|&share| share == 1.0) {
            return Ok(vec![1.0; self.walk.states.len()]);
        }
        let mut backwards: Routes = vec![Vec::new(); self.walk.states.len()];
        let mut leaving = vec![0.0; self.walk.states.len()];
        for (from, steps) in self.walk.steps.iter().enumerate() {
            let completed = steps.iter().filter(|step| step.to.is_none() && !step.lost);
            let share: f64 = completed.map(|step| step.probability).sum();
            leaving[from] = share * self.walk.served(from, served);
            for (to, share) in self.walk.onward(from, served) {
                backwards[to].push((from, share));
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
    /// Where flows go that have no long-run rate.
    without_rate: Walk,
    /// Why the long-run rate of a department is not known, where it is not.
    pub unknown: Vec<Option<String>>,
    /// Classes in which cases of streams without a long-run rate arrive.
    pub unknown_classes: Vec<bool>,
    /// By department, why customers may leave there who are only passing, if so.
    pub leaving: Vec<Option<String>>,
}

impl<'m> Traffic<'m> {
    pub fn of(model: &'m Model) -> Traffic<'m> {
        let resolved = Resolved::new(model);
        let ways = Ways::of(&resolved);
        let mut unknown = Unknown { reasons: vec![None; model.departments.len()], walk: Walk::default() };
        let mut leaving = vec![None; model.departments.len()];
        let mut unknown_classes = vec![false; resolved.classes.len()];
        let mut groups: Vec<Group> = Vec::new();
        let mut groups_of: HashMap<u32, Vec<usize>> = HashMap::new();
        for stream in &model.streams {
            let Some(department) = resolved.department(&stream.enter) else { continue };
            let mut shares = resolved.arriving_shares(stream);
            shares.retain(|&(_, share)| share > 0.0);
            let starts = || shares.iter().map(|&(class, _)| At::case(department as usize, class));
            if let Some(why) = rules::leaves(stream) {
                let mut walk = Walk::default();
                starts().for_each(|start| {
                    walk.number(start);
                });
                walk.complete(&ways);
                let waits = |at: &&At| model.departments[at.department].staff != Staff::Infinite;
                for state in walk.states.iter().filter(|state| state.is_case()).filter(waits) {
                    leaving[state.department].get_or_insert_with(|| why.clone());
                }
            }
            let Some(rate) = stream.rate() else {
                shares.iter().for_each(|&(class, _)| unknown_classes[class as usize] = true);
                unknown.spread(&ways, starts(), &no_rate(stream));
                continue;
            };
            if let Some(why) = rules::comes_back(stream) {
                unknown.spread(&ways, starts(), &why);
            }
            for &(class, share) in &shares {
                let same = groups_of.entry(class).or_default();
                let size = stream.size.as_ref();
                let found = same.iter().copied().find(|&group| groups[group].size == size);
                let group = found.unwrap_or_else(|| {
                    groups.push(Group { class, size, walk: Walk::default(), entering: Vec::new() });
                    same.push(groups.len() - 1);
                    groups.len() - 1
                });
                let group = &mut groups[group];
                let state = group.walk.number(At::case(department as usize, class));
                group.entering.resize(group.walk.states.len(), 0.0);
                group.entering[state] += rate * share;
            }
        }
        groups.iter_mut().for_each(|group| group.walk.complete(&ways));
        unknown.mark_quality(&ways, &groups, model, &resolved);
        for (state, why) in groups.iter().flat_map(|group| {
            let walk = &group.walk;
            walk.uncounted.iter().map(|(state, why)| (&walk.states[*state], why))
        }) {
            unknown.spread(&ways, [state.clone()].into_iter(), why);
        }
        unknown.mark_orders(&ways, &resolved);
        let without_rate = unknown.walk;
        Traffic { unknown: unknown.reasons, without_rate, resolved, groups, unknown_classes, leaving }
    }

    /// Where cases go, those without a long-run rate included.
    pub fn walks(&self) -> impl Iterator<Item = &Walk> {
        self.groups.iter().map(|group| &group.walk).chain([&self.without_rate])
    }

    /// By department, whether customers may be lost there: no room or too many for those who come from outside, or
    /// no patience.
    pub fn losing(&self) -> Vec<bool> {
        let departments = &self.resolved.model.departments;
        let lasting = |(at, department): (usize, &Department)| {
            department.patience.is_some() || self.leaving[at].is_some()
        };
        let mut losing: Vec<bool> = departments.iter().enumerate().map(lasting).collect();
        for stream in &self.resolved.model.streams {
            if let Some(at) = self.resolved.department(&stream.enter) {
                let department = &departments[at as usize];
                losing[at as usize] |= department.queue_capacity.is_some() || department.balking.is_some();
            }
        }
        losing
    }
}

/// Where flows go that have no known rate.
struct Unknown {
    /// By department, why.
    reasons: Vec<Option<String>>,
    /// All states that they reach, each walked on from once.
    walk: Walk,
}

impl Unknown {
    /// Marks all that is reached from `starts`.
    fn spread(&mut self, ways: &Ways, starts: impl Iterator<Item = At>, why: &str) {
        let known = self.walk.states.len();
        starts.for_each(|state| {
            self.walk.number(state);
        });
        self.walk.complete(ways);
        for state in &self.walk.states[known..] {
            self.reasons[state.department].get_or_insert_with(|| why.to_owned());
        }
    }

    /// Marks the departments that make stock.
    fn mark_orders(&mut self, ways: &Ways, resolved: &Resolved) {
        for stock in &resolved.model.stocks {
            for supply in &stock.supplies {
                let Source::Department { department, class, .. } = &supply.source else { continue };
                let why = format!("How often `{}` is ordered, no formula says.", stock.name);
                if let (Some(department), Some(class)) =
                    (resolved.department(department), resolved.class(class))
                {
                    self.spread(ways, [At::order(department as usize, class)].into_iter(), &why);
                }
            }
        }
    }

    /// Marks what errors and complaints make unknown.
    fn mark_quality(&mut self, ways: &Ways, groups: &[Group], model: &Model, resolved: &Resolved) {
        for walk in groups.iter().map(|group| &group.walk) {
            let Some(why) = walk.unclear else { continue };
            for state in &walk.states {
                self.reasons[state.department].get_or_insert_with(|| why.to_owned());
            }
        }
        let finds = model.departments.iter().any(|department| !department.detects.is_empty());
        for (maker, department) in model.departments.iter().enumerate() {
            let Some(errors) = &department.errors else { continue };
            let passes = |state: &&At| state.department == maker && state.is_case();
            let mut here: Vec<u32> = groups
                .iter()
                .flat_map(|group| &group.walk.states)
                .filter(passes)
                .map(|at| at.class)
                .collect();
            here.sort_unstable();
            here.dedup();
            let asks = model.requests.iter().filter(|request| request.from == department.name);
            if finds && errors.after_guess.is_some() && asks.clone().any(|ask| ask.longest_wait.is_some()) {
                let why =
                    format!("How often department `{}` has to guess, no formula says.", department.name);
                let starts: Vec<At> = here.iter().flat_map(|&class| ways.after_error(maker, class)).collect();
                self.spread(ways, starts.into_iter(), &why);
            }
            let complaint = errors.complaint.as_ref().filter(|complaint| complaint.probability > 0.0);
            if let Some(complaint) = complaint
                && let Some(enter) = resolved.department(&complaint.enter)
            {
                let named = complaint.class.as_ref().and_then(|name| resolved.class(name));
                let classes = named.map_or(here, |class| vec![class]);
                let starts = classes.into_iter().map(|class| At::case(enter as usize, class));
                self.spread(ways, starts, "How many customers complain, no formula says.");
            }
        }
    }
}

fn no_rate(stream: &Stream) -> String {
    let what = match stream.arrivals {
        _ if stream.limit.is_some() => "end after a number of cases",
        _ if stream.until.is_some() => "end at a given time",
        Arrivals::Schedule { .. } => "come by a schedule",
        Arrivals::Population { .. } => {
            return format!("Customers `{}` come back again and again.", stream.name);
        }
        Arrivals::Saturated => return format!("Customers `{}` come whenever somebody is free.", stream.name),
        _ => "come as recorded",
    };
    format!("Customers `{}` {what}. There is no steady state.", stream.name)
}

/// All streams that enter one station.
#[derive(Clone, Default)]
pub(super) struct Outside<'m> {
    pub streams: Vec<&'m Stream>,
}

impl<'m> Outside<'m> {
    pub fn of(traffic: &Traffic<'m>, station_of: &[usize], stations: usize) -> Vec<Outside<'m>> {
        let model = traffic.resolved.model;
        let mut outside = vec![Outside::default(); stations];
        for stream in model.streams.iter().filter(|stream| stream.rate().is_some()) {
            if let Some(department) = traffic.resolved.department(&stream.enter) {
                outside[station_of[department as usize]].streams.push(stream);
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
        self.streams.iter().all(|stream| stream.notice.is_none() && stream.promise == self.streams[0].promise)
    }
}

/// Whether the batches of a stream arrive in a Poisson process, at least on average.
pub(super) fn poisson_moments(stream: &Stream) -> bool {
    match &stream.arrivals {
        Arrivals::Poisson { .. } | Arrivals::Pattern { .. } => true,
        Arrivals::Renewal { interarrival } => is_exponential(interarrival),
        Arrivals::Schedule { .. }
        | Arrivals::Saturated
        | Arrivals::Population { .. }
        | Arrivals::Trace { .. } => false,
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
