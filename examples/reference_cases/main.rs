//! Answers files of reference cases: models in a neutral schema whose figures are known.
//!
//! `cargo run --release --example reference_cases -- CASES.json [--ids a,b] [--effort N] > RESULTS.json`
//!
//! A case that says something the library has no words for is `UNSUPPORTED`, with the reason on
//! stderr. One unit of model time is one hour of simulated time, or a power of ten of it where the
//! times of a model are very short or its run very long; figures are given in model units.

mod measure;
mod metrics;
mod plan;
mod schema;
mod translate;

use std::process::ExitCode;
use std::time::Instant;

use measure::{Effort, measure};
use schema::CaseFile;
use serde_json::{Map, Value, json};

/// What an effort of 1 is: events per case.
const EVENTS: f64 = 1e9;

struct Arguments {
    file: String,
    ids: Option<Vec<String>>,
    effort: f64,
}

fn main() -> ExitCode {
    let answered = arguments().and_then(|arguments| answer(&arguments));
    match answered {
        Ok(results) => {
            println!("{results:#}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments, String> {
    let usage = || "usage: reference_cases CASES.json [--ids a,b] [--effort N]".to_owned();
    let (mut file, mut ids, mut effort) = (None, None, 1.0);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--ids" => ids = Some(words.next().ok_or_else(usage)?.split(',').map(str::to_owned).collect()),
            "--effort" => {
                let number = words.next().and_then(|number| number.parse().ok());
                effort = number.filter(|effort| *effort > 0.0).ok_or_else(usage)?;
            }
            _ if file.is_none() && !word.starts_with("--") => file = Some(word),
            _ => return Err(usage()),
        }
    }
    Ok(Arguments { file: file.ok_or_else(usage)?, ids, effort })
}

fn answer(arguments: &Arguments) -> Result<Value, String> {
    let wrong = |error: String| format!("{}: {error}", arguments.file);
    let text = std::fs::read_to_string(&arguments.file).map_err(|error| wrong(error.to_string()))?;
    let file: CaseFile = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let effort = Effort {
        seed: 1,
        events: EVENTS * arguments.effort,
        window: (2000.0 * arguments.effort).clamp(200.0, 2000.0),
        first: (2000, 64),
    };
    let mut results = Map::new();
    for case in &file.cases {
        if arguments.ids.as_ref().is_some_and(|ids| !ids.contains(&case.id)) {
            continue;
        }
        let started = Instant::now();
        let outcome = match measure(case, &effort) {
            Ok(measured) => {
                let seconds = started.elapsed().as_secs_f64();
                let (replications, events) = (measured.replications, measured.events);
                eprintln!("{}: {seconds:.1} s, {replications} replications, {events:.1e} events", case.id);
                if !measured.unanswered.is_empty() {
                    eprintln!("{}: not answered: {}", case.id, measured.unanswered.join(", "));
                }
                json!(measured.figures)
            }
            Err(reason) => {
                eprintln!("{}: unsupported: {reason}", case.id);
                json!("UNSUPPORTED")
            }
        };
        results.insert(case.id.clone(), outcome);
    }
    Ok(json!({"engine": format!("knockon {}", env!("CARGO_PKG_VERSION")), "results": results}))
}
