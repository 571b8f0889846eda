//! Makes a full model of a sketch.

use std::collections::BTreeSet;

use super::models::{Desk, Hours, People, Sketch, Source, Time, Times, Way};
use super::tidy::tidy;
use crate::model::{
    Absence, Arrivals, Calendar, Class, Complaint, Crew, Cycle, Department, Detection, EXIT, Errors, Found,
    Handoff, Helpers, InitialWork, LevelStep, Model, Pool, Request, ServiceFor, Share, ShiftEnd, Shifts,
    Staff, Stream,
};
use crate::plan::{Levels, Plan};
use crate::random::Dist;
use crate::time::{Rate, Span, Tick};
use proptest::sample::Index;

impl Sketch {
    pub fn span(&self, count: u32) -> Span {
        Span::from_ticks(i64::from(count) * self.unit)
    }

    pub fn dist(&self, time: &Time) -> Dist {
        match **time {
            [value] => Dist::constant(self.span(value)),
            _ => Dist::empirical(time.iter().map(|&value| self.span(value))),
        }
    }

    pub fn maybe(&self, time: &Option<Time>) -> Option<Dist> {
        time.as_ref().map(|time| self.dist(time))
    }

    pub fn class(&self, index: &Index) -> String {
        format!("c{}", index.index(self.priorities.len()))
    }

    fn department(&self, index: &Index) -> String {
        format!("d{}", index.index(self.desks.len()))
    }

    /// How many people a home has.
    fn people(&self, desk: &Desk) -> u32 {
        match desk.people {
            People::Own(count) => count,
            People::Infinite => 0,
            People::Pool(pool) => self.pools[pool.index(self.pools.len())].0,
        }
    }

    /// The model, which breaks a rule now and then.
    pub fn model(&self) -> Model {
        let classes = self.priorities.iter().enumerate();
        let mut model = Model {
            name: "random".into(),
            classes: classes
                .map(|(at, &priority)| Class { name: format!("c{at}"), priority, ..Class::default() })
                .collect(),
            departments: self.desks.iter().enumerate().map(|(at, desk)| self.outer_desk(at, desk)).collect(),
            pools: self
                .pools
                .iter()
                .enumerate()
                .map(|(at, (staff, hours))| self.pool(at, *staff, hours))
                .collect(),
            calendars: self.all_calendars(),
            requests: self.requests(),
            handoffs: self.desks.iter().enumerate().flat_map(|(at, desk)| self.handoffs(at, desk)).collect(),
            streams: self.sources.iter().enumerate().map(|(at, source)| self.stream(at, source)).collect(),
            ..Model::default()
        };
        model.initial = self
            .initial
            .iter()
            .map(|(department, class, cases, remaining)| InitialWork {
                department: self.department(department),
                class: self.class(class),
                cases: *cases,
                remaining: self.maybe(remaining),
            })
            .collect();
        self.adorn(&mut model);
        tidy(&mut model, self.span(1));
        model
    }

    /// Puts levels of the sketch's own in place of those of the calendars: with offsets and exceptions.
    pub fn change_levels(&self, plan: &mut Plan) {
        let Some(full) = &mut plan.full else { return };
        full.may_stand_still = true;
        let unit = self.unit as Tick;
        for (at, home) in full.homes.iter_mut().enumerate().filter(|(_, home)| home.levels.is_some()) {
            let (offset, gaps) = &self.offsets[at % self.offsets.len()];
            let mut time = 0;
            let mut steps = Vec::new();
            for &(length, level) in &self.calendars[at % self.calendars.len()] {
                steps.push((time * unit, level.unwrap_or(home.staff).min(home.staff)));
                time += Tick::from(length);
            }
            let mut exceptions = Vec::new();
            let mut from = 0;
            for &(gap, length, level) in gaps {
                let (start, end) = (from + Tick::from(gap), from + Tick::from(gap + length));
                exceptions.push((start * unit, end * unit, level.min(home.staff)));
                from = end;
            }
            home.levels = Some(Levels::new(time * unit, Tick::from(*offset) * unit, steps, exceptions));
        }
    }

    fn outer_desk(&self, at: usize, desk: &Desk) -> Department {
        Department { detects: self.detects(desk), ..self.desk(&format!("d{at}"), desk) }
    }

    pub fn desk(&self, name: &str, desk: &Desk) -> Department {
        let infinite = matches!(desk.people, People::Infinite);
        let pooled = matches!(desk.people, People::Pool(_));
        let staff = match desk.people {
            People::Own(count) => Staff::Count(count),
            People::Infinite => Staff::Infinite,
            People::Pool(pool) => Staff::Pool(format!("p{}", pool.index(self.pools.len()))),
        };
        let (shifts, absences) = self.hours(self.people(desk), &desk.crew);
        let service_for = desk.later.iter().map(|later| ServiceFor {
            class: None,
            from_visit: 2,
            service: self.dist(later),
        });
        let patience = desk.patience.as_ref().filter(|_| !infinite);
        let others = |to: &Index| Some(self.department(to)).filter(|to| to != name);
        Department {
            staff_needed: if infinite { 1 } else { desk.needed.min(self.people(desk)) },
            shifts: shifts.filter(|_| !infinite && !pooled),
            absences: if infinite || pooled { Vec::new() } else { absences },
            helpers: if infinite { Vec::new() } else { self.helpers(name, desk) },
            service: Some(self.dist(&desk.service)),
            service_for: service_for.collect(),
            discipline: desk.discipline,
            queue_capacity: desk.capacity.filter(|_| !infinite),
            patience: patience.map(|(patience, _)| self.dist(patience)),
            renege_to: patience.and_then(|(_, to)| to.as_ref()).and_then(others),
            errors: desk.errors.as_ref().map(|errors| Errors {
                probability: Some(errors.probability),
                if_defective: errors.if_defective,
                after_guess: errors.after_guess,
                complaint: errors.complaint.as_ref().map(|(probability, after, enter, class)| Complaint {
                    probability: probability * 0.5,
                    after: self.dist(after),
                    enter: self.department(enter),
                    class: class.as_ref().map(|class| self.class(class)),
                }),
                ..Errors::default()
            }),
            ..Department::new(name, staff)
        }
    }

    fn hours(&self, staff: u32, hours: &Hours) -> (Option<Shifts>, Vec<Absence>) {
        let shifts = hours.shifts.as_ref().map(|(calendar, at_end, crew)| Shifts {
            calendar: format!("k{}-{staff}", calendar.index(self.calendars.len())),
            at_end: *at_end,
            crew: if *at_end == ShiftEnd::Finish
                && hours.absences.is_empty()
                && self.desks.iter().all(|desk| desk.needed == 1)
            {
                *crew
            } else {
                Crew::Same
            },
        });
        let absence = hours.absences.iter().map(|(who, clock, between, duration)| Absence {
            who: *who,
            clock: *clock,
            between: self.dist(between),
            duration: self.dist(duration),
        });
        (shifts, absence.collect())
    }

    fn pool(&self, at: usize, staff: u32, hours: &Hours) -> Pool {
        let (shifts, absences) = self.hours(staff, hours);
        Pool { shifts, absences, ..Pool::new(format!("p{at}"), staff) }
    }

    /// A calendar for each number of people that a home may have: none has more on shift than that.
    fn all_calendars(&self) -> Vec<Calendar> {
        let one =
            |(at, steps): (usize, &Vec<_>)| (1..=3).map(|staff| self.calendar(at, steps, staff)).collect();
        self.calendars.iter().enumerate().flat_map(|each| -> Vec<Calendar> { one(each) }).collect()
    }

    fn calendar(&self, at: usize, steps: &[(u32, Option<u32>)], staff: u32) -> Calendar {
        let mut from = 0;
        let mut all: Vec<LevelStep> = Vec::new();
        for &(length, level) in steps {
            all.push(LevelStep { from: self.span(from), staff: level.map(|level| level.min(staff)) });
            from += length;
        }
        // Enough people for any piece of work come at some time.
        all.push(LevelStep { from: self.span(from), staff: None });
        let cycle = Some(Cycle { period: self.span(from + 8), steps: all });
        Calendar { name: format!("k{at}-{staff}"), week: Vec::new(), cycle, holidays: Vec::new() }
    }

    fn helpers(&self, name: &str, desk: &Desk) -> Vec<Helpers> {
        let own = match desk.people {
            People::Pool(pool) => format!("p{}", pool.index(self.pools.len())),
            _ => name.to_owned(),
        };
        let mut seen = BTreeSet::from([own]);
        let mut helpers = Vec::new();
        for (home, speed) in &desk.helpers {
            let home = home.index(self.desks.len() + self.pools.len());
            let name = match self.desks.get(home) {
                Some(Desk { people: People::Own(_), .. }) => format!("d{home}"),
                Some(_) => continue,
                None => format!("p{}", home - self.desks.len()),
            };
            if seen.insert(name.clone()) {
                helpers.push(Helpers { from: name, speed: *speed });
            }
        }
        helpers
    }

    fn detects(&self, desk: &Desk) -> Vec<Detection> {
        let makers: Vec<usize> =
            (0..self.desks.len()).filter(|&at| self.desks[at].errors.is_some()).collect();
        if makers.is_empty() {
            return Vec::new();
        }
        let mut seen = BTreeSet::new();
        let mut all = Vec::new();
        for finds in &desk.detects {
            let made_by = finds.maker.as_ref().map(|maker| format!("d{}", makers[maker.index(makers.len())]));
            if !seen.insert(made_by.clone()) {
                continue;
            }
            all.push(Detection {
                made_by,
                probability: finds.probability,
                then: match finds.then {
                    0 => Found::Return,
                    1 => Found::TurnAway,
                    _ => Found::SendTo(self.department(&finds.to)),
                },
                transfer: self.maybe(&finds.transfer),
                back: finds.back,
            });
        }
        all
    }

    /// Handoffs with probabilities that sum to 1. Whoever may be sent back may also leave.
    fn handoffs(&self, at: usize, desk: &Desk) -> Vec<Handoff> {
        let mut distinct: Vec<(&Way, String, Option<String>)> = Vec::new();
        let out = Way { to: None, weight: 2, transfer: None, becomes: None, rework: false };
        for way in &desk.ways {
            let to = way.to.as_ref().map_or(EXIT.to_owned(), |to| self.department(to));
            let becomes = way.becomes.as_ref().map(|class| self.class(class));
            if !distinct.iter().any(|other| other.1 == to && other.2 == becomes) {
                distinct.push((way, to, becomes));
            }
        }
        let back = desk.ways.iter().filter_map(|way| way.to).any(|to| to.index(self.desks.len()) <= at);
        if back && !distinct.iter().any(|way| way.1 == EXIT) {
            distinct.push((&out, EXIT.into(), None));
        }
        let total: u32 = distinct.iter().map(|way| way.0.weight).sum();
        let handoff = |(way, to, becomes): (&Way, String, Option<String>)| Handoff {
            from: format!("d{at}"),
            probability: Some(f64::from(way.weight) / f64::from(total)),
            transfer: self.maybe(&way.transfer),
            rework: way.rework && to != EXIT,
            to,
            becomes,
            ..Handoff::default()
        };
        distinct.into_iter().map(handoff).collect()
    }

    fn requests(&self) -> Vec<Request> {
        let all = self.questions.iter().enumerate().map(|(at, question)| Request {
            name: Some(format!("r{at}")),
            from: self.department(&question.from),
            to: self.department(&question.to),
            probability: Some(question.probability),
            probability_for: Vec::new(),
            during: question.during,
            at: question.at,
            staff: question.staff,
            class: question.class.as_ref().map(|class| self.class(class)),
            priority: question.priority,
            service: self.maybe(&question.service),
            transfer: self.maybe(&question.transfer),
            answer_transfer: self.maybe(&question.answer_transfer),
            longest_wait: self.maybe(&question.longest_wait),
            ..Request::new("", "")
        });
        all.collect()
    }

    fn stream(&self, at: usize, source: &Source) -> Stream {
        let classes: BTreeSet<String> = source.mix.iter().map(|class| self.class(class)).collect();
        let share = 1.0 / classes.len() as f64;
        let (mut arrivals, mut limit) = (None, source.limit);
        let mut batch = source.batch;
        match &source.times {
            Times::Renewal(gap) => arrivals = Some(Arrivals::Renewal { interarrival: self.dist(gap) }),
            Times::Poisson => {}
            Times::Schedule(times) => {
                let mut times: Vec<Span> = times.iter().map(|&time| self.span(time)).collect();
                times.sort_unstable();
                arrivals = Some(Arrivals::Schedule { times });
            }
            Times::Saturated(most) => {
                (arrivals, limit, batch) = (Some(Arrivals::Saturated), Some(*most), None);
            }
        }
        let poisson = || Arrivals::Poisson { rate: Rate::new(0.25, self.span(1)) };
        Stream {
            name: format!("s{at}"),
            enter: self.department(&source.enter),
            arrivals: arrivals.unwrap_or_else(poisson),
            class: None,
            mix: classes.into_iter().map(|class| Share { class, share }).collect(),
            batch: batch.map(|size| Dist::constant(size.into())),
            limit,
            promise: source.promise.map(|promise| self.span(promise)),
            size: source.size.clone(),
            ..Stream::new("", "", Arrivals::Saturated)
        }
    }
}
