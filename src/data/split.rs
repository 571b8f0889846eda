//! Where the waiting in a log came from.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::batches::batches;
use super::enabling::{Enabling, enablings};
use super::log::{Entry, EventLog, NOBODY};
use super::occupation::{Job, Occupation, Window};
use super::rules::WaitingRules;
use super::times;
use crate::error::{Defect, Error, ErrorKind, Result};
use crate::plan::Levels;
use crate::time::{Span, Tick};

/// Some waits, and what they were spent on. The parts add up to them, to the microsecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// How many waits, those of no length included.
    pub count: u64,
    /// Until the last item of the batch was enabled.
    pub batching: Span,
    /// The person worked on what was enabled no later.
    pub contention: Span,
    /// The person worked on what was enabled later.
    pub prioritization: Span,
    /// The person was off.
    pub unavailability: Span,
    /// None of these.
    pub extraneous: Span,
}

impl Waiting {
    /// All of it.
    pub fn total(&self) -> Span {
        Span::from_ticks(self.parts().iter().map(|(_, part)| part.ticks()).sum())
    }

    /// The five causes with their parts, in the order in which one comes before the other.
    pub fn parts(&self) -> [(&'static str, Span); 5] {
        [
            ("batching", self.batching),
            ("contention", self.contention),
            ("prioritization", self.prioritization),
            ("unavailability", self.unavailability),
            ("extraneous", self.extraneous),
        ]
    }

    fn add(&mut self, other: &Waiting) {
        let add = |own: &mut Span, more: Span| *own = Span::from_ticks(own.ticks() + more.ticks());
        self.count += other.count;
        add(&mut self.batching, other.batching);
        add(&mut self.contention, other.contention);
        add(&mut self.prioritization, other.prioritization);
        add(&mut self.unavailability, other.unavailability);
        add(&mut self.extraneous, other.extraneous);
    }
}

/// One wait of some length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The event that was waited for, by its place in [`EventLog::events`].
    pub event: usize,
    /// The event of the case from which it was handed on, likewise.
    pub source: Option<usize>,
    /// When it began.
    pub enabled: Timestamp,
    /// What it was spent on.
    pub waiting: Waiting,
}

/// The waits between one activity of one person and another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffWaiting {
    /// The activity from which cases came; `None` if it was their first.
    pub from_activity: Option<String>,
    /// Who did that.
    pub from_resource: Option<String>,
    /// The activity that was waited for.
    pub activity: String,
    /// Who did it.
    pub resource: Option<String>,
    /// The waits.
    pub waiting: Waiting,
}

/// The waits for one activity, or for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedWaiting {
    /// The activity or person; empty for nobody.
    pub name: String,
    /// The waits.
    pub waiting: Waiting,
}

/// A [`HandoffWaiting`] as one flat row, for a table. Times are in hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct WaitingRow {
    pub from_activity: Option<String>,
    pub from_resource: Option<String>,
    pub activity: String,
    pub resource: Option<String>,
    pub count: u64,
    pub total: f64,
    pub batching: f64,
    pub contention: f64,
    pub prioritization: f64,
    pub unavailability: f64,
    pub extraneous: f64,
}

/// Where the waiting in a log came from: see [`data`](super). The longest waiting comes first in every list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingSplit {
    /// All of it.
    pub all: Waiting,
    /// By the activity that was waited for.
    pub activities: Vec<NamedWaiting>,
    /// By the person who was waited for.
    pub resources: Vec<NamedWaiting>,
    /// By where the case came from and what was waited for.
    pub handoffs: Vec<HandoffWaiting>,
    /// Every wait of some length, in the order of the events.
    pub waits: Vec<Wait>,
}

impl EventLog {
    /// Splits the waiting of the log by its causes: see [`data`](super). Takes time that grows with n log n.
    ///
    /// # Errors
    ///
    /// All calendars that have a cycle instead of a week of shifts. Waits that add up to more than 292,000 years.
    pub fn waiting_split(&self, rules: &WaitingRules) -> Result<WaitingSplit> {
        let begin = self.entries.iter().map(Entry::first).min().unwrap_or(0);
        let hours = rules.hours(self.offset.to_datetime(times::timestamp(begin)))?;
        let enablings = enablings(self);
        self.can_be_added(&enablings)?;
        let ticks = |at: times::Micros| (at - begin) as Tick;
        // Where nobody is named, all is extraneous.
        let unnamed = |(entry, enabling): (&Entry, &Enabling)| {
            let wait = Span::from_ticks(entry.start - enabling.at);
            Waiting { count: 1, extraneous: wait, ..Waiting::default() }
        };
        let mut waits: Vec<Waiting> = self.entries.iter().zip(&enablings).map(unnamed).collect();
        for (name, events) in self.resources.iter().zip(self.by_resource()) {
            let job = |event: u32| {
                let Entry { activity, start, end, .. } = self.entries[event as usize];
                let enabled = ticks(enablings[event as usize].at);
                Job { event, activity, enabled, start: ticks(start), end: ticks(end) }
            };
            let jobs: Vec<Job> = events.into_iter().map(job).collect();
            let split = split_of_person(&jobs, hours.of(name), rules.batches());
            jobs.iter().zip(split).for_each(|(job, waiting)| waits[job.event as usize] = waiting);
        }
        Ok(self.summed(&enablings, &waits))
    }

    /// Whether all sums of waits fit.
    fn can_be_added(&self, enablings: &[Enabling]) -> Result<()> {
        let wait = |(entry, enabling): (&Entry, &Enabling)| i128::from(entry.start - enabling.at);
        if self.entries.iter().zip(enablings).map(wait).sum::<i128>() <= i64::MAX.into() {
            return Ok(());
        }
        let rule = "its waits add up to more than 292,000 years";
        Err(Error::from_defects(vec![Defect::new("the whole log", rule)]))
    }

    fn summed(&self, enablings: &[Enabling], waits: &[Waiting]) -> WaitingSplit {
        let mut all = Waiting::default();
        let mut handoffs: HashMap<[u32; 4], Waiting> = HashMap::new();
        let mut single = Vec::new();
        for (event, (entry, enabling)) in self.entries.iter().zip(enablings).enumerate() {
            if !enabling.known {
                continue;
            }
            let source = enabling.source.map(|source| &self.entries[source as usize]);
            let from = source.map_or([NOBODY; 2], |source| [source.activity, source.resource]);
            let waiting = waits[event];
            all.add(&waiting);
            handoffs.entry([from[0], from[1], entry.activity, entry.resource]).or_default().add(&waiting);
            if enabling.at < entry.start {
                let source = enabling.source.map(|source| source as usize);
                single.push(Wait { event, source, enabled: times::timestamp(enabling.at), waiting });
            }
        }
        WaitingSplit {
            all,
            activities: self.named(&handoffs, 2, &self.activities),
            resources: self.named(&handoffs, 3, &self.resources),
            handoffs: self.handoffs(&handoffs),
            waits: single,
        }
    }

    /// The handoffs summed by one of their names.
    fn named(
        &self,
        handoffs: &HashMap<[u32; 4], Waiting>,
        name: usize,
        names: &[Box<str>],
    ) -> Vec<NamedWaiting> {
        let mut sums: HashMap<u32, Waiting> = HashMap::new();
        handoffs.iter().for_each(|(names, waiting)| sums.entry(names[name]).or_default().add(waiting));
        let named = |(name, waiting): (u32, Waiting)| {
            let name = names.get(name as usize).map(|name| name.to_string()).unwrap_or_default();
            NamedWaiting { name, waiting }
        };
        let mut list: Vec<NamedWaiting> = sums.into_iter().map(named).collect();
        list.sort_unstable_by(|a, b| {
            b.waiting.total().cmp(&a.waiting.total()).then_with(|| a.name.cmp(&b.name))
        });
        list
    }

    fn handoffs(&self, handoffs: &HashMap<[u32; 4], Waiting>) -> Vec<HandoffWaiting> {
        let activity = |activity: u32| self.activities.get(activity as usize).map(|name| name.to_string());
        let resource = |resource: u32| self.resource(resource).map(str::to_owned);
        let named = |(&names, &waiting): (&[u32; 4], &Waiting)| HandoffWaiting {
            from_activity: activity(names[0]),
            from_resource: resource(names[1]),
            activity: activity(names[2]).unwrap_or_default(),
            resource: resource(names[3]),
            waiting,
        };
        let mut list: Vec<HandoffWaiting> = handoffs.iter().map(named).collect();
        list.sort_by_cached_key(|handoff| {
            let HandoffWaiting { from_activity, from_resource, activity, resource, waiting } =
                handoff.clone();
            (std::cmp::Reverse(waiting.total()), from_activity, from_resource, activity, resource)
        });
        list
    }
}

/// The split of each wait for one person's jobs, which come in the order of their starts.
fn split_of_person(jobs: &[Job], hours: Option<&Levels>, look_for_batches: bool) -> Vec<Waiting> {
    let occupation = Occupation::new(jobs, hours);
    let batches = if look_for_batches { batches(jobs) } else { vec![None; jobs.len()] };
    let windows = |(job, batch): (&Job, &Option<super::batches::Batch>)| {
        let Job { enabled, start, .. } = *job;
        match *batch {
            None => {
                [Window { enabled, from: enabled, to: start }, Window { enabled, from: start, to: start }]
            }
            Some(batch) => [
                Window { enabled: batch.ready, from: batch.ready, to: batch.begins },
                Window { enabled, from: batch.begins, to: start },
            ],
        }
    };
    let windows: Vec<Window> = jobs.iter().zip(&batches).flat_map(windows).collect();
    let earlier = occupation.with_earlier(&windows);
    let split = |((job, windows), earlier): ((&Job, &[Window]), &[Tick])| {
        let (ready, start) = (windows[0].from, job.start);
        let busy = occupation.busy_until(start) - occupation.busy_until(ready);
        let off = occupation.off_until(start) - occupation.off_until(ready);
        let contention = earlier[0] + earlier[1];
        let span = |ticks: Tick| Span::from_ticks(ticks as i64);
        Waiting {
            count: 1,
            batching: span(ready - job.enabled),
            contention: span(contention),
            prioritization: span(busy - contention),
            unavailability: span(off),
            extraneous: span(start - ready - busy - off),
        }
    };
    jobs.iter().zip(windows.chunks(2)).zip(earlier.chunks(2)).map(split).collect()
}

impl WaitingSplit {
    /// The waits between the activity of one person and that of another, each given as `(activity, resource)`;
    /// nobody is `""`.
    ///
    /// # Errors
    ///
    /// When there is no such handoff; the error lists those there are.
    pub fn handoff(&self, from: (&str, &str), to: (&str, &str)) -> Result<&HandoffWaiting> {
        let is = |own: &HandoffWaiting| {
            let source = (own.from_activity.as_deref(), own.from_resource.as_deref().unwrap_or(""));
            let target = (own.activity.as_str(), own.resource.as_deref().unwrap_or(""));
            source == (Some(from.0), from.1) && target == to
        };
        self.handoffs.iter().find(|own| is(own)).ok_or_else(|| {
            let name = format!("{} {} to {} {}", from.0, from.1, to.0, to.1);
            let known = self.handoffs.iter().map(HandoffWaiting::name).collect();
            ErrorKind::UnknownName { kind: "handoff", name, known }.into()
        })
    }

    /// The waits for an activity.
    ///
    /// # Errors
    ///
    /// When none is known for an activity of that name; the error lists those there are.
    pub fn activity(&self, name: &str) -> Result<&NamedWaiting> {
        named("activity", name, &self.activities)
    }

    /// The waits for a person; `""` for nobody.
    ///
    /// # Errors
    ///
    /// When none is known for a person of that name; the error lists those there are.
    pub fn resource(&self, name: &str) -> Result<&NamedWaiting> {
        named("resource", name, &self.resources)
    }

    /// The handoffs as flat rows.
    pub fn rows(&self) -> Vec<WaitingRow> {
        self.handoffs.iter().map(HandoffWaiting::row).collect()
    }
}

fn named<'s>(kind: &'static str, name: &str, list: &'s [NamedWaiting]) -> Result<&'s NamedWaiting> {
    list.iter().find(|own| own.name == name).ok_or_else(|| {
        let known = list.iter().map(|own| own.name.clone()).collect();
        ErrorKind::UnknownName { kind, name: name.to_owned(), known }.into()
    })
}

impl HandoffWaiting {
    /// What it is called: `check Cole to file Anya`.
    pub(super) fn name(&self) -> String {
        let end = |activity: Option<&str>, resource: Option<&str>| {
            let names: Vec<&str> = activity.into_iter().chain(resource).collect();
            if names.is_empty() { "outside".to_owned() } else { names.join(" ") }
        };
        let from = end(self.from_activity.as_deref(), self.from_resource.as_deref());
        format!("{from} to {}", end(Some(&self.activity), self.resource.as_deref()))
    }

    fn row(&self) -> WaitingRow {
        let Waiting { count, batching, contention, prioritization, unavailability, extraneous } =
            self.waiting;
        WaitingRow {
            from_activity: self.from_activity.clone(),
            from_resource: self.from_resource.clone(),
            activity: self.activity.clone(),
            resource: self.resource.clone(),
            count,
            total: self.waiting.total().as_hours(),
            batching: batching.as_hours(),
            contention: contention.as_hours(),
            prioritization: prioritization.as_hours(),
            unavailability: unavailability.as_hours(),
            extraneous: extraneous.as_hours(),
        }
    }
}
