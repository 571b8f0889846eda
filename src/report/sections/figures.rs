//! Single figures: of one long run, corrected, and how they depend on rates.

use super::{results::made, simple};
use crate::analysis::Controlled;
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, plain};
use crate::results::{Infinitesimal, LongRun};

impl Reportable for LongRun {}

impl Sections for LongRun {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new(format!("One long run of {}", self.manifest.model));
        section.text(made(&self.manifest));
        section.text(format!("Intervals are those of batch means, from {} blocks of the run.", self.blocks));
        section.warnings(&self.warnings);
        let rows = self.figures.iter().map(|of| {
            let estimate = Cell::estimate(Some(&of.batch_means.estimate), Unit::of(&of.figure));
            vec![plain(&of.figure.to_string()).into(), estimate]
        });
        section.table(Table::new("The steady state", "figure").figures("estimate").rows(rows));
        vec![section]
    }
}

impl Chart {
    /// A figure, plain and corrected by control variates.
    #[must_use]
    pub fn controlled(of: &Controlled) -> Chart {
        let rows = [("plain", of.plain), ("corrected", of.estimate)];
        let rows = rows.map(|(name, estimate)| (name.to_owned(), Some(estimate)));
        let drawn = simple(Unit::of(&of.figure), rows, false);
        let says = format!("{}.", crate::report::text::capital(&plain(&of.to_string())));
        Chart::new(format!("Plain and corrected: {}", plain(&of.figure.to_string())), says, drawn)
    }

    /// By how many per cent the mean lead time falls for each per cent of rate of a department, from one run alone; the most first.
    #[must_use]
    pub fn derivatives(of: &Infinitesimal) -> Chart {
        let mut rows: Vec<_> = of
            .departments
            .iter()
            .map(|of| (of.department.clone(), Some(of.lead_time_elasticity.times(-1.0))))
            .collect();
        rows.sort_by(|a, b| b.1.map_or(0.0, |of| of.mean).total_cmp(&a.1.map_or(0.0, |of| of.mean)));
        let says = "By how many per cent the mean lead time falls for each per cent of rate, from the run of the model alone.";
        Chart::new("Where a little more rate helps most", says, simple(Unit::Number("%"), rows, true))
    }
}

impl Reportable for Controlled {}

impl Sections for Controlled {
    fn sections(&self) -> Vec<Section> {
        let unit = Unit::of(&self.figure);
        let mut section = Section::new(format!("Corrected: {}", plain(&self.figure.to_string())));
        section.text(format!("{}.", crate::report::text::capital(&plain(&crate::text::unbroken_text(self)))));
        section.chart(Chart::controlled(self));
        let rows = self.controls.iter().map(|control| {
            let [off, slope] =
                [control.off, control.slope].map(|of| Cell::estimate(Some(&of), Unit::Number("")));
            vec![plain(&control.known.to_string()).into(), off, slope]
        });
        section.table(Table::new("Controls", "what is known").figures("off by").figures("slope").rows(rows));
        let rows = [("plain", &self.plain), ("corrected", &self.estimate)];
        let rows = rows.map(|(name, estimate)| vec![name.into(), Cell::estimate(Some(estimate), unit)]);
        section.table(Table::new("The figure", "").figures("estimate").rows(rows));
        vec![section]
    }
}

impl Reportable for Infinitesimal {}

impl Sections for Infinitesimal {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("What a little more rate would change");
        section.text(format!("From the run of the model alone. The mean lead time is {:#}.", self.lead_time));
        section.chart(Chart::derivatives(self));
        let rows = self.departments.iter().map(|of| {
            let saved = of.lead_time.times(-0.01);
            let elasticity = Cell::estimate(Some(&of.lead_time_elasticity), Unit::Number(""));
            vec![of.department.as_str().into(), Cell::estimate(Some(&saved), Unit::Time), elasticity]
        });
        let table = Table::new("Derivatives", "department").figures("1 % more rate saves");
        section.table(table.figures("% per % of rate").rows(rows));
        vec![section]
    }
}
