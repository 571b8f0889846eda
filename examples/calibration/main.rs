//! How often the intervals of 95 % contain what is true: counted over many independent experiments on models whose
//! figures are known exactly.
//!
//! ```sh
//! cargo run --release --example calibration
//! ```
//!
//! Experiments have the seeds 1, 2, 3, ... and run side by side; one experiment is what an analyst would do
//! once. A coverage measured over 10,000 of them has a standard error of 0.22 %.

mod day;
mod models;
mod rows;
pub mod suites;
pub mod table;

use std::process::ExitCode;
use std::time::Instant;

/// How to call the program.
const HELP: &str = "\
Counts how often intervals of 95 % contain what is true.

usage: calibration [options]

  --experiments N  how many experiments for each figure (10000)
  --only WORD      only models and methods with this in their names
  --help           print this
";

fn main() -> ExitCode {
    let (mut experiments, mut only) = (10_000, String::new());
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = |value: Option<String>| value.ok_or_else(|| format!("{word}: its value is missing"));
        let read = match word.as_str() {
            "--help" | "-h" => {
                print!("{HELP}");
                return ExitCode::SUCCESS;
            }
            "--experiments" => value(words.next()).and_then(|text| {
                let number = text.parse().ok().filter(|&number: &u64| number > 0);
                experiments = number.ok_or(format!("{word}: `{text}` is not a positive number"))?;
                Ok(())
            }),
            "--only" => value(words.next()).map(|text| only = text),
            _ => Err(format!("{word}: there is no such option; --help tells more")),
        };
        if let Err(message) = read {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    }
    match calibrate(experiments, &only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs all suites and prints the table, row by row.
fn calibrate(experiments: u64, only: &str) -> knockon::Result<()> {
    let started = Instant::now();
    println!("{}", table::HEAD);
    let mut outside = 0;
    for suite in suites::suites(100)? {
        if !format!("{} {}", suite.model, suite.method).contains(only) {
            continue;
        }
        for line in table::measure(&suite, experiments)? {
            outside += u32::from(!line.in_range());
            println!("{line}");
        }
    }
    let minutes = started.elapsed().as_secs_f64() / 60.0;
    println!("\n{outside} rows are outside of the range demanded. It took {minutes:.1} minutes.");
    Ok(())
}
