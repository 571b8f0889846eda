//! Pairs are the same for any number of threads, and their records are those of runs alone, with the same customers
//! under the same names.

use std::sync::Mutex;

use super::*;
use crate::error::Error;
use crate::interventions::Intervention;
use crate::observe::Records;
use crate::prelude::*;

/// Two streams, a request, parts, errors with complaints, and people who leave.
fn model() -> Model {
    Model::builder("all sorts")
        .department("intake", |d| d.staff(2).service(Dist::exponential(minutes(10))).patience(hours(2)))
        .department("work", |d| {
            let d = d.staff(3).service(Dist::lognormal(minutes(25), cv(1.0)));
            d.errors(|e| e.probability(0.3).complaint("intake", |c| c.probability(0.8).after(hours(3))))
        })
        .department("advice", |d| d.staff(1).service(Dist::exponential(minutes(6))))
        .handoff("intake", "work", |h| h.transfer(minutes(5)))
        .request("work", "advice", |r| r.probability(0.4).at(0.5))
        .customers("walk-in", |c| c.poisson(per_hour(4.0)).enter("intake"))
        .customers("post", |c| c.poisson(per_hour(1.5)).enter("work"))
        .build()
        .unwrap()
}

fn changed() -> Model {
    let outage = Intervention::outage("work", hours(20), hours(4));
    let mut changed =
        model().with(&[outage, Intervention::surge("walk-in", hours(30), hours(5), 2.0)]).unwrap();
    // A new stream at the end, and the others the other way round: every index is another.
    changed.streams.rotate_right(1);
    changed.departments.reverse();
    changed
}

type Kept = (u64, usize, PairNames, PairedRun, PairedRun);

fn all(threads: usize) -> Vec<Vec<Kept>> {
    let (model, others) = (model(), [changed(), model()]);
    let experiment =
        Experiment::new(&model).horizon(hours(72)).warm_up(hours(5)).replications(9).threads(threads);
    let keep = |pair: &Pair<'_>| {
        assert_eq!(pair.warm_up, hours(5));
        (pair.replication, pair.scenario, pair.names.clone(), pair.base.clone(), pair.changed.clone())
    };
    experiment.beside_each(&others).run(keep).unwrap()
}

#[test]
fn threads_make_no_difference() {
    let one = all(1);
    assert_eq!(one, all(2));
    assert_eq!(one, all(7));
    for (scenario, pairs) in one.iter().enumerate() {
        assert!(pairs.iter().zip(0..).all(|(pair, number)| (pair.0, pair.1) == (number, scenario)));
    }
    // The other scenario is the same model.
    assert!(one[1].iter().all(|(_, _, _, base, changed)| base == changed));
}

#[derive(Default)]
struct Taken(Vec<CaseRecord>, Vec<VisitRecord>, Vec<RequestRecord>);

struct Taker<'t>(&'t Mutex<Taken>);

impl Records for Taker<'_> {
    fn visit(&mut self, record: &VisitRecord) {
        self.0.lock().unwrap().1.push(record.clone());
    }
    fn case(&mut self, record: &CaseRecord) {
        self.0.lock().unwrap().0.push(record.clone());
    }
    fn request(&mut self, record: &RequestRecord) {
        self.0.lock().unwrap().2.push(record.clone());
    }
}

/// Run alone, the changed model has the same records under other numbers.
#[test]
fn the_records_are_those_of_runs_alone() {
    let (changed, pairs) = (changed(), all(2).remove(0));
    let alone =
        Experiment::new(&changed).horizon(hours(72)).warm_up(hours(5)).replications(1).first_replication(3);
    let taken = Mutex::new(Taken::default());
    let results = alone.run_recorded(|_| Taker(&taken)).unwrap();
    let Taken(mut cases, visits, requests) = taken.into_inner().unwrap();
    let (number, _, names, _, paired) = &pairs[3];
    assert_eq!((*number, &paired.totals), (3, &results.replications[0]));
    assert_eq!((paired.visits.len(), paired.requests.len()), (visits.len(), requests.len()));
    let mut there: Vec<_> = paired
        .cases
        .iter()
        .filter(|case| case.complaint_of.is_none())
        .map(|case| {
            let (stream, class) =
                (&names.streams[case.case.stream as usize], &names.classes[case.class as usize]);
            (stream.clone(), case.case.number, class.clone(), case.arrived, case.ended, case.outcome)
        })
        .collect();
    cases.retain(|case| case.complaint_of.is_none());
    let mut here: Vec<_> = cases
        .iter()
        .map(|case| {
            let class = &results.classes[case.class as usize].name;
            let stream = &results.streams[case.case.stream as usize];
            (stream.clone(), case.case.number, class.clone(), case.arrived, case.ended, case.outcome)
        })
        .collect();
    there.sort_by_key(|case| (case.0.clone(), case.1));
    here.sort_by_key(|case| (case.0.clone(), case.1));
    assert_eq!(there, here);
    let busy = |department: &str, of: &[VisitRecord], names: &dyn Fn(u32) -> String| -> i64 {
        let there = of.iter().filter(|visit| names(visit.department) == department);
        there.map(|visit| visit.worked.ticks()).sum()
    };
    for department in ["intake", "work"] {
        let own = busy(department, &visits, &|at| changed.departments[at as usize].name.clone());
        assert_eq!(own, busy(department, &paired.visits, &|at| names.departments[at as usize].clone()));
    }
}

/// The same customer came at the same time for the same work; complaints are about the same customer.
#[test]
fn the_same_customer_has_the_same_name() {
    let mut complaints = 0;
    for (replication, scenario, names, base, changed) in all(2).remove(0) {
        let pair =
            Pair { replication, scenario, warm_up: hours(5), names: &names, base: &base, changed: &changed };
        assert_eq!(names.streams.last().unwrap(), "walk-in (surge)");
        assert_eq!(names.streams_of_base + 1, names.streams.len());
        let mut both = 0;
        for (without, with) in pair.cases() {
            let any = without.or(with).unwrap();
            match (without, with) {
                (Some(without), Some(with)) if any.complaint_of.is_some() => {
                    assert_eq!(without.complaint_of, with.complaint_of);
                    complaints += 1;
                }
                (Some(without), Some(with)) => {
                    assert_eq!((without.arrived, without.class), (with.arrived, with.class));
                    // What ended before anything was otherwise is the same.
                    assert!(without.ended >= hours(20) || without == with);
                    both += 1;
                }
                _ => {
                    assert!(any.complaint_of.is_some() || any.case.stream as usize == names.streams.len() - 1)
                }
            }
        }
        assert!(both > 300);
        // A service that was not cut off takes as long in both, wherever it came in between.
        for (without, with) in pair.visits() {
            if let (Some(VisitRecord { ended: Some(_), begun: Some(_), .. }), Some(with)) = (without, with)
                && (with.begun.is_some() && with.ended.is_some())
            {
                assert_eq!(without.unwrap().worked, with.worked);
            }
        }
        let asked = pair.requests();
        assert!(asked.iter().filter(|of| of.0.is_some() && of.1.is_some()).count() * 10 > asked.len() * 7);
        assert_eq!(names.answered_by, [2]);
    }
    assert!(complaints > 100, "{complaints}");
}

#[test]
fn progress_counts_every_run_and_defects_are_told() {
    let (model, others) = (model(), [changed(), model()]);
    let told = Mutex::new(Vec::new());
    let experiment = Experiment::new(&model).horizon(hours(10)).replications(2).threads(1);
    let experiment =
        experiment.on_progress(|progress| told.lock().unwrap().push((progress.done, progress.planned)));
    experiment.beside_each(&others).run(|_| ()).unwrap();
    assert_eq!(*told.lock().unwrap(), (1..=6).map(|done| (done, 6)).collect::<Vec<_>>());
    let mut bad = model.clone();
    bad.departments[0].staff = Staff::Count(0);
    let error: Error = Experiment::new(&model).horizon(hours(10)).beside(&bad).run(|_| ()).unwrap_err();
    assert!(error.to_string().contains("the staff is 0"), "{error}");
    let events = Experiment::new(&model).horizon(hours(10)).max_events(50);
    assert!(events.beside(&model).run(|_| ()).unwrap_err().to_string().contains("budget of 50 events"));
}
