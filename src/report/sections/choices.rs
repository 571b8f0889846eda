//! Which of several scenarios is best.

use super::simple;
use crate::analysis::{Choice, Goal, LikelyBest};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, plain, short};
use crate::stats::Estimate;

fn chart<'n>(goal: &Goal, best: &str, figures: impl Iterator<Item = (&'n str, Estimate)>) -> Chart {
    let rows = figures.map(|(name, figure)| (name.to_owned(), Some(figure)));
    let says = format!(
        "{}, in each scenario. {best} looks best.",
        crate::report::text::capital(&plain(&goal.to_string()))
    );
    let drawn = simple(Unit::of(&goal.figure), rows, false);
    Chart::new(format!("Which scenario is best for {}", plain(&goal.figure.to_string())), says, drawn)
}

impl Chart {
    /// The figure of every scenario among which the best was chosen.
    #[must_use]
    pub fn choice(choice: &Choice) -> Chart {
        let figures = choice.candidates.iter().map(|of| (&*of.name, of.figure));
        chart(&choice.selection.goal, &choice.best, figures)
    }

    /// The figure of every scenario among which the best was looked for within a budget.
    #[must_use]
    pub fn likely_best(likely: &LikelyBest) -> Chart {
        let figures = likely.scenarios.iter().map(|of| (&*of.name, of.figure));
        chart(&likely.allocation.goal, &likely.best, figures)
    }
}

impl Reportable for Choice {}

impl Sections for Choice {
    fn sections(&self) -> Vec<Section> {
        let goal = &self.selection.goal;
        let unit = Unit::of(&goal.figure);
        let mut section = Section::new("The best of several scenarios");
        // The sentence stands below the table.
        let text = crate::text::unbroken_text(self);
        section.text(plain(text.lines().last().unwrap_or("")));
        section.chart(Chart::choice(self));
        let rows = self.candidates.iter().map(|of| {
            vec![
                of.name.as_str().into(),
                Cell::estimate(Some(&of.figure), unit),
                Cell::estimate(of.worse_by.as_ref(), unit),
                super::results::plain(f64::from(of.replications)),
            ]
        });
        let table = Table::new(plain(&goal.to_string()), "scenario").figures("figure").figures("worse by");
        section.table(table.figures("replications").rows(rows));
        vec![section]
    }
}

impl Reportable for LikelyBest {}

impl Sections for LikelyBest {
    fn sections(&self) -> Vec<Section> {
        let goal = &self.allocation.goal;
        let unit = Unit::of(&goal.figure);
        let mut section = Section::new("The best of several scenarios within a budget");
        section.text(format!(
            "{} looks best; that no other is better has a probability of about {} %.",
            self.best,
            short(100.0 * self.probability)
        ));
        section.chart(Chart::likely_best(self));
        let rows = self.scenarios.iter().map(|of| {
            vec![
                of.name.as_str().into(),
                Cell::estimate(Some(&of.figure), unit),
                super::results::plain(f64::from(of.replications)),
                Cell::number(of.better, Unit::Share.number(of.better)),
            ]
        });
        let table =
            Table::new(plain(&goal.to_string()), "scenario").figures("figure").figures("replications");
        section.table(table.figures("probability to be better").rows(rows));
        vec![section]
    }
}
