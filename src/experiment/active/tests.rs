//! What a run keeps of active periods is what the definition says of its visits.

use std::sync::Mutex;

use crate::analysis::{ActivePeriods, DepartmentTrace, StaffTrace};
use crate::experiment::Experiment;
use crate::model::Model;
use crate::random::Dist;
use crate::results::ActivePeriodResults;
use crate::time::{Span, days, hours, minutes, per_hour};
use crate::{Records, VisitRecord};

/// One server each, and a third that most cases pass by. With room: such that it is never full, but could be.
fn line(with_room: bool) -> Model {
    let model = Model::builder("line")
        .department("front", |d| d.staff(1).service(Dist::exponential(minutes(6))))
        .department("back", |d| {
            let d = d.staff(1).service(Dist::exponential(minutes(6)));
            if with_room { d.queue_capacity(100_000) } else { d }
        })
        .department("side", |d| d.staff(1).service(Dist::exponential(minutes(40))))
        .handoff("front", "back", |h| h.probability(0.9))
        .handoff("front", "side", |h| h.probability(0.1))
        .customers("cases", |c| c.poisson(per_hour(8.0)).enter("front"));
    model.build().unwrap()
}

fn experiment(model: &Model) -> Experiment<'_> {
    Experiment::new(model).horizon(days(10)).replications(3).seed(5).active_periods()
}

fn run(experiment: Experiment) -> ActivePeriodResults {
    experiment.run().unwrap().active_periods.unwrap()
}

/// By department: when its server was at work, in ticks.
type Services = Vec<Vec<(f64, f64)>>;

/// Collects when the server of each department was at work.
struct Taker<'t> {
    services: Services,
    taken: &'t Mutex<Vec<Services>>,
}

impl Records for Taker<'_> {
    fn visit(&mut self, visit: &VisitRecord) {
        let ticks = |span: Span| span.ticks() as f64;
        let end = visit.ended.map_or(ticks(days(10)), ticks);
        if let Some(begun) = visit.begun {
            self.services[visit.department as usize].push((ticks(begun), end));
        }
    }

    fn finished(&mut self) {
        self.taken.lock().unwrap().push(std::mem::take(&mut self.services));
    }
}

#[test]
fn a_run_keeps_what_the_definition_says_of_its_visits() {
    let model = line(false);
    let taken = Mutex::new(Vec::new());
    let taker = |_| Taker { services: vec![Vec::new(); 3], taken: &taken };
    let found = experiment(&model).run_recorded(taker).unwrap().active_periods.unwrap();
    let mut sums = [[0.0; 4]; 3];
    for services in taken.into_inner().unwrap() {
        let department = |(at, mut active): (usize, Vec<(f64, f64)>)| {
            active.sort_by(|a, b| a.0.total_cmp(&b.0));
            DepartmentTrace {
                department: at.to_string(),
                staff: vec![StaffTrace { active, ..StaffTrace::default() }],
            }
        };
        let trace: Vec<_> = services.into_iter().enumerate().map(department).collect();
        let periods = ActivePeriods::of_trace(&trace, days(10).ticks() as f64).unwrap();
        for (sums, of) in sums.iter_mut().zip(&periods.departments) {
            let figures = [of.momentary, of.sole, of.shifting, of.active.unwrap()];
            sums.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure / 3.0);
        }
    }
    for (found, expected) in found.staff.iter().zip(sums) {
        let figures = [found.momentary, found.sole, found.shifting, found.active.unwrap()];
        for (found, expected) in figures.iter().zip(expected) {
            assert!((found.mean - expected).abs() < 1e-9, "{found} instead of {expected}");
        }
        // The stretches are equal, and together the run.
        let over_time: f64 = found.over_time.iter().map(|share| share.mean).sum();
        assert!((over_time / 50.0 - found.momentary.mean).abs() < 1e-9);
        assert_eq!(found.by_hour_of_week.len(), 168);
    }
    // The mean of a service and those that follow without a pause: a busy period, 1 / (mu - lambda).
    let front = found.of("front").unwrap().average.unwrap();
    assert!((front.mean - 0.5).abs() < 0.1, "{front}");
}

/// Two engines tell of the same run in different ways.
#[test]
fn full_models_are_told_of_alike() {
    let [plain, full] = [false, true].map(|with_room| run(experiment(&line(with_room)).warm_up(hours(30))));
    assert_eq!(plain, full);
}

/// One server who is never out of work is the bottleneck all the time, over nights and weekends; and nobody else is but then.
#[test]
fn nights_belong_to_who_works_at_night() {
    let model = Model::builder("day and night")
        .calendar("day", |c| c.shift("daily", "08:00", "16:00"))
        .department("day", |d| d.staff(1).shifts("day", |s| s).service(minutes(7)))
        .department("night", |d| d.staff(1).service(Dist::exponential(minutes(5))))
        .handoff("day", "exit", |h| h)
        .customers("work", |c| c.saturated().enter("day"))
        .customers("calls", |c| c.poisson(per_hour(6.0)).enter("night"))
        .build()
        .unwrap();
    let found = run(Experiment::new(&model).horizon(days(28)).warm_up(days(1)).active_periods());
    let (day, night) = (found.of("day").unwrap(), found.of("night").unwrap());
    assert!((day.momentary.mean - 1.0 / 3.0).abs() < 1e-9, "{}", day.momentary);
    assert_eq!(day.active.unwrap().mean, 1.0);
    // Active for 27 times 8 hours, in one period.
    assert!((day.average.unwrap().mean - 27.0 * 8.0).abs() < 1e-9);
    for (hour, share) in day.by_hour_of_week.iter().enumerate() {
        assert_eq!(share.unwrap().mean, if (8..16).contains(&(hour % 24)) { 1.0 } else { 0.0 }, "{hour}");
    }
    // Where nobody else is active, it is the bottleneck as long as it is busy: half of the time.
    assert!((night.momentary.mean - 1.0 / 3.0).abs() < 0.02, "{}", night.momentary);
}
