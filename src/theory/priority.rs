//! Non-preemptive priorities: who is in service is never interrupted.

use serde::{Deserialize, Serialize};

use super::error::{TheoryError, not_negative, stable};
use super::figures::{Exactness, Figures, Service, Wait};
use super::general::{gg_c, mg1};
use super::markov::mmc;

/// A Poisson stream of customers of one rank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorityStream {
    /// 0 is the most urgent; streams of equal rank share one line, first come first served.
    pub rank: u32,
    /// Arrivals per time.
    pub arrival_rate: f64,
}

/// One server, Poisson streams each with its own service time (Cobham 1954). Exact.
///
/// Returns the figures of each stream, in the order given.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn priority_mg1(streams: &[(PriorityStream, Service)]) -> Result<Vec<Figures>, TheoryError> {
    let (total, service) = merged(streams)?;
    let all = mg1(total, &service)?;
    class_figures(streams, 1, &all)
}

/// `servers` servers, Poisson streams, exponential service with one rate for all (Cobham 1954; Kella
/// and Yechiali 1985). Exact.
///
/// Returns the figures of each stream, in the order given.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn priority_mmc(
    streams: &[PriorityStream],
    service_rate: f64,
    servers: u32,
) -> Result<Vec<Figures>, TheoryError> {
    for stream in streams {
        not_negative("the arrival rate", stream.arrival_rate)?;
    }
    let total = streams.iter().map(|stream| stream.arrival_rate).sum();
    let all = mmc(total, service_rate, servers)?.figures;
    let service = Service::exponential(1.0 / service_rate);
    let streams: Vec<_> = streams.iter().map(|&stream| (stream, service)).collect();
    class_figures(&streams, servers, &all)
}

/// `servers` servers, general arrivals and service: the wait of [`gg_c`] for all together, shared out
/// among the ranks as it is in M/G/1 and M/M/c. Approximate (Bondi and Buzen 1984); exact for these.
///
/// `arrival_scv` is the squared coefficient of variation of all arrivals together. Returns the figures
/// of each stream, in the order given.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn priority_gg_c(
    streams: &[(PriorityStream, Service)],
    arrival_scv: f64,
    servers: u32,
) -> Result<Vec<Figures>, TheoryError> {
    let (total, service) = merged(streams)?;
    let mut all = gg_c(total, arrival_scv, &service, servers)?;
    all.exactness = Exactness::approximate("Bondi and Buzen (1984)");
    class_figures(streams, servers, &all)
}

/// All streams as one: its rate and service time.
fn merged(streams: &[(PriorityStream, Service)]) -> Result<(f64, Service), TheoryError> {
    let kinds: Vec<_> = streams.iter().map(|(stream, service)| (stream.arrival_rate, *service)).collect();
    let service = Service::mixture(&kinds)?;
    Ok((kinds.iter().map(|kind| kind.0).sum(), service))
}

/// The figures of each stream, from those of all in one line.
///
/// With spare capacity `s` left by the ranks above, and `t` left by these and one's own, the wait is
/// that of one line for all times (1 - intensity) / (s t).
fn class_figures(
    streams: &[(PriorityStream, Service)],
    servers: u32,
    all: &Figures,
) -> Result<Vec<Figures>, TheoryError> {
    let spare = |keep: &dyn Fn(u32) -> bool| -> f64 {
        let kept = streams.iter().filter(|(stream, _)| keep(stream.rank));
        1.0 - kept.map(|(stream, service)| stream.arrival_rate * service.mean).sum::<f64>()
            / f64::from(servers)
    };
    // Already so up to rounding; nothing below is then zero or negative.
    stable(1.0 - spare(&|_| true))?;
    let in_line = all.wait_mean * (1.0 - all.traffic_intensity);
    streams
        .iter()
        .map(|(stream, service)| {
            let above = spare(&|rank| rank < stream.rank);
            let own = spare(&|rank| rank <= stream.rank);
            let wait = Wait { mean: in_line / (above * own), variance: None, none: all.no_wait_probability };
            Figures::lossless(all.exactness.clone(), stream.arrival_rate, service, Some(servers), wait)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::near;

    fn stream(rank: u32, arrival_rate: f64) -> PriorityStream {
        PriorityStream { rank, arrival_rate }
    }

    /// Cobham (1954); Kleinrock, Queueing Systems vol. 2 (1976) ch. 3.
    #[test]
    fn published() {
        let classes = [(stream(1, 0.4), Service::constant(1.2)), (stream(0, 0.3), Service::exponential(1.0))];
        let figures = priority_mg1(&classes).unwrap();
        near(figures[1].wait_mean, 0.84, 1e-9);
        near(figures[0].wait_mean, 3.818181818, 1e-9);
        near(figures[0].utilization + figures[1].utilization, 0.78, 1e-12);
        let figures = priority_mmc(&[stream(0, 0.5), stream(1, 1.1)], 1.0, 2).unwrap();
        near(figures[0].wait_mean, 0.4740740741, 1e-9);
        near(figures[1].wait_mean, 2.37037037, 1e-9);
    }

    /// Work is conserved: waits weighted by load do not depend on the order of ranks.
    #[test]
    fn waits_weighted_by_load_are_those_of_one_line() {
        let classes = [
            (stream(2, 0.2), Service::exponential(1.0)),
            (stream(0, 0.1), Service::new(3.0, 0.2)),
            (stream(1, 0.15), Service::constant(1.0)),
            (stream(1, 0.05), Service::new(2.0, 4.0)),
        ];
        let (total, service) = merged(&classes).unwrap();
        let one_line = mg1(total, &service).unwrap();
        let weighted: f64 =
            priority_mg1(&classes).unwrap().iter().map(|class| class.utilization * class.wait_mean).sum();
        near(weighted, one_line.utilization * one_line.wait_mean, 1e-12);
        for (exact, approximate) in
            priority_mg1(&classes).unwrap().iter().zip(priority_gg_c(&classes, 1.0, 1).unwrap())
        {
            near(approximate.wait_mean, exact.wait_mean, 1e-12);
        }
    }

    /// The chain of (urgent waiting, others waiting, what the server does) by power iteration.
    #[test]
    fn two_ranks_are_their_markov_chain() {
        // At most 40 of each: at these loads more has a probability below 1e-8.
        const MOST: usize = 40;
        let (urgent, other) = (0.25, 0.35);
        let at =
            |u: usize, o: usize, urgent_served: bool| 1 + 2 * (u * MOST + o) + usize::from(urgent_served);
        let mut now = vec![0.0; 1 + 2 * MOST * MOST];
        now[0] = 1.0;
        let step = 0.6; // uniformized: the largest rate out of a state is 1.6
        for _ in 0..1_000 {
            let mut next = now.clone();
            let mut go = |from: usize, to: usize, rate: f64| {
                let flow = now[from] * rate * step;
                next[from] -= flow;
                next[to] += flow;
            };
            go(0, at(0, 0, true), urgent);
            go(0, at(0, 0, false), other);
            for u in 0..MOST {
                for o in 0..MOST {
                    for served in [false, true] {
                        let here = at(u, o, served);
                        if u + 1 < MOST {
                            go(here, at(u + 1, o, served), urgent);
                        }
                        if o + 1 < MOST {
                            go(here, at(u, o + 1, served), other);
                        }
                        let then = match (u, o) {
                            (0, 0) => 0,
                            (0, _) => at(0, o - 1, false),
                            _ => at(u - 1, o, true),
                        };
                        go(here, then, 1.0);
                    }
                }
            }
            now = next;
        }
        let mean = |count: &dyn Fn(usize, usize) -> usize| -> f64 {
            let cells = (0..MOST).flat_map(|u| (0..MOST).map(move |o| (u, o)));
            cells.map(|(u, o)| count(u, o) as f64 * (now[at(u, o, true)] + now[at(u, o, false)])).sum()
        };
        let figures = priority_mmc(&[stream(0, urgent), stream(1, other)], 1.0, 1).unwrap();
        near(figures[0].queue_mean, mean(&|u, _| u), 1e-6);
        near(figures[1].queue_mean, mean(&|_, o| o), 1e-6);
    }
}
