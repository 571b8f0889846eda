//! Which department is the bottleneck, by every definition.

use crate::analysis::{Aside, Bottlenecks, Definition, Verdict};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::heat::{Heat, MOST};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, capital, plain};

/// In what the figures of a definition are.
fn unit(definition: Definition) -> Unit {
    match definition {
        Definition::Sensitivity => Unit::Number("% per %"),
        Definition::LedgerShare
        | Definition::Momentary
        | Definition::Utilization
        | Definition::LowestCapacity
        | Definition::TurningPoint => Unit::Share,
        Definition::AverageActivePeriod | Definition::WaitPerVisit | Definition::WaitPerCase => Unit::Time,
        Definition::NumberWaiting | Definition::BlockingAndStarving => Unit::Number(""),
    }
}

impl Chart {
    /// Every department by every definition of the bottleneck; those that may be it by a definition have a frame. Shades compare
    /// within a definition.
    #[must_use]
    pub fn bottlenecks(bottlenecks: &Bottlenecks) -> Chart {
        let verdicts: Vec<&Verdict> =
            bottlenecks.verdicts.iter().filter(|of| !of.figures.is_empty()).collect();
        // In the order of the definitions: who is high by the first comes first.
        let mut rows: Vec<String> = Vec::new();
        for verdict in &verdicts {
            for name in verdict.set.iter().chain(verdict.figures.iter().map(|of| &of.department)) {
                if !rows.contains(name) && rows.len() < MOST.0 {
                    rows.push(name.clone());
                }
            }
        }
        let cell = |row: &String, verdict: &&Verdict| Some(verdict.department(row)?.figure);
        let cells =
            rows.iter().map(|row| verdicts.iter().map(|verdict| cell(row, verdict)).collect()).collect();
        let places = rows.iter().enumerate().flat_map(|(at, row)| {
            let may_be = verdicts.iter().enumerate().filter(move |(_, verdict)| verdict.set.contains(row));
            may_be.map(move |(column, _)| (at, column))
        });
        let heat = Heat {
            units: verdicts.iter().map(|verdict| unit(verdict.definition)).collect(),
            corner: ("department", "definition"),
            framed: places.collect(),
            columns: verdicts.iter().map(|verdict| verdict.definition.to_string()).collect(),
            cells,
            by_column: true,
            rows,
        };
        let says = "Who may be the bottleneck by a definition has a frame. Definitions disagree; the first, where 1 % more rate \
                    helps customers most, is what people mean.";
        Chart::new("The bottleneck by every definition", says, heat)
    }
}

impl Reportable for Bottlenecks {}

impl Sections for Bottlenecks {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("Which department is the bottleneck");
        section.text(plain(&crate::text::unbroken_text(self)));
        section.chart(Chart::bottlenecks(self));
        let rows = self.verdicts.iter().map(|verdict| {
            let set = if verdict.set.is_empty() { "-".to_owned() } else { verdict.set.join(", ") };
            let first = verdict.figures.first().filter(|_| !verdict.set.is_empty());
            let aside =
                first.map_or(String::new(), |of| of.beside.iter().map(beside).collect::<Vec<_>>().join("; "));
            let reason = verdict.reason.clone().unwrap_or(aside);
            vec![
                capital(&verdict.definition.to_string()).into(),
                set.into(),
                Cell::from(first.map_or("-".to_owned(), |of| unit(verdict.definition).show(&of.figure))),
                reason.into(),
            ]
        });
        let table = Table::new("What each definition says", "definition")
            .words("may be the bottleneck")
            .words("figure");
        section.table(table.words("beside it, or why it says nothing").rows(rows));
        let all = self.verdicts.iter().flat_map(|verdict| {
            verdict.figures.iter().map(|of| {
                let figure = Cell::estimate(Some(&of.figure), unit(verdict.definition));
                vec![of.department.as_str().into(), verdict.definition.to_string().into(), figure]
            })
        });
        let table = Table::new("All figures", "department").words("definition").figures("figure");
        section.table(table.rows(all));
        let mut sections = vec![section];
        sections.extend(self.active_periods.iter().flat_map(Sections::sections));
        sections
    }
}

fn beside((aside, figure): &(Aside, crate::stats::Estimate)) -> String {
    match aside {
        Aside::OneMore => format!("one more person: {}", Unit::Number("").show(figure)),
        Aside::Sole => format!("sole {}", Unit::Share.show(figure)),
        Aside::Shifting => format!("shifting {}", Unit::Share.show(figure)),
        Aside::MostCases => format!("full at {} cases an hour", crate::report::text::short(figure.mean)),
        Aside::Blocked => format!("blocked {}", Unit::Share.show(figure)),
        Aside::Starved => format!("starved {}", Unit::Share.show(figure)),
    }
}
