//! Observers: they listen to the engine and keep what the results are made of.

mod active;
mod forks;
mod full;
mod homes;
mod ledger;
mod notable;
mod people;
mod perturbation;
mod population;
mod presence;
mod quality;
mod records;
mod requests;
mod retries;
mod self_check;
mod services;
mod statistics;
mod stocks;
mod thresholds;
mod time_blocks;
mod visit_parts;
mod ways;
mod working_hours;

pub(crate) use active::{
    ActivePeriods, HOURS as WEEK_HOURS, HomeActivity, STRETCHES, Totals as ActiveTotals,
    Window as ActiveWindow,
};
pub(crate) use forks::ForkCounts;
pub(crate) use full::{FlowStatistics, FullStatistics, finish_full, full_statistics};
pub use homes::PersonId;
pub use ledger::{Cause, PartyKind, What, Whose};
pub(crate) use ledger::{Codes, FATES, Fate, FullLedger, Key, LedgerTotals, PlainLedger, Stretch, Trace};
pub(crate) use notable::{Best, Notable, NotableCases};
pub(crate) use people::{PeopleStatistics, StaffTime};
pub(crate) use perturbation::{Perturbation, PerturbationSums};
pub(crate) use population::Population;
pub(crate) use presence::PresenceObserver;
pub(crate) use quality::{MakerStatistics, QualityStatistics};
pub use records::{
    CaseId, CaseRecord, OrderRecord, Outcome, PartId, Records, RequestOutcome, RequestRecord, VisitRecord,
};
pub(crate) use records::{Record, Recorder, TakeBatches};
pub(crate) use requests::AskStatistics;
pub(crate) use retries::RetryStatistics;
pub(crate) use self_check::SelfCheck;
pub(crate) use services::ServiceStatistics;
pub(crate) use statistics::{ClassStatistics, RareVisits, RowStatistics, Statistics};
pub(crate) use stocks::{StockCounts, UseCounts, uses};
pub(crate) use thresholds::Thresholds;
pub(crate) use time_blocks::TimeBlocks;
pub(crate) use visit_parts::VisitParts;
pub(crate) use ways::WayStatistics;
pub(crate) use working_hours::WorkingHours;
