//! The work on a visit, by its moments, and the transforms of times between arrivals.

use std::cell::OnceCell;

use crate::random::{Dist, Quantity};
use crate::theory::error::TheoryError;
use crate::theory::figures::Service;

use super::flow::{Group, Traffic};

/// So many visit numbers are told apart; later visits count like the first one after them.
const MOST_VISIT_NUMBERS: u32 = 1_000;

/// Hours of a time in ticks.
pub(super) fn hours(ticks: f64) -> f64 {
    ticks / crate::time::hours(1).ticks() as f64
}

/// The service time of a visit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    /// In hours.
    pub service: Service,
    pub exponential: bool,
    /// Whether it depends on the visit number.
    pub by_visit: bool,
    /// Whether it depends on a size that the case has in every department.
    pub sized: bool,
}

impl Work {
    const NONE: Work =
        Work { service: Service::constant(0.0), exponential: false, by_visit: false, sized: false };

    /// One service time, whatever the visit, times the size of the case: moments multiply.
    fn of(service: &Dist, size: Option<&Dist<f64>>) -> Work {
        let (size_mean, size_scv) = size.map_or((1.0, 0.0), |size| (size.mean(), size.cv().powi(2)));
        let mean = hours(service.mean()) * size_mean;
        let (exponential, sized) = (is_exponential(service) && size_scv == 0.0, size_scv > 0.0);
        let scv = service.cv().powi(2);
        let service = if exponential {
            Service::exponential(mean)
        } else {
            Service::new(mean, scv + size_scv + scv * size_scv)
        };
        Work { service, exponential, by_visit: false, sized }
    }

    /// Several kinds of work, each with its share of visits.
    fn mixture(kinds: &[(f64, Work)]) -> Work {
        let (_, first) = kinds[0];
        if alike(kinds.iter().map(|(_, work)| work)) {
            return first;
        }
        Work { service: mixed(kinds), exponential: false, by_visit: true, ..first }
    }
}

/// The moments of a mixture, infinite variances allowed.
pub(super) fn mixed(kinds: &[(f64, Work)]) -> Service {
    mixture(&kinds.iter().map(|(share, work)| (*share, work.service)).collect::<Vec<_>>())
}

/// The same of bare moments; none at all give no time.
pub(super) fn mixture(parts: &[(f64, Service)]) -> Service {
    // It fails where a variance is infinite, and then the mean still counts.
    Service::mixture(parts).unwrap_or_else(|_| {
        let total: f64 = parts.iter().map(|part| part.0).sum();
        let mean = parts.iter().map(|(share, service)| share / total * service.mean).sum();
        Service::new(mean, f64::INFINITY)
    })
}

/// Whether all of this work is exponential with one mean.
pub(super) fn alike<'w>(mut work: impl Iterator<Item = &'w Work>) -> bool {
    let Some(first) = work.next() else { return true };
    let same = |other: &Work| (other.service.mean / first.service.mean - 1.0).abs() < 1e-12;
    first.exponential && work.all(|other| other.exponential && same(other))
}

/// The work on the visits in every state of `group`, where of those who come to a department `served`
/// go on; `visits` are the visits per hour.
pub(super) fn work_of(
    traffic: &Traffic,
    group: &Group,
    served: &[f64],
    visits: &[f64],
) -> Result<Vec<Work>, TheoryError> {
    let revisited: OnceCell<Vec<bool>> = OnceCell::new();
    let mut numbers_at: Option<(usize, u32, Vec<Vec<f64>>)> = None;
    let mut work = Vec::with_capacity(visits.len());
    for (state, at) in group.walk.states.iter().enumerate() {
        let (department, class) = (at.department, at.class);
        if let Some(request) = at.request {
            work.push(answering(traffic, department, class, request, group.size));
            continue;
        }
        let rules = traffic.resolved.services_for(department as u32, class);
        let last = rules.last().map_or(1, |rule| rule.0);
        let kinds: Vec<(u32, Work)> =
            rules.into_iter().map(|(from, service)| (from, Work::of(service, group.size))).collect();
        let comes_back = || revisited.get_or_init(|| group.walk.revisited(served.len()))[department];
        if last == 1 || visits[state] == 0.0 || !comes_back() {
            work.push(kinds[0].1);
            continue;
        }
        // The number before the last rule's is enough: all later visits are under that rule.
        let most = (last - 1).min(MOST_VISIT_NUMBERS);
        let known = numbers_at.take().filter(|(at, to, _)| *at == department && *to == most);
        let known = match known {
            Some(known) => known,
            None => (department, most, group.visits_by_number(department, served, most)?),
        };
        work.push(by_visit_number(&kinds, &known.2, state, visits[state]));
        numbers_at = Some(known);
    }
    Ok(work)
}

/// The work on a request: its own service time, or that of a first visit.
fn answering(
    traffic: &Traffic,
    department: usize,
    class: u32,
    request: u32,
    size: Option<&Dist<f64>>,
) -> Work {
    let resolved = &traffic.resolved;
    let own = resolved.model.requests[request as usize].service.as_ref();
    let rule = || Some(resolved.services_for(department as u32, class).first()?.1);
    // A valid model says one of the two.
    own.or_else(rule).map_or(Work::NONE, |service| Work::of(service, size))
}

/// The mixture of the kinds of work, each from its visit number on.
fn by_visit_number(kinds: &[(u32, Work)], numbers: &[Vec<f64>], state: usize, visits: f64) -> Work {
    let mut shares: Vec<(f64, Work)> = kinds.iter().map(|kind| (0.0, kind.1)).collect();
    let mut rest = visits;
    let mut rule = 0;
    let mut count = |number: u32, visits: f64| {
        while kinds.get(rule + 1).is_some_and(|next| next.0 <= number) {
            rule += 1;
        }
        shares[rule].0 += visits;
    };
    for (number, here) in (1..).zip(numbers) {
        count(number, here[state]);
        rest -= here[state];
    }
    // What is left by rounding is nothing.
    if rest > 1e-9 * visits {
        count(numbers.len() as u32 + 1, rest);
    }
    shares.retain(|share| share.0 > 0.0);
    if shares.is_empty() { kinds[0].1 } else { Work::mixture(&shares) }
}

/// Whether a distribution is given as an exponential one, under whatever name.
pub(super) fn is_exponential<T: Quantity>(dist: &Dist<T>) -> bool {
    match dist {
        Dist::Exponential { .. }
        | Dist::Erlang { stages: 1, .. }
        | Dist::Weibull { shape: Some(1.0), .. } => true,
        Dist::Gamma { cv, .. } | Dist::Weibull { cv: Some(cv), .. } => cv.0 == 1.0,
        Dist::Hyperexponential { cv: Some(cv), .. } => cv.0 == 1.0,
        Dist::Hyperexponential { branches, .. } => {
            branches.windows(2).all(|pair| pair[0].mean == pair[1].mean)
        }
        Dist::Scaled { dist, .. } => is_exponential(dist),
        _ => false,
    }
}

/// The Laplace transform E[exp(-s X)], `s` per tick, where it has a closed form.
pub(super) fn transform(dist: &Dist, s: f64) -> Option<f64> {
    let exponential = |mean: f64| 1.0 / (1.0 + s * mean);
    let gamma = |mean: f64, shape: f64| (-shape * (s * mean / shape).ln_1p()).exp();
    let weighted = |parts: &mut dyn Iterator<Item = Option<(f64, f64)>>| -> Option<f64> {
        let mut sums = (0.0, 0.0);
        for part in parts {
            let (weight, value) = part?;
            sums = (sums.0 + weight, sums.1 + weight * value);
        }
        Some(sums.1 / sums.0)
    };
    match dist {
        Dist::Constant { value } => Some((-s * value.value()).exp()),
        Dist::Uniform { low, high } if low == high || s == 0.0 => Some((-s * low.value()).exp()),
        Dist::Uniform { low, high } => {
            let width = s * (high.value() - low.value());
            Some((-s * low.value()).exp() * -(-width).exp_m1() / width)
        }
        Dist::Exponential { mean } => Some(exponential(mean.value())),
        Dist::Erlang { stages, mean } => Some(gamma(mean.value(), f64::from(*stages))),
        Dist::Gamma { mean, cv } => Some(gamma(mean.value(), 1.0 / (cv.0 * cv.0))),
        Dist::Hyperexponential { mean: Some(mean), cv: Some(cv), .. } => {
            // Balanced means (Whitt 1982): each branch contributes half of the mean.
            let square = cv.0 * cv.0;
            let spread = ((square - 1.0) / (square + 1.0)).sqrt();
            let branch = |p: f64| p * exponential(mean.value() / (2.0 * p));
            Some(branch((1.0 + spread) / 2.0) + branch(1.0 / (square + 1.0) / (1.0 + spread)))
        }
        Dist::Hyperexponential { branches, .. } => weighted(
            &mut branches.iter().map(|branch| Some((branch.probability, exponential(branch.mean.value())))),
        ),
        Dist::Mixture { parts } => {
            weighted(&mut parts.iter().map(|part| Some((part.weight, transform(&part.dist, s)?))))
        }
        Dist::Shifted { by, dist } => Some((-s * by.value()).exp() * transform(dist, s)?),
        Dist::Scaled { factor, dist } => transform(dist, s * factor),
        Dist::Discrete { values } => weighted(
            &mut values.iter().map(|chance| Some((chance.probability, (-s * chance.value.value()).exp()))),
        ),
        Dist::Empirical { sample, interpolate: false } => {
            weighted(&mut sample.iter().map(|value| Some((1.0, (-s * value.value()).exp()))))
        }
        _ => None,
    }
}
