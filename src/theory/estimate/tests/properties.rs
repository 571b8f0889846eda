//! What holds for every model.

use proptest::prelude::*;

use super::*;
use crate::model::{Discipline, Model, ModelBuilder, StreamBuilder};
use crate::random::{Dist, cv};
use crate::theory::tests::near;
use crate::time::{hours, per_hour};

fn any_service() -> impl Strategy<Value = Dist> {
    (0.0..2.0_f64, 0..8_u8).prop_map(|(mean, kind)| match kind {
        0 => Dist::constant(hours(mean)),
        1 => Dist::erlang(3, hours(mean)),
        2 => Dist::lognormal(hours(mean), cv(1.5)),
        3 => Dist::uniform(hours(mean), hours(2.0 * mean)),
        4 => Dist::pareto_shape(hours(mean), 1.0 + mean),
        _ => Dist::exponential(hours(mean)),
    })
}

#[derive(Clone, Debug)]
struct Desk {
    staff: u32,
    service: Dist,
    later: Option<Dist>,
    discipline: u8,
    capacity: Option<u32>,
    patience: Option<Dist>,
    ignore_priority: bool,
    onward: Vec<(usize, f64)>,
}

fn any_desk(losing: bool) -> impl Strategy<Value = Desk> {
    let losses = prop::option::weighted(0.3, (prop::bool::ANY, 0..4_u32, any_service()));
    let losses = losses.prop_map(move |losses| losses.filter(|_| losing));
    let onward = prop::collection::vec((0..5_usize, 0.05..0.45_f64), 0..3);
    (0..5_u32, any_service(), prop::option::weighted(0.2, any_service()), 0..12_u8, losses, onward).prop_map(
        |(staff, service, later, discipline, losses, onward)| Desk {
            staff,
            service,
            later,
            discipline,
            capacity: losses.as_ref().filter(|losses| losses.0).map(|losses| losses.1),
            patience: losses.filter(|losses| !losses.0).map(|losses| losses.2),
            ignore_priority: discipline % 2 == 1,
            onward,
        },
    )
}

fn add_desk(builder: ModelBuilder, at: usize, desk: &Desk) -> ModelBuilder {
    let name = format!("desk {at}");
    let mut builder = builder.department(&name, |mut d| {
        d = if desk.staff == 0 { d.infinite_staff() } else { d.staff(desk.staff) };
        d = d.service(desk.service.clone()).discipline(match desk.discipline {
            0 => Discipline::Lifo,
            1 => Discipline::Random,
            2 => Discipline::ShortestJob,
            3 => Discipline::EarliestDueDate,
            _ => Discipline::Fifo,
        });
        if let Some(later) = &desk.later {
            d = d.service_from_visit(2, later.clone());
        }
        if let Some(capacity) = desk.capacity {
            d = d.queue_capacity(capacity);
        }
        if let Some(patience) = &desk.patience {
            d = d.patience(patience.clone());
        }
        if desk.ignore_priority { d.ignore_priority() } else { d }
    });
    let mut left = 1.0;
    let mut seen = Vec::new();
    for &(to, probability) in &desk.onward {
        if !seen.contains(&to) {
            seen.push(to);
            left -= probability;
            builder = builder.handoff(&name, format!("desk {to}"), |h| h.probability(probability));
        }
    }
    builder.handoff(&name, "exit", |h| h.probability(left))
}

fn add_stream(builder: ModelBuilder, at: usize, &(enter, rate, kind): &(usize, f64, u8)) -> ModelBuilder {
    let arrivals = |c: StreamBuilder| match kind {
        0 => c.renewal(Dist::lognormal(hours(1.0 / rate), cv(0.5))),
        1 => c.renewal(hours(1.0 / rate)),
        2 => c.poisson(per_hour(rate)).batch(Dist::uniform(1.0, 4.0)),
        3 => c.pattern(hours(9), [(hours(0), per_hour(0.0)), (hours(3), per_hour(rate))]),
        4 => c.poisson(per_hour(rate)).size(Dist::gamma(1.0, cv(0.5))),
        5 => c.poisson(per_hour(rate)).promise(hours(rate)),
        _ => c.poisson(per_hour(rate)),
    };
    let class = format!("class {}", at % 2);
    let builder = if at < 2 { builder.class(&class, |c| c.priority(at as u32)) } else { builder };
    builder.customers(format!("stream {at}"), |c| {
        let c = arrivals(c.enter(format!("desk {enter}")).class(class));
        if kind == 19 { c.limit(5) } else { c }
    })
}

pub(super) fn any_model(losing: bool) -> impl Strategy<Value = crate::error::Result<Model>> {
    let streams = prop::collection::vec((0..5_usize, 0.01..0.6_f64, 0..20_u8), 1..4);
    (prop::collection::vec(any_desk(losing), 5), streams).prop_map(|(mut desks, streams)| {
        // What the model's rules forbid: limits on a queue that there is not, or that work is handed to.
        let receives: Vec<usize> = desks.iter().flat_map(|desk| &desk.onward).map(|way| way.0).collect();
        for (at, desk) in desks.iter_mut().enumerate() {
            desk.capacity = desk.capacity.filter(|_| desk.staff > 0 && !receives.contains(&at));
            desk.patience = desk.patience.take().filter(|_| desk.staff > 0);
        }
        let mut builder = Model::builder("any");
        for (at, desk) in desks.iter().enumerate() {
            builder = add_desk(builder, at, desk);
        }
        for (at, stream) in streams.iter().enumerate() {
            builder = add_stream(builder, at, stream);
        }
        // Every department is reached: one more stream for each.
        for at in 0..desks.len() {
            builder = builder.customers(format!("few {at}"), |c| {
                c.poisson(per_hour(0.01)).enter(format!("desk {at}")).class("class 0")
            });
        }
        builder.build()
    })
}

/// Every number is one, and at least 0; every refusal is a sentence.
#[track_caller]
fn sound(found: &ModelEstimate) {
    let number = |value: f64| assert!(value.is_finite() && value >= 0.0, "{found:?}");
    let sentence =
        |reason: Option<&str>| assert!(reason.is_none_or(|text| text.ends_with('.')), "{reason:?}");
    for department in &found.departments {
        [department.arrival_rate, department.offered_load, department.traffic_intensity]
            .into_iter()
            .flatten()
            .for_each(number);
        sentence(department.figures.reason());
        for class in &department.classes {
            [class.arrival_rate, class.wait_mean, class.sojourn_mean].into_iter().for_each(number);
        }
        let Some(figures) = department.figures.value() else { continue };
        crate::theory::tests::sound(figures);
        near(figures.arrival_rate, department.arrival_rate.unwrap(), 1e-6);
        let by_class: f64 = department.classes.iter().map(|class| class.arrival_rate).sum();
        near(by_class, figures.arrival_rate, 1e-6);
        let served = 1.0 - figures.loss_probability;
        let waits: f64 = department.classes.iter().map(|class| class.arrival_rate * class.wait_mean).sum();
        near(waits, figures.arrival_rate * figures.wait_mean, 1e-6);
        near(figures.throughput, figures.arrival_rate * served, 1e-6);
        near(figures.number_mean, figures.queue_mean + figures.throughput * service_mean(department), 1e-6);
    }
    for class in &found.classes {
        class.arrival_rate.into_iter().for_each(number);
        class.visits.iter().for_each(|visits| number(visits.mean));
        sentence(class.completed.reason());
        if let Some(completed) = class.completed.value() {
            number(completed.lead_time_mean);
            number(completed.throughput);
            assert!(completed.throughput <= class.arrival_rate.unwrap() * (1.0 + 1e-9));
        }
    }
}

fn service_mean(department: &DepartmentEstimate) -> f64 {
    department.offered_load.unwrap() / department.arrival_rate.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_model_has_sound_figures_or_reasons(model in any_model(true)) {
        // A few are not valid: some loop takes no time.
        if let Ok(model) = model {
            let found = estimate(&model).unwrap();
            sound(&found);
            prop_assert_eq!(overloads(&model).unwrap(), found.overloads);
        }
    }

    /// Rates against the elimination that the model's graph does; and Little's law for all cases.
    #[test]
    fn rates_are_those_of_the_graph(model in any_model(false)) {
        let Ok(model) = model else { return Ok(()) };
        let found = estimate(&model).unwrap();
        sound(&found);
        let rates = model.graph().unwrap().arrival_rates();
        for (department, (_, rate)) in found.departments.iter().zip(rates) {
            prop_assert_eq!(department.arrival_rate.is_some(), rate.is_some());
            if let Some(rate) = rate {
                near(department.arrival_rate.unwrap(), rate, 1e-9);
            }
        }
        let present: Option<Vec<f64>> =
            found.departments.iter().map(|department| Some(department.figures.value()?.number_mean)).collect();
        if let Some(present) = present {
            let of_class = |class: &ClassEstimate| {
                let completed = class.completed.value().unwrap();
                completed.throughput * completed.lead_time_mean
            };
            let by_class: f64 = found.classes.iter().map(of_class).sum();
            near(by_class, present.iter().sum(), 1e-6);
        }
    }
}
