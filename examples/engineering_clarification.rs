//! Reps who take orders need an engineer's word now and then. Engineers find the questions low in priority and annoying; reps wait,
//! or guess. What does it cost to treat the requests as low priority, and what is a 4-hour service standard worth?
//!
//! The manufacturer is described in `models/engineering_clarification.toml`, what could be done in `ideas/`, with all that is assumed.
//!
//! `cargo run --release --example engineering_clarification`

use knockon::analysis::{ScenarioChange, Study};
use knockon::experiment::Customers;
use knockon::prelude::*;
use knockon::results::{GroupLedger, LedgerEntry, What};

#[path = "shared/story.rs"]
pub mod story;
use story::{Otherwise, Shown};

pub const QUESTION: &str = "which part";
const HEADER: [&str; 2] = ["answered in 4 h", "questions first save, million USD"];

/// What could be otherwise.
pub const OTHERWISE: [Otherwise; 3] = [
    ("{} times the questions", [0.5, 1.5], |model, by| {
        let asked = &mut model.request_mut(QUESTION)?.probability_for;
        asked.iter_mut().for_each(|of| of.probability *= by);
        Ok(())
    }),
    ("a share of {} of guesses wrong", [0.025, 0.1], |model, share| {
        let errors = &mut model.department_mut("reps")?.errors;
        errors.iter_mut().for_each(|of| of.after_guess = Some(share));
        Ok(())
    }),
    ("customers who stay for {} days", [3.5, 14.0], |model, mean| {
        model.department_mut("reps").map(|of| of.patience = Some(Dist::exponential(days(mean))))
    }),
];

/// Every replication is a year, after four weeks that do not count.
pub fn study(model: &Model, replications: u32) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(weeks(56)).warm_up(weeks(4)).seed(1);
    Study::new(experiment.replications(replications).worst_cases(100))
}

/// What a year costs less, in million USD.
fn saved(change: &ScenarioChange) -> Shown {
    story::number(change.figure(&Figure::cost(Customers::All)).map(|of| of.difference.times(-1e-6)))
}

pub fn answer(study: &Study<'_>) -> Result<String> {
    let (base, ideas) = (study.base()?, story::ideas("engineering_clarification")?);
    let comparison = study.compare(&ideas)?;
    let [first, acts, half] = [0, 1, 2].map(|at| saved(&comparison.scenarios[at]));
    let orders = &base.ledger.as_ref().expect("a study has it").class("custom")?.completed;
    let waits = |of: &LedgerEntry| of.felt.name == "reps" && of.what != What::Closed && !of.is_own();
    let engineers = |of: &LedgerEntry| waits(of) && of.who.name == "engineering";
    let answers = |of: &LedgerEntry| engineers(of) && of.what == What::Answering;
    let worst = base.worst_cases.iter().find(|of| of.class != "design").expect("orders take longer");
    Ok(format!(
        "What does it cost to treat the requests as low priority, and what is a 4-hour standard worth?

To treat them so costs {first} million USD a year: so much less do delays, lost customers and wrong
shipments cost if engineers answer before they begin the next design. A standard by which they do so with what
was asked an hour ago is worth {acts}; if they follow it in half of the cases, {half}.

{changes:width$}
What customers cost in a year, as it is and with questions first:

{costs:width$}
{costs_first:width$}
A report by department says: customers wait for the reps.

{departments:width$}
The ledger says who is responsible: hours of a custom order, by who is responsible and where it was felt

{orders:width$}(\"Closed\" are nights and weekends: nobody's work, but who still waits at five waits until eight.)

Of {waits} that such an order waits at reps while they are open, {share} are charged to
engineering, where no customer ever comes: {answers} for answers, the rest for designs that
engineers had to do first. Ledger entries are not savings: those are above.

The customer who took longest (lines of waiting follow the rep who took up the order in the end):

{timeline}

{comparison:width$}
What hangs on what is assumed:

{otherwise}",
        width = story::tables::WIDTH,
        changes = comparison.table(&[
            ("answered in 4 h", Figure::standard_kept(QUESTION)),
            ("custom orders lost", Figure::lost_share("custom")),
            ("a custom order takes", Figure::lead_time("custom")),
            ("a design takes", Figure::lead_time("design")),
        ]),
        costs = base.table_of_customer_costs(),
        costs_first = study.with(&ideas[0].changes)?.table_of_customer_costs(),
        departments = base.table_of_departments(),
        waits = story::time_of(&GroupLedger::charged(&[orders], waits)),
        share = story::share_of(&GroupLedger::charged_share(&[orders], engineers, waits)),
        answers = story::time_of(&GroupLedger::charged(&[orders], answers)),
        timeline = study.experiment().timeline(worst.replication, worst.case)?,
        otherwise = story::by_assumption(study.model(), &HEADER, &OTHERWISE, |model| {
            let study = self::study(model, base.manifest.replications.div_ceil(2));
            let kept = story::share(study.base()?.request(QUESTION)?.standard_kept);
            Ok(vec![kept, saved(&study.compare(&ideas[..1])?.scenarios[0])])
        })?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("engineering_clarification")?;
    let study = study(&model, 20);
    let ideas = study.compare(&story::ideas("engineering_clarification")?)?;
    story::tell("engineering_clarification", &answer(&study)?, (&model, &*study.base()?), &[&ideas])
}
