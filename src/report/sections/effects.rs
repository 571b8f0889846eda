//! What factors do: one at a time, and together.

use super::told;
use crate::analysis::{Exploration, FactorialEffect, LevelStep, Tornado};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::intervals::{Intervals, Row};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, capital, or_dash, plain};
use crate::settings::Figure;

impl Chart {
    /// How far a figure moves when one factor after the other goes to its low and to its high end, the largest swing first.
    #[must_use]
    pub fn tornado(tornado: &Tornado) -> Chart {
        let unit = Unit::of(&tornado.figure);
        let differences = unit.of_differences();
        let row = |bar: &crate::analysis::TornadoBar| Row {
            name: format!("{}: {} to {}", bar.factor, bar.low.level, bar.high.level),
            estimates: vec![bar.low.change, bar.high.change],
            note: String::new(),
        };
        let figure = plain(&tornado.figure.to_string());
        let says = format!(
            "By how much {figure} changes from {} when each factor goes to its low and to its high end, the others as they are; {} \
             replications on the same draws.",
            or_dash(tornado.base.as_ref(), unit),
            tornado.replications
        );
        let drawn = Intervals {
            unit: differences,
            series: vec!["low end", "high end"],
            rows: tornado.bars.iter().map(row).collect(),
            line: Some((0.0, "as it is".to_owned())),
            from_zero: false,
        };
        Chart::new(format!("What moves {figure}"), says, drawn)
    }

    /// The effects of factors, alone and in pairs, on a figure, the largest first.
    #[must_use]
    pub fn effects(exploration: &Exploration, figure: &Figure) -> Chart {
        let name = plain(&figure.to_string());
        let at = exploration.figures.iter().position(|own| own == figure);
        let rows = at.map_or(Vec::new(), |at| {
            sorted(exploration, at).into_iter().map(|effect| Row::new(effect.name(), effect.on[at])).collect()
        });
        let says = format!(
            "Effects on {name}, alone and in pairs, from {} runs of {} replications on the same draws.",
            exploration.points.len(),
            exploration.replications
        );
        let line = Some((0.0, "no effect".to_owned()));
        let drawn = Intervals {
            unit: Unit::of(figure).of_differences(),
            series: vec![""],
            rows,
            line,
            from_zero: false,
        };
        Chart::new(format!("Effects on {name}"), says, drawn)
    }
}

fn sorted(exploration: &Exploration, figure: usize) -> Vec<&FactorialEffect> {
    let mut effects: Vec<&FactorialEffect> = exploration.effects.iter().collect();
    let size = |effect: &FactorialEffect| effect.on[figure].map_or(0.0, |effect| effect.mean.abs());
    effects.sort_by(|a, b| size(b).total_cmp(&size(a)));
    effects
}

impl Reportable for Tornado {}

impl Sections for Tornado {
    fn sections(&self) -> Vec<Section> {
        let unit = Unit::of(&self.figure).of_differences();
        let mut section = Section::new(format!("What moves {}", plain(&self.figure.to_string())));
        section.text(match self.bars.first().and_then(|first| Some((first, first.swing?))) {
            Some((first, swing)) => {
                format!("{} moves it most: by {}.", capital(&first.factor), unit.show(&swing))
            }
            None => "There is nothing to average.".to_owned(),
        });
        section.chart(Chart::tornado(self));
        let rows = self.bars.iter().map(|bar| {
            let estimate = |of: &Option<crate::stats::Estimate>| Cell::estimate(of.as_ref(), unit);
            vec![
                bar.factor.as_str().into(),
                bar.low.level.as_str().into(),
                estimate(&bar.low.change),
                bar.high.level.as_str().into(),
                estimate(&bar.high.change),
                estimate(&bar.swing),
            ]
        });
        let table =
            Table::new("One factor at a time", "factor").words("low").figures("changes it by").words("high");
        section.table(table.figures("changes it by").figures("swing").rows(rows));
        vec![section]
    }
}

impl Reportable for Exploration {}

impl Sections for Exploration {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("What factors do");
        let kind = match self.resolution {
            Some(resolution) => format!("a fraction of resolution {resolution}"),
            None => "all combinations".to_owned(),
        };
        section.text(format!(
            "{} runs of {} replications on the same draws: {kind}.",
            self.points.len(),
            self.replications
        ));
        for (at, figure) in self.figures.iter().enumerate() {
            let unit = Unit::of(figure).of_differences();
            section.heading(capital(&plain(&figure.to_string())));
            let first = sorted(self, at).into_iter().next();
            let first = first.and_then(|first| Some((first, first.on[at].filter(told)?)));
            section.text(match first {
                Some((first, effect)) => {
                    format!("{} does most: {}.", capital(&first.name()), unit.show(&effect))
                }
                None => "No effect can be told from none.".to_owned(),
            });
            section.chart(Chart::effects(self, figure));
            let rows = sorted(self, at).into_iter().map(|effect| {
                let step = |step: &LevelStep| format!("{} to {}", step.from, step.to);
                let steps: Vec<String> = effect.of.iter().map(step).collect();
                let aliases =
                    if effect.aliases.is_empty() { "-".to_owned() } else { effect.aliases.join(" ") };
                let estimate = Cell::estimate(effect.on[at].as_ref(), unit);
                vec![effect.name().into(), steps.join(", ").into(), estimate, aliases.into()]
            });
            let caption = format!("Effects on {}", plain(&figure.to_string()));
            let table = Table::new(caption, "effect of")
                .words("from its first level")
                .figures("effect")
                .words("aliased with");
            section.table(table.rows(rows).without_empty());
        }
        vec![section]
    }
}
