//! The map: from a model and its results to places and ways.

use std::collections::{BTreeMap, HashMap};

use crate::error::{Defect, Error, Result};
use crate::model::{EXIT, FlowKind, Handoff, Model};
use crate::report::chart::Chart;
use crate::report::charts::map::{Going, Kind, Map, Place, Way};
use crate::report::layout::{Edge, layers, turned};
use crate::report::text::{Unit, counted};
use crate::results::{DepartmentResults, PoolResults, Results};
use crate::stats::Estimate;

/// Maps of no more departments than this show each of them.
const MOST_SINGLE: usize = 60;

/// Of larger ones so many are shown one by one, those with the longest queues and the busiest first.
const BUSIEST: usize = 30;

/// The others are drawn in so many groups, by how far they are along the way.
const GROUPS: usize = 6;

/// Between groups only so many ways are drawn, those with most cases.
const MOST_WAYS: usize = 100;

/// Where more than so many ways lead out, they would hide all others.
const MOST_WAYS_OUT: usize = 12;

impl Chart {
    /// The departments of a model and what goes from one to another: the width of a way shows how many cases, the colour of a
    /// box how much of their time people are at work, its height how many wait. Requests of one department to another are drawn
    /// apart from the flow of customers, and so are cases that come back for an error.
    ///
    /// Maps of more than 60 departments show the 30 with the longest queues one by one, and the others in groups by how far they are
    /// along the way.
    ///
    /// # Errors
    ///
    /// When the results are not those of the model: departments or handoffs have other names; or the defects of the model.
    pub fn map(model: &Model, results: &Results) -> Result<Chart> {
        let known = |name: &str| model.departments.iter().any(|department| department.name == name);
        let same = model.departments.len() == results.departments.len()
            && results.departments.iter().all(|department| known(&department.name));
        if !same {
            let place = format!("results of `{}`", results.manifest.model);
            let rule = format!(
                "their departments are not those of the model `{}`: must be results of it",
                model.name
            );
            return Err(Error::from_defects(vec![Defect::new(place, rule)]));
        }
        let mut draft = Draft::of(results);
        draft.customers(model, results);
        draft.handoffs(model, results);
        draft.others(model, results)?;
        let departments = results.departments.len();
        let map = if departments > MOST_SINGLE { draft.summarised() } else { draft.map() };
        let asks = map.ways.iter().filter(|way| way.going == Going::Asks).count();
        let mut says = format!(
            "{} and {} between them and to the outside. ",
            counted(departments, "department"),
            counted(results.handoffs.len(), "handoff")
        );
        if asks > 0 {
            says += &format!("Internal requests, {} of them, are drawn dashed. ", counted(asks, "kind"));
        }
        says += "The figures of each department are in the table of departments.";
        Ok(Chart::new(format!("Map of {}", model.name), says, map))
    }
}

/// Who is who while a map is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Node {
    Customers,
    Department(usize),
    Exit,
}

/// All departments and ways, each way once.
struct Draft<'r> {
    departments: &'r [DepartmentResults],
    pools: &'r [PoolResults],
    places: HashMap<&'r str, usize>,
    /// Volumes by replication, where they are known.
    ways: BTreeMap<(Node, Node, Going), Option<Vec<f64>>>,
    level: f64,
}

impl<'r> Draft<'r> {
    fn of(results: &'r Results) -> Draft<'r> {
        let names = results.departments.iter().enumerate().map(|(at, department)| (&*department.name, at));
        Draft {
            departments: &results.departments,
            pools: &results.pools,
            places: names.collect(),
            ways: BTreeMap::new(),
            level: results.manifest.level,
        }
    }

    fn node(&self, name: &str) -> Option<Node> {
        if name == EXIT { Some(Node::Exit) } else { self.places.get(name).map(|&at| Node::Department(at)) }
    }

    fn add(&mut self, from: Option<Node>, to: Option<Node>, going: Going, volume: Option<Vec<f64>>) {
        let Some((from, to)) = from.zip(to) else { return };
        let sum = self
            .ways
            .entry((from, to, going))
            .or_insert_with(|| volume.clone().map(|of| vec![0.0; of.len()]));
        match (sum.as_mut(), volume) {
            (Some(sum), Some(volume)) => sum.iter_mut().zip(volume).for_each(|(sum, of)| *sum += of),
            _ => *sum = None,
        }
    }

    /// Where customers come in. How many is known by class: so it is known of a department where no class enters that enters
    /// elsewhere as well.
    fn customers(&mut self, model: &Model, results: &Results) {
        let mut enter: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for stream in &model.streams {
            let Some(&at) = self.places.get(&*stream.enter) else { continue };
            let own = stream.class.clone().unwrap_or_else(|| stream.name.clone());
            let classes = enter.entry(at).or_default();
            match stream.mix.is_empty() {
                true => classes.push(own),
                false => classes.extend(stream.mix.iter().map(|share| share.class.clone())),
            }
            classes.sort_unstable();
            classes.dedup();
        }
        let place = |name: &String| results.classes.iter().position(|class| class.name == *name);
        let volumes: Vec<_> = enter
            .iter()
            .map(|(&at, classes)| {
                let elsewhere = |class| enter.iter().any(|(&other, of)| other != at && of.contains(class));
                let classes: Option<Vec<usize>> = classes.iter().map(place).collect();
                let alone = !enter[&at].iter().any(elsewhere);
                let arrived = |classes: Vec<usize>| -> Vec<f64> {
                    let of = |one: &crate::results::Replication| {
                        classes.iter().map(|&class| one.classes[class].arrived as f64).sum()
                    };
                    results.replications.iter().map(of).collect()
                };
                (at, classes.filter(|_| alone).map(arrived))
            })
            .collect();
        for (at, volume) in volumes {
            self.add(Some(Node::Customers), Some(Node::Department(at)), Going::Cases, volume);
        }
    }

    fn handoffs(&mut self, model: &Model, results: &Results) {
        for (at, handoff) in results.handoffs.iter().enumerate() {
            let counts = results.replications.iter().map(|one| one.handoffs[at].count as f64).collect();
            let (from, to) = (self.node(&handoff.from), self.node(&handoff.to));
            let same = |of: &&Handoff| {
                of.from == handoff.from && of.to == handoff.to && of.becomes == handoff.becomes
            };
            let rework = model.handoffs.iter().find(same).is_some_and(|of| of.rework);
            self.add(from, to, if rework { Going::Returned } else { Going::Cases }, Some(counts));
        }
        for (at, request) in results.requests.iter().enumerate() {
            let counts = results.replications.iter().map(|one| one.requests[at].asked as f64).collect();
            let (from, to) = (self.node(&request.from), self.node(&request.to));
            self.add(from, to, Going::Asks, Some(counts));
        }
        for (maker, defects) in results.defects.iter().enumerate() {
            for (finder, found) in defects.found.iter().enumerate() {
                let returned =
                    |one: &crate::results::Replication| one.defects[maker].found[finder].returned as f64;
                let counts: Vec<f64> = results.replications.iter().map(returned).collect();
                if counts.iter().any(|&count| count > 0.0) {
                    let (from, to) = (self.node(&found.department), self.node(&defects.department));
                    self.add(from, to, Going::Returned, Some(counts));
                }
            }
        }
    }

    /// Ways of other kinds, and ways out of departments without handoffs.
    fn others(&mut self, model: &Model, results: &Results) -> Result<()> {
        for (from, to, kind) in model.graph()?.flows() {
            let (from, to) = (self.node(from), self.node(to));
            match kind {
                FlowKind::Part => {
                    let forks = model.forks.iter().zip(0..).filter(|(fork, _)| {
                        self.node(&fork.from) == from
                            && fork.branches.iter().any(|branch| self.node(&branch.to) == to)
                    });
                    // As many parts as cases go on in parts.
                    let forked = |at: usize| {
                        results
                            .replications
                            .iter()
                            .map(move |one| one.forks.get(at).map_or(0.0, |of| of.forked as f64))
                    };
                    let volumes: Vec<Vec<f64>> = forks.map(|(_, at)| forked(at).collect()).collect();
                    volumes.into_iter().for_each(|volume| self.add(from, to, Going::Cases, Some(volume)));
                }
                FlowKind::Sent | FlowKind::Left => self.add(from, to, Going::Cases, None),
                // Those that occurred are there already; where they come back is where they were found.
                FlowKind::Handoff | FlowKind::Returned | FlowKind::Back => {}
            }
        }
        let leads_on = |at: usize| {
            self.ways.keys().any(|(from, to, going)| {
                *from == Node::Department(at) && *to != Node::Department(at) && *going == Going::Cases
            })
        };
        let ends: Vec<usize> = (0..self.departments.len())
            .filter(|&at| self.departments[at].visits.served.mean > 0.0 && !leads_on(at))
            .collect();
        for at in ends {
            let served = results
                .replications
                .iter()
                .map(|one| one.departments[at].classes.iter().map(|class| class.departures as f64).sum());
            self.add(Some(Node::Department(at)), Some(Node::Exit), Going::Cases, Some(served.collect()));
        }
        Ok(())
    }

    fn place(&self, node: Node) -> Place {
        let outside = |name: &str, tip: &str| Place {
            name: name.to_owned(),
            kind: Kind::Outside,
            load: None,
            queue: None,
            tip: tip.to_owned(),
        };
        match node {
            Node::Customers => outside("customers", "Customers come in"),
            Node::Exit => outside("exit", "Cases are done"),
            Node::Department(at) => self.department(at),
        }
    }

    fn map(&self) -> Map {
        let own: Vec<Vec<usize>> = (0..self.departments.len()).map(|at| vec![at]).collect();
        self.drawn(&own, usize::MAX)
    }

    /// A map of groups of departments.
    fn drawn(&self, groups: &[Vec<usize>], most_ways: usize) -> Map {
        let mut group_of = vec![0; self.departments.len()];
        groups.iter().enumerate().for_each(|(at, group)| group.iter().for_each(|&one| group_of[one] = at));
        let node = |node: Node| match node {
            Node::Department(at) => Node::Department(group_of[at]),
            outside => outside,
        };
        let mut sums: BTreeMap<(Node, Node, Going), Option<Vec<f64>>> = BTreeMap::new();
        for (&(from, to, going), volume) in &self.ways {
            let key = (node(from), node(to), going);
            // What goes on inside a group is not shown.
            if key.0 == key.1 && from != to {
                continue;
            }
            let sum = sums.entry(key).or_insert_with(|| volume.as_ref().map(|of| vec![0.0; of.len()]));
            match (sum.as_mut(), volume) {
                (Some(sum), Some(volume)) => sum.iter_mut().zip(volume).for_each(|(sum, of)| *sum += of),
                _ => *sum = None,
            }
        }
        let mut note = String::new();
        if most_ways < sums.len() && sums.keys().filter(|way| way.1 == Node::Exit).count() > MOST_WAYS_OUT {
            sums.retain(|way, _| way.1 != Node::Exit);
            note = "Ways out are not drawn. ".to_owned();
        }
        let outside = [Node::Customers, Node::Exit];
        let used =
            outside.into_iter().filter(|node| sums.keys().any(|(from, to, _)| from == node || to == node));
        let nodes: Vec<Node> = (0..groups.len()).map(Node::Department).chain(used).collect();
        let number: HashMap<Node, usize> = nodes.iter().copied().zip(0..).collect();
        let places = nodes.iter().map(|&node| match node {
            Node::Department(at) => self.group(&groups[at]),
            outside => self.place(outside),
        });
        let volume = |counts: Vec<f64>| Estimate::of_means(&counts, self.level);
        let mut ways: Vec<Way> = sums
            .into_iter()
            .map(|((from, to, going), counts)| Way {
                from: number[&from],
                to: number[&to],
                going,
                volume: counts.and_then(volume),
            })
            .collect();
        if ways.len() > most_ways {
            let size = |way: &Way| way.volume.map_or(0.0, |volume| volume.mean);
            ways.sort_by(|a, b| size(b).total_cmp(&size(a)));
            note += &format!("{} ways with fewer cases are not drawn.", ways.len() - most_ways);
            ways.truncate(most_ways);
        }
        Map { places: places.collect(), ways, note }
    }

    /// The busiest departments one by one, the others in groups by their layers.
    fn summarised(&self) -> Map {
        let count = self.departments.len();
        let queue = |at: usize| self.departments[at].visits.queue_length.map_or(0.0, |queue| queue.mean);
        let load = |at: usize| self.load(at).map_or(0.0, |load| load.mean);
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|&a, &b| queue(b).total_cmp(&queue(a)).then(load(b).total_cmp(&load(a))));
        let (single, others) = order.split_at(BUSIEST);
        let layer = self.layers();
        let last = layer.iter().max().map_or(1, |last| last + 1);
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); GROUPS];
        others.iter().for_each(|&at| groups[layer[at] * GROUPS / last].push(at));
        groups.retain(|group| !group.is_empty());
        groups.iter_mut().for_each(|group| group.sort_unstable());
        let own = single.iter().map(|&at| vec![at]);
        let mut map = self.drawn(&own.chain(groups).collect::<Vec<_>>(), MOST_WAYS);
        let told = format!(
            "The {BUSIEST} departments with the longest queues one by one; {} others in groups.",
            others.len()
        );
        map.note = format!("{told} {}", map.note).trim_end().to_owned();
        map
    }

    /// How far each department is along the way.
    fn layers(&self) -> Vec<usize> {
        let inside = |(&(from, to, _), volume): (&(Node, Node, Going), &Option<Vec<f64>>)| match (from, to) {
            (Node::Department(from), Node::Department(to)) => {
                let weight = volume.as_ref().map_or(0.0, |of| of.iter().sum());
                Some(Edge { from, to, weight })
            }
            _ => None,
        };
        let edges: Vec<Edge> = self.ways.iter().filter_map(inside).collect();
        let turned = turned(self.departments.len(), &edges);
        let on = edges.iter().zip(turned);
        let on: Vec<_> = on
            .map(|(edge, turned)| if turned { (edge.to, edge.from) } else { (edge.from, edge.to) })
            .collect();
        layers(self.departments.len(), &on)
    }

    fn group(&self, group: &[usize]) -> Place {
        if let [one] = group {
            return self.place(Node::Department(*one));
        }
        let of = group.iter().map(|&at| &self.departments[at]);
        let loads: Vec<f64> = group.iter().filter_map(|&at| Some(self.load(at)?.mean)).collect();
        let queue: f64 = of.clone().filter_map(|of| Some(of.visits.queue_length?.mean)).sum();
        let alone = |mean: f64| Estimate { mean, interval: None, replications: 0 };
        let load = (!loads.is_empty()).then(|| alone(loads.iter().sum::<f64>() / loads.len() as f64));
        let some: Vec<&str> = of.take(5).map(|of| &*of.name).collect();
        let told = load
            .map_or(String::new(), |load| format!("; on average {} at work", Unit::Share.number(load.mean)));
        let tip = format!(
            "{} departments, among them {}: {} wait in all{told}",
            group.len(),
            some.join(", "),
            crate::report::text::short(queue)
        );
        Place {
            name: format!("{} others", group.len()),
            kind: Kind::Group,
            load,
            queue: Some(alone(queue)),
            tip,
        }
    }

    /// How much of their time those who serve there are at work: people of a pool wherever they serve.
    fn load(&self, at: usize) -> Option<Estimate> {
        let own = &self.departments[at];
        let pool = || self.pools.iter().find(|pool| Some(&pool.name) == own.pool.as_ref());
        own.utilization.or_else(|| pool()?.utilization)
    }

    fn department(&self, at: usize) -> Place {
        let of = &self.departments[at];
        let mut tip = vec![match (&of.pool, of.staff) {
            (Some(pool), _) => format!("{}: people of the pool {pool}", of.name),
            (None, Some(1)) => format!("{}: one person", of.name),
            (None, Some(staff)) => format!("{}: {staff} people", of.name),
            (None, None) => format!("{}: always enough people", of.name),
        }];
        let load = self.load(at);
        tip.extend(load.map(|load| format!("at work {}", Unit::Share.show(&load))));
        tip.extend(of.visits.queue_length.map(|queue| format!("waiting {queue:#}")));
        tip.extend(of.visits.waiting.as_ref().map(|times| format!("a visit waits {:#}", times.mean)));
        let (name, queue) = (of.name.clone(), of.visits.queue_length);
        Place { name, kind: Kind::Department, load, queue, tip: tip.join("; ") }
    }
}
