//! Observers: they listen to the engine and keep what the results are made of.

mod population;
mod presence;
mod records;
mod statistics;

pub(crate) use population::Population;
pub(crate) use presence::{PresenceObserver, SelfCheck};
pub(crate) use records::Recorder;
pub use records::{CaseId, CaseRecord, Outcome, Records, VisitRecord};
pub(crate) use statistics::{ClassStatistics, RowStatistics, Statistics};
