//! Interruption, setups, batches, slots, shared people.

use super::{comes, expect_of, one, ticks};
use crate::model::{DepartmentBuilder, Discipline, Model, Preemption};

#[test]
fn interrupted_by_urgent_work() {
    // a0 0-4, interrupted by u0 4-14, and 14-20. b0 waits from 2 to 20.
    let model = Model::builder("interrupted")
        .department("desk", |d| one(10)(d).preemption(Preemption::Resume))
        .class("u", |c| c)
        .class("a", |c| c.priority(1))
        .class("b", |c| c.priority(1));
    let model = comes(comes(model, "a", "desk", &[0]), "b", "desk", &[2]);
    expect_of(
        comes(model, "u", "desk", &[4]),
        1000,
        &[
            ("a0", &["10 desk service own", "10 desk service letpast"]),
            ("b0", &["10 desk service own", "8 desk service ahead", "10 desk service letpast"]),
            ("u0", &["10 desk service own"]),
        ],
    );
}

#[test]
fn a_setup_is_the_own_of_the_item() {
    // a0 0-4; then 3 to set up for class b: b0 4-7, 7-11; b1 11-15.
    let model = Model::builder("setup").department("desk", |d| one(4)(d).setup(ticks(3)));
    let model = comes(comes(model, "a", "desk", &[0]), "b", "desk", &[1, 2]);
    expect_of(
        model.clone(),
        1000,
        &[
            ("b0", &["3 desk service ahead", "3 desk setup own", "4 desk service own"]),
            ("b1", &["6 desk service ahead", "3 desk setup ahead", "4 desk service own"]),
        ],
    );
    // In the middle of it.
    expect_of(
        model,
        6,
        &[
            ("b0 Unf", &["3 desk service ahead", "2 desk setup own"]),
            // The person's present occupation began at 4; before, they served a0.
            ("b1 Unf", &["2 desk service ahead", "2 desk setup ahead"]),
        ],
    );
}

fn batches(d: DepartmentBuilder) -> DepartmentBuilder {
    d.batch(2, |b| b)
}

#[test]
fn a_batch_is_waited_for() {
    // 0 and 4 are served together 4-9; 6 and 7 after that; 20 is alone.
    let model = Model::builder("batch").department("desk", |d| batches(one(5)(d)));
    expect_of(
        comes(model, "a", "desk", &[0, 4, 6, 7, 20]),
        25,
        &[
            ("a0 Compl", &["4 desk batching nobody", "5 desk service own"]),
            ("a1", &["5 desk service own"]),
            ("a2", &["3 desk service ahead", "5 desk service own"]),
            ("a3", &["2 desk service ahead", "5 desk service own"]),
            ("a4 Unf", &["5 desk batching nobody"]),
        ],
    );
}

#[test]
fn a_batch_waits_for_the_answer_that_its_leader_asks() {
    // Served 0-5, asked, answered 5-8, served 8-13. The question is a0's.
    let model = Model::builder("asks")
        .department("reps", |d| batches(one(10)(d)))
        .department("engineering", one(3))
        .request("reps", "engineering", |r| r.at(0.5));
    expect_of(
        comes(model, "a", "reps", &[0, 0]),
        1000,
        &[
            ("a0", &["10 reps service own", "3 engineering answering own at reps"]),
            ("a1", &["10 reps service own", "3 engineering answering ahead at reps"]),
        ],
    );
}

#[test]
fn idle_people_between_slots() {
    // At 10 and 30: one person, who serves a0 10-13 and a1 30-33.
    let model = Model::builder("slots").department("desk", |d| one(3)(d).slots(ticks(20), [ticks(10)]));
    expect_of(
        comes(model, "a", "desk", &[2, 4]),
        1000,
        &[
            ("a0", &["8 desk closed nobody", "3 desk service own"]),
            ("a1", &["23 desk closed nobody", "3 desk service ahead", "3 desk service own"]),
        ],
    );
}

#[test]
fn nobody_is_needed_at_a_slot_of_many() {
    let model = Model::builder("bus")
        .department("bus", |d| d.infinite_staff().service(ticks(3)).slots(ticks(20), [ticks(10)]));
    expect_of(
        comes(model, "a", "bus", &[2, 4]),
        1000,
        &[
            ("a0", &["8 bus closed nobody", "3 bus service own"]),
            ("a1", &["6 bus closed nobody", "3 bus service own"]),
        ],
    );
}

#[test]
fn people_who_are_shared() {
    // a0 has had 4 when a1 comes; both have 6 more at 16, when a0 is done; a1 is done at 20.
    let shared = |d: DepartmentBuilder| one(10)(d).discipline(Discipline::ProcessorSharing);
    let model = comes(Model::builder("shared").department("desk", shared), "a", "desk", &[0, 4]);
    let both = ["10 desk service own", "6 desk sharing letpast"];
    expect_of(model.clone(), 1000, &[("a0", &both), ("a1", &both)]);
    // At 9 they have had half of 5 since 4, and two whole ticks of that.
    expect_of(
        model,
        9,
        &[
            ("a0 Unf", &["6 desk service own", "3 desk sharing letpast"]),
            ("a1 Unf", &["2 desk service own", "3 desk sharing letpast"]),
        ],
    );
}

#[test]
fn held_by_a_question_to_people_who_are_shared() {
    // a0 asks at 5; engineering answers it together with e0, which has had 1 by then. b0 loses patience at 9, between two
    // changes: the answer has had 2 of the 4 ticks.
    let model = Model::builder("asks")
        .department("reps", |d| one(10)(d).patience(ticks(8)))
        .department("engineering", |d| one(4)(d).discipline(Discipline::ProcessorSharing))
        .request("reps", "engineering", |r| r.at(0.5));
    let model = comes(comes(model, "a", "reps", &[0]), "b", "reps", &[1]);
    expect_of(
        comes(model, "e", "engineering", &[4]),
        1000,
        &[
            // e0 is done at 11: 1, and half of 6. The request has had 3 then, and is done at 12.
            (
                "a0 Compl",
                &[
                    "10 reps service own",
                    "4 engineering answering own at reps",
                    "3 engineering sharing letpast at reps",
                ],
            ),
            (
                "b0 Lost",
                &[
                    "4 reps service ahead",
                    "2 engineering answering ahead at reps",
                    "2 engineering sharing letpast at reps",
                ],
            ),
        ],
    );
}
