//! From the statistics of one replication of a full model to its totals.

use super::digest::{Digest, in_hours, merged_sketches, moments, tally_moments, visit_totals};
use super::prices::Prices;
use crate::observe::{
    AskStatistics, FullStatistics, MakerStatistics, PeopleStatistics, QualityStatistics, RareVisits,
    StaffTime, VisitParts, WorkingHours, finish_full,
};
use crate::plan::{FullPlan, NONE, Plan};
use crate::results::{
    DefectTotals, DepartmentDetail, DetectionTotals, PartTotals, RequestTotals, StaffTotals, VisitTotals,
};
use crate::stats::Tally;
use crate::time::Tick;

impl<O> Digest<O> {
    /// Adds what was kept of a full plan, the run having ended at `end`.
    pub fn add_full(
        &mut self,
        plan: &Plan,
        full: &FullPlan,
        prices: &Prices,
        mut statistics: FullStatistics,
        end: Tick,
    ) {
        finish_full(&mut statistics, end);
        let (((visits, people), (requests, quality)), flow) = statistics;
        self.visits = merged_sketches(plan, &visits.rows);
        self.add_visits(plan, full, &visits);
        self.add_people(full, &people);
        self.totals.requests = requests.asks.iter().map(request_totals).collect();
        self.responses = requests.asks.into_iter().map(|ask| ask.response_sketch).collect();
        self.add_quality(prices, &quality);
        self.add_flow(&flow);
    }

    /// Adds lead times in working hours.
    pub fn add_working_hours(&mut self, working: WorkingHours) {
        for (totals, (sums, sketch)) in self.totals.classes.iter_mut().zip(working.classes) {
            let count = sketch.count();
            totals.lead_time_working = Some(moments(count, sums, sketch.max(), sketch.zero_count()));
            self.working.push(sketch);
        }
    }

    /// What is known of visits that were served replaces what the default statistics have: nothing.
    fn add_visits(&mut self, plan: &Plan, full: &FullPlan, visits: &VisitParts) {
        let classes = plan.classes.len();
        for (department, totals) in self.totals.departments.iter_mut().enumerate() {
            let mut parts = Vec::with_capacity(classes);
            for (class, totals) in totals.classes.iter_mut().enumerate() {
                let row = department * classes + class;
                let (of, areas, early) = (&visits.rows[row], &visits.areas[row], visits.early_served[row]);
                *totals = VisitTotals {
                    rejected: totals.rejected,
                    balked: totals.balked,
                    unfinished: totals.unfinished,
                    reneged: totals.reneged,
                    departures: of.served + early,
                    waiting_hours: in_hours(areas.in_line),
                    service_hours: in_hours(areas.served),
                    ..visit_totals(of, &RareVisits::default())
                };
                let (sums, standard) = (&visits.parts[row], full.departments[department].standards[class]);
                let joined = totals.waiting.count + totals.reneged.count + totals.unfinished;
                parts.push(PartTotals {
                    waiting_again: in_hours(sums.again),
                    asking: in_hours(sums.asking),
                    suspended: in_hours(sums.suspended),
                    blocked: in_hours(sums.blocked),
                    standard_kept: visits.kept[row],
                    standard_of: if standard == Tick::MAX { 0 } else { joined },
                    withdrawn: visits.withdrawn[row],
                    asking_hours: in_hours(areas.asking),
                    suspended_hours: in_hours(areas.suspended),
                    blocked_hours: in_hours(areas.blocked),
                });
            }
            totals.detail = Some(Box::new(DepartmentDetail { parts, ..DepartmentDetail::default() }));
        }
    }

    fn add_people(&mut self, full: &FullPlan, people: &PeopleStatistics) {
        for (home, time) in full.homes.iter().zip(&people.homes) {
            let staff = staff_totals(time);
            if home.department == NONE {
                self.totals.pools.push(staff);
            } else if let Some(detail) = &mut self.totals.departments[home.department as usize].detail {
                detail.staff = Some(staff);
            }
        }
        for (totals, &time) in self.totals.departments.iter_mut().zip(&people.by_others) {
            if let Some(detail) = &mut totals.detail {
                detail.served_by_others = in_hours(time);
            }
        }
    }

    fn add_quality(&mut self, prices: &Prices, quality: &QualityStatistics) {
        let makers = quality.makers.len();
        self.totals.defects = quality.makers.iter().map(defect_totals).collect();
        for (class, totals) in self.totals.classes.iter_mut().enumerate() {
            totals.defective = quality.defective[class];
            let reached = &quality.reached[class * makers..][..makers];
            let cost = |(maker, &count): (usize, &u64)| prices.of_defect(maker) * count as f64;
            totals.cost.defects = reached.iter().enumerate().map(cost).fold(0.0, |sum, cost| sum + cost);
        }
    }
}

fn staff_totals(time: &StaffTime) -> StaffTotals {
    StaffTotals {
        serving: in_hours(time.serving),
        setting_up: in_hours(time.setting_up),
        held: in_hours(time.held),
        blocked: in_hours(time.blocked),
        reserved: in_hours(time.reserved),
        idle: in_hours(time.idle),
        absent: in_hours(time.absent),
        off_shift: in_hours(time.off),
        overtime: in_hours(time.late),
        overtime_at_work: in_hours(time.late_at_work),
        helping: in_hours(time.helping),
    }
}

fn request_totals(ask: &AskStatistics) -> RequestTotals {
    let sketch = &ask.response_sketch;
    let of = |tally: &Tally| tally_moments(tally, 0);
    RequestTotals {
        asked: ask.asked,
        given_up: ask.given_up,
        for_nobody: ask.for_nobody,
        unfinished: ask.open,
        kept: ask.kept,
        response_time: moments(ask.answered, ask.response, sketch.max(), sketch.zero_count()),
        waiting: of(&ask.waiting),
        service: of(&ask.service),
        open_hours: in_hours(ask.open_area),
        held_hours: in_hours(ask.held),
    }
}

fn defect_totals(maker: &MakerStatistics) -> DefectTotals {
    let found = maker.found.iter().map(|found| DetectionTotals {
        returned: found.returned,
        sent: found.sent,
        turned_away: found.turned_away,
    });
    DefectTotals {
        made: maker.made,
        found: found.collect(),
        reached: maker.reached,
        complaints: maker.complaints,
    }
}
