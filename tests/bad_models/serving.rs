//! How departments serve: batches, setups, slots, balking, standards, what changes over time.

use knockon::model::{DepartmentBuilder, Discipline, Loss, Model, ModelBuilder, Preemption};
use knockon::random::Dist;
use knockon::time::{Span, days, hours, minutes, per_hour};

use super::lines;

/// A department `desk` with three people and customers; each test adds what is bad.
fn desk(describe: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder) -> ModelBuilder {
    Model::builder("desk")
        .department("desk", |d| describe(d.staff(3).service(minutes(5))))
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk"))
}

fn negative() -> Dist {
    Dist::Constant { value: minutes(-1) }
}

#[test]
fn batches_setups_and_slots() {
    let model = desk(|d| {
        d.batch(0, |b| b.at_least(5).longest_wait(hours(0)))
            .setup_for("peple", minutes(1))
            .setup_between("people", "people", negative())
            .setup_for("peple", minutes(2))
            .slots_of(hours(8), [(hours(9), 0), (hours(1), 2), (minutes(-5), 3)])
    });
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: the size of a batch is 0, must be from 1 to 8388608",
            "department `desk`: a batch begins with at least 5, must be from 1 to its size of 0",
            "department `desk`: the longest wait for a batch is 0s, must be positive and at most 7446w 2d 23h 53m 47s 370ms 496us",
            "department `desk`: there is no class `peple`; did you mean `people`?",
            "department `desk`: the setup time for `people` from `people` is for no change of class",
            "department `desk`, setup time for `people` from `people`: the value is -1m, must not be negative",
            "department `desk`: there is no class `peple`; did you mean `people`?",
            "department `desk`: the setup time for `peple` is given more than once",
            "department `desk`: the slots are at 9h and then at 1h, must be later",
            "department `desk`: the slots are at 1h and then at -5m, must be later",
            "department `desk`: the time 9h of the slots is not within the period of 8h",
            "department `desk`: the time -5m of the slots is not within the period of 8h",
            "department `desk`: the size of a slot is 0, must be at least 1",
        ]
    );
    let model = desk(|d| d.queue_capacity(3).batch(u32::MAX, |b| b.at_least(4)).slots(Span::ZERO, []));
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: the size of a batch is 4294967295, must be from 1 to 8388608",
            "department `desk`: a batch can never begin: it needs 4, only 3 may wait, and there is no longest wait",
            "department `desk`: the period of the slots is 0s, must be positive and at most 7446w 2d 23h 53m 47s 370ms 496us",
            "department `desk`: the slots have no times",
        ]
    );
    desk(|d| d.queue_capacity(3).batch(8, |b| b.longest_wait(hours(1)))).build().unwrap();
}

#[test]
fn balking_and_standards() {
    let model = desk(|d| {
        d.balking(|b| b.join([1.0, 1.5, f64::NAN]).beyond(-0.1))
            .standard(hours(-1), |s| s)
            .standard(hours(1), |s| s.acts(hours(2), |a| a.priority(64).compliance(2.0)))
            .standard(hours(1), |s| s.class("peple"))
            .ignore_priority()
            .preemption(Preemption::Restart)
    });
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: nobody is interrupted where the priorities do not count",
            "department `desk`: the probability to join where 1 are there is 1.5, must be between 0 and 1",
            "department `desk`: the probability to join where 2 are there is NaN, must be between 0 and 1",
            "department `desk`: the probability to join where more are there is -0.1, must be between 0 and 1",
            "department `desk`: the standard is -1h, must be positive and at most 7446w 2d 23h 53m 47s 370ms 496us",
            "department `desk`: the standard is given more than once",
            "department `desk`: the standard acts 2h before, must be from 0s to its 1h",
            "department `desk`: the standard acts with priority 64, must be at most 63",
            "department `desk`: the compliance with the standard is 2, must be between 0 and 1",
            "department `desk`: what the standard does has no effect where the priorities do not count",
            "department `desk`: there is no class `peple`; did you mean `people`?",
        ]
    );
    let model = desk(|d| d.balking(|b| b))
        .department("back", |d| d.staff(1).service(minutes(1)).balking(|b| b.harmonic()))
        .handoff("desk", "back", |h| h);
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: nobody would ever join",
            "department `back`: balking has no effect where nobody comes from outside",
        ]
    );
}

#[test]
fn changes_over_time() {
    let model = desk(|d| {
        d.period(hours(-1), |p| p.until(hours(-2)).service(negative()))
            .period(hours(1), |p| p.service_factor(0.0).error_factor(f64::INFINITY))
            .outage_of(4, hours(1), hours(0))
            .outage_of(0, hours(-1), Span::INVALID)
            .vacation(minutes(0))
            .cost(-1.0, f64::NAN, 0.0)
    });
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`, outage 1: the duration is 0s, must be positive and at most 7446w 2d 23h 53m 47s 370ms 496us",
            "department `desk`, outage 1: 4 people are away, must be from 1 to the staff of 3",
            "department `desk`, outage 2: the beginning is at -1h, must be from 0s to 7446w 2d 23h 53m 47s 370ms 496us",
            "department `desk`, outage 2: the duration is invalid, must be positive and at most 7446w 2d 23h 53m 47s 370ms 496us",
            "department `desk`, outage 2: 0 people are away, must be from 1 to the staff of 3",
            "department `desk`, vacation: the mean is less than 1us",
            "department `desk`: the cost of staff, idle is -1, must be a number that is not negative",
            "department `desk`: the cost of staff, busy is NaN, must be a number that is not negative",
            "department `desk`, period 1: the beginning is at -1h, must be from 0s to 7446w 2d 23h 53m 47s 370ms 496us",
            "department `desk`, period 1: the end is at -2h, must be from 0s to 7446w 2d 23h 53m 47s 370ms 496us",
            "department `desk`, period 1: it ends at -2h, must be later than -1h",
            "department `desk`, period 1, service time: the value is -1m, must not be negative",
            "department `desk`, period 2: the factor on the service time is 0, must be above 0 and at most 1000000",
            "department `desk`, period 2: the factor on the errors is inf, must be from 0 to 1000000",
        ]
    );
}

#[test]
fn where_nobody_waits() {
    let all = |d: DepartmentBuilder| {
        d.queue_capacity(3)
            .patience(hours(1))
            .preemption(Preemption::Resume)
            .setup(minutes(1))
            .standard(hours(1), |s| s.acts(minutes(5), |a| a))
            .balking(|b| b.join([1.0]).counts_waiting())
            .outage(hours(1), hours(1))
            .vacation(hours(1))
    };
    let model = desk(|d| all(d).infinite_staff().cost(1.0, 1.0, 1.0));
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: outages have no effect where the staff is infinite",
            "department `desk`: a vacation has no effect where the staff is infinite",
            "department `desk`: costs of staff have no effect where the staff is infinite",
            "department `desk`: a queue capacity has no effect where the staff is infinite",
            "department `desk`: preemption has no effect where the staff is infinite",
            "department `desk`: a setup has no effect where the staff is infinite",
            "department `desk`: patience has no effect where the staff is infinite",
            "department `desk`: what a standard does has no effect where the staff is infinite",
            "department `desk`: balking by the number waiting has no effect where the staff is infinite",
        ]
    );
    // For a batch one waits there, too.
    desk(|d| d.infinite_staff().batch(4, |b| b).patience(hours(1))).build().unwrap();
    let model = desk(|d| {
        all(d)
            .discipline(Discipline::ProcessorSharing)
            .staff_needed(2)
            .batch(2, |b| b)
            .slots(days(1), [hours(1)])
    })
    .department("back", |d| d.staff(1).service(minutes(1)).helpers("desk", 1.0))
    .handoff("desk", "back", |h| h);
    assert_eq!(
        lines(model.build()),
        [
            "department `desk`: a queue capacity has no effect where everybody is served at once",
            "department `desk`: preemption has no effect where everybody is served at once",
            "department `desk`: a setup has no effect where everybody is served at once",
            "department `desk`: patience has no effect where everybody is served at once",
            "department `desk`: what a standard does has no effect where everybody is served at once",
            "department `desk`: balking by the number waiting has no effect where everybody is served at once",
            "department `desk`: a batch has no effect where everybody is served at once",
            "department `desk`: slots have no effect where everybody is served at once",
            "department `desk`: where everybody is served at once, no piece of work needs several people",
            "department `desk`: where everybody is served at once, its people do not help elsewhere",
            "department `desk`: where everybody is served at once, its people are always there, without outages",
            "department `desk`: where everybody is served at once, its people are always there, without vacations",
        ]
    );
}

#[test]
fn ways_that_wait_or_choose() {
    let model = desk(|d| d)
        .department("a", |d| d.staff(1).service(minutes(1)).queue_capacity(0))
        .department("b", |d| d.infinite_staff().service(minutes(1)))
        .handoff("desk", "a", |h| {
            h.pickup(days(1), [hours(25)])
                .capacity(0)
                .or_shorter("b")
                .or_shorter("a")
                .or_shorter("c")
                .rework()
        })
        .handoff("a", "exit", |h| h.or_shorter("b").transfer(minutes(1)));
    assert_eq!(
        lines(model.build()),
        [
            "handoff `desk` to `a`: the time 1d 1h of the pickups is not within the period of 1d",
            "handoff `desk` to `a`: none may be under way at once, must be at least 1",
            "handoff `desk` to `a`: a limit to how many are under way has no effect where the way takes no time",
            "handoff `desk` to `a`: it takes time, so a place has to be kept in the queue of `a`, whose capacity is 0",
            "handoff `desk` to `a`: it takes time, so a place has to be kept in the queue of `a`, whose capacity is 0",
            "handoff `desk` to `a`: what is put right goes to the one department that caused it, not to the shortest queue",
            "handoff `desk` to `a`: department `a` is named more than once",
            "handoff `desk` to `a`: there is no department `c`",
            "handoff `desk` to `a`: the queue of `b` is always the shortest: nobody waits where the staff is infinite",
            "handoff `a` to `exit`: who leaves does not choose the shortest queue",
            "handoff `a` to `exit`: the queue of `b` is always the shortest: nobody waits where the staff is infinite",
        ]
    );
}

#[test]
fn classes_that_rise_and_turn() {
    let model = desk(|d| d.service_for("other", minutes(1)))
        .class("people", |c| {
            c.priority(2)
                .rise(hours(2), 1)
                .rise(hours(1), 64)
                .rise(hours(3), 1)
                .turns(hours(0), "people")
                .broken_promise_cost(-1.0)
        })
        .class("other", |c| c.turns(hours(1), "othr").rise(hours(1), 0));
    assert_eq!(
        lines(model.build()),
        [
            "class `people`: the cost of a broken promise is -1, must be a number that is not negative",
            "class `people`: the rise after 1h follows the one after 2h, must be later",
            "class `people`: the rise to priority 64 has no effect: it is 1 already, and 0 is the most urgent",
            "class `people`: the rise to priority 1 has no effect: it is 1 already, and 0 is the most urgent",
            "class `people`: the time after which it turns is 0s, must be positive and at most 7446w 2d 23h 53m 47s 370ms 496us",
            "class `people`: it turns into itself",
            "class `other`: the rise to priority 0 has no effect: it is 0 already, and 0 is the most urgent",
            "class `other`: there is no class `othr`; did you mean `other`?",
        ]
    );
    // The class that cases turn into needs a service time, and a way out.
    let model = Model::builder("turning")
        .department("desk", |d| d.staff(1).service_for("slow", minutes(5)))
        .class("slow", |c| c.turns(hours(1), "late"))
        .class("late", |c| c)
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("desk").class("slow"));
    assert_eq!(
        lines(model.build()),
        ["department `desk`: no service time for the first visit of class `late`"]
    );
    // They may turn to and fro.
    desk(|d| d)
        .class("people", |c| c.turns(hours(1), "late"))
        .class("late", |c| c.turns(hours(1), "people"))
        .build()
        .unwrap();
}

#[test]
fn customers_who_leave_and_come_back() {
    let model = desk(|d| d)
        .customers("a", |c| {
            c.poisson(per_hour(1.0))
                .enter("desk")
                .notice(negative())
                .patience(negative())
                .from(hours(2))
                .until(hours(2))
                .retry(1.0, minutes(0), |r| r.most(0).on([Loss::Balked, Loss::Balked]))
        })
        .customers("b", |c| c.schedule([hours(1)]).enter("desk").from(hours(1)).retry(1.5, negative(), |r| r))
        .customers("c", |c| c.population(0, negative()).enter("desk").batch(Dist::Constant { value: 2.0 }))
        .customers("d", |c| c.population(u32::MAX, hours(1)).enter("desk"))
        .customers("e", |c| c.poisson(per_hour(1.0)).enter("desk").retry(1.0, minutes(0), |r| r));
    assert_eq!(
        lines(model.build()),
        [
            "customers `a`, notice: the value is -1m, must not be negative",
            "customers `a`, patience: the value is -1m, must not be negative",
            "customers `a`: customers come back at most 0 times, must be at least 1",
            "customers `a`: retries after one kind of loss are given more than once: Balked",
            "customers `a`: it ends at 2h, must be later than 2h",
            "customers `b`: the probability of a retry is 1.5, must be between 0 and 1",
            "customers `b`, time to a retry: the value is -1m, must not be negative",
            "customers `b`: it has times of its own, and no beginning",
            "customers `c`: the population is 0, must be from 1 to 8388608",
            "customers `c`, time away: the value is -1m, must not be negative",
            "customers `c`: customers of a population come one by one, without a batch",
            "customers `d`: the population is 4294967295, must be from 1 to 8388608",
            "customers `e`: customers who are lost come back at once, and without end: retries that take no time need a most of at most 1000, or a probability below 0.999",
        ]
    );
}

#[test]
fn larger_populations_than_allowed_in_all() {
    let model = desk(|d| d)
        .customers("a", |c| c.population(1 << 23, hours(1)).enter("desk"))
        .customers("b", |c| c.population(1, hours(1)).enter("desk"))
        .customers("c", |c| c.population(u32::MAX, hours(1)).enter("desk"));
    assert_eq!(
        lines(model.build()),
        [
            "customers `c`: the population is 4294967295, must be from 1 to 8388608",
            "model: all populations together have 8388609 customers, must be at most 8388608",
        ]
    );
}

#[test]
fn a_population_needs_no_way_out_but_time() {
    let closed = |service: Span| {
        Model::builder("closed")
            .department("a", |d| d.staff(1).service(service))
            .department("b", |d| d.staff(1).service(minutes(0)))
            .handoff("a", "b", |h| h)
            .handoff("b", "a", |h| h)
            .customers("machines", |c| c.population(5, minutes(0)).enter("a"))
    };
    closed(minutes(1)).build().unwrap();
    assert_eq!(
        lines(closed(minutes(0)).build()),
        [
            "departments `a`, `b`: a loop without time for class `machines`: neither service nor transfer takes any"
        ]
    );
    // Others are still told that they never leave.
    let model = closed(minutes(1)).customers("jobs", |c| c.poisson(per_hour(1.0)).enter("b"));
    assert_eq!(
        lines(model.build()),
        ["departments `a`, `b`: cases of class `jobs` that come here can never leave"]
    );
    let open = |describe: fn(DepartmentBuilder) -> DepartmentBuilder| {
        let model = Model::builder("open")
            .department("a", |d| describe(d.staff(1).service(minutes(1))))
            .customers("machines", |c| c.population(5, minutes(0)).enter("a"));
        lines(model.build())
    };
    let told = |how| {
        format!(
            "customers `machines`: its customers are away for no time, and {how}: they would come without end"
        )
    };
    assert_eq!(
        open(|d| d.service(minutes(0))),
        [told("those of class `machines` may pass the departments in no time")]
    );
    assert_eq!(open(|d| d.queue_capacity(2)), [told("are rejected where the queue of `a` is full")]);
    assert_eq!(open(|d| d.balking(|b| b.harmonic())), [told("may not join `a`")]);
    assert_eq!(open(|d| d.patience(minutes(0))), [told("lose patience at once in `a`")]);
}

#[test]
fn loops_see_what_takes_time() {
    let loop_by =
        |at: fn(DepartmentBuilder) -> DepartmentBuilder,
         way: fn(knockon::model::HandoffBuilder) -> knockon::model::HandoffBuilder| {
            Model::builder("loop")
                .department("a", |d| at(d.staff(1).service(minutes(0))))
                .department("b", |d| d.staff(1).service(minutes(1)))
                .handoff("a", "a", |h| way(h.probability(0.5)))
                .handoff("a", "exit", |h| h.probability(0.5))
                .handoff("b", "a", |h| h)
                .customers("x", |c| c.poisson(per_hour(1.0)).enter("b"))
                .build()
        };
    let timeless =
        ["department `a`: a loop without time for class `x`: neither service nor transfer takes any"];
    assert_eq!(lines(loop_by(|d| d, |h| h)), timeless);
    loop_by(|d| d.slots(hours(1), [hours(0)]), |h| h).unwrap();
    loop_by(|d| d, |h| h.pickup(hours(1), [hours(0)])).unwrap();
    // In a period without time, and to one of several queues.
    let period = |d: DepartmentBuilder| d.service(minutes(1)).period(hours(1), |p| p.service(minutes(0)));
    assert_eq!(lines(loop_by(period, |h| h)), timeless);
    let model = Model::builder("shortest")
        .department("a", |d| d.staff(1).service(minutes(0)))
        .department("b", |d| d.staff(1).service(minutes(1)))
        .handoff("a", "b", |h| h.probability(0.5).or_shorter("a"))
        .handoff("a", "exit", |h| h.probability(0.5))
        .customers("x", |c| c.poisson(per_hour(1.0)).enter("a"))
        .build();
    assert_eq!(lines(model), timeless);
}

#[test]
fn services_that_may_round_to_no_time() {
    let closed = |describe: fn(DepartmentBuilder) -> DepartmentBuilder, size: f64| {
        Model::builder("closed")
            .department("a", |d| describe(d.staff(1).service(minutes(1))))
            .department("b", |d| d.staff(1).service(minutes(1)))
            .customers("machines", |c| {
                c.population(5, minutes(0)).enter("a").size(Dist::Constant { value: size })
            })
            .customers("work", |c| c.saturated().enter("a"))
            .customers("other", |c| c.poisson(per_hour(1.0)).enter("b"))
            .build()
    };
    let told = [
        "customers `work`: saturated arrivals would never end in `a`, where they take no time",
        "customers `machines`: its customers are away for no time, and those of class `machines` may pass the departments in no time: they would come without end",
    ];
    closed(|d| d, 1e-7).unwrap();
    assert_eq!(lines(closed(|d| d, 1e-8)), told);
    closed(|d| d.period(hours(1), |p| p.service_factor(1e-7)), 1.0).unwrap();
    assert_eq!(lines(closed(|d| d.period(hours(1), |p| p.service_factor(1e-8)), 1.0)), told);
    assert_eq!(lines(closed(|d| d.period(hours(1), |p| p.service(minutes(0)).until(hours(2))), 1.0)), told);
    closed(|d| d.helpers("b", 100.0), 1e-5).unwrap();
    assert_eq!(lines(closed(|d| d.helpers("b", 100.0), 1e-6)), told);
}
