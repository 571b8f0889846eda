//! The totals of a replication, worked out again from its records: slowly, in the obvious way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use knockon::model::{EXIT, Model};
use knockon::prelude::*;
use knockon::results::{ClassTotals, CostTotals, HandoffTotals, Moments, Replication, VisitTotals};
use knockon::{CaseId, CaseRecord, Outcome, Records, VisitRecord};

use super::models::{any_model, office};
use super::{Taken, recorded};

/// Spans in ticks, gathered one by one.
#[derive(Default)]
struct Spans(Vec<i64>);

impl Spans {
    fn of(spans: impl Iterator<Item = i64>) -> Spans {
        Spans(spans.collect())
    }

    fn hours(&self) -> f64 {
        in_hours(self.0.iter().map(|&span| i128::from(span)).sum())
    }

    fn moments(&self) -> Moments {
        let mean = self.0.iter().sum::<i64>() as f64 / self.0.len() as f64;
        let squared_deviations: f64 = self.0.iter().map(|&span| (span as f64 - mean).powi(2)).sum();
        Moments {
            count: self.0.len() as u64,
            sum: self.hours(),
            squared_deviations: squared_deviations / (3.6e9 * 3.6e9),
            longest: self.0.iter().max().map(|&ticks| in_hours(ticks.into())),
            zero: self.0.iter().filter(|&&span| span == 0).count() as u64,
        }
    }
}

fn in_hours(ticks: i128) -> f64 {
    ticks as f64 / 3.6e9
}

/// The replication that the records tell of, and the window that counts, in ticks.
struct Story<'t> {
    model: &'t Model,
    classes: Vec<String>,
    visits: Vec<&'t VisitRecord>,
    cases: Vec<&'t CaseRecord>,
    from: i64,
    end: i64,
}

impl<'t> Story<'t> {
    fn new(model: &'t Model, results: &Results, taken: &'t Taken, replication: &Replication) -> Story<'t> {
        let number = replication.number;
        Story {
            model,
            classes: results.classes.iter().map(|class| class.name.clone()).collect(),
            visits: taken.visits.iter().filter(|visit| visit.replication == number).collect(),
            cases: taken.cases.iter().filter(|case| case.replication == number).collect(),
            from: hours(results.manifest.warm_up).ticks(),
            end: hours(replication.end).ticks(),
        }
    }

    fn clipped(&self, from: i64, to: i64) -> i64 {
        (to - from.max(self.from)).max(0)
    }

    fn stream(&self, case: CaseId) -> Option<&knockon::model::Stream> {
        (case.stream as usize).checked_sub(self.model.initial.len()).map(|index| &self.model.streams[index])
    }

    fn class_totals(&self, class: u32) -> ClassTotals {
        let all = || self.cases.iter().filter(move |case| case.class == class);
        let counted = || all().filter(|case| case.arrived.ticks() >= self.from);
        let with = |outcome| counted().filter(move |case| case.outcome == outcome);
        let age = |case: &&&CaseRecord| case.ended.ticks() - case.arrived.ticks();
        let promise = |case: &CaseRecord| self.stream(case.case).and_then(|stream| stream.promise);
        let kept = |case: &&&&CaseRecord| promise(case).is_some_and(|promise| age(case) <= promise.ticks());
        let completed_late =
            |case: &&&CaseRecord| case.outcome == Outcome::Completed && case.ended.ticks() >= self.from;
        let completed: Vec<_> = with(Outcome::Completed).collect();
        let due: Vec<i64> =
            completed.iter().filter_map(|case| Some(age(case) - promise(case)?.ticks())).collect();
        let unkept = |moments: Moments| Moments { zero: 0, ..moments };
        ClassTotals {
            arrived: counted().count() as u64,
            rejected: with(Outcome::Rejected).count() as u64,
            balked: with(Outcome::Balked).count() as u64,
            lead_time: Spans::of(completed.iter().map(age)).moments(),
            reneged: unkept(Spans::of(with(Outcome::Reneged).map(|case| age(&case))).moments()),
            turned_away: unkept(Spans::of(with(Outcome::TurnedAway).map(|case| age(&case))).moments()),
            unfinished: unkept(Spans::of(with(Outcome::Unfinished).map(|case| age(&case))).moments()),
            touch_time: Spans::of(completed.iter().map(|case| case.touch_time.ticks())).hours(),
            promised: completed.iter().filter(|case| promise(case).is_some()).count() as u64,
            kept: completed.iter().filter(kept).count() as u64,
            tardiness: Spans::of(due.iter().map(|late| (*late).max(0))).moments(),
            earliness: Spans::of(due.iter().map(|late| (-late).max(0))).moments(),
            returns: 0,
            tried_again: 0,
            away_hours: 0.0,
            departures: all().filter(completed_late).count() as u64,
            defective: 0,
            lead_time_working: None,
            cost: CostTotals::default(),
            case_hours: Spans::of(all().map(|case| self.clipped(case.arrived.ticks(), case.ended.ticks())))
                .hours(),
        }
    }

    fn visit_totals(&self, department: u32, class: u32) -> VisitTotals {
        let all =
            || self.visits.iter().filter(move |visit| (visit.department, visit.class) == (department, class));
        let counted = || all().filter(|visit| visit.joined.ticks() >= self.from);
        let served: Vec<[i64; 3]> = counted().filter_map(|visit| times(visit)).collect();
        let reneged = counted().filter(|visit| visit.begun.is_none() && visit.ended.is_some());
        let reneged = Spans::of(reneged.map(|visit| visit.ended.unwrap().ticks() - visit.joined.ticks()));
        let stop = |visit: &VisitRecord| visit.ended.map_or(self.end, Span::ticks);
        let begin = |visit: &VisitRecord| visit.begun.map_or(stop(visit), Span::ticks);
        let moments =
            |from: usize, to: usize| Spans::of(served.iter().map(|times| times[to] - times[from])).moments();
        let rejected = self.cases.iter().filter(|case| {
            let enter = self.stream(case.case).map(|stream| stream.enter.as_str());
            case.outcome == Outcome::Rejected
                && case.arrived.ticks() >= self.from
                && enter == Some(self.model.departments[department as usize].name.as_str())
                && case.class == class
        });
        VisitTotals {
            rejected: rejected.count() as u64,
            balked: 0,
            unfinished: counted().filter(|visit| visit.ended.is_none()).count() as u64,
            waiting: moments(0, 1),
            service: moments(1, 2),
            sojourn: moments(0, 2),
            reneged: Moments { zero: 0, ..reneged.moments() },
            departures: all()
                .filter(|visit| times(visit).is_some_and(|[_, _, ended]| ended >= self.from))
                .count() as u64,
            waiting_hours: Spans::of(all().map(|visit| self.clipped(visit.joined.ticks(), begin(visit))))
                .hours(),
            service_hours: Spans::of(all().map(|visit| self.clipped(begin(visit), stop(visit)))).hours(),
        }
    }

    /// For models with one handoff between any two departments, and at most one that takes time out
    /// of each (that is where a case is on its way that is nowhere).
    fn handoff_totals(&self) -> Vec<HandoffTotals> {
        let mut totals = vec![HandoffTotals::default(); self.model.handoffs.len()];
        let mut at: HashMap<CaseId, &VisitRecord> = HashMap::new();
        let name = |visit: &VisitRecord| self.model.departments[visit.department as usize].name.as_str();
        let mut count = |handoff: Option<usize>, left: &VisitRecord, until: Option<i64>| {
            let ended = left.ended.unwrap().ticks();
            if let Some(handoff) = handoff.filter(|_| ended >= self.from) {
                totals[handoff].count += 1;
                let transfer = until.map_or(hours(0.5).ticks(), |until| until - ended);
                totals[handoff].transfer_hours += in_hours(transfer.into());
            }
        };
        let find = |from: &str, to: &str| {
            self.model.handoffs.iter().position(|handoff| handoff.from == from && handoff.to == to)
        };
        let timed = |from: &str| {
            self.model.handoffs.iter().position(|handoff| handoff.from == from && handoff.transfer.is_some())
        };
        for &visit in &self.visits {
            if let Some(left) = at.insert(visit.case, visit) {
                count(find(name(left), name(visit)), left, Some(visit.joined.ticks()));
            }
        }
        for &case in &self.cases {
            match at.get(&case.case) {
                Some(last) if case.outcome == Outcome::Completed => {
                    count(find(name(last), EXIT), last, Some(case.ended.ticks()));
                }
                Some(last) if case.outcome == Outcome::Unfinished && last.ended.is_some() => {
                    count(timed(name(last)), last, None);
                }
                _ => {}
            }
        }
        totals
    }

    /// Compares all but the handoffs: to the last bit, as sums of ticks are exact (all but squared
    /// deviations).
    fn assert_tells(&self, replication: &Replication) {
        for (class, totals) in replication.classes.iter().enumerate() {
            let mut told = self.class_totals(class as u32);
            settle(&mut told.lead_time, &totals.lead_time);
            settle(&mut told.reneged, &totals.reneged);
            settle(&mut told.turned_away, &totals.turned_away);
            settle(&mut told.unfinished, &totals.unfinished);
            settle(&mut told.tardiness, &totals.tardiness);
            settle(&mut told.earliness, &totals.earliness);
            assert_eq!(*totals, told, "class {}", self.classes[class]);
        }
        for (department, totals) in replication.departments.iter().enumerate() {
            for (class, totals) in totals.classes.iter().enumerate() {
                let mut told = self.visit_totals(department as u32, class as u32);
                // Extremes and zeros of service times are not kept.
                (told.service.longest, told.service.zero) = (totals.service.longest, totals.service.zero);
                settle(&mut told.waiting, &totals.waiting);
                settle(&mut told.service, &totals.service);
                settle(&mut told.sojourn, &totals.sojourn);
                settle(&mut told.reneged, &totals.reneged);
                assert_eq!(*totals, told, "department {department}, class {class}");
            }
        }
    }
}

/// Squared deviations agree but for rounding; takes over the exact ones.
fn settle(told: &mut Moments, exact: &Moments) {
    let off = (told.squared_deviations - exact.squared_deviations).abs();
    let scale = exact.squared_deviations + exact.sum * exact.sum;
    assert!(off <= 1e-12 * scale + 1e-15, "{told:?} {exact:?}");
    told.squared_deviations = exact.squared_deviations;
}

/// When a served visit joined, began and ended.
fn times(visit: &VisitRecord) -> Option<[i64; 3]> {
    Some([visit.joined.ticks(), visit.begun?.ticks(), visit.ended?.ticks()])
}

fn check(model: &Model, experiment: Experiment) -> (Results, Taken) {
    let (results, taken) = recorded(&experiment);
    for replication in &results.replications {
        Story::new(model, &results, &taken, replication).assert_tells(replication);
        assert_conserved(replication);
    }
    (results, taken)
}

/// Every case that arrived is accounted for.
fn assert_conserved(replication: &Replication) {
    for class in &replication.classes {
        assert_eq!(class.arrived, class.lead_time.count + class.lost() + class.unfinished.count);
    }
}

#[test]
fn records_add_up_to_the_totals() {
    let office = office();
    let experiment = || Experiment::new(&office).replications(3).self_check();
    for experiment in [
        experiment().horizon(hours(60)),
        experiment().horizon(hours(60)).warm_up(hours(9.25)),
        experiment().horizon(hours(60)).warm_up(hours(59.5)),
        experiment().until_cases(150),
        experiment().until_cases(150).warm_up(hours(4)),
        experiment().until_cases(10).warm_up(days(9)),
    ] {
        let (results, taken) = check(&office, experiment);
        for replication in &results.replications {
            let story = Story::new(&office, &results, &taken, replication);
            for (index, told) in story.handoff_totals().into_iter().enumerate() {
                let totals = replication.handoffs[index];
                assert_eq!(totals.count, told.count, "{}", results.handoffs[index].to);
                let off = (totals.transfer_hours - told.transfer_hours).abs();
                assert!(off <= 1e-9 * told.transfer_hours, "{totals:?}, {told:?}");
            }
        }
    }
}

/// Counts the takers that are open, and those that were told of the end.
struct Counted<'c> {
    open: &'c AtomicU32,
    finished: &'c AtomicU32,
    over: bool,
}

impl Records for Counted<'_> {
    fn case(&mut self, _record: &CaseRecord) {
        assert!(!self.over);
    }

    fn finished(&mut self) {
        assert!(!self.over);
        self.over = true;
        self.finished.fetch_add(1, Ordering::SeqCst);
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

#[test]
fn a_taker_of_records_is_gone_when_its_replication_is_over() {
    let office = office();
    for threads in [1, 3] {
        let (open, finished) = (AtomicU32::new(0), AtomicU32::new(0));
        let experiment = Experiment::new(&office).horizon(hours(20)).replications(40).threads(threads);
        let results = experiment.choose_warm_up().run_recorded(|_| {
            let before = open.fetch_add(1, Ordering::SeqCst);
            assert!(before < threads as u32, "{before} are open on {threads} threads");
            Counted { open: &open, finished: &finished, over: false }
        });
        assert_eq!(results.unwrap().replications.len(), 40);
        assert_eq!((open.into_inner(), finished.into_inner()), (0, 40));
    }
}

#[test]
fn streams_are_named() {
    let office = office();
    let (results, taken) = recorded(&Experiment::new(&office).horizon(hours(30)).replications(1));
    let names =
        ["initial: routine at review (1)", "initial: urgent at sign (1)", "walk-in", "post", "listed"];
    assert_eq!(results.streams, names);
    for case in &taken.cases {
        let name = &results.streams[case.case.stream as usize];
        assert_eq!(name.starts_with("initial"), case.arrived == hours(0) && case.case.stream < 2);
    }
}

#[test]
fn handoffs_with_the_same_ends_are_told_apart() {
    let model = Model::builder("two ways")
        .class("new", |c| c)
        .class("known", |c| c)
        .department("a", |d| d.staff(1).service(minutes(1)))
        .department("b", |d| d.staff(1).service(minutes(1)))
        .handoff("a", "b", |h| h.probability(0.25).becomes("known"))
        .handoff("a", "b", |h| h.probability(0.75))
        .customers("some", |c| c.renewal(hours(1)).enter("a").class("new"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(weeks(1)).replications(1).run().unwrap();
    let becomes: Vec<_> = results.handoffs.iter().map(|handoff| handoff.becomes.as_deref()).collect();
    assert_eq!(becomes, [Some("known"), None]);
    assert_eq!(results.handoff("a", "b").unwrap(), &results.handoffs[0]);
    let known = results.department("b").unwrap().class("known").unwrap().joined.mean;
    assert_eq!(known, results.handoffs[0].count.mean);
    let error = results.handoff("b", "a").unwrap_err().to_string();
    assert_eq!(error, "there is no handoff `b to a`; there is a to b, a to b");
}

/// Nothing in the office is there in vain.
#[test]
fn the_office_shows_every_outcome() {
    let office = office();
    let (results, taken) = recorded(&Experiment::new(&office).horizon(hours(60)).replications(3));
    for outcome in [Outcome::Completed, Outcome::Rejected, Outcome::Reneged, Outcome::Unfinished] {
        assert!(taken.cases.iter().any(|case| case.outcome == outcome), "{outcome:?}");
    }
    assert!(taken.cases.iter().any(|case| case.case.member > 0));
    assert!(results.handoffs.iter().all(|handoff| handoff.count.mean > 0.0));
    assert!(results.departments.iter().all(|department| department.visits.served.mean > 0.0));
}

fn check_any_models(count: u32, seed: u64) {
    let mut state = seed;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    for _ in 0..count {
        let model = any_model(&mut random);
        let cases = random() % 200;
        let experiment = || {
            let experiment = Experiment::new(&model).replications(2).threads(1);
            if cases < 50 { experiment.until_cases(cases + 1) } else { experiment.horizon(hours(25)) }
        };
        let warm_up = hours(random() as f64 % 9.0);
        let (results, _) = check(&model, experiment().warm_up(warm_up).self_check());
        let again = experiment().run().unwrap();
        assert_eq!(again.replications[0].events, results.replications[0].events);
    }
}

#[test]
fn any_model_obeys_its_own_rules() {
    check_any_models(60, 1);
}

#[test]
#[ignore = "long: cargo test --release --test experiment -- --ignored many_models"]
fn many_models_obey_their_own_rules() {
    check_any_models(10_000, 2);
}

/// L = lambda W over a window, where W is clipped to it: of the results, against the records.
#[test]
fn littles_law_holds_for_times_clipped_to_the_window() {
    let office = office();
    let experiment = Experiment::new(&office).horizon(hours(60)).warm_up(hours(6)).replications(4);
    let (results, taken) = recorded(&experiment);
    let (from, end) = (hours(6).ticks(), hours(60).ticks());
    let clipped = |start: i64, stop: i64| (stop.min(end) - start.max(from)).max(0) as f64 / 3.6e9;
    for (index, department) in results.departments.iter().enumerate() {
        let (mut waiting, mut present) = (0.0, 0.0);
        for visit in taken.visits.iter().filter(|visit| visit.department as usize == index) {
            let ended = visit.ended.map_or(end, Span::ticks);
            waiting += clipped(visit.joined.ticks(), visit.begun.map_or(ended, Span::ticks));
            present += clipped(visit.joined.ticks(), ended);
        }
        let window = 54.0 * 4.0;
        let visits = &department.visits;
        assert!((visits.queue_length.unwrap().mean - waiting / window).abs() < 1e-9);
        assert!((visits.present.unwrap().mean - present / window).abs() < 1e-9);
        assert!((visits.in_service.unwrap().mean - (present - waiting) / window).abs() < 1e-9);
    }
    let in_system: f64 =
        taken.cases.iter().map(|case| clipped(case.arrived.ticks(), case.ended.ticks())).sum();
    assert!((results.system.in_system.unwrap().mean - in_system / 216.0).abs() < 1e-9);
}
