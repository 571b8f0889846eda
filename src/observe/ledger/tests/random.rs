//! Random models over all constructs: every account balances, and nothing is left unknown.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::super::account::Closed;
use super::super::{FullLedger, What, Whose};
use super::extras::extras;
use super::run;
use crate::model::{
    Absence, Asking, Calendar, Clock, Crew, Cycle, Department, Detection, Discipline, During, Errors, Found,
    Handoff, Helpers, LevelStep, Model, Pool, Request, ShiftEnd, Shifts, Staff, Stream, Struck, WayBack,
};
use crate::plan::{Plan, compile};
use crate::random::Dist;
use crate::time::Span;

pub(super) fn times(values: &[i64]) -> Dist {
    Dist::empirical(values.iter().map(|&value| Span::from_ticks(value)))
}

fn request(
    from: usize,
    to: usize,
    (at, freed, longest, transfer): (f64, bool, Option<i64>, Option<i64>),
) -> Request {
    Request {
        name: None,
        from: format!("d{from}"),
        to: format!("d{to}"),
        probability: Some(0.4),
        probability_for: Vec::new(),
        during: During::Both,
        at,
        staff: if freed { Asking::Freed } else { Asking::Held },
        class: None,
        priority: None,
        service: Some(times(&[1, 3])),
        transfer: transfer.map(|time| times(&[0, time])),
        answer_transfer: transfer.map(|time| times(&[time])),
        longest_wait: longest.map(|time| times(&[time, 2 * time])),
        ..Request::new("", "")
    }
}

pub(super) fn department() -> impl Strategy<Value = Department> {
    let people = (1..4_u32, 1..3_u32, 1..7_i64, any::<bool>());
    let line = (
        prop::option::weighted(0.4, 0..3_u32),
        prop::option::weighted(0.3, 2..15_i64),
        select(vec![Discipline::Fifo, Discipline::Lifo, Discipline::ShortestJob]),
    );
    let shifts = prop::option::weighted(
        0.4,
        (select(vec![ShiftEnd::Pause, ShiftEnd::Finish, ShiftEnd::HandOver]), any::<bool>()),
    );
    let absence = prop::option::weighted(0.3, (any::<bool>(), any::<bool>(), 5..20_i64, 1..6_i64));
    let errors =
        prop::option::weighted(0.4, select(vec![Found::Return, Found::TurnAway, Found::SendTo("d0".into())]));
    (people, line, shifts, absence, errors).prop_map(
        |((staff, needed, service, pooled), (capacity, patience, discipline), shifts, absence, errors)| {
            let detection = errors.as_ref().map(|then| Detection {
                made_by: None,
                probability: 0.7,
                then: then.clone(),
                transfer: Some(times(&[0, 2])),
                back: if staff == 1 { WayBack::Along } else { WayBack::Direct },
            });
            let absence = absence.map(|(all, working, between, duration)| Absence {
                who: if all { Struck::All } else { Struck::Each },
                clock: if working { Clock::Working } else { Clock::Calendar },
                between: times(&[between, 2 * between]),
                duration: times(&[duration]),
            });
            let shifts = shifts.map(|(at_end, replaced)| Shifts {
                calendar: "hours".into(),
                at_end,
                crew: if replaced && at_end == ShiftEnd::Finish { Crew::Replaced } else { Crew::Same },
            });
            let own = if pooled { Staff::Pool("pool".into()) } else { Staff::Count(staff) };
            Department {
                staff_needed: needed.min(if pooled { 2 } else { staff }),
                service: Some(times(&[service, 1, 2 * service])),
                queue_capacity: capacity,
                patience: patience.map(|time| times(&[time, 2 * time])),
                discipline,
                shifts: shifts.filter(|_| !pooled),
                absences: absence.filter(|_| !pooled).into_iter().collect(),
                errors: Some(Errors { probability: Some(0.3), ..Errors::default() }),
                detects: detection.into_iter().collect(),
                ..Department::new("", own)
            }
        },
    )
}

fn any_model() -> impl Strategy<Value = Model> {
    let asks = (
        (0..4_usize, 0..4_usize),
        (
            select(vec![0.0, 0.5, 1.0]),
            any::<bool>(),
            prop::option::weighted(0.6, 1..20_i64),
            prop::option::weighted(0.3, 1..4_i64),
        ),
    );
    let help = (0..4_usize, 0..4_usize, any::<bool>());
    (
        prop::collection::vec((department(), prop::option::weighted(0.4, 0..4_i64), 0.0..0.4_f64), 2..5),
        prop::collection::vec(asks, 0..4),
        prop::collection::vec(help, 0..2),
        1..5_i64,
    )
        .prop_map(|(desks, asks, help, gap)| {
            let count = desks.len();
            let mut handoffs = Vec::new();
            let mut departments = Vec::new();
            for (at, (department, transfer, back)) in desks.into_iter().enumerate() {
                let next = if at + 1 == count { "exit".to_owned() } else { format!("d{}", at + 1) };
                let name = format!("d{at}");
                handoffs.push(Handoff {
                    probability: Some(1.0 - back),
                    transfer: transfer.map(|time| times(&[time, 2 * time])),
                    ..Handoff::new(&name, next)
                });
                let rework = at % 2 == 1;
                handoffs.push(Handoff { probability: Some(back), rework, ..Handoff::new(&name, "d0") });
                departments.push(Department { name, ..department });
            }
            for (from, to, half) in help {
                let (from, to) = (from % count, to % count);
                let name = departments[from].name.clone();
                let counted = |department: &Department| matches!(department.staff, Staff::Count(_));
                if from != to && counted(&departments[from]) && counted(&departments[to]) {
                    departments[to].helpers =
                        vec![Helpers { from: name, speed: if half { 0.5 } else { 1.0 } }];
                }
            }
            let stream = |name: &str, enter: &str| Stream {
                name: name.into(),
                enter: enter.into(),
                arrivals: crate::model::Arrivals::Renewal { interarrival: times(&[gap, 1, 4 * gap]) },
                class: Some(name.into()),
                mix: Vec::new(),
                batch: None,
                limit: None,
                ..Stream::new("", "", crate::model::Arrivals::Saturated)
            };
            let requests = asks.iter().map(|&((from, to), how)| request(from % count, to % count, how));
            let steps = [(0, 3), (11, 1), (17, 0), (23, 2)];
            let steps =
                steps.map(|(from, staff)| LevelStep { from: Span::from_ticks(from), staff: Some(staff) });
            Model {
                name: "random".into(),
                streams: vec![stream("s", "d0"), stream("t", "d1")],
                classes: vec![
                    crate::model::Class { name: "s".into(), priority: 1, ..Default::default() },
                    crate::model::Class { name: "t".into(), ..Default::default() },
                ],
                calendars: vec![Calendar {
                    name: "hours".into(),
                    week: Vec::new(),
                    cycle: Some(Cycle { period: Span::from_ticks(30), steps: steps.to_vec() }),
                    holidays: Vec::new(),
                }],
                pools: vec![Pool::new("pool", 2)],
                requests: requests.filter(|request| request.from != request.to).collect(),
                handoffs,
                departments,
                ..Model::default()
            }
        })
}

fn ledger(plan: &Plan, seed: u64) -> (Vec<Closed>, Option<String>) {
    let ledger = run(plan, seed, 400, FullLedger::<()>::new(plan, 0, Vec::new()));
    let forgetful = run(plan, seed, 400, FullLedger::<()>::new(plan, 0, Vec::new()).forgetful());
    assert_eq!(ledger.closed(), forgetful.closed());
    let thorough = run(plan, seed, 400, FullLedger::<()>::new(plan, 0, Vec::new()).thorough());
    assert_eq!(ledger.closed(), thorough.closed());
    (ledger.closed().to_vec(), ledger.totals().violation)
}

/// Lets the ledger run over random models; tells how often what has occurred.
fn all_balance(
    seed: u64,
    cases: u32,
    models: impl Strategy<Value = Model>,
) -> std::collections::BTreeMap<(What, Whose), u32> {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    let config = Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        max_global_rejects: 100 * cases,
        ..Config::default()
    };
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::new());
    let outcome = TestRunner::new(config).run(&(models, 0..100_u64), |(model, seed)| {
        let plan = compile(&model).map_err(|error| TestCaseError::reject(error.to_string()))?;
        let (closed, violation) = ledger(&plan, seed);
        prop_assert_eq!(violation, None);
        for (key, _) in closed.iter().flat_map(|(_, _, entries)| entries) {
            *seen.borrow_mut().entry((key.what, key.whose)).or_insert(0) += 1;
        }
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    seen.into_inner()
}

#[test]
fn every_account_balances() {
    let seen = all_balance(20_250_412, 150, any_model());
    for what in [
        What::Service,
        What::Rework,
        What::Answering,
        What::Transfer,
        What::Closed,
        What::Absent,
        What::SeveralStaff,
        What::Standstill,
    ] {
        let times: u32 = seen.iter().filter(|((of, _), _)| *of == what).map(|(_, times)| times).sum();
        assert!(times >= 10, "{what:?} occurs {times} times only");
    }
    assert!(seen.keys().any(|&(_, whose)| whose == Whose::LetPast));
}

#[test]
fn every_account_balances_with_all_constructs() {
    let models = (any_model(), extras()).prop_map(|(mut model, extras)| {
        extras.add_to(&mut model);
        model
    });
    let seen = all_balance(20_250_413, 200, models);
    for what in [
        What::Setup,
        What::Batching,
        What::StockOut,
        What::Sharing,
        What::Away,
        What::Closed,
        What::Transfer,
        What::Answering,
        What::Rework,
        What::Standstill,
    ] {
        let times: u32 = seen.iter().filter(|((of, _), _)| *of == what).map(|(_, times)| times).sum();
        assert!(times >= 10, "{what:?} occurs {times} times only");
    }
    assert!(seen.contains_key(&(What::Transfer, Whose::Nobody)));
}
