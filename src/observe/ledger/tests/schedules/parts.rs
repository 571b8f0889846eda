//! Cases that go on in parts.

use super::{comes, expect_of, one, ticks};
use crate::model::{DepartmentBuilder, ForkBuilder, Model, ModelBuilder};

/// Split 2, then left 3, and after a way of 1 right 7; they meet at meet, 2. b keeps right busy from 1 to 8.
fn parallel(
    right: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder,
    fork: impl FnOnce(ForkBuilder) -> ForkBuilder,
) -> ModelBuilder {
    let model = Model::builder("parts")
        .department("split", one(2))
        .department("left", one(3))
        .department("right", |d| right(one(7)(d)))
        .department("meet", one(2))
        .fork("split", "meet", |f| {
            fork(f.branch("left", |b| b).branch("right", |b| b.transfer(ticks(1)).becomes("p")))
        })
        .class("p", |c| c)
        .handoff("left", "meet", |h| h)
        .handoff("right", "meet", |h| h.probability_for("p", 1.0).probability_for("a", 1.0))
        .handoff("right", "exit", |h| h.probability_for("b", 1.0))
        .handoff("meet", "exit", |h| h);
    comes(comes(model, "a", "split", &[0]), "b", "right", &[1])
}

#[test]
fn a_case_is_what_the_part_was_that_completed_the_join() {
    // Left is there at 5. Right comes at 3, waits for b until 8, and is done at 15.
    expect_of(
        parallel(|d| d, |f| f),
        1000,
        &[(
            "a0 Compl",
            &[
                "2 split service own",
                "1 split transfer own",
                "5 right service ahead",
                "7 right service own",
                "2 meet service own",
            ],
        )],
    );
}

#[test]
fn a_case_is_lost_with_the_part_that_decides() {
    // Right loses patience at 7, when left is there: not enough can come.
    expect_of(
        parallel(|d| d.patience(ticks(4)), |f| f),
        1000,
        &[("a0 Lost", &["2 split service own", "1 split transfer own", "4 right service ahead"])],
    );
}

#[test]
fn an_unfinished_case_is_what_the_first_part_is_that_has_not_come() {
    // At 4, left is in service; at 6 it has come, and right waits.
    expect_of(parallel(|d| d, |f| f), 4, &[("a0 Unf", &["2 split service own", "2 left service own"])]);
    expect_of(
        parallel(|d| d, |f| f),
        6,
        &[("a0 Unf", &["2 split service own", "1 split transfer own", "3 right service ahead"])],
    );
}

#[test]
fn a_late_part_that_waits_is_withdrawn() {
    // One part is enough: left, at 5.
    expect_of(
        comes(parallel(|d| d, |f| f.needed(1)), "c", "left", &[4]),
        1000,
        &[
            ("a0 Compl", &["2 split service own", "3 left service own", "2 meet service own"]),
            ("c0", &["1 left service ahead", "3 left service own", "2 meet service own"]),
        ],
    );
}

#[test]
fn a_late_part_is_others_work_for_its_own_case() {
    // Right and meet have one person, who is at the part from 2 to 9; left is enough at 5, and a waits for its own late
    // part until 9.
    let person = |d: DepartmentBuilder| d.pool("both");
    let model = Model::builder("late")
        .pool("both", |p| p.staff(1))
        .department("split", one(2))
        .department("left", one(3))
        .department("right", |d| person(one(7)(d)))
        .department("meet", |d| person(one(2)(d)))
        .fork("split", "meet", |f| f.branch("left", |b| b).branch("right", |b| b).needed(1).late_finish())
        .handoff("left", "meet", |h| h)
        .handoff("right", "meet", |h| h)
        .handoff("meet", "exit", |h| h);
    expect_of(
        comes(model, "a", "split", &[0]),
        1000,
        &[(
            "a0 Compl",
            &[
                "2 split service own",
                "3 left service own",
                "4 right service ahead at meet",
                "2 meet service own",
            ],
        )],
    );
}

#[test]
fn parts_of_parts() {
    // Left, 2-5, forks itself: upper 5-9, lower 5-6, and both 9-10. Right is there at 6.
    let model = Model::builder("nested")
        .department("split", one(2))
        .department("left", one(3))
        .department("upper", one(4))
        .department("lower", one(1))
        .department("both", one(1))
        .department("right", one(4))
        .department("meet", one(2))
        .fork("split", "meet", |f| f.branch("left", |b| b).branch("right", |b| b))
        .fork("left", "both", |f| f.branch("upper", |b| b).branch("lower", |b| b))
        .handoff("upper", "both", |h| h)
        .handoff("lower", "both", |h| h)
        .handoff("both", "meet", |h| h)
        .handoff("right", "meet", |h| h)
        .handoff("meet", "exit", |h| h);
    let model = comes(model, "a", "split", &[0]);
    let until_upper = ["2 split service own", "3 left service own", "4 upper service own"];
    expect_of(
        model.clone(),
        1000,
        &[("a0 Compl", &[&until_upper[..], &["1 both service own", "2 meet service own"]].concat())],
    );
    expect_of(model, 8, &[("a0 Unf", &["2 split service own", "3 left service own", "3 upper service own"])]);
}
