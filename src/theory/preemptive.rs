//! Preemptive priorities: whoever is more urgent is served at once, and the others go on later where they stopped.

use super::error::TheoryError;
use super::figures::{Exactness, Figures, Service, Wait};
use super::markov::mmc;
use super::priority::{PriorityStream, priority_mg1};

/// One server, Poisson streams each with its own service time, who is interrupted resumes (Kleinrock 1976, section
/// 3.4). Exact.
///
/// Waits are all of the time in which nobody works on a customer, interruptions included. Returns the figures of each
/// stream, in the order given.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn preemptive_mg1(streams: &[(PriorityStream, Service)]) -> Result<Vec<Figures>, TheoryError> {
    // It refuses what is refused here.
    priority_mg1(streams)?;
    let sum = |keep: &dyn Fn(u32) -> bool, of: &dyn Fn(&Service) -> f64| -> f64 {
        let kept = streams.iter().filter(|(stream, _)| keep(stream.rank));
        kept.map(|(stream, service)| stream.arrival_rate * of(service)).sum()
    };
    let figures = streams.iter().map(|(stream, service)| {
        let own = |rank| rank <= stream.rank;
        let above = 1.0 - sum(&|rank| rank < stream.rank, &|service| service.mean);
        let spare = 1.0 - sum(&own, &|service| service.mean);
        let met = sum(&own, &|service| service.second_moment() / 2.0);
        let sojourn = service.mean / above + met / (above * spare);
        alone(stream, service, 1, sojourn)
    });
    figures.collect()
}

/// `servers` servers, Poisson streams, exponential service with one rate for all, who is interrupted resumes: those of
/// a rank and of all more urgent ones together are M/M/c (Gross, Shortle, Thompson, Harris 2008, section 3.4). Exact.
///
/// Waits and what is returned are as those of [`preemptive_mg1`].
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn preemptive_mmc(
    streams: &[PriorityStream],
    service_rate: f64,
    servers: u32,
) -> Result<Vec<Figures>, TheoryError> {
    let service = Service::exponential(1.0 / service_rate);
    let rate = |keep: &dyn Fn(u32) -> bool| -> f64 {
        streams.iter().filter(|stream| keep(stream.rank)).map(|stream| stream.arrival_rate).sum()
    };
    mmc(rate(&|_| true), service_rate, servers)?;
    let figures = streams.iter().map(|stream| {
        let above = rate(&|rank| rank < stream.rank);
        let own = rate(&|rank| rank <= stream.rank);
        let number = |rate| Ok(mmc(rate, service_rate, servers)?.figures.number_mean);
        let sojourn =
            if own > above { (number(own)? - number(above)?) / (own - above) } else { service.mean };
        alone(stream, &service, servers, sojourn)
    });
    figures.collect()
}

fn alone(
    stream: &PriorityStream,
    service: &Service,
    servers: u32,
    sojourn: f64,
) -> Result<Figures, TheoryError> {
    let wait = Wait { mean: (sojourn - service.mean).max(0.0), variance: None, none: None };
    Figures::lossless(Exactness::Exact, stream.arrival_rate, service, Some(servers), wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::mg1;
    use crate::theory::tests::near;

    fn stream(rank: u32, arrival_rate: f64) -> PriorityStream {
        PriorityStream { rank, arrival_rate }
    }

    /// Reference cases: Kleinrock (1976); Gross and others (2008).
    #[test]
    fn published() {
        let two = [(stream(0, 0.3), Service::exponential(1.0)), (stream(1, 0.4), Service::exponential(1.2))];
        let figures = preemptive_mg1(&two).unwrap();
        near(figures[0].sojourn_mean, 1.428571429, 1e-9);
        near(figures[1].sojourn_mean, 7.402597403, 1e-9);
        near(figures[1].number_mean, 2.961038961, 1e-9);
        let three = [stream(0, 1.0), stream(1, 1.0), stream(2, 1.4)];
        let figures = preemptive_mmc(&three, 1.0, 4).unwrap();
        near(figures[0].sojourn_mean, 1.006802721, 1e-9);
        near(figures[1].sojourn_mean, 1.167110322, 1e-9);
        near(figures[2].sojourn_mean, 3.665865866, 1e-9);
        near(figures.iter().map(|one| one.number_mean).sum(), 7.306125256, 1e-9);
    }

    /// The most urgent see nobody else; in one rank nobody is interrupted.
    #[test]
    fn ranks_that_make_no_difference() {
        let (short, long) = (Service::constant(1.0), Service::new(3.0, 2.0));
        let figures = preemptive_mg1(&[(stream(7, 0.2), long), (stream(1, 0.3), short)]).unwrap();
        near(figures[1].wait_mean, mg1(0.3, &short).unwrap().wait_mean, 1e-12);
        let one_line = preemptive_mg1(&[(stream(0, 0.2), long), (stream(0, 0.3), short)]).unwrap();
        let merged = Service::mixture(&[(0.2, long), (0.3, short)]).unwrap();
        one_line.iter().for_each(|one| near(one.wait_mean, mg1(0.5, &merged).unwrap().wait_mean, 1e-12));
        // With one server and equal exponential service both say the same.
        let streams = [stream(0, 0.2), stream(1, 0.3), stream(1, 0.1), stream(2, 0.15)];
        let with_service = streams.map(|stream| (stream, Service::exponential(1.0)));
        let both = preemptive_mg1(&with_service).unwrap().into_iter();
        for (a, b) in both.zip(preemptive_mmc(&streams, 1.0, 1).unwrap()) {
            near(a.wait_mean, b.wait_mean, 1e-12);
        }
        assert!(preemptive_mmc(&streams, 0.7, 1).is_err());
        assert!(preemptive_mg1(&[(stream(0, 0.2), Service::constant(6.0))]).is_err());
    }
}
