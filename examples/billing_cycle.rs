//! A hospital, from visit to paid bill: how long, where it waits, what four ideas would bring, and the cheapest plan that
//! keeps the promise.
//!
//! The hospital is described in `models/billing_cycle.toml`, with its assumptions.
//!
//! `cargo run --release --example billing_cycle`

use knockon::analysis::Study;
use knockon::model::Staff;
use knockon::prelude::*;
use knockon::results::{LedgerEntry, TimeEstimate, What};
use knockon::stats::Estimate;

#[path = "shared/figures.rs"]
pub mod figures;
#[path = "shared/ideas.rs"]
mod ideas;
#[path = "shared/ledger.rs"]
mod ledger;
#[path = "shared/tables.rs"]
mod tables;
use figures::{highest, per_case, present, saving};
use ledger::{Charges, is_own};
use tables::{brief, or_dash, percent};

/// The share of cases that registration gets wrong: the model's own, with less and more around it.
const ERROR_RATES: [f64; 3] = [0.05, 0.1, 0.15];

/// The weeks that do not count; courses and teams begin when they are over.
pub const WARM_UP: Span = Span::from_ticks(12 * 7 * 24 * 3600 * 1_000_000);

/// The model of the file, with another share of errors at registration.
pub fn model(error_rate: f64) -> Result<Model> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/billing_cycle.toml");
    let mut model = Model::read(path)?;
    for errors in model.departments.iter_mut().filter_map(|department| department.errors.as_mut()) {
        errors.probability = Some(error_rate);
    }
    Ok(model)
}

pub fn one_more_biller(mut model: Model) -> Model {
    for department in &mut model.departments {
        if let ("billing", Staff::Count(count)) = (&*department.name, &mut department.staff) {
            *count += 1;
        }
    }
    model
}

/// The hospital as it is, and with one more biller, for the same patients: draws are keyed.
pub fn run(error_rate: f64, replications: u32, horizon: Span) -> Result<[Results; 2]> {
    let run = |model: &Model| experiment(model, replications, horizon).run();
    let model = model(error_rate)?;
    Ok([run(&model)?, run(&one_more_biller(model))?])
}

fn experiment(model: &Model, replications: u32, horizon: Span) -> Experiment<'_> {
    let experiment = Experiment::new(model).horizon(horizon).warm_up(WARM_UP);
    experiment.replications(replications).seed(1).ledger().worst_cases(1)
}

/// Because of whom bills take so long.
fn by_cause(results: &Results) -> String {
    let ledger = results.ledger.as_ref().expect("it was asked for");
    let charges = Charges(vec![&ledger.system.completed]);
    let show = |pick: &dyn Fn(&LedgerEntry) -> bool| or_dash(charges.time(pick), brief);
    let at_billing = |entry: &LedgerEntry| entry.felt.name == "billing";
    let errors = |entry: &LedgerEntry| entry.who.name == "registration" && entry.what == What::Rework;
    let own = |entry: &LedgerEntry| errors(entry) && is_own(entry);
    format!(
        "{matrix}
What the waits by department do not show:
  {closed} are nobody's work, but closed desks: what comes from treatment in the
  evening waits for coding until the next day, what lies on a desk on Friday until Monday.
  {errors} are due to registration's errors, {at_billing} felt at billing.
  Of this {own} are work on the case's own error; {others} are waiting
  while the errors on others are put right, whether or not anything is wrong with the case itself.
  That is not what would be saved without them: fewer errors leave less to do. See the last table.
",
        matrix = charges.matrix(&["registration", "treatment", "coding", "billing", "collections"]),
        errors = show(&errors),
        own = show(&own),
        others = show(&|entry| errors(entry) && !is_own(entry)),
        at_billing = show(&|entry| errors(entry) && at_billing(entry)),
        closed = show(&|entry| entry.what == What::Closed),
    )
}

pub fn report(replications: u32, horizon: Span) -> Result<String> {
    let pairs = ERROR_RATES.map(|rate| run(rate, replications, horizon));
    let pairs: Vec<[Results; 2]> = pairs.into_iter().collect::<Result<_>>()?;
    let [now, more] = &pairs[1];
    let time = |of: Option<TimeEstimate>| or_dash(of, brief);
    let all = |_: &str| true;
    let outside = |department: &str| ["insurer", "patient"].contains(&department);
    let inside = |department: &str| !outside(department);
    let named = |list: Vec<(&str, Estimate)>, show: fn(&Estimate) -> String| {
        list.iter().map(|(name, of)| format!("{name}, {}", show(of))).collect::<Vec<_>>().join("; ")
    };
    let share = |part: Option<TimeEstimate>, whole: Option<TimeEstimate>| {
        or_dash(part.zip(whole), |(part, whole)| format!("{:.0} %", 100.0 * part.mean / whole.mean))
    };
    let saved = saving(now, more, all);
    let worst = &now.worst_cases[0];
    let header = ["errors", "a case's time", "of it in the hospital", "one more biller saves"];
    let by_error_rate = ERROR_RATES.iter().zip(&pairs).map(|(rate, [now, more])| {
        let times = [per_case(now, all, present), per_case(now, inside, present), saving(now, more, all)];
        [vec![format!("{:.0} %", 100.0 * rate)], times.map(time).to_vec()].concat()
    });
    Ok(format!(
        "From visit to paid bill

{classes:width$}
{departments:width$}
In brackets: {level} % intervals, from {replications} replications of {horizon}.

A case takes {total}. (A little more than the means above: those
miss the cases still open at the end, mostly slow ones.) Of this,
  {outside_time} pass outside, with the insurer or the patient.
  {working} are work in the hospital.
  {waiting} are waiting in the hospital, {billing} of them for billing.
  {on_desks} it lies begun on a desk until the next day.
Busiest: {busiest}.
Most waiting: {longest} at a time.

Because of whom: hours per completed case, by who is responsible and in which department

{by_cause}
The case that took longest:

{worst}

One more biller, for the same patients, brings the paid bill forward
  by {insured} for the insured,
  by {self_pay} for those who pay themselves.
That is {of_inside} of a case's time in the hospital, and {of_all} of its whole time.

How much hangs on the share of cases that registration gets wrong, which is assumed to be 10 %:

{by_error_rate}",
        width = tables::WIDTH,
        classes = now.table_of_classes(),
        departments = now.table_of_departments(),
        level = 100.0 * now.manifest.level,
        total = time(per_case(now, all, present)),
        outside_time = time(per_case(now, outside, present)),
        working = time(per_case(now, inside, |visits, _| visits.service_hours)),
        waiting = time(per_case(now, inside, |visits, _| visits.waiting_hours)),
        billing = time(per_case(now, |department| department == "billing", |visits, _| visits.waiting_hours)),
        on_desks = time(per_case(now, inside, |_, parts| parts.suspended_hours)),
        busiest = named(highest(now, |department| department.utilization), percent),
        longest = named(highest(now, |department| department.visits.queue_length), |of| brief(of)),
        by_cause = by_cause(now),
        worst = experiment(&model(ERROR_RATES[1])?, replications, horizon)
            .timeline(worst.replication, worst.case)?,
        insured = time(saving(now, more, |class| class == "insured")),
        self_pay = time(saving(now, more, |class| class == "self-pay")),
        of_inside = share(saved, per_case(now, inside, present)),
        of_all = share(saved, per_case(now, all, present)),
        by_error_rate = tables::table(&header, by_error_rate),
    ))
}

/// What the ideas of the hospital would bring, for the same patients.
pub fn what_if(replications: u32, horizon: Span) -> Result<String> {
    let model = model(ERROR_RATES[1])?;
    let study = Study::new(experiment(&model, replications, horizon));
    let (comparison, more) = ideas::compare(&study)?;
    let years = (horizon.ticks() - WARM_UP.ticks()) as f64 / days(365).ticks() as f64;
    let (table, width) = (ideas::compared(&comparison, &more, years), tables::WIDTH);
    Ok(format!("What four ideas would bring\n\n{table}\n{comparison:width$}"))
}

/// The cheapest plan that keeps the promise of three weeks to so many of the insured.
pub fn cheapest(kept: f64, replications: u32, horizon: Span) -> Result<String> {
    let model = model(ERROR_RATES[1])?;
    let study = Study::new(experiment(&model, replications, horizon));
    let percent = 100.0 * kept;
    let plan = ideas::cheapest(&study, kept)?;
    Ok(format!(
        "The cheapest plan that keeps {percent:.0} % of the promises to the insured\n\n{plan:width$}",
        width = tables::WIDTH
    ))
}

fn main() -> Result<()> {
    println!("{}", report(10, weeks(104))?);
    println!("{}", what_if(10, weeks(104))?);
    print!("{}", cheapest(0.88, 4, weeks(64))?);
    Ok(())
}
