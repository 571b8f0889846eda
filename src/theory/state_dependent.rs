//! Markov queues to which the more come the fewer are there: balking, finite populations, parts that meet.

use super::error::{TheoryError, check_servers, in_range, not_negative, positive, probability, stable};
use super::figures::Figures;
use super::finite::Losing;

/// The most states that are summed.
const MOST_STATES: u64 = 10_000_000;

/// `servers` servers, Poisson arrivals, exponential service, where one who finds `n` present joins with probability
/// `join(n)`, and else is lost (Gross, Shortle, Thompson, Harris 2008, section 2.10). Exact.
///
/// From `falling` on, `join` must never rise. Waits are those of customers who join.
///
/// # Errors
/// A rate or a probability is outside its domain, there are no servers, or the number present has no limit.
pub fn balking_mmc(
    arrival_rate: f64,
    service_rate: f64,
    servers: u32,
    falling: u64,
    join: impl Fn(u64) -> f64,
) -> Result<Figures, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    let sums = Sums::of(service_rate, servers, falling, |present| {
        let share = join(present);
        probability("the probability to join", share)?;
        Ok(arrival_rate * share)
    })?;
    let served = if arrival_rate > 0.0 { (sums.coming / arrival_rate).min(1.0) } else { 1.0 };
    sums.figures(arrival_rate, service_rate, servers, served)
}

/// `customers` customers, each of whom is away for an exponential time of mean `1 / return_rate` and then comes to
/// `servers` servers with exponential service: machines and repairers (Gross, Shortle, Thompson, Harris 2008, section
/// 2.8). Exact; away times may have any distribution.
///
/// The arrival rate is that of all together.
///
/// # Errors
/// A rate is outside its domain, or there are no servers.
pub fn finite_population(
    customers: u32,
    return_rate: f64,
    service_rate: f64,
    servers: u32,
) -> Result<Figures, TheoryError> {
    not_negative("the rate of return", return_rate)?;
    let sums = Sums::of(service_rate, servers, 0, |present| {
        Ok(return_rate * u64::from(customers).saturating_sub(present) as f64)
    })?;
    sums.figures(sums.coming, service_rate, servers, 1.0)
}

/// The mean time until both parts are done of a case that goes on in two parts at once, each to a single server of its
/// own; Poisson arrivals, exponential service at one rate (Flatto and Hahn 1984; Nelson and Tantawi 1988). Exact.
///
/// # Errors
/// A rate is outside its domain, or the queues are unstable.
pub fn fork_join_pair(arrival_rate: f64, service_rate: f64) -> Result<f64, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    positive("the service rate", service_rate)?;
    let intensity = arrival_rate / service_rate;
    stable(intensity)?;
    in_range((12.0 - intensity) / 8.0 / (service_rate * (1.0 - intensity)))
}

/// Sums over the numbers present, each weighted by its probability.
#[derive(Default)]
struct Sums {
    /// Who join, per time.
    coming: f64,
    /// Of those, who wait, with their place in line and the product of it and the next.
    no_wait: f64,
    place: f64,
    square: f64,
}

impl Sums {
    /// Of a chain in which so many come per time while so many are present.
    fn of(
        service_rate: f64,
        servers: u32,
        falling: u64,
        coming: impl Fn(u64) -> Result<f64, TheoryError>,
    ) -> Result<Sums, TheoryError> {
        positive("the service rate", service_rate)?;
        check_servers(servers)?;
        let servers = u64::from(servers);
        let (mut sums, mut all, mut weight) = (Sums::default(), 0.0, 1.0_f64);
        for present in 0..MOST_STATES {
            let rate = in_range(coming(present)?)?;
            let place = (present + 1).saturating_sub(servers) as f64;
            all += weight;
            sums.coming += weight * rate;
            sums.no_wait += if present < servers { weight * rate } else { 0.0 };
            sums.place += weight * rate * place;
            sums.square += weight * rate * place * (place + 1.0);
            let ratio = rate / (service_rate * (present + 1).min(servers) as f64);
            let small = || weight * (present as f64 + 1.0).powi(2) < 1e-17 * all * (1.0 - ratio).powi(3);
            // What is left out is below a geometric series, even with the square of the place.
            if rate == 0.0 || (present >= falling && present >= servers && ratio < 1.0 && small()) {
                sums.scale(1.0 / all);
                return Ok(sums);
            }
            weight *= ratio;
            if weight > 1e200 {
                weight *= 1e-200;
                all *= 1e-200;
                sums.scale(1e-200);
            }
        }
        Err(TheoryError::OutOfRange)
    }

    fn scale(&mut self, factor: f64) {
        for sum in [&mut self.coming, &mut self.no_wait, &mut self.place, &mut self.square] {
            *sum *= factor;
        }
    }

    fn figures(
        &self,
        arrival_rate: f64,
        service_rate: f64,
        servers: u32,
        served: f64,
    ) -> Result<Figures, TheoryError> {
        // One who finds all busy waits for as many exponential services at full rate as the place in line says.
        let turn = 1.0 / (f64::from(servers) * service_rate);
        let of_all = |sum: f64| if self.coming > 0.0 { sum / self.coming } else { 0.0 };
        let wait_mean = of_all(self.place) * turn;
        Losing {
            arrival_rate,
            service_rate,
            servers,
            served,
            lost: 1.0 - served,
            no_wait: if self.coming > 0.0 { of_all(self.no_wait) } else { 1.0 },
            wait_mean,
            wait_variance: (of_all(self.square) * turn * turn - wait_mean * wait_mean).max(0.0),
            queue_mean: self.place * turn,
        }
        .figures()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::near;
    use crate::theory::{mmc, mmck};

    /// Reference cases: Gross and others (2008); Flatto and Hahn (1984).
    #[test]
    fn published() {
        let discouraged = balking_mmc(1.5, 1.0, 1, 0, |present| 1.0 / (present as f64 + 1.0)).unwrap();
        near(discouraged.number_mean, 1.5, 1e-12);
        near(discouraged.utilization, 0.7768698399, 1e-9);
        near(discouraged.loss_probability, 0.4820867734, 1e-9);
        near(discouraged.sojourn_mean, 1.930825375, 1e-9);
        let repair = finite_population(5, 0.2, 1.0, 1).unwrap();
        near(repair.number_mean, 1.424339107, 1e-9);
        near(repair.throughput, 0.7151321787, 1e-9);
        near(repair.utilization, 0.7151321787, 1e-9);
        near(repair.wait_mean, 0.9917144678, 1e-9);
        near(fork_join_pair(0.5, 1.0).unwrap(), 2.875, 1e-12);
    }

    /// Everybody joins, or everybody while there is room.
    #[test]
    fn known_queues() {
        for (arrivals, servers) in [(0.5, 1), (0.95, 1), (3.0, 4)] {
            let (all, known) = (
                balking_mmc(arrivals, 1.0, servers, 0, |_| 1.0),
                mmc(arrivals, 1.0, servers).unwrap().figures,
            );
            let all = all.unwrap();
            near(all.wait_mean, known.wait_mean, 1e-10);
            near(all.wait_variance.unwrap(), known.wait_variance.unwrap(), 1e-9);
            near(all.no_wait_probability.unwrap(), known.no_wait_probability.unwrap(), 1e-10);
            near(all.number_mean, known.number_mean, 1e-10);
        }
        for (arrivals, capacity) in [(0.5, 3_u64), (4.0, 6), (200.0, 90)] {
            let room = |present| if present < capacity { 1.0 } else { 0.0 };
            let (some, known) =
                (balking_mmc(arrivals, 1.0, 2, 0, room).unwrap(), mmck(arrivals, 1.0, 2, capacity).unwrap());
            near(some.loss_probability, known.loss_probability, 1e-10);
            near(some.wait_mean, known.wait_mean, 1e-10);
            near(some.wait_variance.unwrap(), known.wait_variance.unwrap(), 1e-8);
            near(some.queue_mean, known.queue_mean, 1e-10);
        }
    }

    /// Two machines, one repairer, by hand: weights 1, 2a, 2a^2.
    #[test]
    fn small_and_large_populations() {
        let a = 0.3;
        let all = 1.0 + 2.0 * a + 2.0 * a * a;
        let two = finite_population(2, a, 1.0, 1).unwrap();
        near(two.number_mean, (2.0 * a + 4.0 * a * a) / all, 1e-12);
        near(two.throughput, 1.0 - 1.0 / all, 1e-12);
        // Of very many who hardly ever come, arrivals are Poisson.
        let many = finite_population(4_000_000_000, 0.8 / 4e9, 1.0, 1).unwrap();
        near(many.number_mean, 4.0, 1e-6);
        let none = finite_population(0, 1.0, 1.0, 1).unwrap();
        assert_eq!((none.number_mean, none.throughput, none.wait_mean), (0.0, 0.0, 0.0));
    }

    #[test]
    fn what_has_no_limit_is_refused() {
        assert_eq!(balking_mmc(2.0, 1.0, 1, 0, |_| 0.9), Err(TheoryError::OutOfRange));
        assert!(balking_mmc(2.0, 1.0, 1, 0, |_| 1.1).is_err());
        assert!(balking_mmc(2.0, 1.0, 0, 0, |_| 0.1).is_err());
        assert!(finite_population(2, -1.0, 1.0, 1).is_err());
        assert!(fork_join_pair(1.0, 1.0).is_err());
    }
}
