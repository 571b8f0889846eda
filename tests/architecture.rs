//! Dependencies point one way: each part of `src/` uses only the parts and libraries listed here.
//!
//! The test reads every `crate::` and `super::` path and the names of libraries in the code, not only
//! the `use` lines. Code of tests (`#[cfg(test)]`, folders and files called `tests`) is exempt, and
//! so are comments.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A part of `src/`: what it may use of our own parts, and of other libraries.
struct Part {
    name: &'static str,
    parts: &'static [&'static str],
    libraries: &'static [&'static str],
}

const fn part(
    name: &'static str,
    parts: &'static [&'static str],
    libraries: &'static [&'static str],
) -> Part {
    Part { name, parts, libraries }
}

/// From the bottom up: a part may use only what stands above it in this list.
const PARTS: [Part; 20] = [
    part("text", &[], &["console", "unicode_width"]),
    part("time", &[], &["libm", "serde", "thiserror"]),
    part("error", &["time"], &["serde", "thiserror"]),
    part("stats", &[], &["serde", "statrs"]),
    part("rows", &["text", "time", "error", "stats"], &["csv", "serde"]),
    part("random", &["time", "error"], &["libm", "rand", "rand_core", "serde", "statrs"]),
    part(
        "model",
        &["time", "error", "random"],
        // A test makes the schema of files from the types.
        &["jiff", "libm", "petgraph", "schemars", "serde", "serde_json", "toml"],
    ),
    part("interventions", &["time", "error", "random", "model"], &["serde"]),
    part(
        "theory",
        &["text", "time", "error", "rows", "random", "model"],
        &["jiff", "libm", "petgraph", "serde", "statrs", "thiserror"],
    ),
    part("plan", &["time", "error", "random", "model"], &["jiff", "petgraph"]),
    part("engine", &["time", "random", "model", "plan"], &["libm"]),
    part("observe", &["time", "model", "stats", "plan", "engine"], &["serde"]),
    part("settings", &["time"], &["serde"]),
    part("results", &["text", "time", "error", "stats", "rows", "observe", "settings"], &["jiff", "serde"]),
    // Of the plan, calendars; of the observers, records.
    part(
        "data",
        &["text", "time", "error", "rows", "model", "plan", "observe", "results"],
        &["csv", "jiff", "serde"],
    ),
    part(
        "experiment",
        &[
            "time", "error", "stats", "random", "model", "theory", "plan", "engine", "observe", "settings",
            "results",
        ],
        &["indicatif", "rayon", "serde", "serde_json", "thiserror"],
    ),
    part(
        "analysis",
        &[
            "text",
            "time",
            "error",
            "stats",
            "rows",
            "random",
            "model",
            "interventions",
            "theory",
            "observe",
            "results",
            "experiment",
        ],
        &["petgraph", "serde"],
    ),
    // It never runs anything.
    part(
        "report",
        &["text", "time", "error", "stats", "model", "settings", "results", "analysis"],
        &["resvg"],
    ),
    part("prelude", &["time", "error", "random", "model", "results", "experiment"], &[]),
    part("guide", &[], &[]),
];

/// Every library of Cargo.toml, and those that only tests may use.
const LIBRARIES: [&str; 22] = [
    "console",
    "csv",
    "indicatif",
    "jiff",
    "libm",
    "petgraph",
    "rand",
    "rand_core",
    "rand_distr",
    "rayon",
    "resvg",
    "serde",
    "serde_json",
    "statrs",
    "thiserror",
    "toml",
    "unicode_width",
    "hdrhistogram",
    "jsonschema",
    "proptest",
    "roxmltree",
    "schemars",
];

/// The most lines that a file may have, its tests included.
const MOST_LINES: usize = 600;

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    for Source { part, path, code } in sources() {
        let Some(allowed) = PARTS.iter().find(|known| known.name == part) else {
            wrong.push(format!("{}: `{part}` is not in the list of parts", path.display()));
            continue;
        };
        let paths = paths_in(&code);
        for used in own_parts(&paths, &part, depth(&path)) {
            if !allowed.parts.contains(&used.as_str()) {
                wrong.push(format!("{}: `{part}` must not use `{used}`", path.display()));
            }
        }
        for used in libraries(&paths) {
            if !allowed.libraries.contains(&used) {
                wrong.push(format!("{}: `{part}` must not know `{used}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_list_of_parts_has_no_loops() {
    for (at, part) in PARTS.iter().enumerate() {
        for used in part.parts {
            let place = PARTS.iter().position(|other| other.name == *used);
            assert!(place.is_some_and(|place| place < at), "`{}` uses `{used}`", part.name);
        }
    }
}

#[test]
fn the_list_of_libraries_is_complete() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let tables = manifest.split("\n[").filter(|table| table.contains("dependencies]"));
    let entries = tables.flat_map(|table| table.lines().skip(1)).filter_map(|line| line.split_once('='));
    for (name, _) in entries {
        let name = name.trim().replace('-', "_");
        // Benches alone use it.
        assert!(name == "criterion" || LIBRARIES.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn files_are_short() {
    let all = files(Path::new("src"));
    assert!(all.len() > 100);
    for path in all {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", path.display());
    }
}

/// Each story is told in less than 120 lines, because the library does the work.
#[test]
fn stories_are_short() {
    let models: Vec<_> =
        fs::read_dir("examples/models").unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(models.len(), 10);
    for model in models {
        let name = model.file_stem().unwrap().to_str().unwrap();
        let lines = fs::read_to_string(format!("examples/{name}.rs")).unwrap().lines().count();
        assert!(lines < 120, "examples/{name}.rs has {lines} lines");
    }
}

#[test]
fn the_reader_sees_what_is_there() {
    let code = without_tests_and_comments(
        "use crate::{engine::{Engine, End}, time};\n// use crate::report;\nuse super::super::plan::Plan;\n\
         fn f() { rayon::join(a, self::b); serde_json::to_string(\"rand::x\") }\n\
         #[cfg(test)]\npub(crate) use keyed::splitmix;\nuse libm::exp;\n\
         #[cfg(test)]\nmod tests { use proptest::prelude::*; }\n",
    );
    let paths = paths_in(&code);
    assert_eq!(own_parts(&paths, "observe", 2).into_iter().collect::<Vec<_>>(), ["engine", "plan", "time"]);
    assert_eq!(libraries(&paths).into_iter().collect::<Vec<_>>(), ["libm", "rayon", "serde_json"]);
}

struct Source {
    part: String,
    path: PathBuf,
    code: String,
}

/// The files of `src/` that are subject to the rules: all but `lib.rs`, which only puts together.
fn sources() -> impl Iterator<Item = Source> {
    files(Path::new("src")).into_iter().filter_map(|path| {
        let below = path.strip_prefix("src").ok()?;
        let names: Vec<&str> = below.iter().filter_map(|name| name.to_str()).collect();
        let part = names.first()?.trim_end_matches(".rs").to_owned();
        let of_tests = names.iter().any(|name| name.trim_end_matches(".rs") == "tests");
        if part == "lib" || of_tests {
            return None;
        }
        let code = without_tests_and_comments(&fs::read_to_string(&path).ok()?);
        Some(Source { part, path, code })
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// How many modules deep the code of a file is: 1 for `src/time.rs` and `src/engine/mod.rs`.
fn depth(path: &Path) -> usize {
    let modules = path.components().count() - 1;
    if path.ends_with("mod.rs") { modules - 1 } else { modules }
}

/// The code without comments, without what is in quotes, and without items under `#[cfg(test)]`. Those
/// end with their own line, or where a closing brace stands as far left as they do.
fn without_tests_and_comments(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim().starts_with("#[cfg_attr(test,") {
            continue;
        }
        if line.trim() != "#[cfg(test)]" {
            code.push_str(&without_quotes(line.split("//").next().unwrap_or("")));
            code.push('\n');
            continue;
        }
        let margin = line.len() - line.trim_start().len();
        let first = lines.find(|line| !line.trim_start().starts_with("#[")).unwrap_or("");
        if !first.ends_with([';', '}']) {
            lines.find(|line| {
                line.trim_start().starts_with(['}', ')']) && line.find(['}', ')']) == Some(margin)
            });
        }
    }
    code
}

fn without_quotes(line: &str) -> String {
    line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

/// Every path in the code with two or more names, groups in braces written out.
fn paths_in(code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut tokens = tokens(code).into_iter().peekable();
    while let Some(token) = tokens.next() {
        let starts = token.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if starts && tokens.peek().is_some_and(|next| next == "::") {
            follow(vec![token], &mut tokens, &mut paths);
        }
    }
    paths
}

type Tokens = std::iter::Peekable<std::vec::IntoIter<String>>;

/// Reads on from the first name of a path.
fn follow(mut path: Vec<String>, tokens: &mut Tokens, paths: &mut Vec<Vec<String>>) {
    while tokens.next_if(|next| next == "::").is_some() {
        if tokens.next_if(|next| next == "{").is_some() {
            while tokens.peek().is_some_and(|next| next != "}") {
                if let Some(name) = tokens.next().filter(|name| name != ",") {
                    follow([&path[..], &[name]].concat(), tokens, paths);
                }
            }
            tokens.next();
            return;
        }
        match tokens.next_if(|next| next.starts_with(|c: char| c.is_alphabetic() || c == '_')) {
            Some(name) => path.push(name),
            None => break,
        }
    }
    paths.push(path);
}

/// Names, `::`, and single other characters.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

/// The other parts that these paths lead to, from code so many modules deep.
fn own_parts(paths: &[Vec<String>], part: &str, depth: usize) -> BTreeSet<String> {
    let target = |path: &Vec<String>| -> Option<String> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        let from_root = path[0] == "crate" || path[0] == "knockon" || (ups > 0 && ups >= depth);
        // Names that `lib.rs` puts at the root belong to the part that has them.
        let name = path.get(ups.max(1)).filter(|_| from_root)?.as_str();
        Some(match name {
            "Error" | "Result" | "ErrorKind" | "Defect" => "error".to_owned(),
            "CaseId" | "CaseRecord" | "Outcome" | "PersonId" | "Records" | "RequestRecord"
            | "VisitRecord" => "observe".to_owned(),
            name => name.to_owned(),
        })
    };
    paths.iter().filter_map(target).filter(|name| name != part).collect()
}

fn libraries(paths: &[Vec<String>]) -> BTreeSet<&'static str> {
    let first = |path: &Vec<String>| LIBRARIES.into_iter().find(|library| *library == path[0]);
    paths.iter().filter_map(first).collect()
}
