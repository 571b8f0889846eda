//! Schedules worked by hand: one per kind of chain. Times in ticks.

mod asking;
mod flow;
mod parts;
mod people;
mod serving;
mod supply;

use super::{accounts, lines};
use crate::model::{Department, DepartmentBuilder, Model, ModelBuilder, Request, Staff, Stream};
use crate::plan::compile_valid;
use crate::random::Dist;
use crate::time::{Span, Tick};

fn ticks(count: i64) -> Span {
    Span::from_ticks(count)
}

fn constant(count: i64) -> Dist {
    Dist::constant(ticks(count))
}

/// A department of so many people who take so long.
fn desk(name: &str, staff: u32, service: i64) -> Department {
    Department { service: Some(constant(service)), ..Department::new(name, Staff::Count(staff)) }
}

/// Cases that come to a department at given times, of a class of their own.
fn stream(name: &str, enter: &str, times: &[i64]) -> Stream {
    let model = Model::builder("one")
        .department(enter, |d| d.staff(1).service(ticks(1)))
        .customers(name, |c| c.enter(enter).schedule(times.iter().map(|&time| ticks(time))))
        .build()
        .expect("a valid model");
    model.streams[0].clone()
}

fn asks(from: &str, to: &str, class: &str, at: f64) -> Request {
    let probability_for = vec![crate::model::ProbabilityFor { class: class.into(), probability: 1.0 }];
    Request { probability_for, at, ..request(from, to) }
}

fn request(from: &str, to: &str) -> Request {
    serde_json::from_value(serde_json::json!({ "from": from, "to": to, "staff": "held" })).expect("a request")
}

fn model(departments: Vec<Department>, streams: Vec<Stream>) -> Model {
    Model { name: "schedule".into(), departments, streams, ..Model::default() }
}

/// A department of one person who takes so long, for a builder.
fn one(service: i64) -> impl FnOnce(DepartmentBuilder) -> DepartmentBuilder {
    move |d| d.staff(1).service(ticks(service))
}

/// Cases that come to a department at given times, added to a model.
fn comes(model: ModelBuilder, name: &str, enter: &str, times: &[i64]) -> ModelBuilder {
    let times: Vec<Span> = times.iter().map(|&time| ticks(time)).collect();
    model.customers(name, |c| c.enter(enter).schedule(times))
}

/// The same as [`expect`], of a model that is still to be built.
#[track_caller]
fn expect_of(model: ModelBuilder, horizon: Tick, expected: &[(&str, &[&str])]) {
    expect(&model.build().expect("a valid model"), horizon, expected);
}

/// The cases' entries, each case with its stream and number.
#[track_caller]
fn expect(model: &Model, horizon: Tick, expected: &[(&str, &[&str])]) {
    let plan = compile_valid(model).expect("a valid model");
    let found: Vec<(String, Vec<String>)> = accounts(&plan, 1, horizon)
        .iter()
        .map(|closed| {
            let (stream, number, _) = closed.0;
            let mut found = lines(&plan, closed);
            found.sort();
            (format!("{}{number} {:?}", plan.streams[stream as usize].name, closed.1), found)
        })
        .collect();
    for (who, lines) in expected {
        let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        lines.sort();
        let of = found.iter().find(|(name, _)| name.starts_with(who));
        assert_eq!(of.map(|(_, found)| found), Some(&lines), "{who}, of {found:#?}");
    }
}
