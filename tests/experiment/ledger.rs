//! The ledger as a caller sees it.

use knockon::prelude::*;
use knockon::results::{Cause, GroupLedger, LedgerEntry, TimelinePiece, What, Whose};
use knockon::stats::Estimate;
use knockon::{CaseId, CaseRecord, ErrorKind, Outcome};

use super::{recorded, reproducible};

/// A story with most of what departments do to each other: shifts, a question, rework, a full queue.
fn reps() -> Model {
    Model::from_toml(
        r#"
        name = "orders"
        start = "2026-03-02T08:00"
        [[calendar]]
        name = "office"
        shift = [{ days = "mon-fri", from = "08:00", to = "17:00" }]
        [[class]]
        name = "routine"
        priority = 1
        delay_cost = 30
        [[class]]
        name = "urgent"
        delay_cost = 100
        [[department]]
        name = "Reps"
        staff = 2
        errors = { probability = 0.1 }
        service = { exponential = { mean = "20m" } }
        patience = { exponential = { mean = "12h" } }
        [[department]]
        name = "Engineering"
        staff = 1
        shifts = { calendar = "office" }
        service = { exponential = { mean = "2h" } }
        [[department]]
        name = "Packing"
        staff = 1
        queue_capacity = 4
        service = { exponential = { mean = "15m" } }
        detects = [{ made_by = "Reps", probability = 0.8 }]
        [[request]]
        from = "Reps"
        to = "Engineering"
        probability = 0.2
        at = 0.5
        staff = "held"
        service = { constant = { value = "30m" } }
        [[handoff]]
        from = "Reps"
        to = "Packing"
        [[customers]]
        name = "orders"
        enter = "Reps"
        mix = [{ class = "routine", share = 0.8 }, { class = "urgent", share = 0.2 }]
        arrivals = { poisson = { rate = "1.5/h" } }
        [[customers]]
        name = "designs"
        enter = "Engineering"
        arrivals = { poisson = { rate = "0.5/d" } }
        "#,
    )
    .unwrap()
}

fn two_classes(load: f64) -> Model {
    Model::builder("two classes")
        .class("urgent", |c| c.priority(0))
        .class("routine", |c| c.priority(1))
        .department("desk", |d| d.staff(1).service(Dist::exponential(hours(1))))
        .customers("u", |c| c.poisson(per_hour(load / 3.0)).enter("desk").class("urgent"))
        .customers("r", |c| c.poisson(per_hour(load * 2.0 / 3.0)).enter("desk").class("routine"))
        .build()
        .unwrap()
}

fn hours_of(group: &GroupLedger, of: impl Fn(&LedgerEntry) -> bool) -> f64 {
    group.entries.iter().filter(|entry| of(entry)).map(|entry| entry.amount.time.mean).sum()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

#[test]
fn entries_sum_to_the_lead_time_and_own_work_to_the_touch_time() {
    let model = reps();
    let results =
        Experiment::new(&model).horizon(weeks(3)).warm_up(days(2)).replications(5).ledger().run().unwrap();
    let ledger = results.ledger.as_ref().unwrap();
    for class in &results.classes {
        let group = &ledger.class(&class.name).unwrap().completed;
        let lead = class.lead_time.as_ref().unwrap();
        assert_eq!(group.cases.iter().sum::<u64>(), lead.count);
        let time = group.time.unwrap();
        assert!(close(time.mean, lead.mean.mean));
        assert!(close(time.half_width().unwrap(), lead.mean.half_width().unwrap()));
        assert!(close(hours_of(group, |_| true), time.mean));
        let work = [What::Service, What::Rework, What::Answering];
        let own = hours_of(group, |entry| entry.whose == Whose::Own && work.contains(&entry.what));
        assert!(close(own, class.touch_time.unwrap().mean), "{own} {:?}", class.touch_time);
        let matrix: f64 = group.propagation.iter().map(|cell| cell.amount.time.mean).sum();
        assert!(close(matrix, time.mean));
        let shares: f64 = group.propagation.iter().map(|cell| cell.amount.share.unwrap().mean).sum();
        assert!(close(shares, 1.0));
        let sorted = |amounts: Vec<f64>| amounts.is_sorted_by(|a, b| a >= b);
        assert!(sorted(group.entries.iter().map(|entry| entry.amount.time.mean).collect()));
    }
    let routine = &ledger.class("routine").unwrap().completed;
    assert!(routine.entries.iter().any(|entry| entry.what == What::Closed));
    assert!(routine.entries.iter().any(|entry| entry.what == What::Rework));
    for entry in &routine.entries {
        assert!(close(entry.amount.money.unwrap().mean, 30.0 * entry.amount.time.mean));
    }
    // The reps' customers wait for the engineers as well.
    assert!(routine.charged_to("Engineering") > 0.1 && routine.felt_at("Engineering") == 0.0);
    let system = &ledger.system.completed;
    let all =
        |of: fn(&GroupLedger) -> u64| ledger.classes.iter().map(|class| of(&class.completed)).sum::<u64>();
    assert_eq!(system.cases.iter().sum::<u64>(), all(|group| group.cases.iter().sum()));
    let lost = &ledger.system.lost;
    assert!(lost.cases.iter().sum::<u64>() > 0 && lost.charged_to("Engineering") > 0.0);
    assert!(ledger.class("nobody").is_err());
    assert!(designs_cost_nothing(ledger.class("designs").unwrap()));
}

fn designs_cost_nothing(class: &knockon::results::ClassLedger) -> bool {
    class.completed.entries.iter().all(|entry| entry.amount.money.is_none())
}

/// All of more urgent rank who arrive during a wait are served before it ends, so what goes to those let past is
/// their load times the wait (a Poisson stream brings so much work per hour); and the waits are Cobham's (1954).
#[test]
fn those_let_past_are_as_many_as_theory_says() {
    let (load, urgent) = (0.75, 0.25);
    let model = two_classes(load);
    let experiment =
        Experiment::new(&model).horizon(hours(4000)).warm_up(hours(200)).replications(40).ledger();
    let results = experiment.run().unwrap();
    let group = &results.ledger.as_ref().unwrap().class("routine").unwrap().completed;
    let wait = load / (1.0 - urgent) / (1.0 - load);
    for (whose, expected) in
        [(Whose::Own, 1.0), (Whose::LetPast, urgent * wait), (Whose::Ahead, (1.0 - urgent) * wait)]
    {
        let entry = group.entries.iter().find(|entry| entry.whose == whose).unwrap();
        let Estimate { mean, .. } = *entry.amount.time;
        let error = entry.amount.time.std_error().unwrap();
        assert!((mean - expected).abs() < 5.0 * error, "{whose:?}: {mean} +- {error}, not {expected}");
    }
    let urgent = &results.ledger.as_ref().unwrap().class("urgent").unwrap().completed;
    assert!(urgent.entries.iter().all(|entry| entry.whose != Whose::LetPast));
}

#[test]
fn the_ledger_changes_nothing_and_threads_do_not_change_it() {
    for model in [reps(), two_classes(0.7)] {
        let experiment = || Experiment::new(&model).horizon(days(6)).replications(7).seed(5);
        let asked = || experiment().ledger().worst_cases(4).random_cases(4);
        let one = asked().threads(1).run().unwrap();
        assert!(reproducible(&one) == reproducible(&asked().threads(3).run().unwrap()));
        let mut without = one.clone();
        without.ledger = None;
        (without.worst_cases, without.random_cases) = (Vec::new(), Vec::new());
        assert!(reproducible(&without) == reproducible(&experiment().run().unwrap()));
        // Alone, or with other observers, it is the same ledger.
        let with_others = experiment().ledger().self_check().presence().run().unwrap();
        assert_eq!(with_others.ledger, one.ledger);
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Results>(&text).unwrap(), one);
    }
}

#[test]
fn the_worst_cases_are_the_longest_of_all() {
    let model = reps();
    let experiment = Experiment::new(&model).horizon(weeks(1)).warm_up(days(1)).replications(4);
    let (results, taken) = recorded(&experiment.worst_cases(10).random_cases(20));
    let mut completed: Vec<&CaseRecord> = taken
        .cases
        .iter()
        .filter(|case| case.outcome == Outcome::Completed && case.arrived >= days(1))
        .collect();
    let lead = |case: &CaseRecord| case.ended.ticks() - case.arrived.ticks();
    completed.sort_by_key(|case| (-lead(case), case.replication, case.case));
    let expected: Vec<_> = completed.iter().take(10).map(|case| (case.replication, case.case)).collect();
    let found: Vec<_> = results.worst_cases.iter().map(|case| (case.replication, case.case)).collect();
    assert_eq!(found, expected);
    assert_eq!(results.random_cases.len(), 20);
    let replications: std::collections::BTreeSet<_> =
        results.random_cases.iter().map(|case| case.replication).collect();
    assert!(replications.len() >= 3, "{replications:?}");
}

/// Timelines have no gaps, and add up to the records, for cases of every outcome.
#[test]
fn timelines_tell_what_the_records_say() {
    for model in [reps(), two_classes(0.8)] {
        let experiment = Experiment::new(&model).horizon(days(5)).replications(3).seed(9);
        let (_, taken) = recorded(&experiment);
        let of_one: Vec<&CaseRecord> = taken.cases.iter().filter(|case| case.replication == 2).collect();
        let asked: Vec<CaseId> = of_one.iter().rev().map(|case| case.case).collect();
        let timelines = experiment.timelines(2, &asked).unwrap();
        assert_eq!(timelines.len(), asked.len());
        for (timeline, record) in timelines.iter().zip(of_one.iter().rev()) {
            assert_eq!((timeline.case, timeline.outcome), (record.case, record.outcome));
            assert_eq!((timeline.arrived, timeline.ended), (record.arrived, record.ended));
            let mut at = timeline.arrived;
            for piece in &timeline.pieces {
                assert!(piece.from == at && piece.to > at, "{timeline}");
                at = piece.to;
            }
            assert_eq!(at, timeline.ended, "{timeline}");
            let work = |what| matches!(what, What::Service | What::Rework | What::Answering);
            let own = timeline.pieces.iter().filter(|piece| piece.whose == Whose::Own && work(piece.what));
            let touch: i64 = own.clone().map(|piece| piece.length().ticks()).sum();
            assert_eq!(touch, record.touch_time.ticks(), "{timeline}");
            assert!(own.clone().all(|piece| piece.on == Some(record.case)));
        }
    }
}

#[test]
fn a_timeline_reads_well() {
    let model = reps();
    let experiment = Experiment::new(&model).horizon(weeks(1)).replications(1).worst_cases(100);
    let worst = experiment.run().unwrap().worst_cases;
    let cases: Vec<CaseId> = worst.iter().map(|case| case.case).collect();
    let timelines = experiment.timelines(0, &cases).unwrap();
    for (timeline, worst) in timelines.iter().zip(&worst) {
        assert!((timeline.lead_time().as_hours() - worst.lead_time).abs() < 1e-9);
        let text = timeline.to_string();
        assert!(text.starts_with(&format!("{}, class {}, ", worst.name, worst.class)), "{text}");
        assert!(text.contains("\n2026-03-0"), "{text}");
        println!("{text}\n");
    }
    let held = |piece: &&TimelinePiece| piece.cause == Cause::Held && piece.what == What::Service;
    let held = timelines.iter().flat_map(|timeline| timeline.pieces.iter().find(held)).next().unwrap();
    let (who, on) = (&held.who, held.on_name.as_ref().unwrap());
    assert_eq!(held.to_string(), format!("waited at Reps: staff held by {who}, which was working on {on}"));
    assert_eq!(who.name, "Engineering");
    assert!(on.starts_with("designs "), "{on}");
}

#[test]
fn who_never_came_has_no_timeline() {
    let model = two_classes(0.5);
    let experiment = Experiment::new(&model).horizon(days(1)).replications(1);
    let case = |number| CaseId { stream: 1, number, member: 0 };
    let error = experiment.timelines(0, &[case(0), case(1_000_000)]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Defects(_)));
    assert!(error.to_string().contains("case r 1000000: does not arrive in replication 0"), "{error}");
    let error = Experiment::new(&model).timeline(0, case(0)).unwrap_err();
    assert!(error.to_string().contains("horizon"), "{error}");
    let error = experiment.max_events(3).timeline(0, case(0)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Budget(_)), "{error}");
}
