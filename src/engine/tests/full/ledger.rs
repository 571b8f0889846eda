//! The ledger once more: slow and obvious. It replays a whole trace: for every case and every interval between
//! two events it follows the chain of waits, as the section "The ledger" of `src/semantics.md` says.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{History, Kind, OrderLife, OrderName, Origin, Phase, Point, Segment};
use super::trace::{Does, Made, Trace, Who};
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
    Stock(u32),
    /// Who brings a stock from outside.
    Supplier(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    Service,
    Rework,
    Answering,
    Transfer,
    Setup,
    Closed,
    Absent,
    Batching,
    SeveralStaff,
    StockOut,
    Sharing,
    Away,
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

pub(super) struct Ledger<'h> {
    pub history: &'h History<'h>,
    pub full: &'h FullPlan,
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
        // Where people are shared, an item's own comes first, as far as that is known.
        for share in self.history.shares.all.values().flatten() {
            let known = self.history.blocks.iter().map(|block| block.1);
            let known = known.filter(|&to| share.from < to && to < share.to).chain([share.to]);
            cuts.extend(known.map(|to| share.own_until(to)));
        }
        cuts.insert(end);
        cuts.retain(|&at| at <= end);
        cuts
    }

    fn entry(&self, case: Who, at: Tick) -> Entry {
        let Charge { who, what, whose } = self.time_of(case, at, Point::MAX, &mut Vec::new());
        Entry { who, what, whose, felt: self.place(case, at) }
    }

    /// Where an item stands; one that has forked, with the part that counts.
    fn place(&self, who: Who, at: Tick) -> Place {
        let phase = self.history.phase_at(who, at).expect("an item in the system does something").1;
        match phase.kind {
            Kind::Forked { part: Some(part), .. } => self.place(part, at),
            _ => phase.place,
        }
    }

    /// What an item's time was at an instant, as far as is known at a point.
    fn time_of(&self, who: Who, at: Tick, known: Point, path: &mut Vec<Wait>) -> Charge {
        let (number, phase) = self.history.phase_at(who, at).expect("an item in the system does something");
        let own = |who, what| Charge { who, what, whose: Whose::Own };
        if phase.ended < known {
            // It was resolved when it ended, on its own.
            return self.time_of(who, at, phase.ended, &mut Vec::new());
        }
        let requested = matches!(self.history.origins.get(&who), Some(Origin::Request(_)));
        match phase.kind {
            Kind::Moving { by, .. } => own(by, Act::Transfer),
            Kind::AtHandoff { handoff, .. } => self.at_handoff(handoff, phase, at),
            Kind::Working { department, .. } if self.others_have_people(who, at, known) => {
                Charge { who: Party::Department(department), what: Act::Sharing, whose: Whose::LetPast }
            }
            Kind::Working { department, .. } if requested => {
                own(Party::Department(department), Act::Answering)
            }
            Kind::Working { rework: Some(maker), .. } => own(Party::Department(maker), Act::Rework),
            Kind::Working { department, .. } => own(Party::Department(department), Act::Service),
            Kind::SettingUp { department } => own(Party::Department(department), Act::Setup),
            Kind::Away { department } => own(Party::Department(department), Act::Away),
            Kind::Forked { part, .. } => self.time_of(part.expect("a part may still come"), at, known, path),
            Kind::Joining => unreachable!("{who:?} has come, and is not followed"),
            Kind::Asking { .. }
            | Kind::Line { .. }
            | Kind::Short { .. }
            | Kind::Desk { .. }
            | Kind::Blocked { .. } => {
                if let Some(start) = path.iter().position(|&wait| wait == (who, number)) {
                    return self.standstill(&path[start..]);
                }
                path.push((who, number));
                let charge = match phase.kind {
                    Kind::Asking { request, leader } => {
                        let charge = self.time_of(request, at, known, path);
                        self.as_seen_by(charge, leader, phase)
                    }
                    _ => self.wait(who, phase, at, known, path),
                };
                path.pop();
                charge
            }
        }
    }

    /// Whether those who would work on an item work on others that share them, by what is known of its share.
    fn others_have_people(&self, who: Who, at: Tick, known: Point) -> bool {
        self.history.shares.at(who, at).is_some_and(|share| {
            let to = if share.ended <= known { share.to } else { self.history.time_of(known) };
            share.own_until(to) <= at
        })
    }

    /// What was done for the leader of a batch was done for another, to those who are served with it.
    fn as_seen_by(&self, mut charge: Charge, leader: Option<Who>, wait: &Phase) -> Charge {
        if let Some(leader) = leader
            && charge.whose == Whose::Own
        {
            let joined = self.history.phase_at(leader, wait.from).map_or(0, |(_, phase)| phase.joined);
            charge.whose = if joined < wait.joined { Whose::Ahead } else { Whose::LetPast };
        }
        charge
    }

    /// Waiting for a pickup or for a place under way: nobody's until the first pickup.
    fn at_handoff(&self, handoff: u32, phase: &Phase, at: Tick) -> Charge {
        let who = Party::Handoff(handoff);
        let mut pickups = self.history.pickups.get(&handoff).into_iter().flatten();
        let first = pickups.find(|pickup| pickup.0 > phase.began).map_or(Tick::MAX, |pickup| pickup.1);
        let picked_up = self.full.ways[handoff as usize].pickup.is_some();
        let whose = if picked_up && at < first { Whose::Nobody } else { Whose::Ahead };
        Charge { who, what: Act::Transfer, whose }
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
            Kind::Short { stock, order } => {
                // Still open: the oldest open order counts.
                let order = order.filter(|_| over).or_else(|| {
                    let orders = self.history.orders.iter().filter(|(name, _)| name.0 == stock);
                    let mut open = orders.filter(|(_, life)| life.began < known && known <= life.delivered);
                    open.next().map(|(&name, _)| name)
                });
                self.stock_out(stock, order, at, known, path)
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

    /// The wait, or the way, with which an item left a department before a point, or a place that was kept there.
    fn last_wait(&self, item: Who, left: u32, before: Point) -> &Phase {
        let there = |phase: &Phase| match phase.kind {
            Kind::Moving { to, .. } | Kind::AtHandoff { to, .. } => to == Some(left),
            _ => phase.place == Place::Department(left),
        };
        let mut phases = self.history.items[&item].iter().rev();
        let last = phases.find(|phase| phase.left && phase.ended <= before && there(phase));
        last.expect("whoever left a line was in one")
    }

    /// Waiting for stock, until a delivery.
    fn stock_out(
        &self,
        stock: u32,
        order: Option<OrderName>,
        at: Tick,
        known: Point,
        path: &mut Vec<Wait>,
    ) -> Charge {
        let charge = |who| Charge { who, what: Act::StockOut, whose: Whose::Nobody };
        match order.map(|name| self.history.orders[&name]).filter(|life| life.ordered <= at) {
            None => charge(Party::Stock(stock)),
            Some(OrderLife { item: None, .. }) => charge(Party::Supplier(stock)),
            Some(OrderLife { item: Some(item), .. }) => {
                let charge = self.time_of(item, at, known, path);
                let whose = if charge.whose == Whose::Own { Whose::Ahead } else { charge.whose };
                Charge { whose, ..charge }
            }
        }
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
        if self.history.came(person, wait.ended.min(known)).is_some_and(|(_, came)| at < came) {
            return nobody(Act::Closed);
        }
        let segment = self.history.segment_at(person, at);
        if matches!(segment.does, Does::Idle | Does::Sharing)
            && let Some(stock) = self.lacked_beside(wait, at)
        {
            return Charge { who: Party::Stock(stock), what: Act::StockOut, whose: Whose::Nobody };
        }
        let (item, mut charge) = match segment.does {
            Does::Off => return nobody(Act::Closed),
            Does::Absent => return nobody(Act::Absent),
            Does::Idle | Does::Sharing => match self.keeps_a_place(wait, at) {
                None => return self.nothing_to_do(wait).unwrap_or(nobody(Act::Closed)),
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

    /// People are idle beside somebody who waits where a department serves batches, or at given times only.
    fn nothing_to_do(&self, wait: &Phase) -> Option<Charge> {
        let department = match wait.kind {
            Kind::Line { department, .. } | Kind::Blocked { full: department, .. } => department,
            _ => return None,
        };
        let plan = &self.full.departments[department as usize];
        let charge = |what| Charge { who: Party::Department(department), what, whose: Whose::Nobody };
        match (&plan.batch, &plan.slots) {
            (Some(_), _) => Some(charge(Act::Batching)),
            (None, Some(_)) => Some(charge(Act::Closed)),
            (None, None) => None,
        }
    }

    /// What the first of those lacks who wait for stock in a department where there is no room.
    fn lacked_beside(&self, wait: &Phase, at: Tick) -> Option<u32> {
        let Kind::Blocked { full, .. } = wait.kind else { return None };
        let there = self.history.items.keys().filter_map(|&who| {
            let phase = self.history.phase_at(who, at)?.1;
            match phase.kind {
                Kind::Short { stock, .. } if phase.place == Place::Department(full) => {
                    Some((phase.began, stock))
                }
                _ => None,
            }
        });
        there.min().map(|(_, stock)| stock)
    }

    /// Who has a place in a department where there is no room, though people there are idle: the first of those on
    /// their way.
    fn keeps_a_place(&self, wait: &Phase, at: Tick) -> Option<Who> {
        let Kind::Blocked { full, .. } = wait.kind else { return None };
        let there = self.history.items.keys().filter_map(|&who| {
            let (number, phase) = self.history.phase_at(who, at)?;
            match phase.kind {
                Kind::AtHandoff { to: Some(to), .. } if to == full => Some((phase.began, who)),
                Kind::Moving { to: Some(to), .. } if to == full => {
                    let before = number.checked_sub(1).map(|before| &self.history.items[&who][before]);
                    let waited = before.filter(|before| matches!(before.kind, Kind::AtHandoff { .. }));
                    Some((waited.unwrap_or(phase).began, who))
                }
                _ => None,
            }
        });
        there.min().map(|(_, who)| who)
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
}
