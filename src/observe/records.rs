//! One flat record per visit, per case and per request, streamed to the caller.

use serde::{Deserialize, Serialize};

use crate::engine::{End, Identity, Life, Observer, Standing, Stay, Visit};
use crate::plan::{NONE, Plan};
use crate::time::{Span, Tick};

/// Takes the records of one replication, in the order in which visits, cases and requests end.
///
/// Those of the warm-up are included; pilot replications, from which a warm-up is chosen, are not
/// recorded. Replications run side by side: each has its own taker, and those of different replications
/// are called from different threads.
pub trait Records: Send {
    /// A visit has ended, or the run has with the visit unfinished.
    fn visit(&mut self, _record: &VisitRecord) {}

    /// A case has ended, or the run has with the case unfinished.
    fn case(&mut self, _record: &CaseRecord) {}

    /// A request has been answered or given up, or the run has ended with it open.
    fn request(&mut self, _record: &RequestRecord) {}

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

/// One visit of a case to a department. Times are spans since the start of the replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitRecord {
    /// The replication.
    pub replication: u64,
    /// The case.
    pub case: CaseId,
    /// The department: an index into the model's.
    pub department: u32,
    /// The class of the case at this visit: an index into the results' classes.
    pub class: u32,
    /// When it joined.
    pub joined: Span,
    /// When its service began; `None` if it never did.
    pub begun: Option<Span>,
    /// When the visit ended; `None` if it is unfinished.
    pub ended: Option<Span>,
    /// How long somebody has worked on the case.
    pub worked: Span,
    /// How long it has waited for answers, where the visit has ended.
    pub asking: Span,
    /// How long it has waited for room where it goes, where the visit has ended.
    pub blocked: Span,
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
    /// The case because of which it was asked, also by way of another request.
    pub case: CaseId,
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
    /// When it arrived.
    pub arrived: Span,
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

/// What is known of a case, or of a request: `ask` says which of the plan, [`NONE`] of a case.
#[derive(Clone, Copy, Debug)]
struct Item {
    case: CaseId,
    complaint_of: Option<CaseId>,
    ask: u32,
    asked: Tick,
    joined: Option<Tick>,
    begun: Option<Tick>,
}

/// Nobody.
const BLANK: Item = Item {
    case: CaseId { stream: NONE, number: 0, member: 0 },
    complaint_of: None,
    ask: NONE,
    asked: 0,
    joined: None,
    begun: None,
};

/// Turns what the engine tells into records.
#[derive(Debug)]
pub(crate) struct Recorder<R> {
    replication: u64,
    classes: u32,
    /// By place in the engine's table: what is there now.
    items: Vec<Item>,
    to: R,
}

impl<R: Records> Recorder<R> {
    /// Records replication `replication` of a plan.
    pub fn new(plan: &Plan, replication: u64, to: R) -> Recorder<R> {
        Recorder { replication, classes: plan.classes.len() as u32, items: Vec::new(), to }
    }

    fn place(&mut self, at: u32, item: Item) {
        if self.items.len() <= at as usize {
            self.items.resize(at as usize + 1, BLANK);
        }
        self.items[at as usize] = item;
    }

    /// The record of a visit that was not served yet.
    fn visit(&self, case: u32, row: u32, joined: Tick) -> VisitRecord {
        VisitRecord {
            replication: self.replication,
            case: self.items[case as usize].case,
            department: row / self.classes,
            class: row % self.classes,
            joined: span(joined),
            begun: None,
            ended: None,
            worked: Span::ZERO,
            asking: Span::ZERO,
            blocked: Span::ZERO,
        }
    }

    fn case(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, outcome: Outcome) {
        self.to.case(&CaseRecord {
            replication: self.replication,
            case: id(who),
            class: who.class,
            arrived: span(life.arrived),
            ended: span(now),
            outcome,
            touch_time: span(life.touch),
            complaint_of: self.items[case as usize].complaint_of,
        });
    }

    fn request(&mut self, request: u32, ended: Option<Tick>, outcome: RequestOutcome) {
        let item = std::mem::replace(&mut self.items[request as usize], BLANK);
        self.to.request(&RequestRecord {
            replication: self.replication,
            request: item.ask,
            case: item.case,
            asked: span(item.asked),
            joined: item.joined.map(span),
            begun: item.begun.map(span),
            ended: ended.map(span),
            outcome,
        });
    }
}

fn span(tick: Tick) -> Span {
    Span::from_ticks(tick as i64)
}

fn id(who: &Identity) -> CaseId {
    CaseId { stream: who.stream, number: who.number, member: who.member }
}

impl<R: Records> Observer for Recorder<R> {
    fn arrived(&mut self, _now: Tick, case: u32, who: &Identity, _row: u32) {
        self.place(case, Item { case: id(who), ..BLANK });
    }

    fn complains(&mut self, _now: Tick, case: u32, first: &Identity) {
        self.items[case as usize].complaint_of = Some(id(first));
    }

    fn asked(&mut self, now: Tick, item: u32, request: u32, ask: u32) {
        let case = self.items[item as usize].case;
        self.place(request, Item { case, ask, asked: now, ..BLANK });
    }

    fn joined(&mut self, now: Tick, case: u32, _row: u32) {
        self.items[case as usize].joined = Some(now);
    }

    fn started(&mut self, now: Tick, case: u32, _row: u32, _staff: u32) {
        self.items[case as usize].begun = Some(now);
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
        self.to.visit(&record);
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        if stay.ask != NONE {
            return;
        }
        let record = VisitRecord {
            begun: Some(span(stay.begun)),
            ended: Some(span(stay.ended)),
            worked: span(stay.worked),
            asking: span(stay.asking),
            blocked: span(stay.ended - stay.finished),
            ..self.visit(item, stay.row, stay.joined)
        };
        self.to.visit(&record);
    }

    fn reneged(&mut self, now: Tick, case: u32, row: u32, joined: Tick) {
        let record = VisitRecord { ended: Some(span(now)), ..self.visit(case, row, joined) };
        self.to.visit(&record);
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
        let record = match at {
            Standing::Waiting { row, joined } => Some(self.visit(case, row, joined)),
            Standing::Served { row, joined, begun } => {
                let (worked, begun) = (span(now - begun), Some(span(begun)));
                Some(VisitRecord { begun, worked, ..self.visit(case, row, joined) })
            }
            Standing::Begun { row, joined, begun, worked } => {
                let (worked, begun) = (span(worked), Some(span(begun)));
                Some(VisitRecord { begun, worked, ..self.visit(case, row, joined) })
            }
            Standing::Moving { .. }
            | Standing::Forked { .. }
            | Standing::Joining { .. }
            | Standing::Away { .. } => None,
        };
        if let Some(record) = record {
            self.to.visit(&record);
        }
        self.case(now, case, who, life, Outcome::Unfinished);
    }

    fn closed(&mut self) {
        for item in 0..self.items.len() as u32 {
            if self.items[item as usize].ask != NONE {
                self.request(item, None, RequestOutcome::Unfinished);
            }
        }
        self.to.finished();
    }
}
