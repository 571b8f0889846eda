//! Runs a model file and prints what came out.
//!
//! `cargo run --release --example run_model -- examples/models/billing_cycle.toml --horizon 104w`

use std::ffi::OsString;
use std::fmt::Display;
use std::process::ExitCode;
use std::str::FromStr;

use knockon::experiment::Experiment;
use knockon::model::{Model, Stream};
use knockon::rows::Rows;
use knockon::text::terminal_width;
use knockon::time::{ParseError, Span, weeks};

#[path = "reference_cases/print.rs"]
mod print;

const HELP: &str = "\
Runs a model file (TOML or JSON) and prints how customers and departments fared.

usage: run_model MODEL [options]

  --horizon T        how long a replication lasts, such as 52w or \"10d 12h\" (52w)
  --warm-up T        how long the start is left out, or auto: as long as MSER-5 finds necessary
                     (auto; 0s where all arrivals come to an end, as there is no steady state then)
  --replications N   how many replications (30)
  --seed S           the seed of all random numbers (1)
  --threads N        how many threads; results do not depend on it (as many as processors)
  --ledger           tell because of whom customers spent their time, all together and by class
  --json             print all results as JSON
  --csv FILE         write all figures to a file, one a row
  --help             print this
";

/// How wide tables are where the terminal does not say how wide it is, in columns.
const WIDTH: usize = 120;

/// No experiment takes more threads.
const MOST_THREADS: usize = 1024;

/// How much of the start is left out.
enum Start {
    /// As the model is.
    Unsaid,
    Auto,
    Given(Span),
}

/// What the command line asks for.
struct Options {
    model: Option<OsString>,
    horizon: Span,
    warm_up: Start,
    replications: u32,
    seed: u64,
    threads: Option<usize>,
    ledger: bool,
    json: bool,
    csv: Option<OsString>,
    help: bool,
}

impl Options {
    /// Reads the arguments. The error has a line for each that is wrong.
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Options, String> {
        let mut options = Options {
            model: None,
            horizon: weeks(52),
            warm_up: Start::Unsaid,
            replications: 30,
            seed: 1,
            threads: None,
            ledger: false,
            json: false,
            csv: None,
            help: false,
        };
        let mut wrong = Vec::new();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let Some(name) = argument.to_str().filter(|text| text.starts_with('-')) else {
                if options.model.is_some() {
                    wrong.push(format!("`{}`: there is a model file already", argument.display()));
                }
                options.model.get_or_insert(argument);
                continue;
            };
            if let Err(error) = options.take(name, &mut arguments) {
                wrong.push(format!("{name}: {error}"));
            }
        }
        if options.model.is_none() && !options.help {
            wrong.push("no model file is given; --help tells more".to_owned());
        }
        if wrong.is_empty() { Ok(options) } else { Err(wrong.join("\n")) }
    }

    /// Takes in the option called `name`, with its value if it has one.
    fn take(&mut self, name: &str, rest: &mut impl Iterator<Item = OsString>) -> Result<(), String> {
        match name {
            "--horizon" => self.horizon = span(&value(rest)?)?,
            "--warm-up" => {
                let text = value(rest)?;
                self.warm_up = if text == "auto" { Start::Auto } else { Start::Given(span(&text)?) };
            }
            "--replications" => self.replications = whole(&value(rest)?, 1, u32::MAX)?,
            "--seed" => self.seed = whole(&value(rest)?, 0, u64::MAX)?,
            "--threads" => self.threads = Some(whole(&value(rest)?, 1, MOST_THREADS)?),
            "--ledger" => self.ledger = true,
            "--json" => self.json = true,
            "--csv" => self.csv = Some(rest.next().ok_or("its value is missing")?),
            "--help" | "-h" => self.help = true,
            _ => return Err("there is no such option".to_owned()),
        }
        Ok(())
    }
}

fn value(rest: &mut impl Iterator<Item = OsString>) -> Result<String, String> {
    let text = rest.next().ok_or("its value is missing")?;
    Ok(text.to_string_lossy().into_owned())
}

fn span(text: &str) -> Result<Span, String> {
    text.parse().map_err(|error: ParseError| error.to_string())
}

fn whole<T: FromStr + PartialOrd + Display>(text: &str, least: T, most: T) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| (&least..=&most).contains(&number));
    number.ok_or_else(|| format!("`{text}` is not a whole number from {least} to {most}"))
}

/// What to print, or what is wrong.
pub fn report(arguments: impl IntoIterator<Item = OsString>) -> Result<String, String> {
    let options = Options::parse(arguments)?;
    let Some(path) = options.model.filter(|_| !options.help) else {
        return Ok(HELP.to_owned());
    };
    let model = Model::read(&path).map_err(|error| error.to_string())?;
    let mut experiment = Experiment::new(&model)
        .horizon(options.horizon)
        .replications(options.replications)
        .seed(options.seed);
    experiment = match options.warm_up {
        Start::Given(span) => experiment.warm_up(span),
        // Nobody comes for ever: what happens at the start is what there is to see.
        Start::Unsaid if model.streams.iter().all(Stream::ends) => experiment,
        Start::Unsaid | Start::Auto => experiment.choose_warm_up(),
    };
    if let Some(threads) = options.threads {
        experiment = experiment.threads(threads);
    }
    if options.ledger {
        experiment = experiment.ledger();
    }
    let results = experiment.run().map_err(|interrupted| interrupted.to_string())?;
    if options.json {
        return serde_json::to_string_pretty(&results).map(|json| json + "\n").map_err(|e| e.to_string());
    }
    if let Some(path) = options.csv {
        Rows::of(&results).write_csv(&path).map_err(|error| error.to_string())?;
    }
    let width = terminal_width().unwrap_or(WIDTH);
    Ok(format!("{results:width$}"))
}

fn main() -> ExitCode {
    let text = report(std::env::args_os().skip(1));
    match text.and_then(|text| print::print(&text, &mut std::io::stdout())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print::tell(&error);
            ExitCode::from(2)
        }
    }
}
