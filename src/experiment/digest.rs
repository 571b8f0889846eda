//! From the statistics of one replication to its totals and the sketches that are pooled.

use crate::observe::{ClassStatistics, RareVisits, RowStatistics};
use crate::plan::{MANY, NONE, Plan};
use crate::results::{
    ClassTotals, CostTotals, DepartmentTotals, HandoffTotals, Moments, Replication, VisitTotals,
};
use crate::stats::{Sketch, Sums, Tally};
use crate::time::{Tick, hours};

use super::prices::Prices;
use super::replication::{Cut, Observed};

/// Models of more departments than this get no percentiles by department: they take about 70 KB each.
const MOST_WITH_PERCENTILES: usize = 500;

/// What is kept of one replication.
#[derive(Debug)]
pub(super) struct Digest<O> {
    pub totals: Replication,
    /// Lead times by class.
    pub lead: Vec<Sketch>,
    /// Waiting and sojourn times by department.
    pub visits: Vec<(Sketch, Sketch)>,
    /// Lead times in working hours by class, and response times by request, where there are such.
    pub working: Vec<Sketch>,
    pub responses: Vec<Sketch>,
    /// Tardiness and earliness by class.
    pub due: Vec<(Sketch, Sketch)>,
    pub other: O,
    pub end: Tick,
    /// It did not come to the end that was asked for.
    pub fell_short: bool,
    /// It ended with nothing left to happen.
    pub ran_out: bool,
    pub cut: Option<Cut>,
}

impl<O> Digest<O> {
    pub fn new(plan: &Plan, prices: &Prices, observed: Observed<O>, warm_up: Tick) -> Digest<O> {
        let Observed { number, events, end, statistics, other, fell_short, ran_out, cut } = observed;
        let classes = plan.classes.len();
        let mut totals = Replication {
            number,
            events,
            end: in_hours(end.into()),
            window: in_hours(end.saturating_sub(warm_up).into()),
            classes: statistics.classes.iter().map(class_totals).collect(),
            departments: Vec::with_capacity(plan.departments.len()),
            handoffs: vec![HandoffTotals::default(); plan.handoffs.len()],
            ..Replication::default()
        };
        for (rows, rare) in statistics.rows.chunks(classes).zip(statistics.rare.chunks(classes)) {
            let visits = rows.iter().zip(rare).map(|(row, rare)| visit_totals(row, rare));
            totals.departments.push(DepartmentTotals { classes: visits.collect(), detail: None });
        }
        prices.charge(&mut totals.classes);
        for (index, row) in plan.rows.iter().enumerate() {
            for route in row.routes.0..row.routes.1 {
                let (count, time) = match row.way {
                    // All are told of.
                    _ if plan.full.is_some() => {
                        (statistics.route_counts[route as usize], statistics.route_times[route as usize])
                    }
                    MANY => (statistics.route_counts[route as usize], statistics.route_times[route as usize]),
                    // The only way at once: every service there ended with it.
                    _ => (statistics.rows[index].served + statistics.rare[index].early_served, 0),
                };
                let handoff = plan.routes[route as usize].handoff;
                if handoff != NONE {
                    totals.handoffs[handoff as usize].count += count;
                    totals.handoffs[handoff as usize].transfer_hours += in_hours(time);
                }
            }
        }
        let visits = merged_sketches(plan, &statistics.rows);
        let sketches = statistics
            .classes
            .into_iter()
            .map(|class| (class.lead_sketch, (class.tardiness.1, class.earliness.1)));
        let (lead, due) = sketches.unzip();
        let (working, responses) = (Vec::new(), Vec::new());
        Digest { totals, lead, visits, working, responses, due, other, end, fell_short, ran_out, cut }
    }

    /// The same, whose totals are complete, with what people and expenses cost.
    pub fn charged(mut self, prices: &Prices, warm_up: Tick) -> Digest<O> {
        prices.charge_others(&mut self.totals, warm_up, self.end);
        self
    }

    /// The same, with what else there is made into something other.
    pub fn map<P>(self, change: impl FnOnce(O) -> P) -> Digest<P> {
        let Digest { totals, lead, visits, working, responses, due, other, end, fell_short, ran_out, cut } =
            self;
        Digest {
            totals,
            lead,
            visits,
            working,
            responses,
            due,
            other: change(other),
            end,
            fell_short,
            ran_out,
            cut,
        }
    }
}

/// Ticks in hours.
pub(super) fn in_hours(ticks: u128) -> f64 {
    ticks as f64 / hours(1).ticks() as f64
}

/// Waiting and sojourn times by department, from those by row; nothing where they take too much room.
pub(super) fn merged_sketches(plan: &Plan, rows: &[RowStatistics]) -> Vec<(Sketch, Sketch)> {
    if plan.departments.len() > MOST_WITH_PERCENTILES {
        return Vec::new();
    }
    let merge = |rows: &[RowStatistics]| {
        let mut merged = (Sketch::default(), Sketch::default());
        for row in rows {
            merged.0.merge(&row.waiting_sketch);
            merged.1.merge(&row.sojourn_sketch);
        }
        merged
    };
    rows.chunks(plan.classes.len()).map(merge).collect()
}

pub(super) fn moments(count: u64, sums: Sums, longest: Option<u64>, zero: u64) -> Moments {
    let hour = hours(1).ticks() as f64;
    Moments {
        count,
        sum: in_hours(sums.sum),
        squared_deviations: sums.squared_deviations(count) / (hour * hour),
        longest: longest.map(|ticks| in_hours(ticks.into())),
        zero,
    }
}

/// Of the times in a sketch, which has their number.
pub(super) fn sketch_moments((sums, sketch): &(Sums, Sketch)) -> Moments {
    moments(sketch.count(), *sums, sketch.max(), sketch.zero_count())
}

pub(super) fn tally_moments(tally: &Tally, zero: u64) -> Moments {
    moments(tally.count(), tally.sums(), tally.max(), zero)
}

pub(super) fn visit_totals(row: &RowStatistics, rare: &RareVisits) -> VisitTotals {
    let of = |sums, sketch: &Sketch| moments(row.served, sums, sketch.max(), sketch.zero_count());
    VisitTotals {
        rejected: rare.rejected,
        balked: rare.balked,
        unfinished: rare.unfinished,
        waiting: of(row.waiting, &row.waiting_sketch),
        service: moments(row.served, row.service, None, 0),
        sojourn: of(row.sojourn, &row.sojourn_sketch),
        reneged: tally_moments(&rare.reneged, 0),
        departures: row.served + rare.early_served,
        waiting_hours: in_hours(row.waiting.sum + rare.reneged.sums().sum + rare.waiting_area),
        service_hours: in_hours(row.service.sum + rare.service_area),
    }
}

fn class_totals(class: &ClassStatistics) -> ClassTotals {
    let area =
        [&class.lead, &class.reneged, &class.turned_away, &class.unfinished].map(|tally| tally.sums().sum);
    ClassTotals {
        arrived: class.arrived,
        rejected: class.rejected,
        balked: class.balked,
        lead_time: tally_moments(&class.lead, class.lead_sketch.zero_count()),
        lead_time_working: None,
        reneged: tally_moments(&class.reneged, 0),
        turned_away: tally_moments(&class.turned_away, 0),
        unfinished: tally_moments(&class.unfinished, 0),
        touch_time: in_hours(class.touch),
        promised: class.promised,
        kept: class.kept,
        tardiness: sketch_moments(&class.tardiness),
        earliness: sketch_moments(&class.earliness),
        returns: 0,
        tried_again: 0,
        away_hours: 0.0,
        defective: 0,
        cost: CostTotals::default(),
        departures: class.lead.count() + class.early_completed,
        case_hours: in_hours(area.iter().sum::<u128>() + class.early_area),
    }
}
