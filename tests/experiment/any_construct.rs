//! Random models of everything that departments do: their totals against their records, and against each other.

use knockon::model::{
    Balking, Batch, Beyond, Branch, Counts, Expense, Fork, Hoarding, Late, Model, Outage, Pickup, Policy,
    Preemption, Retry, Setup, Source, Staff, StaffCost, Standard, Stock, Supply, Use, Vacation, Vacations,
};
use knockon::prelude::*;
use knockon::results::{Replication, StaffTotals};
use knockon::{ErrorKind, OrderRecord, Outcome};

use super::any_dependence::{Told, any_dependence};
use super::recorded;

/// Adds to a random model what its words say.
fn with_constructs(mut model: Model, below: &mut impl FnMut(u64) -> u64) -> Model {
    let last = model.departments.len() - 1;
    for (number, department) in model.departments.iter_mut().enumerate() {
        let finite = department.staff != Staff::Infinite;
        if below(2) == 0 {
            department.standards = vec![Standard { class: None, within: minutes(30), acts: None }];
        }
        if finite {
            department.preemption = match below(6) {
                0 => Preemption::Resume,
                1 => Preemption::Restart,
                2 => Preemption::Resample,
                _ => Preemption::None,
            };
            if below(3) == 0 {
                let (after_idle, time) = (Some(minutes(1).into()), Some(minutes(2).into()));
                department.setup = Some(Setup { time, time_for: Vec::new(), after_idle });
            }
            if below(4) == 0 && department.staff_needed == 1 {
                department.batch =
                    Some(Batch { size: 3, at_least: Some(2), longest_wait: Some(minutes(20)) });
            }
        }
        if let Staff::Count(_) = department.staff {
            department.cost = StaffCost { idle: 0.5, busy: 1.0, overtime: 2.0 };
            match below(6) {
                0 => department.outages = vec![Outage { at: hours(3), lasts: hours(1), staff: Some(1) }],
                1 => {
                    department.vacation =
                        Some(Vacation { kind: Vacations::Once, duration: minutes(9).into() })
                }
                _ => {}
            }
        }
        if finite && below(3) == 0 {
            let hoarding = Some(Hoarding { extra: 1, most: 3, trust_after: hours(1) });
            let raids = vec!["spare".to_owned()];
            department.uses = vec![Use { stock: "parts".into(), class: None, quantity: 1, raids, hoarding }];
        }
        if number == 0 && below(2) == 0 {
            let (join, beyond) = (vec![1.0, 0.9, 0.5, 0.4], Beyond::Harmonic);
            department.balking = Some(Balking { counts: Counts::Present, join, beyond });
        }
    }
    model.pools[0].cost = StaffCost { idle: 1.0, busy: 3.0, overtime: 0.0 };
    let source = if below(2) == 0 {
        Source::Outside { lead_time: minutes(40).into() }
    } else {
        let (department, class) = (model.departments[last].name.clone(), "second".to_owned());
        Source::Department {
            department,
            class,
            service: Some(minutes(3).into()),
            transfer: Some(minutes(5).into()),
        }
    };
    let supply = |policy| Supply { policy, source: source.clone() };
    let reorder = supply(Policy::Reorder { at: 3, quantity: 5 });
    let review = supply(Policy::Periodic { every: hours(2), first: None, up_to: 2 });
    model.stocks = vec![
        Stock { name: "parts".into(), initial: 4, supplies: vec![reorder] },
        Stock { name: "spare".into(), initial: 2, supplies: vec![review] },
    ];
    for handoff in &mut model.handoffs {
        match below(5) {
            0 => handoff.pickup = Some(Pickup { period: hours(1), times: vec![minutes(10), minutes(40)] }),
            1 if handoff.transfer.is_some() => handoff.capacity = Some(1),
            _ => {}
        }
    }
    if last >= 2 && below(2) == 0 {
        let [first, second, join] = [0, 1, last].map(|at| model.departments[at].name.clone());
        let needed = if below(2) == 0 { Some(1) } else { None };
        let branch = |to: &String| Branch { to: to.clone(), ..Branch::default() };
        model.handoffs.retain(|handoff| handoff.from != first);
        // Parts that are sent back to the fork would not meet those that they belong to.
        model.departments.iter_mut().for_each(|department| department.detects.clear());
        model.forks = vec![Fork {
            from: first,
            classes: Vec::new(),
            branches: vec![branch(&second), Branch { transfer: Some(minutes(3).into()), ..branch(&second) }],
            join,
            needed,
            order: Default::default(),
            late: if below(2) == 0 { Late::Finished } else { Late::Withdrawn },
        }];
    }
    for stream in &mut model.streams {
        if below(2) == 0 {
            stream.retry =
                Some(Retry { probability: 0.7, after: minutes(25).into(), most: Some(3), on: Vec::new() });
        }
        match below(3) {
            0 => stream.patience = Some(hours(3).into()),
            1 => stream.notice = Some(hours(1).into()),
            _ => {}
        }
    }
    model.expenses = vec![Expense { name: "start".into(), amount: 10.0, at: Some(hours(1)) }];
    model
}

#[track_caller]
fn assert_near(one: f64, other: f64) {
    assert!((one - other).abs() <= 1e-9 * one.abs().max(1.0), "{one}, {other}");
}

/// Everybody's time is told of to the tick, and has its price.
fn assert_people(model: &Model, replication: &Replication) {
    let money = replication.money.as_ref().unwrap();
    let mut priced = money.staff.iter();
    let mut staff = |count: u32, totals: &StaffTotals, cost: StaffCost| {
        let ticks = |hours: f64| (hours * 3.6e9).round() as i64;
        assert_eq!(ticks(totals.all()), ticks(replication.window) * i64::from(count), "{totals:?}");
        assert!(totals.overtime_at_work <= totals.overtime + 1e-9);
        let of = priced.next().unwrap();
        assert_near(of.overtime, cost.overtime * totals.overtime);
        let on_shift = totals.on_shift() - totals.overtime;
        let busy = totals.at_work() - totals.overtime_at_work;
        assert_near(of.total() - of.overtime, cost.busy * busy + cost.idle * (on_shift - busy));
    };
    for (department, totals) in model.departments.iter().zip(&replication.departments) {
        if let Staff::Count(count) = department.staff {
            staff(count, &totals.detail.as_ref().unwrap().staff.unwrap(), department.cost);
        }
    }
    for (pool, totals) in model.pools.iter().zip(&replication.pools) {
        staff(pool.staff, totals, pool.cost);
    }
}

/// What stocks have and owe, by the records.
fn assert_orders(replication: &Replication, orders: &[OrderRecord], from: i64) {
    for (index, stock) in replication.stocks.iter().enumerate() {
        let mine = || {
            let mine = |order: &&OrderRecord| {
                order.replication == replication.number && order.stock as usize == index
            };
            orders.iter().filter(mine)
        };
        let made: Vec<_> = mine().filter(|order| order.ordered.ticks() >= from).collect();
        assert_eq!(stock.orders, made.len() as u64);
        let delivered = mine().filter(|order| order.delivered.is_some_and(|at| at.ticks() >= from));
        assert_eq!(stock.delivered, delivered.map(|order| u64::from(order.quantity)).sum::<u64>());
        let times = made.iter().filter_map(|order| Some(order.delivered?.ticks() - order.ordered.ticks()));
        assert_near(stock.lead_time.sum, times.sum::<i64>() as f64 / 3.6e9);
        assert!(stock.empty_hours <= replication.window + 1e-9);
    }
}

/// What came up in the models that were looked at.
#[derive(Debug, Default)]
struct Seen {
    done: u64,
    refused: u64,
    standstills: u64,
    balked: u64,
    returns: u64,
    interruptions: u64,
    setups: u64,
    batches: u64,
    kept: u64,
    withdrawn: u64,
    joined: u64,
    for_nobody: u64,
    waits_for_stock: u64,
    raids: u64,
    lost_trust: u64,
    waits_for_ways: u64,
    late: u64,
}

impl Seen {
    fn add(&mut self, replication: &Replication) {
        self.done += 1;
        for class in &replication.classes {
            self.balked += class.balked;
            self.returns += class.returns;
            self.late += class.tardiness.count - class.tardiness.zero;
        }
        for detail in replication.departments.iter().filter_map(|department| department.detail.as_ref()) {
            self.interruptions += detail.interruptions;
            self.setups += detail.setups.count;
            self.batches += detail.items - detail.services;
            self.kept += detail.parts.iter().map(|parts| parts.standard_kept).sum::<u64>();
            self.withdrawn += detail.parts.iter().map(|parts| parts.withdrawn).sum::<u64>();
        }
        for fork in &replication.forks {
            self.joined += fork.duration.count;
            self.for_nobody += fork.parts_for_nobody;
        }
        self.waits_for_stock += replication.stocks.iter().map(|stock| stock.waiting.count).sum::<u64>();
        self.raids += replication.uses.iter().map(|one| one.raids).sum::<u64>();
        self.lost_trust += replication.uses.iter().map(|one| one.lost_trust).sum::<u64>();
        self.waits_for_ways += replication.handoffs.iter().map(|handoff| handoff.waiting.count).sum::<u64>();
    }

    fn everything(&self) -> bool {
        [
            self.balked,
            self.returns,
            self.interruptions,
            self.setups,
            self.batches,
            self.kept,
            self.withdrawn,
            self.joined,
            self.for_nobody,
            self.waits_for_stock,
            self.raids,
            self.lost_trust,
            self.waits_for_ways,
            self.late,
        ]
        .iter()
        .all(|&count| count > 0)
    }
}

fn check_any_construct(count: u32, seed: u64) -> Seen {
    let mut state = seed;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut seen = Seen::default();
    for _ in 0..count {
        let model = any_dependence(&mut random);
        let model = with_constructs(model, &mut |bound| random() % bound);
        let warm_up = if random() % 2 == 0 { Span::ZERO } else { hours(2.25) };
        let horizon = if random() % 2 == 0 { hours(9.5) } else { hours(400) };
        let experiment = Experiment::new(&model).replications(2).threads(1).self_check();
        let experiment = experiment.horizon(horizon).warm_up(warm_up);
        if let Err(cut) = experiment.run() {
            match cut.error.kind() {
                ErrorKind::Standstill { .. } => seen.standstills += 1,
                ErrorKind::Defects(_) => seen.refused += 1,
                _ => panic!("{cut}\n{model:#?}"),
            }
            continue;
        }
        let (results, taken) = recorded(&experiment);
        for replication in &results.replications {
            let (number, from) = (replication.number, warm_up.ticks());
            let told = Told { taken: &taken, number, from, end: hours(replication.end).ticks() };
            told.assert_all_visits(replication);
            told.assert_requests(replication);
            told.assert_classes(replication);
            assert_people(&model, replication);
            assert_orders(replication, &taken.orders, from);
            let counted = taken.cases.iter().filter(|case| {
                case.replication == number
                    && case.arrived.ticks() >= from
                    && case.outcome != Outcome::Unfinished
            });
            let again: u64 = counted.map(|case| u64::from(case.attempts) - 1).sum();
            let returns: u64 = replication.classes.iter().map(|class| class.returns).sum();
            assert!(again <= returns, "{again}, {returns}");
            seen.add(replication);
        }
        let costs = results.costs.unwrap();
        let classes: f64 = costs.classes.iter().map(|class| class.cost.total.mean).sum();
        let staff: f64 = costs.staff.iter().map(|staff| staff.cost.total.mean).sum();
        assert_near(costs.total.mean, classes + staff + costs.all_expenses.mean);
    }
    seen
}

#[test]
fn totals_of_any_construct_agree() {
    let seen = check_any_construct(60, 3);
    assert!(seen.everything(), "{seen:?}");
}

#[test]
#[ignore = "long: cargo test --release --test experiment -- --ignored many_constructs"]
fn totals_of_many_constructs_agree() {
    let seen = check_any_construct(5000, 4);
    println!("{seen:#?}");
}
