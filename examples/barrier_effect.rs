//! A delegation changes at the last moment to another car; its pass was issued for the first. The guard, busy with an
//! unloading, refuses: not his problem. The investor turns round and cancels. How likely is that, by how late plans change
//! and by how long it takes to issue a pass again?
//!
//! The gate is described in `models/barrier_effect.toml`, with its assumptions.
//!
//! `cargo run --release --example barrier_effect`

use knockon::analysis::{Scenario, Study};
use knockon::experiment::Customers;
use knockon::interventions::Intervention;
use knockon::model::ServiceFor;
use knockon::prelude::*;
use knockon::stats::{Estimate, Series};

#[path = "shared/story.rs"]
pub mod story;
#[path = "shared/tables.rs"]
mod tables;
use story::{LEVEL, Otherwise};
use tables::{or_dash, percent, table};

/// How long before the arrival plans change, on average, in minutes.
pub const CHANGES: [f64; 5] = [30.0, 60.0, 90.0, 180.0, 360.0];
/// How long the work on a new pass takes, on average, in minutes.
pub const ISSUES: [f64; 4] = [5.0, 20.0, 40.0, 60.0];

const HEADER: [&str; 2] = ["lost after a change", "of all delegations"];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 3] = [
    ("the guard refuses {} of the wrong passes", [0.5, 1.0], |model, share| {
        model.department_mut("gate")?.detects[0].probability = share;
        Ok(())
    }),
    ("an unloading takes {} minutes", [15.0, 40.0], |model, mean| {
        model.department_mut("unloading")?.service = Some(Dist::gamma(minutes(mean), cv(0.5)));
        Ok(())
    }),
    ("the mean patience at the gate is {} minutes", [60.0, 240.0], |model, mean| {
        model.department_mut("gate")?.patience = Some(Dist::gamma(minutes(mean), cv(0.3)));
        Ok(())
    }),
];

/// The model with plans that change so many minutes before, and passes that take so many to be issued again.
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
    let at = |name| results.departments.iter().position(|of| of.name == name).expect("there is a gate");
    let class = results.classes.iter().position(|of| of.name == "new car").expect("there are new cars");
    story::figure(results, |of| {
        let gone = of.departments[at("gate")].classes[class].reneged.count;
        ((of.defects[0].found[0].turned_away + gone) as f64, of.forks[0].forked as f64)
    })
}

/// How likely the loss is after a change, at every point of the grid: a row for each of [`CHANGES`].
pub fn grid(model: &Model, replications: u32) -> Result<Vec<Vec<Option<Estimate>>>> {
    let point = |change, issue| {
        let model = with(model, change, issue)?;
        Ok(lost(&*study(&model, replications).base()?).estimate(LEVEL))
    };
    CHANGES.iter().map(|&change| ISSUES.iter().map(|&issue| point(change, issue)).collect()).collect()
}

/// What could be done inside.
pub fn ideas() -> [Scenario; 3] {
    let rank = |class: &str, priority| Intervention::SetPriority { class: class.into(), priority };
    [
        Scenario::new("new passes before all others", [rank("other pass", 1), rank("delegation", 1)]),
        Scenario::new("one more in the pass office", [Intervention::add_staff("pass office", 1)]),
        Scenario::new("one more guard", [Intervention::add_staff("guard", 1)]),
    ]
}

pub fn answer(study: &Study<'_>) -> Result<String> {
    let (model, base) = (study.model(), study.base()?);
    let replications = base.manifest.replications;
    let row = |results: &Results| {
        let all = results.class("delegation")?.lost_share.as_ref();
        Ok(vec![or_dash(lost(results).estimate(LEVEL).as_ref(), percent), or_dash(all, percent)])
    };
    let points = grid(model, replications.div_ceil(2))?;
    let grid = CHANGES.iter().zip(&points).map(|(change, points)| {
        let points = points.iter().map(|point| or_dash(point.as_ref(), percent));
        [format!("{change} min before")].into_iter().chain(points).collect()
    });
    let issues = ISSUES.map(|issue| format!("{issue} min"));
    let issues: Vec<&str> = ["plans change"].into_iter().chain(issues.iter().map(|of| &**of)).collect();
    let ideas = ideas();
    let done = ideas.iter().map(|idea| {
        Ok([vec![idea.name.clone()], row(&*study.with(&idea.changes)?)?].concat())
    });
    let done: Result<Vec<_>> = done.collect();
    let as_it_is = row(&base)?;
    let cost = Figure::cost(Customers::Class("delegation".into())).series(&base)?;
    let a_week = cost.estimate(LEVEL).map(|cost| cost.times(1e-6 * 24.0 * 7.0 / base.replications[0].window));
    Ok(format!(
        "How likely is the loss, by how late plans change and how long it takes to issue a pass again?

{grid}
(Of the delegations whose plans change, by the mean time before their arrival, and the mean work on the new pass.)
As assumed, 90 and 20 minutes, {change} of them are lost, and {all} of all delegations:
{cost} million USD a week. It is a race between the new pass and the new car; the line for passes counts too.

What could be done inside:

{done}
What hangs on what is assumed:

{otherwise}",
        grid = table(&issues, grid),
        change = as_it_is[0],
        all = as_it_is[1],
        cost = or_dash(a_week, tables::brief),
        done = table(&[&["idea"], &HEADER[..]].concat(), done?),
        otherwise = story::by_assumption(model, &HEADER, &OTHERWISE, |model| {
            row(&*self::study(model, replications.div_ceil(2)).base()?)
        })?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("barrier_effect")?;
    let study = study(&model, 20);
    print!("{}", answer(&study)?);
    // The report is written here.
    Ok(())
}
