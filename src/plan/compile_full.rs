//! From a model to the tables of what departments have of each other: people, requests, defects.

use std::collections::{HashMap, HashSet};

use super::compile::ticks;
use super::{
    AbsencePlan, ArrivalPlan, AskPlan, ComplaintPlan, DetectPlan, Eligible, ErrorPlan, FoundPlan,
    FullDepartment, FullPlan, HomePlan, Levels, NONE, Plan, Serves, StreamPlan, standstill,
};
use crate::error::{Error, Result};
use crate::model::{
    Absence, Arrivals, Clock, Complaint, Department, Detection, During, Errors, Found, Model, ProbabilityFor,
    Request, Resolved, Shifts, Staff, Struck, Target, WayBack,
};
use crate::random::{Dist, Sampler, name_key};
use crate::time::Tick;

/// Whether a model needs these tables: anything in it but departments with people of their own, who are
/// always there, and cases that go on to where there is always room.
pub(super) fn is_full(names: &Resolved) -> bool {
    let model = names.model;
    let department = |department: &Department| {
        department.staff_needed > 1
            || matches!(department.staff, Staff::Pool(_))
            || department.shifts.is_some()
            || !department.absences.is_empty()
            || !department.helpers.is_empty()
            || department.renege_to.is_some()
            || department.errors.is_some()
            || !department.detects.is_empty()
    };
    let blocks = |target: Target| match target {
        Target::Department(to) => model.departments[to as usize].queue_capacity.is_some(),
        Target::Exit | Target::Unknown => false,
    };
    !model.pools.is_empty()
        || !model.requests.is_empty()
        || model.departments.iter().any(department)
        || model.handoffs.iter().any(|way| way.rework)
        || model.streams.iter().any(|stream| stream.arrivals == Arrivals::Saturated)
        || names.routes.iter().any(|route| blocks(route.target))
}

/// The ways that cases may go besides handoffs, from department to department: to the maker of a defect and
/// straight back, elsewhere with a defect, and elsewhere without patience.
pub(super) fn other_ways(names: &Resolved) -> Vec<(u32, u32)> {
    let departments = &names.model.departments;
    let makers = makers(departments);
    let mut ways = Vec::new();
    for (at, department) in departments.iter().enumerate() {
        let here = at as u32;
        ways.extend(department.renege_to.as_ref().and_then(|to| names.department(to)).map(|to| (here, to)));
        for &maker in &makers {
            match detection(department, &departments[maker as usize].name) {
                Some(Detection { then: Found::Return, .. }) => ways.extend([(here, maker), (maker, here)]),
                Some(Detection { then: Found::SendTo(to), .. }) => {
                    ways.extend(names.department(to).map(|to| (here, to)));
                }
                Some(Detection { then: Found::TurnAway, .. }) | None => {}
            }
        }
    }
    ways
}

/// Compiles what is left when everything else is: the tables, and with them the people of pools and the
/// streams of complaints. `priorities` are all there are, in order.
pub(super) fn compile_full(plan: &mut Plan, names: &Resolved, priorities: &[u32]) -> Result<()> {
    let model = names.model;
    let (mut homes, numbers) = compile_homes(model)?;
    let makers = makers(&model.departments);
    let mut departments = compile_departments(names, &numbers, &mut homes, &makers)?;
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
        homes,
        departments,
        asks,
        makers,
        forks: Vec::new(),
        stocks: Vec::new(),
        ways: Vec::new(),
        streams: Vec::new(),
        may_stand_still: false,
    };
    full.may_stand_still = standstill::may_stand_still(names, plan, &full);
    plan.full = Some(full);
    Ok(())
}

/// Compiles departments, without their errors, requests and streams, and tells the homes whom they serve.
fn compile_departments(
    names: &Resolved,
    numbers: &HashMap<&str, u32>,
    homes: &mut [HomePlan],
    makers: &[u32],
) -> Result<Vec<FullDepartment>> {
    let mut departments = Vec::with_capacity(names.model.departments.len());
    for (at, department) in (0..).zip(&names.model.departments) {
        let eligible = eligible(numbers, department);
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
            sharing: false,
            preemption: department.preemption,
            batch: None,
            setup: None,
            slots: None,
            balking: None,
            standards: Vec::new(),
            rises: Vec::new(),
            turns: Vec::new(),
            uses: Vec::new(),
            periods: Vec::new(),
            fork: Vec::new(),
            joins: Vec::new(),
        });
    }
    homes.iter_mut().for_each(|home| home.serves.sort_by_key(|serves| !serves.own));
    Ok(departments)
}

/// The departments that make errors.
fn makers(departments: &[Department]) -> Vec<u32> {
    (0..departments.len() as u32).filter(|&at| departments[at as usize].errors.is_some()).collect()
}

/// Those with people of their own, then the pools; and the number of each by its name.
fn compile_homes(model: &Model) -> Result<(Vec<HomePlan>, HashMap<&str, u32>)> {
    let mut homes: Vec<HomePlan> = Vec::new();
    let mut add = |name: &str, department, staff, shifts: &Option<Shifts>, absences: &[Absence]| {
        homes.push(HomePlan {
            name: name.to_owned(),
            key: name_key("home", name),
            department,
            staff,
            first_person: homes.last().map_or(0, |last| last.first_person + last.staff),
            serves: Vec::new(),
            levels: shifts.as_ref().and_then(|shifts| levels(model, shifts, staff)),
            at_end: shifts.as_ref().map(|shifts| shifts.at_end).unwrap_or_default(),
            crew: shifts.as_ref().map(|shifts| shifts.crew).unwrap_or_default(),
            absences: absences.iter().map(compile_absence).collect::<Result<_>>()?,
            outages: Vec::new(),
            vacation: None,
            cost: Default::default(),
        });
        Ok::<_, Error>(())
    };
    for (at, department) in (0..).zip(&model.departments) {
        if let Staff::Count(staff) = department.staff {
            add(&department.name, at, staff, &department.shifts, &department.absences)?;
        }
    }
    for pool in &model.pools {
        add(&pool.name, NONE, pool.staff, &pool.shifts, &pool.absences)?;
    }
    let with_own = model.departments.iter().filter(|department| matches!(department.staff, Staff::Count(_)));
    let names = with_own.map(|department| &department.name).chain(model.pools.iter().map(|pool| &pool.name));
    let mut numbers = HashMap::new();
    for (number, name) in (0..).zip(names) {
        numbers.entry(name.as_str()).or_insert(number);
    }
    Ok((homes, numbers))
}

fn levels(model: &Model, shifts: &Shifts, staff: u32) -> Option<Levels> {
    let calendar = model.calendars.iter().find(|calendar| calendar.name == shifts.calendar)?;
    Some(Levels::of(calendar, model.start, staff))
}

fn compile_absence(absence: &Absence) -> Result<AbsencePlan> {
    Ok(AbsencePlan {
        all: absence.who == Struck::All,
        working: absence.clock == Clock::Working,
        between: absence.between.sampler()?,
        duration: absence.duration.sampler()?,
    })
}

/// Who may serve in a department, given the `numbers` of all homes.
fn eligible(numbers: &HashMap<&str, u32>, department: &Department) -> Vec<Eligible> {
    let own = match &department.staff {
        Staff::Infinite => return Vec::new(),
        Staff::Count(_) => &department.name,
        Staff::Pool(pool) => pool,
    };
    let own = numbers.get(own.as_str()).map(|&home| Eligible { home, own: true, speed: 1.0 });
    let helpers = department.helpers.iter().filter_map(|helpers| {
        let &home = numbers.get(helpers.from.as_str())?;
        Some(Eligible { home, own: false, speed: helpers.speed })
    });
    let mut seen = HashSet::new();
    let mut eligible: Vec<_> = own.into_iter().chain(helpers).filter(|one| seen.insert(one.home)).collect();
    eligible.sort_by(|a, b| b.own.cmp(&a.own).then(b.speed.total_cmp(&a.speed)).then(a.home.cmp(&b.home)));
    eligible
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
                transfer: sampler(&detection.transfer)?,
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
    let ranked = !names.model.departments[to as usize].ignore_priority;
    let rank = |priority: u32| priorities.partition_point(|&other| other < priority) as u32;
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
        service: sampler(&request.service)?,
        transfer: sampler(&request.transfer)?,
        answer_transfer: sampler(&request.answer_transfer)?,
        longest_wait: sampler(&request.longest_wait)?,
        standard: request.standard.map_or(Tick::MAX, ticks),
        rise: None,
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

fn sampler(dist: &Option<Dist>) -> Result<Option<Sampler>> {
    dist.as_ref().map(Dist::sampler).transpose()
}
