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
    /// By person: when the number became another's, where crews are replaced.
    pub replaced: Vec<Vec<(Point, Tick)>>,
    pub cases: BTreeMap<Who, Span>,
    /// The first point of each block, with its time.
    pub blocks: Vec<(Point, Tick)>,
    pub end: Tick,
    pub origins: BTreeMap<Who, Origin>,
    pub orders: BTreeMap<OrderName, OrderLife>,
    /// By handoff: when it picked up what waited there.
    pub pickups: BTreeMap<u32, Vec<(Point, Tick)>>,
    /// From which point on an item was led in a batch, or by itself again.
    pub leaders: BTreeMap<Who, Vec<(Point, Option<Who>)>>,
    pub shares: Shares,
    /// In the present block: when the work on an item began or went on, and when it asked, or was blocked.
    pub begun: BTreeMap<Who, Point>,
    pub stopped: BTreeMap<Who, Point>,
    /// What was delivered last.
    pub delivered: Option<OrderName>,
    /// The rework that each case is in.
    pub reworks: BTreeMap<Who, Vec<u32>>,
    pub joined: BTreeMap<Who, Point>,
    pub standing: BTreeMap<Who, u32>,
}

impl<'p> History<'p> {
    pub fn new(plan: &'p Plan, trace: &Trace) -> History<'p> {
        let full = plan.full.as_ref().expect("a full plan");
        let people: usize = full.homes.iter().map(|home| home.staff as usize).sum();
        let mut history = History {
            plan,
            items: BTreeMap::new(),
            people: vec![Vec::new(); people],
            replaced: vec![Vec::new(); people],
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
            history.at_work_anew(block.at);
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

    /// Whoever was at work on an item and, after that has begun or gone on, still is, begins another stretch.
    fn at_work_anew(&mut self, at: Tick) {
        for segments in &mut self.people {
            if let Some(&Segment { began, does, .. }) = segments.last()
                && let Does::Serving(item) | Does::SettingUp(item) = does
                && let Some(&anew) = self.begun.get(&item).filter(|&&anew| began < anew)
            {
                segments.push(Segment { from: at, began: anew, does });
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
    pub fn close(&mut self, who: Who, at: Tick, point: Point) {
        if let Some(phase) = self.items.entry(who).or_default().last_mut()
            && phase.to == Tick::MAX
        {
            (phase.to, phase.ended) = (at, point);
        }
    }

    pub fn switch(&mut self, who: Who, at: Tick, point: Point, kind: Kind) {
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

    pub fn phase(&mut self, who: Who) -> &mut Phase {
        let phase = self.items.get_mut(&who).and_then(|phases| phases.last_mut());
        phase.expect("an item that did something")
    }

    pub fn present(&mut self, who: Who) -> &mut Kind {
        &mut self.phase(who).kind
    }

    /// An item leaves where it is.
    pub fn leaves(&mut self, who: Who, at: Tick, point: Point) {
        self.phase(who).left = true;
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

    /// When the person came who has a number at a point, where crews are replaced.
    pub fn came(&self, person: u32, at: Point) -> Option<(Point, Tick)> {
        self.replaced[person as usize].iter().rev().find(|came| came.0 < at).copied()
    }

    /// What a person did before the block of a point.
    pub fn segment_before(&self, person: u32, point: Point) -> Segment {
        let before = self.block_of(point);
        if self.came(person, point).is_some_and(|came| came.0 >= before) {
            // Who has come since was off.
            return Segment { from: 0, began: 0, does: Does::Off };
        }
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
