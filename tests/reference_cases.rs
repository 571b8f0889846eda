//! Models with known answers, read by the code of the `reference_cases` example.

#[path = "../examples/reference_cases/arguments.rs"]
mod arguments;
#[path = "../examples/reference_cases/arrival_windows.rs"]
mod arrival_windows;
#[path = "../examples/reference_cases/limits.rs"]
mod limits;
#[path = "../examples/reference_cases/load.rs"]
mod load;
#[path = "../examples/reference_cases/measure.rs"]
mod measure;
#[path = "../examples/reference_cases/metrics.rs"]
mod metrics;
#[path = "../examples/reference_cases/plan.rs"]
mod plan;
#[path = "../examples/reference_cases/print.rs"]
mod print;
#[path = "../examples/reference_cases/schema.rs"]
mod schema;
#[path = "../examples/reference_cases/translate.rs"]
mod translate;

use std::ffi::OsString;
use std::io::{self, ErrorKind};

use arguments::Arguments;
use measure::{Effort, Measured, measure};
use schema::{Case, CaseFile};
use serde_json::{Value, json};

fn cases() -> Vec<Case> {
    let file: CaseFile = serde_json::from_str(include_str!("data/queueing_cases.json")).unwrap();
    file.cases
}

fn case(id: &str) -> Case {
    cases().into_iter().find(|case| case.id == id).unwrap()
}

/// Of every family one that is quickly precise. A figure may be off by half its 99 % interval and 3 %.
#[test]
fn figures_are_those_of_the_literature() {
    let effort = Effort { seed: 7, events: 2e6, window: 500.0, first: (1500, 40) };
    for id in [
        "mm1-low",
        "mm2-5",
        "erlangB-5",
        "mg6-6-insensitive",
        "mg1-erlang2",
        "md2",
        "erlangA-3",
        "mm1-detpatience-b",
        "mginf-lognormal",
        "prio-np-2",
        "mm1-lifo",
        "e2e2-1",
        "batch-fixed3",
        "feedback-1",
        "transient-mginf",
        "mtminf-sin",
        "path-overload",
    ] {
        assert_agrees(&case(id), &effort, 0.03);
    }
}

/// All of them, as precisely as by default. A figure may be off by its 99 % interval and 1 %, and no
/// interval may be wider than 5 %. `cargo test --release --test reference_cases -- --ignored`
#[test]
#[ignore = "takes a minute in a release build"]
fn all_figures_are_those_of_the_literature() {
    let effort = Effort { seed: 1, events: 1e9, window: 5000.0, first: (2000, 40) };
    for case in cases() {
        let measured = assert_agrees(&case, &effort, 0.01);
        for (metric, expected) in &case.expected {
            let (expected, half) = (expected.as_f64().unwrap(), measured.figures[metric].1);
            assert!(half <= 0.05 * expected.abs().max(0.002), "{}: {metric} +- {half}", case.id);
        }
    }
}

/// Every figure of a case is as expected, but for its interval, a share of itself, and 0.002.
fn assert_agrees(case: &Case, effort: &Effort, share: f64) -> Measured {
    let measured = measure(case, effort).unwrap();
    let work = format!("{} replications, {} events", measured.replications, measured.events);
    for (metric, expected) in &case.expected {
        let (id, expected) = (&case.id, expected.as_f64().unwrap());
        let &(mean, half) = measured.figures.get(metric).unwrap_or_else(|| panic!("{id}: {metric}"));
        let off = (mean - expected).abs();
        let allowed = half + share * expected.abs() + 0.002;
        assert!(off <= allowed, "{id}: {metric} is {mean} +- {half}, not {expected} ({work})");
    }
    measured
}

#[test]
fn every_figure_of_every_case_is_answered() {
    let effort = Effort { seed: 7, events: 6e5, window: 120.0, first: (10, 20) };
    for case in cases() {
        match measure(&case, &effort) {
            Ok(measured) => assert_eq!(measured.unanswered, Vec::<String>::new(), "{}", case.id),
            Err(reason) => panic!("{}: {reason}", case.id),
        }
    }
}

/// What is not understood is refused, whatever it is: never passed over.
#[test]
fn unknown_words_are_refused() {
    let effort = Effort { seed: 7, events: 1e5, window: 20.0, first: (10, 4) };
    let exponential = json!({"dist": "exponential", "mean": 1.0});
    for (place, word, value) in [
        ("/nodes/0", "preemption", json!("sideways")),
        ("/nodes/0", "discipline", json!("whim")),
        ("/nodes/0", "servers", json!(-1)),
        ("/nodes/0", "servers", json!("many")),
        ("/nodes/0", "capacity", json!(0)),
        ("/nodes/0", "no such word", json!(1)),
        ("/nodes/0", "service", json!({"dist": "lognormal", "mean": 1.0, "sigma": 1.0})),
        ("/nodes/0", "service", json!({"dist": "cauchy"})),
        ("/nodes/0", "service", json!({"dist": "exponential", "mean": -1.0})),
        ("/nodes/0", "service", json!({"dist": "exponential", "mean": 2.0})),
        ("/nodes/0", "service", json!({"dist": "discrete", "values": [1.0], "probs": [0.5, 0.5]})),
        ("/nodes/0", "service", json!({"dist": "geometric", "p": 1e-9})),
        ("/arrivals/0", "node", json!("B")),
        ("/arrivals/0", "times", json!([1.0])),
        ("/arrivals/0", "batch_size", json!(3)),
        ("/arrivals/0", "interarrival", Value::Null),
        ("", "no such word", exponential.clone()),
        ("", "routing", json!([{"from": "A", "class": "*", "to": [["A", 0.5]]}])),
        ("", "routing", json!([{"from": "A", "class": "*", "to": [["B", 1.0]]}])),
        ("", "nodes", json!([])),
        ("", "arrivals", json!([])),
    ] {
        let mut case = case("mm1-a");
        let object = case.model.pointer_mut(place).and_then(Value::as_object_mut).unwrap();
        object.insert(word.to_owned(), value.clone());
        assert!(measure(&case, &effort).is_err(), "{word}: {value}");
    }
    for horizon in [json!("for ever"), json!({"start": "busy", "to": 3}), json!({"start": "empty", "to": -1})]
    {
        let mut case = case("mm1-a");
        case.horizon = horizon.clone();
        assert!(measure(&case, &effort).is_err(), "{horizon}");
    }
}

/// An unknown figure is left out; the others are not harmed.
#[test]
fn unknown_figures_are_not_answered() {
    let effort = Effort { seed: 7, events: 1e5, window: 100.0, first: (10, 20) };
    let mut case = case("mm1-low");
    let unknown = [
        "node/A/wait_gt/soon",
        "node/A/sojourn_quantile/2",
        "node/A/shoe_size",
        "node/B/wait_mean",
        "node/A/class/B/wait_mean",
        "node/A/number_at/3",
        "node/A/number_timeavg/3_to_2",
        "system/makespan",
        "bottleneck",
        "",
    ];
    for metric in unknown {
        case.expected.insert(metric.to_owned(), json!(1.0));
    }
    let mut unanswered = measure(&case, &effort).unwrap().unanswered;
    let mut unknown = unknown.map(str::to_owned).to_vec();
    unanswered.sort_unstable();
    unknown.sort_unstable();
    assert_eq!(unanswered, unknown);
}

fn arguments(line: &[&str]) -> Result<Option<Arguments>, String> {
    Arguments::parse(line.iter().map(OsString::from))
}

#[test]
fn arguments_are_read() {
    let read = arguments(&["c.json", "--ids", "a,b", "--effort", "0.5", "--seed", "7"]).unwrap().unwrap();
    assert_eq!((read.file, read.effort, read.seed), ("c.json".into(), 0.5, 7));
    assert_eq!(read.ids.unwrap(), ["a", "b"]);
    assert!(arguments(&["c.json", "--help"]).unwrap().is_none());
    assert!(arguments::HELP.contains("usage: reference_cases CASES.json"));
}

#[test]
fn wrong_arguments_are_refused() {
    for (line, wrong) in [
        (&["c.json", "--effort", "inf"][..], "--effort: `inf` is not a positive number"),
        (&["c.json", "--effort", "NaN"], "--effort: `NaN` is not a positive number"),
        (&["c.json", "--effort", "0"], "--effort: `0` is not a positive number"),
        (&["c.json", "--effort", "-1"], "--effort: `-1` is not a positive number"),
        (&["c.json", "--effort", "much"], "--effort: `much` is not a positive number"),
        (&["c.json", "--seed", "-1"], "--seed: `-1` is not a whole number from 0 to 18446744073709551615"),
        (&["c.json", "--seed"], "--seed: its value is missing"),
        (&["c.json", "--fast"], "--fast: there is no such option"),
        (&["c.json", "d.json"], "`d.json`: there is a file of cases already"),
        (&[], "no file of cases is given; --help tells more"),
    ] {
        assert_eq!(arguments(line).unwrap_err(), wrong);
    }
}

#[cfg(unix)]
#[test]
fn arguments_need_not_be_unicode() {
    use std::os::unix::ffi::OsStringExt;
    let odd = || OsString::from_vec(vec![b'c', 0xff]);
    assert_eq!(Arguments::parse([odd()]).unwrap().unwrap().file, odd());
    let error = Arguments::parse(["--ids".into(), odd()]).unwrap_err();
    assert_eq!(error, "--ids: `c\u{fffd}` is not a list of cases");
}

#[test]
fn cases_that_are_not_there_are_named() {
    let file = CaseFile { cases: cases() };
    assert_eq!(file.lacks(&["mm1-low".into(), "nosuch".into(), "md2".into(), "".into()]), ["nosuch", ""]);
}

#[test]
fn printing_to_a_closed_pipe_is_no_error_and_to_a_full_disk_is_one() {
    struct Fails(ErrorKind);
    impl io::Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    assert_eq!(print::print("text", &mut Fails(ErrorKind::BrokenPipe)), Ok(()));
    let error = print::print("text", &mut Fails(ErrorKind::StorageFull)).unwrap_err();
    assert!(error.starts_with("cannot write: "), "{error}");
    let mut written = Vec::new();
    print::print("text", &mut written).unwrap();
    assert_eq!(written, b"text");
    print::tell("this is told");
}
