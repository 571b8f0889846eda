//! Open networks of stations: what goes in, and the figures that come out.

use serde::{Deserialize, Serialize};

use super::error::{TheoryError, check_servers, in_range, not_negative};
use super::figures::{Exactness, Figures, Service};
use super::traffic::{Routes, check_index, check_routes, combined, solve};

/// A station: its servers and its service time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// How many servers; `None` for no limit (a mere delay).
    pub servers: Option<u32>,
    /// The service time of one visit.
    pub service: Service,
}

/// A renewal stream of arrivals from outside.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct External {
    /// The index of the station it comes to. Several streams may come to one.
    pub station: usize,
    /// Arrivals per time.
    pub rate: f64,
    /// Squared coefficient of variation of the time between arrivals; 1 if Poisson.
    pub scv: f64,
}

/// An open network: arrivals from outside, stations, and where work goes from each.
///
/// All work is alike; merge classes with [`Service::mixture`](super::Service::mixture) and
/// [`station_routes`](super::station_routes).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OpenNetwork {
    /// The stations.
    pub stations: Vec<Station>,
    /// Arrivals from outside.
    pub arrivals: Vec<External>,
    /// For each station, the probabilities of going on to others; the rest leaves.
    pub routes: Routes,
}

/// The steady state of an open network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkFigures {
    /// Are these figures exact?
    pub exactness: Exactness,
    /// Each station, in the order of the input.
    pub stations: Vec<StationFigures>,
    /// Mean time from arrival from outside to leaving.
    pub lead_mean: f64,
    /// Mean number in the network.
    pub number_mean: f64,
    /// Arrivals from outside, and so departures, per time.
    pub throughput: f64,
}

/// The steady state of one station of a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StationFigures {
    /// Per visit.
    pub figures: Figures,
    /// Expected visits of one arrival from outside, whichever station it enters.
    pub visits: f64,
    /// Squared coefficient of variation of the time between arrivals here, as the method sees it.
    pub arrival_scv: f64,
}

/// A network whose input is checked and whose traffic equations are solved.
pub(super) struct Solved<'a> {
    pub stations: &'a [Station],
    /// One entry for each target, without zeros.
    pub routes: Routes,
    /// Total arrival rate of each station.
    pub rates: Vec<f64>,
    /// Arrivals from outside per time.
    pub throughput: f64,
}

impl Solved<'_> {
    pub(super) fn of(network: &OpenNetwork) -> Result<Solved<'_>, TheoryError> {
        let stations = &network.stations;
        for station in stations {
            station.service.check()?;
            station.servers.map_or(Ok(()), check_servers)?;
        }
        let mut external = vec![0.0; stations.len()];
        for stream in &network.arrivals {
            check_index(stream.station, stations.len())?;
            not_negative("the rate of arrivals from outside", stream.rate)?;
            not_negative("the squared coefficient of variation of arrivals", stream.scv)?;
            external[stream.station] += stream.rate;
        }
        check_routes(&network.routes, stations.len())?;
        for (station, row) in network.routes.iter().enumerate() {
            check_sum(station, row.iter().map(|&(_, probability)| probability).sum())?;
        }
        let routes: Routes = network.routes.iter().cloned().map(combined).collect();
        let rates = solve(&external, &routes)?;
        let throughput = in_range(external.iter().sum())?;
        super::error::positive("the total rate of arrivals from outside", throughput)?;
        let solved = Solved { stations, routes, rates, throughput };
        solved.check_stability()?;
        Ok(solved)
    }

    /// Offered load over capacity; 0 where servers are unlimited.
    pub(super) fn intensity(&self, station: usize) -> f64 {
        let Station { servers, service } = &self.stations[station];
        servers.map_or(0.0, |servers| self.rates[station] * service.mean / f64::from(servers))
    }

    fn check_stability(&self) -> Result<(), TheoryError> {
        let intensities = (0..self.stations.len()).map(|station| (station, self.intensity(station)));
        let stations: Vec<_> =
            intensities.filter(|&(_, intensity)| intensity.is_nan() || intensity >= 1.0).collect();
        if stations.is_empty() { Ok(()) } else { Err(TheoryError::UnstableStations { stations }) }
    }

    /// The network's figures from each station's figures and arrival variability, by Little's law.
    pub(super) fn figures(
        &self,
        exactness: Exactness,
        stations: impl IntoIterator<Item = (Figures, f64)>,
    ) -> Result<NetworkFigures, TheoryError> {
        let stations: Vec<_> = stations
            .into_iter()
            .zip(&self.rates)
            .map(|((figures, arrival_scv), rate)| StationFigures {
                figures,
                visits: rate / self.throughput,
                arrival_scv,
            })
            .collect();
        let number_mean = in_range(stations.iter().map(|station| station.figures.number_mean).sum())?;
        Ok(NetworkFigures {
            exactness,
            lead_mean: in_range(number_mean / self.throughput)?,
            number_mean,
            throughput: self.throughput,
            stations,
        })
    }
}

fn check_sum(station: usize, sum: f64) -> Result<(), TheoryError> {
    if sum <= 1.0 + 1e-9 {
        return Ok(());
    }
    let name = format!("the sum of the probabilities of leaving station {station}");
    Err(TheoryError::Parameter { name, value: sum, rule: "at most 1" })
}
