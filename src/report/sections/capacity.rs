//! The staff each department needs.

use super::intervals_of;
use crate::analysis::{Capacity, DepartmentCapacity};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::intervals::{Intervals, Row};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, short};
use crate::stats::Estimate;

fn people(count: u32) -> Estimate {
    Estimate { mean: f64::from(count), interval: None, replications: 0 }
}

impl Chart {
    /// The people each department has, and those it needs by three methods.
    #[must_use]
    pub fn capacity(capacity: &Capacity) -> Chart {
        let row = |of: &DepartmentCapacity| {
            let counts = [
                of.staff,
                of.square_root.value().map(|needed| needed.staff),
                of.twin.value().map(|needed| needed.staff),
                of.simulation.value().map(|needed| needed.staff),
            ];
            Row {
                name: of.department.clone(),
                estimates: counts.map(|of| of.map(people)).to_vec(),
                note: String::new(),
            }
        };
        let rows = capacity.departments.iter().filter(|of| of.staff.is_some()).map(row).collect();
        let series = vec!["now", "square-root rule", "analytic twin", "simulation"];
        let says = format!(
            "The least staff with which at most {} of visits wait at all, the other departments as they are.",
            Unit::Share.number(capacity.waiting)
        );
        let drawn = Intervals { unit: Unit::Number("people"), series, rows, line: None, from_zero: true };
        Chart::new("The staff each department needs", says, drawn)
    }
}

impl Reportable for Capacity {}

impl Sections for Capacity {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("The staff each department needs");
        section.text(format!(
            "With it at most {} of visits wait at all, the other departments being as they are. By simulation: {} replications \
             of each staffing, on the same draws, {}.",
            Unit::Share.number(self.waiting),
            self.replications,
            intervals_of(self.level)
        ));
        section.chart(Chart::capacity(self));
        let count = |of: Option<u32>| match of {
            Some(count) => Cell::number(f64::from(count), count.to_string()),
            None => "-".into(),
        };
        let rows = self.departments.iter().map(|of| {
            let simulation = of.simulation.value();
            vec![
                of.department.as_str().into(),
                count(of.staff),
                of.offered_load.map_or("-".into(), |load| Cell::number(load, short(load))),
                count(of.square_root.value().map(|needed| needed.staff)),
                count(of.twin.value().map(|needed| needed.staff)),
                simulation.map_or("-".into(), |of| {
                    let sure = if of.sure { "" } else { " (or one more or fewer)" };
                    Cell::number(f64::from(of.staff), format!("{}{sure}", of.staff))
                }),
                Cell::share(simulation.map(|of| &of.waiting)),
                Cell::share(simulation.and_then(|of| of.with_one_fewer.as_ref())),
            ]
        });
        let columns = [
            "now",
            "offered load",
            "square-root rule",
            "analytic twin",
            "simulation",
            "share that waits",
            "with one fewer",
        ];
        let table = Table::new("Staff", "department");
        section.table(columns.iter().fold(table, |table, name| table.figures(*name)).rows(rows));
        let reasons = self.departments.iter().filter_map(|of| {
            let reason = of.simulation.reason()?;
            Some(format!("{}: {reason}.", of.department))
        });
        section.list(reasons.collect());
        vec![section]
    }
}
