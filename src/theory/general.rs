//! Stations with general service or arrivals.

use super::error::{TheoryError, at_least, in_range, not_negative, positive, probability, stable};
use super::figures::{Exactness, Figures, Service, Wait};
use super::markov::{ExponentialWait, erlang_c};

/// Servers without limit, Poisson arrivals, any service time: nobody waits, and the number present is
/// Poisson distributed with mean `number_mean` (Kleinrock 1975, section 3.4). Exact.
///
/// # Errors
/// The arrival rate or a moment is outside its domain.
pub fn mginf(arrival_rate: f64, service: &Service) -> Result<Figures, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    service.check()?;
    no_wait(Exactness::Exact, arrival_rate, service)
}

/// The figures where servers are unlimited, whatever the arrivals.
pub(super) fn no_wait(
    exactness: Exactness,
    arrival_rate: f64,
    service: &Service,
) -> Result<Figures, TheoryError> {
    let wait = Wait { mean: 0.0, variance: Some(0.0), none: Some(1.0) };
    Figures::lossless(exactness, arrival_rate, service, None, wait)
}

/// One server, Poisson arrivals, any service time: the mean by Pollaczek (1930) and Khinchine (1932),
/// the variance of the wait by Takács (1962), given the third moment of service. Exact.
///
/// # Errors
/// The arrival rate or a moment is outside its domain, or the queue is unstable.
pub fn mg1(arrival_rate: f64, service: &Service) -> Result<Figures, TheoryError> {
    let spare = spare_capacity(arrival_rate, service)?;
    let mean = arrival_rate * service.second_moment() / (2.0 * spare);
    let variance = service.third_moment.map(|third| mean * mean + arrival_rate * third / (3.0 * spare));
    let wait = Wait { mean, variance, none: Some(spare) };
    Figures::lossless(Exactness::Exact, arrival_rate, service, Some(1), wait)
}

/// The share of time in which a single server with these arrivals is idle.
fn spare_capacity(arrival_rate: f64, service: &Service) -> Result<f64, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    service.check()?;
    let intensity = arrival_rate * service.mean;
    stable(intensity)?;
    Ok(1.0 - intensity)
}

/// One server, batches arriving in a Poisson process of rate `batch_rate`, any service time: the mean
/// wait of one customer (Gross, Shortle, Thompson, Harris 2008, section 3.1; Burke 1975). Exact.
///
/// `batch_mean` and `batch_scv` are mean and squared coefficient of variation of the number in a
/// batch. The figures are of customers, not batches.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn batch_mg1(
    batch_rate: f64,
    batch_mean: f64,
    batch_scv: f64,
    service: &Service,
) -> Result<Figures, TheoryError> {
    not_negative("the rate of batches", batch_rate)?;
    at_least("the mean batch size", batch_mean, 1.0, "finite and at least 1")?;
    not_negative("the squared coefficient of variation of the batch size", batch_scv)?;
    let arrival_rate = in_range(batch_rate * batch_mean)?;
    let spare = spare_capacity(arrival_rate, service)?;
    // Wait for the work found, and for those ahead in the same batch: E[X(X-1)] / 2E[X] of them.
    let ahead = ((1.0 + batch_scv) * batch_mean - 1.0) / 2.0;
    let mean = (arrival_rate * service.second_moment() / 2.0 + ahead * service.mean) / spare;
    let wait = Wait { mean, variance: None, none: Some(spare / batch_mean) };
    Figures::lossless(Exactness::Exact, arrival_rate, service, Some(1), wait)
}

/// One server, renewal arrivals, exponential service (Kleinrock 1975, chapter 6). Exact.
///
/// `transform(s)` is the Laplace transform of the time between arrivals, E[exp(-s A)], whose mean must
/// be `1 / arrival_rate`: for an interval always 2 long, `|s| (-2.0 * s).exp()`.
///
/// # Errors
/// A rate is outside its domain, the queue is unstable, or the transform leaves `[0, 1]`.
pub fn gm1(
    arrival_rate: f64,
    service_rate: f64,
    transform: impl Fn(f64) -> f64,
) -> Result<ExponentialWait, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    positive("the service rate", service_rate)?;
    stable(arrival_rate / service_rate)?;
    let transform = |s: f64| -> Result<f64, TheoryError> {
        let value = transform(s);
        probability("the transform of the time between arrivals", value)?;
        Ok(value)
    };
    // The root of 1 - transform(rate * idle) = idle in (0, 1): the left side over `idle` falls from
    // service rate over arrival rate, above 1, to below 1.
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let idle: f64 = low + (high - low) / 2.0;
        if idle <= low || idle >= high {
            break;
        }
        if 1.0 - transform(service_rate * idle)? > idle { low = idle } else { high = idle }
    }
    let delayed = transform(service_rate * high)?;
    ExponentialWait::new(arrival_rate, service_rate, 1, delayed, service_rate * high)
}

/// One server, general arrivals and service, by mean and variability: Kingman's heavy-traffic formula
/// (Kingman 1961). Approximate, good when busy; exact for Poisson arrivals.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn kingman(arrival_rate: f64, arrival_scv: f64, service: &Service) -> Result<Figures, TheoryError> {
    let exponential = exponential_wait(arrival_rate, arrival_scv, service, 1)?;
    approximate("Kingman (1961)", arrival_rate, service, 1, exponential * (arrival_scv + service.scv) / 2.0)
}

/// `servers` servers, general arrivals and service: the wait of M/M/c times the mean of the two
/// squared coefficients of variation (Allen and Cunneen, in Allen 1990). Approximate; exact for M/M/c
/// and M/G/1.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn allen_cunneen(
    arrival_rate: f64,
    arrival_scv: f64,
    service: &Service,
    servers: u32,
) -> Result<Figures, TheoryError> {
    let exponential = exponential_wait(arrival_rate, arrival_scv, service, servers)?;
    let mean = exponential * (arrival_scv + service.scv) / 2.0;
    approximate("Allen and Cunneen (Allen 1990)", arrival_rate, service, servers, mean)
}

/// `servers` servers, general arrivals and service: the formula of Kraemer and Langenbach-Belz (1976)
/// for one server, of Whitt (1993) for several. Approximate; exact for M/M/c and M/G/1.
///
/// # Errors
/// A parameter is outside its domain, or the queue is unstable.
pub fn gg_c(
    arrival_rate: f64,
    arrival_scv: f64,
    service: &Service,
    servers: u32,
) -> Result<Figures, TheoryError> {
    let exponential = exponential_wait(arrival_rate, arrival_scv, service, servers)?;
    let intensity = arrival_rate * service.mean / f64::from(servers);
    let mean = exponential * variability_factor(intensity, arrival_scv, service.scv, servers);
    let source = if servers == 1 { "Kraemer and Langenbach-Belz (1976)" } else { "Whitt (1993)" };
    approximate(source, arrival_rate, service, servers, mean)
}

fn approximate(
    source: &'static str,
    arrival_rate: f64,
    service: &Service,
    servers: u32,
    mean: f64,
) -> Result<Figures, TheoryError> {
    let wait = Wait { mean, variance: None, none: None };
    Figures::lossless(Exactness::approximate(source), arrival_rate, service, Some(servers), wait)
}

/// The mean wait if arrivals were Poisson and service exponential, all parameters checked.
fn exponential_wait(
    arrival_rate: f64,
    arrival_scv: f64,
    service: &Service,
    servers: u32,
) -> Result<f64, TheoryError> {
    not_negative("the arrival rate", arrival_rate)?;
    not_negative("the squared coefficient of variation of arrivals", arrival_scv)?;
    service.check()?;
    let load = in_range(arrival_rate * service.mean)?;
    let delayed = erlang_c(servers, load)?;
    Ok(delayed * service.mean / (f64::from(servers) * (1.0 - load / f64::from(servers))))
}

/// By how much the mean wait of G/G/c exceeds that of M/M/c.
pub(super) fn variability_factor(intensity: f64, arrival_scv: f64, service_scv: f64, servers: u32) -> f64 {
    let both = arrival_scv + service_scv;
    if intensity == 0.0 || both == 0.0 {
        return 0.0;
    }
    let correction = if servers == 1 {
        one_server_correction(intensity, arrival_scv, both)
    } else {
        many_server_correction(intensity, arrival_scv, service_scv, f64::from(servers))
    };
    correction * both / 2.0
}

/// Kraemer and Langenbach-Belz (1976), as in Whitt (1983).
fn one_server_correction(intensity: f64, arrival_scv: f64, both: f64) -> f64 {
    if arrival_scv >= 1.0 {
        return 1.0;
    }
    (-2.0 * (1.0 - intensity) * (1.0 - arrival_scv).powi(2) / (3.0 * intensity * both)).exp()
}

/// Whitt, Approximations for the GI/G/m queue (1993), equations 2.16 to 2.25.
fn many_server_correction(intensity: f64, arrival_scv: f64, service_scv: f64, servers: f64) -> f64 {
    let spare = 1.0 - intensity;
    let gamma = (spare * (servers - 1.0) * ((4.0 + 5.0 * servers).sqrt() - 2.0)
        / (16.0 * servers * intensity))
        .min(0.24);
    let constant_service = 1.0 + gamma;
    let constant_arrivals = (1.0 - 4.0 * gamma) * (-2.0 * spare / (3.0 * intensity)).exp();
    let scv = (arrival_scv + service_scv) / 2.0;
    let equal = if scv >= 1.0 {
        1.0
    } else {
        ((constant_service + constant_arrivals) / 2.0).min(1.0).powf(2.0 * (1.0 - scv))
    };
    if arrival_scv == service_scv {
        equal
    } else if arrival_scv > service_scv {
        let share = service_scv / (4.0 * arrival_scv - 3.0 * service_scv);
        (1.0 - share) * constant_service + share * equal
    } else {
        let share = (service_scv + 3.0 * arrival_scv) / (4.0 * scv);
        (1.0 - share) * constant_arrivals + share * equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::near;
    use crate::theory::{mm1, mmc};

    /// Kleinrock, Queueing Systems vol. 1 (1975) ch. 5; Takács for the variance.
    #[test]
    fn mg1_published() {
        // Erlang-2 of mean 1: E[S^3] = 3. Uniform on [1, 5]: 39. Gamma of mean 40, sd 30: k = 16/9.
        let gamma_third = 22.5_f64.powi(3) * (16.0 / 9.0) * (25.0 / 9.0) * (34.0 / 9.0);
        for (arrivals, service, mean, variance) in [
            (0.7, Service::new(1.0, 0.5).with_third_moment(3.0), 1.75, 5.395833333),
            (0.25, Service::new(3.0, 4.0 / 27.0).with_third_moment(39.0), 5.166666667, 39.69444444),
            (0.9, Service::constant(1.0), 4.5, 23.25),
            (0.02, Service::new(40.0, 0.5625).with_third_moment(gamma_third), 125.0, 22708.33333),
        ] {
            let figures = mg1(arrivals, &service).unwrap();
            near(figures.wait_mean, mean, 1e-9);
            near(figures.wait_variance.unwrap(), variance, 1e-9);
            near(figures.no_wait_probability.unwrap(), 1.0 - arrivals * service.mean, 1e-12);
        }
    }

    #[test]
    fn mg1_with_exponential_service_is_mm1() {
        let general = mg1(0.7, &Service::exponential(1.25)).unwrap();
        let special = mm1(0.7, 0.8).unwrap().figures;
        near(general.wait_mean, special.wait_mean, 1e-12);
        near(general.wait_variance.unwrap(), special.wait_variance.unwrap(), 1e-12);
        near(general.sojourn_variance.unwrap(), special.sojourn_variance.unwrap(), 1e-12);
    }

    /// Kleinrock (1975): lognormal service of mean 2.5 and sd 2, number present Poisson of mean 10.
    #[test]
    fn mginf_published() {
        let figures = mginf(4.0, &Service::new(2.5, 0.64)).unwrap();
        near(figures.number_mean, 10.0, 1e-12);
        near(figures.sojourn_variance.unwrap(), 4.0, 1e-12);
        assert_eq!(figures.wait_mean, 0.0);
    }

    /// Gross and others, bulk arrivals: batches of 3 at rate 1/4.
    #[test]
    fn batches_published() {
        let figures = batch_mg1(0.25, 3.0, 0.0, &Service::exponential(1.0)).unwrap();
        near(figures.wait_mean, 7.0, 1e-12);
        near(figures.number_mean, 6.0, 1e-12);
        let single = batch_mg1(0.5, 1.0, 0.0, &Service::new(1.0, 0.3)).unwrap();
        near(single.wait_mean, mg1(0.5, &Service::new(1.0, 0.3)).unwrap().wait_mean, 1e-12);
    }

    /// Kleinrock (1975) ch. 6: constant and hyperexponential times between arrivals.
    #[test]
    fn gm1_published() {
        let constant = gm1(0.8, 1.0, |s| (-1.25 * s).exp()).unwrap().figures;
        near(constant.wait_mean, 1.69273084, 1e-8);
        near(constant.wait_variance.unwrap(), 6.250799376, 1e-8);
        near(constant.no_wait_probability.unwrap(), 0.3713702035, 1e-9);
        let mixed = gm1(0.78125, 1.0, |s| 0.8 / (1.0 + 0.6 * s) + 0.2 / (1.0 + 4.0 * s)).unwrap().figures;
        near(mixed.wait_mean, 7.828071611, 1e-9);
        near(mixed.sojourn_variance.unwrap(), 77.93484837, 1e-9);
        let poisson = gm1(0.8, 1.0, |s| 0.8 / (0.8 + s)).unwrap();
        near(poisson.wait_gt(5.0), mm1(0.8, 1.0).unwrap().wait_gt(5.0), 1e-12);
        assert!(gm1(0.8, 1.0, |_| f64::NAN).is_err());
    }

    /// Each approximation is exact where it says so.
    #[test]
    fn approximations_collapse() {
        let exponential = Service::exponential(1.0);
        for servers in [1, 2, 7, 40] {
            let load = 0.83 * f64::from(servers);
            let exact = mmc(load, 1.0, servers).unwrap().figures.wait_mean;
            near(allen_cunneen(load, 1.0, &exponential, servers).unwrap().wait_mean, exact, 1e-12);
            near(gg_c(load, 1.0, &exponential, servers).unwrap().wait_mean, exact, 1e-12);
        }
        for scv in [0.0, 0.4, 3.0] {
            let service = Service::new(2.0, scv);
            let exact = mg1(0.4, &service).unwrap().wait_mean;
            near(kingman(0.4, 1.0, &service).unwrap().wait_mean, exact, 1e-12);
            near(allen_cunneen(0.4, 1.0, &service, 1).unwrap().wait_mean, exact, 1e-12);
            near(gg_c(0.4, 1.0, &service, 1).unwrap().wait_mean, exact, 1e-12);
        }
    }

    /// Systems of Hillier and Yu, Queueing Tables and Graphs (1981), values recomputed; and D/M/1.
    #[test]
    fn approximations_are_near() {
        for (arrivals, arrival_scv, service, servers, exact, within) in [
            (0.8, 0.5, Service::new(1.0, 0.5), 1, 1.865268048, 0.05),
            (0.8, 0.0, Service::new(1.0, 1.0), 1, 1.69273084, 0.02),
            (1.6, 1.0, Service::new(1.0, 0.5), 2, 1.342391304, 0.02),
            (1.0 / 0.65, 0.5, Service::new(1.0, 5.5), 2, 3.997817305, 0.1),
            // Crommelin (1932).
            (1.6, 1.0, Service::constant(1.0), 2, 0.9032838794, 0.02),
        ] {
            let figures = gg_c(arrivals, arrival_scv, &service, servers).unwrap();
            near(figures.wait_mean, exact, within);
            assert!(matches!(figures.exactness, Exactness::Approximate { .. }));
        }
    }

    /// The factors of Whitt (1993), worked out apart from this code.
    #[test]
    fn several_servers_worked_out() {
        for (intensity, arrival_scv, service_scv, servers, factor) in [
            (0.8, 1.0, 0.5, 2, 0.7510195152015939),
            (0.769, 0.5, 5.5, 2, 2.7062364588616425),
            (0.9, 0.3, 0.2, 5, 0.24559991771094242),
            (0.6, 0.0, 0.7, 3, 0.20724342875877008),
            (0.7, 0.4, 0.4, 8, 0.2908681693366639),
        ] {
            near(variability_factor(intensity, arrival_scv, service_scv, servers), factor, 1e-12);
        }
    }

    #[test]
    fn mixtures_have_the_moments_of_their_parts() {
        let mixed = Service::mixture(&[(0.8, Service::exponential(0.6)), (0.2, Service::exponential(4.0))]);
        let mixed = mixed.unwrap();
        near(mixed.mean, 1.28, 1e-12);
        near(mixed.second_moment(), 0.8 * 2.0 * 0.36 + 0.2 * 2.0 * 16.0, 1e-12);
        near(mixed.third_moment.unwrap(), 0.8 * 6.0 * 0.216 + 0.2 * 6.0 * 64.0, 1e-12);
        assert_eq!(Service::mixture(&[]).unwrap().mean, 0.0);
    }
}
