//! Models with known answers, read by the code of the `reference_cases` example.

#[path = "../examples/reference_cases/arguments.rs"]
mod arguments;
#[path = "../examples/reference_cases/arrival_windows.rs"]
mod arrival_windows;
#[path = "../examples/reference_cases/by_replication.rs"]
mod by_replication;
#[path = "../examples/reference_cases/cases.rs"]
mod cases;
#[path = "../examples/reference_cases/changes.rs"]
mod changes;
#[path = "../examples/reference_cases/day.rs"]
mod day;
#[path = "../examples/reference_cases/dists.rs"]
mod dists;
#[path = "../examples/reference_cases/labels.rs"]
mod labels;
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

#[path = "reference_cases/refused.rs"]
mod refused;

use std::ffi::OsString;
use std::io::{self, ErrorKind};

use arguments::Arguments;
use cases::{Case, CaseFile};
use measure::{Effort, Measured, measure};
use serde_json::{Value, json};

fn all_cases() -> Vec<Case> {
    let files = [
        include_str!("data/queueing_cases.json"),
        include_str!("data/peer_cases.json"),
        include_str!("data/published_cases.json"),
        include_str!("data/process_cases.json"),
    ];
    let cases = files.into_iter().flat_map(|text| serde_json::from_str::<CaseFile>(text).unwrap().cases);
    cases.chain(bottleneck_cases()).collect()
}

/// Saturated lines and a network, with how sensitive they are to the rate of every node, and which node is the bottleneck; and a
/// trace of who is at work when.
fn bottleneck_cases() -> Vec<Case> {
    serde_json::from_str::<CaseFile>(include_str!("data/bottleneck_cases.json")).unwrap().cases
}

fn case(id: &str) -> Case {
    all_cases().into_iter().find(|case| case.id == id).unwrap()
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

/// Likewise, of every rule by which departments serve, and of closed networks and work in parallel.
#[test]
fn figures_are_those_of_the_literature_for_every_rule_of_service() {
    let effort = Effort { seed: 7, events: 5e5, window: 300.0, first: (300, 40) };
    for id in [
        "prio-pr-2",
        "mm1-ps",
        "vac-multi-det",
        "setup-mg1",
        "repairman-5-1",
        "closed-3-n6",
        "bcmp-2class",
        "forkjoin-2-a",
        "forkjoin-inf-3",
        "balk-discouraged",
        "peer-batch-balk",
        "peer-preempt-resample",
    ] {
        assert_agrees(&case(id), &effort, 0.03);
    }
}

/// Likewise, days of a hospital, and business processes from the first case to the last.
#[test]
fn figures_are_those_of_others_from_start_to_end() {
    let effort = Effort { seed: 7, events: 6e5, window: 100.0, first: (150, 10) };
    for id in ["pub-treat-base", "pub-treat-exam+1", "bp-credit-24x7", "bp-permit-9to5"] {
        assert_agrees(&case(id), &effort, 0.03);
    }
}

/// Likewise, of every construct by which departments depend on each other.
#[test]
fn figures_are_those_of_others_where_departments_depend_on_each_other() {
    let effort = Effort { seed: 7, events: 6e5, window: 200.0, first: (300, 40) };
    for id in [
        "jackson-3",
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

/// Likewise, of how sensitive lines and networks are.
#[test]
fn sensitivities_are_those_of_the_literature() {
    let effort = Effort { seed: 7, events: 1e7, window: 300.0, first: (300, 30) };
    for id in ["bn-line3-slow-middle", "bn-jackson-rework"] {
        let measured = assert_agrees(&case(id), &effort, 0.02);
        for (metric, (mean, half)) in &measured.figures {
            let precise = *half <= 0.2 * mean.abs().max(0.01);
            assert!(precise || !metric.starts_with("sensitivity"), "{id}: {metric} is {mean} +- {half}");
        }
    }
}

/// All of them, as precisely as by default. A figure may be off by its 99 % interval, that of the known figure,
/// and 1 %, and no interval may be wider than 5 %. `cargo test --release --test reference_cases -- --ignored all_figures`
#[test]
#[ignore = "takes minutes in a release build"]
fn all_figures_are_those_of_the_literature() {
    agree_precisely(all_cases().into_iter().filter(|case| !case.id.starts_with("bn-")));
}

/// The same of bottlenecks, whose figures take many scenarios each.
#[test]
#[ignore = "takes many minutes in a release build"]
fn all_bottleneck_figures_are_precise() {
    agree_precisely(all_cases().into_iter().filter(|case| case.id.starts_with("bn-")));
}

fn agree_precisely(cases: impl Iterator<Item = Case>) {
    let effort = Effort { seed: 1, events: 1e9, window: 5000.0, first: (2000, 40) };
    for case in cases {
        let measured = assert_agrees(&case, &effort, 0.01);
        for (metric, expected) in &case.expected {
            let ((expected, _), half) = (known(expected), measured.figures[metric].1);
            assert!(half <= 0.05 * expected.abs().max(0.002), "{}: {metric} +- {half}", case.id);
        }
        let names: Vec<&str> = case.expected_labels.keys().map(String::as_str).collect();
        assert_labels(&case, &measured, &names);
    }
}

/// A label is as expected, or one of several that tie. A ranking is in the order of the known sensitivities: in which order it
/// has nodes that are equal is noise.
fn assert_labels(case: &Case, measured: &Measured, names: &[&str]) {
    for &name in names {
        let (found, expected) = (&measured.labels[name], &case.expected_labels[name]);
        let right = if name.starts_with("ranking") {
            let sensitivity = |node: &Value| {
                let metric =
                    format!("sensitivity/throughput/node/{}/rate_elasticity", node.as_str().unwrap());
                known(&case.expected[&metric]).0
            };
            let (found, expected) = (found.as_array().unwrap(), expected.as_array().unwrap());
            found.len() == expected.len() && found.is_sorted_by(|a, b| sensitivity(a) >= sensitivity(b))
        } else {
            found == expected || expected.as_array().is_some_and(|tied| tied.contains(found))
        };
        assert!(right, "{}: {name} is {found}, not {expected}", case.id);
    }
}

/// A trace of machines, to the last digit.
#[test]
fn active_periods_are_those_of_a_trace() {
    let cases = bottleneck_cases();
    let case = cases.iter().find(|case| !case.trace.is_null()).unwrap();
    let measured = measure(case, &Effort { seed: 1, events: 1.0, window: 1.0, first: (1, 1) }).unwrap();
    for (metric, expected) in &case.expected {
        let (found, expected) = (measured.figures[metric].0, expected.as_f64().unwrap());
        assert!((found - expected).abs() < 1e-12, "{metric}: {found}");
    }
    let names: Vec<&str> = case.expected_labels.keys().map(String::as_str).collect();
    assert_labels(case, &measured, &names);
    assert_eq!((names.len(), measured.answers().len()), (3, case.expected.len() + 3));
}

/// Which node is the bottleneck, by every definition that tells it with little effort: the others have small margins.
#[test]
fn bottlenecks_are_those_of_the_literature() {
    let effort = Effort { seed: 7, events: 6e6, window: 200.0, first: (20, 10) };
    let by_load = ["bottleneck/by_utilization", "bottleneck/by_lowest_capacity"];
    let of_line = [
        "bottleneck/by_throughput_sensitivity",
        "bottleneck/by_turning_point",
        "bottleneck/by_blocking_starving_arrows",
    ];
    let of_network = [
        "bottleneck/by_wait_per_visit",
        "bottleneck/by_wait_per_job",
        "bottleneck/by_lead_sensitivity",
        "best/plus_one_server",
    ];
    for case in bottleneck_cases() {
        let more: &[&str] = match case.id.as_str() {
            "bn-line3-slow-middle" => &of_line,
            "bn-line4-buffer-hides" => &of_line[2..],
            "bn-jackson-rework" => &of_network,
            _ => continue,
        };
        let measured = measure(&case, &effort).unwrap();
        assert_labels(&case, &measured, &[&by_load[..], more].concat());
        assert_eq!(measured.labels.len(), case.expected_labels.len(), "{}", case.id);
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
    for case in all_cases() {
        match measure(&case, &effort) {
            Ok(measured) => assert_eq!(measured.unanswered, Vec::<String>::new(), "{}", case.id),
            Err(reason) => panic!("{}: {reason}", case.id),
        }
    }
}

/// Words of the schema for which no case is known, against formulas and against runs by hand.
#[test]
fn words_without_a_case_mean_what_they_say() {
    let effort = Effort { seed: 7, events: 1e6, window: 300.0, first: (10, 20) };
    let slots = |size: u32| json!({"times": [1.0], "sizes": [size], "capacitated": size == 1});
    let exponential = |mean: f64| json!({"dist": "exponential", "mean": mean});
    let constant = |value: f64| json!({"dist": "deterministic", "value": value});
    let single = |node: Value| {
        json!({"classes": [{"name": "default"}], "nodes": [node],
            "arrivals": [{"node": "A", "class": "default", "interarrival": exponential(2.0)}]})
    };
    let queue = |preemption: &str| {
        json!({"name": "A", "servers": 1, "preemption": preemption,
            "service": {"high": constant(1.0), "low": constant(1.2)}})
    };
    let two = |node: Value, high: &[f64], low: &[f64], upgrade: Value| {
        json!({"classes": [{"name": "high", "priority": 0}, {"name": "low", "priority": 1}], "nodes": [node],
            "arrivals": [{"node": "A", "class": "low", "times": low}, {"node": "A", "class": "high", "times": high}],
            "class_upgrade": upgrade})
    };
    let all_done = || json!({"start": "empty", "to": "all_done"});
    let arrivals: Vec<f64> = (0..30).map(f64::from).collect();
    for (model, horizon, metric, expected) in [
        // Whoever comes waits half a slot on average.
        (
            single(json!({"name": "A", "service": constant(0.25), "slots": slots(1000)})),
            json!("steady_state"),
            "node/A/sojourn_mean",
            0.75,
        ),
        // One in each slot: vacations of a slot (Takagi, Queueing Analysis 1, 1991), 1/2 + rho / (2 (1 - rho)).
        (
            single(json!({"name": "A", "service": constant(1.0), "slots": slots(1)})),
            json!("steady_state"),
            "node/A/wait_mean",
            1.0,
        ),
        // A single vacation adds lambda E V^2 / (2 (lambda E V + E exp(-lambda V))) to 1 (Takagi 1991).
        (
            single(json!({"name": "A", "servers": 1, "service": exponential(1.0),
                "vacation": {"kind": "single", "duration": exponential(2.0)}})),
            json!("steady_state"),
            "node/A/wait_mean",
            1.0 + 4.0 / 3.0,
        ),
        // From 0 to 0.5, again from 1.5 to 2, and the third time from 3 on.
        (two(queue("repeat_same"), &[0.5, 2.0], &[0.0], json!([])), all_done(), "system/makespan", 4.2),
        (two(queue("resume"), &[0.5, 2.0], &[0.0], json!([])), all_done(), "system/makespan", 3.2),
        // The second is upgraded at 1.6, and comes before the one of 1.7: at 3.2 in place of 4.2.
        (
            two(
                queue("none"),
                &[0.2, 0.3, 1.7],
                &[0.0, 0.1],
                json!([{"from": "low", "to": "high", "after": 1.5}]),
            ),
            all_done(),
            "node/A/wait_max",
            3.1,
        ),
        // One is served at the slow desk, one waits for it; all others go to the fast one.
        (
            json!({"classes": [{"name": "default"}],
                "nodes": [
                    {"name": "door", "servers": "inf", "service": constant(0.0)},
                    {"name": "slow", "servers": 1, "service": constant(100.0)},
                    {"name": "fast", "servers": 1, "service": constant(0.1)},
                ],
                "routing": [{"from": "door", "policy": "join_shortest_queue", "among": ["slow", "fast"]}],
                "arrivals": [{"node": "door", "class": "default", "times": arrivals}]}),
            all_done(),
            "system/makespan",
            201.0,
        ),
    ] {
        let case = json!({"id": "case", "model": model, "horizon": horizon, "expected": {metric: expected}});
        assert_agrees(&serde_json::from_value(case).unwrap(), &effort, 0.005);
    }
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
    let file = CaseFile { cases: all_cases() };
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

/// A run until all are done ends with the last case, although shifts would go on for ever.
#[test]
fn a_run_until_all_are_done_ends_with_the_last_case() {
    use knockon::prelude::{Experiment, Model, hours};
    let model = Model::builder("shifts")
        .calendar("office", |c| c.cycle(hours(24), [(hours(0), 1), (hours(8), 0)]))
        .department("office", |d| d.staff(1).shifts("office", |s| s).service(hours(1)))
        .customers("one", |c| c.schedule([hours(0)]).enter("office"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).until_all_done().replications(1).run().unwrap();
    assert_eq!(results.replications[0].end, 1.0);
    assert_eq!(results.department("office").unwrap().utilization.unwrap().mean, 1.0);
}
