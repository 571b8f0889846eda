//! Effects worked out by hand, and those of formulas.

use super::*;
use crate::analysis::{Scenario, Study};
use crate::experiment::{Customers, Figure};
use crate::interventions::Intervention;
use crate::prelude::*;
use crate::stats::Estimate;

/// Nobody ever waits: 10 minutes and 20 minutes.
fn stages() -> Model {
    Model::builder("stages")
        .department("one", |d| d.infinite_staff().service(Dist::constant(minutes(10))))
        .department("two", |d| d.infinite_staff().service(Dist::constant(minutes(20))))
        .handoff("one", "two", |h| h)
        .customers("visitors", |c| c.poisson(per_hour(5.0)).enter("one"))
        .build()
        .unwrap()
}

fn study(model: &Model) -> Study<'_> {
    Study::new(Experiment::new(model).horizon(hours(20)).replications(3))
}

fn lead_time() -> Figure {
    Figure::lead_time(Customers::All)
}

/// A factor called otherwise that shortens the services of a department too.
fn tool(name: &str, department: &str) -> Factor {
    Factor::either(name, [Intervention::scale_service(department, 0.5)])
}

fn assert_minutes(estimate: Option<Estimate>, minutes: f64) {
    let estimate = estimate.unwrap();
    assert!((estimate.mean * 60.0 - minutes).abs() < 1e-9, "{estimate}, {minutes} min");
    assert!(estimate.half_width().unwrap() < 1e-12, "{estimate}");
}

/// With factors a and b on the two stages and a tool at the first, the lead time is 10 a t + 20 b.
#[test]
fn effects_are_those_worked_out_by_hand() {
    let model = stages();
    let factors =
        [Factor::service("one", [1.0, 0.5, 2.0]), Factor::service("two", [1.0, 0.5]), tool("tool", "one")];
    let throughput = Figure::throughput("visitors");
    let explored = study(&model).explore(&Design::grid(factors), &[lead_time(), throughput]).unwrap();
    println!("{explored}");
    assert_eq!(
        (explored.points.len(), explored.effects.len(), explored.resolution),
        (12, 4 + 2 + 2 + 1, None)
    );
    assert_eq!(explored.points[4].levels, ["x 0.5", "x 0.5", "no"]);
    assert_minutes(explored.points[4].figures[0], 5.0 + 10.0);
    assert_minutes(explored.points[8].figures[0], 20.0 * 0.5 + 20.0);
    let on_lead_time = |names: &[&str]| explored.effect(names).unwrap().on[0];
    // -5 and -2.5; -10 in all; and of the tool -5, -2.5 and -10.
    assert_minutes(on_lead_time(&["service at one"]), -3.75);
    assert_minutes(on_lead_time(&["service at two"]), -10.0);
    assert_minutes(on_lead_time(&["tool"]), -17.5 / 3.0);
    // With the tool faster work saves 2.5, without 5: half the difference.
    assert_minutes(on_lead_time(&["service at one", "tool"]), 1.25);
    assert_minutes(on_lead_time(&["tool", "service at two"]), 0.0);
    assert_minutes(on_lead_time(&["service at one", "service at two"]), 0.0);
    // The third level: +10 and +5.
    assert_eq!(explored.effects[1].of[0].to, "x 2");
    assert_minutes(explored.effects[1].on[0], 7.5);
    let slower = explored
        .effects
        .iter()
        .find(|of| of.of.len() == 2 && of.of[0].to == "x 2" && of.of[1].factor == "tool");
    assert_minutes(slower.unwrap().on[0], -2.5);
    // The largest first, of the figure that moves.
    let text = explored.to_string();
    assert!(text.contains("service at two does most: -10.00 min."), "{text}");
    let error = explored.effect(&["tools"]).unwrap_err().to_string();
    assert!(
        error.contains("there is no effect `tools`; there is service at one, service at two, tool"),
        "{error}"
    );
    let file = serde_json::to_string(&explored).unwrap();
    assert_eq!(serde_json::from_str::<Exploration>(&file).unwrap(), explored);
}

/// In half of 2^3, with C = AB or C = -AB, each main effect is aliased with the interaction of the others. The lead time is
/// 10 t u + 20 b with two tools t and u at the first stage: u t has an effect of 1.25 minutes, with which b is aliased.
#[test]
fn a_fraction_estimates_sums_of_aliases() {
    let model = stages();
    let factors = || [tool("t", "one"), tool("u", "one"), tool("b", "two")];
    for (generator, sign) in [("C = AB", 1.0), ("C = -AB", -1.0)] {
        let design = Design::fraction(factors(), [generator]);
        let explored = study(&model).explore(&design, &[lead_time()]).unwrap();
        assert_eq!((explored.points.len(), explored.effects.len(), explored.resolution), (4, 3, Some(3)));
        let b = explored.effect(&["b"]).unwrap();
        assert_eq!(b.aliases, [if sign > 0.0 { "+ t x u" } else { "- t x u" }]);
        assert_minutes(b.on[0], -10.0 + sign * 1.25);
        // No other pair interacts.
        assert_minutes(explored.effect(&["t"]).unwrap().on[0], -3.75);
        assert!(explored.effect(&["t", "u"]).is_err());
    }
    let explored = study(&model).explore(&Design::grid(factors()), &[lead_time()]).unwrap();
    assert_minutes(explored.effect(&["b"]).unwrap().on[0], -10.0);
    assert_minutes(explored.effect(&["t", "u"]).unwrap().on[0], 1.25);
}

/// The runs of 2^(4-1) with D = ABC: low where an odd number of the others are low.
#[test]
fn runs_are_in_standard_order() {
    let four = ["a", "b", "c", "d"].map(|name| Factor::service(name, [1.0, 0.9]));
    let design = Design::fraction(four.clone(), ["D = ABC"]);
    let signs =
        |run: &Vec<usize>| run.iter().map(|&level| if level == 1 { '+' } else { '-' }).collect::<String>();
    let runs: Vec<String> = design.runs().unwrap().iter().map(signs).collect();
    assert_eq!(runs, ["----", "+--+", "-+-+", "++--", "--++", "+-+-", "-++-", "++++"]);
    assert_eq!(design.defining_relation().unwrap(), ["ABCD"]);
    assert!(design.to_string().ends_with("8 runs, a fraction of resolution 4: D = ABC"), "{design}");
    let grid = Design::grid(four);
    assert_eq!((grid.runs().unwrap().len(), grid.resolution().unwrap()), (16, None));
    assert_eq!(
        grid.scenarios().unwrap()[1].name,
        "service at a: x 0.9, service at b: x 1, service at c: x 1, service at d: x 1"
    );
    // Every pair of columns of a standard design has all four combinations equally often.
    let many = (0..11).map(|at| Factor::service(format!("{at}"), [1.0, 0.9]));
    let runs = Design::of_resolution(many, 4).runs().unwrap();
    assert_eq!(runs.len(), 32);
    for (one, other) in (0..11).flat_map(|one| (0..one).map(move |other| (one, other))) {
        for levels in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            assert_eq!(runs.iter().filter(|run| (run[one], run[other]) == levels).count(), 8);
        }
    }
}

/// Two M/M/1 queues in a row, in each of which 1 / (mu - lambda) is spent: main effects are differences of these, and there is no
/// interaction (Jackson 1957). Intervals of 99.9 %, seed 1.
#[test]
fn effects_of_queues_in_a_row_are_those_of_the_formula() {
    let model = Model::builder("desks")
        .department("front", |d| d.staff(1).service(Dist::exponential(minutes(24))))
        .department("back", |d| d.staff(1).service(Dist::exponential(minutes(30))))
        .handoff("front", "back", |h| h)
        .customers("visitors", |c| c.poisson(per_hour(1.0)).enter("front"))
        .build()
        .unwrap();
    let experiment = Experiment::new(&model).horizon(days(60)).warm_up(days(5)).replications(20).level(0.999);
    let study = |threads| Study::new(experiment.on(&model).threads(threads));
    let design = Design::grid(["front", "back"].map(|name| Factor::service(name, [1.0, 0.8])));
    let figures = [lead_time(), Figure::waiting_time("back")];
    let explored = study(2).explore(&design, &figures).unwrap();
    let spent = |mu: f64| 1.0 / (mu - 1.0);
    let effects = [spent(3.125) - spent(2.5), spent(2.5) - spent(2.0), 0.0];
    for (effect, expected) in explored.effects.iter().zip(effects) {
        let found = effect.on[0].unwrap();
        let interval = found.interval.unwrap();
        assert!(
            interval.low <= expected && expected <= interval.high,
            "{}: {found}, {expected}",
            effect.name()
        );
        assert!(found.half_width().unwrap() < 0.1, "{found}");
    }
    assert_eq!(study(1).explore(&design, &figures).unwrap(), explored);

    let factors = ["front", "back"].map(|name| Factor::service(name, [0.8, 0.9, 1.1]));
    let tornado = study(2).tornado(&factors, &lead_time()).unwrap();
    println!("{tornado}");
    let [back, front] = &tornado.bars[..] else { panic!("two factors") };
    assert_eq!((&*back.factor, &*back.low.level, &*back.high.level), ("service at back", "x 0.8", "x 1.1"));
    for (bar, mu) in [(back, 2.0), (front, 2.5)] {
        let (low, high) = (spent(mu / 0.8) - spent(mu), spent(mu / 1.1) - spent(mu));
        for (found, expected) in [(bar.low.change, low), (bar.high.change, high), (bar.swing, high - low)] {
            let interval = found.unwrap().interval.unwrap();
            assert!(interval.low <= expected && expected <= interval.high, "{bar:?}: {expected}");
        }
    }
}

#[test]
fn a_tornado_is_that_worked_out_by_hand() {
    let model = stages();
    let factors = [
        Factor::service("one", [0.5, 1.5]),
        Factor::service("two", [1.0, 1.3]),
        Factor::new(
            "both",
            ["one", "two"].map(|name| Scenario::new(name, [Intervention::scale_service(name, 0.1)])),
        ),
    ];
    let tornado = study(&model).tornado(&factors, &lead_time()).unwrap();
    assert_minutes(tornado.base, 30.0);
    let names: Vec<&str> = tornado.bars.iter().map(|bar| bar.factor.as_str()).collect();
    assert_eq!(names, ["service at one", "both", "service at two"]);
    let expected = [(-5.0, 5.0, 10.0), (-9.0, -18.0, -9.0), (0.0, 6.0, 6.0)];
    for (bar, (low, high, swing)) in tornado.bars.iter().zip(expected) {
        assert_minutes(bar.low.change, low);
        assert_minutes(bar.high.change, high);
        assert_minutes(bar.swing, swing);
        assert_minutes(bar.low.figure, 30.0 + low);
    }
    let text = tornado.to_string();
    assert!(text.contains("service at one moves it most: by 10.00 min."), "{text}");
    let file = serde_json::to_string(&tornado).unwrap();
    assert_eq!(serde_json::from_str::<Tornado>(&file).unwrap(), tornado);
}

#[test]
fn all_that_is_wrong_is_told() {
    let model = stages();
    let defects = |design: &Design| -> Vec<String> {
        let error = study(&model).explore(design, &[lead_time()]).unwrap_err();
        error.defects().iter().map(ToString::to_string).collect()
    };
    let twice = Factor::new("one", [Scenario::new("x", []), Scenario::new("x", [])]);
    let found = defects(&Design::grid([twice.clone(), Factor::new("one", [])]));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert_eq!(defects(&Design::grid([])), ["factors: there are none"]);
    let many = (0..13).map(|at| tool(&at.to_string(), "one"));
    assert_eq!(defects(&Design::grid(many)), ["design: has 8192 runs, must have at most 4096"]);
    let three = || [tool("a", "one"), tool("b", "one"), tool("c", "two")];
    let found = defects(&Design::fraction(three(), ["C = A"]));
    assert!(found[0].contains("AC is constant"), "{found:#?}");
    let found = defects(&Design::fraction(three(), ["C = A", "B = A"]));
    assert!(found[0].contains("leave 2 runs"), "{found:#?}");
    let found = defects(&Design::fraction(
        [three(), [Factor::service("two", [1.0, 2.0, 3.0]), twice.clone(), tool("d", "two")]].concat(),
        ["E = XY"],
    ));
    assert!(found.len() == 3 && found.iter().any(|defect| defect.contains("has 3 levels")), "{found:#?}");
    let found = defects(&Design::grid([tool("a", "nobody"), tool("b", "one")]));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("scenario `a: yes, b: no`, intervention 1 (scale-service)"), "{found:#?}");
    let study = study(&model);
    let percentile = Figure::lead_time_percentile("visitors", 0.9);
    let error = study
        .explore(&Design::grid(three()), &[percentile.clone(), Figure::lead_time("nobody")])
        .unwrap_err();
    assert_eq!(error.defects().len(), 2, "{error}");
    assert!(study.tornado(&three(), &percentile).is_err());
    assert_eq!(study.tornado(&[twice], &lead_time()).unwrap_err().defects().len(), 1);
}
