//! What is not understood or not settled is refused, or not answered.

use serde_json::{Value, json};

use crate::case;
use crate::measure::{Effort, measure};

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
        ("/nodes/0", "balking", json!({"join_prob": "1/n"})),
        ("/nodes/0", "balking", json!({"join_prob": "1/(n+1)", "beyond": 0.5})),
        ("/nodes/0", "balking", json!({"join_prob_by_number": [1.0, 0.5]})),
        ("/nodes/0", "slots", json!({"times": [1.0], "sizes": [1], "capacitated": true})),
        ("/nodes/0", "vacation", json!({"kind": "double", "duration": exponential})),
        ("/nodes/0", "setup_when_idle", json!(1.0)),
        ("/nodes/0", "kind", json!("fork")),
        ("/nodes/0", "kind", json!("spoon")),
        ("/arrivals/0", "saturated", json!(true)),
        ("/arrivals/0", "node", json!("B")),
        ("/arrivals/0", "class", Value::Null),
        ("/arrivals/0", "class_probabilities", json!({"default": 1.0})),
        ("/arrivals/0", "times", json!([1.0])),
        ("/arrivals/0", "batch_size", json!(3)),
        ("/arrivals/0", "interarrival", Value::Null),
        ("", "no such word", exponential.clone()),
        ("", "routing", json!([{"from": "A", "class": "*", "to": [["A", 0.5]]}])),
        ("", "routing", json!([{"from": "A", "class": "*", "to": [["B", 1.0]]}])),
        ("", "routing", json!([{"from": "A", "policy": "join_shortest_queue", "among": []}])),
        ("", "routing", json!([{"from": "A", "policy": "join_longest_queue", "among": ["A"]}])),
        ("", "routing", json!([{"from": "A", "to": [["exit", 1.0]], "among": ["A"]}])),
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
    let wide = || json!({"dist": "exponential", "mean": 9.0});
    let second = |id: &str, more: Value| {
        let mut arrivals = case(id).model["arrivals"].clone();
        arrivals.as_array_mut().unwrap().push(more);
        arrivals
    };
    let from_outside = json!({"node": "M1", "class": "default", "interarrival": wide()});
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
        ("vac-multi-det", "/nodes/0", "servers", json!(2)),
        ("vac-multi-det", "/nodes/0", "capacity", json!(5)),
        ("vac-multi-det", "/nodes/0", "setup_when_idle", wide()),
        ("setup-mg1", "/nodes/0", "patience", wide()),
        ("prio-pr-2", "/nodes/0", "breakdown", breakdown("resume", "busy_time")),
        ("prio-pr-2", "/nodes/0", "discipline", json!("ps")),
        ("mm1-ps", "/nodes/0", "servers", json!(2)),
        ("balk-discouraged", "/nodes/0", "capacity", json!(5)),
        ("repairman-5-1", "", "arrivals", second("mm1-a", from_outside.clone())),
        ("repairman-5-1", "/nodes/1", "patience", wide()),
        ("repairman-5-1", "/routing/1", "to", json!([["exit", 1.0]])),
        ("forkjoin-2-a", "/nodes/3", "of", json!("G")),
        ("forkjoin-2-a", "/nodes/1", "patience", wide()),
        ("line-2-b0", "/nodes/0", "patience", wide()),
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
        ("setup-mg1", &["node/A/util", "node/A/starved_frac"]),
        ("vac-multi-det", &["node/A/starved_frac", "node/A/down_frac"]),
        ("mm1-ps", &["attribution/node/A/service"]),
        ("forkjoin-2-a", &["attribution/node/A/wait"]),
    ] {
        let mut case = case(id);
        case.expected = metrics.iter().map(|&metric| (metric.to_owned(), json!(1.0))).collect();
        let unanswered = measure(&case, &effort).unwrap().unanswered;
        assert_eq!(unanswered.len(), metrics.len(), "{id}: {unanswered:?}");
    }
}

/// What a business process says that is not understood is refused, too.
#[test]
fn odd_processes_are_refused() {
    let effort = Effort { seed: 7, events: 1e5, window: 20.0, first: (10, 4) };
    for (place, word, value) in [
        ("", "no such word", json!(1)),
        ("", "start", json!("2024-01-01T00:00:00+02:00")),
        ("/arrival", "outside_calendar", json!("accumulate_open_time")),
        ("/arrival", "calendar", json!([["MONDAY", "SOMEDAY", "09:00:00", "17:00:00"]])),
        ("/arrival", "calendar", json!([["MONDAY", "SUNDAY", "9 o'clock", "17:00:00"]])),
        ("/pools/0", "at_shift_end", json!("finish_current")),
        ("/tasks/0", "pool", json!("nobody")),
        ("/gates/1", "kind", json!("xor")),
        ("/gates/0", "kind", json!("or")),
        ("", "flows", json!([["start", "nowhere"]])),
    ] {
        let mut case = case("bp-credit-24x7");
        let object = case.model.pointer_mut(place).and_then(Value::as_object_mut).unwrap();
        object.insert(word.to_owned(), value.clone());
        assert!(measure(&case, &effort).is_err(), "{word}: {value}");
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
