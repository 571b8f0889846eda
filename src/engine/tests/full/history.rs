//! What every item and every person did when, read from a trace.

use std::collections::BTreeMap;

use super::ledger::{Party, Place};
use super::shares::Shares;
use super::trace::{Block, Does, Made, Place as Standing, Record, Trace, Who};
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
    /// It ended because the item left: what waited for room may have that.
    pub left: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// On its way, to a department where a place may be kept for it, or elsewhere.
    Moving {
        by: Party,
        to: Option<u32>,
    },
    /// Waits at a handoff until it sets out.
    AtHandoff {
        handoff: u32,
        to: Option<u32>,
    },
    /// Somebody works on it; for the rework that a department has caused.
    Working {
        department: u32,
        rework: Option<u32>,
    },
    SettingUp {
        department: u32,
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
    /// Beside the line, until this was delivered.
    Short {
        stock: u32,
        order: Option<OrderName>,
    },
    /// Waits for an answer: itself, or with the one who leads its batch and asks.
    Asking {
        request: Who,
        leader: Option<Who>,
    },
    Blocked {
        full: u32,
        made: Option<Made>,
    },
    /// In parts: those that may still come, by branch, and the one that it is charged as.
    Forked {
        open: BTreeMap<u32, Who>,
        part: Option<Who>,
    },
    /// A part that waits for the others.
    Joining,
    Away {
        department: u32,
    },
}

/// What an item is, if it is no case.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    Request(u32),
    Part { of: Who, branch: u32, join: u32 },
    Order { stock: u32 },
}

/// A stock, and a number among its orders.
pub(super) type OrderName = (u32, u64);

#[derive(Clone, Copy, Debug)]
pub(super) struct OrderLife {
    pub ordered: Tick,
    pub began: Point,
    pub delivered: Point,
    /// If a department makes it.
    pub item: Option<Who>,
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
    pub origins: BTreeMap<Who, Origin>,
    pub orders: BTreeMap<OrderName, OrderLife>,
    /// By handoff: when it picked up what waited there.
    pub pickups: BTreeMap<u32, Vec<(Point, Tick)>>,
    /// From which point on an item was led in a batch, or by itself again.
    leaders: BTreeMap<Who, Vec<(Point, Option<Who>)>>,
    pub shares: Shares,
    /// In the present block: when the work on an item began or went on, and when it asked, or was blocked.
    begun: BTreeMap<Who, Point>,
    stopped: BTreeMap<Who, Point>,
    /// What was delivered last.
    delivered: Option<OrderName>,
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
            origins: BTreeMap::new(),
            orders: BTreeMap::new(),
            pickups: BTreeMap::new(),
            leaders: BTreeMap::new(),
            shares: Shares::new(full),
            begun: BTreeMap::new(),
            stopped: BTreeMap::new(),
            delivered: None,
            reworks: BTreeMap::new(),
            joined: BTreeMap::new(),
            standing: BTreeMap::new(),
        };
        let mut point = 1;
        for block in &trace.blocks {
            history.blocks.push((point, block.at));
            history.share_until(block, point);
            history.begun.clear();
            history.stopped.clear();
            for record in &block.records {
                history.read(block.at, point, record);
                point += 1;
            }
            history.reserved_anew(block, point);
            point += 1;
        }
        history.finish(trace, point);
        history
    }

    /// Where those are going who are on their way, where that is not the same for all; and how those stand who are unfinished.
    fn finish(&mut self, trace: &Trace, point: Point) {
        for department in self.shares.all() {
            self.shares.advance(department, trace.end, point);
        }
        let standing = trace.unfinished.iter().map(|case| (case.who, case.place));
        let unfinished: BTreeMap<Who, Standing> = standing.chain(trace.parts.iter().copied()).collect();
        let department_of = |row: u32| (row != NONE).then(|| self.plan.department_of(row) as u32);
        for (who, phases) in &mut self.items {
            let mut goal = match unfinished.get(who) {
                Some(&Standing::Moving { row }) => department_of(row),
                _ => None,
            };
            for phase in phases.iter_mut().rev() {
                match &mut phase.kind {
                    Kind::Line { department, .. } => goal = Some(*department),
                    Kind::Moving { to: Some(to), .. } | Kind::AtHandoff { to: Some(to), .. } => {
                        *to = goal.unwrap_or(*to);
                    }
                    Kind::Forked { open, part: part @ None } => *part = open.values().next().copied(),
                    Kind::Moving { .. } | Kind::AtHandoff { .. } => {}
                    _ => goal = None,
                }
            }
        }
    }

    /// Whoever was reserved for an item and, after it has joined another department or come back to its line, still is,
    /// is so anew.
    fn reserved_anew(&mut self, block: &Block, point: Point) {
        for record in &block.records {
            let (Record::Joined { who, .. } | Record::Requeued { who, .. }) = *record else { continue };
            let joined = self.phase(who).began;
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
            Kind::Moving { by: Party::Handoff(handoff), .. } | Kind::AtHandoff { handoff, .. } => {
                Place::Handoff(handoff)
            }
            _ => Place::Department(department),
        };
        let joined = self.joined.get(&who).copied().unwrap_or(0);
        let phase = Phase {
            from: at,
            began: point,
            to: Tick::MAX,
            ended: Point::MAX,
            joined,
            place,
            kind,
            left: false,
        };
        self.items.entry(who).or_default().push(phase);
    }

    fn phase(&mut self, who: Who) -> &mut Phase {
        let phase = self.items.get_mut(&who).and_then(|phases| phases.last_mut());
        phase.expect("an item that did something")
    }

    fn present(&mut self, who: Who) -> &mut Kind {
        &mut self.phase(who).kind
    }

    /// An item leaves where it is.
    fn leaves(&mut self, who: Who, at: Tick, point: Point) {
        self.phase(who).left = true;
        self.close(who, at, point);
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
                self.taken(who, at, point, person, Does::Serving(who));
                let rework = self.reworks.get(&who).and_then(|reworks| reworks.last().copied());
                self.switch(who, at, point, Kind::Working { department: department_of(row), rework });
                self.shares.begins(department_of(row), who, at);
            }
            Record::SetsUp { who, row, person } => {
                self.taken(who, at, point, person, Does::SettingUp(who));
                self.switch(who, at, point, Kind::SettingUp { department: department_of(row) });
            }
            Record::Batched { member, leader } => {
                self.leaders.entry(member).or_default().push((point, Some(leader)));
                self.leaders.entry(leader).or_default().push((point, None));
            }
            Record::Requeued { who, row } => {
                self.switch(who, at, point, Kind::Line { department: department_of(row), taken_by: None });
            }
            Record::Suspended { who } => {
                let department = self.standing[&who];
                self.switch(who, at, point, Kind::Desk { department, back: None });
            }
            Record::Asked { who, request, ask } => {
                self.shares.ends(who);
                self.stopped.insert(who, point);
                self.switch(who, at, point, Kind::Asking { request, leader: None });
                self.origins.insert(request, Origin::Request(ask));
                self.standing.insert(request, self.standing[&who]);
                self.switch(request, at, point, Kind::Moving { by: Party::Request(ask), to: None });
            }
            Record::WaitsAlong { member, request } => {
                let leader = Some(self.leader(member, point));
                self.switch(member, at, point, Kind::Asking { request, leader });
            }
            Record::Replied { request, .. } => {
                let by = match self.origins[&request] {
                    Origin::Request(ask) => Party::Request(ask),
                    Origin::Order { stock } => Party::Stock(stock),
                    Origin::Part { .. } => unreachable!("a part does not answer"),
                };
                self.switch(request, at, point, Kind::Moving { by, to: None });
            }
            Record::GivenUp { request, begun: false, .. } => self.leaves(request, at, point),
            Record::Answered { request: who, .. }
            | Record::Forgotten { request: who }
            | Record::PartLost { part: who, decides: false, .. } => self.is_gone(who, at, point),
            Record::HandedOver { who, route, .. } => {
                let (by, to) = (Party::Handoff(plan.routes[route as usize].handoff), self.goal(who, route));
                self.switch(who, at, point, Kind::Moving { by, to });
            }
            Record::AwaitsWay { who, route } => {
                let (handoff, to) = (plan.routes[route as usize].handoff, self.goal(who, route));
                self.switch(who, at, point, Kind::AtHandoff { handoff, to });
            }
            Record::PicksUp { handoff } => self.pickups.entry(handoff).or_default().push((point, at)),
            Record::SentBack { who, row, .. } => {
                let by = Party::Department(department_of(row));
                self.switch(who, at, point, Kind::Moving { by, to: None });
            }
            Record::Blocked { who, department } => {
                self.shares.ends(who);
                self.stopped.insert(who, point);
                self.switch(who, at, point, Kind::Blocked { full: department, made: None });
            }
            Record::LetIn { who, made: by } => {
                if let Kind::Blocked { made, .. } = self.present(who) {
                    *made = Some(by);
                }
            }
            Record::Reneged { who, .. } => self.leaves(who, at, point),
            Record::IsShort { who, stock } => {
                let delivered = self.delivered;
                if let Kind::Short { order, .. } = self.present(who) {
                    *order = delivered;
                }
                self.switch(who, at, point, Kind::Short { stock, order: None });
            }
            Record::Supplied { who, order: (stock, number, ..) } => {
                self.phase(who).left = true;
                if let Kind::Short { order, .. } = self.present(who) {
                    *order = Some((stock, number));
                }
            }
            Record::Ordered { order: (stock, number, _, item) } => {
                let life = OrderLife { ordered: at, began: point, delivered: Point::MAX, item };
                self.orders.insert((stock, number), life);
                self.origins.extend(item.map(|item| (item, Origin::Order { stock })));
            }
            Record::Delivered { order: (stock, number, _, item) } => {
                self.delivered = Some((stock, number));
                self.orders.entry((stock, number)).and_modify(|order| order.delivered = point);
                item.into_iter().for_each(|item| self.is_gone(item, at, point));
            }
            Record::Parted { who, part, way: (fork, branch), .. } => {
                self.is_parted(who, part, (fork, branch), at, point);
            }
            Record::AwaitsOthers { part } => {
                self.no_longer_open(part);
                self.switch(part, at, point, Kind::Joining);
            }
            Record::Rejoined { who, part } => {
                self.charged_as(who, part);
                self.is_gone(part, at, point);
                let reworks = self.reworks.remove(&part).unwrap_or_default();
                self.reworks.insert(who, reworks);
            }
            Record::PartLost { part, decides: true, .. } => {
                if let Some(&Origin::Part { of, .. }) = self.origins.get(&part) {
                    self.charged_as(of, part);
                }
                self.is_gone(part, at, point);
            }
            Record::Withdrawn { part } => {
                self.leaves(part, at, point);
                self.is_gone(part, at, point);
            }
            Record::IsAway { who, row, .. } => {
                let department = department_of(row);
                self.reworks.remove(&who);
                self.standing.insert(who, department);
                self.switch(who, at, point, Kind::Away { department });
            }
            Record::Ended { who, .. } => {
                self.close(who, at, point);
                self.cases.entry(who).and_modify(|span| span.ended = at);
            }
            Record::Rework { who, maker } => self.reworks.entry(who).or_default().push(maker),
            Record::Reworked { who } => {
                self.reworks.entry(who).or_default().pop();
            }
            Record::Occupied { person, does, .. } => {
                // It is told at the end of a block, and has begun where its item did.
                let began = match does {
                    Does::Serving(item) | Does::SettingUp(item) => self.begun.get(&item),
                    Does::Held(item) | Does::Blocked(item) => self.stopped.get(&item),
                    _ => None,
                };
                let began = began.copied().unwrap_or(point);
                // To be late is no other occupation.
                let segments = &mut self.people[person as usize];
                if segments.last().is_none_or(|last| last.does != does) {
                    segments.push(Segment { from: at, began, does });
                }
            }
            Record::Stayed { who, .. } => {
                self.leaders.entry(who).or_default().push((point, None));
                self.shares.ends(who);
            }
            _ => {}
        }
    }

    /// An item is taken by people, or goes on with them.
    fn taken(&mut self, who: Who, at: Tick, point: Point, person: u32, does: Does) {
        let person = Some(person).filter(|&person| person != NONE);
        match self.present(who) {
            Kind::Line { taken_by: ender, .. } | Kind::Desk { back: ender, .. } => *ender = person,
            _ => {}
        }
        self.begun.insert(who, point);
        // Whoever is at it already begins another stretch.
        for segments in &mut self.people {
            if let Some(&last) = segments.last()
                && last.does == does
            {
                segments.push(Segment { from: at, began: point, ..last });
            }
        }
    }

    /// The department that a route leads to, if a place may be kept there.
    fn goal(&self, who: Who, route: u32) -> Option<u32> {
        let row = self.plan.routes[route as usize].row;
        let to = (row != NONE).then(|| self.plan.department_of(row) as u32);
        to.filter(|&to| !self.is_joined_in(who, to))
    }

    fn is_joined_in(&self, who: Who, department: u32) -> bool {
        matches!(self.origins.get(&who), Some(Origin::Part { join, .. }) if *join == department)
    }

    fn is_parted(&mut self, who: Who, part: Who, (fork, branch): (u32, u32), at: Tick, point: Point) {
        if !matches!(self.present(who), Kind::Forked { part: None, .. }) {
            self.switch(who, at, point, Kind::Forked { open: BTreeMap::new(), part: None });
        }
        if let Kind::Forked { open, .. } = self.present(who) {
            open.insert(branch, part);
        }
        let plan = &self.plan.full.as_ref().expect("a full plan").forks[fork as usize];
        let from = self.standing[&who];
        self.origins.insert(part, Origin::Part { of: who, branch, join: plan.join });
        self.standing.insert(part, from);
        self.reworks.insert(part, self.reworks.get(&who).cloned().unwrap_or_default());
        let to = Some(plan.branches[branch as usize].department).filter(|&to| to != plan.join);
        self.switch(part, at, point, Kind::Moving { by: Party::Department(from), to });
    }

    /// A forked case, or part, is charged as this part.
    fn charged_as(&mut self, who: Who, with: Who) {
        if let Kind::Forked { part, .. } = self.present(who) {
            *part = Some(with);
        }
    }

    /// A part cannot come any more, or has come.
    fn no_longer_open(&mut self, part: Who) {
        if let Some(&Origin::Part { of, branch, .. }) = self.origins.get(&part)
            && let Some(Kind::Forked { open, .. }) =
                self.items.get_mut(&of).and_then(|phases| phases.last_mut()).map(|phase| &mut phase.kind)
            && open.get(&branch) == Some(&part)
        {
            open.remove(&branch);
        }
    }

    fn is_gone(&mut self, who: Who, at: Tick, point: Point) {
        self.no_longer_open(who);
        self.close(who, at, point);
    }

    /// Who leads the batch of an item before a point, or the item itself.
    pub fn leader(&self, who: Who, before: Point) -> Who {
        let changes = self.leaders.get(&who).into_iter().flatten().rev();
        let last = changes.filter(|change| change.0 < before).map(|change| change.1).next();
        last.flatten().unwrap_or(who)
    }

    /// Divides the time of those who share people, where their number changes in a block.
    fn share_until(&mut self, block: &Block, point: Point) {
        let told = block.records.iter().filter_map(|record| match *record {
            Record::Shares { who, attained } => Some((who, attained)),
            _ => None,
        });
        let told: Vec<(Who, Tick)> = told.collect();
        for department in self.shares.departments_of(told.iter().map(|told| told.0)) {
            self.shares.advance(department, block.at, point);
        }
        for (who, attained) in told {
            // None of a stretch that begins in this block.
            let counted = self.shares.attained(who).filter(|_| attained > 0).unwrap_or(0);
            assert_eq!(counted, attained, "{who:?} has had another share");
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
        let before = self.block_of(point);
        let segments = &self.people[person as usize];
        let found = segments.iter().rev().find(|segment| segment.began < before);
        *found.or(segments.first()).expect("everybody does something from 0 on")
    }

    /// The first point of the block of a point; after the last block the point itself.
    pub fn block_of(&self, point: Point) -> Point {
        match self.blocks.iter().rev().find(|block| block.0 <= point) {
            _ if point == Point::MAX => point,
            block => block.map_or(0, |block| block.0),
        }
    }

    /// The time of a point; the end of the run for the last.
    pub fn time_of(&self, point: Point) -> Tick {
        match self.blocks.iter().rev().find(|block| block.0 <= point) {
            Some(block) if point != Point::MAX => block.1,
            _ => self.end,
        }
    }
}
