//! Departments that wait for each other: figures worked out by hand on schedules without chance.

use knockon::prelude::*;
use knockon::results::{Results, StaffResults, StaffState};
use knockon::stats::Estimate;
use knockon::{ErrorKind, Outcome, RequestOutcome};

use super::recorded;

/// One replication until a time.
fn run(model: &Model, horizon: Span) -> Results {
    Experiment::new(model).horizon(horizon).replications(1).self_check().run().unwrap()
}

#[track_caller]
fn assert_is(estimate: impl Into<Option<Estimate>>, expected: f64) {
    let mean = estimate.into().unwrap().mean;
    assert!((mean - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{mean}, expected {expected}");
}

/// Minutes of person-time in each state, in the order of [`StaffState`].
#[track_caller]
fn assert_states(time: &StaffResults, minutes: [f64; 7]) {
    use StaffState::{Absent, Blocked, Held, Idle, OffShift, Reserved, Serving};
    let states = [Serving, Held, Blocked, Reserved, Idle, Absent, OffShift];
    assert_eq!(time.states.len(), 7);
    let all: f64 = minutes.iter().sum();
    assert_is(time.hours, all / 60.0);
    for ((state, expected), of) in states.into_iter().zip(minutes).zip(&time.states) {
        assert_eq!(of.state, state);
        assert!((60.0 * of.hours.mean - expected).abs() < 1e-9, "{of:?}, expected {expected} minutes");
        assert_is(time.share(state), expected / all);
    }
}

/// The representatives serve for 10 minutes, and half way through case A they ask engineering, which is
/// busy from 0 to 65 and then takes 20 for the answer. A arrives at 0, B at 1.
fn order_taking(staff_freed: bool) -> Model {
    Model::builder("order taking")
        .department("reps", |d| d.staff(1).service(minutes(10)))
        .department("engineering", |d| d.staff(1).service(minutes(65)))
        .request("reps", "engineering", |r| {
            let r = r.probability_for("A", 1.0).at(0.5).service(minutes(20)).standard(hours(1));
            if staff_freed { r.freed() } else { r }
        })
        .customers("own work", |c| c.schedule([Span::ZERO]).enter("engineering"))
        .customers("A", |c| c.schedule([Span::ZERO]).enter("reps"))
        .customers("B", |c| c.schedule([minutes(1)]).enter("reps"))
        .build()
        .unwrap()
}

#[test]
fn a_question_with_staff_held() {
    let results = run(&order_taking(false), hours(2));
    let reps = results.department("reps").unwrap();
    assert_states(reps.staff_time.as_ref().unwrap(), [20.0, 80.0, 0.0, 0.0, 20.0, 0.0, 0.0]);
    assert_is(reps.utilization, 20.0 / 120.0);
    let engineering = results.department("engineering").unwrap();
    assert_states(engineering.staff_time.as_ref().unwrap(), [85.0, 0.0, 0.0, 0.0, 35.0, 0.0, 0.0]);

    let visits = &reps.visits;
    assert_is(visits.waiting.as_ref().unwrap().mean.0, 89.0 / 2.0 / 60.0);
    assert_is(visits.service.as_ref().unwrap().mean.0, 10.0 / 60.0);
    assert_is(visits.sojourn.as_ref().unwrap().mean.0, (90.0 + 99.0) / 2.0 / 60.0);
    assert_is(visits.sojourn.as_ref().unwrap().longest.map(one), 99.0 / 60.0);
    assert_is(visits.queue_length, 89.0 / 120.0);
    assert_is(visits.in_service, 100.0 / 120.0);
    assert_is(visits.present, 189.0 / 120.0);
    let parts = visits.parts.unwrap();
    assert_is(parts.asking.unwrap().0, 80.0 / 2.0 / 60.0);
    assert_is(parts.number_asking, 80.0 / 120.0);
    for nothing in [parts.suspended, parts.waiting_again, parts.blocked] {
        assert_is(nothing.unwrap().0, 0.0);
    }
    let of_a = reps.class("A").unwrap().parts.unwrap();
    assert_is(of_a.asking.unwrap().0, 80.0 / 60.0);

    // The request is no visit of a case.
    assert_is(engineering.visits.joined, 1.0);
    assert_is(engineering.visits.queue_length, 0.0);
    assert_is(engineering.visits.present, 65.0 / 120.0);
    let request = results.request("reps asks engineering").unwrap();
    assert_eq!((request.from.as_str(), request.to.as_str()), ("reps", "engineering"));
    for (estimate, expected) in
        [(request.asked, 1.0), (request.answered, 1.0), (request.given_up, 0.0), (request.unfinished, 0.0)]
    {
        assert_is(estimate, expected);
    }
    assert_is(request.response_time.as_ref().unwrap().mean.0, 80.0 / 60.0);
    assert_is(request.waiting.as_ref().unwrap().mean.0, 60.0 / 60.0);
    assert_is(request.service.as_ref().unwrap().mean.0, 20.0 / 60.0);
    assert_eq!(request.standard, Some(1.0));
    assert_is(request.standard_kept, 0.0);
    assert_is(request.open, 80.0 / 120.0);
    assert_is(request.held, 80.0 / 120.0);
    assert_is(request.held_hours, 80.0 / 60.0);
    assert_is(request.held_per_request.unwrap().0, 80.0 / 60.0);

    // Answering is work on the case.
    assert_is(results.class("A").unwrap().touch_time.unwrap().0, 30.0 / 60.0);
    assert_is(results.class("A").unwrap().lead_time.as_ref().unwrap().mean.0, 90.0 / 60.0);
}

fn one(mean: f64) -> Estimate {
    Estimate { mean, interval: None, replications: 1 }
}

/// The representative is free from 5 on: B is served from 5 to 15, and A is back in line at 85.
#[test]
fn a_question_with_staff_freed() {
    let results = run(&order_taking(true), hours(2));
    let reps = results.department("reps").unwrap();
    assert_states(reps.staff_time.as_ref().unwrap(), [20.0, 0.0, 0.0, 0.0, 100.0, 0.0, 0.0]);
    assert_is(reps.visits.waiting.as_ref().unwrap().mean.0, 4.0 / 2.0 / 60.0);
    assert_is(results.request("reps asks engineering").unwrap().held_hours, 0.0);
    assert_is(reps.visits.in_service, 100.0 / 120.0);
}

/// The window begins at 30, when A waits for its answer and B in line: neither counts, but the time does.
#[test]
fn the_warm_up_cuts_times_but_not_people() {
    let model = order_taking(false);
    let experiment = Experiment::new(&model).horizon(hours(2)).warm_up(minutes(30)).replications(1);
    let results = experiment.run().unwrap();
    let reps = results.department("reps").unwrap();
    assert_states(reps.staff_time.as_ref().unwrap(), [15.0, 55.0, 0.0, 0.0, 20.0, 0.0, 0.0]);
    assert_is(reps.visits.served, 0.0);
    assert_is(reps.visits.throughput, 2.0 / 1.5);
    assert_is(reps.visits.queue_length, 60.0 / 90.0);
    assert_is(reps.visits.present, (60.0 + 70.0) / 90.0);
    let request = results.request("reps asks engineering").unwrap();
    assert_is(request.asked, 0.0);
    assert_eq!(request.response_time, None);
    assert_is(request.open, 55.0 / 90.0);
    assert_is(request.held_hours, 55.0 / 60.0);
    let text = "nothing is known of the standard of `reps asks engineering`: nobody asked after the warm-up";
    assert!(results.warnings.iter().any(|warning| warning == text), "{:?}", results.warnings);
}

/// The run ends at 80, while A waits for its answer and B for A.
#[test]
fn what_is_open_at_the_end() {
    let model = order_taking(false);
    let (results, taken) = recorded(&Experiment::new(&model).horizon(minutes(80)).replications(1));
    let request = results.request("reps asks engineering").unwrap();
    assert_is(request.unfinished, 1.0);
    assert_is(request.standard_kept, 0.0);
    assert_is(request.held_hours, 75.0 / 60.0);
    assert_eq!(taken.requests.len(), 1);
    let record = &taken.requests[0];
    assert_eq!(record.outcome, RequestOutcome::Unfinished);
    assert_eq!(
        (record.asked, record.joined, record.begun),
        (minutes(5), Some(minutes(5)), Some(minutes(65)))
    );
    assert_eq!(record.ended, None);
    assert_eq!(results.streams[record.case.unwrap().stream as usize], "A");
    let reps = results.department("reps").unwrap();
    assert_is(reps.visits.present, (80.0 + 79.0) / 80.0);
    assert_is(reps.visits.in_service, 1.0);
}

/// The answer comes too late: after 30 minutes A goes on without it, while engineering has not begun.
#[test]
fn an_answer_that_nobody_waits_for_any_more() {
    for (own_work, begun) in [(65, false), (30, true)] {
        let mut model = order_taking(false);
        model.departments[1].service = Some(minutes(own_work).into());
        model.requests[0].longest_wait = Some(minutes(30).into());
        let (results, taken) =
            recorded(&Experiment::new(&model).horizon(hours(2)).replications(1).self_check());
        let request = results.request("reps asks engineering").unwrap();
        assert_is(request.given_up, 1.0);
        assert_is(request.for_nobody, if begun { 1.0 } else { 0.0 });
        assert_is(request.held_hours, 0.5);
        assert_is(request.open, 0.25);
        assert_eq!(request.response_time, None);
        assert_eq!(request.service.is_some(), begun);
        assert_eq!(taken.requests[0].outcome, RequestOutcome::GivenUp);
        assert_eq!(taken.requests[0].ended, Some(minutes(35)));
        let engineering = results.department("engineering").unwrap().staff_time.as_ref().unwrap();
        assert_is(engineering.states[0].hours, if begun { 50.0 / 60.0 } else { 65.0 / 60.0 });
        // A: 5 + 30 + 5; B from 40 to 50.
        assert_is(results.class("B").unwrap().lead_time.as_ref().unwrap().mean.0, 49.0 / 60.0);
    }
}

/// `first` takes 10 and `second` 30 without a queue. Three cases at 0: they leave `first` at 10, 40 and 70,
/// having been finished at 10, 20 and 50.
#[test]
fn blocked_after_service() {
    let model = Model::builder("line")
        .department("first", |d| d.staff(1).service(minutes(10)))
        .department("second", |d| d.staff(1).service(minutes(30)).queue_capacity(0))
        .handoff("first", "second", |h| h)
        .customers("some", |c| c.schedule([Span::ZERO; 3]).enter("first"))
        .build()
        .unwrap();
    let experiment = Experiment::new(&model).horizon(hours(2)).replications(1).self_check().presence();
    let (results, taken) = recorded(&experiment);
    let first = results.department("first").unwrap();
    assert_states(first.staff_time.as_ref().unwrap(), [30.0, 0.0, 40.0, 0.0, 50.0, 0.0, 0.0]);
    assert_is(first.utilization, 30.0 / 120.0);
    let parts = first.visits.parts.unwrap();
    assert_is(parts.blocked.unwrap().0, 40.0 / 3.0 / 60.0);
    assert_is(parts.number_blocked, 40.0 / 120.0);
    // Waiting: 10 and 40.
    assert_is(first.visits.waiting.as_ref().unwrap().mean.0, 50.0 / 3.0 / 60.0);
    assert_is(first.visits.queue_length, 50.0 / 120.0);
    assert_is(first.visits.in_service, 30.0 / 120.0);
    assert_is(first.visits.present, 120.0 / 120.0);
    assert_is(first.visits.sojourn.as_ref().unwrap().mean.0, 120.0 / 3.0 / 60.0);
    let blocked: Vec<Span> = taken.visits.iter().map(|visit| visit.blocked).collect();
    let in_first = |visit: usize| taken.visits[visit].department == 0;
    let of_first: Vec<Span> = (0..blocked.len()).filter(|&at| in_first(at)).map(|at| blocked[at]).collect();
    assert_eq!(of_first, [minutes(0), minutes(20), minutes(20)]);
    // Present in the first: 3 until 10, 2 until 40, 1 until 70.
    let shares: Vec<f64> = results.presence[0].shares.iter().map(|share| share.mean * 120.0).collect();
    assert!(shares.iter().zip([50.0, 30.0, 30.0, 10.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{shares:?}");
    assert_is(results.handoff("first", "second").unwrap().count, 3.0);
}

/// A pool of one serves the desk, and the office helps there at half speed.
#[test]
fn pools_and_helpers() {
    let model = Model::builder("shared")
        .pool("clerks", |p| p.staff(1))
        .department("desk", |d| d.pool("clerks").service(minutes(10)).helpers("office", 0.5))
        .department("office", |d| d.staff(1).service(minutes(6)))
        .customers("walk-in", |c| c.schedule([Span::ZERO, minutes(1), minutes(2)]).enter("desk"))
        .customers("post", |c| c.schedule([minutes(30)]).enter("office"))
        .build()
        .unwrap();
    let results = run(&model, hours(1));
    // The clerk serves the first from 0 to 10 and the third from 10 to 20; the helper the second from 1 to 21.
    let clerks = results.pool("clerks").unwrap();
    assert_eq!(clerks.staff, 1);
    assert_states(&clerks.time, [20.0, 0.0, 0.0, 0.0, 40.0, 0.0, 0.0]);
    assert_is(clerks.utilization, 20.0 / 60.0);
    let [desk, office] = ["desk", "office"].map(|name| results.department(name).unwrap());
    assert_eq!(
        (desk.pool.as_deref(), desk.utilization, desk.staff_time.is_none()),
        (Some("clerks"), None, true)
    );
    assert_is(desk.served_by_others, 40.0 / 60.0);
    assert_is(desk.visits.service.as_ref().unwrap().mean.0, 40.0 / 3.0 / 60.0);
    assert_states(office.staff_time.as_ref().unwrap(), [26.0, 0.0, 0.0, 0.0, 34.0, 0.0, 0.0]);
    assert_is(office.staff_time.as_ref().unwrap().helping, 20.0 / 60.0);
    assert_eq!(office.served_by_others, None);
    assert_eq!(office.pool, None);
}

/// One member of staff from 9 to 17. A case at 16 takes two hours.
fn day_shift(at_end: &str) -> Model {
    Model::builder("day shift")
        .calendar("office hours", |c| c.shift("daily", "09:00", "17:00"))
        .working_hours("office hours")
        .department("desk", |d| {
            d.staff(1).service(hours(2)).shifts("office hours", |s| match at_end {
                "finish" => s.finish(),
                "replaced" => s.finish().replaced_crew(),
                "hand over" => s.hand_over(),
                _ => s,
            })
        })
        .customers("late", |c| c.schedule([hours(16)]).enter("desk"))
        .build()
        .unwrap()
}

#[test]
fn a_shift_that_ends() {
    let hour = 60.0;
    for (at_end, lead, working, states, overtime) in [
        ("pause", 18.0, 2.0, [2.0, 0.0, 0.0, 0.0, 14.0, 0.0, 32.0], 0.0),
        ("hand over", 18.0, 2.0, [2.0, 0.0, 0.0, 0.0, 14.0, 0.0, 32.0], 0.0),
        ("finish", 2.0, 1.0, [2.0, 0.0, 0.0, 0.0, 15.0, 0.0, 31.0], 1.0),
        // Another crew is off shift while the old one finishes.
        ("replaced", 2.0, 1.0, [2.0, 0.0, 0.0, 0.0, 15.0, 0.0, 32.0], 1.0),
    ] {
        let results = run(&day_shift(at_end), hours(48));
        let class = results.class("late").unwrap();
        assert_is(class.lead_time.as_ref().unwrap().mean.0, lead);
        assert_is(class.lead_time_working.as_ref().unwrap().mean.0, working);
        let of_all = results.system.lead_time_working.as_ref().unwrap();
        assert_eq!((of_all.count, of_all.longest), (1, Some(working)));
        let desk = results.department("desk").unwrap();
        let time = desk.staff_time.as_ref().unwrap();
        assert_states(time, states.map(|hours| hours * hour));
        assert_is(time.overtime, overtime);
        assert_is(desk.utilization, 2.0 / (16.0 + overtime));
        let parts = desk.visits.parts.unwrap();
        let (suspended, again) = (parts.suspended.unwrap().mean, parts.waiting_again.unwrap().mean);
        assert_eq!(
            (suspended, again),
            match at_end {
                "pause" => (16.0, 0.0),
                "hand over" => (0.0, 16.0),
                _ => (0.0, 0.0),
            }
        );
        assert_is(desk.visits.queue_length, again / 48.0);
    }
}

/// A breakdown of everything from 30 to 40, and again at 70, in the middle of services.
#[test]
fn absence() {
    let model = Model::builder("breakdown")
        .department("machine", |d| {
            d.staff(2).service(minutes(20)).absence(|a| a.between(minutes(30)).duration(minutes(10)).all())
        })
        .customers("parts", |c| c.schedule([minutes(15), minutes(15), minutes(32)]).enter("machine"))
        .build()
        .unwrap();
    let results = run(&model, minutes(80));
    let machine = results.department("machine").unwrap();
    // Both serve 15 to 30 and 40 to 45; then one the third from 45 to 65.
    assert_states(machine.staff_time.as_ref().unwrap(), [60.0, 0.0, 0.0, 0.0, 60.0, 40.0, 0.0]);
    assert_is(machine.utilization, 60.0 / 160.0);
    assert_is(machine.visits.parts.unwrap().suspended.unwrap().0, 20.0 / 3.0 / 60.0);
    assert_is(machine.visits.parts.unwrap().number_suspended, 20.0 / 80.0);
    assert_is(machine.visits.service.as_ref().unwrap().mean.0, 20.0 / 60.0);
}

/// Two people are needed; one is reserved while the other finishes what needs one only.
#[test]
fn several_people_for_one_piece_of_work() {
    let model = Model::builder("lifting")
        .pool("crew", |p| p.staff(2))
        .department("single", |d| d.pool("crew").service(minutes(30)))
        .department("double", |d| d.pool("crew").staff_needed(2).service(minutes(10)))
        .customers("light", |c| c.schedule([Span::ZERO]).enter("single"))
        .customers("heavy", |c| c.schedule([minutes(10)]).enter("double"))
        .build()
        .unwrap();
    let results = run(&model, hours(1));
    let crew = results.pool("crew").unwrap();
    assert_states(&crew.time, [50.0, 0.0, 0.0, 20.0, 50.0, 0.0, 0.0]);
    assert_is(results.department("double").unwrap().visits.waiting.as_ref().unwrap().mean.0, 20.0 / 60.0);
    assert_is(results.department("double").unwrap().served_by_others, 20.0 / 60.0);
}

/// The office always errs. What billing finds it sends to the fixers, who are no help: the customer gets it at
/// 20, and complains two hours later. What the scanner finds at 25 is turned away.
#[test]
fn defects_and_what_they_cost() {
    let model = Model::builder("quality")
        .class("sent", |c| c.delay_cost(6.0))
        .class("thrown", |c| c.delay_cost(1.0).lost_cost(100.0))
        .class("complaint", |c| c)
        .department("office", |d| {
            d.staff(1).service(minutes(10)).errors(|e| {
                let e = e.probability_for("sent", 1.0).probability_for("thrown", 1.0).cost(7.0);
                e.complaint("help", |c| c.probability(1.0).after(hours(2)).class("complaint"))
            })
        })
        .department("billing", |d| d.staff(1).service(minutes(5)).detects(|d| d.send_to("fixers")))
        .department("scanner", |d| d.staff(1).service(minutes(5)).detects(|d| d.turn_away()))
        .department("fixers", |d| d.staff(1).service(minutes(5)))
        .department("help", |d| d.staff(1).service(minutes(15)))
        .handoff("office", "billing", |h| h.probability_for("sent", 1.0))
        .handoff("office", "scanner", |h| h.probability_for("thrown", 1.0))
        .customers("first", |c| c.schedule([Span::ZERO]).class("sent").enter("office"))
        .customers("second", |c| c.schedule([minutes(10)]).class("thrown").enter("office"))
        .build()
        .unwrap();
    let (results, taken) = recorded(&Experiment::new(&model).horizon(hours(4)).replications(1).self_check());
    let office = results.defects_of("office").unwrap();
    for (estimate, expected) in
        [(office.made, 2.0), (office.reached, 1.0), (office.cost, 7.0), (office.complaints, 1.0)]
    {
        assert_is(estimate, expected);
    }
    let found: Vec<(&str, [f64; 4])> = office
        .found
        .iter()
        .map(|found| {
            let counts = [found.found, found.returned, found.sent, found.turned_away];
            (found.department.as_str(), counts.map(|count| count.mean))
        })
        .collect();
    assert_eq!(found, [("billing", [1.0, 0.0, 1.0, 0.0]), ("scanner", [1.0, 0.0, 0.0, 1.0])]);

    let sent = results.class("sent").unwrap();
    assert_is(sent.lead_time.as_ref().unwrap().mean.0, 20.0 / 60.0);
    assert_is(sent.defective_share, 1.0);
    let cost = sent.cost.unwrap();
    let parts = [cost.delay, cost.lost, cost.defects, cost.total].map(|cost| cost.mean);
    assert_eq!(parts, [2.0, 0.0, 7.0, 9.0]);
    assert_is(cost.per_case, 9.0);
    let thrown = results.class("thrown").unwrap();
    assert_is(thrown.turned_away, 1.0);
    assert_is(thrown.lost_share, 1.0);
    assert_is(thrown.reneged, 0.0);
    assert_is(thrown.cost.unwrap().lost, 100.0);
    assert_eq!((thrown.defective_share, &thrown.lead_time), (None, &None));
    assert_is(results.system.cost.unwrap().total, 109.0);
    assert_is(results.system.defective_share, 0.5);
    // Cases in the system: 20, 15 and 15 minutes.
    assert_is(results.system.in_system, 50.0 / 240.0);

    let of = |name: &str| {
        let stream = results.streams.iter().position(|stream| stream == name).unwrap();
        taken.cases.iter().find(|case| case.case.stream as usize == stream).unwrap()
    };
    let complaint = of("complaints about office");
    assert_eq!((complaint.arrived, complaint.complaint_of), (minutes(140), Some(of("first").case)));
    assert_eq!(of("first").complaint_of, None);
    assert_eq!((of("second").outcome, of("second").ended), (Outcome::TurnedAway, minutes(25)));
}

#[test]
fn figures_of_dependence_are_those_of_the_results() {
    let workshop = super::models::workshop();
    let results = Experiment::new(&workshop).horizon(weeks(2)).replications(4).run().unwrap();
    let order = results.class("order").unwrap();
    let advice = results.request("advice").unwrap();
    for (figure, expected) in [
        (Figure::pool_utilization("clerks"), results.pool("clerks").unwrap().utilization),
        (Figure::utilization("expert"), results.department("expert").unwrap().utilization),
        (Figure::response_time("advice"), advice.response_time.as_ref().map(|times| times.mean.0)),
        (Figure::standard_kept("advice"), advice.standard_kept),
        (Figure::working_lead_time("order"), order.lead_time_working.as_ref().map(|times| times.mean.0)),
        (Figure::defective_share("order"), order.defective_share),
    ] {
        let found = figure.of(&results).unwrap();
        assert!(found == expected && found.unwrap().mean > 0.0, "{figure}: {found:?}");
    }
    assert!(results.department("expert").unwrap().staff_time.as_ref().unwrap().overtime.unwrap().mean > 0.0);
    assert!(results.department("craft").unwrap().served_by_others.unwrap().mean > 0.0);
    assert!(results.defects_of("craft").unwrap().complaints.mean > 0.0);
    assert!(results.class("complaint").unwrap().completed.mean > 0.0);
}

#[test]
fn a_standstill_is_an_error_that_names_it() {
    // Each asks the other half way, and holds its only member of staff.
    let model = Model::builder("circle")
        .department("left", |d| d.staff(1).service(minutes(10)))
        .department("right", |d| d.staff(1).service(minutes(10)))
        .request("left", "right", |r| r.at(0.5))
        .request("right", "left", |r| r.at(0.5))
        .customers("a", |c| c.schedule([hours(1)]).enter("left"))
        .customers("b", |c| c.schedule([hours(1)]).enter("right"))
        .build()
        .unwrap();
    let cut = Experiment::new(&model).horizon(hours(4)).replications(3).seed(5).run().unwrap_err();
    let ErrorKind::Standstill { replication, time, waits } = cut.error.kind() else {
        panic!("{cut}");
    };
    assert_eq!((*replication, *time), (0, minutes(65)));
    assert!(!waits.is_empty());
    let text = cut.to_string();
    assert!(text.starts_with("replication 0 came to a standstill after 1h 5m: "), "{text}");
    assert!(text.contains("left") && text.contains("right"), "{text}");
    let partial = cut.partial.unwrap();
    assert_is(partial.system.unfinished, 2.0);
    assert!(partial.warnings[0].starts_with("replication 0 came to a standstill"));
}
