//! Random full models: the constructs that can be left out, before it is known to what they are added.
//!
//! Each is a short list, which is empty as often as not, so that what fails shrinks well.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::models::{Desk, Finds, Time, desk, finds, probability, span, time};
use crate::model::{Beyond, Counts, Loss, Preemption, Vacations};

/// A fork with departments of its own, between a department and those that it hands over to.
#[derive(Clone, Debug)]
pub(super) struct Parting {
    pub from: Index,
    /// A class that does not fork, where there are others.
    pub but: Option<Index>,
    pub branches: Vec<(Desk, Option<Index>, Option<Time>)>,
    /// Whether the first branch leads through the second department.
    pub through: bool,
    pub join: Desk,
    pub needed: Option<Index>,
    pub random: bool,
    pub finishes: bool,
    pub finds: Vec<(Index, Finds)>,
}

#[derive(Clone, Debug)]
pub(super) enum Orders {
    Periodic { every: u32, first: Option<u32>, up_to: u32 },
    Reorder { at: u32, quantity: u32 },
    Alert { at: u32, quantity: u32 },
}

#[derive(Clone, Debug)]
pub(super) enum Deliverer {
    Outside(Time),
    Department { at: Index, class: Index, service: Option<Time>, transfer: Option<Time> },
}

#[derive(Clone, Debug)]
pub(super) struct Usage {
    pub at: Index,
    pub stock: Index,
    pub class: Option<Index>,
    pub quantity: u32,
    pub raids: Option<Index>,
    pub hoarding: Option<(u32, u32, u32)>,
}

/// How long work may take, and what is done about work about to miss that: how long before, the rank, the compliance.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub at: Index,
    pub class: Option<Index>,
    pub within: u32,
    pub acts: Option<(u32, u32, f64)>,
}

#[derive(Clone, Debug)]
pub(super) struct Phase {
    pub at: Index,
    pub from: u32,
    pub lasts: Option<u32>,
    pub service: Option<Time>,
    pub factor: f64,
    pub errors: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Again {
    pub at: Index,
    pub probability: f64,
    pub after: Time,
    pub most: Option<u32>,
    pub on: Vec<Loss>,
}

#[derive(Clone, Debug)]
pub(super) struct Preparing {
    pub at: Index,
    pub time: Option<Time>,
    pub time_for: Vec<(Index, Option<Index>, Time)>,
    pub after_idle: Option<Time>,
}

/// What is added to a model. The first index of each says where.
#[derive(Clone, Debug)]
pub(super) struct Extras {
    pub forks: Vec<Parting>,
    pub sharing: Vec<Index>,
    /// The period, the times in it, and a size for all or for each.
    pub slots: Vec<(Index, u32, Vec<u32>, Vec<u32>)>,
    pub pickups: Vec<(Index, u32, Vec<u32>)>,
    pub under_way: Vec<(Index, u32, Time)>,
    pub shorter: Vec<(Index, Vec<Index>)>,
    pub balking: Vec<(Index, Counts, Vec<f64>, Beyond)>,
    pub retries: Vec<Again>,
    pub patience: Vec<(Index, Time)>,
    pub notice: Vec<(Index, Time)>,
    pub populations: Vec<(Index, u32, Option<Time>)>,
    pub spans: Vec<(Index, u32, Option<u32>)>,
    pub vacations: Vec<(Index, Vacations, Time)>,
    pub outages: Vec<(Index, u32, u32, Option<u32>)>,
    pub periods: Vec<Phase>,
    pub interruption: Vec<(Index, Preemption)>,
    /// The size, the least, the longest wait.
    pub batches: Vec<(Index, u32, Option<u32>, Option<u32>)>,
    pub setups: Vec<Preparing>,
    pub stocks: Vec<(u32, Vec<(Orders, Deliverer)>)>,
    pub uses: Vec<Usage>,
    /// By class: after how long which rank.
    pub rises: Vec<(Index, Vec<(u32, u32)>)>,
    pub turns: Vec<(Index, u32, Index)>,
    pub standards: Vec<Target>,
    pub of_requests: Vec<Target>,
}

/// None, or one or two.
fn few<S: Strategy>(each: S) -> impl Strategy<Value = Vec<S::Value>>
where
    S::Value: Clone,
{
    prop_oneof![1 => Just(Vec::new()), 1 => vec(each, 1..3)]
}

fn parting() -> impl Strategy<Value = Parting> {
    let branch = (desk(), weighted(0.3, any::<Index>()), weighted(0.3, time()));
    let whom = (any::<Index>(), weighted(0.3, any::<Index>()), vec(branch, 2..4), any::<bool>());
    let how = (weighted(0.5, any::<Index>()), any::<bool>(), any::<bool>());
    (whom, desk(), how, vec((any::<Index>(), finds()), 0..3)).prop_map(|(whom, join, how, finds)| Parting {
        from: whom.0,
        but: whom.1,
        branches: whom.2,
        through: whom.3,
        join,
        needed: how.0,
        random: how.1,
        finishes: how.2,
        finds,
    })
}

fn stock() -> impl Strategy<Value = (u32, Vec<(Orders, Deliverer)>)> {
    let orders =
        prop_oneof![
            (3..20_u32, weighted(0.5, 0..10_u32), 2..6_u32)
                .prop_map(|(every, first, up_to)| Orders::Periodic { every, first, up_to }),
            (0..4_u32, 1..4_u32).prop_map(|(at, quantity)| Orders::Reorder { at, quantity }),
            (0..3_u32, 2..5_u32).prop_map(|(at, quantity)| Orders::Alert { at, quantity }),
        ];
    let department = (any::<Index>(), any::<Index>(), weighted(0.5, time()), weighted(0.4, time()));
    let source = prop_oneof![
        time().prop_map(Deliverer::Outside),
        department.prop_map(|(at, class, service, transfer)| Deliverer::Department {
            at,
            class,
            service,
            transfer
        }),
    ];
    (0..5_u32, vec((orders, source), 1..3))
}

fn usage() -> impl Strategy<Value = Usage> {
    let what = (any::<Index>(), any::<Index>(), weighted(0.3, any::<Index>()), 1..3_u32);
    (what, weighted(0.5, any::<Index>()), weighted(0.5, (1..3_u32, 1..5_u32, 1..20_u32))).prop_map(
        |((at, stock, class, quantity), raids, hoarding)| Usage {
            at,
            stock,
            class,
            quantity,
            raids,
            hoarding,
        },
    )
}

fn target() -> impl Strategy<Value = Target> {
    let acts = (0..10_u32, 0..3_u32, select(vec![0.5, 1.0, 1.0]));
    (any::<Index>(), weighted(0.3, any::<Index>()), 1..15_u32, weighted(0.8, acts))
        .prop_map(|(at, class, within, acts)| Target { at, class, within, acts })
}

fn phase() -> impl Strategy<Value = Phase> {
    let when = (any::<Index>(), 0..30_u32, weighted(0.6, 1..30_u32));
    let what = (weighted(0.5, time()), select(vec![0.5, 1.0, 2.0]), select(vec![0.0, 0.5, 1.0, 3.0]));
    (when, what).prop_map(|((at, from, lasts), (service, factor, errors))| Phase {
        at,
        from,
        lasts,
        service,
        factor,
        errors,
    })
}

fn again() -> impl Strategy<Value = Again> {
    use Loss::*;
    let on = prop::sample::subsequence(vec![Rejected, Balked, Reneged, TurnedAway], 0..4);
    (any::<Index>(), probability(), span(), weighted(0.5, 1..4_u32), on)
        .prop_map(|(at, probability, after, most, on)| Again { at, probability, after, most, on })
}

fn preparing() -> impl Strategy<Value = Preparing> {
    let row = (any::<Index>(), weighted(0.5, any::<Index>()), time());
    (any::<Index>(), weighted(0.8, time()), vec(row, 0..3), weighted(0.4, time()))
        .prop_map(|(at, time, time_for, after_idle)| Preparing { at, time, time_for, after_idle })
}

/// Times within a period, and the period.
fn timetable() -> impl Strategy<Value = (u32, Vec<u32>)> {
    (4..20_u32, vec(0..20_u32, 1..4))
}

pub(super) fn extras() -> impl Strategy<Value = Extras> {
    let at = any::<Index>;
    let slots = (at(), timetable(), vec(1..3_u32, 0..2))
        .prop_map(|(at, (period, times), sizes)| (at, period, times, sizes));
    let pickup = (at(), timetable()).prop_map(|(at, (period, times))| (at, period, times));
    let beyond =
        prop_oneof![Just(Beyond::Harmonic), select(vec![0.0, 0.25, 0.5]).prop_map(Beyond::Probability)];
    let balking = (
        at(),
        select(vec![Counts::Present, Counts::Waiting]),
        vec(select(vec![0.25, 0.5, 0.75, 1.0]), 1..4),
        beyond,
    );
    let departments = (
        few(parting()),
        few(at()),
        few(slots),
        few(pickup),
        few((at(), 1..3_u32, span())),
        few((at(), vec(at(), 1..3))),
        few(balking),
    );
    let customers = (
        few(again()),
        few((at(), span())),
        few((at(), span())),
        few((at(), 1..5_u32, weighted(0.8, span()))),
        few((at(), 0..20_u32, weighted(0.7, 1..40_u32))),
    );
    let people = (
        few((at(), select(vec![Vacations::Repeated, Vacations::Once]), span())),
        few((at(), 0..30_u32, 1..15_u32, weighted(0.6, 1..3_u32))),
        few(phase()),
    );
    let interrupts = select(vec![Preemption::Resume, Preemption::Restart, Preemption::Resample]);
    let together = (at(), 2..4_u32, weighted(0.6, 1..3_u32), weighted(0.6, 1..10_u32));
    let work = (few((at(), interrupts)), few(together), few(preparing()));
    let stocks = (few(stock()), few(usage()));
    let ranks = (
        few((at(), vec((1..10_u32, 0..3_u32), 1..3))),
        few((at(), 1..10_u32, at())),
        few(target()),
        few(target()),
    );
    (departments, customers, people, work, stocks, ranks).prop_map(
        |(departments, customers, people, work, stocks, ranks)| Extras {
            forks: departments.0,
            sharing: departments.1,
            slots: departments.2,
            pickups: departments.3,
            under_way: departments.4,
            shorter: departments.5,
            balking: departments.6,
            retries: customers.0,
            patience: customers.1,
            notice: customers.2,
            populations: customers.3,
            spans: customers.4,
            vacations: people.0,
            outages: people.1,
            periods: people.2,
            interruption: work.0,
            batches: work.1,
            setups: work.2,
            stocks: stocks.0,
            uses: stocks.1,
            rises: ranks.0,
            turns: ranks.1,
            standards: ranks.2,
            of_requests: ranks.3,
        },
    )
}
