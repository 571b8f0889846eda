//! The best plan.

use super::simple;
use crate::analysis::{ChosenLevel, KeptVerdict, Optimum};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, plain};

/// What is not as it was.
fn in_words(plan: &[ChosenLevel]) -> String {
    let changed = plan.iter().filter(|level| !level.as_it_is);
    let changed: Vec<String> = changed.map(|of| format!("{} {}", of.factor, of.level)).collect();
    if changed.is_empty() { "as it is".to_owned() } else { changed.join(", ") }
}

impl Chart {
    /// The plans that the search for the best one went along, with the figure of the goal, and last the one that was confirmed on
    /// fresh draws.
    #[must_use]
    pub fn search(optimum: &Optimum) -> Chart {
        let unit = Unit::of(&optimum.goal.figure);
        let steps = optimum.path.iter().map(|step| {
            let kept = if step.kept { "" } else { " (not all is kept)" };
            (format!("{}{kept}", in_words(&step.plan)), Some(step.goal))
        });
        let confirmed = (format!("confirmed: {}", in_words(&optimum.plan)), Some(optimum.confirmed));
        let says = format!(
            "{}, of the plans on the way of the search, and of the best one on draws that had no part in choosing it.",
            crate::report::text::capital(&plain(&optimum.goal.to_string()))
        );
        Chart::new("The way to the best plan", says, simple(unit, steps.chain([confirmed]), false))
    }
}

impl Reportable for Optimum {}

impl Sections for Optimum {
    fn sections(&self) -> Vec<Section> {
        let unit = Unit::of(&self.goal.figure);
        let mut section = Section::new("The best plan");
        section.text(format!(
            "The best plan found: {}. On fresh draws, {} is {}; on those of the search it was {}. {} of {} plans were run{}.",
            in_words(&self.plan),
            plain(&self.goal.figure.to_string()),
            unit.show(&self.confirmed),
            unit.show(&self.in_search),
            self.plans_run,
            self.plans,
            if self.cut_short { ", and the search had to stop before its end" } else { "" },
        ));
        if !self.is_kept() {
            section.text("No plan was found that keeps all that is required; this one comes closest.");
        }
        section.chart(Chart::search(self));
        let rows = self.requirements.iter().map(|kept| {
            let verdict = match kept.verdict {
                KeptVerdict::Surely => "surely kept",
                KeptVerdict::Probably => "kept by the estimate, not surely",
                KeptVerdict::No => "not kept",
            };
            let figure = Cell::estimate(Some(&kept.figure), Unit::of(&kept.requirement.figure));
            vec![plain(&kept.requirement.to_string()).into(), figure, verdict.into()]
        });
        section
            .table(Table::new("What is required", "requirement").figures("figure").words("kept").rows(rows));
        let rows = self.path.iter().enumerate().map(|(at, step)| {
            let kept = if step.kept { "yes" } else { "no" };
            vec![
                Cell::number(at as f64, format!("{}", at + 1)),
                in_words(&step.plan).into(),
                Cell::estimate(Some(&step.goal), unit),
                kept.into(),
            ]
        });
        let table =
            Table::new("The way of the search", "step").words("plan").figures("goal").words("all kept");
        section.table(table.rows(rows));
        vec![section]
    }
}
