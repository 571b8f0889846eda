//! The JSON schema of model files, made from the types that read them. Editors complete and check files by
//! `schema/model.schema.json`; the test here keeps it the same as the types.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, Time};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::written::Written;
use super::{Days, Model, Staff};
use crate::time::{Rate, Span};

/// A number with its unit, as [`Span`] reads it.
const DURATION: &str = r"-?\s*(([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*(w|d|h|m|s|ms|us)\s*)+";
const NUMBER: &str = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?";
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const TIME: &str = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?";

fn text(pattern: &str, description: &str, examples: &[&str]) -> Schema {
    json_schema!({
        "type": "string",
        "description": description,
        "pattern": format!(r"^\s*{pattern}\s*$"),
        "examples": examples,
    })
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let description = "A duration: numbers with units (w d h m s ms us), like \"4h 30m\".";
        text(DURATION, description, &["4h 30m", "1.5d", "250ms"])
    }
}

impl JsonSchema for Rate {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let pattern = format!(r"{NUMBER}\s*/\s*(w|d|h|m|s|ms|us|{DURATION})");
        text(&pattern, "So many per so long, like \"9/h\" or \"3/2d\".", &["9/h", "0.5/m", "3/2d"])
    }
}

impl JsonSchema for Days {
    fn schema_name() -> Cow<'static, str> {
        "Days".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let any_case = |word: &str| {
            let letters = word.chars().map(|letter| format!("[{}{letter}]", letter.to_ascii_uppercase()));
            letters.collect::<String>()
        };
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(any_case).join("|");
        let part = format!(r"\s*({days})\s*(-\s*({days})\s*)?");
        let pattern = format!("({}|{part}(,{part})*)", any_case("daily"));
        let description = capitalized(Days::EXPECTED);
        text(&pattern, &description, &["mon-fri", "sat, sun", "daily"])
    }
}

impl JsonSchema for Staff {
    fn schema_name() -> Cow<'static, str> {
        "Staff".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How many people a department has: so many of its own, always enough, or those of a pool.",
            "anyOf": [
                generator.subschema_for::<u32>(),
                { "const": "infinite", "description": "Always enough: nobody waits." },
                {
                    "type": "object",
                    "description": "Those of a pool, which other departments may share.",
                    "properties": { "pool": { "type": "string", "description": "The name of the pool." } },
                    "required": ["pool"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

/// What is written as a text in files.
pub(super) trait Pattern: Written {
    const PATTERN: (&'static str, &'static [&'static str]);
}

impl Pattern for Time {
    const PATTERN: (&'static str, &'static [&'static str]) = (TIME, &["08:00", "17:30"]);
}

impl Pattern for Date {
    const PATTERN: (&'static str, &'static [&'static str]) = (DATE, &["2026-12-25"]);
}

impl Pattern for DateTime {
    const PATTERN: (&'static str, &'static [&'static str]) = ("DATE[T ]TIME", &["2026-01-05T08:00"]);
}

/// A field that is written as a text.
pub(super) fn written<T: Pattern>(_: &mut SchemaGenerator) -> Schema {
    let (pattern, examples) = T::PATTERN;
    let pattern = pattern.replace("DATE", DATE).replace("TIME", TIME);
    text(&pattern, &capitalized(T::EXPECTED), examples)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain(['.']).collect()
}

/// The schema, as the file has it.
fn generated() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Model>().to_value();
    tidy(&mut schema);
    schema["title"] = "Knockon model".into();
    if let Some(types) = schema["$defs"].as_object_mut() {
        for (name, of) in types {
            of["title"] = title(name).into();
        }
    }
    // The other words of Rust: a plain number.
    (serde_json::to_string_pretty(&schema).unwrap() + "\n")
        .replace("\"double", "\"Number")
        .replace("/double", "/Number")
}

/// "Duration distribution" for `DurationDistribution`.
fn title(name: &str) -> String {
    let word = |letter: char| match letter {
        'A'..='Z' => format!(" {}", letter.to_ascii_lowercase()),
        _ => letter.to_string(),
    };
    let words: String = name.chars().map(word).collect();
    capitalized(words.trim_start()).trim_end_matches('.').replace("Double", "Number")
}

/// Makes the schema one for people who write files: without words of Rust, and without the `null` that nobody
/// writes, as what is absent is left out.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(fields) => {
            if let Some(Value::String(description)) = fields.get_mut("description") {
                *description = in_plain_words(description);
            }
            without_null(fields);
            sized(fields);
            fields.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

fn without_null(fields: &mut Map<String, Value>) {
    if fields.get("default") == Some(&Value::Null) {
        fields.remove("default");
    }
    if let Some(Value::Array(types)) = fields.get("type") {
        let others: Vec<Value> = types.iter().filter(|of| **of != "null").cloned().collect();
        if let [only] = &others[..] {
            fields.insert("type".into(), only.clone());
        }
    }
    let is_null = |of: &Value| of["type"] == "null";
    if let Some(Value::Array(choices)) = fields.get("anyOf")
        && let [only, null] = &choices[..]
        && is_null(null)
        && let Value::Object(only) = only.clone()
    {
        fields.remove("anyOf");
        only.into_iter().for_each(|(key, value)| {
            fields.entry(key).or_insert(value);
        });
    }
}

/// Formats that no validator knows, as bounds.
fn sized(fields: &mut Map<String, Value>) {
    let format = fields.get("format").and_then(Value::as_str).map(str::to_owned);
    if format.is_some_and(|format| format == "uint32") {
        fields.insert("maximum".into(), u32::MAX.into());
    }
    if fields.get("type").is_some_and(|of| of == "integer" || of == "number") {
        fields.remove("format");
    }
}

/// The text of documentation without its links and examples, on one line.
fn in_plain_words(text: &str) -> String {
    let text = text.split("\n```").next().unwrap_or_default();
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        plain += before;
        // "[`Errors::after_guess`](super::Errors::after_guess)", "[`EXIT`]", or brackets that are none of these.
        match link.split_once(']') {
            Some((shown, after)) if shown.starts_with('`') => {
                let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
                let name = shown.rsplit("::").next().unwrap_or(shown);
                plain += &format!("`{}`", name.trim_matches('`'));
                rest = target.map_or(after, |(_, after)| after);
            }
            _ => {
                plain.push('[');
                rest = link;
            }
        }
    }
    plain += rest;
    plain
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[test]
fn the_file_is_that_of_the_types() {
    const FILE: &str = "schema/model.schema.json";
    let generated = generated();
    if std::env::var_os("RENEW_SCHEMA").is_some() {
        std::fs::write(FILE, &generated).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        kept == generated,
        "{FILE} is not that of the types: renew it with `RENEW_SCHEMA=1 cargo test --lib schema`, and look at what changes"
    );
}

#[test]
fn documentation_reads_well_outside_of_rust() {
    for (rust, plain) in [
        (
            "more errors then ([`Errors::after_guess`](super::Errors::after_guess)).",
            "more errors then (`after_guess`).",
        ),
        ("or [`EXIT`](super::EXIT).\nAnd on [low, high].", "or `EXIT`. And on [low, high]."),
        ("One.\n\nTwo\nthree.\n\n```\ncode\n```", "One.\n\nTwo three."),
    ] {
        assert_eq!(in_plain_words(rust), plain);
    }
}
