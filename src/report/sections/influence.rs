//! What a disturbance of each department does to every other.

use super::intervals_of;
use crate::analysis::{Influence, InfluenceRow, in_words};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::heat::{Heat, MOST};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::Unit;

const HOURS: Unit = Unit::Number("h");

/// The places of the largest of some, in their order.
fn largest(sizes: &[f64], most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]));
    order.truncate(most);
    order.sort_unstable();
    order
}

impl Chart {
    /// Extra hours in every department, and of customers, by which department or pool is disturbed. The largest rows and
    /// columns are drawn.
    #[must_use]
    pub fn influence(influence: &Influence) -> Chart {
        let row_size = |row: &InfluenceRow| row.customers.hours.mean.abs();
        let rows = largest(&influence.rows.iter().map(row_size).collect::<Vec<_>>(), MOST.0);
        let names: Vec<&str> = influence
            .rows
            .first()
            .map_or(&[][..], |row| &row.departments)
            .iter()
            .map(|of| &*of.name)
            .collect();
        let sizes: Vec<f64> = (0..names.len())
            .map(|at| influence.rows.iter().map(|row| row.departments[at].hours.mean.abs()).sum())
            .collect();
        let columns = largest(&sizes, MOST.1 - 1);
        let cells = rows.iter().map(|&row| {
            let row = &influence.rows[row];
            let customers = Some(row.customers.hours);
            columns.iter().map(|&column| Some(row.departments[column].hours)).chain([customers]).collect()
        });
        let (left_rows, left_columns) = (influence.rows.len() - rows.len(), names.len() - columns.len());
        let mut says = format!(
            "Extra hours per replication, from {} replications of each disturbance; {} are in the tips and the table.",
            influence.replications,
            intervals_of(influence.level)
        );
        if left_rows + left_columns > 0 {
            says += &format!(" {left_rows} rows and {left_columns} columns with less are in the table only.");
        }
        let heat = Heat {
            units: vec![HOURS],
            corner: ("disturbed", "where it is felt"),
            cells: cells.collect(),
            rows: rows.iter().map(|&row| influence.rows[row].of.clone()).collect(),
            columns: columns
                .iter()
                .map(|&at| names[at].to_owned())
                .chain(["all customers".to_owned()])
                .collect(),
            framed: Vec::new(),
            by_column: false,
        };
        Chart::new("Who delays whom", says, heat)
    }
}

impl Reportable for Influence {}

impl Sections for Influence {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("Influence of every department");
        if let Some(first) = self.rows.first() {
            section.text(format!(
                "Each department in turn is disturbed, as here: {}.",
                in_words(&first.disturbance)
            ));
        }
        section.chart(Chart::influence(self));
        let rows = self.rows.iter().flat_map(|row| {
            let felt = row.departments.iter().chain(&row.classes).chain([&row.customers]);
            let felt = felt.filter(|of| of.hours.mean != 0.0);
            felt.map(|of| {
                vec![
                    row.of.as_str().into(),
                    of.name.as_str().into(),
                    Cell::estimate(Some(&of.hours), HOURS),
                    Cell::estimate(of.per_hour.as_ref(), Unit::Number("")),
                ]
            })
            .collect::<Vec<_>>()
        });
        let table = Table::new("Who delays whom", "disturbed").words("felt by").figures("extra hours");
        section.table(table.figures("per department-hour lost").rows(rows));
        let left = self.left_out.iter().map(|of| format!("{} is not disturbed: {}.", of.name, of.reason));
        section.list(left.collect());
        vec![section]
    }
}
