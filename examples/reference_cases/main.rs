//! Answers files of reference cases: models in a neutral schema whose figures are known.
//!
//! `cargo run --release --example reference_cases -- CASES.json [--ids A,B] [--effort X] [--seed S] > RESULTS.json`
//!
//! A case is a network of queues, a business process, or a trace of machines. One that says something the library has no words
//! for is `UNSUPPORTED`, with the reason on stderr. One unit of time of a network is one hour of simulated
//! time, or a power of ten of it where the times of a model are very short or its run very long; figures are
//! given in units of the model. The times of a process are seconds.

mod arguments;
mod arrival_windows;
mod by_replication;
mod cases;
mod changes;
mod day;
mod dists;
mod labels;
mod limits;
mod load;
mod measure;
mod metrics;
mod plan;
mod print;
mod process;
mod routing;
mod schema;
mod translate;

use std::process::ExitCode;
use std::time::Instant;

use arguments::{Arguments, HELP};
use cases::CaseFile;
use measure::{Effort, measure};
use print::{print, tell};
use serde_json::{Map, Value, json};

/// What an effort of 1 is: events per case.
const EVENTS: f64 = 1e9;

fn main() -> ExitCode {
    let text = Arguments::parse(std::env::args_os().skip(1)).and_then(|arguments| match arguments {
        Some(arguments) => answer(&arguments).map(|results| format!("{results:#}\n")),
        None => Ok(HELP.to_owned()),
    });
    match text.and_then(|text| print(&text, &mut std::io::stdout())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            tell(&message);
            ExitCode::from(2)
        }
    }
}

fn answer(arguments: &Arguments) -> Result<Value, String> {
    let wrong = |error: String| format!("{}: {error}", arguments.file.display());
    let text = std::fs::read_to_string(&arguments.file).map_err(|error| wrong(error.to_string()))?;
    let file: CaseFile = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let unknown = file.lacks(arguments.ids.as_deref().unwrap_or_default());
    if !unknown.is_empty() {
        return Err(wrong(format!("there is no case `{}`", unknown.join("`, `"))));
    }
    let mut effort = Effort {
        seed: arguments.seed,
        events: EVENTS * arguments.effort,
        window: (5000.0 * arguments.effort).clamp(500.0, 5000.0),
        first: (2000, 40),
    };
    let mut results = Map::new();
    for case in &file.cases {
        // Like streams of different cases should not meet the same draws.
        effort.seed = effort.seed.wrapping_add(1);
        if arguments.ids.as_ref().is_some_and(|ids| !ids.contains(&case.id)) {
            continue;
        }
        let started = Instant::now();
        let outcome = match measure(case, &effort) {
            Ok(measured) => {
                let seconds = started.elapsed().as_secs_f64();
                let (replications, events) = (measured.replications, measured.events);
                let work = format!("{seconds:.1} s, {replications} replications, {events:.1e} events");
                tell(&format!("{}: {work}", case.id));
                if !measured.unanswered.is_empty() {
                    tell(&format!("{}: not answered: {}", case.id, measured.unanswered.join(", ")));
                }
                json!(measured.answers())
            }
            Err(reason) => {
                tell(&format!("{}: unsupported: {reason}", case.id));
                json!("UNSUPPORTED")
            }
        };
        results.insert(case.id.clone(), outcome);
    }
    Ok(json!({"engine": format!("knockon {}", env!("CARGO_PKG_VERSION")), "results": results}))
}
