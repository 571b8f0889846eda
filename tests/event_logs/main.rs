//! Event logs: what they say, how they are read and written, and where the waiting in them came from.

mod facts;
mod files;
mod large;
mod manual;
mod simulated;

use knockon::data::EventLog;

fn path(file: &str) -> String {
    format!("tests/data/event_logs/{file}")
}

fn log(file: &str) -> EventLog {
    EventLog::read(path(file)).unwrap()
}
