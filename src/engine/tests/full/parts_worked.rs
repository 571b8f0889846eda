//! Schedules worked by hand: parts that go on at once and meet again.

use super::schedule::{at, model, one, ticks, told};
use crate::model::{ForkBuilder, ModelBuilder};

/// An office forks cases of class a to the left, which takes 5, and the right, which takes 8. The parts meet at the
/// back, which takes 3.
fn office(time: i64, fork: impl FnOnce(ForkBuilder) -> ForkBuilder) -> ModelBuilder {
    model()
        .department("office", one(time))
        .department("left", one(5))
        .department("right", one(8))
        .department("back", one(3))
        .handoff("left", "back", |h| h.probability_for("a", 1.0))
        .handoff("right", "back", |h| h.probability_for("a", 1.0))
        .fork("office", "back", |f| fork(f.branch("left", |b| b).branch("right", |b| b)))
}

#[test]
fn both_parts_have_to_come() {
    told(
        office(2, |f| f).customers("a", at("office", &[0])),
        90,
        &["a0 office 0 0-2", "a0/1 left 2 2-7", "a0/2 right 2 2-10", "a0 back 10 10-13"],
    );
}

#[test]
fn the_first_part_is_enough_and_late_ones_are_withdrawn() {
    // The right serves a0's part when a0 goes on at 6, and a1's at 11: they are finished for nobody. a2's stands in line.
    told(
        office(1, |f| f.needed(1)).customers("a", at("office", &[0, 1, 2])),
        90,
        &[
            "a0 office 0 0-1",
            "a1 office 1 1-2",
            "a2 office 2 2-3",
            "a0/1 left 1 1-6",
            "a0 back 6 6-9",
            "a0/2 Forgotten 9",
            "a0/2 right 1 1-9",
            "a1/3 left 2 6-11",
            "a1 back 11 11-14",
            "a2/5 left 3 11-16",
            "a2/6 Withdrawn 16",
            "a1/4 Forgotten 17",
            "a1/4 right 2 9-17",
            "a2 back 16 16-19",
        ],
    );
}

#[test]
fn late_parts_are_finished_for_nobody() {
    told(
        office(1, |f| f.needed(1).late_finish()).customers("a", at("office", &[0, 1, 2])),
        90,
        &[
            "a0 office 0 0-1",
            "a1 office 1 1-2",
            "a2 office 2 2-3",
            "a0/1 left 1 1-6",
            "a0 back 6 6-9",
            "a0/2 Forgotten 9",
            "a0/2 right 1 1-9",
            "a1/3 left 2 6-11",
            "a1 back 11 11-14",
            "a2/5 left 3 11-16",
            "a1/4 Forgotten 17",
            "a1/4 right 2 9-17",
            "a2 back 16 16-19",
            "a2/6 Forgotten 25",
            "a2/6 right 3 17-25",
        ],
    );
}

#[test]
fn a_late_part_on_its_way_is_withdrawn() {
    // The right's part is under way from 2 to 22.
    let fork = |f: ForkBuilder| f.branch("left", |b| b).branch("right", |b| b.transfer(ticks(20))).needed(1);
    told(
        model()
            .department("office", one(2))
            .department("left", one(5))
            .department("right", one(8))
            .department("back", one(3))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h)
            .fork("office", "back", fork)
            .customers("a", at("office", &[0])),
        90,
        &["a0 office 0 0-2", "a0/1 left 2 2-7", "a0/2 Withdrawn 7", "a0 back 7 7-10"],
    );
}

#[test]
fn a_part_that_loses_patience_decides() {
    // x0 is at the right until 8; a0's part waits there from 2 for 4. The other part is finished for nobody.
    told(
        model()
            .department("office", one(2))
            .department("left", one(5))
            .department("right", |d| one(8)(d).patience(ticks(4)))
            .department("back", one(3))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h.probability_for("a", 1.0))
            .fork("office", "back", |f| f.branch("left", |b| b).branch("right", |b| b))
            .customers("a", at("office", &[0]))
            .customers("x", at("right", &[0])),
        90,
        &[
            "a0 office 0 0-2",
            "a0 Reneged 6",
            "a0/2 Reneged 6",
            "a0/1 Forgotten 7",
            "a0/1 left 2 2-7",
            "x0 right 0 0-8",
        ],
    );
}

#[test]
fn a_part_that_is_lost_need_not_decide() {
    // The same, but one part is enough.
    told(
        model()
            .department("office", one(2))
            .department("left", one(5))
            .department("right", |d| one(8)(d).patience(ticks(4)))
            .department("back", one(3))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h.probability_for("a", 1.0))
            .fork("office", "back", |f| f.branch("left", |b| b).branch("right", |b| b).needed(1))
            .customers("a", at("office", &[0]))
            .customers("x", at("right", &[0])),
        90,
        &["a0 office 0 0-2", "a0/2 Reneged 6", "a0/1 left 2 2-7", "x0 right 0 0-8", "a0 back 7 7-10"],
    );
}

#[test]
fn a_case_blocks_that_cannot_fork() {
    // Nobody may wait at the right: a0 blocks while x0 is there, a1 while a0's part is.
    told(
        model()
            .department("office", one(2))
            .department("left", one(5))
            .department("right", |d| one(8)(d).queue_capacity(0))
            .department("back", one(3))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h.probability_for("a", 1.0))
            .fork("office", "back", |f| f.branch("left", |b| b).branch("right", |b| b))
            .customers("a", at("office", &[0, 1]))
            .customers("x", at("right", &[0])),
        90,
        &[
            "a0 office 0 0-2-8",
            "x0 right 0 0-8",
            "a0/1 left 8 8-13",
            "a0/2 right 8 8-16",
            "a1 office 1 8-10-16",
            "a0 back 16 16-19",
            "a1/3 left 16 16-21",
            "a1/4 right 16 16-24",
            "a1 back 24 24-27",
        ],
    );
}

/// Parts to the left go on in parts again, which take 3 and 6, and meet on the left; to the right they take `right`.
fn twice(right: i64) -> ModelBuilder {
    model()
        .department("office", one(1))
        .department("left", one(2))
        .department("near", one(3))
        .department("far", one(6))
        .department("meeting", one(1))
        .department("right", one(right))
        .department("back", one(3))
        .handoff("near", "meeting", |h| h)
        .handoff("far", "meeting", |h| h)
        .handoff("meeting", "back", |h| h)
        .handoff("right", "back", |h| h)
        .fork("office", "back", |f| f.branch("left", |b| b).branch("right", |b| b).needed(1))
        .fork("left", "meeting", |f| f.branch("near", |b| b).branch("far", |b| b))
        .customers("a", at("office", &[0]))
}

#[test]
fn parts_go_on_in_parts() {
    told(
        twice(20),
        90,
        &[
            "a0 office 0 0-1",
            "a0/1 left 1 1-3",
            "a0/3 near 3 3-6",
            "a0/4 far 3 3-9",
            "a0/1 meeting 9 9-10",
            "a0 back 10 10-13",
            "a0/2 Forgotten 21",
            "a0/2 right 1 1-21",
        ],
    );
}

#[test]
fn a_late_part_goes_with_its_parts() {
    // At 6 the right comes first: its work began before that on the near part, which is then finished for nobody.
    told(
        twice(5),
        90,
        &[
            "a0 office 0 0-1",
            "a0/1 left 1 1-3",
            "a0/1 Withdrawn 6",
            "a0/2 right 1 1-6",
            "a0/3 Forgotten 6",
            "a0/3 near 3 3-6",
            "a0 back 6 6-9",
            "a0/4 Forgotten 9",
            "a0/4 far 3 3-9",
        ],
    );
}

#[test]
fn a_part_asks() {
    // Half way through its 5: 2.5 is rounded to 2.
    told(
        office(2, |f| f)
            .department("engineering", one(7))
            .request("left", "engineering", |r| r.at(0.5))
            .customers("a", at("office", &[0])),
        90,
        &[
            "a0 office 0 0-2",
            "a0/2 right 2 2-10",
            "a0?3 engineering 4 4-11",
            "a0/1 left 2 2-14",
            "a0 back 14 14-17",
        ],
    );
}

#[test]
fn a_defect_is_found_on_a_part() {
    // The left turns away what the office did badly: the case is lost with its part.
    told(
        model()
            .department("office", |d| one(2)(d).errors(|e| e.probability(1.0)))
            .department("left", |d| one(5)(d).detects(|f| f.made_by("office").turn_away()))
            .department("right", one(8))
            .department("back", one(3))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h)
            .fork("office", "back", |f| f.branch("left", |b| b).branch("right", |b| b))
            .customers("a", at("office", &[0])),
        90,
        &[
            "a0 office 0 0-2",
            "a0 TurnedAway 7",
            "a0/1 TurnedAway 7",
            "a0/1 left 2 2-7",
            "a0/2 Forgotten 10",
            "a0/2 right 2 2-10",
        ],
    );
}

#[test]
fn a_part_of_another_class_meets_as_the_case() {
    // On the right it is of class b, which takes 4; at the back it is a0 again.
    told(
        model()
            .class("b", |c| c)
            .department("office", one(2))
            .department("left", one(5))
            .department("right", |d| one(8)(d).service_for("b", ticks(4)))
            .department("back", |d| one(9)(d).service_for("a", ticks(3)))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h)
            .fork("office", "back", |f| f.branch("left", |b| b).branch("right", |b| b.becomes("b")))
            .customers("a", at("office", &[0])),
        90,
        &["a0 office 0 0-2", "a0/2 right 2 2-6", "a0/1 left 2 2-7", "a0 back 7 7-10"],
    );
}
