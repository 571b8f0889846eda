//! Writes the trace of the real engine.

use std::collections::BTreeMap;

use super::trace::{Does, Done, Made, Ordered, Place, Record, Times, Trace, Unfinished, Who};
use crate::engine::observer::{Action, Occupation, Order, Room, Stay};
use crate::engine::{End, Engine, Identity, Life, Limits, Observer, Pause, Standing};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// Listens to the real engine.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    trace: Trace,
    records: Vec<Record>,
    now: Tick,
    begun: bool,
    /// The items in the engine's tables.
    present: Vec<Option<Who>>,
    /// Who left a line from these places: the room that this made may be told of when they are gone.
    left: BTreeMap<u32, Who>,
    /// Requests, parts and orders.
    made: u64,
    /// The parts that wait for others, each with its case.
    joining: Vec<(u32, u32)>,
    /// The case of each part.
    cases: BTreeMap<u32, u32>,
    /// What was told last of each shelf and hoard in the present block, and before it.
    goods: Goods,
    /// What was delivered last.
    delivered: Option<Ordered>,
    settled_goods: Goods,
    /// What was told last of each person, and what before the present event.
    does: Vec<Option<(Does, bool)>>,
    settled: Vec<Option<(Does, bool)>>,
}

/// What is on each shelf, and what each use hides.
type Goods = (BTreeMap<u32, u32>, BTreeMap<u32, u32>);

/// Runs the real engine, `stride` events at a time.
pub(super) fn run(plan: &Plan, seed: u64, replication: u64, limits: Limits, stride: u64) -> Trace {
    observed(plan, seed, replication, limits, stride, ()).0
}

/// The same, with another observer beside.
pub(super) fn observed<O: Observer>(
    plan: &Plan,
    seed: u64,
    replication: u64,
    limits: Limits,
    stride: u64,
    other: O,
) -> (Trace, O) {
    let mut engine = Engine::new(plan, seed, replication, limits, (Recorder::default(), other));
    let pause = loop {
        match engine.run(&mut { stride }) {
            Pause::Events => {}
            pause => break pause,
        }
    };
    let end = engine.now();
    engine.observer.0.begin();
    engine.report_unfinished();
    let (mut recorder, other) = engine.observer;
    recorder.trace.end = end;
    recorder.trace.standstill = (pause == Pause::Standstill).then_some(recorder.trace.blocks.len());
    recorder.trace.unfinished.sort_by_key(|case| case.who);
    recorder.trace.parts.sort_by_key(|part| part.0);
    (recorder.trace, other)
}

impl Recorder {
    /// Notes the time, which never goes back; what was told at an earlier one is over.
    fn tell(&mut self, now: Tick, record: Record) {
        self.begin();
        self.at(now);
        self.records.push(record);
    }

    /// What everybody does at time 0, and what is on the shelves then, is a block of its own.
    fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true) {
            self.settle();
        }
    }

    fn at(&mut self, now: Tick) {
        assert!(self.now <= now, "time went back from {} to {now}", self.now);
        self.now = now;
    }

    /// Ends the block. Of what somebody did in it only the last counts.
    fn settle(&mut self) {
        for (person, (last, does)) in self.settled.iter_mut().zip(&self.does).enumerate() {
            if last != does {
                *last = *does;
                if let Some((does, late)) = *does {
                    self.records.push(Record::Occupied { person: person as u32, does, late });
                }
            }
        }
        self.settle_goods();
        self.trace.close(self.now, std::mem::take(&mut self.records));
    }

    /// The same of what is on shelves, and hidden.
    fn settle_goods(&mut self) {
        let before = std::mem::replace(&mut self.settled_goods, self.goods.clone());
        let (shelves, hoards) = &self.goods;
        for (&stock, &on_hand) in shelves.iter().filter(|(stock, now)| before.0.get(stock) != Some(now)) {
            self.records.push(Record::Stocked { stock, on_hand });
        }
        for (&usage, &hidden) in
            hoards.iter().filter(|(usage, now)| before.1.get(usage).unwrap_or(&0) != *now)
        {
            self.records.push(Record::Hoards { usage, hidden });
        }
    }

    /// A request, a part or an order comes to be.
    fn make(&mut self, item: u32, of: (u32, u64, u32)) -> Who {
        self.made += 1;
        let who = (of.0, of.1, of.2, self.made);
        self.add(item, who);
        who
    }

    fn order(&self, order: &Order) -> Ordered {
        let item = (order.item != NONE).then(|| self.who(order.item));
        (order.stock, order.number, order.quantity, item)
    }

    fn who(&self, item: u32) -> Who {
        self.present.get(item as usize).copied().flatten().expect("an item that is present")
    }

    fn add(&mut self, item: u32, who: Who) {
        let place = item as usize;
        if self.present.len() <= place {
            self.present.resize(place + 1, None);
        }
        assert!(self.present[place].is_none(), "the place of an item that is present was given away");
        self.present[place] = Some(who);
    }

    fn remove(&mut self, item: u32) -> Who {
        let who = self.who(item);
        self.present[item as usize] = None;
        who
    }
}

fn of_case(who: &Identity) -> Who {
    let (stream, number, member) = who.order();
    (stream, number, member, 0)
}

impl Observer for Recorder {
    fn wants_shares(&self) -> bool {
        true
    }

    fn arrived(&mut self, now: Tick, case: u32, who: &Identity, row: u32) {
        self.add(case, of_case(who));
        self.tell(now, Record::Arrived { who: of_case(who), row, due: who.due });
    }

    fn joined(&mut self, now: Tick, case: u32, row: u32) {
        self.tell(now, Record::Joined { who: self.who(case), row });
    }

    fn started(&mut self, now: Tick, case: u32, row: u32, person: u32) {
        self.tell(now, Record::Started { who: self.who(case), row, person });
    }

    fn handed_over(&mut self, now: Tick, case: u32, route: u32, transfer: Tick) {
        self.tell(now, Record::HandedOver { who: self.who(case), route, transfer });
    }

    fn reneged(&mut self, now: Tick, case: u32, row: u32, joined: Tick) {
        let who = self.who(case);
        self.left.insert(case, who);
        self.tell(now, Record::Reneged { who, row, joined });
    }

    fn ended(&mut self, now: Tick, case: u32, who: &Identity, row: u32, life: &Life, end: End) {
        let Life { arrived, touch } = *life;
        assert_eq!(self.remove(case), of_case(who));
        self.tell(now, Record::Ended { who: of_case(who), row, arrived, touch, end });
    }

    fn occupied(&mut self, now: Tick, person: u32, occupation: Occupation, late: bool) {
        if now > 0 {
            self.begin();
        }
        self.at(now);
        let does = match occupation {
            Occupation::Off => Does::Off,
            Occupation::Absent => Does::Absent,
            Occupation::Idle => Does::Idle,
            Occupation::Sharing => Does::Sharing,
            Occupation::SettingUp { item } => Does::SettingUp(self.who(item)),
            Occupation::Serving { item } => Does::Serving(self.who(item)),
            Occupation::Held { item } => Does::Held(self.who(item)),
            Occupation::Blocked { item } => Does::Blocked(self.who(item)),
            Occupation::Reserved { item } => Does::Reserved(self.who(item)),
        };
        let place = person as usize;
        if self.does.len() <= place {
            self.does.resize(place + 1, None);
            self.settled.resize(place + 1, None);
        }
        self.does[place] = Some((does, late));
    }

    fn relieved(&mut self, now: Tick, person: u32, item: u32) {
        self.tell(now, Record::Relieved { person, who: self.who(item) });
    }

    fn replaced(&mut self, now: Tick, person: u32) {
        self.tell(now, Record::Replaced { person });
    }

    fn requeued(&mut self, now: Tick, item: u32, row: u32) {
        self.tell(now, Record::Requeued { who: self.who(item), row });
    }

    fn continued(&mut self, now: Tick, item: u32, row: u32, person: u32) {
        self.tell(now, Record::Continued { who: self.who(item), row, person });
    }

    fn suspended(&mut self, now: Tick, item: u32) {
        self.tell(now, Record::Suspended { who: self.who(item) });
    }

    fn asked(&mut self, now: Tick, item: u32, request: u32, ask: u32) {
        let who = self.who(item);
        let of_request = self.make(request, (who.0, who.1, who.2));
        self.tell(now, Record::Asked { who, request: of_request, ask });
    }

    fn replied(&mut self, now: Tick, request: u32, transfer: Tick) {
        self.tell(now, Record::Replied { request: self.who(request), transfer });
    }

    fn answered(&mut self, now: Tick, item: u32, request: u32, ask: u32, asked: Tick) {
        let request = self.remove(request);
        self.tell(now, Record::Answered { who: self.who(item), request, ask, asked });
    }

    fn given_up(&mut self, now: Tick, item: u32, request: u32, ask: u32, asked: Tick, begun: bool) {
        self.left.insert(request, self.who(request));
        let of_request = if begun { self.who(request) } else { self.remove(request) };
        self.tell(now, Record::GivenUp { who: self.who(item), request: of_request, ask, asked, begun });
    }

    fn forgotten(&mut self, now: Tick, request: u32) {
        let request = self.remove(request);
        self.tell(now, Record::Forgotten { request });
    }

    fn blocked(&mut self, now: Tick, item: u32, department: u32) {
        self.tell(now, Record::Blocked { who: self.who(item), department });
    }

    fn let_in(&mut self, now: Tick, item: u32, room: Room) {
        let made = match room {
            Room::Taken { person, .. } => Made::Taken(person),
            Room::Free { person } => Made::Free(person),
            Room::Left { item } => Made::Left(self.left[&item]),
        };
        self.tell(now, Record::LetIn { who: self.who(item), made });
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        let Stay { row, ask, joined, begun, finished, ended, worked, asking } = *stay;
        let times = Times { joined, begun, finished, ended, worked, asking };
        self.tell(ended, Record::Stayed { who: self.who(item), row, ask, times });
    }

    fn erred(&mut self, now: Tick, case: u32, row: u32) {
        self.tell(now, Record::Erred { who: self.who(case), row });
    }

    fn found(&mut self, now: Tick, case: u32, row: u32, maker: u32, action: Action) {
        let done = match action {
            Action::Returned => Done::Returned,
            Action::Sent(to) => Done::Sent(to),
            Action::TurnedAway => Done::TurnedAway,
        };
        self.tell(now, Record::Found { who: self.who(case), row, maker, done });
    }

    fn rework(&mut self, now: Tick, case: u32, maker: u32) {
        self.tell(now, Record::Rework { who: self.who(case), maker });
    }

    fn reworked(&mut self, now: Tick, case: u32) {
        self.tell(now, Record::Reworked { who: self.who(case) });
    }

    fn sent_back(&mut self, now: Tick, case: u32, row: u32, transfer: Tick) {
        self.tell(now, Record::SentBack { who: self.who(case), row, transfer });
    }

    fn reached(&mut self, now: Tick, case: u32, maker: u32) {
        self.tell(now, Record::Reached { who: self.who(case), maker });
    }

    fn complains(&mut self, now: Tick, case: u32, first: &Identity) {
        self.tell(now, Record::Complains { who: self.who(case), first: of_case(first) });
    }

    fn parted(&mut self, now: Tick, case: u32, part: u32, fork: u32, branch: u32, transfer: Tick) {
        let who = self.who(case);
        let of_part = self.make(part, (who.0, who.1, who.2));
        self.cases.insert(part, case);
        self.tell(now, Record::Parted { who, part: of_part, way: (fork, branch), transfer });
    }

    fn awaits_others(&mut self, now: Tick, part: u32) {
        self.joining.push((part, self.cases[&part]));
        self.tell(now, Record::AwaitsOthers { part: self.who(part) });
    }

    fn rejoined(&mut self, now: Tick, case: u32, part: u32) {
        let of_part = self.remove(part);
        for (waiting, _) in self.joining.extract_if(.., |(_, of)| *of == case).collect::<Vec<_>>() {
            self.remove(waiting);
        }
        self.tell(now, Record::Rejoined { who: self.who(case), part: of_part });
    }

    fn disowned(&mut self, now: Tick, part: u32) {
        self.tell(now, Record::Disowned { part: self.who(part) });
    }

    fn part_lost(&mut self, now: Tick, part: u32, end: End, decides: bool) {
        let part = self.remove(part);
        self.tell(now, Record::PartLost { part, end, decides });
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.joining.retain(|(waiting, _)| *waiting != part);
        self.left.insert(part, self.who(part));
        let part = self.remove(part);
        self.tell(now, Record::Withdrawn { part });
    }

    fn sets_up(&mut self, now: Tick, item: u32, row: u32, person: u32) {
        self.tell(now, Record::SetsUp { who: self.who(item), row, person });
    }

    fn batched(&mut self, now: Tick, member: u32, leader: u32) {
        self.tell(now, Record::Batched { member: self.who(member), leader: self.who(leader) });
    }

    fn waits_along(&mut self, now: Tick, member: u32, request: u32) {
        // That it does so no more is told where it goes on.
        if request != NONE {
            self.tell(now, Record::WaitsAlong { member: self.who(member), request: self.who(request) });
        }
    }

    fn turned(&mut self, now: Tick, item: u32, row: u32) {
        self.tell(now, Record::Turned { who: self.who(item), row });
    }

    fn rose(&mut self, now: Tick, item: u32, row: u32) {
        self.tell(now, Record::Rose { who: self.who(item), row });
    }

    fn is_short(&mut self, now: Tick, item: u32, stock: u32) {
        self.tell(now, Record::IsShort { who: self.who(item), stock });
    }

    fn supplied(&mut self, now: Tick, item: u32, order: &Order) {
        // Its item is gone.
        let order = self.delivered.unwrap_or_else(|| self.order(order));
        self.left.insert(item, self.who(item));
        self.tell(now, Record::Supplied { who: self.who(item), order });
    }

    fn ordered(&mut self, now: Tick, order: &Order) {
        if order.item != NONE {
            self.make(order.item, (NONE, order.stock.into(), 0));
        }
        self.tell(now, Record::Ordered { order: self.order(order) });
    }

    fn delivered(&mut self, now: Tick, order: &Order) {
        let told = self.order(order);
        if order.item != NONE {
            self.remove(order.item);
        }
        self.delivered = Some(told);
        self.tell(now, Record::Delivered { order: told });
    }

    fn stocked(&mut self, now: Tick, stock: u32, on_hand: u32) {
        if now > 0 {
            self.begin();
        }
        self.at(now);
        self.goods.0.insert(stock, on_hand);
    }

    fn let_down(&mut self, now: Tick, row: u32, usage: u32, raided: u32) {
        self.tell(now, Record::LetDown { row, usage, raided });
    }

    fn hoards(&mut self, now: Tick, usage: u32, hidden: u32) {
        self.begin();
        self.at(now);
        self.goods.1.insert(usage, hidden);
    }

    fn awaits_way(&mut self, now: Tick, case: u32, route: u32) {
        self.tell(now, Record::AwaitsWay { who: self.who(case), route });
    }

    fn picks_up(&mut self, now: Tick, handoff: u32) {
        self.tell(now, Record::PicksUp { handoff });
    }

    fn is_away(&mut self, now: Tick, case: u32, row: u32, end: End) {
        self.tell(now, Record::IsAway { who: self.who(case), row, end });
    }

    fn returns(&mut self, now: Tick, case: u32, row: u32) {
        self.tell(now, Record::Returns { who: self.who(case), row });
    }

    fn shares(&mut self, now: Tick, item: u32, attained: Tick) {
        self.tell(now, Record::Shares { who: self.who(item), attained });
    }

    fn settled(&mut self, now: Tick) {
        self.begin();
        self.at(now);
        self.settle();
    }

    fn unfinished(&mut self, _now: Tick, case: u32, who: &Identity, life: &Life, at: Standing) {
        assert_eq!(self.who(case), of_case(who));
        let place = place_of(at);
        let Life { arrived, touch } = *life;
        self.trace.unfinished.push(Unfinished { who: of_case(who), arrived, touch, place });
    }
    fn part_unfinished(&mut self, _now: Tick, part: u32, at: Standing) {
        self.trace.parts.push((self.who(part), place_of(at)));
    }
}

fn place_of(at: Standing) -> Place {
    match at {
        Standing::Waiting { row, joined } => Place::Waiting { row, joined },
        Standing::Served { row, .. } => unreachable!("a plain standing in row {row}"),
        Standing::Begun { row, joined, begun, worked } => Place::Begun { row, joined, begun, worked },
        Standing::Moving { row } => Place::Moving { row },
        Standing::Forked { row } => Place::Forked { row },
        Standing::Joining { row } => Place::Joining { row },
        Standing::Away { row } => Place::Away { row },
    }
}
