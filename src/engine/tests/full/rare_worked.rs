//! Schedules worked by hand: what seldom comes together, as random models have found it.

use super::schedule::{agreed, at, expect, model, one, some, ticks, told};
use crate::model::{CalendarBuilder, DepartmentBuilder, During, ModelBuilder, Preemption, RequestBuilder};
use crate::random::Dist;

/// Levels that hold from these times on, in a cycle of 100.
fn levels(steps: &[(i64, u32)]) -> impl FnOnce(CalendarBuilder) -> CalendarBuilder {
    move |c| c.cycle(ticks(100), steps.iter().map(|&(from, level)| (ticks(from), level)))
}

/// A desk where one takes 10; urgent cases u interrupt normal ones n, whose work is drawn again.
fn drawn_again(more: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder) -> ModelBuilder {
    model()
        .class("u", |c| c)
        .class("n", |c| c.priority(1))
        .department("desk", |d| more(one(10)(d).preemption(Preemption::Resample)))
}

#[test]
fn work_of_a_period_is_drawn_again_as_in_that_period() {
    // All takes half from 3 to 8: n0 takes 5, and so it does when it goes on at 9.
    told(
        drawn_again(|d| d.period(ticks(3), |p| p.until(ticks(8)).service_factor(0.5)))
            .customers("n", at("desk", &[3]))
            .customers("u", at("desk", &[4])),
        90,
        &["u0 desk 4 4-9", "n0 desk 3 3-14"],
    );
}

#[test]
fn work_from_before_a_period_is_drawn_again_as_before_it() {
    // u0 takes 5, n0 10.
    told(
        drawn_again(|d| d.period(ticks(3), |p| p.service_factor(0.5)))
            .customers("n", at("desk", &[0]))
            .customers("u", at("desk", &[4])),
        90,
        &["u0 desk 4 4-9", "n0 desk 0 0-19"],
    );
}

#[test]
fn work_in_place_is_drawn_again_as_the_rest_that_it_was() {
    told(
        drawn_again(|d| d)
            .customers("u", at("desk", &[4]))
            .initial("desk", |i| i.class("n").remaining(ticks(6))),
        90,
        &["u0 desk 4 4-14", "n at desk (1)0 desk 0 0-20"],
    );
}

#[test]
fn a_helper_who_is_relieved_while_they_set_up_was_slow_all_the_same() {
    // At 10 another crew comes: a1 is set up for until 13, and takes 20.
    told(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 1)]))
            .department("desk", |d| one(10)(d).setup_after_idle(ticks(4)).helpers("aux", 0.5))
            .department("aux", |d| one(10)(d).shifts("hours", |s| s.finish().replaced_crew()))
            .customers("a", at("desk", &[8, 9]))
            .customers("b", at("aux", &[50])),
        90,
        &["a0 desk 8 12-22", "a1 desk 9 13-33", "b0 aux 50 50-60"],
    );
}

#[test]
fn a_late_part_that_was_handed_over_is_finished() {
    // It was begun, and left at 5: it is served for nobody from 50 on.
    told(
        model()
            .calendar("hours", levels(&[(0, 1), (5, 0), (50, 1)]))
            .department("office", one(1))
            .department("left", |d| one(10)(d).shifts("hours", |s| s.hand_over()))
            .department("right", one(8))
            .department("back", one(3))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h)
            .fork("office", "back", |f| f.branch("left", |b| b).branch("right", |b| b).needed(1))
            .customers("a", at("office", &[0])),
        90,
        &["a0 office 0 0-1", "a0/2 right 1 1-9", "a0 back 9 9-12", "a0/1 Forgotten 56", "a0/1 left 1 1-56"],
    );
}

#[test]
fn work_that_asks_at_once_ends_idleness() {
    // Who takes the question at 10 took a0 before it: nobody sets up.
    told(
        model()
            .pool("people", |p| p.staff(1))
            .department("front", |d| d.pool("people").service(ticks(5)))
            .department("back", |d| d.pool("people").service(ticks(3)).setup_after_idle(ticks(4)))
            .request("front", "back", |r| r.at(0.0).freed())
            .customers("a", at("front", &[10])),
        90,
        &["a0?1 back 10 10-13", "a0 front 10 10-18"],
    );
}

#[test]
fn who_took_the_urgent_item_is_freed_once() {
    // At 12 the desk's own takes u0, which asks at once: the helper leaves n1, with 5 done, takes the question, which asks
    // another at once, and that a third. The helper is freed first and takes the second, the desk's own the third, and the
    // helper goes on with n1. At 16 n1, with 2 more done, gives way to the second, and the desk's own takes it.
    let asks = |r: RequestBuilder, of: &str, class: &str| {
        r.name(of).at(0.0).freed().probability_for(of, 1.0).class(class)
    };
    let asked = |r: RequestBuilder| r.during(During::Requests).service(ticks(4));
    told(
        model()
            .class("u", |c| c)
            .class("v", |c| c)
            .class("w", |c| c)
            .class("x", |c| c)
            .class("n", |c| c.priority(1))
            .department("desk", |d| one(10)(d).preemption(Preemption::Resume).helpers("aux", 0.5))
            .department("aux", one(1))
            .request("desk", "desk", |r| asks(r, "u", "v").service(ticks(4)))
            .request("desk", "desk", |r| asked(asks(r, "v", "w")))
            .request("desk", "desk", |r| asked(asks(r, "w", "x")))
            .customers("n", at("desk", &[0, 1]))
            .customers("u", at("desk", &[12]))
            .customers("late", |c| at("aux", &[80])(c).class("u")),
        70,
        &[
            "n0 desk 0 0-10",
            "u0?3 desk 12 12-16",
            "n1 desk 1 1-19",
            "u0?2 desk 12 12-24",
            "u0?1 desk 12 12-28",
            "u0 desk 12 12-48",
        ],
    );
}

#[test]
fn a_batch_on_a_desk_waits_for_who_has_gone_until_it_is_handed_over() {
    // At 20 the helper, idle until then, takes what is left.
    let account = "0-5 desk service own @desk; 5-20 desk absent nobody @desk; 20-25 desk service own @desk";
    expect(
        model()
            .calendar("hours", levels(&[(0, 1), (20, 0)]))
            .department("desk", |d| {
                let d = one(10)(d).batch(2, |b| b).helpers("aux", 1.0);
                d.shifts("hours", |s| s.hand_over()).outage(ticks(5), ticks(20))
            })
            .department("aux", one(1))
            .customers("a", at("desk", &[0, 0]))
            .customers("b", at("aux", &[80])),
        60,
        &["a0 desk 0 0-25", "a1 desk 0 0-25"],
        &[&format!("a0: {account}"), &format!("a1: {account}")],
    );
}

#[test]
fn late_is_who_took_the_urgent_item_last() {
    // At 10 n1's is late. At 11 u0 interrupts n0, and its person is late instead; so u1 may interrupt n1 at 12.
    told(
        model()
            .calendar("hours", levels(&[(0, 2), (10, 1), (60, 2)]))
            .class("u", |c| c)
            .class("n", |c| c.priority(1))
            .department("desk", |d| {
                some(2, 10)(d).preemption(Preemption::Resume).shifts("hours", |s| s.finish())
            })
            .customers("n", at("desk", &[2, 5]))
            .customers("u", at("desk", &[11, 12])),
        50,
        &["u0 desk 11 11-21", "u1 desk 12 12-22", "n1 desk 5 5-25", "n0 desk 2 2-26"],
    );
}

#[test]
fn two_rises_at_one_time_are_two_events() {
    // At 6 n0 rises to 1, and to 0 then: behind u1, of rank 0.
    told(
        model()
            .class("u", |c| c)
            .class("n", |c| c.priority(2).rise(ticks(5), 1))
            .department("desk", |d| one(10)(d).standard(ticks(12), |s| s.class("n").acts(ticks(7), |a| a)))
            .customers("u", at("desk", &[0, 3, 7]))
            .customers("n", at("desk", &[1])),
        90,
        &["u0 desk 0 0-10", "u1 desk 3 10-20", "n0 desk 1 20-30", "u2 desk 7 30-40"],
    );
}

#[test]
fn who_is_held_at_once_by_work_that_was_drawn_again_is_relieved() {
    // Of 20, 3 are done when u comes; the new draw of some n is 1, of which a quarter is no time.
    let times: Vec<i64> = (0..16).map(|n| n * 100).collect();
    let soon: Vec<i64> = times.iter().map(|time| time + 3).collect();
    agreed(
        model()
            .calendar("hours", levels(&[(0, 1), (20, 1)]))
            .class("u", |c| c)
            .class("n", |c| c.priority(1))
            .department("desk", |d| {
                let d = d.staff(1).service(Dist::empirical([ticks(20), ticks(1)])).service_for("u", ticks(1));
                d.preemption(Preemption::Resample).shifts("hours", |s| s.finish().replaced_crew())
            })
            .department("back", one(30))
            .request("desk", "back", |r| r.at(0.25).probability_for("n", 1.0))
            .customers("n", at("desk", &times))
            .customers("u", at("desk", &soon)),
        1600,
    );
}
