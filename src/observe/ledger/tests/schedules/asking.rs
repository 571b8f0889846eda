//! Requests, and circles of them.

use super::super::super::FullLedger;
use super::super::run;
use super::{asks, constant, desk, expect, model, request, stream};
use crate::model::{Asking, During, Model, Request};
use crate::plan::compile_valid;
use crate::time::Tick;

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
        Request { during: During::Requests, ..asks("engineering", "lab", "a", 1.0) },
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

/// Two departments that ask each other, freed meanwhile, and have more to do than they can: each question that waits
/// has waited long, for the same two people. What they did is remembered once.
#[test]
fn a_backlog_remembers_its_past_once() {
    let question = |from, to, probability| Request {
        staff: Asking::Freed,
        during: During::Both,
        probability: Some(probability),
        ..request(from, to)
    };
    let needed = |cases: u32| {
        let every: Vec<i64> = (0..i64::from(cases)).map(|at| at * 15).collect();
        let mut model = model(
            vec![desk("left", 1, 10), desk("right", 1, 10)],
            vec![stream("l", "left", &every), stream("r", "right", &every)],
        );
        model.requests = vec![question("left", "right", 1.0), question("right", "left", 0.9)];
        let plan = compile_valid(&model).expect("a valid model");
        let mut ledger = run(&plan, 1, 15 * u64::from(cases), FullLedger::<()>::new(&plan, 0, Vec::new()));
        assert_eq!(ledger.totals().violation, None);
        ledger.needed()
    };
    let (once, twice) = (needed(400), needed(800));
    assert!(2 * twice < 5 * once, "{once} for 400 cases, {twice} for 800");
}

/// A line that grows without end: where nobody is let past, each wait is charged in about as many steps, however long the
/// line is; and charged with what it is when all that was done meanwhile is gone through.
#[test]
fn a_growing_line_is_charged_in_few_steps() {
    let question = |from, to, staff, probability| Request {
        staff,
        during: During::Both,
        probability: Some(probability),
        ..request(from, to)
    };
    let steps = |staff: Asking, back: f64, cases: u32| {
        let every: Vec<i64> = (0..i64::from(cases)).map(|at| at * 11).collect();
        let mut model = model(
            vec![desk("left", 1, 10), desk("right", 1, 10)],
            vec![stream("l", "left", &every), stream("r", "right", &every)],
        );
        model.requests = vec![question("left", "right", staff, 0.5)];
        if back > 0.0 {
            model.requests.push(question("right", "left", staff, back));
        }
        let plan = compile_valid(&model).expect("a valid model");
        // Until half of them are still there.
        let horizon = 11 * u64::from(cases);
        let ledger = || FullLedger::<()>::new(&plan, 0, Vec::new());
        let ledgers = [ledger().summing(), ledger().thorough(), ledger(), ledger().forgetful()];
        let [by_sums, by_pieces, usual, forgetful] = ledgers.map(|of| run(&plan, 1, horizon, of));
        assert_eq!(by_sums.totals().violation, None);
        for other in [&by_pieces, &usual, &forgetful] {
            assert_eq!(by_sums.closed(), other.closed());
        }
        assert!(usual.steps() < by_pieces.steps());
        (by_sums.steps(), by_pieces.steps())
    };
    for (staff, back) in [(Asking::Held, 0.0), (Asking::Freed, 0.0), (Asking::Freed, 0.4)] {
        let (once, _) = steps(staff, back, 800);
        let (twice, all) = steps(staff, back, 1600);
        // Where they ask each other, waits lead through long waits of the other line.
        let most = if back > 0.0 { 3 * once } else { 5 * once / 2 };
        assert!(twice < most, "{staff:?}, {back}: {once}, {twice} for twice as many");
        assert!(3 * twice < all, "{staff:?}, {back}: {twice} by sums, {all} by pieces");
    }
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
