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
/// How long after Monday, midnight, a time is.
pub(crate) fn place_in_week(start: DateTime) -> Tick {
    let days = start.date().weekday().to_monday_zero_offset();
    days.max(0) as Tick * DAY + ticks(start.time())
}

/// The time since midnight.
fn ticks(time: Time) -> Tick {
    time.duration_since(Time::midnight()).as_micros() as Tick
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::{Date, date, time};
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Days, LevelStep};
    use crate::time::{Span, hours};

    const HOUR: Tick = DAY / 24;

    fn shift(days: Days, from: i8, to: i8, staff: Option<u32>) -> Shift {
        Shift { days, from: time(from, 0, 0, 0), to: time(to, 0, 0, 0), staff }
    }

    fn calendar(week: Vec<Shift>, holidays: Vec<Holiday>) -> Calendar {
        Calendar { name: "hours".into(), week, cycle: None, holidays }
    }

    fn has(days: Days, date: Date) -> bool {
        let day = date.weekday().to_monday_zero_offset();
        days.iter().any(|other| i64::from(other) == i64::from(day))
    }

    /// Who is on this shift at `now`, as somebody would tell who looks at the clock and at the date.
    fn is_on(shift: &Shift, now: DateTime) -> bool {
        let (today, clock) = (has(shift.days, now.date()), now.time());
        let yesterday = has(shift.days, now.date().yesterday().unwrap());
        if shift.to > shift.from {
            today && shift.from <= clock && clock < shift.to
        } else {
            (today && shift.from <= clock) || (yesterday && clock < shift.to)
        }
    }

    /// Whether the shift begins or ends at `now`.
    fn turns(shift: &Shift, now: DateTime) -> bool {
        let (today, clock) = (has(shift.days, now.date()), now.time());
        let yesterday = has(shift.days, now.date().yesterday().unwrap());
        let ends_on = if shift.to > shift.from { today } else { yesterday };
        (today && clock == shift.from) || (ends_on && clock == shift.to)
    }

    /// The holiday that counts at `now`.
    fn holiday(holidays: &[Holiday], now: DateTime) -> Option<usize> {
        let covers = |holiday: &Holiday| {
            let since = now.date().duration_since(holiday.date).as_hours() / 24;
            (0..i64::from(holiday.days)).contains(&since)
        };
        holidays.iter().rposition(covers)
    }

    fn shifts() -> impl Strategy<Value = Shift> {
        (vec(0u8..7, 1..6), 0i8..24, 0i8..24, option::of(0u32..4))
            .prop_map(|(days, from, to, staff)| shift(Days::of(&days), from, to, staff))
    }

    fn some_days_off() -> impl Strategy<Value = Holiday> {
        (-5i32..20, 0u32..5, 0u32..8).prop_map(|(day, days, staff)| Holiday {
            date: date(2026, 1, 10).checked_add(jiff::Span::new().days(day)).unwrap(),
            days,
            staff,
        })
    }

    proptest! {
        #[test]
        fn levels_are_those_of_the_clock_and_the_date(
            week in vec(shifts(), 0..4),
            holidays in vec(some_days_off(), 0..4),
            begin in 0i8..24,
            staff in 1u32..6,
        ) {
            // A Saturday.
            let start = date(2026, 1, 10).at(begin, 0, 0, 0);
            let levels = Levels::of(&calendar(week.clone(), holidays.clone()), Some(start), staff);
            let at = |hour: i64| start.checked_add(SignedDuration::from_hours(hour)).unwrap();
            let level = |hour: i64| match holiday(&holidays, at(hour)) {
                Some(one) => holidays[one].staff.min(staff),
                None => {
                    let on = week.iter().filter(|shift| is_on(shift, at(hour)));
                    on.map(|shift| shift.staff.unwrap_or(staff)).sum::<u32>().min(staff)
                }
            };
            let boundary = |hour: i64| {
                let (before, now) = (holiday(&holidays, at(hour - 1)), holiday(&holidays, at(hour)));
                before != now || (now.is_none() && week.iter().any(|shift| turns(shift, at(hour))))
            };
            let (mut next, mut worked) = (0, 0);
            for hour in 1..24 * 21 {
                prop_assert_eq!(levels.level_at(hour as Tick * HOUR), level(hour), "at {}", at(hour));
                worked += if level(hour - 1) > 0 { HOUR } else { 0 };
                prop_assert_eq!(levels.working_time(hour as Tick * HOUR), worked);
                if boundary(hour) {
                    let expected = Some((hour as Tick * HOUR, level(hour)));
                    prop_assert_eq!(levels.next_change(next), expected, "after {} us", next);
                    prop_assert_eq!(levels.next_change(hour as Tick * HOUR - 1), expected);
                    next = hour as Tick * HOUR;
                }
            }
        }
    }

    #[test]
    fn a_week_in_an_office_with_a_holiday() {
        let week = vec![
            shift(Days::WEEKDAYS, 8, 12, None),
            shift(Days::WEEKDAYS, 12, 17, Some(2)),
            shift(Days::of(&[4]), 12, 14, Some(7)),
        ];
        let holidays = vec![
            Holiday { date: date(2026, 1, 1), days: 6, staff: 9 },
            Holiday { date: date(2026, 1, 6), days: 1, staff: 0 },
        ];
        let calendar = calendar(week, holidays);
        // Nobody gave a date: a Monday, and no holidays.
        let levels = Levels::of(&calendar, None, 3);
        let changes = |from: Tick, count: usize| -> Vec<(u64, u32)> {
            let next = |&(at, _): &(Tick, u32)| levels.next_change(at);
            let found = std::iter::successors(Some((from, 0)), next).skip(1).take(count);
            found.map(|(at, level)| (at / HOUR, level)).collect()
        };
        assert_eq!(changes(0, 4), [(8, 3), (12, 2), (17, 0), (24 + 8, 3)]);
        assert_eq!(changes(4 * DAY + 9 * HOUR, 4), [(108, 3), (110, 2), (113, 0), (176, 3)]);
        assert_eq!(levels.working_time(4 * WEEK), 4 * 5 * 9 * HOUR);
        // Sunday, 4 January 2026, at noon: the first holidays have 36 hours left.
        let levels = Levels::of(&calendar, Some(date(2026, 1, 4).at(12, 0, 0, 0)), 3);
        assert_eq!((levels.level_at(0), levels.next_change(0)), (3, Some((36 * HOUR, 0))));
        assert_eq!(levels.next_change(36 * HOUR), Some((60 * HOUR, 0)));
        assert_eq!(levels.next_change(60 * HOUR), Some((68 * HOUR, 3)));
        assert_eq!(levels.working_time(69 * HOUR), 37 * HOUR);
    }

    #[test]
    fn a_cycle_begins_with_the_run() {
        let step = |from: Span, staff| LevelStep { from, staff };
        let steps = vec![step(Span::ZERO, None), step(hours(10), Some(0)), step(hours(12), Some(9))];
        let cycle = Some(Cycle { period: hours(15), steps });
        let calendar = Calendar { cycle, ..calendar(Vec::new(), Vec::new()) };
        let levels = Levels::of(&calendar, Some(date(2026, 1, 7).at(9, 30, 0, 0)), 4);
        assert_eq!(levels.next_change(0), Some((10 * HOUR, 0)));
        assert_eq!(levels.next_change(10 * HOUR), Some((12 * HOUR, 4)));
        // The period begins again: a boundary, though the level stays.
        assert_eq!(levels.next_change(12 * HOUR), Some((15 * HOUR, 4)));
        assert_eq!(levels.working_time(150 * HOUR), 130 * HOUR);
    }

    #[test]
    fn holidays_at_the_ends_of_time_are_no_trouble() {
        let holidays = vec![
            Holiday { date: Date::MIN, days: 1, staff: 1 },
            Holiday { date: date(2026, 1, 5), days: u32::MAX, staff: 0 },
            Holiday { date: Date::MAX, days: u32::MAX, staff: 2 },
        ];
        let always = vec![shift(Days::DAILY, 0, 0, None)];
        let start = date(2026, 1, 4).at(0, 0, 0, 0);
        let levels = Levels::of(&calendar(always, holidays), Some(start), 2);
        assert_eq!(levels.next_change(0), Some((DAY, 0)));
        assert_eq!(levels.working_time(1 << 52), DAY);
        let never = Levels::of(&calendar(Vec::new(), Vec::new()), None, 2);
        assert_eq!((never.level_at(5), never.next_change(5)), (0, None));
    }
}
