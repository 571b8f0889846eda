//! Models that are refused although each of their words is understood: where two of them together mean
//! something that the library cannot say, or that the schema leaves open.

use std::collections::BTreeSet;

use crate::schema::{Arrival, AtShiftEnd, Discipline, Model, Node, Servers, WhenFull};

/// Refuses what cannot be answered, with the reason.
pub fn check(neutral: &Model) -> Result<(), String> {
    let context = Context::of(neutral);
    for node in &neutral.nodes {
        if let Some(reason) = context.against_node(node) {
            return Err(format!("node {}: {reason}", node.name));
        }
    }
    for arrival in &neutral.arrivals {
        if let Some(reason) = context.against_arrivals(arrival) {
            return Err(format!("arrivals at {}: {reason}", arrival.node));
        }
    }
    Ok(())
}

/// What must be known of a model to judge one part of it.
struct Context<'m> {
    model: &'m Model,
    /// Nodes that others send finished work to.
    receivers: BTreeSet<&'m str>,
    /// Nodes that are sent those who lose patience.
    refuges: BTreeSet<&'m str>,
    /// Whether some classes go before others.
    priorities: bool,
}

impl<'m> Context<'m> {
    fn of(model: &'m Model) -> Context<'m> {
        let ranks: BTreeSet<u32> = model.classes.iter().map(|class| class.priority).collect();
        Context {
            model,
            receivers: model
                .routing
                .iter()
                .flat_map(|rule| &rule.to)
                .map(|target| target.parts().0)
                .collect(),
            refuges: model.nodes.iter().filter_map(|node| node.abandon_to.as_deref()).collect(),
            priorities: ranks.len() > 1,
        }
    }

    fn against_node(&self, node: &Node) -> Option<&'static str> {
        let name = node.name.as_str();
        let comes_and_goes = node.calendar.is_some() || node.breakdown.is_some();
        let preempts =
            node.calendar.as_ref().is_some_and(|own| own.at_shift_end == AtShiftEnd::PreemptResume);
        let finishes_unsaid = || {
            node.calendar
                .as_ref()
                .is_some_and(|own| own.at_shift_end == AtShiftEnd::FinishCurrent && own.crew.is_none())
        };
        // The library limits how many wait, the schema how many are present: that is the same only where
        // a fixed number of servers takes work whenever there is any.
        if node.capacity.is_some() && (comes_and_goes || node.pool.is_some()) {
            Some("room for a limited number present, and servers who are not always its own")
        } else if node.capacity.is_some() && node.when_full == WhenFull::Lose && self.receivers.contains(name)
        {
            Some("handoffs into it that are lost where it is full")
        } else if node.capacity.is_some() && self.refuges.contains(name) {
            Some("room for a limited number, and those who lose patience elsewhere")
        } else if comes_and_goes && self.may_block(name) {
            Some("servers who leave, perhaps while work of theirs is blocked")
        } else if node.breakdown.is_some() && !matches!(node.servers, Some(Servers::Count(1))) {
            Some("a breakdown of other than one server")
        } else if node.pool.is_some() && (self.priorities || node.discipline != Discipline::Fifo) {
            Some("a pool that does not serve in the order of arrival")
        } else if preempts && self.priorities {
            Some("a shift that interrupts the least urgent work first")
        } else if finishes_unsaid() {
            Some("a calendar that does not say which crew comes next")
        } else {
            None
        }
    }

    /// Whether finished work of the node may find no room.
    fn may_block(&self, name: &str) -> bool {
        let limited =
            |target: &str| self.model.nodes.iter().any(|node| node.name == target && node.capacity.is_some());
        let rules = self.model.routing.iter().filter(|rule| rule.from == name);
        rules.flat_map(|rule| &rule.to).any(|target| limited(target.parts().0))
    }

    /// A saturated stream of the library brings a case whenever somebody is idle: all its work is there
    /// from the start only as long as nothing else happens to that work.
    fn against_arrivals(&self, arrival: &Arrival) -> Option<&'static str> {
        if !arrival.saturated {
            return None;
        }
        let name = arrival.node.as_str();
        let node = self.model.nodes.iter().find(|node| node.name == name)?;
        let streams = self.model.arrivals.iter().filter(|other| other.node == name).count();
        if streams > 1 || self.receivers.contains(name) || self.refuges.contains(name) {
            Some("a node that never lacks work, and other work for it")
        } else if node.pool.is_some() || node.patience.is_some() {
            Some("a node that never lacks work, and a pool or patience")
        } else {
            None
        }
    }
}
