//! A salesperson is told every day to exceed the customer's expectations, and waits in IT's queue with a broken computer and at
//! accounting's counter like a supplicant. What does each hour of internal waiting cost the external customer?
//!
//! The house is described in `models/it_ticket_blocks_sales.toml`, with its assumptions.
//!
//! `cargo run --release --example it_ticket_blocks_sales`

use knockon::analysis::{Scenario, Study};
use knockon::interventions::Intervention;
use knockon::model::Arrivals;
use knockon::prelude::*;
use knockon::results::{ClassTotals, GroupLedger, LedgerEntry};
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
use story::Otherwise;

const HEADER: [&str; 3] = ["an hour of waiting for", "costs customers, USD", "customers lost in 100 h"];

/// A figure of the customers of a replication.
pub type Of = fn(&ClassTotals) -> f64;

pub const SUPPORT: [&str; 4] = ["IT", "accounting", "HR", "purchasing"];

const OTHERWISE: [Otherwise; 2] = [
    ("customers at {} an hour", [5.0, 7.0], |model, rate| {
        model.stream_mut("customer").map(|of| of.arrivals = Arrivals::Poisson { rate: per_hour(rate) })
    }),
    ("tickets of others at {} an hour", [1.0, 1.5], |model, rate| {
        model.stream_mut("ticket").map(|of| of.arrivals = Arrivals::Poisson { rate: per_hour(rate) })
    }),
];

/// Five weeks of 168 opening hours.
pub fn study(model: &Model, replications: u32) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(hours(900)).warm_up(hours(60)).seed(1);
    Study::new(experiment.replications(replications))
}

/// What the house could do.
pub fn ideas() -> [Scenario; 3] {
    let last = Intervention::SetPriority { class: "inside".into(), priority: 1 };
    let spare = Intervention::FreeWhileWaiting { request: "broken computer".into() };
    [
        Scenario::new("who serves customers comes first inside", [last]),
        Scenario::new("a spare computer", [spare]),
        Scenario::new("one more in IT", [Intervention::add_staff("IT", 1)]),
    ]
}

/// Hours that salespeople and their customers wait inside, before anybody answers.
pub fn internal(results: &Results) -> Series {
    story::figure(results, |of| (of.requests.iter().map(|of| of.waiting.sum).sum(), 1.0))
}

/// What is gone of a figure of the customers for each hour of internal waiting, if nobody has to wait for some departments.
pub fn per_hour_of_waiting(study: &Study<'_>, departments: &[&str], of: Of) -> Result<Series> {
    let many: Vec<_> = departments.iter().map(|&of| Intervention::add_staff(of, 20)).collect();
    let (base, without) = (study.base()?, study.with(&many)?);
    let gone = |before: Series, after: Series| -> Vec<f64> {
        before.values().zip(after.values()).map(|(before, after)| before - after).collect()
    };
    let customers = |results| story::class_figure(results, "customer", |one| (of(one), 1.0));
    let figure = gone(customers(&base)?, customers(&without)?);
    Ok(figure.into_iter().zip(gone(internal(&base), internal(&without))).collect())
}

pub fn answer(study: &Study<'_>) -> Result<String> {
    let base = study.base()?;
    let cost = |study: &Study<'_>, departments: &[&str]| {
        let gone = per_hour_of_waiting(study, departments, |of| of.cost.total())?;
        Ok::<_, Error>(story::number_of(&gone))
    };
    let row = |name: &str, departments: &[&str]| {
        let lost = per_hour_of_waiting(study, departments, |of| 100.0 * of.lost() as f64)?;
        Ok::<_, Error>((name.to_owned(), vec![cost(study, departments)?, story::number_of(&lost)]))
    };
    let mut rows = SUPPORT.iter().map(|of| row(of, &[of])).collect::<Result<Vec<_>>>()?;
    rows.push(row("all four", &SUPPORT)?);
    let ledger = base.ledger.as_ref().expect("a study has it").class("customer")?;
    let support = |entry: &LedgerEntry| SUPPORT.contains(&&*entry.who.name);
    let charged = |group| story::share_of(&GroupLedger::charged_share(&[group], support, |_| true));
    let header = ["customers lost", "an hour inside costs, USD"];
    let otherwise = story::by_assumption(study.model(), &header, &OTHERWISE, |model| {
        let study = self::study(model, base.manifest.replications.div_ceil(2));
        Ok(vec![story::share(study.base()?.class("customer")?.lost_share), cost(&study, &SUPPORT)?])
    })?;
    Ok(format!(
        "What does each hour of internal waiting cost the external customer?

{rows}
(What customers lose less, for each hour that is gone if nobody waits there.)
The support departments, where no customer comes, are charged with {completed} of the time of
customers who are served, and with {lost} of the time of those who go elsewhere.

{comparison}
What hangs on what is assumed:

{otherwise}",
        rows = story::table(&HEADER, rows),
        completed = charged(&ledger.completed),
        lost = charged(&ledger.lost),
        comparison = study.compare(&ideas())?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("it_ticket_blocks_sales")?;
    let study = study(&model, 20);
    let (base, said) = (study.base()?, answer(&study)?);
    story::tell("it_ticket_blocks_sales", &said, (&model, &base), &[&study.compare(&ideas())?])
}
