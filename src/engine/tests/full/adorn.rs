//! Adds to a model those of the constructs that can be left out which it is to have.

use std::collections::BTreeSet;

use super::constructs::Construct;
use super::extras::{Deliverer, Orders, Phase, Target};
use super::models::Sketch;
use crate::model::{
    Acts, Arrivals, Balking, Batch, Crew, Department, Discipline, Hoarding, Model, Outage, Period, Pickup,
    Policy, Retry, Rise, Setup, SetupFor, Shifts, Slots, Source, Staff, Standard, Stock, Supply, Turn, Use,
    Vacation,
};
use crate::random::Dist;
use crate::time::Span;
use proptest::sample::Index;

/// Whether cases wait for people in a department.
pub(super) fn queues(department: &Department) -> bool {
    department.staff != Staff::Infinite && department.discipline != Discipline::ProcessorSharing
}

fn nth<'a, T>(list: &'a mut [T], index: &Index) -> Option<&'a mut T> {
    if list.is_empty() { None } else { Some(index.get_mut(list)) }
}

/// The department that an index picks, if cases wait for people there.
fn queue<'m>(model: &'m mut Model, index: &Index) -> Option<&'m mut Department> {
    nth(&mut model.departments, index).filter(|department| queues(department))
}

impl Sketch {
    /// Adds what the sketch has of the constructs that it may have.
    pub fn adorn(&self, model: &mut Model) {
        use Construct::*;
        type Step = fn(&Sketch, &mut Model);
        let steps: [(Construct, Step); 21] = [
            (Forks, Sketch::add_forks),
            (Sharing, Sketch::share),
            (Slots, Sketch::add_slots),
            (Ways, Sketch::limit_ways),
            (Shortest, Sketch::add_shorter),
            (Balking, Sketch::add_balking),
            (Retries, Sketch::add_retries),
            (OverallPatience, Sketch::add_patience),
            (Notice, Sketch::add_notice),
            (Populations, Sketch::add_populations),
            (Spans, Sketch::limit_streams),
            (Vacations, Sketch::add_vacations),
            (Outages, Sketch::add_outages),
            (Periods, Sketch::add_periods),
            (Interruption, Sketch::interrupt),
            (Batches, Sketch::add_batches),
            (Setups, Sketch::add_setups),
            (Stock, Sketch::add_stock),
            (Rises, Sketch::add_rises),
            (Turns, Sketch::add_turns),
            (Standards, Sketch::add_standards),
        ];
        for (construct, step) in steps {
            if self.with.contains(&construct) {
                step(self, model);
            }
        }
    }

    fn times(&self, period: u32, times: &[u32]) -> (Span, Vec<Span>) {
        let distinct: BTreeSet<u32> = times.iter().map(|time| time % period).collect();
        (self.span(period), distinct.into_iter().map(|time| self.span(time)).collect())
    }

    /// People share their time who are always there, and help nobody.
    fn share(&self, model: &mut Model) {
        for index in &self.extras.sharing {
            let Some(department) = nth(&mut model.departments, index) else { continue };
            let Staff::Count(_) = department.staff else { continue };
            let Department { name, staff, service, service_for, errors, detects, .. } = department.clone();
            *department = Department {
                discipline: Discipline::ProcessorSharing,
                service,
                service_for,
                errors,
                detects,
                ..Department::new(name.clone(), staff)
            };
            for other in &mut model.departments {
                other.helpers.retain(|helpers| helpers.from != name);
            }
        }
    }

    fn add_slots(&self, model: &mut Model) {
        for (at, period, times, sizes) in &self.extras.slots {
            let Some(department) = queue(model, at) else { continue };
            let (period, times) = self.times(*period, times);
            let sizes = sizes.iter().copied().take(1).collect();
            department.slots = Some(Slots { period, times, sizes });
            // Nobody would ever get in.
            department.queue_capacity = department.queue_capacity.map(|capacity| capacity.max(1));
        }
    }

    fn limit_ways(&self, model: &mut Model) {
        for (at, period, times) in &self.extras.pickups {
            let (period, times) = self.times(*period, times);
            if let Some(handoff) = nth(&mut model.handoffs, at) {
                handoff.pickup = Some(Pickup { period, times });
            }
        }
        for (at, capacity, transfer) in &self.extras.under_way {
            if let Some(handoff) = nth(&mut model.handoffs, at) {
                handoff.capacity = Some(*capacity);
                handoff.transfer = Some(self.dist(transfer));
            }
        }
    }

    fn add_shorter(&self, model: &mut Model) {
        for (at, others) in &self.extras.shorter {
            let names: Vec<String> =
                model.departments.iter().map(|department| department.name.clone()).collect();
            // Parts would lose their way.
            let parts: BTreeSet<String> =
                model.forks.iter().flat_map(|fork| &fork.branches).map(|branch| branch.to.clone()).collect();
            let Some(handoff) = nth(&mut model.handoffs, at) else { continue };
            let inside = parts.contains(&handoff.from) || parts.contains(&handoff.to);
            if inside || model.forks.iter().any(|fork| fork.join == handoff.to) {
                continue;
            }
            let others: BTreeSet<&String> = others.iter().map(|other| other.get(&names)).collect();
            handoff.or_shorter = others
                .into_iter()
                .filter(|other| **other != handoff.to && !parts.contains(*other))
                .cloned()
                .collect();
        }
    }

    fn add_balking(&self, model: &mut Model) {
        for (at, counts, join, beyond) in &self.extras.balking {
            if let Some(department) = queue(model, at) {
                let (counts, join, beyond) = (*counts, join.clone(), *beyond);
                department.balking = Some(Balking { counts, join, beyond });
            }
        }
    }

    fn add_retries(&self, model: &mut Model) {
        for again in &self.extras.retries {
            if let Some(stream) = nth(&mut model.streams, &again.at) {
                stream.retry = Some(Retry {
                    probability: again.probability,
                    after: self.dist(&again.after),
                    most: again.most,
                    on: again.on.clone(),
                });
            }
        }
    }

    fn add_patience(&self, model: &mut Model) {
        for (at, time) in &self.extras.patience {
            if let Some(stream) = nth(&mut model.streams, at) {
                stream.patience = Some(self.dist(time));
            }
        }
    }

    fn add_notice(&self, model: &mut Model) {
        for (at, time) in &self.extras.notice {
            if let Some(stream) = nth(&mut model.streams, at) {
                stream.notice = Some(self.dist(time));
            }
        }
    }

    fn add_populations(&self, model: &mut Model) {
        for (at, customers, away) in &self.extras.populations {
            if let Some(stream) = nth(&mut model.streams, at) {
                stream.arrivals = Arrivals::Population { customers: *customers, away: self.maybe(away) };
                (stream.limit, stream.batch) = (None, None);
            }
        }
    }

    fn limit_streams(&self, model: &mut Model) {
        for (at, from, lasts) in &self.extras.spans {
            let Some(stream) = nth(&mut model.streams, at) else { continue };
            let listed = matches!(stream.arrivals, Arrivals::Schedule { .. });
            stream.from = Some(self.span(*from)).filter(|_| !listed);
            stream.until = lasts.map(|lasts| self.span(from + lasts));
        }
    }

    /// The shifts, outages and vacation of a home.
    fn with_home(
        model: &mut Model,
        index: &Index,
        change: impl FnOnce(u32, &mut Vec<Outage>, &mut Option<Vacation>),
    ) {
        let keep_crew = |shifts: &mut Option<Shifts>| {
            // Who is away, and of which crew, is a story of its own.
            if let Some(shifts) = shifts {
                shifts.crew = Crew::Same;
            }
        };
        let at = index.index(model.departments.len() + model.pools.len());
        if let Some(pool) = at.checked_sub(model.departments.len()).map(|at| &mut model.pools[at]) {
            keep_crew(&mut pool.shifts);
            return change(pool.staff, &mut pool.outages, &mut pool.vacation);
        }
        let department = &mut model.departments[at];
        if let Staff::Count(staff) = department.staff
            && queues(department)
        {
            keep_crew(&mut department.shifts);
            change(staff, &mut department.outages, &mut department.vacation);
        }
    }

    fn add_vacations(&self, model: &mut Model) {
        for (at, kind, time) in &self.extras.vacations {
            Self::with_home(model, at, |_, _, vacation| {
                *vacation = Some(Vacation { kind: *kind, duration: self.dist(time) });
            });
        }
    }

    fn add_outages(&self, model: &mut Model) {
        for &(at, from, lasts, some) in &self.extras.outages {
            Self::with_home(model, &at, |staff, outages, _| {
                let some = some.map(|some| some.min(staff));
                outages.push(Outage { at: self.span(from), lasts: self.span(lasts), staff: some });
            });
        }
    }

    fn add_periods(&self, model: &mut Model) {
        for Phase { at, from, lasts, service, factor, errors } in &self.extras.periods {
            let Some(department) = nth(&mut model.departments, at) else { continue };
            let error_factor = if department.errors.is_some() { *errors } else { 1.0 };
            if service.is_some() || *factor != 1.0 || error_factor != 1.0 {
                department.periods.push(Period {
                    from: self.span(*from),
                    until: lasts.map(|lasts| self.span(from + lasts)),
                    service: self.maybe(service),
                    service_factor: *factor,
                    error_factor,
                });
            }
        }
    }

    fn interrupt(&self, model: &mut Model) {
        for (at, kind) in &self.extras.interruption {
            if let Some(department) = queue(model, at) {
                department.preemption = *kind;
            }
        }
    }

    fn add_batches(&self, model: &mut Model) {
        for &(at, size, least, longest) in &self.extras.batches {
            let Some(department) = queue(model, &at) else { continue };
            let batch = Batch {
                size,
                at_least: least.map(|least| least.min(size)),
                longest_wait: longest.map(|time| self.span(time)),
            };
            if batch.longest_wait.is_none() && department.queue_capacity < Some(batch.least()) {
                department.queue_capacity = None;
            }
            department.batch = Some(batch);
        }
    }

    fn add_setups(&self, model: &mut Model) {
        for preparing in &self.extras.setups {
            let Some(department) = queue(model, &preparing.at) else { continue };
            let mut setup = Setup {
                time: self.maybe(&preparing.time),
                time_for: Vec::new(),
                after_idle: self.maybe(&preparing.after_idle),
            };
            for (class, from, time) in &preparing.time_for {
                let (class, from) = (self.class(class), from.as_ref().map(|from| self.class(from)));
                let known = setup.time_for.iter().any(|row| row.class == class && row.from == from);
                if !known && from.as_ref() != Some(&class) {
                    setup.time_for.push(SetupFor { class, from, time: self.dist(time) });
                }
            }
            if setup != Setup::default() {
                department.setup = Some(setup);
            }
        }
    }

    fn add_stock(&self, model: &mut Model) {
        let departments: Vec<String> =
            model.departments.iter().map(|department| department.name.clone()).collect();
        let supply = |(orders, source): &(Orders, Deliverer)| Supply {
            policy: match *orders {
                Orders::Periodic { every, first, up_to } => Policy::Periodic {
                    every: self.span(every),
                    first: first.map(|first| self.span(first)),
                    up_to,
                },
                Orders::Reorder { at, quantity } => Policy::Reorder { at, quantity },
                Orders::Alert { at, quantity } => Policy::Alert { at, quantity },
            },
            source: match source {
                Deliverer::Outside(time) => Source::Outside { lead_time: self.dist(time) },
                Deliverer::Department { at, class, service, transfer } => Source::Department {
                    department: at.get(&departments).clone(),
                    class: self.class(class),
                    service: self.maybe(service),
                    transfer: self.maybe(transfer),
                },
            },
        };
        model.stocks = (0..)
            .zip(&self.extras.stocks)
            .map(|(at, (initial, supplies))| Stock {
                name: format!("k{at}"),
                initial: *initial,
                supplies: supplies.iter().map(supply).collect(),
            })
            .collect();
        let stocks: Vec<String> = model.stocks.iter().map(|stock| stock.name.clone()).collect();
        for usage in self.extras.uses.iter().filter(|_| !stocks.is_empty()) {
            let Some(department) = queue(model, &usage.at) else { continue };
            let stock = usage.stock.get(&stocks).clone();
            let raids = usage.raids.as_ref().filter(|_| self.with.contains(&Construct::Raids));
            let raids = raids.map(|other| other.get(&stocks).clone()).filter(|other| *other != stock);
            let hoarding = usage.hoarding.filter(|_| self.with.contains(&Construct::Hoarding));
            if department.uses.iter().all(|other| other.stock != stock) {
                department.uses.push(Use {
                    stock,
                    class: usage.class.as_ref().map(|class| self.class(class)),
                    quantity: usage.quantity,
                    raids: raids.into_iter().collect(),
                    hoarding: hoarding.map(|(extra, most, trust)| Hoarding {
                        extra,
                        most,
                        trust_after: self.span(trust),
                    }),
                });
            }
        }
        // What is made of itself would never come.
        let users: Vec<String> =
            model.departments.iter().filter(|at| !at.uses.is_empty()).map(|at| at.name.clone()).collect();
        for supply in model.stocks.iter_mut().flat_map(|stock| &mut stock.supplies) {
            if matches!(&supply.source, Source::Department { department, .. } if users.contains(department)) {
                supply.source = Source::Outside { lead_time: Dist::constant(self.span(3)) };
            }
        }
    }

    fn add_rises(&self, model: &mut Model) {
        for (at, rises) in &self.extras.rises {
            let Some(class) = nth(&mut model.classes, at) else { continue };
            let mut rises = rises.clone();
            rises.sort_unstable();
            let mut rank = class.priority;
            class.rises.clear();
            for (after, priority) in rises {
                if priority < rank {
                    class.rises.push(Rise { after: self.span(after), priority });
                    rank = priority;
                }
            }
        }
    }

    fn add_turns(&self, model: &mut Model) {
        for (from, after, into) in &self.extras.turns {
            // Never in a circle.
            let (from, into) = (from.index(model.classes.len()), into.index(model.classes.len()));
            if from < into {
                let into = model.classes[into].name.clone();
                model.classes[from].turns = Some(Turn { after: self.span(*after), into });
            }
        }
    }

    fn acts(&self, target: &Target) -> Option<Acts> {
        target.acts.map(|(before, priority, compliance)| Acts {
            before: self.span(before.min(target.within)),
            priority,
            compliance,
        })
    }

    fn add_standards(&self, model: &mut Model) {
        for target in &self.extras.standards {
            let Some(department) = queue(model, &target.at) else { continue };
            let class = target.class.as_ref().map(|class| self.class(class));
            if department.standards.iter().all(|other| other.class != class) {
                let (within, acts) = (self.span(target.within), self.acts(target));
                department.standards.push(Standard { class, within, acts });
            }
        }
        for target in &self.extras.of_requests {
            let Some(at) = Some(model.requests.len()).filter(|&count| count > 0) else { continue };
            let at = target.at.index(at);
            let to = model.requests[at].to.clone();
            let waits =
                model.departments.iter().any(|department| department.name == to && queues(department));
            model.requests[at].standard = Some(self.span(target.within));
            model.requests[at].acts = self.acts(target).filter(|_| waits);
        }
    }
}
