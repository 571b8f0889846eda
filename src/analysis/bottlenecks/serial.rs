//! Serial lines: who is blocked, and who is starved.

use super::{Aside, Definition, DepartmentFigure, Verdict, overlap};
use crate::model::{Arrivals, EXIT, Model, Staff};
use crate::results::{Replication, Results, StaffTotals};
use crate::stats::Estimate;

/// A saturated line of departments, each of which hands on to the next.
pub(super) struct Line<'m> {
    model: &'m Model,
    level: f64,
    /// In the order of flow: the department, and by replication the shares of time in which it is blocked and starved.
    places: Vec<Place>,
}

pub(super) struct Place {
    pub department: usize,
    pub blocked: Vec<f64>,
    pub starved: Vec<f64>,
}

impl<'m> Line<'m> {
    /// The line that a model is, with what its people did; or why it is none.
    pub fn of(model: &'m Model, base: &Results) -> Result<Line<'m>, &'static str> {
        let order = order(model)?;
        let place = |department: usize| {
            let staff = |replication: &Replication| {
                replication.departments[department].detail.as_ref().and_then(|detail| detail.staff)
            };
            let share = |of: fn(&StaffTotals) -> f64| -> Option<Vec<f64>> {
                let all = base.replications.iter().map(staff);
                all.map(|staff| staff.map(|staff| of(&staff) / staff.on_shift())).collect()
            };
            let (blocked, starved) = (share(|staff| staff.blocked)?, share(|staff| staff.idle)?);
            Some(Place { department, blocked, starved })
        };
        let places: Option<Vec<Place>> = order.into_iter().map(place).collect();
        let places = places.ok_or("it is not known what its people do")?;
        Ok(Line { model, level: base.manifest.level, places })
    }

    #[cfg(test)]
    pub fn from_places(model: &'m Model, level: f64, places: Vec<Place>) -> Line<'m> {
        Line { model, level, places }
    }

    fn name(&self, at: usize) -> &'m str {
        &self.model.departments[self.places[at].department].name
    }

    fn mean(&self, values: impl Iterator<Item = f64>) -> Option<Estimate> {
        Estimate::of_means(&values.collect::<Vec<_>>(), self.level)
    }

    /// By replication: how much more one is blocked than the next is starved.
    fn arrow(&self, at: usize) -> impl Iterator<Item = f64> + '_ {
        let (here, next) = (&self.places[at].blocked, &self.places[at + 1].starved);
        here.iter().zip(next).map(|(blocked, starved)| blocked - starved)
    }

    /// Severity: how unequal the blocking and starving are to either side (Kuo, Lim and Meerkov 1996, section 3).
    fn severity(&self, at: usize) -> Option<Estimate> {
        let ends = [at.checked_sub(1), (at + 1 < self.places.len()).then_some(at)];
        let arrows: Vec<Vec<f64>> = ends.into_iter().flatten().map(|at| self.arrow(at).collect()).collect();
        let signs: Vec<f64> = arrows.iter().map(|arrow| arrow.iter().sum::<f64>().signum()).collect();
        let replications = 0..self.places[at].blocked.len();
        self.mean(
            replications.map(|of| arrows.iter().zip(&signs).map(|(arrow, sign)| arrow[of] * sign).sum()),
        )
    }

    fn figure(&self, at: usize, figure: Estimate) -> DepartmentFigure {
        let place = &self.places[at];
        let blocked = self.mean(place.blocked.iter().copied()).map(|share| (Aside::Blocked, share));
        let starved = self.mean(place.starved.iter().copied()).map(|share| (Aside::Starved, share));
        let beside = [blocked, starved].into_iter().flatten().collect();
        DepartmentFigure { department: self.name(at).to_owned(), figure, beside }
    }

    /// Those first that are in the set, in its order; then the others by figure.
    fn verdict(
        &self,
        definition: Definition,
        figure: impl Fn(usize) -> Option<Estimate>,
        set: &[usize],
    ) -> Verdict {
        let figures = (0..self.places.len()).filter_map(|at| Some(self.figure(at, figure(at)?))).collect();
        let mut verdict = Verdict::of(definition, figures);
        verdict.set = set.iter().map(|&at| self.name(at).to_owned()).collect();
        let place = |own: &DepartmentFigure| verdict.set.iter().position(|name| *name == own.department);
        let set_size = verdict.set.len();
        let mut figures = std::mem::take(&mut verdict.figures);
        figures.sort_by_key(|own| place(own).unwrap_or(set_size));
        Verdict { figures, ..verdict }
    }

    /// Where no arrow leads away. An arrow whose direction the replications do not tell leads nowhere.
    pub fn arrows(&self) -> Verdict {
        let last = self.places.len() - 1;
        let direction = |at: usize| -> Option<f64> {
            let arrow = self.mean(self.arrow(at))?;
            let known = arrow.interval.is_none_or(|own| own.low > 0.0 || own.high < 0.0);
            known.then_some(arrow.mean)
        };
        let arrows: Vec<Option<f64>> = (0..last).map(direction).collect();
        let stays = |&at: &usize| {
            let down = at < last && arrows[at].is_some_and(|arrow| arrow > 0.0);
            let up = at > 0 && arrows[at - 1].is_some_and(|arrow| arrow < 0.0);
            !down && !up
        };
        let mut candidates: Vec<(usize, Estimate)> =
            (0..=last).filter(stays).filter_map(|at| Some((at, self.severity(at)?))).collect();
        candidates.sort_by(|a, b| b.1.mean.total_cmp(&a.1.mean));
        let Some(&(first, most)) = candidates.first() else {
            return Verdict::none(Definition::BlockingAndStarving, "arrows lead away from everybody");
        };
        // Neighbours with no known arrow between them cannot be told apart.
        let joined = |at: usize| {
            let (low, high) = (at.min(first), at.max(first));
            arrows[low..high].iter().all(Option::is_none)
        };
        let may_be = |&&(at, severity): &&(usize, Estimate)| joined(at) || overlap(&severity, &most);
        let set: Vec<usize> = candidates.iter().filter(may_be).map(|&(at, _)| at).collect();
        self.verdict(Definition::BlockingAndStarving, |at| self.severity(at), &set)
    }

    /// Where it turns from more blocked to more starved: of the two on either side, the one that is less of both. Where the replications
    /// do not tell, the one where the two are nearest to each other, as for equal departments both would do.
    pub fn turning_point(&self) -> Verdict {
        let surplus = |at: usize| {
            let place = &self.places[at];
            self.mean(place.blocked.iter().zip(&place.starved).map(|(blocked, starved)| blocked - starved))
        };
        let sum = |at: usize| {
            let place = &self.places[at];
            place.blocked.iter().zip(&place.starved).map(|(blocked, starved)| blocked + starved)
        };
        let last = self.places.len() - 1;
        let is_blocked = |at: usize| surplus(at).is_some_and(|surplus| surplus.mean > 0.0);
        let mut sides: Vec<usize> = (0..last)
            .filter(|&at| is_blocked(at) && !is_blocked(at + 1))
            .flat_map(|at| [at, at + 1])
            .collect();
        if sides.is_empty() {
            sides.push(if is_blocked(last) { last } else { 0 });
        }
        sides.dedup();
        let idle = |at: usize| self.mean(sum(at)).map_or(f64::INFINITY, |sum| sum.mean);
        let least = sides.iter().copied().min_by(|&a, &b| idle(a).total_cmp(&idle(b))).unwrap_or(0);
        let no_less = |&at: &usize| {
            let more = self.mean(sum(at).zip(sum(least)).map(|(own, least)| own - least));
            at == least || more.and_then(|more| more.low()).is_some_and(|low| low <= 0.0)
        };
        let apart = |at: usize| {
            let surplus = surplus(at)?;
            Some(if surplus.mean < 0.0 { surplus.times(-1.0) } else { surplus })
        };
        let mut set: Vec<(usize, Estimate)> =
            sides.into_iter().filter(no_less).filter_map(|at| Some((at, apart(at)?))).collect();
        set.sort_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
        let nearest = set.first().copied();
        set.retain(|own| nearest.is_some_and(|nearest| own.0 == nearest.0 || overlap(&own.1, &nearest.1)));
        let set: Vec<usize> = set.into_iter().map(|(at, _)| at).collect();
        self.verdict(Definition::TurningPoint, |at| self.mean(sum(at).map(|sum| 1.0 - sum)), &set)
    }
}

/// The departments of a line, in the order of flow; or why the model is none.
fn order(model: &Model) -> Result<Vec<usize>, &'static str> {
    let [stream] = &model.streams[..] else {
        return Err("it is no serial line: there are several streams of customers");
    };
    if !matches!(stream.arrivals, Arrivals::Saturated) {
        return Err("it is no saturated line: the first department may lack work");
    }
    if !(model.pools.is_empty()
        && model.requests.is_empty()
        && model.forks.is_empty()
        && model.stocks.is_empty())
    {
        return Err("it is no serial line: departments depend on each other in other ways");
    }
    let own = |staff: &Staff| matches!(staff, Staff::Count(_));
    if !model.departments.iter().all(|department| own(&department.staff) && department.helpers.is_empty()) {
        return Err("it is no serial line: not all departments have people of their own, and no others");
    }
    let at = |name: &str| model.departments.iter().position(|department| department.name == name);
    let mut order = Vec::with_capacity(model.departments.len());
    let mut next = at(&stream.enter);
    while let Some(here) = next.filter(|here| !order.contains(here)) {
        order.push(here);
        let onward = model.handoffs.iter().filter(|way| way.from == model.departments[here].name);
        let mut ways = onward.filter(|way| way.to != EXIT);
        next = ways.next().and_then(|way| at(&way.to));
        if ways.next().is_some() {
            return Err("it is no serial line: departments hand on to several others");
        }
    }
    let visits = model.graph().ok().and_then(|graph| graph.expected_visits(&stream.name).ok().flatten());
    let once = visits.is_some_and(|visits| visits.iter().all(|&(_, visits)| (visits - 1.0).abs() < 1e-9));
    if order.len() < 2 || next.is_some() || !once {
        return Err("it is no serial line: not every case visits every department once");
    }
    Ok(order)
}
