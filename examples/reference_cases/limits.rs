//! Models that are refused although each of their words is understood: where two of them together mean
//! something that the library cannot say, or that the schema leaves open.

use std::collections::BTreeSet;

use crate::routing::{Flow, flows};
use crate::schema::{
    Arrival, AtShiftEnd, Discipline, Gate, Model, Population, Preemption, Servers, Station, WhenFull,
};

/// Refuses what cannot be answered, with the reason.
pub fn check(neutral: &Model) -> Result<(), String> {
    let context = Context::of(neutral)?;
    for node in neutral.stations() {
        if let Some(reason) = context.against_station(node).or_else(|| context.against_rules(node)) {
            return Err(format!("node {}: {reason}", node.name));
        }
    }
    for arrival in &neutral.arrivals {
        if let Some(reason) = context.against_arrivals(arrival) {
            return Err(format!("arrivals at {}: {reason}", arrival.node));
        }
    }
    let reason = neutral.population.as_ref().and_then(|population| context.against_population(population));
    match reason.or_else(|| context.against_forks()).or_else(|| context.against_upgrades()) {
        Some(reason) => Err(reason.into()),
        None => Ok(()),
    }
}

/// What must be known of a model to judge one part of it.
struct Context<'m> {
    model: &'m Model,
    flows: Vec<Flow<'m>>,
    /// Nodes that are sent those who lose patience.
    refuges: BTreeSet<&'m str>,
    /// Whether some classes go before others.
    priorities: bool,
}

impl<'m> Context<'m> {
    fn of(model: &'m Model) -> Result<Context<'m>, String> {
        let ranks: BTreeSet<u32> = model.classes.iter().map(|class| class.priority).collect();
        Ok(Context {
            model,
            flows: flows(model)?,
            refuges: model.stations().filter_map(|node| node.abandon_to.as_deref()).collect(),
            priorities: ranks.len() > 1,
        })
    }

    /// Whether others send finished work there.
    fn receives(&self, name: &str) -> bool {
        self.flows.iter().any(|flow| flow.to == name)
    }

    /// Who serves, and how much room there is.
    fn against_station(&self, node: &Station) -> Option<&'static str> {
        let name = node.name.as_str();
        let comes_and_goes = node.calendar.is_some() || node.breakdown.is_some() || node.vacation.is_some();
        let preempts =
            node.calendar.as_ref().is_some_and(|own| own.at_shift_end == AtShiftEnd::PreemptResume);
        let finishes_unsaid = || {
            node.calendar
                .as_ref()
                .is_some_and(|own| own.at_shift_end == AtShiftEnd::FinishCurrent && own.crew.is_none())
        };
        // The library limits how many wait, the schema how many are present: that is the same only where
        // a fixed number of servers takes work whenever there is any.
        if node.capacity.is_some() && (comes_and_goes || node.pool.is_some() || node.slots.is_some()) {
            Some("room for a limited number present, and servers who are not always its own")
        } else if node.capacity.is_some() && node.when_full == WhenFull::Lose && self.receives(name) {
            Some("handoffs into it that are lost where it is full")
        } else if node.capacity.is_some() && self.refuges.contains(name) {
            Some("room for a limited number, and those who lose patience elsewhere")
        } else if comes_and_goes && self.may_block(name) {
            Some("servers who leave, perhaps while work of theirs is blocked")
        } else if node.breakdown.is_some() && !one_server(node) {
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

    /// How they serve.
    fn against_rules(&self, node: &Station) -> Option<&'static str> {
        let idles = node.vacation.is_some() || node.setup_when_idle.is_some();
        let interrupts = node.preemption != Preemption::None;
        let shares = node.discipline == Discipline::Ps;
        let comes_and_goes = node.calendar.is_some() || node.breakdown.is_some();
        if idles && !one_server(node) {
            Some("vacations or setups of other than one server")
        } else if idles && (comes_and_goes || node.slots.is_some() || interrupts || node.patience.is_some()) {
            Some("vacations or setups, and other reasons for which work stops or does not start")
        } else if node.vacation.is_some() && node.setup_when_idle.is_some() {
            Some("vacations and setups")
        } else if interrupts && (comes_and_goes || node.slots.is_some() || node.pool.is_some()) {
            Some("work that is interrupted, and servers who are not always there")
        } else if interrupts && self.may_block(&node.name) {
            Some("work that is interrupted, perhaps while other work is blocked")
        } else if shares && !one_server(node) {
            Some("other than one server shared by all")
        } else if shares && (interrupts || idles || node.slots.is_some() || self.priorities) {
            Some("a shared server, and work that is not all alike")
        } else if node.balking.is_some() && node.capacity.is_some() {
            Some("customers who balk, and customers who find no room")
        } else {
            None
        }
    }

    /// Whether finished work of the node may find no room.
    fn may_block(&self, name: &str) -> bool {
        let limited =
            |target: &str| self.model.stations().any(|node| node.name == target && node.capacity.is_some());
        self.flows.iter().any(|flow| flow.from == name && limited(flow.to))
    }

    /// A saturated stream of the library brings a case whenever somebody is idle: all its work is there
    /// from the start only as long as nothing else happens to that work.
    fn against_arrivals(&self, arrival: &Arrival) -> Option<&'static str> {
        if !arrival.saturated {
            return None;
        }
        let name = arrival.node.as_str();
        let node = self.model.stations().find(|node| node.name == name)?;
        let streams = self.model.arrivals.iter().filter(|other| other.node == name).count();
        let plain = node.balking.is_none()
            && node.slots.is_none()
            && node.vacation.is_none()
            && node.setup_when_idle.is_none()
            && node.discipline != Discipline::Ps
            && node.preemption == Preemption::None;
        if streams > 1 || self.receives(name) || self.refuges.contains(name) {
            Some("a node that never lacks work, and other work for it")
        } else if node.pool.is_some() || node.patience.is_some() {
            Some("a node that never lacks work, and a pool or patience")
        } else if !plain {
            Some("a node that never lacks work, and rules for when it does")
        } else {
            None
        }
    }

    /// A closed network is one that nobody can leave.
    fn against_population(&self, population: &Population) -> Option<&'static str> {
        let goes_on = |node: &str, class: &str| {
            self.flows.iter().any(|flow| flow.from == node && flow.class == class && flow.to != "exit")
        };
        let may_leave = |node: &str| self.model.classes.iter().any(|class| !goes_on(node, &class.name));
        let loses = |node: &Station| node.patience.is_some() || node.balking.is_some();
        let leaves = self.flows.iter().any(|flow| flow.to == "exit")
            || self.model.nodes.iter().any(|node| may_leave(node.name()))
            || self.model.stations().any(loses);
        let full = |node: &Station| node.name == population.start && node.capacity.is_some();
        if !self.model.arrivals.is_empty() || leaves {
            Some("a population, and others who come, or members who leave")
        } else if self.model.classes.len() != 1 {
            Some("a population of several classes")
        } else if self.model.stations().any(full) {
            Some("a population that starts where there is limited room")
        } else {
            None
        }
    }

    /// Forks and joins name each other; what becomes of the others when one of several is lost is open.
    fn against_forks(&self) -> Option<&'static str> {
        let pairs = |gate: &Gate| {
            self.model.gates().any(|other| match (gate, other) {
                (Gate::Fork { name, join, .. }, Gate::Join { name: own, of })
                | (Gate::Join { name: own, of }, Gate::Fork { name, join, .. }) => join == own && of == name,
                _ => false,
            })
        };
        let loses = |node: &Station| node.patience.is_some() || node.capacity.is_some();
        let goes_on = |gate: &Gate| matches!(gate, Gate::Fork { name, .. } if self.model.routing.iter().any(|rule| rule.from == *name));
        if !self.model.gates().all(pairs) {
            Some("a fork or a join without the other")
        } else if self.model.gates().any(goes_on) {
            Some("a fork that sends work elsewhere, too")
        } else if self.model.gates().next().is_some()
            && (self.model.stations().any(loses) || self.model.population.is_some())
        {
            Some("forks, and jobs that are lost, find no room or never leave")
        } else {
            None
        }
    }

    /// Who is upgraded joins the end of another class: where that is in the same line, it is open which end.
    fn against_upgrades(&self) -> Option<&'static str> {
        let rank =
            |name: &str| self.model.classes.iter().find(|class| class.name == name).map(|c| c.priority);
        let mut from = BTreeSet::new();
        let upgrades = &self.model.class_upgrade;
        if upgrades.iter().any(|upgrade| rank(&upgrade.from) <= rank(&upgrade.to)) {
            Some("an upgrade to a class that is not more urgent")
        } else if upgrades.iter().any(|upgrade| !from.insert(&upgrade.from)) {
            Some("two upgrades of one class")
        } else {
            None
        }
    }
}

fn one_server(node: &Station) -> bool {
    matches!(node.servers, Some(Servers::Count(1)))
}
