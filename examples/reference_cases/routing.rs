//! Where jobs go next: as the builder of a model is told, and as expected numbers.

use std::collections::BTreeSet;

use crate::dists::to_one;
use crate::schema::{Gate, Model, Policy, Routing};

/// A way on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way<'n> {
    pub from: &'n str,
    /// A node or `exit`; of these and those of `or_shorter` the one where the fewest wait.
    pub to: &'n str,
    pub or_shorter: &'n [String],
    pub class: &'n str,
    pub probability: f64,
    pub becomes: Option<&'n str>,
}

/// Every way on, but for those into the branches of forks.
pub fn ways(neutral: &Model) -> Result<Vec<Way<'_>>, String> {
    let mut ways = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in &neutral.routing {
        if !seen.insert((&rule.from, &rule.class)) {
            return Err(format!("two routing entries from {} for class {}", rule.from, rule.class));
        }
        let own_entry =
            |class: &str| neutral.routing.iter().any(|other| other.from == rule.from && other.class == class);
        let classes: Vec<&str> = match rule.class.as_str() {
            "*" => {
                neutral.classes.iter().map(|c| c.name.as_str()).filter(|class| !own_entry(class)).collect()
            }
            class => vec![class],
        };
        for (to, or_shorter, probability, becomes) in targets(rule)? {
            let from = rule.from.as_str();
            let way = |class| Way { from, to, or_shorter, class, probability, becomes };
            ways.extend(classes.iter().copied().map(way));
        }
    }
    Ok(ways)
}

/// A target of an entry, others instead, a probability, a new class.
type Target<'n> = (&'n str, &'n [String], f64, Option<&'n str>);

fn targets(rule: &Routing) -> Result<Vec<Target<'_>>, String> {
    match (rule.policy, rule.to.as_slice(), rule.among.as_slice()) {
        (None, to, []) => {
            let probabilities: Vec<f64> = to.iter().map(|target| target.parts().1).collect();
            let all = to.iter().zip(to_one(&probabilities)).map(|(target, probability)| {
                let (to, _, becomes) = target.parts();
                (to, [].as_slice(), probability, becomes)
            });
            Ok(all.collect())
        }
        (Some(Policy::JoinShortestQueue), [], [first, others @ ..]) => Ok(vec![(first, others, 1.0, None)]),
        _ => Err(format!("routing from {}: must have one of to, and a policy among some", rule.from)),
    }
}

/// How many jobs go from one node to another for each of a class that the first has done with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow<'n> {
    pub from: &'n str,
    pub to: &'n str,
    pub class: &'n str,
    pub number: f64,
    pub becomes: Option<&'n str>,
}

/// Where all jobs go, those that part included. The shortest queue is each of those there are equally often; of
/// those that meet at a join, each is a fraction of the one that goes on.
pub fn flows(neutral: &Model) -> Result<Vec<Flow<'_>>, String> {
    let mut flows = Vec::new();
    for Way { from, to, or_shorter, class, probability, becomes } in ways(neutral)? {
        let all = || std::iter::once(to).chain(or_shorter.iter().map(String::as_str));
        let each = probability / all().count() as f64;
        flows.extend(all().map(|to| Flow { from, to, class, number: each, becomes }));
    }
    for gate in neutral.gates() {
        let Gate::Fork { name: from, branches, .. } = gate else { continue };
        for class in &neutral.classes {
            let branch = |to| Flow { from, to, class: &class.name, number: 1.0, becomes: None };
            flows.extend(branches.iter().map(|to| branch(to)));
        }
    }
    for flow in &mut flows {
        flow.number /= neutral.gates().find_map(|gate| parts_at(gate, flow.to)).unwrap_or(1) as f64;
    }
    Ok(flows)
}

/// How many meet at a node, if it is the join of this fork.
fn parts_at(gate: &Gate, node: &str) -> Option<usize> {
    match gate {
        Gate::Fork { branches, join, .. } if join == node => Some(branches.len()),
        _ => None,
    }
}
