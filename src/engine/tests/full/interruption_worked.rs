//! Schedules worked by hand: interruption, and what happens to those who wait for long.

use super::schedule::{at, model, one, some, ticks, told};
use crate::model::{CalendarBuilder, DepartmentBuilder, ModelBuilder, Preemption};

/// Levels that hold from these times on, in a cycle of 100.
fn levels(steps: &[(i64, u32)]) -> impl FnOnce(CalendarBuilder) -> CalendarBuilder {
    move |c| c.cycle(ticks(100), steps.iter().map(|&(from, level)| (ticks(from), level)))
}

/// Urgent cases u, and normal ones n.
fn two_ranks() -> ModelBuilder {
    model().class("u", |c| c).class("n", |c| c.priority(1))
}

/// A desk where `staff` people take 10, and may be interrupted.
fn desk(
    preemption: Preemption,
    staff: u32,
    more: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder,
) -> ModelBuilder {
    two_ranks().department("desk", |d| more(some(staff, 10)(d).preemption(preemption)))
}

#[test]
fn interrupted_work_goes_on_where_it_stopped() {
    told(
        desk(Preemption::Resume, 1, |d| d).customers("n", at("desk", &[0])).customers("u", at("desk", &[4])),
        90,
        &["u0 desk 4 4-14", "n0 desk 0 0-20"],
    );
}

#[test]
fn interrupted_work_begins_anew() {
    for preemption in [Preemption::Restart, Preemption::Resample] {
        told(
            desk(preemption, 1, |d| d).customers("n", at("desk", &[0])).customers("u", at("desk", &[4])),
            90,
            &["u0 desk 4 4-14", "n0 desk 0 0-24"],
        );
    }
}

#[test]
fn who_took_it_last_is_interrupted() {
    // Of n1's 10, 3 are done by 4. The first is free at 10.
    told(
        desk(Preemption::Resume, 2, |d| d)
            .customers("n", at("desk", &[0, 1]))
            .customers("u", at("desk", &[4])),
        90,
        &["n0 desk 0 0-10", "u0 desk 4 4-14", "n1 desk 1 1-17"],
    );
}

#[test]
fn who_is_late_is_not_interrupted() {
    told(
        desk(Preemption::Resume, 1, |d| d.shifts("hours", |s| s.finish()))
            .calendar("hours", levels(&[(0, 1), (10, 0), (30, 1)]))
            .customers("n", at("desk", &[5]))
            .customers("u", at("desk", &[12])),
        90,
        &["n0 desk 5 5-15", "u0 desk 12 30-40"],
    );
}

#[test]
fn who_is_held_is_interrupted_when_the_answer_comes() {
    told(
        desk(Preemption::Resume, 1, |d| d)
            .department("engineering", one(7))
            .request("desk", "engineering", |r| r.at(0.5).probability_for("n", 1.0))
            .customers("n", at("desk", &[0]))
            .customers("u", at("desk", &[6])),
        90,
        &["n0?1 engineering 5 5-12", "u0 desk 6 12-22", "n0 desk 0 0-27"],
    );
}

#[test]
fn a_question_comes_before_an_interruption_at_the_same_instant() {
    // It is not asked again.
    told(
        desk(Preemption::Restart, 1, |d| d)
            .department("engineering", one(7))
            .request("desk", "engineering", |r| r.at(0.5).probability_for("n", 1.0))
            .customers("n", at("desk", &[0]))
            .customers("u", at("desk", &[5])),
        90,
        &["n0?1 engineering 5 5-12", "u0 desk 5 12-22", "n0 desk 0 0-32"],
    );
}

#[test]
fn who_is_absent_comes_back_to_an_interruption() {
    // Absent from 8 to 18. u0 came at 9; 5 of n0's 10 are done.
    told(
        desk(Preemption::Resume, 1, |d| d.outage(ticks(8), ticks(10)))
            .customers("n", at("desk", &[3]))
            .customers("u", at("desk", &[9])),
        90,
        &["u0 desk 9 18-28", "n0 desk 3 3-33"],
    );
}

#[test]
fn an_interrupted_item_has_no_patience() {
    // n1 stands in the line and has some.
    told(
        desk(Preemption::Resume, 1, |d| d.patience(ticks(3)))
            .customers("n", at("desk", &[0, 3]))
            .customers("u", at("desk", &[2])),
        90,
        &["n1 Reneged 6", "u0 desk 2 2-12", "n0 desk 0 0-20"],
    );
}

#[test]
fn a_crew_is_interrupted() {
    // A third person is reserved for u0 at once, and one of the crew then; the other is idle.
    told(
        desk(Preemption::Resume, 3, |d| d.staff_needed(2))
            .customers("n", at("desk", &[0]))
            .customers("u", at("desk", &[4])),
        90,
        &["u0 desk 4 4-14", "n0 desk 0 0-20"],
    );
}

#[test]
fn an_urgent_item_overfills_no_line_but_the_interrupted_one_does() {
    // One may wait. n0 comes back to the line when u0 takes its place; n1 is rejected, and u1 has no room.
    told(
        desk(Preemption::Resume, 1, |d| d.queue_capacity(1))
            .customers("n", at("desk", &[0, 5]))
            .customers("u", at("desk", &[4, 6])),
        90,
        &["n1 Rejected 5", "u1 Rejected 6", "u0 desk 4 4-14", "n0 desk 0 0-20"],
    );
}

#[test]
fn an_item_rises_behind_those_of_its_new_rank() {
    // At 6, n0 comes behind u1, and u2 behind it.
    told(
        model()
            .class("u", |c| c)
            .class("n", |c| c.priority(1).rise(ticks(5), 0))
            .department("desk", one(10))
            .customers("u", at("desk", &[0, 3, 7]))
            .customers("n", at("desk", &[1])),
        90,
        &["u0 desk 0 0-10", "u1 desk 3 10-20", "n0 desk 1 20-30", "u2 desk 7 30-40"],
    );
}

#[test]
fn who_rises_interrupts() {
    told(
        two_ranks()
            .class("m", |c| c.priority(2).rise(ticks(3), 0))
            .department("desk", |d| one(10)(d).preemption(Preemption::Resume))
            .customers("n", at("desk", &[0]))
            .customers("m", at("desk", &[1])),
        90,
        &["m0 desk 1 4-14", "n0 desk 0 0-20"],
    );
}

#[test]
fn a_standard_acts_before_it_is_missed() {
    // The promise is 12: 7 before that is up n0 becomes urgent, at 6, before u1 comes.
    told(
        two_ranks()
            .department("desk", |d| one(10)(d).standard(ticks(12), |s| s.class("n").acts(ticks(7), |a| a)))
            .customers("u", at("desk", &[0, 7]))
            .customers("n", at("desk", &[1])),
        90,
        &["u0 desk 0 0-10", "n0 desk 1 10-20", "u1 desk 7 20-30"],
    );
}

#[test]
fn an_item_turns_into_another_class() {
    // n0 becomes u at 6, behind u1, and takes 3 then.
    told(
        model()
            .class("v", |c| c)
            .class("u", |c| c)
            .class("n", |c| c.priority(1).turns(ticks(5), "v"))
            .department("desk", |d| one(10)(d).service_for("v", ticks(3)))
            .customers("u", at("desk", &[0, 4]))
            .customers("n", at("desk", &[1, 2])),
        90,
        &["u0 desk 0 0-10", "u1 desk 4 10-20", "n0 desk 1 20-23", "n1 desk 2 23-26"],
    );
}

#[test]
fn what_is_past_when_an_item_turns_takes_effect_at_once() {
    // At 6, n0 becomes v, which would have risen after 2: it is as urgent as u1 then, and behind it.
    told(
        model()
            .class("u", |c| c)
            .class("v", |c| c.priority(2).rise(ticks(2), 0))
            .class("n", |c| c.priority(1).turns(ticks(5), "v"))
            .department("desk", one(10))
            .customers("u", at("desk", &[0, 4, 8]))
            .customers("n", at("desk", &[1])),
        90,
        &["u0 desk 0 0-10", "u1 desk 4 10-20", "n0 desk 1 20-30", "u2 desk 8 30-40"],
    );
}
