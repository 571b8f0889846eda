//! Each cause, and where two meet.

use super::*;
use crate::time::{Span, hours, minutes};

/// The wait of one item for Ann, enabled at 10 and begun at 60, who did these other things; round the clock or
/// there in these hours.
fn one(others: &[Told<'_>], hours: &[(&str, &str, &str)]) -> [i64; 5] {
    let item = ("item", "file", "Ann", Some(10), 60, 70);
    let events: Vec<Told<'_>> = others.iter().copied().chain([item]).collect();
    let rules = WaitingRules::new();
    let rules = if hours.is_empty() { rules } else { rules.calendar(shifts(hours)) };
    waits(&log(&events), &rules)[others.len()]
}

#[test]
fn each_cause_alone() {
    let other = |enabled, start, end| [("other", "call", "Ann", Some(enabled), start, end)];
    // Earlier work from 0 to 60.
    assert_eq!(one(&other(0, 0, 60), &[]), [0, 50, 0, 0, 0]);
    // Work enabled at the same time counts as earlier.
    assert_eq!(one(&other(10, 10, 60), &[]), [0, 50, 0, 0, 0]);
    // Later work from 20 to 60; nothing from 10 to 20.
    assert_eq!(one(&other(20, 20, 60), &[]), [0, 0, 40, 0, 10]);
    // She comes at 1:00.
    assert_eq!(one(&[], &[("daily", "01:00", "02:00")]), [0, 0, 0, 50, 0]);
    // Nothing at all.
    assert_eq!(one(&[], &[]), [0, 0, 0, 0, 50]);
    // Work that ended before, that began after, and that of somebody else, is none of it.
    assert_eq!(
        one(&[("a", "x", "Ann", Some(0), 0, 10), ("b", "x", "Ben", Some(0), 0, 60)], &[]),
        [0, 0, 0, 0, 50]
    );
    assert_eq!(one(&other(0, 70, 90), &[]), [0, 0, 0, 0, 50]);
}

#[test]
fn where_causes_meet_the_first_takes_the_time() {
    let away = [("daily", "00:50", "02:00")];
    // Contention before prioritization: earlier work until 30, later work from 20 to 40.
    let both = [("a", "x", "Ann", Some(0), 0, 30), ("b", "y", "Ann", Some(20), 20, 40)];
    assert_eq!(one(&both, &[]), [0, 20, 10, 0, 20]);
    // Contention and prioritization before unavailability, that before extraneous: off until 50.
    assert_eq!(one(&both, &away), [0, 20, 10, 10, 10]);
    // Later work does not hide earlier work that goes on under it.
    let under = [("a", "x", "Ann", Some(0), 0, 60), ("b", "y", "Ann", Some(20), 20, 40)];
    assert_eq!(one(&under, &[]), [0, 50, 0, 0, 0]);
    // Two of the same kind at once count once.
    let twice = [("a", "x", "Ann", Some(0), 0, 30), ("b", "y", "Ann", Some(5), 5, 40)];
    assert_eq!(one(&twice, &[]), [0, 30, 0, 0, 20]);
}

/// Items `a` and `b`, enabled at 10 and at 40, are filed together by Ann from 60 on, who did these other things.
fn batch(others: &[Told<'_>], hours: &[(&str, &str, &str)]) -> [[i64; 5]; 2] {
    let items = [("a", "file", "Ann", Some(10), 60, 70), ("b", "file", "Ann", Some(40), 70, 80)];
    let events: Vec<Told<'_>> = items.into_iter().chain(others.iter().copied()).collect();
    let rules = WaitingRules::new();
    let rules = if hours.is_empty() { rules } else { rules.calendar(shifts(hours)) };
    waits(&log(&events), &rules)[..2].try_into().unwrap()
}

#[test]
fn batching_comes_before_all_others() {
    assert_eq!(batch(&[], &[]), [[30, 0, 0, 0, 20], [0, 10, 0, 0, 20]]);
    // Earlier work over all of the time.
    assert_eq!(batch(&[("o", "x", "Ann", Some(0), 0, 60)], &[]), [[30, 20, 0, 0, 0], [0, 30, 0, 0, 0]]);
    // Work that is later than each item and than the batch.
    assert_eq!(batch(&[("o", "x", "Ann", Some(45), 45, 60)], &[]), [[30, 0, 15, 0, 5], [0, 10, 15, 0, 5]]);
    // She comes at 0:50.
    assert_eq!(batch(&[], &[("daily", "00:50", "02:00")]), [[30, 0, 0, 10, 10], [0, 10, 0, 10, 10]]);
    // All at once: until 30 batching anyway, later work from 45 to 55, off until 50.
    let busy = [("o", "x", "Ann", Some(45), 45, 55)];
    assert_eq!(batch(&busy, &[("daily", "00:50", "02:00")]), [[30, 0, 10, 5, 5], [0, 10, 10, 5, 5]]);
}

#[test]
fn an_item_of_a_batch_is_ready_when_its_batch_is() {
    // Work enabled at 20 is later than `a`, but the batch of `a` was complete at 40 only.
    assert_eq!(batch(&[("o", "x", "Ann", Some(20), 30, 60)], &[]), [[30, 20, 0, 0, 0], [0, 30, 0, 0, 0]]);
    // Within the batch each counts for itself: `b`, enabled later, is taken before `a`.
    let log = log(&[("b", "file", "Ann", Some(40), 60, 70), ("a", "file", "Ann", Some(10), 70, 80)]);
    assert_eq!(waits(&log, &WaitingRules::new()), [[0, 0, 0, 0, 20], [30, 0, 10, 0, 20]]);
}

#[test]
fn what_is_no_batch() {
    let first = ("a", "file", "Ann", Some(10), 60, 70);
    let filed = |activity, resource, enabled, start| {
        let log = log(&[first, ("b", activity, resource, Some(enabled), start, 80)]);
        waits(&log, &WaitingRules::new())[0][0]
    };
    assert_eq!(filed("file", "Ann", 40, 70), 30);
    assert_eq!(filed("file", "Ann", 60, 70), 50, "enabled as the batch begins");
    assert_eq!(filed("file", "Ann", 40, 60), 30, "at once");
    assert_eq!(filed("file", "Ann", 40, 65), 30, "partly at once");
    assert_eq!(filed("file", "Ann", 61, 70), 0, "enabled too late");
    assert_eq!(filed("file", "Ann", 40, 71), 0, "a gap");
    assert_eq!(filed("call", "Ann", 40, 70), 0, "something else");
    assert_eq!(filed("file", "Ben", 40, 70), 0, "somebody else");
    // One that came later makes a queue of the whole run.
    let queue = [first, ("b", "file", "Ann", Some(40), 70, 80), ("c", "file", "Ann", Some(65), 80, 90)];
    assert_eq!(waits(&log(&queue), &WaitingRules::new())[0], [0, 0, 0, 0, 50]);
    // Something else in between.
    let between = [first, ("x", "call", "Ann", Some(65), 65, 66), ("b", "file", "Ann", Some(40), 70, 80)];
    assert_eq!(waits(&log(&between), &WaitingRules::new())[0], [0, 0, 0, 0, 50]);
    // Nobody looks for it.
    let pair = log(&[first, ("b", "file", "Ann", Some(40), 70, 80)]);
    assert_eq!(waits(&pair, &WaitingRules::new().without_batches())[0], [0, 0, 0, 0, 50]);
}

#[test]
fn waits_begin_at_the_enabling_or_after_the_activity_before() {
    let log = log(&[
        ("a", "check", "Ann", None, 0, 10),
        ("a", "file", "Ben", None, 25, 30),
        // At the same time as the one before it: handed on from the check as well.
        ("a", "pay", "Cas", None, 28, 40),
        // The log tells, and it is not the end of anything.
        ("a", "send", "Ann", Some(45), 50, 51),
        // The first of a case.
        ("b", "check", "", None, 5, 6),
        ("c", "check", "", Some(2), 5, 6),
    ]);
    let split = log.waiting_split(&WaitingRules::new()).unwrap();
    let waits: Vec<_> = split.waits.iter().map(|wait| (wait.event, wait.source, wait.enabled)).collect();
    assert_eq!(waits, [(1, Some(0), at(10)), (2, Some(0), at(10)), (3, Some(2), at(45)), (5, None, at(2))]);
    assert_eq!((split.all.count, split.all.total()), (4, minutes(15 + 18 + 5 + 3)));
    let check_to_pay = split.handoff(("check", "Ann"), ("pay", "Cas")).unwrap();
    assert_eq!(check_to_pay.waiting.extraneous, minutes(18));
    assert_eq!(split.activity("check").unwrap().waiting.total(), minutes(3));
    assert_eq!(split.resource("").unwrap().waiting.total(), minutes(3));
    assert_eq!(split.handoffs.last().unwrap().from_activity, None);
    let error = split.handoff(("check", "Ann"), ("pay", "")).unwrap_err().to_string();
    assert!(error.contains("check Ann to pay Cas") && error.contains("outside to check"), "{error}");
    assert!(split.activity("sing").is_err() && split.resource("Dan").is_err());
}

#[test]
fn pieces_of_no_length_come_one_after_the_other() {
    let log = log(&[("a", "x", "", None, 5, 5), ("a", "y", "", None, 5, 5), ("a", "z", "", None, 5, 9)]);
    let split = log.waiting_split(&WaitingRules::new()).unwrap();
    assert_eq!((split.all.count, split.all.total()), (2, Span::ZERO));
    assert!(split.handoff(("x", ""), ("y", "")).is_ok() && split.handoff(("y", ""), ("z", "")).is_ok());
}

#[test]
fn calendars_go_by_the_clock_of_the_log() {
    // From Friday, 20:00, to Monday, 9:00, where Ann works from Monday to Friday, 8:00 to 18:00.
    let day = 24 * 60;
    let item = [("a", "file", "Ann", Some(4 * day + 20 * 60), 7 * day + 9 * 60, 7 * day + 10 * 60)];
    let office = shifts(&[("mon-fri", "08:00", "18:00")]);
    let rules = WaitingRules::new().calendar(office.clone());
    let wait = 61 * 60;
    assert_eq!(waits(&log(&item), &rules), [[0, 0, 0, wait - 60, 60]]);
    // The same instants are an hour later on another clock.
    let ahead = log(&item).with_offset(jiff::tz::offset(1));
    assert_eq!(waits(&ahead, &rules), [[0, 0, 0, wait - 120, 120]]);
    // On a holiday nobody comes.
    let mut holiday = office.clone();
    holiday.holidays.push(crate::model::Holiday { date: date(2026, 1, 12), days: 1, staff: 0 });
    assert_eq!(waits(&log(&item), &WaitingRules::new().calendar(holiday)), [[0, 0, 0, wait, 0]]);
    // Who has a calendar of their own does not go by that of everybody.
    let rules =
        WaitingRules::new().calendar(office).calendar_of("Ann", shifts(&[("daily", "00:00", "00:00")]));
    assert_eq!(waits(&log(&item), &rules), [[0, 0, 0, 0, wait]]);
}

#[test]
fn a_cycle_is_no_calendar_of_a_log() {
    let cycle = |name: &str| Calendar::described(name, |c| c.cycle(hours(8), [(Span::ZERO, 1u32)])).unwrap();
    let rules = WaitingRules::new().calendar(cycle("a")).calendar_of("Ann", cycle("b"));
    let error = log(&[]).waiting_split(&rules).unwrap_err();
    assert_eq!(error.defects().len(), 2);
    assert!(
        error.to_string().contains("calendar `a`: it has a cycle, must have a week of shifts"),
        "{error}"
    );
    let error = Calendar::described("odd", |c| c.shift("mon-fry", "8 am", "09:00")).unwrap_err();
    assert_eq!(error.defects().len(), 2, "{error}");
}

#[test]
fn a_log_without_events_has_no_waits() {
    let empty = log(&[]);
    let split =
        empty.waiting_split(&WaitingRules::new().calendar(shifts(&[("sat", "08:00", "12:00")]))).unwrap();
    assert_eq!((split.all, split.waits.len(), split.handoffs.len()), (Default::default(), 0, 0));
    assert_eq!((empty.facts().events, empty.facts().lead_time), (0, None));
}

#[test]
fn waits_that_cannot_be_added_are_refused() {
    let years = 140 * 365 * 24 * 60;
    let events: Vec<Told<'_>> = (0..3000).map(|_| ("a", "x", "Ann", Some(0), years, years)).collect();
    let error = log(&events).waiting_split(&WaitingRules::new()).unwrap_err();
    assert!(error.to_string().contains("add up to more than 292,000 years"), "{error}");
}

#[test]
fn rules_and_rows_are_plain_tables() {
    let log = log(&[("a", "check", "Ann", None, 0, 10), ("a", "file", "Ben", None, 100, 130)]);
    let split = log.waiting_split(&WaitingRules::new()).unwrap();
    let row = &split.rows()[0];
    assert_eq!((row.from_activity.as_deref(), row.resource.as_deref()), (Some("check"), Some("Ben")));
    assert_eq!((row.count, row.total, row.extraneous, row.contention), (1, 1.5, 1.5, 0.0));
    let json = serde_json::to_string(&split).unwrap();
    assert_eq!(serde_json::from_str::<crate::data::WaitingSplit>(&json).unwrap(), split);
    let text = split.to_string();
    assert!(
        text.starts_with(
            "activity  waits  hours  batching  contention  priority  unavailable  extraneous\n\
         -------------------------------------------------------------------------------\n\
         file          1   1.50         -           -         -            -        1.50\n\
         all           1   1.50         -           -         -            -        1.50\n\n\
         resource"
        ),
        "{text}"
    );
}

#[test]
fn tables_stay_narrow() {
    let name = "a very long name, with \n lines, of an activity that nobody would ever give it".repeat(9);
    let events: Vec<String> = (0..30).map(|number| format!("{number}")).collect();
    let told: Vec<Told<'_>> = events
        .iter()
        .map(|case| (case.as_str(), name.as_str(), case.as_str(), Some(0), 600_000, 600_001))
        .collect();
    let text = log(&told).waiting_split(&WaitingRules::new()).unwrap().to_string();
    assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    assert!(text.contains("and 20 more"), "{text}");
}
