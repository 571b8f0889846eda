//! Schedules worked by hand: shared people, slots, pickups and places under way, the shortest queue, vacations,
//! outages, periods.

use super::schedule::{at, model, one, some, ticks, told};
use crate::model::{CalendarBuilder, DepartmentBuilder, Discipline, ModelBuilder};

/// People who share their time among all items.
fn shared(staff: u32, time: i64) -> impl FnOnce(DepartmentBuilder) -> DepartmentBuilder {
    move |d| some(staff, time)(d).discipline(Discipline::ProcessorSharing)
}

/// Levels that hold from these times on, in a cycle of 100.
fn levels(steps: &[(i64, u32)]) -> impl FnOnce(CalendarBuilder) -> CalendarBuilder {
    move |c| c.cycle(ticks(100), steps.iter().map(|&(from, level)| (ticks(from), level)))
}

#[test]
fn two_share_one_person() {
    // Of a0's 10, 4 are done when a1 comes; the other 6 take 12. Then a1, which has had 6, is alone.
    told(
        model().department("desk", shared(1, 10)).customers("a", at("desk", &[0, 4])),
        90,
        &["a0 desk 0 0-16", "a1 desk 4 4-20"],
    );
}

#[test]
fn three_share_two_people() {
    // Two thirds of a tick each: 7 take 10 and a half, and end at the next whole tick.
    told(
        model().department("desk", shared(2, 7)).customers("a", at("desk", &[0, 0, 0])),
        90,
        &["a0 desk 0 0-11", "a1 desk 0 0-11", "a2 desk 0 0-11"],
    );
}

#[test]
fn who_asks_does_not_share() {
    // Both have had 5 at 10, and ask. a0 is alone when it goes on at 15, and b0 at 20.
    told(
        model()
            .department("desk", shared(1, 10))
            .department("engineering", one(5))
            .request("desk", "engineering", |r| r.at(0.5))
            .customers("a", at("desk", &[0]))
            .customers("b", at("desk", &[0])),
        90,
        &["a0?1 engineering 10 10-15", "a0 desk 0 0-20", "b0?2 engineering 10 15-20", "b0 desk 0 0-25"],
    );
}

#[test]
fn who_is_blocked_does_not_share() {
    told(
        model()
            .department("desk", shared(1, 4))
            .department("next", |d| one(10)(d).queue_capacity(0))
            .handoff("desk", "next", |h| h)
            .customers("a", at("desk", &[0, 0, 8])),
        90,
        &[
            "a0 desk 0 0-8",
            "a0 next 8 8-18",
            "a1 desk 0 0-8-18",
            "a1 next 18 18-28",
            "a2 desk 8 8-12-28",
            "a2 next 28 28-38",
        ],
    );
}

#[test]
fn customers_balk_where_many_share() {
    // At 2 there are two. At 4 they have had 1 and then 1.5, of 4: one is done at 7, the other at 8.
    told(
        model()
            .department("desk", |d| shared(1, 4)(d).balking(|b| b.join([1.0, 1.0, 0.0])))
            .customers("a", at("desk", &[0, 1, 2, 7])),
        90,
        &["a2 Balked 2", "a0 desk 0 0-7", "a1 desk 1 1-9", "a3 desk 7 7-12"],
    );
}

/// Slots at 10 and 15, again after 20.
fn slots(time: i64) -> impl FnOnce(DepartmentBuilder) -> DepartmentBuilder {
    move |d| some(2, time)(d).slots(ticks(20), [ticks(10), ticks(15)])
}

#[test]
fn services_begin_at_slots_only() {
    // a1 comes with the slot at 10, too late; so does b0, though it is handed over before.
    told(
        model()
            .department("front", one(10))
            .department("desk", slots(5))
            .handoff("front", "desk", |h| h)
            .customers("a", at("desk", &[0, 10]))
            .customers("b", at("front", &[0])),
        90,
        &["b0 front 0 0-10", "a0 desk 0 10-15", "a1 desk 10 15-20", "b0 desk 10 15-20"],
    );
}

#[test]
fn so_many_services_begin_at_a_slot() {
    told(
        model()
            .department("desk", |d| some(3, 3)(d).slots_of(ticks(10), [(ticks(0), 1)]))
            .customers("a", at("desk", &[0, 0, 0])),
        90,
        &["a0 desk 0 10-13", "a1 desk 0 20-23", "a2 desk 0 30-33"],
    );
}

#[test]
fn answers_to_held_people_do_not_wait_for_a_slot() {
    let desk = |freed: bool| {
        model()
            .department("desk", |d| one(10)(d).slots(ticks(20), [ticks(5)]))
            .department("engineering", one(5))
            .request("desk", "engineering", move |r| if freed { r.at(0.5).freed() } else { r.at(0.5) })
            .customers("a", at("desk", &[0]))
    };
    told(desk(false), 90, &["a0?1 engineering 10 10-15", "a0 desk 0 5-20"]);
    told(desk(true), 90, &["a0?1 engineering 10 10-15", "a0 desk 0 5-30"]);
}

#[test]
fn a_shift_begins_before_a_slot_and_patience_ends_after_it() {
    told(
        model()
            .calendar("hours", levels(&[(0, 0), (10, 1)]))
            .department("desk", |d| {
                one(3)(d).shifts("hours", |s| s).slots(ticks(100), [ticks(10)]).patience(ticks(10))
            })
            .customers("a", at("desk", &[0])),
        90,
        &["a0 desk 0 10-13"],
    );
}

#[test]
fn work_for_two_begins_at_a_slot_if_two_are_free() {
    // At 10 one of the two helps elsewhere, until 12: nobody is reserved, and a0 begins at 15.
    told(
        model()
            .department("desk", |d| slots(5)(d).staff_needed(2))
            .department("other", |d| one(12)(d).helpers("desk", 1.0))
            .customers("a", at("desk", &[0]))
            .customers("x", at("other", &[0, 0])),
        90,
        &["x0 other 0 0-12", "x1 other 0 0-12", "a0 desk 0 15-20"],
    );
}

/// A front that takes `time`, and a back that takes 2, with a run between them at 4 and 9 of every 10 that takes 3.
fn run(time: i64) -> ModelBuilder {
    model()
        .department("front", one(time))
        .department("back", one(2))
        .handoff("front", "back", |h| h.pickup(ticks(10), [ticks(4), ticks(9)]).transfer(ticks(3)))
}

#[test]
fn a_pickup_takes_what_waits() {
    // The run of 9 began at 4, before a2's service, which ends at 9: a2 goes at 14.
    told(
        run(3).customers("a", at("front", &[0, 1, 2])),
        90,
        &[
            "a0 front 0 0-3",
            "a1 front 1 3-6",
            "a0 back 7 7-9",
            "a2 front 2 6-9",
            "a1 back 12 12-14",
            "a2 back 17 17-19",
        ],
    );
    // This service began before the run.
    told(run(8).customers("a", at("front", &[1])), 90, &["a0 front 1 1-9", "a0 back 12 12-14"]);
}

#[test]
fn one_is_under_way_at_a_time() {
    told(
        model()
            .department("front", some(3, 2))
            .department("back", some(3, 1))
            .handoff("front", "back", |h| h.transfer(ticks(5)).capacity(1))
            .customers("a", at("front", &[0, 0, 0])),
        90,
        &[
            "a0 front 0 0-2",
            "a1 front 0 0-2",
            "a2 front 0 0-2",
            "a0 back 7 7-8",
            "a1 back 12 12-13",
            "a2 back 17 17-18",
        ],
    );
}

#[test]
fn a_pickup_takes_no_more_than_may_be_under_way() {
    // At 4 one sets out, and is there at 11: the run of 9 finds the way taken. Then at 14, and at 24.
    told(
        model()
            .department("front", some(3, 2))
            .department("back", some(3, 1))
            .handoff("front", "back", |h| {
                h.pickup(ticks(10), [ticks(4), ticks(9)]).transfer(ticks(7)).capacity(1)
            })
            .customers("a", at("front", &[0, 0, 0])),
        90,
        &[
            "a0 front 0 0-2",
            "a1 front 0 0-2",
            "a2 front 0 0-2",
            "a0 back 11 11-12",
            "a1 back 21 21-22",
            "a2 back 31 31-32",
        ],
    );
}

#[test]
fn who_waits_for_a_pickup_keeps_a_place() {
    // a0 keeps the only place until 5: a1 is blocked. At 15 the service of a0 ends first.
    told(
        model()
            .department("front", some(2, 1))
            .department("back", |d| one(10)(d).queue_capacity(1))
            .handoff("front", "back", |h| h.pickup(ticks(10), [ticks(5)]))
            .customers("a", at("front", &[0, 0])),
        90,
        &["a0 front 0 0-1", "a1 front 0 0-1-5", "a0 back 5 5-15", "a1 back 15 15-25"],
    );
}

#[test]
fn a_case_goes_where_the_fewest_wait() {
    // At 2 one waits for x, nobody for y, though both work. At 5 two wait for y, one a request.
    told(
        model()
            .department("split", |d| d.infinite_staff().service(ticks(1)))
            .department("x", one(10))
            .department("y", one(10))
            .department("reps", some(2, 50))
            .handoff("split", "x", |h| h.or_shorter("y"))
            .request("reps", "y", |r| r)
            .customers("x", at("x", &[0, 0]))
            .customers("y", at("y", &[0]))
            .customers("r", at("reps", &[3]))
            .customers("a", at("split", &[1, 4])),
        45,
        &[
            "a0 split 1 1-2",
            "a1 split 4 4-5",
            "x0 x 0 0-10",
            "y0 y 0 0-10",
            "a0 y 2 10-20",
            "x1 x 0 10-20",
            "a1 x 5 20-30",
            "r0?1 y 3 20-30",
        ],
    );
}

#[test]
fn a_place_that_is_kept_counts_as_one_that_waits() {
    // At 10 a0 is on its way to x, where it keeps a place; nobody waits for y any more.
    told(
        model()
            .department("split", |d| d.infinite_staff().service(ticks(1)))
            .department("x", |d| one(10)(d).queue_capacity(5))
            .department("y", |d| one(10)(d).queue_capacity(5))
            .handoff("split", "x", |h| h.or_shorter("y").transfer(ticks(10)))
            .customers("y", at("y", &[0, 0]))
            .customers("a", at("split", &[0, 9])),
        45,
        &[
            "a0 split 0 0-1",
            "a1 split 9 9-10",
            "y0 y 0 0-10",
            "y1 y 0 10-20",
            "a0 x 11 11-21",
            "a1 y 20 20-30",
        ],
    );
}

#[test]
fn vacations_are_repeated_until_there_is_work() {
    // Away 0-10, 14-24, 28-38 and so on.
    told(
        model()
            .department("desk", |d| one(4)(d).vacation(ticks(10)))
            .customers("a", at("desk", &[3, 15, 40])),
        60,
        &["a0 desk 3 10-14", "a1 desk 15 24-28", "a2 desk 40 48-52"],
    );
}

#[test]
fn one_vacation_after_each_time_at_work() {
    // Away 7-17, and 21-31; then at the desk.
    told(
        model()
            .department("desk", |d| one(4)(d).vacation_once(ticks(10)))
            .customers("a", at("desk", &[3, 8, 40])),
        60,
        &["a0 desk 3 3-7", "a1 desk 8 17-21", "a2 desk 40 40-44"],
    );
}

#[test]
fn a_vacation_goes_on_off_shift() {
    // Away 9-24, off shift 10-20.
    told(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 0), (20, 1)]))
            .department("desk", |d| one(4)(d).shifts("hours", |s| s).vacation_once(ticks(15)))
            .customers("a", at("desk", &[5, 12])),
        60,
        &["a0 desk 5 5-9", "a1 desk 12 24-28"],
    );
}

#[test]
fn an_outage_strikes_those_with_the_highest_numbers() {
    // The second is away 5-15: a1 waits on their desk.
    told(
        model()
            .department("desk", |d| some(2, 10)(d).outage_of(1, ticks(5), ticks(10)))
            .customers("a", at("desk", &[0, 0, 2])),
        60,
        &["a0 desk 0 0-10", "a1 desk 0 0-20", "a2 desk 2 10-20"],
    );
}

#[test]
fn nobody_starts_when_an_outage_is_due() {
    told(
        model()
            .department("desk", |d| one(5)(d).outage(ticks(5), ticks(3)))
            .customers("a", at("desk", &[0, 1])),
        60,
        &["a0 desk 0 0-5", "a1 desk 1 8-13"],
    );
}

#[test]
fn services_take_another_time_in_a_period() {
    // What begins in 5-15 takes 4, twice.
    told(
        model()
            .department("desk", |d| {
                one(10)(d).period(ticks(5), |p| p.until(ticks(15)).service(ticks(4)).service_factor(2.0))
            })
            .customers("a", at("desk", &[0, 1, 2])),
        60,
        &["a0 desk 0 0-10", "a1 desk 1 10-18", "a2 desk 2 18-28"],
    );
}

#[test]
fn of_periods_that_overlap_the_last_counts() {
    // From 5 on services take half of 10; from 12 on twice. The questions come half way, at 2 of 5.
    told(
        model()
            .department("desk", |d| {
                one(10)(d)
                    .period(ticks(5), |p| p.service_factor(0.5))
                    .period(ticks(12), |p| p.service_factor(2.0))
            })
            .department("engineering", one(1))
            .request("desk", "engineering", |r| r.at(0.5))
            .customers("a", at("desk", &[0, 1, 2])),
        60,
        &[
            "a0?1 engineering 5 5-6",
            "a0 desk 0 0-11",
            "a1?2 engineering 13 13-14",
            "a1 desk 1 11-17",
            "a2?3 engineering 27 27-28",
            "a2 desk 2 17-38",
        ],
    );
}
