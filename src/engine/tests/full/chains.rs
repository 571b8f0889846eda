//! Schedules worked by hand: one for each kind of chain of waits.

use super::schedule::{at, expect, expect_standstill, model, one, some, ticks};
use crate::model::{CalendarBuilder, DepartmentBuilder, Discipline, ModelBuilder, RequestBuilder};

/// Levels that hold from these times on, in a cycle of 100.
fn levels(steps: &[(i64, u32)]) -> impl FnOnce(CalendarBuilder) -> CalendarBuilder {
    move |c| c.cycle(ticks(100), steps.iter().map(|&(from, level)| (ticks(from), level)))
}

/// Reps who take 10 and ask engineering half way through cases of class a; answers take 20.
fn reps(reps: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder, engineering: i64) -> ModelBuilder {
    model().department("reps", reps).department("engineering", one(engineering))
}

fn asks(request: RequestBuilder) -> RequestBuilder {
    request.probability_for("a", 1.0).at(0.5).service(ticks(20))
}

#[test]
fn the_worked_example() {
    // Engineering works on its own order until 65, then answers until 85. B is served after A.
    expect(
        reps(one(10), 65)
            .request("reps", "engineering", asks)
            .customers("order", at("engineering", &[0]))
            .customers("a", at("reps", &[0]))
            .customers("b", at("reps", &[1])),
        200,
        &["order0 engineering 0 0-65", "a0?1 engineering 5 65-85", "a0 reps 0 0-90", "b0 reps 1 90-100"],
        &[
            "order0: 0-65 engineering service own @engineering",
            "a0: 0-5 reps service own @reps; 5-65 engineering service ahead @reps; \
             65-85 engineering answering own @reps; 85-90 reps service own @reps",
            "b0: 1-5 reps service ahead @reps; 5-65 engineering service ahead @reps; \
             65-85 engineering answering ahead @reps; 85-90 reps service ahead @reps; 90-100 reps service own @reps",
        ],
    );
}

#[test]
fn staff_freed_by_a_question_serves_others() {
    // A asks at 5; b is served 5-15, c 15-25. The answer comes at 25, and A goes before d.
    expect(
        reps(one(10), 20)
            .request("reps", "engineering", |r| asks(r).freed())
            .customers("a", at("reps", &[0]))
            .customers("b", at("reps", &[1, 6, 8])),
        200,
        &[
            "b0 reps 1 5-15",
            "a0?1 engineering 5 5-25",
            "b1 reps 6 15-25",
            "a0 reps 0 0-30",
            "b2 reps 8 30-40",
        ],
        &[
            "a0: 0-5 reps service own @reps; 5-25 engineering answering own @reps; 25-30 reps service own @reps",
            "b0: 1-5 reps service ahead @reps; 5-15 reps service own @reps",
            "b1: 6-15 reps service ahead @reps; 15-25 reps service own @reps",
            "b2: 8-30 reps service ahead @reps; 30-40 reps service own @reps",
        ],
    );
}

#[test]
fn a_full_department_blocks_the_one_before() {
    // Front takes 5, back 20 and has no room to wait: a1 is blocked 10-25, and a2 waits for who is blocked.
    expect(
        model()
            .department("front", one(5))
            .department("back", |d| one(20)(d).queue_capacity(0))
            .handoff("front", "back", |h| h)
            .customers("a", at("front", &[0, 0, 1])),
        200,
        &[
            "a0 front 0 0-5",
            "a0 back 5 5-25",
            "a1 front 0 5-10-25",
            "a1 back 25 25-45",
            "a2 front 1 25-30-45",
            "a2 back 45 45-65",
        ],
        &[
            "a0: 0-5 front service own @front; 5-25 back service own @back",
            "a1: 0-5 front service ahead @front; 5-10 front service own @front; \
             10-25 back service ahead @front; 25-45 back service own @back",
            "a2: 1-10 front service ahead @front; 10-25 back service ahead @front; \
             25-30 front service own @front; 30-45 back service ahead @front; 45-65 back service own @back",
        ],
    );
}

#[test]
fn room_that_somebody_makes_by_taking_the_next() {
    // One may wait at back. At 25 the next is taken, and a2, blocked since 15, moves into the line.
    expect(
        model()
            .department("front", one(5))
            .department("back", |d| one(20)(d).queue_capacity(1))
            .handoff("front", "back", |h| h)
            .customers("a", at("front", &[0, 0, 0])),
        200,
        &[
            "a0 front 0 0-5",
            "a1 front 0 5-10",
            "a0 back 5 5-25",
            "a2 front 0 10-15-25",
            "a1 back 10 25-45",
            "a2 back 25 45-65",
        ],
        &[
            "a0: 0-5 front service own @front; 5-25 back service own @back",
            "a1: 0-5 front service ahead @front; 5-10 front service own @front; \
             10-25 back service ahead @back; 25-45 back service own @back",
            "a2: 0-10 front service ahead @front; 10-15 front service own @front; \
             15-25 back service ahead @front; 25-45 back service ahead @back; 45-65 back service own @back",
        ],
    );
}

#[test]
fn room_that_a_leaver_makes() {
    // The line of back has one place: a1 stands there from 10 and leaves at 18, and lets a2 in, blocked since 15.
    // Until 18 both wait for back's work on a0, whose end the leaver does not see.
    expect(
        model()
            .department("front", one(5))
            .department("back", |d| one(20)(d).queue_capacity(1).patience(ticks(8)))
            .handoff("front", "back", |h| h)
            .customers("a", at("front", &[0, 0, 0])),
        24,
        &["a0 front 0 0-5", "a1 front 0 5-10", "a1 Reneged 18", "a2 front 0 10-15-18"],
        &[
            "a0: 0-5 front service own @front; 5-24 back service own @back",
            "a1: 0-5 front service ahead @front; 5-10 front service own @front; 10-18 back service ahead @back",
            "a2: 0-10 front service ahead @front; 10-15 front service own @front; \
             15-18 back service ahead @front; 18-24 back service ahead @back",
        ],
    );
}

#[test]
fn a_closed_department() {
    expect(
        model()
            .calendar("hours", levels(&[(0, 0), (20, 1)]))
            .department("desk", |d| one(10)(d).shifts("hours", |s| s))
            .customers("a", at("desk", &[5])),
        90,
        &["a0 desk 5 20-30"],
        &["a0: 5-20 desk closed nobody @desk; 20-30 desk service own @desk"],
    );
}

#[test]
fn absence() {
    // Absent 12-20, and 32-40.
    expect(
        model()
            .department("desk", |d| one(10)(d).absence(|a| a.between(ticks(12)).duration(ticks(8))))
            .customers("a", at("desk", &[5, 6])),
        50,
        &["a0 desk 5 5-23", "a1 desk 6 23-41"],
        &[
            "a0: 5-12 desk service own @desk; 12-20 desk absent nobody @desk; 20-23 desk service own @desk",
            "a1: 6-12 desk service ahead @desk; 12-20 desk absent nobody @desk; 20-23 desk service ahead @desk; \
             23-32 desk service own @desk; 32-40 desk absent nobody @desk; 40-41 desk service own @desk",
        ],
    );
}

#[test]
fn shared_staff_works_elsewhere() {
    expect(
        model()
            .pool("people", |p| p.staff(1))
            .department("one", |d| d.pool("people").service(ticks(10)))
            .department("two", |d| d.pool("people").service(ticks(10)))
            .customers("a", at("one", &[0]))
            .customers("b", at("two", &[1])),
        90,
        &["a0 one 0 0-10", "b0 two 1 10-20"],
        &["a0: 0-10 one service own @one", "b0: 1-10 one service ahead @two; 10-20 two service own @two"],
    );
}

#[test]
fn a_helper_works_elsewhere_at_a_speed() {
    // The helper from two is half as fast: b takes 40. Own work that comes meanwhile waits.
    expect(
        model()
            .department("one", |d| one(20)(d).helpers("two", 0.5))
            .department("two", one(10))
            .customers("a", at("one", &[0, 0]))
            .customers("c", at("two", &[5])),
        90,
        &["a0 one 0 0-20", "a1 one 0 0-40", "c0 two 5 40-50"],
        &[
            "a0: 0-20 one service own @one",
            "a1: 0-40 one service own @one",
            "c0: 5-40 one service ahead @two; 40-50 two service own @two",
        ],
    );
}

#[test]
fn others_are_let_past() {
    expect(
        model()
            .pool("people", |p| p.staff(1))
            .department("desk", |d| d.pool("people").service(ticks(10)).discipline(Discipline::Lifo))
            .customers("a", at("desk", &[0, 1, 2])),
        90,
        &["a0 desk 0 0-10", "a2 desk 2 10-20", "a1 desk 1 20-30"],
        &[
            "a0: 0-10 desk service own @desk",
            "a1: 1-10 desk service ahead @desk; 10-20 desk service letpast @desk; 20-30 desk service own @desk",
            "a2: 2-10 desk service ahead @desk; 10-20 desk service own @desk",
        ],
    );
}

/// A team of one that needs two: the other comes from aux, where x keeps them until 15.
fn team(team: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder) -> ModelBuilder {
    model()
        .department("aux", one(15))
        .department("team", |d| team(one(10)(d).staff_needed(2).helpers("aux", 1.0)))
        .customers("x", at("aux", &[0]))
}

#[test]
fn several_staff() {
    // a0 gathers 0-15. At 25 the last to come for a1 is the team's own, who was reserved for a0 and served it.
    expect(
        team(|d| d).customers("a", at("team", &[0, 1])),
        90,
        &["x0 aux 0 0-15", "a0 team 0 15-25", "a1 team 1 25-35"],
        &[
            "x0: 0-15 aux service own @aux",
            "a0: 0-15 aux severalstaff ahead @team; 15-25 team service own @team",
            "a1: 1-15 aux severalstaff ahead @team; 15-25 team service ahead @team; 25-35 team service own @team",
        ],
    );
}

#[test]
fn an_answer_from_a_closed_department() {
    expect(
        model()
            .calendar("hours", levels(&[(0, 0), (50, 1)]))
            .department("reps", one(10))
            .department("engineering", |d| one(20)(d).shifts("hours", |s| s))
            .request("reps", "engineering", asks)
            .customers("a", at("reps", &[0])),
        90,
        &["a0?1 engineering 5 50-70", "a0 reps 0 0-75"],
        &["a0: 0-5 reps service own @reps; 5-50 engineering closed nobody @reps; \
           50-70 engineering answering own @reps; 70-75 reps service own @reps"],
    );
}

#[test]
fn an_answer_that_takes_its_way_and_is_asked_for_in_turn() {
    // The question is on its way 5-8, engineering asks the lab after half of 20, and the answer is back at 50.
    expect(
        reps(one(10), 20)
            .department("lab", one(7))
            .request("reps", "engineering", |r| {
                asks(r).name("why").transfer(ticks(3)).answer_transfer(ticks(4))
            })
            .request("engineering", "lab", |r| r.during(crate::model::During::Requests).at(0.5))
            .customers("a", at("reps", &[0])),
        90,
        &["a0?2 lab 18 18-25", "a0?1 engineering 8 8-35", "a0 reps 0 0-44"],
        &[
            "a0: 0-5 reps service own @reps; 5-8 why transfer own @reps; 8-18 engineering answering own @reps; \
           18-25 lab answering own @reps; 25-35 engineering answering own @reps; 35-39 why transfer own @reps; \
           39-44 reps service own @reps",
        ],
    );
}

#[test]
fn waits_that_end_without_a_start() {
    // b0 leaves at 10; b1 still waits at the horizon.
    expect(
        model()
            .pool("people", |p| p.staff(1))
            .department("desk", |d| d.pool("people").service(ticks(20)).patience(ticks(7)))
            .customers("a", at("desk", &[0]))
            .customers("b", at("desk", &[3, 9])),
        15,
        &["b0 Reneged 10"],
        &[
            "a0: 0-15 desk service own @desk",
            "b0: 3-10 desk service ahead @desk",
            "b1: 9-15 desk service ahead @desk",
        ],
    );
}

#[test]
fn a_transfer() {
    expect(
        model()
            .pool("people", |p| p.staff(1))
            .department("one", |d| d.pool("people").service(ticks(5)))
            .department("two", one(3))
            .handoff("one", "two", |h| h.transfer(ticks(7)))
            .customers("a", at("one", &[0])),
        90,
        &["a0 one 0 0-5", "a0 two 12 12-15"],
        &["a0: 0-5 one service own @one; 5-12 one>two transfer own @one>two; 12-15 two service own @two"],
    );
}

#[test]
fn rework_is_charged_to_its_maker() {
    // The check sends a0 back once, as another class. While it is done again, c0 waits for it at the maker.
    expect(
        model()
            .department("maker", one(5))
            .department("check", one(3))
            .handoff("maker", "check", |h| h)
            .handoff("check", "maker", |h| h.probability_for("a", 1.0).becomes("c").rework())
            .handoff("check", "exit", |h| h.probability_for("c", 1.0))
            .customers("a", at("maker", &[0]))
            .customers("c", at("maker", &[9])),
        90,
        &[
            "a0 maker 0 0-5",
            "a0 check 5 5-8",
            "a0 maker 8 8-13",
            "a0 check 13 13-16",
            "c0 maker 9 13-18",
            "c0 check 18 18-21",
        ],
        &[
            "a0: 0-5 maker service own @maker; 5-8 check service own @check; 8-13 maker rework own @maker; \
             13-16 maker rework own @check",
            "c0: 9-13 maker rework ahead @maker; 13-18 maker service own @maker; 18-21 check service own @check",
        ],
    );
}

#[test]
fn a_case_turned_away() {
    expect(
        model()
            .department("maker", |d| one(5)(d).errors(|e| e.probability(1.0)))
            .department("check", |d| one(3)(d).detects(|f| f.turn_away()))
            .handoff("maker", "check", |h| h)
            .customers("a", at("maker", &[0])),
        90,
        &["a0 maker 0 0-5", "a0 TurnedAway 8", "a0 check 5 5-8"],
        &["a0: 0-5 maker service own @maker; 5-8 check service own @check"],
    );
}

/// Two departments that ask each other after 5 of 10, staff held.
fn mutual(request: impl FnOnce(RequestBuilder) -> RequestBuilder) -> ModelBuilder {
    model()
        .department("x", one(10))
        .department("y", one(10))
        .request("x", "y", |r| request(r.at(0.5)))
        .request("y", "x", |r| r.at(0.5))
        .customers("a", at("x", &[0]))
        .customers("b", at("y", &[0]))
}

#[test]
fn two_that_ask_each_other_stand_still() {
    expect_standstill(mutual(|r| r), 5);
}

#[test]
fn a_standstill_that_time_breaks() {
    // a0 gives up at 25 and is done at 30; only then is b0 answered, 30-40. Its wait for the answer, at x, is the
    // first of the circle.
    expect(
        mutual(|r| r.longest_wait(ticks(20))),
        90,
        &["a0 x 0 0-30", "b0?2 x 5 30-40", "b0 y 0 0-45"],
        &[
            "a0: 0-5 x service own @x; 5-25 x standstill nobody @x; 25-30 x service own @x",
            "b0: 0-5 y service own @y; 5-25 x standstill nobody @y; 25-30 x service ahead @y; \
             30-40 x answering own @y; 40-45 y service own @y",
        ],
    );
}

#[test]
fn one_who_never_comes_stands_still() {
    // Two are needed; of the two only one is ever on shift, and the helper is gone for good with a question.
    expect_standstill(
        model()
            .department("x", some(1, 10))
            .department("team", |d| one(10)(d).staff_needed(2).helpers("x", 1.0))
            .request("x", "team", |r| r.at(0.5))
            .customers("a", at("x", &[0])),
        5,
    );
}

#[test]
fn held_by_one_request_after_another_is_two_occupations() {
    // Front is held by its first request from 5 to 15, and by its second from then on. That one, given up at 16, makes
    // room for m0, who has been blocked since 13; until then back's second person has been longest at one thing, with b0
    // since 12.
    expect(
        model()
            .department("front", one(10))
            .department("back", |d| some(2, 18)(d).queue_capacity(1).helpers("front", 1.0))
            .department("middle", one(13))
            .request("front", "back", |r| r.probability_for("a", 1.0).at(0.5).service(ticks(10)))
            .request("front", "back", |r| {
                r.name("again").probability_for("a", 1.0).at(0.5).longest_wait(ticks(1))
            })
            .handoff("middle", "back", |h| h)
            .customers("a", at("front", &[0]))
            .customers("b", at("back", &[12, 12]))
            .customers("m", at("middle", &[0])),
        17,
        &["a0?1 back 5 5-15", "m0 middle 0 0-13-16"],
        &[
            "a0: 0-5 front service own @front; 5-15 back answering own @front; 15-16 back service ahead @front; \
             16-17 front service own @front",
            "b0: 12-17 back service own @back",
            "b1: 12-15 back answering ahead @back; 15-17 back service own @back",
            "m0: 0-13 middle service own @middle; 13-16 back service ahead @middle; 16-17 back service ahead @back",
        ],
    );
}
