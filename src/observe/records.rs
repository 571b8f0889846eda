//! One flat record per visit and per case, streamed to the caller.

use serde::{Deserialize, Serialize};

use crate::engine::{End, Identity, Life, Observer, Standing, Visit};
use crate::plan::Plan;
use crate::time::{Span, Tick};

/// Takes the records of one replication, in the order in which visits and cases end.
///
/// Those of the warm-up are included; pilot replications, from which a warm-up is chosen, are not
/// recorded. Replications run side by side: each has its own taker, and those of different replications
/// are called from different threads.
pub trait Records: Send {
    /// A visit has ended, or the run has with the visit unfinished.
    fn visit(&mut self, _record: &VisitRecord) {}

    /// A case has ended, or the run has with the case unfinished.
    fn case(&mut self, _record: &CaseRecord) {}

    /// The replication is over: there are no more records. Called once; then the taker is dropped.
    fn finished(&mut self) {}
}

/// Which case it is. Across scenarios the same case has the same number and member, in the stream of the
/// same name; the index of that stream is the same where the scenarios have the same streams in the same
/// order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaseId {
    /// The stream: an index into the model's initial work followed by its customer streams, whose names
    /// are in [`Results::streams`](crate::results::Results::streams).
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
}

/// Turns what the engine tells into records.
#[derive(Debug)]
pub(crate) struct Recorder<R> {
    replication: u64,
    classes: u32,
    /// By place in the engine's table: the case that is there now.
    who: Vec<CaseId>,
    to: R,
}

impl<R: Records> Recorder<R> {
    /// Records replication `replication` of a plan.
    pub fn new(plan: &Plan, replication: u64, to: R) -> Recorder<R> {
        Recorder { replication, classes: plan.classes.len() as u32, who: Vec::new(), to }
    }

    fn visit(&mut self, case: u32, row: u32, joined: Tick, begun: Option<Tick>, ended: Option<Tick>) {
        self.to.visit(&VisitRecord {
            replication: self.replication,
            case: self.who[case as usize],
            department: row / self.classes,
            class: row % self.classes,
            joined: span(joined),
            begun: begun.map(span),
            ended: ended.map(span),
        });
    }

    fn case(&mut self, now: Tick, who: &Identity, life: &Life, outcome: Outcome) {
        self.to.case(&CaseRecord {
            replication: self.replication,
            case: id(who),
            class: who.class,
            arrived: span(life.arrived),
            ended: span(now),
            outcome,
            touch_time: span(life.touch),
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
        if self.who.len() <= case as usize {
            self.who.resize(case as usize + 1, id(who));
        }
        self.who[case as usize] = id(who);
    }

    fn served(&mut self, case: u32, visit: &Visit) {
        self.visit(case, visit.row, visit.joined, Some(visit.begun), Some(visit.ended));
    }

    fn reneged(&mut self, now: Tick, case: u32, row: u32, joined: Tick) {
        self.visit(case, row, joined, None, Some(now));
    }

    fn ended(&mut self, now: Tick, _case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        let outcome = match end {
            End::Completed => Outcome::Completed,
            End::Rejected => Outcome::Rejected,
            End::Reneged => Outcome::Reneged,
            End::TurnedAway => Outcome::TurnedAway,
        };
        self.case(now, who, life, outcome);
    }

    fn unfinished(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, at: Standing) {
        match at {
            Standing::Waiting { row, joined } => self.visit(case, row, joined, None, None),
            Standing::Served { row, joined, begun } | Standing::Begun { row, joined, begun, .. } => {
                self.visit(case, row, joined, Some(begun), None)
            }
            Standing::Moving { .. } => {}
        }
        self.case(now, who, life, Outcome::Unfinished);
    }

    fn closed(&mut self) {
        self.to.finished();
    }
}
