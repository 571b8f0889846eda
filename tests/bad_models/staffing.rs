//! Who works, and when.

use knockon::model::{Cycle, Days, Department, Model, ModelBuilder, Shift, Staff};
use knockon::random::Dist;
use knockon::time::{Span, days, hours, minutes, per_hour};

use super::lines;

/// A department `desk` with three people and customers; each test adds what is bad.
fn desk(
    describe: impl FnOnce(knockon::model::DepartmentBuilder) -> knockon::model::DepartmentBuilder,
) -> ModelBuilder {
    Model::builder("desk")
        .department("desk", |d| describe(d.staff(3).service(minutes(5))))
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk"))
}

#[test]
fn pools_without_a_name_people_or_work() {
    let model = desk(|d| d.helpers("clerks", 1.0))
        .pool("clerks", |p| p.staff(0))
        .pool("desk", |p| p.staff(2))
        .pool("exit", |p| p.staff(100_001))
        .pool("clerks", |p| p)
        .pool("", |p| p.staff(1));
    assert_eq!(
        lines(model.build()),
        [
            "pool `clerks`: nothing is said about its staff: give `staff`",
            "pool `desk`: a department has the same name",
            "pool `exit`: the name `exit` is kept for leaving",
            "pool `clerks`: the name is given more than once",
            "pool number 5: it has no name",
            "pool `clerks`: the staff is 0, must be from 1 to 100000",
            "pool `desk`: no department uses it",
            "pool `exit`: the staff is 100001, must be from 1 to 100000",
            "pool `exit`: no department uses it",
            "pool ``: no department uses it",
        ]
    );
}

#[test]
fn unknown_pools_calendars_and_helpers() {
    let model = desk(|d| d.shifts("ofice", |s| s).helpers("clerk", 0.5).helpers("nobody", 0.5))
        .department("back", |d| d.pool("clerk").service(minutes(5)))
        .handoff("desk", "back", |h| h)
        .pool("clerks", |p| p.staff(2).shifts("night", |s| s))
        .calendar("office", |c| c.shift("mon-fri", "08:00", "17:00"))
        .working_hours("offices");
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: there is no calendar `ofice`; did you mean `office`?",
            "department `desk`: there is no department or pool `clerk`; did you mean `clerks`?",
            "department `desk`: there is no department or pool `nobody`",
            "department `back`: there is no pool `clerk`; did you mean `clerks`?",
            "pool `clerks`: there is no calendar `night`",
            "pool `clerks`: no department uses it",
            "working hours of the model: there is no calendar `offices`; did you mean `office`?",
        ]
    );
}

#[test]
fn helpers_who_are_none() {
    let model = desk(|d| {
        d.helpers("desk", 1.0)
            .helpers("mail", 1.0)
            .helpers("filing", 1.0)
            .helpers("clerks", 0.0)
            .helpers("clerks", 2.0)
            .helpers("back", 1000.5)
    })
    .department("mail", |d| d.infinite_staff().service(minutes(5)).helpers("desk", 1.0))
    .department("filing", |d| d.pool("clerks").service(minutes(5)).helpers("clerks", f64::NAN))
    .department("back", |d| d.staff(1).service(minutes(5)).helpers("desk", f64::INFINITY))
    .handoff("desk", "mail", |h| h)
    .handoff("mail", "filing", |h| h)
    .handoff("filing", "back", |h| h)
    .pool("clerks", |p| p.staff(2));
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: helpers from `desk`: they are its own people",
            "department `desk`: helpers from `mail`: its staff is infinite",
            "department `desk`: helpers from `filing`: it has no people of its own; name the pool `clerks`",
            "department `desk`: the speed of helpers from `clerks` is 0, must be above 0 and at most 1000",
            "department `desk`: helpers from `clerks` are given more than once",
            "department `desk`: the speed of helpers from `back` is 1000.5, must be above 0 and at most 1000",
            "department `mail`: helpers have no effect where the staff is infinite",
            "department `filing`: the speed of helpers from `clerks` is NaN, must be above 0 and at most 1000",
            "department `filing`: helpers from `clerks`: they are its own people",
            "department `back`: the speed of helpers from `desk` is inf, must be above 0 and at most 1000",
        ]
    );
}

#[test]
fn more_people_needed_than_there_are() {
    let model = desk(|d| d.staff_needed(0))
        .department("two", |d| d.staff(2).service(minutes(5)).staff_needed(3))
        .department("helped", |d| d.staff(2).service(minutes(5)).staff_needed(3).helpers("two", 0.5))
        .department("shifts", |d| {
            d.staff(2).service(minutes(5)).staff_needed(2).shifts("one", |s| s).helpers("off", 1.0)
        })
        .department("off", |d| d.staff(1).service(minutes(5)).shifts("none", |s| s))
        .department("mail", |d| d.infinite_staff().service(minutes(5)).staff_needed(2))
        .handoff("desk", "two", |h| h)
        .handoff("two", "helped", |h| h)
        .handoff("helped", "shifts", |h| h)
        .handoff("shifts", "off", |h| h)
        .handoff("off", "mail", |h| h)
        .calendar("one", |c| c.shift_of(1, "daily", "08:00", "12:00").shift_of(1, "daily", "12:00", "17:00"))
        .calendar("none", |c| c.shift_of(0, "sun", "08:00", "12:00"));
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: a piece of work needs 0 people, must be from 1 to the 3 who may serve here at one time",
            "department `two`: a piece of work needs 3 people, must be from 1 to the 2 who may serve here at one time",
            "department `shifts`: a piece of work needs 2 people, must be from 1 to the 1 who may serve here at one time",
            "department `mail`: the number of people needed has no effect where the staff is infinite",
            "calendar `none`: nobody is ever on shift",
        ]
    );
}

#[test]
fn shifts_and_absences_where_there_is_nobody_to_have_them() {
    let model = desk(|d| d.shifts("office", |s| s.replaced_crew()))
        .department("mail", |d| {
            d.infinite_staff()
                .service(minutes(5))
                .shifts("office", |s| s)
                .absence(|a| a.between(days(1)).duration(hours(1)))
        })
        .department("filing", |d| {
            d.pool("clerks")
                .service(minutes(5))
                .shifts("office", |s| s)
                .absence(|a| a.between(days(1)).duration(hours(1)))
        })
        .handoff("desk", "mail", |h| h)
        .handoff("mail", "filing", |h| h)
        .pool("clerks", |p| p.staff(2).shifts("office", |s| s.hand_over().replaced_crew()))
        .calendar("office", |c| c.shift("mon-fri", "08:00", "17:00"));
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: a crew is only replaced where those who serve at the end of their shift finish",
            "department `mail`: shifts have no effect where the staff is infinite",
            "department `mail`: absences have no effect where the staff is infinite",
            "department `filing`: its people are those of pool `clerks`: give the shifts there",
            "department `filing`: its people are those of pool `clerks`: give the absences there",
            "pool `clerks`: a crew is only replaced where those who serve at the end of their shift finish",
        ]
    );
}

#[test]
fn absences_that_were_left_out_or_are_broken() {
    let broken = || Dist::Constant { value: Span::INVALID };
    let model = desk(|d| {
        d.absence(|a| a)
            .absence(|a| a.all().working_time().between(Span::ZERO).duration(hours(1)))
            .absence(|a| a.between(hours(1)).duration(broken()))
    });
    let lines = lines(model.build());
    assert_eq!(
        lines[..3],
        [
            "department `desk`: nothing is said about an absence: give `between`",
            "department `desk`: nothing is said about an absence: give `duration`",
            "department `desk`, absence 2, time between: the mean is less than 1us",
        ]
    );
    assert!(lines[3].starts_with("department `desk`, absence 3, duration: "), "{}", lines[3]);
    assert_eq!(lines.len(), 4);
}

#[test]
fn days_times_and_dates_that_are_none() {
    let model = desk(|d| d.shifts("office", |s| s)).start("5 January 2026").calendar("office", |c| {
        c.shift("weekdays", "8:00", "24:00").shift("mon", "08:00", "17:00").holiday("25.12.2026", 1)
    });
    assert_eq!(
        lines(model.build()),
        [
            "start of the model: `5 January 2026` is not understood, expected a date and time, like \"2026-01-05T08:00\"",
            "calendar `office`: `weekdays` is not understood, expected days of the week, like \"mon-fri\", \"sat, sun\" or \"daily\"",
            "calendar `office`: `8:00` is not understood, expected a time of day, like \"08:00\" (midnight is \"00:00\")",
            "calendar `office`: `24:00` is not understood, expected a time of day, like \"08:00\" (midnight is \"00:00\")",
            "calendar `office`: `25.12.2026` is not understood, expected a date, like \"2026-12-25\"",
            // A shift round the clock takes the place of what was not understood.
            "department `desk`: calendar `office` has up to 6 people on shift at one time, the staff is 3",
        ]
    );
}

#[test]
fn calendars_with_everything_nothing_or_nobody() {
    let model = desk(|d| d)
        .calendar("both", |c| c.shift("mon", "08:00", "17:00").cycle(days(1), [(hours(0), 1)]))
        .calendar("neither", |c| c)
        .calendar("nobody", |c| c.cycle(days(1), [(hours(0), 0), (hours(8), 0)]))
        .calendar("both", |c| c.cycle(days(1), [(hours(0), None)]));
    assert_eq!(
        lines(model.build()),
        [
            "calendar `both`: the name is given more than once",
            "calendar `both`: it has both a week of shifts and a cycle",
            "calendar `neither`: it has neither shifts nor a cycle",
            "calendar `nobody`: nobody is ever on shift",
        ]
    );
}

#[test]
fn shifts_without_days() {
    let mut model = desk(|d| d).build().unwrap();
    let time = |hour| jiff::civil::time(hour, 0, 0, 0);
    let shift = Shift { days: Days::of(&[]), from: time(8), to: time(17), staff: None };
    model.calendars.push(knockon::model::Calendar {
        name: "never".into(),
        week: vec![shift],
        cycle: None,
        holidays: Vec::new(),
    });
    assert_eq!(
        lines(model.validate().map(|()| model)),
        ["calendar `never`: a shift is on no day of the week", "calendar `never`: nobody is ever on shift"]
    );
}

#[test]
fn cycles_out_of_order() {
    let model = desk(|d| d)
        .calendar("late", |c| c.cycle(days(1), [(hours(1), 1), (hours(8), 0), (hours(8), 1), (hours(24), 2)]))
        .calendar("empty", |c| c.cycle(days(1), Vec::<(Span, u32)>::new()))
        .calendar("short", |c| c.cycle(Span::ZERO, [(hours(0), 1)]));
    assert_eq!(
        lines(model.build()),
        [
            "calendar `late`: the cycle starts at 1h, must start at 0s".into(),
            "calendar `late`: the step from 8h follows the one from 8h, must be later".into(),
            "calendar `late`: the step from 1d is not within the period of 1d".into(),
            "calendar `empty`: the cycle has no steps".into(),
            format!(
                "calendar `short`: the period of the cycle is 0s, must be positive and at most {}",
                Span::MAX
            ),
            "calendar `short`: the step from 0s is not within the period of 0s".into(),
        ]
    );
}

#[test]
fn more_people_on_shift_than_there_are() {
    let model = desk(|d| d.shifts("fixed", |s| s))
        .department("overlap", |d| d.staff(4).service(minutes(5)).shifts("overlap", |s| s))
        .department("fits", |d| d.staff(5).service(minutes(5)).shifts("overlap", |s| s))
        .department("steps", |d| d.staff(4).service(minutes(5)).shifts("steps", |s| s))
        .handoff("desk", "overlap", |h| h)
        .handoff("overlap", "fits", |h| h)
        .handoff("fits", "steps", |h| h)
        .handoff("steps", "pooled", |h| h)
        .department("pooled", |d| d.pool("clerks").service(minutes(5)))
        .pool("clerks", |p| p.staff(1).shifts("holidays", |s| s))
        .start("2026-01-05T00:00")
        .calendar("fixed", |c| c.shift_of(4, "mon", "08:00", "17:00"))
        .calendar("overlap", |c| {
            // 2 on Sunday night meet 3 on Monday morning.
            c.shift_of(2, "sun", "22:00", "06:00").shift_of(3, "mon", "05:59", "14:00")
        })
        .calendar("steps", |c| c.cycle(days(1), [(hours(0), Some(5)), (hours(12), None)]))
        .calendar("holidays", |c| c.shift("daily", "08:00", "17:00").holiday_of(2, "2026-12-24", 1));
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: calendar `fixed` has up to 4 people on shift at one time, the staff is 3",
            "department `overlap`: calendar `overlap` has up to 5 people on shift at one time, the staff is 4",
            "department `steps`: calendar `steps` has up to 5 people on shift at one time, the staff is 4",
            "pool `clerks`: calendar `holidays` has up to 2 people on shift at one time, the staff is 1",
        ]
    );
}

#[test]
fn holidays_that_are_none() {
    let model = desk(|d| d).calendar("office", |c| {
        c.shift("mon-fri", "08:00", "17:00")
            .holiday("2026-12-31", 2)
            .holiday("2026-12-24", 0)
            .holiday("2026-05-01", 3661)
            .holiday("2026-12-24", 8)
            .holiday("2027-01-02", 1)
            .holiday("9999-12-31", 1)
    });
    assert_eq!(
        lines(model.build()),
        [
            "calendar `office`: holidays need the start of the model, a date and time",
            "calendar `office`: the holiday from 2026-12-24 has 0 days, must be from 1 to 3660",
            "calendar `office`: the holiday from 2026-05-01 has 3661 days, must be from 1 to 3660",
            "calendar `office`: the holiday from 9999-12-31 does not end in any year there is",
        ]
    );
}

#[test]
fn more_entries_of_a_calendar_and_more_absences_than_allowed() {
    let mut model = desk(|d| d).build().unwrap();
    let steps = (0..10_001).map(|at| knockon::model::LevelStep { from: Span::from_ticks(at), staff: None });
    model.calendars.push(knockon::model::Calendar {
        name: "fine".into(),
        week: Vec::new(),
        cycle: Some(Cycle { period: days(1), steps: steps.collect() }),
        holidays: Vec::new(),
    });
    let mut large = Department::new("large", Staff::Count(100_000));
    large.service = Some(Dist::Constant { value: minutes(1) });
    large.absences = vec![
        knockon::model::Absence {
            who: knockon::model::Struck::Each,
            clock: knockon::model::Clock::Calendar,
            between: Dist::Constant { value: days(1) },
            duration: Dist::Constant { value: hours(1) },
        };
        101
    ];
    model.departments.push(large);
    model.handoffs.push(knockon::model::Handoff::new("desk", "large"));
    assert_eq!(
        lines(model.validate().map(|()| model)),
        [
            "model: people times absences are 10100000, must be at most 10000000",
            "calendar `fine`: it has 10001 shifts, steps and holidays, must be at most 10000",
        ]
    );
}
