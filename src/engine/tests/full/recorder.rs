//! Writes the trace of the real engine.

use std::collections::BTreeMap;

use super::trace::{Does, Done, Made, Place, Record, Times, Trace, Unfinished, Who};
use crate::engine::observer::{Action, Occupation, Room, Stay};
use crate::engine::{End, Engine, Identity, Life, Limits, Observer, Pause, Standing};
use crate::plan::Plan;
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
    requests: u64,
    /// What was told last of each person, and what before the present event.
    does: Vec<Option<(Does, bool)>>,
    settled: Vec<Option<(Does, bool)>>,
}

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
    (recorder.trace, other)
}

impl Recorder {
    /// Notes the time, which never goes back; what was told at an earlier one is over.
    fn tell(&mut self, now: Tick, record: Record) {
        self.begin();
        self.at(now);
        self.records.push(record);
    }

    /// What everybody does at time 0 is a block of its own.
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
        self.trace.close(self.now, std::mem::take(&mut self.records));
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
    const SHARES: bool = true;

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
            Occupation::SettingUp { .. } => Does::Idle,
            Occupation::Sharing => Does::Sharing,
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
        self.requests += 1;
        let who = self.who(item);
        let of_request = (who.0, who.1, who.2, self.requests);
        self.add(request, of_request);
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
        let place = match at {
            Standing::Waiting { row, joined } => Place::Waiting { row, joined },
            Standing::Served { row, .. } => unreachable!("a plain standing in row {row}"),
            Standing::Begun { row, joined, begun, worked } => Place::Begun { row, joined, begun, worked },
            Standing::Moving { row } => Place::Moving { row },
            Standing::Away { row } => Place::Away { row },
            other => unreachable!("not recorded: {other:?}"),
        };
        let Life { arrived, touch } = *life;
        self.trace.unfinished.push(Unfinished { who: of_case(who), arrived, touch, place });
    }
}
