//! How departments fared.

use super::{intervals_of, simple};
use crate::report::chart::Chart;
use crate::report::charts::bars::{Bar, Bars};
use crate::report::section::Section;
use crate::report::table::{Cell, Table};
use crate::report::text::Unit;
use crate::results::{DepartmentResults, Results, StaffResults, StaffState};
use crate::stats::Estimate;

/// What people do, from work to absence, as it is called and drawn.
const STATES: [(StaffState, &str, &str); 7] = [
    (StaffState::Serving, "at work", "f1"),
    (StaffState::SettingUp, "setting up", "f5"),
    (StaffState::Held, "held for an answer or a colleague", "f4"),
    (StaffState::Blocked, "blocked", "f2"),
    (StaffState::Reserved, "reserved", "h3"),
    (StaffState::Absent, "absent", "f3"),
    (StaffState::Idle, "idle", "none"),
];

/// Figures of departments, the largest first.
fn sorted(figures: impl Iterator<Item = (String, Option<Estimate>)>) -> Vec<(String, Option<Estimate>)> {
    let mut known: Vec<_> = figures.filter(|(_, figure)| figure.is_some()).collect();
    let size = |of: &(String, Option<Estimate>)| of.1.map_or(0.0, |of| of.mean);
    known.sort_by(|a, b| size(b).total_cmp(&size(a)));
    known
}

impl Chart {
    /// The time at work over the time on shift of the people of every department and pool, the busiest first.
    #[must_use]
    pub fn utilization(results: &Results) -> Chart {
        let departments = results.departments.iter().map(|of| (of.name.clone(), of.utilization));
        let pools = results.pools.iter().map(|of| (of.name.clone(), of.utilization));
        let says = format!(
            "Time at work over time on shift, with {}. The busiest are not always those that customers wait for.",
            intervals_of(results.manifest.level)
        );
        let mut rows = simple(Unit::Share, sorted(departments.chain(pools)), true);
        rows.line = Some((1.0, "always at work".to_owned()));
        Chart::new("Utilization", says, rows)
    }

    /// How long a visit to each department waits on average, the longest first.
    #[must_use]
    pub fn waiting_times(results: &Results) -> Chart {
        let waiting = |of: &DepartmentResults| Some(of.visits.waiting.as_ref()?.mean.0);
        let rows = sorted(results.departments.iter().map(|of| (of.name.clone(), waiting(of))));
        let rows = rows.into_iter().filter(|(_, wait)| wait.is_some_and(|wait| wait.mean > 0.0));
        let says = format!(
            "The mean time from joining a department to the first start of work, with {}.",
            intervals_of(results.manifest.level)
        );
        Chart::new("Waiting time by department", says, simple(Unit::Time, rows, true))
    }

    /// What the people of every department and pool do with their time on shift.
    #[must_use]
    pub fn staff_time(results: &Results) -> Chart {
        let departments =
            results.departments.iter().filter_map(|of| Some((&of.name, of.staff_time.as_ref()?)));
        let pools = results.pools.iter().map(|of| (&of.name, &of.time));
        let rows = departments.chain(pools).map(|(name, time)| Bar {
            name: name.clone(),
            parts: on_shift(time),
            total: None,
        });
        let bars = Bars {
            unit: Unit::Share,
            parts: STATES.iter().map(|&(_, name, class)| (name, class)).collect(),
            rows: rows.collect(),
        };
        let says =
            "The time on shift of each department's people, and of each pool's, by what they do with it.";
        Chart::new("What people do", says, bars)
    }
}

/// Shares of the time on shift, of which there are estimates of all time only: both by the time on shift.
fn on_shift(time: &StaffResults) -> Vec<Option<Estimate>> {
    let off = time.share(StaffState::OffShift).map_or(0.0, |off| off.mean);
    let on = 1.0 - off;
    let share = |state: StaffState| Some(time.share(state)?.times(1.0 / on)).filter(|_| on > 0.0);
    STATES.iter().map(|&(state, ..)| share(state)).collect()
}

pub(super) fn departments(results: &Results, section: &mut Section) {
    let waits: f64 = results.departments.iter().filter_map(|of| Some(of.visits.queue_length?.mean)).sum();
    let longest = results.departments.iter().filter_map(|of| Some((of, of.visits.queue_length?)));
    let longest = longest.max_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
    match longest.filter(|(_, queue)| queue.mean > 0.0) {
        Some((of, queue)) => section.text(format!(
            "On average {} wait at a time in all departments, most of them at {}: {queue:#}.",
            crate::report::text::short(waits),
            of.name
        )),
        None => section.text("Nobody waits."),
    }
    section.chart(Chart::utilization(results));
    section.chart(Chart::waiting_times(results));
    section.chart(Chart::staff_time(results));
    section.table(department_table(results));
}

fn department_table(results: &Results) -> Table {
    let row = |of: &DepartmentResults| {
        let visits = &of.visits;
        let staff = match (&of.pool, of.staff) {
            (Some(pool), _) => pool.as_str().into(),
            (None, Some(staff)) => Cell::number(f64::from(staff), staff.to_string()),
            (None, None) => "always enough".into(),
        };
        vec![
            of.name.as_str().into(),
            staff,
            Cell::count(&visits.joined),
            Cell::share(of.utilization.as_ref()),
            Cell::time(visits.waiting.as_ref().map(|times| times.mean)),
            Cell::time(visits.waiting.as_ref().and_then(|times| times.percentile(0.9))),
            Cell::time(visits.service.as_ref().map(|times| times.mean)),
            Cell::estimate(visits.queue_length.as_ref(), Unit::Number("")),
            Cell::share(visits.standard_kept.as_ref()),
            Cell::share(visits.reneged_share.filter(|share| share.mean > 0.0).as_ref()),
            Cell::share(visits.balked_share.as_ref()),
            Cell::share(visits.rejected_share.filter(|share| share.mean > 0.0).as_ref()),
            Cell::estimate(of.interruptions.as_ref(), Unit::Number("")),
            Cell::estimate(of.batches.as_ref().and_then(|of| of.size.as_ref()), Unit::Number("")),
            Cell::estimate(of.setups.as_ref().map(|of| &of.count), Unit::Number("")),
        ]
    };
    let columns = [
        "staff",
        "visits",
        "utilization",
        "mean wait",
        "90 % wait at most",
        "mean service",
        "queue",
        "standard kept",
        "patience lost",
        "balked",
        "rejected",
        "interruptions",
        "batch size",
        "setups",
    ];
    let table = Table::new("Departments", "department");
    let table = columns.iter().fold(table, |table, name| table.figures(*name));
    table.rows(results.departments.iter().map(row)).without_empty()
}
