//! From a model to the tables of its people.

use std::collections::{HashMap, HashSet};

use super::rules;
use crate::error::Result;
use crate::model::{Absence, Clock, Department, Model, Pool, Shifts, Staff, Struck};
use crate::plan::{AbsencePlan, Eligible, HomePlan, Levels, NONE};
use crate::random::name_key;

/// Departments with people of their own, then the pools; and the number of each by its name.
pub(super) fn homes(model: &Model) -> Result<(Vec<HomePlan>, HashMap<&str, u32>)> {
    let own = (0..).zip(&model.departments).filter_map(|(at, department)| match department.staff {
        Staff::Count(staff) => Some((at, department.name.as_str(), own_people(department, staff))),
        Staff::Infinite | Staff::Pool(_) => None,
    });
    let pools = model.pools.iter().map(|pool| (NONE, pool.name.as_str(), pool.clone()));
    let mut homes = Vec::new();
    let mut numbers = HashMap::new();
    let mut first_person = 0;
    for (department, name, people) in own.chain(pools) {
        numbers.entry(name).or_insert(homes.len() as u32);
        homes.push(home(model, department, first_person, &people)?);
        first_person += people.staff;
    }
    Ok((homes, numbers))
}

/// A department's people, as if they were a pool.
fn own_people(department: &Department, staff: u32) -> Pool {
    Pool {
        name: department.name.clone(),
        staff,
        shifts: department.shifts.clone(),
        absences: department.absences.clone(),
        outages: department.outages.clone(),
        vacation: department.vacation.clone(),
        cost: department.cost,
    }
}

fn home(model: &Model, department: u32, first_person: u32, people: &Pool) -> Result<HomePlan> {
    let shifts = people.shifts.as_ref();
    Ok(HomePlan {
        name: people.name.clone(),
        key: name_key("home", &people.name),
        department,
        staff: people.staff,
        first_person,
        serves: Vec::new(),
        levels: shifts.and_then(|shifts| levels(model, shifts, people.staff)),
        at_end: shifts.map(|shifts| shifts.at_end).unwrap_or_default(),
        crew: shifts.map(|shifts| shifts.crew).unwrap_or_default(),
        absences: people.absences.iter().map(absence).collect::<Result<_>>()?,
        outages: rules::outages(&people.outages, people.staff),
        vacation: rules::vacation(&people.vacation)?,
    })
}

fn levels(model: &Model, shifts: &Shifts, staff: u32) -> Option<Levels> {
    let calendar = model.calendars.iter().find(|calendar| calendar.name == shifts.calendar)?;
    Some(Levels::of(calendar, model.start, staff))
}

fn absence(absence: &Absence) -> Result<AbsencePlan> {
    Ok(AbsencePlan {
        all: absence.who == Struck::All,
        working: absence.clock == Clock::Working,
        between: absence.between.sampler()?,
        duration: absence.duration.sampler()?,
    })
}

/// Who may serve in a department, given the `numbers` of all homes.
pub(super) fn eligible(numbers: &HashMap<&str, u32>, department: &Department) -> Vec<Eligible> {
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
