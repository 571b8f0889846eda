//! Orders that need an engineer's word: who makes the customers wait, and what an answer in 4 hours is worth.
//!
//! The manufacturer is described in `models/engineering_clarification.toml`, with its assumptions.
//!
//! `cargo run --release --example engineering_clarification`

use knockon::prelude::*;
use knockon::results::{CostTotals, LedgerEntry, Replication, Timeline, What};
use knockon::stats::Estimate;

#[path = "shared/customers.rs"]
pub mod customers;
#[path = "shared/figures.rs"]
pub mod figures;
#[path = "shared/ledger.rs"]
mod ledger;
#[path = "shared/tables.rs"]
mod tables;
use customers::{Comparison, Run, lead_time};
use figures::{busy, saving};
use ledger::{Charges, is_own};
use tables::{brief, or_dash, percent, point, table, time};

/// The classes of those who order; the engineers' own work is of the class `design`.
pub const CUSTOMERS: [&str; 2] = ["standard", "custom"];

/// How many times the questions, and which share of orders entered wrong after a guess.
const ASSUMPTIONS: [(&str, f64, f64); 5] = [
    ("as assumed", 1.0, 0.05),
    ("half the questions", 0.5, 0.05),
    ("1.5 times the questions", 1.5, 0.05),
    ("2.5 % of guesses wrong", 1.0, 0.025),
    ("10 % of guesses wrong", 1.0, 0.1),
];

/// The model of the file, with other assumptions.
pub fn model(questions: f64, wrong_guesses: f64) -> Result<Model> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/engineering_clarification.toml");
    let mut model = Model::read(path)?;
    for of in model.requests.iter_mut().flat_map(|request| &mut request.probability_for) {
        of.probability *= questions;
    }
    for errors in model.departments.iter_mut().filter_map(|department| department.errors.as_mut()) {
        errors.after_guess = Some(wrong_guesses);
    }
    Ok(model)
}

/// How the standard is kept: engineers answer before they begin the next design.
pub fn questions_first(mut model: Model) -> Model {
    for request in &mut model.requests {
        request.priority = Some(0);
    }
    for class in model.classes.iter_mut().filter(|class| class.name == "design") {
        class.priority = 1;
    }
    model
}

/// Every replication is a year, after four weeks of warm-up.
fn experiment(model: &Model, replications: u32) -> Experiment<'_> {
    let experiment = Experiment::new(model).horizon(weeks(56)).warm_up(weeks(4)).seed(1);
    experiment.replications(replications).ledger().worst_cases(100)
}

/// The manufacturer as it is, and with questions first, for the same customers: draws are keyed.
pub fn run(model: &Model, replications: u32) -> Result<[Run; 2]> {
    let run = |model: &Model| Run::of(&experiment(model, replications), &CUSTOMERS);
    Ok([run(model)?, run(&questions_first(model.clone()))?])
}

/// What the orders of a year cost, in millions: before, now, and what is saved, year by year.
fn money([before, now]: [&Results; 2], cost: fn(&CostTotals) -> f64) -> Option<[Estimate; 3]> {
    let millions = |results: &Results| -> Vec<f64> {
        let year = |year: &Replication| year.classes.iter().map(|class| cost(&class.cost) / 1e6).sum();
        results.replications.iter().map(year).collect()
    };
    let (was, is, level) = (millions(before), millions(now), before.manifest.level);
    Some([
        Estimate::of_means(&was, level)?,
        Estimate::of_means(&is, level)?,
        Estimate::of_difference(&was, &is, level)?,
    ])
}

/// The usual report by department, in which everybody is busy who has something on the desk.
fn by_department(results: &Results) -> String {
    let rows = results.departments.iter().filter(|department| department.staff.is_some()).map(|department| {
        vec![
            department.name.clone(),
            or_dash(department.visits.waiting.as_ref(), |times| time(times.mean)),
            or_dash(department.visits.queue_length, brief),
            or_dash(busy(results, &department.name).as_ref(), percent),
        ]
    });
    table(&["department", "mean wait", "queue", "busy"], rows)
}

/// Because of whom completed orders took their time.
fn by_cause(results: &Results) -> Result<String> {
    let ledger = results.ledger.as_ref().expect("it was asked for");
    let groups = CUSTOMERS.iter().map(|class| Ok(&ledger.class(class)?.completed));
    let charges = Charges(groups.collect::<Result<_>>()?);
    let at_reps = |entry: &LedgerEntry| entry.felt.name == "reps";
    let at_work = |entry: &LedgerEntry| is_own(entry) && entry.what == What::Service;
    let waits = |entry: &LedgerEntry| at_reps(entry) && entry.what != What::Closed && !at_work(entry);
    let engineers = |entry: &LedgerEntry| entry.who.name == "engineering";
    let engineers_do =
        |what| move |entry: &LedgerEntry| waits(entry) && engineers(entry) && entry.what == what;
    Ok(format!(
        "{matrix}
(\"Closed\" are nights and weekends: nobody's work, but who still waits at five waits until eight.)

Engineering, where no customer ever comes, is charged with {of_all}
of what is felt at reps, and with {of_waits} of what is waited there while it is open:
  {designs} of {waits} an order, for designs that engineers had to do,
  {answers} for the answers themselves.",
        matrix = charges.matrix(&["reps", "shipping"]),
        of_all =
            or_dash(charges.share(|entry| at_reps(entry) && engineers(entry), at_reps).as_ref(), percent),
        of_waits = or_dash(charges.share(|entry| waits(entry) && engineers(entry), waits).as_ref(), percent),
        waits = or_dash(charges.time(waits), brief),
        designs = or_dash(charges.time(engineers_do(What::Service)), brief),
        answers = or_dash(charges.time(engineers_do(What::Answering)), brief),
    ))
}

/// The customer who took longest, piece by piece.
fn worst_customer(model: &Model, results: &Results) -> Result<Timeline> {
    let mut customers = results.worst_cases.iter().filter(|case| CUSTOMERS.contains(&&*case.class));
    let worst = customers.next().expect("some customers take longer than designs");
    experiment(model, 1).timeline(worst.replication, worst.case)
}

fn one_by_one(before: &Run, now: &Run) -> String {
    let comparison = Comparison::of(before, now);
    let share = |count: usize| format!("{:.1} %", 100.0 * count as f64 / before.customers.len() as f64);
    let hours = |hours: f64| format!("{hours:.1} h");
    let first = comparison.gains.iter().take(10).map(|&(gain, who)| {
        let [was, is] = [before, now].map(|run| lead_time(&run.customers[&who]));
        let name = format!("{}, replication {}", before.results.case_name(who.1), who.0);
        vec![name, hours(was), hours(is), hours(gain)]
    });
    format!(
        "The same {count} customers, one by one:
  {faster} are served faster, {same} as before, {slower} later;
  {won} were lost and are served now, {lost} the other way round.
  Those served both times gain {gain} on average.

{first}",
        count = before.customers.len(),
        faster = share(comparison.count(|gain| gain > 0.0)),
        same = share(comparison.count(|gain| gain == 0.0)),
        slower = share(comparison.count(|gain| gain < 0.0)),
        won = share(comparison.won),
        lost = share(comparison.lost),
        gain = or_dash(comparison.mean_gain(before.results.manifest.level), brief),
        first = table(&["the ten who gain most", "before", "now", "gain"], first),
    )
}

fn what_it_costs(runs: [&Results; 2]) -> Result<String> {
    let row = |name: &str, cost| {
        let figures = money(runs, cost).map_or(vec![], |figures| figures.map(brief).to_vec());
        [vec![name.to_owned()], figures].concat()
    };
    let rows = [
        row("delay", |cost| cost.delay),
        row("customers lost", |cost| cost.lost),
        row("wrong shipments", |cost| cost.defects),
        row("all", CostTotals::total),
    ];
    let [before, now] = [runs[0].class("design")?, runs[1].class("design")?];
    let later = saving(runs[1], runs[0], |class| class == "design");
    let saved = money(runs, CostTotals::total).zip(later);
    Ok(format!(
        "{money}
A design takes {now} instead of {before}: {later} longer.
The story has no price for that. The change pays up to {price} for such an hour.
",
        money = table(&["million USD a year", "before", "now", "saved"], rows),
        now = or_dash(now.lead_time.as_ref(), |times| brief(times.mean)),
        before = or_dash(before.lead_time.as_ref(), |times| point(times.mean)),
        later = or_dash(later, brief),
        price = or_dash(saved, |([_, _, saved], later)| {
            format!("{:.0} USD", 1e6 * saved.mean / (later.mean * now.completed.mean))
        }),
    ))
}

fn by_assumption(replications: u32) -> Result<String> {
    let row = |(name, questions, wrong_guesses): (&str, f64, f64)| {
        let [before, now] = run(&model(questions, wrong_guesses)?, replications)?;
        let gain = Comparison::of(&before, &now).mean_gain(before.results.manifest.level);
        let saved = money([&before.results, &now.results], CostTotals::total);
        let kept = |run: &Run| Ok::<_, Error>(or_dash(standard_kept(&run.results)?, round_percent));
        let kept = format!("{}, {}", kept(&before)?, kept(&now)?);
        Ok(vec![name.to_owned(), kept, or_dash(gain, brief), or_dash(saved, |[_, _, saved]| brief(saved))])
    };
    let rows: Result<Vec<_>> = ASSUMPTIONS.into_iter().map(row).collect();
    Ok(table(&["", "answered in 4 h: before, now", "a customer gains", "million USD saved"], rows?))
}

/// The share of questions that are answered within the standard of 4 hours.
pub fn standard_kept(results: &Results) -> Result<Option<Estimate>> {
    Ok(results.request("which part")?.standard_kept)
}

fn round_percent(share: Estimate) -> String {
    format!("{:.0} %", 100.0 * share.mean)
}

pub fn report(replications: u32) -> Result<String> {
    let (_, questions, wrong_guesses) = ASSUMPTIONS[0];
    let model = model(questions, wrong_guesses)?;
    let [before, now] = run(&model, replications)?;
    let kept = |run: &Run| Ok::<_, Error>(or_dash(standard_kept(&run.results)?.as_ref(), percent));
    Ok(format!(
        "Orders that need an engineer's word

A report by department says: customers wait for the reps.

{by_department}
The ledger says who is responsible for the time of a customer's order:

{by_cause}

The customer who took longest (lines of waiting follow the rep who took up the order in the end):

{worst}

Now engineers answer before they begin the next design. Of all questions,
{kept_now} instead of {kept_before} are answered within 4 hours.

{one_by_one}
{costs}
How much hangs on what is assumed:

{by_assumption}
In brackets: {level} % intervals, from {replications} replications of a year.
",
        by_department = by_department(&before.results),
        by_cause = by_cause(&before.results)?,
        worst = worst_customer(&model, &before.results)?,
        kept_before = kept(&before)?,
        kept_now = kept(&now)?,
        one_by_one = one_by_one(&before, &now),
        costs = what_it_costs([&before.results, &now.results])?,
        by_assumption = by_assumption(replications)?,
        level = 100.0 * before.results.manifest.level,
    ))
}

fn main() -> Result<()> {
    print!("{}", report(20)?);
    Ok(())
}
