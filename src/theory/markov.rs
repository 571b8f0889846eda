//! Poisson arrivals and exponential service: M/M/1 and M/M/c, with the distribution of the wait.

use serde::{Deserialize, Serialize};

use super::error::{TheoryError, check_servers, in_range, inside_unit, not_negative, positive, stable};
use super::figures::{Exactness, Figures, Service, Wait};

/// The probability that `servers` servers without a queue are all busy when `offered_load` (arrival
/// rate times mean service time) is offered to them: Erlang's loss formula (Erlang 1917). Exact for
/// Poisson arrivals and any service time.
///
/// # Errors
/// No servers, or a load that is negative or not finite.
pub fn erlang_b(servers: u32, offered_load: f64) -> Result<f64, TheoryError> {
    check_servers(servers)?;
    not_negative("the offered load", offered_load)?;
    Ok(1.0 / (1.0 + idle_mass(servers, offered_load)))
}

/// The probability that an arrival at an M/M/c queue must wait: Erlang's delay formula (Erlang 1917).
///
/// # Errors
/// No servers, a load that is negative or not finite, or at least as large as `servers`.
pub fn erlang_c(servers: u32, offered_load: f64) -> Result<f64, TheoryError> {
    check_servers(servers)?;
    not_negative("the offered load", offered_load)?;
    let intensity = offered_load / f64::from(servers);
    stable(intensity)?;
    Ok(1.0 / (1.0 + (1.0 - intensity) * idle_mass(servers, offered_load)))
}

/// The probability of fewer than `c` present in M/M/c over that of exactly `c`.
///
/// That is the sum over k = 1..c of c (c-1) ... (c-k+1) / load^k: positive terms without factorials.
/// It may be infinite, where the probability that all are busy is below the smallest number.
pub(super) fn idle_mass(servers: u32, offered_load: f64) -> f64 {
    if offered_load == 0.0 {
        return f64::INFINITY;
    }
    let (mut sum, mut term) = (0.0, 1.0);
    for left in (1..=servers).rev() {
        let ratio = f64::from(left) / offered_load;
        term *= ratio;
        sum += term;
        // Once terms shrink, they shrink faster and faster.
        if sum == f64::INFINITY || (ratio < 1.0 && term < sum * 1e-18 * (1.0 - ratio)) {
            break;
        }
    }
    sum
}

/// A queue in which a wait, when there is one, is exponential, and so is service: M/M/1, M/M/c, G/M/1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExponentialWait {
    /// The figures.
    pub figures: Figures,
    /// Probability that an arrival waits.
    pub delay_probability: f64,
    /// Rate of the wait of those who wait: 1 over its mean.
    pub drain_rate: f64,
    /// Rate of service of one server: 1 over its mean.
    pub service_rate: f64,
}

impl ExponentialWait {
    pub(super) fn new(
        arrival_rate: f64,
        service_rate: f64,
        servers: u32,
        delay_probability: f64,
        drain_rate: f64,
    ) -> Result<ExponentialWait, TheoryError> {
        in_range(drain_rate)?;
        let mean = delay_probability / drain_rate;
        let wait = Wait {
            mean,
            // Second moment 2p/d^2 less p^2/d^2.
            variance: Some(mean * (2.0 - delay_probability) / drain_rate),
            none: Some(1.0 - delay_probability),
        };
        let service = Service::exponential(1.0 / service_rate);
        let figures = Figures::lossless(Exactness::Exact, arrival_rate, &service, Some(servers), wait)?;
        Ok(ExponentialWait { figures, delay_probability, drain_rate, service_rate })
    }

    /// The probability of waiting longer than `time`; 1 where that is negative or NaN.
    pub fn wait_gt(&self, time: f64) -> f64 {
        if time >= 0.0 { self.delay_probability * (-self.drain_rate * time).exp() } else { 1.0 }
    }

    /// The time that a wait exceeds with probability `1 - q`; 0 where that many need not wait.
    ///
    /// # Errors
    /// `q` is not between 0 and 1.
    pub fn wait_quantile(&self, q: f64) -> Result<f64, TheoryError> {
        inside_unit("the quantile's probability", q)?;
        in_range(((self.delay_probability / (1.0 - q)).ln() / self.drain_rate).max(0.0))
    }

    /// The probability that wait and service together take longer than `time`; 1 where that is
    /// negative or NaN.
    pub fn sojourn_gt(&self, time: f64) -> f64 {
        if time == f64::INFINITY {
            return 0.0;
        }
        if time.is_nan() || time < 0.0 {
            return 1.0;
        }
        // exp(-m t) + p m (exp(-m t) - exp(-d t)) / (d - m), written without cancellation.
        let slow = self.service_rate.min(self.drain_rate);
        let apart = (self.service_rate - self.drain_rate).abs();
        let fade = if apart * time < 1e-12 { time } else { -(-apart * time).exp_m1() / apart };
        let waited = self.delay_probability * self.service_rate * fade * (-slow * time).exp();
        ((-self.service_rate * time).exp() + waited).min(1.0)
    }

    /// The time that wait and service together exceed with probability `1 - q`.
    ///
    /// # Errors
    /// `q` is not between 0 and 1.
    pub fn sojourn_quantile(&self, q: f64) -> Result<f64, TheoryError> {
        inside_unit("the quantile's probability", q)?;
        let (mut low, mut high) = (0.0, self.figures.sojourn_mean);
        while self.sojourn_gt(high) > 1.0 - q {
            (low, high) = (high, 2.0 * high);
        }
        in_range(high)?;
        loop {
            let middle = low + (high - low) / 2.0;
            if middle <= low || middle >= high {
                return Ok(high);
            }
            if self.sojourn_gt(middle) > 1.0 - q { low = middle } else { high = middle }
        }
    }
}

/// One server, Poisson arrivals, exponential service (Erlang 1909; Kleinrock 1975, chapter 3). Exact.
///
/// # Errors
/// A rate is outside its domain, or arrivals are not fewer than services.
pub fn mm1(arrival_rate: f64, service_rate: f64) -> Result<ExponentialWait, TheoryError> {
    mmc(arrival_rate, service_rate, 1)
}

/// `servers` servers, Poisson arrivals, exponential service (Erlang 1917). Exact.
///
/// # Errors
/// A rate is outside its domain, there are no servers, or arrivals are not fewer than services.
pub fn mmc(arrival_rate: f64, service_rate: f64, servers: u32) -> Result<ExponentialWait, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    positive("the service rate", service_rate)?;
    check_servers(servers)?;
    let load = arrival_rate / service_rate;
    let intensity = load / f64::from(servers);
    stable(intensity)?;
    // Not "capacity less arrivals": capacity may overflow where this does not.
    let drain_rate = f64::from(servers) * (1.0 - intensity) * service_rate;
    ExponentialWait::new(arrival_rate, service_rate, servers, erlang_c(servers, load)?, drain_rate)
}

/// The probability that `number` are present in M/M/c, in service included (Erlang 1917). Exact.
///
/// In a [Jackson network](super::jackson) the probability of numbers at several stations at once is
/// the product of these.
///
/// # Errors
/// Those of [`mmc`].
pub fn mmc_number_probability(
    arrival_rate: f64,
    service_rate: f64,
    servers: u32,
    number: u64,
) -> Result<f64, TheoryError> {
    let queue = mmc(arrival_rate, service_rate, servers)?;
    let (load, intensity) = (arrival_rate / service_rate, queue.figures.traffic_intensity);
    if load == 0.0 {
        return Ok(if number == 0 { 1.0 } else { 0.0 });
    }
    let (present, full) = (number as f64, f64::from(servers));
    let all_busy = queue.delay_probability * (1.0 - intensity);
    let probability = if present >= full {
        all_busy * intensity.powf(present - full)
    } else if all_busy > 0.0 {
        // Down from `full` by detailed balance.
        let factorials = libm::lgamma(full + 1.0) - libm::lgamma(present + 1.0);
        (all_busy.ln() + factorials - (full - present) * load.ln()).exp()
    } else {
        // Nobody ever waits: Poisson.
        (present * load.ln() - load - libm::lgamma(present + 1.0)).exp()
    };
    Ok(in_range(probability)?.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::near;

    /// Kleinrock, Queueing Systems vol. 1 (1975) ch. 3.
    #[test]
    fn mm1_at_eighty_percent() {
        let queue = mm1(0.8, 1.0).unwrap();
        let figures = &queue.figures;
        near(figures.wait_mean, 4.0, 1e-12);
        near(figures.wait_variance.unwrap(), 24.0, 1e-12);
        near(figures.no_wait_probability.unwrap(), 0.2, 1e-12);
        near(figures.sojourn_variance.unwrap(), 25.0, 1e-12);
        near(figures.number_mean, 4.0, 1e-12);
        near(queue.wait_gt(5.0), 0.2943035529, 1e-9);
        near(queue.sojourn_quantile(0.5).unwrap(), 3.465735903, 1e-9);
        near(queue.sojourn_quantile(0.99).unwrap(), 23.02585093, 1e-9);
        near(queue.wait_gt(queue.wait_quantile(0.9).unwrap()), 0.1, 1e-12);
        assert_eq!(queue.wait_quantile(0.1), Ok(0.0));
    }

    /// Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory, M/M/c.
    #[test]
    fn mmc_published() {
        let three = mmc(2.4, 1.0, 3).unwrap();
        near(three.figures.wait_mean, 1.078651685, 1e-9);
        near(three.figures.wait_variance.unwrap(), 2.43201616, 1e-9);
        near(three.figures.no_wait_probability.unwrap(), 0.3528089888, 1e-9);
        near(three.wait_gt(2.0), 0.1949301866, 1e-9);
        let thirty = mmc(27.0, 1.0, 30).unwrap();
        near(thirty.figures.wait_mean, 0.1571361233, 1e-9);
        near(thirty.figures.sojourn_variance.unwrap(), 1.080065654, 1e-9);
        near(thirty.wait_gt(0.2), 0.2587143988, 1e-9);
    }

    /// Gross and others, loss systems: 5 servers and 3 erlang, 6 and 4.
    #[test]
    fn erlang_b_published() {
        near(erlang_b(5, 3.0).unwrap(), 0.1100543478, 1e-9);
        near(erlang_b(6, 4.0).unwrap(), 0.1171624714, 1e-9);
    }

    /// The recursion B(c) = a B(c-1) / (c + a B(c-1)), up to 10,000 servers.
    #[test]
    fn erlang_b_is_the_recursion() {
        for load in [0.5, 70.0, 2_000.0, 9_900.0, 20_000.0] {
            let mut blocked = 1.0;
            for servers in 1..=10_000_u32 {
                blocked = load * blocked / (f64::from(servers) + load * blocked);
                if servers % 613 == 0 && blocked > 1e-280 {
                    near(erlang_b(servers, load).unwrap(), blocked, 1e-10);
                }
            }
        }
        assert!(erlang_b(u32::MAX, 4e9).unwrap() < 1.0);
    }

    /// The tail of wait plus service, integrated, is its mean; integrated with 2t, its second moment.
    #[test]
    fn sojourn_tail_integrates_to_its_moments() {
        // The last has equal rates of wait and service.
        for (arrivals, servers) in [(0.7, 1), (2.4, 3), (4.5, 9), (2.0, 3)] {
            let queue = mmc(arrivals, 1.0, servers).unwrap();
            let step = 1e-3;
            let (mut mean, mut second) = (0.0, 0.0);
            for i in 0..100_000 {
                let time = (f64::from(i) + 0.5) * step;
                mean += queue.sojourn_gt(time) * step;
                second += 2.0 * time * queue.sojourn_gt(time) * step;
            }
            near(mean, queue.figures.sojourn_mean, 1e-6);
            near(second - mean * mean, queue.figures.sojourn_variance.unwrap(), 1e-5);
        }
    }
}
