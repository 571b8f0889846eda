//! One flat record per visit, per case, per request and per order, streamed to the caller.

use serde::{Deserialize, Serialize};

use super::homes::{Homes, PersonId};
use crate::engine::{End, Identity, Life, Observer, Order, Standing, Stay, Visit};
use crate::plan::{NONE, Plan};
use crate::time::{Span, Tick};

/// Takes the records of one replication, in the order in which visits, cases, requests and orders end.
///
/// Those of the warm-up are included; pilot replications, from which a warm-up is chosen, are not
/// recorded. Records come in batches, not the instant they are made. Replications run side by side: each has its own taker, and those of different replications
/// are called from different threads.
pub trait Records: Send {
    /// A visit has ended, or the run has with the visit unfinished.
    fn visit(&mut self, _record: &VisitRecord) {}

    /// A case has ended, or the run has with the case unfinished.
    fn case(&mut self, _record: &CaseRecord) {}

    /// A request has been answered or given up, or the run has ended with it open.
    fn request(&mut self, _record: &RequestRecord) {}

    /// An order for stock has been delivered, or the run has ended with it open.
    fn order(&mut self, _record: &OrderRecord) {}

    /// The replication is over: there are no more records. Called once; then the taker is dropped.
    fn finished(&mut self) {}
}

/// Which case it is. Across scenarios the same case has the same number and member, in the stream of the
/// same name; the index of that stream is the same where the scenarios have the same streams in the same
/// order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaseId {
    /// The stream: an index into the model's initial work followed by its customer streams and those of
    /// complaints, whose names are in [`Results::streams`](crate::results::Results::streams).
    pub stream: u32,
    /// The number of the arrival in the stream, from 0.
    pub number: u64,
    /// The place in the batch, from 0.
    pub member: u32,
}

/// Which part of a case: one that came to be by a branch of a fork.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PartId {
    /// The fork: an index into [`Results::forks`](crate::results::Results::forks). Of a part of a part, the later.
    pub fork: u32,
    /// The branch: an index into the fork's.
    pub branch: u32,
}

/// One visit of a case, or of a part of one, to a department. Times are spans since the start of the replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitRecord {
    /// The replication.
    pub replication: u64,
    /// The case.
    pub case: CaseId,
    /// The part of the case that it is, if it goes on in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<PartId>,
    /// The department: an index into the model's.
    pub department: u32,
    /// The class of the case at this visit, which it had at its end: an index into the results' classes.
    pub class: u32,
    /// When it joined.
    pub joined: Span,
    /// When its service began; `None` if it never did. Setups come before it.
    pub begun: Option<Span>,
    /// Who began the service, of several people the last to come; `None` if nobody did, where there is always staff
    /// enough, and where people share their time among all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// When the visit ended; `None` if it is unfinished.
    pub ended: Option<Span>,
    /// How long somebody has worked on the case.
    pub worked: Span,
    /// How long it has waited for answers, where the visit has ended.
    pub asking: Span,
    /// How long it has waited for room where it goes, where the visit has ended.
    pub blocked: Span,
    /// Whether it has ended because the part came too late to be needed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestOutcome {
    /// The answer came.
    Answered,
    /// The work went on without the answer.
    GivenUp,
    /// It was open when the run ended.
    Unfinished,
}

/// One request. Times are spans since the start of the replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// The replication.
    pub replication: u64,
    /// Which request of the model: an index into [`Results::requests`](crate::results::Results::requests).
    pub request: u32,
    /// The case because of which it was asked, also by way of another request; `None` where the work was on an order
    /// for stock.
    pub case: Option<CaseId>,
    /// When it was asked.
    pub asked: Span,
    /// When it joined the department that answers; `None` if it has not.
    pub joined: Option<Span>,
    /// When its service began; `None` if it has not.
    pub begun: Option<Span>,
    /// When the answer was back, or the work went on without it; `None` if it is open.
    pub ended: Option<Span>,
    /// What became of it.
    pub outcome: RequestOutcome,
}

/// One order for stock. Times are spans since the start of the replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderRecord {
    /// The replication.
    pub replication: u64,
    /// The stock: an index into [`Results::stocks`](crate::results::Results::stocks).
    pub stock: u32,
    /// The number of the order among those of the stock, from 1.
    pub number: u64,
    /// How many were ordered.
    pub quantity: u32,
    /// When.
    pub ordered: Span,
    /// When it joined the department that makes it; `None` if it comes from outside, or has not joined.
    pub joined: Option<Span>,
    /// When the work on it began; `None` if it comes from outside, or has not begun.
    pub begun: Option<Span>,
    /// When it was delivered; `None` if it is open.
    pub delivered: Option<Span>,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// All its work was done.
    Completed,
    /// It found a queue full on arrival.
    Rejected,
    /// Its patience ended in a queue.
    Reneged,
    /// A defect was found on it that let nobody serve it further.
    TurnedAway,
    /// It saw how many were there on arrival, and did not join.
    Balked,
    /// It was in the system when the run ended.
    Unfinished,
}

/// One case. Times are spans since the start of the replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The replication.
    pub replication: u64,
    /// The case.
    pub case: CaseId,
    /// Its class at arrival: an index into the results' classes.
    pub class: u32,
    /// When it arrived, for the first time.
    pub arrived: Span,
    /// How often it arrived: once, and again after each time that it was lost and tried again.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub attempts: u32,
    /// When it ended, or the end of the run.
    pub ended: Span,
    /// How.
    pub outcome: Outcome,
    /// The time in which somebody worked on it.
    pub touch_time: Span,
    /// The case that it is a complaint about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint_of: Option<CaseId>,
}

fn once() -> u32 {
    1
}

fn is_once(attempts: &u32) -> bool {
    *attempts == 1
}

/// What is known of a case, a part, a request or an order: `ask` says which request of the plan, [`NONE`] of others.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// None of an order.
    case: Option<CaseId>,
    part: Option<PartId>,
    attempts: u32,
    complaint_of: Option<CaseId>,
    ask: u32,
    asked: Tick,
    /// The row of its visit, or [`NONE`] between visits.
    row: u32,
    joined: Option<Tick>,
    begun: Option<Tick>,
    /// Who began it, as the engine numbers them.
    staff: u32,
}

/// No visit is told of an order.
const NOBODY: CaseId = CaseId { stream: NONE, number: 0, member: 0 };

/// Nobody.
const BLANK: Item = Item {
    case: None,
    part: None,
    attempts: 1,
    complaint_of: None,
    ask: NONE,
    asked: 0,
    row: NONE,
    joined: None,
    begun: None,
    staff: NONE,
};

/// A record of some kind.
#[derive(Clone, Debug)]
pub(crate) enum Record {
    Visit(VisitRecord),
    Case(CaseRecord),
    Request(RequestRecord),
    Order(OrderRecord),
}

/// Records are handed on in batches, so that the engine is compiled once for all who take them.
pub(crate) trait TakeBatches: Send {
    fn take(&mut self, records: &[Record]);
    fn finished(&mut self);
}

impl<R: Records> TakeBatches for R {
    fn take(&mut self, records: &[Record]) {
        for record in records {
            match record {
                Record::Visit(visit) => self.visit(visit),
                Record::Case(case) => self.case(case),
                Record::Request(request) => self.request(request),
                Record::Order(order) => self.order(order),
            }
        }
    }

    fn finished(&mut self) {
        Records::finished(self);
    }
}

/// How many records make a batch.
const BATCH: usize = 1024;

/// Turns what the engine tells into records.
pub(crate) struct Recorder<'t> {
    replication: u64,
    classes: u32,
    homes: Homes,
    /// By place in the engine's table: what is there now.
    items: Vec<Item>,
    /// Orders that are not delivered.
    orders: Vec<(Order, Tick)>,
    /// Records not handed on.
    kept: Vec<Record>,
    /// Who takes them; if nobody does, they are kept.
    to: Option<Box<dyn TakeBatches + 't>>,
}

impl<'t> Recorder<'t> {
    /// Records replication `replication` of a plan.
    pub fn new(plan: &Plan, replication: u64, to: Option<Box<dyn TakeBatches + 't>>) -> Recorder<'t> {
        Recorder {
            replication,
            classes: plan.classes.len() as u32,
            homes: Homes::of(plan),
            items: Vec::new(),
            orders: Vec::new(),
            kept: Vec::new(),
            to,
        }
    }

    /// The records that nobody took.
    pub fn into_kept(self) -> Vec<Record> {
        self.kept
    }

    fn record(&mut self, record: Record) {
        self.kept.push(record);
        if self.kept.len() >= BATCH {
            self.hand_on();
        }
    }

    fn hand_on(&mut self) {
        if let Some(to) = &mut self.to {
            to.take(&self.kept);
            self.kept.clear();
        }
    }

    fn place(&mut self, at: u32, item: Item) {
        if self.items.len() <= at as usize {
            self.items.resize(at as usize + 1, BLANK);
        }
        self.items[at as usize] = item;
    }

    /// The record of a visit that was not served yet.
    fn visit(&self, case: u32, row: u32, joined: Tick) -> VisitRecord {
        let item = &self.items[case as usize];
        VisitRecord {
            replication: self.replication,
            case: item.case.unwrap_or(NOBODY),
            part: item.part,
            department: row / self.classes,
            class: row % self.classes,
            joined: span(joined),
            begun: None,
            person: self.homes.person(row / self.classes, item.staff),
            ended: None,
            worked: Span::ZERO,
            asking: Span::ZERO,
            blocked: Span::ZERO,
            withdrawn: false,
        }
    }

    /// The visit of an item that is gone before it has ended, if it is at one.
    fn is_gone(&mut self, now: Tick, item: u32) {
        // A part that has not set out is not known.
        let Some(&Item { part: Some(_), row, joined, begun, .. }) = self.items.get(item as usize) else {
            return;
        };
        if let Some(joined) = joined.filter(|_| row != NONE) {
            let (begun, ended) = (begun.map(span), Some(span(now)));
            let record = VisitRecord { begun, ended, withdrawn: true, ..self.visit(item, row, joined) };
            self.record(Record::Visit(record));
        }
        self.items[item as usize] = BLANK;
    }

    /// A visit is unfinished.
    fn stands(&mut self, now: Tick, item: u32, at: Standing) {
        let (row, joined, begun, worked) = match at {
            Standing::Waiting { row, joined } => (row, joined, None, 0),
            Standing::Served { row, joined, begun } => (row, joined, Some(span(begun)), now - begun),
            Standing::Begun { row, joined, begun, worked } => (row, joined, Some(span(begun)), worked),
            Standing::Moving { .. }
            | Standing::Forked { .. }
            | Standing::Joining { .. }
            | Standing::Away { .. } => return,
        };
        let record = VisitRecord { begun, worked: span(worked), ..self.visit(item, row, joined) };
        self.record(Record::Visit(record));
    }

    fn order(&mut self, order: &Order, ordered: Tick, delivered: Option<Tick>) {
        let item = self.items.get_mut(order.item as usize).map(|item| std::mem::replace(item, BLANK));
        let record = OrderRecord {
            replication: self.replication,
            stock: order.stock,
            number: order.number,
            quantity: order.quantity,
            ordered: span(ordered),
            joined: item.and_then(|item| item.joined).map(span),
            begun: item.and_then(|item| item.begun).map(span),
            delivered: delivered.map(span),
        };
        self.record(Record::Order(record));
    }

    fn case(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, outcome: Outcome) {
        let record = CaseRecord {
            replication: self.replication,
            case: id(who),
            class: who.class,
            arrived: span(life.arrived),
            attempts: self.items[case as usize].attempts,
            ended: span(now),
            outcome,
            touch_time: span(life.touch),
            complaint_of: self.items[case as usize].complaint_of,
        };
        self.record(Record::Case(record));
    }

    fn request(&mut self, request: u32, ended: Option<Tick>, outcome: RequestOutcome) {
        let item = std::mem::replace(&mut self.items[request as usize], BLANK);
        let record = RequestRecord {
            replication: self.replication,
            request: item.ask,
            case: item.case,
            asked: span(item.asked),
            joined: item.joined.map(span),
            begun: item.begun.map(span),
            ended: ended.map(span),
            outcome,
        };
        self.record(Record::Request(record));
    }
}

fn span(tick: Tick) -> Span {
    Span::from_ticks(tick as i64)
}

fn id(who: &Identity) -> CaseId {
    CaseId { stream: who.stream, number: who.number, member: who.member }
}

impl Observer for Recorder<'_> {
    fn arrived(&mut self, _now: Tick, case: u32, who: &Identity, _row: u32) {
        self.place(case, Item { case: Some(id(who)), ..BLANK });
    }

    fn complains(&mut self, _now: Tick, case: u32, first: &Identity) {
        self.items[case as usize].complaint_of = Some(id(first));
    }

    fn asked(&mut self, now: Tick, item: u32, request: u32, ask: u32) {
        let case = self.items[item as usize].case;
        self.place(request, Item { case, ask, asked: now, ..BLANK });
    }

    fn ordered(&mut self, now: Tick, order: &Order) {
        self.orders.push((*order, now));
        if order.item != NONE {
            self.place(order.item, BLANK);
        }
    }

    fn delivered(&mut self, now: Tick, order: &Order) {
        let same = |(open, _): &(Order, Tick)| (open.stock, open.number) == (order.stock, order.number);
        if let Some(at) = self.orders.iter().position(same) {
            let (order, ordered) = self.orders.swap_remove(at);
            self.order(&order, ordered, Some(now));
        }
    }

    fn parted(&mut self, _now: Tick, case: u32, part: u32, fork: u32, branch: u32, _transfer: Tick) {
        let Item { case, attempts, complaint_of, .. } = self.items[case as usize];
        let part_id = Some(PartId { fork, branch });
        self.place(part, Item { case, attempts, complaint_of, part: part_id, ..BLANK });
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, _decides: bool) {
        self.is_gone(now, part);
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.is_gone(now, part);
    }

    fn forgotten(&mut self, now: Tick, item: u32) {
        self.is_gone(now, item);
    }

    fn returns(&mut self, _now: Tick, case: u32, _row: u32) {
        self.items[case as usize].attempts += 1;
    }

    fn turned(&mut self, _now: Tick, item: u32, row: u32) {
        self.items[item as usize].row = row;
    }

    fn joined(&mut self, now: Tick, case: u32, row: u32) {
        let item = &mut self.items[case as usize];
        (item.row, item.joined, item.begun, item.staff) = (row, Some(now), None, NONE);
    }

    fn started(&mut self, now: Tick, case: u32, _row: u32, staff: u32) {
        let item = &mut self.items[case as usize];
        (item.begun, item.staff) = (Some(now), staff);
    }

    fn answered(&mut self, now: Tick, _item: u32, request: u32, _ask: u32, _asked: Tick) {
        self.request(request, Some(now), RequestOutcome::Answered);
    }

    /// One that is begun still asks in the name of its case.
    fn given_up(&mut self, now: Tick, _item: u32, request: u32, _ask: u32, _asked: Tick, begun: bool) {
        let case = self.items[request as usize].case;
        self.request(request, Some(now), RequestOutcome::GivenUp);
        if begun {
            self.items[request as usize].case = case;
        }
    }

    fn served(&mut self, case: u32, visit: &Visit) {
        let record = VisitRecord {
            begun: Some(span(visit.begun)),
            ended: Some(span(visit.ended)),
            worked: span(visit.ended - visit.begun),
            ..self.visit(case, visit.row, visit.joined)
        };
        self.record(Record::Visit(record));
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        if stay.ask != NONE {
            return;
        }
        self.items[item as usize].row = NONE;
        let record = VisitRecord {
            begun: Some(span(stay.begun)),
            ended: Some(span(stay.ended)),
            worked: span(stay.worked),
            asking: span(stay.asking),
            blocked: span(stay.ended - stay.finished),
            ..self.visit(item, stay.row, stay.joined)
        };
        self.record(Record::Visit(record));
    }

    fn reneged(&mut self, now: Tick, case: u32, row: u32, joined: Tick) {
        self.items[case as usize].row = NONE;
        let record = VisitRecord { ended: Some(span(now)), ..self.visit(case, row, joined) };
        self.record(Record::Visit(record));
    }

    fn ended(&mut self, now: Tick, case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        let outcome = match end {
            End::Completed => Outcome::Completed,
            End::Rejected => Outcome::Rejected,
            End::Reneged => Outcome::Reneged,
            End::TurnedAway => Outcome::TurnedAway,
            End::Balked => Outcome::Balked,
        };
        self.case(now, case, who, life, outcome);
    }

    fn unfinished(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, at: Standing) {
        self.stands(now, case, at);
        self.case(now, case, who, life, Outcome::Unfinished);
    }

    fn part_unfinished(&mut self, now: Tick, part: u32, at: Standing) {
        self.stands(now, part, at);
    }

    fn closed(&mut self) {
        for item in 0..self.items.len() as u32 {
            if self.items[item as usize].ask != NONE {
                self.request(item, None, RequestOutcome::Unfinished);
            }
        }
        for (order, ordered) in std::mem::take(&mut self.orders) {
            self.order(&order, ordered, None);
        }
        self.hand_on();
        if let Some(to) = &mut self.to {
            to.finished();
        }
    }
}
