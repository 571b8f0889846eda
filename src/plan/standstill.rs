//! Whether a model may come to a standstill at all, so that the engine need not look for one in the others.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::{FoundPlan, FullPlan, HomePlan, Plan};
use crate::model::{Asking, Resolved, Target};

/// Whether people may come to wait for each other in a circle, or work for people who never come. Some models of
/// which this is said never do; one of which it is not said never does.
///
/// What waits at a department waits for the people who may serve there. They may be at any department that they
/// serve, and with what is done there wait for an answer or for room at another. Only a circle with such
/// a wait in it, which no end of a service breaks, is a standstill.
pub(super) fn may_stand_still(names: &Resolved, plan: &Plan, full: &FullPlan) -> bool {
    full.homes.iter().any(somebody_stays_away)
        || full.departments.iter().any(|department| department.needed > 1)
        || circle(full, &waits(names, plan, full))
}

/// Whether somebody may leave for ever, perhaps with work on the desk.
fn somebody_stays_away(home: &HomePlan) -> bool {
    home.levels.as_ref().is_some_and(|levels| {
        let lasting = levels.highest_of_pattern();
        lasting == 0 || levels.highest_from(0) > lasting
    })
}

/// The waits, from department to department, in which people or items of the one stand still until something
/// happens at the other.
fn waits(names: &Resolved, plan: &Plan, full: &FullPlan) -> Vec<(u32, u32)> {
    let has_people = |department: u32| plan.departments[department as usize].staff.is_some();
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
            if let Target::Department(to) = names.routes[handoff as usize].target {
                blocked(from, to);
            }
        }
        for detection in department.detects.iter().flatten() {
            if let FoundPlan::SendTo(to) = detection.then {
                blocked(from, to);
            }
        }
    }
    waits
}

/// Whether one of the waits is on a circle of waits and of people who serve several departments.
fn circle(full: &FullPlan, waits: &[(u32, u32)]) -> bool {
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
    let mut component_of = vec![0; graph.node_count()];
    // Kosaraju's algorithm, because petgraph's Tarjan recurses.
    for (number, members) in kosaraju_scc(&graph).into_iter().enumerate() {
        members.into_iter().for_each(|node| component_of[node.index()] = number);
    }
    waits.iter().any(|&(from, to)| component_of[from as usize] == component_of[to as usize])
}
