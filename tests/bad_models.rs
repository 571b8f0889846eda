//! Bad models, each with the full list of what is wrong with it.

use knockon::Error;
use knockon::model::{Model, TraceCase};
use knockon::random::Dist;
use knockon::time::{Rate, Span, days, hours, minutes, per_hour, per_minute, weeks};

/// The defects as lines, in order.
fn lines(result: Result<Model, Error>) -> Vec<String> {
    let error = result.expect_err("the model must be refused");
    error.defects().iter().map(ToString::to_string).collect()
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
            "department `desk`: nothing is said about its staff: give `staff` or `infinite_staff`",
            "customers `walk-ins`: nothing is said about its arrivals: \
             give `poisson`, `renewal`, `pattern`, `schedule` or `trace`",
            "department `back`: it has no service time",
            "initial work in `desk`: no class is given",
            "customers `callers`: no department is given",
        ]
    );
}

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

#[test]
fn staff_and_priority_out_of_range() {
    assert_eq!(
        spoiled(&[
            ("staff = 2", "staff = 0"),
            ("staff = 3", "staff = 100001"),
            ("priority = 1", "priority = 64")
        ]),
        [
            "class `routine`: the priority is 64, must be at most 63",
            "department `desk`: the staff is 0, must be from 1 to 100000, or infinite",
            "department `coding`: the staff is 100001, must be from 1 to 100000, or infinite",
        ]
    );
}

#[test]
fn sums_off_by_class() {
    assert_eq!(
        spoiled(&[(
            "probability = 0.1",
            "probability = 0.1\nprobability_for = [{ class = \"urgent\", probability = 0.17 }]"
        )]),
        ["department `coding`: handoffs out of `coding` for class `urgent` sum to 1.07, must be 1"]
    );
    assert_eq!(
        spoiled(&[("probability = 0.9", "probability = 0.8")]),
        [
            "department `coding`: handoffs out of `coding` for classes `urgent`, `routine` sum to 0.9, must be 1"
        ]
    );
}

#[test]
fn sums_of_classes_that_never_come_do_not_matter() {
    let text = GOOD.replace("name = \"urgent\"", "name = \"urgent\"\n[[class]]\nname = \"idle\"").replace(
        "probability = 0.1",
        "probability = 0.1\nprobability_for = [{ class = \"idle\", probability = 0.9 }]",
    );
    Model::from_toml(&text).unwrap();
}

#[test]
fn probabilities_out_of_range() {
    assert_eq!(
        spoiled(&[
            ("probability = 0.1", "probability = -0.1"),
            (
                "probability = 0.9",
                "probability_for = [{ class = \"urgent\", probability = nan }, \
                { class = \"urgent\", probability = inf }]"
            ),
            ("share = 0.2", "share = 1.2"),
        ]),
        [
            "handoff `coding` to `desk`: the probability is -0.1, must be between 0 and 1",
            "handoff `coding` to `exit`: the probability for class `urgent` is NaN, must be between 0 and 1",
            "handoff `coding` to `exit`: the probability for class `urgent` is given more than once",
            "handoff `coding` to `exit`: the probability for class `urgent` is inf, must be between 0 and 1",
            "customers `patients`: the share of class `urgent` is 1.2, must be between 0 and 1",
        ]
    );
}

#[test]
fn shares_and_classes_of_a_stream() {
    assert_eq!(
        spoiled(&[("mix = [", "class = \"urgent\"\nmix = ["), ("share = 0.8", "share = 0.7")]),
        [
            "customers `patients`: it has both a class and a mix",
            "customers `patients`: shares of the mix sum to 0.9, must be 1",
        ]
    );
    assert_eq!(
        spoiled(&[("class = \"routine\", share", "class = \"urgent\", share")]),
        ["customers `patients`: class `urgent` is in the mix more than once"]
    );
}

#[test]
fn two_handoffs_the_same_way() {
    assert_eq!(
        spoiled(&[(
            "to = \"exit\"\nprobability = 0.9",
            "to = \"desk\"\nprobability = 0.2\n[[handoff]]\nfrom = \"coding\"\nto = \"exit\"\nprobability = 0.7"
        )]),
        [
            "handoff `coding` to `desk`: there is an earlier handoff the same way for the same class; make them one"
        ]
    );
    let apart = Model::builder("by class")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .department("back", |d| d.staff(1).service(minutes(5)))
        .handoff("desk", "back", |h| h.probability_for("a", 1.0).transfer(hours(1)))
        .handoff("desk", "back", |h| h.probability_for("b", 1.0).transfer(hours(2)))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("b", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    apart.unwrap();
}

#[test]
fn services_missing_twice_or_for_visit_0() {
    let model = Model::builder("services")
        .department("desk", |d| {
            d.staff(1)
                .service_for("a", minutes(1))
                .service_for("a", minutes(2))
                .service_for_from_visit("b", 2, minutes(1))
                .service_from_visit(0, minutes(1))
                .service_from_visit(3, minutes(1))
        })
        .department("back", |d| d.staff(1).service_from_visit(2, minutes(1)))
        .handoff("desk", "back", |h| h.probability_for("a", 1.0))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("b", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `desk`, service time of class `a` from visit 1: it is given more than once",
            "department `desk`, service time from visit 0: visits are counted from 1",
            "department `back`: no service time for the first visit of class `a`",
        ]
    );
}

#[test]
fn broken_distributions_are_told_with_their_place() {
    let broken = || Dist::Constant { value: Span::INVALID };
    let model = Model::builder("broken")
        .department("desk", |d| {
            d.staff(1).service(broken()).service_for("people", broken()).patience(broken())
        })
        .handoff("desk", "exit", |h| h.transfer(broken()))
        .customers("people", |c| {
            c.renewal(broken())
                .enter("desk")
                .batch(Dist::Constant { value: f64::NAN })
                .size(Dist::Exponential { mean: f64::INFINITY })
        })
        .initial("desk", |w| w.class("people").remaining(broken()))
        .build();
    let lines = lines(model);
    let places = [
        "department `desk`, service time: ",
        "department `desk`, service time of class `people` from visit 1: ",
        "department `desk`, patience: ",
        "handoff `desk` to `exit`, transfer time: ",
        "initial work in `desk`, remaining time: ",
        "customers `people`, time between arrivals: ",
        "customers `people`, batch: ",
        "customers `people`, size: ",
    ];
    assert_eq!(lines.len(), places.len(), "{lines:#?}");
    for (line, place) in lines.iter().zip(places) {
        assert!(line.starts_with(place), "{line}");
    }
}

#[test]
fn capacity_and_patience_where_they_mean_nothing() {
    let model = Model::builder("queues")
        .department("desk", |d| d.staff(1).service(minutes(5)).queue_capacity(3))
        .department("back", |d| d.staff(1).service(minutes(5)).queue_capacity(3))
        .department("mail", |d| d.infinite_staff().service(minutes(5)).queue_capacity(3).patience(minutes(1)))
        .handoff("desk", "back", |h| h)
        .handoff("back", "mail", |h| h)
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `back`: a full queue inside the organization would block its sender, which this \
             version cannot simulate yet; only departments entered from outside alone may have a queue capacity",
            "department `mail`: a queue capacity has no effect where the staff is infinite",
            "department `mail`: patience has no effect where the staff is infinite",
        ]
    );
}

#[test]
fn rates_that_are_none() {
    let rates = [
        per_hour(0.0),
        per_hour(-1.0),
        per_hour(f64::NAN),
        Rate::one_every(Span::ZERO),
        Rate::new(2.0, Span::from_ticks(1)),
        Rate::new(0.001, weeks(52)),
    ];
    let mut builder = Model::builder("rates").department("desk", |d| d.staff(1).service(minutes(5)));
    for (rate, name) in rates.into_iter().zip(["a", "b", "c", "d", "e", "f"]) {
        builder = builder.customers(name, |c| c.poisson(rate).enter("desk").promise(days(-1)).limit(0));
    }
    let rules = [
        "0/h, must be a positive number per positive time",
        "-1/h, must be a positive number per positive time",
        "NaN/h, must be a positive number per positive time",
        "1/0s, must be a positive number per positive time",
        "2/us, must be at most 1/us",
        "0.001/52w, must be at least one in 32 years",
    ];
    let expected = rules.iter().zip(["a", "b", "c", "d", "e", "f"]).flat_map(|(rule, name)| {
        let promise = format!("the promise is -1d, must be positive and at most {}", Span::MAX);
        [format!("the rate is {rule}"), "the limit is 0, must be from 1 to 9007199254740992".into(), promise]
            .map(|rule| format!("customers `{name}`: {rule}"))
    });
    assert_eq!(lines(builder.build()), expected.collect::<Vec<_>>());
}

#[test]
fn patterns_out_of_order() {
    let model = Model::builder("patterns")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .customers("a", |c| c.enter("desk").pattern(days(1), []))
        .customers("b", |c| {
            let steps = [(hours(1), 2.0), (hours(8), 1.0), (hours(8), 0.0), (hours(30), -1.0)];
            c.enter("desk").pattern(days(1), steps.map(|(from, rate)| (from, per_hour(rate))))
        })
        .customers("c", |c| c.enter("desk").pattern(days(1), [(hours(0), per_minute(0.0))]))
        .customers("d", |c| c.enter("desk").pattern(Span::ZERO, [(hours(0), per_minute(1.0))]))
        .build();
    assert_eq!(
        lines(model),
        [
            "customers `a`: the pattern has no steps".into(),
            "customers `b`: the pattern starts at 1h, must start at 0s".into(),
            "customers `b`: the step from 8h follows the one from 8h, must be later".into(),
            "customers `b`: the step from 1d 6h is not within the period of 1d".into(),
            "customers `b`, pattern from 1d 6h: the rate is -1/h, must be a positive number per positive time"
                .into(),
            "customers `c`: all rates of the pattern are 0".into(),
            format!("customers `d`: the period of the pattern is 0s, must be positive and at most {}", Span::MAX),
            "customers `d`: the step from 0s is not within the period of 0s".into(),
        ]
    );
}

#[test]
fn schedules_and_traces_out_of_order() {
    let case = |at, size| TraceCase { at, class: None, size };
    let model = Model::builder("recorded")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .customers("a", |c| c.enter("desk").schedule([]))
        .customers("b", |c| c.enter("desk").schedule([hours(2), hours(1), hours(-1), hours(2)]))
        .customers("c", |c| {
            c.enter("desk").trace([case(hours(2), Some(0.0)), case(hours(1), Some(f64::NAN))])
        })
        .customers("d", |c| c.enter("desk").renewal(Span::ZERO))
        .build();
    assert_eq!(
        lines(model),
        [
            "customers `a`: it has no arrivals".into(),
            "customers `b`, arrival 2: it is at 1h, before the one at 2h".into(),
            format!("customers `b`, arrival 3: the time is -1h, must be from 0s to {}", Span::MAX),
            "customers `c`, arrival 2: it is at 1h, before the one at 2h".into(),
            "customers `c`, arrival 1: the size is 0, must be positive".into(),
            "customers `c`, arrival 2: the size is NaN, must be positive".into(),
            "customers `d`, time between arrivals: the mean is less than 1us".to_string(),
        ]
    );
}

#[test]
fn batches_sizes_and_cases_in_place_out_of_range() {
    let model = Model::builder("numbers")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .customers("a", |c| c.enter("desk").poisson(per_hour(1.0)).batch(Dist::Constant { value: 0.5 }))
        .customers("b", |c| c.enter("desk").poisson(per_hour(1.0)).batch(Dist::Constant { value: 2e6 }))
        .initial("desk", |w| w.class("a").cases(0))
        .initial("desk", |w| w.class("a").cases(10_000_001))
        .build();
    assert_eq!(
        lines(model),
        [
            "initial work in `desk`: it has 0 cases, must be from 1 to 8388608",
            "initial work in `desk`: it has 10000001 cases, must be from 1 to 8388608",
            "customers `a`, batch: the mean is 0.5, must be from 1 to 1000000",
            "customers `b`, batch: the mean is 2000000, must be from 1 to 1000000",
        ]
    );
}

#[test]
fn a_department_that_nobody_reaches() {
    assert_eq!(
        spoiled(&[("enter = \"desk\"", "enter = \"coding\""), ("to = \"desk\"", "to = \"coding\"")]),
        ["department `desk`: no case ever comes here"]
    );
}

#[test]
fn cases_that_can_never_leave() {
    let model = Model::builder("trap")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .department("legal", |d| d.staff(1).service(minutes(5)))
        .department("audit", |d| d.staff(1).service(minutes(5)))
        .handoff("desk", "legal", |h| h.probability_for("b", 0.5))
        .handoff("desk", "exit", |h| h.probability(1.0).probability_for("b", 0.5))
        .handoff("legal", "audit", |h| h)
        .handoff("audit", "legal", |h| h)
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("b", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        ["departments `legal`, `audit`: cases of class `b` that come here can never leave"]
    );
}

#[test]
fn a_loop_without_time() {
    let model = Model::builder("instant")
        .class("b", |c| c)
        .department("desk", |d| d.staff(1).service(minutes(0)))
        .department("back", |d| d.staff(1).service(minutes(0)).service_for("b", minutes(1)))
        .handoff("desk", "back", |h| h)
        .handoff("back", "desk", |h| h.probability(0.5))
        .handoff("back", "exit", |h| h.probability(0.5))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .customers("c", |c| c.poisson(per_hour(1.0)).enter("desk").class("b"))
        .build();
    assert_eq!(
        lines(model),
        [
            "departments `desk`, `back`: a loop without time for class `a`: neither service nor transfer takes any"
        ]
    );
}

#[test]
fn rounds_without_number() {
    let model = Model::builder("round and round")
        .department("desk", |d| d.staff(1).service(minutes(5)))
        .handoff("desk", "desk", |h| h.probability(0.9999999))
        .handoff("desk", "exit", |h| h.probability(0.0000001))
        .customers("a", |c| c.poisson(per_hour(1.0)).enter("desk"))
        .build();
    assert_eq!(
        lines(model),
        [
            "department `desk`: cases of class `a` come here 10000000 times on average, must be at most 1000000"
        ]
    );
}

#[test]
fn more_classes_than_allowed() {
    let mut builder = Model::builder("many").department("desk", |d| d.staff(1).service(minutes(5)));
    for number in 0..1001 {
        builder = builder.customers(format!("{number}"), |c| c.poisson(per_hour(1.0)).enter("desk"));
    }
    assert_eq!(
        lines(builder.build()),
        ["model: it has 1001 classes (streams' own included), must be at most 1000"]
    );
}

#[test]
fn more_departments_by_class_than_allowed() {
    let many = |departments: usize, handoffs: usize| {
        let mut builder = Model::builder("many");
        for number in 0..1000 {
            builder = builder.class(format!("{number}"), |c| c);
        }
        for number in 0..departments {
            builder = builder.department(format!("{number}"), |d| d.staff(1).service(minutes(5)));
        }
        for number in 0..handoffs {
            builder = builder.handoff("0", "0", |h| h.probability_for(format!("{}", number % 1000), 0.0));
        }
        builder.customers("a", |c| c.poisson(per_hour(1.0)).enter("0").class("0")).build()
    };
    assert_eq!(lines(many(2001, 0)), ["model: 2001 departments x 1000 classes must be at most 2000000"]);
    assert_eq!(
        lines(many(1, 50_000)).last().unwrap(),
        "model: (1 departments + 50000 handoffs) x 1000 classes must be at most 50000000"
    );
}

#[test]
fn more_staff_and_more_work_in_place_than_allowed_in_all() {
    let mut builder = Model::builder("many").department("0", |d| d.infinite_staff().service(minutes(5)));
    for number in 1..=42_950 {
        builder = builder.department(format!("{number}"), |d| d.staff(100_000).service(minutes(5)));
        builder = builder.handoff(format!("{}", number - 1), format!("{number}"), |h| h);
    }
    builder = builder.customers("a", |c| c.poisson(per_hour(1.0)).enter("0"));
    for _ in 0..3 {
        builder = builder.initial("0", |w| w.class("a").cases(1 << 22));
    }
    assert_eq!(
        lines(builder.build()),
        [
            "model: all departments together have 4295000000 people, must be at most 10000000",
            "model: all initial work together has 12582912 cases, must be at most 8388608",
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
