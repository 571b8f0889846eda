//! How far figures are known.

use super::intervals_of;
use crate::analysis::{FigureUncertainty, InputUncertainty};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::intervals::{Intervals, Row};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, plain};
use crate::stats::Estimate;

/// The mean over parameter sets with the interval that allows for the parameters.
fn both(of: &FigureUncertainty) -> Estimate {
    Estimate { interval: Some(of.interval), ..of.mean }
}

impl Chart {
    /// A figure as it was given, and over what the parameters may be.
    #[must_use]
    pub fn uncertainty(of: &FigureUncertainty) -> Chart {
        let figure = plain(&of.figure.to_string());
        let rows = vec![
            Row::new("parameters as given: simulation noise", Some(of.as_given)),
            Row::new("parameters not known for certain", Some(both(of))),
        ];
        let says = plain(&crate::text::unbroken_text(of));
        let drawn =
            Intervals { unit: Unit::of(&of.figure), series: vec![""], rows, line: None, from_zero: false };
        Chart::new(format!("How far {figure} is known"), says, drawn)
    }
}

impl Reportable for InputUncertainty {}

impl Sections for InputUncertainty {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("How far figures are known");
        section.text(format!(
            "{} parameter sets, {} replications of each on the same draws; {}.",
            self.draws,
            self.replications,
            intervals_of(self.level)
        ));
        self.figures.iter().for_each(|of| section.chart(Chart::uncertainty(of)));
        let rows = self.figures.iter().map(|of| {
            let unit = Unit::of(&of.figure);
            let share =
                of.input_share.map_or("-".into(), |share| Cell::number(share, Unit::Share.number(share)));
            vec![
                plain(&of.figure.to_string()).into(),
                Cell::estimate(Some(&of.as_given), unit),
                Cell::estimate(Some(&both(of)), unit),
                share,
            ]
        });
        let table = Table::new("Figures", "figure").figures("as given, simulation noise");
        section.table(table.figures("parameters not known").figures("variance due to them").rows(rows));
        let rows = self.figures.iter().flat_map(|of| {
            of.parameters.iter().map(|parameter| {
                vec![
                    parameter.name.as_str().into(),
                    plain(&of.figure.to_string()).into(),
                    Cell::estimate(Some(&parameter.slope), Unit::Number("")),
                    Cell::number(parameter.share, Unit::Share.number(parameter.share)),
                ]
            })
        });
        let table = Table::new("What each parameter contributes", "parameter").words("figure");
        section.table(
            table.figures("change of the figure for each unit").figures("share of the variance").rows(rows),
        );
        vec![section]
    }
}
