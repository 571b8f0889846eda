//! Customer streams.

use knockon::model::{Model, TraceCase};
use knockon::random::Dist;
use knockon::time::{Rate, Span, days, hours, minutes, per_hour, per_minute, weeks};

use super::{lines, spoiled};

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
fn saturated_streams_that_would_never_stop() {
    let model = Model::builder("saturated")
        .class("quick", |c| c)
        .department("desk", |d| d.staff(1).service(minutes(5)).service_for("quick", minutes(0)))
        .department("mail", |d| d.infinite_staff().service(minutes(5)))
        .customers("a", |c| c.saturated().enter("desk").batch(Dist::Constant { value: 2.0 }))
        .customers("b", |c| c.saturated().enter("mail"))
        .customers("c", |c| c.saturated().enter("desk").class("quick"))
        .customers("d", |c| c.saturated().enter("desk").mix([("quick", 0.5), ("a", 0.5)]))
        .customers("e", |c| c.saturated().enter("desk").class("quick").limit(5))
        .build();
    assert_eq!(
        lines(model),
        [
            "customers `a`: saturated arrivals come one by one, without a batch",
            "customers `b`: saturated arrivals would never end in `mail`, whose staff is infinite",
            "customers `c`: saturated arrivals would never end in `desk`, where they take no time",
        ]
    );
}
