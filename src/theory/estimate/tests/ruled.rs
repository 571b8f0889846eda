//! More that may be twisted in a model: rules of departments, people, ways and customers.

use super::twisted::Twist;
use super::*;
use crate::model::{
    Acts, Arrivals, Balking, Batch, Beyond, Branch, Class, Counts, Fork, Pickup, Policy, Preemption, Retry,
    Rise, Setup, SetupFor, Slots, Source, Standard, Stock, Supply, Turn, Use, Vacation, Vacations,
};

/// How many kinds of twists there are here.
pub(super) const KINDS: u8 = 18;

pub(super) fn ruled(mut model: Model, twist: &Twist) -> Model {
    let Twist { kind, one, other, share, count } = *twist;
    let name = |at: usize| format!("desk {at}");
    let class = |at: usize| format!("class {}", at % 3);
    let department = &mut model.departments[one];
    let stream = one % model.streams.len();
    match kind {
        0 => department.discipline = Discipline::ProcessorSharing,
        1 => department.preemption = if count == 1 { Preemption::Restart } else { Preemption::Resume },
        2 => {
            let longest_wait = (count == 2).then_some(hours(share));
            department.batch = Some(Batch { size: count, at_least: None, longest_wait });
        }
        3 => {
            let time_for = SetupFor { class: class(other), from: None, time: exponential(share) };
            department.setup = Some(Setup {
                time: (count == 2).then(|| Dist::constant(hours(share))),
                time_for: if count == 3 { vec![time_for] } else { Vec::new() },
                after_idle: Some(exponential(share)),
            });
        }
        4 => {
            let slots = Slots { period: hours(1), times: vec![hours(0.5 * share)], sizes: vec![count] };
            department.slots = Some(slots);
        }
        5 | 6 => {
            department.balking = Some(Balking {
                counts: if count == 1 { Counts::Waiting } else { Counts::Present },
                join: vec![share; count as usize],
                beyond: if kind == 5 { Beyond::Harmonic } else { Beyond::Probability(0.5 * share) },
            });
        }
        7 => {
            let kind = if count == 1 { Vacations::Once } else { Vacations::Repeated };
            department.vacation = Some(Vacation { kind, duration: exponential(share) });
        }
        8 => {
            let acts = Acts { before: hours(share), priority: 0, compliance: share };
            let within = hours(1);
            department.standards.push(Standard { class: None, within, acts: Some(acts) });
        }
        9 => {
            let branch = |to: usize| Branch { to: name(to), ..Branch::default() };
            model.forks.push(Fork {
                from: name(one),
                classes: if count == 1 { vec![class(other)] } else { Vec::new() },
                branches: (0..=count as usize).map(|at| branch((one + at) % 5)).collect(),
                join: name(other),
                needed: (count == 2).then_some(1),
                order: Default::default(),
                late: Default::default(),
            });
        }
        10 => {
            let to = model.handoffs.len();
            let way = &mut model.handoffs[one % to];
            way.or_shorter = vec![name(other), name((other + 1) % 5)];
        }
        11 => {
            let to = model.handoffs.len();
            let way = &mut model.handoffs[one % to];
            way.pickup = Some(Pickup { period: hours(2), times: vec![hours(share)] });
        }
        12 => model.streams[stream].patience = Some(exponential(share)),
        13 => {
            let after = exponential(1.0);
            model.streams[stream].retry =
                Some(Retry { probability: share, after, most: None, on: Vec::new() });
        }
        14 => {
            let away = (count > 1).then(|| exponential(1.0));
            model.streams[stream].arrivals = Arrivals::Population { customers: count, away };
        }
        15 => model.streams[stream].until = Some(hours(10)),
        16 => {
            let rise = Rise { after: hours(share), priority: count };
            let turns = (count == 1).then(|| Turn { after: hours(share), into: class(one) });
            model.classes.retain(|known| known.name != class(other));
            model.classes.push(Class {
                name: class(other),
                priority: 2,
                rises: vec![rise],
                turns,
                ..Class::default()
            });
        }
        _ => {
            let stock = format!("stock {}", model.stocks.len());
            department.uses.push(Use { stock: stock.clone(), quantity: count, ..Use::default() });
            let source = Source::Department {
                department: name(other),
                class: class(one),
                service: None,
                transfer: None,
            };
            let policy = Policy::Reorder { at: 1, quantity: 2 };
            model.stocks.push(Stock { name: stock, initial: 1, supplies: vec![Supply { policy, source }] });
        }
    }
    model
}
