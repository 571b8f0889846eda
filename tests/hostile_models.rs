//! Models that nobody means: each gives results or an error that says what is wrong; none panics, hangs, or takes endless
//! memory, and none makes the ledger lose a tick.

use knockon::error::ErrorKind;
use knockon::experiment::Experiment;
use knockon::model::Model;
use knockon::time::weeks;

const TEN_MINUTES: &str = "{ exponential = { mean = \"10m\" } }";
const OFTEN: &str = "{ poisson = { rate = \"60/h\" } }";

fn serves(name: &str, service: &str, more: &str) -> String {
    format!("[[department]]\nname = \"{name}\"\nservice = {service}\n{more}\n")
}

fn desk(name: &str, more: &str) -> String {
    serves(name, TEN_MINUTES, &format!("staff = 1\n{more}"))
}

fn constant(time: &str) -> String {
    format!("{{ constant = {{ value = \"{time}\" }} }}")
}

fn come(to: &str, arrivals: &str, more: &str) -> String {
    format!("[[customers]]\nname = \"to {to}\"\nenter = \"{to}\"\narrivals = {arrivals}\n{more}\n")
}

fn asks(from: &str, to: &str, more: &str) -> String {
    format!("[[request]]\nfrom = \"{from}\"\nto = \"{to}\"\n{more}\n")
}

fn hands(from: &str, to: &str, more: &str) -> String {
    format!("[[handoff]]\nfrom = \"{from}\"\nto = \"{to}\"\n{more}\n")
}

/// Two ranks.
const RANKS: &str = "[[class]]\nname = \"urgent\"\n[[class]]\nname = \"other\"\npriority = 1\n";
const MIX: &str = "mix = [{ class = \"urgent\", share = 0.5 }, { class = \"other\", share = 0.5 }]";

/// What the model comes to: results, or an error.
fn outcome(parts: &[String]) -> Result<(), String> {
    let text = format!("name = \"hostile\"\n{}", parts.concat());
    let model = Model::from_toml(&text).map_err(|error| error.to_string())?;
    let experiment = Experiment::new(&model).horizon(weeks(2)).replications(1).threads(1).ledger();
    match experiment.max_events(6_000).max_cases_in_system(100_000).run() {
        Ok(results) => {
            assert!(serde_json::to_string(&results).is_ok());
            Ok(())
        }
        Err(interrupted) => {
            let broken = matches!(interrupted.error.kind(), ErrorKind::SelfCheck(_));
            assert!(!broken, "{interrupted}\n{text}");
            Err(interrupted.to_string())
        }
    }
}

#[track_caller]
fn runs(parts: &[String]) {
    if let Err(error) = outcome(parts) {
        panic!("{error}");
    }
}

#[track_caller]
fn refused(parts: &[String], because: &str) {
    let error = outcome(parts).expect_err(because);
    assert!(error.contains(because), "{because}: {error}");
}

const BUDGET: &str = "ended by the budget of 6000 events";

#[test]
fn things_that_happen_every_microsecond() {
    let few = "{ poisson = { rate = \"3/h\" } }";
    let calendar = "[[calendar]]\nname = \"k\"\ncycle = { period = \"2us\", steps = [{ from = \"0s\", staff = 1 }, { from = \"1us\", staff = 0 }] }\n";
    for at_end in ["pause", "finish", "hand-over"] {
        let shifts = format!("shifts = {{ calendar = \"k\", at_end = \"{at_end}\" }}");
        refused(&[calendar.to_owned(), desk("a", &shifts), come("a", few, "")], BUDGET);
    }
    let us = constant("1us");
    for more in [
        format!("absences = [{{ between = {us}, duration = {us} }}]"),
        format!("vacation = {{ kind = \"repeated\", duration = {us} }}"),
        "slots = { period = \"1us\", times = [\"0s\"], sizes = [1] }".to_owned(),
    ] {
        refused(&[desk("a", &more), come("a", few, "")], BUDGET);
    }
    let pickup = "pickup = { period = \"1us\", times = [\"0s\"] }";
    refused(&[desk("a", ""), hands("a", "exit", pickup), come("a", few, "")], BUDGET);
    refused(&[serves("a", &us, "staff = 1"), come("a", "\"saturated\"", "")], BUDGET);
    let stock = format!(
        "[[stock]]\nname = \"x\"\ninitial = 3\nsupply = [{{ policy = {{ periodic = {{ every = \"1us\", up_to = 10 }} }}, source = {{ outside = {{ lead_time = {} }} }} }}]\n",
        constant("0s")
    );
    refused(&[desk("a", "use = [{ stock = \"x\" }]"), stock, come("a", few, "")], BUDGET);
    // From one line to the other and back, from one class to the other and back, and back after each loss.
    let patience = |to: &str| format!("patience = {us}\nrenege_to = \"{to}\"");
    refused(&[desk("a", &patience("b")), desk("b", &patience("a")), come("a", OFTEN, "")], BUDGET);
    let turn = |name: &str, into: &str| {
        format!("[[class]]\nname = \"{name}\"\nturns = {{ after = \"1us\", into = \"{into}\" }}\n")
    };
    refused(&[turn("x", "y"), turn("y", "x"), desk("a", ""), come("a", OFTEN, "class = \"x\"")], BUDGET);
    let again = format!("retry = {{ probability = 1.0, after = {us} }}");
    refused(&[desk("a", "queue_capacity = 0"), come("a", OFTEN, &again)], BUDGET);
}

#[test]
fn things_that_take_no_time() {
    let none = constant("0s");
    refused(&[serves("a", &none, "staff = 1"), come("a", "\"saturated\"", "")], "would never end in `a`");
    refused(
        &[serves("a", &none, "staff = 1"), come("a", "{ population = { customers = 3 } }", "")],
        "away for no time",
    );
    let again = format!("retry = {{ probability = 1.0, after = {none} }}");
    refused(&[desk("a", "queue_capacity = 0"), come("a", OFTEN, &again)], "come back at once");
    let patience = |to: &str| format!("patience = {none}\nrenege_to = \"{to}\"");
    let departments = [desk("a", &patience("b")), desk("b", &patience("a")), come("a", OFTEN, "")];
    refused(&departments, "a loop without time");
    let loops =
        [hands("a", "a", "probability = 0.999999"), hands("a", "exit", "probability = 0.000001")].concat();
    refused(
        &[serves("a", &none, "staff = \"infinite\""), loops, come("a", OFTEN, "")],
        "a loop without time",
    );
    let errors = format!(
        "staff = 1\nerrors = {{ probability = 1.0, complaint = {{ probability = 0.99999, after = {none}, enter = \"a\" }} }}"
    );
    refused(&[serves("a", &none, &errors), come("a", OFTEN, "")], BUDGET);
    let wait = format!("longest_wait = {none}");
    runs(&[
        desk("a", ""),
        desk("b", ""),
        asks("a", "b", &wait),
        come("a", "{ poisson = { rate = \"3/h\" } }", ""),
    ]);
}

/// Far more comes than can be done, in every order of service; with the ledger.
#[test]
fn lines_that_grow_without_end() {
    let question = asks("a", "b", "probability = 0.5");
    for more in [
        "",
        "discipline = \"lifo\"",
        "discipline = \"random\"",
        "discipline = \"shortest-job\"",
        "discipline = \"earliest-due-date\"",
        "preemption = \"resume\"",
        "preemption = \"restart\"",
        "patience = { exponential = { mean = \"1w\" } }",
        "batch = { size = 2 }",
    ] {
        let parts =
            [RANKS.to_owned(), desk("a", more), desk("b", ""), question.clone(), come("a", OFTEN, MIX)];
        refused(&parts, BUDGET);
    }
    let some = "{ poisson = { rate = \"30/h\" } }";
    for staff in ["held", "freed"] {
        let both = format!(
            "probability = 0.5\nduring = \"both\"\nstaff = \"{staff}\"\nlongest_wait = {TEN_MINUTES}"
        );
        let parts = [
            desk("a", ""),
            desk("b", ""),
            asks("a", "b", &both),
            asks("b", "a", &both),
            come("a", some, ""),
            come("b", some, ""),
        ];
        refused(&parts, BUDGET);
    }
    let shared = desk("a", "discipline = \"processor-sharing\"");
    runs(&[shared, come("a", "{ poisson = { rate = \"12/h\" } }", "limit = 800")]);
}

#[test]
fn very_many_of_something() {
    let some = "{ poisson = { rate = \"3/h\" } }";
    refused(
        &[serves("a", TEN_MINUTES, "staff = 4294967295"), come("a", some, "")],
        "must be from 1 to 100000",
    );
    refused(
        &[desk("a", ""), come("a", "{ population = { customers = 4000000000 } }", "")],
        "must be from 1 to",
    );
    refused(
        &[desk("a", ""), come("a", "{ population = { customers = 8000000 } }", "")],
        "a replication was ended",
    );
    refused(
        &[
            serves("a", &constant("5w"), "staff = \"infinite\""),
            come("a", "{ poisson = { rate = \"1/s\" } }", ""),
        ],
        BUDGET,
    );
    let batch = "batch = { constant = { value = 999999.0 } }";
    refused(&[desk("a", ""), come("a", some, batch)], "a replication was ended");
    let place =
        |cases: u32| format!("[[initial]]\ndepartment = \"a\"\nclass = \"urgent\"\ncases = {cases}\n");
    refused(&[RANKS.to_owned(), desk("a", ""), place(8_388_608)], "a replication was ended");
    // A large crew, whose shifts begin and end.
    let calendar = "[[calendar]]\nname = \"k\"\ncycle = { period = \"1d\", steps = [{ from = \"0s\", staff = 0 }, { from = \"8h\" }] }\n";
    let crew = "staff = 100000\nstaff_needed = 100000\nshifts = { calendar = \"k\" }";
    let few = "{ schedule = { times = [\"0s\", \"1h\", \"2d\"] } }";
    runs(&[calendar.to_owned(), serves("a", TEN_MINUTES, crew), come("a", few, "")]);
    let parts: Vec<String> = (0..200).map(|at| desk(&format!("p{at}"), "")).collect();
    let ends: Vec<String> = (0..200).map(|at| hands(&format!("p{at}"), "j", "")).collect();
    let branches: Vec<String> = (0..200).map(|at| format!("{{ to = \"p{at}\" }}")).collect();
    let fork = format!("[[fork]]\nfrom = \"s\"\njoin = \"j\"\nbranch = [{}]\n", branches.join(", "));
    let once = "{ schedule = { times = [\"0s\", \"0s\", \"0s\"] } }";
    runs(&[desk("s", ""), desk("j", ""), parts.concat(), ends.concat(), fork, come("s", once, "")]);
    let chain: Vec<String> = (0..300).map(|at| desk(&format!("d{at}"), "queue_capacity = 0")).collect();
    let links: Vec<String> =
        (0..299).map(|at| asks(&format!("d{at}"), &format!("d{}", at + 1), "during = \"both\"")).collect();
    let once = "{ schedule = { times = [\"0s\", \"1h\"] } }";
    runs(&[chain.concat(), links.concat(), come("d0", once, "")]);
}

#[test]
fn very_large_and_very_small_numbers() {
    let some = "{ poisson = { rate = \"3/h\" } }";
    for service in [
        "{ exponential = { mean = \"50000d\" } }",
        "{ lognormal = { mean = \"10m\", cv = 1000.0 } }",
        "{ pareto = { shape = 1.0001, minimum = \"1m\" } }",
    ] {
        runs(&[serves("a", service, "staff = 1"), come("a", some, "")]);
    }
    refused(
        &[serves("a", "{ pareto = { shape = 0.5, minimum = \"1m\" } }", "staff = 1"), come("a", some, "")],
        "infinite",
    );
    refused(&[desk("a", ""), come("a", some, "size = { constant = { value = 1e300 } }")], "must be at most");
    refused(&[desk("a", ""), come("a", some, "size = { constant = { value = 0.0 } }")], "must be positive");
    refused(
        &[desk("a", "period = [{ from = \"1h\", service_factor = 1e308 }]"), come("a", some, "")],
        "factor",
    );
    let money = "[[class]]\nname = \"urgent\"\ndelay_cost = 1e308\nlost_cost = 1e308\n".to_owned();
    runs(&[money, desk("a", "queue_capacity = 0"), come("a", OFTEN, "class = \"urgent\"\nlimit = 2000")]);
    runs(&[desk("a", &format!("setup = {{ after_idle = {} }}", constant("50000d"))), come("a", some, "")]);
    let helpers = "helpers = [{ from = \"b\", speed = 1e-300 }]";
    runs(&[desk("a", helpers), desk("b", ""), come("a", some, ""), come("b", some, "")]);
    let far = format!("transfer = {}\ncapacity = 1", constant("50000d"));
    runs(&[desk("a", ""), desk("b", ""), hands("a", "b", &far), come("a", some, "")]);
    let notice = format!("notice = {}", constant("51000d"));
    runs(&[desk("a", "discipline = \"earliest-due-date\""), come("a", some, &notice)]);
    runs(&[desk("a", ""), come("a", "{ schedule = { times = [\"51000d\"] } }", "")]);
    runs(&[desk("a", "batch = { size = 1000000 }"), come("a", some, "")]);
}

/// A stock that is never filled up, shelves that rob each other, people who wait for each other.
#[test]
fn waits_without_end() {
    let some = "{ poisson = { rate = \"3/h\" } }";
    let empty = "[[stock]]\nname = \"x\"\ninitial = 3\nsupply = []\n".to_owned();
    runs(&[desk("a", "use = [{ stock = \"x\" }]"), empty, come("a", some, "")]);
    let shelf = |name: &str| {
        format!(
            "[[stock]]\nname = \"{name}\"\ninitial = 1\nsupply = [{{ policy = {{ periodic = {{ every = \"1d\", up_to = 10 }} }}, source = {{ outside = {{ lead_time = {} }} }} }}]\n",
            constant("1h")
        )
    };
    let takes = |own: &str, other: &str| {
        format!(
            "use = [{{ stock = \"{own}\", raids = [\"{other}\"], hoarding = {{ extra = 8000000, most = 8000000, trust_after = \"1us\" }} }}]"
        )
    };
    let parts = [
        desk("a", &takes("x", "y")),
        desk("b", &takes("y", "x")),
        shelf("x"),
        shelf("y"),
        come("a", some, ""),
        come("b", some, ""),
    ];
    runs(&parts);
    let full = "queue_capacity = 0";
    let circle = [
        desk("a", full),
        desk("b", full),
        hands("a", "b", ""),
        hands("b", "a", "probability = 0.9"),
        hands("b", "exit", "probability = 0.1"),
        come("a", some, ""),
        come("b", some, ""),
    ];
    refused(&circle, "came to a standstill");
    let each = [
        desk("a", ""),
        desk("b", ""),
        asks("a", "b", ""),
        asks("b", "a", ""),
        come("a", some, ""),
        come("b", some, ""),
    ];
    refused(&each, "came to a standstill");
    refused(&[desk("a", ""), asks("a", "a", "during = \"both\""), come("a", some, "")], "requests of class");
}
