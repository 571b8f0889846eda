//! Whether a model may come to a standstill at all, so that the engine need not look for one in the others.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::{BatchPlan, FoundPlan, FullPlan, HomePlan, NONE, Plan, PolicyPlan, SourcePlan, StockPlan, Tick};
use crate::model::{Asking, Resolved, Target};

/// Whether people may come to wait for each other in a circle, or for people or things that never come. Some models
/// of which this is said never do; one of which it is not said never does.
///
/// What waits at a department waits for the people who may serve there. They may be at any department that they
/// serve, and with what is done there wait for an answer or for room at another. Items, but not people, wait for
/// stock, and with it for the department that makes it. Only a circle in which people wait, which no end of a service
/// breaks, is a standstill; or that people wait where items do without end.
pub(super) fn may_stand_still(names: &Resolved, plan: &Plan, full: &FullPlan) -> bool {
    if full.homes.iter().any(somebody_stays_away) || full.departments.iter().any(|of| of.needed > 1) {
        return true;
    }
    let (people, orders) = (waits_of_people(names, plan, full), waits_for_orders(plan, full));
    let circles = Circles::of(full, &[&people[..], &orders[..]].concat());
    let circle = |waits: &[(u32, u32)]| waits.iter().any(|&wait| circles.contain(wait));
    circle(&people) || (!people.is_empty() && (circle(&orders) || items_wait_without_end(full)))
}

/// Whether somebody may leave for ever, perhaps with work on the desk.
fn somebody_stays_away(home: &HomePlan) -> bool {
    home.levels.as_ref().is_some_and(|levels| {
        let lasting = levels.highest_of_pattern();
        lasting == 0 || levels.highest_from(0) > lasting
    })
}

/// The waits, from department to department, in which people or items of the one stand still until something
/// happens at the other. Where everybody shares in all work at once, nobody waits.
fn waits_of_people(names: &Resolved, plan: &Plan, full: &FullPlan) -> Vec<(u32, u32)> {
    let has_people = |department: u32| {
        plan.departments[department as usize].staff.is_some()
            && !full.departments[department as usize].sharing
    };
    // Who waits for a request that itself waits for an answer does so whether or not people are held.
    let asked = full.asks.iter().filter(|ask| {
        let may = |probabilities: &[f64]| probabilities.iter().any(|&probability| probability > 0.0);
        let held = ask.staff == Asking::Held && has_people(ask.from);
        (held && may(&ask.during_cases)) || may(&ask.during_requests)
    });
    let mut waits: Vec<(u32, u32)> = asked.map(|ask| (ask.from, ask.to)).collect();
    let mut blocked = |from: u32, to: u32| {
        let limited = plan.departments[to as usize].capacity < u32::MAX;
        if limited && has_people(from) && has_people(to) {
            waits.push((from, to));
        }
    };
    for (from, department) in (0..).zip(&full.departments) {
        for &handoff in names.routes_out(from) {
            let route = &names.routes[handoff as usize];
            if let Target::Department(to) = route.target {
                blocked(from, to);
            }
            route.or_shorter.iter().for_each(|&to| blocked(from, to));
        }
        for &fork in department.fork.iter().filter(|&&fork| fork != NONE) {
            full.forks[fork as usize].branches.iter().for_each(|branch| blocked(from, branch.department));
        }
        for detection in department.detects.iter().flatten() {
            if let FoundPlan::SendTo(to) = detection.then {
                blocked(from, to);
            }
        }
    }
    waits
}

/// From each department whose work uses up stock to those that make it.
fn waits_for_orders(plan: &Plan, full: &FullPlan) -> Vec<(u32, u32)> {
    let mut waits = Vec::new();
    for (from, department) in (0..).zip(&full.departments) {
        for used in department.uses.iter().flatten() {
            let supplies = &full.stocks[used.stock as usize].supplies;
            let makers = supplies.iter().filter_map(|supply| match supply.source {
                SourcePlan::Outside { .. } => None,
                SourcePlan::Department { row, .. } => Some((from, plan.department_of(row) as u32)),
            });
            waits.extend(makers);
        }
    }
    waits
}

/// Whether items may wait for others that never come, or for stock that nobody is sure to bring.
fn items_wait_without_end(full: &FullPlan) -> bool {
    let never_full = |batch: &BatchPlan| batch.least > 1 && batch.longest_wait == Tick::MAX;
    // An alert is none where much is on the shelf, however much is owed.
    let supplied = |stock: &StockPlan| {
        stock.supplies.iter().any(|supply| !matches!(supply.policy, PolicyPlan::Alert { .. }))
    };
    full.departments.iter().any(|department| {
        let mut uses = department.uses.iter().flatten();
        department.batch.as_ref().is_some_and(never_full)
            || uses.any(|used| !supplied(&full.stocks[used.stock as usize]))
    })
}

/// Which departments are on circles of waits and of people who serve several departments.
struct Circles {
    /// By department: those on a common circle have the same number.
    component: Vec<usize>,
}

impl Circles {
    fn of(full: &FullPlan, waits: &[(u32, u32)]) -> Circles {
        let mut graph = DiGraph::<(), ()>::new();
        let departments: Vec<_> = full.departments.iter().map(|_| graph.add_node(())).collect();
        let homes: Vec<_> = full.homes.iter().map(|_| graph.add_node(())).collect();
        for (home, &node) in full.homes.iter().zip(&homes) {
            for serves in &home.serves {
                let department = departments[serves.department as usize];
                graph.add_edge(node, department, ());
                graph.add_edge(department, node, ());
            }
        }
        for &(from, to) in waits {
            graph.add_edge(departments[from as usize], departments[to as usize], ());
        }
        let mut component = vec![0; graph.node_count()];
        // Kosaraju's algorithm, because petgraph's Tarjan recurses.
        for (number, members) in kosaraju_scc(&graph).into_iter().enumerate() {
            members.into_iter().for_each(|node| component[node.index()] = number);
        }
        Circles { component }
    }

    /// Whether a wait is on a circle.
    fn contain(&self, (from, to): (u32, u32)) -> bool {
        self.component[from as usize] == self.component[to as usize]
    }
}
