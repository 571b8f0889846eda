//! Open Jackson networks: Poisson arrivals, exponential service, probabilistic routing.

use super::error::TheoryError;
use super::figures::Exactness;
use super::general::mginf;
use super::markov::mmc;
use super::network::{NetworkFigures, OpenNetwork, Solved};

/// An open network whose arrivals are Poisson and whose service is exponential (Jackson 1957, 1963).
/// Exact.
///
/// The numbers at the stations at one instant are independent, each distributed as in M/M/c (Poisson
/// where servers are unlimited), although the flows between them are not Poisson where work can
/// return. An arriving case sees the same distribution, so each wait is distributed as in M/M/c too;
/// the waits of one case at different stations are not independent in general, which is why there is
/// no variance of the lead time. Stations with unlimited servers may have any service time (Baskett,
/// Chandy, Muntz, Palacios 1975).
///
/// # Errors
/// A number is outside its domain; arrivals or limited servers have a squared coefficient of
/// variation other than 1; stations are unstable; work comes to stations that it never leaves.
pub fn jackson(network: &OpenNetwork) -> Result<NetworkFigures, TheoryError> {
    let solved = Solved::of(network)?;
    for stream in &network.arrivals {
        exponential("arrivals from outside".to_owned(), stream.scv)?;
    }
    let mut stations = Vec::with_capacity(network.stations.len());
    for (index, (station, &rate)) in network.stations.iter().zip(&solved.rates).enumerate() {
        let service = &station.service;
        let figures = match station.servers {
            Some(servers) if service.mean > 0.0 => {
                exponential(format!("service at station {index}"), service.scv)?;
                mmc(rate, 1.0 / service.mean, servers)?.figures
            }
            _ => mginf(rate, service)?,
        };
        stations.push((figures, 1.0));
    }
    solved.figures(Exactness::Exact, stations)
}

fn exponential(what: String, scv: f64) -> Result<(), TheoryError> {
    if scv == 1.0 {
        return Ok(());
    }
    let name = format!("the squared coefficient of variation of {what}");
    Err(TheoryError::Parameter { name, value: scv, rule: "1 (exponential)" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::{intake_production_check, near};
    use crate::theory::{External, Service, Station};

    /// Jackson (1957, 1963): three stations with rework.
    #[test]
    fn published() {
        let figures = jackson(&intake_production_check()).unwrap();
        near(figures.lead_mean, 3.723896574, 1e-9);
        near(figures.number_mean, 3.723896574, 1e-9);
        near(figures.stations[1].figures.wait_mean, 0.5918560606, 1e-9);
        near(figures.stations[1].figures.utilization, 0.6097560976, 1e-9);
        near(figures.stations[2].figures.sojourn_mean, 0.7130434783, 1e-9);
        near(figures.stations[2].visits, 1.097560976, 1e-9);
    }

    /// Jackson (1957): one station, three in ten come back.
    #[test]
    fn feedback_published() {
        let network = OpenNetwork {
            stations: vec![Station { servers: Some(1), service: Service::exponential(1.0) }],
            arrivals: vec![External { station: 0, rate: 0.5, scv: 1.0 }],
            routes: vec![vec![(0, 0.3)]],
        };
        let figures = jackson(&network).unwrap();
        near(figures.lead_mean, 5.0, 1e-12);
        near(figures.stations[0].figures.sojourn_mean, 3.5, 1e-12);
    }

    /// The joint chain of a tandem of M/M/1 and M/M/2 with return, by power iteration.
    #[test]
    fn two_stations_are_their_markov_chain() {
        const MOST: usize = 45;
        let (arrivals, first, second, back) = (0.4, 1.0, 0.5, 0.25);
        let mut now = vec![0.0; MOST * MOST];
        now[0] = 1.0;
        let step = 0.4;
        for _ in 0..2_500 {
            let mut next = now.clone();
            for a in 0..MOST {
                for b in 0..MOST {
                    let here = a * MOST + b;
                    let mut go = |to: usize, rate: f64| {
                        let flow = now[here] * rate * step;
                        next[here] -= flow;
                        next[to] += flow;
                    };
                    if a + 1 < MOST {
                        go(here + MOST, arrivals);
                    }
                    if a > 0 && b + 1 < MOST {
                        go(here - MOST + 1, first);
                    }
                    if b > 0 {
                        let done = second * b.min(2) as f64;
                        go(here - 1, done * (1.0 - back));
                        if a + 1 < MOST {
                            go(here + MOST - 1, done * back);
                        }
                    }
                }
            }
            now = next;
        }
        let mean = |count: fn(usize) -> usize| -> f64 {
            now.iter().enumerate().map(|(state, p)| count(state) as f64 * p).sum()
        };
        let network = OpenNetwork {
            stations: vec![
                Station { servers: Some(1), service: Service::exponential(1.0 / first) },
                Station { servers: Some(2), service: Service::exponential(1.0 / second) },
            ],
            arrivals: vec![External { station: 0, rate: arrivals, scv: 1.0 }],
            routes: vec![vec![(1, 1.0)], vec![(0, back)]],
        };
        let figures = jackson(&network).unwrap();
        near(figures.stations[0].figures.number_mean, mean(|state| state / MOST), 1e-6);
        near(figures.stations[1].figures.number_mean, mean(|state| state % MOST), 1e-6);
    }

    #[test]
    fn what_is_not_exponential_or_not_stable_is_refused() {
        let mut network = intake_production_check();
        network.stations[1].service.scv = 0.5;
        assert!(matches!(jackson(&network), Err(TheoryError::Parameter { .. })));
        network.stations[1].servers = None;
        assert!(jackson(&network).is_ok());
        network.stations[0].service = Service::exponential(1.5);
        let unstable = vec![(0, 1.5)];
        assert_eq!(jackson(&network), Err(TheoryError::UnstableStations { stations: unstable }));
    }
}
