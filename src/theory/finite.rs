//! Markov queues that lose customers: for want of room (M/M/c/K), or of patience (M/M/c+M).

use serde::{Deserialize, Serialize};

use super::error::{TheoryError, at_least, check_servers, in_range, not_negative, positive};
use super::figures::{Exactness, Figures};
use super::markov::idle_mass;

/// `servers` servers and room for `capacity` customers, those in service included; who finds it full
/// is lost (Gross, Shortle, Thompson, Harris 2008, section 2.5). Exact; with `capacity == servers`
/// Erlang's loss system, exact for any service time but for its variances.
///
/// Waits are those of customers who get in.
///
/// # Errors
/// A rate is outside its domain, there are no servers, or room for fewer than there are servers.
pub fn mmck(
    arrival_rate: f64,
    service_rate: f64,
    servers: u32,
    capacity: u64,
) -> Result<Figures, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    positive("the service rate", service_rate)?;
    check_servers(servers)?;
    at_least("the capacity", capacity as f64, f64::from(servers), "at least the number of servers")?;
    let load = in_range(arrival_rate / service_rate)?;
    let room = capacity - u64::from(servers);
    let line = Line::new(load / f64::from(servers), idle_mass(servers, load), room);
    let all = line.idle + line.waiting + line.full;
    let served = if line.idle == f64::INFINITY { 1.0 } else { (line.idle + line.waiting) / all };
    // One who finds j waiting leaves the line after j + 1 exponential services at full rate.
    let turn = 1.0 / service_rate / f64::from(servers);
    let waiting = if line.idle == f64::INFINITY { 0.0 } else { line.waiting / (line.idle + line.waiting) };
    let wait_mean = waiting * line.place_mean * turn;
    let place_variance = waiting * line.place_variance + waiting * (1.0 - waiting) * line.place_mean.powi(2);
    let wait_variance = (waiting * line.place_mean + place_variance) * turn * turn;
    Losing {
        arrival_rate,
        service_rate,
        servers,
        served,
        lost: if line.idle == f64::INFINITY { 0.0 } else { line.full / all },
        no_wait: 1.0 - waiting,
        wait_mean,
        wait_variance,
        queue_mean: arrival_rate * served * wait_mean,
    }
    .figures()
}

/// The states of M/M/c/K, weighted in any one scale, and the place in line of those who wait.
struct Line {
    /// Weight of the states with an idle server; infinite where nobody ever waits.
    idle: f64,
    /// Weight of the states with all servers busy and room in the line.
    waiting: f64,
    /// Weight of the full state.
    full: f64,
    /// Mean of the place in line (1 for the first) that one who waits takes.
    place_mean: f64,
    /// And its variance.
    place_variance: f64,
}

impl Line {
    fn new(intensity: f64, idle_mass: f64, room: u64) -> Line {
        // Powers of the smaller of the two ratios, so that none overflows.
        let up = intensity <= 1.0;
        let ratio = if up { intensity } else { 1.0 / intensity };
        let run = Run::of(ratio, room);
        let (mean, variance) = if room == 0 {
            (0.0, 0.0)
        } else {
            let mean = run.first / run.zeroth;
            (mean, (run.second / run.zeroth - mean * mean).max(0.0))
        };
        if up {
            Line {
                idle: idle_mass,
                waiting: run.zeroth,
                full: run.power,
                place_mean: 1.0 + mean,
                place_variance: variance,
            }
        } else {
            // Counted down from the full state.
            Line {
                idle: idle_mass * run.power,
                waiting: ratio * run.zeroth,
                full: 1.0,
                place_mean: room as f64 - mean,
                place_variance: variance,
            }
        }
    }
}

/// A run of powers r^0, ..., r^(n-1) and the sums of r^i, i r^i and i^2 r^i over it.
///
/// Joined by doubling: all terms are positive, so nothing cancels, however near to 1 the ratio is.
#[derive(Clone, Copy)]
struct Run {
    length: f64,
    power: f64,
    zeroth: f64,
    first: f64,
    second: f64,
}

impl Run {
    fn of(ratio: f64, length: u64) -> Run {
        let mut all = Run { length: 0.0, power: 1.0, zeroth: 0.0, first: 0.0, second: 0.0 };
        let mut block = Run { length: 1.0, power: ratio, zeroth: 1.0, first: 0.0, second: 0.0 };
        let mut left = length;
        while left > 0 {
            if left & 1 == 1 {
                all = all.then(block);
            }
            block = block.then(block);
            left >>= 1;
        }
        all
    }

    fn then(self, next: Run) -> Run {
        let (n, p) = (self.length, self.power);
        Run {
            length: n + next.length,
            power: p * next.power,
            zeroth: self.zeroth + p * next.zeroth,
            first: self.first + p * (next.first + n * next.zeroth),
            second: self.second + p * (next.second + 2.0 * n * next.first + n * n * next.zeroth),
        }
    }
}

/// What queues that lose customers have in common.
pub(super) struct Losing {
    pub arrival_rate: f64,
    pub service_rate: f64,
    pub servers: u32,
    pub served: f64,
    pub lost: f64,
    pub no_wait: f64,
    pub wait_mean: f64,
    pub wait_variance: f64,
    pub queue_mean: f64,
}

impl Losing {
    pub fn figures(self) -> Result<Figures, TheoryError> {
        let service_mean = 1.0 / self.service_rate;
        let throughput = self.arrival_rate * self.served;
        let busy = throughput * service_mean;
        Figures {
            exactness: Exactness::Exact,
            arrival_rate: self.arrival_rate,
            traffic_intensity: self.arrival_rate * service_mean / f64::from(self.servers),
            utilization: busy / f64::from(self.servers),
            no_wait_probability: Some(self.no_wait),
            wait_mean: self.wait_mean,
            wait_variance: Some(self.wait_variance),
            sojourn_mean: self.wait_mean + service_mean,
            sojourn_variance: Some(self.wait_variance + service_mean * service_mean),
            queue_mean: self.queue_mean,
            number_mean: self.queue_mean + busy,
            throughput,
            loss_probability: self.lost,
        }
        .checked()
    }
}

/// A queue whose customers leave when their patience ends before their service begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErlangA {
    /// The figures; waits are those of customers served, the loss is those who left.
    pub figures: Figures,
    /// Mean wait of all, until served or gone.
    pub wait_mean_all: f64,
    /// Probability that an arrival, served or not, finds all servers busy.
    pub delay_probability: f64,
}

/// The most states of the line that are summed.
const MOST_STATES: u32 = 10_000_000;

/// `servers` servers, Poisson arrivals, exponential service, exponential patience of mean
/// `1 / patience_rate` (Palm 1957; Garnett, Mandelbaum, Reiman 2002). Exact. Rates of patience down
/// to 0 are allowed where the queue is stable without it.
///
/// # Errors
/// A rate is outside its domain, or there are no servers; [`TheoryError::OutOfRange`] where some ten
/// million customers would wait.
pub fn erlang_a(
    arrival_rate: f64,
    service_rate: f64,
    servers: u32,
    patience_rate: f64,
) -> Result<ErlangA, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    positive("the service rate", service_rate)?;
    check_servers(servers)?;
    not_negative("the rate of patience", patience_rate)?;
    let load = in_range(arrival_rate / service_rate)?;
    let capacity = in_range(f64::from(servers) * service_rate)?;
    if patience_rate == 0.0 {
        super::error::stable(arrival_rate / capacity)?;
    }
    let idle_mass = idle_mass(servers, load);
    let sums = LineSums::of(arrival_rate, capacity, patience_rate)?;
    // Shares of all arrivals.
    let (idle, scale) = if idle_mass == f64::INFINITY {
        (1.0, 0.0)
    } else {
        let idle = idle_mass * sums.none;
        (idle / (idle + sums.all), 1.0 / (idle + sums.all))
    };
    let served = idle + sums.served * scale;
    let wait_mean = sums.wait * scale / served;
    let queue_mean = sums.length * scale;
    let figures = Losing {
        arrival_rate,
        service_rate,
        servers,
        served,
        lost: sums.left * scale,
        no_wait: idle / served,
        wait_mean,
        wait_variance: (sums.wait_squared * scale / served - wait_mean * wait_mean).max(0.0),
        queue_mean,
    }
    .figures()?;
    let wait_mean_all = if arrival_rate > 0.0 { in_range(queue_mean / arrival_rate)? } else { 0.0 };
    Ok(ErlangA { figures, wait_mean_all, delay_probability: sums.all * scale })
}

/// Sums over the states in which all servers are busy, in any one scale.
#[derive(Default)]
struct LineSums {
    /// Weight of the state with nobody waiting.
    none: f64,
    all: f64,
    length: f64,
    served: f64,
    left: f64,
    wait: f64,
    wait_squared: f64,
}

impl LineSums {
    fn of(arrivals: f64, capacity: f64, patience: f64) -> Result<LineSums, TheoryError> {
        if (arrivals - capacity) / patience > f64::from(MOST_STATES) {
            return Err(TheoryError::OutOfRange);
        }
        let mut sums = LineSums { none: 1.0, ..LineSums::default() };
        // The wait of one with j ahead who is served is a sum of exponentials, one for each place
        // gained, at rates capacity + i patience, i = 1..j+1: patience ends it or moves it alike.
        let (mut weight, mut wait_mean, mut wait_variance) = (1.0, 0.0, 0.0);
        for waiting in 0..MOST_STATES {
            let ahead = f64::from(waiting);
            let place = ahead + 1.0;
            let exit = capacity + place * patience;
            let served = capacity / exit;
            wait_mean += 1.0 / exit;
            wait_variance += 1.0 / exit / exit;
            sums.all += weight;
            sums.length += weight * ahead;
            sums.served += weight * served;
            sums.left += weight * (place * patience / exit);
            sums.wait += weight * served * wait_mean;
            sums.wait_squared += weight * served * (wait_variance + wait_mean * wait_mean);
            let ratio = arrivals / exit;
            // What is left out is below a geometric series, even with the square of the wait.
            if ratio < 1.0 && weight * place * place < 1e-17 * sums.all * (1.0 - ratio).powi(3) {
                return Ok(sums);
            }
            weight *= ratio;
            if weight > 1e200 {
                weight *= 1e-200;
                sums.rescale(1e-200);
            }
        }
        Err(TheoryError::OutOfRange)
    }

    fn rescale(&mut self, factor: f64) {
        for sum in [
            &mut self.none,
            &mut self.all,
            &mut self.length,
            &mut self.served,
            &mut self.left,
            &mut self.wait,
            &mut self.wait_squared,
        ] {
            *sum *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::{BirthDeath, near};
    use crate::theory::{erlang_b, mmc};

    /// Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory, finite-capacity queues.
    #[test]
    fn mm2_5_published() {
        let figures = mmck(2.5, 1.0, 2, 5).unwrap();
        near(figures.loss_probability, 0.283652537, 1e-9);
        near(figures.number_mean, 3.277207951, 1e-9);
        near(figures.wait_mean, 0.8299543842, 1e-9);
        near(figures.utilization, 0.8954343288, 1e-9);
    }

    #[test]
    fn mmck_is_its_markov_chain() {
        for (arrivals, servers, capacity) in [
            (0.9, 1, 1),
            (1.0, 1, 30),
            (2.0, 2, 9),
            (2.0 - 1e-9, 2, 200),
            (2.0 + 1e-9, 2, 200),
            (7.0, 3, 40),
            (1.0, 6, 11),
            (55.0, 50, 400),
        ] {
            let figures = mmck(arrivals, 1.0, servers, capacity).unwrap();
            let chain = BirthDeath::new(capacity as usize, |_| arrivals, |n| n.min(servers as usize) as f64);
            chain.compare_waits(&figures, servers as usize, 1.0);
            near(figures.loss_probability, chain.probability[capacity as usize], 1e-9);
        }
    }

    #[test]
    fn mmck_with_endless_room_is_mmc() {
        let endless = mmck(2.4, 1.0, 3, u64::MAX).unwrap();
        let open = mmc(2.4, 1.0, 3).unwrap().figures;
        near(endless.wait_mean, open.wait_mean, 1e-12);
        near(endless.wait_variance.unwrap(), open.wait_variance.unwrap(), 1e-12);
        near(endless.number_mean, open.number_mean, 1e-12);
        // Overloaded and long: full but for a few, served at full rate.
        let over = mmck(6.0, 1.0, 3, 1_000_000_000_000).unwrap();
        near(over.throughput, 3.0, 1e-12);
        near(over.queue_mean, 1e12 - 4.0, 1e-11);
    }

    #[test]
    fn mmcc_is_erlang_b() {
        for (servers, load) in [(1, 0.3), (5, 3.0), (10_000, 9_990.0)] {
            let figures = mmck(load, 1.0, servers, u64::from(servers)).unwrap();
            near(figures.loss_probability, erlang_b(servers, load).unwrap(), 1e-11);
            assert_eq!(figures.wait_mean, 0.0);
        }
    }

    /// Palm (1957); Garnett, Mandelbaum, Reiman (2002).
    #[test]
    fn erlang_a_published() {
        let queue = erlang_a(3.5, 1.0, 3, 0.5).unwrap();
        near(queue.figures.loss_probability, 0.2471821677, 1e-9);
        near(queue.figures.queue_mean, 1.730275174, 1e-9);
        near(queue.figures.number_mean, 4.365137587, 1e-9);
        near(queue.figures.wait_mean, 0.4768692727, 1e-9);
        near(queue.wait_mean_all, 0.4943643355, 1e-9);
        near(queue.figures.utilization, 0.878287471, 1e-9);
    }

    #[test]
    fn erlang_a_is_its_markov_chain() {
        for (arrivals, servers, patience) in
            [(0.5, 1, 2.0), (9.0, 4, 0.3), (80.0, 100, 1.0), (150.0, 100, 0.5)]
        {
            let queue = erlang_a(arrivals, 1.0, servers, patience).unwrap();
            let busy = |n: usize| n.min(servers as usize) as f64;
            let queued = |n: usize| n as f64 - busy(n);
            let chain = BirthDeath::new(2_000, |_| arrivals, |n| busy(n) + patience * queued(n));
            near(queue.figures.queue_mean, chain.mean(queued), 1e-9);
            near(queue.figures.number_mean, chain.mean(|n| n as f64), 1e-9);
            near(queue.figures.throughput, chain.mean(busy), 1e-9);
            near(queue.delay_probability, chain.mean(|n| f64::from(u8::from(n >= servers as usize))), 1e-9);
            // Rate of leaving: all who wait, each at the rate of patience.
            near(arrivals * queue.figures.loss_probability, patience * queue.figures.queue_mean, 1e-9);
        }
    }

    /// The wait of those served, by the equations of a tagged customer solved one place at a time.
    #[test]
    fn erlang_a_waits_are_those_of_a_tagged_customer() {
        let (arrivals, servers, patience) = (4.0, 3_usize, 0.7);
        let chain = BirthDeath::new(
            400,
            |_| arrivals,
            |n| n.min(servers) as f64 + patience * n.saturating_sub(servers) as f64,
        );
        // With j ahead: probability of service, first and second moment of the wait on that event.
        let (mut p, mut first, mut second) = (1.0, 0.0, 0.0);
        let (mut served, mut wait, mut square) = (0.0, 0.0, 0.0);
        for n in 0..400 {
            if n >= servers {
                let ahead = (n - servers) as f64;
                let rate = 3.0 + (ahead + 1.0) * patience;
                let on = (3.0 + ahead * patience) / rate;
                (p, first, second) = (
                    on * p,
                    on * (first + p / rate),
                    on * (second + 2.0 * first / rate + 2.0 * p / rate / rate),
                );
            }
            served += chain.probability[n] * p;
            wait += chain.probability[n] * first;
            square += chain.probability[n] * second;
        }
        let figures = erlang_a(arrivals, 1.0, 3, patience).unwrap().figures;
        near(figures.loss_probability, 1.0 - served, 1e-9);
        near(figures.wait_mean, wait / served, 1e-9);
        near(figures.wait_variance.unwrap(), square / served - (wait / served).powi(2), 1e-9);
    }

    #[test]
    fn erlang_a_with_endless_patience_is_mmc() {
        let open = mmc(2.4, 1.0, 3).unwrap();
        for patience in [0.0, 1e-12] {
            let patient = erlang_a(2.4, 1.0, 3, patience).unwrap();
            near(patient.figures.wait_mean, open.figures.wait_mean, 1e-9);
            near(patient.figures.wait_variance.unwrap(), open.figures.wait_variance.unwrap(), 1e-9);
            near(patient.delay_probability, open.delay_probability, 1e-9);
        }
        assert!(matches!(erlang_a(3.0, 1.0, 3, 0.0), Err(TheoryError::Unstable { .. })));
        assert_eq!(erlang_a(4.0, 1.0, 3, 1e-12), Err(TheoryError::OutOfRange));
    }
}
