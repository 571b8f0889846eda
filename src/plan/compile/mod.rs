//! From a model to a plan.

mod full;
mod onward;
mod people;
mod rules;
mod stock;

use std::collections::HashMap;

use petgraph::graph::DiGraph;
use petgraph::visit::Dfs;

use super::{
    ArrivalPlan, DepartmentPlan, HandoffPlan, InitialPlan, Levels, Listed, MANY, NONE, Plan, RatePattern,
    Route, Row, StreamPlan, VisitRule,
};
use crate::error::Result;
use crate::model::{Arrivals, Handoff, InitialWork, Model, RateStep, Resolved, Staff, Stream, Target};
use crate::random::{Dist, name_key};
use crate::time::{Span, Tick};

/// Validates a model and compiles it.
///
/// # Errors
///
/// All defects of the model.
pub(crate) fn compile(model: &Model) -> Result<Plan> {
    model.validate()?;
    compile_valid(model)
}

/// Compiles a model. Names that do not exist are passed over.
pub(crate) fn compile_valid(model: &Model) -> Result<Plan> {
    let names = Resolved::new(model);
    let priorities = distinct_priorities(&names);
    let mut plan = Plan {
        classes: names.classes.iter().map(|class| class.name.to_owned()).collect(),
        departments: Vec::with_capacity(model.departments.len()),
        rows: Vec::new(),
        visit_rules: Vec::new(),
        routes: Vec::new(),
        transfers: Vec::new(),
        streams: Vec::new(),
        sized: false,
        plain: false,
        staff: 0,
        looped: 0,
        handoffs: model.handoffs.iter().map(handoff_plan).collect(),
        full: None,
        working_hours: working_hours(model),
    };
    compile_departments(&mut plan, &names, priorities.len() as u32)?;
    let transfers = compile_transfers(&mut plan, model)?;
    for department in 0..model.departments.len() as u32 {
        for (class, row) in names.classes.iter().enumerate() {
            let ranked = !model.departments[department as usize].ignore_priority;
            let rank = if ranked { rules::rank(&priorities, row.priority) } else { 0 };
            compile_row(&mut plan, &names, &transfers, department, class as u32, rank)?;
        }
    }
    let mut places: HashMap<(&str, &str), u32> = HashMap::new();
    let initial = model.initial.iter().map(|work| {
        let place = places.entry((&work.class, &work.department)).or_default();
        *place += 1;
        initial_stream(&names, *place, work)
    });
    let customers = model.streams.iter().map(|stream| customer_stream(&names, stream));
    plan.streams = initial.chain(customers).collect::<Result<_>>()?;
    if full::is_full(&names) {
        full::compile_full(&mut plan, &names, &priorities)?;
    }
    plan.sized = plan.streams.iter().any(StreamPlan::is_sized);
    plan.plain = plan.is_plain();
    Ok(plan)
}

fn handoff_plan(way: &Handoff) -> HandoffPlan {
    HandoffPlan {
        from: way.from.clone(),
        to: way.to.clone(),
        becomes: way.becomes.clone(),
        rework: way.rework,
    }
}

/// The calendar of the working hours: what counts is whether anybody is there.
fn working_hours(model: &Model) -> Option<Levels> {
    let name = model.working_hours.as_ref()?;
    let calendar = model.calendars.iter().find(|calendar| calendar.name == *name)?;
    Some(Levels::of(calendar, model.start, 1))
}

/// The priorities that classes and requests have or may rise to, the most urgent first.
fn distinct_priorities(names: &Resolved) -> Vec<u32> {
    let model = names.model;
    let mut priorities: Vec<u32> = names.classes.iter().map(|class| class.priority).collect();
    priorities.extend(model.classes.iter().flat_map(|class| &class.rises).map(|rise| rise.priority));
    priorities.extend(model.requests.iter().filter_map(|request| request.priority));
    let of_departments = model.departments.iter().flat_map(|department| &department.standards);
    let acts = of_departments.map(|standard| &standard.acts);
    let acts = acts.chain(model.requests.iter().map(|request| &request.acts)).flatten();
    priorities.extend(acts.map(|acts| acts.priority));
    priorities.sort_unstable();
    priorities.dedup();
    priorities
}

fn compile_departments(plan: &mut Plan, names: &Resolved, ranks: u32) -> Result<()> {
    let on_loop = departments_on_loops(names);
    for (department, looped) in names.model.departments.iter().zip(on_loop) {
        let staff = match department.staff {
            Staff::Count(count) => Some(count),
            Staff::Pool(_) => Some(0),
            Staff::Infinite => None,
        };
        plan.departments.push(DepartmentPlan {
            name: department.name.clone(),
            key: name_key("department", &department.name),
            staff,
            first_slot: plan.staff,
            discipline: department.discipline,
            capacity: department.queue_capacity.unwrap_or(u32::MAX),
            patience: department.patience.as_ref().map(Dist::sampler).transpose()?,
            loop_index: if looped { plan.looped } else { NONE },
            ranks: if department.ignore_priority { 1 } else { ranks },
        });
        plan.staff += staff.unwrap_or(0);
        plan.looped += u32::from(looped);
    }
    Ok(())
}

/// Which departments a case may come back to: along handoffs, with a defect, without patience, or once more
/// after it was lost.
fn departments_on_loops(names: &Resolved) -> Vec<bool> {
    let count = names.model.departments.len();
    let mut graph = DiGraph::<(), ()>::with_capacity(count, names.routes.len());
    let nodes: Vec<_> = (0..count).map(|_| graph.add_node(())).collect();
    for (from, &node) in nodes.iter().enumerate() {
        for &handoff in names.routes_out(from as u32) {
            if let Target::Department(to) = names.routes[handoff as usize].target {
                graph.add_edge(node, nodes[to as usize], ());
            }
        }
    }
    for (from, to) in full::other_ways(names) {
        graph.add_edge(nodes[from as usize], nodes[to as usize], ());
    }
    let mut on_loop = vec![false; count];
    for component in petgraph::algo::kosaraju_scc(&graph) {
        let looped = component.len() > 1 || graph.contains_edge(component[0], component[0]);
        component.iter().for_each(|node| on_loop[node.index()] = looped);
    }
    let retrying = names.model.streams.iter().filter(|stream| stream.retry.is_some());
    let entries = retrying.filter_map(|stream| names.department(&stream.enter));
    let mut again = Dfs::empty(&graph);
    for entry in entries {
        again.move_to(nodes[entry as usize]);
        while let Some(node) = again.next(&graph) {
            on_loop[node.index()] = true;
        }
    }
    on_loop
}

/// Compiles the transfer times and tells where each handoff's is.
fn compile_transfers(plan: &mut Plan, model: &Model) -> Result<Vec<u32>> {
    let mut places = Vec::with_capacity(model.handoffs.len());
    for way in &model.handoffs {
        places.push(if way.transfer.is_some() { plan.transfers.len() as u32 } else { NONE });
        plan.transfers.extend(way.transfer.as_ref().map(Dist::sampler).transpose()?);
    }
    Ok(places)
}

fn compile_row(
    plan: &mut Plan,
    names: &Resolved,
    transfers: &[u32],
    department: u32,
    class: u32,
    rank: u8,
) -> Result<()> {
    let services = names.services_for(department, class);
    let mut visit_rules = NONE;
    if services.len() > 1 {
        let rule =
            |&(from_visit, dist): &(u32, &Dist)| Ok(VisitRule { from_visit, service: dist.sampler()? });
        visit_rules = plan.visit_rules.len() as u32;
        plan.visit_rules.push(services.iter().map(rule).collect::<Result<_>>()?);
    }
    // No case reaches a row without a service time: validation saw to that.
    let service = match services.first() {
        Some((_, dist)) => dist.sampler()?,
        None => Dist::constant(Span::ZERO).sampler()?,
    };
    let first_route = plan.routes.len() as u32;
    let classes = plan.classes.len() as u32;
    let (mut sum, mut at_once) = (0.0, true);
    for (handoff, probability) in names.routes_for(department, class).filter(|&(_, p)| p > 0.0) {
        sum += probability;
        let way = &names.routes[handoff as usize];
        let row = match way.target {
            Target::Department(to) => to * classes + way.becomes.unwrap_or(class),
            Target::Exit | Target::Unknown => NONE,
        };
        let transfer = transfers[handoff as usize];
        at_once &= transfer == NONE && onward::is_plain(&names.model.handoffs[handoff as usize]);
        plan.routes.push(Route { last_word: last_word(sum), row, transfer, handoff });
    }
    if plan.routes.len() as u32 == first_route {
        plan.routes.push(Route { last_word: u64::MAX, row: NONE, transfer: NONE, handoff: NONE });
    }
    let routes = &mut plan.routes[first_route as usize..];
    if let Some(last) = routes.last_mut() {
        last.last_word = u64::MAX;
    }
    let way = match *routes {
        [Route { row, .. }] if at_once => row,
        _ => MANY,
    };
    plan.rows.push(Row {
        service,
        first_words: [0, 1].map(|at| routes.get(at).map_or(u64::MAX, |route| route.last_word)),
        routes: (first_route, first_route + routes.len() as u32),
        visit_rules,
        department,
        way,
        rank,
    });
    Ok(())
}

/// The last of those of all 2^64 words that make up a share.
fn last_word(share: f64) -> u64 {
    ((share * 18_446_744_073_709_551_616.0) as u64).saturating_sub(1)
}

fn customer_stream(names: &Resolved, stream: &Stream) -> Result<StreamPlan> {
    let mut sum = 0.0;
    let cumulative = |(class, share): (u32, f64)| {
        sum += share;
        (last_word(sum), class)
    };
    let mut mix: Vec<_> =
        names.shares(stream).into_iter().filter(|&(_, share)| share > 0.0).map(cumulative).collect();
    if let Some(last) = mix.last_mut() {
        last.0 = u64::MAX;
    }
    let department = names.department(&stream.enter).unwrap_or(0);
    let listed = matches!(stream.arrivals, Arrivals::Schedule { .. } | Arrivals::Trace { .. });
    let bounded = stream.from.is_some() || stream.until.is_some();
    Ok(StreamPlan {
        plain: stream.batch.is_none() && stream.size.is_none() && !listed && !bounded,
        name: stream.name.clone(),
        key: name_key("customers", &stream.name),
        department,
        first_row: department * names.classes.len() as u32,
        sole_class: sole(&mix),
        arrivals: arrival_plan(names, &stream.arrivals)?,
        mix,
        batch: stream.batch.as_ref().map(Dist::sampler).transpose()?,
        limit: stream.limit.unwrap_or(u64::MAX),
        from: stream.from.map_or(0, ticks),
        until: stream.until.map_or(Tick::MAX, ticks),
        promise: stream.promise.map_or(Tick::MAX, ticks),
        size: stream.size.as_ref().map(Dist::sampler).transpose()?,
        initial: None,
    })
}

/// The class of a mix that has no other, or [`NONE`].
fn sole(mix: &[(u64, u32)]) -> u32 {
    match *mix {
        [(_, only)] => only,
        _ => NONE,
    }
}

/// Work in place is a stream that brings everything at time 0. Its random numbers belong to its class,
/// its department, and its place among those with the same.
fn initial_stream(names: &Resolved, place: u32, work: &InitialWork) -> Result<StreamPlan> {
    let department = names.department(&work.department).unwrap_or(0);
    let mix = vec![(u64::MAX, names.class(&work.class).unwrap_or(0))];
    Ok(StreamPlan {
        // A name never holds the zero that divides the parts.
        key: name_key("initial", &format!("{}\0{}\0{place}", work.class, work.department)),
        name: format!("{} at {} ({place})", work.class, work.department),
        department,
        first_row: department * names.classes.len() as u32,
        sole_class: sole(&mix),
        arrivals: ArrivalPlan::Listed(vec![Listed { at: 0, class: NONE, size: f64::NAN }]),
        mix,
        batch: Some(Dist::constant(work.cases as f64).sampler()?),
        limit: work.cases,
        from: 0,
        until: Tick::MAX,
        promise: Tick::MAX,
        size: None,
        plain: false,
        initial: Some(InitialPlan { remaining: work.remaining.as_ref().map(Dist::sampler).transpose()? }),
    })
}

fn arrival_plan(names: &Resolved, arrivals: &Arrivals) -> Result<ArrivalPlan> {
    Ok(match arrivals {
        Arrivals::Saturated => ArrivalPlan::Saturated,
        Arrivals::Population { .. } => ArrivalPlan::Population,
        Arrivals::Poisson { rate } => {
            ArrivalPlan::Renewal(Dist::exponential(1.0 / rate.per_tick()).sampler()?)
        }
        Arrivals::Renewal { interarrival } => ArrivalPlan::Renewal(interarrival.sampler()?),
        Arrivals::Pattern { period, steps } => ArrivalPlan::Pattern(rate_pattern(*period, steps)),
        Arrivals::Schedule { times } => ArrivalPlan::Listed(
            times.iter().map(|&at| Listed { at: ticks(at), class: NONE, size: f64::NAN }).collect(),
        ),
        Arrivals::Trace { cases } => {
            let class = |name: &String| names.class(name).unwrap_or(NONE);
            let listed = cases.iter().map(|case| Listed {
                at: ticks(case.at),
                class: case.class.as_ref().map_or(NONE, class),
                size: case.size.unwrap_or(f64::NAN),
            });
            ArrivalPlan::Listed(listed.collect())
        }
    })
}

fn rate_pattern(period: Span, steps: &[RateStep]) -> RatePattern {
    let ends = steps.iter().skip(1).map(|next| next.from).chain([period]);
    let mut total = 0.0;
    let steps = steps.iter().zip(ends).map(|(step, end)| {
        let before = total;
        total += step.rate.per_tick() * (end.ticks() - step.from.ticks()) as f64;
        (ticks(step.from), step.rate.per_tick(), before)
    });
    let steps = steps.collect();
    RatePattern { period: ticks(period), total, steps }
}

/// A valid span as a time of the engine.
fn ticks(span: Span) -> Tick {
    span.ticks().max(0) as Tick
}
