//! Answers that are names: which node is the bottleneck, by which definition.

use std::collections::BTreeMap;

use knockon::analysis::{
    ActivePeriods, Aside, Bottlenecks, Definition, DepartmentActivity, DepartmentTrace, StaffTrace,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Answers by name.
pub type Labels = BTreeMap<String, Value>;

/// The labels of a network that are known.
pub fn of_network(names: &[String], bottlenecks: &Bottlenecks) -> Labels {
    names.iter().filter_map(|name| Some((name.clone(), label(name, bottlenecks)?))).collect()
}

fn label(name: &str, bottlenecks: &Bottlenecks) -> Option<Value> {
    let verdict = |definition| bottlenecks.by(definition).ok();
    // Where several may be the one, the first of them.
    let first = |definition| Some(json!(verdict(definition)?.figures.first()?.department));
    match name {
        "bottleneck/by_throughput_sensitivity" | "bottleneck/by_lead_sensitivity" => {
            first(Definition::Sensitivity)
        }
        "ranking/by_throughput_sensitivity" => {
            let ranked = verdict(Definition::Sensitivity)?.figures.iter().map(|own| &own.department);
            Some(json!(ranked.collect::<Vec<_>>()))
        }
        "bottleneck/by_utilization" => first(Definition::Utilization),
        "bottleneck/by_lowest_capacity" => first(Definition::LowestCapacity),
        "bottleneck/by_wait_per_visit" => first(Definition::WaitPerVisit),
        "bottleneck/by_wait_per_job" => first(Definition::WaitPerCase),
        "bottleneck/by_blocking_starving_arrows" => first(Definition::BlockingAndStarving),
        "bottleneck/by_turning_point" => first(Definition::TurningPoint),
        "best/plus_one_server" => {
            let gain = |own: &knockon::analysis::DepartmentFigure| {
                let gain = own.beside.iter().find(|(aside, _)| *aside == Aside::OneMore)?;
                Some((gain.1.mean, own.department.clone()))
            };
            let gains = verdict(Definition::Sensitivity)?.figures.iter().filter_map(gain);
            Some(json!(gains.max_by(|a, b| a.0.total_cmp(&b.0))?.1))
        }
        _ => None,
    }
}

/// When machines were active.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trace {
    observe_until: f64,
    active: BTreeMap<String, Vec<(f64, f64)>>,
}

/// The figures and the labels of a trace: nothing runs.
pub fn of_trace<'m>(
    trace: &Value,
    names: impl Iterator<Item = &'m str>,
) -> Result<(BTreeMap<String, f64>, Labels), String> {
    let Trace { observe_until, active } = Trace::deserialize(trace).map_err(|error| error.to_string())?;
    let department = |(machine, active): (String, Vec<(f64, f64)>)| DepartmentTrace {
        department: machine,
        staff: vec![StaffTrace { active, ..StaffTrace::default() }],
    };
    let traces: Vec<DepartmentTrace> = active.into_iter().map(department).collect();
    let periods = ActivePeriods::of_trace(&traces, observe_until).map_err(|error| error.to_string())?;
    let mut figures = BTreeMap::new();
    for own in &periods.departments {
        for (figure, value) in [
            ("momentary_frac", Some(own.momentary)),
            ("sole_frac", Some(own.sole)),
            ("shifting_frac", Some(own.shifting)),
            ("average_active_period", own.average),
            ("active_frac", own.active),
        ] {
            figures.extend(value.map(|value| (format!("machine/{}/{figure}", own.department), value)));
        }
    }
    let labels = names.filter_map(|name| Some((name.to_owned(), trace_label(name, &periods)?)));
    Ok((figures, labels.collect()))
}

fn trace_label(name: &str, periods: &ActivePeriods) -> Option<Value> {
    let most = |of: fn(&DepartmentActivity) -> Option<f64>| {
        let figures = periods.departments.iter().filter_map(|own| Some((of(own)?, &own.department)));
        Some(json!(figures.max_by(|a, b| a.0.total_cmp(&b.0))?.1))
    };
    match name {
        "bottleneck/by_average_active_period" => most(|own| own.average),
        "bottleneck/by_active_period_share" => most(|own| own.active),
        "chain" => {
            // Whole numbers are written as such, like in the cases.
            let time = |time: f64| if time.fract() == 0.0 { json!(time as i64) } else { json!(time) };
            let links = periods.chain.iter();
            let links = links.map(|link| json!([link.department, time(link.from), time(link.until)]));
            Some(links.collect())
        }
        _ => None,
    }
}
