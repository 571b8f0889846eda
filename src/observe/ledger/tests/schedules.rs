//! Schedules worked by hand: one per kind of chain. Times in ticks.

use super::super::FullLedger;
use super::{accounts, lines, run};
use crate::model::{
    Asking, Calendar, Crew, Cycle, Department, Detection, Errors, Found, Handoff, Helpers, LevelStep, Model,
    Pool, Request, ShiftEnd, Shifts, Staff, Stream, WayBack,
};
use crate::plan::compile_valid;
use crate::random::Dist;
use crate::time::{Span, Tick};

fn ticks(count: i64) -> Span {
    Span::from_ticks(count)
}

fn constant(count: i64) -> Dist {
    Dist::constant(ticks(count))
}

/// A department of so many people who take so long.
fn desk(name: &str, staff: u32, service: i64) -> Department {
    Department { service: Some(constant(service)), ..Department::new(name, Staff::Count(staff)) }
}

/// Cases that come to a department at given times, of a class of their own.
fn stream(name: &str, enter: &str, times: &[i64]) -> Stream {
    let model = Model::builder("one")
        .department(enter, |d| d.staff(1).service(ticks(1)))
        .customers(name, |c| c.enter(enter).schedule(times.iter().map(|&time| ticks(time))))
        .build()
        .expect("a valid model");
    model.streams[0].clone()
}

fn asks(from: &str, to: &str, class: &str, at: f64) -> Request {
    let probability_for = vec![crate::model::ProbabilityFor { class: class.into(), probability: 1.0 }];
    Request { probability_for, at, ..request(from, to) }
}

fn request(from: &str, to: &str) -> Request {
    serde_json::from_value(serde_json::json!({ "from": from, "to": to, "staff": "held" })).expect("a request")
}

fn model(departments: Vec<Department>, streams: Vec<Stream>) -> Model {
    Model { name: "schedule".into(), departments, streams, ..Model::default() }
}

/// The cases' entries, each case with its stream and number.
#[track_caller]
fn expect(model: &Model, horizon: Tick, expected: &[(&str, &[&str])]) {
    let plan = compile_valid(model).expect("a valid model");
    let found: Vec<(String, Vec<String>)> = accounts(&plan, 1, horizon)
        .iter()
        .map(|closed| {
            let (stream, number, _) = closed.0;
            let mut found = lines(&plan, closed);
            found.sort();
            (format!("{}{number} {:?}", plan.streams[stream as usize].name, closed.1), found)
        })
        .collect();
    for (who, lines) in expected {
        let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        lines.sort();
        let of = found.iter().find(|(name, _)| name.starts_with(who));
        assert_eq!(of.map(|(_, found)| found), Some(&lines), "{who}, of {found:#?}");
    }
}

/// The worked example of the design: reps ask engineering half way, staff held.
fn reps() -> Model {
    let mut model = model(
        vec![desk("reps", 1, 10), desk("engineering", 1, 65)],
        vec![stream("a", "reps", &[0]), stream("b", "reps", &[1]), stream("own", "engineering", &[0])],
    );
    model.requests = vec![Request { service: Some(constant(20)), ..asks("reps", "engineering", "a", 0.5) }];
    model
}

#[test]
fn the_worked_example() {
    expect(
        &reps(),
        1000,
        &[
            (
                "a0",
                &[
                    "10 reps service own",
                    "60 engineering service ahead at reps",
                    "20 engineering answering own at reps",
                ],
            ),
            (
                "b0",
                &[
                    "10 reps service own",
                    "9 reps service ahead",
                    "60 engineering service ahead at reps",
                    "20 engineering answering ahead at reps",
                ],
            ),
        ],
    );
}

#[test]
fn the_worked_example_cut_short() {
    // At 70 Engineering has answered for 5; at 50 it is still at its own work, which is the open end.
    expect(
        &reps(),
        70,
        &[
            (
                "a0 Unf",
                &[
                    "5 reps service own",
                    "60 engineering service ahead at reps",
                    "5 engineering answering own at reps",
                ],
            ),
            (
                "b0 Unf",
                &[
                    "4 reps service ahead",
                    "60 engineering service ahead at reps",
                    "5 engineering answering ahead at reps",
                ],
            ),
        ],
    );
    expect(
        &reps(),
        50,
        &[
            ("a0 Unf", &["5 reps service own", "45 engineering service ahead at reps"]),
            ("b0 Unf", &["4 reps service ahead", "45 engineering service ahead at reps"]),
        ],
    );
}

#[test]
fn staff_freed() {
    // A asks at 5; the rep takes B from 5 to 15, the answer is back at 8 (3 for it), A goes on from 15.
    let mut model = model(
        vec![desk("reps", 1, 10), desk("engineering", 1, 3)],
        vec![stream("a", "reps", &[0]), stream("b", "reps", &[1])],
    );
    model.requests = vec![Request { staff: Asking::Freed, ..asks("reps", "engineering", "a", 0.5) }];
    expect(
        &model,
        1000,
        &[
            // B joined later, but it was served already when A came back.
            ("a0", &["10 reps service own", "3 engineering answering own at reps", "7 reps service ahead"]),
            ("b0", &["10 reps service own", "4 reps service ahead"]),
        ],
    );
}

#[test]
fn transfers_of_a_request_and_of_its_answer() {
    let mut model = model(
        vec![desk("reps", 1, 10), desk("engineering", 1, 3)],
        vec![stream("a", "reps", &[0]), stream("b", "reps", &[1])],
    );
    model.requests = vec![Request {
        name: Some("drawing".into()),
        transfer: Some(constant(2)),
        answer_transfer: Some(constant(4)),
        ..asks("reps", "engineering", "a", 1.0)
    }];
    expect(
        &model,
        1000,
        &[
            (
                "a0",
                &[
                    "10 reps service own",
                    "3 engineering answering own at reps",
                    "6 drawing transfer own at reps",
                ],
            ),
            (
                "b0",
                &[
                    "10 reps service own",
                    "9 reps service ahead",
                    "3 engineering answering ahead at reps",
                    "6 drawing transfer ahead at reps",
                ],
            ),
        ],
    );
}

#[test]
fn a_request_within_a_request() {
    // A: 0-5, asks engineering, which works 0-4 of 4 (5-9), then asks lab, 9-16, then done at 16; A on 16-21.
    let mut model = model(
        vec![desk("reps", 1, 10), desk("engineering", 1, 4), desk("lab", 1, 7)],
        vec![
            stream("a", "reps", &[0]),
            stream("b", "reps", &[1]),
            stream("e", "engineering", &[6]),
            stream("l", "lab", &[8]),
        ],
    );
    model.requests = vec![
        asks("reps", "engineering", "a", 0.5),
        Request { during: crate::model::During::Requests, ..asks("engineering", "lab", "a", 1.0) },
    ];
    expect(
        &model,
        1000,
        &[
            // The lab's own work 8-15 comes first: 6 of it fall into the wait from 9; the answer 15-22.
            (
                "a0",
                &[
                    "10 reps service own",
                    "4 engineering answering own at reps",
                    "6 lab service ahead at reps",
                    "7 lab answering own at reps",
                ],
            ),
            // The wait from 6 to 22 at engineering: its person answers 6-9 and is held 9-22.
            (
                "e0",
                &[
                    "4 engineering service own",
                    "3 engineering answering ahead",
                    "6 lab service ahead at engineering",
                    "7 lab answering ahead at engineering",
                ],
            ),
            (
                "b0",
                &[
                    "10 reps service own",
                    "9 reps service ahead",
                    "4 engineering answering ahead at reps",
                    "6 lab service ahead at reps",
                    "7 lab answering ahead at reps",
                ],
            ),
        ],
    );
}

#[test]
fn an_answer_given_up_while_it_waits() {
    // Asked at 5, given up at 25, while engineering is at its own work until 65.
    let mut model = reps();
    model.requests[0].longest_wait = Some(constant(20));
    expect(
        &model,
        1000,
        &[
            ("a0", &["10 reps service own", "20 engineering service ahead at reps"]),
            ("b0", &["10 reps service own", "9 reps service ahead", "20 engineering service ahead at reps"]),
        ],
    );
}

#[test]
fn an_answer_given_up_is_finished_for_nobody() {
    // Asked at 5, answered from 65, given up at 75, finished at 85. C comes to engineering at 70.
    let mut model = reps();
    model.requests[0].longest_wait = Some(constant(70));
    model.streams.push(stream("c", "engineering", &[70]));
    expect(
        &model,
        1000,
        &[
            (
                "a0",
                &[
                    "10 reps service own",
                    "60 engineering service ahead at reps",
                    "10 engineering answering own at reps",
                ],
            ),
            ("c0", &["65 engineering service own", "15 engineering answering ahead"]),
        ],
    );
}

/// Two desks in a row with room for one between them.
fn line(times: &[i64], second: i64) -> Model {
    let back = Department { queue_capacity: Some(1), ..desk("back", 1, second) };
    Model {
        handoffs: vec![Handoff::new("front", "back")],
        ..model(vec![desk("front", 1, 2), back], vec![stream("a", "front", times)])
    }
}

#[test]
fn blocked_by_a_full_queue() {
    // Back: a0 2-12, a1 (joined at 4) 12-22, a2 done at 6, let in at 12 when a1 is taken.
    expect(
        &line(&[0, 0, 0, 0], 10),
        1000,
        &[
            (
                "a1",
                &[
                    "2 front service own",
                    "2 front service ahead",
                    "10 back service own",
                    "8 back service ahead",
                ],
            ),
            (
                "a2",
                &[
                    "2 front service own",
                    "4 front service ahead",
                    "6 back service ahead at front",
                    "10 back service own",
                    "10 back service ahead",
                ],
            ),
            // It waited while a2 stood blocked, from 6 to 12; then done at 14, and let in at 22.
            (
                "a3",
                &[
                    "2 front service own",
                    "6 front service ahead",
                    "14 back service ahead at front",
                    "10 back service own",
                    "10 back service ahead",
                ],
            ),
        ],
    );
}

#[test]
fn still_blocked_at_the_end() {
    expect(
        &line(&[0, 0, 0, 0], 10),
        9,
        &[
            ("a2 Unf", &["2 front service own", "4 front service ahead", "3 back service ahead at front"]),
            ("a3 Unf", &["6 front service ahead", "3 back service ahead at front"]),
        ],
    );
}

#[test]
fn room_made_by_leaving() {
    // a1 waits at back from 4 and loses patience at 9; a2, done at 6, is let in then. At 9 the open end of a1
    // is back's person, who serves a0.
    let mut model = line(&[0, 0, 0, 0], 30);
    model.departments[1].patience = Some(constant(5));
    expect(
        &model,
        1000,
        &[
            ("a1 Lost", &["2 front service own", "2 front service ahead", "5 back service ahead"]),
            (
                "a2 Lost",
                &[
                    "2 front service own",
                    "4 front service ahead",
                    "3 back service ahead at front",
                    "5 back service ahead",
                ],
            ),
        ],
    );
}

#[test]
fn a_pool_that_two_departments_share() {
    // One person: y0 at back 0-7, then the case at front (longest waiting).
    let mut model = model(
        vec![
            Department { staff: Staff::Pool("both".into()), ..desk("front", 1, 4) },
            Department { staff: Staff::Pool("both".into()), ..desk("back", 1, 7) },
        ],
        vec![stream("x", "front", &[1]), stream("y", "back", &[0, 0])],
    );
    model.pools = vec![Pool { name: "both".into(), staff: 1, shifts: None, absences: Vec::new() }];
    expect(
        &model,
        1000,
        &[
            ("x0", &["4 front service own", "13 back service ahead at front"]),
            ("y1", &["7 back service own", "7 back service ahead"]),
        ],
    );
}

#[test]
fn a_helper_is_charged_to_the_department_they_help() {
    // The helper of back serves at front at half speed: x1 takes 8, from 0; y0 waits for them until 8.
    let front =
        Department { helpers: vec![Helpers { from: "back".into(), speed: 0.5 }], ..desk("front", 1, 4) };
    let model = model(
        vec![front, desk("back", 1, 3)],
        vec![stream("x", "front", &[0, 0]), stream("y", "back", &[1])],
    );
    expect(
        &model,
        1000,
        &[("x1", &["8 front service own"]), ("y0", &["3 back service own", "7 front service ahead at back"])],
    );
}

#[test]
fn several_people_for_one_piece_of_work() {
    // Two people. a0 (one needed elsewhere) keeps one of the pool at `single` 0-10; b0 gathers from 2: one is
    // reserved at once, the other comes at 10. c0 comes to single at 3 and waits for the reserved one.
    let mut model = model(
        vec![
            Department { staff: Staff::Pool("both".into()), ..desk("single", 1, 10) },
            Department { staff: Staff::Pool("both".into()), staff_needed: 2, ..desk("double", 1, 5) },
        ],
        vec![stream("a", "single", &[0]), stream("b", "double", &[2]), stream("c", "single", &[3])],
    );
    model.pools = vec![Pool { name: "both".into(), staff: 2, shifts: None, absences: Vec::new() }];
    expect(
        &model,
        1000,
        &[
            ("b0", &["5 double service own", "8 single severalstaff ahead at double"]),
            // Freed at 15 together; the lower number takes it: the one who was at single until 10, then at double.
            ("c0", &["10 single service own", "7 single service ahead", "5 double service ahead at single"]),
        ],
    );
}

fn shifts(at_end: ShiftEnd, steps: &[(i64, u32)]) -> (Option<Shifts>, Vec<Calendar>) {
    let steps = steps.iter().map(|&(from, staff)| LevelStep { from: ticks(from), staff: Some(staff) });
    let cycle = Some(Cycle { period: ticks(100), steps: steps.collect() });
    let calendar = Calendar { name: "hours".into(), week: Vec::new(), cycle, holidays: Vec::new() };
    (Some(Shifts { calendar: "hours".into(), at_end, crew: Crew::Same }), vec![calendar])
}

#[test]
fn a_shift_ends_in_the_middle_of_work() {
    // On until 10 and from 30. a0 5-10, 30-35 with a pause; a1 waits from 6 to 35.
    let (shifts, calendars) = shifts(ShiftEnd::Pause, &[(0, 1), (10, 0), (30, 1)]);
    let desk = Department { shifts, ..desk("desk", 1, 10) };
    let model = Model { calendars, ..model(vec![desk], vec![stream("a", "desk", &[5, 6])]) };
    expect(
        &model,
        1000,
        &[
            ("a0", &["10 desk service own", "20 desk closed nobody"]),
            ("a1", &["10 desk service own", "9 desk service ahead", "20 desk closed nobody"]),
        ],
    );
    expect(
        &model,
        20,
        &[
            ("a0 Unf", &["5 desk service own", "10 desk closed nobody"]),
            ("a1 Unf", &["4 desk service ahead", "10 desk closed nobody"]),
        ],
    );
}

#[test]
fn a_shift_ends_and_the_work_is_handed_over() {
    let (shifts, calendars) = shifts(ShiftEnd::HandOver, &[(0, 1), (10, 0), (30, 1)]);
    let desk = Department { shifts, ..desk("desk", 1, 10) };
    let model = Model { calendars, ..model(vec![desk], vec![stream("a", "desk", &[5, 6])]) };
    expect(
        &model,
        1000,
        &[
            ("a0", &["10 desk service own", "20 desk closed nobody"]),
            ("a1", &["10 desk service own", "9 desk service ahead", "20 desk closed nobody"]),
        ],
    );
}

#[test]
fn held_by_a_department_that_is_closed() {
    // A asks at 5; engineering opens at 20 and answers until 23.
    let (shifts, calendars) = shifts(ShiftEnd::Pause, &[(0, 0), (20, 1)]);
    let engineering = Department { shifts, ..desk("engineering", 1, 3) };
    let mut model = model(
        vec![desk("reps", 1, 10), engineering],
        vec![stream("a", "reps", &[0]), stream("b", "reps", &[1])],
    );
    model.calendars = calendars;
    model.requests = vec![asks("reps", "engineering", "a", 0.5)];
    expect(
        &model,
        1000,
        &[
            (
                "a0",
                &[
                    "10 reps service own",
                    "15 engineering closed nobody at reps",
                    "3 engineering answering own at reps",
                ],
            ),
            (
                "b0",
                &[
                    "10 reps service own",
                    "9 reps service ahead",
                    "15 engineering closed nobody at reps",
                    "3 engineering answering ahead at reps",
                ],
            ),
        ],
    );
}

/// Make errs always; check finds it. Make 4, check 3.
fn rework(then: Found) -> Model {
    let make = Department {
        errors: Some(Errors { probability: Some(1.0), ..Errors::default() }),
        service_for: Vec::new(),
        ..desk("make", 1, 4)
    };
    let detection = Detection {
        made_by: None,
        probability: 1.0,
        then,
        transfer: Some(constant(2)),
        back: WayBack::Direct,
    };
    let check = Department { detects: vec![detection], ..desk("check", 1, 3) };
    Model {
        handoffs: vec![Handoff::new("make", "check"), Handoff::new("check", "exit")],
        ..model(vec![make, check], vec![stream("a", "make", &[0]), stream("b", "check", &[15])])
    }
}

#[test]
fn rework_is_charged_to_the_maker() {
    // a0: 0-4, 4-7 found, on its way 7-9, repaired 9-13, and checked again 13-16: rework from 9 on. But a service
    // that repairs may err again; the check at 16 finds that, and so on: look at the state at 20.
    expect(
        &rework(Found::Return),
        20,
        &[("b0 Compl", &["1 make rework ahead at check", "3 check service own"])],
    );
    expect(
        &rework(Found::Return),
        15,
        &[(
            "a0 Unf",
            &[
                "4 make service own",
                "3 check service own",
                "2 check transfer own",
                "4 make rework own",
                "2 make rework own at check",
            ],
        )],
    );
}

#[test]
fn turned_away_for_a_defect() {
    expect(&rework(Found::TurnAway), 100, &[("a0 Lost", &["4 make service own", "3 check service own"])]);
}

/// However long the run, no more is remembered than those who wait may need.
#[test]
fn little_is_remembered() {
    let mut model = reps();
    let every = |gap: i64| (0..5000).map(|at| at * gap).collect::<Vec<_>>();
    model.streams = vec![
        stream("a", "reps", &every(97)),
        stream("b", "reps", &every(61)),
        stream("own", "engineering", &every(101)),
    ];
    let plan = compile_valid(&model).expect("a valid model");
    let ledger = run(&plan, 1, Tick::MAX, FullLedger::<()>::new(&plan, 0, Vec::new()));
    assert_eq!(ledger.closed().len(), 15_000);
    assert!(ledger.remembered() < 3000, "{}", ledger.remembered());
}

#[test]
fn a_circle_that_only_time_breaks() {
    // Left asks right and right asks left, one person each, both held: until left gives up at 20.
    let mut model = model(
        vec![desk("left", 1, 4), desk("right", 1, 4)],
        vec![stream("l", "left", &[0]), stream("r", "right", &[0])],
    );
    model.requests = vec![
        Request {
            longest_wait: Some(constant(18)),
            service: Some(constant(1)),
            ..asks("left", "right", "l", 0.5)
        },
        Request { service: Some(constant(1)), ..asks("right", "left", "r", 0.5) },
    ];
    expect(
        &model,
        1000,
        &[
            ("l0", &["4 left service own", "18 left standstill nobody"]),
            // Its request is served from 22 on, when l0 is done: what left did meanwhile was to be held, in the
            // same circle, which was broken by then, and to serve.
            (
                "r0",
                &[
                    "4 right service own",
                    "1 left answering own at right",
                    "2 left service ahead at right",
                    "18 left standstill nobody at right",
                ],
            ),
        ],
    );
}
