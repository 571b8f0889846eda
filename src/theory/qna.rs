//! The Queueing Network Analyzer (Whitt 1983): open networks of general stations by two moments.
//!
//! W. Whitt, The Queueing Network Analyzer, Bell System Technical Journal 62 (1983), 2779-2815. Each
//! flow is described by its rate and its variability, the squared coefficient of variation (scv) of a
//! renewal process that stands for it; then each station is treated on its own.

use super::error::TheoryError;
use super::figures::{Exactness, Figures, Service, Wait};
use super::general::{gg_c, no_wait};
use super::network::{External, NetworkFigures, OpenNetwork, Solved};
use super::traffic::{Routes, solve};

const SOURCE: Exactness = Exactness::approximate("Whitt (1983), with Whitt (1993) for several servers");

/// An open network with any renewal arrivals and service times, first come first served (Whitt 1983).
/// Approximate; exact where [`jackson`](super::jackson) is, and for M/G/1.
///
/// Work that comes straight back to a station is given its services in one go, as in the paper. Waits
/// are by [`gg_c`], that is, at several servers with the later and better formula of Whitt (1993).
/// Stations with unlimited servers, which the paper does not have, are its limit of many servers: they
/// pass variability on unchanged.
///
/// # Errors
/// A number is outside its domain; stations are unstable; work comes to stations that it never leaves.
pub fn qna(network: &OpenNetwork) -> Result<NetworkFigures, TheoryError> {
    let solved = Solved::of(network)?;
    let nodes = Nodes::without_immediate_feedback(&solved);
    let arrival_scv = nodes.arrival_variability(&network.arrivals)?;
    let stations = (0..nodes.rate.len())
        .map(|i| Ok((nodes.figures(&solved, i, arrival_scv[i])?, arrival_scv[i])))
        .collect::<Result<Vec<_>, TheoryError>>()?;
    solved.figures(SOURCE, stations)
}

/// The stations after the elimination of immediate feedback: a visit now
/// lasts through all its direct returns.
struct Nodes {
    servers: Vec<Option<u32>>,
    rate: Vec<f64>,
    service: Vec<Service>,
    intensity: Vec<f64>,
    /// Probability that a service is followed by another at the same station.
    feedback: Vec<f64>,
    routes: Routes,
}

impl Nodes {
    fn without_immediate_feedback(solved: &Solved<'_>) -> Nodes {
        let indices = 0..solved.stations.len();
        let feedback: Vec<f64> = indices
            .clone()
            .map(|i| solved.routes[i].iter().find(|route| route.0 == i).map_or(0.0, |route| route.1))
            .map(|share| if share < 1.0 { share } else { 0.0 })
            .collect();
        let onward = |i: usize| {
            let others = solved.routes[i].iter().filter(move |route| route.0 != i);
            others.map(|&(to, share)| (to, (share / (1.0 - feedback[i])).min(1.0))).collect()
        };
        let service = |i: usize| {
            let Service { mean, scv, .. } = solved.stations[i].service;
            Service::new(mean / (1.0 - feedback[i]), feedback[i] + (1.0 - feedback[i]) * scv)
        };
        Nodes {
            servers: solved.stations.iter().map(|station| station.servers).collect(),
            rate: indices.clone().map(|i| solved.rates[i] * (1.0 - feedback[i])).collect(),
            service: indices.clone().map(service).collect(),
            intensity: indices.clone().map(|i| solved.intensity(i)).collect(),
            routes: indices.map(onward).collect(),
            feedback,
        }
    }

    /// The scv of the arrivals at each station: the paper's equations, linear in the unknowns.
    ///
    /// A departure stream has `c_d = 1 + (1 - rho^2)(c_a - 1) + rho^2 (x - 1)`, a share `q` of it
    /// `q c_d + 1 - q`, and streams together `1 - w + w` times their mean weighted by rate.
    fn arrival_variability(&self, arrivals: &[External]) -> Result<Vec<f64>, TheoryError> {
        let n = self.rate.len();
        let outside = Outside::at_each(n, arrivals, &self.intensity);
        // Streams into each station: the sum of squares of their shares of the rate.
        let share = |rate: f64, to: usize| if self.rate[to] > 0.0 { rate / self.rate[to] } else { 0.0 };
        let mut squares: Vec<f64> = (0..n).map(|j| share(outside[j].rate, j).powi(2)).collect();
        for (from, to, part) in self.flows() {
            squares[to] += share(self.rate[from] * part, to).powi(2);
        }
        let weight: Vec<f64> = (0..n).map(|j| superposition_weight(self.intensity[j], squares[j])).collect();
        let mut constant: Vec<f64> = (0..n)
            .map(|j| 1.0 - weight[j] + weight[j] * share(outside[j].rate, j) * outside[j].scv)
            .collect();
        let mut rows: Routes = vec![Vec::new(); n];
        for (from, to, part) in self.flows() {
            let pull = weight[to] * share(self.rate[from] * part, to);
            let squared = self.intensity[from].powi(2);
            constant[to] += pull * (1.0 - part + part * squared * self.service_pull(from));
            rows[from].push((to, pull * part * (1.0 - squared)));
        }
        // Where nobody comes there is no stream to describe; 1 is as good as any.
        for j in (0..n).filter(|&j| self.rate[j] == 0.0) {
            constant[j] = 1.0;
        }
        solve(&constant, &rows)
    }

    /// All flows between stations: from, to, and the share of what leaves.
    fn flows(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        let rows = self.routes.iter().enumerate().filter(|(from, _)| self.rate[*from] > 0.0);
        rows.flat_map(|(from, row)| row.iter().map(move |&(to, part)| (from, to, part)))
    }

    /// What service does to the variability of departures, `x` of the paper.
    fn service_pull(&self, i: usize) -> f64 {
        let servers = self.servers[i].map_or(f64::INFINITY, f64::from);
        1.0 + (self.service[i].scv.max(0.2) - 1.0) / servers.sqrt()
    }

    /// The figures of one visit, direct returns again apart.
    fn figures(&self, solved: &Solved<'_>, i: usize, arrival_scv: f64) -> Result<Figures, TheoryError> {
        let (visit, rate) = (&solved.stations[i].service, solved.rates[i]);
        let Some(servers) = self.servers[i] else {
            return no_wait(SOURCE, rate, visit);
        };
        let merged = gg_c(self.rate[i], arrival_scv, &self.service[i], servers)?;
        let mean = merged.wait_mean * (1.0 - self.feedback[i]);
        Figures::lossless(SOURCE, rate, visit, Some(servers), Wait { mean, variance: None, none: None })
    }
}

/// The weight of the asymptotic view of a superposition, `w` of the paper: `squares` is the sum of squares
/// of the shares of its streams, 1 over their effective number.
fn superposition_weight(intensity: f64, squares: f64) -> f64 {
    if squares == 0.0 {
        return 1.0;
    }
    let streams = (1.0 / squares).max(1.0);
    1.0 / (1.0 + 4.0 * (1.0 - intensity).powi(2) * (streams - 1.0))
}

/// All arrivals from outside at one station, as one stream.
#[derive(Clone, Copy, Default)]
struct Outside {
    rate: f64,
    squares: f64,
    scv: f64,
}

impl Outside {
    /// Several streams at one station are first put together, as the paper does for classes.
    fn at_each(stations: usize, arrivals: &[External], intensity: &[f64]) -> Vec<Outside> {
        let mut outside = vec![Outside::default(); stations];
        for stream in arrivals {
            outside[stream.station].rate += stream.rate;
        }
        for stream in arrivals.iter().filter(|stream| stream.rate > 0.0) {
            let all = &mut outside[stream.station];
            let share = stream.rate / all.rate;
            all.squares += share * share;
            all.scv += share * stream.scv;
        }
        for (all, &intensity) in outside.iter_mut().zip(intensity) {
            let weight = superposition_weight(intensity, all.squares);
            all.scv = 1.0 - weight + weight * all.scv;
        }
        outside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::{intake_production_check, near};
    use crate::theory::{Station, jackson, mg1};

    fn station(servers: u32, mean: f64, scv: f64) -> Station {
        Station { servers: Some(servers), service: Service::new(mean, scv) }
    }

    fn stream(station: usize, rate: f64, scv: f64) -> External {
        External { station, rate, scv }
    }

    #[test]
    fn on_jackson_networks_it_is_exact() {
        let mut network = intake_production_check();
        network.stations.push(Station { servers: None, service: Service::new(3.0, 0.1) });
        network.stations.push(station(4, 2.0, 1.0));
        network.routes.extend([vec![(4, 0.5), (0, 0.1)], vec![(4, 0.3), (1, 0.1)]]);
        network.routes[2].push((3, 0.6));
        network.arrivals.push(stream(3, 0.2, 1.0));
        network.arrivals.push(stream(0, 0.05, 1.0));
        let (exact, approximate) = (jackson(&network).unwrap(), qna(&network).unwrap());
        near(approximate.lead_mean, exact.lead_mean, 1e-12);
        for (a, b) in exact.stations.iter().zip(&approximate.stations) {
            near(b.figures.wait_mean, a.figures.wait_mean, 1e-12);
            near(b.figures.number_mean, a.figures.number_mean, 1e-12);
            near(b.arrival_scv, 1.0, 1e-12);
            near(b.visits, a.visits, 1e-12);
        }
    }

    #[test]
    fn on_mg1_it_is_pollaczek_khinchine() {
        for scv in [0.0, 0.5, 4.0] {
            let network = OpenNetwork {
                stations: vec![station(1, 1.0, scv)],
                arrivals: vec![stream(0, 0.8, 1.0)],
                routes: vec![vec![]],
            };
            let exact = mg1(0.8, &Service::new(1.0, scv)).unwrap();
            near(qna(&network).unwrap().lead_mean, exact.sojourn_mean, 1e-12);
        }
    }

    /// The recursion of a tandem, written out.
    #[test]
    fn variability_along_a_tandem() {
        let network = OpenNetwork {
            stations: vec![station(1, 0.9, 0.0), station(4, 2.0, 3.0), station(1, 0.5, 1.0)],
            arrivals: vec![stream(0, 1.0, 2.0)],
            routes: vec![vec![(1, 1.0)], vec![(2, 0.25)], vec![]],
        };
        let figures = qna(&network).unwrap();
        near(figures.stations[0].arrival_scv, 2.0, 1e-12);
        // 1 + (1 - 0.81)(2 - 1) + 0.81 (0.2 - 1): constant service counts as 0.2.
        let second = 1.0 + 0.19 - 0.81 * 0.8;
        near(figures.stations[1].arrival_scv, second, 1e-12);
        let departing = 1.0 + 0.75 * (second - 1.0) + 0.25 * 2.0 / 2.0;
        near(figures.stations[2].arrival_scv, 0.25 * departing + 0.75, 1e-12);
    }

    /// Two streams meet: the weights by hand, from inside and from outside.
    #[test]
    fn variability_where_streams_meet() {
        let network = OpenNetwork {
            stations: vec![
                Station { servers: None, service: Service::new(1.0, 0.0) },
                station(1, 0.5, 1.0),
                station(1, 0.5, 1.0),
            ],
            arrivals: vec![
                stream(0, 0.5, 4.0),
                stream(1, 0.5, 0.0),
                stream(2, 0.5, 4.0),
                stream(2, 0.5, 0.0),
            ],
            routes: vec![vec![(1, 1.0)], vec![], vec![]],
        };
        let figures = qna(&network).unwrap();
        let weight = 1.0 / (1.0 + 4.0 * 0.25 * (2.0 - 1.0));
        near(figures.stations[0].arrival_scv, 4.0, 1e-12);
        near(figures.stations[1].arrival_scv, weight * 2.0 + 1.0 - weight, 1e-12);
        near(figures.stations[2].arrival_scv, weight * 2.0 + 1.0 - weight, 1e-12);
    }

    /// A busy single server fed by Poisson work that comes back at once: each case's services are a
    /// geometric sum, so the wait of a whole visit is that of M/G/1 with that sum.
    #[test]
    fn immediate_feedback_is_taken_out() {
        let network = OpenNetwork {
            stations: vec![station(1, 1.0, 0.25)],
            arrivals: vec![stream(0, 0.4, 1.0)],
            routes: vec![vec![(0, 0.5)]],
        };
        let figures = qna(&network).unwrap();
        let sum = Service::new(2.0, 0.5 + 0.5 * 0.25);
        near(figures.lead_mean, mg1(0.4, &sum).unwrap().sojourn_mean, 1e-12);
        near(figures.stations[0].visits, 2.0, 1e-12);
    }

    #[test]
    fn every_unstable_station_is_named() {
        let network = OpenNetwork {
            stations: vec![station(1, 1.25, 1.0), station(3, 1.0, 0.0), station(1, 1.0, 0.0)],
            arrivals: vec![stream(0, 1.0, 1.0)],
            routes: vec![vec![(1, 1.0)], vec![(2, 1.0)], vec![]],
        };
        let stations = vec![(0, 1.25), (2, 1.0)];
        assert_eq!(qna(&network), Err(TheoryError::UnstableStations { stations }));
    }
}
