//! What a what-if on common draws costs, against two independent runs that are as precise.
//!
//! `cargo bench --bench what_if` prints the variance reduction of what-ifs on the billing cycle, beside its bound, and then
//! times both ways with criterion; with `-- reductions` it prints the reductions only.

use std::hint::black_box;

use criterion::Criterion;
use knockon::analysis::{Scenario, Study};
use knockon::experiment::{Customers, Figure};
use knockon::interventions::Intervention;
use knockon::prelude::*;

fn billing_cycle() -> Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/billing_cycle.toml");
    Model::read(path).expect("the model is valid")
}

fn experiment(model: &Model, replications: u32) -> Experiment<'_> {
    Experiment::new(model).horizon(weeks(30)).warm_up(weeks(10)).replications(replications).threads(1)
}

/// Changes up to 5 %, and one more member of staff.
fn scenarios() -> Vec<Scenario> {
    let scale = |department, factor| Intervention::scale_service(department, factor);
    vec![
        Scenario::new("billing 1 % faster", [scale("billing", 1.0 / 1.01)]),
        Scenario::new("billing 5 % faster", [scale("billing", 1.0 / 1.05)]),
        Scenario::new("registration 5 % faster", [scale("registration", 1.0 / 1.05)]),
        Scenario::new("coding 5 % faster", [scale("coding", 1.0 / 1.05)]),
        Scenario::new("5 % fewer errors", [Intervention::scale_errors("registration", 0.95)]),
        Scenario::new("one more at registration", [Intervention::add_staff("registration", 1)]),
        Scenario::new("one more at coding", [Intervention::add_staff("coding", 1)]),
        Scenario::new("one more biller", [Intervention::add_staff("billing", 1)]),
        Scenario::new("one more at collections", [Intervention::add_staff("collections", 1)]),
    ]
}

/// By how much the variance is smaller, and could be at most, for the mean lead time and for promises kept.
fn print_reductions(model: &Model) -> Result<()> {
    println!("{:<28} {:>24} {:>24}", "what-if", "mean lead time", "promise kept");
    println!("{:<28} {:>24} {:>24}", "", "times (bound)", "times (bound)");
    let comparison = Study::new(experiment(model, 100)).compare(&scenarios())?;
    for scenario in &comparison.scenarios {
        let cell = |figure: Figure| {
            let reduction = scenario.figure(&figure).and_then(|change| change.variance_reduction);
            reduction.map_or("-".to_owned(), |reduction| {
                let bound = reduction.at_most.map_or("none".to_owned(), |most| format!("{most:.0}"));
                format!("{:.1} ({bound})", reduction.times)
            })
        };
        let [lead_time, kept] =
            [cell(Figure::lead_time(Customers::All)), cell(Figure::promise_kept(Customers::All))];
        println!("{:<28} {lead_time:>24} {kept:>24}", scenario.scenario.name);
    }
    Ok(())
}

/// How many replications of two independent runs tell the mean lead time as precisely as so many pairs.
fn as_precise(model: &Model, scenario: &Scenario, pairs: u32) -> Result<u32> {
    let comparison = Study::new(experiment(model, 100)).compare(std::slice::from_ref(scenario))?;
    let change = comparison.scenarios[0].figure(&Figure::lead_time(Customers::All));
    let reduction = change.and_then(|change| change.variance_reduction).expect("lead times vary");
    Ok((f64::from(pairs) * reduction.times).round() as u32)
}

fn time(criterion: &mut Criterion, model: &Model) -> Result<()> {
    const PAIRS: u32 = 4;
    for scenario in [&scenarios()[1], &scenarios()[7]] {
        let replications = as_precise(model, scenario, PAIRS)?;
        let changed = model.with(&scenario.changes)?;
        let mut group = criterion.benchmark_group(format!("what_if/{}", scenario.name));
        group.sample_size(10);
        group.bench_function(format!("{PAIRS} pairs"), |bench| {
            bench.iter(|| {
                let study = Study::new(experiment(model, PAIRS));
                black_box(study.compare(std::slice::from_ref(scenario)).expect("a valid change"))
            });
        });
        group.bench_function(format!("{replications} replications each, independent"), |bench| {
            bench.iter(|| {
                let before = experiment(model, replications).run().expect("a run without limits");
                let after = experiment(&changed, replications).seed(1).run().expect("a run without limits");
                black_box((before, after))
            });
        });
        group.finish();
    }
    Ok(())
}

fn main() -> Result<()> {
    let model = billing_cycle();
    print_reductions(&model)?;
    if std::env::args().any(|argument| argument == "reductions") {
        return Ok(());
    }
    let mut criterion = Criterion::default().configure_from_args();
    time(&mut criterion, &model)?;
    criterion.final_summary();
    Ok(())
}
