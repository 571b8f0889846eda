//! Since when events could have been done, and after which other one.

use super::log::EventLog;
use super::times::Micros;

/// Since when an event could have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Enabling {
    /// Since when: where neither the log nor a source tells, since it started.
    pub at: Micros,
    /// The event of its case from which it was handed on.
    pub source: Option<u32>,
    /// Whether the log or a source tells.
    pub known: bool,
}

/// The enabling of every event of a log.
pub(super) fn enablings(log: &EventLog) -> Vec<Enabling> {
    let unknown = |start| Enabling { at: start, source: None, known: false };
    let mut found: Vec<Enabling> = log.entries.iter().map(|entry| unknown(entry.start)).collect();
    // By end, each with its place in the order of the case.
    let mut ends: Vec<(Micros, usize)> = Vec::new();
    for case in log.by_case() {
        ends.clear();
        ends.extend(case.iter().enumerate().map(|(place, &at)| (log.entries[at as usize].end, place)));
        ends.sort_unstable();
        for (place, &at) in case.iter().enumerate() {
            let entry = &log.entries[at as usize];
            let limit = entry.enabled.unwrap_or(entry.start);
            // What ended by then began before this event, or has no length and comes before it in the case.
            let ended = ends.partition_point(|&end| end < (limit, place));
            let source = ended.checked_sub(1).map(|last| ends[last]);
            found[at as usize] = Enabling {
                at: entry.enabled.or(source.map(|(end, _)| end)).unwrap_or(entry.start),
                source: source.map(|(_, place)| case[place]),
                known: entry.enabled.is_some() || source.is_some(),
            };
        }
    }
    found
}
