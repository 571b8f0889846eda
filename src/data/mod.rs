//! Event logs: what an organization has recorded of its work, and where the waiting in it came from.
//!
//! An [`EventLog`] holds one [`Event`] per piece of work: of which case, who did it, from when to when, and from
//! when on it could have been done. It comes from a CSV file ([`EventLog::read`]), from Rust ([`EventLog::new`]), or
//! from the visits of a simulation ([`EventLog::from_visits`]), and is written back as CSV ([`EventLog::write`]).
//!
//! [`EventLog::facts`] counts and averages. [`EventLog::waiting_split`] asks of every wait what the person did
//! meanwhile who ended it, and so splits it into five causes that add up to it, to the microsecond. Both ask a log
//! only, so that a real one and its simulation lie side by side.
//!
//! ```
//! use knockon::data::{EventLog, WaitingRules};
//! use knockon::model::Calendar;
//! use knockon::time::minutes;
//!
//! // Case 1 is handed from Cole to Anya at 9:30. She is busy with case 2 until 10:00, pauses until 10:30,
//! // and lets case 1 lie until 10:45.
//! let log = EventLog::from_csv(
//!     "case_id,activity,resource,start_time,end_time\n\
//!      1,check,Cole,2026-01-05 09:00,2026-01-05 09:30\n\
//!      2,file,Anya,2026-01-05 09:00,2026-01-05 10:00\n\
//!      1,file,Anya,2026-01-05 10:45,2026-01-05 11:00\n",
//! )?;
//! let hours = Calendar::described("Anya", |c| c.shift("daily", "08:00", "10:00").shift("daily", "10:30", "18:00"))?;
//! let split = log.waiting_split(&WaitingRules::new().calendar_of("Anya", hours))?;
//!
//! let handoff = split.handoff(("check", "Cole"), ("file", "Anya"))?.waiting;
//! assert_eq!(handoff.total(), minutes(75));
//! assert_eq!(handoff.contention, minutes(30));
//! assert_eq!(handoff.unavailability, minutes(30));
//! assert_eq!(handoff.extraneous, minutes(15));
//! println!("{split}");
//! # Ok::<(), knockon::Error>(())
//! ```
//!
//! # Columns
//!
//! The first line of a CSV file names its columns. Unless [`Columns`] says otherwise they are found by the names
//! that are in use, in any order, in small or capital letters; others are passed over:
//!
//! | column | found as |
//! | --- | --- |
//! | case | `case_id`, `case`, `case:concept:name`, `caseid` |
//! | activity | `activity`, `concept:name`, `activity_name`, `task` |
//! | resource, may be missing | `resource`, `org:resource`, `user` |
//! | enabled, may be missing | `enabled_time`, `time:enabled`, `enabled`, `enabled_timestamp` |
//! | start | `start_time`, `start`, `start_timestamp`, `time:start` |
//! | end | `end_time`, `end`, `end_timestamp`, `time:end`, `time:timestamp` |
//! | extraneous delay, may be missing | `extraneous_delay`, `extraneous` |
//!
//! Times are those of RFC 3339 (`2026-01-05T08:00:00+01:00`), also with a space instead of the `T`, without
//! seconds, or without an offset from UTC; then they are taken as UTC. What is below a microsecond is cut off. A
//! resource, an enabling or a delay that is empty is not known.
//!
//! An *extraneous delay* is how much of the wait before an event had causes outside the process, in seconds, as another
//! program found it. It is read, averaged and written, and has no part in the split below, which is made from what people
//! did.
//!
//! # When a wait begins
//!
//! A piece of work is *enabled* when the log says so, else at the end of the activity of the case before it: the
//! one that ended last, of those that ended before it started. That one, or the last that ended before the enabling
//! in the log, is the *source* of the handoff. Where there is none, and no enabling in the log, nothing is known of a
//! wait. From the enabling to the start is the wait, and each instant of it belongs to the first of these causes that
//! applies:
//!
//! | cause | at this instant |
//! | --- | --- |
//! | batching | the last item of its batch is not enabled yet |
//! | contention | the person works on what was enabled no later than the item |
//! | prioritization | the person works on what was enabled later |
//! | unavailability | the person is off by their calendar |
//! | extraneous | none of these |
//!
//! A *batch* is a run of the same activity by the same person without a gap and with nothing else in between, two
//! items or more, all of which were enabled when the first began. A run in which one came later is a queue, no
//! batch. An item of a batch is ready when its batch is: until the batch begins, other work counts as prioritized if
//! it was enabled later than the last item of the batch; from then on, if later than the item itself.
//!
//! Work whose enabling is not known counts as enabled when it started. Where nobody is named, all is extraneous.

mod batches;
mod columns;
mod enabling;
mod facts;
mod found;
mod log;
mod occupation;
mod read;
mod rules;
mod split;
mod table;
#[cfg(test)]
mod tests;
mod times;
mod visits;
mod write;

pub use columns::Columns;
pub use facts::{ActivityFacts, HandoffFacts, LogFacts, ResourceFacts, TimeFacts};
pub use log::{Event, EventLog};
pub use rules::WaitingRules;
pub use split::{HandoffWaiting, NamedWaiting, Wait, Waiting, WaitingRow, WaitingSplit};

crate::rows::displayed_as_rows!(LogFacts);
