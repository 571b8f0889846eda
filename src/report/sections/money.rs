//! What everything cost.

use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::bars::{Bar, Bars};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::Unit;
use crate::results::Costs;
use crate::stats::Estimate;

/// For what money goes, and how it is drawn.
const PARTS: [(&str, &str); 8] = [
    ("people at work", "f1"),
    ("people not at work", "f0"),
    ("overtime", "f4"),
    ("delay", "f2"),
    ("customers lost", "f5"),
    ("errors that reached customers", "f3"),
    ("promises not kept", "h6"),
    ("spent once", "h3"),
];

const MONEY: Unit = Unit::Number("");

/// Who costs, and what for.
fn bars(costs: &Costs) -> Vec<Bar> {
    let bar = |name: String, parts: &[(usize, Estimate)], total: Estimate| {
        let of = |at: usize| parts.iter().find(|part| part.0 == at && part.1.mean != 0.0).map(|part| part.1);
        Bar { name, parts: (0..PARTS.len()).map(of).collect(), total: Some(total) }
    };
    let staff = costs.staff.iter().map(|of| {
        let cost = &of.cost;
        bar(
            format!("staff of {}", of.home),
            &[(0, cost.busy), (1, cost.idle), (2, cost.overtime)],
            cost.total,
        )
    });
    let classes = costs.classes.iter().map(|of| {
        let cost = &of.cost;
        let parts = [(3, cost.delay), (4, cost.lost), (5, cost.defects), (6, cost.promises)];
        bar(format!("customers, {}", of.class), &parts, cost.total)
    });
    let expenses = costs.expenses.iter().map(|of| bar(of.name.clone(), &[(7, of.cost)], of.cost));
    let mut all: Vec<Bar> = staff.chain(classes).chain(expenses).collect();
    all.retain(|bar| bar.total.is_some_and(|total| total.mean != 0.0));
    let size = |bar: &Bar| bar.total.map_or(0.0, |total| total.mean);
    all.sort_by(|a, b| size(b).total_cmp(&size(a)));
    all
}

impl Chart {
    /// What people, customers and expenses cost, by what for, in money per replication; the dearest first.
    #[must_use]
    pub fn costs(costs: &Costs) -> Chart {
        let says = format!("Everything costs {} in a replication.", MONEY.show(&costs.total));
        Chart::new("What it costs", says, Bars { unit: MONEY, parts: PARTS.to_vec(), rows: bars(costs) })
    }
}

impl Reportable for Costs {}

impl Sections for Costs {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("Money");
        let rate = self.per_hour.map(|rate| format!(", {} an hour", MONEY.show(&rate)));
        section.text(format!(
            "Everything costs {} in a replication{}: people {}, customers {}, what is spent once {}. Money is in the unit of the \
             model's prices.",
            MONEY.show(&self.total),
            rate.unwrap_or_default(),
            MONEY.show(&self.all_staff.total),
            MONEY.show(&self.all_customers.total),
            MONEY.show(&self.all_expenses),
        ));
        section.chart(Chart::costs(self));
        let table = PARTS
            .iter()
            .fold(Table::new("Money per replication", "who"), |table, part| table.figures(part.0));
        let rows = bars(self).into_iter().map(|bar| {
            let parts = bar.parts.iter().map(|part| Cell::estimate(part.as_ref(), MONEY));
            let name = [Cell::from(bar.name.as_str())];
            name.into_iter().chain(parts).chain([Cell::estimate(bar.total.as_ref(), MONEY)]).collect()
        });
        section.table(table.figures("all").rows(rows).without_empty());
        vec![section]
    }
}
