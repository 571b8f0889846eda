//! Event logs, and what makes them.

use std::collections::HashMap;
use std::fmt::Display;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Serialize;

use super::found::Found;
use super::times::{self, Micros};
use crate::error::Result;
use crate::time::{Span, shown};

/// One piece of work on a case, done from its start to its end. Its names are borrowed from whoever tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Event<'n> {
    /// The case.
    pub case: &'n str,
    /// What was done.
    pub activity: &'n str,
    /// Who did it, if that is known.
    pub resource: Option<&'n str>,
    /// From when on it could have been done, if that is known.
    pub enabled: Option<Timestamp>,
    /// When it was begun.
    pub start: Timestamp,
    /// When it was finished.
    pub end: Timestamp,
    /// How much of the wait before it had causes outside, as whoever wrote the log found, if that is known.
    pub extraneous: Option<Span>,
}

impl<'n> Event<'n> {
    /// Work by nobody in particular, whose enabling is not known.
    #[must_use]
    pub fn new(case: &'n str, activity: &'n str, start: Timestamp, end: Timestamp) -> Event<'n> {
        Event { case, activity, resource: None, enabled: None, start, end, extraneous: None }
    }

    /// The same, done by `resource`.
    #[must_use]
    pub fn by(self, resource: &'n str) -> Event<'n> {
        Event { resource: Some(resource), ..self }
    }

    /// The same, which could have been done from `enabled` on.
    #[must_use]
    pub fn enabled(self, enabled: Timestamp) -> Event<'n> {
        Event { enabled: Some(enabled), ..self }
    }

    /// The same, of whose wait so much had causes outside.
    #[must_use]
    pub fn extraneous(self, extraneous: Span) -> Event<'n> {
        Event { extraneous: Some(extraneous), ..self }
    }
}

/// A recorded event log. See [`data`](super).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLog {
    pub(super) cases: Vec<Box<str>>,
    pub(super) activities: Vec<Box<str>>,
    pub(super) resources: Vec<Box<str>>,
    pub(super) offset: Offset,
    pub(super) entries: Vec<Entry>,
}

/// No name.
pub(super) const NOBODY: u32 = u32::MAX;

/// An event, with its names by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub case: u32,
    pub activity: u32,
    /// Who did it, or [`NOBODY`].
    pub resource: u32,
    pub enabled: Option<Micros>,
    pub start: Micros,
    pub end: Micros,
    pub extraneous: Option<Span>,
}

impl Entry {
    /// The earliest of its times.
    pub fn first(&self) -> Micros {
        self.enabled.map_or(self.start, |enabled| enabled.min(self.start))
    }
}

impl EventLog {
    /// The log of these events, in any order. What is below a microsecond in their times is cut off.
    ///
    /// ```
    /// use knockon::data::{Event, EventLog};
    ///
    /// let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    /// let log = EventLog::new([
    ///     Event::new("17", "triage", at("2026-01-05T08:00:00Z"), at("2026-01-05T08:10:00Z")).by("Ann"),
    ///     Event::new("17", "x-ray", at("2026-01-05T08:30:00Z"), at("2026-01-05T08:45:00Z")).by("Ben"),
    /// ])?;
    /// assert_eq!(log.len(), 2);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first 20 broken rules, and how many more there are: a case and an activity have a name; nothing ends
    /// before it starts, or starts before it is enabled; no extraneous delay is negative; and no two times are more than 142 years apart.
    pub fn new<'n>(events: impl IntoIterator<Item = Event<'n>>) -> Result<EventLog> {
        let mut builder = LogBuilder::default();
        for (number, event) in events.into_iter().enumerate() {
            builder.add(&event, |field| format!("event {number}, {field}"));
        }
        builder.finish()
    }

    /// The same log, with its times told by a clock that is `offset` ahead of UTC. They are so in files, and
    /// calendars go by that clock. It is UTC unless something else is said; in a log from a file it is the offset of
    /// the file's first time. Seconds of it are cut off.
    #[must_use]
    pub fn with_offset(self, offset: Offset) -> EventLog {
        EventLog { offset: times::whole_minutes(offset), ..self }
    }

    /// By how much the clock that tells its times is ahead of UTC.
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// How many events it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no events.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Its events, in the order in which they were told.
    pub fn events(&self) -> impl ExactSizeIterator<Item = Event<'_>> {
        self.entries.iter().map(|entry| Event {
            case: &self.cases[entry.case as usize],
            activity: &self.activities[entry.activity as usize],
            resource: self.resource(entry.resource),
            enabled: entry.enabled.map(times::timestamp),
            start: times::timestamp(entry.start),
            end: times::timestamp(entry.end),
            extraneous: entry.extraneous,
        })
    }

    /// The name of a resource, if it is one.
    pub(super) fn resource(&self, resource: u32) -> Option<&str> {
        self.resources.get(resource as usize).map(|name| &**name)
    }

    /// The numbers of the events of each case, in their order: by start, then by end, then as told.
    pub(super) fn by_case(&self) -> Vec<Vec<u32>> {
        let mut cases = vec![Vec::new(); self.cases.len()];
        for (entry, at) in self.entries.iter().zip(0..) {
            cases[entry.case as usize].push(at);
        }
        cases.iter_mut().for_each(|case| self.sort(case));
        cases
    }

    /// The numbers of the events of each person, in the same order.
    pub(super) fn by_resource(&self) -> Vec<Vec<u32>> {
        let mut resources = vec![Vec::new(); self.resources.len()];
        for (entry, at) in self.entries.iter().zip(0..) {
            if let Some(own) = resources.get_mut(entry.resource as usize) {
                own.push(at);
            }
        }
        resources.iter_mut().for_each(|own| self.sort(own));
        resources
    }

    fn sort(&self, events: &mut [u32]) {
        events.sort_unstable_by_key(|&at| {
            let entry = &self.entries[at as usize];
            (entry.start, entry.end, at)
        });
    }
}

/// Names, each with a number.
#[derive(Debug, Default)]
struct Names {
    numbers: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.into(), number);
        self.names.push(name.into());
        number
    }
}

/// A log that is being told, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct LogBuilder {
    cases: Names,
    activities: Names,
    resources: Names,
    offset: Option<Offset>,
    entries: Vec<Entry>,
    pub found: Found,
}

impl LogBuilder {
    /// The clock of the log.
    pub fn set_offset(&mut self, offset: Offset) {
        self.offset = Some(times::whole_minutes(offset));
    }

    /// Another event. `place` says where its fields are, for defects.
    pub fn add<P: Display>(&mut self, event: &Event<'_>, place: impl Fn(&'static str) -> P) {
        self.check(event, place);
        self.entries.push(Entry {
            case: self.cases.number(event.case),
            activity: self.activities.number(event.activity),
            resource: match event.resource {
                None | Some("") => NOBODY,
                Some(name) => self.resources.number(name),
            },
            enabled: event.enabled.map(times::micros),
            start: times::micros(event.start),
            end: times::micros(event.end),
            extraneous: event.extraneous,
        });
    }

    fn check<P: Display>(&mut self, event: &Event<'_>, place: impl Fn(&'static str) -> P) {
        for (field, name) in [("case", event.case), ("activity", event.activity)] {
            if name.is_empty() {
                self.found.add(|| place(field).to_string(), || "it is empty, must be a name".into());
            }
        }
        let Event { enabled, start, end, .. } = *event;
        if end < start {
            self.found.add(
                || place("end").to_string(),
                || format!("the work on {} ends at {end}, before its start at {start}", shown(event.case)),
            );
        }
        if let Some(enabled) = enabled.filter(|&enabled| enabled > start) {
            let rule = || format!("the work on {} starts at {start}, before that", shown(event.case));
            self.found.add(|| place("enabled").to_string(), || format!("it is {enabled}, and {}", rule()));
        }
        if let Some(delay) = event.extraneous.filter(|delay| !delay.is_valid() || *delay < Span::ZERO) {
            let rule = || format!("it is {delay}, must not be negative or longer than {}", Span::MAX);
            self.found.add(|| place("extraneous").to_string(), rule);
        }
    }

    /// The log, or what is wrong with it.
    pub fn finish(mut self) -> Result<EventLog> {
        let first = self.entries.iter().map(Entry::first).min();
        let last = self.entries.iter().map(|entry| entry.end.max(entry.start)).max();
        if let (Some(first), Some(last)) = (first, last)
            && last - first > Span::MAX.ticks()
        {
            let [first, last] = [first, last].map(times::timestamp);
            let rule = || format!("it goes from {first} to {last}, must be at most 142 years");
            self.found.add(|| "the whole log".into(), rule);
        }
        match self.found.error() {
            Some(error) => Err(error),
            None => Ok(EventLog {
                cases: self.cases.names,
                activities: self.activities.names,
                resources: self.resources.names,
                offset: self.offset.unwrap_or(Offset::UTC),
                entries: self.entries,
            }),
        }
    }
}
