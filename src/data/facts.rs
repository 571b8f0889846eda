//! What there is in a log: counts and means.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::log::{Entry, EventLog, NOBODY};
use super::times::{self, Micros};
use crate::time::TICKS_PER_SECOND;

/// Counts and means of a log. Times are in hours. What occurs most often comes first in every list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogFacts {
    /// Events.
    pub events: usize,
    /// Cases.
    pub cases: usize,
    /// When the first event started.
    pub first_start: Option<Timestamp>,
    /// When the last one ended.
    pub last_end: Option<Timestamp>,
    /// Lead times of the cases: from the first start to the last end.
    pub lead_time: Option<TimeFacts>,
    /// Processing times of the events: from start to end.
    pub processing: Option<TimeFacts>,
    /// Waiting times of the events whose enabling the log tells, from there to the start.
    pub waiting: Option<TimeFacts>,
    /// How much of the wait before them had causes outside, of the events of which the log tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extraneous: Option<TimeFacts>,
    /// The activities.
    pub activities: Vec<ActivityFacts>,
    /// Those who did them.
    pub resources: Vec<ResourceFacts>,
    /// How often the next event of a case, in the order of start and then end, was of another resource.
    pub handoffs: u64,
    /// The same by the activities of the two events.
    pub handoffs_by_activity: Vec<HandoffFacts>,
}

/// Some times, in hours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeFacts {
    /// How many.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The shortest.
    pub shortest: f64,
    /// The longest.
    pub longest: f64,
}

/// One activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivityFacts {
    /// Its name.
    pub name: String,
    /// How often it was done.
    pub events: u64,
    /// How long it took.
    pub processing: TimeFacts,
    /// How long it was waited for, where the log tells.
    pub waiting: Option<TimeFacts>,
    /// How much of that had causes outside, where the log tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extraneous: Option<TimeFacts>,
}

/// One who did something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourceFacts {
    /// Their name.
    pub name: String,
    /// How many events.
    pub events: u64,
    /// All their processing time, in hours: more than passed where they did several things at once.
    pub processing: f64,
}

/// How often a case went from one activity to another and changed hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffFacts {
    /// The activity from which it came.
    pub from: String,
    /// The activity to which it went.
    pub to: String,
    /// How often.
    pub count: u64,
}

impl EventLog {
    /// What there is in the log.
    pub fn facts(&self) -> LogFacts {
        let cases = self.by_case();
        let handoffs = self.handoffs_by_activity(&cases);
        LogFacts {
            events: self.entries.len(),
            cases: self.cases.len(),
            first_start: self.entries.iter().map(|entry| entry.start).min().map(times::timestamp),
            last_end: self.entries.iter().map(|entry| entry.end).max().map(times::timestamp),
            lead_time: TimeFacts::of(cases.iter().filter_map(|case| self.lead_time(case))),
            processing: TimeFacts::of(self.entries.iter().map(processing)),
            waiting: TimeFacts::of(self.entries.iter().filter_map(waiting)),
            extraneous: TimeFacts::of(self.entries.iter().filter_map(extraneous)),
            activities: self.activity_facts(),
            resources: self.resource_facts(),
            handoffs: handoffs.iter().map(|handoff| handoff.count).sum(),
            handoffs_by_activity: handoffs,
        }
    }

    fn lead_time(&self, case: &[u32]) -> Option<Micros> {
        let entries = || case.iter().map(|&at| &self.entries[at as usize]);
        let first = entries().map(|entry| entry.start).min()?;
        Some(entries().map(|entry| entry.end).max()? - first)
    }

    fn activity_facts(&self) -> Vec<ActivityFacts> {
        let mut entries: Vec<Vec<&Entry>> = vec![Vec::new(); self.activities.len()];
        self.entries.iter().for_each(|entry| entries[entry.activity as usize].push(entry));
        let facts = |(name, entries): (&str, Vec<&Entry>)| {
            Some(ActivityFacts {
                name: name.to_owned(),
                events: entries.len() as u64,
                processing: TimeFacts::of(entries.iter().copied().map(processing))?,
                waiting: TimeFacts::of(entries.iter().copied().filter_map(waiting)),
                extraneous: TimeFacts::of(entries.iter().copied().filter_map(extraneous)),
            })
        };
        let mut list: Vec<_> = names(&self.activities).zip(entries).filter_map(facts).collect();
        list.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.name.cmp(&b.name)));
        list
    }

    fn resource_facts(&self) -> Vec<ResourceFacts> {
        let mut sums: Vec<(u64, i128)> = vec![(0, 0); self.resources.len()];
        for entry in self.entries.iter().filter(|entry| entry.resource != NOBODY) {
            let sum = &mut sums[entry.resource as usize];
            (sum.0, sum.1) = (sum.0 + 1, sum.1 + i128::from(processing(entry)));
        }
        let facts = |(name, (events, ticks)): (&str, (u64, i128))| ResourceFacts {
            name: name.to_owned(),
            events,
            processing: in_hours(ticks, 1),
        };
        let mut list: Vec<_> = names(&self.resources).zip(sums).map(facts).collect();
        list.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.name.cmp(&b.name)));
        list
    }

    fn handoffs_by_activity(&self, cases: &[Vec<u32>]) -> Vec<HandoffFacts> {
        let mut counts: HashMap<(u32, u32), u64> = HashMap::new();
        for pair in cases.iter().flat_map(|case| case.windows(2)) {
            let [from, to] = [pair[0], pair[1]].map(|at| &self.entries[at as usize]);
            if from.resource != to.resource {
                *counts.entry((from.activity, to.activity)).or_default() += 1;
            }
        }
        let name = |activity: u32| self.activities[activity as usize].to_string();
        let facts = |((from, to), count)| HandoffFacts { from: name(from), to: name(to), count };
        let mut list: Vec<_> = counts.into_iter().map(facts).collect();
        list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
        list
    }
}

fn names(list: &[Box<str>]) -> impl Iterator<Item = &str> {
    list.iter().map(|name| &**name)
}

fn processing(entry: &Entry) -> Micros {
    entry.end - entry.start
}

fn waiting(entry: &Entry) -> Option<Micros> {
    entry.enabled.map(|enabled| entry.start - enabled)
}

fn extraneous(entry: &Entry) -> Option<Micros> {
    entry.extraneous.map(|delay| delay.ticks())
}

impl TimeFacts {
    /// What is to be said of these times, if there are any.
    fn of(times: impl Iterator<Item = Micros>) -> Option<TimeFacts> {
        let mut times: Vec<Micros> = times.collect();
        times.sort_unstable();
        let (&shortest, &longest) = (times.first()?, times.last()?);
        let middle = [times[(times.len() - 1) / 2], times[times.len() / 2]];
        let sum = |times: &[Micros]| times.iter().copied().map(i128::from).sum::<i128>();
        Some(TimeFacts {
            count: times.len() as u64,
            mean: in_hours(sum(&times), times.len()),
            median: in_hours(sum(&middle), 2),
            shortest: in_hours(shortest.into(), 1),
            longest: in_hours(longest.into(), 1),
        })
    }
}

/// A sum of so many times, as the hours of one of them.
fn in_hours(ticks: i128, count: usize) -> f64 {
    ticks as f64 / count as f64 / (3600 * TICKS_PER_SECOND) as f64
}
