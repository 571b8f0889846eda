//! Nobody in billing for two days: how the delay travels to the other departments and to the patients, hour by hour,
//! until the last of them has stopped feeling it.
//!
//! The hospital is described in `models/billing_cycle.toml`, with its assumptions.
//!
//! `cargo run --release --example delay_propagation`

use std::fmt::Write;

use knockon::analysis::{Delays, Disturbance, Following, Study};
use knockon::interventions::Intervention;
use knockon::prelude::*;
use knockon::results::TimeEstimate;

#[path = "shared/tables.rs"]
mod tables;
use tables::{brief, or_dash, time};

/// A Tuesday and a Wednesday, when the hospital has settled.
const WARM_UP_WEEKS: f64 = 12.0;
/// The hours of a day that are shown: before and after them next to nothing comes.
const SHOWN: std::ops::Range<usize> = 7..20;

pub fn model() -> Result<Model> {
    Model::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/billing_cycle.toml"))
}

/// The outage, followed hour by hour.
pub fn run(model: &Model, replications: u32, horizon: Span) -> Result<Disturbance> {
    let experiment = Experiment::new(model).horizon(horizon).warm_up(weeks(WARM_UP_WEEKS));
    let study = Study::new(experiment.replications(replications).seed(1));
    let following = Following { stretch: Some(hours(1)), ..Following::default() };
    let tuesday = days(7.0 * WARM_UP_WEEKS + 1.0);
    study.disturb_by(&[Intervention::outage("billing", tuesday, days(2))], &following)
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

/// A row for each working day until it has died out for the patients, with a bar for each hour.
fn timeline(result: &Disturbance) -> String {
    let path = result.path.iter().filter_map(|step| result.department(&step.department).ok());
    let columns: Vec<&Delays> = result.classes.iter().chain(path).take(6).collect();
    let day = |at: Span| at.as_hours() as usize / 24;
    let first = result.system.stretches.first().map_or(0, |stretch| day(stretch.from));
    let end = result.system.died_out.map_or(first, |end| day(end) + 1);
    let lost = |of: usize| -> f64 {
        let stretches = result.system.stretches.iter().filter(|stretch| day(stretch.from) == of);
        stretches.map(|stretch| stretch.hours.mean).sum()
    };
    let rows = (first..end).filter(|day| day % 7 < 5 && lost(*day) >= 0.5).map(|day| {
        let name = clock(days(day as f64)).replace(" 0:00", "");
        let bars = columns.iter().map(|delays| bars(delays, day));
        [name].into_iter().chain(bars).chain([format!("{:.0} h", lost(day))]).collect()
    });
    let names = columns.iter().map(|delays| delays.name.as_str());
    tables::table(&[&["came on"], &names.collect::<Vec<_>>()[..], &["patients lose"]].concat(), rows)
}

pub fn report(result: &Disturbance) -> String {
    let mut text =
        format!("Nobody in billing for two days, {}\n\n{}", clock(result.begins), timeline(result));
    let mean = |of: Option<TimeEstimate>| or_dash(of, time);
    let when = |at: Option<Span>| or_dash(at, clock);
    let peak = result.system.peak;
    let amplification = result.amplification.as_ref();
    let _ = write!(
        text,
        "
Each bar is an hour of the day, from {} to {}: the extra hours of the patients of a class who arrived in it,
or of the visits to a department that joined in it; the highest of each column is a whole block.

It costs the patients {} hours, or {} for each of the {:.0} hours of work that billing lost.
It is worst for those who arrived in {}: {} longer.
For those who arrived after {} hardly anything is left.
The departments it reaches, in this order:
",
        SHOWN.start,
        SHOWN.end,
        brief(result.system.hours),
        or_dash(amplification, brief),
        result.department_hours.mean,
        when(peak.map(|peak| peak.from)),
        mean(peak.and_then(|peak| peak.mean)),
        when(result.system.died_out),
    );
    for step in &result.path {
        let (at, most, all) = (clock(step.reached), mean(step.peak.mean), brief(step.hours));
        let _ = writeln!(text, "  {}, {at}: {most} a visit at its peak, {all} hours in all", step.department);
    }
    if let Some(last) = &result.last {
        let _ = writeln!(
            text,
            "The last of all in {} replications to feel anything is {}, who came in {}:\nit is over in {}.",
            result.replications,
            last.name,
            clock(last.arrived),
            clock(last.ended),
        );
    }
    text
}

fn main() -> Result<()> {
    print!("{}", report(&run(&model()?, 50, weeks(52))?));
    Ok(())
}
