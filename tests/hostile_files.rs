//! Files that are not what they should be: an error, never a panic. Files that are: the same model
//! again when written and read.

use knockon::model::Model;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const TOML: &str = r#"
name = "clinic"
start = "2026-01-05T08:30:00"
working_hours = "office"
[[class]]
name = "urgent"
[[class]]
name = "routine"
priority = 1
delay_cost = 2.5
lost_cost = 100.0
[[calendar]]
name = "office"
shift = [{ days = "mon-wed, fri", from = "08:00", to = "17:30:30" }, { days = "sun", from = "22:00", to = "06:00", staff = 1 }]
holiday = [{ date = "2026-12-24", days = 3 }, { date = "2026-05-01", staff = 1 }]
[[calendar]]
name = "always"
cycle = { period = "1d", steps = [{ from = "0s" }, { from = "8h", staff = 1 }] }
[[pool]]
name = "clerks"
staff = 2
shifts = { calendar = "always", at_end = "finish", crew = "replaced" }
absences = [{ between = { exponential = { mean = "30d" } }, duration = { constant = { value = "2d" } } }]
[[department]]
name = "desk"
staff = 2
service = { exponential = { mean = "10m" } }
service_for = [{ class = "urgent", from_visit = 2, service = { constant = { value = "1m 30s" } } }]
discipline = "earliest-due-date"
queue_capacity = 10
patience = { exponential = { mean = "2h" } }
renege_to = "counter"
shifts = { calendar = "office", at_end = "hand-over" }
absences = [{ who = "all", clock = "working", between = { exponential = { mean = "3d" } }, duration = { constant = { value = "4h" } } }]
helpers = [{ from = "clerks", speed = 0.75 }]
staff_needed = 2
errors = { probability = 0.05, probability_for = [{ class = "urgent", probability = 0.25 }], if_defective = 0.5, after_guess = 0.9, cost = 12.5, complaint = { probability = 0.5, after = { exponential = { mean = "2d" } }, enter = "counter", class = "routine" } }
[[department]]
name = "coding"
staff = "infinite"
service = { constant = { value = "20m" } }
ignore_priority = true
[[department]]
name = "counter"
staff = { pool = "clerks" }
service = { constant = { value = "6m" } }
detects = [
    { made_by = "desk", probability = 0.8, transfer = { constant = { value = "1h" } }, back = "along" },
    { then = { send-to = "coding" } },
]
errors = { probability = 0.125 }
[[request]]
from = "desk"
to = "counter"
probability = 0.4
probability_for = [{ class = "urgent", probability = 0.1 }]
during = "both"
at = 0.5
staff = "freed"
class = "routine"
priority = 5
service = { constant = { value = "7m" } }
transfer = { constant = { value = "8m" } }
answer_transfer = { constant = { value = "9m" } }
longest_wait = { constant = { value = "11h" } }
standard = "4h"
[[request]]
name = "back again"
from = "counter"
to = "desk"
probability = 0.01
[[handoff]]
from = "counter"
to = "desk"
probability = 0.03
rework = true
[[handoff]]
from = "counter"
to = "exit"
probability = 0.97
[[handoff]]
from = "desk"
to = "coding"
transfer = { constant = { value = "2h" } }
[[handoff]]
from = "coding"
to = "exit"
probability = 0.9
probability_for = [{ class = "urgent", probability = 0.75 }]
[[handoff]]
from = "coding"
to = "exit"
probability = 0.1
probability_for = [{ class = "urgent", probability = 0.25 }]
becomes = "routine"
[[customers]]
name = "patients"
enter = "desk"
arrivals = { poisson = { rate = "4/h" } }
mix = [{ class = "urgent", share = 0.2 }, { class = "routine", share = 0.8 }]
promise = "30d"
batch = { constant = { value = 2.0 } }
size = { exponential = { mean = 1.5 } }
limit = 1000
[[customers]]
name = "day"
enter = "desk"
arrivals = { pattern = { period = "1d", steps = [{ from = "0s", rate = "0/h" }, { from = "8h", rate = "3/2h" }] } }
[[customers]]
name = "known"
enter = "desk"
class = "urgent"
arrivals = { trace = { cases = [{ at = "1h", class = "routine", size = 1e0 }, { at = "90m" }] } }
[[customers]]
name = "booked"
enter = "desk"
arrivals = { schedule = { times = ["0s", "250ms"] } }
[[customers]]
name = "renewed"
enter = "desk"
arrivals = { renewal = { interarrival = { exponential = { mean = "1h" } } } }
[[customers]]
name = "endless"
enter = "counter"
class = "routine"
arrivals = "saturated"
[[initial]]
department = "coding"
class = "urgent"
cases = 7
remaining = { constant = { value = "3m" } }
"#;

/// What the first has not.
const HOSPITAL: &str = include_str!("data/hospital.toml");

fn json(toml: &str) -> String {
    Model::from_toml(toml).unwrap().to_json().unwrap()
}

#[test]
fn models_are_read_back_as_written() {
    for text in [TOML, HOSPITAL] {
        let model = Model::from_toml(text).unwrap();
        assert_eq!(Model::from_toml(&model.to_toml().unwrap()).unwrap(), model);
        assert_eq!(Model::from_json(&model.to_json().unwrap()).unwrap(), model);
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let model = Model::from_toml(TOML).unwrap();
    assert_eq!(Model::from_toml(&format!("\u{feff}{TOML}")).unwrap(), model);
    assert_eq!(Model::from_json(&format!("\u{feff}{}", json(TOML))).unwrap(), model);
}

/// In every place where serde would also take the fields in order, without their names.
#[test]
fn fields_in_order_are_refused() {
    let refused = |text: &str, list: &str| {
        let toml = Model::from_toml(text).unwrap_err().to_string();
        assert!(toml.contains("a list, expected "), "{list}: {toml}");
        let json = serde_json::to_string(&text.parse::<toml::Table>().unwrap()).unwrap();
        let json = Model::from_json(&json).unwrap_err().to_string();
        assert!(json.contains("a list, expected "), "{list}: {json}");
    };
    for (table, list) in [
        (
            "{ class = \"urgent\", from_visit = 2, service = { constant = { value = \"1m 30s\" } } }",
            "[\"urgent\", 2, { constant = { value = \"1m 30s\" } }]",
        ),
        ("{ constant = { value = \"2h\" } }", "{ constant = [\"2h\"] }"),
        ("{ exponential = { mean = 1.5 } }", "{ exponential = [1.5] }"),
        ("{ poisson = { rate = \"4/h\" } }", "{ poisson = [\"4/h\"] }"),
        ("{ class = \"urgent\", share = 0.2 }", "[\"urgent\", 0.2]"),
        ("{ class = \"urgent\", probability = 0.25 }", "[\"urgent\", 0.25]"),
        ("{ from = \"0s\", rate = \"0/h\" }", "[\"0s\", \"0/h\"]"),
        ("{ at = \"1h\", class = \"routine\", size = 1e0 }", "[\"1h\", \"routine\", 1.0]"),
        ("{ times = [\"0s\", \"250ms\"] }", "[[\"0s\", \"250ms\"]]"),
        (
            "{ constant = { value = \"20m\" } }",
            "{ mixture = { parts = [[1.0, { constant = { value = \"1m\" } }]] } }",
        ),
        (
            "{ days = \"sun\", from = \"22:00\", to = \"06:00\", staff = 1 }",
            "[\"sun\", \"22:00\", \"06:00\", 1]",
        ),
        ("{ date = \"2026-05-01\", staff = 1 }", "[\"2026-05-01\", 1, 1]"),
        ("{ from = \"8h\", staff = 1 }", "[\"8h\", 1]"),
        ("{ from = \"clerks\", speed = 0.75 }", "[\"clerks\", 0.75]"),
        ("{ calendar = \"office\", at_end = \"hand-over\" }", "[\"office\", \"hand-over\", \"same\"]"),
        ("{ then = { send-to = \"coding\" } }", "[\"desk\", 1.0, \"return\"]"),
        ("{ constant = { value = \"20m\" } }", "{ discrete = { values = [[\"1m\", 1.0]] } }"),
        ("{ constant = { value = \"20m\" } }", "{ hyperexponential = { branches = [[1.0, \"1m\"]] } }"),
    ] {
        assert!(TOML.contains(table), "{table}");
        refused(&TOML.replace(table, list), list);
    }
    for (table, list) in [
        ("{ size = 8, at_least = 4, longest_wait = \"1h\" }", "[8, 4, \"1h\"]"),
        ("{ after = \"2h\", priority = 1 }", "[\"2h\", 1]"),
        ("{ after = \"6h\", into = \"urgent\" }", "[\"6h\", \"urgent\"]"),
        ("{ times = [\"9h\", \"14h\"], sizes = [10, 6] }", "[\"1d\", [\"9h\"], [10]]"),
        ("{ times = [\"10h\", \"16h\"] }", "[\"1d\", [\"10h\"]]"),
        ("{ idle = 20.0, busy = 24.0, overtime = 36.0 }", "[20.0, 24.0, 36.0]"),
        ("{ extra = 1, most = 20, trust_after = \"2w\" }", "[1, 20, \"2w\"]"),
        ("{ reorder = { at = 10, quantity = 30 } }", "{ reorder = [10, 30] }"),
        ("{ alert = { at = 2, quantity = 20 } }", "{ alert = [2, 20] }"),
        (
            "{ periodic = { every = \"1w\", first = \"3d\", up_to = 10 } }",
            "{ periodic = [\"1w\", \"3d\", 10] }",
        ),
        (
            "{ department = { department = \"laundry\", class = \"washing\" } }",
            "{ department = [\"laundry\", \"washing\"] }",
        ),
        ("{ before = \"1h\", priority = 0, compliance = 0.9 }", "[\"1h\", 0, 0.9]"),
        ("[{ at = \"1d\", lasts = \"2h\" }]", "[[\"1d\", \"2h\"]]"),
    ] {
        assert!(HOSPITAL.contains(table), "{table}");
        refused(&HOSPITAL.replace(table, list), list);
    }
    let rest = TOML.split_once("[[class]]\nname = \"urgent\"").unwrap();
    refused(&format!("class = [[\"urgent\", 0]]\n{}", rest.0), "class");
}

#[test]
fn every_list_may_be_a_list() {
    let dists = [
        "{ mixture = { parts = [{ weight = 1.0, dist = { constant = { value = \"1m\" } } }] } }",
        "{ discrete = { values = [{ value = \"1m\", probability = 1.0 }] } }",
        "{ hyperexponential = { branches = [{ probability = 1.0, mean = \"1m\" }] } }",
        "{ empirical = { sample = [\"1m\", \"2m\"] } }",
    ];
    for dist in dists {
        let model = Model::from_toml(&TOML.replace("{ constant = { value = \"20m\" } }", dist)).unwrap();
        assert_eq!(Model::from_json(&model.to_json().unwrap()).unwrap(), model);
    }
}

#[test]
fn an_invalid_model_is_not_written() {
    let mut model = Model::from_toml(TOML).unwrap();
    model.handoffs[1].probability = Some(f64::NAN);
    assert_eq!(model.to_json().unwrap_err().defects().len(), 1);
    assert_eq!(model.to_toml().unwrap_err().defects().len(), 1);
}

/// What is wrong with the good file after a replacement, read as TOML and as JSON.
fn refusals(from: &str, to: &str) -> [String; 2] {
    assert!(TOML.contains(from), "{from}");
    let text = TOML.replacen(from, to, 1);
    let json = serde_json::to_string(&text.parse::<toml::Table>().unwrap()).unwrap();
    [Model::from_toml(&text), Model::from_json(&json)].map(|read| read.unwrap_err().to_string())
}

#[test]
fn fields_that_there_are_not_are_refused_everywhere() {
    for (table, field) in [
        ("{ days = \"sun\", ", "day"),
        ("{ date = \"2026-05-01\", ", "dates"),
        ("cycle = { ", "cycles"),
        ("{ from = \"8h\", ", "to"),
        ("shifts = { calendar = \"office\", ", "at"),
        ("{ who = \"all\", ", "whom"),
        ("{ from = \"clerks\", ", "staff"),
        ("errors = { probability = 0.05, ", "detects"),
        ("complaint = { ", "name"),
        ("{ made_by = \"desk\", ", "by"),
    ] {
        for error in refusals(table, &format!("{table}{field} = 1, ")) {
            assert!(error.contains(&format!("unknown field `{field}`")), "{error}");
        }
    }
    for (line, field) in [("[[pool]]\n", "people"), ("[[calendar]]\n", "week"), ("[[request]]\n", "urgent")] {
        for error in refusals(line, &format!("{line}{field} = 1\n")) {
            assert!(error.contains(&format!("unknown field `{field}`")), "{error}");
        }
    }
}

#[test]
fn days_times_and_dates_that_are_none_are_told_how_to_be_some() {
    for (good, bad, told) in [
        (
            "days = \"sun\"",
            "days = \"sunday\"",
            "`sunday` is not understood, expected days of the week, like",
        ),
        ("from = \"22:00\"", "from = \"10 pm\"", "`10 pm` is not understood, expected a time of day, like"),
        ("from = \"22:00\"", "from = 22", "`22`, expected a time of day, like \"08:00\""),
        ("date = \"2026-05-01\"", "date = \"1 May\"", "`1 May` is not understood, expected a date, like"),
        ("date = \"2026-05-01\"", "date = \"2026-02-29\"", "`2026-02-29` is not understood, expected a date"),
        (
            "start = \"2026-01-05T08:30:00\"",
            "start = \"soon\"",
            "`soon` is not understood, expected a date and",
        ),
        (
            "at_end = \"hand-over\"",
            "at_end = \"hand over\"",
            "unknown kind `hand over`, expected one of `pause`",
        ),
        ("staff = \"freed\"", "staff = \"free\"", "unknown kind `free`, expected `held` or `freed`"),
        ("arrivals = \"saturated\"", "arrivals = \"endless\"", "unknown kind `endless`, expected one of"),
        (
            "staff = { pool = \"clerks\" }",
            "staff = { pool = \"clerks\", staff = 1 }",
            "or { pool = \"NAME\" }",
        ),
        ("staff = { pool = \"clerks\" }", "staff = { pools = \"clerks\" }", "or { pool = \"NAME\" }"),
    ] {
        for error in refusals(good, bad) {
            assert!(error.contains(told), "{bad}: {error}");
        }
    }
    // A time without quotes is something else in TOML.
    let error = Model::from_toml(&TOML.replacen("from = \"22:00\"", "from = 22:00:00", 1)).unwrap_err();
    assert!(error.to_string().contains("expected a time of day, like \"08:00\""), "{error}");
}

/// Reads `text` both ways: a valid model or an error with something to say.
fn read(text: &str) {
    for result in [Model::from_toml(text), Model::from_json(text)] {
        match result {
            Ok(model) => {
                model.validate().unwrap();
                model.graph().unwrap().to_mermaid();
                let again = Model::from_toml(&model.to_toml().unwrap()).unwrap();
                assert_eq!(again, model);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// One way to damage a text, at places given as fractions of its length.
#[derive(Clone, Debug)]
enum Damage {
    Flip(usize, u8),
    Delete(usize, usize),
    Repeat(usize, usize),
    Number(usize, &'static str),
    Swap(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = || 0..100_000usize;
    let numbers = [
        "0",
        "-1",
        "1e308",
        "-1e308",
        "nan",
        "inf",
        "-inf",
        "NaN",
        "1e-320",
        "9223372036854775807",
        "18446744073709551616",
        "1000000000000000000000000000",
        "4294967296",
        "4294967295",
        "8388608",
        "0.30000000000000004",
        "\"\"",
        "null",
        "[]",
    ];
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (place(), 1..40usize).prop_map(|(at, length)| Damage::Delete(at, length)),
        (place(), 1..200usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (place(), select(numbers.to_vec())).prop_map(|(at, text)| Damage::Number(at, text)),
        (place(), place()).prop_map(|(a, b)| Damage::Swap(a, b)),
    ]
}

/// The runs of digits and dots in `bytes`.
fn numbers_in(bytes: &[u8]) -> Vec<(usize, usize)> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let starts = (0..bytes.len()).filter(|&at| is_part(&bytes[at]) && (at == 0 || !is_part(&bytes[at - 1])));
    starts.map(|at| (at, at + bytes[at..].iter().take_while(|byte| is_part(byte)).count())).collect()
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let size = bytes.len();
    match *damage {
        Damage::Flip(at, byte) => bytes[at % size] ^= byte,
        Damage::Delete(at, length) => {
            bytes.drain(at % size..(at % size + length).min(size));
        }
        Damage::Repeat(at, length) => {
            let copy = bytes[at % size..(at % size + length).min(size)].to_vec();
            bytes.splice(at % size..at % size, copy);
        }
        Damage::Number(at, text) => {
            let numbers = numbers_in(bytes);
            if let Some(&(from, to)) = numbers.get(at % numbers.len().max(1)) {
                bytes.splice(from..to, text.bytes());
            }
        }
        Damage::Swap(a, b) => {
            let mut lines: Vec<_> = bytes.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
            let count = lines.len();
            lines.swap(a % count, b % count);
            *bytes = lines.join(&b'\n');
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..300)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn damaged_toml(text in select(&[TOML, HOSPITAL]), damages in vec(damage(), 1..4)) {
        let mut bytes = text.as_bytes().to_vec();
        damages.iter().for_each(|damage| apply(&mut bytes, damage));
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn damaged_json(text in select(&[TOML, HOSPITAL]), damages in vec(damage(), 1..4)) {
        let mut bytes = json(text).into_bytes();
        damages.iter().for_each(|damage| apply(&mut bytes, damage));
        read(&String::from_utf8_lossy(&bytes));
    }
}
