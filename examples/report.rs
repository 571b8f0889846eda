//! A hospital's billing as a page to read: the map, lead times, because of whom, what four changes would do, an outage hour by
//! hour, and where to spend.
//!
//! The hospital is described in `models/billing_cycle.toml`, with its assumptions.
//!
//! `cargo run --release --example report -- billing_cycle.html`; a folder after it gets the pictures that the README shows.

use std::path::Path;

use knockon::ErrorKind;
use knockon::analysis::{Factor, Following, Scenario, Study};
use knockon::experiment::Customers;
use knockon::interventions::Intervention;
use knockon::prelude::*;
use knockon::report::{Chart, Report};

/// The weeks that do not count, in days; and the day of the outage, a Tuesday.
const WARM_UP: f64 = 56.0;
const TUESDAY: f64 = 64.0;

pub fn model() -> Result<Model> {
    Model::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/billing_cycle.toml"))
}

/// What the hospital could do.
fn ideas() -> Vec<Scenario> {
    vec![
        Scenario::new("one more biller", [Intervention::add_staff("billing", 1)]),
        Scenario::new("one more coder", [Intervention::add_staff("coding", 1)]),
        Scenario::new("half the errors", [Intervention::scale_errors("registration", 0.5)]),
    ]
}

/// The report, from so many replications.
pub fn report(model: &Model, replications: u32, horizon: Span) -> Result<Report> {
    let experiment =
        || Experiment::new(model).horizon(horizon).warm_up(days(WARM_UP)).replications(replications).seed(1);
    let results = experiment().ledger().active_periods().worst_cases(3).run()?;
    let study = Study::new(experiment());

    let outage = [Intervention::outage("coding", days(TUESDAY), days(2))];
    let by_hours = Following { stretch: Some(hours(4)), ..Following::default() };
    let factors = [
        Factor::added_staff("billing", -1..=1),
        Factor::added_staff("coding", -1..=1),
        Factor::service("collections", [0.9, 1.0, 1.1]),
    ];
    let mut report = Report::new("The billing cycle")
        .text(
            "From a patient's visit to the paid bill. The story gives the departments and the order of the work; every number \
             is an assumption, chosen to be plausible.",
        )
        .map(model, &results)
        .add(&results)
        .add(&study.compare(&ideas())?)
        .add(&study.disturb_by(&outage, &by_hours)?)
        .add(&study.influence(days(TUESDAY), days(1))?)
        .add(&study.speed_ups()?)
        .add(&study.tornado(&factors, &Figure::lead_time(Customers::All))?);
    if let Some(worst) = results.worst_cases.first() {
        report = report.add(&experiment().timeline(worst.replication, worst.case)?);
    }
    Ok(report)
}

/// The pictures of the README, by file.
pub fn pictures(model: &Model, replications: u32, horizon: Span) -> Result<[(&'static str, Chart); 2]> {
    let experiment =
        Experiment::new(model).horizon(horizon).warm_up(days(WARM_UP)).replications(replications);
    let results = experiment.seed(1).ledger().run()?;
    let charged = &results.ledger.as_ref().expect("it was asked for").system.completed;
    let map = Chart::map(model, &results)?.titled("The billing cycle");
    let flow = Chart::propagation_flow(charged).titled("Because of whom, and where it is felt");
    Ok([("billing_cycle_map.svg", map), ("billing_cycle_because_of_whom.svg", flow)])
}

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let path = words.next().unwrap_or("billing_cycle.html".to_owned());
    report(&model()?, 6, weeks(26))?.write(&path)?;
    println!("The report is in {path}.");
    if let Some(folder) = words.next() {
        std::fs::create_dir_all(&folder)
            .map_err(|source| ErrorKind::File { path: (&folder).into(), source })?;
        for (name, chart) in pictures(&model()?, 10, weeks(104))? {
            chart.write_svg(Path::new(&folder).join(name))?;
        }
    }
    Ok(())
}
