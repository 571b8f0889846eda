//! What a trace tells, record by record.

use std::collections::BTreeMap;

use super::history::{History, Kind, OrderLife, Origin, Point, Segment, Span};
use super::ledger::Party;
use super::trace::{Does, Record, Who};
use crate::plan::NONE;
use crate::time::Tick;

impl History<'_> {
    pub fn read(&mut self, at: Tick, point: Point, record: &Record) {
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
                self.taken(who, point, person);
                let rework = self.reworks.get(&who).and_then(|reworks| reworks.last().copied());
                self.switch(who, at, point, Kind::Working { department: department_of(row), rework });
                self.shares.begins(department_of(row), who, at);
            }
            Record::SetsUp { who, row, person } => {
                self.taken(who, point, person);
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
            Record::Relieved { person, .. } | Record::Replaced { person } => {
                self.replaced[person as usize].push((point, at));
            }
            Record::Stayed { who, .. } => {
                self.leaders.entry(who).or_default().push((point, None));
                self.shares.ends(who);
            }
            _ => {}
        }
    }

    /// An item is taken by people, or goes on with them.
    fn taken(&mut self, who: Who, point: Point, person: u32) {
        let person = Some(person).filter(|&person| person != NONE);
        match self.present(who) {
            Kind::Line { taken_by: ender, .. } | Kind::Desk { back: ender, .. } => *ender = person,
            _ => {}
        }
        self.begun.insert(who, point);
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
}
