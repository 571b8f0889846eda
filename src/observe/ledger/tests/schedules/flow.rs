//! Full queues, rework, and those who leave.

use super::{constant, desk, expect, model, stream};
use crate::model::{Department, Detection, Errors, Found, Handoff, Model, WayBack};

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

#[test]
fn room_kept_for_a_case_on_its_way() {
    // a0 sets out at 2 and arrives at 7, its place in the line kept; a1, done at 4, has to wait until then, though
    // the person at back is idle. a2, done at 9, waits for a1's way until 12; until 10 back serves a0.
    let mut model = line(&[0, 0, 0], 3);
    model.handoffs[0].transfer = Some(constant(5));
    let way = "5 front to back transfer own";
    expect(
        &model,
        1000,
        &[
            ("a0", &["2 front service own", way, "3 back service own"]),
            (
                "a1",
                &[
                    "2 front service own",
                    "2 front service ahead",
                    "3 front to back transfer ahead at front",
                    way,
                    "3 back service own",
                ],
            ),
            (
                "a2",
                &[
                    "2 front service own",
                    "4 front service ahead",
                    "1 back service ahead at front",
                    "5 front to back transfer ahead at front",
                    way,
                    "3 back service own",
                ],
            ),
        ],
    );
}
