//! Orders that need an engineer's word: who makes the customers wait, and what an answer in 4 hours is worth.
//!
//! The manufacturer is described in `models/engineering_clarification.toml`, with its assumptions.
//!
//! `cargo run --release --example engineering_clarification`

use std::collections::BTreeMap;
use std::sync::Mutex;

use knockon::model::ProbabilityFor;
use knockon::prelude::*;
use knockon::results::{CostTotals, LedgerEntry, TimeEstimate, Timeline, What};
use knockon::stats::Estimate;
use knockon::{CaseId, CaseRecord, Outcome, Records};

#[path = "shared/figures.rs"]
pub mod figures;
#[path = "shared/ledger.rs"]
pub mod ledger;
#[path = "shared/tables.rs"]
pub mod tables;
use figures::{busy, saving};
use ledger::Charges;
use tables::{brief, or_dash, percent, table, time};

/// The classes of those who order; the engineers' own work is of the class `design`.
pub const CUSTOMERS: [&str; 2] = ["standard", "custom"];

/// Figures per replication are per year.
const YEAR: Span = Span::from_ticks(52 * 7 * 24 * 3600 * knockon::time::TICKS_PER_SECOND);

/// The model of the file.
pub fn model() -> Result<Model> {
    Model::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/engineering_clarification.toml"))
}

/// What would keep the standard: engineers answer before they go on to the next design.
pub fn questions_first(mut model: Model) -> Model {
    for request in &mut model.requests {
        request.priority = Some(0);
    }
    for class in model.classes.iter_mut().filter(|class| class.name == "design") {
        class.priority = 1;
    }
    model
}

/// The model with so many times the questions, and another share of wrong orders where a rep had to guess.
pub fn assuming(mut model: Model, questions: f64, wrong_guesses: f64) -> Model {
    for ProbabilityFor { probability, .. } in
        model.requests.iter_mut().flat_map(|request| &mut request.probability_for)
    {
        *probability *= questions;
    }
    for errors in model.departments.iter_mut().filter_map(|department| department.errors.as_mut()) {
        errors.after_guess = Some(wrong_guesses);
    }
    model
}

/// Which replication, and which case of it.
pub type Who = (u64, CaseId);

/// What came out, and what became of every customer who came after the warm-up.
pub struct Run {
    pub results: Results,
    pub customers: BTreeMap<Who, CaseRecord>,
}

/// Keeps what became of the cases of a replication.
struct Keep<'k>(Vec<CaseRecord>, &'k Mutex<Vec<CaseRecord>>);

impl Records for Keep<'_> {
    fn case(&mut self, record: &CaseRecord) {
        self.0.push(record.clone());
    }

    fn finished(&mut self) {
        self.1.lock().expect("nobody panics").append(&mut self.0);
    }
}

fn experiment(model: &Model, replications: u32) -> Experiment<'_> {
    let warm_up = weeks(4);
    let horizon = Span::from_ticks(warm_up.ticks() + YEAR.ticks());
    let experiment = Experiment::new(model).horizon(horizon).warm_up(warm_up);
    experiment.replications(replications).seed(1).ledger().worst_cases(100)
}

pub fn run(model: &Model, replications: u32) -> Result<Run> {
    let records = Mutex::new(Vec::new());
    let results = experiment(model, replications).run_recorded(|_| Keep(Vec::new(), &records))?;
    let orders = |record: &CaseRecord| CUSTOMERS.contains(&&*results.classes[record.class as usize].name);
    let counts = |record: &CaseRecord| record.arrived.as_hours() >= results.manifest.warm_up;
    let records = records.into_inner().expect("nobody panics").into_iter();
    let customers = records.filter(|record| counts(record) && orders(record));
    let customers = customers.map(|record| ((record.replication, record.case), record)).collect();
    Ok(Run { results, customers })
}

/// The same customers in two runs.
pub struct Comparison {
    /// By how many hours they were served faster in the second, of those served in both; the most first.
    pub gains: Vec<(f64, Who)>,
    /// Lost in the first and served in the second, and the reverse.
    pub won: usize,
    pub lost: usize,
}

pub fn compare(before: &Run, after: &Run) -> Comparison {
    let mut comparison = Comparison { gains: Vec::new(), won: 0, lost: 0 };
    for (&who, was) in &before.customers {
        let is = &after.customers[&who];
        match (was.outcome, is.outcome) {
            (Outcome::Completed, Outcome::Completed) => {
                comparison.gains.push((lead_time(was) - lead_time(is), who));
            }
            (Outcome::Reneged, Outcome::Completed) => comparison.won += 1,
            (Outcome::Completed, Outcome::Reneged) => comparison.lost += 1,
            _ => {} // Lost in both, or still there at the end of the year.
        }
    }
    comparison.gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    comparison
}

/// In hours.
pub fn lead_time(case: &CaseRecord) -> f64 {
    case.ended.as_hours() - case.arrived.as_hours()
}

/// The mean of the gains, with an interval over replications.
fn mean_gain(comparison: &Comparison, level: f64) -> Option<TimeEstimate> {
    let mut sums: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
    for &(gain, (replication, _)) in &comparison.gains {
        let sum = sums.entry(replication).or_default();
        *sum = (sum.0 + gain, sum.1 + 1.0);
    }
    let (hours, cases): (Vec<f64>, Vec<f64>) = sums.into_values().unzip();
    Estimate::of_ratio(&hours, &cases, level).map(TimeEstimate)
}

/// What the orders of a year cost, by replication, in millions.
fn millions(results: &Results, cost: fn(&CostTotals) -> f64) -> Vec<f64> {
    let year =
        |year: &knockon::results::Replication| year.classes.iter().map(|class| cost(&class.cost)).sum();
    results.replications.iter().map(year).map(|cost: f64| cost / 1e6).collect()
}

/// Before, after, and what is saved: the last year by year, on the same draws.
pub fn money(before: &Results, after: &Results, cost: fn(&CostTotals) -> f64) -> [Option<Estimate>; 3] {
    let (was, is) = (millions(before, cost), millions(after, cost));
    let level = before.manifest.level;
    [
        Estimate::of_means(&was, level),
        Estimate::of_means(&is, level),
        Estimate::of_difference(&was, &is, level),
    ]
}

/// Customers' completed orders, and because of whom they took their time.
pub fn charges(results: &Results) -> Result<Charges<'_>> {
    let ledger = results.ledger.as_ref().expect("it was asked for");
    let completed = CUSTOMERS.iter().map(|class| Ok(&ledger.class(class)?.completed));
    Ok(Charges(completed.collect::<Result<_>>()?))
}

/// Of the customers who took longest, the first whose rep was held by an engineer's own work.
fn worst(model: &Model, results: &Results, replications: u32) -> Result<Timeline> {
    let experiment = experiment(model, replications);
    let mut customers = results.worst_cases.iter().filter(|case| CUSTOMERS.contains(&&*case.class));
    let worst = customers.next().expect("customers are among those who take longest");
    experiment.timeline(worst.replication, worst.case)
}

/// How the departments fared, as it is usually reported: busy is whoever has something on the desk.
fn wait_report(results: &Results) -> String {
    let rows = results.departments.iter().filter(|department| department.staff.is_some()).map(|department| {
        vec![
            department.name.clone(),
            or_dash(department.visits.waiting.as_ref(), |times| time(times.mean)),
            or_dash(department.visits.queue_length.as_ref(), brief),
            or_dash(busy(results, &department.name).as_ref(), percent),
        ]
    });
    table(&["department", "mean wait", "queue", "busy"], rows)
}

fn ledger_report(results: &Results) -> Result<String> {
    let charges = charges(results)?;
    let at_reps = |entry: &LedgerEntry| entry.felt.name == "reps";
    let by = |who: &'static str| move |entry: &LedgerEntry| at_reps(entry) && entry.who.name == who;
    let engineers = |what: What| move |entry: &LedgerEntry| by("engineering")(entry) && entry.what == what;
    let open = |entry: &LedgerEntry| at_reps(entry) && entry.what != What::Closed;
    let waited = |entry: &LedgerEntry| open(entry) && !(by("reps")(entry) && ledger::is_own(entry));
    let show = |pick: &dyn Fn(&LedgerEntry) -> bool| or_dash(charges.time(pick), brief);
    Ok(format!(
        "{matrix}
Of what an order waits at reps during office hours, {waiting},
Engineering is charged with {share}:
  {designs} because engineers had designs to do, and the rep, or the one before, was held;
  {answers} because they answered.",
        matrix = charges.matrix(&["reps", "shipping"]),
        waiting = show(&waited),
        share = or_dash(
            charges.share(|entry| waited(entry) && by("engineering")(entry), waited).as_ref(),
            percent
        ),
        designs = show(&engineers(What::Service)),
        answers = show(&engineers(What::Answering)),
    ))
}

fn comparison_report(before: &Run, after: &Run) -> String {
    let comparison = compare(before, after);
    let share = |count: usize| format!("{:.1} %", 100.0 * count as f64 / before.customers.len() as f64);
    let served = |which: fn(f64) -> bool| share(comparison.gains.iter().filter(|gain| which(gain.0)).count());
    let first = comparison.gains.iter().take(10).map(|&(gain, who)| {
        let (was, is) = (&before.customers[&who], &after.customers[&who]);
        let hours = |hours: f64| format!("{hours:.1} h");
        let name = format!("{}, replication {}", before.results.case_name(who.1), who.0);
        vec![name, hours(lead_time(was)), hours(lead_time(is)), hours(gain)]
    });
    format!(
        "The same {count} customers, one by one, on the same draws:
  {faster} are served faster, {same} as before, {slower} later;
  {won} were lost and are served now, {lost} the other way round.
  Those served both times gain {gain} on average.

{first}",
        count = before.customers.len(),
        faster = served(|gain| gain > 0.0),
        same = served(|gain| gain == 0.0),
        slower = served(|gain| gain < 0.0),
        won = share(comparison.won),
        lost = share(comparison.lost),
        gain = or_dash(mean_gain(&comparison, before.results.manifest.level), brief),
        first = table(&["the ten who gain most", "before", "now", "gain"], first),
    )
}

fn money_report(before: &Results, after: &Results) -> String {
    let row = |name: &str, cost| {
        let figures = money(before, after, cost);
        [vec![name.to_owned()], figures.map(|figure| or_dash(figure, brief)).to_vec()].concat()
    };
    let rows = [
        row("customers' delay", |cost| cost.delay),
        row("customers lost", |cost| cost.lost),
        row("wrong shipments, 125,000 each", |cost| cost.defects),
        row("all", CostTotals::total),
    ];
    table(&["million USD a year", "before", "now", "saved"], rows)
}

pub fn report(replications: u32) -> Result<String> {
    let model = model()?;
    let (before, after) = (run(&model, replications)?, run(&questions_first(model.clone()), replications)?);
    let kept = |run: &Run| -> Result<String> {
        Ok(or_dash(run.results.request("which part")?.standard_kept.as_ref(), percent))
    };
    let design = |results: &Results| -> Result<String> {
        Ok(or_dash(results.class("design")?.lead_time.as_ref(), |times| brief(times.mean)))
    };
    let later = saving(&after.results, &before.results, |class| class == "design");
    let projects = before.results.class("design")?.completed.mean;
    let [_, _, saved] = money(&before.results, &after.results, CostTotals::total);
    let break_even = or_dash(saved.zip(later), |(saved, later)| {
        format!("{:.0} USD", 1e6 * saved.mean / (later.mean * projects))
    });
    let assumptions = [(1.0, 0.05), (0.5, 0.05), (1.5, 0.05), (1.0, 0.025), (1.0, 0.1)];
    let rows = assumptions.map(|(questions, wrong)| {
        let model = assuming(model.clone(), questions, wrong);
        let [was, is] = [run(&model, replications)?, run(&questions_first(model), replications)?];
        let gain = mean_gain(&compare(&was, &is), was.results.manifest.level);
        let [_, _, saved] = money(&was.results, &is.results, CostTotals::total);
        let asked = format!("{questions} times the questions, {} % of guesses wrong", 100.0 * wrong);
        Ok(vec![asked, kept(&was)?, kept(&is)?, or_dash(gain, brief), or_dash(saved, brief)])
    });
    let rows = rows.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(format!(
        "Orders that need an engineer's word

What a report by department shows: the customers wait for the reps.

{waits}
What the ledger shows: who is responsible for the time of a customer's order.

{charges}

One customer, as it happened:

{worst}

Now engineers answer before they begin the next design. Answered within 4 hours, of all questions:
  before {kept_before}
  now    {kept_after}

{customers}
{money}
The design projects take {design_after} instead of {design_before}: {later} longer.
What an hour of that costs, the story does not say. Above {break_even} it would not pay.

How much hangs on what is assumed:

{rows}
In brackets: 95 % intervals, from {replications} replications of a year.
",
        waits = wait_report(&before.results),
        charges = ledger_report(&before.results)?,
        worst = worst(&model, &before.results, replications)?,
        kept_before = kept(&before)?,
        kept_after = kept(&after)?,
        customers = comparison_report(&before, &after),
        money = money_report(&before.results, &after.results),
        design_after = design(&after.results)?,
        design_before = design(&before.results)?,
        later = or_dash(later, brief),
        rows = table(
            &["if there were", "kept before", "kept now", "a customer gains", "saved, million USD"],
            rows
        ),
    ))
}

fn main() -> Result<()> {
    print!("{}", report(20)?);
    Ok(())
}
