//! Which department is the bottleneck? Utilization names one, and making it faster brings customers next to nothing.
//!
//! An insurer: intake is busiest, but its many clerks share one line. Adjusters need a physician's word on three claims in ten, and
//! wait for it with the claim on the desk. The physician has reports of her own to write, and time to spare.
//!
//! `cargo run --release --example bottlenecks`

use knockon::analysis::{Aside, Bottlenecks, Definition, Scenario, ScenarioChange, Study};
use knockon::interventions::Intervention;
use knockon::model::Department;
use knockon::prelude::*;
use knockon::results::TimeEstimate;
use knockon::stats::Estimate;

/// The insurer. Every number is an assumption.
pub fn model() -> Result<Model> {
    Model::builder("claims")
        .department("intake", |d| d.staff(12).service(Dist::lognormal(minutes(21.5), cv(0.5))))
        .department("adjusters", |d| d.staff(30).service(Dist::gamma(minutes(20), cv(0.7))))
        .department("physician", |d| d.staff(1).service(Dist::gamma(minutes(48), cv(1.0))))
        .handoff("intake", "adjusters", |h| h)
        .request("adjusters", "physician", |r| {
            r.probability(0.3).at(0.5).service(Dist::gamma(minutes(3), cv(1.0)))
        })
        .customers("claim", |c| c.poisson(per_hour(30.0)).enter("intake").promise(hours(6)))
        .customers("report", |c| c.poisson(per_hour(0.45)).enter("physician"))
        .build()
}

/// The bottlenecks, and what 10 % more rate in each department saves of a claim's mean lead time: run, not guessed.
pub fn run(model: &Model, replications: u32) -> Result<(Bottlenecks, Vec<(String, Estimate)>)> {
    let experiment = Experiment::new(model).horizon(days(24)).warm_up(days(2)).seed(1);
    let study = Study::new(experiment.replications(replications));
    let bottlenecks = study.bottlenecks()?;
    let scenario = |department: &Department| {
        Scenario::new(&department.name, [Intervention::scale_service(&department.name, 1.0 / 1.1)])
    };
    let faster = study.compare(&model.departments.iter().map(scenario).collect::<Vec<_>>())?;
    let saved = |of: &ScenarioChange| {
        let change = of.figure(&Figure::lead_time("claim"))?;
        Some((of.scenario.name.clone(), change.difference.times(-1.0)))
    };
    Ok((bottlenecks, faster.scenarios.iter().filter_map(saved).collect()))
}

fn main() -> Result<()> {
    print!("{}", report(16)?);
    Ok(())
}

pub fn report(replications: u32) -> Result<String> {
    let (bottlenecks, proof) = run(&model()?, replications)?;
    let mut lines =
        vec!["Which department is the bottleneck? (*: may be it, by that definition)\n".to_owned()];
    for verdict in &bottlenecks.verdicts {
        let reason = verdict.reason.as_ref().map_or(String::new(), |reason| format!(" {reason}"));
        lines.push(format!("By {}:{reason}", verdict.definition));
        for own in &verdict.figures {
            let mark = if verdict.set.contains(&own.department) { '*' } else { ' ' };
            let beside: String = own.beside.iter().map(|(aside, figure)| also(*aside, figure)).collect();
            let figure = told(verdict.definition, &own.figure);
            lines.push(format!("  {mark} {:10} {figure}{beside}", own.department));
        }
    }
    lines.push(format!(
        "\n{}",
        bottlenecks
            .to_string()
            .replacen(": ", ":\n", 1)
            .replace(", but ", ",\nbut ")
            .replace(", and ", ",\nand ")
    ));
    lines.push("\nThe proof: with 10 % more rate, a claim is done sooner by".to_owned());
    for (department, saved) in &proof {
        lines.push(format!("    {department:10} {:#}", TimeEstimate(*saved)));
    }
    if let Some(periods) = &bottlenecks.active_periods {
        lines.push(
            "\nWhere it moves: tenths of each stretch as the momentary bottleneck, over 24 days".to_owned(),
        );
        for staff in &periods.staff {
            let tenths: String = staff.over_time.iter().map(|share| tenth(share.mean)).collect();
            lines.push(format!("    {:10} {tenths}", staff.name));
        }
    }
    Ok(lines.join("\n") + "\n")
}

fn also(aside: Aside, figure: &Estimate) -> String {
    match aside {
        Aside::OneMore => format!("; one more saves {:#}", TimeEstimate(*figure)),
        Aside::Sole => format!("; sole {:#} %", figure.times(100.0)),
        Aside::Shifting => format!(", shifting {:#} %", figure.times(100.0)),
        Aside::MostCases => format!("; full at {:.1} cases an hour", figure.mean),
        Aside::Blocked | Aside::Starved => String::new(),
    }
}

fn tenth(share: f64) -> char {
    char::from_digit((share * 10.0).floor().min(9.0) as u32, 10).unwrap_or(' ')
}

/// A figure in the unit that suits it.
fn told(definition: Definition, figure: &Estimate) -> String {
    match definition {
        Definition::Sensitivity => format!("{figure:#} % of the lead time"),
        Definition::WaitPerVisit | Definition::WaitPerCase | Definition::AverageActivePeriod => {
            format!("{:#}", TimeEstimate(*figure))
        }
        Definition::NumberWaiting => format!("{figure:#}"),
        Definition::LowestCapacity => format!("{:.1} %", 100.0 * figure.mean),
        _ => format!("{:#} %", figure.times(100.0)),
    }
}
