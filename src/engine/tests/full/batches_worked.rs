//! Schedules worked by hand: batches and setups.

use super::schedule::{at, model, one, ticks, told};
use crate::model::{BatchBuilder, CalendarBuilder, ModelBuilder, Preemption};

/// Levels that hold from these times on, in a cycle of 100.
fn levels(steps: &[(i64, u32)]) -> impl FnOnce(CalendarBuilder) -> CalendarBuilder {
    move |c| c.cycle(ticks(100), steps.iter().map(|&(from, level)| (ticks(from), level)))
}

/// A desk that takes 10 for so many at once.
fn desk(size: u32, batch: impl FnOnce(BatchBuilder) -> BatchBuilder) -> ModelBuilder {
    model().department("desk", |d| one(10)(d).batch(size, batch))
}

#[test]
fn a_batch_waits_until_it_is_full() {
    told(
        desk(2, |b| b).customers("a", at("desk", &[0, 1, 5, 6, 7])),
        90,
        &["a0 desk 0 1-11", "a1 desk 1 1-11", "a2 desk 5 11-21", "a3 desk 6 11-21"],
    );
}

#[test]
fn a_batch_does_not_wait_for_ever() {
    told(
        desk(3, |b| b.longest_wait(ticks(6))).customers("a", at("desk", &[0, 2, 17])),
        90,
        &["a0 desk 0 6-16", "a1 desk 2 6-16", "a2 desk 17 23-33"],
    );
}

#[test]
fn a_batch_takes_whom_it_finds() {
    told(
        desk(3, |b| b.at_least(1)).customers("a", at("desk", &[0, 1, 2, 3, 4])),
        90,
        &["a0 desk 0 0-10", "a1 desk 1 10-20", "a2 desk 2 10-20", "a3 desk 3 10-20", "a4 desk 4 20-30"],
    );
}

#[test]
fn a_batch_stays_together_when_its_first_asks() {
    // Freed at 6, the desk takes the next two at 8; those ask at 13. The first batch goes on before others would.
    told(
        desk(2, |b| b)
            .department("engineering", one(5))
            .request("desk", "engineering", |r| r.at(0.5).freed())
            .customers("a", at("desk", &[0, 1, 7, 8])),
        90,
        &[
            "a0?1 engineering 6 6-11",
            "a0 desk 0 1-18",
            "a1 desk 1 1-18",
            "a2?2 engineering 13 13-18",
            "a2 desk 7 8-23",
            "a3 desk 8 8-23",
        ],
    );
}

#[test]
fn people_stay_with_those_of_a_batch_who_are_blocked() {
    // Only one fits at the packers at a time.
    told(
        desk(2, |b| b)
            .department("pack", |d| one(4)(d).queue_capacity(0))
            .handoff("desk", "pack", |h| h)
            .customers("a", at("desk", &[0, 1, 2, 3])),
        90,
        &[
            "a0 desk 0 1-11",
            "a0 pack 11 11-15",
            "a1 desk 1 1-11-15",
            "a1 pack 15 15-19",
            "a2 desk 2 15-25",
            "a2 pack 25 25-29",
            "a3 desk 3 15-25-29",
            "a3 pack 29 29-33",
        ],
    );
}

#[test]
fn a_batch_that_is_not_full_loses_patience() {
    told(
        model()
            .department("desk", |d| one(10)(d).batch(2, |b| b).patience(ticks(5)))
            .customers("a", at("desk", &[0, 6, 10])),
        90,
        &["a0 Reneged 5", "a1 desk 6 10-20", "a2 desk 10 10-20"],
    );
}

#[test]
fn a_batch_is_interrupted_by_one_that_is_full() {
    // One urgent case alone does not interrupt.
    told(
        model()
            .class("u", |c| c)
            .class("n", |c| c.priority(1))
            .department("desk", |d| one(10)(d).batch(2, |b| b).preemption(Preemption::Resume))
            .customers("n", at("desk", &[0, 1]))
            .customers("u", at("desk", &[3, 5])),
        90,
        &["u0 desk 3 5-15", "u1 desk 5 5-15", "n0 desk 0 1-21", "n1 desk 1 1-21"],
    );
}

#[test]
fn a_batch_is_handed_over() {
    told(
        model()
            .calendar("hours", levels(&[(0, 1), (5, 0), (30, 1)]))
            .department("desk", |d| one(10)(d).batch(2, |b| b).shifts("hours", |s| s.hand_over()))
            .customers("a", at("desk", &[0, 1, 2, 3])),
        90,
        &["a0 desk 0 1-36", "a1 desk 1 1-36", "a2 desk 2 36-46", "a3 desk 3 36-46"],
    );
}

#[test]
fn a_full_line_has_no_room_for_who_makes_a_batch_full() {
    // One may wait. There is somebody idle, but not for one alone.
    told(
        model()
            .department("desk", |d| one(10)(d).batch(2, |b| b.longest_wait(ticks(50))).queue_capacity(1))
            .customers("a", at("desk", &[0, 1])),
        90,
        &["a1 Rejected 1", "a0 desk 0 50-60"],
    );
}

#[test]
fn parts_are_served_in_batches() {
    // The parts of a0 and a1 on the right wait for each other.
    told(
        model()
            .department("office", one(2))
            .department("left", one(1))
            .department("right", |d| one(8)(d).batch(2, |b| b))
            .department("back", one(3))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h)
            .fork("office", "back", |f| f.branch("left", |b| b).branch("right", |b| b))
            .customers("a", at("office", &[0, 1])),
        90,
        &[
            "a0 office 0 0-2",
            "a0/1 left 2 2-3",
            "a1 office 1 2-4",
            "a1/3 left 4 4-5",
            "a0/2 right 2 4-12",
            "a1/4 right 4 4-12",
            "a0 back 12 12-15",
            "a1 back 12 15-18",
        ],
    );
}

#[test]
fn another_class_needs_a_setup() {
    // None before the first.
    told(
        model()
            .department("desk", |d| one(10)(d).setup(ticks(3)))
            .customers("a", at("desk", &[0, 20, 21]))
            .customers("b", at("desk", &[5])),
        90,
        &["a0 desk 0 0-10", "b0 desk 5 13-23", "a1 desk 20 26-36", "a2 desk 21 36-46"],
    );
}

#[test]
fn idleness_needs_a_setup() {
    told(
        model()
            .department("desk", |d| one(10)(d).setup_after_idle(ticks(4)))
            .customers("a", at("desk", &[5, 16, 40])),
        90,
        &["a0 desk 5 9-19", "a1 desk 16 19-29", "a2 desk 40 44-54"],
    );
}

#[test]
fn the_longer_of_two_setups_counts() {
    // Idle until 20, and of another class: 4 and not 7.
    told(
        model()
            .department("desk", |d| one(10)(d).setup(ticks(3)).setup_after_idle(ticks(4)))
            .customers("a", at("desk", &[0]))
            .customers("b", at("desk", &[20])),
        90,
        &["a0 desk 0 0-10", "b0 desk 20 24-34"],
    );
}

#[test]
fn a_setup_stays_on_the_desk() {
    // 5 of 8 are done when the shift ends at 10.
    told(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 0), (30, 1)]))
            .department("desk", |d| one(10)(d).setup_after_idle(ticks(8)).shifts("hours", |s| s))
            .customers("a", at("desk", &[5])),
        90,
        &["a0 desk 5 33-43"],
    );
}

#[test]
fn a_setup_is_lost_when_it_is_handed_over() {
    // At 30 they have not been idle.
    told(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 0), (30, 1)]))
            .department("desk", |d| one(10)(d).setup_after_idle(ticks(8)).shifts("hours", |s| s.hand_over()))
            .customers("a", at("desk", &[5])),
        90,
        &["a0 desk 5 30-40"],
    );
}

#[test]
fn a_setup_is_interrupted() {
    // n0 is set up for from 5 on. Who goes over to u0 at 7 has not been idle, and worked on nothing before.
    told(
        model()
            .class("u", |c| c)
            .class("n", |c| c.priority(1))
            .department("desk", |d| {
                one(10)(d).setup(ticks(2)).setup_after_idle(ticks(4)).preemption(Preemption::Resume)
            })
            .customers("n", at("desk", &[5]))
            .customers("u", at("desk", &[7])),
        90,
        &["u0 desk 7 7-17", "n0 desk 5 19-29"],
    );
}

#[test]
fn a_batch_has_one_setup() {
    // That of its first: b0 and a1 are served together.
    told(
        model()
            .department("desk", |d| one(10)(d).batch(2, |b| b.at_least(1)).setup(ticks(3)))
            .customers("a", at("desk", &[0, 6, 30]))
            .customers("b", at("desk", &[5])),
        90,
        &["a0 desk 0 0-10", "a1 desk 6 13-23", "b0 desk 5 13-23", "a2 desk 30 33-43"],
    );
}
