//! What is asked of a model's graph, on small models with known answers, and on a very large one.

use knockon::model::{Model, Share};
use knockon::time::{hours, minutes, per_hour};

/// The billing network: rework from billing to registration, a tenth; collections for 0.3.
fn billing() -> Model {
    let mut builder = Model::builder("billing").class("urgent", |c| c.priority(0));
    for (name, staff) in
        [("registration", 3), ("coding", 4), ("billing", 3), ("dispatch", 2), ("collections", 2)]
    {
        builder = builder.department(name, |d| d.staff(staff).service(hours(2)));
    }
    builder
        .class("routine", |c| c.priority(1))
        .handoff("registration", "coding", |h| h)
        .handoff("coding", "billing", |h| h)
        .handoff("billing", "registration", |h| h.probability(0.1))
        .handoff("billing", "dispatch", |h| h.probability(0.9))
        .handoff("dispatch", "collections", |h| h.probability(0.3))
        .handoff("dispatch", "exit", |h| h.probability(0.7))
        .handoff("collections", "billing", |h| h.probability(0.05))
        .handoff("collections", "exit", |h| h.probability(0.95))
        .customers("insured", |c| {
            c.poisson(per_hour(1.0)).enter("registration").mix([("urgent", 0.2), ("routine", 0.8)])
        })
        .build()
        .unwrap()
}

#[test]
fn visits_of_the_billing_network() {
    let model = billing();
    let graph = model.graph().unwrap();
    let visits = graph.expected_visits("insured").unwrap().unwrap();
    // With b visits of billing: registration 1 + 0.1 b, dispatch 0.9 b, collections 0.27 b, and
    // b = 1 + 0.1 b + 0.05 * 0.27 b.
    let b = 1.0 / (1.0 - 0.1 - 0.05 * 0.27);
    let expected = [1.0 + 0.1 * b, 1.0 + 0.1 * b, b, 0.9 * b, 0.27 * b];
    for (((_, found), exact), rounded) in
        visits.iter().zip(expected).zip([1.11280, 1.11280, 1.12803, 1.01523, 0.30457])
    {
        assert!((found - exact).abs() < 1e-12, "{found} {exact}");
        assert!((found - rounded).abs() < 1e-5, "{found} {rounded}");
    }
    let rates = graph.arrival_rates();
    assert!((rates[2].1.unwrap() - b).abs() < 1e-12);
}

#[test]
fn loops_ways_and_certain_departments() {
    let model = billing();
    let graph = model.graph().unwrap();
    assert_eq!(graph.cycles(), [["registration", "coding", "billing", "dispatch", "collections"]]);
    assert_eq!(graph.reachable_from("dispatch").unwrap().len(), 5);
    assert_eq!(
        graph.departments_every_case_passes("urgent").unwrap(),
        ["registration", "coding", "billing", "dispatch"]
    );
    let message = graph.reachable_from("nowhere").unwrap_err().to_string();
    assert!(
        message.starts_with("there is no department `nowhere`; there is registration, coding"),
        "{message}"
    );
    assert!(graph.expected_visits("nobody").is_err());
    assert!(graph.departments_every_case_passes("nobody").is_err());
}

/// Two classes that go different ways, one of which changes into the other.
fn two_classes() -> Model {
    Model::builder("two \"classes\"")
        .department("a", |d| d.staff(1).service(minutes(1)))
        .department("b|#", |d| d.infinite_staff().service(minutes(1)))
        .department("c", |d| d.staff(1).service(minutes(1)))
        .handoff("a", "b|#", |h| h.probability_for("x", 1.0))
        .handoff("a", "c", |h| h.probability_for("y", 1.0))
        .handoff("b|#", "a", |h| h.becomes("y").probability(0.5))
        .handoff("b|#", "exit", |h| h.probability(0.5))
        .customers("x", |c| c.poisson(per_hour(2.0)).enter("a"))
        .customers("y", |c| c.schedule([hours(1)]).enter("c"))
        .initial("c", |w| w.class("x"))
        .build()
        .unwrap()
}

#[test]
fn classes_that_change_on_the_way() {
    let model = two_classes();
    let graph = model.graph().unwrap();
    let visits = graph.expected_visits("x").unwrap().unwrap();
    assert_eq!(visits, [("a", 1.5), ("b|#", 1.0), ("c", 0.5)]);
    assert_eq!(graph.cycles(), [["a", "b|#"]]);
    assert_eq!(graph.reachable_from("b|#").unwrap(), ["a", "c"]);
    assert_eq!(graph.reachable_from("c").unwrap(), [""; 0]);
    assert_eq!(graph.departments_every_case_passes("y").unwrap(), ["c"]);
    // The stream with a schedule has no rate, and it is seen only in `c`.
    assert_eq!(graph.arrival_rates(), [("a", Some(3.0)), ("b|#", Some(2.0)), ("c", None)]);
}

#[test]
fn drawings_escape_names() {
    let model = two_classes();
    let graph = model.graph().unwrap();
    assert_eq!(
        graph.to_dot(),
        r##"digraph "two \"classes\"" {
    rankdir=LR;
    node [shape=box];
    n0 [label="a (1)"];
    n1 [label="b|#"];
    n2 [label="c (1)"];
    n3 [label="customers", shape=plaintext];
    n4 [label="exit", shape=plaintext];
    n0 -> n1 [label="x 1"];
    n0 -> n2 [label="y 1"];
    n1 -> n0 [label="0.5, becomes y"];
    n1 -> n4 [label="0.5"];
    n2 -> n4;
    n3 -> n0 [label="x"];
    n3 -> n2 [label="y"];
    n3 -> n2 [label="in place at the start"];
}
"##
    );
    assert_eq!(
        graph.to_mermaid(),
        r#"flowchart LR
    n0["a (1)"]
    n1["b#124;#35;"]
    n2["c (1)"]
    n3(["customers"])
    n4(["exit"])
    n0 -->|"x 1"| n1
    n0 -->|"y 1"| n2
    n1 -->|"0.5, becomes y"| n0
    n1 -->|"0.5"| n4
    n2 --> n4
    n3 -->|"x"| n0
    n3 -->|"y"| n2
    n3 -->|"in place at the start"| n2
"#
    );
}

/// Errors that are found, requests, helpers, pools, and a way out of a queue.
fn depending() -> Model {
    Model::builder("orders")
        .pool("clerks", |p| p.staff(2))
        .department("reps", |d| {
            d.staff(3)
                .service(minutes(10))
                .errors(|e| e.probability(0.1).complaint("desk", |c| c.probability(0.5).after(hours(1))))
        })
        .department("entry", |d| {
            d.pool("clerks").helpers("reps", 0.7).service(minutes(5)).patience(hours(1)).renege_to("desk")
        })
        .department("filing", |d| d.pool("clerks").service(minutes(5)).detects(|f| f.probability(0.9)))
        .department("desk", |d| {
            d.staff(1).service(minutes(5)).helpers("clerks", 1.0).detects(|f| f.probability(0.5).turn_away())
        })
        .department("experts", |d| d.staff(1).service(hours(1)))
        .handoff("reps", "entry", |h| h)
        .handoff("entry", "filing", |h| h.probability(0.9))
        .handoff("entry", "reps", |h| h.probability(0.1).rework())
        .request("reps", "experts", |r| r.probability(0.4))
        .request("entry", "experts", |r| r.name("what is it?").probability_for("orders", 0.25))
        .customers("orders", |c| c.poisson(per_hour(1.0)).enter("reps"))
        .customers("walk-ins", |c| c.poisson(per_hour(2.0)).enter("desk"))
        .build()
        .unwrap()
}

#[test]
fn what_depends_on_defects_or_patience_has_no_expected_visits() {
    let model = depending();
    let graph = model.graph().unwrap();
    assert_eq!(graph.expected_visits("orders").unwrap(), None);
    let of_walk_ins = [("reps", 0.0), ("entry", 0.0), ("filing", 0.0), ("desk", 1.0), ("experts", 0.0)];
    assert_eq!(graph.expected_visits("walk-ins").unwrap(), Some(of_walk_ins.to_vec()));
    // Reps get back what filing finds; the desk gets complaints. Nobody but requests comes to the experts.
    let rates = [("reps", None), ("entry", None), ("filing", None), ("desk", None), ("experts", Some(0.0))];
    assert_eq!(graph.arrival_rates(), rates);
    assert_eq!(graph.cycles(), [["reps", "entry", "filing"]]);
    assert_eq!(graph.reachable_from("filing").unwrap(), ["reps", "entry", "filing", "desk"]);
    assert_eq!(graph.departments_every_case_passes("orders").unwrap(), ["reps", "entry"]);
}

#[test]
fn drawings_show_requests_returns_and_pools() {
    let model = depending();
    let graph = model.graph().unwrap();
    assert_eq!(
        graph.to_dot(),
        r#"digraph "orders" {
    rankdir=LR;
    node [shape=box];
    n0 [label="reps (3)"];
    n1 [label="entry (clerks)"];
    n2 [label="filing (clerks)"];
    n3 [label="desk (1)"];
    n4 [label="experts (1)"];
    n5 [label="customers", shape=plaintext];
    n6 [label="exit", shape=plaintext];
    n7 [label="clerks (2)", shape=ellipse];
    n0 -> n1;
    n0 -> n2 [label="put right"];
    n1 -> n0 [label="0.1, rework"];
    n1 -> n2 [label="0.9"];
    n1 -> n3 [label="patience lost"];
    n2 -> n0 [label="errors returned"];
    n2 -> n6;
    n3 -> n6;
    n3 -> n6 [label="turned away"];
    n5 -> n0 [label="orders"];
    n5 -> n3 [label="walk-ins"];
    n0 -> n4 [label="asks, 0.4", style=dashed];
    n1 -> n4 [label="what is it?, orders 0.25", style=dashed];
    n6 -> n3 [label="complaints about reps, 0.5", style=dashed];
    n7 -> n1 [style=dotted];
    n0 -> n1 [label="help at speed 0.7", style=dotted];
    n7 -> n2 [style=dotted];
    n7 -> n3 [label="help at speed 1", style=dotted];
}
"#
    );
    let text = graph.to_mermaid();
    for line in [
        "    n7((\"clerks (2)\"))",
        "    n2 -->|\"errors returned\"| n0",
        "    n0 -.->|\"asks, 0.4\"| n4",
        "    n7 -.-> n1",
    ] {
        assert!(text.lines().any(|found| found == line), "{text}");
    }
}

#[test]
fn a_trace_names_its_classes_case_by_case() {
    let mut model = billing();
    let text = r#"{"trace": {"cases": [
        {"at": "1h", "class": "urgent"}, {"at": "2h", "class": "urgent"}, {"at": "3h"}, {"at": "3h"}]}}"#;
    model.streams[0].arrivals = serde_json::from_str(text).unwrap();
    model.streams[0].mix = vec![Share { class: "routine".into(), share: 1.0 }];
    model.handoffs[0].to = "exit".into();
    model.handoffs[0].probability_for =
        vec![knockon::model::ProbabilityFor { class: "routine".into(), probability: 1.0 }];
    let defects = model.validate().unwrap_err();
    let places: Vec<_> = defects.defects().iter().map(|defect| defect.place.as_str()).collect();
    assert_eq!(
        places,
        ["department `coding`", "department `billing`", "department `dispatch`", "department `collections`"]
    );
}

/// A chain so long that anything recursive would overflow the stack, with a way back from its end.
#[test]
fn a_very_long_chain() {
    let length = 200_000;
    let mut builder = Model::builder("chain");
    for number in 0..length {
        builder = builder.department(format!("d{number}"), |d| d.staff(1).service(minutes(1)));
    }
    for number in 1..length {
        builder = builder.handoff(format!("d{}", number - 1), format!("d{number}"), |h| h);
    }
    let last = format!("d{}", length - 1);
    let model = builder
        .handoff(&last, "d0", |h| h.probability(0.1))
        .handoff(&last, "exit", |h| h.probability(0.9))
        .customers("c", |c| c.poisson(per_hour(1.0)).enter("d0"))
        .build()
        .unwrap();
    let graph = model.graph().unwrap();
    assert_eq!(graph.cycles()[0].len(), length);
    assert_eq!(graph.departments_every_case_passes("c").unwrap().len(), length);
    let visits = graph.expected_visits("c").unwrap().unwrap();
    assert!(visits.iter().all(|(_, visits)| (visits - 1.0 / 0.9).abs() < 1e-9));
    assert!(graph.to_dot().len() > length);
}

/// Intake forks into a laboratory, where half of the parts are looked at again, and a survey of two rounds on
/// average; the parts meet at the board, from where a tenth comes to intake again.
fn forking(needed: u32) -> Model {
    let desk = |d: knockon::model::DepartmentBuilder| d.staff(1).service(minutes(1));
    Model::builder("forking")
        .department("intake", desk)
        .department("laboratory", desk)
        .department("second look", desk)
        .department("survey", desk)
        .department("board", desk)
        .fork("intake", "board", |f| {
            f.branch("laboratory", |b| b.becomes("sample")).branch("survey", |b| b).needed(needed)
        })
        .class("sample", |c| c)
        .handoff("laboratory", "second look", |h| h.probability(0.5))
        .handoff("laboratory", "board", |h| h.probability(0.5))
        .handoff("second look", "board", |h| h)
        .handoff("survey", "survey", |h| h.probability(0.5))
        .handoff("survey", "board", |h| h.probability(0.5))
        .handoff("board", "intake", |h| h.probability(0.1))
        .handoff("board", "exit", |h| h.probability(0.9))
        .customers("claims", |c| c.poisson(per_hour(9.0)).enter("intake"))
        .build()
        .unwrap()
}

#[test]
fn each_part_counts_and_the_case_goes_on_where_they_meet() {
    let model = forking(2);
    let graph = model.graph().unwrap();
    // 1 / 0.9 rounds, in each of which both parts are made.
    let rounds = 1.0 / 0.9;
    let expected = [rounds, rounds, 0.5 * rounds, 2.0 * rounds, rounds];
    let visits = graph.expected_visits("claims").unwrap().unwrap();
    let rates = graph.arrival_rates();
    for (((_, visits), (name, rate)), exact) in visits.iter().zip(rates).zip(expected) {
        assert!((visits - exact).abs() < 1e-12, "{name} {visits} {exact}");
        assert!((rate.unwrap() - 9.0 * exact).abs() < 1e-11, "{name}");
    }
    assert_eq!(graph.departments_every_case_passes("claims").unwrap(), ["intake", "board"]);
    assert_eq!(graph.reachable_from("second look").unwrap().len(), 5);
    assert_eq!(graph.cycles(), [vec!["intake", "laboratory", "second look", "survey", "board"]]);
    let dot = graph.to_dot();
    for edge in [
        "n0 -> n1 [label=\"part, becomes sample\"];",
        "n0 -> n3 [label=\"part\"];",
        "n1 -> n4 [label=\"0.5\"];",
        "n2 -> n4;",
        "n4 -> n0 [label=\"0.1\"];",
    ] {
        assert!(dot.contains(edge), "{dot}");
    }
    assert!(!dot.contains("n0 -> n4"), "{dot}");
}

#[test]
fn how_often_parts_come_that_may_be_withdrawn_is_not_known() {
    let model = forking(1);
    let graph = model.graph().unwrap();
    assert_eq!(graph.expected_visits("claims").unwrap(), None);
    let known: Vec<bool> = graph.arrival_rates().iter().map(|(_, rate)| rate.is_some()).collect();
    // The survey comes to itself again.
    assert_eq!(known, [true, true, false, false, true]);
}

#[test]
fn forks_in_forks_and_returned_parts() {
    let desk = |d: knockon::model::DepartmentBuilder| d.staff(1).service(minutes(1));
    let model = Model::builder("nested")
        .department("a", |d| desk(d).errors(|e| e.probability(0.1)))
        .department("b", desk)
        .department("c", |d| desk(d).detects(|f| f.made_by("a").probability(0.5)))
        .department("d", desk)
        .department("e", desk)
        .department("f", desk)
        .department("g", desk)
        .handoff("g", "a", |h| h)
        .fork("a", "f", |f| f.branch("b", |b| b).branch("c", |b| b))
        .fork("b", "e", |f| f.branch("d", |b| b).branch("d", |b| b).branch("e", |b| b))
        .handoff("d", "e", |h| h)
        .handoff("e", "f", |h| h)
        .handoff("c", "f", |h| h)
        .customers("x", |c| c.poisson(per_hour(1.0)).enter("g"))
        .build()
        .unwrap();
    let graph = model.graph().unwrap();
    // A part that is returned to `a` goes straight back to `c`, and forks no more.
    assert_eq!(graph.cycles(), [["a", "c"]]);
    assert_eq!(graph.reachable_from("d").unwrap(), ["e", "f"]);
    assert_eq!(graph.departments_every_case_passes("x").unwrap(), ["g", "a", "f"]);
    let mut sound = model.clone();
    sound.departments[0].errors = None;
    sound.departments[2].detects.clear();
    let graph = sound.graph().unwrap();
    let visits = graph.expected_visits("x").unwrap().unwrap();
    let visits: Vec<f64> = visits.into_iter().map(|(_, visits)| visits).collect();
    assert_eq!(visits, [1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0]);
}

#[test]
fn what_the_shortest_queue_and_turning_leave_unknown() {
    let desk = |d: knockon::model::DepartmentBuilder| d.staff(1).service(minutes(1));
    let model = Model::builder("choice")
        .department("a", desk)
        .department("b", desk)
        .department("c", desk)
        .department("d", desk)
        .class("slow", |c| c.turns(hours(1), "late"))
        .class("late", |c| c)
        .handoff("a", "b", |h| h.or_shorter("c"))
        .handoff("b", "exit", |h| h.probability(1.0))
        .handoff("d", "exit", |h| h)
        .customers("x", |c| c.poisson(per_hour(1.0)).enter("a"))
        .customers("y", |c| c.poisson(per_hour(2.0)).enter("d").class("slow"))
        .stock("gowns", |s| s.initial(3).reorder(1, 5, |s| s.department("d", "late", |o| o)))
        .build()
        .unwrap();
    let graph = model.graph().unwrap();
    assert_eq!(graph.arrival_rates(), [("a", Some(1.0)), ("b", None), ("c", None), ("d", Some(2.0))]);
    assert_eq!(graph.expected_visits("x").unwrap(), None);
    let text = graph.to_mermaid();
    for line in [
        "n6[(\"gowns\")]",
        "n0 -->|\"shortest queue\"| n1",
        "n0 -->|\"shortest queue\"| n2",
        "n3 -->|\"turned while waiting\"| n3",
        "n3 -.->|\"delivers\"| n6",
    ] {
        assert!(text.contains(line), "{text}");
    }
}
