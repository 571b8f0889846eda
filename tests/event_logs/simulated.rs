//! Logs of simulations, whose split must be what the records and the ledger say.

use std::sync::Mutex;

use jiff::civil::{DateTime, date};
use knockon::data::{EventLog, WaitingRules, WaitingSplit};
use knockon::prelude::*;
use knockon::results::{What, Whose};
use knockon::{ErrorKind, Records, VisitRecord};

struct Keep<'v>(&'v Mutex<Vec<VisitRecord>>);

impl Records for Keep<'_> {
    fn visit(&mut self, record: &VisitRecord) {
        self.0.lock().unwrap().push(record.clone());
    }
}

/// A Monday at midnight.
fn monday() -> DateTime {
    date(2026, 1, 5).into()
}

fn simulated(experiment: &Experiment) -> (Results, Vec<VisitRecord>) {
    let visits = Mutex::new(Vec::new());
    let results = experiment.run_recorded(|_| Keep(&visits)).unwrap();
    (results, visits.into_inner().unwrap())
}

/// The log of one replication until all are done, its results, and its split.
fn done(model: &Model, rules: &WaitingRules) -> (Results, EventLog, WaitingSplit) {
    let (results, visits) = simulated(&Experiment::new(model).until_all_done().replications(1).ledger());
    let log = EventLog::from_visits(&visits, model, &results, monday()).unwrap();
    let waited: i64 =
        visits.iter().filter_map(|visit| Some(visit.begun?.ticks() - visit.joined.ticks())).sum();
    let split = log.waiting_split(rules).unwrap();
    assert_eq!(split.all.total().ticks(), waited);
    assert!(waited > 0);
    (results, log, split)
}

/// Hours in the ledger of all customers, of what others did or of nobody's work.
fn ledger(results: &Results, what: What, whose: Whose) -> f64 {
    let entries = &results.ledger.as_ref().unwrap().system.completed.entries;
    let fits = entries.iter().filter(|entry| entry.what == what && entry.whose == whose);
    fits.map(|entry| entry.amount.hours[0]).sum()
}

#[track_caller]
fn assert_same(span: Span, hours: f64) {
    assert!(
        (span.as_hours() - hours).abs() < 1e-6 * (1.0 + hours),
        "{} h, in the ledger {hours} h",
        span.as_hours()
    );
}

#[test]
fn first_come_first_served_all_waiting_is_contention() {
    for staff in [1, 3] {
        let model = Model::builder("desk")
            .department("desk", |d| d.staff(staff).service(Dist::exponential(minutes(12))))
            .customers("visitors", |c| c.poisson(per_hour(4.5 * f64::from(staff))).limit(2_000).enter("desk"))
            .build()
            .unwrap();
        let (results, log, split) = done(&model, &WaitingRules::new());
        assert_eq!(log.len(), 2_000);
        assert_eq!(split.all.contention, split.all.total());
        assert_same(split.all.contention, ledger(&results, What::Service, Whose::Ahead));
        assert_eq!(split.resources.len(), staff as usize);
        // The same from a file.
        let again = EventLog::from_csv(log.to_csv()).unwrap();
        assert_eq!(again.waiting_split(&WaitingRules::new()).unwrap(), split);
        // What is known of the log is known of the results.
        let lead_time = results.class("visitors").unwrap().lead_time.as_ref().unwrap().mean.mean;
        let waiting = log.facts().waiting.unwrap().mean;
        let sojourn = waiting + log.facts().processing.unwrap().mean;
        assert!((sojourn - lead_time).abs() < 1e-9 * lead_time);
    }
}

#[test]
fn who_was_let_past_is_prioritization() {
    for staff in [1, 2] {
        let model = Model::builder("desk")
            .class("urgent", |c| c.priority(0))
            .class("routine", |c| c.priority(1))
            .department("desk", |d| d.staff(staff).service(Dist::exponential(minutes(12))))
            .customers("urgent", |c| c.poisson(per_hour(2.0 * f64::from(staff))).limit(1_000).enter("desk"))
            .customers("routine", |c| c.poisson(per_hour(2.5 * f64::from(staff))).limit(1_000).enter("desk"))
            .build()
            .unwrap();
        let (results, _, split) = done(&model, &WaitingRules::new());
        let all = split.all;
        assert_eq!((all.batching, all.unavailability, all.extraneous), Default::default());
        assert!(all.prioritization > Span::ZERO);
        assert_same(all.contention, ledger(&results, What::Service, Whose::Ahead));
        assert_same(all.prioritization, ledger(&results, What::Service, Whose::LetPast));
    }
}

/// One who works from 8 to 17, and finishes what they have begun.
fn office(times: impl IntoIterator<Item = Span>) -> Model {
    Model::builder("office")
        .start("2026-01-05T00:00")
        .calendar("office", |c| c.shift("mon-fri", "08:00", "17:00").holiday("2026-01-07", 1))
        .department("desk", |d| {
            d.staff(1).service(Dist::constant(minutes(50))).shifts("office", |s| s.finish())
        })
        .customers("letters", |c| c.schedule(times).enter("desk"))
        .build()
        .unwrap()
}

#[test]
fn a_closed_desk_is_unavailability() {
    // One letter every night. Those of the nights before a Monday are a batch, if one looks for it.
    let model = office((0..14).map(|day| hours(24 * day + 3)));
    let (results, _, split) = done(&model, &WaitingRules::of_model(&model).without_batches());
    assert_same(split.all.unavailability, ledger(&results, What::Closed, Whose::Nobody));
    assert_same(split.all.contention, ledger(&results, What::Service, Whose::Ahead));
    assert_eq!((split.all.prioritization, split.all.extraneous), Default::default());
    let alone = split.waits.iter().filter(|wait| wait.waiting.contention == Span::ZERO);
    assert_eq!(alone.count(), 10);
    // Without the calendar nobody knows why.
    let (_, log, _) = done(&model, &WaitingRules::new());
    let rules = WaitingRules::new().without_batches();
    let all = log.waiting_split(&rules).unwrap().all;
    assert_eq!((all.unavailability, all.extraneous), (Span::ZERO, split.all.unavailability));
}

#[test]
fn a_desk_that_closes_and_is_busy_is_split_as_in_the_ledger() {
    let model = office((0..120).map(|number| minutes(90 * number)));
    let (results, _, split) = done(&model, &WaitingRules::of_model(&model).without_batches());
    let all = split.all;
    assert_eq!((all.batching, all.prioritization, all.extraneous), Default::default());
    assert_same(all.contention, ledger(&results, What::Service, Whose::Ahead));
    assert_same(all.unavailability, ledger(&results, What::Closed, Whose::Nobody));
}

#[test]
fn a_day_in_the_model_is_a_day_in_the_log() {
    let model = office([hours(9)]);
    let (results, visits) = simulated(&Experiment::new(&model).until_all_done().replications(1));
    let log = EventLog::from_visits(&visits, &model, &results, date(1999, 1, 1).into()).unwrap();
    let event = log.events().next().unwrap();
    assert_eq!((event.case, event.activity, event.resource), ("letters 0", "desk", Some("desk 0")));
    assert_eq!(event.start.to_string(), "2026-01-05T09:00:00Z");
    assert_eq!(event.end.to_string(), "2026-01-05T09:50:00Z");
    assert_eq!(event.enabled, Some(event.start));
}

#[test]
fn records_say_who_served() {
    let model = Model::builder("house")
        .pool("clerks", |p| p.staff(2))
        .department("counter", |d| d.pool("clerks").service(Dist::exponential(minutes(5))))
        .department("office", |d| d.staff(3).service(Dist::exponential(minutes(20))))
        .department("mail", |d| d.infinite_staff().service(minutes(5)))
        .handoff("counter", "office", |h| h)
        .handoff("office", "mail", |h| h)
        .customers("visitors", |c| c.poisson(per_hour(8.0)).limit(500).enter("counter"))
        .build()
        .unwrap();
    let (results, visits) = simulated(&Experiment::new(&model).until_all_done().replications(1));
    for visit in &visits {
        let expected: &[&str] = match visit.department {
            0 => &["clerks 0", "clerks 1"],
            1 => &["office 0", "office 1", "office 2"],
            _ => &[],
        };
        let name = visit.person.map(|person| results.person_name(person));
        assert_eq!(name.is_none(), expected.is_empty());
        assert!(name.is_none_or(|name| expected.contains(&name.as_str())));
    }
    let log = EventLog::from_visits(&visits, &model, &results, monday()).unwrap();
    assert_eq!(log.facts().resources.len(), 5);
    // Nobody serves two at a time.
    let mut events: Vec<_> = log.events().filter(|event| event.resource.is_some()).collect();
    events.sort_by_key(|event| (event.resource, event.start));
    assert!(
        events.windows(2).all(|pair| pair[0].resource != pair[1].resource || pair[0].end <= pair[1].start)
    );
}

#[test]
fn a_log_is_of_one_replication() {
    let model = office([hours(9), hours(10)]);
    let (results, visits) = simulated(&Experiment::new(&model).until_all_done().replications(2));
    let error = EventLog::from_visits(&visits, &model, &results, monday()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Defects(_)));
    assert!(error.to_string().contains("a log is of one"), "{error}");
    let late = Model { start: Some(date(9999, 12, 30).into()), ..model.clone() };
    let one = visits.iter().filter(|visit| visit.replication == visits[0].replication);
    let later: Vec<VisitRecord> =
        one.map(|visit| VisitRecord { ended: Some(weeks(60)), ..visit.clone() }).collect();
    let error = EventLog::from_visits(&later, &late, &results, monday()).unwrap_err();
    assert!(error.to_string().contains("the last year there is"), "{error}");
    let other = Model::builder("other").department("desk", |d| d.staff(1).service(minutes(1)));
    let empty = Model { departments: Vec::new(), ..other.build().unwrap_or_default() };
    let one = visits.iter().filter(|visit| visit.replication == visits[0].replication);
    let error = EventLog::from_visits(one, &empty, &results, monday()).unwrap_err();
    assert!(error.to_string().contains("the model has fewer departments"), "{error}");
}
