//! A log of many events, with long queues.

use std::time::Instant;

use jiff::Timestamp;
use knockon::data::{Event, EventLog, WaitingRules};
use knockon::model::Calendar;
use knockon::time::Span;

/// Ten people with 100,000 pieces of work each; every 2,000 are done in the opposite order of their coming, and the
/// last of them begins days after it came.
#[test]
#[ignore = "prints how long it takes"]
fn a_million_events() {
    const MINUTE: i64 = 60_000_000;
    let at = |minutes: i64| Timestamp::from_microsecond(minutes * MINUTE).unwrap();
    let cases: Vec<String> = (0..250_000).map(|case| format!("case {case}")).collect();
    let people: Vec<String> = (0..10).map(|person| format!("person {person}")).collect();
    let events = (0..1_000_000).map(|number: i64| {
        let (person, nth) = (number % 10, number / 10);
        let turned = nth / 2_000 * 2_000 + 1_999 - nth % 2_000;
        let case = &cases[(number * 7 % 250_000) as usize];
        let activity = ["check", "file", "pay"][(number % 3) as usize];
        let start = at(7 * nth + 100 + 7 * 2_000);
        Event::new(case, activity, start, at(7 * nth + 106 + 7 * 2_000))
            .by(&people[person as usize])
            .enabled(at(7 * turned))
    });
    let begin = Instant::now();
    let log = EventLog::new(events).unwrap();
    let (built, begin) = (begin.elapsed(), Instant::now());
    let office = Calendar::described("office", |c| c.shift("mon-fri", "08:00", "18:00")).unwrap();
    let split = log.waiting_split(&WaitingRules::new().calendar(office)).unwrap();
    let (taken, begin) = (begin.elapsed(), Instant::now());
    let text = log.to_csv();
    let (written, begin) = (begin.elapsed(), Instant::now());
    assert_eq!(EventLog::from_csv(&text).unwrap(), log);
    let (read, begin) = (begin.elapsed(), Instant::now());
    log.facts();
    let facts = begin.elapsed();
    println!("built {built:?}, split {taken:?}, written {written:?}, read {read:?}, facts {facts:?}");
    println!("{split}");
    assert_eq!(split.all.count, 1_000_000);
    let total: i64 = split.waits.iter().map(|wait| wait.waiting.total().ticks()).sum();
    assert_eq!(Span::from_ticks(total), split.all.total());
}
