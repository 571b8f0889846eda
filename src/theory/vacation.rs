//! One server that is not there, or not ready, when work comes after a time without any.

use super::error::{TheoryError, probability};
use super::figures::{Figures, Service, Wait};
use super::general::mg1;

/// M/G/1 whose server goes on a vacation whenever nobody is present, again and again until somebody is when it comes
/// back (Fuhrmann and Cooper 1985). Exact.
///
/// The wait is that of M/G/1 and, independent of it, the rest of a vacation. The variance needs the third moments of
/// both.
///
/// # Errors
/// The arrival rate or a moment is outside its domain, or the queue is unstable.
pub fn vacation_mg1(
    arrival_rate: f64,
    service: &Service,
    vacation: &Service,
) -> Result<Figures, TheoryError> {
    let working = mg1(arrival_rate, service)?;
    vacation.check()?;
    if vacation.mean == 0.0 {
        return Ok(working);
    }
    let rest = vacation.second_moment() / (2.0 * vacation.mean);
    let rest_variance = vacation.third_moment.map(|third| third / (3.0 * vacation.mean) - rest * rest);
    let variance = working.wait_variance.zip(rest_variance).map(|(a, b)| a + b);
    // Whoever comes finds the server at work or away.
    later(arrival_rate, service, Wait { mean: working.wait_mean + rest, variance, none: Some(0.0) })
}

/// M/G/1 whose server goes on one vacation after each time at work, and then waits for somebody to come (Doshi 1986).
/// Exact.
///
/// `nobody_comes` is the probability that nobody comes in a vacation: the Laplace transform of its length at the
/// arrival rate.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn single_vacation_mg1(
    arrival_rate: f64,
    service: &Service,
    vacation: &Service,
    nobody_comes: f64,
) -> Result<Figures, TheoryError> {
    let working = mg1(arrival_rate, service)?;
    vacation.check()?;
    probability("the probability that nobody comes in a vacation", nobody_comes)?;
    // Those who come while the server does not work come in a vacation, or to an idle server: so many of each.
    let away = arrival_rate * vacation.mean;
    if away == 0.0 {
        return Ok(working);
    }
    let rest = arrival_rate * vacation.second_moment() / 2.0 / (away + nobody_comes);
    let none = working.no_wait_probability.map(|idle| idle * nobody_comes / (away + nobody_comes));
    later(
        arrival_rate,
        service,
        Wait { mean: working.wait_mean + rest, variance: None, none: none.or(Some(0.0)) },
    )
}

/// M/G/1 whose server has to set up before it serves somebody who came while it was idle (Welch 1964). Exact.
///
/// Waits end where service begins: a setup is part of them. The figures take a setup for no work.
///
/// # Errors
/// The arrival rate or a moment is outside its domain, or the queue is unstable.
pub fn setup_mg1(arrival_rate: f64, service: &Service, setup: &Service) -> Result<Figures, TheoryError> {
    let working = mg1(arrival_rate, service)?;
    setup.check()?;
    let coming = arrival_rate * setup.mean;
    let more = (2.0 * setup.mean + arrival_rate * setup.second_moment()) / (2.0 * (1.0 + coming));
    let none = working.no_wait_probability.filter(|_| setup.mean == 0.0);
    later(arrival_rate, service, Wait { mean: working.wait_mean + more, variance: None, none })
}

fn later(arrival_rate: f64, service: &Service, wait: Wait) -> Result<Figures, TheoryError> {
    Figures::lossless(super::figures::Exactness::Exact, arrival_rate, service, Some(1), wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::chain::stationary;
    use crate::theory::tests::near;

    /// A reference case: Fuhrmann and Cooper (1985).
    #[test]
    fn vacations_published() {
        let figures = vacation_mg1(0.5, &Service::exponential(1.0), &Service::constant(2.0)).unwrap();
        near(figures.wait_mean, 2.0, 1e-12);
        near(figures.wait_variance.unwrap(), 10.0 / 3.0, 1e-12);
        near(figures.sojourn_variance.unwrap(), 13.0 / 3.0, 1e-12);
        near(figures.number_mean, 1.5, 1e-12);
    }

    /// A reference case: Welch (1964).
    #[test]
    fn setup_published() {
        // Uniform from 0.5 to 2.5.
        let setup = Service::new(1.5, 4.0 / 12.0 / 2.25);
        let figures = setup_mg1(0.5, &Service::exponential(1.0), &setup).unwrap();
        near(figures.wait_mean, 2.226190476, 1e-9);
        near(figures.number_mean, 1.613095238, 1e-9);
    }

    /// Number present and what the server does (0 serves or is ready, 1 is away or sets up), as a chain; everything
    /// exponential, service and pauses of rate 1 and `pause`.
    fn chain(arrivals: f64, pause: f64, kind: Kind) -> f64 {
        const MOST: usize = 400;
        // First the state to which all others lead: away, or ready.
        let first = usize::from(kind == Kind::Again);
        let state = |number: usize, at: usize| 2 * number + (at ^ first);
        let mut moves = Vec::new();
        for number in 0..=MOST {
            for at in 0..2 {
                if number < MOST {
                    let then = if kind == Kind::Setup && number == 0 { 1 } else { at };
                    moves.push((state(number, at), state(number + 1, then), arrivals));
                }
            }
            if number > 0 {
                let then = usize::from(number == 1 && kind != Kind::Setup);
                moves.push((state(number, 0), state(number - 1, then), 1.0));
            }
            // A pause that ends with nobody there is followed by another one, or by waiting for somebody.
            if number > 0 || kind != Kind::Again {
                moves.push((state(number, 1), state(number, 0), pause));
            }
        }
        if kind == Kind::Again {
            // Never there, but the chain must be able to leave.
            moves.push((state(0, 0), state(0, 1), 1.0));
        }
        let share = stationary(2 * (MOST + 1), &moves).unwrap();
        share.iter().enumerate().map(|(at, p)| p * (at / 2) as f64).sum()
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Again,
        Once,
        Setup,
    }

    #[test]
    fn all_are_their_markov_chains() {
        let service = Service::exponential(1.0);
        for (arrivals, pause) in [(0.5, 0.5), (0.3, 2.0), (0.7, 0.2)] {
            let length = Service::exponential(1.0 / pause);
            let again = vacation_mg1(arrivals, &service, &length).unwrap();
            near(again.number_mean, chain(arrivals, pause, Kind::Again), 1e-8);
            let nobody = pause / (pause + arrivals);
            let once = single_vacation_mg1(arrivals, &service, &length, nobody).unwrap();
            near(once.number_mean, chain(arrivals, pause, Kind::Once), 1e-8);
            let setup = setup_mg1(arrivals, &service, &length).unwrap();
            near(setup.number_mean, chain(arrivals, pause, Kind::Setup), 1e-8);
        }
    }

    #[test]
    fn without_pauses_it_is_mg1() {
        let service = Service::new(1.0, 0.3).with_third_moment(2.5);
        let (plain, none) = (mg1(0.8, &service), Service::constant(0.0));
        assert_eq!(vacation_mg1(0.8, &service, &none), plain);
        assert_eq!(single_vacation_mg1(0.8, &service, &none, 1.0), plain);
        near(setup_mg1(0.8, &service, &none).unwrap().wait_mean, plain.unwrap().wait_mean, 1e-15);
        assert!(single_vacation_mg1(0.8, &service, &none, 1.5).is_err());
        assert!(setup_mg1(1.0, &service, &none).is_err());
    }
}
