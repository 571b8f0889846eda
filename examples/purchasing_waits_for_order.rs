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
use knockon::results::{LedgerEntry, TimeEstimate};
use knockon::stats::{Estimate, Series};

#[path = "shared/ledger.rs"]
mod ledger;
#[path = "shared/story.rs"]
pub mod story;
#[path = "shared/tables.rs"]
mod tables;
use ledger::{Charges, is_own};
use story::{LEVEL, Otherwise};
use tables::{brief, or_dash, percent};

const HEADER: [&str; 3] = ["late", "late by, on average", "of that starts there"];

/// What could be otherwise. How much it matters is told at the end.
const OTHERWISE: [Otherwise; 3] = [
    ("a promise of {} weeks", [7.0, 9.0], |model, count| {
        model.stream_mut("machine")?.promise = Some(weeks(count));
        Ok(())
    }),
    ("work of their own, {} a day", [0.6, 0.8], |model, rate| {
        model.stream_mut("own work")?.arrivals = Arrivals::Poisson { rate: per_day(rate) };
        Ok(())
    }),
    ("the supplier takes {} weeks", [5.0, 7.0], |model, mean| {
        model.department_mut("supplier")?.service = Some(Dist::gamma(weeks(mean), cv(0.12)));
        Ok(())
    }),
];

/// Three years, after half a year that does not count.
pub fn study(model: &Model, replications: u32) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(weeks(156)).warm_up(weeks(26)).seed(1);
    Study::new(experiment.replications(replications))
}

/// Requests are not late: they go before the department's own work; or there are so many people that nothing waits for them.
pub fn ideas() -> [Scenario; 2] {
    let rank = |class: &str, priority| Intervention::SetPriority { class: class.into(), priority };
    let many = Intervention::add_staff("technical department", 20);
    [
        Scenario::new("requests first", [rank("machine", 0), rank("own work", 1)]),
        Scenario::new("no request ever waits for people", [many]),
    ]
}

/// How late machines are, in hours.
fn tardiness(results: &Results) -> Result<Series> {
    story::class_figure(results, "machine", |of| (of.tardiness.sum, of.tardiness.count as f64))
}

/// The share of lateness that is gone with an idea: so much starts with the late request.
pub fn starts_there(study: &Study<'_>, idea: &Scenario) -> Result<Option<Estimate>> {
    Ok(story::share_gone(&tardiness(&*study.base()?)?, &tardiness(&*study.with(&idea.changes)?)?))
}

pub fn answer(study: &Study<'_>) -> Result<String> {
    let base = study.base()?;
    let [first, never] = ideas();
    let machines = base.class("machine")?;
    let lateness = machines.lateness.as_ref().expect("they are promised something");
    let charges = Charges(vec![&base.ledger.as_ref().expect("a study has it").class("machine")?.completed]);
    let waits = |entry: &LedgerEntry| !is_own(entry);
    let of = |name: &'static str| move |entry: &LedgerEntry| waits(entry) && entry.who.name == name;
    let charged = |name| or_dash(charges.share(of(name), waits).as_ref(), percent);
    let late = |idea: &Scenario| Ok::<_, Error>(or_dash(starts_there(study, idea)?.as_ref(), percent));
    let tardy = |results: &Results| tardiness(results).map(|of| of.estimate(LEVEL).map(TimeEstimate));
    let row = |model: &Model| {
        let study = self::study(model, study.base()?.manifest.replications.div_ceil(2));
        let late = study.base()?.class("machine")?.lateness.as_ref().map(|of| percent(&of.late_share));
        Ok(vec![
            late.unwrap_or_default(),
            or_dash(tardy(&*study.base()?)?, brief),
            or_dash(starts_there(&study, &ideas()[0])?.as_ref(), percent),
        ])
    };
    Ok(format!(
        "How much of the customer's lateness starts with the late request?

Of all machines {late_share} are late; on average a machine is {mean_late} late.
Of that {by_first} starts with requests that lie behind the department's own work: so much is gone if they go first.
{by_never} is gone if there are so many people that no request ever waits for them.
By the ledger, of the time that customers wait for others {technical} is charged to the technical
department, {purchasing} to purchasing, which is blamed. (What is charged is not what would be saved.)

{comparison}
What hangs on what is assumed:

{otherwise}",
        late_share = percent(&lateness.late_share),
        mean_late = brief(lateness.tardiness.mean),
        by_first = late(&first)?,
        by_never = late(&never)?,
        technical = charged("technical department"),
        purchasing = charged("purchasing"),
        comparison = study.compare(&[first])?,
        otherwise = story::by_assumption(study.model(), &HEADER, &OTHERWISE, row)?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("purchasing_waits_for_order")?;
    let study = study(&model, 40);
    print!("{}", answer(&study)?);
    // The report is written here.
    Ok(())
}
