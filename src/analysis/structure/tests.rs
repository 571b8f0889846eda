use std::collections::BTreeSet;

use super::*;
use crate::model::Found;
use crate::random::Dist;
use crate::stats::tests::uniforms;
use crate::time::{Span, hours, minutes, per_hour};

/// Who can hold up whom directly, in short.
fn direct(structure: &Structure) -> BTreeSet<(String, String, How)> {
    let short = |own: &HoldUp| (own.who.name.clone(), own.whom.name.clone(), own.how);
    structure.hold_ups.iter().map(short).collect()
}

fn expect(structure: &Structure, expected: &[(&str, &str, How)]) {
    let expected = expected.iter().map(|&(who, whom, how)| (who.to_owned(), whom.to_owned(), how)).collect();
    assert_eq!(direct(structure), expected);
}

fn influences(structure: &Structure, department: &str) -> Vec<String> {
    structure.can_hold_up(department).unwrap().into_iter().map(|own| own.party.name).collect()
}

#[test]
fn a_line_holds_up_downwards_and_by_full_queues_upwards() {
    let model = |capacity: Option<u32>| {
        let mut model = Model::builder("line")
            .department("a", |d| d.staff(1).service(minutes(1)))
            .department("b", |d| d.staff(1).service(minutes(1)))
            .department("c", |d| d.staff(1).service(minutes(1)))
            .handoff("a", "b", |h| h)
            .handoff("b", "c", |h| h)
            .customers("work", |c| c.poisson(per_hour(6.0)).enter("a"))
            .build()
            .unwrap();
        model.departments[2].queue_capacity = capacity;
        Structure::of(&model).unwrap()
    };
    let work = How::Work(FlowKind::Handoff);
    let open = model(None);
    expect(&open, &[("a", "b", work), ("b", "c", work)]);
    assert_eq!(influences(&open, "c"), ["b", "a"]);
    assert_eq!(influences(&open, "a"), Vec::<String>::new());
    assert!(open.circles.is_empty() && open.two_way.is_empty());
    let full = model(Some(3));
    expect(&full, &[("a", "b", work), ("b", "c", work), ("c", "b", How::Blocks)]);
    assert_eq!(influences(&full, "b"), ["a", "c"]);
    assert_eq!(full.circles.len(), 1);
    let class = full.class("work").unwrap();
    assert_eq!(class.passes, ["a", "b", "c"]);
    assert_eq!(class.depends_on.len(), 3);
    assert!(full.class("other").is_err() && full.can_hold_up("d").is_err());
}

/// Work for one, answers, returned errors, a pool, helpers and stock: every kind once.
#[test]
fn every_way_to_depend_is_found() {
    let model = Model::builder("all")
        .pool("clerks", |p| p.staff(2))
        .department("desk", |d| d.pool("clerks").service(minutes(1)).errors(|e| e.probability(0.1)))
        .department("mail", |d| d.pool("clerks").service(minutes(1)))
        .department("check", |d| {
            d.staff(1).service(minutes(1)).detects(|x| x.made_by("desk")).helpers("expert", 0.5)
        })
        .department("expert", |d| d.staff(1).service(minutes(1)))
        .department("store", |d| d.staff(1).service(minutes(1)).uses("forms", |u| u))
        .stock("forms", |s| s.initial(5).reorder(2, 5, |x| x.department("mail", "forms", |o| o)))
        .handoff("desk", "check", |h| h)
        .request("desk", "expert", |r| r.probability(0.1))
        .customers("callers", |c| c.poisson(per_hour(6.0)).enter("desk"))
        .customers("letters", |c| c.poisson(per_hour(6.0)).enter("mail"))
        .customers("buyers", |c| c.poisson(per_hour(6.0)).enter("store"))
        .class("forms", |c| c)
        .build()
        .unwrap();
    assert!(matches!(model.departments[2].detects[0].then, Found::Return));
    let structure = Structure::of(&model).unwrap();
    expect(
        &structure,
        &[
            ("desk", "check", How::Work(FlowKind::Handoff)),
            ("check", "desk", How::Work(FlowKind::Returned)),
            ("desk", "check", How::Work(FlowKind::Back)),
            ("expert", "desk", How::Answers),
            ("desk", "expert", How::Asks),
            ("clerks", "desk", How::Staffs),
            ("desk", "clerks", How::KeepsStaff),
            ("clerks", "mail", How::Staffs),
            ("mail", "clerks", How::KeepsStaff),
            ("expert", "check", How::Helps),
            ("check", "expert", How::IsHelped),
            ("forms", "store", How::Stocks),
            ("store", "forms", How::Takes),
            ("mail", "forms", How::Supplies),
            ("forms", "mail", How::Orders),
        ],
    );
    // What is bought at the store waits for callers' errors: the way is as short as can be.
    let way = structure.way("check", "store").unwrap();
    let through: Vec<&str> = way.iter().map(|(_, party)| party.name.as_str()).collect();
    assert_eq!(through, ["desk", "clerks", "mail", "forms", "store"]);
    assert_eq!(way[0].0, How::Work(FlowKind::Returned));
    assert_eq!(structure.circles.len(), 1);
    // It is a graph as well, the same.
    assert_eq!(structure.graph().edge_count(), structure.hold_ups.len());
    assert!(structure.two_way.is_empty());
}

#[test]
fn departments_that_serve_each_other() {
    let model = Model::builder("mutual")
        .department("design", |d| d.staff(1).service(minutes(1)).uses("parts", |u| u))
        .department("production", |d| d.staff(1).service(minutes(1)))
        .department("sales", |d| d.staff(1).service(minutes(1)))
        .stock("parts", |s| s.initial(5).reorder(2, 5, |x| x.department("production", "part", |o| o)))
        .class("part", |c| c)
        .request("production", "design", |r| r.probability(0.1))
        .request("sales", "design", |r| r.probability(0.1))
        .handoff("sales", "production", |h| h)
        .customers("orders", |c| c.poisson(per_hour(6.0)).enter("sales"))
        .customers("drawings", |c| c.poisson(per_hour(6.0)).enter("design"))
        .build()
        .unwrap();
    let structure = Structure::of(&model).unwrap();
    let [both] = &structure.two_way[..] else { panic!("{:?}", structure.two_way) };
    assert_eq!(both.between, ["design", "production"]);
    assert_eq!(both.services, [vec![Service::Answers], vec![Service::Supplies("parts".to_owned())]]);
}

/// A long chain is no deep recursion, and its ends are found.
#[test]
fn a_long_chain_is_no_deep_recursion() {
    let length = 20_000;
    let mut model = Model::builder("chain").customers("work", |c| c.poisson(per_hour(1.0)).enter("0"));
    for at in 0..length {
        model = model.department(at.to_string(), |d| d.staff(1).service(minutes(1)).queue_capacity(1));
        if at > 0 {
            model = model.handoff((at - 1).to_string(), at.to_string(), |h| h);
        }
    }
    let structure = Structure::of(&model.build().unwrap()).unwrap();
    assert_eq!(structure.circles.len(), 1);
    assert_eq!(structure.circles[0].len(), length);
    assert_eq!(structure.way("0", &(length - 1).to_string()).unwrap().len(), length - 1);
    assert_eq!(structure.can_hold_up("0").unwrap().last().unwrap().steps, length - 1);
}

/// Against Warshall's closure of a matrix, on random models: who can hold up whom, in how many steps at least, in which circles,
/// and what classes depend on.
#[test]
fn reach_is_that_of_a_matrix() {
    let mut words = uniforms(3);
    let mut below = |most: usize| (words() * most as f64) as usize;
    for _ in 0..150 {
        let size = 2 + below(6);
        let name = |at: usize| format!("d{at}");
        let pools = below(3);
        let mut model = Model::builder("random");
        for pool in 0..pools {
            model = model.pool(format!("p{pool}"), |p| p.staff(1));
        }
        for at in 0..size {
            let (pooled, limited) = (pools > 0 && below(3) == 0, below(3) == 0);
            let pool = if pooled { below(pools) } else { 0 };
            model = model.department(name(at), |d| {
                let d = if pooled { d.pool(format!("p{pool}")) } else { d.staff(1) };
                let d = d.service(Dist::exponential(minutes(1)));
                if limited { d.queue_capacity(3) } else { d }
            });
        }
        for at in 0..size {
            model =
                model.customers(format!("c{at}"), |c| c.schedule([Span::ZERO]).enter(name(at)).class("all"));
            let to = below(size);
            if to != at {
                model = model.handoff(name(at), name(to), |h| h.probability(0.5).transfer(hours(1)));
                model = model.handoff(name(at), "exit", |h| h.probability(0.5));
            }
            let asked = below(size);
            if asked > at {
                model = model.request(name(at), name(asked), |r| r.probability(0.1));
            }
        }
        let Ok(model) = model.build() else { continue };
        let structure = Structure::of(&model).unwrap();
        let parties = structure.parties.len();
        let place = |party: &Party| structure.parties.iter().position(|own| own == party).unwrap();
        let far = usize::MAX / 2;
        let mut steps = vec![vec![far; parties]; parties];
        for own in &structure.hold_ups {
            steps[place(&own.who)][place(&own.whom)] = 1;
        }
        for by in 0..parties {
            for from in 0..parties {
                for to in 0..parties {
                    let through = steps[from][by] + steps[by][to];
                    steps[from][to] = steps[from][to].min(through);
                }
            }
        }
        let names = (0..size).map(name).enumerate();
        for (department, name) in names {
            let found = structure.can_hold_up(&name).unwrap();
            let expected = (0..parties).filter(|&from| from != department && steps[from][department] < far);
            assert_eq!(found.len(), expected.count());
            assert!(found.windows(2).all(|pair| pair[0].steps <= pair[1].steps));
            for own in &found {
                assert_eq!(own.steps, steps[place(&own.party)][department]);
                assert!(structure.hold_ups.contains(&HoldUp {
                    who: own.party.clone(),
                    whom: own.next.clone(),
                    how: own.how
                }));
                let onward = steps[place(&own.next)][department];
                let there = place(&own.next) == department;
                assert_eq!(own.steps, if there { 1 } else { onward + 1 });
            }
        }
        let together = |a: usize, b: usize| steps[a][b] < far && steps[b][a] < far;
        for a in 0..parties {
            let found = structure.circles.iter().find(|circle| circle.contains(&structure.parties[a]));
            let expected: Vec<usize> = (0..parties).filter(|&b| b == a || together(a, b)).collect();
            let found: Option<Vec<usize>> = found.map(|circle| circle.iter().map(place).collect());
            assert_eq!(found, (expected.len() > 1).then_some(expected));
        }
        for class in &structure.classes {
            let passed = |at: usize| class.passes.contains(&structure.parties[at].name);
            let depends =
                |&from: &usize| passed(from) || (0..size).any(|to| passed(to) && steps[from][to] < far);
            let expected: Vec<&Party> =
                (0..parties).filter(depends).map(|at| &structure.parties[at]).collect();
            assert_eq!(class.depends_on.iter().collect::<Vec<_>>(), expected);
        }
    }
}
