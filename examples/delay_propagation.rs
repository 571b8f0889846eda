//! Nobody in coding for two days: how the delay travels to the other departments and to the patients, hour by hour,
//! until the last of them has stopped feeling it.
//!
//! The hospital is described in `models/billing_cycle.toml`, with its assumptions.
//!
//! `cargo run --release --example delay_propagation`

use std::collections::BTreeMap;

use knockon::analysis::{Delays, Disturbance, Following, Study};
use knockon::interventions::Intervention;
use knockon::prelude::*;
use knockon::results::TimeEstimate;

#[path = "shared/tables.rs"]
mod tables;
use tables::{brief, or_dash, time};

/// The hours of a day that are shown: before and after them next to nothing comes.
const SHOWN: std::ops::Range<usize> = 7..20;

pub fn model() -> Result<Model> {
    Model::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/billing_cycle.toml"))
}

/// The outage, followed hour by hour.
pub fn run(model: &Model, replications: u32, horizon: Span) -> Result<Disturbance> {
    let experiment = Experiment::new(model).horizon(horizon).warm_up(weeks(12));
    let study = Study::new(experiment.replications(replications).seed(1));
    let following = Following { stretch: Some(hours(1)), ..Following::default() };
    let tuesday = days(12 * 7 + 1);
    study.disturb_by(&[Intervention::outage("coding", tuesday, days(2))], &following)
}

/// The day and the hour of a time of the run, which starts on a Monday: "week 13, Tuesday 8:00".
fn clock(at: Span) -> String {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let hour = at.as_hours() as usize;
    format!("week {}, {} {}:00", hour / 168 + 1, DAYS[hour / 24 % 7], hour % 24)
}

/// The hours of a day, each as high as its extra delay is beside that of the highest of all.
fn bars(delays: &Delays, day: usize) -> String {
    let highest = delays.peak.map_or(1.0, |peak| peak.hours.mean);
    let of = |hour: usize| {
        let from = hours((24 * day + hour) as f64);
        let stretch = delays.stretches.iter().find(|stretch| stretch.from == from);
        let eighths = stretch.map_or(0.0, |stretch| 8.0 * stretch.hours.mean / highest);
        ['.', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][eighths.round().clamp(0.0, 8.0) as usize]
    };
    SHOWN.map(of).collect()
}

/// A row for each day whose patients lose a twentieth of what those of the worst day lose, with a bar for each hour; and what
/// the patients of all other days lose.
fn timeline(result: &Disturbance) -> (String, f64) {
    let path = result.path.iter().filter_map(|step| result.department(&step.department).ok());
    let columns: Vec<&Delays> = result.classes.iter().chain(path).take(6).collect();
    let day = |at: Span| at.as_hours() as usize / 24;
    let mut lost: BTreeMap<usize, f64> = BTreeMap::new();
    for stretch in &result.system.stretches {
        *lost.entry(day(stretch.from)).or_default() += stretch.hours.mean;
    }
    let most = lost.values().fold(0.0, |most: f64, &lost| most.max(lost));
    let (shown, others): (Vec<_>, Vec<_>) = lost.into_iter().partition(|&(_, lost)| lost >= 0.05 * most);
    let rows = shown.into_iter().map(|(day, lost)| {
        let name = clock(days(day as f64)).replace(" 0:00", "");
        let bars = columns.iter().map(|delays| bars(delays, day));
        [name].into_iter().chain(bars).chain([format!("{lost:.0} h")]).collect()
    });
    let names = columns.iter().map(|delays| delays.name.as_str());
    let header = [&["came on"], &names.collect::<Vec<_>>()[..], &["patients lose"]].concat();
    (tables::table(&header, rows), others.into_iter().map(|(_, lost)| lost).sum())
}

pub fn report(result: &Disturbance) -> String {
    let mean = |of: Option<TimeEstimate>| or_dash(of, time);
    let when = |at: Option<Span>| or_dash(at, clock);
    let peak = result.system.peak;
    let path = result.path.iter().map(|step| {
        let (at, most, all) = (clock(step.reached), mean(step.peak.mean), brief(step.hours));
        format!("  {}, {at}: {most} a visit at its peak, {all} hours in all\n", step.department)
    });
    let last = result.last.as_ref();
    let (timeline, others) = timeline(result);
    format!(
        "Nobody in coding for two days, from {begins}

{timeline}
Each bar is an hour of the day, from {from} to {to}: the extra hours of the patients of a class who arrived in it,
or of the visits to a department that joined in it; the highest of each column is a whole block. Days are left out on
which little is left, less than a twentieth of the worst: the patients of those lose {others:.0} h together.

It costs the patients {lost} hours: {amplification} for each of the {work:.0} hours that coding lost.
It is worst for those who arrived in {peak}: {most} longer.
For those who arrived after {died_out} hardly anything is left.
The departments it surely reaches, in this order:
{path}The last of all in {replications} replications to feel anything is {name}, who came in {came}:
it is over in {over}.
",
        begins = clock(result.begins),
        from = SHOWN.start,
        to = SHOWN.end,
        lost = brief(result.system.hours),
        amplification = or_dash(result.amplification, brief),
        work = result.department_hours.mean,
        peak = when(peak.map(|peak| peak.from)),
        most = mean(peak.and_then(|peak| peak.mean)),
        died_out = when(result.system.died_out),
        path = path.collect::<String>(),
        replications = result.replications,
        name = last.map_or("nobody", |last| &last.name),
        came = when(last.map(|last| last.arrived)),
        over = when(last.map(|last| last.ended)),
    )
}

fn main() -> Result<()> {
    print!("{}", report(&run(&model()?, 50, weeks(52))?));
    Ok(())
}
