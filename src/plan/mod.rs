//! A validated model, compiled to flat immutable tables.
//!
//! The engine and the observers see indices only. A *row* is a (department, class) pair, numbered
//! `department * classes + class`; most of what happens to a case is decided by its row.

mod calendar;
mod compile;
mod full;
mod levels;
mod standstill;
#[cfg(test)]
mod tests;

use std::hint::select_unpredictable;

use crate::model::Discipline;
use crate::random::Sampler;
use crate::time::Tick;

pub(crate) use calendar::place_in_week;
pub(crate) use compile::compile;
#[cfg(test)]
pub(crate) use compile::compile_valid;
pub(crate) use full::*;
pub(crate) use levels::Levels;

/// No index.
pub(crate) const NONE: u32 = u32::MAX;

/// In [`Row::way`]: there are several ways, or one that may take time or lead elsewhere.
pub(crate) const MANY: u32 = u32::MAX - 1;

/// So many departments on loops are few: the visits to each are counted in the case's own record.
pub(crate) const FEW_LOOPED: u32 = 6;

/// The tables of one model.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub classes: Vec<String>,
    pub departments: Vec<DepartmentPlan>,
    pub rows: Vec<Row>,
    /// Service times that depend on the visit number, by ascending `from_visit`.
    pub visit_rules: Vec<Vec<VisitRule>>,
    /// The ways on, in runs, one run per row, in file order.
    pub routes: Vec<Route>,
    pub transfers: Vec<Sampler>,
    /// Streams: first the work in place at the start, then the customer streams in file order, then
    /// complaints, one stream for each department that causes them; the engine makes their arrivals.
    pub streams: Vec<StreamPlan>,
    /// Whether any case may have a size other than 1.
    pub sized: bool,
    /// Whether it has nothing but what is commonest: departments of up to 64 people, first in, first
    /// out, where nobody loses patience; service times that are the same at every visit; handoffs that
    /// take no time; plain streams; and few departments on loops. The engine has a way of its own for
    /// such models, on which it asks for nothing else.
    pub plain: bool,
    /// Members of staff over all departments and pools, infinite ones left out.
    pub staff: u32,
    /// Departments that a case may visit more than once.
    pub looped: u32,
    /// Handoffs of the model.
    pub handoffs: Vec<HandoffPlan>,
    /// What models have in which departments depend on each other's people; none of it in others.
    pub full: Option<FullPlan>,
    /// When cases are worked on, for lead times in working hours.
    pub working_hours: Option<Levels>,
}

/// What a handoff is called.
#[derive(Clone, Debug)]
pub(crate) struct HandoffPlan {
    pub from: String,
    pub to: String,
    /// The class that cases have from then on.
    pub becomes: Option<String>,
    /// Whether a case goes this way to be put right.
    pub rework: bool,
}

/// A department.
#[derive(Clone, Debug)]
pub(crate) struct DepartmentPlan {
    pub name: String,
    /// Hash of the name, for its random numbers.
    pub key: u64,
    /// How many people of its own, or `None` for always enough. None of its own has a department whose people
    /// are those of a pool.
    pub staff: Option<u32>,
    /// The first of its people's slots.
    pub first_slot: u32,
    pub discipline: Discipline,
    /// How many may wait; `u32::MAX` where there is no limit.
    pub capacity: u32,
    pub patience: Option<Sampler>,
    /// Its place among the departments that a case may visit more than once, or [`NONE`].
    pub loop_index: u32,
    /// How many priority ranks its queue has.
    pub ranks: u32,
}

/// What a department does with a class.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Row {
    pub service: Sampler,
    /// The last word that chooses the first, and the second, of its routes: `u64::MAX` where there is
    /// no other.
    pub first_words: [u64; 2],
    /// The run in `routes`.
    pub routes: (u32, u32),
    /// Its place in `visit_rules`, or [`NONE`] where the service time is the same at every visit.
    pub visit_rules: u32,
    pub department: u32,
    /// The row to which every case goes on at once, or [`NONE`] out of the organization, or [`MANY`]
    /// where the routes tell.
    pub way: u32,
    pub rank: u8,
}

/// A service time from one visit number on.
#[derive(Clone, Debug)]
pub(crate) struct VisitRule {
    pub from_visit: u32,
    pub service: Sampler,
}

/// One way on from a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The last word that chooses this way: the cumulative probability up to and including it, times
    /// 2^64, less 1. In the last of a run it is `u64::MAX`.
    pub last_word: u64,
    /// The row it leads to, or [`NONE`] out of the organization.
    pub row: u32,
    /// Its transfer time, an index into `transfers`, or [`NONE`] for no time.
    pub transfer: u32,
    /// The handoff of the model it comes from, or [`NONE`] where there is none and the case leaves.
    pub handoff: u32,
}

/// A customer stream, or work in place at the start.
#[derive(Clone, Debug)]
pub(crate) struct StreamPlan {
    pub name: String,
    /// Hash of the name, for its random numbers.
    pub key: u64,
    pub department: u32,
    /// The first row of the department.
    pub first_row: u32,
    /// The class of all cases, or [`NONE`] where there are several.
    pub sole_class: u32,
    pub arrivals: ArrivalPlan,
    /// Classes, each with the last word that chooses it; that of the last is `u64::MAX`.
    pub mix: Vec<(u64, u32)>,
    pub batch: Option<Sampler>,
    pub limit: u64,
    /// When it begins, and from when on no case arrives.
    pub from: Tick,
    pub until: Tick,
    /// The promise in ticks; `Tick::MAX` where nothing was promised.
    pub promise: Tick,
    pub size: Option<Sampler>,
    /// A customer stream: one case at a time, nothing given about it, no size, and as long as the run.
    pub plain: bool,
    /// Whether this is work in place at the start, and how much of it is left.
    pub initial: Option<InitialPlan>,
}

impl StreamPlan {
    /// Whether a case of it may arrive in a class.
    pub fn may_bring(&self, class: u32) -> bool {
        let listed = match &self.arrivals {
            ArrivalPlan::Listed(listed) => listed.iter().any(|case| case.class == class),
            _ => false,
        };
        listed || self.sole_class == class || self.mix.iter().any(|&(_, of)| of == class)
    }
}

/// Work in place at the start: it is never refused.
#[derive(Clone, Debug)]
pub(crate) struct InitialPlan {
    /// The rest of the work at the first department; its ordinary service time if `None`.
    pub remaining: Option<Sampler>,
}

/// When the cases of a stream arrive.
#[derive(Clone, Debug)]
pub(crate) enum ArrivalPlan {
    /// Independent times between arrivals.
    Renewal(Sampler),
    /// A Poisson process with a rate that repeats.
    Pattern(RatePattern),
    /// One whenever somebody who may serve it has nothing else to do.
    Saturated,
    /// Given arrivals, in order.
    Listed(Vec<Listed>),
    /// Those who come back to it: members of a population.
    Population,
}

/// A given arrival.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed {
    pub at: Tick,
    /// Its class, or [`NONE`] for the stream's.
    pub class: u32,
    /// Its size, or NaN for the stream's.
    pub size: f64,
}

/// A piecewise constant rate, with its cumulative.
#[derive(Clone, Debug)]
pub(crate) struct RatePattern {
    pub period: Tick,
    /// Arrivals to expect in one period.
    pub total: f64,
    /// The steps, each with its start, its rate per tick, and the arrivals to expect before it.
    pub steps: Vec<(Tick, f64, f64)>,
}

impl RatePattern {
    /// How many arrivals are to be expected in the period before `time`.
    pub fn level_at(&self, time: Tick) -> f64 {
        let step = self.steps.partition_point(|&(from, _, _)| from <= time) - 1;
        let (from, rate, before) = self.steps[step];
        before + rate * (time - from) as f64
    }

    /// Where in the period so many arrivals are to be expected, for a `level` in [0, total).
    pub fn invert(&self, level: f64) -> Tick {
        let step = self.steps.partition_point(|&(_, _, before)| before <= level) - 1;
        let (from, rate, before) = self.steps[step];
        let end = self.steps.get(step + 1).map_or(self.period, |next| next.0);
        (from + to_ticks((level - before) / rate)).min(end)
    }
}

impl Plan {
    /// Whether [`Plan::plain`] holds.
    fn is_plain(&self) -> bool {
        let department = |department: &DepartmentPlan| {
            department.staff.is_some_and(|staff| staff <= 64)
                && department.discipline == Discipline::Fifo
                && department.patience.is_none()
        };
        self.full.is_none()
            && self.departments.iter().all(department)
            && self.streams.iter().all(|stream| stream.plain)
            && self.transfers.is_empty()
            && self.visit_rules.is_empty()
            && self.looped <= FEW_LOOPED
    }

    /// The department of a row.
    pub fn department_of(&self, row: u32) -> usize {
        row as usize / self.classes.len()
    }

    /// Which way on from a row a uniform word chooses.
    ///
    /// Among up to three without a branch, as no branch on it could be predicted.
    #[inline(always)]
    pub fn route_of(&self, row: &Row, word: u64) -> u32 {
        if row.routes.1 - row.routes.0 > 3 {
            return self.route_of_many(row, word);
        }
        let [first, second] = row.first_words;
        row.routes.0 + u32::from(word > first) + u32::from(word > second)
    }

    #[inline(never)]
    fn route_of_many(&self, row: &Row, word: u64) -> u32 {
        let routes = &self.routes[row.routes.0 as usize..row.routes.1 as usize];
        row.routes.0 + routes.partition_point(|route| route.last_word < word) as u32
    }

    /// The service time of a row at a visit.
    #[inline(always)]
    pub fn service<'a>(&'a self, row: &'a Row, visit: u32) -> &'a Sampler {
        if row.visit_rules == NONE { &row.service } else { self.service_by_visit(row, visit) }
    }

    #[inline(never)]
    fn service_by_visit<'a>(&'a self, row: &'a Row, visit: u32) -> &'a Sampler {
        let rules = &self.visit_rules[row.visit_rules as usize];
        rules.iter().rev().find(|rule| rule.from_visit <= visit).map_or(&row.service, |rule| &rule.service)
    }
}

impl StreamPlan {
    /// Whether its cases may have a size other than 1.
    fn is_sized(&self) -> bool {
        let given = match &self.arrivals {
            ArrivalPlan::Listed(list) => list.iter().any(|listed| !listed.size.is_nan()),
            _ => false,
        };
        given || self.size.is_some()
    }

    /// The class that a uniform word chooses.
    #[inline(always)]
    pub fn drawn_class(&self, word: impl FnOnce() -> u64) -> u32 {
        if self.sole_class != NONE {
            return self.sole_class;
        }
        match *self.mix {
            [(last_word, first), (_, second)] => select_unpredictable(word() > last_word, second, first),
            _ => self.class_of_many(word()),
        }
    }

    #[inline(never)]
    fn class_of_many(&self, word: u64) -> u32 {
        self.mix[self.mix.partition_point(|&(last_word, _)| last_word < word)].1
    }
}

/// A sampled time, which is not negative, as ticks: rounded to the nearest, the even one of two, and
/// never beyond the longest span.
///
/// Adding 2^52 leaves no bits for a fraction, so that the sum's lower 52 bits are the rounded number.
#[inline(always)]
pub(crate) fn to_ticks(time: f64) -> Tick {
    const SHIFT: f64 = (1u64 << 52) as f64;
    (time.min(SHIFT - 1.0) + SHIFT).to_bits() - SHIFT.to_bits()
}
