//! The constructs of single departments and of ways between them: figures worked out by hand on schedules without
//! chance. Times are in minutes.

use knockon::Outcome;
use knockon::model::{Discipline, Preemption};
use knockon::prelude::*;
use knockon::results::{StaffState, TimeEstimate, TimeStatistics};
use knockon::stats::Estimate;

use super::recorded;

/// One replication until a time, in minutes.
fn run(model: &Model, horizon: i32) -> Results {
    Experiment::new(model).horizon(minutes(horizon)).replications(1).self_check().run().unwrap()
}

/// Arrivals at these minutes.
fn at<const N: usize>(times: [i32; N]) -> [Span; N] {
    times.map(minutes)
}

#[track_caller]
fn assert_is(estimate: impl Into<Option<Estimate>>, expected: f64) {
    let mean = estimate.into().unwrap().mean;
    assert!((mean - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{mean}, expected {expected}");
}

#[track_caller]
fn assert_minutes(time: impl Into<Option<TimeEstimate>>, expected: f64) {
    assert_is(time.into().map(|time| time.times(60.0)), expected);
}

fn mean(times: &Option<TimeStatistics>) -> Option<TimeEstimate> {
    times.as_ref().map(|times| times.mean)
}

/// A minute of splitting, then parts of 2 and of 5 minutes, then a minute of closing.
fn in_parts(times: &[i32], needed: u32) -> Model {
    Model::builder("in parts")
        .department("split", |d| d.staff(1).service(minutes(1)))
        .department("short", |d| d.staff(1).service(minutes(2)))
        .department("long", |d| d.staff(1).service(minutes(5)))
        .department("close", |d| d.staff(1).service(minutes(1)))
        .fork("split", "close", |f| f.branch("short", |b| b).branch("long", |b| b).needed(needed))
        .handoff("short", "close", |h| h)
        .handoff("long", "close", |h| h)
        .customers("a", |c| c.schedule(times.iter().map(|&time| minutes(time))).enter("split"))
        .build()
        .unwrap()
}

#[test]
fn parts_wait_for_each_other() {
    let results = run(&in_parts(&[0, 10], 2), 20);
    let fork = results.fork("split to close").unwrap();
    assert_is(fork.forked, 2.0);
    assert_is(fork.joined, 2.0);
    assert_minutes(mean(&fork.duration), 5.0);
    // Three minutes for the first of each to come, none for the second.
    assert_minutes(mean(&fork.synchronization), 1.5);
    assert_is(fork.synchronization.as_ref().unwrap().zero_share, 0.5);
    assert_minutes(fork.waiting_per_case, 3.0);
    assert_is(fork.waiting, 6.0 / 20.0);
    assert_minutes(mean(&results.class("a").unwrap().lead_time), 7.0);
    for department in ["split", "short", "long", "close"] {
        let visits = &results.department(department).unwrap().visits;
        assert_is(visits.joined, 2.0);
        assert_is(visits.served, 2.0);
        assert_is(visits.withdrawn, 0.0);
    }
}

/// The second case comes at 1. Its short part is served from 3 to 5, when its long one still waits: that is withdrawn. That
/// of the first is at work when that goes on at 3: its work is for nobody.
#[test]
fn late_parts_are_withdrawn() {
    let model = in_parts(&[0, 1], 1);
    let (results, taken) = recorded(&Experiment::new(&model).horizon(minutes(20)).replications(1));
    let fork = results.fork("split to close").unwrap();
    assert_is(fork.joined, 2.0);
    assert_is(fork.parts_withdrawn, 1.0);
    assert_is(fork.parts_for_nobody, 1.0);
    assert_minutes(mean(&fork.duration), (2.0 + 3.0) / 2.0);
    let long = &results.department("long").unwrap().visits;
    assert_is(long.joined, 2.0);
    assert_is(long.served, 1.0);
    assert_is(long.withdrawn, 1.0);
    assert_is(long.queue_length, 3.0 / 20.0);
    assert_minutes(mean(&results.class("a").unwrap().lead_time), (4.0 + 5.0) / 2.0);
    let withdrawn: Vec<_> = taken.visits.iter().filter(|visit| visit.withdrawn).collect();
    assert_eq!(withdrawn.len(), 1);
    assert_eq!(
        (withdrawn[0].joined, withdrawn[0].begun, withdrawn[0].ended),
        (minutes(2), None, Some(minutes(5)))
    );
    assert_eq!(withdrawn[0].part.unwrap().branch, 1);
    assert_eq!(taken.visits.iter().filter(|visit| visit.part.is_some()).count(), 4);
}

/// Routine work from 0 is interrupted at 4 for urgent work, which is set up for until 6 and done at 16; another setup
/// until 18, and what is left of the routine work until 24.
#[test]
fn an_interruption_and_two_setups() {
    let model = Model::builder("interrupted")
        .class("urgent", |c| c.priority(0))
        .class("routine", |c| c.priority(1))
        .department("desk", |d| {
            let d = d.staff(1).service(minutes(10)).preemption(Preemption::Resume);
            d.setup(minutes(2)).standard(minutes(12), |s| s)
        })
        .customers("routine", |c| c.schedule(at([0])).enter("desk"))
        .customers("urgent", |c| c.schedule(at([4])).enter("desk"))
        .build()
        .unwrap();
    let results = run(&model, 30);
    let desk = results.department("desk").unwrap();
    assert_is(desk.interruptions, 1.0);
    assert_is(desk.setups.unwrap().count, 2.0);
    assert_minutes(desk.setups.unwrap().time, 2.0);
    let [urgent, routine] = ["urgent", "routine"].map(|class| desk.class(class).unwrap());
    assert_minutes(mean(&urgent.waiting), 2.0);
    assert_minutes(mean(&routine.waiting), 0.0);
    assert_minutes(mean(&routine.service), 10.0);
    assert_minutes(mean(&routine.sojourn), 24.0);
    assert_minutes(routine.parts.unwrap().waiting_again, 14.0);
    assert_is(routine.queue_length, 14.0 / 30.0);
    assert_is(desk.visits.standard_kept, 0.5);
    let time = desk.staff_time.as_ref().unwrap();
    assert_is(time.share(StaffState::SettingUp), 4.0 / 30.0);
    assert_is(time.share(StaffState::Serving), 20.0 / 30.0);
    assert_is(time.share(StaffState::Idle), 6.0 / 30.0);
    assert_is(desk.utilization, 20.0 / 30.0);
}

/// Two at 1, until 11; the third is alone when it has waited for long enough, from 17 to 27.
#[test]
fn batches_are_filled_or_ripe() {
    let model = Model::builder("oven")
        .department("oven", |d| d.staff(1).service(minutes(10)).batch(2, |b| b.longest_wait(minutes(5))))
        .customers("a", |c| c.schedule(at([0, 1, 12])).enter("oven"))
        .build()
        .unwrap();
    let results = run(&model, 30);
    let oven = results.department("oven").unwrap();
    assert_is(oven.batches.unwrap().count, 2.0);
    assert_is(oven.batches.unwrap().size, 1.5);
    assert_is(oven.visits.served, 3.0);
    assert_minutes(mean(&oven.visits.waiting), (1.0 + 0.0 + 5.0) / 3.0);
    assert_is(oven.utilization, 20.0 / 30.0);
}

/// One is there and is taken at 0, when another is ordered; the second case finds none at 2, which makes it order again,
/// and waits until 10. The second order comes at 12 and stays.
#[test]
fn a_shelf_that_was_empty() {
    let model = Model::builder("workshop")
        .stock("parts", |s| s.initial(1).reorder(0, 1, |o| o.outside(minutes(10))))
        .department("bench", |d| d.staff(1).service(minutes(1)).uses("parts", |u| u))
        .customers("a", |c| c.schedule(at([0, 2])).enter("bench"))
        .build()
        .unwrap();
    let results = run(&model, 20);
    let parts = results.stock("parts").unwrap();
    assert_is(parts.orders, 2.0);
    assert_is(parts.delivered, 2.0);
    assert_minutes(mean(&parts.lead_time), 10.0);
    assert_is(parts.let_downs, 1.0);
    assert_is(parts.waits, 1.0);
    assert_minutes(mean(&parts.waiting_time), 8.0);
    assert_is(parts.waiting, 8.0 / 20.0);
    assert_is(parts.on_hand, 8.0 / 20.0);
    assert_is(parts.empty, 12.0 / 20.0);
    let bench = &results.department("bench").unwrap().visits;
    assert_minutes(mean(&bench.waiting), 4.0);
    assert_is(bench.queue_length, 8.0 / 20.0);
    assert_eq!((&*results.uses[0].department, &*results.uses[0].stock), ("bench", "parts"));
    assert_is(results.uses[0].let_downs, 1.0);
}

/// It turns into the other class at 5, and is served from 10 to 14 as that.
#[test]
fn a_case_that_turns_waits_as_both() {
    let model = Model::builder("turns")
        .class("before", |c| c.turns(minutes(5), "after"))
        .class("after", |c| c)
        .department("desk", |d| d.staff(1).service(minutes(10)).service_for("after", minutes(4)))
        .customers("first", |c| c.schedule(at([0])).enter("desk").class("before"))
        .customers("second", |c| c.schedule(at([0])).enter("desk").class("before"))
        .build()
        .unwrap();
    let results = run(&model, 20);
    let desk = results.department("desk").unwrap();
    let [before, after] = ["before", "after"].map(|class| desk.class(class).unwrap());
    assert_is(before.served, 1.0);
    assert_is(before.queue_length, 5.0 / 20.0);
    assert_is(after.served, 1.0);
    assert_is(after.queue_length, 5.0 / 20.0);
    assert_minutes(mean(&after.waiting), 10.0);
    assert_minutes(mean(&after.service), 4.0);
}

/// Nobody joins who finds somebody there, and tries again 7 minutes later: the second case comes at 2, at 9 and at 16.
fn impatient(most: u32) -> Model {
    Model::builder("impatient")
        .department("desk", |d| d.staff(1).service(minutes(10)).balking(|b| b.join([1.0])))
        .customers("a", |c| c.schedule(at([0, 2])).enter("desk").retry(1.0, minutes(7), |r| r.most(most)))
        .build()
        .unwrap()
}

#[test]
fn who_balks_tries_again() {
    let results = run(&impatient(5), 30);
    let (class, desk) = (results.class("a").unwrap(), results.department("desk").unwrap());
    let retries = class.retries.unwrap();
    assert_is(retries.attempts, 2.0);
    assert_is(retries.share, 0.5);
    assert_is(retries.away, 14.0 / 30.0);
    assert_is(class.balked, 0.0);
    assert_is(class.in_system, (10.0 + 24.0) / 30.0);
    assert_minutes(mean(&class.lead_time), (10.0 + 24.0) / 2.0);
    assert_is(desk.visits.balked, 2.0);
    assert_is(desk.visits.balked_share, 0.5);
    assert_is(desk.visits.joined, 2.0);
}

#[test]
fn who_balks_too_often_is_lost() {
    let (results, taken) = recorded(&Experiment::new(&impatient(1)).horizon(minutes(30)).replications(1));
    let class = results.class("a").unwrap();
    assert_is(class.balked, 1.0);
    assert_is(class.lost_share, 0.5);
    assert_is(class.retries.unwrap().attempts, 1.5);
    assert_is(class.in_system, (10.0 + 7.0) / 30.0);
    let lost = taken.cases.iter().find(|case| case.outcome == Outcome::Balked).unwrap();
    assert_eq!((lost.arrived, lost.ended, lost.attempts), (minutes(2), minutes(9), 2));
}

/// Work is done at 2 and at 6; the mail goes at 5, 15, and 25.
#[test]
fn cases_wait_for_the_mail() {
    let model = Model::builder("mail")
        .department("office", |d| d.staff(1).service(minutes(2)))
        .department("archive", |d| d.staff(1).service(minutes(1)))
        .handoff("office", "archive", |h| h.pickup(minutes(10), at([5])).transfer(minutes(1)))
        .customers("a", |c| c.schedule(at([0, 4])).enter("office"))
        .build()
        .unwrap();
    let results = run(&model, 30);
    let handoff = results.handoff("office", "archive").unwrap();
    assert_is(handoff.count, 2.0);
    assert_minutes(handoff.transfer_time, 1.0);
    let waiting = handoff.waiting.unwrap();
    assert_is(waiting.count, 2.0);
    assert_minutes(waiting.time, (3.0 + 9.0) / 2.0);
    assert_is(waiting.number, 12.0 / 30.0);
    assert_is(waiting.pickups, 3.0);
    assert_minutes(mean(&results.class("a").unwrap().lead_time), (7.0 + 13.0) / 2.0);
}

/// Two of 6 minutes from 0 and from 4, one person: the first is done at 8, the second at 12.
#[test]
fn people_are_shared() {
    let model = Model::builder("sharing")
        .department("desk", |d| d.staff(1).service(minutes(6)).discipline(Discipline::ProcessorSharing))
        .customers("a", |c| c.schedule(at([0, 4])).enter("desk"))
        .build()
        .unwrap();
    let results = run(&model, 20);
    let desk = results.department("desk").unwrap();
    assert_minutes(mean(&desk.visits.sojourn), 8.0);
    assert_minutes(mean(&desk.visits.service), 6.0);
    assert_minutes(mean(&desk.visits.waiting), 0.0);
    assert_is(desk.visits.present, 16.0 / 20.0);
    assert_is(desk.visits.in_service, 16.0 / 20.0);
    assert_is(desk.utilization, 12.0 / 20.0);
}

/// A department makes what another uses: the order is work from 0 to 5, and no case.
#[test]
fn orders_are_not_cases() {
    let model = Model::builder("kitchen")
        .class("meals", |c| c)
        .stock("meals", |s| {
            s.initial(1).reorder(0, 1, |o| o.department("kitchen", "meals", |o| o.service(minutes(5))))
        })
        .department("counter", |d| d.staff(1).service(minutes(1)).uses("meals", |u| u))
        .department("kitchen", |d| d.staff(1).service(minutes(9)))
        .customers("guests", |c| c.schedule(at([0])).enter("counter"))
        .customers("parties", |c| c.schedule(at([7])).enter("kitchen"))
        .build()
        .unwrap();
    let (results, taken) =
        recorded(&Experiment::new(&model).horizon(minutes(20)).replications(1).self_check().presence());
    assert_minutes(mean(&results.stock("meals").unwrap().lead_time), 5.0);
    let kitchen = results.department("kitchen").unwrap();
    assert_is(kitchen.visits.joined, 1.0);
    assert_is(kitchen.utilization, 14.0 / 20.0);
    assert_is(results.presence[1].shares[1], 9.0 / 20.0);
    assert_eq!((taken.visits.len(), taken.orders.len()), (2, 1));
    let order = &taken.orders[0];
    assert_eq!((order.number, order.quantity, order.ordered), (1, 1, minutes(0)));
    assert_eq!((order.begun, order.delivered), (Some(minutes(0)), Some(minutes(5))));
}
