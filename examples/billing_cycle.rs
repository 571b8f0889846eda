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
use story::{Otherwise, tables::WIDTH};

const INSIDE: [&str; 5] = ["registration", "treatment", "coding", "billing", "collections"];
const HEADER: [&str; 2] = ["training saves", "one more biller saves"];

/// What could be otherwise.
pub const OTHERWISE: [Otherwise; 2] = [
    ("a share of {} got wrong at registration", [0.05, 0.15], |model, share| {
        let errors = &mut model.department_mut("registration")?.errors;
        errors.iter_mut().for_each(|of| of.probability = Some(share));
        Ok(())
    }),
    ("{} min for a new bill", [65.0, 75.0], |model, mean| {
        model.department_mut("billing").map(|of| of.service = Some(Dist::lognormal(minutes(mean), cv(1.0))))
    }),
];

/// Twelve weeks do not count.
pub fn study(model: &Model, replications: u32, horizon: Span) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(horizon).warm_up(weeks(12)).seed(1);
    Study::new(experiment.replications(replications))
}

pub fn answer(study: &Study<'_>, horizon: Span) -> Result<String> {
    let (base, ideas) = (study.base()?, story::ideas("billing_cycle")?);
    let cases = &base.ledger.as_ref().expect("a study has it").system.completed;
    let time = |of: &dyn Fn(&LedgerEntry) -> bool| story::time_of(&GroupLedger::charged(&[cases], of));
    let (begun, in_place) = (study.compare(&ideas[..4])?, study.compare(&ideas[4..])?);
    let sooner =
        |of: &ScenarioChange| Some(of.figure(&Figure::lead_time(Customers::All))?.difference.times(-1.0));
    let weeks = base.replications[0].window / 168.0;
    let rows = begun.scenarios.iter().zip(&in_place.scenarios).filter_map(|(begun, in_place)| {
        let (now, later) = (sooner(begun)?, sooner(in_place)?);
        let made_good = if later.mean > 0.0 { weeks * (1.0 - now.mean / later.mean) } else { f64::INFINITY };
        let [now, later] = [now, later].map(|gain| story::time(Some(gain)));
        Some((begun.scenario.name.clone(), vec![now, later, story::text(format!("{made_good:.0} weeks"))]))
    });
    let best = [(&begun, "insured"), (&begun, "self-pay"), (&in_place, "insured"), (&in_place, "self-pay")];
    let [insured, self_pay, insured_later, self_pay_later] = best.map(|(of, class)| {
        of.may_be_best(&Goal::least(Figure::lead_time(class))).join(" or ").replace(", in place", "")
    });
    Ok(format!(
        "How long from visit to paid bill, and because of whom?

{classes:WIDTH$}
{departments:WIDTH$}
Completed cases took {all}, {inside} in the hospital; by who is responsible, and where:

{matrix:WIDTH$}
{closed} are nobody's work, but closed desks: what comes from treatment in the evening waits for coding
until the next day, what lies on a desk on Friday until Monday. {errors} are due to errors of
registration, on the case itself or on others that it waits for.

What would ideas bring in {weeks:.0} weeks from the beginning of their introduction, and what would they cost?

{changes:WIDTH$}
Best for the insured: {insured}. Best for those who pay themselves: {self_pay}.
When introductions are long over, {insured_later} is best for the insured, {self_pay_later} for those who pay themselves.

{making_good}
{begun:WIDTH$}
What hangs on what is assumed:

{otherwise}",
        classes = base.table_of_classes(),
        departments = base.table_of_departments(),
        all = time(&|_| true),
        inside = time(&|of| INSIDE.contains(&&*of.felt.name)),
        matrix = GroupLedger::matrix(&[cases], &INSIDE),
        closed = time(&|of| of.what == What::Closed),
        errors = time(&|of| of.who.name == "registration" && of.what == What::Rework),
        changes = begun.table(&[
            ("insured", Figure::lead_time("insured")),
            ("self-pay", Figure::lead_time("self-pay")),
            ("promises to insured kept", Figure::promise_kept("insured")),
            ("it costs", Figure::cost(Customers::All)),
        ]),
        making_good = story::table(&["all", "sooner at first", "once in place", "made good after"], rows),
        otherwise = story::by_assumption(study.model(), &HEADER, &OTHERWISE, |model| {
            let study = self::study(model, 5, horizon);
            Ok(study.compare(&ideas[5..7])?.scenarios.iter().map(|of| story::time(sooner(of))).collect())
        })?,
    ))
}

/// The cheapest plan that keeps the promise of three weeks to so many of the insured.
pub fn cheapest(study: &Study<'_>, kept: f64) -> Result<Optimum> {
    let mut problem = Problem::new(Goal::least(Figure::cost(Customers::All)));
    let staffed = ["registration", "coding", "billing", "collections"];
    problem.factors.extend(staffed.map(|of| Factor::added_staff(of, -1..=1)));
    let training = story::ideas("billing_cycle")?.swap_remove(1);
    problem.factors.push(Factor::either(training.name, training.changes));
    study.optimise(&problem.require(Requirement::at_least(Figure::promise_kept("insured"), kept)))
}

fn main() -> Result<()> {
    let (model, horizon) = (story::model("billing_cycle")?, weeks(104));
    let (study, ideas) = (study(&model, 10, horizon), story::ideas("billing_cycle")?);
    let plan = cheapest(&self::study(&model, 4, weeks(64)), 0.88)?;
    let cheapest = "The cheapest plan that keeps 88 % of the promises to the insured";
    let said = format!("{}\n{cheapest}\n\n{plan:WIDTH$}", answer(&study, horizon)?);
    story::tell("billing_cycle", &said, (&model, &*study.base()?), &[&study.compare(&ideas[..4])?, &plan])
}
