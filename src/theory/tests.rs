//! What the tests of this module share, and what holds for every formula.

use proptest::prelude::*;

use super::*;

/// Asserts that `found` is `expected` up to a relative error, absolute below 1.
#[track_caller]
pub(super) fn near(found: f64, expected: f64, tolerance: f64) {
    let allowed = tolerance * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "found {found}, expected {expected}");
}

/// A birth-death chain on `0..=most`, its stationary distribution by detailed balance in logarithms.
pub(super) struct BirthDeath {
    pub probability: Vec<f64>,
}

impl BirthDeath {
    pub fn new(most: usize, birth: impl Fn(usize) -> f64, death: impl Fn(usize) -> f64) -> BirthDeath {
        let mut logs = vec![0.0];
        for n in 1..=most {
            logs.push(logs[n - 1] + (birth(n - 1) / death(n)).ln());
        }
        let top = logs.iter().copied().fold(f64::MIN, f64::max);
        let weights: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
        let total: f64 = weights.iter().sum();
        BirthDeath { probability: weights.iter().map(|weight| weight / total).collect() }
    }

    pub fn mean(&self, of: impl Fn(usize) -> f64) -> f64 {
        self.probability.iter().enumerate().map(|(n, p)| p * of(n)).sum()
    }

    /// Compares figures with those of a queue that admits all but who finds the last state.
    #[track_caller]
    pub fn compare_waits(&self, figures: &Figures, servers: usize, service_rate: f64) {
        let last = self.probability.len() - 1;
        let admitted = 1.0 - self.probability[last];
        let full_rate = servers as f64 * service_rate;
        // One who finds n present starts after n - servers + 1 services.
        let place = |n: usize| if n < last { (n + 1).saturating_sub(servers) as f64 } else { 0.0 };
        let first = self.mean(|n| place(n) / full_rate) / admitted;
        let second = self.mean(|n| place(n) * (place(n) + 1.0) / full_rate.powi(2)) / admitted;
        near(figures.wait_mean, first, 1e-9);
        near(figures.wait_variance.unwrap(), second - first * first, 1e-7);
        near(figures.queue_mean, self.mean(|n| n.saturating_sub(servers) as f64), 1e-9);
        near(figures.number_mean, self.mean(|n| n as f64), 1e-9);
        near(figures.utilization, self.mean(|n| n.min(servers) as f64) / servers as f64, 1e-9);
        let idle = |n: usize| f64::from(u8::from(n < servers && n < last));
        near(figures.no_wait_probability.unwrap(), self.mean(idle) / admitted, 1e-9);
    }
}

/// A reference network (Jackson 1957, 1963): intake, production, check, with rework.
pub(super) fn intake_production_check() -> OpenNetwork {
    let station = |servers, mean| Station { servers: Some(servers), service: Service::exponential(mean) };
    OpenNetwork {
        stations: vec![station(1, 0.5), station(2, 1.0), station(1, 0.4)],
        arrivals: vec![External { station: 0, rate: 1.0, scv: 1.0 }],
        routes: vec![vec![(1, 1.0)], vec![(2, 0.9)], vec![(1, 0.2)]],
    }
}

#[test]
fn mmc_is_its_markov_chain() {
    for (arrivals, servers) in [(0.3, 1), (0.9, 1), (1.7, 2), (8.0, 10), (92.0, 100)] {
        let chain = BirthDeath::new(3_000, |_| arrivals, |n| n.min(servers) as f64);
        chain.compare_waits(&mmc(arrivals, 1.0, servers as u32).unwrap().figures, servers, 1.0);
        for (n, &probability) in chain.probability.iter().enumerate().take(300) {
            let found = mmc_number_probability(arrivals, 1.0, servers as u32, n as u64).unwrap();
            assert!((found - probability).abs() < 1e-10 * probability + 1e-300, "{n}");
        }
    }
}

#[test]
fn errors_name_the_parameter_and_the_rule() {
    let said = |error: TheoryError| error.to_string();
    assert_eq!(said(mm1(-1.0, 1.0).unwrap_err()), "the arrival rate is -1, must be finite and not negative");
    assert_eq!(said(mm1(1.0, 0.0).unwrap_err()), "the service rate is 0, must be positive and finite");
    assert_eq!(said(mmc(6.0, 2.0, 2).unwrap_err()), "the traffic intensity is 1.5, must be below 1");
    assert_eq!(said(mmc(1.0, 2.0, 0).unwrap_err()), "the number of servers is 0, must be at least 1");
}

#[test]
fn figures_survive_serde() {
    let queue = mmc(2.4, 1.0, 3).unwrap();
    let text = serde_json::to_string(&queue).unwrap();
    assert_eq!(serde_json::from_str::<ExponentialWait>(&text).unwrap(), queue);
    let network = qna(&intake_production_check()).unwrap();
    let text = serde_json::to_string(&network).unwrap();
    assert_eq!(serde_json::from_str::<NetworkFigures>(&text).unwrap(), network);
}

/// All numbers finite, probabilities within [0, 1], and Little's law for queue and system.
#[track_caller]
pub(super) fn sound(figures: &Figures) {
    let optional = [figures.no_wait_probability, figures.wait_variance, figures.sojourn_variance];
    let all = [
        figures.arrival_rate,
        figures.traffic_intensity,
        figures.utilization,
        figures.wait_mean,
        figures.sojourn_mean,
        figures.queue_mean,
        figures.number_mean,
        figures.throughput,
        figures.loss_probability,
    ];
    for figure in all.into_iter().chain(optional.into_iter().flatten()) {
        assert!(figure.is_finite() && figure >= 0.0, "{figures:?}");
    }
    let probabilities = [figures.utilization, figures.loss_probability];
    for probability in probabilities.into_iter().chain(figures.no_wait_probability) {
        assert!(probability <= 1.0 + 1e-9, "{figures:?}");
    }
}

#[track_caller]
fn sound_with_little(figures: &Figures) {
    sound(figures);
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.max(b) + 1e-290;
    assert!(close(figures.queue_mean, figures.throughput * figures.wait_mean), "{figures:?}");
    assert!(close(figures.number_mean, figures.throughput * figures.sojourn_mean), "{figures:?}");
    let served = figures.arrival_rate * (1.0 - figures.loss_probability);
    assert!((figures.throughput - served).abs() <= 1e-6 * figures.arrival_rate, "{figures:?}");
}

/// Any number at all: the usual, the large and small, the special.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.0..10.0_f64,
        2 => any::<f64>(),
        1 => (-320.0..308.0_f64).prop_map(|power| 10.0_f64.powf(power)),
        1 => prop::sample::select(vec![
            0.0, -0.0, 1.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE, 5e-324,
        ]),
    ]
}

fn any_servers() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..50_u32, 1 => any::<u32>()]
}

fn any_service() -> impl Strategy<Value = Service> {
    (any_number(), any_number(), prop::option::of(any_number()))
        .prop_map(|(mean, scv, third_moment)| Service { mean, scv, third_moment })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn single_stations_give_sound_figures_or_errors(
        (a, b, c) in (any_number(), any_number(), any_number()),
        servers in any_servers(),
        room in prop_oneof![0..100_u64, any::<u64>()],
        service in any_service(),
    ) {
        let capacity = room.saturating_add(u64::from(servers));
        for figures in [
            mmck(a, b, servers, capacity),
            mginf(a, &service),
            mg1(a, &service),
            batch_mg1(a, b, c, &service),
            kingman(a, b, &service),
            allen_cunneen(a, b, &service, servers),
            gg_c(a, b, &service, servers),
        ].into_iter().flatten() {
            sound_with_little(&figures);
        }
        for queue in [mm1(a, b), mmc(a, b, servers), gm1(a, b, |s| a / (a + s))].into_iter().flatten() {
            sound_with_little(&queue.figures);
            for tail in [queue.wait_gt(c), queue.sojourn_gt(c)] {
                prop_assert!((0.0..=1.0).contains(&tail), "{tail} {queue:?}");
            }
            for q in [0.3, 0.999, c] {
                for quantile in [queue.wait_quantile(q), queue.sojourn_quantile(q)].into_iter().flatten() {
                    prop_assert!(quantile >= 0.0 && quantile.is_finite());
                }
            }
        }
        let present = mmc_number_probability(a, b, servers, room);
        for probability in [erlang_b(servers, a), erlang_c(servers, a), present].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&probability));
        }
    }

    #[test]
    fn impatient_and_urgent_customers_give_sound_figures_or_errors(
        (a, b, c) in (any_number(), any_number(), any_number()),
        servers in any_servers(),
        classes in prop::collection::vec((0..3_u32, any_number(), any_service()), 0..5),
    ) {
        // Long lines take seconds in debug builds; that endless ones are refused is tested elsewhere.
        let long_line = a / c > 1e5;
        if !long_line && let Ok(queue) = erlang_a(a, b, servers, c) {
            sound(&queue.figures);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&queue.delay_probability));
        }
        let classes: Vec<_> = classes
            .into_iter()
            .map(|(rank, arrival_rate, service)| (PriorityStream { rank, arrival_rate }, service))
            .collect();
        let streams: Vec<_> = classes.iter().map(|class| class.0).collect();
        for figures in [
            priority_mg1(&classes),
            priority_mmc(&streams, b, servers),
            priority_gg_c(&classes, c, servers),
        ].into_iter().flatten().flatten() {
            sound_with_little(&figures);
        }
    }

    #[test]
    fn networks_give_sound_figures_or_errors(
        stations in prop::collection::vec((prop::option::of(any_servers()), any_service()), 0..5),
        arrivals in prop::collection::vec((0..5_usize, any_number(), any_number()), 0..4),
        routes in prop::collection::vec(prop::collection::vec((0..5_usize, any_number()), 0..4), 0..5),
    ) {
        let stations = stations.into_iter().map(|(servers, service)| Station { servers, service });
        let arrivals = arrivals.into_iter().map(|(station, rate, scv)| External { station, rate, scv });
        let network = OpenNetwork { stations: stations.collect(), arrivals: arrivals.collect(), routes };
        for figures in [qna(&network), jackson(&network)].into_iter().flatten() {
            figures.stations.iter().for_each(|station| sound_with_little(&station.figures));
        }
        let external: Vec<f64> = network.arrivals.iter().map(|stream| stream.rate).collect();
        if let Ok(rates) = arrival_rates(&external, &network.routes) {
            prop_assert!(rates.iter().all(|rate| rate.is_finite() && *rate >= 0.0));
        }
    }

    /// The same with numbers that mostly are in their domain, so that figures do come out.
    #[test]
    fn sensible_networks_obey_little_and_conserve_flow(
        stations in prop::collection::vec((prop::option::of(1..5_u32), 0.01..0.4_f64, 0.0..4.0_f64), 6),
        arrivals in prop::collection::vec((0..6_usize, 0.01..0.3_f64, 0.0..4.0_f64), 1..4),
        routes in prop::collection::vec(prop::collection::vec((0..6_usize, 0.0..0.3_f64), 0..3), 6),
    ) {
        let station = |(servers, mean, scv)| Station { servers, service: Service::new(mean, scv) };
        let stream = |(station, rate, scv)| External { station, rate, scv };
        let network = OpenNetwork {
            stations: stations.into_iter().map(station).collect(),
            arrivals: arrivals.into_iter().map(stream).collect(),
            routes,
        };
        let result = qna(&network);
        prop_assert!(matches!(result, Ok(_) | Err(TheoryError::UnstableStations { .. })), "{result:?}");
        if let Ok(figures) = result {
            let by_visits: f64 =
                figures.stations.iter().map(|s| s.visits * s.figures.sojourn_mean).sum();
            near(figures.lead_mean, by_visits, 1e-9);
            let leaving: f64 = figures.stations.iter().zip(&network.routes)
                .map(|(s, row)| s.figures.throughput * (1.0 - row.iter().map(|r| r.1).sum::<f64>()))
                .sum();
            near(leaving, figures.throughput, 1e-9);
            prop_assert!(figures.stations.iter().all(|s| s.arrival_scv >= 0.0));
        }
    }
}
