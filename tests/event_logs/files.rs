//! Logs in files: read, written, refused.

use jiff::Timestamp;
use jiff::tz::offset;
use knockon::data::{Columns, Event, EventLog, WaitingRules};
use knockon::time::{Span, seconds};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::log;

const HEADER: &str = "case_id,activity,resource,start_time,end_time,enabled_time\n";

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

#[test]
fn logs_are_read_back_as_written() {
    for file in [
        "PurchasingExample.csv",
        "LoanApp_simplified_train.csv",
        "Insurance_Claims_train.csv",
        "Simple_log_with_batching.csv",
        "manual_log_1.csv",
    ] {
        let log = log(file);
        assert_eq!(EventLog::from_csv(log.to_csv()).unwrap(), log, "{file}");
    }
    let folder = std::env::temp_dir().join(format!("knockon-event-logs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let first = log("manual_log_1.csv");
    first.write(folder.join("log.csv")).unwrap();
    assert_eq!(EventLog::read(folder.join("log.csv")).unwrap(), first);
    assert!(first.write(folder.join("none/log.csv")).unwrap_err().to_string().contains("none"));
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(EventLog::read(folder.join("log.csv")).unwrap_err().to_string().contains("log.csv"));
}

#[test]
fn names_may_be_anything() {
    let names = ["a,b", "\"quoted\"", "two\nlines", "\r", " spaces ", "ä→", "'", "="];
    let events = names.iter().map(|name| Event::new(name, name, at(0), at(1)).by(name));
    let log = EventLog::new(events).unwrap();
    let again = EventLog::from_csv(log.to_csv()).unwrap();
    assert_eq!(again, log);
    assert!(again.events().zip(names).all(|(event, name)| event.resource == Some(name)));
}

#[test]
fn what_is_not_known_stays_so() {
    let events = [
        Event::new("1", "a", at(5), at(9)).enabled(at(-3)),
        Event::new("1", "b", at(9), at(10)).by(""),
        Event::new("2", "b", at(9), at(10)).by("Ann"),
    ];
    let log = EventLog::new(events).unwrap().with_offset(offset(-3));
    let again = EventLog::from_csv(log.to_csv()).unwrap();
    assert_eq!(again, log);
    assert_eq!(again.offset(), offset(-3));
    let resources: Vec<_> = again.events().map(|event| event.resource).collect();
    assert_eq!(resources, [None, None, Some("Ann")]);
    let enabled: Vec<_> = again.events().map(|event| event.enabled).collect();
    assert_eq!(enabled, [Some(at(-3)), None, None]);
    assert_eq!((again.len(), again.is_empty()), (3, false));
}

#[test]
fn columns_are_found_by_their_names() {
    for header in [
        "case_id,activity,resource,start_time,end_time",
        "\u{feff}CASE,Activity,Resource,Start,End",
        "case:concept:name,concept:name,org:resource,start_timestamp,time:timestamp",
        " case_id , activity , resource , start_time , end_time ",
    ] {
        let log =
            EventLog::from_csv(format!("{header}\r\n1,a,Ann,2026-01-05 08:00,2026-01-05 09:00\r\n")).unwrap();
        let event = log.events().next().unwrap();
        assert_eq!((event.case, event.activity, event.resource), ("1", "a", Some("Ann")), "{header}");
    }
    let columns = Columns::new().resource("role").enabled("since");
    let text =
        "role,since,start,end,case,activity\nclerk,2026-01-05 07:00,2026-01-05 08:00,2026-01-05 09:00,1,a\n";
    let log = EventLog::from_csv_with(text, &columns).unwrap();
    let event = log.events().next().unwrap();
    assert_eq!((event.resource, event.enabled.is_some()), (Some("clerk"), true));
    assert_eq!(EventLog::from_csv(text).unwrap().events().next().unwrap().resource, None);
}

#[test]
fn extraneous_delays_are_seconds() {
    let line = "1,a,2026-01-05 08:00,2026-01-05 09:00";
    let delays = |text: &str| -> Vec<_> {
        let log = EventLog::from_csv(text).unwrap();
        assert_eq!(EventLog::from_csv(log.to_csv()).unwrap(), log);
        log.events().map(|event| event.extraneous).collect()
    };
    let text =
        format!("case,activity,start,end,extraneous_delay\n{line},90.25\n{line},\n{line},1e-6\n{line},0.0\n");
    let expected = [Some(seconds(90.25)), None, Some(Span::from_ticks(1)), Some(Span::ZERO)];
    assert_eq!(delays(&text), expected);
    let facts = EventLog::from_csv(&text).unwrap().facts();
    let (all, own) = (facts.extraneous.unwrap(), facts.activities[0].extraneous.unwrap());
    assert_eq!((all, all.count, all.longest), (own, 3, 90.25 / 3600.0));

    let named = Columns::new().extraneous("outside");
    let text = format!("case,activity,start,end,outside\n{line},7\n");
    assert_eq!(delays(&text), [None]);
    let log = EventLog::from_csv_with(&text, &named).unwrap();
    assert_eq!(log.events().next().unwrap().extraneous, Some(seconds(7)));

    let error =
        refusal(&format!("case,activity,start,end,extraneous\n{line},NaN\n{line},-1.5\n{line},1e300\n"));
    for part in [
        "3 defects",
        "line 2, column `extraneous`: `NaN` is not understood, expected a number of seconds",
        "line 3, column `extraneous`: it is -1s 500ms, must not be negative",
        "line 4, column `extraneous`: it is invalid",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

/// The whole message of a text that is refused.
fn refusal(text: &str) -> String {
    EventLog::from_csv(text).unwrap_err().to_string()
}

#[test]
fn columns_that_are_missing_are_all_named() {
    let error = refusal("case,what,begin,end\n");
    assert_eq!(
        error,
        "2 defects:\n  \
         - line 1: no column says the activity: none is called `activity`, `concept:name`, `activity_name`, \
         `task`; there are `case`, `what`, `begin`, `end`\n  \
         - line 1: no column says the start: none is called `start_time`, `start`, `start_timestamp`, \
         `time:start`; there are `case`, `what`, `begin`, `end`"
    );
    assert_eq!(EventLog::from_csv("").unwrap_err().defects().len(), 4);
    let error = refusal("case,activity,start,end,Start\n");
    assert!(error.contains("there are two columns `start`"), "{error}");
    let columns = Columns::new().case("patient").resource("who");
    let error = EventLog::from_csv_with("case,activity,start,end\n", &columns).unwrap_err();
    assert_eq!(error.defects().len(), 2, "{error}");
    assert!(error.to_string().contains("there is no column `patient`; there are `case`"), "{error}");
}

#[test]
fn every_defect_is_named_with_line_and_column() {
    let error = refusal(&format!(
        "{HEADER}1,a,Ann,2026-01-05 08:00,2026-01-05 09:00,\n\
         1,b,Ann,tomorrow,2026-01-05 09:00,never\n\
         ,,Ann,2026-01-05 08:00,2026-01-05 07:00,2026-01-05 08:30\n\
         1,\"b\nb\",Ann,2026-01-05 08:00\n\
         2,b,Ann,2026-01-05 08:00Z,2026-01-05 09:00,\n"
    ));
    assert_eq!(
        error,
        "8 defects:\n  \
         - line 3, column `enabled_time`: `never` is not understood, expected a time before 9999-12-30, like \
         \"2026-01-05T08:00:00+01:00\" or \"2026-01-05 08:00:00\"\n  \
         - line 3, column `start_time`: `tomorrow` is not understood, expected a time before 9999-12-30, like \
         \"2026-01-05T08:00:00+01:00\" or \"2026-01-05 08:00:00\"\n  \
         - line 4, column `case_id`: it is empty, must be a name\n  \
         - line 4, column `activity`: it is empty, must be a name\n  \
         - line 4, column `end_time`: the work on `` ends at 2026-01-05T07:00:00Z, before its start at \
         2026-01-05T08:00:00Z\n  \
         - line 4, column `enabled_time`: it is 2026-01-05T08:30:00Z, and the work on `` starts at \
         2026-01-05T08:00:00Z, before that\n  \
         - line 5: it has 4 fields, the first line has 6\n  \
         - line 7, column `start_time`: `2026-01-05 08:00Z` has an offset from UTC, the times before it have none"
    );
    let error = EventLog::from_csv(b"case,activity,start,end\n\xff,a,2026-01-05,2026-01-05\n").unwrap_err();
    assert!(error.to_string().ends_with("line 2, column `case`: it is not UTF-8"), "{error}");
    let error = EventLog::new([Event::new("1", "", at(5), at(4))]).unwrap_err().to_string();
    assert!(
        error.contains("event 0, activity: it is empty") && error.contains("event 0, end: the work"),
        "{error}"
    );
}

#[test]
fn of_many_defects_the_first_are_told() {
    let text = HEADER.to_owned() + &"1,a,Ann,x,y,z\n".repeat(100_000);
    let error = EventLog::from_csv(text).unwrap_err();
    assert_eq!(error.defects().len(), 20);
    assert!(error.to_string().starts_with("300000 defects:"), "{error}");
    assert!(error.to_string().ends_with("and 299980 more"), "{error}");
}

#[test]
fn dates_that_stand_for_never_are_refused() {
    let error = refusal(&format!("{HEADER}1,a,Ann,1900-01-01,2026-01-05,\n2,a,Ann,2026-01-05,2222-02-22,\n"));
    assert!(
        error.contains("the whole log: it goes from 1900-01-01T00:00:00Z to 2222-02-22T00:00:00Z"),
        "{error}"
    );
    let error = refusal(&format!("{HEADER}1,a,Ann,2026-01-05,9999-12-31,\n"));
    assert!(error.contains("`9999-12-31` is not understood, expected a time before 9999-12-30"), "{error}");
}

#[test]
fn the_first_and_the_last_times_there_are_do_no_harm() {
    for at in [Timestamp::MIN, Timestamp::MAX] {
        let log = EventLog::new([Event::new("1", "a", at, at).by("Ann").enabled(at)]).unwrap();
        let log = log.with_offset(offset(if at == Timestamp::MIN { -20 } else { 20 }));
        assert_eq!(log.waiting_split(&WaitingRules::new()).unwrap().all.total().ticks(), 0);
        read(log.to_csv().as_bytes());
    }
}

/// Reads bytes: a log of which everything can be asked, or an error with something to say.
fn read(bytes: &[u8]) {
    match EventLog::from_csv(bytes) {
        Ok(log) => {
            assert_eq!(EventLog::from_csv(log.to_csv()).unwrap().len(), log.len());
            assert_eq!(log.facts().events, log.len());
            if let Ok(split) = log.waiting_split(&WaitingRules::new()) {
                assert!(!split.to_string().is_empty());
            }
        }
        Err(error) => {
            let text = error.to_string();
            assert!(!text.is_empty() && text.len() < 100_000);
        }
    }
}

/// One way to damage a text, at places given as fractions of its length.
#[derive(Clone, Debug)]
enum Damage {
    Flip(usize, u8),
    Delete(usize, usize),
    Repeat(usize, usize),
    Insert(usize, &'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = || 0..100_000usize;
    let texts =
        ["\"", ",", "\n", "\r", "\0", "9999", "-", "+23:59", "Z", "[UTC]", "\u{feff}", "T24:00", "e300"];
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (place(), 1..40usize).prop_map(|(at, length)| Damage::Delete(at, length)),
        (place(), 1..200usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (place(), select(texts.to_vec())).prop_map(|(at, text)| Damage::Insert(at, text)),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let size = bytes.len().max(1);
    match *damage {
        _ if bytes.is_empty() => {}
        Damage::Flip(at, byte) => bytes[at % size] ^= byte,
        Damage::Delete(at, length) => {
            bytes.drain(at % size..(at % size + length).min(size));
        }
        Damage::Repeat(at, length) => {
            let copy = bytes[at % size..(at % size + length).min(size)].to_vec();
            bytes.splice(at % size..at % size, copy);
        }
        Damage::Insert(at, text) => {
            bytes.splice(at % size..at % size, text.bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..300), header: bool) {
        let header = if header { HEADER.as_bytes() } else { b"" };
        read(&[header, &bytes[..]].concat());
    }

    #[test]
    fn damaged_logs(damages in vec(damage(), 1..4), file in select(vec!["manual_log_1.csv", "manual_log_5.csv"])) {
        let mut bytes = std::fs::read(super::path(file)).unwrap();
        damages.iter().for_each(|damage| apply(&mut bytes, damage));
        read(&bytes);
    }

    #[test]
    fn random_logs_are_read_back(
        events in vec(("[a-c,\"\n ]{1,3}", "\\PC{1,4}", option::of("[x-z]"), 0i64..1 << 50, 0i64..1 << 40, option::of(0i64..1 << 40)), 0..20),
        hours in -12i8..12,
    ) {
        let log = EventLog::new(events.iter().map(|(case, activity, resource, start, length, before)| Event {
            case,
            activity,
            resource: resource.as_deref(),
            enabled: before.map(|before| at(start - before)),
            start: at(*start),
            end: at(start + length),
            extraneous: before.map(Span::from_ticks),
        }));
        let log = log.unwrap();
        let log = if log.is_empty() { log } else { log.with_offset(offset(hours)) };
        prop_assert_eq!(EventLog::from_csv(log.to_csv()).unwrap(), log);
    }
}
