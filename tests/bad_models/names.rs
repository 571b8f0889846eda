//! Names: missing, twice, unknown, unreadable.

use knockon::model::{Model, TraceCase};
use knockon::time::{minutes, per_hour};

use super::{lines, spoiled};

#[test]
fn names_missing_twice_reserved_or_unprintable() {
    let model = Model::builder("names")
        .class("", |c| c)
        .class("vip", |c| c)
        .class("vip", |c| c)
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .department("exit", |d| d.staff(1).service(minutes(5)))
        .department("back\noffice", |d| d.staff(1).service(minutes(5)))
        .department("x".repeat(201), |d| d.staff(1).service(minutes(5)))
        .handoff("desk", "back\noffice", |h| h.probability(0.5))
        .handoff("desk", "x".repeat(201), |h| h.probability(0.5))
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    let long =
        format!("department `{}...`: the name has 201 characters, must be at most 200", "x".repeat(200));
    assert_eq!(
        lines(model),
        [
            "class number 1: it has no name",
            "class `vip`: the name is given more than once",
            "department `desk`: the name is given more than once",
            "department `exit`: the name `exit` is kept for leaving",
            "department `back\\noffice`: the name has control characters",
            &long,
            "customers `people`: the name is given more than once",
            "department `exit`: no case ever comes here",
        ]
    );
}

#[test]
fn names_that_cannot_be_seen() {
    let mut builder = Model::builder(" ");
    for name in
        ["  ", "\u{a0}", "\u{200b}", "de\u{202e}sk", "\u{feff}desk", "desk\u{2060}", "d\u{2028}k", "d k"]
    {
        builder = builder.department(name, |d| d.staff(1).service(minutes(5)));
        builder = builder.customers(name, |c| c.poisson(per_hour(1.0)).enter(name));
    }
    let names =
        ["  ", "\u{a0}", "\\u{200b}", "de\\u{202e}sk", "\\u{feff}desk", "desk\\u{2060}", "d\\u{2028}k"];
    let rules = |kind| {
        names.iter().enumerate().map(move |(at, name)| match at {
            0 | 1 => format!("{kind} `{name}`: the name is blank"),
            _ => format!("{kind} `{name}`: the name has invisible or direction-changing characters"),
        })
    };
    let expected: Vec<_> = ["model: the name is blank".to_string()]
        .into_iter()
        .chain(rules("department"))
        .chain(rules("customers"))
        .collect();
    assert_eq!(lines(builder.build()), expected);
}

#[test]
fn unknown_names_with_the_one_that_was_meant() {
    assert_eq!(
        spoiled(&[
            ("to = \"coding\"", "to = \"codng\""),
            ("enter = \"desk\"", "enter = \"dsek\""),
            ("{ class = \"urgent\"", "{ class = \"urgnt\""),
            ("{ class = \"routine\"", "{ class = \"zebra\""),
        ]),
        [
            "handoff `desk` to `codng`: there is no department `codng`; did you mean `coding`?",
            "customers `patients`: there is no department `dsek`; did you mean `desk`?",
            "customers `patients`: there is no class `urgnt`; did you mean `urgent`?",
            "customers `patients`: there is no class `zebra`",
        ]
    );
}

#[test]
fn unknown_names_in_every_other_place() {
    let model = Model::builder("unknown")
        .department("desk", |d| d.staff(1).service(minutes(5)).service_for("vip", minutes(1)))
        .handoff("dask", "exit", |h| h.probability_for("vip", 1.0).becomes("done"))
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk").class("adult"))
        .customers("others", |c| {
            let class = Some("other".into());
            c.trace([TraceCase { at: minutes(1), class, size: None }]).enter("desk")
        })
        .initial("disk", |w| w.class("othrs"))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `desk`: there is no class `vip`",
            "handoff `dask` to `exit` as class `done`: there is no department `dask`; did you mean `desk`?",
            "handoff `dask` to `exit` as class `done`: there is no class `vip`",
            "handoff `dask` to `exit` as class `done`: there is no class `done`",
            "initial work in `disk`: there is no department `disk`; did you mean `desk`?",
            "initial work in `disk`: there is no class `othrs`; did you mean `others`?",
            "customers `people`: there is no class `adult`",
            "customers `others`, arrival 1: there is no class `other`; did you mean `others`?",
        ]
    );
}
