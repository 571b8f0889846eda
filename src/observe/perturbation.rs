//! Infinitesimal perturbation analysis: how every event of a run would shift if a department were a little faster.
//!
//! A service of length X at a department of rate mu is X = Y / mu, with Y as drawn: its derivative by ln mu is -X, and by the
//! rates of other departments nothing. A case joins when its last service ends; it is served from when it joins, or, where
//! it waited, from when the service before it by the same person ends. So the derivatives of all these times follow from each
//! other along the run (Suri and Zazanis 1988; Glasserman, *Gradient Estimation via Perturbation Analysis*, 1991). Nothing
//! here asks whether the order of events may change: [`infinitesimal`](crate::experiment::Experiment::infinitesimal) does.

use crate::engine::{End, Identity, Life, Observer, Visit};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// Follows the derivatives of a plan without full features.
#[derive(Debug)]
pub(crate) struct Perturbation<'p> {
    plan: &'p Plan,
    departments: usize,
    warm_up: Tick,
    /// By place of a case: the derivatives, by the logarithm of the rate of every department, of the time at which it joined,
    /// began or ended what it does, in ticks.
    cases: Vec<f64>,
    /// By place of a case: when it joined, and the person who serves it, or [`NONE`].
    visits: Vec<(Tick, u32)>,
    /// By person: the derivatives of the time at which their last service ended.
    people: Vec<f64>,
    pub sums: PerturbationSums,
}

/// Sums over cases that arrived in the window and were completed, in ticks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PerturbationSums {
    /// The derivatives of their lead times, by department.
    pub derivatives: Vec<f64>,
    /// Their lead times.
    pub lead_time: u128,
    pub completed: u64,
}

impl<'p> Perturbation<'p> {
    /// Follows a plan, and counts cases that arrive from the warm-up on.
    pub fn new(plan: &'p Plan, warm_up: Tick) -> Perturbation<'p> {
        let departments = plan.departments.len();
        Perturbation {
            plan,
            departments,
            warm_up,
            cases: Vec::new(),
            visits: Vec::new(),
            people: vec![0.0; plan.staff as usize * departments],
            sums: PerturbationSums { derivatives: vec![0.0; departments], ..PerturbationSums::default() },
        }
    }

    fn of_case(&mut self, case: u32) -> &mut [f64] {
        let first = case as usize * self.departments;
        &mut self.cases[first..first + self.departments]
    }
}

impl Observer for Perturbation<'_> {
    /// When customers come does not depend on anybody's rate.
    fn arrived(&mut self, _now: Tick, case: u32, _who: &Identity, _row: u32) {
        let needed = case as usize + 1;
        if self.visits.len() < needed {
            self.visits.resize(needed, (0, NONE));
            self.cases.resize(needed * self.departments, 0.0);
        }
        self.of_case(case).fill(0.0);
    }

    fn joined(&mut self, now: Tick, case: u32, _row: u32) {
        self.visits[case as usize].0 = now;
    }

    fn started(&mut self, now: Tick, case: u32, row: u32, staff: u32) {
        let department = self.plan.department_of(row);
        let person = match staff {
            NONE => NONE,
            staff => self.plan.departments[department].first_slot + staff,
        };
        let visit = &mut self.visits[case as usize];
        visit.1 = person;
        if visit.0 < now && person != NONE {
            let (n, case, person) = (self.departments, case as usize, person as usize);
            self.cases[case * n..(case + 1) * n].copy_from_slice(&self.people[person * n..(person + 1) * n]);
        }
    }

    fn served(&mut self, case: u32, visit: &Visit) {
        let department = self.plan.department_of(visit.row);
        self.of_case(case)[department] -= (visit.ended - visit.begun) as f64;
        let person = self.visits[case as usize].1;
        if person != NONE {
            let (n, case, person) = (self.departments, case as usize, person as usize);
            self.people[person * n..(person + 1) * n].copy_from_slice(&self.cases[case * n..(case + 1) * n]);
        }
    }

    fn ended(&mut self, now: Tick, case: u32, _who: &Identity, _row: u32, life: &Life, end: End) {
        if end != End::Completed || life.arrived < self.warm_up {
            return;
        }
        let first = case as usize * self.departments;
        let own = &self.cases[first..first + self.departments];
        self.sums.derivatives.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        self.sums.lead_time += u128::from(now - life.arrived);
        self.sums.completed += 1;
    }
}
