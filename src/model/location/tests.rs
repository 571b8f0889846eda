//! Each text has the value at fault between `«` and `»`; defects must point there, in TOML and in JSON.

use super::*;
use crate::error::ErrorKind;

/// A good model; each case replaces a part of it.
const GOOD: &str = r#"name = "clinic"
start = "2026-01-05T00:00"
[[class]]
name = "urgent"
delay_cost = 4.0
[[class]]
name = "routine"
priority = 1
rise = [{ after = "1h", priority = 0 }]
[[calendar]]
name = "office"
shift = [{ days = "mon-fri", from = "08:00", to = "17:00" }]
holiday = [{ date = "2026-12-24" }, { date = "2026-05-01", days = 2 }]
[[pool]]
name = "clerks"
staff = 2
[[department]]
name = "desk"
staff = 2
queue_capacity = 5
shifts = { calendar = "office" }
service = { exponential = { mean = "10m" } }
service_for = [{ class = "urgent", service = { constant = { value = "5m" } } }, { from_visit = 2, service = { constant = { value = "4m" } } }]
absences = [
    { between = { constant = { value = "5w" } }, duration = { constant = { value = "1d" } } },
    { between = { constant = { value = "4w" } }, duration = { constant = { value = "2d" } } },
]
helpers = [{ from = "coding", speed = 0.7 }, { from = "clerks", speed = 0.8 }]
balking = { join = [1.0, 0.9, 0.8] }
slots = { period = "1d", times = ["9h", "14h"], sizes = [10, 6] }
[department.errors]
probability = 0.1
after_guess = 0.2
complaint = { probability = 0.5, after = { constant = { value = "3d" } }, enter = "desk" }
[[department.standard]]
within = "4h"
acts = { before = "1h", compliance = 0.9 }
[[department]]
name = "coding"
staff = 3
service = { constant = { value = "20m" } }
[[department.use]]
stock = "gowns"
quantity = 2
[[stock]]
name = "gowns"
initial = 40
[[stock.supply]]
policy = { reorder = { at = 10, quantity = 30 } }
source = { outside = { lead_time = { constant = { value = "1d" } } } }
[[handoff]]
from = "desk"
to = "coding"
[[handoff]]
from = "coding"
to = "desk"
probability = 0.1
[[handoff]]
from = "coding"
to = "exit"
probability = 0.9
[[customers]]
name = "patients"
enter = "desk"
arrivals = { poisson = { rate = "4/h" } }
mix = [{ class = "urgent", share = 0.2 }, { class = "routine", share = 0.8 }]
promise = "2h"
retry = { probability = 0.5, after = { constant = { value = "1d" } }, most = 3 }
[[customers]]
name = "by pattern"
class = "urgent"
enter = "desk"
arrivals = { pattern = { period = "1d", steps = [{ from = "0h", rate = "0/h" }, { from = "8h", rate = "4/h" }] } }
[[customers]]
name = "recorded"
class = "urgent"
enter = "desk"
arrivals = { trace = { cases = [{ at = "1h" }, { at = "2h", size = 1.0 }] } }
[[initial]]
department = "coding"
class = "urgent"
cases = 2
"#;

/// What is replaced by what, with the value at fault marked.
const CASES: [(&str, &str); 41] = [
    ("delay_cost = 4.0", "delay_cost = «-4.0»"),
    ("priority = 1\n", "priority = «64»\n"),
    ("priority = 0 }", "priority = «2» }"),
    ("after = \"1h\", p", "after = «\"-60m\"», p"),
    ("name = \"routine\"", "name = «\"urgent\"»"),
    ("days = 2", "days = «0»"),
    ("staff = 2\n[[dep", "staff = «0»\n[[dep"),
    ("staff = 2\nq", "staff = «0»\nq"),
    ("calendar = \"office\"", "calendar = «\"ofice\"»"),
    ("exponential = { mean = \"10m\"", "exponential = { mean = «\"-10m\"»"),
    ("class = \"urgent\", service", "class = «\"urgnt\"», service"),
    ("value = \"5m\"", "value = «\"-5m\"»"),
    ("from_visit = 2", "from_visit = «0»"),
    ("value = \"4m\"", "value = «\"-4m\"»"),
    ("value = \"2d\"", "value = «\"-2d\"»"),
    ("value = \"4w\"", "value = «\"-4w\"»"),
    ("speed = 0.8", "speed = «0»"),
    ("from = \"clerks\"", "from = «\"clerk\"»"),
    ("0.9, 0.8]", "«1.9», 0.8]"),
    ("period = \"1d\", t", "period = «\"0s\"», t"),
    ("\"14h\"]", "«\"25h\"»]"),
    ("[10, 6]", "[10, «0»]"),
    ("probability = 0.1\na", "probability = «-0.1»\na"),
    ("after_guess = 0.2", "after_guess = «1.2»"),
    ("complaint = { probability = 0.5", "complaint = { probability = «1.5»"),
    ("enter = \"desk\" }", "enter = «\"dsk\"» }"),
    ("compliance = 0.9", "compliance = «2»"),
    ("before = \"1h\"", "before = «\"5h\"»"),
    ("stock = \"gowns\"", "stock = «\"gown\"»"),
    ("quantity = 2\n", "quantity = «0»\n"),
    ("quantity = 30", "quantity = «0»"),
    ("lead_time = { constant = { value = \"1d\"", "lead_time = { constant = { value = «\"-1d\"»"),
    ("to = \"desk\"", "to = «\"dask\"»"),
    ("rate = \"4/h\" } }\nm", "rate = «\"0/h\"» } }\nm"),
    ("share = 0.2", "share = «1.2»"),
    ("promise = \"2h\"", "promise = «\"-2h\"»"),
    ("retry = { probability = 0.5", "retry = { probability = «1.5»"),
    ("most = 3", "most = «0»"),
    ("from = \"8h\"", "from = «\"30h\"»"),
    ("at = \"2h\", size = 1.0", "at = \"2h\", size = «0.0»"),
    ("cases = 2", "cases = «0»"),
];

fn positions(result: crate::Result<Model>) -> Vec<(String, Option<Position>)> {
    let error = result.expect_err("the model is bad");
    let ErrorKind::Defects(defects) = error.kind() else { panic!("{error}") };
    defects.list.iter().map(|defect| (format!("{}: {}", defect.place, defect.rule), defect.at)).collect()
}

/// Line and column of the mark, and the text without marks.
fn marked(text: &str) -> (Position, String) {
    let (before, _) = text.split_once('«').expect("there is a mark");
    let line = before.lines().count().max(1);
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    let line = if before.ends_with('\n') { line + 1 } else { line };
    (Position { line, column }, text.replace(['«', '»'], ""))
}

fn spoiled(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    GOOD.replace(from, to)
}

#[test]
fn the_good_model_is_good() {
    Model::from_toml(GOOD).unwrap();
}

#[test]
fn defects_point_to_the_value_at_fault_in_toml() {
    let mut wrong = Vec::new();
    for (from, to) in CASES {
        let (place, text) = marked(&spoiled(from, to));
        let defects = positions(Model::from_toml(&text));
        if !defects.iter().any(|(_, at)| *at == Some(place)) {
            wrong.push(format!("{to}: {place}, {defects:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn and_in_json() {
    let mut wrong = Vec::new();
    for (from, to) in CASES {
        // The mark goes along in the text of the value; numbers carry it as a text.
        let marked_text = spoiled(from, to);
        let quoted = marked_text.replace("«\"", "\"«").replace("\"»", "\"");
        let quoted = match quoted.split_once('»') {
            Some((before, after)) => {
                let (start, number) = before.split_once('«').unwrap();
                format!("{start}\"«{number}»\"{after}")
            }
            None => quoted,
        };
        let table: toml::Table = toml::from_str(&quoted).unwrap();
        let json = serde_json::to_string_pretty(&table).unwrap();
        let json = json.replace("\"«", if json.contains('»') { "«" } else { "«\"" }).replace("»\"", "");
        let (place, text) = marked(&json);
        let defects = positions(Model::from_json(&text));
        if !defects.iter().any(|(_, at)| *at == Some(place)) {
            wrong.push(format!("{to}: {place}, {defects:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn things_without_a_field_at_fault_are_pointed_to_by_their_names() {
    for (from, to, line) in [
        ("service = { constant = { value = \"20m\" } }\n", "", "name = «\"coding\"»"),
        ("probability = 0.9\n", "probability = 0.8\n", "name = «\"coding\"»"),
    ] {
        let text = spoiled(from, to).replace(&line.replace(['«', '»'], ""), line);
        let (place, text) = marked(&text);
        let defects = positions(Model::from_toml(&text));
        assert_eq!(defects.len(), 1, "{defects:?}");
        assert_eq!(defects[0].1, Some(place), "{defects:?}");
    }
}

#[test]
fn every_defect_is_told_with_its_own_place() {
    let text = GOOD
        .replace("staff = 3", "staff = 0")
        .replace("share = 0.8", "share = 1.8")
        .replace("cases = 2", "cases = 0");
    let error = Model::from_toml(&text).unwrap_err().to_string();
    let line = |what: &str| text.lines().position(|line| line.contains(what)).unwrap() + 1;
    for (what, column) in [("staff = 0", 9), ("share = 1.8", 72), ("cases = 0", 9)] {
        assert!(error.contains(&format!("\n  - line {}, column {column}: ", line(what))), "{error}");
    }
}

#[test]
fn names_in_other_scripts_count_as_characters() {
    let text = "name = 'x'\n[[department]]\nname = 'é漢'\nstaff = 1\n\
                service = { constant = { value = '1m' } }\n[[customers]]\nname = 'é漢'\nenter = 'é漢'\n\
                promise = '1h'\narrivals = { poisson = { rate = '0/h' } } # é\n";
    let defects = positions(Model::from_toml(text));
    assert_eq!(defects[0].1, Some(Position { line: 10, column: 33 }), "{defects:?}");
    let json = r#"{"name": "é", "department": [{"name": "é", "staff": 0}], "customers": []}"#;
    let defects = positions(Model::from_json(json));
    let staff = defects.iter().find(|(text, _)| text.contains("staff")).unwrap();
    assert_eq!(staff.1, Some(Position { line: 1, column: 53 }), "{defects:?}");
}
