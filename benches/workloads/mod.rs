//! The speed workloads as models: what the hand-written programs in `limit` do, said in data.

use knockon::prelude::*;

use crate::limit::layered::Network;

/// One server at a load of 0.9.
pub fn mm1(customers: u64) -> Model {
    Model::builder("M/M/1")
        .department("server", |d| d.staff(1).service(Dist::exponential(hours(1))))
        .customers("customers", |c| c.poisson(per_hour(0.9)).enter("server").limit(customers))
        .build()
        .expect("a valid model")
}

/// The billing network, with `billers` people in billing (3 in the hand-written program).
pub fn billing(customers: u64, billers: u32) -> Model {
    Model::builder("billing network")
        .class("urgent", |c| c.priority(0))
        .class("routine", |c| c.priority(1))
        .department("registration", |d| d.staff(3).service(Dist::exponential(hours(2.15))))
        .department("coding", |d| d.staff(4).service(Dist::lognormal(hours(3.05), cv(0.75))))
        .department("billing", |d| d.staff(billers).service(Dist::exponential(hours(2.35))))
        .department("dispatch", |d| d.staff(2).service(Dist::lognormal(hours(1.6), cv(0.5))))
        .department("collections", |d| d.staff(2).service(Dist::lognormal(hours(5), cv(1.5))))
        .handoff("registration", "coding", |h| h)
        .handoff("coding", "billing", |h| h)
        .handoff("billing", "registration", |h| h.probability(0.1))
        .handoff("billing", "dispatch", |h| h.probability(0.9))
        .handoff("dispatch", "collections", |h| h.probability(0.3))
        .handoff("dispatch", EXIT, |h| h.probability(0.7))
        .handoff("collections", "billing", |h| h.probability(0.05))
        .handoff("collections", EXIT, |h| h.probability(0.95))
        .customers("patients", |c| {
            let mix = [("urgent", 0.2), ("routine", 0.8)];
            c.poisson(per_hour(1.0)).enter("registration").mix(mix).limit(customers)
        })
        .build()
        .expect("a valid model")
}

/// A layered network.
pub fn layered(network: &Network, customers: u64) -> Model {
    let (n, width) = (network.len(), network.width());
    let name = |department: usize| format!("d{department}");
    let mut model = Model::builder("layered network").class("all", |c| c);
    for (department, &mean) in network.mean_service.iter().enumerate() {
        model = model.department(name(department), |d| d.staff(2).service(Dist::exponential(hours(mean))));
    }
    for from in 0..n - width {
        let ways = network.targets[from].iter().zip(network.probabilities[from]);
        // Targets may coincide in a narrow network.
        let mut merged: Vec<(usize, f64)> = Vec::new();
        for (&to, probability) in ways {
            match merged.iter_mut().find(|(known, _)| *known == to) {
                Some((_, sum)) => *sum += probability,
                None => merged.push((to, probability)),
            }
        }
        for (to, probability) in merged {
            model = model.handoff(name(from), name(to), |h| h.probability(probability.min(1.0)));
        }
    }
    for stream in 0..n {
        model = model.customers(format!("s{stream}"), |c| {
            let entry = name(stream % width);
            c.poisson(per_hour(1.0)).enter(entry).class("all").limit(customers / n as u64)
        });
    }
    model.build().expect("a valid model")
}
