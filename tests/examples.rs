//! The examples, as tests: what they print is right by figures that the simulation does not make.
//!
//! Statistical tests compare with exact figures at four standard errors; with ten replications that is
//! a false alarm in about 0.3 % of seeds, and the seeds are fixed.

#![allow(dead_code, clippy::duplicate_mod)] // Every example brings its `main` and the shared tables.

#[path = "../examples/billing_cycle.rs"]
mod billing_cycle;
#[path = "../examples/quickstart.rs"]
mod quickstart;
#[path = "../examples/run_model.rs"]
mod run_model;

use std::ffi::OsString;

use billing_cycle::figures::per_case;
use knockon::results::Results;
use knockon::stats::Estimate;
use knockon::time::weeks;

fn assert_close(what: &str, estimate: &Estimate, exact: f64) {
    let error = estimate.std_error().expect("there are several replications");
    let off = (estimate.mean - exact) / error;
    assert!(off.abs() < 4.0, "{what}: {estimate}, exact {exact}, {off:.1} standard errors off");
    assert!(error < 0.05 * exact, "{what}: {estimate} says little");
}

#[test]
fn quickstart_agrees_with_the_formulas() {
    let rows = quickstart::compare(10).unwrap();
    let exact: Vec<f64> = rows.iter().map(|row| row.1).collect();
    for (exact, by_hand) in exact.iter().zip([24.0, 30.0, 0.8, 3.2]) {
        assert!((exact - by_hand).abs() < 1e-9, "{exact}, by hand {by_hand}");
    }
    for (name, exact, simulated) in rows {
        assert_close(name, &simulated.unwrap(), exact);
    }
}

/// Expected visits of a case, solved by hand.
///
/// Insured: billing sees a case `first` times before its data were corrected, if ever, and `again`
/// times after. Of the first, the share 1 - e goes to the insurer, who sends r back: first = 1 +
/// (1 - e) r first; again = e first + r again. Those who pay for themselves are billed 1 + e times,
/// and the patient and collections see p = 1 + c / 2 and c = p / 5.
struct ByHand {
    registration: f64,
    billing: f64,
    insurer: f64,
    patient: f64,
    collections: f64,
}

const REFUSED: f64 = 0.11;
const TO_COLLECTIONS: f64 = 0.05;

fn by_hand(errors: f64) -> ByHand {
    let first = 1.0 / (1.0 - (1.0 - errors) * REFUSED);
    let again = errors * first / (1.0 - REFUSED);
    let insurer = 1.0 / (1.0 - REFUSED);
    let collections_insured = TO_COLLECTIONS * insurer / 0.9;
    let (insured, self_pay) = (0.75, 0.25);
    ByHand {
        registration: 1.0 + insured * errors * first + self_pay * errors,
        billing: insured * (first + again) + self_pay * (1.0 + errors),
        insurer: insured * insurer,
        patient: insured * collections_insured / 2.0 + self_pay / 0.9,
        collections: insured * collections_insured + self_pay * 0.2 / 0.9,
    }
}

/// Visits to a department per case.
fn visits(results: &Results, department: &str) -> Estimate {
    let at = results.departments.iter().position(|of| of.name == department).unwrap();
    let visits = |replication: &knockon::results::Replication| {
        replication.departments[at].classes.iter().map(|class| class.came() as f64).sum::<f64>()
    };
    let cases = |replication: &knockon::results::Replication| {
        replication.classes.iter().map(|class| class.arrived as f64).sum::<f64>()
    };
    let visits: Vec<f64> = results.replications.iter().map(visits).collect();
    let cases: Vec<f64> = results.replications.iter().map(cases).collect();
    Estimate::of_ratio(&visits, &cases, 0.95).unwrap()
}

#[test]
fn the_billing_cycle_agrees_with_the_traffic_equations() {
    let [now, more] = billing_cycle::run(0.1, 10, weeks(52)).unwrap();
    let expected = by_hand(0.1);
    for results in [&now, &more] {
        for (department, exact) in [
            ("registration", expected.registration),
            ("treatment", 1.0),
            ("coding", 1.0),
            ("billing", expected.billing),
            ("insurer", expected.insurer),
            ("patient", expected.patient),
            ("collections", expected.collections),
        ] {
            assert_close(department, &visits(results, department), exact);
        }
    }

    // Load: 2 patients an hour, in minutes of work per case, over the staff.
    let load = |first: f64, later: f64, visits: f64, staff: f64| {
        2.0 / 60.0 * (first + later * (visits - 1.0)) / staff
    };
    for (department, exact) in [
        ("registration", load(35.0, 20.0, expected.registration, 2.0)),
        ("treatment", load(120.0, 120.0, 1.0, 5.0)),
        ("coding", load(40.0, 40.0, 1.0, 2.0)),
        ("billing", load(70.0, 45.0, expected.billing, 3.0)),
        ("collections", load(210.0, 210.0, 1.0, 1.0) * expected.collections),
    ] {
        assert_close(department, &now.department(department).unwrap().utilization.unwrap(), exact);
        assert!((0.6..0.9).contains(&exact), "{department} is loaded {exact}");
    }

    // What passes outside is the payers' own; one more biller shortens the rest for both classes.
    let outside = |department: &str| department == "insurer" || department == "patient";
    let hours = per_case(&now, outside, billing_cycle::PRESENT).unwrap();
    assert_close("outside", &hours.0, 24.0 * (10.0 * expected.insurer + 8.0 * expected.patient));
    for class in ["insured", "self-pay"] {
        let saved = billing_cycle::figures::saving(&now, &more, |name| name == class).unwrap();
        assert!(saved.low().unwrap() > 0.0, "{class}: {saved}");
        assert!(saved.high().unwrap() < 4.0, "{class}: {saved}");
    }
}

/// The file's own numbers are those that the example puts in place of them.
#[test]
fn the_billing_cycle_of_the_file_has_ten_percent_errors() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/billing_cycle.toml");
    assert_eq!(billing_cycle::model(0.1).unwrap(), knockon::model::Model::read(path).unwrap());
    let model = billing_cycle::model(0.15).unwrap();
    for (stream, exact) in [("insured patients", 1.0 / (1.0 - 0.85 * REFUSED)), ("self-pay patients", 1.0)] {
        let visits = model.graph().unwrap().expected_visits(stream).unwrap().unwrap();
        assert_eq!(visits[0].0, "registration");
        assert!((visits[0].1 - (1.0 + 0.15 * exact)).abs() < 1e-12, "{stream}: {visits:?}");
    }
}

#[test]
fn the_report_names_the_bottleneck() {
    let report = billing_cycle::report(8, weeks(40)).unwrap();
    for part in ["insured", "self-pay", "Busiest: billing, ", "Most waiting: billing, ", "15 %"] {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
    assert!(report.lines().all(|line| line.chars().count() <= 120 && line == line.trim_end()), "{report}");
    assert!(!report.contains("corrected"), "nobody arrives in these classes\n{report}");
}

fn run_model(line: &[&str]) -> Result<String, String> {
    run_model::report(line.iter().map(OsString::from))
}

/// Keeps a file for as long as a test needs it.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str, text: &str) -> File {
        let path = std::env::temp_dir().join(format!("knockon {} {name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        File(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}

const COUNTER: &str = r#"
name = "counter"

[[department]]
name = "counter"
staff = 1
service = { exponential = { mean = "6m" } }

[[customers]]
name = "walk-in"
enter = "counter"
arrivals = { poisson = { rate = "5/h" } }
"#;

#[test]
fn run_model_tells_all_wrong_arguments_at_once() {
    let error =
        run_model(&["--horizon", "52", "--warm-up=1d", "--seed", "-1", "--threads", "--replications"]);
    let lines: Vec<String> = error.unwrap_err().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert!(lines[0].starts_with("--horizon: `52` is not a duration"), "{lines:?}");
    assert_eq!(lines[1], "--warm-up=1d: there is no such option");
    assert!(
        lines[2].starts_with("--seed: `-1` is not a whole number from 0 to 18446744073709551615"),
        "{lines:?}"
    );
    assert!(
        lines[3].starts_with("--threads: `--replications` is not a whole number from 1 to 1024"),
        "{lines:?}"
    );
    assert_eq!(lines[4], "no model file is given");

    for wrong in ["99999999999", "i", "0", "-1", "1.5", ""] {
        let error = run_model(&["a.toml", "--replications", wrong]).unwrap_err();
        assert_eq!(error, format!("--replications: `{wrong}` is not a whole number from 1 to 4294967295"));
    }

    let error = run_model(&["a.toml", "b.toml", "--seed"]).unwrap_err();
    assert_eq!(error, "`b.toml`: there is a model file already\n--seed: its value is missing");
}

#[test]
fn run_model_tells_what_is_wrong_with_files_and_settings() {
    let error = run_model(&["no such file.toml"]).unwrap_err();
    assert!(error.starts_with("no such file.toml: "), "{error}");

    let bad = File::new("bad.toml", &COUNTER.replace("6m", "-6m").replace("enter = \"c", "enter = \"b"));
    let error = run_model(&[bad.path()]).unwrap_err();
    assert!(error.starts_with(&format!("{}: ", bad.path())), "{error}");
    assert!(error.contains("-6m") && error.contains("there is no department `bounter`"), "{error}");

    let good = File::new("settings.toml", COUNTER);
    let error = run_model(&[good.path(), "--horizon", "1d", "--warm-up", "2d"]).unwrap_err();
    assert!(error.contains("warm-up: is 2d, must end before the horizon of 1d"), "{error}");
}

#[test]
fn run_model_runs_a_small_model() {
    let file = File::new("good.toml", COUNTER);
    let line = [file.path(), "--horizon", "6w", "--replications", "10", "--seed", "5"];
    let page = run_model(&line).unwrap();
    for part in ["counter (", "10 replications of 6w", "MSER-5", "seed 5", "walk-in"] {
        assert!(page.contains(part), "`{part}` is not in\n{page}");
    }

    let json = |threads| {
        let text = run_model(&[&line[..], &["--warm-up", "2d", "--json", "--threads", threads]].concat());
        serde_json::from_str::<Results>(&text.unwrap()).unwrap()
    };
    let (one, two) = (json("1"), json("2"));
    assert_eq!(one.replications, two.replications);
    let waiting = one.department("counter").unwrap().visits.waiting.as_ref().unwrap().mean;
    assert_close("wait in hours", &waiting, 0.1); // load / (service rate - arrival rate)
}

#[test]
fn run_model_tells_handoffs_with_the_same_ends_apart() {
    let text = format!(
        "{COUNTER}\n[[department]]\nname = \"back\"\nstaff = 1\nservice = {{ exponential = {{ mean = \"1m\" }} }}\n
        [[class]]\nname = \"known\"\n
        [[handoff]]\nfrom = \"counter\"\nto = \"back\"\nprobability = 0.5\nbecomes = \"known\"\n
        [[handoff]]\nfrom = \"counter\"\nto = \"back\"\nprobability = 0.5\n"
    );
    let file = File::new("same ends.toml", &text);
    let page = run_model(&[file.path(), "--horizon", "1w", "--warm-up", "0s"]).unwrap();
    let count = |start: &str| page.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("counter to back"), count("counter to back, becoming known ")), (2, 1), "{page}");
}

#[test]
fn run_model_helps() {
    for line in [&["--help"][..], &["-h", "model.toml"]] {
        assert!(run_model(line).unwrap().contains("usage: run_model MODEL"));
    }
}
