//! Bad models, each with the full list of what is wrong with it.

mod asking;
mod forks;
mod names;
mod parts;
mod quality;
mod serving;
mod staffing;
mod stock;
mod streams;
mod structure;

use knockon::Error;
use knockon::model::Model;
use knockon::time::{minutes, per_hour};

/// The defects as lines, in order.
fn lines(result: Result<Model, Error>) -> Vec<String> {
    let error = result.expect_err("the model must be refused");
    error.defects().iter().map(|defect| format!("{}: {}", defect.place, defect.rule)).collect()
}

/// A good model; each test spoils it.
const GOOD: &str = r#"
name = "clinic"

[[class]]
name = "urgent"
[[class]]
name = "routine"
priority = 1

[[department]]
name = "desk"
staff = 2
service = { exponential = { mean = "10m" } }
[[department]]
name = "coding"
staff = 3
service = { constant = { value = "20m" } }

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
"#;

/// The defects of the good model with some text replaced.
fn spoiled(replacements: &[(&str, &str)]) -> Vec<String> {
    let text = replacements.iter().fold(GOOD.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    lines(Model::from_toml(&text))
}

#[test]
fn the_good_model_is_good() {
    Model::from_toml(GOOD).unwrap();
}

#[test]
fn an_empty_model() {
    let expected = ["model: it has no departments", "model: it has no customers"];
    assert_eq!(lines(Model::builder("nothing").build()), expected);
    assert_eq!(lines(Model::from_toml("name = ''")), expected);
}

#[test]
fn what_the_builder_was_not_told() {
    let model = Model::builder("gaps")
        .department("desk", |d| d.service(minutes(5)))
        .department("back", |d| d.staff(1))
        .handoff("desk", "back", |h| h)
        .customers("walk-ins", |c| c.enter("desk"))
        .customers("callers", |c| c.poisson(per_hour(1.0)))
        .initial("desk", |w| w.cases(3))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `desk`: nothing is said about its staff: give `staff`, `infinite_staff` or `pool`",
            "customers `walk-ins`: nothing is said about its arrivals: \
             give `poisson`, `renewal`, `pattern`, `schedule`, `saturated`, `population` or `trace`",
            "department `back`: it has no service time",
            "initial work in `desk`: no class is given",
            "customers `callers`: no department is given",
        ]
    );
}

#[test]
fn everything_at_once() {
    let lines = spoiled(&[
        ("staff = 2", "staff = 0"),
        ("probability = 0.9", "probability = 0.8"),
        ("4/h", "0/h"),
        ("share = 0.2", "share = 0.1"),
    ]);
    assert_eq!(
        lines,
        [
            "department `desk`: the staff is 0, must be from 1 to 100000, or infinite",
            "customers `patients`: the rate is 0/h, must be a positive number per positive time",
            "customers `patients`: shares of the mix sum to 0.9, must be 1",
            "department `coding`: handoffs out of `coding` for classes `urgent`, `routine` sum to 0.9, must be 1",
        ]
    );
}
