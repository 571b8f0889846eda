//! The speed workloads as models: what the hand-written programs in `limit` do, said in data.

use knockon::model::{ComplaintBuilder, Loss, ModelBuilder, Preemption};
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

/// A network of about the size of the billing network in which everything occurs that a model can say, each in
/// moderation: no department is just a line and its people. There is no hand-written program for it.
pub fn everything() -> Model {
    let mut model = people_of_everything(Model::builder("everything"));
    model = desks_of_everything(model);
    model = workshops_of_everything(model);
    model = ways_of_everything(model);
    model
        .customers("patients", |c| {
            let mix = [("urgent", 0.2), ("routine", 0.8)];
            c.poisson(per_hour(0.95))
                .enter("registration")
                .mix(mix)
                .notice(Dist::uniform(hours(20), hours(60)))
                .patience(Dist::exponential(hours(60)))
                .retry(0.5, Dist::exponential(hours(10)), |r| r.most(2).on([Loss::Rejected, Loss::Balked]))
        })
        .customers("club", |c| {
            c.population(2, Dist::exponential(hours(35))).enter("registration").class("routine")
        })
        .initial("coding", |i| i.class("routine").cases(3).remaining(hours(1)))
        .build()
        .expect("a valid model")
}

/// Classes, calendars, pools and stocks.
fn people_of_everything(model: ModelBuilder) -> ModelBuilder {
    model
        .class("urgent", |c| c.priority(0).delay_cost(2.0))
        .class("routine", |c| c.priority(1).rise(hours(12), 0).turns(hours(36), "urgent").lost_cost(50.0))
        .calendar("two shifts", |c| c.cycle(hours(24), [(hours(0), Some(3)), (hours(8), None)]))
        .pool("office", |p| {
            p.staff(4)
                .shifts("two shifts", |s| s.finish())
                .absence(|a| a.between(Dist::exponential(hours(200))).duration(hours(4)))
                .cost(20.0, 25.0, 40.0)
        })
        .stock("forms", |s| s.initial(40).reorder(20, 30, |s| s.outside(Dist::uniform(hours(4), hours(12)))))
        .stock("labels", |s| {
            s.initial(30).periodic(hours(24), 60, |s| s.outside(hours(6))).alert(3, 10, |s| {
                s.department("printing", "routine", |o| o.service(minutes(30)).transfer(minutes(10)))
            })
        })
        .expense("machine", 1000.0)
}

/// The departments of the billing network.
fn desks_of_everything(model: ModelBuilder) -> ModelBuilder {
    model
        .department("registration", |d| {
            d.pool("office")
                .service(Dist::exponential(hours(2.0)))
                .queue_capacity(25)
                .balking(|b| b.join([1.0; 12]).beyond(0.8))
                .errors(|e| {
                    let later = |c: ComplaintBuilder| c.probability(0.5).after(Dist::exponential(hours(40)));
                    e.probability(0.08).after_guess(0.3).cost(10.0).complaint("registration", later)
                })
                .period(hours(1000), |p| p.until(hours(1200)).service_factor(1.1).error_factor(2.0))
                .standard(hours(8), |s| s.acts(hours(2), |a| a.compliance(0.8)))
        })
        .department("coding", |d| {
            d.staff(4)
                .helpers("billing", 0.8)
                .service(Dist::lognormal(hours(2.8), cv(0.75)))
                .preemption(Preemption::Resume)
                .absence(|a| a.working_time().between(Dist::exponential(hours(150))).duration(hours(3)))
        })
        .department("billing", |d| {
            d.staff(4)
                .service(Dist::exponential(hours(2.3)))
                .setup(minutes(10))
                .setup_after_idle(minutes(5))
                .detects(|f| f.made_by("registration").probability(0.7).transfer(minutes(15)))
                .uses("forms", |u| u.hoarding(1, 5, hours(48)))
                .outage_of(1, hours(500), hours(8))
        })
        .department("dispatch", |d| {
            d.pool("office")
                .service(Dist::lognormal(hours(0.8), cv(0.5)))
                .uses("labels", |u| u.class("routine").raids("forms"))
                .patience(Dist::exponential(hours(90)))
                .renege_to("collections")
        })
        .department("collections", |d| {
            d.staff(2).service(Dist::lognormal(hours(2.5), cv(1.5))).slots(hours(2), [hours(0), hours(1)])
        })
}

/// What serves in other ways: together, all at once, by several people, for everybody.
fn workshops_of_everything(model: ModelBuilder) -> ModelBuilder {
    model
        .department("scanning", |d| {
            d.staff(1)
                .service(Dist::exponential(minutes(40)))
                .batch(4, |b| b.at_least(2).longest_wait(hours(1)))
                .queue_capacity(12)
        })
        .department("archive", |d| {
            d.staff(2).service(Dist::exponential(hours(1.2))).discipline(Discipline::ProcessorSharing)
        })
        .department("board", |d| {
            d.staff(3)
                .staff_needed(2)
                .service(Dist::exponential(minutes(50)))
                .vacation_once(Dist::exponential(minutes(20)))
        })
        .department("printing", |d| d.staff(1).service(Dist::exponential(minutes(45))))
        .department("advice", |d| d.infinite_staff().service(Dist::exponential(hours(1))))
}

/// Requests, forks and handoffs.
fn ways_of_everything(model: ModelBuilder) -> ModelBuilder {
    model
        .request("coding", "advice", |r| {
            r.probability(0.15).at(0.5).transfer(minutes(5)).standard(hours(2)).longest_wait(hours(3))
        })
        .request("billing", "board", |r| r.name("ruling").probability(0.1).at(0.3).freed().priority(0))
        .fork("registration", "billing", |f| {
            f.class("urgent")
                .branch("coding", |b| b)
                .branch("scanning", |b| b.transfer(minutes(20)))
                .branch("board", |b| b)
                .needed(2)
        })
        .handoff("registration", "coding", |h| h.probability_for("routine", 1.0))
        .handoff("coding", "scanning", |h| h.probability(0.4))
        .handoff("coding", "archive", |h| h.probability(0.6).transfer(minutes(10)).capacity(3))
        .handoff("scanning", "billing", |h| h)
        .handoff("archive", "billing", |h| h)
        .handoff("board", "billing", |h| h)
        .handoff("billing", "registration", |h| h.probability(0.03).rework())
        .handoff("billing", "dispatch", |h| h.probability(0.97).pickup(hours(1), [hours(0)]))
        .handoff("dispatch", "printing", |h| h.probability(0.3).or_shorter("collections"))
        .handoff("dispatch", EXIT, |h| h.probability(0.7))
        .handoff("printing", EXIT, |h| h)
        .handoff("collections", EXIT, |h| h)
        .handoff("advice", EXIT, |h| h)
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
