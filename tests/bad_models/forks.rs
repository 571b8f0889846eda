//! Cases that go on in parts.

use knockon::model::{Model, ModelBuilder};
use knockon::time::{minutes, per_hour};

use super::lines;

/// Departments `a` to `f` with customers at `a`; each test adds forks and handoffs.
fn six() -> ModelBuilder {
    let model = Model::builder("six").customers("x", |c| c.poisson(per_hour(1.0)).enter("a"));
    ["a", "b", "c", "d", "e", "f"]
        .into_iter()
        .fold(model, |model, name| model.department(name, |d| d.staff(1).service(minutes(5))))
}

#[test]
fn forks_by_themselves() {
    let model = six()
        .class("y", |c| c)
        .fork("a", "b", |f| {
            f.branch("c", |b| b.becomes("z").transfer(minutes(-1))).needed(2).class("x").class("x")
        })
        .fork("b", "b", |f| f.branch("d", |b| b).branch("g", |b| b).needed(0))
        .fork("a", "d", |f| f.branch("e", |b| b).branch("f", |b| b))
        .handoff("a", "c", |h| h.probability_for("y", 1.0))
        .handoff("b", "c", |h| h);
    assert_eq!(
        lines(model.build()),
        [
            "fork `a to b`: class `x` is named more than once",
            "fork `a to b`: it has 1 branches, must be from 2 to 1000",
            "fork `a to b`: 2 parts are needed, must be from 1 to the 1 there are",
            "fork `a to b`, branch to `c`: there is no class `z`",
            "fork `a to b`, branch to `c`, transfer time: the value is -1m, must not be negative",
            "fork `b to b`: the parts cannot meet where they set out",
            "fork `b to b`: 0 parts are needed, must be from 1 to the 2 there are",
            "fork `b to b`, branch to `g`: there is no department `g`",
            "fork `a to d`: cases of the same class fork after `a` already",
            "fork `b to b`: handoffs out of `b` for classes `y`, `x` have no effect: they go on in parts",
            "fork `a to d`: handoffs out of `a` for class `y` have no effect: they go on in parts",
            "fork `a to d`: parts of class `x` may leave from departments `e`, `f`, and not meet the others at `d`",
        ]
    );
}

#[test]
fn parts_that_do_not_meet() {
    // One leaves, and one goes round for ever; what comes after the join is reached all the same.
    let model = six()
        .fork("a", "f", |f| f.branch("b", |b| b).branch("c", |b| b))
        .handoff("b", "f", |h| h.probability(0.5))
        .handoff("b", "exit", |h| h.probability(0.5))
        .handoff("c", "d", |h| h)
        .handoff("d", "c", |h| h)
        .handoff("f", "e", |h| h);
    assert_eq!(
        lines(model.build()),
        [
            "fork `a to f`: parts of class `x` may leave from department `b`, and not meet the others at `f`",
            "departments `c`, `d`: parts of class `x` that come here can never meet the others at `f`",
        ]
    );
}

#[test]
fn cases_that_fork_again_and_again() {
    let model = six()
        .fork("a", "d", |f| f.branch("b", |b| b).branch("c", |b| b))
        .handoff("b", "d", |h| h)
        .handoff("c", "d", |h| h)
        .handoff("d", "e", |h| h)
        .handoff("e", "f", |h| h)
        .handoff("f", "a", |h| h);
    assert_eq!(
        lines(model.build()),
        ["departments `a`, `d`, `e`, `f`: cases of class `x` that come here can never leave"]
    );
}

#[test]
fn parts_of_parts() {
    let nested = |inner: &str| {
        six()
            .fork("a", "f", |f| f.branch("b", |b| b).branch("c", |b| b))
            .fork("b", inner, |f| f.branch("d", |b| b).branch("e", |b| b))
            .handoff("c", "f", |h| h)
    };
    nested("c").handoff("d", "c", |h| h).handoff("e", "c", |h| h).build().unwrap();
    // Both meet at `f`: there a part of the first is served once more, and has to come back.
    assert_eq!(
        lines(nested("f").handoff("d", "f", |h| h).handoff("e", "f", |h| h).build()),
        ["fork `a to f`: parts of class `x` may leave from department `f`, and not meet the others at `f`"]
    );
    // The inner ones come to where the outer ones meet.
    assert_eq!(
        lines(
            nested("c")
                .handoff("d", "f", |h| h)
                .handoff("e", "c", |h| h)
                .handoff("f", "c", |h| h.probability(0.5))
                .handoff("f", "exit", |h| h.probability(0.5))
                .build()
        ),
        [
            "fork `b to c`: parts of class `x` may leave from department `f`, and not meet the others at `c`",
            "fork `b to c`: its parts come to `f`, where the parts of fork `a to f` meet, before they have met themselves",
        ]
    );
    // A part comes through its fork again.
    let model = six()
        .fork("a", "f", |f| f.branch("b", |b| b).branch("c", |b| b))
        .handoff("b", "d", |h| h)
        .handoff("c", "f", |h| h)
        .handoff("d", "a", |h| h.probability(0.1))
        .handoff("d", "e", |h| h.probability(0.9))
        .handoff("e", "f", |h| h)
        .handoff("f", "f", |h| h.probability(0.5))
        .handoff("f", "exit", |h| h.probability(0.5));
    let told = lines(model.build());
    assert!(
        told.contains(
            &"fork `a to f`: its parts may come through it again before they meet, more and more of them"
                .to_owned()
        ),
        "{told:#?}"
    );
}

#[test]
fn too_many_parts() {
    let many = |f: knockon::model::ForkBuilder, to: &str| (0..330).fold(f, |f, _| f.branch(to, |b| b));
    let model = six()
        .fork("a", "f", |f| many(f, "b"))
        .fork("b", "d", |f| many(f, "c"))
        .handoff("c", "d", |h| h)
        .handoff("d", "e", |h| h)
        .handoff("e", "f", |h| h);
    assert_eq!(
        lines(model.build()),
        [
            "fork `a to f`: with the forks inside, a case may be in 108900 parts at one time, must be at most 100000"
        ]
    );
    let mut model = six().fork("a", "f", |f| many(f, "b")).handoff("b", "f", |h| h);
    for _ in 0..1_000 {
        model = model.fork("c", "f", |f| f.branch("d", |b| b).branch("e", |b| b).class("y"));
    }
    assert!(lines(model.build()).contains(&"model: it has 1001 forks, must be at most 1000".to_owned()));
}

#[test]
fn a_loop_without_time_through_a_fork() {
    let model = |needed: u32| {
        let model = Model::builder("loop")
            .department("slow", |d| d.staff(1).service(minutes(5)))
            .customers("x", |c| c.poisson(per_hour(1.0)).enter("a"));
        ["a", "b", "c"]
            .into_iter()
            .fold(model, |model, name| model.department(name, |d| d.staff(1).service(minutes(0))))
            .fork("a", "c", |f| f.branch("b", |b| b).branch("slow", |b| b).needed(needed))
            .handoff("b", "c", |h| h)
            .handoff("slow", "c", |h| h)
            .handoff("c", "a", |h| h.probability(0.5))
            .handoff("c", "exit", |h| h.probability(0.5))
            .build()
    };
    model(2).unwrap();
    assert_eq!(
        lines(model(1)),
        ["departments `a`, `c`: a loop without time for class `x`: neither service nor transfer takes any"]
    );
}

#[test]
fn parts_may_be_lost_returned_and_met_out_of_patience() {
    six()
        .department("g", |d| d.staff(1).service(minutes(1)).patience(minutes(9)).renege_to("f"))
        .department("h", |d| d.staff(1).service(minutes(1)).patience(minutes(9)))
        .department("i", |d| {
            d.staff(1)
                .service(minutes(1))
                .errors(|e| e.probability(0.1))
                .detects(|f| f.made_by("i").turn_away())
        })
        .department("k", |d| d.staff(1).service(minutes(1)).detects(|f| f.made_by("j")))
        .department("j", |d| d.staff(1).service(minutes(1)).errors(|e| e.probability(0.1)))
        .handoff("a", "j", |h| h)
        .fork("j", "f", |f| {
            f.branch("g", |b| b)
                .branch("h", |b| b)
                .branch("i", |b| b)
                .branch("k", |b| b)
                .branch("b", |b| b)
                .branch("c", |b| b)
                .branch("d", |b| b)
                .branch("e", |b| b)
                .branch("f", |b| b)
        })
        .handoff("g", "f", |h| h)
        .handoff("h", "f", |h| h)
        .handoff("i", "f", |h| h)
        .handoff("k", "f", |h| h)
        .handoff("b", "f", |h| h)
        .handoff("c", "f", |h| h)
        .handoff("d", "f", |h| h)
        .handoff("e", "f", |h| h)
        .build()
        .unwrap();
}
