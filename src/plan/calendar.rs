//! From a calendar of the model to levels.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{DateTime, Time};

use super::Levels;
use crate::model::{Calendar, Cycle, Holiday, Shift};
use crate::time::{TICKS_PER_SECOND, Tick};

const DAY: Tick = 24 * 60 * 60 * TICKS_PER_SECOND as Tick;
const WEEK: Tick = 7 * DAY;

impl Levels {
    /// The levels of people of whom there are `staff`, in a run that begins at `start` (on a Monday at
    /// midnight if that is not known; then no holiday has a place in it). No level is above `staff`.
    pub fn of(calendar: &Calendar, start: Option<DateTime>, staff: u32) -> Levels {
        let exceptions = start.map_or_else(Vec::new, |start| exceptions(&calendar.holidays, start, staff));
        match &calendar.cycle {
            Some(cycle) => {
                Levels::new(cycle.period.ticks().max(1) as Tick, 0, cycle_steps(cycle, staff), exceptions)
            }
            None => {
                let (first, steps) = week_steps(&calendar.week, staff);
                let offset = start.map_or(0, place_in_week) + WEEK - first;
                Levels::new(WEEK, offset, steps, exceptions)
            }
        }
    }
}

/// The steps of a cycle, which begins with the run.
fn cycle_steps(cycle: &Cycle, staff: u32) -> Vec<(Tick, u32)> {
    let mut steps: BTreeMap<Tick, u32> = BTreeMap::new();
    for step in &cycle.steps {
        let from = step.from.ticks().max(0) as Tick;
        steps.insert(from, step.staff.unwrap_or(staff).min(staff));
    }
    steps.entry(0).or_default();
    steps.into_iter().filter(|&(from, _)| from == 0 || (from as i64) < cycle.period.ticks()).collect()
}

/// The first boundary of the week, and the steps of the week that begins there: so all of them are where a
/// shift begins or ends.
fn week_steps(shifts: &[Shift], staff: u32) -> (Tick, Vec<(Tick, u32)>) {
    let mut changes: BTreeMap<Tick, i64> = BTreeMap::new();
    let mut level = 0;
    for shift in shifts {
        let people = i64::from(shift.staff.unwrap_or(staff).min(staff));
        let (from, to) = (ticks(shift.from), ticks(shift.to));
        let length = if to > from { to - from } else { to + DAY - from };
        for day in shift.days.iter() {
            let begins = Tick::from(day) * DAY + from;
            let ends = begins + length;
            *changes.entry(begins).or_default() += people;
            *changes.entry(ends % WEEK).or_default() -= people;
            // It began in the week before the one that we walk through.
            level += if ends >= WEEK { people } else { 0 };
        }
    }
    let Some((&first, _)) = changes.first_key_value() else { return (0, vec![(0, 0)]) };
    let steps = changes.into_iter().map(|(at, change)| {
        level += change;
        (at - first, level.clamp(0, staff.into()) as u32)
    });
    (first, steps.collect())
}

/// Holidays in time since the start. Where they overlap, the last one in the file counts.
fn exceptions(holidays: &[Holiday], start: DateTime, staff: u32) -> Vec<(Tick, Tick, u32)> {
    // Each holiday's number, at its beginning and at its end.
    let mut edges: Vec<(Tick, usize)> = Vec::with_capacity(2 * holidays.len());
    for (number, holiday) in holidays.iter().enumerate() {
        let midnight = holiday.date.to_datetime(Time::midnight());
        // A date's distance from another is below 10^18 microseconds.
        let from = midnight.duration_since(start).as_micros() as i64;
        let to = from.saturating_add((DAY as i64).saturating_mul(holiday.days.into()));
        edges.extend([from, to].map(|edge| (edge.max(0) as Tick, number)));
    }
    edges.sort_unstable();
    let mut now = BTreeSet::new();
    let mut pieces: Vec<(Tick, Tick, usize)> = Vec::new();
    for pair in edges.windows(2) {
        let ((from, number), (to, _)) = (pair[0], pair[1]);
        if !now.remove(&number) {
            now.insert(number);
        }
        let Some(&counts) = now.last().filter(|_| from < to) else { continue };
        match pieces.last_mut() {
            Some(last) if last.1 == from && last.2 == counts => last.1 = to,
            _ => pieces.push((from, to, counts)),
        }
    }
    let level = |(from, to, number): (Tick, Tick, usize)| (from, to, holidays[number].staff.min(staff));
    pieces.into_iter().map(level).collect()
}

/// The time since Monday midnight.
fn place_in_week(start: DateTime) -> Tick {
    let days = start.date().weekday().to_monday_zero_offset();
    days.max(0) as Tick * DAY + ticks(start.time())
}

/// The time since midnight.
fn ticks(time: Time) -> Tick {
    time.duration_since(Time::midnight()).as_micros() as Tick
}
