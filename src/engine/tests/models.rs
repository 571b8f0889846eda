//! Random models over everything that a model can say.
//!
//! Times are small whole numbers of a model's unit more often than not, so that much happens at the
//! same instant. A sketch with few constraints is drawn and then assembled into a model, so that what
//! fails shrinks well; the few models that break a rule are discarded.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::model::{
    Arrivals, Class, Department, Discipline, EXIT, Handoff, InitialWork, Model, ProbabilityFor, RateStep,
    ServiceFor, Share, Staff, Stream, TraceCase,
};
use crate::random::{Dist, cv};
use crate::time::{Rate, Span};

/// A way on: the department it leads to (or out), a weight, a transfer time, and a new class.
type Way = (Option<Index>, u32, Option<Dist<f64>>, Option<Index>);

/// A department before it is known how many others and how many classes there are.
#[derive(Clone, Debug)]
struct Desk {
    staff: Staff,
    service: Dist<f64>,
    rules: Vec<(Option<Index>, u32, Dist<f64>)>,
    by_rules: bool,
    discipline: Discipline,
    ignore_priority: bool,
    capacity: Option<u32>,
    patience: Option<Dist<f64>>,
    ways: Vec<Way>,
    ways_of_one: Option<(Index, Vec<Way>)>,
}

/// When the cases of a stream arrive; times in units.
#[derive(Clone, Debug)]
enum Times {
    Poisson(f64),
    Renewal(Dist<f64>),
    Pattern(Vec<(u32, f64)>),
    Schedule(Vec<u32>),
    Trace(Vec<(u32, Option<Index>, Option<f64>)>),
}

#[derive(Clone, Debug)]
struct Source {
    enter: Index,
    times: Times,
    class: Option<Index>,
    mix: Vec<(Index, u32)>,
    batch: Option<Dist<f64>>,
    limit: Option<u64>,
    promise: Option<u32>,
    size: Option<Dist<f64>>,
}

/// Small whole numbers, some of them zero.
fn whole(most: u32) -> impl Strategy<Value = f64> {
    (0..=most).prop_map(f64::from)
}

/// Times in units: mostly such that ties abound.
fn times() -> impl Strategy<Value = Dist<f64>> {
    prop_oneof![
        1 => Just(Dist::constant(0.0)),
        15 => (1..=6_u32).prop_map(|value| Dist::constant(value.into())),
        6 => vec(whole(8), 1..4).prop_map(Dist::empirical),
        1 => (whole(4), whole(8)).prop_map(|(low, width)| Dist::uniform(low, low + width)),
        1 => (1..=8_u32).prop_map(|mean| Dist::exponential(mean.into())),
        1 => (1..=8_u32).prop_map(|mean| Dist::lognormal(mean.into(), cv(0.7))),
    ]
}

/// Numbers around 1: case sizes.
fn sizes() -> impl Strategy<Value = Dist<f64>> {
    prop_oneof![
        Just(Dist::constant(2.0)),
        Just(Dist::discrete([(0.5, 0.5), (1.0, 0.25), (3.0, 0.25)])),
        Just(Dist::exponential(1.0)),
    ]
}

/// Batch sizes, also such as have to be rounded.
fn batches() -> impl Strategy<Value = Dist<f64>> {
    prop_oneof![
        (1..=4_u32).prop_map(|size| Dist::constant(size.into())),
        vec((1..=5_u32).prop_map(f64::from), 1..4).prop_map(Dist::empirical),
        Just(Dist::uniform(0.0, 4.0)),
        Just(Dist::discrete([(0.5, 0.25), (1.5, 0.25), (2.5, 0.5)])),
    ]
}

fn staff() -> impl Strategy<Value = Staff> {
    prop_oneof![
        12 => (1..=3_u32).prop_map(Staff::Count),
        2 => Just(Staff::Infinite),
        2 => select(vec![64, 65, 70, 130]).prop_map(Staff::Count),
    ]
}

fn discipline() -> impl Strategy<Value = Discipline> {
    use Discipline::*;
    select(vec![Fifo, Lifo, Random, ShortestJob, EarliestDueDate])
}

fn ways() -> impl Strategy<Value = Vec<Way>> {
    let way =
        (weighted(0.8, any::<Index>()), 1..5_u32, weighted(0.3, times()), weighted(0.2, any::<Index>()));
    vec(way, 0..4)
}

fn desk() -> impl Strategy<Value = Desk> {
    let rule = (of(any::<Index>()), 1..4_u32, times());
    let work = (staff(), times(), vec(rule, 0..4), prop::bool::weighted(0.1));
    let queue = (discipline(), prop::bool::weighted(0.2), of(0..4_u32), weighted(0.4, times()));
    let on = (ways(), weighted(0.2, (any::<Index>(), ways())));
    (work, queue, on).prop_map(|(work, queue, on)| {
        let (staff, service, rules, by_rules) = work;
        let (discipline, ignore_priority, capacity, patience) = queue;
        let (ways, ways_of_one) = on;
        Desk {
            staff,
            service,
            rules,
            by_rules,
            discipline,
            ignore_priority,
            capacity,
            patience,
            ways,
            ways_of_one,
        }
    })
}

fn arrival_times() -> impl Strategy<Value = Times> {
    let rate = || select(vec![0.0, 0.1, 0.25, 0.5]);
    let gap = prop_oneof![
        4 => (1..=6_u32).prop_map(|gap| Dist::constant(gap.into())),
        3 => vec(whole(8), 0..4).prop_map(|gaps| Dist::empirical(gaps.into_iter().chain([5.0]))),
        1 => (2..=8_u32).prop_map(|mean| Dist::exponential(mean.into())),
    ];
    let traced = (0..40_u32, weighted(0.3, any::<Index>()), weighted(0.3, select(vec![0.5, 1.0, 2.0])));
    prop_oneof![
        1 => select(vec![0.1, 0.25, 0.5]).prop_map(Times::Poisson),
        4 => gap.prop_map(Times::Renewal),
        1 => (vec((1..20_u32, rate()), 0..3), 1..20_u32).prop_map(|(mut steps, length)| {
            steps.push((length, 0.25));
            Times::Pattern(steps)
        }),
        2 => vec(0..60_u32, 1..40).prop_map(Times::Schedule),
        1 => vec(traced, 1..30).prop_map(Times::Trace),
    ]
}

fn source() -> impl Strategy<Value = Source> {
    let mix = prop_oneof![2 => Just(Vec::new()), 1 => vec((any::<Index>(), 1..4_u32), 1..4)];
    let limit = weighted(0.3, 1..30_u64);
    let extras = (weighted(0.25, batches()), limit, weighted(0.5, 1..30_u32), weighted(0.3, sizes()));
    (any::<Index>(), arrival_times(), weighted(0.8, any::<Index>()), mix, extras).prop_map(
        |(enter, times, class, mix, (batch, limit, promise, size))| Source {
            enter,
            times,
            class,
            mix,
            batch,
            limit,
            promise,
            size,
        },
    )
}

/// Random models, with the unit of their times in ticks; a few of them are not valid.
pub(super) fn models() -> impl Strategy<Value = (Model, i64)> {
    let cases = prop_oneof![6 => 1..6_u64, 1 => Just(150)];
    let initial = (any::<Index>(), any::<Index>(), cases, of(times()));
    (
        vec(0..3_u32, 1..4),
        vec(desk(), 1..7),
        vec(source(), 1..4),
        prop_oneof![1 => Just(Vec::new()), 1 => vec(initial, 1..3)],
        prop_oneof![3 => Just(1_i64), 1 => Just(60_000_000)],
    )
        .prop_map(|(priorities, desks, sources, initial, unit)| {
            let assembly = Assembly { unit, classes: priorities.len(), departments: desks.len() };
            (assembly.model(&priorities, &desks, &sources, &initial), unit)
        })
}

type InPlace = (Index, Index, u64, Option<Dist<f64>>);

/// Makes a model of sketches.
#[derive(Clone, Copy, Debug)]
struct Assembly {
    unit: i64,
    classes: usize,
    departments: usize,
}

impl Assembly {
    fn model(&self, priorities: &[u32], desks: &[Desk], sources: &[Source], initial: &[InPlace]) -> Model {
        let classes = priorities.iter().enumerate();
        let mut model = Model {
            name: "random".into(),
            classes: classes
                .map(|(at, &priority)| Class { name: format!("c{at}"), priority, ..Class::default() })
                .collect(),
            departments: Vec::new(),
            handoffs: desks.iter().enumerate().flat_map(|(at, desk)| self.handoffs(at, desk)).collect(),
            streams: sources.iter().enumerate().map(|(at, source)| self.stream(at, source)).collect(),
            initial: initial.iter().map(|work| self.initial(work)).collect(),
            ..Model::default()
        };
        model.departments = desks.iter().enumerate().map(|(at, desk)| self.department(at, desk)).collect();
        drop_what_nobody_reaches(&mut model);
        for department in &mut model.departments {
            let receives = model.handoffs.iter().any(|way| way.to == department.name);
            let infinite = department.staff == Staff::Infinite;
            department.queue_capacity = department.queue_capacity.filter(|_| !receives && !infinite);
            department.patience = department.patience.take().filter(|_| !infinite);
        }
        model
    }

    fn class(&self, index: &Index) -> String {
        format!("c{}", index.index(self.classes))
    }

    fn department_name(&self, index: &Index) -> String {
        format!("d{}", index.index(self.departments))
    }

    fn span(&self, count: f64) -> Span {
        Span::from_ticks((count * self.unit as f64) as i64)
    }

    /// A service time; long where there are so many people that they would never all be busy.
    fn service(&self, desk: &Desk, dist: &Dist<f64>) -> Dist {
        match desk.staff {
            Staff::Count(4..) => self.dist(dist).scaled(40.0),
            _ => self.dist(dist),
        }
    }

    fn dist(&self, dist: &Dist<f64>) -> Dist {
        match dist {
            Dist::Constant { value } => Dist::constant(self.span(*value)),
            Dist::Empirical { sample, .. } => Dist::empirical(sample.iter().map(|&value| self.span(value))),
            Dist::Uniform { low, high } => Dist::uniform(self.span(*low), self.span(*high)),
            Dist::Exponential { mean } => Dist::exponential(self.span(*mean)),
            Dist::Lognormal { mean, cv } => Dist::lognormal(self.span(*mean), *cv),
            other => unreachable!("{other:?} is not among the times"),
        }
    }

    fn department(&self, at: usize, desk: &Desk) -> Department {
        let mut rules = BTreeMap::new();
        if desk.by_rules {
            rules.insert((None, 1), self.service(desk, &desk.service));
        }
        for (class, visit, service) in &desk.rules {
            rules
                .insert((class.as_ref().map(|class| self.class(class)), *visit), self.service(desk, service));
        }
        let rule = |((class, from_visit), service)| ServiceFor { class, from_visit, service };
        Department {
            service: (!desk.by_rules).then(|| self.service(desk, &desk.service)),
            service_for: rules.into_iter().map(rule).collect(),
            discipline: desk.discipline,
            ignore_priority: desk.ignore_priority,
            queue_capacity: desk.capacity,
            patience: desk.patience.as_ref().map(|patience| self.dist(patience)),
            ..Department::new(format!("d{at}"), desk.staff.clone())
        }
    }

    /// The handoffs out of a department: some for all classes, or for all but one which has its own.
    fn handoffs(&self, at: usize, desk: &Desk) -> Vec<Handoff> {
        let mut handoffs: Vec<Handoff> = Vec::new();
        let general = self.probabilities(at, &desk.ways);
        let special = desk.ways_of_one.as_ref().map(|(class, ways)| (class, self.probabilities(at, ways)));
        // A class whose list of ways is empty goes the way of all others.
        let special = special.filter(|(_, ways)| !ways.is_empty() && !general.is_empty());
        for (to, becomes, transfer, probability) in general {
            let probability_for = special.iter().map(|(class, _)| (self.class(class), 0.0));
            let row = |(class, probability)| ProbabilityFor { class, probability };
            let probability_for = probability_for.map(row).collect();
            handoffs.push(Handoff {
                from: format!("d{at}"),
                to,
                probability: Some(probability),
                probability_for,
                transfer,
                becomes,
                ..Handoff::default()
            });
        }
        if let Some((class, ways)) = special {
            for (to, becomes, transfer, probability) in ways {
                match handoffs.iter_mut().find(|way| way.to == to && way.becomes == becomes) {
                    Some(way) => way.probability_for[0].probability = probability,
                    None => handoffs.push(Handoff {
                        from: format!("d{at}"),
                        to,
                        probability: None,
                        probability_for: vec![ProbabilityFor { class: self.class(class), probability }],
                        transfer,
                        becomes,
                        ..Handoff::default()
                    }),
                }
            }
        }
        handoffs
    }

    /// Distinct ways with probabilities that sum to 1. Whoever may be sent back may also leave.
    fn probabilities(&self, at: usize, ways: &[Way]) -> Vec<(String, Option<String>, Option<Dist>, f64)> {
        let mut distinct: Vec<(String, Option<String>, Option<Dist>, u32)> = Vec::new();
        let mut back = false;
        for (to, weight, transfer, becomes) in ways {
            back |= to.as_ref().is_some_and(|to| to.index(self.departments) <= at);
            let to = to.as_ref().map_or(EXIT.to_owned(), |to| self.department_name(to));
            let becomes = becomes.as_ref().map(|class| self.class(class));
            if !distinct.iter().any(|way| way.0 == to && way.1 == becomes) {
                distinct.push((to, becomes, transfer.as_ref().map(|time| self.dist(time)), *weight));
            }
        }
        if back && !distinct.iter().any(|way| way.0 == EXIT) {
            distinct.push((EXIT.into(), None, None, 2));
        }
        let total: u32 = distinct.iter().map(|way| way.3).sum();
        let share = |weight| f64::from(weight) / f64::from(total);
        distinct.into_iter().map(|(to, becomes, time, weight)| (to, becomes, time, share(weight))).collect()
    }

    fn stream(&self, at: usize, source: &Source) -> Stream {
        let total: u32 = source.mix.iter().map(|(_, weight)| weight).sum();
        let mut shares = BTreeMap::new();
        for (class, weight) in &source.mix {
            *shares.entry(self.class(class)).or_insert(0.0) += f64::from(*weight) / f64::from(total);
        }
        Stream {
            name: format!("s{at}-"),
            enter: self.department_name(&source.enter),
            arrivals: self.arrivals(&source.times),
            class: source.class.as_ref().filter(|_| shares.is_empty()).map(|class| self.class(class)),
            mix: shares.into_iter().map(|(class, share)| Share { class, share }).collect(),
            batch: source.batch.clone(),
            limit: source.limit,
            promise: source.promise.map(|promise| self.span(promise.into())),
            size: source.size.clone(),
            ..Stream::new("", "", Arrivals::Saturated)
        }
    }

    fn arrivals(&self, times: &Times) -> Arrivals {
        let unit = self.span(1.0);
        match times {
            Times::Poisson(rate) => Arrivals::Poisson { rate: Rate::new(*rate, unit) },
            Times::Renewal(gap) => Arrivals::Renewal { interarrival: self.dist(gap) },
            Times::Pattern(steps) => {
                let mut at = 0;
                let mut step = |&(length, rate): &(u32, f64)| {
                    let from = self.span(at.into());
                    at += length;
                    RateStep { from, rate: Rate::new(rate, unit) }
                };
                let steps = steps.iter().map(&mut step).collect();
                Arrivals::Pattern { period: self.span(at.into()), steps }
            }
            Times::Schedule(times) => {
                let mut times: Vec<Span> = times.iter().map(|&time| self.span(time.into())).collect();
                times.sort_unstable();
                Arrivals::Schedule { times }
            }
            Times::Trace(cases) => {
                let case = |&(at, ref class, size): &(u32, Option<Index>, Option<f64>)| TraceCase {
                    at: self.span(at.into()),
                    class: class.as_ref().map(|class| self.class(class)),
                    size,
                };
                let mut cases: Vec<TraceCase> = cases.iter().map(case).collect();
                cases.sort_by_key(|case| case.at);
                Arrivals::Trace { cases }
            }
        }
    }

    fn initial(&self, (department, class, cases, remaining): &InPlace) -> InitialWork {
        InitialWork {
            department: self.department_name(department),
            class: self.class(class),
            cases: *cases,
            remaining: remaining.as_ref().map(|remaining| self.dist(remaining)),
        }
    }
}

/// Leaves out the departments to which no stream and no handoff leads.
fn drop_what_nobody_reaches(model: &mut Model) {
    let mut reached: Vec<String> = model.streams.iter().map(|stream| stream.enter.clone()).collect();
    reached.extend(model.initial.iter().map(|work| work.department.clone()));
    let mut next = 0;
    while let Some(from) = reached.get(next).cloned() {
        let new = model.handoffs.iter().filter(|way| way.from == from).map(|way| way.to.clone());
        let new: Vec<String> = new.filter(|to| !reached.contains(to)).collect();
        reached.extend(new);
        next += 1;
    }
    model.departments.retain(|department| reached.contains(&department.name));
    model.handoffs.retain(|way| reached.contains(&way.from));
}
