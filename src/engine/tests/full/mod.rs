//! Full models: the engine and the ledger against slow and obvious ones, on random models and on schedules
//! worked by hand.

mod recorder;
mod reference;
mod trace;
