//! Schedules worked by hand: what is served when, and who comes first at one instant. Times in ticks.
//!
//! A line is a stay (`a1 desk 2 10-14 by 0`: case 1 of stream a joined at 2 and was served from 10 to
//! 14 by member 0; `left 9`: it reneged) or the end of a case, in the order in which they happen.

use super::{real, reference, until};
use crate::model::{DepartmentBuilder, Discipline, Model, ModelBuilder, StreamBuilder, TraceCase};
use crate::plan::compile;
use crate::time::{Span, Tick};

fn ticks(count: i64) -> Span {
    Span::from_ticks(count)
}

/// A model called "schedule".
fn model() -> ModelBuilder {
    Model::builder("schedule")
}

/// A department with one member of staff who takes `time` for each case.
fn one(time: i64) -> impl FnOnce(DepartmentBuilder) -> DepartmentBuilder {
    move |d| d.staff(1).service(ticks(time))
}

/// A stream that enters a department at given times.
fn at(department: &str, times: &[i64]) -> impl FnOnce(StreamBuilder) -> StreamBuilder {
    move |c| c.enter(department).schedule(times.iter().map(|&time| ticks(time)))
}

/// Both engines must tell these lines.
#[track_caller]
fn expect(model: ModelBuilder, horizon: Tick, lines: &[&str]) {
    let plan = compile(&model.build().expect("a valid model")).expect("a valid model");
    assert_eq!(reference::run(&plan, 1, 0, until(horizon)).lines(&plan), lines, "reference");
    assert_eq!(real(&plan, 1, 0, until(horizon)).lines(&plan), lines, "engine");
}

#[test]
fn a_service_that_ends_comes_before_patience() {
    let desk = |d: DepartmentBuilder| d.staff(1).service(ticks(10)).patience(ticks(10));
    expect(
        model().department("desk", desk).customers("a", at("desk", &[0, 0, 1])),
        100,
        &[
            "a0 desk 0 0-10 by 0",
            "a0 Completed 10",
            "a2 desk 1 left 11",
            "a2 Reneged 11",
            "a1 desk 0 10-20 by 0",
            "a1 Completed 20",
        ],
    );
}

#[test]
fn patience_comes_before_an_arrival() {
    // The place of the one who leaves at 5 is free for the one who comes at 5.
    let desk = |d: DepartmentBuilder| d.staff(1).service(ticks(10)).patience(ticks(4)).queue_capacity(1);
    expect(
        model().department("desk", desk).customers("a", at("desk", &[0, 1, 5, 6])),
        100,
        &[
            "a1 desk 1 left 5",
            "a1 Reneged 5",
            "a3 Rejected 6",
            "a2 desk 5 left 9",
            "a2 Reneged 9",
            "a0 desk 0 0-10 by 0",
            "a0 Completed 10",
        ],
    );
}

#[test]
fn no_patience_at_all_is_for_who_finds_somebody_idle() {
    let desk = |d: DepartmentBuilder| d.staff(1).service(ticks(10)).patience(ticks(0));
    expect(
        model().department("desk", desk).customers("a", at("desk", &[0, 3, 10])),
        100,
        &[
            "a1 desk 3 left 3",
            "a1 Reneged 3",
            "a0 desk 0 0-10 by 0",
            "a0 Completed 10",
            "a2 desk 10 10-20 by 0",
            "a2 Completed 20",
        ],
    );
}

#[test]
fn streams_arrive_at_one_instant_in_file_order() {
    expect(
        model()
            .department("desk", one(10))
            .customers("z", at("desk", &[0, 5]))
            .customers("a", at("desk", &[0, 5])),
        35,
        &[
            "z0 desk 0 0-10 by 0",
            "z0 Completed 10",
            "a0 desk 0 10-20 by 0",
            "a0 Completed 20",
            "z1 desk 5 20-30 by 0",
            "z1 Completed 30",
            "a1 is served at desk since 30",
        ],
    );
}

#[test]
fn departments_come_before_streams_at_one_instant() {
    let full = |d: DepartmentBuilder| d.staff(1).service(ticks(10)).queue_capacity(0);
    expect(
        model()
            .department("front", full)
            .department("back", full)
            .customers("a", at("back", &[0, 1]))
            .customers("b", at("front", &[0, 1])),
        100,
        &[
            "b1 Rejected 1",
            "a1 Rejected 1",
            "b0 front 0 0-10 by 0",
            "b0 Completed 10",
            "a0 back 0 0-10 by 0",
            "a0 Completed 10",
        ],
    );
}

#[test]
fn earlier_begun_work_ends_first() {
    // Both end at 10: member 1 began at 0, member 0 at 5. So member 1 takes case 3.
    let sizes = [5, 10, 5, 1, 1];
    let cases = sizes.map(|size| TraceCase { at: ticks(0), class: None, size: Some(size.into()) });
    expect(
        model()
            .department("desk", |d| d.staff(2).service(ticks(1)))
            .customers("a", |c| c.enter("desk").trace(cases)),
        11,
        &[
            "a0 desk 0 0-5 by 0",
            "a0 Completed 5",
            "a1 desk 0 0-10 by 1",
            "a1 Completed 10",
            "a2 desk 0 5-10 by 0",
            "a2 Completed 10",
            "a3 is served at desk since 10",
            "a4 is served at desk since 10",
        ],
    );
}

/// One desk, and cases that come at 0, 1, 2 and 3 and take 10, 4, 2 and 4.
fn four_sizes(discipline: Discipline, lines: &[&str]) {
    let case = |(at, size): (i64, i32)| TraceCase { at: ticks(at), class: None, size: Some(size.into()) };
    let cases = [(0, 10), (1, 4), (2, 2), (3, 4)].map(case);
    let model = model()
        .department("desk", |d| d.staff(1).service(ticks(1)).discipline(discipline))
        .customers("a", |c| c.enter("desk").trace(cases));
    let stays = |line: &&str| line.contains("desk");
    let plan = compile(&model.build().expect("a valid model")).expect("a valid model");
    for log in [reference::run(&plan, 1, 0, until(100)), real(&plan, 1, 0, until(100))] {
        let told = log.lines(&plan);
        assert_eq!(told.iter().map(String::as_str).filter(stays).collect::<Vec<_>>(), lines);
    }
}

#[test]
fn first_in_first_out() {
    four_sizes(
        Discipline::Fifo,
        &["a0 desk 0 0-10 by 0", "a1 desk 1 10-14 by 0", "a2 desk 2 14-16 by 0", "a3 desk 3 16-20 by 0"],
    );
}

#[test]
fn last_in_first_out() {
    four_sizes(
        Discipline::Lifo,
        &["a0 desk 0 0-10 by 0", "a3 desk 3 10-14 by 0", "a2 desk 2 14-16 by 0", "a1 desk 1 16-20 by 0"],
    );
}

#[test]
fn the_shortest_job_comes_first_and_of_equals_who_joined_first() {
    four_sizes(
        Discipline::ShortestJob,
        &["a0 desk 0 0-10 by 0", "a2 desk 2 10-12 by 0", "a1 desk 1 12-16 by 0", "a3 desk 3 16-20 by 0"],
    );
}

#[test]
fn the_earliest_due_date_comes_first_and_of_equals_who_joined_first() {
    // Due: b0 at 32, c0 at 8, d0 also at 32; a has no promise.
    let desk = |d: DepartmentBuilder| d.staff(1).service(ticks(10)).discipline(Discipline::EarliestDueDate);
    expect(
        model()
            .department("desk", desk)
            .customers("a", at("desk", &[0, 1]))
            .customers("d", |c| at("desk", &[4])(c).promise(ticks(28)))
            .customers("b", |c| at("desk", &[2])(c).promise(ticks(30)))
            .customers("c", |c| at("desk", &[3])(c).promise(ticks(5))),
        100,
        &[
            "a0 desk 0 0-10 by 0",
            "a0 Completed 10",
            "c0 desk 3 10-20 by 0",
            "c0 Completed 20",
            "b0 desk 2 20-30 by 0",
            "b0 Completed 30",
            "d0 desk 4 30-40 by 0",
            "d0 Completed 40",
            "a1 desk 1 40-50 by 0",
            "a1 Completed 50",
        ],
    );
}

/// Routine cases at 0, 1 and 2, an urgent one at 3.
fn two_ranks(desk: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder) -> ModelBuilder {
    model()
        .class("routine", |c| c.priority(7))
        .class("urgent", |c| c.priority(2))
        .department("desk", desk)
        .customers("r", |c| at("desk", &[0, 1, 2])(c).class("routine"))
        .customers("u", |c| at("desk", &[3])(c).class("urgent"))
}

#[test]
fn the_urgent_are_next_but_interrupt_nobody() {
    expect(
        two_ranks(one(10)),
        31,
        &[
            "r0 desk 0 0-10 by 0",
            "r0 Completed 10",
            "u0 desk 3 10-20 by 0",
            "u0 Completed 20",
            "r1 desk 1 20-30 by 0",
            "r1 Completed 30",
            "r2 is served at desk since 30",
        ],
    );
}

#[test]
fn priorities_may_be_ignored() {
    expect(
        two_ranks(|d| d.staff(1).service(ticks(10)).ignore_priority()),
        31,
        &[
            "r0 desk 0 0-10 by 0",
            "r0 Completed 10",
            "r1 desk 1 10-20 by 0",
            "r1 Completed 20",
            "r2 desk 2 20-30 by 0",
            "r2 Completed 30",
            "u0 is served at desk since 30",
        ],
    );
}

#[test]
fn a_batch_arrives_member_by_member_and_is_cut_at_the_limit() {
    expect(
        model()
            .department("desk", |d| d.staff(2).service(ticks(10)))
            .customers("a", |c| at("desk", &[0, 4, 5])(c).batch(crate::random::Dist::constant(3.0)).limit(4)),
        100,
        &[
            "a0 desk 0 0-10 by 0",
            "a0 Completed 10",
            "a0.1 desk 0 0-10 by 1",
            "a0.1 Completed 10",
            "a0.2 desk 0 10-20 by 0",
            "a0.2 Completed 20",
            "a1 desk 4 10-20 by 1",
            "a1 Completed 20",
        ],
    );
}

#[test]
fn a_batch_fills_the_staff_then_the_queue() {
    expect(
        model()
            .department("desk", |d| d.staff(1).service(ticks(10)).queue_capacity(1))
            .customers("a", |c| at("desk", &[0])(c).batch(crate::random::Dist::constant(4.0))),
        15,
        &[
            "a0.2 Rejected 0",
            "a0.3 Rejected 0",
            "a0 desk 0 0-10 by 0",
            "a0 Completed 10",
            "a0.1 is served at desk since 10",
        ],
    );
}

#[test]
fn a_full_queue_rejects_and_those_in_service_do_not_count() {
    expect(
        model()
            .department("desk", |d| d.staff(1).service(ticks(10)).queue_capacity(1))
            .customers("a", at("desk", &[0, 1, 2, 10])),
        15,
        &[
            "a2 Rejected 2",
            "a0 desk 0 0-10 by 0",
            "a0 Completed 10",
            "a1 is served at desk since 10",
            "a3 waits at desk since 10",
        ],
    );
}

#[test]
fn a_transfer_takes_its_time() {
    expect(
        model()
            .department("front", one(10))
            .department("back", one(2))
            .handoff("front", "back", |h| h.transfer(ticks(5)))
            .customers("a", at("front", &[0, 1])),
        22,
        &[
            "a0 front 0 0-10 by 0",
            "a0 back 15 15-17 by 0",
            "a0 Completed 17",
            "a1 front 1 10-20 by 0",
            "a1 is on its way",
        ],
    );
}

#[test]
fn the_way_out_may_take_time() {
    expect(
        model()
            .department("desk", one(10))
            .handoff("desk", "exit", |h| h.transfer(ticks(5)))
            .customers("a", at("desk", &[0, 1])),
        22,
        &["a0 desk 0 0-10 by 0", "a0 Completed 15", "a1 desk 1 10-20 by 0", "a1 is on its way"],
    );
}

#[test]
fn a_transfer_that_ends_comes_before_an_arrival() {
    // Case 0 sets out at 2 and comes at 5, when the stream b brings one too.
    expect(
        model()
            .department("front", one(2))
            .department("back", one(10))
            .handoff("front", "back", |h| h.transfer(ticks(3)))
            .customers("b", at("back", &[5]))
            .customers("a", at("front", &[0])),
        20,
        &["a0 front 0 0-2 by 0", "a0 back 5 5-15 by 0", "a0 Completed 15", "b0 is served at back since 15"],
    );
}

/// Every case comes back once, as rework, which takes 3 instead of 10; last in, first out.
fn rework(transfer: Option<Span>) -> ModelBuilder {
    model()
        .class("new", |c| c)
        .class("rework", |c| c)
        .department("desk", |d| {
            d.staff(1).service(ticks(10)).service_from_visit(2, ticks(3)).discipline(Discipline::Lifo)
        })
        .handoff("desk", "desk", |h| {
            let h = h.probability_for("new", 1.0).becomes("rework");
            match transfer {
                Some(time) => h.transfer(time),
                None => h,
            }
        })
        .customers("a", |c| at("desk", &[0, 1])(c).class("new"))
}

#[test]
fn rework_comes_back_before_the_next_is_taken() {
    expect(
        rework(None),
        24,
        &[
            "a0 desk 0 0-10 by 0",
            "a0 desk 10 10-13 by 0",
            "a0 Completed 13",
            "a1 desk 1 13-23 by 0",
            "a1 is served at desk since 23",
        ],
    );
}

#[test]
fn rework_on_its_way_finds_the_next_taken_even_if_that_takes_no_time() {
    expect(
        rework(Some(ticks(0))),
        24,
        &[
            "a0 desk 0 0-10 by 0",
            "a1 desk 1 10-20 by 0",
            "a0 desk 10 20-23 by 0",
            "a0 Completed 23",
            "a1 is served at desk since 23",
        ],
    );
}

#[test]
fn work_in_place_comes_first_and_its_rest_may_be_short() {
    // Two in place with a rest of 4 and a queue for one: only those from outside are rejected.
    expect(
        model()
            .class("a", |c| c)
            .department("desk", |d| d.staff(1).service(ticks(10)).queue_capacity(1))
            .initial("desk", |i| i.class("a").cases(3).remaining(ticks(4)))
            .customers("a", at("desk", &[0, 8])),
        15,
        &[
            "a0 Rejected 0",
            "a at desk (1)0 desk 0 0-4 by 0",
            "a at desk (1)0 Completed 4",
            "a at desk (1)0.1 desk 0 4-8 by 0",
            "a at desk (1)0.1 Completed 8",
            "a at desk (1)0.2 desk 0 8-12 by 0",
            "a at desk (1)0.2 Completed 12",
            "a1 is served at desk since 12",
        ],
    );
}

#[test]
fn work_in_place_comes_before_streams_whatever_their_departments() {
    // Case 0 of the stream needs no time at the front; the work in place at the back was there before.
    expect(
        model()
            .class("a", |c| c)
            .department("front", one(0))
            .department("back", one(10))
            .handoff("front", "back", |h| h)
            .initial("back", |i| i.class("a"))
            .customers("a", at("front", &[0])),
        15,
        &[
            "a0 front 0 0-0 by 0",
            "a at back (1)0 back 0 0-10 by 0",
            "a at back (1)0 Completed 10",
            "a0 is served at back since 10",
        ],
    );
}

#[test]
fn what_falls_on_the_horizon_does_not_happen() {
    expect(
        model().department("desk", one(10)).customers("a", at("desk", &[0, 9, 10])),
        10,
        &["a0 is served at desk since 0", "a1 waits at desk since 9"],
    );
}

#[test]
fn infinite_staff_lets_nobody_wait() {
    expect(
        model()
            .department("archive", |d| d.infinite_staff().service(ticks(10)))
            .customers("a", at("archive", &[0, 0, 3])),
        12,
        &[
            "a0 archive 0 0-10",
            "a0 Completed 10",
            "a1 archive 0 0-10",
            "a1 Completed 10",
            "a2 is served at archive since 3",
        ],
    );
}

#[test]
fn one_event_may_end_more_cases_than_a_run_needs() {
    // Two cases are rejected in one event; the run was to end with the first case that ends.
    let model = model()
        .department("desk", |d| d.staff(1).service(ticks(10)).queue_capacity(0))
        .customers("a", |c| at("desk", &[0, 1])(c).batch(crate::random::Dist::constant(3.0)));
    let plan = compile(&model.build().expect("a valid model")).expect("a valid model");
    let limits = crate::engine::Limits { ended: 1, ..until(100) };
    for log in [reference::run(&plan, 1, 0, limits), real(&plan, 1, 0, limits)] {
        assert_eq!(log.lines(&plan), ["a0.1 Rejected 0", "a0.2 Rejected 0", "a0 is served at desk since 0"]);
    }
}
