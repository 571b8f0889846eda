//! Small logs made by hand, with the split that they must have; and all others against a slow reference.

mod hand_made;
mod reference;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::Offset;

use super::{Event, EventLog, WaitingRules};
use crate::model::Calendar;

/// An event in words and numbers: case, activity, resource, enabled, start, end. The resource `""` is nobody; times
/// are minutes since a Monday at midnight.
type Told<'n> = (&'n str, &'n str, &'n str, Option<i64>, i64, i64);

fn at(minutes: i64) -> Timestamp {
    let monday = Offset::UTC.to_timestamp(date(2026, 1, 5).into()).unwrap();
    Timestamp::from_second(monday.as_second() + 60 * minutes).unwrap()
}

fn log(events: &[Told<'_>]) -> EventLog {
    EventLog::new(events.iter().map(|&(case, activity, resource, enabled, start, end)| Event {
        case,
        activity,
        resource: Some(resource),
        enabled: enabled.map(at),
        start: at(start),
        end: at(end),
        extraneous: None,
    }))
    .unwrap()
}

/// The waits of each event in minutes: batching, contention, prioritization, unavailability, extraneous. None of
/// length 0 has any.
fn waits(log: &EventLog, rules: &WaitingRules) -> Vec<[i64; 5]> {
    let split = log.waiting_split(rules).unwrap();
    let mut waits = vec![[0; 5]; log.len()];
    for wait in &split.waits {
        waits[wait.event] = wait.waiting.parts().map(|(_, part)| {
            assert_eq!(part.ticks() % 60_000_000, 0);
            part.ticks() / 60_000_000
        });
    }
    waits
}

fn shifts(list: &[(&str, &str, &str)]) -> Calendar {
    Calendar::described("hours", |c| list.iter().fold(c, |c, (days, from, to)| c.shift(days, from, to)))
        .unwrap()
}
