//! The ledger: because of whom each case spent its time, to the tick.
//!
//! What it means stands in [`semantics`](crate::semantics). An entry is who, what, whose, and where it was
//! felt ([`Key`]). Every case in the system has an account of entries ([`account`]); when it ends, its
//! account is closed into the sums of its class and fate, and must balance: entries sum to the lead time,
//! its own work to the touch time.
//!
//! Two observers keep accounts. [`PlainLedger`] is for models in which nobody depends on the people of
//! another department: there a wait needs no following. [`FullLedger`] is for all others, and for looking
//! at single cases of any model. It remembers what people did ([`trail`]), and what items were charged with
//! on whom people waited, and when a wait ends it follows the chain to what was really going on
//! ([`follow`]).
//!
//! A construct to come has to say two things: what its activity is (a state that charges itself,
//! [`item::Item::activity`]), and what it waits for (a person, or another item's record, [`follow::To`]).

mod account;
mod codes;
mod follow;
mod full;
mod idle;
mod item;
mod open_ends;
mod parts;
mod plain;
mod record;
mod shares;
mod slots;
mod stays;
mod stock;
mod sums;
#[cfg(test)]
mod tests;
mod told;
mod trail;
mod ways;

pub(crate) use account::{FATES, Fate, LedgerTotals};
pub(crate) use codes::Codes;
pub use codes::{Cause, PartyKind, What, Whose};
pub(crate) use full::FullLedger;
pub(crate) use item::{Stretch, Trace};
pub(crate) use plain::PlainLedger;
pub(crate) use slots::Key;
