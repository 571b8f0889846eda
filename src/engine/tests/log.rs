//! What happened in a run, as flat records that both engines write.

use crate::engine::End;
use crate::plan::Plan;
use crate::time::Tick;

/// A case: its stream, the number of its arrival there, its place in the batch.
pub(super) type Who = (u32, u64, u32);

/// One stay at a department, written when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub who: Who,
    pub row: u32,
    pub joined: Tick,
    /// When service began; `None` where the case reneged.
    pub begun: Option<Tick>,
    /// Who served; `None` where the staff is infinite or nobody did.
    pub staff: Option<u32>,
    pub ended: Tick,
}

/// A handing over that is told: one of several ways, or one that takes time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Handover {
    pub who: Who,
    pub at: Tick,
    pub route: u32,
    pub transfer: Tick,
}

/// A whole case, written when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub who: Who,
    /// At arrival.
    pub class: u32,
    /// Where it was last.
    pub row: u32,
    pub arrived: Tick,
    pub touch: Tick,
    pub ended: Tick,
    pub end: End,
}

/// One thing that has come to an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    Stay(Stay),
    Handover(Handover),
    Whole(Whole),
}

impl Record {
    /// When it was written.
    pub fn at(&self) -> Tick {
        match self {
            Record::Stay(stay) => stay.ended,
            Record::Handover(handover) => handover.at,
            Record::Whole(whole) => whole.ended,
        }
    }
}

/// Where a case stands at the end of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Waiting { row: u32, joined: Tick },
    Served { row: u32, joined: Tick, begun: Tick, staff: Option<u32> },
    Moving { row: u32 },
}

/// A case that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfinished {
    pub who: Who,
    pub class: u32,
    pub arrived: Tick,
    /// Up to the end of the run.
    pub touch: Tick,
    pub place: Place,
}

/// Everything that happened in a run, in the order in which it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    pub records: Vec<Record>,
    /// By case.
    pub unfinished: Vec<Unfinished>,
    /// When the run ended.
    pub end: Tick,
}

impl Log {
    /// All finished stays.
    pub fn stays(&self) -> impl Iterator<Item = &Stay> {
        self.records.iter().filter_map(|record| match record {
            Record::Stay(stay) => Some(stay),
            _ => None,
        })
    }

    /// All cases that have ended.
    pub fn wholes(&self) -> impl Iterator<Item = &Whole> {
        self.records.iter().filter_map(|record| match record {
            Record::Whole(whole) => Some(whole),
            _ => None,
        })
    }

    /// One line for each record, handing over left out, in words; then the unfinished cases.
    pub fn lines(&self, plan: &Plan) -> Vec<String> {
        let name = |(stream, number, member): Who| {
            let stream = &plan.streams[stream as usize].name;
            if member == 0 { format!("{stream}{number}") } else { format!("{stream}{number}.{member}") }
        };
        let department = |row| &plan.departments[plan.department_of(row)].name;
        let finished = self.records.iter().filter_map(|record| match record {
            Record::Handover(_) => None,
            Record::Stay(Stay { who, row, joined, begun: Some(begun), staff, ended }) => {
                let by = staff.map_or(String::new(), |staff| format!(" by {staff}"));
                Some(format!("{} {} {joined} {begun}-{ended}{by}", name(*who), department(*row)))
            }
            Record::Stay(Stay { who, row, joined, ended, .. }) => {
                Some(format!("{} {} {joined} left {ended}", name(*who), department(*row)))
            }
            Record::Whole(whole) => Some(format!("{} {:?} {}", name(whole.who), whole.end, whole.ended)),
        });
        let unfinished = self.unfinished.iter().map(|case| {
            let place = match case.place {
                Place::Waiting { row, joined } => format!("waits at {} since {joined}", department(row)),
                Place::Served { row, begun, .. } => format!("is served at {} since {begun}", department(row)),
                Place::Moving { .. } => "is on its way".into(),
            };
            format!("{} {place}", name(case.who))
        });
        finished.chain(unfinished).collect()
    }
}
