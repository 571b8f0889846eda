//! The command line.

use std::ffi::OsString;
use std::str::FromStr;

/// How to call the program.
pub const HELP: &str = "\
Answers a file of reference cases, as JSON.

usage: reference_cases CASES.json [options]

  --ids A,B    only these cases (all)
  --effort X   how much work to do; 1 is a thousand million events per case (1)
  --seed S     the seed of all random numbers (1)
  --help       print this
";

/// What the command line asks for.
#[derive(Debug)]
pub struct Arguments {
    /// The file of cases.
    pub file: OsString,
    /// Only these cases, if any are named.
    pub ids: Option<Vec<String>>,
    /// How much work to do, positive and finite.
    pub effort: f64,
    /// The seed of all random numbers.
    pub seed: u64,
}

impl Arguments {
    /// Reads the arguments; `None` when they ask for help.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Option<Arguments>, String> {
        let (mut file, mut ids, mut effort, mut seed) = (None, None, 1.0_f64, 1);
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let Some(option) = word.to_str().filter(|text| text.starts_with('-')) else {
                if file.is_some() {
                    return Err(format!("`{}`: there is a file of cases already", word.display()));
                }
                file = Some(word);
                continue;
            };
            match option {
                "--help" | "-h" => return Ok(None),
                "--ids" => {
                    let list: String = value(option, words.next(), "a list of cases")?;
                    ids = Some(list.split(',').map(str::to_owned).collect());
                }
                "--effort" => {
                    let what = "a positive number";
                    effort = value(option, words.next(), what)?;
                    if !(effort > 0.0 && effort.is_finite()) {
                        return Err(format!("{option}: `{effort}` is not {what}"));
                    }
                }
                "--seed" => {
                    let what = format!("a whole number from 0 to {}", u64::MAX);
                    seed = value(option, words.next(), &what)?;
                }
                _ => return Err(format!("{option}: there is no such option")),
            }
        }
        let file = file.ok_or("no file of cases is given; --help tells more")?;
        Ok(Some(Arguments { file, ids, effort, seed }))
    }
}

fn value<T: FromStr>(option: &str, word: Option<OsString>, what: &str) -> Result<T, String> {
    let word = word.ok_or_else(|| format!("{option}: its value is missing"))?;
    let value = word.to_str().and_then(|text| text.parse().ok());
    value.ok_or_else(|| format!("{option}: `{}` is not {what}", word.display()))
}
