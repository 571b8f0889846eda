//! Lines of exponential stations with limited room between them: who has finished a piece of work for
//! which there is no room stays blocked until there is (blocking after service).

use serde::{Deserialize, Serialize};

use super::chain::stationary;
use super::error::{TheoryError, in_range, not_negative, positive, stable};
use super::finite::mmck;

/// The steady state of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineFigures {
    /// Finished pieces of work per time.
    pub throughput: f64,
    /// The share of arrivals that finds no room; 0 where the first station never lacks work.
    pub loss_probability: f64,
    /// The stations, from the first.
    pub stations: Vec<LineStation>,
}

/// The steady state of one station of a line. Busy, blocked and starved shares sum to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineStation {
    /// The share of time in which it works.
    pub busy: f64,
    /// The share of time in which its finished work finds no room.
    pub blocked: f64,
    /// The share of time in which it has nothing to do.
    pub starved: f64,
    /// Mean number waiting; 0 at the first station of a saturated line.
    pub queue_mean: f64,
    /// Mean number present, in service or blocked included; without those who wait at the first station of
    /// a saturated line.
    pub number_mean: f64,
}

/// The throughput of a line of two stations, the first of which never lacks work, with room for so
/// many to wait between them (Hunt 1956). Exact.
///
/// Equal rates give `(room + 2) / (room + 3)` of them. What the first has finished and the second has not
/// is a birth-death chain on `0..=room + 2`: the queue M/M/1 with that capacity.
///
/// # Errors
/// A rate is not positive and finite.
pub fn saturated_pair(first_rate: f64, second_rate: f64, room: u32) -> Result<f64, TheoryError> {
    positive("the service rate of the first station", first_rate)?;
    Ok(mmck(first_rate, second_rate, 1, u64::from(room) + 2)?.throughput)
}

/// A line of exponential stations of one server each, the first of which never lacks work: `room[i]` may
/// wait in front of station `i + 1` (Hunt 1956; Hillier and Boling 1966). Exact, by its Markov chain.
///
/// # Errors
/// There is no station, or not one room fewer than stations; a rate is not positive and finite;
/// [`TheoryError::OutOfRange`] where the chain has too many states.
pub fn saturated_line(service_rates: &[f64], room: &[u32]) -> Result<LineFigures, TheoryError> {
    Line { arrivals: None, rates: service_rates, room }.checked()?.figures(1)
}

/// The same, but work arrives in a Poisson process, and `first_room` may wait in front of the first
/// station: who finds no room is lost; without it, everybody waits (Avi-Itzhak and Yadin 1965; Perros
/// 1994). Exact, by its Markov chain, cut off where next to nobody comes.
///
/// # Errors
/// Those of [`saturated_line`]; an arrival rate that is negative or not finite, or, with endless room, not
/// below the throughput of the saturated line.
pub fn open_line(
    arrival_rate: f64,
    service_rates: &[f64],
    room: &[u32],
    first_room: Option<u32>,
) -> Result<LineFigures, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    let line = Line { arrivals: Some(arrival_rate), rates: service_rates, room }.checked()?;
    if let Some(room) = first_room {
        return line.figures(room as usize + 2);
    }
    stable(arrival_rate / saturated_line(service_rates, room)?.throughput)?;
    let mut most = 64;
    loop {
        let figures = line.figures(most)?;
        if figures.loss_probability * most as f64 <= 1e-13 {
            return Ok(LineFigures { loss_probability: 0.0, ..figures });
        }
        most *= 2;
    }
}

/// What the stations are like.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// Arrivals per time; `None` where the first station never lacks work.
    arrivals: Option<f64>,
    rates: &'a [f64],
    room: &'a [u32],
}

/// For each station but the first, how many pieces of work the one before it has finished and it has
/// not: those that wait, one in service unless it is blocked, and one that blocks the station before
/// it if there is one too many. At the first station, how many have arrived and are not finished (0
/// where it never lacks work).
type State = Vec<usize>;

impl Line<'_> {
    fn checked(self) -> Result<Self, TheoryError> {
        for (station, &rate) in self.rates.iter().enumerate() {
            positive(format!("the service rate of station {station}"), rate)?;
        }
        if self.rates.len() == self.room.len() + 1 {
            return Ok(self);
        }
        let name = "the number of rooms between stations".to_owned();
        Err(TheoryError::Parameter { name, value: self.room.len() as f64, rule: "one fewer than stations" })
    }

    /// By station, whether it is blocked.
    fn blocked(&self, state: &State) -> Vec<bool> {
        let mut blocked = vec![false; state.len()];
        for station in (1..state.len()).rev() {
            blocked[station - 1] =
                state[station] > self.room[station - 1] as usize + usize::from(!blocked[station]);
        }
        blocked
    }

    fn works(&self, state: &State, blocked: &[bool], station: usize) -> bool {
        let saturated = station == 0 && self.arrivals.is_none();
        !blocked[station] && (saturated || state[station] > 0)
    }

    /// The figures, where up to `most - 1` may be unfinished at the first station if it works, and one
    /// fewer wait there if it is blocked.
    fn figures(&self, most: usize) -> Result<LineFigures, TheoryError> {
        // Sizes of the state's parts; the first changes slowest, so that moves stay near.
        let first = [if self.arrivals.is_some() { most } else { 1 }];
        let sizes: Vec<usize> = first
            .into_iter()
            .chain(self.room.iter().map(|&room| (room as usize).saturating_add(3)))
            .collect();
        let states = sizes.iter().try_fold(1_usize, |all, &size| all.checked_mul(size));
        let states = states.filter(|&states| states <= MOST_STATES).ok_or(TheoryError::OutOfRange)?;
        let chain = Chain::explore(self, &sizes, states, most);
        let shares = stationary(chain.states.len(), &chain.moves)?;
        self.sum_up(&chain, &shares, most)
    }

    fn sum_up(&self, chain: &Chain, shares: &[f64], most: usize) -> Result<LineFigures, TheoryError> {
        let mut stations = vec![LineStation::default(); self.rates.len()];
        let mut lost = 0.0;
        for (state, share) in chain.states.iter().zip(shares) {
            let blocked = self.blocked(state);
            if !self.admits(state, &blocked, most) {
                lost += share;
            }
            for (at, station) in stations.iter_mut().enumerate() {
                let working = self.works(state, &blocked, at);
                // One that blocks the station before stands there.
                let here = state[at] - usize::from(at > 0 && blocked[at - 1]);
                let saturated = at == 0 && self.arrivals.is_none();
                let waiting = if saturated { 0 } else { here - usize::from(working) };
                let occupied = if working || blocked[at] { *share } else { 0.0 };
                station.busy += if working { *share } else { 0.0 };
                station.blocked += if blocked[at] { *share } else { 0.0 };
                station.starved += share - occupied;
                station.queue_mean += waiting as f64 * share;
                station.number_mean += waiting as f64 * share + occupied;
            }
        }
        let last = self.rates.len() - 1;
        let throughput = in_range(stations[last].busy * self.rates[last])?;
        let loss_probability = if self.arrivals.is_some() { lost } else { 0.0 };
        Ok(LineFigures { throughput, loss_probability, stations })
    }

    fn admits(&self, state: &State, blocked: &[bool], most: usize) -> bool {
        state[0] + 1 + usize::from(blocked[0]) < most
    }
}

/// The largest chain that is set up.
const MOST_STATES: usize = 2_000_000;

/// The states that can be reached, and the moves between them.
struct Chain {
    states: Vec<State>,
    moves: Vec<(usize, usize, f64)>,
}

impl Chain {
    fn explore(line: &Line, sizes: &[usize], product: usize, most: usize) -> Chain {
        let code = |state: &State| state.iter().zip(sizes).fold(0, |code, (part, size)| code * size + part);
        let empty = vec![0; sizes.len()];
        let mut reached = vec![false; product];
        reached[code(&empty)] = true;
        let mut found = vec![empty];
        let mut moves = Vec::new();
        let mut next = 0;
        while let Some(state) = found.get(next).cloned() {
            for (to, rate) in line.moves(&state, most) {
                moves.push((code(&state), code(&to), rate));
                if !std::mem::replace(&mut reached[code(&to)], true) {
                    found.push(to);
                }
            }
            next += 1;
        }
        found.sort_unstable();
        // From codes to places among those reached; both are in the same order.
        let mut place = vec![0; product];
        found.iter().enumerate().for_each(|(at, state)| place[code(state)] = at);
        moves.iter_mut().for_each(|step| *step = (place[step.0], place[step.1], step.2));
        Chain { states: found, moves }
    }
}

impl Line<'_> {
    fn moves(&self, state: &State, most: usize) -> Vec<(State, f64)> {
        let blocked = self.blocked(state);
        let mut moves = Vec::new();
        if let Some(rate) = self.arrivals.filter(|&rate| rate > 0.0 && self.admits(state, &blocked, most)) {
            let mut to = state.clone();
            to[0] += 1;
            moves.push((to, rate));
        }
        for (station, &rate) in self.rates.iter().enumerate() {
            if self.works(state, &blocked, station) {
                let mut to = state.clone();
                if station > 0 || self.arrivals.is_some() {
                    to[station] -= 1;
                }
                if let Some(next) = to.get_mut(station + 1) {
                    *next += 1;
                }
                moves.push((to, rate));
            }
        }
        moves
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::near;

    /// Hunt (1956): (b+2)/(b+3) in balance, and unbalanced.
    #[test]
    fn pairs() {
        for room in [0, 1, 3, 20] {
            let balanced = f64::from(room + 2) / f64::from(room + 3);
            near(saturated_pair(1.0, 1.0, room).unwrap(), balanced, 1e-12);
            let chain = saturated_line(&[1.0, 1.0], &[room]).unwrap();
            near(chain.throughput, balanced, 1e-12);
            near(chain.stations[0].blocked, 1.0 - balanced, 1e-12);
            near(chain.stations[1].starved, 1.0 - balanced, 1e-12);
            let (a, b) = (1.3_f64, 0.8_f64);
            let power = room as i32 + 2;
            let hunt = a * b * (a.powi(power) - b.powi(power)) / (a.powi(power + 1) - b.powi(power + 1));
            near(saturated_pair(a, b, room).unwrap(), hunt, 1e-12);
            near(saturated_line(&[a, b], &[room]).unwrap().throughput, hunt, 1e-12);
        }
    }

    /// Hunt (1956), 22/39; Hillier and Boling (1966), the bowl. Shares from the reference cases.
    #[test]
    fn three_stations_published() {
        let line = saturated_line(&[1.0; 3], &[0, 0]).unwrap();
        near(line.throughput, 22.0 / 39.0, 1e-12);
        let second = &line.stations[1];
        near(line.stations[0].blocked, 0.4358974359, 1e-9);
        near(second.starved, 0.2051282051, 1e-9);
        near(second.blocked, 0.2307692308, 1e-9);
        near(line.stations[2].starved, 0.4358974359, 1e-9);
        let bowl = saturated_line(&[1.0, 1.3, 1.0], &[1, 1]).unwrap();
        near(bowl.throughput, 0.729313229, 1e-9);
        near(bowl.stations[1].busy, 0.5610101762, 1e-9);
        near(bowl.stations[1].blocked, 0.2289777748, 1e-9);
        near(bowl.stations[1].starved, 0.210012049, 1e-9);
    }

    /// Lines are reversible (Muth 1979). Four and five equal stations without room: Hillier and Boling (1967).
    #[test]
    fn a_line_is_the_same_backwards() {
        let (rates, room) = ([1.0, 0.7, 1.4, 0.9], [0, 2, 1]);
        let (mut back_rates, mut back_room) = (rates, room);
        back_rates.reverse();
        back_room.reverse();
        let forth = saturated_line(&rates, &room).unwrap().throughput;
        near(saturated_line(&back_rates, &back_room).unwrap().throughput, forth, 1e-12);
        for (stations, published) in [(4, 0.5148), (5, 0.4858)] {
            let line = saturated_line(&vec![1.0; stations], &vec![0; stations - 1]).unwrap();
            near(line.throughput, published, 1e-4);
        }
    }

    /// Perros (1994): reference cases with endless and with limited room in front.
    #[test]
    fn open_tandems_published() {
        let line = open_line(0.6, &[1.0, 1.0], &[1], None).unwrap();
        near(line.throughput, 0.6, 1e-9);
        near(line.stations[0].number_mean, 3.013706078, 1e-8);
        near(line.stations[1].number_mean, 0.9321086241, 1e-8);
        near(line.stations[0].blocked, 0.1434824228, 1e-8);
        near(line.stations[0].queue_mean / 0.6, 3.783706093, 1e-8);
        near(line.stations[1].queue_mean / 0.6, 0.5535143736, 1e-8);
        let losing = open_line(1.0, &[1.2, 1.0], &[1], Some(3)).unwrap();
        near(losing.throughput, 0.7455977769, 1e-9);
        near(losing.loss_probability, 0.2544022231, 1e-9);
        near(losing.stations[0].number_mean, 2.331821183, 1e-9);
        near(losing.stations[0].blocked, 0.2472225638, 1e-9);
        near(losing.stations[1].number_mean, 1.240052466, 1e-9);
        assert!(open_line(0.76, &[1.0, 1.0], &[1], None).is_err());
    }

    /// One station is M/M/1, with and without room; a slow source makes the next all but M/M/1.
    #[test]
    fn single_stations() {
        near(open_line(0.8, &[1.0], &[], None).unwrap().stations[0].number_mean, 4.0, 1e-9);
        let limited = open_line(1.5, &[1.0], &[], Some(4)).unwrap();
        near(limited.loss_probability, mmck(1.5, 1.0, 1, 5).unwrap().loss_probability, 1e-12);
        near(limited.stations[0].number_mean, mmck(1.5, 1.0, 1, 5).unwrap().number_mean, 1e-12);
        near(saturated_line(&[2.5], &[]).unwrap().throughput, 2.5, 1e-12);
    }

    #[test]
    fn what_is_no_line_is_refused() {
        assert!(saturated_line(&[], &[]).is_err());
        assert!(saturated_line(&[1.0, 1.0], &[]).is_err());
        assert!(saturated_line(&[1.0, 0.0], &[1]).is_err());
        assert_eq!(saturated_line(&[1.0; 9], &[9; 8]), Err(TheoryError::OutOfRange));
        assert_eq!(saturated_line(&[1.0; 2], &[u32::MAX]), Err(TheoryError::OutOfRange));
        assert!(open_line(0.1, &[1.0; 2], &[1], Some(u32::MAX)).is_err());
    }
}
