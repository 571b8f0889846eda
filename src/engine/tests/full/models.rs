//! Random full models: all constructs, and times that are small whole numbers of a unit, so that much happens
//! at the same instant.
//!
//! A sketch with few constraints is drawn and then assembled into a model, so that what fails shrinks well.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::model::{Asking, Clock, Crew, Discipline, During, ShiftEnd, Struck, WayBack};
use crate::random::Dist;

use super::constructs::Construct;
use super::extras::{Extras, extras};

/// A time that is left free, a length and a level.
type Exception = (u32, u32, u32);

/// Whom an absence strikes, by which clock; the time between, and how long.
type Away = (Struck, Clock, Time, Time);

/// A time in units: always the same, or one of a few.
pub(super) type Time = Vec<u32>;

#[derive(Clone, Debug)]
pub(super) enum People {
    Own(u32),
    Infinite,
    Pool(Index),
}

/// A department before it is known what others there are.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    pub people: People,
    pub needed: u32,
    pub service: Time,
    pub later: Option<Time>,
    pub discipline: Discipline,
    pub capacity: Option<u32>,
    pub patience: Option<(Time, Option<Index>)>,
    pub crew: Hours,
    pub helpers: Vec<(Index, f64)>,
    pub ways: Vec<Way>,
    pub errors: Option<Faults>,
    pub detects: Vec<Finds>,
}

/// When people are there, and what keeps them from work.
#[derive(Clone, Debug)]
pub(super) struct Hours {
    pub shifts: Option<(Index, ShiftEnd, Crew)>,
    pub absences: Vec<Away>,
}

/// A way on: where to (or out), a weight, a transfer time, a new class, whether it is rework.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub to: Option<Index>,
    pub weight: u32,
    pub transfer: Option<Time>,
    pub becomes: Option<Index>,
    pub rework: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Faults {
    pub probability: f64,
    pub if_defective: Option<f64>,
    pub after_guess: Option<f64>,
    pub complaint: Option<(f64, Time, Index, Option<Index>)>,
}

#[derive(Clone, Debug)]
pub(super) struct Finds {
    pub maker: Option<Index>,
    pub probability: f64,
    /// 0: returned; 1: turned away; else sent to a department.
    pub then: u32,
    pub to: Index,
    pub transfer: Option<Time>,
    pub back: WayBack,
}

#[derive(Clone, Debug)]
pub(super) struct Question {
    pub from: Index,
    pub to: Index,
    pub probability: f64,
    pub during: During,
    pub at: f64,
    pub staff: Asking,
    pub class: Option<Index>,
    pub priority: Option<u32>,
    pub service: Option<Time>,
    pub transfer: Option<Time>,
    pub answer_transfer: Option<Time>,
    pub longest_wait: Option<Time>,
}

#[derive(Clone, Debug)]
pub(super) enum Times {
    Renewal(Time),
    Poisson,
    Schedule(Vec<u32>),
    Saturated(u64),
}

#[derive(Clone, Debug)]
pub(super) struct Source {
    pub enter: Index,
    pub times: Times,
    pub mix: Vec<Index>,
    pub batch: Option<u32>,
    pub limit: Option<u64>,
    pub promise: Option<u32>,
    pub size: Option<Dist<f64>>,
}

#[derive(Clone)]
pub(super) struct Sketch {
    pub unit: i64,
    pub priorities: Vec<u32>,
    pub desks: Vec<Desk>,
    pub pools: Vec<(u32, Hours)>,
    /// Cycles: lengths and levels of the steps.
    pub calendars: Vec<Vec<(u32, Option<u32>)>>,
    pub questions: Vec<Question>,
    pub sources: Vec<Source>,
    pub initial: Vec<(Index, Index, u64, Option<Time>)>,
    /// Where the cycles begin, and exceptions: what is left free between them, their lengths and levels.
    pub offsets: Vec<(u32, Vec<Exception>)>,
    pub extras: Extras,
    /// Which of the constructs that can be left out the model may have.
    pub with: &'static [Construct],
}

pub(super) fn time() -> impl Strategy<Value = Time> {
    prop_oneof![3 => vec(1..=6_u32, 1..2), 1 => vec(0..=8_u32, 2..4)]
}

/// A time that is not zero.
pub(super) fn span() -> impl Strategy<Value = Time> {
    vec(1..=9_u32, 1..3)
}

fn hours() -> impl Strategy<Value = Hours> {
    let end = select(vec![ShiftEnd::Pause, ShiftEnd::Finish, ShiftEnd::Finish, ShiftEnd::HandOver]);
    let shifts = (any::<Index>(), end, select(vec![Crew::Same, Crew::Replaced]));
    let absence = (
        select(vec![Struck::Each, Struck::All]),
        select(vec![Clock::Calendar, Clock::Working]),
        vec(3..=20_u32, 1..3),
        span(),
    );
    (weighted(0.35, shifts), prop_oneof![3 => Just(Vec::new()), 1 => vec(absence, 1..3)])
        .prop_map(|(shifts, absences)| Hours { shifts, absences })
}

fn way() -> impl Strategy<Value = Way> {
    (
        weighted(0.75, any::<Index>()),
        1..4_u32,
        weighted(0.25, time()),
        weighted(0.15, any::<Index>()),
        prop::bool::weighted(0.15),
    )
        .prop_map(|(to, weight, transfer, becomes, rework)| Way {
            to,
            weight,
            transfer,
            becomes,
            rework,
        })
}

pub(super) fn probability() -> impl Strategy<Value = f64> {
    select(vec![0.25, 0.5, 0.75, 1.0])
}

fn faults() -> impl Strategy<Value = Faults> {
    let complaint = (probability(), time(), any::<Index>(), weighted(0.3, any::<Index>()));
    (probability(), weighted(0.3, probability()), weighted(0.4, probability()), weighted(0.3, complaint))
        .prop_map(|(probability, if_defective, after_guess, complaint)| Faults {
            probability,
            if_defective,
            after_guess,
            complaint,
        })
}

pub(super) fn finds() -> impl Strategy<Value = Finds> {
    (
        weighted(0.5, any::<Index>()),
        select(vec![0.25, 0.5, 0.75]),
        select(vec![0, 0, 0, 1, 2]),
        any::<Index>(),
        weighted(0.3, time()),
        select(vec![WayBack::Direct, WayBack::Along]),
    )
        .prop_map(|(maker, probability, then, to, transfer, back)| Finds {
            maker,
            probability,
            then,
            to,
            transfer,
            back,
        })
}

pub(super) fn desk() -> impl Strategy<Value = Desk> {
    use Discipline::*;
    let people = prop_oneof![
        8 => (1..=3_u32).prop_map(People::Own),
        1 => Just(People::Infinite),
        3 => any::<Index>().prop_map(People::Pool),
    ];
    let work = (people, prop_oneof![5 => Just(1_u32), 1 => 2..=3_u32], time(), weighted(0.2, time()));
    let discipline = select(vec![Fifo, Fifo, Lifo, Random, ShortestJob, EarliestDueDate]);
    let patience = weighted(0.2, (time(), weighted(0.5, any::<Index>())));
    let helpers = vec((any::<Index>(), select(vec![0.5, 0.75, 1.0, 2.0])), 0..2);
    let line = (discipline, weighted(0.4, 0..3_u32), patience, hours(), helpers);
    let rest = (vec(way(), 0..4), weighted(0.35, faults()), vec(finds(), 0..2));
    (work, line, rest).prop_map(|(work, line, rest)| {
        let (people, needed, service, later) = work;
        let (discipline, capacity, patience, crew, helpers) = line;
        let (ways, errors, detects) = rest;
        Desk {
            people,
            needed,
            service,
            later,
            discipline,
            capacity,
            patience,
            crew,
            helpers,
            ways,
            errors,
            detects,
        }
    })
}

fn question() -> impl Strategy<Value = Question> {
    let who = (any::<Index>(), any::<Index>(), select(vec![0.25, 0.5]));
    let when = (
        select(vec![During::Cases, During::Cases, During::Requests, During::Both]),
        select(vec![0.0, 0.25, 0.5, 0.5, 1.0]),
        select(vec![Asking::Held, Asking::Held, Asking::Freed]),
    );
    let what = (weighted(0.2, any::<Index>()), weighted(0.3, 0..3_u32), weighted(0.5, time()));
    let times = (weighted(0.25, time()), weighted(0.25, time()), weighted(0.3, time()));
    (who, when, what, times).prop_map(|(who, when, what, times)| Question {
        from: who.0,
        to: who.1,
        probability: who.2,
        during: when.0,
        at: when.1,
        staff: when.2,
        class: what.0,
        priority: what.1,
        service: what.2,
        transfer: times.0,
        answer_transfer: times.1,
        longest_wait: times.2,
    })
}

fn source() -> impl Strategy<Value = Source> {
    let times = prop_oneof![
        4 => vec(1..=9_u32, 1..4).prop_map(Times::Renewal),
        1 => Just(Times::Poisson),
        3 => vec(0..40_u32, 1..25).prop_map(Times::Schedule),
        1 => (1..20_u64).prop_map(Times::Saturated),
    ];
    let sizes = select(vec![Dist::constant(2.0), Dist::discrete([(0.5, 0.5), (1.0, 0.25), (3.0, 0.25)])]);
    let extras = (weighted(0.2, 2..4_u32), weighted(0.3, 1..20_u64), weighted(0.4, 1..30_u32));
    (any::<Index>(), times, vec(any::<Index>(), 1..3), extras, weighted(0.2, sizes)).prop_map(
        |(enter, times, mix, (batch, limit, promise), size)| Source {
            enter,
            times,
            mix,
            batch,
            limit,
            promise,
            size,
        },
    )
}

/// Sketches of models with these of the constructs that can be left out.
pub(super) fn sketch(with: &'static [Construct]) -> impl Strategy<Value = Sketch> {
    let step = || (3..=14_u32, weighted(0.7, 0..=2_u32));
    let initial = (any::<Index>(), any::<Index>(), 1..4_u64, weighted(0.5, time()));
    let exception = (1..=30_u32, 1..=15_u32, 0..=3_u32);
    let staffing = (
        vec((1..=3_u32, hours()), 1..3),
        vec(vec(step(), 1..4), 1..3),
        vec((0..30_u32, vec(exception, 0..3)), 1..4),
    );
    let flow = (vec(question(), 0..5), vec(source(), 1..4), vec(initial, 0..2));
    let unit = prop_oneof![3 => Just(1_i64), 1 => Just(60_000_000)];
    let all = (vec(0..3_u32, 1..3), vec(desk(), 1..6), staffing, flow, extras());
    (unit, all).prop_map(move |(unit, (priorities, desks, staffing, flow, extras))| {
        let (pools, calendars, offsets) = staffing;
        let (questions, sources, initial) = flow;
        Sketch {
            unit,
            priorities,
            desks,
            pools,
            calendars,
            questions,
            sources,
            initial,
            offsets,
            extras,
            with,
        }
    })
}

/// A sketch is shown as the model that it becomes.
impl std::fmt::Debug for Sketch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let model = toml::to_string(&self.model()).map_err(|_| std::fmt::Error)?;
        write!(f, "unit {} {model}\ncycles {:?} {:?}", self.unit, self.calendars, self.offsets)
    }
}
