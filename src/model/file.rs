//! Models in files: TOML and JSON.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::Model;
use super::fields::FieldsByName;
use super::location;
use super::validate::meant;
use crate::error::{ErrorKind, Result};

impl Model {
    /// Reads a model from TOML.
    ///
    /// ```
    /// let model = knockon::model::Model::from_toml(
    ///     r#"
    ///     name = "help desk"
    ///
    ///     [[department]]
    ///     name = "desk"
    ///     staff = 2
    ///     service = { exponential = { mean = "12m" } }
    ///
    ///     [[customers]]
    ///     name = "callers"
    ///     enter = "desk"
    ///     arrivals = { poisson = { rate = "9/h" } }
    ///     "#,
    /// )?;
    /// assert_eq!(model.departments[0].name, "desk");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The line and column where the text is not TOML or not a model (unknown fields are refused, and
    /// lists of fields without their names), or every defect of the model it describes (see [`Model::validate`]), each
    /// with line and column.
    pub fn from_toml(text: &str) -> Result<Model> {
        read_toml(text, "TOML")
    }

    /// Reads a model from JSON: the same fields as in TOML.
    ///
    /// # Errors
    ///
    /// As [`Model::from_toml`].
    pub fn from_json(text: &str) -> Result<Model> {
        read_json(text, "JSON")
    }

    /// Reads a model from a file called `*.toml` or `*.json`.
    ///
    /// # Errors
    ///
    /// As [`Model::from_toml`]; also when the file cannot be read, is not UTF-8, or has another
    /// extension.
    pub fn read(path: impl AsRef<Path>) -> Result<Model> {
        let path = path.as_ref();
        let file = open(path, "a model file")?;
        let read = if file.is_json { read_json } else { read_toml };
        read(&file.text, &file.origin).map_err(|error| error.defects_of(&file.origin))
    }

    /// The model as TOML, which [`Model::from_toml`] reads back as the same model.
    ///
    /// # Errors
    ///
    /// The defects of the model, if it has any: it could not be read back.
    pub fn to_toml(&self) -> Result<String> {
        self.validate()?;
        toml::to_string(self).map_err(|error| unwritable("TOML", error))
    }

    /// The model as JSON, which [`Model::from_json`] reads back as the same model.
    ///
    /// # Errors
    ///
    /// The defects of the model, if it has any: it could not be read back.
    pub fn to_json(&self) -> Result<String> {
        self.validate()?;
        serde_json::to_string_pretty(self).map_err(|error| unwritable("JSON", error))
    }
}

/// A file, and what its name says it is: JSON or TOML.
struct Opened {
    text: String,
    origin: String,
    is_json: bool,
}

fn open(path: &Path, what: &str) -> Result<Opened> {
    let origin = path.display().to_string();
    let is_json = match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => false,
        Some("json") => true,
        _ => {
            let message = format!("{what} is called `*.toml` or `*.json`");
            return Err(ErrorKind::Parse { origin, message }.into());
        }
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Opened { text, origin, is_json }),
        Err(source) => Err(ErrorKind::File { path: path.to_path_buf(), source }.into()),
    }
}

/// Reads something else than a model from a file called `*.toml` or `*.json`, with the errors of models; `what` it is called
/// in them.
pub(crate) fn read_as<T: DeserializeOwned>(path: &Path, what: &str) -> Result<T> {
    let file = open(path, what)?;
    if file.is_json { parse_json(&file.text, &file.origin) } else { parse_toml(&file.text, &file.origin) }
}

fn read_toml(text: &str, origin: &str) -> Result<Model> {
    let model: Model = parse_toml(text, origin)?;
    model.validate().map_err(|error| location::in_toml(error, &model, text))?;
    Ok(model)
}

fn read_json(text: &str, origin: &str) -> Result<Model> {
    let model: Model = parse_json(text, origin)?;
    model.validate().map_err(|error| location::in_json(error, &model, without_mark(text)))?;
    Ok(model)
}

pub(crate) fn parse_toml<T: DeserializeOwned>(text: &str, origin: &str) -> Result<T> {
    let read = toml::from_str(text).and_then(|model| toml::from_str(text).map(|FieldsByName| model));
    read.map_err(|error| {
        let place = error.span().map(|span| place_in(text, span.start)).unwrap_or_default();
        let message = format!("{place}{}", in_words(error.message()));
        ErrorKind::Parse { origin: origin.into(), message }.into()
    })
}

fn parse_json<T: DeserializeOwned>(text: &str, origin: &str) -> Result<T> {
    let text = without_mark(text);
    let read =
        serde_json::from_str(text).and_then(|model| serde_json::from_str(text).map(|FieldsByName| model));
    read.map_err(|error| {
        let message = error.to_string();
        let suffix = format!(" at line {} column {}", error.line(), error.column());
        let message = match message.strip_suffix(&suffix) {
            Some(message) => {
                format!("line {}, column {}: {}", error.line(), error.column(), in_words(message))
            }
            None => message,
        };
        ErrorKind::Parse { origin: origin.into(), message }.into()
    })
}

/// A byte-order mark says nothing in UTF-8; some programs write one.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Messages of the parsers that speak of Rust or of themselves, by how they end, and the same in the
/// words of somebody who writes a file.
const IN_WORDS: [(&str, &str); 9] = [
    ("expected u32", "expected a whole number from 0 to 4294967295"),
    ("expected u64", "expected a whole number from 0 to 18446744073709551615"),
    ("expected f64", "expected a number"),
    ("expected a sequence", "expected a list"),
    ("wanted exactly 1 element, more than 1 element", "expected one kind, there are several"),
    ("wanted exactly 1 element, found 0 elements", "expected one kind, there is none"),
    ("wanted string or table", "expected a name, or a table with fields by name"),
    ("invalid type: unit variant, expected struct variant", "the fields of this kind are missing"),
    // JSON's word also for no kind, several kinds, or a value that is no kind.
    ("expected value", "expected another value"),
];

/// The longest message that is told whole, in characters.
const LONGEST_MESSAGE: usize = 1000;

/// "unknown field `staf`, expected one of `name`, `staff`": and which of them may have been meant.
fn with_hint(message: &str) -> String {
    let unknown =
        ["unknown field `", "unknown variant `"].iter().find_map(|start| message.strip_prefix(start));
    let Some((name, expected)) = unknown.and_then(|rest| rest.split_once('`')) else { return message.into() };
    // Every second piece between the marks is a name.
    let known = expected.split('`').skip(1).step_by(2);
    match meant(name, known) {
        Some(meant) => format!("{message}; did you mean `{meant}`?"),
        None => message.into(),
    }
}

/// A parser's message in plain words, and not endless.
fn in_words(message: &str) -> String {
    // "invalid length 1, expected a department with its fields by name"
    if let Some((_, expected)) =
        message.strip_prefix("invalid length ").and_then(|rest| rest.split_once(", "))
    {
        return format!("a list, {expected}");
    }
    // A distribution given as "2m".
    if let Some(time) = message.strip_prefix("unknown variant `").and_then(|rest| rest.split('`').next())
        && time.starts_with(|first: char| first.is_ascii_digit())
    {
        return format!(
            "`{time}` is no distribution: for a fixed time write {{ constant = {{ value = \"{time}\" }} }}"
        );
    }
    let reworded = IN_WORDS
        .iter()
        .find_map(|(parsers, ours)| message.strip_suffix(parsers).map(|rest| format!("{rest}{ours}")))
        .unwrap_or_else(|| with_hint(message).replacen("unknown variant", "unknown kind", 1));
    let length = reworded.chars().count();
    if length <= LONGEST_MESSAGE {
        return reworded;
    }
    let (first, last) = (reworded.chars().take(LONGEST_MESSAGE / 2), reworded.chars());
    first.chain(" ... ".chars()).chain(last.skip(length - LONGEST_MESSAGE / 2)).collect()
}

/// "line 3, column 7: " for a place in bytes; columns count characters.
fn place_in(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    format!("line {line}, column {column}: ")
}

fn unwritable(format: &str, error: impl std::fmt::Display) -> crate::Error {
    ErrorKind::Parse { origin: format.into(), message: error.to_string() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(result: Result<Model>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn errors_say_line_and_column() {
        let text = "name = \"x\"\n\n[[department]]\nname = \"desk\"\nstaff = 1\nstafff = 2\n";
        let error = message(Model::from_toml(text));
        assert!(error.starts_with("TOML: line 6, column 1: unknown field `stafff`"), "{error}");
        assert!(error.ends_with("; did you mean `staff`?"), "{error}");
        let text = "{\"name\": \"x\",\n \"department\": [{\"name\": \"desk\", \"staff\": -1}]}";
        let error = message(Model::from_json(text));
        assert!(error.starts_with("JSON: line 2, column 44: invalid value: integer `-1`"), "{error}");
        let error = message(Model::from_toml(
            "name = \"x\"\n[[customers]]\nname = \"c\"\nenter = \"d\"\narrivals = { poisson = { rate = \"9\" } }",
        ));
        assert!(error.starts_with("TOML: line 5, column 33: `9` is not a rate"), "{error}");
    }

    #[test]
    fn a_time_for_a_distribution_is_told_how_to_be_one() {
        let text = "name = \"x\"\n[[department]]\nname = \"d\"\nstaff = 1\nservice = \"2m\"";
        let error = message(Model::from_toml(text));
        assert!(error.ends_with("for a fixed time write { constant = { value = \"2m\" } }"), "{error}");
    }

    #[test]
    fn errors_speak_of_files_not_of_rust() {
        let model = |service, more| {
            format!(
                "name = 'x'\n[[department]]\nname = 'd'\nstaff = 1\nservice = {service}\n\
                 [[customers]]\nname = 'c'\nenter = 'd'\narrivals = {{ poisson = {{ rate = '5/h' }} }}\n{more}"
            )
        };
        let good = "{ exponential = { mean = '6m' } }";
        for (service, more, toml, json) in [
            ("{ constant = '1m' }", "", "expected a distribution with its parameters by name", ""),
            (
                "{ constant = { value = '1m' }, uniform = {} }",
                "",
                "expected one kind, there are several",
                "expected another value",
            ),
            ("{}", "", "expected one kind, there is none", "expected another value"),
            ("5", "", "expected a name, or a table with fields by name", "expected another value"),
            ("'constant'", "", "the fields of this kind are missing", ""),
            ("'often'", "", "unknown kind `often`, expected one of `constant`", ""),
            (good, "limit = -1", "`-1`, expected a whole number from 0 to 18446744073709551615", ""),
            (good, "mix = [5]", "`5`, expected a share with its fields by name", ""),
            (good, "mix = [['c']]", "a list, expected a share with its fields by name", ""),
            (good, "mix = 5", "`5`, expected a list", ""),
        ] {
            let text = model(service, more);
            let error = message(Model::from_toml(&text));
            assert!(error.contains(toml), "{error}");
            let text = serde_json::to_string(&toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
            let error = message(Model::from_json(&text));
            assert!(error.contains(if json.is_empty() { toml } else { json }), "{error}");
        }
        let error = message(Model::from_json("[]"));
        assert!(error.ends_with("a list, expected a model with its fields by name"), "{error}");
    }

    #[test]
    fn errors_are_not_endless() {
        let long = "x".repeat(1_000_000);
        for text in [format!("name = 'x'\nstaff = {long:?}"), format!("name = 'x'\ncustomers = {long:?}")] {
            assert!(message(Model::from_toml(&text)).len() < 1100);
        }
        let error = message(Model::from_json(&format!("{{\"name\": \"x\", \"department\": {long:?}}}")));
        assert!(error.len() < 1100 && error.ends_with("xxx\", expected a list"), "{error}");
    }

    #[test]
    fn what_is_said_twice_is_refused() {
        for text in ["name = 'a'\nname = 'b'", "name = 'a'\n[[department]]\nname='d'\nstaff=1\nstaff=2"] {
            assert!(message(Model::from_toml(text)).contains("duplicate key"), "{text}");
        }
        let error = message(Model::from_json(r#"{"name": "a", "name": "b"}"#));
        assert!(error.contains("duplicate field `name`"), "{error}");
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = 100_000;
        assert!(Model::from_json(&"[".repeat(deep)).is_err());
        assert!(Model::from_json(&"{\"name\":".repeat(deep)).is_err());
        assert!(Model::from_toml(&format!("name = {}", "[".repeat(deep))).is_err());
        assert!(Model::from_toml(&format!("name = {}", "{a=".repeat(deep))).is_err());
        assert!(Model::from_toml(&format!("{}=1", vec!["a"; deep].join("."))).is_err());
    }

    #[test]
    fn errors_name_the_file() {
        assert!(message(Model::read("no such file.toml")).starts_with("no such file.toml: "));
        assert!(message(Model::read("model.yaml")).starts_with("model.yaml: a model file is called"));
        let path = std::env::temp_dir().join(format!("knockon {}.toml", std::process::id()));
        std::fs::write(&path, "name = 1").unwrap();
        let error = message(Model::read(&path));
        assert!(error.starts_with(&format!("{}: line 1, column 8: ", path.display())), "{error}");
        std::fs::write(&path, "name = 'x'").unwrap();
        let error = message(Model::read(&path));
        std::fs::remove_file(&path).unwrap();
        assert!(error.starts_with(&format!("{}: 2 defects:\n  - ", path.display())), "{error}");
    }
}
