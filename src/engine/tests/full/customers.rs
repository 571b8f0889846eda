//! Schedules worked by hand: customers who do not join, lose patience, try again, or are of a population; streams that
//! begin and end.

use super::schedule::{at, model, one, some, ticks, told};
use crate::model::{Discipline, Loss};

#[test]
fn customers_balk_by_how_many_are_present() {
    // At 5 one is in service. At 10 that service ends first.
    told(
        model()
            .department("desk", |d| one(10)(d).balking(|b| b.join([1.0, 0.0])))
            .customers("a", at("desk", &[0, 5, 10])),
        90,
        &["a1 Balked 5", "a0 desk 0 0-10", "a2 desk 10 10-20"],
    );
}

#[test]
fn customers_balk_by_how_many_wait() {
    told(
        model()
            .department("desk", |d| one(10)(d).balking(|b| b.counts_waiting().join([1.0, 0.0])))
            .customers("a", at("desk", &[0, 1, 2])),
        90,
        &["a2 Balked 2", "a0 desk 0 0-10", "a1 desk 1 10-20"],
    );
}

#[test]
fn blocked_cases_and_requests_are_present() {
    // a0 is blocked from 2 to 11, a request is there from 20 to 25. Whoever finds anybody balks.
    told(
        model()
            .department("desk", |d| some(5, 2)(d).balking(|b| b.join([1.0])))
            .department("back", |d| one(10)(d).queue_capacity(0))
            .department("reps", one(10))
            .handoff("desk", "back", |h| h)
            .request("reps", "desk", |r| r.service(ticks(5)))
            .customers("a", at("desk", &[0, 5, 11, 24, 25]))
            .customers("b", at("back", &[1]))
            .customers("r", at("reps", &[20])),
        40,
        &[
            "a1 Balked 5",
            "a0 desk 0 0-2-11",
            "b0 back 1 1-11",
            "a0 back 11 11-21",
            "a2 desk 11 11-13-21",
            "a3 Balked 24",
            "r0?1 desk 20 20-25",
            "a2 back 21 21-31",
            "a4 desk 25 25-27-31",
            "r0 reps 20 20-35",
        ],
    );
}

#[test]
fn the_rejected_try_again_until_there_is_room() {
    let desk = |most| {
        model()
            .department("desk", |d| one(10)(d).queue_capacity(0))
            .customers("a", move |c| at("desk", &[0, 1])(c).retry(1.0, ticks(7), move |r| r.most(most)))
    };
    told(desk(2), 90, &["a1 Rejected 1, away", "a1 Rejected 8, away", "a0 desk 0 0-10", "a1 desk 15 15-25"]);
    told(desk(1), 90, &["a1 Rejected 1, away", "a1 Rejected 8", "a0 desk 0 0-10"]);
}

#[test]
fn only_some_losses_bring_customers_back() {
    // a1 is rejected, and does not come back; a2 loses patience in the line, at 9, and comes back at 11.
    told(
        model()
            .department("desk", |d| one(10)(d).queue_capacity(1).patience(ticks(5)))
            .customers("a", |c| at("desk", &[0, 4, 5])(c).retry(1.0, ticks(2), |r| r.on([Loss::Reneged]))),
        90,
        &["a2 Rejected 5", "a1 Reneged 9, away", "a0 desk 0 0-10", "a1 desk 11 11-21"],
    );
}

#[test]
fn who_was_turned_away_comes_back_without_defects() {
    // The maker errs in services that begin before 5: a0's first. It is found and turned away at 8, and comes at 10.
    told(
        model()
            .department("maker", |d| {
                one(5)(d).errors(|e| e.probability(1.0)).period(ticks(5), |p| p.error_factor(0.0))
            })
            .department("check", |d| one(3)(d).detects(|f| f.made_by("maker").turn_away()))
            .handoff("maker", "check", |h| h)
            .customers("a", |c| at("maker", &[0])(c).retry(1.0, ticks(2), |r| r)),
        90,
        &[
            "a0 maker 0 0-5",
            "a0 TurnedAway 8, away",
            "a0 check 5 5-8",
            "a0 maker 10 10-15",
            "a0 check 15 15-18",
        ],
    );
}

#[test]
fn overall_patience_runs_through_several_lines() {
    // a1 has come at 1, and stays until 13. a0 is served then, and nothing happens to it.
    told(
        model()
            .department("front", one(4))
            .department("back", one(10))
            .handoff("front", "back", |h| h)
            .customers("a", |c| at("front", &[0, 1])(c).patience(ticks(12))),
        90,
        &["a0 front 0 0-4", "a1 front 1 4-8", "a1 Reneged 13", "a0 back 4 4-14"],
    );
}

#[test]
fn who_has_lost_all_patience_in_service_leaves_the_next_line() {
    // All patience is over at 12, in service. At 20 a0 finds a line; a1, at 40, finds nobody, and is served.
    told(
        model()
            .department("front", one(20))
            .department("back", one(10))
            .handoff("front", "back", |h| h)
            .customers("x", at("back", &[15]))
            .customers("a", |c| at("front", &[0, 20])(c).patience(ticks(12))),
        90,
        &["a0 Reneged 20", "a0 front 0 0-20", "x0 back 15 15-25", "a1 front 20 20-40", "a1 back 40 40-50"],
    );
}

#[test]
fn who_has_lost_all_patience_does_not_try_again() {
    // The line's patience ends at 5, the other, from 1 on, at 11: a0 is in the line again from 9.
    told(
        model()
            .department("desk", |d| one(30)(d).patience(ticks(4)))
            .customers("x", at("desk", &[0]))
            .customers("a", |c| at("desk", &[1])(c).patience(ticks(10)).retry(1.0, ticks(4), |r| r)),
        90,
        &["a0 Reneged 5, away", "a0 Reneged 11", "x0 desk 0 0-30"],
    );
}

#[test]
fn all_patience_ends_before_that_of_the_line() {
    // Both end at 5: a0 does not go to the other desk.
    told(
        model()
            .department("desk", |d| one(30)(d).patience(ticks(4)).renege_to("other"))
            .department("other", one(1))
            .customers("x", at("desk", &[0]))
            .customers("a", |c| at("desk", &[1])(c).patience(ticks(4))),
        90,
        &["a0 Reneged 5", "x0 desk 0 0-30"],
    );
}

#[test]
fn notice_says_when_work_is_due() {
    // a is due at 51, b at 22, whatever it was promised.
    told(
        model()
            .department("desk", |d| one(10)(d).discipline(Discipline::EarliestDueDate))
            .customers("x", at("desk", &[0]))
            .customers("a", |c| at("desk", &[1])(c).notice(ticks(50)))
            .customers("b", |c| at("desk", &[2])(c).notice(ticks(20)).promise(ticks(100))),
        90,
        &["x0 desk 0 0-10", "b0 desk 2 10-20", "a0 desk 1 20-30"],
    );
}

#[test]
fn members_of_a_population_come_again_and_again() {
    told(
        model()
            .department("desk", one(3))
            .customers("p", |c| c.enter("desk").population(1, ticks(5)))
            .customers("q", |c| c.enter("desk").population(2, ticks(30)).from(ticks(2)).until(ticks(65))),
        70,
        &[
            "p0 desk 5 5-8",
            "p0.1 desk 13 13-16",
            "p0.2 desk 21 21-24",
            "p0.3 desk 29 29-32",
            // Two others came at 32, and one is away till 65, the other till 68: they come no more.
            "q0 desk 32 32-35",
            "q1 desk 32 35-38",
            "p0.4 desk 37 38-41",
            "p0.5 desk 46 46-49",
            "p0.6 desk 54 54-57",
            "p0.7 desk 62 62-65",
        ],
    );
}

#[test]
fn a_member_is_away_again_when_all_attempts_are_over() {
    // p1 is rejected at 5 and at 8, and comes as p1.1 at 13. At 17 the ending is first.
    told(
        model()
            .department("desk", |d| one(4)(d).queue_capacity(0))
            .customers("p", |c| c.enter("desk").population(2, ticks(5)).retry(1.0, ticks(3), |r| r.most(1))),
        22,
        &[
            "p1 Rejected 5, away",
            "p1 Rejected 8",
            "p0 desk 5 5-9",
            "p0.1 Rejected 14, away",
            "p1.1 desk 13 13-17",
            "p0.1 desk 17 17-21",
        ],
    );
}

#[test]
fn a_stream_begins_and_ends() {
    // They come at 12 and 17; 22 would be too late.
    told(
        model()
            .pool("people", |p| p.staff(1))
            .department("desk", |d| d.pool("people").service(ticks(1)))
            .customers("a", |c| c.enter("desk").renewal(ticks(5)).from(ticks(7)).until(ticks(22))),
        90,
        &["a0 desk 12 12-13", "a1 desk 17 17-18"],
    );
}
