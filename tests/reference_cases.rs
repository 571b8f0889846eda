//! Models with known answers, read by the code of the `reference_cases` example.

#[path = "../examples/reference_cases/arguments.rs"]
mod arguments;
#[path = "../examples/reference_cases/arrival_windows.rs"]
mod arrival_windows;
#[path = "../examples/reference_cases/by_replication.rs"]
mod by_replication;
#[path = "../examples/reference_cases/day.rs"]
mod day;
#[path = "../examples/reference_cases/dists.rs"]
mod dists;
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
#[path = "../examples/reference_cases/process/mod.rs"]
mod process;
#[path = "../examples/reference_cases/routing.rs"]
mod routing;
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
    let files = [include_str!("data/queueing_cases.json"), include_str!("data/peer_cases.json")];
    files.into_iter().flat_map(|text| serde_json::from_str::<CaseFile>(text).unwrap().cases).collect()
}

fn case(id: &str) -> Case {
    cases().into_iter().find(|case| case.id == id).unwrap()
}

/// Of every family one that is quickly precise. A figure may be off by half its 99 % interval, that of the known
/// figure if it is simulated, and 3 %.
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

/// Likewise, of every construct by which departments depend on each other.
#[test]
fn figures_are_those_of_others_where_departments_depend_on_each_other() {
    let effort = Effort { seed: 7, events: 6e5, window: 200.0, first: (300, 40) };
    for id in [
        "path-bas-buffer",
        "line-2-b0",
        "tandem-bas-loss",
        "shared-pool-1",
        "breakdown-busy-exp",
        "breakdown-calendar-a",
        "shift-dayonly",
        "peer-shifts-finish",
        "peer-shifts-finish-same",
        "peer-abandon-to-backup",
    ] {
        assert_agrees(&case(id), &effort, 0.03);
    }
}

/// All of them, as precisely as by default. A figure may be off by its 99 % interval, that of the known figure,
/// and 1 %, and no interval may be wider than 5 %. `cargo test --release --test reference_cases -- --ignored`
#[test]
#[ignore = "takes minutes in a release build"]
fn all_figures_are_those_of_the_literature() {
    let effort = Effort { seed: 1, events: 1e9, window: 5000.0, first: (2000, 40) };
    for case in cases() {
        let measured = assert_agrees(&case, &effort, 0.01);
        for (metric, expected) in &case.expected {
            let ((expected, _), half) = (known(expected), measured.figures[metric].1);
            assert!(half <= 0.05 * expected.abs().max(0.002), "{}: {metric} +- {half}", case.id);
        }
    }
}

/// A known figure, and half the width of its 99 % interval if it is simulated.
fn known(expected: &Value) -> (f64, f64) {
    serde_json::from_value(expected.clone()).unwrap_or_else(|_| (expected.as_f64().unwrap(), 0.0))
}

/// Every figure of a case is as expected, but for the intervals, a share of itself, and 0.002.
fn assert_agrees(case: &Case, effort: &Effort, share: f64) -> Measured {
    let measured = measure(case, effort).unwrap();
    let work = format!("{} replications, {} events", measured.replications, measured.events);
    for (metric, expected) in &case.expected {
        let (id, (expected, spread)) = (&case.id, known(expected));
        let &(mean, half) = measured.figures.get(metric).unwrap_or_else(|| panic!("{id}: {metric}"));
        let off = (mean - expected).abs();
        let allowed = half + spread + share * expected.abs() + 0.002;
        assert!(off <= allowed, "{id}: {metric} is {mean} +- {half}, not {expected} ({work})");
    }
    measured
}

#[test]
fn every_figure_of_every_case_is_answered() {
    let effort = Effort { seed: 7, events: 3e5, window: 120.0, first: (10, 20) };
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
        ("/nodes/0", "servers", Value::Null),
        ("/nodes/0", "pool", json!("staff")),
        (
            "/nodes/0",
            "calendar",
            json!({"period": 24.0, "steps": [[0, 2]], "at_shift_end": "preempt_resume"}),
        ),
        ("/nodes/0", "breakdown", breakdown("resume", "moon_time")),
        ("/nodes/0", "breakdown", breakdown("restart", "busy_time")),
        ("/nodes/0", "abandon_to", json!("B")),
        ("/nodes/0", "balking", json!({"join_prob": "1/(n+1)"})),
        ("/nodes/0", "slots", json!({"times": [1.0], "sizes": [1], "capacitated": true})),
        ("/nodes/0", "vacation", json!({"kind": "single", "duration": exponential})),
        ("/nodes/0", "setup_when_idle", exponential.clone()),
        ("/nodes/0", "kind", json!("fork")),
        ("/nodes/0", "preemption", json!("resume")),
        ("/nodes/0", "discipline", json!("ps")),
        ("/arrivals/0", "saturated", json!(true)),
        ("/arrivals/0", "node", json!("B")),
        ("/arrivals/0", "times", json!([1.0])),
        ("/arrivals/0", "batch_size", json!(3)),
        ("/arrivals/0", "interarrival", Value::Null),
        ("", "no such word", exponential.clone()),
        ("", "routing", json!([{"from": "A", "class": "*", "to": [["A", 0.5]]}])),
        ("", "routing", json!([{"from": "A", "class": "*", "to": [["B", 1.0]]}])),
        ("", "routing", json!([{"from": "A", "policy": "join_shortest_queue", "among": ["A"]}])),
        ("", "population", json!({"customers": 3, "start": "A"})),
        ("", "class_upgrade", json!([{"from": "default", "to": "default", "after": 1.0}])),
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

fn breakdown(job: &str, clock: &str) -> Value {
    let time = json!({"dist": "exponential", "mean": 10.0});
    json!({"time_to_failure": time, "clock": clock, "repair": time, "job": job})
}

/// So is what is understood word by word, and means together what cannot be said, or is not settled.
#[test]
fn what_is_left_open_is_refused() {
    let effort = Effort { seed: 7, events: 1e5, window: 20.0, first: (10, 4) };
    let calendar =
        |end: &str| json!({"period": 24.0, "steps": [[0, 1]], "at_shift_end": end, "crew": "same"});
    let classes = json!([{"name": "default", "priority": 0}, {"name": "other", "priority": 1}]);
    let wide = json!({"dist": "exponential", "mean": 9.0});
    let second = |id: &str, more: Value| {
        let mut arrivals = case(id).model["arrivals"].clone();
        arrivals.as_array_mut().unwrap().push(more);
        arrivals
    };
    let from_outside = json!({"node": "M1", "class": "default", "interarrival": wide});
    for (id, place, word, value) in [
        ("tandem-bas-a", "/nodes/1", "when_full", json!("lose")),
        ("tandem-bas-a", "/nodes/1", "servers", json!("inf")),
        ("tandem-bas-a", "/nodes/1", "breakdown", breakdown("resume", "busy_time")),
        ("tandem-bas-a", "/nodes/0", "breakdown", breakdown("resume", "calendar_time")),
        ("breakdown-busy-exp", "/nodes/0", "servers", json!(2)),
        ("shared-pool-1", "/nodes/0", "capacity", json!(5)),
        ("shared-pool-1", "/nodes/0", "discipline", json!("lifo")),
        ("shared-pool-1", "/nodes/0", "breakdown", breakdown("resume", "busy_time")),
        ("shared-pool-1", "", "classes", classes.clone()),
        ("shared-pool-1", "", "pools", json!([])),
        ("shift-dayonly", "/nodes/0", "capacity", json!(5)),
        ("shift-dayonly", "/nodes/0", "servers", json!(5)),
        ("shift-dayonly", "", "classes", classes),
        ("peer-shifts-finish", "/nodes/0/calendar", "crew", Value::Null),
        ("peer-shifts-finish", "/nodes/0", "calendar", calendar("finish_current")),
        ("peer-abandon-to-backup", "/nodes/1", "capacity", json!(3)),
        ("peer-abandon-to-backup", "/nodes/0", "abandon_to", json!("nowhere")),
        ("line-2-b0", "/nodes/0", "patience", wide),
        ("line-2-b0", "/nodes/1", "capacity", Value::Null),
        ("line-2-b0", "/arrivals/0", "batch_size", json!({"dist": "deterministic", "value": 2})),
        ("line-2-b0", "", "arrivals", second("line-2-b0", from_outside)),
    ] {
        let mut case = case(id);
        let object = case.model.pointer_mut(place).and_then(Value::as_object_mut).unwrap();
        object.insert(word.to_owned(), value.clone());
        assert!(measure(&case, &effort).is_err(), "{id}: {word}: {value}");
    }
}

/// What the schema does not settle is not answered, though the library has some figure.
#[test]
fn figures_that_are_not_settled_are_not_answered() {
    let effort = Effort { seed: 7, events: 1e5, window: 100.0, first: (10, 20) };
    for (id, metrics) in [
        (
            "line-2-b0",
            &["node/M1/wait_mean", "node/M1/number_mean", "system/lead_mean", "system/number_mean"][..],
        ),
        ("shared-pool-1", &["node/A/util", "node/A/starved_frac", "pool/A/util"]),
        ("breakdown-busy-exp", &["attribution/node/A/wait", "attribution/node/A/service"]),
        (
            "peer-shifts-finish",
            &["node/office/util", "node/office/starved_frac", "node/office/wait_mean_arrival_window/20_28"],
        ),
        ("peer-abandon-to-backup", &["system/lead_mean", "node/spec/wait_mean_arrival_window/0_8"]),
    ] {
        let mut case = case(id);
        case.expected = metrics.iter().map(|&metric| (metric.to_owned(), json!(1.0))).collect();
        let unanswered = measure(&case, &effort).unwrap().unanswered;
        assert_eq!(unanswered.len(), metrics.len(), "{id}: {unanswered:?}");
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
