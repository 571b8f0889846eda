//! The figures of the results, worked out again from records.

use knockon::prelude::*;
use knockon::results::TimeStatistics;
use knockon::stats::Estimate;
use knockon::{CaseRecord, Outcome, VisitRecord};

use super::models::office;
use super::{Taken, recorded};

const WARM_UP: f64 = 6.0;
const END: f64 = 60.0;
const REPLICATIONS: usize = 6;

fn run() -> (Model, Results, Taken) {
    let office = office();
    let experiment = Experiment::new(&office).horizon(hours(END)).warm_up(hours(WARM_UP));
    let asked = experiment.replications(REPLICATIONS as u32).longer_than([minutes(1), hours(1)]);
    let (results, taken) = recorded(&asked.percentiles([0.1, 0.5, 0.9, 0.99]));
    (office, results, taken)
}

/// All but the last digits: sums are rounded once here, and replication by replication there.
#[track_caller]
fn assert_is(figure: impl Into<Option<Estimate>>, expected: f64) {
    let mean = figure.into().unwrap().mean;
    assert!((mean - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{mean}, expected {expected}");
}

/// Compares with the times themselves. Percentiles and shares come from buckets, none of them wider
/// than 1/32 of the times in it.
#[track_caller]
fn assert_distribution(statistics: &TimeStatistics, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let count = times.len() as f64;
    let mean = times.iter().sum::<f64>() / count;
    let squares: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
    assert_eq!(statistics.count, times.len() as u64);
    assert_is(statistics.mean.0, mean);
    assert_is(statistics.standard_deviation.map(|deviation| deviation.0), (squares / (count - 1.0)).sqrt());
    if statistics.histogram.is_empty() {
        return;
    }
    assert_eq!(statistics.longest, times.last().copied());
    assert_is(statistics.zero_share, times.iter().filter(|&&time| time == 0.0).count() as f64 / count);
    for kept in &statistics.percentiles {
        let exact = times[(kept.share * count).ceil() as usize - 1];
        let value = kept.value.mean;
        assert!((value - exact).abs() <= exact / 32.0, "{}: {value}, expected {exact}", kept.share);
    }
    for kept in &statistics.longer_than {
        let more_than = |bound: f64| times.iter().filter(|&&time| time > bound).count() as f64 / count;
        let (low, high) = (more_than(kept.time * 1.04), more_than(kept.time * 0.96));
        assert!(low <= kept.share.mean && kept.share.mean <= high, "{kept:?}: {low} to {high}");
    }
    let mut seen = 0;
    for (index, bin) in statistics.histogram.iter().enumerate() {
        let inside = times.iter().filter(|&&time| bin.from <= time && time < bin.to).count() as u64;
        assert_eq!(bin.count, inside, "{bin:?}");
        assert!(index == 0 || statistics.histogram[index - 1].to <= bin.from);
        seen += inside;
    }
    assert_eq!(seen, statistics.count);
}

fn between(from: Span, to: Span) -> f64 {
    Span::from_ticks(to.ticks() - from.ticks()).as_hours()
}

fn lead(case: &CaseRecord) -> f64 {
    between(case.arrived, case.ended)
}

#[test]
fn figures_of_classes_are_those_of_their_cases() {
    let (_, results, taken) = run();
    let counted = |case: &&CaseRecord| case.arrived >= hours(WARM_UP);
    let all = (results.classes.iter().zip(0..)).map(|(class, index)| (class, Some(index)));
    for (class, index) in all.chain([(&results.system, None)]) {
        let of_class = |case: &&CaseRecord| index.is_none_or(|index| case.class == index);
        let cases: Vec<_> = taken.cases.iter().filter(counted).filter(of_class).collect();
        let with = |outcome| cases.iter().filter(move |case| case.outcome == outcome);
        let count = |outcome| with(outcome).count() as f64;
        let per_replication = |count: f64| count / REPLICATIONS as f64;
        assert_is(class.arrived, per_replication(cases.len() as f64));
        assert_is(class.completed, per_replication(count(Outcome::Completed)));
        assert_is(class.rejected, per_replication(count(Outcome::Rejected)));
        assert_is(class.reneged, per_replication(count(Outcome::Reneged)));
        assert_is(class.unfinished, per_replication(count(Outcome::Unfinished)));
        let lost = count(Outcome::Rejected) + count(Outcome::Reneged);
        assert_is(class.lost_share, lost / cases.len() as f64);

        let leads: Vec<f64> = with(Outcome::Completed).map(|case| lead(case)).collect();
        let touch: f64 = with(Outcome::Completed).map(|case| case.touch_time.as_hours()).sum();
        assert_is(class.touch_time.map(|time| time.0), touch / leads.len() as f64);
        assert_is(class.flow_efficiency, touch / leads.iter().sum::<f64>());
        assert_distribution(class.lead_time.as_ref().unwrap(), leads);
        let ages: Vec<f64> = with(Outcome::Unfinished).map(|case| lead(case)).collect();
        if !ages.is_empty() {
            assert_is(class.unfinished_age.map(|time| time.0), ages.iter().sum::<f64>() / ages.len() as f64);
            assert_eq!(class.oldest_unfinished, Some(ages.iter().copied().fold(0.0, f64::max)));
        }
        let completions = taken.cases.iter().filter(of_class);
        let completions = completions
            .filter(|case| case.outcome == Outcome::Completed && case.ended >= hours(WARM_UP))
            .count();
        assert_is(class.throughput, per_replication(completions as f64) / (END - WARM_UP));
    }
}

#[test]
fn figures_of_departments_are_those_of_their_visits() {
    let (model, results, taken) = run();
    for (index, department) in results.departments.iter().enumerate() {
        let visits: Vec<_> = taken
            .visits
            .iter()
            .filter(|visit| visit.department as usize == index && visit.joined >= hours(WARM_UP))
            .collect();
        let served: Vec<[Span; 3]> = visits.iter().filter_map(|visit| times(visit)).collect();
        let all = |from: usize, to: usize| -> Vec<f64> {
            served.iter().map(|times| between(times[from], times[to])).collect()
        };
        let figures = &department.visits;
        assert_distribution(figures.waiting.as_ref().unwrap(), all(0, 1));
        assert_distribution(figures.service.as_ref().unwrap(), all(1, 2));
        assert_distribution(figures.sojourn.as_ref().unwrap(), all(0, 2));
        assert_is(figures.joined, visits.len() as f64 / REPLICATIONS as f64);
        assert_is(figures.served, served.len() as f64 / REPLICATIONS as f64);

        let gave_up = visits.iter().filter(|visit| visit.begun.is_none());
        let patience: Vec<f64> =
            gave_up.filter_map(|visit| Some(between(visit.joined, visit.ended?))).collect();
        let ended = (served.len() + patience.len()) as f64;
        assert_is(figures.reneged_share, patience.len() as f64 / ended);
        let waited: f64 = all(0, 1).iter().sum();
        let waited = waited + patience.iter().sum::<f64>();
        assert_is(figures.waiting_including_reneged.map(|time| time.0), waited / ended);

        let staff = match model.departments[index].staff {
            knockon::model::Staff::Count(staff) => Some(staff),
            knockon::model::Staff::Infinite | knockon::model::Staff::Pool(_) => None,
        };
        assert_eq!(department.staff, staff);
        let busy = figures.in_service.unwrap().mean;
        match staff {
            Some(staff) => assert_is(department.utilization, busy / f64::from(staff)),
            None => assert_eq!(department.utilization, None),
        }
        assert_classes_add_up(department);
    }
}

fn times(visit: &VisitRecord) -> Option<[Span; 3]> {
    Some([visit.joined, visit.begun?, visit.ended?])
}

#[track_caller]
fn assert_classes_add_up(department: &knockon::results::DepartmentResults) {
    let sum = |of: fn(&knockon::results::VisitResults) -> f64| -> f64 {
        department.classes.iter().map(|class| of(&class.visits)).sum()
    };
    let visits = &department.visits;
    assert_is(visits.joined, sum(|visits| visits.joined.mean));
    assert_is(visits.rejected, sum(|visits| visits.rejected.mean));
    assert_is(visits.queue_length, sum(|visits| visits.queue_length.unwrap().mean));
    assert_is(visits.throughput, sum(|visits| visits.throughput.unwrap().mean));
    let waited = |visits: &knockon::results::VisitResults| {
        visits.waiting.as_ref().map_or(0.0, |waiting| waiting.mean.mean * waiting.count as f64)
    };
    let all: f64 = department.classes.iter().map(|class| waited(&class.visits)).sum();
    assert!((waited(visits) - all).abs() < 1e-9 * all.max(1.0));
}

/// What was promised to a class, by every stream that may bring it.
#[test]
fn results_say_what_was_promised() {
    let model = Model::builder("promises")
        .class("urgent", |c| c)
        .class("routine", |c| c)
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .customers("post", |c| {
            c.poisson(per_hour(1.0)).enter("desk").mix([("urgent", 0.2), ("routine", 0.8)]).promise(days(2))
        })
        .customers("phone", |c| c.poisson(per_hour(1.0)).enter("desk").class("urgent").promise(hours(1)))
        .customers("walk-in", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(days(1)).replications(1).run().unwrap();
    let promises = |class: &str| results.class(class).unwrap().promises.clone();
    assert_eq!(promises("urgent"), [1.0, 48.0]);
    assert_eq!(promises("routine"), [48.0]);
    assert!(promises("walk-in").is_empty());
    assert_eq!(results.system.promises, [1.0, 48.0]);
}
