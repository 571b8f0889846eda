//! Small logs whose split is known, and larger ones of which it is known what to expect.

use knockon::data::{EventLog, HandoffWaiting, WaitingRules};
use knockon::model::Calendar;
use knockon::time::{Span, hours, minutes};

use super::{log, path};

fn rules() -> WaitingRules {
    let office = Calendar::described("office", |c| c.shift("mon-fri", "10:00", "20:00")).unwrap();
    let marcus = Calendar::described("Marcus", |c| {
        c.shift("mon-fri", "10:00", "12:00").shift("mon-fri", "12:30", "20:00")
    });
    WaitingRules::new().calendar(office).calendar_of("Marcus", marcus.unwrap())
}

/// What a text like `1 days 01:30:00` says.
fn span(text: &str) -> Span {
    let (days, clock) = text.split_once(" days").unwrap();
    let clock = clock.trim();
    let parts = clock.split(':').filter(|part| !part.is_empty()).map(|part| part.parse::<i64>().unwrap());
    let seconds = parts.fold(0, |sum, part| 60 * sum + part) + 86_400 * days.parse::<i64>().unwrap();
    Span::from_ticks(1_000_000 * seconds)
}

/// The split of a log by handoff, and the table that it must be.
fn split_and_table(number: u32) -> (Vec<HandoffWaiting>, Vec<csv::StringRecord>) {
    let split = log(&format!("manual_log_{number}.csv")).waiting_split(&rules()).unwrap();
    let mut table = csv::Reader::from_path(path(&format!("manual_log_{number}_expected.csv"))).unwrap();
    (split.handoffs, table.records().map(Result::unwrap).collect())
}

/// In log 1 there are no batches. In the logs 3 and 5 there are three rows with batching, and all three are as in the
/// table as well: batching as it is defined there, and contention and prioritization by the rule that work from
/// outside a batch is later than an item if it is later than the batch. (Were it compared with the item's own
/// enabling, the row of log 5 would have 12 h of contention and 9 h of prioritization instead of 13.5 h and 7.5 h; those
/// of log 3 would stay as they are.)
#[test]
fn tables_are_reproduced() {
    let mut with_batching = 0;
    for number in [1, 3, 5] {
        let (handoffs, table) = split_and_table(number);
        assert_eq!(handoffs.len(), table.len(), "log {number}");
        for row in &table {
            let own = handoffs
                .iter()
                .find(|own| {
                    let names =
                        [&own.from_activity, &own.from_resource, &Some(own.activity.clone()), &own.resource];
                    names.iter().zip(row).all(|(own, name)| own.as_deref() == Some(name))
                })
                .unwrap();
            let waiting = own.waiting;
            let expected = [7, 9, 8, 10, 11].map(|column| span(&row[column]));
            assert_eq!(waiting.parts().map(|(_, part)| part), expected, "log {number}: {row:?}");
            assert_eq!(waiting.total(), span(&row[6]), "log {number}: {row:?}");
            assert_eq!(waiting.count as f64, row[4].parse::<f64>().unwrap());
            assert_eq!(waiting.total().as_seconds(), row[12].parse::<f64>().unwrap());
            with_batching += usize::from(waiting.batching > Span::ZERO);
        }
    }
    assert_eq!(with_batching, 3);
}

/// Three items of `Short-branch` are collected, and done when the third comes.
#[test]
fn who_collects_work_causes_batching() {
    let split = log("Simple_log_with_batching.csv").waiting_split(&WaitingRules::new()).unwrap();
    let branch = split.activity("Short-branch").unwrap().waiting;
    let share = |part: Span| part.as_hours() / branch.total().as_hours();
    assert!(share(branch.batching) > 0.8, "{branch:?}");
    assert!(share(branch.extraneous) < 0.02, "{branch:?}");
    // The first three.
    let first = split.waits.iter().take(3).map(|wait| wait.waiting.batching).collect::<Vec<_>>();
    assert_eq!(first, [hours(3), hours(1), Span::ZERO]);
    assert_eq!(split.all.batching, branch.batching);
}

/// The person is idle at times while cases wait (why, the log does not say); while at work, often on cases that came
/// later than those that wait.
#[test]
fn who_takes_urgent_work_first_causes_prioritization() {
    let rules = WaitingRules::new().without_batches();
    let all = log("Simple_log_with_prioritization.csv").waiting_split(&rules).unwrap().all;
    let share = |part: Span| part.as_hours() / all.total().as_hours();
    assert!(share(all.prioritization) > 0.3, "{all:?}");
    assert!(share(all.contention) + share(all.prioritization) > 0.6, "{all:?}");
    assert_eq!((all.batching, all.unavailability), Default::default());
}

#[test]
fn large_logs_are_split_without_a_rest() {
    for file in ["PurchasingExample.csv", "LoanApp_simplified_train.csv", "Insurance_Claims_train.csv"] {
        let log = log(file);
        for rules in [WaitingRules::new(), rules()] {
            let split = log.waiting_split(&rules).unwrap();
            let events: Vec<_> = log.events().collect();
            for wait in &split.waits {
                let start = events[wait.event].start;
                let ticks = start.duration_since(wait.enabled).as_micros() as i64;
                assert_eq!(wait.waiting.total().ticks(), ticks);
                assert!(wait.waiting.parts().iter().all(|(_, part)| *part >= Span::ZERO));
            }
        }
    }
}

/// The clocks went forward on 2011-03-27, from 02:00 to 03:00.
#[test]
fn summer_time_is_a_matter_of_the_clock() {
    let text = "case,activity,resource,start,end\n\
                1,a,Ann,2011-03-25T08:00:00+02:00,2011-03-25T18:00:00+02:00\n\
                1,b,Ben,2011-03-28T08:30:00+03:00,2011-03-28T09:00:00+03:00\n";
    let office = Calendar::described("office", |c| c.shift("mon-fri", "08:00", "18:00")).unwrap();
    let rules = WaitingRules::new().calendar(office);
    let extraneous = |log: EventLog| log.waiting_split(&rules).unwrap().all.extraneous;
    assert_eq!(extraneous(EventLog::from_csv(text).unwrap()), Span::ZERO);
    let columns = knockon::data::Columns::new().wall_clock();
    assert_eq!(extraneous(EventLog::from_csv_with(text, &columns).unwrap()), minutes(30));
}
