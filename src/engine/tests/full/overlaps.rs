//! Schedules worked by hand: more rows of the table "When things meet", about defects, absence, holidays and
//! reservations.

use super::schedule::{at, expect, model, one, some, ticks};
use crate::model::{CalendarBuilder, ModelBuilder};
use crate::time::hours;

/// Levels that hold from these times on, in a cycle of 100.
fn levels(steps: &[(i64, u32)]) -> impl FnOnce(CalendarBuilder) -> CalendarBuilder {
    move |c| c.cycle(ticks(100), steps.iter().map(|&(from, level)| (ticks(from), level)))
}

/// A maker who makes every case of class a defective, after which it has class b; and a check that finds it.
/// Class b takes the maker 7 instead of 5.
fn maker_and_check() -> ModelBuilder {
    model()
        .class("b", |c| c)
        .department("maker", |d| {
            one(5)(d).service_for("b", ticks(7)).queue_capacity(1).errors(|e| e.probability_for("a", 1.0))
        })
        .department("check", |d| one(3)(d).detects(|f| f.made_by("maker")))
        .handoff("maker", "check", |h| h.probability_for("a", 1.0).becomes("b"))
}

#[test]
fn a_defect_is_found_after_the_class_has_changed() {
    expect(
        maker_and_check().customers("a", at("maker", &[0])),
        90,
        &["a0 maker 0 0-5", "a0 check 5 5-8", "a0 maker 8 8-15", "a0 check 15 15-18"],
        &["a0: 0-5 maker service own @maker; 5-8 check service own @check; 8-15 maker rework own @maker; \
             15-18 maker rework own @check"],
    );
}

#[test]
fn a_returned_case_overfills_the_line_of_its_maker() {
    // a0 is returned at 10 to a line that c1 fills. c2 is blocked at 11, and let in when the maker takes a0 at 17.
    expect(
        maker_and_check()
            .handoff("maker", "check", |h| h.probability_for("c", 1.0))
            .department("front", one(2))
            .handoff("front", "maker", |h| h)
            .customers("a", at("front", &[0]))
            .customers("c", at("front", &[5, 6, 8])),
        90,
        &[
            "a0 front 0 0-2",
            "a0 maker 2 2-7",
            "c0 front 5 5-7",
            "c1 front 6 7-9",
            "a0 check 7 7-10",
            "c0 maker 7 7-12",
            "c0 check 12 12-15",
            "c1 maker 9 12-17",
            "c2 front 8 9-11-17",
            "c1 check 17 17-20",
            "a0 maker 10 17-24",
            "a0 check 24 24-27",
            "c2 maker 17 24-29",
            "c2 check 29 29-32",
        ],
        &[
            "a0: 0-2 front service own @front; 2-7 maker service own @maker; 7-10 check service own @check; \
             10-17 maker service ahead @maker; 17-24 maker rework own @maker; 24-27 maker rework own @check",
            "c0: 5-7 front service own @front; 7-12 maker service own @maker; 12-15 check service own @check",
            "c1: 6-7 front service ahead @front; 7-9 front service own @front; 9-12 maker service ahead @maker; \
             12-17 maker service own @maker; 17-20 check service own @check",
            "c2: 8-9 front service ahead @front; 9-11 front service own @front; \
             11-17 maker service ahead @front; 17-24 maker rework ahead @maker; 24-29 maker service own @maker; \
             29-32 check service own @check",
        ],
    );
}

#[test]
fn an_absence_that_ends_off_shift_ends_nothing() {
    // Absent 8-18 and 26-36, off shift 10-30: 3 of 10 are done before, 7 after both.
    expect(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 0), (30, 1)]))
            .department("desk", |d| {
                one(10)(d).shifts("hours", |s| s).absence(|a| a.between(ticks(8)).duration(ticks(10)))
            })
            .customers("a", at("desk", &[5])),
        44,
        &["a0 desk 5 5-43"],
        &["a0: 5-8 desk service own @desk; 8-10 desk absent nobody @desk; 10-30 desk closed nobody @desk; \
             30-36 desk absent nobody @desk; 36-43 desk service own @desk"],
    );
}

#[test]
fn a_reserved_person_goes_and_the_item_gathers_on() {
    // The helper is reserved at 5, goes at 10, is reserved again at 30; the desk's own comes at 40.
    expect(
        model()
            .calendar("late", levels(&[(0, 0), (40, 1)]))
            .calendar("hours", levels(&[(0, 1), (10, 0), (30, 1)]))
            .pool("extra", |p| p.staff(1).shifts("hours", |s| s))
            .department("desk", |d| one(10)(d).staff_needed(2).shifts("late", |s| s).helpers("extra", 1.0))
            .customers("a", at("desk", &[5])),
        90,
        &["a0 desk 5 40-50"],
        &["a0: 5-40 desk severalstaff nobody @desk; 40-50 desk service own @desk"],
    );
}

#[test]
fn a_reserved_person_is_reserved_again_elsewhere() {
    // One's own is reserved for a0 at 0, and again at 5, when a0 has lost its patience and gathers at two, whose own
    // comes at 12. Both serve a0, then b0, for which one's own, the highest number, comes last.
    expect(
        model()
            .calendar("late", levels(&[(0, 0), (12, 1)]))
            .department("aux", one(15))
            .department("two", |d| one(10)(d).staff_needed(2).shifts("late", |s| s).helpers("one", 1.0))
            .department("one", |d| {
                one(10)(d).staff_needed(2).helpers("aux", 1.0).patience(ticks(5)).renege_to("two")
            })
            .customers("x", at("aux", &[0]))
            .customers("a", at("one", &[0]))
            .customers("b", at("two", &[6])),
        90,
        &["x0 aux 0 0-15", "a0 two 5 12-22", "b0 two 6 22-32"],
        &[
            "x0: 0-15 aux service own @aux",
            "a0: 0-5 aux severalstaff ahead @one; 5-12 two severalstaff nobody @two; 12-22 two service own @two",
            "b0: 6-12 two severalstaff nobody @two; 12-22 two service ahead @two; 22-32 two service own @two",
        ],
    );
}

#[test]
fn what_somebody_was_reserved_for_is_not_on_their_desk() {
    // The helper is reserved 5-8. The desk's own come at 10 and begin; one of them goes at 15 and leaves a0 there.
    expect(
        model()
            .calendar("hours", levels(&[(0, 0), (10, 2), (15, 1)]))
            .calendar("early", levels(&[(0, 1), (8, 0)]))
            .pool("extra", |p| p.staff(1).shifts("early", |s| s))
            .department("desk", |d| {
                some(2, 10)(d).staff_needed(2).shifts("hours", |s| s).helpers("extra", 1.0)
            })
            .customers("a", at("desk", &[5])),
        30,
        &[],
        &[
            "a0: 5-10 desk severalstaff nobody @desk; 10-15 desk service own @desk; 15-30 desk closed nobody @desk",
        ],
    );
}

#[test]
fn whoever_is_off_of_a_replaced_crew_has_never_been_on() {
    // All go at 10; the helper's successor has been off shift for longer than the desk's own.
    expect(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 0)]))
            .pool("extra", |p| p.staff(1).shifts("hours", |s| s.finish().replaced_crew()))
            .department("desk", |d| one(10)(d).shifts("hours", |s| s).helpers("extra", 1.0))
            .customers("a", at("desk", &[12])),
        20,
        &[],
        &["a0: 12-20 extra closed nobody @desk"],
    );
}

#[test]
fn a_holiday_in_the_middle_of_a_shift() {
    // Nights from 22 to 6. Of two hours that begin at 23 one is done; from midnight to midnight nobody is there.
    let hour = hours(1).ticks();
    let [begun, midnight, back, done] = [23, 24, 48, 49].map(|time| time * hour);
    expect(
        model()
            .start("2026-01-05T00:00")
            .calendar("nights", |c| c.shift("daily", "22:00", "06:00").holiday("2026-01-06", 1))
            .department("desk", |d| one(2 * hour)(d).shifts("nights", |s| s))
            .customers("a", at("desk", &[begun])),
        90 * hour as u64,
        &[&format!("a0 desk {begun} {begun}-{done}")],
        &[&format!(
            "a0: {begun}-{midnight} desk service own @desk; {midnight}-{back} desk closed nobody @desk; \
             {back}-{done} desk service own @desk"
        )],
    );
}

/// A maker who makes every case of class a defective. Customers complain after `after`, as class b.
fn complaining(after: i64) -> ModelBuilder {
    model().class("b", |c| c).department("maker", |d| {
        one(5)(d).errors(|e| {
            let complaint =
                move |c: crate::model::ComplaintBuilder| c.probability(1.0).after(ticks(after)).class("b");
            e.probability_for("a", 1.0).complaint("maker", complaint)
        })
    })
}

#[test]
fn a_complaint_after_the_horizon_does_not_happen() {
    let case = "a0: 0-5 maker service own @maker";
    let model = || complaining(85).customers("a", at("maker", &[0]));
    expect(model(), 90, &["a0 maker 0 0-5"], &[case]);
    expect(
        model(),
        96,
        &["a0 maker 0 0-5", "complaints about maker0 maker 90 90-95"],
        &[case, "complaints about maker0: 90-95 maker service own @maker"],
    );
}

#[test]
fn the_defects_of_a_lost_case_reach_nobody() {
    // A complaint would come at 13.
    expect(
        complaining(3)
            .department("desk", |d| one(30)(d).patience(ticks(5)))
            .handoff("maker", "desk", |h| h)
            .customers("a", at("maker", &[0]))
            .customers("x", at("desk", &[0])),
        40,
        &["a0 maker 0 0-5", "a0 Reneged 10", "x0 desk 0 0-30"],
        &[
            "a0: 0-5 maker service own @maker; 5-10 desk service ahead @desk",
            "x0: 0-30 desk service own @desk",
        ],
    );
}
