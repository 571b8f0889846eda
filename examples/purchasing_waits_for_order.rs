//! What is bought for a customer's machine takes weeks to come, and purchasing cannot order it before the technical department
//! has handed in what it needs. That has other work, which it finds more urgent. How much of the customer's lateness
//! starts with the late request?
//!
//! The manufacturer is described in `models/purchasing_waits_for_order.toml`, with its assumptions.
//!
//! `cargo run --release --example purchasing_waits_for_order`

use knockon::analysis::{Scenario, Study};
use knockon::interventions::Intervention;
use knockon::model::Arrivals;
use knockon::prelude::*;
use knockon::results::{GroupLedger, LedgerEntry};
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
use story::{Otherwise, Shown};

const HEADER: [&str; 3] = ["late", "late by, on average", "of that starts there"];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 3] = [
    ("a promise of {} weeks", [7.0, 9.0], |model, count| {
        model.stream_mut("machine").map(|of| of.promise = Some(weeks(count)))
    }),
    ("own work at {} a day", [0.6, 0.8], |model, rate| {
        model.stream_mut("own work").map(|of| of.arrivals = Arrivals::Poisson { rate: per_day(rate) })
    }),
    ("a supplier who takes {} weeks", [5.0, 7.0], |model, mean| {
        model.department_mut("supplier").map(|of| of.service = Some(Dist::gamma(weeks(mean), cv(0.12))))
    }),
];

/// Three years, of which half a year does not count.
pub fn study(model: &Model, replications: u32) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(weeks(156)).warm_up(weeks(26)).seed(1);
    Study::new(experiment.replications(replications))
}

/// Requests are not late: they go before the department's own work; or there are so many people that none has to wait.
pub fn ideas() -> [Scenario; 2] {
    let rank = |class: &str, priority| Intervention::SetPriority { class: class.into(), priority };
    [
        Scenario::new("requests first", [rank("machine", 0), rank("own work", 1)]),
        Scenario::new("no request waits", [Intervention::add_staff("technical department", 20)]),
    ]
}

/// How late machines are, in hours.
pub fn tardiness(results: &Results) -> Result<Series> {
    story::class_figure(results, "machine", |of| (of.tardiness.sum, of.tardiness.count as f64))
}

/// Machines that are late, how late, and the share of that which is gone with an idea: it starts with the late request.
pub fn lateness(study: &Study<'_>, idea: &Scenario) -> Result<Vec<Shown>> {
    let (base, after) = (study.base()?, study.with(&idea.changes)?);
    let late = base.class("machine")?.lateness.as_ref().map(|of| of.late_share);
    let (before, after) = (tardiness(&base)?, tardiness(&after)?);
    let gone = story::share_gone(&before, &after);
    Ok(vec![story::share(late), story::time_of(&before), story::share(gone)])
}

pub fn answer(study: &Study<'_>) -> Result<String> {
    let base = study.base()?;
    let [first, none_waits] = ideas();
    let as_it_is = lateness(study, &first)?;
    let machines = &base.ledger.as_ref().expect("a study has it").class("machine")?.completed;
    let waits = |entry: &LedgerEntry| !entry.is_own();
    let charged = |name| {
        let by = |entry: &LedgerEntry| waits(entry) && entry.who.name == name;
        story::share_of(&GroupLedger::charged_share(&[machines], by, waits))
    };
    let replications = base.manifest.replications.div_ceil(2);
    let otherwise = story::by_assumption(study.model(), &HEADER, &OTHERWISE, |model| {
        lateness(&self::study(model, replications), &first)
    })?;
    Ok(format!(
        "How much of the customer's lateness starts with the late request?

Of all machines {late} are late; on average a machine is {late_by} late.
Of that {by_first} starts with requests that lie behind the department's own work:
so much is gone if they go first. If no request ever waits for people, {by_none} is gone.
By the ledger, of the time that customers wait for others {technical} is charged to the technical
department, {purchasing} to purchasing, which is blamed. (What is charged is not what would be saved.)

{comparison}
What hangs on what is assumed:

{otherwise}",
        late = as_it_is[0],
        late_by = as_it_is[1],
        by_first = as_it_is[2],
        by_none = lateness(study, &none_waits)?[2],
        technical = charged("technical department"),
        purchasing = charged("purchasing"),
        comparison = study.compare(std::slice::from_ref(&first))?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("purchasing_waits_for_order")?;
    let study = study(&model, 40);
    let (base, said) = (study.base()?, answer(&study)?);
    story::tell("purchasing_waits_for_order", &said, (&model, &base), &[&study.compare(&ideas()[..1])?])
}
