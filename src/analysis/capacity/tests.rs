use super::*;
use crate::experiment::Experiment;
use crate::random::{Dist, cv};
use crate::theory::erlang_c;
use crate::time::{days, hours, minutes, per_hour};

/// M/M/c with 6 and 2.5 busy on average, one behind the other, with staff far from what is needed: all three methods give what
/// Erlang's formula says, 8 and 4 at 40 %. Shares of 99 %, seed 1.
#[test]
fn queues_need_what_erlang_says() {
    let model = Model::builder("two desks")
        .department("front", |d| d.staff(12).service(Dist::exponential(minutes(30))))
        .department("back", |d| d.staff(3).service(Dist::exponential(minutes(12.5))))
        .handoff("front", "back", |h| h)
        .customers("visitors", |c| c.poisson(per_hour(12.0)).enter("front"))
        .build()
        .unwrap();
    let experiment = Experiment::new(&model).horizon(days(22)).warm_up(days(2)).replications(12).level(0.99);
    let study = Study::new(experiment);
    let capacity = study.capacity(0.4).unwrap();
    for (name, load, staff, now) in [("front", 6.0, 8, 12), ("back", 2.5, 4, 3)] {
        let of = capacity.department(name).unwrap();
        let exact = erlang_c(staff, load).unwrap();
        let fewer = erlang_c(staff - 1, load).unwrap();
        assert!(exact <= 0.4 && fewer > 0.4);
        assert_eq!(of.staff, Some(now));
        assert!((of.offered_load.unwrap() - load).abs() < 1e-9);
        assert_eq!(of.square_root.value().unwrap().staff, staff, "{capacity}");
        let twin = of.twin.value().unwrap();
        assert!(twin.staff == staff && (twin.waiting - exact).abs() < 1e-9, "{capacity}");
        let simulated = of.simulation.value().unwrap();
        assert!(simulated.staff == staff && simulated.sure, "{capacity}");
        for (estimate, expected) in [(simulated.waiting, exact), (simulated.with_one_fewer.unwrap(), fewer)] {
            let interval = estimate.interval.unwrap();
            assert!(interval.low <= expected && expected <= interval.high, "{name}: {estimate}, {expected}");
        }
    }
    let text = capacity.to_string();
    assert!(text.contains("at most 40 % of visits wait") && text.contains("square root"), "{text}");
    assert!(capacity.departments[0].to_string().starts_with("front has 12: 8 needed, then 3"), "{capacity}");
    let json = serde_json::to_string(&capacity).unwrap();
    assert_eq!(serde_json::from_str::<Capacity>(&json).unwrap().departments.len(), 2);
    assert!(capacity.department("side").is_err());
}

#[test]
fn who_has_no_answer_says_why() {
    let model = Model::builder("desks")
        .pool("clerks", |p| p.staff(3))
        .calendar("office", |c| c.cycle(hours(24), [(hours(0), 0), (hours(8), 1), (hours(16), 0)]))
        .department("door", |d| d.infinite_staff().service(Dist::constant(minutes(1))))
        .department("front", |d| d.pool("clerks").service(Dist::exponential(minutes(12))))
        .department("office", |d| d.staff(1).shifts("office", |s| s).service(Dist::exponential(minutes(5))))
        .department("back", |d| d.staff(2).service(Dist::gamma(minutes(12), cv(0.5))))
        .handoff("door", "front", |h| h)
        .handoff("front", "office", |h| h)
        .handoff("office", "back", |h| h)
        .customers("visitors", |c| c.poisson(per_hour(1.0)).enter("door"))
        .build()
        .unwrap();
    let study = Study::new(Experiment::new(&model).horizon(days(20)).replications(4));
    let capacity = study.capacity(0.1).unwrap();
    let reasons = |name: &str| {
        let of = capacity.department(name).unwrap();
        [of.square_root.reason(), of.twin.reason(), of.simulation.reason()].map(|why| why.map(str::to_owned))
    };
    assert!(reasons("door").iter().all(|why| why.as_ref().unwrap().contains("the staff is infinite")));
    assert!(reasons("front").iter().all(|why| why.as_ref().unwrap().contains("the pool `clerks`")));
    let [rule, twin, simulation] = reasons("office");
    assert!(rule.unwrap().contains("by a calendar") && twin.is_some());
    assert!(simulation.unwrap().contains("the calendar `office` says how many are there"));
    let [rule, twin, simulation] = reasons("back");
    assert!(rule.is_none() && twin.is_some() && simulation.is_none(), "{capacity}");
    let text = capacity.to_string();
    assert!(text.contains("front, twin: the people are those of the pool `clerks`"), "{text}");
    for share in [0.0, 1.0, -0.5, f64::NAN] {
        let error = study.capacity(share).unwrap_err().to_string();
        assert!(error.contains("must be between 0 and 1"), "{error}");
    }
}
