//! Accounts worked by hand: one for each construct of the language beyond people, requests, blocking, shifts, absence
//! and defects.

use super::schedule::{at, charges, model, one, some, ticks};
use crate::model::{DepartmentBuilder, Discipline, ForkBuilder, ModelBuilder, Preemption};

#[test]
fn a_setup_is_ones_own_and_work_on_others_to_those_behind() {
    // The desk changes from a to b from 10 to 13; b1 is of the same class as b0.
    charges(
        model()
            .department("desk", |d| one(10)(d).setup(ticks(3)))
            .customers("a", at("desk", &[0]))
            .customers("b", at("desk", &[1, 2])),
        90,
        &[
            "a0: 0-10 desk service own @desk",
            "b0: 1-10 desk service ahead @desk; 10-13 desk setup own @desk; 13-23 desk service own @desk",
            "b1: 2-10 desk service ahead @desk; 10-13 desk setup ahead @desk; 13-23 desk service ahead @desk; \
             23-33 desk service own @desk",
        ],
    );
}

#[test]
fn who_waits_for_a_batch() {
    // a0 waits for a1; those two are done at 14, then a2 and a3. Nobody comes to fill the batch of a4, beside whom the desk
    // is idle from 24 on.
    charges(
        model()
            .department("desk", |d| one(10)(d).batch(2, |b| b))
            .customers("a", at("desk", &[0, 4, 5, 6, 7])),
        30,
        &[
            "a0: 0-4 desk batching nobody @desk; 4-14 desk service own @desk",
            "a1: 4-14 desk service own @desk",
            "a2: 5-14 desk service ahead @desk; 14-24 desk service own @desk",
            "a3: 6-14 desk service ahead @desk; 14-24 desk service own @desk",
            "a4: 7-24 desk service ahead @desk; 24-30 desk batching nobody @desk",
        ],
    );
}

#[test]
fn the_question_of_a_batch() {
    // a0 leads and asks at 5, for both. The work on the answer is a0's own, and that of another to a1.
    charges(
        model()
            .department("reps", |d| one(10)(d).batch(2, |b| b))
            .department("engineering", one(20))
            .request("reps", "engineering", |r| r.at(0.5))
            .customers("a", at("reps", &[0, 0])),
        90,
        &[
            "a0: 0-5 reps service own @reps; 5-25 engineering answering own @reps; 25-30 reps service own @reps",
            "a1: 0-5 reps service own @reps; 5-25 engineering answering ahead @reps; 25-30 reps service own @reps",
        ],
    );
}

#[test]
fn who_waits_for_a_slot() {
    // The slots are at 5 and 15, and the desk is idle before each.
    charges(
        model()
            .department("desk", |d| one(4)(d).slots(ticks(10), [ticks(5)]))
            .customers("a", at("desk", &[0, 1])),
        90,
        &[
            "a0: 0-5 desk closed nobody @desk; 5-9 desk service own @desk",
            "a1: 1-5 desk closed nobody @desk; 5-9 desk service ahead @desk; 9-15 desk closed nobody @desk; \
             15-19 desk service own @desk",
        ],
    );
}

#[test]
fn who_waits_for_room_where_one_waits_for_a_slot() {
    // a0 fills the line of back until the slot at 5 takes it; the person who makes the room was idle until then.
    charges(
        model()
            .department("front", one(2))
            .department("back", |d| one(1)(d).queue_capacity(1).slots(ticks(10), [ticks(5)]))
            .handoff("front", "back", |h| h)
            .customers("a", at("front", &[0, 0])),
        90,
        &[
            "a0: 0-2 front service own @front; 2-5 back closed nobody @back; 5-6 back service own @back",
            "a1: 0-2 front service ahead @front; 2-4 front service own @front; 4-5 back closed nobody @front; \
             5-6 back service ahead @back; 6-15 back closed nobody @back; 15-16 back service own @back",
        ],
    );
}

#[test]
fn what_others_have_of_a_shared_person() {
    // From 4 to 16 both get 6 of 12: one's own first.
    charges(
        model()
            .department("desk", |d| one(10)(d).discipline(Discipline::ProcessorSharing))
            .customers("a", at("desk", &[0, 4])),
        90,
        &[
            "a0: 0-10 desk service own @desk; 10-16 desk sharing letpast @desk",
            "a1: 4-10 desk service own @desk; 10-16 desk sharing letpast @desk; 16-20 desk service own @desk",
        ],
    );
}

#[test]
fn thirds_of_a_tick_and_a_run_that_ends_between() {
    // Two people for three: at 4 each has had 2 and two thirds, and two of the last four ticks in whole ones.
    charges(
        model()
            .department("desk", |d| some(2, 7)(d).discipline(Discipline::ProcessorSharing))
            .customers("a", at("desk", &[0, 0, 0])),
        4,
        &[
            "a0: 0-2 desk service own @desk; 2-4 desk sharing letpast @desk",
            "a1: 0-2 desk service own @desk; 2-4 desk sharing letpast @desk",
            "a2: 0-2 desk service own @desk; 2-4 desk sharing letpast @desk",
        ],
    );
}

#[test]
fn who_waits_for_the_mail() {
    // Pickups at 10, 30 and 50, one under way at a time. a1 comes at 10, after the pickup; a2 is left behind at 30.
    charges(
        model()
            .department("front", one(5))
            .department("back", one(1))
            .handoff("front", "back", |h| h.transfer(ticks(4)).capacity(1).pickup(ticks(20), [ticks(10)]))
            .customers("a", at("front", &[0, 0, 0])),
        90,
        &[
            "a0: 0-5 front service own @front; 5-10 front>back transfer nobody @front>back; \
             10-14 front>back transfer own @front>back; 14-15 back service own @back",
            "a1: 0-5 front service ahead @front; 5-10 front service own @front; \
             10-30 front>back transfer nobody @front>back; 30-34 front>back transfer own @front>back; \
             34-35 back service own @back",
            "a2: 0-10 front service ahead @front; 10-15 front service own @front; \
             15-30 front>back transfer nobody @front>back; 30-50 front>back transfer ahead @front>back; \
             50-54 front>back transfer own @front>back; 54-55 back service own @back",
        ],
    );
}

#[test]
fn who_waits_for_a_place_under_way() {
    charges(
        model()
            .department("front", some(2, 5))
            .department("back", one(1))
            .handoff("front", "back", |h| h.transfer(ticks(6)).capacity(1))
            .customers("a", at("front", &[0, 0])),
        90,
        &[
            "a0: 0-5 front service own @front; 5-11 front>back transfer own @front>back; 11-12 back service own @back",
            "a1: 0-5 front service own @front; 5-11 front>back transfer ahead @front>back; \
             11-17 front>back transfer own @front>back; 17-18 back service own @back",
        ],
    );
}

/// Cases fork after `open`, into a part at `left`, which takes 4, and one at `right`, which takes 10 or what is said.
fn parts(
    right: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder,
    fork: impl FnOnce(ForkBuilder) -> ForkBuilder,
) -> ModelBuilder {
    model()
        .department("open", one(2))
        .department("left", one(4))
        .department("right", right)
        .department("close", one(1))
        .fork("open", "close", |f| fork(f.branch("left", |b| b).branch("right", |b| b)))
        .handoff("left", "close", |h| h)
        .handoff("right", "close", |h| h)
}

fn enters(model: ModelBuilder) -> ModelBuilder {
    model.customers("a", at("open", &[0]))
}

#[test]
fn a_case_is_charged_as_the_part_that_completes_it() {
    // The left part has come at 6. The right one waits for x0 until 10.
    charges(
        enters(parts(one(10), |f| f)).customers("x", at("right", &[0])),
        90,
        &[
            "a0: 0-2 open service own @open; 2-10 right service ahead @right; 10-20 right service own @right; \
             20-21 close service own @close",
            "x0: 0-10 right service own @right; 10-11 close service own @close",
        ],
    );
}

#[test]
fn the_first_of_two_parts_that_is_enough() {
    // The case goes on at 6 with the left part. The right one is finished for nobody, from 2 to 12, and x0 waits for it.
    charges(
        enters(parts(one(10), |f| f.needed(1))).customers("x", at("right", &[3])),
        90,
        &[
            "a0: 0-2 open service own @open; 2-6 left service own @left; 6-7 close service own @close",
            "x0: 3-12 right service ahead @right; 12-22 right service own @right; 22-23 close service own @close",
        ],
    );
}

#[test]
fn the_part_that_is_lost_decides() {
    // The right part loses its patience at 5.
    charges(
        enters(parts(|d| one(10)(d).patience(ticks(3)), |f| f)).customers("x", at("right", &[0])),
        90,
        &[
            "a0: 0-2 open service own @open; 2-5 right service ahead @right",
            "x0: 0-10 right service own @right; 10-11 close service own @close",
        ],
    );
}

#[test]
fn an_unfinished_case_is_charged_as_its_first_open_part() {
    let told = "a0: 0-2 open service own @open; ";
    charges(enters(parts(one(10), |f| f)), 5, &[&format!("{told}2-5 left service own @left")]);
    charges(enters(parts(one(10), |f| f)), 8, &[&format!("{told}2-8 right service own @right")]);
}

#[test]
fn parts_of_parts() {
    // The right part forks itself at 12, into parts that take 3 and 5. The way to the second takes 2, and is charged to the
    // department that forks.
    charges(
        model()
            .department("open", one(2))
            .department("left", one(4))
            .department("right", one(10))
            .department("near", one(3))
            .department("far", one(5))
            .department("check", one(1))
            .department("close", one(1))
            .fork("open", "close", |f| f.branch("left", |b| b).branch("right", |b| b))
            .fork("right", "check", |f| f.branch("near", |b| b).branch("far", |b| b.transfer(ticks(2))))
            .customers("a", at("open", &[0]))
            .handoff("left", "close", |h| h)
            .handoff("near", "check", |h| h)
            .handoff("far", "check", |h| h)
            .handoff("check", "close", |h| h),
        90,
        &["a0: 0-2 open service own @open; 2-12 right service own @right; 12-14 right transfer own @right; \
           14-19 far service own @far; 19-20 check service own @check; 20-21 close service own @close"],
    );
}

#[test]
fn urgent_work_that_interrupts() {
    charges(
        model()
            .class("urgent", |c| c.priority(0))
            .class("a", |c| c.priority(1))
            .department("desk", |d| one(10)(d).preemption(Preemption::Resume))
            .customers("urgent", at("desk", &[4]))
            .customers("a", at("desk", &[0, 1])),
        90,
        &[
            "urgent0: 4-14 desk service own @desk",
            "a0: 0-4 desk service own @desk; 4-14 desk service letpast @desk; 14-20 desk service own @desk",
            // The last stretch of the work on a0 begins after the wait did, but a0 joined before.
            "a1: 1-4 desk service ahead @desk; 4-14 desk service letpast @desk; 14-20 desk service ahead @desk; \
             20-30 desk service own @desk",
        ],
    );
}

#[test]
fn a_class_that_turns_waits_on() {
    // At 5 a0 turns into what takes 3. Its wait has begun at 1.
    charges(
        model()
            .class("a", |c| c.turns(ticks(4), "b"))
            .class("b", |c| c)
            .department("desk", |d| one(10)(d).service_for("b", ticks(3)))
            .customers("x", at("desk", &[0]))
            .customers("a", at("desk", &[1])),
        90,
        &[
            "x0: 0-10 desk service own @desk",
            "a0: 1-10 desk service ahead @desk; 10-13 desk service own @desk",
        ],
    );
}

#[test]
fn stock_that_comes_from_outside() {
    // One is ordered at 0, when a0 takes the last, and one at 3, for a1, who waits. a2 is the next in line at 10, when
    // there is nothing on the shelf, and waits for the second.
    charges(
        model()
            .department("desk", |d| one(2)(d).uses("forms", |u| u))
            .stock("forms", |s| s.initial(1).reorder(0, 1, |o| o.outside(ticks(8))))
            .customers("a", at("desk", &[0, 3, 9])),
        90,
        &[
            "a0: 0-2 desk service own @desk",
            "a1: 3-8 supplier of forms stockout nobody @desk; 8-10 desk service own @desk",
            "a2: 9-10 desk service ahead @desk; 10-11 supplier of forms stockout nobody @desk; \
             11-13 desk service own @desk",
        ],
    );
}

#[test]
fn stock_that_nobody_has_ordered_yet() {
    // The review at 10 orders what comes at 15. The run of the second ends before: the open order counts, of the third before
    // there is any.
    let reviewed = || {
        model()
            .department("desk", |d| one(2)(d).uses("forms", |u| u))
            .stock("forms", |s| s.periodic_from(ticks(10), ticks(20), 1, |o| o.outside(ticks(5))))
            .customers("a", at("desk", &[0]))
    };
    let waits = "a0: 0-10 forms stockout nobody @desk";
    let supplier = "supplier of forms stockout nobody @desk";
    charges(reviewed(), 90, &[&format!("{waits}; 10-15 {supplier}; 15-17 desk service own @desk")]);
    charges(reviewed(), 12, &[&format!("{waits}; 10-12 {supplier}")]);
    charges(reviewed(), 7, &["a0: 0-7 forms stockout nobody @desk"]);
}

#[test]
fn stock_that_a_department_makes() {
    // a0 takes the last at 5. The order waits at the shop for x0 until 10, is made until 14, and is on the shelf at 16.
    charges(
        model()
            .department("desk", |d| one(2)(d).uses("forms", |u| u))
            .department("shop", one(10))
            .stock("forms", |s| {
                s.initial(1)
                    .reorder(0, 1, |o| o.department("shop", "x", |o| o.service(ticks(4)).transfer(ticks(2))))
            })
            .customers("x", at("shop", &[0]))
            .customers("a", at("desk", &[5, 6])),
        90,
        &[
            "x0: 0-10 shop service own @shop",
            "a0: 5-7 desk service own @desk",
            "a1: 6-7 desk service ahead @desk; 7-14 shop service ahead @desk; 14-16 forms transfer ahead @desk; \
             16-18 desk service own @desk",
        ],
    );
}

#[test]
fn who_waits_for_room_where_one_waits_for_stock() {
    // a0 waits at back for what the review at 10 orders. The person there is idle, and a1, for whom no place can be kept on
    // its way, waits because the forms are out.
    charges(
        model()
            .department("front", one(2))
            .department("back", |d| one(1)(d).queue_capacity(1).uses("forms", |u| u))
            .handoff("front", "back", |h| h.transfer(ticks(1)))
            .stock("forms", |s| s.periodic_from(ticks(10), ticks(20), 2, |o| o.outside(ticks(5))))
            .customers("a", at("front", &[0, 0])),
        90,
        &[
            "a0: 0-2 front service own @front; 2-3 front>back transfer own @front>back; \
             3-10 forms stockout nobody @back; 10-15 supplier of forms stockout nobody @back; 15-16 back service own @back",
            "a1: 0-2 front service ahead @front; 2-4 front service own @front; 4-15 forms stockout nobody @front; \
             15-16 front>back transfer own @front>back; 16-17 back service own @back",
        ],
    );
}

#[test]
fn who_is_rejected_and_comes_again() {
    charges(
        model()
            .department("desk", |d| one(10)(d).queue_capacity(0))
            .customers("a", |c| at("desk", &[0, 2])(c).retry(1.0, ticks(5), |r| r)),
        90,
        &["a0: 0-10 desk service own @desk", "a1: 2-12 desk away own @desk; 12-22 desk service own @desk"],
    );
}

#[test]
fn who_balks_and_comes_again() {
    // Nobody joins beside one who is there.
    charges(
        model()
            .department("desk", |d| one(10)(d).balking(|b| b.join([1.0]).beyond(0.0)))
            .customers("a", |c| at("desk", &[0, 2])(c).retry(1.0, ticks(9), |r| r)),
        90,
        &["a0: 0-10 desk service own @desk", "a1: 2-11 desk away own @desk; 11-21 desk service own @desk"],
    );
}

#[test]
fn a_person_who_is_on_vacation() {
    // Whoever finds nothing to do at 0 is away until 6, and again until 12.
    charges(
        model().department("desk", |d| one(4)(d).vacation(ticks(6))).customers("a", at("desk", &[2, 9])),
        20,
        &[
            "a0: 2-6 desk absent nobody @desk; 6-10 desk service own @desk",
            "a1: 9-10 desk service ahead @desk; 10-14 desk service own @desk",
        ],
    );
}
