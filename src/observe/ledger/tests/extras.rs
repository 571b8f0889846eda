//! What random models have besides people, requests, blocking, shifts, absence and defects.

use proptest::prelude::*;
use proptest::sample::select;

use super::random::times;
use crate::model::{
    Balking, Batch, Beyond, Branch, Counts, Department, Discipline, Fork, ForkOrder, Handoff, Late, Model,
    Outage, Pickup, Policy, Preemption, Retry, Setup, SetupFor, Slots, Source, Staff, Stock, Supply, Use,
    Vacation, Vacations,
};
use crate::time::Span;

fn span(ticks: i64) -> Span {
    Span::from_ticks(ticks)
}

/// How a department serves.
#[derive(Clone, Debug)]
enum Manner {
    Usual,
    Interrupts(Preemption),
    /// Size, least, longest wait.
    Batches(u32, u32, Option<i64>),
    /// By class, and after idleness.
    SetsUp(i64, Option<i64>),
    Slots(i64),
    Shares,
    Vacations(Vacations, i64),
    Outage(i64),
    Balked,
}

fn manner() -> impl Strategy<Value = Manner> {
    let preemption = select(vec![Preemption::Resume, Preemption::Restart, Preemption::Resample]);
    prop_oneof![
        3 => Just(Manner::Usual),
        2 => preemption.prop_map(Manner::Interrupts),
        2 => (2..4_u32, 1..4_u32, prop::option::of(1..20_i64))
            .prop_map(|(size, least, longest)| Manner::Batches(size, least.min(size), longest)),
        2 => (1..4_i64, prop::option::of(1..3_i64)).prop_map(|(time, idle)| Manner::SetsUp(time, idle)),
        1 => (3..9_i64).prop_map(Manner::Slots),
        2 => Just(Manner::Shares),
        1 => (select(vec![Vacations::Once, Vacations::Repeated]), 1..6_i64)
            .prop_map(|(kind, time)| Manner::Vacations(kind, time)),
        1 => (1..60_i64).prop_map(Manner::Outage),
        1 => Just(Manner::Balked),
    ]
}

impl Manner {
    fn add_to(&self, department: &mut Department) {
        let counted = matches!(department.staff, Staff::Count(_));
        match *self {
            Manner::Usual => {}
            Manner::Interrupts(preemption) => department.preemption = preemption,
            Manner::Batches(size, at_least, longest_wait) => {
                let longest_wait = longest_wait.map(span);
                department.batch = Some(Batch { size, at_least: Some(at_least), longest_wait });
            }
            Manner::SetsUp(time, idle) => {
                let to_t = SetupFor { class: "t".into(), from: None, time: times(&[time]) };
                let (time, after_idle) = (Some(times(&[2 * time, 0])), idle.map(|idle| times(&[idle])));
                department.setup = Some(Setup { time, time_for: vec![to_t], after_idle });
            }
            Manner::Slots(period) => {
                let times = vec![span(1), span(2)];
                department.slots = Some(Slots { period: span(period), times, sizes: vec![1, 3] });
            }
            Manner::Shares if counted => {
                let plain = Department::new(&department.name, department.staff.clone());
                let own = std::mem::replace(department, plain);
                department.discipline = Discipline::ProcessorSharing;
                (department.service, department.errors) = (own.service, own.errors);
                department.detects = own.detects;
            }
            Manner::Vacations(kind, time) if counted => {
                department.vacation = Some(Vacation { kind, duration: times(&[time, 2 * time]) });
            }
            Manner::Outage(at) if counted => {
                department.outages = vec![Outage { at: span(at), lasts: span(15), staff: Some(1) }];
            }
            Manner::Balked => {
                let join = vec![1.0, 0.9, 0.5];
                department.balking =
                    Some(Balking { counts: Counts::Waiting, join, beyond: Beyond::Harmonic });
            }
            _ => {}
        }
    }
}

/// How a way takes along what goes there.
#[derive(Clone, Debug)]
struct Way {
    pickup: Option<i64>,
    capacity: Option<u32>,
}

fn way() -> impl Strategy<Value = Way> {
    (prop::option::weighted(0.3, 3..9_i64), prop::option::weighted(0.3, 1..3_u32))
        .prop_map(|(pickup, capacity)| Way { pickup, capacity })
}

impl Way {
    fn add_to(&self, handoff: &mut Handoff) {
        let pickup = |period| Pickup { period: span(period), times: vec![span(1), span(2)] };
        handoff.pickup = self.pickup.map(pickup);
        handoff.capacity = self.capacity.filter(|_| handoff.transfer.is_some());
    }
}

/// A stock: how much there is at first, how it is ordered, and by whom it is made.
#[derive(Clone, Debug)]
struct Shelf {
    initial: u32,
    policy: Policy,
    /// A department that makes it, and a way to the shelf.
    made: Option<(usize, Option<i64>)>,
    /// The departments that use it, how much.
    uses: Vec<(usize, u32)>,
}

fn shelf() -> impl Strategy<Value = Shelf> {
    let policy = prop_oneof![
        (0..3_u32, 1..5_u32).prop_map(|(at, quantity)| Policy::Reorder { at, quantity }),
        (0..3_u32, 2..5_u32).prop_map(|(at, quantity)| Policy::Alert { at, quantity }),
        (4..15_i64, 2..6_u32).prop_map(|(every, up_to)| Policy::Periodic {
            every: span(every),
            first: None,
            up_to
        }),
    ];
    let made = prop::option::weighted(0.6, (0..8_usize, prop::option::of(1..5_i64)));
    let uses = prop::collection::vec((0..8_usize, 1..3_u32), 1..3);
    (0..4_u32, policy, made, uses).prop_map(|(initial, policy, made, uses)| Shelf {
        initial,
        policy,
        made,
        uses,
    })
}

/// Where all go on as parts at the end: the departments in which they are served, and whether the first of them parts
/// again.
#[derive(Clone, Debug)]
struct Ends {
    desks: Vec<Department>,
    needed: u32,
    finishes: bool,
    random: bool,
    again: bool,
    transfer: Option<i64>,
}

fn ends() -> impl Strategy<Value = Ends> {
    let how = (1..3_u32, any::<bool>(), any::<bool>(), any::<bool>(), prop::option::of(0..4_i64));
    (prop::collection::vec(super::random::department(), 4), how).prop_map(
        |(desks, (needed, finishes, random, again, transfer))| Ends {
            desks,
            needed,
            finishes,
            random,
            again,
            transfer,
        },
    )
}

impl Ends {
    fn fork(&self, from: &str, join: &str, to: [&str; 2]) -> Fork {
        let branch = |to: &str| Branch {
            to: to.into(),
            becomes: (to == "right").then(|| "t".into()),
            transfer: self.transfer.filter(|_| to != "upper").map(|time| times(&[time])),
        };
        Fork {
            from: from.into(),
            classes: Vec::new(),
            branches: to.map(branch).to_vec(),
            join: join.into(),
            needed: Some(self.needed),
            order: if self.random { ForkOrder::Random } else { ForkOrder::Listed },
            late: if self.finishes { Late::Finished } else { Late::Withdrawn },
        }
    }

    fn add_to(&self, model: &mut Model) {
        let mut names = vec!["left", "right", "upper", "lower"];
        names.truncate(if self.again { 4 } else { 2 });
        for (name, desk) in names.into_iter().zip(&self.desks) {
            let desk = Department { name: name.into(), detects: Vec::new(), ..desk.clone() };
            model.departments.push(Department { renege_to: None, ..desk });
        }
        let meet = Department { name: "meet".into(), ..self.desks[3].clone() };
        model.departments.push(Department { detects: Vec::new(), staff: Staff::Count(2), ..meet });
        let last = model.handoffs.iter().position(|handoff| handoff.to == "exit").unwrap_or(0);
        model.handoffs[last].to = "split".into();
        let split = Department { service: Some(times(&[1])), ..Department::new("split", Staff::Count(2)) };
        model.departments.push(split);
        model.forks.push(self.fork("split", "meet", ["left", "right"]));
        model.handoffs.push(Handoff::new("right", "meet"));
        model.handoffs.push(Handoff::new("meet", "exit"));
        if self.again {
            let both =
                Department { service: Some(times(&[1, 2])), ..Department::new("both", Staff::Count(1)) };
            model.departments.push(both);
            model.forks.push(self.fork("left", "both", ["upper", "lower"]));
            for (from, to) in [("upper", "both"), ("lower", "both"), ("both", "meet")] {
                model.handoffs.push(Handoff::new(from, to));
            }
        } else {
            model.handoffs.push(Handoff::new("left", "meet"));
        }
    }
}

/// All that is added to a model.
#[derive(Clone, Debug)]
pub(super) struct Extras {
    manners: Vec<Manner>,
    ways: Vec<Way>,
    shelves: Vec<Shelf>,
    ends: Option<Ends>,
    retry: Option<(i64, Option<u32>)>,
    patience: Option<i64>,
}

pub(super) fn extras() -> impl Strategy<Value = Extras> {
    (
        prop::collection::vec(manner(), 8),
        prop::collection::vec(way(), 6),
        prop::collection::vec(shelf(), 0..3),
        prop::option::weighted(0.6, ends()),
        prop::option::weighted(0.5, (0..9_i64, prop::option::of(1..3_u32))),
        prop::option::weighted(0.3, 10..60_i64),
    )
        .prop_map(|(manners, ways, shelves, ends, retry, patience)| Extras {
            manners,
            ways,
            shelves,
            ends,
            retry,
            patience,
        })
}

impl Extras {
    pub fn add_to(&self, model: &mut Model) {
        if let Some(ends) = &self.ends {
            ends.add_to(model);
        }
        for (department, manner) in model.departments.iter_mut().zip(&self.manners) {
            manner.add_to(department);
        }
        for (handoff, way) in model.handoffs.iter_mut().filter(|handoff| !handoff.rework).zip(&self.ways) {
            way.add_to(handoff);
        }
        for (at, shelf) in self.shelves.iter().enumerate() {
            self.add_stock(model, at, shelf);
        }
        for stream in &mut model.streams {
            let retry = |(time, most)| Retry {
                probability: 0.7,
                after: times(&[time, 2 * time + 1]),
                most,
                on: Vec::new(),
            };
            stream.retry = self.retry.map(retry);
            stream.patience = self.patience.map(|time| times(&[time, 2 * time]));
        }
        let shared = |department: &Department| department.discipline == Discipline::ProcessorSharing;
        let shared: Vec<String> =
            model.departments.iter().filter(|of| shared(of)).map(|of| of.name.clone()).collect();
        for department in &mut model.departments {
            department.helpers.retain(|helpers| !shared.contains(&helpers.from));
        }
    }

    fn add_stock(&self, model: &mut Model, at: usize, shelf: &Shelf) {
        let (name, count) = (format!("stock{at}"), model.departments.len());
        let maker = shelf.made.map(|(made, transfer)| (made % count, transfer));
        let source = match maker {
            None => Source::Outside { lead_time: times(&[3, 8]) },
            Some((made, transfer)) => Source::Department {
                department: model.departments[made].name.clone(),
                class: "t".into(),
                service: Some(times(&[1, 3])),
                transfer: transfer.map(|time| times(&[time])),
            },
        };
        for &(user, quantity) in &shelf.uses {
            let department = &mut model.departments[user % count];
            let known = department.uses.iter().any(|usage| usage.stock == name);
            let shared = department.discipline == Discipline::ProcessorSharing;
            if !known && !shared && maker.is_none_or(|(made, _)| made != user % count) {
                department.uses.push(Use { stock: name.clone(), quantity, ..Use::default() });
            }
        }
        let supplies = vec![Supply { policy: shelf.policy.clone(), source }];
        model.stocks.push(Stock { name, initial: shelf.initial, supplies });
    }
}
