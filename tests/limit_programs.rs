//! The hand-written programs that the benches compare the library to, against theory.
//!
//! Seeds are fixed. Tolerances are at least 3.3 standard deviations of the estimate (level 0.001),
//! which were taken from the formula where there is one, else from 40 runs with other seeds.

#[path = "../benches/limit/mod.rs"]
mod limit;

use limit::{HOUR, Histogram, Outcome, billing, layered, mm1};

fn hours(ticks: u64) -> f64 {
    ticks as f64 / HOUR as f64
}

#[track_caller]
fn assert_near(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value}, expected {expected} within {tolerance}");
}

/// What must hold exactly in every run.
fn assert_consistent<H>(outcome: &Outcome<H>, customers: u64) {
    let visits: u64 = outcome.visits.iter().map(|visits| visits.count()).sum();
    assert_eq!(outcome.events, customers + visits);
    assert_eq!(outcome.lead.iter().map(|lead| lead.completed).sum::<u64>(), customers);
    for lead in &outcome.lead {
        assert_eq!(lead.histogram.total(), lead.completed);
        assert!(lead.histogram.quantile(1.0) <= lead.longest);
        assert!(lead.squares <= u128::from(lead.sum) * u128::from(lead.longest));
    }
    let sojourn: u64 = outcome.visits.iter().map(|visits| visits.tally.wait + visits.tally.service).sum();
    assert_eq!(outcome.lead.iter().map(|lead| lead.sum).sum::<u64>(), sojourn);
    for visits in &outcome.visits {
        let tally = &visits.tally;
        assert!(tally.wait_squares <= u128::from(tally.wait) * u128::from(tally.longest_wait));
        assert!(tally.sojourn_squares >= tally.wait_squares + tally.service_squares);
    }
}

fn assert_all_counted(histograms: &[Histogram], outcome: &Outcome) {
    for (histogram, visits) in histograms.iter().zip(&outcome.visits) {
        assert_eq!(histogram.total(), visits.count());
    }
}

#[test]
fn mm1_agrees_with_its_formulas() {
    let customers = 400_000;
    let outcome = mm1::run(customers, 1);
    assert_consistent(&outcome, customers);
    assert_all_counted(&outcome.waits, &outcome);
    assert_all_counted(&outcome.sojourns, &outcome);
    assert_eq!(outcome.events, 2 * customers);

    let tally = &outcome.visits[0].tally;
    let count = customers as f64;
    assert_near(hours(tally.wait) / count, 9.0, 1.0);
    assert_near(hours(tally.service) / count, 1.0, 0.006);
    assert_near(hours(outcome.lead[0].sum) / count, 10.0, 1.0);
    assert_near(hours(tally.service) / hours(outcome.end), 0.9, 0.007);
    let second_moment = tally.service_squares as f64 / (HOUR as f64).powi(2) / count;
    assert_near(second_moment, 2.0, 0.03);
    // The sojourn time is exponential; one in ten does not wait.
    assert_near(hours(outcome.sojourns[0].quantile(0.5)), 10.0 * 2f64.ln(), 0.7);
    assert_eq!(outcome.waits[0].quantile(0.09), 0);
    assert!(outcome.waits[0].quantile(0.11) > 0);
}

#[test]
fn billing_agrees_with_its_traffic_equations() {
    let customers = 60_000;
    let outcome = billing::run(customers, 1);
    assert_consistent(&outcome, customers);
    assert_all_counted(&outcome.waits, &outcome);
    assert_all_counted(&outcome.sojourns, &outcome);
    assert_near(outcome.events as f64 / customers as f64, 5.673, 0.03);

    // Visits per customer, load, staff, mean service time, its coefficient of variation; and the
    // tolerances of the first two.
    let departments = [
        (1.11280, 0.797, 3.0, 2.15, 1.0, 0.006, 0.02),
        (1.11280, 0.849, 4.0, 3.05, 0.75, 0.006, 0.02),
        (1.12803, 0.884, 3.0, 2.35, 1.0, 0.006, 0.025),
        (1.01523, 0.812, 2.0, 1.60, 0.5, 0.002, 0.015),
        (0.30457, 0.761, 2.0, 5.00, 1.5, 0.007, 0.04),
    ];
    for (classes, expected) in outcome.visits.chunks(2).zip(departments) {
        let (visits, load, staff, mean, cv, visits_tolerance, load_tolerance) = expected;
        let count: u64 = classes.iter().map(|visits| visits.count()).sum();
        let service: u64 = classes.iter().map(|visits| visits.tally.service).sum();
        let squares: u128 = classes.iter().map(|visits| visits.tally.service_squares).sum();
        assert_near(count as f64 / customers as f64, visits, visits_tolerance);
        assert_near(hours(service) / staff / hours(outcome.end), load, load_tolerance);
        let measured = hours(service) / count as f64;
        assert_near(measured / mean, 1.0, 4.0 * cv / (count as f64).sqrt());
        let ratio = squares as f64 / (HOUR as f64).powi(2) / count as f64 / measured.powi(2);
        // The fourth moment of the most variable one is large.
        assert_near(ratio.sqrt(), (1.0 + cv * cv).sqrt(), if cv > 1.0 { 0.2 } else { 0.012 });
        let wait = |class: usize| hours(classes[class].tally.wait) / classes[class].count() as f64;
        assert!(wait(0) < wait(1), "the urgent wait less");
    }
    assert_near(outcome.lead[0].completed as f64 / customers as f64, 0.2, 0.0055);
}

#[test]
fn layered_agrees_with_jackson() {
    for (n, customers) in [(10, 200_000), (100, 400_000), (1000, 10_000)] {
        let network = layered::network(n, 1);
        let outcome = layered::run(&network, customers, 1);
        assert_consistent(&outcome, customers);
        assert_eq!(outcome.events, 11 * customers);
        assert_eq!(outcome.waits.total(), 10 * customers);
        assert_eq!(outcome.sojourns.total(), 10 * customers);
        for (number, visits) in outcome.visits.iter().enumerate() {
            let count = visits.count() as f64;
            if count == 0.0 {
                continue; // an unlikely target in a short run
            }
            // Exponential: the standard deviation is the mean.
            let mean = hours(visits.tally.service) / count;
            assert_near(mean / network.mean_service[number], 1.0, 4.5 / count.sqrt());
            // The last layer lets its customers go: its targets mean nothing.
            if number < n - network.width() && n > 10 {
                for (&handoffs, probability) in visits.handoffs.iter().zip(network.probabilities[number]) {
                    let deviation = (probability * (1.0 - probability) / count).sqrt();
                    assert_near(handoffs as f64 / count, probability, 4.5 * deviation);
                }
            }
        }
        // M/M/2 at load 0.8: Erlang's C is 0.7111, the mean wait C / (2 / m - 1.6 / m), and m is 1.6
        // over the arrival rate: the customers' average over a layer is that of m = 0.16. Standard deviation 1.5 %; the
        // start from empty and the end cost 1 to 2 %, in short runs far more.
        if customers >= 200_000 {
            let wait: f64 = outcome.visits.iter().map(|visits| hours(visits.tally.wait)).sum();
            let expected = 10.0 * 0.711_111 / 0.4 * 0.16;
            assert_near(wait / customers as f64 / expected, 1.0, 0.06);
            let service: f64 = outcome.visits.iter().map(|visits| hours(visits.tally.service)).sum();
            assert_near(service / (2.0 * n as f64 * hours(outcome.end)), 0.8, 0.06);
        }
    }
}

#[test]
fn nobody_and_one_customer() {
    for customers in [0, 1] {
        assert_consistent(&mm1::run(customers, 1), customers);
        assert_consistent(&billing::run(customers, 1), customers);
        assert_consistent(&layered::run(&layered::network(10, 1), customers, 1), customers);
    }
}
