//! Takes out of a random model what would break a rule for no good reason.

use super::adorn::queues;
use crate::model::{Arrivals, Department, Found, Handoff, Model, Pool, Source, Staff};
use crate::random::Dist;
use crate::time::Span;

pub(super) fn tidy(model: &mut Model, unit: Span) {
    tidy_ways(model);
    tidy_streams(model, unit);
    drop_what_nobody_reaches(model);
    let used = |pool: &Pool| {
        model.departments.iter().any(|department| {
            department.staff == Staff::Pool(pool.name.clone())
                || department.helpers.iter().any(|helpers| helpers.from == pool.name)
        })
    };
    let unused: Vec<String> =
        model.pools.iter().filter(|pool| !used(pool)).map(|pool| pool.name.clone()).collect();
    model.pools.retain(|pool| !unused.contains(&pool.name));
    let complaints = model.departments.iter().filter_map(|at| at.errors.as_ref()?.complaint.as_ref());
    let entered: Vec<String> = complaints
        .map(|complaint| complaint.enter.clone())
        .chain(model.streams.iter().map(|stream| stream.enter.clone()))
        .collect();
    for department in &mut model.departments {
        if !entered.contains(&department.name) {
            department.balking = None;
        }
    }
}

/// Who takes time on the way, or waits there, needs a place; and queues are compared where cases wait.
fn tidy_ways(model: &mut Model) {
    let departments = model.departments.clone();
    let department = |name: &String| departments.iter().find(|department| department.name == *name);
    let no_place = |name: &String| department(name).is_some_and(|to| to.queue_capacity == Some(0));
    let waits = |name: &String| department(name).is_some_and(queues);
    for Handoff { to, or_shorter, transfer, pickup, capacity, rework, .. } in &mut model.handoffs {
        or_shorter.retain(|other| waits(other) && waits(to) && !*rework);
        if no_place(to) || or_shorter.iter().any(no_place) {
            (*transfer, *pickup, *capacity) = (None, None, None);
        }
        if transfer.as_ref().is_none_or(|transfer| transfer.mean() == 0.0) {
            *capacity = None;
        }
    }
    for branch in model.forks.iter_mut().flat_map(|fork| &mut fork.branches) {
        branch.transfer = branch.transfer.take().filter(|_| !no_place(&branch.to));
    }
}

/// No endless stream of cases where nobody is ever busy, nor of members who come and go at once.
fn tidy_streams(model: &mut Model, unit: Span) {
    for stream in &mut model.streams {
        let Some(enters) = model.departments.iter().find(|at| at.name == stream.enter) else { continue };
        let idle = enters.slots.is_some() || !enters.uses.is_empty() || enters.balking.is_some();
        if stream.arrivals == Arrivals::Saturated && (idle || !queues(enters) || enters.batch.is_some()) {
            stream.arrivals = Arrivals::Schedule { times: vec![Span::ZERO] };
            stream.from = None;
        }
        let comes_and_goes = enters.queue_capacity.is_some()
            || enters.balking.is_some()
            || enters.patience.is_some()
            || stream.patience.is_some()
            || model.departments.iter().any(may_take_no_time);
        if let Arrivals::Population { away: away @ None, .. } = &mut stream.arrivals
            && comes_and_goes
        {
            *away = Some(Dist::constant(unit));
        }
    }
}

/// Whether work of a department may take no time.
fn may_take_no_time(department: &Department) -> bool {
    let periods = department.periods.iter().filter_map(|period| period.service.as_ref());
    let later = department.service_for.iter().map(|row| &row.service);
    let mut all = department.service.iter().chain(later).chain(periods);
    all.any(|service| !matches!(service, Dist::Constant { value } if *value > Span::ZERO))
}

/// The departments that cases come to.
fn come_to_by_cases(model: &Model) -> Vec<String> {
    let mut reached: Vec<String> = model.streams.iter().map(|stream| stream.enter.clone()).collect();
    reached.extend(model.initial.iter().map(|work| work.department.clone()));
    let mut next = 0;
    while let Some(from) = reached.get(next).cloned() {
        let mut new = Vec::new();
        for way in model.handoffs.iter().filter(|way| way.from == from) {
            new.push(way.to.clone());
            new.extend(way.or_shorter.clone());
        }
        for fork in model.forks.iter().filter(|fork| fork.from == from) {
            new.extend(fork.branches.iter().map(|branch| branch.to.clone()));
        }
        for department in model.departments.iter().filter(|department| department.name == from) {
            new.extend(department.renege_to.clone());
            new.extend(department.detects.iter().filter_map(|finds| match &finds.then {
                Found::SendTo(to) => Some(to.clone()),
                _ => None,
            }));
            let complaint = department.errors.as_ref().and_then(|errors| errors.complaint.as_ref());
            new.extend(complaint.map(|complaint| complaint.enter.clone()));
        }
        new.retain(|to| !reached.contains(to));
        reached.extend(new);
        next += 1;
    }
    reached
}

/// Leaves out the departments that no case, no request and no order comes to.
fn drop_what_nobody_reaches(model: &mut Model) {
    let by_cases = come_to_by_cases(model);
    let mut reached = by_cases.clone();
    let makers = model.stocks.iter().flat_map(|stock| &stock.supplies);
    reached.extend(makers.filter_map(|supply| match &supply.source {
        Source::Department { department, .. } => Some(department.clone()),
        Source::Outside { .. } => None,
    }));
    let mut next = 0;
    while let Some(from) = reached.get(next).cloned() {
        let asked = model.requests.iter().filter(|ask| ask.from == from).map(|ask| ask.to.clone());
        let new: Vec<String> = asked.filter(|to| !reached.contains(to)).collect();
        reached.extend(new);
        next += 1;
    }
    model.departments.retain(|department| reached.contains(&department.name));
    let names: Vec<String> = model.departments.iter().map(|department| department.name.clone()).collect();
    model.handoffs.retain(|way| by_cases.contains(&way.from));
    model.requests.retain(|ask| names.contains(&ask.from));
    model.forks.retain(|fork| by_cases.contains(&fork.from));
    let makers: Vec<String> =
        model.departments.iter().filter(|d| d.errors.is_some()).map(|d| d.name.clone()).collect();
    for department in &mut model.departments {
        let own = department.name.clone();
        let others = makers.iter().any(|maker| *maker != own) || !makers.is_empty();
        department.detects.retain(|finds| match &finds.made_by {
            Some(maker) => makers.contains(maker),
            None => others,
        });
        let pools = &model.pools;
        department.helpers.retain(|helpers| {
            names.contains(&helpers.from) || pools.iter().any(|pool| pool.name == helpers.from)
        });
    }
}
