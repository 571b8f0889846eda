//! Which formula describes which station, and whether it is exact there.
//!
//! Poisson streams stay Poisson through delays, and through departments with exponential service, the
//! same for all, in an order that looks neither at class nor at service time (Burke 1956; Kelly 1979,
//! chapter 3). So the formulas for Poisson arrivals are exact wherever only such departments lie
//! upstream; in a loop, where all of its departments are such (Jackson 1963; Baskett, Chandy, Muntz,
//! Palacios 1975).

use std::collections::BTreeSet;

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::Discipline;
use crate::theory::error::TheoryError;
use crate::theory::figures::{Exactness, Service};
use crate::theory::network::{External, NetworkFigures, OpenNetwork, Station as NetworkStation};
use crate::theory::qna::qna;
use crate::theory::traffic::station_routes;

use super::flow::{VARYING, arrival_scv};
use super::settle::Settled;
use super::special::Special;
use super::station::{Answer, reason};

const LOSSES: &str = "Losses upstream are approximate";
const ORDER: &str = "The order of service is taken as first come, first served";
const POISSON: &str = "Arrivals are taken as Poisson";
const SIZES: &str = "Sizes of cases are drawn for each visit";
const VISITS: &str = "Visits of all numbers are mixed";

/// What is known of the flow into a station, and out of it.
#[derive(Clone, Default)]
struct Flow {
    poisson: bool,
    caveats: BTreeSet<&'static str>,
    /// Why the flow is not known, where it is not.
    unknown: Option<String>,
}

impl Flow {
    fn join(&mut self, other: &Flow) {
        self.poisson &= other.poisson;
        self.caveats.extend(&other.caveats);
        if self.unknown.is_none() {
            self.unknown.clone_from(&other.unknown);
        }
    }
}

/// The answers for all stations of a model.
pub(super) struct Dispatch<'s, 'm> {
    settled: &'s Settled<'m>,
    /// Handoffs and requests between stations that are in use.
    graph: DiGraph<(), (), usize>,
    into: Vec<Flow>,
    out: Vec<Flow>,
}

impl<'s, 'm> Dispatch<'s, 'm> {
    pub fn of(settled: &'s Settled<'m>) -> Dispatch<'s, 'm> {
        let stations = settled.stations.len();
        let mut graph = DiGraph::with_capacity(stations, 0);
        (0..stations).for_each(|_| {
            graph.add_node(());
        });
        let mut edges = BTreeSet::new();
        for (group, visits) in settled.traffic.groups.iter().zip(&settled.visits) {
            let station = |state: usize| settled.station_of[group.walk.states[state].department];
            for (state, _) in visits.iter().enumerate().filter(|(_, visit)| visit.0 > 0.0) {
                edges.extend(group.walk.successors(state).map(|to| (station(state), station(to))));
            }
        }
        for (from, to) in edges {
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
        }
        let flows = vec![Flow::default(); stations];
        let mut dispatch = Dispatch { settled, graph, into: flows.clone(), out: flows };
        let mut followed = vec![false; stations];
        // Components come with the last of the flow first.
        for component in kosaraju_scc(&dispatch.graph).into_iter().rev() {
            let members: Vec<usize> = component.into_iter().map(NodeIndex::index).collect();
            dispatch.follow(&members, &followed);
            members.into_iter().for_each(|member| followed[member] = true);
        }
        dispatch
    }

    fn upstream(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        self.graph.neighbors_directed(NodeIndex::new(at), Direction::Incoming).map(NodeIndex::index)
    }

    /// Follows the flow into a loop of departments, or a single one, and out again. All that is
    /// upstream of it and not in it has been followed.
    fn follow(&mut self, members: &[usize], followed: &[bool]) {
        for &member in members {
            let outside = &self.settled.outside[member];
            let mut flow = Flow {
                poisson: outside.is_poisson(),
                caveats: outside.caveats().collect(),
                unknown: self.unknown(member),
            };
            for station in self.upstream(member).filter(|&station| followed[station]) {
                flow.join(&self.out[station]);
            }
            self.into[member] = flow;
        }
        if self.upstream(members[0]).any(|station| !followed[station]) {
            let mut all = self.into[members[0]].clone();
            members.iter().for_each(|&member| all.join(&self.into[member]));
            // Twice: what one member does to the flow comes round to the others.
            for _ in 0..2 {
                let before = all.clone();
                members.iter().for_each(|&member| all.join(&self.passed_on(member, &before)));
            }
            members.iter().for_each(|&member| self.into[member].clone_from(&all));
        }
        for &member in members {
            self.out[member] = self.passed_on(member, &self.into[member]);
        }
    }

    /// What is known of the flow out of a department, given the flow into it.
    fn passed_on(&self, at: usize, into: &Flow) -> Flow {
        let station = &self.settled.stations[at];
        let mut out = into.clone();
        out.poisson &= station.passes_poisson(self.due_dates_in_order(at));
        if let Some(Ok(_)) = self.settled.losses[at]
            && !(into.poisson && into.caveats.is_empty())
        {
            out.caveats.insert(LOSSES);
        }
        let unsteady = self.infinite_arrival_variance(at) || self.refusal(at, into.poisson).is_some();
        if unsteady || into.unknown.is_some() {
            let name = station.home.name;
            let kind = if station.home.pool { "pool" } else { "department" };
            out.unknown = Some(format!("The flow out of {kind} `{name}` is not known."));
        }
        out
    }

    /// Whether first due is first come.
    fn due_dates_in_order(&self, at: usize) -> bool {
        let outside = &self.settled.outside[at];
        let streams = &self.settled.traffic.resolved.model.streams;
        let in_order = streams.iter().all(|stream| stream.promise.is_none() && stream.notice.is_none());
        in_order || (outside.one_promise() && self.upstream(at).next().is_none())
    }

    fn infinite_arrival_variance(&self, at: usize) -> bool {
        let streams = &self.settled.outside[at].streams;
        streams.iter().any(|stream| !arrival_scv(stream).is_finite())
    }

    /// Why the long-run rate of a station is not known, where it is not.
    fn unknown(&self, at: usize) -> Option<String> {
        let unknown = &self.settled.traffic.unknown;
        self.settled.stations[at].home.departments.iter().find_map(|&department| unknown[department].clone())
    }

    /// Why no formula describes a station to which a flow comes that is Poisson, or is not.
    fn refusal(&self, at: usize, poisson: bool) -> Option<String> {
        let station = &self.settled.stations[at];
        if station.obstacle.is_some() {
            return station.obstacle.clone();
        }
        match &self.settled.losses[at] {
            Some(Err(why)) => return Some(why.clone()),
            Some(Ok(_)) => {
                let what = station.special.as_ref().map(Special::name);
                let what = what.or(station.queue_capacity.map(|_| "a limited queue"));
                let what = what.filter(|_| !self.settled.outside[at].is_poisson());
                return what
                    .map(|what| format!("There is no formula for {what} unless arrivals are Poisson."));
            }
            None => {}
        }
        if let Some(special) = station.special.filter(|_| !poisson) {
            return Some(format!("There is no formula for {} unless arrivals are Poisson.", special.name()));
        }
        if station.is_full(true) {
            return Some(match station.intensity() {
                Some(intensity) => {
                    format!("The load is {intensity:.3} of what the staff can do: the queue only grows.")
                }
                None => "Nobody is ever there to work.".to_owned(),
            });
        }
        if station.servers().is_some() && self.infinite_arrival_variance(at) {
            return Some("The variance of the times between arrivals is infinite.".to_owned());
        }
        if station.interruptions.by_calendar().is_some() && !poisson {
            return Some(
                "There is no formula for absences by the calendar unless arrivals are Poisson.".to_owned(),
            );
        }
        (station.servers().is_some() && !station.occupancy.scv.is_finite())
            .then(|| "The variance of the service time is infinite.".to_owned())
    }

    /// The figures of each station, in order, or why there are none.
    pub fn answers(&self) -> Vec<Result<Answer, String>> {
        let stations = 0..self.settled.stations.len();
        let mut answers: Vec<Option<Result<Answer, String>>> =
            stations.clone().map(|at| self.by_itself(at)).collect();
        if answers.iter().any(Option::is_none) {
            let (network, place) = self.network();
            let network = network.and_then(|network| qna(&network));
            for at in stations {
                answers[at].get_or_insert_with(|| match &network {
                    Ok(figures) => self.in_network(at, figures, place[at]),
                    Err(error) => Err(reason(error.clone())),
                });
            }
        }
        answers.into_iter().flatten().collect()
    }

    /// The answer of a formula for this station alone; `None` if only the network has one.
    fn by_itself(&self, at: usize) -> Option<Result<Answer, String>> {
        let station = &self.settled.stations[at];
        let into = &self.into[at];
        if let Some(why) = self.unknown(at) {
            return Some(Err(why));
        }
        if station.rate == 0.0 {
            return Some(Err("No customers come here in the long run.".to_owned()));
        }
        if let Some(why) = self.refusal(at, into.poisson).or_else(|| into.unknown.clone()) {
            return Some(Err(why));
        }
        if station.shortest_job() {
            return Some(Err("There is no formula for the shortest job first.".to_owned()));
        }
        if let Some(Ok(answer)) = &self.settled.losses[at] {
            return Some(Ok(self.judged(at, answer.clone(), true)));
        }
        if into.poisson || station.servers().is_none() {
            let answer = station.poisson()?.map_err(reason);
            return Some(answer.map(|answer| self.judged(at, answer, true)));
        }
        match self.settled.outside[at].streams[..] {
            [stream] if self.upstream(at).next().is_none() => {
                station.one_stream(stream).map(|answer| Ok(self.judged(at, answer, true)))
            }
            _ => None,
        }
    }

    /// The answer with what makes it approximate.
    fn judged(&self, at: usize, mut answer: Answer, exact: bool) -> Answer {
        let station = &self.settled.stations[at];
        let mut caveats = self.into[at].caveats.clone();
        if station.servers().is_none() {
            caveats.remove(VARYING);
        } else {
            let losing_out_of_order = station.loses() && station.discipline != Discipline::Fifo;
            let patient = station.patience.is_none();
            let by_due_date = station.discipline == Discipline::EarliestDueDate;
            if (losing_out_of_order && !patient) || (by_due_date && !self.due_dates_in_order(at)) {
                caveats.insert(ORDER);
            }
            if station.loses() && !self.into[at].poisson {
                caveats.insert(POISSON);
            }
            let sized = station.loads.iter().any(|load| load.work.sized);
            let asking = station.loads.iter().any(|load| !load.held.is_nothing());
            if sized && (asking || !exact) {
                caveats.insert(SIZES);
            }
            if !exact && station.loads.iter().any(|load| load.work.by_visit) {
                caveats.insert(VISITS);
            }
        }
        let figures = &mut answer.figures;
        if let Some(staff) = station.home.staff {
            // What holds or interrupts service is no work.
            let people = f64::from(station.needed) / f64::from(staff);
            figures.utilization = figures.throughput * station.service.mean * people;
        } else if station.loads.iter().any(|load| load.work.sized && !load.held.is_nothing()) {
            // Hard cases may be hard to answer as well.
            figures.sojourn_variance = None;
        }
        figures.exactness = if exact && caveats.is_empty() {
            Exactness::Exact
        } else {
            let sentences: Vec<_> = [answer.source].into_iter().chain(caveats).collect();
            Exactness::Approximate { source: format!("{}.", sentences.join(". ")).into() }
        };
        answer
    }

    /// All stations with a known flow as a network of general stations, and the place of each.
    fn network(&self) -> (Result<OpenNetwork, TheoryError>, Vec<Option<usize>>) {
        let settled = self.settled;
        let mut place = vec![None; settled.stations.len()];
        let mut network = OpenNetwork::default();
        for (at, station) in settled.stations.iter().enumerate() {
            if station.rate == 0.0 || self.out[at].unknown.is_some() {
                continue;
            }
            let here = network.stations.len();
            place[at] = Some(here);
            // Where customers are lost, variability is passed on unchanged, as by a delay.
            let servers = station.servers().filter(|_| !station.loses());
            let scv = if station.occupancy.scv.is_finite() { station.occupancy.scv } else { 1.0 };
            network
                .stations
                .push(NetworkStation { servers, service: Service::new(station.occupancy.mean, scv) });
            network.arrivals.extend(settled.outside[at].streams.iter().filter_map(|stream| {
                Some(External { station: here, rate: stream.rate()?, scv: arrival_scv(stream) })
            }));
        }
        let routes = self.merged_routes(&place, network.stations.len());
        (routes.map(|routes| OpenNetwork { routes, ..network }), place)
    }

    fn merged_routes(
        &self,
        place: &[Option<usize>],
        stations: usize,
    ) -> Result<Vec<Vec<(usize, f64)>>, TheoryError> {
        let (mut rates, mut routes, mut station_of) = (Vec::new(), Vec::new(), Vec::new());
        for (group, visits) in self.settled.traffic.groups.iter().zip(&self.settled.visits) {
            // Flows of cases are numbered group by group; those that are left out come to nowhere.
            let walk = &group.walk;
            let mut number = vec![None; visits.len()];
            for (state, at) in
                walk.states.iter().enumerate().take(visits.len()).filter(|(_, at)| at.is_case())
            {
                if let Some(station) = place[self.settled.station_of[at.department]] {
                    number[state] = Some(rates.len());
                    rates.push(visits[state].0);
                    station_of.push(station);
                }
            }
            for state in (0..visits.len()).filter(|&state| number[state].is_some()) {
                let onward = walk.onward(state, &self.settled.served).into_iter();
                routes.push(onward.filter_map(|(to, share)| Some((number[to]?, share))).collect());
            }
        }
        station_routes(&rates, &routes, &station_of, stations)
    }

    fn in_network(
        &self,
        at: usize,
        network: &NetworkFigures,
        place: Option<usize>,
    ) -> Result<Answer, String> {
        let station = &self.settled.stations[at];
        let Some(place) = place else { return Err("The flow through here is not known.".to_owned()) };
        let found = &network.stations[place];
        let answer = match station.approximate_ranks(found.arrival_scv) {
            Some(answer) => answer.map_err(reason)?,
            None => station.in_one_line(found.figures.clone(), "Whitt (1983, 1993)"),
        };
        Ok(self.judged(at, answer, false))
    }
}
