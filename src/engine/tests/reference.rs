//! The engine once more: slow, obvious, and sharing nothing with the real one but the plan and the
//! keyed draws.
//!
//! Everything that will happen lies in one unordered list, which is searched from end to end for what
//! comes next; everyone who waits at a department stands in one list in the order of joining, which
//! is searched for who is served next. No place is ever used twice.

use rand_distr::Distribution;

use super::log::{Handover, Log, Place, Record, Stay, Unfinished, Who, Whole};
use crate::engine::{End, Limits};
use crate::model::Discipline;
use crate::plan::{ArrivalPlan, MANY, NONE, Plan, Route, to_ticks};
use crate::random::{KeyPair, Purpose, Words, exponential, item_key};
use crate::time::Tick;

/// Runs one replication.
pub(super) fn run(plan: &Plan, seed: u64, replication: u64, limits: Limits) -> Log {
    let mut world = World::new(plan, seed, replication);
    for stream in 0..plan.streams.len() {
        world.expect_arrival(stream);
    }
    let mut last = 0;
    while let Some(next) = world.remove_next(limits.horizon) {
        last = next.at;
        world.happen(next);
        if world.log.wholes().count() as u64 >= limits.ended {
            return world.closed(last);
        }
    }
    // A run without a horizon is over with the last thing that happens.
    world.closed(if limits.horizon == Tick::MAX { last } else { limits.horizon })
}

/// The rank of an event among those at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    End,
    Patience,
    InitialWork,
    Arrival,
}

/// Something that will happen. The order of the fields is the order of the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at: Tick,
    rank: Rank,
    /// When the activity that ends here began.
    begun: Tick,
    department: usize,
    /// The member of staff who ends work; `u32::MAX` for everything else.
    staff: u32,
    /// The case; of an arrival only the stream counts.
    who: Who,
    case: usize,
    moving: bool,
}

#[derive(Debug)]
struct Case {
    who: Who,
    class: u32,
    key: u64,
    size: f64,
    due: Option<Tick>,
    arrived: Tick,
    touch: Tick,
    /// The department and class where it is or goes to.
    row: u32,
    /// Where it was before it went there.
    left: u32,
    /// How often it has been at each department.
    visits: Vec<u32>,
    joined: Tick,
    requirement: Tick,
    begun: Tick,
    staff: Option<u32>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Served,
    Moving,
    Gone,
}

#[derive(Debug, Default)]
struct Desk {
    /// Whether each member of staff is busy.
    busy: Vec<bool>,
    /// The cases that wait, in the order of joining.
    waiting: Vec<usize>,
    choices: u64,
}

#[derive(Clone, Debug, Default)]
struct Source {
    arrivals: u64,
    cases: u64,
    time: Tick,
    /// How far a stream with a rate pattern has come: periods over, and arrivals expected in this one.
    periods: u64,
    level: f64,
}

#[derive(Debug)]
struct World<'p> {
    plan: &'p Plan,
    department_keys: Vec<KeyPair>,
    stream_keys: Vec<KeyPair>,
    events: Vec<Event>,
    cases: Vec<Case>,
    desks: Vec<Desk>,
    sources: Vec<Source>,
    log: Log,
}

impl<'p> World<'p> {
    fn new(plan: &'p Plan, seed: u64, replication: u64) -> World<'p> {
        let keys = |name| KeyPair::new(seed, replication, name);
        let desk =
            |staff: Option<u32>| Desk { busy: vec![false; staff.unwrap_or(0) as usize], ..Desk::default() };
        World {
            plan,
            department_keys: plan.departments.iter().map(|department| keys(department.key)).collect(),
            stream_keys: plan.streams.iter().map(|stream| keys(stream.key)).collect(),
            events: Vec::new(),
            cases: Vec::new(),
            desks: plan.departments.iter().map(|department| desk(department.staff)).collect(),
            sources: vec![Source::default(); plan.streams.len()],
            log: Log::default(),
        }
    }

    /// What happens next, before `horizon`.
    fn remove_next(&mut self, horizon: Tick) -> Option<Event> {
        let next = *self.events.iter().min()?;
        self.events.retain(|event| *event != next);
        (next.at < horizon).then_some(next)
    }

    fn happen(&mut self, event: Event) {
        match (event.rank, event.moving) {
            (Rank::End, false) => self.end_service(event.case, event.at),
            (Rank::End, true) => self.arrive_at(event.case, event.at),
            (Rank::Patience, _) => self.renege(event.case, event.at),
            (Rank::InitialWork | Rank::Arrival, _) => self.arrive(event.who.0 as usize, event.at),
        }
    }

    // Arrivals.

    fn stream_words(&self, stream: usize, number: u64, member: u32) -> Words {
        self.stream_keys[stream].words(item_key(self.plan.streams[stream].key, number, member), 0)
    }

    /// Puts the next arrival of a stream among what will happen, if there is one.
    fn expect_arrival(&mut self, stream: usize) {
        let plan = &self.plan.streams[stream];
        let number = self.sources[stream].arrivals;
        let words = &mut self.stream_words(stream, number, 0).of(Purpose::Interarrival);
        let source = &mut self.sources[stream];
        if source.cases >= plan.limit {
            return;
        }
        source.time = match &plan.arrivals {
            ArrivalPlan::Renewal(gap) => source.time + to_ticks(gap.sample(words)),
            ArrivalPlan::Pattern(pattern) => {
                source.level += exponential(words);
                while source.level >= pattern.total {
                    source.level -= pattern.total;
                    source.periods += 1;
                }
                source.periods * pattern.period + pattern.invert(source.level)
            }
            ArrivalPlan::Listed(list) => match list.get(number as usize) {
                Some(listed) => listed.at,
                None => return,
            },
            ArrivalPlan::Saturated | ArrivalPlan::Population => return,
        };
        self.events.push(Event {
            at: source.time,
            rank: if plan.initial.is_some() { Rank::InitialWork } else { Rank::Arrival },
            begun: 0,
            department: plan.department as usize,
            staff: u32::MAX,
            who: (stream as u32, 0, 0),
            case: usize::MAX,
            moving: false,
        });
    }

    /// A batch arrives, member by member.
    fn arrive(&mut self, stream: usize, now: Tick) {
        let plan = &self.plan.streams[stream];
        let number = self.sources[stream].arrivals;
        let batch = match &plan.batch {
            Some(batch) => batch.sample(&mut self.stream_words(stream, number, 0).of(Purpose::Batch)).round(),
            None => 1.0,
        };
        let batch = (batch.max(1.0) as u64).min(plan.limit - self.sources[stream].cases);
        self.sources[stream].cases += batch;
        self.sources[stream].arrivals += 1;
        for member in 0..batch as u32 {
            let case = self.new_case(stream, number, member, now);
            let department = plan.department as usize;
            let desk = &self.desks[department];
            let full = desk.waiting.len() >= self.plan.departments[department].capacity as usize;
            let nobody_idle = !desk.busy.contains(&false);
            let infinite = self.plan.departments[department].staff.is_none();
            if full && nobody_idle && !infinite && plan.initial.is_none() {
                self.end_case(case, now, End::Rejected);
            } else {
                self.arrive_at(case, now);
            }
        }
        self.expect_arrival(stream);
    }

    fn new_case(&mut self, stream: usize, number: u64, member: u32, now: Tick) -> usize {
        let plan = &self.plan.streams[stream];
        let words = self.stream_words(stream, number, member);
        let listed = match &plan.arrivals {
            ArrivalPlan::Listed(list) => Some(list[number as usize]),
            _ => None,
        };
        let class = match listed {
            Some(listed) if listed.class != NONE => listed.class,
            _ => {
                let word = words.of(Purpose::Class).next();
                let last = plan.mix.len() - 1;
                let chosen = plan.mix[..last].iter().position(|&(last_word, _)| word <= last_word);
                plan.mix[chosen.unwrap_or(last)].1
            }
        };
        let size = match (listed, &plan.size) {
            (Some(listed), _) if !listed.size.is_nan() => listed.size,
            (_, Some(size)) => size.sample(&mut words.of(Purpose::Size)),
            _ => 1.0,
        };
        self.cases.push(Case {
            who: (stream as u32, number, member),
            class,
            key: item_key(plan.key, number, member),
            size,
            due: (plan.promise != Tick::MAX).then(|| now + plan.promise),
            arrived: now,
            touch: 0,
            row: plan.department * self.plan.classes.len() as u32 + class,
            left: NONE,
            visits: vec![0; self.plan.departments.len()],
            joined: 0,
            requirement: 0,
            begun: 0,
            staff: None,
            state: State::Moving,
        });
        self.cases.len() - 1
    }

    // Departments.

    fn visit_words(&self, case: usize) -> Words {
        let case = &self.cases[case];
        let department = self.plan.department_of(case.row);
        self.department_keys[department].words(case.key, case.visits[department])
    }

    /// How long a case that joins has to be served.
    fn requirement(&self, case: usize) -> Tick {
        let words = &mut self.visit_words(case).of(Purpose::Service);
        let Case { row, who, size, ref visits, .. } = self.cases[case];
        let initial = self.plan.streams[who.0 as usize].initial.as_ref();
        let first_anywhere = visits.iter().sum::<u32>() == 1;
        let time = match initial.and_then(|initial| initial.remaining.as_ref()) {
            // What is left of work in place is drawn with the work, not with a visit.
            Some(remaining) if first_anywhere => {
                remaining.sample(&mut self.stream_words(who.0 as usize, who.1, who.2).of(Purpose::Service))
            }
            _ => {
                let row = &self.plan.rows[row as usize];
                let visit = visits[row.department as usize];
                let rules = self.plan.visit_rules.get(row.visit_rules as usize);
                let reached = rules.into_iter().flatten().filter(|rule| rule.from_visit <= visit);
                let rule = reached.max_by_key(|rule| rule.from_visit);
                rule.map_or(&row.service, |rule| &rule.service).sample(words)
            }
        };
        to_ticks(time * size)
    }

    /// A case comes to the department of its row, or out of the organization.
    fn arrive_at(&mut self, case: usize, now: Tick) {
        if self.cases[case].row == NONE {
            return self.end_case(case, now, End::Completed);
        }
        let department = self.plan.department_of(self.cases[case].row);
        self.cases[case].visits[department] += 1;
        self.cases[case].joined = now;
        self.cases[case].requirement = self.requirement(case);
        if self.plan.departments[department].staff.is_none() {
            self.start(case, now, None);
        } else if let Some(idle) = self.desks[department].busy.iter().position(|busy| !busy) {
            self.start(case, now, Some(idle as u32));
        } else {
            self.wait(case, now);
        }
    }

    fn wait(&mut self, case: usize, now: Tick) {
        let department = self.plan.department_of(self.cases[case].row);
        self.cases[case].state = State::Waiting;
        self.desks[department].waiting.push(case);
        if let Some(patience) = &self.plan.departments[department].patience {
            let words = &mut self.visit_words(case).of(Purpose::Patience);
            self.events.push(Event {
                at: now + to_ticks(patience.sample(words)),
                rank: Rank::Patience,
                begun: now,
                department,
                staff: u32::MAX,
                who: self.cases[case].who,
                case,
                moving: false,
            });
        }
    }

    fn renege(&mut self, index: usize, now: Tick) {
        let case = &self.cases[index];
        let department = self.plan.department_of(case.row);
        self.desks[department].waiting.retain(|&waiting| waiting != index);
        let Case { who, row, joined, .. } = *case;
        self.log.records.push(Record::Stay(Stay { who, row, joined, begun: None, staff: None, ended: now }));
        self.end_case(index, now, End::Reneged);
    }

    fn start(&mut self, index: usize, now: Tick, staff: Option<u32>) {
        let case = &mut self.cases[index];
        let department = self.plan.department_of(case.row);
        case.state = State::Served;
        case.begun = now;
        case.staff = staff;
        if let Some(staff) = staff {
            self.desks[department].busy[staff as usize] = true;
        }
        self.events.retain(|event| !(event.rank == Rank::Patience && event.case == index));
        self.events.push(Event {
            at: now + case.requirement,
            rank: Rank::End,
            begun: now,
            department,
            staff: staff.unwrap_or(u32::MAX),
            who: case.who,
            case: index,
            moving: false,
        });
    }

    /// First the case moves on, then whoever served it takes the next.
    fn end_service(&mut self, index: usize, now: Tick) {
        let case = &mut self.cases[index];
        let department = self.plan.department_of(case.row);
        case.touch += case.requirement;
        let Case { who, row, joined, begun, staff, .. } = *case;
        self.log.records.push(Record::Stay(Stay { who, row, joined, begun: Some(begun), staff, ended: now }));
        self.move_on(index, now);
        if let Some(staff) = staff {
            self.desks[department].busy[staff as usize] = false;
            if let Some(next) = self.choose(department) {
                self.start(next, now, Some(staff));
            }
        }
    }

    /// Takes the next of those waiting out of the queue.
    fn choose(&mut self, department: usize) -> Option<usize> {
        let plan = &self.plan.departments[department];
        let waiting = &self.desks[department].waiting;
        let rank = |case: usize| self.plan.rows[self.cases[case].row as usize].rank;
        let most_urgent = waiting.iter().map(|&case| rank(case)).min()?;
        // In the order of joining; of equals, `min_by_key` takes the first.
        let candidates: Vec<usize> =
            waiting.iter().copied().filter(|&case| rank(case) == most_urgent).collect();
        let chosen = match plan.discipline {
            Discipline::Fifo | Discipline::ProcessorSharing => candidates[0],
            Discipline::Lifo => candidates[candidates.len() - 1],
            Discipline::Random => {
                let item = item_key(0, self.desks[department].choices, 0);
                let word = self.department_keys[department].words(item, 0).of(Purpose::Choice).next();
                candidates[((u128::from(word) * candidates.len() as u128) >> 64) as usize]
            }
            Discipline::ShortestJob => {
                candidates.into_iter().min_by_key(|&case| self.cases[case].requirement)?
            }
            Discipline::EarliestDueDate => {
                candidates.into_iter().min_by_key(|&case| self.cases[case].due.unwrap_or(Tick::MAX))?
            }
        };
        self.desks[department].choices += 1;
        self.desks[department].waiting.retain(|&case| case != chosen);
        Some(chosen)
    }

    fn move_on(&mut self, index: usize, now: Tick) {
        let words = self.visit_words(index);
        let case = &mut self.cases[index];
        case.state = State::Moving;
        let row = &self.plan.rows[case.row as usize];
        let (first, last) = (row.routes.0, row.routes.1 - 1);
        let word = words.of(Purpose::Routing).next();
        let route = (first..last).find(|&route| word <= self.plan.routes[route as usize].last_word);
        let route = route.unwrap_or(last);
        let Route { row: to, transfer, .. } = self.plan.routes[route as usize];
        case.left = case.row;
        case.row = to;
        let time = (transfer != NONE).then(|| {
            to_ticks(self.plan.transfers[transfer as usize].sample(&mut words.of(Purpose::Transfer)))
        });
        if row.way == MANY {
            let (who, transfer) = (case.who, time.unwrap_or(0));
            self.log.records.push(Record::Handover(Handover { who, at: now, route, transfer }));
        }
        let Some(time) = time else { return self.arrive_at(index, now) };
        self.events.push(Event {
            at: now + time,
            rank: Rank::End,
            begun: now,
            department: if to == NONE { usize::MAX } else { self.plan.department_of(to) },
            staff: u32::MAX,
            who: self.cases[index].who,
            case: index,
            moving: true,
        });
    }

    fn end_case(&mut self, index: usize, now: Tick, end: End) {
        let case = &mut self.cases[index];
        case.state = State::Gone;
        let Case { who, class, arrived, touch, .. } = *case;
        let row = if case.row == NONE { case.left } else { case.row };
        self.log.records.push(Record::Whole(Whole { who, class, row, arrived, touch, ended: now, end }));
    }

    /// The log, with the cases that are still there.
    fn closed(mut self, end: Tick) -> Log {
        self.log.end = end;
        let there = self.cases.iter().filter(|case| case.state != State::Gone);
        self.log.unfinished = there
            .map(|case| {
                let Case { who, class, arrived, mut touch, row, joined, begun, staff, .. } = *case;
                if case.state == State::Served {
                    touch += end - begun;
                }
                let place = match case.state {
                    State::Waiting => Place::Waiting { row, joined },
                    State::Served => Place::Served { row, joined, begun, staff },
                    State::Moving | State::Gone => Place::Moving { row },
                };
                Unfinished { who, class, arrived, touch, place }
            })
            .collect();
        self.log.unfinished.sort_by_key(|case| case.who);
        self.log
    }
}
