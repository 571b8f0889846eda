//! The models that are run.

use knockon::model::{Discipline, EXIT, Model};
use knockon::prelude::*;

/// One member of staff with exponential services of 6 minutes, and Poisson arrivals so many an hour.
/// Promised: 15 minutes.
pub fn counter(arrivals: f64) -> Model {
    counter_with_work(arrivals, 0)
}

/// The same, with work in place at the start.
pub fn counter_with_work(arrivals: f64, cases: u64) -> Model {
    let mut model = Model::builder("counter")
        .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
        .customers("walk-in", |c| c.poisson(per_hour(arrivals)).enter("counter").promise(minutes(15)));
    if cases > 0 {
        model = model.initial("counter", |i| i.class("walk-in").cases(cases));
    }
    model.build().unwrap()
}

/// A bit of everything: classes, loops, ways that take time, full queues, lost patience, batches,
/// sizes, work in place.
pub fn office() -> Model {
    Model::builder("office")
        .class("urgent", |c| c.priority(0))
        .class("routine", |c| c.priority(1))
        .department("desk", |d| d.staff(2).service(Dist::exponential(minutes(11))).queue_capacity(4))
        .department("review", |d| {
            d.staff(3)
                .service(Dist::gamma(minutes(20), cv(0.8)))
                .service_for("urgent", Dist::lognormal(minutes(15), cv(0.5)))
                .service_from_visit(2, minutes(5))
                .discipline(Discipline::Random)
                .patience(Dist::exponential(minutes(50)))
        })
        .department("lab", |d| d.infinite_staff().service(Dist::uniform(minutes(5), minutes(60))))
        .department("sign", |d| {
            d.staff(1).service(minutes(4)).discipline(Discipline::EarliestDueDate).ignore_priority()
        })
        .department("store", |d| d.staff(1).service(Dist::erlang(2, minutes(3))).discipline(Discipline::Lifo))
        .handoff("desk", "review", |h| h.probability(0.7))
        .handoff("desk", "lab", |h| h.probability(0.3).transfer(minutes(30)))
        .handoff("review", "lab", |h| h.probability(0.15).probability_for("urgent", 0.3).becomes("routine"))
        .handoff("review", "sign", |h| h.probability(0.85).probability_for("urgent", 0.7))
        .handoff("lab", "review", |h| h.probability(0.4))
        .handoff("lab", "sign", |h| h.probability(0.6))
        .handoff("sign", EXIT, |h| h.probability(0.2))
        .handoff("sign", "store", |h| h.probability(0.8))
        .customers("walk-in", |c| {
            c.poisson(per_hour(9.0)).enter("desk").mix([("urgent", 0.3), ("routine", 0.7)]).promise(hours(2))
        })
        .customers("post", |c| {
            c.renewal(hours(5))
                .enter("review")
                .class("routine")
                .batch(Dist::discrete([(3.0, 0.5), (8.0, 0.5)]))
                .size(Dist::gamma(1.0, cv(0.5)))
        })
        .customers("listed", |c| {
            c.schedule([hours(1), hours(1), hours(30), hours(59.5)]).enter("sign").promise(minutes(20))
        })
        .initial("review", |i| i.class("routine").cases(5).remaining(Dist::exponential(minutes(10))))
        .initial("sign", |i| i.class("urgent").cases(3))
        .build()
        .unwrap()
}

/// A model drawn from the words of `random`: up to five departments in a line with ways back, of all
/// kinds. It may be overloaded.
pub fn any_model(random: &mut impl FnMut() -> u64) -> Model {
    let mut below = |bound: u64| random() % bound;
    let count = 1 + below(5);
    let mut model = Model::builder("any")
        .class("first", |c| c.priority(0))
        .class("second", |c| c.priority(2))
        .class("third", |c| c.priority(2));
    for department in 0..count {
        let (staff, discipline, mean) = (below(4), below(5), minutes(1.0 + below(20) as f64));
        let (capacity, patience, fixed) = (below(3), below(3), below(3));
        model = model.department(format!("d{department}"), |d| {
            let d = if staff == 0 { d.infinite_staff() } else { d.staff(staff as u32) };
            // Whole minutes for some: many things happen at the same time.
            let d = if fixed == 0 { d.service(mean) } else { d.service(Dist::gamma(mean, cv(fixed as f64))) };
            let d = match capacity {
                0 if department == 0 && staff > 0 => d.queue_capacity(below(4) as u32),
                _ => d,
            };
            let d = match patience {
                0 if staff > 0 => d.patience(minutes(5.0 + below(60) as f64)),
                1 if staff > 0 => d.patience(Dist::exponential(hours(1))),
                _ => d,
            };
            d.discipline(
                [
                    Discipline::Fifo,
                    Discipline::Lifo,
                    Discipline::Random,
                    Discipline::ShortestJob,
                    Discipline::EarliestDueDate,
                ][discipline as usize],
            )
        });
    }
    for department in 1..count {
        let (from, next) = (format!("d{}", department - 1), format!("d{department}"));
        // Back to any but the first, whose queue may be full.
        let back = match department {
            1 => EXIT.to_owned(),
            _ => format!("d{}", 1 + below(department - 1)),
        };
        let wait = below(3);
        model = model.handoff(&from, &next, |h| {
            let h = h.probability(0.8);
            if wait == 0 { h.transfer(minutes(7)) } else { h }
        });
        model = model.handoff(from, back, |h| h.probability(0.2));
    }
    model = model.customers("alone", |c| {
        let c = c.enter("d0").mix([("first", 0.2), ("second", 0.5), ("third", 0.3)]).promise(minutes(30));
        if below(2) == 0 { c.poisson(per_hour(6.0)) } else { c.renewal(minutes(10)) }
    });
    model = model.customers("together", |c| {
        c.renewal(hours(2)).enter("d0").class("second").batch(Dist::discrete([(1.0, 0.5), (4.0, 0.5)]))
    });
    let last = format!("d{}", count - 1);
    model.initial(last, |i| i.class("third").cases(1 + below(5))).build().unwrap()
}

/// Departments that depend on each other in all ways: a pool, helpers, shifts, absence, requests, full queues
/// inside, errors and complaints.
pub fn workshop() -> Model {
    Model::builder("workshop")
        .class("order", |c| c.delay_cost(3.0).lost_cost(80.0))
        .class("complaint", |c| c.priority(0))
        .calendar("day", |c| c.shift("mon-fri", "08:00", "17:00").shift("sat", "09:00", "12:00"))
        .working_hours("day")
        .pool("clerks", |p| p.staff(2).shifts("day", |s| s))
        .department("intake", |d| {
            d.pool("clerks").service(Dist::gamma(minutes(12), cv(0.7))).patience(Dist::exponential(hours(9)))
        })
        .department("craft", |d| {
            d.staff(2)
                .service(Dist::gamma(minutes(25), cv(0.5)))
                .queue_capacity(2)
                .helpers("clerks", 0.5)
                .absence(|a| a.between(Dist::exponential(hours(20))).duration(hours(1)))
                .errors(|e| {
                    e.probability(0.1).after_guess(0.3).cost(25.0).complaint("intake", |c| {
                        c.probability(0.3).after(Dist::exponential(hours(10))).class("complaint")
                    })
                })
        })
        .department("expert", |d| d.staff(1).service(minutes(8)).shifts("day", |s| s.finish()))
        .department("check", |d| d.staff(1).service(minutes(6)).detects(|d| d.probability(0.6)))
        .request("craft", "expert", |r| {
            r.name("advice").probability(0.3).at(0.5).longest_wait(hours(2)).standard(minutes(30))
        })
        .request("intake", "expert", |r| r.name("price").probability(0.1).freed())
        .handoff("intake", "craft", |h| h)
        .handoff("craft", "check", |h| h)
        .customers("orders", |c| c.poisson(per_hour(1.2)).class("order").enter("intake").promise(hours(20)))
        .build()
        .unwrap()
}
