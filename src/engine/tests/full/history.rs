//! What every item and every person did when, read from a trace.

use std::collections::BTreeMap;

use super::ledger::{Party, Place};
use super::trace::{Block, Does, Made, Record, Trace, Who};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// A point in a trace: the number of a record among all. It tells what is known, and what came first at one tick.
pub(super) type Point = usize;

/// What an item did from one point to another.
#[derive(Clone, Debug)]
pub(super) struct Phase {
    pub from: Tick,
    pub began: Point,
    /// `Tick::MAX` while it goes on.
    pub to: Tick,
    pub ended: Point,
    /// The point at which it joined the department of this visit.
    pub joined: Point,
    /// Where the item stands.
    pub place: Place,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// On its way, to a department or out.
    Moving {
        by: Party,
        to: Option<u32>,
    },
    /// Somebody works on it; for the rework that a department has caused.
    Working {
        department: u32,
        rework: Option<u32>,
    },
    /// In line, until this person took it.
    Line {
        department: u32,
        taken_by: Option<u32>,
    },
    /// On a desk, until this person came back.
    Desk {
        department: u32,
        back: Option<u32>,
    },
    Asking {
        request: Who,
    },
    Blocked {
        full: u32,
        made: Option<Made>,
    },
}

/// What a person did from one point on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub from: Tick,
    pub began: Point,
    pub does: Does,
}

/// A case from its arrival to its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub arrived: Tick,
    /// The end of the run if it is unfinished.
    pub ended: Tick,
}

#[derive(Debug)]
pub(super) struct History<'p> {
    pub plan: &'p Plan,
    pub items: BTreeMap<Who, Vec<Phase>>,
    pub people: Vec<Vec<Segment>>,
    pub cases: BTreeMap<Who, Span>,
    /// The first point of each block, with its time.
    pub blocks: Vec<(Point, Tick)>,
    pub end: Tick,
    /// The rework that each case is in.
    reworks: BTreeMap<Who, Vec<u32>>,
    joined: BTreeMap<Who, Point>,
    standing: BTreeMap<Who, u32>,
}

impl<'p> History<'p> {
    pub fn new(plan: &'p Plan, trace: &Trace) -> History<'p> {
        let full = plan.full.as_ref().expect("a full plan");
        let people = full.homes.iter().map(|home| home.staff as usize).sum();
        let mut history = History {
            plan,
            items: BTreeMap::new(),
            people: vec![Vec::new(); people],
            cases: BTreeMap::new(),
            blocks: Vec::new(),
            end: trace.end,
            reworks: BTreeMap::new(),
            joined: BTreeMap::new(),
            standing: BTreeMap::new(),
        };
        let mut point = 1;
        for block in &trace.blocks {
            history.blocks.push((point, block.at));
            for record in &block.records {
                history.read(block.at, point, record);
                point += 1;
            }
            history.reserved_anew(block, point);
            point += 1;
        }
        history
    }

    /// Whoever was reserved for an item and, after it has joined another department, still is, is so anew.
    fn reserved_anew(&mut self, block: &Block, point: Point) {
        for record in &block.records {
            let Record::Joined { who, .. } = *record else { continue };
            let joined = self.joined[&who];
            let reserved = |segments: &&mut Vec<Segment>| {
                segments.last().is_some_and(|last| last.does == Does::Reserved(who) && last.began < joined)
            };
            for segments in self.people.iter_mut().filter(reserved) {
                segments.push(Segment { from: block.at, began: point, does: Does::Reserved(who) });
            }
        }
    }

    /// Ends what an item did.
    fn close(&mut self, who: Who, at: Tick, point: Point) {
        if let Some(phase) = self.items.entry(who).or_default().last_mut()
            && phase.to == Tick::MAX
        {
            (phase.to, phase.ended) = (at, point);
        }
    }

    fn switch(&mut self, who: Who, at: Tick, point: Point, kind: Kind) {
        self.close(who, at, point);
        let department = self.standing.get(&who).copied().unwrap_or(NONE);
        let place = match kind {
            Kind::Moving { by: Party::Handoff(handoff), .. } => Place::Handoff(handoff),
            _ => Place::Department(department),
        };
        let joined = self.joined.get(&who).copied().unwrap_or(0);
        let phase = Phase { from: at, began: point, to: Tick::MAX, ended: Point::MAX, joined, place, kind };
        self.items.entry(who).or_default().push(phase);
    }

    fn present(&mut self, who: Who) -> &mut Kind {
        let phase = self.items.get_mut(&who).and_then(|phases| phases.last_mut());
        &mut phase.expect("an item that did something").kind
    }

    fn read(&mut self, at: Tick, point: Point, record: &Record) {
        let plan = self.plan;
        let department_of = |row: u32| plan.department_of(row) as u32;
        match *record {
            Record::Arrived { who, .. } => {
                self.cases.insert(who, Span { arrived: at, ended: self.end });
                self.items.entry(who).or_default();
            }
            Record::Joined { who, row } => {
                self.joined.insert(who, point);
                self.standing.insert(who, department_of(row));
                self.switch(who, at, point, Kind::Line { department: department_of(row), taken_by: None });
            }
            Record::Started { who, row, person } | Record::Continued { who, row, person } => {
                let person = Some(person).filter(|&person| person != NONE);
                match self.present(who) {
                    Kind::Line { taken_by: ender, .. } | Kind::Desk { back: ender, .. } => *ender = person,
                    _ => {}
                }
                // Whoever is at it already begins another stretch.
                for segments in &mut self.people {
                    if let Some(&last) = segments.last()
                        && last.does == Does::Serving(who)
                    {
                        segments.push(Segment { from: at, began: point, ..last });
                    }
                }
                let rework = self.reworks.get(&who).and_then(|reworks| reworks.last().copied());
                self.switch(who, at, point, Kind::Working { department: department_of(row), rework });
            }
            Record::Requeued { who, row } => {
                self.switch(who, at, point, Kind::Line { department: department_of(row), taken_by: None });
            }
            Record::Suspended { who } => {
                let department = self.standing[&who];
                self.switch(who, at, point, Kind::Desk { department, back: None });
            }
            Record::Asked { who, request, ask } => {
                self.switch(who, at, point, Kind::Asking { request });
                self.standing.insert(request, self.standing[&who]);
                self.switch(request, at, point, Kind::Moving { by: Party::Request(ask), to: None });
            }
            Record::Replied { request, .. } => {
                let ask = self.items[&request].iter().find_map(|phase| match phase.kind {
                    Kind::Moving { by, .. } => Some(by),
                    _ => None,
                });
                let by = ask.expect("a request was on its way");
                self.switch(request, at, point, Kind::Moving { by, to: None });
            }
            Record::Answered { request, .. }
            | Record::Forgotten { request }
            | Record::GivenUp { request, begun: false, .. } => self.close(request, at, point),
            Record::HandedOver { who, route, .. } => {
                let route = plan.routes[route as usize];
                let to = (route.row != NONE).then(|| department_of(route.row));
                self.switch(who, at, point, Kind::Moving { by: Party::Handoff(route.handoff), to });
            }
            Record::SentBack { who, row, .. } => {
                let by = Party::Department(department_of(row));
                self.switch(who, at, point, Kind::Moving { by, to: None });
            }
            Record::Blocked { who, department } => {
                self.switch(who, at, point, Kind::Blocked { full: department, made: None });
            }
            Record::LetIn { who, made: by } => {
                if let Kind::Blocked { made, .. } = self.present(who) {
                    *made = Some(by);
                }
            }
            Record::Reneged { who, .. } => self.close(who, at, point),
            Record::Ended { who, .. } => {
                self.close(who, at, point);
                self.cases.entry(who).and_modify(|span| span.ended = at);
            }
            Record::Rework { who, maker } => self.reworks.entry(who).or_default().push(maker),
            Record::Reworked { who } => {
                self.reworks.entry(who).or_default().pop();
            }
            Record::Occupied { person, does, .. } => {
                // To be late is no other occupation.
                let segments = &mut self.people[person as usize];
                if segments.last().is_none_or(|last| last.does != does) {
                    segments.push(Segment { from: at, began: point, does });
                }
            }
            _ => {}
        }
    }

    /// What an item does right after an instant, and the number of that phase.
    pub fn phase_at(&self, who: Who, at: Tick) -> Option<(usize, &Phase)> {
        let phases = self.items.get(&who)?;
        phases.iter().enumerate().rev().find(|(_, phase)| phase.from <= at && at < phase.to)
    }

    /// What a person does right after an instant.
    pub fn segment_at(&self, person: u32, at: Tick) -> Segment {
        let segments = &self.people[person as usize];
        *segments.iter().rev().find(|segment| segment.from <= at).expect("everybody does something from 0 on")
    }

    /// What a person did before the block of a point.
    pub fn segment_before(&self, person: u32, point: Point) -> Segment {
        let block = self.blocks.iter().rev().find(|block| block.0 <= point).map_or(0, |block| block.0);
        let before = if point == Point::MAX { point } else { block };
        let segments = &self.people[person as usize];
        let found = segments.iter().rev().find(|segment| segment.began < before);
        *found.or(segments.first()).expect("everybody does something from 0 on")
    }

    /// The time of a point; the end of the run for the last.
    pub fn time_of(&self, point: Point) -> Tick {
        match self.blocks.iter().rev().find(|block| block.0 <= point) {
            Some(block) if point != Point::MAX => block.1,
            _ => self.end,
        }
    }
}
