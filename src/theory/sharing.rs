//! Processor sharing: all who are present are served at once.

use super::error::{TheoryError, not_negative, positive};
use super::figures::{Exactness, Figures, Service};
use super::markov::mmc;

/// `servers` servers who share their time equally among all present, each of whom gets at most one server's;
/// Poisson arrivals, any service time. Exact.
///
/// The number present is distributed as in M/M/c whatever the service time (Baskett, Chandy, Muntz, Palacios
/// 1975), and who needs twice as much stays twice as long. Nobody waits: `wait_mean` and `queue_mean` are 0.
///
/// # Errors
/// A parameter is outside its domain, there are no servers, or the queue is unstable.
pub fn processor_sharing(arrival_rate: f64, service: &Service, servers: u32) -> Result<Figures, TheoryError> {
    service.check()?;
    positive("the mean service time", service.mean)?;
    let line = mmc(arrival_rate, 1.0 / service.mean, servers)?.figures;
    let stretch = line.sojourn_mean / service.mean;
    Figures {
        no_wait_probability: Some(1.0),
        wait_mean: 0.0,
        wait_variance: Some(0.0),
        sojourn_mean: service.mean * stretch,
        sojourn_variance: None,
        queue_mean: 0.0,
        ..line
    }
    .checked()
}

/// One server, exponential service, processor sharing, with the variance of the sojourn (Coffman, Muntz, Trotter
/// 1970). Exact.
///
/// # Errors
/// A rate is outside its domain, or the queue is unstable.
pub fn mm1_sharing(arrival_rate: f64, service_rate: f64) -> Result<Figures, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    positive("the service rate", service_rate)?;
    let figures = processor_sharing(arrival_rate, &Service::exponential(1.0 / service_rate), 1)?;
    let spare = 1.0 - figures.traffic_intensity;
    let variance = (3.0 - spare) / ((1.0 + spare) * spare * spare) / service_rate.powi(2);
    Figures { exactness: Exactness::Exact, sojourn_variance: Some(variance), ..figures }.checked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::near;

    /// A reference case: Coffman, Muntz, Trotter (1970).
    #[test]
    fn published() {
        let figures = mm1_sharing(0.75, 1.0).unwrap();
        near(figures.sojourn_mean, 4.0, 1e-12);
        near(figures.sojourn_variance.unwrap(), 35.2, 1e-12);
        near(figures.number_mean, 3.0, 1e-12);
        near(figures.utilization, 0.75, 1e-12);
    }

    /// Work of two exponential stages, each customer in one of them, three at most served at full speed: the
    /// chain of how many are in each.
    #[test]
    fn it_does_not_matter_how_service_times_vary() {
        const MOST: usize = 60;
        let (arrivals, stage, servers) = (0.9, 1.5, 2.0);
        let state = |first: usize, second: usize| first * (MOST + 1) + second;
        let mut moves = Vec::new();
        for first in 0..=MOST {
            for second in 0..=MOST - first {
                let here = state(first, second);
                let present = (first + second) as f64;
                let speed = stage * (servers / present).min(1.0);
                if first + second < MOST {
                    moves.push((here, state(first + 1, second), arrivals));
                }
                if first > 0 {
                    moves.push((here, state(first - 1, second + 1), first as f64 * speed));
                }
                if second > 0 {
                    moves.push((here, state(first, second - 1), second as f64 * speed));
                }
            }
            // The rest of the square is never reached.
            for second in MOST - first + 1..=MOST {
                moves.push((state(first, second), state(first, second - 1), 1.0));
            }
        }
        let share = crate::theory::chain::stationary((MOST + 1) * (MOST + 1), &moves).unwrap();
        let number: f64 =
            share.iter().enumerate().map(|(at, p)| p * (at / (MOST + 1) + at % (MOST + 1)) as f64).sum();
        let figures = processor_sharing(arrivals, &Service::new(2.0 / stage, 0.5), 2).unwrap();
        near(figures.number_mean, number, 1e-6);
    }

    #[test]
    fn no_arrivals_are_no_trouble() {
        let figures = processor_sharing(0.0, &Service::constant(2.0), 3).unwrap();
        assert_eq!((figures.sojourn_mean, figures.number_mean), (2.0, 0.0));
        assert!(processor_sharing(1.0, &Service::constant(2.0), 2).is_err());
        assert!(processor_sharing(1.0, &Service::constant(0.0), 1).is_err());
    }
}
