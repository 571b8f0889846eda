//! From totals to estimates: people, requests, defects, money.

use super::summary::Summary;
use crate::plan::{AskPlan, Eligible, FullPlan, HomePlan, NONE, Plan};
use crate::results::{
    DefectResults, DefectTotals, DepartmentDetail, DetectionResults, Moments, PartTotals, PoolResults,
    Replication, RequestResults, RequestTotals, StaffResults, StaffState, StaffStateResults, StaffTotals,
    TimeEstimate, TimeStatistics, VisitParts, VisitTotals,
};
use crate::stats::Estimate;
use crate::time::{Tick, hours};

/// Every state there is.
const STATES: [StaffState; 8] = [
    StaffState::Serving,
    StaffState::SettingUp,
    StaffState::Held,
    StaffState::Blocked,
    StaffState::Reserved,
    StaffState::Idle,
    StaffState::Absent,
    StaffState::OffShift,
];

/// The states of people who depend on nobody.
const PLAIN_STATES: [StaffState; 2] = [StaffState::Serving, StaffState::Idle];

impl Summary<'_> {
    /// What the people of a home do, and their utilization.
    fn staff(&self, totals: &[StaffTotals], states: &[StaffState]) -> (StaffResults, Option<Estimate>) {
        let share = |of: &dyn Fn(&StaffTotals) -> f64, all: &dyn Fn(&StaffTotals) -> f64| {
            let some = totals.iter().filter(|total| all(total) > 0.0);
            let values: Vec<f64> = some.map(|total| of(total) / all(total)).collect();
            Estimate::of_means(&values, self.settings.level)
        };
        let state = |&state: &StaffState| StaffStateResults {
            state,
            share: share(&|total| total.of(state), &StaffTotals::all),
            hours: self.mean(totals, |total| total.of(state)),
        };
        let full = states.len() > PLAIN_STATES.len();
        let time = StaffResults {
            hours: self.mean(totals, StaffTotals::all),
            states: states.iter().map(state).collect(),
            overtime: full.then(|| self.mean(totals, |total| total.overtime)),
            helping: full.then(|| self.mean(totals, |total| total.helping)),
        };
        (time, share(&|total| total.serving, &StaffTotals::on_shift))
    }

    /// What `staff` people of a department did who depend on nobody: they serve, or they are idle.
    pub fn plain_staff(&self, staff: u32, totals: &[VisitTotals]) -> (StaffResults, Option<Estimate>) {
        let windows = self.pool.replications.iter().map(|replication| replication.window);
        let totals: Vec<StaffTotals> = totals
            .iter()
            .zip(windows)
            .map(|(total, window)| StaffTotals::plain(staff, total.service_hours, window))
            .collect();
        self.staff(&totals, &PLAIN_STATES)
    }

    /// What the people of a department did, if it has any.
    pub fn own_staff(&self, full: &FullPlan, department: usize) -> Option<(StaffResults, Option<Estimate>)> {
        let totals =
            self.values(|replication| detail(replication, department).and_then(|detail| detail.staff));
        let totals: Vec<StaffTotals> = totals.into_iter().collect::<Option<_>>()?;
        Some(self.staff(&totals, &states(full)))
    }

    pub fn served_by_others(&self, department: usize) -> Estimate {
        let of = |replication| detail(replication, department).map_or(0.0, |detail| detail.served_by_others);
        self.mean(&self.values(of), |&hours| hours)
    }

    pub fn pools(&self, full: &FullPlan) -> Vec<PoolResults> {
        let states = states(full);
        let pool = |(index, home): (usize, &HomePlan)| {
            let totals = self.values(|replication| replication.pools[index]);
            let (time, utilization) = self.staff(&totals, &states);
            PoolResults { name: home.name.clone(), staff: home.staff, time, utilization }
        };
        full.homes.iter().filter(|home| home.department == NONE).enumerate().map(pool).collect()
    }

    /// What the visits of one class, or of all, to a department consist of beside waiting and service.
    pub fn parts(&self, department: usize, class: Option<usize>) -> Option<Vec<PartTotals>> {
        let of = |replication| {
            let parts = &detail(replication, department)?.parts;
            let mut sum = PartTotals::default();
            match class {
                Some(class) => sum = parts[class],
                None => parts.iter().for_each(|class| sum.add(class)),
            }
            Some(sum)
        };
        self.values(of).into_iter().collect()
    }

    /// The same as estimates, for the visits with these totals.
    pub fn visit_parts(&self, totals: &[PartTotals], visits: &[VisitTotals]) -> VisitParts {
        let served: Vec<f64> = visits.iter().map(|total| total.waiting.count as f64).collect();
        let per_visit = |of: fn(&PartTotals) -> f64| {
            let sums: Vec<f64> = totals.iter().map(of).collect();
            Estimate::of_ratio(&sums, &served, self.settings.level).map(TimeEstimate)
        };
        VisitParts {
            waiting_again: per_visit(|total| total.waiting_again),
            asking: per_visit(|total| total.asking),
            suspended: per_visit(|total| total.suspended),
            blocked: per_visit(|total| total.blocked),
            number_asking: self.over_time(totals, |total| total.asking_hours),
            number_suspended: self.over_time(totals, |total| total.suspended_hours),
            number_blocked: self.over_time(totals, |total| total.blocked_hours),
        }
    }

    pub fn requests(&self, plan: &Plan, full: &FullPlan) -> Vec<RequestResults> {
        full.asks.iter().enumerate().map(|(index, ask)| self.request(plan, index, ask)).collect()
    }

    fn request(&self, plan: &Plan, index: usize, ask: &AskPlan) -> RequestResults {
        let totals = self.values(|replication| replication.requests[index]);
        let of = |of: fn(&RequestTotals) -> Moments| totals.iter().map(of).collect::<Vec<_>>();
        let name = |department: u32| plan.departments[department as usize].name.clone();
        let asked = |total: &RequestTotals| total.asked as f64;
        let mean = |of: fn(&RequestTotals) -> u64| self.mean(&totals, |total| of(total) as f64);
        let no_zeros = |times: TimeStatistics| TimeStatistics { zero_share: None, ..times };
        let kept = || self.share(&totals, |total| total.kept as f64, asked);
        let standard = (ask.standard != Tick::MAX).then(|| ask.standard as f64 / hours(1).ticks() as f64);
        RequestResults {
            name: ask.name.clone(),
            from: name(ask.from),
            to: name(ask.to),
            asked: mean(|total| total.asked),
            answered: mean(|total| total.response_time.count),
            given_up: mean(|total| total.given_up),
            for_nobody: mean(|total| total.for_nobody),
            unfinished: mean(|total| total.unfinished),
            response_time: self.times(&of(|total| total.response_time), self.pool.responses.get(index)),
            standard,
            standard_kept: standard.and_then(|_| kept()),
            waiting: self.times(&of(|total| total.waiting), None).map(no_zeros),
            service: self.times(&of(|total| total.service), None).map(no_zeros),
            open: self.over_time(&totals, |total| total.open_hours),
            held: self.over_time(&totals, |total| total.held_hours),
            held_hours: self.mean(&totals, |total| total.held_hours),
            held_per_request: self.ratio(&totals, |total| total.held_hours, asked).map(TimeEstimate),
        }
    }

    pub fn defects(&self, plan: &Plan, full: &FullPlan) -> Vec<DefectResults> {
        let of = |(maker, &department): (usize, &u32)| {
            let totals = self.values(|replication| &replication.defects[maker]);
            let mean = |of: fn(&DefectTotals) -> u64| self.mean(&totals, |total| of(total) as f64);
            let reached = mean(|total| total.reached);
            DefectResults {
                department: plan.departments[department as usize].name.clone(),
                made: mean(|total| total.made),
                found: self.detections(plan, full, maker),
                reached,
                cost: reached.times(self.prices.of_defect(maker)),
                complaints: mean(|total| total.complaints),
            }
        };
        full.makers.iter().enumerate().map(of).collect()
    }

    fn detections(&self, plan: &Plan, full: &FullPlan, maker: usize) -> Vec<DetectionResults> {
        let departments = plan.departments.iter().zip(&full.departments);
        let finds = departments.filter(|(_, of)| of.detects.get(maker).is_some_and(Option::is_some));
        let of = |(index, (department, _)): (usize, (&crate::plan::DepartmentPlan, _))| {
            let totals = self.values(|replication| replication.defects[maker].found[index]);
            DetectionResults {
                department: department.name.clone(),
                found: self.mean(&totals, |total| total.found() as f64),
                returned: self.mean(&totals, |total| total.returned as f64),
                sent: self.mean(&totals, |total| total.sent as f64),
                turned_away: self.mean(&totals, |total| total.turned_away as f64),
            }
        };
        finds.enumerate().map(of).collect()
    }
}

/// The states of people in a full model.
fn states(full: &FullPlan) -> Vec<StaffState> {
    let sets_up = full.departments.iter().any(|department| department.setup.is_some());
    STATES.into_iter().filter(|&state| sets_up || state != StaffState::SettingUp).collect()
}

pub(super) fn detail(replication: &Replication, department: usize) -> Option<&DepartmentDetail> {
    replication.departments[department].detail.as_deref()
}

/// The pool that a department takes its staff from, if it does; and whether others than people of its own may
/// serve there.
pub(super) fn staffed_from(full: &FullPlan, department: usize) -> (Option<String>, bool) {
    let eligible = &full.departments[department].eligible;
    let home = |one: &Eligible| &full.homes[one.home as usize];
    let own = eligible.iter().find(|one| one.own).map(home);
    let pool = own.filter(|home| home.department == NONE).map(|home| home.name.clone());
    (pool, eligible.iter().any(|one| home(one).department != department as u32))
}
