//! From a model to the tables of what departments have of each other: people, requests, defects.

use std::collections::HashMap;

use super::{onward, people, rules, stock, ticks};
use crate::error::Result;
use crate::model::{
    Arrivals, Complaint, Department, Detection, Discipline, During, Errors, Found, Model, Preemption,
    ProbabilityFor, Request, Resolved, Staff, StaffCost, Stream, Target, WayBack,
};
use crate::plan::{
    ArrivalPlan, AskPlan, ComplaintPlan, DetectPlan, Eligible, ErrorPlan, FoundPlan, FullDepartment,
    FullPlan, HomePlan, NONE, Plan, Serves, StreamExtras, StreamPlan, standstill,
};
use crate::random::name_key;
use crate::time::Tick;

/// Whether a model needs these tables: anything in it but departments with people of their own, who are
/// always there and serve one case after the other, and cases that go on to where there is always room.
pub(super) fn is_full(names: &Resolved) -> bool {
    let model = names.model;
    let blocks = |target: Target| match target {
        Target::Department(to) => model.departments[to as usize].queue_capacity.is_some(),
        Target::Exit | Target::Unknown => false,
    };
    !model.pools.is_empty()
        || !model.requests.is_empty()
        || !model.forks.is_empty()
        || !model.stocks.is_empty()
        || model.departments.iter().any(depends_on_people)
        || model.departments.iter().any(has_rules)
        || model.classes.iter().any(|class| !class.rises.is_empty() || class.turns.is_some())
        || model.handoffs.iter().any(|way| way.rework || !onward::is_plain(way))
        || model.streams.iter().any(has_extras)
        || names.routes.iter().any(|route| blocks(route.target))
}

/// Whether it matters who the people of a department are, and what they make of its cases.
fn depends_on_people(department: &Department) -> bool {
    department.staff_needed > 1
        || matches!(department.staff, Staff::Pool(_))
        || department.shifts.is_some()
        || !department.absences.is_empty()
        || !department.outages.is_empty()
        || department.vacation.is_some()
        || department.cost != StaffCost::default()
        || !department.helpers.is_empty()
        || department.renege_to.is_some()
        || department.errors.is_some()
        || !department.detects.is_empty()
}

/// Whether a department serves otherwise than one case after the other, as they come.
fn has_rules(department: &Department) -> bool {
    department.discipline == Discipline::ProcessorSharing
        || department.preemption != Preemption::None
        || department.batch.is_some()
        || department.setup.is_some()
        || department.slots.is_some()
        || department.balking.is_some()
        || !department.standards.is_empty()
        || !department.uses.is_empty()
        || !department.periods.is_empty()
}

/// Whether the cases of a stream depend on what happens to them, or have more than a promise.
fn has_extras(stream: &Stream) -> bool {
    matches!(stream.arrivals, Arrivals::Saturated | Arrivals::Population { .. })
        || stream.notice.is_some()
        || stream.patience.is_some()
        || stream.retry.is_some()
}

/// The ways that cases may go besides the first targets of handoffs, from department to department: to shorter
/// queues, in parts, after the join, to the maker of a defect and straight back, also from elsewhere, elsewhere with a
/// defect, and elsewhere without patience.
pub(super) fn other_ways(names: &Resolved) -> Vec<(u32, u32)> {
    let departments = &names.model.departments;
    let makers = makers(departments);
    let mut ways = Vec::new();
    for here in 0..departments.len() as u32 {
        let routes = names.routes_out(here).iter().map(|&handoff| &names.routes[handoff as usize]);
        ways.extend(routes.flat_map(|route| &route.or_shorter).map(|&to| (here, to)));
    }
    for parting in &names.forks {
        let to = parting.branches.iter().map(|branch| branch.0).chain([parting.join]);
        ways.extend(to.map(|to| (parting.from, to)));
    }
    for (at, department) in departments.iter().enumerate() {
        let here = at as u32;
        ways.extend(department.renege_to.as_ref().and_then(|to| names.department(to)).map(|to| (here, to)));
        for &maker in &makers {
            match detection(department, &departments[maker as usize].name) {
                Some(Detection { then: Found::Return, back, .. }) => {
                    ways.extend([(here, maker), (maker, here)]);
                    if *back == WayBack::Direct {
                        ways.extend(strays(names, maker, here).into_iter().map(|stray| (stray, here)));
                    }
                }
                Some(Detection { then: Found::SendTo(to), .. }) => {
                    ways.extend(names.department(to).map(|to| (here, to)));
                }
                Some(Detection { then: Found::TurnAway, .. }) | None => {}
            }
        }
    }
    ways
}

/// The departments that may serve a case that is to go straight back from the maker of its defect: to where it goes with
/// another defect that the maker has found, or without patience where it should go back; and so on from there.
fn strays(names: &Resolved, maker: u32, detector: u32) -> Vec<u32> {
    let department = |at: u32| &names.model.departments[at as usize];
    let left = |at: u32| department(at).renege_to.as_ref().and_then(|to| names.department(to));
    let sent = |at: u32| {
        department(at).detects.iter().filter_map(|detection| match &detection.then {
            Found::SendTo(to) => names.department(to),
            Found::Return | Found::TurnAway => None,
        })
    };
    let mut found: Vec<u32> = Vec::new();
    let mut open: Vec<u32> = left(detector).into_iter().chain(sent(maker)).collect();
    while let Some(at) = open.pop() {
        if at != detector && !found.contains(&at) {
            found.push(at);
            open.extend(left(at).into_iter().chain(sent(at)));
        }
    }
    found
}

/// Compiles what is left when everything else is: the tables, and with them the people of pools and the
/// streams of complaints. `priorities` are all there are, in order.
pub(super) fn compile_full(plan: &mut Plan, names: &Resolved, priorities: &[u32]) -> Result<()> {
    let model = names.model;
    let (mut homes, numbers) = people::homes(model)?;
    let makers = makers(&model.departments);
    let mut departments = compile_departments(names, &numbers, &mut homes, &makers, priorities)?;
    plan.staff = homes.iter().map(|home| home.staff).sum();
    for (maker, &at) in (0..).zip(&makers) {
        let department = &model.departments[at as usize];
        if let Some(errors) = &department.errors {
            departments[at as usize].errors = Some(compile_errors(plan, names, maker, department, errors)?);
        }
    }
    for (number, stream) in (0..).zip(&plan.streams) {
        if matches!(stream.arrivals, ArrivalPlan::Saturated) {
            departments[stream.department as usize].saturated.push(number);
        }
    }
    let asks = compile_asks(names, priorities)?;
    for (number, ask) in (0..).zip(&asks) {
        departments[ask.from as usize].asks.push(number);
    }
    for department in &mut departments {
        department.asks.sort_by(|&a, &b| asks[a as usize].at.total_cmp(&asks[b as usize].at));
    }
    let mut full = FullPlan {
        forks: onward::forks(names, &mut departments)?,
        stocks: stock::stocks(names)?,
        ways: onward::ways(names),
        streams: stream_extras(plan, model)?,
        homes,
        departments,
        asks,
        makers,
        may_stand_still: false,
    };
    full.may_stand_still = standstill::may_stand_still(names, plan, &full);
    plan.full = Some(full);
    Ok(())
}

/// What the streams of the plan have besides: work in place and complaints have nothing.
fn stream_extras(plan: &Plan, model: &Model) -> Result<Vec<StreamExtras>> {
    let mut extras = vec![StreamExtras::default(); model.initial.len()];
    for stream in &model.streams {
        extras.push(onward::extras(stream)?);
    }
    extras.resize_with(plan.streams.len(), StreamExtras::default);
    Ok(extras)
}

/// Compiles departments, without their errors, requests, forks and streams, and tells the homes whom they serve.
fn compile_departments(
    names: &Resolved,
    numbers: &HashMap<&str, u32>,
    homes: &mut [HomePlan],
    makers: &[u32],
    priorities: &[u32],
) -> Result<Vec<FullDepartment>> {
    let (everywhere, turns) = (rules::class_rises(names, priorities), rules::turns(names));
    let mut uses = 0;
    let mut departments = Vec::with_capacity(names.model.departments.len());
    for (at, department) in (0..).zip(&names.model.departments) {
        let eligible = people::eligible(numbers, department);
        for &Eligible { home, own, .. } in &eligible {
            homes[home as usize].serves.push(Serves { department: at, own });
        }
        departments.push(FullDepartment {
            eligible,
            needed: department.staff_needed.max(1),
            asks: Vec::new(),
            renege_to: department.renege_to.as_ref().and_then(|to| names.department(to)).unwrap_or(NONE),
            errors: None,
            detects: compile_detections(names, makers, department)?,
            saturated: Vec::new(),
            sharing: department.discipline == Discipline::ProcessorSharing,
            preemption: department.preemption,
            batch: department.batch.as_ref().map(rules::batch),
            setup: department.setup.as_ref().map(|setup| rules::setup(names, setup)).transpose()?,
            slots: department.slots.as_ref().map(rules::slots),
            balking: department.balking.as_ref().map(rules::balking),
            standards: rules::standards(names, at),
            rises: rules::rises(names, priorities, &everywhere, at),
            turns: turns.clone(),
            uses: stock::uses(names, uses, department),
            periods: rules::periods(&department.periods)?,
            fork: Vec::new(),
            joins: Vec::new(),
        });
        uses += department.uses.len() as u32;
    }
    homes.iter_mut().for_each(|home| home.serves.sort_by_key(|serves| !serves.own));
    Ok(departments)
}

/// The departments that make errors.
fn makers(departments: &[Department]) -> Vec<u32> {
    (0..departments.len() as u32).filter(|&at| departments[at as usize].errors.is_some()).collect()
}

/// What a department does about defects of each maker; nothing at all where it detects none.
fn compile_detections(
    names: &Resolved,
    makers: &[u32],
    department: &Department,
) -> Result<Vec<Option<DetectPlan>>> {
    if department.detects.is_empty() {
        return Ok(Vec::new());
    }
    let by_maker = makers.iter().map(|&maker| {
        let found = detection(department, &names.model.departments[maker as usize].name);
        let then = found.and_then(|detection| Some((detection, found_plan(names, &detection.then)?)));
        then.map(|(detection, then)| {
            Ok(DetectPlan {
                probability: detection.probability,
                then,
                transfer: rules::sampler(&detection.transfer)?,
                direct: detection.back == WayBack::Direct,
            })
        })
        .transpose()
    });
    by_maker.collect()
}

/// How a department finds the defects of `maker`: what is said of this maker comes before what is said of all.
fn detection<'m>(department: &'m Department, maker: &str) -> Option<&'m Detection> {
    let named = department.detects.iter().find(|detection| detection.made_by.as_deref() == Some(maker));
    named.or_else(|| department.detects.iter().find(|detection| detection.made_by.is_none()))
}

fn found_plan(names: &Resolved, then: &Found) -> Option<FoundPlan> {
    match then {
        Found::Return => Some(FoundPlan::Return),
        Found::SendTo(to) => names.department(to).map(FoundPlan::SendTo),
        Found::TurnAway => Some(FoundPlan::TurnAway),
    }
}

fn compile_errors(
    plan: &mut Plan,
    names: &Resolved,
    maker: u32,
    department: &Department,
    errors: &Errors,
) -> Result<ErrorPlan> {
    let complaint = match &errors.complaint {
        None => None,
        Some(complaint) => compile_complaint(plan, names, &department.name, complaint)?,
    };
    Ok(ErrorPlan {
        maker,
        probability: by_class(names, errors.probability.unwrap_or(0.0), &errors.probability_for),
        if_defective: errors.if_defective,
        after_guess: errors.after_guess,
        cost: errors.cost,
        complaint,
    })
}

/// Compiles how customers of a department come back, and adds the stream that they come in.
fn compile_complaint(
    plan: &mut Plan,
    names: &Resolved,
    about: &str,
    complaint: &Complaint,
) -> Result<Option<ComplaintPlan>> {
    let Some(department) = names.department(&complaint.enter) else { return Ok(None) };
    let class = class_or_none(names, &complaint.class);
    let mut name = format!("complaints about {about}");
    while plan.streams.iter().any(|stream| stream.name == name) {
        name.push('\'');
    }
    let stream = plan.streams.len() as u32;
    plan.streams.push(StreamPlan {
        name,
        key: name_key("complaints", about),
        department,
        first_row: department * names.classes.len() as u32,
        sole_class: class,
        arrivals: ArrivalPlan::Listed(Vec::new()),
        mix: if class == NONE { Vec::new() } else { vec![(u64::MAX, class)] },
        batch: None,
        limit: u64::MAX,
        from: 0,
        until: Tick::MAX,
        promise: Tick::MAX,
        size: None,
        plain: false,
        initial: None,
    });
    let (probability, after) = (complaint.probability, complaint.after.sampler()?);
    Ok(Some(ComplaintPlan { probability, after, stream, department, class }))
}

/// All requests, in file order.
fn compile_asks(names: &Resolved, priorities: &[u32]) -> Result<Vec<AskPlan>> {
    let ends = |request: &Request| Some((names.department(&request.from)?, names.department(&request.to)?));
    let known = names.model.requests.iter().filter_map(|request| Some((request, ends(request)?)));
    known.map(|(request, (from, to))| compile_ask(names, priorities, request, from, to)).collect()
}

fn compile_ask(
    names: &Resolved,
    priorities: &[u32],
    request: &Request,
    from: u32,
    to: u32,
) -> Result<AskPlan> {
    let otherwise = request.probability.unwrap_or(if request.probability_for.is_empty() { 1.0 } else { 0.0 });
    let probability = by_class(names, otherwise, &request.probability_for);
    let never = vec![0.0; names.classes.len()];
    let (during_cases, during_requests) = match request.during {
        During::Cases => (probability, never),
        During::Requests => (never, probability),
        During::Both => (probability.clone(), probability),
    };
    let answers = &names.model.departments[to as usize];
    let ranked = !answers.ignore_priority;
    let rank = |priority| u32::from(rules::rank(priorities, priority));
    let name = request.title();
    Ok(AskPlan {
        key: name_key("request", &name),
        name,
        from,
        to,
        during_cases,
        during_requests,
        at: request.at,
        staff: request.staff,
        class: class_or_none(names, &request.class),
        rank: request.priority.filter(|_| ranked).map_or(NONE, rank),
        service: rules::sampler(&request.service)?,
        transfer: rules::sampler(&request.transfer)?,
        answer_transfer: rules::sampler(&request.answer_transfer)?,
        longest_wait: rules::sampler(&request.longest_wait)?,
        standard: request.standard.map_or(Tick::MAX, ticks),
        rise: rules::request_rise(priorities, request, answers),
    })
}

/// The probability for each class: what is given for it, or else `otherwise`.
fn by_class(names: &Resolved, otherwise: f64, given: &[ProbabilityFor]) -> Vec<f64> {
    let mut probabilities = vec![otherwise; names.classes.len()];
    for row in given {
        if let Some(class) = names.class(&row.class) {
            probabilities[class as usize] = row.probability;
        }
    }
    probabilities
}

fn class_or_none(names: &Resolved, name: &Option<String>) -> u32 {
    name.as_ref().and_then(|name| names.class(name)).unwrap_or(NONE)
}
