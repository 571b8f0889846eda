//! Pools, helpers, several people, shifts, absence.

use super::{asks, constant, desk, expect, model, stream, ticks};
use crate::model::{
    Absence, Calendar, Clock, Crew, Cycle, Department, Helpers, LevelStep, Model, Pool, ShiftEnd, Shifts,
    Staff, Struck,
};

#[test]
fn a_pool_that_two_departments_share() {
    // One person: y0 at back 0-7, then the case at front (longest waiting).
    let mut model = model(
        vec![
            Department { staff: Staff::Pool("both".into()), ..desk("front", 1, 4) },
            Department { staff: Staff::Pool("both".into()), ..desk("back", 1, 7) },
        ],
        vec![stream("x", "front", &[1]), stream("y", "back", &[0, 0])],
    );
    model.pools = vec![Pool::new("both", 1)];
    expect(
        &model,
        1000,
        &[
            ("x0", &["4 front service own", "13 back service ahead at front"]),
            ("y1", &["7 back service own", "7 back service ahead"]),
        ],
    );
}

#[test]
fn a_helper_is_charged_to_the_department_they_help() {
    // The helper of back serves at front at half speed: x1 takes 8, from 0; y0 waits for them until 8.
    let front =
        Department { helpers: vec![Helpers { from: "back".into(), speed: 0.5 }], ..desk("front", 1, 4) };
    let model = model(
        vec![front, desk("back", 1, 3)],
        vec![stream("x", "front", &[0, 0]), stream("y", "back", &[1])],
    );
    expect(
        &model,
        1000,
        &[("x1", &["8 front service own"]), ("y0", &["3 back service own", "7 front service ahead at back"])],
    );
}

#[test]
fn several_people_for_one_piece_of_work() {
    // Two people. a0 (one needed elsewhere) keeps one of the pool at `single` 0-10; b0 gathers from 2: one is
    // reserved at once, the other comes at 10. c0 comes to single at 3 and waits for the reserved one.
    let mut model = model(
        vec![
            Department { staff: Staff::Pool("both".into()), ..desk("single", 1, 10) },
            Department { staff: Staff::Pool("both".into()), staff_needed: 2, ..desk("double", 1, 5) },
        ],
        vec![stream("a", "single", &[0]), stream("b", "double", &[2]), stream("c", "single", &[3])],
    );
    model.pools = vec![Pool::new("both", 2)];
    expect(
        &model,
        1000,
        &[
            ("b0", &["5 double service own", "8 single severalstaff ahead at double"]),
            // Freed at 15 together; the lower number takes it: the one who was at single until 10, then at double.
            ("c0", &["10 single service own", "7 single service ahead", "5 double service ahead at single"]),
        ],
    );
}

fn shifts(at_end: ShiftEnd, steps: &[(i64, u32)]) -> (Option<Shifts>, Vec<Calendar>) {
    let steps = steps.iter().map(|&(from, staff)| LevelStep { from: ticks(from), staff: Some(staff) });
    let cycle = Some(Cycle { period: ticks(100), steps: steps.collect() });
    let calendar = Calendar { name: "hours".into(), week: Vec::new(), cycle, holidays: Vec::new() };
    (Some(Shifts { calendar: "hours".into(), at_end, crew: Crew::Same }), vec![calendar])
}

#[test]
fn a_shift_ends_in_the_middle_of_work() {
    // On until 10 and from 30. a0 5-10, 30-35 with a pause; a1 waits from 6 to 35.
    let (shifts, calendars) = shifts(ShiftEnd::Pause, &[(0, 1), (10, 0), (30, 1)]);
    let desk = Department { shifts, ..desk("desk", 1, 10) };
    let model = Model { calendars, ..model(vec![desk], vec![stream("a", "desk", &[5, 6])]) };
    expect(
        &model,
        1000,
        &[
            ("a0", &["10 desk service own", "20 desk closed nobody"]),
            ("a1", &["10 desk service own", "9 desk service ahead", "20 desk closed nobody"]),
        ],
    );
    expect(
        &model,
        20,
        &[
            ("a0 Unf", &["5 desk service own", "10 desk closed nobody"]),
            ("a1 Unf", &["4 desk service ahead", "10 desk closed nobody"]),
        ],
    );
}

#[test]
fn a_shift_ends_and_the_work_is_handed_over() {
    let (shifts, calendars) = shifts(ShiftEnd::HandOver, &[(0, 1), (10, 0), (30, 1)]);
    let desk = Department { shifts, ..desk("desk", 1, 10) };
    let model = Model { calendars, ..model(vec![desk], vec![stream("a", "desk", &[5, 6])]) };
    expect(
        &model,
        1000,
        &[
            ("a0", &["10 desk service own", "20 desk closed nobody"]),
            ("a1", &["10 desk service own", "9 desk service ahead", "20 desk closed nobody"]),
        ],
    );
}

#[test]
fn held_by_a_department_that_is_closed() {
    // A asks at 5; engineering opens at 20 and answers until 23.
    let (shifts, calendars) = shifts(ShiftEnd::Pause, &[(0, 0), (20, 1)]);
    let engineering = Department { shifts, ..desk("engineering", 1, 3) };
    let mut model = model(
        vec![desk("reps", 1, 10), engineering],
        vec![stream("a", "reps", &[0]), stream("b", "reps", &[1])],
    );
    model.calendars = calendars;
    model.requests = vec![asks("reps", "engineering", "a", 0.5)];
    expect(
        &model,
        1000,
        &[
            (
                "a0",
                &[
                    "10 reps service own",
                    "15 engineering closed nobody at reps",
                    "3 engineering answering own at reps",
                ],
            ),
            (
                "b0",
                &[
                    "10 reps service own",
                    "9 reps service ahead",
                    "15 engineering closed nobody at reps",
                    "3 engineering answering ahead at reps",
                ],
            ),
        ],
    );
}

#[test]
fn absent_in_the_middle_of_work() {
    // Away 5-8 and 13-16: a0 4-5 and 8-11, a1 11-13 and 16-18.
    let absence =
        Absence { who: Struck::Each, clock: Clock::Calendar, between: constant(5), duration: constant(3) };
    let desk = Department { absences: vec![absence], ..desk("desk", 1, 4) };
    expect(
        &model(vec![desk], vec![stream("a", "desk", &[4, 6])]),
        1000,
        &[
            ("a0", &["4 desk service own", "3 desk absent nobody"]),
            ("a1", &["4 desk service own", "3 desk service ahead", "5 desk absent nobody"]),
        ],
    );
}

#[test]
fn a_new_crew_was_not_there_before() {
    // The old crew finishes a0 from 5 to 15; the new one comes at 10, and takes a1.
    let (shifts, calendars) = shifts(ShiftEnd::Finish, &[(0, 1), (10, 1)]);
    let shifts = shifts.map(|shifts| Shifts { crew: Crew::Replaced, ..shifts });
    let desk = Department { shifts, ..desk("desk", 1, 10) };
    let model = Model { calendars, ..model(vec![desk], vec![stream("a", "desk", &[5, 6])]) };
    expect(
        &model,
        1000,
        &[("a0", &["10 desk service own"]), ("a1", &["10 desk service own", "4 desk closed nobody"])],
    );
}

#[test]
fn held_by_colleagues_who_are_away() {
    // a0 needs both people: 5-10 and 20-25; the second is off 10-20, and the first can do nothing meanwhile.
    let (shifts, calendars) = shifts(ShiftEnd::Pause, &[(0, 2), (10, 1), (20, 2)]);
    let mut model = model(
        vec![
            Department { staff: Staff::Pool("both".into()), ..desk("single", 1, 3) },
            Department { staff: Staff::Pool("both".into()), staff_needed: 2, ..desk("double", 1, 10) },
        ],
        vec![stream("a", "double", &[5]), stream("b", "single", &[12])],
    );
    model.pools = vec![Pool { shifts, ..Pool::new("both", 2) }];
    model.calendars = calendars;
    expect(
        &model,
        1000,
        &[
            ("a0", &["10 double service own", "10 both closed nobody at double"]),
            (
                "b0",
                &[
                    "3 single service own",
                    "8 both closed nobody at single",
                    "5 double service ahead at single",
                ],
            ),
        ],
    );
}
