//! A delegation changes at the last moment to another car; its pass was issued for the first. The guard, busy with an
//! unloading, refuses: not his problem. The investor turns round and cancels. How likely is the loss, by how late plans
//! change and how long it takes to issue a pass again?
//!
//! The gate is described in `models/barrier_effect.toml`, with its assumptions.
//!
//! `cargo run --release --example barrier_effect`

use knockon::analysis::{Scenario, Study};
use knockon::interventions::Intervention;
use knockon::model::ServiceFor;
use knockon::prelude::*;
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
use story::{Otherwise, Shown};

/// How long before the arrival plans change, and how long the work on a new pass takes, on average, in minutes.
pub const CHANGES: [f64; 5] = [30.0, 60.0, 90.0, 180.0, 360.0];
pub const ISSUES: [f64; 4] = [5.0, 20.0, 40.0, 60.0];

const HEADER: [&str; 2] = ["of all delegations", "lost after a change"];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 2] = [
    ("a share of {} of wrong passes refused", [0.5, 1.0], |model, share| {
        model.department_mut("gate").map(|of| of.detects[0].probability = share)
    }),
    ("a patience of {} min", [60.0, 240.0], |model, mean| {
        model.department_mut("gate").map(|of| of.patience = Some(Dist::gamma(minutes(mean), cv(0.3))))
    }),
];

/// The model with plans that change so many minutes before, and so many minutes of work on a new pass.
pub fn with(model: &Model, change: f64, issue: f64) -> Result<Model> {
    let mut model = model.clone();
    model.department_mut("journey")?.service = Some(Dist::exponential(minutes(change)));
    let (class, service) = (Some("new car".to_owned()), Dist::lognormal(minutes(issue), cv(0.8)));
    model.department_mut("pass office")?.service_for.push(ServiceFor { class, from_visit: 1, service });
    Ok(model)
}

/// Twenty weeks of 168 hours in which the gate is open.
pub fn study(model: &Model, replications: u32) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(weeks(20)).warm_up(days(1)).seed(1);
    Study::new(experiment.replications(replications))
}

/// Delegations whose plans change that are lost: turned away with the wrong pass, or gone while the guard was busy.
pub fn lost(results: &Results) -> Series {
    let gate = results.departments.iter().position(|of| of.name == "gate").expect("there is a gate");
    let class = results.classes.iter().position(|of| of.name == "new car").expect("cars change");
    story::figure(results, |of| {
        let gone = of.departments[gate].classes[class].reneged.count;
        ((of.defects[0].found[0].turned_away + gone) as f64, of.forks[0].forked as f64)
    })
}

/// How likely the loss is.
pub fn figures(results: &Results) -> Result<Vec<Shown>> {
    Ok(vec![story::share(results.class("delegation")?.lost_share), story::share_of(&lost(results))])
}

/// What could be done inside.
pub fn ideas() -> [Scenario; 3] {
    let last = Intervention::SetPriority { class: "other pass".into(), priority: 1 };
    [
        Scenario::new("delegations first in the pass office", [last]),
        Scenario::new("one more in the pass office", [Intervention::add_staff("pass office", 1)]),
        Scenario::new("one more guard", [Intervention::add_staff("guard", 1)]),
    ]
}

pub fn answer(study: &Study<'_>) -> Result<String> {
    let (model, base) = (study.model(), study.base()?);
    let on = |model: &Model| self::study(model, base.manifest.replications.div_ceil(2)).base();
    let row = |change: f64| {
        let points = ISSUES.map(|issue| Ok(story::share_of(&lost(&*on(&with(model, change, issue)?)?))));
        Ok((format!("{change} min before"), points.into_iter().collect::<Result<_>>()?))
    };
    let grid = CHANGES.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    let issues = ISSUES.map(|issue| format!("pass in {issue} min"));
    let header: Vec<&str> = ["plans change"].into_iter().chain(issues.iter().map(String::as_str)).collect();
    let as_it_is = figures(&base)?;
    let millions = 168e-6 / base.replications[0].window;
    let cost = Figure::cost("delegation").of(&base)?.map(|cost| cost.times(millions));
    Ok(format!(
        "How likely is the loss, by how late plans change and how long it takes to issue a pass again?

{grid}
(Of the delegations whose plans change, by the mean time before their arrival and the mean work on the new pass.)
As assumed, 90 and 20 minutes, {changed} of them are lost, and {all} of all delegations:
{cost} million USD a week. It is a race between the car and the pass, which has to wait in line.

What could be done inside:

{done}
What hangs on what is assumed:

{otherwise}",
        grid = story::table(&header, grid),
        all = as_it_is[0],
        changed = as_it_is[1],
        cost = story::number(cost),
        done = story::by_scenario(study, &HEADER, &ideas(), figures)?,
        otherwise = story::by_assumption(model, &HEADER, &OTHERWISE, |model| figures(&*on(model)?))?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("barrier_effect")?;
    let study = study(&model, 20);
    let (base, said) = (study.base()?, answer(&study)?);
    story::tell("barrier_effect", &said, (&model, &base), &[&study.compare(&ideas())?])
}
