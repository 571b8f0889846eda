//! IT needs three weeks for a new colleague's computer, and is told one week before the first day. The manager could tell
//! earlier, and both could accept another model, which the dealer has on the shelf. Ready on day one: how often, with earlier
//! notice, with a flexible model, with both?
//!
//! The house is described in `models/new_hire_computer.toml`, with its assumptions.
//!
//! `cargo run --release --example new_hire_computer`

use knockon::interventions::Intervention;
use knockon::prelude::*;
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
#[path = "shared/tables.rs"]
mod tables;
use story::Otherwise;
use tables::table;

/// How many weeks before the first day IT may be told.
pub const NOTICE: [u32; 5] = [1, 2, 3, 4, 5];
const EARLIER: u32 = 4;

/// The share of computers that the dealer has, if everybody is flexible about the model.
const FLEXIBLE: f64 = 0.9;

/// What could be otherwise.
const OTHERWISE: [Otherwise; 4] = [
    ("the maker takes {} days", [16.0, 22.0], |model, mean| {
        model.department_mut("maker").map(|of| of.service = Some(Dist::gamma(days(mean), cv(0.15))))
    }),
    ("the dealer takes {} days", [1.0, 5.0], |model, mean| {
        model.department_mut("dealer").map(|of| of.service = Some(Dist::gamma(days(mean), cv(0.3))))
    }),
    ("setting up takes {} hours", [1.0, 6.0], |model, mean| {
        model.department_mut("setting up").map(|of| of.service = Some(Dist::gamma(hours(mean), cv(0.4))))
    }),
    ("IT has {} people", [1.0, 3.0], |model, count| model.pool_mut("IT").map(|of| of.staff = count as u32)),
];

/// IT is told so many weeks before, and the dealer has such a share of the computers.
pub fn with(model: &Model, notice: u32, dealer: Option<f64>) -> Result<Model> {
    let notice = Intervention::ChangeNotice {
        customers: "computer".into(),
        notice: Dist::constant(weeks(notice)),
    };
    let mut model = model.with(&[notice])?;
    for handoff in model.handoffs.iter_mut().filter(|of| of.from == "ordering") {
        let share = dealer.map(|share| if handoff.to == "dealer" { share } else { 1.0 - share });
        handoff.probability = share.or(handoff.probability);
    }
    Ok(model)
}

/// Five years, after half a year that does not count.
pub fn run(model: &Model, replications: u32) -> Result<Results> {
    let experiment = Experiment::new(model).horizon(weeks(286)).warm_up(weeks(26)).seed(1);
    Ok(experiment.replications(replications).run()?)
}

/// The share of new colleagues whose computer is ready on the first day.
pub fn ready(results: &Results) -> Result<Series> {
    story::class_figure(results, "computer", |of| (of.tardiness.zero as f64, of.tardiness.count as f64))
}

/// How long the others are without.
fn without(results: &Results) -> Result<Series> {
    story::class_figure(results, "computer", |of| {
        (of.tardiness.sum, (of.tardiness.count - of.tardiness.zero) as f64)
    })
}

pub fn answer(model: &Model, replications: u32) -> Result<String> {
    let run = |model: &Model, notice, dealer| run(&with(model, notice, dealer)?, replications);
    let row = |notice| {
        let (own, any) = (run(model, notice, None)?, run(model, notice, Some(FLEXIBLE))?);
        let name = format!("{notice} week{}", if notice == 1 { "" } else { "s" });
        let share = |of| Ok::<_, Error>(story::share(&ready(of)?));
        let late = |of| Ok::<_, Error>(story::time(&without(of)?));
        Ok(vec![name, share(&own)?, late(&own)?, share(&any)?, late(&any)?])
    };
    let grid = NOTICE.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    let four = |model: &Model| {
        [(1, None), (EARLIER, None), (1, Some(FLEXIBLE)), (EARLIER, Some(FLEXIBLE))]
            .map(|(notice, dealer)| Ok(story::share(&ready(&run(model, notice, dealer)?)?)))
            .into_iter()
            .collect::<Result<Vec<_>>>()
    };
    let [neither, earlier, flexible, both] = &four(model)?[..] else { unreachable!("there are four") };
    Ok(format!(
        "Ready on day one: how often?

As it was, told a week before, for {neither} of the new colleagues.
Told {EARLIER} weeks before, {earlier}; with a flexible model, {flexible}; with both, {both}.

{grid}
(\"Without\": how long those wait on whose first day it is not ready; weekends and nights count.)

What hangs on what is assumed:

{otherwise}",
        grid = table(&["told before", "ready", "the others without", "ready, flexible", "the others without"], grid),
        otherwise = story::by_assumption(model, &["neither", "earlier", "flexible", "both"], &OTHERWISE, four)?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("new_hire_computer")?;
    print!("{}", answer(&model, 20)?);
    // The report is written here.
    Ok(())
}
