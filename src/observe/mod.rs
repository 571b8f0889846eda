//! Observers: they listen to the engine and keep what the results are made of.

mod ledger;
mod population;
mod presence;
mod records;
mod self_check;
mod statistics;
mod thresholds;

pub(crate) use ledger::{
    Codes, FATES, Fate, FullLedger, Key, LedgerTotals, Mark, PlainLedger, Stretch, Trace,
};
pub use ledger::{Cause, PartyKind, What, Whose};
pub(crate) use population::Population;
pub(crate) use presence::PresenceObserver;
pub(crate) use records::Recorder;
pub use records::{CaseId, CaseRecord, Outcome, Records, VisitRecord};
pub(crate) use self_check::SelfCheck;
pub(crate) use statistics::{ClassStatistics, RareVisits, RowStatistics, Statistics};
pub(crate) use thresholds::Thresholds;
