//! Schedules worked by hand: rows of the table "When things meet".

use super::schedule::{at, expect, model, one, some, ticks};
use crate::model::{CalendarBuilder, DepartmentBuilder, ModelBuilder, RequestBuilder, ShiftsBuilder};

/// Levels that hold from these times on, in a cycle of 100.
fn levels(steps: &[(i64, u32)]) -> impl FnOnce(CalendarBuilder) -> CalendarBuilder {
    move |c| c.cycle(ticks(100), steps.iter().map(|&(from, level)| (ticks(from), level)))
}

/// One at a desk, who takes 10, off shift from 10 to 30.
fn desk(shifts: impl FnOnce(ShiftsBuilder) -> ShiftsBuilder) -> ModelBuilder {
    model()
        .calendar("hours", levels(&[(0, 1), (10, 0), (30, 1)]))
        .department("desk", |d| one(10)(d).shifts("hours", shifts))
}

#[test]
fn a_shift_ends_and_work_stays_on_the_desk() {
    expect(
        desk(|s| s).customers("a", at("desk", &[5, 8])),
        90,
        &["a0 desk 5 5-35", "a1 desk 8 35-45"],
        &[
            "a0: 5-10 desk service own @desk; 10-30 desk closed nobody @desk; 30-35 desk service own @desk",
            "a1: 8-10 desk service ahead @desk; 10-30 desk closed nobody @desk; 30-35 desk service ahead @desk; \
             35-45 desk service own @desk",
        ],
    );
}

#[test]
fn a_shift_ends_and_work_is_finished() {
    expect(
        desk(|s| s.finish()).customers("a", at("desk", &[5, 8])),
        90,
        &["a0 desk 5 5-15", "a1 desk 8 30-40"],
        &[
            "a0: 5-15 desk service own @desk",
            "a1: 8-15 desk service ahead @desk; 15-30 desk closed nobody @desk; 30-40 desk service own @desk",
        ],
    );
}

#[test]
fn a_crew_is_replaced_and_the_late_finish_apart() {
    // Another crew comes at 10, and takes a1 while a0 is finished.
    expect(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 1)]))
            .department("desk", |d| one(10)(d).shifts("hours", |s| s.finish().replaced_crew()))
            .customers("a", at("desk", &[5, 8])),
        90,
        &["a0 desk 5 5-15", "a1 desk 8 10-20"],
        &[
            "a0: 5-15 desk service own @desk",
            "a1: 8-10 desk closed nobody @desk; 10-20 desk service own @desk",
        ],
    );
}

#[test]
fn a_shift_ends_and_work_is_handed_over() {
    // At 10 the later start, b0, goes back to the head of the line with 15 left.
    expect(
        model()
            .calendar("hours", levels(&[(0, 2), (10, 1)]))
            .department("desk", |d| some(2, 20)(d).shifts("hours", |s| s.hand_over()))
            .customers("a", at("desk", &[0]))
            .customers("b", at("desk", &[5]))
            .customers("c", at("desk", &[6])),
        90,
        &["a0 desk 0 0-20", "b0 desk 5 5-35", "c0 desk 6 35-55"],
        &[
            "a0: 0-20 desk service own @desk",
            "b0: 5-10 desk service own @desk; 10-20 desk service ahead @desk; 20-35 desk service own @desk",
            "c0: 6-35 desk service ahead @desk; 35-55 desk service own @desk",
        ],
    );
}

/// Reps, who take 10 and are off shift from 10 to 40, ask engineering after 5; the answer takes 20.
fn held(shifts: impl FnOnce(ShiftsBuilder) -> ShiftsBuilder) -> ModelBuilder {
    model()
        .calendar("hours", levels(&[(0, 1), (10, 0), (40, 1)]))
        .department("reps", |d| one(10)(d).shifts("hours", shifts))
        .department("engineering", one(20))
        .request("reps", "engineering", |r| r.at(0.5))
        .customers("a", at("reps", &[0]))
}

#[test]
fn a_shift_ends_while_a_person_is_held() {
    let account = "a0: 0-5 reps service own @reps; 5-25 engineering answering own @reps; \
                   25-40 reps closed nobody @reps; 40-45 reps service own @reps";
    let stays = ["a0?1 engineering 5 5-25", "a0 reps 0 0-45"];
    expect(held(|s| s), 90, &stays, &[account]);
    expect(held(|s| s.hand_over()), 90, &stays, &[account]);
    expect(
        held(|s| s.finish()),
        90,
        &["a0?1 engineering 5 5-25", "a0 reps 0 0-30"],
        &[
            "a0: 0-5 reps service own @reps; 5-25 engineering answering own @reps; 25-30 reps service own @reps",
        ],
    );
}

#[test]
fn an_absence_begins_while_a_person_is_held() {
    // Absent 10-40: the answer, there at 25, waits on the desk.
    expect(
        model()
            .department("reps", |d| one(10)(d).absence(|a| a.between(ticks(10)).duration(ticks(30))))
            .department("engineering", one(20))
            .request("reps", "engineering", |r| r.at(0.5))
            .customers("a", at("reps", &[0])),
        90,
        &["a0?1 engineering 5 5-25", "a0 reps 0 0-45"],
        &["a0: 0-5 reps service own @reps; 5-25 engineering answering own @reps; \
           25-40 reps absent nobody @reps; 40-45 reps service own @reps"],
    );
}

/// Front takes 5 and is off shift from 12 to 40; back takes 20 and has no room to wait.
fn blocked(shifts: impl FnOnce(ShiftsBuilder) -> ShiftsBuilder) -> ModelBuilder {
    model()
        .calendar("hours", levels(&[(0, 1), (12, 0), (40, 1)]))
        .department("front", |d| one(5)(d).shifts("hours", shifts))
        .department("back", |d| one(20)(d).queue_capacity(0))
        .handoff("front", "back", |h| h)
        .customers("a", at("front", &[0, 0, 1]))
}

#[test]
fn a_blocked_senders_shift_ends() {
    // a1 is blocked from 10, its sender at home from 12; it moves on at 25 all the same.
    let stays = [
        "a0 front 0 0-5",
        "a0 back 5 5-25",
        "a1 front 0 5-10-25",
        "a1 back 25 25-45",
        "a2 front 1 40-45",
        "a2 back 45 45-65",
    ];
    let accounts = [
        "a0: 0-5 front service own @front; 5-25 back service own @back",
        "a1: 0-5 front service ahead @front; 5-10 front service own @front; \
         10-25 back service ahead @front; 25-45 back service own @back",
        "a2: 1-10 front service ahead @front; 10-12 back service ahead @front; \
         12-40 front closed nobody @front; 40-45 front service own @front; 45-65 back service own @back",
    ];
    expect(blocked(|s| s), 90, &stays, &accounts);
    expect(blocked(|s| s.finish()), 90, &stays, &accounts);
    expect(blocked(|s| s.hand_over()), 90, &stays, &accounts);
}

#[test]
fn a_service_ends_at_the_instant_the_shift_ends() {
    // Nobody starts another before the fall.
    expect(
        desk(|s| s).customers("a", at("desk", &[0, 1])),
        90,
        &["a0 desk 0 0-10", "a1 desk 1 30-40"],
        &[
            "a0: 0-10 desk service own @desk",
            "a1: 1-10 desk service ahead @desk; 10-30 desk closed nobody @desk; 30-40 desk service own @desk",
        ],
    );
}

#[test]
fn a_question_comes_up_at_the_instant_the_shift_ends() {
    // It is asked at 10, then the shift ends; the answer of 10 waits from 20 to 30.
    expect(
        model()
            .calendar("hours", levels(&[(0, 1), (10, 0), (30, 1)]))
            .department("desk", |d| one(20)(d).shifts("hours", |s| s))
            .department("engineering", one(10))
            .request("desk", "engineering", |r| r.at(0.5))
            .customers("a", at("desk", &[0])),
        90,
        &["a0?1 engineering 10 10-20", "a0 desk 0 0-40"],
        &["a0: 0-10 desk service own @desk; 10-20 engineering answering own @desk; \
           20-30 desk closed nobody @desk; 30-40 desk service own @desk"],
    );
}

/// Reps, who take 10, ask engineering after 5.
fn asking(
    engineering: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder,
    request: impl FnOnce(RequestBuilder) -> RequestBuilder,
) -> ModelBuilder {
    model()
        .calendar("hours", levels(&[(0, 1), (8, 0), (50, 1)]))
        .calendar("late", levels(&[(0, 0), (50, 1)]))
        .department("reps", one(10))
        .department("engineering", engineering)
        .request("reps", "engineering", |r| request(r.at(0.5)))
        .customers("a", at("reps", &[0]))
}

#[test]
fn an_answer_in_the_tick_of_the_longest_wait_is_in_time() {
    expect(
        asking(one(10), |r| r.longest_wait(ticks(10))),
        90,
        &["a0?1 engineering 5 5-15", "a0 reps 0 0-20"],
        &[
            "a0: 0-5 reps service own @reps; 5-15 engineering answering own @reps; 15-20 reps service own @reps",
        ],
    );
}

#[test]
fn an_answer_given_up_that_has_begun_is_finished_for_nobody() {
    expect(
        asking(one(10), |r| r.longest_wait(ticks(9))),
        90,
        &["a0?1 engineering 5 5-15", "a0 reps 0 0-19"],
        &[
            "a0: 0-5 reps service own @reps; 5-14 engineering answering own @reps; 14-19 reps service own @reps",
        ],
    );
}

#[test]
fn a_request_to_a_closed_department_waits_and_is_withdrawn() {
    expect(
        asking(|d| one(10)(d).shifts("late", |s| s), |r| r.longest_wait(ticks(10))),
        90,
        &["a0 reps 0 0-20"],
        &[
            "a0: 0-5 reps service own @reps; 5-15 engineering closed nobody @reps; 15-20 reps service own @reps",
        ],
    );
}

#[test]
fn a_longest_wait_ends_while_the_answerer_is_away() {
    // Engineering begins at 5 and is away 8-50; at 15 the answer is given up, at 67 it is finished for nobody.
    expect(
        asking(|d| one(20)(d).shifts("hours", |s| s), |r| r.longest_wait(ticks(10))),
        90,
        &["a0 reps 0 0-20", "a0?1 engineering 5 5-67"],
        &["a0: 0-5 reps service own @reps; 5-8 engineering answering own @reps; \
           8-15 engineering closed nobody @reps; 15-20 reps service own @reps"],
    );
}

#[test]
fn a_longest_wait_ends_while_the_request_is_held_itself() {
    // Engineering asks the lab at 10; at 15 the reps go on; the lab and engineering finish for nobody.
    expect(
        asking(one(10), |r| r.longest_wait(ticks(10))).department("lab", one(30)).request(
            "engineering",
            "lab",
            |r| r.during(crate::model::During::Requests).at(0.5),
        ),
        90,
        &["a0 reps 0 0-20", "a0?2 lab 10 10-40", "a0?1 engineering 5 5-45"],
        &["a0: 0-5 reps service own @reps; 5-10 engineering answering own @reps; \
           10-15 lab answering own @reps; 15-20 reps service own @reps"],
    );
}

#[test]
fn a_place_kept_for_a_case_on_its_way() {
    // b0 may be served meanwhile, but c0 finds no room: the place is kept for a0.
    expect(
        model()
            .department("front", one(2))
            .department("back", |d| one(5)(d).queue_capacity(1))
            .handoff("front", "back", |h| h.transfer(ticks(10)))
            .customers("a", at("front", &[0]))
            .customers("b", at("back", &[3]))
            .customers("c", at("back", &[4])),
        90,
        &["a0 front 0 0-2", "c0 Rejected 4", "b0 back 3 3-8", "a0 back 12 12-17"],
        &[
            "a0: 0-2 front service own @front; 2-12 front>back transfer own @front>back; 12-17 back service own @back",
            "b0: 3-8 back service own @back",
        ],
    );
}

#[test]
fn idle_staff_and_a_place_kept() {
    // b0 is done at 5 and needs a place in the line of back, which is kept for a0 until 12: nobody at back is to
    // blame, and what is charged is the way of a0.
    expect(
        model()
            .department("front", one(2))
            .department("other", one(5))
            .department("back", |d| one(5)(d).queue_capacity(1))
            .handoff("front", "back", |h| h.transfer(ticks(10)))
            .handoff("other", "back", |h| h.transfer(ticks(1)))
            .customers("a", at("front", &[0]))
            .customers("b", at("other", &[0])),
        90,
        &["a0 front 0 0-2", "b0 other 0 0-5-12", "a0 back 12 12-17", "b0 back 13 17-22"],
        &[
            "a0: 0-2 front service own @front; 2-12 front>back transfer own @front>back; 12-17 back service own @back",
            "b0: 0-5 other service own @other; 5-12 front>back transfer ahead @other; \
             12-13 other>back transfer own @other>back; 13-17 back service ahead @back; 17-22 back service own @back",
        ],
    );
}

/// A team of one that needs two: the other comes from aux, where x keeps them until 15.
fn team(team: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder) -> ModelBuilder {
    model()
        .class("lo", |c| c.priority(1))
        .department("aux", one(15))
        .department("team", |d| team(one(10)(d).staff_needed(2).helpers("aux", 1.0)))
        .customers("x", at("aux", &[0]))
}

#[test]
fn a_gathering_item_stays_before_a_more_urgent_one() {
    expect(
        team(|d| d).customers("a", |c| at("team", &[0])(c).class("lo")).customers("b", at("team", &[1])),
        90,
        &["x0 aux 0 0-15", "a0 team 0 15-25", "b0 team 1 25-35"],
        &[
            "x0: 0-15 aux service own @aux",
            "a0: 0-15 aux severalstaff ahead @team; 15-25 team service own @team",
            "b0: 1-15 aux severalstaff ahead @team; 15-25 team service ahead @team; 25-35 team service own @team",
        ],
    );
}

#[test]
fn a_gathering_item_loses_patience() {
    // The team's own is reserved 0-5, and free for the next from then on: a1 gathers from 6 to 11.
    expect(
        team(|d| d.patience(ticks(5))).customers("a", at("team", &[0, 6])),
        13,
        &["a0 Reneged 5", "a1 Reneged 11"],
        &[
            "x0: 0-13 aux service own @aux",
            "a0: 0-5 aux severalstaff ahead @team",
            "a1: 6-11 aux severalstaff ahead @team",
        ],
    );
}

/// Two for each case, who take 10; one of them is off shift from 5 to 20.
fn pair(shifts: impl FnOnce(ShiftsBuilder) -> ShiftsBuilder) -> ModelBuilder {
    model()
        .calendar("hours", levels(&[(0, 2), (5, 1), (20, 2)]))
        .department("pair", |d| some(2, 10)(d).staff_needed(2).shifts("hours", shifts))
        .customers("a", at("pair", &[0]))
}

#[test]
fn several_serve_and_one_goes() {
    // Their work waits for both, on the desk or at the head of the line; or both finish.
    expect(
        pair(|s| s),
        90,
        &["a0 pair 0 0-25"],
        &["a0: 0-5 pair service own @pair; 5-20 pair closed nobody @pair; 20-25 pair service own @pair"],
    );
    expect(
        pair(|s| s.hand_over()),
        90,
        &["a0 pair 0 0-25"],
        &[
            "a0: 0-5 pair service own @pair; 5-20 pair severalstaff nobody @pair; 20-25 pair service own @pair",
        ],
    );
    expect(pair(|s| s.finish()), 90, &["a0 pair 0 0-10"], &["a0: 0-10 pair service own @pair"]);
}

#[test]
fn several_are_freed_by_a_question() {
    // Both serve b0 from 5 to 15; the answer is there at 10, and a0 gathers both anew at 15. b0 joined later, but
    // was in service before a0 began to wait.
    expect(
        model()
            .department("pair", |d| some(2, 10)(d).staff_needed(2))
            .department("lab", one(5))
            .request("pair", "lab", |r| r.probability_for("a", 1.0).at(0.5).freed())
            .customers("a", at("pair", &[0]))
            .customers("b", at("pair", &[1])),
        90,
        &["a0?1 lab 5 5-10", "b0 pair 1 5-15", "a0 pair 0 0-20"],
        &[
            "a0: 0-5 pair service own @pair; 5-10 lab answering own @pair; 10-15 pair service ahead @pair; \
             15-20 pair service own @pair",
            "b0: 1-5 pair service ahead @pair; 5-15 pair service own @pair",
        ],
    );
}

#[test]
fn an_absence_begins_at_the_instant_a_service_ends() {
    expect(
        model()
            .department("desk", |d| one(10)(d).absence(|a| a.between(ticks(10)).duration(ticks(5))))
            .customers("a", at("desk", &[0, 1])),
        90,
        &["a0 desk 0 0-10", "a1 desk 1 15-25"],
        &[
            "a0: 0-10 desk service own @desk",
            "a1: 1-10 desk service ahead @desk; 10-15 desk absent nobody @desk; 15-25 desk service own @desk",
        ],
    );
}

#[test]
fn patience_ends_in_the_tick_in_which_a_person_is_freed() {
    expect(
        model()
            .pool("people", |p| p.staff(1))
            .department("desk", |d| d.pool("people").service(ticks(10)).patience(ticks(7)))
            .customers("a", at("desk", &[0, 3])),
        90,
        &["a0 desk 0 0-10", "a1 desk 3 10-20"],
        &[
            "a0: 0-10 desk service own @desk",
            "a1: 3-10 desk service ahead @desk; 10-20 desk service own @desk",
        ],
    );
}

#[test]
fn a_saturated_stream_and_a_closed_department() {
    expect(
        model()
            .calendar("hours", levels(&[(0, 0), (10, 1)]))
            .department("desk", |d| one(5)(d).shifts("hours", |s| s))
            .customers("s", |c| c.enter("desk").saturated().limit(2)),
        90,
        &["s0 desk 10 10-15", "s1 desk 15 15-20"],
        &["s0: 10-15 desk service own @desk", "s1: 15-20 desk service own @desk"],
    );
}

#[test]
fn two_levels_change_at_one_instant() {
    // At 10 both homes come: one's own takes a0, then two's takes b0.
    expect(
        model()
            .calendar("hours", levels(&[(0, 0), (10, 1)]))
            .department("one", |d| one(5)(d).shifts("hours", |s| s).helpers("two", 1.0))
            .department("two", |d| one(5)(d).shifts("hours", |s| s).helpers("one", 1.0))
            .customers("a", at("one", &[2]))
            .customers("b", at("two", &[1])),
        90,
        &["a0 one 2 10-15", "b0 two 1 10-15"],
        &[
            "a0: 2-10 one closed nobody @one; 10-15 one service own @one",
            "b0: 1-10 two closed nobody @two; 10-15 two service own @two",
        ],
    );
}
