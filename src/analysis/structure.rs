//! Who depends on whom: what a model says of it before anything runs.

mod display;

use std::collections::{BTreeMap, HashMap, VecDeque};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result};
use crate::model::{FlowKind, Graph, Model, Source, Staff};
use crate::results::{Party, PartyKind};

/// How one can hold up another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Work comes from it, in one of the ways of [`FlowKind`]: late if it is late, and more if it sends more.
    Work(FlowKind),
    /// Its queue may be full: who hands work to it keeps it on the desk.
    Blocks,
    /// It answers the other's questions.
    Answers,
    /// The other answers its questions: they are work there.
    Asks,
    /// The other's people come from this pool.
    Staffs,
    /// Its work keeps the people of this pool.
    KeepsStaff,
    /// Its people help out in the other, when they have time.
    Helps,
    /// The other's people help out here.
    IsHelped,
    /// The other's work takes from this stock.
    Stocks,
    /// It takes from the other, a stock.
    Takes,
    /// It makes what the other, a stock, orders.
    Supplies,
    /// The other makes what is ordered for this stock: that is work there.
    Orders,
}

impl How {
    /// Whether that is a service to the other, as to a customer.
    fn serves(self) -> bool {
        matches!(self, How::Work(FlowKind::Handoff | FlowKind::Part) | How::Answers | How::Helps)
    }
}

/// That one can hold up another directly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldUp {
    /// A department, a pool or a stock.
    pub who: Party,
    /// Whom it can hold up.
    pub whom: Party,
    /// How.
    pub how: How,
}

/// One that can hold up another, directly or through others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// A department, a pool or a stock.
    pub party: Party,
    /// In how many steps at least; 1 is directly.
    pub steps: usize,
    /// How it holds up the next one on a shortest way.
    pub how: How,
    /// The next one.
    pub next: Party,
}

/// Two departments that serve each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoWay {
    /// The two, in the order of the model.
    pub between: [String; 2],
    /// How the first serves the second, and the second the first: hands work on, answers, helps out, or supplies a stock that it uses.
    pub services: [Vec<Service>; 2],
}

/// A service of one department to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Work is handed on, whole or in parts.
    HandsOn,
    /// Questions are answered.
    Answers,
    /// People help out.
    Helps,
    /// A stock is supplied.
    Supplies(String),
}

/// What the customers of a class depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassDependence {
    /// The class.
    pub class: String,
    /// The departments that every case passes that arrives in it and is not lost, in order.
    pub passes: Vec<String>,
    /// All departments, pools and stocks that can hold up one of these, and so every case; those passed are among them.
    pub depends_on: Vec<Party>,
}

/// Who can hold up whom in a model.
///
/// Pools and stocks stand between the departments that share them. Nothing is said of how much: that, runs tell.
///
/// ```
/// use knockon::analysis::Structure;
/// use knockon::prelude::*;
///
/// let model = Model::builder("orders")
///     .department("reps", |d| d.staff(3).service(minutes(10)))
///     .department("engineering", |d| d.staff(1).service(hours(1)))
///     .department("shipping", |d| d.staff(1).service(minutes(5)))
///     .handoff("reps", "shipping", |h| h)
///     .request("reps", "engineering", |r| r.probability(0.5))
///     .customers("order", |c| c.poisson(per_hour(4.0)).enter("reps"))
///     .customers("design", |c| c.poisson(per_hour(0.5)).enter("engineering"))
///     .build()?;
/// let structure = Structure::of(&model)?;
/// // No order ever comes to engineering, and every one depends on it.
/// let order = structure.class("order")?;
/// assert_eq!(order.passes, ["reps", "shipping"]);
/// assert!(order.depends_on.iter().any(|party| party.name == "engineering"));
/// // It can hold up shipping, by way of the reps.
/// let influence = structure.can_hold_up("shipping")?;
/// let engineering = influence.iter().find(|of| of.party.name == "engineering").unwrap();
/// assert_eq!((engineering.steps, &*engineering.next.name), (2, "reps"));
/// # Ok::<(), knockon::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    /// The departments, then the pools, then the stocks.
    pub parties: Vec<Party>,
    /// Who can hold up whom directly.
    pub hold_ups: Vec<HoldUp>,
    /// Those who can all hold up each other, in groups of two and more.
    pub circles: Vec<Vec<Party>>,
    /// Departments that serve each other.
    pub two_way: Vec<TwoWay>,
    /// By class in which cases arrive.
    pub classes: Vec<ClassDependence>,
}

type Network = DiGraph<Party, How>;

impl Structure {
    /// The structure of a model.
    ///
    /// # Errors
    ///
    /// The defects of the model, if it has any.
    pub fn of(model: &Model) -> Result<Structure> {
        let graph = model.graph()?;
        let mut net = Net::new(model);
        net.add_flows(model, &graph);
        net.add_services(model);
        net.add_people(model);
        net.add_stocks(model);
        let network = net.network();
        let mut structure = Structure {
            parties: network.node_weights().cloned().collect(),
            hold_ups: hold_ups(&network),
            circles: circles(&network),
            two_way: two_way(model, &network),
            classes: Vec::new(),
        };
        for class in classes(model) {
            let passes = graph.departments_every_case_passes(class)?;
            let starts = passes.iter().filter_map(|name| net.department(name));
            let depends_on = up_from(&network, starts).reached().map(|node| network[node].clone());
            structure.classes.push(ClassDependence {
                class: class.to_owned(),
                depends_on: depends_on.collect(),
                passes: passes.into_iter().map(str::to_owned).collect(),
            });
        }
        Ok(structure)
    }

    /// As a graph: an edge leads from who can hold up to whom.
    #[must_use]
    pub fn graph(&self) -> DiGraph<Party, How> {
        let mut network = Network::with_capacity(self.parties.len(), self.hold_ups.len());
        let nodes: HashMap<&Party, NodeIndex> =
            self.parties.iter().map(|party| (party, network.add_node(party.clone()))).collect();
        for hold_up in &self.hold_ups {
            if let (Some(&who), Some(&whom)) = (nodes.get(&hold_up.who), nodes.get(&hold_up.whom)) {
                network.add_edge(who, whom, hold_up.how);
            }
        }
        network
    }

    /// Who can hold up a department, directly or through others: the nearest first.
    ///
    /// # Errors
    ///
    /// When there is no department of that name; the error lists those there are.
    pub fn can_hold_up(&self, department: &str) -> Result<Vec<Reached>> {
        let network = self.graph();
        let search = up_from(&network, [self.department(department)?]);
        let influence = |&node: &NodeIndex| {
            let (how, next) = search.next[node.index()]?;
            let steps = search.steps[node.index()];
            Some(Reached { party: network[node].clone(), steps, how, next: network[next].clone() })
        };
        Ok(search.order.iter().filter_map(influence).collect())
    }

    /// A shortest way on which one department can hold up another: how each one holds up the next. Empty where it cannot.
    ///
    /// # Errors
    ///
    /// When there is no department of one of the names; the error lists those there are.
    pub fn way(&self, from: &str, to: &str) -> Result<Vec<(How, Party)>> {
        let network = self.graph();
        let search = up_from(&network, [self.department(to)?]);
        let from = self.department(from)?;
        let steps = std::iter::successors(search.next[from.index()], |(_, node)| search.next[node.index()]);
        Ok(steps.map(|(how, node)| (how, network[node].clone())).collect())
    }

    fn department(&self, name: &str) -> Result<NodeIndex> {
        let departments = || self.parties.iter().filter(|party| party.kind == PartyKind::Department);
        // They come first.
        departments().position(|party| party.name == name).map(NodeIndex::new).ok_or_else(|| {
            let known = departments().map(|party| party.name.clone()).collect();
            ErrorKind::UnknownName { kind: "department", name: name.to_owned(), known }.into()
        })
    }

    /// What the customers of a class depend on.
    ///
    /// # Errors
    ///
    /// When no cases arrive in a class of that name; the error lists those in which some do.
    pub fn class(&self, name: &str) -> Result<&ClassDependence> {
        self.classes.iter().find(|class| class.class == name).ok_or_else(|| {
            let known = self.classes.iter().map(|class| class.class.clone()).collect();
            ErrorKind::UnknownName { kind: "class", name: name.to_owned(), known }.into()
        })
    }
}

/// The edges that have been found so far.
struct Net<'m> {
    parties: Vec<(PartyKind, &'m str)>,
    places: HashMap<(PartyKind, &'m str), usize>,
    edges: BTreeMap<(usize, usize, How), ()>,
}

impl<'m> Net<'m> {
    fn new(model: &'m Model) -> Net<'m> {
        let departments = model.departments.iter().map(|own| (PartyKind::Department, own.name.as_str()));
        let pools = model.pools.iter().map(|own| (PartyKind::Pool, own.name.as_str()));
        let stocks = model.stocks.iter().map(|own| (PartyKind::Stock, own.name.as_str()));
        let parties: Vec<_> = departments.chain(pools).chain(stocks).collect();
        let places = parties.iter().copied().zip(0..).collect();
        Net { parties, places, edges: BTreeMap::new() }
    }

    fn department(&self, name: &'m str) -> Option<NodeIndex> {
        self.places.get(&(PartyKind::Department, name)).map(|&at| NodeIndex::new(at))
    }

    /// Names that are not there stand for nothing; a valid model has none.
    fn add(&mut self, who: (PartyKind, &'m str), whom: (PartyKind, &'m str), how: How) {
        if let (Some(&who), Some(&whom)) = (self.places.get(&who), self.places.get(&whom)) {
            self.edges.insert((who, whom, how), ());
        }
    }

    fn add_flows(&mut self, model: &'m Model, graph: &Graph<'m>) {
        let limited: HashMap<&str, bool> =
            model.departments.iter().map(|own| (own.name.as_str(), own.queue_capacity.is_some())).collect();
        for (from, to, kind) in graph.flows() {
            let [from, to] = [from, to].map(|name| (PartyKind::Department, name));
            self.add(from, to, How::Work(kind));
            let may_block = matches!(kind, FlowKind::Handoff | FlowKind::Part);
            if may_block && from != to && limited.get(to.1) == Some(&true) {
                self.add(to, from, How::Blocks);
            }
        }
    }

    fn add_services(&mut self, model: &'m Model) {
        for request in &model.requests {
            let [from, to] = [&request.from, &request.to].map(|name| (PartyKind::Department, name.as_str()));
            self.add(to, from, How::Answers);
            self.add(from, to, How::Asks);
        }
    }

    fn add_people(&mut self, model: &'m Model) {
        for department in &model.departments {
            let own = (PartyKind::Department, department.name.as_str());
            if let Staff::Pool(pool) = &department.staff {
                let pool = (PartyKind::Pool, pool.as_str());
                self.add(pool, own, How::Staffs);
                self.add(own, pool, How::KeepsStaff);
            }
            for helpers in &department.helpers {
                for kind in [PartyKind::Department, PartyKind::Pool] {
                    let home = (kind, helpers.from.as_str());
                    self.add(home, own, How::Helps);
                    self.add(own, home, How::IsHelped);
                }
            }
        }
    }

    fn add_stocks(&mut self, model: &'m Model) {
        for department in &model.departments {
            let own = (PartyKind::Department, department.name.as_str());
            for usage in &department.uses {
                for stock in [&usage.stock].into_iter().chain(&usage.raids) {
                    let stock = (PartyKind::Stock, stock.as_str());
                    self.add(stock, own, How::Stocks);
                    self.add(own, stock, How::Takes);
                }
            }
        }
        for stock in &model.stocks {
            let own = (PartyKind::Stock, stock.name.as_str());
            for supply in &stock.supplies {
                if let Source::Department { department, .. } = &supply.source {
                    let maker = (PartyKind::Department, department.as_str());
                    self.add(maker, own, How::Supplies);
                    self.add(own, maker, How::Orders);
                }
            }
        }
    }

    fn network(&self) -> Network {
        let mut network = Network::with_capacity(self.parties.len(), self.edges.len());
        for &(kind, name) in &self.parties {
            network.add_node(Party { kind, name: name.to_owned() });
        }
        for &(who, whom, how) in self.edges.keys() {
            network.add_edge(NodeIndex::new(who), NodeIndex::new(whom), how);
        }
        network
    }
}

fn hold_ups(network: &Network) -> Vec<HoldUp> {
    let hold_up = |edge: petgraph::graph::EdgeReference<How>| HoldUp {
        who: network[edge.source()].clone(),
        whom: network[edge.target()].clone(),
        how: *edge.weight(),
    };
    network.edge_references().map(hold_up).collect()
}

fn circles(network: &Network) -> Vec<Vec<Party>> {
    let mut circles: Vec<Vec<NodeIndex>> = kosaraju_scc(network);
    circles.retain(|members| members.len() > 1);
    circles.iter_mut().for_each(|members| members.sort_unstable());
    circles.sort_unstable();
    circles
        .into_iter()
        .map(|members| members.into_iter().map(|node| network[node].clone()).collect())
        .collect()
}

/// The services of departments to each other, each pair in order; by way of a stock also.
fn two_way(model: &Model, network: &Network) -> Vec<TwoWay> {
    let mut services: BTreeMap<(usize, usize), Vec<Service>> = BTreeMap::new();
    for edge in network.edge_references().filter(|edge| edge.weight().serves()) {
        let service = match edge.weight() {
            How::Answers => Service::Answers,
            How::Helps => Service::Helps,
            _ => Service::HandsOn,
        };
        services.entry((edge.source().index(), edge.target().index())).or_default().push(service);
    }
    let departments = model.departments.len();
    let first_stock = departments + model.pools.len();
    let mut supplied: Vec<(usize, usize, usize)> = Vec::new();
    for stock in first_stock..network.node_count() {
        let node = NodeIndex::new(stock);
        let makers = network.edges_directed(node, Direction::Incoming);
        let makers = makers.filter(|edge| *edge.weight() == How::Supplies);
        for maker in makers.map(|edge| edge.source().index()) {
            let users = network.edges_directed(node, Direction::Outgoing);
            let users = users.filter(|edge| *edge.weight() == How::Stocks);
            supplied.extend(users.map(|edge| (maker, edge.target().index(), stock)));
        }
    }
    for (maker, user, stock) in supplied {
        let service = Service::Supplies(network[NodeIndex::new(stock)].name.clone());
        services.entry((maker, user)).or_default().push(service);
    }
    let own = |list: &Vec<Service>| {
        let mut list = list.clone();
        list.sort();
        list.dedup();
        list
    };
    let pairs = services.iter().filter(|((one, other), _)| one < other && *other < departments);
    let both = pairs.filter_map(|(&(one, other), there)| {
        let back = services.get(&(other, one))?;
        let between = [one, other].map(|at| model.departments[at].name.clone());
        Some(TwoWay { between, services: [own(there), own(back)] })
    });
    both.collect()
}

/// The classes in which cases arrive.
fn classes(model: &Model) -> Vec<&str> {
    let mut classes: Vec<&str> = Vec::new();
    for stream in &model.streams {
        let mix = stream.mix.iter().filter(|share| share.share > 0.0).map(|share| share.class.as_str());
        let own = stream.class.as_deref().unwrap_or(&stream.name);
        let own = stream.mix.is_empty().then_some(own);
        classes.extend(own.into_iter().chain(mix));
    }
    let mut seen = std::collections::HashSet::new();
    classes.retain(|class| seen.insert(*class));
    classes
}

/// A search against the edges: who can hold up those from which it starts.
struct Search {
    order: Vec<NodeIndex>,
    /// The step that leads on towards a start.
    next: Vec<Option<(How, NodeIndex)>>,
    /// How many there are.
    steps: Vec<usize>,
}

fn up_from(network: &Network, starts: impl IntoIterator<Item = NodeIndex>) -> Search {
    let nodes = network.node_count();
    let mut search = Search { order: Vec::new(), next: vec![None; nodes], steps: vec![0; nodes] };
    let mut seen = vec![false; nodes];
    let mut open: VecDeque<NodeIndex> = VecDeque::new();
    for start in starts {
        if !std::mem::replace(&mut seen[start.index()], true) {
            open.push_back(start);
        }
    }
    while let Some(node) = open.pop_front() {
        search.order.push(node);
        let before = network.edges_directed(node, Direction::Incoming);
        let mut before: Vec<_> = before.map(|edge| (edge.source(), *edge.weight())).collect();
        before.sort_unstable();
        for (who, how) in before {
            if !std::mem::replace(&mut seen[who.index()], true) {
                search.next[who.index()] = Some((how, node));
                search.steps[who.index()] = search.steps[node.index()] + 1;
                open.push_back(who);
            }
        }
    }
    search
}

impl Search {
    /// All that were reached, in the order of the model.
    fn reached(mut self) -> impl Iterator<Item = NodeIndex> {
        self.order.sort_unstable();
        self.order.into_iter()
    }
}

#[cfg(test)]
mod tests;
