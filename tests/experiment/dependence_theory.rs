//! Departments that wait for each other, against formulas.

use knockon::prelude::*;
use knockon::results::StaffState;

use super::assert_estimates;

fn share(results: &Results, department: &str, state: StaffState) -> knockon::stats::Estimate {
    results.department(department).unwrap().staff_time.as_ref().unwrap().share(state).unwrap()
}

/// Two exponential stations of the same rate in a line, always work in front of the first, no room between
/// them: each works 2/3 of the time (Hunt 1956). The first is blocked, and the second starved, for the rest.
#[test]
fn a_saturated_line_without_room() {
    let service = Dist::exponential(minutes(6));
    let model = Model::builder("line")
        .department("first", |d| d.staff(1).service(service.clone()))
        .department("second", |d| d.staff(1).service(service.clone()).queue_capacity(0))
        .handoff("first", "second", |h| h)
        .customers("endless", |c| c.saturated().enter("first"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(weeks(8)).warm_up(days(1)).seed(3).run().unwrap();
    assert_estimates(results.system.throughput, 10.0 * 2.0 / 3.0);
    for (department, rest) in [("first", StaffState::Blocked), ("second", StaffState::Idle)] {
        assert_estimates(results.department(department).unwrap().utilization, 2.0 / 3.0);
        assert_estimates(share(&results, department, rest), 1.0 / 3.0);
    }
    let first = &results.department("first").unwrap().visits;
    let parts = first.parts.unwrap();
    // Blocked with probability 1/2, for 6 minutes on average.
    assert_estimates(parts.blocked.unwrap().0, 0.05);
    assert_estimates(parts.number_blocked, 1.0 / 3.0);
    assert_estimates(first.present, 1.0);
    assert_eq!(results.department("second").unwrap().visits.queue_length.unwrap().mean, 0.0);
}

/// Half of the services ask somebody who is always there: a single server whose service is S + B Y, by
/// Pollaczek and Khinchine.
#[test]
fn a_server_held_for_answers() {
    let model = Model::builder("held")
        .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(6))))
        .department("expert", |d| d.infinite_staff().service(Dist::exponential(minutes(10))))
        .request("desk", "expert", |r| r.probability(0.5).at(1.0).standard(minutes(10)))
        .customers("some", |c| c.poisson(per_hour(4.0)).enter("desk"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(weeks(20)).warm_up(days(2)).seed(4).run().unwrap();
    let (rate, [s, y]) = (4.0, [0.1, 1.0 / 6.0]);
    let mean = s + 0.5 * y;
    // E[(S + B Y)^2] = 2 s^2 + 2 (s y / 2) + y^2.
    let square = 2.0 * s * s + s * y + y * y;
    let desk = results.department("desk").unwrap();
    let waiting = rate * square / (2.0 * (1.0 - rate * mean));
    assert_estimates(desk.visits.waiting.as_ref().unwrap().mean.0, waiting);
    assert_estimates(desk.utilization, rate * s);
    assert_estimates(share(&results, "desk", StaffState::Held), rate * 0.5 * y);
    assert_estimates(desk.visits.parts.unwrap().asking.unwrap().0, 0.5 * y);
    let request = results.request("desk asks expert").unwrap();
    let response = request.response_time.as_ref().unwrap();
    assert_estimates(response.mean.0, y);
    assert_estimates(response.percentile(0.9).unwrap().0, y * 10f64.ln());
    assert_estimates(request.standard_kept, 1.0 - (-1f64).exp());
    assert_estimates(request.held, rate * 0.5 * y);
    assert_estimates(request.open, rate * 0.5 * y);
}

/// Away for 10 minutes on average, after 50 by the calendar: 1/6 of the time.
#[test]
fn away_by_the_calendar() {
    let model = Model::builder("machine")
        .department("machine", |d| {
            d.staff(1).service(Dist::exponential(minutes(6))).absence(|a| {
                a.between(Dist::exponential(minutes(50))).duration(Dist::gamma(minutes(10), cv(0.5)))
            })
        })
        .customers("parts", |c| c.poisson(per_hour(5.0)).enter("machine"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(weeks(8)).warm_up(days(1)).seed(5).run().unwrap();
    assert_estimates(share(&results, "machine", StaffState::Absent), 1.0 / 6.0);
    assert_estimates(share(&results, "machine", StaffState::Serving), 0.5);
    assert_estimates(share(&results, "machine", StaffState::Idle), 1.0 / 3.0);
    let visits = &results.department("machine").unwrap().visits;
    // Away once every 50 minutes of work, on average.
    assert_estimates(visits.parts.unwrap().suspended.unwrap().0, 0.1 / 5.0);
}

/// A desk errs with probability 0.3, and what it does is looked at: 3 of 4 errors are found and come back.
/// Errors made and found per case are geometric series of 0.3 times 0.75.
#[test]
fn errors_that_come_back() {
    let model = Model::builder("quality")
        .class("some", |c| c.delay_cost(2.0))
        .department("desk", |d| {
            d.infinite_staff().service(minutes(6)).errors(|e| e.probability(0.3).cost(40.0))
        })
        .department("check", |d| {
            d.infinite_staff().service(minutes(3)).detects(|d| d.made_by("desk").probability(0.75))
        })
        .handoff("desk", "check", |h| h)
        .customers("some", |c| c.poisson(per_hour(6.0)).enter("desk").limit(500))
        .build()
        .unwrap();
    let results = Experiment::new(&model).until_all_done().seed(6).run().unwrap();
    let rounds = 1.0 / (1.0 - 0.3 * 0.75);
    let desk = results.defects_of("desk").unwrap();
    assert_estimates(desk.made, 500.0 * 0.3 * rounds);
    assert_estimates(desk.found[0].returned, 500.0 * 0.3 * 0.75 * rounds);
    assert_estimates(desk.reached, 500.0 * 0.3 * 0.25 * rounds);
    assert_estimates(results.system.defective_share, 0.3 * 0.25 * rounds);
    assert_estimates(results.class("some").unwrap().lead_time.as_ref().unwrap().mean.0, 0.15 * rounds);
    let cost = results.class("some").unwrap().cost.unwrap();
    assert_estimates(cost.per_case, 0.3 * rounds + 40.0 * 0.075 * rounds);
}
