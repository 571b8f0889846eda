//! Random models of departments that wait for each other: their totals against their records, and against
//! each other.

use knockon::model::{DepartmentBuilder, Model, Staff};
use knockon::prelude::*;
use knockon::results::{Replication, StaffTotals, VisitTotals};
use knockon::{ErrorKind, Outcome, RequestOutcome};

use super::{Taken, recorded};

/// A model drawn from the words of `random`: up to five departments in a line that work for each other in all
/// ways. It may be overloaded, and it may come to a standstill.
pub fn any_dependence(random: &mut impl FnMut() -> u64) -> Model {
    let mut below = |bound: u64| random() % bound;
    let count = 2 + below(4);
    let mut model = Model::builder("any")
        .class("first", |c| c.priority(0).delay_cost(2.0).lost_cost(30.0))
        .class("second", |c| c.priority(2).delay_cost(1.0))
        .calendar("day", |c| c.shift_of(1, "daily", "08:00", "16:00").shift_of(1, "daily", "12:00", "20:00"))
        .calendar("short", |c| {
            c.cycle(hours(3), [(Span::ZERO, Some(2)), (hours(1), Some(1)), (hours(2.5), None)])
        })
        .working_hours("day")
        .pool("pool", |p| {
            let p = p.staff(2);
            if below(2) == 0 { p.absence(|a| a.between(hours(3)).duration(minutes(20))) } else { p }
        });
    for department in 0..count {
        let mut choices: Vec<u64> = (0..9).map(|_| below(4)).collect();
        // Somebody takes from the pool, and somebody errs before anybody looks.
        match department {
            0 => (choices[7], choices[8]) = (0, 3),
            last if last == count - 1 => choices[0] = 0,
            _ => {}
        }
        let mean = minutes(1.0 + below(15) as f64);
        model = model.department(format!("d{department}"), |d| any_department(d, department, &choices, mean));
    }
    for department in 1..count {
        let (from, to) = (format!("d{}", department - 1), format!("d{department}"));
        let wait = below(3);
        model = model.handoff(from, to, |h| if wait == 0 { h.transfer(minutes(7)) } else { h });
    }
    for number in 0..below(4) {
        let from = below(count - 1);
        let to = from + 1 + below(count - 1 - from);
        let choices: Vec<u64> = (0..5).map(|_| below(3)).collect();
        model = model.request(format!("d{from}"), format!("d{to}"), |r| {
            let r = r.name(format!("question {number}")).probability(0.4).at(choices[0] as f64 / 2.0);
            let r = if choices[1] == 0 { r.freed() } else { r };
            let r = if choices[2] == 0 { r.longest_wait(minutes(15)) } else { r };
            let r = if choices[3] == 0 { r.transfer(minutes(2)).answer_transfer(minutes(3)) } else { r };
            let r = if choices[4] == 0 { r.during(knockon::model::During::Both) } else { r };
            r.service(Dist::exponential(minutes(4))).standard(minutes(10))
        });
    }
    let customers = |c: knockon::model::StreamBuilder| {
        c.enter("d0").mix([("first", 0.4), ("second", 0.6)]).promise(minutes(90)).limit(60)
    };
    model
        .customers("alone", |c| customers(c).poisson(per_hour(5.0)))
        .customers("together", |c| {
            customers(c).renewal(hours(2)).batch(Dist::discrete([(1.0, 0.5), (4.0, 0.5)]))
        })
        .build()
        .unwrap()
}

fn any_department(d: DepartmentBuilder, number: u64, choices: &[u64], mean: Span) -> DepartmentBuilder {
    let d = match choices[0] {
        0 => d.pool("pool"),
        1 if number > 0 => d.infinite_staff(),
        staff => d.staff(staff.max(2) as u32),
    };
    let finite = choices[0] != 1 || number == 0;
    let own = finite && choices[0] != 0;
    // Whole minutes for some: many things happen at the same time.
    let d = if choices[1] == 0 { d.service(mean) } else { d.service(Dist::gamma(mean, cv(1.0))) };
    let d = match choices[2] {
        0 if own => d.shifts("day", |s| s),
        1 if own => d.shifts("short", |s| s.finish()),
        2 if own => d.shifts("short", |s| s.hand_over()),
        _ => d,
    };
    let d = match choices[3] {
        0 if own => d.absence(|a| a.between(hours(2)).duration(minutes(10)).all()),
        1 if own => d.absence(|a| a.between(hours(1)).duration(minutes(10)).working_time()),
        _ => d,
    };
    let d = if choices[4] == 0 && own { d.helpers("pool", 0.5) } else { d };
    let d = if choices[5] == 0 && finite { d.queue_capacity(1 + choices[6] as u32) } else { d };
    let d = match choices[6] {
        0 if finite && choices[0] == 0 => d.staff_needed(2),
        1 if finite => d.patience(hours(1)),
        _ => d,
    };
    let d = if choices[7] == 0 {
        d.errors(|e| e.probability(0.2).if_defective(0.5).after_guess(0.4).cost(9.0))
    } else {
        d
    };
    match choices[8] {
        0 => d.detects(|d| d.probability(0.6)),
        1 => d.detects(|d| d.probability(0.6).along().transfer(minutes(3))),
        2 => d.detects(|d| d.probability(0.3).turn_away()),
        _ => d,
    }
}

/// What the records of one replication tell of the window from the warm-up.
pub struct Told<'t> {
    pub taken: &'t Taken,
    pub number: u64,
    pub from: i64,
    pub end: i64,
}

impl Told<'_> {
    fn clipped(&self, from: Span, to: Option<Span>) -> i64 {
        (to.map_or(self.end, Span::ticks) - from.ticks().max(self.from)).max(0)
    }

    pub fn assert_all_visits(&self, replication: &Replication) {
        for (department, totals) in replication.departments.iter().enumerate() {
            let mut sum = VisitTotals::default();
            totals.classes.iter().for_each(|class| sum.add(class));
            let parts = &totals.detail.as_ref().unwrap().parts;
            let rest =
                parts.iter().map(|parts| parts.asking_hours + parts.suspended_hours + parts.blocked_hours);
            let present = sum.waiting_hours + sum.service_hours + rest.sum::<f64>();
            self.assert_visits(department, &sum, present);
        }
    }

    fn assert_visits(&self, department: usize, totals: &VisitTotals, present: f64) {
        let all = || {
            let mine = move |visit: &&knockon::VisitRecord| {
                visit.replication == self.number && visit.department as usize == department
            };
            self.taken.visits.iter().filter(mine)
        };
        let counted = || all().filter(|visit| visit.joined.ticks() >= self.from);
        let sum = |times: Vec<i64>| times.iter().sum::<i64>() as f64 / 3.6e9;
        let served = || counted().filter(|visit| visit.begun.is_some() && visit.ended.is_some());
        assert_eq!(totals.waiting.count, served().count() as u64);
        assert_eq!(totals.unfinished, counted().filter(|visit| visit.ended.is_none()).count() as u64);
        let waited = served().map(|visit| visit.begun.unwrap().ticks() - visit.joined.ticks()).collect();
        assert_near(totals.waiting.sum, sum(waited));
        assert_near(totals.service.sum, sum(served().map(|visit| visit.worked.ticks()).collect()));
        let stayed = served().map(|visit| visit.ended.unwrap().ticks() - visit.joined.ticks()).collect();
        assert_near(totals.sojourn.sum, sum(stayed));
        let ended = all().filter(|visit| visit.begun.is_some());
        let departures = ended.filter(|visit| visit.ended.is_some_and(|ended| ended.ticks() >= self.from));
        assert_eq!(totals.departures, departures.count() as u64);
        assert_near(present, sum(all().map(|visit| self.clipped(visit.joined, visit.ended)).collect()));
    }

    pub fn assert_requests(&self, replication: &Replication) {
        for (request, totals) in replication.requests.iter().enumerate() {
            let mine = |record: &&knockon::RequestRecord| {
                record.replication == self.number && record.request as usize == request
            };
            let all = || self.taken.requests.iter().filter(mine);
            let with = |outcome| {
                let counted = all().filter(|record| record.asked.ticks() >= self.from);
                counted.filter(move |record| record.outcome == outcome)
            };
            let count = |outcome| with(outcome).count() as u64;
            assert_eq!(totals.response_time.count, count(RequestOutcome::Answered));
            assert_eq!(totals.given_up, count(RequestOutcome::GivenUp));
            assert_eq!(totals.unfinished, count(RequestOutcome::Unfinished));
            assert_eq!(totals.asked, totals.response_time.count + totals.given_up + totals.unfinished);
            let times = with(RequestOutcome::Answered)
                .map(|record| record.ended.unwrap().ticks() - record.asked.ticks());
            let times: Vec<i64> = times.collect();
            assert_near(totals.response_time.sum, times.iter().sum::<i64>() as f64 / 3.6e9);
            let kept = times.iter().filter(|&&time| time <= minutes(10).ticks()).count();
            assert_eq!(totals.kept, kept as u64);
            let open: i64 = all().map(|record| self.clipped(record.asked, record.ended)).sum();
            assert_near(totals.open_hours, open as f64 / 3.6e9);
        }
    }

    pub fn assert_classes(&self, replication: &Replication) {
        for (class, totals) in replication.classes.iter().enumerate() {
            assert_eq!(totals.arrived, totals.lead_time.count + totals.lost() + totals.unfinished.count);
            let all = || {
                let mine = |case: &&knockon::CaseRecord| {
                    case.replication == self.number && case.class as usize == class
                };
                self.taken.cases.iter().filter(mine)
            };
            let away =
                all().filter(|case| case.outcome == Outcome::TurnedAway && case.arrived.ticks() >= self.from);
            assert_eq!(totals.turned_away.count, away.count() as u64);
            let present: i64 = all().map(|case| self.clipped(case.arrived, Some(case.ended))).sum();
            assert_near(totals.case_hours, present as f64 / 3.6e9);
            let (delay, lost) = if class == 0 { (2.0, 30.0) } else { (1.0, 0.0) };
            assert_near(totals.cost.delay, delay * totals.lead_time.sum);
            assert_near(totals.cost.lost, lost * totals.lost() as f64);
            assert!(totals.defective <= totals.lead_time.count);
        }
        let reached: u64 = replication.defects.iter().map(|defects| defects.reached).sum();
        let cost: f64 = replication.classes.iter().map(|class| class.cost.defects).sum();
        assert_near(cost, 9.0 * reached as f64);
    }
}

#[track_caller]
fn assert_near(one: f64, other: f64) {
    assert!((one - other).abs() <= 1e-9 * one.abs().max(1.0), "{one}, {other}");
}

/// Everybody's time is told of to the tick, and work is done by somebody.
fn assert_people(model: &Model, replication: &Replication) {
    let staff = |count: u32, totals: &StaffTotals| {
        let ticks = |hours: f64| (hours * 3.6e9).round() as i64;
        assert_eq!(ticks(totals.all()), ticks(replication.window) * i64::from(count), "{totals:?}");
        assert!(totals.helping <= totals.serving + 1e-9);
    };
    let (mut worked, mut held, mut blocked) = (0.0, 0.0, 0.0);
    let mut add = |totals: &StaffTotals| {
        worked += totals.serving;
        held += totals.held;
        blocked += totals.blocked;
    };
    let (mut on_cases, mut kept_back, mut crews) = (0.0, 0.0, false);
    for (department, totals) in model.departments.iter().zip(&replication.departments) {
        let detail = totals.detail.as_ref().unwrap();
        let hours: f64 = totals.classes.iter().map(|class| class.service_hours).sum();
        let needed = f64::from(department.staff_needed);
        match department.staff {
            Staff::Count(count) => {
                staff(count, &detail.staff.unwrap());
                add(&detail.staff.unwrap());
            }
            Staff::Pool(_) => assert_eq!(detail.staff, None),
            Staff::Infinite => continue,
        }
        on_cases += needed * hours;
        kept_back += needed * detail.parts.iter().map(|parts| parts.blocked_hours).sum::<f64>();
        crews |= department.staff_needed > 1;
    }
    for (pool, totals) in model.pools.iter().zip(&replication.pools) {
        staff(pool.staff, totals);
        add(totals);
    }
    let held_by_requests: f64 = replication.requests.iter().map(|request| request.held_hours).sum();
    // A crew whose colleagues are away is held as well.
    assert!(held >= held_by_requests - 1e-9);
    assert!(crews || held <= held_by_requests + 1e-9, "{held}, {held_by_requests}");
    // Who is blocked may go home.
    assert!(blocked <= kept_back + 1e-9);
    if replication.classes.iter().all(|class| class.unfinished.count == 0) {
        let of_requests =
            |(request, totals): (&knockon::model::Request, &knockon::results::RequestTotals)| {
                let to = model.departments.iter().find(|department| department.name == request.to).unwrap();
                let needed = if to.staff == Staff::Infinite { 0 } else { to.staff_needed };
                f64::from(needed) * totals.service.sum
            };
        let answering: f64 = model.requests.iter().zip(&replication.requests).map(of_requests).sum();
        // Before the warm-up, visits of requests are not told apart.
        if replication.window == replication.end && replication.requests.iter().all(|of| of.given_up == 0) {
            assert_near(worked, on_cases + answering);
        }
    }
}

/// What came up in the models that were looked at.
#[derive(Debug, Default)]
struct Seen {
    answered: u64,
    given_up: u64,
    blocked: f64,
    suspended: f64,
    again: f64,
    overtime: f64,
    reserved: f64,
    absent: f64,
    turned_away: u64,
    reached: u64,
    standstills: u64,
    done: u64,
}

impl Seen {
    fn add(&mut self, replication: &Replication) {
        for request in &replication.requests {
            self.answered += request.response_time.count;
            self.given_up += request.given_up;
        }
        for detail in replication.departments.iter().filter_map(|department| department.detail.as_ref()) {
            for parts in &detail.parts {
                self.blocked += parts.blocked;
                self.suspended += parts.suspended;
                self.again += parts.waiting_again;
            }
            self.overtime += detail.staff.map_or(0.0, |staff| staff.overtime);
            self.absent += detail.staff.map_or(0.0, |staff| staff.absent);
        }
        self.reserved += replication.pools.iter().map(|pool| pool.reserved).sum::<f64>();
        self.turned_away += replication.classes.iter().map(|class| class.turned_away.count).sum::<u64>();
        self.reached += replication.defects.iter().map(|defects| defects.reached).sum::<u64>();
        self.done += 1;
    }

    fn everything(&self) -> bool {
        let times = [self.blocked, self.suspended, self.again, self.overtime, self.reserved, self.absent];
        let counts = [self.answered, self.given_up, self.turned_away, self.reached, self.done];
        times.iter().all(|&time| time > 0.0) && counts.iter().all(|&count| count > 0)
    }
}

fn check_any_dependence(count: u32, seed: u64) -> Seen {
    let mut state = seed;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut seen = Seen::default();
    for _ in 0..count {
        let model = any_dependence(&mut random);
        let warm_up = if random() % 2 == 0 { Span::ZERO } else { hours(2.25) };
        let horizon = if random() % 2 == 0 { hours(9.5) } else { hours(400) };
        let experiment = Experiment::new(&model).replications(2).threads(1).self_check();
        let experiment = experiment.horizon(horizon).warm_up(warm_up);
        if let Err(cut) = experiment.run() {
            assert!(matches!(cut.error.kind(), ErrorKind::Standstill { .. }), "{cut}\n{model:#?}");
            seen.standstills += 1;
            continue;
        }
        let (results, taken) = recorded(&experiment);
        for replication in &results.replications {
            let (number, from) = (replication.number, warm_up.ticks());
            let told = Told { taken: &taken, number, from, end: hours(replication.end).ticks() };
            told.assert_all_visits(replication);
            told.assert_requests(replication);
            told.assert_classes(replication);
            assert_people(&model, replication);
            seen.add(replication);
        }
    }
    seen
}

#[test]
fn totals_of_any_dependence_agree() {
    let seen = check_any_dependence(60, 1);
    assert!(seen.everything(), "{seen:?}");
}

#[test]
#[ignore = "long: cargo test --release --test experiment -- --ignored many_dependences"]
fn totals_of_many_dependences_agree() {
    let seen = check_any_dependence(5000, 2);
    println!("{seen:#?}");
}
