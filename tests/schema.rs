//! The schema of model files (`schema/model.schema.json`) accepts what the reader reads, and refuses what it does not.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use knockon::ErrorKind;
use knockon::model::Model;
use serde_json::{Value, json};

fn validator() -> Validator {
    let schema: Value =
        serde_json::from_str(&fs::read_to_string("schema/model.schema.json").unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn of_toml(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

/// What the schema has to say against a model.
fn complaints(validator: &Validator, model: &Value) -> String {
    let errors = validator.iter_errors(model).map(|error| format!("{}: {error}", error.instance_path));
    errors.collect::<Vec<_>>().join("\n")
}

/// Every model file in TOML of the repository.
fn files() -> Vec<PathBuf> {
    let in_folder = |folder: &str| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = in_folder("examples/models").chain(in_folder("tests/data"));
    let mut files: Vec<_> =
        all.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    files.sort();
    assert!(files.len() > 10);
    files
}

/// The models in the documentation of files, which have nearly everything that a file can have.
fn documented() -> Vec<String> {
    let text = fs::read_to_string("src/model/files.md").unwrap();
    let models = text.split("let text = r#\"").skip(1).map(|rest| rest.split("# \"#;").next().unwrap());
    let models: Vec<String> = models.map(str::to_owned).collect();
    assert_eq!(models.len(), 3);
    models
}

#[test]
fn every_model_file_keeps_the_schema() {
    let validator = validator();
    let files =
        files().into_iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()));
    let documented = documented().into_iter().map(|text| ("documentation".to_owned(), text));
    for (name, text) in files.chain(documented) {
        let complaints = complaints(&validator, &of_toml(&text));
        assert!(complaints.is_empty(), "{name}: {complaints}");
        // As the library writes it, too.
        let model = Model::from_toml(&text).unwrap();
        let written = serde_json::from_str(&model.to_json().unwrap()).unwrap();
        let complaints = self::complaints(&validator, &written);
        assert!(complaints.is_empty(), "{name}, written: {complaints}");
    }
}

/// Taplo and Even Better TOML read the first line.
#[test]
fn every_example_says_where_its_schema_is() {
    for path in files().into_iter().filter(|path| path.starts_with("examples")) {
        let text = fs::read_to_string(&path).unwrap();
        let schema = text.lines().next().and_then(|line| line.strip_prefix("#:schema "));
        let schema = schema.unwrap_or_else(|| panic!("{} has no schema", path.display()));
        assert!(path.parent().unwrap_or(Path::new("")).join(schema).is_file(), "{}", path.display());
    }
}

/// The places in a model, as JSON pointers.
fn pointers(model: &Value, at: String, all: &mut Vec<String>) {
    all.push(at.clone());
    match model {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| pointers(value, format!("{at}/{key}"), all));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, format!("{at}/{index}"), all));
        }
        _ => {}
    }
}

/// Whether the reader takes this for a model, with or without defects.
fn is_read(model: &Value) -> bool {
    match Model::from_json(&model.to_string()) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::Parse { .. }),
    }
}

/// What is put in the place of each value: other types, and texts that are almost right.
fn others() -> Vec<Value> {
    vec![
        json!(true),
        json!(3),
        json!(-3),
        json!(0.5),
        json!("nonsense"),
        json!("4h 30m"),
        json!("4h30"),
        json!("9/h"),
        json!("9/x"),
        json!("mon-fri"),
        json!("mon-"),
        json!("08:00"),
        json!("8:00"),
        json!("2026-12-25"),
        json!("infinite"),
        json!([]),
        json!(["a"]),
        json!({}),
        json!({ "pool": "p" }),
        json!({ "pool": "p", "more": 1 }),
        json!({ "constant": { "value": "1m" } }),
        json!({ "constant": { "value": 1.0 } }),
        json!({ "constant": { "value": "1m", "mean": "1m" } }),
        json!({ "constnat": { "value": "1m" } }),
        json!({ "constant": { "value": "1m" }, "uniform": { "low": "1m", "high": "2m" } }),
        json!({ "weibull": { "mean": "1m", "cv": 0.5 } }),
    ]
}

/// Each value of each documented model is replaced by others, each field taken away, and each misspelt: the
/// schema says of them what the reader says.
#[test]
fn the_schema_and_the_reader_agree() {
    let validator = validator();
    let (mut refused, mut wrong) = (0, Vec::new());
    let mut ask = |model: &Value, what: String| {
        let (read, valid) = (is_read(model), validator.is_valid(model));
        refused += usize::from(!read);
        if read != valid {
            wrong.push(format!("{what}: read {read}, valid {valid}"));
        }
    };
    for text in documented() {
        let model = of_toml(&text);
        let mut all = Vec::new();
        pointers(&model, String::new(), &mut all);
        for (at, pointer) in all.into_iter().enumerate() {
            // A fifth of them is enough, and soon done.
            for other in others().into_iter().skip(at % 5).step_by(5) {
                let mut changed = model.clone();
                *changed.pointer_mut(&pointer).unwrap() = other.clone();
                ask(&changed, format!("{pointer} = {other}"));
            }
            let Some((above, key)) = pointer.rsplit_once('/') else { continue };
            let mut without = model.clone();
            let Value::Object(fields) = without.pointer_mut(above).unwrap() else { continue };
            let value = fields.remove(key).unwrap();
            ask(&without, format!("without {pointer}"));
            let Value::Object(fields) = without.pointer_mut(above).unwrap() else { continue };
            fields.insert(format!("{key}x"), value);
            ask(&without, format!("{pointer}x"));
        }
    }
    assert!(refused > 1000, "{refused}");
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}
