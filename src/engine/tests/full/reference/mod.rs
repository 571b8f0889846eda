//! The engine for full models once more: slow, obvious, and sharing nothing with the real one but the plan
//! and the keyed draws. What everything means stands in `src/semantics.md`.
//!
//! Everything that will happen lies in one unordered list, which is searched from end to end for what comes
//! next; those who wait at a department stand in one list in the order of joining. No place is ever used twice.

mod absences;
mod arrivals;
mod asking;
mod batches;
mod changes;
mod interruption;
mod items;
mod leaving;
mod moves;
mod parts;
mod population;
mod quality;
mod rising;
mod service;
mod setups;
mod sharing;
mod shifts;
mod slots;
mod staff;
mod standstill;
mod stock;
mod vacations;
mod ways;

use std::collections::VecDeque;

use super::trace::{Does, Made, Place, Record, Trace, Unfinished, Who};
use crate::engine::{End, Limits};
use crate::plan::{FullDepartment, FullPlan, NONE, Plan};
use crate::random::{KeyPair, Words};
use crate::time::Tick;
use absences::Absence;
use arrivals::{Complaint, Source};
use parts::{Forked, Part};
use quality::Rework;
use stock::{Order, Shelf, Trust};
use ways::Lane;

/// More events than so many are an endless loop.
const MOST_EVENTS: usize = 100_000;

/// Runs one replication.
pub(in super::super) fn run(plan: &Plan, seed: u64, replication: u64, limits: Limits) -> Trace {
    let mut world = World::new(plan, seed, replication);
    world.begin_run();
    let mut last = 0;
    for _ in 0..MOST_EVENTS {
        let Some(next) = world.remove_next(limits.horizon) else {
            // A run without a horizon is over with the last thing that happens.
            return world.closed(if limits.horizon == Tick::MAX { last } else { limits.horizon });
        };
        last = next.at;
        world.happen(next);
        if world.ended >= limits.ended {
            return world.closed(last);
        }
    }
    panic!("more than {MOST_EVENTS} events by {last}");
}

/// The rank of an event among those at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Ending,
    Answer,
    Staff,
    Slot,
    Timer,
    InPlace,
    Arrival,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A stretch of work on an item ends, or the setup for it.
    Stretch(usize),
    /// An item arrives where it goes.
    Transfer(usize),
    /// A request comes back with its answer.
    Answer(usize),
    Pickup(usize),
    /// The level of a home changes.
    Shift(usize),
    Leave(usize),
    Return(usize),
    Outage(usize),
    OutageEnds(usize),
    VacationEnds(u32),
    Slot(usize),
    /// Before that of the line, where both end together.
    OverallPatience(usize),
    Patience(usize),
    Turn(usize),
    /// An item rises, by this rise of its list.
    Rise(usize, usize),
    /// An item has waited so long that a batch need not be full.
    Ripe(usize),
    LongestWait(usize),
    Arrival(usize),
    /// The start of a saturated stream.
    Saturated(usize),
    Complaint(usize),
    /// What was ordered is delivered.
    Delivery(usize),
    /// A supply of a stock is reviewed.
    Review(usize, usize),
    Retry(usize),
    Member(usize),
}

/// Something that will happen. The order of the fields is the order of the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at: Tick,
    rank: Rank,
    /// What decides within the rank; see [`World::order`], and [`World::staff_order`].
    order: [u64; 7],
    what: What,
}

/// What has been made possible and is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Todo {
    /// A person looks for work.
    Free {
        person: u32,
    },
    /// Cases of saturated streams arrive for an idle person.
    Feed {
        person: u32,
    },
    /// There may be room at a department.
    Room {
        department: usize,
    },
    Serve {
        department: usize,
    },
    /// Whether to order for a stock.
    Look {
        stock: usize,
    },
    /// A person who is idle still goes on vacation.
    Rest {
        person: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// On its way: to a department, out, or back with an answer.
    Moving,
    /// In line, gathering or not, or beside it for want of stock.
    Waiting,
    SettingUp,
    Working,
    /// On the desk: somebody of the crew is away.
    Stopped,
    /// Waiting for an answer, with the crew or without.
    Asking,
    Blocked,
    /// With the first of its batch, whatever that does.
    Along,
    /// Between a fork and its join.
    Forked,
    /// At a join, without the others.
    Joining,
    /// Lost, until it tries again.
    Away,
    Gone,
}

#[derive(Clone, Debug)]
struct Item {
    who: Who,
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
    state: State,
    // This visit.
    joined: Tick,
    /// The place of this joining among all.
    turn: u64,
    requirement: Tick,
    /// What it was when it came to where it stands in line.
    length: Tick,
    done: Tick,
    /// The questions that will still come up: the request of the plan, and how much is done then.
    questions: VecDeque<(usize, Tick)>,
    begun: Option<Tick>,
    finished: Tick,
    worked: Tick,
    asking: Tick,
    guessed: bool,
    /// How late it came to the head of its line, if it did.
    headed: Option<u64>,
    /// The people reserved for it while it gathers.
    reserved: Vec<u32>,
    gathering: bool,
    /// Who serves, in the order of their numbers.
    crew: Vec<u32>,
    /// Whether somebody serves whose crew was replaced.
    apart: bool,
    speed: f64,
    /// The present stretch of work: its start, from when it is still to be counted as touch, and how much will
    /// be done at its end.
    stretch: Tick,
    counted: Tick,
    goal: Tick,
    /// Where people share their time: the units that it has had of the stretch, until the number changed last.
    attained: u128,
    /// The request that it waits for.
    request: Option<usize>,
    /// Where it goes when it is let in, or when its transfer ends.
    way: Option<Way>,
    /// Whether a place in the line is kept for it.
    kept: bool,
    /// Its rank since it rose.
    risen: Option<u32>,
    /// How often it has been interrupted.
    interruptions: u32,
    /// Whether it has waited long enough for any batch.
    ripe: bool,
    /// Who is served with it; and the first of its own batch, if that is another.
    members: Vec<usize>,
    leader: Option<usize>,
    /// Those of its batch that are blocked, too, and whose people stay with them after it.
    mates: Vec<usize>,
    /// What is left of the setup, and who came last for it.
    setup: Tick,
    comer: u32,
    /// Whether somebody has taken it out of the line in this visit.
    taken: bool,
    /// Whether it has its stock, or else which it waits for.
    stocked: bool,
    short_of: Option<usize>,
    /// What it is a part of.
    part: Option<Part>,
    forked: Option<Forked>,
    /// Whether it goes where it goes by a handoff, not because of a defect.
    handed: bool,
    /// The order that it is.
    order: Option<usize>,
    /// The handoff where it waits or by which it is under way, the route, and how long that takes, if not everything is
    /// taken along there at once.
    lane: Option<(usize, u32, Option<Tick>)>,
    // A request.
    asker: Option<usize>,
    ask: usize,
    asked: Tick,
    /// Whether its answer was given up.
    orphan: bool,
    // A case.
    /// Where it arrived first.
    first_row: u32,
    /// How often it has come again.
    attempt: u32,
    /// When it will have lost all its patience.
    overall: Option<Tick>,
    defects: u64,
    reworks: Vec<Rework>,
    /// The department that puts its own defect right when it has served the case.
    repair: Option<u32>,
}

/// How a finished case goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By a route to a row, or out.
    Route(u32, u32),
    /// To a row because of a defect, taking so long; `timed`: even no time is a transfer.
    Sent {
        row: u32,
        transfer: Tick,
        timed: bool,
    },
    /// Straight back to where the defect was found.
    Back {
        row: u32,
    },
    /// In parts.
    Fork(u32),
    TurnedAway,
}

#[derive(Clone, Debug)]
struct Person {
    home: usize,
    number: u32,
    on: bool,
    late: bool,
    /// How many absences keep them away.
    absent: u32,
    /// What they have with them: served, held, blocked, or reserved for.
    item: Option<usize>,
    /// Whether they are about to look for work: they are not idle yet.
    looking: bool,
    /// When they took it.
    since: Tick,
    /// The class of what they worked on last.
    class: Option<u32>,
    /// Since when they have been idle, and whether they had been for some time when they took what they have.
    idle: Option<Tick>,
    rested: bool,
    /// How many vacations they have had, and whether they have been at work since the last.
    vacations: u32,
    worked: bool,
    /// What was told last.
    told: Option<(Does, bool)>,
}

#[derive(Clone, Debug, Default)]
struct Desk {
    /// In the order of joining.
    line: Vec<usize>,
    /// In the order of blocking.
    blocked: Vec<usize>,
    /// Places kept for cases on their way.
    kept: u32,
    choices: u64,
    /// What made the last place in a full line.
    made: Option<Made>,
    /// When the number of those last changed who share its people.
    changed: Tick,
}

#[derive(Clone, Copy, Debug)]
struct Home {
    level: u32,
    /// When it last changed.
    changed: Tick,
}

struct World<'p> {
    plan: &'p Plan,
    full: &'p FullPlan,
    department_keys: Vec<KeyPair>,
    stream_keys: Vec<KeyPair>,
    home_keys: Vec<KeyPair>,
    now: Tick,
    events: Vec<Event>,
    agenda: VecDeque<Todo>,
    items: Vec<Item>,
    people: Vec<Person>,
    homes: Vec<Home>,
    desks: Vec<Desk>,
    sources: Vec<Source>,
    complaints: Vec<Complaint>,
    absences: Vec<Absence>,
    shelves: Vec<Shelf>,
    orders: Vec<Order>,
    /// By use.
    trusts: Vec<Trust>,
    /// Who waits for stock, in the order in which they began to.
    short: Vec<usize>,
    /// Requests, parts and orders.
    made: u64,
    /// The home of each outage, and its place in the home's list.
    outages: Vec<(usize, usize)>,
    /// One per handoff.
    lanes: Vec<Lane>,
    /// The members of populations who will come.
    members: Vec<Who>,
    turns: u64,
    records: Vec<Record>,
    trace: Trace,
    ended: u64,
}

impl<'p> World<'p> {
    fn new(plan: &'p Plan, seed: u64, replication: u64) -> World<'p> {
        let full = plan.full.as_ref().expect("a full plan");
        let keys = |name| KeyPair::new(seed, replication, name);
        let homes = full.homes.iter().map(|home| Home {
            level: home.levels.as_ref().map_or(home.staff, |levels| levels.level_at(0)),
            changed: 0,
        });
        let homes: Vec<Home> = homes.collect();
        let people = full.homes.iter().enumerate().flat_map(|(home, plan)| {
            let level = homes[home].level;
            (0..plan.staff).map(move |number| Person {
                home,
                number,
                on: number < level,
                late: false,
                absent: 0,
                item: None,
                looking: false,
                since: 0,
                class: None,
                idle: None,
                rested: false,
                vacations: 0,
                worked: false,
                told: None,
            })
        });
        World {
            department_keys: plan.departments.iter().map(|department| keys(department.key)).collect(),
            stream_keys: plan.streams.iter().map(|stream| keys(stream.key)).collect(),
            home_keys: full.homes.iter().map(|home| keys(home.key)).collect(),
            now: 0,
            events: Vec::new(),
            agenda: VecDeque::new(),
            items: Vec::new(),
            people: people.collect(),
            desks: vec![Desk::default(); plan.departments.len()],
            sources: plan.streams.iter().map(Source::new).collect(),
            complaints: Vec::new(),
            absences: Vec::new(),
            shelves: full.stocks.iter().map(|stock| Shelf::new(seed, replication, stock)).collect(),
            orders: Vec::new(),
            trusts: Trust::of(full),
            short: Vec::new(),
            made: 0,
            outages: Vec::new(),
            lanes: vec![Lane::default(); plan.handoffs.len()],
            members: Vec::new(),
            turns: 0,
            records: Vec::new(),
            trace: Trace::default(),
            ended: 0,
            plan,
            full,
            homes,
        }
    }

    /// What is to be expected at the start.
    fn begin_run(&mut self) {
        self.expect_absences();
        self.expect_outages();
        (0..self.homes.len()).for_each(|home| self.expect_shift(home));
        (0..self.plan.handoffs.len()).for_each(|handoff| self.expect_pickup(handoff, 0));
        (0..self.desks.len()).for_each(|department| self.expect_slot(department, 0));
        (0..self.plan.streams.len()).for_each(|stream| self.expect_arrival(stream));
        (0..self.plan.staff).for_each(|person| self.go_on_vacation(person));
        self.open_shelves();
        self.settle();
        self.work_off();
        self.settle();
    }

    fn expect(&mut self, at: Tick, rank: Rank, order: [u64; 7], what: What) {
        self.events.push(Event { at, rank, order, what });
    }

    fn forget(&mut self, what: What) {
        self.events.retain(|event| event.what != what);
    }

    fn is_expected(&self, what: What) -> bool {
        self.events.iter().any(|event| event.what == what)
    }

    /// What decides within a rank: what began first, then department order, the person, the case, the request.
    fn order(begun: Tick, department: u32, person: u32, who: Who) -> [u64; 7] {
        [begun, department.into(), person.into(), who.0.into(), who.1, who.2.into(), who.3]
    }

    /// What happens next, before `horizon`.
    fn remove_next(&mut self, horizon: Tick) -> Option<Event> {
        let next = *self.events.iter().min()?;
        self.events.retain(|event| *event != next);
        (next.at < horizon).then_some(next)
    }

    fn happen(&mut self, event: Event) {
        self.now = event.at;
        match event.what {
            What::Stretch(item) => self.end_stretch(item),
            What::Transfer(item) => {
                self.arrive_at(item);
                self.end_of_way(item);
            }
            What::Pickup(handoff) => self.pick_up(handoff),
            What::Slot(department) => self.slot(department),
            What::Outage(outage) => self.begin_outage(outage),
            What::OutageEnds(outage) => self.end_outage(outage),
            What::VacationEnds(person) => self.end_vacation(person),
            What::OverallPatience(case) => self.leave_for_good(case),
            What::Retry(case) => self.try_again(case),
            What::Member(member) => self.come_again(member),
            What::Answer(request) => self.answer(request),
            What::Shift(home) => self.shift(home),
            What::Leave(absence) => self.leave(absence),
            What::Return(absence) => self.come_back(absence),
            What::Patience(item) => self.renege(item),
            What::LongestWait(item) => self.give_up(item),
            What::Arrival(stream) => self.arrive(stream),
            What::Saturated(stream) => self.saturate(stream),
            What::Complaint(complaint) => self.complain(complaint),
            What::Turn(item) => self.turn(item),
            What::Rise(item, rise) => self.rise_by(item, rise),
            What::Ripe(item) => self.ripen(item),
            What::Delivery(order) => self.deliver(order),
            What::Review(stock, supply) => self.review(stock, supply),
        }
        self.work_off();
        self.settle();
    }

    /// Does all that was made possible.
    fn work_off(&mut self) {
        while let Some(todo) = self.agenda.pop_front() {
            match todo {
                Todo::Free { person } => self.free(person),
                Todo::Feed { person } => self.feed(person),
                Todo::Room { department } => self.room(department),
                Todo::Serve { department } => self.serve(department),
                Todo::Look { stock } => self.look(stock),
                Todo::Rest { person } => self.go_on_vacation(person),
            }
        }
    }

    /// Everything that the event made possible has been done.
    fn settle(&mut self) {
        for person in 0..self.people.len() {
            let does = (self.does(person as u32), self.people[person].late);
            let idle = self.people[person].idle.unwrap_or(self.now);
            self.people[person].idle = (does.0 == Does::Idle).then_some(idle);
            if self.people[person].told != Some(does) {
                self.people[person].told = Some(does);
                let (does, late) = does;
                self.records.push(Record::Occupied { person: person as u32, does, late });
            }
        }
        self.tell_shelves();
        self.run_working_clocks();
        let records = std::mem::take(&mut self.records);
        self.trace.close(self.now, records);
        if self.trace.standstill.is_none() && self.stands_still() {
            self.trace.standstill = Some(self.trace.blocks.len());
        }
    }

    fn tell(&mut self, record: Record) {
        self.records.push(record);
    }

    /// The department where an item is or goes to.
    fn department(&self, item: usize) -> usize {
        self.plan.department_of(self.items[item].row)
    }

    fn full_department(&self, department: usize) -> &'p FullDepartment {
        &self.full.departments[department]
    }

    /// Whether nobody ever waits for people there.
    fn is_infinite(&self, department: usize) -> bool {
        self.full.departments[department].eligible.is_empty() || self.is_shared(department)
    }

    fn visit(&self, item: usize) -> u32 {
        self.items[item].visits[self.department(item)]
    }

    /// The random words of an item's visit to the department where it is.
    fn visit_words(&self, item: usize) -> Words {
        self.department_keys[self.department(item)].words(self.items[item].key, self.visit(item))
    }
}
