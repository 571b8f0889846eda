//! Active periods: how the bottleneck moves.

use super::intervals_of;
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::heat::Heat;
use crate::report::charts::intervals::{Intervals, Row};
use crate::report::charts::shares::Shares;
use crate::report::palette::SERIES_COLOURS;
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::Unit;
use crate::results::{ActivePeriodResults, StaffActivity};
use crate::stats::Estimate;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The most often the bottleneck first.
fn by_share(periods: &ActivePeriodResults) -> Vec<&StaffActivity> {
    let mut staff: Vec<&StaffActivity> = periods.staff.iter().collect();
    staff.sort_by(|a, b| b.momentary.mean.total_cmp(&a.momentary.mean));
    staff
}

fn level(periods: &ActivePeriodResults) -> f64 {
    let intervals = periods.staff.iter().filter_map(|staff| staff.momentary.interval);
    intervals.map(|interval| interval.level).next().unwrap_or(0.95)
}

impl Chart {
    /// Which department or pool is the momentary bottleneck, over the time of the run: the share of each stretch.
    #[must_use]
    pub fn bottleneck_over_time(periods: &ActivePeriodResults) -> Chart {
        let staff = by_share(periods);
        let (first, rest) = staff.split_at(staff.len().min(SERIES_COLOURS));
        let part = |(at, staff): (usize, &&StaffActivity)| {
            (staff.name.clone(), format!("f{}", at + 1), staff.over_time.clone())
        };
        let mut parts: Vec<_> = first.iter().enumerate().map(part).collect();
        let stretches = rest.iter().map(|staff| staff.over_time.len()).max().unwrap_or(0);
        if stretches > 0 {
            let sum = |at: usize| rest.iter().filter_map(|staff| Some(staff.over_time.get(at)?.mean)).sum();
            let others = (0..stretches).map(|at| Estimate { mean: sum(at), interval: None, replications: 0 });
            parts.push((format!("{} others", rest.len()), "f0".to_owned(), others.collect()));
        }
        let says = "The share of each stretch of time in which a department's people have been at work the longest without a \
                    break; where the bars do not reach 100 %, nobody is at work.";
        Chart::new(
            "The bottleneck over time",
            says,
            Shares { stretch: periods.stretch.unwrap_or(0.0), parts },
        )
    }

    /// When in the week a department or pool is the momentary bottleneck.
    #[must_use]
    pub fn bottleneck_by_hour(staff: &StaffActivity) -> Chart {
        let hours = |day: usize| {
            let hour = |hour: usize| staff.by_hour_of_week.get(24 * day + hour).copied().flatten();
            (0..24).map(hour).collect::<Vec<_>>()
        };
        let cells: Vec<_> = (0..7).map(hours).collect();
        let known = cells.iter().flatten().any(Option::is_some);
        let heat = Heat {
            units: vec![Unit::Share],
            corner: ("day", "hour"),
            rows: DAYS.map(str::to_owned).to_vec(),
            columns: if known { (0..24).map(|hour| hour.to_string()).collect() } else { Vec::new() },
            cells,
            framed: Vec::new(),
            by_column: false,
        };
        let says = format!(
            "The share of each hour of the week in which {} is the momentary bottleneck.",
            staff.name
        );
        Chart::new(format!("When {} is the bottleneck", staff.name), says, heat)
    }

    /// How often each department or pool is the bottleneck: at a time, as the only one, and shifting.
    #[must_use]
    pub fn active_periods(periods: &ActivePeriodResults) -> Chart {
        let row = |staff: &&StaffActivity| Row {
            name: staff.name.clone(),
            estimates: vec![Some(staff.momentary), Some(staff.sole), Some(staff.shifting)],
            note: String::new(),
        };
        let rows = Intervals {
            unit: Unit::Share,
            series: vec![
                "the longest active period at a time",
                "sole bottleneck",
                "shifting from it or to it",
            ],
            rows: by_share(periods).iter().map(row).collect(),
            line: None,
            from_zero: true,
        };
        let says = format!("Shares of the time, with {}.", intervals_of(level(periods)));
        Chart::new("How often each is the bottleneck", says, rows)
    }
}

impl Reportable for ActivePeriodResults {}

impl Sections for ActivePeriodResults {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("How the bottleneck moves");
        section.text(
            "At any time the bottleneck is where somebody has been at work the longest without a break (the active-period method \
             of Roser, Nakano and Tanaka).",
        );
        if self.staff.iter().any(|staff| !staff.over_time.is_empty()) && self.stretch.is_some() {
            section.chart(Chart::bottleneck_over_time(self));
        }
        section.chart(Chart::active_periods(self));
        let first = by_share(self).into_iter().find(|staff| !staff.by_hour_of_week.is_empty());
        first.into_iter().for_each(|staff| section.chart(Chart::bottleneck_by_hour(staff)));
        let rows = by_share(self).into_iter().map(|staff| {
            vec![
                staff.name.as_str().into(),
                Cell::share(Some(&staff.momentary)),
                Cell::share(Some(&staff.sole)),
                Cell::share(Some(&staff.shifting)),
                Cell::time(staff.average),
                Cell::share(staff.active.as_ref()),
            ]
        });
        let table = Table::new("Active periods", "department or pool")
            .figures("bottleneck at a time")
            .figures("sole");
        let table = table.figures("shifting").figures("average active period").figures("active on shift");
        section.table(table.rows(rows));
        vec![section]
    }
}
