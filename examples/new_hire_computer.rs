//! IT needs three weeks for a new colleague's computer, and is told one week before the first day. The manager could tell
//! earlier, and both could accept another model, which the dealer has on the shelf. Ready on day one: how often, under earlier
//! notice, a flexible model, or both?
//!
//! The house is described in `models/new_hire_computer.toml`, with its assumptions.
//!
//! `cargo run --release --example new_hire_computer`

use knockon::interventions::Intervention;
use knockon::model::Arrivals;
use knockon::prelude::*;
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
use story::Otherwise;

/// How many weeks before the first day IT may be told.
pub const NOTICE: [u32; 5] = [1, 2, 3, 4, 5];
const EARLIER: u32 = 4;

/// The share of computers that the dealer has, if everybody is flexible about the model.
pub const FLEXIBLE: f64 = 0.9;

/// What could be otherwise.
const OTHERWISE: [Otherwise; 4] = [
    ("a maker who takes {} d", [16.0, 22.0], |model, mean| {
        model.department_mut("maker").map(|of| of.service = Some(Dist::gamma(days(mean), cv(0.15))))
    }),
    ("a dealer who takes {} d", [1.0, 5.0], |model, mean| {
        model.department_mut("dealer").map(|of| of.service = Some(Dist::gamma(days(mean), cv(0.3))))
    }),
    ("a set-up of {} h", [1.0, 6.0], |model, mean| {
        model.department_mut("setting up").map(|of| of.service = Some(Dist::gamma(hours(mean), cv(0.4))))
    }),
    ("tickets at {} a day", [4.0, 12.0], |model, rate| {
        model.stream_mut("ticket").map(|of| of.arrivals = Arrivals::Poisson { rate: per_day(rate) })
    }),
];

/// IT is told so many weeks before; the dealer has such a share of the computers, or as many as the file says.
pub fn with(model: &Model, notice: u32, dealer: Option<f64>) -> Result<Model> {
    let notice = Dist::constant(weeks(notice));
    let mut model = model.with(&[Intervention::ChangeNotice { customers: "computer".into(), notice }])?;
    for handoff in model.handoffs.iter_mut().filter(|of| of.from == "ordering") {
        let share = dealer.map(|share| if handoff.to == "dealer" { share } else { 1.0 - share });
        handoff.probability = share.or(handoff.probability);
    }
    Ok(model)
}

/// Three years, of which half a year does not count.
pub fn run(model: &Model, replications: u32) -> Result<Results> {
    let experiment = Experiment::new(model).horizon(weeks(156)).warm_up(weeks(26)).seed(1);
    Ok(experiment.replications(replications).run()?)
}

/// The share of new colleagues whose computer is ready on the first day.
pub fn ready(results: &Results) -> Result<Series> {
    story::class_figure(results, "computer", |of| (of.tardiness.zero as f64, of.tardiness.count as f64))
}

/// How long the others are without, in hours.
fn without(results: &Results) -> Result<Series> {
    let late = |of: &knockon::results::Moments| (of.sum, (of.count - of.zero) as f64);
    story::class_figure(results, "computer", |of| late(&of.tardiness))
}

pub fn answer(model: &Model, replications: u32) -> Result<String> {
    let run = |model: &Model, notice, dealer| run(&with(model, notice, dealer)?, replications);
    let row = |notice| {
        let mut figures = Vec::new();
        for dealer in [None, Some(FLEXIBLE)] {
            let results = run(model, notice, dealer)?;
            figures.push(story::share_of(&ready(&results)?));
            figures.push(story::time_of(&without(&results)?));
        }
        Ok((format!("{notice} week{}", if notice == 1 { "" } else { "s" }), figures))
    };
    let grid = NOTICE.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    let changed = |model: &Model| {
        let [earlier, flexible, both] = [(EARLIER, None), (1, Some(FLEXIBLE)), (EARLIER, Some(FLEXIBLE))]
            .map(|(notice, dealer)| Ok::<_, Error>(story::share_of(&ready(&run(model, notice, dealer)?)?)));
        Ok(vec![earlier?, flexible?, both?])
    };
    let done = changed(model)?;
    Ok(format!(
        "Ready on day one: how often?

As it was, told a week before, for {neither} of the new colleagues.
Told {EARLIER} weeks before, for {earlier}; with a flexible model, for {flexible};
with both, for {both}.

{grid}
(\"Late by\": how long those wait whose computer is not ready; nights and weekends count.)

What hangs on what is assumed:

{otherwise}",
        neither = grid[0].1[0],
        earlier = done[0],
        flexible = done[1],
        both = done[2],
        grid = story::table(&["told before", "ready", "late by", "ready, flexible", "late by"], grid.clone()),
        otherwise =
            story::by_assumption(model, &["earlier notice", "flexible", "both"], &OTHERWISE, changed)?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("new_hire_computer")?;
    story::tell("new_hire_computer", &answer(&model, 15)?, (&model, &run(&model, 15)?), &[])
}
