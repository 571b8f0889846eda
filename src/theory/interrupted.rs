//! One server that is kept from work now and then: by breakdowns, or by questions that hold it.

use super::error::{TheoryError, not_negative, stable};
use super::figures::{Figures, Service};
use super::general::mg1;

/// The time from the beginning of a service to its end where the server breaks down while it works: at
/// `failure_rate` per time worked, in a Poisson process, each time for a `repair`, after which the work
/// goes on where it stopped (Gaver 1962). Exact.
///
/// Failures in a service of length `s` are Poisson with mean `failure_rate * s`; the moments follow from
/// those of a compound Poisson sum.
///
/// # Errors
/// The rate or a moment is outside its domain.
pub fn completion_time(
    service: &Service,
    failure_rate: f64,
    repair: &Service,
) -> Result<Service, TheoryError> {
    service.check()?;
    not_negative("the failure rate", failure_rate)?;
    repair.check()?;
    let stretch = 1.0 + failure_rate * repair.mean;
    let mean = service.mean * stretch;
    let variance =
        service.variance() * stretch * stretch + service.mean * failure_rate * repair.second_moment();
    let third = service.third_moment.zip(repair.third_moment).map(|(work, down)| {
        work * stretch.powi(3)
            + 3.0 * service.second_moment() * stretch * failure_rate * repair.second_moment()
            + service.mean * failure_rate * down
    });
    let scv = if mean > 0.0 { variance / (mean * mean) } else { 0.0 };
    let completion = Service { mean, scv, third_moment: third };
    completion.check()?;
    Ok(completion)
}

/// M/G/1 whose server breaks down while it works only, and resumes after the repair (Gaver 1962;
/// Avi-Itzhak and Naor 1963): M/G/1 with the [`completion_time`] for service. Exact.
///
/// Waits end where service begins; what is lost to repairs later is part of the sojourn. The traffic
/// intensity counts repairs, the utilization does not.
///
/// # Errors
/// A rate or a moment is outside its domain, or the queue is unstable.
pub fn working_breakdown_mg1(
    arrival_rate: f64,
    service: &Service,
    failure_rate: f64,
    repair: &Service,
) -> Result<Figures, TheoryError> {
    let figures = mg1(arrival_rate, &completion_time(service, failure_rate, repair)?)?;
    Figures { utilization: arrival_rate * service.mean, ..figures }.checked()
}

/// M/G/1 whose server breaks down by the calendar, idle or not: up for an exponential time of mean
/// `1 / failure_rate`, then down for a `repair`, over and over; work resumes after the repair (Avi-Itzhak
/// and Naor 1963). Exact.
///
/// The number found is that of M/G/1 with [`completion_time`] for service, and those who came in a
/// repair that began while the server was idle (Fuhrmann and Cooper 1985): among idle times that is a share
/// of `failure_rate * repair.mean` to 1, and it is then half over in the sense of renewal theory.
///
/// # Errors
/// A rate or a moment is outside its domain, or the queue is unstable.
pub fn calendar_breakdown_mg1(
    arrival_rate: f64,
    service: &Service,
    failure_rate: f64,
    repair: &Service,
) -> Result<Figures, TheoryError> {
    let completion = completion_time(service, failure_rate, repair)?;
    not_negative("the arrival rate", arrival_rate)?;
    stable(arrival_rate * completion.mean)?;
    let working = mg1(arrival_rate, &completion)?;
    let up = 1.0 / (1.0 + failure_rate * repair.mean);
    let wait_mean = working.wait_mean + failure_rate * repair.second_moment() / 2.0 * up;
    let queue_mean = arrival_rate * wait_mean;
    Figures {
        utilization: arrival_rate * service.mean,
        no_wait_probability: working.no_wait_probability.map(|idle| idle * up),
        wait_mean,
        wait_variance: None,
        sojourn_mean: wait_mean + completion.mean,
        sojourn_variance: None,
        queue_mean,
        number_mean: queue_mean + arrival_rate * completion.mean,
        ..working
    }
    .checked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::chain::stationary;
    use crate::theory::tests::near;

    /// A reference case: exponential service of mean 1, failures every 10 of work, repairs of mean 2.
    #[test]
    fn breakdowns_while_working_published() {
        let (service, repair) = (Service::exponential(1.0), Service::exponential(2.0));
        let figures = working_breakdown_mg1(0.5, &service, 0.1, &repair).unwrap();
        near(figures.wait_mean, 2.3, 1e-12);
        near(figures.sojourn_mean, 3.5, 1e-12);
        near(figures.number_mean, 1.75, 1e-12);
        near(figures.utilization, 0.5, 1e-12);
        near(figures.traffic_intensity, 0.6, 1e-12);
    }

    /// A reference case, solved there as a truncated Markov chain.
    #[test]
    fn breakdowns_by_calendar_published() {
        let (service, repair) = (Service::exponential(1.0), Service::exponential(5.0));
        let figures = calendar_breakdown_mg1(0.5, &service, 0.02, &repair).unwrap();
        near(figures.number_mean, 1.727272727, 1e-9);
        near(figures.sojourn_mean, 3.454545455, 1e-9);
        near(figures.utilization, 0.5, 1e-12);
    }

    /// Number present and server up or down, as a chain; service of two exponential stages (Erlang-2).
    fn chain(arrivals: f64, stage: f64, fail: f64, mend: f64, by_calendar: bool) -> f64 {
        const MOST: usize = 400;
        let state = |left: usize, down: usize| 2 * left + down;
        let mut moves = Vec::new();
        // Stages left over all present; an arrival brings two.
        for left in 0..=2 * MOST {
            for down in 0..2 {
                if left + 2 <= 2 * MOST {
                    moves.push((state(left, down), state(left + 2, down), arrivals));
                }
            }
            if left > 0 {
                moves.push((state(left, 0), state(left - 1, 0), stage));
            }
            if left > 0 || by_calendar {
                moves.push((state(left, 0), state(left, 1), fail));
            }
            if left > 0 || by_calendar {
                moves.push((state(left, 1), state(left, 0), mend));
            } else {
                // Never reached, but the chain must be able to leave.
                moves.push((state(left, 1), state(left, 0), 1.0));
            }
        }
        let share = stationary(2 * (2 * MOST + 1), &moves).unwrap();
        share.iter().enumerate().map(|(at, p)| p * (at / 2).div_ceil(2) as f64).sum()
    }

    #[test]
    fn both_are_their_markov_chains() {
        // Each stage of mean 1/2: Erlang-2 of mean 1.
        let service = Service::new(1.0, 0.5);
        for (arrivals, fail, mend) in [(0.5, 0.1, 0.5), (0.3, 0.5, 0.4), (0.7, 0.02, 0.2)] {
            let repair = Service::exponential(1.0 / mend);
            let working = working_breakdown_mg1(arrivals, &service, fail, &repair).unwrap();
            near(working.number_mean, chain(arrivals, 2.0, fail, mend, false), 1e-8);
            let calendar = calendar_breakdown_mg1(arrivals, &service, fail, &repair).unwrap();
            near(calendar.number_mean, chain(arrivals, 2.0, fail, mend, true), 1e-8);
        }
    }

    /// Constant work and repair: one service of 1 has k failures with the Poisson probability.
    #[test]
    fn completion_times_are_compound_poisson() {
        let found = completion_time(&Service::constant(1.0), 0.3, &Service::constant(2.0)).unwrap();
        let (mut moments, mut chance) = ([0.0; 3], (-0.3_f64).exp());
        for failures in 0..60 {
            let time = 1.0 + 2.0 * f64::from(failures);
            for (power, moment) in (1..).zip(&mut moments) {
                *moment += chance * time.powi(power);
            }
            chance *= 0.3 / f64::from(failures + 1);
        }
        near(found.mean, moments[0], 1e-12);
        near(found.second_moment(), moments[1], 1e-12);
        near(found.third_moment.unwrap(), moments[2], 1e-12);
    }

    #[test]
    fn without_breakdowns_it_is_mg1() {
        let service = Service::new(1.0, 0.3).with_third_moment(2.5);
        let plain = mg1(0.8, &service).unwrap();
        let repair = Service::constant(1.0);
        assert_eq!(working_breakdown_mg1(0.8, &service, 0.0, &repair), Ok(plain.clone()));
        near(calendar_breakdown_mg1(0.8, &service, 0.0, &repair).unwrap().wait_mean, plain.wait_mean, 1e-12);
        assert!(working_breakdown_mg1(0.8, &service, 0.3, &repair).is_err());
        assert!(calendar_breakdown_mg1(0.8, &service, -1.0, &repair).is_err());
    }
}
