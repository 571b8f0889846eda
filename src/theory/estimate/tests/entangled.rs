//! Departments that depend on each other's people: right, or declined in words.

use super::*;
use crate::model::{
    Absence, Arrivals, Asking, Calendar, Clock, Complaint, Crew, Cycle, Department, Detection, During,
    Errors, Found, Handoff, Helpers, LevelStep, Pool, Request, ShiftEnd, Shifts, Staff, Stream, Struck,
    WayBack,
};

/// Departments with exponential service, none of them connected.
fn model(departments: &[(&str, Staff, f64)]) -> Model {
    let department = |(name, staff, mean): &(&str, Staff, f64)| Department {
        service: Some(exponential(*mean)),
        ..Department::new(*name, staff.clone())
    };
    Model { departments: departments.iter().map(department).collect(), ..Model::default() }
}

fn entering(mut model: Model, name: &str, enter: &str, arrivals: Arrivals) -> Model {
    model.streams.push(Stream::new(name, enter, arrivals));
    model
}

fn poisson(model: Model, enter: &str, rate: f64) -> Model {
    let name = format!("to {enter}");
    entering(model, &name, enter, Arrivals::Poisson { rate: per_hour(rate) })
}

pub(super) fn request(from: &str, to: &str) -> Request {
    Request { during: During::Cases, at: 0.5, staff: Asking::Held, ..Request::new(from, to) }
}

pub(super) fn absence(clock: Clock, between: f64, duration: f64) -> Absence {
    Absence { who: Struck::Each, clock, between: exponential(between), duration: exponential(duration) }
}

fn says(model: &Model) -> ModelEstimate {
    let found = estimate(model).unwrap();
    assert_eq!(overloads(model).unwrap(), found.overloads);
    found
}

#[track_caller]
fn exactly(model: &Model, department: usize) -> Figures {
    let found = says(model).departments[department].figures.clone();
    let figures = found.value().unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(figures.exactness, Exactness::Exact);
    figures.clone()
}

#[track_caller]
fn declined(model: &Model, department: usize, why: &str) {
    assert_eq!(says(model).departments[department].figures.reason(), Some(why));
}

/// Kleinrock, Queueing Systems vol. 1 (1975) ch. 5 applied to the mixture: a reference case.
#[test]
fn a_pool_is_one_queue_of_the_mixture() {
    let pool = || Staff::Pool("staff".into());
    let mut shared = poisson(poisson(model(&[("a", pool(), 1.0), ("b", pool(), 1.0)]), "a", 0.3), "b", 0.2);
    shared.departments[1].service = Some(Dist::constant(hours(2)));
    shared.pools.push(Pool::new("staff", 1));
    let (a, b) = (exactly(&shared, 0), exactly(&shared, 1));
    near(a.wait_mean, 2.333333333, 1e-8);
    near(b.wait_mean, 2.333333333, 1e-8);
    near(a.sojourn_mean, 3.333333333, 1e-8);
    near(b.sojourn_mean, 4.333333333, 1e-8);
    near(a.utilization + b.utilization, 0.7, 1e-9);
    near(says(&shared).departments[0].traffic_intensity.unwrap(), 0.7, 1e-9);

    // One after the other with the same exponential service: each case passes M/M/2 twice (Kelly 1979).
    let mut twice = poisson(model(&[("a", pool(), 1.0), ("b", pool(), 1.0)]), "a", 0.7);
    twice.handoffs.push(Handoff::new("a", "b"));
    twice.pools.push(Pool::new("staff", 2));
    let wait = crate::theory::mmc(1.4, 1.0, 2).unwrap().figures.wait_mean;
    near(exactly(&twice, 1).wait_mean, wait, 1e-9);
    let second = exactly(&twice, 1);
    near(second.sojourn_variance.unwrap(), second.wait_variance.unwrap() + 1.0, 1e-9);
    let lead = says(&twice).classes[0].completed.clone();
    near(lead.value().unwrap().lead_time_mean, 2.0 * (wait + 1.0), 1e-9);

    shared.departments[1].discipline = Discipline::Lifo;
    declined(&shared, 0, "There is no formula for a shared pool unless all is first come, first served.");
    // 0.3 and 1.0 hours of work an hour for one person, who is there half of the time.
    shared.streams[1].arrivals = Arrivals::Poisson { rate: per_hour(0.5) };
    shared.pools[0].absences.push(absence(Clock::Calendar, 3.0, 3.0));
    let overload = &says(&shared).overloads[0];
    near(overload.traffic_intensity.unwrap(), 2.6, 1e-9);
    assert!(overload.to_string().starts_with("pool `staff` has 2.600 of the work it can do"));
    assert_eq!(says(&shared).overloads.len(), 1);
}

/// Avi-Itzhak and Naor (1963): reference cases.
#[test]
fn absences_of_one_person() {
    let mut desk = poisson(model(&[("desk", Staff::Count(1), 1.0)]), "desk", 0.5);
    desk.departments[0].absences = vec![absence(Clock::Working, 10.0, 2.0)];
    let working = exactly(&desk, 0);
    near(working.wait_mean, 2.3, 1e-9);
    near(working.sojourn_mean, 3.5, 1e-9);
    near(working.utilization, 0.5, 1e-9);
    near(says(&desk).departments[0].traffic_intensity.unwrap(), 0.6, 1e-9);
    desk.departments[0].absences = vec![absence(Clock::Calendar, 50.0, 5.0)];
    let calendar = exactly(&desk, 0);
    near(calendar.number_mean, 1.727272727, 1e-9);
    near(calendar.sojourn_mean, 3.454545455, 1e-9);
    near(says(&desk).classes[0].completed.value().unwrap().lead_time_mean, 3.454545455, 1e-9);
    near(says(&desk).departments[0].traffic_intensity.unwrap(), 0.55, 1e-9);

    let mut other = desk.clone();
    other.streams[0].arrivals = Arrivals::Renewal { interarrival: Dist::constant(hours(2)) };
    declined(&other, 0, "There is no formula for absences by the calendar unless arrivals are Poisson.");
    other = desk.clone();
    other.departments[0].absences[0].between = Dist::constant(hours(50));
    declined(&other, 0, "There is no formula for absences unless the time between is exponential.");
    other.departments[0].staff = Staff::Count(2);
    declined(&other, 0, "There is no formula for absences where several people work.");
    desk.departments[0].queue_capacity = Some(3);
    declined(&desk, 0, "There is no formula for customers who are lost where service is interrupted.");
}

#[test]
fn shifts_and_helpers() {
    let mut desk =
        poisson(model(&[("desk", Staff::Count(4), 1.0), ("other", Staff::Count(1), 1.0)]), "desk", 1.2);
    desk = poisson(desk, "other", 0.5);
    let step = |from, staff| LevelStep { from: hours(from), staff };
    let cycle = Cycle { period: hours(24), steps: vec![step(0, Some(0)), step(8, None), step(16, Some(0))] };
    desk.calendars.push(Calendar {
        name: "day".into(),
        week: Vec::new(),
        cycle: Some(cycle),
        holidays: Vec::new(),
    });
    desk.departments[0].shifts =
        Some(Shifts { calendar: "day".into(), at_end: ShiftEnd::HandOver, crew: Crew::Same });
    declined(&desk, 0, "Its staff works in shifts.");
    near(says(&desk).departments[0].traffic_intensity.unwrap(), 1.2 * 3.0 / 4.0, 1e-9);
    assert!(says(&desk).overloads.is_empty());
    desk.streams[0].arrivals = Arrivals::Poisson { rate: per_hour(1.5) };
    near(says(&desk).overloads[0].traffic_intensity.unwrap(), 1.5 * 3.0 / 4.0, 1e-9);
    // Half a person to spare, at half the speed: enough for 4/3 + 1/4.
    desk.departments[0].helpers.push(Helpers { from: "other".into(), speed: 0.5 });
    desk.departments[0].shifts.as_mut().unwrap().at_end = ShiftEnd::Pause;
    assert!(says(&desk).overloads.is_empty());
    near(says(&desk).departments[0].traffic_intensity.unwrap(), 1.5 / (4.0 / 3.0 + 0.25), 1e-9);
    desk.departments[0].shifts = None;
    declined(&desk, 0, "Staff of other departments helps out here.");
    declined(&desk, 1, "Its staff helps out in other departments.");
}

/// Two of four at a time are two crews; of five as well, one person standing by.
#[test]
fn several_people_for_one_piece_of_work() {
    let mut desk = poisson(model(&[("desk", Staff::Count(5), 1.0)]), "desk", 1.6);
    desk.departments[0].staff_needed = 2;
    let figures = exactly(&desk, 0);
    near(figures.wait_mean, crate::theory::mmc(1.6, 1.0, 2).unwrap().figures.wait_mean, 1e-9);
    near(figures.utilization, 3.2 / 5.0, 1e-9);
    near(figures.number_mean, 1.6 * figures.sojourn_mean, 1e-9);
    near(says(&desk).departments[0].traffic_intensity.unwrap(), 0.8, 1e-9);
    near(says(&desk).departments[0].offered_load.unwrap(), 3.2, 1e-9);
    desk.departments[0].staff = Staff::Count(3);
    assert_eq!(
        says(&desk).overloads[0].to_string(),
        "department `desk` has 1.600 of the work it can do: its queue grows as long as the run lasts"
    );
}

/// One person held for answers of a department that is never busy: M/G/1 with the time of both.
#[test]
fn held_for_answers() {
    let mut reps =
        poisson(model(&[("reps", Staff::Count(1), 1.0), ("help", Staff::Infinite, 0.5)]), "reps", 0.5);
    let way = |mean| Some(Dist::constant(hours(mean)));
    reps.requests.push(Request {
        probability: Some(0.4),
        transfer: way(0.25),
        answer_transfer: way(0.25),
        ..request("reps", "help")
    });
    let figures = exactly(&reps, 0);
    // The response: mean 1, second moment 1 + 0.25. Both together: mean 1.4, and the second moment by hand.
    let second = 2.0 + 2.0 * 1.0 * 0.4 + 0.4 * 1.25;
    near(figures.wait_mean, 0.5 * second / (2.0 * (1.0 - 0.7)), 1e-9);
    near(figures.sojourn_mean, figures.wait_mean + 1.4, 1e-9);
    near(figures.utilization, 0.5, 1e-9);
    near(figures.traffic_intensity, 0.7, 1e-9);
    let found = says(&reps);
    near(found.departments[0].traffic_intensity.unwrap(), 0.7, 1e-9);
    near(found.departments[1].request_rate.unwrap(), 0.2, 1e-12);
    near(found.departments[1].offered_load.unwrap(), 0.1, 1e-9);
    // Requests are told apart: the figures are those of cases.
    declined(&reps, 1, "No cases come here in the long run.");
    let cases = poisson(reps.clone(), "help", 2.0);
    near(exactly(&cases, 1).number_mean, 1.0, 1e-9);
    near(exactly(&cases, 1).sojourn_variance.unwrap(), 0.25, 1e-9);
    assert_eq!(found.classes[0].visits.len(), 1);
    near(found.classes[0].completed.value().unwrap().lead_time_mean, figures.sojourn_mean, 1e-9);

    // Those who answer ask others in turn, in half of all answers for one more hour.
    reps.departments
        .push(Department { service: Some(exponential(1.0)), ..Department::new("last", Staff::Infinite) });
    reps.requests.push(Request {
        probability: Some(0.5),
        during: During::Requests,
        ..request("help", "last")
    });
    near(exactly(&reps, 0).traffic_intensity, 0.5 * 1.6, 1e-9);
    near(says(&reps).departments[2].offered_load.unwrap(), 0.1, 1e-9);
    // And these the first again: no end.
    reps.requests.push(Request {
        probability: Some(0.5),
        during: During::Requests,
        ..request("last", "help")
    });
    declined(&reps, 0, "Requests go round in a circle.");
}

#[test]
fn answers_that_have_to_wait() {
    let mut reps = model(&[("reps", Staff::Count(2), 1.0), ("engineering", Staff::Count(1), 1.0)]);
    reps = poisson(poisson(reps, "reps", 0.8), "engineering", 0.5);
    reps.requests.push(Request {
        probability: Some(0.5),
        service: Some(exponential(1.5)),
        ..request("reps", "engineering")
    });
    declined(&reps, 0, "Answers have to wait for staff of department `engineering`.");
    declined(&reps, 1, "It answers requests, which come while other work stands still.");
    // Reps: 0.8 an hour, each 1 of work and half of them at least 1.5 held. Engineering: 0.5 and 0.4 times 1.5.
    let found = says(&reps);
    near(found.departments[0].traffic_intensity.unwrap(), 0.8 * 1.75 / 2.0, 1e-9);
    near(found.departments[1].traffic_intensity.unwrap(), 1.1, 1e-9);
    assert_eq!(found.overloads.len(), 1);
    assert_eq!(found.overloads[0].consequence, Consequence::QueueGrows);
    reps.requests[0].staff = Asking::Freed;
    near(says(&reps).departments[0].traffic_intensity.unwrap(), 0.4, 1e-9);
    reps.requests[0].staff = Asking::Held;
    reps.requests[0].longest_wait = Some(Dist::constant(hours(1)));
    let found = says(&reps);
    near(found.departments[0].traffic_intensity.unwrap(), 0.4, 1e-9);
    assert_eq!(found.overloads[0].consequence, Consequence::RequestsGivenUp);
    declined(&reps, 0, "Answers from department `engineering` are not waited for at any length.");
    reps.requests[0].staff = Asking::Freed;
    let freed = "Its staff is free while work waits for an answer, and that work goes on before the rest.";
    declined(&reps, 0, freed);
}

#[test]
fn limited_queues_inside() {
    let line =
        model(&[("far", Staff::Count(1), 0.5), ("a", Staff::Count(1), 1.0), ("b", Staff::Count(1), 1.0)]);
    let mut line = poisson(line, "far", 0.6);
    line.handoffs = vec![Handoff::new("far", "a"), Handoff::new("a", "b"), Handoff::new("b", "exit")];
    line.departments[2].queue_capacity = Some(1);
    near(exactly(&line, 0).wait_mean, 0.3 * 0.5 / 0.7, 1e-9);
    declined(&line, 1, "The limited queue of department `b` may hold up work here.");
    declined(&line, 2, "Its limited queue holds up departments that hand work to it.");
    line.departments[2].service = Some(exponential(2.0));
    assert_eq!(says(&line).overloads[0].consequence, Consequence::SendersBlocked);
    let why = says(&line).classes[0].completed.reason().unwrap().to_owned();
    assert!(why.starts_with("Department `a` has no figures"));
}

/// Errors of a maker found with probability d: each found one costs one more visit to the maker, and, when
/// the case comes straight back, one more to the detector.
#[test]
fn defects_put_right() {
    let (error, found) = (0.3, 0.8);
    let mut office =
        poisson(model(&[("maker", Staff::Count(1), 0.5), ("check", Staff::Count(1), 0.4)]), "maker", 1.0);
    office.handoffs.push(Handoff::new("maker", "check"));
    office.departments[0].errors = Some(Errors { probability: Some(error), ..Errors::default() });
    let detection = Detection {
        made_by: None,
        probability: found,
        then: Found::Return,
        transfer: None,
        back: WayBack::Direct,
    };
    office.departments[1].detects.push(detection);
    // A returned case is put right, and may be spoiled anew: rounds are geometric.
    let rounds = 1.0 / (1.0 - error * found);
    for back in [WayBack::Direct, WayBack::Along] {
        office.departments[1].detects[0].back = back;
        let visits = says(&office).classes[0].visits.clone();
        near(visits[0].mean, rounds, 1e-9);
        near(visits[1].mean, rounds, 1e-9);
        let maker = crate::theory::mm1(rounds, 2.0).unwrap().figures;
        near(exactly(&office, 0).wait_mean, maker.wait_mean, 1e-9);
    }
    // Spoiled more often if it comes with a defect: none does, as it is put right first.
    office.departments[0].errors.as_mut().unwrap().if_defective = Some(0.9);
    near(says(&office).departments[0].arrival_rate.unwrap(), rounds, 1e-9);
    // Nothing found by the checker itself, who is told to pass it on to the maker without return.
    office.departments[1].detects[0].then = Found::SendTo("maker".into());
    near(says(&office).departments[1].arrival_rate.unwrap(), rounds, 1e-9);
    // Turned away: one visit each, and the rest is completed.
    office.departments[1].detects[0].then = Found::TurnAway;
    let class = says(&office).classes[0].clone();
    near(class.visits[0].mean, 1.0, 1e-12);
    near(class.completed.value().unwrap().throughput, 1.0 - error * found, 1e-9);
    let errors = office.departments[0].errors.as_mut().unwrap();
    errors.complaint = Some(Complaint {
        probability: 0.1,
        after: Dist::constant(hours(5)),
        enter: "check".into(),
        class: None,
    });
    declined(&office, 1, "How many customers complain, no formula says.");
    assert!(says(&office).departments[0].figures.value().is_some());
}

/// What defects a case has decides what is made of it later: all states by hand.
#[test]
fn defects_on_defects() {
    let office =
        model(&[("a", Staff::Infinite, 1.0), ("b", Staff::Infinite, 1.0), ("c", Staff::Infinite, 1.0)]);
    let mut office = poisson(office, "a", 1.0);
    office.handoffs = vec![Handoff::new("a", "b"), Handoff::new("b", "c")];
    office.departments[0].errors = Some(Errors { probability: Some(0.5), ..Errors::default() });
    office.departments[1].errors =
        Some(Errors { probability: Some(0.0), if_defective: Some(1.0), ..Errors::default() });
    let detection = |made_by: &str| Detection {
        made_by: Some(made_by.into()),
        probability: 1.0,
        then: Found::Return,
        transfer: Some(Dist::constant(hours(3))),
        back: WayBack::Direct,
    };
    office.departments[2].detects = vec![detection("b"), detection("a")];
    // Half of the cases have no defect: a, b, c. The others have both: c finds a's first, then b's, which is
    // put right while nothing else is wrong: a, b, c, a, c, b, c. With a, half spoil again each time.
    let visits = says(&office).classes[0].visits.clone();
    let again = 0.5 / (1.0 - 0.5);
    near(visits[0].mean, 1.0 + again, 1e-9);
    near(visits[1].mean, 1.5, 1e-9);
    near(visits[2].mean, 1.0 + again + 0.5, 1e-9);
    let lead = says(&office).classes[0].completed.value().unwrap().lead_time_mean;
    near(lead, visits.iter().map(|visits| visits.mean).sum::<f64>() + 3.0 * (again + 0.5), 1e-9);
    // Who guesses makes more errors, but how often?
    office.departments[1].errors.as_mut().unwrap().after_guess = Some(0.9);
    office.requests.push(Request { longest_wait: Some(Dist::constant(hours(1))), ..request("b", "a") });
    declined(&office, 2, "How often department `b` has to guess, no formula says.");
}

/// Palm (1957), and those who lose patience come to another department: conservation, and Little's law.
#[test]
fn patience_that_leads_elsewhere() {
    let both = model(&[("front", Staff::Count(3), 1.0), ("backup", Staff::Infinite, 2.0)]);
    let mut both = poisson(both, "front", 3.5);
    both.departments[0].patience = Some(exponential(2.0));
    both.departments[0].renege_to = Some("backup".into());
    let front = exactly(&both, 0);
    near(front.loss_probability, 0.2471821677, 1e-9);
    near(exactly(&both, 1).arrival_rate, 3.5 * 0.2471821677, 1e-8);
    let completed = says(&both).classes[0].completed.value().unwrap().clone();
    near(completed.throughput, 3.5, 1e-9);
    near(
        completed.throughput * completed.lead_time_mean,
        front.number_mean + exactly(&both, 1).number_mean,
        1e-8,
    );
}

#[test]
fn saturated_streams_have_no_rate() {
    let mut desk = entering(model(&[("desk", Staff::Count(1), 1.0)]), "all", "desk", Arrivals::Saturated);
    desk.departments[0].service = Some(Dist::constant(hours(1)));
    declined(&desk, 0, "Customers `all` come whenever somebody is free.");
    assert!(says(&desk).overloads.is_empty());
}

/// Hillier and Boling (1966), the bowl; and the reference cases of open tandems (Perros 1994).
#[test]
fn lines_with_limited_room() {
    let one = || Staff::Count(1);
    let bowl = model(&[("a", one(), 1.0), ("b", one(), 1.0 / 1.3), ("c", one(), 1.0)]);
    let mut bowl = entering(bowl, "all", "a", Arrivals::Saturated);
    bowl.handoffs = vec![Handoff::new("a", "b"), Handoff::new("b", "c"), Handoff::new("c", "exit")];
    declined(&bowl, 1, "Customers `all` come whenever somebody is free.");
    for department in [1, 2] {
        bowl.departments[department].queue_capacity = Some(1);
    }
    near(exactly(&bowl, 1).utilization, 0.5610101762, 1e-8);
    let class = says(&bowl).classes[0].clone();
    near(class.completed.value().unwrap().throughput, 0.729313229, 1e-8);
    near(class.visits[2].mean, 1.0, 1e-12);

    let mut tandem = poisson(model(&[("b", one(), 1.0), ("a", one(), 1.0)]), "a", 0.6);
    tandem.handoffs.push(Handoff::new("a", "b"));
    tandem.departments[0].queue_capacity = Some(1);
    near(exactly(&tandem, 1).sojourn_mean, 5.022843464, 1e-8);
    near(exactly(&tandem, 1).wait_mean, 3.783706093, 1e-8);
    near(exactly(&tandem, 0).sojourn_mean, 1.553514374, 1e-8);
    near(says(&tandem).classes[0].completed.value().unwrap().lead_time_mean, 6.576357838, 1e-8);
    let mut losing = tandem.clone();
    losing.departments[1].queue_capacity = Some(3);
    losing.departments[1].service = Some(Dist::exponential(crate::time::minutes(50)));
    losing.streams[0].arrivals = Arrivals::Poisson { rate: per_hour(1.0) };
    let first = exactly(&losing, 1);
    near(first.loss_probability, 0.2544022231, 1e-8);
    near(first.utilization, 0.6213314807, 1e-8);
    let class = says(&losing).classes[0].clone();
    near(class.completed.value().unwrap().lead_time_mean, 4.790617354, 1e-8);
    near(class.arrival_rate.unwrap(), 1.0, 1e-9);
    near(class.visits[0].mean, 0.7455977769, 1e-9);
    // More than the line can do although each station could: 3/4 an hour.
    tandem.streams[0].arrivals = Arrivals::Poisson { rate: per_hour(0.8) };
    let why = says(&tandem).departments[1].figures.reason().unwrap().to_owned();
    assert!(why.starts_with("The traffic intensity is 1.06"), "{why}");
    // One who is not always there is no such station.
    bowl.departments[1].absences.push(absence(Clock::Working, 5.0, 1.0));
    declined(&bowl, 1, "Customers `all` come whenever somebody is free.");
}
