//! The ledger once more: slow and obvious. It replays a whole trace: for every case and every interval between
//! two events it follows the chain of waits, as the section "The ledger" of `src/semantics.md` says.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{History, Kind, Phase, Point, Segment};
use super::trace::{Does, Made, Trace, Who};
use crate::model::{Crew, ShiftEnd};
use crate::plan::{FullPlan, NONE, Plan};
use crate::time::Tick;

/// Who is responsible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Party {
    Department(u32),
    /// A home, by its number.
    Home(u32),
    /// A handoff of the model.
    Handoff(u32),
    /// A request of the model.
    Request(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    Service,
    Rework,
    Answering,
    Transfer,
    Closed,
    Absent,
    SeveralStaff,
    Standstill,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whose {
    Own,
    Ahead,
    LetPast,
    Nobody,
}

/// Where it is felt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Department(u32),
    Handoff(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub who: Party,
    pub what: Act,
    pub whose: Whose,
    pub felt: Place,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub who: Who,
    pub arrived: Tick,
    /// The end of the run if it is unfinished.
    pub ended: Tick,
    pub entries: BTreeMap<Entry, Tick>,
    /// The same in the order of time: what is charged from when to when.
    pub pieces: Vec<(Tick, Tick, Entry)>,
}

/// The accounts of all cases that arrived and were in the system for a while, in their order.
pub(super) fn accounts(plan: &Plan, trace: &Trace) -> Vec<Account> {
    let history = History::new(plan, trace);
    let ledger = Ledger { history: &history, full: plan.full.as_ref().expect("a full plan") };
    let cuts = ledger.cuts();
    let cases = history.cases.iter().filter(|(_, span)| span.arrived < span.ended);
    cases
        .map(|(&who, span)| {
            let mut account = Account {
                who,
                arrived: span.arrived,
                ended: span.ended,
                entries: BTreeMap::new(),
                pieces: Vec::new(),
            };
            for (&from, &to) in cuts.iter().zip(cuts.iter().skip(1)) {
                if span.arrived <= from && from < span.ended {
                    account.charge(from, to, ledger.entry(who, from));
                }
            }
            account
        })
        .collect()
}

impl Account {
    fn charge(&mut self, from: Tick, to: Tick, entry: Entry) {
        *self.entries.entry(entry).or_default() += to - from;
        match self.pieces.last_mut() {
            Some((_, end, last)) if *last == entry => *end = to,
            _ => self.pieces.push((from, to, entry)),
        }
    }
}

/// What an instant is charged to, seen from one item.
#[derive(Clone, Copy, Debug)]
struct Charge {
    who: Party,
    what: Act,
    whose: Whose,
}

/// A wait that is being followed: the item, and which of its phases.
type Wait = (Who, usize);

struct Ledger<'h> {
    history: &'h History<'h>,
    full: &'h FullPlan,
}

impl Ledger<'_> {
    /// The instants between which nothing changes.
    fn cuts(&self) -> BTreeSet<Tick> {
        let end = self.history.end;
        let mut cuts: BTreeSet<Tick> = self.history.blocks.iter().map(|block| block.1).collect();
        for home in &self.full.homes {
            let Some(levels) = &home.levels else { continue };
            let changes = std::iter::successors(levels.next_change(0), |last| levels.next_change(last.0));
            cuts.extend(changes.map(|change| change.0).take_while(|&at| at < end));
        }
        cuts.insert(end);
        cuts.retain(|&at| at <= end);
        cuts
    }

    fn entry(&self, case: Who, at: Tick) -> Entry {
        let Charge { who, what, whose } = self.time_of(case, at, Point::MAX, &mut Vec::new());
        let phase = self.history.phase_at(case, at).expect("a case in the system does something").1;
        Entry { who, what, whose, felt: phase.place }
    }

    /// What an item's time was at an instant, as far as is known at a point.
    fn time_of(&self, who: Who, at: Tick, known: Point, path: &mut Vec<Wait>) -> Charge {
        let (number, phase) = self.history.phase_at(who, at).expect("an item in the system does something");
        let own = |who, what| Charge { who, what, whose: Whose::Own };
        if phase.ended < known {
            // It was resolved when it ended, on its own.
            return self.time_of(who, at, phase.ended, &mut Vec::new());
        }
        match phase.kind {
            Kind::Moving { by, .. } => own(by, Act::Transfer),
            Kind::Working { department, .. } if who.3 > 0 => {
                own(Party::Department(department), Act::Answering)
            }
            Kind::Working { rework: Some(maker), .. } => own(Party::Department(maker), Act::Rework),
            Kind::Working { department, .. } => own(Party::Department(department), Act::Service),
            Kind::Asking { .. } | Kind::Line { .. } | Kind::Desk { .. } | Kind::Blocked { .. } => {
                if let Some(start) = path.iter().position(|&wait| wait == (who, number)) {
                    return self.standstill(&path[start..]);
                }
                path.push((who, number));
                let charge = match phase.kind {
                    Kind::Asking { request } => self.time_of(request, at, known, path),
                    _ => self.wait(who, phase, at, known, path),
                };
                path.pop();
                charge
            }
        }
    }

    /// A cycle of waits that only time breaks: charged to the department of the wait that began first.
    fn standstill(&self, cycle: &[Wait]) -> Charge {
        let phases = cycle.iter().map(|&(who, number)| &self.history.items[&who][number]);
        let first = phases.min_by_key(|phase| phase.began).expect("a cycle has a wait");
        let department = match first.place {
            Place::Department(department) => department,
            Place::Handoff(handoff) => unreachable!("nobody waits on handoff {handoff}"),
        };
        Charge { who: Party::Department(department), what: Act::Standstill, whose: Whose::Nobody }
    }

    /// What a wait is charged with at an instant.
    fn wait(&self, who: Who, phase: &Phase, at: Tick, known: Point, path: &mut Vec<Wait>) -> Charge {
        let over = phase.ended <= known;
        match phase.kind {
            Kind::Line { department, taken_by } => {
                let person = taken_by.filter(|_| over);
                let person = person
                    .unwrap_or_else(|| self.longest_occupied(self.candidates(department, who, known), known));
                let mut charge = self.person(person, who, phase, at, known, path);
                if self.gathers(who, phase, at) {
                    charge.what = Act::SeveralStaff;
                }
                charge
            }
            Kind::Desk { department, back } => {
                let person = back.filter(|_| over).unwrap_or_else(|| {
                    let away = self.away_with(who, known);
                    let all = || self.candidates(department, who, known);
                    self.longest_occupied(if away.is_empty() { all() } else { away }, known)
                });
                self.person(person, who, phase, at, known, path)
            }
            Kind::Blocked { full, made } => {
                self.room(who, phase, full, made.filter(|_| over), at, known, path)
            }
            _ => unreachable!("{who:?} does not wait"),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "what is followed, and how far it is known")]
    fn room(
        &self,
        who: Who,
        phase: &Phase,
        full: u32,
        made: Option<Made>,
        at: Tick,
        known: Point,
        path: &mut Vec<Wait>,
    ) -> Charge {
        let person = match made {
            Some(Made::Taken(person) | Made::Free(person)) if person != NONE => person,
            Some(Made::Left(item)) if self.last_wait(item, full, phase.ended).from <= at => {
                let mut charge = self.time_of(item, at, known, path);
                if charge.whose == Whose::Own {
                    charge.whose = Whose::Ahead;
                }
                return charge;
            }
            _ => self.longest_occupied(self.candidates(full, who, known), known),
        };
        self.person(person, who, phase, at, known, path)
    }

    /// The wait with which an item left the line of a department before a point.
    fn last_wait(&self, item: Who, left: u32, before: Point) -> &Phase {
        let there = |kind: &Kind| matches!(*kind, Kind::Line { department, .. } if department == left);
        let mut phases = self.history.items[&item].iter().rev();
        let last = phases.find(|phase| phase.ended <= before && there(&phase.kind));
        last.expect("whoever left a line was in one")
    }

    /// What a person for whom an item waits did at an instant.
    fn person(
        &self,
        person: u32,
        waits: Who,
        wait: &Phase,
        at: Tick,
        known: Point,
        path: &mut Vec<Wait>,
    ) -> Charge {
        let home = self.full.home_of(person);
        let nobody = |what| Charge { who: Party::Home(home as u32), what, whose: Whose::Nobody };
        if at < self.crew_came(home, wait.to.min(self.history.time_of(known))) {
            return nobody(Act::Closed);
        }
        let segment = self.history.segment_at(person, at);
        let (item, mut charge) = match segment.does {
            Does::Off => return nobody(Act::Closed),
            Does::Absent => return nobody(Act::Absent),
            Does::Idle | Does::Sharing => match self.on_its_way(wait, at) {
                None => return nobody(Act::Closed),
                Some(item) => (item, self.time_of(item, at, known, path)),
            },
            Does::SettingUp(item)
            | Does::Serving(item)
            | Does::Held(item)
            | Does::Blocked(item)
            | Does::Reserved(item) => (item, self.time_of(item, at, known, path)),
        };
        if charge.whose == Whose::Own {
            charge.whose = self.stands(item, segment, wait, at);
            debug_assert_ne!(item, waits, "nobody waits for whoever works on it");
        }
        charge
    }

    /// When the crew that is there at an instant came, where crews are replaced.
    fn crew_came(&self, home: usize, at: Tick) -> Tick {
        let plan = &self.full.homes[home];
        match &plan.levels {
            Some(levels) if plan.at_end == ShiftEnd::Finish && plan.crew == Crew::Replaced => {
                let changes = std::iter::successors(levels.next_change(0), |last| levels.next_change(last.0));
                // What falls on the end of the run does not happen.
                let end = self.history.end;
                changes
                    .map(|change| change.0)
                    .take_while(|&change| change <= at && change < end)
                    .last()
                    .unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// The first case on its way for which a place is kept in the department where there is no room.
    fn on_its_way(&self, wait: &Phase, at: Tick) -> Option<Who> {
        let Kind::Blocked { full, .. } = wait.kind else { return None };
        let moving = self.history.items.keys().filter_map(|&who| {
            let phase = self.history.phase_at(who, at)?.1;
            let coming = matches!(phase.kind, Kind::Moving { to, .. } if to == Some(full));
            coming.then_some((phase.began, who))
        });
        moving.min().map(|(_, who)| who)
    }

    /// How an item that somebody has stands to an item that waits for that person.
    fn stands(&self, item: Who, segment: Segment, wait: &Phase, at: Tick) -> Whose {
        if matches!(wait.kind, Kind::Blocked { .. }) {
            return Whose::Ahead;
        }
        let phase = self.history.phase_at(item, at).expect("somebody has it").1;
        if phase.joined < wait.joined || segment.began < wait.began { Whose::Ahead } else { Whose::LetPast }
    }

    /// Whether somebody was reserved for a waiting item at an instant or before it in the same wait.
    fn gathers(&self, who: Who, wait: &Phase, at: Tick) -> bool {
        self.history.people.iter().flatten().any(|segment| {
            let here = wait.began < segment.began && segment.began < wait.ended && segment.from <= at;
            here && segment.does == Does::Reserved(who)
        })
    }

    /// Those who may serve in a department and are not reserved for an item.
    fn candidates(&self, department: u32, item: Who, known: Point) -> Vec<u32> {
        let eligible = &self.full.departments[department as usize].eligible;
        let homes = eligible.iter().map(|eligible| &self.full.homes[eligible.home as usize]);
        let all: Vec<u32> =
            homes.flat_map(|home| home.first_person..home.first_person + home.staff).collect();
        let reserved =
            |person: &u32| self.history.segment_before(*person, known).does == Does::Reserved(item);
        let others: Vec<u32> = all.iter().copied().filter(|person| !reserved(person)).collect();
        if others.is_empty() { all } else { others }
    }

    /// Those who have had an item since it was last in line, and are away.
    fn away_with(&self, item: Who, known: Point) -> Vec<u32> {
        let mut phases = self.history.items[&item].iter().rev();
        let line = phases.find(|phase| phase.began < known && matches!(phase.kind, Kind::Line { .. }));
        let taken = line.expect("whoever is served was in line").ended;
        let people = 0..self.history.people.len() as u32;
        let away = |person: &u32| {
            let now = self.history.segment_before(*person, known);
            let before = self.history.people[*person as usize].iter().rev().filter(|segment| {
                segment.began <= now.began && !matches!(segment.does, Does::Off | Does::Absent)
            });
            let had = before.take_while(|segment| segment.began >= taken).map(|segment| segment.does).next();
            matches!(now.does, Does::Off | Does::Absent)
                && had.is_some_and(|does| does == Does::Serving(item) || does == Does::Held(item))
        };
        people.filter(away).collect()
    }

    /// Who has been longest in their present occupation at a point: on shift before off shift, the lowest number.
    fn longest_occupied(&self, people: Vec<u32>, known: Point) -> u32 {
        let key = |&person: &u32| {
            let segment = self.history.segment_before(person, known);
            let mut from = segment.from;
            if let Does::Held(item) = segment.does {
                // Held by one request after the other.
                let phases = self.history.items[&item].iter().rev();
                let asking =
                    phases.filter(|phase| phase.began < known && matches!(phase.kind, Kind::Asking { .. }));
                from = from.max(asking.map(|phase| phase.from).next().unwrap_or(0));
            }
            // Of a crew that is replaced, whoever is off has never been on.
            let home = &self.full.homes[self.full.home_of(person)];
            if segment.does == Does::Off && home.at_end == ShiftEnd::Finish && home.crew == Crew::Replaced {
                from = 0;
            }
            (segment.does == Does::Off, from, person)
        };
        people.into_iter().min_by_key(key).unwrap_or(NONE)
    }
}
