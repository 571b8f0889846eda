//! Schedules worked by hand: what seldom comes together, as random models have found it.

use super::schedule::{agreed, at, charges, expect, model, one, some, ticks, told};
use crate::model::{
    CalendarBuilder, DepartmentBuilder, Discipline, During, ModelBuilder, Preemption, RequestBuilder,
};
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

#[test]
fn who_turns_and_keeps_the_rank_interrupts_nobody() {
    // The bolt of u0 comes at 10. At 13 n1 turns: n0 is served to the end all the same.
    told(
        model()
            .class("u", |c| c)
            .class("n", |c| c.priority(1).turns(ticks(5), "m"))
            .class("m", |c| c.priority(1))
            .stock("bolts", |s| s.reorder(0, 1, |s| s.outside(ticks(10))))
            .department("desk", |d| one(30)(d).preemption(Preemption::Resume).uses("bolts", |u| u.class("u")))
            .customers("n", at("desk", &[0, 8]))
            .customers("u", at("desk", &[1])),
        95,
        &[
            "bolts#1 delivered 10: 1",
            "n0 desk 0 0-30",
            "bolts#2 delivered 40: 1",
            "u0 desk 1 30-60",
            "n1 desk 8 60-90",
        ],
    );
}

#[test]
fn who_loses_patience_at_the_maker_keeps_the_defect() {
    // At 6 a0 is sent to the maker, who serves a1: the last department finds the defect.
    told(
        model()
            .department("maker", |d| {
                one(5)(d).errors(|e| e.probability(1.0)).patience(ticks(2)).renege_to("last")
            })
            .department("check", |d| one(1)(d).detects(|f| f.made_by("maker").send_to("maker")))
            .department("last", |d| one(2)(d).detects(|f| f.made_by("maker").turn_away()))
            .handoff("maker", "check", |h| h)
            .customers("a", at("maker", &[0, 3])),
        12,
        &[
            "a0 maker 0 0-5",
            "a0 check 5 5-6",
            "a0 TurnedAway 10",
            "a0 last 8 8-10",
            "a1 maker 3 5-10",
            "a1 check 10 10-11",
        ],
    );
}

/// A desk where two work together in random order. Those who come while work waits for an answer, as n does from 5 to 20,
/// interrupt it then.
fn drawn_at_once(more: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder) -> ModelBuilder {
    let times = |at: i64| -> Vec<i64> { (0..16).map(|n| n * 100 + at).collect() };
    model()
        .class("u", |c| c)
        .class("v", |c| c)
        .class("n", |c| c.priority(1))
        .department("desk", |d| {
            more(some(2, 10)(d).preemption(Preemption::Resume).discipline(Discipline::Random))
        })
        .department("back", one(15))
        .request("desk", "back", |r| r.at(0.5).probability_for("n", 1.0))
        .customers("n", at("desk", &times(0)))
        .customers("v", at("desk", &times(6)))
        .customers("u", |c| at("desk", &times(7))(c).batch(Dist::constant(3.0)))
}

#[test]
fn a_crew_that_is_interrupted_draws_whom_it_takes() {
    agreed(drawn_at_once(|d| d.staff_needed(2)), 1600);
}

#[test]
fn who_is_drawn_without_stock_is_passed_over() {
    let bolts = |m: ModelBuilder| m.stock("bolts", |s| s.periodic(ticks(150), 2, |s| s.outside(ticks(1))));
    agreed(bolts(drawn_at_once(|d| d.uses("bolts", |u| u.class("u")))), 1600);
    agreed(bolts(drawn_at_once(|d| d.staff_needed(2).uses("bolts", |u| u.class("u")))), 1600);
}

#[test]
fn an_order_of_the_start_takes_stock() {
    told(
        model()
            .stock("bolts", |s| s.reorder(0, 1, |s| s.department("shop", "a", |o| o)))
            .stock("iron", |s| s.initial(1).periodic(ticks(50), 1, |s| s.outside(ticks(1))))
            .department("desk", |d| one(5)(d).uses("bolts", |u| u))
            .department("shop", |d| one(4)(d).uses("iron", |u| u))
            .customers("a", at("desk", &[6])),
        40,
        &["bolts#1 delivered 4: 1", "bolts#1 shop 0 0-4", "bolts#2 short of iron 6", "a0 desk 6 6-11"],
    );
}

#[test]
fn what_was_handed_over_at_once_is_on_the_desk_of_who_took_it() {
    // The helper takes it over at 5, and goes at 10.
    charges(
        model()
            .calendar("early", levels(&[(0, 1), (5, 0)]))
            .calendar("late", levels(&[(0, 1), (10, 0)]))
            .department("desk", |d| one(30)(d).shifts("early", |s| s.hand_over()).helpers("aux", 1.0))
            .department("aux", |d| one(1)(d).shifts("late", |s| s))
            .customers("a", at("desk", &[0]))
            .customers("b", at("aux", &[80])),
        20,
        &["a0: 0-10 desk service own @desk; 10-20 aux closed nobody @desk"],
    );
}

#[test]
fn shared_work_that_is_followed_back_counts_as_far_as_it_has_come() {
    // Who left at 10 was held until then, by a request that has had 10 of 20 when b1 gives up: its own first.
    charges(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 0)]))
            .department("desk", |d| one(5)(d).patience(ticks(19)).shifts("hours", |s| s))
            .department("share", |d| one(50)(d).discipline(Discipline::ProcessorSharing))
            .request("desk", "share", |r| r.at(0.0))
            .customers("a", at("desk", &[0, 1]))
            .customers("x", at("share", &[0])),
        21,
        &[
            "a0: 0-10 share answering own @desk; 10-21 share sharing letpast @desk",
            "a1: 1-10 share answering ahead @desk; 10-20 desk closed nobody @desk",
            "x0: 0-10 share service own @share; 10-21 share sharing letpast @share",
        ],
    );
}

#[test]
fn who_is_blocked_still_does_not_go_home_for_that() {
    // At 30 one is too many, and b0's is late. At 40 a0 finds room to the left, but none to the right: its person stays.
    told(
        model()
            .calendar("hours", levels(&[(0, 2), (30, 1)]))
            .department("office", |d| {
                some(2, 10)(d).service_for("b", ticks(50)).shifts("hours", |s| s.finish())
            })
            .department("left", |d| one(40)(d).queue_capacity(0))
            .department("right", |d| one(70)(d).queue_capacity(0))
            .department("back", one(1))
            .handoff("left", "back", |h| h)
            .handoff("right", "back", |h| h)
            .fork("office", "back", |f| f.class("a").branch("left", |b| b).branch("right", |b| b))
            .customers("a", at("office", &[0]))
            .customers("b", at("office", &[12, 20]))
            .customers("x", at("left", &[0]))
            .customers("y", at("right", &[0])),
        130,
        &[
            "x0 left 0 0-40",
            "x0 back 40 40-41",
            "b0 office 12 12-62",
            "a0 office 0 0-10-70",
            "y0 right 0 0-70",
            "y0 back 70 70-71",
            "a0/1 left 70 70-110",
            "b1 office 20 70-120",
        ],
    );
}
