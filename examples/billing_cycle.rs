//! A hospital, from a patient's visit to the paid bill. How long does it take, because of whom, and what do cross-training, training
//! at registration, one more biller, and a team of both departments bring, customer by customer?
//!
//! The hospital is described in `models/billing_cycle.toml`, its ideas in `ideas/`, with all that is assumed.
//!
//! `cargo run --release --example billing_cycle`

use knockon::analysis::{Factor, Goal, Optimum, Problem, Requirement, ScenarioChange, Study};
use knockon::experiment::Customers;
use knockon::prelude::*;
use knockon::results::{GroupLedger, LedgerEntry, What};

#[path = "shared/story.rs"]
pub mod story;
use story::{Otherwise, Shown, tables::WIDTH};

const INSIDE: [&str; 5] = ["registration", "treatment", "coding", "billing", "collections"];
const HEADER: [&str; 3] = ["sooner, introduction included", "sooner once it is in place", "paid back after"];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 3] = [
    ("a share of {} got wrong at registration", [0.05, 0.15], |model, share| {
        let errors = &mut model.department_mut("registration")?.errors;
        errors.iter_mut().for_each(|of| of.probability = Some(share));
        Ok(())
    }),
    ("{} min for a new bill", [65.0, 75.0], |model, mean| {
        model.department_mut("billing").map(|of| of.service = Some(Dist::lognormal(minutes(mean), cv(1.0))))
    }),
    ("an insurer who takes {} days", [7.0, 14.0], |model, mean| {
        model.department_mut("insurer").map(|of| of.service = Some(Dist::lognormal(days(mean), cv(0.5))))
    }),
];

/// Twelve weeks do not count.
pub fn study(model: &Model, replications: u32, horizon: Span) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(horizon).warm_up(weeks(12)).seed(1);
    Study::new(experiment.replications(replications))
}

/// How long it takes, and because of whom.
pub fn because_of_whom(study: &Study<'_>) -> Result<String> {
    let base = study.base()?;
    let cases = &base.ledger.as_ref().expect("a study has it").system.completed;
    let time = |of: &dyn Fn(&LedgerEntry) -> bool| story::time_of(&GroupLedger::charged(&[cases], of));
    let errors = |of: &LedgerEntry| of.who.name == "registration" && of.what == What::Rework;
    Ok(format!(
        "How long from visit to paid bill, and because of whom?

{classes:WIDTH$}
{departments:WIDTH$}
Completed cases took {all}, {inside} of that in the hospital: hours by who is responsible, and where they were felt

{matrix:WIDTH$}
{closed} are nobody's work, but closed desks: what comes from treatment in the evening waits for coding until
the next day, what lies on a desk on Friday until Monday. {errors} are due to registration's errors: {own}
are work on the case's own, the rest is waiting while those on others are put right.
",
        classes = base.table_of_classes(),
        departments = base.table_of_departments(),
        all = time(&|_| true),
        inside = time(&|of| INSIDE.contains(&&*of.felt.name)),
        matrix = GroupLedger::matrix(&[cases], &INSIDE),
        closed = time(&|of| of.what == What::Closed),
        errors = time(&errors),
        own = time(&|of| errors(of) && of.is_own()),
    ))
}

fn sooner(change: &ScenarioChange) -> Shown {
    story::time(change.figure(&Figure::lead_time(Customers::All)).map(|of| of.difference.times(-1.0)))
}

/// What the ideas bring, to whom, and when that is more than their introduction took.
pub fn what_if(study: &Study<'_>) -> Result<String> {
    let ideas = story::ideas("billing_cycle")?;
    let (begun, in_place) = (study.compare(&ideas[..4])?, study.compare(&ideas[4..])?);
    let weeks = study.base()?.replications[0].window / 168.0;
    let rows = begun.scenarios.iter().zip(&in_place.scenarios).map(|(begun, in_place)| {
        let gains = [sooner(begun), sooner(in_place)];
        let [now, later] = gains.each_ref().map(|of| of.estimate.map_or(0.0, |gain| gain.mean));
        let paid_back = story::text(format!("{:.0} weeks", weeks * (1.0 - now / later)));
        (begun.scenario.name.clone(), [&gains[..], &[paid_back]].concat())
    });
    let best = |class: &str| {
        let best = begun.may_be_best(&Goal::least(Figure::lead_time(class)));
        best.iter().map(|of| &*of.scenario.name).collect::<Vec<_>>().join(" or ")
    };
    Ok(format!(
        "What would ideas bring in {weeks:.0} weeks, from the beginning of their introduction?

{changes:WIDTH$}
Best for the insured: {insured}. Best for those who pay themselves: {self_pay}.

{paid_back}
{begun:WIDTH$}
What hangs on what is assumed:

{otherwise}",
        changes = begun.table(&[
            ("insured", Figure::lead_time("insured")),
            ("self-pay", Figure::lead_time("self-pay")),
            ("promises to insured kept", Figure::promise_kept("insured")),
            ("it costs", Figure::cost(Customers::All)),
        ]),
        insured = best("insured"),
        self_pay = best("self-pay"),
        paid_back = story::table(&[&["all customers"], &HEADER[..]].concat(), rows),
        otherwise = story::by_assumption(
            study.model(),
            &["training saves", "one more biller saves"],
            &OTHERWISE,
            |model| {
                let study = self::study(model, 5, hours(168.0 * (weeks + 12.0)));
                Ok(study.compare(&ideas[5..7])?.scenarios.iter().map(sooner).collect())
            }
        )?,
    ))
}

/// The cheapest plan that keeps the promise of three weeks to so many of the insured.
pub fn cheapest(study: &Study<'_>, kept: f64) -> Result<Optimum> {
    let training = story::ideas("billing_cycle")?.swap_remove(1);
    let problem = Problem::new(Goal::least(Figure::cost(Customers::All)))
        .factor(Factor::added_staff("registration", -1..=1))
        .factor(Factor::added_staff("coding", -1..=1))
        .factor(Factor::added_staff("billing", -1..=2))
        .factor(Factor::added_staff("collections", -1..=1))
        .factor(Factor::either(training.name, training.changes))
        .require(Requirement::at_least(Figure::promise_kept("insured"), kept));
    study.optimise(&problem)
}

fn main() -> Result<()> {
    let model = story::model("billing_cycle")?;
    let hospital = study(&model, 10, weeks(104));
    println!("{}\n{}", because_of_whom(&hospital)?, what_if(&hospital)?);
    println!("The cheapest plan that keeps 88 % of the promises to the insured\n");
    print!("{:WIDTH$}", cheapest(&study(&model, 4, weeks(64)), 0.88)?);
    // The report is written here.
    Ok(())
}
